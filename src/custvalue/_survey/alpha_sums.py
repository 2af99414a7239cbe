"""Cronbach's alpha as a function of sums over respondents, which resamples need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from custvalue._inference.sums import OfSums
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray

LEAST = 1e-12  # of the variances of the items: a total that varies less does not vary


def alpha_of_variances(items: int, own: FloatArray, total: FloatArray) -> FloatArray:
    """Return raw alpha from the sum of the items' variances and that of their total, or NaN."""
    varies = (total > LEAST * own) & (own > 0)
    share = np.divide(own, total, out=np.full_like(total, np.nan), where=varies)
    return items / (items - 1) * (1 - share)


def alpha_of_sums(responses: object, items: Sequence[str] | None = None) -> OfSums | None:
    """Return alpha of complete answers as a function of sums; None where it is none."""
    if not isinstance(responses, Responses):
        return None
    names = responses.items if items is None else items
    columns = np.column_stack([responses.item(name) for name in names])
    complete = ~np.isnan(columns).any(axis=1)
    if responses.missing == "pairwise" and not complete.all():
        return None
    used = complete & (responses.weights > 0)
    weights = np.where(used, responses.weights, 0.0)
    answers = np.where(used[:, np.newaxis], columns, 0.0)
    return complete_alpha(answers, weights)


def complete_alpha(answers: FloatArray, weights: FloatArray) -> OfSums:
    """Return alpha of answers none of which is missing, (respondents, items)."""
    centre = weights @ answers / weights.sum()
    size = len(centre)

    def added(rows: slice) -> FloatArray:
        block = answers[rows].T - centre[:, np.newaxis]
        squares = [np.einsum("jr,jr->r", block, block), np.square(block.sum(axis=0))]
        return np.concatenate([[np.ones(block.shape[1])], block, squares]) * weights[rows]

    def value(sums: FloatArray) -> FloatArray:
        of_all, first, squares = np.split(sums, [1, size + 1], axis=1)
        shifts = np.column_stack([np.square(first).sum(axis=1), np.square(first.sum(axis=1))])
        spread = np.full_like(squares, np.nan)
        np.divide(shifts, of_all, out=spread, where=of_all > 0)
        spread = squares - spread
        rounding = LEAST * squares[:, :1]  # of equal answers
        own, total = np.where(spread > rounding, spread, 0.0).T
        return alpha_of_variances(size, own, total)[:, np.newaxis]

    return OfSums(len(weights), added, value)
