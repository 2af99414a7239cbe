"""The log-likelihood of models in which customers leave at a purchase, summed over cells.

With the chances to leave that a customer has had, c = x repeat purchases in BG/NBD and c = x + 1
purchases in MBG/NBD:

(1) L = Γ(r+x)/Γ(r) B(a, b+c)/B(a, b) α^r (α+T)^-(r+x) (1 + odds)
(2) odds of having left = a/(b+c-1) ((α+T)/(α+t_x))^(r+x) where c > 0, else 0
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.purchasing.moments import among_repeaters, gamma_rates
from custvalue._numerics.gamma_functions import log_rising
from custvalue._numerics.limits import (
    FAR,
    LARGE,
    as_likely,
    fewer_parameters,
    one_purchase_rate,
    or_no_dropout,
)
from custvalue._numerics.maximum import Derivatives, Objective
from custvalue._rows import FloatArray


class Symbols(NamedTuple):
    """The parameters of a model in which customers leave at a purchase."""

    r: float
    alpha: float
    a: float
    b: float
    first: int  # 1 where customers can leave at the first purchase already, else 0
    k: int = 1  # phases of an interval between purchases


def log_likelihood(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Return equation (1) of each cell."""
    chances = x + p.first
    counts = log_rising(p.r, x).value + log_rising(p.b, chances).value
    counts = counts - log_rising(p.a + p.b, chances).value
    times = -p.r * np.log1p(T / p.alpha) - x * np.log(p.alpha + T)
    return counts + times + np.logaddexp(0, log_odds_left(x, t_x, T, p))


def log_odds_left(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Return the logarithm of equation (2), -inf where there was no chance to leave."""
    silence = (p.r + x) * np.log1p((T - t_x) / (p.alpha + t_x))
    chances = x + p.first
    odds = np.log(p.a) - np.log(p.b + np.maximum(chances - 1, 0)) + silence
    return odds if p.first else np.where(x > 0, odds, -np.inf)


class LogLikelihood:
    """Equation (1) summed over cells, with exact gradient and Hessian in (r, α, a, b).

    The cells are in ascending order of frequency.
    """

    def __init__(self, cells: Cells, *, first: int) -> None:
        self.cells, self.first = cells, first
        self.x = cells.frequency[cells.starts]
        self.customers = np.add.reduceat(cells.count, cells.starts)
        self.leavers = 0 if first else int(np.searchsorted(cells.frequency, 1))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = parameters.tolist()
        p = Symbols(r, alpha, a, b, self.first)
        parts = [counts(self.x, self.x + self.first, self.customers, p)]
        for x, _, T, n in blocks(self.cells):
            parts.append(exposure(x, T, n, p))
        for x, t_x, T, n in blocks(self.cells, self.leavers):
            parts.append(departure(x, t_x, T, n, p))
        return Derivatives.total(parts)


def blocks(
    cells: Cells, begin: int = 0
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray, FloatArray]]:
    """Yield x, t_x, T and customers of some cells, in pieces that stay in the processor's cache."""
    for first in range(begin, len(cells), BLOCK):
        rows = slice(first, first + BLOCK)
        yield cells.frequency[rows], cells.recency[rows], cells.age[rows], cells.count[rows]


BLOCK = 8192


def counts(x: FloatArray, chances: FloatArray, n: FloatArray, p: Symbols) -> Derivatives:
    """Return log of Γ(r+x)/Γ(r) B(a, b+c)/B(a, b), for n customers each."""
    of_r, of_b = log_rising(p.r, x), log_rising(p.b, chances)
    of_ab = log_rising(p.a + p.b, chances)
    value = n @ (of_r.value + of_b.value - of_ab.value)
    in_r, in_b, in_ab = n @ of_r.first, n @ of_b.first, n @ of_ab.first
    hessian = np.zeros((4, 4))
    hessian[0, 0] = n @ of_r.second
    hessian[2:, 2:] = -(n @ of_ab.second)
    hessian[3, 3] += n @ of_b.second
    return Derivatives(float(value), np.array([in_r, 0, -in_ab, in_b - in_ab]), hessian)


def exposure(x: FloatArray, T: FloatArray, n: FloatArray, p: Symbols) -> Derivatives:
    """Return log of α^r (α+T)^-(r+x): x purchases in T without leaving."""
    r, alpha = p.r, p.alpha
    passed, bought, inverse = np.log1p(T / alpha), n * x, 1 / (alpha + T)
    in_r = n @ passed
    share = n * T * inverse / alpha  # n (1/α - 1/(α+T)) without cancellation
    rising, rate = share.sum(), bought * inverse
    value = -r * in_r - bought @ passed - math.log(alpha) * bought.sum()
    hessian = np.zeros((4, 4))
    hessian[0, 1] = hessian[1, 0] = rising
    hessian[1, 1] = rate @ inverse - r * (rising / alpha + share @ inverse)
    return Derivatives(float(value), np.array([-in_r, r * rising - rate.sum(), 0, 0]), hessian)


def departure(
    x: FloatArray, t_x: FloatArray, T: FloatArray, n: FloatArray, p: Symbols
) -> Derivatives:
    """Return log of 1 + odds of having left at the last purchase, of c > 0 at which one could."""
    r, alpha, a, b, *_ = p
    last, now, beta = 1 / (alpha + t_x), 1 / (alpha + T), 1 / (b + (x + p.first - 1))
    d = np.log1p((T - t_x) * last)  # also where α is so large that 1 + (T-t_x)/α is 1
    slope = (t_x - T) * now * last
    rows = np.stack((d, (r + x) * slope, np.full(len(x), 1 / a), -beta))  # of the log-odds
    log_odds = (r + x) * d + np.log(a * beta)
    small = np.exp(-np.abs(log_odds))
    value = n @ (np.maximum(log_odds, 0) + np.log(1 + small))
    alive = np.where(log_odds > 0, small, 1.0) / (1 + small)
    left = n * np.where(log_odds > 0, 1.0, small) / (1 + small)
    hessian = (left * alive * rows) @ rows.T
    hessian[0, 1] += left @ slope
    hessian[1, 0] += left @ slope
    hessian[1, 1] -= (left * rows[1]) @ (last + now)
    hessian[2, 2] -= left.sum() / a**2
    hessian[3, 3] += left @ beta**2
    return Derivatives(float(value), rows @ left, hessian)


def starting_points(cells: Cells, model: type[LifetimeModel], k: int = 1) -> list[dict[str, float]]:
    """Take rates from moments; a quarter leaves each time, or some leave at once and others never.

    The likelihood can have two tops: where some leave at once, there is another at which no
    customer leaves. Between them, one start is not enough with some dozens of customers. Phases
    pass k times as fast as purchases come.
    """
    rates, of_repeaters = gamma_rates(cells, model), among_repeaters(cells)
    rates["alpha"] /= k
    of_repeaters["alpha"] /= k
    return [
        {**rates, "a": 1.0, "b": 3.0},
        {**of_repeaters, "a": 0.1, "b": 0.1},
        {**of_repeaters, "a": 1.0, "b": 1.0},
    ]


def limit(likelihood: Objective, p: Symbols, *, regular: bool) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    fitted = likelihood(np.array([p.r, p.alpha, p.a, p.b])).value
    forever = likelihood(np.array([p.r, p.alpha, 1e-12, 1.0])).value
    leaves, where = p.a / (p.a + p.b), place(likelihood, p, regular=regular)
    return or_no_dropout(where, parameter="a", leaves=leaves, fall=fitted - forever, k=p.k)


def place(likelihood: Objective, p: Symbols, *, regular: bool) -> str:
    """Say at which limit the parameters are; nothing where they are at none."""
    r, alpha, a, b, *_ = p
    likely = as_likely(likelihood, np.array([r, alpha, a, b]))
    instead = "" if regular else " Where customers can leave at any time, ParetoNBD may fit better."
    if a + b > LARGE and likely(r, alpha, FAR * a, FAR * b):
        return (
            f"It is the limit of one dropout probability for all customers (a and b to infinity), "
            f"a / (a + b) = {a / (a + b):.4g}. "
            f"{fewer_parameters('r, alpha and that probability', 'a and b')}{instead}"
        )
    if r > LARGE and likely(FAR * r, FAR * alpha, a, b):
        of, name = ("r / (k alpha)", "") if regular else ("r / alpha", ", Poisson purchases,")
        fewer = fewer_parameters("that rate, a and b", "r and alpha", name)
        return one_purchase_rate(r / (p.k * alpha), f". {fewer}", of)
    if max(a, b) < 1 / LARGE and likely(r, alpha, a / FAR, b / FAR):
        return (
            f"It is the limit of customers who leave at the first chance or never (a and b to 0); "
            f"a and b themselves cannot be interpreted.{instead}"
        )
    return ""
