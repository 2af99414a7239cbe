"""An index from a few items that measure the same thing, as the American index is made of three.

index = 100 (Σ w_i x̄_i - Σ w_i a) / Σ w_i (b - a), with the theoretical ends a and b of the scale
(Fornell, Johnson, Anderson, Cha & Bryant 1996, *Journal of Marketing* 60(4)). For weights that
add up to 1 on a scale from 1 to 10 this is the published ((x̄₁ - 1) w₁ + (x̄₂ - 1) w₂ +
(x̄₃ - 1) w₃) / 9 × 100. Weights of a structural model belong to standardised items; the published
index divides each by the standard deviation of its item. Leaving that out moves the index by
half a point or more: the convention is named in the result.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate, mean_estimate, of_clusters, weighted_covariance
from custvalue._inference.sample import Sample
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.questions import answered, as_responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray
from custvalue._satisfaction.weighted_index import WeightedIndex, item_means, item_parts
from custvalue._values import NonNegative
from custvalue._words import listed, number
from custvalue.errors import DataError, DataWarning, ParameterError

WeightConvention = Literal["unstandardised", "as given", "simple"]
WeightSource = Literal["given", "principal component", "equal"]

STEP = 1e-5  # of a moment, relative to its spread: central differences


CONVENTIONS = {
    "unstandardised": "divided by the standard deviation of the item",
    "as given": "as given",
    "simple": "equal",
}


class AcsiIndex(WeightedIndex):
    """A satisfaction index from a few items, on 0-100 by theoretical bounds.

    Parameters
    ----------
    estimate : MeanEstimate
        The index with its standard error, in which estimated weights and standard deviations
        count as estimates.
    convention : {"unstandardised", "as given", "simple"}
        What was done to the weights.
    source : {"given", "principal component", "equal"}
        Where they come from.
    parts : tuple of IndexPart
        Weight before the convention (as given, or estimated for standardised items), share of
        the index and score of each item.
    weight_sum : None
        Weights apply after the convention, as shares.
    fixed_standard_error : float or None
        What the standard error would be if the shares were known.
    scale : Scale
        The scale of the items.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    REPR: ClassVar[tuple[str, ...]] = ("value", "convention", "n")

    estimate: MeanEstimate
    convention: WeightConvention
    source: WeightSource
    fixed_standard_error: NonNegative | None

    def _title(self) -> str:
        return f"Satisfaction index {number(self.value)}"

    def _notes(self) -> tuple[str, ...]:
        done = CONVENTIONS[self.convention]
        return (
            f"Weights: {self.source}; convention {self.convention!r}: {done}.",
            f"Scale {self.scale}, theoretical ends. 95 % intervals, beta.",
            str(self.base),
        )


def acsi_index(
    responses: Any,
    *,
    weights: Mapping[str, float] | Sequence[float] | Literal["principal component"] | None = None,
    convention: WeightConvention = "unstandardised",
    scale: Scale | None = None,
    codebook: Codebook | None = None,
) -> AcsiIndex:
    """Compute a satisfaction index from a few items (in the American index, three).

    Parameters
    ----------
    responses : Responses or dataframe or mapping
        Answers of respondents to the items, usually overall satisfaction, fulfilment of
        expectations and distance to the ideal, each from 1 to 10. Respondents with a missing
        answer are excluded and counted, if the missing policy allows it.
    weights : mapping, sequence of float or "principal component", optional
        Weights of the standardised items, by name or in the order of the items, as a structural
        model gives them; or the first principal component of the items' correlations, which is
        also what PLS (Mode A) comes to for a block without neighbours. Needed unless the
        convention is ``simple``.
    convention : {"unstandardised", "as given", "simple"}
        ``unstandardised``: each weight is divided by the standard deviation of its item, as in
        the published index. ``as given``: the weights apply to the answers as they are.
        ``simple``: all items count the same, (Σ x̄ - 3) / 27 × 100 on three items from 1 to 10.
    scale : Scale, optional
        The scale of a dataframe's columns; Responses have theirs.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.

    Returns
    -------
    AcsiIndex

    Raises
    ------
    DataError
        If weights do not fit the items or add up to 0 or less, the first principal component sets
        items against each other, all answers to an item are equal, or answers are off the scale
        or missing.
    ParameterError
        If the convention is unknown, or has too many or too few weights.

    Warns
    -----
    DataWarning
        If a weight is negative: the index can then leave 0 to 100 (Ringle & Sarstedt 2016).

    Notes
    -----
    The standard error is linearised over respondents: numerical derivatives of the index by the
    means, variances and covariances of the items carry the uncertainty of estimated weights and
    standard deviations into it.

    Examples
    --------
    >>> from custvalue.satisfaction import acsi_index
    >>> from custvalue.survey import Scale
    >>> answers = {
    ...     "overall": [9, 8, 6, 10, 7, 8],
    ...     "expectations": [8, 8, 5, 9, 7, 7],
    ...     "ideal": [8, 6, 5, 9, 5, 8],
    ... }
    >>> round(acsi_index(answers, convention="simple", scale=Scale(1, 10)).value, 4)
    70.9877
    >>> index = acsi_index(answers, weights=[0.39, 0.33, 0.35], scale=Scale(1, 10))
    >>> round(index.value, 2), index.convention
    (71.64, 'unstandardised')
    """
    require_choice("convention", convention, get_args(WeightConvention))
    answers = as_responses(responses, scale, codebook)
    source, given = _weights(weights, convention, answers.items)
    used = answered("the items", answers.filled(), answers.sample, answers.base)
    scores = answers.scale.rescale(used.answers)
    estimated = convention == "unstandardised" or source == "principal component"
    if estimated:
        _check_spread(scores, answers.items)
    shares_of = _shares(source, given, convention)
    raw, shares = shares_of(_second_moments(scores, used.weights))
    if source == "principal component":
        _require_one_thing(answers.items, raw)
    _warn_of_negative(answers.items, shares)
    estimate, fixed = _estimate(scores, used.sample, shares, shares_of if estimated else None)
    means = item_means(answers.items, scores, used.sample)
    parts = item_parts(means, importance=raw.tolist(), shares=shares)
    return AcsiIndex(
        estimate=estimate,
        convention=convention,
        source=source,
        parts=parts,
        weight_sum=None,
        fixed_standard_error=fixed,
        scale=answers.scale,
        base=used.base,
    )


Weighing = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def _weights(
    weights: object, convention: WeightConvention, items: tuple[str, ...]
) -> tuple[WeightSource, FloatArray]:
    """Return where the weights come from, and those that were given."""
    equal = np.ones(len(items))
    if convention == "simple":
        if weights is not None:
            raise ParameterError(
                "convention='simple' has equal weights. Omit weights, or use "
                "convention='unstandardised' or 'as given'."
            )
        return "equal", equal
    if weights is None:
        raise ParameterError(
            f"convention={convention!r} needs weights: those of a structural model by item, or "
            f"weights='principal component'. Use convention='simple' for equal ones."
        )
    if isinstance(weights, str):
        require_choice("weights", weights, ("principal component",))
        return "principal component", equal
    return "given", _given(weights, items)


def _given(weights: object, items: tuple[str, ...]) -> FloatArray:
    if isinstance(weights, Mapping):
        unknown = [name for name in [*weights, *items] if name not in items or name not in weights]
        if unknown:
            raise DataError(
                f"weights must be given for the items {listed(items)}, but {unknown[0]!r} is "
                f"{'not an item' if unknown[0] not in items else 'missing'}."
            )
        weights = [weights[name] for name in items]
    found = np.asarray(weights)
    if found.shape != (len(items),) or found.dtype.kind not in "iuf":
        raise DataError(
            f"weights must be one number for each of the {len(items)} items, {listed(items)}, but "
            f"they are {weights!r}."
        )
    numbers = found.astype(np.float64)
    if not np.isfinite(numbers).all() or numbers.sum() <= 0:
        raise DataError(
            f"weights must be finite and add up to more than 0, but they are {numbers.tolist()}."
        )
    return numbers


def _check_spread(scores: FloatArray, items: tuple[str, ...]) -> None:
    equal = np.flatnonzero(scores.min(axis=0) == scores.max(axis=0))
    if equal.size:
        raise DataError(
            f"all answers to {items[equal[0]]!r} are equal, so that its weight is unknown. Use "
            f"convention='simple', or exclude the item."
        )


def _shares(source: WeightSource, given: FloatArray, convention: WeightConvention) -> Weighing:
    """Return the function from the covariances of the items to weights and shares."""

    def weigh(covariances: FloatArray) -> tuple[FloatArray, FloatArray]:
        weights, deviations = given, np.sqrt(np.diag(covariances))
        if source == "principal component":
            correlations = covariances / np.outer(deviations, deviations)
            weights = np.linalg.eigh(correlations)[1][:, -1]
            weights = weights * np.sign(weights.sum())
        shares = weights / deviations if convention == "unstandardised" else weights
        return weights, shares / shares.sum()

    return weigh


def _second_moments(scores: FloatArray, weights: FloatArray) -> FloatArray:
    if len(scores) < 2:
        return np.eye(scores.shape[1])  # one respondent; only shares that need no spread get here
    return weighted_covariance(scores, weights=weights)


def _require_one_thing(items: tuple[str, ...], weights: FloatArray) -> None:
    """Raise where the first principal component sets some items against the others."""
    against = [name for name, weight in zip(items, weights, strict=True) if weight <= 0]
    if against:
        raise DataError(
            f"the first principal component weights {listed(against)} against the other items: "
            f"they do not measure one thing, and the component is no index. Check the direction of "
            f"these items, exclude them, or use convention='simple'.",
            column=against[0],
        )


def _warn_of_negative(items: tuple[str, ...], shares: FloatArray) -> None:
    negative = [name for name, share in zip(items, shares, strict=True) if share < 0]
    if negative:
        warnings.warn(
            f"the weight of {listed(negative)} is negative: the index can leave 0 to 100, and "
            f"falls where customers are more satisfied. Check the direction of the item, or use "
            f"convention='simple'.",
            DataWarning,
            stacklevel=3,
        )


def _estimate(
    scores: FloatArray, sample: Sample, shares: FloatArray, shares_of: Weighing | None
) -> tuple[MeanEstimate, float | None]:
    """Return the index with its full standard error, and the error if shares were known."""
    low, high = 100 * np.minimum(shares, 0).sum(), 100 * np.maximum(shares, 0).sum()
    known = mean_estimate(
        scores @ shares, sample, name="index", bounds=(float(low), float(high)), method="beta"
    )
    if known.standard_error is None or shares_of is None:
        return known, known.standard_error
    weights = sample.weights
    means = weights @ scores / weights.sum()
    influence = (scores - means) @ shares
    influence += _influence_of_shares(scores - means, weights, means, shares_of)
    n, part = len(scores), weights * influence / weights.sum()
    error = math.sqrt(n / (n - 1) * float(part @ part))
    full = of_clusters(replace(known, standard_error=error), part, sample)
    return full, known.standard_error


def _influence_of_shares(
    residuals: FloatArray, weights: FloatArray, means: FloatArray, shares_of: Weighing
) -> FloatArray:
    """Return Σ_jk ∂index/∂S_jk (r_j r_k - S_jk) for every respondent, by central differences."""
    covariances = residuals.T @ (weights[:, np.newaxis] * residuals) / weights.sum()
    influence = np.zeros(len(residuals))
    for j in range(len(means)):
        for k in range(j + 1):
            step = STEP * (math.sqrt(covariances[j, j] * covariances[k, k]) or 1.0)
            change = np.zeros_like(covariances)
            change[j, k] = change[k, j] = step
            above = shares_of(covariances + change)[1] @ means
            below = shares_of(covariances - change)[1] @ means
            slope = (above - below) / (2 * step)
            influence += slope * (residuals[:, j] * residuals[:, k] - covariances[j, k])
    return influence
