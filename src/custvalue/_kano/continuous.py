"""Continuous analysis of Kano answers, after DuMouchel (1993).

Each answer is scored, asymmetrically, because a positive answer says more than a negative one:
functional like 4, must-be 2, neutral 0, live-with -1, dislike -2; dysfunctional the other way
round. The mean functional score of an item says how much its presence satisfies, the mean
dysfunctional score how much its absence dissatisfies. Nothing is thrown away: what a table calls R
or Q pulls the means down. The quadrants are read as categories, but they are not the categories of
the table: an item that divides the customers may have its mean in a quadrant where nobody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._inference.means import MeanEstimate
from custvalue._kano.means import Means, means_of, position, rows_of
from custvalue._kano.table import Category, EvaluationTable, LevelName
from custvalue._rows import Columns, FloatArray
from custvalue._table import Table
from custvalue._values import Frozen
from custvalue._words import listed, number, one_line
from custvalue.errors import ParameterError

HEADER = ("item", "functional", "low", "high", "dysfunctional", "low", "high", "n", "quadrant")
Bounds = tuple[float, float]


class Scores(Frozen):
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
    def bounds(self) -> Bounds:
        """The lowest and the highest score."""
        every = (*self.functional.values(), *self.dysfunctional.values())
        return min(every), max(every)


DUMOUCHEL = Scores(
    name="DuMouchel 1993",
    functional={"like": 4, "must-be": 2, "neutral": 0, "live-with": -1, "dislike": -2},
    dysfunctional={"like": -2, "must-be": -1, "neutral": 0, "live-with": 2, "dislike": 4},
)
"""W. DuMouchel (1993), Thoughts on Graphical and Continuous Analysis, CQM Journal 2(4)."""


class ContinuousItem(Frozen):
    """The position of one item.

    Parameters
    ----------
    name : str
        The item.
    functional, dysfunctional : MeanEstimate
        Mean scores; high is satisfied by its presence, dissatisfied by its absence.
    quadrant : Category
        Attractive, one-dimensional, must-be or indifferent, by the cut.
    settled : bool
        Whether neither of the two 95 % intervals reaches over the cut.
    """

    name: str
    functional: MeanEstimate
    dysfunctional: MeanEstimate
    quadrant: Category
    settled: bool


@dataclass(frozen=True, eq=False, repr=False)
class Continuous(Columns):
    """Mean scores of every item, with intervals.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    functional, functional_error : ndarray of float64, shape (items,)
        Mean functional scores and their linearised standard errors (NaN for one answer).
    dysfunctional, dysfunctional_error : ndarray of float64, shape (items,)
        Likewise.
    n, effective_n : ndarray of float64, shape (items,)
        Respondents who answered both questions, and Kish's effective number of them.
    scores : Scores
        What the answers are worth.
    cut : float
        Where low ends and high begins, for the quadrants: above it is high.
    by_importance : bool
        Whether respondents count by the importance that they state.
    """

    items: tuple[str, ...]
    functional: FloatArray
    functional_error: FloatArray
    dysfunctional: FloatArray
    dysfunctional_error: FloatArray
    n: FloatArray
    effective_n: FloatArray
    scores: Scores
    cut: float
    by_importance: bool

    @property
    def quadrants(self) -> tuple[Category, ...]:
        """The quadrant of every item."""
        pairs = zip(self.functional > self.cut, self.dysfunctional > self.cut, strict=True)
        return tuple(_QUADRANTS[bool(high), bool(low)] for high, low in pairs)

    def means(self, question: str) -> Means:
        """Return the means of one question.

        Parameters
        ----------
        question : {"functional", "dysfunctional"}
            Which.
        """
        value, error = getattr(self, question), getattr(self, f"{question}_error")
        return Means(value, error, self.n, self.effective_n)

    def __getitem__(self, name: str) -> ContinuousItem:
        row = position(name, self.items)
        bounds = self.scores.bounds
        both = [
            self.means(question).estimate(row, f"{name}: {question} score", bounds)
            for question in ("functional", "dysfunctional")
        ]
        return ContinuousItem(
            name=name,
            functional=both[0],
            dysfunctional=both[1],
            quadrant=self.quadrants[row],
            settled=bool(self._settled()[row]),
        )

    def _settled(self) -> npt.NDArray[np.bool_]:
        clear = np.ones(len(self.items), dtype=bool)
        for question in ("functional", "dysfunctional"):
            low, high = self.means(question).ends(0.95, self.scores.bounds)
            clear &= (low > self.cut) | (high <= self.cut)
        return clear

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the beta intervals.

        Returns
        -------
        dict of str to ndarray
            item, functional and dysfunctional with ends, n and quadrant.
        """
        found: dict[str, npt.NDArray[Any]] = {"item": np.array(self.items)}
        for question in ("functional", "dysfunctional"):
            means = self.means(question)
            low, high = means.ends(level, self.scores.bounds)
            found |= {question: means.value, f"{question}_low": low, f"{question}_high": high}
        quadrants = np.array([quadrant.value for quadrant in self.quadrants])
        return {**found, "n": self.n.astype(np.int64), "quadrant": quadrants}

    def __repr__(self) -> str:
        return one_line("Continuous", items=len(self.items), scores=self.scores.name, cut=self.cut)

    def _table(self) -> Table:
        rows = rows_of(self.columns().values())
        counted = ", respondents count by stated importance" if self.by_importance else ""
        method = (
            f"Scores of {self.scores.name}{counted}; high is above {number(self.cut)}. 95 % "
            f"intervals, beta, linearised for weights."
        )
        caution = "Quadrants are positions of means, not the categories of an evaluation table."
        return Table("Continuous Kano analysis", HEADER, rows, (method, caution))


_QUADRANTS = {
    (True, False): Category.ATTRACTIVE,
    (True, True): Category.ONE_DIMENSIONAL,
    (False, True): Category.MUST_BE,
    (False, False): Category.INDIFFERENT,
}


def check_scores(scores: Scores, table: EvaluationTable, cut: float) -> None:
    """Raise a ParameterError unless every level has both scores, and the cut is a number."""
    if not isinstance(cut, int | float) or not np.isfinite(cut):
        raise ParameterError(f"cut must be a number, a mean score as in 2.0, but it is {cut!r}.")
    for question in ("functional", "dysfunctional"):
        absent = [level for level in table.levels if level not in getattr(scores, question)]
        if absent:
            raise ParameterError(f"scores: {question} has no score for {listed(absent)}.")


def continuous_of(
    items: tuple[str, ...],
    levels: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    weights: FloatArray,
    table: EvaluationTable,
    *,
    scores: Scores,
    cut: float,
    by_importance: bool,
) -> Continuous:
    """Average the scores of the respondents who answered both questions.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    levels : tuple of two ndarrays of int64, shape (respondents, items)
        Functional and dysfunctional answers; -1 where there is none.
    weights : ndarray of shape (respondents,) or (respondents, items)
        Weights of the respondents.
    table : EvaluationTable
        Whose levels the answers are.
    scores, cut, by_importance
        As in :class:`Continuous`.
    """
    check_scores(scores, table, cut)
    absent = (levels[0] < 0) | (levels[1] < 0)
    worth = [
        np.array([by_level[level] for level in table.levels])
        for by_level in (scores.functional, scores.dysfunctional)
    ]
    functional, dysfunctional = (
        means_of(np.where(absent, np.nan, each[answers]), weights)
        for each, answers in zip(worth, levels, strict=True)
    )
    return Continuous(
        items=items,
        functional=functional.value,
        functional_error=functional.error,
        dysfunctional=dysfunctional.value,
        dysfunctional_error=dysfunctional.error,
        n=functional.n,
        effective_n=functional.effective_n,
        scores=scores,
        cut=cut,
        by_importance=by_importance,
    )
