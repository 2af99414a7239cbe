"""What the library says in English - headings, names, notes, warnings - in 中文."""

from __future__ import annotations

from custvalue._report.language import spoken

TERMS: dict[str, str] = {
    "tangibles": "有形性",
    "reliability": "可靠性",
    "responsiveness": "响应性",
    "assurance": "保证性",
    "empathy": "移情性",
}


def translated(text: str) -> str:
    """Return a text of the library in the language that is spoken, as it is where none is known."""
    return TERMS.get(text, text) if spoken() == "zh" else text
