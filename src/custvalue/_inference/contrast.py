"""The difference of two estimates by three methods, a test of many, and corrections for many.

What each method is: :mod:`custvalue._comparing.comparison`, which puts results together.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy import special

from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.estimate import ROUNDING, ComparisonMethod, Estimate
from custvalue._inference.interval import Interval
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Positive, Probability
from custvalue._words import number, p_value
from custvalue.errors import DataError

Correction = Literal["holm", "bonferroni", "benjamini-hochberg", "none"]
Label = str | int

LARGEST_Z = 8.1  # P = 5.5e-16, which prints as < 1e-15: a level closer to 1 is hardly below 1
ROUNDS = 200


class Heterogeneity(Frozen):
    """A test that several estimates are all the same.

    Parameters
    ----------
    statistic : float
        F or χ².
    degrees_of_freedom : float
        Of the numerator, or of χ².
    denominator_degrees_of_freedom : float or None
        Of F; None for χ².
    p_value : float
        That all are equal.
    method : str
        The test.
    """

    statistic: NonNegative
    degrees_of_freedom: Positive
    denominator_degrees_of_freedom: Positive | None
    p_value: Probability
    method: str

    def __str__(self) -> str:
        if self.denominator_degrees_of_freedom is None:
            what = f"χ²({number(self.degrees_of_freedom)})"
        else:
            below = number(self.denominator_degrees_of_freedom)
            what = f"F({number(self.degrees_of_freedom)}, {below})"
        return f"{what} = {number(self.statistic)}, {p_value(self.p_value)}, {self.method}"


def adjusted_p_values(p_values: FloatArray, correction: Correction) -> FloatArray:
    """Correct P values for their number.

    Parameters
    ----------
    p_values : ndarray of shape (tests,)
        P of each test alone.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        How.
    """
    tests = len(p_values)
    order = np.argsort(p_values, kind="stable")
    ranks = np.arange(1, tests + 1)
    adjusted = np.empty(tests)
    if correction == "holm":
        adjusted[order] = np.maximum.accumulate(p_values[order] * (tests + 1 - ranks))
    elif correction == "benjamini-hochberg":
        raised = p_values[order] * tests / ranks
        adjusted[order] = np.minimum.accumulate(raised[::-1])[::-1]
    else:
        adjusted = p_values * (tests if correction == "bonferroni" else 1)
    return np.minimum(adjusted, 1.0)


def corrected_level(
    adjusted: FloatArray, correction: Correction, level: float
) -> tuple[float, str]:
    """Return the level of each interval that fits a correction, and words for it.

    Parameters
    ----------
    adjusted : ndarray of shape (tests,)
        Adjusted P values.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        How they were adjusted.
    level : float
        Level of all of them together.
    """
    tests, alpha = len(adjusted), 1 - level
    if correction == "none" or tests == 1:
        return level, ""
    if correction == "benjamini-hochberg":
        found = max(int((adjusted <= alpha).sum()), 1)
        return 1 - alpha * found / tests, f", false coverage rate over {tests} pairs"
    return 1 - alpha / tests, f", simultaneous for {tests} pairs (Bonferroni)"


class Contrast(NamedTuple):
    """One difference, before it is corrected."""

    value: float
    error: float
    degrees: float | None
    p_value: float
    ends: Callable[[float], tuple[float, float]]
    method: str
    bounds: tuple[float, float] = (-math.inf, math.inf)

    def interval(self, each: float, level: float, words: str) -> Interval:
        """Return the interval, clipped where no difference can be.

        Parameters
        ----------
        each : float
            Level of this interval alone.
        level : float
            Level of all intervals together, which the result names.
        words : str
            How the two belong together, added to the method.
        """
        low, high = self.ends(each)
        least, most = self.bounds
        clipped = ", clipped at what is possible" if low < least or high > most else ""
        method = f"{self.method}{clipped}{words}"
        return Interval(low=max(low, least), high=min(high, most), level=level, method=method)


Named = tuple[Label, Estimate]


def error_of(estimate: Estimate) -> float:
    return float(estimate.standard_error or 0.0)


def _wald(one: Named, other: Named) -> Contrast:
    """Return the difference with its normal test."""
    return _by_error(one, other, None)


def _welch(one: Named, other: Named) -> Contrast:
    """Return the difference with its t test, Welch-Satterthwaite degrees of freedom."""
    variances = [error_of(estimate) ** 2 for _, estimate in (one, other)]
    parts = [
        variance**2 / estimate.t_degrees
        for variance, (_, estimate) in zip(variances, (one, other), strict=True)
    ]
    return _by_error(one, other, sum(variances) ** 2 / sum(parts) if sum(parts) > 0 else None)


def _by_error(one: Named, other: Named, degrees: float | None) -> Contrast:
    value = float(one[1].value - other[1].value)
    error = math.hypot(error_of(one[1]), error_of(other[1]))
    if not (one[1].varies or other[1].varies):
        way_out = "Use method='mover', or compare top-box shares: both go by intervals."
        raise _without_variance(one[0], other[0], way_out)

    def ends(level: float) -> tuple[float, float]:
        quantile = normal_quantile(level) if degrees is None else t_quantile(level, degrees)
        return value - quantile * error, value + quantile * error

    ratio = -abs(value) / error
    tail = special.ndtr(ratio) if degrees is None else special.stdtr(degrees, ratio)
    name = "normal" if degrees is None else "Welch's t"
    p_value = min(2 * float(tail), 1.0)
    return Contrast(value, error, degrees, p_value, ends, name, _possible(one[1], other[1]))


def _possible(one: Estimate, other: Estimate) -> tuple[float, float]:
    """Return the ends that the difference of two estimates cannot pass."""
    first, second = one.bounds, other.bounds
    if first is None or second is None:
        return -math.inf, math.inf
    return first[0] - second[1], first[1] - second[0]


def _without_variance(one: Label, other: Label, way_out: str) -> DataError:
    return DataError(
        f"in {one!r} and in {other!r} all answers are equal, so the standard error of their "
        f"difference is unknown. {way_out}"
    )


def _mover(one: Named, other: Named) -> Contrast:
    """Return the difference with the interval that the two intervals give."""
    first, second = one[1], other[1]
    value = float(first.value - second.value)

    def ends(level: float) -> tuple[float, float]:
        here, there = first.confidence_interval(level), second.confidence_interval(level)
        below = math.hypot(first.value - here.low, there.high - second.value)
        above = math.hypot(here.high - first.value, second.value - there.low)
        return value - below, value + above

    low, high = ends(0.95)
    scale = max(abs(first.value), abs(second.value), high - low)
    if high - low <= ROUNDING * scale:
        way_out = "Compare means of answers on a scale, whose intervals have a width then too."
        raise _without_variance(one[0], other[0], way_out)
    error = math.hypot(error_of(first), error_of(second))
    equal = abs(value) <= ROUNDING * scale
    p_value = 1.0 if equal else _p_of_interval(ends, value)
    return Contrast(value, error, None, p_value, ends, f"mover, {first.default_method}")


def _p_of_interval(ends: Callable[[float], tuple[float, float]], value: float) -> float:
    """Return 1 - level of the widest interval that does not hold 0.

    The reach of an interval is nearly proportional to z, so that z times value over reach is
    nearly the solution; a bracket is kept for where it is not.
    """
    side = 0 if value > 0 else 1
    low, high, z = 0.0, LARGEST_Z, 2.0
    for _ in range(ROUNDS):
        reach = abs(value - ends(1 - 2 * float(special.ndtr(-z)))[side])
        low, high = (z, high) if reach < abs(value) else (low, z)
        last, z = z, z * abs(value) / reach if reach else high
        if not low < z < high:
            z = (low + high) / 2
        if abs(z - last) < 1e-12 * LARGEST_Z:
            break
    return 2 * float(special.ndtr(-z))


CONTRASTS = {"welch": _welch, "mover": _mover, "wald": _wald}


def heterogeneity_of(estimates: list[Estimate], method: ComparisonMethod) -> Heterogeneity | None:
    if len(estimates) < 3:
        return None
    values = np.array([estimate.value for estimate in estimates])
    if method == "mover":
        return _chi_squared(*_recovered(estimates, values), "variances of the groups' intervals")
    if not all(estimate.varies for estimate in estimates):
        return None
    errors = np.array([error_of(estimate) for estimate in estimates])
    if method == "wald":
        return _chi_squared(values, errors, "Wald")
    return _welch_anova(values, errors, np.array([estimate.t_degrees for estimate in estimates]))


def _chi_squared(values: FloatArray, errors: FloatArray, method: str) -> Heterogeneity:
    weights = errors**-2.0
    mean = weights @ values / weights.sum()
    statistic, degrees = float(weights @ (values - mean) ** 2), len(values) - 1
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=degrees,
        denominator_degrees_of_freedom=None,
        p_value=float(special.chdtrc(degrees, statistic)),
        method=method,
    )


def _welch_anova(values: FloatArray, errors: FloatArray, degrees: FloatArray) -> Heterogeneity:
    """Welch (1951): F of the weighted means, with weights 1/SE²."""
    k, weights = len(values), errors**-2.0
    mean = weights @ values / weights.sum()
    doubt = float(np.sum((1 - weights / weights.sum()) ** 2 / degrees)) / (k**2 - 1)
    between = float(weights @ (values - mean) ** 2) / (k - 1)
    statistic, below = between / (1 + 2 * (k - 2) * doubt), 1 / (3 * doubt)
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=k - 1,
        denominator_degrees_of_freedom=below,
        p_value=float(special.fdtrc(k - 1, below, statistic)),
        method="Welch's analysis of variance",
    )


def _recovered(estimates: list[Estimate], values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return values and standard errors, from the side of each interval where the mean is.

    The mean moves with the sides that are used; the sum of squares is convex in it, so that it
    settles.
    """
    ends = [estimate.confidence_interval(0.95) for estimate in estimates]
    z = normal_quantile(0.95)
    below = (values - np.array([end.low for end in ends])) / z
    above = (np.array([end.high for end in ends]) - values) / z
    below, above = np.where(below > 0, below, above), np.where(above > 0, above, below)
    mean = float(values.mean())
    errors = below
    for _ in range(ROUNDS):
        errors = np.where(values > mean, below, above)
        last, mean = mean, float(errors**-2.0 @ values / np.sum(errors**-2.0))
        if mean == last:
            break
    return values, errors
