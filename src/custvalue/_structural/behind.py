"""Answers behind a fit that must be complete."""

from __future__ import annotations

import numpy as np

from custvalue._rows import FloatArray
from custvalue._structural.answered import Answered
from custvalue.errors import DataError


def complete_scores(answered: Answered, what: str) -> FloatArray:
    """Return answers on 0-100, (respondents, items), none of which may be missing."""
    scores = answered.scores()
    if np.isnan(scores).any():
        raise DataError(
            f"{what} needs complete answers, but some are missing. Read them with missing='drop'."
        )
    return scores
