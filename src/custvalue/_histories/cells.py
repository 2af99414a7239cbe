"""The distinct (x, t_x, T) of a purchase history: all that models see of it.

Dates are days, so customers share them. What is ahead of a customer who is alive depends in most
models on (x, T) alone, of which there are still fewer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from custvalue._columns import first_of_runs
from custvalue._histories.calendar import Block, blocks
from custvalue._histories.grid import Grid, distinct
from custvalue._histories.rows import DataPoints
from custvalue._rows import FloatArray, IntArray


class Pairs(NamedTuple):
    """The distinct (x, T), as cells, and which of them each cell has."""

    cells: Cells
    of_cell: IntArray


@dataclass(frozen=True, eq=False)
class Cells(DataPoints):
    """The distinct (x, t_x, T) of a purchase history, ascending, and the customers in each."""

    frequency: FloatArray
    recency: FloatArray
    age: FloatArray
    count: FloatArray

    @property
    def known_arrays(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """x, t_x and T."""
        return self.frequency, self.recency, self.age

    @property
    def since_birth(self) -> dict[str, FloatArray]:
        """The columns of a history of one customer of each cell."""
        return {"frequency": self.frequency, "recency": self.recency, "age": self.age}

    @property
    def known(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """x, t_x and T; as numbers if there is one cell, whose arithmetic costs a fifth."""
        columns = self.known_arrays
        if len(self) > 1:
            return columns
        x, t_x, T = (column[0] for column in columns)
        return x, t_x, T

    def some(self, rows: slice | npt.NDArray[Any]) -> Self:
        """Return some of the cells, by their places, also several times."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def kept(self, model: object, answer: Callable[[Cells], FloatArray]) -> FloatArray:
        """Return what a model answers of the cells; the last model's answer is kept."""
        last: tuple[object, FloatArray] | None = vars(self).get("_last")
        if last is None or last[0] is not model:
            last = vars(self)["_last"] = model, answer(self)
        return last[1]

    @cached_property
    def starts(self) -> IntArray:
        """Where cells with another frequency begin."""
        return np.flatnonzero(first_of_runs(self.frequency))

    @cached_property
    def grid(self) -> Grid | None:
        """Recency and age as places on a grid; None where they are on none."""
        return Grid.of(self.recency, self.age)

    @cached_property
    def calendar(self) -> list[Block]:
        """The times of each frequency, for integrals that cells share."""
        return list(blocks(self.frequency, self.recency, self.age, self.count, self.grid))

    @cached_property
    def pairs(self) -> Pairs | None:
        """The distinct (x, T); None where times are on no grid."""
        if self.grid is None:
            return None
        rank = np.cumsum(first_of_runs(self.frequency)) - 1
        age = self.grid.age - self.grid.age.min()
        place = distinct(rank * (int(age.max()) + 1) + age)[1]
        one = np.empty(int(place.max()) + 1, dtype=np.intp)
        one[place] = np.arange(len(place))
        T = self.age[one]
        count = np.bincount(place, self.count).astype(np.float64)
        return Pairs(Cells(self.frequency[one], 0 * T, T, count), place)

    def by_pair(self, ahead: Callable[[Cells], FloatArray]) -> FloatArray:
        """Return a function of x and T alone, computed once for each pair of them."""
        pairs = self.pairs if len(self) > 1 else None
        return ahead(self) if pairs is None else np.atleast_1d(ahead(pairs.cells))[pairs.of_cell]
