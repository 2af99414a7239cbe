"""The Pareto/NBD with covariates that change, by path and segment.

With A(u) = ∫ e^(γ'z) since the birth for purchases and D(u) likewise for dropout, m = r + x, and z
at each of the repeat purchases, a customer is as likely as

(1) L = Γ(m)/Γ(r) α^r β^s e^(Σ γ'z) [ (α+A(T))^-m (β+D(T))^-s
        + s ∫ D'(u) (α+A(u))^-m (β+D(u))^-(s+1) du ], from t_x to T
(2) P(alive) = share of the first term in (1)

The integral goes segment by segment (:mod:`.pieces`), over terms that are all positive and at most
1 as shares of their value at t_x (:mod:`.silence`), with exact derivatives (:mod:`.moments`). A
path on which nothing changes is a covariate that does not change.

Source: Bachmann, Meierer & Näf (2021), The Role of Time-Varying Contextual Factors in Latent
Attrition Models for Customer Base Analysis, *Marketing Science* 40(4), 783-809, where the integrals
are sums of hypergeometric functions.
"""

from __future__ import annotations

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._lifetime.covariates.changing.ahead import Standing
from custvalue._lifetime.covariates.changing.moments import Sums
from custvalue._lifetime.covariates.changing.silence import Silence
from custvalue._numerics.gamma_functions import log_rising
from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray


class ParetoPaths:
    """Of cells on paths, by (log r, log α, log s, log β, γ of purchases, γ of dropout)."""

    def __init__(self, segments: PathSegments, cells: PathCells) -> None:
        self.segments, self.cells = segments, cells

    def at(self, point: FloatArray) -> Silence:
        """Return what all answers begin with."""
        return Silence.at(self.segments, self.cells, point)

    def __call__(self, point: FloatArray) -> Derivatives:
        """Return the log-likelihood of all customers, with gradient and Hessian."""
        at, cells = self.at(point), self.cells
        if not at.is_finite:  # coefficients so far out are as good as infinite
            size = len(point)
            return Derivatives(-np.inf, np.zeros(size), np.zeros((size, size)))
        sums, bracket = Sums(at), np.empty(len(cells))
        for block in at.blocks:
            bracket[block.rows] = np.log(block.total)
            sums.add(block)
        gradient, hessian = sums.derivatives
        rising, bought = log_rising(at.r, cells.frequency), slice(4, 4 + len(cells.purchase_sum))
        value = cells.count @ _of_each(at, bracket) + cells.purchase_sum @ point[bought]
        first = at.r * float(cells.count @ rising.first)
        gradient[0] += first
        hessian[0, 0] += first + at.r**2 * float(cells.count @ rising.second)
        gradient[bought] += cells.purchase_sum
        return Derivatives(float(value), gradient, hessian)

    def value(self, point: FloatArray) -> float:
        """Return the log-likelihood of all customers alone."""
        if not self.at(point).is_finite:
            return -np.inf
        bought = self.cells.purchase_sum @ point[4 : 4 + len(self.cells.purchase_sum)]
        return float(self.cells.count @ self.log_likelihood(point) + bought)

    def log_likelihood(self, point: FloatArray) -> FloatArray:
        """Return log of (1) without Σ γ'z, of one customer of each cell."""
        at, bracket = self.at(point), np.empty(len(self.cells))
        for block in at.blocks:
            bracket[block.rows] = np.log(block.total)
        return _of_each(at, bracket)

    def standing(self, point: FloatArray) -> Standing:
        """Return what tells (2), and what is ahead."""
        return Standing(self.at(point))


def _of_each(at: Silence, bracket: FloatArray) -> FloatArray:
    """Return log L of each cell, from log of the bracket as a share of its value at t_x."""
    x, (bought, stayed) = at.cells.frequency, at.last
    start = at.r * np.log1p(bought / at.alpha) + x * np.log(at.alpha + bought)
    start += at.s * np.log1p(stayed / at.beta)
    log_each: FloatArray = log_rising(at.r, x).value + bracket - start
    return log_each
