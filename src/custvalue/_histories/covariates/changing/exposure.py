"""For how long customers are observed on each row of a table of changing covariates."""

from __future__ import annotations

import numpy as np

from custvalue._histories.covariates.changing.arrays import located
from custvalue._histories.covariates.changing.followed import FollowedPurchases
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._rows import FloatArray, IntArray


def bounds(covariates: ChangingCovariates) -> tuple[FloatArray, FloatArray]:
    """Return the days on which rows start, and on which the next ones do, from 1970-01-01."""
    start, end = (
        column.astype(np.int64).astype(np.float64) for column in (covariates.start, covariates.end)
    )
    return start, end + 1


def row_at(covariates: ChangingCovariates, path: IntArray, day: FloatArray) -> IntArray:
    """Return the row of each day on a path."""
    return located(covariates.codes, bounds(covariates)[0], path, day)


def days_observed(known: FollowedPurchases, until: FloatArray) -> FloatArray:
    """Return how many days customers are observed on each row, all together; `until` is a day."""
    covariates = known.covariates
    start, end = bounds(covariates)
    began = _days_since(covariates.codes, (start, end), known.path, known.birth)
    stopped = _days_since(covariates.codes, (start, end), known.path, until)
    return np.asarray(began - stopped)


def _days_since(
    row_path: IntArray, row: tuple[FloatArray, FloatArray], path: IntArray, day: FloatArray
) -> FloatArray:
    """Return Σ of the days of each row after the day of each customer on the path."""
    order = np.lexsort((day, path))
    path, day = path[order], day[order]
    origin = float(min(day.min(), row[0].min()))
    reach = float(max(day.max(), row[1].max())) - origin + 1
    keys = path * reach + (day - origin)
    sums = np.append(0.0, np.cumsum(day - origin))
    first = np.searchsorted(path, row_path, side="left")

    def passed(time: FloatArray) -> FloatArray:
        here = np.searchsorted(keys, row_path * reach + (time - origin), side="right")
        return np.asarray((here - first) * (time - origin) - (sums[here] - sums[first]))

    return passed(row[1]) - passed(row[0])


def purchases_seen(known: FollowedPurchases, frequency: FloatArray, *, first: bool) -> FloatArray:
    """Return how many purchases fall in each row, those that make a customer included or not."""
    path = np.repeat(known.path, frequency.astype(np.int64))
    rows = row_at(known.covariates, path, known.days)
    if first:
        rows = np.append(rows, row_at(known.covariates, known.path, known.birth))
    return np.bincount(rows, minlength=len(known.covariates)).astype(np.float64)
