"""The customer effort score: how much work it was to get something done.

Two versions are in use, and good answers lie at opposite ends. Version 1 asks how much effort the
customer had to put forth, from 1 (very low) to 5 (very high): lower is better. Version 2 asks
for agreement that the company made it easy, from 1 to 7: higher is better. A number without its
version says nothing: the direction must be stated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal, get_args

from custvalue._checks import require_choice
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.means import ScaleMean
from custvalue._inference.shares import Proportion
from custvalue._respondents.questions import check_scale, taken_apart
from custvalue._respondents.scale import Direction, Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._satisfaction.csat import AnswerShare, distribution_notes, top_box_of
from custvalue.errors import ParameterError

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
    asked = taken_apart({"answers": answers}, scale=scale, weights=weights, missing=missing)
    stated = _stated_scale(version, asked.stated, direction)
    found = top_box_of(replace(asked, stated=stated), boxes)
    return CustomerEffortScore(
        version=version,
        scale=stated,
        boxes=boxes,
        estimate=found.mean,
        easy=replace(found.estimate, name=f"easy, {boxes} best answers"),
        index=found.index,
        distribution=found.distribution,
        base=found.base,
    )


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
