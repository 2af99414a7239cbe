"""Cohorts: customers by the month of their first purchase, and how many buy in the months after.

Period 0 of a cohort is the calendar month (quarter, year) of the first purchases. A customer is
retained in period k who buys on at least one day of the k-th calendar month after it. Only periods
that have ended by the end of observation are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._histories.cohort_counts import BY, By, counted
from custvalue._histories.days import observed_to
from custvalue._histories.transactions import AfterEnd, KeepOrNot, Rules
from custvalue._histories.units import Horizon
from custvalue._inference.shares import Proportion, share_among
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.protocols import PurchaseModel
from custvalue._lifetime.value.cohort_forecasts import expected, require_table_of_kinds
from custvalue._lifetime.value.worth import model_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._table import Table
from custvalue._words import Percent, count, one_line
from custvalue.errors import DataError, ParameterError

Measure = Literal["share", "active", "repeat_purchases", "spend", "expected_purchases"]
MEASURES: tuple[Measure, ...] = (
    "share",
    "active",
    "repeat_purchases",
    "spend",
    "expected_purchases",
)
PRINTED = 12  # periods


@dataclass(frozen=True, eq=False, repr=False)
class Cohorts(Pictured, Tabulated, Columns):
    """Retention by cohort: :func:`cohorts` makes it.

    One row for each cohort and each period that has ended.

    Parameters
    ----------
    cohort : ndarray of str, shape (n,)
        ``"2024-01"``, ``"2024-Q1"`` or ``"2024"``.
    period : ndarray of int, shape (n,)
        Months (quarters, years) after that of the first purchases.
    customers : ndarray of int, shape (n,)
        Of the cohort.
    active : ndarray of int, shape (n,)
        Of them, who bought in the period.
    repeat_purchases : ndarray of float64, shape (n,)
        Purchase days after the first one per customer of the cohort, until the end of the period.
    spend : ndarray of float64, shape (n,), or None
        Per customer of the cohort, the first day included, until the end of the period.
    expected_purchases : ndarray of float64, shape (n,), or None
        What a model of purchases expects in place of `repeat_purchases`.
    by : {"month", "quarter", "year"}
        What a cohort and a period are.
    observation_end : date
        The last day of the log.
    early_customers : int
        Customers left out because they were first seen too early in the log.
    """

    PICTURE: ClassVar[str] = "cohort_heat_map"
    SHOWN: ClassVar = shown("active, share, low, high, repeat_purchases")

    cohort: LabelArray
    period: IntArray
    customers: IntArray
    active: IntArray
    repeat_purchases: FloatArray
    spend: FloatArray | None
    expected_purchases: FloatArray | None
    by: By
    observation_end: date
    early_customers: int = 0

    @property
    def share(self) -> FloatArray:
        """Share of the customers of the cohort who bought in the period."""
        return self.active / self.customers

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The cohorts, in order."""
        return tuple(dict.fromkeys(self.cohort.tolist()))

    def retained(self, cohort: str, period: int) -> Proportion:
        """Return the share of a cohort that bought in a period, with Wilson's interval.

        Parameters
        ----------
        cohort : str
            As in :attr:`labels`.
        period : int
            Periods after that of the first purchases.

        Raises
        ------
        DataError
            If there is no such cohort, or the period had not ended.
        """
        found = np.flatnonzero((self.cohort == cohort) & (self.period == period))
        if not found.size:
            raise DataError(
                f"there is no cohort {cohort!r} of which period {period!r} has ended. The cohorts "
                f"are {', '.join(self.labels)}."
            )
        return self._share(int(found[0]))

    def _share(self, place: int) -> Proportion:
        name = f"{self.cohort[place]}, {self.by} {self.period[place]}"
        return share_among(int(self.active[place]), int(self.customers[place]), name)

    def triangle(self, measure: Measure = "share", *, like: Any = None) -> Any:
        """Return one row for each cohort and one column for each period, as a dataframe.

        Parameters
        ----------
        measure : {"share", "active", "repeat_purchases", "spend", "expected_purchases"}
            What the cells hold; NaN where the period had not ended.
        like : dataframe or str, optional
            As in :meth:`to_frame`.

        Raises
        ------
        ParameterError
            If `measure` is none of these, or the log had no spend, or no model was given.
        MissingExtraError
            If `like` is None and no dataframe library is installed.
        """
        sizes = [int(self.customers[self.cohort == each][0]) for each in self.labels]
        columns: dict[str, npt.NDArray[Any]] = {
            "cohort": np.array(self.labels),
            "customers": np.array(sizes),
        }
        columns |= {str(k): each for k, each in enumerate(self.matrix(measure).T)}
        return _frames.to_frame(columns, like=like)

    def matrix(self, measure: Measure = "share") -> FloatArray:
        """Return the same as an array, shape (cohorts, periods).

        Parameters
        ----------
        measure : {"share", "active", "repeat_purchases", "spend", "expected_purchases"}
            As in :meth:`triangle`.
        """
        require_choice("measure", measure, MEASURES)
        values = getattr(self, measure)
        if values is None:
            lacks = {"spend": "spend='amount'", "expected_purchases": "purchases=fit"}[measure]
            raise ParameterError(
                f"measure={measure!r} is not known. Give {lacks} to lifetime.cohorts."
            )
        places = {label: row for row, label in enumerate(self.labels)}
        rows = np.array([places[label] for label in self.cohort.tolist()])
        cells = np.full((len(places), int(self.period.max()) + 1), np.nan)
        cells[rows, self.period] = values
        return cells

    def _rows(self, level: float) -> Sequence[Row]:
        rows = []
        for place in range(len(self.cohort)):
            found = self._share(place).confidence_interval(level)
            cells = {
                "cohort": str(self.cohort[place]),
                "period": int(self.period[place]),
                "customers": int(self.customers[place]),
                "active": int(self.active[place]),
                "share": float(self.share[place]),
                "low": found.low,
                "high": found.high,
                "repeat_purchases": float(self.repeat_purchases[place]),
            }
            for name in ("spend", "expected_purchases"):
                if (column := getattr(self, name)) is not None:
                    cells[name] = float(column[place])
            rows.append(Row(f"{cells['cohort']}, {cells['period']}", cells))
        return rows

    def __repr__(self) -> str:
        return one_line("Cohorts", by=self.by, cohorts=len(self.labels), customers=self._everybody)

    @property
    def _everybody(self) -> int:
        return int(self.customers[self.period == 0].sum())

    def _table(self) -> Table:
        cells = 1.0 * self.matrix()
        shown_periods = min(cells.shape[1], PRINTED + 1)
        rows = []
        for label, shares in zip(self.labels, cells, strict=True):
            size = int(self.customers[self.cohort == label][0])
            words = [None if np.isnan(each) else Percent(each, 1) for each in shares]
            rows.append((label, size, *words[:shown_periods]))
        return Table(
            f"Customers of {count(len(self.labels), 'cohort')} who bought, by {self.by} since the "
            f"first purchase",
            ("cohort", "customers", *(str(k) for k in range(shown_periods))),
            tuple(rows),
            self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        notes = [f"Only {self.by}s that had ended by {self.observation_end}."]
        if self.matrix().shape[1] > PRINTED + 1:
            notes.append(f"The first {PRINTED} {self.by}s; triangle() has all of them.")
        if self.early_customers:
            notes.append(
                f"Left out: {count(self.early_customers, 'customer')} first seen early in the log."
            )
        return tuple(notes)


def cohorts(
    log: Any,
    *,
    customer: str,
    date: str,
    spend: str | None = None,
    by: By = "month",
    observation_end: str | date,
    purchases: PurchaseModel | Fit[Any] | None = None,
    customers: Any = None,
    new_customers_only: Horizon | None = None,
    after_end: AfterEnd = "raise",
    returns: Literal["raise", "net", "drop"] = "raise",
    zero_spend: KeepOrNot = "keep",
    duplicates: KeepOrNot = "keep",
    duplicate_columns: Sequence[str] | None = None,
    date_format: str | None = None,
    time_zone: str | None = None,
) -> Cohorts:
    """Follow customers by the month, quarter or year of their first purchase.

    Parameters
    ----------
    log : dataframe or mapping
        One row per purchase, in memory, as in :meth:`PurchaseHistory.from_transactions`.
    customer, date, spend : str
        Columns; spend is optional.
    by : {"month", "quarter", "year"}
        Calendar periods of the first purchases, and of those after.
    observation_end : str or date
        The last day of the log. A period that ends later is not shown.
    purchases : PurchaseModel or Fit, optional
        Of whose new customers the expected repeat purchases stand beside the real ones.
    customers : dataframe or mapping, optional
        Of a model with covariates: one row per customer, with the column `customer` and those of
        the covariates.
    new_customers_only : str or timedelta, optional
        Leave out customers who are first seen within this time after the first day of the log, as
        in ``"180 days"``: where a log begins later than the business, its first cohorts are mostly
        old customers, who are no cohort.
    after_end, returns, zero_spend, duplicates, duplicate_columns, date_format, time_zone
        As in :meth:`PurchaseHistory.from_transactions`.

    Raises
    ------
    DataError
        As there; if no period has ended, or the log is lazy.
    ParameterError
        If an argument is unknown.
    UnitError
        If the model has no unit.

    Examples
    --------
    >>> from custvalue import datasets, lifetime
    >>> found = lifetime.cohorts(
    ...     datasets.cdnow(),
    ...     customer="customer_id",
    ...     date="date",
    ...     by="quarter",
    ...     observation_end="1997-09-30",
    ... )
    >>> found
    Cohorts(by='quarter', cohorts=1, customers=2,357)
    >>> found.retained("1997-Q1", 1)
    Proportion(name='1997-Q1, quarter 1', value=0.2223, standard_error=0.008565, n=2,357)
    """
    require_choice("by", by, list(BY))
    if _frames.is_lazy(log):
        raise DataError("cohorts needs a log in memory, but this one is lazy. Collect it first.")
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
        new_only=new_customers_only,
    )
    model = None if purchases is None else model_of(purchases, PurchaseModel, "purchases", "BGNBD")
    require_table_of_kinds(model, customers, customer)
    found = counted(log, rules, by)
    return Cohorts(
        cohort=found.labels[found.cohort],
        period=found.period,
        customers=found.customers,
        active=found.active,
        repeat_purchases=found.repeat_purchases,
        spend=found.spend,
        expected_purchases=None if model is None else expected(model, found, customers, customer),
        by=by,
        observation_end=rules.end,
        early_customers=found.early_customers,
    )
