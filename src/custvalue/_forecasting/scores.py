"""How well a model said what each customer did in a holdout.

Customers with the same history, covariates and purchases in the holdout are scored once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._forecasting.holdout import Holdout
from custvalue._histories.covariates.coding import CodedCovariate, patterns
from custvalue._histories.covariates.pattern_cells import by_pattern, covariates_of
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.answers import Answers
from custvalue._lifetime.asking import answers_of, told_apart
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
    """The distinct pairs of a customer and of purchases in the holdout, and how many are alike."""

    one: PurchaseHistory  # of each kind of customers
    until: float
    kind: IntArray  # of each outcome
    bought: FloatArray
    count: FloatArray

    @classmethod
    def of(
        cls, train: PurchaseHistory, holdout: Holdout, coding: Sequence[CodedCovariate] = ()
    ) -> Outcomes:
        """Group the customers, ascending by purchases in the holdout, then by kind.

        Customers are alike who have the same history, and the same of the coded covariates.
        """
        one, place = _kinds(train, coding)
        key = holdout.frequency.astype(np.int64) * len(one) + place
        distinct, count = np.unique(key, return_counts=True)
        bought, kind = np.divmod(distinct, len(one))
        of_each = bought.astype(np.float64), count.astype(np.float64)
        return cls(one, holdout.duration, kind, *of_each)

    @property
    def actual(self) -> int:
        """Purchases in the holdout."""
        return round(float(self.count @ self.bought))

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
        known = told_apart(model, self.one, self.until)
        asked, cell = answers_of(model, known.cells), known.cell_of_customer[self.kind]
        alive = asked.alive()
        ahead = asked.by_pair(lambda some: some.purchases(self.until))
        expected = (alive * ahead)[cell]
        off = expected - self.bought
        return Scores(
            forecast=float(self.count @ expected),
            rmse=math.sqrt(self.mean(off**2)),
            mae=self.mean(np.abs(off)),
            log_scores=self._log_scores(asked, alive[cell], cell),
        )

    def _log_scores(self, asked: Answers, alive: FloatArray, cell: IntArray) -> FloatArray:
        """Return log P(purchases in the holdout | history) of each outcome."""
        probability = np.empty(len(cell))
        starts = np.flatnonzero(first_of_runs(self.bought))
        for rows in np.split(np.arange(len(cell)), starts[1:]):
            ahead, of_row = asked.some(cell[rows]).pairs
            probability[rows] = ahead.counts(self.bought[rows[:1]], self.until)[of_row, 0]
        probability *= alive
        probability += np.where(self.bought == 0, 1 - alive, 0.0)
        return np.log(np.maximum(probability, np.finfo(np.float64).tiny))


def _kinds(
    train: PurchaseHistory, coding: Sequence[CodedCovariate]
) -> tuple[PurchaseHistory, IntArray]:
    """Return the history of one customer of each kind, and the kind of each customer."""
    if any(each.changing for each in coding):  # then the days of all purchases matter
        return train, np.arange(len(train))
    if not coding:
        return train.one_of_each_cell(), train.cell_of_customer
    found = patterns(coding, covariates_of(train, "compare_models"), train.customer)
    place, cell, _ = by_pattern(train.cell_of_customer, found)
    first = np.empty(len(cell), dtype=np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return train._rows_at(first), place  # noqa: SLF001 - a history of ours
