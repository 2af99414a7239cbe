"""When customers may have left: the terms of the likelihood of the Pareto/NBD along paths.

A customer is alive at T, or has left at some time since t_x. Terms are given as shares of what the
likelihood would be at t_x: each is at most 1, or 1 in all, and nothing can overflow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._lifetime.covariates.changing.clock import Process
from custvalue._lifetime.covariates.changing.pieces import Pieces, Speeds, Stretch, nodes
from custvalue._rows import FloatArray, IntArray

SMALLEST = 1e-300


class Lives(NamedTuple):
    """Times at which cells are alive still, or leave: n for each of m, which are cells ascending.

    Of purchases, then of dropout: the time on their clocks since the birth, A and D, and the
    logarithms of (α + A) / (α + A(t_x)) and (β + D) / (β + D(t_x)).
    """

    cell: IntArray  # (m,)
    segment: IntArray
    inside: FloatArray  # (n, m), since the start of the segment
    clocks: tuple[FloatArray, FloatArray]
    grown: tuple[FloatArray, FloatArray]
    density: FloatArray  # the term
    gone: int  # 1 where they leave, 0 where they are alive


class Block(NamedTuple):
    """The terms of some cells, being alive first, and their sum."""

    rows: slice
    parts: list[Lives]
    total: FloatArray


class Silence(NamedTuple):
    """Parameters, both processes, and where their clocks stand at t_x."""

    segments: PathSegments
    cells: PathCells
    r: float
    alpha: float
    s: float
    beta: float
    processes: tuple[Process, Process]  # purchases and dropout
    last: tuple[FloatArray, FloatArray]  # A(t_x), D(t_x) of each cell

    @classmethod
    def at(cls, segments: PathSegments, cells: PathCells, point: FloatArray) -> Self:
        """Wind the clocks for logarithms of the parameters, and coefficients."""
        r, alpha, s, beta = np.exp(point[:4]).tolist()
        k = segments.purchase.shape[1] + cells.purchase_static.shape[1]
        buying, leaving = point[4 : 4 + k], point[4 + k :]
        both = (
            Process.of(segments, cells, segments.purchase, cells.purchase_static, buying),
            Process.of(segments, cells, segments.dropout, cells.dropout_static, leaving),
        )
        inside = cells.birth + cells.recency - segments.start[cells.last_in]
        A, D = (shown(each, np.arange(len(cells)), cells.last_in, inside) for each in both)
        return cls(segments, cells, r, alpha, s, beta, both, (A, D))

    @property
    def is_finite(self) -> bool:
        """Whether all clocks can be read."""
        return all(
            bool(np.isfinite(part).all())
            for each in self.processes
            for part in (each.clock.before, each.clock.slope, each.factor)
        )

    def some(self, rows: slice | IntArray) -> Self:
        """Return the same of some cells, without what is known of all together."""
        buying, leaving = (each.some(rows) for each in self.processes)
        last = self.last[0][rows], self.last[1][rows]
        return self._replace(cells=self.cells.some(rows), processes=(buying, leaving), last=last)

    @property
    def alive(self) -> FloatArray:
        """P(alive at T) of each cell."""
        alive = np.empty(len(self.cells))
        for block in self.blocks:
            alive[block.rows] = block.parts[0].density[0] / block.total
        return alive

    @property
    def stretch(self) -> Stretch:
        """From t_x to T."""
        cells = self.cells
        start, stop = cells.birth + cells.recency, cells.birth + cells.age
        return Stretch(cells.last_in, cells.ends_in, start, stop)

    @property
    def blocks(self) -> Iterator[Block]:
        """Yield all terms of some cells at a time."""
        stretch = self.stretch
        for rows in stretch.blocks:
            ends = self.cells.ends_in[rows]
            inside = (stretch.stop[rows] - self.segments.start[ends])[None]
            alive = self._lives(np.arange(rows.start, rows.stop), ends, inside, None)
            parts = [alive, *self._leave(stretch.pieces(self.segments, rows), alive.density[0])]
            total = np.zeros(len(ends))
            for each in parts:
                at, sums = each.cell - rows.start, each.density.sum(axis=0)
                total += np.bincount(at, sums, len(total))
            yield Block(rows, parts, total)

    def _leave(self, cut: Pieces, alive: FloatArray) -> Iterator[Lives]:
        """Yield the terms of leaving on each piece."""
        at, m = self.speeds(cut), self.r + self.cells.frequency[cut.cell]
        least = np.maximum(alive, SMALLEST)[cut.cell - cut.cell[0]]
        share = np.minimum(self.s * at.leaving * cut.length / at.beta, least) / least
        for some, passed, weight in nodes(cut.length, at, m, self.s + 1, share):
            inside = cut.inside[some] + passed
            yield self._lives(cut.cell[some], cut.segment[some], inside, weight)

    def speeds(self, cut: Pieces) -> Speeds:
        """Return where the clocks stand at the start of pieces, and how fast they run."""
        A, D = (shown(each, cut.cell, cut.segment, cut.inside) for each in self.processes)
        speeds = (speed(each, cut.cell, cut.segment) for each in self.processes)
        return Speeds(self.alpha + A, self.beta + D, *speeds)

    def _lives(
        self, cell: IntArray, segment: IntArray, inside: FloatArray, weight: FloatArray | None
    ) -> Lives:
        """Return the terms of leaving at nodes with these weights, or of being alive."""
        gone = 0 if weight is None else 1
        (buying, leaving), (bought, stayed) = self.processes, (each[cell] for each in self.last)
        A, D = (shown(each, cell, segment, inside) for each in (buying, leaving))
        a, b = self.alpha + bought, self.beta + stayed
        grown = np.log1p((A - bought) / a), np.log1p((D - stayed) / b)
        m = self.r + self.cells.frequency[cell]
        density = np.exp(-m * grown[0] - (self.s + gone) * grown[1])
        if weight is not None:
            density *= weight * (self.s * speed(leaving, cell, segment) / b)
        return Lives(cell, segment, inside, (A, D), grown, density, gone)


def shown(process: Process, cell: IntArray, segment: IntArray, inside: FloatArray) -> FloatArray:
    """Return the time since the birth on the clock of a process, some time inside segments."""
    clock = process.clock
    since = clock.before[segment] - process.born[0][cell]
    passed: FloatArray = process.factor[cell] * (since + clock.rate[segment] * inside)
    return passed


def speed(process: Process, cell: IntArray, segment: IntArray) -> FloatArray:
    """Return how fast the clock of a process runs for cells on segments."""
    fast: FloatArray = process.factor[cell] * process.clock.rate[segment]
    return fast
