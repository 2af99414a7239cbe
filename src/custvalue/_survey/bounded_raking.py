"""Weights that meet margins and stay within bounds, or come as near as the bounds let them.

Of all weights with the right margins those nearest to the base weights in Kullback-Leibler
distance are, within bounds (Deville & Särndal 1992, *Journal of the American Statistical
Association* 87(418), section 2), the base weight times one factor a category, cut to the bounds:
w = min(max(b exp(x'λ), low), high). One column at a time, every factor is set so that its
category, *cut weights included*, has its target; without bounds that is the classical round of
Deming & Stephan. The sum of the weights is the same after every step, so that bounds which are
multiples of the mean hold against the mean of the weights that are returned.

Calibrated weights leave in the variance of a mean only what the margins do not explain: linearise
the mean with the weights as known, then take the residual of its regression on the margins (Deville
& Särndal, section 3).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from custvalue._inference.means import MeanEstimate, MeanMethod, mean_estimate
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError

PATIENCE = 50  # rounds without progress
PROGRESS = 0.999
STEPS = 200  # towards the factors of one column; Newton takes a handful
EXACT = 1e-14  # of a factor
FARTHEST = 300.0  # logarithm of a weight over its base weight: beyond it nothing changes


class Cells(NamedTuple):
    """Respondents who share all categories and the base weight share the weight.

    `codes` has one row a margin, `n` and `base` (all > 0) one entry a cell.
    """

    codes: list[IntArray]
    n: IntArray
    base: FloatArray

    @property
    def total(self) -> float:
        """What the base weights sum to."""
        return float(self.n @ self.base)

    @property
    def mean(self) -> float:
        """The mean base weight."""
        return self.total / float(self.n.sum())

    def sizes(self, codes: IntArray, categories: int) -> FloatArray:
        """Return what the respondents of each category would sum to at the mean weight."""
        sizes: FloatArray = np.bincount(codes, self.n, categories).astype(np.float64)
        sizes *= self.mean
        return sizes


class Raked(NamedTuple):
    """Weight of each cell, the largest error of a share, and rounds taken."""

    weights: FloatArray
    error: float
    rounds: int

    def multiples(self, cells: Cells) -> tuple[float, float]:
        """Return the lowest and the highest weight as multiples of the mean."""
        return float(self.weights.min()) / cells.mean, float(self.weights.max()) / cells.mean


def raked(
    cells: Cells,
    targets: list[FloatArray],
    trim: tuple[float, float],
    tolerance: float,
    max_iterations: int,
) -> Raked:
    """Rake the base weights to shares, within bounds."""
    low, high = (end * cells.mean for end in trim)
    wanted = [
        _reachable(target, cells.sizes(codes, len(target)), trim)
        for codes, target in zip(cells.codes, targets, strict=True)
    ]
    uncut, weights = cells.base.copy(), cells.base
    error, iteration, best, best_round = np.inf, 0, np.inf, 0
    for iteration in range(1, max_iterations + 1):
        for codes, sums in zip(cells.codes, wanted, strict=True):
            uncut *= _factors(uncut, cells.n, codes, sums, (low, high))[codes]
            np.clip(uncut, cells.base * np.exp(-FARTHEST), cells.base * np.exp(FARTHEST), out=uncut)
        weights = np.clip(uncut, low, high)
        error = _largest_error(cells, weights, targets)
        if error < PROGRESS * best:
            best, best_round = error, iteration
        if error <= tolerance or iteration - best_round >= PATIENCE:
            break
    return Raked(weights, error, iteration)


def _reachable(target: FloatArray, sizes: FloatArray, trim: tuple[float, float]) -> FloatArray:
    """Return the sums of weights that categories should have, cut to what their bounds allow.

    What one category cannot take the others share in proportion.
    """
    some = target > 0
    wanted, sizes = target[some] * sizes.sum(), sizes[some]
    one = np.zeros(len(wanted), dtype=np.int64)
    low, high = (end * sizes for end in trim)
    factor = _factors(wanted, np.ones_like(one), one, wanted.sum(keepdims=True), (low, high))
    sums = np.zeros(len(target))
    sums[some] = np.clip(factor * wanted, low, high)
    return sums


def _factors(
    values: FloatArray,
    n: IntArray,
    codes: IntArray,
    sums: FloatArray,
    ends: tuple[FloatArray, FloatArray] | tuple[float, float],
) -> FloatArray:
    """Return the factor of each category with which its values, cut, have the sum wanted.

    Newton's method on a sum that rises in straight pieces, kept between the factors that are
    known to be too low and too high.
    """
    (low, high), size = ends, len(sums)
    factor: FloatArray

    def summed(entries: FloatArray) -> FloatArray:
        return np.bincount(codes, n * entries, size).astype(np.float64, copy=False)

    free = np.divide(sums, summed(values), out=np.zeros(size), where=sums > 0)
    scaled = free[codes] * values
    if ((scaled >= low) & (scaled <= high)).all():
        return free
    below, above = np.full(size, np.inf), np.zeros(size)
    np.minimum.at(below, codes, low / values)  # here all of a category stand at the low end,
    np.maximum.at(above, codes, high / values)  # and here all at the high one
    below, above = (np.where(np.isfinite(f) & (f > 0), f, free) for f in (below, above))
    factor = np.clip(1.0, below, above)  # what earlier rounds found is near
    for _ in range(STEPS):
        scaled = factor[codes] * values
        off = summed(np.clip(scaled, low, high)) - sums
        below, above = np.where(off < 0, factor, below), np.where(off > 0, factor, above)
        slope = summed(np.where((scaled > low) & (scaled < high), values, 0.0))
        step = factor - np.divide(off, slope, out=np.full(size, np.nan), where=slope > 0)
        inside = (step >= below) & (step <= above)
        better = np.where(inside, step, np.sqrt(below) * np.sqrt(above))
        done = (np.abs(better - factor) <= EXACT * factor) | (np.abs(off) <= EXACT * sums)
        if done.all():
            break
        factor = np.where(done, factor, better)
    return factor


def _largest_error(cells: Cells, weights: FloatArray, targets: list[FloatArray]) -> float:
    people = cells.n * weights
    total = people.sum()
    return max(
        float(np.abs(np.bincount(codes, people, len(target)) / total - target).max())
        for codes, target in zip(cells.codes, targets, strict=True)
    )


def raked_mean(
    values: FloatArray,
    weights: FloatArray,
    codes: IntArray,
    *,
    name: str,
    bounds: tuple[float, float] | None,
) -> MeanEstimate:
    """Estimate a mean with the variance of raked weights; NaN entries are left out.

    Codes have the shape (respondents, margins), every margin with numbers of its own.
    """
    method: MeanMethod = "t" if bounds is None else "beta"
    known = mean_estimate(values, weights, name=name, bounds=bounds, method=method)
    present = ~np.isnan(values) & (weights > 0)
    influence = np.where(present, values - known.value, 0.0) / weights[present].sum()
    slopes, rank = _regression(influence, weights, codes)
    used = int((weights > 0).sum())
    if used <= rank:
        raise DataError(
            f"{name}: {used} respondents are no more than the margins explain ({rank}), so that "
            f"there is no variance to estimate. Join categories of the margins."
        )
    residual = weights * (influence - slopes[codes].sum(axis=1))
    error = math.sqrt(used / (used - rank) * float(residual @ residual))
    return replace(known, standard_error=error if known.n > 1 else None)


def _regression(values: FloatArray, weights: FloatArray, codes: IntArray) -> tuple[FloatArray, int]:
    """Regress on the categories of all margins; the rank says how much they can explain."""
    size = int(codes.max()) + 1
    products, sums = np.zeros((size, size)), np.zeros(size)
    for column in codes.T:
        sums += np.bincount(column, weights * values, size)
        for other in codes.T:
            products += np.bincount(column * size + other, weights, size * size).reshape(size, -1)
    slopes, _, rank, _ = np.linalg.lstsq(products, sums, rcond=1e-10)
    return slopes.astype(np.float64, copy=False), int(rank)
