"""Customer satisfaction from one question: top box, mean and distribution side by side.

A top-box share loses information and a mean hides polarisation, so that both are given. How many
answers count as the top box is a convention that differs between companies and lengths of
scale; it is an argument, and it is named in the result.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.means import ScaleMean, scale_mean
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.questions import Answered, Asked, answered, taken_apart
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._values import Frozen, Probability
from custvalue._words import number, percent
from custvalue.errors import ParameterError


class AnswerShare(Frozen):
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
        return distribution_notes(self)


def distribution_notes(result: TopBox) -> tuple[str, ...]:
    """Say how the answers are distributed, and what is missing."""
    given = ", ".join(
        f"{number(part.answer)}: {percent(part.share)}"
        for part in result.distribution
        if part.count
    )
    deviation = result.mean.standard_deviation
    spread = "" if deviation is None else f"Standard deviation {number(deviation)}. "
    return (
        "95 % intervals: share wilson, means beta.",
        f"{spread}Answers: {given}.",
        str(result.base),
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
        whose weights, scale and policy for missing answers hold.
    scale : Scale
        The scale of the question; the lowest answers are the best where lower is better. Left out
        with Responses.
    boxes : int
        How many of the best answers count: 2 by default, as is usual on five points; 1 is usual
        on three points.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or leave out those respondents (``drop`` and ``pairwise`` are
        the same here); they are counted in the result.

    Returns
    -------
    TopBox

    Raises
    ------
    DataError
        If answers are off the scale, between its steps or missing, or weights do not fit.
    ParameterError
        If the scale has no steps, `boxes` is no number of answers on it, or Responses have several
        items or contradict the scale or the weights.

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
    offered = _offered(scale, boxes)
    responses = asked.read()
    used = answered("answers", responses.answers, responses.weights, asked.base_of(responses))
    given, weighting = used.answers[:, 0], used.weights
    step = np.rint((given - scale.low) / (scale.step or 1.0)).astype(np.int64)
    best = step >= len(offered) - boxes if scale.direction == "higher is better" else step < boxes
    name = f"top-{boxes}-box share" if boxes > 1 else "top-box share"
    every = np.array(offered)
    return TopBox(
        scale=scale,
        boxes=boxes,
        estimate=proportion(best.astype(np.float64), weighting, name=name),
        mean=scale_mean(given, weighting, name="mean answer", answers=every),
        index=scale_mean(
            scale.rescale(given), weighting, name="index 0-100", answers=scale.rescale(every)
        ),
        distribution=_distribution(offered, step, used),
        base=used.base,
    )


def _offered(scale: Scale, boxes: object) -> list[float]:
    """Return the answers that the scale offers, after a look at `boxes`."""
    if scale.step is None:
        raise ParameterError(
            f"top_box needs a scale with steps, but {scale!r} is continuous. Say its step, or "
            f"report the mean."
        )
    answers = round(scale.width / scale.step) + 1
    if not isinstance(boxes, int) or isinstance(boxes, bool) or not 1 <= boxes < answers:
        raise ParameterError(
            f"boxes must be a whole number from 1 to {answers - 1}, because the scale {scale} has "
            f"{answers} answers, but it is {boxes!r}."
        )
    return [scale.low + scale.step * i for i in range(answers)]


def _distribution(
    offered: list[float], step: np.ndarray[Any, np.dtype[np.int64]], used: Answered
) -> tuple[AnswerShare, ...]:
    counts = np.bincount(step, minlength=len(offered))
    shares = np.bincount(step, weights=used.weights, minlength=len(offered)) / used.weights.sum()
    return tuple(
        AnswerShare(answer=answer, count=int(count), share=min(float(share), 1.0))
        for answer, count, share in zip(offered, counts, shares, strict=True)
    )
