"""The shapes that a curve may have, each a rise from 0 at the worst answer to 1 at the best.

With u from 0 to 1 along the scale, a steepness k and a place of the inflexion m:

    linear      u
    convex      (e^(k u) - 1) / (e^k - 1)
    concave     1 - convex(1 - u)
    S           (tanh(k (u - m)) + tanh(k m)) / (tanh(k (1 - m)) + tanh(k m))
    inverse S   the same of sinh

The curve is floor + (ceiling - floor) rise. An S is steepest at the inflexion, an inverse S at both
ends: it is the curve of Jones & Sasser (1995), whose zone of indifference is flat. ``logistic`` is
the curve 1 / (1 + e^-(a + b u)) between 0 and 1, and ``monotone`` any curve that never falls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from custvalue._rows import FloatArray

ShapeName = Literal["linear", "logistic", "S", "inverse S", "convex", "concave", "monotone"]

Rise = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]

LEAST_STEEP = 1e-3  # all but linear
STEEPEST = 20.0  # between two neighbouring levels: e^-20 of a step is left


def linear(u: FloatArray, k: FloatArray, m: FloatArray) -> FloatArray:
    return u + 0.0 * (k + m)


def convex(u: FloatArray, k: FloatArray, m: FloatArray) -> FloatArray:
    return np.asarray(np.exp(k * (u - 1)) * np.expm1(-k * u) / np.expm1(-k) + 0.0 * m)


def concave(u: FloatArray, k: FloatArray, m: FloatArray) -> FloatArray:
    return 1 - convex(1 - u, k, m)


def s_shaped(u: FloatArray, k: FloatArray, m: FloatArray) -> FloatArray:
    before, after = np.tanh(k * m), np.tanh(k * (1 - m))
    return np.asarray((np.tanh(k * (u - m)) + before) / (after + before))


def inverse_s(u: FloatArray, k: FloatArray, m: FloatArray) -> FloatArray:
    most = k * np.maximum(m, 1 - m)
    before, after = (_sinh(k * its, most) for its in (m, 1 - m))
    return np.asarray((_sinh(k * (u - m), most) + before) / (after + before))


def _sinh(x: FloatArray, most: FloatArray) -> FloatArray:
    """Return 2 sinh(x) e^-most, which does not overflow for |x| <= most."""
    return np.asarray(np.sign(x) * np.exp(np.abs(x) - most) * -np.expm1(-2 * np.abs(x)))


class Shape(NamedTuple):
    """A shape that is a rise between two ends.

    Parameters
    ----------
    name : str
        What it is called.
    rise : callable
        Takes u, k and m.
    bent, inflected : bool
        Whether it has a steepness, and an inflexion whose place is free.
    """

    name: ShapeName
    rise: Rise
    bent: bool = True
    inflected: bool = False

    @property
    def parameters(self) -> int:
        """How many numbers describe the curve."""
        return 2 + self.bent + self.inflected


RISES = (
    Shape("linear", linear, bent=False),
    Shape("convex", convex),
    Shape("concave", concave),
    Shape("S", s_shaped, inflected=True),
    Shape("inverse S", inverse_s, inflected=True),
)
ORDER: tuple[ShapeName, ...] = (
    "linear",
    "logistic",
    "S",
    "inverse S",
    "convex",
    "concave",
    "monotone",
)
CHINESE: dict[ShapeName, str] = {
    "linear": "线性",
    "logistic": "逻辑斯蒂",
    "S": "S形",
    "inverse S": "反S形",
    "convex": "凸形",
    "concave": "凹形",
    "monotone": "单调",
}
