"""The highest point of a parabola within a ball: the step of Newton's method in a trust region.

Exact, for few parameters: in the directions of the eigenvectors of the Hessian, the highest point
at a distance is slope / (curvature + σ), and σ >= 0 is found where that distance is the radius
(Moré & Sorensen 1983, *SIAM Journal on Scientific and Statistical Computing* 4(3), 553-572; Conn,
Gould & Toint 2000, *Trust-Region Methods*, section 7.3).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray

ON_THE_EDGE = 1e-8  # relative difference of a step from the radius
UNSEEN = 1e-7  # share of a curvature, of which rounding leaves too few digits to divide by
MOST_ROUNDS = 50  # of Newton's method, which needs about 5


class Step(NamedTuple):
    """A step, what the parabola gains by it, and whether it goes to the edge of the ball."""

    move: FloatArray
    gain: float
    at_edge: bool


class Parabola(NamedTuple):
    """The Taylor polynomial of a function at a point, in the directions of its eigenvectors."""

    curvature: FloatArray  # of the negative Hessian, ascending
    directions: FloatArray  # one a column
    slope: FloatArray

    @classmethod
    def of(cls, gradient: FloatArray, hessian: FloatArray) -> Parabola:
        """Turn the gradient into the directions of the eigenvectors."""
        curvature, directions = np.linalg.eigh(-hessian)
        return cls(curvature, directions, directions.T @ gradient)

    def highest(self, radius: float) -> Step:
        """Return the step to the highest point within the radius."""
        flattest, along = float(self.curvature[0]), self.slope
        at_edge = not (flattest > 0 and _length(along / self.curvature) <= radius)
        along = self._on_the_edge(radius) if at_edge else along / self.curvature
        gain = float(self.slope @ along - self.curvature @ along**2 / 2)
        return Step(self.directions @ along, gain, at_edge)

    def _on_the_edge(self, radius: float) -> FloatArray:
        """Return the highest point at a distance, along the directions.

        1 / distance is concave in σ, so that Newton's method comes from the left without going too
        far. Where the slope along the flattest direction is zero (the hard case), the rest of the
        way goes along it, to either side.
        """
        shift = max(0.0, float((np.abs(self.slope) / radius - self.curvature).max()))
        along, lifted = self._pulled(shift, radius)
        for _ in range(MOST_ROUNDS):
            length = _length(along)
            if length <= radius * (1 + ON_THE_EDGE):
                break
            fall = float(((along / length) ** 2 / lifted).sum())  # squares first may underflow
            shift += (length - radius) / radius / fall
            along, lifted = self._pulled(shift, radius)
        if lifted[0] < UNSEEN * abs(self.curvature[0]):
            rest = _length(along[1:])
            left = math.sqrt(max(radius - rest, 0.0)) * math.sqrt(radius + rest)
            along[0] = math.copysign(left, self.slope[0])
        return along

    def _pulled(self, shift: float, radius: float) -> tuple[FloatArray, FloatArray]:
        """Return slope / (curvature + σ), no part beyond the radius, and what divides it."""
        least = np.finfo(float).eps * abs(self.curvature[0]) + np.finfo(float).tiny
        lifted = np.maximum(self.curvature + shift, least)
        return np.sign(self.slope) * np.minimum(np.abs(self.slope) / lifted, radius), lifted


def _length(vector: FloatArray) -> float:
    return math.hypot(*vector.tolist())
