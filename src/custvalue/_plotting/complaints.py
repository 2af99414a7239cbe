"""The iceberg of complaints, and how many cases dealers close in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._checks import checked_level
from custvalue._loyalty.closing_groups import ClosedShares
from custvalue._loyalty.complaints import ComplaintEconomics
from custvalue._loyalty.open_cases import in_units
from custvalue._picture import Picture, axes_of_rows, name_rows, require_result, room_for_numbers
from custvalue._plotting.style import BLUE, GREY, VERMILLION, beside, finished, interval_between
from custvalue._words import number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def complaint_iceberg(
    desk: ComplaintEconomics, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the dissatisfied customers: those who complain above the water, the silent below it.

    Each bar is divided into customers who stay and those who are lost, with the interval of all
    of the bar; the numbers are those who are lost.

    Parameters
    ----------
    desk : ComplaintEconomics
        Rates of complaints and recovery.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `desk` is another kind of result.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> desk = loyalty.ComplaintEconomics(
    ...     customers=1_000, dissatisfied=0.1, complain=0.4, recovered=0.7, silent_return=0.2
    ... )
    >>> plotting.complaint_iceberg(desk)
    Picture('60 of 100 dissatisfied customers lost; lines are 95 % intervals')
    """
    require_result("desk", desk, ComplaintEconomics, "loyalty.ComplaintEconomics()")
    level = checked_level(level)
    names = ["complain", "say nothing"]
    ax = axes_of_rows(ax, names, besides=1.1, each=0.75)
    parts = zip((desk.complaints, desk.silent), (desk.recovered, desk.silent_return), strict=True)
    for place, (who, stay) in enumerate(parts):
        stays = who.value * stay.value
        ax.barh(place, stays, height=0.6, color=BLUE, alpha=0.75, label="stay")
        lost = who.value - stays
        ax.barh(place, lost, left=stays, height=0.6, color=VERMILLION, alpha=0.75, label="lost")
        low, high = interval_between(who, level)
        ax.plot([low, high], [place, place], color="black", linewidth=1.4)
        beside(ax, f"{number(lost, 3)} lost", (max(high, who.value), place), away=5)
    ax.axhline(0.5, color=BLUE, linewidth=1.2, linestyle="--")
    name_rows(ax, names)
    ax.set_xlim(left=0)
    ax.set_xlabel("Dissatisfied customers: blue stay, red are lost")
    some = desk.complaints.value + desk.silent.value
    whole = f"{number(desk.lost.value, 3)} of {number(some, 3)} dissatisfied customers lost"
    picture = finished(ax, f"{whole}; lines are {percent(level)} intervals")
    room_for_numbers(ax)
    return picture


def closed_share_dots(
    shares: ClosedShares, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw which share of the cases each group closes within a time, with its interval.

    Groups in the order of the result; the dotted line is the share of all.

    Parameters
    ----------
    shares : ClosedShares
        What ``loyalty.ClosingTimesByGroup.from_frame().share_within()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `shares` is another kind of result.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> times = loyalty.ClosingTimesByGroup.from_arrays(
    ...     [1, 2, 2, 4, 9, 5, 7, 8], closed=[1, 1, 1, 1, 0, 1, 1, 1], by=[1, 1, 1, 1, 1, 2, 2, 2]
    ... )
    >>> plotting.closed_share_dots(times.share_within(4))
    Picture('Closed within 4 days: 50 % of all; lines are 95 % intervals')
    """
    made_by = "loyalty.ClosingTimesByGroup.from_frame().share_within()"
    require_result("shares", shares, ClosedShares, made_by)
    level = checked_level(level)
    names = [str(label) for label in shares.labels]
    ax = axes_of_rows(ax, names, besides=1.0)
    ax.axvline(100 * shares.every.value, color=GREY, linewidth=0.9, linestyle=":")
    for place, its in enumerate(shares.shares):
        if its is None:  # not watched for so long
            continue
        low, high = interval_between(its, level)
        ax.plot([100 * low, 100 * high], [place, place], color="black", linewidth=1.4)
        ax.plot(100 * its.value, place, "o", color=BLUE, markersize=7)
        beside(ax, percent(its.value), (100 * high, place), away=5, fontsize="small")
    name_rows(ax, names)
    ax.set_xlim(-2, 102)
    ax.set_xlabel("Closed within the time (%), open cases counted as long as they were watched")
    whole = (
        f"Closed within {in_units(shares.time, shares.unit)}: {percent(shares.every.value)} of all"
    )
    picture = finished(ax, f"{whole}; lines are {percent(level)} intervals")
    room_for_numbers(ax)
    return picture
