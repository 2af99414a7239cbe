"""What segments hold of all money, and how much more they buy than all: ratios of sums.

Customers are taken as a sample of customers like them. Variances are linearised: a customer moves a
share Σ_s v / Σ v by v (1 - share) / Σ v within the segment, and by -v share / Σ v outside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from scipy import special

from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.estimate import Estimate, IntervalMethod, by_error, normal_interval
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate
from custvalue._rows import FloatArray, IntArray

FAR = 700.0  # a logarithm beyond which nothing is finite


def _of_log_odds(share: Estimate, level: float) -> Interval:
    error = share.standard_error or 0.0
    if not share.varies:
        return by_error(share, level, 0.0, "log-odds")
    if not 0 < share.value < 1:
        return normal_interval(share, level)
    reach = normal_quantile(level) * error / (share.value * (1 - share.value))
    log_odds = math.log(share.value) - math.log1p(-share.value)
    low, high = (float(special.expit(log_odds + side * reach)) for side in (-1, 1))
    return Interval(low=low, high=high, level=level, method="log-odds")


def _of_log(lift: Estimate, level: float) -> Interval:
    reach = t_quantile(level, lift.t_degrees) * (lift.standard_error or 0.0) / lift.value
    low, high = (lift.value * math.exp(side * min(reach, FAR)) for side in (-1, 1))
    return Interval(low=low, high=high, level=level, method="t, of the logarithm")


@dataclass(frozen=True, kw_only=True, repr=False)
class ShareOfTotal(Estimate):
    """What a segment holds of a total of money.

    Parameters
    ----------
    name : str
        The segment.
    value : float
        The share; it may lie outside 0 and 1 where some amounts are negative.
    standard_error : float or None
        Linearised; None for a single customer.
    n, effective_n : float
        Customers in all segments.
    bounds : tuple of float, optional
        0 and 1 where no amount is negative.
    degrees_of_freedom, design_effect, clusters, intraclass_correlation : optional
        As in every estimate.
    linearised_error, strata : optional
        As in every estimate.

    Notes
    -----
    Methods of :meth:`confidence_interval`: ``log-odds``, the default between 0 and 1, and
    ``normal``. Simulated coverage of 95 % intervals, 2,000 samples each, of the 31 % that 9 % of
    the customers hold: 92.6 of 200 customers, 94.2 of 400, 94.4 of 2,000 (``normal``: 88.9, 92.6,
    94.0).
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"log-odds": _of_log_odds, "normal": normal_interval}
    )

    @property
    def default_method(self) -> str:
        """The method of intervals for which none is asked."""
        return "normal" if self.bounds is None else "log-odds"


@dataclass(frozen=True, kw_only=True, repr=False)
class Lift(Estimate):
    """The mean of a segment over that of all customers, 1 where the segment is like all.

    Parameters
    ----------
    name : str
        The segment.
    value : float
        The ratio.
    standard_error : float or None
        Linearised; None where a mean is 0, or the segment is a single customer.
    n : int
        Customers in the segment.
    effective_n : float
        Likewise.
    bounds, degrees_of_freedom, design_effect, clusters, intraclass_correlation : optional
        As in every estimate.
    linearised_error, strata : optional
        As in every estimate.

    Notes
    -----
    Intervals go by Student's t for the logarithm, ``method="log"``, with a degree of freedom less
    than the segment has customers. Simulated coverage of 95 % intervals, 2,000 samples each, of
    the 9 % best customers of a skewed base, in percent: 92.8 of 200 customers (18 in the segment),
    92.8 of 400, 93.7 of 2,000.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"log": _of_log})
    USUAL: ClassVar[str] = "log"


@dataclass(frozen=True)
class Sums:
    """An amount of each customer, added up by segment: n, Σ v and Σ v²."""

    n: IntArray
    first: FloatArray
    second: FloatArray
    least: float

    @classmethod
    def of(cls, segment: IntArray, segments: int, values: FloatArray) -> Sums:
        """Add up by segment."""
        n = np.bincount(segment, minlength=segments)
        first, second = (added(segment, segments, each) for each in (values, values * values))
        return cls(n, first, second, float(values.min()))

    def mean(self, place: int, name: str) -> MeanEstimate | None:
        """Return the mean of one segment; None of nobody."""
        n = int(self.n[place])
        if not n:
            return None
        deviation = math.sqrt(self._within(place) / (n - 1)) if n > 1 else None
        return MeanEstimate(
            name=name,
            value=float(self.first[place]) / n,
            standard_error=None if deviation is None else deviation / math.sqrt(n),
            n=n,
            effective_n=float(n),
            standard_deviation=deviation,
        )

    def share(self, place: int, name: str) -> ShareOfTotal | None:
        """Return what one segment holds of the total; None where there is no total."""
        total, n = float(self.first.sum()), int(self.n.sum())
        if not total > 0:
            return None
        share = float(self.first[place]) / total
        own = float(self.second[place])
        square = own * (1 - share) ** 2 + (float(self.second.sum()) - own) * share**2
        known = n > 1
        return ShareOfTotal(
            name=name,
            value=share,
            standard_error=math.sqrt(square * n / (n - 1)) / total if known else None,
            n=n,
            effective_n=float(n),
            bounds=(0.0, 1.0) if self.least >= 0 else None,
        )

    def lift(self, place: int, name: str) -> Lift | None:
        """Return the mean of one segment over the mean of all; None where there is none."""
        n, every, total = int(self.n[place]), int(self.n.sum()), float(self.first.sum())
        if not n or not total > 0:
            return None
        mean = total / every
        own = float(self.first[place]) / n
        error = None
        if own > 0 and n > 1:
            within = self._within(place)
            whole = max(float(self.second.sum()) - total * mean, 0.0)
            square = within / (n * own) ** 2 - 2 * within / (n * own * total) + whole / total**2
            square += within / (n * own) ** 2 / (n - 1) if n < every else 0.0  # of few customers
            error = own / mean * math.sqrt(max(square, 0.0))
        return Lift(name=name, value=own / mean, standard_error=error, n=n, effective_n=float(n))

    def _within(self, place: int) -> float:
        """Return the sum of squares about the mean of one segment."""
        mean = self.first[place] / self.n[place]
        return max(float(self.second[place] - self.first[place] * mean), 0.0)


def added(place: IntArray, places: int, values: FloatArray) -> FloatArray:
    """Add values up by place."""
    return np.bincount(place, values, places).astype(np.float64, copy=False)
