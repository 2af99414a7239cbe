"""A Kano questionnaire: two answers to every item, by respondent, out of whatever holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source, to_numbers
from custvalue._inference.means import kish_effective_n
from custvalue._kano.coding import NOBODY, check_levels
from custvalue._kano.reading import (
    Answers,
    Names,
    Questions,
    absent_of,
    base_of,
    check_positions,
    columns_of,
    complete,
    own,
    read_answers,
    refuse_missing,
    require_shape,
)
from custvalue._kano.table import BERGER, EvaluationTable, Levels, check_table
from custvalue._respondents.reading import require_question_policy
from custvalue._respondents.responses import (
    check_items,
    check_matrix,
    checked_weights,
    weights_column,
)
from custvalue._respondents.scale import Scale
from custvalue._results.base import MISSING_ANSWER, Base, MissingPolicy
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, read_only
from custvalue._table import Table
from custvalue._words import one_line
from custvalue.errors import DataError, ParameterError

IMPORTANCE = Scale(1, 9)


@dataclass(frozen=True, eq=False, repr=False)
class Questionnaire(Columns):
    """Answers to the functional and the dysfunctional question of every item.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    functional, dysfunctional : ndarray of int64, shape (respondents, items)
        Answers as positions in ``table.levels``; -1 where there is none.
    weights : ndarray of float64, shape (respondents,)
        Sampling weights; ones where none were given.
    importance : ndarray of float64, shape (respondents, items), or None
        Self-stated importance; NaN where it was not stated.
    groups : ndarray, shape (respondents,), or None
        The segment of each respondent.
    table : EvaluationTable
        What turns two answers into a category.
    importance_scale : Scale
        The scale of `importance`.
    missing : {"raise", "drop", "pairwise"}
        The policy that was applied to missing answers.
    codes : Levels or None
        How the answers were written; None for positions that were not read from codes.
    base : Base or None
        Who answered, who is excluded and why, and which answers are missing; counted from the
        answers where it is not given.

    Raises
    ------
    DataError
        If shapes do not fit, or an answer is missing against the policy.
    ParameterError
        If `table` is no evaluation table.

    Examples
    --------
    >>> frame = {"f1": [1, 1, 2, 3], "d1": [5, 5, 5, 3], "f2": [1, 1, 3, 1], "d2": [3, 4, 3, 5]}
    >>> answers = Questionnaire.from_frame(
    ...     frame,
    ...     functional={"spell check": "f1", "themes": "f2"},
    ...     dysfunctional={"spell check": "d1", "themes": "d2"},
    ... )
    >>> answers
    Questionnaire(respondents=4, items=2, table='Berger et al. 1993', missing=0)
    """

    items: tuple[str, ...]
    functional: IntArray
    dysfunctional: IntArray
    weights: FloatArray
    importance: FloatArray | None = None
    groups: LabelArray | None = None
    table: EvaluationTable = BERGER
    importance_scale: Scale = IMPORTANCE
    missing: MissingPolicy = "raise"
    codes: Levels | None = None
    base: Base | None = None

    def __post_init__(self) -> None:
        check_table(self.table)
        require_question_policy(self.missing)
        shape = (len(self.weights), len(self.items))
        if shape[0] == 0:
            raise DataError("the questionnaire has no rows. Give at least one respondent.")
        check_items(self.items)
        for name in ("functional", "dysfunctional"):
            levels = own(getattr(self, name), np.int64)
            check_positions(name, levels, shape, len(self.table.levels))
            object.__setattr__(self, name, levels)
        weights = checked_weights("weights", own(self.weights, np.float64), shape[0])
        object.__setattr__(self, "weights", weights)
        if self.importance is not None:
            importance = own(self.importance, np.float64)
            require_shape("importance", importance.shape, shape)
            check_matrix(self.items, importance, self.importance_scale)
            object.__setattr__(self, "importance", importance)
        if self.groups is not None:
            require_shape("groups", np.shape(self.groups), shape[:1])
        if self.missing != "pairwise":
            self._refuse_missing()
        if self.base is None:
            absent = absent_of(self.functional, self.dysfunctional, self.importance)
            object.__setattr__(self, "base", base_of(self.items, absent, {}, self.missing))

    def _refuse_missing(self) -> None:
        names = {
            "functional": [f"{item} (functional)" for item in self.items],
            "dysfunctional": [f"{item} (dysfunctional)" for item in self.items],
            "importance": [f"{item} (importance)" for item in self.items],
        }
        refuse_missing(absent_of(self.functional, self.dysfunctional, self.importance), names)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        functional: Names,
        dysfunctional: Names,
        importance: Names | None = None,
        weights: str | None = None,
        group: str | None = None,
        codes: Levels | None = None,
        table: EvaluationTable = BERGER,
        importance_scale: Scale = IMPORTANCE,
        missing: MissingPolicy = "raise",
    ) -> Questionnaire:
        """Read answers from a dataframe or a mapping of columns, one row a respondent.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        functional, dysfunctional : mapping or sequence of str
            Item to the column of each question; or the columns in the same order, and items
            are called as the functional ones.
        importance : mapping or sequence of str, optional
            Likewise, the columns of self-stated importance.
        weights : str, optional
            Column of sampling weights.
        group : str, optional
            Column of segments.
        codes : Levels, optional
            How answers are written; without it 1 means like, 2 must-be, 3 neutral, 4 live-with
            and 5 dislike (1, 2, 3, … in the order of the table's levels). For 5 = like say
            ``Levels(like=5, must_be=4, neutral=3, live_with=2, dislike=1)``.
        table : EvaluationTable
            What turns two answers into a category.
        importance_scale : Scale
            The scale of importance, 1 to 9 by default.
        missing : {"raise", "drop", "pairwise"}
            What to do with missing answers: refuse them, leave out the respondents who have any,
            or let each item use those who answered both of its questions.

        Raises
        ------
        DataError
            If a column is absent, an item has one question only, an answer is no declared code
            or missing, importance is off its scale, or weights are negative.
        ParameterError
            If `table` or `codes` is something else, or they do not fit.
        """
        source = Source(frame)
        questions = Questions.named(functional, dysfunctional, importance)
        source.require(questions.arguments(weights, group))
        used = check_levels(codes, table)
        read = read_answers(source, questions, used, table, importance_scale)
        return cls._assembled(
            questions,
            read,
            weights_column(source, weights),
            None if group is None else _labels(source, group),
            codes=used,
            table=table,
            importance_scale=importance_scale,
            missing=missing,
        )

    @classmethod
    def from_arrays(
        cls,
        functional: npt.ArrayLike,
        dysfunctional: npt.ArrayLike,
        *,
        items: Sequence[str] | None = None,
        importance: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
        group: npt.ArrayLike | None = None,
        codes: Levels | None = None,
        table: EvaluationTable = BERGER,
        importance_scale: Scale = IMPORTANCE,
        missing: MissingPolicy = "raise",
    ) -> Questionnaire:
        """Read answers from arrays of respondents x items.

        Parameters
        ----------
        functional, dysfunctional : array_like of shape (respondents,) or (respondents, items)
            Answers, 1 = like, 2 = must-be, 3 = neutral, 4 = live-with, 5 = dislike unless `codes`
            says otherwise; NaN or None where there is none.
        items : sequence of str, optional
            Names of the items; ``item 1``, ``item 2``, … by default.
        importance : array_like of the same shape, optional
            Self-stated importance.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        group : array_like of shape (respondents,), optional
            Segment of each respondent.
        codes, table, importance_scale, missing
            As in :meth:`from_frame`.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if shapes do not fit.
        ParameterError
            As in :meth:`from_frame`.
        """
        named, questions = columns_of(functional, dysfunctional, importance, items)
        rows = len(next(iter(named.values())))
        if weights is not None:
            named["weights"] = checked_weights("weights", to_numbers("weights", weights), rows)
        if group is not None:
            require_shape("group", np.shape(group), (rows,))
            named["group"] = group
        return cls.from_frame(
            named,
            **questions.by_item,
            weights=None if weights is None else "weights",
            group=None if group is None else "group",
            codes=codes,
            table=table,
            importance_scale=importance_scale,
            missing=missing,
        )

    @classmethod
    def _assembled(
        cls,
        questions: Questions,
        read: Answers,
        weights: FloatArray,
        groups: LabelArray | None,
        *,
        codes: Levels,
        table: EvaluationTable,
        importance_scale: Scale,
        missing: MissingPolicy,
    ) -> Questionnaire:
        """Apply the policy for missing answers, with the user's own names of columns."""
        require_question_policy(missing)
        rows = len(weights)
        absent = absent_of(read.functional, read.dysfunctional, read.importance)
        base = base_of(questions.items, absent, read.codes, missing)
        if missing == "raise":
            refuse_missing(absent, questions.by_question)
        if missing == "drop":
            keep = complete(absent)
            read, weights = read.kept(keep), weights[keep]
            groups = None if groups is None else groups[keep]
        return cls(
            items=questions.items,
            functional=read_only(read.functional),
            dysfunctional=read_only(read.dysfunctional),
            weights=read_only(weights),
            importance=None if read.importance is None else read_only(read.importance),
            groups=None if groups is None else read_only(groups),
            table=table,
            importance_scale=importance_scale,
            missing=missing,
            codes=codes,
            base=base.excluding(MISSING_ANSWER, rows - len(weights)),
        )

    @property
    def respondents(self) -> int:
        """Number of respondents."""
        return len(self.weights)

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return kish_effective_n(self.weights)

    def categories(self) -> npt.NDArray[np.int64]:
        """Return the category of every pair of answers.

        Returns
        -------
        ndarray of int64, shape (respondents, items)
            Positions in the order M, O, A, I, R, Q; -1 without an answer to both questions.
        """
        size = len(self.table.levels)
        lookup = np.full((size + 1, size + 1), NOBODY)  # -1 finds the last row and column
        lookup[:size, :size] = self.table.lookup()
        return np.asarray(lookup[self.functional, self.dysfunctional])

    def of_rows(self, keep: npt.NDArray[np.bool_]) -> Questionnaire:
        """Return some of the respondents; those that were excluded belong to none of them.

        Parameters
        ----------
        keep : ndarray of bool, shape (respondents,)
            Which.
        """
        return replace(
            self,
            functional=self.functional[keep],
            dysfunctional=self.dysfunctional[keep],
            weights=self.weights[keep],
            importance=None if self.importance is None else self.importance[keep],
            groups=None if self.groups is None else self.groups[keep],
            base=None,  # who is excluded, and the codes for no answer, belong to no one group
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the answers in words, importance, group and weight, one row a respondent."""
        words = np.array([*self.table.levels, None], dtype=object)  # -1 finds the last
        found: dict[str, npt.NDArray[Any]] = {}
        for place, item in enumerate(self.items):
            found[f"{item} (functional)"] = words[self.functional[:, place]]
            found[f"{item} (dysfunctional)"] = words[self.dysfunctional[:, place]]
            if self.importance is not None:
                found[f"{item} (importance)"] = self.importance[:, place]
        if self.groups is not None:
            found["group"] = self.groups
        return {**found, "weight": self.weights}

    def __repr__(self) -> str:
        return one_line(
            "Questionnaire",
            respondents=self.respondents,
            items=len(self.items),
            table=self.table.name,
            missing=int(((self.functional < 0) | (self.dysfunctional < 0)).sum()),
        )

    def _table(self) -> Table:
        both = (self.functional >= 0) & (self.dysfunctional >= 0)
        rows = tuple(
            (item, int(n)) for item, n in zip(self.items, both.sum(axis=0).tolist(), strict=True)
        )
        effective = f"Effective n {self.effective_n:,.1f}. Evaluation table: {self.table.name}"
        effective += "." if self.codes is None else f"; answers: {self.codes.spelled}."
        return Table("Kano questionnaire", ("item", "n"), rows, (str(self.base), effective))


def require_questionnaire(questionnaire: object) -> None:
    """Raise a ParameterError unless it is a Questionnaire."""
    if not isinstance(questionnaire, Questionnaire):
        raise ParameterError(
            f"questionnaire must be a kano.Questionnaire, as of kano.Questionnaire.from_frame(…), "
            f"but it is {type(questionnaire).__name__}."
        )


def _labels(source: Source, group: str) -> npt.NDArray[Any]:
    labels, places = source.codes(group)
    return labels[places]
