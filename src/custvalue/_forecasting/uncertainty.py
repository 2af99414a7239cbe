"""How sure sums of predictions are: what the parameters add, and where outcomes lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from scipy import special

from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.prediction.parameters import Way
from custvalue._rows import FloatArray

LARGE = 1e6  # shape of a gamma distribution that is normal


def slopes(
    ways: Callable[[], Iterable[Way]] | None, totals: Callable[[Any], FloatArray]
) -> FloatArray | None:
    """Return by how much totals change in a standard error of each direction, a row each.

    Totals are of the groups of customers whose parameters are known apart, shape (groups, m).
    None where the parameters are taken as known.
    """
    if ways is None:
        return None
    rows = []
    for way in ways():
        change = (totals(way.up) - totals(way.down)) / way.apart
        rows.append(change.sum(axis=0, keepdims=True) if way.shared else change)
    return np.concatenate(rows)


def explained(slope: FloatArray | None, size: int) -> FloatArray:
    """Return the covariance of totals that the parameters' own brings; else zeros."""
    found: FloatArray = np.zeros((size, size)) if slope is None else slope.T @ slope
    return found


def variances(slope: FloatArray | None, size: int) -> FloatArray:
    """Return its diagonal."""
    found: FloatArray = np.zeros(size) if slope is None else np.square(slope).sum(axis=0)
    return found


def outcome_ends(
    mean: FloatArray, deviation: FloatArray, level: float, *, whole: bool = True
) -> tuple[FloatArray, FloatArray]:
    """Return where outcomes >= 0 lie, from a gamma distribution of that mean and deviation.

    Counts are whole numbers, and their ends hold at least as much.
    """
    sure = (mean > 0) & (deviation > 0)
    center, spread = np.where(sure, mean, 1.0), np.where(sure, deviation, 1.0)
    shape = np.minimum((center / spread) ** 2, LARGE)
    tail = (1 - level) / 2
    low, high = (special.gammaincinv(shape, each) * center / shape for each in (tail, 1 - tail))
    normal = shape >= LARGE
    away = normal_quantile(level) * spread
    low, high = np.where(normal, center - away, low), np.where(normal, center + away, high)
    low, high = np.where(sure, low, mean), np.where(sure, high, mean)
    return (np.floor(low), np.ceil(high)) if whole else (low, high)


def chi_square(
    difference: FloatArray, chance: FloatArray, of_parameters: FloatArray
) -> tuple[float, int, float]:
    """Return the quadratic form of differences, its degrees of freedom and P.

    Their covariance is that of chance plus that of the parameters, negative where they were
    estimated from the same data. Directions in which estimation leaves less than a quarter of the
    chance are left out: there a small error of C is a large one of the statistic.
    """
    values, directions = np.linalg.eigh(chance)
    kept = values > SINGULAR * values[-1]
    white = directions[:, kept] / np.sqrt(values[kept])
    rest, turned = np.linalg.eigh(np.eye(white.shape[1]) + white.T @ of_parameters @ white)
    left = rest > LEFT
    along = (white @ turned[:, left]).T @ difference
    statistic, degrees = float((along**2 / rest[left]).sum()), int(np.count_nonzero(left))
    return statistic, degrees, float(special.chdtrc(degrees, statistic)) if degrees else 1.0


SINGULAR, LEFT = 1e-9, 0.25
