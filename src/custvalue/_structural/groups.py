"""All groups of numbers that a fit has, in the order in which resamples hold them."""

from __future__ import annotations

from custvalue._structural.importance_performance import UNSTANDARDISED_EFFECTS
from custvalue._structural.index import INDICES
from custvalue._structural.reliability import RELIABILITY
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
