"""The log-likelihood of the gamma-Gompertz/NBD over all cells, with exact gradient and Hessian.

Lifetimes with the hazard b η e^(bτ), where η varies over customers as Gamma(s, β), have the
survival function S(τ) = e^(-s g), g = log(1 + (e^(bτ) - 1)/β), and the hazard h(τ) = s b p with
p = e^(bτ) / (β + e^(bτ) - 1); for the rest see :mod:`custvalue._lifetime.calendar_likelihood`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from custvalue._lifetime.calendar_likelihood import CalendarLikelihood
from custvalue._lifetime.gamma_gompertz_integral import (
    FAR,
    Curve,
    Symbols,
    faint_hazard,
    grown,
    strides,
    updated,
)
from custvalue._lifetime.quadrature import Nodes
from custvalue._rows import FloatArray


class LogLikelihood(CalendarLikelihood):
    """Log-likelihood summed over cells, with exact gradient and Hessian in (r, α, β, b, s)."""

    @staticmethod
    def lifetime(*parameters: float) -> GompertzLifetime:
        """Return the lifetime with (r, α, β, b, s)."""
        return GompertzLifetime(*parameters)


class GompertzLifetime(Symbols):
    """S(τ) = (β / (β + e^(bτ) - 1))^s."""

    def log_survival(self, tau: FloatArray) -> FloatArray:
        """Return log S(τ)."""
        return -self.s * grown(self.b * tau, self.beta)

    def log_fall(self, start: FloatArray, passed: FloatArray) -> FloatArray:
        """Return log S(start) - log S(start + passed)."""
        return self.s * grown(self.b * passed, updated(self.beta, self.b * start))

    def at(self, tau: FloatArray, log_survival: FloatArray) -> GompertzStage:
        """Return what happens at τ."""
        w = self.b * tau
        young, old = np.exp(-np.minimum(w, FAR)), -np.expm1(-w)
        p = 1 / (self.beta * young + old)
        return GompertzStage(tau, log_survival, young * p, old * p, p, self.beta, self.b, self.s)

    def nodes(self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray) -> Iterator[Nodes]:
        """Yield nodes for ``∫ (α+τ)^-of_alpha h(τ) S(τ) dτ`` from each start to its stop."""
        b, chosen = self.b, np.flatnonzero(stop > start)
        since = start[chosen]
        curve = Curve(
            b * (self.alpha + since), of_alpha[chosen], updated(self.beta, b * since), self.s
        )
        width = b * (stop[chosen] - since)
        for rows, w, weight in strides(curve, width, faint_hazard(curve, width)):
            yield Nodes(chosen[rows], w / b, weight / b)


class GompertzStage(NamedTuple):
    """Hazard and derivatives in (β, b, s) at some points in time.

    Written so that nothing large cancels where b and β go to zero together.
    """

    tau: FloatArray
    log_survival: FloatArray
    young: FloatArray  # p e^-w = 1 / (β + e^w - 1)
    old: FloatArray  # p (1 - e^-w)
    p: FloatArray
    beta: float
    b: float
    s: float

    @property
    def hazard(self) -> FloatArray:
        """The hazard s b p."""
        return self.s * self.b * self.p

    @property
    def hazard_slopes(self) -> tuple[FloatArray, FloatArray, float]:
        """The derivatives of its logarithm."""
        return -self.young, 1 / self.b + self.tau * self._change, 1 / self.s

    @property
    def slopes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The derivatives of log S."""
        return (
            self.s / self.beta * self.old,
            -self.s * self.tau * self.p,
            self.log_survival / self.s,
        )

    @property
    def _change(self) -> FloatArray:
        """1 - p, the derivative of log p in w."""
        return (self.beta - 1) * self.young

    def second(self, weight: FloatArray, *, gone: bool) -> FloatArray:
        """Return the weighted sum of the second derivatives of log S, and of log h where gone."""
        beta, b, s = self.beta, self.b, self.s
        moved = weight * self.tau * self.p
        aged = np.sum(weight * self.old) / beta
        of_beta = gone * self.young**2 - s / beta**2 * self.old * (1 + beta * self.young)
        both = (s + gone) * np.sum(moved * self.young)
        of_b = -(s + gone) * np.sum(moved * self.tau * self._change)
        of_b -= gone * weight.sum() / b**2
        spread, of_s = -np.sum(moved), -gone * weight.sum() / s**2
        return np.array(
            [
                [np.sum(weight * of_beta), both, aged],
                [both, of_b, spread],
                [aged, spread, of_s],
            ]
        )
