"""From a history and coded covariates to segments and cells, what likelihoods see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments, located
from custvalue._histories.covariates.changing.design import Design
from custvalue._histories.covariates.changing.exposure import bounds
from custvalue._histories.covariates.changing.followed import (
    WHOLE,
    FollowedPurchases,
    last_days,
    visits_of,
)
from custvalue._histories.covariates.terms import CovariateTerms, predictors_of
from custvalue._histories.grid import distinct
from custvalue._histories.units import DAYS
from custvalue._rows import FloatArray, IntArray, read_only

PROCESSES = ("purchase", "dropout")


class ProcessColumns(NamedTuple):
    """Which columns, of the paths and of the customers, move a process, by which coefficients."""

    changing: IntArray
    static: IntArray
    coefficients: IntArray  # of the changing ones, then of the static ones
    centre: FloatArray  # of all columns, in this order
    scale: FloatArray

    def on_path(self, rows: FloatArray) -> FloatArray:
        """Return the columns of rows of the paths, standardised."""
        k = len(self.changing)
        return np.asarray((rows[:, self.changing] - self.centre[:k]) / self.scale[:k])

    def of_customers(self, customers: FloatArray) -> FloatArray:
        """Return the columns of customers, standardised."""
        k = len(self.changing)
        return np.asarray((customers[:, self.static] - self.centre[k:]) / self.scale[k:])


def process_columns(terms: CovariateTerms) -> list[ProcessColumns]:
    """Return the columns of purchases and of dropout."""
    flags = np.array([each.changing for each in terms.coding for _ in each.coded_levels])
    place = np.where(flags, np.cumsum(flags), np.cumsum(~flags)) - 1
    found = []
    for columns, coefficients in predictors_of(terms, PROCESSES):
        on_path = flags[columns]
        order = np.append(np.flatnonzero(on_path), np.flatnonzero(~on_path))
        split = int(on_path.sum())
        places = place[columns[order]]
        none = np.zeros(len(order))
        found.append(
            ProcessColumns(places[:split], places[split:], coefficients[order], none, none + 1)
        )
    return found


class Built(NamedTuple):
    """What likelihoods see, and where each customer is in it."""

    segments: PathSegments
    cells: PathCells
    cell_of_customer: IntArray
    bought_at: FloatArray  # (n, k + m), the sum of z over the repeat purchases of each customer


def built(
    history: Any, design: Design, columns: Sequence[ProcessColumns], *, visits: bool
) -> Built:
    """Return segments and cells; `visits` keeps customers apart whose purchases differ."""
    known: FollowedPurchases = history.changing
    _purchase, dropout = columns
    per_unit, x = DAYS[history.unit], history.frequency
    used, path = distinct(known.path)
    line = _segments(known, used, design, columns)
    last = last_days(known, x)
    end = _snapped(known.birth + history.age * per_unit)
    places = [line.at(path, day) for day in (known.birth, last, end)]
    visit_in = line.at(np.repeat(path, x.astype(np.int64)), known.days)
    own = np.arange(len(x)) * (x > 1) if visits and len(dropout.changing) else np.zeros(len(x))
    keys = (own, design.pattern, history.age, history.recency, x, known.birth, path)
    order = np.lexsort(keys)
    new = np.logical_or.reduce([first_of_runs(each[order]) for each in keys])
    cell = np.empty(len(order), dtype=np.int64)
    cell[order] = np.cumsum(new) - 1
    one = order[new]
    static = [each.of_customers(design.customers) for each in columns]
    bought_at = _bought_at(x, line.columns[0][visit_in], static[0])
    shown = visits_of(one, x) if visits else np.empty(0, dtype=np.int64)
    cells = PathCells(
        path=path[one],
        birth=(known.birth[one] - line.origin) / per_unit,
        frequency=x[one],
        recency=history.recency[one],
        age=history.age[one],
        count=np.bincount(cell).astype(np.float64),
        born_in=places[0][one],
        last_in=places[1][one],
        ends_in=places[2][one],
        purchase_static=static[0][one],
        dropout_static=static[1][one],
        purchase_sum=bought_at.sum(axis=0),
        visit_cell=np.repeat(np.arange(len(one)), x[one].astype(np.int64) if visits else 0),
        visit_in=visit_in[shown],
    )
    return Built(line.in_unit(per_unit), cells, read_only(cell), bought_at)


class _Line(NamedTuple):
    """Segments in days."""

    start: FloatArray
    end: FloatArray
    path: IntArray
    columns: tuple[FloatArray, FloatArray]

    @property
    def origin(self) -> float:
        return float(self.start.min())

    def at(self, path: IntArray, day: FloatArray) -> IntArray:
        return located(self.path, self.start, path, day)

    def in_unit(self, per_unit: float) -> PathSegments:
        start, end = ((each - self.origin) / per_unit for each in (self.start, self.end))
        return PathSegments(start, end, self.path, *self.columns)


def _segments(
    known: FollowedPurchases, used: IntArray, design: Design, columns: Sequence[ProcessColumns]
) -> _Line:
    """Return the pieces of the paths in use on which the named columns do not change."""
    table = known.covariates
    some = np.flatnonzero(np.isin(table.codes, used))
    start, end = (each[some] for each in bounds(table))
    path = np.searchsorted(used, table.codes[some])
    sides = [each.on_path(design.rows[some]) for each in columns]
    new = first_of_runs(path)
    for side in sides:
        new[1:] |= (side[1:] != side[:-1]).any(axis=1)
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(some)) - 1
    return _Line(start[first], end[last], path[first], (sides[0][first], sides[1][first]))


def _snapped(days: FloatArray) -> FloatArray:
    whole = np.rint(days)
    return np.where(np.abs(days - whole) < WHOLE, whole, days)


def _bought_at(x: FloatArray, visited: FloatArray, static: FloatArray) -> FloatArray:
    """Add up the covariates of the repeat purchases of each customer."""
    customer = np.repeat(np.arange(len(x)), x.astype(np.int64))
    sums = [np.bincount(customer, column, minlength=len(x)) for column in visited.T]
    on_path = np.stack(sums, axis=1) if sums else np.zeros((len(x), 0))
    return np.hstack((on_path, x[:, None] * static))
