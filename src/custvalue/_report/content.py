"""What a report is made of: a title, sections, and blocks in them. No markup here.

Every block knows itself as text; ``html`` knows them as parts of a page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from custvalue._table import Table

WIDTH = 88


class Block(Protocol):
    """A part of a section."""

    def to_text(self) -> str:
        """Return the block as text for a terminal."""
        ...


@dataclass(frozen=True)
class Paragraph:
    """Sentences, the number first."""

    text: str

    def to_text(self) -> str:
        """Return the sentences, wrapped."""
        return textwrap.fill(self.text, WIDTH)


@dataclass(frozen=True)
class Points:
    """Short statements, one below the other.

    ``kind`` is ``"note"`` for conventions and ``"warning"`` for what deserves a look.
    """

    points: tuple[str, ...]
    kind: str = "note"

    def to_text(self) -> str:
        """Return a list with dashes."""
        mark = "! " if self.kind == "warning" else "- "
        return "\n".join(
            textwrap.fill(point, WIDTH, initial_indent=mark, subsequent_indent="  ")
            for point in self.points
        )


@dataclass(frozen=True)
class Figure:
    """A number that is worth a large print: label, value, and what it rests on."""

    label: str
    value: str
    basis: str


@dataclass(frozen=True)
class KeyFigures:
    """The few numbers to remember."""

    figures: tuple[Figure, ...]

    def to_text(self) -> str:
        """Return one line a number."""
        return "\n".join(f"{one.label}: {one.value} ({one.basis})" for one in self.figures)


@dataclass(frozen=True)
class TableBlock:
    """A table with its title and notes."""

    table: Table

    def to_text(self) -> str:
        """Return the table for a terminal."""
        return str(self.table)


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, or the reason why there is none.

    ``description`` says what the picture shows, for readers who cannot see it.
    """

    caption: str
    description: str
    svg: str | None = field(repr=False)
    reason: str = ""

    def to_text(self) -> str:
        """Return what the picture shows."""
        return textwrap.fill(f"[{self.caption} {self.reason or self.description}]", WIDTH)


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]

    def to_text(self) -> str:
        """Return the heading, underlined, and the blocks."""
        head = f"{self.title}\n{'=' * len(self.title)}"
        return "\n\n".join([head, *(block.to_text() for block in self.blocks)])


@dataclass(frozen=True, repr=False)
class Report:
    """A report on a study.

    Parameters
    ----------
    title : str
        Title of the study.
    sections : tuple of Section
        What was found, in the order of reading.
    """

    title: str
    sections: tuple[Section, ...]

    def __repr__(self) -> str:
        return f"Report({self.title!r}, sections={len(self.sections)})"

    def to_text(self) -> str:
        """Return the report as plain text; a picture is replaced by what it shows."""
        head = f"{self.title}\n{'#' * len(self.title)}"
        return "\n\n".join([head, *(section.to_text() for section in self.sections)]) + "\n"

    def __str__(self) -> str:
        return self.to_text()

    def to_html(self) -> str:
        """Return one HTML page that needs nothing from elsewhere."""
        from custvalue._report.html import page

        return page(self)

    def _repr_html_(self) -> str:
        from custvalue._report.html import fragment

        return fragment(self)


@dataclass(frozen=True)
class Contribution:
    """What one part of a study adds to the report.

    Parameters
    ----------
    sections : tuple of Section
        Its sections.
    figures : tuple of Figure
        What of it belongs to the key figures.
    summary : tuple of str
        What of it belongs to the summary, in sentences.
    base : tuple of str
        What was measured on whom, in sentences.
    conventions : tuple of str
        Definitions and assumptions that the numbers rest on.
    warnings : tuple of str
        What deserves a look.
    """

    sections: tuple[Section, ...] = ()
    figures: tuple[Figure, ...] = ()
    summary: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def together(title: str, parts: Sequence[Contribution]) -> Contribution:
    """Join contributions into one whose blocks stand in one section."""
    blocks = tuple(block for part in parts for each in part.sections for block in each.blocks)
    return Contribution(
        sections=(Section(title, blocks),) if blocks else (),
        figures=tuple(figure for part in parts for figure in part.figures),
        summary=tuple(line for part in parts for line in part.summary),
        base=tuple(line for part in parts for line in part.base),
        conventions=tuple(line for part in parts for line in part.conventions),
        warnings=tuple(line for part in parts for line in part.warnings),
    )
