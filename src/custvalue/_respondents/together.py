"""Several sets of answers of the same respondents: one base, and rows that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from custvalue._respondents.respondents import Respondents
from custvalue._respondents.responses import Responses
from custvalue._results.base import EARLIER_ANSWER, Base
from custvalue._words import count, listed, plain
from custvalue.errors import DataError, ParameterError


def joined_base(named: Mapping[str, Responses]) -> Base:
    """Return the base of several sets of answers, their items by block; the first set excludes."""
    bases = {name: responses.base for name, responses in named.items()}
    first = next(iter(bases.values()))
    prorating = [its.answers for its in named.values() if its.missing == "prorate"]
    absent = [np.isnan(answers).any(axis=1) for answers in prorating]
    return replace(
        first,
        prorated=int(np.logical_or.reduce(absent).sum()) if absent else 0,
        filled=sum(base.filled for base in bases.values()),
        items=tuple(item for name, base in bases.items() for item in base.in_block(name)),
    )


def refuse_excluded(name: str, answers: Respondents) -> None:
    """Raise a DataError where respondents are excluded: rows need not be those of other answers."""
    gone = excluded_by_answers(answers)
    if gone:
        raise DataError(
            f"missing={answers.missing!r} excludes {count(gone, 'respondent')} of {name}, so "
            f"that rows may not belong together. Read both with missing='pairwise'."
        )


def excluded_by_answers(answers: Respondents) -> int:
    """Count who is excluded, but for earlier answers of customers, which other answers lack too."""
    base = answers.base
    return base.excluded_respondents - base.excluded.get(EARLIER_ANSWER, 0)


def refuse_other_customers(first: str, one: Respondents, second: str, other: Respondents) -> None:
    """Raise a DataError where two sets of answers name their customers, and these differ."""
    mine, theirs = one.labels.get("customer"), other.labels.get("customer")
    if mine is None or theirs is None or len(mine) != len(theirs):
        return
    rows = np.flatnonzero(mine != theirs)
    if rows.size:
        pair = (plain(labels[rows[0]]) for labels in (mine, theirs))
        raise DataError(
            f"{first} and {second} must be of the same respondents in the same order, but "
            f"respondent {int(rows[0])} is the customer {' and '.join(map(repr, pair))}. Read both "
            f"from one table, with the same customer, repeats and date.",
            column="customer",
            rows=rows,
        )


def require_answers(name: str, responses: object) -> Responses:
    """Return Responses, or say how answers are read."""
    if not isinstance(responses, Responses):
        raise ParameterError(
            f"{name} must be Responses, but it is {type(responses).__name__}. Read answers with "
            f"Responses.from_frame(frame, scale=...)."
        )
    return responses


def with_all_rows(name: str, responses: object) -> Responses:
    """Return Responses none of whose respondents is excluded."""
    found = require_answers(name, responses)
    refuse_excluded(name, found)
    return found


def matching_items(first: str, one: object, second: str, other: object) -> list[int]:
    """Return where the items of `one` are in `other`, whose respondents must be the same."""
    both = [with_all_rows(name, its) for name, its in ((first, one), (second, other))]
    return _same_respondents(first, both[0], second, both[1])


def _same_respondents(first: str, one: Responses, second: str, other: Responses) -> list[int]:
    if sorted(one.items) != sorted(other.items):
        raise DataError(
            f"{second} must be about the items of {first}, {listed(one.items)}, but they are about "
            f"{listed(other.items)}."
        )
    if one.respondents != other.respondents:
        raise DataError(
            f"{first} must be of the same respondents in the same order as {second}, but there are "
            f"{one.respondents} and {other.respondents}."
        )
    refuse_other_customers(first, one, second, other)
    if not (other.weights == 1).all() and not np.array_equal(one.weights, other.weights):
        raise DataError(
            f"{second} must have the sampling weights of {first}, but they differ. Give both the "
            f"same, or give them to {first} alone."
        )
    return [other.items.index(item) for item in one.items]
