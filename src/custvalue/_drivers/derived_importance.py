"""Importance derived from how the items go with an overall question, with its uncertainty.

Stated and derived importance differ, and derived importance has several conventions: the
correlation of each item with the overall answer, its standardised regression coefficient, or
Johnson's (2000) relative weight, which shares out R² among correlated items and is never
negative. Whatever the convention, the weights are estimates: whole respondents are resampled, and
with them weights and index together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.means import weighted_covariance
from custvalue._inference.resampled import ResampledEstimate
from custvalue._inference.resamples import Resamples, row_resamples
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import number
from custvalue.errors import DataError, ParameterError

Derivation = Literal["relative weights", "correlation", "regression"]

SINGULAR = 1e-10  # smallest eigenvalue of a correlation matrix that is inverted


class DerivedImportance(Frozen):
    """How the importance of an index was derived, and what that adds to its uncertainty.

    Parameters
    ----------
    derivation : {"relative weights", "correlation", "regression"}
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

    derivation: Derivation
    overall: str
    r_squared: Probability
    importance: tuple[ResampledEstimate, ...]
    fixed_standard_error: NonNegative | None
    resamples: int
    failed: int


def relative_weights(correlations: FloatArray, with_overall: FloatArray) -> FloatArray:
    """Share out R² among correlated items; the weights add up to it.

    With the correlations R = QΔQ' of the items and Λ = Q√ΔQ', the coefficients on the orthogonal
    variables next to the items are β = Λ⁻¹ r, and the weights are Λ² β², squared entry by entry
    (Johnson 2000, *Multivariate Behavioral Research* 35(1), equations 5 to 10).
    """
    eigenvalues, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0)) @ vectors.T
    return np.asarray(root**2 @ np.linalg.solve(root, with_overall) ** 2, dtype=np.float64)


@dataclass(frozen=True)
class Derived:
    """Answers of the respondents who answered every item and the overall question.

    Answers, (n, items), and overall answers, (n,), are recoded so that more is better; weights > 0.
    """

    names: tuple[str, ...]
    answers: FloatArray
    overall: FloatArray
    weights: FloatArray
    derivation: Derivation

    def importance(self, rows: npt.NDArray[np.intp] | slice = slice(None)) -> FloatArray:
        """Return the importance of each item, not normalised, and R² as the last entry."""
        correlations = self._correlations(rows)
        between, with_overall = correlations[:-1, :-1], correlations[:-1, -1]
        if len(between) > 1 and np.linalg.eigvalsh(between)[0] < SINGULAR:
            raise DataError(
                "importance cannot be derived: the answers to one item follow from those to "
                "others. Exclude one of them, or ask more respondents."
            )
        slopes = np.linalg.solve(between, with_overall)
        r_squared = min(max(float(slopes @ with_overall), 0.0), 1.0)
        found = {
            "correlation": with_overall,
            "regression": slopes,
            "relative weights": relative_weights(between, with_overall),
        }[self.derivation]
        return np.append(found, r_squared)

    def _correlations(self, rows: npt.NDArray[np.intp] | slice) -> FloatArray:
        columns = np.column_stack([self.answers[rows], self.overall[rows]])
        covariance = weighted_covariance(columns, weights=self.weights[rows])
        deviations = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        equal = columns.min(axis=0) == columns.max(axis=0)
        if equal.any():
            name = (*self.names, "the overall question")[int(np.flatnonzero(equal)[0])]
            raise DataError(
                f"importance cannot be derived: all answers to {name!r} are equal. Exclude it, "
                f"or give the importance."
            )
        correlations: FloatArray = covariance / np.outer(deviations, deviations)
        return correlations

    def shares(self, rows: npt.NDArray[np.intp] | slice = slice(None)) -> FloatArray:
        """Return the importance as shares that add up to 1; negative importance counts as 0."""
        positive = np.maximum(self.importance(rows)[:-1], 0.0)
        if positive.sum() <= 0:
            raise DataError(
                "importance cannot be derived: no item goes with the overall question. Give the "
                "importance, or none for equal weights."
            )
        shares: FloatArray = positive / positive.sum()
        return shares

    def refuse_negative(self) -> None:
        """Raise a DataError if an item has negative importance."""
        found = self.importance()[:-1]
        bad = np.flatnonzero(found < 0)
        if bad.size == 0:
            return
        what = {"correlation": "correlation", "regression": "coefficient"}[self.derivation]
        raise DataError(
            f"importance derived by {self.derivation} is negative for {self.names[bad[0]]!r}, "
            f"whose {what} is {number(float(found[bad[0]]))}. If it is reverse-scored, recode "
            f"its answers; if not, exclude it or use derivation='relative weights'."
        )

    def resampled(self, scores: FloatArray, method: Bootstrap) -> Resamples:
        """Resample respondents; the statistics are the index, by scores, and the shares."""

        def statistics(rows: npt.NDArray[np.intp]) -> FloatArray:
            shares, weights = self.shares(rows), self.weights[rows]
            return np.append(weights @ scores[rows] @ shares / weights.sum(), shares)

        return row_resamples(statistics, len(scores), method)


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
        excluded = overall.base.excluded or answers.base.excluded
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
    return _only(answers, rest), recoded, overall


def _only(answers: Responses, items: tuple[str, ...]) -> Responses:
    return Responses.from_arrays(
        np.column_stack([answers.item(name) for name in items]),
        items=items,
        scale=answers.scale,
        weights=answers.weights,
        missing="raise" if answers.missing in ("raise", "drop") else "pairwise",
    )


def complete(
    answers: Responses, overall: FloatArray, derivation: Derivation
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
    derived = Derived(answers.items, recoded, overall[used], answers.weights[used], derivation)
    return derived, used
