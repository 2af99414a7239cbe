"""Customers from before the log: since when they are customers, from a table of them.

The first purchase of such a customer lies before the log. It is put there as an occasion without
spend, so that what the log holds are repeat purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import first_of_runs
from custvalue._histories.days import day_number
from custvalue._histories.summary import Summary
from custvalue._histories.units import Horizon, horizon_in
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True)
class EarlierCustomers:
    """Since which day everybody in the table is a customer, and the first day of the log."""

    labels: LabelArray  # ascending
    days: IntArray  # since 1970-01-01
    rows: IntArray  # of the table
    start: date
    since: str

    @classmethod
    def read(cls, table: Any, *, customer: str, since: str, start: date | None) -> EarlierCustomers:
        """Read a table with one row per customer."""
        if start is None:
            raise ParameterError(
                "customers needs observation_start, the first day of the log, as in "
                "observation_start='2024-01-01'."
            )
        source = _frames.Source(table)
        source.require({"customer": customer, "since": since})
        if not source.rows:
            raise DataError("customers is empty. Give a table with one row per customer.")
        labels, codes = source.codes(customer)
        if len(labels) < len(codes):
            order = np.argsort(codes, kind="stable")
            rows = np.sort(order[~first_of_runs(codes[order])])
            hint = "Give one row per customer, with the day of the first purchase."
            raise DataError.at_rows(
                customer, "different in every row", rows, labels[codes[rows]], hint
            )
        days = source.times(since).astype("M8[D]").astype(np.int64)
        order = np.argsort(codes)
        return cls(labels, days[order], order, start, since)

    def first_days(self, seen: Summary, end: date, *, late: bool) -> tuple[LabelArray, IntArray]:
        """Return who was a customer before the log, and since which day.

        `seen` is what the log says; `late` customers may have come after the end.
        """
        labels, first = seen.customer, seen.first
        self._require_kind(labels)
        places, known = _places(labels, self.labels)
        if not known.all():
            self._refuse_unknown(labels[~known])
        start = day_number(self.start)
        self._refuse(
            self._of_log(first[known] < self.days[places[known]], places[known]),
            "on or before the first purchase in the log",
            "It is the day of the first purchase.",
        )
        too_late = self.days > day_number(end)
        if not late:
            hint = "Use after_end='ignore' to leave out who came later, or move observation_end."
            self._refuse(too_late, f"on or before {end}, the end of observation", hint)
        bought = np.zeros(len(self.labels), dtype=bool)
        bought[places[known]] = True
        self._refuse(
            (self.days >= start) & ~too_late & ~bought,
            "before observation_start where the log has no purchase",
            "Who came later and never bought is no customer yet: leave them out.",
        )
        earlier = self.days < start
        return self.labels[earlier], self.days[earlier]

    def entries(self, first: FloatArray) -> FloatArray:
        """Return the age in days up to which purchases are not known."""
        return np.maximum(day_number(self.start) - 1 - first, 0.0)

    def _of_log(self, bad: npt.NDArray[np.bool_], places: IntArray) -> npt.NDArray[np.bool_]:
        spread = np.zeros(len(self.labels), dtype=bool)
        spread[places] = bad
        return spread

    def _require_kind(self, labels: LabelArray) -> None:
        kinds = ["numbers" if each.dtype.kind == "i" else "text" for each in (labels, self.labels)]
        if kinds[0] != kinds[1]:
            raise DataError(
                f"customer must be of one kind, but it is {kinds[0]} in the log and {kinds[1]} in "
                f"customers. Turn one of them into the other."
            )

    def _refuse_unknown(self, unknown: LabelArray) -> None:
        raise DataError(
            f"customers must hold everybody in the log, but {len(unknown):,} of the log "
            f"{'is' if len(unknown) == 1 else 'are'} absent, such as {unknown[0].item()!r}. Add "
            f"the day of the first purchase, or leave them out of the log."
        )

    def _refuse(self, bad: npt.NDArray[np.bool_], expected: str, hint: str) -> None:
        found = np.flatnonzero(bad)
        if found.size:
            found = found[np.argsort(self.rows[found])]
            values = np.datetime_as_string(self.days[found].astype("M8[D]"))
            raise DataError.at_rows(self.since, expected, self.rows[found], values, hint)


def with_first_purchases(
    earlier: LabelArray, since: IntArray, labels: LabelArray, codes: IntArray, days: IntArray
) -> tuple[LabelArray, IntArray, IntArray]:
    """Return identifiers, codes and days of a log with the first purchases from before it."""
    every = np.union1d(labels, earlier)
    places = np.searchsorted(every, labels)[codes], np.searchsorted(every, earlier)
    return every, np.concatenate(places), np.append(days, since)


def _places(some: LabelArray, labels: LabelArray) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return where in ascending labels some are, and which of them are there."""
    places = np.minimum(np.searchsorted(labels, some), len(labels) - 1)
    return places, labels[places] == some


def require_start(first: FloatArray, start: date | None, column: str) -> None:
    """Raise where the log begins before the day that was given as its first."""
    before = 0 if start is None else int(np.count_nonzero(first < day_number(start)))
    if before:
        have = "1 customer has" if before == 1 else f"{before:,} customers have"
        raise DataError(
            f"{column} must be on or after {start}, observation_start, but {have} earlier "
            f"purchases. Leave earlier rows out of the log, or give its first day.",
            column=column,
            count=before,
        )


def newcomers(first: FloatArray, period: Horizon, start: date | None) -> npt.NDArray[np.bool_]:
    """Say which customers were first seen after a period at the start of the log."""
    days = horizon_in(period, "day", "new_customers_only")
    begin = float(first.min()) if start is None else float(day_number(start))
    new: npt.NDArray[np.bool_] = first >= begin + days
    if not new.any():
        raise DataError(
            f"nobody is left: all {len(first):,} customers were first seen within "
            f"new_customers_only={period!r}. Give a shorter period or a longer log."
        )
    return new


def from_before(
    start: date | None, customers: Any, since: str, customer: str, new_only: Horizon | None
) -> dict[str, Any]:
    """Return the rules for customers from before the log."""
    if start is None and customers is None and new_only is None:
        return {}
    if customers is not None and new_only is not None:
        raise ParameterError(
            "customers and new_customers_only are two ways to treat customers from before the log. "
            "Give customers where their first purchases are known, else new_customers_only."
        )
    if customers is None and new_only is None:
        raise ParameterError(
            "observation_start says nothing alone. Add customers=, a table with the day of "
            "everybody's first purchase, or new_customers_only='180 days', or omit it."
        )
    earlier = None
    if customers is not None:
        earlier = EarlierCustomers.read(customers, customer=customer, since=since, start=start)
    return {"start": start, "earlier": earlier, "new_only": new_only}
