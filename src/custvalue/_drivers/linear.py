"""Sharing out R² of linear regression, or coefficients and correlations in place of that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custvalue._drivers.answered import Answered
from custvalue._drivers.decomposition import (
    OVER_ORDERS,
    SHARING,
    Decomposition,
    decomposed,
    derivatives,
    with_shares,
)
from custvalue._drivers.subsets import (
    MOST_RESAMPLED,
    additions_in_order,
    drawn_orders,
    error_of_orders,
    explained_by_sets,
)
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import Resamples, sum_resamples
from custvalue._rows import FloatArray, IntArray

ORDERS_OF_ERRORS = 200  # for standard errors and resamples of many drivers


@dataclass(frozen=True, eq=False)
class Linear:
    """What is shared out among drivers: R², by correlations.

    Parameters
    ----------
    data : Answered
        Who is used.
    decomposition : str
        What importance is.
    orders : ndarray of int64, shape (orders, drivers), or None
        Orders of entry that were drawn; None where all sets are computed.
    """

    data: Answered
    decomposition: Decomposition
    orders: IntArray | None = None

    @property
    def shares(self) -> bool:
        """Whether importance adds up to R²."""
        return self.decomposition in SHARING

    def values(self) -> FloatArray:
        """Return importance, shares where they add up, and R²."""
        found: FloatArray = self._of(self.data.correlations[np.newaxis], self.orders)[0]
        return found

    def _of(self, correlations: FloatArray, orders: IntArray | None) -> FloatArray:
        between, with_overall = correlations[:, 1:, 1:], correlations[:, 0, 1:]
        found = decomposed(self.decomposition, between, with_overall, orders)
        return with_shares(found) if self.shares else found

    def _fast(self, correlations: FloatArray) -> FloatArray:
        """Return the same of many samples; over some orders only if there are many drivers."""
        many = len(self.data.names) > MOST_RESAMPLED and self.decomposition in OVER_ORDERS
        if not many:
            return self._of(correlations, None)
        random = np.random.default_rng(0)
        return self._of(correlations, drawn_orders(len(self.data.names), ORDERS_OF_ERRORS, random))

    def derivatives(self) -> FloatArray:
        """Return the derivatives of the statistics by the correlations, (pairs, statistics)."""
        return derivatives(self._fast, self.data.correlations)

    def influences(self) -> FloatArray:
        """Return what each respondent moves the statistics by, (n, statistics)."""
        return self.data.influences(self.derivatives())

    def resamples(self, method: Bootstrap) -> Resamples:
        """Resample respondents, or whole clusters."""
        return sum_resamples(self.data.of_sums(self._fast), method, sample=self.data.sample)

    def of_dealt(self, dealt: FloatArray) -> FloatArray:
        """Return the importance for other overall answers, (n, samples); (samples, drivers)."""
        whole = np.repeat(self.data.correlations[np.newaxis], dealt.shape[1], axis=0)
        whole[:, 0, 1:] = whole[:, 1:, 0] = self._with_overall(dealt)
        return self._fast(whole)[:, : len(self.data.names)]

    def _with_overall(self, dealt: FloatArray) -> FloatArray:
        """Return the correlations of drivers with overall answers, of those who gave both."""
        drivers = self.data.columns[:, 1:] - np.nanmean(self.data.columns[:, 1:], axis=0)
        known, present = ~np.isnan(drivers), ~np.isnan(dealt)
        one, other = np.where(known, drivers, 0.0), np.where(present, dealt, 0.0)
        weights = self.data.sample.weights[:, np.newaxis]
        total = (weights * known).T @ present
        x, xx = (weights * one).T @ present / total, (weights * one**2).T @ present / total
        y, yy = (weights * known).T @ other / total, (weights * known).T @ other**2 / total
        both = (weights * one).T @ other / total - x * y
        return np.asarray(both / np.sqrt((xx - x**2) * (yy - y**2))).T

    def coefficients(self) -> FloatArray:
        """Return the standardised coefficients of the regression on all drivers."""
        correlations = self.data.correlations
        found: FloatArray = np.linalg.inv(correlations[1:, 1:]) @ correlations[0, 1:]
        return found

    def explained(self) -> FloatArray:
        """Return R² of all sets of drivers."""
        correlations = self.data.correlations[np.newaxis]
        return explained_by_sets(correlations[:, 1:, 1:], correlations[:, 0, 1:])[:, 0]

    def order_errors(self) -> FloatArray | None:
        """Return the standard errors from the orders that were drawn."""
        if self.orders is None:
            return None
        correlations = self.data.correlations
        return error_of_orders(
            additions_in_order(correlations[1:, 1:], correlations[0, 1:], self.orders)
        )
