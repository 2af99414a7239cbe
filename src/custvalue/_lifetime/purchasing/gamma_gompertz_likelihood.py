"""How long customers of the gamma-Gompertz/NBD stay, and the log-likelihood over all cells.

Hazards grow with the age w = bτ. Lifetimes with the hazard b η e^w, where η varies over customers
as Gamma(s, β), have the survival function and the hazard

    S(w) = e^(-s g(w)),  g(w) = log(1 + (e^w - 1)/β),  h = s b p(w),  p(w) = e^w / (β + e^w - 1),

where β has been updated: seen from the age w, β becomes β e^-w + 1 - e^-w, which tends to 1. The
log-likelihood is that of ``calendar_likelihood.py``, what is asked of customers
that of ``dropout_at_any_time.py``.

Customers of unknown rates wait for the next purchase with the survival function (1 + w/a)^-m.
Everything asked of the model is an integral of products of these and of e^-δw; all are positive,
and nothing is subtracted. The logarithm of the integrand may have two tops (leaving at once, or
when the hazard has grown), so that its mode is not searched for: strides of Gauss-Legendre nodes
go through the interval, each as long as the singularities and the change of the integrand allow,
until what is left is bounded by e^-40 of what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from scipy import special

from custvalue._lifetime.purchasing.calendar_likelihood import CalendarLikelihood
from custvalue._numerics.quadrature import Nodes, Rows, by_change, octaves, slices
from custvalue._rows import FloatArray

DARK = 42.0  # e^-42: nothing is seen beyond it
MOST = 6.0  # how far the logarithm of each factor may change within a stride
# Beside singularities at a distance `room`, as many nodes as an exponential needs that changes by
WIDE, STEEP = 6.0, 1.4  # WIDE log(1 + stride / room) + STEEP change, as the tests confirm
FAR = 300.0  # e^w - 1 stays within doubles; beyond it g grows as w
BLOCK = 512  # customers whose purchases are counted at a time


class GompertzLifetime(NamedTuple):
    """S(τ) = (β / (β + e^(bτ) - 1))^s of customers who buy at rates from Gamma(r, α)."""

    r: float
    alpha: float
    beta: float
    b: float
    s: float

    def log_survival(self, tau: FloatArray) -> FloatArray:
        return -self.s * grown(self.b * tau, self.beta)

    def log_fall(self, start: FloatArray, passed: FloatArray) -> FloatArray:
        return self.s * grown(self.b * passed, updated(self.beta, self.b * start))

    def after(self, time: float) -> GompertzLifetime:
        return self._replace(beta=float(updated(self.beta, np.array(self.b * time))))

    def at(self, tau: FloatArray, log_survival: FloatArray) -> GompertzStage:
        w = self.b * tau
        young, old = np.exp(-np.minimum(w, FAR)), -np.expm1(-w)
        p = 1 / (self.beta * young + old)
        return GompertzStage(tau, log_survival, young * p, old * p, p, self.beta, self.b, self.s)

    def nodes(
        self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray, seen: FloatArray
    ) -> Iterator[Nodes]:
        b, chosen = self.b, np.flatnonzero(stop > start)
        since = start[chosen]
        curve = self._ahead(of_alpha[chosen], since, seen[chosen])
        width = b * (stop[chosen] - since)
        for rows, w, weight in strides(curve, width, faint_hazard(curve, width)):
            yield Nodes(chosen[rows], w / b, weight / b)

    def _ahead(self, m: FloatArray, T: FloatArray, seen: FloatArray | None = None) -> Curve:
        """Return what is ahead of customers who are alive at T, and were observed for `seen`."""
        a = self.alpha + (T if seen is None else seen)
        return Curve(self.b * a, m, updated(self.beta, self.b * T), self.s)

    def log_odds_left(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        x, t_x, T = map(np.atleast_1d, (x, t_x, T))
        curve, width = self._ahead(self.r + x, t_x), self.b * (T - t_x)
        some, faint = np.flatnonzero(width > 0), np.zeros(len(x))
        faint[some] = faint_hazard(curve.of(some), width[some])
        inside = integral(curve, width, faint, lambda here, w: here.exp(w) * here.hazard(w))
        log_inside = np.log(inside, where=inside > 0, out=np.full(len(x), -np.inf))
        return log_inside + curve.fall(width)

    def first_purchase(self, x: FloatArray, T: FloatArray, until: float | FloatArray) -> FloatArray:
        x, T = np.atleast_1d(x), np.atleast_1d(T)
        curve, width = self._ahead(self.r + x, T), np.broadcast_to(self.b * until, x.shape)
        steep = (curve.m + 1) / curve.a + self.s / np.minimum(curve.beta, 1)
        with np.errstate(divide="ignore"):
            faint = DARK + 2 + np.log((steep + 1 / width) * curve.a / curve.m)
        density = integral(curve, width, faint, lambda here, w: here.exp(w) / (here.a[:, None] + w))
        return curve.m * density

    def time_alive(self, T: FloatArray, until: float, rate: float) -> FloatArray:
        beta, b, s = updated(self.beta, self.b * np.atleast_1d(T)), self.b, self.s
        if until == 0:
            return np.zeros(beta.shape)
        width, none = np.full(len(beta), b * until), np.full(len(beta), 1e-300)
        curve = Curve(np.full(len(beta), np.inf), none, beta, s, rate / b)
        steep = rate / b + s / np.minimum(beta, 1)
        faint = DARK + 2 + np.log((steep + 1 / width) / (rate / b + s / np.maximum(beta, 1)))
        return integral(curve, width, faint, Curve.exp) / b

    def log_left_after(self, n: FloatArray, t: float, m: FloatArray, T: FloatArray) -> FloatArray:
        curve, result = self._ahead(m, T), np.empty((len(T), len(n)))
        for some in octaves(n):
            for rows in slices(len(T), BLOCK):
                result[rows, some] = log_counts(curve.of(rows), n[some], self.b * t).T
        return result

    def time_of_fall(self, start: FloatArray, fall: FloatArray) -> FloatArray:
        beta, g = updated(self.beta, self.b * start), fall / self.s
        return np.logaddexp(0, np.log(beta) + g + np.log(-np.expm1(-g))) / self.b

    def draw(self, customers: int, random: np.random.Generator) -> FloatArray:
        eta = np.maximum(random.gamma(self.s, 1 / self.beta, customers), 1e-300)
        return np.log1p(random.exponential(size=customers) / eta) / self.b


class LogLikelihood(CalendarLikelihood):
    """Log-likelihood summed over cells, with exact gradient and Hessian in (r, α, β, b, s)."""

    lifetime: ClassVar = GompertzLifetime


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
        return self.s * self.b * self.p

    @property
    def hazard_slopes(self) -> tuple[FloatArray, FloatArray, float]:
        return -self.young, 1 / self.b + self.tau * self._change, 1 / self.s

    @property
    def slopes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
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


def grown(w: FloatArray, beta: FloatArray | float) -> FloatArray:
    """Return g(w), the cumulative hazard divided by s."""
    total: FloatArray = np.log1p(np.expm1(np.minimum(w, FAR)) / beta)
    if np.max(w, initial=0) > FAR:
        total += np.maximum(w - FAR, 0)
    return total


def updated(beta: FloatArray | float, w: FloatArray) -> FloatArray:
    """Return β of those who have been alive for w."""
    return beta * np.exp(-w) - np.expm1(-w)


@dataclass(frozen=True)
class Curve:
    """The product ``(1+w/a)^-m e^(-s g(w) - δw)`` for some rows."""

    a: FloatArray
    m: FloatArray
    beta: FloatArray
    s: float
    rate: float = 0.0

    def of(self, rows: Rows | slice) -> Self:
        """Return the curves of these rows, in ascending order."""
        if isinstance(rows, np.ndarray) and len(rows) == len(self.a):
            return self
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen: dict[str, Any] = {
            name: c[rows] for name, c in columns.items() if isinstance(c, np.ndarray)
        }
        return replace(self, **chosen)

    def fall(self, w: FloatArray) -> FloatArray:
        """Return minus its logarithm, for one w a row or (n, k)."""
        a, m, beta = _as_rows_of(w, self.a, self.m, self.beta)
        total: FloatArray = m * np.log1p(w / a) + self.s * grown(w, beta)
        return total + self.rate * w if self.rate > 0 else total

    def exp(self, w: FloatArray) -> FloatArray:
        """Return the curve itself."""
        return np.exp(-self.fall(w))

    def hazard(self, w: FloatArray) -> FloatArray:
        """Return s p(w), for one w a row or (n, k)."""
        (beta,) = _as_rows_of(w, self.beta)
        more = np.expm1(np.minimum(w, FAR))
        hazard: FloatArray = self.s * (1 + more) / (beta + more)
        return hazard

    def stride(self, w: FloatArray, width: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far to go from w, and of how large a change that is worth the nodes."""
        beta = updated(self.beta, w)
        room = np.minimum(self.a + w, _room(self.beta, w))
        step = np.minimum(np.minimum(2 * room, width - w), self._longest(w, beta))
        return step, WIDE * np.log1p(step / room) + STEEP * self._change(w, step, beta)

    def _longest(self, w: FloatArray, beta: FloatArray) -> FloatArray:
        """Return the stride in which no factor changes by more than e^6."""
        of_m = (self.a + w) * np.expm1(np.minimum(MOST / self.m, FAR))
        of_s = grown(np.full(len(beta), MOST / self.s), 1 / beta)  # where g has grown by so much
        step: FloatArray = np.minimum(of_m, of_s)
        return np.minimum(step, MOST / self.rate) if self.rate > 0 else step

    def _change(self, w: FloatArray, step: FloatArray, beta: FloatArray) -> FloatArray:
        """Return by how much the logarithms of curve and hazard change in a stride."""
        change: FloatArray = self.m * np.log1p(step / (self.a + w)) + self.s * grown(step, beta)
        return change + self.rate * step + step * np.maximum(1 - 1 / beta, 0)


@dataclass(frozen=True)
class CountCurve(Curve):
    """The same times ``(w/(a+w))^n``, with whole numbers n."""

    n: FloatArray = field(kw_only=True)

    def fall(self, w: FloatArray) -> FloatArray:
        n, a = _as_rows_of(w, self.n, self.a)
        fall: FloatArray = super().fall(w) + special.xlog1py(n, a / w)
        return fall

    def _longest(self, w: FloatArray, beta: FloatArray) -> FloatArray:
        n = np.maximum(self.n, 1)  # a whole number
        early = w * np.expm1(np.minimum(MOST / n, FAR))
        late = MOST * (w / n) * (1 + w / self.a)
        step = np.where(self.n > 0, np.maximum(early, late), np.inf)
        return np.minimum(step, super()._longest(w, beta))

    def _change(self, w: FloatArray, step: FloatArray, beta: FloatArray) -> FloatArray:
        place = np.where(self.n > 0, w, 1.0)
        more = self.n * np.log1p(self.a * step / (place * (self.a + w + step)))
        change: FloatArray = super()._change(w, step, beta) + more
        return change


def _as_rows_of(w: FloatArray, *each: FloatArray) -> tuple[FloatArray, ...]:
    return tuple(one[:, None] for one in each) if w.ndim == 2 else each


def _room(beta: FloatArray, w: FloatArray) -> FloatArray:
    """Return the half of a stride from w that keeps its distance to the singularities.

    These are where e^w = 1 - β: on the left for β < 1, at an imaginary part of π for β > 1, and
    nowhere for β = 1. Of β, which is not updated to w, because that would hide how near 1 it is.
    """
    with np.errstate(divide="ignore"):
        place = np.log(np.abs(beta - 1)) - w
        behind = np.where(place < -1, -place, -np.log1p(-np.minimum(updated(beta, w), 1)))
    beside = np.where(place > 0, np.clip(place / 4, 2, 10), 0.65 * np.hypot(np.pi, place))
    return np.where(beta < 1, behind, beside)


def strides(
    curve: Curve, width: FloatArray, faint: FloatArray, first: FloatArray | None = None
) -> Iterator[Nodes]:
    """Yield nodes from `first` (0 by default) to the width of each row."""
    at = np.zeros(len(width)) if first is None else first.copy()
    rows = np.flatnonzero(at < width)
    while rows.size:
        here, begin, end = curve.of(rows), at[rows], width[rows]
        step, change = here.stride(begin, end)
        for some, nodes, weights in by_change(change, step > 0):
            long = step[some, None]
            yield Nodes(rows[some], begin[some, None] + long * nodes, long * weights)
        at[rows] = begin + step
        going = np.flatnonzero(step < end - begin)
        seen = here.of(going).fall(at[rows[going]]) < faint[rows[going]]
        rows = rows[going[seen]]


def faint_hazard(curve: Curve, width: FloatArray) -> FloatArray:
    """Return how far a curve falls until what is left of ∫ hazard x curve is nothing.

    What is left beyond w is at most the curve at w; what there is, at least e^-2 times the hazard
    at 0 times the length on which neither it nor the curve falls further.
    """
    p = 1 / curve.beta
    return (
        DARK + 2 + np.log((curve.m / curve.a + (curve.s + 1) * p + 1 + 1 / width) / (curve.s * p))
    )


def integral(
    curve: Curve, width: FloatArray, faint: FloatArray, f: Callable[[Curve, FloatArray], FloatArray]
) -> FloatArray:
    """Return ∫ f(curve, w) dw from 0 to the width, row by row."""
    total = np.zeros(len(width))
    for rows, w, weight in strides(curve, width, faint):
        total[rows] += np.einsum("ij,ij->i", f(curve.of(rows), w), weight)
    return total


def log_counts(curve: Curve, n: FloatArray, width: float) -> FloatArray:
    """Return log ∫ (w/(a+w))^n (1+w/a)^-m S h dw from 0 to the width, shape (len(n), rows).

    For whole numbers n >= 0 that differ by less than a factor of 2 and share their strides: from
    where the smallest is seen, as short as the largest needs them, until nothing is seen of it.
    """
    fewest, most = float(n.min()), float(n.max())
    least = _at_least(curve, n, width)
    ends = np.minimum(_fallen(curve, DARK - least.min(axis=0)), width)
    with np.errstate(divide="ignore"):
        depth = np.minimum((DARK - least[n.argmin()]) / np.float64(fewest), FAR)
    first = np.minimum(curve.a / np.expm1(depth), ends) if fewest > 0 else 0 * ends
    counted = CountCurve(curve.a, curve.m, curve.beta, curve.s, n=np.full(len(ends), most))
    # As long as fewer purchases are expected than n, the curve may still rise.
    middle = np.minimum(np.maximum(first, curve.a * most / curve.m), ends)
    never, faint = np.full(len(ends), np.inf), DARK - least[n.argmax()]
    total = np.zeros(least.shape)
    for begin, end, seen in ((first, middle, never), (middle, ends, faint)):
        for rows, w, weight in strides(counted, end, seen, begin):
            here = curve.of(rows)
            fall, share = here.fall(w), np.log1p(here.a[:, None] / w)
            weighted = weight * here.hazard(w)
            for k, count in enumerate(n):
                density = np.exp(-fall - count * share - least[k, rows, None])
                total[k, rows] += np.einsum("ij,ij->i", density, weighted)
    return least + np.log(total)


def _fallen(curve: Curve, by: FloatArray) -> FloatArray:
    """Return where at the latest the curve has fallen, beyond which no more is left of it."""
    g = by / curve.s
    of_s = np.logaddexp(0, np.log(curve.beta) + g + np.log(-np.expm1(-g)))
    found: FloatArray = np.minimum(curve.a * np.expm1(np.minimum(by / curve.m, FAR)), of_s)
    return found


def _at_least(curve: Curve, n: FloatArray, width: float) -> FloatArray:
    """Return the logarithm of a lower bound of the integral for each n.

    For any w, over the last (n + 1)-th part before w, the curve is at least its value at w over e.
    """
    few = curve.a / np.maximum(curve.m, 1), np.log1p(curve.beta / max(curve.s, 1.0))
    knee = np.minimum(np.minimum(*few), width)[:, None]  # where neither factor has fallen by much
    w = knee * (width / knee) ** np.linspace(0, 1, 32)
    p = np.minimum(1 / curve.beta[:, None], curve.hazard(w) / curve.s)
    low = np.log(curve.s * p * w) - curve.fall(w) - 1
    share = np.log1p(curve.a[:, None] / w)
    return np.array([(low - k * share).max(axis=1) - np.log(k + 1) for k in n])
