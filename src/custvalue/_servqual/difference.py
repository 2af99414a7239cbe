"""Reliability of a difference score (Peter, Churchill & Brown 1993)."""

from __future__ import annotations

import math
import warnings

from custvalue._rows import FloatArray
from custvalue._survey.alpha import alpha_of
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, plain
from custvalue.errors import DataWarning, ParameterError


class DifferenceReliability(Frozen):
    """Reliability of the difference score of one dimension, and what it comes from.

    Parameters
    ----------
    value : float
        Reliability of P - E, by :func:`difference_score_reliability`.
    perception_alpha, expectation_alpha : float
        Cronbach's raw alpha of the perceptions and of the expectations.
    correlation : float
        Between a respondent's mean perception and mean expectation in the dimension.
    perception_sd, expectation_sd : float
        Standard deviations of the same two means.
    """

    value: float
    perception_alpha: float
    expectation_alpha: float
    correlation: float
    perception_sd: NonNegative
    expectation_sd: NonNegative


def difference_score_reliability(
    reliability_x: float,
    reliability_y: float,
    correlation: float,
    *,
    sd_x: float = 1.0,
    sd_y: float = 1.0,
) -> float:
    """Return the reliability of x - y.

    (σx² ρx + σy² ρy - 2 r σx σy) / (σx² + σy² - 2 r σx σy): Peter, Churchill & Brown (1993,
    *Journal of Consumer Research* 19(4)). The more the two go together, the less of
    their difference is anything but error.

    Parameters
    ----------
    reliability_x, reliability_y : float
        Reliabilities of the two scores, at most 1.
    correlation : float
        Between the two scores, -1 to 1.
    sd_x, sd_y : float
        Their standard deviations, > 0.

    Returns
    -------
    float
        At most 1; no reliability where the scores correlate more than theirs allow.

    Raises
    ------
    ParameterError
        If an argument is outside its domain, or the difference does not vary.

    Warns
    -----
    DataWarning
        If the correlation is beyond the square root of the product of both reliabilities, which
        only sampling error brings about.

    Examples
    --------
    >>> round(difference_score_reliability(0.8, 0.8, 0.4), 4)
    0.6667
    """
    for name, value in (("reliability_x", reliability_x), ("reliability_y", reliability_y)):
        if not value <= 1:
            raise ParameterError(f"{name} must be <= 1, but it is {value!r}.")
    if not -1 <= correlation <= 1:
        raise ParameterError(f"correlation must be from -1 to 1, but it is {correlation!r}.")
    for name, value in (("sd_x", sd_x), ("sd_y", sd_y)):
        if not (value > 0 and math.isfinite(value)):
            raise ParameterError(f"{name} must be a finite number > 0, but it is {value!r}.")
    if not varies(sd_x, sd_y, correlation):
        raise ParameterError(
            "the difference of two scores that are the same but for a constant does not vary, so "
            "it has no reliability."
        )
    value = _of_difference(reliability_x, reliability_y, correlation, sd_x, sd_y)
    limit = math.sqrt(max(reliability_x, 0.0) * max(reliability_y, 0.0))
    if abs(correlation) > limit + 1e-12:
        warnings.warn(
            f"correlation is {plain(correlation)!r}, beyond {number(limit)}, the square root of "
            f"reliability_x * reliability_y, which scores cannot pass except by sampling error: "
            f"{number(value)} is no reliability of their difference. Take all three from the same "
            f"respondents, and from more of them.",
            DataWarning,
            stacklevel=2,
        )
    return value


def _of_difference(
    reliability_x: float, reliability_y: float, correlation: float, sd_x: float, sd_y: float
) -> float:
    shared = 2 * correlation * sd_x * sd_y
    true = sd_x**2 * reliability_x + sd_y**2 * reliability_y - shared
    return true / (sd_x**2 + sd_y**2 - shared)


def reliability_of(covariance: FloatArray) -> DifferenceReliability | None:
    """Return the reliability of the difference of two mean scores; None where it does not exist.

    The covariances are those of a dimension's perceptions, then of its expectations.
    """
    items = len(covariance) // 2
    perceived, expected = covariance[:items, :items], covariance[items:, items:]
    perception_alpha, expectation_alpha = alpha_of(perceived), alpha_of(expected)
    if perception_alpha is None or expectation_alpha is None:
        return None
    perception_sd, expectation_sd = (math.sqrt(b.sum()) / items for b in (perceived, expected))
    shared = float(covariance[:items, items:].sum()) / items**2
    correlation = min(max(shared / (perception_sd * expectation_sd), -1.0), 1.0)
    if not varies(perception_sd, expectation_sd, correlation):
        return None
    value = _of_difference(
        perception_alpha, expectation_alpha, correlation, perception_sd, expectation_sd
    )
    return DifferenceReliability(
        value=value,
        perception_alpha=perception_alpha,
        expectation_alpha=expectation_alpha,
        correlation=correlation,
        perception_sd=perception_sd,
        expectation_sd=expectation_sd,
    )


def varies(sd_x: float, sd_y: float, correlation: float) -> bool:
    """Say whether the difference of two scores varies by more than rounding."""
    squares = sd_x**2 + sd_y**2
    return squares - 2 * correlation * sd_x * sd_y > 1e-12 * squares
