"""Columns as plain numpy: numbers, labels and times out of whatever a sequence holds.

Nothing here knows a dataframe; :mod:`custvalue._frames` calls it for what has left its frame.
Labels, days and words repeat, so they are looked at once each, by way of integer codes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt

from custvalue._masked import of_entries, unmasked, without_masked
from custvalue._words import did_you_mean, listed, number_hint, plain
from custvalue.errors import DataError, MissingExtraError, ParameterError

Array = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.signedinteger[Any]]
Times = npt.NDArray[np.datetime64]

ROW_HINT = "Give every row its value, or remove the row."
EXACT = 2.0**53  # from here on, floats do not tell whole numbers apart
LABEL = "a whole number or text"
LABEL_HINT = "Turn the column into text, or into whole numbers."
ISO = "2024-01-31"
NAMED_ABSENT = 3  # columns in one message
MANY_LETTERS = 200  # of a label in numpy's own strings
FIRST_DAY, AFTER_LAST = np.datetime64("1900-01-02"), np.datetime64("2200-01-01")
PLAUSIBLE = "a day after 1900-01-01 and before 2200"
PLACEHOLDER = "A placeholder for an unknown day is no date: give the day, or remove the row."
PLACEHOLDER_FOR_NONE = (
    "A placeholder for an unknown day is no date: give the day, or leave the entry empty."
)


def as_array(values: Any) -> Array:
    """Like ``np.asarray``, but a list with a word in it does not become all words."""
    if type(values) is np.ndarray:
        return values
    if isinstance(values, np.ma.MaskedArray):
        return unmasked(values)
    one = isinstance(values, str | bytes) or not hasattr(values, "__iter__")
    whole = one or hasattr(values, "__array__")
    array = np.asarray(values) if whole else of_entries(list(values))
    if array.dtype.kind in "US" and not hasattr(values, "dtype"):
        array = np.asarray(values, dtype=object)
    return without_masked(array) if array.dtype == object else array


def text(labels: Iterable[str]) -> Array:
    """Return different words as an array that keeps them apart and is no larger than they are.

    Numpy's own strings drop a final NUL, and every entry takes the room of the longest.
    """
    words = list(labels)
    plain = all(len(word) <= MANY_LETTERS and word[-1:] != "\0" for word in words)
    return np.array(words, dtype=np.str_) if plain else objects(words)


def one_dimensional(name: str, values: Any) -> Array:
    """Turn a sequence into an array."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise DataError(f"column {name!r} must be a sequence, but it is {values!r}.", column=name)
    array = as_array(values)
    if array.ndim != 1:
        raise DataError(
            f"column {name!r} must have one dimension, but its shape is {array.shape}.", column=name
        )
    return array


def objects(entries: Sequence[Any]) -> Array:
    """Put entries into an array as they are, lists among them too."""
    return np.fromiter(entries, dtype=object, count=len(entries))


def missing(values: Array) -> npt.NDArray[np.bool_]:
    """Return where an entry is NaN, NaT, ``None`` or pandas' NA."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind in "mM":
        return np.isnat(values)
    if values.dtype == object:
        return np.fromiter(map(_is_missing, values), bool, len(values))
    return np.zeros(values.shape, dtype=bool)


def _is_missing(value: Any) -> bool:
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 - NaN and NaT differ from themselves
    except TypeError:  # pandas' NA is neither equal nor different
        return True
    except ValueError:  # an array in a cell
        return False


def require_present(name: str, absent: npt.NDArray[np.bool_]) -> None:
    """Raise a DataError that names the rows where `absent` is true."""
    bad = np.flatnonzero(absent)
    if bad.size:
        raise DataError.at_rows(name, "present", bad, [None] * bad.size, ROW_HINT)


def require_words(name: str, labels: Iterable[Any], codes: Callable[[], Any]) -> None:
    """Raise a DataError where a label is blank: that is a missing one, not a large group."""
    blank = [place for place, label in enumerate(labels) if is_blank(label)]
    if blank:
        labels, codes_of = list(labels), np.asarray(codes())
        bad = np.flatnonzero(np.isin(codes_of, blank))
        values = [labels[code] for code in codes_of[bad]]
        raise DataError.at_rows(name, "present", bad, values, ROW_HINT)


def is_blank(label: object) -> bool:
    return isinstance(label, str) and not label.strip()


def to_numbers(name: str, values: Any, *, hint: str = "") -> npt.NDArray[np.float64]:
    """Turn a sequence into a new float64 array; ``None`` and NaN are NaN."""
    array = as_array(values)
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    absent = missing(array)
    result = np.full(array.shape, np.nan)
    bad = []
    for row in np.flatnonzero(~absent):
        value = array[row]
        if isinstance(value, bool) or not isinstance(value, Real | Decimal):
            bad.append(int(row))
        else:
            result[row] = float(value)
    if bad:
        values = [plain(array[row]) for row in bad]
        raise DataError.at_rows(name, "a number", bad, values, hint or number_hint(values[0]))
    return result


def sorted_codes(name: str, values: Array) -> tuple[Array, Integers]:
    """Replace labels, all whole numbers or all text, by their place in ascending order."""
    require_present(name, missing(values))
    if values.dtype.kind == "f":
        values = _whole(name, values)
    if values.dtype.kind in "iu":
        return _integer_codes(values)
    entries = values.tolist()
    labels = sorted_labels(name, entries, seen(name, entries))
    if labels.dtype.kind == "i":
        return _integer_codes(np.array(entries, dtype=labels.dtype))
    codes = places(entries, labels.tolist())
    require_words(name, labels, lambda: codes)
    return labels, codes


def in_iso_text(name: str, values: Array) -> Array:
    """Write dates and periods as ISO text, whose order is that of time; others stay as they are."""
    if values.dtype.kind == "M":
        require_present(name, missing(values))
        days = values.astype("datetime64[D]")
        _refuse_times(name, values, np.flatnonzero(values != days))
        return np.datetime_as_string(days)
    if values.dtype != object or not len(values) or not _in_time(values[0]):
        return values
    require_present(name, missing(values))
    bad = [row for row, value in enumerate(values) if type(value) is not type(values[0])]
    if bad:
        kind = type(values[0]).__name__
        hint = "Use one kind of label."
        raise DataError.at_rows(name, f"a {kind} like the first", bad, values[bad], hint)
    if isinstance(values[0], datetime):
        return in_iso_text(name, values.astype("datetime64[us]"))
    return np.array([str(value) for value in values], dtype=np.str_)


def _in_time(value: object) -> bool:
    """Return whether a label is a date or a period, which knows its frequency."""
    return isinstance(value, date) or (hasattr(value, "freqstr") and hasattr(value, "ordinal"))


def _refuse_times(name: str, values: Array, rows: npt.NDArray[np.intp]) -> None:
    if rows.size:
        hint = "Use the date alone, or a period such as '2024-Q1'."
        times = np.datetime_as_string(values[rows], unit="m")
        raise DataError.at_rows(name, "a date without a time of day", rows, times, hint)


def places(entries: Sequence[Any], labels: Sequence[Any]) -> Integers:
    """Look up the position of each entry among the different labels."""
    position = {label: place for place, label in enumerate(labels)}
    return np.fromiter(map(position.__getitem__, entries), np.int64, len(entries))


def seen(name: str, entries: Sequence[Any]) -> list[Any]:
    """Return the different entries in the order in which they come."""
    try:
        return list(dict.fromkeys(entries))
    except TypeError:
        raise DataError(
            f"{name} must hold single values, but it holds {type(entries[0]).__name__}s.",
            column=name,
        ) from None


def sorted_labels(name: str, entries: Sequence[Any], labels: Sequence[Any]) -> Array:
    """Sort the different labels of a column, all whole numbers or all text."""
    if all(map(_is_text, labels)):
        return text(sorted(labels))
    if all(map(_is_whole, labels)):
        return np.array(sorted(labels), dtype=np.int64)
    first = entries[0]
    fits = _is_text if _is_text(first) else _is_whole
    expected = "text like the first" if _is_text(first) else LABEL
    if _is_whole(first):
        expected = "a whole number like the first"
    bad = [row for row, value in enumerate(entries) if not fits(value)]
    raise DataError.at_rows(name, expected, bad, [entries[row] for row in bad], LABEL_HINT)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return -(2**63) <= int(value) < 2**63


def _whole(name: str, values: Array) -> Integers:
    """Take 7.0 for 7: so pandas writes a column of whole numbers that had a gap."""
    bad = np.flatnonzero(values != np.rint(values))
    if bad.size:
        raise DataError.at_rows(name, LABEL, bad, values[bad], LABEL_HINT)
    bad = np.flatnonzero(np.abs(values) >= EXACT)
    if bad.size:
        hint = "A float does not hold all its digits: read the column as text."
        raise DataError.at_rows(name, LABEL, bad, values[bad], hint)
    return values.astype(np.int64)


def _integer_codes(values: Array) -> tuple[Array, Integers]:
    if values.size and values.dtype.kind == "u" and values.max() > np.iinfo(np.int64).max:
        labels, codes = np.unique(values, return_inverse=True)
        return labels, codes
    values = values.astype(np.int64, copy=False)
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    if high - low > 4 * values.size + 1000:
        return np.unique(values, return_inverse=True)
    offset = values - low  # dense identifiers need no sorting, only a table of those that occur
    occurs = np.zeros(high - low + 1, dtype=bool)
    occurs[offset] = True
    return np.flatnonzero(occurs) + low, (np.cumsum(occurs) - 1)[offset]


def require_names(names: Iterable[Any]) -> None:
    for name in names:
        if isinstance(name, bool) or not isinstance(name, str | int):
            raise DataError(
                f"columns must be named by text, but one is named {name!r}. Rename it first; a "
                f"header of two rows is flattened with "
                f"frame.columns = ['_'.join(map(str, name)) for name in frame.columns]."
            )


def require_different(names: Iterable[Any]) -> None:
    """Raise where 1 and '1' are both names of columns: messages and results could not tell them."""
    seen: dict[str, Any] = {}
    for name in names:
        other = seen.setdefault(str(name), name)
        if other is not name and other != name:
            raise DataError(
                f"columns must have different names, but {other!r} and {name!r} read alike. "
                f"Rename one of them."
            )


def require_columns(columns: Mapping[str, str], names: Sequence[str]) -> None:
    """Raise a DataError that names every column of `columns` which is not among `names`."""
    absent = {argument: name for argument, name in columns.items() if name not in names}
    if not absent:
        return
    said = [
        f"{argument}={name!r} is not a column of the data.{did_you_mean(name, names)}"
        for argument, name in list(absent.items())[:NAMED_ABSENT]
    ]
    more = len(absent) - len(said)
    if more:
        said.append(f"Nor are {more} more." if more > 1 else "Nor is 1 more.")
    if len(absent) == len(columns) > 1:
        said.append("None of them is there: is it the right table?")
    said.append(f"The columns are {listed(names)}.")
    raise DataError(" ".join(said), column=next(iter(absent.values())))


def zone_named(time_zone: str | None) -> ZoneInfo | None:
    """Look up a time zone."""
    if time_zone is None:
        return None
    zones = available_timezones()
    if not zones:
        raise MissingExtraError(
            "time_zone needs a database of time zones, and this system has none: pip install tzdata"
        )
    if time_zone not in zones:
        raise ParameterError(
            f"time_zone must be the name of a time zone, as in 'Europe/Berlin', but it is "
            f"{time_zone!r}.{did_you_mean(time_zone, zones)}"
        )
    return ZoneInfo(time_zone)


def to_times(
    name: str, values: Array, *, date_format: str | None = None, time_zone: str | None = None
) -> Times:
    """Turn a column of dates, datetimes or text into local times."""
    require_present(name, missing(values))
    if values.dtype.kind == "M":
        return checked_times(name, values, time_zone=time_zone)
    entries = values.tolist()
    labels = seen(name, entries)
    codes = places(entries, labels)
    return times_of(name, labels, codes, date_format=date_format, time_zone=time_zone)


def checked_times(name: str, values: Times, *, time_zone: str | None) -> Times:
    """Return datetime64 values without a zone, if they are fine enough to tell the day."""
    if time_zone is not None:
        raise without_zone(name, time_zone)
    step = np.datetime_data(values.dtype)[0]
    if step in ("Y", "M", "W"):
        raise DataError(
            f"{name} must hold days, but it is a {values.dtype}. Give the day of each purchase.",
            column=name,
        )
    return values


def times_of(
    name: str,
    labels: Sequence[Any],
    codes: Integers,
    *,
    date_format: str | None,
    time_zone: str | None,
) -> Times:
    """Read each different label once and hand its time to the rows that have it."""
    zone = zone_named(time_zone)
    read = [read_time(label, date_format) for label in labels]
    bad = np.array([moment is None for moment in read])
    if bad.any():
        rows = np.flatnonzero(bad[codes])
        values = [labels[code] for code in codes[rows]]
        raise DataError.at_rows(
            name, _form(date_format), rows, values, _remedy(values[0], date_format)
        )
    zoned = np.array([moment is not None and moment.tzinfo is not None for moment in read])
    _require_zone(name, zoned[codes], labels, codes, time_zone)
    if zone is not None:
        read = [moment and moment.astimezone(zone).replace(tzinfo=None) for moment in read]
    return np.array(read, dtype="M8[us]")[codes]


def is_iso_day(text: str) -> bool:
    """Return whether text is a day like 2024-01-31 and in the calendar."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _form(date_format: str | None) -> str:
    return f"a date like {ISO}" if date_format is None else f"a date of the form {date_format!r}"


def _remedy(value: object, date_format: str | None) -> str:
    if date_format is not None:
        return "Correct the entry, or date_format."
    if not isinstance(value, str | int) or (isinstance(value, int) and not _in_digits(value)):
        return "Turn the column into dates first."
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)):
        return "The calendar has no such day: correct the entry, or remove the row."
    forms = _forms(str(value)) or ["%Y%m%d" if isinstance(value, int) else "%d/%m/%Y"]
    if len(forms) == 1:
        return (
            f"If dates are written in another way, give the format, as in date_format={forms[0]!r}."
        )
    day_first, month_first = forms
    return (
        f"This can be read in two ways. Give the format: date_format={day_first!r} if the day "
        f"comes first, date_format={month_first!r} if the month does."
    )


def _in_digits(value: int) -> bool:
    """Say whether a whole number may be a day written as 20240131."""
    return read_time(value, "%Y%m%d") is not None


def _forms(written: str) -> list[str]:
    """Return the formats in which a day may have been written."""
    found = re.match(r"(\d+)([./-])(\d+)\2(\d+)", written)
    if found is None:
        return []
    sign = found[2]
    if len(found[1]) == 4:
        return [] if sign == "-" else [f"%Y{sign}%m{sign}%d"]
    day_first, month_first = f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y"
    if sign == "." or int(found[1]) > 12:
        return [day_first]
    return [month_first] if int(found[3]) > 12 else [day_first, month_first]


def require_plausible(name: str, times: Times, hint: str = PLACEHOLDER) -> Times:
    """Return times without placeholders for an unknown day, or raise with their rows."""
    bad = np.flatnonzero((times < FIRST_DAY) | (times >= AFTER_LAST))
    if bad.size:
        days = np.datetime_as_string(times[bad].astype("M8[D]"))
        raise DataError.at_rows(name, PLAUSIBLE, bad, days, hint)
    return times


def read_time(value: Any, date_format: str | None) -> datetime | None:
    """Read a date, a datetime, text or (with a format) a whole number; None if it is not a date."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
    if isinstance(value, int) and not isinstance(value, bool) and date_format is not None:
        value = str(value)
    if not isinstance(value, str):
        return None
    try:
        if date_format is None:
            return datetime.fromisoformat(value)
        return datetime.strptime(value, date_format)  # noqa: DTZ007 - a zone is asked for later
    except ValueError:
        return None


def _require_zone(
    name: str,
    zoned: npt.NDArray[np.bool_],
    labels: Sequence[Any],
    codes: Integers,
    time_zone: str | None,
) -> None:
    if zoned.any() and not zoned.all():
        raise mixed(name, zoned, [str(labels[code]) for code in codes[~zoned]])
    if time_zone is None and zoned.any():
        row = int(np.flatnonzero(zoned)[0])
        raise with_zone(name, f"row {row} has {str(labels[codes[row]])!r}, with a time zone")
    if time_zone is not None and not zoned.all():
        raise without_zone(name, time_zone)


def mixed(name: str, zoned: npt.NDArray[np.bool_], values: list[str]) -> DataError:
    """Build the error for times of which some carry a zone and others do not."""
    expected = f"times that all carry a zone, as row {zoned.argmax()} does, or all local times"
    hint = "Give these rows the zone in which they were written, or take it from the others."
    return DataError.at_rows(name, expected, np.flatnonzero(~zoned), values, hint)


def with_zone(name: str, what: str) -> DataError:
    """Build the error for times with a zone where no zone is given."""
    return DataError(
        f"{name} must be local time, but {what}. Give the zone in which days are counted, as in "
        f"time_zone='Europe/Berlin'.",
        column=name,
    )


def without_zone(name: str, time_zone: str) -> DataError:
    """Build the error for a named zone where the times carry none."""
    return DataError(
        f"time_zone={time_zone!r} needs times that carry a zone, but {name} has none. Omit "
        f"time_zone if these are local times already.",
        column=name,
    )


def repeated(columns: Sequence[Array]) -> npt.NDArray[np.bool_]:
    """Return which rows repeat an earlier one in all columns."""
    order = np.lexsort(columns)
    first = np.logical_or.reduce([first_of_runs(column[order]) for column in columns])
    again = np.empty(len(order), dtype=bool)
    again[order] = ~first
    return again


def first_of_runs(ordered: Array) -> npt.NDArray[np.bool_]:
    """Return where an ordered array has an entry that differs from the one before."""
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def packed(columns: Sequence[Array], spans: Sequence[int]) -> Keys:
    """Pack columns of whole numbers into one that sorts like the rows."""
    largest = math.prod(spans)
    if largest > np.iinfo(np.int64).max:
        raise OverflowError(f"{largest:.3g} combinations do not fit into 64 bits")
    dtype = np.int32 if largest <= np.iinfo(np.int32).max else np.int64
    key: Keys = columns[0].astype(dtype)
    for column, span in zip(columns[1:], spans[1:], strict=True):
        np.multiply(key, span, out=key)
        np.add(key, column.astype(dtype, copy=False), out=key)
    return key


def refuse_where(
    bad: npt.NDArray[np.bool_], column: str, expected: str, values: npt.NDArray[Any], hint: str
) -> None:
    """Raise a DataError at the rows that are bad, if any is."""
    rows = np.flatnonzero(bad)
    if rows.size:
        raise DataError.at_rows(column, expected, rows, values[rows], hint)
