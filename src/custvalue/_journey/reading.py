"""How columns of visits are read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import refuse_where
from custvalue._histories.days import day_number
from custvalue._rows import FloatArray, LabelArray, read_only
from custvalue.errors import DataError

DAY = 86_400.0  # seconds
MOST_LINES = 10_000  # of one visit
Given = Mapping[str, str | None]


def times(
    source: _frames.Source, columns: Given, date_format: str | None, time_zone: str | None
) -> dict[str, FloatArray]:
    """Read columns of times as seconds since 1970-01-01, NaN where there is none."""
    found = {}
    for argument, name in columns.items():
        if name is None:
            continue
        read = source.times if argument == "opened" else source.times_with_gaps
        moments = read(name, date_format=date_format, time_zone=time_zone).astype("M8[s]")
        seconds = moments.astype(np.int64).astype(np.float64)
        found[argument] = read_only(np.where(np.isnat(moments), np.nan, seconds))
    return found


def amounts(source: _frames.Source, columns: Given) -> dict[str, FloatArray]:
    """Read columns of numbers >= 0, NaN where there is none."""
    found = {}
    for argument, name in columns.items():
        if name is None:
            continue
        values = source.numbers(name)
        bad = (values < 0) | np.isinf(values)
        refuse_where(bad, name, "a number >= 0", values, "Leave unknown entries empty.")
        if argument.startswith("lines"):
            parts = values != np.rint(values)
            bad = parts & ~np.isnan(values)
            refuse_where(bad, name, "a whole number", values, "Count order lines.")
            hint = "Count order lines, not pieces or part numbers."
            refuse_where(values > MOST_LINES, name, f"at most {MOST_LINES:,}", values, hint)
        found[argument] = read_only(values)
    return found


def words(source: _frames.Source, columns: Given) -> dict[str, LabelArray]:
    """Read columns of identifiers or causes as text, empty where there is none."""
    found = {}
    for argument, name in columns.items():
        if name is None:
            continue
        labels, codes = source.codes_with_gaps(name)
        found[argument] = read_only(np.array([*map(str, labels.tolist()), ""])[codes])
    return found


def labels(source: _frames.Source, names: tuple[str, ...]) -> dict[str, LabelArray]:
    """Read labels, of which none may be missing."""
    found = {}
    for name in names:
        entries, codes = source.codes(name)
        found[str(name)] = read_only(entries[codes])
    return found


def latest(found: Mapping[str, FloatArray]) -> date:
    """Return the day of the latest visit or handover."""
    moments = [found[name] for name in ("opened", "delivered") if name in found]
    last = max(float(np.nanmax(each)) for each in moments if not np.isnan(each).all())
    day: date = as_times(np.array([last]))[0].astype("M8[D]").item()
    return day


def as_times(seconds: FloatArray) -> npt.NDArray[np.datetime64]:
    """Return seconds since 1970-01-01 as times."""
    known = np.where(np.isnan(seconds), 0, seconds).astype(np.int64).astype("M8[s]")
    known[np.isnan(seconds)] = np.datetime64("NaT", "s")
    return known


def are_days(seconds: FloatArray) -> bool:
    """Say whether times have no time of day."""
    known = seconds[~np.isnan(seconds)]
    return bool((known % DAY == 0).all())


def day_of(seconds: FloatArray) -> FloatArray:
    """Return the days since 1970-01-01."""
    return np.floor(seconds / DAY)


def check(found: Mapping[str, Any], columns: Given, end: date) -> None:
    """Raise a DataError where a visit contradicts itself."""
    opened = found["opened"]
    last = day_number(end)
    for argument in ("opened", "delivered"):
        if argument in found:
            after = day_of(found[argument]) > last
            hint = "Give the observation_end that the data have."
            refuse_times(after, columns[argument], f"at most {end}", found[argument], hint)
    for argument, said in (("delivered", "handed over"), ("sold", "sold")):
        if argument not in found:
            continue
        values = found[argument]
        days = are_days(values) or are_days(opened)
        before = day_of(values) < day_of(opened) if days else values < opened
        hint = f"A visit cannot be {said} before it begins. Correct one of both times."
        if argument == "sold":
            hint = "The vehicle belonged to somebody else by then. Leave the visit out."
        refuse_times(before, columns[argument], f"not before {columns['opened']}", values, hint)
    if {"lines_asked", "lines_filled"} <= found.keys():
        asked, filled = found["lines_asked"], found["lines_filled"]
        hint = "Lines that are filled are part of those that are asked."
        name = str(columns["lines_filled"])
        refuse_where(filled > asked, name, f"at most {columns['lines_asked']}", filled, hint)


def refuse_times(
    bad: npt.NDArray[np.bool_], column: str | None, expected: str, values: FloatArray, hint: str
) -> None:
    """Raise a DataError at the rows whose times are bad, if any is."""
    rows = np.flatnonzero(bad)
    if rows.size:
        shown = np.datetime_as_string(as_times(values[rows]))
        raise DataError.at_rows(str(column), expected, rows, shown, hint)
