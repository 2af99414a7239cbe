"""What a person can say about customers, computed from the parameters of a model, and back.

Four quantities have the same meaning in every model: the mean purchase rate of customers while they
are customers, the mean lifetime (the reciprocal of the mean rate at which new customers leave), and
the coefficient of variation over customers of the rate and of the inclination to leave. All stand
here by their logarithms, as functions of the logarithms of the parameters:

(1) r, α: rate r / (k α), its spread 1/√r
(2) Pareto/NBD: lifetime β / s, its spread 1/√s
(3) gamma-Gompertz/NBD: lifetime β / (b s), spread 1/√s, and b times the lifetime, β / s
(4) leaving at a purchase with p ~ Beta(a, b): lifetime (a + b) / (a rate), and the spread of p,
    √(b / (a (a + b + 1)))

A density of the quantities becomes one of the log parameters by the volume |det| of their
derivatives, which is constant in (1) to (3), and b / (a + b + 1) times a constant in (4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray

RATES = ("rate", "rate_spread")
LIFETIMES = ("lifetime", "lifetime_spread")


class Quantities(NamedTuple):
    """The logarithms of m quantities at k log parameters, with their derivatives."""

    logs: FloatArray  # (m,)
    slopes: FloatArray  # (m, k)
    curvatures: FloatArray  # (m, k, k)
    volume: Derivatives  # of the logarithm of |det|


class Measure(Protocol):
    """How a model's parameters say what a person can say."""

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities."""
        ...

    def at(self, point: FloatArray) -> Quantities:
        """Return the quantities at log parameters."""
        ...

    def back(self, logs: FloatArray) -> FloatArray | None:
        """Return the log parameters with these quantities; None where the model has none."""
        ...


@dataclass(frozen=True)
class Powers:
    """Quantities that are products of powers of the parameters."""

    names: tuple[str, ...]
    powers: tuple[tuple[float, ...], ...]  # a row for each quantity

    def at(self, point: FloatArray) -> Quantities:
        """Return the quantities at log parameters."""
        powers, k = np.array(self.powers), len(point)
        size = float(np.linalg.slogdet(powers).logabsdet)
        volume = Derivatives(size, np.zeros(k), np.zeros((k, k)))
        return Quantities(powers @ point, powers, np.zeros((k, k, k)), volume)

    def back(self, logs: FloatArray) -> FloatArray | None:
        """Return the log parameters with these quantities."""
        return np.asarray(np.linalg.solve(np.array(self.powers), logs), dtype=np.float64)


ONLY_RATES = Powers(RATES, ((1, -1), (-0.5, 0)))
AT_ANY_TIME = Powers(
    RATES + LIFETIMES, ((1, -1, 0, 0), (-0.5, 0, 0, 0), (0, 0, -1, 1), (0, 0, -0.5, 0))
)
WITH_AGE = Powers(  # of r, alpha, beta, b, s
    (*RATES, *LIFETIMES, "ageing"),
    ((1, -1, 0, 0, 0), (-0.5, 0, 0, 0, 0), (0, 0, 1, -1, -1), (0, 0, 0, 0, -0.5), (0, 0, 1, 0, -1)),
)


@dataclass(frozen=True)
class AtPurchases:
    """Quantities of customers who leave at a purchase; k phases make an interval."""

    k: int = 1
    names: tuple[str, ...] = RATES + LIFETIMES

    def at(self, point: FloatArray) -> Quantities:
        """Return the quantities at log parameters, equations (1) and (4)."""
        r, alpha, a, b = point
        both, one_more = _log_sum(point, 0.0), _log_sum(point, 1.0)
        rate = r - alpha - math.log(self.k)
        logs = np.array(
            [rate, -r / 2, both.value - a - rate, (b - a - one_more.value) / 2], dtype=np.float64
        )
        slopes = np.array([[1.0, -1, 0, 0], [-0.5, 0, 0, 0], [-1, 1, -1, 0], [0, 0, -0.5, 0.5]])
        slopes[2] += both.gradient
        slopes[3] -= one_more.gradient / 2
        curvatures = np.zeros((4, 4, 4))
        curvatures[2], curvatures[3] = both.hessian, -one_more.hessian / 2
        volume = Derivatives(
            b - one_more.value - math.log(4.0),
            np.array([0.0, 0, 0, 1]) - one_more.gradient,
            -one_more.hessian,
        )
        return Quantities(logs, slopes, curvatures, volume)

    def back(self, logs: FloatArray) -> FloatArray | None:
        """Return the log parameters; None where nobody could leave at such a probability."""
        rate, spread, lifetime, dropout_spread = logs.tolist()
        log_mean = -rate - lifetime  # of the probability to leave
        if log_mean >= 0:
            return None
        stay = -math.expm1(log_mean)
        together = stay * math.exp(-log_mean - 2 * dropout_spread) - 1  # a + b
        if not together > 0:
            return None
        of_both = math.log(together)
        r = -2 * spread
        return np.array(
            [r, r - rate - math.log(self.k), of_both + log_mean, of_both + math.log(stay)]
        )


def _log_sum(point: FloatArray, more: float) -> Derivatives:
    """Return the logarithm of a + b + a number, by the log parameters."""
    a, b = math.exp(point[2]), math.exp(point[3])
    total = a + b + more
    shares = np.array([0.0, 0.0, a / total, b / total])
    return Derivatives(math.log(total), shares, np.diag(shares) - np.outer(shares, shares))
