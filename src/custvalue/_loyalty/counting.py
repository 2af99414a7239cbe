"""Counts by name, as published tables give them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from custvalue import _frames
from custvalue._checks import finite
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

MOST = 10**15  # customers: whole numbers that a double can tell apart


def counts_by_name(argument: str, counts: Any, example: str) -> dict[str, float]:
    """Read a mapping of name to a whole number >= 0."""
    given = _frames.as_mapping(argument, counts)
    if given is None:
        raise ParameterError(
            f"{argument} must be a mapping of name to number, as in {example}, but it is "
            f"{type(counts).__name__}."
        )
    names = list(map(str, given))
    bad = [name for name in given if name is None or not str(name).strip()]
    if bad or len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        fault = f"{bad[0]!r} as a name" if bad else f"{twice[0]!r} more than once"
        raise DataError(f"{argument} has {fault}. Give every count a name of its own.")
    entries = given.items()
    return {str(name): _whole_count(f"{argument}[{str(name)!r}]", its) for name, its in entries}


def _whole_count(argument: str, given: Any) -> float:
    """Read one whole number, and name it where it is none."""
    found = finite(float(given) if isinstance(given, Decimal) else given)
    if not 0 <= found <= MOST or found != round(found):
        raise DataError(
            f"{argument} must be a whole number from 0 to {MOST:,}, but it is {plain(given)!r}. "
            f"Count customers."
        )
    return found
