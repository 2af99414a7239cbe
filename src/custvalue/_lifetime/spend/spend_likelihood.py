"""The log-likelihood of Gamma-Gamma, summed over customers, without cancellation.

With k = p x, π = k / (k + q) and d = log(q z / (p γ)), the density of the mean z of x spends,
equation (1a) of Fader & Hardie (2013), splits into two parts that stay moderate where spends are
nearly equal and p and q are millions of millions:

    log f = log of a normalising constant + D - log z
    constant = B(k, q)^-1 π^k (1-π)^q    ~ sqrt(k q / (2 π (k + q)))
    D = k d - (k+q) log(1 + π (e^d - 1))  ~ -k q / (k + q) d²/2

The first by Stirling's series, of which only what it leaves over is computed; the second by
functions whose first terms are left out before they could cancel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._columns import first_of_runs
from custvalue._histories.rows import DataPoints
from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray


@dataclass(frozen=True, eq=False)
class SpendCells(DataPoints):
    """Number and mean of the repeat spends of those who came back, and how many are alike."""

    frequency: FloatArray
    mean: FloatArray
    count: FloatArray = field(default_factory=lambda: np.empty(0))  # 1 each where it is not given

    def __post_init__(self) -> None:
        if not len(self.count):
            object.__setattr__(self, "count", np.ones(len(self.frequency)))
        super().__post_init__()

    @property
    def customers(self) -> int:
        """Number of customers."""
        return int(self.count.sum())

    def distinct(self) -> SpendCells:
        """Return the different ones, ascending: their sums do not depend on the order of rows."""
        order = np.argsort(self.frequency, kind="stable")
        x, z, count = (column[order] for column in (self.frequency, self.mean, self.count))
        alike = bool((self.count == 1).all())
        for few in np.split(np.arange(len(x)), np.flatnonzero(np.diff(x)) + 1):
            some = slice(few[0], few[-1] + 1) if len(few) else slice(0)
            if alike:
                z[some] = np.sort(z[some])
                continue
            within = np.argsort(z[some])
            z[some], count[some] = z[some][within], count[some][within]
        starts = np.flatnonzero(first_of_runs(x) | first_of_runs(z))
        return SpendCells(x[starts], z[starts], np.add.reduceat(count, starts))


def log_likelihood(
    x: FloatArray, z: FloatArray, p: float, q: float, gamma: FloatArray | float
) -> FloatArray:
    """Return log f of the mean z of x spends; x > 0."""
    k = p * x
    d = distance(z, p, q, gamma)
    return constant(k, q).value + Distance.of(k, q, d).value - np.log(z)


class LogLikelihood:
    """The same summed over customers, with exact gradient and Hessian in (p, q, γ)."""

    def __init__(self, cells: SpendCells) -> None:
        self.x, self.middle = cells.frequency, float(np.median(cells.mean))
        self.off = np.log1p((cells.mean - self.middle) / self.middle)  # log of z over the middle
        self.distinct, place = np.unique(self.x, return_inverse=True)
        self.count, self.customers = cells.count, np.bincount(place, cells.count)
        self.sum_log_mean = float(cells.count @ np.log(cells.mean))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        p, q, gamma = parameters.tolist()
        n, fixed = self.customers, constant(p * self.distinct, q)
        off = math.log(self.middle) - math.log(gamma) - math.log(p) + math.log(q)
        apart = Distance.of(p * self.x, q, self.off + off)
        value = float(n @ fixed.value) + float(self.count @ apart.value) - self.sum_log_mean
        gradient, hessian = np.zeros(3), np.zeros((3, 3))  # by the logarithms of k, q and e^d
        gradient[:2] = fixed.gradient @ n
        hessian[:2, :2] = fixed.hessian @ n
        gradient += apart.gradient @ self.count
        hessian += apart.hessian @ self.count
        return by_parameters(value, TURN @ gradient, TURN @ hessian @ TURN.T, parameters)


DECADES = 6.0  # orders of magnitude over which an outlier may lie
FLATNESS = 1 / (DECADES * math.log(10))  # the density of the logarithm of an outlier


class ContaminatedLogLikelihood:
    """The same where a share of the means is flat in the logarithm: log((1-ε) f + ε g)."""

    def __init__(self, cells: SpendCells, *, share: float) -> None:
        self.cells, self.share, self.log_mean = cells, share, np.log(cells.mean)
        self.x, self.place = np.unique(cells.frequency, return_inverse=True)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        cells, place = self.cells, self.place
        p, q, gamma = parameters.tolist()
        fixed, d = constant(p * self.x, q), distance(cells.mean, p, q, gamma)
        apart = Distance.of(p * cells.frequency, q, d)
        of_usual = fixed.value[place] + apart.value - self.log_mean
        values, w = either(of_usual, self.log_mean, self.share)
        slope, bent = apart.gradient.copy(), apart.hessian.copy()
        slope[:2] += fixed.gradient[:, place]
        bent[:2, :2] += fixed.hessian[:, :, place]
        n, value = w * cells.count, float(values @ cells.count)
        hessian = bent @ n + (slope * (n * (1 - w))) @ slope.T
        return by_parameters(value, TURN @ (slope @ n), TURN @ hessian @ TURN.T, parameters)


def either(
    of_usual: FloatArray, log_mean: FloatArray, share: float
) -> tuple[FloatArray, FloatArray]:
    """Return log((1-ε) f + ε g) of each mean with log f, and how probably f has made it."""
    by_f = math.log1p(-share) + of_usual
    by_g = math.log(share * FLATNESS) - log_mean
    return np.logaddexp(by_f, by_g), special.expit(by_f - by_g)


def distance(z: FloatArray, p: float, q: float, gamma: FloatArray | float) -> FloatArray:
    """Return d = log(q z / (p γ))."""
    return np.log(z) - np.log(gamma) - math.log(p) + math.log(q)


TURN = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0], [0.0, 0.0, -1.0]])  # log p, log q, log γ


def by_parameters(
    value: float, gradient: FloatArray, hessian: FloatArray, parameters: FloatArray
) -> Derivatives:
    """Turn derivatives by logarithms into derivatives by the parameters."""
    by_parameters = (hessian - np.diag(gradient)) / np.outer(parameters, parameters)
    return Derivatives(value, gradient / parameters, by_parameters)


class Constant(NamedTuple):
    """log of B(k, q)^-1 π^k (1-π)^q, with derivatives by log k and log q on the first axes."""

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray


def constant(k: FloatArray, q: float) -> Constant:
    """Return it for each k."""
    total, of_q = k + q, np.full_like(k, q)
    share, rest = k / total, q / total
    both, one, two = left_over(total), left_over(k), left_over(of_q)
    value = (np.log(share) + math.log(q) - math.log(2 * math.pi)) / 2
    gradient = [
        rest / 2 + share * both[1] - one[1],
        share / 2 + rest * both[1] - two[1],
    ]
    mixed = share * rest * (0.5 + both[2])
    in_k = share * both[1] + share**2 * both[2] - share * rest / 2 - one[1] - one[2]
    in_q = rest * both[1] + rest**2 * both[2] - share * rest / 2 - two[1] - two[2]
    value = value + both[0] - one[0] - two[0]
    return Constant(value, np.array(gradient), np.array([[in_k, mixed], [mixed, in_q]]))


def left_over(a: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what Stirling's formula leaves of log Γ(a), and a, a² times its derivatives.

    Abramowitz & Stegun 6.1.40, from `MANY` on by its series.
    """
    few, inverse = np.minimum(a, MANY), 1 / np.maximum(a, MANY)
    square, logarithm = inverse**2, np.log(few)
    value = special.gammaln(few) - (few - 0.5) * logarithm + few - math.log(2 * math.pi) / 2
    first = few * (special.digamma(few) - logarithm) + 0.5
    second = few**2 * special.polygamma(1, few) - few - 0.5
    series = (
        inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))),
        -inverse * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240))),
        inverse * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30))),
    )
    large = a >= MANY
    return (
        np.where(large, series[0], value),
        np.where(large, series[1], first),
        np.where(large, series[2], second),
    )


MANY = 20.0


class Distance(NamedTuple):
    """D, with derivatives by log k, log q and d on the first axes."""

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray

    @classmethod
    def of(cls, k: FloatArray, q: float, d: FloatArray) -> Distance:
        """Return it for each k and d.

        The same seen from both sides: y = π (e^d - 1) from q, y = (1-π) (e^-d - 1) from k.
        """
        share, rest = k / (k + q), q / (k + q)
        from_q, from_k = share * np.expm1(d), rest * np.expm1(-d)
        off_q, off_k = from_q / (1 + from_q), from_k / (1 + from_k)
        near = np.where(
            share <= 0.5,
            log1p_less(from_q) + share * expm1_less(d),
            log1p_less(from_k) + rest * expm1_less(-d),
        )
        in_k, in_q = -k * log1p_bent(from_k), -q * log1p_bent(from_q)
        weight, remains = 1 - off_k, 1 - off_q  # w / π and (1-w) / (1-π)
        both = k * share * off_k**2
        mixed_k, mixed_q = k * rest * remains * off_k, -q * share * weight * off_q
        hessian = [
            [both + in_k, -both, mixed_k],
            [-both, q * rest * off_q**2 + in_q, mixed_q],
            [mixed_k, mixed_q, -k * rest * weight * remains],
        ]
        return cls(-(k + q) * near, np.array([in_k, in_q, k * off_k]), np.array(hessian))


def expm1_less(d: FloatArray) -> FloatArray:
    """Return e^d - 1 - d."""
    small = np.where(np.abs(d) < SMALL, d, 0.0)
    return np.where(np.abs(d) < SMALL, small**2 * _series(small, EXPM1), np.expm1(d) - d)


def log1p_less(y: FloatArray) -> FloatArray:
    """Return log(1 + y) - y."""
    small = np.where(np.abs(y) < SMALL, y, 0.0)
    return np.where(np.abs(y) < SMALL, small**2 * _series(small, LOG1P), np.log1p(y) - y)


def log1p_bent(y: FloatArray) -> FloatArray:
    """Return log(1 + y) - y / (1 + y)."""
    return log1p_less(y) + y * y / (1 + y)


def _series(y: FloatArray, coefficients: FloatArray) -> FloatArray:
    total = np.zeros_like(y)
    for coefficient in coefficients[::-1]:
        total = total * y + coefficient
    return total


SMALL = 0.05  # from here on, little cancels
TERMS = np.arange(2.0, 14.0)
EXPM1 = 1 / special.gamma(TERMS + 1)
LOG1P = -((-1.0) ** TERMS) / TERMS
