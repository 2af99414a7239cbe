"""Shifted beta-geometric (sBG): how long customers renew a contract.

At the end of each period a customer leaves with a probability θ of their own, or renews. The
probabilities vary over customers as Beta(α, β) and stay as they are for each of them. So those who
leave easily leave first, and the retention rate of a cohort rises from renewal to renewal although
nobody changes. A single retention rate, kept constant, undervalues every cohort that has aged.

Source: Fader & Hardie (2007), How to Project Customer Retention, *Journal of Interactive Marketing*
21(1), 76-90; residual lifetime from Fader & Hardie (2010), Customer-Base Valuation in a Contractual
Setting, *Marketing Science* 29(1), 85-93.

Do not use it where customers can leave at any time without a word, or where each customer's
inclination to leave changes with time: then retention does not rise as it must here, and
BetaDiscreteWeibull fits better.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from custvalue._base import FloatArray, Frozen, Generator, Positive
from custvalue._lifetime.contracts import Contracts, Period, RenewalCounts
from custvalue._lifetime.fit import Derivatives, Fit, maximum_likelihood
from custvalue._lifetime.protocols import Horizon, whole_numbers
from custvalue._lifetime.renewals import (
    Timing,
    beta_geometric_lifetime,
    declared_period,
    endless,
    first_payment,
    log_beta_ratio,
    periods_ahead,
    rate_per_period,
    renewal_numbers,
    same_period,
    study,
    with_period,
)
from custvalue.errors import EstimationError

# 2. Parameters -------------------------------------------------------------------------------


class ShiftedBetaGeometric(Frozen):
    """The shifted beta-geometric model of Fader & Hardie (2007).

    Parameters
    ----------
    alpha, beta : float
        Parameters of the beta distribution of the probability to leave at a renewal; its mean is
        alpha / (alpha + beta).
    period : str, optional
        How long a contract runs until it is renewed, ``"1 month"``. :meth:`fit` sets it; years
        cannot be turned into periods without it.

    Raises
    ------
    ParameterError
        If a parameter is not positive, or the period has no unit.

    Examples
    --------
    >>> from custvalue.lifetime import ShiftedBetaGeometric
    >>> model = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
    >>> model.survival([0, 1, 7, 12]).round(3)
    array([1.   , 0.851, 0.489, 0.378])
    >>> model.retention_rate([1, 2, 7]).round(3)
    array([0.851, 0.878, 0.936])
    """

    kind: Literal["shifted beta-geometric"] = Field(default="shifted beta-geometric", repr=False)
    alpha: Positive
    beta: Positive
    period: Period | None = None

    # 4. Methods ------------------------------------------------------------------------------

    @classmethod
    def fit(cls, contracts: Contracts) -> Fit[ShiftedBetaGeometric]:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        contracts : Contracts
            Observed over at least two renewals.

        Returns
        -------
        Fit[ShiftedBetaGeometric]
            Its `cells` are the renewals observed.

        Raises
        ------
        EstimationError
            If only one renewal was observed, or nobody or everybody left at the first.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning

        Examples
        --------
        >>> from custvalue.lifetime import Contracts, ShiftedBetaGeometric
        >>> shares = [1, 0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491]
        >>> contracts = Contracts.from_shares(shares, customers=1000, period="1 year")
        >>> fit = ShiftedBetaGeometric.fit(contracts)
        >>> {name: round(value, 3) for name, value in fit.parameters.items()}
        {'alpha': 0.668, 'beta': 3.806}
        """
        start = starting_point(contracts.counts)
        customers = max(round(contracts.customers), 1)
        found: Fit[ShiftedBetaGeometric] = maximum_likelihood(
            cls, contracts.counts, LogLikelihood, start, customers=customers, limit=limit
        )
        return with_period(found, contracts.period)

    def log_likelihood(self, contracts: Contracts) -> FloatArray:
        """Return the log-likelihood of each row of the contracts.

        Parameters
        ----------
        contracts : Contracts
            With n rows.

        Returns
        -------
        ndarray of shape (n,)
            Of all customers of the row together.
        """
        same_period(self.period, contracts.period, "ShiftedBetaGeometric")
        k = contracts.renewals
        stayed = log_survival(k, alpha=self.alpha, beta=self.beta)
        leaves = math.log(self.alpha) - np.log(self.alpha + self.beta + k)
        return (contracts.left + contracts.active) * stayed + contracts.left * leaves

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Return the probability that a new customer makes at least t renewals.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 0.

        Returns
        -------
        ndarray, shape of `t`
            S(t) = B(α, β + t) / B(α, β).

        Raises
        ------
        ParameterError
            If `t` is no whole number >= 0.
        """
        return np.exp(log_survival(whole_numbers("t", t), alpha=self.alpha, beta=self.beta))

    def retention_rate(self, t: npt.ArrayLike) -> FloatArray:
        """Return the share of the customers asked who make renewal t.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 1; 1 is the first renewal.

        Returns
        -------
        ndarray, shape of `t`
            S(t) / S(t - 1) = (β + t - 1) / (α + β + t - 1).

        Raises
        ------
        ParameterError
            If `t` is no whole number >= 1.
        """
        made = renewal_numbers(t) - 1
        return (self.beta + made) / (self.alpha + self.beta + made)

    def churn_pmf(self, t: npt.ArrayLike) -> FloatArray:
        """Return the probability that a new customer leaves at renewal t.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 1; a customer who leaves at renewal t has paid for t periods.

        Returns
        -------
        ndarray, shape of `t`
            P(T = t) = B(α + 1, β + t - 1) / B(α, β).

        Raises
        ------
        ParameterError
            If `t` is no whole number >= 1.
        """
        made = renewal_numbers(t) - 1
        return self.survival(made) * (self.alpha / (self.alpha + self.beta + made))

    def expected_lifetime(
        self, *, annual_discount_rate: float, horizon: Horizon | None = None
    ) -> float:
        """Return the (discounted) periods expected of a new customer, the first among them.

        Parameters
        ----------
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year. The first period is paid for at once.
        horizon : str, timedelta or None
            How many periods count, as in ``"3 years"``; None for all.

        Returns
        -------
        float
            Σ S(t) (1 + d)^-t from t = 0.

        Raises
        ------
        ParameterError, UnitError
            As in :meth:`expected_residual_lifetime`.

        Examples
        --------
        >>> from custvalue.lifetime import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
        >>> round(model.expected_lifetime(annual_discount_rate=0.10), 3)
        5.923
        """
        rate, periods = self._ahead(annual_discount_rate, horizon)
        if periods == 0:
            return 0.0
        further = beta_geometric_lifetime(self.alpha, np.array([self.beta]), periods - 1, rate)
        return 1 + math.exp(-rate) * float(further[0])

    def expected_residual_lifetime(
        self,
        age: npt.ArrayLike,
        *,
        annual_discount_rate: float,
        timing: Timing,
        horizon: Horizon | None = None,
    ) -> FloatArray:
        """Return the (discounted) further periods expected of customers under contract: DERL.

        Periods that are paid for already do not count.

        Parameters
        ----------
        age : array_like of int
            How often each customer has renewed: 0 in the first period.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year.
        timing : {"before_renewal", "after_renewal"}
            Where in the period we are. ``"before_renewal"``: the next renewal is due now and is
            not yet known; its payment is not discounted. ``"after_renewal"``: the last one has
            just been made; the next is one period away.
        horizon : str, timedelta or None
            How many further periods count, as in ``"3 years"``; None for all.

        Returns
        -------
        ndarray, shape of `age`
            Σ S(age + j) / S(age) (1 + d)^-(j - 1) from j = 1, and a period's discount less after
            the renewal. For ever, with v = 1 / (1 + d) and k the age: (β + k) / (α + β + k)
            2F1(1, β + k + 1; α + β + k + 1; v).

        Raises
        ------
        ParameterError
            If `age` is no whole number >= 0, the rate is not in [0, 1), or it is 0 without a
            horizon and alpha <= 1, because then the lifetime has no mean.
        UnitError
            If the model has no period and a rate or a horizon needs it.

        Examples
        --------
        >>> from custvalue.lifetime import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
        >>> how = {"annual_discount_rate": 0.10, "timing": "before_renewal"}
        >>> model.expected_residual_lifetime([0, 1, 4], **how).round(3)
        array([5.415, 5.902, 6.897])
        """
        made = whole_numbers("age", age)
        rate, periods = self._ahead(annual_discount_rate, horizon)
        first = first_payment(timing, rate)
        each = beta_geometric_lifetime(self.alpha, self.beta + made.ravel(), periods, rate)
        return first * each.reshape(made.shape)

    # 5. Simulation ---------------------------------------------------------------------------

    def simulate(
        self, customers: int, *, periods: npt.ArrayLike, rng: Generator = None
    ) -> Contracts:
        """Make up customers whose renewals follow this model.

        Parameters
        ----------
        customers : int
            How many.
        periods : int or array_like of shape (customers,)
            For how many renewals each is watched.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Returns
        -------
        Contracts

        Raises
        ------
        UnitError
            If the model has no period.
        """
        watched = study(customers, periods)
        random = np.random.default_rng(rng)
        leaves = random.beta(self.alpha, self.beta, customers)
        with np.errstate(divide="ignore"):  # who never leaves, and who leaves at once
            made = np.floor(random.standard_exponential(customers) / -np.log1p(-leaves))
        return Contracts.from_arrays(
            renewals=np.minimum(made, watched),
            active=made >= watched,
            period=declared_period(self.period, "ShiftedBetaGeometric"),
        )

    def _ahead(self, annual_discount_rate: float, horizon: Horizon | None) -> tuple[float, float]:
        """Return δ a period and how many periods count."""
        rate = rate_per_period(annual_discount_rate, self.period, "ShiftedBetaGeometric")
        periods = periods_ahead(horizon, self.period, "ShiftedBetaGeometric")
        if rate == 0 and periods == math.inf and self.alpha <= 1:
            raise endless("alpha", self.alpha)
        return rate, periods


# 3. Formulas ---------------------------------------------------------------------------------


def log_survival(t: FloatArray, *, alpha: float, beta: float) -> FloatArray:
    """Return log of B(α, β + t) / B(α, β)."""
    flat = t.ravel()
    return log_beta_ratio(np.full(flat.shape, beta), flat, alpha).reshape(t.shape)


class LogLikelihood:
    """Log-likelihood by renewals, with exact gradient and Hessian in (α, β).

    With r = (β + k) / (α + β + k) it is Σ renewed log r + left log(1 - r): a binomial at each
    renewal, in which no special function is left.

    Parameters
    ----------
    counts : RenewalCounts
        At least one renewal.
    """

    def __init__(self, counts: RenewalCounts) -> None:
        self.k, self.renewed, self.left = counts.before, counts.renewed, counts.left

    def __call__(self, parameters: FloatArray) -> Derivatives:
        alpha, beta = parameters.tolist()
        stays, both = beta + self.k, alpha + beta + self.k
        leaves = float(self.left.sum())
        asked = self.renewed + self.left
        value = -self.renewed @ np.log1p(alpha / stays) - self.left @ np.log1p(stays / alpha)
        in_both = float(asked @ (1 / both))
        gradient = np.array([leaves / alpha - in_both, self.renewed @ (1 / stays) - in_both])
        hessian = np.full((2, 2), float(asked @ both**-2))
        hessian[0, 0] -= leaves / alpha**2
        hessian[1, 1] -= self.renewed @ stays**-2
        return Derivatives(float(value), gradient, hessian)


def starting_point(counts: RenewalCounts) -> dict[str, float]:
    """Take the mean from the retention of all renewals, with α = 1."""
    if len(counts) < 2:
        raise EstimationError(
            f"ShiftedBetaGeometric.fit needs at least 2 renewals, but the contracts have "
            f"{len(counts)}. One retention rate cannot tell how customers differ: observe for "
            f"longer, or add an older cohort."
        )
    left, renewed = float(counts.left.sum()), float(counts.renewed.sum())
    if left == 0:
        raise EstimationError(
            f"ShiftedBetaGeometric.fit needs customers who left, but all {renewed:,.0f} renewals "
            f"were made. Observe for longer."
        )
    return {"alpha": 1.0, "beta": max(renewed / left, 0.1)}


def limit(model: ShiftedBetaGeometric) -> str:
    """Say what the estimates mean where the data cannot tell α and β apart."""
    leaves = model.alpha / (model.alpha + model.beta)
    if model.alpha + model.beta > 1:
        return (
            f"It is the limit of one probability to leave for all customers (alpha and beta to "
            f"infinity), {leaves:.4g}: retention does not rise with age, and a constant rate of "
            f"{1 - leaves:.4g} is all there is to know. Predictions can be used; alpha and beta "
            f"themselves mean nothing."
        )
    return (
        f"It is the limit of customers who leave at the first renewal or never (alpha and beta to "
        f"0): a share of {leaves:.4g} leaves. Predictions can be used; alpha and beta themselves "
        f"mean nothing."
    )
