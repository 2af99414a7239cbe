"""Pictures of gaps, performance, priorities and zones of tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._picture import (
    Picture,
    axes_of_rows,
    legend_above,
    name_rows,
    require_result,
    room_for_numbers,
)
from custvalue._plotting.style import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    beside,
    estimate_bar,
    finished,
    interval_line,
    interval_title,
)
from custvalue._servqual.gaps import Gaps
from custvalue._servqual.performance import Performance
from custvalue._servqual.priorities import Priorities
from custvalue._servqual.zone_of_tolerance import Zone, ZoneOfTolerance
from custvalue._words import capitalised, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKED = 0.2  # how strongly the line between two means is seen


def gaps_by_dimension(gaps: Gaps, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw the gap of each dimension and overall, with intervals.

    Gaps in scale points; below 0 customers got less than they expected.

    Parameters
    ----------
    gaps : Gaps
        What ``servqual.gaps()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `gaps` is another kind of result.

    Examples
    --------
    >>> from custvalue import datasets, plotting, servqual
    >>> from custvalue.survey import Scale
    >>> answers = datasets.simulate_dealership(600, rng=11).survey
    >>> _, *names = answers
    >>> survey = servqual.Survey.from_frame(
    ...     answers, perceptions=names[:22], expectations=names[22:44], scale=Scale(1, 7)
    ... )
    >>> plotting.gaps_by_dimension(servqual.gaps(survey))
    Picture('Lines are 95 % intervals; 240 respondents')
    """
    require_result("gaps", gaps, Gaps, "servqual.gaps()")
    named = [(capitalised(gap.name), gap.gap) for gap in gaps.dimensions]
    named.append(("All dimensions alike", gaps.overall.gap))
    if gaps.weighted is not None:
        named.append(("Weighted by importance", gaps.weighted.by_respondent))
    ax = axes_of_rows(ax, [name for name, _ in named], besides=0.9)
    for place, (_, estimate) in enumerate(named):
        colour = VERMILLION if estimate.value < 0 else GREEN
        estimate_bar(ax, place, estimate, level, colour, origin=0.0)
    ax.axvline(0, color="black", linewidth=0.8)
    separator = len(gaps.dimensions) - 0.5
    ax.axhline(separator, color=GREY, linewidth=0.8, linestyle=":")
    name_rows(ax, [name for name, _ in named])
    ax.set_xlabel(
        f"Gap in points of the scale {gaps.scale}: below 0 customers got less than expected"
    )
    picture = finished(ax, interval_title(level, gaps.base.n))
    room_for_numbers(ax)
    return picture


def expectation_profile(gaps: Gaps, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw mean expectation and mean perception of each dimension as two profiles.

    Two points for each dimension in scale points, over the whole scale, and the gap between.

    Parameters
    ----------
    gaps : Gaps
        What ``servqual.gaps()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `gaps` is another kind of result.

    Examples
    --------
    >>> from custvalue import datasets, plotting, servqual
    >>> from custvalue.survey import Scale
    >>> answers = datasets.simulate_dealership(600, rng=11).survey
    >>> _, *names = answers
    >>> survey = servqual.Survey.from_frame(
    ...     answers, perceptions=names[:22], expectations=names[22:44], scale=Scale(1, 7)
    ... )
    >>> plotting.expectation_profile(servqual.gaps(survey))
    Picture('Lines are 95 % intervals; 240 respondents')
    """
    require_result("gaps", gaps, Gaps, "servqual.gaps()")
    names = [capitalised(its.name) for its in gaps.dimensions]
    ax = axes_of_rows(ax, names, besides=1.2)
    places = range(len(gaps.dimensions))
    for place, its in enumerate(gaps.dimensions):
        ends = [its.perception.value, its.expectation.value]
        ax.plot(ends, [place, place], color=GREY, linewidth=5, alpha=MARKED, solid_capstyle="butt")
    for name, marker, colour in (("expectation", "D", GREY), ("perception", "o", BLUE)):
        estimates = [getattr(its, name) for its in gaps.dimensions]
        ax.plot(
            [its.value for its in estimates],
            places,
            marker=marker,
            color=colour,
            linewidth=1.0,
            label=f"mean {name}",
        )
        for place, its in enumerate(estimates):
            if its.has_interval:
                ends = its.confidence_interval(level)
                ax.plot([ends.low, ends.high], [place, place], color=colour, linewidth=1.4)
    ax.set_xlim(gaps.scale.low, gaps.scale.high)
    name_rows(ax, names)
    ax.set_xlabel(f"Points of the scale {gaps.scale}")
    above = 9 + legend_above(ax, 2)
    return finished(ax, interval_title(level, gaps.base.n), above=above)


def performance_by_dimension(
    performance: Performance, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the mean perception of each dimension (SERVPERF) over the whole scale.

    Means in scale points, from end to end of the scale.

    Parameters
    ----------
    performance : Performance
        What ``servqual.performance()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `performance` is another kind of result.

    Examples
    --------
    >>> from custvalue import datasets, plotting, servqual
    >>> from custvalue.survey import Scale
    >>> answers = datasets.simulate_dealership(600, rng=11).survey
    >>> _, *names = answers
    >>> survey = servqual.Survey.from_frame(
    ...     answers, perceptions=names[:22], expectations=names[22:44], scale=Scale(1, 7)
    ... )
    >>> plotting.performance_by_dimension(servqual.performance(survey))
    Picture('Lines are 95 % intervals; 240 respondents')
    """
    require_result("performance", performance, Performance, "servqual.performance()")
    named = [(capitalised(each.name), each.mean) for each in performance.dimensions]
    named.append(("All items alike", performance.overall))
    ax = axes_of_rows(ax, [name for name, _ in named], besides=0.9)
    for place, (_, estimate) in enumerate(named):
        estimate_bar(ax, place, estimate, level, BLUE, origin=performance.scale.low)
    ax.axhline(len(named) - 1.5, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_xlim(performance.scale.low, performance.scale.high)
    name_rows(ax, [name for name, _ in named])
    ax.set_xlabel(f"Mean perception on the scale {performance.scale}")
    return finished(ax, interval_title(level, performance.base.n))


def priorities_by_dimension(
    priorities: Priorities, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw what each dimension puts into the overall gap, the weakest on top.

    Parts of the overall gap in scale points; at the right the probability of being the
    weakest, and the interval of the rank.

    Parameters
    ----------
    priorities : Priorities
        What ``servqual.priorities()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `priorities` is another kind of result.

    Examples
    --------
    >>> from custvalue import datasets, plotting, servqual
    >>> from custvalue.survey import Scale
    >>> answers = datasets.simulate_dealership(600, rng=11).survey
    >>> _, *names = answers
    >>> survey = servqual.Survey.from_frame(
    ...     answers, perceptions=names[:22], expectations=names[22:44], scale=Scale(1, 7)
    ... )
    >>> plotting.priorities_by_dimension(servqual.priorities(survey, rng=1))
    Picture('Lines are 95 % intervals; 240 respondents')
    """
    require_result("priorities", priorities, Priorities, "servqual.priorities()")
    names = [capitalised(its.name) for its in priorities.dimensions]
    ax = axes_of_rows(ax, names, besides=0.9)
    for place, its in enumerate(priorities.dimensions):
        interval = its.rank.confidence_interval(level)
        low, high = round(interval.low), round(interval.high)
        colour = VERMILLION if low == 1 else GREY
        estimate_bar(ax, place, its.part, level, colour, origin=0.0)
        ranks = f"{low}" if low == high else f"{low} to {high}"
        text = f"P {its.probability_weakest:.2f}, rank {ranks}"
        beside(ax, text, (1.0, place), away=6, xycoords=("axes fraction", "data"))
    ax.axvline(0, color="black", linewidth=0.8)
    name_rows(ax, names)
    ax.set_xlabel(f"Part of the overall gap, in points of the scale {priorities.scale}")
    picture = finished(ax, interval_title(level, priorities.base.n))
    room_for_numbers(ax)
    return picture


def tolerance_zones(
    zones: ZoneOfTolerance, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the mean perception of each dimension against its zone of tolerance.

    Bars from the adequate to the desired level in scale points; points are perceptions, with
    the share of respondents inside their own zone at the right.

    Parameters
    ----------
    zones : ZoneOfTolerance
        What ``servqual.zone_of_tolerance()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `zones` is another kind of result.

    Examples
    --------
    >>> from custvalue import plotting, servqual
    >>> from custvalue.survey import Scale
    >>> survey = servqual.ToleranceSurvey.from_arrays(
    ...     [[6, 2, 5], [7, 3, 5], [6, 3, 4], [6, 3, 5]],
    ...     adequate=[[4, 3, 4], [4, 4, 3], [4, 4, 4], [5, 4, 4]],
    ...     desired=[[5, 6, 6], [6, 6, 6], [5, 7, 6], [6, 6, 7]],
    ...     scale=Scale(1, 7),
    ...     dimensions={"staff": 1, "premises": 1, "speed": 1},
    ... )
    >>> plotting.tolerance_zones(servqual.zone_of_tolerance(survey))
    Picture('Lines are 95 % intervals; 4 respondents; right: inside their zone')
    """
    require_result("zones", zones, ZoneOfTolerance, "servqual.zone_of_tolerance()")
    named: list[tuple[str, Zone]] = [(capitalised(zone.name), zone) for zone in zones.dimensions]
    named.append(("All dimensions alike", zones.overall))
    ax = axes_of_rows(ax, [name for name, _ in named], besides=1.3)
    for place, (_, zone) in enumerate(named):
        _zone(ax, place, zone, level)
    ax.axhline(len(named) - 1.5, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_xlim(zones.scale.low, zones.scale.high)
    name_rows(ax, [name for name, _ in named])
    ax.set_xlabel(f"Bars: from adequate to desired; points: perceived, on the scale {zones.scale}")
    return finished(ax, f"{interval_title(level, zones.base.n)}; right: inside their zone")


def _zone(ax: Axes, place: int, zone: Zone, level: float) -> None:
    """Draw one zone, the perception with its interval, and the share inside."""
    width = zone.desired.value - zone.adequate.value
    ax.barh(place, width, left=zone.adequate.value, height=0.55, color=GREY, alpha=0.35)
    below, above = zone.adequacy.value < 0, zone.superiority.value > 0
    colour = VERMILLION if below else GREEN if above else BLUE
    interval_line(ax, place, zone.perception, level)
    ax.plot([zone.perception.value], [place], "o", color=colour, markersize=7)
    share = "–" if zone.inside is None else percent(zone.inside.value)
    ax.annotate(
        share,
        (1.01, place),
        xycoords=("axes fraction", "data"),
        ha="left",
        va="center",
        annotation_clip=False,
    )
