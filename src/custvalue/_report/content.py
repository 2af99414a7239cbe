"""What a report is made of: sections, and blocks in them. ``text`` and ``html`` write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from custvalue._table import Shown, Table, as_table

END = re.compile(r"(?<=[a-z%)]\.) (?=[A-Z])")  # of a sentence


@dataclass(frozen=True)
class Paragraph:
    """Sentences, the number first."""

    text: str


@dataclass(frozen=True)
class Points:
    """Short statements, one below the other.

    ``kind`` is ``"note"`` for conventions and ``"warning"`` for what deserves a look.
    """

    points: tuple[str, ...]
    kind: str = "note"


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


@dataclass(frozen=True)
class TableBlock:
    """A table with its title and notes, or a result that prints as one."""

    table: Table | Shown


@dataclass(frozen=True)
class PictureBlock:
    """A picture as SVG, or the reason why there is none.

    ``description`` says what the picture shows, for readers who cannot see it.
    """

    caption: str
    description: str
    svg: str | None = field(repr=False)
    reason: str = ""


Block = Paragraph | Points | KeyFigures | TableBlock | PictureBlock


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Contribution:
    """What one part of a study adds to the report."""

    actions: tuple[Section, ...] = ()  # what to do, above all else
    worth: tuple[str, ...] = ()  # what that is worth, below the actions
    sections: tuple[Section, ...] = ()
    figures: tuple[Figure, ...] = ()  # of it, for the key figures
    base: tuple[str, ...] = ()  # what was measured on whom
    conventions: tuple[str, ...] = ()  # what the numbers rest on
    warnings: tuple[str, ...] = ()


def joined(parts: Sequence[Contribution]) -> Contribution:
    """Join contributions, one after the other."""
    return Contribution(
        actions=tuple(section for part in parts for section in part.actions),
        worth=tuple(line for part in parts for line in part.worth),
        sections=tuple(section for part in parts for section in part.sections),
        figures=tuple(figure for part in parts for figure in part.figures),
        base=tuple(line for part in parts for line in part.base),
        conventions=tuple(line for part in parts for line in part.conventions),
        warnings=tuple(line for part in parts for line in part.warnings),
    )


def together(title: str, parts: Sequence[Contribution]) -> Contribution:
    """Join contributions into one whose blocks stand in one section."""
    whole = joined(parts)
    blocks = tuple(block for section in whole.sections for block in section.blocks)
    return replace(whole, sections=(Section(title, blocks),) if blocks else ())


def once(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Leave out what is said below tables, and in lists, where it stands on the page already."""
    seen: set[str] = set()
    return tuple(
        replace(section, blocks=tuple(_once(block, seen) for block in section.blocks))
        for section in sections
    )


def _once(block: Block, seen: set[str]) -> Block:
    if isinstance(block, Paragraph):
        seen.update(END.split(block.text))
    if isinstance(block, Points):
        said = (_unseen(point, seen) for point in block.points)
        return replace(block, points=tuple(filter(None, said)))
    if not isinstance(block, TableBlock):
        return block
    table = as_table(block.table)
    notes = tuple(filter(None, (_unseen(note, seen) for note in table.notes)))
    return block if notes == table.notes else TableBlock(replace(table, notes=notes))


def _unseen(note: str, seen: set[str]) -> str:
    """Return the sentences of a note that have not been said yet."""
    sentences = [one for one in END.split(note) if one not in seen]
    seen.update(sentences)
    return " ".join(sentences)
