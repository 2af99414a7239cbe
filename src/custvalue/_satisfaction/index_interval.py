"""The interval of an index of several items, and where its bootstrap interval is."""

from __future__ import annotations

from typing import get_args

from custvalue._checks import require_choice
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, MeanMethod


def index_interval(
    estimate: MeanEstimate, level: float, method: MeanMethod | None, measure: str
) -> Interval:
    """Return the interval of an index; who asks it for a bootstrap is sent to the right place.

    Parameters
    ----------
    estimate : MeanEstimate
        The index.
    level : float
        Confidence level, 0.95 for 95 %.
    method : {"beta", "t"} or None
        None for the usual one.
    measure : str
        The function that computed the index.

    Raises
    ------
    DataError
        With fewer than two respondents.
    ParameterError
        If `level` or `method` is unknown.
    """
    if method is not None:
        elsewhere = (
            f"An index keeps no answers to draw again: say bootstrap_interval(responses, lambda "
            f"part: {measure}(part, …))."
        )
        require_choice("method", method, get_args(MeanMethod), hints={"bootstrap": elsewhere})
    return estimate.confidence_interval(level, method=method)
