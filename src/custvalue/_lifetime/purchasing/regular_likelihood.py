"""The log-likelihood of models for regular buyers, who leave at a purchase.

With m = r + kx, the silence w = T - t_x, and the chances to leave that a customer has had, c = x
repeat purchases in BG/CNBD-k and c = x + 1 purchases in MBG/CNBD-k:

(1) L = Γ(m)/Γ(r) B(a, b+c)/B(a, b) α^r (α+T)^-m (S + O) Π (interval^(k-1) / Γ(k))
(2) S = Σ_j Γ(m+j)/(Γ(m) j!) (w/(α+T))^j, j = 0 … k-1: alive, j phases of the next interval passed
(3) O = a/(b+c-1) ((α+T)/(α+t_x))^m where c > 0, else 0: left at the last purchase
(4) P(alive) = S / (S + O); given alive, phase j has the weight of its term in S

All terms are positive. The product over intervals does not depend on r, α, a and b, but on k.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._histories.customer_cells import Purchases, customers_of_rows
from custvalue._histories.intervals import COLUMN
from custvalue._lifetime.purchasing.dropout_likelihood import Symbols, blocks, counts, exposure
from custvalue._numerics.gamma_functions import log_rising
from custvalue._numerics.maximum import Derivatives, Objective
from custvalue._rows import FloatArray
from custvalue.errors import DataError

LARGEST = 600.0  # a logarithm from which on powers leave the doubles


def log_phases(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Return the logarithms of the terms in equation (2), shape (cells, k)."""
    j = np.arange(p.k)
    m = (p.r + p.k * x)[:, None]
    ways = np.zeros((len(x), p.k))
    ways[:, 1:] = np.cumsum(np.log((m + j[:-1]) / j[1:]), axis=1)
    return ways + special.xlogy(j, ((T - t_x) / (p.alpha + T))[:, None])


def log_odds_left(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Return log O / S, -inf where there was no chance to leave."""
    chances = x + p.first
    silence = (p.r + p.k * x) * np.log1p((T - t_x) / (p.alpha + t_x))
    alive = special.logsumexp(log_phases(x, t_x, T, p), axis=1)
    odds = math.log(p.a) - np.log(p.b + np.maximum(chances - 1, 0)) + silence - alive
    return np.where(chances > 0, odds, -np.inf)


def log_likelihood(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Return equation (1) without the lengths of the intervals, but with Γ(k).

    Where no purchase is nearly certain, the terms cancel: there it is log(1 - P(a purchase)).
    """
    k, chances = p.k, x + p.first
    counted = log_rising(p.r, k * x).value + log_rising(p.b, chances).value
    counted = counted - log_rising(p.a + p.b, chances).value - x * math.lgamma(k)
    times = -p.r * np.log1p(T / p.alpha) - k * x * np.log(p.alpha + T)
    alive = special.logsumexp(log_phases(x, t_x, T, p), axis=1)
    odds = log_odds_left(x, t_x, T, p)
    total: FloatArray = counted + times + alive + np.logaddexp(0, odds)
    certain = np.flatnonzero((x == 0) & (total > -0.5))
    buys = special.betainc(k, p.r, T[certain] / (p.alpha + T[certain]))
    total[certain] = np.log1p(-buys * (p.b / (p.a + p.b) if p.first else 1.0))
    return total


class LogLikelihood:
    """Equation (1) over cells, without the intervals, with gradient and Hessian in (r, α, a, b).

    The cells are in ascending order of frequency.
    """

    def __init__(self, cells: Cells, *, k: int, first: int) -> None:
        self.cells, self.k, self.first = cells, k, first
        self.x = cells.frequency[cells.starts]
        self.customers = np.add.reduceat(cells.count, cells.starts)
        self.constant = -math.lgamma(k) * float(self.customers @ self.x)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = parameters.tolist()
        p = Symbols(r, alpha, a, b, self.first, self.k)
        parts = [counts(p.k * self.x, self.x + p.first, self.customers, p)]
        for x, t_x, T, n in blocks(self.cells):
            parts.append(exposure(p.k * x, T, n, p))
            alive = silence(p.k * x, t_x, T, p)
            left = departure(p.k * x, x + p.first, t_x, T, p)
            parts.append(sum_of_both(alive, left, n))
        total = Derivatives.total(parts)
        return total._replace(value=total.value + self.constant)


@dataclass(frozen=True, eq=False)
class RegularCells(Cells):
    """The distinct (x, t_x, T), with the intervals of the customers who share them."""

    log_intervals: FloatArray  # mean over the customers of a cell of their sum of log intervals

    @classmethod
    def of(cls, history: Purchases, log_intervals: FloatArray) -> RegularCells:
        """Add the sums of log intervals, one for each customer, to the cells of a history."""
        columns = {field.name: getattr(history.cells, field.name) for field in fields(Cells)}
        order = np.argsort(log_intervals)  # so that the sums do not depend on that of customers
        all_of_row = log_intervals * customers_of_rows(history)
        cell, ordered = history.cell_of_customer[order], all_of_row[order]
        sums = np.bincount(cell, ordered, len(history.cells))
        return cls(**columns, log_intervals=sums / history.cells.count)


def regular_objective(cells: Cells, *, k: int, first: int) -> Objective:
    """Return the log-likelihood as a function of (r, α, a, b), intervals included where known."""
    likelihood = LogLikelihood(cells, k=k, first=first)
    constant = 0.0
    if isinstance(cells, RegularCells):
        constant = (k - 1) * float(cells.count @ cells.log_intervals)

    def objective(parameters: FloatArray) -> Derivatives:
        found = likelihood(parameters)
        return found._replace(value=found.value + constant)

    return objective


class Way(NamedTuple):
    """One way in which a silence may have come about: log of its term, and the derivatives."""

    log: FloatArray  # (n,)
    slope: FloatArray  # in r, α, a, b: (4, n)
    curve: dict[tuple[int, int], FloatArray]  # second derivatives that are not 0


def silence(phases: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> Way:
    """Return log S, equation (2): means over the phases j with the weights of the terms.

    `phases` are those passed up to the last purchase, kx.
    """
    k = p.k
    inverse = 1 / (p.alpha + T)
    q, m = (T - t_x) * inverse, p.r + phases
    level = _level(m, q, k)
    term = np.exp(-level)
    total, in_j, in_jj = term.copy(), np.zeros(len(m)), np.zeros(len(m))
    in_h, in_hh, in_jh, h, curved = (np.zeros(len(m)) for _ in range(5))
    for j in range(1, k):
        passed = m + (j - 1)
        term = term * (passed * q / j)
        step = 1 / passed
        h = h + step  # of log Γ(m+j)/Γ(m), the first derivative and the second
        curved = curved - step**2
        weighted, sloped = j * term, h * term
        total += term
        in_j += weighted
        in_jj += j * weighted
        in_h += sloped
        in_hh += h * sloped + curved * term
        in_jh += j * sloped
    share = 1 / total
    mean_j, mean_h = in_j * share, in_h * share
    curve = {
        (0, 0): in_hh * share - mean_h**2,
        (0, 1): -(in_jh * share - mean_j * mean_h) * inverse,
        (1, 1): (in_jj * share - mean_j**2 + mean_j) * inverse**2,
    }
    nothing = np.zeros(len(m))
    slope = np.stack((mean_h, -mean_j * inverse, nothing, nothing))
    return Way(np.log(total) + level, slope, curve)


def _level(m: FloatArray, q: FloatArray, k: int) -> FloatArray:
    """Return by how much the terms must be scaled down, as a logarithm: mostly 0."""
    largest = (k - 1) * math.log(float(m.max()) + k) - math.lgamma(k)
    if largest < LARGEST:
        return np.zeros(len(m))
    last = special.xlogy(k - 1, (m + k) * q) - math.lgamma(k)
    return np.clip(last - LARGEST, 0, LARGEST)


def departure(
    phases: FloatArray, chances: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols
) -> Way:
    """Return log O, equation (3); `chances` are how often the customer could leave."""
    r, alpha, a, b, *_ = p
    last, now = 1 / (alpha + t_x), 1 / (alpha + T)
    stayed = 1 / (b + np.maximum(chances - 1, 0))
    m, d = r + phases, np.log1p((T - t_x) * last)
    slope = (t_x - T) * now * last
    log = np.where(chances > 0, m * d + np.log(a * stayed), -np.inf)
    curve = {
        (0, 1): slope,
        (1, 1): -m * slope * (last + now),
        (2, 2): np.full(len(m), -1 / a**2),
        (3, 3): stayed**2,
    }
    return Way(log, np.stack((d, m * slope, np.full(len(m), 1 / a), -stayed)), curve)


def sum_of_both(alive: Way, left: Way, n: FloatArray) -> Derivatives:
    """Return log(S + O) of n customers each, with its derivatives."""
    odds = left.log - alive.log
    small = np.exp(-np.abs(odds))
    value = n @ (alive.log + np.maximum(odds, 0) + np.log1p(small))
    rare = small / (1 + small)
    gone = np.where(odds > 0, 1 - rare, rare)
    here = np.where(odds > 0, rare, 1 - rare)
    apart = left.slope - alive.slope
    hessian = (n * gone * here * apart) @ apart.T
    for way, weight in ((alive, n * here), (left, n * gone)):
        for (i, j), second in way.curve.items():
            total = weight @ second
            hessian[i, j] += total
            if i != j:
                hessian[j, i] += total
    gradient = alive.slope @ (n * here) + left.slope @ (n * gone)
    return Derivatives(float(value), gradient, hessian)


def known_intervals(history: Purchases) -> FloatArray | None:
    """Return the sums of log intervals, or None where they are not known.

    Where no customer came back twice, the only interval is the recency.
    """
    if history.log_intervals is not None:
        return history.log_intervals
    if history.frequency.max() > 1:
        return None
    return np.log(np.where(history.frequency > 0, history.recency, 1.0))


def required_intervals(history: Purchases, what: str, otherwise: str = "") -> FloatArray:
    """Return the sums of log intervals, or raise where they are not known."""
    known = known_intervals(history)
    if known is None:
        raise DataError(
            f"{what} needs the intervals between purchases, but the history has no {COLUMN}. "
            f"{HOW_TO_GET} Of simulated histories, those of BGCNBD and MBGCNBD have them. "
            f"{otherwise}".rstrip(),
            column=COLUMN,
        )
    return known


HOW_TO_GET = (
    "Make the history with PurchaseHistory.from_transactions(..., log_intervals=True), or give the "
    "sums as log_intervals= to from_arrays or from_frame."
)
