"""Quasi-likelihoods of a mean outcome, by how its variance goes with its mean.

With the mean m of the outcomes at a level and the curve μ there, what a customer adds to the
quasi-likelihood (Wedderburn 1974, *Biometrika* 61(3), 439-447) is

    m log μ + (1 - m) log(1 - μ)   of shares, and of answers on a scale brought to 0-1,
    m log μ - μ                    of counts, and of amounts from 0 on,
    -(m - μ)² / 2                  of amounts that may be below 0.

Only the mean has to be right: how much outcomes vary about it is measured, not assumed.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from scipy import special

from custvalue._rows import FloatArray

Outcome = Literal["binary", "proportion", "scale", "count", "amount"]
Kind = Literal["shares", "counts", "amounts"]

EDGE = 1e-9  # how close a curve comes to an end that it cannot pass


class Family(NamedTuple):
    """A quasi-likelihood.

    Parameters
    ----------
    kind : str
        How the variance goes with the mean: μ (1 - μ), μ, or not at all.
    low, high : float
        Ends that a mean cannot pass.
    """

    kind: Kind
    low: float
    high: float

    def gain(self, mean: FloatArray, curve: FloatArray) -> FloatArray:
        """Return what a customer adds."""
        if self.kind == "shares":
            return np.asarray(special.xlogy(mean, curve) + special.xlog1py(1 - mean, -curve))
        if self.kind == "counts":
            return np.asarray(special.xlogy(mean, curve) - curve)
        return -np.square(mean - curve) / 2

    def slope(self, mean: FloatArray, curve: FloatArray) -> FloatArray:
        """Return its derivative by μ."""
        return (mean - curve) / self.variance(curve)

    def bend(self, mean: FloatArray, curve: FloatArray) -> FloatArray:
        """Return minus its second derivative by μ."""
        if self.kind == "shares":
            return np.asarray(mean / curve**2 + (1 - mean) / (1 - curve) ** 2)
        if self.kind == "counts":
            return mean / curve**2
        return np.ones(np.broadcast(mean, curve).shape)

    def variance(self, curve: FloatArray) -> FloatArray:
        """Return the variance that goes with a mean."""
        if self.kind == "shares":
            return curve * (1 - curve)
        return curve if self.kind == "counts" else np.ones_like(curve)

    def held(self, values: FloatArray) -> FloatArray:
        """Return values no further than the ends."""
        return np.minimum(np.maximum(values, self.low), self.high)

    def inside(self, values: FloatArray) -> FloatArray:
        """Return values no further than just inside the ends."""
        return np.minimum(np.maximum(values, self.low + EDGE), self.high - EDGE)


SHARES = Family("shares", 0.0, 1.0)
COUNTS = Family("counts", 0.0, np.inf)
AMOUNTS = Family("amounts", -np.inf, np.inf)


def family_of(outcome: Outcome, least: float) -> Family:
    """Return the family of an outcome, of which the least value is known.

    Amounts from 0 on vary the more the larger they are, as counts do.
    """
    if outcome in ("binary", "proportion", "scale"):
        return SHARES
    return COUNTS if outcome == "count" or least >= 0 else AMOUNTS
