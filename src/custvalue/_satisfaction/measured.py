"""Disconfirmation as customers state it: worse than expected … better than expected.

Oliver (1980, *Journal of Marketing Research* 17(4)) asks for the comparison itself. That spares
the expectation question, whose answers move once the service is known and pile up at the end of the
scale, and it is one answer rather than the difference of two. It is another measurement than
perceived minus expected, and the two may be laid side by side.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, cast

import numpy as np

from custvalue._inference.estimate import Headline
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.questions import answered, taken_apart
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._rows import FloatArray, IntArray
from custvalue._satisfaction.disconfirmation import (
    VERDICTS,
    DisconfirmationScores,
    GroupVerdict,
    checked_band,
    classes_of,
)
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import count, number, percent, plain
from custvalue.errors import DataError, ParameterError

WORDS = ("worse", "as expected", "better")


class DisconfirmationAgreement(Frozen):
    """Stated disconfirmation against perceived minus expected, in the same respondents.

    Parameters
    ----------
    counts : tuple of tuple of int
        Respondents, stated (rows) by subtracted (columns): worse, as expected, better.
    same : Proportion
        Share in the same class.
    correlation : float or None
        Of the two, weighted; None where one of them does not vary.
    n : int
        Respondents with both.
    """

    counts: tuple[tuple[int, int, int], ...]
    same: Proportion
    correlation: float | None
    n: int

    def _table(self) -> Table:
        rows = tuple((word, *row) for word, row in zip(WORDS, self.counts, strict=True))
        found = "–" if self.correlation is None else number(self.correlation)
        note = (
            f"Same class {percent(self.same.value, 1)} {self.same.confidence_interval()} (wilson); "
            f"correlation {found}; n {self.n:,}. Counts are not weighted."
        )
        title = "Stated (rows) against perceived - expected (columns)"
        return Table(title, ("", *WORDS), rows, (note,))


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
        if self.standard_error is None:
            return "undecided"
        interval = self.confidence_interval(level)
        low, high = classes_of(np.array([interval.low, interval.high]), self.band)
        return cast("GroupVerdict", VERDICTS[low]) if low == high else "undecided"

    def _table(self) -> Table:
        mean, low, high, _, n = self.estimate.cells()
        rows: list[tuple[str | float | None, ...]] = [("mean - neutral", mean, low, high, n)]
        for word, share in zip(WORDS, (self.worse, self.as_expected, self.better), strict=True):
            ends = share.confidence_interval()
            rows.append((f"share {word}", share.value, ends.low, ends.high, share.n))
        notes = [
            (
                f"Group: {self.verdict()}, by the 95 % interval against the band "
                f"±{number(self.band)}; shares: wilson."
            )
        ]
        if self.agreement is not None:
            notes.append(
                f"Same class as perceived - expected: {percent(self.agreement.same.value, 1)} of "
                f"{self.agreement.n:,}."
            )
        notes.append(str(self.base))
        title = f"Stated disconfirmation, scale {self.scale}, neutral {number(self.neutral)}"
        return Table(title, ("", "estimate", "low", "high", "n"), tuple(rows), tuple(notes))


def measured_disconfirmation(
    answers: Any,
    *,
    scale: Scale | None = None,
    neutral: float | None = None,
    band: float = 0.0,
    beside: DisconfirmationScores | None = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> MeasuredDisconfirmation:
    """Sum up answers to "was it worse or better than you expected?".

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Answers on the scale: a list, an array, a column of a dataframe; or Responses of one item,
        whose weights, scale and policy for missing answers hold.
    scale : Scale
        From much worse to much better than expected. Left out with Responses.
    neutral : float, optional
        The answer "as expected"; the middle of the scale by default.
    band : float
        Answers at most this many points from neutral count as neutral.
    beside : DisconfirmationScores, optional
        Perception and expectation of the same respondents in the same order, as
        :func:`disconfirmation_scores` reads them: how far the two measurements agree.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or leave out those respondents (``drop`` and ``pairwise`` are
        the same here); they are counted in the result.

    Returns
    -------
    MeasuredDisconfirmation

    Raises
    ------
    DataError
        If answers are off the scale or missing, or `beside` has other respondents or weights.
    ParameterError
        If the neutral answer is no answer of the scale or at its end, the band is too
        wide, or Responses have several items or contradict the scale or the weights.

    Examples
    --------
    >>> from custvalue.satisfaction import measured_disconfirmation
    >>> from custvalue.survey import Scale
    >>> result = measured_disconfirmation([3, 4, 5, 2, 4, 4, 5, 3], scale=Scale(1, 5))
    >>> result.value, result.better.value, result.verdict()
    (0.75, 0.625, 'undecided')
    """
    asked = taken_apart({"answers": answers}, scale=scale, weights=weights, missing=missing)
    scale = asked.scale
    band = checked_band(band, scale)
    middle = _neutral(neutral, scale)
    responses = asked.read()
    used = answered("answers", responses.answers, responses.weights, asked.base_of(responses))
    distance = scale.sign * (used.answers[:, 0] - middle)
    classes = classes_of(distance, band)
    shares = [
        proportion((classes == code).astype(np.float64), used.weights, name=word)
        for code, word in enumerate(WORDS)
    ]
    ends = sorted((scale.sign * (scale.low - middle), scale.sign * (scale.high - middle)))
    agreement = None
    if beside is not None:
        stated = scale.sign * (responses.answers[:, 0] - middle)
        agreement = _agreement(stated, band, beside, responses.weights)
    return MeasuredDisconfirmation(
        scale=scale,
        neutral=middle,
        band=band,
        estimate=mean_estimate(
            distance, used.weights, name="mean - neutral", bounds=(ends[0], ends[1])
        ),
        worse=shares[0],
        as_expected=shares[1],
        better=shares[2],
        agreement=agreement,
        base=used.base,
    )


def _neutral(neutral: object, scale: Scale) -> float:
    value = scale.middle if neutral is None else plain(neutral)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not numeric or not scale.low < value < scale.high:
        raise ParameterError(
            f"neutral must be an answer between the ends of the scale {scale}, but it is {value!r}."
        )
    steps = 0.0 if scale.step is None else (value - scale.low) / scale.step
    if abs(steps - round(steps)) > 1e-9:
        what = "has no middle answer" if neutral is None else f"does not offer {value!r}"
        raise ParameterError(
            f"the scale {scale} {what}. Say which answer means as expected, as in "
            f"neutral={plain(scale.low + (scale.step or 0) * math.floor(steps))!r}."
        )
    return float(value)


def _agreement(
    stated: FloatArray, band: float, beside: object, weights: FloatArray
) -> DisconfirmationAgreement:
    if not isinstance(beside, DisconfirmationScores):
        raise ParameterError(
            f"beside must be DisconfirmationScores, as disconfirmation_scores(perceived, expected, "
            f"scale=...) gives them, but it is {type(beside).__name__}."
        )
    if len(beside.weights) != len(stated):
        raise DataError(
            f"beside has {count(len(beside.weights), 'respondent')}, but answers has "
            f"{len(stated)}. Both must be of the same people in the same order."
        )
    if not (beside.weights == 1).all() and not np.array_equal(beside.weights, weights):
        raise DataError(
            "beside has other sampling weights than answers. Give both the same, or give them to "
            "answers alone."
        )
    known = ~np.isnan(stated) & ~np.isnan(beside.difference) & (weights > 0)
    if not known.any():
        raise DataError("nobody gave both measurements, so they cannot be compared.")
    one, other, w = stated[known], beside.difference[known], weights[known]
    rows, columns = classes_of(one, band), classes_of(other, beside.band)
    counts: IntArray = np.zeros((3, 3), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    same = proportion((rows == columns).astype(np.float64), w, name="same class")
    return DisconfirmationAgreement(
        counts=tuple((int(a), int(b), int(c)) for a, b, c in counts),
        same=same,
        correlation=_correlation(one, other, w),
        n=int(known.sum()),
    )


def _correlation(one: FloatArray, other: FloatArray, weights: FloatArray) -> float | None:
    if one.min() == one.max() or other.min() == other.max():
        return None
    share = weights / weights.sum()
    a, b = one - share @ one, other - share @ other
    return float(share @ (a * b) / math.sqrt(float(share @ a**2) * float(share @ b**2)))
