"""Identifiers of customers: all different, and looked up among those that are there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._columns import as_array, first_of_runs, sorted_codes
from custvalue._histories.rows import nobody
from custvalue._rows import IntArray
from custvalue._words import did_you_mean, more, plain
from custvalue.errors import DataError

Labels = npt.NDArray[Any]
COMPARED = 10_000  # identifiers that a misspelt one is compared with


def different_customers(customer: Labels) -> Labels:
    """Return a copy of the identifiers, all different, all whole numbers or all text."""
    if customer.dtype.kind in "iU" and ascends(customer):
        return customer.astype(np.str_ if customer.dtype.kind == "U" else np.int64)
    labels, codes = sorted_codes("customer", customer)
    if len(labels) < len(codes):
        order = np.argsort(codes, kind="stable")
        rows = np.sort(order[~first_of_runs(codes[order])])
        hint = (
            "Give one row per customer; use from_transactions for a log with one row per purchase."
        )
        raise DataError.at_rows("customer", "different in every row", rows, customer[rows], hint)
    return labels[codes]


def ascends(values: Labels) -> bool:
    return len(values) == 1 or bool((values[1:] > values[:-1]).all())


def places_of(asked: Any, known: Labels, argument: str = "customers") -> IntArray:
    """Return the row of each identifier that is asked for."""
    wanted = np.atleast_1d(as_array(asked))
    if wanted.ndim != 1 or not wanted.size:
        raise nobody(f"{argument} is empty" if wanted.ndim == 1 else f"{argument} is a table")
    found, present = looked_up(wanted, known)
    if not present.all():
        raise _not_there(argument, wanted, np.flatnonzero(~present), known)
    again = np.ones(len(found), dtype=bool)
    again[np.unique(found, return_index=True)[1]] = False
    if again.any():
        rows = np.flatnonzero(again)
        hint = "Ask for each customer once."
        raise DataError.at_rows(argument, "different in every row", rows, wanted[rows], hint)
    return found


def looked_up(wanted: Labels, known: Labels) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return the row of each identifier, and whether it is there at all."""
    if is_text(known) != is_text(wanted):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    order = None if ascends(known) else np.argsort(known, kind="stable")
    ordered = known if order is None else known[order]
    place = np.minimum(np.searchsorted(ordered, wanted), len(known) - 1)
    present = np.asarray(ordered[place] == wanted, dtype=bool)
    return (place if order is None else order[place]).astype(np.int64), present


def is_text(labels: Labels) -> bool:
    """Say whether identifiers are text, not whole numbers."""
    return labels.dtype.kind == "U" or (
        labels.dtype == object and bool(len(labels)) and isinstance(labels[0], str)
    )


def _not_there(argument: str, wanted: Labels, rows: IntArray, known: Labels) -> DataError:
    """Build the error for identifiers that are not in the history."""
    first = plain(wanted[rows[0]])
    others = f" (and {more(len(rows) - 1, 'row')})" if len(rows) > 1 else ""
    return DataError(
        f"{argument} must be in the history, but {first!r} is not{others}."
        f"{_near(first, known)} It has {len(known):,} customers, such as {plain(known[0])!r}.",
        column=argument,
        rows=rows[:10],
        count=len(rows),
        value=first,
    )


def _near(asked: object, known: Labels) -> str:
    """Say which customer may be meant: the same in another type, or one that reads alike."""
    text = is_text(known)
    other = str(asked) if text else _as_whole(asked)
    if other is not None and type(other) is not type(asked) and other in known.tolist():
        kind = "text" if text else "whole numbers"
        return f" Identifiers are {kind} there: did you mean {other!r}?"
    return did_you_mean(asked, known[:COMPARED].tolist()) if text else ""


def _as_whole(asked: object) -> int | None:
    """Read text that is a whole number."""
    try:
        return int(str(asked))
    except ValueError:
        return None
