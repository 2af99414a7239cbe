"""How long customers wait between purchases: what tells regular buyers from random ones.

Models of random purchases need no more than x, t_x and T. Whether purchases come at regular
intervals is seen in one more number of each customer: the sum of the logarithms of the intervals
between successive purchase days.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from custvalue._columns import Keys
from custvalue._histories.rows import refuse
from custvalue._rows import FloatArray, IntArray

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
    refuse_sums = partial(refuse, COLUMN, values=values, hint=MEANT)
    none = frequency == 0
    refuse_sums("0 or missing where frequency is 0", none & (values != 0) & ~np.isnan(values))
    values[none] = 0.0
    refuse_sums("a finite number", ~np.isfinite(values))
    x = np.maximum(frequency, 1)
    most = frequency * np.log(np.where(none, 1.0, recency) / x)
    slack = SLACK * (1 + np.abs(most))
    one = frequency == 1
    refuse_sums("log(recency) where frequency is 1", one & (np.abs(values - most) > slack))
    refuse_sums("at most frequency * log(recency / frequency)", values > most + slack)
    return values


def in_other_unit(
    values: FloatArray | None, frequency: FloatArray, factor: float
) -> FloatArray | None:
    """Return the sums with every interval multiplied by `factor`."""
    return None if values is None else values + frequency * math.log(factor)


def sums_of_logs(occasion: Keys, starts: IntArray, span: int) -> FloatArray:
    """Add up log(days) between successive occasions of each customer; few differ, so by a table."""
    days = np.diff(occasion, prepend=occasion[:1])
    days[starts] = 0  # before the first occasion there is no interval
    logarithms = np.log(np.maximum(np.arange(span), 1))
    return np.add.reduceat(logarithms[days], starts)
