"""Any measure of the answers, in the same respondents twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from custvalue._comparing.comparison import INVARIANCE, measure_of
from custvalue._comparing.groups import check_measure, measured, require_questionnaire
from custvalue._comparing.kinds import AnyEstimate
from custvalue._comparing.resampling import BY_DEFAULT, R
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.contrast import error_between
from custvalue._inference.estimate import Estimated, Headline, estimate_of
from custvalue._inference.means import kish_effective_n
from custvalue._inference.resampled import ResampledEstimate, resampled_estimates
from custvalue._inference.resamples import Resamples, row_resamples
from custvalue._respondents.together import refuse_excluded
from custvalue._results.layout import Row
from custvalue._values import Probability
from custvalue._words import count, number
from custvalue.errors import DataError, ParameterError


class PairedDifference(Headline):
    """The change of a measure in the same respondents, asked twice.

    Parameters
    ----------
    measure : str
        What was measured, as the class of the estimates.
    estimate : ResampledEstimate
        The change, second - first, with its resamples of whole respondents.
    first, second : Estimate
        The measure before and after.
    p_value : float
        Two-sided, that there is no change: the level at which the interval touches 0.
    """

    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"value": "value", "low": "low", "high": "high", "standard_error": "SE", "p_value": "P"}
    )
    REPR: ClassVar[tuple[str, ...]] = ("measure", "value", "standard_error", "n")

    measure: str
    estimate: ResampledEstimate
    first: AnyEstimate
    second: AnyEstimate
    p_value: Probability

    @property
    def unpaired_standard_error(self) -> float:
        """What the standard error would be for two independent samples, √(SE₁² + SE₂²).

        It is larger where respondents who answered higher the first time do so the second time.
        """
        return error_between(self.first, self.second)

    def _rows(self, level: float) -> Sequence[Row]:
        change = {**self.estimate.row(level), "p_value": self.p_value}
        return (
            Row("first", {"name": "first", **self.first.row(level)}),
            Row("second", {"name": "second", **self.second.row(level)}),
            Row("change", {"name": "change", **change}),
        )

    def _title(self) -> str:
        return f"The same respondents twice, {self.measure}"

    def _notes(self) -> Sequence[str]:
        its = self.estimate.resamples
        failed = f", {its.failed:,} failed" if its.failed else ""
        interval = self.confidence_interval().description
        return (
            f"{self.n:,} respondents asked twice. {interval}, {its.resamples:,} resamples{failed}.",
            f"Unpaired, the standard error would be {number(self.unpaired_standard_error)}.",
            INVARIANCE.replace("in every group", "both times"),
        )


def paired(
    first: R, second: R, measure: Callable[[R], Estimated], *, method: Bootstrap = BY_DEFAULT
) -> PairedDifference:
    """Compare a measure in the same respondents at two times (a panel), or on two questions.

    Two estimates alone cannot say how they vary together; the answers can. Whole respondents are
    resampled, and the measure is taken of both of their sets of answers.

    Parameters
    ----------
    first, second : Responses, or other questionnaires
        Answers of the same respondents in the same order.
    measure : callable
        Takes such answers and returns an estimate, as in :func:`groups`.
    method : Bootstrap
        How many resamples to draw, from which source of randomness, and the kind of interval.

    Returns
    -------
    PairedDifference

    Raises
    ------
    DataError
        If respondents or weights differ, some were excluded, or there are fewer than two.
    EstimationError
        If the measure fails on more than half of the resamples.
    ParameterError
        If an argument is no such thing.

    Examples
    --------
    >>> from custvalue import comparing
    >>> from custvalue.survey import Bootstrap, Responses, Scale
    >>> before = Responses.from_frame({"friendly": [3, 2, 4, 3, 5, 2]}, scale=Scale(1, 5))
    >>> after = Responses.from_frame({"friendly": [4, 3, 4, 4, 5, 3]}, scale=Scale(1, 5))
    >>> change = comparing.paired(
    ...     before, after, lambda part: part.mean("friendly"), method=Bootstrap(2000, rng=1)
    ... )
    >>> round(change.value, 4), change.standard_error < change.unpaired_standard_error
    (0.6667, True)
    """
    method = require_bootstrap(method)
    check_measure(measure)
    _check_panel(first, second)
    once, twice = measured(first, measure, "first"), measured(second, measure, "second")

    def change(rows: np.typing.NDArray[np.intp]) -> float:
        return measure(second.of_rows(rows)).value - measure(first.of_rows(rows)).value

    resamples = row_resamples(change, first.respondents, method)
    effective_n = kish_effective_n(first.weights)
    return PairedDifference(
        measure=measure_of({"first": once, "second": twice}),
        estimate=resampled_estimates(resamples, ("change",), effective_n=effective_n)[0],
        first=estimate_of(once),
        second=estimate_of(twice),
        p_value=_p_value(resamples),
    )


def _check_panel(first: Any, second: Any) -> None:
    for name, answers in (("first", first), ("second", second)):
        require_questionnaire(name, answers)
        refuse_excluded(name, answers)
    if type(first) is not type(second):
        raise ParameterError(
            f"first and second must be questionnaires of one kind, but they are "
            f"{type(first).__name__} and {type(second).__name__}."
        )
    if first.respondents != second.respondents:
        raise DataError(
            f"first has {count(first.respondents, 'respondent')} and second has "
            f"{second.respondents}. Both must be the same respondents in the same order; for "
            f"different ones use comparing.groups."
        )
    if first.respondents < 2:
        raise DataError("a change needs at least 2 respondents, but there is 1.")
    if not np.array_equal(first.weights, second.weights):
        raise DataError(
            "first and second have other weights for the same respondents. Give both the weights "
            "of one of the two waves."
        )


def _p_value(resampled: Resamples) -> float:
    """Return twice the share of resamples on the far side of 0, of one more than there are."""
    draws = resampled.draws[:, 0]
    beyond = min((draws <= 0).sum(), (draws >= 0).sum())
    return min(2 * (int(beyond) + 1) / (len(draws) + 1), 1.0)
