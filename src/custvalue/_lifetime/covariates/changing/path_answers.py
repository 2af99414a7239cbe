"""What may be asked of customers on paths, cell by cell: as of others, from here on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from custvalue._histories.covariates.changing.followed_cells import FollowedCells
from custvalue._lifetime.answers import Answers, Pairs, Times
from custvalue._lifetime.covariates.changing.answers import standing_of
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._rows import FloatArray


@dataclass(frozen=True)
class PathAnswers:
    """The answers of a model with covariates that change; times may differ by cell."""

    cells: FollowedCells
    standing: Any
    stays: FloatArray | None = None  # at a purchase just now; None where that is not asked
    regular: bool = False
    on_paths: bool = True

    @classmethod
    def of(cls, model: Any, cells: FollowedCells) -> Self:
        """Wind the clocks of both processes."""
        return cls(cells, standing_of(model, cells.segments, cells.on_path))

    def alive(self) -> FloatArray:
        """Return P(alive at T)."""
        return np.asarray(self.standing.alive if self.stays is None else self.stays)

    def purchases(self, until: Times, rate: float = 0.0) -> FloatArray:
        """Return the (discounted) purchases of those alive."""
        return np.asarray(self.standing.ahead(until, rate).purchases)

    def until_each(self, time: FloatArray) -> FloatArray:
        """Return the purchases of those alive up to each time, shape (times, n)."""
        each = self._of_each(time)
        return np.asarray(self.standing.ahead(each.max(axis=0)).until_each(each))

    def clock(self, time: FloatArray) -> FloatArray:
        """Return how far the clock of purchases runs up to each time, shape (times, n)."""
        return np.array([self.standing.passed(each) for each in self._of_each(time)])

    def _of_each(self, time: FloatArray) -> FloatArray:
        """Return times of each cell."""
        some = time[:, None] if time.ndim == 1 else time
        return np.broadcast_to(some, (len(time), len(self.cells)))

    def counts(self, numbers: FloatArray, until: Times) -> FloatArray:
        """Return P(so many purchases) of those alive."""
        return np.asarray(self.standing.ahead(until).counts(numbers))

    def parts(self, until: float) -> CountParts:
        """Return the distribution of the purchases of those alive."""
        found: CountParts = self.standing.ahead(until).count_parts
        return found

    def some(self, rows: slice | npt.NDArray[Any]) -> PathAnswers:
        """Return the same of some of the cells."""
        stays = None if self.stays is None else self.stays[rows]
        return PathAnswers(self.cells.some(rows), self.standing.some(rows), stays)

    def after_a_purchase(self, until: Times) -> PathAnswers:
        """Return the same of customers who have bought once more, just now."""
        stays, bought = self.standing.after_a_purchase(until)
        return PathAnswers(self.cells, bought, stays)

    @property
    def pairs(self) -> Pairs:
        """All cells: what is ahead tells them apart."""
        return Pairs(self, np.arange(len(self.cells)))

    def by_pair(self, ahead: Callable[[Answers], FloatArray]) -> FloatArray:
        """Return what is ahead of those alive."""
        return ahead(self)
