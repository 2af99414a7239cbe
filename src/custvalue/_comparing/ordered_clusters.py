"""Errors of the order of answers where respondents come in clusters, such as dealers.

The mean placement of one group in another moves with what each cluster adds to it from either
group; a cluster that is in both adds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from custvalue._inference.clusters import Design
from custvalue._inference.contrast import satterthwaite
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray, IntArray


class _Group(NamedTuple):
    """The clusters of one group, their places among all, and the weights of their answers."""

    design: Design
    places: IntArray
    weights: FloatArray  # (clusters, answers)
    n: int

    def spread(self, residual: FloatArray, independent: float) -> tuple[float, FloatArray, float]:
        """Return the variance of a mean, what each of its clusters adds, and degrees of freedom."""
        if self.design.clusters == 1:
            return independent, np.zeros(1), self.n - 1.0
        root = self.design.root(self.weights @ residual / self.weights.sum())
        return float(root @ root), root, self.design.degrees_of_freedom


@dataclass(frozen=True, eq=False)
class OrderedClusters:
    """The clusters of all groups.

    Parameters
    ----------
    groups : sequence of _Group
        In the order of the comparison.
    """

    groups: Sequence[_Group]

    @classmethod
    def of(cls, parts: Sequence[Responses], item: str) -> OrderedClusters | None:
        """Count the answers of parts of one questionnaire by cluster; None without clusters."""
        if any(part.clusters is None for part in parts):
            return None
        every = np.concatenate([part.scale.sign * part.item(item) for part in parts])
        values = np.unique(every[~np.isnan(every)])
        names = np.unique(np.concatenate([part.labels["cluster"] for part in parts]))
        return cls([_group(part, item, values, names) for part in parts])

    def error(
        self,
        one: int,
        other: int,
        residuals: tuple[FloatArray, FloatArray],
        errors: tuple[float, float],
    ) -> tuple[float, float]:
        """Return the standard error and degrees of freedom of the mean placement of two groups.

        `residuals` are those of the answers in each, `errors` those of independent respondents.
        """
        mine, theirs = self.groups[one], self.groups[other]
        a, here, degrees = mine.spread(residuals[0], errors[0] ** 2)
        b, there, others = theirs.spread(residuals[1], errors[1] ** 2)
        both, first, second = np.intersect1d(mine.places, theirs.places, return_indices=True)
        variance = max(a + b - 2 * float(here[first] @ there[second]), 0.0)
        shared = len(both) / math.sqrt(len(mine.places) * len(theirs.places))
        fewest = float(satterthwaite(a, b, degrees, others, shared)) if a + b > 0 else 1.0
        return math.sqrt(variance), fewest


def _group(part: Responses, item: str, values: FloatArray, names: FloatArray) -> _Group:
    answers = part.scale.sign * part.item(item)
    used = np.flatnonzero(~np.isnan(answers) & (part.weights > 0))
    sample = part.sample.of_rows(used)
    if sample.clusters is None:
        raise ValueError("the part has no clusters")
    design, place = sample.clusters.design(sample.weights)
    cells = place * len(values) + np.searchsorted(values, answers[used])
    table = np.bincount(cells, sample.weights, design.clusters * len(values))
    labels = np.searchsorted(names, part.labels["cluster"][used])
    places = np.empty(design.clusters, dtype=np.int64)
    places[place] = labels
    weights = table.reshape(design.clusters, -1).astype(np.float64)
    return _Group(design, places, weights, len(used))
