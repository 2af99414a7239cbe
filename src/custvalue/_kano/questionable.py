"""Which answers contradict each other: by item, by pair of answers and by respondent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._kano.coefficients import Share, Shares, Sums, one, shares_of
from custvalue._kano.means import position, rows_of
from custvalue._kano.table import EvaluationTable, Q
from custvalue._rows import Columns, FloatArray, IntArray
from custvalue._table import Table
from custvalue._words import count, one_line, percent
from custvalue.errors import ParameterError


@dataclass(frozen=True, eq=False, repr=False)
class QuestionableReport(Columns):
    """Questionable answers (Q): a sign of unclear questions, or of respondents who hurry.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    counts, weights, squares : ndarray of float64, shape (items, 6)
        What is known of the answers, as in :class:`Result`.
    pairs : dict of str to int
        Pairs of answers, ``"like / like"``, that are questionable, to how often they occur.
    questionable, answered : ndarray of int64, shape (respondents,)
        How many of the pairs that a respondent answered are questionable, and how many there are.
    uniform : ndarray of int64
        Rows of the respondents who gave one and the same answer to every question they answered.
    """

    items: tuple[str, ...]
    counts: FloatArray
    weights: FloatArray
    squares: FloatArray
    pairs: dict[str, int]
    questionable: IntArray
    answered: IntArray
    uniform: IntArray

    def __getitem__(self, name: str) -> Share:
        row = position(name, self.items)
        sums = Sums(self.counts, self.weights, self.squares).row(row)
        return one(shares_of(sums, (Q,)), f"{name}: questionable")

    @property
    def shares(self) -> Shares:
        """Share of questionable answers by item."""
        return shares_of(Sums(self.counts, self.weights, self.squares), (Q,))

    def suspects(self, share: float = 0.5) -> npt.NDArray[np.int64]:
        """Return the rows of the respondents with many questionable answers.

        Parameters
        ----------
        share : float
            From which share of a respondent's pairs on.

        Raises
        ------
        ParameterError
            Unless ``0 < share <= 1``.
        """
        if not 0 < share <= 1:
            raise ParameterError(f"share must be > 0 and <= 1, as in 0.5, but it is {share!r}.")
        enough = self.questionable >= share * self.answered
        return np.flatnonzero(enough & (self.answered > 0))

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return item, questionable answers, n, their share and its ends, one row an item.

        Parameters
        ----------
        level : float
            Confidence level of the Wilson intervals.
        """
        shares = self.shares
        low, high = shares.ends(level, "wilson", 0.5)
        return {
            "item": np.array(self.items),
            "questionable": self.counts[:, Q].astype(np.int64),
            "n": shares.n.astype(np.int64),
            "share": shares.value,
            "low": low,
            "high": high,
        }

    def __repr__(self) -> str:
        return one_line(
            "QuestionableReport",
            items=len(self.items),
            respondents=len(self.answered),
            questionable=int(self.questionable.sum()),
            answered=int(self.answered.sum()),
        )

    def _table(self) -> Table:
        rows = rows_of(self.columns().values())
        pairs = ", ".join(f"{pair} {count:,}" for pair, count in self.pairs.items())
        found = f"Pairs of answers (with / without the item): {pairs or 'none'}."
        suspects = f"{len(self.suspects()):,} of {count(len(self.answered), 'respondent')}"
        who = (
            f"At least {percent(0.5)} questionable pairs: {suspects}; one answer throughout: "
            f"{len(self.uniform):,}."
        )
        notes = (found, who, "95 % intervals, wilson.")
        return Table("Questionable answers", tuple(self.columns()), rows, notes)


def report_of(
    items: tuple[str, ...],
    levels: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    categories: npt.NDArray[np.int64],
    sums: Sums,
    table: EvaluationTable,
) -> QuestionableReport:
    """Collect the questionable answers.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    levels : tuple of two ndarrays of int64, shape (respondents, items)
        Functional and dysfunctional answers; -1 where there is none.
    categories : ndarray of int64, shape (respondents, items)
        Their categories; -1 where there is none.
    sums : Sums
        What is known of the answers.
    table : EvaluationTable
        What gave the categories.
    """
    found = categories == Q
    size = len(table.levels)
    places = np.bincount(levels[0][found] * size + levels[1][found], minlength=size * size)
    pairs = {
        f"{table.levels[place // size]} / {table.levels[place % size]}": int(places[place])
        for place in np.flatnonzero(places).tolist()
    }
    return QuestionableReport(
        items=items,
        counts=sums.counts,
        weights=sums.weights,
        squares=sums.squares,
        pairs=pairs,
        questionable=found.sum(axis=1),
        answered=(categories >= 0).sum(axis=1),
        uniform=_uniform(levels),
    )


def _uniform(levels: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    highest = np.maximum(levels[0].max(axis=1), levels[1].max(axis=1))
    same = [((each == highest[:, np.newaxis]) | (each < 0)).all(axis=1) for each in levels]
    return np.flatnonzero(same[0] & same[1] & (highest >= 0))
