"""What customers are worth: expected purchases times expected spend times margin, discounted.

CLV = m E[Z | x, z̄] ∫ e^(-δu) dE[Y(u) | x, t_x, T], from 0 to the horizon, with δ = ln(1 + d).
Counted are purchases after the end of observation: past spend and the cost of winning the customer
are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._lifetime.arguments import is_number, meant_percent
from custvalue._lifetime.bgbb import BGBB
from custvalue._lifetime.discounting import Discounting
from custvalue._lifetime.estimates import TotalEstimate
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.history import PurchaseHistory
from custvalue._lifetime.opportunities import OpportunityHistory
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.renewals import ContractModel, periods_ahead
from custvalue._lifetime.units import Horizon
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, LabelArray, Probabilities, read_only
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, one_line, percent, plain
from custvalue.errors import DataError, ParameterError

COUNTED = "repeat purchases after the end of observation; mean spend of repeat purchase days; "
CONVENTION = f"{COUNTED}discounted continuously at ln(1 + rate) a year"
AT_OPPORTUNITIES = (
    "opportunities taken after the last one observed; mean spend of the opportunities taken; "
    "each discounted from its time at ln(1 + rate) a year"
)
COLUMNS = (
    "customer",
    "probability_alive",
    "expected_purchases",
    "discounted_expected_purchases",
    "expected_spend",
    "value",
)
ROWS_SHOWN = 10
RELATIVE_STEP = 1e-4  # of central differences: their error is of the order of its square


@dataclass(frozen=True, eq=False, repr=False)
class CustomerLifetimeValue(Pictured, Columns):
    """The value of each customer, and what it is made of.

    :func:`customer_lifetime_value` makes it.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers.
    probability_alive : ndarray of float64, shape (n,)
        At the end of observation.
    expected_purchases, discounted_expected_purchases : ndarray of float64, shape (n,)
        Within the horizon. Without a horizon, the purchases that are not discounted are NaN,
        unless the rate is 0, because they may have no finite sum.
    expected_spend : ndarray of float64, shape (n,)
        On a future purchase day.
    value : ndarray of float64, shape (n,)
        margin x expected_spend x discounted_expected_purchases.
    horizon : str or None
        How far ahead; None for an infinite horizon.
    annual_discount_rate : float
        Effective, 0.10 for 10 % a year.
    margin : float
        Share of the spend that is earned.
    total_standard_error : float or None
        Of :attr:`total`, from the uncertainty of the parameters, where it is known.
    convention : str
        What is counted and how it is discounted.
    """

    PICTURE: ClassVar = "value_concentration"

    customer: LabelArray
    probability_alive: Probabilities
    expected_purchases: FloatArray
    discounted_expected_purchases: FloatArray
    expected_spend: FloatArray
    value: FloatArray
    horizon: str | None
    annual_discount_rate: float
    margin: float
    total_standard_error: NonNegative | None = None
    convention: str = CONVENTION

    def __len__(self) -> int:
        return len(self.value)

    @property
    def total(self) -> TotalEstimate:
        """The value of all customers together, with its standard error where it is known.

        ``clv.total.confidence_interval(0.95)`` needs the fits of both models. How much single
        customers differ from their expectation is not in it; over many customers that averages
        out. The two fits are taken as independent, as the models take purchases and spend to be.
        """
        return TotalEstimate(
            name="total value",
            value=float(self.value.sum()),
            standard_error=self.total_standard_error,
            n=len(self),
            effective_n=len(self),
        )

    def concentration(self, top: float = 0.2) -> float:
        """Return the share of the total value that the most valuable customers hold.

        Parameters
        ----------
        top : float
            Share of the customers, between 0 and 1; 0.2 for the best 20 %. Part of a customer
            counts in part.

        Returns
        -------
        float
            Between `top`, where all are worth the same, and 1.

        Raises
        ------
        ParameterError
            If `top` is not between 0 and 1, or the total value is 0.
        """
        if not is_number(top) or not 0 < top < 1:
            raise ParameterError(
                f"top must be > 0 and < 1, as in 0.2 for the best 20 %, but it is {plain(top)!r}."
                f"{meant_percent(top)}"
            )
        total = self._positive_total()
        held = np.concatenate(([0.0], np.cumsum(np.sort(self.value)[::-1])))
        return float(np.interp(top * len(self), np.arange(len(self) + 1), held) / total)

    def top(self, n: int = 10) -> CustomerLifetimeValue:
        """Return the n most valuable customers, the best first.

        Parameters
        ----------
        n : int
            How many; all if there are fewer.
        """
        return self._part(np.argsort(-self.value, kind="stable")[: _checked_count(n)])

    def at_risk(self, n: int = 10, *, alive_below: float = 0.5) -> CustomerLifetimeValue:
        """Return the n most valuable of the customers who have probably left, the best first.

        At risk is whose probability of being alive is below `alive_below`. The value already
        counts that probability: it is what they are still worth.

        Parameters
        ----------
        n : int
            How many; all at risk if there are fewer.
        alive_below : float
            Between 0 and 1.

        Raises
        ------
        ParameterError
            If `alive_below` is not between 0 and 1.
        """
        if not is_number(alive_below) or not 0 < alive_below <= 1:
            raise ParameterError(
                f"alive_below must be > 0 and <= 1, as in 0.5, but it is {plain(alive_below)!r}."
                f"{meant_percent(alive_below)}"
            )
        order = np.argsort(-self.value, kind="stable")
        risky = order[self.probability_alive[order] < alive_below]
        return self._part(risky[: _checked_count(n)])

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return customer, probability_alive, …, value as a plain dict."""
        return {name: getattr(self, name) for name in COLUMNS}

    def _positive_total(self) -> float:
        if not self.total.value > 0:
            raise ParameterError(
                "the total value is 0, so it has no concentration. Give a longer "
                "horizon, or other customers."
            )
        return self.total.value

    def _part(self, rows: npt.NDArray[np.intp]) -> CustomerLifetimeValue:
        part: dict[str, Any] = {
            name: read_only(column[rows]) for name, column in self.columns().items()
        }
        return replace(self, **part, total_standard_error=None)

    def __repr__(self) -> str:
        return one_line(
            "CustomerLifetimeValue",
            customers=len(self),
            total=self.total.value,
            horizon=self.horizon,
            annual_discount_rate=self.annual_discount_rate,
            margin=self.margin,
        )

    def _table(self) -> Table:
        header = ("customer", "P(alive)", "purchases", "discounted", "spend", "value")
        best = self.top(ROWS_SHOWN).columns()
        rows = tuple(zip(*(column.tolist() for column in best.values()), strict=True))
        return Table(
            f"Customer lifetime value, the best {len(rows)} of {len(self):,}",
            header,
            tuple((str(row[0]), *row[1:]) for row in rows),
            self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        total = f"Total {number(self.total.value, 6)}"
        if self.total_standard_error is not None and self.total.value > 0:
            interval = self.total.confidence_interval()
            total += f" {interval} ({interval.description})"
        ahead = "infinite" if self.horizon is None else f"{self.horizon} ahead"
        discount = f"Discount rate {percent(self.annual_discount_rate, 1)} a year"
        return (
            f"{total}.",
            f"Horizon: {ahead}. {discount}. Margin {percent(self.margin, 1)}.",
            f"Counted: {self.convention}.",
        )


def _checked_count(n: int) -> int:
    if not isinstance(n, int | np.integer) or isinstance(n, bool) or n < 1:
        raise ParameterError(f"n must be a whole number >= 1, but it is {n!r}.")
    return int(n)


def customer_lifetime_value(
    history: PurchaseHistory | OpportunityHistory,
    *,
    purchases: PurchaseModel | BGBB | Fit[Any],
    spend: SpendModel | Fit[Any],
    horizon: Horizon | None,
    annual_discount_rate: float,
    margin: float,
    discounting: Discounting = "continuous",
) -> CustomerLifetimeValue:
    """Compute what each customer is worth within the horizon.

    Customers under contract are valued by :func:`contract_lifetime_value`: they do not buy, they
    renew, and pay the same each time.

    Parameters
    ----------
    history : PurchaseHistory or OpportunityHistory
        Of n customers, with monetary values.
    purchases : PurchaseModel, BGBB or Fit
        How often they buy, :class:`BGNBD`; :class:`BGBB` for an :class:`OpportunityHistory`. With
        its :class:`Fit` the total gets an interval.
    spend : SpendModel or Fit
        How much they spend, :class:`GammaGamma`; likewise.
    horizon : str, timedelta or None
        How far ahead, as in ``"3 years"``; None for an infinite horizon, which needs a rate > 0, or
        a model whose customers leave so soon that the sum is finite.
    annual_discount_rate : float
        Effective: 0.10 for 10 % a year.
    margin : float
        Share of the spend that is earned, > 0 and <= 1.
    discounting : {"continuous", "daily", "weekly", "monthly", "quarterly", "yearly"}
        From when a purchase is discounted: its own time, or the end of its day, week, …

    Returns
    -------
    CustomerLifetimeValue

    Raises
    ------
    DataError
        If it is no history of purchases, or has no monetary values.
    ParameterError
        If rate, margin or horizon are outside their domain, or expected spend does not exist.
    UnitError
        If the horizon has no unit, or the model counts time in another unit than the history.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> history = lifetime.PurchaseHistory.from_arrays(
    ...     frequency=[2, 0],
    ...     recency=[30.43, 0],
    ...     age=[38.86, 38.86],
    ...     monetary_value=[22.35, 0],
    ...     unit="week",
    ... )
    >>> value = lifetime.customer_lifetime_value(
    ...     history,
    ...     purchases=lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
    ...     spend=lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44),
    ...     horizon="3 years",
    ...     annual_discount_rate=0.10,
    ...     margin=0.30,
    ... )
    >>> value.value.round(2)
    array([23.38,  5.84])
    """
    margin = _checked_margin(margin)
    ask = _Question(history, horizon, annual_discount_rate, discounting)
    buys = ask.answered_by(purchases)
    pays = _model_of(spend, SpendModel, "spend", "GammaGamma")
    money = pays.expected_spend(history)
    ahead = ask.discounted(buys)
    variances = (
        delta_variance(purchases, lambda model: margin * float(money @ ask.discounted(model))),
        delta_variance(spend, lambda model: margin * float(ahead @ model.expected_spend(history))),
    )
    known = None not in variances
    customer = history.customer
    return CustomerLifetimeValue(
        customer=read_only(np.arange(len(history))) if customer is None else customer,
        probability_alive=read_only(buys.probability_alive(history)),
        expected_purchases=read_only(ask.expected(buys)),
        discounted_expected_purchases=read_only(ahead),
        expected_spend=read_only(money),
        value=read_only(margin * money * ahead),
        horizon=_in_words(horizon),
        annual_discount_rate=float(annual_discount_rate),
        margin=margin,
        total_standard_error=math.sqrt(sum(v or 0.0 for v in variances)) if known else None,
        convention=ask.convention,
    )


@dataclass(frozen=True)
class _Question:
    """What is asked of a model of purchases, at any time or at opportunities."""

    history: PurchaseHistory | OpportunityHistory
    horizon: Horizon | None
    annual_discount_rate: float
    discounting: Discounting

    def __post_init__(self) -> None:
        if not isinstance(self.history, PurchaseHistory | OpportunityHistory):
            raise DataError(
                f"customer_lifetime_value needs a PurchaseHistory or an OpportunityHistory, in "
                f"which customers buy, but it is: {type(self.history).__name__}. For customers "
                f"under contract use contract_lifetime_value."
            )
        require_choice("discounting", self.discounting, get_args(Discounting))
        if self._at_opportunities and self.discounting != "continuous":
            raise ParameterError(
                f"discounting={self.discounting!r} is for purchases at any time; each opportunity "
                f"is discounted from its own time. Omit discounting."
            )

    @property
    def _at_opportunities(self) -> bool:
        return isinstance(self.history, OpportunityHistory)

    @property
    def convention(self) -> str:
        if self._at_opportunities:
            return AT_OPPORTUNITIES
        if self.discounting == "continuous":
            return CONVENTION
        period = PERIOD_NAMES[self.discounting]
        return f"{COUNTED}discounted from the end of each {period} at ln(1 + rate) a year"

    def answered_by(self, purchases: Any) -> Any:
        """Return the model if it is one for this kind of history."""
        if self._at_opportunities:
            return _model_of(purchases, BGBB, "purchases", "BGBB")
        return _model_of(purchases, PurchaseModel, "purchases", "BGNBD")

    def expected(self, model: Any) -> FloatArray:
        """Return purchases without discounting; NaN where they may have no finite sum."""
        if self.horizon is None and self.annual_discount_rate == 0:
            return self.discounted(model)
        if self.horizon is None:
            return np.full(len(self.history), np.nan)
        ahead = self._opportunities(model) if self._at_opportunities else self.horizon
        expected: FloatArray = model.expected_purchases(self.history, ahead)
        return expected

    def discounted(self, model: Any) -> FloatArray:
        """Return discounted purchases."""
        how: dict[str, Any] = {"annual_discount_rate": self.annual_discount_rate}
        if self._at_opportunities:
            how["opportunities"] = self._opportunities(model)
        else:
            how["horizon"] = self.horizon
            if self.discounting != "continuous":  # which any model knows
                how["discounting"] = self.discounting
        ahead: FloatArray = model.discounted_expected_purchases(self.history, **how)
        return ahead

    def _opportunities(self, model: Any) -> int | None:
        period = model.period or getattr(self.history, "period", None)
        why = "There is one opportunity a period."
        ahead = periods_ahead(self.horizon, period, "BGBB", why)
        return None if ahead == math.inf else int(ahead)


PERIOD_NAMES = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
}


def _checked_margin(margin: float) -> float:
    if not is_number(margin) or not 0 < margin <= 1:
        raise ParameterError(
            f"margin must be > 0 and <= 1, as in 0.30 for 30 % of the spend, but it is "
            f"{plain(margin)!r}.{meant_percent(margin)}"
        )
    return float(margin)


def _model_of(given: Any, kind: Any, argument: str, example: str) -> Any:
    """Take the model out of a fit, and refuse what is neither."""
    model = given.model if isinstance(given, Fit) else given
    if not isinstance(model, kind) or isinstance(model, type):
        shown = model.__name__ if isinstance(model, type) else type(model).__name__
        contract = isinstance(model, ContractModel)
        remedy = " For customers under contract use contract_lifetime_value." if contract else ""
        raise ParameterError(
            f"{argument} must be a model such as {example}(...), or its fit, but it is "
            f"{'the class' if isinstance(model, type) else 'a'} {shown}.{remedy}"
        )
    return model


def _in_words(horizon: Horizon | None) -> str | None:
    if isinstance(horizon, timedelta):
        return f"{horizon / timedelta(days=1):g} days"
    return horizon


def delta_variance(fit: Any, total: Callable[[Any], float]) -> float | None:
    """Variance of a total by the delta method; None where the covariance is not known."""
    if not isinstance(fit, Fit) or fit.covariance is None:
        return None
    gradient = np.array(
        [_slope(fit.model, name, value, total) for name, value in fit.parameters.items()]
    )
    return float(gradient @ np.array(fit.covariance) @ gradient)


def _slope(model: Frozen, name: str, value: float, total: Callable[[Any], float]) -> float:
    """Return the derivative of a total by a parameter: a central difference of its logarithm."""
    up, down = value * math.exp(RELATIVE_STEP), value * math.exp(-RELATIVE_STEP)
    rise = total(model.model_copy(update={name: up})) - total(model.model_copy(update={name: down}))
    return rise / (up - down)
