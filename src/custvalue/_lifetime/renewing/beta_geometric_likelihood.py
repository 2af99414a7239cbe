"""The log-likelihood of the shifted beta-geometric model, and where its search starts."""

from __future__ import annotations

import numpy as np

from custvalue._histories.contracts import RenewalCounts
from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray
from custvalue.errors import EstimationError


class LogLikelihood:
    """Log-likelihood by renewals, with exact gradient and Hessian in (α, β).

    With r = (β + k) / (α + β + k) it is Σ renewed log r + left log(1 - r): a binomial at each
    renewal, in which no special function is left.
    """

    def __init__(self, counts: RenewalCounts) -> None:
        self.k, self.renewed, self.left = counts.before, counts.renewed, counts.left

    def __call__(self, parameters: FloatArray) -> Derivatives:
        alpha, beta = parameters.tolist()
        stays, both = beta + self.k, alpha + beta + self.k
        leaves = float(self.left.sum())
        asked = self.renewed + self.left
        value = -self.renewed @ np.log1p(alpha / stays) - self.left @ np.log1p(stays / alpha)
        in_both = float(asked @ (1 / both))
        gradient = np.array([leaves / alpha - in_both, self.renewed @ (1 / stays) - in_both])
        hessian = np.full((2, 2), float(asked @ both**-2))
        hessian[0, 0] -= leaves / alpha**2
        hessian[1, 1] -= self.renewed @ stays**-2
        return Derivatives(float(value), gradient, hessian)


def starting_point(counts: RenewalCounts) -> dict[str, float]:
    """Take the mean from the retention of all renewals, with α = 1."""
    if len(counts) < 2:
        raise EstimationError(
            f"ShiftedBetaGeometric.fit needs at least 2 renewals, but the contracts have "
            f"{len(counts)}. One retention rate cannot tell how customers differ: observe for "
            f"longer, or add an older cohort."
        )
    return {"alpha": 1.0, "beta": renewal_odds(counts, "ShiftedBetaGeometric")}


def renewal_odds(counts: RenewalCounts, model: str) -> float:
    """Return how many customers renewed for each who left, at least 0.1."""
    left, renewed = float(counts.left.sum()), float(counts.renewed.sum())
    if left == 0:
        raise EstimationError(
            f"{model}.fit needs customers who left, but all {renewed:,.0f} renewals were made. "
            f"Observe for longer."
        )
    return max(renewed / left, 0.1)
