"""Intention by the number of types of experience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custvalue._loyalty.experience import ExperienceTrend
from custvalue._picture import Picture, axes_of, name_columns, require_result
from custvalue._plotting.style import BLUE, GREY, finished, interval_between
from custvalue._words import count, p_value, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def experience_trend_line(
    trend: ExperienceTrend, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the share of customers who intend to buy by how many types of experience they met.

    Points with intervals, and the line of least squares through all customers.

    Parameters
    ----------
    trend : ExperienceTrend
        What ``loyalty.ExperienceTrend.from_arrays()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `trend` is another kind of result.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> trend = loyalty.ExperienceTrend.from_counts({0: (14, 100), 1: (21, 100), "3+": (30, 100)})
    >>> plotting.experience_trend_line(trend)
    Picture('300 customers, trend P = 0.006253; lines are 95 % intervals')
    """
    require_result("trend", trend, ExperienceTrend, "loyalty.ExperienceTrend.from_arrays()")
    ax = axes_of(ax, height=3.2)
    scores = np.array([its.score for its in trend.doses])
    for its in trend.doses:
        low, high = interval_between(its.share, level)
        ax.plot([its.score] * 2, [100 * low, 100 * high], color=BLUE, linewidth=1.4)
        ax.plot(its.score, 100 * its.share.value, "o", color=BLUE, markersize=6)
    ends = np.array([scores[0], scores[-1]])
    line = trend.mean + trend.slope.value * (ends - trend.mean_score)
    ax.plot(ends, 100 * line, color=GREY, linewidth=1.2, linestyle="--")
    name_columns(ax, scores.tolist(), [its.name for its in trend.doses])
    ax.set_ylim(bottom=0)
    ax.set_xlabel("Types of experience met")
    ax.set_ylabel("Intend to buy (%)")
    whose = f"{count(trend.n, 'customer')}, trend {p_value(trend.p_value)}"
    return finished(ax, f"{whose}; lines are {percent(level)} intervals")
