"""Gamma-Gompertz/NBD: when customers leave without a word, the likelier the older they get.

While alive, a customer buys at random with a rate λ of their own, and may die (leave for good) at
any time, whether they buy or not: at the age τ with the Gompertz hazard b η e^(bτ), in which η is
of their own. Rates vary over customers as Gamma(r, α), η as Gamma(s, β), and the two are
independent. So who has left is known by their silence, as in the Pareto/NBD, which is the limit
b to 0 with β/b fixed; but here a customer may become likelier to leave with age, and lifetimes may
pile up around some age (β > 1) or fall off from the first day (β < 1).

Source: Bemmaor & Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible
Customer Lifetime Model, *Management Science* 58(5), 1012-1021. Their conditional expectation was
corrected by Adler (2022); (4) is an integral that needs no correction. With m = r + x and

(0) S(τ) = (β / (β + e^(bτ) - 1))^s
(1) L = Γ(r+x)/Γ(r) α^r [ (α+T)^-m S(T) + ∫ (α+τ)^-m (-S'(τ)) dτ ], from t_x to T
(2) P(alive) = share of the first term in (1)
(3) P(alive at T+u) = P(alive) S(T+u)/S(T)
(4) E[purchases, discounted by e^(-δu)] = P(alive) m/(α+T) ∫ e^(-δu) S(T+u)/S(T) du
(5) P(X(t) = n) = NBD(n; t) S(t) + ∫ NBD(n; τ) (-S'(τ)) dτ, from 0 to t
(6) P(active) = P(alive) m (α+T)^m ∫ (α+τ)^-(m+1) S(τ)/S(T) dτ, from T to T+t

For a customer known to be alive at T all this holds anew with r + x, α + T and
β e^(-bT) + 1 - e^(-bT) in place of r, α and β.

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where the Pareto/NBD fits as well: then b and β cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from scipy import special

from custvalue._lifetime import pareto_likelihood
from custvalue._lifetime.gamma_functions import log_choices, log_rising
from custvalue._lifetime.gamma_gompertz_integral import (
    Symbols,
    first_purchase,
    grown,
    log_counts,
    log_odds_left,
    time_alive,
    updated,
)
from custvalue._lifetime.gamma_gompertz_likelihood import LogLikelihood
from custvalue._lifetime.history import Cells
from custvalue._lifetime.limits import REMEDY
from custvalue._lifetime.maximum import Objective, highest
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.moments import among_repeaters, gamma_rates
from custvalue._lifetime.purchase_model import Drawn, PurchasesAtAnyTime, drawn_at_random
from custvalue._lifetime.units import TimeUnit
from custvalue._rows import FloatArray
from custvalue._values import Positive

# 2. Parameters -------------------------------------------------------------------------------


class GammaGompertzNBD(PurchasesAtAnyTime):
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

    r: Positive
    alpha: Positive
    beta: Positive
    b: Positive
    s: Positive
    unit: TimeUnit | None = None

    # 4. Estimation and answers about cells ------------------------------------------------------

    @property
    def _symbols(self) -> Symbols:
        return Symbols(self.r, self.alpha, self.beta, self.b, self.s)

    @classmethod
    def _objective(cls, cells: Cells) -> Objective:
        return LogLikelihood(cells)

    @classmethod
    def _start(cls, cells: Cells) -> list[dict[str, float]]:
        return starting_points(cells, cls)

    def _limit(self, cells: Cells) -> str:
        return limit(self._symbols, cells)

    def _log_likelihood(self, cells: Cells) -> FloatArray:
        return log_likelihood(cells.frequency, cells.recency, cells.age, self._symbols)

    def _alive(self, cells: Cells) -> FloatArray:
        return probability_alive(cells.frequency, cells.recency, cells.age, self._symbols)

    def _stays(self, cells: Cells, later: float) -> FloatArray:
        ahead = np.full(len(cells), self.b * later)
        return np.exp(-self.s * grown(ahead, updated(self.beta, self.b * cells.age)))

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        return first_purchase(cells.frequency, cells.age, until, self._symbols)

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        return purchases_if_alive(cells.frequency, cells.age, until, rate, self._symbols)

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        return purchase_counts(n, until, cells.frequency, cells.age, self._symbols)

    def _check_total(self) -> None:
        """Refuse nothing: hazards do not fall to zero, so that no lifetime is endless."""

    # 5. Simulation ---------------------------------------------------------------------------

    def _draw(self, T: FloatArray, random: np.random.Generator) -> Drawn:
        rate = random.gamma(self.r, 1 / self.alpha, len(T))
        eta = np.maximum(random.gamma(self.s, 1 / self.beta, len(T)), 1e-300)
        lifetime = np.log1p(random.exponential(size=len(T)) / eta) / self.b
        return drawn_at_random(rate, np.minimum(lifetime, T), random)


# 3. Formulas ---------------------------------------------------------------------------------


def log_likelihood(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Equation (1), with the sum in brackets as 1 + odds of having left.

    Where no purchase is nearly certain, the terms cancel: there it is log(1 - P(a purchase)).
    """
    times = -p.r * np.log1p(T / p.alpha) - x * np.log(p.alpha + T) - p.s * grown(p.b * T, p.beta)
    odds = log_odds_left(x, t_x, T, p)
    total: FloatArray = log_rising(p.r, x).value + times + np.logaddexp(0, odds)
    certain = np.flatnonzero((x == 0) & (total > -0.5))
    new = np.zeros(len(certain))
    total[certain] = np.log1p(-first_purchase(new, new, T[certain], p))
    return total


def probability_alive(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Equation (2)."""
    return special.expit(-log_odds_left(x, t_x, T, p))


def purchases_if_alive(
    x: FloatArray, T: FloatArray, until: float, rate: float, p: Symbols
) -> FloatArray:
    """Return the (discounted) purchases expected of customers alive at T, equation (4)."""
    each_T, row = np.unique(T, return_inverse=True)
    return (p.r + x) / (p.alpha + T) * time_alive(each_T, until, rate, p)[row]


def purchase_counts(
    n: FloatArray, t: float, x: FloatArray, T: FloatArray, p: Symbols
) -> FloatArray:
    """Equation (5) for customers alive at T, with what is known of them, shape (len(x), len(n))."""
    each, count = (part.ravel() for part in np.broadcast_arrays(np.arange(len(x))[:, None], n))
    m, a, now = p.r + x[each], p.alpha + T[each], updated(p.beta, p.b * T[each])
    left = log_counts(count, p.b * t, a=p.b * a, m=m, beta=now, s=p.s)
    stayed = special.xlogy(count, t / (a + t)) - m * np.log1p(t / a)
    stayed -= p.s * grown(np.full(len(now), p.b * t), now)
    each_count: FloatArray = np.exp(log_choices(m, count) + np.logaddexp(stayed, left))
    return each_count.reshape(len(x), len(n))


def starting_points(cells: Cells, model: type[LifetimeModel]) -> list[dict[str, float]]:
    """Take rates from moments; customers leave when they are old, at once, or from some age on.

    The likelihood may have a top for each of these stories.
    """
    rates = gamma_rates(cells, model)
    per_age = float(cells.count.sum() / (cells.count @ cells.age))
    return [
        {**rates, "beta": 20.0, "b": 3 * per_age, "s": 1.0},
        {**among_repeaters(cells), "beta": 1e-3, "b": per_age, "s": 0.1},
        {**rates, "beta": 1e4, "b": 20 * per_age, "s": 0.05},
    ]


def limit(p: Symbols, cells: Cells) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    likelihood = LogLikelihood(cells)
    r, alpha = p.r, p.alpha
    fitted = likelihood(np.array(p)).value
    said = []
    for fewer, lifetime, what in simpler_lifetimes(p, float(cells.age.max())):
        fall = fitted - likelihood(np.array([r, alpha, *lifetime])).value
        if fall < fewer:  # by Akaike's criterion, each parameter must gain more than 1
            said.append(f"{what.format(fall=f'falls by {max(fall, 0):.1f} only')}")
            break
    if r > LARGE:
        said.append(
            f"It is the limit of one purchase rate for all customers (r and alpha to infinity), "
            f"r / alpha = {r / alpha:.4g}: Poisson purchases. Predictions can be used; r and alpha "
            f"themselves cannot be interpreted."
        )
    if not any("Use " in each for each in said):
        said.append(beside_pareto(fitted, cells) if said else REMEDY)
    return " ".join(said)


def beside_pareto(fitted: float, cells: Cells) -> str:
    """Say how well customers who do not age fit."""
    starts = [
        np.array(list(start.values()))
        for start in pareto_likelihood.starting_points(cells, GammaGompertzNBD)
    ]
    fall = max(fitted - highest(cells, pareto_likelihood.LogLikelihood, starts)[1], 0.0)
    if fall < 1:  # by Akaike's criterion
        return (
            f"Use ParetoNBD, which has one parameter fewer and fits about as well: its "
            f"log-likelihood is only {fall:.1f} lower."
        )
    return (
        f"No simpler model here fits as well: the log-likelihood of ParetoNBD is {fall:,.1f} lower."
    )


LARGE = 20.0  # a shape from which on a gamma distribution is nearly one value
LIMIT = 1e-9  # what is as good as zero


def simpler_lifetimes(
    p: Symbols, oldest: float
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
    yield 1, (many * beta, b, many * s), ONE_SCALE.format(ratio=f"{s / beta:.4g}", fall="{fall}")
    sudden = min(1 / LIMIT, FARTHEST / max(abs(math.log(beta)), LIMIT))
    start = (
        f"no customer leaves before the age of {math.log(beta) / b:.4g}, and then all do"
        if beta > 1
        else f"a share of {-math.expm1(s * math.log(beta)):.4g} leaves at once, and the others do"
    )
    near = (math.exp(sudden * math.log(beta)), b * sudden, s / sudden)
    yield 1, near, SUDDEN.format(start=start, rate=f"{b * s:.4g}", fall="{fall}")


FARTHEST = 200.0  # of log β: e^200 and e^-200 stay within doubles
MEANINGLESS = "predictions can be used, beta, b and s themselves cannot be interpreted."
NO_DROPOUT = (
    "It is the limit of no dropout (s to 0), to which the log-likelihood {fall}. Use NBD, which is "
    "this limit."
)
ONE_RATE = (
    "It is the limit of one constant dropout rate for all customers, {rate}, to which the "
    "log-likelihood {fall}. This limit, exponential lifetimes, has three parameters: r, alpha and "
    f"that rate; {MEANINGLESS}"
)
PARETO = (
    "It is the limit of customers who do not age (b and beta to 0), to which the log-likelihood "
    "{fall}. Use ParetoNBD, which is this limit: r, alpha, s and beta / b as its beta, here "
    "ParetoNBD({parameters})."
)
ONE_SCALE = (
    "It is the limit of one hazard for all customers (s and beta to infinity), s / beta = {ratio}, "
    "to which the log-likelihood {fall}. This limit, Gompertz lifetimes, has four parameters: r, "
    "alpha, b and that ratio; predictions can be used, s and beta themselves cannot be interpreted."
)
SUDDEN = (
    "It is the limit of a hazard that changes at one age (b to infinity): {start} at one constant "
    "rate, b s = {rate}; to it, the log-likelihood {fall}. This limit has four parameters; "
    f"{MEANINGLESS}"
)
