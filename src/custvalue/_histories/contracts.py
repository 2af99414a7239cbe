"""Contracts: how often customers renewed them, and which have ended.

A contract runs for a period and is then renewed or not, so that the company knows who has left.
All that the models of renewal need is counts: how many customers left after k renewals, and how
many have made k renewals and are still under contract. At each renewal that gives who was asked
and who renewed, whatever the data looked like at first: one survival table, cohorts that started
at different times, or one row per customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, cast

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator

from custvalue import _frames
from custvalue._aligned import require_one_index
from custvalue._checks import finite
from custvalue._columns import as_array, missing
from custvalue._histories.anniversaries import calendar_step
from custvalue._histories.contract_dates import AfterToday, Again, DateRules, outcomes_by_date
from custvalue._histories.days import observed_to
from custvalue._histories.rows import (
    BoolArray,
    CustomerRows,
    DataPoints,
    check_lengths,
    nobody,
    not_whole,
    refuse,
    refuse_unless_amount,
)
from custvalue._histories.survival_tables import (
    Cohorts,
    checked_shares,
    checked_table,
    grouped,
    outcomes_of,
)
from custvalue._histories.triangles import Triangle, require_long_form
from custvalue._histories.units import Horizon, horizon_in
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._words import number, one_line, percent, plain
from custvalue.errors import DataError, UnitError

MOST_RENEWALS = 100_000  # more must be something else, days perhaps
ROWS_SHOWN = 12
MEANING = "Asked: customers who came to this renewal. Survival: share of all who made it."


def checked_period(period: object) -> str:
    """Return the period of a contract if it is a length of time with its unit.

    Examples
    --------
    >>> checked_period("3 months")
    '3 months'
    """
    if not isinstance(period, str):
        raise UnitError(
            f"period={plain(period)!r} has no time unit. Write the time from one renewal or "
            f"opportunity to the next, as in '1 month' or '1 year'."
        )
    try:
        length = horizon_in(period, "day", "period")
    except ValueError as error:
        raise UnitError(str(error)) from None
    if length == 0:
        raise UnitError(f"period must be longer than nothing, but it is {period!r}.")
    return period


Period = Annotated[str, BeforeValidator(checked_period)]


@dataclass(frozen=True, eq=False)
class RenewalCounts(DataPoints):
    """How many customers renewed and how many did not, one entry per renewal."""

    before: FloatArray  # 0, 1, 2, …: the renewals that a customer had made before this one
    renewed: FloatArray
    left: FloatArray

    @property
    def asked(self) -> FloatArray:
        """Customers who came to this renewal."""
        return self.renewed + self.left

    @property
    def retention_rate(self) -> FloatArray:
        """Share of those asked who renewed."""
        return self.renewed / self.asked

    @property
    def survival(self) -> FloatArray:
        """Share of all customers who made this renewal, by Kaplan and Meier's product."""
        return np.cumprod(self.retention_rate, dtype=np.float64)


@dataclass(frozen=True, eq=False, repr=False)
class Contracts(CustomerRows):
    """Contracts of customers, one row for each number of renewals.

    Use :meth:`from_dates`, :meth:`from_survivors`, :meth:`from_shares`, :meth:`from_triangle`,
    :meth:`from_cohorts`, :meth:`from_frame` or :meth:`from_arrays`. Arrays are copied, checked and
    read-only.

    Parameters
    ----------
    renewals : ndarray of float64, shape (n,)
        How often a contract was renewed: whole numbers >= 0, ascending.
    left : ndarray of float64, shape (n,)
        Customers who made so many renewals and then left.
    active : ndarray of float64, shape (n,)
        Customers who have made so many renewals and are under contract; their next renewal is not
        known.
    period : str
        How long a contract runs until it is renewed, ``"1 month"`` or ``"1 year"``.

    Raises
    ------
    DataError
        If the columns contradict their own definition: column, row, value.
    UnitError
        If `period` has no unit.

    Examples
    --------
    >>> contracts = Contracts.from_survivors([1000, 869, 743, 653], period="1 year")
    >>> contracts
    Contracts(customers=1,000, active=653, renewals_observed=3, period='1 year')
    >>> contracts.counts.retention_rate.round(3)
    array([0.869, 0.855, 0.879])
    """

    NUMBERS: ClassVar = ("renewals", "left", "active")

    renewals: FloatArray
    left: FloatArray
    active: FloatArray
    period: str

    def __post_init__(self) -> None:
        checked_period(self.period)
        self._take_numbers()
        check_lengths(self.columns(), EMPTY)
        k = self.renewals
        _check_renewals("renewals", k)
        refuse("renewals", f"at most {MOST_RENEWALS:,}", k > MOST_RENEWALS, k, COUNTED)
        hint = "Use Contracts.from_arrays or from_frame for rows in another order."
        ascending = np.diff(k, prepend=-1.0) > 0
        refuse("renewals", "in ascending order, each once", ~ascending, k, hint)
        refuse_unless_amount("left", self.left, "It counts customers who left.")
        refuse_unless_amount("active", self.active, "It counts customers who are under contract.")
        if not self.left.any() and not self.active.any():
            raise nobody(EMPTY)
        super().__post_init__()

    @classmethod
    def from_survivors(cls, survivors: npt.ArrayLike, *, period: str) -> Contracts:
        """Make contracts from the survival table of one cohort.

        Parameters
        ----------
        survivors : array_like of shape (n,)
            Customers at the start, after the first renewal, after the second, …
        period : str
            As in the class.

        Raises
        ------
        DataError, UnitError
            If the table rises, is negative, or has fewer than two entries, or as in the class.

        Examples
        --------
        >>> Contracts.from_survivors([1000, 869, 743], period="1 year").left
        array([131., 126.,   0.])
        """
        table = checked_table("survivors", survivors)
        return cls(**outcomes_of(table), period=period)

    @classmethod
    def from_shares(cls, shares: npt.ArrayLike, *, customers: float, period: str) -> Contracts:
        """Make contracts from survival as shares of one cohort.

        Parameters
        ----------
        shares : array_like of shape (n,)
            1 at the start, then the share of customers left after each renewal.
        customers : float
            How many customers the shares are of.
        period : str
            As in the class.

        Raises
        ------
        DataError, UnitError
            If a share is outside [0, 1], the first is not 1, the shares rise, or there are no
            customers, or as in the class.

        Examples
        --------
        >>> Contracts.from_shares([1, 0.869, 0.743], customers=1000, period="1 year").customers
        1000.0
        """
        table = checked_shares(shares)
        if not finite(customers) > 0:
            raise DataError(
                f"customers must be > 0, but it is {plain(customers)!r}. Give the number of "
                f"customers that the shares refer to; the uncertainty of every estimate depends on "
                f"it.",
                column="customers",
            )
        return cls(**outcomes_of(table * finite(customers)), period=period)

    @classmethod
    def from_cohorts(
        cls,
        frame: Any,
        *,
        cohort: str = "cohort",
        renewals: str = "renewals",
        customers: str = "customers",
        period: str,
    ) -> Contracts:
        """Make contracts from the survival tables of cohorts that started at different times.

        Parameters
        ----------
        frame : dataframe or mapping
            One row for each cohort and number of renewals, in any order: pandas, polars, pyarrow,
            DuckDB, … or a mapping of column name to sequence. For one row per cohort see
            :meth:`from_triangle`.
        cohort, renewals, customers : str
            Columns: which cohort; 0, 1, 2, … up to where it was observed; how many of its
            customers made so many renewals (at 0 all its members).
        period : str
            As in the class.

        Raises
        ------
        DataError, UnitError
            If a column is absent, a value is outside its domain, a cohort does not begin at 0 or
            has a gap, has more survivors than members, or rises, or as in the class.

        Examples
        --------
        >>> table = {
        ...     "cohort": [2022, 2022, 2022, 2023, 2023],
        ...     "renewals": [0, 1, 2, 0, 1],
        ...     "customers": [1000, 869, 743, 800, 690],
        ... }
        >>> Contracts.from_cohorts(table, period="1 year").counts.asked
        array([1800.,  869.])
        """
        source = _frames.Source(frame)
        require_long_form(source, cohort=cohort, renewals=renewals, customers=customers)
        labels, codes = source.codes(cohort)
        k, n = source.numbers(renewals), source.numbers(customers)
        _check_renewals(renewals, k)
        order = np.lexsort((k, codes))
        cohorts = Cohorts(labels, codes[order], k[order], n[order], order)
        cohorts.check(renewals, customers)
        return cls(**cohorts.outcomes(), period=period)

    @classmethod
    def from_triangle(cls, triangle: Any, *, cohort: str | None = None, period: str) -> Contracts:
        """Make contracts from a cohort triangle: a row for each cohort, a column for each age.

        Parameters
        ----------
        triangle : dataframe, mapping, array_like of shape (cohorts, ages) or list of rows
            How many customers of a cohort made 0, 1, 2, … renewals (at 0 all its members); empty
            (NaN, None) where that is not yet seen. Columns named by one number each, ``0, 1, 2``
            or ``"M1", "M2"``, are taken in that order, others as they stand.
        cohort : str, optional
            The column that names the cohorts, if there is one; rows of pandas have names already.
        period : str
            As in the class: from one age to the next.

        Raises
        ------
        DataError, UnitError
            If counts rise or have a gap within a cohort, which is named with the age; if they are
            shares or 0 where nothing is seen yet; if columns are no ages; or as in the class.

        Examples
        --------
        >>> triangle = [[1000, 869, 743], [800, 690, None], [900, None, None]]
        >>> Contracts.from_triangle(triangle, period="1 year").counts.asked
        array([1800.,  869.])
        """
        found = Triangle.read(triangle, cohort)
        found.check()
        return cls(**found.rows().outcomes(), period=period)

    @classmethod
    def from_dates(
        cls,
        frame: Any,
        *,
        start: str = "start",
        end: str = "end",
        today: str | date,
        period: str,
        customer: str | None = None,
        grace: Horizon | None = None,
        after_today: AfterToday = "raise",
        again: Again = "raise",
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> Contracts:
        """Make contracts from the days on which they began and ended.

        Renewals are due a period after the start, two periods, … by the calendar: a month after
        January 31 is the last day of February. A renewal was made if the contract runs beyond the
        day on which it was due, so the end may be the last day of a contract or the first without
        it. Only renewals that were due by `today` count. Who ended a contract within a period is
        under contract until it is over: those who will renew then cannot be seen yet either, and
        counting the others alone would make retention too low.

        Parameters
        ----------
        frame : dataframe or mapping
            One row per contract: pandas, polars, pyarrow, DuckDB, … or a mapping of column name to
            sequence.
        start, end : str
            Columns: dates, datetimes without a zone, or text in ISO 8601. A contract that still
            runs has no end (missing, or blank text).
        today : str or date
            The last day up to which ends are known, such as the day of the export.
        period : str
            As in the class: whole days, weeks, months or years.
        customer : str, optional
            The column of customers, if it is to be checked that each has one contract.
        grace : str or timedelta, optional
            How long after a renewal was due an end still belongs to it, as in ``"7 days"``; none
            by default.
        after_today : {"raise", "ignore"}
            What to do with days after `today`. ``"ignore"``: what begins later is left out, what
            ends later runs on that day.
        again : {"raise", "new", "join"}
            What several rows of a customer are. ``"new"``: a contract each. ``"join"``: one
            contract where a row begins no later than a day (and `grace`) after the end of the one
            before; after a break, a new contract.
        date_format : str, optional
            How text is written, as in :meth:`datetime.datetime.strptime`.
        time_zone : str, optional
            The zone in which days are counted; needed where times carry one.

        Raises
        ------
        DataError
            If a column is absent, a start is missing, a day is none, an end is before its start, or
            a rule refuses a row: column, row, value.
        ParameterError, UnitError
            If an argument is unknown, or the period no whole number of units.

        Examples
        --------
        >>> table = {
        ...     "start": ["2024-01-31", "2024-01-31", "2024-03-05"],
        ...     "end": ["2024-03-31", None, None],
        ... }
        >>> contracts = Contracts.from_dates(table, today="2024-04-30", period="1 month")
        >>> contracts.counts.asked, contracts.counts.renewed
        (array([3., 2., 1.]), array([3., 1., 1.]))
        """
        rules = DateRules(
            customer=customer,
            start=start,
            end=end,
            today=observed_to(today, "today"),
            step=calendar_step(checked_period(period)),
            grace=grace,
            after_today=after_today,
            again=again,
            date_format=date_format,
            time_zone=time_zone,
        )
        renewals, active = outcomes_by_date(frame, rules)
        return cls.from_arrays(renewals=renewals, active=active, period=period)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        renewals: str = "renewals",
        active: str = "active",
        customers: str | None = None,
        period: str,
    ) -> Contracts:
        """Make contracts from a table with one row per customer.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence.
        renewals, active, customers : str
            Columns, as the arguments of :meth:`from_arrays`.
        period : str
            As in the class.

        Raises
        ------
        DataError, UnitError
            As in :meth:`from_arrays`, or if a column is absent.

        Examples
        --------
        >>> table = {"renewals": [0, 2, 2], "active": [False, True, False]}
        >>> Contracts.from_frame(table, period="1 month").left
        array([1., 1.])
        """
        source = _frames.Source(frame)
        source.named(renewals=renewals, active=active, customers=customers)
        return cls.from_arrays(
            renewals=source.numbers(renewals),
            active=source.entries(active),
            customers=None if customers is None else source.numbers(customers),
            period=period,
        )

    @classmethod
    def from_arrays(
        cls,
        *,
        renewals: npt.ArrayLike,
        active: npt.ArrayLike,
        customers: npt.ArrayLike | None = None,
        period: str,
    ) -> Contracts:
        """Make contracts from arrays with one entry per customer.

        Parameters
        ----------
        renewals : array_like of int, shape (n,)
            How often each customer has renewed; 0 in the first period.
        active : array_like of bool, shape (n,)
            True (or 1) for who is under contract, False (or 0) for who left instead of renewing
            once more.
        customers : array_like of shape (n,), optional
            How many customers an entry stands for; 1 by default.
        period : str
            As in the class.

        Raises
        ------
        DataError, UnitError
            As in the class, or if `active` is neither true nor false.

        Examples
        --------
        >>> Contracts.from_arrays(renewals=[3, 1], active=[True, False], period="1 year").active
        array([0., 1.])
        """
        require_one_index({"renewals": renewals, "active": active, "customers": customers})
        k = _frames.to_numbers("renewals", np.atleast_1d(cast("Any", renewals)))
        stays = _true_or_false(np.atleast_1d(as_array(active)))
        ones = np.ones(len(k)) if customers is None else np.atleast_1d(cast("Any", customers))
        n = _frames.to_numbers("customers", ones)
        check_lengths({"renewals": k, "active": stays, "customers": n}, EMPTY)
        _check_renewals("renewals", k)
        refuse_unless_amount("customers", n, "It says how many customers a row stands for.")
        return cls(**grouped(k, np.where(stays, 0.0, n), np.where(stays, n, 0.0)), period=period)

    @property
    def customers(self) -> float:
        """Number of customers; not whole where shares were given."""
        return float(self.left.sum() + self.active.sum())

    @cached_property
    def counts(self) -> RenewalCounts:
        """Who was asked and who renewed, at each renewal that anybody came to."""
        k = self.renewals.astype(np.int64)
        size = int(k.max()) + 1
        left, active = np.zeros(size), np.zeros(size)
        left[k], active[k] = self.left, self.active
        ended = left + active
        renewed = np.append(np.cumsum(ended[:0:-1])[::-1], 0.0)
        last = int(np.flatnonzero(renewed + left > 0).max(initial=-1)) + 1
        return RenewalCounts(np.arange(last, dtype=np.float64), renewed[:last], left[:last])

    def __repr__(self) -> str:
        return one_line(
            "Contracts",
            customers=self.customers,
            active=float(self.active.sum()),
            renewals_observed=len(self.counts),
            period=self.period,
        )

    def _table(self) -> Table:
        counts = self.counts
        columns = (counts.before + 1, counts.asked, counts.renewed)
        shares = (counts.retention_rate, counts.survival)
        rows = [
            (*each[:3], percent(each[3], 1), percent(each[4], 1))
            for each in zip(*(column.tolist() for column in (*columns, *shares)), strict=True)
        ]
        header = ("renewal", "asked", "renewed", "retention rate", "survival")
        shown = f", the first {ROWS_SHOWN} of {len(rows):,}" if len(rows) > ROWS_SHOWN else ""
        size, active = number(self.customers), number(float(self.active.sum()))
        notes = (f"{size} customers, {active} under contract. A period is {self.period}.", MEANING)
        return Table(f"Renewals of contracts{shown}", header, tuple(rows[:ROWS_SHOWN]), notes)


def checked_contracts(contracts: object, what: str) -> Contracts:
    """Return `contracts` if that is what they are."""
    if not isinstance(contracts, Contracts):
        raise DataError(
            f"{what} needs Contracts, in which customers renew or leave, but it is: "
            f"{type(contracts).__name__}. Make them with Contracts.from_dates, from_survivors, "
            f"from_shares, from_triangle, from_cohorts, from_frame or from_arrays; for customers "
            f"who buy without a contract use BGNBD."
        )
    return contracts


COUNTED = "It counts the renewals that a customer has made, 0 in the first period."
EMPTY = "there are no contracts"


def _check_renewals(name: str, values: FloatArray) -> None:
    refuse(name, "a whole number >= 0", not_whole(values), values, COUNTED)


def _true_or_false(values: npt.NDArray[Any]) -> BoolArray:
    """Read True, False, 1 and 0."""
    if values.dtype == bool:
        return values
    absent = missing(values)
    each = zip(values, absent, strict=True)
    bad = np.array([gone or value not in (0, 1) for value, gone in each], dtype=bool)
    hint = "True means: still under contract when last seen."
    refuse("active", "True or False", bad, values, hint)
    return values.astype(bool)
