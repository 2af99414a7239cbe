"""Times on a grid of days, and the distinct ones among whole numbers, without sorting."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._histories.units import DAYS
from custvalue._rows import FloatArray, IntArray

SOME = 100  # times that are looked at first
LATEST = 1e6  # place on a grid, of which tables are made
ROOM = 16  # entries of a table for each number in it


class Grid(NamedTuple):
    """Times as whole numbers of days, or of what else their unit is divided into."""

    recency: IntArray
    age: IntArray
    per_unit: float  # time is place / per_unit, to the last bit

    @classmethod
    def of(cls, recency: FloatArray, age: FloatArray) -> Grid | None:
        """Find the coarsest of the grids of calendars; None where there is none."""
        for per_unit in DAYS.values():
            recencies, ages = _places(recency, per_unit), _places(age, per_unit)
            if recencies is not None and ages is not None:
                return cls(recencies, ages, per_unit)
        return None

    @property
    def times(self) -> FloatArray:
        """All times of the grid, up to the oldest."""
        return np.arange(int(self.age.max()) + 1) / self.per_unit


def _places(times: FloatArray, per_unit: float) -> IntArray | None:
    for part in (times[:SOME], times):
        places = np.rint(part * per_unit)
        if not (places / per_unit == part).all() or places.max() > LATEST:
            return None
    return places.astype(np.int64)


def distinct(numbers: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct ones of whole numbers >= 0, ascending, and where each number is.

    By a table of those that occur, unless it would be far larger than the numbers.

    Examples
    --------
    >>> distinct(np.array([7, 2, 7]))
    (array([2, 7]), array([1, 0, 1]))
    """
    largest = int(numbers.max())
    if largest > ROOM * len(numbers):
        found, places = np.unique(numbers, return_inverse=True)
        return found, places
    occurs = np.zeros(largest + 1, dtype=bool)
    occurs[numbers] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[numbers]
