"""Statistics of a covariance matrix, resampled: complete answers by sums, others by their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.cross_products import (
    covariances_of,
    products_of,
    squares_of,
    with_constant,
)
from custvalue._inference.resamples import Resamples, attempt, row_resamples, sum_resamples
from custvalue._inference.sums import OfSums
from custvalue._rows import FloatArray
from custvalue._survey.covariances import Moments, without_variance

MatrixStatistic = Callable[[FloatArray], Sequence[float]]


def matrix_resamples(moments: Moments, statistic: MatrixStatistic, method: Bootstrap) -> Resamples:
    """Resample respondents; the statistic takes the covariance matrix of a sample."""
    if moments.complete:
        return sum_resamples(_of_sums(moments, statistic), method, sample=moments.sample)

    def of_rows(rows: npt.NDArray[np.intp]) -> Sequence[float]:
        return statistic(moments.resampled(rows).covariance)

    return row_resamples(of_rows, moments.n, method, sample=moments.sample)


def _of_sums(moments: Moments, statistic: MatrixStatistic) -> OfSums:
    answers = np.column_stack(moments.columns)
    columns, medians = with_constant(answers), np.median(answers, axis=0)
    missing = np.full(len(statistic(moments.covariance)), np.nan)

    def each(sums: FloatArray) -> list[tuple[FloatArray, str]]:
        products = squares_of(sums, columns.shape[1])
        matrices = moments.n / (moments.n - 1) * covariances_of(products)
        return [attempt(checked, pair, missing) for pair in zip(matrices, products, strict=True)]

    def checked(sample: tuple[FloatArray, FloatArray]) -> Sequence[float]:
        matrix, products = sample
        flat = np.flatnonzero(np.isnan(np.diag(matrix)))
        if flat.size:
            mean = medians + products[0, 1:] / products[0, 0]
            raise without_variance(moments.names, flat, float(f"{mean[flat[0]]:.12g}"), "")
        return statistic(matrix)

    return OfSums(
        moments.n,
        products_of(columns, moments.weights),
        lambda sums: np.array([values for values, _ in each(sums)]),
        lambda sums: each(sums[np.newaxis])[0][1],
    )
