"""Answers to items and to an overall question that they drive."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._checks import checked_whole
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._testing.arguments import check_sizes, check_switch
from custvalue._testing.extra import st

CONTINUOUS = Scale(0, 100, step=None)
BINARY = Scale(0, 1)
LEAST = 30  # respondents


class DriverAnswers(NamedTuple):
    """What :func:`driver_answers` draws.

    Parameters
    ----------
    answers : Responses
        To the items.
    overall : Responses
        To the overall question, of the same respondents.
    """

    answers: Responses
    overall: Responses


def driver_answers(
    *,
    min_respondents: int = 30,
    max_respondents: int = 60,
    max_items: int = 4,
    binary: bool = False,
) -> st.SearchStrategy[DriverAnswers]:
    """Draw answers that :func:`custvalue.drivers.importance` takes: no item follows from others.

    Items go together more or less, drive the overall answer more or less, and respondents may have
    sampling weights.

    Parameters
    ----------
    min_respondents, max_respondents : int
        How many respondents there are, at least 30.
    max_items : int
        Most items, at least 2.
    binary : bool
        Whether the overall answer is 0 or 1. It goes with the items loosely, so that these do not
        separate the two.

    Raises
    ------
    ParameterError
        If sizes do not fit together, or `binary` is no switch.
    """
    checked_whole("min_respondents", min_respondents, least=LEAST)
    checked_whole("max_items", max_items, least=2)
    check_sizes(min_respondents=min_respondents, max_respondents=max_respondents)
    check_switch("binary", binary)
    return st.builds(
        _answers,
        seed=st.integers(0, 2**16),
        n=st.integers(min_respondents, max_respondents),
        items=st.integers(2, max_items),
        together=st.sampled_from([0.0, 1.0]),
        weighted=st.booleans(),
        binary=st.just(binary),
    )


def _answers(
    *, seed: int, n: int, items: int, together: float, weighted: bool, binary: bool
) -> DriverAnswers:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, items)) + together * rng.normal(size=(n, 1))
    y = x @ rng.uniform(0, 1, items) + rng.normal(size=n)
    weights = rng.uniform(0.5, 2, n) if weighted else None
    names = [f"item {place + 1}" for place in range(items)]
    squeezed = 100 / (1 + np.exp(-np.column_stack([y, x])))  # within the scale, none equal
    answers = Responses.from_arrays(squeezed[:, 1:], scale=CONTINUOUS, items=names, weights=weights)
    if not binary:
        overall = Responses.from_arrays(squeezed[:, 0], scale=CONTINUOUS, items=["overall"])
        return DriverAnswers(answers, overall)
    says = (rng.random(n) < 1 / (1 + np.exp(-y / (1 + np.abs(y).max())))).astype(np.float64)
    says[:2] = 0.0, 1.0
    return DriverAnswers(answers, Responses.from_arrays(says, scale=BINARY, items=["overall"]))
