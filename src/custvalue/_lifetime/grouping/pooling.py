"""What groups have in common, by empirical Bayes: the distribution of their parameters.

The logarithms of a group's parameters are normal over groups, with a mean μ and a covariance Σ. The
EM algorithm finds both: given them, each group's posterior is nearly normal around its mode (the
E-step by Laplace), and given these,

(1) μ = the mean of m,  Σ = the mean of C + (m - μ)(m - μ)' + (1 - CΣ⁻¹) V (1 - CΣ⁻¹)'

with the covariance C and the mean m of each, and the covariance V of μ, without which few groups
would look too much alike (restricted maximum likelihood). The mean is not the mode, because
likelihoods of few customers are skewed: with third derivatives T it is the mode + C (T : C) / 2.
Modes are searched anew only now and then: in between, the likelihood of a group is a parabola, and
(1) is iterated for all groups at once.

Few groups say little of Σ, which is drawn towards 0.3² on the diagonal as strongly as by two groups
(an inverse Wishart prior); μ has a weak prior of its own, without which it would run along a ridge.
In the end Σ is the mean of what it may be, 1 + 2 / G times the mode. μ is not known exactly: its
covariance, given Σ, is shared by all groups. Nor is Σ. Where it is off by dΣ, the mean of a group
moves by C Σ⁻¹ dΣ Σ⁻¹ (m - μ). With Σ⁻¹ as a Wishart variable of ν degrees of freedom, and m - μ as
far as Σ says, that has the covariance

(2) (k + 1) / ν C Σ⁻¹ C,  ν = 2 + Σ tr (1 - C Σ⁻¹)² / k

over the G groups: one of which everything is borrowed says nothing of how much groups differ.

Source: Kass & Steffey (1989), Approximate Bayesian Inference in Conditionally Independent
Hierarchical Models, *Journal of the American Statistical Association* 84(407), 717-726; Dempster,
Laird & Rubin (1977), *Journal of the Royal Statistical Society* B 39(1), 1-38; Steele (1996), A
Modified EM Algorithm for Estimation in Generalized Mixed Models, *Biometrics* 52(4), 1295-1310.
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
DIFFERENCE = 1e-3  # of log parameters, for third derivatives
FARTHEST = 1.0  # standard deviation that a mean is from its mode
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
    spread_covariances: FloatArray  # (groups, k, k), for want of knowledge of the covariance
    found: list[Found]
    shifts: FloatArray  # (groups, k), of the means from the modes
    settled: bool


class Parabolas(NamedTuple):
    """Likelihoods near the modes: curvatures (G, k, k), and curvature x place + slope (G, k).

    With third derivatives (G, k, k, k), which say how far means are from modes.
    """

    curvature: FloatArray
    pull: FloatArray
    third: FloatArray

    def means(self, spread: FloatArray, pool: Pool, precision: FloatArray) -> FloatArray:
        """Return the means of the posteriors, whose covariances are `spread`."""
        modes = np.einsum("gij,gj->gi", spread, self.pull + precision @ pool.centre)
        return np.asarray(modes + self.off_modes(spread), dtype=np.float64)

    def off_modes(self, spread: FloatArray) -> FloatArray:
        """Return how far the means of the posteriors are from their modes."""
        off = np.einsum("gij,gjkl,gkl->gi", spread, self.third, spread) / 2
        most = FARTHEST * np.sqrt(np.einsum("gii->gi", spread))
        return np.asarray(np.minimum(np.maximum(off, -most), most), dtype=np.float64)


def pooled(surfaces: Sequence[Objective], start: FloatArray, weak: Objective) -> Pooled:
    """Return what the groups have in common, and the mode of each group's posterior."""
    pool = Pool(start, FIRST_SPREAD**2 * np.eye(len(start)))
    found, settled = _modes(surfaces, [start] * len(surfaces), pool), False
    for _ in range(MOST_ROUNDS):
        near = _parabolas(found, pool)._replace(third=_third(surfaces, found))
        later = _between(pool, near, weak)
        settled = pool.near(later)
        pool = later
        found = _modes(surfaces, [each.point for each in found], pool)
        if settled:
            break
    return _known(surfaces, found, _expected(pool, len(surfaces)), weak)._replace(settled=settled)


def _expected(pool: Pool, groups: int) -> Pool:
    """Return the mean of what the covariance over groups may be, in place of its mode."""
    return pool._replace(covariance=pool.covariance * (1 + AS_GROUPS / groups))


def _known(
    surfaces: Sequence[Objective], found: Sequence[Found], pool: Pool, weak: Objective
) -> Pooled:
    """Return what is known of each group and of their mean, given the distribution over groups."""
    found = _modes(surfaces, [each.point for each in found], pool)
    precision = inverse(pool.covariance)
    near = _parabolas(found, pool)._replace(third=_third(surfaces, found))
    known = inverse(near.curvature + precision)
    of_centre = _of_centre(known, precision, pool.centre, weak)
    of_spread = _of_spread(known, precision)
    return Pooled(pool, of_centre, of_spread, found, near.off_modes(known), settled=True)


def _of_spread(known: FloatArray, precision: FloatArray) -> FloatArray:
    """Return what is not known of each group because Σ is not, equation (2)."""
    k = len(precision)
    own = np.eye(k) - known @ precision
    degrees = AS_GROUPS + float(np.einsum("gij,gji->", own, own)) / k
    return np.asarray((k + 1) / degrees * known @ precision @ known, dtype=np.float64)


def _of_centre(
    known: FloatArray, precision: FloatArray, centre: FloatArray, weak: Objective
) -> FloatArray:
    """Return the covariance of the mean over groups, given the covariance over groups."""
    of_groups = (precision - precision @ known @ precision).sum(axis=0)
    return inverse(of_groups + _bent(weak(centre)))


def _third(surfaces: Sequence[Objective], found: Sequence[Found]) -> FloatArray:
    """Return the third derivatives of likelihoods at the modes, by differences of the second."""
    k = len(found[0].point)
    steps = DIFFERENCE * np.eye(k)
    each = [
        [surface(at.point + step).hessian - surface(at.point - step).hessian for step in steps]
        for surface, at in zip(surfaces, found, strict=True)
    ]
    return np.asarray(np.array(each) / (2 * DIFFERENCE), dtype=np.float64)


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
    pull = np.einsum("gij,gj->gi", curvature, points) + slopes
    return Parabolas(curvature, pull, np.zeros((*curvature.shape, points.shape[1])))


def _between(pool: Pool, likelihoods: Parabolas, weak: Objective) -> Pool:
    """Iterate (1) with parabolas in place of the likelihoods."""
    groups, k = likelihoods.pull.shape
    usual = AS_GROUPS * USUAL_SPREAD**2 * np.eye(k)
    first = pool
    for _ in range(ROUNDS_BETWEEN):
        precision = inverse(pool.covariance)
        spread = inverse(likelihoods.curvature + precision)
        means = likelihoods.means(spread, pool, precision)
        centre = _centre(means.sum(axis=0), groups, precision, pool.centre, weak)
        off, stays = means - centre, np.eye(k) - spread @ precision
        of_centre = stays @ _of_centre(spread, precision, centre, weak) @ stays.transpose(0, 2, 1)
        whole = (spread + of_centre).sum(axis=0) + off.T @ off
        covariance = (whole + usual) / (groups + AS_GROUPS)
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
