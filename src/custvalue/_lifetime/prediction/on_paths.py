"""Predictions of purchases along paths of changing covariates, which must be known that far."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from custvalue._histories.customer_cells import one_by_one
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, horizon_in
from custvalue._lifetime.covariates.changing.answers import Along
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.at_any_time import AtAnyTime
from custvalue._lifetime.prediction.outcome import Ahead
from custvalue._lifetime.prediction.path_outcomes import path_outcomes
from custvalue._lifetime.prediction.question import Columns, Money
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._lifetime.value.worth import in_words
from custvalue._rows import FloatArray


class OnPaths(NamedTuple):
    """A question about a history of customers on paths."""

    history: PurchaseHistory
    along: Along
    horizon: str
    until: float
    rate: float
    counted: str = "repeat purchases after the end of observation, along the paths of covariates"

    @classmethod
    def of(cls, model: Any, history: PurchaseHistory, horizon: Horizon, annual: float) -> Self:
        """Check the arguments."""
        one_by_one(history, f"{type(model).__name__}.predict")
        model._cells(history)  # noqa: SLF001 - of its own room
        rate, until = continuous_rate(annual, history.unit), horizon_in(horizon, history.unit)
        along = Along.of(model, history, until)
        return cls(history, along, in_words(horizon) or "", until, rate)

    def answer(self, model: Any) -> FloatArray:
        """Return P(alive), purchases given alive, and these discounted; shape (3, cells)."""
        standing = self.along.standing(model)
        ahead = standing.ahead(self.until).purchases
        discounted = ahead
        if self.rate > 0:
            discounted = standing.ahead(self.until, self.rate).purchases
        return np.stack((standing.alive, ahead, discounted))

    def spread(self, cell_values: FloatArray) -> FloatArray:
        """Return an entry for each customer from one for each cell."""
        return self.along.spread(cell_values)

    def certain(self, model: Any) -> int:
        """Return of how many customers the model knows that they are alive, whatever they do."""
        known = model._active_by_definition(self.history.frequency)  # noqa: SLF001
        return int(np.count_nonzero(known))

    def outcomes(self, fit: Fit[Any], beyond: float, money: Money | None) -> Columns:
        """Return ends and probabilities of the purchases, and of the value in multiples of γ'.

        The spend of customers is known of all their repeat purchases as a rule, else of none.
        """
        ask = Ahead(fit, self.until, beyond, None if money is None else money.spend)
        each = {
            name: self.spread(column) for name, column in path_outcomes(ask, self.along).items()
        }
        if money is None or not (other := money.days != self.history.frequency).any():
            return each
        few = Along.of(fit.model, self.history.select(other), self.until)
        none = np.zeros(len(few.built.cells))
        for name, column in path_outcomes(ask, few, none).items():
            each[name] = each[name].copy()
            each[name][other] = few.spread(column)
        return each


def question_of(model: Any) -> type[AtAnyTime | OnPaths]:
    """Return how a model is asked."""
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    return OnPaths if terms is not None and terms.changing else AtAnyTime
