"""Every public function once, and the results that all tests look at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from valid_calls import CALLS

from results import results

LOOSER = {"results: ": 1e-6, "lifetime.": 1e-6}
ENGINES = ("score", "summarise")  # return what engines have


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found = {
        f"{face.__name__.removeprefix('custvalue.')}.{name}: plain": partial(
            getattr(face, name), **arguments
        )
        for face, calls in CALLS.items()
        for name, arguments in calls.items()
        if name not in ENGINES
    }
    known = {name for calls in CALLS.values() for name in calls}
    return found | {f"results: {name}": make for name, make in results() if name not in known}
