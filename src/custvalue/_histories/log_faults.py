"""What is said of rows of a log that a rule refuses: what was expected, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

FAULTS = {
    "overlap": (
        "after {known}, the end of the history that is updated",
        "Use overlap='ignore' if it has these transactions already; for late ones make it anew.",
    ),
    "after_end": (
        "on or before {end}, the end of observation",
        "Use after_end='ignore' to exclude later transactions, or move {argument}.",
    ),
    "returns": (
        ">= 0",
        (
            "Use returns='net' to subtract returns from what the customer spent, returns='pair' to "
            "undo the purchases that they belong to, or returns='drop'."
        ),
    ),
    "unmatched_returns": (
        "a purchase, or the return of an earlier purchase of the customer",
        (
            "Use unmatched_returns='net' to subtract such returns from what the customer spent, or "
            "unmatched_returns='drop'."
        ),
    ),
    "zero_spend": (
        "> 0",
        "Use zero_spend='keep' if such rows are purchases, or zero_spend='drop'.",
    ),
    "duplicates": (
        "different where {others} are the same",
        "Use duplicates='keep' if these are purchases, or duplicates='drop' to keep one of each.",
    ),
}


def require_column_names(argument: str, given: Any) -> None:
    """Raise for what is no list of columns."""
    names = isinstance(given, Sequence) and not isinstance(given, str)
    if not names or not all(isinstance(name, str) for name in given):
        raise ParameterError(
            f"{argument} must be a list of columns, as in ['product'], but it is {given!r}."
        )


def counted(
    column: str, expected: str, hint: str, count: int, example: tuple[Any, Any] | None = None
) -> DataError:
    """Build the error for rows that have no number, only a count; one is named by its customer."""
    these = "1 row is not" if count == 1 else f"{count:,} rows are not"
    value = None
    if example is not None:
        who, value = f"customer {plain(example[0])!r}", plain(example[1])
        value = value.isoformat() if isinstance(value, date) else value
        which = f"that of {who}" if value is None else f"{value!r} of {who}"
        these += f": {which}" if count == 1 else f", such as {which}"
    message = f"{column} must be {expected}, but {these}. {hint}"
    return DataError(message, column=column, count=count, value=value)
