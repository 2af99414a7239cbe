"""Regular buyers who leave at a purchase: what BG/CNBD-k and MBG/CNBD-k have in common.

They differ in one thing: whether a customer can leave at the first purchase already. Of a customer
who is alive at T, j phases of the next interval are passed with the weights of the likelihood's
equation (2); given j, λ ~ Gamma(r + kx + j, α + T) and p ~ Beta(a, b + c), where c counts the
chances to leave that were passed, x or x + 1. All that is ahead follows, customer by customer: it
does not depend on which other customers are predicted. With N phases passed until t and
K = ⌊(N+j)/k⌋:

(5) E[purchases] = Σ_j P(j) Σ_i E[(1-p)^(i-1)] P(N >= ik - j), i = 1, 2, …
(6) P(n purchases) = Σ_j P(j) ( E[(1-p)^n] P(K = n) + E[p (1-p)^(n-1)] P(K >= n) ), n > 0
(7) P(a purchase) = Σ_j P(j) P(N >= k - j)
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from annotated_types import Interval as Within
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._histories.customer_cells import Purchases, checked_purchases
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.fit import maximum_likelihood
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._lifetime.priors.pooled import AnyPrior
from custvalue._lifetime.purchasing.dropout_at_purchase import LeavesAtPurchase, all_purchases
from custvalue._lifetime.purchasing.dropout_likelihood import Symbols, limit, starting_points
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit
from custvalue._lifetime.purchasing.regular_choice import (
    ESTIMATED,
    MOST_REGULAR,
    Family,
    Profile,
    checked_regularity,
    chosen,
    every_regularity,
    profile_points,
)
from custvalue._lifetime.purchasing.regular_likelihood import (
    HOW_TO_GET,
    LogLikelihood,
    RegularCells,
    known_intervals,
    log_likelihood,
    log_odds_left,
    log_phases,
    regular_objective,
    required_intervals,
)
from custvalue._lifetime.purchasing.regular_rates import (
    FAINT,
    Ahead,
    mean_over_rates,
    purchases,
    stays,
)
from custvalue._numerics.gamma_functions import log_rising_ratio
from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray
from custvalue._values import WHOLE_NUMBER, Positive
from custvalue.errors import ConvergenceWarning, DataWarning, ParameterError

Regularity = Annotated[int, Within(ge=1, le=MOST_REGULAR), WHOLE_NUMBER]


class RegularBuyers(LeavesAtPurchase):
    """A model of regular buyers who leave at a purchase, at the first one already or not."""

    k: Regularity
    r: Positive
    alpha: Positive
    a: Positive
    b: Positive
    unit: TimeUnit | None = None

    @property
    def _symbols(self) -> Symbols:
        return Symbols(self.r, self.alpha, self.a, self.b, self._first, self.k)

    @classmethod
    def fit(
        cls,
        history: Purchases,
        k: int | None = None,
        *,
        k_max: int = 12,
        prior: AnyPrior | None = None,
    ) -> PurchaseFit[Self]:
        """Estimate the parameters by maximum likelihood, and choose k.

        Without `k`, it is chosen by profile likelihood: k = 1, 2, … until the log-likelihood has
        fallen twice in succession, or k_max is reached. With more than 16,000 cells, k is first
        searched on every 16th customer; then the best k and its neighbours are fitted to all data,
        and their neighbours as long as the log-likelihood rises. The search is deterministic;
        :meth:`profile` shows what it sees.

        Standard errors, AIC and BIC take k as given.

        Parameters
        ----------
        history : PurchaseHistory or CustomerCells
            Of all customers, including those without a repeat purchase; with `log_intervals`,
            without which k cannot be chosen, unless no customer has two repeat purchases.
        k : int, optional
            Phases of an interval, if they are known.
        k_max : int
            The largest k that is tried.
        prior : Prior, optional
            What is known before the data of the other parameters; k is still chosen by likelihood.

        Raises
        ------
        DataError
            If k is to be chosen, and there are no `log_intervals`.
        EstimationError
            If no customer has a repeat purchase, or there is only one customer.
        ParameterError
            If `k` or `k_max` is not a whole number from 1 to 100.

        Warns
        -----
        ConvergenceWarning, ForecastWarning, IdentifiabilityWarning, SubscriptionWarning
        DataWarning
            If k > 1 is given and there are no `log_intervals`: the log-likelihood of the fit then
            lacks their constant.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.BGCNBD(k=3, r=1, alpha=2, a=1, b=3, unit="week")
        >>> history = truth.simulate(2_000, age="52 weeks", rng=1)
        >>> fit = lifetime.BGCNBD.fit(history)
        >>> fit.converged, fit.model.k, truth.r in fit.confidence_interval(0.99)["r"]
        (True, 3, True)
        """
        checked_purchases(history, cls.__name__)
        if k is None:
            k, cells, start = cls._chosen(history, checked_regularity("k_max", k_max))
        else:
            k = checked_regularity("k", k)
            start = cls._start(history.cells, k)
            cells = cls._cells_given(history, k)
        objective = partial(cls._objective, k=k)
        if prior is not None:
            return cls._posterior_mode(history, prior, cells, objective, {"k": k})
        return maximum_likelihood(
            cls._fit_class(),
            cells,
            objective,
            start,
            customers=history.customers,
            limit=partial(cls._limit, cells=cells),
            given={"k": k, "unit": history.unit},
            doubts=partial(cls._all_doubts, history=history),
        )

    @classmethod
    def _chosen(cls, history: Purchases, k_max: int) -> tuple[int, Cells, list[dict[str, float]]]:
        """Return the k that fits best, the data, and the other parameters."""
        sums = required_intervals(history, f"{cls.__name__}.fit", "Or give k.")
        cells = RegularCells.of(history, sums)
        k, parameters = chosen(cells, cls._family(), k_max)
        if k == k_max < MOST_REGULAR:
            warnings.warn(
                f"{cls.__name__}: k = {k} fits best of 1 to k_max = {k_max}, so a larger k may "
                f"fit better. Give a larger k_max, as in {cls.__name__}.fit(history, "
                f"k_max={min(2 * k_max, MOST_REGULAR)}).",
                ConvergenceWarning,
                stacklevel=3,
            )
        return k, cells, [dict(zip(ESTIMATED, parameters.tolist(), strict=True))]

    @classmethod
    def _cells_given(cls, history: Purchases, k: int) -> Cells:
        """Return the data for a given k, with intervals if they are known."""
        known = known_intervals(history)
        if known is not None:
            return RegularCells.of(history, known)
        if k > 1:
            message = INCOMPLETE.format(name=cls.__name__)
            warnings.warn(message, DataWarning, stacklevel=3)
        return history.cells

    @classmethod
    def profile(cls, history: Purchases, k: Iterable[int] = range(1, 13)) -> Profile:
        """Fit each k to all customers, to see how well the data tell them apart.

        Parameters
        ----------
        history : PurchaseHistory or CustomerCells
            With `log_intervals`.
        k : iterable of int
            What to try, each from 1 to 100.

        Raises
        ------
        DataError, EstimationError, ParameterError
            As in :meth:`fit`.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.BGCNBD(k=3, r=1, alpha=2, a=1, b=3, unit="week")
        >>> lifetime.BGCNBD.profile(truth.simulate(2_000, age="52 weeks", rng=1), range(1, 6)).best
        3
        """
        name = cls.__name__
        tried = every_regularity(k)
        sums = required_intervals(checked_purchases(history, name), f"{name}.profile")
        points = profile_points(RegularCells.of(history, sums), cls._family(), tried)
        return Profile(model=name, points=points, customers=history.customers, unit=history.unit)

    @classmethod
    def _family(cls) -> Family:
        return Family(cls._objective, cls._start)

    @classmethod
    def _objective(cls, cells: Cells, k: int = 1) -> Objective:
        return regular_objective(cells, k=k, first=cls._first)

    @classmethod
    def _start(cls, cells: Cells, k: int = 1) -> list[dict[str, float]]:
        return starting_points(cells, cls, k)

    def _likelihood_of(self, data: Purchases) -> Objective:
        return self._objective(self._cells(data), self.k)

    def _limit(self, cells: Cells) -> str:
        likelihood = LogLikelihood(cells, k=self.k, first=self._first)
        return limit(likelihood, self._symbols, regular=True)

    def log_likelihood(self, history: Purchases) -> FloatArray:
        """Return the log-likelihood of each customer, shape (n,).

        It contains (k-1) Σ log(interval), without which models of different k cannot be compared.

        Parameters
        ----------
        history : PurchaseHistory or CustomerCells
            Histories of n customers, with `log_intervals` unless k = 1 or no customer has two
            repeat purchases.

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
        """Return log L of each cell, without the lengths of the intervals."""
        return log_likelihood(cells.frequency, cells.recency, cells.age, self._symbols)

    def _alive(self, cells: Cells) -> FloatArray:
        odds = log_odds_left(cells.frequency, cells.recency, cells.age, self._symbols)
        return special.expit(-odds)

    def _ahead(self, cells: Cells, ahead: Callable[[Cells], FloatArray]) -> FloatArray:
        """Return what is ahead of those alive, which depends on t_x as well, through the phase."""
        return ahead(cells)

    def _stays(self, cells: Cells, later: float) -> FloatArray:
        if later == 0:
            return np.ones(len(cells))
        ahead = Ahead(partial(stays, k=self.k, t=later), soon=later, long=later, rising=False)
        return self._mean(cells, ahead)

    def _check_that_customers_leave(self) -> None:
        raise ParameterError(
            f"{self._name} does not tell remaining lifetimes. Use probability_alive(history, "
            f"at='1 year') for single times, or fit BGNBD or MBGNBD."
        )

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        m, age = self._rates(cells)
        time = np.reshape(until, (-1, 1))
        first = special.betainc(self.k - np.arange(self.k), m, time / (age + time))
        buys: FloatArray = np.einsum("ij,ij->i", self._phases(cells), first)
        return buys

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        if until == 0:
            return np.zeros(len(cells))
        if rate == 0 and until == math.inf:
            return all_purchases(self.a, self._staying(cells))
        discounted = math.inf if rate == 0 else 1 / rate
        ahead = Ahead(
            partial(purchases, k=self.k, t=until, rate=rate),
            soon=min(until, discounted),
            long=min(until, FAINT * discounted),
            rising=True,
        )
        return self._mean(cells, ahead)

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

    def _count_parts(self, cells: Cells, until: float) -> CountParts:
        m, age = self._rates(cells)
        a, b, phase = np.full((1, 1), self.a), self._staying(cells)[None], np.arange(self.k)
        return CountParts(self._phases(cells).T, m.T, (until / age).T, a, b, phase, self.k)

    def _mean(self, cells: Cells, ahead: Ahead) -> FloatArray:
        """Average over phases, rates and dropout probabilities; customers by their x."""
        result = np.empty(len(cells))
        frequencies, of_cell = np.unique(cells.frequency, return_inverse=True)
        ends = np.cumsum(np.bincount(of_cell))
        for x, rows in zip(
            frequencies, np.split(np.argsort(of_cell, kind="stable"), ends[:-1]), strict=True
        ):
            each, place = np.unique(self.alpha + cells.age[rows], return_inverse=True)
            m, b = self.r + self.k * x, self.b + self._first + x
            means = mean_over_rates(ahead, m, each, k=self.k, a=self.a, b=b)
            result[rows] = np.einsum("ij,ij->i", self._phases(cells, rows), means[place])
        return result

    def _phases(self, cells: Cells, rows: npt.NDArray[np.intp] | slice = slice(None)) -> FloatArray:
        """Return the weights of the phases, given alive, shape (cells, k)."""
        columns = (cells.frequency, cells.recency, cells.age)
        x, t_x, T = (column[rows] for column in columns)
        weights: FloatArray = special.softmax(log_phases(x, t_x, T, self._symbols), axis=1)
        return weights

    def _rates(self, cells: Cells) -> tuple[FloatArray, FloatArray]:
        """Return shape and rate of the gamma distribution of λ, (cells, k) and (cells, 1)."""
        m = (self.r + self.k * cells.frequency)[:, None] + np.arange(self.k)
        return m, (self.alpha + cells.age)[:, None]

    def _staying(self, cells: Cells) -> FloatArray:
        """Return the second parameter of the beta distribution of p, given alive."""
        return self.b + cells.frequency + self._first

    def _intervals(self, rate: FloatArray, random: np.random.Generator) -> FloatArray:
        return random.gamma(self.k, 1 / rate)


INCOMPLETE = (
    "{name}: the history has no log_intervals, so the log-likelihood lacks (k - 1) times their "
    "sum. Estimates, standard errors and predictions do not need it; but do not compare the "
    "log-likelihood, AIC or BIC with those of another k or model. " + HOW_TO_GET
)


def purchased(
    n: FloatArray, k: int, j: int, m: FloatArray, share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return P(K = n) and P(K >= n) for K = ⌊(N+j)/k⌋, the purchases of one who cannot leave.

    N is negative binomial: sum of Γ(m+N)/(Γ(m) N!) share^N (1-share)^m. `m` and `share` have the
    shape (cells, 1), the results (cells, len(n)).
    """
    low, high = np.maximum(n * k - j, 0), (n + 1) * k - j
    from_low = np.where(low > 0, special.betainc(np.maximum(low, 1), m, share), 1.0)
    below = np.where(low > 0, special.betaincc(np.maximum(low, 1), m, share), 0.0)
    above = from_low - special.betainc(high, m, share)
    exactly = np.where(from_low < 0.5, above, special.betaincc(high, m, share) - below)
    return exactly, from_low
