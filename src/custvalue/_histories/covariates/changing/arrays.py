"""What likelihoods see of covariates that change: segments of paths, and cells on them.

A path is what the covariates do over time, for all customers who share it. It is constant on
segments, of which equal neighbours are one. A cell is the customers with the same path, birth and
purchases; static covariates are constant along every path.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from custvalue._columns import first_of_runs
from custvalue._histories.rows import DataPoints
from custvalue._rows import FloatArray, IntArray


def located(row_path: IntArray, start: FloatArray, path: IntArray, time: FloatArray) -> IntArray:
    """Return the row of each time on a path; rows are in order, by path, then by start."""
    origin = float(min(start.min(), time.min(initial=np.inf)))
    reach = float(max(start.max(), time.max(initial=-np.inf))) - origin + 1
    keys = row_path * reach + (start - origin)
    return np.searchsorted(keys, path * reach + (time - origin), side="right") - 1


@dataclass(frozen=True, eq=False)
class PathSegments(DataPoints):
    """Pieces of time on which covariates are constant, by path, then by time, without gaps."""

    start: FloatArray  # since a common origin
    end: FloatArray  # the start of the next one of the path
    path: IntArray  # 0, 1, 2, …
    purchase: FloatArray  # (S, k1), the changing covariates of purchases
    dropout: FloatArray  # (S, k2)

    @property
    def length(self) -> FloatArray:
        """How long each lasts."""
        return self.end - self.start

    @property
    def first_of_path(self) -> IntArray:
        """The place of the first segment of each path."""
        return np.flatnonzero(first_of_runs(self.path))

    @property
    def is_last(self) -> npt.NDArray[np.bool_]:
        """Whether each is the last one of its path."""
        return np.append(first_of_runs(self.path)[1:], True)

    def at(self, path: IntArray, time: FloatArray) -> IntArray:
        """Return the segment of each time on a path; at its very end, the last one."""
        return located(self.path, self.start, path, time)


@dataclass(frozen=True, eq=False)
class PathCells(DataPoints):
    """Customers with the same path, birth, purchases and static covariates, by path and birth."""

    OF_ALL: ClassVar = ("purchase_sum", "visit_cell", "visit_in")

    path: IntArray
    birth: FloatArray  # since the common origin
    frequency: FloatArray
    recency: FloatArray  # since birth
    age: FloatArray
    count: FloatArray
    born_in: IntArray  # the segment of the birth
    last_in: IntArray  # of the last purchase
    ends_in: IntArray  # of the end of observation
    purchase_static: FloatArray  # (C, m1), static covariates of purchases
    dropout_static: FloatArray  # (C, m2)
    purchase_sum: FloatArray  # (k1 + m1,), sum of z over all repeat purchases of all customers
    visit_cell: IntArray  # (V,), the cell of each repeat purchase of one customer of the cell
    visit_in: IntArray  # (V,), its segment

    def some(self, rows: slice | npt.NDArray[Any]) -> Self:
        """Return some of the cells, also several times; what is of all together stays as it is."""
        names = [each.name for each in fields(self) if each.name not in self.OF_ALL]
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    @property
    def newborn(self) -> Self:
        """The same customers on the day of their first purchase, when nothing else is known."""
        none = np.zeros(len(self))
        places = self.born_in.copy()
        return replace(
            self,
            frequency=none,
            recency=none.copy(),
            age=none.copy(),
            last_in=places,
            ends_in=places.copy(),
            purchase_sum=0 * self.purchase_sum,
            visit_cell=self.visit_cell[:0],
            visit_in=self.visit_in[:0],
        )
