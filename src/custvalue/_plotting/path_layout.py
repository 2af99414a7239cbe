"""Where the constructs of a path diagram stand: in steps along the paths, and beside each other.

A construct stands one step behind the last of those that lead to it. Beside each other, they take
the rows in which arrows run through no box, cross little and are short: the best of some hundred
starts, improved construct by construct. The same model gives the same picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray, IntArray
from custvalue._structural.plan import Plan

MOST_STARTS, LEAST_STARTS, PAIRS, ROUNDS = 200, 20, 20_000, 6  # fewer starts for many arrows
THROUGH, CROSSING, SAME = 20.0, 3.0, 1_000.0  # what an arrow or a place costs
LENGTH, SHORT, OFF = 1.0, 1.5, 0.05
NEAR = 0.84  # of a row: closer to the middle of a box an arrow runs through it


class Places(NamedTuple):
    """Step along the paths and row of every construct, and how many steps and rows there are."""

    steps: IntArray
    rows: FloatArray
    length: int
    width: int


def places_of(plan: Plan, rows: int) -> Places:
    """Place the constructs of a model in so many rows, or more where they need them."""
    steps = _steps(plan)
    width = max(rows, int(np.bincount(steps).max()))
    found = _rows(steps, np.array(plan.arrows), width)
    used = np.unique(found)
    return Places(
        steps,
        (found - used[0]).astype(np.float64),
        int(steps.max()) + 1,
        int(used[-1] - used[0]) + 1,
    )


def _steps(plan: Plan) -> IntArray:
    """Return the longest way to each construct, in paths."""
    found = np.zeros(len(plan.names), dtype=np.int64)
    for at in plan.order:
        before = plan.predecessors[at]
        if len(before):
            found[at] = found[before].max() + 1
    return found


def _rows(steps: IntArray, arrows: IntArray, width: int) -> IntArray:
    """Return the row of every construct, by the least cost that is found."""
    random = np.random.default_rng(0)
    size = len(steps)
    starts = min(MOST_STARTS, max(LEAST_STARTS, PAIRS // len(arrows) ** 2))
    rows = random.integers(width, size=(starts, size))
    rows[0] = width // 2
    cost = _cost(steps, rows, arrows, width)
    for _ in range(ROUNDS):
        for place in range(size):
            tries = np.repeat(rows[:, np.newaxis], width, axis=1)
            tries[:, :, place] = np.arange(width)
            costs = _cost(steps, tries.reshape(-1, size), arrows, width).reshape(-1, width)
            best = costs.argmin(axis=1)
            better = costs[np.arange(starts), best] < cost - 1e-9
            rows[better, place] = best[better]
            cost = np.minimum(cost, costs.min(axis=1))
    return np.asarray(rows[int(cost.argmin())])


def _cost(steps: IntArray, rows: npt.NDArray[np.int64], arrows: IntArray, width: int) -> FloatArray:
    """Return what placements cost, (placements,)."""
    starts, ends = arrows.T
    x, y = steps.astype(np.float64), rows.astype(np.float64)
    run, rise = x[ends] - x[starts], y[:, ends] - y[:, starts]
    found = LENGTH * np.abs(rise).sum(axis=1) + OFF * np.abs(y - (width - 1) / 2).sum(axis=1)
    found += SHORT * ((run == 1) & (rise == 0)).sum(axis=1)  # little room for a number
    for place in range(len(steps)):
        between = (x[starts] < x[place]) & (x[place] < x[ends])
        share = np.where(between, (x[place] - x[starts]) / run, 0.0)
        off = np.abs(y[:, starts] + share * rise - y[:, [place]])
        found += THROUGH * ((off < NEAR) & between).sum(axis=1)
        same = (steps == steps[place]) & (np.arange(len(steps)) != place)
        found += SAME * (same & (rows == rows[:, [place]])).sum(axis=1)
    for one in range(len(arrows)):
        for other in range(one):
            found += CROSSING * _cross(x, y, arrows[one], arrows[other])
    return np.asarray(found)


def _cross(x: FloatArray, y: FloatArray, one: IntArray, other: IntArray) -> npt.NDArray[np.bool_]:
    """Say in which placements two arrows cross where both are under way."""
    if set(one.tolist()) & set(other.tolist()):
        return np.zeros(len(y), dtype=bool)
    low = float(max(x[one[0]], x[other[0]]))
    high = float(min(x[one[1]], x[other[1]]))
    if low >= high:
        return np.zeros(len(y), dtype=bool)

    def at(where: float, arrow: IntArray) -> FloatArray:
        share = (where - x[arrow[0]]) / (x[arrow[1]] - x[arrow[0]])
        return np.asarray(y[:, arrow[0]] + share * (y[:, arrow[1]] - y[:, arrow[0]]))

    first = at(low, one) - at(low, other)
    last = at(high, one) - at(high, other)
    return np.asarray((first * last < 0) | (first == 0) & (last == 0))
