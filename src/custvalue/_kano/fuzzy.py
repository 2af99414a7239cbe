"""Fuzzy Kano analysis: mean degrees of the categories, and how often they reach a cut.

A category counts for a respondent where its degree reaches the cut (α of the paper), 0.4 by
default; so a respondent may count for two categories, or for none. Lee & Huang (2009), *Expert
Systems with Applications* 36(3), 4479-4484. Answers of 0 and 1 give what an ordinary questionnaire
gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._inference.means import MeanEstimate
from custvalue._kano.classify import categories_at, decide
from custvalue._kano.distribution import LETTERS, position
from custvalue._kano.fuzzy_answers import SUM_TOLERANCE, FuzzyQuestionnaire
from custvalue._kano.means import Means, means_of
from custvalue._kano.table import CATEGORIES, Category
from custvalue._results.layout import WithoutIntervals
from custvalue._rows import Columns, FloatArray
from custvalue._words import count, number, percent
from custvalue.errors import ParameterError

CUT = 0.4


@dataclass(frozen=True, eq=False, repr=False)
class FuzzyKanoResult(WithoutIntervals, Columns):
    """Mean degrees of every item, and how often they reach the cut.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    degree, degree_error : ndarray of float64, shape (items, 6)
        Mean degree of M, O, A, I, R, Q and its linearised standard error (NaN for one
        respondent); rows of `degree` sum to 1.
    reached : ndarray of float64, shape (items, 6)
        Share of the respondents whose degree reaches `cut`; rows need not sum to 1.
    unresolved : ndarray of float64, shape (items,)
        Share of respondents without any category that reaches it.
    n : int
        Respondents.
    effective_n : float
        Kish's effective number of them.
    cut : float
        The degree from which a category counts.
    table : str
        Name of the evaluation table.
    """

    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **{f"degree {letter}": letter for letter in LETTERS},
            "unresolved": "unresolved",
            "category": "category",
            "category_by_degree": "by degree",
        }
    )
    REPR: ClassVar[tuple[str, ...]] = ("items", "n", "cut")

    items: tuple[str, ...]
    degree: FloatArray
    degree_error: FloatArray
    reached: FloatArray
    unresolved: FloatArray
    n: int
    effective_n: float
    cut: float
    table: str

    @property
    def categories(self) -> tuple[Category, ...]:
        """The category that most respondents reach; ties by M > O > A > I > R > Q."""
        return categories_at(decide(self.reached, "mode", 0.0))

    @property
    def categories_by_degree(self) -> tuple[Category, ...]:
        """The category with the largest mean degree, which no cut decides."""
        return categories_at(decide(self.degree, "mode", 0.0))

    def __getitem__(self, name: str) -> dict[Category, MeanEstimate]:
        row = position(name, self.items)
        n = np.full(len(CATEGORIES), float(self.n))
        size = np.full(len(CATEGORIES), self.effective_n)
        means = Means(self.degree[row], self.degree_error[row], n, size)
        return {
            category: means.estimate(place, f"{name}: degree of {category.english}", (0.0, 1.0))
            for place, category in enumerate(CATEGORIES)
        }

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        degrees, reached = ("degree", self.degree), ("reached", self.reached)
        return {
            "item": np.array(self.items),
            **{
                f"{name} {letter}": array[:, place]
                for name, array in (degrees, reached)
                for place, letter in enumerate(LETTERS)
            },
            "unresolved": self.unresolved,
            "category": np.array([each.value for each in self.categories]),
            "category_by_degree": np.array([each.value for each in self.categories_by_degree]),
        }

    def _title(self) -> str:
        return "Fuzzy Kano analysis"

    def _notes(self) -> Sequence[str]:
        most = percent(float(self.unresolved.max()), 1)
        return [
            (
                f"{count(self.n, 'respondent')}, effective n {self.effective_n:,.1f}. Mean "
                f"degrees; category: where most degrees reach {number(self.cut)}; evaluation "
                f"table: {self.table}."
            ),
            f"No category reaches the cut for {most} of the respondents at most.",
        ]


def classify_fuzzy(questionnaire: FuzzyQuestionnaire, *, cut: float = CUT) -> FuzzyKanoResult:
    """Average the degrees, and count the respondents whose degree reaches the cut.

    Parameters
    ----------
    questionnaire : FuzzyQuestionnaire
        Degrees of membership for both questions of every item.
    cut : float
        The degree from which a category counts; 0.4 in Lee & Huang (2009).

    Returns
    -------
    FuzzyKanoResult

    Raises
    ------
    ParameterError
        If it is no FuzzyQuestionnaire, or unless ``0 < cut <= 1``.

    Examples
    --------
    >>> from custvalue import kano
    >>> answers = kano.FuzzyQuestionnaire.from_arrays(
    ...     [[[0.6, 0.4, 0, 0, 0]]], [[[0, 0, 0, 0.3, 0.7]]], items=["spell check"]
    ... )
    >>> result = kano.classify_fuzzy(answers)
    >>> result["spell check"][kano.Category.ONE_DIMENSIONAL].value  # like x dislike, 0.6 x 0.7
    0.42
    >>> result.categories[0].english
    'one-dimensional'
    """
    if not isinstance(questionnaire, FuzzyQuestionnaire):
        raise ParameterError(
            f"questionnaire must be a kano.FuzzyQuestionnaire, as of "
            f"kano.FuzzyQuestionnaire.from_frame(…), but it is {type(questionnaire).__name__}."
        )
    if isinstance(cut, bool) or not (isinstance(cut, int | float) and 0 < cut <= 1):
        raise ParameterError(f"cut must be > 0 and <= 1, as in 0.4, but it is {cut!r}.")
    used = questionnaire.weights > 0
    degrees, weights = questionnaire.degrees()[used], questionnaire.weights[used]
    shape = (len(questionnaire.items), len(CATEGORIES))
    means = means_of(degrees.reshape(len(degrees), -1), weights)
    share = weights / weights.sum()
    reached = degrees >= cut - SUM_TOLERANCE
    return FuzzyKanoResult(
        items=questionnaire.items,
        degree=means.value.reshape(shape),
        degree_error=means.error.reshape(shape),
        reached=np.einsum("n,nik->ik", share, reached),
        unresolved=share @ ~reached.any(axis=-1),
        n=len(degrees),
        effective_n=float(1 / np.square(share).sum()),
        cut=float(cut),
        table=questionnaire.table.name,
    )
