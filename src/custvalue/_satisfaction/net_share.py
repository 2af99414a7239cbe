"""Intervals for a difference of two shares of the same answers, such as the net promoter score.

Of n answers a share p counts +1, a share d counts -1 and the rest counts 0; θ = p - d. The
difference of two paired proportions is the same thing, and its methods are used here; Rocks
(2016, *The American Statistician* 70(4)) compared them for the net promoter score.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy import special

from custvalue._inference.ends import normal_quantile, normal_quantiles
from custvalue._rows import FloatArray

HALVINGS = 60  # of an interval of at most 2: down to the last digit of a float
JEFFREYS = 0.5


def wald(up: float, down: float, n: float, level: float) -> tuple[float, float]:
    """θ ± z √([p + d - (p - d)²] / n); may leave -1 to 1."""
    reach = normal_quantile(level) * math.sqrt(max(up + down - (up - down) ** 2, 0.0) / n)
    return up - down - reach, up - down + reach


def adjusted_wald(up: float, down: float, n: float, level: float) -> tuple[float, float]:
    """Wald after 3/4, 1 1/2 and 3/4 added answers (Rocks 2016); may leave -1 to 1."""
    return wald((up * n + 0.75) / (n + 3), (down * n + 0.75) / (n + 3), n + 3, level)


def score(up: float, down: float, n: float, level: float) -> tuple[float, float]:
    """All θ that the score test does not reject; never leaves -1 to 1."""
    one, other, size, levels = (np.array([number]) for number in (up, down, n, level))
    low, high = score_ends(one, other, size, levels, np.array([-1.0, 1.0])).tolist()
    return low, high


def score_ends(
    up: FloatArray, down: FloatArray, n: FloatArray, level: FloatArray, side: FloatArray
) -> FloatArray:
    """Return one end of each of many score intervals: the low one where `side` is -1.

    Tango (1998), *Statistics in Medicine* 17, 891-908: (p̂ - d̂ - θ)² <= z² V(θ) / n with the
    variance V at the most likely shares for that θ, as in Wilson's interval for one share. These
    shares are p = p̂ / [1 + λ (1 - θ)], d = d̂ / [1 - λ (1 + θ)] and r = r̂ / (1 - λ θ) with
    λ = (p̂ - d̂ - θ) / V, so that λ (p̂ - d̂ - θ) = c = z² / n. That they add up to 1 is a cubic
    equation in t = (p̂ - d̂) / (1 + c) - θ without a square term,

        t³ - c (v + c) / (1 + c)² t + c² (p̂ - d̂) r̂ / (1 + c)³ = 0,  v = p̂ + d̂ - (p̂ - d̂)²,

    whose outer roots are the ends, by Viète's cosines. All terms of its discriminant are positive.
    """
    c, net, smaller = normal_quantiles(level) ** 2 / n, up - down, np.minimum(up, down)
    v = up * (1 - up) + down * (1 - down) + 2 * up * down
    less = 2 * smaller * (1 + np.abs(net))  # v - less = |p̂ - d̂| r̂
    apart = np.square(c - v / 2) * (c + 4 * v) + 6.75 * c * less * (2 * v - less)
    skewed = side * np.sign(net) * (v - less) * np.sqrt(6.75 * c)
    angle = np.arctan2(np.sqrt(apart), skewed)
    reach = 2 * np.sqrt(c * (v + c) / 3) * np.cos(angle / 3)
    found: FloatArray = np.clip((net + side * reach) / (1 + c), -1.0, 1.0)
    return found


def dirichlet(up: float, down: float, n: float, level: float) -> tuple[float, float]:
    """Equal-tailed credible interval of p - d under Jeffreys' Dirichlet(½, ½, ½) prior."""
    counts = (up * n + JEFFREYS, (1 - up - down) * n + JEFFREYS, down * n + JEFFREYS)
    tail = (1 - level) / 2
    return _quantile(tail, *counts), _quantile(1 - tail, *counts)


def _quantile(probability: float, plus: float, zero: float, minus: float) -> float:
    low, high = -1.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = net_share_cdf(middle, plus, zero, minus) < probability
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2


@cache
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Return the nodes of a Gauss-Legendre rule on -1 to 1 and their weights."""
    return np.polynomial.legendre.leggauss(96)


def net_share_cdf(theta: float, plus: float, zero: float, minus: float) -> float:
    """P(p - d <= θ) where (p, rest, d) is Dirichlet(plus, zero, minus).

    s = p + d is Beta(plus + minus, zero) and, independently of it, u = p / s is
    Beta(plus, minus); p - d = s (2u - 1) <= θ where u <= (θ/s + 1)/2. What is left is an integral
    over s > abs(θ), with s = sin²φ, which takes away the singular ends of the beta density, and
    φ quadratic in the node, which takes away the root at s = abs(θ).
    """
    active = plus + minus
    certain = float(special.betainc(active, zero, abs(theta))) if theta > 0 else 0.0
    # all but 1e-15 of the mass, so that the nodes stand where the density is
    s_low = max(abs(theta), float(special.betaincinv(active, zero, 1e-15)))
    s_high = float(special.betainccinv(active, zero, 1e-15))
    if s_low >= s_high:
        return certain
    start, width = math.asin(math.sqrt(s_low)), math.asin(math.sqrt(s_high))
    width -= start
    nodes, node_weights = _nodes()
    node = (nodes + 1) / 2
    phi = start + width * node**2
    log_density = (2 * active - 1) * np.log(np.sin(phi)) + (2 * zero - 1) * np.log(np.cos(phi))
    density = 2 * np.exp(log_density - special.betaln(active, zero))
    given = special.betainc(plus, minus, np.clip((theta / np.sin(phi) ** 2 + 1) / 2, 0.0, 1.0))
    return certain + float(node_weights @ (density * given * node)) * width
