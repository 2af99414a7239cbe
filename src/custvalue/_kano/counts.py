"""Reading counts and percentages that were evaluated elsewhere, checked row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custvalue._columns import require_different
from custvalue._frames import Source
from custvalue._kano.distribution import LETTERS, Distribution
from custvalue._rows import FloatArray
from custvalue._words import did_you_mean, listed, number, plain
from custvalue.errors import DataError

Numbers = Mapping[str, Mapping[str, float]]


def named(numbers: Numbers) -> Numbers:
    """Return the counts by the names of the items as text, or raise a DataError."""
    if not isinstance(numbers, Mapping) or not all(
        isinstance(row, Mapping) for row in numbers.values()
    ):
        raise DataError(
            "counts must map each item to its categories, as in "
            "{'Hotline': {'M': 15, 'O': 24, 'A': 121, 'I': 124, 'R': 6, 'Q': 6}}. For a dataframe "
            "use KanoResult.from_frame."
        )
    if not numbers:
        raise DataError("there are no items. Give the counts of at least one.")
    require_different(numbers)
    return {str(item): row for item, row in numbers.items()}


def matrix(numbers: Numbers) -> FloatArray:
    """Return one row per item, in the order M, O, A, I, R, Q, or raise a DataError."""
    return np.array([_row(item, row) for item, row in numbers.items()], dtype=np.float64)


def _row(item: str, row: Mapping[str, float]) -> list[float]:
    for name in row:
        if name not in LETTERS:
            raise DataError(
                f"{item}: {name!r} is no category, only {listed(LETTERS)}."
                f"{did_you_mean(name, LETTERS)}",
                column=item,
            )
    absent = [letter for letter in LETTERS if letter not in row]
    if absent:
        raise DataError(
            f"{item}: there is no number for {listed(absent)}. Write 0 for an empty category.",
            column=item,
        )
    return [_entry(item, letter, row[letter]) for letter in LETTERS]


def _entry(item: str, letter: str, value: Any) -> float:
    numeric = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not (numeric and math.isfinite(value) and value >= 0):
        raise DataError(
            f"{item}: {letter} must be a number >= 0, but it is {plain(value)!r}.",
            column=item,
            value=plain(value),
        )
    return float(value)


def require_whole(items: tuple[str, ...], array: FloatArray) -> None:
    """Raise a DataError unless every count is a whole number."""
    bad = np.argwhere(array != np.rint(array))
    if bad.size:
        row, place = (int(index) for index in bad[0])
        raise DataError(
            f"{items[row]}: {LETTERS[place]} must be a whole number of answers, but it is "
            f"{plain(array[row, place])!r}. For percentages use KanoResult.from_percentages.",
            column=items[row],
            value=plain(array[row, place]),
        )


def require_answers(items: tuple[str, ...], known: Distribution) -> None:
    """Raise a DataError unless there is one row per item, each with an answer."""
    if known.items != len(items):
        raise DataError(f"distribution has {known.items} rows for {len(items)} items.")
    empty = np.flatnonzero(known.weights.sum(axis=1) <= 0)
    if empty.size:
        item = items[int(empty[0])]
        raise DataError(
            f"{item}: no respondent answered both questions, so it has no category. Exclude the "
            f"item.",
            column=item,
        )


def normalised(items: tuple[str, ...], array: FloatArray, decimals: int) -> FloatArray:
    """Turn percentages into shares that sum to 1, or raise if rounding does not explain 100."""
    totals = array.sum(axis=1)
    allowed = 0.5 * len(LETTERS) * 10.0**-decimals
    bad = np.flatnonzero(np.abs(totals - 100) > allowed + 1e-9)
    if bad.size:
        row = int(bad[0])
        hint = (
            "Multiply shares of one by 100."
            if abs(totals[row] - 1) < 0.05
            else "For counts use KanoResult.from_counts; if they are rounded to whole numbers, use "
            "decimals=0."
        )
        raise DataError(
            f"{items[row]}: the percentages must sum to 100, give or take {number(allowed)} for "
            f"rounding, but they sum to {number(round(totals[row], 6))}. {hint}",
            column=items[row],
        )
    return np.asarray(array / totals[:, np.newaxis])


def numbers_of_answers(items: tuple[str, ...], n: int | Mapping[str, int] | None) -> FloatArray:
    """Return the number of answers to each item, NaN where it is not known."""
    if n is None:
        return np.full(len(items), np.nan)
    by_item = n if isinstance(n, Mapping) else dict.fromkeys(items, n)
    absent = [item for item in items if item not in by_item]
    if absent:
        raise DataError(f"n has no number of answers for {listed(absent)}.", column=absent[0])
    for item in items:
        value = by_item[item]
        if not (isinstance(value, int | np.integer) and value >= 1) or isinstance(value, bool):
            raise DataError(
                f"n must be a whole number of answers >= 1, but for {item} it is {value!r}.",
                column=item,
            )
    return np.array([by_item[item] for item in items], dtype=np.float64)


def from_columns(frame: Any, item: str) -> dict[str, dict[str, float]]:
    """Read one row per item, one column per category, or raise a DataError."""
    source = Source(frame)
    _require_columns(item, source.names)
    names = [str(name) for name in source.labels(item).tolist()]
    first = {name: row for row, name in reversed(list(enumerate(names)))}
    twice = [row for row, name in enumerate(names) if first[name] != row]
    if twice:
        hint = "Add the counts up first."
        again = [names[row] for row in twice]
        raise DataError.at_rows(item, "different in every row", twice, again, hint)
    columns = {letter: source.numbers(letter) for letter in LETTERS}
    for letter, values in columns.items():
        bad = np.flatnonzero(np.isnan(values))
        if bad.size:
            hint = "Write 0 for an empty category."
            raise DataError.at_rows(letter, "present", bad, [None] * bad.size, hint)
    return {
        name: {letter: float(columns[letter][row]) for letter in LETTERS}
        for row, name in enumerate(names)
    }


def _require_columns(item: str, names: Sequence[str]) -> None:
    """Raise a DataError that says which column is missing, what it must hold and what to do."""
    if item not in names:
        raise DataError(
            f"the column of the items' names, item={item!r}, is not in the data."
            f"{did_you_mean(item, names)} The columns are {listed(names)}. Name it, as in "
            f"item={next(iter(names), 'feature')!r}.",
            column=item,
        )
    absent = [letter for letter in LETTERS if letter not in names]
    if absent:
        raise DataError(
            f"the counts of a category must be in a column named by its letter, {listed(LETTERS)}, "
            f"but there is none for {listed(absent)}. The columns are {listed(names)}. Rename the "
            f"columns to the letters; write 0 for an empty category.",
            column=absent[0],
        )
