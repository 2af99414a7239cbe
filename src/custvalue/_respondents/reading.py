"""Reading answers: columns, weights and labels checked on their way in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._aligned import require_one_index
from custvalue._checks import require_choice
from custvalue._columns import as_array, objects, one_dimensional, refuse_where
from custvalue._inference.means import ROWS_AT_A_TIME
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.coding import Unknown, by_codebook, refuse, without_codebook
from custvalue._respondents.instrument import repeated
from custvalue._respondents.labels_alike import warn_of_alike
from custvalue._respondents.losses import absent
from custvalue._respondents.scale import MISSING_CODES, Scale, check_scale
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray, IntArray, LabelArray, read_only
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

QuestionPolicy = Literal["raise", "drop", "pairwise"]

NOBODY = read_only(np.empty(0, dtype=np.int64))
DESIGN = {
    "cluster": (
        "What respondents without a cluster have in common is not known. Give each of them a "
        "cluster of its own, which says that it is like nobody, or leave them out."
    ),
    "stratum": "Give every respondent the stratum of its cluster, or leave the row out.",
}
NEVER_MISSING = (*DESIGN, "customer")

MOST = 1e50  # of a weight: its powers are numbers still, and so are those of one over it


def require_missing_policy(missing: object) -> None:
    """Raise a ParameterError unless `missing` is a policy for missing answers."""
    require_choice("missing", missing, get_args(MissingPolicy))


def require_question_policy(missing: object) -> None:
    """Raise unless `missing` is a policy for questions that no other question can stand for."""
    if str(missing) == "prorate":
        raise ParameterError(
            "missing='prorate' fills an answer by those to other items that measure the same; it "
            "is a policy of Responses alone. Use missing='drop' or missing='pairwise'."
        )
    require_choice("missing", missing, get_args(QuestionPolicy))


def check_items(items: Iterable[str], argument: str = "items") -> tuple[str, ...]:
    """Return names of items as a tuple."""
    if isinstance(items, str):
        raise DataError(
            f"{argument} must be a list of column names, but it is the one name {items!r}. Write "
            f"[{items!r}] for a single column, and list several, as in ['q1', 'q2']."
        )
    if not isinstance(items, Iterable):
        raise DataError(f"{argument} must be a list of column names, but it is {items!r}.")
    names = tuple(items)
    if not names:
        raise DataError(f"{argument} must name at least one column, but it is empty.")
    twice = repeated(names)
    if twice:
        raise DataError(f"{argument} must be different, but {listed(twice)} is named twice.")
    return names


def require_column_names(roles: Mapping[str, object]) -> None:
    """Raise a ParameterError unless every role is the name of a column, or None."""
    for role, name in roles.items():
        if name is not None and not isinstance(name, Hashable):
            raise ParameterError(
                f"{role} must be the name of a column, as in {role}={role.rstrip('s')!r}, but it "
                f"is a {type(name).__name__}. Put its values into the frame as a column, or use "
                f"from_arrays(…, {role}=…)."
            )


def refuse_two_roles(items: Sequence[str], roles: Mapping[str, str | None]) -> None:
    """Raise a DataError if a column is an item and something else, or two other things."""
    taken: dict[str, str] = dict.fromkeys(items, "an item")
    for role, name in roles.items():
        if name is None:
            continue
        if name in taken:
            raise DataError(
                f"column {name!r} is named as {role} and as {taken[name]}. A column has one role.",
                column=name,
            )
        taken[name] = role


def labels_column(
    source: _frames.Source, role: str, name: str, missing: MissingPolicy = "raise"
) -> LabelArray:
    """Read a column of labels: whole numbers, text, or dates and periods as ISO text."""
    source.require({role: name})
    if role not in DESIGN and (missing == "raise" or role in NEVER_MISSING):
        labels, codes = source.codes(name, dates=True)
        warn_of_alike(name, labels)
        return read_only(labels[codes])
    labels, codes = source.codes_with_gaps(name, dates=True)
    warn_of_alike(name, labels)
    gaps = np.flatnonzero(codes < 0)
    if role in DESIGN and gaps.size:
        what = "present" if role == name else f"present as {role}"
        raise DataError.at_rows(name, what, gaps, source.entries(name)[gaps], DESIGN[role])
    return read_only(_with_gaps(labels, codes))


def _with_gaps(labels: npt.NDArray[Any], codes: IntArray) -> LabelArray:
    """Return the label of each row, None where the code is -1."""
    if not (codes < 0).any():
        return np.asarray(labels[codes])
    return objects([*labels.tolist(), None])[codes]


def not_one_each(name: str, respondents: int, found: str) -> DataError:
    """Build the error for entries that are more or fewer than the respondents."""
    return DataError(
        f"{name} must have one entry for each of the {respondents} respondents, but {found}.",
        column=name,
    )


def checked_labels(
    name: str, labels: Any, respondents: int, missing: MissingPolicy = "raise"
) -> LabelArray:
    """Return labels, one for each respondent, as whole numbers or text; None where missing."""
    array = one_dimensional(name, labels)
    if len(array) != respondents:
        raise not_one_each(name, respondents, f"it has {len(array)}")
    if array.dtype.kind in "iU" and not array.flags.writeable:
        return array
    return labels_column(_frames.Source({name: array}), name, name, missing)


def weights_column(source: _frames.Source, weights: str | None) -> FloatArray:
    """Read and check the column of weights; ones where there is none."""
    if weights is None:
        return np.ones(source.rows)
    source.require({"weights": weights})
    return checked_weights(weights, source.numbers(weights), source.rows)


def given_weights(weights: Any) -> FloatArray:
    """Return weights as numbers; those that are part of a result are asked for by name."""
    if isinstance(getattr(weights, "weights", None), np.ndarray):
        kind = type(weights).__name__
        raise DataError(
            f"weights must be a sequence of numbers, but it is a {kind}. Use "
            f"{kind.lower()}.weights.",
            column="weights",
        )
    return _frames.to_numbers("weights", one_dimensional("weights", weights))


def checked_weights(name: str, weights: FloatArray | None, respondents: int) -> FloatArray:
    """Return weights, ones where none were given."""
    if weights is None:
        return np.ones(respondents)
    if weights.shape != (respondents,):
        raise not_one_each(name, respondents, f"its shape is {weights.shape}")
    hint = "A sampling weight says how many people a respondent stands for."
    bad = ~(np.isfinite(weights) & (weights >= 0))
    refuse_where(bad, name, "a finite number >= 0", weights, hint)
    bad = (weights > MOST) | ((weights > 0) & (weights < 1 / MOST))
    refuse_where(bad, name, f"0 or a number from {1 / MOST:g} to {MOST:g}", weights, hint)
    if respondents and not weights.any():
        raise DataError(f"{name} must not all be 0. Omit the argument for equal weights.")
    return weights


def two_dimensional(name: str, answers: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return answers as an array of respondents x items; words stay words, numbers numbers."""
    try:
        array = as_array(answers)
    except ValueError:
        raise DataError(
            f"{name} must have one row per respondent and the same number of items in every row, "
            f"but the rows differ in length. Write a missing answer as None."
        ) from None
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2:
        raise DataError(
            f"{name} must have the shape (respondents, items), but it is {array.shape}."
        )
    return array


def columns_of(name: str, answers: npt.ArrayLike) -> list[Any]:
    """Return the columns of answers; a single one whose type has categories keeps them."""
    column = _frames.with_categories(answers)
    if column is not None:
        return [column]
    array = two_dimensional(name, answers)
    return [array[:, place] for place in range(array.shape[1])]


def matrices(given: Mapping[str, npt.ArrayLike | None]) -> dict[str, npt.NDArray[Any]]:
    """Return blocks of answers of the same respondents as arrays, without those not given."""
    there = {name: values for name, values in given.items() if values is not None}
    require_one_index(there)
    return {name: two_dimensional(name, values) for name, values in there.items()}


def coded_answers(
    source: _frames.Source,
    items: Sequence[str],
    scale: Scale,
    codebook: Codebook | None = None,
    *,
    unknown: list[Unknown] | None = None,
    argument: str = "codebook",
) -> tuple[FloatArray, list[IntArray]]:
    """Read answers, missing codes as NaN, and for each item the rows where these codes were.

    Column by column in memory: every statistic walks down the items. Entries that mean nothing are
    added to `unknown`, or refused here, with the `argument` that takes a codebook.
    """
    check_scale(scale)
    found: list[Unknown] = []
    read = []
    for name in items:
        if source.is_numeric(name):  # as it lies in memory
            read.append((source.entries(name), NOBODY))
        elif codebook is not None:
            read.append(by_codebook(source, name, codebook, found))
        else:
            read.append((without_codebook(source, name, scale, found, argument), NOBODY))
    if unknown is None:
        refuse(found)
    else:
        unknown += found
    matrix = _side_by_side([column for column, _ in read], source.rows)
    said = [rows for _, rows in read]
    missing_codes = (scale if codebook is None else codebook).missing_codes
    if not missing_codes:
        return matrix, said
    codes = []
    for column, rows in zip(matrix.T, said, strict=True):
        coded = np.flatnonzero(np.isin(column, missing_codes))
        column[coded] = np.nan
        codes.append(np.union1d(coded, rows) if len(rows) else coded)
    return matrix, codes


def _side_by_side(columns: Sequence[npt.NDArray[Any]], rows: int) -> FloatArray:
    """Copy columns into a matrix, which lies column by column in memory."""
    matrix = np.empty((rows, len(columns)), order="F")
    for first in range(0, rows, ROWS_AT_A_TIME):
        some = slice(first, first + ROWS_AT_A_TIME)  # columns of an array lie side by side
        for place, column in enumerate(columns):
            matrix[some, place] = column[some]
    return matrix


def check_matrix(
    items: Sequence[str], answers: FloatArray, scale: Scale, codebook: Codebook | None = None
) -> None:
    """Raise a DataError unless every answer is on the scale or NaN."""
    declare = MISSING_CODES if codebook is None else "codebook.with_words(no_answer={{{}}})"
    for place, name in enumerate(items):
        scale.check_declared(name, answers[:, place], declare)


def each_respondent(respondents: int) -> str:
    """Say ``each of the 3 respondents``, or ``the only respondent``."""
    return "the only respondent" if respondents == 1 else f"each of the {respondents} respondents"


def complete_rows(
    blocks: Iterable[npt.NDArray[Any]], used: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.bool_]:
    """Say which respondents answered everything; NaN, or a position below 0, is no answer."""
    complete = np.logical_and.reduce([~absent(block).any(axis=1) for block in blocks])
    respondents = len(complete) if used is None else int(used.sum())
    complete = complete if used is None else complete & used
    if complete.size and not complete.any():
        raise DataError(
            f"missing='drop' leaves no respondents: {each_respondent(respondents)} has a missing "
            f"answer. Use missing='pairwise', or exclude the item with most missing answers."
        )
    return np.asarray(complete, dtype=bool)


PAIRWISE = "or missing='pairwise' to use the answers that there are."
PRORATE = (
    "missing='pairwise' to use the answers that there are, or missing='prorate' to fill it, where "
    "items are combined, by the respondent's answers to others that measure the same."
)


def refuse_missing(
    columns: Sequence[str],
    absent: npt.NDArray[np.bool_],
    remedy: str = PAIRWISE,
    nouns: tuple[str, str] = ("answer", "answers"),
) -> None:
    """Raise a DataError that names the first missing answer and what can be done."""
    row = int(np.flatnonzero(absent.any(axis=1))[0])
    place = int(np.flatnonzero(absent[row])[0])
    total = int(absent.sum())
    also = f", one of {total:,} missing {nouns[1]}" if total > 1 else ""
    raise DataError(
        f"{columns[place]}: row {row} has no {nouns[0]}{also}. Use missing='drop' to exclude "
        f"such respondents, {remedy}",
        column=columns[place],
        rows=np.flatnonzero(absent[:, place]),
    )


def complete_attributes(differences: FloatArray) -> npt.NDArray[np.bool_]:
    """Say which respondents answered about every attribute, (respondents, attributes)."""
    complete: npt.NDArray[np.bool_] = np.logical_not(np.isnan(differences).any(axis=1))
    if not complete.any():
        raise DataError(
            f"missing='drop' excludes all respondents: {each_respondent(len(complete))} misses an "
            f"answer. Use missing='pairwise', or exclude the attribute with most gaps."
        )
    return complete
