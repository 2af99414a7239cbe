"""What a log comes to: one row per customer."""

from __future__ import annotations

from typing import Any, NamedTuple

from custvalue._histories.rows import BoolArray
from custvalue._rows import FloatArray, LabelArray


class Summary(NamedTuple):
    """One row per customer, by ascending identifier; days are numbered from 1970-01-01."""

    customer: LabelArray
    occasions: FloatArray
    first: FloatArray
    last: FloatArray
    spent: FloatArray | None
    log_intervals: FloatArray | None = None  # Σ log(days) between successive days with a purchase
    entry: FloatArray | None = None  # days from the first purchase to the day before the log

    def of(self, which: BoolArray) -> Summary:
        """Return the rows of some customers."""
        columns: list[Any] = [None if column is None else column[which] for column in self]
        return Summary(*columns)
