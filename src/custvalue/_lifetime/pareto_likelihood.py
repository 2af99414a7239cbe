"""How long customers of the Pareto/NBD stay, and the log-likelihood over all cells.

Lifetimes that vary over customers as exponentials with rates from Gamma(s, β) have the survival
function S(τ) = (1+τ/β)^-s and the hazard h(τ) = s / (β+τ); the log-likelihood is that of
:mod:`custvalue._lifetime.calendar_likelihood`, what is asked of customers that of
:mod:`custvalue._lifetime.dropout_at_any_time`.

A customer of unknown rates waits for the next purchase with the survival function (1 + u/a)^-p and
for the end with (1 + u/b)^-q. Everything asked of the model is an integral of a product of such
powers. In v = log(min(α, β) + τ) its logarithm is concave and analytic for |Im v| < π, so that few
Gauss-Legendre nodes give full precision; all terms are positive, and nothing is subtracted, where
the closed form takes the difference of two hypergeometric functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np
from scipy import special

from custvalue._lifetime.calendar_likelihood import CalendarLikelihood
from custvalue._lifetime.history import Cells
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.moments import among_repeaters, few, gamma_rates, gone_at_once
from custvalue._lifetime.quadrature import Nodes, Rows, by_change, log_concave_integral
from custvalue._rows import FloatArray

DARK = 40.0  # e^-40: nothing is seen beyond it
STRIP = 4.0  # a change that needs as many nodes as a width of 1, smooth only within |Im v| < π


class ParetoLifetime(NamedTuple):
    """S(τ) = (1+τ/β)^-s of customers who buy at rates from Gamma(r, α)."""

    r: float
    alpha: float
    s: float
    beta: float

    def log_survival(self, tau: FloatArray) -> FloatArray:
        return -self.s * np.log1p(tau / self.beta)

    def log_fall(self, start: FloatArray, passed: FloatArray) -> FloatArray:
        return self.s * np.log1p(passed / (self.beta + start))

    def at(self, tau: FloatArray, log_survival: FloatArray) -> ParetoStage:
        return ParetoStage(tau, log_survival, 1 / (self.beta + tau), self.s, self.beta)

    def nodes(self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray) -> Iterator[Nodes]:
        return between(start, stop, of_alpha, self.s + 1, self)

    def log_odds_left(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        w, m = T - t_x, self.r + x
        inside = power_integral(t_x, T, m, self.s + 1, self)
        silence = m * np.log1p(w / (self.alpha + t_x)) + self.s * np.log1p(w / (self.beta + t_x))
        log_inside = np.log(inside, where=inside > 0, out=np.full(len(x), -np.inf))
        return math.log(self.s) - np.log(self.beta + t_x) + log_inside + silence

    def first_purchase(self, x: FloatArray, T: FloatArray, until: float | FloatArray) -> FloatArray:
        m = self.r + x
        return m / (self.alpha + T) * power_integral(T, T + until, m + 1, self.s, self)

    def time_alive(self, T: FloatArray, until: float, rate: float) -> FloatArray:
        return time_alive(self.beta + T, until, rate, s=self.s)

    def log_left_after(self, n: FloatArray, t: float, m: FloatArray, T: FloatArray) -> FloatArray:
        alpha, beta = self.alpha + T, self.beta + T
        return math.log(self.s) + death_after(n, t, m, alpha, s=self.s, beta=beta)

    def draw(self, customers: int, random: np.random.Generator) -> FloatArray:
        leaving = np.maximum(random.gamma(self.s, 1 / self.beta, customers), 1e-300)
        return random.exponential(size=customers) / leaving


class LogLikelihood(CalendarLikelihood):
    """Log-likelihood summed over cells, with exact gradient and Hessian in (r, α, s, β)."""

    lifetime: ClassVar = ParetoLifetime


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
        return self.s * self.by_beta

    @property
    def hazard_slopes(self) -> tuple[float, FloatArray]:
        return 1 / self.s, -self.by_beta

    @property
    def slopes(self) -> tuple[FloatArray, FloatArray]:
        return self.log_survival / self.s, self.s / self.beta * self.tau * self.by_beta

    def second(self, weight: FloatArray, *, gone: bool) -> FloatArray:
        passed = self.tau * self.by_beta / self.beta
        curved = gone * self.by_beta**2 - self.s * passed * (self.by_beta + 1 / self.beta)
        mixed = np.sum(weight * passed)
        of_s = -gone * weight.sum() / self.s**2
        return np.array([[of_s, mixed], [mixed, np.sum(weight * curved)]])


def between(
    start: FloatArray, stop: FloatArray, of_alpha: FloatArray, of_beta: float, p: ParetoLifetime
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
    start: FloatArray, stop: FloatArray, of_alpha: FloatArray, of_beta: float, p: ParetoLifetime
) -> FloatArray:
    """Return ``∫ ((α+τ)/(α+start))^-of_alpha ((β+τ)/(β+start))^-of_beta dτ`` from start to stop.

    Examples
    --------
    >>> zero, one, p = np.zeros(1), np.ones(1), ParetoLifetime(r=1, alpha=1, s=1, beta=1)
    >>> power_integral(zero, one, one, 1.0, p)  # of 1 / (1 + τ)^2
    array([0.5])
    """
    total = np.zeros(len(start))
    for rows, passed, weight in between(start, stop, of_alpha, of_beta, p):
        since = start[rows, None]
        fall = of_alpha[rows, None] * np.log1p(passed / (p.alpha + since))
        fall += of_beta * np.log1p(passed / (p.beta + since))
        total[rows] = np.einsum("ij,ij->i", np.exp(-fall), weight)
    return total


def time_alive(b: FloatArray, until: float, rate: float, *, s: float) -> FloatArray:
    """Return ∫ e^(-δu) (b/(b+u))^s du, the (discounted) time that one stays, up to the horizon.

    In v = log(1 + u/b). The closed forms without and with discounting, (1 - (b/(b+t))^(s-1)) /
    (s-1) and Tricomi's U, are singular or cancel where s is near 1; these do not.
    """
    if until == 0:
        return np.zeros(b.shape)
    if rate == 0 and until == math.inf:
        return b / (s - 1)
    if rate == 0:
        end = np.log1p(until / b)
        return b * end * special.exprel((1 - s) * end)
    fall = (rate * b)[:, None]
    end = np.log1p(np.minimum(until, BLACK / rate) / b)
    return b * np.exp(
        log_concave_integral(
            lambda v: -fall * np.expm1(v) - (s - 1) * v,
            lambda v: -fall * np.exp(v) - (s - 1),
            np.zeros(len(b)),
            end,
        )
    )


BLACK = 800.0  # e^-800, against which e^237, the most by which s < 1 can raise it, is nothing


def death_after(
    n: FloatArray, t: float, r: FloatArray, alpha: FloatArray, *, s: float, beta: FloatArray
) -> FloatArray:
    """Return log of the integral in equation (5) without its binomial coefficient and s.

    Over y = log τ, row by row. Left of both log(α) and log(β) the integrand falls at least so fast.
    """
    knee = np.log(np.minimum(np.minimum(alpha, beta), t))
    low = knee - (DEPTH + (r + n + s + 1) * math.log(2)) / (n + 1)
    r, alpha, beta, n = (part[:, None] for part in (r, alpha, beta, n))

    def log_f(y: FloatArray) -> FloatArray:
        away_alpha, away_beta = np.log1p(alpha * np.exp(-y)), np.log1p(beta * np.exp(-y))
        of_alpha, of_beta = np.log1p(np.exp(y) / alpha), np.log1p(np.exp(y) / beta)
        return -n * away_alpha - r * of_alpha - away_beta - s * of_beta

    def slope(y: FloatArray) -> FloatArray:
        near_alpha, near_beta = alpha / (alpha + np.exp(y)), beta / (beta + np.exp(y))
        return n * near_alpha - r * (1 - near_alpha) + near_beta - s * (1 - near_beta)

    return log_concave_integral(log_f, slope, low, np.full(len(low), math.log(t)))


DEPTH = 45.0  # more than what log_concave_integral looks at


def starting_points(cells: Cells, model: type[LifetimeModel]) -> list[dict[str, float]]:
    """Take rates from moments; customers leave in their own time, or many of them at once.

    Where those who do not come back leave at once and the others stay, the likelihood has a second
    top, at which no customer leaves. Of few customers, only a start far out leads to the first one.
    """
    rates = gamma_rates(cells, model)
    mean_age = float(cells.count @ cells.age / cells.count.sum())
    stories = [
        {**rates, "s": 1.0, "beta": mean_age},
        {**among_repeaters(cells), "s": 0.1, "beta": 1e-3 * mean_age},
    ]
    return stories + [{**among_repeaters(cells), **gone_at_once(cells)}] * few(cells)
