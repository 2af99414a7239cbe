"""The log-likelihood of models in which customers leave at a purchase, summed over cells.

With the chances to leave that a customer has had, c = x repeat purchases in BG/NBD and c = x + 1
purchases in MBG/NBD:

(1) L = Γ(r+x)/Γ(r) B(a, b+c)/B(a, b) α^r (α+T)^-(r+x) (1 + odds)
(2) odds of having left = a/(b+c-1) ((α+T)/(α+t_x))^(r+x) where c > 0, else 0
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from custvalue._lifetime.fit import Derivatives
from custvalue._lifetime.gamma_functions import log_rising
from custvalue._lifetime.history import Cells
from custvalue._lifetime.limits import LARGE, or_no_dropout
from custvalue._lifetime.moments import among_repeaters, gamma_rates
from custvalue._rows import FloatArray


def log_likelihood(
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first: int,
) -> FloatArray:
    """Return equation (1) of each cell.

    Parameters
    ----------
    x, t_x, T : ndarray of shape (cells,)
        The data.
    r, alpha, a, b : float
        The parameters.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    """
    chances = x + first
    counts = log_rising(r, x).value + log_rising(b, chances).value
    counts = counts - log_rising(a + b, chances).value
    times = -r * np.log1p(T / alpha) - x * np.log(alpha + T)
    odds = log_odds_left(x, t_x, T, r=r, alpha=alpha, a=a, b=b, first=first)
    return counts + times + np.logaddexp(0, odds)


def log_odds_left(
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first: int,
) -> FloatArray:
    """Return the logarithm of equation (2), -inf where there was no chance to leave.

    Parameters
    ----------
    x, t_x, T, r, alpha, a, b, first
        As in :func:`log_likelihood`.
    """
    silence = (r + x) * np.log1p((T - t_x) / (alpha + t_x))
    chances = x + first
    odds = math.log(a) - np.log(b + np.maximum(chances - 1, 0)) + silence
    return np.where(chances > 0, odds, -np.inf)


class LogLikelihood:
    """Equation (1) summed over cells, with exact gradient and Hessian in (r, α, a, b).

    Parameters
    ----------
    cells : Cells
        In ascending order of frequency.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    """

    def __init__(self, cells: Cells, *, first: int) -> None:
        self.cells, self.first = cells, first
        self.x, starts = np.unique(cells.frequency, return_index=True)
        self.customers = np.add.reduceat(cells.count, starts)
        self.leavers = 0 if first else int(np.searchsorted(cells.frequency, 1))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = parameters.tolist()
        parts = [counts(self.x, self.x + self.first, self.customers, r=r, a=a, b=b)]
        for x, _, T, n in self._blocks(0):
            parts.append(exposure(x, T, n, r=r, alpha=alpha))
        for x, t_x, T, n in self._blocks(self.leavers):
            parts.append(departure(x, x + self.first, t_x, T, n, r=r, alpha=alpha, a=a, b=b))
        return Derivatives.total(parts)

    def _blocks(
        self, begin: int
    ) -> Iterator[tuple[FloatArray, FloatArray, FloatArray, FloatArray]]:
        """Cut the cells in pieces that stay in the processor's cache."""
        c = self.cells
        for first in range(begin, len(c), BLOCK):
            rows = slice(first, first + BLOCK)
            yield c.frequency[rows], c.recency[rows], c.age[rows], c.count[rows]


BLOCK = 8192


def counts(
    x: FloatArray, chances: FloatArray, n: FloatArray, *, r: float, a: float, b: float
) -> Derivatives:
    """Return log of Γ(r+x)/Γ(r) B(a, b+c)/B(a, b), for n customers each."""
    of_r, of_b, of_ab = log_rising(r, x), log_rising(b, chances), log_rising(a + b, chances)
    value = n @ (of_r.value + of_b.value - of_ab.value)
    in_r, in_b, in_ab = n @ of_r.first, n @ of_b.first, n @ of_ab.first
    hessian = np.zeros((4, 4))
    hessian[0, 0] = n @ of_r.second
    hessian[2:, 2:] = -(n @ of_ab.second)
    hessian[3, 3] += n @ of_b.second
    return Derivatives(float(value), np.array([in_r, 0, -in_ab, in_b - in_ab]), hessian)


def exposure(x: FloatArray, T: FloatArray, n: FloatArray, *, r: float, alpha: float) -> Derivatives:
    """Return log of α^r (α+T)^-(r+x): x purchases in T without leaving."""
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
    x: FloatArray,
    chances: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    n: FloatArray,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> Derivatives:
    """Return log of 1 + odds of having left at the last purchase, of c > 0 at which one could."""
    last, now, beta = 1 / (alpha + t_x), 1 / (alpha + T), 1 / (b + (chances - 1))
    d = np.log((alpha + T) * last)
    slope = now - last
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


def starting_points(cells: Cells, model: str) -> list[dict[str, float]]:
    """Take rates from moments; a quarter leaves each time, or some leave at once and others never.

    The likelihood can have two tops: where some leave at once, there is another at which nobody
    leaves. Between them, one start is not enough with some dozens of customers.

    Parameters
    ----------
    cells : Cells
        The data.
    model : str
        Name of the model, for the errors.

    Raises
    ------
    EstimationError
        If nobody came back, or there is one customer only.
    """
    rates = gamma_rates(cells, model, ("r", "alpha", "a", "b"))
    of_repeaters = among_repeaters(cells)
    return [
        {**rates, "a": 1.0, "b": 3.0},
        {**of_repeaters, "a": 0.1, "b": 0.1},
        {**of_repeaters, "a": 1.0, "b": 1.0},
    ]


def limit(model: Parameters, cells: Cells, *, first: int) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart.

    Parameters
    ----------
    model : Parameters
        With the estimates r, alpha, a and b.
    cells : Cells
        The data.
    first : {0, 1}
        As in :class:`LogLikelihood`.
    """
    likelihood = LogLikelihood(cells, first=first)
    fitted = likelihood(np.array([model.r, model.alpha, model.a, model.b])).value
    forever = likelihood(np.array([model.r, model.alpha, 1e-12, 1.0])).value
    leaving = model.a / (model.a + model.b)
    return or_no_dropout(
        place(model, leaving), parameter="a", leaves=leaving, fall=fitted - forever
    )


def place(model: Parameters, leaving: float) -> str:
    """Say at which limit the parameters are; nothing where they are at none."""
    if model.a + model.b > LARGE:
        return (
            f"It is the limit of one dropout probability for all customers (a and b to infinity), "
            f"a / (a + b) = {leaving:.4g}. This limit has three parameters: r, alpha and that "
            f"probability; predictions can be used, a and b themselves mean nothing. Where "
            f"customers can leave at any time, ParetoNBD may tell more."
        )
    if model.r > LARGE:
        return (
            f"It is the limit of one purchase rate for all customers (r and alpha to infinity), "
            f"r / alpha = {model.r / model.alpha:.4g}. This limit, Poisson purchases, has three "
            f"parameters: that rate, a and b; predictions can be used, r and alpha themselves "
            f"mean nothing."
        )
    if max(model.a, model.b) < 1 / LARGE:
        return (
            "It is the limit of customers who leave at the first chance or never (a and b to 0). "
            "Predictions can be used; a and b themselves mean nothing. Where customers can leave "
            "at any time, ParetoNBD may tell more."
        )
    return ""


class Parameters(Protocol):
    """Parameters of a model in which customers leave at a purchase."""

    @property
    def r(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...
