"""Columns of the same respondents none of which misses an entry, summed up together by blocks.

One pass gives the means; a second one squares what the columns, and weighted sums of them, differ
from theirs. A variance as a difference of sums of squares would need one pass only, but where
answers hardly vary, such a difference leaves nothing but rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from custvalue._rows import FloatArray

PRODUCTS = 2**20  # of a block: below where BLAS starts threads, which cost more than they bring
FEWEST_ROWS, MOST_ROWS = 256, 8_192  # of a block: worth a call
ENTRIES = 2**15  # of a block: stays in the cache


Columns = FloatArray | Sequence[FloatArray]


class Squares(NamedTuple):
    """Of a column or of a sum of columns: its mean, and with residuals r Σwr² and Σw²r²."""

    mean: float
    spread: float
    error: float


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Complete columns with their weights and means.

    Parameters
    ----------
    columns : ndarray of shape (columns, respondents), or sequence of arrays
        Entries, none of them missing.
    weights : ndarray of shape (respondents,)
        Weights, some of which may be 0.
    n : int
        Respondents whose weight is not 0.
    total : float
        Sum of the weights.
    centre : ndarray of shape (columns,)
        Weighted means.
    """

    columns: Columns
    weights: FloatArray
    n: int
    total: float
    centre: FloatArray

    @classmethod
    def of(cls, columns: Columns, weights: FloatArray) -> Self | None:
        """Take the first pass; None where an entry is missing, or nobody counts."""
        n, total = int(np.count_nonzero(weights)), float(weights.sum())
        if not n:
            return None
        first = int(np.flatnonzero(weights)[0]) if n < len(weights) else 0
        start = np.array([column[first] for column in columns])  # equal entries have that mean
        sums = np.zeros(len(columns))
        for rows, block in centred_blocks(columns, start):
            sums += block @ weights[rows]
        if np.isnan(sums).any():
            return None
        return cls(columns, weights, n, total, start + sums / total)

    def squares(self, sums: FloatArray | None = None, *, own: bool = True) -> list[Squares]:
        """Return the squares of the columns, then of sums whose coefficients are rows of `sums`."""
        given = np.zeros((0, len(self.columns))) if sums is None else sums
        means = np.concatenate([self.centre[: own * len(self.centre)], given @ self.centre])
        spread, error = np.zeros(len(means)), np.zeros(len(means))
        for rows, block in centred_blocks(self.columns, self.centre, len(given)):
            residuals = np.concatenate([block[: own * len(block)], given @ block])
            if self._alike:
                spread += np.vecdot(residuals, residuals)
                continue
            weighted = residuals * self.weights[rows]
            spread += np.vecdot(weighted, residuals)
            error += np.vecdot(weighted, weighted)
        if self._alike:
            spread *= self.weights[0]
            error = spread * self.weights[0]
        return [Squares(*each) for each in np.column_stack([means, spread, error]).tolist()]

    def covariance(self) -> FloatArray:
        """Return the weighted covariance matrix, n / (n - 1) Σ w r r' / Σ w."""
        products = np.zeros((len(self.columns), len(self.columns)))
        for rows, block in self.residuals():
            products += block @ (block if self._alike else block * self.weights[rows]).T
        products *= self.weights[0] if self._alike else 1.0
        return products / self.total * self.n / (self.n - 1)

    @cached_property
    def _alike(self) -> bool:
        """Whether all weights are the same: then one product less is made for each entry."""
        return bool((self.weights == self.weights[0]).all())

    def residuals(self) -> Iterator[tuple[slice, FloatArray]]:
        """Yield rows and their residuals, shape (columns, rows), to be changed at will."""
        return centred_blocks(self.columns, self.centre)


def centred_blocks(
    columns: Columns, centre: FloatArray, sums: int = 0
) -> Iterator[tuple[slice, FloatArray]]:
    """Yield rows with the entries of all columns less their centre, shape (columns, rows).

    They are new arrays, of a size for products with a matrix that has `sums` rows.
    """
    products = len(columns) * max(len(columns), sums)
    size = min(PRODUCTS // products, ENTRIES // len(columns), MOST_ROWS)
    size = max(size, FEWEST_ROWS)
    for first in range(0, len(columns[0]), size):
        rows = slice(first, first + size)
        if isinstance(columns, np.ndarray):
            yield rows, columns[:, rows] - centre[:, np.newaxis]
            continue
        block = np.empty((len(columns), len(columns[0][rows])))
        for row, column, mean in zip(block, columns, centre, strict=True):
            np.subtract(column[rows], mean, out=row)
        yield rows, block
