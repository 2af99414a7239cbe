"""NBD: customers who never leave, each at a rate of their own.

A customer buys at random with a rate λ of their own, without end. Rates vary over customers as
Gamma(r, α). So the number of purchases in a given time has a negative binomial distribution, and
what is expected of a customer is a weighted average of their own rate and the mean rate of all.
Recency has no influence.

Source: Ehrenberg (1959), The Pattern of Consumer Purchases, *Applied Statistics* 8(1), 26-41;
Schmittlein, Morrison & Colombo (1987), Counting Your Customers, *Management Science* 33(1), 1-24,
of whose model it is the limit without dropout (s → 0).

With m = r + x:

(1) L = Γ(r+x)/Γ(r) α^r (α+T)^-m            the likelihood of purchases at x given times
(2) P(X(t) = n) = Γ(r+n)/(Γ(r) n!) (α/(α+t))^r (t/(α+t))^n
(3) E[Y(t) | x, T] = m t / (α+T)
(4) P(Y(t) = 0 | x, T) = ((α+T)/(α+T+t))^m

Do not use it where customers leave, unless to see how much a model with dropout gains; nor where
purchases come at regular intervals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.terms import CovariateTerms, DropoutForm
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.covariates.cell_by_cell import NBDCells
from custvalue._lifetime.covariates.links import BUYING, RATE, LogLinear
from custvalue._lifetime.covariates.purchases import DrivenByCovariates
from custvalue._lifetime.doubts import Doubt
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._lifetime.priors.quantities import ONLY_RATES, Measure
from custvalue._lifetime.purchasing.moments import gamma_rates
from custvalue._lifetime.purchasing.purchase_model import Drawn, drawn_at_random
from custvalue._numerics.gamma_functions import log_choices, log_rising
from custvalue._numerics.limits import one_purchase_rate, usable
from custvalue._numerics.maximum import Derivatives, Objective
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue.errors import ParameterError

# 2. Parameters -------------------------------------------------------------------------------


class NBD(DrivenByCovariates):
    """The negative binomial model of Ehrenberg (1959).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha. :meth:`fit` sets it; without it the unit of a history is trusted.
    covariates : CovariateTerms, optional
        Of a customer with covariates z: α e^(-γ'z).

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import NBD, PurchaseHistory
    >>> model = NBD(r=0.385, alpha=12.072, unit="week")
    >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
    >>> model.expected_purchases(one, "39 weeks").round(3)
    array([1.826])
    """

    kind: ClassVar[str] = "NBD"
    _enters: ClassVar[bool] = True  # what was before says nothing of what comes

    r: Positive
    alpha: Positive
    unit: TimeUnit | None = None
    covariates: CovariateTerms | None = None

    # 4. Estimation and answers about cells ------------------------------------------------------

    @classmethod
    def _objective(cls, cells: Cells) -> Objective:
        return LogLikelihood(cells)

    @classmethod
    def _measure(cls, given: Mapping[str, Any]) -> Measure:  # noqa: ARG003 - there is no k
        return ONLY_RATES

    @classmethod
    def _start(cls, cells: Cells) -> list[dict[str, float]]:
        return [gamma_rates(cells, cls)]

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> LogLinear:  # noqa: ARG003 - nobody leaves
        return LogLinear(("r", "alpha"), {"purchase": RATE}, {"purchase": BUYING})

    @classmethod
    def _cell_by_cell(cls, cells: Cells) -> NBDCells:
        return NBDCells(cells)

    def _limit(self, cells: Cells) -> str:  # noqa: ARG002 - there is no simpler model to compare with
        poisson = (
            f": a Poisson process, and the rate is its only parameter. {usable('r and alpha')}"
        )
        return one_purchase_rate(self.r / self.alpha, poisson)

    def _active_by_definition(self, x: FloatArray) -> npt.NDArray[np.bool_]:
        return np.ones(len(x), dtype=np.bool_)

    def _doubts(self, cells: Cells, value: float) -> Iterator[Doubt]:  # noqa: ARG002 - of any fit
        yield Doubt(reason="nobody leaves", message=NOBODY_LEAVES)

    def _log_likelihood(self, cells: Cells) -> FloatArray:
        return log_likelihood(cells.frequency, cells.age, self)

    def _alive(self, cells: Cells) -> FloatArray:
        return np.ones(len(cells))

    def _stays(self, cells: Cells, later: float) -> FloatArray:  # noqa: ARG002 - no customer leaves
        return np.ones(len(cells))

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        waits = (self.r + cells.frequency) * np.log1p(until / (self.alpha + cells.age))
        return -np.expm1(-waits)

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        time = until if rate == 0 else -math.expm1(-rate * until) / rate
        return (self.r + cells.frequency) / (self.alpha + cells.age) * time

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        return purchase_counts(n, until, self.r + cells.frequency, self.alpha + cells.age)

    def _count_parts(self, cells: Cells, until: float) -> CountParts:
        m, odds = self.r + cells.frequency, until / (self.alpha + cells.age)
        return CountParts.without_dropout(np.ones((1, 1)), m[None], odds[None])

    def _check_that_customers_leave(self) -> None:
        raise ParameterError(
            "in the NBD no customer ever leaves, so there is no remaining lifetime. Use a model in "
            "which customers leave, such as ParetoNBD."
        )

    def _check_total(self) -> None:
        raise ParameterError(
            "annual_discount_rate must be > 0 where horizon=None, because in the NBD no customer "
            "leaves, so the purchases over an infinite horizon have no finite sum. Give a rate or "
            "a horizon."
        )

    # 5. Simulation ---------------------------------------------------------------------------

    def _draw(self, T: FloatArray, random: np.random.Generator) -> Drawn:
        return drawn_at_random(random.gamma(self.r, 1 / self.alpha, len(T)), T, random)


NOBODY_LEAVES = (
    "NBD: no customer ever leaves, so P(alive) is 1 for all, and forecasts far ahead are upper "
    "bounds. Where customers may have left, use ParetoNBD or MBGNBD."
)

# 3. Formulas ---------------------------------------------------------------------------------


def log_likelihood(x: FloatArray, T: FloatArray, p: NBD) -> FloatArray:
    """Equation (1)."""
    return log_rising(p.r, x).value - p.r * np.log1p(T / p.alpha) - x * np.log(p.alpha + T)


def purchase_counts(n: FloatArray, t: float, m: FloatArray, age: FloatArray) -> FloatArray:
    """Equation (2) with shape m and rate `age`; shape (len(m), len(n))."""
    m, age = m[:, None], age[:, None]
    log_share = special.xlogy(n, t / (age + t)) - m * np.log1p(t / age)
    return np.exp(log_choices(m, n) + log_share)


class LogLikelihood:
    """Equation (1) summed over cells, with exact gradient and Hessian in (r, α).

    It depends on the customers with x purchases and on those observed for T, not on both at once.
    """

    def __init__(self, cells: Cells) -> None:
        self.x, row = np.unique(cells.frequency, return_inverse=True)
        self.with_x = np.bincount(row, cells.count)
        self.T, row = np.unique(cells.age, return_inverse=True)
        self.with_T = np.bincount(row, cells.count)
        self.purchases = np.bincount(row, cells.count * cells.frequency)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha = parameters.tolist()
        of_r, n, bought, T = log_rising(r, self.x), self.with_x, self.purchases, self.T
        passed, inverse = np.log1p(T / alpha), 1 / (alpha + T)
        share = self.with_T * T * inverse / alpha  # n (1/α - 1/(α+T)) without cancellation
        rising = share.sum()
        value = n @ of_r.value - r * (self.with_T @ passed) - bought @ np.log(alpha + T)
        gradient = np.array([n @ of_r.first - self.with_T @ passed, r * rising - bought @ inverse])
        curved = bought @ inverse**2 - r * (share @ (inverse + 1 / alpha))
        return Derivatives(
            float(value), gradient, np.array([[n @ of_r.second, rising], [rising, curved]])
        )
