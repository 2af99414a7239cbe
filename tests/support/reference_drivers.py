"""Importance of drivers, slowly: all orders of entry by regressions row by row; all rankings."""

import itertools
import math

import numpy as np
from scipy import optimize


def r_squared(x, y, weights):
    """Return R² of a weighted regression on some columns."""
    design = np.column_stack([np.ones(len(y)), *x]) * np.sqrt(weights)[:, None]
    target = y * np.sqrt(weights)
    left = target - design @ np.linalg.lstsq(design, target)[0]
    mean = np.average(y, weights=weights)
    return 1 - (left @ left) / (weights @ (y - mean) ** 2)


def over_orders(worth, drivers):
    """Return what each driver adds on average over all orders; `worth` takes a set of drivers."""
    known = {}

    def of(chosen):
        key = frozenset(chosen)
        if key not in known:
            known[key] = worth(sorted(key))
        return known[key]

    parts = np.zeros(drivers)
    for order in itertools.permutations(range(drivers)):
        for place, driver in enumerate(order):
            parts[driver] += of(order[: place + 1]) - of(order[:place])
    return parts / math.factorial(drivers)


def lmg(x, y, weights):
    """Return the parts of R² of the columns of x."""
    return over_orders(lambda chosen: r_squared(x[:, chosen].T, y, weights), x.shape[1])


def johnson(x, y, weights):
    """Return Johnson's weights by the singular value decomposition of standardised columns."""
    scale = np.sqrt(weights / weights.sum())[:, None]
    z = (x - np.average(x, axis=0, weights=weights)) * scale
    t = ((y - np.average(y, weights=weights))[:, None] * scale)[:, 0]
    z, t = z / np.sqrt((z**2).sum(axis=0)), t / np.sqrt(t @ t)
    p, d, q = np.linalg.svd(z, full_matrices=False)
    orthogonal = p @ q
    return ((q.T * d @ q) ** 2) @ (orthogonal.T @ t) ** 2


def logistic(x, y, weights):
    """Return coefficients and log-likelihood of a weighted logistic regression."""
    design = np.column_stack([np.ones(len(y)), *x])

    def loss(b):
        eta = design @ b
        value = weights @ (np.logaddexp(0, eta) - y * eta)
        return value, design.T @ (weights * (1 / (1 + np.exp(-eta)) - y))

    found = optimize.minimize(loss, np.zeros(design.shape[1]), jac=True, method="BFGS", tol=1e-12)
    return found.x, -found.fun


def mcfadden(x, y, weights):
    """Return 1 - log-likelihood / that of the constant alone."""
    return 1 - logistic(x, y, weights)[1] / logistic(np.empty((0, len(y))), y, weights)[1]


def tjur(x, y, weights):
    """Return the mean probability of those with 1 less that of those with 0."""
    b, _ = logistic(x, y, weights)
    p = 1 / (1 + np.exp(-(np.column_stack([np.ones(len(y)), *x]) @ b)))
    one, none = weights * y, weights * (1 - y)
    return one @ p / one.sum() - none @ p / none.sum()


def concordance_p(squares, judges, size):
    """Return the share of all rankings whose sums of ranks vary as much or more."""
    orders = list(itertools.permutations(range(1, size + 1)))
    found = []
    for rankings in itertools.product(orders, repeat=judges):
        sums = np.sum(rankings, axis=0)
        found.append(((sums - sums.mean()) ** 2).sum() >= squares - 1e-9)
    return np.mean(found)
