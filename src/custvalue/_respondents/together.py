"""Several sets of answers of the same respondents: one base, and rows that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from custvalue._respondents.responses import Responses
from custvalue._results.base import Base
from custvalue._words import count
from custvalue.errors import DataError


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


def refuse_excluded(name: str, responses: Responses) -> None:
    """Raise a DataError where respondents are excluded: rows need not be those of other answers."""
    gone = responses.base.excluded_respondents
    if gone:
        raise DataError(
            f"missing={responses.missing!r} excludes {count(gone, 'respondent')} of {name}, so "
            f"that rows may not belong together. Read both with missing='pairwise'."
        )
