"""Sums of products over respondents, and the correlations and regressions that are made of them.

Everything takes many samples at once: the first axis of sums and matrices is the sample.
"""

from __future__ import annotations

import numpy as np

from custvalue._inference.sums import ROUNDING, Added
from custvalue._rows import FloatArray


def with_constant(columns: FloatArray) -> FloatArray:
    """Return 1 and the columns from their medians, which few large entries do not move."""
    centred = (columns - np.median(columns, axis=0)).T
    return np.vstack([np.ones(len(columns)), centred]).T  # each lies in one piece


def products_of(columns: FloatArray, weights: FloatArray) -> Added:
    """Return what each respondent adds to the upper triangle of Σ w z z', row after row."""
    by_column = np.ascontiguousarray(columns.T)

    def added(rows: slice) -> FloatArray:
        block = by_column[:, rows]
        weighted = block * weights[rows]
        return np.concatenate([one * block[place:] for place, one in enumerate(weighted)])

    return added


def squares_of(sums: FloatArray, size: int) -> FloatArray:
    """Return the symmetric matrices of upper triangles, shape (samples, size, size)."""
    above = np.triu_indices(size)
    matrices = np.empty((len(sums), size, size))
    matrices[:, above[0], above[1]] = matrices[:, above[1], above[0]] = sums
    return matrices


def covariances_of(products: FloatArray) -> FloatArray:
    """Return covariances, by Σ w, from Σ w z z' whose first z is 1; NaN of constant columns."""
    total = products[:, :1, :1]
    shares = np.divide(products, total, out=np.full_like(products, np.nan), where=total > 0)
    mean, square = shares[:, 0, 1:], np.einsum("mkk->mk", shares)[:, 1:]
    covariances: FloatArray = shares[:, 1:, 1:] - mean[:, :, np.newaxis] * mean[:, np.newaxis]
    own = np.einsum("mkk->mk", covariances)
    own[:] = np.where(own > ROUNDING * square, own, np.nan)
    return covariances


def correlations_of(products: FloatArray) -> FloatArray:
    """Return correlations likewise; NaN beside constant columns."""
    covariances = covariances_of(products)
    deviation = np.sqrt(np.einsum("mkk->mk", covariances))
    correlations: FloatArray = covariances / deviation[:, :, np.newaxis] / deviation[:, np.newaxis]
    return correlations


def regular(matrices: FloatArray, least: float) -> FloatArray:
    """Return symmetric matrices, all NaN where an eigenvalue is below `least`."""
    unknown = np.isnan(matrices).any(axis=(1, 2), keepdims=True)
    eigenvalues = np.linalg.eigvalsh(np.where(unknown, np.eye(matrices.shape[1]), matrices))
    return np.where(unknown | (eigenvalues[:, :1, np.newaxis] < least), np.nan, matrices)


def solved(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    """Solve the systems of regular matrices, NaN where there is none; (samples, size)."""
    unknown = np.isnan(matrices).any(axis=(1, 2), keepdims=True)
    usable = np.where(unknown, np.eye(matrices.shape[1]), matrices)
    found = np.linalg.solve(usable, np.where(unknown, np.nan, vectors[..., np.newaxis]))
    return np.asarray(found[..., 0])


def pairs_of(columns: FloatArray, weights: FloatArray) -> Added:
    """Return what each respondent adds to the moments of all pairs of columns, of which some lack.

    Of the respondents who have both: Σ w, Σ w x, Σ w x x' and Σ w x², each (size, size) and laid
    out row after row.
    """
    starts = np.nanmedian(columns, axis=0)

    def added(rows: slice) -> FloatArray:
        block = (columns[rows] - starts).T
        present = (~np.isnan(block)).astype(np.float64)
        filled = np.where(present > 0, block, 0.0)
        weighted = filled * weights[rows]
        left = (present * weights[rows], weighted, weighted, weighted * filled)
        right = (present, present, filled, present)
        both = [
            one[:, np.newaxis] * other[np.newaxis] for one, other in zip(left, right, strict=True)
        ]
        return np.concatenate(both).reshape(-1, block.shape[1])

    return added


def pair_correlations(sums: FloatArray, size: int) -> FloatArray:
    """Return correlations, (samples, size, size), from such moments; NaN where one is constant."""
    covariance, variance = _pair_moments(sums, size)[1:]
    correlations: FloatArray = covariance / np.sqrt(variance * np.swapaxes(variance, 1, 2))
    return correlations


def pair_covariances(sums: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Return means from the starts, row j beside column k, and covariances, likewise."""
    mean, covariance, variance = _pair_moments(sums, size)
    np.einsum("mkk->mk", covariance)[:] = np.einsum("mkk->mk", variance)
    return mean, covariance


def _pair_moments(sums: FloatArray, size: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return means, covariances and the variances of rows, NaN where these are constant."""
    total, one, product, square = np.moveaxis(sums.reshape(len(sums), 4, size, size), 1, 0)
    over = np.where(total > 0, total, np.nan)
    mean, raw = one / over, square / over
    variance = raw - mean**2
    known = np.where(variance > ROUNDING * raw, variance, np.nan)
    return mean, product / over - mean * np.swapaxes(mean, 1, 2), known
