"""Fuzzy Kano analysis: mean degrees of the categories, and how often they reach a cut.

A category counts for a respondent where its degree reaches the cut (α of the paper), 0.4 by
default; so a respondent may count for two categories, or for none. Lee & Huang (2009), *Expert
Systems with Applications* 36(3), 4479-4484. Answers of 0 and 1 give what an ordinary questionnaire
gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite, require_read
from custvalue._columns import as_array
from custvalue._frames import Source
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._kano.classify import categories_at, decide
from custvalue._kano.distribution import LETTERS, position
from custvalue._kano.reading import OfItems, require_shape
from custvalue._kano.table import BERGER, CATEGORIES, Category, EvaluationTable, check_table
from custvalue._respondents.reader import Roles
from custvalue._respondents.reading import check_items
from custvalue._results.layout import WithoutIntervals
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue._words import count, number, percent
from custvalue.errors import DataError, ParameterError

SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class FuzzyQuestionnaire(OfItems):
    """Degrees of membership for the functional and the dysfunctional question of every item.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    functional, dysfunctional : ndarray of float64, shape (respondents, items, levels)
        Degrees, in the order of ``table.levels``; they sum to 1 over the levels.
    table : EvaluationTable
        What turns two levels into a category.
    weights, labels, missing, min_answered, lost
        As of :class:`custvalue.survey.Responses`; degrees are never missing.

    Raises
    ------
    DataError
        If shapes do not fit, or degrees are negative or do not sum to 1.

    Examples
    --------
    >>> answers = FuzzyQuestionnaire.from_arrays(
    ...     [[[0.6, 0.4, 0, 0, 0]]], [[[0, 0, 0, 0.3, 0.7]]], items=["spell check"]
    ... )
    >>> answers
    FuzzyQuestionnaire(respondents=1, items=1, table='Berger et al. 1993')
    """

    functional: FloatArray
    dysfunctional: FloatArray
    table: EvaluationTable = BERGER

    ROWS: ClassVar[tuple[str, ...]] = ("functional", "dysfunctional")
    REPR: ClassVar[tuple[str, ...]] = ("respondents", "items", "table=table.name")

    def __post_init__(self) -> None:
        self._check_rows(self.table)
        shape = (len(self.weights), len(self.items), len(self.table.levels))
        for name in ("functional", "dysfunctional"):
            degrees = np.array(getattr(self, name), dtype=np.float64)
            require_shape(name, degrees.shape, shape)
            _check_degrees(name, degrees, self.items)
            object.__setattr__(self, name, read_only(degrees))
        self._check_respondents(shape[0])

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        functional: Mapping[str, Sequence[str]],
        dysfunctional: Mapping[str, Sequence[str]],
        weights: str | None = None,
        group: str | None = None,
        wave: str | None = None,
        cluster: str | None = None,
        stratum: str | None = None,
        labels: Sequence[str] | Mapping[str, str] | None = None,
        table: EvaluationTable = BERGER,
    ) -> FuzzyQuestionnaire:
        """Read degrees from a dataframe or a mapping of columns, one row per respondent.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        functional, dysfunctional : mapping
            Item to its columns, one for each level of the table, like first.
        weights : str, optional
            Column of sampling weights.
        group, wave, cluster, stratum, labels : optional
            Columns of labels, as in :meth:`custvalue.survey.Responses.from_frame`.
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
        columns = [its for question in (functional, dysfunctional) for its in question.values()]
        roles = Roles(weights, group, wave, cluster, stratum, labels)
        who = roles.of_frame(source, [name for its in columns for name in its])
        return cls(items, arrays[0], arrays[1], table, weights=who.weights, labels=who.labels)

    @classmethod
    def from_arrays(
        cls,
        functional: npt.ArrayLike,
        dysfunctional: npt.ArrayLike,
        *,
        items: Sequence[str] | None = None,
        weights: npt.ArrayLike | None = None,
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        labels: Mapping[str, npt.ArrayLike] | None = None,
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
        group, wave, cluster, stratum, labels : optional
            Arrays of labels, as in :meth:`custvalue.survey.Responses.from_arrays`.
        table : EvaluationTable
            What turns two levels into a category.

        Raises
        ------
        DataError
            If shapes do not fit, or degrees are negative or do not sum to 1.
        """
        first, second = _cube("functional", functional), _cube("dysfunctional", dysfunctional)
        names = [f"item {k + 1}" for k in range(first.shape[1])] if items is None else items
        roles = Roles(weights, group, wave, cluster, stratum, labels)
        who = roles.of_arrays(len(first), {})
        return cls(tuple(names), first, second, table, weights=who.weights, labels=who.labels)

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

    def _answer_columns(self) -> dict[str, npt.NDArray[Any]]:
        return {
            f"{item} ({question}, {level})": array[:, i, k]
            for question, array in (
                ("functional", self.functional),
                ("dysfunctional", self.dysfunctional),
            )
            for i, item in enumerate(self.items)
            for k, level in enumerate(self.table.levels)
        }

    def _table(self) -> Table:
        rows = tuple((item, len(self.weights)) for item in self.items)
        note = f"Degrees over {', '.join(self.table.levels)}; evaluation table: {self.table.name}."
        return Table("Fuzzy Kano questionnaire", ("item", "n"), rows, (str(self.base), note))


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
    """Return an array of respondents x items x levels."""
    try:
        array = as_array(values).astype(np.float64)
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


CUT = 0.4


@dataclass(frozen=True, eq=False, repr=False)
class FuzzyKanoResult(WithoutIntervals, Columns):
    """Mean degrees of every item, and how often they reach the cut.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    means : tuple of MeanEstimate
        Mean degrees of M, O, A, I, R, Q of the first item, then of the others; those of an item sum
        to 1.
    reached : ndarray of float64, shape (items, 6)
        Share of the respondents whose degree reaches `cut`; rows need not sum to 1.
    unresolved : ndarray of float64, shape (items,)
        Share of respondents without any category that reaches it.
    cut : float
        The degree from which a category counts.
    table : str
        Name of the evaluation table.
    """

    TITLE: ClassVar[str] = "Fuzzy Kano analysis"
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
    means: tuple[MeanEstimate, ...]
    reached: FloatArray
    unresolved: FloatArray
    cut: float
    table: str

    @property
    def degree(self) -> FloatArray:
        """Mean degree of M, O, A, I, R, Q, shape (items, 6)."""
        return np.array([mean.value for mean in self.means]).reshape(len(self.items), -1)

    @property
    def n(self) -> int:
        """Respondents."""
        return self.means[0].n

    @property
    def effective_n(self) -> float:
        """Effective number of them: Kish's, unless respondents come in clusters."""
        return self.means[0].effective_n

    @property
    def categories(self) -> tuple[Category, ...]:
        """The category that most respondents reach; ties by M > O > A > I > R > Q."""
        return categories_at(decide(self.reached, "mode", 0.0))

    @property
    def categories_by_degree(self) -> tuple[Category, ...]:
        """The category with the largest mean degree, which no cut decides."""
        return categories_at(decide(self.degree, "mode", 0.0))

    def __getitem__(self, name: str) -> dict[Category, MeanEstimate]:
        first = position(name, self.items) * len(CATEGORIES)
        return dict(zip(CATEGORIES, self.means[first : first + len(CATEGORIES)], strict=True))

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
    require_read("questionnaire", questionnaire, FuzzyQuestionnaire, "kano")
    if not 0 < finite(cut) <= 1:
        raise ParameterError(f"cut must be > 0 and <= 1, as in 0.4, but it is {cut!r}.")
    used = questionnaire.weights > 0
    degrees, sample = questionnaire.degrees()[used], questionnaire.sample.of_rows(used)
    mean = partial(mean_estimate, sample=sample, bounds=(0.0, 1.0), method="beta")
    share = sample.weights / sample.weights.sum()
    reached = degrees >= cut - SUM_TOLERANCE
    return FuzzyKanoResult(
        items=questionnaire.items,
        means=tuple(
            mean(degrees[:, k, place], name=f"{item}: degree of {category.english}")
            for k, item in enumerate(questionnaire.items)
            for place, category in enumerate(CATEGORIES)
        ),
        reached=np.einsum("n,nik->ik", share, reached),
        unresolved=share @ ~reached.any(axis=-1),
        cut=float(cut),
        table=questionnaire.table.name,
    )
