"""What a log comes to: one row per customer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.rows import BoolArray
from custvalue._rows import FloatArray, IntArray, LabelArray


class Summary(NamedTuple):
    """One row per customer, by ascending identifier; days are numbered from 1970-01-01."""

    customer: LabelArray
    occasions: FloatArray
    first: FloatArray
    last: FloatArray
    spent: FloatArray | None
    log_intervals: FloatArray | None = None  # Σ log(days) between successive days with a purchase
    entry: FloatArray | None = None  # days from the first purchase to the day before the log
    days: IntArray | FloatArray | None = (
        None  # all days with a purchase, by customer, where they are kept
    )

    def of(self, which: BoolArray) -> Summary:
        """Return the rows of some customers."""
        days = None
        if self.days is not None:
            days = self.days[np.repeat(which, self.occasions.astype(np.int64))]
        columns: list[Any] = [None if each is None else each[which] for each in self[:-1]]
        columns.append(days)
        return Summary(*columns)
