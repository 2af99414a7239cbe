"""Groups, waves and clusters of respondents, and answers in words with their codebook."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._columns import objects
from custvalue._respondents.codebook import Codebook
from custvalue._testing.arguments import check_sizes
from custvalue._testing.extra import st
from custvalue._testing.surveys import Frame, codebooks
from custvalue.errors import ParameterError

Label = Literal["group", "wave", "cluster"]
KNOWN: dict[Label, tuple[str, ...]] = {
    "group": ("north", "south"),
    "wave": ("2025-Q1", "2025-Q2", "2025-Q3"),
    "cluster": ("dealer 1", "dealer 2", "dealer 3", "dealer 4"),
}


class WordedAnswers(NamedTuple):
    """What :func:`worded_answers` draws.

    Parameters
    ----------
    frame : dict of str to ndarray
        ``item 1``, ``item 2``, … with a word in each row, and the labels that were asked for.
    codebook : Codebook
        What the words mean.
    """

    frame: Frame
    codebook: Codebook


def labelled(
    columns: st.SearchStrategy[Frame], labels: Collection[Label] = ("group", "wave", "cluster")
) -> st.SearchStrategy[Frame]:
    """Draw what another strategy draws as columns, and who respondents belong to.

    Parameters
    ----------
    columns : SearchStrategy of dict of str to ndarray
        What is drawn: :func:`survey_frames`, :func:`kano_frames`, ….
    labels : sequence of {"group", "wave", "cluster"}
        The columns that are added, with the names of the arguments that take them. There may be
        one of each only: a single group, wave or cluster.

    Raises
    ------
    ParameterError
        If `columns` is no strategy, or a label is unknown.
    """
    if not isinstance(columns, st.SearchStrategy):
        raise ParameterError(
            "columns must be a strategy that draws columns, as in "
            f"labelled(testing.survey_frames()), but it is {columns!r}."
        )
    wanted = _checked(labels)
    return columns.flatmap(lambda frame: _with_labels(frame, wanted))


def _checked(labels: Collection[Label]) -> tuple[Label, ...]:
    if isinstance(labels, str) or not isinstance(labels, Collection):
        hint = f" Write [{labels!r}]." if labels in KNOWN else ""
        raise ParameterError(
            f"labels must be a list of names, as in ['group'], but it is {labels!r}.{hint}"
        )
    for label in labels:
        require_choice("labels", label, get_args(Label))
    return tuple(label for label in KNOWN if label in labels)


def _with_labels(frame: Frame, labels: Sequence[Label]) -> st.SearchStrategy[Frame]:
    rows = len(next(iter(frame.values())))
    drawn = st.fixed_dictionaries(
        {
            label: st.lists(st.sampled_from(KNOWN[label]), min_size=rows, max_size=rows)
            for label in labels
        }
    )
    return drawn.map(
        lambda added: {**frame, **{name: np.array(its) for name, its in added.items()}}
    )


def worded_answers(
    *,
    min_respondents: int = 1,
    max_respondents: int = 8,
    max_items: int = 3,
    labels: Collection[Label] = (),
) -> st.SearchStrategy[WordedAnswers]:
    """Draw answers in words, English and 中文, with the codebook that says what they mean.

    Some words mean that there is no answer (``missing="pairwise"``); the first respondent answers
    every item.

    Parameters
    ----------
    min_respondents, max_respondents : int
        How many respondents.
    max_items : int
        At most so many items, at least one.
    labels : sequence of {"group", "wave", "cluster"}
        Columns that are added, as by :func:`labelled`.

    Raises
    ------
    ParameterError
        If a size is below 1, or a label is unknown.
    """
    check_sizes(
        min_respondents=min_respondents, max_respondents=max_respondents, max_items=max_items
    )
    wanted = _checked(labels)
    rows = st.integers(min_respondents, max_respondents)
    return _worded(codebooks().filter(lambda its: its.words), rows, max_items, wanted)


@st.composite
def _worded(
    draw: st.DrawFn,
    books: st.SearchStrategy[Codebook],
    respondents: st.SearchStrategy[int],
    items: int,
    labels: Sequence[Label],
) -> WordedAnswers:
    """Draw a codebook, and a word of it for each respondent and item."""
    codebook = draw(books)
    columns = draw(st.integers(1, items))
    rows = draw(respondents)
    said = st.sampled_from(sorted(codebook.words))
    anything = said | st.sampled_from([*sorted(codebook.words), *codebook.no_answer])
    frame: dict[str, Any] = {}
    for item in range(columns):
        others = draw(st.lists(anything, min_size=rows - 1, max_size=rows - 1))
        frame[f"item {item + 1}"] = objects([draw(said), *others])
    return WordedAnswers(draw(_with_labels(frame, labels)), codebook)
