"""The ledger: what results said when they were last looked at, in ``tests/ledger/*.json``.

A change detector: it notices that a number moved, and does not know which of the two is right.
"""

from __future__ import annotations

import importlib
import json
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from recording import recorded

FOLDER = Path(__file__).parents[1] / "ledger"
ROOMS = tuple(
    sorted(path.stem for path in (Path(__file__).parent / "ledger_cases").glob("[!_]*.py"))
)
CLOSE = 1e-8  # relative
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
CONVENTIONS = ("constants", "defaults")
BRIEF = (
    "=",
    "weighted",
    "clustered",
    "pairwise",
    "prorate",
    "drop",
    "ties",
    "rows",
    "constant",
    "middle",
    "alike",
)
WIDTH = 200  # of a line


@cache
def room(name: str) -> Any:
    """Return the module with the cases of a room."""
    return importlib.import_module(f"ledger_cases.{name}")


@cache
def cases(name: str) -> dict[str, Callable[[], Any]]:
    """Return the calls of a room, by the function and the kind of input."""
    return dict(room(name).cases())


def looser(name: str, case: str) -> float:
    """Return how close the numbers of a case must be, where an optimiser has made them."""
    known: dict[str, float] = getattr(room(name), "LOOSER", {})
    return max((its for start, its in known.items() if case.startswith(start)), default=CLOSE)


@cache
def written(name: str) -> dict[str, Any]:
    """Return what the ledger says of a room."""
    path = FOLDER / f"{name}.json"
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return known


def now(case: str, make: Callable[[], Any]) -> dict[str, Any]:
    """Return what a call says now, as it would be read back; of most kinds of input, in brief."""
    brief = any(word in case for word in BRIEF)
    said: dict[str, Any] = json.loads(json.dumps(recorded(make, brief=brief)))
    return said


def moved(before: Any, after: Any, close: float, at: str = "") -> Iterator[str]:
    """Yield what differs, and where; a new convention is none that moved."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            if key not in before and at.startswith(CONVENTIONS):
                continue
            if key not in before or key not in after:
                yield f"{at}.{key}: {'new' if key in after else 'gone'}"
            else:
                yield from moved(before[key], after[key], close, f"{at}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        size = max((abs(its) for its in before if _number(its)), default=0.0)
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            if not (_number(old) and _number(new) and abs(old - new) <= close * size):
                yield from moved(old, new, close, f"{at}[{place}]")
    elif not same(before, after, close):
        yield f"{at}: {before!r} -> {after!r}"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(before: Any, after: Any, close: float) -> bool:
    """Return whether two entries say the same; texts, but for the last digit of their numbers."""
    if _number(before) and _number(after):
        least = 1e-13 if close <= CLOSE else close / 100
        return math.isclose(before, after, rel_tol=close, abs_tol=least)
    if isinstance(before, str) and isinstance(after, str):
        return before == after or _same_text(before, after, close)
    return type(before) is type(after) and before == after


def _same_text(before: str, after: str, close: float) -> bool:
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        return False
    pairs = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
    return all(old == new or _rounded(old, new, close) for old, new in pairs)


def _rounded(old: str, new: str, close: float) -> bool:
    """Return whether two printed numbers are one that fell on both sides of a half."""
    one, other = (float(its.strip(",").replace(",", "")) for its in (old, new))
    if math.isclose(one, other, rel_tol=close):
        return True
    if "." not in old or "e" in old + new:
        return False
    return abs(one - other) < 1.01 * 10.0 ** -len(old.partition(".")[2]) < 0.00011


def text(value: Any, indent: int = 0) -> str:
    """Return JSON whose innermost parts are one line each, so that a diff shows what moved."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(short) + indent <= WIDTH:
        return short
    space, end = "\n" + " " * (indent + 1), "\n" + " " * indent
    if isinstance(value, list):
        return "[" + ",".join(space + text(its, indent + 1) for its in value) + end + "]"
    parts = (
        f"{space}{json.dumps(key, ensure_ascii=False)}: {text(its, indent + 1)}"
        for key, its in value.items()
    )
    return "{" + ",".join(parts) + end + "}"


def write(name: str) -> None:
    """Write what a room says now."""
    said = {case: now(case, make) for case, make in cases(name).items()}
    (FOLDER / f"{name}.json").write_text(text(said) + "\n", "utf-8")
