"""A log-likelihood in the coordinates of a search, and what they mean in the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from custvalue._numerics.maximum import Objective, on_log_scale
from custvalue._numerics.profile import Coordinate
from custvalue._rows import FloatArray


class Searched(NamedTuple):
    """Where a fit is on the surface that was climbed.

    Coordinates are the logarithms of the parameters, then coefficients of covariates in multiples
    of their scale.
    """

    surface: Objective
    point: FloatArray
    names: tuple[str, ...]
    logs: int  # how many of the coordinates are logarithms
    scale: FloatArray  # of each coefficient in the data, over its coordinate
    restored: Callable[[FloatArray], FloatArray]  # from a point to the parameters

    @classmethod
    def of_parameters(cls, objective: Objective, parameters: dict[str, float]) -> Searched:
        """Return that of a model without covariates."""
        point = np.log([*parameters.values()])
        surface = on_log_scale(objective)
        return cls(surface, point, tuple(parameters), len(point), np.ones(0), np.exp)


def coordinates_of(
    searched: Searched, parameters: Mapping[str, float], errors: Mapping[str, float]
) -> list[Coordinate]:
    """Return what each coordinate is in the data, and how well it is known."""
    found = []
    for place, name in enumerate(searched.names):
        if place < searched.logs:
            scale, shown = parameters[name], math.exp
        else:
            scale = float(searched.scale[place - searched.logs])
            shown = partial(_times, scale)
        error = errors[name] / scale if name in errors else None
        found.append(Coordinate(name, error, shown))
    return found


def _times(scale: float, value: float) -> float:
    return float(scale * value)
