"""Time units: what a day, a week, a month and a year are, and horizons that carry their unit.

A week has 7 days, a year 365.25, a month its twelfth (30.4375). A horizon is text with its unit
(``"39 weeks"``) or a :class:`datetime.timedelta`; a bare number is refused, because 12
may be weeks or months.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping, Sized
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast, get_args

import numpy as np

from custvalue._words import did_you_mean, listed
from custvalue.errors import ParameterError, UnitError

TimeUnit = Literal["day", "week", "month", "year"]
Horizon = str | timedelta
Several = list[str] | list[timedelta] | tuple[Horizon, ...]

UNITS: tuple[TimeUnit, ...] = get_args(TimeUnit)

DAYS: Mapping[TimeUnit, float] = MappingProxyType(
    {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
)
"""Days in each unit."""

LONGEST_YEARS = 1e30  # of a horizon
NO_TIME = 1e-100  # a horizon within which nothing happens

_HORIZON = re.compile(r"\s*([-+]?[\d.,_]*\d[\d.,_]*(?:e[-+]?\d+)?)\s*([^\W\d_]+)\s*", re.IGNORECASE)
_DATE = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}.*")
_SAY = "Write the number with its unit, as in '39 weeks' or '3 years'."


def checked_unit(unit: object) -> TimeUnit:
    """Return `unit` if it is a time unit.

    Examples
    --------
    >>> checked_unit("week")
    'week'
    """
    if not isinstance(unit, Hashable) or unit not in UNITS:
        raise UnitError(
            f"unit must be one of {listed(UNITS)}, but it is {unit!r}.{did_you_mean(unit, UNITS)}"
        )
    return unit


def horizon_in(horizon: str | timedelta, unit: TimeUnit, argument: str = "horizon") -> float:
    """Convert a horizon to a number of time units.

    Examples
    --------
    >>> horizon_in("39 weeks", "week")
    39.0
    >>> horizon_in("3 years", "month")
    36.0
    >>> horizon_in(timedelta(days=14), "week")
    2.0
    """
    unit = checked_unit(unit)
    if isinstance(horizon, timedelta):
        days = horizon / timedelta(days=1)
        if days < 0:
            raise ParameterError(f"{argument} must be >= 0, but it is {days:g} days.")
        return days / DAYS[unit]
    if not isinstance(horizon, str):
        raise _no_length(horizon, argument)
    return _length_in(horizon, unit, argument)


@lru_cache(maxsize=256)  # the same horizon is asked of one customer after the other
def _length_in(horizon: str, unit: TimeUnit, argument: str) -> float:
    amount, name = amount_and_unit(horizon, argument)
    if not amount >= 0 or math.isinf(amount):
        raise ParameterError(f"{argument} must be finite and >= 0, but it is {horizon!r}.")
    if amount * (DAYS[name] / DAYS["year"]) > LONGEST_YEARS:
        endless = " Use horizon=None for an infinite one." if argument == "horizon" else ""
        raise ParameterError(
            f"{argument} must be at most {LONGEST_YEARS:g} years, but it is {horizon!r}.{endless}"
        )
    length = amount if name == unit else amount * DAYS[name] / DAYS[unit]
    return length if length > NO_TIME else 0.0


def horizons_in(horizons: Several, unit: TimeUnit) -> list[float]:
    """Convert several horizons to numbers of time units.

    Examples
    --------
    >>> horizons_in(["2 weeks", "1 year"], "day")
    [14.0, 365.25]
    """
    if not len(horizons):
        raise ParameterError("horizon is an empty list. Give at least one, as in ['39 weeks'].")
    return [horizon_in(each, unit, f"horizon[{place}]") for place, each in enumerate(horizons)]


def amount_and_unit(horizon: object, argument: str) -> tuple[float, TimeUnit]:
    """Take ``"39 weeks"`` apart into 39.0 and ``"week"``."""
    found = _HORIZON.fullmatch(horizon) if isinstance(horizon, str) else None
    if found is None:
        raise _no_length(horizon, argument)
    word = found[2].casefold()
    name = word.removesuffix("s")
    if name not in UNITS:
        plurals = [f"{each}s" for each in UNITS]
        raise UnitError(
            f"{argument}={horizon!r} has the unknown unit {found[2]!r}; the units are "
            f"{listed(plurals)}.{did_you_mean(word, plurals)}"
        )
    try:
        return float(found[1]), cast("TimeUnit", name)
    except ValueError:
        raise UnitError(
            f"{argument}={horizon!r}: {found[1]!r} is not a number. {_SAY} Use a decimal point and "
            f"no thousands separator."
        ) from None


def _no_length(horizon: object, argument: str) -> UnitError:
    """Build the error for what is no number with a unit."""
    if isinstance(horizon, date | np.datetime64) or _DATE.fullmatch(str(horizon)):
        since = " since the end of the observation" if argument == "at" else ""
        return UnitError(
            f"{argument}={horizon!r} is a date, but a length of time is needed. Give it{since}, as "
            f"in {argument}='13 weeks'."
        )
    if not isinstance(horizon, str) and isinstance(horizon, Sized):
        return UnitError(
            f"{argument} must be one length of time, as in '39 weeks', but it is a "
            f"{type(horizon).__name__} of {len(horizon)}. Ask for one after the other."
        )
    lacks = "is not a number with a time unit" if isinstance(horizon, str) else "has no time unit"
    return UnitError(f"{argument}={horizon!r} {lacks}. {_SAY}")


def matching_unit(model_unit: TimeUnit | None, history_unit: TimeUnit, model_name: str) -> None:
    """Raise unless a model and a history count time alike; a model without a unit is trusted."""
    if model_unit is not None and model_unit != history_unit:
        raise UnitError(
            f"{model_name} counts time in {model_unit}s, but the history in {history_unit}s. "
            f"Use history.in_unit({model_unit!r}), or fit the model to this history."
        )


def declared_unit(unit: TimeUnit | None, model_name: str) -> TimeUnit:
    """Return the unit of a model that is used without a history."""
    if unit is None:
        raise UnitError(
            f"{model_name} has no time unit, and without a history its time unit is unknown. Use "
            f"{model_name}(..., unit='week'), or the unit it has."
        )
    return unit
