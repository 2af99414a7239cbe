"""Columns of words, and columns whose type has categories, of each library of dataframes."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import Integers

BACKENDS = ("pandas", "polars", "pyarrow")


class Categories(NamedTuple):
    """The categories of a column in the order of its type, and whether that order is declared.

    `in_order` is the call that declares one.
    """

    names: list[Any]
    ordered: bool
    in_order: str


def with_categories(values: Any) -> nw.Series[Any] | None:
    """Return a sequence whose type has categories as a column; None for any other."""
    if isinstance(values, nw.Series):
        return values
    library = sys.modules.get(type(values).__module__.partition(".")[0])
    if library is None or library.__name__ not in BACKENDS:
        return None
    if hasattr(values, "categories") and hasattr(values, "codes"):  # pandas, without an index
        values = library.Series(values)
    if type(values).__name__ == "DictionaryArray":
        values = library.chunked_array([values])
    try:
        column: nw.Series[Any] = nw.from_native(values, series_only=True)
    except TypeError:
        return None
    return column if isinstance(_in_arrow(column).dtype, nw.Categorical | nw.Enum) else None


def _in_arrow(column: nw.Series[Any]) -> nw.Series[Any]:
    """Return a dictionary of pyarrow within pandas as pyarrow itself has it."""
    dtype = getattr(column.to_native(), "dtype", None)
    if not hasattr(getattr(dtype, "pyarrow_dtype", None), "ordered"):
        return column
    native = sys.modules["pyarrow"].chunked_array(column.to_native().array.__arrow_array__())
    return nw.from_native(native, series_only=True)


def categories_of(name: str, column: nw.Series[Any]) -> Categories | None:
    """Return the categories that the type of a column has; None where it has none."""
    column = _in_arrow(column)
    if not isinstance(column.dtype, nw.Categorical | nw.Enum):
        return None
    native = column.to_native()
    if column.implementation.is_pyarrow():
        chunks = native.unify_dictionaries().chunks
        names = chunks[0].dictionary.to_pylist() if chunks else []
        return Categories(names, native.type.ordered, "an ordered dictionary of pyarrow")
    names = column.cat.get_categories().to_list()
    if column.implementation.is_polars():
        way = f"frame[{name!r}].cast(polars.Enum([…]))"
        return Categories(names, isinstance(column.dtype, nw.Enum), way)
    way = f"frame[{name!r}].cat.set_categories([…], ordered=True)"
    return Categories(names, bool(native.dtype.ordered), way)


def words_of(column: nw.Series[Any]) -> tuple[list[str], Integers] | None:
    """Return different words and each row's place, -1 where missing; None where it is no text."""
    known = _in_dictionary(column)
    if known is not None:
        return known
    words = in_text(column)
    if words is None:
        return None
    different, coded = _by_arrow(words) if words.implementation.is_pyarrow() else _coded(words)
    absent = column.is_null().to_numpy()  # in pandas a missing category becomes the word nan
    return different, np.where(absent, -1, coded) if absent.any() else coded


def _in_dictionary(column: nw.Series[Any]) -> tuple[list[str], Integers] | None:
    """Return the words and places of a dictionary of text in pyarrow; None for another column."""
    native = column.to_native()
    if not column.implementation.is_pyarrow() or not isinstance(column.dtype, nw.Categorical):
        return None
    library = sys.modules["pyarrow"]
    if not library.types.is_string(native.type.value_type):
        return None
    chunks = native.unify_dictionaries().chunks
    if not len(native):
        return [], np.empty(0, dtype=np.int64)
    return chunks[0].dictionary.to_pylist(), np.concatenate([_places(chunk) for chunk in chunks])


def _places(chunk: Any) -> Integers:
    """Return the places of a dictionary of pyarrow, -1 where missing; its own way loads pandas."""
    codes = chunk.indices
    kind = np.dtype(str(codes.type))
    if not len(codes):
        return np.empty(0, dtype=np.int64)
    known = np.frombuffer(codes.buffers()[1], kind, len(codes), codes.offset * kind.itemsize)
    known = known.astype(np.int64)
    if not codes.null_count:
        return known
    absent = codes.is_null().to_numpy(zero_copy_only=False)
    return np.where(absent, -1, known)


def in_text(column: nw.Series[Any]) -> nw.Series[Any] | None:
    """Return a column of text, or of categories that are text, as text; else None."""
    column = _in_arrow(column)
    if isinstance(column.dtype, nw.Categorical | nw.Enum):
        categories = column.cat.get_categories()
        column = column.cast(nw.String) if isinstance(categories.dtype, nw.String) else column
    if not isinstance(column.dtype, nw.String):
        return None
    if column.implementation.is_pandas() and "pyarrow" in sys.modules:
        table: nw.DataFrame[Any] = nw.from_native(column.to_frame().to_arrow(), eager_only=True)
        return table.get_column(table.columns[0])  # looks words up ten times as fast
    return column


def _coded(words: nw.Series[Any]) -> tuple[list[str], Integers]:
    if words.implementation.is_pandas_like():
        coded, labels = words.to_native().factorize()
        return list(labels), coded.astype(np.int64)
    different = [word for word in words.unique().to_list() if word is not None]
    known = [None, *different]
    places = words.replace_strict(known, range(-1, len(different)), return_dtype=nw.Int64)
    return different, places.to_numpy()


def _by_arrow(words: nw.Series[Any]) -> tuple[list[str], Integers]:
    encoded = words.to_native().combine_chunks().dictionary_encode()
    places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return encoded.dictionary.to_pylist(), places.astype(np.int64)
