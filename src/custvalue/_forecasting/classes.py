"""Mean purchases in the holdout by class of customers: actual and expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np
from scipy import special

from custvalue._histories.history import PurchaseHistory
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, IntArray
from custvalue._words import number, one_line

By = Literal["frequency", "recency", "forecast"]
MOST_FREQUENCIES = 8  # 0 to 6, and 7 or more
BANDS = 5  # of recency
LEAST = 5  # customers in the last class of frequency


@dataclass(frozen=True, eq=False, repr=False)
class HoldoutByClass(Pictured, Tabulated, Columns):
    """Mean purchases in the holdout by class of customers: actual with an interval, and expected.

    Parameters
    ----------
    by : {"frequency", "recency", "forecast"}
        Repeat purchases in the calibration; age at the last purchase, in bands of equal numbers;
        or tenths of the customers by what is expected of them.
    label : tuple of str
        Names of the classes.
    customers : ndarray of float64, shape (classes,)
        Customers in each.
    actual : ndarray of float64, shape (classes,)
        Their purchases in the holdout, all together.
    expected : ndarray of float64, shape (classes,)
        The sum of what is expected of them.
    dispersion : ndarray of float64, shape (classes,)
        Variance of purchases over their mean within the class, at least 1.
    """

    PICTURE: ClassVar[str] = "holdout_by_class_points"
    SHOWN: ClassVar[Mapping[str, str]] = shown("customers, actual, low, high, expected, ratio")
    LABELS: ClassVar[str] = "class"
    NAMES: ClassVar[Mapping[str, str]] = {
        "frequency": "repeat purchases",
        "recency": "age at the last repeat purchase",
        "forecast": "tenth of the forecast, the highest first",
    }

    by: By
    label: tuple[str, ...]
    customers: FloatArray
    actual: FloatArray
    expected: FloatArray
    dispersion: FloatArray

    def ends(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return intervals of the actual means, exact for Poisson counts that are overdispersed.

        Parameters
        ----------
        level : float
            Of the intervals.
        """
        tail, phi = (1 - level) / 2, self.dispersion
        some = np.maximum(self.actual, 1.0) / phi
        low = np.where(self.actual > 0, special.gammaincinv(some, tail), 0.0)
        high = special.gammaincinv(self.actual / phi + 1, 1 - tail)
        return low * phi / self.customers, high * phi / self.customers

    def _rows(self, level: float) -> Sequence[Row]:
        low, high = self.ends(level)
        ratio = np.where(
            self.expected > 0, self.actual / np.where(self.expected > 0, self.expected, 1.0), np.nan
        )
        columns = {
            "customers": self.customers,
            "actual": self.actual / self.customers,
            "low": low,
            "high": high,
            "expected": self.expected / self.customers,
            "ratio": ratio,
        }
        cells = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [
            Row(label, {"class": label, **dict(zip(columns, row, strict=True))})
            for label, row in zip(self.label, cells, strict=True)
        ]

    def _shown(self) -> Mapping[str, str]:
        return {**self.SHOWN, "ratio": "actual / expected"}

    def _title(self) -> str:
        return f"Purchases in the holdout per customer, by {self.NAMES[self.by]}"

    def _notes(self) -> Sequence[str]:
        return ("95 % intervals of the actual mean, quasi-Poisson.",)

    def __repr__(self) -> str:
        return one_line("HoldoutByClass", by=self.by, classes=len(self.label))


def by_frequency(
    train: PurchaseHistory, purchases: FloatArray, expected: FloatArray
) -> HoldoutByClass:
    """Compare customers with 0, 1, 2, … repeat purchases."""
    counts = np.bincount(np.minimum(train.frequency, MOST_FREQUENCIES - 1).astype(int))
    enough = np.flatnonzero(np.cumsum(counts[::-1])[::-1] >= LEAST)
    last = int(enough[-1]) if enough.size else 0
    place = np.minimum(train.frequency, last).astype(np.int64)
    more = train.frequency.max() > last
    names = [*map(str, range(last)), f"{last} or more" if more else str(last)]
    return _summed("frequency", names, place, purchases, expected)


def by_recency(
    train: PurchaseHistory, purchases: FloatArray, expected: FloatArray
) -> HoldoutByClass:
    """Compare those who never came back, and bands of the others by age at the last purchase."""
    back = train.frequency > 0
    edges = (
        np.unique(np.quantile(train.recency[back], np.arange(1, BANDS) / BANDS))
        if back.any()
        else np.empty(0)
    )
    place = np.where(back, 1 + np.searchsorted(edges, train.recency), 0).astype(np.int64)
    ends = [0.0, *edges.tolist(), float(train.recency.max())]
    names = ["never came back"]
    for low, high in pairwise(ends):
        names.append(f"{number(low, 3)} to {number(high, 3)} {train.unit}s")
    return _summed("recency", names, place, purchases, expected)


def by_forecast(purchases: FloatArray, expected: FloatArray) -> HoldoutByClass:
    """Compare tenths of the customers by forecast, the highest first; equal ones stay together."""
    place = tenths(expected)
    names = [str(tenth + 1) for tenth in range(int(place.max()) + 1)]
    return _summed("forecast", names, place, purchases, expected)


def tenths(values: FloatArray) -> IntArray:
    """Return which tenth each value is in, by the middle of its rank, 0 for the highest."""
    _, place, count = np.unique(-values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    return np.minimum(10 * middle / len(values), 9).astype(np.int64)[place]


def _summed(
    by: By, names: list[str], place: IntArray, purchases: FloatArray, expected: FloatArray
) -> HoldoutByClass:
    def total(values: FloatArray | None) -> Any:
        return np.bincount(place, values, minlength=len(names)).astype(np.float64)

    n, bought = total(None), total(purchases)
    some = n > 0
    mean = bought / np.maximum(n, 1)
    variance = (total(purchases**2) - n * mean**2) / np.maximum(n - 1, 1)
    phi = np.maximum(variance / np.where(mean > 0, mean, 1.0), 1.0)
    return HoldoutByClass(
        by=by,
        label=tuple(name for name, kept in zip(names, some, strict=True) if kept),
        customers=n[some],
        actual=bought[some],
        expected=total(expected)[some],
        dispersion=phi[some],
    )
