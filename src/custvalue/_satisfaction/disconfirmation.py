"""Expectancy disconfirmation: what customers got against what they expected.

A customer is satisfied when what they got is what they expected, dissatisfied below that and
delighted above (Oliver 1980, *Journal of Marketing Research* 17(4)). The kernel is the
difference d = perceived - expected; the ratio perceived / expected (Yang & El-Haik, *Design for
Six Sigma*, equation 1.1: quality = perception / expectation) is there only for scales with
a true zero, because on a rating scale it depends on where the scale happens to start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._inference.estimate import Headline
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.questions import (
    Asked,
    answered,
    check_scale,
    taken_apart,
)
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._rows import Columns, FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative, Positive
from custvalue._words import count, number, one_line
from custvalue.errors import DataError, ParameterError

Verdict = Literal["dissatisfied", "satisfied", "delighted"]
GroupVerdict = Literal["dissatisfied", "satisfied", "delighted", "undecided"]
ZeroPolicy = Literal["raise", "drop"]

NO_ANSWER = "no answer"
ZERO = "answer of 0"
VERDICTS = ("dissatisfied", "satisfied", "delighted", NO_ANSWER)
ROUNDING = 1e-9  # 0.3 - 0.2 is within a band of 0.1


class GeometricMeanRatio(Frozen):
    """The geometric mean of perceived / expected over respondents.

    The ratio is turned round (expected / perceived) on a scale where lower is better, so that
    more than 1 is good everywhere.

    Parameters
    ----------
    value : float
        exp of the mean log ratio.
    log : MeanEstimate
        The mean log ratio, which is symmetrical: twice as good and half as good cancel.
    base : Base
        Whose ratios these are; an ``answer of 0`` (``zeros="drop"``) excludes a respondent.
    """

    value: Positive
    log: MeanEstimate
    base: Base

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """Return the t interval of the mean log ratio, brought back by exp.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Raises
        ------
        DataError
            With fewer than two respondents.
        ParameterError
            If `level` is not between 0 and 1.
        """
        logs = self.log.confidence_interval(level)
        low, high = math.exp(logs.low), math.exp(logs.high)
        return Interval(low=low, high=high, level=logs.level, method=f"{logs.method}, of the logs")

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return value, low, high and n as cells of a table.

        Parameters
        ----------
        level : float
            Confidence level.
        """
        if self.log.standard_error is None:
            return (self.value, None, None, self.log.n)
        interval = self.confidence_interval(level)
        return (self.value, interval.low, interval.high, self.log.n)

    def _table(self) -> Table:
        note = "Geometric mean of perceived / expected; 95 % interval, t, of the logs."
        return Table(
            "Ratio of perception to expectation",
            ("", "ratio", "low", "high", "n"),
            (("geometric mean", *self.cells()),),
            (note,),
        )


class Disconfirmation(Headline):
    """Perception against expectation for a group (or for one customer).

    Parameters
    ----------
    scale : Scale
        The scale of both questions.
    band : float
        The indifference band in scale points: a respondent within it is satisfied.
    estimate : MeanEstimate
        Mean of perceived - expected in scale points, with its paired standard error; turned
        round where lower is better, so that above 0 is good.
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

    @property
    def mean_class(self) -> Verdict:
        """The class that the mean difference itself lies in, whatever its uncertainty.

        The class of the customer where there is only one.
        """
        code = classes_of(np.array([self.estimate.value]), self.band)[0]
        return cast("Verdict", VERDICTS[code])

    def verdict(self, level: float = 0.95) -> GroupVerdict:
        """Return the class of the group, decided by the interval and not by the mean.

        The group is *delighted* if the whole interval lies above +band, *dissatisfied* if it
        lies below -band, *satisfied* if it lies within the band, and *undecided* if it crosses
        an end of the band: then the data do not say. With ``band=0`` no interval of any
        width fits within the band; say which difference is of no importance to have a group
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
        if self.estimate.standard_error is None:
            return "undecided"
        interval = self.estimate.confidence_interval(level)
        low, high = classes_of(np.array([interval.low, interval.high]), self.band)
        return cast("GroupVerdict", VERDICTS[low]) if low == high else "undecided"

    def _table(self) -> Table:
        mean, low, high, _, n = self.estimate.cells()
        rows: list[tuple[str | float | None, ...]] = [("mean difference", mean, low, high, n)]
        for share in (self.dissatisfied, self.satisfied, self.delighted):
            ends = share.confidence_interval()
            rows.append((f"share {share.name}", share.value, ends.low, ends.high, share.n))
        if self.ratio is not None:
            rows.append(("mean ratio (geometric)", *self.ratio.cells()))
        better = self.scale.direction == "higher is better"
        what = "perceived - expected" if better else "expected - perceived (lower is better)"
        title = f"Disconfirmation: {what}, scale {self.scale}, band ±{number(self.band)}"
        return Table(title, ("", "estimate", "low", "high", "n"), tuple(rows), self._notes())

    def _notes(self) -> tuple[str, ...]:
        if self.estimate.standard_error is None:
            group = f"One respondent, {self.mean_class}; that decides nothing about a group."
        else:
            group = f"Group: {self.verdict()}, by the 95 % interval against the band."
        intervals = f"95 % intervals: {self.confidence_interval().method}" if self.n > 1 else ""
        intervals += "; shares: wilson." if intervals else "95 % intervals of shares: wilson."
        notes = [group, intervals, str(self.base)]
        zeros = 0 if self.ratio is None else self.ratio.base.excluded.get(ZERO, 0)
        if zeros:
            notes.append(f"The ratio excludes {count(zeros, 'respondent')} with an answer of 0.")
        return (*notes, *([self.ratio_note] if self.ratio_note else []))


@dataclass(frozen=True, eq=False, repr=False)
class DisconfirmationScores(Columns):
    """Perception against expectation, respondent by respondent, in the order of the data.

    Parameters
    ----------
    perceived, expected : ndarray of float64, shape (n,)
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

    perceived: FloatArray
    expected: FloatArray
    weights: FloatArray
    scale: Scale
    band: float = 0.0
    base: Base | None = None

    def __post_init__(self) -> None:
        checked_band(self.band, self.scale)
        checked = Responses(
            items=("perceived", "expected"),
            answers=np.column_stack([self.perceived, self.expected]),
            weights=self.weights,
            scale=self.scale,
            missing="pairwise",
        )
        if self.base is None:
            object.__setattr__(self, "base", checked.base)

    @property
    def difference(self) -> FloatArray:
        """Perceived - expected in scale points, turned round where lower is better."""
        difference = self.perceived - self.expected
        return difference if self.scale.direction == "higher is better" else -difference

    @property
    def log_ratio(self) -> FloatArray:
        """ln(perceived / expected), turned round where lower is better; 0 is as expected.

        NaN where an answer is missing or 0, which has no ratio.

        Raises
        ------
        DataError
            If the scale has no true zero: the ratio would depend on where the scale starts.
        """
        if not self.scale.true_zero:
            raise DataError(
                f"{self.scale} has no true zero, so that perceived / expected would depend on "
                f"where the scale starts. Use the difference, or declare true_zero=True if 0 means "
                f"nothing."
            )
        both = (self.perceived > 0) & (self.expected > 0)
        ratio = np.divide(self.perceived, self.expected, out=np.full(len(both), np.nan), where=both)
        logs: FloatArray = self.scale.sign * np.log(ratio)
        return logs

    @property
    def verdict(self) -> npt.NDArray[np.str_]:
        """Class of each respondent: dissatisfied, satisfied, delighted or no answer."""
        return np.array(VERDICTS)[classes_of(self.difference, self.band)]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return perceived, expected, difference, verdict and weight, one row a respondent."""
        return {
            "perceived": self.perceived,
            "expected": self.expected,
            "difference": self.difference,
            "verdict": self.verdict,
            "weight": self.weights,
        }

    def group(self, *, zeros: ZeroPolicy = "raise") -> Disconfirmation:
        """Return the group's mean difference, shares of the classes and ratio.

        Parameters
        ----------
        zeros : {"raise", "drop"}
            What to do with an answer of 0, which has no ratio: refuse it, or leave the
            respondent out of the ratio (and count it there).

        Raises
        ------
        DataError
            If nobody answered both questions, or a ratio is asked of an answer of 0.
        """
        require_choice("zeros", zeros, get_args(ZeroPolicy))
        pair = np.column_stack([self.perceived, self.expected])
        used = answered("perceived and expected", pair, self.weights, cast("Base", self.base))
        width = self.scale.width
        sign = 1 if self.scale.direction == "higher is better" else -1
        difference = sign * (used.answers[:, 0] - used.answers[:, 1])
        classes = classes_of(difference, self.band)
        shares = {
            name: proportion((classes == code).astype(np.float64), used.weights, name=name)
            for code, name in enumerate(get_args(Verdict))
        }
        ratio, note = self._ratio(zeros, used.base)
        return Disconfirmation(
            scale=self.scale,
            band=self.band,
            estimate=mean_estimate(
                difference, used.weights, name="mean difference", bounds=(-width, width)
            ),
            ratio=ratio,
            ratio_note=note,
            base=used.base,
            **shares,
        )

    def _ratio(self, zeros: ZeroPolicy, base: Base) -> tuple[GeometricMeanRatio | None, str | None]:
        if not self.scale.true_zero:
            return None, (
                f"No ratio: {self.scale} has no true zero, so it would depend on where the scale "
                f"starts."
            )
        given = np.isfinite(self.difference) & (self.weights > 0)
        zero = given & ((self.perceived == 0) | (self.expected == 0))
        if zero.any() and zeros == "raise":
            self._refuse_zero(zero)
        used = given & ~zero
        if not used.any():
            return None, "No ratio: every respondent has an answer of 0."
        logs = np.log(self.perceived[used] / self.expected[used])
        if self.scale.direction == "lower is better":
            logs = -logs
        log = mean_estimate(logs, self.weights[used], name="mean log ratio")
        base = base.excluding(ZERO, int(zero.sum()))
        return GeometricMeanRatio(value=math.exp(log.value), log=log, base=base), None

    def _refuse_zero(self, zero: npt.NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(zero)
        column = "expected" if self.expected[rows[0]] == 0 else "perceived"
        rows = rows[getattr(self, column)[rows] == 0]
        hint = (
            "Say zeros='drop' to leave such respondents out of the ratio, or declare the scale "
            "without true_zero=True to have the difference alone."
        )
        expected = "> 0 for the ratio perceived / expected"
        raise DataError.at_rows(column, expected, rows, np.zeros(rows.size), hint)

    def __repr__(self) -> str:
        return one_line(
            "DisconfirmationScores",
            respondents=len(self.perceived),
            scale=str(self.scale),
            band=self.band,
        )

    def _table(self) -> Table:
        values, counts = np.unique(self.verdict, return_counts=True)
        found = dict(zip(values.tolist(), counts.tolist(), strict=True))
        rows = tuple((name, found[name]) for name in VERDICTS if name in found)
        title = f"Disconfirmation of {count(len(self.perceived), 'respondent')}, scale {self.scale}"
        note = f"Band ±{number(self.band)}. Unweighted counts; .group() for shares and intervals."
        return Table(title, ("class", "respondents"), rows, (note,))


def disconfirmation(
    perceived: Any,
    expected: Any,
    *,
    scale: Scale | None = None,
    weights: Any = None,
    band: float = 0.0,
    missing: MissingPolicy = "raise",
    zeros: ZeroPolicy = "raise",
) -> Disconfirmation:
    """Compare what customers perceived with what they expected.

    For each respondent d = perceived - expected (turned round where lower is better): below
    -band dissatisfied, within the band satisfied, above +band delighted. The group has the mean
    of d with its paired interval, and the shares of the three classes with theirs.

    Parameters
    ----------
    perceived, expected : array_like of shape (n,), number or Responses
        Answers of the same respondents on the same scale: a list, an array, a column of a
        dataframe; a number for a single customer, or for one expectation that all share; or
        Responses of one item, whose weights, scale and policy for missing answers hold.
    scale : Scale
        The scale of both questions; say ``Scale(0, 10, true_zero=True)`` to have the ratio. Left
        out with Responses.
    weights : array_like of shape (n,), optional
        Sampling weights.
    band : float
        Half the width of the indifference band, in scale points.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or leave out respondents who miss one of the two (``drop`` and
        ``pairwise`` are the same here); they are counted in the result.
    zeros : {"raise", "drop"}
        On a scale with a true zero: refuse an answer of 0, which has no ratio, or leave that
        respondent out of the ratio and count it.

    Returns
    -------
    Disconfirmation

    Raises
    ------
    DataError
        If answers are off the scale, missing or of different length, a ratio has a zero, or
        Responses on one side have left respondents out.
    ParameterError
        If the band is negative or as wide as the scale, or Responses have several items or
        contradict the scale, the weights or each other.

    Notes
    -----
    The ratio r = perceived / expected is reported as its geometric mean, the exp of the mean of
    ln r. Its interval is the t interval of the mean log.

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
    >>> result.difference.value
    1.0
    >>> result.verdict()
    'undecided'
    >>> print(result)
    Disconfirmation: perceived - expected, scale 1-10, band ±0
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
    asked = taken_apart(
        {"perceived": perceived, "expected": expected},
        scale=scale,
        weights=weights,
        missing=missing,
    )
    return _scores(asked, band).group(zeros=zeros)


def disconfirmation_scores(
    perceived: Any,
    expected: Any,
    *,
    scale: Scale | None = None,
    weights: Any = None,
    band: float = 0.0,
    missing: MissingPolicy = "raise",
) -> DisconfirmationScores:
    """Return difference and class of every respondent, in the order of the data.

    Parameters
    ----------
    perceived, expected : array_like of shape (n,), number or Responses
        As in :func:`disconfirmation`.
    scale : Scale
        The scale of both questions; left out with Responses.
    weights : array_like of shape (n,), optional
        Sampling weights.
    band : float
        Half the width of the indifference band, in scale points.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or let such rows stand with the class ``"no answer"``, so that
        rows still fit the user's frame.

    Returns
    -------
    DisconfirmationScores

    Raises
    ------
    DataError
        If answers are off the scale, missing or of different length, or Responses on one side
        have left respondents out.
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
        {"perceived": perceived, "expected": expected},
        scale=scale,
        weights=weights,
        missing=missing,
    )
    return _scores(asked, band)


def _scores(asked: Asked, band: float) -> DisconfirmationScores:
    checked_band(band, asked.scale)
    answers = asked.read()
    return DisconfirmationScores(
        perceived=answers.item("perceived"),
        expected=answers.item("expected"),
        weights=answers.weights,
        scale=asked.scale,
        band=float(band),
        base=asked.base_of(answers),
    )


def classes_of(difference: FloatArray, band: float) -> npt.NDArray[np.int64]:
    """Return positions in ``VERDICTS``: below, within, above the band, no answer.

    Parameters
    ----------
    difference : ndarray of float64
        Distances from what was expected, above 0 good; NaN where there is no answer.
    band : float
        The indifference band.
    """
    above = (difference > band + ROUNDING).astype(np.int64)
    below = (difference < -band - ROUNDING).astype(np.int64)
    return np.where(np.isnan(difference), VERDICTS.index(NO_ANSWER), 1 + above - below)


def checked_band(band: object, scale: Scale) -> float:
    """Return the indifference band.

    Raises
    ------
    ParameterError
        Unless it is a number of points >= 0 and below the width of the scale.
    """
    check_scale(scale)
    plain_number = isinstance(band, int | float | np.floating) and not isinstance(band, bool)
    if not plain_number or not 0 <= cast("float", band) < scale.width:
        raise ParameterError(
            f"band must be a number of scale points >= 0 and < {number(scale.width)}, the width "
            f"of the scale {scale}, but it is {band!r}. Respondents whose answers differ by no "
            f"more than the band count as satisfied."
        )
    return float(cast("float", band))
