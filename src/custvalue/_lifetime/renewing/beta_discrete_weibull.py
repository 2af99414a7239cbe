"""Beta-discrete-Weibull (BdW): renewing a contract, where each customer changes with time.

As in the shifted beta-geometric model, customers differ in a probability θ to leave, which varies
over them as Beta(α, β). But the inclination of one customer changes with the periods that have
passed: to make t renewals has the probability (1 - θ)^(t^c). With c > 1 a customer gets likelier to
leave, with c < 1 less likely, and with c = 1 it is the shifted beta-geometric model. So retention
may fall at first and rise later, when those who were going to leave have left.

Source: Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to Project Customer Retention"
Revisited: The Role of Duration Dependence, *Journal of Interactive Marketing* 43, 1-16.

Do not use it on a handful of renewals: three parameters need at least three, and a forecast far
beyond the data rests on c. Nor where customers can leave at any time without a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._histories.contracts import Period, RenewalCounts
from custvalue._histories.covariates.terms import CovariateTerms
from custvalue._lifetime.renewing import beta_geometric_likelihood
from custvalue._lifetime.renewing.renewal_model import RenewsContracts
from custvalue._lifetime.renewing.renewals import (
    BLOCK,
    STEP,
    kernel,
    log_beta_ratio,
    nodes,
)
from custvalue._numerics.limits import FAR, as_likely
from custvalue._numerics.maximum import Derivatives, Objective, highest
from custvalue._numerics.quadrature import legendre
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue.errors import EstimationError

# 2. Parameters -------------------------------------------------------------------------------


class BetaDiscreteWeibull(RenewsContracts):
    """The beta-discrete-Weibull model of Fader, Hardie and others (2018).

    Parameters
    ----------
    alpha, beta : float
        Parameters of the beta distribution of the probability to leave at the first renewal; its
        mean is alpha / (alpha + beta).
    c : float
        How one customer changes: > 1 likelier to leave with time, < 1 less likely.
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
    >>> from custvalue.lifetime import BetaDiscreteWeibull
    >>> model = BetaDiscreteWeibull(alpha=0.2593, beta=1.7226, c=1.5844, period="1 year")
    >>> model.survival([0, 1, 4]).round(3)
    array([1.   , 0.869, 0.593])
    >>> model.retention_rate([1, 2, 3, 12]).round(3)
    array([0.869, 0.854, 0.883, 0.966])
    """

    kind: ClassVar[str] = "beta-discrete-Weibull"

    alpha: Positive
    beta: Positive
    c: Positive
    period: Period | None = None
    covariates: CovariateTerms | None = None

    # 4. Methods ------------------------------------------------------------------------------

    @classmethod
    def _objective(cls, counts: RenewalCounts) -> Objective:
        return LogLikelihood(counts)

    @classmethod
    def _start(cls, counts: RenewalCounts) -> list[dict[str, float]]:
        return starting_points(counts)

    def _limit(self, counts: RenewalCounts) -> str:
        return limit(self, counts)

    def _log_survival(self, t: FloatArray) -> FloatArray:
        return log_survival(t, self)

    def _retention(self, made: FloatArray) -> FloatArray:
        return np.exp(log_retention(made, self))

    def _leaving(self, made: FloatArray) -> FloatArray:
        return -np.expm1(log_retention(made, self))

    def _further(self, made: FloatArray, periods: float, rate: float) -> FloatArray:
        different, place = np.unique(made, return_inverse=True)
        each = [residual_lifetime(k, periods, rate, self) for k in different.tolist()]
        return np.array(each)[place]

    def _renewals(self, passed: FloatArray) -> FloatArray:
        return np.floor(np.exp(np.log(passed) / self.c))

    @property
    def _tail(self) -> tuple[str, float]:
        return "alpha * c", self.alpha * self.c


# 3. Formulas ---------------------------------------------------------------------------------

LARGEST = 1e120  # t^c beyond it is followed by its logarithm; its square is a double
HEAD = 400  # renewals that are summed one by one
DARK = 40.0  # e^-40: nothing is seen beyond it
STEEP = math.log(LARGEST) / math.log(HEAD)  # from this c on, t^c is cut off beyond the head
PURE = 35.0  # e^35 times the other terms on, S(t) is a pure power of t


def log_survival(t: FloatArray, p: BetaDiscreteWeibull) -> FloatArray:
    """Return log of B(α, β + t^c) / B(α, β)."""
    with np.errstate(divide="ignore"):  # log 0
        log_t = np.log(t.ravel())
    return log_fall(np.zeros(t.size), log_t, p).reshape(t.shape)


def log_retention(k: FloatArray, p: BetaDiscreteWeibull) -> FloatArray:
    """Return log S(k + 1) / S(k)."""
    return log_fall(k.ravel(), np.zeros(k.size), p).reshape(k.shape)


def log_fall(k: FloatArray, log_t: FloatArray, p: BetaDiscreteWeibull) -> FloatArray:
    """Return log S(k + t) / S(k) from log t."""
    powers = Powers.of(k, log_t, p.c)
    return log_beta_ratio(p.beta + powers.power, powers.gain, p.alpha) - p.alpha * powers.excess


class Powers(NamedTuple):
    """k^c and (k + t)^c - k^c without cancellation, both powers cut off at the largest.

    From there on S(t) is t^(-αc) times a constant, so that its logarithm falls by α times the
    `excess`: by how much c log(k + t) is beyond the largest, less the same of c log k.
    """

    power: FloatArray
    gain: FloatArray
    excess: FloatArray
    cut: npt.NDArray[np.bool_]  # whether k^c is cut off
    cut_later: npt.NDArray[np.bool_]  # whether (k + t)^c is

    @classmethod
    def of(cls, k: FloatArray, log_t: FloatArray, c: float) -> Powers:
        """Return them for k from log t."""
        most = math.log(LARGEST)
        log_k = np.log(np.maximum(k, 1))
        now = c * log_k
        grows = c * np.where(k > 0, np.logaddexp(0, log_t - log_k), log_t)
        cut, cut_later = now > most, now + grows > most
        power = np.where(k > 0, np.exp(np.minimum(now, most)), 0.0)
        within = np.where(cut_later, 0.0, grows)
        gain = np.where(k > 0, power * np.expm1(within), np.exp(within))
        gain = np.where(cut_later, LARGEST - np.minimum(power, LARGEST), gain)
        beyond = np.where(cut, grows, np.maximum(now + grows - most, 0))
        return cls(power, np.where(cut, 0.0, gain), beyond, cut, cut_later)


def residual_lifetime(k: float, periods: float, rate: float, p: BetaDiscreteWeibull) -> float:
    """Return Σ S(k + j) / S(k) e^(-rate (j - 1)) over j = 1 … periods.

    The first 400 terms are added one by one. From a on, a sum is ∫ f from a - 1/2 plus the central
    differences δf / 24 - 17 δ³f / 5760 there (Gauss-Encke); the integral is taken over log t.
    """
    alpha, beta, c = p.alpha, p.beta, p.c
    base = beta + (k and math.exp(min(c * math.log(k), math.log(LARGEST))))

    def log_term(log_t: FloatArray) -> FloatArray:
        fallen = log_fall(np.full(log_t.shape, k), log_t, p)
        return fallen - (rate * (np.exp(log_t) - 1) if rate > 0 else 0.0)

    def end(at: float) -> float:
        around = np.exp(log_term(np.log(at + np.arange(-2.0, 2.0))))
        return float((around[2] - around[1]) / 24 - 17 / 5760 * np.diff(around, 3)[0])

    total = float(np.exp(log_term(np.log(np.arange(1.0, min(periods, HEAD) + 1)))).sum())
    if periods <= HEAD or rate * HEAD > DARK:
        return total
    total += end(HEAD + 1)
    first, last = math.log(HEAD + 0.5), math.log(periods + 0.5)
    if rate > 0 and last > math.log(DARK / rate):
        last = math.log(DARK / rate)
    elif last < math.inf:
        total -= end(periods + 1)
    else:  # αc > 1: the rest is ∫ t^(-αc)
        scale = math.log((1 + alpha) * (1 + alpha + 2 * base))
        last = max(first, (PURE + scale) / c, PURE + math.log1p(c * k))
        total += math.exp(float(log_term(np.array([last]))[0]) + last) / (alpha * c - 1)
    width = 0.5 / max(c, 1.0) if c < STEEP else 0.5
    return total + integral(lambda y: np.exp(log_term(y) + y), first, last, width)


def integral(
    f: Callable[[FloatArray], FloatArray], first: float, last: float, width: float
) -> float:
    """Integrate by Gauss's rule with 16 nodes on panels no wider than `width`."""
    places, weights = legendre(16)
    edges = np.linspace(first, last, max(math.ceil((last - first) / width), 1) + 1)
    at = edges[:-1, None] + np.diff(edges)[:, None] * places
    return float((f(at.ravel()).reshape(at.shape) @ weights) @ np.diff(edges))


class LogLikelihood:
    """Σ renewed log r + left log(1 - r), with exact gradient and Hessian in (α, β, c).

    The sum is over renewals; log r is a function of α, x = β + k^c and h = (k + 1)^c - k^c. All
    its derivatives are moments of the integrand in
    :func:`~custvalue._lifetime.renewing.renewals.log_beta_ratio`.
    """

    def __init__(self, counts: RenewalCounts) -> None:
        self.counts = counts

    def __call__(self, parameters: FloatArray) -> Derivatives:
        c = self.counts
        parts = []
        for begin in range(0, len(c), BLOCK):
            rows = slice(begin, begin + BLOCK)
            parts.append(binomials(c.before[rows], c.renewed[rows], c.left[rows], parameters))
        return Derivatives.total(parts)


def binomials(
    k: FloatArray, renewed: FloatArray, left: FloatArray, parameters: FloatArray
) -> Derivatives:
    """Return Σ renewed log r + left log(1 - r)."""
    log_r, gradient, hessian = retention_derivatives(k, *parameters.tolist())
    value = renewed @ log_r + left @ np.log(-np.expm1(log_r))
    odds = -1 / np.expm1(log_r) - 1  # r / (1 - r)
    slope, curve = renewed - left * odds, -left * odds * (1 + odds)
    total = np.einsum("k,kij->ij", slope, hessian) + (curve[:, None] * gradient).T @ gradient
    return Derivatives(float(value), slope @ gradient, total)


def retention_derivatives(
    k: FloatArray, alpha: float, beta: float, c: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log r of each renewal with its gradient and Hessian in (α, β, c)."""
    p = Powers.of(k, np.zeros(len(k)), c)
    now, here, ahead = np.log1p(1 / np.maximum(k, 1)), np.log(np.maximum(k, 1)), np.log1p(k)
    x_1 = np.where(p.cut, 0.0, p.power * here)  # derivatives of x by c
    x_2 = x_1 * here
    h_1 = np.where(p.cut_later, -x_1, p.gain * ahead + p.power * now)
    h_2 = np.where(p.cut_later, -x_2, p.gain * ahead**2 + p.power * now * (ahead + here))
    excess_1 = np.where(p.cut, now, np.where(p.cut_later, ahead, 0.0))
    m = moments(beta + p.power, p.gain, alpha)
    in_c = m.x * x_1 + m.h * h_1 - alpha * excess_1
    alpha_c = m.alpha_x * x_1 + m.alpha_h * h_1 - excess_1
    beta_c = m.xx * x_1 + m.hh * h_1
    c_c = m.xx * x_1**2 + m.hh * h_1 * (2 * x_1 + h_1) + m.x * x_2 + m.h * h_2
    gradient = np.stack((m.alpha - p.excess, m.x, in_c), axis=1)
    hessian = np.stack(
        (m.alpha_x, m.alpha_x, alpha_c, m.alpha_x, m.xx, beta_c, alpha_c, beta_c, c_c), axis=1
    )
    return m.value - alpha * p.excess, gradient, hessian.reshape(-1, 3, 3)


class Moments(NamedTuple):
    """log B(α, x + h) / B(α, x) and its derivatives; αα is αx, and xh is hh."""

    value: FloatArray
    alpha: FloatArray
    x: FloatArray
    h: FloatArray
    alpha_x: FloatArray
    alpha_h: FloatArray
    xx: FloatArray
    hh: FloatArray


def moments(x: FloatArray, h: FloatArray, alpha: float) -> Moments:
    """Integrate (1 - e^(-hs)) (1 - e^(-αs)) e^(-xs) / (1 - e^(-s)) with 1, s, s² by log s."""
    s = nodes(x, h, alpha)
    weight = STEP * kernel(x, s)
    gained, lost = -np.expm1(-h[:, None] * s), -np.expm1(-alpha * s)
    both, only_gained = weight * gained * lost, weight * gained * (1 - lost)
    only_lost, neither = weight * (1 - gained) * lost, weight * (1 - gained) * (1 - lost)
    return Moments(
        value=-both.sum(axis=1),
        alpha=-(only_gained * s).sum(axis=1),
        x=(both * s).sum(axis=1),
        h=-(only_lost * s).sum(axis=1),
        alpha_x=(only_gained * s**2).sum(axis=1),
        alpha_h=-(neither * s**2).sum(axis=1),
        xx=-(both * s**2).sum(axis=1),
        hh=(only_lost * s**2).sum(axis=1),
    )


def starting_points(counts: RenewalCounts) -> list[dict[str, float]]:
    """Take the mean from the retention of all renewals, and begin at three places.

    The likelihood may have several tops: with customers who are all alike, with customers who stay
    nearly surely once they have renewed (small α and β, c > 1), and near the shifted
    beta-geometric model, below which it must not end.
    """
    if len(counts) < 3:
        raise EstimationError(
            f"BetaDiscreteWeibull.fit needs at least 3 renewals, but the contracts have "
            f"{len(counts)}. Observe for longer, add an older cohort, or use ShiftedBetaGeometric, "
            f"which needs 2."
        )
    odds = beta_geometric_likelihood.renewal_odds(counts, "BetaDiscreteWeibull")
    (alpha, beta), _ = shifted_top(counts)
    return [
        {"alpha": 1.0, "beta": odds, "c": 1.0},
        {"alpha": 0.1 / (1 + odds), "beta": 0.1 * odds / (1 + odds), "c": 3.0},
        {"alpha": alpha, "beta": beta, "c": 1.0},
    ]


def shifted_top(counts: RenewalCounts) -> tuple[list[float], float]:
    """Return α and β of the shifted beta-geometric model, c = 1, and its log-likelihood."""
    start = np.array(list(beta_geometric_likelihood.starting_point(counts).values()))
    top, height = highest(counts, beta_geometric_likelihood.LogLikelihood, [start])
    return top.tolist(), height


def limit(model: BetaDiscreteWeibull, counts: RenewalCounts) -> str:
    """Say what the estimates mean where the data cannot tell the parameters apart."""
    likelihood, here = LogLikelihood(counts), np.array([model.alpha, model.beta, model.c])
    fitted = likelihood(here).value
    lost = max(fitted - shifted_top(counts)[1], 0.0)
    simpler = (
        f"Observe for longer, or use ShiftedBetaGeometric, whose log-likelihood is only {lost:.1f} "
        f"lower."
        if lost < NOTHING_GAINED
        else f"Observe for longer. ShiftedBetaGeometric does not fit as well: its log-likelihood "
        f"is {lost:,.1f} lower."
    )
    return (
        f"{place(model, as_likely(likelihood, here))} Predictions within the renewals observed "
        f"can be used; the parameters themselves cannot be interpreted. {simpler}"
    )


def place(model: BetaDiscreteWeibull, likely: Callable[..., bool]) -> str:
    """Say at which limit the parameters are."""
    alpha, beta, c = model.alpha, model.beta, model.c
    both = alpha + beta
    if both > MANY and likely(FAR * alpha, FAR * beta, c):
        return (
            f"It is the limit of customers who are all alike (alpha and beta to infinity): a "
            f"discrete Weibull lifetime with c = {c:.4g}, where a share of "
            f"{alpha / both:.4g} leaves at the first renewal."
        )
    if c > MANY and likely(alpha / FAR, beta / FAR, FAR * c):
        return (
            f"It is the limit of a power law (c to infinity, alpha and beta to 0): a share of "
            f"{alpha / both:.4g} leaves at the first renewal, and of the others "
            f"t^-{alpha * c:.4g} remain after renewal t."
        )
    return "The renewals observed are too few or too regular for three parameters."


MANY = 100.0  # a parameter from which on it is as good as infinite
NOTHING_GAINED = 1.0  # by Akaike's criterion, one parameter must gain more
