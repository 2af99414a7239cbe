"""Below, within or above what was expected: classes of respondents and of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level, finite
from custvalue._inference.means import MeanEstimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.scale import Scale, check_scale
from custvalue._rows import FloatArray
from custvalue._words import number
from custvalue.errors import ParameterError

Verdict = Literal["dissatisfied", "satisfied", "delighted"]
GroupVerdict = Literal["dissatisfied", "satisfied", "delighted", "undecided"]

NO_ANSWER = "no answer"
VERDICTS = ("dissatisfied", "satisfied", "delighted", NO_ANSWER)
ROUNDING = 1e-9  # 0.3 - 0.2 is within a band of 0.1


def classes_of(difference: FloatArray, band: float) -> npt.NDArray[np.int64]:
    """Return positions in ``VERDICTS``: below, within, above the band, no answer."""
    above = (difference > band + ROUNDING).astype(np.int64)
    below = (difference < -band - ROUNDING).astype(np.int64)
    return np.where(np.isnan(difference), VERDICTS.index(NO_ANSWER), 1 + above - below)


def class_of(difference: float, band: float) -> Verdict:
    """Return the class of one difference."""
    return cast("Verdict", VERDICTS[classes_of(np.array([difference]), band)[0]])


def group_verdict(estimate: MeanEstimate, band: float, level: float) -> GroupVerdict:
    """Return the class that the whole interval lies in, or undecided."""
    level = checked_level(level)
    if estimate.standard_error is None:
        return "undecided"
    interval = estimate.confidence_interval(level)
    low, high = class_of(interval.low, band), class_of(interval.high, band)
    return low if low == high else "undecided"


def checked_band(band: object, scale: Scale) -> float:
    """Return the indifference band, a number of points >= 0 and below the width of the scale."""
    check_scale(scale)
    points = finite(band)
    if not 0 <= points < scale.width:
        raise ParameterError(
            f"band must be a number of scale points >= 0 and < {number(scale.width)}, the width "
            f"of the scale {scale}, but it is {band!r}. Respondents whose answers differ by no "
            f"more than the band count as satisfied."
        )
    return points


def class_shares(
    classes: npt.NDArray[np.int64], words: Sequence[str], sample: Sample, name: str
) -> list[Proportion]:
    """Return the share of each class; `name` says what the shares are called: ``"share {}"``."""
    return [
        proportion((classes == code).astype(np.float64), sample, name=name.format(word))
        for code, word in enumerate(words)
    ]
