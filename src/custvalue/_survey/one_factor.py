"""One common factor by maximum likelihood, and how its solution moves with the covariances.

The model is Σ = λλ' + Ψ with Ψ diagonal. The discrepancy
F = log|Σ| + tr(SΣ⁻¹) - log|S| - p is minimised over the uniquenesses alone (Jöreskog 1967,
*Psychometrika* 32(4)): with θ_1 ≥ … ≥ θ_p the eigenvalues of Ψ^-½ S Ψ^-½, the best loadings are
known and F = Σ_{j>1} (θ_j - 1 - log θ_j). In x = log ψ its gradient and Hessian are exact
(Clarke 1970, *British Journal of Mathematical and Statistical Psychology* 23(1)), so that Newton
needs a few steps.

A likelihood may rise towards ψ_i = 0, a Heywood case. With one factor the solution there is in
closed form, so it is compared with the one inside, and the better of the two is *the* maximum over
proper solutions; which item it concerns is part of the result.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray

SMALLEST_EIGENVALUE = 1e-10  # of a correlation matrix; below it rounding decides
EDGE = 1e-5  # a uniqueness that falls below this share of the variance is on its way to 0
DECREMENT = 1e-12  # of F by a Newton step: the next one would be lost in rounding
STEPS = 200
LONGEST_STEP = 2.0  # in log ψ


class Solution(NamedTuple):
    """A one-factor solution in the units of the matrix that was fitted.

    Loadings λ, whose sum is not negative, and uniquenesses ψ, 0 for the item of a Heywood case,
    have the shape (items,); the discrepancy F is 0 where the model reproduces the matrix.
    """

    loadings: FloatArray
    uniquenesses: FloatArray
    discrepancy: float
    converged: bool
    heywood: int | None


def one_factor(correlation: FloatArray, start: FloatArray | None = None) -> Solution | None:
    """Fit one factor to three items or more; None where the matrix is not positive definite.

    Without a start of uniquenesses > 0 there are several: with few respondents the likelihood may
    have more than one maximum.
    """
    own, vectors = np.linalg.eigh(correlation)
    if own[0] <= SMALLEST_EIGENVALUE:
        return None
    starts = [start] if start is not None else _starts(own, vectors)
    inside = [_newton(correlation, np.log(np.maximum(psi, 2 * EDGE))) for psi in starts]
    best = _edge(correlation, float(np.log(own).sum()))
    for solution in inside:
        if solution is not None and solution.discrepancy <= best.discrepancy + 1e-9:
            best = solution
    return best


def _starts(own: FloatArray, vectors: FloatArray) -> list[FloatArray]:
    """Start from what the other items leave over, what one component leaves over, a half."""
    left_over = 1 / (np.square(vectors) @ (1 / own))
    component = 1 - own[-1] * np.square(vectors[:, -1])
    shrunk = (1 - 0.5 / len(own)) * left_over  # Jöreskog (1967)
    return [shrunk, np.maximum(component, 0.05), np.full(len(own), 0.5)]


def _newton(matrix: FloatArray, x: FloatArray) -> Solution | None:
    """Minimise F over x = log ψ; None where it falls towards the edge."""
    at = _Concentrated(matrix, x)
    converged = False
    for _ in range(STEPS):
        step, slope = at.newton_step()
        if -slope < DECREMENT:  # the last step is not checked: F cannot tell the points apart
            at, converged = _Concentrated(matrix, at.x + step), True
            break
        moved = _line_search(matrix, at, step, slope)
        if moved is None:
            break
        at = moved
        if at.x.min() < np.log(EDGE):
            return None
    psi = np.exp(at.x)
    loadings = np.sqrt(psi * max(at.own[-1] - 1, 0.0)) * at.vectors[:, -1]
    return Solution(_oriented(loadings), psi, at.value, converged, None)


def _line_search(
    matrix: FloatArray, at: _Concentrated, step: FloatArray, slope: float
) -> _Concentrated | None:
    """Shorten a step until F falls enough; None where no length helps."""
    for halving in range(30):
        share = 0.5**halving
        moved = _Concentrated(matrix, at.x + share * step)
        if moved.value <= at.value + 1e-4 * share * slope:
            return moved
    return None


class _Concentrated:
    """F at x = log ψ with the best loadings, its gradient and its Hessian."""

    def __init__(self, matrix: FloatArray, x: FloatArray) -> None:
        scale = np.exp(-x / 2)
        self.x = x
        self.own, self.vectors = np.linalg.eigh(matrix * np.outer(scale, scale))
        rest = np.maximum(self.own[:-1], 1e-300)  # rounding may pass 0 far from the solution
        self.value = float((rest - 1 - np.log(rest)).sum())

    def gradient(self) -> FloatArray:
        """∂F/∂x_i = Σ_{j>1} (1 - θ_j) ω_ij²."""
        change: FloatArray = np.square(self.vectors[:, :-1]) @ (1 - self.own[:-1])
        return change

    def newton_step(self) -> tuple[FloatArray, float]:
        """Return a step that goes downhill, of bounded length, and the slope of F along it."""
        gradient = self.gradient()
        curvature, directions = np.linalg.eigh(self.hessian())
        curvature = np.maximum(np.abs(curvature), 1e-8 * np.abs(curvature).max())
        step = -directions @ ((directions.T @ gradient) / curvature)
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), LONGEST_STEP))
        return step, float(gradient @ step)

    def hessian(self) -> FloatArray:
        """(WΘW')∘(WW') + (W C W')∘(ω_1 ω_1'), C_j = (1 - θ_j)(θ_1 + θ_j)/(θ_1 - θ_j).

        W are the eigenvectors after the first; differences between their own eigenvalues cancel.
        """
        first, rest = self.vectors[:, -1], self.vectors[:, :-1]
        large, own = self.own[-1], self.own[:-1]
        gap = np.maximum(large - own, 1e-12)
        bend = (1 - own) * (large + own) / gap
        curved: FloatArray = ((rest * own) @ rest.T) * (rest @ rest.T)
        curved += ((rest * bend) @ rest.T) * np.outer(first, first)
        return curved


def _edge(matrix: FloatArray, log_determinant: float) -> Solution:
    """Return the best solution with one uniqueness of 0.

    Given ψ_i = 0 the factor is item i itself: λ_j = s_ij/√s_ii, ψ_j = s_jj - λ_j².
    """
    variances = np.diag(matrix)
    loadings = matrix / np.sqrt(variances)[:, np.newaxis]  # row i: the factor is item i
    left = variances - np.square(loadings)
    np.fill_diagonal(left, variances)  # log|Σ| is log s_ii + Σ_{j≠i} log ψ_j
    values = np.log(left).sum(axis=1) - log_determinant
    item = int(values.argmin())
    psi = left[item].copy()
    psi[item] = 0.0
    return Solution(_oriented(loadings[item]), psi, max(float(values[item]), 0.0), True, item)


def _oriented(loadings: FloatArray) -> FloatArray:
    return -loadings if loadings.sum() < 0 else loadings


def pulled_back(
    matrix: FloatArray, solution: Solution, by_loading: FloatArray, by_uniqueness: FloatArray
) -> FloatArray | None:
    """Return the symmetric G with dt = tr(G dS) of a statistic t(λ, ψ) of the fitted matrix S.

    The solution moves with the matrix so that the score stays 0 (implicit function theorem); the
    Hessian is exact, also where the model does not fit. None on the edge, or where it is singular.
    """
    if solution.heywood is not None or not solution.converged:
        return None
    loadings = solution.loadings
    inverse: FloatArray = np.linalg.inv(
        np.outer(loadings, loadings) + np.diag(solution.uniquenesses)
    ).astype(np.float64, copy=False)
    hessian = _hessian(inverse, inverse @ matrix @ inverse, loadings)
    if np.linalg.cond(hessian) > 1e12:
        return None
    moved = np.linalg.solve(hessian, np.concatenate([by_loading, by_uniqueness]))
    change = np.outer(moved[: len(loadings)], loadings)
    change = change + change.T + np.diag(moved[len(loadings) :])
    pulled: FloatArray = inverse @ change @ inverse
    return pulled


def _hessian(m: FloatArray, a: FloatArray, loadings: FloatArray) -> FloatArray:
    """Second derivatives of F in (λ, ψ), with m = Σ⁻¹ and a = Σ⁻¹SΣ⁻¹.

    The gradient is (2 Rλ, diag R) with R = m - a; for dΣ it moves by
    dR = -m dΣ m + m dΣ a + a dΣ m.
    """
    m_l, a_l = m @ loadings, a @ loadings
    lml, lal = float(loadings @ m_l), float(loadings @ a_l)
    by_both = 2 * (
        (m - a)
        - (lml * m + np.outer(m_l, m_l))
        + (lml * a + np.outer(a_l, m_l))
        + (lal * m + np.outer(m_l, a_l))
    )
    mixed = 2 * (-m * m_l + m * a_l + a * m_l)  # λ in rows, ψ in columns
    squared = -m * m + 2 * m * a
    return np.block([[by_both, mixed], [mixed.T, squared]])
