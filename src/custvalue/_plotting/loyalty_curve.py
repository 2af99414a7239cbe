"""A picture of what customers do against how satisfied they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from custvalue._checks import checked_level
from custvalue._loyalty.curves.result import LoyaltyCurve
from custvalue._loyalty.curves.zones import LoyaltyZone
from custvalue._picture import Picture, axes_of, name_columns, require_result
from custvalue._plotting.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    finished,
    interval_between,
)
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ZONES = (VERMILLION, GREY, GREEN)
SHADE = 0.10
YLABELS = {
    "binary": "With the outcome (%)",
    "proportion": "Mean share (%)",
    "scale": "Mean answer",
    "count": "Mean count",
    "amount": "Mean amount",
}


def loyalty_curve_line(
    curve: LoyaltyCurve,
    ax: Axes | None = None,
    *,
    cuts: Sequence[float] | None = None,
    level: float = 0.95,
) -> Picture:
    """Draw a loyalty curve with its band, the observed outcomes with n, and zones.

    Satisfaction from left (the worst answer) to right, what customers do upwards: shares in
    percent. Points are observed, with their intervals; the number of customers stands below each
    answer. The dashed line is the most probable shape.

    Parameters
    ----------
    curve : LoyaltyCurve
        What ``loyalty.curve()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    cuts : sequence of float, optional
        Where the next zone begins, as in ``curve.zones(cuts)``; no zones without.
    level : float
        Confidence level of the intervals and the band, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `curve` is another kind of result, `level` no level, or
        cuts are not on the scale.

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import loyalty, plotting
    >>> from custvalue.survey import Scale
    >>> satisfied = np.repeat([1, 2, 3, 4, 5], 40)
    >>> returned = np.arange(200) % 40 < np.repeat([4, 12, 16, 20, 34], 40)
    >>> curve = loyalty.curve(satisfaction=satisfied, outcome=returned, scale=Scale(1, 5), rng=1)
    >>> plotting.loyalty_curve_line(curve, cuts=(2.5, 4.5))
    Picture('Dashed: linear (51 %); 200 customers; the band is a 95 % interval')
    """
    require_result("curve", curve, LoyaltyCurve, "loyalty.curve()")
    level = checked_level(level)
    zones = () if cuts is None else curve.zones(cuts).zones
    ax = axes_of(ax, height=3.8)
    scores = np.array([its.score for its in curve.levels])
    times = 100.0 if curve.family in ("binary", "proportion") else 1.0
    band = times * np.array([interval_between(its.fitted, level) for its in curve.levels])
    ax.fill_between(scores, band[:, 0], band[:, 1], color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(scores, [times * its.fitted.value for its in curve.levels], color=BLUE, linewidth=1.6)
    best = curve.shapes.best
    ax.plot(scores, times * np.array(best.curve), color=VERMILLION, linewidth=1.1, linestyle="--")
    for its in curve.levels:
        ends = interval_between(its.outcome, level)
        ax.plot([its.score] * 2, [times * end for end in ends], color=BLACK, linewidth=1.0)
        ax.plot(its.score, times * its.outcome.value, "o", color=BLACK, markersize=4)
    names = [f"{its.score:g}\nn {its.n:,}" for its in curve.levels]
    name_columns(ax, scores.tolist(), names)
    if times > 1:
        ax.set_ylim(-2, 102)
    elif curve.family != "scale" and ax.get_ylim()[0] > 0:
        ax.set_ylim(bottom=0)
    _shade(ax, zones)
    if curve.scale.sign < 0:
        ax.invert_xaxis()
    ax.set_xlabel("Satisfaction")
    ax.set_ylabel(YLABELS[curve.family])
    shape = f"Dashed: {best.name} ({percent(best.probability)})"
    of = count(curve.n, "customer")
    return finished(ax, f"{shape}; {of}; the band is a {percent(level)} interval")


def _shade(ax: Axes, zones: Sequence[LoyaltyZone]) -> None:
    """Shade zones, and name them at the top."""
    for place, its in enumerate(zones):
        colour = ZONES[round(place * (len(ZONES) - 1) / max(len(zones) - 1, 1))]
        ax.axvspan(its.low, its.high, color=colour, alpha=SHADE, linewidth=0)
        ax.annotate(
            its.name,
            ((its.low + its.high) / 2, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -4),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize="small",
            parse_math=False,
        )
