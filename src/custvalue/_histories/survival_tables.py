"""Survival tables: how many customers of a cohort are left after each renewal.

Of one cohort a table, as numbers or as shares; of several, rows of their tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import as_array
from custvalue._histories.rows import BoolArray, refuse, refuse_unless_amount
from custvalue._rows import FloatArray, IntArray
from custvalue._words import plain
from custvalue.errors import DataError

FALLING = "Customers who left do not come back into their cohort; start a new one for them."


def checked_table(name: str, values: Any) -> FloatArray:
    """Return a survival table that starts with somebody and does not rise."""
    table = _frames.to_numbers(name, np.atleast_1d(as_array(values)))
    if table.ndim != 1 or len(table) < 2:
        raise DataError(
            f"{name} must be a row of at least 2 numbers, the start and one renewal, but its shape "
            f"is {table.shape}.",
            column=name,
        )
    hint = "It starts with all customers, then says how many are left after each renewal."
    refuse_unless_amount(name, table, hint)
    before = np.append(np.inf, table[:-1])
    refuse(name, "<= the entry before it", table > before, table, FALLING, limit=before)
    return table


def checked_shares(values: Any) -> FloatArray:
    shares = _frames.to_numbers("shares", np.atleast_1d(as_array(values)))
    bad = ~((shares >= 0) & (shares <= 1))
    if bad.any():
        first = shares[np.argmax(bad)]
        hint = "Give the share of the customers who are left."
        if 1 < first <= 100:
            hint = f"Did you mean {first / 100:g}?"
        refuse("shares", "between 0 and 1", bad, shares, hint)
    table = checked_table("shares", shares)
    if table[0] != 1:
        raise DataError(
            f"shares must begin with 1, all customers at the start, but row 0 has "
            f"{plain(table[0])!r}. Put a 1 before the share after the first renewal.",
            column="shares",
            rows=(0,),
            value=plain(table[0]),
        )
    return table


def outcomes_of(table: FloatArray) -> dict[str, FloatArray]:
    """Turn survivors into who left after k renewals and who is still there."""
    active = np.zeros(len(table))
    active[-1] = table[-1]
    left = np.append(table[:-1] - table[1:], 0.0)
    return {"renewals": np.arange(len(table), dtype=np.float64), "left": left, "active": active}


def grouped(k: FloatArray, left: FloatArray, active: FloatArray) -> dict[str, FloatArray]:
    """Add up the rows with the same number of renewals."""
    distinct, place = np.unique(k, return_inverse=True)
    return {
        "renewals": distinct,
        "left": np.bincount(place, weights=left).astype(np.float64),
        "active": np.bincount(place, weights=active).astype(np.float64),
    }


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Rows of survival tables, sorted by cohort and renewals."""

    labels: npt.NDArray[Any]
    codes: IntArray
    k: FloatArray
    n: FloatArray
    order: IntArray  # the row in the user's table

    def _refuse(self, name: str, what: str, bad: BoolArray, hint: str) -> None:
        """Raise for the bad entries in the user's order, if there are any."""
        if not bad.any():
            return
        rows = np.sort(self.order[bad])
        at = np.argsort(self.order)[rows]
        values = (self.k if "0, 1, 2" in what else self.n)[at]
        raise DataError.at_rows(name, what, rows, values, f"{self._where(at[0])} {hint}")

    def _where(self, place: int) -> str:
        members = plain(self.n[np.searchsorted(self.codes, self.codes[place])])
        return f"Cohort {plain(self.labels[self.codes[place]])!r} has {members} members."

    def check(self, renewals: str, customers: str) -> None:
        """Raise unless every cohort is a survival table without gaps."""
        first = np.diff(self.codes, prepend=-1) != 0
        start = np.flatnonzero(first)[np.cumsum(first) - 1]
        gap = self.k != np.arange(len(self.k)) - start
        hint = "Give a row for each renewal from 0 on, each once."
        self._refuse(renewals, "0, 1, 2, … without gaps in each cohort", gap, hint)
        bad = ~((self.n >= 0) & (self.n < np.inf))
        self._refuse(customers, "a number >= 0", bad, "It counts customers.")
        more = self.n > self.n[start]
        self._refuse(customers, "<= the members of its cohort", more, FALLING)
        rises = ~first & (np.diff(self.n, prepend=np.inf) > 0)
        self._refuse(customers, "<= the renewal before in its cohort", rises, FALLING)

    def outcomes(self) -> dict[str, FloatArray]:
        """Add up who left and who is still there over the cohorts."""
        last = np.diff(self.codes, append=-1) != 0
        gone = self.n - np.append(self.n[1:], 0.0)
        return grouped(self.k, np.where(last, 0.0, gone), np.where(last, self.n, 0.0))
