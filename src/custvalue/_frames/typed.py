"""Entries of a file, which are text, as numbers or words.

A column is numeric where every entry is a number as people type one; empty entries are missing.
Numbers with leading zeros or more than 18 digits are names (``0042``), and so is anything that
only a computer would call a number (``1_000``, ``nan``, ``inf``). So are ``1E5`` and ``2E7`` among
whole numbers only, and whole numbers among gaps or fractions that are too long for a float.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import numpy as np

from custvalue._columns import EXACT, Array
from custvalue.errors import DataError

Decimal = Literal[".", ","]

SEPARATOR = "\x1f"  # between the entries of a column while they are looked at together
NUMBER = r"[+-]?(?:(?:0|[1-9]\d{0,17}+)(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+"
NUMBERS = re.compile(rf"(?:{NUMBER})?+(?:{SEPARATOR}(?:{NUMBER})?+)*+", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d++,\d++", re.ASCII)
EXPONENT = re.compile(r"\d[eE]\d", re.ASCII)
FRACTION = re.compile(r"\.|[eE][+-]")
WHOLE = r"[+-]?(?:0|[1-9]\d{0,17}+)"
WHOLE_NUMBERS = re.compile(rf"{WHOLE}(?:{SEPARATOR}{WHOLE})*+", re.ASCII)


class Typing(NamedTuple):
    """How entries are written: the sign before decimals, and the columns that hold numbers.

    In those columns, entries that are numbers are so even where others are words.
    """

    decimal: Decimal = "."
    numbers: Collection[str] = ()

    def column(self, name: str, title: str, entries: Sequence[str]) -> Array:
        """Return the column `title` of the file `name`."""
        if title in self.numbers:
            return typed(_with_points(name, title, entries, self.decimal), mixed=True)
        if self.decimal == ",":
            if any("." in entry for entry in entries):  # 1.234 may be one thousand
                return _words(entries)
            found = typed([entry.replace(",", ".") for entry in entries], mixed=False)
            return _words(entries) if found.dtype == object else found
        return typed(entries, mixed=False)

    def different(self, title: str, entries: Sequence[str]) -> Array | None:
        """Return the different entries of a column; None where their rows are to be known."""
        try:
            found = self.column("", title, entries)
        except DataError:
            return None
        return None if title in self.numbers and found.dtype == object else found


def is_number(entry: str) -> bool:
    """Return whether an entry is a number, with a decimal point."""
    return bool(entry) and NUMBERS.fullmatch(entry) is not None


def typed(entries: Sequence[str], *, mixed: bool) -> Array:
    """Numbers where all entries are numbers, else text; None where an entry is empty.

    With `mixed`, entries that are numbers are so even where others are not.
    """
    joined = SEPARATOR.join(entries)
    if WHOLE_NUMBERS.fullmatch(joined):
        return np.fromiter(map(int, entries), dtype=np.int64, count=len(entries))
    if NUMBERS.fullmatch(joined) and any(entries):
        present = (float(entry or "nan") for entry in entries)
        found = np.fromiter(present, dtype=np.float64, count=len(entries))
        return found if mixed or not _may_be_names(joined, found) else _words(entries)
    if mixed:
        return np.array([_number_or_text(entry) for entry in entries], dtype=object)
    return _words(entries)


def _may_be_names(joined: str, found: Array) -> bool:
    """Say whether numbers may be identifiers of which floats would make others."""
    if (np.abs(found) >= EXACT).any():
        return True
    return EXPONENT.search(joined) is not None and FRACTION.search(joined) is None


def _words(entries: Sequence[str]) -> Array:
    return np.array([entry or None for entry in entries], dtype=object)


def _number_or_text(entry: str) -> float | str | None:
    return float(entry) if is_number(entry) else entry or None


def _with_points(name: str, title: str, entries: Sequence[str], decimal: Decimal) -> Sequence[str]:
    """Return the entries of a column of numbers with decimal points."""
    if decimal == ".":
        foreign = [row for row, entry in enumerate(entries) if DECIMAL_COMMA.fullmatch(entry)]
        hint = 'If decimals are written with a comma, add decimal = "," to the study file.'
        expected = "a number with a decimal point"
    else:
        foreign = [row for row, entry in enumerate(entries) if "." in entry]
        hint = "Leave out what parts the thousands; or the decimals of the file have points."
        expected = "a number with a decimal comma"
    if foreign:
        error = DataError.at_rows(title, expected, foreign, [entries[foreign[0]]], hint)
        error.add_note(name)
        raise error
    return entries if decimal == "." else [entry.replace(",", ".") for entry in entries]
