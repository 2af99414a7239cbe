"""Gamma-Gompertz/NBD: when customers leave without a word, the likelier the older they get.

While alive, a customer buys at random with a rate λ of their own, and may die (leave for good) at
any time, whether they buy or not: at the age τ with the Gompertz hazard b η e^(bτ), in which η is
of their own. Rates vary over customers as Gamma(r, α), η as Gamma(s, β), and the two are
independent. So who has left is known by their silence, as in the Pareto/NBD, which is the limit
b to 0 with β/b fixed; but here a customer may become likelier to leave with age, and lifetimes may
pile up around some age (β > 1) or fall off from the first day (β < 1).

Source: Bemmaor & Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible
Customer Lifetime Model, *Management Science* 58(5), 1012-1021. Their conditional expectation was
corrected by Adler (2022). Likelihood and predictions are equations (1) to (6) of
``dropout_at_any_time.py``, with S(τ) = (β / (β + e^(bτ) - 1))^s; there, (4) is
an integral that needs no correction. For a customer known to be alive at T all this holds anew with
r + x, α + T and β e^(-bT) + 1 - e^(-bT) in place of r, α and β.

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where the Pareto/NBD fits as well: then b and β cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.terms import CovariateTerms, DropoutForm
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.covariates.cell_by_cell import GompertzCells
from custvalue._lifetime.covariates.links import LogLinear, leaving_at_any_time
from custvalue._lifetime.doubts import Doubt
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.priors.quantities import WITH_AGE, Measure
from custvalue._lifetime.purchasing.dropout_at_any_time import LeavesAtAnyTime
from custvalue._lifetime.purchasing.gamma_gompertz_likelihood import GompertzLifetime, LogLikelihood
from custvalue._lifetime.purchasing.moments import (
    among_repeaters,
    few,
    gamma_rates,
    gone_at_once,
    while_buying,
)
from custvalue._lifetime.purchasing.oldest_age import all_leave, top_without_aging
from custvalue._numerics.limits import (
    FAR,
    LARGE,
    REMEDY,
    as_likely,
    fewer_parameters,
    one_purchase_rate,
    usable,
)
from custvalue._numerics.maximum import FARTHEST
from custvalue._values import Positive

# 2. Parameters -------------------------------------------------------------------------------


class GammaGompertzNBD(LeavesAtAnyTime):
    """The gamma-Gompertz/NBD model of Bemmaor & Glady (2012).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    beta : float
        Rate of the gamma distribution of η; a number without a unit.
    b : float
        How fast the hazard of leaving grows, per time unit.
    s : float
        Shape of the gamma distribution of η. The hazard of customers of age 0 is b s / beta, and
        that of the oldest b s, per time unit.
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha and 1 / b. :meth:`fit` sets it; without it the unit of a history is
        trusted.
    covariates : CovariateTerms, optional
        Of a customer with covariates z: α e^(-γ'z) of purchases and β e^(-γ'z) of dropout.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import GammaGompertzNBD, PurchaseHistory
    >>> model = GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit="week")
    >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
    >>> model.probability_alive(one).round(3)
    array([0.906])
    >>> model.expected_purchases(one, "39 weeks").round(3)
    array([1.548])

    Without discounting, the purchases of all future time have a finite sum:

    >>> model.discounted_expected_purchases(one, annual_discount_rate=0).round(3)
    array([6.633])
    """

    kind: ClassVar[str] = "Gamma-Gompertz/NBD"
    _likelihood: ClassVar = LogLikelihood

    r: Positive
    alpha: Positive
    beta: Positive
    b: Positive
    s: Positive
    unit: TimeUnit | None = None
    covariates: CovariateTerms | None = None

    # 4. Estimation and answers about cells ------------------------------------------------------

    @property
    def _lifetime(self) -> GompertzLifetime:
        return GompertzLifetime(self.r, self.alpha, self.beta, self.b, self.s)

    @classmethod
    def _measure(cls, given: Mapping[str, Any]) -> Measure:  # noqa: ARG003 - there is no k
        return WITH_AGE

    @classmethod
    def _start(cls, cells: Cells) -> list[dict[str, float]]:
        return starting_points(cells, cls)

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> LogLinear:
        return leaving_at_any_time(("r", "alpha", "beta", "b", "s"), form)

    @classmethod
    def _cell_by_cell(cls, cells: Cells) -> GompertzCells:
        return GompertzCells(cells)

    def _limit(self, cells: Cells) -> str:
        return limit(self._lifetime, cells)

    def _doubts(self, cells: Cells, value: float) -> Iterator[Doubt]:
        if self._covariate_terms is None:
            yield from all_leave(self._lifetime, cells, value, GammaGompertzNBD)

    def _check_total(self) -> None:
        """Refuse nothing: hazards do not fall to zero, so that no lifetime is endless."""


# 3. Formulas ---------------------------------------------------------------------------------


def starting_points(cells: Cells, model: type[LifetimeModel]) -> list[dict[str, float]]:
    """Take rates from moments; customers leave when they are old, at once, or from some age on.

    The likelihood may have a top for each of these stories. Of few customers, only a start far out
    leads to the second one, and there may be one more, where all leave soon after the age at which
    anybody was last seen to buy.
    """
    rates = gamma_rates(cells, model)
    per_age = float(cells.count.sum() / (cells.count @ cells.age))
    stories = [
        {**rates, "beta": 20.0, "b": 3 * per_age, "s": 1.0},
        {**among_repeaters(cells), "beta": 1e-3, "b": per_age, "s": 0.1},
        {**rates, "beta": 1e4, "b": 20 * per_age, "s": 0.05},
    ]
    soon = {**among_repeaters(cells), **gone_at_once(cells), "b": per_age}
    return stories + [soon, *gone_at_the_last_purchase(cells, rates["r"])] * few(cells)


def gone_at_the_last_purchase(cells: Cells, r: float) -> list[dict[str, float]]:
    """Let nobody leave before the largest recency, and then all of them, suddenly or soon."""
    oldest = float(cells.recency.max())
    alpha = r / while_buying(cells)
    return [
        {"r": r, "alpha": alpha, "beta": math.exp(steep), "b": steep / oldest, "s": s}
        for steep, s in ((20.0, 1.0), (150.0, 50.0))
    ]


def limit(p: GompertzLifetime, cells: Cells) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    likelihood = LogLikelihood(cells)
    r, alpha = p.r, p.alpha
    fitted = likelihood(np.array(p)).value
    doubt = next(all_leave(p, cells, fitted, GammaGompertzNBD), None)
    usable_as_is = "predictions can be used, " if doubt is None else ""
    said = []
    for fewer, lifetime, what in simpler_lifetimes(p, float(cells.age.max())):
        fall = fitted - likelihood(np.array([r, alpha, *lifetime])).value
        if fall < fewer:  # by Akaike's criterion, each parameter must gain more than 1
            falls = f"falls by {max(fall, 0):.1f} only"
            said.append(what.format(fall=falls, usable=usable_as_is))
            break
    likely = as_likely(likelihood, np.array(p))
    if r > LARGE and likely(FAR * r, FAR * alpha, p.beta, p.b, p.s):
        said.append(one_purchase_rate(r / alpha, f": Poisson purchases. {usable('r and alpha')}"))
    if doubt is not None:
        return " ".join(said) or doubt.message
    if not any("Use " in each for each in said):
        said.append(beside_pareto(fitted, cells) if said else REMEDY)
    return " ".join(said)


def beside_pareto(fitted: float, cells: Cells) -> str:
    """Say how well customers who do not age fit."""
    fall = max(fitted - top_without_aging(cells, GammaGompertzNBD)[1], 0.0)
    if fall < 1:  # by Akaike's criterion
        return (
            f"Use ParetoNBD, which has one parameter fewer and fits about as well: its "
            f"log-likelihood is only {fall:.1f} lower."
        )
    return (
        f"No simpler model here fits as well: the log-likelihood of ParetoNBD is {fall:,.1f} lower."
    )


LIMIT = 1e-9  # what is as good as zero
LATER = {"fall": "{fall}", "usable": "{usable}"}  # said where it is known


def simpler_lifetimes(
    p: GompertzLifetime, oldest: float
) -> Iterator[tuple[int, tuple[float, float, float], str]]:
    """Yield the limits of (β, b, s), simplest first: parameters saved, one place near it, words."""
    beta, b, s = p.beta, p.b, p.s
    yield 3, (1.0, 1 / oldest, LIMIT), NO_DROPOUT
    for rate in (b * s / beta, b * s):
        yield 2, (1.0, rate, 1.0), ONE_RATE.format(rate=f"{rate:.4g}", fall="{fall}")
    slow = LIMIT / oldest
    parameters = f"r={p.r:.4g}, alpha={p.alpha:.4g}, s={s:.4g}, beta={beta / b:.4g}"
    yield 1, (slow * beta / b, slow, s), PARETO.format(parameters=parameters, fall="{fall}")
    many = 1 / (LIMIT * s)
    yield 1, (many * beta, b, many * s), ONE_SCALE.format(ratio=f"{s / beta:.4g}", **LATER)
    sudden = min(1 / LIMIT, FARTHEST / max(abs(math.log(beta)), LIMIT))
    start = (
        f"no customer leaves before the age of {math.log(beta) / b:.4g}, and then all do"
        if beta > 1
        else f"a share of {-math.expm1(s * math.log(beta)):.4g} leaves at once, and the others do"
    )
    near = (math.exp(sudden * math.log(beta)), b * sudden, s / sudden)
    yield 1, near, SUDDEN.format(start=start, rate=f"{b * s:.4g}", **LATER)


NO_DROPOUT = (
    "It is the limit of no dropout (s to 0), to which the log-likelihood {fall}. Use NBD, which is "
    "this limit."
)
ONE_RATE = (
    "It is the limit of one constant dropout rate for all customers, {rate}, to which the "
    "log-likelihood {fall}. "
    + fewer_parameters("r, alpha and that rate", "beta, b and s", ", exponential lifetimes,")
)
PARETO = (
    "It is the limit of customers who do not age (b and beta to 0), to which the log-likelihood "
    "{fall}. Use ParetoNBD, which is this limit: r, alpha, s and beta / b as its beta, here "
    "ParetoNBD({parameters})."
)
ONE_SCALE = (
    "It is the limit of one hazard for all customers (s and beta to infinity), s / beta = {ratio}, "
    "to which the log-likelihood {fall}. This limit, Gompertz lifetimes, has four parameters: r, "
    "alpha, b and that ratio; {usable}s and beta themselves cannot be interpreted."
)
SUDDEN = (
    "It is the limit of a hazard that changes at one age (b to infinity): {start} at one constant "
    "rate, b s = {rate}; to it, the log-likelihood {fall}. This limit has four parameters; "
    "{usable}beta, b and s themselves cannot be interpreted."
)
