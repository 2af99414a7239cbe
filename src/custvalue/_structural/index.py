"""The 0-100 index of a construct, and the shares of its items in it, by convention.

index = 100 (Σ u_i x̄_i - Σ u_i a_i) / Σ u_i (b_i - a_i), with the theoretical ends a and b of the
scales (Fornell, Johnson, Anderson, Cha & Bryant 1996, *Journal of Marketing* 60(4)). On items that
are moved to 0-100 it is the mean of the items by shares that add up to 1. Weights of a model belong
to standardised items; the published index divides them by the standard deviations of the items.
"""

from __future__ import annotations

from functools import partial
from typing import Literal, get_args

import numpy as np

from custvalue._rows import FloatArray
from custvalue._structural.plan import Plan
from custvalue._structural.solution import Solution
from custvalue._structural.statistics import Labels, Statistics
from custvalue._words import listed
from custvalue.errors import EstimationError

WeightConvention = Literal["unstandardised", "standardised", "equal"]

ROUNDING = 1e-9  # of the weights of a construct: what they add up to is nothing

CONVENTIONS = {
    "unstandardised": "divided by the standard deviations of the items",
    "standardised": "as they are for standardised items",
    "equal": "all the same",
}


def shares_of(solution: Solution, convention: str) -> FloatArray:
    """Return the share of every item in the index of its construct, shape (samples, p)."""
    plan = solution.plan
    if convention == "equal":
        raw = np.ones_like(solution.weights) + 0 * solution.weights  # NaN where there are none
    elif convention == "standardised":
        raw = solution.weights
    else:
        raw = solution.unstandardised
    sums = np.add.reduceat(raw, [its.start for its in plan.blocks], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(raw / sums[:, plan.owner])


def checked_shares(solution: Solution, convention: str) -> FloatArray:
    """Return the shares of one sample, shape (p,), or name the construct whose weights cancel."""
    plan = solution.plan
    raw = solution.weights if convention == "standardised" else solution.unstandardised
    for name, block in zip(plan.names, plan.blocks, strict=True):
        total = float(raw[0, block].sum())
        if convention != "equal" and total <= ROUNDING * float(np.abs(raw[0, block]).sum()):
            raise EstimationError(
                f"the weights of {name!r}, {listed(plan.items[block])}, add up to {total:.4g}: "
                f"items cancel each other, and there is no index. Use convention='equal', "
                f"mode='A', or leave out the items with negative weights."
            )
    found: FloatArray = shares_of(solution, convention)[0]
    return found


def index_values(solution: Solution, convention: str) -> FloatArray:
    """Return the index of every construct, shape (samples, k)."""
    shares = shares_of(solution, convention)
    starts = [its.start for its in solution.plan.blocks]
    return np.asarray(np.add.reduceat(shares * solution.means, starts, axis=1))


def index_ends(solution: Solution, convention: str) -> FloatArray:
    """Return what the index can be, shape (k, 2): 0 and 100 but where a share is negative."""
    shares = shares_of(solution, convention)[0]
    starts = [its.start for its in solution.plan.blocks]
    ends = (np.minimum(shares, 0.0), np.maximum(shares, 0.0))
    return 100 * np.stack([np.add.reduceat(its, starts) for its in ends], axis=1)


def _by_construct(plan: Plan) -> Labels:
    return tuple((name,) for name in plan.names)


INDICES = tuple(
    Statistics(
        f"index, {convention}",
        f"Index 0-100, weights {convention}",
        ("construct",),
        _by_construct,
        partial(index_values, convention=convention),
        usual="beta",
        ends=partial(index_ends, convention=convention),
    )
    for convention in get_args(WeightConvention)
)
