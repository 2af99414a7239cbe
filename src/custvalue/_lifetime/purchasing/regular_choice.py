"""How regular do customers buy? The choice of k, by profile likelihood.

For each k the other parameters are estimated; their log-likelihood is the profile. It contains the
lengths of the intervals, without which different k could not be compared. Every search but the
first starts where that of the k before ended, with phases that pass faster by (k+1)/k.

Large data are first searched on every 16th customer, and so on; then only the best k of the sample
and its neighbours are fitted, and theirs as long as that leads higher.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from custvalue._histories.cells import Cells
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.purchasing.regular_likelihood import RegularCells
from custvalue._numerics.maximum import Objective, climbed, highest, thinned
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen
from custvalue._words import number, one_line, plain
from custvalue.errors import ParameterError

MOST_REGULAR = 100
DECLINES = 2  # successive ones, after which a higher k is not tried
RIDGE = 10.0  # log-parameters beyond are on a ridge


class ProfilePoint(Frozen):
    """The best fit for one k, with the lengths of the intervals in its log-likelihood."""

    k: int = Field(ge=1)
    log_likelihood: float
    r: float
    alpha: float
    a: float
    b: float


class Profile(Frozen):
    """How well each k fits: a point for each, ascending, and the customers that they rest on."""

    model: str
    points: tuple[ProfilePoint, ...] = Field(min_length=1)
    customers: int = Field(ge=1)
    unit: TimeUnit

    @property
    def best(self) -> int:
        """The k that fits best; of equals the smallest."""
        return max(self.points, key=lambda point: (point.log_likelihood, -point.k)).k

    @property
    def log_likelihoods(self) -> dict[int, float]:
        """The log-likelihood for each k."""
        return {point.k: point.log_likelihood for point in self.points}

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return k, log-likelihood and estimates of each point as a plain dict of columns."""
        names = ("k", "log_likelihood", *ESTIMATED)
        return {name: np.array([getattr(point, name) for point in self.points]) for name in names}

    def __repr__(self) -> str:
        tried = f"{self.points[0].k} to {self.points[-1].k}"
        return one_line(f"Profile[{self.model}]", best=self.best, k=tried, customers=self.customers)

    def _table(self) -> Table:
        top = self.log_likelihoods[self.best]
        rows = tuple(
            (
                str(point.k),
                f"{point.log_likelihood:,.3f}",
                f"{point.log_likelihood - top:,.3f}",
                *(number(getattr(point, name)) for name in ESTIMATED),
            )
            for point in self.points
        )
        header = ("k", "log-likelihood", "below the best", "r", "alpha", "a", "b")
        notes = (
            f"Best k: {self.best}. 1 is purchases at random; the larger, the more regular.",
            f"{self.customers:,} customers, time in {self.unit}s.",
        )
        return Table(f"{self.model}, profile over k", header, rows, notes)


class Family(NamedTuple):
    """A model of regular buyers, as a function of its k."""

    objective: Callable[[Cells, int], Objective]
    starts: Callable[[Cells, int], Sequence[dict[str, float]]]


class Top(NamedTuple):
    """The best fit for one k."""

    parameters: FloatArray
    value: float


class Search:
    """Searches over k on the same data, each k once."""

    def __init__(self, cells: RegularCells, family: Family) -> None:
        self.cells, self.family = cells, family
        self.tops: dict[int, Top] = {}

    def fit(self, k: int) -> float:
        """Return the height of the profile at k."""
        if k not in self.tops:
            start = _start_from(self.tops, k)
            if start is None:
                each = self.family.starts(self.cells, k)
                starts = [np.array([start[name] for name in ESTIMATED]) for start in each]
                found = highest(self.cells, lambda cells: self.family.objective(cells, k), starts)
                self.tops[k] = Top(*found)
            else:
                self.climb(k, start)
        return self.tops[k].value

    def climb(self, k: int, start: FloatArray) -> None:
        """Fit one k from one start, on all data at once."""
        self.tops[k] = Top(*climbed(self.family.objective(self.cells, k), start))

    def all(self, tried: Iterable[int]) -> None:
        """Fit each k, until the profile has fallen twice in succession below its top."""
        best, declines = -math.inf, 0
        for k in tried:
            value = self.fit(k)
            declines = 0 if value > best else declines + 1
            best = max(best, value)
            if declines == DECLINES:
                return

    def best_near(self, k: int, most: int) -> int:
        """Return the k from which neither neighbour leads higher, from k on."""
        while True:
            around = [each for each in (k, k - 1, k + 1) if 1 <= each <= most]
            better = max(around, key=self.fit)
            if better == k:
                return k
            k = better


def _start_from(tops: dict[int, Top], k: int) -> FloatArray | None:
    """Return where the search for the nearest k ended, with phases as fast as k wants them.

    Not from a ridge: it may be one for that k only.
    """
    good = [
        other
        for other, top in tops.items()
        if math.isfinite(top.value) and np.abs(np.log(top.parameters)).max() < RIDGE
    ]
    if not good:
        return None
    near = min(good, key=lambda other: abs(other - k))
    start: FloatArray = tops[near].parameters * np.array([1.0, near / k, 1.0, 1.0])
    return start


def chosen(cells: RegularCells, family: Family, k_max: int) -> tuple[int, FloatArray]:
    """Return the k from 1 to k_max that fits best, and the other parameters."""
    search = Search(cells, family)
    sample = thinned(cells)
    if sample is None:
        search.all(range(1, k_max + 1))
        best = max(search.tops, key=lambda k: (search.tops[k].value, -k))
    else:
        near, parameters = chosen(sample, family, k_max)
        search.climb(near, parameters)
        best = search.best_near(near, k_max)
    return best, search.tops[best].parameters


ESTIMATED = ("r", "alpha", "a", "b")


def profile_points(
    cells: RegularCells, family: Family, tried: Iterable[int]
) -> tuple[ProfilePoint, ...]:
    """Fit each k to all customers."""
    search = Search(cells, family)
    points = []
    for k in tried:
        value = search.fit(k)
        r, alpha, a, b = search.tops[k].parameters.tolist()
        points.append(ProfilePoint(k=k, log_likelihood=value, r=r, alpha=alpha, a=a, b=b))
    return tuple(points)


def every_regularity(tried: Iterable[object]) -> list[int]:
    """Return the different k, ascending, at least one."""
    every = sorted({checked_regularity("k", k) for k in tried})
    if not every:
        raise ParameterError("k must hold at least one whole number, as in range(1, 13).")
    return every


def checked_regularity(name: str, value: object) -> int:
    """Return `value` if it can be a k."""
    k = plain(value)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MOST_REGULAR:
        raise ParameterError(
            f"{name} must be a whole number from 1 to {MOST_REGULAR}, but it is {k!r}."
        )
    return k
