"""One declaration of rows and columns for frames, the terminal, the notebook and the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level
from custvalue._results.design import design_note
from custvalue._table import Shown, Table, Tabular, making_a_table
from custvalue._words import PValue

HEADINGS = {"standard_error": "SE", "p_value": "P", "adjusted_p_value": "adjusted P"}


def shown(columns: str) -> Mapping[str, str]:
    """Return column to heading of what is printed, from ``"gap, gap_low, gap_high, n_used: n"``.

    A column without a heading has its usual one: ``low`` and ``high`` for the ends of an interval,
    else its name in words.
    """
    parts = (column.partition(":") for column in columns.split(", "))
    return MappingProxyType(
        {name: heading.strip() if colon else _heading(name) for name, colon, heading in parts}
    )


def _heading(column: str) -> str:
    end = column.rpartition("_")[2]
    return end if end in ("low", "high") else HEADINGS.get(column, column.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a result.

    Parameters
    ----------
    label : str
        Its first cell in print.
    values : mapping of str to object
        Column name to number, word or None.
    """

    label: str
    values: Mapping[str, Any]


class Tabulated(Tabular, Shown):
    """A result that says once what its rows are, and which of its columns are printed.

    Subclasses define ``SHOWN``, column to heading (by :func:`shown`), and ``_rows``, whose rows may
    have more columns than are printed; ``columns``, frames, the printed table and its HTML follow
    from that. Rows of one result may lack columns of others: numbers are NaN there, words are
    empty.
    """

    __slots__ = ()
    TITLE: ClassVar[str] = ""  # or _title(), where it depends on the result
    SHOWN: ClassVar[Mapping[str, str]]
    LABELS: ClassVar[str] = ""  # heading of the labels of the rows

    def _rows(self, level: float) -> Sequence[Row]:
        """Return the rows, intervals at the confidence level."""
        raise NotImplementedError

    def _usual_level(self) -> float:
        """Return the level of the intervals for which none is asked."""
        return 0.95

    def _title(self) -> str:
        return self.TITLE or type(self).__name__

    def _notes(self) -> Iterable[str]:
        return ()

    def columns(self, level: float | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return the rows as a plain dict of columns.

        Parameters
        ----------
        level : float, optional
            Confidence level of the intervals; that of the result, usually 0.95, by default.

        Returns
        -------
        dict of str to ndarray
            Column name to its entries; NaN, or empty text, where a row has none.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        level = self._usual_level() if level is None else checked_level(level)
        with making_a_table():
            rows = [row.values for row in self._rows(level)]
        names = dict.fromkeys(name for row in rows for name in row) or self.SHOWN
        return {name: _column([row.get(name) for row in rows]) for name in names}

    def to_frame(self, like: Any = None, *, level: float | None = None) -> Any:
        """Return the rows as a dataframe.

        Parameters
        ----------
        like : dataframe or str, optional
            As in every result: a dataframe whose kind is copied, or ``"pandas"``, ``"polars"``,
            ``"pyarrow"``; by default pandas if it is imported, else the first that is installed.
        level : float, optional
            Confidence level of the intervals, as in :meth:`columns`.

        Raises
        ------
        MissingExtraError
            If `like` is None and none of these libraries is installed.
        ParameterError
            If `like` is neither a dataframe nor one of these names, or `level` is not a level.
        """
        from custvalue import _frames

        return _frames.to_frame(self.columns(level), like=like)

    def _shown(self) -> Mapping[str, str]:
        """Return column to heading of what is printed, where it depends on the result."""
        return self.SHOWN

    def _printed(self) -> Sequence[Row]:
        """Return the rows in the order of print, where it is another one."""
        return self._rows(self._usual_level())

    def _table(self) -> Table:
        notes = (*self._notes(), design_note(self))
        return laid_out(self._title(), self._shown(), self._printed(), notes, labels=self.LABELS)


def rows_of(result: Tabulated, level: float = 0.95) -> Sequence[Row]:
    """Return the rows of a result, for a table of some of them."""
    return result._rows(level)  # noqa: SLF001 -- of the class above


def laid_out(
    title: str,
    shown: Mapping[str, str],
    rows: Iterable[Row],
    notes: Iterable[str] = (),
    *,
    labels: str = "",
) -> Table:
    """Return the table of rows, with the columns and headings of `shown`; no heading of no rows."""
    cells = tuple(
        (row.label, *(_cell(name, row.values.get(name)) for name in shown)) for row in rows
    )
    header = (labels, *shown.values()) if cells else ()
    return Table(title, header, cells, tuple(note for note in notes if note))


class WithoutIntervals(Tabulated):
    """A result whose columns are computed at once in ``_columns``, and need no level."""

    __slots__ = ()

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        """Return the columns; the first one holds the labels of the rows."""
        raise NotImplementedError

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return rows_from(self._columns())


def rows_from(columns: Mapping[str, npt.NDArray[Any]]) -> tuple[Row, ...]:
    """Return the rows of columns that were computed at once; the first one holds the labels."""
    cells = [[_present(each) for each in array.tolist()] for array in columns.values()]
    return tuple(
        Row(str(row[0]), dict(zip(columns, row, strict=True))) for row in zip(*cells, strict=True)
    )


def _present(entry: Any) -> Any:
    """Return None in place of NaN, which prints as a dash."""
    return None if isinstance(entry, float) and math.isnan(entry) else entry


def _cell(name: str, value: Any) -> Any:
    present = _present(value)
    if isinstance(present, date):
        return present.isoformat()
    return PValue(present) if name.endswith("p_value") and present is not None else present


def _column(entries: Sequence[Any]) -> npt.NDArray[Any]:
    """Put entries into an array: whole numbers where all are, numbers with NaN, words, or days."""
    present = [entry for entry in entries if entry is not None]
    if present and all(isinstance(entry, date) for entry in present):
        return np.array(entries, dtype="M8[us]")
    if present and all(isinstance(entry, str) for entry in present):
        return np.array([entry or "" for entry in entries])
    if all(isinstance(entry, int | float | np.number | np.bool_) for entry in present):
        if len(present) == len(entries):
            return np.array(entries)
        return np.array([np.nan if entry is None else entry for entry in entries], dtype=np.float64)
    return np.array(["" if entry is None else str(entry) for entry in entries])
