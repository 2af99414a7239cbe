"""What one future purchase day brings: quantiles of the predictive distribution of spend.

The spend of a customer with x purchases of the mean z̄ is γ' = γ + x z̄ times a beta prime variable
with p and q' = q + p x. Averaged over a few points of the parameters, its quantile is a smooth
function of x and γ', so that few of its values tell those of a million customers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import special

from custvalue._lifetime.covariates.spend import at_customers
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.spend.spend_data import SpendHistory
from custvalue._numerics.quadrature import from_few_ages
from custvalue._rows import FloatArray

MOST_STEPS = 60  # of Newton's method
CLOSE = 1e-10  # a step that is as good as none, of a logarithm


class Point(NamedTuple):
    """Parameters of Gamma-Gamma, for the same customers; γ may have an entry for each."""

    p: float
    q: float
    gamma: float | FloatArray


def beta_prime_quantile(p: FloatArray | float, q: FloatArray, below: float) -> FloatArray:
    """Return the quantile of a beta prime variable, precise in both tails."""
    low, high = special.betaincinv(p, q, below), special.betaincinv(q, p, 1 - below)
    upper = (1 - high) / np.maximum(high, 1e-300)
    odds: FloatArray = np.where(low < 0.5, low / np.maximum(1 - low, 0.5), upper)
    return odds


def spend_quantile(
    model: GammaGamma, beside: list[Any], history: SpendHistory, beyond: float, *, upper: bool
) -> FloatArray:
    """Return the spend of a purchase day that is exceeded, or not reached, with a probability."""
    centre, *others = (
        Point(its.p, its.q, its.gamma)
        for its in (at_customers(each, history) for each in (model, *beside))
    )

    def at(x: FloatArray, scale: FloatArray) -> FloatArray:
        q: FloatArray = centre.q + centre.p * x
        start = scale * beta_prime_quantile(centre.p, q, 1 - beyond if upper else beyond)
        return _mixed(np.log(start), x, scale - centre.gamma, others, beyond, upper=upper)

    x, money, _ = model._spends(history)  # noqa: SLF001 - of its own room
    scale = centre.gamma + x * money
    alike = all(np.ndim(each.gamma) == 0 for each in (centre, *others))
    return from_few_ages(at, x, scale) if alike else at(x, scale)


def _mixed(
    log_z: FloatArray,
    x: FloatArray,
    paid: FloatArray,
    points: list[Point],
    beyond: float,
    *,
    upper: bool,
) -> FloatArray:
    """Return where the tail averaged over the points is `beyond`, by Newton's method in logs."""
    for _ in range(MOST_STEPS):
        tail, slope = np.zeros_like(log_z), np.zeros_like(log_z)
        for p, q, gamma in points:
            shape, odds = q + p * x, np.exp(log_z) / (gamma + paid)
            share = odds / (1 + odds)
            rest = 1 / (1 + odds)
            tail += special.betainc(shape, p, rest) if upper else special.betainc(p, shape, share)
            slope += np.exp(p * np.log(share) - shape * np.log1p(odds) - special.betaln(p, shape))
        step = (np.log(tail) - np.log(beyond * len(points))) * tail / slope
        log_z = log_z + np.minimum(np.maximum(step if upper else -step, -1.0), 1.0)
        if np.abs(step).max() < CLOSE:
            break
    return np.exp(log_z)
