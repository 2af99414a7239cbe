"""The one door for dataframes: any kind in, numpy behind it, the same kind out.

No other file of custvalue knows a dataframe library; this one knows them all through
narwhals. Mappings of column name to sequence are accepted wherever a dataframe is.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from custvalue.errors import (
    DataError,
    MissingExtraError,
    ParameterError,
    did_you_mean,
    listed,
    plain,
)

Array = npt.NDArray[Any]
BACKENDS = ("pandas", "polars", "pyarrow")
PARQUET_ENGINES: tuple[Literal["pyarrow", "polars"], ...] = ("pyarrow", "polars")


class Source:
    """Named columns of one kind or another, handed out as numpy arrays.

    Parameters
    ----------
    data : dataframe or mapping
        Anything that narwhals knows (pandas, polars, pyarrow, DuckDB, …; lazy ones are
        collected), or a mapping of column name to one-dimensional sequence.
    """

    def __init__(self, data: Any) -> None:
        self._column: Callable[[str], Any]
        if isinstance(data, Mapping):
            self._mapping(data)
            return
        frame = _narwhal(data)
        if isinstance(frame, nw.LazyFrame):
            frame = frame.collect()
        self.names = list(frame.columns)
        self.rows = len(frame)
        self._column = frame.get_column

    def _mapping(self, data: Mapping[Any, Any]) -> None:
        arrays = {str(name): _one_dimensional(str(name), values) for name, values in data.items()}
        lengths = {name: len(array) for name, array in arrays.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(f"columns must have the same length, but have {lengths}.")
        self.names = list(arrays)
        self.rows = next(iter(lengths.values()), 0)
        self._column = arrays.__getitem__

    def require(self, columns: Mapping[str, str]) -> None:
        """Raise unless every column is there.

        Parameters
        ----------
        columns : mapping
            Name of the argument to name of the column, for the message.

        Raises
        ------
        DataError
            With the columns that there are, and the nearest of them.
        """
        require_columns(columns, self.names)

    def numbers(self, name: str, *, hint: str = "Give numbers.") -> npt.NDArray[np.float64]:
        """Return a column as float64; missing entries (null, None, NaN) are NaN.

        Raises
        ------
        DataError
            If an entry is no number: column, row, value and `hint`.
        """
        column = self._column(name)
        if isinstance(column, nw.Series):
            if column.dtype.is_numeric():
                return np.array(column.cast(nw.Float64).to_numpy(), dtype=np.float64)
            column = np.array(column.to_list(), dtype=object)
        return to_numbers(name, column, hint=hint)

    def labels(self, name: str) -> Array:
        """Return a column of identifiers or groups as it is: integers or strings.

        Raises
        ------
        DataError
            If an entry is missing.
        """
        column = self._column(name)
        values = column.to_numpy() if isinstance(column, nw.Series) else column
        bad = np.flatnonzero(_missing(values))
        if bad.size:
            hint = "Give every row its label, or leave the row out."
            raise DataError.at_rows(name, "present", bad, [None] * bad.size, hint)
        text = values.dtype == object and all(isinstance(value, str) for value in values)
        return np.array(values, dtype=str if text else None)


def _narwhal(data: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    try:
        return cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(data))
    except TypeError:
        kind = type(data).__name__
        raise DataError(
            f"data must be a dataframe (pandas, polars, pyarrow, DuckDB, …) or a mapping of column "
            f"name to values, but it is a {kind}."
        ) from None


def require_columns(columns: Mapping[str, str], names: Sequence[str]) -> None:
    """Raise a DataError that names every column of `columns` which is not among `names`."""
    absent = {argument: name for argument, name in columns.items() if name not in names}
    if not absent:
        return
    said = " ".join(
        f"{argument}={name!r} is not a column of the data.{did_you_mean(name, names)}"
        for argument, name in absent.items()
    )
    raise DataError(f"{said} The columns are {listed(names)}.", column=next(iter(absent.values())))


def _one_dimensional(name: str, values: Any) -> Array:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise DataError(f"column {name!r} must be a sequence, but it is {values!r}.", column=name)
    array = _as_array(values)
    if array.ndim != 1:
        raise DataError(
            f"column {name!r} must have one dimension, but its shape is {array.shape}.", column=name
        )
    return array


def _as_array(values: Any) -> Array:
    """Like ``np.asarray``, but a list with a word in it does not become all words."""
    array = np.asarray(values if hasattr(values, "__array__") else list(values))
    if array.dtype.kind in "US" and not hasattr(values, "dtype"):
        return np.asarray(values, dtype=object)
    return array


def _missing(values: Array) -> npt.NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind in "mM":
        return np.isnat(values)
    if values.dtype == object:
        return np.array([value is None or value != value for value in values], dtype=bool)  # noqa: PLR0124 - NaN and NaT differ from themselves
    return np.zeros(values.shape, dtype=bool)


def to_numbers(name: str, values: Any, *, hint: str = "Give numbers.") -> npt.NDArray[np.float64]:
    """Turn a sequence into a new float64 array; ``None`` and NaN are NaN.

    Raises
    ------
    DataError
        If an entry is no number (words, True/False, dates): name, row, value and `hint`.
    """
    array = _as_array(values)
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    missing = _missing(array)
    result = np.full(array.shape, np.nan)
    bad = []
    for row in np.flatnonzero(~missing):
        value = array[row]
        if isinstance(value, bool | np.bool_ | str | bytes) or not hasattr(value, "__float__"):
            bad.append(int(row))
        else:
            result[row] = float(value)
    if bad:
        raise DataError.at_rows(name, "a number", bad, [plain(array[row]) for row in bad], hint)
    return result


def is_frame(data: Any) -> bool:
    """Say whether `data` is a dataframe or a mapping of columns (not an array or a list)."""
    if isinstance(data, Mapping):
        return True
    return not isinstance(nw.from_native(data, pass_through=True, allow_series=True), type(data))


def to_frame(columns: Mapping[str, Array], *, like: Any) -> Any:
    """Make a dataframe of the kind of `like` from plain columns.

    Parameters
    ----------
    columns : mapping of str to ndarray
        The columns, all of one length.
    like : dataframe or str
        A dataframe whose kind is copied (a lazy one gives the eager kind of its engine, DuckDB
        gives pyarrow), or the name of a backend.

    Raises
    ------
    ParameterError
        If `like` is neither.
    """
    if isinstance(like, Mapping):
        return dict(columns)
    backend: Any = like
    if isinstance(like, str):
        if like not in BACKENDS:
            raise ParameterError(
                f"like must be a dataframe or one of {listed(BACKENDS)}, but it is {like!r}."
                f"{did_you_mean(like, BACKENDS)}"
            )
    else:
        backend = _eager_backend(like)
    data = {name: _listable(array) for name, array in columns.items()}
    return nw.from_dict(data, backend=backend).to_native()


def read_parquet(path: Path) -> Any:
    """Read a Parquet file with the first engine that is installed.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dataframe
        Of pyarrow or polars.

    Raises
    ------
    DataError
        If the file is not Parquet.
    MissingExtraError
        If no engine is installed.
    """
    for engine in PARQUET_ENGINES:
        if importlib.util.find_spec(engine) is None:
            continue
        try:
            return nw.read_parquet(str(path), backend=engine).to_native()
        except Exception as error:  # noqa: BLE001 - every engine has errors of its own
            raise DataError(f"{path.name} is not Parquet: {str(error).splitlines()[0]}") from None
    raise MissingExtraError(
        f"Reading {path.name} needs pyarrow or polars: pip install pyarrow. Or save it as CSV."
    )


def _eager_backend(like: Any) -> Any:
    try:
        kind = nw.from_native(like).implementation
    except TypeError:
        raise ParameterError(
            f"like must be a dataframe or one of {listed(BACKENDS)}, but it is a "
            f"{type(like).__name__}. For a plain dict use .columns()."
        ) from None
    eager = (
        nw.Implementation.PANDAS,
        nw.Implementation.MODIN,
        nw.Implementation.CUDF,
        nw.Implementation.POLARS,
    )
    return kind if kind in eager else nw.Implementation.PYARROW


def _listable(array: Array) -> Any:
    """Numpy strings as a list of Python strings: every backend knows them."""
    return array.tolist() if array.dtype.kind in "UO" else array
