"""What customers under contract are worth: expected further periods times margin, discounted.

Value = m Σ S(k + j) / S(k) (1 + d)^-(j - 1) over the renewals to come, for a customer who has
renewed k times. Counted are payments that come with further renewals: periods that are paid for
already, and the cost of winning the customer, are not in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from custvalue._histories.arguments import checked_number
from custvalue._histories.contracts import Contracts, checked_contracts
from custvalue._histories.units import Horizon
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.renewing.renewals import ContractModel, Timing, same_period
from custvalue._lifetime.value.worth import LifetimeValue, in_words, model_of, total_error
from custvalue._numerics.deferred import deferred
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, one_line
from custvalue.errors import DataError

CONVENTION = "further renewals of customers under contract; a period is paid when it begins"
ROWS_SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class ContractLifetimeValue(LifetimeValue):
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
    no_error_because : str
        Why :attr:`total` has no standard error, and what to do; empty where it has one.
    """

    NUMBERS: ClassVar = (
        "renewals",
        "customers",
        "residual_lifetime",
        "value_per_customer",
        "value",
    )

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
    total_standard_error: NonNegative | None = deferred()  # noqa: RUF009 - a descriptor, no value
    convention: str = CONVENTION
    no_error_because: str = ""

    @property
    def _customers(self) -> float:
        return float(self.customers.sum())

    def __repr__(self) -> str:
        return one_line(
            "ContractLifetimeValue",
            customers=self._customers,
            total=self._sum,
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
        where = "just before a renewal" if self.timing == "before_renewal" else "just after one"
        margin = f"Margin {number(self.margin_per_period)} in a period of {self.period}"
        return (
            self._total_in_words(),
            f"{margin}. {self._discount_in_words()}",
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
    margin = checked_number(
        "margin_per_period", margin_per_period, lambda m: 0 < m < math.inf, "> 0, in money"
    )
    model = model_of(renewals, ContractModel, "renewals", "ShiftedBetaGeometric")
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

    def total(model: ContractModel) -> float:
        return margin * float(customers @ lifetimes(model))

    return ContractLifetimeValue(
        renewals=made,
        customers=customers,
        residual_lifetime=each,
        value_per_customer=margin * each,
        value=customers * margin * each,
        margin_per_period=margin,
        annual_discount_rate=float(annual_discount_rate),
        horizon=in_words(horizon),
        timing=timing,
        period=contracts.period,
        **total_error(renewals=(renewals, lambda: total)),
    )
