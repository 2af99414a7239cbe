"""Disconfirmation as customers state it: worse than expected … better than expected.

Oliver (1980, *Journal of Marketing Research* 17(4)) asks for the comparison itself. That avoids
asking for expectations, whose answers move once the service is known and pile up at the end of the
scale, and it is one answer rather than the difference of two. It is another measurement than
perception minus expectation, and the two can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from custvalue._checks import finite
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.codebook import Codebook, scale_of
from custvalue._respondents.counts import Counts, written_out
from custvalue._respondents.questions import taken_apart
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._results.layout import Row, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._satisfaction.disconfirmation import DisconfirmationScores
from custvalue._satisfaction.verdicts import (
    GroupVerdict,
    checked_band,
    class_shares,
    classes_of,
    group_verdict,
)
from custvalue._values import NonNegative
from custvalue._words import number, percent, plain
from custvalue.errors import DataError, ParameterError

WORDS = ("worse", "as expected", "better")


class DisconfirmationAgreement(Headline):
    """Stated disconfirmation against perception minus expectation, in the same respondents.

    Parameters
    ----------
    estimate : Proportion
        Share of the respondents in the same class by both.
    counts : tuple of tuple of int
        Respondents, stated (rows) by subtracted (columns): worse, as expected, better.
    correlation : float or None
        Of the two, weighted; None where one of them does not vary.
    """

    TITLE: ClassVar[str] = "Stated (rows) against perception - expectation (columns)"
    SHOWN: ClassVar = shown("worse, as_expected, better")
    REPR: ClassVar[tuple[str, ...]] = ("value", "correlation", "n")

    estimate: Proportion
    counts: tuple[tuple[int, int, int], ...]
    correlation: float | None

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [
            Row(word, {"stated": word, **dict(zip(self.SHOWN, row, strict=True))})
            for word, row in zip(WORDS, self.counts, strict=True)
        ]

    def _notes(self) -> tuple[str, ...]:
        found = "–" if self.correlation is None else number(self.correlation)
        both = f"Same class {percent(self.value, 1)} {self.confidence_interval()} (wilson)"
        return (f"{both}; correlation {found}; n {self.n:,}. Counts are not weighted.",)


class MeasuredDisconfirmation(Headline):
    """Disconfirmation as stated, for a group.

    Parameters
    ----------
    scale : Scale
        The scale of the question.
    neutral : float
        The answer that says "as expected".
    band : float
        Answers at most this far from it count as it.
    estimate : MeanEstimate
        Mean answer minus the neutral one in scale points, above 0 better than expected.
    worse, as_expected, better : Proportion
        Shares of the respondents.
    agreement : DisconfirmationAgreement or None
        With the difference of perception and expectation, where it was given.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    REPR: ClassVar[tuple[str, ...]] = ("scale", "neutral", "value", "n")

    scale: Scale
    neutral: float
    band: NonNegative
    estimate: MeanEstimate
    worse: Proportion
    as_expected: Proportion
    better: Proportion
    agreement: DisconfirmationAgreement | None = None
    base: Base

    @classmethod
    def from_counts(
        cls,
        counts: Counts,
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        neutral: float | None = None,
        band: float = 0.0,
        n: int | None = None,
    ) -> MeasuredDisconfirmation:
        """Return the disconfirmation of counted answers, as a published table gives them.

        Parameters
        ----------
        counts : mapping or sequence of int
            Answer to how often it was given, or one count for each answer from low to high, as in
            :meth:`TopBox.from_counts`.
        scale, codebook, neutral, band
            As in :func:`measured_disconfirmation`.
        n : int, optional
            The number of answers as reported elsewhere; the counts must add up to it.

        Raises
        ------
        DataError
            If a count is negative or not a whole number, an answer is not on the scale, all counts
            are 0, or they do not add up to `n`.
        ParameterError
            As in :func:`measured_disconfirmation`.

        Examples
        --------
        >>> from custvalue.satisfaction import MeasuredDisconfirmation
        >>> from custvalue.survey import Scale
        >>> counts = {2: 1, 3: 2, 4: 3, 5: 2}
        >>> MeasuredDisconfirmation.from_counts(counts, scale=Scale(1, 5)).value
        0.75
        """
        stated, measure = scale_of(scale, codebook), "measured_disconfirmation"
        (answers,) = written_out(counts, stated, n, measure, codebook)
        return measured_disconfirmation(answers, scale=stated, neutral=neutral, band=band)

    def verdict(self, level: float = 0.95) -> GroupVerdict:
        """Return the class of the group by its interval, as :meth:`Disconfirmation.verdict` does.

        Parameters
        ----------
        level : float
            Confidence level of the interval, 0.95 for 95 %.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        return group_verdict(self.estimate, self.band, level)

    def _estimates(self) -> tuple[Estimate, ...]:
        return (self.estimate, self.worse, self.as_expected, self.better)

    def _title(self) -> str:
        return f"Stated disconfirmation, scale {self.scale}, neutral {number(self.neutral)}"

    def _notes(self) -> tuple[str, ...]:
        group = (
            f"Group: {self.verdict()}, by the 95 % interval against the band "
            f"±{number(self.band)}; shares: wilson."
        )
        return (group, self._agreement_note(), str(self.base))

    def _agreement_note(self) -> str:
        if self.agreement is None:
            return ""
        return (
            f"Same class as perception - expectation: {percent(self.agreement.value, 1)} of "
            f"{self.agreement.n:,}."
        )


def measured_disconfirmation(
    answers: Any,
    *,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    neutral: float | None = None,
    band: float = 0.0,
    scores: DisconfirmationScores | None = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> MeasuredDisconfirmation:
    """Sum up answers to "was it worse or better than you expected?".

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Answers on the scale: a list, an array, a column of a dataframe; or Responses of one item,
        whose weights, scale and policy for missing answers are used.
    scale : Scale
        From much worse to much better than expected. Not needed with Responses.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    neutral : float, optional
        The answer "as expected"; the middle of the scale by default.
    band : float
        Answers at most this many points from neutral count as neutral.
    scores : DisconfirmationScores, optional
        Perception and expectation of the same respondents in the same order, as
        :func:`disconfirmation_scores` returns them, to measure how far the two agree.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or exclude those respondents (``drop`` and ``pairwise`` are the
        same here); the base of the result counts them.

    Returns
    -------
    MeasuredDisconfirmation

    Raises
    ------
    DataError
        If answers are off the scale or missing, or `scores` has other respondents or weights.
    ParameterError
        If the neutral answer is not an answer of the scale or is at its end, the band is too
        wide, or Responses have several items or contradict the scale or the weights.

    Examples
    --------
    >>> from custvalue.satisfaction import measured_disconfirmation
    >>> from custvalue.survey import Scale
    >>> result = measured_disconfirmation([3, 4, 5, 2, 4, 4, 5, 3], scale=Scale(1, 5))
    >>> result.value, result.better.value, result.verdict()
    (0.75, 0.625, 'undecided')
    """
    asked = taken_apart(
        {"answers": answers}, scale=scale, codebook=codebook, weights=weights, missing=missing
    )
    scale = asked.scale
    band = checked_band(band, scale)
    middle = _neutral(neutral, scale)
    responses, used = asked.answered("answers")
    distance = scale.sign * (used.answers[:, 0] - middle)
    shares = class_shares(classes_of(distance, band), WORDS, used.sample, "share {}")
    ends = sorted((scale.sign * (scale.low - middle), scale.sign * (scale.high - middle)))
    agreement = None
    if scores is not None:
        stated = scale.sign * (responses.answers[:, 0] - middle)
        agreement = _agreement(stated, band, scores, responses.sample)
    return MeasuredDisconfirmation(
        scale=scale,
        neutral=middle,
        band=band,
        estimate=mean_estimate(
            distance, used.sample, name="mean - neutral", bounds=(ends[0], ends[1])
        ),
        **dict(zip(("worse", "as_expected", "better"), shares, strict=True)),
        agreement=agreement,
        base=used.base,
    )


def _neutral(neutral: object, scale: Scale) -> float:
    value = scale.middle if neutral is None else finite(neutral)
    if not scale.low < value < scale.high:
        raise ParameterError(
            f"neutral must be an answer between the ends of the scale {scale}, but it is "
            f"{plain(neutral)!r}."
        )
    steps = 0.0 if scale.step is None else (value - scale.low) / scale.step
    if abs(steps - round(steps)) > 1e-9:
        what = "has no middle answer" if neutral is None else f"does not offer {plain(value)!r}"
        raise ParameterError(
            f"the scale {scale} {what}. State which answer means as expected, as in "
            f"neutral={plain(scale.low + (scale.step or 0) * math.floor(steps))!r}."
        )
    return value


def _agreement(
    stated: FloatArray, band: float, scores: object, sample: Sample
) -> DisconfirmationAgreement:
    if not isinstance(scores, DisconfirmationScores):
        raise ParameterError(
            f"scores must be DisconfirmationScores, as disconfirmation_scores(perceptions, "
            f"expectations, scale=...) returns them, but it is {type(scores).__name__}."
        )
    if len(scores.weights) != len(stated):
        raise DataError(
            f"scores must be of the same respondents in the same order as answers, but there are "
            f"{len(scores.weights)} and {len(stated)}."
        )
    if not (scores.weights == 1).all() and not np.array_equal(scores.weights, sample.weights):
        raise DataError(
            "scores must have the sampling weights of answers, but they differ. Give both the "
            "same, or give them to answers alone."
        )
    known = ~np.isnan(stated) & ~np.isnan(scores.difference) & (sample.weights > 0)
    if not known.any():
        raise DataError("no respondent has both measurements, so they cannot be compared.")
    one, other, w = stated[known], scores.difference[known], sample.of_rows(known)
    rows, columns = classes_of(one, band), classes_of(other, scores.band)
    counts: IntArray = np.zeros((3, 3), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    same = proportion((rows == columns).astype(np.float64), w, name="same class")
    return DisconfirmationAgreement(
        counts=tuple((int(a), int(b), int(c)) for a, b, c in counts),
        estimate=same,
        correlation=_correlation(one, other, w.weights),
    )


def _correlation(one: FloatArray, other: FloatArray, weights: FloatArray) -> float | None:
    if one.min() == one.max() or other.min() == other.max():
        return None
    share = weights / weights.sum()
    a, b = one - share @ one, other - share @ other
    return float(share @ (a * b) / math.sqrt(float(share @ a**2) * float(share @ b**2)))
