"""How much of the value few customers hold: shares of the best, and Gini's coefficient.

Customers are taken as a sample of customers like them. Where a tier is a share of the customers,
its cut is a quantile of that sample, which varies too. Then a customer of value x moves what the
best p hold by (x - q) [x ≥ q] + p q, with the cut q (Beach & Davidson 1983, *Review of Economic
Studies* 50(4), 723-735), and Gini's coefficient by

    -(G + 1) x + (2 i - 1) / n · x - 2 / n Σ_{j ≤ i} x_j                                        (1)

over the mean, with i the rank of x (Davidson 2009, *Journal of Econometrics* 150(1), 30-40).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from custvalue._inference.estimate import ROUNDING
from custvalue._inference.means import MeanEstimate
from custvalue._rfm.shares import ShareOfTotal
from custvalue._rows import FloatArray


@dataclass(frozen=True)
class Holding:
    """What a group of customers holds: what each customer adds to its sum, g, and its size.

    The mean of g is the sum of the group over all customers; g differs from the values of the group
    where the cuts are estimated.
    """

    adds: FloatArray
    customers: int
    part: float  # of all customers

    def share_of(self, values: FloatArray, name: str) -> ShareOfTotal | None:
        """Return what the group holds of the total; None where there is no total."""
        total, n = float(values.sum()), len(values)
        if not total > 0:
            return None
        bounds = (0.0, 1.0) if float(values.min()) >= 0 else None
        share = float(self.adds.sum()) / total
        if bounds and (share < ROUNDING or share > 1 - ROUNDING):
            share = float(round(share))
        off = (self.adds - share * values) * n / total
        return ShareOfTotal(
            name=name,
            value=share,
            standard_error=_error_of_mean(off),
            n=n,
            effective_n=float(n),
            bounds=bounds,
        )

    def mean(self, name: str) -> MeanEstimate | None:
        """Return the mean of the group whose cuts are estimated; None of nobody."""
        if not self.customers:
            return None
        mean = float(self.adds.mean()) / self.part
        error = _error_of_mean(self.adds / self.part - mean)
        return MeanEstimate(
            name=name,
            value=mean,
            standard_error=error if self.customers > 1 else None,
            n=self.customers,
            effective_n=float(self.customers),
        )


def _error_of_mean(influences: FloatArray) -> float | None:
    """Return the standard error of a mean of values, or of influences that sum to 0."""
    n = len(influences)
    return float(influences.std(ddof=1)) / math.sqrt(n) if n > 1 else None


def added_by_best(values: FloatArray, cut: float | None, part: float | None = None) -> FloatArray:
    """Return what each customer adds to the sum of those from a cut on that is their quantile.

    `part` is the share of the customers that is asked for, where of those at the cut only some are
    meant; by default all of them are.
    """
    if cut is None:  # all
        return values
    best = values >= cut
    meant = float(best.mean()) if part is None else part
    adds: FloatArray = np.where(best, values - cut, 0.0) + meant * cut
    return adds


def gini(values: FloatArray) -> ShareOfTotal | None:
    """Return Gini's coefficient, equation (1); None where it does not exist."""
    n, total = len(values), float(values.sum())
    if n < 2 or float(values.min()) < 0 or not total > 0:
        return None
    ordered = np.sort(values)
    rank = np.arange(1, n + 1)
    raw = float((2 * rank - n - 1) @ ordered) / (n * total)
    moves = -(raw + 1) * ordered + (2 * rank - 1) / n * ordered - 2 / n * np.cumsum(ordered)
    return ShareOfTotal(
        name="Gini's coefficient",
        value=min(raw * n / (n - 1), 1.0),
        standard_error=(_error_of_mean(moves * n / total) or 0.0) * n / (n - 1),
        n=n,
        effective_n=float(n),
        bounds=(0.0, 1.0),
    )
