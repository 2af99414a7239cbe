"""A report as plain text; a picture is replaced by what it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from custvalue._report.catalogue import Page
from custvalue._report.content import (
    Block,
    KeyFigures,
    Paragraph,
    PictureBlock,
    Points,
    Section,
    TableBlock,
)
from custvalue._report.language import Language, speaking
from custvalue._table import as_table, text_width, wrapped

WIDTH = 88


def written(title: str, sections: Sequence[Section], lang: Language) -> str:
    """Return the whole report."""
    with speaking(lang):
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
            return _filled(words)
        case Points(points, kind):
            mark = "! " if kind == "warning" else "- "
            return "\n".join(_filled(point, mark) for point in points)
        case KeyFigures(figures):
            return "\n".join(
                Page.FIGURE(label=one.label, value=one.value, basis=one.basis) for one in figures
            )
        case TableBlock(table):
            return as_table(table).text(WIDTH)
        case PictureBlock():
            shown = block.reason or block.description
            return _filled(Page.SHOWN(caption=block.caption, shown=shown))


def _filled(words: str, mark: str = "") -> str:
    """Break a text into lines, the first behind a mark; Chinese characters take two columns."""
    beside = " " * len(mark)
    if words.isascii() or text_width(words) == len(words):
        return textwrap.fill(words, WIDTH, initial_indent=mark, subsequent_indent=beside)
    lines = wrapped(words, WIDTH - len(mark))
    return mark + f"\n{beside}".join(lines)
