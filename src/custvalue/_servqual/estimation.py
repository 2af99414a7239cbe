"""From a survey's answers to its gaps and its SERVPERF means."""

from __future__ import annotations

import warnings

from custvalue._inference.means import MeanEstimate, combined_mean, mean_estimate
from custvalue._respondents.instrument import Dimension, Item
from custvalue._respondents.keying import negatively_keyed
from custvalue._rows import FloatArray
from custvalue._servqual.difference import reliability_of
from custvalue._servqual.gap_means import (
    ByRespondent,
    Complete,
    Means,
    dimension_gaps,
    gap_means,
)
from custvalue._servqual.gaps import (
    DimensionGap,
    Gap,
    Gaps,
    keying_notes,
    unreliable_dimensions,
)
from custvalue._servqual.performance import DimensionPerformance, ItemPerformance, Performance
from custvalue._servqual.scoring import scores_of
from custvalue._servqual.survey import Survey, require_survey
from custvalue._servqual.weighting import WeightedGap, WeightedMean, weighted_means
from custvalue._survey.alpha import estimated_alpha
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue.errors import DataError, DataWarning


def gaps(survey: Survey) -> Gaps:
    """Estimate the gaps between perceptions and expectations.

    Parameters
    ----------
    survey : Survey
        Answers of the respondents.

    Returns
    -------
    Gaps
        By item, by dimension and overall, unweighted and weighted by importance, each with
        its interval and n, the perceptions (SERVPERF) beside them.

    Raises
    ------
    DataError
        If there are no expectations, or an item has no answers.

    Warns
    -----
    DataWarning
        If the difference score of a dimension has a reliability below .70, or items correlate
        negatively with the rest of their dimension: reverse-scored, and not declared.
    """
    require_survey("survey", survey)
    found = estimate_gaps(survey)
    for message in (*keying_notes(found), unreliable_dimensions(found)):
        if message:
            warnings.warn(message, DataWarning, stacklevel=2)
    return found


def performance(survey: Survey) -> Performance:
    """Estimate SERVPERF: the means of the perceptions (Cronin & Taylor 1992).

    Parameters
    ----------
    survey : Survey
        Answers of the respondents.

    Returns
    -------
    Performance
        By item, by dimension with Cronbach's alpha, and overall, with intervals and n.

    Raises
    ------
    DataError
        If an item has no answers.

    Warns
    -----
    DataWarning
        If items correlate negatively with the rest of their dimension: reverse-scored, and not
        declared.
    """
    require_survey("survey", survey)
    found = estimate_performance(survey)
    for message in found.warnings:
        warnings.warn(message, DataWarning, stacklevel=2)
    return found


def estimate_gaps(survey: Survey) -> Gaps:
    """Estimate all gaps of a survey, without warnings."""
    if survey.expectations is None:
        raise DataError(
            "gaps() needs expectations, but this survey has perceptions only. Name the columns of "
            "the expectations, expectations=[…], or use performance() for SERVPERF."
        )
    means = gap_means(survey, (survey.perceptions.answers, survey.expectations.answers))
    return Gaps(
        instrument=survey.instrument.name,
        scale=survey.scale,
        base=survey.base_on("perceptions", "expectations"),
        importance_rescaled=survey.importance_rescaled,
        without_points=survey.without_points,
        items=tuple(
            _item_gap(item, means.item(place, item.name))
            for place, item in enumerate(survey.instrument.items)
        ),
        dimensions=tuple(
            _dimension_gap(survey, k, means) for k in range(len(survey.instrument.dimensions))
        ),
        overall=_overall(means.overall()),
        weighted=_weighted(survey),
        reverse_scored_items=survey.reverse_scored_items,
    )


def _item_gap(item: Item, means: Means) -> Gap:
    return Gap(
        name=item.name,
        label=item.label,
        chinese=item.chinese,
        perception=means.perception,
        expectation=means.expectation,
        gap=means.gap,
        expectation_ceiling=means.ceiling,
    )


def _dimension_gap(survey: Survey, k: int, its: Complete | ByRespondent) -> DimensionGap:
    dimension = survey.instrument.dimensions[k]
    means, covariance = its.dimension(k, dimension.name), its.covariance(k)
    items = tuple(item.name for item in dimension.items)
    perceived, expected = _against(items, covariance, means.gap.effective_n)
    return DimensionGap(
        name=dimension.name,
        chinese=dimension.chinese,
        perception=means.perception,
        expectation=means.expectation,
        gap=means.gap,
        expectation_ceiling=means.ceiling,
        items=items,
        points=_points(survey, k),
        reliability=None if covariance is None else reliability_of(covariance),
        negatively_keyed_perceptions=perceived,
        negatively_keyed_expectations=expected,
    )


def _against(
    items: tuple[str, ...], covariance: FloatArray | None, effective_n: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the negatively keyed items, as perceptions and as expectations."""
    if covariance is None:
        return (), ()
    size = len(items)
    return (
        negatively_keyed(items, covariance[:size, :size], effective_n),
        negatively_keyed(items, covariance[size:, size:], effective_n),
    )


def _points(survey: Survey, place: int) -> MeanEstimate | float | None:
    """Return the (mean) importance points of a dimension."""
    if survey.importance is None:
        return None
    if survey.importance.ndim == 1:
        return float(survey.importance[place])
    name = f"importance of {survey.instrument.dimension_names[place]}"
    points = survey.importance[:, place]
    return mean_estimate(points, survey.weights, name=name, bounds=(0, 100), method="beta")


def _overall(means: Means) -> Gap:
    """Average the dimensions, all alike, whatever their size."""
    return Gap(
        name="overall",
        perception=means.perception,
        expectation=means.expectation,
        gap=means.gap,
        expectation_ceiling=means.ceiling,
    )


def _weighted(survey: Survey) -> WeightedGap | None:
    """Weight the dimensions by importance, respondent by respondent and by mean points."""
    if survey.importance is None:
        return None
    reach, gaps = (-survey.scale.width, survey.scale.width), dimension_gaps(survey)
    own, mean, difference = weighted_means(survey.importance, gaps, survey.weights, bounds=reach)
    return WeightedGap(by_respondent=own, by_mean_points=mean, difference=difference)


def estimate_performance(survey: Survey) -> Performance:
    """Estimate the means of the perceptions, without warnings."""
    answers, instrument = survey.perceptions.answers, survey.instrument
    columns = [answers[:, place] for place in range(len(instrument.items))]
    scores = [scores_of(survey.perceptions, place) for place in instrument.slices()]
    ends = (survey.scale.low, survey.scale.high)

    def average(parts: list[FloatArray], name: str) -> MeanEstimate:
        alike = [1 / len(parts)] * len(parts)
        return combined_mean(parts, alike, survey.weights, name=name, bounds=ends, method="beta")

    return Performance(
        instrument=instrument.name,
        scale=survey.scale,
        base=survey.perceptions.base,
        without_points=survey.without_points,
        items=tuple(
            ItemPerformance(
                name=item.name,
                label=item.label,
                chinese=item.chinese,
                mean=mean_estimate(
                    column, survey.weights, name=item.name, bounds=ends, method="beta"
                ),
            )
            for item, column in zip(instrument.items, columns, strict=True)
        ),
        dimensions=tuple(
            _dimension_performance(survey, dimension, score)
            for dimension, score in zip(instrument.dimensions, scores, strict=True)
        ),
        overall=average(columns, "mean of items"),
        mean_of_dimensions=average(scores, "mean of dimensions"),
        weighted=_weighted_performance(survey, scores, ends),
        reverse_scored_items=survey.reverse_scored_items,
    )


def _weighted_performance(
    survey: Survey, scores: list[FloatArray], bounds: tuple[float, float]
) -> WeightedMean | None:
    if survey.importance is None:
        return None
    own, mean, difference = weighted_means(
        survey.importance, scores, survey.weights, bounds=bounds, method="beta"
    )
    return WeightedMean(by_respondent=own, by_mean_points=mean, difference=difference)


def _dimension_performance(
    survey: Survey, dimension: Dimension, scores: FloatArray
) -> DimensionPerformance:
    items = tuple(item.name for item in dimension.items)
    bounds = (survey.scale.low, survey.scale.high)
    alpha, against = _consistency(survey, items)
    return DimensionPerformance(
        name=dimension.name,
        chinese=dimension.chinese,
        items=items,
        mean=mean_estimate(
            scores, survey.weights, name=dimension.name, bounds=bounds, method="beta"
        ),
        alpha=alpha,
        negatively_keyed=against,
    )


def _consistency(
    survey: Survey, items: tuple[str, ...]
) -> tuple[ReliabilityCoefficient | None, tuple[str, ...]]:
    """Return alpha of a dimension, and its negatively keyed items."""
    try:
        alpha, covariance = estimated_alpha(survey.perceptions, items)
    except DataError:  # one item, one respondent, or no difference: there is no alpha
        return None, ()
    return alpha, negatively_keyed(items, covariance, alpha.effective_n)
