"""From when to when the rows of a table hold, and whether they follow each other on each path."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._columns import first_of_runs
from custvalue._histories.days import day_number
from custvalue._rows import IntArray, LabelArray
from custvalue._words import count
from custvalue.errors import DataError


class Names(NamedTuple):
    """What the columns are called in an error."""

    start: str = "start"
    end: str = "end"


def ordered(
    codes: IntArray,
    start: npt.NDArray[Any],
    end: npt.NDArray[Any],
    labels: LabelArray,
    names: Names,
) -> IntArray:
    """Return the order by path and time, in which rows must follow each other day by day."""
    first, last = (_numbers(column) for column in (start, end))
    backwards = np.flatnonzero(last < first)
    if backwards.size:
        hint = f"A row holds from {names.start} to {names.end}, both days included."
        expected = f"a day from {names.start} on ({_iso(first[backwards[0]])} there)"
        raise DataError.at_rows(names.end, expected, backwards, _isos(last[backwards]), hint)
    order = np.lexsort((first, codes))
    codes, first, last = codes[order], first[order], last[order]
    same = ~first_of_runs(codes)[1:]
    step = first[1:] - last[:-1]
    for bad, what in ((same & (step < 1), OVERLAP), (same & (step > 1), GAP)):
        places = np.flatnonzero(bad)
        if places.size:
            at = places[0]
            of = _of(labels[codes[at]])
            expected = what[0].format(of=of, before=_iso(last[at]), next=_iso(last[at] + 1))
            rows = order[places + 1]
            raise DataError.at_rows(names.start, expected, rows, _isos(first[places + 1]), what[1])
    return order


OVERLAP = (
    "after the row before it has ended{of} (on {before})",
    "Rows of a path must not overlap: correct the days, or give path= if there are several.",
)
GAP = (
    "the day after the row before it has ended{of} ({next})",
    "Rows of a path must not leave gaps: add the missing days.",
)


def to_the_last_day(
    codes: IntArray, start: IntArray, labels: LabelArray, until: date | None, names: Names
) -> IntArray:
    """Return the last day of each row, the day before the next one of the path starts."""
    order = np.lexsort((start, codes))
    first, path = start[order], codes[order]
    new = first_of_runs(path)
    again = np.flatnonzero(~new[1:] & (np.diff(first) == 0))
    if again.size:
        rows = order[again + 1]
        hint = "Give one row for each start and path; give path= if there are several paths."
        expected = f"different in every row of a path{_of(labels[path[again[0]]])}"
        raise DataError.at_rows(names.start, expected, rows, _isos(start[rows]), hint)
    ends_path = np.append(new[1:], True)
    if until is None:
        next_start = _regular(order, first, ends_path, names)
    else:
        next_start = np.append(first[1:], 0)
        next_start[ends_path] = day_number(until) + 1
        late = np.flatnonzero(first >= next_start)
        if late.size:
            rows = order[late]
            hint = "Give a later last_day, or leave out the rows after it."
            raise DataError.at_rows(
                names.start, f"at most last_day ({until})", rows, _isos(start[rows]), hint
            )
    last = np.empty_like(start)
    last[order] = next_start - 1
    return last


def _regular(
    order: IntArray, first: IntArray, ends_path: npt.NDArray[np.bool_], names: Names
) -> IntArray:
    """Return the start of the next row, where rows come every so many days, or months."""
    if ends_path.all():
        raise DataError(
            f"{names.start}: every path has one row, so nothing says how long it lasts. Give the "
            f"last day: end= for a column of last days, last_day= for one day."
        )
    inside = np.flatnonzero(~ends_path)
    months, day = _months(first)
    by_month = len(set(day.tolist())) == 1 and day[0] <= SHORTEST_MONTH
    clock = months if by_month else first
    steps = clock[inside + 1] - clock[inside]
    usual = int(np.bincount(steps).argmax())
    odd = np.flatnonzero(steps != usual)
    if odd.size:
        rows = order[inside[odd] + 1]
        every = count(usual, "month" if by_month else "day")
        hint = (
            "Add the missing rows. If rows hold until the next one, however long that is, give "
            "last_day=, the last day of the last row."
        )
        at = inside[odd[0]]
        expected = f"{every} after the row before it ({_iso(first[at])})"
        raise DataError.at_rows(names.start, expected, rows, _isos(first[inside[odd] + 1]), hint)
    following = np.append(first[1:], 0)
    if by_month:
        later = (months[ends_path] + usual).astype("M8[M]").astype("M8[D]").astype(np.int64)
        following[ends_path] = later + day[0] - 1
    else:
        following[ends_path] = first[ends_path] + usual
    return following


SHORTEST_MONTH = 28


def _months(days: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of the month and the day in it."""
    dates = days.astype("M8[D]")
    months = dates.astype("M8[M]")
    within = (dates - months.astype("M8[D]")).astype(np.int64) + 1
    return months.astype(np.int64), within


def _numbers(days: npt.NDArray[Any]) -> IntArray:
    return days.astype("M8[D]").astype(np.int64)


def _iso(day: Any) -> str:
    return str(np.datetime64(int(day), "D"))


def _isos(days: IntArray) -> npt.NDArray[Any]:
    return np.datetime_as_string(days.astype("M8[D]"))


def _of(label: Any) -> str:
    plain = label.item() if hasattr(label, "item") else label
    return f" on path {plain!r}" if plain != "" else ""
