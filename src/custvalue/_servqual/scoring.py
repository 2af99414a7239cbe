"""Scores of respondents over some items."""

from __future__ import annotations

from collections.abc import Sequence

from custvalue._respondents import prorating
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray
from custvalue._words import listed


def row_means(answers: FloatArray) -> FloatArray:
    """Average over items; one column after the other, as they lie in memory.

    Parameters
    ----------
    answers : ndarray of shape (respondents, items)
        NaN where there is no answer.
    """
    total: FloatArray = answers[:, 0].copy()
    for column in answers.T[1:]:
        total += column
    return total / len(answers.T)


def scores_of(responses: Responses, place: slice) -> FloatArray:
    """Average the answers to some items, missing ones filled where the policy is ``prorate``."""
    return row_means(responses.filled()[:, place])


def prorated(matrix: FloatArray, instrument: Instrument, missing: str) -> FloatArray:
    """Fill numbers of items by the respondent's others in the dimension, under ``prorate``.

    Parameters
    ----------
    matrix : ndarray of shape (respondents, items)
        NaN where there is none.
    instrument : Instrument
        Which items make a dimension.
    missing : str
        The policy; the matrix comes back as it is under any other.
    """
    if missing != "prorate":
        return matrix
    return prorating.filled(matrix, prorating.parts_of(instrument.item_names, instrument))


def reverse_scored_note(items: Sequence[str]) -> str:
    """Name the reverse-scored items; nothing where there are none."""
    return f"Reverse-scored items, recoded on reading: {listed(items, most=22)}." if items else ""
