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

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray, IntArray

PATIENCE = 50  # rounds without progress
PROGRESS = 0.999
STEPS = 200  # towards the factors of one column; Newton takes a handful
SMALL = 2**15  # numbers of two bytes are sorted faster
LARGE = 64  # respondents of a cell
EXACT = 1e-14  # of a factor
FARTHEST = 300.0  # logarithm of a weight over its base weight: beyond it nothing changes


@dataclass(frozen=True, eq=False)
class Cells:
    """Respondents who share all categories share the factor of their base weights.

    `codes` has one row per margin, `n` and `sums` (of base weights > 0) one entry per cell.
    `base` are the base weights, ascending within each cell, and `starts` where each cell starts.
    """

    codes: list[IntArray]
    n: IntArray
    sums: FloatArray
    base: FloatArray
    starts: IntArray

    @classmethod
    def of(cls, margins: list[IntArray], cell: IntArray, base: FloatArray) -> Cells:
        """Sort base weights by the cells of the respondents, who are in some category of each."""
        n: IntArray = np.bincount(cell)
        some = np.empty(len(n), dtype=np.int64)  # a respondent of each cell
        some[cell] = np.arange(len(cell))
        codes = [codes[some] for codes in margins]
        sums = np.bincount(cell, base).astype(np.float64, copy=False)
        starts = np.cumsum([0, *n[:-1]])
        if (base != base[0]).any():
            base = _sorted_within(base, cell, starts)
        return cls(codes, n, sums, base, starts)

    @cached_property
    def before(self) -> FloatArray:
        """Sum of the base weights before each, from the first one of all, shape (n + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.base)])

    @property
    def total(self) -> float:
        """What the base weights sum to."""
        return float(self.sums.sum())

    @property
    def mean(self) -> float:
        """The mean base weight."""
        return self.total / len(self.base)

    def ends(self, factors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and the highest weight of each cell before they are cut."""
        return factors * self.base[self.starts], factors * self.base[self.starts + self.n - 1]

    def cut(self, factors: FloatArray, trim: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
        """Return the sums of the weights of each cell, cut, and of those that are not at an end."""
        (least, most), (low, high) = self.ends(factors), trim
        whole, free = factors * self.sums, factors * self.sums
        some = np.flatnonzero((least < low) | (most > high))
        if some.size:
            factor, start, stop = factors[some], self.starts[some], (self.starts + self.n)[some]
            first = self._places(low / factor, start, stop)
            last = self._places(high / factor, start, stop)
            free[some] = factor * (self.before[last] - self.before[first])
            whole[some] = free[some] + low * (first - start)
            whole[some] += np.where(last < stop, high, 0.0) * (stop - last)  # no end has no weight
        return whole, free

    def _places(self, values: FloatArray, start: IntArray, stop: IntArray) -> IntArray:
        """Return where in each of some cells the base weights pass a value, by halving."""
        start, stop = start.copy(), stop.copy()
        while (start < stop).any():
            middle = (start + stop) // 2
            under = self.base[np.minimum(middle, len(self.base) - 1)] <= values
            going = start < stop
            start = np.where(going & under, middle + 1, start)
            stop = np.where(going & ~under, middle, stop)
        return start

    def sizes(self, codes: IntArray, categories: int) -> FloatArray:
        """Return what the respondents of each category would sum to at the mean weight."""
        sizes: FloatArray = np.bincount(codes, self.n, categories).astype(np.float64)
        sizes *= self.mean
        return sizes


def _sorted_within(base: FloatArray, cell: IntArray, starts: IntArray) -> FloatArray:
    """Return base weights cell after cell, ascending within each."""
    cells = len(starts)
    order = np.argsort(base) if len(base) < LARGE * cells else slice(None)
    grouped = cell[order].astype(np.int16) if cells < SMALL else cell[order]
    result: FloatArray = base[order][np.argsort(grouped, kind="stable")]
    for one in np.split(result, starts[1:]) if isinstance(order, slice) else ():
        one.sort()  # few large cells: one after the other is faster than all together
    return result


class Raked(NamedTuple):
    """Factor of each cell, ends of its weights, the largest error of a share, and rounds taken."""

    factors: FloatArray
    ends: tuple[float, float]
    error: float
    rounds: int

    def weights(self, cell: IntArray, base: FloatArray) -> FloatArray:
        """Return the weights of respondents, by cell and base weight."""
        return np.clip(self.factors[cell] * base, *self.ends)

    def multiples(self, cells: Cells) -> tuple[float, float]:
        """Return the lowest and the highest weight before the cut, in multiples of the mean."""
        lowest, highest = cells.ends(self.factors)
        return float(lowest.min()) / cells.mean, float(highest.max()) / cells.mean


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
    factors = np.ones(len(cells.n))
    error, iteration, best, best_round = np.inf, 0, np.inf, 0
    for iteration in range(1, max_iterations + 1):
        for codes, sums in zip(cells.codes, wanted, strict=True):
            factors *= _of_categories(cells, factors, codes, sums, (low, high))[codes]
            np.clip(factors, np.exp(-FARTHEST), np.exp(FARTHEST), out=factors)
        error = _largest_error(cells, cells.cut(factors, (low, high))[0], targets)
        if error < PROGRESS * best:
            best, best_round = error, iteration
        if error <= tolerance or iteration - best_round >= PATIENCE:
            break
    return Raked(factors, (low, high), error, iteration)


def _reachable(target: FloatArray, sizes: FloatArray, trim: tuple[float, float]) -> FloatArray:
    """Return the sums of weights that categories should have, cut to what their bounds allow.

    What one category cannot take the others share in proportion.
    """
    some = target > 0
    wanted, sizes = target[some] * sizes.sum(), sizes[some]
    low, high = (end * sizes for end in trim)

    def cut(factor: FloatArray) -> tuple[FloatArray, FloatArray]:
        scaled = factor * wanted
        inside = np.where((scaled > low) & (scaled < high), scaled, 0.0)
        return np.array([np.clip(scaled, low, high).sum()]), np.array([inside.sum()])

    ends = (np.array([(low / wanted).min()]), np.array([(high / wanted).max()]))
    one = np.ones(1)
    within = bool(((wanted >= low) & (wanted <= high)).all())
    factor = one if within else _factors(cut, one, wanted.sum(keepdims=True), ends)
    sums = np.zeros(len(target))
    sums[some] = np.clip(factor * wanted, low, high)
    return sums


def _of_categories(
    cells: Cells,
    factors: FloatArray,
    codes: IntArray,
    sums: FloatArray,
    trim: tuple[float, float],
) -> FloatArray:
    """Return the factor of each category of a margin, so that its weights, cut, have their sum."""
    size = len(sums)

    def total(each: FloatArray) -> FloatArray:
        return np.bincount(codes, each, size).astype(np.float64, copy=False)

    def cut(factor: FloatArray) -> tuple[FloatArray, FloatArray]:
        whole, free = cells.cut(factors * factor[codes], trim)
        return total(whole), total(free)

    free = np.divide(sums, total(factors * cells.sums), out=np.zeros(size), where=sums > 0)
    least, most = cells.ends(factors)
    if (free[codes] * least >= trim[0]).all() and (free[codes] * most <= trim[1]).all():
        return free
    below, above = np.full(size, np.inf), np.zeros(size)
    np.minimum.at(below, codes, trim[0] / most)  # here all of a category stand at the low end,
    np.maximum.at(above, codes, trim[1] / least)  # and here all at the high one
    return _factors(cut, free, sums, (below, above))


def _factors(
    cut: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    free: FloatArray,
    sums: FloatArray,
    ends: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the factors with which what is `cut` has the sums wanted; `free` ones if nothing is.

    Newton's method on sums that rise in straight pieces, kept between the factors that are known to
    be too low and too high.
    """
    below, above = (np.where(np.isfinite(f) & (f > 0), f, free) for f in ends)
    factor: FloatArray = np.clip(1.0, below, above)  # what earlier rounds found is near
    for _ in range(STEPS):
        found, inside = cut(factor)
        off = found - sums
        below, above = np.where(off < 0, factor, below), np.where(off > 0, factor, above)
        step = factor - np.divide(
            off * factor, inside, out=np.full(len(sums), np.nan), where=inside > 0
        )
        within = (step >= below) & (step <= above)
        better = np.where(within, step, np.sqrt(below) * np.sqrt(above))
        done = (np.abs(better - factor) <= EXACT * factor) | (np.abs(off) <= EXACT * sums)
        if done.all():
            break
        factor = np.where(done, factor, better)
    return factor


def _largest_error(cells: Cells, people: FloatArray, targets: list[FloatArray]) -> float:
    total = people.sum()
    return max(
        float(np.abs(np.bincount(codes, people, len(target)) / total - target).max())
        for codes, target in zip(cells.codes, targets, strict=True)
    )
