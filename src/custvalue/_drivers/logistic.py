"""Sharing out what a logistic regression of a binary answer explains, by McFadden or Tjur.

McFadden's measure is 1 - l / l₀ of the log-likelihoods with and without drivers (1974, in P.
Zarembka (ed.), *Frontiers in Econometrics*), Tjur's the mean probability of those who answered 1
less that of those who answered 0 (2009, *The American Statistician* 63(4)). Either is computed for
every set of up to 10 drivers, else for the sets of drawn orders of entry, and shared out by the
average addition over orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy import special

from custvalue._drivers.answered import Answered
from custvalue._drivers.decomposition import Decomposition, with_shares
from custvalue._drivers.logistic_sets import (
    Binary,
    Fitted,
    Sets,
    all_sets,
    fitted,
    refuse_separated,
    sets_of_orders,
    weights_of_sets,
)
from custvalue._drivers.subsets import error_of_orders
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import Resamples, row_resamples
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import EstimationError, ParameterError

Explained = Literal["r squared", "mcfadden", "tjur"]

MOST_EXACT = 10  # drivers: 1,024 regressions


@dataclass(frozen=True, eq=False)
class Logistic:
    """What is shared out among drivers: what their logistic regression explains.

    Parameters
    ----------
    data : Answered
        Who is used.
    decomposition : str
        What importance is.
    explained_by : {"mcfadden", "tjur"}
        The measure.
    orders : ndarray of int64, shape (orders, drivers), or None
        Orders of entry that were drawn; None where all sets are computed.
    """

    data: Answered
    decomposition: Decomposition
    explained_by: Explained
    orders: IntArray | None = None
    shares: bool = True

    @cached_property
    def _binary(self) -> Binary:
        return Binary.of(self.data.columns, self.data.sample.weights)

    @cached_property
    def _sets(self) -> tuple[Sets, FloatArray]:
        """Which drivers are in each set, and what each set adds to the part of each driver."""
        drivers = len(self.data.names)
        if self.orders is not None:
            return sets_of_orders(self.orders)
        return all_sets(drivers), weights_of_sets(drivers)

    @cached_property
    def _fits(self) -> Fitted:
        self.data.correlations  # noqa: B018 - refuses constant and collinear drivers in words
        fits = fitted(self._binary, self.data.sample.weights, self._sets[0], None)
        refuse_separated(self._binary, self.data.names, fits)
        return fits

    @property
    def _whole(self) -> int:
        """Where the set of all drivers is."""
        return int(np.flatnonzero(self._sets[0].all(axis=1))[0])

    def values(self) -> FloatArray:
        """Return importance, shares and the measure itself."""
        return self._shared(self._measures(self._fits, self.data.sample.weights))

    def _shared(self, measures: FloatArray) -> FloatArray:
        parts = np.concatenate([measures @ self._sets[1], measures[[self._whole]]])
        found: FloatArray = with_shares(parts[np.newaxis])[0]
        return found

    def _measures(self, fits: Fitted, weights: FloatArray) -> FloatArray:
        """Return what each set explains."""
        if self.explained_by == "mcfadden":
            empty = int(np.flatnonzero(~self._sets[0].any(axis=1))[0])
            return np.asarray(1 - fits.log_likelihood / fits.log_likelihood[empty])
        y, found = self._binary.answers, np.zeros(len(fits.coefficients))
        ones, zeros = weights * y, weights * (1 - y)
        contrast = ones / ones.sum() - zeros / zeros.sum()
        for rows in self._binary.blocks(len(found)):
            chance = special.expit(fits.coefficients @ self._binary.design[rows].T)
            found += chance @ contrast[rows]
        return found

    def influences(self) -> FloatArray:
        """Return what each respondent moves the statistics by, (n, statistics)."""
        values = self.values()
        shared = np.column_stack([self._sets[1], np.arange(len(self._sets[0])) == self._whole])
        moved = np.concatenate([its @ shared for its in self._moved()])
        parts, whole, total = moved[:, :-1], moved[:, -1:], values[-1]
        drivers = len(self.data.names)
        shares = (parts - values[drivers : 2 * drivers] * whole) / total
        return np.concatenate([parts, shares, whole], axis=1)

    def _moved(self) -> list[FloatArray]:
        """Return what respondents move the measure of each set by, in blocks of rows."""
        if self.explained_by == "mcfadden":
            return self._moved_likelihood()
        return self._moved_chances()

    def _moved_likelihood(self) -> list[FloatArray]:
        """Coefficients are at the maximum, so that only what a respondent adds counts."""
        fits, weights, y = self._fits, self.data.sample.weights, self._binary.answers
        empty = int(np.flatnonzero(~self._sets[0].any(axis=1))[0])
        none = fits.log_likelihood[empty]
        found = []
        for rows in self._binary.blocks(len(fits.coefficients)):
            predictor = self._binary.design[rows] @ fits.coefficients.T
            own = y[rows, np.newaxis] * predictor - np.logaddexp(0.0, predictor)
            alone = own[:, [empty]] * fits.log_likelihood / none
            found.append(weights[rows, np.newaxis] * (alone - own) / none)
        return found

    def _moved_chances(self) -> list[FloatArray]:
        """Tjur's measure moves by the respondent's own probability, and by the coefficients."""
        fits, weights, y = self._fits, self.data.sample.weights, self._binary.answers
        ones, zeros = weights * y, weights * (1 - y)
        towards, means = self._chance_moments()
        found = []
        for rows in self._binary.blocks(len(fits.coefficients)):
            design = self._binary.design[rows]
            chance = special.expit(design @ fits.coefficients.T)
            direct = ones[rows, np.newaxis] * (chance - means[0]) / ones.sum()
            direct -= zeros[rows, np.newaxis] * (chance - means[1]) / zeros.sum()
            residual = weights[rows, np.newaxis] * (y[rows, np.newaxis] - chance)
            found.append(direct + (design @ towards.T) * residual)
        return found

    def _chance_moments(self) -> tuple[FloatArray, FloatArray]:
        """Return H⁻¹ times the derivatives of Tjur's measure, and the mean probabilities."""
        fits, weights, y = self._fits, self.data.sample.weights, self._binary.answers
        ones, zeros = weights * y, weights * (1 - y)
        contrast = ones / ones.sum() - zeros / zeros.sum()
        sets, size = fits.coefficients.shape
        gradient, means = np.zeros((sets, size)), np.zeros((2, sets))
        hessian = np.zeros((sets, size, size))
        for rows in self._binary.blocks(sets * size):
            design = self._binary.design[rows]
            chance = special.expit(fits.coefficients @ design.T)
            means += np.stack(
                [chance @ (ones / ones.sum())[rows], chance @ (zeros / zeros.sum())[rows]]
            )
            slope = chance * (1 - chance)
            gradient += (slope * contrast[rows]) @ design
            hessian += np.einsum(
                "mi,ia,ib->mab", slope * weights[rows], design, design, optimize=True
            )
        inside = np.column_stack([np.ones(sets, dtype=bool), self._sets[0]])
        both = inside[:, :, np.newaxis] & inside[:, np.newaxis, :]
        kept = np.where(both, hessian, np.eye(size))
        wanted = np.where(inside, gradient, 0.0)[..., np.newaxis]
        return np.linalg.solve(kept, wanted)[..., 0], means

    def resamples(self, method: Bootstrap) -> Resamples:
        """Resample respondents, or whole clusters, and fit all regressions again."""
        start, n = self._fits.coefficients, self.data.n
        weights = self.data.sample.weights

        def statistic(rows: IntArray) -> FloatArray:
            drawn = weights * np.bincount(rows, minlength=n)
            fits = fitted(self._binary, drawn, self._sets[0], start)
            if not fits.converged.all():
                raise EstimationError("drivers separate the two overall answers completely.")
            return self._shared(self._measures(fits, drawn))

        return row_resamples(statistic, n, method, sample=self.data.sample)

    def of_dealt(self, dealt: FloatArray) -> FloatArray:
        """Return the importance for other overall answers, (n, samples); (samples, drivers)."""
        if self.data.sample.clusters is not None:
            raise ParameterError(
                "noise_floor of a logistic regression deals out single answers, which are not "
                "alike in clusters. Use importance(…, explained='r squared'), which knows them."
            )
        drivers, found = len(self.data.names), []
        for column in dealt.T:
            binary = Binary(self._binary.design, (column > column.min()).astype(np.float64))
            fits = fitted(binary, self.data.sample.weights, self._sets[0], None)
            other = Logistic(self.data, self.decomposition, self.explained_by, self.orders)
            vars(other)["_binary"] = binary
            vars(other)["_sets"] = self._sets
            found.append(other._shared(other._measures(fits, self.data.sample.weights))[:drivers])
        return np.array(found)

    def coefficients(self) -> FloatArray:
        """Return the coefficients of standardised drivers in the regression on all of them."""
        found: FloatArray = self._fits.coefficients[self._whole, 1:]
        return found

    def explained(self) -> FloatArray:
        """Return the measure of all sets of drivers."""
        if self.orders is not None:
            raise ParameterError(
                f"dominance compares all sets of at most {MOST_EXACT} drivers of a binary answer, "
                f"but there are {len(self.data.names)}. Leave drivers out."
            )
        return self._measures(self._fits, self.data.sample.weights)

    def order_errors(self) -> FloatArray | None:
        """Return the standard errors from the orders that were drawn."""
        if self.orders is None:
            return None
        measures = self._measures(self._fits, self.data.sample.weights)
        known = {its.tobytes(): value for its, value in zip(self._sets[0], measures, strict=True)}
        drivers = self.orders.shape[1]
        place = np.argsort(self.orders, axis=1)
        added = np.empty(self.orders.shape)
        for order, (row, where) in enumerate(zip(self.orders, place, strict=True)):
            values = [known[(where < k).tobytes()] for k in range(drivers + 1)]
            added[order, row] = np.diff(values)
        return error_of_orders(added)
