"""A function of uncertain coordinates at many draws of these, by its parabola."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from custvalue._rows import FloatArray


@dataclass(frozen=True, eq=False)
class Parabola:
    """A function near a point: its value there, slopes and curvature over one step each."""

    value: float
    slope: FloatArray
    curvature: FloatArray
    step: FloatArray

    @classmethod
    def of(cls, function: Callable[[FloatArray], float], step: FloatArray) -> Parabola:
        """Fit it through the function at 0, one step in each direction, and in each pair of these.

        Steps are as long as draws are wide, so that it is near where draws are; coordinates whose
        step is 0 stay where they are.
        """
        size = len(step)
        moves = np.diag(step)
        here = function(np.zeros(size))
        ends = {
            (place, sign): function(sign * moves[place])
            for place in np.flatnonzero(step > 0).tolist()
            for sign in (1, -1)
        }
        slope, curvature = np.zeros(size), np.zeros((size, size))
        for place in np.flatnonzero(step > 0).tolist():
            up, down = ends[place, 1], ends[place, -1]
            slope[place] = (up - down) / 2
            curvature[place, place] = up - 2 * here + down
        for one in np.flatnonzero(step > 0).tolist():
            for other in np.flatnonzero(step[:one] > 0).tolist():
                both = function(moves[one] + moves[other])
                mixed = both - ends[one, 1] - ends[other, 1] + here
                curvature[one, other] = curvature[other, one] = mixed
        return cls(here, slope, curvature, np.where(step > 0, step, 1.0))

    def at(self, moves: FloatArray) -> FloatArray:
        """Return the function at moves, shape (draws, coordinates)."""
        steps = moves / self.step
        bent = np.einsum("bi,ij,bj->b", steps, self.curvature, steps)
        return np.asarray(self.value + steps @ self.slope + bent / 2)
