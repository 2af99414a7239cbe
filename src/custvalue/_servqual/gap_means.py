"""Mean perceptions, expectations and gaps of items and dimensions, with their standard errors.

Two ways to the same numbers: :class:`Complete` where nobody's answers are missing, from sums and
cross products in one pass; :class:`ByRespondent` where some are, from each respondent's scores.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._inference.means import (
    ROWS_AT_A_TIME,
    MeanEstimate,
    MeanMethod,
    combined_mean,
    mean_estimate,
    weighted_covariance,
)
from custvalue._rows import FloatArray
from custvalue._servqual.cross_products import CrossProducts
from custvalue._servqual.scoring import row_means
from custvalue._servqual.survey import Survey

CEILING_SLACK = 1e-9  # of the width of the scale: 0.1 + 0.2 is the end of a scale to 0.3


class Means(NamedTuple):
    """What a gap is made of.

    Parameters
    ----------
    perception, expectation, gap : MeanEstimate
        Of the same respondents.
    ceiling : float
        Share of the expectations that cannot go higher.
    """

    perception: MeanEstimate
    expectation: MeanEstimate
    gap: MeanEstimate
    ceiling: float


def gap_means(survey: Survey, answers: tuple[FloatArray, FloatArray]) -> Complete | ByRespondent:
    """Choose the way for a survey.

    Parameters
    ----------
    survey : Survey
        With expectations.
    answers : tuple of ndarray of shape (respondents, items)
        Perceptions and expectations as given, NaN where there is none.
    """
    if survey.missing in ("raise", "drop"):
        return Complete.of(survey, answers)
    return ByRespondent(survey, answers)


def dimension_gaps(survey: Survey) -> list[FloatArray]:
    """Return each respondent's gap in each dimension, NaN where an answer is missing.

    Parameters
    ----------
    survey : Survey
        With expectations.
    """
    if survey.expectations is None:
        return []
    both = (survey.perceptions.filled(), survey.expectations.filled())
    return [
        survey.scale.sign * (row_means(both[0][:, place]) - row_means(both[1][:, place]))
        for place in survey.instrument.slices()
    ]


class Complete:
    """Means where nobody's answers are missing: every one a sum of answers with coefficients."""

    def __init__(self, survey: Survey, sums: CrossProducts, at_end: FloatArray) -> None:
        self.survey = survey
        self.sums = sums
        self.at_end = at_end
        self.items = len(survey.instrument.items)

    @classmethod
    def of(cls, survey: Survey, answers: tuple[FloatArray, FloatArray]) -> Complete:
        """Sum up the answers."""
        start = np.concatenate(_start(survey, answers))
        sums = CrossProducts.of(answers, survey.weights, start=start)
        return cls(survey, sums, _shares_at_end(survey, answers[1], survey.weights))

    def item(self, place: int, name: str) -> Means:
        """Return the means of one item."""
        one = slice(place, place + 1)
        return self._means(self._over([one]), 1.0, name, float(self.at_end[place]))

    def dimension(self, k: int, name: str) -> Means:
        """Return the means of a dimension."""
        place = self.survey.instrument.slices()[k]
        ceiling = float(self.at_end[place].mean())
        return self._means(self._over([place]), place.stop - place.start, name, ceiling)

    def overall(self) -> Means:
        """Return the means over all dimensions alike."""
        places = self.survey.instrument.slices()
        over = np.zeros(self.items)
        for place in places:
            over[place] = 1 / (place.stop - place.start)
        ceiling = float(self.at_end.mean())
        return self._means(over, len(places), "overall", ceiling, deviation=False)

    def covariance(self, k: int) -> FloatArray | None:
        """Return that of a dimension's perceptions, then expectations; None of one respondent."""
        if self.sums.n < 2:
            return None
        place = self.survey.instrument.slices()[k]
        own = range(place.start, place.stop)
        return self.sums.covariance([*own, *(self.items + i for i in own)])

    def _over(self, places: list[slice]) -> FloatArray:
        over = np.zeros(self.items)
        for place in places:
            over[place] = 1.0
        return over

    def _means(
        self, over: FloatArray, divisor: float, name: str, ceiling: float, *, deviation: bool = True
    ) -> Means:
        scale, none = self.survey.scale, np.zeros(self.items)
        ends, reach = (scale.low, scale.high), (-scale.width, scale.width)

        def mean(
            perceived: FloatArray,
            expected: FloatArray,
            bounds: tuple[float, float],
            method: MeanMethod = "beta",
        ) -> MeanEstimate:
            return self.sums.mean(
                np.concatenate([perceived, expected]),
                name=name,
                bounds=bounds,
                divisor=divisor,
                deviation=deviation,
                method=method,
            )

        return Means(
            mean(over, none, ends),
            mean(none, over, ends),
            mean(scale.sign * over, -scale.sign * over, reach, "t"),
            ceiling,
        )


def _start(survey: Survey, answers: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return answers near the means of perceptions and of expectations, and a gap near its mean."""
    rows = slice(0, ROWS_AT_A_TIME)
    weights = survey.weights[rows]
    weights = weights if weights.any() else np.ones(len(weights))
    means = [(its[rows].T * weights).sum(axis=1) / weights.sum() for its in answers]
    if survey.scale.step is not None:
        perceived = survey.scale.step * np.rint(means[0] / survey.scale.step)
        gap = survey.scale.step * np.rint((means[0] - means[1]) / survey.scale.step)
        return perceived, perceived - gap
    return means[0], means[1]


def _shares_at_end(survey: Survey, expected: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted share of each item's expectations that cannot go higher, NaN left out.

    Parameters
    ----------
    survey : Survey
        Says which end of the scale is the good one.
    expected : ndarray of shape (respondents, items)
        Expectations.
    weights : ndarray of shape (respondents,)
        Who counts, and how much.
    """
    scale = survey.scale
    slack = CEILING_SLACK * scale.width
    hits = np.zeros(expected.shape[1])
    for first in range(0, len(weights), ROWS_AT_A_TIME):
        rows = slice(first, first + ROWS_AT_A_TIME)
        block = expected[rows].T
        at_end = block >= scale.best - slack if scale.sign > 0 else block <= scale.best + slack
        hits += (at_end * weights[rows]).sum(axis=1)
    shares: FloatArray = hits / weights.sum()
    return np.minimum(shares, 1.0)  # rounding may leave everybody at 1 + 1e-16


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


class ByRespondent:
    """Means where answers are missing: of the respondents who gave all that a mean needs."""

    def __init__(self, survey: Survey, answers: tuple[FloatArray, FloatArray]) -> None:
        self.survey = survey
        self.answers = answers
        filled = [its.filled() for its in (survey.perceptions, survey.expectations) if its]
        self.scores = [
            Scores.of(survey, *(half[:, place] for half in filled))
            for place in survey.instrument.slices()
        ]

    def item(self, place: int, name: str) -> Means:
        """Return the means of one item."""
        column = slice(place, place + 1)
        return self._means(Scores.of(self.survey, *(its[:, column] for its in self.answers)), name)

    def dimension(self, k: int, name: str) -> Means:
        """Return the means of a dimension."""
        return self._means(self.scores[k], name)

    def overall(self) -> Means:
        """Return the means over all dimensions alike."""
        scale, scores = self.survey.scale, self.scores
        ends, reach = (scale.low, scale.high), (-scale.width, scale.width)
        alike = [1 / len(scores)] * len(scores)
        ceilings = [self._ceiling(its) for its in scores]

        def average(
            columns: list[FloatArray], bounds: tuple[float, float], method: MeanMethod = "beta"
        ) -> MeanEstimate:
            weights = self.survey.weights
            return combined_mean(
                columns, alike, weights, name="overall", bounds=bounds, method=method
            )

        return Means(
            average([its.perception for its in scores], ends),
            average([its.expectation for its in scores], ends),
            average([its.gap for its in scores], reach, "t"),
            float(np.average(ceilings, weights=self.survey.instrument.sizes)),
        )

    def covariance(self, k: int) -> FloatArray | None:
        """Return that of a dimension's perceptions, then expectations; None of one respondent."""
        scores = self.scores[k]
        used = ~np.isnan(scores.gap) & (self.survey.weights > 0)
        if used.sum() < 2:
            return None
        both = [part[used] for part in scores.answers]
        return weighted_covariance(*both, weights=self.survey.weights[used])

    def _means(self, scores: Scores, name: str) -> Means:
        scale, weights = self.survey.scale, self.survey.weights
        ends, reach = (scale.low, scale.high), (-scale.width, scale.width)
        return Means(
            mean_estimate(scores.perception, weights, name=name, bounds=ends, method="beta"),
            mean_estimate(scores.expectation, weights, name=name, bounds=ends, method="beta"),
            mean_estimate(scores.gap, weights, name=name, bounds=reach),
            self._ceiling(scores),
        )

    def _ceiling(self, scores: Scores) -> float:
        counted = self.survey.weights * ~np.isnan(scores.gap)
        return float(_shares_at_end(self.survey, scores.answers[1], counted).mean())
