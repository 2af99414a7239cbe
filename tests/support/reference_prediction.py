"""Customers played out one purchase after the other, past and future, and slow predictions.

Nothing of custvalue is imported here.
"""

from typing import NamedTuple

import numpy as np
from scipy import optimize, special


class Lives(NamedTuple):
    """What was observed of customers until T, and what they did after it."""

    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    mean_spend: np.ndarray
    purchases: np.ndarray  # in the horizon
    value: np.ndarray  # discounted
    one_spend: np.ndarray  # of one more purchase day


def lives(customers, horizon, rng, *, r, alpha, leaves, pays=(6, 4, 15), rate=0.0):
    """Play out customers; `leaves` is ("purchase", a, b) or ("any time", s, beta)."""
    T = rng.uniform(10, 78, customers)
    rates = np.maximum(rng.gamma(r, 1 / alpha, customers), 1e-300)
    how, first, second = leaves
    end, gives_up = np.full(customers, np.inf), np.zeros(customers)
    if how == "purchase":
        gives_up = rng.beta(first, second, customers)
    else:
        dying = np.maximum(rng.gamma(first, 1 / second, customers), 1e-300)
        end = rng.exponential(1 / dying)
    p, q, gamma = pays
    nu = rng.gamma(q, 1 / gamma, customers)
    x, t_x, paid, y, value, time = np.zeros((6, customers))
    here = np.arange(customers)
    while here.size:
        time[here] += rng.exponential(1 / rates[here])
        here = here[time[here] <= np.minimum(T + horizon, end)[here]]
        spend = rng.gamma(p, 1 / nu[here])
        past = time[here] <= T[here]
        before, after = here[past], here[~past]
        x[before] += 1
        t_x[before] = time[before]
        paid[before] += spend[past]
        y[after] += 1
        value[after] += spend[~past] * np.exp(-rate * (time[after] - T[after]))
        here = here[rng.random(here.size) >= gives_up[here]]
    return Lives(x, t_x, T, paid / np.maximum(x, 1), y, value, rng.gamma(p, 1 / nu))


def count_ends(pmf, level):
    """Return the equal-tailed interval of a count, and what it holds, by adding up."""
    below = np.cumsum(pmf)
    low = int(np.argmax(below >= (1 - level) / 2))
    high = int(np.argmax(below >= (1 + level) / 2))
    return low, high, pmf[low : high + 1].sum()


def paid_below(amount, pmf, p, q, scale):
    """P(paid in all <= amount) by the sum over counts, with the spend rate integrated out."""
    n = np.arange(1, len(pmf))
    return pmf[0] + pmf[1:] @ special.betainc(p * n, q, amount / (amount + scale))


def paid_quantile(share, pmf, p, q, scale):
    """Return the amount that is not exceeded with a probability, by a root."""
    if pmf[0] >= share:
        return 0.0
    log = optimize.brentq(
        lambda log: paid_below(np.exp(log), pmf, p, q, scale) - share, -20, 20, xtol=1e-10
    )
    return np.exp(log)
