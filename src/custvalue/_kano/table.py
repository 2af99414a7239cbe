"""Kano's categories, the evaluation tables that give them, and how answers are coded.

An item is asked twice: how do you feel if it is there (functional), how do you feel if it is not
(dysfunctional). An evaluation table turns each pair of answers into a category. Published tables
differ in a few cells, so the table is an argument everywhere and is named in every result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, model_validator

from custvalue._checks import require_choice
from custvalue._results.layout import Row, Tabulated
from custvalue._values import Frozen
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import ParameterError

LevelName = Literal["like", "must-be", "neutral", "live-with", "dislike"]
Code = int | float | str

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


def _codes(codes: Any) -> Any:
    """Let one code stand for a tuple of one."""
    if codes is None:
        return ()
    if isinstance(codes, bool):
        raise ValueError(f"a code is a number or a word, but it is {codes!r}.")  # noqa: TRY004 - pydantic takes a ValueError
    return (codes,) if isinstance(codes, int | float | str) else codes


Codes = Annotated[tuple[Code, ...], BeforeValidator(_codes)]


class Levels(Frozen):
    """How the answers are written in the data: numbers, or words that are declared here.

    ``Levels()`` is 1 like, 2 must-be, 3 neutral, 4 live-with, 5 dislike. Name all of the levels
    that the questionnaire offers where the data are written otherwise; several words may stand
    for one level. Words are compared as they are: nothing is guessed.

    Parameters
    ----------
    like, must_be, neutral, live_with, dislike : number, str or sequence of these, optional
        What stands for the level in the data.
    missing_codes : sequence of number or str
        What means no answer: ``(9,)``, ``("n/a",)``.

    Raises
    ------
    ParameterError
        If one code stands for two levels.

    Examples
    --------
    >>> Levels(like=5, must_be=4, neutral=3, live_with=2, dislike=1).meaning[5]
    'like'
    >>> Levels(like=("I like it", "喜欢"), neutral="无所谓", dislike="不喜欢").meaning["喜欢"]
    'like'
    """

    like: Codes = ()
    must_be: Codes = ()
    neutral: Codes = ()
    live_with: Codes = ()
    dislike: Codes = ()
    missing_codes: Codes = ()

    def __init__(
        self,
        *,
        like: Any = None,
        must_be: Any = None,
        neutral: Any = None,
        live_with: Any = None,
        dislike: Any = None,
        missing_codes: Any = (),
        **unknown: Any,
    ) -> None:
        given = (like, must_be, neutral, live_with, dislike)
        if all(codes is None for codes in given):
            given = (1, 2, 3, 4, 5)
        named = dict(zip(_FIELDS, given, strict=True))
        super().__init__(**named, missing_codes=missing_codes, **unknown)

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: dict[Code, str] = {}
        for name in (*_FIELDS, "missing_codes"):
            for code in getattr(self, name):
                if seen.setdefault(code, name) != name:
                    raise ValueError(
                        f"Levels: a code must stand for one level, but {code!r} stands for "
                        f"{seen[code]} and {name}."
                    )
        return self

    @classmethod
    def numbered(cls, table: EvaluationTable, *, missing_codes: Sequence[Code] = ()) -> Levels:
        """Return 1, 2, 3, … for the levels of a table, like first.

        Parameters
        ----------
        table : EvaluationTable
            The table whose levels are numbered.
        missing_codes : sequence of number or str
            What means no answer.
        """
        numbers = {
            _FIELDS[LEVELS.index(level)]: place + 1 for place, level in enumerate(table.levels)
        }
        return cls(**numbers, missing_codes=missing_codes)

    @property
    def meaning(self) -> dict[Code, LevelName]:
        """Each code and the level that it stands for."""
        return {
            code: level
            for level, name in zip(LEVELS, _FIELDS, strict=True)
            for code in getattr(self, name)
        }

    @property
    def declared(self) -> tuple[LevelName, ...]:
        """The levels that have a code."""
        return tuple(dict.fromkeys(self.meaning.values()))

    def __repr__(self) -> str:
        shown = {name: _plain(getattr(self, name)) for name in type(self).model_fields}
        inside = ", ".join(f"{name}={codes!r}" for name, codes in shown.items() if codes != ())
        return f"Levels({inside})"

    @property
    def spelled(self) -> str:
        """The codes of each level in words: ``1 (like), 2 (must-be)``."""
        by_level = {
            level: [plain(code) for code, its in self.meaning.items() if its == level]
            for level in self.declared
        }
        return ", ".join(
            f"{codes[0]!r} ({level})"
            if len(codes) == 1
            else f"{codes[0]!r} or {len(codes) - 1} more ({level})"
            for level, codes in by_level.items()
        )

    @property
    def other_way_round(self) -> Levels | None:
        """The same numbers from dislike to like; None where a level is no single number."""
        given = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        if any(len(codes) > 1 or isinstance(codes[0], str) for codes in given.values()):
            return None
        turned = dict(zip(given, reversed(given.values()), strict=True))
        return Levels(**turned, missing_codes=self.missing_codes)

    def closest(self, value: object) -> str:
        """Say which declared word is close to `value`, if any.

        Parameters
        ----------
        value : object
            An answer that is no code.
        """
        words = [code for code in self.meaning if isinstance(code, str)]
        return did_you_mean(value, words) if isinstance(value, str) else ""


_FIELDS = ("like", "must_be", "neutral", "live_with", "dislike")


def _plain(codes: tuple[Code, ...]) -> Code | tuple[Code, ...]:
    return codes[0] if len(codes) == 1 else codes


WORDS = Levels(
    like=("like", "I like it", "I like it that way", "喜欢", "很喜欢", "我很喜欢"),
    must_be=("must-be", "I expect it", "It must be that way", "理应如此", "理所当然"),
    neutral=("neutral", "I am neutral", "无所谓"),
    live_with=(
        "live-with",
        "I can live with it",
        "I can live with it that way",
        "I can tolerate it",
        "勉强接受",
        "可以忍受",
    ),
    dislike=(
        "dislike",
        "I dislike it",
        "I dislike it that way",
        "不喜欢",
        "很不喜欢",
        "我很不喜欢",
    ),
)
"""Common wordings in English and 中文, for ``codes=kano.WORDS``; they are only used on request."""
