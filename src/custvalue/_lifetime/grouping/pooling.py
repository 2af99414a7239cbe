"""What groups have in common, by empirical Bayes: the distribution of their parameters.

The logarithms of a group's parameters are normal over groups, with a mean μ and a covariance Σ. The
EM algorithm finds both: given them, each group's posterior is nearly normal around its mode (the
E-step by Laplace), and given these,

(1) μ = the mean of the modes m,  Σ = the mean of C + (m - μ)(m - μ)'

with the covariance C of each. Modes are searched anew only now and then: in between, the likelihood
of a group is a parabola, and (1) is iterated for all groups at once.

Few groups say little of Σ, which is drawn towards 0.3² on the diagonal as strongly as by two groups
(an inverse Wishart prior); μ has a weak prior of its own, without which it would run along a ridge.
Σ is then taken as known, but μ is not: its covariance, given Σ, is shared by all groups.

Source: Dempster, Laird & Rubin (1977), *Journal of the Royal Statistical Society* B 39(1), 1-38;
Steele (1996), A Modified EM Algorithm for Estimation in Generalized Mixed Models, *Biometrics*
52(4), 1295-1310.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from custvalue._lifetime.priors.density import inverse, normal
from custvalue._numerics.maximum import Derivatives, Found, Objective, maximise
from custvalue._rows import FloatArray

AS_GROUPS, USUAL_SPREAD = 2.0, 0.3  # the prior of the covariance
FIRST_SPREAD = 0.5  # of log parameters over groups
MOST_ROUNDS, ROUNDS_BETWEEN = 50, 100
LONGEST_STEP = 0.5  # of the mean, and of the logarithm of the spread, until modes are searched anew
SETTLED = 5e-3  # change of the mean in standard deviations, and of these


class Pool(NamedTuple):
    """The distribution of log parameters over groups."""

    centre: FloatArray
    covariance: FloatArray

    def near(self, other: Pool) -> bool:
        """Say whether two are the same for all purposes."""
        spread, its = (np.sqrt(np.diag(each.covariance)) for each in (self, other))
        moved = np.abs(self.centre - other.centre) / spread
        return bool(max(moved.max(), np.abs(its / spread - 1).max()) < SETTLED)

    def far_from(self, other: Pool) -> bool:
        """Say whether another one is beyond a step that can be trusted."""
        spread, its = (np.sqrt(np.diag(each.covariance)) for each in (self, other))
        moved = np.abs(self.centre - other.centre).max()
        return bool(max(moved, np.abs(np.log(its / spread)).max()) > LONGEST_STEP)


class Pooled(NamedTuple):
    """What groups have in common, how well its mean is known, and what is known of each group."""

    pool: Pool
    centre_covariance: FloatArray
    found: list[Found]
    settled: bool


class Parabolas(NamedTuple):
    """Likelihoods near the modes: curvatures (G, k, k), and curvature x place + slope (G, k)."""

    curvature: FloatArray
    pull: FloatArray


def pooled(surfaces: Sequence[Objective], start: FloatArray, weak: Objective) -> Pooled:
    """Return what the groups have in common, and the mode of each group's posterior."""
    pool = Pool(start, FIRST_SPREAD**2 * np.eye(len(start)))
    found, settled = _modes(surfaces, [start] * len(surfaces), pool), False
    for _ in range(MOST_ROUNDS):
        later = _between(pool, _parabolas(found, pool), weak)
        settled = pool.near(later)
        pool = later
        found = _modes(surfaces, [each.point for each in found], pool)
        if settled:
            break
    return Pooled(pool, _of_centre(found, pool, weak), found, settled)


def _of_centre(found: Sequence[Found], pool: Pool, weak: Objective) -> FloatArray:
    """Return the covariance of the mean over groups, given the covariance over groups."""
    precision = inverse(pool.covariance)
    known = inverse(_parabolas(found, pool).curvature + precision)
    of_groups = (precision - precision @ known @ precision).sum(axis=0)
    return inverse(of_groups + _bent(weak(pool.centre)))


def _modes(surfaces: Sequence[Objective], points: Sequence[FloatArray], pool: Pool) -> list[Found]:
    """Return the mode of the posterior of each group."""
    prior = normal(*pool)
    return [
        maximise(_with(surface, prior), point)
        for surface, point in zip(surfaces, points, strict=True)
    ]


def _with(surface: Objective, prior: Objective) -> Objective:
    def posterior(point: FloatArray) -> Derivatives:
        return Derivatives.total((surface(point), prior(point)))

    return posterior


def _parabolas(found: Sequence[Found], pool: Pool) -> Parabolas:
    """Take the prior off the posteriors; where a likelihood bends upwards, it says nothing."""
    precision = inverse(pool.covariance)
    points = np.stack([each.point for each in found])
    bent = -np.stack([each.at.hessian for each in found]) - precision
    values, ways = np.linalg.eigh(bent)
    curvature = (ways * np.maximum(values, 0.0)[:, None, :]) @ ways.transpose(0, 2, 1)
    slopes = np.stack([each.at.gradient for each in found]) + (points - pool.centre) @ precision
    return Parabolas(curvature, np.einsum("gij,gj->gi", curvature, points) + slopes)


def _between(pool: Pool, likelihoods: Parabolas, weak: Objective) -> Pool:
    """Iterate (1) with parabolas in place of the likelihoods."""
    groups, k = likelihoods.pull.shape
    usual = AS_GROUPS * USUAL_SPREAD**2 * np.eye(k)
    first = pool
    for _ in range(ROUNDS_BETWEEN):
        precision = inverse(pool.covariance)
        spread = inverse(likelihoods.curvature + precision)
        modes = np.einsum("gij,gj->gi", spread, likelihoods.pull + precision @ pool.centre)
        centre = _centre(modes.sum(axis=0), groups, precision, pool.centre, weak)
        off = modes - centre
        covariance = (spread.sum(axis=0) + off.T @ off + usual) / (groups + AS_GROUPS)
        pool = Pool(centre, covariance)
        if first.far_from(pool):
            break  # beyond what the parabolas know
    return pool


def _centre(
    total: FloatArray, groups: int, precision: FloatArray, at: FloatArray, weak: Objective
) -> FloatArray:
    """Return μ by one step of Newton's method, with its weak prior."""
    there = weak(at)
    curvature = _bent(there)
    pull = precision @ total + there.gradient + curvature @ at
    return np.asarray(np.linalg.solve(groups * precision + curvature, pull), dtype=np.float64)


def _bent(there: Derivatives) -> FloatArray:
    """Return the curvature of a log density, 0 where it bends upwards."""
    values, ways = np.linalg.eigh(-there.hessian)
    return np.asarray((ways * np.maximum(values, 0.0)) @ ways.T, dtype=np.float64)
