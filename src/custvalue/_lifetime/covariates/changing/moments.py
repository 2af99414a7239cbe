"""Gradient and Hessian of the likelihood of the Pareto/NBD along paths.

Of the terms of the likelihood of a cell, the gradient of the logarithm is the mean of their slopes,
and the Hessian the mean of second derivatives plus the covariance of slopes. Purchases and dropout
enter alike: as -p log(c + V(u)), with p = r + x, c = α and V = A, or p = s + 1 (s where alive),
c = β and V = D. Second derivatives of V by γ are sums over the segments passed, which all cells
share: how much is asked of each segment is added up over cells first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._lifetime.covariates.changing.silence import Block, Lives, Silence
from custvalue._rows import FloatArray, IntArray


class Sums:
    """Gradient and Hessian over all cells, to which blocks of them add."""

    def __init__(self, at: Silence) -> None:
        self.at = at
        self.courses = (_Course(at, 0, at.r, at.alpha), _Course(at, 1, at.s, at.beta))
        size = sum(each.size for each in self.courses)
        self.gradient, self.hessian = np.zeros(size), np.zeros((size, size))

    def add(self, block: Block) -> None:
        """Add the cells of a block."""
        count = self.at.cells.count[block.rows]
        share = count / block.total
        means = np.zeros((len(self.gradient), len(share)))
        for lives in block.parts:
            cell = lives.cell - block.rows.start
            by_piece = self._add_part(lives, lives.density * share[cell])
            starts = np.flatnonzero(first_of_runs(cell))
            means[:, cell[starts]] += np.add.reduceat(by_piece, starts, axis=1)
        self.gradient += means.sum(axis=1)
        self.hessian -= (means / count) @ means.T

    def _add_part(self, lives: Lives, c: FloatArray) -> FloatArray:
        """Add second derivatives and squares of slopes; return the slopes of each piece."""
        buying, leaving = self.courses
        slopes = np.empty((len(self.gradient), *c.shape))
        parts = (slopes[: buying.size], slopes[buying.size :])
        buying.add(lives, self.at.r + self.at.cells.frequency[lives.cell], c, parts[0])
        leaving.add(lives, self.at.s + lives.gone, c, parts[1])
        if lives.gone:  # at a rate of s D'
            parts[1][0] += 1
            parts[1][2:] += leaving.covariates(lives)[:, None]
        size, weighted = len(slopes), slopes * c
        self.hessian += weighted.reshape(size, c.size) @ slopes.reshape(size, c.size).T
        by_piece: FloatArray = weighted.sum(axis=1)
        return by_piece

    @property
    def derivatives(self) -> tuple[FloatArray, FloatArray]:
        """Gradient and Hessian by log r, log α, log s, log β, γ of purchases and of dropout."""
        k, size = self.courses[0].size, len(self.gradient)
        hessian = self.hessian.copy()
        for course, own in zip(self.courses, (slice(0, k), slice(k, size)), strict=True):
            hessian[own, own] += course.curvature
        order = np.r_[0, 1, k, k + 1, 2:k, k + 2 : size]
        return self.gradient[order], hessian[np.ix_(order, order)]


class _Course:
    """One process: its slopes, and the sum of its second derivatives.

    By the logarithms of its shape and its rate, by γ of changing and of static covariates.
    """

    def __init__(self, at: Silence, place: int, shape: float, rate: float) -> None:
        self.at, self.place, self.shape, self.rate = at, place, shape, rate
        process = at.processes[place]
        self.process, self.static = process, np.ascontiguousarray(process.static.T)
        self.columns, self.before, self.born = (
            np.ascontiguousarray(each.T)
            for each in (process.clock.columns, process.clock.slope, process.born[1])
        )
        self.fallen = np.log1p(at.last[place] / rate)
        self.changing = 2 + len(self.columns)  # ends here
        self.size = self.changing + len(self.static)
        self.bent = np.zeros((self.size, self.size))
        self.asked = _Asked(np.zeros((2, len(at.segments))), np.zeros(len(at.cells)))

    def covariates(self, lives: Lives) -> FloatArray:
        """Return them, shape (columns, m)."""
        return np.vstack((self.columns[:, lives.segment], self.static[:, lives.cell]))

    def add(self, lives: Lives, power: FloatArray | float, c: FloatArray, rows: FloatArray) -> None:
        """Fill in the slopes, shape (size, n, m), and add second derivatives with weights c."""
        clock = lives.clocks[self.place]
        now = 1 / (self.rate + clock)
        rows[0] = -self.shape * (self.fallen[lives.cell] + lives.grown[self.place])
        rows[1] = (self.shape * clock - (power - self.shape) * self.rate) * now
        self._pull(lives, -power * now, clock, rows[2:])
        self._bend(lives, power, c, (rows, clock * now, self.rate * now))
        self._ask(lives, c * power * now)

    def _pull(self, lives: Lives, pull: FloatArray, clock: FloatArray, rows: FloatArray) -> None:
        """Fill in the slopes by γ: the pull on the clock times its own slope."""
        cell, segment = lives.cell, lives.segment
        within = self.process.clock.rate[segment] * lives.inside
        pulled = pull * self.process.factor[cell]
        for place, column in enumerate(self.columns):
            passed = column[segment] * within
            passed += self.before[place, segment] - self.born[place, cell]
            np.multiply(passed, pulled, out=rows[place])
        for place, column in enumerate(self.static, start=len(self.columns)):
            np.multiply(pull * clock, column[cell], out=rows[place])

    def _bend(
        self,
        lives: Lives,
        power: FloatArray | float,
        c: FloatArray,
        at: tuple[FloatArray, FloatArray, FloatArray],
    ) -> None:
        """Add second derivatives, but those of the clock by γ of changing covariates."""
        rows, passed, kept = at
        weighted = rows[2:] * c
        each, k, upper = weighted / power, len(rows) - 2, self.bent
        upper[0, 0] += np.vdot(c, rows[0])
        upper[0, 1] += self.shape * np.vdot(c, passed)
        upper[1, 1] -= np.vdot(c * power, kept * passed)
        upper[0, 2:] += self.shape * each.sum(axis=(1, 2))
        upper[1, 2:] -= weighted.reshape(k, c.size) @ kept.ravel()
        upper[2:, 2:] += each.reshape(k, c.size) @ rows[2:].reshape(k, c.size).T
        if len(self.static):
            mixed = weighted.sum(axis=1) @ self.static[:, lives.cell].T
            upper[2:, self.changing :] += mixed
            upper[self.changing :, 2 : self.changing] += mixed[: self.changing - 2].T

    def _ask(self, lives: Lives, weight: FloatArray) -> None:
        """Note how much is asked of the clock, at which places."""
        weight = weight * self.process.factor[lives.cell]
        often, far = weight.sum(axis=0), (weight * lives.inside).sum(axis=0)
        low = int(lives.segment.min())
        for sums, weights in zip(self.asked.segments, (often, far), strict=True):
            here = np.bincount(lives.segment - low, weights)
            sums[low : low + len(here)] += here
        starts = np.flatnonzero(first_of_runs(lives.cell))
        self.asked.cells[lives.cell[starts]] += np.add.reduceat(often, starts)

    @property
    def curvature(self) -> FloatArray:
        """The second derivatives, symmetric."""
        bent, own = self.bent.copy(), slice(2, self.changing)
        bent[1:, 0], bent[2:, 1] = bent[0, 1:], bent[1, 2:]
        passed = self.process.clock.rate * self.asked.lengths(self.at)
        bent[own, own] -= (self.columns * passed) @ self.columns.T
        return bent


class _Asked(NamedTuple):
    """How much is asked of clocks: weights by segment, these times the place inside; by cell."""

    segments: FloatArray  # (2, S)
    cells: FloatArray  # (C,)

    def lengths(self, at: Silence) -> FloatArray:
        """Return how much of each segment is passed between births and what is asked, in all."""
        segments, cells = at.segments, at.cells
        inside = cells.birth - segments.start[cells.born_in]
        n = len(segments)
        often = self.segments[0] - np.bincount(cells.born_in, self.cells, n)
        far = self.segments[1] - np.bincount(cells.born_in, self.cells * inside, n)
        lengths: FloatArray = segments.length * _later(often, segments.first_of_path) + far
        return lengths


def _later(often: FloatArray, first: IntArray) -> FloatArray:
    """Return sums over all segments of the same path that follow."""
    after = np.cumsum(often[::-1])[::-1] - often
    counts = np.diff(first, append=len(often))
    of_path: FloatArray = after - np.repeat(after[first + counts - 1], counts)
    return of_path
