"""Fuzzy Kano questionnaires (Lee & Huang 2009): answers as degrees, not as one tick.

A respondent spreads each answer over the levels: "like 0.6, must-be 0.4". With the membership
vectors F and D of the two questions, the degree of a category is the sum of F_l D_m over the cells
(l, m) of the evaluation table that give it. A category counts for the respondent where its degree
reaches the cut α, 0.4 in the paper; so a respondent may count for two categories, or for none.
Lee & Huang (2009), *Expert Systems with Applications* 36(3), 4479-4484. Answers of 0 and 1 give
what an ordinary questionnaire gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._inference.means import MeanEstimate
from custvalue._kano.classify import categories_at, decide
from custvalue._kano.fuzzy_answers import SUM_TOLERANCE, FuzzyQuestionnaire
from custvalue._kano.means import Means, means_of, position, rows_of
from custvalue._kano.table import CATEGORIES, Category
from custvalue._rows import Columns, FloatArray
from custvalue._table import Table
from custvalue._words import count, number, one_line, percent
from custvalue.errors import ParameterError

ALPHA = 0.4


@dataclass(frozen=True, eq=False, repr=False)
class FuzzyResult(Columns):
    """Degrees and cuts of every item.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    degree, degree_error : ndarray of float64, shape (items, 6)
        Mean degree of M, O, A, I, R, Q and its linearised standard error (NaN for one
        respondent); rows of `degree` sum to 1.
    reached : ndarray of float64, shape (items, 6)
        Share of the respondents whose degree reaches `alpha`; rows need not sum to 1.
    unresolved : ndarray of float64, shape (items,)
        Share of the respondents for whom no category reaches it.
    n : int
        Respondents.
    effective_n : float
        Kish's effective number of them.
    alpha : float
        The cut.
    table : str
        Name of the evaluation table.
    """

    items: tuple[str, ...]
    degree: FloatArray
    degree_error: FloatArray
    reached: FloatArray
    unresolved: FloatArray
    n: int
    effective_n: float
    alpha: float
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

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item: item, degrees, shares reached, unresolved and categories.

        Returns
        -------
        dict of str to ndarray
            ``degree M`` to ``degree Q``, ``reached M`` to ``reached Q``, ``unresolved``,
            ``category`` and ``category_by_degree``.
        """
        letters = [category.value for category in CATEGORIES]
        return {
            "item": np.array(self.items),
            **{f"degree {letter}": self.degree[:, k] for k, letter in enumerate(letters)},
            **{f"reached {letter}": self.reached[:, k] for k, letter in enumerate(letters)},
            "unresolved": self.unresolved,
            "category": np.array([each.value for each in self.categories]),
            "category_by_degree": np.array([each.value for each in self.categories_by_degree]),
        }

    def __repr__(self) -> str:
        return one_line("FuzzyResult", items=len(self.items), n=self.n, alpha=self.alpha)

    def _table(self) -> Table:
        columns = self.columns()
        shown = ["item", *(f"degree {letter}" for letter in "MOAIRQ"), "unresolved"]
        shown += ["category", "category_by_degree"]
        rows = rows_of(columns[name] for name in shown)
        base = (
            f"{count(self.n, 'respondent')}, effective n {self.effective_n:,.1f}. Mean degrees; "
            f"category: where most degrees reach {number(self.alpha)}; evaluation table: "
            f"{self.table}."
        )
        most = percent(float(self.unresolved.max()), 1)
        lost = f"No category reaches the cut for {most} of the respondents at most."
        header = ("item", *"MOAIRQ", "unresolved", "category", "by degree")
        return Table("Fuzzy Kano analysis", header, rows, (base, lost))


def classify_fuzzy(questionnaire: FuzzyQuestionnaire, *, alpha: float = ALPHA) -> FuzzyResult:
    """Average the degrees, and count the respondents whose degree reaches the cut.

    Parameters
    ----------
    questionnaire : FuzzyQuestionnaire
        Degrees of the respondents' answers.
    alpha : float
        The cut; 0.4 in Lee & Huang (2009).

    Raises
    ------
    ParameterError
        Unless ``0 < alpha <= 1``.

    Examples
    --------
    >>> from custvalue import kano
    >>> answers = kano.FuzzyQuestionnaire.from_arrays(
    ...     [[[0.6, 0.4, 0, 0, 0]]], [[[0, 0, 0, 0.3, 0.7]]], items=["spell check"]
    ... )
    >>> result = kano.classify_fuzzy(answers)
    >>> result["spell check"][kano.Category.ONE_DIMENSIONAL].value  # 0.6 x 0.7
    0.42
    >>> result.categories[0].english
    'one-dimensional'
    """
    if not isinstance(questionnaire, FuzzyQuestionnaire):
        raise ParameterError(
            f"questionnaire must be a kano.FuzzyQuestionnaire, as of "
            f"kano.FuzzyQuestionnaire.from_frame(…), but it is {type(questionnaire).__name__}."
        )
    if not (isinstance(alpha, int | float) and 0 < alpha <= 1):
        raise ParameterError(f"alpha must be > 0 and <= 1, as in 0.4, but it is {alpha!r}.")
    used = questionnaire.weights > 0
    degrees, weights = questionnaire.degrees()[used], questionnaire.weights[used]
    shape = (len(questionnaire.items), len(CATEGORIES))
    means = means_of(degrees.reshape(len(degrees), -1), weights)
    share = weights / weights.sum()
    reached = degrees >= alpha - SUM_TOLERANCE
    return FuzzyResult(
        items=questionnaire.items,
        degree=means.value.reshape(shape),
        degree_error=means.error.reshape(shape),
        reached=np.einsum("n,nik->ik", share, reached),
        unresolved=share @ ~reached.any(axis=-1),
        n=len(degrees),
        effective_n=float(1 / np.square(share).sum()),
        alpha=float(alpha),
        table=questionnaire.table.name,
    )
