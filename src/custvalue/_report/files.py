"""Tables from files, with nothing but the standard library for CSV.

A column is numeric where every entry is a number as people type one; empty entries are missing.
Numbers with leading zeros or more than 18 digits are names (``0042``), and so is anything that
only a computer would call a number (``1_000``, ``nan``, ``inf``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._frames.csv import read_csv
from custvalue._words import listed
from custvalue.errors import DataError

Decimal = Literal[".", ","]

SEPARATOR = "\x1f"  # between the entries of a column while they are looked at together
NUMBER = r"[+-]?(?:(?:0|[1-9]\d{0,17}+)(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+"
NUMBERS = re.compile(rf"(?:{NUMBER})?+(?:{SEPARATOR}(?:{NUMBER})?+)*+", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d++,\d++", re.ASCII)
WHOLE = r"[+-]?(?:0|[1-9]\d{0,17}+)"
WHOLE_NUMBERS = re.compile(rf"{WHOLE}(?:{SEPARATOR}{WHOLE})*+", re.ASCII)
DELIMITERS = ",;\t"
ROWS_AT_ONCE = 500  # few enough to stay in the cache
PARQUET = {".parquet", ".pq"}
FOREIGN = {
    ".xlsx": "a spreadsheet",
    ".xls": "a spreadsheet",
    ".ods": "a spreadsheet",
    ".sav": "an SPSS file",
    ".zsav": "an SPSS file",
    ".dta": "a Stata file",
    ".sas7bdat": "a SAS file",
    ".rds": "an R file",
    ".json": "a JSON file",
}


def read_table(path: Path, numbers: Collection[str] = (), decimal: Decimal = ".") -> Any:
    """Read a CSV or Parquet file."""
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise DataError(f"{path} {what}. Give the path of a CSV or Parquet file.")
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        return _frames.read_parquet(path)
    if suffix in FOREIGN:
        raise DataError(f"{path} is {FOREIGN[suffix]}. Save it as CSV (UTF-8) first.")
    return _read_csv(path, numbers, decimal)


def _read_csv(path: Path, numbers: Collection[str], decimal: Decimal) -> Any:
    try:
        found = _by_an_engine(path, numbers) if decimal == "." else None
        if found is not None:
            return found
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = _columns(path.name, file)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name} is not UTF-8: byte {error.start:,} cannot be read. "
            f"Save it as CSV (UTF-8)."
        ) from None
    except csv.Error as error:
        raise DataError(f"{path.name} is not CSV: {error}.") from None
    for title in columns.keys() & set(numbers):
        columns[title] = _with_points(path.name, title, columns[title], decimal)
    return {title: _typed(column, mixed=title in numbers) for title, column in columns.items()}


def _by_an_engine(path: Path, numbers: Collection[str]) -> Any:
    """Read the file in the same types by an engine; None where that is left to the slow way."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next(file, "")
    header = next(csv.reader([first], delimiter=_delimiter(first), skipinitialspace=True), [])
    if not first.strip() or first.count('"') % 2 or len(set(header)) < len(header):
        return None

    def typed(title: str, entries: Sequence[str]) -> npt.NDArray[Any] | None:
        values = _typed(entries, mixed=False)
        return None if title in numbers and values.dtype == object else values

    return read_csv(path, _delimiter(first), header, typed)


def _delimiter(first: str) -> str:
    return max(DELIMITERS, key=first.count)


def _columns(name: str, file: Iterable[str]) -> dict[str, list[str]]:
    lines = iter(file)
    first = next(lines, "")
    if not first.strip():
        raise DataError(f"{name} is empty. Its first line must name the columns.")
    delimiter = _delimiter(first)
    reader = csv.reader(
        chain([first], lines), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    header = next(reader)
    _check_header(name, header)
    columns: list[list[str]] = [[] for _ in header]
    line = reader.line_num
    while chunk := list(islice(reader, ROWS_AT_ONCE)):
        _check_widths(name, header, chunk, line, delimiter)
        for column, entries in zip(columns, zip(*filter(None, chunk), strict=True), strict=False):
            column.extend(entries)
        line = reader.line_num
    return {title: column for title, column in zip(header, columns, strict=True) if title.strip()}


def _check_header(name: str, header: Sequence[str]) -> None:
    """Raise where two columns have one name; those without any cannot be used, nor confused."""
    repeated = [title for i, title in enumerate(header) if title.strip() and title in header[:i]]
    if repeated:
        raise DataError(f"{name} names {listed(repeated)} twice in its first line. Rename one.")


def _check_widths(
    name: str, header: Sequence[str], rows: Sequence[Sequence[str]], line: int, delimiter: str
) -> None:
    if {len(row) for row in rows} <= {0, len(header)}:  # an empty line holds no row
        return
    for row in rows:
        line += 1 + sum(entry.count("\n") for entry in row)
        if row and len(row) != len(header):
            raise DataError(
                f"{name}, line {line}: {len(row)} entries for {len(header)} columns. "
                f"Put text that holds {delimiter!r} in quotes."
            )


def _with_points(name: str, title: str, entries: list[str], decimal: Decimal) -> list[str]:
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


def _typed(entries: Sequence[str], *, mixed: bool) -> npt.NDArray[Any]:
    """Numbers where all entries are numbers, else text; None where an entry is empty.

    With `mixed`, entries that are numbers are so even where others are not.
    """
    joined = SEPARATOR.join(entries)
    if WHOLE_NUMBERS.fullmatch(joined):
        return np.fromiter(map(int, entries), dtype=np.int64, count=len(entries))
    if NUMBERS.fullmatch(joined) and any(entries):
        present = (float(entry or "nan") for entry in entries)
        return np.fromiter(present, dtype=np.float64, count=len(entries))
    if mixed:
        return np.array([_number_or_text(entry) for entry in entries], dtype=object)
    return np.array([entry or None for entry in entries], dtype=object)


def _number_or_text(entry: str) -> float | str | None:
    return float(entry) if entry and NUMBERS.fullmatch(entry) else entry or None
