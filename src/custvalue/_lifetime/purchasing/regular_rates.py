"""Means over purchase rates and dropout probabilities, for buyers with Erlang-k intervals.

While alive, a regular buyer passes through phases with a rate λ of their own, and buys whenever k
phases are passed; in phase j (0 … k-1) the next purchase is k - j phases ahead. Given λ and p, what
is expected of such a customer is a function F_j(λ, p) that is the same for all customers. What is
known of a customer sets the weights: λ ~ Gamma(m + j, α + T), m = r + kx, and p ~ Beta(a, b). So
for each x the function is computed once, on nodes in log λ, and averaged with the weights of each
age.

In log λ a gamma density is analytic and falls at both ends faster than any power, so that the
trapezoidal rule converges geometrically (Trefethen & Weideman 2014, *SIAM Review* 56(3), section
5). All that is averaged is positive.

F_j by the number of phases N ~ Poisson(λt) passed until t, with K = ⌊(N+j)/k⌋ purchases:

* where few phases are expected, sums over purchases i, of which few count;
* elsewhere by the k roots of unity ω, since (1-p)^K = Σ_l d_l (s ω^l)^(N+j) with s^k = 1 - p, and
  the mean of z^N is exp(-λt(1-z)). All roots but the first one fade.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._numerics.quadrature import beta_rule, slices
from custvalue._rows import FloatArray

FAINT = 40.0  # e^-40: nothing is seen beyond it
FEW = 4.0  # up to 4 k phases, sums over purchases
HELD = 1 << 16  # points (λ, p) held at a time

Given = Callable[[FloatArray, "Leaving"], FloatArray]


class Leaving:
    """The dropout probability p ~ Beta(a, b) of customers with the same x."""

    def __init__(self, a: float, b: float, sharpness: float, *, steep: bool) -> None:
        p, weight = beta_rule(a, np.array([b]), np.array([sharpness]), steep=steep)
        self.p: FloatArray = p[0]
        self.weight: FloatArray = weight[0]
        self._log_stay: FloatArray = np.log1p(-np.minimum(self.p, 1 - 1e-15))
        self._a, self._b = a, b

    def step(self, k: int) -> FloatArray:
        """Return log s, the k-th part of log(1 - p)."""
        return self._log_stay / k

    def stayed(self, most: int) -> FloatArray:
        """Return E[(1-p)^i] for i = 0 … most."""
        passed = self._b + np.arange(most)
        stayed: FloatArray = np.exp(np.append(0.0, np.cumsum(-np.log1p(self._a / passed))))
        return stayed


class Ahead(NamedTuple):
    """A function F of phase, rate and dropout probability of what is ahead, to be averaged."""

    given: Given  # of rates λ, the mean of F_j(λ, p) over p, shape (rates, k)
    soon: float  # where λ is far below 1 / soon, F is constant or a power of λ
    long: float  # the time in which purchases count: the horizon, or the reach of discounting
    rising: bool  # whether F increases with λ


def mean_over_rates(
    ahead: Ahead, m: float, ages: FloatArray, *, k: int, a: float, b: float
) -> FloatArray:
    """Return E[F_j(λ, p)] for λ ~ Gamma(m + j, age) and p ~ Beta(a, b), shape (len(ages), k)."""
    y = nodes(m, ages, k=k, soon=ahead.soon, rising=ahead.rising)
    rates = np.exp(y)
    leaving = Leaving(a, b, (m + k + 1) * ahead.long / ages.min() + 1, steep=not ahead.rising)
    values = np.concatenate([ahead.given(part, leaving) for part in parts(rates, len(leaving.p))])
    phases = np.arange(k)
    first = -np.expm1(-(m + phases) * (y[1] - y[0]))  # all that is left of the first node
    mean = np.empty((len(ages), k))
    for rows in slices(len(ages), HELD // len(y) + 1):
        age = ages[rows, None]
        falls = m * (y + np.log(age / m)) - age * rates + m  # of the density, from its mode
        weights = np.exp(falls)
        powers = np.exp(phases * (y - y[-1])[:, None])
        powers[0] /= first
        mean[rows] = (weights @ (powers * values)) / (weights @ powers)
    return mean


def nodes(m: float, ages: FloatArray, *, k: int, soon: float, rising: bool) -> FloatArray:
    """Return nodes in log λ, evenly spaced, for all ages.

    Right of them the gamma densities have fallen by e^-40 (Laurent & Massart 2000, *Annals of
    Statistics* 28(5), lemma 1). Left of them F is constant, or the integrand has fallen so far; if
    F rises, it is enough that the density has. In frequency, the density reaches to 8 √m or 22,
    and the steps of k phases to 12 k.
    """
    shape = m + k + 1
    last = math.log((shape + math.sqrt(2 * FAINT * shape) + FAINT) / ages.min())
    first = -math.log(max(2 * soon, ages.max())) - FAINT / max(m, 1.0)
    if rising:  # log of the density falls as m y² / (2 + |y|) at least, left of its mode
        reach = (FAINT / m + math.sqrt((FAINT / m) ** 2 + 8 * FAINT / m)) / 2
        first = max(first, math.log(m / ages.max()) - reach)
    step = 2 * math.pi / (math.sqrt(64 * shape + 484) + 12 * (k - 1))
    count = math.ceil((last - first) / step)
    places: FloatArray = first + step * np.arange(count + 1, dtype=np.float64)
    return places


def parts(rates: FloatArray, columns: int) -> Iterator[FloatArray]:
    """Cut the rates so that not too many points (λ, p) are held at a time."""
    for rows in slices(len(rates), HELD // columns + 1):
        yield rates[rows]


def purchases(rates: FloatArray, leaving: Leaving, *, k: int, t: float, rate: float) -> FloatArray:
    """Return E[∫ e^(-δu) dK(u)] from 0 to t, given λ, shape (rates, k)."""
    if t == math.inf:
        return _purchases_for_ever(rates, leaving, k=k, rate=rate)
    few = int(np.searchsorted(rates * t, FEW * k))
    return np.concatenate(
        (
            _few_purchases(rates[:few], leaving, k=k, t=t, rate=rate),
            _many_purchases(rates[few:], leaving, k=k, t=t, rate=rate),
        )
    )


def _purchases_for_ever(rates: FloatArray, leaving: Leaving, *, k: int, rate: float) -> FloatArray:
    """Return z^(k-j) / (1 - (1-p) z^k), z = λ/(λ+δ), averaged over p."""
    log_z = -np.log1p(rate / rates)[:, None]
    ahead = k - np.arange(k)
    again = -1 / np.expm1(k * (log_z + leaving.step(k)))
    return np.exp(ahead * log_z) * (again @ leaving.weight)[:, None]


def _few_purchases(
    rates: FloatArray, leaving: Leaving, *, k: int, t: float, rate: float
) -> FloatArray:
    """Return Σ_i E[(1-p)^(i-1)] z^n P(n phases with rate λ+δ until t), n = ik - j."""
    total = np.zeros((len(rates), k))
    both = (rates + rate)[:, None]
    log_z = -np.log1p(rate / rates)[:, None]
    stayed = leaving.stayed(most(k))
    for i in range(1, most(k) + 1):
        n = i * k - np.arange(k)
        total += stayed[i - 1] * np.exp(n * log_z) * special.gammainc(n, both * t)
    return total


def most(k: int) -> int:
    """Return the number of purchases that 4 k expected phases reach with a probability > 1e-17."""
    return math.ceil((FEW * k + 9 * math.sqrt(FEW * k) + 14) / k)


def _many_purchases(
    rates: FloatArray, leaving: Leaving, *, k: int, t: float, rate: float
) -> FloatArray:
    """Return the same by the roots of unity, for rates where purchases within t are likely.

    With q = s z, ε = 1 - q, D = (λ+δ) t ε, n = k - j - 1:

        z^(n+1) / (1 - q^k) (1 - exp(η_j - D)) - z e^(-δt) / k Σ_(l≥1) s^-n ω^(l(j+1))
        exp(-λt(1 - s ω^l)) / (1 - q ω^l),   e^-η_j = q^n kε / (1 - q^k),

    where the first term is that of l = 0 together with the purchases of all time.
    """
    log_z = -np.log1p(rate / rates)[:, None]
    log_s = leaving.step(k)
    log_q = log_z + log_s
    short = -np.expm1(log_q)
    fall = (rates + rate)[:, None] * t * short
    again = -1 / np.expm1(k * log_q) * leaving.weight
    log_kappa = np.log1p(short * _surplus(np.exp(log_q), k))
    total = np.empty((len(rates), k))
    for j in range(k):
        n = k - 1 - j
        gone = np.expm1(-n * log_q - log_kappa - fall)
        total[:, j] = -(np.exp((n + 1) * log_z) * again * gone).sum(axis=1)
    for root, sides in roots(k):
        near = np.exp(log_s) * root
        damped = np.exp(-(rates * t)[:, None] * (1 - near) + log_z - rate * t)
        damped /= 1 - np.exp(log_z) * near
        total -= sides / k * (damped @ _coefficients(leaving, root, k)).real
    return total


def stays(rates: FloatArray, leaving: Leaving, *, k: int, t: float) -> FloatArray:
    """Return E[(1-p)^K], the probability not to have left by t, given λ; shape (rates, k)."""
    few = int(np.searchsorted(rates * t, FEW * k))
    near = _passed(rates[:few] * t, leaving.stayed(most(k))[:, None], k)
    return np.concatenate((near, _stays_after_many(rates[few:] * t, leaving, k)))


def _passed(expected: FloatArray, factors: FloatArray, k: int) -> FloatArray:
    """Return Σ_i factors[i] P(K = i), K = ⌊(N+j)/k⌋, N ~ Poisson(expected); shape (rates, k)."""
    total, before = np.zeros((len(expected), k)), np.zeros((len(expected), k))
    for i, factor in enumerate(factors):
        next_one = (i + 1.0) * k - np.arange(k)
        up_to = np.asarray(special.gammaincc(next_one, expected[:, None]), dtype=np.float64)
        total += np.broadcast_to(factor, len(expected))[:, None] * (up_to - before)
        before = up_to
    return total


def _stays_after_many(expected: FloatArray, leaving: Leaving, k: int) -> FloatArray:
    """Return the same by the roots of unity, Σ_l p/k s^-n ω^(l(j+1)) exp(-λt(1-sω^l)) / (1-sω^l).

    Where p is so near 1 that hardly anybody stays after a purchase, it would cancel: there, sums.
    """
    log_s = leaving.step(k)
    s, few = np.exp(log_s), 20
    cancels = expected[:, None] * s < k
    stayed = np.exp(k * log_s * np.arange(few)[:, None])
    total = _passed(expected, stayed @ (cancels * leaving.weight).T, k)
    for root, sides in ((1.0, 1), *roots(k)):
        away = -np.expm1(log_s) if root == 1 else 1 - s * root
        damped = np.where(cancels, 0.0, np.exp(-expected[:, None] * away))
        of_p = (-np.expm1(k * log_s) / away)[:, None] * _coefficients(leaving, root, k)
        total += sides / k * (damped @ of_p).real
    return total


def _surplus(q: FloatArray, k: int) -> FloatArray:
    """Return (κ - 1) / (1 - q) for κ = k (1-q) / (1 - q^k), without cancellation."""
    above, below = np.zeros_like(q), np.ones_like(q)
    for power in range(1, k):
        above = above * q + power
        below = below * q + 1
    return above / below


def _coefficients(leaving: Leaving, root: complex, k: int) -> npt.NDArray[np.complex128]:
    """Return w s^-(k-j-1) ω^(j+1), shape (p, k)."""
    j = np.arange(k)
    powers = np.exp(-leaving.step(k)[:, None] * (k - 1 - j))
    coefficients = leaving.weight[:, None] * powers * complex(root) ** (j + 1)
    return np.asarray(coefficients, dtype=np.complex128)


def roots(k: int) -> Iterator[tuple[complex, int]]:
    """Yield the roots of unity but 1, one of each conjugate pair, and how many it stands for."""
    for place in range(1, k // 2 + 1):
        if 2 * place == k:
            yield -1.0 + 0j, 1
        else:
            yield complex(np.exp(2j * np.pi * place / k)), 2
