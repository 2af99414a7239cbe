"""Two groups shuffled: what fits of groups would be if respondents belonged to them by chance.

Covariances of every shuffle are made of sums, as in a bootstrap: what the respondents of the first
group add, and the rest of the whole. Where whole clusters (dealers) belong to one group, clusters
are shuffled; where clusters have respondents in both groups, respondents within their cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._inference.sums import OfSums
from custvalue._rows import FloatArray, IntArray
from custvalue._structural.samples import Samples

Shuffled = Literal["respondents", "clusters", "respondents within clusters"]
Membership = npt.NDArray[np.bool_]

ENTRIES_AT_A_TIME = 2**22  # of a block of shuffles x respondents


class Pooled(NamedTuple):
    """The respondents of two groups together.

    Parameters
    ----------
    scores : ndarray of shape (respondents, items)
        Answers on 0-100, NaN where one is missing.
    weights : ndarray of shape (respondents,)
        Sampling weights.
    first : ndarray of bool, shape (respondents,)
        Who is of the first group.
    clusters : ndarray of int64, shape (respondents,), or None
        The cluster of each.
    """

    scores: FloatArray
    weights: FloatArray
    first: Membership
    clusters: IntArray | None

    @property
    def shuffled(self) -> Shuffled:
        """What is shuffled."""
        if self.clusters is None:
            return "respondents"
        return "respondents within clusters" if self._crossing else "clusters"

    @property
    def _crossing(self) -> bool:
        """Whether a cluster has respondents in both groups."""
        codes = self.clusters
        return bool(
            codes is not None and np.intersect1d(codes[self.first], codes[~self.first]).size
        )

    def memberships(self, count: int, random: np.random.Generator) -> Iterator[Membership]:
        """Yield blocks of shuffles, (shuffles, respondents): who is of the first group."""
        size = max(1, ENTRIES_AT_A_TIME // len(self.first))
        for done in range(0, count, size):
            yield np.stack([self._shuffle(random) for _ in range(min(size, count - done))])

    def _shuffle(self, random: np.random.Generator) -> Membership:
        codes = self.clusters
        if codes is None:
            return random.permutation(self.first)
        if not self._crossing:
            of_cluster = np.zeros(int(codes.max()) + 1, dtype=bool)
            of_cluster[codes] = self.first
            return np.asarray(random.permutation(of_cluster)[codes])
        order = np.lexsort((random.random(len(codes)), codes))  # random within each cluster
        found = np.empty_like(self.first)
        found[order] = self.first[np.argsort(codes, kind="stable")]
        return found


class GroupMoments(NamedTuple):
    """Means (samples, items) and covariances (samples, items, items) by Σ w, on 0-100."""

    means: FloatArray
    covariances: FloatArray


class Sums:
    """Sums over pooled respondents, from which moments of any part of them are made."""

    def __init__(self, pooled: Pooled) -> None:
        samples = Samples.of(pooled.scores, pooled.weights)
        self._sums = OfSums(samples.n, samples.added, lambda sums: sums)
        self._moments = samples.moments
        self._whole = self._sums.whole_sums

    def whole(self) -> GroupMoments:
        """Return the moments of all."""
        return GroupMoments(*self._moments(self._whole))

    def both(self, first: Membership) -> tuple[GroupMoments, GroupMoments]:
        """Return the moments of those who are in the first group, and of the others."""
        part = self._sums.sums(first)
        others = self._whole - part
        return GroupMoments(*self._moments(part)), GroupMoments(*self._moments(others))
