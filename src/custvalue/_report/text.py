"""A report as plain text; a picture is replaced by what it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import singledispatch

from custvalue._report.content import (
    Block,
    KeyFigures,
    Paragraph,
    PictureBlock,
    Points,
    Section,
    TableBlock,
)

WIDTH = 88


def written(title: str, sections: Sequence[Section]) -> str:
    """Return the whole report."""
    parts = [_headed(title, "#"), *map(section_text, sections)]
    return "\n\n".join(parts) + "\n"


def section_text(section: Section) -> str:
    """Return the heading, underlined, and the blocks."""
    return "\n\n".join([_headed(section.title, "="), *map(block_text, section.blocks)])


def _headed(title: str, line: str) -> str:
    return f"{title}\n{line * len(title)}"


@singledispatch
def block_text(block: Block) -> str:
    """Return one block."""
    raise NotImplementedError(type(block).__name__)


@block_text.register
def _(block: Paragraph) -> str:
    return textwrap.fill(block.text, WIDTH)


@block_text.register
def _(block: Points) -> str:
    mark = "! " if block.kind == "warning" else "- "
    return "\n".join(
        textwrap.fill(point, WIDTH, initial_indent=mark, subsequent_indent="  ")
        for point in block.points
    )


@block_text.register
def _(block: KeyFigures) -> str:
    return "\n".join(f"{one.label}: {one.value} ({one.basis})" for one in block.figures)


@block_text.register
def _(block: TableBlock) -> str:
    return str(block.table)


@block_text.register
def _(block: PictureBlock) -> str:
    return textwrap.fill(f"[{block.caption} {block.reason or block.description}]", WIDTH)
