"""Pareto/NBD: when customers leave without a word, at any time.

While alive, a customer buys at random with a rate λ of their own, and dies (leaves for good) at
random with a rate μ of their own, whether they buy or not. Rates vary over customers as
Gamma(r, α), dropout rates as Gamma(s, β), and the two are independent. So lifetimes have a Pareto
distribution, purchases while alive a negative binomial one, and silence is evidence of death, also
of customers who never came back.

Source: Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will
They Do Next?, *Management Science* 33(1), 1-24; the likelihood as in Fader & Hardie (2005), A Note
on Deriving the Pareto/NBD Model and Related Expressions, brucehardie.com, before the integral is
written as a difference of hypergeometric functions. With m = r + x:

(1) L = Γ(r+x)/Γ(r) α^r β^s [ (α+T)^-m (β+T)^-s + s ∫ (α+τ)^-m (β+τ)^-(s+1) dτ ], from t_x to T
(2) P(alive) = share of the first term in (1)
(3) P(alive at T+u) = P(alive) ((β+T)/(β+T+u))^s
(4) E[purchases, discounted by e^(-δu)] = P(alive) m/(α+T) ∫ e^(-δu) ((β+T)/(β+T+u))^s du
(5) P(X(t) = n) = NBD(n; t) (β/(β+t))^s + ∫ NBD(n; τ) s β^s (β+τ)^-(s+1) dτ, from 0 to t
(6) P(active) = P(alive) m (α+T)^m (β+T)^s ∫ (α+τ)^-(m+1) (β+τ)^-s dτ, from T to T+t

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where customers can leave only when they buy (then BG/NBD).
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from scipy import special

from custvalue._lifetime.discounting import finite_lifetime
from custvalue._lifetime.gamma_functions import log_choices, log_rising
from custvalue._lifetime.history import Cells
from custvalue._lifetime.limits import LARGE, NOTHING_GAINED, or_no_dropout
from custvalue._lifetime.maximum import Objective
from custvalue._lifetime.pareto_integral import Symbols, log_odds_left, power_integral
from custvalue._lifetime.pareto_likelihood import LogLikelihood, starting_points
from custvalue._lifetime.purchase_model import Drawn, PurchasesAtAnyTime, drawn_at_random
from custvalue._lifetime.quadrature import log_concave_integral
from custvalue._lifetime.units import TimeUnit
from custvalue._rows import FloatArray
from custvalue._values import Positive

# 2. Parameters -------------------------------------------------------------------------------


class ParetoNBD(PurchasesAtAnyTime):
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

    r: Positive
    alpha: Positive
    s: Positive
    beta: Positive
    unit: TimeUnit | None = None

    # 4. Estimation and answers about cells ------------------------------------------------------

    @property
    def _symbols(self) -> Symbols:
        return Symbols(self.r, self.alpha, self.s, self.beta)

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
        return np.exp(-self.s * np.log1p(later / (self.beta + cells.age)))

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        return first_purchase(cells.frequency, cells.age, until, self._symbols)

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        return purchases_if_alive(cells.frequency, cells.age, until, rate, self._symbols)

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        m, alpha, beta = self.r + cells.frequency, self.alpha + cells.age, self.beta + cells.age
        return purchase_counts(n, until, m, alpha, s=self.s, beta=beta)

    def _check_total(self) -> None:
        finite_lifetime("s", self.s)

    # 5. Simulation ---------------------------------------------------------------------------

    def _draw(self, T: FloatArray, random: np.random.Generator) -> Drawn:
        rate = random.gamma(self.r, 1 / self.alpha, len(T))
        leaving = np.maximum(random.gamma(self.s, 1 / self.beta, len(T)), 1e-300)
        lifetime = random.exponential(size=len(T)) / leaving
        return drawn_at_random(rate, np.minimum(lifetime, T), random)


# 3. Formulas ---------------------------------------------------------------------------------


def log_likelihood(x: FloatArray, t_x: FloatArray, T: FloatArray, p: Symbols) -> FloatArray:
    """Equation (1), with the sum in brackets as 1 + odds of having left.

    Where no purchase is nearly certain, the terms cancel: there it is log(1 - P(a purchase)).
    """
    times = -p.r * np.log1p(T / p.alpha) - x * np.log(p.alpha + T) - p.s * np.log1p(T / p.beta)
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
    return (p.r + x) / (p.alpha + T) * time_alive(p.beta + each_T, until, rate, s=p.s)[row]


def time_alive(b: FloatArray, until: float, rate: float, *, s: float) -> FloatArray:
    """Return ∫ e^(-δu) (b/(b+u))^s du, the (discounted) time that one stays, up to the horizon.

    In v = log(1 + u/b). The closed forms without and with discounting, (1 - (b/(b+t))^(s-1)) /
    (s-1) and Tricomi's U, are singular or cancel where s is near 1; these do not.
    """
    if until == 0:
        return np.zeros(b.shape)
    if rate == 0 and until == math.inf:
        return b / (s - 1)
    if rate == 0:
        end = np.log1p(until / b)
        return b * end * special.exprel((1 - s) * end)
    fall = (rate * b)[:, None]
    end = np.log1p(np.minimum(until, BLACK / rate) / b)
    return b * np.exp(
        log_concave_integral(
            lambda v: -fall * np.expm1(v) - (s - 1) * v,
            lambda v: -fall * np.exp(v) - (s - 1),
            np.zeros(len(b)),
            end,
        )
    )


BLACK = 800.0  # e^-800, against which e^237, the most by which s < 1 can raise it, is nothing


def first_purchase(
    x: FloatArray, T: FloatArray, until: float | FloatArray, p: Symbols
) -> FloatArray:
    """Return P(a purchase before death and horizon | alive at T), in equation (6)."""
    m = p.r + x
    return m / (p.alpha + T) * power_integral(T, T + until, m + 1, p.s, p)


def purchase_counts(
    n: FloatArray, t: float, r: FloatArray, alpha: FloatArray, *, s: float, beta: FloatArray
) -> FloatArray:
    """Equation (5) for customers of parameters r, α, β each, shape (len(r), len(n))."""
    each, count = (part.ravel() for part in np.broadcast_arrays(np.arange(len(r))[:, None], n))
    shape, rate, dropout = r[each], alpha[each], beta[each]
    left = math.log(s) + death_after(count, t, shape, rate, s=s, beta=dropout)
    stayed = special.xlogy(count, t / (rate + t)) - shape * np.log1p(t / rate)
    stayed -= s * np.log1p(t / dropout)
    each_count: FloatArray = np.exp(log_choices(shape, count) + np.logaddexp(stayed, left))
    return each_count.reshape(len(r), len(n))


def death_after(
    n: FloatArray, t: float, r: FloatArray, alpha: FloatArray, *, s: float, beta: FloatArray
) -> FloatArray:
    """Return log of the integral in equation (5) without its binomial coefficient and s.

    Over y = log τ, row by row. Left of both log(α) and log(β) the integrand falls at least so fast.
    """
    knee = np.log(np.minimum(np.minimum(alpha, beta), t))
    low = knee - (DEPTH + (r + n + s + 1) * math.log(2)) / (n + 1)
    r, alpha, beta, n = (part[:, None] for part in (r, alpha, beta, n))

    def log_f(y: FloatArray) -> FloatArray:
        away_alpha, away_beta = np.log1p(alpha * np.exp(-y)), np.log1p(beta * np.exp(-y))
        of_alpha, of_beta = np.log1p(np.exp(y) / alpha), np.log1p(np.exp(y) / beta)
        return -n * away_alpha - r * of_alpha - away_beta - s * of_beta

    def slope(y: FloatArray) -> FloatArray:
        near_alpha, near_beta = alpha / (alpha + np.exp(y)), beta / (beta + np.exp(y))
        return n * near_alpha - r * (1 - near_alpha) + near_beta - s * (1 - near_beta)

    return log_concave_integral(log_f, slope, low, np.full(len(low), math.log(t)))


DEPTH = 45.0  # more than what log_concave_integral looks at


def limit(p: Symbols, cells: Cells) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    likelihood = LogLikelihood(cells)
    fitted = likelihood(np.array(p)).value
    forever = likelihood(np.array([p.r, p.alpha, 1e-12, cells.age.max()])).value
    alike = likelihood(np.array([1e4 * p.r, 1e4 * p.alpha, p.s, p.beta])).value
    one_purchase_rate = p.r > LARGE or fitted - alike < NOTHING_GAINED / 2
    leaves = -math.expm1(-p.s * math.log1p(float(cells.age.max()) / p.beta))
    where = place(p, one_purchase_rate=one_purchase_rate)
    return or_no_dropout(where, parameter="s", leaves=leaves, fall=fitted - forever)


def place(p: Symbols, *, one_purchase_rate: bool) -> str:
    """Say at which limit the parameters are; nothing where they are at none."""
    dropout, purchase = p.s / p.beta, p.r / p.alpha
    if min(p.s, p.r) > LARGE**2:
        return (
            f"It is the limit of one dropout rate and one purchase rate for all customers (all "
            f"parameters to infinity), s / beta = {dropout:.4g} and r / alpha = {purchase:.4g}. "
            f"The model has no other parameters than these two rates; predictions can be used."
        )
    if p.s > LARGE:
        return (
            f"It is the limit of one dropout rate for all customers (s and beta to infinity), "
            f"s / beta = {dropout:.4g}. This limit, exponential lifetimes, has three "
            f"parameters: r, alpha and that rate; predictions can be used, s and beta themselves "
            f"cannot be interpreted. Where customers leave when they buy, BGNBD may fit better."
        )
    if one_purchase_rate:
        return (
            f"It is the limit of one purchase rate for all customers (r and alpha to infinity), "
            f"r / alpha = {purchase:.4g}. This limit, Poisson purchases, has three "
            f"parameters: that rate, s and beta; predictions can be used, r and alpha themselves "
            f"cannot be interpreted."
        )
    if p.s < 1 / LARGE:
        return (
            "It is the limit of customers who leave at once or never (s and beta to 0). "
            "Predictions can be used; s and beta themselves cannot be interpreted. Where customers "
            "leave "
            "when they buy, BGNBD may fit better."
        )
    return ""
