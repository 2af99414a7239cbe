"""Which path each customer is on, and on which days of it the customer bought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._histories.covariates.table import of_customers
from custvalue._histories.days import day_number
from custvalue._histories.identifiers import looked_up
from custvalue._histories.rows import BoolArray
from custvalue._histories.summary import Summary
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._table import Table
from custvalue._words import count, listed, number, plain
from custvalue.errors import DataError, ParameterError

MADE = "Make the history by from_transactions."
ROUNDED = 0.01  # of a day: by which days and recency may differ
WHOLE = 1e-6  # of a day: nearer to a whole one, a time is that


@dataclass(frozen=True, eq=False, repr=False)
class FollowedPurchases(Columns):
    """What changing covariates need of a history: paths, and the days of all purchases.

    Parameters
    ----------
    covariates : ChangingCovariates
        The paths.
    path : ndarray of int64, shape (n,)
        The place of each customer's path among `covariates.paths`.
    birth : ndarray of float64, shape (n,)
        The day of the first purchase, counted from 1970-01-01.
    days : ndarray of float64
        The days of all repeat purchases, by customer, then by time.
    """

    REPR = ("covariates=covariates.values", "paths=covariates.paths", "customers", "purchases=days")

    covariates: ChangingCovariates
    path: IntArray
    birth: FloatArray
    days: FloatArray

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.path)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return path and first day of each customer as a plain dict of columns."""
        first = np.floor(self.birth).astype("M8[D]")
        return {"path": self.covariates.labels[self.path], "first_day": first}

    def _table(self) -> Table:
        rows = [
            ("covariates", ", ".join(self.covariates.names)),
            ("paths", number(len(self.covariates.paths))),
            ("customers", number(self.customers)),
            ("repeat purchases", number(len(self.days))),
        ]
        return Table("Purchases on paths of covariates", ("", ""), tuple(rows))

    def all_days(self, frequency: FloatArray) -> FloatArray:
        """Return the days of all purchases, the first ones too, by customer, then by time.

        Parameters
        ----------
        frequency : ndarray of float64, shape (n,)
            Repeat purchases of all customers.
        """
        places = np.cumsum(frequency).astype(np.int64) - frequency.astype(np.int64)
        return np.asarray(np.insert(self.days, places, self.birth))

    def at(self, places: npt.NDArray[Any], frequency: FloatArray) -> FollowedPurchases:
        """Return the same of some customers.

        Parameters
        ----------
        places : ndarray
            Positions, or a mask.
        frequency : ndarray of float64, shape (n,)
            Repeat purchases of all customers.
        """
        rows = np.arange(self.customers)[places]
        days = self.days[visits_of(rows, frequency)]
        return replace(self, path=self.path[rows], birth=self.birth[rows], days=days)


def visits_of(rows: IntArray, frequency: FloatArray) -> IntArray:
    """Return the places of the repeat purchases of some customers among all of them."""
    x = frequency.astype(np.int64)
    first, own = np.cumsum(x) - x, x[rows]
    within = np.arange(int(own.sum())) - np.repeat(np.cumsum(own) - own, own)
    return np.repeat(first[rows], own) + within


def require_changing(covariates: object, *, earlier: bool) -> None:
    """Raise for what are no changing covariates, or where customers come from before the log."""
    if not isinstance(covariates, ChangingCovariates):
        raise ParameterError(
            f"changing must be covariates that change, as ChangingCovariates.from_frame makes "
            f"them, but it is: {type(covariates).__name__}."
        )
    if earlier:
        raise ParameterError(
            "changing covariates need customers who are observed from the first purchase on. Leave "
            "earlier ones out, by new_customers_only='180 days' instead of the days of first "
            "purchases, or omit changing."
        )


def require_paths_of(known: FollowedPurchases | None, covariates: object) -> None:
    """Raise where an update gives changing covariates to a history without, or none at all."""
    if covariates is None:
        return
    require_changing(covariates, earlier=False)
    if known is None:
        raise ParameterError(
            "changing is for histories with changing covariates, and this one has none. Omit it, "
            "or read the whole log with PurchaseHistory.from_transactions(..., changing=...)."
        )


def require_followed(known: FollowedPurchases, frequency: FloatArray, recency: FloatArray) -> None:
    """Raise unless paths are those of the customers of a history; recency is in days."""
    purchases = int(frequency.sum())
    if known.customers != len(frequency) or len(known.days) != purchases:
        raise DataError(
            f"changing must be of {len(frequency):,} customers with {purchases:,} repeat "
            f"purchases, but it is of {known.customers:,} with {len(known.days):,}. {MADE}"
        )
    if (known.path < 0).any() or (known.path >= len(known.covariates.labels)).any():
        raise DataError(f"changing has customers on paths that its covariates lack. {MADE}")
    off = np.abs(last_days(known, frequency) - known.birth - recency)
    rows = np.flatnonzero(off > ROUNDED)
    if rows.size:
        raise DataError(
            f"changing must have the purchases of the history, but the last one of row "
            f"{rows[0]} is {off[rows[0]]:.4g} days away from its recency. {MADE}"
        )


def last_days(known: FollowedPurchases, frequency: FloatArray) -> FloatArray:
    """Return the day of the last purchase of each customer."""
    if not len(known.days):
        return known.birth
    place = np.maximum(np.cumsum(frequency).astype(np.int64) - 1, 0)
    return np.where(frequency > 0, known.days[place], known.birth)


def follow(
    covariates: ChangingCovariates,
    summary: Summary,
    end: date,
    *,
    customer: str,
    customers: Any,
) -> FollowedPurchases:
    """Say which path each customer of a log is on, and when the customer bought."""
    paths = paths_of(covariates, summary.customer, customer=customer, customers=customers)
    return _followed(covariates, paths, summary, end)


class Labelled(NamedTuple):
    """Customers whose paths are known, the column of identifiers, and a table of all of them."""

    customer: LabelArray
    known: FollowedPurchases
    column: str
    table: Any


def follow_on(
    who: Labelled, covariates: ChangingCovariates, summary: Summary, end: date
) -> FollowedPurchases:
    """Say the same after an update: customers stay on their paths, and new ones come."""
    known = who.known.covariates
    if covariates.path_name != known.path_name:
        raise _other_paths(known, covariates)
    place, old = looked_up(summary.customer, who.customer)
    if who.table is None and old.all():
        paths = placed(covariates, known.labels[who.known.path[place]], summary.customer)
    else:
        paths = paths_of(covariates, summary.customer, customer=who.column, customers=who.table)
    return _followed(covariates, paths, summary, end)


def _followed(
    covariates: ChangingCovariates, paths: IntArray, summary: Summary, end: date
) -> FollowedPurchases:
    days = np.empty(0) if summary.days is None else summary.days.astype(np.float64)
    occasions = summary.occasions.astype(np.int64)
    first = np.cumsum(occasions) - occasions
    again = np.ones(len(days), dtype=bool)
    again[first] = False
    ends = np.full(len(paths), float(day_number(end)))
    require_reach(covariates, paths, days[first].astype(np.float64), ends, summary.customer)
    return FollowedPurchases(covariates, paths, days[first], days[again])


def on_other_paths(
    known: FollowedPurchases | None,
    covariates: ChangingCovariates,
    ages: FloatArray,
    customer: LabelArray,
) -> FollowedPurchases:
    """Return the same purchases on other paths with the same labels; ages are in days."""
    if known is None:
        raise ParameterError(
            "the history has no changing covariates. Give changing= to "
            "PurchaseHistory.from_transactions, which knows the days of all purchases."
        )
    if known.covariates.path_name != covariates.path_name:
        raise _other_paths(known.covariates, covariates)
    paths = placed(covariates, known.covariates.labels[known.path], customer)
    end = known.birth + ages
    require_reach(covariates, paths, known.birth, end + WHOLE, customer)
    return replace(known, covariates=covariates, path=paths)


def _other_paths(known: ChangingCovariates, given: ChangingCovariates) -> ParameterError:
    return ParameterError(
        f"changing must have the paths that the history has, by {known.path_name or 'nothing'!r}, "
        f"but it has them by {given.path_name or 'nothing'!r}."
    )


def require_reach(
    covariates: ChangingCovariates,
    paths: IntArray,
    birth: FloatArray,
    end: FloatArray,
    customer: LabelArray,
) -> None:
    """Raise where a path starts after a birth, or ends before the end of observation."""
    start, last = days_of(covariates)
    late = np.flatnonzero(start[paths] > birth)
    if late.size:
        one = int(late[0])
        raise DataError(
            f"changing covariates must be known from the first purchase on, but"
            f"{_named(covariates, paths[one])} they start on {iso(start[paths[one]])}, and "
            f"{count(len(late), 'customer')} came before, such as {plain(customer[one])!r} on "
            f"{iso(birth[one])}. Add the earlier days, or leave these customers out."
        )
    short = np.flatnonzero(last[paths] < np.floor(end))
    if short.size:
        at, until = paths[short[0]], end[short[0]]
        raise DataError(
            f"changing covariates must be known until the end of observation, {iso(until)}, but"
            f"{_named(covariates, at)} they end on {iso(last[at])}. Add the later days, or give an "
            f"earlier observation_end."
        )


def days_of(covariates: ChangingCovariates) -> tuple[FloatArray, FloatArray]:
    """Return the first and the last day of each path, counted from 1970-01-01."""
    columns = covariates.start[covariates.first_rows], covariates.end[covariates.last_rows]
    first, last = (column.astype(np.int64).astype(np.float64) for column in columns)
    return first, last


def iso(day: Any) -> str:
    """Write a day that is counted from 1970-01-01."""
    return str(np.datetime64(int(np.floor(day)), "D"))


def _named(covariates: ChangingCovariates, place: Any) -> str:
    return "" if covariates.path is None else f" on path {covariates.paths[int(place)]!r}"


def paths_of(
    covariates: ChangingCovariates, known: LabelArray, *, customer: str, customers: Any
) -> IntArray:
    """Return the place of the path of each customer of a history."""
    if covariates.path is None:
        return np.zeros(len(known), dtype=np.int64)
    if covariates.path_name == customer:
        return placed(covariates, known, known)
    name = covariates.path_name
    if customers is None:
        raise ParameterError(
            f"changing covariates have a path for each {name!r}, so it must be known which one "
            f"customers are on. Give a table with the columns {customer!r} and {name!r}, as in "
            f"customers=table."
        )
    found = of_customers(customers, known, customer=customer, covariates=[name], unknown="ignore")
    return placed(covariates, found[name], known)


def placed(covariates: ChangingCovariates, wanted: LabelArray, known: LabelArray) -> IntArray:
    """Return the place of each label among the paths, or raise where there is none."""
    labels = covariates.labels
    if wanted.dtype.kind == "f" and labels.dtype.kind == "i":
        labels = labels.astype(np.float64)
    places, present = looked_up(wanted, labels)
    _refuse_without(covariates, wanted, known, ~present)
    return places


def _refuse_without(
    covariates: ChangingCovariates, wanted: LabelArray, known: LabelArray, absent: BoolArray
) -> None:
    rows = np.flatnonzero(absent)
    if rows.size:
        one = rows[0]
        raise DataError(
            f"changing covariates must have a path for every customer, but there is none for "
            f"{covariates.path_name}={plain(wanted[one])!r}, which {count(len(rows), 'customer')} "
            f"would need, such as {plain(known[one])!r}. Known paths: {listed(covariates.paths)}. "
            f"Add the path, or leave these customers out."
        )
