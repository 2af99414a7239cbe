"""Covariates that change, as a table: what they are on each path, from day to day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import first_of_runs, sorted_codes
from custvalue._histories.covariates.changing.spans import Names, ordered, to_the_last_day
from custvalue._histories.covariates.table import column_of, wanted
from custvalue._histories.days import observed_to
from custvalue._histories.rows import check_lengths
from custvalue._rows import Columns, IntArray, LabelArray
from custvalue._table import Table
from custvalue._words import did_you_mean, listed, number
from custvalue.errors import DataError, ParameterError

DAY = "M8[D]"


@dataclass(frozen=True, eq=False, repr=False)
class ChangingCovariates(Columns):
    """Covariates that change over time, constant from day to day within a row.

    Use :meth:`from_frame`. A path is what the covariates do over time for all customers who share
    it: there may be one for everybody, one for each region, or one for each customer.

    Parameters
    ----------
    start, end : ndarray of datetime64[D], shape (n,)
        The first and the last day of each row, both included. The rows of a path follow each other
        without gaps.
    values : dict of str to ndarray of shape (n,)
        Name to float64 for a numeric covariate, to text for categories.
    path : ndarray of shape (n,), or None
        The label of the path of each row; None if there is one path.
    path_name : str
        The column of the customers that says which path they are on; empty if there is one path.

    Raises
    ------
    DataError
        If columns differ in length, rows of a path overlap or leave gaps, or a value is missing.

    Examples
    --------
    >>> season = ChangingCovariates.from_frame(
    ...     {"week": ["2025-01-06", "2025-01-13", "2025-01-20"], "high_season": [0, 0, 1]},
    ...     start="week",
    ...     covariates=["high_season"],
    ... )
    >>> season
    ChangingCovariates(covariates=1, paths=1, first_day='2025-01-06', last_day='2025-01-26')
    """

    REPR = ("covariates=values", "paths", "first_day=_first", "last_day=_last")

    start: LabelArray
    end: LabelArray
    values: dict[str, LabelArray]
    path: LabelArray | None = None
    path_name: str = ""

    def __post_init__(self) -> None:
        source = _frames.Source(self.values)
        values = {name: column_of(source, name, known=KNOWN, hint=FILL) for name in source.names}
        days = {name: _days(name, getattr(self, name)) for name in ("start", "end")}
        labels, codes = self._labels(len(days["start"]))
        check_lengths({**days, "path": codes, **values}, "there are no covariates")
        order = ordered(codes, days["start"], days["end"], labels, Names())
        for name, column in days.items():
            object.__setattr__(self, name, column[order])
        object.__setattr__(self, "values", {name: each[order] for name, each in values.items()})
        if self.path is not None:
            object.__setattr__(self, "path", labels[codes[order]])
        super().__post_init__()

    def _labels(self, rows: int) -> tuple[LabelArray, IntArray]:
        """Return the labels of the paths, and the place of each row's."""
        if (self.path is None) != (not self.path_name):
            raise ParameterError(
                "path and path_name belong together: give the labels and the column of the "
                "customers that holds them, or none of them."
            )
        if self.path is None:
            return np.array([""]), np.zeros(rows, dtype=np.int64)
        return sorted_codes("path", np.asarray(self.path))

    @classmethod
    def from_frame(
        cls,
        table: Any,
        *,
        start: str,
        covariates: Sequence[str],
        end: str | None = None,
        last_day: str | date | None = None,
        path: str | None = None,
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> ChangingCovariates:
        """Read covariates from a table with one row for each piece of time, and each path.

        Parameters
        ----------
        table : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence; rows in any
            order.
        start : str
            The column with the first day of each row.
        covariates : sequence of str
            Columns of numbers or of text.
        end : str, optional
            The column with the last day of each row, included. Without it a row lasts until the
            next one of its path starts.
        last_day : str or date, optional
            Where there is no `end`: the last day of the last row of each path, and rows may start
            on any days. Without it rows must come regularly, as every 7 days or on the first of
            every month, so that none can be missing; the last row then lasts as long.
        path : str, optional
            The column that says of which path a row is. Customers need a column of the same name
            in their table; where it is called as the identifier of the customers in their log, each
            customer has an own path. Without it, one path holds for everybody.
        date_format : str, optional
            How text is written, as in :meth:`datetime.datetime.strptime`.
        time_zone : str, optional
            The zone in which days are counted, where times carry a zone.

        Raises
        ------
        DataError
            If a column is absent, a value is missing or no day, a row ends before it starts, rows
            of a path overlap or leave gaps, or do not come regularly.
        ParameterError
            If `covariates` is no list of columns; if both `end` and `last_day` are given.

        Examples
        --------
        >>> table = {
        ...     "region": ["north", "north", "south", "south"],
        ...     "month": ["2025-01-01", "2025-02-01", "2025-01-01", "2025-02-01"],
        ...     "price": [9.5, 10.0, 9.0, 9.0],
        ... }
        >>> prices = ChangingCovariates.from_frame(
        ...     table, start="month", covariates=["price"], path="region"
        ... )
        >>> prices.paths, prices.last_day
        (('north', 'south'), datetime.date(2025, 2, 28))
        """
        source = _frames.Source(table)
        names = source.named(start=start, end=end, path=path)
        source.require(wanted(covariates))
        if not source.rows:
            raise DataError("the table of changing covariates is empty. Give one row per period.")
        if end is not None and last_day is not None:
            raise ParameterError(
                "last_day is for tables without a column of last days. Give end or last_day."
            )
        read = {"date_format": date_format, "time_zone": time_zone}
        first = source.times(start, **read).astype(DAY).astype(np.int64)
        labels, codes = (np.array([""]), np.zeros(source.rows, dtype=np.int64))
        if path is not None:
            labels, codes = source.codes(path)
        called = Names(start, end or start)
        if end is not None:
            last = source.times(end, **read).astype(DAY).astype(np.int64)
        else:
            until = None if last_day is None else observed_to(last_day, "last_day")
            last = to_the_last_day(codes, first, labels, until, called)
        ordered(codes, first, last, labels, called)
        return cls(
            start=first.astype(DAY),
            end=last.astype(DAY),
            values={name: _read(source, name) for name in covariates},
            path=None if "path" not in names else labels[codes],
            path_name=path or "",
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return paths, days and covariates as a plain dict of columns."""
        path = {} if self.path is None else {self.path_name: self.path}
        return {**path, "start": self.start, "end": self.end, **self.values}

    def __len__(self) -> int:
        return len(self.start)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all covariates."""
        return tuple(self.values)

    @property
    def paths(self) -> tuple[Any, ...]:
        """The labels of the paths, ascending; one empty label if there is one path."""
        return ("",) if self.path is None else tuple(self.labels.tolist())

    @property
    def first_day(self) -> date:
        """The first day on which all paths are known."""
        day: date = self.start[self.first_rows].max().item()
        return day

    @property
    def last_day(self) -> date:
        """The last day on which all paths are known."""
        day: date = self.end[self.last_rows].min().item()
        return day

    def _table(self) -> Table:
        rows = [
            ("covariates", ", ".join(self.names)),
            ("paths", number(len(self.paths))),
            ("rows", number(len(self))),
            ("known from", str(self.first_day)),
            ("known to", str(self.last_day)),
        ]
        return Table("Covariates that change", ("", ""), tuple(rows))

    @property
    def _first(self) -> str:
        return str(self.first_day)

    @property
    def _last(self) -> str:
        return str(self.last_day)

    @cached_property
    def labels(self) -> LabelArray:
        """The labels of the paths, as an array."""
        return np.array([""]) if self.path is None else self.path[self.first_rows]

    @cached_property
    def codes(self) -> IntArray:
        """The place of the path of each row."""
        if self.path is None:
            return np.zeros(len(self), dtype=np.int64)
        return np.cumsum(first_of_runs(self.path)) - 1

    @cached_property
    def first_rows(self) -> IntArray:
        """The first row of each path."""
        return np.flatnonzero(first_of_runs(self.codes))

    @property
    def last_rows(self) -> IntArray:
        """The last row of each path."""
        return np.append(self.first_rows[1:], len(self)) - 1

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return the values of one covariate."""
        if name not in self.values:
            raise ParameterError(
                f"there is no changing covariate {name!r}, only {listed(self.names)}."
                f"{did_you_mean(name, self.names)}"
            )
        return self.values[name]


KNOWN = "known in every row"
FILL = (
    "Fill in a value, such as the last known one, or give rows that have none a category of their "
    "own such as 'unknown'."
)


DECIMAL = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")


def _read(source: _frames.Source, name: str) -> npt.NDArray[Any]:
    """Return a column of numbers, or of text that is not numbers with decimals."""
    column = column_of(source, name, known=KNOWN, hint=FILL)
    if column.dtype.kind == "f":
        return column
    words = np.unique(column).tolist()
    decimal = [word for word in words if "." in word or "," in word]
    if decimal and all(DECIMAL.fullmatch(word) for word in words):
        raise DataError(
            f"{name} must be numbers, but the column is text, such as {decimal[0]!r}. Turn it into "
            f"numbers; if these are names of categories, put a letter before them.",
            column=name,
        )
    return column


def _days(name: str, given: Any) -> npt.NDArray[np.int64]:
    """Return days as datetime64[D], or raise where they are none."""
    try:
        days = np.atleast_1d(np.asarray(given, dtype=DAY))
    except (TypeError, ValueError):
        raise DataError(f"{name} must hold days, as in '2025-01-06'. Use from_frame.") from None
    return np.array(days)
