"""Answers to one question that were counted in an engine: taken wherever their counts suffice."""

from __future__ import annotations

from dataclasses import dataclass

from custvalue._inference.cells import AnswerCells
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._words import count


@dataclass(frozen=True, slots=True)
class TalliedAnswers:
    """What is known of the answers to one question without the respondents one by one.

    :meth:`Tally.question` makes it. :func:`~custvalue.satisfaction.top_box`,
    :func:`~custvalue.satisfaction.net_score` and
    :func:`~custvalue.satisfaction.net_promoter_score` take it as `answers`.

    Parameters
    ----------
    name : str
        The question.
    scale : Scale
        The scale of its answers, with steps.
    cells : AnswerCells
        How often each answer was given, with sums of weights and of their squares.
    base : Base
        Who answered, and what is missing.
    """

    name: str
    scale: Scale
    cells: AnswerCells
    base: Base

    def __repr__(self) -> str:
        answers = count(sum(self.cells.counts), "answer")
        return f"TalliedAnswers({self.name!r}, scale={str(self.scale)!r}, {answers})"
