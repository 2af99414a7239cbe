"""Text files of rows, by an engine where one reads them in the same way, else by :mod:`csv`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from custvalue._columns import Array
from custvalue._frames import csv as engines
from custvalue._frames.delimiter import guessed, has_entry, warn_of_another, without_extra
from custvalue._frames.encodings import Bytes
from custvalue._frames.header import Header, HeaderRows, check_rows, header_of
from custvalue._frames.typed import Typing
from custvalue.errors import DataError

SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # a first line that Excel writes
ROWS_AT_ONCE = 500  # few enough to stay in the cache
ROWS_LOOKED_AT = 50  # to tell a header from data


class Text(NamedTuple):
    """The text of a file in UTF-8 from the byte `start` on: of `path`, or what was decoded."""

    name: str
    data: Bytes
    start: int
    path: Path | None

    def open(self) -> TextIO:
        """Open it with the ends of lines as they are."""
        file = io.BytesIO(self.data) if self.path is None else self.path.open("rb")
        file.seek(self.start)
        return io.TextIOWrapper(file, encoding="utf-8", newline="")


class _Head(NamedTuple):
    """What is read before the data: the delimiter, the header, and where the data begin."""

    delimiter: str
    header: Header
    start: int  # bytes
    line: int


def read_delimited(
    text: Text, delimiter: str | None, header_rows: HeaderRows, typing: Typing
) -> tuple[Any, Mapping[str, str]]:
    """Read rows into a frame of the engine, or a dict of columns, and the texts of questions."""
    try:
        head = _head(text, delimiter, header_rows, typing.decimal)
        found = engines.read_csv(
            text.data, head.start, head.delimiter, head.header.names, typing.different
        )
        return _by_hand(text, head, typing) if found is None else found, head.header.questions
    except csv.Error as error:
        raise DataError(f"{text.name} is not CSV: {error}.") from None


def _head(text: Text, delimiter: str | None, asked: HeaderRows, decimal: str) -> _Head:
    with closing(text.open()) as file:
        lines = _Lines(file)
        filled = filter(str.strip, lines)
        first = next(filled, "")
        if said := SEP.fullmatch(first):
            delimiter = delimiter or said[1]
            first = next(filled, "")
        if not first:
            raise DataError(f"{text.name} is empty. Its first line must name the columns.")
        sign = delimiter or guessed(text.open, first, decimal)
        reader = filter(None, _reader(chain([first], lines), sign))
        rows = list(islice(reader, asked.count))
        header, start, line = header_of(text.name, rows, asked), lines.bytes, lines.count
        check_rows(text.name, rows, header.names, list(islice(reader, ROWS_LOOKED_AT)))
        if delimiter is not None:
            warn_of_another(text.name, text.open, delimiter, header.names)
    return _Head(sign, header, text.start + start, line)


class _Lines:
    """Lines of a file, with the number of lines and of bytes that were taken."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.count = self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.count += 1
        self.bytes += len(line.encode())
        return line


def _reader(lines: Iterator[str], delimiter: str) -> Any:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


def _by_hand(text: Text, head: _Head, typing: Typing) -> dict[str, Array]:
    """Read the rows below the header strictly; nameless columns are left out."""
    names = head.header.names
    columns: list[list[str]] = [[] for _ in names]
    line = head.line
    with closing(text._replace(start=head.start).open()) as file:
        reader = _reader(file, head.delimiter)
        while chunk := list(islice(reader, ROWS_AT_ONCE)):
            rows = [without_extra(row, len(names)) for row in chunk]
            _check_widths(text.name, len(names), rows, line, head.delimiter)
            filled = filter(has_entry if len(names) > 1 else None, rows)
            for column, entries in zip(columns, zip(*filled, strict=True), strict=False):
                column.extend(entries)
            line = head.line + reader.line_num
    return {
        title: typing.column(text.name, title, column)
        for title, column in zip(names, columns, strict=True)
        if title.strip()
    }


def _check_widths(
    name: str, width: int, rows: Sequence[Sequence[str]], line: int, delimiter: str
) -> None:
    if {len(row) for row in rows} <= {0, width}:  # an empty line holds no row
        return
    for row in rows:
        line += 1 + sum(entry.count("\n") for entry in row)
        if row and len(row) != width:
            raise DataError(
                f"{name}, line {line}: {len(row)} entries for {width} columns. "
                f"Put text that holds {delimiter!r} in quotes."
            )
