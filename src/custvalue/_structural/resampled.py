"""Resamples of a structural model: whole respondents or clusters, as covariance matrices.

A resample is drawn as counts of respondents (or of clusters within strata); sums of products turn
them into means and covariances, thousands at a time, and the model is solved for all of these at
once. Where something has no variance in a resample, the resample fails, and is counted by the item.
"""

from __future__ import annotations

import numpy as np

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import Resamples, sum_resamples
from custvalue._inference.sums import OfSums
from custvalue._rows import FloatArray
from custvalue._structural.answered import Answered
from custvalue._structural.groups import every_number
from custvalue._structural.samples import Samples
from custvalue._structural.solution import Solution, solve
from custvalue._words import listed

AT_A_TIME = 2**19  # entries of a block of matrices: stays near the cache


def resampled(answered: Answered, solution: Solution, method: Bootstrap) -> Resamples:
    """Draw resamples, and return all numbers of the model in each, group after group."""
    samples = Samples.of(answered.scores(), answered.sample.weights)
    size = max(1, AT_A_TIME // len(solution.plan.items) ** 2)

    def solved(sums: FloatArray) -> Solution:
        means, covariance = samples.moments(sums)
        plan, settings = solution.plan, solution.settings
        return solve(plan, means, covariance, settings, reference=solution.own[0])

    def value(sums: FloatArray) -> FloatArray:
        parts = (sums[at : at + size] for at in range(0, len(sums), size))
        return np.concatenate([_settled(solved(its)) for its in parts])

    def why(sums: FloatArray) -> str:
        return _why(solved(sums[np.newaxis]))

    of_sums = OfSums(samples.n, samples.added, value, why)
    return sum_resamples(of_sums, method, sample=answered.sample)


def _settled(solution: Solution) -> FloatArray:
    """Return all numbers, NaN in samples whose weights did not settle."""
    found = every_number(solution)
    found[~solution.converged] = np.nan
    return found


def _why(solution: Solution) -> str:
    """Say why a sample has no numbers, and which item or construct has to do with it."""
    plan = solution.plan
    flat = np.flatnonzero(~(solution.spread[0] > 0))
    if flat.size:
        return f"all answers to {listed(plan.items[at] for at in flat)} are equal."
    if not solution.converged[0]:
        return f"the weights did not settle in {solution.settings.iterations} rounds."
    weak = np.flatnonzero(~(solution.reliability[0] > 0))
    if solution.settings.consistent and weak.size:
        return f"the reliability of {listed(plan.names[at] for at in weak)} is not above 0."
    return "constructs or items repeat each other, so that a regression has no solution."
