"""CSV by an engine that is installed, every entry as the text that it is in the file.

Engines are lenient where :mod:`csv` is strict: what they may read in another way is left to it.
"""

from __future__ import annotations

import importlib.util
import mmap
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import Array
from custvalue._frames import Source

ODD_QUOTE = rb"[^%c\"\r\n]\"[^%c\"\r\n]"  # inside an entry, or after a space
BYTES_AT_A_TIME = 2**22
ODD_LINE = re.compile(rb"\r(?!\n)|\0")


def read_csv(
    path: Path,
    delimiter: str,
    header: Sequence[str],
    typed: Callable[[str, Sequence[str]], Array | None],
) -> Any:
    """Read the rows below the first line into a frame of the engine; missing where empty.

    `typed` turns the different entries of a column into numbers or leaves them text; None where it
    cannot. None where no engine is installed, or the strict reader has something to say.
    """
    found = _text_columns(path, delimiter, len(header))
    if found is None:
        return None
    source = Source(found.to_native())
    for place, title in zip(source.names, header, strict=True):
        words, places = source.words(place) or ([], np.empty(0, dtype=np.int64))
        if any(word.startswith(" ") for word in words):
            return None  # spaces behind a delimiter are no part of an entry
        if not words:
            continue
        values = typed(title, [*words, ""] if (places < 0).any() else words)
        if values is None:
            return None
        if values.dtype != object:  # -1 finds the last one, which is missing
            column = nw.new_series(place, values[places], backend=found.implementation)
            found = found.with_columns(column)
    named = {str(place): title for place, title in enumerate(header) if title.strip()}
    return found.select(list(named)).rename(named).to_native()


def _text_columns(path: Path, delimiter: str, columns: int) -> nw.DataFrame[Any] | None:
    """Read all entries as text, in columns with numbers for names."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        quoted = data.find(b'"') >= 0
        if _is_odd(data, delimiter, quoted=quoted):
            return None
        names = [str(place) for place in range(columns)]
        if importlib.util.find_spec("pyarrow") is not None:
            return _by_pyarrow(path, delimiter, names, quoted=quoted)
        if importlib.util.find_spec("polars") is not None and not quoted:
            return _by_polars(path, delimiter, names, data)
    return None


def _is_odd(data: mmap.mmap, delimiter: str, *, quoted: bool) -> bool:
    sign = delimiter.encode()
    if quoted and (_count(data, b'"') % 2 or re.search(ODD_QUOTE % (sign, sign), data)):
        return True
    return (data.find(b"\r") >= 0 or data.find(b"\0") >= 0) and ODD_LINE.search(data) is not None


def _count(data: mmap.mmap, sign: bytes, start: int = 0) -> int:
    """Count a byte, some megabytes at a time."""
    starts = range(start, len(data), BYTES_AT_A_TIME)
    return sum(data[first : first + BYTES_AT_A_TIME].count(sign) for first in starts)


def _by_pyarrow(
    path: Path, delimiter: str, names: list[str], *, quoted: bool
) -> nw.DataFrame[Any] | None:
    import pyarrow as pa
    from pyarrow import csv

    try:
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:  # lines of another width, no UTF-8, no rows
        return None
    found: nw.DataFrame[Any] = nw.from_native(table, eager_only=True)
    return found


def _by_polars(
    path: Path, delimiter: str, names: list[str], data: mmap.mmap
) -> nw.DataFrame[Any] | None:
    import polars as pl

    try:
        frame = pl.read_csv(
            path,
            separator=delimiter,
            has_header=False,
            skip_rows=1,
            new_columns=names,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(names):
        return None
    signs = _count(data, delimiter.encode(), data.find(b"\n") + 1)
    whole = signs == len(frame) * (len(names) - 1)  # it reads a short line as if entries were empty
    found: nw.DataFrame[Any] = nw.from_native(frame, eager_only=True)
    return found if whole else None
