"""Fuzzy Kano questionnaires (Lee & Huang 2009): answers as degrees, not as one tick.

A respondent spreads each answer over the levels: "like 0.6, must-be 0.4". With the membership
vectors F and D of the two questions, the degree of a category is the sum of F_l D_m over the cells
(l, m) of the evaluation table that give it. A category counts for the respondent where its degree
reaches the cut α, 0.4 in the paper; so a respondent may count for two categories, or for none.
Lee & Huang (2009), *Expert Systems with Applications* 36(3), 4479-4484. Answers of 0 and 1 give
what an ordinary questionnaire gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source, to_numbers
from custvalue._inference.means import MeanEstimate
from custvalue._kano.classify import categories_at, decide
from custvalue._kano.means import Means, means_of, position, rows_of
from custvalue._kano.reading import require_shape
from custvalue._kano.table import BERGER, CATEGORIES, Category, EvaluationTable, check_table
from custvalue._respondents.responses import check_items, checked_weights, weights_column
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue._words import count, number, one_line, percent
from custvalue.errors import DataError, ParameterError

SUM_TOLERANCE = 1e-6
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


@dataclass(frozen=True, eq=False, repr=False)
class FuzzyQuestionnaire(Columns):
    """Degrees of membership for the functional and the dysfunctional question of every item.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    functional, dysfunctional : ndarray of float64, shape (respondents, items, levels)
        Degrees, in the order of ``table.levels``; they sum to 1 over the levels.
    weights : ndarray of float64, shape (respondents,)
        Sampling weights.
    table : EvaluationTable
        What turns two levels into a category.

    Raises
    ------
    DataError
        If shapes do not fit, or degrees are negative or do not sum to 1.

    Examples
    --------
    >>> answers = FuzzyQuestionnaire.from_arrays(
    ...     [[[0.6, 0.4, 0, 0, 0]]], [[[0, 0, 0, 0.3, 0.7]]], items=["spell check"]
    ... )
    >>> result = answers.classify()
    >>> result["spell check"][Category.ONE_DIMENSIONAL].value  # like x dislike, 0.6 x 0.7
    0.42
    >>> result.categories[0].english
    'one-dimensional'
    """

    items: tuple[str, ...]
    functional: FloatArray
    dysfunctional: FloatArray
    weights: FloatArray
    table: EvaluationTable = BERGER

    def __post_init__(self) -> None:
        check_table(self.table)
        shape = (len(self.weights), len(self.items), len(self.table.levels))
        check_items(self.items)
        if shape[0] == 0:
            raise DataError("the questionnaire has no rows. Give at least one respondent.")
        for name in ("functional", "dysfunctional"):
            degrees = np.array(getattr(self, name), dtype=np.float64)
            require_shape(name, degrees.shape, shape)
            _check_degrees(name, degrees, self.items)
            object.__setattr__(self, name, read_only(degrees))
        weights = checked_weights("weights", np.array(self.weights, dtype=np.float64), shape[0])
        object.__setattr__(self, "weights", read_only(weights))

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        functional: Mapping[str, Sequence[str]],
        dysfunctional: Mapping[str, Sequence[str]],
        weights: str | None = None,
        table: EvaluationTable = BERGER,
    ) -> FuzzyQuestionnaire:
        """Read degrees from a dataframe or a mapping of columns, one row a respondent.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        functional, dysfunctional : mapping
            Item to its columns, one for each level of the table, like first.
        weights : str, optional
            Column of sampling weights.
        table : EvaluationTable
            What turns two levels into a category.

        Raises
        ------
        DataError
            If a column is absent, an item lacks a question, or degrees are negative or do not
            sum to 1.
        """
        check_table(table)
        source = Source(frame)
        items = check_items(list(functional), "functional")
        if set(functional) != set(dysfunctional):
            differing = sorted(set(functional) ^ set(dysfunctional))
            raise DataError(f"every item needs both questions, but {differing[0]!r} has only one.")
        arrays = [
            np.stack([_levels(source, item, question[item], table) for item in items], axis=1)
            for question in (functional, dysfunctional)
        ]
        return cls(items, arrays[0], arrays[1], weights_column(source, weights), table)

    @classmethod
    def from_arrays(
        cls,
        functional: npt.ArrayLike,
        dysfunctional: npt.ArrayLike,
        *,
        items: Sequence[str] | None = None,
        weights: npt.ArrayLike | None = None,
        table: EvaluationTable = BERGER,
    ) -> FuzzyQuestionnaire:
        """Take degrees from arrays.

        Parameters
        ----------
        functional, dysfunctional : array_like of shape (respondents, items, levels)
            Degrees, in the order of the table's levels, like first.
        items : sequence of str, optional
            Names of the items; ``item 1``, ``item 2``, … by default.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        table : EvaluationTable
            What turns two levels into a category.

        Raises
        ------
        DataError
            If shapes do not fit, or degrees are negative or do not sum to 1.
        """
        first, second = _cube("functional", functional), _cube("dysfunctional", dysfunctional)
        names = [f"item {k + 1}" for k in range(first.shape[1])] if items is None else items
        weighting = np.ones(len(first)) if weights is None else to_numbers("weights", weights)
        return cls(tuple(names), first, second, weighting, table)

    def degrees(self) -> FloatArray:
        """Return the degree of every category for every respondent and item.

        Returns
        -------
        ndarray of float64, shape (respondents, items, 6)
            Of M, O, A, I, R, Q; they sum to 1.
        """
        lookup = self.table.lookup()
        cells = [(lookup == place).astype(np.float64) for place in range(len(CATEGORIES))]
        parts = [((self.functional @ cell) * self.dysfunctional).sum(axis=-1) for cell in cells]
        return np.stack(parts, axis=-1)

    def classify(self, *, alpha: float = ALPHA) -> FuzzyResult:
        """Average the degrees, and count the respondents whose degree reaches the cut.

        Parameters
        ----------
        alpha : float
            The cut; 0.4 in Lee & Huang (2009).

        Raises
        ------
        ParameterError
            Unless ``0 < alpha <= 1``.
        """
        if not (isinstance(alpha, int | float) and 0 < alpha <= 1):
            raise ParameterError(f"alpha must be > 0 and <= 1, as in 0.4, but it is {alpha!r}.")
        used = self.weights > 0
        degrees, weights = self.degrees()[used], self.weights[used]
        shape = (len(self.items), len(CATEGORIES))
        means = means_of(degrees.reshape(len(degrees), -1), weights)
        share = weights / weights.sum()
        reached = degrees >= alpha - SUM_TOLERANCE
        return FuzzyResult(
            items=self.items,
            degree=means.value.reshape(shape),
            degree_error=means.error.reshape(shape),
            reached=np.einsum("n,nik->ik", share, reached),
            unresolved=share @ ~reached.any(axis=-1),
            n=len(degrees),
            effective_n=float(1 / np.square(share).sum()),
            alpha=float(alpha),
            table=self.table.name,
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the degrees and the weights, one row a respondent."""
        found = {
            f"{item} ({question}, {level})": array[:, i, k]
            for question, array in (
                ("functional", self.functional),
                ("dysfunctional", self.dysfunctional),
            )
            for i, item in enumerate(self.items)
            for k, level in enumerate(self.table.levels)
        }
        return {**found, "weight": self.weights}

    def __repr__(self) -> str:
        return one_line(
            "FuzzyQuestionnaire",
            respondents=len(self.weights),
            items=len(self.items),
            table=self.table.name,
        )

    def _table(self) -> Table:
        rows = tuple((item, len(self.weights)) for item in self.items)
        note = f"Degrees over {', '.join(self.table.levels)}; evaluation table: {self.table.name}."
        return Table("Fuzzy Kano questionnaire", ("item", "n"), rows, (note,))


def _levels(
    source: Source, item: str, columns: Sequence[str], table: EvaluationTable
) -> FloatArray:
    if isinstance(columns, str) or len(columns) != len(table.levels):
        raise DataError(
            f"{item}: there must be one column for each of {', '.join(table.levels)}, but they are "
            f"{columns!r}.",
            column=item,
        )
    source.require(
        {f"{item}, {level}": name for level, name in zip(table.levels, columns, strict=True)}
    )
    return np.stack([source.numbers(name) for name in columns], axis=1)


def _cube(name: str, values: npt.ArrayLike) -> FloatArray:
    """Return an array of respondents x items x levels.

    Raises
    ------
    DataError
        If it is none.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim != 3:
        raise DataError(
            f"{name} must be numbers of the shape (respondents, items, levels), as in "
            f"[[[0.6, 0.4, 0, 0, 0]]] for one respondent and one item."
        )
    return array


def _check_degrees(name: str, degrees: FloatArray, items: tuple[str, ...]) -> None:
    """Raise a DataError unless degrees are >= 0 and sum to 1."""
    totals = degrees.sum(axis=-1)
    wrong = ~(np.abs(totals - 1) <= SUM_TOLERANCE) | (degrees < 0).any(axis=-1)
    bad = np.argwhere(wrong)
    if not bad.size:
        return
    row, place = (int(index) for index in bad[0])
    found = degrees[row, place].tolist()
    hint = " Divide percentages by 100." if abs(float(totals[row, place]) - 100) < 1 else ""
    raise DataError(
        f"{name}: the degrees of an answer must be >= 0 and sum to 1, but row {row} has {found} "
        f"for {items[place]!r}.{hint}",
        column=items[place],
        rows=np.unique(bad[:, 0]),
    )
