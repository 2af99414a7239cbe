"""Means and variances of what customers buy within windows of time ahead.

Of a customer who is alive at T, two purchases at a < b have a joint density that depends on b
alone in every model of purchases at random: it needs the rate twice, survival of the first and
life until b. It is C'(b), where C(b) is the rate at which the next purchase comes now, times what
is expected up to b after it had come now. So the second factorial moment of a window (u, w] is 2
∫ (C(w) - C(b)) db from u to w. For regular buyers, whose purchases keep their distance, C comes
from the distribution of their counts, and windows other than from now on are approximate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import model_at
from custvalue._lifetime.purchasing.purchase_model import PurchasesAtAnyTime
from custvalue._rows import FloatArray, IntArray

SHORT = 1e-6  # share of a horizon within which nothing changes


class Curves(NamedTuple):
    """M and C at ascending times from 0, shape (times, cells), of customers who are alive."""

    time: FloatArray
    mean: FloatArray
    again: FloatArray

    @classmethod
    def of(cls, model: PurchasesAtAnyTime, cells: Cells, time: FloatArray) -> Curves:
        """Compute both at some times, the first of which is 0."""
        mean = np.array([expected(model, cells, float(each)) for each in time])
        if is_regular(model):
            return cls(time, mean, _from_counts(model, cells, time, float(mean.max())))
        later = after_a_purchase(cells)
        short = SHORT * float(time[-1])
        rate = expected(model, cells, short) / short * alive_now(model, later)
        again = np.array([rate * expected(model, later, float(each)) for each in time])
        return cls(time, mean, again)

    @property
    def summed(self) -> FloatArray:
        """∫ C(b) db from 0 to each time, by the trapezoid rule."""
        steps = np.diff(self.time)[:, None] * (self.again[1:] + self.again[:-1]) / 2
        return np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])

    def pairs(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return E[Y (Y - 1)] of windows between times, given by their places."""
        summed, length = self.summed, (self.time[end] - self.time[start])[:, None]
        found: FloatArray = 2 * (length * self.again[end] - (summed[end] - summed[start]))
        return np.maximum(found, 0.0)


def is_regular(model: PurchasesAtAnyTime) -> bool:
    """Say whether the next purchase depends on the time since the last one."""
    return bool(getattr(model, "k", 1) > 1)


def _from_counts(
    model: PurchasesAtAnyTime, cells: Cells, time: FloatArray, most: float
) -> FloatArray:
    """Return C where it has no formula: E[Y (Y - 1)] up to t has the derivative 2 t C'(t)."""
    n = np.arange(TAIL + 4 * np.ceil(most))
    some = time[np.unique(np.linspace(1, len(time) - 1, TIMES).astype(int))]
    over_time = np.empty((len(some), len(cells)))
    for start in range(0, len(cells), BLOCK):
        part = slice(start, start + BLOCK)
        columns = (cells.frequency, cells.recency, cells.age, cells.count)
        block = Cells(*(column[part] for column in columns))
        for row, until in enumerate(some.tolist()):
            over_time[row, part] = masses(model, block, n, until) @ (n * (n - 1)) / until
    each = [np.interp(time, some, column) for column in over_time.T]
    several = time[:, None] * np.column_stack(each)
    middle = (time[1:] + time[:-1])[:, None]
    steps = np.maximum(np.diff(several, axis=0), 0.0) / middle
    return np.concatenate([np.zeros((1, len(cells))), np.cumsum(steps, axis=0)])


TAIL, TIMES, BLOCK = 100, 8, 2_000  # counts, times and cells of one computation


def expected(model: PurchasesAtAnyTime, cells: Cells, until: float) -> FloatArray:
    """Return the purchases expected of customers who are alive, shape (cells,)."""
    if until == 0:
        return np.zeros(len(cells))
    return np.atleast_1d(model_at(model, cells)._purchases(cells, until, 0.0))  # noqa: SLF001 - of the models' own rooms


def alive_now(model: PurchasesAtAnyTime, cells: Cells) -> FloatArray:
    """Return P(alive at T), shape (cells,)."""
    return np.broadcast_to(model_at(model, cells)._alive(cells), len(cells))  # noqa: SLF001 - of the models' own rooms


def masses(model: PurchasesAtAnyTime, cells: Cells, n: FloatArray, until: float) -> FloatArray:
    """Return P(n purchases ahead) of customers who are alive, shape (cells, len(n))."""
    return np.atleast_2d(model_at(model, cells)._counts(n, until, cells))  # noqa: SLF001 - of the models' own rooms


def after_a_purchase(cells: Cells) -> Cells:
    """Return the cells of customers who have bought once more, just now."""
    return Cells(cells.frequency + 1, cells.age.copy(), cells.age.copy(), cells.count.copy())


class Pairs(NamedTuple):
    """The distinct (x, T), and which of them each cell has."""

    cells: Cells
    of_cell: IntArray

    @classmethod
    def of(cls, model: PurchasesAtAnyTime, cells: Cells) -> Pairs:
        """Return the pairs of cells; the cells where times are on no grid, or recency matters."""
        found = cells.pairs if len(cells) > 1 and not is_regular(model) else None
        return cls(cells, np.arange(len(cells))) if found is None else cls(*found)

    def total(self, values: FloatArray) -> FloatArray:
        """Add up the values of cells by pair."""
        return np.bincount(self.of_cell, values, minlength=len(self.cells)).astype(np.float64)
