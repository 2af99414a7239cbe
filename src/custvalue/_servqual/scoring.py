"""Scores of respondents over some items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from custvalue._respondents import prorating
from custvalue._respondents.instrument import Dimension, Instrument, Item
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray
from custvalue._words import listed


def row_means(answers: FloatArray) -> FloatArray:
    """Average over items (columns), one after the other, as they lie in memory."""
    total: FloatArray = answers[:, 0].copy()
    for column in answers.T[1:]:
        total += column
    return total / len(answers.T)


def scores_of(responses: Responses, place: slice) -> FloatArray:
    """Average the answers to some items, missing ones filled where the policy is ``prorate``."""
    return row_means(responses.filled()[:, place])


def averages(instrument: Instrument) -> FloatArray:
    """Return coefficients of the items: dimensions, then all items, then all dimensions alike."""
    items, places = len(instrument.items), instrument.slices()
    coefficients = np.zeros((len(places) + 2, items))
    for row, place in zip(coefficients, places, strict=False):
        row[place] = 1 / (place.stop - place.start)
    coefficients[-2] = 1 / items
    coefficients[-1] = coefficients[: len(places)].mean(axis=0)
    return coefficients


def prorated(matrix: FloatArray, instrument: Instrument, missing: str) -> FloatArray:
    """Fill numbers, (respondents, items), by the others in the dimension, under ``prorate``."""
    if missing != "prorate":
        return matrix
    return prorating.filled(matrix, prorating.parts_of(instrument.item_names, instrument))


def reverse_scored_note(items: Sequence[str]) -> str:
    """Name the reverse-scored items; nothing where there are none."""
    return f"Reverse-scored items, recoded on reading: {listed(items, most=22)}." if items else ""


def of_item(item: Item) -> dict[str, Any]:
    """Return how an entry calls an item."""
    return {"name": item.name, "label": item.label, "chinese": item.chinese}


def of_dimension(dimension: Dimension) -> dict[str, Any]:
    """Return how an entry calls a dimension, and its items."""
    items = tuple(item.name for item in dimension.items)
    return {"name": dimension.name, "chinese": dimension.chinese, "items": items}
