"""From a survey's answers to its gaps and its SERVPERF means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from custvalue._base import FloatArray
from custvalue._servqual.difference import DifferenceReliability, reliability_of
from custvalue._servqual.gaps import DimensionGap, Gap, Gaps
from custvalue._servqual.performance import DimensionPerformance, ItemPerformance, Performance
from custvalue._servqual.scoring import row_means, scores_of
from custvalue._servqual.weighting import WeightedGap, WeightedMean, weighted_means
from custvalue._statistics import (
    MeanEstimate,
    combined_mean,
    mean_estimate,
    weighted_covariance,
)
from custvalue._survey.alpha import CronbachAlpha, cronbach_alpha
from custvalue._survey.instrument import Dimension
from custvalue.errors import DataError

if TYPE_CHECKING:
    from custvalue._servqual.survey import Survey

CEILING_SLACK = 1e-9  # of the width of the scale: 0.1 + 0.2 is the end of a scale to 0.3


def estimate_gaps(survey: Survey) -> Gaps:
    """Estimate all gaps of a survey.

    Raises
    ------
    DataError
        If there are no expectations, or nobody answered an item.
    """
    if survey.expectations is None:
        raise DataError(
            "gaps() needs expectations, but this survey has perceptions only. Name the columns of "
            "the expectations, expectations=[…], or use performance() for SERVPERF."
        )
    perceived, expected = survey.perceptions.answers, survey.expectations.answers
    both = (survey.perceptions.filled(), survey.expectations.filled())
    scores = [
        Scores.of(survey, *(half[:, place] for half in both))
        for place in survey.instrument.slices()
    ]
    return Gaps(
        instrument=survey.instrument.name,
        scale=survey.scale,
        respondents=survey.respondents,
        dropped=survey.dropped,
        dont_know=survey.dont_know,
        missing=survey.missing,
        importance_rescaled=survey.importance_rescaled,
        items=tuple(
            _item_gap(survey, place, perceived, expected)
            for place in range(len(survey.instrument.items))
        ),
        dimensions=tuple(_dimension_gap(survey, k, score) for k, score in enumerate(scores)),
        overall=_overall(survey, scores),
        weighted=_weighted(survey, [score.gap for score in scores]),
        reversed_items=survey.reversed_items,
    )


class Scores(NamedTuple):
    """Each respondent's mean perception, mean expectation and gap over some items.

    All are NaN for a respondent who misses one of the answers, so that the three means rest on
    the same respondents and the gap is their difference.
    """

    perception: FloatArray
    expectation: FloatArray
    gap: FloatArray
    answers: tuple[FloatArray, FloatArray]  # what was scored: perceptions, expectations

    @classmethod
    def of(cls, survey: Survey, perceived: FloatArray, expected: FloatArray) -> Scores:
        """Score the answers to some items, both of shape (respondents, items)."""
        perception, expectation = row_means(perceived), row_means(expected)
        gap = survey.scale.sign * (perception - expectation)
        absent = np.isnan(gap)
        if absent.any():
            perception[absent] = expectation[absent] = np.nan
        return cls(perception, expectation, gap, (perceived, expected))


def _reliability(survey: Survey, scores: Scores) -> DifferenceReliability | None:
    """Return the reliability of the difference score of one dimension, where it exists."""
    used = ~np.isnan(scores.gap) & (survey.weights > 0)
    if used.sum() < 2:
        return None
    rows = slice(None) if used.all() else used  # a slice copies nothing
    both = [part[rows] for part in scores.answers]
    return reliability_of(weighted_covariance(*both, weights=survey.weights[rows]))


class _Means(NamedTuple):
    perception: MeanEstimate
    expectation: MeanEstimate
    gap: MeanEstimate
    ceiling: float


def _means(survey: Survey, scores: Scores, name: str) -> _Means:
    ends, reach = (survey.scale.low, survey.scale.high), survey.scale.width
    weights = survey.weights
    return _Means(
        mean_estimate(scores.perception, weights, name=name, bounds=ends),
        mean_estimate(scores.expectation, weights, name=name, bounds=ends),
        mean_estimate(scores.gap, weights, name=name, bounds=(-reach, reach)),
        _ceiling(survey, scores),
    )


def _ceiling(survey: Survey, scores: Scores) -> float:
    """Return the weighted share of the expectations that cannot go higher."""
    scale, expected = survey.scale, scores.answers[1]
    slack = CEILING_SLACK * scale.width
    counted = survey.weights * ~np.isnan(scores.gap)
    at_end = (
        answers >= scale.best - slack if scale.sign > 0 else answers <= scale.best + slack
        for answers in expected.T
    )
    shares = [float(counted @ hits) / counted.sum() for hits in at_end]
    return min(float(np.mean(shares)), 1.0)  # rounding may leave everybody at 1 + 1e-16


def _item_gap(survey: Survey, place: int, perceived: FloatArray, expected: FloatArray) -> Gap:
    item = survey.instrument.items[place]
    column = slice(place, place + 1)
    scores = Scores.of(survey, perceived[:, column], expected[:, column])
    means = _means(survey, scores, item.name)
    return Gap(
        name=item.name,
        label=item.label,
        chinese=item.chinese,
        perception=means.perception,
        expectation=means.expectation,
        gap=means.gap,
        expectation_ceiling=means.ceiling,
    )


def _dimension_gap(survey: Survey, place: int, scores: Scores) -> DimensionGap:
    dimension = survey.instrument.dimensions[place]
    means = _means(survey, scores, dimension.name)
    return DimensionGap(
        name=dimension.name,
        chinese=dimension.chinese,
        perception=means.perception,
        expectation=means.expectation,
        gap=means.gap,
        expectation_ceiling=means.ceiling,
        items=tuple(item.name for item in dimension.items),
        points=_points(survey, place),
        reliability=_reliability(survey, scores),
    )


def _points(survey: Survey, place: int) -> MeanEstimate | float | None:
    """Return the (mean) importance points of a dimension."""
    if survey.importance is None:
        return None
    if survey.importance.ndim == 1:
        return float(survey.importance[place])
    name = f"importance of {survey.instrument.dimension_names[place]}"
    return mean_estimate(survey.importance[:, place], survey.weights, name=name, bounds=(0, 100))


def _overall(survey: Survey, scores: list[Scores]) -> Gap:
    """Average the dimensions, all alike, whatever their size."""
    ends, reach = (survey.scale.low, survey.scale.high), survey.scale.width
    alike = [1 / len(scores)] * len(scores)
    sizes = survey.instrument.sizes
    ceilings = [_ceiling(survey, score) for score in scores]

    def average(columns: list[FloatArray], bounds: tuple[float, float]) -> MeanEstimate:
        return combined_mean(columns, alike, survey.weights, name="overall", bounds=bounds)

    return Gap(
        name="overall",
        perception=average([score.perception for score in scores], ends),
        expectation=average([score.expectation for score in scores], ends),
        gap=average([score.gap for score in scores], (-reach, reach)),
        expectation_ceiling=float(np.average(ceilings, weights=sizes)),
    )


def _weighted(survey: Survey, gaps: list[FloatArray]) -> WeightedGap | None:
    """Weight the dimensions by importance, respondent by respondent and by mean points."""
    if survey.importance is None:
        return None
    reach = (-survey.scale.width, survey.scale.width)
    own, mean, difference = weighted_means(survey.importance, gaps, survey.weights, bounds=reach)
    return WeightedGap(by_respondent=own, by_mean_points=mean, difference=difference)


def estimate_performance(survey: Survey) -> Performance:
    """Estimate the means of the perceptions.

    Raises
    ------
    DataError
        If nobody answered an item.
    """
    answers, instrument = survey.perceptions.answers, survey.instrument
    columns = [answers[:, place] for place in range(len(instrument.items))]
    scores = [scores_of(survey.perceptions, place) for place in instrument.slices()]
    ends = (survey.scale.low, survey.scale.high)

    def average(parts: list[FloatArray], name: str) -> MeanEstimate:
        alike = [1 / len(parts)] * len(parts)
        return combined_mean(parts, alike, survey.weights, name=name, bounds=ends)

    return Performance(
        instrument=instrument.name,
        scale=survey.scale,
        respondents=survey.respondents,
        dropped=survey.dropped,
        dont_know=survey.perceptions.dont_know,
        missing=survey.missing,
        items=tuple(
            ItemPerformance(
                name=item.name,
                label=item.label,
                chinese=item.chinese,
                mean=mean_estimate(column, survey.weights, name=item.name, bounds=ends),
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
        reversed_items=survey.reversed_items,
    )


def _weighted_performance(
    survey: Survey, scores: list[FloatArray], bounds: tuple[float, float]
) -> WeightedMean | None:
    if survey.importance is None:
        return None
    own, mean, difference = weighted_means(survey.importance, scores, survey.weights, bounds=bounds)
    return WeightedMean(by_respondent=own, by_mean_points=mean, difference=difference)


def _dimension_performance(
    survey: Survey, dimension: Dimension, scores: FloatArray
) -> DimensionPerformance:
    items = tuple(item.name for item in dimension.items)
    bounds = (survey.scale.low, survey.scale.high)
    return DimensionPerformance(
        name=dimension.name,
        chinese=dimension.chinese,
        items=items,
        mean=mean_estimate(scores, survey.weights, name=dimension.name, bounds=bounds),
        alpha=_alpha(survey, items),
    )


def _alpha(survey: Survey, items: tuple[str, ...]) -> CronbachAlpha | None:
    try:
        return cronbach_alpha(survey.perceptions, items)
    except DataError:  # one item, one respondent, or no difference: there is no alpha
        return None
