"""Scores of respondents over some items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
