"""A cohort triangle: a row for each cohort, a column for each age, empty where not yet seen.

It is the pivot of every retention table. From it come rows of survival tables.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from custvalue import _frames
from custvalue._histories.rows import BoolArray, nobody
from custvalue._histories.survival_tables import Cohorts
from custvalue._histories.wide_tables import WideTable
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError

ONE_AGE = re.compile(r"(\D*)(\d+)(\D*)")
NOT_SEEN = "Leave what is not yet seen empty (NaN, None)."
COLUMNS = (
    "A triangle has a column for each number of renewals made, 0, 1, 2, … (or from 1 on); for "
    "columns that are calendar months or years, move each row to the left to its first number."
)
RISING = (
    "Customers who left do not come back into their cohort; start a new one for them. Counts of "
    "customers who bought again in a month do rise: for those use PurchaseHistory."
)
WIDE = (
    "A table with a row for each cohort and a column for each age is read by "
    "Contracts.from_triangle."
)


class Triangle(NamedTuple):
    """Customers of each cohort (rows) at each age (columns), NaN where not yet seen."""

    cohorts: list[Any]
    counts: FloatArray

    @classmethod
    def read(cls, data: Any, cohort: str | None) -> Triangle:
        """Take a dataframe, a two-dimensional array, or rows of different lengths."""
        table = WideTable.read("triangle", data, cohort=cohort)
        counts = table.values
        if _frames.is_frame(data):
            counts = counts[:, _by_age(table.columns)]
        labels = _frames.row_labels(data) if table.labels is None else table.labels.tolist()
        return cls(list(range(len(counts))) if labels is None else labels, counts)

    def check(self) -> None:
        """Raise unless every row is a survival table, from its first entry to the last one seen."""
        n, seen = self.counts, ~np.isnan(self.counts)
        if not n.shape[0]:
            raise nobody("the triangle is empty")
        if n.shape[1] < 2:
            raise DataError(f"the triangle must have at least 2 ages, but it has {n.shape[1]}.")
        self._refuse(~seen[:, :1], "no customers at age {age}", COLUMNS)
        self._refuse(seen & ~((n >= 0) & (n < np.inf)), "{value} customers at age {age}", COUNTS)
        gap = ~seen[:, :-1] & seen[:, 1:]
        self._refuse(_shifted(gap), "a number at age {age}, but none at the age before", NOT_SEEN)
        with np.errstate(invalid="ignore"):
            rises = n[:, 1:] > n[:, :-1]
        self._refuse(_shifted(rises), "{value} customers at age {age}, but {before} before", RISING)
        self._check_shares()
        self._check_zeros()

    def _refuse(self, bad: BoolArray, what: str, hint: str) -> None:
        """Raise for the first bad cell, by cohort and age."""
        if not bad.any():
            return
        row, age = (int(place[0]) for place in np.nonzero(bad))
        value, before = plain(self.counts[row, age]), plain(self.counts[row, max(age - 1, 0)])
        said = what.format(value=value, age=age, before=before)
        raise DataError(
            f"the triangle must start with all customers of a cohort and never rise, but cohort "
            f"{plain(self.cohorts[row])!r} has {said}. {hint}",
            column=str(age),
            rows=np.flatnonzero(bad.any(axis=1)).tolist(),
            count=int(bad.sum()),
            value=value,
        )

    def _check_shares(self) -> None:
        """Raise for what are shares of the customers, not their number."""
        first, seen = self.counts[:, 0], self.counts[~np.isnan(self.counts)]
        for whole in (1, 100):
            if (first == whole).all() and (seen != np.rint(seen)).any():
                raise DataError(
                    f"the triangle must hold numbers of customers, but it seems to hold shares: "
                    f"every cohort starts with {whole}. Multiply each row by the size of its "
                    f"cohort."
                )

    def _check_zeros(self) -> None:
        """Raise where zeros stand for what is not yet seen."""
        n = self.counts
        if np.isnan(n).any() or n.shape[0] < 3:
            return
        zeros = np.sum(np.cumsum(n[:, ::-1], axis=1) == 0, axis=1)
        stairs = np.arange(n.shape[0])
        if (zeros == stairs).all() or (zeros == stairs[::-1]).all():
            raise DataError(
                f"the triangle must be empty where nothing is seen yet, but every cohort ends with "
                f"one 0 more than the one beside it, as if all of its customers had left. "
                f"{NOT_SEEN} In a pivot, omit fill_value=0."
            )

    def rows(self) -> Cohorts:
        """Return the cells that were seen as rows of survival tables."""
        code, age = np.nonzero(~np.isnan(self.counts))
        order = np.arange(len(code))
        n = self.counts[code, age]
        return Cohorts(np.array(self.cohorts, dtype=object), code, age.astype(np.float64), n, order)


COUNTS = "It counts customers."


def require_long_form(source: _frames.Source, **columns: str) -> None:
    """Raise where columns are absent; where all are, the table may be a triangle."""
    try:
        source.named(**columns)
    except DataError as error:
        if set(columns.values()) & set(source.names):
            raise
        raise DataError(f"{error} {WIDE}", column=error.column) from None


def _shifted(bad: BoolArray) -> BoolArray:
    """Move what is said of two ages to the second."""
    return np.pad(bad, ((0, 0), (1, 0)))


def _by_age(names: list[str]) -> list[int]:
    """Order columns by age, where their names hold one number each: 0, 1, 2 or M1, M2."""
    found = [ONE_AGE.fullmatch(name) for name in names]
    if not all(found) or len({(match[1], match[3]) for match in found if match}) != 1:
        return list(range(len(names)))
    ages = [int(match[2]) for match in found if match]
    order = sorted(range(len(names)), key=ages.__getitem__)
    for place, column in enumerate(order):
        expected = place + (1 if min(ages) == 1 else 0)
        if ages[column] != expected:
            raise DataError(
                f"the columns of the triangle must be ages, one after the other, but {expected} is "
                f"not there, and {names[column]!r} is. {COLUMNS}",
                column=names[column],
            )
    return order
