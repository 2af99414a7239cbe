"""Reports on studies given as text, and what stands in them."""

from __future__ import annotations

from custvalue._report.build import build_report
from custvalue._report.content import KeyFigures, PictureBlock, Points, TableBlock
from custvalue._report.study import parse_study


def reported(study, **tables):
    """Report on the text of a study."""
    return build_report(parse_study("study.toml", study), **tables)


def prose(report):
    """Return its text without line breaks."""
    return " ".join(report.to_text().split())


def blocks(report, kind):
    """Return its blocks of one kind."""
    return [block for each in report.sections for block in each.blocks if isinstance(block, kind)]


def figures(report):
    """Return its key figures by label."""
    return {one.label: one for one in blocks(report, KeyFigures)[0].figures}


def described(report):
    """Return what its pictures show."""
    return [block.description for block in blocks(report, PictureBlock)]


def tables(report):
    """Return its tables by title."""
    return {
        str(block.table).partition("\n")[0]: block.table for block in blocks(report, TableBlock)
    }


def warnings_of(report):
    """Return what it says to check."""
    points = [each.points for each in blocks(report, Points) if each.kind == "warning"]
    return [point for some in points for point in some]
