"""Answers that were counted elsewhere, as in a published table, checked and ready to be used."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custvalue import _frames
from custvalue._inference.cells import AnswerCells, equally_weighted
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.base import Base, ItemBase
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

Counts = Mapping[Any, int] | Sequence[int]

MOST_WRITTEN_OUT = 10**8  # answers, 0.8 GB


def counted_answers(
    counts: Any, scale: Scale, n: int | None, measure: str
) -> tuple[AnswerCells, Base]:
    """Return counts of the answers of a scale with steps, and their base."""
    offered = offered_answers(check_scale(scale), measure)
    found = _in_order(counts, offered, scale)
    weighted = f"{measure}(answers, weights=...)"
    named = {f"counts[{plain(answer)!r}]": its for answer, its in found.items()}
    checked = list(checked_counts(named, weighted, n=n, together="counts").values())
    base = Base(respondents=sum(checked), items=(ItemBase("answers", 0),))
    return equally_weighted(offered, checked), base


def offered_answers(scale: Scale, measure: str) -> list[float]:
    """Return the answers that a scale with steps offers, from low to high."""
    if scale.step is None:
        raise ParameterError(
            f"{measure} needs a scale with steps, but {scale!r} is continuous. Give its step, or "
            f"report the mean."
        )
    return [scale.low + scale.step * i for i in range(round(scale.width / scale.step) + 1)]


def _in_order(counts: Any, offered: Sequence[float], scale: Scale) -> dict[float, Any]:
    """Return the counts by answer, from low to high, 0 where an answer is not named."""
    named = _frames.as_mapping("counts", counts)
    if named is None:
        return dict(zip(offered, _one_each(counts, offered, scale), strict=True))
    found: dict[float, Any] = dict.fromkeys(offered, 0)
    for answer, number in named.items():
        place = round((_answer(answer, scale) - scale.low) / (scale.step or 1.0))
        found[offered[place]] = number
    return found


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
        hint = "Turn text into numbers first."
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


def written_out(
    counts: Any, scale: Scale, n: int | None, measure: str, questions: Sequence[str] = ("answer",)
) -> list[FloatArray]:
    """Return counted answers one after the other; of several questions from counts of tuples."""
    check_scale(scale)
    named = _frames.as_mapping("counts", counts)
    if named is None and len(questions) == 1:
        named = _in_order(counts, offered_answers(scale, measure), scale)
    if named is None:
        names = ", ".join(questions)
        raise DataError(
            f"counts must map ({names}) to how often both were given, as in "
            f"{{({plain(scale.low)}, {plain(scale.high)}): 12}}, but it is {type(counts).__name__}."
        )
    rows = {_row(key, questions, scale): number for key, number in named.items()}
    keyed = {f"counts[{_shown(key)!r}]": number for key, number in rows.items()}
    checked = checked_counts(keyed, f"{measure}(..., weights=...)", n=n, together="counts")
    total = sum(checked.values())
    if total > MOST_WRITTEN_OUT:
        raise DataError(
            f"counts add up to {total:,}, but this measure takes at most {MOST_WRITTEN_OUT:,} "
            f"answers. Check the unit of the counts."
        )
    times = list(checked.values())
    return [np.repeat(column, times) for column in np.array(list(rows), dtype=np.float64).T]


def _row(key: Any, questions: Sequence[str], scale: Scale) -> tuple[float, ...]:
    """Return the answers of one count, checked."""
    answers = (key,) if len(questions) == 1 else key
    if not isinstance(answers, tuple) or len(answers) != len(questions):
        raise DataError(
            f"counts must have a tuple ({', '.join(questions)}) for every count, but it has "
            f"{plain(key)!r}.",
            column="counts",
            value=plain(key),
        )
    return tuple(_answer(answer, scale) for answer in answers)


def _shown(row: tuple[float, ...]) -> Any:
    shown = tuple(map(plain, row))
    return shown[0] if len(shown) == 1 else shown


def checked_counts(
    given: Mapping[str, Any], weighted: str, *, n: int | None, together: str = ""
) -> dict[str, int]:
    """Return counts that are whole numbers, not all 0, and add up to `n` where it is given."""
    counts = {name: _whole(name, its, weighted) for name, its in given.items()}
    *others, last = counts
    together = together or f"{', '.join(others)} and {last}"
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
