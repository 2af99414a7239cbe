"""Moments of all perceptions, expectations and gaps of complete answers, in two passes.

Where no answers are missing, one pass over the respondents, block by block, gives the means of all
answers, and so of every gap and every score; a second pass squares what each of them differs from
its mean. A variance as a difference of sums of squares would need one pass only, but where a score
hardly varies, such a difference leaves nothing but rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from custvalue._inference.means import Moments
from custvalue._rows import FloatArray

ROWS_AT_A_TIME = 2_048  # a block of residuals stays in the cache
PRODUCTS_AT_A_TIME = 200_000  # BLAS starts threads above, which cost more than they bring here
FEWEST_ROWS = 64

Halves = tuple[FloatArray, FloatArray]  # perceptions and expectations


@dataclass(frozen=True)
class Layout:
    """Which items make which dimension, and which way a gap is taken: 1 for P - E, else -1.

    The numbers of a respondent stand in three rows, perception, expectation and gap, with a column
    for each item, each dimension, and all dimensions together.
    """

    items: int
    places: tuple[slice, ...]
    sign: int

    @property
    def columns(self) -> int:
        """Items, dimensions and 1."""
        return self.items + len(self.places) + 1

    def fill(self, numbers: FloatArray) -> None:
        """Compute gaps and scores from the answers to the items in (3, columns, respondents)."""
        first, items = self.items + len(self.places), numbers[:, : self.items]
        more, less = (items[0], items[1]) if self.sign > 0 else (items[1], items[0])
        np.subtract(more, less, out=items[2])
        for column, place in enumerate(self.places, start=self.items):
            np.mean(items[:, place], axis=1, out=numbers[:, column])
        np.mean(numbers[:, self.items : first], axis=1, out=numbers[:, first])


@dataclass(frozen=True, eq=False)
class GapMoments:
    """Weighted means and squared residuals of perceptions, expectations and gaps.

    Means Σ w x / Σ w, and of the residuals r Σ w r² and Σ w² r², are laid out as :class:`Layout`
    says, shape (3, columns); `products` are Σ w r r' of each dimension's perceptions, then
    expectations.
    """

    n: int
    total: float
    squares: float
    means: FloatArray
    spreads: FloatArray
    errors: FloatArray
    products: list[FloatArray]

    @classmethod
    def of(cls, answers: Halves, weights: FloatArray, layout: Layout) -> GapMoments:
        """Take both passes over perceptions and expectations none of which is missing."""
        equal = bool((weights == weights[0]).all())
        weight = float(weights[0]) if equal else 1.0
        each, total = None if equal else weights, float(weights.sum())
        start, change = np.zeros((2, 3, layout.columns, 1))
        start[:2, : layout.items, 0] = [half[0] for half in answers]  # equal answers leave 0
        change[:2, : layout.items, 0] = weight * _sums(answers, each, start, layout) / total
        for part in (start, change):  # each by itself, so that equal gaps have exactly their mean
            layout.fill(part)
        means = start + change
        squares = _squares(answers, each, means, layout)
        return cls(
            n=int(np.count_nonzero(weights)),
            total=total,
            squares=float(weights @ weights),
            means=means[:, :, 0],
            spreads=weight * squares.spreads,
            errors=weight**2 * squares.errors,
            products=[weight * product for product in squares.products],
        )

    def three(self, column: int) -> tuple[Moments, ...]:
        """Return the moments of perception, expectation and gap of a column."""
        columns = (its[:, column].tolist() for its in (self.means, self.spreads, self.errors))
        return tuple(
            Moments(self.n, self.total, self.squares, *its) for its in zip(*columns, strict=True)
        )

    def covariance(self, k: int) -> FloatArray:
        """Return the weighted covariance matrix of a dimension, n / (n - 1) Σ w r r' / Σ w."""
        covariance: FloatArray = self.products[k] / self.total * self.n / (self.n - 1)
        return covariance


class _Squares(NamedTuple):
    spreads: FloatArray
    errors: FloatArray
    products: list[FloatArray]


def _sums(
    answers: Halves, weights: FloatArray | None, start: FloatArray, layout: Layout
) -> FloatArray:
    """Return Σ w (x - start) of every answer, shape (2, items); weights 1 where there are none."""
    sums = np.zeros((2, layout.items))
    for rows, numbers in _blocks(answers, start, layout):
        block = numbers[:2, : layout.items]
        sums += block.sum(axis=2) if weights is None else block @ weights[rows]
    return sums


def _squares(
    answers: Halves, weights: FloatArray | None, means: FloatArray, layout: Layout
) -> _Squares:
    """Square the residuals of answers, gaps and scores; weights 1 where there are none."""
    spreads, errors = np.zeros(means.shape[:2]), np.zeros(means.shape[:2])
    sizes = [2 * (place.stop - place.start) for place in layout.places]
    products = [np.zeros((size, size)) for size in sizes]
    for rows, residuals in _blocks(answers, means, layout):
        layout.fill(residuals)
        weighted = residuals if weights is None else residuals * weights[rows]
        np.add(spreads, np.vecdot(residuals, weighted), out=spreads)
        if weights is not None:
            np.add(errors, np.vecdot(weighted, weighted), out=errors)
        for product, place in zip(products, layout.places, strict=True):
            _add_products(product, residuals[:2, place], weighted[:2, place])
    return _Squares(spreads, spreads if weights is None else errors, products)


def _blocks(
    answers: Halves, centre: FloatArray, layout: Layout
) -> Iterator[tuple[slice, FloatArray]]:
    """Yield rows with their answers less a centre, and room for what is computed from them."""
    for first in range(0, len(answers[0]), ROWS_AT_A_TIME):
        rows = slice(first, first + ROWS_AT_A_TIME)
        numbers = np.empty((3, layout.columns, len(answers[0][rows])))
        for half in range(2):
            own = numbers[half, : layout.items]
            np.subtract(answers[half][rows].T, centre[half, : layout.items], out=own)
        yield rows, numbers


def _add_products(total: FloatArray, residuals: FloatArray, weighted: FloatArray) -> None:
    """Add Σ w r r' of the answers of a dimension, both halves of shape (2, items, respondents)."""
    own, other = (its.reshape(len(total), -1) for its in (residuals, weighted))
    step = max(FEWEST_ROWS, PRODUCTS_AT_A_TIME // total.size)
    for first in range(0, own.shape[1], step):
        rows = slice(first, first + step)
        total += own[:, rows] @ other[:, rows].T
