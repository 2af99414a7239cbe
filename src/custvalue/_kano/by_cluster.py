"""The answers in each category by cluster, which the errors of shares of them need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._inference.clusters import Design, clustered
from custvalue._inference.sample import Sample
from custvalue._kano.table import CATEGORIES
from custvalue._rows import Columns, FloatArray, IntArray


@dataclass(frozen=True, eq=False, repr=False)
class ByCluster(Columns):
    """The weights of the answers to each item, by cluster and category.

    Parameters
    ----------
    weights, squares : ndarray of float64, shape (items, clusters, 6)
        Sums of the weights, and of the squared weights.
    strata : ndarray of int64, shape (clusters,)
        Place of the stratum of each cluster.
    names : tuple of int or str
        Of the strata.
    """

    weights: FloatArray
    squares: FloatArray
    strata: IntArray
    names: tuple[int | str, ...]

    @classmethod
    def of(cls, categories: npt.NDArray[np.int64], sample: Sample) -> ByCluster | None:
        """Count categories, (respondents, items), -1 where there is none; None without clusters."""
        if sample.clusters is None:
            return None
        clusters, size = sample.clusters, len(CATEGORIES) + 1
        cells = clusters.codes * size + 1

        def per_cell(each: FloatArray) -> FloatArray:
            shape = (len(clusters.strata), size)
            found = [np.bincount(cells + its, each, shape[0] * size) for its in categories.T]
            return np.array([its.reshape(shape)[:, 1:] for its in found], dtype=np.float64)

        return cls(
            per_cell(sample.weights),
            per_cell(np.square(sample.weights)),
            clusters.strata,
            tuple(clusters.names),
        )

    def row(self, place: int) -> ByCluster:
        """Return those of one item, by its position."""
        here = slice(place, place + 1)
        return ByCluster(self.weights[here], self.squares[here], self.strata, self.names)

    def fields(
        self, place: int, base: Sequence[int], residual: FloatArray, n: float
    ) -> Mapping[str, Any]:
        """Return what clusters decide of Σ w r / Σ w over the answers of a base to one item.

        `residual` is r of each category of the base, whose weighted mean is 0.
        """
        weights, squares = self.weights[place][:, base], self.squares[place][:, base]
        sums, total = weights.sum(axis=1), float(weights.sum())
        design = Design.of(sums, squares.sum(axis=1), self.strata, self.names)
        square = np.square(residual)
        return clustered(
            design,
            (weights @ residual)[sums > 0] / total,
            independent=float(squares.sum(axis=0) @ square) / total**2 * n / max(n - 1, 1.0),
            simple=float(weights.sum(axis=0) @ square) / total / n,
            n=round(n),
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the stratum of each cluster."""
        return {"stratum": np.array(self.names)[self.strata]}
