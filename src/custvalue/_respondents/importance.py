"""The importance of items, given for all respondents or stated by each: read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custvalue._respondents.responses import Responses
from custvalue._respondents.together import refuse_excluded
from custvalue._rows import FloatArray
from custvalue._words import count, did_you_mean, listed, number, plain
from custvalue.errors import DataError

# Each point may be rounded by half a percent of the total, as in 24 + 21 + 21 + 18 + 17 = 101.
ROUNDING = 0.005


def given_importance(
    importance: Any, items: tuple[str, ...], expected_total: float | None
) -> FloatArray:
    """Return given importance in the order of the items, checked.

    Parameters
    ----------
    importance : mapping of str to float, or sequence of float
        What the user gave.
    items : tuple of str
        Names of the items.
    expected_total : float or None
        What it must add up to, rounding apart.

    Raises
    ------
    DataError
        If an item is unknown or has no importance, or a number is negative, or they do not add up.
    """
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
            f"importance names {unknown[0]!r}, which is no item.{did_you_mean(unknown[0], items)} "
            f"The items are {listed(items)}."
        )
    absent = [name for name in items if name not in importance]
    if absent:
        raise DataError(
            f"importance has no {listed(absent)}. Give every item its importance, 0 for none."
        )
    return [importance[name] for name in items]


def _check_importance(name: str, value: object) -> None:
    numeric = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not numeric or not 0 <= float(value) < np.inf:  # type: ignore[arg-type]  # numeric says so
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

    Parameters
    ----------
    answers : Responses
        The answers that are weighted.
    importance : Responses
        The importance that the same respondents give to the same items.
    expected_total : float or None
        What each respondent's importance must add up to, rounding apart.

    Returns
    -------
    ndarray of shape (respondents, items)

    Raises
    ------
    DataError
        If respondents or items differ, or a number is negative, or they do not add up.
    """
    if importance.scale.direction == "lower is better":
        raise DataError(
            f"importance must be on a scale whose high answers mean important, but it is on "
            f"{importance.scale!r}. Recode the answers first."
        )
    if sorted(importance.items) != sorted(answers.items):
        raise DataError(
            f"importance must be given for the items of the responses, {listed(answers.items)}, "
            f"but is given for {listed(importance.items)}."
        )
    refuse_excluded("the responses", answers)
    refuse_excluded("the importance", importance)
    if importance.respondents != answers.respondents:
        raise DataError(
            f"importance has {count(importance.respondents, 'respondent')}, but the responses have "
            f"{answers.respondents}. Both must be of the same respondents in the same order."
        )
    _check_same_weights(answers, importance)
    own = np.column_stack([importance.item(name) for name in answers.items])
    _check_rows(own, answers.items, expected_total)
    return own


def _check_same_weights(answers: Responses, importance: Responses) -> None:
    plain_weights = bool((importance.weights == 1).all())
    if not plain_weights and not np.array_equal(importance.weights, answers.weights):
        raise DataError(
            "importance has other sampling weights than the responses. Give both the same, or give "
            "them to the responses alone."
        )


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
