"""Profile-likelihood intervals: all values of a parameter at which the data are likely enough.

The profile of a parameter is the log-likelihood, highest over all others. Its interval ends where
the profile has fallen by half of a chi-squared quantile (Venzon & Moolgavkar 1988, *Applied
Statistics* 37(1), 87-94). Other than Wald's, it follows a likelihood that is no parabola, and is
open where the data set no limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import NamedTuple

import numpy as np

from custvalue._inference.ends import normal_quantile
from custvalue._inference.interval import Interval
from custvalue._numerics.maximum import Derivatives, Found, Objective, maximise
from custvalue._rows import FloatArray

PROFILE = "profile likelihood"
OPEN = 15.0  # a factor of e^±15, at which the data set no limit
WIDER = 1.7  # factor from one step outwards to the next
CLOSE = 1e-6  # of the logarithm of an end


class Coordinate(NamedTuple):
    """One coordinate of a surface: its name, its standard error, and what it is in the data."""

    name: str
    error: float | None
    shown: Callable[[float], float]


def profile_intervals(
    surface: Objective, top: FloatArray, coordinates: Sequence[Coordinate], level: float
) -> dict[str, Interval]:
    """Return the interval of each coordinate; without an error, steps begin with a guess."""
    target = surface(top).value - normal_quantile(level) ** 2 / 2
    found = {}
    for place, one in enumerate(coordinates):
        step = min(normal_quantile(level) * (one.error or GUESS), OPEN / 4)
        profile = _Profile(surface, top, place, target)
        low, high = profile.end(-step), profile.end(step)
        found[one.name] = Interval(
            low=one.shown(low), high=one.shown(high), level=level, method=_said(low, high)
        )
    return found


GUESS = 0.5  # of a standard error


def _said(low: float, high: float) -> str:
    sides = [side for side, end in (("below", low), ("above", high)) if math.isinf(end)]
    return f"{PROFILE}, open {' and '.join(sides)}" if sides else PROFILE


class _Profile:
    """The log-likelihood, highest over all parameters but one, less what it must not fall below."""

    def __init__(self, surface: Objective, top: FloatArray, place: int, target: float) -> None:
        self._surface, self._top, self._place, self._target = surface, top, place, target

    def end(self, step: float) -> float:
        """Return the logarithm of one end: go outwards until the profile is low, then close in."""
        start = self._top[self._place]
        inside, others = start, np.delete(self._top, self._place)
        while abs(inside - start) < OPEN:
            outside = inside + step
            found = self._highest(outside, others)
            if not found.at.value >= self._target:
                return _crossing(partial(self._height, others=others), inside, outside)
            inside, others, step = outside, found.point, WIDER * step
        return math.copysign(math.inf, step)

    def _height(self, value: float, others: FloatArray) -> float:
        """Return how far the profile is above the target."""
        return float(self._highest(value, others).at.value - self._target)

    def _highest(self, value: float, others: FloatArray) -> Found:
        """Return the best of the other parameters where this one is held."""
        place = self._place

        def held(point: FloatArray) -> Derivatives:
            at, slope, curve = self._surface(np.insert(point, place, value))
            rest = np.delete(np.delete(curve, place, axis=0), place, axis=1)
            return Derivatives(at, np.delete(slope, place), rest)

        return maximise(held, others)


HALVED = 8  # of so many steps one is a bisection: a flat function would let secants stand still


def _crossing(function: Callable[[float], float], inside: float, outside: float) -> float:
    """Return where a function falls below zero, by secants between a point on either side.

    Of a point that stays twice, the height is halved (Dowell & Jarratt 1971, *BIT* 11, 168-174).
    """
    high, low, stayed = function(inside), function(outside), 0
    for tried in count():
        if not abs(outside - inside) > CLOSE:
            break
        middle = (inside + outside) / 2
        if math.isfinite(low) and tried % HALVED != HALVED - 1:
            middle = inside + (outside - inside) * high / (high - low)
        height = function(middle)
        if height > 0:
            inside, high = middle, height
            low, stayed = low / 2 if stayed > 0 else low, 1
        else:
            outside, low = middle, height
            high, stayed = high / 2 if stayed < 0 else high, -1
    return (inside + outside) / 2
