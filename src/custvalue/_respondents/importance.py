"""The importance of items, given for all respondents or stated by each: read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custvalue._checks import finite, in_order
from custvalue._columns import refuse_where
from custvalue._respondents.responses import Responses
from custvalue._respondents.together import matching_items
from custvalue._rows import FloatArray
from custvalue._words import listed, number, plain
from custvalue.errors import DataError, ParameterError

# Each point may be rounded by half a percent of the total, as in 24 + 21 + 21 + 18 + 17 = 101.
ROUNDING = 0.005


def check_importance_total(total: object) -> None:
    """Raise a ParameterError unless it is a total that importance can have, or None."""
    if total is not None and not finite(total) > 0:
        raise ParameterError(
            f"importance_total must be a number > 0, as in 100, but it is {plain(total)!r}."
        )


def given_importance(
    importance: Any,
    items: tuple[str, ...],
    expected_total: float | None,
    *,
    argument: str = "importance",
) -> FloatArray:
    """Return given importance in the order of the items, checked."""
    if isinstance(importance, Mapping):
        values = in_order(
            importance,
            items,
            unknown=argument + " names {name}, which is not an item.{near} The items are {names}.",
            absent=argument + " has no {absent}. Give every item its importance, 0 for none.",
        )
    elif isinstance(importance, Sequence | np.ndarray) and not isinstance(importance, str):
        values = list(importance)
    else:
        raise DataError(
            f"{argument} must be a mapping of item to number, a sequence of numbers or Responses, "
            f"but it is {importance!r}."
        )
    if len(values) != len(items):
        raise DataError(
            f"{argument} must have one entry for each of the {len(items)} items, {listed(items)}, "
            f"but has {len(values)}. A mapping of item to importance is safer."
        )
    for name, value in zip(items, values, strict=True):
        _check_importance(name, value, argument)
    given = np.array(values, dtype=np.float64)
    _check_total(float(given.sum()), expected_total, len(items), argument)
    return given


def _check_importance(name: str, value: object, argument: str) -> None:
    if not finite(value) >= 0:
        hint = " For one per respondent give Responses." if np.ndim(value) else ""  # type: ignore[arg-type]  # any object has a number of dimensions
        raise DataError(
            f"{argument} of {name!r} must be a finite number >= 0, but it is {plain(value)!r}."
            f"{hint}"
        )


def _check_total(
    total: float, expected: float | None, items: int, argument: str = "importance"
) -> None:
    if total <= 0:
        raise DataError(f"{argument} must not all be 0. Give none for equal weights.")
    if expected is not None and abs(total - expected) > ROUNDING * expected * items + 1e-9:
        raise DataError(
            f"importance must add up to {number(expected)}, but adds up to {number(total)}, more "
            f"than rounding explains. Look for a missing or mistyped item, or give no "
            f"importance_total to have it normalised."
        )


def require_direction(importance: Responses) -> None:
    """Raise a DataError unless high answers mean important."""
    if importance.scale.direction == "lower is better":
        raise DataError(
            f"importance must be on a scale whose high answers mean important, but it is on "
            f"{importance.scale!r}. Recode the answers first."
        )


def own_importance(
    answers: Responses, importance: Responses, expected_total: float | None
) -> FloatArray:
    """Return each respondent's importance, (respondents, items), in their order, checked."""
    require_direction(importance)
    order = matching_items("responses", answers, "importance", importance)
    own = importance.answers[:, order]
    _check_rows(own, answers.items, expected_total)
    return own


def _check_rows(own: FloatArray, items: tuple[str, ...], expected: float | None) -> None:
    negative = np.argwhere(own < 0)
    if negative.size:
        row, column = (int(i) for i in negative[0])
        hint = "Importance is a weight; give it on a scale that starts at 0 or above."
        raise DataError.at_rows(
            f"importance of {items[column]!r}", "a number >= 0", [row], [own[row, column]], hint
        )
    sums = np.nansum(own, axis=1)
    answered = ~np.isnan(own).any(axis=1)
    hint = "A respondent to whom nothing matters has no index: exclude that row."
    zero = answered & (sums == 0)
    refuse_where(zero, "importance", "> 0 for at least one item", sums, hint)
    if expected is None:
        return
    far = np.abs(sums - expected) > ROUNDING * expected * len(items) + 1e-9
    hint, total = "Give no importance_total to have it normalised.", number(expected)
    refuse_where(answered & far, "importance", f"points that add up to {total}", sums, hint)
