"""Weighted means of many items at once, each over the respondents who answered it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custvalue._inference.means import MeanEstimate
from custvalue._rows import FloatArray
from custvalue.errors import DataError


@dataclass(frozen=True)
class Means:
    """Means by item with linearised standard errors; every array has shape (items,).

    Values are NaN where there are no answers, errors also for one answer.
    """

    value: FloatArray
    error: FloatArray
    n: FloatArray
    effective_n: FloatArray

    def estimate(self, row: int, name: str, bounds: tuple[float, float]) -> MeanEstimate:
        """Return the mean of one item, by its position, as an estimate."""
        n = int(self.n[row])
        if n == 0:
            raise DataError(f"{name}: there are no answers, so there is no mean. Exclude it.")
        return MeanEstimate(
            name=name,
            value=float(self.value[row]),
            standard_error=float(self.error[row]) if n > 1 else None,
            n=n,
            effective_n=float(self.effective_n[row]),
            bounds=bounds,
            usual_method="beta",
        )


def means_of(values: FloatArray, weights: FloatArray) -> Means:
    """Estimate the weighted mean of every column; NaN, or a weight of 0 or NaN, excludes an entry.

    Weights have the shape (respondents,) or, as the values, (respondents, items).
    """
    weights = weights if weights.ndim == 2 else weights[:, np.newaxis]
    weighting = np.where(np.isnan(values), 0.0, np.nan_to_num(weights))
    n = (weighting > 0).sum(axis=0).astype(np.float64)
    start = np.where(n > 0, np.max(np.where(weighting > 0, values, -np.inf), axis=0), 0.0)
    residual = np.where(weighting > 0, values - start, 0.0)  # equal answers: exactly 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weighting / weighting.sum(axis=0)
        shift = np.einsum("ij,ij->j", share, residual)
        influence = share * (residual - shift)
        error = np.sqrt(np.einsum("ij,ij->j", influence, influence) * n / (n - 1))
        kish = 1 / np.einsum("ij,ij->j", share, share)
    return Means(start + shift, np.where(n > 1, error, np.nan), n, kish)
