"""Weights that meet margins and stay within bounds, or come as near as the bounds let them.

Of all weights with the right margins those nearest to the base weights in Kullback-Leibler
distance are, within bounds (Deville & Särndal 1992, *Journal of the American Statistical
Association* 87(418), section 2), the base weight times one factor a category, cut to the bounds:
w = min(max(b exp(x'λ), low), high). One column at a time, every factor is set so that its
category, *cut weights included*, has its target; without bounds that is the classical round of
Deming & Stephan. The sum of the weights is the same after every step, so that bounds which are
multiples of the mean hold against the mean of the weights that are returned.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray, IntArray

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
