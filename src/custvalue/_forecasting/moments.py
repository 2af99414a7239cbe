"""Means and variances of what customers buy within windows of time ahead.

Of a customer who is alive at T, two purchases at a < b have a joint density that depends on b
alone in every model of purchases at random: it needs the rate twice, survival of the first and
life until b. It is C'(b), where C(b) is the rate at which the next purchase comes now, times what
is expected up to b after it had come now. So the second factorial moment of a window (u, w] is 2
∫ (C(w) - C(b)) db from u to w. Along paths of covariates, time is that of the clock of purchases,
which runs as fast as they come; where covariates change how customers leave at a purchase, the
first of two purchases is taken to have the mean of all time ahead. For regular buyers, whose
purchases keep their distance, C comes from the distribution of their counts, and windows other than
from now on are approximate.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._lifetime.answers import Answers
from custvalue._rows import FloatArray, IntArray

SHORT = 1e-6  # share of a horizon within which nothing changes
LEAST = 1e-300  # time on a clock


class Curves(NamedTuple):
    """M and C at ascending times from 0, shape (times, cells), of customers who are alive."""

    time: FloatArray  # (times,), or of each cell
    clock: FloatArray  # (times, cells)
    mean: FloatArray
    again: FloatArray

    @classmethod
    def of(cls, asked: Answers, time: FloatArray) -> Curves:
        """Compute both at some times, the first of which is 0; of each cell along paths."""
        mean, clock = asked.until_each(time), asked.clock(time)
        if asked.regular:
            return cls(time, clock, mean, _from_counts(asked, time, float(mean.max())))
        last = time[-1]
        later, short = asked.after_a_purchase(last), SHORT * last
        now = asked.until_each(short[None])[0] / np.maximum(asked.clock(short[None])[0], LEAST)
        return cls(time, clock, mean, now * later.alive() * later.until_each(time))

    def at(self, time: FloatArray) -> Curves:
        """Return the same at other times, by the polynomial through the nodes where it was made."""
        weights = interpolation(self.time, time)
        clock = np.broadcast_to(time[:, None], (len(time), self.mean.shape[1]))
        return Curves(time, clock, weights @ self.mean, weights @ self.again)

    @property
    def summed(self) -> FloatArray:
        """∫ C(b) db from 0 to each time, by the trapezoid rule."""
        steps = np.diff(self.clock, axis=0) * (self.again[1:] + self.again[:-1]) / 2
        return np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])

    def pairs(self, start: IntArray, end: IntArray, cell: Any = ...) -> FloatArray:
        """Return E[Y (Y - 1)] of windows between times, given by their places.

        Of each cell, or of those at the places `cell`, which go with the times.
        """
        summed, length = self.summed, self.clock[end, cell] - self.clock[start, cell]
        found: FloatArray = 2 * (
            length * self.again[end, cell] - (summed[end, cell] - summed[start, cell])
        )
        return np.maximum(found, 0.0)


def _from_counts(asked: Answers, time: FloatArray, most: float) -> FloatArray:
    """Return C where it has no formula: E[Y (Y - 1)] up to t has the derivative 2 t C'(t)."""
    cells, n = asked.cells, np.arange(TAIL + 4 * np.ceil(most))
    some = time[np.unique(np.linspace(1, len(time) - 1, TIMES).astype(int))]
    over_time = np.empty((len(some), len(cells)))
    for start in range(0, len(cells), BLOCK):
        part = slice(start, start + BLOCK)
        block = asked.some(part)
        for row, until in enumerate(some.tolist()):
            over_time[row, part] = block.counts(n, until) @ (n * (n - 1)) / until
    each = [np.interp(time, some, column) for column in over_time.T]
    several = time[:, None] * np.column_stack(each)
    middle = (time[1:] + time[:-1])[:, None]
    steps = np.maximum(np.diff(several, axis=0), 0.0) / middle
    return np.concatenate([np.zeros((1, len(cells))), np.cumsum(steps, axis=0)])


TAIL, TIMES, BLOCK = 100, 8, 2_000  # counts, times and cells of one computation


def nodes_between(first: float, last: float, several: int) -> FloatArray:
    """Return Chebyshev points of the second kind between two ages, on a logarithmic scale."""
    low, high = (np.log1p(end / last * 1e3) for end in (first, last))
    points = (1 - np.cos(np.pi * np.arange(several) / (several - 1))) / 2
    nodes: FloatArray = np.expm1(low + (high - low) * points) * last / 1e3
    nodes[0], nodes[-1] = first, last
    return nodes


def interpolation(nodes: FloatArray, age: FloatArray) -> FloatArray:
    """Return the weights of nodes in the polynomial through them, shape (ages, nodes).

    In barycentric form (Berrut & Trefethen 2004, *SIAM Review* 46(3), 501-517).
    """
    scale = 1e3 / nodes[-1]
    weights = np.where(np.arange(len(nodes)) % 2, -1.0, 1.0)
    weights[[0, -1]] /= 2
    away = np.log1p(age * scale)[:, None] - np.log1p(nodes * scale)
    there = away == 0
    shares = weights / np.where(there, 1.0, away)
    shares = np.where(there.any(axis=1)[:, None], there.astype(np.float64), shares)
    found: FloatArray = shares / shares.sum(axis=1)[:, None]
    return found
