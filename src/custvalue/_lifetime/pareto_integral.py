"""Integrals of products of two powers, on which the Pareto/NBD rests.

While alive, a customer of unknown rates waits for the next purchase with the survival function
(1 + u/a)^-p and for the end with (1 + u/b)^-q. Everything asked of the model is an integral of a
product of such powers. In v = log(min(α, β) + τ) its logarithm is concave and analytic for
|Im v| < π, so that few Gauss-Legendre nodes give full precision; all terms are positive, and
nothing is subtracted, where the closed form takes the difference of two hypergeometric functions.

* :func:`between`: nodes for many intervals, as many for each as it needs.
* :func:`power_integral`: the integral itself, row by row.
* :func:`log_odds_left`: log P(left) / P(alive).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from custvalue._lifetime.quadrature import Nodes, Rows, by_change
from custvalue._rows import FloatArray

DARK = 40.0  # e^-40: nothing is seen beyond it
STRIP = 4.0  # a change that needs as many nodes as a width of 1, smooth only within |Im v| < π


class Symbols(NamedTuple):
    """The parameters of the Pareto/NBD."""

    r: float
    alpha: float
    s: float
    beta: float


def between(
    start: FloatArray, stop: FloatArray, of_alpha: FloatArray, of_beta: float, p: Symbols
) -> Iterator[Nodes]:
    """Yield nodes for ``∫ (α+τ)^-of_alpha (β+τ)^-of_beta dτ`` from each start to its stop.

    An interval ends early where the integrand has fallen by e^-40. Empty intervals get no nodes.
    """
    alpha, beta = p.alpha, p.beta
    base = min(alpha, beta) + start
    curve = _Curve(of_alpha, of_beta, base / (alpha + start), base / (beta + start))
    end = np.log1p((stop - start) / base)
    steep = -curve.slope(np.zeros(1))
    end = np.minimum(end, DARK / np.maximum(steep, 1e-300))
    _cut(curve, end)
    change = end * np.maximum(np.maximum(np.abs(steep), np.abs(curve.slope(end))), STRIP)
    for rows, nodes, weights in by_change(change, end > 0):
        width = end[rows, None]
        passed = base[rows, None] * np.expm1(width * nodes)
        yield Nodes(rows, passed, (passed + base[rows, None]) * width * weights)


class _Curve(NamedTuple):
    """The logarithm of the integrand in z, where time is base · e^z: concave."""

    of_alpha: FloatArray
    of_beta: float
    share_alpha: FloatArray  # base / (α + start)
    share_beta: FloatArray

    def fall(self, z: FloatArray) -> FloatArray:
        """Return how far it has fallen from z = 0."""
        rise = np.expm1(z)
        of_alpha: FloatArray = self.of_alpha * np.log1p(self.share_alpha * rise)
        return of_alpha + self.of_beta * np.log1p(self.share_beta * rise) - z

    def slope(self, z: FloatArray) -> FloatArray:
        grown = np.exp(z)
        alpha = self.share_alpha * grown / (1 + self.share_alpha * (grown - 1))
        beta = self.share_beta * grown / (1 + self.share_beta * (grown - 1))
        steep: FloatArray = self.of_alpha * alpha + self.of_beta * beta
        return 1 - steep

    def of(self, rows: Rows) -> _Curve:
        return _Curve(
            self.of_alpha[rows], self.of_beta, self.share_alpha[rows], self.share_beta[rows]
        )


def _cut(curve: _Curve, end: FloatArray) -> None:
    """Move ends to where the curve has fallen by e^-40, by Newton's method.

    The curve is concave, so that the steps never go too far.
    """
    rows = np.flatnonzero(curve.fall(end) > DARK + 1)
    while rows.size:
        here = curve.of(rows)
        end[rows] += (here.fall(end[rows]) - DARK) / here.slope(end[rows])
        rows = rows[curve.of(rows).fall(end[rows]) > DARK + 1]


def power_integral(
    start: FloatArray, stop: FloatArray, of_alpha: FloatArray, of_beta: float, p: Symbols
) -> FloatArray:
    """Return ``∫ ((α+τ)/(α+start))^-of_alpha ((β+τ)/(β+start))^-of_beta dτ`` from start to stop.

    Examples
    --------
    >>> zero, one = np.zeros(1), np.ones(1)
    >>> power_integral(zero, one, one, 1.0, Symbols(r=1, alpha=1, s=1, beta=1))  # of 1 / (1 + τ)^2
    array([0.5])
    """
    total = np.zeros(len(start))
    for rows, passed, weight in between(start, stop, of_alpha, of_beta, p):
        since = start[rows, None]
        fall = of_alpha[rows, None] * np.log1p(passed / (p.alpha + since))
        fall += of_beta * np.log1p(passed / (p.beta + since))
        total[rows] = np.einsum("ij,ij->i", np.exp(-fall), weight)
    return total


def log_odds_left(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Return log P(left) / P(alive); -inf where t_x = T."""
    w, m = T - t_x, p.r + x
    inside = power_integral(t_x, T, m, p.s + 1, p)
    silence = m * np.log1p(w / (p.alpha + t_x)) + p.s * np.log1p(w / (p.beta + t_x))
    log_inside = np.log(inside, where=inside > 0, out=np.full(len(x), -np.inf))
    return math.log(p.s) - np.log(p.beta + t_x) + log_inside + silence
