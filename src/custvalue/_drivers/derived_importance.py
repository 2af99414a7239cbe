"""Importance derived from how the items go with an overall question, with its uncertainty.

Stated and derived importance differ, and derived importance has several conventions: the
correlation of each item with the overall answer, its standardised regression coefficient, or
Johnson's (2000) relative weight or LMG, which share out R² among correlated items and are never
negative. Whatever the convention, the weights are estimates: whole respondents are resampled, and
with them weights and index together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._drivers.decomposition import Decomposition, decomposed
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.cross_products import (
    correlations_of,
    products_of,
    squares_of,
    with_constant,
)
from custvalue._inference.resampled import ResampledEstimate
from custvalue._inference.resamples import Resamples, sum_resamples
from custvalue._inference.sample import Sample
from custvalue._inference.sums import Added, OfSums
from custvalue._respondents.responses import Responses
from custvalue._respondents.together import excluded_by_answers, refuse_other_customers
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import number
from custvalue.errors import DataError, ParameterError


class DerivedImportance(Frozen):
    """How the importance of an index was derived, and what that adds to its uncertainty.

    Parameters
    ----------
    decomposition : {"lmg", "general dominance", "johnson", "regression", "correlation"}
        The convention.
    overall : str
        The overall question.
    r_squared : float
        Share of the variance of the overall answers that all items explain together.
    importance : tuple of ResampledEstimate
        Each item's share of importance, estimated again in every resample.
    fixed_standard_error : float or None
        What the standard error of the index would be if the importance were known.
    resamples, failed : int
        Resamples drawn, and those in which no importance could be derived.
    """

    decomposition: Decomposition
    overall: str
    r_squared: Probability
    importance: tuple[ResampledEstimate, ...]
    fixed_standard_error: NonNegative | None
    resamples: int
    failed: int


@dataclass(frozen=True)
class Derived:
    """Answers of the respondents who answered every item and the overall question.

    Answers, (n, items), and overall answers, (n,), are recoded so that more is better.
    """

    names: tuple[str, ...]
    answers: FloatArray
    overall: FloatArray
    sample: Sample
    decomposition: Decomposition

    @property
    def weights(self) -> FloatArray:
        """Sampling weights, all > 0."""
        return self.sample.weights

    @cached_property
    def _products(self) -> Added:
        """Cross-products of 1, the overall answers and the items."""
        columns = with_constant(np.column_stack([self.overall, self.answers]))
        return products_of(columns, self.weights)

    @cached_property
    def _sums(self) -> FloatArray:
        """Those of all respondents, shape (1, sums)."""
        return OfSums(len(self.weights), self._products, self._importance).whole_sums

    def importance(self) -> FloatArray:
        """Return the importance of each item, not normalised, and R² as the last entry."""
        return self._known(self._importance(self._sums))

    def shares(self) -> FloatArray:
        """Return the importance as shares that add up to 1; negative importance counts as 0."""
        return self._known(_shares(self._importance(self._sums)))

    def _known(self, found: FloatArray) -> FloatArray:
        if np.isnan(found).any():
            raise DataError(self._why_not(self._sums[0]))
        known: FloatArray = found[0]
        return known

    def _correlations(self, sums: FloatArray) -> FloatArray:
        return correlations_of(squares_of(sums, len(self.names) + 2))

    def _importance(self, sums: FloatArray) -> FloatArray:
        """Return importance and R² of several samples, NaN where there is none."""
        correlations = self._correlations(sums)
        return decomposed(self.decomposition, correlations[:, 1:, 1:], correlations[:, 0, 1:])

    def _why_not(self, sums: FloatArray) -> str:
        """Say why there is no importance, or no share of it."""
        flat = np.isnan(np.diag(self._correlations(sums[np.newaxis])[0]))
        beginning = "importance cannot be derived:"
        if flat.any():
            names = (*self.names, "the overall question")
            name = names[int(np.roll(flat, -1).argmax())]
            return (
                f"{beginning} all answers to {name!r} are equal. Exclude it, or give the "
                f"importance."
            )
        if np.isnan(self._importance(sums[np.newaxis])).any():
            return (
                f"{beginning} the answers to one item follow from those to others. Exclude one of "
                f"them, or ask more respondents."
            )
        return (
            f"{beginning} no item goes with the overall question. Give the importance, or none "
            f"for equal weights."
        )

    def refuse_negative(self) -> None:
        """Raise a DataError if an item has negative importance."""
        found = self.importance()[:-1]
        bad = np.flatnonzero(found < 0)
        if bad.size == 0:
            return
        what = {"correlation": "correlation", "regression": "coefficient"}[self.decomposition]
        raise DataError(
            f"importance derived by {self.decomposition} is negative for {self.names[bad[0]]!r}, "
            f"whose {what} is {number(float(found[bad[0]]))}. If it is reverse-scored, recode "
            f"its answers; if not, exclude it or use decomposition='johnson'."
        )

    def resampled(self, scores: FloatArray, method: Bootstrap) -> Resamples:
        """Resample respondents; the statistics are the index, by scores, and the shares."""
        size = len(self.names)

        def added(rows: slice) -> FloatArray:
            return np.concatenate([scores[rows].T * self.weights[rows], self._products(rows)])

        def value(sums: FloatArray) -> FloatArray:
            shares = _shares(self._importance(sums[:, size:]))
            means = sums[:, :size] / sums[:, size : size + 1]
            return np.column_stack([np.einsum("mk,mk->m", means, shares), shares])

        def why(sums: FloatArray) -> str:
            return self._why_not(sums[size:])

        return sum_resamples(OfSums(len(scores), added, value, why), method, sample=self.sample)


def _shares(importance: FloatArray) -> FloatArray:
    positive = np.maximum(importance[:, :-1], 0.0)
    total = positive.sum(axis=1, keepdims=True)
    shares = np.full_like(positive, np.nan)
    np.divide(positive, total, out=shares, where=total > 0)
    return shares


def read_overall(answers: Responses, overall: object) -> tuple[Responses, FloatArray, str]:
    """Return the items without the overall one, the overall answers (more is better), its name."""
    if answers.missing == "prorate":
        raise ParameterError(
            "importance='derived' takes answers as they were given: filled ones go together "
            "because they were filled. Read the responses with missing='pairwise' or 'drop'."
        )
    if isinstance(overall, Responses):
        if len(overall.items) != 1:
            raise ParameterError(
                f"overall must hold one question, but holds {len(overall.items)}. Name one of them."
            )
        refuse_other_customers("responses", answers, "overall", overall)
        excluded = excluded_by_answers(overall) or excluded_by_answers(answers)
        if overall.respondents != answers.respondents or excluded:
            raise DataError(
                f"overall must be answered by the same {answers.base.respondents} "
                f"respondents in the same order, none excluded, but it has {overall.respondents}. "
                f"Read both with missing='pairwise'."
            )
        recoded = overall.scale.sign * overall.answers[:, 0]
        return answers, recoded, overall.items[0]
    if not isinstance(overall, str):
        raise ParameterError(
            f"importance='derived' needs overall=, the name of the overall question among the "
            f"items or Responses to it, but it is {overall!r}."
        )
    recoded = answers.scale.sign * answers.item(overall)
    rest = tuple(name for name in answers.items if name != overall)
    if not rest:
        raise DataError(f"the index needs an item beside the overall question {overall!r}.")
    return answers.only(rest), recoded, overall


def complete(
    answers: Responses, overall: FloatArray, decomposition: Decomposition
) -> tuple[Derived, npt.NDArray[Any]]:
    """Keep the respondents who answered everything, and say which they are."""
    known = ~np.isnan(overall) & ~np.isnan(answers.answers).any(axis=1) & (answers.weights > 0)
    n, least = int(known.sum()), len(answers.items) + 2
    if n < least:
        raise DataError(
            f"importance of {len(answers.items)} items can be derived from {least} complete "
            f"respondents or more, but there are {n}. Give the importance, or ask more respondents."
        )
    used = np.flatnonzero(known)
    recoded = answers.scale.sign * answers.answers[used]
    derived = Derived(
        answers.items, recoded, overall[used], answers.sample.of_rows(used), decomposition
    )
    return derived, used
