"""Fuzzy Kano answers: each spread over the levels of its question, as degrees that sum to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._columns import as_array
from custvalue._frames import Source
from custvalue._kano.reading import require_shape
from custvalue._kano.table import BERGER, CATEGORIES, EvaluationTable, check_table
from custvalue._respondents.reader import Roles
from custvalue._respondents.reading import check_items
from custvalue._respondents.respondents import Questions, Respondents
from custvalue._rows import FloatArray, read_only
from custvalue._table import Table
from custvalue._words import one_line
from custvalue.errors import DataError

SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class FuzzyQuestionnaire(Respondents):
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

    items: tuple[str, ...]
    functional: FloatArray
    dysfunctional: FloatArray
    table: EvaluationTable = BERGER

    ROWS: ClassVar[tuple[str, ...]] = ("functional", "dysfunctional")
    NOUN: ClassVar[str] = "these answers"

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
        group, wave : str, optional
            Columns of labels: the site or segment of a respondent, and the time of asking. Labels
            are whole numbers, text, dates or pandas periods; :meth:`by` splits by them.
        cluster, stratum : str, optional
            Columns of the primary sampling unit and of the stratum. They are kept with the
            answers; no estimate uses them.
        labels : sequence of str or mapping, optional
            Columns of other labels, or name of the label to its column.
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
        group, wave, cluster, stratum : array_like of shape (respondents,), optional
            Labels, as in :meth:`from_frame`.
        labels : mapping of str to array_like, optional
            Other labels by name.
        table : EvaluationTable
            What turns two levels into a category.

        Raises
        ------
        DataError
            If shapes do not fit, or degrees are negative or do not sum to 1.
        """
        first, second = _cube("functional", functional), _cube("dysfunctional", dysfunctional)
        names = [f"item {k + 1}" for k in range(first.shape[1])] if items is None else items
        who = Roles(weights, group, wave, cluster, stratum, labels).of_arrays(len(first))
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

    def _blocks(self) -> dict[str, Questions]:
        return {name: Questions(self.items, getattr(self, name)) for name in self.ROWS}

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

    def __repr__(self) -> str:
        return one_line(
            "FuzzyQuestionnaire",
            respondents=self.respondents,
            items=len(self.items),
            table=self.table.name,
        )

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
