"""Slow, naive and independent ways to what comparisons, trends and their relatives compute.

Nothing of custvalue is imported here.
"""

import itertools
import math

import numpy as np
from scipy import integrate, optimize, stats


def wilson(hits, n, level):
    """Ends of all p with (p̂ - p)² <= z² p (1 - p) / n, by root search."""
    z, share = stats.norm.ppf(0.5 + level / 2), hits / n

    def excess(p):
        return (share - p) ** 2 - z**2 * p * (1 - p) / n

    low = 0.0 if hits == 0 else optimize.brentq(excess, 0, share - 1e-13, xtol=1e-14)
    high = 1.0 if hits == n else optimize.brentq(excess, share + 1e-13, 1, xtol=1e-14)
    return low, high


def newcombe(hits, n, other_hits, other_n, level):
    """Newcombe's (1998) method 10 for a difference of two independent shares."""
    p, q = hits / n, other_hits / other_n
    low, high = wilson(hits, n, level)
    other_low, other_high = wilson(other_hits, other_n, level)
    below = math.sqrt((p - low) ** 2 + (other_high - q) ** 2)
    above = math.sqrt((high - p) ** 2 + (q - other_low) ** 2)
    return p - q - below, p - q + above


def newcombe_p(hits, n, other_hits, other_n):
    """The level at which Newcombe's interval touches 0, by root search."""
    side = 0 if hits / n > other_hits / other_n else 1

    def end(level):
        return newcombe(hits, n, other_hits, other_n, level)[side]

    widest = 1 - 1e-13  # levels nearer to 1 lose their digits; P is 0 there to 1e-10
    if end(1e-4) * end(widest) > 0:
        return 0.0
    return 1 - optimize.brentq(end, 1e-4, widest, xtol=1e-15)


def holm(p_values):
    """Holm's adjusted P values, one at a time."""
    ordered = sorted(p_values)
    adjusted, largest = {}, 0.0
    for rank, p in enumerate(ordered):
        largest = max(largest, min((len(ordered) - rank) * p, 1.0))
        adjusted[p] = largest
    return [adjusted[p] for p in p_values]


def benjamini_hochberg(p_values):
    """For each P the smallest rate q at which the step-up procedure rejects it."""
    m = len(p_values)

    def rejected(q):
        ordered = sorted(p_values)
        passed = [p for rank, p in enumerate(ordered, 1) if p <= rank * q / m + 1e-15]
        return max(passed, default=-1.0)

    rates = sorted({min(m * p / rank, 1.0) for p in p_values for rank in range(1, m + 1)})
    return [next(q for q in rates if rejected(q) >= p) for p in p_values]


def superiority(ones, others, one_weights=None, other_weights=None):
    """P(one > other) + ½ P(equal), pair by pair."""
    one_weights = one_weights or [1] * len(ones)
    other_weights = other_weights or [1] * len(others)
    score = total = 0.0
    for (x, v), (y, w) in itertools.product(
        zip(ones, one_weights, strict=True), zip(others, other_weights, strict=True)
    ):
        score += v * w * ((x > y) + 0.5 * (x == y))
        total += v * w
    return score / total


def line(times, values, weights):
    """Intercept and slope that minimise the weighted squares, by the normal equations."""
    design = np.column_stack([np.ones(len(times)), times])
    diagonal = np.diag(weights)
    return np.linalg.solve(design.T @ diagonal @ design, design.T @ diagonal @ np.asarray(values))


def quadrant_probability(mean, covariance):
    """P(both coordinates of a normal pair > 0), by integrating over the first."""
    (a, b), ((va, c), (_, vb)) = mean, covariance

    def density(x):
        centre = b + c / va * (x - a)
        spread = math.sqrt(vb - c * c / va)
        return stats.norm.pdf(x, a, math.sqrt(va)) * stats.norm.sf(0, centre, spread)

    sd = math.sqrt(va)
    top = max(a + 12 * sd, 0)
    return integrate.quad(density, max(0.0, a - 12 * sd), top, epsabs=1e-12, limit=200)[0]


def weighted_regression(design, outcome, weights):
    """Coefficients and linearised covariance, respondent by respondent."""
    n, columns = design.shape
    cross, right = np.zeros((columns, columns)), np.zeros(columns)
    for row, y, w in zip(design, outcome, weights, strict=True):
        cross += w * np.outer(row, row)
        right += w * y * row
    inverse = np.linalg.inv(cross)
    coefficients = inverse @ right
    meat = np.zeros((columns, columns))
    for row, y, w in zip(design, outcome, weights, strict=True):
        residual = y - row @ coefficients
        meat += (w * residual) ** 2 * np.outer(row, row)
    return coefficients, inverse @ meat @ inverse * n / (n - columns)
