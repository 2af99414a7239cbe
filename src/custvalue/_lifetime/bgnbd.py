"""BG/NBD: when customers leave without a word, after one purchase or another.

While alive, a customer buys at random with a rate λ of their own. After each repeat purchase the
customer leaves for good with a probability p of their own. Rates vary over customers as
Gamma(r, α), probabilities as Beta(a, b), and the two are independent. So silence is evidence: the
longer it lasts, measured by the customer's own rhythm, the likelier the customer has left.

Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, *Marketing Science*
24(2), 275-284; equation numbers are of that paper, P(alive) is from their note 21 (2008).

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where it matters who leaves right after the first purchase: in this model nobody does,
and P(alive) of a customer without a repeat purchase is 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy import special

from custvalue._base import FloatArray, Frozen, Generator, Positive
from custvalue._lifetime.data import Cells, PurchaseHistory, checked_history
from custvalue._lifetime.fit import Derivatives, Fit, maximum_likelihood
from custvalue._lifetime.protocols import (
    Horizon,
    ages,
    continuous_rate,
    declared_unit,
    whole_numbers,
)
from custvalue._lifetime.quadrature import beta_mean, from_few_ages, legendre
from custvalue._lifetime.special import log_rising
from custvalue._lifetime.units import TimeUnit, horizon_in, matching_unit
from custvalue.errors import EstimationError, ParameterError

# --- parameters -----------------------------------------------------------------------------


class BGNBD(Frozen):
    """The BG/NBD model of Fader, Hardie & Lee (2005).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    a, b : float
        Parameters of the beta distribution of the probability to leave after a repeat purchase;
        its mean is a / (a + b).
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha. :meth:`fit` sets it; without it the unit of a history is trusted.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import BGNBD, PurchaseHistory
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
    >>> model.probability_alive(one).round(3)
    array([0.727])
    >>> model.expected_purchases(one, "39 weeks").round(3)
    array([1.226])
    """

    kind: Literal["BG/NBD"] = Field(default="BG/NBD", repr=False)
    r: Positive
    alpha: Positive
    a: Positive
    b: Positive
    unit: TimeUnit | None = None

    # --- methods ----------------------------------------------------------------------------

    @classmethod
    def fit(cls, history: PurchaseHistory) -> Fit[BGNBD]:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        history : PurchaseHistory
            Of all customers, also those who never came back.

        Returns
        -------
        Fit[BGNBD]

        Raises
        ------
        EstimationError
            If nobody came back, or there is one customer only.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
        >>> history = truth.simulate(2_000, age="52 weeks", rng=1)
        >>> fit = lifetime.BGNBD.fit(history)
        >>> fit.converged, truth.r in fit.confidence_interval(0.99)["r"]
        (True, True)
        """
        cells = checked_history(history, "BGNBD").cells
        return maximum_likelihood(
            cls,
            cells,
            LogLikelihood,
            starting_point(cells),
            customers=len(history),
            unit=history.unit,
        )

    def log_likelihood(self, history: PurchaseHistory) -> FloatArray:
        """Return the log-likelihood of each customer, equation (6).

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.

        Returns
        -------
        ndarray of shape (n,)
        """
        cells = self._cells(history)
        each = log_likelihood(cells.frequency, cells.recency, cells.age, **self._symbols)
        return history.per_customer(each)

    def probability_alive(self, history: PurchaseHistory) -> FloatArray:
        """Return the probability that each customer is alive at the end of observation.

        For a customer without a repeat purchase it is 1 by the definition of the model: one can
        leave only after a repeat purchase.

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.

        Returns
        -------
        ndarray of shape (n,)
        """
        return history.per_customer(self._alive(self._cells(history)))

    def expected_purchases(self, history: PurchaseHistory, horizon: Horizon) -> FloatArray:
        """Return the purchases expected of each customer after the end of observation.

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.
        horizon : str or timedelta
            How far ahead, as in ``"1 year"``.

        Returns
        -------
        ndarray of shape (n,)
            E[Y(t) | x, t_x, T], equation (10).
        """
        return self.discounted_expected_purchases(history, annual_discount_rate=0, horizon=horizon)

    def discounted_expected_purchases(
        self,
        history: PurchaseHistory,
        *,
        annual_discount_rate: float,
        horizon: Horizon | None,
    ) -> FloatArray:
        """Return the same, each purchase discounted from its time to the end of observation.

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year; discounting is continuous with δ = ln(1.10) a year.
        horizon : str, timedelta or None
            How far ahead; None for ever.

        Returns
        -------
        ndarray of shape (n,)
            ∫ e^(-δu) dE[Y(u) | x, t_x, T] from 0 to the horizon.

        Raises
        ------
        ParameterError
            If the rate is not in [0, 1), or 0 without a horizon.
        """
        cells = self._cells(history)
        rate = continuous_rate(annual_discount_rate, history.unit)
        until = math.inf if horizon is None else horizon_in(horizon, history.unit)
        if rate == 0 and until == math.inf:
            raise ParameterError(
                "annual_discount_rate must be > 0 where horizon=None, because without discounting "
                "the purchases of all future time may have no finite sum. Give a rate or a horizon."
            )
        ahead = purchases_if_alive(cells.frequency, cells.age, until, rate, **self._symbols)
        return history.per_customer(self._alive(cells) * ahead)

    def expected_purchases_new_customer(self, horizon: Horizon) -> float:
        """Return the repeat purchases expected of a customer about whom nothing is known yet.

        The first purchase, which makes the customer one, is not counted.

        Parameters
        ----------
        horizon : str or timedelta
            Time since the first purchase.

        Returns
        -------
        float
            E[X(t)], equation (9).

        Raises
        ------
        UnitError
            If the model has no unit.

        Examples
        --------
        >>> from custvalue.lifetime import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
        >>> round(model.expected_purchases_new_customer("78 weeks"), 3)
        1.861
        """
        until = horizon_in(horizon, declared_unit(self.unit, "BGNBD"))
        new = np.zeros(1)
        return float(purchases_if_alive(new, new, until, 0.0, **self._symbols)[0])

    def purchase_count_pmf(self, n: npt.ArrayLike, horizon: Horizon) -> FloatArray:
        """Return the probability of n repeat purchases of a new customer within the horizon.

        Parameters
        ----------
        n : array_like of int
            Whole numbers >= 0. The first purchase is not counted.
        horizon : str or timedelta
            Time since the first purchase.

        Returns
        -------
        ndarray, shape of `n`
            P(X(t) = n), equation (8).

        Raises
        ------
        ParameterError
            If `n` is not a whole number >= 0.
        UnitError
            If the model has no unit.

        Examples
        --------
        >>> from custvalue.lifetime import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
        >>> model.purchase_count_pmf([0, 1], "39 weeks").round(3)
        array([0.574, 0.199])
        """
        until = horizon_in(horizon, declared_unit(self.unit, "BGNBD"))
        return purchase_count_pmf(whole_numbers("n", n), until, **self._symbols)

    # --- simulation -------------------------------------------------------------------------

    def simulate(
        self, customers: int, *, age: Horizon | npt.ArrayLike, rng: Generator = None
    ) -> PurchaseHistory:
        """Make up customers whose purchases follow this model.

        Parameters
        ----------
        customers : int
            How many.
        age : str, timedelta or array_like of shape (customers,)
            How long each has been observed since the first purchase; an array is in the unit of
            the model.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Returns
        -------
        PurchaseHistory
            Times are continuous, not rounded to days.

        Raises
        ------
        UnitError
            If the model has no unit.
        """
        unit = declared_unit(self.unit, "BGNBD")
        T = ages(age, customers, unit)
        random = np.random.default_rng(rng)
        rate = random.gamma(self.r, 1 / self.alpha, customers)
        leaving = random.beta(self.a, self.b, customers)
        x, t_x = np.zeros(customers), np.zeros(customers)
        here = np.flatnonzero(rate > 1e-300)
        while here.size:
            at = t_x[here] + random.exponential(1 / rate[here])
            here, at = here[at <= T[here]], at[at <= T[here]]
            x[here] += 1
            t_x[here] = at
            here = here[random.random(here.size) >= leaving[here]]
        return PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit=unit)

    @property
    def _symbols(self) -> dict[str, float]:
        return {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}

    def _cells(self, history: PurchaseHistory) -> Cells:
        matching_unit(self.unit, checked_history(history, "BGNBD").unit, "BGNBD")
        return history.cells

    def _alive(self, cells: Cells) -> FloatArray:
        return probability_alive(cells.frequency, cells.recency, cells.age, **self._symbols)


# --- formulas -------------------------------------------------------------------------------


def log_odds_left(
    x: FloatArray, t_x: FloatArray, T: FloatArray, *, r: float, alpha: float, a: float, b: float
) -> FloatArray:
    """Return log P(left) / P(alive); -inf where x = 0."""
    silence = (r + x) * np.log1p((T - t_x) / (alpha + t_x))
    return np.where(x > 0, math.log(a) - np.log(b + np.maximum(x - 1, 0)) + silence, -np.inf)


def log_likelihood(
    x: FloatArray, t_x: FloatArray, T: FloatArray, *, r: float, alpha: float, a: float, b: float
) -> FloatArray:
    """Equation (6), with the sum in braces as 1 + odds of having left."""
    counts = log_rising(r, x).value + log_rising(b, x).value - log_rising(a + b, x).value
    times = -r * np.log1p(T / alpha) - x * np.log(alpha + T)
    odds = log_odds_left(x, t_x, T, r=r, alpha=alpha, a=a, b=b)
    return counts + times + np.logaddexp(0, odds)


def probability_alive(
    x: FloatArray, t_x: FloatArray, T: FloatArray, *, r: float, alpha: float, a: float, b: float
) -> FloatArray:
    """Fader, Hardie & Lee (2008), *Computing P(alive) Using the BG/NBD Model*."""
    return special.expit(-log_odds_left(x, t_x, T, r=r, alpha=alpha, a=a, b=b))


def purchases_if_alive(
    x: FloatArray,
    T: FloatArray,
    until: float,
    rate: float,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> FloatArray:
    """Return the (discounted) purchases expected of customers alive at T.

    Given alive, λ ~ Gamma(r + x, α + T) and p ~ Beta(a, b + x). The closed form of equation (10)
    cancels, is 0/0 at a = 1 and overflows for frequent buyers; the mean over p does not.
    With x = T = 0 it is equation (9).
    """
    if until == 0:
        return np.zeros(x.shape)

    def at(x: FloatArray, age: FloatArray) -> FloatArray:
        m, tau, fall = r + x, until / age, rate * age
        effective = np.minimum(tau, DARK / fall) if rate > 0 else tau

        def kernel(p: FloatArray, rows: slice) -> FloatArray:
            return given_p(p, m[rows, None], tau[rows, None], fall[rows, None])

        return beta_mean(kernel, a, b + x, (m + 1) * effective)

    return from_few_ages(at, x, alpha + T)


def given_p(p: FloatArray, m: FloatArray, tau: FloatArray, fall: FloatArray) -> FloatArray:
    """Return the mean over λ of ∫ λ exp(-λpu - δu) du: the purchases of customers who leave with p.

    With (1 + pu)^-m = e^-y the integral is ∫ exp(-y - (fall / p) (e^(y/m) - 1)) dy / p, which is
    cut where it has fallen by e^-40. Panels of 3 in y/m hold both exponentials; the deeper the
    fall, the more nodes.
    """
    end = m * np.log1p(p * tau)
    if not fall.any():
        return -np.expm1(-end) / p
    steep = fall / p
    end = np.minimum(end, np.minimum(DARK / (1 + steep / m), m * np.log1p(DARK / steep)))
    panels = math.ceil(float((end / m).max()) / 3)
    depth = float((end + steep * np.expm1(end / m)).max())
    nodes, weights = legendre(min(24, 8 + math.ceil(0.75 * depth)))
    total = np.zeros(p.shape)
    for panel in range(panels):
        for node, weight in zip(nodes, weights, strict=True):
            y = end * ((panel + node) / panels)
            total += weight * np.exp(-y - steep * np.expm1(y / m))
    return total * end / (panels * p)


DARK = 40.0  # e^-40: nothing is seen beyond it


def purchase_count_pmf(
    n: FloatArray, t: float, *, r: float, alpha: float, a: float, b: float
) -> FloatArray:
    """Equation (8); the sum in its second term is a regularised incomplete beta function."""
    share = t / (alpha + t)
    before, after = np.maximum(n - 1, 0), log_rising(a + b, n).value
    nbd = log_rising(r, n).value - special.gammaln(n + 1) - r * math.log1p(t / alpha)
    stayed = np.exp(log_rising(b, n).value - after + nbd + special.xlogy(n, share))
    left = a * np.exp(log_rising(b, before).value - after)
    at_least_n = special.betainc(np.maximum(n, 1), r, share)
    return stayed + np.where(n > 0, left * at_least_n, 0.0)


class LogLikelihood:
    """Equation (6) summed over cells, with exact gradient and Hessian in (r, α, a, b).

    Parameters
    ----------
    cells : Cells
        In ascending order of frequency.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.x, starts = np.unique(cells.frequency, return_index=True)
        self.customers = np.add.reduceat(cells.count, starts)
        self.repeaters = int(np.searchsorted(cells.frequency, 1))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = parameters.tolist()
        parts = [counts(self.x, self.customers, r=r, a=a, b=b)]
        for x, _, T, n in self._blocks(0):
            parts.append(exposure(x, T, n, r=r, alpha=alpha))
        for x, t_x, T, n in self._blocks(self.repeaters):
            parts.append(departure(x, t_x, T, n, r=r, alpha=alpha, a=a, b=b))
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


def counts(x: FloatArray, n: FloatArray, *, r: float, a: float, b: float) -> Derivatives:
    """Return log of Γ(r+x)/Γ(r) B(a, b+x)/B(a, b), for n customers each."""
    of_r, of_b, of_ab = (log_rising(c, x) for c in (r, b, a + b))
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
    t_x: FloatArray,
    T: FloatArray,
    n: FloatArray,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> Derivatives:
    """Return log of 1 + odds of having left after the last purchase, for x > 0."""
    last, now, beta = 1 / (alpha + t_x), 1 / (alpha + T), 1 / (b + (x - 1))
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


def starting_point(cells: Cells) -> dict[str, float]:
    """Take rate and variation from the moments of an NBD, with a quarter leaving each time."""
    n, x, T = cells.count, cells.frequency, cells.age
    if n.sum() < 2:
        raise EstimationError(
            "BGNBD.fit needs at least 2 customers, but the history has 1. For one customer, "
            "predict with known parameters: BGNBD(r=..., alpha=..., a=..., b=...)."
        )
    if not x.any():
        raise EstimationError(
            f"BGNBD.fit needs repeat purchases, but none of the {n.sum():,.0f} customers came back "
            f"(frequency is 0 everywhere). Observe for longer; frequency counts repeat purchases, "
            f"not all purchases."
        )
    rate = float(n @ x / (n @ T))
    excess = float(n @ (x - rate * T) ** 2 - n @ x)
    r = min(max(rate**2 * float(n @ T**2) / max(excess, 1e-300), 0.05), 20.0)
    return {"r": r, "alpha": r / rate, "a": 1.0, "b": 3.0}
