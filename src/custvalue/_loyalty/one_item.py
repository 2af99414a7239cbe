"""Answers to one item, and what else is known of the same customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._columns import missing, one_dimensional, refuse_where, to_numbers
from custvalue._respondents.codebook import coded
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._respondents.together import refuse_excluded
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError

DECLARED = "Scale(…, missing_codes=({},))"  # how an argument declares a code for no answer


def one_item(
    argument: str, given: Any, scale: Scale | None, *, weights: Any = None, cluster: Any = None
) -> Responses:
    """Take Responses of one item, or read answers of one."""
    if not isinstance(given, Responses):
        if scale is None:
            raise ParameterError(
                "scale is needed for an array of answers, as in scale=Scale(1, 5)."
            )
        answers = _readable(argument, one_dimensional(argument, given), scale)
        return Responses.from_arrays(
            answers,
            scale=scale,
            items=[argument],
            missing="pairwise",
            weights=weights,
            cluster=cluster,
        )
    refuse_beside(argument, weights=weights, cluster=cluster)
    refuse_excluded(argument, given)
    if len(given.items) != 1:
        raise ParameterError(
            f"{argument} must be one item, but the Responses have {len(given.items)}. Use "
            f"{argument}.only(['…'])."
        )
    return given


def _readable(argument: str, answers: npt.NDArray[Any], scale: Scale) -> npt.NDArray[Any]:
    """Refuse words, and numbers off the scale, with a step that an array of answers allows."""
    entries = answers.tolist() if answers.dtype.kind in "OU" else []
    words = any(isinstance(its, str) and coded(its) is None for its in entries)
    hint = (
        f"Read words by a codebook, as in Responses.from_arrays({argument}, "
        f"codebook=survey.QUALITY_5), and give these Responses."
    )
    numbers = to_numbers(argument, answers, hint=hint if words else "")
    check_scale(scale, "scale").check_declared(argument, numbers, f"scale={DECLARED}")
    return answers


def refuse_beside(argument: str, **others: Any) -> None:
    """Raise where Responses are given, and beside them what they hold themselves."""
    for name, its in others.items():
        if its is not None:
            raise ParameterError(
                f"{name} is given beside Responses, which have their own. Give it to "
                f"Responses.from_frame(…, {name}=…), or give {argument} as an array."
            )


def of_the_same(
    argument: str, values: npt.ArrayLike, beside: str, answers: Responses
) -> FloatArray:
    """Read numbers of the same customers; NaN where one is not known, True and False as 1 and 0."""
    found = to_numbers(argument, _truths_as_numbers(one_dimensional(argument, values)))
    require_same_length(argument, len(found), beside, answers)
    refuse_where(np.isinf(found), argument, "a finite number", found, "Leave it empty if unknown.")
    return found


def require_same_length(argument: str, entries: int, beside: str, answers: Responses) -> None:
    """Raise a DataError where something is not known of as many customers as answered."""
    if entries != answers.respondents:
        raise DataError(
            f"{argument} has {entries} entries, but {beside} has {answers.respondents}. Give both "
            f"of the same customers, in the same order."
        )


def _truths_as_numbers(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return 1 and 0 for True and False, where there is nothing else but gaps."""
    if values.dtype.kind == "b":
        return values.astype(np.float64)
    present = values[~missing(values)] if values.dtype == object else ()
    if len(present) and all(isinstance(its, bool | np.bool_) for its in present):
        gaps = missing(values)
        return np.array(
            [np.nan if gap else float(its) for its, gap in zip(values, gaps, strict=True)]
        )
    return values
