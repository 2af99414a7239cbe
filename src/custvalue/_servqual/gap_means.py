"""Mean perceptions, expectations and gaps of items and dimensions, with their standard errors.

:class:`Complete` takes all of them together where no answers are missing, whatever the policy;
:class:`ByRespondent` takes one after the other from each respondent's scores where some are.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from custvalue._inference.means import (
    ROWS_AT_A_TIME,
    MeanEstimate,
    mean_estimate,
    mean_of_means,
    present_entries,
    weighted_covariance,
)
from custvalue._rows import FloatArray
from custvalue._servqual.gap_moments import GapMoments, Layout
from custvalue._servqual.scoring import row_means
from custvalue._servqual.survey import Survey

CEILING_SLACK = 1e-9  # of the width of the scale: 0.1 + 0.2 is the end of a scale to 0.3


class Means(NamedTuple):
    """What a gap is made of, and the share of the expectations that cannot go higher."""

    perception: MeanEstimate
    expectation: MeanEstimate
    gap: MeanEstimate
    expectation_ceiling: float


def gap_means(survey: Survey, answers: tuple[FloatArray, FloatArray]) -> Complete | ByRespondent:
    """Choose the way for a survey and its answers as given, NaN where there is none.

    Clusters need what each respondent adds to a mean, which `Complete` does not keep.
    """
    complete = survey.missing in ("raise", "drop") or not any(
        np.isnan(half).any() for half in answers
    )
    if complete and survey.clusters is None:
        return Complete(survey, answers)
    return ByRespondent(survey, answers)


def dimension_gaps(survey: Survey) -> list[FloatArray]:
    """Return each respondent's gap in each dimension, NaN where an answer is missing."""
    if survey.expectations is None:
        return []
    both = (survey.perceptions.filled(), survey.expectations.filled())
    return [
        survey.scale.sign * (row_means(both[0][:, place]) - row_means(both[1][:, place]))
        for place in survey.instrument.slices()
    ]


class Complete:
    """Means where no answers are missing, all of them computed together."""

    def __init__(self, survey: Survey, answers: tuple[FloatArray, FloatArray]) -> None:
        self.scale, self.places = survey.scale, survey.instrument.slices()
        self.items = len(survey.instrument.items)
        self.at_end = _shares_at_end(survey, answers[1], survey.weights)
        layout = Layout(self.items, tuple(self.places), self.scale.sign)
        self.moments = GapMoments.of(answers, survey.weights, layout)

    def item(self, place: int, name: str) -> Means:
        """Return the means of one item."""
        return self._means(place, name, float(self.at_end[place]))

    def dimension(self, k: int, name: str) -> Means:
        """Return the means of a dimension."""
        return self._means(self.items + k, name, float(self.at_end[self.places[k]].mean()))

    def overall(self) -> Means:
        """Return the means over all dimensions alike."""
        return self._means(-1, "overall", float(self.at_end.mean()), deviation=False)

    def covariance(self, k: int) -> FloatArray | None:
        """Return that of a dimension's perceptions, then expectations; None of one respondent."""
        return self.moments.covariance(k) if self.moments.n > 1 else None

    def _means(self, column: int, name: str, ceiling: float, *, deviation: bool = True) -> Means:
        ends, reach = (self.scale.low, self.scale.high), (-self.scale.width, self.scale.width)
        perception, expectation, gap = self.moments.three(column)
        return Means(
            perception.estimate(name=name, bounds=ends, method="beta", deviation=deviation),
            expectation.estimate(name=name, bounds=ends, method="beta", deviation=deviation),
            gap.estimate(name=name, bounds=reach, method="t", deviation=deviation),
            ceiling,
        )


def _shares_at_end(survey: Survey, expected: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted share of each item's expectations that cannot go higher, without NaN."""
    scale = survey.scale
    slack = CEILING_SLACK * scale.width
    hits = np.zeros(expected.shape[1])
    for first in range(0, len(weights), ROWS_AT_A_TIME):
        rows = slice(first, first + ROWS_AT_A_TIME)
        block = expected[rows].T
        at_end = block >= scale.best - slack if scale.sign > 0 else block <= scale.best + slack
        hits += (at_end * weights[rows]).sum(axis=1)
    shares: FloatArray = hits / weights.sum()
    return np.minimum(shares, 1.0)  # rounding may leave 1 + 1e-16


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
    """Means where answers are missing: of the respondents with all answers that a mean needs."""

    def __init__(self, survey: Survey, answers: tuple[FloatArray, FloatArray]) -> None:
        self.survey = survey
        self.answers = answers
        for place, item in enumerate(survey.instrument.items):
            present_entries(answers[0][:, place] - answers[1][:, place], survey.weights, item.name)
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
        ceilings = [self._ceiling(its) for its in scores]

        average = partial(mean_of_means, sample=self.survey.sample, name="overall")
        return Means(
            average([its.perception for its in scores], bounds=ends, method="beta"),
            average([its.expectation for its in scores], bounds=ends, method="beta"),
            average([its.gap for its in scores], bounds=reach),
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
        scale, sample = self.survey.scale, self.survey.sample
        ends, reach = (scale.low, scale.high), (-scale.width, scale.width)
        return Means(
            mean_estimate(scores.perception, sample, name=name, bounds=ends, method="beta"),
            mean_estimate(scores.expectation, sample, name=name, bounds=ends, method="beta"),
            mean_estimate(scores.gap, sample, name=name, bounds=reach),
            self._ceiling(scores),
        )

    def _ceiling(self, scores: Scores) -> float:
        counted = self.survey.weights * ~np.isnan(scores.gap)
        return float(_shares_at_end(self.survey, scores.answers[1], counted).mean())
