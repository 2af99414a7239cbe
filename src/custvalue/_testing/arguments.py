"""What a strategy may be asked for: sizes, switches, scales, instruments, days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from custvalue._checks import checked_whole, require_choice
from custvalue._columns import AFTER_LAST, FIRST_DAY
from custvalue._histories.days import observed_to
from custvalue._respondents.instrument import Instrument
from custvalue._words import plain
from custvalue.errors import ParameterError


def check_sizes(**sizes: int) -> None:
    """Raise unless these are whole numbers >= 1, and each ``max_`` at least its ``min_``."""
    for name, size in sizes.items():
        checked_whole(name, size, least=1)
    for name, least in sizes.items():
        most = sizes.get(name.replace("min_", "max_"), least)
        if least > most:
            other = name.replace("min_", "max_")
            raise ParameterError(
                f"{other} must be >= {name}, but {name}={plain(least)} and {other}={plain(most)}."
            )


def check_switch(name: str, value: object) -> None:
    """Raise unless `value` is True or False."""
    require_choice(name, value, (True, False))


def check_instrument(instrument: object) -> None:
    """Raise unless `instrument` is an Instrument."""
    if not isinstance(instrument, Instrument):
        raise ParameterError(
            f"instrument must be an Instrument, as in servqual.SERVQUAL, but it is {instrument!r}."
        )


def checked_days(start: object, days: int) -> np.datetime64:
    """Return the first day of a log whose days may all be those of purchases."""
    first = np.datetime64(observed_to(start, "start"), "D")
    check_sizes(days=days)
    if first < FIRST_DAY or days > int((AFTER_LAST - first) / np.timedelta64(1, "D")):
        last = AFTER_LAST - np.timedelta64(1, "D")
        raise ParameterError(
            f"start and days must lie between {FIRST_DAY} and {last}, but "
            f"start={str(first)!r} and days={plain(days)}."
        )
    return first


def checked_names(names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return names to draw from, if there are any."""
    if names is None:
        return None
    listing = not isinstance(names, str) and isinstance(names, Sequence)
    if not listing or not names or not all(isinstance(name, str) and name for name in names):
        hint = f" Write [{names!r}]." if isinstance(names, str) and names else ""
        raise ParameterError(
            f"names must be a list of names, as in ['us', 'rival'], but it is {names!r}.{hint}"
        )
    return tuple(names)


def check_text(name: str, value: object, example: str) -> None:
    """Raise unless `value` is text."""
    if not isinstance(value, str):
        raise ParameterError(f"{name} must be text, as in {example!r}, but it is {plain(value)!r}.")
