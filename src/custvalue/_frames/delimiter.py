"""The sign between entries, where nobody says it: the one that gives every row the same entries."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from typing import TextIO

from custvalue._checks import callers_level
from custvalue.errors import DataWarning

USUAL = ",;\t"
DELIMITERS = USUAL + "|"
ROWS_COMPARED = 20
IN_QUOTES = re.compile(r'"[^"]*(?:"|$)')


def guessed(open_text: Callable[[], TextIO], first: str, decimal: str) -> str:
    """Return the delimiter of a text whose first line is `first`; a comma where there is none.

    Of several that give every row the same entries, the one that is no decimal sign, and then the
    one that gives most. If none does, what the line has most of, pipes aside.
    """
    bare = IN_QUOTES.sub("", first)
    widths = {sign: common_width(open_text, sign) for sign in DELIMITERS if sign in bare}
    fitting = [sign for sign, width in widths.items() if width > 1]
    if fitting:
        return max(fitting, key=lambda sign: (sign != decimal, widths[sign]))
    return max(USUAL, key=bare.count)


def common_width(open_text: Callable[[], TextIO], delimiter: str) -> int:
    """Return how many entries each of the first rows has by a delimiter; 0 if they differ."""
    with closing(open_text()) as file:
        reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
        try:
            rows = list(islice(filter(has_entry, reader), ROWS_COMPARED))
        except csv.Error:
            return 0
    width = len(rows[0]) if rows else 0
    return width if all(len(without_extra(row, width)) == width for row in rows) else 0


def has_entry(row: list[str]) -> bool:
    """Return whether anything stands in a row."""
    return any(map(str.strip, row))


def without_extra(row: list[str], width: int) -> list[str]:
    """Return a row without empty entries at the right that have no column."""
    return row if len(row) <= width or has_entry(row[width:]) else row[:width]


def warn_of_another(
    file: str, open_text: Callable[[], TextIO], delimiter: str, names: list[str]
) -> None:
    """Warn where the delimiter that is said gives one column, and another sign gives several."""
    if len(names) != 1:
        return
    for sign in DELIMITERS:
        width = common_width(open_text, sign) if sign in names[0] else 0
        if width > 1:
            warnings.warn(
                f"{file} has one column, {names[0]!r}, by delimiter={delimiter!r}, but {width} "
                f"columns by {sign!r}. If they are columns, leave out delimiter.",
                DataWarning,
                stacklevel=callers_level(),
            )
            return
