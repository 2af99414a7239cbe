"""What a resample draws with replacement: respondents, or whole clusters within their strata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from custvalue._checks import random_generator
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.clusters import Design
from custvalue._inference.sample import Sample
from custvalue._inference.sums import OfSums
from custvalue._rows import FloatArray, IntArray

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Units:
    """The units that are drawn.

    Parameters
    ----------
    count : int
        Respondents, or clusters with a weight.
    design : Design or None
        The clusters; None where respondents are drawn.
    members : tuple of ndarray
        The respondents of each cluster; none where respondents are drawn.
    alone : bool
        Whether the respondents are those of one cluster.
    """

    count: int
    design: Design | None = None
    members: tuple[Rows, ...] = ()
    alone: bool = False

    @classmethod
    def of(cls, n: int, sample: Sample | None) -> Self:
        """Return clusters where the sample has several, else n respondents."""
        if sample is None or sample.clusters is None:
            return cls(n)
        counted = np.flatnonzero(sample.weights > 0)
        design, place = sample.clusters.of_rows(counted).design(sample.weights[counted])
        if design.clusters == 1:
            return cls(n, alone=True)
        order = np.argsort(place, kind="stable")
        ends = np.cumsum(np.bincount(place))[:-1]
        return cls(design.clusters, design, tuple(np.split(counted[order], ends)))

    def drawn(self, method: Bootstrap) -> Iterator[Rows]:
        """Yield the units of each resample."""
        random = random_generator(method.rng)
        strata = self._strata
        for _ in range(method.resamples):
            if len(strata) == 1:
                yield random.integers(self.count, size=self.count)
            else:
                within = [its[random.integers(len(its), size=len(its))] for its in strata]
                yield np.concatenate(within)

    @property
    def _strata(self) -> list[Rows]:
        """The units of each stratum."""
        if self.design is None:
            return [np.arange(self.count)]
        strata = self.design.strata
        return [np.flatnonzero(strata == place) for place in np.unique(strata)]

    def rows(self, units: Rows) -> Rows:
        """Return the respondents of some units, some of them several times."""
        if self.design is None:
            return units
        return np.concatenate([self.members[unit] for unit in units])

    def summed(self, statistic: OfSums) -> OfSums:
        """Return a function of sums over respondents as one of sums over units."""
        if self.design is None:
            return statistic
        place = np.full(statistic.n, self.count)  # behind the last: of no weight
        for unit, members in enumerate(self.members):
            place[members] = unit
        table = statistic.added_by(place, self.count + 1)[:, :-1]
        return replace(statistic, n=self.count, added=lambda rows: table[:, rows])

    def without(self, unit: int) -> Rows:
        """Return all respondents but those of one unit."""
        return self.rows(np.delete(np.arange(self.count), unit))

    def fields(self) -> dict[str, Any]:
        """Return what clusters decide of any estimate, by the names of its fields."""
        if self.design is None:
            return {"clusters": 1} if self.alone else {}
        return {
            "clusters": self.count,
            "degrees_of_freedom": self.design.degrees_of_freedom,
        }

    def widening(self) -> dict[str, Any]:
        """Return the same for intervals of resamples, and what these lack."""
        return self.fields() | ({"expansion": self.design.expansion} if self.design else {})


def jackknife_variance(statistic: OfSums, strata: IntArray) -> FloatArray:
    """Return variances by leaving out each cluster, the rest of its stratum standing for it.

    `statistic` is one of sums over clusters; its shape is (statistics,), NaN where one does not
    exist without a cluster.
    """
    every, table = statistic.whole_sums, statistic.added(slice(None)).T
    n = np.bincount(strata)[strata][:, np.newaxis]
    of_stratum = np.stack([np.bincount(strata, its) for its in table.T], axis=1)[strata]
    found = statistic.value(every - table + (of_stratum - table) / (n - 1) * (n < len(strata)))
    means = np.stack([np.bincount(strata, its) for its in found.T], axis=1)[strata] / n
    return np.asarray(((n - 1) / n * np.square(found - means)).sum(axis=0))
