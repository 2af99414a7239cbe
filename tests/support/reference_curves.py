"""Curves by general optimisers and by pooling one pair at a time; slow, and independent."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special


def pooled(mean, weight):
    """Return the isotonic curve by pooling adjacent violators, one pair after the other."""
    blocks = [[m, w, 1] for m, w in zip(mean, weight, strict=True)]
    place = 0
    while place < len(blocks) - 1:
        one, other = blocks[place], blocks[place + 1]
        if one[0] > other[0]:
            w = one[1] + other[1]
            merged = (one[0] * one[1] + other[0] * other[1]) / w
            blocks[place : place + 2] = [[merged, w, one[2] + other[2]]]
            place = max(place - 1, 0)
        else:
            place += 1
    return np.concatenate([[m] * k for m, _, k in blocks])


def rise_of(name, u, k, m):
    if name == "linear":
        return u
    if name == "convex":
        return np.expm1(k * u) / np.expm1(k)
    if name == "concave":
        return 1 - np.expm1(k * (1 - u)) / np.expm1(k)
    f = np.tanh if name == "S" else np.sinh
    return (f(k * (u - m)) + f(k * m)) / (f(k * (1 - m)) + f(k * m))


def highest(name, u, mean, weight):
    """Return the highest binomial log-likelihood of a shape, from many starts."""
    left, right = u[1], u[-2]

    def minus(x):
        low, high = special.expit(x[0]), special.expit(x[1])
        curve = low + (high - low) * rise_of(
            name, u, np.exp(min(x[2], 4.0)), left + (right - left) * special.expit(x[3])
        )
        curve = np.clip(curve, 1e-12, 1 - 1e-12)
        own = special.xlogy(mean, curve) + special.xlogy(1 - mean, 1 - curve)
        return -(weight * own).sum() + 1e6 * max(low - high, 0)

    starts = [(-1.5, 1.0, k, m) for k in (-1, 0.5, 1.5, 2.5) for m in (-2, 0, 2)]
    options = {"maxiter": 6000, "xatol": 1e-8, "fatol": 1e-9}
    return max(
        -optimize.minimize(minus, x, method="Nelder-Mead", options=options).fun for x in starts
    )


def logistic(u, mean, weight, *, firth):
    """Return intercept and slope by a general optimiser, with Jeffreys' prior or without."""
    x = np.column_stack([np.ones(len(u)), u])

    def minus(b):
        p = special.expit(x @ b)
        own = special.xlogy(mean, p) + special.xlogy(1 - mean, 1 - p)
        found = (weight * own).sum()
        if firth:
            found += np.linalg.slogdet((x * (weight * p * (1 - p))[:, None]).T @ x)[1] / 2
        return -found

    best = min(
        (
            optimize.minimize(
                minus,
                (a, b),
                method="Nelder-Mead",
                options={"maxiter": 9000, "xatol": 1e-9, "fatol": 1e-11},
            )
            for a in (-2, 0)
            for b in (1, 5)
        ),
        key=lambda its: its.fun,
    )
    return best.x
