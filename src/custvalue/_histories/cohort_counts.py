"""Counting cohorts: who bought in which calendar period after that of the first purchase."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._columns import first_of_runs
from custvalue._histories import earlier_customers
from custvalue._histories.days import day_number
from custvalue._histories.transactions import MemoryLog, Rules, apply_rules
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError

By = Literal["month", "quarter", "year"]
BY: Mapping[By, int] = MappingProxyType({"month": 1, "quarter": 3, "year": 12})  # months


class Arrivals(NamedTuple):
    """The customers of all cohorts: who, on which day first, and in which cohort."""

    customer: LabelArray
    day: IntArray
    cohort: IntArray


class CohortCounts(NamedTuple):
    """One entry for each cohort and each period that has ended."""

    labels: LabelArray  # of the cohorts
    cohort: IntArray  # places in the labels
    period: IntArray
    customers: IntArray
    active: IntArray
    repeat_purchases: FloatArray  # per customer, up to the end of the period
    spend: FloatArray | None
    ends: IntArray  # last days of the periods
    first_days: IntArray  # all days on which anybody came
    came: IntArray  # customers by cohort and first day
    arrivals: Arrivals
    early_customers: int


class _Occasions(NamedTuple):
    """Days with a purchase: code of the customer and day, in order, and who is the first."""

    code: IntArray
    day: IntArray
    first: npt.NDArray[np.bool_]


def counted(data: Any, rules: Rules, by: By) -> CohortCounts:
    """Count a log."""
    log = MemoryLog.read(data, rules)
    apply_rules(log, rules)
    occasions, early = _new_only(_occasions(log), rules)
    if not len(occasions.code):
        raise DataError("no purchase is left. Give a later observation_end, or drop less.")
    came = np.full(len(log.labels), -1, dtype=np.int64)
    came[occasions.code[occasions.first]] = occasions.day[occasions.first]
    return _by_cohort(log, occasions, came, rules, by)._replace(early_customers=early)


def _occasions(log: MemoryLog) -> _Occasions:
    key, span, start = log.occasions()
    code = (key // span).astype(np.int64)
    return _Occasions(code, (key % span).astype(np.int64) + start, first_of_runs(code))


def _new_only(all_of_them: _Occasions, rules: Rules) -> tuple[_Occasions, int]:
    """Leave out who is first seen early in the log, and count them."""
    if rules.new_only is None or not len(all_of_them.code):
        return all_of_them, 0
    first = all_of_them.day[all_of_them.first].astype(np.float64)
    new = earlier_customers.newcomers(first, rules.new_only, rules.start)
    kept = new[np.cumsum(all_of_them.first) - 1]
    code, day, start = all_of_them
    some = _Occasions(code[kept], day[kept], start[kept])
    return some, int(np.count_nonzero(~new))


def _by_cohort(
    log: MemoryLog, occasions: _Occasions, came: IntArray, rules: Rules, by: By
) -> CohortCounts:
    """Add up by cohort and period."""
    months = BY[by]
    begin = int(period_of(came[came >= 0], months).min())
    periods = _ended(day_number(rules.end), months) - begin + 1
    if periods < 1:
        raise DataError(
            f"no {by} with a purchase has ended by {rules.end}. Give a later observation_end, or "
            f"shorter periods."
        )
    active, bought = _bought(occasions, came, months, begin, periods)
    spent = _spent(log, came, months, begin, periods)
    days, arrivals = _arrivals(came, months, begin, periods)
    sizes = arrivals.sum(axis=1)
    some = np.flatnonzero(sizes)
    ended = np.add.outer(np.arange(periods), np.arange(periods)) < periods
    cohort, period = np.nonzero(ended & (sizes > 0)[:, None])
    customers = sizes[cohort]
    return CohortCounts(
        labels=np.array([label_of(begin + int(each), by) for each in some]),
        cohort=np.searchsorted(some, cohort),
        period=period,
        customers=customers,
        active=active[cohort, period],
        repeat_purchases=bought[cohort, period] / customers,
        spend=None if spent is None else spent[cohort, period] / customers,
        ends=_first_day(begin + cohort + period + 1, months) - 1,
        first_days=days,
        came=arrivals[some],
        arrivals=_each(log, came, some, begin, months),
        early_customers=0,
    )


def _bought(
    occasions: _Occasions, came: IntArray, months: int, begin: int, periods: int
) -> tuple[IntArray, IntArray]:
    """Count who bought in each period, and repeat purchases until its end, (cohorts, periods)."""
    place = period_of(occasions.day, months)
    start = period_of(came, months)[occasions.code]
    seen = place < begin + periods
    cell = (start - begin) * periods + place - start
    once = first_of_runs(occasions.code) | first_of_runs(place)
    counts = [
        np.bincount(cell[seen & which], minlength=periods**2).reshape(periods, periods)
        for which in (once, ~occasions.first)
    ]
    return counts[0], counts[1].cumsum(axis=1)


def _arrivals(came: IntArray, months: int, begin: int, periods: int) -> tuple[IntArray, IntArray]:
    """Return the days on which anybody came, and the customers of each cohort by day."""
    known = came[came >= 0]
    days, place = np.unique(known, return_inverse=True)
    of_cohort = period_of(known, months) - begin
    inside = of_cohort < periods
    cell = of_cohort[inside] * len(days) + place[inside]
    counts = np.bincount(cell, minlength=periods * len(days))
    return days, counts.reshape(periods, len(days))


def _each(log: MemoryLog, came: IntArray, some: IntArray, begin: int, months: int) -> Arrivals:
    """Return who came first when, of the cohorts that are shown."""
    cohort = period_of(came, months) - begin
    known = np.flatnonzero((came >= 0) & (cohort <= some[-1]))
    return Arrivals(log.labels[known], came[known], np.searchsorted(some, cohort[known]))


def _spent(
    log: MemoryLog, came: IntArray, months: int, begin: int, periods: int
) -> FloatArray | None:
    """Add up spend by cohort, cumulated over periods; returns before the first purchase in it."""
    if log.spend is None:
        return None
    first = came[log.codes]
    start = period_of(first, months)
    place = np.maximum(period_of(log.days, months), start)
    some = (first >= 0) & (place < begin + periods)
    cell = (start[some] - begin) * periods + place[some] - start[some]
    sums = np.bincount(cell, log.spend[some], minlength=periods**2)
    total: FloatArray = sums.reshape(periods, periods).cumsum(axis=1)
    return total


def period_of(days: IntArray, months: int) -> IntArray:
    """Return the number of the month, quarter or year, from 1970 on."""
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64) // months


def _first_day(period: IntArray, months: int) -> IntArray:
    return (period * months).astype("M8[M]").astype("M8[D]").astype(np.int64)


def _ended(end: int, months: int) -> int:
    """Return the last period that has ended by the end of that day."""
    return int(period_of(np.array([end + 1]), months)[0]) - 1


def label_of(period: int, by: By) -> str:
    year, rest = divmod(period * BY[by], 12)
    name = f"{1970 + year}"
    if by == "month":
        return f"{name}-{rest + 1:02d}"
    return f"{name}-Q{rest // 3 + 1}" if by == "quarter" else name
