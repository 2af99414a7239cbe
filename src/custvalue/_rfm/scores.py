"""Scores of customers by cut points, which are quantiles or fixed.

With k scores, the score is 1 + ⌊k x the share of customers who are strictly worse⌋. Customers with
equal values have equal scores, whatever the order of the rows, and the worst always have 1. The cut
points are observed values, the inverse of the distribution function at j/k: a value is beyond a cut
point if it is strictly better, so that the cut points give the same scores again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np

from custvalue._checks import finite, require_choice
from custvalue._rows import FloatArray, IntArray
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import ParameterError

Dimension = Literal["recency", "frequency", "monetary"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
Cuts = dict[Dimension, tuple[float, ...]]

DIGITS = 12  # of a value: sums of the same amounts in another order differ only beyond
MOST = 100  # scores


def settled(values: FloatArray) -> FloatArray:
    """Round to 12 digits, so that what rounding errors alone tell apart is equal."""
    if (values == np.rint(values)).all():
        return values
    size = np.abs(values)
    power = np.floor(np.log10(np.where(size > 0, size, 1.0)))
    scale = 10.0 ** np.minimum(np.maximum(DIGITS - 1 - power, 0.0), 22.0)
    rounded: FloatArray = np.where(size < 10.0**DIGITS, np.rint(values * scale) / scale, values)
    return rounded


def quantile_cuts(dimension: Dimension, values: FloatArray, scores: int) -> tuple[float, ...]:
    """Return the cut points between scores, ascending; equal ones where customers are tied."""
    n = len(values)
    good = -values if dimension == "recency" else values
    places = [-(-n * j // scores) - 1 for j in range(1, scores)]
    found = np.partition(good, places)[places]
    return tuple((-found[::-1] if dimension == "recency" else found).tolist())


def scores_by(dimension: Dimension, values: FloatArray, cuts: Sequence[float]) -> IntArray:
    """Return the scores, 1 for the worst; a value at a cut point has the lower one."""
    if dimension == "recency":  # fewer days are better
        return len(cuts) + 1 - np.searchsorted(cuts, values, side="right")
    return 1 + np.searchsorted(cuts, values, side="left")


def number_of_scores(scores: Any, dimensions: Sequence[Dimension], fixed: Any) -> dict[str, int]:
    """Return how many scores each dimension has that is not cut at fixed points."""
    asked = [name for name in dimensions if name not in fixed]
    if not isinstance(scores, Mapping):
        return dict.fromkeys(asked, _checked_scores("scores", scores))
    _require_dimensions("scores", scores, dimensions)
    for name in scores:
        if name in fixed:
            raise ParameterError(
                f"{name} has both scores and cuts, which make {len(fixed[name]) + 1} scores. Omit "
                f"it from scores or from cuts."
            )
    absent = [name for name in asked if name not in scores]
    if absent:
        raise ParameterError(
            f"scores must say how many scores each dimension has, but {listed(absent)} is absent. "
            f"Give all, as in scores={{'recency': 5, 'frequency': 4, 'monetary': 5}}, or one "
            f"number."
        )
    return {name: _checked_scores(f"scores[{name!r}]", scores[name]) for name in asked}


def checked_cuts(cuts: Any, dimensions: Sequence[Dimension]) -> dict[Dimension, tuple[float, ...]]:
    """Return the fixed cut points: finite numbers that do not fall."""
    if cuts is None:
        return {}
    if not isinstance(cuts, Mapping):
        raise ParameterError(
            f"cuts must map a dimension to its cut points, as in "
            f"{{'frequency': [1, 3, 10]}}, but it is {cuts!r}."
        )
    _require_dimensions("cuts", cuts, dimensions)
    return {name: _checked_points(name, cuts[name]) for name in dimensions if name in cuts}


def _checked_points(name: Dimension, points: Any) -> tuple[float, ...]:
    listing = isinstance(points, Sequence | np.ndarray) and not isinstance(points, str)
    found = tuple(map(finite, points)) if listing else ()
    if not found or any(map(math.isnan, found)) or len(found) >= MOST:
        raise ParameterError(
            f"cuts[{name!r}] must be a list of numbers, as in [1, 3, 10] for 4 scores, but it is "
            f"{points!r}."
        )
    for place in range(1, len(found)):
        if found[place] < found[place - 1]:
            raise ParameterError(
                f"cuts[{name!r}] must be in ascending order, but {plain(found[place])} follows "
                f"{plain(found[place - 1])}. Sort them; for recency too they are days, ascending."
            )
    return found


def _checked_scores(name: str, scores: object) -> int:
    whole = finite(scores)
    if not 2 <= whole <= MOST or whole != int(whole):
        raise ParameterError(
            f"{name} must be a whole number from 2 to {MOST}, as in 5, but it is {plain(scores)!r}."
        )
    return int(whole)


def _require_dimensions(
    argument: str, given: Mapping[Any, Any], dimensions: Sequence[Dimension]
) -> None:
    """Raise for a dimension that is unknown, or that these customers do not have."""
    for name in given:
        if name not in DIMENSIONS:
            raise ParameterError(
                f"{argument} must name 'recency', 'frequency' or 'monetary', but it names "
                f"{name!r}.{did_you_mean(name, DIMENSIONS)}"
            )
        if name not in dimensions:
            raise ParameterError(
                f"{argument} names 'monetary', but no spend is known of these customers, who have "
                f"scores of recency and frequency only. Omit it, or give spend."
            )


def checked_weights(weights: Any, dimensions: Sequence[Dimension]) -> dict[Dimension, float]:
    """Return how much each dimension counts; those that are not named count nothing."""
    if not isinstance(weights, Mapping) or not weights:
        raise ParameterError(
            f"weights must map dimensions to numbers, as in {{'recency': 2, 'frequency': 1}}, but "
            f"it is {weights!r}."
        )
    _require_dimensions("weights", weights, dimensions)
    found: dict[Dimension, float] = {name: finite(weights.get(name, 0)) for name in dimensions}
    if not all(weight >= 0 for weight in found.values()) or not any(found.values()):
        raise ParameterError(
            f"weights must be numbers >= 0, one of them above 0, but they are {dict(weights)!r}."
        )
    return found


def require_monetary(monetary: object, choices: Sequence[str]) -> None:
    """Raise unless spend is scored in a known way."""
    require_choice("monetary", monetary, choices)
