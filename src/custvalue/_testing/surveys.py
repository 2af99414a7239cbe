"""Scales, answers to items, SERVQUAL surveys and Kano questionnaires."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.counts import offered_answers
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.base import MissingPolicy
from custvalue._servqual.forms import SERVQUAL
from custvalue._testing.arguments import check_instrument, check_sizes, check_switch
from custvalue._testing.extra import st
from custvalue._words import folded

PERCEPTIONS = tuple(f"P{name}" for name in SERVQUAL.item_names)
"""Columns of the perceptions in :func:`survey_frames`."""

EXPECTATIONS = tuple(f"E{name}" for name in SERVQUAL.item_names)
"""Columns of the expectations in :func:`survey_frames`."""

IMPORTANCE = tuple(f"points {name}" for name in SERVQUAL.dimension_names)
"""Columns of the importance points in :func:`survey_frames`."""

Frame = dict[str, npt.NDArray[Any]]


def scales(*, continuous: bool | None = None) -> st.SearchStrategy[Scale]:
    """Draw answer scales of many kinds: 1-5, steps of 20, lower is better, with missing codes.

    Parameters
    ----------
    continuous : bool, optional
        True for scales without steps only, False for none of them; both by default.

    Raises
    ------
    ParameterError
        If `continuous` is none of these.
    """
    require_choice("continuous", continuous, (None, True, False))
    steps: list[float | None] = [] if continuous else [0.5, 1.0, 20.0]
    if continuous is not False:
        steps.append(None)
    return st.builds(
        _scale,
        low=st.integers(-3, 3),
        points=st.integers(2, 11),
        step=st.sampled_from(steps),
        direction=st.sampled_from(["higher is better", "lower is better"]),
        codes=st.sampled_from([(), (-99.0,), (998.0, 999.0)]),
    )


def _scale(
    *, low: int, points: int, step: float | None, direction: Any, codes: tuple[float, ...]
) -> Scale:
    high = low + (points - 1) * (step or 1.0)
    return Scale(low, high, step=step, direction=direction, missing_codes=codes)


def _answer(scale: Scale) -> st.SearchStrategy[float]:
    """Draw one answer on a scale."""
    if scale.step is None:
        return st.floats(scale.low, scale.high)
    step = scale.step
    return st.integers(0, round(scale.width / step)).map(lambda k: scale.low + k * step)


def answer_counts(scale: Scale, *, max_count: int = 30) -> st.SearchStrategy[dict[float, int]]:
    """Draw published tables, for ``from_counts``: answer to how often it was given, not all 0.

    Parameters
    ----------
    scale : Scale
        The scale of the question; it needs steps.
    max_count : int
        The highest count of one answer, at least 1.

    Raises
    ------
    ParameterError
        If `scale` is no Scale with steps, or `max_count` is no whole number >= 1.
    """
    offered = offered_answers(check_scale(scale), "answer_counts")
    check_sizes(max_count=max_count)
    tables = st.dictionaries(st.sampled_from(offered), st.integers(0, max_count), min_size=1)
    return tables.filter(lambda counts: any(counts.values()))


def codebooks(*, scale: Scale | None = None) -> st.SearchStrategy[Codebook]:
    """Draw codebooks: words in English and 中文, several for one answer, some for no answer.

    Parameters
    ----------
    scale : Scale, optional
        A given scale; one of :func:`scales` by default.

    Raises
    ------
    ParameterError
        If `scale` is no Scale.
    """
    return _codebooks(scales() if scale is None else st.just(check_scale(scale)))


@st.composite
def _codebooks(draw: st.DrawFn, scales: st.SearchStrategy[Scale]) -> Codebook:
    """Draw words, each once as they are compared, and what each of them means."""
    scale = draw(scales)
    words = draw(st.lists(_word(), min_size=1, max_size=8, unique_by=folded))
    split = draw(st.integers(0, len(words)))
    said = draw(st.lists(_answer(scale), min_size=split, max_size=split))
    return Codebook(
        scale=scale,
        words=dict(zip(words, said, strict=False)),
        no_answer=words[split:],
        exact=draw(st.booleans()),
    )


def _word() -> st.SearchStrategy[str]:
    """Draw a wording with letters, as questionnaires print it."""
    word = st.text("abcDEF '满意一般不", min_size=1, max_size=8)
    return word.map(str.strip).filter(bool)


def _row(cell: st.SearchStrategy[Any], columns: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(cell, min_size=columns, max_size=columns)


def _weight() -> st.SearchStrategy[float]:
    """Draw a sampling weight as raking gives it: all within a factor of a hundred."""
    return st.floats(0.1, 10)


def responses(
    *,
    scale: Scale | None = None,
    min_respondents: int = 1,
    max_respondents: int = 20,
    max_items: int = 6,
    missing: bool = False,
) -> st.SearchStrategy[Responses]:
    """Draw answers of respondents to items, weighted or not.

    Parameters
    ----------
    scale : Scale, optional
        A given scale; one of :func:`scales` by default.
    min_respondents, max_respondents : int
        How many respondents.
    max_items : int
        At most so many items, at least one.
    missing : bool
        Whether answers may be missing (and the policy is ``"pairwise"``); each item keeps the
        answer of the first respondent.

    Raises
    ------
    ParameterError
        If `scale` is no Scale, `missing` neither True nor False, or a size below 1.
    """
    check_sizes(
        min_respondents=min_respondents, max_respondents=max_respondents, max_items=max_items
    )
    check_switch("missing", missing)
    on = scales() if scale is None else st.just(check_scale(scale))
    return _responses(on, min_respondents - 1, max_respondents - 1, max_items, holes=missing)


@st.composite
def _responses(
    draw: st.DrawFn,
    scales: st.SearchStrategy[Scale],
    least: int,
    most: int,
    items: int,
    *,
    holes: bool,
) -> Responses:
    """Draw the first respondent, who answers everything, and the others."""
    scale = draw(scales)
    columns = draw(st.integers(1, items))
    weight = draw(st.sampled_from([st.just(1.0), _weight()]))
    cell = _answer(scale)
    first = draw(st.tuples(_row(cell, columns), weight))
    other = st.tuples(_row(cell | st.none() if holes else cell, columns), weight)
    others = draw(st.lists(other, min_size=least, max_size=most))
    answers, weights = zip(first, *others, strict=True)
    policy: MissingPolicy = "pairwise" if holes else "raise"
    return Responses.from_arrays(answers, scale=scale, weights=weights, missing=policy)


def survey_frames(
    *,
    scale: Scale | None = None,
    instrument: Instrument = SERVQUAL,
    min_respondents: int = 1,
    max_respondents: int = 8,
) -> st.SearchStrategy[Frame]:
    """Draw SERVQUAL surveys as columns, for ``servqual.Survey.from_frame``.

    Parameters
    ----------
    scale : Scale, optional
        The scale of the answers; ``Scale(1, 7)`` by default.
    instrument : Instrument
        Items and dimensions; the columns take their names.
    min_respondents, max_respondents : int
        How many respondents.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``P1`` … ``P22`` (:data:`PERCEPTIONS`), ``E1`` … ``E22`` (:data:`EXPECTATIONS`),
        ``points tangibles`` … that sum to 100 (:data:`IMPORTANCE`), and ``weight``.

    Raises
    ------
    ParameterError
        If `scale` is no Scale, `instrument` no Instrument, or a size below 1.
    """
    check_sizes(min_respondents=min_respondents, max_respondents=max_respondents)
    check_instrument(instrument)
    cell = _answer(Scale(1, 7) if scale is None else check_scale(scale))
    items, dimensions = len(instrument.item_names), len(instrument.dimension_names)
    answers = _row(cell, items)
    respondent = st.tuples(answers, answers, _points(dimensions), _weight())
    rows = st.lists(respondent, min_size=min_respondents, max_size=max_respondents)
    return rows.map(lambda drawn: _survey(instrument, drawn))


def _survey(instrument: Instrument, rows: Sequence[tuple[Any, ...]]) -> Frame:
    perceived, expected, points, weights = zip(*rows, strict=True)
    return {
        **_named("P", instrument.item_names, perceived),
        **_named("E", instrument.item_names, expected),
        **_named("points ", instrument.dimension_names, points),
        "weight": np.array(weights),
    }


def _named(prefix: str, names: Sequence[str], rows: Sequence[Sequence[float]]) -> Frame:
    matrix = np.array(rows, dtype=np.float64)
    return {f"{prefix}{name}": matrix[:, k].copy() for k, name in enumerate(names)}


def _points(dimensions: int) -> st.SearchStrategy[list[int]]:
    """Share out 100 points: differences of cuts between 0 and 100."""
    cuts = st.lists(st.integers(0, 100), min_size=dimensions - 1, max_size=dimensions - 1)
    return cuts.map(lambda places: np.diff([0, *sorted(places), 100]).tolist())


def kano_frames(*, max_items: int = 3, max_respondents: int = 8) -> st.SearchStrategy[Frame]:
    """Draw Kano questionnaires as columns, for ``kano.Questionnaire.from_frame``.

    Parameters
    ----------
    max_items, max_respondents : int
        At most so many, at least one.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``functional 1`` …, ``dysfunctional 1`` … with answers from 1 (like) to 5 (dislike), and
        ``weight``.

    Raises
    ------
    ParameterError
        If a size is below 1.
    """
    check_sizes(max_items=max_items, max_respondents=max_respondents)

    def rows(items: int) -> st.SearchStrategy[list[tuple[Any, ...]]]:
        row = st.tuples(*[_row(st.integers(1, 5), items)] * 2, _weight())
        return st.lists(row, min_size=1, max_size=max_respondents)

    return st.integers(1, max_items).flatmap(rows).map(_kano)


def _kano(rows: Sequence[tuple[Any, ...]]) -> Frame:
    functional, dysfunctional, weight = zip(*rows, strict=True)
    items = [str(place + 1) for place in range(len(functional[0]))]
    return {
        **_named("functional ", items, functional),
        **_named("dysfunctional ", items, dysfunctional),
        "weight": np.array(weight),
    }
