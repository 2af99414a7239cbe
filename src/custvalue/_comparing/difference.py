"""The difference of two groups, which is an estimate, and corrections for how many there are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from custvalue._comparing.kinds import AnyEstimate
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.contrast import (
    APART,
    ENDS,
    Correction,
    Dependence,
    Family,
    Label,
    Tie,
    Ties,
    bounds_between,
    contrasts,
    family_of,
    places_of,
)
from custvalue._inference.estimate import ComparisonMethod, Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._results.layout import Row, shown
from custvalue._values import Level, NonNegative, Probability
from custvalue.errors import ParameterError


@dataclass(frozen=True, kw_only=True, repr=False)
class Compared(Estimate):
    """What two groups differ by, among other pairs.

    Parameters
    ----------
    name, value, standard_error, bounds, degrees_of_freedom, design_effect
        As in :class:`~custvalue.comparing.Estimate`, of the difference.
    n, effective_n
        Of both groups together.
    group, against : str or int
        The two groups.
    p_value : float
        Two-sided, that there is no difference, for this pair alone.
    family : Family
        The tests that are corrected together with this one.
    place : int
        Which of them this one is.
    level : float
        Confidence level of the comparison.
    """

    SHOWN: ClassVar = shown(
        "value: difference, low, high, standard_error, p_value, adjusted_p_value"
    )
    REPR: ClassVar[tuple[str, ...]] = ("name", "value", "standard_error", "adjusted_p_value")

    standard_error: NonNegative
    group: Label
    against: Label
    p_value: Probability
    family: Family
    place: int
    level: Level

    @property
    def adjusted_p_value(self) -> float:
        """P corrected for the number of pairs that were compared."""
        return self.family.adjusted[self.place]

    @property
    def significant(self) -> bool:
        """Whether the adjusted P is at most 1 - level of the comparison."""
        return self.adjusted_p_value <= 1 - self.level

    def confidence_interval(
        self, level: float | None = None, *, method: str | Bootstrap | None = None
    ) -> Interval:
        """Return the interval that fits the correction.

        Parameters
        ----------
        level : float, optional
            Level of the intervals of all pairs together, as the correction understands it; that
            of the comparison by default.
        method : str, optional
            Another method than that of the comparison.

        Raises
        ------
        ParameterError
            If `level` or `method` is unknown, or the estimates do not have what it needs.
        """
        return super().confidence_interval(self.level if level is None else level, method=method)

    def _usual_level(self) -> float:
        return self.level

    def full_row(self, level: float) -> dict[str, Any]:
        """Return the columns of this pair in a table.

        Parameters
        ----------
        level : float
            Level of the intervals of all pairs together.
        """
        return {
            "group": self.group,
            "against": self.against,
            **self.row(level),
            "p_value": self.p_value,
            "adjusted_p_value": self.adjusted_p_value,
        }

    def _rows(self, level: float) -> Sequence[Row]:
        return (Row(self.name, self.full_row(level)),)

    def _notes(self) -> Sequence[str]:
        interval = self.confidence_interval()
        return (f"{interval.description}; P for this pair alone, and adjusted.",)


NAMES = {"welch": "Welch's t", "wald": "normal"}


def _interval(method: ComparisonMethod, pair: Difference, level: float) -> Interval:
    if method == "welch" and not all(its.has_degrees for its in pair.of):
        raise without_degrees(pair.of[0].name)
    each, words = pair.family.level_of_each(level)
    name = NAMES.get(method, f"mover, {pair.of[0].default_method}")
    low, high = ENDS[method](*pair.of, each, pair.tie)
    least, most = pair.possible
    if method != "mover" and (low < least or high > most):  # mover stays inside by itself
        low, high = max(low, least), min(high, most)
        words = f", clipped at what is possible{words}"
    return Interval(low=low, high=high, level=level, method=f"{name}{words}")


@dataclass(frozen=True, kw_only=True, repr=False)
class Difference(Compared):
    """The difference of two groups: the value of `group` minus the value of `against`.

    Parameters
    ----------
    name : str
        ``group - against``.
    value : float
        Their difference, in the unit of the estimates.
    standard_error : float
        √(SE₁² + SE₂² - 2 r SE₁ SE₂), r being their correlation.
    n, effective_n, bounds, degrees_of_freedom, design_effect
        As in :class:`~custvalue.comparing.Estimate`; degrees of freedom are
        Welch-Satterthwaite's, None for the normal distribution.
    group, against, p_value, family, place, level
        The two groups, P of this pair alone, the tests that are corrected together, and the
        level of the comparison.
    of : tuple of Estimate
        The estimates of `group` and `against`.
    contrast : {"welch", "mover", "wald"}
        The method of the comparison.
    tie : Tie
        What the two have in common: the correlation of the estimates, and the share of their
        clusters that are in both; 0 of independent samples.

    Notes
    -----
    Methods of :meth:`confidence_interval`: ``welch``, ``mover`` and ``wald``, as in
    :func:`~custvalue.comparing.compare`. Every interval fits the correction for the number of
    pairs, and its method says which.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {method: partial(_interval, method) for method in ENDS}
    )

    of: tuple[AnyEstimate, AnyEstimate]
    contrast: ComparisonMethod
    tie: Tie = APART

    @property
    def default_method(self) -> str:
        """The method of the comparison."""
        return self.contrast

    @property
    def possible(self) -> tuple[float, float]:
        """The bounds, infinite where there are none."""
        return self.bounds or (-math.inf, math.inf)


def without_degrees(kind: str) -> ParameterError:
    """Build the error for t where there are no degrees of freedom."""
    return ParameterError(
        f"method='welch' needs estimates with degrees of freedom, such as means, but {kind} has "
        f"none. Use another method, or none for the usual one."
    )


def differences_of(
    estimates: Mapping[Label, Estimate],
    pairs: Sequence[tuple[Label, Label]],
    *,
    correction: Correction,
    method: ComparisonMethod,
    level: float,
    others: Sequence[float] = (),
    dependence: Dependence | None = None,
) -> tuple[Difference, ...]:
    """Test pairs of checked estimates together."""
    ties = Ties.none(len(pairs))
    if dependence is not None:
        ties = dependence.ties(*places_of(estimates, pairs))
    tested = contrasts(estimates, pairs, method, ties)
    each = map(Tie, *(its.tolist() for its in ties))
    family = family_of([*(test.p_value for test in tested), *others], correction)
    return tuple(
        Difference(
            name=f"{group} - {against}",
            value=test.value,
            standard_error=test.error,
            n=estimates[group].n + estimates[against].n,
            effective_n=estimates[group].effective_n + estimates[against].effective_n,
            bounds=bounds_between(estimates[group], estimates[against]),
            degrees_of_freedom=test.degrees,
            group=group,
            against=against,
            p_value=test.p_value,
            family=family,
            place=place,
            level=level,
            of=(estimates[group], estimates[against]),
            contrast=method,
            tie=tie,
        )
        for place, ((group, against), test, tie) in enumerate(zip(pairs, tested, each, strict=True))
    )
