"""Rows of a header as names of columns and texts of questions."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from custvalue._checks import callers_level
from custvalue._frames.marks import IMPORT_ID, Rows
from custvalue._frames.typed import is_number
from custvalue._words import listed
from custvalue.errors import DataError, DataWarning

DATE = re.compile(r"\d{1,4}[-/.\u5e74]\d{1,2}[-/.\u6708]\d{1,4}.*", re.DOTALL)
ABSENT = {"na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "–", "."}  # of a respondent

JOINT = ": "
MOST_HEADER_ROWS = 3  # that are looked for


@dataclass(frozen=True)
class HeaderRows:
    """What stands in the rows above the data.

    `rows` of them are the header, one for each line if None; `question` counts from 1. Cells of
    the last row that are one of `nothing` name no item. `code` finds a code and the text of its
    question in one cell. `mark` raises where rows lack what the platform always writes there.
    """

    rows: int | None = None
    question: int | None = None
    nothing: tuple[str, ...] = ()
    code: str | None = None
    mark: Callable[[str, Rows], None] | None = None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return (self.question or 1) if self.rows is None else self.rows


class Header(NamedTuple):
    """Names of all columns, empty for those without, and texts of questions by name."""

    names: list[str]
    questions: dict[str, str]


def header_of(file: str, rows: Rows, asked: HeaderRows) -> Header:
    """Return the names that header rows give to the columns; those of one name are refused."""
    if len(rows) < asked.count:
        raise DataError(f"{file} has {len(rows)} rows, but header_rows={asked.count}.")
    if asked.mark is not None:
        asked.mark(file, rows)
    level = [list(row) for row in zip(*zip_longest(*rows, fillvalue=""), strict=True)]
    if asked.question is not None and len(rows) > 1:
        texts = level.pop(asked.question - 1)
        names = level[0]
    else:
        names, texts = _joined(level, asked.nothing), []
    if asked.code is not None:
        parts = [re.fullmatch(asked.code, name, re.DOTALL) for name in names]
        texts = [part["text"] if part else "" for part in parts]
        names = [part["code"] if part else name for part, name in zip(parts, names, strict=True)]
    repeated = [name for i, name in enumerate(names) if name.strip() and name in names[:i]]
    if repeated:
        where = "first line" if len(rows) == 1 else "header"
        raise DataError(f"{file} names {listed(repeated)} twice in its {where}. Rename one.")
    found = zip(names, texts, strict=False)
    return Header(names, {name: text for name, text in found if name.strip() and text.strip()})


def _joined(level: Rows, nothing: Sequence[str]) -> list[str]:
    """Join the cells of each column; one that spans columns stands above each of their items."""
    names = list(level[0])
    for row in level[1:]:
        names = list(_below(names, row, nothing))
    return names


def _below(above: Sequence[str], row: Sequence[str], nothing: Sequence[str]) -> Iterator[str]:
    """Yield the names of columns with the cells of one more row."""
    spanning = ""
    for place, cell in enumerate(row):
        if above[place].strip() or not cell.strip():
            spanning = above[place]
        if cell.strip() and not (cell in nothing and _is_alone(above, row, place)):
            yield JOINT.join(part for part in (spanning, cell) if part.strip())
        else:
            yield above[place]


def _is_alone(above: Sequence[str], row: Sequence[str], place: int) -> bool:
    """Return whether what stands above a cell spans that column only."""
    following = place + 1
    spans = following < len(row) and row[following].strip() and not above[following].strip()
    return bool(above[place].strip()) and not spans


def check_rows(file: str, header: Rows, names: Sequence[str], below: Rows) -> None:
    """Raise where the rows show that the header is longer, or shorter, than is said.

    `below` are the first rows of data. A respondent gave a number or a date somewhere, and a row of
    the header has words only.
    """
    below = [row for row in below if any(map(str.strip, row))]
    for place, cell in enumerate(header[-1] if len(header) > 1 else ()):
        under = _first_value(below, place)
        if under and _is_value(cell) and _is_alone(header[0], header[-1], place):
            raise DataError(
                f"{file}: row {len(header)} of the header has {cell!r} above {under!r}, as if it "
                f"were an answer. Use header_rows={len(header) - 1}."
            )
    absent, place = _header_rows_in(below)
    if absent:
        title = _title(header, below)
        above, under = "".join(below[0][place : place + 1]), _first_value(below[absent:], place)
        raise DataError(
            f"{file}: the row below the header looks like a part of it: {above!r} stands "
            f"above {under!r}. Use header_rows={len(header) + absent}{_platform(below)}.{title}"
        )
    _warn_of_nameless(file, names, below, _title(header, below))
    _warn_of_no_header(file, names, below)


def _platform(rows: Rows) -> str:
    imported = any(cell.startswith(IMPORT_ID) for row in rows for cell in row)
    return ", or platform='qualtrics'" if imported else ""


def _title(header: Rows, below: Rows) -> str:
    """Return the way out where one cell stands above a whole table."""
    filled = [place for row in header for place, cell in enumerate(row) if cell.strip()]
    wide = any(sum(bool(cell.strip()) for cell in row) > 1 for row in below)
    return " If row 1 is a title, delete it." if filled == [0] and wide else ""


def _warn_of_nameless(file: str, names: Sequence[str], below: Rows, title: str) -> None:
    """Warn where columns without a name hold something; the first often numbers the rows."""
    for place, name in enumerate(names):
        value = next((row[place] for row in below if len(row) > place and row[place].strip()), "")
        if place and not name.strip() and value:
            warnings.warn(
                f"{file}: column {place + 1} has no name and is left out, though it holds "
                f"{value!r}. If the question to the left spans it, use header_rows=2; else name "
                f"the column, or empty it.{title}",
                DataWarning,
                stacklevel=callers_level(),
            )
            return


def _warn_of_no_header(file: str, names: Sequence[str], below: Rows) -> None:
    """Warn where all names are numbers as answers are, and not those that number items."""
    numbers = [float(name) for name in names if is_number(name)]
    counted = numbers == [numbers[0] + place for place in range(len(numbers))] if numbers else True
    if len(numbers) == len(names) and below and not counted:
        warnings.warn(
            f"{file}: all names of columns are numbers, the first {names[0]!r}. If the file has no "
            f"header, the first respondent is missing: add a row of names.",
            DataWarning,
            stacklevel=callers_level(),
        )


def _header_rows_in(rows: Rows) -> tuple[int, int]:
    """Count the first rows that belong to the header; and the column that shows it."""
    for count in range(1, MOST_HEADER_ROWS + 1):
        imported = [i for i, cell in enumerate(_row(rows, count - 1)) if cell.startswith(IMPORT_ID)]
        if imported:
            return count, imported[0]
        places = _words_above_values(rows[:count], rows[count:])
        asks = any(rows[0][place].rstrip()[-1:] in ("?", "？") for place in places)
        if len(places) > 1 or asks:
            return count, places[0]
    return 0, 0


def _row(rows: Rows, number: int) -> Sequence[str]:
    return rows[number] if number < len(rows) else ()


def _words_above_values(rows: Rows, below: Rows) -> list[int]:
    """Return the columns that have words in `rows` and only values below, if there is no other."""
    if any(_is_value(cell) or cell.strip().casefold() in ABSENT for row in rows for cell in row):
        return []
    filled = [place for place, cell in enumerate(_row(rows, 0)) if cell.strip()]
    return [place for place in filled if _first_value(below, place)]


def _first_value(rows: Rows, place: int) -> str:
    """Return the first entry of a column all of whose entries are numbers or dates, else ``""``."""
    entries = [row[place] for row in rows if place < len(row) and row[place].strip()]
    return entries[0] if entries and all(map(_is_value, entries)) else ""


def _is_value(cell: str) -> bool:
    entry = cell.strip()
    return is_number(entry.replace(",", ".", 1)) or DATE.fullmatch(entry) is not None
