"""From a log, or from a table of 0 and 1, to opportunities taken.

Opportunities are periods by the calendar: years, months, weeks. From the first purchase on, it says
when a customer became one, and is not counted, as `frequency` elsewhere; from the start on, every
opportunity counts for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._histories.anniversaries import Step
from custvalue._histories.days import day_number
from custvalue._histories.rows import BoolArray, nobody
from custvalue._histories.transactions import MemoryLog, Rules, apply_rules
from custvalue._histories.wide_tables import WideTable
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._words import more, plain
from custvalue.errors import DataError, ParameterError

CountFrom = Literal["first_purchase", "start"]
BeforeStart = Literal["raise", "ignore"]
Newborn = Literal["raise", "drop"]


class Taken(NamedTuple):
    """What an opportunity history is made of, a row for each customer."""

    frequency: FloatArray
    recency: FloatArray
    opportunities: FloatArray
    customer: LabelArray | None = None
    monetary_value: FloatArray | None = None


@dataclass(frozen=True)
class Opportunities:
    """The days on which opportunities begin, and from which one on they count."""

    start: date
    end: date
    step: Step
    count_from: CountFrom
    before_start: BeforeStart = "raise"
    newborn: Newborn = "raise"

    def __post_init__(self) -> None:
        check_counting(self.count_from, self.newborn)
        require_choice("before_start", self.before_start, get_args(BeforeStart))
        if self.before_start == "ignore" and self.count_from == "first_purchase":
            raise ParameterError(
                "before_start='ignore' hides first purchases, from which opportunities count. "
                "Move observation_start to the first purchase in the log, or give "
                "count_from='start'."
            )
        if self.end < self.start:
            raise ParameterError(
                f"observation_end must be after observation_start={self.start}, but it is "
                f"{self.end}."
            )
        self._check_end()

    @property
    def number(self) -> int:
        """How many opportunities there have been."""
        return int(self.of(np.array([day_number(self.end) + 1]))[0])

    def of(self, days: IntArray) -> IntArray:
        """Return the number of the opportunity of each day, from 0."""
        return self.step.passed(np.full(len(days), day_number(self.start)), days)

    def _check_end(self) -> None:
        """Raise where the last opportunity is not over."""
        whole = self.number
        first = np.array([day_number(self.start)] * 2)
        ends = self.step.after(first, np.array([whole, whole + 1])) - 1
        if ends[0] == day_number(self.end):
            return
        before, after = (date(1970, 1, 1) + timedelta(days=int(day)) for day in ends)
        choice = f"{before} or {after}" if whole else f"{after} or later"
        raise ParameterError(
            f"observation_end must be the last day of an opportunity, as {choice}, but it is "
            f"{self.end}: what is taken of an opportunity that is not over is not known yet."
        )


def check_counting(count_from: object, newborn: object) -> None:
    """Raise unless both are choices."""
    require_choice("count_from", count_from, get_args(CountFrom))
    require_choice("newborn", newborn, get_args(Newborn))


def taken_in_log(data: Any, rules: Rules, asked: Opportunities) -> Taken:
    """Count the opportunities that the customers of a log took."""
    log = MemoryLog.read(data, rules)
    _check_start(log, rules, asked)
    apply_rules(log, rules)
    log.days = asked.of(log.days)
    found = log.summary()
    if not len(found.customer):
        raise nobody("no purchase is left")
    if asked.count_from == "start":
        x, last, n = found.occasions, found.last + 1, np.full(len(found.last), float(asked.number))
    else:
        x, last, n = found.occasions - 1, found.last - found.first, asked.number - 1 - found.first
    money = None if found.spent is None else np.where(x > 0, found.spent / np.maximum(x, 1), 0.0)
    return without_newborn(Taken(x, last, n, found.customer, money), asked.newborn)


def _check_start(log: MemoryLog, rules: Rules, asked: Opportunities) -> None:
    """Refuse what was bought before the first opportunity, or leave it out."""
    early = log.days < day_number(asked.start)
    if not early.any():
        return
    if asked.before_start == "raise":
        rows = np.flatnonzero(early)
        values = np.datetime_as_string(log.days[rows].astype("M8[D]"))
        expected = f"on or after {asked.start}, the start of observation"
        hint = "Move observation_start"
        if asked.count_from == "start":
            hint += ", or use before_start='ignore' to leave out earlier transactions"
        raise DataError.at_rows(rules.date_column, expected, rows, values, f"{hint}.")
    log.keep(~early)


def without_newborn(taken: Taken, newborn: Newborn) -> Taken:
    """Refuse customers of whom no opportunity was seen, or leave them out."""
    new = taken.opportunities == 0
    if not new.any():
        return taken
    if newborn == "raise":
        places = np.flatnonzero(new)
        who = (
            f"row {places[0]}" if taken.customer is None else repr(plain(taken.customer[places[0]]))
        )
        others = f" (and {more(len(places) - 1, 'customer')})" if len(places) > 1 else ""
        raise DataError(
            f"the first purchase must be before the last opportunity, but that of {who} is not"
            f"{others}: none of their opportunities was seen yet. Use newborn='drop' to leave "
            f"such customers out.",
            column="opportunities",
            rows=places.tolist(),
        )
    if new.all():
        raise nobody("no customer is left: all are new at the last opportunity")
    return Taken(*(None if column is None else column[~new] for column in taken))  # type: ignore[arg-type]


def taken_in_table(table: WideTable, count_from: CountFrom, newborn: Newborn) -> Taken:
    """Count the opportunities taken in a table of 0 and 1, NaN where there was none."""
    values, (rows, columns) = table.values, table.values.shape
    if not rows or not columns:
        raise nobody("the table is empty")
    _check_entries(table)
    seen, bought = ~np.isnan(values), values == 1
    begin, end = _first(seen), columns - _first(seen[:, ::-1])
    _refuse_rows(table, begin == columns, "at least one opportunity", "none")
    gap = seen.sum(axis=1) != end - begin
    _refuse_rows(table, gap, "opportunities without gaps", "an empty one between others")
    x, last = bought.sum(axis=1), columns - _first(bought[:, ::-1])
    if count_from == "first_purchase":
        _refuse_rows(table, x == 0, "a first purchase", "none")
        begin, x = _first(bought) + 1, x - 1
    recency = np.where(x > 0, last - begin, 0)
    x, recency, n = (each.astype(np.float64) for each in (x, recency, end - begin))
    return without_newborn(Taken(x, recency, n, table.labels), newborn)


def _first(where: BoolArray) -> IntArray:
    """Return the first column in which each row is true, and their number where none is."""
    first: IntArray = np.where(where.any(axis=1), where.argmax(axis=1), where.shape[1])
    return first


def _check_entries(table: WideTable) -> None:
    values = table.values
    bad = ~(np.isnan(values) | (values == 0) | (values == 1))
    for column in np.flatnonzero(bad.any(axis=0)):
        rows = np.flatnonzero(bad[:, column])
        hint = (
            "1 is an opportunity that was taken, 0 one that was not; leave it empty where there "
            "was none."
        )
        found = values[rows, column]
        raise DataError.at_rows(table.columns[column], "0 or 1", rows, found, hint)


def _refuse_rows(table: WideTable, bad: BoolArray, expected: str, instead: str) -> None:
    """Raise for whole rows."""
    if not bad.any():
        return
    rows: Sequence[int] = np.flatnonzero(bad).tolist()
    named = table.labels is not None
    who = (
        f"that of {plain(table.labels[rows[0]])!r}"
        if table.labels is not None
        else f"row {rows[0]}"
    )
    others = f" (and {more(len(rows) - 1, 'row')})" if len(rows) > 1 else ""
    row = f"row {rows[0]}, {who}," if named else who
    raise DataError(
        f"every row must have {expected}, but {row} has {instead}{others}.",
        rows=rows,
        count=len(rows),
    )
