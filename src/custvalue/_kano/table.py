"""Kano's categories, and the evaluation tables that give them.

An item is asked twice: how do you feel if it is there (functional), how do you feel if it is not
(dysfunctional). An evaluation table turns each pair of answers into a category. Published tables
differ in a few cells, so the table is an argument everywhere and is named in every result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from custvalue._checks import require_choice
from custvalue._results.layout import Row, Tabulated
from custvalue._values import Frozen
from custvalue._words import listed
from custvalue.errors import ParameterError

LevelName = Literal["like", "must-be", "neutral", "live-with", "dislike"]

LEVELS: tuple[LevelName, ...] = get_args(LevelName)


class Category(StrEnum):
    """What an item is to a customer (Kano, Seraku, Takahashi & Tsuji 1984).

    The values are the field's letters, so that ``Category("M") == "M"``; the order is the order
    of precedence M > O > A > I > R > Q in which ties are broken.
    """

    MUST_BE = "M"
    ONE_DIMENSIONAL = "O"
    ATTRACTIVE = "A"
    INDIFFERENT = "I"
    REVERSE = "R"
    QUESTIONABLE = "Q"

    @property
    def english(self) -> str:
        """The English word, ``must-be``."""
        return self.name.lower().replace("_", "-")

    @property
    def chinese(self) -> str:
        """The Chinese word, 必备."""
        return _CHINESE[self]


_CHINESE = {
    Category.MUST_BE: "必备",
    Category.ONE_DIMENSIONAL: "期望",
    Category.ATTRACTIVE: "魅力",
    Category.INDIFFERENT: "无差异",
    Category.REVERSE: "反向",
    Category.QUESTIONABLE: "可疑",
}

CATEGORIES = tuple(Category)
M, O, A, I, R, Q = range(len(CATEGORIES))


class EvaluationTable(Tabulated, Frozen):
    """A table that gives every pair of answers its category.

    Parameters
    ----------
    name : str
        What it is called in results.
    source : str
        Where it is published.
    cells : tuple of tuple of Category
        One row for each functional answer, one entry for each dysfunctional answer, both in the
        order of `levels`. A row may be written as one word, ``"QAAAO"``.
    levels : tuple of str
        The answers that the questionnaire offers: like, must-be, neutral, live-with, dislike, or
        some of them in this order.

    Raises
    ------
    ParameterError
        If a pair of answers has no category, or more than one.

    Examples
    --------
    >>> BERGER.category("like", "dislike")
    <Category.ONE_DIMENSIONAL: 'O'>
    >>> house = BERGER.replaced(
    ...     {("must-be", "live-with"): "M"}, name="house table", source="our own"
    ... )
    >>> house.differences(BERGER)
    {('must-be', 'live-with'): (<Category.MUST_BE: 'M'>, <Category.INDIFFERENT: 'I'>)}
    """

    REPR: ClassVar[tuple[str, ...]] = ("name", "levels")

    name: str
    source: str
    cells: tuple[tuple[Category, ...], ...]
    levels: tuple[LevelName, ...] = LEVELS

    def __init__(
        self,
        *,
        name: str,
        source: str,
        cells: Sequence[Sequence[str]],
        levels: Sequence[LevelName] = LEVELS,
        **unknown: Any,
    ) -> None:
        rows = [tuple(row) for row in cells]  # a word is a sequence of letters
        super().__init__(name=name, source=source, cells=rows, levels=levels, **unknown)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.levels != tuple(level for level in LEVELS if level in self.levels):
            raise ValueError(
                f"EvaluationTable: levels must be some of {listed(LEVELS)}, in this order and each "
                f"once, but they are {listed(self.levels)}."
            )
        size = len(self.levels)
        if size < 2:
            raise ValueError("EvaluationTable: levels must be at least two answers.")
        if len(self.cells) != size:
            raise ValueError(
                f"EvaluationTable: cells must have {size} rows, one for each functional answer "
                f"({', '.join(self.levels)}), but there are {len(self.cells)}."
            )
        for level, row in zip(self.levels, self.cells, strict=True):
            if len(row) != size:
                raise ValueError(
                    f"EvaluationTable: every row must have {size} cells, one for each "
                    f"dysfunctional answer, but the row {level!r} has {len(row)}."
                )
        return self

    def category(self, functional: str, dysfunctional: str) -> Category:
        """Return the category of one pair of answers.

        Parameters
        ----------
        functional, dysfunctional : str
            Levels: how the customer feels with the item, and without it.

        Raises
        ------
        ParameterError
            If the table has no such level.
        """
        require_choice("functional", functional, self.levels)
        require_choice("dysfunctional", dysfunctional, self.levels)
        row = [str(level) for level in self.levels].index(functional)
        return self.cells[row][[str(level) for level in self.levels].index(dysfunctional)]

    def restricted(self, levels: Sequence[LevelName], *, name: str, source: str) -> EvaluationTable:
        """Return the table of a questionnaire that offers only some of the answers.

        Parameters
        ----------
        levels : sequence of str
            The answers that stay, in the order of this table.
        name, source : str
            Of the new table.

        Raises
        ------
        ParameterError
            If this table has no such level.
        """
        for level in levels:
            require_choice("levels", level, self.levels)
        cells = tuple(
            tuple(self.category(functional, dysfunctional) for dysfunctional in levels)
            for functional in levels
        )
        return EvaluationTable(name=name, source=source, cells=cells, levels=tuple(levels))

    def replaced(
        self, cells: Mapping[tuple[str, str], str], *, name: str, source: str
    ) -> EvaluationTable:
        """Return a table that differs from this one in a few cells.

        Parameters
        ----------
        cells : mapping
            ``(functional, dysfunctional)`` to the category.
        name, source : str
            Of the new table.

        Raises
        ------
        ParameterError
            If a level or a category is unknown.
        """
        for functional, dysfunctional in cells:
            self.category(functional, dysfunctional)
        rows = [
            [cells.get((row, column), self.category(row, column)) for column in self.levels]
            for row in self.levels
        ]
        return EvaluationTable(name=name, source=source, cells=rows, levels=self.levels)

    def differences(self, other: EvaluationTable) -> dict[tuple[str, str], tuple[Category, ...]]:
        """Return the cells in which two tables differ.

        Parameters
        ----------
        other : EvaluationTable
            Another table; pairs of answers that only one of the two has are not compared.

        Returns
        -------
        dict
            ``(functional, dysfunctional)`` to this table's category and the other's.
        """
        shared = [level for level in self.levels if level in other.levels]
        pairs = [(row, column) for row in shared for column in shared]
        both = {pair: (self.category(*pair), other.category(*pair)) for pair in pairs}
        return {pair: found for pair, found in both.items() if found[0] != found[1]}

    def lookup(self) -> npt.NDArray[np.int64]:
        """Return the table as positions in the order M, O, A, I, R, Q.

        Returns
        -------
        ndarray of int64, shape (levels, levels)
            Functional answers down, dysfunctional answers across.
        """
        return np.array([[CATEGORIES.index(cell) for cell in row] for row in self.cells])

    def _shown(self) -> Mapping[str, str]:
        return {level: level for level in self.levels}

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [
            Row(functional, {"functional": functional, **dict(zip(self.levels, row, strict=True))})
            for functional, row in zip(self.levels, self.cells, strict=True)
        ]

    def _title(self) -> str:
        return f"Evaluation table, {self.name}"

    def _notes(self) -> Sequence[str]:
        letters = ", ".join(f"{category} {category.english}" for category in Category)
        return [
            f"Functional answers down, dysfunctional answers across. {self.source}",
            f"{letters}.",
        ]


BERGER = EvaluationTable(
    name="Berger et al. 1993",
    source=(
        "C. Berger, R. Blauth, D. Boger et al. (1993), Kano's Methods for Understanding "
        "Customer-defined Quality, Center for Quality of Management Journal 2(4)."
    ),
    cells=("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
)
"""The table of Berger et al. (1993), by far the most used; the default."""

KANO = EvaluationTable(
    name="Kano et al. 1984",
    source=(
        "N. Kano, N. Seraku, F. Takahashi and S. Tsuji (1984), Attractive Quality and Must-be "
        "Quality, Hinshitsu 14(2), 147-156; as the English literature reproduces it."
    ),
    cells=("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
)
"""The table of 1984 as the literature in English reproduces it: no cell differs from `BERGER`."""

POULIOT = BERGER.replaced(
    {("must-be", "must-be"): "Q", ("live-with", "live-with"): "Q"},
    name="Pouliot 1993",
    source=(
        "F. Pouliot (1993), Theoretical Issues of Kano's Methods, Center for Quality of "
        "Management Journal 2(4)."
    ),
)
"""Pouliot's stricter table; it differs from `BERGER` in two cells.

Must-be with and without the item, and live-with with and without it, are Q and not I: a respondent
who takes both the presence and the absence for granted contradicts the first answer by the second.
"""

THREE_LEVEL = BERGER.restricted(
    ("like", "neutral", "dislike"),
    name="three-level form",
    source="Berger et al. 1993, the rows and columns like, neutral and dislike.",
)
"""The short form with three answers (satisfied, neutral, dissatisfied).

Its nine cells are those of `BERGER` for like, neutral and dislike: Q A O, R I M, R R Q.
"""


def check_table(table: object) -> None:
    """Raise a ParameterError unless `table` is an evaluation table."""
    if not isinstance(table, EvaluationTable):
        raise ParameterError(
            f"table must be an EvaluationTable, such as kano.BERGER, kano.KANO, kano.POULIOT or "
            f"kano.THREE_LEVEL, but it is {table!r}."
        )
