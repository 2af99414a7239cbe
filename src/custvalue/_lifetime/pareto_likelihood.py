"""The log-likelihood of the Pareto/NBD over all cells, and where the search for its top starts.

Lifetimes that vary over customers as exponentials with rates from Gamma(s, β) have the survival
function S(τ) = (1+τ/β)^-s and the hazard h(τ) = s / (β+τ); for the rest see
:mod:`custvalue._lifetime.calendar_likelihood`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from custvalue._lifetime.calendar_likelihood import CalendarLikelihood
from custvalue._lifetime.history import Cells
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.moments import among_repeaters, gamma_rates
from custvalue._lifetime.pareto_integral import Symbols, between
from custvalue._lifetime.quadrature import Nodes
from custvalue._rows import FloatArray


class LogLikelihood(CalendarLikelihood):
    """Log-likelihood summed over cells, with exact gradient and Hessian in (r, α, s, β)."""

    @staticmethod
    def lifetime(*parameters: float) -> ParetoLifetime:
        """Return the lifetime with (r, α, s, β)."""
        return ParetoLifetime(*parameters)


class ParetoLifetime(Symbols):
    """S(τ) = (1+τ/β)^-s."""

    def log_survival(self, tau: FloatArray) -> FloatArray:
        """Return log S(τ)."""
        return -self.s * np.log1p(tau / self.beta)

    def log_fall(self, start: FloatArray, passed: FloatArray) -> FloatArray:
        """Return log S(start) - log S(start + passed)."""
        return self.s * np.log1p(passed / (self.beta + start))

    def at(self, tau: FloatArray, log_survival: FloatArray) -> ParetoStage:
        """Return what happens at τ."""
        return ParetoStage(tau, log_survival, 1 / (self.beta + tau), self.s, self.beta)

    def nodes(self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray) -> Iterator[Nodes]:
        """Yield nodes for ``∫ (α+τ)^-of_alpha h(τ) S(τ) dτ`` from each start to its stop."""
        return between(start, stop, of_alpha, self.s + 1, self)


class ParetoStage(NamedTuple):
    """Hazard and derivatives in (s, β) at some points in time.

    Written so that nothing large cancels where both go to infinity together.
    """

    tau: FloatArray
    log_survival: FloatArray
    by_beta: FloatArray  # 1 / (β+τ)
    s: float
    beta: float

    @property
    def hazard(self) -> FloatArray:
        """The hazard s / (β+τ)."""
        return self.s * self.by_beta

    @property
    def hazard_slopes(self) -> tuple[float, FloatArray]:
        """The derivatives of its logarithm."""
        return 1 / self.s, -self.by_beta

    @property
    def slopes(self) -> tuple[FloatArray, FloatArray]:
        """The derivatives of log S."""
        return self.log_survival / self.s, self.s / self.beta * self.tau * self.by_beta

    def second(self, weight: FloatArray, *, gone: bool) -> FloatArray:
        """Return the weighted sum of the second derivatives of log S, and of log h where gone."""
        passed = self.tau * self.by_beta / self.beta
        curved = gone * self.by_beta**2 - self.s * passed * (self.by_beta + 1 / self.beta)
        mixed = np.sum(weight * passed)
        of_s = -gone * weight.sum() / self.s**2
        return np.array([[of_s, mixed], [mixed, np.sum(weight * curved)]])


def starting_points(cells: Cells, model: type[LifetimeModel]) -> list[dict[str, float]]:
    """Take rates from moments; customers leave in their own time, or many of them at once.

    Where those who do not come back leave at once and the others stay, the likelihood has a second
    top, at which no customer leaves.
    """
    rates = gamma_rates(cells, model)
    mean_age = float(cells.count @ cells.age / cells.count.sum())
    return [
        {**rates, "s": 1.0, "beta": mean_age},
        {**among_repeaters(cells), "s": 0.1, "beta": 1e-3 * mean_age},
    ]
