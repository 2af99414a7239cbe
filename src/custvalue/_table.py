"""Tables for the terminal and the notebook from the same rows, and rows that become frames.

A :class:`Table` is text: numbers are formatted when it is made: ``str`` and
``_repr_html_`` cannot disagree. Classes that print as a table inherit :class:`Shown`.
"""

from __future__ import annotations

import html
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from custvalue._words import number

FIRST_WIDE = "\u1100"  # no assigned character below takes two columns

Cell = str | int | float | bool | None


def _text(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else number(cell)


def _width(text: str) -> int:
    """Columns that `text` takes in a terminal; Chinese characters take two."""
    if text.isascii():
        return len(text)
    wide = (char for char in text if char >= FIRST_WIDE)
    return len(text) + sum(unicodedata.east_asian_width(char) in "WF" for char in wide)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


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
        Strings stay, numbers are formatted, ``None`` prints as a dash.
    notes : tuple of str
        Lines below the table: base, convention, warnings.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def _numeric(self) -> list[bool]:
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.header)
        return [
            bool(column) and all(cell is None or isinstance(cell, int | float) for cell in column)
            for column in columns
        ]

    def __str__(self) -> str:
        if not self.header:
            return "\n".join([self.title, *self.notes])
        body = [list(self.header), *[[_text(cell) for cell in row] for row in self.rows]]
        widths = [max(map(_width, column)) for column in zip(*body, strict=True)]
        right = self._numeric()

        def line(cells: list[str]) -> str:
            padded = (
                _padded(cell, width, right=numeric)
                for cell, width, numeric in zip(cells, widths, right, strict=True)
            )
            return "  ".join(padded).rstrip()

        rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
        lines = [self.title, rule]
        if any(self.header):
            lines += [line(body[0]), rule]
        return "\n".join([*lines, *[line(row) for row in body[1:]], rule, *self.notes])

    def _repr_html_(self) -> str:
        styles = [" style=text-align:right" if numeric else "" for numeric in self._numeric()]

        def cells(values: tuple[str, ...]) -> str:
            return "".join(
                f"<td{style}>{html.escape(value)}</td>"
                if position
                else f"<th scope='row'>{html.escape(value)}</th>"
                for position, (value, style) in enumerate(zip(values, styles, strict=True))
            )

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


class Shown(ABC):
    """Prints as the table that ``_table`` makes."""

    __slots__ = ()

    @abstractmethod
    def _table(self) -> Table:
        """Build the table to show."""

    def __str__(self) -> str:
        return str(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


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
