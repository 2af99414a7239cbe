"""Quantities that are computed from uncertain inputs, with an interval at any level.

Each is computed at 4,096 points of a lattice in the unit cube (Roberts 2018, the generalised golden
ratio), which the quantiles of the inputs map to their values. No random numbers: the same inputs
give the same intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np

from custvalue._inference.estimate import ROUNDING, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._inference.resampled import ResampledEstimate
from custvalue._rows import FloatArray, read_only

POINTS = 4096
SMALLEST = 1e-300
ROUNDS = 64  # in which the ratio settles


def _quantiles(estimate: PropagatedEstimate, level: float) -> Interval:
    """Return quantiles, extended to the value where all or none were counted.

    Jeffreys' interval of a share ends at 0 or 1 there (Brown, Cai & DasGupta 2001, *Statistical
    Science* 16, 101-133, section 4.1.2), where the value is, and no quantile reaches it.
    """
    tail = (1 - level) / 2
    low, high = map(float, np.quantile(estimate.draws, [tail, 1 - tail]))
    method = "quantiles over the inputs"
    if not estimate.varies:
        method += "; zero width: all inputs are given without uncertainty"
    value = estimate.value
    if max(low - value, value - high) > ROUNDING * abs(value):
        method += ", extended to the estimate"
    return Interval(low=min(low, value), high=max(high, value), level=level, method=method)


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class PropagatedEstimate(ResampledEstimate):
    """A quantity that is computed from uncertain inputs.

    Its interval has the quantiles over the inputs as its ends. Where all or none were counted, the
    value is at the end of what the inputs can be, and the interval is extended to it.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        At the values of the inputs.
    standard_error : float
        Standard deviation over the inputs.
    n : int
        The fewest customers that an input rests on, 0 where that is not known.
    effective_n : float
        As `n`.
    draws : ndarray of float64, shape (points,)
        The quantity at every point of the lattice.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"propagated": _quantiles})
    USUAL: ClassVar[str] = "propagated"


def lattice(dimensions: int) -> FloatArray:
    """Return points that fill a unit cube evenly, shape (points, dimensions)."""
    ratio = 2.0
    for _ in range(ROUNDS):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1, dimensions + 1)
    inside: FloatArray = (0.5 + np.outer(np.arange(1, POINTS + 1), steps)) % 1.0
    return inside


class Uncertain(Protocol):
    """An input whose value is known more or less."""

    @property
    def value(self) -> float:
        """What it is taken to be."""
        ...

    def quantiles(self, probabilities: FloatArray) -> FloatArray:
        """Return what it stays below with probabilities."""
        ...


@lru_cache(maxsize=8)
def on_the_lattice(given: tuple[Uncertain | None, ...]) -> tuple[FloatArray, ...]:
    """Return each input's value, then its quantiles; 0 of none. Kept for all of one result."""
    cube = lattice(len(given)).T
    return tuple(
        read_only(
            np.zeros(cube.shape[1] + 1)
            if its is None
            else np.r_[its.value, its.quantiles(np.ascontiguousarray(column))]
        )
        for its, column in zip(given, cube, strict=True)
    )


def propagated(name: str, found: FloatArray, n: int) -> PropagatedEstimate:
    """Return the estimate of a quantity from its value and what it is at every point."""
    draws = found[1:]
    size = max(float(np.abs(draws).max()), SMALLEST)
    spread = size * float((draws / size).std())  # squares of large amounts are no numbers
    return PropagatedEstimate(
        name=name,
        value=float(found[0]),
        standard_error=spread if spread > ROUNDING * abs(float(found[0])) else 0.0,
        n=n,
        effective_n=float(n),
        draws=read_only(draws.copy()),
    )
