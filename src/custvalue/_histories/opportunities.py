"""Purchases at discrete opportunities: who took how many of them, and when last.

Gifts to a yearly appeal, attendance of a yearly meeting, a purchase in a week's delivery: there is
an opportunity each period, and a customer takes it or does not. What the BG/BB model needs of a
customer is how many opportunities there have been (n), how many were taken (x), and which was the
last one taken (t_x).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._aligned import require_one_index
from custvalue._columns import as_array, packed
from custvalue._histories.anniversaries import calendar_step
from custvalue._histories.contracts import checked_period
from custvalue._histories.days import observed_to
from custvalue._histories.opportunity_logs import (
    BeforeStart,
    CountFrom,
    Newborn,
    Opportunities,
    check_counting,
    taken_in_log,
    taken_in_table,
)
from custvalue._histories.rows import (
    AMOUNT,
    DataPoints,
    check_lengths,
    nobody,
    not_whole,
    refuse,
    refuse_absurd_amounts,
    refuse_unless_amount,
)
from custvalue._histories.selecting import IdentifiedRows
from custvalue._histories.transactions import AfterEnd, KeepOrNot, Returns, Rules
from custvalue._histories.wide_tables import WideTable
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._table import Table
from custvalue._words import number, one_line, percent

MOST = 100_000  # opportunities; more must be a time


@dataclass(frozen=True, eq=False)
class OpportunityCells(DataPoints):
    """The distinct (x, t_x, n) of a history, in ascending order, and the customers in each."""

    frequency: FloatArray
    recency: FloatArray
    opportunities: FloatArray
    count: FloatArray


@dataclass(frozen=True, eq=False, repr=False)
class OpportunityHistory(IdentifiedRows):
    """Purchases at discrete opportunities, one row per customer or group of equal customers.

    Use :meth:`from_transactions`, :meth:`from_indicators`, :meth:`from_frame` or
    :meth:`from_arrays`. Arrays are copied, checked and read-only.

    Parameters
    ----------
    frequency : ndarray of float64, shape (n,)
        How many opportunities were taken: x, whole numbers >= 0.
    recency : ndarray of float64, shape (n,)
        The last opportunity taken, counted from 1: t_x; 0 exactly where `frequency` is 0.
    opportunities : ndarray of float64, shape (n,)
        How many there have been: n, whole numbers >= 1.
    customers : ndarray of float64, shape (n,)
        How many customers a row stands for.
    period : str or None
        Time from one opportunity to the next, ``"1 year"``; needed only for discounting.
    monetary_value : ndarray of float64, shape (n,), or None
        Mean spend at the opportunities taken, where every row is one customer; 0 where
        `frequency` is 0.
    customer : ndarray of shape (n,), or None
        Identifiers.

    Raises
    ------
    DataError
        If the columns contradict each other or their own definition: column, row, value.
    UnitError
        If `period` has no unit.

    Examples
    --------
    >>> history = OpportunityHistory.from_arrays(
    ...     frequency=[0, 1, 6], recency=[0, 4, 6], opportunities=6, customers=[3464, 78, 1203]
    ... )
    >>> history
    OpportunityHistory(customers=4,745, buyers=1,281, purchases=7,296, period=None)
    """

    NUMBERS: ClassVar = ("frequency", "recency", "opportunities", "customers", "monetary_value")

    frequency: FloatArray
    recency: FloatArray
    opportunities: FloatArray
    customers: FloatArray
    period: str | None = None
    monetary_value: FloatArray | None = None
    customer: LabelArray | None = None

    def __post_init__(self) -> None:
        if self.period is not None:
            checked_period(self.period)
        if self.customer is not None:
            labels = np.array(np.atleast_1d(as_array(self.customer)))
            object.__setattr__(self, "customer", labels)
        self._take_numbers()
        check_lengths(self.columns(), "the history is empty")
        _check(self)
        if self.monetary_value is not None:
            _check_money(self.monetary_value, self)
        super().__post_init__()

    @classmethod
    def from_transactions(
        cls,
        log: Any,
        *,
        customer: str,
        date: str,
        spend: str | None = None,
        period: str,
        observation_start: str | date,
        observation_end: str | date,
        count_from: CountFrom = "first_purchase",
        newborn: Newborn = "raise",
        before_start: BeforeStart = "raise",
        after_end: AfterEnd = "raise",
        returns: Returns = "raise",
        zero_spend: KeepOrNot = "keep",
        duplicates: KeepOrNot = "keep",
        duplicate_columns: Sequence[str] | None = None,
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> OpportunityHistory:
        """Make histories from a log with one row per purchase.

        There is an opportunity in every period from `observation_start` to `observation_end`, by
        the calendar; purchases within one are one.

        Parameters
        ----------
        log : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence; lazy ones
            are fetched.
        customer, date, spend : str
            Columns, as in :meth:`PurchaseHistory.from_transactions`.
        period : str
            Time from one opportunity to the next: whole days, weeks, months or years.
        observation_start, observation_end : str or date
            The first day of the first opportunity and the last day of the last one.
        count_from : {"first_purchase", "start"}
            Which opportunities of a customer count. ``"first_purchase"``: those after the one of
            the first purchase, which says only that somebody is a customer (Fader, Hardie & Shang's
            donors). ``"start"``: all of them, where everybody had them, as members who were invited
            each year; a log knows only those who came at least once.
        newborn : {"raise", "drop"}
            What to do with customers whose first purchase is at the last opportunity, so that none
            was seen after it.
        before_start, after_end : {"raise", "ignore"}
            What to do with transactions outside the time observed; earlier ones can be ignored
            only with ``count_from="start"``.
        returns, zero_spend, duplicates, duplicate_columns, date_format, time_zone
            As in :meth:`PurchaseHistory.from_transactions`.

        Raises
        ------
        DataError
            If a column is absent, a value is missing or is not what it must be, or a rule refuses a
            row: column, row, value.
        ParameterError, UnitError
            If `observation_end` is not the last day of an opportunity, an argument is unknown, or
            the period no whole number of units.

        Examples
        --------
        >>> log = {
        ...     "who": ["ann", "ann", "ann", "bob", "bob"],
        ...     "when": ["2020-05-01", "2021-02-01", "2021-11-30", "2021-06-01", "2024-01-01"],
        ... }
        >>> history = OpportunityHistory.from_transactions(
        ...     log,
        ...     customer="who",
        ...     date="when",
        ...     period="1 year",
        ...     observation_start="2020-01-01",
        ...     observation_end="2024-12-31",
        ... )
        >>> history.frequency, history.recency, history.opportunities
        (array([1., 1.]), array([1., 3.]), array([4., 3.]))
        """
        rules = Rules(
            customer_column=customer,
            date_column=date,
            spend_column=spend,
            end=observed_to(observation_end),
            after_end=after_end,
            returns=returns,
            zero_spend=zero_spend,
            duplicates=duplicates,
            duplicate_columns=duplicate_columns,
            date_format=date_format,
            time_zone=time_zone,
            log_intervals=False,
            first_day_spend=count_from == "start",
        )
        asked = Opportunities(
            start=observed_to(observation_start, "observation_start"),
            end=rules.end,
            step=calendar_step(checked_period(period)),
            count_from=count_from,
            before_start=before_start,
            newborn=newborn,
        )
        return cls.from_arrays(**taken_in_log(log, rules, asked)._asdict(), period=period)

    @classmethod
    def from_indicators(
        cls,
        table: Any,
        *,
        customer: str | None = None,
        period: str | None = None,
        count_from: CountFrom = "start",
        newborn: Newborn = "raise",
    ) -> OpportunityHistory:
        """Make histories from a table of 0 and 1: a row per customer, a column per opportunity.

        Parameters
        ----------
        table : dataframe, mapping, array_like of shape (customers, opportunities) or list of rows
            1 (or True) where an opportunity was taken, 0 (or False) where it was not, in the order
            of time; empty (NaN, None) before a customer's first opportunity and after the last one.
        customer : str, optional
            The column of identifiers, if there is one; all others are opportunities.
        period : str, optional
            As in the class.
        count_from : {"start", "first_purchase"}
            Which opportunities count: all that are not empty, or those after the first one taken.
        newborn : {"raise", "drop"}
            With ``count_from="first_purchase"``: what to do with customers whose first one taken is
            their last opportunity.

        Raises
        ------
        DataError, UnitError
            If an entry is neither 0 nor 1, a row has none or a gap, or as in the class.

        Examples
        --------
        >>> attended = [[1, 0, 1], [0, 0, 0], [None, 1, 0]]
        >>> history = OpportunityHistory.from_indicators(attended, period="1 year")
        >>> history.frequency, history.recency, history.opportunities
        (array([2., 0., 1.]), array([3., 0., 1.]), array([3., 3., 2.]))
        """
        check_counting(count_from, newborn)
        wide = WideTable.read("table", table, customer=customer)
        taken = taken_in_table(wide, count_from, newborn)
        return cls.from_arrays(**taken._asdict(), period=period)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        frequency: str = "frequency",
        recency: str = "recency",
        opportunities: str = "opportunities",
        customers: str | None = None,
        period: str | None = None,
        monetary_value: str | None = None,
        customer: str | None = None,
    ) -> OpportunityHistory:
        """Make histories from a table.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence.
        frequency, recency, opportunities, customers : str
            Columns, as in the class; without `customers` each row is one customer.
        period : str, optional
            As in the class.
        monetary_value, customer : str, optional
            Columns, as in the class.

        Raises
        ------
        DataError, UnitError
            As in the class, or if a column is absent.

        Examples
        --------
        >>> table = {"x": [0, 2], "t_x": [0, 5], "n": [6, 6], "weight": [10, 4]}
        >>> OpportunityHistory.from_frame(
        ...     table, frequency="x", recency="t_x", opportunities="n", customers="weight"
        ... )
        OpportunityHistory(customers=14, buyers=4, purchases=8, period=None)
        """
        source = _frames.Source(frame)
        columns = source.named(
            frequency=frequency,
            recency=recency,
            opportunities=opportunities,
            customers=customers,
            monetary_value=monetary_value,
            customer=customer,
        )
        labels = None if customer is None else source.labels(columns.pop("customer"))
        numbers = {argument: source.numbers(name) for argument, name in columns.items()}
        return cls.from_arrays(**numbers, period=period, customer=labels)

    @classmethod
    def from_arrays(
        cls,
        *,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        opportunities: npt.ArrayLike,
        customers: npt.ArrayLike | None = None,
        period: str | None = None,
        monetary_value: npt.ArrayLike | None = None,
        customer: npt.ArrayLike | None = None,
    ) -> OpportunityHistory:
        """Make histories from arrays, or of one customer from numbers.

        Parameters
        ----------
        frequency, recency : array_like of shape (n,), or int
            As in the class.
        opportunities : array_like of shape (n,), or int
            One number for all, or one a row.
        customers : array_like of shape (n,), optional
            How many customers a row stands for; 1 by default.
        period : str, optional
            As in the class.
        monetary_value, customer : array_like of shape (n,), optional
            As in the class.

        Raises
        ------
        DataError, UnitError
            As in the class.

        Examples
        --------
        >>> len(OpportunityHistory.from_arrays(frequency=2, recency=5, opportunities=6))
        1
        """
        rows = np.size(frequency)
        n = np.full(rows, opportunities) if np.ndim(opportunities) == 0 else opportunities
        given: dict[str, Any] = {
            "frequency": frequency,
            "recency": recency,
            "opportunities": n,
            "customers": np.ones(rows) if customers is None else customers,
            "monetary_value": monetary_value,
            "customer": customer,
        }
        require_one_index(given)
        return cls(**given, period=period)

    @cached_property
    def _grouped(self) -> tuple[FloatArray, IntArray]:
        columns = (self.frequency, self.recency, self.opportunities)
        key = packed(columns, [MOST + 1] * 3)
        _, first, cell = np.unique(key, return_index=True, return_inverse=True)
        return np.stack([column[first] for column in columns]), cell.astype(np.int64)

    @cached_property
    def cells(self) -> OpportunityCells:
        """The distinct (x, t_x, n) and how many customers have them."""
        distinct, cell = self._grouped
        count = np.bincount(cell, weights=self.customers).astype(np.float64)
        x, t_x, n = (column.copy() for column in distinct)
        return OpportunityCells(x, t_x, n, count)

    def per_row(self, cell_values: FloatArray) -> FloatArray:
        """Spread values of the cells over the rows.

        Parameters
        ----------
        cell_values : ndarray of shape (cells, …)
            One entry per cell.

        Returns
        -------
        ndarray of shape (n, …)
            One entry per row.
        """
        return cell_values[self._grouped[1]]

    def __repr__(self) -> str:
        return one_line(
            "OpportunityHistory",
            customers=float(self.customers.sum()),
            buyers=float(self.customers[self.frequency > 0].sum()),
            purchases=float(self.customers @ self.frequency),
            period=self.period,
        )

    def _table(self) -> Table:
        n, size = self.opportunities, float(self.customers.sum())
        buyers = float(self.customers[self.frequency > 0].sum())
        taken = float(self.customers @ self.frequency)
        rows = (
            ("customers", number(size)),
            ("took at least one", f"{number(buyers)} ({percent(buyers / size, 1)})"),
            ("opportunities of a customer", f"{number(n.min())} to {number(n.max())}"),
            ("taken", f"{number(taken)} ({percent(taken / float(self.customers @ n), 1)})"),
            ("distinct cells (x, t_x, n)", number(len(self.cells))),
            ("time between opportunities", self.period or "unknown"),
        )
        return Table("Purchases at opportunities", ("", ""), rows, (MEANING,))


MEANING = "Every opportunity counts, also the first one; recency is the last one taken."
COUNTS = "It counts opportunities; for purchases at any time use PurchaseHistory."


def _check(history: OpportunityHistory) -> None:
    x, t_x, n, weight = history.frequency, history.recency, history.opportunities, history.customers
    for name, values in (("frequency", x), ("recency", t_x), ("opportunities", n)):
        least = 1 if name == "opportunities" else 0
        refuse(name, f"a whole number >= {least}", not_whole(values, least), values, COUNTS)
    refuse("opportunities", f"at most {MOST:,}", n > MOST, n, COUNTS)
    hint = "A customer takes an opportunity once or not at all."
    refuse("frequency", "<= opportunities", x > n, x, hint, limit=n)
    hint = "It is the last opportunity taken, counted from 1."
    refuse("recency", "<= opportunities", t_x > n, t_x, hint, limit=n)
    refuse("recency", "0 where frequency is 0", (x == 0) & (t_x > 0), t_x, hint)
    hint = "So many opportunities cannot have been taken up to then."
    refuse("recency", ">= frequency", t_x < x, t_x, hint, limit=x)
    refuse_unless_amount("customers", weight, "It says how many customers a row stands for.")
    if not weight.any():
        raise nobody("the history is empty")


def _check_money(money: FloatArray, history: OpportunityHistory) -> None:
    x, size = history.frequency, history.customers
    hint = "It is a mean spend; give 0 where no opportunity was taken."
    refuse("monetary_value", AMOUNT, ~np.isfinite(money), money, hint)
    refuse_absurd_amounts("monetary_value", money)
    refuse("monetary_value", "0 where frequency is 0", (x == 0) & (money != 0), money, hint)
    hint = "With monetary_value every row is one customer."
    refuse("customers", "1", size != 1, size, hint)
