"""Pareto/NBD: when customers leave without a word, at any time.

While alive, a customer buys at random with a rate λ of their own, and dies (leaves for good) at
random with a rate μ of their own, whether they buy or not. Rates vary over customers as
Gamma(r, α), dropout rates as Gamma(s, β), and the two are independent. So lifetimes have a Pareto
distribution, purchases while alive a negative binomial one, and silence is evidence of death, also
of customers who never came back.

Source: Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will
They Do Next?, *Management Science* 33(1), 1-24; the likelihood as in Fader & Hardie (2005), A Note
on Deriving the Pareto/NBD Model and Related Expressions, brucehardie.com, before the integral is
written as a difference of hypergeometric functions. With m = r + x:

(1) L = Γ(r+x)/Γ(r) α^r β^s [ (α+T)^-m (β+T)^-s + s ∫ (α+τ)^-m (β+τ)^-(s+1) dτ ], from t_x to T
(2) P(alive) = share of the first term in (1)
(3) P(alive at T+u) = P(alive) ((β+T)/(β+T+u))^s
(4) E[purchases, discounted by e^(-δu)] = P(alive) m/(α+T) ∫ e^(-δu) ((β+T)/(β+T+u))^s du
(5) P(X(t) = n) = NBD(n; t) (β/(β+t))^s + ∫ NBD(n; τ) s β^s (β+τ)^-(s+1) dτ, from 0 to t
(6) P(active) = P(alive) m (α+T)^m (β+T)^s ∫ (α+τ)^-(m+1) (β+τ)^-s dτ, from T to T+t

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where customers can leave only when they buy (then BG/NBD).
"""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy import special

from custvalue._base import FloatArray, Frozen, Generator, Positive
from custvalue._lifetime.data import Cells, PurchaseHistory, checked_history
from custvalue._lifetime.fit import REMEDY, Fit, maximum_likelihood
from custvalue._lifetime.pareto_integral import log_odds_left, power_integral
from custvalue._lifetime.pareto_likelihood import LogLikelihood
from custvalue._lifetime.protocols import (
    Horizon,
    ages,
    continuous_rate,
    declared_unit,
    finite_total,
    whole_numbers,
)
from custvalue._lifetime.quadrature import log_concave_integral
from custvalue._lifetime.special import log_rising
from custvalue._lifetime.start import among_repeaters, gamma_rates
from custvalue._lifetime.units import TimeUnit, horizon_in, matching_unit

# 2. Parameters -------------------------------------------------------------------------------


class ParetoNBD(Frozen):
    """The Pareto/NBD model of Schmittlein, Morrison & Colombo (1987).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    s, beta : float
        Shape and rate of the gamma distribution of dropout rates; the mean is s / beta.
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha and 1 / beta. :meth:`fit` sets it; without it the unit of a history
        is trusted.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import ParetoNBD, PurchaseHistory
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
    >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
    >>> model.probability_alive(one).round(3)
    array([0.869])
    >>> model.expected_purchases(one, "39 weeks").round(3)
    array([1.455])
    """

    kind: Literal["Pareto/NBD"] = Field(default="Pareto/NBD", repr=False)
    r: Positive
    alpha: Positive
    s: Positive
    beta: Positive
    unit: TimeUnit | None = None

    # 4. Methods ------------------------------------------------------------------------------

    @classmethod
    def fit(cls, history: PurchaseHistory) -> Fit[ParetoNBD]:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        history : PurchaseHistory
            Of all customers, also those who never came back.

        Returns
        -------
        Fit[ParetoNBD]

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
        >>> truth = lifetime.ParetoNBD(r=1, alpha=5, s=1, beta=20, unit="week")
        >>> fit = lifetime.ParetoNBD.fit(truth.simulate(2_000, age="52 weeks", rng=1))
        >>> fit.converged, truth.s in fit.confidence_interval(0.99)["s"]
        (True, True)
        """
        cells = checked_history(history, "ParetoNBD").cells
        return maximum_likelihood(
            cls,
            cells,
            LogLikelihood,
            starting_points(cells),
            customers=len(history),
            unit=history.unit,
            limit=partial(limit, cells=cells),
        )

    def log_likelihood(self, history: PurchaseHistory) -> FloatArray:
        """Return the log-likelihood of each customer, equation (1).

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.

        Returns
        -------
        ndarray of shape (n,)
        """
        c = self._cells(history)
        return history.per_customer(log_likelihood(c.frequency, c.recency, c.age, **self._symbols))

    def probability_alive(
        self, history: PurchaseHistory, *, at: Horizon | None = None
    ) -> FloatArray:
        """Return the probability that each customer is alive.

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.
        at : str or timedelta, optional
            How far after the end of observation, as in ``"1 year"``, if nothing more is observed;
            without it, at the end.

        Returns
        -------
        ndarray of shape (n,)
            Equation (2), or (3).
        """
        cells = self._cells(history)
        later = 0.0 if at is None else horizon_in(at, history.unit)
        survival = np.exp(-self.s * np.log1p(later / (self.beta + cells.age)))
        return history.per_customer(self._alive(cells) * survival)

    def probability_active(self, history: PurchaseHistory, horizon: Horizon) -> FloatArray:
        """Return the probability that each customer buys at least once within the horizon.

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers.
        horizon : str or timedelta
            How far ahead, as in ``"1 year"``.

        Returns
        -------
        ndarray of shape (n,)
            Equation (6): neither having left nor waiting longer than the horizon.
        """
        cells = self._cells(history)
        until = horizon_in(horizon, history.unit)
        first = first_purchase(cells.frequency, cells.age, until, **self._symbols)
        return history.per_customer(self._alive(cells) * first)

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
            E[Y(t) | x, t_x, T], equation (4) with δ = 0.
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
            How far ahead; None for ever: discounted expected residual transactions (DERT).

        Returns
        -------
        ndarray of shape (n,)
            Equation (4).

        Raises
        ------
        ParameterError
            If the rate is not in [0, 1), or 0 without a horizon.
        """
        cells = self._cells(history)
        rate = continuous_rate(annual_discount_rate, history.unit)
        until = math.inf if horizon is None else horizon_in(horizon, history.unit)
        finite_total(rate, until)
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
            E[X(t)], equation (4) with x = T = δ = 0.

        Raises
        ------
        UnitError
            If the model has no unit.

        Examples
        --------
        >>> from custvalue.lifetime import ParetoNBD
        >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
        >>> round(model.expected_purchases_new_customer("9 weeks"), 3)
        0.391
        """
        until = horizon_in(horizon, declared_unit(self.unit, "ParetoNBD"))
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
            P(X(t) = n), equation (5).

        Raises
        ------
        ParameterError
            If `n` is not a whole number >= 0.
        UnitError
            If the model has no unit.

        Examples
        --------
        >>> from custvalue.lifetime import ParetoNBD
        >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
        >>> model.purchase_count_pmf([0, 1], "39 weeks").round(3)
        array([0.594, 0.166])
        """
        until = horizon_in(horizon, declared_unit(self.unit, "ParetoNBD"))
        return purchase_count_pmf(whole_numbers("n", n), until, **self._symbols)

    # 5. Simulation ---------------------------------------------------------------------------

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
        unit = declared_unit(self.unit, "ParetoNBD")
        T = ages(age, customers, unit)
        random = np.random.default_rng(rng)
        rate = random.gamma(self.r, 1 / self.alpha, customers)
        leaving = np.maximum(random.gamma(self.s, 1 / self.beta, customers), 1e-300)
        seen = np.minimum(random.exponential(size=customers) / leaving, T)
        x = random.poisson(rate * seen)
        last = random.random(customers) ** (1 / np.maximum(x, 1))  # the largest of x places
        recency = np.where(x > 0, seen * last, 0.0)
        return PurchaseHistory.from_arrays(frequency=x, recency=recency, age=T, unit=unit)

    @property
    def _symbols(self) -> dict[str, float]:
        return {"r": self.r, "alpha": self.alpha, "s": self.s, "beta": self.beta}

    def _cells(self, history: PurchaseHistory) -> Cells:
        matching_unit(self.unit, checked_history(history, "ParetoNBD").unit, "ParetoNBD")
        return history.cells

    def _alive(self, cells: Cells) -> FloatArray:
        return probability_alive(cells.frequency, cells.recency, cells.age, **self._symbols)


# 3. Formulas ---------------------------------------------------------------------------------


def log_likelihood(
    x: FloatArray, t_x: FloatArray, T: FloatArray, *, r: float, alpha: float, s: float, beta: float
) -> FloatArray:
    """Equation (1), with the sum in brackets as 1 + odds of having left.

    Where no purchase is nearly certain, the terms cancel: there it is log(1 - P(a purchase)).
    """
    times = -r * np.log1p(T / alpha) - x * np.log(alpha + T) - s * np.log1p(T / beta)
    odds = log_odds_left(x, t_x, T, r=r, alpha=alpha, s=s, beta=beta)
    total: FloatArray = log_rising(r, x).value + times + np.logaddexp(0, odds)
    certain = np.flatnonzero((x == 0) & (total > -0.5))
    new = np.zeros(len(certain))
    buys = first_purchase(new, new, T[certain], r=r, alpha=alpha, s=s, beta=beta)
    total[certain] = np.log1p(-buys)
    return total


def probability_alive(
    x: FloatArray, t_x: FloatArray, T: FloatArray, *, r: float, alpha: float, s: float, beta: float
) -> FloatArray:
    """Equation (2)."""
    return special.expit(-log_odds_left(x, t_x, T, r=r, alpha=alpha, s=s, beta=beta))


def purchases_if_alive(
    x: FloatArray,
    T: FloatArray,
    until: float,
    rate: float,
    *,
    r: float,
    alpha: float,
    s: float,
    beta: float,
) -> FloatArray:
    """Return the (discounted) purchases expected of customers alive at T, equation (4)."""
    each_T, row = np.unique(T, return_inverse=True)
    return (r + x) / (alpha + T) * time_alive(beta + each_T, until, rate, s=s)[row]


def time_alive(b: FloatArray, until: float, rate: float, *, s: float) -> FloatArray:
    """Return ∫ e^(-δu) (b/(b+u))^s du, the (discounted) time that one stays, up to the horizon.

    In v = log(1 + u/b). The closed forms without and with discounting, (1 - (b/(b+t))^(s-1)) /
    (s-1) and Tricomi's U, are singular or cancel where s is near 1; these do not.
    """
    if until == 0:
        return np.zeros(b.shape)
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


def first_purchase(
    x: FloatArray,
    T: FloatArray,
    until: float | FloatArray,
    *,
    r: float,
    alpha: float,
    s: float,
    beta: float,
) -> FloatArray:
    """Return P(a purchase before death and horizon | alive at T), in equation (6)."""
    m = r + x
    return m / (alpha + T) * power_integral(T, T + until, m + 1, s, alpha=alpha, beta=beta)


def purchase_count_pmf(
    n: FloatArray, t: float, *, r: float, alpha: float, s: float, beta: float
) -> FloatArray:
    """Equation (5); the integral over y = log τ."""
    if t == 0:
        return np.where(n == 0, 1.0, 0.0)
    flat = n.ravel()
    count = flat[:, None]
    # Left of both log(α) and log(β) the integrand falls at least so fast.
    knee = min(math.log(alpha), math.log(beta), math.log(t))
    low = knee - (DEPTH + (r + flat + s + 1) * math.log(2)) / (flat + 1)

    def log_f(y: FloatArray) -> FloatArray:
        away_alpha, away_beta = np.log1p(alpha * np.exp(-y)), np.log1p(beta * np.exp(-y))
        of_alpha, of_beta = np.log1p(np.exp(y) / alpha), np.log1p(np.exp(y) / beta)
        return -count * away_alpha - r * of_alpha - away_beta - s * of_beta

    def slope(y: FloatArray) -> FloatArray:
        near_alpha, near_beta = alpha / (alpha + np.exp(y)), beta / (beta + np.exp(y))
        return count * near_alpha - r * (1 - near_alpha) + near_beta - s * (1 - near_beta)

    left = math.log(s) + log_concave_integral(log_f, slope, low, np.full(len(flat), math.log(t)))
    stayed = -flat * np.log1p(alpha / t) - r * math.log1p(t / alpha) - s * math.log1p(t / beta)
    ways = log_rising(r, flat).value - special.gammaln(flat + 1)
    probability: FloatArray = np.exp(ways + np.logaddexp(stayed, left))
    return probability.reshape(n.shape)


DEPTH = 45.0  # more than what log_concave_integral looks at


def starting_points(cells: Cells) -> list[dict[str, float]]:
    """Take rates from moments; customers leave in their own time, or many of them at once.

    Where those who do not come back leave at once and the others stay, the likelihood has a second
    top, at which nobody leaves.
    """
    rates = gamma_rates(cells, "ParetoNBD", ("r", "alpha", "s", "beta"))
    mean_age = float(cells.count @ cells.age / cells.count.sum())
    return [
        {**rates, "s": 1.0, "beta": mean_age},
        {**among_repeaters(cells), "s": 0.1, "beta": 1e-3 * mean_age},
    ]


def limit(model: ParetoNBD, cells: Cells) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    likelihood = LogLikelihood(cells)
    fitted = likelihood(np.array([model.r, model.alpha, model.s, model.beta])).value
    forever = likelihood(np.array([model.r, model.alpha, 1e-12, cells.age.max()])).value
    if fitted - forever < NOTHING_GAINED:
        return (
            f"It is the limit of no dropout (s to 0), to which the log-likelihood falls by "
            f"{max(fitted - forever, 0):.1f} only. Use NBD, which is this limit."
        )
    dropout, purchase = model.s / model.beta, model.r / model.alpha
    if min(model.s, model.r) > LARGE**2:
        return (
            f"It is the limit of one dropout rate and one purchase rate for all customers (all "
            f"parameters to infinity), s / beta = {dropout:.4g} and r / alpha = {purchase:.4g}. "
            f"These two rates are all there is to know; predictions can be used."
        )
    if model.s > LARGE:
        return (
            f"It is the limit of one dropout rate for all customers (s and beta to infinity), "
            f"s / beta = {dropout:.4g}. This limit, exponential lifetimes, has three "
            f"parameters: r, alpha and that rate; predictions can be used, s and beta themselves "
            f"mean nothing. Where customers leave when they buy, BGNBD may tell more."
        )
    if model.r > LARGE:
        return (
            f"It is the limit of one purchase rate for all customers (r and alpha to infinity), "
            f"r / alpha = {purchase:.4g}. This limit, Poisson purchases, has three "
            f"parameters: that rate, s and beta; predictions can be used, r and alpha themselves "
            f"mean nothing."
        )
    if model.s < 1 / LARGE:
        return (
            "It is the limit of customers who leave at once or never (s and beta to 0). "
            "Predictions can be used; s and beta themselves mean nothing. Where customers leave "
            "when they buy, BGNBD may tell more."
        )
    return REMEDY


LARGE = 20.0  # a shape from which on a gamma distribution is nearly one value
NOTHING_GAINED = 2.0  # by Akaike's criterion, two parameters must gain more
