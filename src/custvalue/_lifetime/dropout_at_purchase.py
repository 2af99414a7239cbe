"""Customers who leave at a purchase: what BG/NBD and MBG/NBD have in common.

They differ in one thing: whether a customer can leave at the first purchase already. Of a customer
who is alive at T, all that is ahead follows from λ ~ Gamma(r + x, α + T) and p ~ Beta(a, b + c),
where c counts the chances to leave that were passed by, x or x + 1; so known customers and new ones
have the same formulas.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import Generator, random_generator
from custvalue._lifetime.arguments import ages
from custvalue._lifetime.discounting import finite_lifetime
from custvalue._lifetime.dropout_likelihood import log_likelihood, log_odds_left
from custvalue._lifetime.gamma_functions import log_choices, log_rising_ratio
from custvalue._lifetime.history import Cells, PurchaseHistory
from custvalue._lifetime.purchase_model import PurchasesAtAnyTime
from custvalue._lifetime.quadrature import beta_mean, from_few_ages, legendre
from custvalue._lifetime.units import Horizon, declared_unit
from custvalue._rows import FloatArray
from custvalue._values import Positive


class LeavesAtPurchase(PurchasesAtAnyTime):
    """A model in which customers leave at a purchase, at the first one already or not."""

    FIRST: ClassVar[int]  # 1 where customers can leave at the first purchase, else 0

    if TYPE_CHECKING:  # declared by each model
        r: Positive
        alpha: Positive
        a: Positive
        b: Positive

    def _log_likelihood(self, cells: Cells) -> FloatArray:
        x, t_x, T = cells.frequency, cells.recency, cells.age
        return log_likelihood(x, t_x, T, **self._symbols, first=self.FIRST)

    def _alive(self, cells: Cells) -> FloatArray:
        x, t_x, T = cells.frequency, cells.recency, cells.age
        return special.expit(-log_odds_left(x, t_x, T, **self._symbols, first=self.FIRST))

    def _stays(self, cells: Cells, later: float) -> FloatArray:
        return stays(*self._rate(cells), later, a=self.a, b=self._staying(cells))

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        return buys(*self._rate(cells), until)

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        if rate == 0 and until == math.inf:
            return purchases_for_ever(self.a, self._staying(cells))
        x, age = cells.frequency, self.alpha + cells.age
        return purchases_ahead(x, age, until, rate, r=self.r, a=self.a, b=self.b + self.FIRST)

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        return purchase_counts(n, until, *self._rate(cells), a=self.a, b=self._staying(cells))

    def _check_total(self) -> None:
        finite_lifetime("a", self.a)

    def _rate(self, cells: Cells) -> tuple[FloatArray, FloatArray]:
        """Return shape and rate of the gamma distribution of λ, given alive."""
        return self.r + cells.frequency, self.alpha + cells.age

    def _staying(self, cells: Cells) -> FloatArray:
        """Return the second parameter of the beta distribution of p, given alive."""
        return self.b + cells.frequency + self.FIRST

    @property
    def _symbols(self) -> dict[str, float]:
        return {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}

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
        ParameterError
            If `customers`, `age` or `rng` is not what it must be.
        UnitError
            If the model has no unit, or a single age has none.
        """
        unit = declared_unit(self.unit, self._name)
        T = ages(age, customers, unit)
        random = random_generator(rng)
        rate = random.gamma(self.r, 1 / self.alpha, customers)
        leaving = random.beta(self.a, self.b, customers)
        x, t_x = np.zeros(customers), np.zeros(customers)
        here = np.flatnonzero(rate > 1e-300)
        if self.FIRST:
            here = here[random.random(here.size) >= leaving[here]]
        while here.size:
            at = t_x[here] + random.exponential(1 / rate[here])
            here, at = here[at <= T[here]], at[at <= T[here]]
            x[here] += 1
            t_x[here] = at
            here = here[random.random(here.size) >= leaving[here]]
        return PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit=unit)


def purchases_ahead(
    x: FloatArray, age: FloatArray, until: float, rate: float, *, r: float, a: float, b: float
) -> FloatArray:
    """Return the (discounted) purchases expected of customers who are alive.

    The closed form cancels, is 0/0 at a = 1 and overflows for frequent buyers; the mean over p
    does not.

    Parameters
    ----------
    x, age : ndarray of shape (n,)
        λ ~ Gamma(r + x, age) and p ~ Beta(a, b + x).
    until, rate : float
        Horizon and discount rate δ.
    r, a, b : float
        Parameters before any purchase.

    Returns
    -------
    ndarray of shape (n,)
        ∫ e^(-δu) dE[Y(u)] from 0 to the horizon.
    """
    if until == 0:
        return np.zeros(x.shape)

    def at(x: FloatArray, age: FloatArray) -> FloatArray:
        m, tau, fall = r + x, until / age, rate * age
        effective = np.minimum(tau, DARK / fall) if rate > 0 else tau

        def kernel(p: FloatArray, rows: slice) -> FloatArray:
            return given_p(p, m[rows, None], tau[rows, None], fall[rows, None])

        return beta_mean(kernel, a, b + x, (m + 1) * effective)

    return from_few_ages(at, x, age)


def purchases_for_ever(a: float, b: FloatArray) -> FloatArray:
    """Return E[1/p], p ~ Beta(a, b), a > 1: all purchases ahead, up to the one to leave at.

    Parameters
    ----------
    a : float
        First parameter of the beta distribution.
    b : ndarray of shape (n,)
        Second parameter, given alive.

    Examples
    --------
    >>> purchases_for_ever(2.0, np.array([3.0]))
    array([4.])
    """
    return 1 + b / (a - 1)


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


def stays(m: FloatArray, age: FloatArray, later: float, *, a: float, b: FloatArray) -> FloatArray:
    """Return E[(1 + pτ)^-m], the probability to be alive a time τ = later / age ahead.

    Given λ and p, customers leave at the rate λp.

    Parameters
    ----------
    m, age, b : ndarray of shape (n,)
        λ ~ Gamma(m, age) and p ~ Beta(a, b).
    later : float
        How much later.
    a : float
        First parameter of the beta distribution.

    Returns
    -------
    ndarray of shape (n,)
    """
    tau = later / age

    def kernel(p: FloatArray, rows: slice) -> FloatArray:
        return np.exp(-m[rows, None] * np.log1p(p * tau[rows, None]))

    return beta_mean(kernel, a, b, (m + 1) * tau, steep=True)


def buys(m: FloatArray, age: FloatArray, until: float) -> FloatArray:
    """Return the probability of a purchase up to the horizon: nobody leaves before it.

    Parameters
    ----------
    m, age : ndarray of shape (n,)
        λ ~ Gamma(m, age).
    until : float
        The horizon.
    """
    return -np.expm1(-m * np.log1p(until / age))


def purchase_counts(
    n: FloatArray, t: float, m: FloatArray, age: FloatArray, *, a: float, b: FloatArray
) -> FloatArray:
    """Return P(Y(t) = n) of customers who are alive, Fader, Hardie & Lee (2005), equation (8).

    Either n purchases and never left, or left after the n-th, where more would have followed or
    not: that sum is a regularised incomplete beta function.

    Parameters
    ----------
    n : ndarray of shape (k,)
        Whole numbers >= 0.
    t : float
        The horizon, > 0.
    m, age, b : ndarray of shape (cells,)
        λ ~ Gamma(m, age) and p ~ Beta(a, b).
    a : float
        First parameter of the beta distribution.

    Returns
    -------
    ndarray of shape (cells, k)
    """
    m, age, b = m[:, None], age[:, None], b[:, None]
    share, before = t / (age + t), np.maximum(n - 1, 0)
    nbd = log_choices(m, n) - m * np.log1p(t / age) + special.xlogy(n, share)
    away = log_rising_ratio(a + b, n)
    stayed = np.exp(log_rising_ratio(b, n) - away + nbd)
    left = a * np.exp(log_rising_ratio(b, before) - away)
    return stayed + np.where(n > 0, left * special.betainc(np.maximum(n, 1), m, share), 0.0)
