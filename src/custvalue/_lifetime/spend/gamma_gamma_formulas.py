"""What the Gamma-Gamma models of spend have in common: formulas, start, limits, in words too.

Equation numbers are of Fader & Hardie (2013), note 25.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from custvalue._lifetime.spend.spend_likelihood import SpendCells
from custvalue._lifetime.spend.spend_model import PositiveSpend
from custvalue._numerics.limits import FAR, REMEDY, as_likely
from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue.errors import EstimationError, ParameterError

NO_MEAN = (
    "Check for a few extreme spends first, fit on more customers, or value only "
    "customers with repeat purchases."
)
EQUAL = 1e-7  # relative difference of spends in which no parameter can be seen
LARGE = 100.0  # a shape from which on a gamma distribution is nearly one value


class PredictiveSpend(PositiveSpend):
    """Base of models in which a future spend is a scale times a beta prime variable.

    The predictive distribution is γ' = γ + x z̄ times a beta prime variable with p and q' = q + p x.
    """

    if TYPE_CHECKING:
        p: Positive

    @abstractmethod
    def _predictive(self, history: Any) -> tuple[FloatArray, FloatArray]:
        """Return γ' and q' of each customer."""

    def _quantile(self, history: Any, probability: float) -> FloatArray:
        scale, shape = self._predictive(history)
        return scale * beta_prime_quantile(probability, self.p, shape)

    def _below(self, history: Any, spend: float) -> FloatArray:
        scale, shape = self._predictive(history)
        return spend_below(np.array(spend), self.p, scale, shape)


def population_mean(name: str, p: float, q: float, gamma: float) -> float:
    """Return the mean spend in the population, p gamma / (q - 1)."""
    if q <= 1:
        raise ParameterError(f"{name}: {_no_mean(q)} {NO_MEAN}")
    return p * gamma / (q - 1)


def conditional_mean(
    name: str, x: FloatArray, z: FloatArray, *, p: float, q: float, gamma: float
) -> FloatArray:
    """Return the spend expected of customers with x spends of the mean z, equation (5)."""
    excess = p * x + q - 1
    require_means(name, excess, np.ones(len(x)), q)
    return p * (gamma + x * z) / excess


def require_means(name: str, excess: FloatArray, customers: FloatArray, q: float) -> None:
    """Raise unless the expected spend exists, for p x + q - 1 of numbers of customers."""
    lost = int(customers[excess <= 0].sum())
    if lost:
        raise ParameterError(
            f"{name}: {_no_mean(q)} That leaves {lost:,} of {int(customers.sum()):,} customers "
            f"without an expected spend. {NO_MEAN}"
        )


def _no_mean(q: float) -> str:
    return f"with q={q:.4g} (<= 1) the population mean of spend does not exist."


def beta_prime_quantile(probability: float, p: float, shape: FloatArray) -> FloatArray:
    """Return the quantile of a beta prime variable with p and another shape."""
    low = special.betaincinv(p, shape, probability)
    high = special.betaincinv(shape, p, 1 - probability)
    return np.where(low < 0.5, low / np.maximum(1 - low, 0.5), (1 - high) / high)


def spend_below(spend: FloatArray, p: float, scale: FloatArray, shape: FloatArray) -> FloatArray:
    """Return the probability that scale times such a variable is at most this."""
    below = special.betainc(p, shape, spend / (spend + scale))
    return np.asarray(below, dtype=np.float64)


def starting_point(name: str, cells: SpendCells) -> dict[str, float]:
    """Four as both shapes, and the rate that puts the middle of the spends right."""
    if cells.customers < 2:
        raise EstimationError(
            f"{name}.fit needs at least 2 customers with repeat purchases, but the history has "
            f"{cells.customers}. Observe for longer, or give known parameters: "
            f"{name}(p=..., q=..., gamma=...)."
        )
    low, high = cells.mean.min(), cells.mean.max()
    if high - low <= EQUAL * high:
        raise EstimationError(
            f"{name}.fit needs spends that differ, but all {cells.customers:,} customers with "
            f"repeat purchases spend {high:g}, so p is infinite. No model of spend is needed: "
            f"multiply expected purchases by {high:g}."
        )
    return {
        "p": 4.0,
        "q": 4.0,
        "gamma": float(np.exp(np.average(np.log(cells.mean), weights=cells.count))),
    }


def limit(likelihood: Objective, *parameters: float) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    p, q, gamma, *others = parameters
    likely = as_likely(likelihood, np.array(parameters))
    if q > LARGE and likely(p, FAR * q, FAR * gamma, *others):
        return (
            f"It is the limit of one mean spend for all customers (q and gamma to infinity), "
            f"p gamma / q = {p * gamma / q:.4g}. No model of spend is needed: "
            f"multiply expected purchases by this mean."
        )
    if p > LARGE and likely(FAR * p, q, gamma / FAR, *others):
        return (
            f"It is the limit of customers who always spend the same (p to infinity, gamma to 0), "
            f"with the spends of all as inverse gamma({q:.4g}, p gamma = "
            f"{p * gamma:.4g}). Predictions can be used; p and gamma themselves cannot "
            f"be interpreted."
        )
    return REMEDY
