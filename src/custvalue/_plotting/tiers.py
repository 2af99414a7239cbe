"""The customer pyramid: how many customers are in each tier, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._loyalty.pyramid import CustomerPyramid, Tier
from custvalue._picture import Picture, axes_of_rows, name_rows, require_result
from custvalue._plotting.style import BLUE, VERMILLION, beside, finished, interval_between
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOM = 1.35  # of the longest bar: for the numbers beside it


def pyramid_tiers(
    pyramid: CustomerPyramid, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the tiers as a pyramid: customers to the left, the value that they hold to the right.

    The best tier on top, shares in percent, with intervals of the value.

    Parameters
    ----------
    pyramid : CustomerPyramid
        What ``loyalty.pyramid()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `pyramid` is another kind of result.

    Examples
    --------
    >>> from custvalue import loyalty, plotting
    >>> found = loyalty.pyramid([900, 120, 80, 80, 20, 0], thresholds=(500, 50))
    >>> plotting.pyramid_tiers(found)
    Picture('6 customers by tier, and their value; lines are 95 % intervals')
    """
    require_result("pyramid", pyramid, CustomerPyramid, "loyalty.pyramid()")
    tiers = pyramid.tiers
    names = [its.name for its in tiers]
    ax = axes_of_rows(ax, names, besides=1.1)
    reach = [_drawn(ax, place, its, level) for place, its in enumerate(tiers)]
    least, most = (max(ends) for ends in zip(*reach, strict=True))
    ax.axvline(0, color="black", linewidth=0.8)
    name_rows(ax, names)
    ax.set_xlim(-ROOM * max(least, 1.0), ROOM * max(most, 1.0))
    ax.set_xticks([])
    ax.set_xlabel("Share of the customers (left) and of their value (right), %")
    whose = count(pyramid.customers, "customer")
    return finished(ax, f"{whose} by tier, and their value; lines are {percent(level)} intervals")


def _drawn(ax: Axes, place: int, tier: Tier, level: float) -> tuple[float, float]:
    """Draw one tier, and return how far it reaches to the left and to the right, in percent."""
    some = 100 * tier.share
    ax.barh(place, -some, height=0.7, color=BLUE, alpha=0.75)
    text = percent(tier.share, 0 if tier.share >= SMALL or not tier.share else 1)
    beside(ax, text, (-some, place), away=-5, ha="right")
    held = tier.value_share
    if held is None:
        return some, 0.0
    low, high = interval_between(held, level)
    ax.barh(place, 100 * held.value, height=0.7, color=VERMILLION, alpha=0.75)
    if high > low:
        ax.plot([100 * low, 100 * high], [place, place], color="black", linewidth=1.2)
    end = 100 * max(high, held.value, 0.0)
    beside(ax, percent(held.value), (end, place), away=5, ha="left")
    return max(some, -100 * min(low, 0.0)), end


SMALL = 0.1  # a share below has a digit more
