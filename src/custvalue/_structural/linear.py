"""Systems of many small matrices at once: NaN where one is singular, no error for all of them."""

from __future__ import annotations

import numpy as np

from custvalue._inference.cross_products import regular
from custvalue._rows import FloatArray

SINGULAR = 1e-10  # smallest eigenvalue over the largest entry of the diagonal


def solved(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    """Solve symmetric systems, (samples, size)."""
    try:
        return np.asarray(np.linalg.solve(matrices, vectors[..., np.newaxis])[..., 0], np.float64)
    except np.linalg.LinAlgError:
        inverses = _inverse_of_regular(matrices)
    return np.asarray(np.einsum("rij,rj->ri", inverses, vectors), np.float64)


def inverse(matrices: FloatArray) -> FloatArray:
    """Return inverses of symmetric matrices, shape (samples, size, size)."""
    try:
        return np.asarray(np.linalg.inv(matrices), np.float64)
    except np.linalg.LinAlgError:
        return _inverse_of_regular(matrices)


def _inverse_of_regular(matrices: FloatArray) -> FloatArray:
    largest = np.einsum("rii->ri", matrices).max(axis=1)[:, np.newaxis, np.newaxis]
    usable = regular(matrices / largest, SINGULAR) * largest
    unknown = np.isnan(usable).any(axis=(1, 2), keepdims=True)
    inverses = np.linalg.inv(np.where(unknown, np.eye(matrices.shape[1]), usable))
    return np.where(unknown, np.nan, inverses)
