"""Positive estimates with intervals on the log scale: parameters, and totals computed from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from custvalue._inference.ends import normal_quantile
from custvalue._inference.estimate import (
    ComparisonMethod,
    Estimate,
    IntervalMethod,
    by_error,
)
from custvalue._inference.interval import Interval
from custvalue._numerics.limits import REMEDY
from custvalue.errors import EstimationError, ParameterError

WALD = "Wald on the log scale"
COEFFICIENT = "Wald"
LAPLACE = "credible, Laplace on the log scale"
LAPLACE_OF_COEFFICIENT = "credible, Laplace"
DELTA = "delta method on the log scale, uncertainty of the parameters"


def _on_log_scale(estimate: Estimate, level: float, method: str) -> Interval:
    """Return value x e^(±z SE / value), whose ends are positive."""
    relative = (estimate.standard_error or 0.0) / estimate.value if estimate.value > 0 else 0.0
    factor = math.exp(normal_quantile(level) * relative)
    low, high = estimate.value / factor, estimate.value * factor
    return Interval(low=low, high=high, level=level, method=method)


@dataclass(frozen=True, kw_only=True, repr=False)
class _PositiveEstimate(Estimate):
    """A positive estimate with one method of intervals, on the log scale."""

    @property
    def default_method(self) -> str:
        """The only method."""
        return next(iter(self.METHODS))

    @property
    def compared_by(self) -> ComparisonMethod:
        """Differences go by both intervals."""
        return "mover"


@dataclass(frozen=True, kw_only=True, repr=False)
class ParameterEstimate(_PositiveEstimate):
    """The estimate of a parameter of a model, or a ratio, with Wald intervals on the log scale."""

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"wald": lambda estimate, level: _on_log_scale(estimate, level, WALD)}
    )

    def _require_error(self) -> None:
        if self.standard_error is None:
            raise no_errors(f"{self.name}: there is no standard error")


def _of_coefficient(estimate: Estimate, level: float) -> Interval:
    posterior = getattr(estimate, "posterior", False)
    said = LAPLACE_OF_COEFFICIENT if posterior else COEFFICIENT
    return by_error(estimate, level, normal_quantile(level), said)


@dataclass(frozen=True, kw_only=True, repr=False)
class CoefficientEstimate(Estimate):
    """The estimate of the coefficient of a covariate, with Wald intervals.

    Or, where `posterior` says so, the mode of its posterior, with intervals that are credible.
    """

    posterior: bool = False

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"wald": _of_coefficient})
    USUAL: ClassVar[str] = "wald"

    def _require_error(self) -> None:
        if self.standard_error is None:
            raise no_errors(f"{self.name}: there is no standard error")


@dataclass(frozen=True, kw_only=True, repr=False)
class PosteriorEstimate(ParameterEstimate):
    """The posterior mode of the logarithm of a parameter, with credible intervals."""

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"laplace": lambda estimate, level: _on_log_scale(estimate, level, LAPLACE)}
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class TotalEstimate(_PositiveEstimate):
    """The value of all customers together, with its uncertainty from that of the parameters.

    The interval covers the expected value of these customers, that is, how well the parameters are
    known. It is no prediction of what they will spend: chance in their own purchases comes on top,
    and does not average out against it, because both shrink with the root of n. In simulations
    what the same customers really spent lay inside a 95 % interval in 80 to 90 % of samples of 500
    customers, and in 84 to 94 % of samples of 2,000. Fits of purchases and of spend are taken as
    independent.
    """

    no_error_because: str = ""

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"delta": lambda estimate, level: _on_log_scale(estimate, level, DELTA)}
    )

    def _require_error(self) -> None:
        if self.standard_error is None:
            reason = self.no_error_because or (
                "the standard errors of the parameters are not known. Compute the value of all "
                "customers from the fits of the models."
            )
            raise ParameterError(f"{self.name}: there is no interval, because {reason}")


def no_errors(what: str, limit: str = "") -> EstimationError:
    """Build the error for intervals of parameters that the data cannot tell apart."""
    return EstimationError(
        f"{what}, because the data cannot tell the parameters apart; so there is no interval. "
        f"{limit or REMEDY}"
    )
