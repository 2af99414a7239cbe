"""BG/BB: when there is an opportunity each period, and customers leave without a word.

While alive, a customer takes each opportunity with a probability p of their own. Before each
opportunity the customer leaves for good with a probability θ of their own. The two probabilities
vary over customers as Beta(α, β) and Beta(γ, δ), and are independent. So of two customers who gave
equally often, the one whose last gift is longer ago has more likely left.

Source: Fader, Hardie & Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual
Setting, *Marketing Science* 29(6), 1086-1108. With S(j) = B(γ, δ + j) / B(γ, δ), the probability
to outlive j opportunities, L = Σ over i of P(alive for i opportunities exactly, at least t_x)
B(α + x, β + i - x) / B(α, β).

Do not use it where purchases can fall on any day (BGNBD), where customers tell you that they leave
(ShiftedBetaGeometric), or where one customer may buy several times at an opportunity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import Generator, random_generator
from custvalue._histories.arguments import MOST_PERIODS, whole_numbers
from custvalue._histories.contracts import Period
from custvalue._histories.opportunities import MOST, OpportunityCells, OpportunityHistory
from custvalue._lifetime.fit import Fit, maximum_likelihood, of_model
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.prediction.at_opportunities import AtOpportunities
from custvalue._lifetime.prediction.predict import predict
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.prediction.totals import Of
from custvalue._lifetime.protocols import SpendModel
from custvalue._lifetime.purchasing.moments import few, require_customers
from custvalue._lifetime.renewing.renewals import (
    beta_geometric_lifetime,
    log_beta_ratio,
    rate_per_period,
    same_period,
    study,
)
from custvalue._lifetime.value.discounting import finite_lifetime
from custvalue._numerics.gamma_functions import log_rising
from custvalue._numerics.limits import FAR, as_likely
from custvalue._numerics.maximum import Derivatives, Objective
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Positive
from custvalue._words import plain
from custvalue.errors import DataError, EstimationError, ParameterError

# 2. Parameters -------------------------------------------------------------------------------


class BGBB(LifetimeModel):
    """The BG/BB model of Fader, Hardie & Shang (2010).

    Parameters
    ----------
    alpha, beta : float
        Parameters of the beta distribution of the probability to take an opportunity.
    gamma, delta : float
        Parameters of the beta distribution of the probability to leave before an opportunity.
    period : str, optional
        Time from one opportunity to the next, ``"1 year"``; needed only for discounting.

    Raises
    ------
    ParameterError
        If a parameter is not positive, or the period has no unit.

    Examples
    --------
    >>> from custvalue.lifetime import BGBB, OpportunityHistory
    >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    >>> donors = OpportunityHistory.from_arrays(
    ...     frequency=[0, 2, 6], recency=[0, 4, 6], opportunities=6
    ... )
    >>> model.probability_alive(donors, at=1).round(2)
    array([0.11, 0.59, 0.93])
    >>> model.expected_purchases(donors, 5).round(2)
    array([0.07, 1.06, 3.75])
    """

    kind: ClassVar[str] = "BG/BB"

    alpha: Positive
    beta: Positive
    gamma: Positive
    delta: Positive
    period: Period | None = None

    # 4. Methods ------------------------------------------------------------------------------

    @classmethod
    def fit(cls, history: OpportunityHistory) -> OpportunityFit:
        """Estimate the parameters by maximum likelihood.

        The fit predicts as the model does, ``fit.expected_purchases(history, 5)``.

        Parameters
        ----------
        history : OpportunityHistory
            Of all customers, including those who took no opportunity.

        Raises
        ------
        DataError
            If the history is of another kind.
        EstimationError
            If no customer took an opportunity, none had more than one, or there is only one
            customer.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning

        Examples
        --------
        >>> from custvalue.lifetime import BGBB
        >>> truth = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
        >>> fit = BGBB.fit(truth.simulate(20_000, opportunities=6, rng=1))
        >>> fit.converged, truth.alpha in fit.confidence_interval(0.99)["alpha"]
        (True, True)
        """
        cells = _checked(history).cells
        return maximum_likelihood(
            OpportunityFit,
            cells,
            LogLikelihood,
            starting_points(cells),
            customers=max(round(float(cells.count.sum())), 1),
            limit=partial(limit, cells=cells),
            given={"period": history.period},
        )

    @classmethod
    def _fit_class(cls) -> type[OpportunityFit]:
        return OpportunityFit

    def _likelihood_of(self, data: OpportunityHistory) -> Objective:
        return LogLikelihood(self._cells(data))

    def log_likelihood(self, history: OpportunityHistory) -> FloatArray:
        """Return the log-likelihood of one customer of each row, shape (n,).

        Parameters
        ----------
        history : OpportunityHistory
            With n rows.
        """
        each = self._terms(self._cells(history)).log_total()
        return history.per_row(each)

    def probability_alive(self, history: OpportunityHistory, *, at: int = 0) -> FloatArray:
        """Return the probability that customers are alive, shape (n,).

        Parameters
        ----------
        history : OpportunityHistory
            With n rows.
        at : int
            How many opportunities after the last one observed, if nothing more is observed; 1 is
            what the paper reports.
        """
        cells = self._cells(history)
        later = whole_number("at", at)
        steps = np.full(len(cells), later)
        outlives = np.exp(log_beta_ratio(self.delta + cells.opportunities, steps, self.gamma))
        return history.per_row(self._alive(cells) * outlives)

    def expected_purchases(self, history: OpportunityHistory, opportunities: int) -> FloatArray:
        """Return how many of the next opportunities customers are expected to take, shape (n,).

        Parameters
        ----------
        history : OpportunityHistory
            With n rows.
        opportunities : int
            How many opportunities ahead.
        """
        ahead = int(whole_number("opportunities", opportunities))
        return self.discounted_expected_purchases(
            history, annual_discount_rate=0, opportunities=ahead
        )

    def discounted_expected_purchases(
        self,
        history: OpportunityHistory,
        *,
        annual_discount_rate: float,
        opportunities: int | None = None,
    ) -> FloatArray:
        """Return the discounted expected residual transactions (DERT) of customers.

        Each is discounted to the last opportunity observed.

        Parameters
        ----------
        history : OpportunityHistory
            With n rows.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year; discounting is discrete, the next opportunity is one
            period away.
        opportunities : int or None
            How many opportunities ahead; None for an infinite horizon.
            P(alive) E[p] Σ S(n + j) / S(n) (1 + d)^-j from j = 1.

        Raises
        ------
        ParameterError
            If the rate is not in [0, 1), or 0 over an infinite horizon with gamma <= 1.
        UnitError
            If the rate is not 0 and neither the model nor the history has a period.
        """
        cells = self._cells(history)
        rate = rate_per_period(annual_discount_rate, self.period or history.period, "BGBB")
        ahead = math.inf if opportunities is None else whole_number("opportunities", opportunities)
        if ahead == math.inf and rate == 0:
            finite_lifetime("gamma", self.gamma, until="opportunities=None")
        x, n = cells.frequency, cells.opportunities
        takes = (self.alpha + x) / (self.alpha + self.beta + n)
        lives = beta_geometric_lifetime(self.gamma, self.delta + n, ahead, rate)
        return history.per_row(self._alive(cells) * takes * lives * math.exp(-rate))

    def expected_purchases_new_customer(self, opportunities: int) -> float:
        """Return how many of the first opportunities a new customer is expected to take.

        E[X(n)] = α / (α + β) Σ S(j).

        Parameters
        ----------
        opportunities : int
            How many opportunities.

        Examples
        --------
        >>> from custvalue.lifetime import BGBB
        >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
        >>> round(model.expected_purchases_new_customer(6), 3)
        2.22
        """
        n = whole_number("opportunities", opportunities)
        lives = beta_geometric_lifetime(self.gamma, np.array([self.delta]), n, 0.0)
        return self.alpha / (self.alpha + self.beta) * float(lives[0])

    def purchase_count_pmf(
        self, n: npt.ArrayLike, opportunities: int, history: OpportunityHistory | None = None
    ) -> FloatArray:
        """Return the probability that n of the next opportunities are taken.

        In the shape of `n`, for known customers (rows,) + that shape.

        Parameters
        ----------
        n : array_like of int
            Whole numbers >= 0.
        opportunities : int
            How many opportunities ahead.
        history : OpportunityHistory, optional
            Of known customers; without it, of a new one.

        Examples
        --------
        >>> from custvalue.lifetime import BGBB
        >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
        >>> model.purchase_count_pmf([0, 6], 6).round(3)
        array([0.311, 0.113])
        """
        counts = whole_numbers("n", n)
        ahead = int(whole_number("opportunities", opportunities, most=MOST))
        if history is None:
            return purchase_count_pmf(counts, ahead, self._symbols)
        cells = self._cells(history)
        alive = self._alive(cells).reshape(-1, *[1] * counts.ndim)
        known = self._counts_of_the_alive(cells, counts, ahead)
        return history.per_row(alive * known + (1 - alive) * (counts == 0))

    def probability_active(self, history: OpportunityHistory, opportunities: int) -> FloatArray:
        """Return the probability that customers take any of the next opportunities, shape (n,).

        Parameters
        ----------
        history : OpportunityHistory
            With n rows.
        opportunities : int
            How many opportunities ahead.
        """
        cells = self._cells(history)
        ahead = int(whole_number("opportunities", opportunities, most=MOST))
        none = self._counts_of_the_alive(cells, np.zeros(()), ahead)
        return history.per_row(self._alive(cells) * (1 - none))

    # 5. Simulation ---------------------------------------------------------------------------

    def simulate(
        self, customers: int, *, opportunities: npt.ArrayLike, rng: Generator = None
    ) -> OpportunityHistory:
        """Simulate customers whose purchases follow this model.

        Parameters
        ----------
        customers : int
            How many.
        opportunities : int or array_like of shape (customers,)
            How many each has had.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        ParameterError
            If `customers`, `opportunities` or `rng` is outside its domain.
        """
        n = study(customers, opportunities, "opportunities", most=MOST)
        random = random_generator(rng)
        takes = random.beta(self.alpha, self.beta, customers)
        leaves = random.beta(self.gamma, self.delta, customers)
        alive = np.ones(customers, dtype=bool)
        x, t_x = np.zeros(customers), np.zeros(customers)
        for opportunity in range(1, int(n.max()) + 1):
            alive &= (random.random(customers) >= leaves) & (opportunity <= n)
            taken = alive & (random.random(customers) < takes)
            x += taken
            t_x[taken] = opportunity
        return OpportunityHistory.from_arrays(
            frequency=x, recency=t_x, opportunities=n, period=self.period
        )

    @property
    def _symbols(self) -> Symbols:
        return Symbols(self.alpha, self.beta, self.gamma, self.delta)

    def _cells(self, history: OpportunityHistory) -> OpportunityCells:
        if (period := _checked(history).period) is not None:
            same_period(self.period, period, "BGBB")
        return history.cells

    def _counts_of_the_alive(
        self, cells: OpportunityCells, counts: FloatArray, ahead: int
    ) -> FloatArray:
        """Return the distribution of further purchases of each cell, given alive."""
        a, b, c, d = self._symbols
        each = [
            purchase_count_pmf(counts, ahead, Symbols(a + x, b + size - x, c, d + size))
            for x, size in zip(cells.frequency, cells.opportunities, strict=True)
        ]
        return np.array(each)

    def _terms(self, cells: OpportunityCells) -> Terms:
        return Terms(Places.of(cells), cells.frequency, self._symbols)

    def _alive(self, cells: OpportunityCells) -> FloatArray:
        terms = self._terms(cells)
        return np.exp(terms.value[terms.places.ends - 1] - terms.log_total())


class OpportunityAnswers:
    """What a fit asks its model."""

    probability_alive = of_model(BGBB.probability_alive)
    probability_active = of_model(BGBB.probability_active)
    expected_purchases = of_model(BGBB.expected_purchases)
    discounted_expected_purchases = of_model(BGBB.discounted_expected_purchases)
    expected_purchases_new_customer = of_model(BGBB.expected_purchases_new_customer)
    purchase_count_pmf = of_model(BGBB.purchase_count_pmf)
    simulate = of_model(BGBB.simulate)


class OpportunityFit(OpportunityAnswers, Fit[BGBB]):
    """A fitted model of purchases at opportunities, which answers what the model answers."""

    @property
    def period(self) -> str | None:
        """Time from one opportunity to the next; None if it is unknown."""
        return self.model.period

    def predict(
        self,
        history: OpportunityHistory,
        opportunities: int,
        *,
        interval: float | None = None,
        of: Of = "mean",
        spend: SpendModel | Fit[Any] | None = None,
        annual_discount_rate: float = 0.0,
        margin: float = 1.0,
    ) -> Prediction:
        """Predict P(alive), purchases, spend and value of each customer, with intervals.

        As the fits of models of purchases at any time do, which see for `interval`, `of`, `spend`,
        `annual_discount_rate` and `margin`; a rate above 0 needs a period.

        Parameters
        ----------
        history : OpportunityHistory
            Of n customers, each in a row of their own.
        opportunities : int
            How many opportunities ahead.
        interval : float, optional
            Level of the intervals, as in 0.9; no intervals by default.
        of : {"mean", "outcome"}
            What the intervals hold: what is expected, or what will happen.
        spend : SpendModel or Fit, optional
            How much customers spend.
        annual_discount_rate : float
            Of the value, effective.
        margin : float
            Share of the spend that is earned.

        Raises
        ------
        DataError
            If the history is of another kind, or a row stands for several customers.
        EstimationError, ParameterError, UnitError
            As there.

        Examples
        --------
        >>> from custvalue.lifetime import BGBB
        >>> truth = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
        >>> history = truth.simulate(2_000, opportunities=6, rng=1)
        >>> rows = BGBB.fit(history).predict(history, 5, interval=0.9, of="outcome")
        >>> best = rows.top(1)
        >>> best.purchases.round(2), best.purchases_low, best.purchases_high
        (array([3.73]), array([0.]), array([5.]))
        """
        ahead = int(whole_number("opportunities", opportunities, most=MOST))
        return predict(
            self,
            AtOpportunities.of(self.model, history, ahead, annual_discount_rate),
            interval=interval,
            of=of,
            spend=spend,
            annual_discount_rate=annual_discount_rate,
            margin=margin,
        )


def _checked(history: Any) -> OpportunityHistory:
    if not isinstance(history, OpportunityHistory):
        raise DataError(
            f"BGBB needs an OpportunityHistory, in which customers take or leave whole "
            f"opportunities, but it is a {type(history).__name__}. For purchases at any time use "
            f"BGNBD."
        )
    return history


def whole_number(name: str, value: object, *, most: int = MOST_PERIODS) -> float:
    """Return a single whole number >= 0."""
    number = whole_numbers(name, value, most=most)  # type: ignore[arg-type]  # it looks at any object
    if number.ndim:
        raise ParameterError(f"{name} must be one whole number, but it is {plain(value)!r}.")
    return float(number)


# 3. Formulas ---------------------------------------------------------------------------------


class Symbols(NamedTuple):
    """The parameters of the BG/BB."""

    alpha: float
    beta: float
    gamma: float
    delta: float


class Places(NamedTuple):
    """The terms of the likelihood of each cell: alive for i opportunities, i = t_x … n."""

    cell: IntArray
    i: FloatArray
    leaves: FloatArray  # 1 where the customer left after i < n opportunities, 0 where i = n
    starts: IntArray
    ends: IntArray

    @classmethod
    def of(cls, cells: OpportunityCells) -> Places:
        """Lay out the terms of all cells in a row."""
        size = (cells.opportunities - cells.recency + 1).astype(np.int64)
        ends = np.cumsum(size)
        starts = ends - size
        cell = np.repeat(np.arange(len(cells)), size)
        i = np.arange(len(cell)) - starts[cell] + cells.recency[cell]
        return cls(cell, i, (i < cells.opportunities[cell]).astype(np.float64), starts, ends)


class Terms:
    """Logarithms of the terms of the likelihood, with derivatives where they are asked for."""

    def __init__(self, places: Places, frequency: FloatArray, p: Symbols) -> None:
        alpha, beta, gamma, delta = p
        self.places, i, x = places, places.i, frequency[places.cell]
        self.gamma, self.both = gamma, gamma + delta + i
        self.of_alpha, self.of_beta = log_rising(alpha, x), log_rising(beta, i - x)
        self.of_takes, self.of_leaves = log_rising(alpha + beta, i), log_rising(gamma + delta, i)
        self.of_delta = log_rising(delta, i)
        passed = log_outlived(beta, alpha, i - x)
        taken = log_rising(alpha, x).value - self.of_takes.value
        taken += log_rising(alpha + beta, i - x).value
        leaves = places.leaves * np.log(gamma / self.both)
        self.value = passed + taken + log_outlived(delta, gamma, i) + leaves

    def log_total(self) -> FloatArray:
        """Return the log-likelihood of each cell."""
        largest = np.maximum.reduceat(self.value, self.places.starts)
        shares = np.exp(self.value - largest[self.places.cell])
        total: FloatArray = largest + np.log(np.add.reduceat(shares, self.places.starts))
        return total

    def gradient(self) -> FloatArray:
        """Return the gradient of each term, shape (4, terms)."""
        out, inverse = self.places.leaves, self.places.leaves / self.both
        takes, leaves = self.of_takes.first, self.of_leaves.first
        return np.stack(
            (
                self.of_alpha.first - takes,
                self.of_beta.first - takes,
                out / self.gamma - inverse - leaves,
                self.of_delta.first - inverse - leaves,
            )
        )

    def curvature(self, weight: FloatArray) -> FloatArray:
        """Return the weighted sum of the Hessians of the terms."""
        out, square = self.places.leaves, self.places.leaves / self.both**2
        hessian = np.zeros((4, 4))
        hessian[:2, :2] = -(weight @ self.of_takes.second)
        hessian[2:, 2:] = weight @ (square - self.of_leaves.second)
        extra = (
            self.of_alpha.second,
            self.of_beta.second,
            -out / self.gamma**2,
            self.of_delta.second,
        )
        return hessian + np.diag([float(weight @ second) for second in extra])


def log_outlived(b: float, a: float, i: FloatArray) -> FloatArray:
    """Return log of B(a, b + i) / B(a, b) as a sum in which nothing cancels."""
    steps = -np.log1p(a / (b + np.arange(int(i.max(initial=0)))))
    return np.concatenate(([0.0], np.cumsum(steps)))[i.astype(np.intp)]


class LogLikelihood:
    """The log-likelihood over cells, with exact gradient and Hessian in (α, β, γ, δ)."""

    def __init__(self, cells: OpportunityCells) -> None:
        self.cells, self.places = cells, Places.of(cells)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        count, cell = self.cells.count, self.places.cell
        terms = Terms(self.places, self.cells.frequency, Symbols(*parameters.tolist()))
        log_total = terms.log_total()
        share = np.exp(terms.value - log_total[cell])
        weight, slopes = count[cell] * share, terms.gradient()
        mean = np.add.reduceat(share * slopes, self.places.starts, axis=1)
        spread = (weight * slopes) @ slopes.T - (count * mean) @ mean.T
        return Derivatives(
            float(count @ log_total), slopes @ weight, terms.curvature(weight) + spread
        )


def purchase_count_pmf(x: FloatArray, n: int, p: Symbols) -> FloatArray:
    """Return P(X(n) = x): x of the i opportunities that the customer lived for."""
    alpha, beta, gamma, delta = p
    i = np.arange(n + 1.0)
    taken = np.minimum(x[..., None], i)
    lives = log_outlived(delta, gamma, i)
    lives[:-1] += np.log(gamma / (gamma + delta + i[:-1]))
    ways = special.gammaln(i + 1) - special.gammaln(taken + 1) - special.gammaln(i - taken + 1)
    takes = log_rising(alpha, taken).value + log_rising(beta, i - taken).value
    log_term = lives + ways + takes - log_rising(alpha + beta, i).value
    total: FloatArray = np.where(x[..., None] <= i, np.exp(log_term), 0.0).sum(axis=-1)
    return total


def starting_points(cells: OpportunityCells) -> list[dict[str, float]]:
    """Take p from the opportunities up to the last one taken, and try out the rest.

    How many leave each time: few, some or most, because the likelihood may have two tops. How much
    customers differ: what is likeliest of six. Of few customers there may be tops at the corners,
    where all are alike, or are never in doubt, in what they take or in when they leave.
    """
    n, x, count = cells.opportunities, cells.frequency, cells.count
    require_customers(float(count.sum()), BGBB)
    if not float(count @ x):
        raise EstimationError(
            f"BGBB.fit needs purchases, but none of the {count.sum():,.0f} customers took an "
            f"opportunity (frequency is 0 everywhere). Observe for longer."
        )
    if n.max() < 2:
        raise EstimationError(
            "BGBB.fit needs customers with at least 2 opportunities, because otherwise leaving "
            "cannot be observed. Observe for longer."
        )
    taken = min(float(count @ x) / float(count @ cells.recency), 0.9)
    log_likelihood = LogLikelihood(cells)

    def likeliest(
        takes: Sequence[float], differ: Sequence[float], away: Sequence[float]
    ) -> Symbols:
        guesses = [
            Symbols(a * taken, a * (1 - taken), b * leaves, b * (1 - leaves))
            for a in takes
            for b in differ
            for leaves in away
        ]
        return max(guesses, key=lambda guess: log_likelihood(np.array(guess)).value)

    starts = [likeliest((0.5, 2.0, 8.0), (1.0, 4.0), [leaves]) for leaves in LEAVING]
    if few(cells):
        starts += [likeliest([a], [b], LEAVING) for a in CORNERS for b in CORNERS]
    return [start._asdict() for start in starts]


LEAVING = (0.05, 0.2, 0.6)
CORNERS = (1e-4, 1e4)


def limit(model: BGBB, cells: OpportunityCells) -> str:
    """Say what the estimates mean where the data cannot tell the parameters apart."""
    alpha, beta, gamma, delta = model.alpha, model.beta, model.gamma, model.delta
    likely = as_likely(LogLikelihood(cells), np.array([alpha, beta, gamma, delta]))
    leaves, takes = gamma + delta, alpha + beta
    reached = []
    lifetimes, taking = BETA_GEOMETRIC, BETA_BINOMIAL
    if gamma / leaves < 1e-4 and likely(alpha, beta, gamma / FAR, delta):
        reached.append("no customer leaves")
        lifetimes = ""
    elif leaves > LARGE and likely(alpha, beta, FAR * gamma, FAR * delta):
        reached.append(f"all leave with the probability {gamma / leaves:.4g}")
        lifetimes = " with geometric lifetimes (that probability in place of gamma and delta)"
    elif leaves < 1e-2 and likely(alpha, beta, gamma / FAR, delta / FAR):
        reached.append(f"a share of {gamma / leaves:.4g} leaves at once, and none later")
        lifetimes = " with a share that takes nothing (that share in place of gamma and delta)"
    if takes > LARGE and likely(FAR * alpha, FAR * beta, gamma, delta):
        reached.append(f"all take an opportunity with the probability {alpha / takes:.4g}")
        taking = "a binomial model (that probability in place of alpha and beta)"
    remedy = (
        "Predictions for customers like those observed can be used; the parameters themselves "
        "cannot be interpreted. Use more opportunities or more customers."
    )
    if not reached:
        return remedy
    where = " and ".join(reached)
    return f"It is the limit where {where}: {taking}{lifetimes}. {remedy}"


BETA_BINOMIAL = "a beta-binomial model (alpha and beta)"
BETA_GEOMETRIC = " with beta-geometric lifetimes (gamma and delta)"


LARGE = 20.0  # a sum of shapes from which on a beta distribution is nearly one value
