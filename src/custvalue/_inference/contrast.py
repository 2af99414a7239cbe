"""The difference of two estimates by three methods, a test of many, and corrections for many.

What each method is: ``comparison.py``, which puts results together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.estimate import ROUNDING, ComparisonMethod, EndsAt, Estimate
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Frozen, NonNegative, Positive, Probability
from custvalue._words import number, p_value
from custvalue.errors import DataError

Correction = Literal["holm", "bonferroni", "benjamini-hochberg", "none"]
Label = str | int

SMALLEST_Z = 1e-11  # a level closer to 0 is hardly above 0, and a step as small is the last
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
    """Correct P values for their number."""
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


@dataclass(frozen=True)
class Family:
    """Tests that are corrected together for their number.

    Parameters
    ----------
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        How.
    adjusted : tuple of float
        The adjusted P values of all of them.
    """

    correction: Correction
    adjusted: tuple[float, ...]

    def level_of_each(self, level: float) -> tuple[float, str]:
        """Return the level of each interval for a level of all together, and words for it."""
        tests, alpha = len(self.adjusted), 1 - level
        if self.correction == "none" or tests == 1:
            return level, ""
        if self.correction == "benjamini-hochberg":
            found = max(sum(p <= alpha for p in self.adjusted), 1)
            return 1 - alpha * found / tests, f", false coverage rate over {tests} pairs"
        return 1 - alpha / tests, f", simultaneous for {tests} pairs (Bonferroni)"


def family_of(p_values: Sequence[float], correction: Correction) -> Family:
    """Correct P values for their number, and keep them together."""
    adjusted = adjusted_p_values(np.array(p_values, dtype=np.float64), correction)
    return Family(correction, tuple(adjusted.tolist()))


Ends = tuple[float, float]


class Contrast(NamedTuple):
    """The difference of two estimates with its test, before it is corrected for others."""

    value: float
    error: float
    degrees: float | None
    p_value: float


class Ties(NamedTuple):
    """What pairs of estimates have in common: one number for each pair.

    The correlation of the two, and the share of their clusters that are in both.
    """

    correlation: FloatArray
    shared: FloatArray

    @classmethod
    def none(cls, pairs: int) -> Ties:
        """Return those of independent samples."""
        return cls(np.zeros(pairs), np.zeros(pairs))


Matrix = tuple[tuple[float, ...], ...]


class Dependence(Frozen):
    """What the estimates of groups have in common, one row and column for each group.

    Parameters
    ----------
    correlations : tuple of tuple of float
        Of the estimates.
    shared : tuple of tuple of float
        Clusters in both groups, over the geometric mean of their numbers.
    """

    correlations: Matrix
    shared: Matrix

    def ties(self, first: Any, second: Any) -> Ties:
        """Return those of pairs of groups, by their places."""
        both = (np.array(its)[first, second] for its in (self.correlations, self.shared))
        return Ties(*both)


class Tie(NamedTuple):
    """What two estimates have in common."""

    correlation: float = 0.0
    shared: float = 0.0


APART = Tie()  # independent samples


def error_of(estimate: Estimate) -> float:
    return float(estimate.standard_error or 0.0)


def value_between(one: Estimate, other: Estimate) -> float:
    """Return the difference, 0 where it is but a rounding error beside the two values."""
    value = float(one.value - other.value)
    return value if abs(value) > ROUNDING * max(abs(one.value), abs(other.value)) else 0.0


def error_between(one: Estimate, other: Estimate, tie: Tie = APART) -> float:
    return float(_together(error_of(one), error_of(other), tie.correlation))


def _together(one: Any, other: Any, correlation: Any) -> Any:
    """Return √(a² + b² - 2 r a b), the error of a difference."""
    if not np.any(correlation):
        return np.hypot(one, other)
    return np.sqrt(np.maximum(one**2 + other**2 - 2 * correlation * one * other, 0.0))


def bounds_between(one: Estimate, other: Estimate) -> Ends | None:
    """Return the ends that the difference of two estimates cannot pass."""
    if one.bounds is None or other.bounds is None:
        return None
    return one.bounds[0] - other.bounds[1], one.bounds[1] - other.bounds[0]


def welch_degrees(one: Estimate, other: Estimate, tie: Tie = APART) -> float:
    """Return the degrees of freedom of Welch and Satterthwaite.

    Those of estimates from the same clusters are no more than either has: the covariance matrix of
    what clusters add to the difference is the sum of both, S₁ + S₂.
    """
    a, b = (error_of(estimate) ** 2 for estimate in (one, other))
    return float(satterthwaite(a, b, one.t_degrees, other.t_degrees, tie.shared))


def satterthwaite(a: Any, b: Any, one: Any, other: Any, shared: Any) -> Any:
    """Return (a + b)² / (a²/f + b²/g + 2 s a b / √(f g)) of two variances a and b."""
    return (a + b) ** 2 / (a**2 / one + b**2 / other + 2 * shared * a * b / np.sqrt(one * other))


def _welch_ends(one: Estimate, other: Estimate, level: float, tie: Tie) -> Ends:
    return _around(one, other, t_quantile(level, welch_degrees(one, other, tie)), tie)


def _wald_ends(one: Estimate, other: Estimate, level: float, tie: Tie) -> Ends:
    return _around(one, other, normal_quantile(level), tie)


def _around(one: Estimate, other: Estimate, quantile: float, tie: Tie) -> Ends:
    value, error = value_between(one, other), error_between(one, other, tie)
    return value - quantile * error, value + quantile * error


def _mover_ends(one: Estimate, other: Estimate, level: float, tie: Tie) -> Ends:
    """Return the ends that the intervals of the two estimates give."""
    value, r = value_between(one, other), tie.correlation
    here, there = one.confidence_interval(level), other.confidence_interval(level)
    below = float(_together(one.value - here.low, there.high - other.value, r))
    above = float(_together(here.high - one.value, other.value - there.low, r))
    return value - below, value + above


ENDS: Mapping[ComparisonMethod, Callable[[Estimate, Estimate, float, Tie], Ends]] = (
    MappingProxyType({"welch": _welch_ends, "mover": _mover_ends, "wald": _wald_ends})
)


def contrasts(
    estimates: Mapping[Label, Estimate],
    pairs: Sequence[tuple[Label, Label]],
    method: ComparisonMethod,
    ties: Ties | None = None,
) -> list[Contrast]:
    """Return the difference of each pair of estimates, the first minus the second, with its test.

    All pairs are tested together.
    """
    first, second = places_of(estimates, pairs)
    every = list(estimates.values())
    values, errors = _values(every), np.array([error_of(its) for its in every])
    ties = Ties.none(len(pairs)) if ties is None else ties
    found = _Pairs(pairs, every, first, second, _settled(values[first], values[second]), ties)
    both = _together(errors[first], errors[second], ties.correlation)
    if method == "mover":
        degrees, p_values = None, _by_intervals(found)
    else:
        degrees, p_values = _by_errors(found, errors, both, method)
    of_each = [None] * len(pairs) if degrees is None else degrees.tolist()
    columns = (found.difference.tolist(), both.tolist(), of_each, p_values.tolist())
    return [Contrast(*row) for row in zip(*columns, strict=True)]


def places_of(
    labels: Iterable[Label], pairs: Sequence[tuple[Label, Label]]
) -> tuple[IntArray, IntArray]:
    """Return the places of both of each pair among the labels."""
    place = {label: position for position, label in enumerate(labels)}
    first, second = np.array([(place[one], place[other]) for one, other in pairs]).T
    return first, second


class _Pairs(NamedTuple):
    """Pairs of estimates by their places, and what the first is more than the second."""

    labels: Sequence[tuple[Label, Label]]
    estimates: list[Estimate]
    first: IntArray
    second: IntArray
    difference: FloatArray
    ties: Ties

    def refuse(self, flat: npt.NDArray[np.bool_], way_out: str) -> None:
        """Raise a DataError for the first pair whose difference has no variance."""
        if flat.any():
            one, other = self.labels[int(flat.argmax())]
            raise DataError(
                f"in {one!r} and in {other!r} all answers are equal, so the standard error of "
                f"their difference is unknown. {way_out}"
            )


def _values(estimates: Sequence[Estimate]) -> FloatArray:
    return np.array([its.value for its in estimates], dtype=np.float64)


def _settled(ones: FloatArray, others: FloatArray) -> FloatArray:
    """Subtract, 0 where the difference is but a rounding error beside the two values."""
    differences = ones - others
    large = np.maximum(np.abs(ones), np.abs(others))
    return np.where(np.abs(differences) > ROUNDING * large, differences, 0.0)


def _by_errors(
    pairs: _Pairs, errors: FloatArray, both: FloatArray, method: ComparisonMethod
) -> tuple[FloatArray | None, FloatArray]:
    """Return degrees of freedom and P by the errors of the estimates."""
    varies = np.array([its.varies for its in pairs.estimates])
    pairs.refuse(
        ~(varies[pairs.first] | varies[pairs.second]),
        "Use method='mover', or compare top-box shares: both go by intervals.",
    )
    ratio = -np.abs(pairs.difference / both)
    if method == "wald":
        return None, np.minimum(2 * special.ndtr(ratio), 1.0)
    own = np.array([its.t_degrees for its in pairs.estimates])
    one, other = (errors[places] ** 2 for places in (pairs.first, pairs.second))
    degrees = satterthwaite(one, other, own[pairs.first], own[pairs.second], pairs.ties.shared)
    return degrees, np.minimum(2 * special.stdtr(degrees, ratio), 1.0)


def two_sided(ratio: float, degrees: float | None) -> float:
    """Return P of a value over its standard error, by t or by the normal distribution."""
    tail = special.ndtr(-abs(ratio)) if degrees is None else special.stdtr(degrees, -abs(ratio))
    return min(2 * float(tail), 1.0)


def _ends_of(estimates: Sequence[Estimate]) -> EndsAt:
    """Return how usual intervals are found: by the kind of the estimates, where all are of one."""
    kinds = {type(its) for its in estimates}
    return (kinds.pop() if len(kinds) == 1 else Estimate).usual_ends(estimates)


def _by_intervals(pairs: _Pairs) -> FloatArray:
    """Return P of each pair, by the usual intervals of the estimates."""
    find, values = _ends_of(pairs.estimates), _values(pairs.estimates)

    def reach(some: IntArray, levels: FloatArray, sides: FloatArray) -> FloatArray:
        """Return how far the intervals of the difference reach to one side."""
        first, second = pairs.first[some], pairs.second[some]
        here = find(first, sides, levels) - values[first]
        there = find(second, -sides, levels) - values[second]
        return np.asarray(_together(np.abs(here), np.abs(there), pairs.ties.correlation[some]))

    every = np.arange(len(pairs.first))
    usual, up = np.full(len(every), 0.95), np.ones(len(every))
    width = reach(every, usual, up) + reach(every, usual, -up)
    largest = np.maximum(np.abs(values[pairs.first]), np.abs(values[pairs.second]))
    least = ROUNDING * np.maximum(largest, width)
    pairs.refuse(
        width <= least,
        "Compare means of answers on a scale, whose intervals have a width then too.",
    )
    p_values = np.ones(len(every))
    unequal = np.flatnonzero(np.abs(pairs.difference) > least)
    p_values[unequal] = _p_of_intervals(reach, unequal, pairs.difference[unequal])
    return p_values


def p_against(estimates: Sequence[Estimate], values: FloatArray, errors: FloatArray) -> FloatArray:
    """Return P that each estimate is a value that is known with an error, by its usual interval."""
    find, own = _ends_of(estimates), _values(estimates)

    def reach(some: IntArray, levels: FloatArray, sides: FloatArray) -> FloatArray:
        here = find(some, sides, levels) - own[some]
        return np.hypot(here, special.ndtri(0.5 + levels / 2) * errors[some])

    difference = _settled(own, values)
    p_values = np.ones(len(own))
    unequal = np.flatnonzero(np.abs(difference) > 0)
    p_values[unequal] = _p_of_intervals(reach, unequal, difference[unequal])
    return p_values


Reach = Callable[[IntArray, FloatArray, FloatArray], FloatArray]


def _p_of_intervals(reach: Reach, pairs: IntArray, differences: FloatArray) -> FloatArray:
    """Return 1 - level of the widest intervals that do not hold 0.

    The reach of an interval is nearly a power of z, the first as a rule, and the second where all
    answers of a small group are equal: a secant through the logarithms. A bracket is kept for
    where it is not.
    """
    sides, wanted = -np.sign(differences), np.log(np.abs(differences))
    low, high = np.full(len(pairs), SMALLEST_Z), np.full(len(pairs), LARGEST_Z)
    z, last = np.full(len(pairs), 2.0), np.ones(len(pairs))
    before = np.full(len(pairs), np.nan)  # logarithm of the reach at the last z
    left = np.arange(len(pairs))
    for _ in range(ROUNDS):
        here = z[left]
        with np.errstate(divide="ignore", invalid="ignore"):  # no reach, or no step
            now = np.log(reach(pairs[left], 1 - 2 * special.ndtr(-here), sides[left]))
            power = (now - before[left]) / np.log(here / last[left])
            power = np.where(power > 0, power, 1.0)
            after = here * np.exp((wanted[left] - now) / power)
        short = now < wanted[left]
        low[left], high[left] = np.where(short, here, low[left]), np.where(short, high[left], here)
        inside = (low[left] < after) & (after < high[left])
        last[left], before[left] = here, now
        z[left] = np.where(inside, after, (low[left] + high[left]) / 2)
        left = left[np.abs(z[left] - here) >= SMALLEST_Z]
        if not len(left):
            break
    return np.asarray(2 * special.ndtr(-z))


def heterogeneity_of(
    estimates: list[Estimate],
    method: ComparisonMethod,
    correlations: FloatArray | None = None,
) -> Heterogeneity | None:
    if len(estimates) < 3:
        return None
    values = np.array([estimate.value for estimate in estimates])
    if correlations is not None:
        return _of_the_same_clusters(estimates, values, correlations)
    if method == "mover":
        return _by_recovered_variances(estimates, values)
    if not all(estimate.varies for estimate in estimates):
        return None
    errors = np.array([error_of(estimate) for estimate in estimates])
    if method == "wald":
        return _chi_squared(values, errors, "Wald")
    return _welch_anova(values, errors, np.array([estimate.t_degrees for estimate in estimates]))


def _of_the_same_clusters(
    estimates: list[Estimate], values: FloatArray, correlations: FloatArray
) -> Heterogeneity | None:
    """Test by the whole covariance matrix; F as Hotelling's T² has it, by the fewest degrees."""
    errors = np.array([error_of(estimate) for estimate in estimates])
    differences = np.diff(values)
    covariance = np.diff(np.diff(correlations * np.outer(errors, errors), axis=0), axis=1)
    q = len(differences)
    below = min(its.t_degrees for its in estimates) - q + 1
    if below < 1 or np.linalg.cond(covariance) > 1 / ROUNDING:
        return None
    squares = float(differences @ np.linalg.solve(covariance, differences))
    statistic = below / ((below + q - 1) * q) * squares
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=q,
        denominator_degrees_of_freedom=below,
        p_value=float(special.fdtrc(q, below, statistic)),
        method="Hotelling's T² of the same clusters",
    )


def _chi_squared(values: FloatArray, errors: FloatArray, method: str) -> Heterogeneity:
    weights = errors**-2.0
    mean = weights @ values / weights.sum()
    statistic, degrees = squares_about(mean, values, weights), len(values) - 1
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=degrees,
        denominator_degrees_of_freedom=None,
        p_value=float(special.chdtrc(degrees, statistic)),
        method=method,
    )


def squares_about(centre: FloatArray | float, values: FloatArray, weights: FloatArray) -> float:
    """Return Σ w (y - centre)², 0 where the values differ from it by rounding errors."""
    squares = float(weights @ (values - centre) ** 2)
    return squares if squares > ROUNDING**2 * float(weights @ values**2) else 0.0


def _welch_anova(values: FloatArray, errors: FloatArray, degrees: FloatArray) -> Heterogeneity:
    """Welch (1951): F of the weighted means, with weights 1/SE²."""
    k, weights = len(values), errors**-2.0
    mean = weights @ values / weights.sum()
    doubt = float(np.sum((1 - weights / weights.sum()) ** 2 / degrees)) / (k**2 - 1)
    between = squares_about(mean, values, weights) / (k - 1)
    statistic, below = between / (1 + 2 * (k - 2) * doubt), 1 / (3 * doubt)
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=k - 1,
        denominator_degrees_of_freedom=below,
        p_value=float(special.fdtrc(k - 1, below, statistic)),
        method="Welch's analysis of variance",
    )


def _by_recovered_variances(estimates: list[Estimate], values: FloatArray) -> Heterogeneity | None:
    """Take the variance of each estimate from the side of its interval where the mean is.

    The mean moves with the sides that are used; the sum of squares is convex in it, so it
    settles.
    """
    every, usual = np.arange(len(estimates)), np.full(len(estimates), 0.95)
    low, high = (_ends_of(estimates)(every, side * np.ones(len(every)), usual) for side in (-1, 1))
    least = ROUNDING * np.maximum(np.abs(values), high - low)  # a side of no more has zero width
    below, above = values - low, high - values
    if (np.maximum(below, above) <= least).any():
        return None
    z = normal_quantile(0.95)
    sides = np.where(below > least, below, above) / z, np.where(above > least, above, below) / z
    mean = float(values.mean())
    errors = sides[0]
    for _ in range(ROUNDS):
        errors = np.where(values > mean, *sides)
        last, mean = mean, float(errors**-2.0 @ values / np.sum(errors**-2.0))
        if mean == last:
            break
    return _chi_squared(values, errors, "variances of the groups' intervals")
