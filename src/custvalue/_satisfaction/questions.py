"""Reading the answers to one or two questions, where whole surveys are read by ``Responses``.

Every satisfaction measure takes its answers as lists, arrays, columns of a frame or, for a
single customer, plain numbers; this is the one place that turns them into checked answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from custvalue._base import FloatArray
from custvalue._survey.reading import require_question_policy
from custvalue.errors import DataError, ParameterError
from custvalue.survey import MissingPolicy, Responses, Scale

WEIGHTS = "weights"


def read(
    columns: Mapping[str, Any], *, scale: Scale, weights: Any, missing: MissingPolicy
) -> Responses:
    """Read answers to a few questions, one row for each respondent of the user's data.

    Parameters
    ----------
    columns : mapping of str to array_like or number
        Name of the question to its answers; a number stands for the same answer in every row.
    scale : Scale
        The scale of all the questions.
    weights : array_like or None
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Whether missing answers are refused; otherwise they stay, as NaN.
    """
    check_scale(scale)
    require_question_policy(missing)
    data = as_columns(columns)
    if weights is not None:
        data[WEIGHTS] = weights
    return Responses.from_frame(
        data,
        items=list(columns),
        scale=scale,
        weights=None if weights is None else WEIGHTS,
        missing="raise" if missing == "raise" else "pairwise",
    )


def check_scale(scale: object) -> None:
    """Raise unless `scale` is a Scale.

    Raises
    ------
    ParameterError
        With an example of one.
    """
    if not isinstance(scale, Scale):
        raise ParameterError(f"scale must be a Scale, as in Scale(1, 10), but it is {scale!r}.")


def as_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Repeat plain numbers to the length of the sequences beside them, or once."""
    lengths = [len(values) for values in columns.values() if hasattr(values, "__len__")]
    rows = max(lengths, default=1)
    return {
        name: np.full(rows, values) if is_number(values) else values
        for name, values in columns.items()
    }


def is_number(value: object) -> bool:
    """Say whether `value` is a single number rather than a sequence of answers."""
    return isinstance(value, int | float | np.generic) and not isinstance(value, str | bytes)


@dataclass(frozen=True)
class Answered:
    """The respondents who answered everything that one estimate needs.

    Parameters
    ----------
    answers : ndarray of shape (n, questions)
        Their answers.
    weights : ndarray of shape (n,)
        Their weights, all positive.
    left_out : int
        How many respondents are left out because an answer is missing.
    """

    answers: FloatArray
    weights: FloatArray
    left_out: int


def answered(name: str, answers: FloatArray, weights: FloatArray) -> Answered:
    """Keep the respondents with an answer in every column and a positive weight.

    Raises
    ------
    DataError
        If there are none.
    """
    complete = ~np.isnan(answers).any(axis=1)
    used = complete & (weights > 0)
    if not used.any():
        raise DataError(
            f"{name}: nobody is left, because each of the {len(answers)} respondents misses an "
            f"answer or has the weight 0. Check the columns and the scale's missing_codes."
        )
    return Answered(answers[used], weights[used], int((~complete).sum()))


def left_out_note(left_out: int) -> tuple[str, ...]:
    """Say how many respondents were left out, as the notes of a table; none for nobody."""
    if left_out == 0:
        return ()
    who = "respondent is" if left_out == 1 else "respondents are"
    return (f"{left_out:,} {who} left out because an answer is missing.",)


def filled_note(filled: int) -> tuple[str, ...]:
    """Say how many answers were prorated, as the notes of a table; none for none."""
    return (f"{filled:,} missing answers are prorated.",) if filled else ()


def as_responses(responses: Any, scale: Scale | None) -> Responses:
    """Return Responses as they are, and a dataframe or mapping as Responses on `scale`.

    Raises
    ------
    ParameterError
        If a dataframe has no scale, or Responses get another one.
    """
    if isinstance(responses, Responses):
        if scale is not None and scale != responses.scale:
            raise ParameterError(
                f"scale is {scale!r}, but the responses were given on {responses.scale!r}. Leave "
                f"scale out."
            )
        return responses
    if scale is None:
        raise ParameterError(
            "a dataframe needs its scale, as in scale=Scale(1, 5). Use Responses.from_frame(frame, "
            "items=[...], scale=...) to choose the columns."
        )
    return Responses.from_frame(responses, scale=scale)
