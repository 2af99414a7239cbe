"""Lost customers, the one most worth a contact on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._checks import checked_level, checked_whole
from custvalue._loyalty.win_back import WinBackList
from custvalue._picture import (
    Picture,
    axes_of_rows,
    name_rows,
    require_result,
    room_for_numbers,
)
from custvalue._plotting.style import GREEN, GREY, beside, finished
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def win_back_bars(
    customers: WinBackList, ax: Axes | None = None, *, most: int = 15, level: float = 0.95
) -> Picture:
    """Draw what a contact with each of the first customers brings beyond its cost.

    The best on top, with intervals; beside the bars, the probability that the contact is worth its
    cost. Bars of contacts that are not worth it on average are grey.

    Parameters
    ----------
    customers : WinBackList
        What ``loyalty.win_back()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    most : int
        Customers in the picture.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `customers` is another kind of result, or `most` no whole
        number >= 1.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> found = loyalty.win_back({"An": 900, "Bo": 300, "Cy": 60}, chance=(12, 90), cost=15)
    >>> plotting.win_back_bars(found)
    Picture('2 customers of 3 worth a contact; lines are 95 % intervals')
    """
    require_result("customers", customers, WinBackList, "loyalty.win_back()")
    level = checked_level(level)
    best = customers.top(checked_whole("most", most, least=1))
    names = [str(its) for its in best.customer.tolist()]
    ax = axes_of_rows(ax, names, besides=0.9)
    numbers = (best.net, *best.intervals(level), best.worth_it)
    rows = zip(*(its.tolist() for its in numbers), strict=True)
    for place, (net, low, high, sure) in enumerate(rows):
        colour = GREEN if net > 0 else GREY
        ax.barh(place, net, height=0.55, color=colour, alpha=0.75)
        ax.plot([low, high], [place, place], color="black", linewidth=1.4)
        beside(ax, percent(sure), (max(high, net, 0.0), place), away=5, fontsize="small")
    ax.axvline(0, color="black", linewidth=0.8)
    name_rows(ax, names)
    ax.set_xlabel("Net gain of a contact; beside it the probability that it is worth its cost")
    some = count(customers.worth_contacting, "customer")
    whose = f"{some} of {customers.customers:,} worth a contact"
    picture = finished(ax, f"{whose}; lines are {percent(level)} intervals")
    room_for_numbers(ax)
    return picture
