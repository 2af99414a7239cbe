"""The two ends of a curve where its rise is known: the top of a concave function of two numbers.

Newton's method, for many samples and many rises at once; the ends stay inside what a mean can be,
and the curve does not fall.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._loyalty.curves.families import Family
from custvalue._rows import FloatArray

STEPS = 60
CLOSE = 1e-10  # Newton decrement: twice what the last step adds to the quasi-likelihood
TINY = 1e-300


class Ends(NamedTuple):
    """Curves between two ends, and their quasi-likelihood; all of shape (samples, rises)."""

    floor: FloatArray
    ceiling: FloatArray
    likelihood: FloatArray


def fitted_ends(
    rise: FloatArray,
    mean: FloatArray,
    weight: FloatArray,
    family: Family,
    *,
    close: float = CLOSE,
    start: tuple[FloatArray, FloatArray] | None = None,
) -> Ends:
    """Fit the ends of curves, from near ones where there are some.

    `rise` is of shape (levels, samples or 1, rises); `mean` and `weight` are (samples, levels), and
    `start` holds floors and ceilings of shape (samples, 1).
    """
    mean, weight = (np.ascontiguousarray(its.T)[:, :, np.newaxis] for its in (mean, weight))
    given = _Given(rise, mean, weight, family)
    floor, ceiling = start or _least_squares(given)
    for _ in range(STEPS):
        floor, ceiling, gain = _newton(given, floor, ceiling)
        if gain <= close:
            break
    floor, ceiling = _not_falling(given, floor, ceiling)
    curve = between(floor, ceiling, rise)
    return Ends(floor, ceiling, (weight * family.gain(mean, curve)).sum(axis=0))


class _Given(NamedTuple):
    """Rises, and means at the levels with their weights, all with the levels first."""

    rise: FloatArray
    mean: FloatArray
    weight: FloatArray
    family: Family


def between(floor: FloatArray, ceiling: FloatArray, rise: FloatArray) -> FloatArray:
    """Return the curve at the levels, which are the first axis of `rise`."""
    return floor + (ceiling - floor) * rise


def _least_squares(given: _Given) -> tuple[FloatArray, FloatArray]:
    """Start with weights by the variance at the observed means, drawn a little to the middle."""
    rise, mean, weight, family = given
    if family.kind != "amounts":
        total = weight.sum(axis=0, keepdims=True)
        about = (weight * mean + (weight * mean).sum(axis=0, keepdims=True) / total) / (weight + 1)
        weight = weight / family.variance(family.inside(about))
    slope = weight * mean
    floor, ceiling = _solved(
        (slope * (1 - rise)).sum(axis=0), (slope * rise).sum(axis=0), *_products(rise, weight)
    )
    return family.inside(floor), family.inside(ceiling)


def _products(rise: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    rest = 1 - rise
    own = weight * rise
    return (
        (weight * rest * rest).sum(axis=0),
        (own * rest).sum(axis=0),
        (own * rise).sum(axis=0),
    )


def _solved(
    one: FloatArray, other: FloatArray, a: FloatArray, b: FloatArray, c: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Solve [a b; b c] x = (one, other); the products are never far below 0 together."""
    determinant = np.maximum(a * c - b * b, 1e-14 * a * c + TINY)
    return (c * one - b * other) / determinant, (a * other - b * one) / determinant


def _newton(
    given: _Given, floor: FloatArray, ceiling: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Go one step; an end that is where it cannot go on stays there."""
    rise, mean, weight, family = given
    curve = family.inside(between(floor, ceiling, rise))
    slope = weight * family.slope(mean, curve)
    one, other = (slope * (1 - rise)).sum(axis=0), (slope * rise).sum(axis=0)
    a, b, c = _products(rise, weight * family.bend(mean, curve))
    held, held_too = (_at_an_end(*its, family) for its in ((floor, one), (ceiling, other)))
    one, other = np.where(held, 0.0, one), np.where(held_too, 0.0, other)
    b = np.where(held | held_too, 0.0, b)
    step, step_too = _solved(one, other, a, b, c)
    decrement = np.maximum(step * one + step_too * other, 0.0)
    damped = np.where(decrement > 0.25, 1 / (1 + np.sqrt(decrement)), 1.0)  # never overshoots
    return (
        family.inside(floor + damped * step),
        family.inside(ceiling + damped * step_too),
        float(decrement.max()),
    )


def _at_an_end(value: FloatArray, slope: FloatArray, family: Family) -> npt.NDArray[np.bool_]:
    """Say whether a value is at an end, and would be better beyond."""
    low, high = family.inside(np.array([-np.inf, np.inf]))
    return np.asarray(((value <= low) & (slope < 0)) | ((value >= high) & (slope > 0)))


def _not_falling(
    given: _Given, floor: FloatArray, ceiling: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return one value for both ends where the ceiling would be below the floor."""
    level = (given.weight * given.mean).sum(axis=0) / given.weight.sum(axis=0)
    falls = ceiling < floor
    flat = given.family.inside(level)
    return np.where(falls, flat, floor), np.where(falls, flat, ceiling)
