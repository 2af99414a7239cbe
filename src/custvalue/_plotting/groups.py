"""The picture of groups that borrow from one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._lifetime.grouping.groups import GroupFit, GroupFits
from custvalue._picture import Picture, axes_of_rows, legend_above, name_rows, require_result
from custvalue._plotting.style import BLUE, GREY, VERMILLION, finished, interval_line
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DRAWN = 40  # groups


def groups_pooled(groups: GroupFits, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw what customers of each group buy: as observed, and as the pooled fit says.

    A ring is the repeat purchases per customer and time unit that were observed, a dot those that
    the fit of the group expects of customers of these ages, with its interval: between the ring
    and what is typical, the nearer to the ring the more customers there are. The best group stands
    first; of more than 40 groups, the best 20 and the last 20.

    Parameters
    ----------
    groups : GroupFits
        What ``lifetime.fit_groups`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Probability of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `groups` is another kind of result, or `level` is not
        between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import lifetime, plotting
    >>> truth = lifetime.BGNBD(r=1, alpha=8, a=1, b=3, unit="week")
    >>> history = truth.simulate(350, age="52 weeks", rng=1)
    >>> dealer = np.repeat(["north", "south", "west"], [300, 40, 10])
    >>> fits = lifetime.fit_groups(lifetime.BGNBD, history, by=dealer)
    >>> plotting.groups_pooled(fits)
    Picture('BGNBD of 3 groups, pooled; lines are 95 % intervals')
    """
    require_result("groups", groups, GroupFits, "lifetime.fit_groups()")
    rows = _drawn(sorted(groups.groups, key=lambda its: -its.expected.value))
    names = [f"{its.name} ({its.customers:,})" for its in rows]
    ax = axes_of_rows(ax, names, besides=1.2)
    for place, its in enumerate(rows):
        interval_line(ax, place, its.expected, level, color=BLUE, linewidth=2)
        ax.plot([its.expected.value], [place], "o", color=BLUE)
        ax.plot([its.observed], [place], "o", markerfacecolor="none", color=VERMILLION)
    ax.axvline(_mean(groups), color=GREY, linewidth=0.8, linestyle="--")
    name_rows(ax, names)
    ax.plot([], [], "o", color=BLUE, label="pooled")
    ax.plot([], [], "o", markerfacecolor="none", color=VERMILLION, label="observed")
    ax.set_xlabel(f"Repeat purchases per customer and {groups.unit or 'time unit'}")
    above = 6.0 + legend_above(ax, 2)
    kind = type(groups.common.model).__name__
    some = "" if len(rows) == len(groups.groups) else f", {len(rows)} drawn"
    title = f"{kind} of {count(len(groups.groups), 'group')}{some}, pooled"
    return finished(ax, f"{title}; lines are {percent(level)} intervals", above=above)


def _drawn(ordered: list[GroupFit]) -> list[GroupFit]:
    half = MOST_DRAWN // 2
    return ordered if len(ordered) <= MOST_DRAWN else [*ordered[:half], *ordered[-half:]]


def _mean(groups: GroupFits) -> float:
    """Return the mean over groups of what their fits expect."""
    values = [its.expected.value for its in groups.groups]
    return sum(values) / len(values)
