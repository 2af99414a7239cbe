"""How strong something unmeasured would have to be to explain a link, or the money, away.

* Ratios (of rates, of spend): the E-value (VanderWeele & Ding 2017, *Annals of Internal Medicine*
  167(4), 268-274): RR + √(RR (RR - 1)). What is unmeasured would have to be associated with
  satisfaction, for one point, and with the outcome by ratios of that size each.
* Regression of satisfaction on dimensions: the robustness value (Cinelli & Hazlett 2020, *Journal
  of the Royal Statistical Society B* 82(1), 39-67): (√(f⁴ + 4 f²) - f²) / 2 with f = |t| / √df. It
  would have to explain this share of what is left of both, dimension and satisfaction.
* Money: what is left of it if a bias multiplies all ratios of a point, each towards 1, and by which
  one it is all gone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.resampled import ResampledEstimate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._words import number

BIASES = (1.0, 1.01, 1.02, 1.05, 1.1)
MOST_BIAS = 100.0
NOTHING = 1e-9  # share of the money that rounding leaves


def e_value(ratio: float) -> float:
    """Return the E-value of a ratio, that of its inverse below 1.

    Examples
    --------
    >>> round(e_value(3.9), 2), round(e_value(1.8), 1), e_value(1.0)
    (7.26, 3.0, 1.0)
    """
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above * (above - 1))


def robustness_value(t: float, degrees_of_freedom: float) -> float:
    """Return the robustness value of a coefficient from its t.

    Examples
    --------
    >>> round(robustness_value(4.184, 783), 3)
    0.139
    """
    f = abs(t) / math.sqrt(degrees_of_freedom)
    return (math.sqrt(f**4 + 4 * f**2) - f**2) / 2


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ChainSensitivity(Tabulated, Columns):
    """What something unmeasured would have to be like.

    Parameters
    ----------
    links : tuple of ResampledEstimate
        The links.
    ratios : tuple of str
        Names of those that are logarithms of ratios.
    biases, money : ndarray of float64
        Biases of the ratios of a point, and the money of the points that is left.
    break_even : float or None
        The bias by which no money is left; None where no bias up to 100 does that.
    points : float
        Of which the money is.
    """

    TITLE: ClassVar[str] = "What something unmeasured would have to be like"
    SHOWN: ClassVar = shown(
        "e_value: E-value, e_value_of_interval: of the interval, robustness_value: robustness value"
    )
    REPR: ClassVar[tuple[str, ...]] = ("points", "break_even")

    links: tuple[ResampledEstimate, ...]
    ratios: tuple[str, ...]
    biases: FloatArray
    money: FloatArray
    break_even: float | None
    points: float

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, self._row(its, level)) for its in self.links]

    def _row(self, its: ResampledEstimate, level: float) -> dict[str, Any]:
        if its.name in self.ratios:
            ends = its.confidence_interval(level)
            nearest = min(abs(ends.low), abs(ends.high)) if ends.low * ends.high > 0 else 0.0
            return {
                "link": its.name,
                "e_value": e_value(math.exp(its.value)),
                "e_value_of_interval": e_value(math.exp(nearest)),
                "robustness_value": math.nan,
            }
        t = its.value / its.standard_error if its.standard_error else math.inf
        known = math.isfinite(t)
        return {
            "link": its.name,
            "e_value": math.nan,
            "e_value_of_interval": math.nan,
            "robustness_value": robustness_value(t, its.n - 2) if known else 1.0,
        }

    def _notes(self) -> Iterable[str]:
        left = ", ".join(
            f"{number(money)} at {bias:g}"
            for bias, money in zip(self.biases.tolist(), self.money.tolist(), strict=True)
        )
        yield f"Money of {self.points:+g} points if all ratios are too large by a factor: {left}."
        if self.break_even is not None:
            yield f"None is left at {self.break_even:.3f}."
        yield "E-values are of ratios for one point; 1 means that nothing has to be explained."


def sensitivity_of(
    links: tuple[ResampledEstimate, ...],
    ratios: tuple[str, ...],
    money: Callable[[float], float],
    points: float,
) -> ChainSensitivity:
    """Return what a bias leaves of the money, and by which it is gone."""
    left = [money(bias) for bias in BIASES]
    gone = abs(left[0]) > 0 and not money(MOST_BIAS) / left[0] > NOTHING
    return ChainSensitivity(
        links=links,
        ratios=ratios,
        biases=read_only(np.array(BIASES)),
        money=read_only(np.array(left)),
        break_even=_gone(money, left[0]) if gone else None,
        points=points,
    )


def _gone(money: Callable[[float], float], first: float) -> float:
    """Return the least bias that leaves nothing of the money, by bisection."""
    low, high = 0.0, math.log(MOST_BIAS)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        left = money(math.exp(middle)) / first > NOTHING
        low, high = (middle, high) if left else (low, middle)
    return math.exp(high)


HALVINGS = 24
