"""Answers that were counted elsewhere, as in a published table, checked and ready to be used."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from custvalue import _frames
from custvalue._inference.cells import AnswerCells, equally_weighted
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.questions import read
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.base import Base, ItemBase
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

Counts = Mapping[Any, int] | Sequence[int]

MOST_WRITTEN_OUT = 10**8  # answers, 0.8 GB


class Table(NamedTuple):
    """A table of counts: the answers of each row, and how often they were given."""

    rows: list[tuple[float, ...]]
    counts: list[int]


def counted_answers(
    counts: Any, scale: Scale, n: int | None, measure: str, codebook: Codebook | None = None
) -> tuple[AnswerCells, Base]:
    """Return counts of the answers of a scale with steps, and their base."""
    offered = offered_answers(check_scale(scale), measure)
    table = _table(counts, scale, n, measure, codebook)
    totals = [0] * len(offered)
    for (answer,), number in zip(*table, strict=True):
        totals[round((answer - scale.low) / (scale.step or 1.0))] += number
    base = Base(respondents=sum(totals), items=(ItemBase("answers", 0),))
    return equally_weighted(offered, totals), base


def written_out(
    counts: Any,
    scale: Scale,
    n: int | None,
    measure: str,
    codebook: Codebook | None = None,
    *,
    questions: Sequence[str] = ("counts",),
) -> list[FloatArray]:
    """Return counted answers one after the other; of several questions from counts of tuples."""
    table = _table(counts, check_scale(scale), n, measure, codebook, questions=questions)
    total = sum(table.counts)
    if total > MOST_WRITTEN_OUT:
        raise DataError(
            f"counts add up to {total:,}, but this measure takes at most {MOST_WRITTEN_OUT:,} "
            f"answers. Check the unit of the counts."
        )
    columns = np.array(table.rows, dtype=np.float64).T
    return [np.repeat(column, table.counts) for column in columns]


def _table(
    counts: Any,
    scale: Scale,
    n: int | None,
    measure: str,
    codebook: Codebook | None,
    *,
    questions: Sequence[str] = ("counts",),
) -> Table:
    """Read and check a table of counts of one question, or of several together."""
    named = _frames.as_mapping("counts", counts)
    if named is None and len(questions) == 1:
        offered = offered_answers(scale, measure)
        named, codebook = dict(zip(offered, _one_each(counts, offered, scale), strict=True)), None
    if named is None:
        names = ", ".join(questions)
        raise DataError(
            f"counts must map ({names}) to how often both were given, as in "
            f"{{({plain(scale.low)}, {plain(scale.high)}): 12}}, but it is {type(counts).__name__}."
        )
    keys = [_key(key, questions) for key in named]
    rows = [tuple(_answer(each, scale) for each in key) for key in keys] if codebook is None else []
    if codebook is not None and keys:
        rows = _by_codebook(keys, questions, scale, codebook)
    given = {
        f"counts[{_shown(key)!r}]": number for key, number in zip(keys, named.values(), strict=True)
    }
    what = "answers" if len(questions) == 1 else "..."
    weighted = f"{measure}({what}, weights=...)"
    checked = checked_counts(given, weighted, n=n, together="counts")
    return Table(rows, list(checked.values()))


def _key(key: Any, questions: Sequence[str]) -> tuple[Any, ...]:
    """Return what a count is of, one entry for each question."""
    answers = (key,) if len(questions) == 1 else key
    if not isinstance(answers, tuple) or len(answers) != len(questions):
        raise DataError(
            f"counts must have a tuple ({', '.join(questions)}) for every count, but it has "
            f"{plain(key)!r}.",
            column="counts",
            value=plain(key),
        )
    return answers


def _by_codebook(
    keys: Sequence[tuple[Any, ...]], questions: Sequence[str], scale: Scale, codebook: Codebook
) -> list[tuple[float, ...]]:
    """Return the answers for which words stand."""
    words = dict(zip(questions, map(list, zip(*keys, strict=True)), strict=True))
    found = read(words, scale=scale, codebook=codebook, weights=None, missing="pairwise").answers
    gone = np.argwhere(np.isnan(found))
    if gone.size:
        row, place = gone[0].tolist()
        raise DataError(
            f"counts has {keys[row][place]!r}, which the codebook knows as no answer. Leave it "
            f"out: counts are of answers.",
            column="counts",
            value=keys[row][place],
        )
    return [tuple(row) for row in found.tolist()]


def _shown(key: tuple[Any, ...]) -> Any:
    shown = tuple(map(plain, key))
    return shown[0] if len(shown) == 1 else shown


def offered_answers(scale: Scale, measure: str) -> list[float]:
    """Return the answers that a scale with steps offers, from low to high."""
    if scale.step is None:
        raise ParameterError(
            f"{measure} needs a scale with steps, but {scale!r} is continuous. Give its step, or "
            f"report the mean."
        )
    return [scale.low + scale.step * i for i in range(round(scale.width / scale.step) + 1)]


def _one_each(counts: Any, offered: Sequence[float], scale: Scale) -> list[Any]:
    """Return a sequence of counts, one for each answer from low to high."""
    if isinstance(counts, str | bytes) or not hasattr(counts, "__len__"):
        raise DataError(
            f"counts must say how often each answer was given, as in {_example(offered)}, but it "
            f"is {plain(counts)!r}."
        )
    if len(counts) != len(offered):
        raise DataError(
            f"counts must have one number for each of the {len(offered)} answers of the scale "
            f"{scale}, from low to high, but it has {len(counts)}. Write 0 for an answer that "
            f"nobody gave, or give a mapping, as in {_example(offered)}."
        )
    return list(counts)


def _example(offered: Sequence[float]) -> str:
    return f"{{{plain(offered[0])}: 12, {plain(offered[1])}: 30}}"


def _answer(answer: object, scale: Scale) -> float:
    """Return an answer that is on the scale, or raise a DataError."""
    value = plain(answer)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if numeric and value in scale.missing_codes:
        hint = "That is a code for no answer. Leave it out: counts are of answers."
    elif isinstance(value, str):
        hint = "Turn text into numbers first, or give a codebook."
    elif numeric and _on(value, scale):
        return float(value)
    else:
        hint = "Correct it, or leave it out if it means no answer."
    raise DataError(
        f"counts must be of answers on the scale {scale}, {scale.description}, but one is of "
        f"{value!r}. {hint}",
        column="counts",
        value=value,
    )


def _on(value: float, scale: Scale) -> bool:
    """Say whether a number is an answer on the scale."""
    try:
        return bool(np.isfinite(scale.check("counts", np.array([value], dtype=np.float64))[0]))
    except DataError:
        return False


def checked_counts(
    given: Mapping[str, Any], weighted: str, *, n: int | None, together: str = ""
) -> dict[str, int]:
    """Return counts that are whole numbers, not all 0, and add up to `n` where it is given."""
    counts = {name: _whole(name, its, weighted) for name, its in given.items()}
    names = list(counts)
    together = together or f"{', '.join(names[:-1])} and {names[-1]}"
    total = sum(counts.values())
    if total == 0:
        raise DataError(f"{together} are all 0: there is no score.")
    if n is not None and n != total:
        parts = " + ".join(map(str, counts.values()))
        raise DataError(
            f"{together} add up to {parts} = {total}, but n is {plain(n)}. Count the answers "
            f"again, or omit n."
        )
    return counts


def _whole(name: str, number: Any, weighted: str) -> int:
    value = plain(number)
    try:
        whole = operator.index(value)
    except TypeError:
        whole = -1
    if whole < 0 or isinstance(value, bool):
        raise DataError(
            f"{name} must be a whole number of answers >= 0, but it is {value!r}. For weighted "
            f"answers use {weighted}."
        )
    return whole
