"""Customers who are observed from some age on: what they bought before is not known.

A log that begins when customers already existed tells of them only what they bought in it. At the
age c at which such a customer enters the log, the clock is set to 0: x, t_x and T are those of an
ordinary customer of a model for whom c has passed, ``model._after(c)``, given that the customer was
still one at c. Who has a purchase in the log, was; who has none, may have left before:

(1) L = S(c) L_c(x, t_x, T) for x > 0, and L = 1 - S(c) + S(c) L_c(0, 0, T) for x = 0
(2) P(alive) = P_c(alive) for x > 0, and P_c(alive) S(c) L_c / L for x = 0

Cells have the entry c as a fourth coordinate, and are answered entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._histories.calendar import Block, blocks
from custvalue._histories.cells import Cells
from custvalue._histories.compressing import Timed, whole_days
from custvalue._histories.rows import BoolArray
from custvalue._histories.units import DAYS
from custvalue._rows import FloatArray, IntArray


class Entered(Timed, Protocol):
    """Rows that may enter later than they were born."""

    @property
    def entry(self) -> FloatArray | None: ...


class Part(NamedTuple):
    """The cells of one entry, as ordinary cells whose clock starts there."""

    entry: float
    cells: Cells
    rows: slice


@dataclass(frozen=True, eq=False)
class EnteredCells(Cells):
    """Cells in ascending order of their entry; recency and age are counted from there."""

    entry: FloatArray

    @cached_property
    def calendar(self) -> list[Block]:
        """The times of each entry and frequency, for integrals that cells share."""
        columns = (self.frequency, self.recency, self.age, self.count)
        return list(blocks(*columns, self.grid, self.entry))

    @cached_property
    def parts(self) -> list[Part]:
        """The cells of each entry."""
        starts = np.flatnonzero(first_of_runs(self.entry))
        return list(self._cut(starts, np.append(starts[1:], len(self.entry))))

    def _cut(self, starts: IntArray, stops: IntArray) -> Iterator[Part]:
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            rows = slice(start, stop)
            columns = (self.frequency, self.recency, self.age, self.count)
            cells = Cells(*(column[rows] for column in columns))
            yield Part(float(self.entry[start]), cells, rows)

    def by_entry(self, formula: Callable[[float, Cells], FloatArray]) -> FloatArray:
        """Return what a formula says of the cells of each entry."""
        return np.concatenate(
            [np.atleast_1d(formula(part.entry, part.cells)) for part in self.parts]
        )

    def by_pair(self, ahead: Callable[[Cells], FloatArray]) -> FloatArray:
        """Return what is ahead, which depends on the entry, too."""
        return ahead(self)

    @property
    def since_birth(self) -> dict[str, FloatArray]:
        """The columns of a history of one customer of each cell."""
        bought = self.frequency > 0
        return {
            "frequency": self.frequency,
            "recency": np.where(bought, self.entry + self.recency, 0.0),
            "age": self.entry + self.age,
            "entry": self.entry,
        }


def entered_cells(rows: Entered) -> EnteredCells:
    """Return the distinct (c, x, t_x, T), ascending, and how many rows have them."""
    order, first, (T, t_x, x, entry), per_unit = _sorted(rows)
    starts = np.flatnonzero(first)
    one = order[starts]
    count = np.diff(starts, append=len(order)).astype(np.float64)
    t_x, T, entry = (column[one] / per_unit for column in (t_x, T, entry))
    return EnteredCells(x[one], t_x, T, count, entry)


def entered_cell_of_each(rows: Entered) -> IntArray:
    """Return the position in the cells of each row."""
    order, first, *_ = _sorted(rows)
    cell = np.empty(len(order), dtype=np.int64)
    cell[order] = np.cumsum(first) - 1
    return cell


def _sorted(rows: Entered) -> tuple[IntArray, BoolArray, list[FloatArray], float]:
    """Return the order, who is the first of a cell in it, the columns in days, days per unit."""
    times = [np.asarray(each) for each in (rows.recency, rows.age, rows.entry)]
    days = [whole_days(each, DAYS[rows.unit]) for each in times]
    whole = [each for each in days if each is not None]
    on_grid = len(whole) == len(times)
    recency, age, entry = whole if on_grid else times
    t_x = np.where(rows.frequency > 0, recency - entry, 0.0)
    columns = [age - entry, t_x, rows.frequency, entry]
    order = np.lexsort(columns)
    first = np.logical_or.reduce([first_of_runs(column[order]) for column in columns])
    return order, first, columns, DAYS[rows.unit] if on_grid else 1.0
