"""Pictures of what customers find better, and of what they would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._checks import checked_level
from custvalue._delivered_value.head_to_head import Duel, HeadToHead
from custvalue._delivered_value.hierarchy_scores import HierarchyScores
from custvalue._delivered_value.reservation import ReservationPrices
from custvalue._delivered_value.value_map import SURE
from custvalue._picture import (
    Picture,
    axes_of,
    axes_of_rows,
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
    finished,
    interval_between,
    interval_line,
)
from custvalue._words import number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVEL_COLOURS = (GREEN, BLUE, "#4a9ac4", "#8fc1de", GREY)


def head_to_head_bars(
    result: HeadToHead, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw how far a supplier is above or below another, part by part, with intervals.

    Own mean minus that of the rival, in percent of the rival's; green where customers find
    the own part better with a probability of at least 90 %, red where the rival's.

    Parameters
    ----------
    result : HeadToHead
        What ``delivered_value.head_to_head`` returned.
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
    >>> from custvalue import delivered_value, plotting
    >>> from custvalue.survey import Bootstrap, Scale
    >>> frame = {
    ...     "garage": ["us", "us", "us", "rival", "rival", "rival"],
    ...     "repair": [9, 8, 10, 7, 6, 8],
    ...     "bill": [240, 260, 250, 180, 200, 190],
    ... }
    >>> offers = delivered_value.from_survey(
    ...     frame,
    ...     supplier="garage",
    ...     value={"repair": "repair"},
    ...     cost={"monetary": "bill"},
    ...     scale=Scale(1, 10),
    ... )
    >>> found = delivered_value.head_to_head(offers, "us", "rival", method=Bootstrap(99, rng=1))
    >>> plotting.head_to_head_bars(found)
    Picture('us against rival; lines are 95 % intervals')
    """
    require_result("result", result, HeadToHead, "delivered_value.head_to_head()")
    level = checked_level(level)
    names = [f"{its.part} ({its.side})" for its in result.parts]
    ax = axes_of_rows(ax, names, besides=1.1)
    for place, its in enumerate(result.parts):
        _duel(ax, place, its, level)
    ax.axvline(0, color=GREY, linewidth=0.8)
    name_rows(ax, names)
    ax.set_xlabel(f"{result.own} above {result.rival}, %", parse_math=False)
    title = f"{result.own} against {result.rival}; lines are {percent(level)} intervals"
    picture = finished(ax, title)
    room_for_numbers(ax)
    return picture


def _duel(ax: Axes, place: int, its: Duel, level: float) -> None:
    """Draw the difference of one part."""
    base = 100 / its.rival.value if its.rival.value else 0.0
    colour = GREEN if its.probability_ahead >= SURE else GREY
    colour = VERMILLION if its.probability_ahead <= 1 - SURE else colour
    ax.barh(place, base * its.difference.value, height=0.55, color=colour, alpha=0.75)
    low, high = (base * end for end in interval_between(its.difference, level))
    ax.plot([low, high], [place, place], color="black", linewidth=1.4)
    text = f"{base * its.difference.value:+.0f} %".replace("-", "−")
    beside(ax, text, (high, place), away=5, ha="left")


def hierarchy_bars(
    result: HierarchyScores, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the scores of all elements, level by level, with intervals.

    Scores from 0 to 100; elements stand below the one that they belong to.

    Parameters
    ----------
    result : HierarchyScores
        What ``delivered_value.hierarchy_scores`` returned.
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
    >>> from custvalue import delivered_value, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> tree = delivered_value.INNER_EXPECTATIONS
    >>> answers = [[5, 4, 4, 3], [4, 5, 3, 3], [5, 5, 4, 2]]
    >>> read = Responses.from_arrays(answers, items=tree.item_names, scale=Scale(1, 5))
    >>> plotting.hierarchy_bars(delivered_value.hierarchy_scores(read, tree))
    Picture('Four inner expectations; lines are 95 % intervals')
    """
    require_result("result", result, HierarchyScores, "delivered_value.hierarchy_scores()")
    level = checked_level(level)
    shown = [its for its in result.scores if its.part != "item"]
    names = [its.name for its in shown]
    ax = axes_of_rows(ax, names, besides=1.1)
    for place, its in enumerate(shown):
        colour = LEVEL_COLOURS[min(its.level, len(LEVEL_COLOURS) - 1)]
        ax.barh(place, its.score.value, height=0.55, color=colour, alpha=0.75)
        _, high = interval_line(ax, place, its.score, level, solid_capstyle="butt")
        beside(ax, f"{its.score.value:.0f}", (high, place), away=5, ha="left")
    name_rows(ax, names)
    ax.set_xlim(0, 100)
    ax.set_xlabel("Score, 0-100")
    picture = finished(ax, f"{result.hierarchy}; lines are {percent(level)} intervals")
    room_for_numbers(ax)
    return picture


def demand_curve(
    result: ReservationPrices, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw who would buy at which price, with intervals; the best price is marked.

    Price to the right, in the money unit, share of the respondents in percent upwards.

    Parameters
    ----------
    result : ReservationPrices
        What ``delivered_value.reservation_price`` returned.
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
    >>> from custvalue import delivered_value, plotting
    >>> found = delivered_value.reservation_price([90, 120, 100, 80, 150, 100])
    >>> plotting.demand_curve(found)
    Picture('Who would buy; lines are 95 % intervals')
    """
    require_result("result", result, ReservationPrices, "delivered_value.reservation_price()")
    level = checked_level(level)
    ax = axes_of(ax, height=4.0, width=6.2)
    prices = [its.price for its in result.points]
    shares = [100 * its.share.value for its in result.points]
    ax.plot(prices, shares, color=BLUE, linewidth=1.6, marker="o", markersize=4)
    for its in result.points:
        ends = [100 * end for end in interval_between(its.share, level)]
        ax.plot([its.price] * 2, ends, color=BLUE, linewidth=1.0, alpha=0.6)
    best = prices.index(result.best_price)
    ax.plot(prices[best], shares[best], marker="o", markersize=8, color=VERMILLION)
    ax.annotate(
        f"most profit at {number(result.best_price)}",
        (prices[best], shares[best]),
        xytext=(8, 6),
        textcoords="offset points",
    )
    ax.set_ylim(0, 102)
    ax.set_xlabel(f"Price, {result.unit}" if result.unit else "Price", parse_math=False)
    ax.set_ylabel("Would buy, %")
    return finished(ax, f"Who would buy; lines are {percent(level)} intervals")
