"""Which projects to pay for within a budget: the set with the highest net value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray
from custvalue.errors import EstimationError

Chosen = npt.NDArray[np.bool_]


def best_set(net: FloatArray, cost: FloatArray, budget: float) -> Chosen:
    """Return which projects maximise the sum of net values, none below 0, within the budget.

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
    from scipy import optimize

    scale = float(np.abs(net[worth]).max())
    found = optimize.milp(
        -net[worth] / scale,
        constraints=optimize.LinearConstraint(cost[worth][None, :] / budget, ub=1.0),
        integrality=np.ones(len(worth), dtype=np.int64),
        bounds=optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise EstimationError(f"the best set within the budget was not found: {found.message}")
    chosen[worth] = np.rint(found.x) == 1
    return chosen
