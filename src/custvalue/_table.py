"""Tables for the terminal and the notebook from the same rows, and rows that become frames.

A :class:`Table` is text: numbers are formatted when it is made: ``str`` and
``_repr_html_`` cannot disagree. Classes that print as a table inherit :class:`Shown`.
"""

from __future__ import annotations

import html
import math
import os
import re
import sys
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import numpy.typing as npt

from custvalue._words import number

FIRST_WIDE = "\u1100"  # no assigned character below takes two columns
USUAL_WIDTH = 100  # of a table that is not printed on a terminal
LEAST_WIDTH = 32  # to which a column of text may be wrapped
LONG_TEXT = " style=white-space:normal;min-width:12em"  # a question, which wraps
NO_FIRST = "，。、；：？！…）》」』〉】"  # signs that begin no line
PIECES = re.compile(rf"\s+|[{FIRST_WIDE}-\U0010ffff][{NO_FIRST}]*|[^\s{FIRST_WIDE}-\U0010ffff]+")
BREAKS = re.compile(r"[\t\r\n]+")

Cell = str | int | float | bool | None


def _text(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "–"
    return BREAKS.sub(" ", cell) if isinstance(cell, str) else number(cell)


def text_width(text: str) -> int:
    """Columns that `text` takes in a terminal; Chinese characters take two."""
    if text.isascii():
        return len(text)
    wide = (char for char in text if char >= FIRST_WIDE)
    return len(text) + sum(unicodedata.east_asian_width(char) in "WF" for char in wide)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines that take `width` columns at most, where it may be broken."""
    if text_width(text) <= width:
        return [text]
    lines = [""]
    for piece in _pieces(text, width):
        if text_width(lines[-1] + piece.rstrip()) > width and lines[-1].strip():
            lines.append("" if piece.isspace() else piece)
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield words, spaces between them and single Chinese characters; parts of very long words."""
    for piece in PIECES.findall(text):
        parts = range(0, len(piece), width)  # more than one of a very long word
        yield from (piece[start : start + width] for start in parts)


def _terminal() -> int | None:
    """Return the columns of the terminal that is printed on; None where there is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None
    except (AttributeError, OSError, ValueError):  # of streams that stand in for it
        return None


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - text_width(text))
    return space + text if right else text + space


def _limits(body: Sequence[Sequence[str]], numeric: Sequence[bool], width: int) -> list[int]:
    """Return the widths of columns: the widest of text are wrapped until all fit, if they can."""
    columns = list(zip(*body, strict=True))
    limits = [max(map(text_width, column)) for column in columns]
    text = min(LEAST_WIDTH, max(1, width // 2 - 1))  # so that two stand beside each other
    least = [
        max(
            text_width(cell) if fixed and row else min(text_width(cell), text)
            for row, cell in enumerate(column)
        )
        for fixed, column in zip(numeric, columns, strict=True)
    ]
    while _total(limits) > width and limits != least:
        place = max(range(len(limits)), key=lambda each: (limits[each] > least[each], limits[each]))
        limits[place] -= 1
    return limits


def _groups(widths: Sequence[int], width: int | None) -> list[list[int]]:
    """Return the columns that stand beside each other, each time behind the first one."""
    groups = [[0]]
    for place in range(1, len(widths)):
        used = _total(widths[each] for each in (*groups[-1], place))
        if width is not None and used > width and len(groups[-1]) > 1:
            groups.append([0])
        groups[-1].append(place)
    return groups


def _total(widths: Iterable[int]) -> int:
    """Return the width of columns beside each other."""
    return sum(width + 2 for width in widths) - 2


def _printed(cells: Sequence[Sequence[str]], forms: Sequence[tuple[int, bool]]) -> Iterator[str]:
    """Yield the lines of one row of columns that have a width, and numbers or not."""
    for line in zip_longest(*cells, fillvalue=""):
        padded = (
            _padded(part, width, right=right)
            for part, (width, right) in zip(line, forms, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _filled(line: str, width: int) -> str:
    return "\n".join(wrapped(line, max(width, LEAST_WIDTH)))


@dataclass(frozen=True)
class Table:
    """A titled table of formatted cells with notes below.

    Parameters
    ----------
    title : str
        One line above the table.
    header : tuple of str
        Names of the columns; none where there is nothing to tabulate but the notes.
    rows : tuple of tuple
        Strings stay, numbers are formatted, ``None`` and NaN print as a dash.
    notes : tuple of str
        Lines below the table: base, convention, warnings.
    usual_width : int, optional
        Columns that it is printed within where there is no terminal, if its columns are many.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    usual_width: int | None = None

    def _numeric(self) -> list[bool]:
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.header)
        return [
            bool(column) and all(cell is None or isinstance(cell, int | float) for cell in column)
            for column in columns
        ]

    def __str__(self) -> str:
        return self.text(_terminal() or self.usual_width)

    def text(self, width: int | None = None) -> str:
        """Write the table within `width` columns.

        Parameters
        ----------
        width : int, optional
            Of the terminal or the page: lines are wrapped, and columns that have no place beside
            the others stand below them. Without it only long texts within the table are wrapped.
        """
        if width is None:
            title, notes = self.title, list(self.notes)
        else:
            title, *notes = (_filled(line, width) for line in (self.title, *self.notes))
        if not self.header:
            return "\n".join([title, *notes])
        return "\n".join([title, *self._lines(width), *notes])

    def _lines(self, width: int | None) -> Iterator[str]:
        """Yield the lines between the title and the notes."""
        body = [list(self.header), *[[_text(cell) for cell in row] for row in self.rows]]
        right = self._numeric()
        limits = _limits(body, right, width or USUAL_WIDTH)
        rows = [list(map(wrapped, row, limits)) for row in body]
        columns = list(zip(*rows, strict=True))
        widths = [max(text_width(line) for cell in cells for line in cell) for cells in columns]
        groups = _groups(widths, width)
        for places in groups:
            forms = [(widths[place], right[place]) for place in places]
            yield from self._group([columns[place] for place in places], forms)
        yield "─" * _total(widths[place] for place in groups[-1])

    def _group(
        self, columns: Sequence[Sequence[list[str]]], forms: Sequence[tuple[int, bool]]
    ) -> Iterator[str]:
        """Yield the lines of columns beside each other, without the last rule."""
        rule = "─" * _total(width for width, _ in forms)
        header, *rows = (list(_printed(row, forms)) for row in zip(*columns, strict=True))
        yield rule
        if any(self.header):
            yield from (*header, rule)
        yield from chain.from_iterable(rows)

    def _repr_html_(self) -> str:
        styles = [" style=text-align:right" if numeric else "" for numeric in self._numeric()]

        def cells(values: tuple[str, ...]) -> str:
            parts = [
                (html.escape(value), LONG_TEXT if text_width(value) > LEAST_WIDTH else style)
                for value, style in zip(values, styles, strict=True)
            ]
            first, *others = parts
            row = f"<th scope='row'{first[1] if first[1] == LONG_TEXT else ''}>{first[0]}</th>"
            return row + "".join(f"<td{style}>{value}</td>" for value, style in others)

        head = "".join(
            f"<th scope='col'{style}>{html.escape(name)}</th>"
            for name, style in zip(self.header, styles, strict=True)
        )
        head = f"<thead><tr>{head}</tr></thead>" if any(self.header) else ""
        body = "".join(f"<tr>{cells(tuple(map(_text, row)))}</tr>" for row in self.rows)
        notes = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in self.notes)
        return (
            f"<table><caption>{html.escape(self.title)}</caption>{head}"
            f"<tbody>{body}</tbody></table>{notes}"
        )


_IN_A_TABLE = ContextVar("in_a_table", default=False)


def in_a_table() -> bool:
    """Say whether intervals are asked for by a table, which notes few clusters itself."""
    return _IN_A_TABLE.get()


@contextmanager
def making_a_table() -> Iterator[None]:
    """Let no interval warn of few clusters."""
    before = _IN_A_TABLE.set(True)
    try:
        yield
    finally:
        _IN_A_TABLE.reset(before)


class Shown(ABC):
    """Prints as the table that ``_table`` makes."""

    __slots__ = ()

    @abstractmethod
    def _table(self) -> Table:
        """Build the table to show."""

    def __str__(self) -> str:
        return str(as_table(self))

    def _repr_html_(self) -> str:
        return as_table(self)._repr_html_()


def as_table(thing: Table | Shown) -> Table:
    """Return the table that something prints as."""
    if isinstance(thing, Table):
        return thing
    with making_a_table():
        return thing._table()  # noqa: SLF001 -- of the class above


class Tabular(ABC):
    """Base of everything that has rows: columns as a plain dict, and a frame of the user's kind."""

    __slots__ = ()

    @abstractmethod
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the rows as a plain dict: column name to array."""

    def to_frame(self, like: Any = None) -> Any:
        """Return the rows as a dataframe.

        Parameters
        ----------
        like : dataframe or str, optional
            A dataframe whose kind is copied (a lazy one gives the eager kind of its engine), or
            ``"pandas"``, ``"polars"``, ``"pyarrow"``. By default pandas if it is imported, else
            the first of these that is installed.

        Returns
        -------
        dataframe
            One row for each entry, the columns of :meth:`columns`.

        Raises
        ------
        MissingExtraError
            If the library of `like` is not installed, or none of these three.
        ParameterError
            If `like` is neither a dataframe nor one of these names.
        """
        from custvalue import _frames

        return _frames.to_frame(self.columns(), like=like)
