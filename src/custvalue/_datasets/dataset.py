"""Named columns that print, become a dataframe of any kind and cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic_core import CoreSchema, core_schema

from custvalue._rows import Columns, read_only
from custvalue._table import Table
from custvalue._words import count

Array = npt.NDArray[Any]

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


def _refuse_change(*_: Any, **__: Any) -> Any:
    raise TypeError(
        "a Dataset cannot be changed. Copy what you need: {**data, 'more': values}, or "
        "data.to_frame()."
    )


class _ReadOnly(dict[str, Array]):
    """The only mapping that pandas and pyarrow know is a dict; this one cannot be changed."""

    __setitem__: Any = _refuse_change
    __delitem__: Any = _refuse_change
    __ior__: Any = _refuse_change
    update: Any = _refuse_change
    setdefault: Any = _refuse_change
    pop: Any = _refuse_change
    popitem: Any = _refuse_change
    clear: Any = _refuse_change


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Columns, _ReadOnly):
    """Named columns: a read-only dict of name to array that prints and becomes a dataframe.

    ``pandas.DataFrame(data)``, ``polars.DataFrame(data)`` and ``pyarrow.table(data)`` take it as
    they take any dict of columns.

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

    def __post_init__(self) -> None:
        Columns.__post_init__(self)
        dict.update(self, self.arrays)

    def __reduce__(self) -> tuple[type[Dataset], tuple[str, dict[str, Array], str]]:
        return Dataset, (self.name, self.arrays, self.source)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.arrays.values()), ()))

    def columns(self) -> dict[str, Array]:
        """Return the columns as a plain dict of arrays."""
        return dict(self.arrays)

    def __eq__(self, other: object) -> bool:
        in_order = isinstance(other, Dataset) and list(self) == list(other)
        return in_order and Columns.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other  # a dict would compare arrays

    __hash__ = None  # type: ignore[assignment] # as in every class that holds arrays

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, rows={self.rows:,}, columns={tuple(self)})"

    def _table(self) -> Table:
        shown = zip(*(array[:ROWS_SHOWN].astype(object) for array in self.values()), strict=True)
        rows = tuple(
            tuple(cell if isinstance(cell, int | float | str) else str(cell) for cell in row)
            for row in shown
        )
        more = f", of which the first {len(rows)} are shown" if len(rows) < self.rows else ""
        notes = f"{count(self.rows, 'row')}{more}.", f"Source: {self.source}."
        return Table(self.name, tuple(self), rows, notes)
