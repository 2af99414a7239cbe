"""How long customers of the Pareto/NBD stay, and the log-likelihood over all cells.

Lifetimes that vary over customers as exponentials with rates from Gamma(s, β) have the survival
function S(τ) = (1+τ/β)^-s and the hazard h(τ) = s / (β+τ); the log-likelihood is that of
``calendar_likelihood.py``, what is asked of customers that of
``dropout_at_any_time.py``.

A customer of unknown rates waits for the next purchase with the survival function (1 + u/a)^-p and
for the end with (1 + u/b)^-q. Everything asked of the model is an integral of a product of such
powers. In v = log(min(α, β) + τ) its logarithm is concave and analytic for |Im v| < π, so that few
Gauss-Legendre nodes give full precision; all terms are positive, and nothing is subtracted, where
the closed form takes the difference of two hypergeometric functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.purchasing.calendar_likelihood import CalendarLikelihood
from custvalue._lifetime.purchasing.moments import among_repeaters, few, gamma_rates, gone_at_once
from custvalue._numerics.quadrature import (
    Nodes,
    Rows,
    by_change,
    log_power_integrals,
    panels_of,
)
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

    def after(self, time: float) -> ParetoLifetime:
        return self._replace(beta=self.beta + time)

    def at(self, tau: FloatArray, log_survival: FloatArray) -> ParetoStage:
        return ParetoStage(tau, log_survival, 1 / (self.beta + tau), self.s, self.beta)

    def nodes(
        self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray, seen: FloatArray
    ) -> Iterator[Nodes]:
        return between(start, stop, of_alpha, self.s + 1, self, seen)

    def log_odds_left(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        w, m = T - t_x, self.r + x
        inside = power_integral(t_x, T, m, self.s + 1, self)
        silence = m * np.log1p(w / (self.alpha + t_x)) + self.s * np.log1p(w / (self.beta + t_x))
        with np.errstate(divide="ignore"):
            log_inside = np.log(inside)
        odds: FloatArray = np.log(self.s) - np.log(self.beta + t_x) + log_inside + silence
        return odds

    def first_purchase(self, x: FloatArray, T: FloatArray, until: float | FloatArray) -> FloatArray:
        m = self.r + x
        return m / (self.alpha + T) * power_integral(T, T + until, m + 1, self.s, self)

    def time_alive(self, T: FloatArray, until: float, rate: float) -> FloatArray:
        return time_alive(self.beta + T, until, rate, s=self.s)

    def log_left_after(self, n: FloatArray, t: float, m: FloatArray, T: FloatArray) -> FloatArray:
        alpha, beta = (self.alpha + T)[:, None], (self.beta + T)[:, None]
        s: Any = self.s if np.ndim(self.s) == 0 else np.asarray(self.s)[:, None]
        powers = DeathAfter(m[:, None], alpha, beta, s, t)
        log_left: FloatArray = np.log(s) + log_power_integrals(powers, n, len(T), math.log(t))
        return log_left

    def time_of_fall(self, start: FloatArray, fall: FloatArray) -> FloatArray:
        return (self.beta + start) * np.expm1(fall / self.s)

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


FARTHEST = 1e300


def between(  # noqa: PLR0917 - an integral and its model
    start: FloatArray,
    stop: FloatArray,
    of_alpha: FloatArray,
    of_beta: float,
    p: ParetoLifetime,
    seen: FloatArray | None = None,
) -> Iterator[Nodes]:
    """Yield nodes for ``∫ (α+τ)^-of_alpha (β+τ)^-of_beta dτ`` from each start to its stop.

    Where customers are observed from some age on only, α counts from there: the start is then at
    `seen`. An interval ends early where the integrand has fallen by e^-40. Empty intervals get no
    nodes.
    """
    a, b = p.alpha + (start if seen is None else seen), p.beta + start
    base = np.minimum(a, b)
    curve = _Curve(of_alpha, of_beta, base / a, base / b)
    with np.errstate(over="ignore"):
        end = np.log1p(np.minimum((stop - start) / base, FARTHEST))
    steep = curve.of_alpha * curve.share_alpha + curve.of_beta * curve.share_beta - 1  # at 0
    end = _cut(curve, np.minimum(end, DARK / np.maximum(steep, 1e-300)))
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

    def of(self, rows: Rows | None) -> _Curve:
        of_beta = of_rows(self.of_beta, rows)
        return _Curve(self.of_alpha[rows], of_beta, self.share_alpha[rows], self.share_beta[rows])


def of_rows(number: Any, rows: Any) -> Any:
    """Return a number for all rows, or those of some where each row has its own."""
    return number if np.ndim(number) == 0 else number[rows]


def _cut(curve: _Curve, end: FloatArray) -> FloatArray:
    """Return ends, moved to where the curve has fallen by e^-40, by Newton's method.

    The curve is concave, so that the steps never go too far.
    """
    deep = curve.fall(end) > DARK + 1
    if np.ndim(end) == 0:
        return _cut(curve.of(np.newaxis), end[np.newaxis])[0] if deep else end
    rows = np.flatnonzero(deep)
    while rows.size:
        here = curve.of(rows)
        end[rows] += (here.fall(end[rows]) - DARK) / here.slope(end[rows])
        rows = rows[curve.of(rows).fall(end[rows]) > DARK + 1]
    return end


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
    total, a, b = np.zeros(np.shape(start)), p.alpha + start, p.beta + start
    for rows, passed, weight in between(start, stop, of_alpha, of_beta, p):
        fall = of_alpha[rows, None] * np.log1p(passed / a[rows, None])
        power = of_beta if np.ndim(of_beta) == 0 else np.asarray(of_beta)[rows, None]
        fall += power * np.log1p(passed / b[rows, None])
        density = np.exp(-fall)
        if rows is ...:
            return density @ weight
        total[rows] = np.einsum("ij,ij->i", density, weight)
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
    if rate > 0 and np.ndim(s):  # one after the other
        total = np.empty(b.shape)
        for each in np.unique(s):
            total[s == each] = time_alive(b[s == each], until, rate, s=float(each))
        return total
    if rate == 0:
        end = np.log1p(until / b)
        return b * end * special.exprel((1 - s) * end)
    end = np.log1p(np.minimum(until, BLACK / rate) / b)
    return b * discounted_powers(rate * b, s - 1, end)


def discounted_powers(fall: FloatArray, power: float, end: FloatArray) -> FloatArray:
    """Return ∫ exp(-fall (e^v - 1) - power v) dv from 0 to the end, for power > -1."""
    mode = first = np.zeros(np.shape(end))
    if power < 0:
        mode = np.clip(np.log(-power / fall), 0, end)
        first = np.maximum(mode - 1 + DARK / power, 0)
    top = fall * np.expm1(mode) + power * mode
    while np.count_nonzero((deep := fall * np.expm1(end) + power * end - top - DARK) > 1):
        end = end - np.maximum(deep, 0) / (fall * np.exp(end) + power)  # convex: never too far
    panels = max(4, math.ceil((end - first).max() / 2))
    places, weights = panels_of(24, panels)
    width = end - first
    v = first[..., None] + width[..., None] * places
    values = np.exp(top[..., None] - fall[..., None] * np.expm1(v) - power * v)
    return np.exp(-top) * width * (values @ weights)


BLACK = 800.0  # e^-800, against which e^237, the most by which s < 1 can raise it, is nothing


class DeathAfter(NamedTuple):
    """The integrand of equation (5) over y = log τ, without its binomial coefficient and s."""

    m: FloatArray  # (rows, 1), as all
    alpha: FloatArray
    beta: FloatArray
    s: float
    until: float

    def power(self, y: FloatArray) -> FloatArray:
        return -np.log1p(self.alpha * np.exp(-y))

    def base(self, y: FloatArray) -> FloatArray:
        rise = np.exp(y)
        of_alpha, of_beta = np.log1p(rise / self.alpha), np.log1p(rise / self.beta)
        return -self.m * of_alpha - np.log1p(self.beta * np.exp(-y)) - self.s * of_beta

    def slope(self, n: float, y: FloatArray) -> FloatArray:
        rise = np.exp(y)
        near_alpha, near_beta = self.alpha / (self.alpha + rise), self.beta / (self.beta + rise)
        of_alpha = n * near_alpha - self.m * (1 - near_alpha)
        return of_alpha + near_beta - self.s * (1 - near_beta)

    def low(self, n: float) -> FloatArray:
        """Return where τ^(n+1), which is above it but for a factor, is e^-45 of it near its top."""
        of_alpha, of_beta = (n + 1) / (self.m + n + 1), (n + 1) / (self.s + n + 1)
        near = np.minimum(np.minimum(of_alpha * self.alpha, of_beta * self.beta), self.until)
        share_alpha, share_beta = np.log1p(near / self.alpha), np.log1p(near / self.beta)
        fall = (self.m + n) * share_alpha + (self.s + 1) * share_beta
        return np.log(near) - (DEPTH + fall) / (n + 1)

    def of(self, rows: slice) -> DeathAfter:
        m, alpha, beta, s, until = self
        return DeathAfter(m[rows], alpha[rows], beta[rows], of_rows(s, rows), until)


DEPTH = 45.0  # more than what log_power_integrals looks at


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
