"""Predictions of items by a structural model, and by the linear model that is its benchmark.

Scores of constructs come from their items, those of the constructs that follow from the paths, and
the items from their loadings: x̂ = m + s λ Σ_c t_c f_c, with the total effects t of the first
constructs c (*earliest antecedents*; Shmueli, Ray, Velasquez Estrada & Chatla 2016, *Journal of
Business Research* 69(10)), or with the paths of the constructs next before (*direct
antecedents*). The benchmark regresses each item on the same items as predictors.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from custvalue._rows import FloatArray, IntArray
from custvalue._structural.plan import Plan
from custvalue._structural.solution import Solution

Antecedents = Literal["earliest", "direct"]


class Linear(NamedTuple):
    """Linear predictions of many models: means + (x - means) @ slopes.

    Parameters
    ----------
    means : ndarray of shape (models, items)
        Of all items.
    slopes : ndarray of shape (models, items, items)
        From the row to the column; 0 where an item is no predictor, or is not predicted.
    """

    means: FloatArray
    slopes: FloatArray

    def predicted(self, model: int, answers: FloatArray, places: IntArray) -> FloatArray:
        """Return predictions of some items, (respondents, places); NaN is not read if unused."""
        used = np.flatnonzero(self.slopes[model].any(axis=1))
        centred = answers[:, used] - self.means[model, used]
        found: FloatArray = centred @ self.slopes[model][np.ix_(used, places)]
        found += self.means[model, places]
        return found


def predicted_places(plan: Plan) -> IntArray:
    """Return the items that are predicted: those of constructs to which a path leads."""
    return np.flatnonzero(np.isin(plan.owner, plan.endogenous))


def first_constructs(plan: Plan) -> IntArray:
    """Return the constructs to which no path leads."""
    return np.setdiff1d(np.arange(len(plan.names)), plan.endogenous)


def predictors(plan: Plan, construct: int, antecedents: Antecedents) -> IntArray:
    """Return the items from which those of a construct are predicted."""
    direct = antecedents == "direct"
    before = plan.predecessors[construct] if direct else first_constructs(plan)
    return np.flatnonzero(np.isin(plan.owner, before))


def structural_predictions(plan: Plan, its: Solution, antecedents: Antecedents) -> Linear:
    """Return the predictions of structural models."""
    scoring = its.unstandardised[:, :, np.newaxis] * plan.membership
    effects = its.paths
    if antecedents == "earliest":
        effects = np.zeros_like(its.paths)
        first = first_constructs(plan)
        effects[:, first] = its.total[:, first]
    reflecting = its.own * its.spread
    slopes = (scoring @ effects)[:, :, plan.owner] * reflecting[:, np.newaxis]
    return Linear(its.means, slopes)


def linear_predictions(
    plan: Plan, means: FloatArray, covariances: FloatArray, antecedents: Antecedents
) -> Linear:
    """Return the predictions of linear regressions; NaN where predictors follow from others."""
    slopes = np.zeros_like(covariances)
    for construct in plan.endogenous:
        own = np.flatnonzero(plan.owner == construct)
        by = predictors(plan, construct, antecedents)
        above = covariances[:, by[:, np.newaxis], by]
        shared = covariances[:, by[:, np.newaxis], own]
        slopes[:, by[:, np.newaxis], own] = _solved(above, shared)
    return Linear(means, slopes)


def _solved(matrices: FloatArray, sides: FloatArray) -> FloatArray:
    """Solve the systems, by least squares where some are singular."""
    try:
        return np.asarray(np.linalg.solve(matrices, sides), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(matrices, hermitian=True) @ sides)
