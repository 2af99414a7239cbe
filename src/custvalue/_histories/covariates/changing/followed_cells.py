"""The cells of a history on paths, where others ask about cells and know nothing of paths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.covariates.changing.building import Built
from custvalue._rows import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class FollowedCells(Cells):
    """Customers with the same purchases, path, birth and static covariates."""

    on_path: PathCells
    segments: PathSegments

    @classmethod
    def of(cls, found: Built) -> Self:
        """Take them from paths that are laid out."""
        return cls._on(found.cells, found.segments)

    @classmethod
    def _on(cls, cells: PathCells, segments: PathSegments) -> Self:
        known = (cells.frequency, cells.recency, cells.age, cells.count)
        return cls(*known, cells, segments)

    def __post_init__(self) -> None:
        """Nothing: all arrays are read-only already."""

    def some(self, rows: slice | npt.NDArray[Any]) -> Self:
        """Return some of the cells, by their places, also several times."""
        return self._on(self.on_path.some(rows), self.segments)

    @cached_property
    def grid(self) -> None:
        """None: times of different births are different."""

    @cached_property
    def pairs(self) -> None:
        """None, likewise."""

    def newcomers(self) -> tuple[FollowedCells, IntArray]:
        """Return a new customer of each birth, path and static covariates, and which each is."""
        its = self.on_path
        keys = np.column_stack((its.path, its.birth, its.purchase_static, its.dropout_static))
        _, first, kind = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        born = its.some(first).newborn
        one: FloatArray = np.ones(len(first))
        return self._on(replace(born, count=one), self.segments), kind.ravel()
