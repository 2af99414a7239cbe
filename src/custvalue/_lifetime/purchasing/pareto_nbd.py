"""Pareto/NBD: when customers leave without a word, at any time.

While alive, a customer buys at random with a rate λ of their own, and dies (leaves for good) at
random with a rate μ of their own, whether they buy or not. Rates vary over customers as
Gamma(r, α), dropout rates as Gamma(s, β), and the two are independent. So lifetimes have a Pareto
distribution, purchases while alive a negative binomial one, and silence is evidence of death, also
of customers who never came back.

Source: Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will
They Do Next?, *Management Science* 33(1), 1-24; the likelihood as in Fader & Hardie (2005), A Note
on Deriving the Pareto/NBD Model and Related Expressions, brucehardie.com, before the integral is
written as a difference of hypergeometric functions. Likelihood and predictions are equations (1) to
(6) of ``dropout_at_any_time.py``, with S(τ) = (β/(β+τ))^s.

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where customers can leave only when they buy (then BG/NBD).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.covariates.terms import CovariateTerms, DropoutForm
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.covariates.cell_by_cell import ParetoCells
from custvalue._lifetime.covariates.changing.pareto import ParetoPaths
from custvalue._lifetime.covariates.links import LogLinear, leaving_at_any_time
from custvalue._lifetime.purchasing.dropout_at_any_time import LeavesAtAnyTime
from custvalue._lifetime.purchasing.pareto_likelihood import (
    LogLikelihood,
    ParetoLifetime,
    starting_points,
)
from custvalue._lifetime.value.discounting import finite_lifetime
from custvalue._numerics.limits import (
    FAR,
    LARGE,
    as_likely,
    fewer_parameters,
    one_purchase_rate,
    or_no_dropout,
    usable,
)
from custvalue._numerics.maximum import FARTHEST
from custvalue._values import Positive

# 2. Parameters -------------------------------------------------------------------------------


class ParetoNBD(LeavesAtAnyTime):
    """The Pareto/NBD model of Schmittlein, Morrison & Colombo (1987).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    s, beta : float
        Shape and rate of the gamma distribution of dropout rates; the mean is s / beta.
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha and 1 / beta. :meth:`fit` sets it; without it the unit of a history
        is trusted.
    covariates : CovariateTerms, optional
        Of a customer with covariates z: α e^(-γ'z) of purchases and β e^(-γ'z) of dropout. Where
        they change, the time of purchases and that of dropout run at the rates e^(γ'z).

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import ParetoNBD, PurchaseHistory
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
    >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
    >>> model.probability_alive(one).round(3)
    array([0.869])
    >>> model.expected_purchases(one, "39 weeks").round(3)
    array([1.455])
    """

    kind: ClassVar[str] = "Pareto/NBD"
    _likelihood: ClassVar = LogLikelihood
    _form_of_changing: ClassVar[DropoutForm | None] = "mean"

    r: Positive
    alpha: Positive
    s: Positive
    beta: Positive
    unit: TimeUnit | None = None
    covariates: CovariateTerms | None = None

    # 4. Estimation and answers about cells ------------------------------------------------------

    @property
    def _lifetime(self) -> ParetoLifetime:
        return ParetoLifetime(self.r, self.alpha, self.s, self.beta)

    @classmethod
    def _start(cls, cells: Cells) -> list[dict[str, float]]:
        return starting_points(cells, cls)

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> LogLinear:
        return leaving_at_any_time(("r", "alpha", "s", "beta"), form)

    @classmethod
    def _cell_by_cell(cls, cells: Cells) -> ParetoCells:
        return ParetoCells(cells)

    @classmethod
    def _along_paths(cls, segments: PathSegments, cells: PathCells) -> ParetoPaths:
        return ParetoPaths(segments, cells)

    def _limit(self, cells: Cells) -> str:
        return limit(self._lifetime, cells)

    def _check_total(self) -> None:
        finite_lifetime("s", self.s)


# 3. Formulas ---------------------------------------------------------------------------------


def limit(p: ParetoLifetime, cells: Cells) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    likelihood = LogLikelihood(cells)
    fitted = likelihood(np.array(p)).value
    forever = likelihood(np.array([p.r, p.alpha, 1e-12, cells.age.max()])).value
    leaves = -math.expm1(-p.s * math.log1p(float(cells.age.max()) / p.beta))
    where = place(p, as_likely(likelihood, np.array(p)), float(cells.age.max()))
    return or_no_dropout(where, parameter="s", leaves=leaves, fall=fitted - forever)


def place(p: ParetoLifetime, likely: Callable[..., bool], oldest: float) -> str:
    """Say at which limit the parameters are; nothing where they are at none."""
    r, alpha, s, beta = p
    dropout, purchase = s / beta, r / alpha
    alike = (FAR * r, FAR * alpha, FAR * s, FAR * beta)
    if min(s, r) > LARGE**2 and likely(*alike, fewer=2):
        return (
            f"It is the limit of one dropout rate and one purchase rate for all customers (all "
            f"parameters to infinity), s / beta = {dropout:.4g} and r / alpha = {purchase:.4g}. "
            f"The model has no other parameters than these two rates; predictions can be used."
        )
    if s > LARGE and likely(r, alpha, FAR * s, FAR * beta):
        fewer = fewer_parameters("r, alpha and that rate", "s and beta", ", exponential lifetimes,")
        return (
            f"It is the limit of one dropout rate for all customers (s and beta to infinity), "
            f"s / beta = {dropout:.4g}. {fewer} {AT_PURCHASES}"
        )
    if likely(FAR * r, FAR * alpha, s, beta):
        fewer = fewer_parameters("that rate, s and beta", "r and alpha", ", Poisson purchases,")
        return one_purchase_rate(purchase, f". {fewer}")
    if s < 1 / LARGE and beta < oldest and likely(r, alpha, *at_once(s, beta, oldest)):
        return (
            f"It is the limit of customers who leave at once or never (s and beta to 0). "
            f"{usable('s and beta')} {AT_PURCHASES}"
        )
    return ""


def at_once(s: float, beta: float, oldest: float) -> tuple[float, float]:
    """Return a smaller s and β with which as many leave until the oldest age, but sooner."""
    fall = math.log(oldest / beta)
    sooner = min(FAR, max(FARTHEST / fall, 1.0))
    return s / sooner, oldest * math.exp(-sooner * fall)


AT_PURCHASES = "Where customers leave when they buy, BGNBD may fit better."
