"""A report as an Excel workbook: a sheet for each section; pictures are what they show."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from custvalue._report.content import (
    Block,
    KeyFigures,
    Paragraph,
    PictureBlock,
    Points,
    Section,
    TableBlock,
)
from custvalue._table import Cell, Table, as_table
from custvalue.errors import MissingExtraError

LONGEST_NAME = 31  # characters of the name of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\]|^'|'$")


def workbook(sections: Sequence[Section]) -> bytes:
    """Return the whole workbook; a text is a text, whatever sign it begins with."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]  # it has no types
    except ImportError:
        raise MissingExtraError(
            "an Excel report needs XlsxWriter: pip install 'custvalue[excel]'"
        ) from None
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        for number, section in enumerate(sections, 1):
            sheet = book.add_worksheet(_name(number, section.title))
            for row, cells in enumerate(_rows(section)):
                _write(sheet, row, cells)
    return data.getvalue()


def _name(number: int, title: str) -> str:
    """Return the name of a sheet: short, different from all others, without forbidden signs."""
    return f"{number} {FORBIDDEN.sub(' ', title)}"[:LONGEST_NAME].strip(" '")


def _rows(section: Section) -> Iterator[Sequence[Cell]]:
    yield (section.title,)
    for block in section.blocks:
        yield ()
        yield from _of_block(block)


def _of_block(block: Block) -> Iterator[Sequence[Cell]]:
    match block:
        case Paragraph(words):
            yield (words,)
        case Points(points):
            yield from ((point,) for point in points)
        case KeyFigures(figures):
            yield from ((one.label, one.value, one.basis) for one in figures)
        case PictureBlock():
            yield (block.reason or f"{block.caption} {block.description}",)
        case TableBlock(table):
            yield from _of_table(as_table(table))


def _of_table(table: Table) -> Iterator[Sequence[Cell]]:
    yield (table.title,)
    yield table.header
    yield from table.rows
    yield from ((note,) for note in table.notes)


def _write(sheet: Any, row: int, cells: Sequence[Cell]) -> None:
    """Write cells: numbers as numbers, all else as text."""
    for column, cell in enumerate(cells):
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            sheet.write_number(row, column, float(cell))
        elif cell is not None:
            sheet.write_string(row, column, str(cell))
