"""A bootstrap interval of any measure of a survey: whole respondents are drawn again.

The answers of a respondent belong together, so that an index of several items is resampled by
respondents, with their weights (Efron & Tibshirani 1993, *An Introduction to the Bootstrap*,
chapters 13 and 14).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from custvalue._checks import checked_level
from custvalue._comparing.groups import check_measure, require_questionnaire
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.estimate import Estimated
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import row_resamples
from custvalue._respondents.respondents import Respondents
from custvalue.errors import DataError

BY_DEFAULT = Bootstrap()

R = TypeVar("R", bound=Respondents)


def bootstrap_interval(
    answers: R,
    measure: Callable[[R], Estimated],
    *,
    level: float = 0.95,
    method: Bootstrap = BY_DEFAULT,
) -> Interval:
    """Return a bootstrap interval of any measure: an index, a score, a mean, a reliability.

    Parameters
    ----------
    answers : Responses, or another questionnaire
        Answers of n respondents.
    measure : callable
        Takes such answers and returns a result with a `value`, as in
        ``lambda part: customer_satisfaction_index(part)``.
    level : float
        Confidence level, 0.95 for 95 %.
    method : Bootstrap
        How many resamples to draw, each of which takes the measure once, from which source of
        randomness, and the kind of interval: ``kind="bca"`` takes the measure of n further samples.

    Returns
    -------
    Interval
        Its method tells of resamples in which the measure did not exist, and of zero width where
        all resamples give one value.

    Raises
    ------
    DataError
        With fewer than two respondents who have a weight above 0.
    EstimationError
        If more than half of the resamples failed.
    ParameterError
        If `measure` cannot be called, or `level` or `method` is unknown.

    Notes
    -----
    With few respondents percentiles cover too little, as bootstraps do: for a mean at n = 30 some
    93 %. Where all answers are equal, resamples have not seen any other: the interval has zero
    width, which is not certainty. Where a measure has an interval of its own, that one is quicker.

    Examples
    --------
    >>> from custvalue import comparing
    >>> from custvalue.satisfaction import customer_satisfaction_index
    >>> from custvalue.survey import Bootstrap, Responses, Scale
    >>> frame = {"friendly": [5, 4, 3, 5, 4, 2], "on time": [4, 2, 4, 3, 5, 1]}
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
    >>> interval = comparing.bootstrap_interval(
    ...     answers, customer_satisfaction_index, method=Bootstrap(2000, rng=1)
    ... )
    >>> str(interval), interval.method
    ('[39.58, 81.25]', 'bootstrap percentile')
    """
    level = checked_level(level)
    method = require_bootstrap(method)
    check_measure(measure)
    require_questionnaire("answers", answers)
    counted = int((answers.weights > 0).sum())
    if counted < 2:
        raise DataError(
            f"answers: an interval needs at least 2 respondents, but there is {counted}. Report "
            f"the value without one, or collect more answers."
        )

    def value(rows: np.typing.NDArray[np.intp]) -> float:
        return measure(answers.of_rows(rows)).value

    resampled = row_resamples(value, answers.respondents, method)
    return resampled.confidence_interval(level, kind=method.kind)
