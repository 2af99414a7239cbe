"""What can go wrong, and what to do next.

::

    CustvalueError(ValueError)            everything that custvalue raises on purpose
    ├── DataError                         the data are not what was declared
    ├── ParameterError                    an argument or parameter is outside its domain
    ├── UnitError                         time units are missing or mixed
    ├── EstimationError                   no finite estimate exists for these data
    └── MissingExtraError(ImportError)    an optional dependency is not installed

    CustvalueWarning(UserWarning)         everything that custvalue warns of
    ├── ConvergenceWarning                the optimiser stopped before it was done
    ├── IdentifiabilityWarning            the data cannot tell some parameters apart
    └── DataWarning                       the data are usable, but look at this first

Rows are counted from 0, as in numpy and in a fresh pandas index.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

__all__ = [
    "ConvergenceWarning",
    "CustvalueError",
    "CustvalueWarning",
    "DataError",
    "DataWarning",
    "EstimationError",
    "IdentifiabilityWarning",
    "MissingExtraError",
    "ParameterError",
    "UnitError",
]

ROWS_KEPT = 10  # an error carries the first rows it found, not a million


class CustvalueError(ValueError):
    """Root of every error that custvalue raises on purpose."""


class DataError(CustvalueError):
    """The data are not what was declared.

    Attributes
    ----------
    column : str or None
        The column or argument at fault.
    rows : tuple of int
        The first rows at fault, counted from 0; empty where rows are not known.
    count : int
        How many rows are at fault.
    value : object
        The value in the first of these rows.
    """

    def __init__(
        self,
        message: str,
        *,
        column: str | None = None,
        rows: Iterable[int] = (),
        count: int | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.column = column
        found = tuple(int(row) for row in rows)
        self.rows = found[:ROWS_KEPT]
        self.count = len(found) if count is None else count
        self.value = value

    @classmethod
    def at_rows(
        cls, column: str, expected: str, rows: Sequence[int] | Any, values: Any, hint: str
    ) -> DataError:
        """Build the error for a column with bad rows: what, where, the value, the next step.

        Parameters
        ----------
        column : str
            The column or argument at fault.
        expected : str
            What it must be, as in ``"a whole number >= 0"``.
        rows : sequence of int
            Positions of the bad rows; not empty.
        values : sequence
            The values in these rows, in the same order (the first is shown).
        hint : str
            The next step, a full sentence.
        """
        first = plain(values[0])
        others = f" (and {more(len(rows) - 1, 'row')})" if len(rows) > 1 else ""
        message = (
            f"{column} must be {expected}, but row {int(rows[0])} has {first!r}{others}. {hint}"
        )
        return cls(message, column=column, rows=rows[:ROWS_KEPT], count=len(rows), value=first)


class ParameterError(CustvalueError):
    """An argument or a model parameter is outside its domain."""


class UnitError(CustvalueError):
    """Time units are missing, unknown or mixed."""


class EstimationError(CustvalueError):
    """No finite estimate exists for these data."""


class MissingExtraError(CustvalueError, ImportError):
    """An optional dependency is not installed."""


class CustvalueWarning(UserWarning):
    """Root of every warning that custvalue gives."""


class ConvergenceWarning(CustvalueWarning):
    """The optimiser stopped before the gradient vanished, or at the largest k it might try."""


class IdentifiabilityWarning(CustvalueWarning):
    """The data cannot tell some parameters apart."""


class DataWarning(CustvalueWarning):
    """The data are usable, but something in them deserves a look first."""


def plain(value: Any) -> Any:
    """Turn a numpy scalar into the Python value that a person would type."""
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def more(count: int, noun: str) -> str:
    """Say ``1 more row`` or ``3 more rows``."""
    return f"{count:,} more {noun}{'' if count == 1 else 's'}"


def did_you_mean(name: object, options: Iterable[object]) -> str:
    """Say `` Did you mean 'x'?`` where an option is close to `name`, else nothing."""
    by_key = {str(option).casefold(): option for option in options}
    close = difflib.get_close_matches(str(name).casefold(), by_key, n=1, cutoff=0.6)
    return f" Did you mean {by_key[close[0]]!r}?" if close else ""


def listed(names: Iterable[object], *, most: int = 12) -> str:
    """List names in quotes, at most `most` of them."""
    every = [repr(name) for name in names]
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def require_choice(
    name: str,
    value: object,
    choices: Sequence[object],
    *,
    hints: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Raise unless `value` is one of `choices`.

    Parameters
    ----------
    name : str
        The argument.
    value : object
        What was given.
    choices : sequence
        What there is.
    hints : mapping of str to str
        The next step, a full sentence, for values that have another name or place here.

    Raises
    ------
    ParameterError
        With the choices, and the hint or the nearest of them.
    """
    if value not in choices:
        hint = hints.get(str(value))
        raise ParameterError(
            f"{name} must be one of {listed(choices)}, but it is {value!r}."
            f"{did_you_mean(value, choices) if hint is None else f' {hint}'}"
        )
