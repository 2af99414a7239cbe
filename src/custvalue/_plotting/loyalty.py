"""Pictures of complaints: how long they take, and why customers leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custvalue._loyalty.closing_times import ClosingTimes
from custvalue._loyalty.reasons import ChurnReasons
from custvalue._picture import (
    Picture,
    axes_of,
    axes_of_rows,
    name_rows,
    require_result,
    room_for_numbers,
)
from custvalue._plotting.style import BLUE, GREY, VERMILLION, beside, finished
from custvalue._words import count, number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def closing_times_steps(times: ClosingTimes, ax: Axes | None = None) -> Picture:
    """Draw the share of cases that are still open after a time, with its 95 % band.

    Time from left to right, the share that is open in percent upwards; the dotted line is the
    median.

    Parameters
    ----------
    times : ClosingTimes
        What ``loyalty.ClosingTimes.from_frame()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `times` is another kind of result.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> times = loyalty.ClosingTimes.from_arrays([2, 3, 3, 5, 8], closed=[1, 1, 1, 0, 1])
    >>> plotting.closing_times_steps(times)
    Picture('Median 3 days; 5 cases, 1 still open; the band is a 95 % interval')
    """
    require_result("times", times, ClosingTimes, "loyalty.ClosingTimes.from_frame()")
    ax = axes_of(ax, height=3.2)
    columns = times.columns() if len(times.time) else {}
    at = np.r_[0.0, times.time, max(times.longest, 0.0)]

    def shares(name: str) -> list[float]:
        found = (100 * columns[name]).tolist() if columns else []
        return [100.0, *found, (found or [100.0])[-1]]

    ax.fill_between(
        at, shares("low"), shares("high"), step="post", color=BLUE, alpha=0.2, linewidth=0
    )
    ax.step(at, shares("still_open"), where="post", color=BLUE, linewidth=1.4)
    if times.median is not None:
        ax.axvline(times.median, color=GREY, linewidth=0.9, linestyle=":")
    ax.set_xlim(left=0)
    ax.set_ylim(0, 102)
    ax.set_xlabel(f"Time since the customer's first word ({times.unit}s)", parse_math=False)
    ax.set_ylabel("Still open (%)")
    middle = "Median beyond the data" if times.median is None else f"Median {number(times.median)} "
    unit = "" if times.median is None else f"{times.unit}s"
    cases = f"{count(times.cases, 'case')}, {times.still_open:,} still open"
    return finished(ax, f"{middle}{unit}; {cases}; the band is a 95 % interval")


def churn_reasons_bars(reasons: ChurnReasons, ax: Axes | None = None) -> Picture:
    """Draw reasons to leave as bars with the intervals that hold all together (Pareto).

    Reasons from the top down, shares of the customers in percent; the number beside a bar is the
    share of this reason and those above it.

    Parameters
    ----------
    reasons : ChurnReasons
        What ``loyalty.churn_reasons()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `reasons` is another kind of result.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> plotting.churn_reasons_bars(loyalty.churn_reasons({"price": 17, "moved": 8, "car": 6}))
    Picture('Lines hold all together at 95 % (goodman); 31 customers')
    """
    require_result("reasons", reasons, ChurnReasons, "loyalty.churn_reasons()")
    names = [its.name for its in reasons.reasons]
    ax = axes_of_rows(ax, names, besides=0.9)
    for place, its in enumerate(reasons.reasons):
        ax.barh(place, 100 * its.share, height=0.55, color=VERMILLION, alpha=0.75)
        ax.plot([100 * its.low, 100 * its.high], [place, place], color="black", linewidth=1.4)
        beside(ax, percent(its.cumulative), (100 * its.high, place), away=5, fontsize="small")
    name_rows(ax, names)
    ax.set_xlabel("Share of the customers (%); beside the bars, the share up to that reason")
    whole = f"Lines hold all together at {percent(reasons.level)} ({reasons.method})"
    picture = finished(ax, f"{whole}; {count(reasons.n, 'customer')}")
    room_for_numbers(ax)
    return picture
