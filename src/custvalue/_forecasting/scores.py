"""How well a model said what each customer did in a holdout.

Customers with the same history and the same purchases in the holdout are scored once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._forecasting.holdout import Holdout
from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import model_at
from custvalue._histories.history import PurchaseHistory
from custvalue._rows import FloatArray, IntArray

LEAST = math.log(np.finfo(np.float64).tiny)  # the score of what a model holds to be impossible


class Scores(NamedTuple):
    """What a model forecasts for all customers, and how far it is off."""

    forecast: float
    rmse: float
    mae: float
    log_scores: FloatArray  # of each outcome


@dataclass(frozen=True)
class Outcomes:
    """The distinct pairs of a cell and of purchases in the holdout, and the customers of each."""

    train: PurchaseHistory
    holdout: Holdout
    cell: IntArray
    bought: FloatArray
    count: FloatArray

    @classmethod
    def of(cls, train: PurchaseHistory, holdout: Holdout) -> Outcomes:
        """Group the customers, ascending by purchases in the holdout, then by cell."""
        cells = len(train.cells)
        key = holdout.frequency.astype(np.int64) * cells + train.cell_of_customer
        distinct, count = np.unique(key, return_counts=True)
        bought, cell = np.divmod(distinct, cells)
        return cls(train, holdout, cell, bought.astype(np.float64), count.astype(np.float64))

    @property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.count.sum())

    def mean(self, values: FloatArray) -> float:
        """Return the mean over customers of values of the outcomes."""
        return float(self.count @ values) / self.customers

    def standard_error(self, values: FloatArray) -> float:
        """Return the standard error of that mean."""
        return math.sqrt(self.mean((values - self.mean(values)) ** 2) / max(self.customers - 1, 1))

    def scores(self, model: Any) -> Scores:
        """Score a model of purchases at any time."""
        one = self.train.one_of_each_cell()
        expected = model.expected_purchases(one, self.holdout.horizon)[self.cell]
        off = expected - self.bought
        return Scores(
            forecast=float(self.count @ expected),
            rmse=math.sqrt(self.mean(off**2)),
            mae=self.mean(np.abs(off)),
            log_scores=self._log_scores(model),
        )

    def _log_scores(self, model: Any) -> FloatArray:
        """Return log P(purchases in the holdout | history) of each outcome."""
        model = model_at(model, self.train.cells)
        alive = np.atleast_1d(model._alive(self.train.cells))[self.cell]  # noqa: SLF001 - a model of ours
        probability = np.empty(len(self.cell))
        starts = np.flatnonzero(first_of_runs(self.bought))
        for rows in np.split(np.arange(len(self.cell)), starts[1:]):
            probability[rows] = self._given_alive(model, rows)
        probability *= alive
        probability += np.where(self.bought == 0, 1 - alive, 0.0)
        return np.log(np.maximum(probability, np.finfo(np.float64).tiny))

    def _given_alive(self, model: Any, rows: IntArray) -> FloatArray:
        """Return the probability of outcomes with the same purchases, of customers alive."""
        cells, cell = self.train.cells, self.cell[rows]
        some = Cells(
            cells.frequency[cell], cells.recency[cell], cells.age[cell], np.ones(len(rows))
        )
        bought, until = self.bought[rows[:1]], self.holdout.duration
        ahead = model._ahead(some, lambda known: model._counts(bought, until, known))  # noqa: SLF001 - a model of ours
        given: FloatArray = np.atleast_2d(ahead)[:, 0]
        return given
