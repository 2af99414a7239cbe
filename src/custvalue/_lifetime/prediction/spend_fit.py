"""The model of spend that a prediction takes: given, or fitted to the history itself."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._lifetime.covariates.spend import at_customers
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.parameters import require_errors, slopes
from custvalue._lifetime.prediction.spend import Point
from custvalue._lifetime.prediction.totals import Of
from custvalue._lifetime.protocols import SpendModel
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.spend.spend_data import SpendHistory
from custvalue._lifetime.spend.spend_model import refunds_in_words
from custvalue._lifetime.value.worth import model_of
from custvalue._rows import FloatArray
from custvalue._words import count
from custvalue.errors import EstimationError, ParameterError


class Spender(NamedTuple):
    """A model of spend, and what it expects of each customer."""

    model: Any
    fit: Any  # None where a model was given
    money: FloatArray
    convention: str

    @property
    def point(self) -> Point:
        """The parameters of a Gamma-Gamma."""
        return Point(self.model.p, self.model.q, self.model.gamma)

    def errors(self, history: SpendHistory) -> FloatArray:
        """Return relative changes of expected spend in each direction, shape (n, k)."""
        return slopes(self.fit, lambda model: np.log(model.expected_spend(history))).T

    def scale(self, history: SpendHistory) -> FloatArray:
        """Return γ' = γ + x z̄."""
        x, money, _ = self.model._spends(history)  # noqa: SLF001 - of its own room
        scale: FloatArray = at_customers(self.model, history).gamma + x * money
        return scale

    def days(self, history: SpendHistory) -> FloatArray:
        """Return the purchase days x of which the spend is known."""
        x: FloatArray = self.model._spends(history).frequency  # noqa: SLF001 - of its own room
        return x

    def variance(self, history: SpendHistory, mean: FloatArray, variance: FloatArray) -> FloatArray:
        """Return the variance of what is paid for a random count; NaN where it is not finite."""
        p, q, _ = self.point
        shape = q + p * self.days(history)
        finite = shape > 2
        room = np.where(finite, shape - 2, 1.0)
        square = self.scale(history) ** 2 / (np.where(finite, shape - 1, 1.0) * room)
        of_one, of_two = p * (p + 1) * square, p**2 * square  # E[Z²] and E[Z Z'] of two days
        paid = mean * of_one + (variance + mean**2 - mean) * of_two - (mean * self.money) ** 2
        return np.where(finite, paid, np.nan)


def spender_of(spend: Any, history: SpendHistory, level: float | None, of: Of) -> Spender | None:
    """Return the model of spend that was given, or fit one where spend is known."""
    given = spend
    convention = "mean spend of repeat purchase days"
    if spend is None:
        if history.monetary_value is None:
            return None
        given = _fitted(history)
        convention += ", Gamma-Gamma fitted to these customers"
    model = model_of(given, SpendModel, "spend", "GammaGamma")
    fit = given if isinstance(given, Fit) else None
    money: FloatArray = model.expected_spend(history)
    if level is not None:
        _require_intervals(fit, model, of)
        _require_profits(model, money)
    convention += refunds_in_words(model, history)
    return Spender(model, fit, money, convention)


def _require_profits(model: Any, money: FloatArray) -> None:
    """Raise where an interval on the scale of logarithms does not exist."""
    if lost := int(np.count_nonzero(money <= 0)):
        raise ParameterError(
            f"interval needs a positive expected spend, but {type(model).__name__} expects a loss "
            f"of {count(lost, 'customer')}. Omit interval, or predict the other customers, by "
            f"history.select(model.expected_spend(history) > 0)."
        )


def _fitted(history: SpendHistory) -> Fit[Any]:
    try:
        return GammaGamma.fit(history)
    except EstimationError as error:
        raise EstimationError(
            f"predict fits a Gamma-Gamma to the monetary values of the history where no spend= is "
            f"given, but: {error} Or give spend=, the fit to all customers."
        ) from None


def _require_intervals(fit: Fit[Any] | None, model: Any, of: Of) -> None:
    """Raise unless the uncertainty of the model of spend is known."""
    name = type(model).__name__
    if fit is None:
        raise ParameterError(
            f"spend must be a fit where an interval is asked for, because the standard errors of a "
            f"model are not known, but it is a {name}. Give spend={name}.fit(history), or omit "
            f"interval."
        )
    require_errors(fit)
    if of == "outcome" and not isinstance(model, GammaGamma):
        raise ParameterError(
            f"of='outcome' needs a GammaGamma, whose predictive distribution of spend is known, "
            f"but spend is a fit of {name}. Use of='mean'."
        )
