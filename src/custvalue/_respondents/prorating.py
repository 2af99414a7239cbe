"""Prorating: a respondent's missing answers by the mean of the answers that there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reading import PAIRWISE, PRORATE, each_respondent, refuse_missing
from custvalue._rows import FloatArray
from custvalue._words import percent, plain
from custvalue.errors import DataError, ParameterError

Parts = dict[str, list[int]]

ROWS_AT_A_TIME = 65_536  # so that the work space is small beside the answers
HALF = 0.5


def checked_min_answered(share: float, missing: str) -> float:
    """Return the share of items that a respondent must have answered."""
    number = plain(share)
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number <= 1:
        raise ParameterError(
            f"min_answered must be a share > 0 and <= 1, as in 0.5, but it is {number!r}."
        )
    if missing != "prorate" and number != HALF:
        raise ParameterError(
            f"min_answered={number} is a rule of missing='prorate', but missing={missing!r}. Use "
            f"missing='prorate', or omit min_answered."
        )
    return float(number)


def parts_of(items: Sequence[str], instrument: Instrument | None) -> Parts:
    """Return the places of the items that stand for each other, by dimension."""
    if instrument is None:
        return {"": list(range(len(items)))}
    members = {
        dimension.name: {item.name for item in dimension.items}
        for dimension in instrument.dimensions
    }
    parts = {
        name: [place for place, item in enumerate(items) if item in own]
        for name, own in members.items()
    }
    return {name: places for name, places in parts.items() if places}


def enough_answered(
    answers: FloatArray, parts: Parts, min_answered: float
) -> npt.NDArray[np.bool_]:
    """Say which respondents answered enough of every part; NaN where there is no answer."""
    enough = np.ones(len(answers), dtype=bool)
    for places in parts.values():
        answered = np.zeros(len(answers), dtype=np.int64)
        for place in places:
            answered += ~np.isnan(answers[:, place])
        enough &= answered >= min_answered * len(places) - 1e-9
    return enough


def check_gaps(
    items: Sequence[str],
    answers: FloatArray,
    instrument: Instrument | None,
    missing: str,
    min_answered: float,
    *,
    used: npt.NDArray[np.bool_] | None = None,
) -> None:
    """Raise a DataError where answers, of those who are used, are missing against the policy."""
    parts = parts_of(items, instrument)
    if missing == "prorate":
        _require_enough(answers, parts, min_answered)
    elif missing != "pairwise" and any(np.isnan(column).any() for column in answers.T):
        others = any(len(places) > 1 for places in parts.values())
        absent = np.isnan(answers)
        absent = absent if used is None else absent & used[:, np.newaxis]
        if absent.any():
            refuse_missing(items, absent, PRORATE if others else PAIRWISE)


def _require_enough(answers: FloatArray, parts: Parts, min_answered: float) -> None:
    """Raise a DataError that names the first respondent who answered too little."""
    few = np.flatnonzero(~enough_answered(answers, parts, min_answered))
    if few.size:
        raise DataError(
            f"row {int(few[0])} has answers to less than min_answered={plain(min_answered)} of the "
            f"items of a dimension. Give the instrument and missing='prorate' when the answers are "
            f"read: such respondents are then excluded and counted.",
            column="answers",
            rows=few,
        )


def refuse_empty(keep: npt.NDArray[np.bool_], min_answered: float) -> None:
    """Raise a DataError where no respondent answered enough."""
    if keep.size and not keep.any():
        raise DataError(
            f"missing='prorate' leaves no respondents: {each_respondent(len(keep))} answered less "
            f"than {percent(min_answered)} of the items of a dimension. Use a smaller "
            f"min_answered, or exclude the item with most missing answers."
        )


def filled(answers: FloatArray, parts: Parts) -> FloatArray:
    """Replace missing answers by the mean of the respondent's others in the same part."""
    result = np.array(answers, order="F")
    for places in parts.values():
        for first in range(0, len(result), ROWS_AT_A_TIME):
            rows = slice(first, first + ROWS_AT_A_TIME)
            block = result[rows, places]
            absent = np.isnan(block)
            incomplete = absent.any(axis=1) & ~absent.all(axis=1)
            if incomplete.any():
                means = np.nanmean(block[incomplete], axis=1)[:, np.newaxis]
                block[incomplete] = np.where(absent[incomplete], means, block[incomplete])
                result[rows, places] = block
    return result
