"""Continuous analysis of Kano answers, after DuMouchel (1993).

Each answer is scored, asymmetrically, because a positive answer says more than a negative one:
functional like 4, must-be 2, neutral 0, live-with -1, dislike -2; dysfunctional the reverse. The
mean functional score of an item says how much its presence satisfies, the mean dysfunctional score
how much its absence dissatisfies. Nothing is excluded: what a table calls R or Q pulls the means
down. The quadrants are read as categories, but they are not the categories of the table: an item
that divides the customers may have its mean in a quadrant without any respondent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np

from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._kano.answers import Questionnaire, require_questionnaire
from custvalue._kano.distribution import position
from custvalue._kano.importance import importance_of
from custvalue._kano.table import Category, EvaluationTable, LevelName
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Frozen
from custvalue._words import listed, number
from custvalue.errors import ParameterError


class AnswerScores(Frozen):
    """What the answers are worth.

    Parameters
    ----------
    name : str
        What the scores are called in results.
    functional, dysfunctional : dict of str to float
        Level to score, for each of the two questions.

    Examples
    --------
    >>> DUMOUCHEL.functional["like"], DUMOUCHEL.dysfunctional["dislike"]
    (4.0, 4.0)
    """

    name: str
    functional: dict[LevelName, float]
    dysfunctional: dict[LevelName, float]

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest score."""
        every = (*self.functional.values(), *self.dysfunctional.values())
        return min(every), max(every)


DUMOUCHEL = AnswerScores(
    name="DuMouchel 1993",
    functional={"like": 4, "must-be": 2, "neutral": 0, "live-with": -1, "dislike": -2},
    dysfunctional={"like": -2, "must-be": -1, "neutral": 0, "live-with": 2, "dislike": 4},
)
"""W. DuMouchel (1993), Thoughts on Graphical and Continuous Analysis, CQM Journal 2(4)."""

_QUADRANTS = {
    (True, False): Category.ATTRACTIVE,
    (True, True): Category.ONE_DIMENSIONAL,
    (False, True): Category.MUST_BE,
    (False, False): Category.INDIFFERENT,
}


class ContinuousItem(Tabulated, Frozen):
    """The position of one item.

    Parameters
    ----------
    name : str
        The item.
    functional, dysfunctional : MeanEstimate
        Mean scores; high is satisfied by its presence, dissatisfied by its absence.
    cut : float
        The score above which a mean is high.
    """

    SHOWN: ClassVar = shown("score, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "quadrant", "settled")

    name: str
    functional: MeanEstimate
    dysfunctional: MeanEstimate
    cut: float

    @property
    def quadrant(self) -> Category:
        """Attractive, one-dimensional, must-be or indifferent, by the cut."""
        return _QUADRANTS[self.functional.value > self.cut, self.dysfunctional.value > self.cut]

    @property
    def settled(self) -> bool:
        """Whether both 95 % intervals exist and lie on one side of the cut."""
        return all(self._clear(mean) for mean in (self.functional, self.dysfunctional))

    def _clear(self, mean: MeanEstimate) -> bool:
        if not mean.has_interval:
            return False
        interval = mean.confidence_interval()
        return interval.low > self.cut or interval.high <= self.cut

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(question, {"question": question, **mean.row(level, value="score")})
            for question, mean in (
                ("functional", self.functional),
                ("dysfunctional", self.dysfunctional),
            )
        ]

    def _title(self) -> str:
        settled = "settled" if self.settled else "not settled"
        return f"{self.name}: quadrant {self.quadrant.english} ({self.quadrant}), {settled}"

    def _notes(self) -> Sequence[str]:
        return [f"Mean scores, high is above {number(self.cut)}. 95 % intervals, beta."]


class ContinuousAnalysis(Tabulated, Frozen):
    """Mean scores of every item, with intervals; ``analysis["spell check"]`` is its position.

    Parameters
    ----------
    items : tuple of ContinuousItem
        The position of each item.
    scores : AnswerScores
        What the answers are worth.
    cut : float
        The score above which a mean is high, for the quadrants.
    by_importance : bool
        Whether respondents count by the importance that they state.
    """

    TITLE: ClassVar[str] = "Continuous Kano analysis"
    SHOWN: ClassVar = shown(
        "functional, functional_low, functional_high, dysfunctional, dysfunctional_low, "
        "dysfunctional_high, n, quadrant"
    )
    REPR: ClassVar[tuple[str, ...]] = ("items", "scores", "cut")

    items: tuple[ContinuousItem, ...]
    scores: AnswerScores
    cut: float
    by_importance: bool

    @property
    def quadrants(self) -> tuple[Category, ...]:
        """The quadrant of every item."""
        return tuple(item.quadrant for item in self.items)

    def __getitem__(self, name: str) -> ContinuousItem:
        return self.items[position(name, tuple(item.name for item in self.items))]

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(item.name, _cells(item, level)) for item in self.items]

    def _notes(self) -> Sequence[str]:
        counted = ", respondents count by stated importance" if self.by_importance else ""
        return [
            (
                f"Scores of {self.scores.name}{counted}; high is above {number(self.cut)}. 95 % "
                f"intervals, beta, linearised for weights."
            ),
            "Quadrants are positions of means, not the categories of an evaluation table.",
        ]


def _cells(item: ContinuousItem, level: float) -> dict[str, float | str | None]:
    found: dict[str, float | str | None] = {"item": item.name}
    for question, mean in (
        ("functional", item.functional),
        ("dysfunctional", item.dysfunctional),
    ):
        found |= mean.ends(level, question)
        found[f"{question}_standard_error"] = mean.standard_error
    return {**found, "n": item.functional.n, "quadrant": item.quadrant.value}


def continuous_analysis(
    questionnaire: Questionnaire,
    *,
    scores: AnswerScores = DUMOUCHEL,
    cut: float = 2.0,
    by_importance: bool = False,
) -> ContinuousAnalysis:
    """Average scores instead of counting categories (DuMouchel 1993).

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers to the functional and the dysfunctional question of every item.
    scores : AnswerScores
        What the answers are worth; DuMouchel's from -2 to 4 by default.
    cut : float
        The score above which a mean is high, for the quadrants; 2, the middle of 0 to 4.
    by_importance : bool
        Let each respondent count by the importance that they state for the item.

    Returns
    -------
    ContinuousAnalysis

    Raises
    ------
    DataError
        If importance is to count and was not asked, or an item has no answers.
    ParameterError
        If it is no questionnaire, a level has no score, or `cut` is no number.

    Examples
    --------
    >>> from custvalue import kano
    >>> answers = kano.Questionnaire.from_arrays([1, 1, 1, 3], [5, 5, 3, 5], items=["spell check"])
    >>> item = kano.continuous_analysis(answers)["spell check"]
    >>> item.quadrant.english, item.functional.value, item.settled
    ('one-dimensional', 3.0, False)
    """
    require_questionnaire(questionnaire)
    _check(scores, questionnaire.table, cut)
    every = [questionnaire.sample] * len(questionnaire.items)
    if by_importance:
        counted = questionnaire.weights * np.nan_to_num(importance_of(questionnaire)).T
        every = [replace(questionnaire.sample, weights=its) for its in counted]
    functional, dysfunctional = _worth(questionnaire, scores)
    mean = partial(mean_estimate, bounds=scores.bounds, method="beta")
    return ContinuousAnalysis(
        items=tuple(
            ContinuousItem(
                name=item,
                functional=mean(functional[:, k], every[k], name=f"{item}: functional score"),
                dysfunctional=mean(
                    dysfunctional[:, k], every[k], name=f"{item}: dysfunctional score"
                ),
                cut=cut,
            )
            for k, item in enumerate(questionnaire.items)
        ),
        scores=scores,
        cut=cut,
        by_importance=by_importance,
    )


def _worth(questionnaire: Questionnaire, scores: AnswerScores) -> tuple[FloatArray, FloatArray]:
    """Return the scores of the respondents who answered both questions, NaN of the others."""
    levels = questionnaire.table.levels
    answers = (questionnaire.functional, questionnaire.dysfunctional)
    absent = (answers[0] < 0) | (answers[1] < 0)

    def worth(given: IntArray, by_level: Mapping[LevelName, float]) -> FloatArray:
        points = np.array([by_level[level] for level in levels])
        return np.where(absent, np.nan, points[given])

    return worth(answers[0], scores.functional), worth(answers[1], scores.dysfunctional)


def _check(scores: AnswerScores, table: EvaluationTable, cut: float) -> None:
    """Raise a ParameterError unless every level has both scores, and the cut is a number."""
    if isinstance(cut, bool) or not isinstance(cut, int | float) or not np.isfinite(cut):
        raise ParameterError(f"cut must be a number, a mean score as in 2.0, but it is {cut!r}.")
    for question in ("functional", "dysfunctional"):
        absent = [level for level in table.levels if level not in getattr(scores, question)]
        if absent:
            raise ParameterError(f"scores: {question} has no score for {listed(absent)}.")
