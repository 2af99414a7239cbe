"""Data to try things on: one real transaction log, and linked data with known truth.

* :func:`cdnow`: the transactions of 2,357 customers of a music shop, the field's standard log.
* :func:`simulate_dealership`: survey and transactions of a car dealer's workshop, linked by
  customer, from models whose parameters are returned with the data.

A :class:`Dataset` is a mapping of column name to array, which every function of custvalue takes
as it is; ``to_frame`` turns it into a dataframe.

Examples
--------
>>> from custvalue import datasets
>>> log = datasets.cdnow()
>>> log
Dataset('CDNOW, calibration', rows=4,960, columns=('customer_id', 'date', 'quantity', 'spend'))
>>> log["spend"][:3]
array([29.33, 29.73, 14.96])
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from pydantic_core import CoreSchema, core_schema

from custvalue._base import Columns, read_only
from custvalue._display import Table
from custvalue.errors import require_choice

__all__ = ["Dataset", "cdnow"]

Array = npt.NDArray[Any]
Period = Literal["calibration", "holdout", "all"]

CDNOW_CALIBRATION_END = np.datetime64("1997-09-30")
CDNOW_SOURCE = (
    "P. S. Fader and B. G. S. Hardie; used in Fader, Hardie & Lee (2005), Marketing Science 24(2)"
)
ROWS_SHOWN = 6


class _TypedArrays:
    """Tells pydantic how named arrays go to JSON and back with their types (dates, integers)."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(cls._write)
        )

    @staticmethod
    def _read(columns: Mapping[str, Any]) -> dict[str, Array]:
        return {
            name: read_only(
                np.array(column["values"], dtype=column["type"])
                if isinstance(column, Mapping)
                else np.array(column)
            )
            for name, column in columns.items()
        }

    @staticmethod
    def _write(columns: dict[str, Array]) -> dict[str, dict[str, Any]]:
        return {
            name: {"type": array.dtype.str, "values": _json_entries(array)}
            for name, array in columns.items()
        }


def _json_entries(array: Array) -> list[Any]:
    if array.dtype.kind == "f":
        return [None if np.isnan(value) else value for value in array.tolist()]
    entries: list[Any] = (
        np.datetime_as_string(array) if array.dtype.kind == "M" else array
    ).tolist()
    return entries


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Columns, Mapping[str, Array]):
    """Named columns: a mapping of name to array that prints and becomes a dataframe.

    Parameters
    ----------
    name : str
        What the data are.
    arrays : mapping of str to ndarray
        The columns, all of one length. Read-only.
    source : str
        Where they come from.

    Examples
    --------
    >>> Dataset("visits", {"customer_id": np.array([7, 7, 9])}, source="typed by hand")[
    ...     "customer_id"
    ... ]
    array([7, 7, 9])
    """

    name: str
    arrays: Annotated[dict[str, Array], _TypedArrays]
    source: str

    def __getitem__(self, column: str) -> Array:
        return self.arrays[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.arrays.values()), ()))

    def columns(self) -> dict[str, Array]:
        """Return the columns as a plain dict of arrays."""
        return dict(self.arrays)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        same_labels = (self.name, self.source, list(self)) == (
            other.name,
            other.source,
            list(other),
        )
        return same_labels and all(
            np.array_equal(self[name], other[name], equal_nan=self[name].dtype.kind == "f")
            for name in self
        )

    __hash__ = None  # type: ignore[assignment] # as in every class that holds arrays

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, rows={self.rows:,}, columns={tuple(self)})"

    def _table(self) -> Table:
        shown = zip(*(array[:ROWS_SHOWN].astype(object) for array in self.values()), strict=True)
        rows = tuple(
            tuple(cell if isinstance(cell, int | float | str) else str(cell) for cell in row)
            for row in shown
        )
        count = f"{self.rows:,} rows, of which the first {len(rows)} are shown."
        return Table(self.name, tuple(self), rows, (count, f"Source: {self.source}."))


def cdnow(period: Period = "calibration") -> Dataset:
    """Return the CDNOW log: the purchases of 2,357 customers of an online music shop.

    The 1/10 sample of the customers whose first purchase was in the first quarter of 1997, with
    all their purchases until 1998-06-30. The calibration period, until 1997-09-30, is what the
    published estimates of the purchase models rest on.

    Parameters
    ----------
    period : {"calibration", "holdout", "all"}
        1997-01-01 to 1997-09-30 (4,960 rows; use ``observation_end="1997-09-30"``), 1997-10-01 to
        1998-06-30 (1,959 rows), or both (6,919 rows).

    Returns
    -------
    Dataset
        ``customer_id`` (1 to 2357), ``date`` (day), ``quantity`` (CDs) and ``spend`` (US
        dollars; 0 in 8 rows), in the order of customer and date. Two purchases of a customer on
        one day are two rows.

    Raises
    ------
    ParameterError
        If `period` is unknown.

    References
    ----------
    .. [1] P. S. Fader and B. G. S. Hardie (2001), "Forecasting repeat sales at CDNOW: A case
       study", Interfaces 31(3), S94-S107.
    .. [2] P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "'Counting your customers' the easy
       way: An alternative to the Pareto/NBD model", Marketing Science 24(2), 275-284.

    Examples
    --------
    >>> log = cdnow("all")
    >>> log.rows, len(set(log["customer_id"].tolist()))
    (6919, 2357)
    """
    require_choice("period", period, get_args(Period))
    columns = _cdnow_columns()
    keep = _in_period(columns["date"], period)
    arrays = {name: read_only(array[keep]) for name, array in columns.items()}
    title = "CDNOW" if period == "all" else f"CDNOW, {period}"
    return Dataset(title, arrays, source=CDNOW_SOURCE)


def _in_period(date: Array, period: Period) -> npt.NDArray[np.bool_]:
    if period == "all":
        return np.ones(len(date), dtype=bool)
    early: npt.NDArray[np.bool_] = date <= CDNOW_CALIBRATION_END
    return early if period == "calibration" else ~early


@cache
def _cdnow_columns() -> dict[str, Array]:
    packed = resources.files("custvalue").joinpath("data", "cdnow.csv.gz").read_bytes()
    header, *lines = gzip.decompress(packed).decode("ascii").split()
    table = zip(*(line.split(",") for line in lines), strict=True)
    types = ("i8", "M8[D]", "i8", "f8")
    return {
        name: np.array(column).astype(type_)
        for name, column, type_ in zip(header.split(","), table, types, strict=True)
    }
