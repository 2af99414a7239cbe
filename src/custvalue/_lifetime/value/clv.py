"""What customers are worth: expected purchases times expected spend times margin, discounted.

CLV = m E[Z | x, z̄] ∫ e^(-δu) dE[Y(u) | x, t_x, T], from 0 to the horizon, with δ = ln(1 + d).
Counted are purchases after the end of observation: past spend and the cost of winning the customer
are not in it.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._histories.arguments import checked_count, checked_margin, checked_number
from custvalue._histories.covariates.pattern_cells import grouped
from custvalue._histories.customer_cells import CustomerCells, customers_of_rows
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.opportunities import OpportunityHistory
from custvalue._histories.rows import largest_first
from custvalue._histories.units import Horizon
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.grouping.each_by_own import EachByOwn
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.purchasing.bgbb import BGBB
from custvalue._lifetime.purchasing.purchase_model import PurchasesAtAnyTime
from custvalue._lifetime.renewing.renewals import periods_ahead
from custvalue._lifetime.spend.spend_model import refunds_in_words
from custvalue._lifetime.value.buyers import buyers
from custvalue._lifetime.value.discounting import Discounting
from custvalue._lifetime.value.worth import LifetimeValue, Total, in_words, model_of, total_error
from custvalue._numerics.deferred import deferred
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray, LabelArray, Probabilities, read_only
from custvalue._table import Table
from custvalue._values import NonNegative
from custvalue._words import count, one_line, percent_as_given
from custvalue.errors import AliveByDefinitionWarning, DataError, ParameterError

COUNTED = "repeat purchases after the end of observation; mean spend of repeat purchase days; "
CONVENTION = f"{COUNTED}discounted continuously at ln(1 + rate) a year"
AT_OPPORTUNITIES = (
    "opportunities taken after the last one observed; mean spend of the opportunities taken; "
    "each discounted from its time at ln(1 + rate) a year"
)
NEVER_AT_RISK = (
    "at_risk never names {never}: by the definition of the model of purchases P(alive) is 1 for "
    "them, however long they have been silent. Value the customers with a model in which they can "
    "have left, such as MBGNBD or ParetoNBD."
)
ROWS_SHOWN = 10
SOME = (
    "these are some of the customers only. Compute the value of them alone, from "
    "history.select(...) and the fits of all customers."
)


@dataclass(frozen=True, eq=False, repr=False)
class CustomerLifetimeValue(Pictured, LifetimeValue):
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
    no_error_because : str
        Why :attr:`total` has no standard error, and what to do; empty where it has one.
    alive_by_definition : int
        Customers whose P(alive) is 1 by the definition of the model of purchases, whatever they
        do: those with one purchase in BG/NBD and BG/CNBD-k, all in NBD.
    count : ndarray of float64, shape (n,), or None
        How many customers a row stands for, of :class:`CustomerCells`; all other columns are those
        of one customer each. None where every row is one.
    """

    PICTURE: ClassVar[str] = "value_concentration"
    NUMBERS: ClassVar = (
        "probability_alive",
        "expected_purchases",
        "discounted_expected_purchases",
        "expected_spend",
        "value",
        "count",
    )

    customer: LabelArray
    probability_alive: Probabilities
    expected_purchases: FloatArray
    discounted_expected_purchases: FloatArray
    expected_spend: FloatArray
    value: FloatArray
    horizon: str | None
    annual_discount_rate: float
    margin: float
    total_standard_error: NonNegative | None = deferred()  # noqa: RUF009 - a descriptor, no value
    convention: str = CONVENTION
    no_error_because: str = ""
    alive_by_definition: int = 0
    count: FloatArray | None = None

    @property
    def _customers(self) -> float:
        return float(self._count.sum())

    @property
    def _count(self) -> FloatArray:
        """How many customers each row stands for."""
        return np.ones(len(self)) if self.count is None else self.count

    @property
    def _sum(self) -> float:
        return float(self.value.sum() if self.count is None else self.value @ self.count)

    def concentration(self, top: float = 0.2) -> float:
        """Return the share of the total value that the most valuable customers hold.

        Between `top`, where all are worth the same, and 1.

        Parameters
        ----------
        top : float
            Share of the customers, between 0 and 1; 0.2 for the best 20 %. Part of a customer
            counts in part.

        Raises
        ------
        ParameterError
            If `top` is not between 0 and 1, or the total value is 0.
        """
        expected = "> 0 and < 1, as in 0.2 for the best 20 %"
        checked_number("top", top, lambda share: 0 < share < 1, expected)
        if not self._sum > 0:
            raise ParameterError(
                "the total value is 0, so it has no concentration. Give a longer horizon, or other "
                "customers."
            )
        return share_held(self.held_by_best(), top)

    def held_by_best(self) -> tuple[FloatArray, FloatArray]:
        """Return how much the best customers hold together: their number, and the sum of values.

        Both begin with 0; the most valuable customers come first.
        """
        return self._held_by_best

    @cached_property
    def _held_by_best(self) -> tuple[FloatArray, FloatArray]:
        order = np.argsort(-self.value, kind="stable")
        count = self._count[order]
        held = np.cumsum(self.value[order] * count)
        number = np.append(0.0, np.cumsum(count))
        return read_only(number), read_only(np.append(0.0, held))

    def top(self, n: int = 10) -> CustomerLifetimeValue:
        """Return the n most valuable customers, the best first.

        Parameters
        ----------
        n : int
            How many; all if there are fewer. Of customers who are alike, `count` says how many of
            a row are among them.
        """
        return self._best(n)

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

        Warns
        -----
        AliveByDefinitionWarning
            If there are customers whom the model of purchases calls active by definition, so that
            they are never named here.
        """
        expected = "> 0 and <= 1, as in 0.5"
        checked_number("alive_below", alive_below, lambda share: 0 < share <= 1, expected)
        found = self._best(n, self.probability_alive < alive_below)
        if self.alive_by_definition:
            never = f"{self.alive_by_definition:,} of {count(round(self._customers), 'customer')}"
            message = NEVER_AT_RISK.format(never=never)
            warnings.warn(message, AliveByDefinitionWarning, stacklevel=2)
        return found

    def _best(self, n: int, among: npt.NDArray[np.bool_] | None = None) -> CustomerLifetimeValue:
        some = np.arange(len(self.value)) if among is None else np.flatnonzero(among)
        rows = some[largest_first(self.value[some], checked_count("n", n))]
        part: dict[str, Any] = {name: column[rows] for name, column in self.columns().items()}
        if self.count is not None:
            part = _first_customers(part, n)
        part |= {"total_standard_error": None, "no_error_because": SOME, "alive_by_definition": 0}
        return replace(self, **part)

    def __repr__(self) -> str:
        return one_line(
            "CustomerLifetimeValue",
            customers=self._customers,
            total=self._sum,
            horizon=self.horizon,
            annual_discount_rate=self.annual_discount_rate,
            margin=self.margin,
        )

    def _table(self) -> Table:
        header = ["customer", "P(alive)", "purchases", "discounted", "spend", "value"]
        header += [] if self.count is None else ["customers"]
        best = self if not len(self) else self.top(self._shown)
        rows = tuple(zip(*(column.tolist() for column in best.columns().values()), strict=True))
        customers, shown = round(self._customers), best.total.n
        few = "" if shown == customers else f", the best {shown}"
        return Table(
            f"Customer lifetime value{few} of {count(customers, 'customer')}",
            tuple(header),
            tuple((str(row[0]), *row[1:]) for row in rows),
            self._notes(),
        )

    @property
    def _shown(self) -> int:
        """How many customers the best rows stand for."""
        return int(self._count[largest_first(self.value, ROWS_SHOWN)].sum())

    def _notes(self) -> tuple[str, ...]:
        return (
            self._total_in_words(),
            f"{self._discount_in_words()} Margin {percent_as_given(self.margin)}.",
            f"Counted: {self.convention}.",
        )


def share_held(by_best: tuple[FloatArray, FloatArray], top: float) -> float:
    """Return the share of the total that the best customers hold, by what they hold together."""
    customers, held = by_best
    return float(np.interp(top * customers[-1], customers, held) / held[-1])


def _first_customers(part: dict[str, Any], n: int) -> dict[str, Any]:
    """Return the first n customers of rows that stand for several."""
    before = np.cumsum(part["count"]) - part["count"]
    rows = np.flatnonzero(before < n)
    few = {name: column[rows] for name, column in part.items()}
    return {**few, "count": np.minimum(few["count"], n - before[rows])}


def customer_lifetime_value(
    history: PurchaseHistory | OpportunityHistory | CustomerCells,
    *,
    purchases: PurchaseModel | BGBB | Fit[Any] | GroupFits,
    spend: SpendModel | Fit[Any],
    horizon: Horizon | None,
    annual_discount_rate: float,
    margin: float,
    discounting: Discounting = "continuous",
    by: npt.ArrayLike | str | None = None,
) -> CustomerLifetimeValue:
    """Compute what each customer is worth within the horizon.

    Customers under contract are valued by :func:`contract_lifetime_value`: they do not buy, they
    renew, and pay the same each time.

    Parameters
    ----------
    history : PurchaseHistory, OpportunityHistory or CustomerCells
        Of n customers, with monetary values; of cells, the value of one customer of each row, and
        totals of all.
    purchases : PurchaseModel, BGBB, Fit or GroupFits
        How often they buy, :class:`BGNBD`; :class:`BGBB` for an :class:`OpportunityHistory`. With
        its :class:`Fit` the total gets an interval. :class:`GroupFits` value each customer by the
        fit of their own group, at the posterior means, as their `predict` does.
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
    by : array_like of shape (n,), or str, optional
        Of :class:`GroupFits`: the group of each customer, as in :func:`fit_groups`.

    Raises
    ------
    DataError
        If it is no history of purchases, or has no monetary values.
    ParameterError
        If rate, margin or horizon are outside their domain, expected spend does not exist, or there
        is no fit of a group.
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
    margin = checked_margin(margin)
    who = buyers(purchases, history, argument="by", labels=by, example="by=dealer")
    ask = Question(history, horizon, annual_discount_rate, discounting)
    buys = ask.answered_by(who.model)
    pays = model_of(spend, SpendModel, "spend", "GammaGamma")
    money = pays.expected_spend(history)
    ahead = ask.discounted(buys)
    alike = customers_of_rows(history)
    errors = total_error(
        purchases=(who.source, lambda: ask.total(buys, margin * money * alike)),
        spend=(spend, lambda: lambda m: margin * float(alike * ahead @ m.expected_spend(history))),
    )
    customer = history.customer
    return CustomerLifetimeValue(
        customer=np.arange(len(history)) if customer is None else customer,
        probability_alive=buys.probability_alive(history),
        expected_purchases=ask.expected(buys),
        discounted_expected_purchases=ahead,
        expected_spend=money,
        value=margin * money * ahead,
        horizon=in_words(horizon),
        annual_discount_rate=float(annual_discount_rate),
        margin=margin,
        convention=ask.convention + refunds_in_words(pays, history),
        alive_by_definition=ask.active_by_definition(buys),
        count=alike.copy() if isinstance(history, CustomerCells) else None,
        **errors,
    )


@dataclass(frozen=True)
class Question:
    """What is asked of a model of purchases, at any time or at opportunities."""

    history: PurchaseHistory | OpportunityHistory | CustomerCells
    horizon: Horizon | None
    annual_discount_rate: float
    discounting: Discounting

    def __post_init__(self) -> None:
        if not isinstance(self.history, PurchaseHistory | OpportunityHistory | CustomerCells):
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
            return model_of(purchases, BGBB, "purchases", "BGBB")
        return model_of(purchases, PurchaseModel, "purchases", "BGNBD")

    def active_by_definition(self, model: Any) -> int:
        """Return how many customers the model calls active, whatever they do."""
        if not isinstance(model, PurchasesAtAnyTime | EachByOwn):
            return 0
        always = model._active_by_definition(self.history.frequency)  # noqa: SLF001 - of its own room
        return int(customers_of_rows(self.history)[always].sum())

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

    def total(self, model: Any, worth: FloatArray) -> Total:
        """Return the parts of the total as a function of the model, by what a purchase is worth.

        By those who are alike, or by customer.
        """
        ask, history = self, self.history
        at_any_time = isinstance(model, PurchasesAtAnyTime) and not model._changes  # noqa: SLF001
        if isinstance(history, PurchaseHistory) and at_any_time:
            history = grouped(model, history)
            worth = np.bincount(history.cell_of_customer, worth).astype(np.float64)
            ask = replace(self, history=history.one_of_each_cell())
        return lambda model: worth * ask.discounted(model)

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
