"""Customers drawn from models one by one, in both periods: imports nothing of ours."""

from __future__ import annotations

import numpy as np


def leaves_at_purchase(n, ages, ahead, *, r, alpha, a, b, first, rng):
    """Draw x, t_x, and purchases ahead; customers may leave at the first purchase or not."""
    rate, leaving = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    x, t_x, y, now = np.zeros((4, n))
    here = np.arange(n)
    if first:
        here = here[rng.random(n) >= leaving]
    while here.size:
        now[here] += rng.exponential(1 / rate[here])
        here = here[now[here] <= ages[here] + ahead]
        early = now[here] <= ages[here]
        x[here[early]] += 1
        t_x[here[early]] = now[here[early]]
        y[here[~early]] += 1
        here = here[rng.random(here.size) >= leaving[here]]
    return x, t_x, y


def leaves_any_time(n, ages, ahead, *, r, alpha, s, beta, rng):
    """The same where customers leave at any time."""
    rate = rng.gamma(r, 1 / alpha, n)
    lifetime = rng.exponential(1 / rng.gamma(s, 1 / beta, n))
    seen = np.minimum(lifetime, ages)
    x = rng.poisson(rate * seen)
    t_x = np.where(x > 0, seen * rng.random(n) ** (1 / np.maximum(x, 1)), 0.0)
    y = rng.poisson(rate * (np.minimum(lifetime, ages + ahead) - seen))
    return x.astype(float), t_x, y.astype(float)
