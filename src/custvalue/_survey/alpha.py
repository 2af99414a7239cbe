"""Raw alpha from covariances, and its errors from what each respondent adds to it.

With e the squared residual of a respondent's total and o the sum of those of the items, raw alpha
is k / (k - 1) (1 - B / A), A = Σ w e and B = Σ w o. The influence of a respondent on it, and what
it changes by without one, are both made of B e - A o: one pass over the answers gives both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._inference.drawing import Units, jackknife_variance
from custvalue._inference.estimate import ROUNDING
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray
from custvalue._survey.alpha_sums import alpha_of_variances, complete_alpha
from custvalue._survey.covariances import Moments


def alpha_of(covariance: FloatArray) -> float | None:
    """Return raw alpha from a covariance matrix, shape (items, items); None without variance."""
    if len(covariance) < 2:
        return None
    own, total = np.array([np.trace(covariance)]), np.array([covariance.sum()])
    alpha = float(alpha_of_variances(len(covariance), own, total)[0])
    return None if math.isnan(alpha) else alpha


def alpha_gradient(covariance: FloatArray) -> FloatArray:
    """∂α/∂S of k/(k-1) (1 - tr/total), shape (items, items)."""
    items, total = len(covariance), float(covariance.sum())
    gradient = np.full_like(covariance, float(np.trace(covariance)) / total**2)
    gradient -= np.eye(items) / total
    return gradient * items / (items - 1)


def precision(moments: Moments, scale: Scale) -> dict[str, Any]:
    """Return what the intervals of raw alpha need, by the names of fields."""
    linear: dict[str, Any] = {}
    if not moments.complete or moments.sample.clusters is not None:
        linear = moments.errors([alpha_gradient(moments.covariance)])[0]
    if not moments.complete:
        return linear
    error, jackknife = alpha_errors(moments)
    units = Units.of(moments.n, moments.sample)
    if units.design is not None:
        jackknife = _without_clusters(moments, units, units.design.strata)
    return (
        {"standard_error": error}
        | linear
        | {
            "usual_method": "linearised" if jackknife is None else "jackknife",
            "jackknife_error": jackknife,
            "at_one_end": share_at_one_end(moments.columns, moments.weights, scale),
        }
    )


def alpha_errors(moments: Moments) -> tuple[float, float | None]:
    """Return the linearised error of complete answers, and that by leaving out each respondent.

    Sums of squares about the mean lose w W / (W - w) times the square of the one left out; there
    is no second error where the others would have no variance.
    """
    n, items, weights = moments.n, len(moments.names), moments.weights
    total = float(weights.sum())
    size = total * (n - 1) / n
    whole = size * float(moments.covariance.sum())
    parts = size * float(np.trace(moments.covariance))
    losses = weights * total / np.maximum(total - weights, ROUNDING * total)
    squares, defined, added, spread = 0.0, n > 2, 0.0, 0.0
    for rows, block in moments.residuals():
        everything, lost = np.square(block.sum(axis=0)), losses[rows]
        moved = parts * everything - whole * np.einsum("jr,jr->r", block, block)
        influence = weights[rows] * moved
        squares += float(influence @ influence)
        left = whole - lost * everything
        defined = defined and bool(left.min() > ROUNDING * parts)
        if defined:
            changes = lost * moved / left
            added, spread = added + float(changes.sum()), spread + float(changes @ changes)
    factor = items / (items - 1) / whole
    error = factor / whole * math.sqrt(n / (n - 1) * squares)
    if not defined:
        return error, None
    spread = max(spread - added**2 / n, 0.0)  # changes are nearly 0 on average: nothing cancels
    return error, factor * math.sqrt((n - 1) / n * spread)


def _without_clusters(moments: Moments, units: Units, strata: IntArray) -> float | None:
    """Return the error by leaving out each cluster; None where alpha does not exist without one."""
    alpha = complete_alpha(np.column_stack(moments.columns), moments.weights)
    variance = float(jackknife_variance(units.summed(alpha), strata)[0])
    return None if math.isnan(variance) else math.sqrt(variance)


def share_at_one_end(columns: Sequence[FloatArray], weights: FloatArray, scale: Scale) -> float:
    """Return the (weighted) share of the answers at the fuller end of the scale."""
    equal = bool((weights == weights[0]).all())
    found = max(_at(end, columns, None if equal else weights) for end in (scale.low, scale.high))
    total = len(weights) if equal else float(weights.sum())
    return min(found / (total * len(columns)), 1.0)


def _at(end: float, columns: Sequence[FloatArray], weights: FloatArray | None) -> float:
    """Return how many answers are equal to `end`, or what they weigh."""
    if weights is None:
        return sum(int(np.count_nonzero(column == end)) for column in columns)
    kind = np.uint8 if len(columns) < 256 else np.int64
    hits: npt.NDArray[Any] = np.zeros(len(weights), dtype=kind)
    for column in columns:
        hits += (column == end).view(np.uint8)
    return float((weights * hits).sum())
