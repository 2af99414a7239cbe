"""CSV by an engine that is installed, every entry as the text that it is in the file.

Engines are lenient where :mod:`csv` is strict: what they may read in another way is left to it.
"""

from __future__ import annotations

import importlib.util
import mmap
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import Array
from custvalue._frames.categories import words_of
from custvalue._frames.encodings import Bytes

ODD_QUOTE = rb"[^%c\"\r\n]\"[^%c\"\r\n]"  # inside an entry, or after a space
BYTES_AT_A_TIME = 2**22
ODD_LINE = re.compile(rb"\r(?!\n)|\0")


def read_csv(
    data: Bytes,
    start: int,
    delimiter: str,
    header: Sequence[str],
    typed: Callable[[str, Sequence[str]], Array | None],
) -> Any:
    """Read the rows from the byte `start` on into a frame of the engine; missing where empty.

    `typed` turns the different entries of a column into numbers or leaves them text; None where it
    cannot. None where no engine is installed, or the strict reader has something to say.
    """
    found = _text_columns(data, start, delimiter, len(header))
    if found is None:
        return None
    spaced = _has_spaces(data, start, delimiter)
    _let_go(data)
    for place, title in zip(found.columns, header, strict=True):
        column = _with_numbers(found.get_column(place), title, typed, spaced=spaced)
        if column is None:
            return None
        found = found.with_columns(column)
        _let_go(data)
    named = {str(place): title for place, title in enumerate(header) if title.strip()}
    return found.select(list(named)).rename(named).to_native()


def _with_numbers(
    column: nw.Series[Any],
    title: str,
    typed: Callable[[str, Sequence[str]], Array | None],
    *,
    spaced: bool,
) -> nw.Series[Any] | None:
    """Return a column of text as numbers where it is some; None where it is to be read by hand."""
    words, places = words_of(column) or ([], np.empty(0, dtype=np.int64))
    if spaced and any(word.startswith(" ") for word in words):
        return None  # spaces behind a delimiter are no part of an entry
    if not words:
        return column.cast(nw.String)
    values = typed(title, [*words, ""] if (places < 0).any() else words)
    if values is None or values.dtype == object:
        return None if values is None else column.cast(nw.String)
    # -1 finds the last one, which is missing
    return nw.new_series(column.name, values[places], backend=column.implementation)


def _text_columns(
    data: Bytes, start: int, delimiter: str, columns: int
) -> nw.DataFrame[Any] | None:
    """Read all entries as text, in columns with numbers for names."""
    quoted = _holds(data, b'"')
    if _is_odd(data, delimiter, quoted=quoted):
        return None
    names = [str(place) for place in range(columns)]
    found = None
    if importlib.util.find_spec("pyarrow") is not None:
        found = _by_pyarrow(data, start, delimiter, names, quoted=quoted)
    elif importlib.util.find_spec("polars") is not None and not quoted:
        found = _by_polars(data, start, delimiter, names)
    if found is None or columns == 1 or not all(found[name].null_count() for name in found.columns):
        return found
    return found.filter(nw.any_horizontal(~nw.all().is_null(), ignore_nulls=False))


def _let_go(data: Bytes) -> None:
    """Give back the memory of what was read and is not needed any more."""
    if isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)  # pages come back from the file where they are asked for
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()


def _has_spaces(data: Bytes, start: int, delimiter: str) -> bool:
    """Whether an entry may begin with a space: few files have one, and it is found at once."""
    if not _holds(data, b" ", start):
        return False
    before = (delimiter.encode(), b"\n", b'"')
    at_once = data[start : start + 1] == b" "
    return at_once or any(_holds(data, sign + b" ", start) for sign in before)


def _is_odd(data: Bytes, delimiter: str, *, quoted: bool) -> bool:
    sign = delimiter.encode()
    if quoted and (_count(data, b'"') % 2 or re.search(ODD_QUOTE % (sign, sign), data)):
        return True
    return (_holds(data, b"\r") or _holds(data, b"\0")) and ODD_LINE.search(data) is not None


def _holds(data: Bytes, signs: bytes, start: int = 0) -> bool:
    """Whether some signs are there; a mapped file would be searched byte by byte."""
    ahead = BYTES_AT_A_TIME + len(signs) - 1
    starts = range(start, len(data), BYTES_AT_A_TIME)
    return any(signs in data[first : first + ahead] for first in starts)


def _count(data: Bytes, sign: bytes, start: int = 0) -> int:
    """Count a byte, some megabytes at a time."""
    starts = range(start, len(data), BYTES_AT_A_TIME)
    return sum(data[first : first + BYTES_AT_A_TIME].count(sign) for first in starts)


def _by_pyarrow(
    data: Bytes, start: int, delimiter: str, names: list[str], *, quoted: bool
) -> nw.DataFrame[Any] | None:
    import pyarrow as pa
    from pyarrow import csv

    try:
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(memoryview(data)[start:])),
            read_options=csv.ReadOptions(column_names=names),
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:  # lines of another width, no UTF-8, no rows
        return None
    found: nw.DataFrame[Any] = nw.from_native(table, eager_only=True)
    return found


def _by_polars(
    data: Bytes, start: int, delimiter: str, names: list[str]
) -> nw.DataFrame[Any] | None:
    import polars as pl

    try:
        frame = pl.read_csv(
            data[start:],
            separator=delimiter,
            has_header=False,
            new_columns=names,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(names):
        return None
    signs = _count(data, delimiter.encode(), start)
    whole = signs == len(frame) * (len(names) - 1)  # it reads a short line as if entries were empty
    found: nw.DataFrame[Any] = nw.from_native(frame, eager_only=True)
    return found if whole else None
