"""Customer satisfaction and effort, one question each: top box, mean, distribution side by side.

A top-box share loses information and a mean hides polarisation, so both are given. How many
answers count as the top box is a convention that differs between companies and lengths of
scale; it is an argument, and it is named in the result.

Two versions of the customer effort score are in use, and good answers lie at opposite ends. Version
1 asks how much effort the customer had to put forth, from 1 (very low) to 5 (very high): lower is
better. Version 2 asks for agreement that the company made it easy, from 1 to 7: higher is better. A
number without its version says nothing: the direction must be stated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.cells import AnswerCells
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.means import ScaleMean
from custvalue._inference.shares import Proportion
from custvalue._inference.sums import OfSums, mean_of, of_sums
from custvalue._respondents.codebook import Codebook, directed, scale_of, stated_scale
from custvalue._respondents.counts import Counts, counted_answers, offered_answers
from custvalue._respondents.questions import Asked, taken_apart
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Direction, Scale, check_scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._values import Probability, Record
from custvalue._words import count, number, percent
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

    With ``boxes`` below 0 it is a bottom-box share.

    Parameters
    ----------
    scale : Scale
        The scale of the question.
    boxes : int
        How many of the best answers count; below 0, how many of the worst.
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

    @classmethod
    def from_counts(
        cls,
        counts: Counts,
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        boxes: int = 2,
        n: int | None = None,
    ) -> Self:
        """Return the share of counted answers, as a published table gives them.

        Parameters
        ----------
        counts : mapping or sequence of int
            Answer to how often it was given, ``{4: 45, 5: 25}`` (answers that nobody gave may be
            left out), also as ``value_counts()`` of pandas or polars; or one count for each answer
            of the scale, from low to high.
        scale : Scale
            The scale of the question. Not needed with a codebook.
        codebook : Codebook, optional
            What the words of the table mean; counts of words with one meaning are added.
        boxes : int
            As in :func:`top_box`.
        n : int, optional
            The number of answers as reported elsewhere; the counts must add up to it.

        Raises
        ------
        DataError
            If a count is negative or not a whole number, an answer is not on the scale, all counts
            are 0, or they do not add up to `n`.
        ParameterError
            If the scale has no steps, or `boxes` is not a number of answers on it.

        Examples
        --------
        >>> from custvalue.satisfaction import TopBox
        >>> from custvalue.survey import Scale
        >>> result = TopBox.from_counts([3, 7, 20, 45, 25], scale=Scale(1, 5), n=100)
        >>> result.value, str(result.confidence_interval())
        (0.7, '[0.6042, 0.7811]')
        """
        stated = scale_of(scale, codebook)
        cells, base = counted_answers(counts, stated, n, "top_box", codebook)
        return cls(**_counted(cells, base, stated, boxes))

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
        f"95 % intervals: share wilson, means {mean.default_method}.",
        f"{spread}Answers: {given}.",
        str(base),
    )


def _top_box_of_sums(
    answers: object, *, boxes: int = 2, weights: object = None, **_: object
) -> OfSums | None:
    """Return the share of Responses as a function of sums, whose arguments are checked."""
    if not isinstance(answers, Responses) or weights is not None:
        return None
    scale, given = answers.scale, answers.answers[:, 0]
    counted_from = scale.best if boxes > 0 else scale.low + scale.high - scale.best
    away = np.abs(given - counted_from) / (scale.step or 1.0)
    hits = np.where(np.isnan(given), np.nan, away < abs(boxes) - 0.5)
    return mean_of(hits, answers.weights)


@of_sums(_top_box_of_sums)
def top_box(
    answers: Any,
    *,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
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
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    boxes : int
        How many of the best answers count: 2 by default, as is usual on five points; 1 is usual
        on three points. Below 0, how many of the worst answers: -2 for the bottom two boxes.
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
        taken_apart(
            {"answers": answers}, scale=scale, codebook=codebook, weights=weights, missing=missing
        ),
        boxes,
    )


def top_box_of(asked: Asked, boxes: int, *, worst: bool = True) -> TopBox:
    """Compute the top box of answers that were taken apart; a bottom box too where `worst` is."""
    scale = asked.scale
    require_boxes(scale, boxes, worst=worst)
    cells, base = asked.counted("answers", offered_answers(scale, "top_box"))
    return TopBox(**_counted(cells, base, scale, boxes))


def _counted(cells: AnswerCells, base: Base, scale: Scale, boxes: int) -> dict[str, Any]:
    """Return what counted answers tell, by the fields of the result."""
    require_boxes(scale, boxes)
    return {
        "scale": scale,
        "boxes": boxes,
        "estimate": box_share(cells, scale, boxes),
        "mean": cells.mean(name="mean answer"),
        "index": cells.mean(
            name="index 0-100", scores=scale.rescale(np.array(cells.answers)).tolist()
        ),
        "distribution": distribution_of(cells),
        "base": base,
    }


def box_share(cells: AnswerCells, scale: Scale, boxes: int) -> Proportion:
    """Estimate the share of the best answers; of the worst, where boxes are below 0."""
    high = (boxes > 0) == (scale.sign > 0)
    chosen = set(cells.answers[-abs(boxes) :] if high else cells.answers[: abs(boxes)])
    end = "top" if boxes > 0 else "bottom"
    name = f"{end}-{abs(boxes)}-box share" if abs(boxes) > 1 else f"{end}-box share"
    return cells.share(chosen.__contains__, name=name)


def boxes_in_words(boxes: int) -> str:
    """Say which answers count, as in ``the 2 best answers``."""
    end = "best" if boxes > 0 else "worst"
    return f"the {count(abs(boxes), f'{end} answer')}"


def require_boxes(
    scale: Scale, boxes: object, *, worst: bool = True, most: int | None = None
) -> None:
    """Raise a ParameterError unless boxes are a number of some, not all, answers of the scale."""
    answers = len(offered_answers(scale, "top_box"))
    most = answers - 1 if most is None else most
    whole = boxes if isinstance(boxes, int) and not isinstance(boxes, bool) else 0
    if 1 <= (abs(whole) if worst else whole) <= most:
        return
    also = f", or from -{most} to -1 for the worst answers" if worst else ""
    raise ParameterError(
        f"boxes must be a whole number from 1 to {most}{also}, because the scale {scale} has "
        f"{answers} answers, but it is {boxes!r}."
    )


def distribution_of(cells: AnswerCells) -> tuple[AnswerShare, ...]:
    """Return how often each answer was given."""
    columns = (cells.answers, cells.counts, cells.shares)
    return tuple(AnswerShare(*row) for row in zip(*columns, strict=True))


EffortVersion = Literal["1", "2"]

SCALES = {"1": Scale(1, 5, direction="lower is better"), "2": Scale(1, 7)}
QUESTIONS = {
    "1": "version 1, own effort from very low to very high",
    "2": "version 2, agreement that it was easy",
}
HINT = (
    "Use version='1' (own effort, 1-5, lower is better) or version='2' (agreement that it was "
    "easy, 1-7, higher is better); for another question use scale=Scale(...) and direction='lower "
    "is better' or direction='higher is better'."
)


class CustomerEffortScore(Headline):
    """A customer effort score: mean, share of easy answers and index side by side.

    Parameters
    ----------
    version : {"1", "2"} or None
        The version of the question; None for a question of the user's own.
    scale : Scale
        The scale of the question, with its direction.
    boxes : int
        How many of the best answers count as easy.
    estimate : ScaleMean
        Mean answer in scale points; the direction of the scale says which end is good.
    easy : Proportion
        Share of the best answers: low effort, or agreement that it was easy.
    index : ScaleMean
        Mean on 0-100, 100 being the least effort: the one to compare versions by.
    distribution : tuple of AnswerShare
        Every answer that the scale offers, from low to high.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    REPR: ClassVar[tuple[str, ...]] = ("value", "direction", "n")

    version: EffortVersion | None
    scale: Scale
    boxes: int
    estimate: ScaleMean
    easy: Proportion
    index: ScaleMean
    distribution: tuple[AnswerShare, ...]
    base: Base

    @classmethod
    def from_counts(
        cls,
        counts: Counts,
        *,
        version: EffortVersion | None = None,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        direction: Direction | None = None,
        boxes: int = 2,
        n: int | None = None,
    ) -> Self:
        """Return the score of counted answers, as a published table gives them.

        Parameters
        ----------
        counts : mapping or sequence of int
            Answer to how often it was given, or one count for each answer from low to high, as in
            :meth:`TopBox.from_counts`.
        version, scale, codebook, direction, boxes
            As in :func:`customer_effort_score`.
        n : int, optional
            The number of answers as reported elsewhere; the counts must add up to it.

        Raises
        ------
        DataError
            As in :meth:`TopBox.from_counts`.
        ParameterError
            As in :func:`customer_effort_score`.

        Examples
        --------
        >>> from custvalue.satisfaction import CustomerEffortScore
        >>> score = CustomerEffortScore.from_counts({1: 2, 2: 2, 3: 1, 4: 1}, version="1")
        >>> round(score.value, 4), round(score.easy.value, 4)
        (2.1667, 0.6667)
        """
        stated = _stated_scale(version, stated_scale(scale, codebook), direction)
        require_boxes(stated, boxes, worst=False)
        words, measure = directed(codebook, stated), "customer_effort_score"
        cells, base = counted_answers(counts, stated, n, measure, words)
        return cls(**_effort(TopBox(**_counted(cells, base, stated, boxes)), version))

    @property
    def direction(self) -> Direction:
        """Which end of the scale is less effort."""
        return self.scale.direction

    def _estimates(self) -> tuple[Estimate, ...]:
        return (self.easy, self.estimate, self.index)

    def _title(self) -> str:
        asked = QUESTIONS[self.version] if self.version else "own question"
        return f"Customer effort score, {asked}, scale {self.scale}, {self.direction}"

    def _notes(self) -> tuple[str, ...]:
        return distribution_notes(self.distribution, self.estimate, self.base)


def customer_effort_score(
    answers: Any,
    *,
    version: EffortVersion | None = None,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    direction: Direction | None = None,
    boxes: int = 2,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> CustomerEffortScore:
    """Compute a customer effort score, whose direction must be stated.

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Answers on the scale: a list, an array, a column of a dataframe; or Responses of one item,
        whose weights, scale and policy for missing answers are used.
    version : {"1", "2"}, optional
        1: own effort, 1-5, lower is better. 2: agreement that it was easy, 1-7, higher is better.
    scale : Scale, optional
        The scale of another question, or one of a version with codes for no answer.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    direction : {"lower is better", "higher is better"}, optional
        Needed with a scale of your own.
    boxes : int
        How many of the best answers count as easy.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        As in :func:`top_box`.

    Returns
    -------
    CustomerEffortScore

    Raises
    ------
    DataError
        If answers are off the scale, between its steps or missing, or weights do not fit.
    ParameterError
        If nothing states the direction, or version, scale and direction contradict each other, or
        Responses have several items or contradict the scale or the weights.

    References
    ----------
    M. Dixon, K. Freeman and N. Toman (2010), Stop Trying to Delight Your Customers, *Harvard
    Business Review* 88(7/8), 116-122. Version 2: M. Dixon, N. Toman and R. DeLisi (2013), *The
    Effortless Experience*, chapter 6.

    Examples
    --------
    >>> from custvalue.satisfaction import customer_effort_score
    >>> score = customer_effort_score([1, 2, 2, 4, 1, 3], version="1")
    >>> round(score.value, 4), round(score.easy.value, 4), round(score.index.value, 2)
    (2.1667, 0.6667, 70.83)
    >>> score
    CustomerEffortScore(value=2.167, direction='lower is better', n=6)
    """
    asked = taken_apart(
        {"answers": answers}, scale=scale, codebook=codebook, weights=weights, missing=missing
    )
    stated = _stated_scale(version, asked.stated, direction)
    found = top_box_of(replace(asked, stated=stated), boxes, worst=False)
    return CustomerEffortScore(**_effort(found, version))


def _effort(found: TopBox, version: EffortVersion | None) -> dict[str, Any]:
    """Return what a top box tells of effort, by the fields of the result."""
    return {
        "version": version,
        "scale": found.scale,
        "boxes": found.boxes,
        "estimate": found.mean,
        "easy": replace(found.estimate, name=f"easy, {found.boxes} best answers"),
        "index": found.index,
        "distribution": found.distribution,
        "base": found.base,
    }


def _stated_scale(version: object, scale: Scale | None, direction: object) -> Scale:
    """Return the scale with the direction that was stated."""
    if direction is not None:
        require_choice("direction", direction, get_args(Direction))
    if scale is not None:
        check_scale(scale)
    if version is None:
        return _own_scale(scale, direction)
    require_choice("version", version, get_args(EffortVersion))
    asked = SCALES[str(version)]
    if direction not in (None, asked.direction):
        raise ParameterError(
            f"version={version!r} means {asked.direction}, but direction is {direction!r}. Give "
            f"one of the two."
        )
    if scale is None:
        return asked
    ends = (scale.low, scale.high, scale.step)
    opposite = scale.direction == "lower is better" and asked.direction != scale.direction
    if ends != (asked.low, asked.high, asked.step) or opposite:
        raise ParameterError(
            f"version={version!r} is asked on {asked!r}, but the scale is {scale!r}. Use "
            f"direction= without version for a question of your own."
        )
    return _directed(scale, asked.direction)


def _own_scale(scale: Scale | None, direction: object) -> Scale:
    if scale is None:
        raise ParameterError(
            f"customer_effort_score must know which answers mean little effort. {HINT}"
        )
    if direction is None and scale.direction == "higher is better":
        raise ParameterError(
            f"customer_effort_score must know which answers on {scale!r} mean little effort, "
            f"because low ones are good in one version and high ones in the other. {HINT}"
        )
    if scale.direction == "lower is better" and direction == "higher is better":
        raise ParameterError(
            f"direction is {direction!r}, but the scale is {scale!r}. Give one of the two."
        )
    return _directed(scale, "lower is better" if direction is None else direction)


def _directed(scale: Scale, direction: object) -> Scale:
    return scale.model_copy(update={"direction": direction})
