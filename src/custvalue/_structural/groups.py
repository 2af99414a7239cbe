"""All groups of numbers that a fit has, in the order in which resamples hold them."""

from __future__ import annotations

import numpy as np

from custvalue._rows import FloatArray
from custvalue._structural.importance_performance import UNSTANDARDISED_EFFECTS
from custvalue._structural.index import INDICES
from custvalue._structural.plan import Plan
from custvalue._structural.reliability import RELIABILITY
from custvalue._structural.solution import Solution
from custvalue._structural.statistics import (
    F_SQUARED,
    LOADINGS,
    PATHS,
    R_SQUARED,
    TOTAL_EFFECTS,
    WEIGHTS,
    Statistics,
)

GROUPS: dict[str, Statistics] = {
    its.name: its
    for its in (
        PATHS,
        TOTAL_EFFECTS,
        LOADINGS,
        WEIGHTS,
        R_SQUARED,
        F_SQUARED,
        *INDICES,
        *RELIABILITY,
        UNSTANDARDISED_EFFECTS,
    )
}


def every_number(solution: Solution) -> FloatArray:
    """Return the numbers of all groups, side by side, shape (samples, numbers)."""
    return np.concatenate([its.values(solution) for its in GROUPS.values()], axis=1)


def places_of(group: str, plan: Plan) -> slice:
    """Return where the numbers of a group stand among those of all."""
    counts = [len(its.labels(plan)) for its in GROUPS.values()]
    at = list(GROUPS).index(group)
    first = sum(counts[:at])
    return slice(first, first + counts[at])
