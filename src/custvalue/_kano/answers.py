"""A Kano questionnaire: two answers to every item, by respondent, out of whatever holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_read
from custvalue._frames import Source
from custvalue._kano.coding import NOBODY, AnswerCodes, Coder, check_levels
from custvalue._kano.reading import (
    IMPORTANCE,
    Importance,
    Names,
    OfItems,
    Questions,
    check_positions,
    columns_of,
    read_answers,
    refuse_missing,
    require_rows,
    require_shape,
)
from custvalue._kano.table import BERGER, EvaluationTable
from custvalue._respondents.block import own, taken
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.counted_rows import warn_of_counts
from custvalue._respondents.losses import lost_of
from custvalue._respondents.reader import Roles, Who
from custvalue._respondents.reading import (
    check_matrix,
    complete_rows,
    require_question_policy,
)
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray, IntArray, read_only
from custvalue._table import Table


@dataclass(frozen=True, eq=False, repr=False)
class Questionnaire(OfItems):
    """Answers to the functional and the dysfunctional question of every item.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    functional, dysfunctional : ndarray of int64, shape (respondents, items)
        Answers as positions in ``table.levels``; -1 where there is none.
    importance : ndarray of float64, shape (respondents, items), or None
        Self-stated importance; NaN where it was not stated.
    table : EvaluationTable
        What turns two answers into a category.
    importance_scale : Scale
        The scale of `importance`.
    codes : AnswerCodes or None
        How the answers were written; None for positions that were not read from codes.
    pairs : tuple of tuple of str
        The columns of both questions of each item, as they were read; empty for arrays.
    weights, labels, missing, min_answered, lost
        As of :class:`custvalue.survey.Responses`; missing answers are never prorated.

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

    functional: IntArray
    dysfunctional: IntArray
    importance: FloatArray | None = None
    table: EvaluationTable = BERGER
    importance_scale: Scale = IMPORTANCE
    codes: AnswerCodes | None = None
    pairs: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    ROWS: ClassVar[tuple[str, ...]] = ("functional", "dysfunctional", "importance")
    REPR: ClassVar[tuple[str, ...]] = (
        "respondents",
        "items",
        "table=table.name",
        "missing=_unanswered",
    )

    def __post_init__(self) -> None:
        require_question_policy(self.missing)
        self._check_rows(self.table)
        shape = (len(self.weights), len(self.items))
        for name in ("functional", "dysfunctional"):
            levels = own(getattr(self, name), np.int64)
            check_positions(name, levels, shape, len(self.table.levels))
            object.__setattr__(self, name, levels)
        if self.importance is not None:
            importance = own(self.importance, np.float64)
            require_shape("importance", importance.shape, shape)
            check_matrix(self.items, importance, self.importance_scale)
            object.__setattr__(self, "importance", importance)
        self._check_respondents(shape[0])
        if self.missing != "pairwise":
            answers = {name: its.answers for name, its in self._blocks().items()}
            refuse_missing(
                answers, {name: [f"{item} ({name})" for item in self.items] for name in answers}
            )

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
        wave: str | None = None,
        cluster: str | None = None,
        stratum: str | None = None,
        labels: Sequence[str] | Mapping[str, str] | None = None,
        customer: str | None = None,
        repeats: RepeatsPolicy = "raise",
        date: str | None = None,
        codes: AnswerCodes | Codebook | None = None,
        table: EvaluationTable = BERGER,
        importance_scale: Scale | None = None,
        importance_codebook: Codebook | None = None,
        missing: MissingPolicy = "raise",
    ) -> Questionnaire:
        """Read answers from a dataframe or a mapping of columns, one row per respondent.

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
        group, wave, cluster, stratum, labels : optional
            Columns of labels, as in :meth:`custvalue.survey.Responses.from_frame`.
        customer, repeats, date : optional
            What to do with several answers of one customer, as in
            :meth:`custvalue.survey.Responses.from_frame`.
        codes : AnswerCodes or Codebook, optional
            How answers are written; without it 1 means like, 2 must-be, 3 neutral, 4 live-with
            and 5 dislike (1, 2, 3, … in the order of the table's levels). For 5 = like use
            ``AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1)``. A
            :class:`custvalue.survey.Codebook` has an answer for each level, like first.
        table : EvaluationTable
            What turns two answers into a category.
        importance_scale : Scale, optional
            The scale of importance, 1 to 9 by default.
        importance_codebook : Codebook, optional
            What words of importance mean; it has its scale.
        missing : {"raise", "drop", "pairwise"}
            What to do with missing answers: refuse them, exclude the respondents who have any,
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
        source.require(questions.arguments())
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        return cls._read(
            source,
            questions,
            roles.of_frame(source, questions.columns),
            codes=codes,
            table=table,
            importance=Importance.stated(importance_scale, importance_codebook),
            missing=missing,
            pairs=tuple(zip(questions.functional, questions.dysfunctional, strict=True)),
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
        wave: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        labels: Mapping[str, npt.ArrayLike] | None = None,
        customer: npt.ArrayLike | None = None,
        repeats: RepeatsPolicy = "raise",
        date: npt.ArrayLike | None = None,
        codes: AnswerCodes | Codebook | None = None,
        table: EvaluationTable = BERGER,
        importance_scale: Scale | None = None,
        importance_codebook: Codebook | None = None,
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
        group, wave, cluster, stratum, labels : optional
            Arrays of labels, as in :meth:`custvalue.survey.Responses.from_arrays`.
        customer, repeats, date : optional
            As in :meth:`from_frame`.
        codes, table, importance_scale, importance_codebook, missing
            As in :meth:`from_frame`.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if shapes do not fit.
        ParameterError
            As in :meth:`from_frame`.
        """
        named, questions = columns_of(functional, dysfunctional, importance, items)
        source = Source(named)
        return cls._read(
            source,
            questions,
            Roles(
                weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
            ).of_arrays(source.rows, {"functional": functional}),
            codes=codes,
            table=table,
            importance=Importance.stated(importance_scale, importance_codebook),
            missing=missing,
        )

    @classmethod
    def _read(
        cls,
        source: Source,
        questions: Questions,
        who: Who,
        *,
        codes: AnswerCodes | Codebook | None,
        table: EvaluationTable,
        importance: Importance,
        missing: MissingPolicy,
        pairs: tuple[tuple[str, str], ...] = (),
    ) -> Questionnaire:
        """Read and check the answers; apply the policy, with the user's own names of columns."""
        used = check_levels(codes, table)
        coder = Coder(used, table, codes if isinstance(codes, Codebook) else None)
        read, without = read_answers(source, questions, coder, importance)
        require_question_policy(missing)
        require_rows(source.rows)
        if missing == "raise":
            refuse_missing(read, questions.by_question, who.used)
        asked = list(read.values())
        keep = complete_rows(asked, who.used) if missing == "drop" else who.everybody()
        warn_of_counts(asked, who.weights, who.labels.values())
        lost = lost_of(asked, without, keep, who.labels, who.used)
        kept = read if keep.all() else {name: taken(its, keep) for name, its in read.items()}
        return cls._unchecked(
            items=questions.items,
            **{"importance": None} | {name: read_only(its) for name, its in kept.items()},
            table=table,
            importance_scale=importance.scale,
            codes=used,
            pairs=pairs,
            **who.kept(keep, lost, missing),
        )

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
        flat = lookup.ravel()  # where -1 still finds the last ones
        found = np.empty_like(self.functional)
        for column, one, other in zip(
            found.T, self.functional.T, self.dysfunctional.T, strict=True
        ):
            column[:] = flat[one * (size + 1) + other]
        return found

    def _answer_columns(self) -> dict[str, npt.NDArray[Any]]:
        words = np.array([*self.table.levels, None], dtype=object)  # -1 finds the last
        found: dict[str, npt.NDArray[Any]] = {}
        for place, item in enumerate(self.items):
            found[f"{item} (functional)"] = words[self.functional[:, place]]
            found[f"{item} (dysfunctional)"] = words[self.dysfunctional[:, place]]
            if self.importance is not None:
                found[f"{item} (importance)"] = self.importance[:, place]
        return found

    @property
    def _unanswered(self) -> int:
        return int(((self.functional < 0) | (self.dysfunctional < 0)).sum())

    def _table(self) -> Table:
        both = (self.functional >= 0) & (self.dysfunctional >= 0)
        pairs: Sequence[tuple[str, ...]] = self.pairs or [()] * len(self.items)
        counts = zip(self.items, pairs, both.sum(axis=0).tolist(), strict=True)
        rows: list[tuple[str | int, ...]] = [(item, *pair, int(n)) for item, pair, n in counts]
        asked = ("functional", "dysfunctional") if self.pairs else ()
        effective = f"Effective n {self.effective_n:,.1f}. Evaluation table: {self.table.name}"
        effective += "." if self.codes is None else f"; answers: {self.codes.spelled}."
        header = ("item", *asked, "n")
        return Table("Kano questionnaire", header, tuple(rows), (str(self.base), effective))

    def _only(self, names: tuple[str, ...], places: Sequence[int]) -> Questionnaire:
        pairs = tuple(self.pairs[place] for place in places) if self.pairs else ()
        return replace(super()._only(names, places), pairs=pairs)


def require_questionnaire(questionnaire: object) -> None:
    """Raise a ParameterError unless it is a Questionnaire."""
    require_read("questionnaire", questionnaire, Questionnaire, "kano")
