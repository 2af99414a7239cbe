"""Log-likelihoods of cells whose parameters all differ, by the logarithms of these parameters.

Where covariates are numbers, nearly every cell has parameters of its own, and what cells share on
a calendar is of no use. All is elementwise here, with exact gradients and Hessians of each cell.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._lifetime.covariates.surface import OfEach
from custvalue._lifetime.purchasing.gamma_gompertz_likelihood import (
    FAR,
    GompertzLifetime,
    grown,
    updated,
)
from custvalue._lifetime.purchasing.pareto_likelihood import ParetoLifetime, between
from custvalue._numerics.gamma_functions import log_rising, log_rising_ratio
from custvalue._numerics.quadrature import Nodes, Rows
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

    Equations (1) and (2) of ``dropout_likelihood.py``.
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
    slopes: tuple[FloatArray, ...]  # of the logarithm, in the k log parameters
    bent: Mapping[tuple[int, int], FloatArray]  # second ones, i <= j; others are 0


class LeavingAtAnyTimeCells(ABC):
    """Customers who leave at any time, by the logs of r, α and of the parameters of lifetimes.

    Alive at T, or gone since t_x. Of these terms of the likelihood, as shares of its value at t_x,
    the gradient is the mean of their slopes, and the Hessian the mean of second derivatives plus
    the covariance of slopes.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    @abstractmethod
    def start(self, parameters: FloatArray) -> FloatArray:
        """Return log S(t_x)."""

    @abstractmethod
    def nodes(self, parameters: FloatArray) -> Iterator[Nodes]:
        """Yield nodes from t_x to T."""

    @abstractmethod
    def stay(
        self, tau: FloatArray, passed: FloatArray, parameters: FloatArray, gone: int
    ) -> Points:
        """Return S(τ) / S(t_x), or that times h(τ) where gone, with its slopes."""

    def __call__(self, logs: FloatArray) -> OfEach:
        (x, t_x, _), parameters, k = self.cells.known_arrays, np.exp(logs), logs.shape[1]
        r, alpha = parameters[:, 0], parameters[:, 1]
        total, first = np.zeros(len(x)), np.zeros((len(x), k))
        second = np.zeros((len(x), k, k))
        for rows, weight, slopes, bent in self._points(parameters):
            total[rows] += weight.sum(axis=1)
            for i, slope in enumerate(slopes):
                pulled = weight * slope
                first[rows, i] += pulled.sum(axis=1)
                for j, other in enumerate(slopes[: i + 1]):
                    second[rows, i, j] += np.einsum("ij,ij->i", pulled, other)
            for (i, j), curve in bent.items():
                second[rows, j, i] += np.einsum("ij,ij->i", weight, curve)
        first /= total[:, None]
        second /= total[:, None, None]
        lower = np.tril(np.ones((k, k)), -1) > 0
        second.swapaxes(1, 2)[:, lower] = second[:, lower]
        second -= first[:, :, None] * first[:, None, :]
        of_r = log_rising(float(r[0]), x)
        first[:, 0] += r * of_r.first
        second[:, 0, 0] += r * of_r.first + r**2 * of_r.second
        value = of_r.value - r * np.log1p(t_x / alpha) - x * np.log(alpha + t_x)
        value += np.log(total) + self.start(parameters)
        return weighted(self.cells.count, value, first, second)

    def _points(self, parameters: FloatArray) -> Iterator[Points]:
        _, t_x, T = self.cells.known_arrays
        yield self._at(np.arange(len(T)), (T - t_x)[:, None], parameters, gone=0)
        for rows, passed, weight in self.nodes(parameters):
            found = self._at(rows, passed, parameters, gone=1)
            yield found._replace(weight=found.weight * weight)

    def _at(
        self, rows: Rows | Any, passed: FloatArray, parameters: FloatArray, *, gone: int
    ) -> Points:
        """Return e, or h e where gone, some time after t_x, with its slopes."""
        x, t_x, _ = (column[rows, None] for column in self.cells.known_arrays)
        some = parameters[rows]
        r, alpha = some[:, [0]], some[:, [1]]
        tau = t_x + passed
        now, later = 1 / (alpha + tau), np.log1p(passed / (alpha + t_x))
        since, share = r * (np.log1p(t_x / alpha) + later), tau * now
        stay = self.stay(tau, passed, some, gone)
        bent = {(0, 0): -since, (0, 1): r * share, (1, 1): -(r + x) * alpha * now * share}
        weight = stay.weight * np.exp(-(r + x) * later)
        slopes = (-since, (r * tau - x * alpha) * now, *stay.slopes)
        return Points(rows, weight, slopes, {**bent, **stay.bent})


class ParetoCells(LeavingAtAnyTimeCells):
    """The Pareto/NBD in (log r, log α, log s, log β)."""

    def start(self, parameters: FloatArray) -> FloatArray:
        _, _, s, beta = parameters.T
        fallen: FloatArray = s * np.log1p(self.cells.recency / beta)
        return -fallen

    def nodes(self, parameters: FloatArray) -> Iterator[Nodes]:
        x, t_x, T = self.cells.known_arrays
        r, alpha, s, beta = parameters.T
        of_beta = float(s[0])
        p = ParetoLifetime(float(r[0]), alpha, of_beta, beta)
        return between(t_x, T, r + x, of_beta + 1, p)

    def stay(
        self, tau: FloatArray, passed: FloatArray, parameters: FloatArray, gone: int
    ) -> Points:
        s, beta = parameters[:, [2]], parameters[:, [3]]
        now, later = 1 / (beta + tau), np.log1p(passed / (beta + tau - passed))
        weight, share = np.exp(-s * later), tau * now
        since = s * (np.log1p((tau - passed) / beta) + later)
        bent = {(2, 2): -since, (2, 3): s * share, (3, 3): -(s + gone) * beta * now * share}
        slopes = (gone - since, (s * tau - gone * beta) * now)
        return Points(..., weight * s * now if gone else weight, slopes, bent)


class GompertzCells(LeavingAtAnyTimeCells):
    """The gamma-Gompertz/NBD in (log r, log α, log β, log b, log s)."""

    def start(self, parameters: FloatArray) -> FloatArray:
        _, _, beta, b, s = parameters.T
        fallen: FloatArray = s * grown(b * self.cells.recency, beta)
        return -fallen

    def nodes(self, parameters: FloatArray) -> Iterator[Nodes]:
        some = np.flatnonzero(self.cells.age > self.cells.recency)
        x, t_x, T = (column[some] for column in self.cells.known_arrays)
        r, alpha, beta, b, s = parameters[some].T
        common = [float(each[0]) for each in (r, b, s)] if some.size else [1.0] * 3
        p = GompertzLifetime(common[0], alpha, beta, *common[1:])
        for rows, passed, weight in p.nodes(t_x, T, r + x, t_x):
            yield Nodes(some[rows], passed, weight)

    def stay(
        self, tau: FloatArray, passed: FloatArray, parameters: FloatArray, gone: int
    ) -> Points:
        beta, b, s = (parameters[:, [place]] for place in (2, 3, 4))
        w, first = b * tau, b * (tau - passed)
        young, old = np.exp(-np.minimum(w, FAR)), -np.expm1(-w)
        p = 1 / (beta * young + old)
        fresh, aged, wp = beta * young * p, old * p, w * p  # β/D, (e^w - 1)/D, D = β + e^w - 1
        since = s * grown(w, beta)
        weight = np.exp(-s * grown(b * passed, updated(beta, first)))
        slopes = (
            s * aged - gone * fresh,
            -s * wp + gone * (1 + w - wp),
            gone - since,
        )
        bent = {
            (2, 2): -(s + gone) * fresh * aged,
            (2, 3): (s + gone) * wp * fresh,
            (2, 4): s * aged,
            (3, 3): -s * wp * (1 + w - wp) + gone * (w - wp) * (1 - wp),
            (3, 4): -s * wp,
            (4, 4): -since,
        }
        return Points(..., weight * s * b * p if gone else weight, slopes, bent)
