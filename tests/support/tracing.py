"""Every number that a report prints, block by block, and whether it is the expected one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace

from custvalue._report.content import KeyFigures, Paragraph, PictureBlock, Points, TableBlock
from custvalue._table import as_table

NUMBER = re.compile(
    r"(?<![A-Za-z_\d.,])(?:\d{4}-\d\d-\d\d|[+\-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]\d+)?)(?![A-Za-z_\d])"
)
TICK = re.compile(r"[xy]tick_")


@dataclass(frozen=True)
class Says:
    """Numbers of a paragraph, of points or of key figures, in the order of reading."""

    numbers: tuple

    def missed(self, block, inputs):
        """Yield what is printed, but not expected, with the sentence that it stands in."""
        yield from differences("\n".join(sentences(block)), self.numbers, inputs)


@dataclass(frozen=True)
class Shows:
    """Numbers of what is said of a picture, and of the words in it, without its axes."""

    described: tuple
    drawn: tuple = ()

    def missed(self, block, inputs):
        yield from differences(f"{block.caption}\n{block.description}", self.described, inputs)
        yield from differences("\n".join(drawn_words(block.svg)), self.drawn, inputs)


@dataclass(frozen=True)
class Prints:
    """A table that a result prints, computed again; columns of it by hand, by their headings."""

    result: object
    by_hand: dict
    titled: tuple | None = None  # numbers of a title that the report gives itself

    def missed(self, block, inputs):
        printed, again = as_table(block.table), as_table(self.result)
        if self.titled is not None:
            yield from differences(printed.title, self.titled, inputs)
        elif printed.title != again.title:
            yield f"title {printed.title!r}, not {again.title!r}"
        if printed.header != again.header:
            yield f"headings {printed.header}, not {again.header}"
        for row, expected in zip(printed.rows, again.rows, strict=True):
            if not all(map(close, row[1:], expected[1:])):
                yield f"row {row}, not {expected}"
        known = " ".join(again.notes)
        yield from (f"note {note!r}" for note in printed.notes if note not in known)
        yield from self._of_columns(printed)

    def _of_columns(self, printed):
        for name, column in self.by_hand.items():
            place = name if isinstance(name, int) else printed.header.index(name)
            for row, value in zip(printed.rows, column, strict=True):
                if value is not None and not close(row[place], value):
                    yield f"{name} of {row[0]}: {row[place]}, not {value}"


@dataclass(frozen=True)
class Lists:
    """A table that the report makes itself: the numbers of each row, and of title and notes."""

    rows: list
    titled: tuple = ()
    noted: tuple = ()

    def missed(self, block, inputs):
        printed = as_table(block.table)
        yield from differences(printed.title, self.titled, inputs)
        yield from differences("\n".join(printed.notes), self.noted, inputs)
        for row, expected in zip(printed.rows, self.rows, strict=True):
            for cell, value in zip(row, expected, strict=True):
                if not close(cell, value):
                    yield f"{cell!r} in {row}, not {value!r}"


def close(cell, value):
    """Say whether a cell holds a value; cells are formatted when they are printed."""
    if isinstance(value, str) or value is None or isinstance(cell, str) or cell is None:
        return cell == value
    return abs(cell - value) <= 1e-9 * max(1.0, abs(value))


def sentences(block):
    """Return the texts of a block."""
    match block:
        case Paragraph(text):
            return [text]
        case Points(points):
            return list(points)
        case KeyFigures(figures):
            return [f"{one.label}: {one.value} ({one.basis})" for one in figures]
    raise TypeError(type(block))


def drawn_words(svg):
    """Return the texts in a picture, but those along its axes."""
    found = []

    def walk(element):
        if TICK.search(element.get("id", "")):
            return
        if element.tag.endswith("}text"):
            found.append("".join(element.itertext()))
        for each in element:
            walk(each)

    walk(ET.fromstring(svg))  # noqa: S314 - of our own
    return found


def numbers_of(text, inputs):
    """Return the numbers of a text, but those of its inputs."""
    for phrase in inputs:
        text = re.sub(phrase, " ", text)
    return NUMBER.findall(text)


def differences(text, expected, inputs):
    """Yield what a text says otherwise than expected."""
    found = numbers_of(text, inputs)
    if len(found) != len(expected):
        yield f"{found}, not {list(expected)}, in {text!r}"
        return
    for printed, value in zip(found, expected, strict=True):
        if not reads(printed, value):
            yield f"{printed}, not {value}, in {text!r}"


def reads(printed, value):
    """Say whether a printed number is a value, to all the digits that it has."""
    if isinstance(value, str):
        return printed == value
    written = printed.replace(",", "").replace("−", "-")
    if written[0] in "+-" and not float(written):
        return False  # no sign before what is printed as 0
    if isinstance(value, int):
        return written.lstrip("+") == str(value)
    mantissa = written.partition("e")[0]
    unit = 10.0 ** -len(mantissa.partition(".")[2])
    if "e" in written:
        unit *= 10.0 ** int(written.partition("e")[2])
    return abs(float(written) - value) <= unit * 0.500001


def missed(report, traced, inputs):
    """Return what is on a page, but not traced: `traced` has a list for each section."""
    found = [f"no section {name!r}" for name in traced if name not in titles(report)]
    for section in report.sections:
        expected = traced.get(section.title)
        if expected is None or len(expected) != len(section.blocks):
            found.append(f"{section.title}: {len(section.blocks)} blocks")
            continue
        for block, trace in zip(section.blocks, expected, strict=True):
            fitting = {Says: (Paragraph, Points, KeyFigures), Shows: PictureBlock}
            assert isinstance(block, fitting.get(type(trace), TableBlock)), (section.title, block)
            found += [f"{section.title}: {one}" for one in trace.missed(block, inputs)]
    return found


def titles(report):
    return [section.title for section in report.sections]


def other(text, inputs):
    """Yield the text, each time with another one of its numbers changed in its last digit."""
    kept = [match.span() for phrase in inputs for match in re.finditer(phrase, text)]
    for match in NUMBER.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in kept):
            last = match.end() - 1
            yield text[:last] + str((int(text[last]) + 5) % 10) + text[last + 1 :]


def swapped(members, inputs, others):
    """Yield a tuple, each time with another one of its members changed."""
    for place, member in enumerate(members):
        for its in others(member, inputs):
            yield (*members[:place], its, *members[place + 1 :])


def of_figure(figure, inputs):
    for text in other(figure.basis, inputs):
        yield replace(figure, basis=text)
    for text in other(figure.value, inputs):
        yield replace(figure, value=text)


def of_cell(cell, _):
    if isinstance(cell, float | int):
        yield cell * 1.001 + 1e-6


def of_row(row, inputs):
    yield from swapped(row, inputs, of_cell)


def changed_blocks(block, inputs):
    """Yield a block, each time with another one of its numbers changed."""
    match block:
        case Paragraph(text):
            yield from map(Paragraph, other(text, inputs))
        case Points(points):
            yield from (replace(block, points=its) for its in swapped(points, inputs, other))
        case KeyFigures(figures):
            yield from map(KeyFigures, swapped(figures, inputs, of_figure))
        case PictureBlock(description=text):
            yield from (replace(block, description=its) for its in other(text, inputs))
        case TableBlock():
            table = as_table(block.table)
            for rows in swapped(table.rows, inputs, of_row):
                yield TableBlock(replace(table, rows=rows))
