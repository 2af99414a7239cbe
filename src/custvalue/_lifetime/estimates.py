"""Positive estimates with intervals on the log scale: parameters, and totals computed from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from custvalue._inference.ends import normal_quantile
from custvalue._inference.estimate import ComparisonMethod, Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._lifetime.limits import REMEDY
from custvalue.errors import EstimationError, ParameterError

WALD = "Wald on the log scale"
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
    """The estimate of a parameter of a model, with Wald intervals on the log scale."""

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"wald": lambda estimate, level: _on_log_scale(estimate, level, WALD)}
    )

    def _require_error(self) -> None:
        if self.standard_error is None:
            raise no_errors(f"{self.name}: there is no standard error")


@dataclass(frozen=True, kw_only=True, repr=False)
class TotalEstimate(_PositiveEstimate):
    """The value of all customers together, with its uncertainty from that of the parameters.

    How much single customers differ from their expectation is not in it; over many customers that
    averages out. Fits of purchases and of spend are taken as independent.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"delta": lambda estimate, level: _on_log_scale(estimate, level, DELTA)}
    )

    def _require_error(self) -> None:
        if self.standard_error is None:
            raise ParameterError(
                f"{self.name}: an interval needs the standard errors of all parameters. Compute "
                f"the value of all customers from the fits themselves, not from their models."
            )


def no_errors(what: str) -> EstimationError:
    """Build the error for intervals of parameters that the data cannot tell apart."""
    return EstimationError(
        f"{what}, because the data cannot tell the parameters apart; so there is no interval. "
        f"{REMEDY}"
    )
