"""Every helper that makes words: numbers for reading, counts with their noun, lists of names."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Self

SMALLEST_P = 1e-15  # smaller ones differ by less than the arithmetic resolves


class PValue(float):
    """A P value, which prints as ``< 1e-15`` below what its computation resolves."""

    __slots__ = ()


class Percent(float):
    """A share of one, which prints as a percentage with some digits after the point."""

    __slots__ = ("digits",)

    def __new__(cls, share: float, digits: int = 2) -> Self:
        """Keep the digits beside the share."""
        made = super().__new__(cls, share)
        made.digits = digits
        return made

    digits: int


def p_value(value: float) -> str:
    """Write ``P = 0.0312``, or ``P < 1e-15``."""
    return f"P = {number(value)}" if value >= SMALLEST_P else f"P < {SMALLEST_P:g}"


def number(value: float, digits: int = 4) -> str:
    """Format a number for reading: `digits` significant ones, thousands apart, no ``1e+03``."""
    if isinstance(value, PValue) and value < SMALLEST_P:
        return f"< {SMALLEST_P:g}"
    if isinstance(value, Percent):
        return percent(value, value.digits)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not math.isfinite(value):
        return str(value)
    if value == round(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) < 1e-4 or abs(value) >= 1e15:
        return f"{value:.{digits - 1}e}"
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])  # after rounding: 9.9996 is 10
    return f"{value:,.{max(0, digits - 1 - exponent)}f}"


def percent(share: float, digits: int = 0) -> str:
    """Format a share of one as a percentage."""
    return f"{100 * share:.{digits}f} %"


def percent_as_given(share: float) -> str:
    """Format a percentage with all the digits in which it was given, and one decimal at least."""
    exact = 100 * share
    digits = (d for d in range(1, 12) if math.isclose(round(exact, d), exact, rel_tol=1e-12))
    return percent(share, next(digits, 12))


def capitalised(name: str) -> str:
    """Begin a name with a capital, and leave the others as they are: ``BMW service``."""
    return name[:1].upper() + name[1:]


def count(value: int, noun: str, plural: str | None = None) -> str:
    """Write ``1 customer`` or ``2,000 customers``."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def one_line(name: str, /, **parts: Any) -> str:
    """Build the one-line repr ``Name(part=value, …)`` of a class that holds arrays."""
    inside = ", ".join(
        f"{key}={number(value) if isinstance(value, int | float) else repr(value)}"
        for key, value in parts.items()
    )
    return f"{name}({inside})"


def plain(value: Any) -> Any:
    """Turn a numpy scalar into the Python value that a person would type."""
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def more(count: int, noun: str) -> str:
    """Write ``1 more row`` or ``3 more rows``."""
    return f"{count:,} more {noun}{'' if count == 1 else 's'}"


def number_hint(value: object) -> str:
    """Say how a value becomes a number, as in text that holds one, such as ``'$1,234.00'``.

    Examples
    --------
    >>> number_hint("12,50")
    'This is text: turn the column into numbers first, with a decimal point for the comma.'
    """
    found = AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return "Give numbers."
    before, digits, after = (part.strip() for part in found.groups())
    whole, mark, _ = digits.rpartition("," if DECIMAL_COMMA.search(digits) else ".")
    steps = [f"without {sign!r}" for sign in (before, after) if sign]
    if re.search(r"[.,' ]", whole if mark else digits):
        steps.append("without separators of thousands")
    if mark == ",":
        steps.append("with a decimal point for the comma")
    how = "".join(f", {step}" for step in steps)
    return f"This is text: turn the column into numbers first{how}."


SIGN = r"([^\d\s.,+-]{0,12})"  # of a currency, or its name
AMOUNT = re.compile(rf"\s*{SIGN}\s*[-+]?\s*(\d[\d.,' \u00a0]*|[.,]\d+)\s*{SIGN}\s*")
DECIMAL_COMMA = re.compile(r"^[^,]*,\d{1,2}\s*$")


def folded(word: str, *, exact: bool = False) -> str:
    """Return the form in which words are compared."""
    if exact:
        return word.strip()
    plain_form = unicodedata.normalize("NFKC", word).replace("’", "'").casefold()
    return " ".join(plain_form.split())


def did_you_mean(name: object, options: Iterable[object]) -> str:
    """Write `` Did you mean 'x'?`` where an option is close to `name`, else nothing.

    What says the opposite is never close: ``very poor`` is not meant to be ``very good``.
    """
    said = str(name).casefold()
    by_key = {str(option).casefold(): option for option in options}
    near = [key for key in by_key if not _opposed(said, key)]
    close = difflib.get_close_matches(said, near, n=1, cutoff=CLOSE)
    return f" Did you mean {by_key[close[0]]!r}?" if close else ""


CLOSE = 0.6  # share of letters in common
CLOSE_WORDS = 0.55  # the same of one word in the place of another: "I'm" is near "I am"
NEGATION = re.compile(
    r"\b(?:not?|never|without)\b|n't\b|\b(?:un|dis|in)(?=[a-z]{4})|[不未没無无]|非(?!常)"
)
IDEOGRAM = re.compile(r"[\u3400-\u9fff]")


def _opposed(one: str, other: str) -> bool:
    """Say whether two texts may say the opposite, though most of their letters are the same."""
    if _negations(one) != _negations(other):
        return True
    if IDEOGRAM.search(one + other):  # a sign is a word
        return bool(_replaced(one, other))
    return not all(_alike(*its) for its in _replaced(one.split(), other.split()))


def _negations(text: str) -> int:
    return len(NEGATION.findall(text.replace("_", " ")))


def _replaced(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, str]]:
    """Return what stands in one text in the place of what in the other."""
    steps = difflib.SequenceMatcher(None, one, other).get_opcodes()
    return [
        (" ".join(one[i:j]), " ".join(other[k:m]))
        for kind, i, j, k, m in steps
        if kind == "replace"
    ]


def _alike(one: str, other: str) -> bool:
    """Say whether one word may be the other, mistyped."""
    short = (one + other).isalpha() and max(len(one), len(other)) < len("not")
    return short or difflib.SequenceMatcher(None, one, other).ratio() >= CLOSE_WORDS


def listed(names: Iterable[object], *, most: int = 12) -> str:
    """List names in quotes, at most `most` of them."""
    every = [repr(name) for name in names]
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
