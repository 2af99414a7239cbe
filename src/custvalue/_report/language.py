"""The language of a report: sentences in all languages, side by side, and which one is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["en", "zh"]

BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9(])|(?<=[A-Za-z0-9)])(?=[\u4e00-\u9fff])")
LANGUAGES: tuple[Language, ...] = get_args(Language)
_spoken: ContextVar[Language] = ContextVar("language of the report", default="en")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write all sentences in a language."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """Return the language that is spoken."""
    return _spoken.get()


def spaced(text: str) -> str:
    """Put a space between Chinese and Latin letters or numbers."""
    return BETWEEN.sub(" ", text)


class Many(int):
    """A count, in whose format ``{n:answer|answers}`` chooses a word by it."""

    def __format__(self, asked: str) -> str:
        if "|" not in asked:
            return format(int(self), asked or ",")
        one, more = asked.split("|")
        return one if self == 1 else more


@dataclass(frozen=True)
class Said:
    """A sentence, or a few words, in every language, with places for what is filled in."""

    en: str
    zh: str

    def __call__(self, **values: str | int) -> str:
        """Fill in the places, in the language that is spoken."""
        given = {
            name: Many(value) if isinstance(value, int) else value for name, value in values.items()
        }
        template: str = getattr(self, spoken())
        text = template.format(**given)
        return spaced(text) if spoken() == "zh" else text
