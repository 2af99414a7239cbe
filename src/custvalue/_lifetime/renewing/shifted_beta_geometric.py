"""Shifted beta-geometric (sBG): how long customers renew a contract.

At the end of each period a customer leaves with a probability θ of their own, or renews. The
probabilities vary over customers as Beta(α, β) and stay as they are for each of them. So those who
leave easily leave first, and the retention rate of a cohort rises from renewal to renewal although
no customer changes. A single retention rate, kept constant, undervalues every cohort that has aged.

Source: Fader & Hardie (2007), How to Project Customer Retention, *Journal of Interactive Marketing*
21(1), 76-90; residual lifetime from Fader & Hardie (2010), Customer-Base Valuation in a Contractual
Setting, *Marketing Science* 29(1), 85-93.

Do not use it where customers can leave at any time without a word, or where each customer's
inclination to leave changes with time: then retention does not rise as it must here, and
BetaDiscreteWeibull fits better.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from custvalue._histories.contracts import Period, RenewalCounts
from custvalue._histories.covariates.terms import CovariateTerms
from custvalue._lifetime.renewing.beta_geometric_likelihood import LogLikelihood, starting_point
from custvalue._lifetime.renewing.renewal_model import RenewsContracts
from custvalue._lifetime.renewing.renewals import (
    beta_geometric_lifetime,
    log_beta_ratio,
)
from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray
from custvalue._values import Positive

# 2. Parameters -------------------------------------------------------------------------------


class ShiftedBetaGeometric(RenewsContracts):
    """The shifted beta-geometric model of Fader & Hardie (2007).

    Parameters
    ----------
    alpha, beta : float
        Parameters of the beta distribution of the probability to leave at a renewal; its mean is
        alpha / (alpha + beta).
    period : str, optional
        How long a contract runs until it is renewed, ``"1 month"``. :meth:`fit` sets it; years
        cannot be converted to periods without it.
    covariates : CovariateTerms, optional
        What moves alpha and beta, as `dropout_form` of :meth:`fit` says.

    Raises
    ------
    ParameterError
        If a parameter is not positive, or the period has no unit.

    Examples
    --------
    >>> from custvalue.lifetime import ShiftedBetaGeometric
    >>> model = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
    >>> model.survival([0, 1, 7, 12]).round(3)
    array([1.   , 0.851, 0.489, 0.378])
    >>> model.retention_rate([1, 2, 7]).round(3)
    array([0.851, 0.878, 0.936])
    """

    kind: ClassVar[str] = "shifted beta-geometric"

    alpha: Positive
    beta: Positive
    period: Period | None = None
    covariates: CovariateTerms | None = None

    # 4. Methods ------------------------------------------------------------------------------

    @classmethod
    def _objective(cls, counts: RenewalCounts) -> Objective:
        return LogLikelihood(counts)

    @classmethod
    def _start(cls, counts: RenewalCounts) -> list[dict[str, float]]:
        return [starting_point(counts)]

    def _limit(self, counts: RenewalCounts) -> str:
        return limit(self, counts)

    def _log_survival(self, t: FloatArray) -> FloatArray:
        return log_survival(t, self)

    def _retention(self, made: FloatArray) -> FloatArray:
        return (self.beta + made) / (self.alpha + self.beta + made)

    def _leaving(self, made: FloatArray) -> FloatArray:
        return self.alpha / (self.alpha + self.beta + made)

    def _further(self, made: FloatArray, periods: float, rate: float) -> FloatArray:
        return beta_geometric_lifetime(self.alpha, self.beta + made, periods, rate)

    def _renewals(self, passed: FloatArray) -> FloatArray:
        return np.floor(passed)

    @property
    def _tail(self) -> tuple[str, float]:
        return "alpha", self.alpha


# 3. Formulas ---------------------------------------------------------------------------------


def log_survival(t: FloatArray, p: ShiftedBetaGeometric) -> FloatArray:
    """Return log of B(α, β + t) / B(α, β)."""
    flat = t.ravel()
    return log_beta_ratio(np.full(flat.shape, p.beta), flat, p.alpha).reshape(t.shape)


def limit(model: ShiftedBetaGeometric, counts: RenewalCounts) -> str:
    """Say what the estimates mean where the data cannot tell α and β apart."""
    leaves = model.alpha / (model.alpha + model.beta)
    trend = trend_of_retention(counts)
    if model.alpha + model.beta > 1 and trend < FALLS:
        rates = [f"{rate:.4g}" for rate in counts.retention_rate[:SHOWN].tolist()]
        rates += ["…"] * (len(counts) > SHOWN)
        return (
            f"It is the limit of one probability to leave for all customers (alpha and beta to "
            f"infinity), {leaves:.4g}, but retention falls with age: {', '.join(rates)} (a test "
            f"for trend gives z = {trend:.1f}). This model cannot follow it: do not use its "
            f"predictions. Use BetaDiscreteWeibull, in which customers may get likelier to leave; "
            f"it needs at least 3 renewals."
        )
    if model.alpha + model.beta > 1:
        return (
            f"It is the limit of one probability to leave for all customers (alpha and beta to "
            f"infinity), {leaves:.4g}: retention does not rise with age, and a constant rate of "
            f"{1 - leaves:.4g} is the only parameter. Predictions can be used; alpha and beta "
            f"themselves cannot be interpreted."
        )
    return (
        f"It is the limit of customers who leave at the first renewal or never (alpha and beta to "
        f"0): a share of {leaves:.4g} leaves. Predictions can be used; alpha and beta themselves "
        f"cannot be interpreted."
    )


def trend_of_retention(counts: RenewalCounts) -> float:
    """Return by how many standard errors retention rises with age; it falls where negative.

    Cochran and Armitage's test for a trend in shares, which is 0 on average where the probability
    to leave is the same at every renewal.
    """
    asked = counts.renewed + counts.left
    share = counts.left.sum() / asked.sum()
    off = counts.before - asked @ counts.before / asked.sum()
    spread = math.sqrt(share * (1 - share) * float(asked @ off**2))
    return -float(off @ counts.left) / spread


FALLS = -1.645  # one-sided, 5 %
SHOWN = 6  # retention rates in a message
