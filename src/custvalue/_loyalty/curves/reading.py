"""Satisfaction and what customers did, read together."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._columns import refuse_where
from custvalue._frames import Source
from custvalue._inference.sample import Sample
from custvalue._loyalty.curves.families import Outcome
from custvalue._loyalty.one_item import (
    DECLARED,
    of_the_same,
    one_item,
    require_same_length,
)
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._rows import FloatArray, IntArray
from custvalue._words import count
from custvalue.errors import DataError, ParameterError

Direction = Literal["rising", "falling"]

MOST_LEVELS = 201
LARGEST = 1e100


class Known(NamedTuple):
    """Customers of whom satisfaction and outcome are known.

    Parameters
    ----------
    scores : ndarray of shape (levels,)
        The different answers, from the worst to the best.
    level : ndarray of int64, shape (n,)
        The place of each customer's answer among them.
    outcome : ndarray of shape (n,)
        What each did, in its own unit.
    sample : Sample
        Weights, all > 0, and clusters.
    scale : Scale
        Of satisfaction.
    family : str
        What the outcome is.
    ends : tuple of float, or None
        Of the outcome, where it has a scale.
    left_out : int
        Customers of whom one is not known.
    """

    scores: FloatArray
    level: IntArray
    outcome: FloatArray
    sample: Sample
    scale: Scale
    family: Outcome
    ends: tuple[float, float] | None
    left_out: int

    @property
    def weights(self) -> FloatArray:
        return self.sample.weights

    def n_over(self, lost: int) -> float:
        """Return n / (n - lost), which makes a variance about fitted means unbiased."""
        n = len(self.level)
        return n / max(n - lost, 1)


class Asked(NamedTuple):
    """What was asked for, as it was given."""

    satisfaction: Any
    outcome: Any
    scale: Any = None
    outcome_scale: Any = None
    family: Any = None
    weights: Any = None
    cluster: Any = None
    asked: Any = None
    happened: Any = None
    date_format: str | None = None


def read(given: Asked) -> tuple[Responses, FloatArray, Outcome]:
    """Read answers and outcomes of all customers, and say what the outcomes are."""
    answers = one_item(
        "satisfaction",
        given.satisfaction,
        given.scale,
        weights=given.weights,
        cluster=given.cluster,
    )
    outcome = of_the_same("outcome", given.outcome, "satisfaction", answers)
    large = np.abs(outcome) > LARGEST
    refuse_where(large, "outcome", f"at most {LARGEST:g}", outcome, "Use a larger unit.")
    _refuse_earlier(given, answers)
    if given.family is not None:
        require_choice("family", given.family, get_args(Outcome))
    if given.outcome_scale is not None:
        scale = check_scale(given.outcome_scale, "outcome_scale")
        outcome = scale.check_declared("outcome", outcome, f"outcome_scale={DECLARED}")
    return answers, outcome, _checked_family(given, outcome)


def known(
    answers: Responses, outcome: FloatArray, family: Outcome, outcome_scale: Scale | None
) -> Known:
    """Keep the customers of whom both are known."""
    given = answers.answers[:, 0]
    there = ~(np.isnan(given) | np.isnan(outcome)) & (answers.weights > 0)
    if not there.any():
        raise DataError(
            "no customer has both a satisfaction and an outcome. Join the survey and the outcomes "
            "by customer first."
        )
    scores, level = np.unique(answers.scale.sign * given[there], return_inverse=True)
    _check_levels(scores)
    _check_outcomes(outcome[there], level, family)
    ends = {"binary": (0.0, 1.0), "proportion": (0.0, 1.0)}.get(family)
    if outcome_scale is not None:
        ends = (outcome_scale.low, outcome_scale.high)
    return Known(
        scores=answers.scale.sign * scores,
        level=level.astype(np.int64),
        outcome=outcome[there],
        sample=answers.sample.of_rows(there),
        scale=answers.scale,
        family=family,
        ends=ends,
        left_out=int((~there).sum()),
    )


def _checked_family(given: Asked, outcome: FloatArray) -> Outcome:
    """Return what the outcome is, from its values where that was not said."""
    present = outcome[~np.isnan(outcome)]
    within = bool(((present >= 0) & (present <= 1)).all())
    binary = bool(np.isin(present, (0.0, 1.0)).all())
    if given.family is None:
        if given.outcome_scale is not None:
            return "scale"
        return "binary" if binary else "proportion" if within else "amount"
    family: Outcome = given.family
    if (family == "scale") != (given.outcome_scale is not None):
        raise ParameterError(
            "family='scale' and outcome_scale= belong together, as in outcome_scale=Scale(1, 5). "
            "Give both or neither."
        )
    bad, expected = np.zeros(len(outcome), dtype=bool), ""
    if family == "binary":
        bad, expected = ~np.isin(outcome, (0.0, 1.0)), "0 or 1"
    elif family == "proportion":
        bad, expected = ~((outcome >= 0) & (outcome <= 1)), "a share from 0 to 1"
    elif family == "count":
        bad, expected = ~((outcome >= 0) & (outcome == np.rint(outcome))), "a whole number >= 0"
    refuse_where(bad & ~np.isnan(outcome), "outcome", expected, outcome, "Use another family=.")
    return family


def _check_levels(scores: FloatArray) -> None:
    if len(scores) < 2:
        raise DataError(
            f"satisfaction is {scores[0] + 0.0:g} for all customers, so there is no curve. Use "
            f"answers that differ."
        )
    if len(scores) > MOST_LEVELS:
        raise DataError(
            f"satisfaction has {len(scores):,} different values, but a curve is by level, of which "
            f"there may be {MOST_LEVELS}. Round it first, as in numpy.round(satisfaction, 1)."
        )


def _check_outcomes(outcome: FloatArray, level: IntArray, family: Outcome) -> None:
    if np.ptp(outcome) <= 1e-12 * np.abs(outcome).max():
        raise DataError(
            f"outcome is {outcome[0]:g} for all {count(len(outcome), 'customer')}, so there is no "
            f"curve. Use an outcome that differs among them."
        )
    if family != "binary" and np.bincount(level).max() < 2:
        raise DataError(
            "no answer was given by two customers, so how much their outcomes vary is unknown. "
            "Round satisfaction first, as in numpy.round(satisfaction, 1)."
        )


def _refuse_earlier(given: Asked, answers: Responses) -> None:
    """Raise a DataError where an outcome is dated before the survey."""
    if given.asked is None and given.happened is None:
        return
    if given.asked is None or given.happened is None:
        one, other = ("happened", "asked") if given.asked is None else ("asked", "happened")
        raise ParameterError(
            f"{one} is given without {other}. Give both dates, or none: whether an outcome follows "
            f"the survey needs both."
        )
    asked, happened = (
        _times(name, its, answers, given.date_format)
        for name, its in (("asked", given.asked), ("happened", given.happened))
    )
    unknown = np.isnat(asked) & ~np.isnat(happened)
    hint = "Leave the outcome out, or find out when the customer was asked."
    refuse_where(unknown, "asked", "present where an outcome is dated", _words(asked), hint)
    early = happened < asked  # NaT is not earlier than anything
    refuse_where(
        early,
        "happened",
        "at or after the date of the survey",
        _words(happened),
        "Satisfaction cannot move what was before it: use outcomes after the survey.",
    )


def _words(times: npt.NDArray[np.datetime64]) -> npt.NDArray[np.str_]:
    return np.array([str(its) for its in times.astype("M8[D]")])


def _times(
    name: str, values: Any, answers: Responses, date_format: str | None
) -> npt.NDArray[np.datetime64]:
    source = Source({name: values})
    try:
        times = source.times_with_gaps(name, date_format=date_format)
    except DataError:
        _refuse_zones(name, source, date_format)
        raise
    require_same_length(name, len(times), "satisfaction", answers)
    return times


def _refuse_zones(name: str, source: Source, date_format: str | None) -> None:
    """Raise where times carry a zone, which this comparison of days does not read."""
    try:
        source.times_with_gaps(name, date_format=date_format, time_zone="UTC")
    except DataError:
        return  # they carry none
    raise DataError(
        f"{name} must be local time, but its times carry a zone. Turn them into the days of one "
        f"place first, as in pandas' {name}.dt.tz_convert('Europe/Berlin').dt.tz_localize(None).",
        column=name,
    )
