"""Sums over respondents from which the means and covariances of any resample follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from custvalue._inference.cross_products import (
    covariances_of,
    pair_covariances,
    pairs_of,
    products_of,
    squares_of,
    with_constant,
)
from custvalue._inference.sums import Added
from custvalue._rows import FloatArray

MomentsOfSums = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, eq=False)
class Samples:
    """What respondents add, and what sums of it come to.

    Parameters
    ----------
    n : int
        Respondents.
    added : callable
        What each respondent of a slice adds, shape (sums, respondents).
    moments : callable
        Takes sums, (samples, sums), and gives means, (samples, p), and covariances, (samples, p, p)
        with NaN where something does not vary.
    """

    n: int
    added: Added
    moments: MomentsOfSums

    @classmethod
    def of(cls, columns: FloatArray, weights: FloatArray) -> Samples:
        """Prepare answers, shape (respondents, p), NaN where one is missing."""
        if np.isnan(columns).any():
            return cls._of_pairs(columns, weights)
        starts, size = np.median(columns, axis=0), columns.shape[1] + 1

        def moments(sums: FloatArray) -> tuple[FloatArray, FloatArray]:
            products = squares_of(sums, size)
            means = starts + products[:, 0, 1:] / products[:, :1, 0]
            return means, covariances_of(products)

        return cls(len(weights), products_of(with_constant(columns), weights), moments)

    @classmethod
    def _of_pairs(cls, columns: FloatArray, weights: FloatArray) -> Samples:
        starts, size = np.nanmedian(columns, axis=0), columns.shape[1]

        def moments(sums: FloatArray) -> tuple[FloatArray, FloatArray]:
            means, covariance = pair_covariances(sums, size)
            return starts + np.einsum("mkk->mk", means), covariance

        return cls(len(weights), pairs_of(columns, weights), moments)
