"""From customers to the distinct (x, t_x, T) among them.

Where times are whole days, three numbers are packed into one that sorts like them; else columns are
sorted one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from custvalue._columns import Keys, first_of_runs, packed
from custvalue._histories.cells import Cells
from custvalue._histories.rows import BoolArray
from custvalue._histories.units import DAYS, TimeUnit
from custvalue._rows import FloatArray, IntArray

ONE = np.ones(1)


class Timed(Protocol):
    """Rows with x, t_x and T in one unit."""

    @property
    def frequency(self) -> FloatArray: ...

    @property
    def recency(self) -> FloatArray: ...

    @property
    def age(self) -> FloatArray: ...

    @property
    def unit(self) -> TimeUnit: ...


def compressed(rows: Timed) -> Cells:
    """Return the distinct (x, t_x, T), ascending, and how many rows have them."""
    if len(rows.frequency) == 1:
        return _one_cell(rows)
    grid = _DayGrid.of(rows)
    if grid is not None:
        return grid.cells(DAYS[rows.unit])
    order, first = _off_grid(rows)
    starts = np.flatnonzero(first)
    one = order[starts]  # of each cell
    x, t_x, T = rows.frequency[one], rows.recency[one], rows.age[one]
    return Cells(x, t_x, T, _run_lengths(starts, len(order)))


def cell_of_each(rows: Timed) -> IntArray:
    """Return the position in the cells of each row."""
    grid = _DayGrid.of(rows)
    order, first = _off_grid(rows) if grid is None else grid.order()
    cell = np.empty(len(order), dtype=np.int64)
    cell[order] = np.cumsum(first) - 1
    return cell


@dataclass(frozen=True)
class _DayGrid:
    """Customers whose times are whole days, as numbers that sort like (x, t_x, T)."""

    key: Keys
    spans: list[int]
    youngest: int  # the smallest T, in days

    @classmethod
    def of(cls, rows: Timed) -> _DayGrid | None:
        """Encode rows; None where times are off the grid, or too many to encode."""
        recency = whole_days(rows.recency, DAYS[rows.unit])
        age = whole_days(rows.age, DAYS[rows.unit])
        if recency is None or age is None:
            return None
        youngest = age.min()
        columns = [rows.frequency, recency, age - youngest]
        spans = [int(column.max()) + 1 for column in columns]
        try:
            return cls(packed(columns, spans), spans, int(youngest))
        except OverflowError:
            return None

    def order(self) -> tuple[IntArray, BoolArray]:
        """Return the order of the customers, and who is the first of a cell in it."""
        order = np.argsort(self.key)
        return order, first_of_runs(self.key[order])

    def cells(self, days_per_unit: float) -> Cells:
        """Sort, count, decode."""
        ordered = np.sort(self.key)
        starts = np.flatnonzero(first_of_runs(ordered))
        rest, age = np.divmod(ordered[starts].astype(np.int64), self.spans[2])
        frequency, recency = np.divmod(rest, self.spans[1])
        return Cells(
            frequency=frequency.astype(np.float64),
            recency=recency / days_per_unit,
            age=(age + self.youngest) / days_per_unit,
            count=_run_lengths(starts, len(ordered)),
        )


def _one_cell(rows: Timed) -> Cells:
    """Return the cell of the only customer."""
    per_unit = DAYS[rows.unit]
    times = rows.recency.item() * per_unit, rows.age.item() * per_unit
    days = [round(each) for each in times]
    if any(abs(off - whole) > NEAR * whole for off, whole in zip(times, days, strict=True)):
        return Cells(rows.frequency, rows.recency, rows.age, ONE)
    t_x, T = (np.array([each / per_unit]) for each in days)
    return Cells(rows.frequency, t_x, T, ONE)


NEAR = 1e-9  # of a number of days: nearer to a whole one, it is that


def whole_days(times: FloatArray, days_per_unit: float) -> FloatArray | None:
    """Return times in days if they are whole ones to nine digits, else None."""
    off = times * days_per_unit
    days = np.rint(off)
    off -= days
    np.abs(off, out=off)
    return days if (off <= NEAR * days).all() else None


def _run_lengths(starts: IntArray, total: int) -> FloatArray:
    return np.diff(starts, append=total).astype(np.float64)


def _off_grid(rows: Timed) -> tuple[IntArray, BoolArray]:
    """Return the same where times are off the grid."""
    columns = (rows.age, rows.recency, rows.frequency)
    order = np.lexsort(columns)
    return order, np.logical_or.reduce([first_of_runs(column[order]) for column in columns])
