"""Parts of a result by their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from custvalue._words import did_you_mean, listed
from custvalue.errors import ParameterError


class Named(Protocol):
    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Named)


def named(name: str, parts: Sequence[P], what: str) -> P:
    """Return the part with a name, or raise with the names that there are."""
    for part in parts:
        if part.name == name:
            return part
    names = [part.name for part in parts]
    raise ParameterError(
        f"there is no {what} {name!r}.{did_you_mean(name, names)} The {what}s are {listed(names)}."
    )
