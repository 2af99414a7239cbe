"""Sheets of Excel and OpenDocument workbooks as rows of cells.

A cell that is merged, or a formula without a value, would be read as missing: it is refused.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, MissingExtraError

FORMULA = re.compile(rb"<c\b([^>]*)><f\b(?:[^>]*/>|.*?</f>)(.*?)</c>", re.DOTALL)
STORED = re.compile(rb"<v\b[^>]*>([^<]+)</v>")
ADDRESS = re.compile(rb'\br="([A-Z]+\d+)"')
TAG = re.compile(r"<(?:\w+:)?(?:sheet|Relationship)\b[^>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
Cells = list[list[Any]]
Corner = tuple[int, int]


def read_sheet(path: Path, sheet: str | int | None, header_rows: int) -> Cells:
    """Return the rows of a sheet that are not empty, ``""`` where a cell is."""
    calamine = _calamine(path.name)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            found = book.get_sheet_by_name(_chosen(path.name, book, sheet, calamine))
            cells = found.to_python()
    except calamine.PasswordError:
        raise DataError(f"{path.name} is protected by a password. Save it without one.") from None
    except calamine.CalamineError as error:
        raise DataError(
            f"{path.name} is not a workbook, or damaged: {str(error).partition(' (')[0]}. If it is "
            f"text, as some programs write it, give it the suffix .csv."
        ) from None
    _check_formulas(path, found.name)
    for corners in found.merged_cell_ranges or ():
        _check_merged(path.name, cells, found.start or (0, 0), corners, header_rows)
    if not cells:
        raise _empty(path.name)
    return [row for row in cells if any(cell != "" for cell in row)]


def _calamine(file: str) -> Any:
    try:
        import python_calamine
    except ImportError:
        raise MissingExtraError(
            f"Reading {file} needs python-calamine, which is not installed: pip install "
            f'"custvalue[excel]". Or save it as CSV (UTF-8).'
        ) from None
    return python_calamine


def _chosen(file: str, book: Any, sheet: str | int | None, calamine: Any) -> str:
    """Return the name of the sheet that is asked for, or of the only one that holds anything."""
    names: list[str] = list(book.sheet_names)
    if isinstance(sheet, str):
        if sheet not in names:
            raise DataError(
                f"{file} has no sheet {sheet!r}, only {listed(names)}.{did_you_mean(sheet, names)}"
            )
        return sheet
    if sheet is not None:
        if sheet > len(names):
            raise DataError(f"{file} has {count(len(names), 'sheet')}, but sheet={sheet}.")
        return names[sheet - 1]
    tables = (calamine.SheetVisibleEnum.Visible, calamine.SheetTypeEnum.WorkSheet)
    shown = [each.name for each in book.sheets_metadata if (each.visible, each.typ) == tables]
    filled: list[str] = [name for name in shown if book.get_sheet_by_name(name).height]
    if not filled:
        raise _empty(file)
    if len(filled) > 1:
        raise DataError(f"{file} has the sheets {listed(filled)}. Name one: sheet={filled[0]!r}.")
    return filled[0]


def _empty(file: str) -> DataError:
    return DataError(f"{file} is empty. Its first row must name the columns.")


def _check_merged(
    file: str, cells: Cells, start: Corner, corners: tuple[Corner, Corner], header_rows: int
) -> None:
    """Raise unless a range of merged cells is a question that spans columns or header rows."""
    (top, left), (bottom, right) = ((row - start[0], column - start[1]) for row, column in corners)
    value = cells[top][left] if 0 <= top < len(cells) and 0 <= left < len(cells[top]) else ""
    spans_items = bottom < header_rows - 1
    spans_rows = bottom < header_rows and left == right
    if value == "" or spans_items or spans_rows:
        return
    where = ":".join(_address(row, column) for row, column in corners)
    said = f"{file}: the cells {where} are merged, and hold one value, {value!r}."
    if top < header_rows:
        rows = max(bottom + 1, header_rows + 1)
        raise DataError(f"{said} If it is a question above its items, use header_rows={rows}.")
    raise DataError(f"{said} Unmerge them, and fill every cell.")


def _address(row: int, column: int) -> str:
    """Return the address of a cell that is counted from 0, as in ``B2``."""
    letters, column = "", column + 1
    while column:
        column, last = divmod(column - 1, 26)
        letters = chr(ord("A") + last) + letters
    return f"{letters}{row + 1}"


def _check_formulas(path: Path, sheet: str) -> None:
    """Raise where a formula has an error, or no value stored, which are read as empty cells."""
    if not zipfile.is_zipfile(path):  # the old format of Excel
        return
    with zipfile.ZipFile(path) as parts:
        place = _part(parts, sheet)
        found = () if place is None else FORMULA.findall(parts.read(place))
    for about, after in found:
        stored = STORED.search(after)
        text = b't="str"' in about
        if (stored and b't="e"' not in about) or text:
            continue
        cell = ADDRESS.search(about)
        where = f"{path.name}: the formula in {cell[1].decode() if cell else sheet}"
        if stored:
            raise DataError(
                f"{where} gives {unescape(stored[1].decode())}. Correct it, or empty the cell."
            )
        raise DataError(
            f"{where} has no value stored. Open the file in a spreadsheet program, which computes "
            f"it, and save it."
        )


def _part(parts: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the file in a workbook that holds a sheet; None in OpenDocument."""
    names = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    if not set(names) <= set(parts.namelist()):
        return None
    tags = [TAG.findall(parts.read(name).decode("utf-8")) for name in names]
    sheets, relations = ([dict(ATTRIBUTE.findall(tag)) for tag in each] for each in tags)
    ids = [each.get("r:id") for each in sheets if unescape(each["name"]) == sheet]
    targets = [each["Target"] for each in relations if each["Id"] in ids]
    found = [target.removeprefix("/xl/").removeprefix("/") for target in targets]
    return f"xl/{found[0]}" if found and f"xl/{found[0]}" in parts.namelist() else None
