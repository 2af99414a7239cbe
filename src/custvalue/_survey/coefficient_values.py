"""Values of the reliability coefficients, and how they move with the covariances."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._rows import FloatArray
from custvalue._survey import one_factor as factors
from custvalue._survey.alpha import alpha_of
from custvalue._survey.covariances import Moments
from custvalue._survey.reliability_result import OneFactor
from custvalue.errors import DataError


class Solved(NamedTuple):
    """Values of the coefficients, and the factor behind the last three of them."""

    values: tuple[float, ...]
    solution: factors.Solution | None
    no_factor: str = ""

    @classmethod
    def of(cls, moments: Moments, scope: str) -> Solved:
        """Compute all coefficients that exist."""
        correlation = moments.correlation
        raw = alpha_of(moments.covariance)
        standardised = alpha_of(correlation)
        if raw is None or standardised is None:
            raise DataError(
                f"reliability{scope} needs respondents who differ, but all have the same total "
                f"score."
            )
        if len(correlation) < 3:
            why = "two items do not identify a factor; standardised alpha is their Spearman-Brown."
            return cls((raw, standardised), None, why)
        solution = factors.one_factor(correlation)
        if solution is None:
            return cls((raw, standardised), None, _why_singular(moments))
        factor = from_factor(solution, moments.standard_deviations)
        return cls((raw, standardised, *factor), solution)

    def description(self, moments: Moments) -> OneFactor | None:
        """Return how well the factor describes the items."""
        if self.solution is None:
            return None
        loadings, heywood = self.solution.loadings, self.solution.heywood
        size = len(loadings)
        residual = (moments.correlation - np.outer(loadings, loadings))[np.tril_indices(size, -1)]
        return OneFactor(
            discrepancy=max(self.solution.discrepancy, 0.0),
            degrees_of_freedom=size * (size - 3) // 2,
            srmr=float(np.sqrt(residual @ residual / (size * (size + 1) / 2))),
            heywood=None if heywood is None else moments.names[heywood],
            converged=self.solution.converged,
        )


def _why_singular(moments: Moments) -> str:
    off = np.abs(np.tril(moments.correlation, -1))
    one, two = divmod(int(off.argmax()), len(off))
    if off[one, two] > 1 - 1e-9:
        return f"{moments.names[two]!r} and {moments.names[one]!r} say the same in other numbers."
    if moments.n <= len(moments.names):
        return f"{moments.n} respondents are too few for a factor of {len(moments.names)} items."
    reason = "an item is a sum of others" if moments.complete else "pairwise ones may not be"
    return f"the correlation matrix is not positive definite: {reason}."


def from_factor(solution: factors.Solution, scales: FloatArray) -> tuple[float, float, float]:
    """Return omega of the raw sum, ρ_C and AVE; λ² + ψ = 1, `scales` are standard deviations."""
    loadings, rest = solution.loadings, solution.uniquenesses
    raw = float(scales @ loadings) ** 2
    omega = raw / (raw + float(np.square(scales) @ rest))
    common = float(loadings.sum()) ** 2
    composite = common / (common + float(rest.sum()))
    return omega, composite, float(np.square(loadings).mean())


def standard_errors(moments: Moments, solved: Solved) -> list[dict[str, Any]]:
    """Linearise every coefficient but raw alpha; gradients are taken in standardised units."""
    scales, correlation = moments.standard_deviations, moments.correlation
    gradients: list[FloatArray | None] = [
        None,
        _standardised_gradient(correlation),
    ]
    if solved.solution is not None:
        gradients += _factor_gradients(correlation, solved.solution, scales)
    back = np.outer(scales, scales)
    return moments.errors([None if one is None else one / back for one in gradients])


def _standardised_gradient(correlation: FloatArray) -> FloatArray | None:
    """∂/∂S of k r̄ / (1 + (k-1) r̄), r̄ the mean correlation: variances move it too."""
    size = len(correlation)
    pairs = size * (size - 1)
    mean = (correlation.sum() - size) / pairs
    gradient: FloatArray = np.ones((size, size))
    np.fill_diagonal(gradient, 1 - correlation.sum(axis=1))
    gradient *= size / (pairs * (1 + (size - 1) * mean) ** 2)
    return gradient


def _factor_gradients(
    correlation: FloatArray, solution: factors.Solution, scales: FloatArray
) -> list[FloatArray | None]:
    """∂/∂S of omega, ρ_C and AVE by way of the factor."""
    loadings, rest = solution.loadings, solution.uniquenesses
    sums = [_by_sum(loadings, rest, scales), _by_sum(loadings, rest, np.ones(len(scales)))]
    extracted = (2 * loadings / len(loadings), np.zeros(len(loadings)))
    by_standardised = [sums[1], extracted]
    moved = [sums[0], *[_unstandardised(loadings, rest, *one) for one in by_standardised]]
    return [factors.pulled_back(correlation, solution, *one) for one in moved]


def _by_sum(
    loadings: FloatArray, rest: FloatArray, scales: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """∂/∂λ and ∂/∂ψ of a²/(a² + b), a = Σ s λ and b = Σ s² ψ."""
    a, b = float(scales @ loadings), float(np.square(scales) @ rest)
    whole = (a**2 + b) ** 2
    return 2 * a * b * scales / whole, -(a**2) * np.square(scales) / whole


def _unstandardised(
    loadings: FloatArray, rest: FloatArray, by_loading: FloatArray, by_rest: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Carry derivatives by λ/σ and ψ/σ² over to λ and ψ, at σ² = λ² + ψ = 1."""
    return (
        by_loading * rest - 2 * by_rest * loadings * rest,
        -by_loading * loadings / 2 + by_rest * np.square(loadings),
    )
