"""Moments of truth: what customers think of each step of a visit, in the order of the visit.

People remember an episode by its most intense moment and its end, hardly by its length (Fredrickson
& Kahneman 1993, *Journal of Personality and Social Psychology* 65(1), 45-55). The peak-end score of
a respondent is the mean of both: of the answer farthest from the middle of the scale (the worse one
of two), and of the last touchpoint that was answered. It stands beside the mean of all touchpoints;
no claim is made that it predicts better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Direction
from custvalue._results.base import Base
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Frozen, Record
from custvalue._words import count, listed, number
from custvalue.errors import DataError, ParameterError

FEW = 0.5  # of the respondents, below which it is said that a step was answered by few


@dataclass(frozen=True, slots=True)
class Touchpoint(Record):
    """One step of the visit.

    Parameters
    ----------
    name : str
        The step.
    mean : MeanEstimate
        Mean answer of those who answered it.
    answered : Proportion
        Share of the respondents who did.
    change : MeanEstimate or None
        From the step before, of those who answered both; None for the first.
    worst_for : Proportion
        Share of the respondents for whom it was the worst moment; ties count for every one of them.
    """

    name: str
    mean: MeanEstimate
    answered: Proportion
    change: MeanEstimate | None
    worst_for: Proportion


class Touchpoints(Pictured, Tabulated, Frozen):
    """What customers think of every step of a visit.

    Parameters
    ----------
    touchpoints : tuple of Touchpoint
        In the order of the visit.
    mean : MeanEstimate
        Mean over respondents of their mean over the touchpoints that they answered.
    peak_end : MeanEstimate
        Mean over respondents of the peak-end score.
    difference : MeanEstimate
        Peak-end score minus mean, of the same respondents.
    direction : {"higher is better", "lower is better"}
        Of the scale.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    PICTURE: ClassVar[str] = "touchpoint_line"
    TITLE: ClassVar[str] = "Moments of truth"
    LABELS: ClassVar[str] = "touchpoint"
    SHOWN: ClassVar = shown("mean, low, high, n, answered, change, worst_for: worst moment for")
    REPR: ClassVar[tuple[str, ...]] = ("worst", "best")

    touchpoints: tuple[Touchpoint, ...]
    mean: MeanEstimate
    peak_end: MeanEstimate
    difference: MeanEstimate
    direction: Direction
    base: Base

    def touchpoint(self, name: str) -> Touchpoint:
        """Return one step.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such step.
        """
        return named("touchpoint", name, self.touchpoints)

    def _from_worst(self) -> list[Touchpoint]:
        sign = 1 if self.direction == "higher is better" else -1
        return sorted(self.touchpoints, key=lambda its: sign * its.mean.value)

    @property
    def worst(self) -> str:
        """The step with the worst mean; the earlier of two alike."""
        return self._from_worst()[0].name

    @property
    def best(self) -> str:
        """The step with the best mean; the later of two alike."""
        return self._from_worst()[-1].name

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.name,
                {
                    "touchpoint": its.name,
                    **its.mean.row(level, value="mean"),
                    "answered": its.answered.value,
                    **(
                        dict.fromkeys(("change", "change_low", "change_high"))
                        if its.change is None
                        else its.change.ends(level, "change")
                    ),
                    **its.worst_for.ends(level, "worst_for"),
                },
            )
            for its in self.touchpoints
        ]

    def _notes(self) -> Iterable[str]:
        yield (
            f"Worst: {self.worst}. Best: {self.best}. Mean of all touchpoints "
            f"{number(self.mean.value)}, peak-end score {number(self.peak_end.value)}, difference "
            f"{number(self.difference.value)} {self.difference.confidence_interval()}."
        )
        yield (
            "Peak-end: the mean of the last answer and of the one farthest from the middle of the "
            "scale, the worse of two."
        )
        rare = [its.name for its in self.touchpoints if its.answered.value < FEW]
        if rare:
            yield (
                f"Answered by less than half: {listed(rare)}. Their means and changes are of those "
                f"who had the step."
            )
        yield str(self.base)


def touchpoints(answers: Responses, *, order: Sequence[str]) -> Touchpoints:
    """Follow satisfaction through the steps of a visit.

    Parameters
    ----------
    answers : Responses
        Answers about every step, one item each; weights and clusters are used. Steps that a
        respondent did not have are missing: read with ``missing="pairwise"``.
    order : sequence of str
        The items in the order of the visit.

    Returns
    -------
    Touchpoints

    Raises
    ------
    DataError
        If a step is answered by fewer than two respondents, or two steps in a row by nobody who
        answered both.
    ParameterError
        If `answers` is no Responses, or `order` names fewer than two items, one twice, or one that
        there is not.

    Examples
    --------
    >>> from custvalue import journey
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "reception": [5, 4, 5, 3, 4, 5],
    ...     "repair": [4, 4, 3, 2, 4, 3],
    ...     "handover": [3, 5, 4, 2, 5, 4],
    ... }
    >>> found = journey.touchpoints(
    ...     Responses.from_frame(frame, scale=Scale(1, 5)),
    ...     order=["reception", "repair", "handover"],
    ... )
    >>> found.worst, found.touchpoint("repair").change.value
    ('repair', -1.0)
    """
    values = _in_order(answers, order)
    sample, (low, high) = answers.sample, (answers.scale.low, answers.scale.high)
    seen = ~np.isnan(values)
    if not seen.any(axis=1).any():
        raise DataError("no respondent answered any of the touchpoints.")
    for name, n in zip(order, seen.sum(axis=0).tolist(), strict=True):
        if n < 2:
            raise DataError(
                f"touchpoint {name!r} has {count(n, 'answer')}, and a mean needs at least 2. Leave "
                f"it out of order, or put it together with another."
            )
    sign = 1.0 if answers.scale.direction == "higher is better" else -1.0
    worst = worst_moments(sign * values)
    steps, width = [], high - low
    for place, name in enumerate(order):
        own = values[:, place]
        before = None if not place else own - values[:, place - 1]
        steps.append(
            Touchpoint(
                name=str(name),
                mean=answers.mean(name),
                answered=proportion(seen[:, place].astype(np.float64), sample, name="answered"),
                change=None if before is None else _mean(before, sample, "change", (-width, width)),
                worst_for=proportion(worst[:, place], sample, name="worst moment for"),
            )
        )
    every = np.where(seen, values, 0.0).sum(axis=1) / np.where(
        seen.any(axis=1), seen.sum(axis=1), np.nan
    )
    remembered = sign * peak_and_end(sign * values, sign * (low + high) / 2)
    return Touchpoints(
        touchpoints=tuple(steps),
        mean=_mean(every, sample, "mean of all touchpoints", (low, high)),
        peak_end=_mean(remembered, sample, "peak-end score", (low, high)),
        difference=_mean(remembered - every, sample, "peak-end minus mean", (-width, width)),
        direction=answers.scale.direction,
        base=answers.base,
    )


def worst_moments(values: FloatArray) -> FloatArray:
    """Return 1 where an answer is the lowest of its respondent, else 0; NaN for who gave none."""
    seen = ~np.isnan(values)
    lowest = np.where(seen, values, np.inf).min(axis=1, keepdims=True)
    found: FloatArray = (seen & (values == lowest)).astype(np.float64)
    found[~seen.any(axis=1)] = np.nan
    return found


def peak_and_end(values: FloatArray, middle: float) -> FloatArray:
    """Return the mean of peak and end of each respondent, NaN for who gave no answer."""
    seen = ~np.isnan(values)
    away = np.where(seen, np.abs(values - middle), -1.0)
    farthest = seen & (away == away.max(axis=1, keepdims=True))
    peak = np.where(farthest, values, np.inf).min(axis=1)
    last = values.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    end = values[np.arange(len(values)), last]
    both: FloatArray = np.where(seen.any(axis=1), (peak + end) / 2, np.nan)
    return both


def _mean(
    values: FloatArray, sample: Sample, name: str, bounds: tuple[float, float]
) -> MeanEstimate:
    if (~np.isnan(values) & (sample.weights > 0)).sum() < 2:
        raise DataError(
            f"the {name} needs at least 2 respondents who answered both touchpoints. Leave one of "
            f"them out of order."
        )
    return mean_estimate(values, sample, name=name, bounds=bounds)


def _in_order(answers: object, order: object) -> FloatArray:
    """Return the answers to the touchpoints, a column each."""
    if not isinstance(answers, Responses):
        raise ParameterError(
            f"answers must be Responses, but it is {type(answers).__name__}. Read them with "
            f"Responses.from_frame(frame, scale=..., missing='pairwise')."
        )
    if isinstance(order, str) or not isinstance(order, Sequence) or len(order) < 2:
        raise ParameterError(
            f"order must be a list of at least two items, in the order of the visit, but it is "
            f"{order!r}."
        )
    twice = [name for place, name in enumerate(order) if name in order[:place]]
    if twice:
        raise ParameterError(f"order names {listed(twice)} twice. Name every touchpoint once.")
    columns: FloatArray = np.column_stack([answers.item(name) for name in order])
    return columns
