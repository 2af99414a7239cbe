"""Every helper that makes words: numbers for reading, counts with their noun, lists of names."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
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


def did_you_mean(name: object, options: Iterable[object]) -> str:
    """Write `` Did you mean 'x'?`` where an option is close to `name`, else nothing."""
    by_key = {str(option).casefold(): option for option in options}
    close = difflib.get_close_matches(str(name).casefold(), by_key, n=1, cutoff=0.6)
    return f" Did you mean {by_key[close[0]]!r}?" if close else ""


def listed(names: Iterable[object], *, most: int = 12) -> str:
    """List names in quotes, at most `most` of them."""
    every = [repr(name) for name in names]
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
