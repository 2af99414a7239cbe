"""How long customers wait between purchases: what tells regular buyers from random ones.

Models of random purchases need no more than x, t_x and T. Whether purchases come at regular
intervals is seen in one more number of each customer: the sum of the logarithms of the intervals
between successive purchase days.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray
from custvalue.errors import DataError

COLUMN = "log_intervals"
SLACK = 1e-6  # for rounded input

MEANT = (
    "It is the sum of log(interval) over the intervals between successive purchase days, in the "
    "unit of recency."
)


def checked_log_intervals(
    values: FloatArray, frequency: FloatArray, recency: FloatArray
) -> FloatArray:
    """Return sums of log intervals, changed in place: 0 where there are none, and refuse others.

    The x intervals add up to t_x, so that the sum is at most x log(t_x / x), and equal to that
    where x = 1.
    """
    none = frequency == 0
    _refuse("0 or missing where frequency is 0", none & (values != 0) & ~np.isnan(values), values)
    values[none] = 0.0
    _refuse("a finite number", ~np.isfinite(values), values)
    x = np.maximum(frequency, 1)
    most = frequency * np.log(np.where(none, 1.0, recency) / x)
    slack = SLACK * (1 + np.abs(most))
    one = frequency == 1
    _refuse("log(recency) where frequency is 1", one & (np.abs(values - most) > slack), values)
    _refuse("at most frequency * log(recency / frequency)", values > most + slack, values)
    return values


def _refuse(expected: str, bad: npt.NDArray[np.bool_], values: FloatArray) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        raise DataError.at_rows(COLUMN, expected, rows, values[rows], MEANT)


def in_other_unit(
    values: FloatArray | None, frequency: FloatArray, factor: float
) -> FloatArray | None:
    """Return the sums with every interval multiplied by `factor`."""
    return None if values is None else values + frequency * math.log(factor)
