"""Cases as they are read: how long each was watched, and whether it was closed then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._columns import (
    Times,
    missing,
    one_dimensional,
    refuse_where,
    require_present,
    to_numbers,
)
from custvalue._frames import Source
from custvalue._histories.days import observed_to
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError

DAY = 86_400.0  # seconds
SHORTEST = 2  # letters of the name of a unit
CLOCK = "The clock starts at the customer's first word. Correct one of both times."

Moments = str | Sequence[str]


class Cases(NamedTuple):
    """The duration of each case, and whether it was closed at its end."""

    duration: FloatArray
    closed: npt.NDArray[np.bool_]

    def of(self, rows: npt.NDArray[Any]) -> Cases:
        """Return some of them."""
        return Cases(self.duration[rows], self.closed[rows])


def cases_from_arrays(duration: npt.ArrayLike, closed: npt.ArrayLike) -> Cases:
    """Read durations, and true or false for each."""
    values = to_numbers("duration", one_dimensional("duration", duration))
    refuse_where(~(values >= 0) | np.isinf(values), "duration", "a number >= 0", values, CLOCK)
    flags = one_dimensional("closed", closed)
    gone = missing(flags)
    answers = zip(flags.tolist(), gone, strict=True)
    no_answer = np.array([not lost and each not in (0, 1) for each, lost in answers], dtype=bool)
    refuse_where(gone | no_answer, "closed", "True or False", flags, "Give one for each case.")
    if len(flags) != len(values):
        raise DataError(f"closed has {len(flags)} entries for {len(values)} durations.")
    if not len(values):
        raise DataError("there are no cases. Give at least one.")
    return Cases(values, flags.astype(bool))


def cases_from_frame(
    source: Source,
    *,
    opened: Moments,
    closed: str,
    promised: str | None,
    observation_end: Any,
    date_format: str | None,
    time_zone: str | None,
) -> Cases:
    """Read the times at which cases began and were closed, in days or in times promised."""
    how: dict[str, Any] = {"date_format": date_format, "time_zone": time_zone}
    names = _named_moments(opened)
    source.require({("opened" if n == 0 else f"opened[{n}]"): its for n, its in enumerate(names)})
    source.require({"closed": closed})
    begun = _first_word(source, names, how)
    ended = source.times_with_gaps(closed, **how)
    last = np.datetime64(observed_to(observation_end)) + np.timedelta64(1, "D")
    for name, moments in ((" or ".join(names), begun), (closed, ended)):
        hint = "Give the observation_end that the data have."
        late = ~np.isnat(moments) & (moments >= last)
        _refuse(late, name, f"at most {observation_end}", moments, hint)
    until = np.where(np.isnat(ended), last, ended)
    days = _days_between(begun, until)
    _refuse(days < 0, closed, f"not before {' or '.join(names)}", ended, CLOCK)
    if not len(days):
        raise DataError("there are no cases. Give at least one row.")
    if promised is not None:
        source.require({"promised": promised})
        due = source.times_with_gaps(promised, **how)
        days /= _promised_days(promised, due, begun, closed, ended)
    return Cases(days, ~np.isnat(ended))


def _promised_days(name: str, due: Times, begun: Times, closed: str, ended: Times) -> FloatArray:
    """Return the days from the first word until the promise, which is to the end of its day."""
    absent = np.isnat(due)
    hint = "Leave cases without a promise out, or give them the usual one."
    refuse_where(absent, name, "present", np.full(len(due), None), hint)
    if _are_days(due):
        due = (due.astype("M8[s]").astype(np.int64) + int(DAY) - 1).astype("M8[s]")
    elif _are_days(ended) and not np.isnat(ended).all():
        raise DataError(
            f"{name} has times, but {closed} has days only, so lateness within a day cannot be "
            f"seen. Give both as times, or both as days."
        )
    days = _days_between(begun, due)
    _refuse(days <= 0, name, "after the first word", due, "Correct one of both times.")
    return days


def _days_between(first: Times, last: Times) -> FloatArray:
    seconds = last.astype("M8[s]").astype(np.int64) - first.astype("M8[s]").astype(np.int64)
    days: FloatArray = seconds / DAY
    return days


def _are_days(moments: Times) -> bool:
    """Say whether no time of day is given."""
    known = moments[~np.isnat(moments)].astype("M8[s]")
    return bool((known == known.astype("M8[D]")).all())


def _named_moments(opened: Moments) -> tuple[str, ...]:
    """Return the columns of which the earliest time counts."""
    several = opened if isinstance(opened, Iterable) else ()
    names = (opened,) if isinstance(opened, str) else tuple(several)
    if not names or not all(isinstance(name, str) for name in names):
        raise ParameterError(
            f"opened must be the column with the customer's first word, or several of which the "
            f"earliest counts, as in ['first_call', 'entered'], but it is {opened!r}."
        )
    return names


def _first_word(source: Source, names: tuple[str, ...], how: dict[str, Any]) -> Times:
    """Return the earliest time of each case in these columns, one of which must have it."""
    if len(names) == 1:
        return source.times(names[0], **how)
    moments = [source.times_with_gaps(name, **how).astype("M8[us]") for name in names]
    first: Times = np.fmin.reduce(moments)
    require_present(" and ".join(names), np.isnat(first))
    return first


def _refuse(
    bad: npt.NDArray[np.bool_], column: str, expected: str, moments: Times, hint: str
) -> None:
    """Raise at the rows that are bad, with their times."""
    rows = np.flatnonzero(bad)
    if rows.size:
        shown = np.datetime_as_string(moments[rows].astype("M8[s]"))
        raise DataError.at_rows(column, expected, rows, shown, hint)


def checked_unit(unit: object) -> str:
    """Return the name of a unit, whose plural is by -s."""
    word = unit.strip() if isinstance(unit, str) else ""
    if len(word) < SHORTEST or word.lower().endswith("s"):
        raise ParameterError(
            f"unit must be what one unit of the durations is called, as in 'day', 'hour' or "
            f"'working day', but it is {unit!r}."
        )
    return word


def in_units(time: float, unit: str) -> str:
    """Write ``1 day`` or ``2.5 days``."""
    return f"{time:g} {unit}{'' if time == 1 else 's'}"
