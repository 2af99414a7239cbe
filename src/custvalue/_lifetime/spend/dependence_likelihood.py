"""The log-likelihood of spend that depends on the purchase rate, summed over customers.

The rate γ of a customer's Gamma-Gamma is multiplied by E = E[(λ / λ0)^δ | x, t_x, T], with λ0 =
r / α. After k x phases λ ~ Gamma(c, α + T) of customers who are alive, and Gamma(c, α + t_x) of
those who left at the last purchase, c = r + k x; with A = P(alive):

    log E = log Γ(c+δ) - log Γ(c) + log(A (λ0 (α+T))^-δ + (1-A) (λ0 (α+t_x))^-δ)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._histories.rows import DataPoints
from custvalue._lifetime.spend.spend_likelihood import (
    TURN,
    Distance,
    by_parameters,
    constant,
    distance,
)
from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray

DOUBLING = math.log(2)


@dataclass(frozen=True, eq=False)
class RatedCells(DataPoints):
    """Repeat spends beside what is known of the purchase rate of those who made them."""

    frequency: FloatArray
    mean: FloatArray
    shape: FloatArray  # c
    alive: FloatArray
    late: FloatArray  # log λ0 (α + T)
    early: FloatArray  # log λ0 (α + t_x)


class PowerMean(NamedTuple):
    """log E, with its first and second derivatives by δ."""

    value: FloatArray
    slope: FloatArray
    bend: FloatArray


def power_mean(
    delta: float, shape: FloatArray, alive: FloatArray, late: FloatArray, early: FloatArray
) -> PowerMean:
    """Return it for each customer; it exists for c + δ > 0."""
    return _on_the_clock(_risen(delta, shape), delta, alive, late, early)


def _risen(delta: float, shape: FloatArray) -> PowerMean:
    """Return log Γ(c+δ) - log Γ(c)."""
    value = special.gammaln(shape + delta) - special.gammaln(shape)
    bend = special.polygamma(1, shape + delta)
    return PowerMean(value, special.digamma(shape + delta), np.asarray(bend, np.float64))


def _on_the_clock(
    risen: PowerMean, delta: float, alive: FloatArray, late: FloatArray, early: FloatArray
) -> PowerMean:
    """Add the logarithm of what the two clocks make of it."""
    with np.errstate(divide="ignore"):
        stayed, left = np.log(alive) - delta * late, np.log1p(-alive) - delta * early
    both = np.logaddexp(stayed, left)
    weight = np.exp(stayed - both)
    slope = risen.slope - weight * late - (1 - weight) * early
    bend = risen.bend + weight * (1 - weight) * (late - early) ** 2
    return PowerMean(risen.value + both, slope, bend)


class LogLikelihood:
    """The log-likelihood with exact gradient and Hessian in (p, q, γ, 2^δ)."""

    def __init__(self, cells: RatedCells) -> None:
        self.cells = cells
        self.x, one, self.place, self.n = np.unique(
            cells.frequency, return_index=True, return_inverse=True, return_counts=True
        )
        self.shape = cells.shape[one]  # which x determines
        self.sum_log_mean = float(np.log(cells.mean).sum())

    def __call__(self, parameters: FloatArray) -> Derivatives:
        cells = self.cells
        p, q, gamma, factor = parameters.tolist()
        delta = math.log(factor) / DOUBLING
        if self.shape.min() + delta <= 0:
            return Derivatives(-math.inf, np.full(4, np.nan), np.full((4, 4), np.nan))
        risen = PowerMean(*(part[self.place] for part in _risen(delta, self.shape)))
        rate = _on_the_clock(risen, delta, cells.alive, cells.late, cells.early)
        d = distance(cells.mean, p, q, gamma) - rate.value
        fixed, apart = constant(p * self.x, q), Distance.of(p * cells.frequency, q, d)
        by_rate, bent = -rate.slope / DOUBLING, -rate.bend / DOUBLING**2  # of d by log 2^δ
        gradient, hessian = np.zeros(4), np.zeros((4, 4))
        gradient[:2] = fixed.gradient @ self.n
        hessian[:2, :2] = fixed.hessian @ self.n
        gradient[:3] += apart.gradient.sum(axis=1)
        hessian[:3, :3] += apart.hessian.sum(axis=2)
        gradient[3] = apart.gradient[2] @ by_rate
        hessian[:3, 3] = hessian[3, :3] = apart.hessian[:, 2] @ by_rate
        hessian[3, 3] = apart.hessian[2, 2] @ by_rate**2 + apart.gradient[2] @ bent
        value = fixed.value @ self.n + apart.value.sum() - self.sum_log_mean
        turn = np.eye(4)
        turn[:3, :3] = TURN
        return by_parameters(float(value), turn @ gradient, turn @ hessian @ turn.T, parameters)


def rates(cells: RatedCells) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return what is known of the purchase rates."""
    return cells.shape, cells.alive, cells.late, cells.early
