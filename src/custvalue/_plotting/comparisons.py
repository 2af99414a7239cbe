"""Pictures of groups, waves, leagues and programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from custvalue._comparing.comparison import Comparison
from custvalue._comparing.league import SHOWN_AT_EACH_END, League
from custvalue._comparing.programme import DifferenceInDifferences
from custvalue._comparing.trend import Trend
from custvalue._inference.estimate import Estimate
from custvalue._picture import (
    ROW,
    Picture,
    axes_of,
    axes_of_rows,
    legend_above,
    name_columns,
    name_rows,
    require_result,
    room_for_numbers,
)
from custvalue._plotting.style import (
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    VERMILLION,
    beside,
    finished,
    interval_between,
)
from custvalue._words import capitalised, count, number, p_value, percent
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 30  # of groups; of more the lowest and the highest
SERIES = (BLUE, VERMILLION, GREEN, PURPLE, GREY)  # of waves side by side
DENSE = 0.34  # inches of a row of many
TOGETHER = 0.5  # of a row: how far the waves within it are apart


def groups_with_intervals(
    comparison: Comparison, ax: Axes | None = None, *, level: float | None = None
) -> Picture:
    """Draw the measure of each group or wave with its interval.

    One row a group, in the unit of the measure, shares in percent. Groups with too few answers
    for a test are grey. Of more than 30 groups the lowest and the highest are drawn.

    Parameters
    ----------
    comparison : Comparison
        What ``comparing.groups()`` or ``comparing.compare()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float, optional
        Confidence level of the intervals, that of the comparison by default.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `comparison` is another kind of result.

    Examples
    --------
    >>> from custvalue import comparing, datasets, plotting
    >>> from custvalue.satisfaction import top_box
    >>> from custvalue.survey import Responses, Scale
    >>> network = datasets.simulate_network(20, 1, rng=1)
    >>> answers = Responses.from_frame(
    ...     network.survey, ["satisfaction"], scale=Scale(1, 10), labels=["region"]
    ... )
    >>> result = comparing.groups(answers, top_box, by="region")
    >>> plotting.groups_with_intervals(result)
    Picture('Lines are 95 % intervals of each group alone; 726 answers')
    """
    require_result("comparison", comparison, Comparison, "comparing.groups()")
    level = comparison.level if level is None else level
    rows = [_Dot(str(its.label), its.estimate, BLUE) for its in comparison.groups]
    rows += [
        _Dot(f"{its.label} (n = {its.n})", its.estimate, GREY)
        for its in comparison.small
        if its.estimate is not None
    ]
    unit = _Unit.of([row.estimate for row in rows])
    answers = sum(row.estimate.n for row in rows)
    shown, left = _shortened(rows)
    ax = axes_of_rows(ax, [row.name for row in shown], besides=0.9, each=DENSE if left else ROW)
    for place, row in enumerate(shown):
        _dot(ax, place, row, unit, level)
    if left:
        ax.axhline(len(shown) / 2 - 0.5, color=GREY, linewidth=0.8, linestyle="--")
    whole = [its for its in comparison.groups if its.label == comparison.reference]
    for its in whole:
        ax.axvline(unit.times * its.value, color=GREY, linewidth=0.8, linestyle=":")
    name_rows(ax, [row.name for row in shown])
    ax.set_xlabel(unit.named(comparison.measure), parse_math=False)
    more = f"; {left:,} groups between are not drawn" if left else ""
    picture = finished(
        ax,
        f"Lines are {percent(level)} intervals of each group alone; "
        f"{count(answers, 'answer')}{more}",
    )
    room_for_numbers(ax)
    return picture


def waves_side_by_side(
    comparisons: Mapping[str, Comparison], ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw several measures, the waves or groups of each side by side.

    One row a measure, one colour a wave, in the unit of the measures, shares in percent.

    Parameters
    ----------
    comparisons : mapping of str to Comparison
        Name of the measure to what ``comparing.groups(…, by="wave")`` returned; of the same
        waves, five at most.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `comparisons` are none, or their waves differ.

    Examples
    --------
    >>> from functools import partial
    >>> from custvalue import comparing, datasets, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> network = datasets.simulate_network(20, 2, rng=1)
    >>> items = ["perception_tangibles", "perception_reliability"]
    >>> answers = Responses.from_frame(network.survey, items, scale=Scale(1, 7), wave="wave")
    >>> found = {
    ...     item: comparing.groups(answers, partial(Responses.mean, name=item), by="wave")
    ...     for item in items
    ... }
    >>> plotting.waves_side_by_side(found)
    Picture('Lines are 95 % intervals')
    """
    labels = _labels_of(comparisons)
    rows = {name: [its.estimate for its in each.groups] for name, each in comparisons.items()}
    unit = _Unit.of([estimate for row in rows.values() for estimate in row])
    ax = axes_of_rows(ax, list(rows), besides=1.2, each=0.2 + 0.16 * len(labels))
    steps = np.linspace(-TOGETHER / 2, TOGETHER / 2, len(labels)).tolist()
    for place, estimates in enumerate(rows.values()):
        for estimate, step, label, colour in zip(estimates, steps, labels, SERIES, strict=False):
            where = place + step
            ends = interval_between(estimate, level)
            ax.plot([unit.times * end for end in ends], [where] * 2, color=colour, linewidth=1.4)
            named = None if place else label
            ax.plot(unit.times * estimate.value, where, "o", color=colour, label=named)
    name_rows(ax, list(rows))
    ax.set_xlabel(unit.named(next(iter(comparisons.values())).measure.partition(":")[0]))
    above = 9 + legend_above(ax, len(labels))
    return finished(ax, f"Lines are {percent(level)} intervals", above=above)


def league_dots(league: League, ax: Axes | None = None) -> Picture:
    """Draw groups in order: what each is likely to be, and its own estimate beside.

    One row a group, the best on top; of many groups the best and the worst, as in print. The
    dotted line is the mean of the groups.

    Parameters
    ----------
    league : League
        What ``comparing.league()`` returned; its intervals are at its own level.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `league` is another kind of result.

    Examples
    --------
    >>> from custvalue import comparing, datasets, plotting
    >>> from custvalue.satisfaction import net_promoter_score
    >>> from custvalue.survey import Responses, Scale
    >>> network = datasets.simulate_network(40, 1, rng=1)
    >>> answers = Responses.from_frame(
    ...     network.survey, ["recommend"], scale=Scale(0, 10), cluster="dealer"
    ... )
    >>> table = comparing.league(answers, net_promoter_score, by="dealer", rng=1)
    >>> plotting.league_dots(table)
    Picture('The 10 best and the 10 worst of 40 groups; lines are 95 % intervals')
    """
    require_result("league", league, League, "comparing.league()")
    ends, every = SHOWN_AT_EACH_END, list(range(league.groups))
    cut = len(every) > 2 * ends + 1
    places = [*every[:ends], *every[-ends:]] if cut else every
    names = [str(league.labels[place]) for place in places]
    unit = _Unit.of(league.own)
    ax = axes_of_rows(ax, names, besides=1.2, each=DENSE)
    for row, place in enumerate(places):
        _league_row(ax, row, place, league, unit)
    mean = unit.times * league.population_mean
    ax.axvline(mean, color=GREY, linewidth=0.8, linestyle=":")
    if cut:
        ax.axhline(ends - 0.5, color=GREY, linewidth=0.8, linestyle="--")
    name_rows(ax, names)
    ax.set_xlabel(unit.named(league.measure), parse_math=False)
    which = f"The {ends} best and the {ends} worst of" if cut else "All"
    title = f"{which} {count(league.groups, 'group')}; lines are {percent(league.level)} intervals"
    return finished(ax, title, above=9 + _league_legend(ax))


def trend_line(trend: Trend, ax: Axes | None = None, *, level: float | None = None) -> Picture:
    """Draw the waves of a trend with their intervals, and the line through them.

    Time from left to right, in the unit of the measure upwards, shares in percent.

    Parameters
    ----------
    trend : Trend
        What ``comparing.trend()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float, optional
        Confidence level of the intervals, that of the trend by default.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `trend` is another kind of result.

    Examples
    --------
    >>> from custvalue import comparing, plotting
    >>> from custvalue.satisfaction import NetPromoterScore
    >>> waves = {
    ...     "2026Q1": NetPromoterScore.from_counts(promoters=120, passives=110, detractors=90),
    ...     "2026Q2": NetPromoterScore.from_counts(promoters=140, passives=110, detractors=70),
    ...     "2026Q3": NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54),
    ... }
    >>> plotting.trend_line(comparing.trend(waves, unit="quarter"))
    Picture('11.98 [5.988, 17.97] per quarter, P = 8.894e-05; lines are 95 % intervals')
    """
    require_result("trend", trend, Trend, "comparing.trend()")
    level = trend.level if level is None else level
    estimates = [wave.estimate for wave in trend.waves]
    unit = _Unit.of(estimates)
    times = [wave.time for wave in trend.waves]
    ax = axes_of(ax, height=3.4)
    _over_time(ax, times, estimates, unit, level, colour=BLUE, linewidth=0.0)
    line = [unit.times * its for its in trend.fitted]
    ax.plot(times, line, color=VERMILLION, linewidth=1.4, linestyle="--", label="trend")
    name_columns(ax, times, [str(wave.label) for wave in trend.waves])
    ax.set_xlabel("Wave")
    ax.set_ylabel(unit.named(trend.measure), parse_math=False)
    title = (
        f"{unit.change(trend.slope, level)} per {trend.unit or 'unit'}, "
        f"{p_value(trend.p_value)}; lines are {percent(level)} intervals"
    )
    return finished(ax, title)


def parallel_trends(
    effect: DifferenceInDifferences, ax: Axes | None = None, *, level: float | None = None
) -> Picture:
    """Draw those with a programme and the others over all waves.

    Before the programme both should run in parallel: the waves there are the placebo. The dashed
    line is where those with it would be if they had changed as the others did.

    Parameters
    ----------
    effect : DifferenceInDifferences
        What ``comparing.difference_in_differences()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float, optional
        Confidence level of the intervals, that of the result by default.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `effect` is another kind of result.

    Examples
    --------
    >>> from functools import partial
    >>> import numpy as np
    >>> from custvalue import comparing, datasets, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> network = datasets.simulate_network(40, 4, programme_effect=0.5, rng=1)
    >>> got_it = dict(zip(*(network.dealers[name].tolist() for name in ("dealer", "programme"))))
    >>> survey = dict(network.survey)
    >>> survey["programme"] = np.array([got_it[dealer] for dealer in survey["dealer"]])
    >>> answers = Responses.from_frame(
    ...     survey,
    ...     ["satisfaction"],
    ...     scale=Scale(1, 10),
    ...     wave="wave",
    ...     cluster="dealer",
    ...     labels=["programme"],
    ... )
    >>> effect = comparing.difference_in_differences(
    ...     answers,
    ...     partial(Responses.mean, name="satisfaction"),
    ...     treated="programme",
    ...     before="2022-Q2",
    ...     after="2022-Q4",
    ... )
    >>> plotting.parallel_trends(effect)
    Picture('Effect 0.5120 [0.3213, 0.7027], P = 5.949e-06; lines are 95 % intervals')
    """
    require_result(
        "effect", effect, DifferenceInDifferences, "comparing.difference_in_differences()"
    )
    level = effect.level if level is None else level
    sides = {
        "with the programme": ([its.treated for its in effect.waves], VERMILLION, -0.03),
        "without it": ([its.control for its in effect.waves], BLUE, 0.03),
    }
    unit = _Unit.of([its for side, _, _ in sides.values() for its in side])
    places = list(range(len(effect.waves)))
    ax = axes_of(ax, height=3.6)
    for name, (side, colour, step) in sides.items():
        where = [place + step for place in places]
        _over_time(ax, where, side, unit, level, colour=colour, linewidth=1.4, label=name)
    _without_programme(ax, effect, unit)
    name_columns(ax, places, [str(its.wave) for its in effect.waves])
    ax.set_xlabel("Wave; grey: before the programme")
    ax.set_ylabel(unit.named(effect.measure), parse_math=False)
    title = (
        f"Effect {unit.change(effect.estimate, level)}, "
        f"{p_value(effect.p_value)}; lines are {percent(level)} intervals"
    )
    return finished(ax, title, above=9 + legend_above(ax, 3))


def _without_programme(ax: Axes, effect: DifferenceInDifferences, unit: _Unit) -> None:
    """Draw where those with the programme would be without it, and the waves before it."""
    waves = [its.wave for its in effect.waves]
    first, last = waves.index(effect.before), waves.index(effect.after)
    start = unit.times * effect.waves[first].treated.value
    others = unit.times * effect.control.value
    ax.plot(
        [first, last],
        [start, start + others],
        color=VERMILLION,
        linewidth=1.2,
        linestyle="--",
        label="as the others changed",
    )
    ax.axvspan(-0.4, first + 0.2, color=GREY, alpha=0.12, linewidth=0)
    ax.set_xlim(-0.4, len(waves) - 0.6)


class _Dot(NamedTuple):
    """A row: its name, its estimate, and its colour."""

    name: str
    estimate: Estimate
    colour: str


class _Unit(NamedTuple):
    """What numbers are multiplied by, 100 where they are shares, and the sign of the unit."""

    times: float
    sign: str

    @classmethod
    def of(cls, estimates: Sequence[Estimate]) -> _Unit:
        shares = all(its.bounds == (0.0, 1.0) for its in estimates)
        return cls(100.0, ", %") if shares else cls(1.0, "")

    def named(self, measure: str) -> str:
        """Name an axis."""
        return f"{capitalised(measure)}{self.sign}"

    def change(self, estimate: Estimate, level: float) -> str:
        """Write a difference with its interval."""
        ends = interval_between(estimate, level)
        value, low, high = (number(self.times * its) for its in (estimate.value, *ends))
        return f"{value} [{low}, {high}]{' percentage points' if self.sign else ''}"

    def written(self, value: float) -> str:
        text = f"{self.times * value:.0f}" if self.sign else number(value, 3)
        return text.replace("-", "−")


def _shortened(rows: Sequence[_Dot]) -> tuple[Sequence[_Dot], int]:
    """Return the rows, of many the lowest and the highest, and how many are left out."""
    if len(rows) <= MOST_ROWS:
        return rows, 0
    order = sorted(rows, key=lambda row: row.estimate.value)
    half = MOST_ROWS // 2
    return [*order[:half], *order[-half:]], len(rows) - MOST_ROWS


def _dot(ax: Axes, place: int, row: _Dot, unit: _Unit, level: float) -> None:
    """Draw a point with its interval, and the number beside it."""
    low, high = (unit.times * end for end in interval_between(row.estimate, level))
    ax.plot([low, high], [place, place], color=row.colour, linewidth=1.6)
    ax.plot(unit.times * row.estimate.value, place, "o", color=row.colour)
    beside(ax, unit.written(row.estimate.value), (high, place), away=5)


def _league_row(ax: Axes, row: int, place: int, league: League, unit: _Unit) -> None:
    """Draw a group: its own interval thin, what it is likely to be thick."""
    worst, best = league.probability_worst[place] > 0.5, league.probability_best[place] > 0.5
    colour = VERMILLION if worst else GREEN if best else BLUE
    own = league.own[place]
    ends = [unit.times * end for end in interval_between(own, league.level)]
    likely = [unit.times * its[place] for its in (league.low, league.high)]
    ax.plot(ends, [row + 0.16] * 2, color=GREY, linewidth=1.0)
    ax.plot(likely, [row - 0.1] * 2, color=colour, linewidth=2.2)
    hollow: dict[str, Any] = {"markerfacecolor": "white", "markersize": 4}
    ax.plot(unit.times * own.value, row + 0.16, "o", color=GREY, **hollow)
    ax.plot(unit.times * league.shrunken[place], row - 0.1, "o", color=colour)


def _league_legend(ax: Axes) -> float:
    """Say what the points and colours mean, and return the height of that."""
    ax.plot([], [], "o", color=GREY, markerfacecolor="white", markersize=4, label="own estimate")
    for colour, name in (
        (BLUE, "in the light of all groups"),
        (GREEN, "P best above one half"),
        (VERMILLION, "P worst above one half"),
    ):
        ax.plot([], [], "o", color=colour, label=name)
    return legend_above(ax, 4)


def _over_time(
    ax: Axes,
    times: Sequence[float],
    estimates: Sequence[Estimate],
    unit: _Unit,
    level: float,
    *,
    colour: str,
    **line: Any,
) -> None:
    """Draw points over time with their intervals."""
    for time, estimate in zip(times, estimates, strict=True):
        ends = [unit.times * end for end in interval_between(estimate, level)]
        ax.plot([time, time], ends, color=colour, linewidth=1.4)
    values = [unit.times * its.value for its in estimates]
    ax.plot(times, values, marker="o", color=colour, **line)


def _labels_of(comparisons: object) -> list[str]:
    """Return the waves, which must be those of every comparison."""
    every = list(comparisons.values()) if isinstance(comparisons, Mapping) else []
    if not every or not all(isinstance(its, Comparison) for its in every):
        raise ParameterError(
            "comparisons must be a mapping of name to the Comparison that comparing.groups() "
            f"returns, but it is {type(comparisons).__name__}."
        )
    waves = [[str(group.label) for group in its.groups] for its in every]
    if any(its != waves[0] for its in waves) or len(waves[0]) > len(SERIES):
        raise ParameterError(
            f"comparisons must be of the same {len(SERIES)} waves at most, but there are "
            f"{max(waves, key=len)!r} and {min(waves, key=len)!r}."
        )
    return waves[0]
