"""What may be asked of customers whose histories are known, cell by cell: one protocol for all.

A model has numbers for parameters, a model with covariates and the fits of groups have arrays of
them, with an entry for each cell. Other rooms ask all of them here, and know nothing of formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import grouped, model_at
from custvalue._histories.entry import EnteredCells
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._rows import FloatArray, IntArray

Rows = slice | npt.NDArray[Any]
Times = float | FloatArray  # along paths of covariates, of each cell


class Answers(Protocol):
    """What is known of the customers of n cells, and what is ahead of those who are alive."""

    @property
    def cells(self) -> Cells:
        """Of which it is told."""
        ...

    @property
    def regular(self) -> bool:
        """Whether the next purchase depends on the time since the last one."""
        ...

    @property
    def on_paths(self) -> bool:
        """Whether customers are told apart by the day of their first purchase."""
        ...

    @property
    def pairs(self) -> Pairs:
        """Whom what is ahead tells apart."""
        ...

    def alive(self) -> FloatArray:
        """Return P(alive at T), shape (n,)."""
        ...

    def purchases(self, until: Times, rate: float = 0.0) -> FloatArray:
        """Return the (discounted) purchases expected of those alive up to a time, shape (n,)."""
        ...

    def until_each(self, time: FloatArray) -> FloatArray:
        """Return the purchases of those alive up to each time, shape (times, n)."""
        ...

    def clock(self, time: FloatArray) -> FloatArray:
        """Return how far the clock of purchases runs up to each time, shape (times, n)."""
        ...

    def counts(self, numbers: FloatArray, until: Times) -> FloatArray:
        """Return P(so many purchases) of those alive, shape (n, len(numbers))."""
        ...

    def parts(self, until: float) -> CountParts:
        """Return the distribution of the purchases of those alive, as a mixture."""
        ...

    def some(self, rows: Rows) -> Answers:
        """Return the same of some of the cells, also several times."""
        ...

    def after_a_purchase(self, until: Times) -> Answers:
        """Return the same of customers who have bought once more, just now; up to a time."""
        ...

    def by_pair(self, ahead: Callable[[Answers], FloatArray]) -> FloatArray:
        """Return what is ahead, asked once of cells whom it does not tell apart."""
        ...


class Pairs(NamedTuple):
    """Customers whom what is ahead tells apart, the (x, T) as a rule, and which each cell is."""

    ahead: Answers
    of_cell: IntArray


@dataclass(frozen=True)
class CellAnswers:
    """The answers of a model whose parameters are numbers, or arrays with an entry a cell."""

    model: Any
    cells: Cells
    on_paths: bool = False

    @classmethod
    def of(cls, model: Any, cells: Cells) -> Self:
        """Take the parameters that the customers of each cell have."""
        return cls(model_at(model, cells), cells)

    @property
    def regular(self) -> bool:
        """Whether the next purchase depends on the time since the last one."""
        return bool(getattr(self.model, "k", 1) > 1)

    def alive(self) -> FloatArray:
        """Return P(alive at T)."""
        return np.broadcast_to(self.model._known_alive(self.cells), len(self.cells))  # noqa: SLF001 - of its own room

    def purchases(self, until: Times, rate: float = 0.0) -> FloatArray:
        """Return the (discounted) purchases of those alive."""
        if np.ndim(until) == 0 and until == 0:
            return np.zeros(len(self.cells))
        return np.atleast_1d(self.model._purchases(self.cells, until, rate))  # noqa: SLF001

    def until_each(self, time: FloatArray) -> FloatArray:
        """Return the purchases of those alive up to each time."""
        return np.array([self.purchases(float(each)) for each in time])

    def clock(self, time: FloatArray) -> FloatArray:
        """Return the times themselves."""
        return np.broadcast_to(time[:, None], (len(time), len(self.cells)))

    def counts(self, numbers: FloatArray, until: Times) -> FloatArray:
        """Return P(so many purchases) of those alive."""
        return np.atleast_2d(self.model._counts(numbers, until, self.cells))  # noqa: SLF001

    def parts(self, until: float) -> CountParts:
        """Return the distribution of the purchases of those alive."""
        found: CountParts = self.model._count_parts(self.cells, until)  # noqa: SLF001
        return found

    def some(self, rows: Rows) -> CellAnswers:
        """Return the same of some of the cells."""
        return CellAnswers(self.model._some(rows), self.cells.some(rows))  # noqa: SLF001

    def after_a_purchase(self, until: Times) -> CellAnswers:  # noqa: ARG002 - of all time ahead
        """Return the same of customers who have bought once more, just now."""
        known = self.cells
        bought = replace(known, frequency=known.frequency + 1, recency=known.age.copy())
        return replace(self, cells=bought)

    @property
    def pairs(self) -> Pairs:
        """Whom what is ahead tells apart; the cells where it tells all of them apart."""
        known = self.cells
        apart = self.regular or len(known) == 1 or isinstance(known, EnteredCells)
        found = None if apart else known.pairs
        if found is None:
            return Pairs(self, np.arange(len(known)))
        return Pairs(replace(self, cells=found.cells), found.of_cell)

    def by_pair(self, ahead: Callable[[Answers], FloatArray]) -> FloatArray:
        """Return what is ahead of those alive, asked once of each pair."""
        asked, of_cell = self.pairs
        return ahead(asked)[of_cell]


def of_customers(model: Any, history: Any) -> Any:
    """Return the model whose parameters have an entry for each customer, where they differ."""
    seen = grouped(model, history)
    each = model_at(model, seen.cells)
    return each if each is model else each._some(seen.cell_of_customer)  # noqa: SLF001
