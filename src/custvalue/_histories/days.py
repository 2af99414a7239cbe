"""Days that users name, and their numbers."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from custvalue._columns import AFTER_LAST, FIRST_DAY, PLAUSIBLE
from custvalue.errors import ParameterError


def observed_to(day: object, argument: str = "observation_end") -> date:
    """Read the last day of observation, or another day."""
    value = day
    if isinstance(value, np.datetime64):
        value = value.astype("M8[us]").item()
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime):
        value = value.date() if value.tzinfo is None else None
    if not isinstance(value, date):
        raise ParameterError(
            f"{argument} must be a day without a time zone, as in '1997-09-30', but it is {day!r}."
        )
    if not FIRST_DAY <= np.datetime64(value) < AFTER_LAST:
        raise ParameterError(f"{argument} must be {PLAUSIBLE}, but it is {day!r}.")
    return value


def day_number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days
