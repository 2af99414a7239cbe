"""The log-likelihood of normal means of different precision, summed over customers.

The mean z of x profits of a customer is normal around m, with the variance v = B² + W² / x: B is
the standard deviation between customers, W that within a customer. What the likelihood needs of
the customers with the same x are their number, their mean and the squares around it.
"""

from __future__ import annotations

import math

import numpy as np

from custvalue._lifetime.spend.spend_likelihood import SpendCells
from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray


def log_likelihood(
    x: FloatArray, z: FloatArray, mean: float, between: float, within: float
) -> FloatArray:
    """Return log f of the mean z of x profits; x > 0."""
    variance = between**2 + within**2 / x
    return -(np.log(2 * math.pi * variance) + (z - mean) ** 2 / variance) / 2


class LogLikelihood:
    """The same summed over customers, with exact gradient and Hessian in (m, B, W)."""

    def __init__(self, cells: SpendCells) -> None:
        self.x, place = np.unique(cells.frequency, return_inverse=True)
        self.n = np.bincount(place).astype(np.float64)
        self.middle = np.bincount(place, cells.mean) / self.n
        self.squares = np.bincount(place, (cells.mean - self.middle[place]) ** 2)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        mean, between, within = parameters.tolist()
        n, v, off = self.n, between**2 + within**2 / self.x, self.middle - mean
        squares = self.squares + n * off**2
        value = -float(n @ np.log(2 * math.pi * v) + (squares / v).sum()) / 2
        by_v = (squares / v - n) / (2 * v)
        by_vv = (n / 2 - squares / v) / v**2
        slopes = np.array([np.full_like(v, 2 * between), 2 * within / self.x])  # of v in B and W
        bent = np.diag([2 * by_v.sum(), (2 * by_v / self.x).sum()])
        gradient = np.array([(n * off / v).sum(), *(slopes @ by_v)])
        hessian = np.zeros((3, 3))
        hessian[0, 0] = -(n / v).sum()
        hessian[0, 1:] = hessian[1:, 0] = -slopes @ (n * off / v**2)
        hessian[1:, 1:] = (slopes * by_vv) @ slopes.T + bent
        return Derivatives(value, gradient, hessian)
