"""The one reader of files: text, workbooks, SPSS and Parquet, as frames with what the file says.

What a file is, its suffix says; how it is laid out, its :class:`Layout`.
"""

from __future__ import annotations

import datetime as dt
import mmap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from custvalue import _frames
from custvalue._columns import Array
from custvalue._frames.delimited import ROWS_LOOKED_AT, Text, read_delimited
from custvalue._frames.encodings import Bytes, in_utf8, not_utf8
from custvalue._frames.header import HeaderRows, check_rows, header_of
from custvalue._frames.sheets import read_sheet
from custvalue._frames.spss import labels_of, missing_codes, read_spss
from custvalue._frames.typed import Decimal, Typing
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

PARQUET = {".parquet", ".pq"}
SHEETS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
SPSS = {".sav", ".zsav"}
FOREIGN = {
    ".dta": "a Stata file",
    ".sas7bdat": "a SAS file",
    ".rds": "an R file",
    ".json": "a JSON file",
}
ROWS = ("header_rows", "question_row")
KNOWN = "CSV, Excel, SPSS or Parquet"


@dataclass(frozen=True)
class Layout:
    """How a file is laid out; `other_encoding` is that of a file of text that is not UTF-8.

    `given` are the arguments of the user, which must suit the kind of file.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | int | None = None
    header: HeaderRows = field(default_factory=HeaderRows)
    typing: Typing = field(default_factory=Typing)
    other_encoding: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


class Contents(NamedTuple):
    """A frame of the engine that read it, or a dict of columns, and what the file says of them."""

    frame: Any
    questions: Mapping[str, str] = {}
    value_labels: Mapping[str, Mapping[Any, str]] = {}
    missing_codes: Mapping[str, tuple[Any, ...]] = {}


def read_file(path: Path, layout: Layout) -> Contents:
    """Read a file of any kind that is known."""
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise DataError(f"{path} {what}. Give the path of a {KNOWN} file.")
    suffix = path.suffix.lower()
    if suffix in FOREIGN:
        raise DataError(f"{path} is {FOREIGN[suffix]}. Save it as CSV (UTF-8) first.")
    if suffix in PARQUET:
        _refuse(path, layout, "encoding", "delimiter", "sheet", *ROWS)
        return Contents(_frames.read_parquet(path))
    if suffix in SPSS:
        _refuse(path, layout, "delimiter", "sheet", *ROWS)
        return _from_spss(path, layout)
    if suffix in SHEETS:
        _refuse(path, layout, "encoding", "delimiter")
        return _from_sheet(path, layout)
    _refuse(path, layout, "sheet")
    return _from_text(path, layout)


def _refuse(path: Path, layout: Layout, *names: str) -> None:
    """Raise where the user asks for what files of this kind have not."""
    found = [f"{name}={value!r}" for name, value in layout.given.items() if name in names]
    if found:
        raise ParameterError(
            f"{path.name}: a {path.suffix.lower()} file is read without {', '.join(found)}. Leave "
            f"that out."
        )


def _from_text(path: Path, layout: Layout) -> Contents:
    raw = _bytes(path)
    data, start = in_utf8(path.name, raw, layout.encoding, layout.other_encoding)
    text = Text(path.name, data, start, path if data is raw else None)
    try:
        return Contents(*read_delimited(text, layout.delimiter, layout.header, layout.typing))
    except UnicodeDecodeError:
        raise not_utf8(path.name, raw) from None


def _bytes(path: Path) -> Bytes:
    if not path.stat().st_size:  # nothing to map
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _from_sheet(path: Path, layout: Layout) -> Contents:
    asked = layout.header
    cells = read_sheet(path, layout.sheet, asked.count)
    words = [[_entry(cell) for cell in row] for row in cells[: asked.count + ROWS_LOOKED_AT]]
    header = header_of(path.name, words[: asked.count], asked)
    check_rows(path.name, words[: asked.count], header.names, words[asked.count :])
    columns = zip(*cells[asked.count :], strict=True)
    found = dict(zip(header.names, columns, strict=False)) or dict.fromkeys(header.names, ())
    return Contents(_of_cells(path.name, found, layout.typing), header.questions)


def _from_spss(path: Path, layout: Layout) -> Contents:
    entries, about = read_spss(path, layout.encoding)
    questions = {name: text for name, text in about.column_names_to_labels.items() if text}
    frame = _of_cells(path.name, entries, layout.typing)
    return Contents(frame, questions, labels_of(about), missing_codes(about, entries))


def _of_cells(file: str, columns: Mapping[str, Sequence[Any]], typing: Typing) -> dict[str, Array]:
    """Return columns of cells with the types of a file of text; dates remain dates."""
    return {
        title: _column(file, title, cells, typing)
        for title, cells in columns.items()
        if title.strip()
    }


def _column(file: str, title: str, cells: Sequence[Any], typing: Typing) -> Array:
    present = [cell for cell in cells if not _is_empty(cell)]
    if present and all(isinstance(cell, dt.date) for cell in present):
        unit = "us" if any(isinstance(cell, dt.datetime) for cell in present) else "D"
        days = [None if _is_empty(cell) else cell for cell in cells]
        return np.array(days, dtype=f"datetime64[{unit}]")
    if present and all(type(cell) in (int, float) for cell in present):
        whole = len(present) == len(cells) and all(float(cell).is_integer() for cell in present)
        numbers = [np.nan if _is_empty(cell) else cell for cell in cells]
        return np.array(numbers, dtype=np.int64 if whole else np.float64)
    return typing.column(file, title, [_entry(cell, typing.decimal) for cell in cells])


def _is_empty(cell: Any) -> bool:
    return cell is None or cell == "" or cell != cell  # noqa: PLR0124 - NaN differs from itself


def _entry(cell: Any, decimal: Decimal = ".") -> str:
    """Return a cell as a file of text has it."""
    if _is_empty(cell):
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    return cell if isinstance(cell, str) else str(plain(cell)).replace(".", decimal)
