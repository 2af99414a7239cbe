"""Pareto-smoothed importance sampling: weights of draws, and how far they can be trusted.

The largest weights are replaced by the expected order statistics of a generalised Pareto
distribution fitted to them. Its shape k says how many moments the weights have: the estimates are
good below 0.5, and usable below 0.7.

Source: Vehtari, Simpson, Gelman, Yao & Gabry (2024), *Journal of Machine Learning Research* 25(72),
1-58, section 2.4 and appendix C; the fit of the tail by Zhang & Stephens (2009), A New and
Efficient Estimation Method for the Generalized Pareto Distribution, *Technometrics* 51(3), 316-325,
equations (7) to (10).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray

TAIL = 5.0  # degrees of freedom of proposals, whose tails must be heavier than those of the target
PRIOR_DRAWS, PRIOR_SHAPE = 10, 0.5  # what the shape is drawn to, as strongly as by 10 draws


class Proposal(NamedTuple):
    """A t distribution to draw from, with 5 degrees of freedom."""

    centre: FloatArray
    scale: FloatArray  # (k, k)

    def draw(self, draws: int, random: np.random.Generator) -> FloatArray:
        """Return draws, shape (draws, k)."""
        stretch = np.sqrt(TAIL / random.chisquare(TAIL, draws))
        standard = random.standard_normal((draws, len(self.centre))) * stretch[:, None]
        found: FloatArray = self.centre + standard @ np.linalg.cholesky(self.scale).T
        return found

    def log_density(self, points: FloatArray) -> FloatArray:
        """Return the log density, without a constant that all proposals share."""
        root = np.linalg.cholesky(self.scale)
        off = np.linalg.solve(root, (points - self.centre).T)
        far = np.log1p(np.square(off).sum(axis=0) / TAIL)
        density: FloatArray = -(TAIL + len(root)) / 2 * far - np.log(np.diag(root)).sum()
        return density


def sampled(
    target: Callable[[FloatArray], float],
    first: Proposal,
    draws: int,
    random: np.random.Generator,
) -> tuple[FloatArray, FloatArray, float]:
    """Return draws, their weights and the shape of the tail.

    A third of the draws come from the first proposal, the others from one with the moments that
    these have; all are weighed against the mixture (Owen & Zhou 2000, *Journal of the American
    Statistical Association* 95(449), 135-143).
    """
    early = draws // 3
    points = first.draw(early, random)
    there = _at(target, points)
    weight, _ = smoothed(there - first.log_density(points))
    second = _fitted(points, weight, first)
    points = np.vstack((points, second.draw(draws - early, random)))
    there = np.concatenate((there, _at(target, points[early:])))
    parts = (
        math.log(early / draws) + first.log_density(points),
        math.log(1 - early / draws) + second.log_density(points),
    )
    weight, shape = smoothed(there - np.logaddexp(*parts))
    return points, weight, shape


def _at(target: Callable[[FloatArray], float], points: FloatArray) -> FloatArray:
    """Return the log target at each point, -inf where it is not finite."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        there = np.array([target(point) for point in points])
    return np.where(np.isfinite(there), there, -np.inf)


def _fitted(points: FloatArray, weight: FloatArray, first: Proposal) -> Proposal:
    """Return the proposal with the mean and the covariance of weighted points."""
    centre = weight @ points
    off = points - centre
    scale = (weight * off.T) @ off
    return Proposal(centre, scale + LEAST_SCALE * first.scale)


LEAST_SCALE = 0.05  # of the first proposal, that the second has at least


def smoothed(log_ratios: FloatArray) -> tuple[FloatArray, float]:
    """Return weights that add up to 1, and the shape of their tail; 0 where all are alike.

    Parameters
    ----------
    log_ratios : ndarray of shape (n,)
        Log density of the target less that of the proposal, at each draw.
    """
    ratios = log_ratios - log_ratios.max()
    order = np.argsort(ratios, kind="stable")
    size = math.ceil(min(len(ratios) / 5, 3 * math.sqrt(len(ratios))))
    tail, cut = order[-size:], ratios[order[-size - 1]]
    above = np.exp(ratios[tail]) - math.exp(cut)
    shape = 0.0
    if above[0] > 0:
        shape, scale = pareto_tail(above)
        expected = quantiles((np.arange(size) + 0.5) / size, shape, scale) + math.exp(cut)
        ratios = ratios.copy()
        ratios[tail] = np.minimum(np.log(expected), 0.0)
    weights = np.exp(ratios)
    return weights / weights.sum(), shape


def pareto_tail(above: FloatArray) -> tuple[float, float]:
    """Return shape and scale of a generalised Pareto distribution of ascending excesses.

    The posterior mean of b = -shape / scale over a grid, each with its profile likelihood.
    """
    n, largest = len(above), float(above[-1])
    many = 30 + math.floor(math.sqrt(n))
    quarter = float(above[math.floor(n / 4 + 0.5) - 1])
    spread = 1 - np.sqrt(many / (np.arange(many) + 0.5))
    b = 1 / largest + spread / (3 * quarter)
    shapes = np.log1p(-np.multiply.outer(b, above)).mean(axis=1)
    fits = n * (np.log(-b / shapes) - shapes - 1)
    weights = np.exp(fits - fits.max())
    at = float(b @ weights / weights.sum())
    shape = float(np.log1p(-at * above).mean())
    return (n * shape + PRIOR_DRAWS * PRIOR_SHAPE) / (n + PRIOR_DRAWS), -shape / at


def quantiles(share: FloatArray, shape: float, scale: float) -> FloatArray:
    """Return the quantiles of a generalised Pareto distribution from 0 on."""
    passed = -np.log1p(-share)
    if abs(shape) < NO_SHAPE:
        return scale * passed
    found: FloatArray = scale * np.expm1(shape * passed) / shape
    return found


NO_SHAPE = 1e-12  # the exponential distribution
