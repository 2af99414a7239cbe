"""The distribution of what customers pay within the horizon, without simulation.

Given n purchases, a customer pays in all γ' = γ + x z̄ times a beta prime variable with p n and
q' = q + p x. The first depends on the customer, the second on x alone, so that cells with the same
x share a table of it, and the probabilities of n weigh its columns. A discount multiplies what is
paid by its mean for the customer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._lifetime.prediction.counts import Distribution
from custvalue._lifetime.prediction.spend import Point, beta_prime_quantile
from custvalue._rows import FloatArray

PLACES = 200  # amounts of a table
SEEN = 0.02  # share of the probability beyond an end, from which on a table begins
FINE = 0.05  # of a count, to the next one in a table


class Paid(NamedTuple):
    """Ends of the interval of what is paid, as multiples of γ', and P(within it); (cells,)."""

    low: FloatArray
    high: FloatArray
    probability: FloatArray


def paid(counts: Distribution, x: FloatArray, spend: Point, beyond: float) -> Paid:
    """Return equal-tailed intervals of what is paid, for cells with their x."""
    n, mass = _bins(counts)
    nothing = 1 - counts.at_least[0]
    low, high = np.zeros_like(nothing), np.zeros_like(nothing)
    for each in np.unique(x):
        rows = np.flatnonzero(x == each)
        places, below = _table(n, float(each), spend, beyond)
        reached = nothing[rows, None] + mass[:, rows].T @ below
        low[rows] = _crossing(places, reached, beyond, nothing[rows])
        high[rows] = _crossing(places, reached, 1 - beyond, nothing[rows])
    above = np.maximum(1 - beyond, nothing)
    return Paid(low, high, above - np.where(nothing >= beyond, 0.0, beyond))


def _bins(counts: Distribution) -> tuple[FloatArray, FloatArray]:
    """Return counts, and the probability of each; large ones that are near each other as one."""
    kept, last = [], 0.0
    for place, n in enumerate(counts.n):
        if n >= last:
            kept.append(place)
            last = n + max(1.0, FINE * n)
    first = counts.n[kept]
    at_least = np.vstack((counts.at_least[kept], np.zeros(counts.at_least.shape[1])))
    return (first + np.append(first[1:] - 1, first[-1])) / 2, -np.diff(at_least, axis=0)


def _table(n: FloatArray, x: float, spend: Point, beyond: float) -> tuple[FloatArray, FloatArray]:
    """Return logarithms of amounts, and the probability to pay less in n purchases."""
    p, q = spend.p, np.array(spend.q + spend.p * x)
    first = float(np.log(beta_prime_quantile(p, q, SEEN * beyond)))
    last = float(np.log(beta_prime_quantile(p * float(n[-1]), q, 1 - SEEN * beyond)))
    share = np.arange(PLACES, dtype=np.float64) / (PLACES - 1)
    places: FloatArray = first + (last - first) * share
    below = special.betainc(p * n[:, None], q, 1 / (1 + np.exp(-places)))
    return places, np.asarray(below, dtype=np.float64)


def _crossing(
    places: FloatArray, reached: FloatArray, target: float, nothing: FloatArray
) -> FloatArray:
    """Return the amount at which the probability to pay less reaches the target; 0 if nothing."""
    at = np.clip(np.count_nonzero(reached < target, axis=1), 1, len(places) - 1)
    rows = np.arange(len(reached))
    before, after = reached[rows, at - 1], reached[rows, at]
    share = np.clip((target - before) / np.maximum(after - before, 1e-300), 0.0, 1.0)
    amount = np.exp(places[at - 1] + share * (places[at] - places[at - 1]))
    return np.where(nothing >= target, 0.0, amount)
