"""Tables with a row for each cohort or customer and a column for each time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import as_array, objects
from custvalue._rows import FloatArray
from custvalue.errors import DataError


class WideTable(NamedTuple):
    """Numbers by row and column, NaN where there are none, and what rows and columns are called."""

    values: FloatArray
    columns: list[str]
    labels: npt.NDArray[Any] | None  # of a named column

    @classmethod
    def read(cls, what: str, data: Any, **label: str | None) -> WideTable:
        """Take a dataframe, a two-dimensional array, or rows that may end early.

        `label` is the argument that names the column with the names of the rows.
        """
        ((argument, name),) = label.items()
        if _frames.is_frame(data):
            return cls._of_frame(data, argument, name)
        if name is not None:
            raise DataError(
                f"{argument}={name!r} names a column, but the {what} is a {type(data).__name__} "
                f"without names. Omit {argument}, or give a dataframe."
            )
        values = _table(what, data)
        return cls(values, [str(column) for column in range(values.shape[1])], None)

    @classmethod
    def _of_frame(cls, data: Any, argument: str, name: str | None) -> WideTable:
        source = _frames.Source(data)
        source.named(**{argument: name})
        columns = [column for column in source.names if column != name]
        each = [_numbers(source, column, argument, named=name is not None) for column in columns]
        values = np.stack(each, axis=1) if each else np.empty((source.rows, 0))
        labels = None if name is None else source.labels(name)
        return cls(values, [str(column) for column in columns], labels)


def _numbers(source: _frames.Source, column: str, argument: str, *, named: bool) -> FloatArray:
    """Return a column as numbers; one of text may be the names of the rows."""
    hint = "" if named else f"Give numbers; if it names the rows, say {argument}={str(column)!r}."
    return _frames.to_numbers(str(column), _as_numbers(source.entries(column)), hint=hint)


def _table(what: str, data: Any) -> FloatArray:
    if isinstance(data, list | tuple):
        rows = [_frames.to_numbers(what, _as_numbers(np.atleast_1d(as_array(row)))) for row in data]
        table = np.full((len(rows), max(map(len, rows), default=0)), np.nan)
        for place, row in enumerate(rows):
            table[place, : len(row)] = row
        return table
    array = np.asarray(data)
    if array.ndim != 2:
        raise DataError(
            f"the {what} must be a table of rows and columns, but its type is "
            f"{type(data).__name__} and its shape {array.shape}."
        )
    return _frames.to_numbers(what, _as_numbers(array.ravel())).reshape(array.shape)


def _as_numbers(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Write True and False as 1 and 0."""
    if values.dtype == bool:
        return values.astype(np.float64)
    if values.dtype != object:
        return values
    return objects([float(each) if isinstance(each, bool | np.bool_) else each for each in values])
