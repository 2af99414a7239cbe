"""The logistic curve on levels, by maximum likelihood, and where there is no maximum by Firth.

Where levels below a point have no outcome and all above it have it, the likelihood grows without
end as the curve gets steeper. It is then multiplied by the root of the determinant of the
information, Jeffreys' prior (Firth 1993, *Biometrika* 80(1), 27-38), which has a maximum always
(Heinze & Schemper 2002, *Statistics in Medicine* 21(16), 2409-2419).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._rows import FloatArray

STEPS = 60
CLOSE = 1e-10
FARTHEST = 34.0  # of a logit: beyond, a share is 0 or 1 in double precision

Separated = npt.NDArray[np.bool_]


class Logistic(NamedTuple):
    """Logistic curves: the logits at both ends of the scale, the shares, and who was separated."""

    floor: FloatArray
    ceiling: FloatArray
    curve: FloatArray
    likelihood: FloatArray
    separated: Separated


def separated(mean: FloatArray) -> Separated:
    """Say whether a step tells the outcomes apart, with at most one level of both; by sample."""
    mixed = (mean > 0) & (mean < 1)
    rises = (np.diff(mean, axis=-1) >= 0).all(axis=-1)
    falls = (np.diff(mean, axis=-1) <= 0).all(axis=-1)
    return np.asarray((mixed.sum(axis=-1) <= 1) & (rises | falls))


def logistic_curves(u: FloatArray, mean: FloatArray, weight: FloatArray) -> Logistic:
    """Fit curves to samples; `mean` and `weight` are of shape (samples, levels)."""
    endless = separated(mean)
    share = (weight * mean).sum(axis=-1) / weight.sum(axis=-1)
    start = np.asarray(special.logit(np.minimum(np.maximum(share, 0.01), 0.99)))
    floor, ceiling = start, start
    for _ in range(STEPS):
        curve = special.expit(_line(floor, ceiling, u))
        step, step_too, gain = _newton(u, mean, weight, curve, endless)
        floor, ceiling = _held(floor + step), _held(ceiling + step_too)
        if gain <= CLOSE:
            break
    line = _line(floor, ceiling, u)
    own = mean * line - np.logaddexp(0.0, line)
    curve = np.asarray(special.expit(line))
    return Logistic(floor, ceiling, curve, (weight * own).sum(axis=-1), endless)


def _line(floor: FloatArray, ceiling: FloatArray, u: FloatArray) -> FloatArray:
    return floor[:, np.newaxis] * (1 - u) + ceiling[:, np.newaxis] * u


def _held(logit: FloatArray) -> FloatArray:
    return np.minimum(np.maximum(logit, -FARTHEST), FARTHEST)


def _newton(
    u: FloatArray, mean: FloatArray, weight: FloatArray, curve: FloatArray, endless: Separated
) -> tuple[FloatArray, FloatArray, float]:
    """Return a step of both logits; Firth's score adds h (1/2 - μ), h the leverage of a level."""
    own = weight * curve * (1 - curve)
    rest = 1 - u
    a, b, c = ((own * its).sum(axis=-1) for its in (rest * rest, rest * u, u * u))
    determinant = np.maximum(a * c - b * b, 1e-14 * a * c + 1e-300)
    leverage = own * (
        c[:, np.newaxis] * rest**2 - 2 * b[:, np.newaxis] * rest * u + a[:, np.newaxis] * u**2
    )
    leverage /= determinant[:, np.newaxis]
    slope = weight * (mean - curve)
    slope += np.where(endless[:, np.newaxis], leverage * (0.5 - curve), 0.0)
    one, other = (slope * rest).sum(axis=-1), (slope * u).sum(axis=-1)
    step, step_too = (c * one - b * other) / determinant, (a * other - b * one) / determinant
    decrement = np.maximum(step * one + step_too * other, 0.0)
    longest = np.maximum(np.maximum(np.abs(step), np.abs(step_too)), CLOSE)
    damped = np.log1p(longest) / longest  # weights change by no more than e^|step|
    return damped * step, damped * step_too, float(decrement.max())
