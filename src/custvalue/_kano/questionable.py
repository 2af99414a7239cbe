"""Which answers contradict each other: by item, by pair of answers and by respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level
from custvalue._kano.answers import Questionnaire, require_questionnaire
from custvalue._kano.counts import require_answers
from custvalue._kano.distribution import Distribution, position, tallied
from custvalue._kano.share import CategoryShare, category_share
from custvalue._kano.table import Q
from custvalue._results.layout import Row, Tabulated, rows_from, shown
from custvalue._rows import Columns, IntArray
from custvalue._words import count, percent
from custvalue.errors import ParameterError

Positions = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False, repr=False)
class QuestionableAnswers(Tabulated, Columns):
    """Questionable answers (Q): a sign of unclear questions, or of respondents who hurry.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    distribution : Distribution
        What is known of the answers to each item.
    pairs : dict of str to int
        Pairs of answers, ``"like / like"``, that are questionable, to how often they occur.
    questionable, answered : ndarray of int64, shape (respondents,)
        How many of the pairs that a respondent answered are questionable, and how many there are.
    uniform : ndarray of int64
        Rows of the respondents who gave one and the same answer to every question they answered.
    """

    TITLE: ClassVar[str] = "Questionable answers"
    SHOWN: ClassVar = shown("questionable, n, share, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("items", "respondents", "pairs")

    items: tuple[str, ...]
    distribution: Distribution
    pairs: dict[str, int]
    questionable: IntArray
    answered: IntArray
    uniform: IntArray

    @property
    def respondents(self) -> int:
        """Number of respondents."""
        return len(self.answered)

    def __getitem__(self, name: str) -> CategoryShare:
        known = self.distribution.row(position(name, self.items))
        require_answers((name,), known)
        return category_share(known.share((Q,)), f"{name}: questionable")

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

    def _rows(self, level: float) -> Sequence[Row]:
        shares = self.distribution.share((Q,))
        low, high = shares.ends(checked_level(level), "wilson")
        return rows_from(
            {
                "item": np.array(self.items),
                "questionable": self.distribution.counts[:, Q].astype(np.int64),
                "n": shares.n.astype(np.int64),
                "share": shares.value,
                "low": low,
                "high": high,
                "standard_error": shares.error,
                "effective_n": shares.effective_n,
            }
        )

    def _notes(self) -> Sequence[str]:
        pairs = ", ".join(f"{pair} {count:,}" for pair, count in self.pairs.items())
        suspects = f"{len(self.suspects()):,} of {count(self.respondents, 'respondent')}"
        return [
            f"Pairs of answers (with / without the item): {pairs or 'none'}.",
            (
                f"At least {percent(0.5)} questionable pairs: {suspects}; one answer throughout: "
                f"{len(self.uniform):,}."
            ),
            "95 % intervals, wilson.",
        ]


def questionable_answers(questionnaire: Questionnaire) -> QuestionableAnswers:
    """Report the answers that contradict each other, by item, pair and respondent.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers to the functional and the dysfunctional question of every item.

    Returns
    -------
    QuestionableAnswers

    Raises
    ------
    ParameterError
        If it is no questionnaire.

    Examples
    --------
    >>> from custvalue import kano
    >>> answers = kano.Questionnaire.from_arrays([[1, 1], [1, 3]], [[1, 5], [5, 5]])
    >>> found = kano.questionable_answers(answers)
    >>> found.pairs, found.suspects().tolist()
    ({'like / like': 1}, [0])
    """
    require_questionnaire(questionnaire)
    categories = questionnaire.categories()
    levels = (questionnaire.functional, questionnaire.dysfunctional)
    found = categories == Q
    return QuestionableAnswers(
        items=questionnaire.items,
        distribution=tallied(categories, questionnaire.sample),
        pairs=_pairs(levels, found, questionnaire.table.levels),
        questionable=found.sum(axis=1),
        answered=(categories >= 0).sum(axis=1),
        uniform=_uniform(levels),
    )


def _pairs(levels: Positions, found: npt.NDArray[np.bool_], names: Sequence[str]) -> dict[str, int]:
    """Count the pairs of answers that were found."""
    size = len(names)
    places = np.bincount(levels[0][found] * size + levels[1][found], minlength=size * size)
    return {
        f"{names[place // size]} / {names[place % size]}": int(places[place])
        for place in np.flatnonzero(places).tolist()
    }


def _uniform(levels: Positions) -> npt.NDArray[np.int64]:
    highest = np.maximum(levels[0].max(axis=1), levels[1].max(axis=1))
    same = [((each == highest[:, np.newaxis]) | (each < 0)).all(axis=1) for each in levels]
    return np.flatnonzero(same[0] & same[1] & (highest >= 0))
