"""What the entries of a purchase history must be, and what is said of those that are not."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._histories.rows import AMOUNT, not_whole, refuse, refuse_absurd_amounts
from custvalue._histories.units import DAYS, TimeUnit
from custvalue._rows import FloatArray
from custvalue._words import number

SAME = 1e-12  # relative difference of two times that rounding explains
LONGEST_YEARS = 200  # for longer times the unit must be another one

NET = "Returns belong in the transaction log as negative spend with returns='net'."
COUNTED = "It counts the days with a purchase after the first one."
UNKNOWN = "Exclude customers for whom it is unknown."
CLOCK = "recency and age are counted from the first purchase, in the same unit."
ONE_DAY = (
    "frequency counts the days with a purchase after the first one: several orders on the first "
    "day are 0."
)
RECENCY = (
    "recency is the time from the first purchase to the last; if yours is the time since the "
    "last purchase, give age - recency."
)


def check_purchases(
    frequency: FloatArray, recency: FloatArray, age: FloatArray, unit: TimeUnit
) -> None:
    """Refuse frequencies and times that cannot be; what rounding explains, is changed in place."""
    if not _are_sound(frequency, recency, age, unit):
        _check_frequency(frequency)
        _check_times(frequency, recency, age, unit)


def _are_sound(frequency: FloatArray, recency: FloatArray, age: FloatArray, unit: TimeUnit) -> bool:
    """Say at once whether all are what they must be; which are not, is found out later."""
    columns = (frequency, recency, age)
    x, t_x, T = (column.item() for column in columns) if len(frequency) == 1 else columns
    times = (t_x >= 0) & (t_x <= T) & (_longest(unit) >= T) & ((x == 0) == (t_x == 0))
    return every((x >= 0) & (x < np.inf) & (x == np.rint(x)) & times)


def every(conditions: Any) -> bool:
    """Say whether conditions hold; of one customer there is one."""
    return bool(conditions.all() if isinstance(conditions, np.ndarray) else conditions)


def _longest(unit: TimeUnit) -> float:
    return LONGEST_YEARS * DAYS["year"] / DAYS[unit]


def _check_frequency(frequency: FloatArray) -> None:
    bad = not_whole(frequency)
    if bad.any():
        first = frequency[np.argmax(bad)]
        hint = NET if first < 0 else UNKNOWN if np.isnan(first) else COUNTED
        refuse("frequency", "a whole number >= 0", bad, frequency, hint)


def _check_times(x: FloatArray, recency: FloatArray, age: FloatArray, unit: TimeUnit) -> None:
    longest = _longest(unit)
    for name, times in (("age", age), ("recency", recency)):
        refuse(name, "a number >= 0", np.isnan(times), times, UNKNOWN)
        refuse(name, "a number >= 0", times < 0, times, CLOCK)
        limit = f"at most {LONGEST_YEARS} years"
        refuse(name, limit, times > longest, times, f"Is unit={unit!r} right?")
    np.copyto(recency, age, where=(recency > age) & (recency <= age * (1 + SAME)))
    late = recency > age
    if late.any():
        there = number(float(age[np.argmax(late)]))
        refuse("recency", f"<= age ({there} there)", late, recency, CLOCK)
    odd = (x == 0) != (recency == 0)
    if odd.any():
        refuse("recency", "0 where frequency is 0", odd & (x == 0), recency, RECENCY)
        refuse("recency", "> 0 where frequency is > 0", odd, recency, _same_day(x))


def _same_day(frequency: FloatArray) -> str:
    """Say how a repeat purchase may have come to have no time since the first one."""
    if (frequency > 0).all():
        return f"{ONE_DAY} frequency is nowhere 0: if it counts all purchases, give frequency - 1."
    return f"{ONE_DAY} from_transactions counts so, from a log with one row per purchase."


def check_entry(
    entry: FloatArray, frequency: FloatArray, recency: FloatArray, age: FloatArray
) -> bool:
    """Say whether anybody enters later; refuse entries that cannot be."""
    refuse("entry", "a number >= 0", ~(entry >= 0), entry, ENTRY)
    late = entry > age * (1 + SAME)
    refuse("entry", "<= age", late, entry, ENTRY, limit=age)
    late = (frequency > 0) & (recency <= entry) & (entry > 0)
    hint = "frequency and recency are of purchases after it."
    refuse("entry", "< recency where frequency is > 0", late, entry, hint, limit=recency)
    return bool(entry.any())


ENTRY = "It is the age of the customer when the history begins, and 0 for those who came later."


def check_money(money: FloatArray, frequency: FloatArray) -> None:
    """Refuse mean spends that cannot be."""
    none = frequency == 0
    hint = "Give every customer who came back the mean spend of the repeat purchase days."
    refuse("monetary_value", AMOUNT, ~np.isfinite(money) & ~none, money, hint)
    refuse_absurd_amounts("monetary_value", money)
    hint = "It is the mean of the repeat purchases; the first purchase is not among them."
    bad = none & (money != 0) & ~np.isnan(money)
    refuse("monetary_value", "0 or missing where frequency is 0", bad, money, hint)
