"""The answers of models whose formulas take shapes as numbers, while these differ by group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from custvalue._histories.covariates.pattern_cells import AtCells, PatternCells
from custvalue._lifetime.answers import CellAnswers, Rows, Times
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._rows import FloatArray, IntArray


class KindAnswers(CellAnswers):
    """Each kind of customers asks the model of its own, and the answers are put together."""

    model: AtCells
    cells: PatternCells

    def alive(self) -> FloatArray:
        """Return P(alive at T)."""
        return self._together(lambda its: its.alive())

    def purchases(self, until: Times, rate: float = 0.0) -> FloatArray:
        """Return the (discounted) purchases of those alive."""
        return self._together(lambda its: its.purchases(until, rate))

    def counts(self, numbers: FloatArray, until: Times) -> FloatArray:
        """Return P(so many purchases) of those alive."""
        return self._together(lambda its: its.counts(numbers, until))

    def parts(self, until: float) -> CountParts:
        """Return the distribution of the purchases of those alive."""
        found = [(rows, its.parts(until)) for rows, its in self._kinds()]
        most = max(len(parts.weight) for _, parts in found)
        columns: dict[str, Any] = {}
        for name in ("weight", "m", "odds", "a", "b"):
            whole = np.zeros((most, len(self.cells)))
            for rows, parts in found:
                whole[:, rows] = _lengthened(getattr(parts, name), most, alike=name != "weight")
            columns[name] = whole
        return found[0][1]._replace(**columns)

    def some(self, rows: Rows) -> KindAnswers:
        """Return the same of some of the cells."""
        return KindAnswers(self.model, self.cells.some(rows))

    def _kinds(self) -> Iterator[tuple[IntArray, CellAnswers]]:
        """Yield the rows of each kind, and its own answers."""
        pattern = self.cells.pattern
        order = np.argsort(pattern, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(pattern[order])) + 1):
            here = self.cells.some(rows)
            yield rows, CellAnswers(self.model.at(here), here)

    def _together(self, ask: Callable[[CellAnswers], FloatArray]) -> FloatArray:
        answers = [(rows, ask(its)) for rows, its in self._kinds()]
        whole = np.empty((len(self.cells), *answers[0][1].shape[1:]))
        for rows, its in answers:
            whole[rows] = its
        return whole


def _lengthened(column: FloatArray, most: int, *, alike: bool) -> FloatArray:
    """Return as many parts as the kind with most has, the added ones without weight."""
    if alike and len(column) == 1:
        return column
    missing = most - len(column)
    return np.pad(column, ((0, missing), (0, 0)), mode="edge" if alike else "constant")
