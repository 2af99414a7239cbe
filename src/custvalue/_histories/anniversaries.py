"""Whole periods between two days: months and years by the calendar, days and weeks by counting.

A month after January 31 is the last day of February; all are counted from the first day, so two
months after it is March 31.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._histories.units import amount_and_unit
from custvalue._rows import IntArray
from custvalue.errors import UnitError

IN_DAYS = {"day": 1, "week": 7}
IN_MONTHS = {"month": 1, "year": 12}


class Step(NamedTuple):
    """A period as a number of days or of calendar months."""

    length: int
    in_months: bool

    def passed(self, start: IntArray, until: IntArray | int) -> IntArray:
        """Count the whole periods from one day to another, both numbered from 1970-01-01."""
        if not self.in_months:
            return (until - start) // self.length
        return (
            _months(start, np.broadcast_to(np.asarray(until, np.int64), start.shape)) // self.length
        )

    def after(self, start: IntArray, periods: IntArray | int) -> IntArray:
        """Return the day so many periods later."""
        if not self.in_months:
            return start + self.length * periods
        month, place = _month_and_place(start)
        later = month + self.length * periods
        return _first_day(later) + np.minimum(place, _last_place(later))


def calendar_step(period: str, argument: str = "period") -> Step:
    """Return a period that the calendar knows.

    Examples
    --------
    >>> calendar_step("1 year")
    Step(length=12, in_months=True)
    """
    amount, unit = amount_and_unit(period, argument)
    if amount != round(amount) or amount < 1:
        raise UnitError(
            f"{argument} must be a whole number of days, weeks, months or years, as in '1 month', "
            f"where it is counted by the calendar, but it is {period!r}."
        )
    months = unit in IN_MONTHS
    return Step(round(amount) * (IN_MONTHS if months else IN_DAYS)[unit], months)


def _months(start: IntArray, until: IntArray) -> IntArray:
    """Count whole months."""
    (first, place), (last, reached) = _month_and_place(start), _month_and_place(until)
    due = np.minimum(place, _last_place(last))
    return last - first - (reached < due)


def _month_and_place(days: IntArray) -> tuple[IntArray, IntArray]:
    """Return the month, numbered from 1970-01, and the day within it, from 0."""
    month = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    return month, days - _first_day(month)


def _first_day(month: IntArray) -> IntArray:
    return month.astype("M8[M]").astype("M8[D]").astype(np.int64)


def _last_place(month: IntArray) -> IntArray:
    return _first_day(month + 1) - _first_day(month) - 1
