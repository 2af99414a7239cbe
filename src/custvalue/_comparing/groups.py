"""Any measure of the answers, compared between groups or waves, or in the same people twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from custvalue._checks import Generator, checked_level
from custvalue._comparing.comparison import INVARIANCE, Comparison, compare, measure_of
from custvalue._inference.bootstrap import DEFAULT_RESAMPLES, Bootstrap
from custvalue._inference.contrast import Correction, Label, error_of
from custvalue._inference.estimate import ComparisonMethod, Estimated, estimate_of
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples, row_resamples
from custvalue._respondents.responses import Responses, Split
from custvalue._respondents.together import refuse_excluded
from custvalue._rows import read_only
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative, Positive, Probability
from custvalue._words import count, number, one_line
from custvalue.errors import CustvalueError, DataError, ParameterError

Measure = Callable[[Responses], Estimated]


def compare_groups(
    responses: Responses,
    measure: Measure,
    *,
    by: Split = "group",
    reference: Label | None = None,
    correction: Correction = "holm",
    method: ComparisonMethod | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compute a measure in every group or wave of a survey, and compare the results.

    Parameters
    ----------
    responses : Responses
        Answers that were read with ``group=`` or ``wave=``.
    measure : callable
        Takes the Responses of one group and gives its estimate, as in
        ``lambda part: part.mean("friendly")`` or ``lambda part:
        net_promoter_score(part.item("recommend"), weights=part.weights)``.
    by : {"group", "wave"}
        What to compare; waves must be different people, as in a tracking study.
    reference : str or int, optional
        The group that every other is compared with; all pairs by default.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        As in :func:`compare`.
    method : {"welch", "mover", "wald"}, optional
        As in :func:`compare`.
    level : float
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If there are fewer than two groups, one has a single member, or the measure fails in one:
        the message names it.
    ParameterError
        As in :func:`compare`.

    Examples
    --------
    >>> from custvalue.satisfaction import compare_groups
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "friendly": [5, 4, 5, 4, 3, 2, 3, 4],
    ...     "site": ["south", "south", "south", "south", "north", "north", "north", "north"],
    ... }
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), group="site")
    >>> result = compare_groups(answers, lambda part: part.mean("friendly"), method="welch")
    >>> south = result.difference("south", "north")
    >>> south.value, round(south.p_value, 4), south.interval.method
    (1.5, 0.0273, "Welch's t")
    """
    _check_responses("responses", responses)
    check_measure(measure)
    results = {
        label: _measured(part, measure, f"{by} {label!r}")
        for label, part in responses.by(by).items()
    }
    return compare(results, reference=reference, correction=correction, method=method, level=level)


def _check_responses(argument: str, responses: object) -> None:
    if not isinstance(responses, Responses):
        raise ParameterError(
            f"{argument} must be Responses, but it is {type(responses).__name__}. Read answers "
            f"with Responses.from_frame(frame, scale=..., group=...)."
        )


def check_measure(measure: object) -> None:
    """Raise a ParameterError unless `measure` can be called."""
    if not callable(measure):
        raise ParameterError(
            f"measure must be a function of Responses, as in lambda part: part.mean('friendly'), "
            f"but it is {measure!r}."
        )


def _measured(part: Responses, measure: Measure, who: str) -> Estimated:
    if part.respondents < 2:
        raise DataError(
            f"{who} has 1 respondent: from one nobody can tell how much answers vary. Leave it "
            f"out, or put it together with another."
        )
    try:
        return measure(part)
    except CustvalueError as error:
        raise DataError(f"{who}: {error}") from error


class PairedDifference(Frozen):
    """The change of a measure in the same respondents, asked twice.

    Parameters
    ----------
    measure : str
        What was measured, as the class of the estimates.
    first, second : float
        The measure before and after.
    value : float
        The change, second - first.
    standard_error : float
        Of the change, from the bootstrap of whole respondents.
    unpaired_standard_error : float
        What it would be for two independent samples, √(SE₁² + SE₂²): who is asked twice is compared
        with himself.
    p_value : float
        Two-sided, that there is no change: the level at which the interval touches 0.
    interval : Interval
        Percentiles of the bootstrap.
    n : int
        Respondents.
    replicates, failed : int
        Resamples drawn, and those on which the measure does not exist.
    """

    measure: str
    first: float
    second: float
    value: float
    standard_error: NonNegative
    unpaired_standard_error: NonNegative
    p_value: Probability
    interval: Interval
    n: int
    replicates: Positive
    failed: int

    def __repr__(self) -> str:
        return one_line(
            "PairedDifference",
            measure=self.measure,
            value=self.value,
            standard_error=self.standard_error,
            n=self.n,
        )

    def _table(self) -> Table:
        rows: tuple[tuple[str | float | None, ...], ...] = (
            ("first", self.first, None, None, None, None),
            ("second", self.second, None, None, None, None),
            (
                "change",
                self.value,
                self.interval.low,
                self.interval.high,
                self.standard_error,
                self.p_value,
            ),
        )
        failed = f", {self.failed:,} failed" if self.failed else ""
        base = f"{self.n:,} respondents asked twice. {self.interval.description}"
        notes = (
            f"{base}, {int(self.replicates):,} resamples{failed}.",
            f"Unpaired, the standard error would be {number(self.unpaired_standard_error)}.",
            INVARIANCE.replace("in every group", "both times"),
        )
        header = ("", "value", "low", "high", "SE", "P")
        return Table(f"The same respondents twice, {self.measure}", header, rows, notes)


def compare_paired(
    first: Responses,
    second: Responses,
    measure: Measure,
    *,
    level: float = 0.95,
    replicates: int = DEFAULT_RESAMPLES,
    rng: Generator = None,
) -> PairedDifference:
    """Compare a measure in the same respondents at two times (a panel), or on two questions.

    Two estimates alone cannot say how they vary together; the answers can. Whole respondents are
    resampled, and the measure is taken of both of their sets of answers.

    Parameters
    ----------
    first, second : Responses
        Answers of the same respondents in the same order.
    measure : callable
        Takes Responses and gives an estimate, as in :func:`compare_groups`.
    level : float
        Confidence level, 0.95 for 95 %.
    replicates : int
        Resamples to draw.
    rng : Generator or int, optional
        Source of randomness; the same whole number gives the same result.

    Returns
    -------
    PairedDifference

    Raises
    ------
    DataError
        If respondents or weights differ, some are excluded, or there are fewer than two.
    EstimationError
        If the measure fails on more than half of the resamples.
    ParameterError
        If an argument is no such thing.

    Examples
    --------
    >>> from custvalue.satisfaction import compare_paired
    >>> from custvalue.survey import Responses, Scale
    >>> before = Responses.from_frame({"friendly": [3, 2, 4, 3, 5, 2]}, scale=Scale(1, 5))
    >>> after = Responses.from_frame({"friendly": [4, 3, 4, 4, 5, 3]}, scale=Scale(1, 5))
    >>> change = compare_paired(before, after, lambda part: part.mean("friendly"), rng=1)
    >>> round(change.value, 4), change.standard_error < change.unpaired_standard_error
    (0.6667, True)
    """
    level = checked_level(level)
    check_measure(measure)
    _check_panel(first, second)
    once, twice = _measured(first, measure, "first"), _measured(second, measure, "second")

    def change(rows: np.typing.NDArray[np.intp]) -> float:
        return measure(drawn(second, rows)).value - measure(drawn(first, rows)).value

    resampled = row_resamples(change, first.respondents, Bootstrap(replicates, rng))
    return PairedDifference(
        measure=measure_of({"first": once, "second": twice}),
        first=once.value,
        second=twice.value,
        value=float(resampled.values[0]),
        standard_error=resampled.standard_error,
        unpaired_standard_error=float(
            np.hypot(error_of(estimate_of(once)), error_of(estimate_of(twice)))
        ),
        p_value=_p_value(resampled),
        interval=resampled.confidence_interval(level),
        n=first.respondents,
        replicates=resampled.resamples,
        failed=resampled.failed,
    )


def _check_panel(first: Any, second: Any) -> None:
    _check_responses("first", first)
    _check_responses("second", second)
    for name, responses in (("first", first), ("second", second)):
        refuse_excluded(name, responses)
    if first.respondents != second.respondents:
        raise DataError(
            f"first has {count(first.respondents, 'respondent')} and second has "
            f"{second.respondents}. Both must be the same people in the same order; for different "
            f"people use compare_groups."
        )
    if first.respondents < 2:
        raise DataError("a change needs at least 2 respondents, but there is 1.")
    if not np.array_equal(first.weights, second.weights):
        raise DataError(
            "first and second have other weights for the same respondents. Give both the weights "
            "of one of the two waves."
        )


def drawn(responses: Responses, rows: np.typing.NDArray[np.intp]) -> Responses:
    """Return a resample of respondents with all that belongs to them.

    Parameters
    ----------
    responses : Responses
        Of n respondents.
    rows : ndarray of shape (n,)
        Positions of those who were drawn.
    """
    return replace(
        responses,
        answers=read_only(responses.answers[rows]),
        weights=read_only(responses.weights[rows]),
        group=None if responses.group is None else read_only(responses.group[rows]),
        wave=None if responses.wave is None else read_only(responses.wave[rows]),
    )


def _p_value(resampled: Resamples) -> float:
    """Return twice the share of resamples on the far side of 0, of one more than there are."""
    draws = resampled.draws[:, 0]
    beyond = min((draws <= 0).sum(), (draws >= 0).sum())
    return min(2 * (int(beyond) + 1) / (len(draws) + 1), 1.0)
