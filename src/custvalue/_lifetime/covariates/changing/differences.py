"""A Hessian from differences of an exact gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray

Slope = Callable[[FloatArray], tuple[float, FloatArray]]  # value and gradient
STEP = 1e-5  # of coordinates of order 1: error of a central difference about 1e-10


def with_hessian(slope: Slope, point: FloatArray) -> Derivatives:
    """Return value and gradient, and the Hessian by central differences."""
    value, gradient = slope(point)
    size = len(point)
    hessian = np.empty((size, size))
    for place, move in enumerate(STEP * np.eye(size)):
        hessian[place] = (slope(point + move)[1] - slope(point - move)[1]) / (2 * STEP)
    return Derivatives(value, gradient, (hessian + hessian.T) / 2)
