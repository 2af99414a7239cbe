"""How many components stand out from chance: Horn's parallel analysis."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from custvalue._rows import FloatArray
from custvalue._survey.covariances import Moments
from custvalue.errors import DataError

RandomData = Literal["normal", "permutation"]

ENTRIES_AT_A_TIME = 2**20


class Parallel(NamedTuple):
    """Eigenvalues of the answers and of random data, largest first, shape (items,) each."""

    eigenvalues: FloatArray
    random_mean: FloatArray
    random_percentile: FloatArray


def parallel_analysis(
    moments: Moments,
    *,
    random_data: RandomData,
    simulations: int,
    percentile: float,
    rng: np.random.Generator,
) -> Parallel:
    """Compare eigenvalues of the correlation matrix with those of unrelated items.

    Horn (1965, *Psychometrika* 30(2)); the 95th percentile in place of the mean: Glorfeld (1995,
    *Educational and Psychological Measurement* 55(3)).
    """
    size, n = len(moments.names), _respondents(moments)
    if n <= size:
        raise DataError(
            f"parallel analysis needs more respondents than the {size} items, but the effective n "
            f"is {n:,.1f}. Collect more answers, or look at fewer items."
        )
    if random_data == "normal":
        drawn = _normal_eigenvalues(n, size, simulations, rng)
    else:
        drawn = np.array([_permuted_eigenvalues(moments, rng) for _ in range(simulations)])
    return Parallel(
        eigenvalues=_descending(moments.correlation),
        random_mean=drawn.mean(axis=0),
        random_percentile=np.percentile(drawn, percentile, axis=0),
    )


def leading(eigenvalues: FloatArray, bounds: FloatArray) -> int:
    """Count the eigenvalues above their bounds up to the first one that is not."""
    below = np.flatnonzero(eigenvalues <= bounds)
    return int(below[0]) if below.size else len(eigenvalues)


def _respondents(moments: Moments) -> float:
    """Return the n of the random data: the effective one, of the pair with fewest respondents."""
    return moments.effective_n * float(moments.counts.min()) / moments.n


def _descending(correlation: FloatArray) -> FloatArray:
    ascending: FloatArray = np.linalg.eigvalsh(correlation).astype(np.float64, copy=False)
    return ascending[..., ::-1]


def _normal_eigenvalues(
    n: float, size: int, simulations: int, rng: np.random.Generator
) -> FloatArray:
    """Draw correlation matrices of independent normal answers without drawing the answers.

    Bartlett (1933): their covariance is AA', A lower triangular with the root of χ²(n - 1 - i) on
    its diagonal and standard normal numbers below. The cost does not depend on n, which need not
    be whole.
    """
    found = []
    block = max(1, ENTRIES_AT_A_TIME // size**2)
    for done in range(0, simulations, block):
        count = min(block, simulations - done)
        root = np.tril(rng.standard_normal((count, size, size)), -1)
        diagonal = np.sqrt(rng.chisquare(n - 1 - np.arange(size), size=(count, size)))
        root[:, np.arange(size), np.arange(size)] = diagonal
        root /= np.sqrt(np.square(root).sum(axis=2, keepdims=True))  # to correlations
        found.append(_descending(root @ root.transpose(0, 2, 1)))
    return np.concatenate(found)


def _permuted_eigenvalues(moments: Moments, rng: np.random.Generator) -> FloatArray:
    """Shuffle every item's answers among those who answered it."""
    columns = []
    for column in moments.columns:
        shuffled = column.copy()
        present = ~np.isnan(column)
        shuffled[present] = rng.permutation(column[present])
        columns.append(shuffled)
    return _descending(Moments.of(moments.names, columns, moments.weights).correlation)
