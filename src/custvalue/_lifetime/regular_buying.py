"""Regular buyers who leave at a purchase: what BG/CNBD-k and MBG/CNBD-k have in common.

They differ in one thing: whether a customer can leave at the first purchase already. Of a customer
who is alive at T, j phases of the next interval are passed with the weights of the likelihood's
equation (2); given j, λ ~ Gamma(r + kx + j, α + T) and p ~ Beta(a, b + c), where c counts the
chances to leave that were passed by, x or x + 1. All that is ahead follows, customer by customer:
nothing depends on who else is predicted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, TypedDict

import numpy as np
import numpy.typing as npt
from annotated_types import Interval as Within
from scipy import special

from custvalue._checks import Generator, random_generator
from custvalue._lifetime.arguments import ages
from custvalue._lifetime.discounting import finite_lifetime
from custvalue._lifetime.dropout_at_purchase import purchases_for_ever
from custvalue._lifetime.gamma_functions import log_rising_ratio
from custvalue._lifetime.history import Cells, PurchaseHistory
from custvalue._lifetime.purchase_model import PurchasesAtAnyTime
from custvalue._lifetime.regular_likelihood import (
    log_likelihood,
    log_odds_left,
    log_phases,
    required_intervals,
)
from custvalue._lifetime.regular_rates import FAINT, Leaving, mean_over_rates, purchases, stays
from custvalue._lifetime.units import Horizon, declared_unit
from custvalue._rows import FloatArray
from custvalue._values import WHOLE_NUMBER, Positive

MOST_REGULAR = 100
Regularity = Annotated[int, Within(ge=1, le=MOST_REGULAR), WHOLE_NUMBER]


class Process(TypedDict):
    """The parameters of how customers buy."""

    k: int
    r: float
    alpha: float


class Dropout(TypedDict):
    """The parameters of how customers leave."""

    a: float
    b: float
    first: int


class RegularBuyers(PurchasesAtAnyTime):
    """A model of regular buyers who leave at a purchase, at the first one already or not."""

    FIRST: ClassVar[int]  # 1 where customers can leave at the first purchase, else 0

    if TYPE_CHECKING:  # declared by each model
        k: Regularity
        r: Positive
        alpha: Positive
        a: Positive
        b: Positive

    def log_likelihood(self, history: PurchaseHistory) -> FloatArray:
        """Return the log-likelihood of each customer.

        It contains (k-1) Σ log(interval), without which models of different k cannot be compared.

        Parameters
        ----------
        history : PurchaseHistory
            Histories of n customers, with `log_intervals` unless k = 1 or nobody came back twice.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        DataError
            If `log_intervals` are needed and absent.
        UnitError
            If the model counts time in another unit than the history.
        """
        each = super().log_likelihood(history)
        if self.k > 1:
            each = each + (self.k - 1) * required_intervals(history, f"{self._name}.log_likelihood")
        return each

    def _log_likelihood(self, cells: Cells) -> FloatArray:
        """Return log L of each cell, but for the lengths of the intervals."""
        x, t_x, T = cells.frequency, cells.recency, cells.age
        return log_likelihood(x, t_x, T, **self._process, **self._dropout)

    def _alive(self, cells: Cells) -> FloatArray:
        x, t_x, T = cells.frequency, cells.recency, cells.age
        return special.expit(-log_odds_left(x, t_x, T, **self._process, **self._dropout))

    def _stays(self, cells: Cells, later: float) -> FloatArray:
        if later == 0:
            return np.ones(len(cells))
        given = partial(stays, k=self.k, t=later)
        return self._mean(cells, given, soon=later, long=later, rising=False)

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        m, age = self._rates(cells)
        first = special.betainc(self.k - np.arange(self.k), m, until / (age + until))
        buys: FloatArray = np.einsum("ij,ij->i", self._phases(cells), first)
        return buys

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        if until == 0:
            return np.zeros(len(cells))
        if rate == 0 and until == math.inf:
            return purchases_for_ever(self.a, self._staying(cells))
        given = partial(purchases, k=self.k, t=until, rate=rate)
        discounted = math.inf if rate == 0 else 1 / rate
        return self._mean(
            cells,
            given,
            soon=min(until, discounted),
            long=min(until, FAINT * discounted),
            rising=True,
        )

    def _check_total(self) -> None:
        finite_lifetime("a", self.a)

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        b = self._staying(cells)[:, None]
        before = np.maximum(n - 1, 0)
        stayed = np.exp(log_rising_ratio(b, n) - log_rising_ratio(self.a + b, n))
        left = np.exp(log_rising_ratio(b, before) - log_rising_ratio(self.a + b, before))
        left *= np.where(n > 0, self.a / (self.a + b + before), 0.0)
        total = np.zeros((len(cells), len(n)))
        m, age = self._rates(cells)
        for j, weight in enumerate(self._phases(cells).T):
            exactly, at_least = purchased(n, self.k, j, m[:, j, None], until / (age + until))
            total += weight[:, None] * (stayed * exactly + left * at_least)
        return total

    def _mean(
        self,
        cells: Cells,
        given: Callable[[FloatArray, Leaving], FloatArray],
        *,
        soon: float,
        long: float,
        rising: bool,
    ) -> FloatArray:
        """Average over phases, rates and dropout probabilities; customers by their x."""
        result = np.empty(len(cells))
        frequencies, of_cell = np.unique(cells.frequency, return_inverse=True)
        ends = np.cumsum(np.bincount(of_cell))
        for x, rows in zip(
            frequencies, np.split(np.argsort(of_cell, kind="stable"), ends[:-1]), strict=True
        ):
            each, place = np.unique(self.alpha + cells.age[rows], return_inverse=True)
            means = mean_over_rates(
                given,
                self.r + self.k * x,
                each,
                k=self.k,
                a=self.a,
                b=self.b + x + self.FIRST,
                soon=soon,
                long=long,
                rising=rising,
            )
            result[rows] = np.einsum("ij,ij->i", self._phases(cells, rows), means[place])
        return result

    def _phases(self, cells: Cells, rows: npt.NDArray[np.intp] | slice = slice(None)) -> FloatArray:
        """Return the weights of the phases, given alive, shape (cells, k)."""
        columns = (cells.frequency, cells.recency, cells.age)
        x, t_x, T = (column[rows] for column in columns)
        weights: FloatArray = special.softmax(log_phases(x, t_x, T, **self._process), axis=1)
        return weights

    def _rates(self, cells: Cells) -> tuple[FloatArray, FloatArray]:
        """Return shape and rate of the gamma distribution of λ, (cells, k) and (cells, 1)."""
        m = (self.r + self.k * cells.frequency)[:, None] + np.arange(self.k)
        return m, (self.alpha + cells.age)[:, None]

    def _staying(self, cells: Cells) -> FloatArray:
        """Return the second parameter of the beta distribution of p, given alive."""
        return self.b + cells.frequency + self.FIRST

    @property
    def _process(self) -> Process:
        return {"k": self.k, "r": self.r, "alpha": self.alpha}

    @property
    def _dropout(self) -> Dropout:
        return {"a": self.a, "b": self.b, "first": self.FIRST}

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
            With `log_intervals`. Times are continuous, not rounded to days.

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
        x, t_x, log_intervals = np.zeros((3, customers))
        here = np.flatnonzero(rate > 1e-300)
        if self.FIRST:
            here = here[random.random(here.size) >= leaving[here]]
        while here.size:
            interval = random.gamma(self.k, 1 / rate[here])
            in_time = t_x[here] + interval <= T[here]
            here, interval = here[in_time], interval[in_time]
            x[here] += 1
            t_x[here] += interval
            log_intervals[here] += np.log(interval)
            here = here[random.random(here.size) >= leaving[here]]
        return PurchaseHistory.from_arrays(
            frequency=x, recency=t_x, age=T, log_intervals=log_intervals, unit=unit
        )


def purchased(
    n: FloatArray, k: int, j: int, m: FloatArray, share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return P(K = n) and P(K >= n) for K = ⌊(N+j)/k⌋, the purchases of one who cannot leave.

    Parameters
    ----------
    n : ndarray of shape (counts,)
        Whole numbers >= 0.
    k, j : int
        Phases of an interval, and those passed.
    m, share : ndarray of shape (cells, 1)
        N is negative binomial: sum of Γ(m+N)/(Γ(m) N!) share^N (1-share)^m.

    Returns
    -------
    exactly, at_least : ndarray of shape (cells, counts)
    """
    low, high = np.maximum(n * k - j, 0), (n + 1) * k - j
    from_low = np.where(low > 0, special.betainc(np.maximum(low, 1), m, share), 1.0)
    below = np.where(low > 0, special.betaincc(np.maximum(low, 1), m, share), 0.0)
    above = from_low - special.betainc(high, m, share)
    exactly = np.where(from_low < 0.5, above, special.betaincc(high, m, share) - below)
    return exactly, from_low
