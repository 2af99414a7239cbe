"""Everything that a result says, as nested numbers and texts that JSON can hold.

Fields, properties, columns at two levels, intervals by every method, the printed text, and what the
methods return that can be called without arguments; long arrays by a few sums.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np

from custvalue.errors import CustvalueError, CustvalueWarning
from custvalue.survey import Base, Estimate, Interval, Scale

LONG = 8  # numbers that are written one by one
DEEPEST = 5  # a result, its parts, their parts
SHALLOW = 3  # above, properties are read of every part, not only of the first of a kind
FEW = {"rng": 1, "simulations": 40, "draws": 40, "resamples": 40}  # of methods that draw
BRIEF = DEEPEST + 1
TEXTS = ("text", "repr")
ALL_DIGITS = re.compile(r"\d+\.\d{11,}(?:e[-+]?\d+)?")
LEVEL = 0.8  # a second level of intervals
NOT_CALLED = {
    "to_frame", "to_wide_frame", "to_json", "from_json", "plot", "columns", "copy", "dict", "json",
    "model_copy", "model_post_init", "confidence_interval", "arrow", "schema", "clear", "popitem",
}  # fmt: skip
NOT_READ = {
    "steps",
    "scaled_gradient",
    "model_extra",
    "model_fields_set",
    "model_fields",
    "model_computed_fields",
}


def recorded(make: Callable[[], Any], *, brief: bool = False) -> dict[str, Any]:
    """Return what a call returns, prints and warns of, or the message of its error.

    In brief, of a result with columns these only.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        said = {"": _called(make, BRIEF if brief else DEEPEST, [])}
    told = [str(its.message) for its in caught if issubclass(its.category, CustvalueWarning)]
    return {**said, "warnings": list(dict.fromkeys(told))} if told else said


def _called(make: Callable[[], Any], depth: int, seen: list[Any]) -> Any:
    try:
        made = make()
    except CustvalueError as error:
        kind = type(error).__name__
        return f"{kind}: {error}" if depth >= DEEPEST else kind
    return _said(made, depth, seen)


def _said(value: Any, depth: int, seen: list[Any]) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float | np.generic):
        return _entry(value)
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Mapping) and not _ours(value):
        return {str(key): _said(its, depth, seen) for key, its in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    named = isinstance(value, tuple) and hasattr(value, "_fields")
    if isinstance(value, list | tuple) and not named:
        return _sequence(value, depth, seen)
    if named:
        return {name: _said(getattr(value, name), depth, seen) for name in value._fields}
    if _ours(value):
        return _object(value, depth, seen)
    return str(value) if isinstance(value, date | datetime | range) else type(value).__name__


def _ours(value: Any) -> bool:
    return type(value).__module__.startswith("custvalue")


def _sequence(value: Any, depth: int, seen: list[Any]) -> Any:
    if value and all(isinstance(its, int | float | np.number) for its in value):
        return _array(np.array(value))
    return [_said(its, depth, seen) for its in value]


def _array(values: np.ndarray) -> Any:
    """Return the entries, or of many their number, two sums with weights, and both ends."""
    flat = values.ravel()
    if flat.size <= LONG:
        return [_entry(its) for its in flat.tolist()]
    if flat.dtype.kind not in "iufb":
        words = [str(its) for its in flat.tolist()]
        return [len(words), *list(dict.fromkeys(words))[:3], words[-1]]
    numbers = flat.astype(float)
    known = np.where(np.isfinite(numbers), numbers, 0.0)
    weights = 1 + np.arange(flat.size) % 7 / 7 + np.arange(flat.size) % 11 / 11
    shape = "x".join(map(str, values.shape))
    ends = (known.sum(), known @ weights, numbers[0], numbers[-1])
    return [shape, *(_entry(its) for its in ends), int((numbers != known).sum())]


def _entry(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, float):
        return value if value is None or isinstance(value, bool | int | str) else str(value)
    return float(f"{value:.10g}") if np.isfinite(value) else str(value)


def _object(value: Any, depth: int, seen: list[Any]) -> Any:
    """Return what one of our objects says, once; of those deep inside, their fields."""
    if any(its is value for its in seen):
        return "as before"
    if isinstance(value, Interval):
        return [_entry(value.low), _entry(value.high), value.method]
    if isinstance(value, Scale):
        return value.description
    known = any(type(its) is type(value) for its in seen)
    top = depth >= DEEPEST
    seen.append(value)
    if not depth:
        return type(value).__name__
    if depth == BRIEF and callable(getattr(value, "columns", None)):
        return {key: its for key, its in _table(value, seen, top=True).items() if key not in TEXTS}
    said = {
        name: _said(getattr(value, name), min(depth, DEEPEST) - 1, seen) for name in _fields(value)
    }
    if not isinstance(value, Estimate):
        said |= _computed(value, depth, seen) if depth > SHALLOW or not known else {}
    said |= _intervals(value, seen, first=not known)
    shown = top or not (known or isinstance(value, Estimate | Base))
    said |= _table(value, seen, top=shown)
    return {name: its for name, its in said.items() if some(its)}


def some(said: Any) -> bool:
    """Return whether something is said at all."""
    return said is not None and said not in ("", [], {})


def _computed(value: Any, depth: int, seen: list[Any]) -> dict[str, Any]:
    """Return properties, and what methods return that need no arguments."""
    said, top = {}, depth >= DEEPEST
    for name in _properties(type(value)):
        said[name] = _called(lambda name=name: getattr(value, name), depth - 1, seen)
    for name in _methods(type(value)):
        make = _method(value, name)
        like_it = not top or _like(value, make)
        if not like_it:
            said[f"{name}()"] = _called(make, depth - 1, seen)
        elif top:
            said[f"{name}()"] = _called(lambda make=make: make().columns(), depth - 1, seen)
    return said


def _like(value: Any, make: Callable[[], Any]) -> bool:
    """Return whether a call returns rows of the same kind as its object."""
    try:
        return type(make()) is type(value) and hasattr(value, "columns")
    except CustvalueError:
        return False


def _fields(value: Any) -> list[str]:
    if is_dataclass(value):
        return [its.name for its in fields(value) if not its.name.startswith("_")]
    return [name for name in getattr(type(value), "model_fields", ()) if name not in NOT_READ]


@cache
def _properties(kind: type) -> tuple[str, ...]:
    return tuple(
        name
        for name in dir(kind)
        if not name.startswith(("_", "model_"))
        and isinstance(inspect.getattr_static(kind, name), property)
    )


@cache
def _methods(kind: type) -> tuple[str, ...]:
    """Return the methods of ours that can be called without arguments."""
    found = []
    for name in dir(kind):
        method = inspect.getattr_static(kind, name)
        ours = str(getattr(method, "__module__", "")).startswith("custvalue")
        if name.startswith("_") or name in NOT_CALLED or not ours:
            continue
        if inspect.isfunction(method):
            parameters = list(inspect.signature(method).parameters.values())[1:]
            free = (its.default is not its.empty or its.name in FEW for its in parameters)
            if all(free) and not any(its.kind == its.VAR_KEYWORD for its in parameters):
                found.append(name)
    return tuple(found)


def _method(value: Any, name: str) -> Callable[[], Any]:
    method = getattr(value, name)
    asked = {key: its for key, its in FEW.items() if key in inspect.signature(method).parameters}
    return lambda: method(**asked)


def _intervals(value: Any, seen: list[Any], *, first: bool) -> dict[str, Any]:
    """Return the usual interval, and of the first of a kind those by every method."""
    ask = getattr(value, "confidence_interval", None)
    if ask is None:
        return {}
    parameters = inspect.signature(ask).parameters
    if any(its.default is its.empty for its in parameters.values()):
        return {}
    said = {"interval": _end(ask, seen)}
    known = getattr(value, "_methods", ()) if "method" in parameters else ()
    for method in known if first else ():
        by = {"method": method, "level": LEVEL}
        said[method] = _end(lambda by=by: ask(**by), seen)
    return said


def _end(make: Callable[[], Any], seen: list[Any]) -> Any:
    """Return an interval, or the kind of error where there is none."""
    try:
        return _said(make(), 1, seen)
    except CustvalueError as error:
        return type(error).__name__


def _table(value: Any, seen: list[Any], *, top: bool) -> dict[str, Any]:
    """Return columns, at two levels where there are intervals, and the text of the result."""
    said: dict[str, Any] = {}
    if not top:
        return said
    if callable(getattr(value, "columns", None)):
        said["columns()"] = _called(value.columns, 1, seen)
        if "level" in inspect.signature(value.columns).parameters:
            narrower = _called(lambda: value.columns(level=LEVEL), 1, seen)
            if narrower != said["columns()"]:
                said[f"columns({LEVEL})"] = narrower
    if type(value).__str__ is not object.__str__:
        said["text"] = _called(lambda: _lines(str(value)), 1, seen)
        said["repr"] = _called(lambda: " ".join(_lines(repr(value))), 1, seen)
    return said


def _lines(text: str) -> list[str]:
    """Return lines without rules; numbers of many digits are shortened, which breaks no lines."""
    if ALL_DIGITS.search(text):
        return [ALL_DIGITS.sub(lambda its: f"{float(its[0]):.10g}", " ".join(text.split()))]
    return [line for line in text.splitlines() if line.strip("─")]
