"""What the library says in English - headings, names, notes, warnings - in 中文."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from custvalue._report.content import END, Section, TableBlock
from custvalue._report.language import spaced, spoken
from custvalue._report.patterns import PATTERNS
from custvalue._report.terms import TERMS
from custvalue._table import Cell, Table, as_table

SEPARATORS = {  # of sentences, clauses and words, and what stands between them in 中文
    END: "",
    re.compile("; "): "；",
    re.compile(", "): "，",
}
TEXT_OF_SVG = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")


class Kept(str):
    """A part of a sentence that is kept, in whose format ``{0:、}`` stands between names."""

    __slots__ = ()

    def __format__(self, mark: str) -> str:
        return self.replace(", ", mark) if mark else str(self)


def translated(text: str) -> str:
    """Return a text of the library in the language that is spoken, as it is where none is known."""
    return _chinese(text) if spoken() == "zh" else text


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in PATTERNS.items())


def _chinese(text: str) -> str:
    """Translate a whole text, or else the sentences that it is made of, one by one."""
    if text in TERMS:
        return TERMS[text]
    for pattern, said in _compiled():
        found = pattern.fullmatch(text)
        if found:
            return spaced(said.format(*(Kept(_chinese(part or "")) for part in found.groups())))
    for mark, joined in SEPARATORS.items():
        parts = mark.split(text)
        if len(parts) > 1 and any(part != _chinese(part) for part in parts):
            return joined.join(map(_chinese, parts))
    return text


def _in_chinese(table: Table) -> Table:
    """Return a table of the library in 中文."""
    return replace(
        table,
        title=_chinese(table.title),
        header=tuple(map(_chinese, table.header)),
        rows=tuple(tuple(map(_cell, row)) for row in table.rows),
        notes=tuple(map(_chinese, table.notes)),
    )


def section_in_language(section: Section) -> Section:
    """Return a section whose tables are in the language that is spoken."""
    if spoken() == "en":
        return section
    blocks = (
        TableBlock(_in_chinese(as_table(its.table))) if isinstance(its, TableBlock) else its
        for its in section.blocks
    )
    return replace(section, blocks=tuple(blocks))


def _cell(cell: Cell) -> Cell:
    return _chinese(cell) if isinstance(cell, str) else cell


def drawn(svg: str) -> str:
    """Return a picture whose words are in the language that is spoken."""
    if spoken() == "en":
        return svg
    return TEXT_OF_SVG.sub(lambda text: text[1] + _chinese(text[2].strip()) + text[3], svg)
