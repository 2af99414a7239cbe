"""The importance of items, given for all respondents or stated by each: read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custvalue._checks import finite
from custvalue._respondents.responses import Responses
from custvalue._respondents.together import matching_items
from custvalue._rows import FloatArray
from custvalue._words import did_you_mean, listed, number, plain
from custvalue.errors import DataError

# Each point may be rounded by half a percent of the total, as in 24 + 21 + 21 + 18 + 17 = 101.
ROUNDING = 0.005


def given_importance(
    importance: Any, items: tuple[str, ...], expected_total: float | None
) -> FloatArray:
    """Return given importance in the order of the items, checked."""
    if isinstance(importance, Mapping):
        values = _by_name(importance, items)
    elif isinstance(importance, Sequence | np.ndarray) and not isinstance(importance, str):
        values = list(importance)
    else:
        raise DataError(
            f"importance must be a mapping of item to number, a sequence of numbers or Responses, "
            f"but it is {importance!r}."
        )
    if len(values) != len(items):
        raise DataError(
            f"importance must have one entry for each of the {len(items)} items, {listed(items)}, "
            f"but has {len(values)}. A mapping of item to importance is safer."
        )
    for name, value in zip(items, values, strict=True):
        _check_importance(name, value)
    given = np.array(values, dtype=np.float64)
    _check_total(float(given.sum()), expected_total, len(items))
    return given


def _by_name(importance: Mapping[Any, Any], items: tuple[str, ...]) -> list[Any]:
    unknown = [name for name in importance if name not in items]
    if unknown:
        raise DataError(
            f"importance names {unknown[0]!r}, which is not an item."
            f"{did_you_mean(unknown[0], items)} The items are {listed(items)}."
        )
    absent = [name for name in items if name not in importance]
    if absent:
        raise DataError(
            f"importance has no {listed(absent)}. Give every item its importance, 0 for none."
        )
    return [importance[name] for name in items]


def _check_importance(name: str, value: object) -> None:
    if not finite(value) >= 0:
        hint = " For one per respondent give Responses." if np.ndim(value) else ""  # type: ignore[arg-type]  # any object has a number of dimensions
        raise DataError(
            f"importance of {name!r} must be a finite number >= 0, but it is {plain(value)!r}."
            f"{hint}"
        )


def _check_total(total: float, expected: float | None, items: int) -> None:
    if total <= 0:
        raise DataError("importance must not all be 0. Give none for equal weights.")
    if expected is not None and abs(total - expected) > ROUNDING * expected * items + 1e-9:
        raise DataError(
            f"importance must add up to {number(expected)}, but adds up to {number(total)}, more "
            f"than rounding explains. Look for a missing or mistyped item, or give no "
            f"importance_total to have it normalised."
        )


def own_importance(
    answers: Responses, importance: Responses, expected_total: float | None
) -> FloatArray:
    """Return each respondent's importance in the order of the items, checked.

    Returns
    -------
    ndarray of shape (respondents, items)
    """
    if importance.scale.direction == "lower is better":
        raise DataError(
            f"importance must be on a scale whose high answers mean important, but it is on "
            f"{importance.scale!r}. Recode the answers first."
        )
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
    zero = np.flatnonzero(answered & (sums == 0))
    if zero.size:
        hint = "A respondent to whom nothing matters has no index: exclude that row."
        raise DataError.at_rows("importance", "> 0 for at least one item", zero, sums[zero], hint)
    if expected is None:
        return
    far = np.abs(sums - expected) > ROUNDING * expected * len(items) + 1e-9
    bad = np.flatnonzero(answered & far)
    if bad.size:
        hint = "Give no importance_total to have it normalised."
        total = f"points that add up to {number(expected)}"
        raise DataError.at_rows("importance", total, bad, sums[bad], hint)
