"""Sums and cross products of complete answers: all means and covariances in one pass.

A gap is a sum of answers with coefficients 1 and -1, the score of a dimension a sum over its items.
Where nobody's answers are missing, the mean, the variance and the linearised standard error of
every such sum follow from Σ w x, Σ w x x' and Σ w² x x' over all answers x of a respondent, so that
a million respondents are read once, block by block, whatever is asked of them.

Answers are taken as differences from a start near their means, and squares are compared before
they are divided: sums of whole numbers are exact, and answers that are all equal have no variance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from custvalue._inference.means import ROWS_AT_A_TIME, MeanEstimate, MeanMethod
from custvalue._rows import FloatArray

PRODUCTS_AT_A_TIME = 200_000  # BLAS starts threads above, which cost more than they bring here
FEWEST_ROWS = 64
NOISE = 1e-13  # of a sum of squares: what is left of a variance by rounding


@dataclass(frozen=True, eq=False)
class CrossProducts:
    """Sums over the respondents who count, of their answers less a start.

    Parameters
    ----------
    start : ndarray of shape (answers,)
        What is taken from the answers before they are multiplied.
    n : int
        Respondents with a positive weight.
    total, squares : float
        Σ w and Σ w².
    sums, squared_sums : ndarray of shape (answers,)
        Σ w x and Σ w² x.
    products, squared_products : ndarray of shape (answers, answers)
        Σ w x x' and Σ w² x x'.
    """

    start: FloatArray
    n: int
    total: float
    squares: float
    sums: FloatArray
    squared_sums: FloatArray
    products: FloatArray
    squared_products: FloatArray

    @classmethod
    def of(
        cls, parts: Sequence[FloatArray], weights: FloatArray, *, start: FloatArray
    ) -> CrossProducts:
        """Sum up answers without gaps, in one pass.

        Parameters
        ----------
        parts : sequence of ndarray of shape (respondents, columns)
            Answers, side by side.
        weights : ndarray of shape (respondents,)
            Sampling weights.
        start : ndarray of shape (answers,)
            Near the means of the answers, whole numbers where the answers are.
        """
        alike = bool((weights == weights[0]).all())
        sums = _Sums(start, alike=alike)
        for first in range(0, len(weights), ROWS_AT_A_TIME):
            rows = slice(first, first + ROWS_AT_A_TIME)
            sums.add([part[rows] for part in parts], weights[rows])
        weight = float(weights[0])
        scale = (weight, weight) if alike else (1.0, 1.0)
        return cls(
            start=start,
            n=int(np.count_nonzero(weights)),
            total=float(weights.sum()),
            squares=float(weights @ weights),
            sums=scale[0] * sums.first,
            squared_sums=scale[0] * scale[1] * sums.first_squared,
            products=scale[0] * sums.second,
            squared_products=scale[0] * scale[1] * sums.second_squared,
        )

    def mean(
        self,
        coefficients: FloatArray,
        *,
        name: str,
        bounds: tuple[float, float],
        divisor: float = 1.0,
        deviation: bool = True,
        method: MeanMethod = "t",
    ) -> MeanEstimate:
        """Estimate the mean of a sum of answers.

        Parameters
        ----------
        coefficients : ndarray of shape (answers,)
            What each answer counts.
        name : str
            What is estimated.
        bounds : tuple of float
            Ends of the scale.
        divisor : float
            What the sum is divided by, kept apart so that whole coefficients stay whole.
        deviation : bool
            Whether to give the standard deviation between respondents.
        method : {"t", "beta"}
            The usual method of its intervals.
        """
        spread, error = self._squares_about_mean(coefficients)
        factor = self.n / (self.n - 1) if self.n > 1 else 0.0
        known = self.n > 1
        centre = self._sum_of(self.start, coefficients)
        centre += self._sum_of(self.sums, coefficients) / self.total
        return MeanEstimate(
            name=name,
            value=centre / divisor,
            standard_error=math.sqrt(factor * error) / self.total / divisor if known else None,
            n=self.n,
            effective_n=self.total**2 / self.squares,
            bounds=bounds,
            standard_deviation=(
                math.sqrt(factor * spread / self.total) / divisor if known and deviation else None
            ),
            usual_method=method,
        )

    @staticmethod
    def _sum_of(values: FloatArray, coefficients: FloatArray) -> float:
        """Return Σ c v; what is added and what is taken away, so that equal sums leave 0."""
        added, taken = coefficients > 0, coefficients < 0
        return float(coefficients[added] @ values[added] + coefficients[taken] @ values[taken])

    def _squares_about_mean(self, coefficients: FloatArray) -> tuple[float, float]:
        """Return Σ w r² and Σ w² r² of the residuals r."""
        first = float(coefficients @ self.sums)
        second = float(coefficients @ self.products @ coefficients)
        spread = (self.total * second - first**2) / self.total
        if spread <= NOISE * second:
            return 0.0, 0.0
        centre = first / self.total
        error = (
            float(coefficients @ self.squared_products @ coefficients)
            - 2 * centre * float(coefficients @ self.squared_sums)
            + centre**2 * self.squares
        )
        return spread, max(error, 0.0)

    def covariance(self, places: Sequence[int]) -> FloatArray:
        """Return the weighted covariance matrix of some answers, n / (n - 1) Σ w r r' / Σ w.

        Parameters
        ----------
        places : sequence of int
            Which answers.
        """
        chosen = np.ix_(places, places)
        products, sums = self.products[chosen], self.sums[np.asarray(places)]
        about = (self.total * products - np.outer(sums, sums)) / self.total**2
        noise = NOISE * np.sqrt(np.outer(np.diag(products), np.diag(products))) / self.total
        covariance: FloatArray = np.where(np.abs(about) <= noise, 0.0, about)
        return covariance * self.n / (self.n - 1)


class _Sums:
    """Where blocks are added up; for equal weights each respondent counts 1."""

    def __init__(self, start: FloatArray, *, alike: bool) -> None:
        size = len(start)
        self.start = start[:, np.newaxis]
        self.alike = alike
        self.first, self.second = np.zeros(size), np.zeros((size, size))
        self.first_squared, self.second_squared = self.first, self.second
        if not alike:
            self.first_squared, self.second_squared = np.zeros(size), np.zeros((size, size))
        self.step = max(FEWEST_ROWS, PRODUCTS_AT_A_TIME // size**2)

    def add(self, parts: Iterable[FloatArray], weights: FloatArray) -> None:
        """Add the answers of some respondents."""
        answers = np.concatenate([part.T for part in parts])
        answers -= self.start
        if self.alike:
            self.first += answers.sum(axis=1)
            for block in self._steps(answers):
                self.second += block @ block.T
            return
        weighted = answers * weights
        self.first += weighted.sum(axis=1)
        self.first_squared += weighted @ weights
        for block, its in zip(self._steps(answers), self._steps(weighted), strict=True):
            self.second += block @ its.T
            self.second_squared += its @ its.T

    def _steps(self, answers: FloatArray) -> list[FloatArray]:
        return [
            answers[:, first : first + self.step] for first in range(0, answers.shape[1], self.step)
        ]
