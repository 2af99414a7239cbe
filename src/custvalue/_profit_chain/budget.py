"""Which projects to pay for within a budget: the set with the highest net value.

Branch and bound (Horowitz & Sahni 1974, *Journal of the ACM* 21(2), 277-292): projects by net value
per cost; what may still be gained is bounded by taking a part of the first one that no longer fits.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray
from custvalue.errors import EstimationError

Chosen = npt.NDArray[np.bool_]
MOST_BRANCHES = 20_000  # then a wider gap is tried
EXACT = (1e-12, 1e-6, 1e-4, 1e-3, 1e-2)  # shares of the best by which the set found may be below it
OF_DRAWS = (1e-3, 1e-2)


def best_set(
    net: FloatArray, cost: FloatArray, budget: float, gaps: tuple[float, ...] = EXACT
) -> Chosen:
    """Return which projects maximise the sum of net values, none below 0, within the budget.

    Where many projects are all but alike, a set is taken that is below the best one by a thousandth
    at most, or a hundredth.

    Examples
    --------
    >>> best_set(np.array([60.0, 100.0, 120.0]), np.array([10.0, 20.0, 30.0]), 50.0)
    array([False,  True,  True])
    """
    worth = np.flatnonzero((net > 0) & (cost <= budget))
    chosen = np.zeros(len(net), dtype=np.bool_)
    if cost[worth].sum() <= budget:
        chosen[worth] = True
        return chosen
    order = worth[np.argsort(-net[worth] / cost[worth], kind="stable")]
    for gap in gaps:
        found = _searched(net[order].tolist(), cost[order].tolist(), budget, gap)
        if found is not None:
            chosen[order[found]] = True
            return chosen
    raise EstimationError(
        f"the best set of {len(order)} projects within the budget takes too long to find: too many "
        f"are alike in net value and cost. Put those that are alike together, or rank fewer."
    )


def _bound(net: list[float], cost: list[float], place: int, left: float) -> float:
    """Return what can be gained at most from a place on."""
    gained = 0.0
    for its, price in zip(net[place:], cost[place:], strict=True):
        if price > left:
            return gained + its * left / price
        gained, left = gained + its, left - price
    return gained


def _searched(net: list[float], cost: list[float], budget: float, gap: float) -> list[int] | None:
    """Return the places of the best set, but for the gap; None where there are too many branches.

    Each project is tried first, then left out.
    """
    best, found = 0.0, list[int]()
    stack: list[tuple[int, float, float, tuple[int, ...]]] = [(0, 0.0, budget, ())]
    for _ in range(MOST_BRANCHES):
        if not stack:
            return found
        place, gained, left, taken = stack.pop()
        if gained > best:
            best, found = gained, list(taken)
        if place == len(net) or gained + _bound(net, cost, place, left) <= best * (1 + gap):
            continue
        other = place + 1  # without one project, those that are alike are not needed either
        while other < len(net) and (net[other], cost[other]) == (net[place], cost[place]):
            other += 1
        stack.append((other, gained, left, taken))
        if cost[place] <= left:
            more = (place + 1, gained + net[place], left - cost[place], (*taken, place))
            stack.append(more)
    return None
