"""Times of waves: dates, periods, text and numbers, put in order."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._comparing.comparison import checked_estimates
from custvalue._inference.contrast import Label
from custvalue._inference.estimate import Estimated
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

TrendUnit = Literal["day", "week", "month", "quarter", "year"]

YEAR = 365.2425  # mean of the calendar
DAYS = {"day": 1.0, "week": 7.0, "month": YEAR / 12, "quarter": YEAR / 4, "year": YEAR}
MONTHS = {"month": 1.0, "quarter": 3.0, "year": 12.0}
PERIOD = re.compile(r"(\d{4})(?:-?Q([1-4])|-(0[1-9]|1[0-2]))?")


class _Time(NamedTuple):
    """A time that was read: its label, its kind, and days, months or units."""

    label: Label
    kind: str
    value: float


def in_order(
    waves: object, unit: TrendUnit | None
) -> tuple[FloatArray, dict[Label, Estimated], TrendUnit | None]:
    """Return times since the first wave, the estimates in the order of time, and the unit."""
    pairs = [(_read(when), estimate) for when, estimate in _pairs(waves)]
    kinds = {time.kind for time, _ in pairs}
    if len(kinds) > 1:
        raise ParameterError(
            f"times of waves must be of one kind, but there are {' and '.join(sorted(kinds))}."
        )
    pairs.sort(key=lambda pair: pair[0].value)
    for (one, _), (other, _) in pairwise(pairs):
        if one.value == other.value:
            raise DataError(
                f"waves {one.label!r} and {other.label!r} are at the same time. Put their "
                f"answers together, or give each its own time."
            )
    estimates = checked_estimates(
        {time.label: estimate for time, estimate in pairs}, what="wave", argument="waves"
    )
    used, length = _unit(kinds.pop(), unit)
    values = np.array([time.value for time, _ in pairs])
    return (values - values[0]) / length, estimates, used


def _pairs(waves: object) -> list[tuple[Any, Any]]:
    entries = list(waves.items()) if isinstance(waves, Mapping) else waves
    if isinstance(entries, Sequence) and not isinstance(entries, str):
        pairs = [entry for entry in entries if isinstance(entry, tuple) and len(entry) == 2]
        if len(pairs) == len(entries) >= 2:
            return pairs
        if len(pairs) == len(entries):
            raise DataError(f"a trend needs at least 2 waves, but it has {len(pairs)}.")
    raise ParameterError(
        "waves must be a mapping of time to result, or a sequence of pairs, as in {'2026Q1': "
        f"result, '2026Q2': result}}, but it is {type(waves).__name__}."
    )


def _read(when: object) -> _Time:
    value = when.item() if isinstance(when, np.datetime64) else plain(when)
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return _Time(day.isoformat(), "days", day.toordinal())
    if isinstance(value, str) or hasattr(value, "freqstr"):  # periods of pandas have one
        return _read_text(str(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return _Time(value if isinstance(value, int) else str(value), "numbers", float(value))
    raise _unreadable(value)


def _read_text(text: str) -> _Time:
    period = PERIOD.fullmatch(text)
    if period:
        year, quarter, month = period.groups()
        months = 3 * (int(quarter or 1) - 1) + int(month or 1) - 1
        kind = "quarters" if quarter else "months" if month else "years"
        return _Time(text, kind, 12 * int(year) + months)
    try:
        return _Time(text, "days", date.fromisoformat(text).toordinal())
    except ValueError:
        raise _unreadable(text) from None


def _unreadable(value: object) -> ParameterError:
    return ParameterError(
        f"the time of a wave must be a date, a number, or text like '2026-03-31', '2026-03', "
        f"'2026Q1' or '2026', but it is {value!r}."
    )


def _unit(kind: str, unit: TrendUnit | None) -> tuple[TrendUnit | None, float]:
    """Return the unit of the slope, and how many days, months or numbers it has."""
    if kind == "numbers":
        if unit is not None:
            raise ParameterError(
                f"unit={unit!r} needs dates, but the times of the waves are numbers. Remove it: "
                f"the slope is for a step of 1."
            )
        return None, 1.0
    used: TrendUnit = "year" if unit is None else unit
    require_choice("unit", used, get_args(TrendUnit))
    if kind == "days":
        return used, DAYS[used]
    if used not in MONTHS:
        raise ParameterError(
            f"unit={used!r} needs days, but the waves are {kind}. Use 'month', 'quarter' or 'year'."
        )
    return used, MONTHS[used]
