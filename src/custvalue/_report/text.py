"""A report as plain text; a picture is replaced by what it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from custvalue._report.content import (
    Block,
    KeyFigures,
    Paragraph,
    PictureBlock,
    Points,
    Section,
    TableBlock,
)
from custvalue._table import as_table, text_width

WIDTH = 88


def written(title: str, sections: Sequence[Section]) -> str:
    """Return the whole report."""
    parts = [_headed(title, "#"), *map(section_text, sections)]
    return "\n\n".join(parts) + "\n"


def section_text(section: Section) -> str:
    """Return the heading, underlined, and the blocks."""
    return "\n\n".join([_headed(section.title, "="), *map(block_text, section.blocks)])


def _headed(title: str, line: str) -> str:
    return f"{title}\n{line * text_width(title)}"


def block_text(block: Block) -> str:
    """Return one block."""
    match block:
        case Paragraph(words):
            return textwrap.fill(words, WIDTH)
        case Points(points, kind):
            mark = "! " if kind == "warning" else "- "
            filled = [
                textwrap.fill(point, WIDTH, initial_indent=mark, subsequent_indent="  ")
                for point in points
            ]
            return "\n".join(filled)
        case KeyFigures(figures):
            return "\n".join(f"{one.label}: {one.value} ({one.basis})" for one in figures)
        case TableBlock(table):
            return as_table(table).text(WIDTH)
        case PictureBlock():
            shown = block.reason or block.description
            return textwrap.fill(f"[{block.caption} {shown}]", WIDTH)
