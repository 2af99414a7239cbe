"""How R² is shared out among drivers, from their correlations; many samples at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from custvalue._drivers.subsets import lmg_of_orders, lmg_of_sets
from custvalue._inference.cross_products import regular, solved
from custvalue._rows import FloatArray, IntArray

Decomposition = Literal["lmg", "general dominance", "johnson", "regression", "correlation"]
Statistics = Callable[[FloatArray], FloatArray]

SHARING: tuple[Decomposition, ...] = ("lmg", "general dominance", "johnson")  # parts add up to R²
OVER_ORDERS: tuple[Decomposition, ...] = ("lmg", "general dominance")  # one number, two names
SINGULAR = 1e-10  # smallest eigenvalue of a correlation matrix that is inverted
STEP = 1e-6  # of a correlation, for derivatives


def relative_weights(correlations: FloatArray, with_overall: FloatArray) -> FloatArray:
    """Share out R² among correlated items; the weights add up to it.

    With the correlations R = QΔQ' of the items and Λ = Q√ΔQ', the coefficients on the orthogonal
    variables next to the items are β = Λ⁻¹ r, and the weights are Λ² β², squared entry by entry
    (Johnson 2000, *Multivariate Behavioral Research* 35(1), equations 5 to 10).
    """
    eigenvalues, vectors = np.linalg.eigh(correlations)
    scaled = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))[..., np.newaxis, :]
    root = scaled @ np.swapaxes(vectors, -1, -2)
    slopes = np.linalg.solve(root, with_overall[..., np.newaxis])
    return np.asarray((root**2 @ slopes**2)[..., 0], dtype=np.float64)


def decomposed(
    decomposition: Decomposition,
    between: FloatArray,
    with_overall: FloatArray,
    orders: IntArray | None = None,
) -> FloatArray:
    """Return the importance of each driver and R², (samples, p + 1), NaN where there is none.

    Over all orders of entry, or over those that are given.
    """
    between = regular(between, SINGULAR)
    slopes = solved(between, with_overall)
    known = ~np.isnan(slopes).any(axis=1)
    found = np.full_like(slopes, np.nan)
    some, other = between[known], with_overall[known]
    if decomposition == "correlation":
        found[known] = other
    elif decomposition == "regression":
        found[known] = slopes[known]
    elif decomposition == "johnson":
        found[known] = relative_weights(some, other)
    elif orders is None:
        found[known] = lmg_of_sets(some, other)
    else:
        found[known] = lmg_of_orders(some, other, orders)
    r_squared = np.einsum("mk,mk->m", slopes, with_overall)
    return np.column_stack([found, np.minimum(np.maximum(r_squared, 0.0), 1.0)])


def with_shares(found: FloatArray) -> FloatArray:
    """Return importance, then shares in R², then R²; (samples, 2p + 1)."""
    parts, r_squared = found[:, :-1], found[:, -1:]
    shares = np.divide(parts, r_squared, out=np.full_like(parts, np.nan), where=r_squared > 0)
    return np.concatenate([parts, shares, r_squared], axis=1)


def derivatives(statistics: Statistics, correlations: FloatArray) -> FloatArray:
    """Return derivatives of statistics by each correlation, (pairs, statistics).

    `statistics` takes correlation matrices, (samples, p, p). Pairs are those above the diagonal,
    row after row. The step stays within the matrices that can be inverted.
    """
    rows, columns = np.triu_indices(len(correlations), 1)
    step = min(STEP, float(np.linalg.eigvalsh(correlations)[0]) / 4)
    changed = np.repeat(correlations[np.newaxis], 2 * len(rows), axis=0)
    place = np.arange(len(rows))
    for sign, here in ((1, place), (-1, place + len(rows))):
        changed[here, rows, columns] += sign * step
        changed[here, columns, rows] += sign * step
    found = statistics(changed)
    return np.asarray((found[: len(rows)] - found[len(rows) :]) / (2 * step))
