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
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._lifetime.dropout_likelihood import Parameters, counts, exposure
from custvalue._lifetime.fit import Derivatives
from custvalue._lifetime.gamma_functions import log_rising
from custvalue._lifetime.history import Cells, PurchaseHistory
from custvalue._lifetime.intervals import COLUMN
from custvalue._lifetime.limits import LARGE, or_no_dropout
from custvalue._lifetime.moments import among_repeaters, gamma_rates
from custvalue._rows import FloatArray
from custvalue.errors import DataError

BLOCK = 8192
LARGEST = 600.0  # a logarithm from which on powers leave the doubles


def log_phases(
    x: FloatArray, t_x: FloatArray, T: FloatArray, *, k: int, r: float, alpha: float
) -> FloatArray:
    """Return the logarithms of the terms in equation (2), shape (cells, k).

    Parameters
    ----------
    x, t_x, T : ndarray of shape (cells,)
        The data.
    k : int
        Phases of an interval.
    r, alpha : float
        Parameters.
    """
    j = np.arange(k)
    m = (r + k * x)[:, None]
    ways = np.zeros((len(x), k))
    ways[:, 1:] = np.cumsum(np.log((m + j[:-1]) / j[1:]), axis=1)
    return ways + special.xlogy(j, ((T - t_x) / (alpha + T))[:, None])


def log_odds_left(
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    *,
    k: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first: int,
) -> FloatArray:
    """Return log O / S, -inf where there was no chance to leave.

    Parameters
    ----------
    x, t_x, T, k, r, alpha
        As in :func:`log_phases`.
    a, b : float
        Parameters.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    """
    chances = x + first
    silence = (r + k * x) * np.log1p((T - t_x) / (alpha + t_x))
    alive = special.logsumexp(log_phases(x, t_x, T, k=k, r=r, alpha=alpha), axis=1)
    odds = math.log(a) - np.log(b + np.maximum(chances - 1, 0)) + silence - alive
    return np.where(chances > 0, odds, -np.inf)


def log_likelihood(
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    *,
    k: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first: int,
) -> FloatArray:
    """Return equation (1) without the lengths of the intervals, but with Γ(k).

    Where no purchase is nearly certain, the terms cancel: there it is log(1 - P(a purchase)).

    Parameters
    ----------
    x, t_x, T, k, r, alpha, a, b, first
        As in :func:`log_odds_left`.
    """
    chances = x + first
    counted = log_rising(r, k * x).value + log_rising(b, chances).value
    counted = counted - log_rising(a + b, chances).value - x * math.lgamma(k)
    times = -r * np.log1p(T / alpha) - k * x * np.log(alpha + T)
    alive = special.logsumexp(log_phases(x, t_x, T, k=k, r=r, alpha=alpha), axis=1)
    odds = log_odds_left(x, t_x, T, k=k, r=r, alpha=alpha, a=a, b=b, first=first)
    total: FloatArray = counted + times + alive + np.logaddexp(0, odds)
    certain = np.flatnonzero((x == 0) & (total > -0.5))
    buys = special.betainc(k, r, T[certain] / (alpha + T[certain]))
    total[certain] = np.log1p(-buys * (b / (a + b) if first else 1.0))
    return total


class LogLikelihood:
    """Equation (1) over cells, without the intervals, with gradient and Hessian in (r, α, a, b).

    Parameters
    ----------
    cells : Cells
        In ascending order of frequency.
    k : int
        Phases of an interval.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    """

    def __init__(self, cells: Cells, *, k: int, first: int) -> None:
        self.cells, self.k, self.first = cells, k, first
        self.x, starts = np.unique(cells.frequency, return_index=True)
        self.customers = np.add.reduceat(cells.count, starts)
        self.constant = -math.lgamma(k) * float(self.customers @ self.x)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = parameters.tolist()
        phases = self.k * self.x
        parts = [counts(phases, self.x + self.first, self.customers, r=r, a=a, b=b)]
        for x, t_x, T, n in self._blocks():
            parts.append(exposure(self.k * x, T, n, r=r, alpha=alpha))
            alive = silence(self.k * x, t_x, T, k=self.k, r=r, alpha=alpha)
            chances = x + self.first
            left = departure(self.k * x, chances, t_x, T, r=r, alpha=alpha, a=a, b=b)
            parts.append(sum_of_both(alive, left, n))
        total = Derivatives.total(parts)
        return total._replace(value=total.value + self.constant)

    def _blocks(self) -> Iterator[tuple[FloatArray, FloatArray, FloatArray, FloatArray]]:
        """Cut the cells in pieces that stay in the processor's cache."""
        c = self.cells
        for first in range(0, len(c), BLOCK):
            rows = slice(first, first + BLOCK)
            yield c.frequency[rows], c.recency[rows], c.age[rows], c.count[rows]


class Way(NamedTuple):
    """One way in which a silence may have come about: log of its term, and the derivatives."""

    log: FloatArray  # (n,)
    slope: FloatArray  # in r, α, a, b: (4, n)
    curve: dict[tuple[int, int], FloatArray]  # second derivatives that are not 0


def silence(
    phases: FloatArray, t_x: FloatArray, T: FloatArray, *, k: int, r: float, alpha: float
) -> Way:
    """Return log S, equation (2): means over the phases j with the weights of the terms.

    Parameters
    ----------
    phases : ndarray of shape (n,)
        kx, passed up to the last purchase.
    t_x, T : ndarray of shape (n,)
        The data.
    k : int
        Phases of an interval.
    r, alpha : float
        Parameters.
    """
    inverse = 1 / (alpha + T)
    q, m = (T - t_x) * inverse, r + phases
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
    phases: FloatArray,
    chances: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> Way:
    """Return log O, equation (3).

    Parameters
    ----------
    phases : ndarray of shape (n,)
        kx, passed up to the last purchase.
    chances : ndarray of shape (n,)
        How often the customer could leave.
    t_x, T : ndarray of shape (n,)
        The data.
    r, alpha, a, b : float
        Parameters.
    """
    last, now = 1 / (alpha + t_x), 1 / (alpha + T)
    stayed = 1 / (b + np.maximum(chances - 1, 0))
    m, d = r + phases, np.log((alpha + T) * last)
    slope = now - last
    log = np.where(chances > 0, m * d + np.log(a * stayed), -np.inf)
    curve = {
        (0, 1): slope,
        (1, 1): -m * slope * (last + now),
        (2, 2): np.full(len(m), -1 / a**2),
        (3, 3): stayed**2,
    }
    return Way(log, np.stack((d, m * slope, np.full(len(m), 1 / a), -stayed)), curve)


def sum_of_both(alive: Way, left: Way, n: FloatArray) -> Derivatives:
    """Return log(S + O) of n customers each, with its derivatives.

    Parameters
    ----------
    alive, left : Way
        log S and log O.
    n : ndarray of shape (n,)
        Customers.
    """
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


def starting_points(cells: Cells, model: str, *, k: int) -> list[dict[str, float]]:
    """Take rates from moments; a quarter leaves each time, or some leave at once and others never.

    Parameters
    ----------
    cells : Cells
        The data.
    model : str
        Name of the model, for the errors.
    k : int
        Phases of an interval: they pass k times as fast as purchases come.

    Raises
    ------
    EstimationError
        If nobody came back, or there is one customer only.
    """
    rates = gamma_rates(cells, model, ("k", "r", "alpha", "a", "b"))
    of_repeaters = among_repeaters(cells)
    rates["alpha"] /= k
    of_repeaters["alpha"] /= k
    return [
        {**rates, "a": 1.0, "b": 3.0},
        {**of_repeaters, "a": 0.1, "b": 0.1},
        {**of_repeaters, "a": 1.0, "b": 1.0},
    ]


def limit(model: Parameters, cells: Cells, *, k: int, first: int) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart.

    Parameters
    ----------
    model : Parameters
        With the estimates r, alpha, a and b.
    cells : Cells
        The data.
    k, first : int
        As in :class:`LogLikelihood`.
    """
    likelihood = LogLikelihood(cells, k=k, first=first)
    fitted = likelihood(np.array([model.r, model.alpha, model.a, model.b])).value
    forever = likelihood(np.array([model.r, model.alpha, 1e-12, 1.0])).value
    leaving = model.a / (model.a + model.b)
    return or_no_dropout(
        place(model, leaving, k), parameter="a", leaves=leaving, fall=fitted - forever, k=k
    )


def place(model: Parameters, leaving: float, k: int) -> str:
    """Say at which limit the parameters are; nothing where they are at none."""
    if model.a + model.b > LARGE:
        return (
            f"It is the limit of one dropout probability for all customers (a and b to infinity), "
            f"a / (a + b) = {leaving:.4g}. This limit has three parameters: "
            f"r, alpha and that probability; predictions can be used, a and b themselves mean "
            f"nothing."
        )
    if model.r > LARGE:
        return (
            f"It is the limit of one purchase rate for all customers (r and alpha to infinity), "
            f"r / (k alpha) = {model.r / (k * model.alpha):.4g}. This limit has three parameters: "
            f"that rate, a and b; predictions can be used, r and alpha themselves mean nothing."
        )
    if max(model.a, model.b) < 1 / LARGE:
        return (
            "It is the limit of customers who leave at the first chance or never (a and b to 0). "
            "Predictions can be used; a and b themselves mean nothing."
        )
    return ""


def known_intervals(history: PurchaseHistory) -> FloatArray | None:
    """Return the sums of log intervals, or None where they are not known.

    Parameters
    ----------
    history : PurchaseHistory
        Where nobody came back twice, the only interval is the recency.

    Returns
    -------
    ndarray of shape (n,) or None
    """
    if history.log_intervals is not None:
        return history.log_intervals
    if history.frequency.max() > 1:
        return None
    return np.log(np.where(history.frequency > 0, history.recency, 1.0))


def required_intervals(history: PurchaseHistory, what: str, otherwise: str = "") -> FloatArray:
    """Return the sums of log intervals.

    Parameters
    ----------
    history : PurchaseHistory
        Of customers.
    what : str
        What needs them, for the error.
    otherwise : str
        Another way out, for the error.

    Raises
    ------
    DataError
        Where they are not known.
    """
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
