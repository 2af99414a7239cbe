"""A history and the transactions after it: the whole life of each customer, without the old log.

A history is taken back to what it was made of, days and sums; what came later is added to that. So
the result is that of the whole log, up to the last digit of sums of money.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.compressing import Timed, whole_days
from custvalue._histories.days import day_number
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.identifiers import ascends, is_text, looked_up
from custvalue._histories.intervals import in_other_unit
from custvalue._histories.summary import Summary
from custvalue._histories.transactions import (
    Rules,
    apply_rules,
    may_lose_customers,
    opened,
    without_rows,
)
from custvalue._histories.units import DAYS
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError


class Updated(NamedTuple):
    """The days and sums of each customer, known ones first unless all are in ascending order."""

    summary: Summary
    excluded: ExcludedTransactions


def known_to(observation_end: date | None) -> date:
    """Return the day up to which a history goes."""
    if observation_end is None:
        raise ParameterError(
            "the history has no observation_end, so it is not known after which day the new "
            "transactions begin. Make it with from_transactions, or give observation_end= to "
            "from_frame or from_arrays."
        )
    return observation_end


def require_later(end: date, known: date) -> None:
    """Raise unless the new end comes after the old one."""
    if end <= known:
        raise ParameterError(
            f"observation_end must be after {known}, the end of the history that is updated, but "
            f"it is {end}."
        )


def require_same_spend(spend: str | None, money: FloatArray | None) -> None:
    """Raise where spend is known on one side only."""
    if (spend is None) == (money is None):
        return
    if spend is None:
        raise ParameterError(
            "the history has monetary_value, so the spend of the new transactions is needed too. "
            "Name the column of amounts, as in spend='amount'."
        )
    raise ParameterError(
        f"spend={spend!r} cannot be added up: the history has no monetary_value. Omit spend, or "
        f"make the history with it."
    )


def updated(before: Summary, known: ExcludedTransactions, data: Any, rules: Rules) -> Updated:
    """Add the transactions of a log to what is known."""
    log = opened(data, rules)
    without_rows(log, rules, ("overlap",))
    everybody = log.everybody() if may_lose_customers(rules) else None
    left = apply_rules(log, rules)
    later, totals = log.summary(), log.totals()
    summary = _added(before._replace(days=None), later._replace(days=None), totals)
    if before.days is not None:
        summary = summary._replace(days=_all_days(summary.customer, (before, later)))
    lost = 0
    if everybody is not None and len(everybody):
        lost = int(np.count_nonzero(~looked_up(everybody, summary.customer)[1]))
    counts = {kind: getattr(known, kind) + left.get(kind, 0) for kind in SUMMED}
    late = left.get("after_end", 0)  # what was late before is in the new log
    excluded = ExcludedTransactions(**counts, after_end=late, customers=known.customers + lost)
    return Updated(summary, excluded)


SUMMED = sorted(set(ExcludedTransactions.model_fields) - {"after_end", "customers"})


def days_and_sums(
    history: Timed,
    customer: LabelArray,
    money: FloatArray | None,
    log_intervals: FloatArray | None,
    end: date,
) -> Summary:
    """Take a history back to days since 1970 and to sums."""
    x, per_unit = history.frequency, DAYS[history.unit]
    age, recency = (_in_days(times, per_unit) for times in (history.age, history.recency))
    first = day_number(end) - age
    return Summary(
        customer=customer,
        occasions=x + 1,
        first=first,
        last=first + recency,
        spent=None if money is None else money * x,
        log_intervals=in_other_unit(log_intervals, x, per_unit),
    )


def _in_days(times: FloatArray, per_unit: float) -> FloatArray:
    days = whole_days(times, per_unit)
    return times * per_unit if days is None else days


def _added(
    before: Summary, later: Summary, totals: tuple[LabelArray, FloatArray] | None
) -> Summary:
    """Add what customers did later, and those who are new."""
    _require_one_kind(before.customer, later.customer if totals is None else totals[0])
    place, known = looked_up(later.customer, before.customer)
    at, new = place[known], _rows(later, ~known)
    old = _rows(before, slice(None))
    if old.spent is not None and totals is not None:
        where, found = looked_up(totals[0], before.customer)
        old.spent[where[found]] += totals[1][found]  # returns without a purchase too
    if old.log_intervals is not None and later.log_intervals is not None:
        link = np.log(later.first[known] - before.last[at])
        old.log_intervals[at] += link + later.log_intervals[known]
    old.occasions[at] += later.occasions[known]
    old.last[at] = later.last[known]
    return _in_order(old, new)


def _all_days(customer: LabelArray, parts: Sequence[Summary]) -> IntArray | FloatArray:
    """Return the days of all purchases, by customer, then by time."""
    who = [looked_up(each.customer, customer)[0] for each in parts]
    whose = [
        np.repeat(place, each.occasions.astype(np.int64))
        for place, each in zip(who, parts, strict=True)
    ]
    places = np.concatenate(whose)
    none = np.zeros(0, dtype=np.int64)
    days: Any = np.concatenate([none if each.days is None else each.days for each in parts])
    ordered: IntArray | FloatArray = days[np.lexsort((days, places))]
    return ordered


def _rows(summary: Summary, rows: Any) -> Summary:
    """Return a copy of some rows."""
    columns: list[Any] = [None if column is None else np.array(column[rows]) for column in summary]
    return Summary(*columns)


def _in_order(old: Summary, new: Summary) -> Summary:
    """Put new customers to their place if all are in ascending order, else to the end."""
    columns: list[Any] = [
        None if one is None or other is None else np.concatenate((one, other))
        for one, other in zip(old, new, strict=True)
    ]
    both = Summary(*columns)
    if not len(new.customer) or not ascends(old.customer):
        return both
    order: IntArray = np.argsort(both.customer, kind="stable")
    return _rows(both, order)


def _require_one_kind(known: LabelArray, found: LabelArray) -> None:
    """Raise where the customers of one are numbers, and those of the other text."""
    if not len(found) or is_text(known) == is_text(found):
        return
    kinds = {True: "text", False: "whole numbers"}
    raise DataError(
        f"customers must be {kinds[is_text(known)]}, as in the history (such as "
        f"{plain(known[0])!r}), but those of the log are {kinds[is_text(found)]} (such as "
        f"{plain(found[0])!r}). Give the column in the other type.",
        column="customer",
    )
