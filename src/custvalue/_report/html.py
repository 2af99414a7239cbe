"""A report as one self-contained HTML page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

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
from custvalue._table import as_table

HTML = {"en": "en", "zh": "zh-Hans"}
MOST_PRINTED = 12  # columns of a table that is printed in letters of the usual size
BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")  # a number and its sign stay on one line


def page(title: str, sections: Sequence[Section], lang: Language) -> str:
    """Return the whole page."""
    return (
        f"<!DOCTYPE html>\n<html lang='{HTML[lang]}'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{escape(title)}</title>\n"
        "<style>body { margin: 0; background: var(--paper); }</style>\n"
        f"</head>\n<body>\n{fragment(title, sections, lang)}</body>\n</html>\n"
    )


def fragment(title: str, sections: Sequence[Section], lang: Language) -> str:
    """Return the report as a part of a page, with its own style."""
    names = [f"section-{i}" for i in range(1, len(sections) + 1)]
    links = "".join(
        f"<li><a href='#{name}'>{escape(section.title)}</a></li>"
        for name, section in zip(names, sections, strict=True)
    )
    parts = "".join(map(_section, names, sections))
    with speaking(lang):
        contents = Page.CONTENTS()
    return (
        f"<style>\n{_style()}</style>\n<main class='custvalue'>\n<h1>{escape(title)}</h1>\n"
        f"<nav aria-label='{contents}'><ol>{links}</ol></nav>\n{parts}</main>\n"
    )


@cache
def _style() -> str:
    return resources.files("custvalue").joinpath("_report", "style.css").read_text(encoding="utf-8")


def _words(text: str) -> str:
    """Escape text, and keep numbers and their percent signs together."""
    return BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", escape(text))


def _section(name: str, section: Section) -> str:
    blocks = "".join(_block(block) for block in section.blocks)
    return f"<section id='{name}'>\n<h2>{_words(section.title)}</h2>\n{blocks}</section>\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(words):
            return f"<p>{_words(words)}</p>\n"
        case Points(points, kind):
            items = "".join(f"<li>{_words(point)}</li>" for point in points)
            return f"<ul class='{kind}'>{items}</ul>\n"
        case KeyFigures(figures):
            shown = "".join(
                f"<div><dt>{_words(one.label)}</dt><dd class='value'>{_words(one.value)}</dd>"
                f"<dd class='basis'>{_words(one.basis)}</dd></div>"
                for one in figures
            )
            return f"<dl class='figures'>{shown}</dl>\n"
        case PictureBlock(caption):
            shown = block.svg or f"<p class='without'>{_words(block.reason)}</p>"
            return f"<figure>\n{shown}\n<figcaption>{_words(caption)}</figcaption>\n</figure>\n"
        case TableBlock(table):
            shown = BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", table._repr_html_())
            wide = " wide" if len(as_table(table).header) > MOST_PRINTED else ""
            return f"<div class='scroll{wide}'>{shown}</div>\n"
