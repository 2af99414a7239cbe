"""Customer satisfaction from one question: top box, mean and distribution side by side.

A top-box share loses information and a mean hides polarisation, so both are given. How many
answers count as the top box is a convention that differs between companies and lengths of
scale; it is an argument, and it is named in the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.cells import AnswerCells, answer_cells
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.means import ScaleMean
from custvalue._inference.shares import Proportion
from custvalue._respondents.questions import Asked, answered, taken_apart
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._values import Probability, Record
from custvalue._words import number, percent
from custvalue.errors import ParameterError


@dataclass(frozen=True, slots=True)
class AnswerShare(Record):
    """How often one answer of the scale was given.

    Parameters
    ----------
    answer : float
        The answer.
    count : int
        Respondents who gave it, whatever their weights.
    share : float
        Their (weighted) share.
    """

    answer: float
    count: int
    share: Probability


class TopBox(Headline):
    """A top-box share, often called CSAT, with the mean and the distribution beside it.

    Parameters
    ----------
    scale : Scale
        The scale of the question.
    boxes : int
        How many of the best answers count.
    estimate : Proportion
        Share of respondents with one of these answers.
    mean : ScaleMean
        Mean answer, in scale points, with the standard deviation of the answers.
    index : ScaleMean
        Mean on 0-100, 100 being the good end of the scale.
    distribution : tuple of AnswerShare
        Every answer that the scale offers, from low to high.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    REPR: ClassVar[tuple[str, ...]] = ("boxes", "scale", "value", "n")

    scale: Scale
    boxes: int
    estimate: Proportion
    mean: ScaleMean
    index: ScaleMean
    distribution: tuple[AnswerShare, ...]
    base: Base

    def _estimates(self) -> tuple[Estimate, ...]:
        return (self.estimate, self.mean, self.index)

    def _title(self) -> str:
        return f"Customer satisfaction, scale {self.scale}, {self.scale.direction}"

    def _notes(self) -> tuple[str, ...]:
        return distribution_notes(self.distribution, self.mean, self.base)


def distribution_notes(
    distribution: tuple[AnswerShare, ...], mean: ScaleMean, base: Base
) -> tuple[str, ...]:
    """Say how the answers are distributed, and what is missing."""
    given = ", ".join(
        f"{number(part.answer)}: {percent(part.share)}" for part in distribution if part.count
    )
    deviation = mean.standard_deviation
    spread = "" if deviation is None else f"Standard deviation {number(deviation)}. "
    return (
        "95 % intervals: share wilson, means beta.",
        f"{spread}Answers: {given}.",
        str(base),
    )


def top_box(
    answers: Any,
    *,
    scale: Scale | None = None,
    boxes: int = 2,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> TopBox:
    """Compute the share of the best answers, often called the CSAT score.

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Answers on the scale: a list, an array, a column of a dataframe; or Responses of one item,
        whose weights, scale and policy for missing answers are used.
    scale : Scale
        The scale of the question; the lowest answers are the best where lower is better. Not
        needed with Responses.
    boxes : int
        How many of the best answers count: 2 by default, as is usual on five points; 1 is usual
        on three points.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or exclude those respondents (``drop`` and ``pairwise`` are the
        same here); the base of the result counts them.

    Returns
    -------
    TopBox

    Raises
    ------
    DataError
        If answers are off the scale, between its steps or missing, or weights do not fit.
    ParameterError
        If the scale has no steps, `boxes` is not a number of answers on it, or Responses have
        several items or contradict the scale or the weights.

    Examples
    --------
    >>> from custvalue.satisfaction import top_box
    >>> from custvalue.survey import Scale
    >>> answers = [1] * 3 + [2] * 7 + [3] * 20 + [4] * 45 + [5] * 25
    >>> result = top_box(answers, scale=Scale(1, 5), boxes=2)
    >>> result.value, str(result.confidence_interval())
    (0.7, '[0.6042, 0.7811]')
    >>> print(result)
    Customer satisfaction, scale 1-5, higher is better
    ──────────────────────────────────────────────
                     estimate     low    high    n
    ──────────────────────────────────────────────
    top-2-box share    0.7000  0.6042  0.7811  100
    mean answer         3.820   3.612   4.003  100
    index 0-100         70.50   65.30   75.06  100
    ──────────────────────────────────────────────
    95 % intervals: share wilson, means beta.
    Standard deviation 0.9886. Answers: 1: 3 %, 2: 7 %, 3: 20 %, 4: 45 %, 5: 25 %.
    100 respondents, no missing answers.
    """
    return top_box_of(
        taken_apart({"answers": answers}, scale=scale, weights=weights, missing=missing), boxes
    )


def top_box_of(asked: Asked, boxes: int) -> TopBox:
    """Compute the top box of answers that were taken apart."""
    scale = asked.scale
    step, offered = _offered(scale, boxes)
    responses = asked.read()
    used = answered("answers", responses.answers, responses.weights, asked.base_of(responses))
    place = np.rint((used.answers[:, 0] - scale.low) / step).astype(np.int64)
    cells = answer_cells(place, used.weights, offered)
    best = set(offered[-boxes:] if scale.sign > 0 else offered[:boxes])
    name = f"top-{boxes}-box share" if boxes > 1 else "top-box share"
    return TopBox(
        scale=scale,
        boxes=boxes,
        estimate=cells.share(best.__contains__, name=name),
        mean=cells.mean(name="mean answer"),
        index=cells.mean(name="index 0-100", scores=scale.rescale(np.array(offered)).tolist()),
        distribution=_distribution(cells),
        base=used.base,
    )


def _offered(scale: Scale, boxes: object) -> tuple[float, list[float]]:
    """Return the step of the scale and the answers that it offers, after a look at `boxes`."""
    if scale.step is None:
        raise ParameterError(
            f"top_box needs a scale with steps, but {scale!r} is continuous. Give its step, or "
            f"report the mean."
        )
    answers = round(scale.width / scale.step) + 1
    if not isinstance(boxes, int) or isinstance(boxes, bool) or not 1 <= boxes < answers:
        raise ParameterError(
            f"boxes must be a whole number from 1 to {answers - 1}, because the scale {scale} has "
            f"{answers} answers, but it is {boxes!r}."
        )
    return scale.step, [scale.low + scale.step * i for i in range(answers)]


def _distribution(cells: AnswerCells) -> tuple[AnswerShare, ...]:
    columns = (cells.answers, cells.counts, cells.shares)
    return tuple(AnswerShare(*row) for row in zip(*columns, strict=True))
