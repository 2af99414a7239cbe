"""Rows of a published table that were given as answers, their counts as weights.

A table has no two rows alike, stands in order, and its counts are whole numbers. Sampling weights
of many respondents are told from it by answers that repeat; those of a few by weights near 1, by
rows in no order, or by answers to many questions.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import callers_level
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._words import number
from custvalue.errors import CountsWarning

MOST_ROWS = 1_000
MOST_QUESTIONS = 2  # of a table
LEAST_MEAN = 3.0  # of counts
FEW_ROWS = 5  # below, a table has a row for each answer that the scale offers
FILLED = 0.5  # of the cells of a table of several columns


def warn_of_counts(
    answers: Sequence[npt.NDArray[Any]],
    weights: FloatArray,
    labels: Iterable[LabelArray],
    offered: int = 0,
) -> None:
    """Warn where weights look like counts of answers, (respondents, items) in each block.

    `offered` is how many answers the scale offers, 0 where that is not known.
    """
    n = len(weights)
    if not 2 <= n <= MOST_ROWS or not _whole(weights):
        return
    columns = [column for block in answers for column in block.T]
    if len(columns) > MOST_QUESTIONS:
        return
    named = [its for its in labels if its.dtype != object]  # of which none is missing
    codes = [_codes(its) for its in (*columns, *named)]
    asked, others = codes[: len(columns)], codes[len(columns) :]
    parts = [*asked, *(its for its in others if its.max() + 1 < n)]  # a name for each says nothing
    if _is_table(parts, weights, offered):
        warnings.warn(_message(weights), CountsWarning, stacklevel=callers_level())


def offered_by(scale: Scale) -> int:
    """Return how many answers a scale offers, 0 for a continuous one."""
    return 0 if scale.step is None else round(scale.width / scale.step) + 1


def _whole(weights: FloatArray) -> bool:
    """Say whether weights are whole numbers that differ and are not near 1."""
    if weights.min() == weights.max() or weights.mean() < LEAST_MEAN:
        return False
    return bool((weights == np.rint(weights)).all())


def _codes(column: npt.NDArray[Any]) -> IntArray:
    return np.unique(column, return_inverse=True)[1].astype(np.int64)


def _is_table(parts: Sequence[IntArray], weights: FloatArray, offered: int) -> bool:
    """Say whether all rows differ, fill most of a table, and stand in its order."""
    n, sizes = len(weights), [int(its.max()) + 1 for its in parts]
    cells = float(np.prod(np.array(sizes, dtype=np.float64)))
    if n <= FILLED * cells or (n < FEW_ROWS and n != offered):
        return False
    place = np.ravel_multi_index(tuple(parts), tuple(sizes))
    if len(np.unique(place)) < n:
        return False
    return _ordered(weights, strictly=False) or any(
        _ordered(np.lexsort(order).argsort(), strictly=True) for order in permutations(parts)
    )


def _ordered(values: npt.NDArray[Any], *, strictly: bool) -> bool:
    """Say whether values run up or down."""
    steps = np.diff(values)
    if strictly:
        return bool((steps > 0).all() or (steps < 0).all())
    return bool((steps >= 0).all() or (steps <= 0).all())


def _message(weights: FloatArray) -> str:
    n, total = len(weights), float(weights.sum())
    return (
        f"the weights are whole numbers, {number(total / n, 3)} on average, and no two of the {n} "
        f"rows are alike: that looks like a table of counts, of {number(total)} answers and not of "
        f"{n}. Use from_counts of the result, as in TopBox.from_counts({{1: 12, 2: 30}}, scale=…). "
        f"If these are sampling weights, divide them by their mean: that changes no estimate."
    )
