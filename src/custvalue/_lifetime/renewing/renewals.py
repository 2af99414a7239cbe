"""What the models of renewal share: time, discounting, and a ratio of beta functions.

The models say with what probability a customer makes each renewal. Payments come with renewals,
so discounting is discrete: e^(-δ) a period, δ = ln(1 + d) x years in a period.
"""

from __future__ import annotations

import math
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._histories.arguments import MOST_PERIODS, checked_customers, whole_numbers
from custvalue._histories.units import Horizon, horizon_in
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._numerics.quadrature import Part, beta_mean
from custvalue._rows import FloatArray
from custvalue.errors import ParameterError, UnitError

Timing = Literal["before_renewal", "after_renewal"]
TIMINGS: tuple[Timing, ...] = ("before_renewal", "after_renewal")

STEP = 0.2  # of the trapezoidal rule in log s; the error bound is e^(-π² / STEP)
NEAR, FAR = 37.0, 45.0  # e^-37: what is smaller than this share of an integral is ignored
BLOCK = 256  # rows of nodes held at a time


@runtime_checkable
class ContractModel(Protocol):
    """How long customers renew their contracts."""

    @property
    def period(self) -> str | None:
        """How long a contract runs until it is renewed; None if it is unknown."""
        ...

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Return the probability that a new customer makes at least t renewals.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 0.
        """
        ...

    def retention_rate(self, t: npt.ArrayLike) -> FloatArray:
        """Return the probability of renewal t of a customer who made t - 1.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 1.
        """
        ...

    def expected_residual_lifetime(
        self,
        age: npt.ArrayLike,
        *,
        annual_discount_rate: float,
        timing: Timing,
        horizon: Horizon | None = None,
    ) -> FloatArray:
        """Return the (discounted) further periods expected of customers under contract.

        Parameters
        ----------
        age : array_like of int
            How often each customer has renewed.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year.
        timing : {"before_renewal", "after_renewal"}
            Whether the next renewal is due now, or the last one has just been made.
        horizon : str, timedelta or None
            How many further periods count; None for all.
        """
        ...


# Time and discount ---------------------------------------------------------------------------


def renewal_numbers(t: npt.ArrayLike) -> FloatArray:
    """Return `t` as float64 if they number renewals: 1 is the first."""
    numbers = whole_numbers("t", t)
    if not (numbers >= 1).all():
        raise ParameterError("t must be >= 1, because renewals are counted from 1, but it has 0.")
    return numbers


def rate_per_period(annual_discount_rate: float, period: str | None, name: str) -> float:
    """Return δ a period from an effective annual rate."""
    a_year = continuous_rate(annual_discount_rate, "year")
    return a_year and a_year * horizon_in(declared_period(period, name), "year")


def periods_ahead(
    horizon: Horizon | None,
    period: str | None,
    name: str,
    why: str = "Contracts are renewed at whole periods only.",
) -> float:
    """Return how many whole periods the horizon is; infinity for None."""
    if horizon is None:
        return math.inf
    length = declared_period(period, name)
    periods = horizon_in(horizon, "day") / horizon_in(length, "day")
    if abs(periods - round(periods)) > 1e-9 * max(periods, 1.0):
        raise ParameterError(
            f"horizon must be a whole number of periods of {length}, but {horizon!r} is "
            f"{periods:.4g}. {why}"
        )
    return float(round(periods))


def declared_period(period: str | None, name: str) -> str:
    """Return the period of a model."""
    if period is None:
        raise UnitError(
            f"{name} has no period, so years cannot be converted to periods. Use "
            f"{name}(..., period='1 month'), or the period it has."
        )
    return period


def same_period(model_period: str | None, data_period: str, name: str) -> None:
    """Raise unless a model and data have the same period; a model without one is trusted."""
    if model_period is None:
        return
    if not math.isclose(horizon_in(model_period, "day"), horizon_in(data_period, "day")):
        raise UnitError(
            f"{name} has a period of {model_period}, but the data one of {data_period}. Fit the "
            f"model to these data."
        )


def first_payment(timing: Timing, rate: float) -> float:
    """Return what the first further payment is discounted by."""
    require_choice("timing", timing, TIMINGS)
    return 1.0 if timing == "before_renewal" else math.exp(-rate)


def study(
    customers: int, periods: npt.ArrayLike, name: str = "periods", *, most: int = MOST_PERIODS
) -> FloatArray:
    """Return for how many periods each simulated customer is watched."""
    checked_customers(customers)
    watched = whole_numbers(name, periods, most=most)
    if watched.shape not in ((), (customers,)):
        raise ParameterError(
            f"{name} must be one number or one a customer, but its shape is {watched.shape} for "
            f"{customers:,} customers."
        )
    return np.broadcast_to(watched, (customers,))


# Ratios of beta functions --------------------------------------------------------------------


def log_beta_ratio(x: FloatArray, h: FloatArray, alpha: float) -> FloatArray:
    """Return log of B(α, x + h) / B(α, x), which is negative and never cancels.

    It is -∫ (1 - e^(-hs)) (1 - e^(-αs)) e^(-xs) / (s (1 - e^(-s))) ds from 0 to infinity
    (from Gauss's integral for the digamma function, DLMF 5.9.12): all positive, where a difference
    of four log-gamma functions loses everything for large arguments. In log s the integrand is
    analytic for |Im log s| < π/2, so that the trapezoidal rule converges geometrically.

    Examples
    --------
    >>> log_beta_ratio(np.array([2.0]), np.array([1.0]), 3.0).round(6)  # log of 2 / 5
    array([-0.916291])
    """
    log_ratio = np.empty(len(x))
    for begin in range(0, len(x), BLOCK):
        rows = slice(begin, begin + BLOCK)
        s = nodes(x[rows], h[rows], alpha)
        shares = -np.expm1(-h[rows, None] * s) * -np.expm1(-alpha * s)
        log_ratio[rows] = -STEP * (shares * kernel(x[rows], s)).sum(axis=1)
    return log_ratio


def nodes(x: FloatArray, h: FloatArray, alpha: float) -> FloatArray:
    """Return the nodes s of the rule for :func:`log_beta_ratio`, one row each."""
    first = -NEAR - np.log(np.maximum(np.maximum(x, h), max(alpha, 1.0)))
    count = math.ceil(float((np.log(FAR / x) - first).max()) / STEP)
    return np.exp(first[:, None] + STEP * np.arange(count + 1))


def kernel(x: FloatArray, s: FloatArray) -> FloatArray:
    """Return e^(-xs) / (1 - e^(-s)); the 1/s goes into d log s."""
    return np.exp(-x[:, None] * s) / -np.expm1(-s)


def beta_geometric_lifetime(alpha: float, b: FloatArray, periods: float, rate: float) -> FloatArray:
    """Return Σ S(j) e^(-rate (j-1)) over j = 1 … periods, where S(j) = B(α, b + j) / B(α, b).

    Given the probability p to leave, it is a geometric sum; its mean over p ~ Beta(α, b) is b /
    (α + b) times the mean of (1 - q^periods) / (1 - q), q = e^(-rate) (1 - p), over
    Beta(α, b + 1). For ever it is Fader & Hardie's (2010) formula with 2F1.
    """
    if periods == 0:
        return np.zeros(len(b))
    if periods == math.inf and rate == 0:
        return b / (alpha - 1)

    def given_p(p: FloatArray, _: Part) -> FloatArray:
        lost = -math.expm1(-rate) + math.exp(-rate) * p  # 1 - q
        if periods == math.inf:
            return 1 / lost
        with np.errstate(divide="ignore"):  # p may round to 1
            return -np.expm1(periods * (np.log1p(-p) - rate)) / lost

    horizon = min(periods, 1 / -math.expm1(-rate) if rate > 0 else math.inf)
    sharpness = np.full(len(b), horizon)
    return b / (alpha + b) * beta_mean(given_p, alpha, b + 1, sharpness)
