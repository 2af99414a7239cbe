"""From columns of a frame to checked answers: which column is which question, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source
from custvalue._kano.coding import NOBODY, Coder, Positions, coded_columns
from custvalue._kano.table import check_table
from custvalue._respondents import reading
from custvalue._respondents.codebook import Codebook, stated_scale
from custvalue._respondents.coding import Unknown, refuse
from custvalue._respondents.instrument import repeated
from custvalue._respondents.losses import absent
from custvalue._respondents.reading import check_items, check_matrix, coded_answers, matrices
from custvalue._respondents.respondents import Questions as Block
from custvalue._respondents.respondents import Respondents
from custvalue._respondents.scale import Scale
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError

EACH_ITEM = "or missing='pairwise' to let each item use those who answered both its questions."

IMPORTANCE = Scale(1, 9)
ARGUMENT = "importance_codebook"

Names = Mapping[str, str] | Sequence[str]


class Importance(NamedTuple):
    """How importance was stated: its scale, and what words of it mean."""

    scale: Scale
    codebook: Codebook | None

    @classmethod
    def stated(cls, scale: Scale | None, codebook: Codebook | None) -> Importance:
        """Return what is stated, 1 to 9 by default."""
        return cls(stated_scale(scale, codebook, "importance_scale") or IMPORTANCE, codebook)


@dataclass(frozen=True)
class Questions:
    """Which column holds which question of which item; importance may not have been asked."""

    items: tuple[str, ...]
    functional: tuple[str, ...]
    dysfunctional: tuple[str, ...]
    importance: tuple[str, ...] | None

    @classmethod
    def named(cls, functional: Names, dysfunctional: Names, importance: Names | None) -> Questions:
        """Match the questions by the names of the items, or in their order."""
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


def read_answers(
    source: Source,
    questions: Questions,
    coder: Coder,
    importance: Importance,
) -> tuple[dict[str, npt.NDArray[Any]], list[Positions]]:
    """Read and check all answers by question, and each column's rows with a missing code."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    without: list[Positions] = []
    unknown: list[Unknown] = []
    for name, columns in questions.by_question.items():
        if name == "importance":
            arrays[name], rows = coded_answers(
                source, columns, *importance, unknown=unknown, argument=ARGUMENT
            )
            check_matrix(columns, arrays[name], *importance)
        else:
            arrays[name], rows = coded_columns(source, columns, coder, unknown)
        without += rows
    refuse(unknown)
    return arrays, without


def columns_of(
    functional: npt.ArrayLike,
    dysfunctional: npt.ArrayLike,
    importance: npt.ArrayLike | None,
    items: Sequence[str] | None,
) -> tuple[dict[str, Any], Questions]:
    """Give the columns of arrays, (respondents, items), names for messages."""
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


def check_positions(name: str, levels: Positions, shape: tuple[int, ...], size: int) -> None:
    """Raise a DataError unless answers are positions among the levels of a table, or -1."""
    require_shape(name, levels.shape, shape)
    if levels.size and not NOBODY <= levels.min() <= levels.max() < size:
        raise DataError(
            f"{name} must hold positions from 0 to {size - 1} among the levels of the table, or -1 "
            f"for no answer. Use Questionnaire.from_arrays for answers as they are coded."
        )


def refuse_missing(
    answers: Mapping[str, npt.NDArray[Any]],
    columns: Mapping[str, Sequence[str]],
    used: npt.NDArray[np.bool_] | None = None,
) -> None:
    """Raise a DataError that names the first missing answer by its column, if there is one."""
    flags = np.concatenate([absent(its) for its in answers.values()], axis=1)
    flags = flags if used is None else flags & used[:, np.newaxis]
    if flags.any():
        every = [column for its in columns.values() for column in its]
        reading.refuse_missing(every, flags, EACH_ITEM)


def require_rows(rows: int) -> None:
    """Raise a DataError unless there is a respondent."""
    if rows == 0:
        raise DataError("the questionnaire has no rows. Give at least one respondent.")


@dataclass(frozen=True, eq=False, repr=False)
class OfItems(Respondents):
    """Base of answers to the functional and the dysfunctional question of every item.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    """

    items: tuple[str, ...]

    NOUN: ClassVar[str] = "these answers"

    def _blocks(self) -> dict[str, Block]:
        arrays = {name: getattr(self, name) for name in self.ROWS}
        return {name: Block(self.items, its) for name, its in arrays.items() if its is not None}

    def _check_rows(self, table: object) -> None:
        check_table(table)
        require_rows(len(self.weights))
        check_items(self.items)
