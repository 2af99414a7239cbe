"""From columns of a frame to checked answers: which column is which question, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source
from custvalue._kano.codes import AnswerCodes
from custvalue._kano.coding import NOBODY, Positions, coded_columns
from custvalue._kano.table import EvaluationTable
from custvalue._respondents.block import taken
from custvalue._respondents.instrument import repeated
from custvalue._respondents.reading import check_items, check_matrix, coded_answers, matrices
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, read_only
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError

Names = Mapping[str, str] | Sequence[str]
Flags = npt.NDArray[np.bool_]
Absent = dict[str, Flags]


@dataclass(frozen=True)
class Questions:
    """Which column holds which question of which item.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    functional, dysfunctional : tuple of str
        Columns of the two questions, one for each item.
    importance : tuple of str or None
        Columns of the stated importance.
    """

    items: tuple[str, ...]
    functional: tuple[str, ...]
    dysfunctional: tuple[str, ...]
    importance: tuple[str, ...] | None

    @classmethod
    def named(cls, functional: Names, dysfunctional: Names, importance: Names | None) -> Questions:
        """Match the questions by the names of the items, or in their order.

        Raises
        ------
        DataError
            If an item lacks a question, or a column serves twice.
        """
        named = tuple(functional) if isinstance(functional, Mapping) else functional
        items = check_items(named, "functional")
        with_item = _columns("functional", functional, items)
        without = _columns("dysfunctional", dysfunctional, items)
        stated = None if importance is None else _columns("importance", importance, items)
        twice = repeated([*with_item, *without])
        if twice:
            raise DataError(
                f"every question must have a column of its own, but {listed(twice)} is named twice."
            )
        return cls(items, with_item, without, stated)

    @property
    def by_question(self) -> dict[str, Sequence[str]]:
        """The columns of each question, by its name."""
        found: dict[str, Sequence[str]] = {
            "functional": self.functional,
            "dysfunctional": self.dysfunctional,
        }
        return found if self.importance is None else {**found, "importance": self.importance}

    @property
    def columns(self) -> list[str]:
        """All columns."""
        return [column for its in self.by_question.values() for column in its]

    def arguments(self) -> dict[str, str]:
        """Return column by argument, for messages."""
        return {
            f"{question}[{item!r}]": column
            for question, columns in self.by_question.items()
            for item, column in zip(self.items, columns, strict=True)
        }


def _columns(argument: str, names: Names, items: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of a question in the order of the items."""
    if not isinstance(names, Mapping):
        columns = check_items(names, argument)
        if len(columns) != len(items):
            raise DataError(
                f"{argument} must name one column for each of the {len(items)} items, but it names "
                f"{len(columns)}."
            )
        return columns
    absent = [item for item in items if item not in names]
    if absent:
        raise DataError(
            f"{argument} has no column for {listed(absent)}."
            f"{did_you_mean(absent[0], [name for name in names if name not in items])} Every item "
            f"needs it, under the name that it has in functional.",
            column=absent[0],
        )
    beyond = [name for name in names if name not in items]
    if beyond:
        raise DataError(
            f"{argument} has a column for {listed(beyond)}, but functional has none. Every item "
            f"needs both questions.",
            column=beyond[0],
        )
    return tuple(names[item] for item in items)


@dataclass(frozen=True)
class Answers:
    """Answers as they were read, before any respondent is excluded.

    Parameters
    ----------
    functional, dysfunctional : ndarray of int64, shape (respondents, items)
        Positions among the levels of the table; -1 where there is none.
    importance : ndarray of shape (respondents, items), or None
        NaN where it was not stated.
    codes : dict of str to list of ndarray of int64
        Question to, for each item, the rows with a missing code.
    """

    functional: Positions
    dysfunctional: Positions
    importance: FloatArray | None
    codes: dict[str, list[Positions]]

    @property
    def arrays(self) -> tuple[Positions, Positions, FloatArray | None]:
        """The answers to the three questions."""
        return self.functional, self.dysfunctional, self.importance

    def kept(self, keep: Flags) -> Answers:
        """Return the answers of some respondents.

        Parameters
        ----------
        keep : ndarray of bool, shape (respondents,)
            Who stays.
        """
        importance = None if self.importance is None else taken(self.importance, keep)
        functional, dysfunctional = (taken(its, keep) for its in self.arrays[:2])
        return Answers(functional, dysfunctional, importance, self.codes)


def read_answers(
    source: Source,
    questions: Questions,
    codes: AnswerCodes,
    table: EvaluationTable,
    importance_scale: Scale,
) -> Answers:
    """Read all the columns, and check every answer against its codes or its scale."""
    functional = coded_columns(source, questions.functional, codes, table)
    dysfunctional = coded_columns(source, questions.dysfunctional, codes, table)
    codes_found = {"functional": functional.codes, "dysfunctional": dysfunctional.codes}
    if questions.importance is None:
        return Answers(functional.levels, dysfunctional.levels, None, codes_found)
    stated, without = coded_answers(source, questions.importance, importance_scale)
    codes_found["importance"] = without
    check_matrix(questions.importance, stated, importance_scale)
    return Answers(functional.levels, dysfunctional.levels, stated, codes_found)


def columns_of(
    functional: npt.ArrayLike,
    dysfunctional: npt.ArrayLike,
    importance: npt.ArrayLike | None,
    items: Sequence[str] | None,
) -> tuple[dict[str, Any], Questions]:
    """Give the columns of arrays names, for messages.

    Parameters
    ----------
    functional, dysfunctional, importance : array_like of shape (respondents, items)
        Answers; `importance` may be None.
    items : sequence of str or None
        Names of the items.
    """
    given = {
        "functional": functional,
        "dysfunctional": dysfunctional,
        "importance": importance,
    }
    arrays = matrices(given)
    shape = arrays["functional"].shape
    for name, array in arrays.items():
        require_shape(name, array.shape, shape)
    names = [f"item {k + 1}" for k in range(shape[1])] if items is None else check_items(items)
    if len(names) != shape[1]:
        raise DataError(f"items has {len(names)} names for {shape[1]} columns.")
    titles = {name: tuple(f"{item} ({name})" for item in names) for name in arrays}
    columns = {
        title: array[:, k] for name, array in arrays.items() for k, title in enumerate(titles[name])
    }
    stated = titles.get("importance")
    return columns, Questions(tuple(names), titles["functional"], titles["dysfunctional"], stated)


def require_shape(name: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Raise a DataError unless an array has the shape that the others have."""
    if shape != expected:
        raise DataError(f"{name} must have the shape {expected}, but it is {shape}.", column=name)


def own(array: Any, dtype: Any) -> npt.NDArray[Any]:
    """Return a read-only array without any other owner; a read-only one as it is."""
    numbers = np.asarray(array, dtype=dtype)
    return read_only(numbers.copy()) if numbers.flags.writeable else numbers


def check_positions(name: str, levels: Positions, shape: tuple[int, ...], size: int) -> None:
    """Raise a DataError unless answers are positions among the levels of a table, or -1."""
    require_shape(name, levels.shape, shape)
    if levels.size and not NOBODY <= levels.min() <= levels.max() < size:
        raise DataError(
            f"{name} must hold positions from 0 to {size - 1} among the levels of the table, or -1 "
            f"for no answer. Use Questionnaire.from_arrays for answers as they are coded."
        )


def absent_of(
    functional: Positions, dysfunctional: Positions, importance: FloatArray | None
) -> Absent:
    """Return where each question has no answer, by the name of the question."""
    absent = {"functional": functional < 0, "dysfunctional": dysfunctional < 0}
    return absent if importance is None else {**absent, "importance": np.isnan(importance)}


def refuse_missing(absent: Absent, columns: Mapping[str, Sequence[str]]) -> None:
    """Raise a DataError that names the first missing answer.

    Parameters
    ----------
    absent : dict of str to ndarray of bool, shape (respondents, items)
        Where each question has no answer.
    columns : mapping of str to sequence of str
        The columns of each question.
    """
    total = sum(int(flags.sum()) for flags in absent.values())
    if not total:
        return
    rows = {name: int(flags.any(axis=1).argmax()) for name, flags in absent.items() if flags.any()}
    question = min(rows, key=rows.__getitem__)
    row = rows[question]
    place = int(absent[question][row].argmax())
    column = columns[question][place]
    also = f", one of {total:,} missing answers" if total > 1 else ""
    raise DataError(
        f"{column} has no answer in row {row}{also}. Use missing='drop' to exclude such "
        f"respondents, or missing='pairwise' to let each item use those who answered both its "
        f"questions.",
        column=column,
        rows=np.flatnonzero(absent[question][:, place]),
    )
