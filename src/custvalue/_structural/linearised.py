"""Standard errors without resampling: derivatives of all estimates, and influences of respondents.

An estimate is a function t(m, S) of means and covariances. Respondent i moves the mean m_j by
w_i (x_ij - m_j) / W_j and the covariance s_jk by w_i [(x_ij - m_j)(x_ik - m_k) - s_jk] / W_jk; this
times the derivatives of t is an influence, and n / (n - 1) times the sum of its squares is the
linearised variance (Browne 1984, *British Journal of Mathematical and Statistical Psychology*
37(1)), of clusters that of their sums. The weights of the items are estimates too, and their
uncertainty is in it. Derivatives are central differences: all the covariance matrices that are a
step away are one batch, which starts from the weights of the fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from custvalue._inference.clusters import clustered
from custvalue._rows import FloatArray, IntArray
from custvalue._structural.answered import Answered
from custvalue._structural.groups import every_number, places_of
from custvalue._structural.plan import Plan
from custvalue._structural.settings import Settings
from custvalue._structural.solution import Solution, solve

STEP = 1e-4  # of a moment, relative to its spread
EXACT = 1e-12  # tolerance of weights: a difference divides their error by the step
ENTRIES = 2**21  # of a block of covariance matrices


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Solutions of moments a step away from those of the data.

    Parameters
    ----------
    plan : Plan
        The model.
    solution : Solution
        Of the data, one sample.
    """

    plan: Plan
    solution: Solution

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Places of the covariances j <= k."""
        one, two = np.triu_indices(len(self.plan.items))
        return one.astype(np.int64), two.astype(np.int64)

    @cached_property
    def derivatives(self) -> FloatArray:
        """Those of all numbers by means, then by covariances, shape (numbers, p + pairs)."""
        sizes = 2 * self._sizes[:, np.newaxis]
        found = [
            (every_number(self._solved(at, 1.0)) - every_number(self._solved(at, -1.0))) / sizes[at]
            for at in self._blocks()
        ]
        return np.concatenate(found).T

    @cached_property
    def _sizes(self) -> FloatArray:
        """The step of every mean, then of every covariance."""
        spread = self.solution.spread[0]
        one, two = self.pairs
        return STEP * np.concatenate([spread, spread[one] * spread[two]])

    def _blocks(self) -> Iterator[slice]:
        size = max(1, ENTRIES // len(self.plan.items) ** 2)
        return (slice(at, at + size) for at in range(0, len(self._sizes), size))

    def _solved(self, rows: slice, side: float) -> Solution:
        its, size = self.solution, len(self.plan.items)
        numbers = np.arange(len(self._sizes))[rows]
        means = np.repeat(its.means, len(numbers), axis=0)
        whole = its.correlation[0] * np.outer(its.spread[0], its.spread[0])
        covariance = np.repeat(whole[np.newaxis], len(numbers), axis=0)
        steps, at = side * self._sizes[rows], np.arange(len(numbers))
        of_mean = numbers < size
        means[at[of_mean], numbers[of_mean]] += steps[of_mean]
        pair = numbers[~of_mean] - size
        one, two = (places[pair] for places in self.pairs)
        covariance[at[~of_mean], one, two] += steps[~of_mean]
        apart = one != two
        covariance[at[~of_mean][apart], two[apart], one[apart]] += steps[~of_mean][apart]
        exact = self._exact
        return solve(
            self.plan, means, covariance, exact, reference=its.own[0], start=its.weights[0]
        )

    @property
    def _exact(self) -> Settings:
        return self.solution.settings.model_copy(update={"tolerance": EXACT})


def linearised_fields(
    answered: Answered, neighbourhood: Neighbourhood, group: str
) -> list[dict[str, Any]]:
    """Return standard errors, and what clusters decide, by the names of fields, for each number."""
    plan = neighbourhood.plan
    slopes = neighbourhood.derivatives[places_of(group, plan)]
    by_mean, by_pair = np.split(slopes, [len(plan.items)], axis=1)
    one, two = neighbourhood.pairs
    factors = answered.factors
    influences = _Influences(answered, by_mean * factors, by_pair * factors[one] * factors[two])
    return influences.fields(one, two)


@dataclass(frozen=True, eq=False)
class _Influences:
    """Influences of respondents on some numbers, added up block by block.

    Parameters
    ----------
    answered : Answered
        Who answered what.
    by_mean, by_pair : ndarray of shape (numbers, p) and (numbers, pairs)
        Derivatives, in the units of the answers.
    """

    answered: Answered
    by_mean: FloatArray
    by_pair: FloatArray

    def fields(self, one: IntArray, two: IntArray) -> list[dict[str, Any]]:
        """Return what each number's influences say, by the names of fields."""
        if not len(self.by_mean):  # a group without numbers: all constructs have one item
            return []
        sample, n = self.answered.sample, self.answered.moments.n
        if sample.clusters is None:
            squares = sum(np.vecdot(its, its) for _, its in self._blocks(one, two))
            errors = np.sqrt(np.asarray(squares) * n / max(n - 1, 1))
            return [{"standard_error": error} for error in errors.tolist()]
        design, place = sample.clusters.design(sample.weights)
        squares, simple = np.zeros((2, len(self.by_mean)))
        added = np.zeros((len(self.by_mean), design.clusters))
        for rows, its in self._blocks(one, two):
            squares += np.vecdot(its, its)
            simple += its**2 @ (1 / sample.weights[rows])
            added += [np.bincount(place[rows], each, design.clusters) for each in its]
        squares *= n / max(n - 1, 1)
        simple *= float(sample.weights.sum()) / max(n - 1, 1)
        return [
            {"standard_error": math.sqrt(square)}
            | clustered(design, each, independent=square, simple=alone, n=n)
            for each, square, alone in zip(added, squares.tolist(), simple.tolist(), strict=True)
        ]

    def _blocks(self, one: IntArray, two: IntArray) -> Iterator[tuple[slice, FloatArray]]:
        """Yield rows and their weighted influences, shape (numbers, rows)."""
        moments, weights = self.answered.moments, self.answered.sample.weights
        plain = (moments.covariance * (moments.counts - 1) / moments.counts)[one, two]
        total, own = moments.totals[one, two], np.diag(moments.totals)
        by_pair, by_mean = self.by_pair / total, self.by_mean / own
        constant = by_pair @ plain
        shift = moments.shift
        complete = moments.complete
        for rows, block in moments.residuals():
            if complete:
                products = block[one] * block[two]
                found = by_pair @ products - constant[:, np.newaxis] + by_mean @ block
            else:
                there = ~np.isnan(block)
                about = block[one] - shift[one, two][:, np.newaxis]
                products = about * (block[two] - shift[two, one][:, np.newaxis])
                products = np.where(there[one] & there[two], products - plain[:, np.newaxis], 0.0)
                found = by_pair @ products + by_mean @ np.where(there, block, 0.0)
            yield rows, found * weights[rows]
