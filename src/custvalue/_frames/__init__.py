"""The one door for dataframes: any kind in, numpy behind it, the same kind out.

No other room of custvalue knows a dataframe library; this one knows them all through
narwhals. Mappings of column name to sequence are accepted wherever a dataframe is.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, cast

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
from narwhals.exceptions import DuplicateError

from custvalue._aligned import require_one_index
from custvalue._columns import (
    PLACEHOLDER_FOR_NONE,
    Array,
    Integers,
    Times,
    checked_times,
    in_iso_text,
    is_blank,
    missing,
    objects,
    one_dimensional,
    places,
    require_columns,
    require_different,
    require_names,
    require_plausible,
    require_present,
    require_words,
    seen,
    sorted_codes,
    sorted_labels,
    text,
    times_of,
    to_numbers,
    to_times,
    with_zone,
    zone_named,
)
from custvalue._frames.categories import (
    BACKENDS,
    Categories,
    categories_of,
    in_text,
    with_categories,
    words_of,
)
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError, MissingExtraError, ParameterError

__all__ = [
    "BACKENDS",
    "PARQUET_ENGINES",
    "Categories",
    "Framed",
    "Source",
    "as_mapping",
    "column_names",
    "is_frame",
    "is_lazy",
    "read_parquet",
    "renamed",
    "require_columns",
    "row_labels",
    "to_frame",
    "to_numbers",
    "unframed",
    "with_categories",
]

PARQUET_ENGINES: tuple[Literal["pyarrow", "polars"], ...] = ("pyarrow", "polars")


class Framed:
    """What holds a dataframe, or a dict of columns, and is taken wherever that is."""

    frame: Any


def unframed(data: Any) -> Any:
    """Return the dataframe that something holds, or what it is itself."""
    return data.frame if isinstance(data, Framed) else data


class Source:
    """Named columns of a dataframe (lazy ones are collected) or of a mapping, as numpy arrays."""

    def __init__(self, data: Any) -> None:
        self._column: Callable[[str], Any]
        data = unframed(data)
        if isinstance(data, Mapping):
            self._mapping(data)
            return
        frame = narwhal(data)
        if isinstance(frame, nw.LazyFrame):
            frame = collected(frame)
        self.names = list(frame.columns)
        require_names(self.names)
        self.rows = len(frame)
        self._column = frame.get_column

    def _mapping(self, data: Mapping[Any, Any]) -> None:
        require_different(data)
        require_one_index(data)
        arrays = {str(name): _as_column(str(name), values) for name, values in data.items()}
        lengths = {name: len(array) for name, array in arrays.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(f"columns must have the same length, but have {lengths}.")
        self.names = list(arrays)
        self.rows = next(iter(lengths.values()), 0)
        self._column = arrays.__getitem__

    def with_column(self, name: str, values: Any) -> Source:
        """Return the same columns of a mapping and one more."""
        return Source({**{each: self._column(each) for each in self.names}, name: values})

    def column(self, name: str) -> Any:
        """Return a column as it is, for another mapping of columns."""
        return self._column(name)

    def require(self, columns: Mapping[str, str]) -> None:
        """Raise unless every column is there; keys are the arguments that name them."""
        require_columns(columns, self.names)

    def named(self, **columns: str | None) -> dict[str, str]:
        """Return the columns that are named, by argument, or raise where one is not there."""
        named = {argument: name for argument, name in columns.items() if name is not None}
        self.require(named)
        return named

    def numbers(self, name: str, *, hint: str = "") -> npt.NDArray[np.float64]:
        """Return a column as float64; missing entries (null, None, NaN) are NaN."""
        column = self._column(name)
        if isinstance(column, nw.Series):
            if column.dtype.is_numeric():
                return np.array(column.cast(nw.Float64).to_numpy(), dtype=np.float64)
            column = objects(column.to_list())
        return to_numbers(name, column, hint=hint)

    def is_numeric(self, name: str) -> bool:
        """Say whether the type of a column is a number's."""
        column = self._column(name)
        if isinstance(column, nw.Series):
            return column.dtype.is_numeric()
        return cast("Array", column).dtype.kind in "iuf"

    def entries(self, name: str) -> Array:
        """Return a column as it is: numbers with NaN, or the entries; not to be written to."""
        column = self._column(name)
        if not isinstance(column, nw.Series):
            return cast("Array", column)
        values = column.to_numpy()
        if values.dtype.kind in "iuf":
            return values
        return self.numbers(name) if column.dtype.is_numeric() else objects(column.to_list())

    def labels(self, name: str) -> Array:
        """Return a column of identifiers or groups as it is: integers or strings, none missing."""
        column = self._column(name)
        values = column.to_numpy() if isinstance(column, nw.Series) else column
        require_present(name, missing(values))
        if values.dtype.kind not in "OU" or not all(isinstance(value, str) for value in values):
            return np.array(values)
        require_words(name, values, lambda: np.arange(len(values)))
        return text(values.tolist())

    def codes(self, name: str, *, dates: bool = False) -> tuple[Array, Integers]:
        """Return the different labels of a column in ascending order, and the place of each row's.

        Labels are whole numbers or text (by code point, on every engine), none missing; with
        `dates` they may be dates or periods, which become ISO text.
        """
        column = self._column(name)
        if not isinstance(column, nw.Series):
            return sorted_codes(name, in_iso_text(name, column) if dates else column)
        if not len(column):  # not every engine codes nothing
            return text(()), np.empty(0, dtype=np.int64)
        require_present(name, column.is_null().to_numpy())
        if column.dtype.is_numeric():
            return sorted_codes(name, column.to_numpy())
        words = self.words(name)
        if words is None:
            entries = objects(column.to_list())
            return sorted_codes(name, in_iso_text(name, entries) if dates else entries)
        different, coded = words
        require_words(name, different, lambda: coded)
        labels = sorted_labels(name, (), different)
        return labels, places(different, labels.tolist())[coded]

    def codes_with_gaps(self, name: str, *, dates: bool = False) -> tuple[Array, Integers]:
        """Return what `codes` does, with -1 where a label is missing or blank."""
        words = self.words(name)
        if words is not None:
            different, coded = words
            labels = [word for word in different if not is_blank(word)]
            known = sorted_labels(name, (), labels)
            place = dict(zip(known.tolist(), range(len(known)), strict=True))
            new = np.array([*(place.get(word, -1) for word in different), -1], dtype=np.int64)
            return known, new[coded]
        entries = self.entries(name)
        gaps = missing(entries)
        if entries.dtype.kind in "OU":
            gaps |= np.fromiter(map(is_blank, entries), bool, len(entries))
        if not gaps.any():
            return self.codes(name, dates=dates)
        if gaps.all():
            return text(()), np.full(len(entries), -1)
        filled = np.array(entries)
        filled[gaps] = entries[np.flatnonzero(~gaps)[0]]  # so that rows keep their numbers
        there, codes = Source({name: filled}).codes(name, dates=dates)
        return there, np.where(gaps, -1, codes)

    def words(self, name: str) -> tuple[list[str], Integers] | None:
        """Return the different words of a column of text and each row's place, -1 where missing.

        None for what is no text to its engine, and for arrays.
        """
        column = self._column(name)
        return words_of(column) if isinstance(column, nw.Series) else None

    def categories(self, name: str) -> Categories | None:
        """Return the categories that the type of a column has; None where it has none."""
        column = self._column(name)
        return categories_of(name, column) if isinstance(column, nw.Series) else None

    def times_with_gaps(
        self, name: str, *, date_format: str | None = None, time_zone: str | None = None
    ) -> Times:
        """Return what `times` does, with NaT where an entry is missing or blank."""
        column, filled = self._column(name), cast("Any", None)
        if isinstance(column, nw.Series) and isinstance(column.dtype, nw.Date | nw.Datetime):
            gaps = np.array(column.is_null().to_numpy(), dtype=bool)
            if gaps.any() and not gaps.all():
                filled = column.fill_null(column.drop_nulls().item(0))
        else:
            entries = self.entries(name)
            gaps = missing(entries)
            if entries.dtype.kind in "OU":
                gaps |= np.fromiter(map(is_blank, entries), bool, len(entries))
            if gaps.any() and not gaps.all():
                filled = np.array(entries)
                filled[gaps] = entries[np.flatnonzero(~gaps)[0]]  # so that rows keep their numbers
        if gaps.all():
            return np.full(len(gaps), np.datetime64("NaT", "us"))
        source = self if filled is None else Source({name: filled})
        times = np.array(source._times(name, date_format, time_zone))  # noqa: SLF001 - of its own class
        times[gaps] = np.datetime64("NaT", "us")
        return require_plausible(name, times, PLACEHOLDER_FOR_NONE)

    def moments(self, name: str) -> Array:
        """Return a column of dates or times as numbers that grow with them, others as it is."""
        column = self._column(name)
        if isinstance(column, nw.Series) and isinstance(column.dtype, nw.Date | nw.Datetime):
            require_present(name, column.is_null().to_numpy())
            column = column.dt.timestamp("us")
            return np.asarray(column.to_numpy())
        return self.entries(name)

    def alike(self, name: str) -> Integers:
        """Return a number for each row, the same where entries are alike; missing ones are."""
        entries = self.entries(name)
        if entries.dtype != object:
            return np.unique(entries, return_inverse=True)[1].astype(np.int64)
        gaps = missing(entries)
        values = [None if gap else value for value, gap in zip(entries, gaps, strict=True)]
        return places(values, seen(name, values))

    def times(
        self, name: str, *, date_format: str | None = None, time_zone: str | None = None
    ) -> Times:
        """Return a column of dates, datetimes or text as local times, datetime64.

        Text is ISO 8601 or as `date_format` says; times with a zone need the one to count days in.
        """
        return require_plausible(name, self._times(name, date_format, time_zone))

    def _times(self, name: str, date_format: str | None, time_zone: str | None) -> Times:
        column = self._column(name)
        if not isinstance(column, nw.Series):
            return to_times(name, column, date_format=date_format, time_zone=time_zone)
        require_present(name, column.is_null().to_numpy())
        if isinstance(column.dtype, nw.Date):
            column = column.cast(nw.Datetime("ms"))
        if isinstance(column.dtype, nw.Datetime):
            return _local_times(name, column, time_zone)
        if in_text(column) is None:
            values = objects(column.to_list())
            return to_times(name, values, date_format=date_format, time_zone=time_zone)
        labels, codes = self.codes(name)
        return times_of(name, labels.tolist(), codes, date_format=date_format, time_zone=time_zone)


def _as_column(name: str, values: Any) -> Any:
    """Return a sequence as an array; one whose type has categories keeps them."""
    column = with_categories(values)
    return one_dimensional(name, values) if column is None else column


def _local_times(name: str, column: nw.Series[Any], time_zone: str | None) -> Times:
    zone = getattr(column.dtype, "time_zone", None)
    if zone is None:
        return checked_times(name, column.to_numpy(), time_zone=time_zone)
    if time_zone is None:
        raise with_zone(name, f"it has the time zone {zone!r}")
    zone_named(time_zone)
    local = column.dt.convert_time_zone(time_zone).dt.replace_time_zone(None)
    return np.asarray(local.to_numpy())


def narwhal(data: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Return a dataframe of any kind as narwhals has it."""
    try:
        return cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", _entered(data))
    except TypeError:
        kind = type(data).__name__
        raise DataError(
            f"data must be a dataframe (pandas, polars, pyarrow, DuckDB, …) or a mapping of column "
            f"name to values, but it is a {kind}."
        ) from None


def _entered(data: Any, **allowed: bool) -> Any:
    """Wrap what is a frame, whose columns all have names of their own."""
    try:
        return nw.from_native(unframed(data), **allowed)
    except DuplicateError as error:
        raise DataError(
            f"columns must have different names, but one is used more than once: "
            f"{' '.join(str(error).split()[-3:])}. Rename it first."
        ) from None


def collected(frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Return what an engine computes."""
    try:
        return frame.collect()
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"{frame.implementation} hands its results over by way of {error.name}: "
            f"pip install {error.name}"
        ) from None


def is_lazy(data: Any) -> bool:
    """Return whether `data` is a frame of an engine that computes when asked."""
    return isinstance(_entered(data, pass_through=True, allow_series=True), nw.LazyFrame)


def is_frame(data: Any) -> bool:
    """Return whether `data` is a dataframe or a mapping of columns (not an array or a list)."""
    if isinstance(data, Mapping | Framed):
        return True
    return not isinstance(_entered(data, pass_through=True, allow_series=True), type(data))


def to_frame(columns: Mapping[str, Array], *, like: Any) -> Any:
    """Make a dataframe of the kind of `like` from plain columns."""
    if isinstance(unframed(like), Mapping):
        return dict(columns)
    like = _backend_at_hand() if like is None else like
    if isinstance(like, str) and like not in BACKENDS:
        raise ParameterError(
            f"like must be a dataframe or one of {listed(BACKENDS)}, but it is {like!r}."
            f"{did_you_mean(like, BACKENDS)}"
        )
    backend: Any = like if isinstance(like, str) else _eager_backend(like)
    data = {name: _listable(array) for name, array in columns.items()}
    try:
        return nw.from_dict(data, backend=backend).to_native()
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"to_frame needs {error.name}, which is not installed: pip install {error.name}. Or "
            f"use columns(), which returns plain arrays."
        ) from None


def column_names(frame: Any) -> list[str]:
    """Return the columns of a frame, lazy or not, without computing them."""
    return list(narwhal(frame).collect_schema().names())


def row_labels(frame: Any) -> list[Any] | None:
    """Return the labels that the rows of a frame have, as of pandas; None where they have none."""
    entered = _entered(frame, pass_through=True)
    index = nw.maybe_get_index(entered) if isinstance(entered, nw.DataFrame) else None
    return None if index is None else list(index)


def renamed(frame: Any, names: Mapping[str, str]) -> Any:
    """Return a frame, or a dict of columns, with other names for some columns."""
    if isinstance(frame, Mapping):
        return {names.get(name, name): column for name, column in frame.items()}
    return narwhal(frame).rename(dict(names)).to_native()


def _backend_at_hand() -> str:
    """Return pandas if it is imported, else the first backend that is installed."""
    if sys.modules.get("pandas") is not None:
        return "pandas"
    for name in BACKENDS:
        if importlib.util.find_spec(name) is not None:
            return name
    raise MissingExtraError(
        f"to_frame needs one of {listed(BACKENDS)}, but none is installed. Install one, for "
        f"example with pip install pandas, or use columns(), which returns plain arrays."
    )


def read_parquet(path: Path) -> Any:
    """Read a Parquet file with the first engine that is installed."""
    for engine in PARQUET_ENGINES:
        if importlib.util.find_spec(engine) is None:
            continue
        try:
            return nw.read_parquet(str(path), backend=engine).to_native()
        except Exception as error:  # every engine has errors of its own
            raise DataError(
                f"{path.name} is not Parquet, or damaged: {engine} cannot read it."
            ) from error
    raise MissingExtraError(
        f"Reading {path.name} needs pyarrow or polars: pip install pyarrow. Or save it as CSV."
    )


def _eager_backend(like: Any) -> Any:
    try:
        kind = _entered(like).implementation
    except TypeError:
        raise ParameterError(
            f"like must be a dataframe or one of {listed(BACKENDS)}, but it is a "
            f"{type(like).__name__}. For a plain dict use .columns()."
        ) from None
    eager = kind.value in ("pandas", "modin", "cudf", "polars")
    return kind if eager else nw.Implementation.PYARROW


def _listable(array: Array) -> Any:
    """Numpy strings as a list of Python strings: every backend knows them."""
    return array.tolist() if array.dtype.kind in "UO" else array


def as_mapping(name: str, data: Any) -> dict[Any, Any] | None:
    """Return a mapping, a pandas Series, or a frame of two columns (as of counts) as a dict.

    None for what has no labels: a list, an array, a Series of polars.
    """
    if isinstance(data, Mapping):
        return dict(data)
    entered = _entered(data, pass_through=True, allow_series=True)
    if isinstance(entered, nw.DataFrame | nw.LazyFrame):
        pairs = _two_columns(name, Source(data))
    elif isinstance(entered, nw.Series) and callable(getattr(data, "items", None)):
        pairs = list(data.items())
    else:
        return None
    found = dict(pairs)
    if len(found) < len(pairs):
        labels = [label for label, _ in pairs]
        twice = next(label for place, label in enumerate(labels) if label in labels[:place])
        raise DataError(f"{name} has {twice!r} more than once. Add its numbers up first.")
    return found


def _two_columns(name: str, source: Source) -> list[tuple[Any, Any]]:
    if len(source.names) != 2:
        raise DataError(
            f"{name} must have two columns, the label and its number, but it has "
            f"{listed(source.names)}. Choose two of them."
        )
    labels, numbers = (source.entries(column).tolist() for column in source.names)
    return list(zip(labels, numbers, strict=True))
