"""What a transaction log says after the calibration ends: by customer, and by week."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._histories.days import day_number
from custvalue._histories.transactions import EngineLog, MemoryLog, Rules
from custvalue._rows import FloatArray, IntArray, LabelArray

WEEK = 7  # days


class Later(NamedTuple):
    """Customers with a transaction after the calibration, ascending, and what they did then."""

    customer: LabelArray
    occasions: FloatArray
    spent: FloatArray | None


class Weeks(NamedTuple):
    """Weeks, numbered from the end of the calibration, and the repeat purchases in each."""

    number: IntArray
    repeats: FloatArray


def after(log: EngineLog | MemoryLog, rules: Rules, calibration_end: date) -> tuple[Later, Weeks]:
    """Group a log to which the rules were applied."""
    if isinstance(log, MemoryLog):
        return _in_memory(log, day_number(calibration_end))
    customer, columns = log.after(calibration_end, net=rules.net)
    number, repeats = log.repeats_by_week(calibration_end, net=rules.net)
    later = Later(customer, columns["occasions"], columns.get("spent"))
    return later, Weeks(number.astype(np.int64), repeats)


def _in_memory(log: MemoryLog, last: int) -> tuple[Later, Weeks]:
    occasion, span, start = log.occasions()
    code, day = occasion // span, occasion % span + start
    first = first_of_runs(code)
    size = len(log.labels)
    known = np.zeros(size, dtype=bool)
    known[code[first & (day <= last)]] = True
    bought = np.bincount(code[day > last], minlength=size)
    active = np.zeros(size, dtype=bool)
    rows = log.days > last
    active[log.codes[rows]] = True
    spent: FloatArray | None = None
    if log.spend is not None:
        spent = np.bincount(log.codes[rows], log.spend[rows], minlength=size)[active].astype(
            np.float64
        )
    repeats = day[~first & known[code]]
    number, count = np.unique((repeats - last - 1) // WEEK, return_counts=True)
    later = Later(log.labels[active], bought[active].astype(np.float64), spent)
    return later, Weeks(number.astype(np.int64), count.astype(np.float64))
