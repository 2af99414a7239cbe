"""The report: a title and its sections, as text and as a page."""

from __future__ import annotations

from dataclasses import dataclass

from custvalue._report import html, text
from custvalue._report.content import Section
from custvalue._report.language import Language


@dataclass(frozen=True, repr=False)
class Report:
    """A report on a study.

    Parameters
    ----------
    title : str
        Title of the study.
    sections : tuple of Section
        What was found, in the order of reading.
    lang : {"en", "zh"}
        The language that it is written in.
    """

    title: str
    sections: tuple[Section, ...]
    lang: Language = "en"

    def __repr__(self) -> str:
        return f"Report({self.title!r}, sections={len(self.sections)})"

    def to_text(self) -> str:
        """Return the report as plain text; a picture is replaced by what it shows."""
        return text.written(self.title, self.sections, self.lang)

    def __str__(self) -> str:
        return self.to_text()

    def to_html(self) -> str:
        """Return one self-contained HTML page."""
        return html.page(self.title, self.sections, self.lang)

    def _repr_html_(self) -> str:
        return html.fragment(self.title, self.sections, self.lang)
