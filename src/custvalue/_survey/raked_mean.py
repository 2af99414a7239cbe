"""The mean of answers whose weights were raked, and what raking does to its variance.

Calibrated weights leave in the variance only what the margins do not explain: linearise the mean
with the weights as known, then take the residual of its regression on the margins (Deville &
Särndal 1992, *Journal of the American Statistical Association* 87(418), section 3).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from custvalue._inference.means import MeanEstimate, MeanMethod, mean_estimate
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError


def raked_mean(
    values: FloatArray,
    weights: FloatArray,
    codes: IntArray,
    *,
    name: str,
    bounds: tuple[float, float] | None,
) -> MeanEstimate:
    """Estimate a mean with the variance of raked weights; NaN entries are left out.

    Parameters
    ----------
    values, weights : ndarray of shape (respondents,)
        Answers and raked weights.
    codes : ndarray of int64, shape (respondents, margins)
        Category of each respondent, every margin with numbers of its own.
    name : str
        What is estimated.
    bounds : tuple of float or None
        Ends that the mean cannot pass.
    """
    method: MeanMethod = "t" if bounds is None else "beta"
    known = mean_estimate(values, weights, name=name, bounds=bounds, method=method)
    present = ~np.isnan(values) & (weights > 0)
    influence = np.where(present, values - known.value, 0.0) / weights[present].sum()
    slopes, rank = _regression(influence, weights, codes)
    used = int((weights > 0).sum())
    if used <= rank:
        raise DataError(
            f"{name}: {used} respondents are no more than the margins explain ({rank}), so that "
            f"there is no variance to estimate. Join categories of the margins."
        )
    residual = weights * (influence - slopes[codes].sum(axis=1))
    error = math.sqrt(used / (used - rank) * float(residual @ residual))
    return replace(known, standard_error=error if known.n > 1 else None)


def _regression(values: FloatArray, weights: FloatArray, codes: IntArray) -> tuple[FloatArray, int]:
    """Regress on the categories of all margins; the rank says how much they can explain."""
    size = int(codes.max()) + 1
    products, sums = np.zeros((size, size)), np.zeros(size)
    for column in codes.T:
        sums += np.bincount(column, weights * values, size)
        for other in codes.T:
            products += np.bincount(column * size + other, weights, size * size).reshape(size, -1)
    slopes, _, rank, _ = np.linalg.lstsq(products, sums, rcond=1e-10)
    return slopes.astype(np.float64, copy=False), int(rank)
