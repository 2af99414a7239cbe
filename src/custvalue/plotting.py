"""Pictures of results, drawn by matplotlib (extra ``plot``).

``result.plot()`` draws the usual picture of a result. The functions here draw it too, and others.
Each returns a :class:`Picture`, which a notebook shows without any setup. It is drawn on a new
figure, or on the axes that you pass as `ax`. Pyplot and the settings of matplotlib stay as they
are.

Examples
--------
>>> from custvalue import satisfaction
>>> score = satisfaction.NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)
>>> score.plot()
Picture('Net Promoter Score 33, 95 % interval 25 to 41, 324 answers')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from custvalue._frames import to_numbers
from custvalue._picture import (
    Picture,
    axes_of,
    axes_of_rows,
    legend_above,
    legend_below,
    name_of_point,
    name_rows,
    require_result,
    room_for_numbers,
    spread_labels,
    use_readable_fonts,
    within_figure,
)
from custvalue._words import capitalised, count, number, percent
from custvalue.delivered_value import OfferComparison
from custvalue.errors import DataError, ParameterError
from custvalue.kano import Category, KanoResult
from custvalue.lifetime import CustomerLifetimeValue
from custvalue.satisfaction import NetPromoterScore
from custvalue.servqual import Gaps, Performance, Priorities, ZoneOfTolerance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from custvalue._servqual.zone_of_tolerance import Zone
    from custvalue.survey import MeanEstimate

__all__ = [
    "Picture",
    "delivered_value_bars",
    "expectation_profile",
    "gaps_by_dimension",
    "kano_bars",
    "kano_diagram",
    "net_promoter_bar",
    "performance_by_dimension",
    "priorities_by_dimension",
    "probability_alive_histogram",
    "tolerance_zones",
    "value_concentration",
]

# After Okabe & Ito (2008), darker so that white text can be read on them: told apart with any
# colour vision, and seen on white and on dark ground.
BLUE, VERMILLION, GREEN, GREY = "#0072b2", "#b84d00", "#00805d", "#6b7480"
PURPLE, BLACK = "#8f5587", "#333333"
KANO_COLOURS = dict(zip(Category, (VERMILLION, BLUE, GREEN, GREY, PURPLE, BLACK), strict=True))
NARROW = 0.07  # of a bar: a share below has no room for its number
NAMED = 40  # items beside their point; more could not be read
POINTS = 401  # of a curve: a picture of a million customers is no larger than one of a thousand
MARKED = 0.2
SHADES = (1.0, 0.75, 0.5, 0.3)  # of one colour, for the four parts of value and of cost


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
        _estimate(ax, place, estimate, level, colour, origin=0.0)
    ax.axvline(0, color="black", linewidth=0.8)
    separator = len(gaps.dimensions) - 0.5
    ax.axhline(separator, color=GREY, linewidth=0.8, linestyle=":")
    name_rows(ax, [name for name, _ in named])
    ax.set_xlabel(
        f"Gap in points of the scale {gaps.scale}: below 0 customers got less than expected"
    )
    picture = _finished(ax, _interval_title(level, gaps.base.n))
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
    return _finished(ax, _interval_title(level, gaps.base.n), above=above)


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
        _estimate(ax, place, estimate, level, BLUE, origin=performance.scale.low)
    ax.axhline(len(named) - 1.5, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_xlim(performance.scale.low, performance.scale.high)
    name_rows(ax, [name for name, _ in named])
    ax.set_xlabel(f"Mean perception on the scale {performance.scale}")
    return _finished(ax, _interval_title(level, performance.base.n))


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
        _estimate(ax, place, its.part, level, colour, origin=0.0)
        ranks = f"{low}" if low == high else f"{low} to {high}"
        text = f"P {its.probability_weakest:.2f}, rank {ranks}"
        _beside(ax, text, (1.0, place), away=6, xycoords=("axes fraction", "data"))
    ax.axvline(0, color="black", linewidth=0.8)
    name_rows(ax, names)
    ax.set_xlabel(f"Part of the overall gap, in points of the scale {priorities.scale}")
    picture = _finished(ax, _interval_title(level, priorities.base.n))
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
    return _finished(ax, f"{_interval_title(level, zones.base.n)}; right: inside their zone")


def _zone(ax: Axes, place: int, zone: Zone, level: float) -> None:
    """Draw one zone, the perception with its interval, and the share inside."""
    width = zone.desired.value - zone.adequate.value
    ax.barh(place, width, left=zone.adequate.value, height=0.55, color=GREY, alpha=0.35)
    below, above = zone.adequacy.value < 0, zone.superiority.value > 0
    colour = VERMILLION if below else GREEN if above else BLUE
    _interval(ax, place, zone.perception, level)
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


def net_promoter_bar(
    score: NetPromoterScore, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the shares of detractors, passives and promoters as one bar.

    Shares of the respondents in percent, 0 to 100.

    Parameters
    ----------
    score : NetPromoterScore
        What ``satisfaction.net_promoter_score`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the interval in the title, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `score` is another kind of result.

    Examples
    --------
    >>> from custvalue import plotting, satisfaction
    >>> score = satisfaction.net_promoter_score([10, 10, 9, 9, 9, 8, 8, 7, 7, 6, 4, 0])
    >>> plotting.net_promoter_bar(score)
    Picture('Net Promoter Score 17, 95 % interval −29 to 55, 12 answers')
    """
    require_result("score", score, NetPromoterScore, "satisfaction.net_promoter_score()")
    ax = axes_of(ax, height=1.7)
    parts = (
        ("Detractors (0-6)", score.detractor_share.value, VERMILLION),
        ("Passives (7-8)", score.passive_share.value, GREY),
        ("Promoters (9-10)", score.promoter_share.value, BLUE),
    )
    start = 0.0
    for name, share, colour in parts:
        label = f"{name} {percent(share)}"
        ax.barh(0, 100 * share, left=100 * start, height=0.6, color=colour, label=label)
        start += share
    ax.set_xlim(0, 100)
    ax.set_yticks([])
    ax.set_xlabel("Share of respondents, %")
    interval = score.confidence_interval(level)
    title = (
        f"Net Promoter Score {score.value:.0f}, {percent(level)} interval {interval.low:.0f} to "
        f"{interval.high:.0f}, {count(score.n, 'answer')}"
    )
    return _finished(ax, title.replace("-", "−"), above=9 + legend_above(ax, 3))


def value_concentration(value: CustomerLifetimeValue, ax: Axes | None = None) -> Picture:
    """Draw which share of the value the most valuable customers hold: a Lorenz curve, best first.

    Share of the customers, in percent, against their share of the value, in percent; the
    best 20 % are marked.

    Parameters
    ----------
    value : CustomerLifetimeValue
        What ``lifetime.customer_lifetime_value`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `value` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> visits = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> spend = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
    >>> history = spend.simulate(visits.simulate(500, age="52 weeks", rng=1), rng=2)
    >>> value = lifetime.customer_lifetime_value(
    ...     history,
    ...     purchases=visits,
    ...     spend=spend,
    ...     horizon="3 years",
    ...     annual_discount_rate=0.1,
    ...     margin=0.3,
    ... )
    >>> plotting.value_concentration(value)
    Picture('Value within 3 years of 500 customers')
    """
    require_result("value", value, CustomerLifetimeValue, "lifetime.customer_lifetime_value()")
    ax = axes_of(ax, height=4.0, width=6.2)
    held = np.concatenate(([0.0], np.cumsum(np.sort(value.value)[::-1])))
    customers = np.linspace(0, 1, min(len(held), POINTS))
    shares = np.interp(customers * (len(held) - 1), np.arange(len(held)), held) / held[-1]
    ax.plot(100 * customers, 100 * shares, color=BLUE, linewidth=2)
    ax.plot([0, 100], [0, 100], color=GREY, linewidth=0.8, linestyle="--")
    ax.annotate("if all were worth the same", (62, 59), color=GREY, va="top")
    mark = 100 * value.concentration(MARKED)
    ax.plot([100 * MARKED] * 2, [0, mark], color=VERMILLION, linewidth=1)
    ax.plot(100 * MARKED, mark, marker="o", color=VERMILLION)
    ax.annotate(
        f"the best {percent(MARKED)} hold {mark:.0f} %",
        (100 * MARKED, mark),
        xytext=(8, -12),
        textcoords="offset points",
    )
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 102)
    ax.set_xlabel("Share of customers, the most valuable first, %")
    ax.set_ylabel("Share of the value, %")
    ahead = "" if value.horizon is None else f" within {value.horizon}"
    return _finished(ax, f"Value{ahead} of {count(len(value), 'customer')}")


def probability_alive_histogram(
    probability_alive: npt.ArrayLike, ax: Axes | None = None
) -> Picture:
    """Draw how many customers are alive with which probability.

    Probability in percent, in steps of 5, against the number of customers.

    Parameters
    ----------
    probability_alive : array_like of shape (n,)
        What ``model.probability_alive(history)`` returned, or a part of it. A model that gives
        every customer with a single purchase the probability 1, as BG/NBD does, is better shown
        for the customers with a repeat purchase: ``[history.frequency > 0]``.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `probability_alive` is another kind of result.
    DataError
        If an entry is no probability.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> visits = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> spend = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
    >>> history = spend.simulate(visits.simulate(500, age="52 weeks", rng=1), rng=2)
    >>> back = history.frequency > 0
    >>> plotting.probability_alive_histogram(visits.probability_alive(history)[back])
    Picture('216 customers, 106 of them expected to be active')
    """
    probabilities = _probabilities(probability_alive)
    ax = axes_of(ax, height=3.0)
    counts, edges = np.histogram(probabilities, bins=20, range=(0, 1))
    ax.bar(100 * edges[:-1], counts, width=5, align="edge", color=BLUE, edgecolor="none", alpha=0.8)
    ax.set_xlim(0, 100)
    ax.set_xlabel("Probability of being active, %")
    ax.set_ylabel("Customers")
    active = f"{probabilities.sum():,.0f} of them expected to be active"
    return _finished(ax, f"{count(len(probabilities), 'customer')}, {active}")


def delivered_value_bars(comparison: OfferComparison, ax: Axes | None = None) -> Picture:
    """Draw what each offer is worth and what it costs, by its parts.

    Two bars per offer, in its money unit: total value, and total cost below it.

    Parameters
    ----------
    comparison : OfferComparison
        What ``delivered_value.compare_offers`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `comparison` is another kind of result.

    Examples
    --------
    >>> from custvalue import delivered_value, plotting
    >>> def offer(name, worth, costs):
    ...     return delivered_value.Offer(
    ...         name=name,
    ...         value=dict(zip(("product", "service", "personnel", "image"), worth)),
    ...         cost=dict(zip(("monetary", "time", "energy", "psychic"), costs)),
    ...         unit="EUR",
    ...     )
    >>> us, rival = (
    ...     offer("us", (60, 20, 10, 10), (50, 5, 3, 2)),
    ...     offer("rival", (35, 5, 5, 5), (15, 3, 1, 1)),
    ... )
    >>> plotting.delivered_value_bars(delivered_value.compare_offers([us, rival]))
    Picture('Delivered value: what an offer is worth, less what it costs')
    """
    require_result("comparison", comparison, OfferComparison, "delivered_value.compare_offers()")
    names = [
        f"{offer.name}\nvalue − cost {_amount(offer.delivered_value)}"
        for offer in comparison.offers
    ]
    ax = axes_of_rows(ax, names, besides=1.6, each=0.95)
    for place, offer in enumerate(comparison.offers):
        worth = {f"{name} value": amount for name, amount in offer.value.model_dump().items()}
        costs = {f"{name} cost": amount for name, amount in offer.cost.model_dump().items()}
        _stack(ax, place - 0.2, worth, BLUE, labelled=place == 0)
        _stack(ax, place + 0.2, costs, VERMILLION, labelled=place == 0)
    name_rows(ax, names)
    ax.margins(x=0.1)
    ax.set_xlabel(comparison.unit or "Money", parse_math=False)
    legend_below(ax, 4)
    return _finished(ax, "Delivered value: what an offer is worth, less what it costs")


def kano_diagram(result: KanoResult, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw better against worse, one point per item, with intervals: Timko's diagram.

    Worse from 0 to -1 to the right, better from 0 to 1 upwards, in four quadrants; the
    letter and colour of a point are its category, which its quadrant need not be. Items of
    which all answers are reverse or questionable are not drawn.

    Parameters
    ----------
    result : KanoResult
        What ``kano.classify`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `result` is another kind of result.

    Examples
    --------
    >>> from custvalue import kano, plotting
    >>> answers = {
    ...     "fault repaired": (150, 40, 10, 20, 0, 0),
    ...     "ready in time": (60, 110, 30, 20, 0, 0),
    ...     "car washed": (5, 30, 120, 65, 0, 0),
    ...     "loyalty card": (2, 8, 50, 150, 10, 0),
    ... }
    >>> counts = {item: dict(zip("MOAIRQ", row)) for item, row in answers.items()}
    >>> result = kano.KanoResult.from_counts(counts)
    >>> plotting.kano_diagram(result)
    Picture('Better and worse; lines are 95 % intervals')
    """
    require_result("result", result, KanoResult, "kano.classify()")
    ax = axes_of(ax, height=5.6, width=6.4)
    columns = result.columns(level)
    labels = []
    for row in np.flatnonzero(~np.isnan(columns["better"])):
        item, letter = str(columns["item"][row]), str(columns["category"][row])
        worse, better = columns["worse"][row], columns["better"][row]
        colour = KANO_COLOURS[Category(letter)]
        line: dict[str, Any] = {"color": colour, "linewidth": 1.0, "alpha": 0.6}
        ax.plot([columns["worse_low"][row], columns["worse_high"][row]], [better, better], **line)
        ax.plot([worse, worse], [columns["better_low"][row], columns["better_high"][row]], **line)
        ax.plot(worse, better, marker="o", color=colour)
        if len(result) <= NAMED:
            name = name_of_point(f"{item} ({letter})", len(result))
            labels.append(ax.annotate(name, (worse, better), **_LABEL))
    for draw in (ax.axhline, ax.axvline):
        draw(0.5 if draw == ax.axhline else -0.5, color=GREY, linewidth=0.8, linestyle=":")
    for name, x, y in _QUADRANTS:
        ax.annotate(name, (x, y), color=GREY, ha="center", va="center", fontsize="small")
    ax.set_xlim(0, -1)
    ax.set_ylim(0, 1)
    ax.set_xlabel("Worse: how much its absence dissatisfies")
    ax.set_ylabel("Better: how much its presence satisfies")
    known = not np.isnan(columns["n"]).any()
    lines = f"lines are {percent(level)} intervals" if known else "n is not known, so no intervals"
    picture = _finished(ax, f"Better and worse; {lines}")
    spread_labels(ax, labels)
    return picture


def kano_bars(result: KanoResult, ax: Axes | None = None) -> Picture:
    """Draw the distribution of each item over the categories as one bar.

    Shares of the answers in percent, 0 to 100; each row is named by its item and category.

    Parameters
    ----------
    result : KanoResult
        What ``kano.classify`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `result` is another kind of result.

    Examples
    --------
    >>> from custvalue import kano, plotting
    >>> answers = {
    ...     "fault repaired": (150, 40, 10, 20, 0, 0),
    ...     "ready in time": (60, 110, 30, 20, 0, 0),
    ...     "car washed": (5, 30, 120, 65, 0, 0),
    ...     "loyalty card": (2, 8, 50, 150, 10, 0),
    ... }
    >>> counts = {item: dict(zip("MOAIRQ", row)) for item, row in answers.items()}
    >>> result = kano.KanoResult.from_counts(counts)
    >>> plotting.kano_bars(result)
    Picture('Kano categories by rule mode')
    """
    require_result("result", result, KanoResult, "kano.classify()")
    pairs = zip(result.items, result.categories(), strict=True)
    names = [f"{item} ({category})" for item, category in pairs]
    ax = axes_of_rows(ax, names, besides=1.3)
    places = np.arange(len(result))
    start = np.zeros(len(result))
    for category, shares in zip(KANO_COLOURS, result.shares.T, strict=True):
        name, colour = f"{category} {category.english}", KANO_COLOURS[category]
        ax.barh(places, 100 * shares, left=100 * start, height=0.7, color=colour, label=name)
        for place in np.flatnonzero(shares >= NARROW).tolist():
            middle = 100 * (start[place] + shares[place] / 2)
            text = f"{100 * shares[place]:.0f}"
            ax.annotate(text, (middle, place), color="white", ha="center", va="center")
        start += shares
    name_rows(ax, names)
    ax.set_xlim(0, 100)
    ax.set_xlabel("Share of answers, %")
    above = 9 + legend_above(ax, 3)
    return _finished(ax, f"Kano categories by rule {result.rule}", above=above)


_QUADRANTS = (
    ("indifferent", -0.25, 0.03),
    ("must-be", -0.75, 0.03),
    ("attractive", -0.25, 0.97),
    ("one-dimensional", -0.75, 0.97),
)
_LABEL: dict[str, Any] = {
    "xytext": (0, 0),
    "textcoords": "offset points",
    "fontsize": "small",
    "parse_math": False,
    "va": "bottom",
    "arrowprops": {"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3},
}


def _probabilities(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return checked probabilities: values outside the axis would disappear silently."""
    if np.ndim(values) != 1:
        raise ParameterError(
            f"probability_alive must be the probabilities that model.probability_alive(history) "
            f"returns, but it is {type(values).__name__}."
        )
    numbers = to_numbers("probability_alive", values)
    bad = np.flatnonzero(~((numbers >= 0) & (numbers <= 1)))
    if bad.size:
        hint = "Exclude customers without one."
        raise DataError.at_rows("probability_alive", "from 0 to 1", bad, numbers[bad], hint)
    return numbers


def _stack(ax: Axes, place: float, parts: dict[str, float], colour: str, *, labelled: bool) -> None:
    """Draw one bar of parts, and its total at the end."""
    start = 0.0
    for (name, amount), shade in zip(parts.items(), SHADES, strict=True):
        label = name if labelled else None
        ax.barh(place, amount, left=start, height=0.36, color=colour, alpha=shade, label=label)
        start += amount
    _beside(ax, _amount(start), (start, place), away=4)


def _amount(value: float) -> str:
    return number(value).replace("-", "−")


def _estimate(
    ax: Axes, place: int, estimate: MeanEstimate, level: float, colour: str, *, origin: float
) -> None:
    """Draw a bar from the origin to the estimate, its interval, and the number beside it."""
    ax.barh(place, estimate.value - origin, left=origin, height=0.55, color=colour, alpha=0.75)
    low, high = _interval(ax, place, estimate, level, solid_capstyle="butt")
    text = f"{estimate.value:{'+' if origin == 0 else ''}.2f}".replace("-", "−")
    if estimate.value >= origin:
        _beside(ax, text, (high, place), away=5, ha="left")
    else:
        _beside(ax, text, (low, place), away=-5, ha="right")


def _interval(
    ax: Axes, place: int, estimate: MeanEstimate, level: float, **line: Any
) -> tuple[float, float]:
    """Draw the interval of an estimate where it has one, and return its ends."""
    if estimate.standard_error is None:
        return estimate.value, estimate.value
    interval = estimate.confidence_interval(level)
    ends = interval.low, interval.high
    ax.plot(ends, [place, place], **{"color": "black", "linewidth": 1.4, **line})
    return ends


def _beside(ax: Axes, text: str, at: tuple[float, float], *, away: float, **how: Any) -> None:
    """Write beside a point, some points to the right of it."""
    ax.annotate(text, at, xytext=(away, 0), textcoords="offset points", va="center", **how)


def _interval_title(level: float, respondents: int) -> str:
    return f"Lines are {percent(level)} intervals; {count(respondents, 'respondent')}"


def _finished(ax: Axes, title: str, *, above: float = 6.0) -> Picture:
    """Give every picture the same quiet frame, the title some points above it."""
    titled = ax.set_title(title, loc="left", fontsize="medium", pad=above)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_axisbelow(True)
    use_readable_fonts(ax)
    within_figure(ax, titled)
    return Picture(ax)
