"""Time that runs faster or slower as covariates say: ∫ e^(γ'z(u)) du since the birth."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments, located
from custvalue._rows import FloatArray, IntArray


class Clock(NamedTuple):
    """Of one process: the speed of time on each segment, and the time passed before it."""

    start: FloatArray  # (S,)
    columns: FloatArray  # (S, k)
    rate: FloatArray  # (S,), e^(γ'z)
    before: FloatArray  # (S,), from the start of the path to that of the segment
    slope: FloatArray  # (S, k), of that, by γ

    @classmethod
    def of(cls, segments: PathSegments, columns: FloatArray, gamma: FloatArray) -> Self:
        """Add up along each path."""
        rate = np.exp(columns @ gamma)
        passed = rate * segments.length
        slope = _before(segments, columns * passed[:, None])
        return cls(segments.start, columns, rate, _before(segments, passed), slope)

    def at(self, segment: IntArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what has passed since the start of the path, and its slopes (n, k)."""
        within = self.rate[segment] * (time - self.start[segment])
        slope = self.slope[segment] + self.columns[segment] * within[:, None]
        return self.before[segment] + within, slope

    def when(
        self, segments: PathSegments, path: IntArray, passed: FloatArray
    ) -> tuple[IntArray, FloatArray]:
        """Return the segment, and the time inside it, at which so much has passed on a path.

        Beyond the end of the path, the last segment goes on.
        """
        segment = located(segments.path, self.before, path, passed)
        inside = (passed - self.before[segment]) / np.maximum(self.rate[segment], SLOWEST)
        return segment, inside


SLOWEST = 1e-300  # of a clock


def _before(segments: PathSegments, passed: FloatArray) -> FloatArray:
    """Return sums over the earlier segments of the same path.

    Each path gives back what it has added, so that rounding does not grow with their number.
    """
    first = segments.first_of_path
    steps = passed.copy()
    steps[first[1:]] -= np.add.reduceat(passed, first, axis=0)[:-1]
    total = np.cumsum(steps, axis=0)
    total -= passed
    counts = np.diff(first, append=len(segments))
    return np.asarray(total - np.repeat(total[first], counts, axis=0))


class Passed(NamedTuple):
    """Time that has passed for each cell since the birth, and its slopes by all coefficients."""

    value: FloatArray  # (C,)
    slope: FloatArray  # (C, k + m), static covariates after the changing ones


class Process(NamedTuple):
    """Purchases, or dropout: the clock of the paths, and what static covariates make of it."""

    clock: Clock
    static: FloatArray  # (C, m)
    factor: FloatArray  # (C,), e^(γ'z) of the static covariates
    born: tuple[FloatArray, FloatArray]  # the clock at birth

    @classmethod
    def of(
        cls,
        segments: PathSegments,
        cells: PathCells,
        columns: FloatArray,
        static: FloatArray,
        gamma: FloatArray,
    ) -> Self:
        """Wind the clock of one process; `gamma` holds the changing covariates first."""
        k = columns.shape[1]
        clock = Clock.of(segments, columns, gamma[:k])
        return cls(clock, static, np.exp(static @ gamma[k:]), clock.at(cells.born_in, cells.birth))

    def some(self, rows: slice | IntArray) -> Self:
        """Return that of some cells."""
        return self._replace(
            static=self.static[rows],
            factor=self.factor[rows],
            born=(self.born[0][rows], self.born[1][rows]),
        )

    def passed(self, segment: IntArray, time: FloatArray) -> Passed:
        """Return the time that passes from the birth of each cell to a time on its path."""
        value, slope = self.clock.at(segment, time)
        value = self.factor * (value - self.born[0])
        slope = self.factor[:, None] * (slope - self.born[1])
        return Passed(value, np.hstack((slope, self.static * value[:, None])))

    def rate(self, segment: IntArray) -> FloatArray:
        """Return the speed of time of each cell on a segment."""
        return np.asarray(self.factor * self.clock.rate[segment])

    def columns(self, segment: IntArray) -> FloatArray:
        """Return the covariates of each cell on a segment, static ones last, (C, k + m)."""
        return np.hstack((self.clock.columns[segment], self.static))
