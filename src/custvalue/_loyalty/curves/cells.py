"""Outcomes by level of satisfaction and cluster: all that estimates, zones and ratios need.

A row holds how many customers of a cluster gave an answer, the sums of their weights and of the
squares, the mean outcome and what outcomes differ from it by. Work on it grows with the levels and
clusters, not with the customers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._inference.clusters import Design, clustered
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import MeanMethod, Moments
from custvalue._inference.shares import Counted, Proportion, matched_n, share_of
from custvalue._loyalty.curves.families import Outcome
from custvalue._loyalty.curves.reading import Known
from custvalue._rows import Columns, FloatArray, IntArray

Levels = npt.NDArray[np.bool_]  # which levels, shape (levels,)


@dataclass(frozen=True, eq=False, repr=False)
class OutcomeCells(Columns):
    """Outcomes by level of satisfaction and cluster.

    Parameters
    ----------
    level, cluster, stratum : ndarray of int64, shape (cells,)
        Places of the level, the cluster and its stratum; cluster -1 where customers are
        independent.
    n : ndarray of int64, shape (cells,)
        Customers.
    weight, square : ndarray of float64, shape (cells,)
        Sums of their weights, and of the squares.
    mean, spread, error, cross : ndarray of float64, shape (cells,)
        Their weighted mean outcome, and with residuals r about it Σ w r², Σ w² r² and Σ w² r.
    """

    level: IntArray
    cluster: IntArray
    stratum: IntArray
    n: IntArray
    weight: FloatArray
    square: FloatArray
    mean: FloatArray
    spread: FloatArray
    error: FloatArray
    cross: FloatArray

    @classmethod
    def of(cls, data: Known) -> OutcomeCells:
        """Sum up customers."""
        clusters, levels = data.sample.clusters, len(data.scores)
        codes = np.zeros(len(data.level), dtype=np.int64) if clusters is None else clusters.codes
        keys, place = np.unique(codes * levels + data.level, return_inverse=True)
        w, y, size = data.weights, data.outcome, len(keys)

        def total(values: FloatArray) -> FloatArray:
            return np.bincount(place, values, size).astype(np.float64)

        weight, first = total(w), np.zeros(size)
        first[place] = y  # one outcome of each cell: equal ones have no spread at all
        mean = first + total(w * (y - first[place])) / weight
        r = y - mean[place]
        strata = np.zeros(1, dtype=np.int64) if clusters is None else clusters.strata
        cluster = keys // levels
        return cls(
            level=keys % levels,
            cluster=np.full(size, -1) if clusters is None else cluster,
            stratum=strata[cluster if clusters is not None else np.zeros(size, dtype=np.int64)],
            n=np.bincount(place, minlength=size).astype(np.int64),
            weight=weight,
            square=total(w * w),
            mean=mean,
            spread=total(w * r * r),
            error=total(np.square(w * r)),
            cross=total(w * w * r),
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the cells, one row each."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def clustered(self) -> bool:
        """Whether customers come in several clusters."""
        return len(np.unique(self.cluster)) > 1

    def of_levels(self, chosen: Levels) -> OutcomeCells:
        """Return the cells of some levels."""
        rows = chosen[self.level]
        return OutcomeCells(**{name: its[rows] for name, its in self.columns().items()})

    def each_level(self, levels: int) -> list[OutcomeCells]:
        """Return the cells of each level."""
        return [self.of_levels(np.arange(levels) == place) for place in range(levels)]

    def moments(self) -> Moments:
        """Return sums over all of these customers."""
        total, first = float(self.weight.sum()), float(self.mean[0])
        mean = first + float(self.weight @ (self.mean - first)) / total
        off = self.mean - mean
        spread = float(self.spread.sum() + self.weight @ off**2)
        error = float((self.error + 2 * off * self.cross + off**2 * self.square).sum())
        return Moments(
            int(self.n.sum()), total, float(self.square.sum()), mean, spread, max(error, 0.0)
        )

    def outcome(self, name: str, family: Outcome, ends: tuple[float, float] | None) -> Estimate:
        """Estimate the mean outcome of these customers, a share of a binary one."""
        found = self.moments()
        if family == "binary":
            error = math.sqrt(found.error) / found.total
            every = Counted(found.n, found.total, found.squares)
            estimate: Estimate = Proportion(
                name=name,
                value=min(max(found.mean, 0.0), 1.0),
                standard_error=error,
                n=found.n,
                effective_n=matched_n(found.mean * (1 - found.mean), error, every),
            )
        else:
            method: MeanMethod = "t" if ends is None else "beta"
            estimate = found.estimate(name=name, bounds=ends, method=method)
        return self._of_clusters(estimate, found, lost=0 if family == "binary" else 1)

    def _of_clusters(self, estimate: Estimate, found: Moments, lost: int) -> Estimate:
        if (self.cluster < 0).all():
            return estimate
        design, place = self.design()
        off = self.mean - found.mean if estimate.varies else np.zeros(len(self.mean))
        added = self.weight * off / found.total
        fields = clustered(
            design,
            np.bincount(place, added, design.clusters).astype(np.float64),
            independent=found.n / max(found.n - 1, 1) * found.error / found.total**2,
            simple=found.spread / found.total / max(found.n - lost, 1),
            n=found.n,
        )
        return replace(estimate, **fields)

    def design(self) -> tuple[Design, IntArray]:
        """Return the clusters of these customers, and the place of each cell among them."""
        codes, first, place = np.unique(self.cluster, return_index=True, return_inverse=True)
        sums, squares = (
            np.bincount(place, its, len(codes)).astype(np.float64)
            for its in (self.weight, self.square)
        )
        strata = np.unique(self.stratum[first], return_inverse=True)[1].astype(np.int64)
        names = tuple(map(str, range(int(strata.max()) + 1)))
        return Design.of(sums, squares, strata, names), place.astype(np.int64)

    def share(self, chosen: Levels, name: str) -> Proportion:
        """Estimate the share of the customers who are at some levels."""
        inside = chosen[self.level]
        hit, rest = (
            Counted(int(self.n[r].sum()), float(self.weight[r].sum()), float(self.square[r].sum()))
            for r in (inside, ~inside)
        )
        found = share_of(hit, rest, name=name)
        if (self.cluster < 0).all() or not found.varies:
            return found
        design, place = self.design()
        total, off = float(self.weight.sum()), inside - found.value
        variance = float(off**2 @ self.square) / total**2
        n = found.n
        fields = clustered(
            design,
            np.bincount(place, self.weight * off / total, design.clusters).astype(np.float64),
            independent=variance * n / max(n - 1, 1),
            simple=found.value * (1 - found.value) / n,
            n=n,
        )
        return replace(found, **fields)

    def table(self, levels: int) -> tuple[FloatArray, FloatArray]:
        """Return the sums of weights and of weighted outcomes, (clusters, levels) each."""
        codes, place = np.unique(self.cluster, return_inverse=True)
        size = len(codes) * levels
        where = place * levels + self.level
        weight = np.bincount(where, self.weight, size).reshape(-1, levels)
        outcome = np.bincount(where, self.weight * self.mean, size).reshape(-1, levels)
        return weight.astype(np.float64), outcome.astype(np.float64)

    def roots(self, levels: int) -> FloatArray | None:
        """Return rows whose products are covariances of the level means; None of no clusters."""
        if not self.clustered:
            return None
        weight, outcome = self.table(levels)
        total = weight.sum(axis=0)
        added = (outcome - weight * (outcome.sum(axis=0) / total)) / total
        design, _ = self.design()
        return np.column_stack([design.root(its) for its in added.T])
