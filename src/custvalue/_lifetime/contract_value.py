"""What customers under contract are worth: expected further periods times margin, discounted.

Value = m Σ S(k + j) / S(k) (1 + d)^-(j - 1) over the renewals to come, for a customer who has
renewed k times. Counted are payments that come with further renewals: periods that are paid for
already, and the cost of winning the customer, are not in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy.typing as npt

from custvalue._lifetime.arguments import is_number
from custvalue._lifetime.clv import delta_variance
from custvalue._lifetime.contracts import Contracts, checked_contracts
from custvalue._lifetime.estimates import TotalEstimate
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.renewals import ContractModel, Timing, same_period
from custvalue._lifetime.units import Horizon
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, one_line, percent, plain
from custvalue.errors import DataError, ParameterError

CONVENTION = "further renewals of customers under contract; a period is paid when it begins"
COLUMNS = ("renewals", "customers", "residual_lifetime", "value_per_customer", "value")
ROWS_SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class ContractLifetimeValue(Columns):
    """The value of customers under contract, one row for each number of renewals made.

    :func:`contract_lifetime_value` makes it.

    Parameters
    ----------
    renewals : ndarray of float64, shape (n,)
        How often these customers have renewed.
    customers : ndarray of float64, shape (n,)
        How many they are.
    residual_lifetime : ndarray of float64, shape (n,)
        Discounted further periods expected of one of them.
    value_per_customer : ndarray of float64, shape (n,)
        margin_per_period x residual_lifetime.
    value : ndarray of float64, shape (n,)
        customers x value_per_customer.
    margin_per_period : float
        Earned with a customer in a period.
    annual_discount_rate : float
        Effective, 0.10 for 10 % a year.
    horizon : str or None
        How far ahead; None for an infinite horizon.
    timing : {"before_renewal", "after_renewal"}
        Where in the period we are.
    period : str
        How long a contract runs until it is renewed.
    total_standard_error : float or None
        Of :attr:`total`, from the uncertainty of the parameters, where it is known.
    convention : str
        What is counted.
    """

    renewals: FloatArray
    customers: FloatArray
    residual_lifetime: FloatArray
    value_per_customer: FloatArray
    value: FloatArray
    margin_per_period: float
    annual_discount_rate: float
    horizon: str | None
    timing: Timing
    period: str
    total_standard_error: NonNegative | None = None
    convention: str = CONVENTION

    def __len__(self) -> int:
        return len(self.value)

    @property
    def total(self) -> TotalEstimate:
        """The value of all customers under contract, with its standard error where it is known.

        ``value.total.confidence_interval(0.95)`` needs the fit of the model. How single customers
        differ from their expectation is not in it; over many customers that averages out.
        """
        customers = float(self.customers.sum())
        return TotalEstimate(
            name="total value",
            value=float(self.value.sum()),
            standard_error=self.total_standard_error,
            n=round(customers),
            effective_n=customers,
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return renewals, customers, …, value as a plain dict."""
        return {name: getattr(self, name) for name in COLUMNS}

    def __repr__(self) -> str:
        return one_line(
            "ContractLifetimeValue",
            customers=float(self.customers.sum()),
            total=self.total.value,
            margin_per_period=self.margin_per_period,
            horizon=self.horizon,
            annual_discount_rate=self.annual_discount_rate,
            timing=self.timing,
        )

    def _table(self) -> Table:
        rows = list(zip(*(column.tolist() for column in self.columns().values()), strict=True))
        shown = f", the first {ROWS_SHOWN} of {len(rows):,} rows" if len(rows) > ROWS_SHOWN else ""
        header = ("renewals made", "customers", "further periods", "value of one", "value")
        title = f"Value of customers under contract{shown}"
        return Table(title, header, tuple(rows[:ROWS_SHOWN]), self._notes())

    def _notes(self) -> tuple[str, ...]:
        total = f"Total {number(self.total.value, 6)}"
        if self.total_standard_error is not None:
            interval = self.total.confidence_interval()
            total += f" {interval} ({interval.description})"
        ahead = "infinite" if self.horizon is None else f"{self.horizon} ahead"
        where = "just before a renewal" if self.timing == "before_renewal" else "just after one"
        margin = f"Margin {number(self.margin_per_period)} in a period of {self.period}"
        discount = f"Discount rate {percent(self.annual_discount_rate, 1)} a year"
        return (
            f"{total}.",
            f"{margin}. Horizon: {ahead}. {discount}.",
            f"Counted: {self.convention}; seen {where}.",
        )


def contract_lifetime_value(
    contracts: Contracts,
    *,
    renewals: ContractModel | Fit[Any],
    margin_per_period: float,
    horizon: Horizon | None,
    annual_discount_rate: float,
    timing: Timing,
) -> ContractLifetimeValue:
    """Compute what the customers who are under contract are worth.

    Parameters
    ----------
    contracts : Contracts
        Of which those under contract are valued.
    renewals : ContractModel or Fit
        How long they stay, :class:`ShiftedBetaGeometric`; with its :class:`Fit` the total gets an
        interval.
    margin_per_period : float
        Earned with a customer in a period, in money.
    horizon : str, timedelta or None
        How far ahead, a whole number of periods, as in ``"3 years"``; None for an infinite horizon.
    annual_discount_rate : float
        Effective: 0.10 for 10 % a year.
    timing : {"before_renewal", "after_renewal"}
        Where in the period we are. ``"before_renewal"``: the next renewal is due now and is not
        yet known. ``"after_renewal"``: the last one has just been made and paid.

    Returns
    -------
    ContractLifetimeValue

    Raises
    ------
    DataError
        If it is no :class:`Contracts`, or no customer is under contract.
    ParameterError
        If margin, rate, horizon or timing are outside their domain.
    UnitError
        If the horizon has no unit, or model and contracts have different periods.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> shares = [1, 0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491]
    >>> contracts = lifetime.Contracts.from_shares(shares, customers=1000, period="1 year")
    >>> value = lifetime.contract_lifetime_value(
    ...     contracts,
    ...     renewals=lifetime.ShiftedBetaGeometric.fit(contracts),
    ...     margin_per_period=100,
    ...     horizon=None,
    ...     annual_discount_rate=0.10,
    ...     timing="before_renewal",
    ... )
    >>> round(value.total.value)
    369705
    """
    contracts = checked_contracts(contracts, "contract_lifetime_value")
    margin = _checked_margin(margin_per_period)
    model = _checked_model(renewals.model if isinstance(renewals, Fit) else renewals)
    same_period(model.period, contracts.period, type(model).__name__)
    here = contracts.active > 0
    if not here.any():
        raise DataError(
            "no customer is under contract (active is 0 everywhere), so there is nothing to value."
        )
    made, customers = contracts.renewals[here], contracts.active[here]

    def lifetimes(model: ContractModel) -> FloatArray:
        if isinstance(model, Frozen) and model.period is None:
            model = model.model_copy(update={"period": contracts.period})
        return model.expected_residual_lifetime(
            made, annual_discount_rate=annual_discount_rate, timing=timing, horizon=horizon
        )

    each = lifetimes(model)
    variance = delta_variance(renewals, lambda model: margin * float(customers @ lifetimes(model)))
    return ContractLifetimeValue(
        renewals=read_only(made),
        customers=read_only(customers),
        residual_lifetime=read_only(each),
        value_per_customer=read_only(margin * each),
        value=read_only(customers * margin * each),
        margin_per_period=margin,
        annual_discount_rate=float(annual_discount_rate),
        horizon=_in_words(horizon),
        timing=timing,
        period=contracts.period,
        total_standard_error=None if variance is None else math.sqrt(variance),
    )


def _in_words(horizon: Horizon | None) -> str | None:
    if isinstance(horizon, timedelta):
        return f"{horizon / timedelta(days=1):g} days"
    return horizon


def _checked_model(given: Any) -> ContractModel:
    if isinstance(given, ContractModel) and not isinstance(given, type):
        return given
    shown = (
        f"the class {given.__name__}" if isinstance(given, type) else f"a {type(given).__name__}"
    )
    raise ParameterError(
        f"renewals must be a model such as ShiftedBetaGeometric(...), or its fit, but it is "
        f"{shown}."
    )


def _checked_margin(margin: float) -> float:
    if not is_number(margin) or not 0 < margin < math.inf:
        raise ParameterError(
            f"margin_per_period must be > 0, in money, but it is {plain(margin)!r}."
        )
    return float(margin)
