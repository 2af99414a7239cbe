"""Log-likelihoods of cells whose parameters all differ, by the logarithms of these parameters.

Where covariates are numbers, nearly every cell has parameters of its own, and what cells share on
a calendar is of no use. All is elementwise here, with exact gradients and Hessians of each cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from custvalue._lifetime.cells import Cells
from custvalue._lifetime.covariates.surface import OfEach
from custvalue._lifetime.gamma_functions import log_rising, log_rising_ratio
from custvalue._lifetime.pareto_likelihood import ParetoLifetime, between
from custvalue._lifetime.quadrature import Rows
from custvalue._rows import FloatArray


def by_logarithms(gradient: FloatArray, hessian: FloatArray, parameters: FloatArray) -> None:
    """Turn derivatives by parameters into those by their logarithms, in place; rows of cells."""
    gradient *= parameters
    hessian *= parameters[:, :, None] * parameters[:, None, :]
    places = np.arange(parameters.shape[1])
    hessian[:, places, places] += gradient


def weighted(
    count: FloatArray, value: FloatArray, gradient: FloatArray, hessian: FloatArray
) -> OfEach:
    """Count the customers of each cell."""
    gradient *= count[:, None]
    hessian *= count[:, None, None]
    return OfEach(float(count @ value), gradient, hessian)


class NBDCells:
    """Purchases without dropout, in (log r, log α)."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def __call__(self, logs: FloatArray) -> OfEach:
        (x, _, T), parameters = self.cells.known_arrays, np.exp(logs)
        value, gradient, hessian = exposure(x, T, parameters, size=2)
        by_logarithms(gradient, hessian, parameters)
        return weighted(self.cells.count, value, gradient, hessian)


def exposure(
    x: FloatArray, T: FloatArray, parameters: FloatArray, size: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log of Γ(r+x)/Γ(r) α^r (α+T)^-(r+x), with derivatives in r and α, the first two."""
    r, alpha = parameters[:, 0], parameters[:, 1]
    of_r, passed, now = log_rising(float(r[0]), x), np.log1p(T / alpha), 1 / (alpha + T)
    gradient, hessian = np.zeros((len(x), size)), np.zeros((len(x), size, size))
    share = T * now / alpha  # 1/α - 1/(α+T) without cancellation
    gradient[:, 0] = of_r.first - passed
    gradient[:, 1] = r * share - x * now
    hessian[:, 0, 0] = of_r.second
    hessian[:, 0, 1] = hessian[:, 1, 0] = share
    hessian[:, 1, 1] = x * now**2 - r * share * (1 / alpha + now)
    return of_r.value - r * passed - x * np.log(alpha + T), gradient, hessian


class LeavingAtPurchaseCells:
    """Customers who leave at a purchase, in (log r, log α, log a, log b).

    Equations (1) and (2) of :mod:`custvalue._lifetime.dropout_likelihood`.
    """

    def __init__(self, cells: Cells, *, first: int) -> None:
        self.cells, self.first = cells, first

    def __call__(self, logs: FloatArray) -> OfEach:
        (x, _, T), parameters = self.cells.known_arrays, np.exp(logs)
        value, gradient, hessian = exposure(x, T, parameters, size=4)
        value += self._stayed(parameters, gradient, hessian)
        value += self._left(parameters, gradient, hessian)
        by_logarithms(gradient, hessian, parameters)
        return weighted(self.cells.count, value, gradient, hessian)

    def _stayed(
        self, parameters: FloatArray, gradient: FloatArray, hessian: FloatArray
    ) -> FloatArray:
        """Add log of B(a, b+c)/B(a, b)."""
        a, b = parameters[:, 2], parameters[:, 3]
        c = self.cells.frequency + self.first
        in_b = special.digamma(b + c) - special.digamma(b)
        in_both = special.digamma(a + b + c) - special.digamma(a + b)
        bent = special.zeta(2, b + c) - special.zeta(2, b)
        bent_both = special.zeta(2, a + b + c) - special.zeta(2, a + b)
        gradient[:, 2] -= in_both
        gradient[:, 3] += in_b - in_both
        hessian[:, 2:, 2:] -= bent_both[:, None, None]
        hessian[:, 3, 3] += bent
        return log_rising_ratio(b, c) - log_rising_ratio(a + b, c)

    def _left(
        self, parameters: FloatArray, gradient: FloatArray, hessian: FloatArray
    ) -> FloatArray:
        """Add log of 1 + odds of having left, of cells in which one could."""
        some = np.flatnonzero(self.cells.frequency + self.first > 0)
        x, t_x, T = (column[some] for column in self.cells.known_arrays)
        r, alpha, a, b = parameters[some].T
        last, now, beta = 1 / (alpha + t_x), 1 / (alpha + T), 1 / (b + (x + self.first - 1))
        d, slope = np.log1p((T - t_x) * last), (t_x - T) * now * last
        log_odds = (r + x) * d + np.log(a * beta)
        left = special.expit(log_odds)
        rows = np.stack((d, (r + x) * slope, 1 / a, -beta), axis=1)  # of the log-odds
        spread = (left * (1 - left))[:, None, None] * rows[:, :, None] * rows[:, None, :]
        spread[:, 0, 1] += left * slope
        spread[:, 1, 0] += left * slope
        spread[:, 1, 1] -= left * rows[:, 1] * (last + now)
        spread[:, 2, 2] -= left / a**2
        spread[:, 3, 3] += left * beta**2
        gradient[some] += left[:, None] * rows
        hessian[some] += spread
        value = np.zeros(len(parameters))
        value[some] = np.logaddexp(0, log_odds)
        return value


class Points(NamedTuple):
    """Times at which cells may have been left, or the end: their share of the likelihood."""

    rows: Rows | Any
    weight: FloatArray
    slopes: tuple[FloatArray, ...]  # of the logarithm, in the four log parameters
    bent: tuple[FloatArray, ...]  # second ones: (r, r), (r, α), (α, α), (s, s), (s, β), (β, β)


PAIRS = ((0, 0), (0, 1), (1, 1), (2, 2), (2, 3), (3, 3))


class ParetoCells:
    """The Pareto/NBD in (log r, log α, log s, log β): alive at T, or gone since t_x.

    Of the terms of the likelihood as shares of its value at t_x, the gradient is the mean of their
    slopes, and the Hessian the mean of second derivatives plus the covariance of slopes.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def __call__(self, logs: FloatArray) -> OfEach:
        x, t_x, _ = self.cells.known_arrays
        r, alpha, s, beta = np.exp(logs).T
        total, first = np.zeros(len(x)), np.zeros((len(x), 4))
        second = np.zeros((len(x), 4, 4))
        for rows, weight, slopes, bent in self._points(r, alpha, s, beta):
            total[rows] += weight.sum(axis=1)
            for i, slope in enumerate(slopes):
                pulled = weight * slope
                first[rows, i] += pulled.sum(axis=1)
                for j, other in enumerate(slopes[: i + 1]):
                    second[rows, i, j] += np.einsum("ij,ij->i", pulled, other)
            for (i, j), curve in zip(PAIRS, bent, strict=True):
                second[rows, j, i] += np.einsum("ij,ij->i", weight, curve)
        first /= total[:, None]
        second /= total[:, None, None]
        lower = np.tril(np.ones((4, 4)), -1) > 0
        second.swapaxes(1, 2)[:, lower] = second[:, lower]
        second -= first[:, :, None] * first[:, None, :]
        of_r = log_rising(float(r[0]), x)
        first[:, 0] += r * of_r.first
        second[:, 0, 0] += r * of_r.first + r**2 * of_r.second
        value = of_r.value - r * np.log1p(t_x / alpha) - x * np.log(alpha + t_x)
        value += np.log(total) - s * np.log1p(t_x / beta)
        return weighted(self.cells.count, value, first, second)

    def _points(
        self, r: FloatArray, alpha: FloatArray, s: FloatArray, beta: FloatArray
    ) -> Iterator[Points]:
        x, t_x, T = self.cells.known_arrays
        every = np.arange(len(x))
        each = ParetoRows(x, t_x, r, alpha, s, beta)
        yield each.points(every, (T - t_x)[:, None], gone=0)
        p = ParetoLifetime(float(r[0]), alpha, float(s[0]), beta)  # type: ignore[arg-type]
        for rows, passed, weight in between(t_x, T, r + x, float(s[0]) + 1, p):
            found = each.points(rows, passed, gone=1)
            yield found._replace(weight=found.weight * weight)


class ParetoRows(NamedTuple):
    """Cells with their parameters."""

    x: FloatArray
    t_x: FloatArray
    r: FloatArray
    alpha: FloatArray
    s: FloatArray
    beta: FloatArray

    def points(self, rows: Rows | Any, passed: FloatArray, *, gone: int) -> Points:
        """Return e, or h e where gone, some time after t_x, with its slopes."""
        x, t_x, r, alpha, s, beta = (column[rows, None] for column in self)
        tau = t_x + passed
        of_alpha, of_beta = 1 / (alpha + tau), 1 / (beta + tau)
        later_alpha, later_beta = np.log1p(passed / (alpha + t_x)), np.log1p(passed / (beta + t_x))
        weight = np.exp(-(r + x) * later_alpha - s * later_beta)
        if gone:
            weight *= s * of_beta
        since_alpha = r * (np.log1p(t_x / alpha) + later_alpha)
        since_beta = s * (np.log1p(t_x / beta) + later_beta)
        share_alpha, share_beta = tau * of_alpha, tau * of_beta
        slopes = (
            -since_alpha,
            (r * tau - x * alpha) * of_alpha,
            gone - since_beta,
            (s * tau - gone * beta) * of_beta,
        )
        bent = (
            -since_alpha,
            r * share_alpha,
            -(r + x) * alpha * of_alpha * share_alpha,
            -since_beta,
            s * share_beta,
            -(s + gone) * beta * of_beta * share_beta,
        )
        return Points(rows, weight, slopes, bent)
