"""The numbers of a fit by group: what they are called, where they stop, and how they are computed.

A group is one function of a :class:`Solution`, which holds one sample or thousands. Point values,
linearised standard errors and resamples all come from that function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from custvalue._rows import FloatArray
from custvalue._structural.estimates import UsualMethod
from custvalue._structural.plan import Flags, Plan
from custvalue._structural.solution import Solution

Labels = tuple[tuple[str, ...], ...]


def nothing_fixed(plan: Plan, count: int) -> Flags:  # noqa: ARG001 - other groups look at the plan
    """Say that every number of a group is estimated."""
    return np.zeros(count, dtype=bool)


@dataclass(frozen=True)
class Statistics:
    """A group of numbers.

    Parameters
    ----------
    name : str
        The attribute of the fit that holds them.
    title : str
        In print.
    heads : tuple of str
        Names of the columns of labels.
    labels : callable
        Takes a plan, and gives the labels of each number.
    values : callable
        Takes a solution, and gives the numbers, shape (samples, numbers).
    bounds : tuple of float, optional
        Ends that they cannot pass.
    fixed : callable
        Takes the plan and how many numbers there are, and says which follow from the definition:
        they have no standard error.
    usual : str
        Method of the intervals for which none is asked, without resamples.
    ends : callable, optional
        Takes a solution, and gives the ends of each number, shape (numbers, 2), where they are
        not the same for all.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    labels: Callable[[Plan], Labels]
    values: Callable[[Solution], FloatArray]
    bounds: tuple[float, float] | None = None
    fixed: Callable[[Plan, int], Flags] = nothing_fixed
    usual: UsualMethod = "linearised"
    ends: Callable[[Solution], FloatArray] | None = None


# --- the groups of every fit ------------------------------------------------------------------


def _arrows(plan: Plan) -> Labels:
    return tuple((plan.names[i], plan.names[j]) for i, j in plan.arrows)


def _chains(plan: Plan) -> Labels:
    return tuple((plan.names[i], plan.names[j]) for i, j in plan.reaches)


def _by_item(plan: Plan) -> Labels:
    return tuple((plan.names[at], item) for at, item in zip(plan.owner, plan.items, strict=True))


def _endogenous(plan: Plan) -> Labels:
    return tuple((plan.names[at],) for at in plan.endogenous)


def _picked(table: FloatArray, pairs: tuple[tuple[int, int], ...]) -> FloatArray:
    source, target = np.array(pairs).T
    return table[:, source, target]


def _single_items(plan: Plan, count: int) -> Flags:  # noqa: ARG001 - there is one for each item
    return plan.single[plan.owner]


PATHS = Statistics(
    "paths",
    "Paths",
    ("source", "target"),
    _arrows,
    lambda its: _picked(its.paths, its.plan.arrows),
    usual="fisher",
)
TOTAL_EFFECTS = Statistics(
    "total_effects",
    "Total effects",
    ("source", "target"),
    _chains,
    lambda its: _picked(its.total, its.plan.reaches),
    usual="fisher",
)
LOADINGS = Statistics(
    "loadings",
    "Loadings",
    ("construct", "item"),
    _by_item,
    lambda its: its.loadings,
    bounds=(-1.0, 1.0),
    fixed=_single_items,
    usual="fisher",
)
WEIGHTS = Statistics(
    "weights",
    "Outer weights of standardised items",
    ("construct", "item"),
    _by_item,
    lambda its: its.weights,
    fixed=_single_items,
)
R_SQUARED = Statistics(
    "r_squared",
    "R²",
    ("construct",),
    _endogenous,
    lambda its: its.r_squared[:, list(its.plan.endogenous)],
    bounds=(0.0, 1.0),
    usual="fisher of root",
)
F_SQUARED = Statistics(
    "f_squared",
    "f², what R² loses without a path, over 1 - R²",
    ("source", "target"),
    _arrows,
    lambda its: _picked(its.f_squared, its.plan.arrows),
    usual="root",
)
