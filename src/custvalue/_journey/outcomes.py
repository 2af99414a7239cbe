"""What came of each visit: counted or not, and why not; by label, by period of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._journey.reading import as_times
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError

PERIODS = ("month", "quarter", "year")


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes(Columns):
    """What came of each visit, or each line of it: 1, 0, or NaN with the reason why not."""

    hits: FloatArray
    reason: IntArray  # place among `reasons` where it is NaN
    reasons: tuple[str, ...]
    when: FloatArray  # seconds
    labels: dict[str, LabelArray]
    cluster: LabelArray | None
    owner: LabelArray | None = None  # the vehicle, else the customer

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return them as a plain dict of columns."""
        return {"hit": self.hits, "when": as_times(self.when), **self.labels}

    def of(self, rows: npt.NDArray[Any]) -> Outcomes:
        """Return some of them."""
        return Outcomes(
            self.hits[rows],
            self.reason[rows],
            self.reasons,
            self.when[rows],
            {name: its[rows] for name, its in self.labels.items()},
            None if self.cluster is None else self.cluster[rows],
            None if self.owner is None else self.owner[rows],
        )

    @property
    def left_out(self) -> dict[str, int]:
        """Count those of which nothing is known, by reason."""
        unknown = np.isnan(self.hits)
        counted = np.bincount(self.reason[unknown], minlength=len(self.reasons))
        return {name: n for name, n in zip(self.reasons, counted.tolist(), strict=True) if n}

    def label(self, name: str, argument: str = "by") -> LabelArray:
        """Return what they are divided by, a period of time among it."""
        if name in self.labels:
            return self.labels[name]
        if name in PERIODS:
            return periods_of(self.when, name)
        names = (*self.labels, *PERIODS)
        raise DataError(
            f"{argument} must be one of {listed(names)}, but it is {name!r}."
            f"{did_you_mean(name, names)} Labels are named when visits are read: labels=[…]."
        )


def periods_of(when: FloatArray, name: str) -> LabelArray:
    """Return the month, quarter or year of times as text that sorts by time."""
    months = as_times(when).astype("M8[M]")
    if name == "month":
        return np.datetime_as_string(months)
    years = np.datetime_as_string(months.astype("M8[Y]"))
    if name == "year":
        return years
    quarter = months.astype(np.int64) % 12 // 3 + 1
    return np.array([f"{year}-Q{part}" for year, part in zip(years, quarter, strict=True)])
