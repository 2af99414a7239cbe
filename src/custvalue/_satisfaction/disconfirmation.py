"""Expectancy disconfirmation: what customers got against what they expected.

A customer is satisfied when what they got is what they expected, dissatisfied below that and
delighted above (Oliver 1980, *Journal of Marketing Research* 17(4)). The kernel is the
difference d = perception - expectation; the ratio perception / expectation (Yang & El-Haik,
*Design for Six Sigma*, equation 1.1: quality = perception / expectation) is given only for scales
with a true zero, because on a rating scale it depends on where the scale happens to start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._inference.estimate import (
    ComparisonMethod,
    Estimate,
    Headline,
    IntervalMethod,
    t_interval,
)
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion
from custvalue._respondents.clustering import clusters_of
from custvalue._respondents.codebook import Codebook, scale_of
from custvalue._respondents.counts import written_out
from custvalue._respondents.questions import answered, taken_apart
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._rows import Columns, FloatArray, LabelArray
from custvalue._satisfaction.verdicts import (
    VERDICTS,
    GroupVerdict,
    Verdict,
    checked_band,
    class_of,
    class_shares,
    classes_of,
    group_verdict,
)
from custvalue._table import Table
from custvalue._values import NonNegative
from custvalue._words import count, number
from custvalue.errors import DataError

ZeroPolicy = Literal["raise", "drop"]

ZERO = "answer of 0"


def _of_the_logs(ratio: GeometricMeanRatio, level: float) -> Interval:
    logs = t_interval(ratio.log, level)
    low, high = math.exp(logs.low), math.exp(logs.high)
    return Interval(low=low, high=high, level=level, method=f"{logs.method}, of the logs")


@dataclass(frozen=True, kw_only=True, repr=False)
class GeometricMeanRatio(Estimate):
    """The geometric mean of perception / expectation over respondents.

    The ratio is inverted on a scale where lower is better, so that more than 1 is good everywhere.

    Parameters
    ----------
    name, n, effective_n
        As in :class:`~custvalue.comparing.Estimate`, of the respondents with a ratio.
    value : float
        exp of the mean log ratio.
    standard_error : float or None
        By the delta method; intervals are those of the logarithms instead.
    bounds
        None.
    degrees_of_freedom, design_effect
        Those of the logarithms, where respondents come in clusters; else None.
    log : MeanEstimate
        The mean log ratio, which is symmetrical: twice as good and half as good cancel.
    base : Base
        Whose ratios these are; an ``answer of 0`` (``zeros="drop"``) excludes a respondent.

    Notes
    -----
    The method of :meth:`confidence_interval` is ``t``: the interval of the mean log ratio, its
    ends brought back by exp.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"t": _of_the_logs})
    USUAL: ClassVar[str] = "t"
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "mover"

    log: MeanEstimate
    base: Base


class Disconfirmation(Headline):
    """Perception against expectation for a group (or for one customer).

    Parameters
    ----------
    scale : Scale
        The scale of both questions.
    band : float
        The indifference band in scale points: a respondent within it is satisfied.
    estimate : MeanEstimate
        Mean of perception - expectation in scale points, with its paired standard error; with the
        opposite sign where lower is better, so that above 0 is good.
    dissatisfied, satisfied, delighted : Proportion
        Shares of the respondents below, within and above the band.
    ratio : GeometricMeanRatio or None
        Only for scales with a true zero.
    ratio_note : str or None
        Why there is no ratio.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    REPR: ClassVar[tuple[str, ...]] = ("scale", "value", "n")

    scale: Scale
    band: NonNegative
    estimate: MeanEstimate
    dissatisfied: Proportion
    satisfied: Proportion
    delighted: Proportion
    ratio: GeometricMeanRatio | None = None
    ratio_note: str | None = None
    base: Base

    @classmethod
    def from_counts(
        cls,
        counts: Mapping[tuple[Any, Any], int],
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        band: float = 0.0,
        zeros: ZeroPolicy = "raise",
        n: int | None = None,
    ) -> Disconfirmation:
        """Return the disconfirmation of counted pairs of answers, as a published cross table.

        Parameters
        ----------
        counts : mapping
            (perception, expectation) to how often both were given by one respondent,
            ``{(5, 4): 12, (4, 4): 30}``; ``frame[["perception", "expectation"]].value_counts()``
            of pandas is such a mapping.
        scale, codebook, band, zeros
            As in :func:`disconfirmation`.
        n : int, optional
            The number of respondents as reported elsewhere; the counts must add up to it.

        Raises
        ------
        DataError
            If a count is negative or not a whole number, an answer is not on the scale, all counts
            are 0, or they do not add up to `n`.
        ParameterError
            As in :func:`disconfirmation`.

        Examples
        --------
        >>> from custvalue.satisfaction import Disconfirmation
        >>> from custvalue.survey import Scale
        >>> counts = {(5, 4): 12, (4, 4): 30, (3, 5): 8}
        >>> result = Disconfirmation.from_counts(counts, scale=Scale(1, 5))
        >>> round(result.value, 2), result.delighted.value
        (-0.08, 0.24)
        """
        asked = ("perception", "expectation")
        stated = scale_of(scale, codebook)
        both = written_out(counts, stated, n, "disconfirmation", codebook, questions=asked)
        scores = disconfirmation_scores(*both, scale=stated, band=band)
        return scores.group(zeros=zeros)

    @property
    def mean_class(self) -> Verdict:
        """The class that the mean difference itself lies in, whatever its uncertainty.

        The class of the customer where there is only one.
        """
        return class_of(self.estimate.value, self.band)

    def verdict(self, level: float = 0.95) -> GroupVerdict:
        """Return the class of the group, decided by the interval and not by the mean.

        The group is *delighted* if the whole interval lies above +band, *dissatisfied* if it
        lies below -band, *satisfied* if it lies within the band, and *undecided* if it crosses
        an end of the band: then the data do not say. With ``band=0`` no interval of any
        width fits within the band; state which difference does not matter to have a group
        that can be found satisfied. A single respondent has no interval and leaves the group
        undecided; :attr:`mean_class` is that customer's own class.

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
        found = (self.estimate, self.dissatisfied, self.satisfied, self.delighted)
        return found if self.ratio is None else (*found, self.ratio)

    def _title(self) -> str:
        better = self.scale.direction == "higher is better"
        what = (
            "perception - expectation" if better else "expectation - perception (lower is better)"
        )
        return f"Disconfirmation: {what}, scale {self.scale}, band ±{number(self.band)}"

    def _notes(self) -> tuple[str, ...]:
        if self.estimate.standard_error is None:
            group = f"One respondent, {self.mean_class}; that decides nothing about a group."
            intervals = "95 % intervals of shares: wilson."
        else:
            group = f"Group: {self.verdict()}, by the 95 % interval against the band."
            intervals = f"95 % intervals: {self.confidence_interval().method}; shares: wilson."
        zeros = self.ratio.base.excluded.get(ZERO, 0) if self.ratio is not None else 0
        without = f"The ratio excludes {count(zeros, 'respondent')} with an answer of 0."
        return (group, intervals, str(self.base), without if zeros else "", self.ratio_note or "")


@dataclass(frozen=True, eq=False, repr=False)
class DisconfirmationScores(Columns):
    """Perception against expectation, respondent by respondent, in the order of the data.

    Parameters
    ----------
    perceptions, expectations : ndarray of float64, shape (n,)
        Answers; NaN where there is none.
    weights : ndarray of float64, shape (n,)
        Sampling weights.
    scale : Scale
        The scale of both questions.
    band : float
        The indifference band in scale points.
    base : Base or None
        Who answered and which answers are missing, before any respondent is excluded; counted from
        the answers where it is not given.

    Raises
    ------
    DataError
        If an answer is off the scale or shapes do not fit.
    ParameterError
        If the band is negative or as wide as the scale.
    """

    REPR: ClassVar[tuple[str, ...]] = ("respondents", "scale", "band")

    perceptions: FloatArray
    expectations: FloatArray
    weights: FloatArray
    scale: Scale
    band: float = 0.0
    base: Base | None = None
    labels: dict[str, LabelArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_band(self.band, self.scale)
        checked = Responses(
            items=("perceptions", "expectations"),
            answers=np.column_stack([self.perceptions, self.expectations]),
            weights=self.weights,
            scale=self.scale,
            labels=self.labels,
            missing="pairwise",
        )
        object.__setattr__(self, "labels", checked.labels)
        if self.base is None:
            object.__setattr__(self, "base", checked.base)

    @property
    def sample(self) -> Sample:
        """The respondents as every estimate needs them: their weights and clusters."""
        return Sample(self.weights, clusters_of(self.labels))

    @property
    def respondents(self) -> int:
        """Respondents, with and without an answer."""
        return len(self.weights)

    @property
    def difference(self) -> FloatArray:
        """Perception - expectation in scale points; the opposite where lower is better."""
        difference: FloatArray = self.scale.sign * (self.perceptions - self.expectations)
        return difference

    @property
    def log_ratio(self) -> FloatArray:
        """ln(perception / expectation), with the opposite sign where lower is better; 0 is neutral.

        NaN where an answer is missing or 0, which has no ratio.

        Raises
        ------
        DataError
            If the scale has no true zero: the ratio would depend on where the scale starts.
        """
        if not self.scale.true_zero:
            raise DataError(
                f"{self.scale} has no true zero, so that perception / expectation would depend on "
                f"where the scale starts. Use the difference, or declare true_zero=True if 0 means "
                f"nothing."
            )
        both = (self.perceptions > 0) & (self.expectations > 0)
        ratio = np.full(len(both), np.nan)
        np.divide(self.perceptions, self.expectations, out=ratio, where=both)
        logs: FloatArray = self.scale.sign * np.log(ratio)
        return logs

    @property
    def verdict(self) -> npt.NDArray[np.str_]:
        """Class of each respondent: dissatisfied, satisfied, delighted or no answer."""
        return np.array(VERDICTS)[classes_of(self.difference, self.band)]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return perception, expectation, difference, verdict and weight per respondent."""
        return {
            "perception": self.perceptions,
            "expectation": self.expectations,
            "difference": self.difference,
            "verdict": self.verdict,
            "weight": self.weights,
        }

    def group(self, *, zeros: ZeroPolicy = "raise") -> Disconfirmation:
        """Return the group's mean difference, shares of the classes and ratio.

        Parameters
        ----------
        zeros : {"raise", "drop"}
            What to do with an answer of 0, which has no ratio: refuse it, or exclude the
            respondent from the ratio (and count it there).

        Raises
        ------
        DataError
            If no respondent answered both questions, or a ratio is asked of an answer of 0.
        """
        require_choice("zeros", zeros, get_args(ZeroPolicy))
        used = answered(
            "perceptions and expectations",
            np.column_stack([self.difference]),
            self.sample,
            cast("Base", self.base),
        )
        difference, width = used.answers[:, 0], self.scale.width
        words, classes = get_args(Verdict), classes_of(difference, self.band)
        shares = class_shares(classes, words, used.sample, "share {}")
        ratio, note = self._ratio(zeros, used.base)
        return Disconfirmation(
            scale=self.scale,
            band=self.band,
            estimate=mean_estimate(
                difference, used.sample, name="mean difference", bounds=(-width, width)
            ),
            ratio=ratio,
            ratio_note=note,
            base=used.base,
            **dict(zip(words, shares, strict=True)),
        )

    def _ratio(self, zeros: ZeroPolicy, base: Base) -> tuple[GeometricMeanRatio | None, str | None]:
        if not self.scale.true_zero:
            return None, (
                f"No ratio: {self.scale} has no true zero, so it would depend on where the scale "
                f"starts."
            )
        given = np.isfinite(self.difference) & (self.weights > 0)
        zero = given & ((self.perceptions == 0) | (self.expectations == 0))
        if zero.any() and zeros == "raise":
            self._refuse_zero(zero)
        used = given & ~zero
        if not used.any():
            return None, "No ratio: every respondent has an answer of 0."
        log = mean_estimate(self.log_ratio[used], self.sample.of_rows(used), name="mean log ratio")
        return _ratio_of(log, base.excluding(ZERO, int(zero.sum()))), None

    def _refuse_zero(self, zero: npt.NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(zero)
        column = "expectations" if self.expectations[rows[0]] == 0 else "perceptions"
        rows = rows[getattr(self, column)[rows] == 0]
        hint = (
            "Use zeros='drop' to exclude such respondents from the ratio, or declare the scale "
            "without true_zero=True to have the difference alone."
        )
        wanted = "> 0 for the ratio perception / expectation"
        raise DataError.at_rows(column, wanted, rows, np.zeros(rows.size), hint)

    def _table(self) -> Table:
        values, counts = np.unique(self.verdict, return_counts=True)
        found = dict(zip(values.tolist(), counts.tolist(), strict=True))
        rows = tuple((name, found[name]) for name in VERDICTS if name in found)
        title = f"Disconfirmation of {count(self.respondents, 'respondent')}, scale {self.scale}"
        note = f"Band ±{number(self.band)}. Unweighted counts; .group() for shares and intervals."
        return Table(title, ("class", "respondents"), rows, (note,))


def _ratio_of(log: MeanEstimate, base: Base) -> GeometricMeanRatio:
    value, error = math.exp(log.value), log.standard_error
    return GeometricMeanRatio(
        name="mean ratio (geometric)",
        value=value,
        standard_error=None if error is None else value * error,
        n=log.n,
        effective_n=log.effective_n,
        log=log,
        base=base,
        **log.of_design,
    )


def disconfirmation(
    perceptions: Any,
    expectations: Any,
    *,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    weights: Any = None,
    band: float = 0.0,
    missing: MissingPolicy = "raise",
    zeros: ZeroPolicy = "raise",
) -> Disconfirmation:
    """Compare what customers perceived with what they expected.

    For each respondent d = perception - expectation (the opposite where lower is better): below
    -band dissatisfied, within the band satisfied, above +band delighted. The group has the mean
    of d with its paired interval, and the shares of the three classes with theirs.

    Parameters
    ----------
    perceptions, expectations : array_like of shape (n,), number or Responses
        Answers of the same respondents on the same scale: a list, an array, a column of a
        dataframe; a number for a single customer, or for one expectation of all respondents; or
        Responses of one item, whose weights, scale and policy for missing answers are used.
    scale : Scale
        The scale of both questions; use ``Scale(0, 10, true_zero=True)`` to have the ratio. Not
        needed with Responses.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    weights : array_like of shape (n,), optional
        Sampling weights.
    band : float
        Half the width of the indifference band, in scale points.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or exclude respondents who miss one of the two (``drop`` and
        ``pairwise`` are the same here); the base of the result counts them.
    zeros : {"raise", "drop"}
        On a scale with a true zero: refuse an answer of 0, which has no ratio, or exclude that
        respondent from the ratio.

    Returns
    -------
    Disconfirmation

    Raises
    ------
    DataError
        If answers are off the scale, missing or of different length, a ratio has a zero, or
        Responses on one side have excluded respondents.
    ParameterError
        If the band is negative or as wide as the scale, or Responses have several items or
        contradict the scale, the weights or each other.

    Notes
    -----
    The ratio r = perception / expectation is reported as its geometric mean, the exp of the mean
    of ln r. Its interval is the t interval of the mean log.

    References
    ----------
    R. L. Oliver (1980), A Cognitive Model of the Antecedents and Consequences of Satisfaction
    Decisions, *Journal of Marketing Research* 17(4), 460-469. K. Yang and B. El-Haik, *Design for
    Six Sigma*, equation 1.1.

    Examples
    --------
    >>> from custvalue.satisfaction import disconfirmation
    >>> from custvalue.survey import Scale
    >>> result = disconfirmation([9, 8, 6, 9, 7], [7, 8, 7, 6, 6], scale=Scale(1, 10))
    >>> result.value
    1.0
    >>> result.verdict()
    'undecided'
    >>> print(result)
    Disconfirmation: perception - expectation, scale 1-10, band ±0
    ────────────────────────────────────────────────
                        estimate      low    high  n
    ────────────────────────────────────────────────
    mean difference            1  -0.9632   2.963  5
    share dissatisfied    0.2000  0.03622  0.6245  5
    share satisfied       0.2000  0.03622  0.6245  5
    share delighted       0.6000   0.2307  0.8824  5
    ────────────────────────────────────────────────
    Group: undecided, by the 95 % interval against the band.
    95 % intervals: t; shares: wilson.
    5 respondents, no missing answers.
    No ratio: 1-10 has no true zero, so it would depend on where the scale starts.
    """
    scores = disconfirmation_scores(
        perceptions,
        expectations,
        scale=scale,
        codebook=codebook,
        weights=weights,
        band=band,
        missing=missing,
    )
    return scores.group(zeros=zeros)


def disconfirmation_scores(
    perceptions: Any,
    expectations: Any,
    *,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    weights: Any = None,
    band: float = 0.0,
    missing: MissingPolicy = "raise",
) -> DisconfirmationScores:
    """Return difference and class of every respondent, in the order of the data.

    Parameters
    ----------
    perceptions, expectations : array_like of shape (n,), number or Responses
        As in :func:`disconfirmation`.
    scale : Scale
        The scale of both questions; not needed with Responses.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    weights : array_like of shape (n,), optional
        Sampling weights.
    band : float
        Half the width of the indifference band, in scale points.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or keep such rows with the class ``"no answer"``, so that rows
        still fit the user's frame.

    Returns
    -------
    DisconfirmationScores

    Raises
    ------
    DataError
        If answers are off the scale, missing or of different length, or Responses on one side
        have excluded respondents.
    ParameterError
        If the band is negative or as wide as the scale, or Responses have several items or
        contradict the scale, the weights or each other.

    Examples
    --------
    >>> from custvalue.satisfaction import disconfirmation_scores
    >>> from custvalue.survey import Scale
    >>> scores = disconfirmation_scores([9, 8, 6], 8, scale=Scale(1, 10))
    >>> scores.difference
    array([ 1.,  0., -2.])
    >>> scores.verdict.tolist()
    ['delighted', 'satisfied', 'dissatisfied']
    """
    asked = taken_apart(
        {"perceptions": perceptions, "expectations": expectations},
        scale=scale,
        codebook=codebook,
        weights=weights,
        missing=missing,
    )
    checked_band(band, asked.scale)
    answers = asked.read()
    return DisconfirmationScores(
        perceptions=answers.item("perceptions"),
        expectations=answers.item("expectations"),
        weights=answers.weights,
        scale=asked.scale,
        band=float(band),
        base=asked.base_of(answers),
        labels=answers.labels,
    )
