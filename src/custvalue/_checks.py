"""Arguments that are checked by hand: one of some choices, a level, a source of randomness."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import numpy as np

from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import DataError, ParameterError

PACKAGE = __name__.partition(".")[0]
Generator = np.random.Generator | int | None


def require_choice(
    name: str,
    value: object,
    choices: Sequence[object],
    *,
    hints: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Raise unless `value` is one of `choices`."""
    if not isinstance(value, Hashable) or value not in choices:  # an array is not compared
        hint = hints.get(str(value))
        raise ParameterError(
            f"{name} must be one of {listed(choices)}, but it is {value!r}."
            f"{did_you_mean(value, choices) if hint is None else f' {hint}'}"
        )


def no_such(
    what: str, name: object, names: Collection[object], *, plural: str | None = None
) -> str:
    """Say that there is no such part, and which ones there are."""
    near = did_you_mean(name, names)
    return f"there is no {what} {name!r}.{near} The {plural or f'{what}s'} are {listed(names)}."


def in_order(
    given: Mapping[Any, Any], names: Sequence[str], *, unknown: str, absent: str
) -> list[Any]:
    """Return the entries in the order of the names, or raise a DataError with one of the sentences.

    They hold ``{name}``, ``{near}`` and ``{names}``, or ``{absent}``.
    """
    for name in given:
        if name not in names:
            near = did_you_mean(name, names)
            raise DataError(unknown.format(name=repr(name), near=near, names=listed(names)))
    lacking = [name for name in names if name not in given]
    if lacking:
        raise DataError(absent.format(absent=listed(lacking)))
    return [given[name] for name in names]


def require_read(name: str, value: object, kind: type, room: str) -> None:
    """Raise unless `value` is a questionnaire of the kind that a room reads."""
    if not isinstance(value, kind):
        maker = f"{room}.{kind.__name__}"
        raise ParameterError(
            f"{name} must be a {maker}, as of {maker}.from_frame(…), but it is "
            f"{type(value).__name__}."
        )


def checked_level(level: float, name: str = "level") -> float:
    """Return `level` if it is a confidence level."""
    value = plain(level)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        percentage = isinstance(value, int | float) and 1 < value < 100
        hint = f" Did you mean {value / 100:g}?" if percentage else ""
        raise ParameterError(f"{name} must be > 0 and < 1, as in 0.95, but it is {value!r}.{hint}")
    return float(value)


def random_generator(rng: Generator) -> np.random.Generator:
    """Return the source of randomness that was asked for."""
    with suppress(TypeError, ValueError):
        if not isinstance(rng, bool | np.bool_):
            return np.random.default_rng(rng)
    raise ParameterError(
        f"rng must be a numpy.random.Generator, a whole number >= 0 as its seed, or None, but it "
        f"is {plain(rng)!r}."
    )


def checked_whole(name: str, value: object, *, least: int) -> int:
    """Return `value` as an int if it is a whole number that is large enough."""
    whole = least - 1 if isinstance(value, bool) else as_whole(value)
    if whole < least:
        raise ParameterError(
            f"{name} must be a whole number >= {least}, but it is {plain(value)!r}."
        )
    return whole


def finite(value: object) -> float:
    """Return a finite number as a float, and NaN for what is none: no comparison holds for it."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return float(value) if math.isfinite(value) else math.nan


def checked_share(name: str, share: object, *, example: float) -> float:
    """Return `share` if it is a share of one above 0."""
    found = finite(share)
    if not 0 < found <= 1:
        hint = f" Did you mean {found / 100:g}?" if 1 < found <= 100 else ""
        raise ParameterError(
            f"{name} must be > 0 and <= 1, as in {example:g}, but it is {plain(share)!r}.{hint}"
        )
    return found


def as_whole(value: object) -> int:
    """Return a whole number as an int, and -1 for anything else."""
    try:
        return operator.index(value)  # type: ignore[arg-type]  # what it refuses is the point
    except TypeError:
        return -1


def callers_level() -> int:
    """Return the stacklevel, for whoever calls this, of the first frame outside the package."""
    frame, level = sys._getframe(1), 1  # noqa: SLF001 -- the way of the warnings module itself
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__package__")):
        frame, level = frame.f_back, level + 1
    return level


def _is_ours(package: str | None) -> bool:
    """Say whether code is of this package; that of a script has none."""
    return package is not None and package.partition(".")[0] == PACKAGE
