import difflib
import functools
from enum import Enum

import interface
import pytest


def test_the_public_interface_is_the_one_that_was_decided():
    kept = interface.KEPT.read_text("utf-8").splitlines()
    assert len(kept) > 1000
    changed = list(difflib.unified_diff(kept, list(interface.lines()), "kept", "now", "", "", 0))
    assert changed == [], (
        "Is this change meant? Then `make interface` keeps it, and CHANGELOG.md says it."
    )


class Small:
    LABELS = ()
    plain = 1

    def __init__(self, a: int, /, *, b: str = "x") -> None: ...

    def verb(self, level: float = 0.95) -> str: ...

    @classmethod
    def made(cls, rows: int) -> "Small": ...

    @functools.cached_property
    def shown(self) -> int: ...

    def _private(self): ...


class Colour(Enum):
    RED = 1


Small.__module__ = Colour.__module__ = "custvalue.small"


def test_members_are_written_with_their_arguments():
    assert list(interface.members(Small)) == [
        "made(rows)  # classmethod",
        "plain",
        "shown  # property",
        "verb(self, level=0.95)",
    ]
    assert list(interface.members(Colour)) == ["RED"]


@pytest.mark.parametrize(
    ("callable_", "written"),
    [(Small, "(a, /, *, b='x')"), (Small.verb, "(self, level=0.95)"), (KeyError, ""), (Colour, "")],
)
def test_arguments_are_written_without_annotations(callable_, written):
    assert interface.arguments(callable_) == written
