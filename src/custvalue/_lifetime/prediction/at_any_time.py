"""Predictions of purchases at any time, cell by cell."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import together
from custvalue._histories.customer_cells import one_by_one
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, horizon_in
from custvalue._lifetime.answers import CellAnswers
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.outcome import Ahead, cell_outcomes
from custvalue._lifetime.prediction.question import Columns, Money
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._lifetime.value.worth import in_words
from custvalue._rows import FloatArray


class AtAnyTime(NamedTuple):
    """A question about a history of purchases at any time."""

    history: PurchaseHistory
    cells: Cells
    horizon: str
    until: float
    rate: float
    counted: str = "repeat purchases after the end of observation"

    @classmethod
    def of(cls, model: Any, history: PurchaseHistory, horizon: Horizon, annual: float) -> Self:
        """Check the arguments."""
        one_by_one(history, f"{type(model).__name__}.predict")
        history = together(model, history)
        cells = model._cells(history)  # noqa: SLF001 - of its own room
        rate = continuous_rate(annual, history.unit)
        until = horizon_in(horizon, history.unit)
        return cls(history, cells, in_words(horizon) or "", until, rate)

    def answer(self, model: Any) -> FloatArray:
        """Return P(alive), purchases given alive, and these discounted; shape (3, cells)."""
        asked = CellAnswers.of(model, self.cells)
        ahead = asked.by_pair(lambda some: some.purchases(self.until))
        discounted = ahead
        if self.rate > 0:
            discounted = asked.by_pair(lambda some: some.purchases(self.until, self.rate))
        return np.stack((asked.alive(), ahead, discounted))

    def spread(self, cell_values: FloatArray) -> FloatArray:
        """Return an entry for each customer from one for each cell."""
        return self.history.per_customer(cell_values)

    def certain(self, model: Any) -> int:
        """Return of how many customers the model knows that they are alive, whatever they do."""
        known = model._active_by_definition(self.history.frequency)  # noqa: SLF001
        return int(np.count_nonzero(known))

    def outcomes(self, fit: Fit[Any], beyond: float, money: Money | None) -> Columns:
        """Return ends and probabilities of the purchases, and of the value in multiples of γ'.

        The spend of customers is known of all their repeat purchases as a rule, else of none.
        """
        ask = Ahead(fit, self.until, beyond, None if money is None else money.spend)
        found = cell_outcomes(ask, self.cells, self.cells.frequency)
        each = {name: self.spread(column) for name, column in found.items()}
        if money is None or not (other := money.days != self.history.frequency).any():
            return each
        few = together(fit.model, self.history.select(other))
        instead = cell_outcomes(ask, few.cells, np.zeros(len(few.cells)))
        for name, column in instead.items():
            each[name] = each[name].copy()
            each[name][other] = few.per_customer(column)
        return each
