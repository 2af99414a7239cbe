"""How Kano answers are written in the data, and read into positions among a table's levels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, model_validator

from custvalue._columns import is_blank
from custvalue._frames import Source
from custvalue._kano.table import LEVELS, EvaluationTable, LevelName, check_table
from custvalue._respondents.codebook import Codebook, offered
from custvalue._respondents.coding import (
    NO_ANSWER,
    UNKNOWN,
    LookedUp,
    Reader,
    Unknown,
    hinted,
    looked_up,
    within_sentence,
)
from custvalue._rows import FloatArray
from custvalue._values import Frozen
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import DataError, ParameterError

Code = int | float | str

_FIELDS = ("like", "must_be", "neutral", "live_with", "dislike")


def _codes(codes: Any) -> Any:
    """Let one code stand for a tuple of one."""
    if codes is None:
        return ()
    if isinstance(codes, bool):
        raise ValueError(f"a code is a number or a word, but it is {codes!r}.")  # noqa: TRY004 - pydantic takes a ValueError
    return (codes,) if isinstance(codes, int | float | str) else codes


def _stripped(code: Code) -> Code:
    return code.strip() if isinstance(code, str) else code


Codes = Annotated[tuple[Code, ...], BeforeValidator(_codes)]


class AnswerCodes(Frozen):
    """How the answers are written in the data: numbers, or words that are declared here.

    ``AnswerCodes()`` is 1 like, 2 must-be, 3 neutral, 4 live-with, 5 dislike. Name all of the
    levels that the questionnaire offers where the data are written otherwise; several words may
    stand for one level. Words are compared as they are, but for white space at their ends: nothing
    is guessed. A blank cell is a missing answer.

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
    >>> AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1).meaning[5]
    'like'
    >>> AnswerCodes(like=("I like it", "喜欢"), neutral="无所谓", dislike="不喜欢").meaning["喜欢"]
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
            for code in map(_stripped, getattr(self, name)):
                if seen.setdefault(code, name) != name:
                    raise ValueError(
                        f"AnswerCodes: a code must stand for one level, but {code!r} stands for "
                        f"{seen[code]} and {name}."
                    )
        return self

    @classmethod
    def numbered(cls, table: EvaluationTable, *, missing_codes: Sequence[Code] = ()) -> AnswerCodes:
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

    @classmethod
    def from_codebook(cls, codebook: Codebook, table: EvaluationTable) -> AnswerCodes:
        """Take a codebook whose scale has an answer for each level of a table, like first.

        Parameters
        ----------
        codebook : Codebook
            Its words, and the answers of its scale as numbers.
        table : EvaluationTable
            The table whose levels these are.

        Raises
        ------
        ParameterError
            If the scale has more or fewer answers than the table has levels.

        Examples
        --------
        >>> from custvalue.kano import THREE_LEVEL, AnswerCodes
        >>> from custvalue.survey import Codebook
        >>> book = Codebook.from_order(["喜欢", "无所谓", "不喜欢"])
        >>> AnswerCodes.from_codebook(book, THREE_LEVEL)
        AnswerCodes(like=(1, '喜欢'), neutral=(2, '无所谓'), dislike=(3, '不喜欢'))
        """
        points = offered(codebook.scale)
        if len(points) != len(table.levels):
            raise ParameterError(
                f"the codebook has the scale {codebook.scale} of {len(points)} answers, but the "
                f"table {table.name!r} has the levels {listed(table.levels)}. Give one with an "
                f"answer for each level, like first."
            )
        codes = {
            _FIELDS[LEVELS.index(level)]: (
                plain(point),
                *(word for word, answer in codebook.words.items() if answer == point),
            )
            for level, point in zip(table.levels, points, strict=True)
        }
        none = dict.fromkeys((*codebook.scale.missing_codes, *codebook.no_answer))
        return cls(**codes, missing_codes=tuple(map(plain, none)))

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
        return f"AnswerCodes({inside})"

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
    def reversed(self) -> AnswerCodes | None:
        """The same numbers from dislike to like; None where a level is no single number."""
        given = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        if any(len(codes) > 1 or isinstance(codes[0], str) for codes in given.values()):
            return None
        turned = dict(zip(given, reversed(given.values()), strict=True))
        return AnswerCodes(**turned, missing_codes=self.missing_codes)

    def closest(self, value: object) -> str:
        """Return a hint at the declared word that is close to `value`, if any.

        Parameters
        ----------
        value : object
            An answer that is no code.
        """
        words = [code for code in self.meaning if isinstance(code, str)]
        return did_you_mean(value, words) if isinstance(value, str) else ""


def _plain(codes: tuple[Code, ...]) -> Code | tuple[Code, ...]:
    return codes[0] if len(codes) == 1 else codes


WORDS = AnswerCodes(
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


NOBODY = -1  # no answer, in arrays of levels and of categories
NO_CODE = -2  # no code, in a table of them
MOST_CODES = 10_000  # between the lowest and the highest one of a table of them
Positions = npt.NDArray[np.int64]


def check_levels(codes: AnswerCodes | Codebook | None, table: EvaluationTable) -> AnswerCodes:
    """Return the codes of a questionnaire, 1, 2, 3, … where none are declared."""
    check_table(table)
    if codes is None:
        return AnswerCodes.numbered(table)
    if isinstance(codes, Codebook):
        return AnswerCodes.from_codebook(codes, table)
    if not isinstance(codes, AnswerCodes):
        raise ParameterError(
            f"codes must be AnswerCodes, as in kano.AnswerCodes(like=5, must_be=4, neutral=3, "
            f"live_with=2, dislike=1), but it is {codes!r}."
        )
    declared = codes.declared
    absent = [level for level in table.levels if level not in declared]
    if absent:
        raise ParameterError(
            f"codes must state how every level of the table {table.name!r} is written, but there "
            f"is no code for {listed(absent)}. Declare it, as in "
            f"kano.AnswerCodes(…, {absent[0].replace('-', '_')}=…)."
        )
    beyond = [level for level in declared if level not in table.levels]
    if beyond:
        raise ParameterError(
            f"codes have {listed(beyond)}, but the table {table.name!r} has only "
            f"{listed(table.levels)}. Give the table of this questionnaire, as in "
            f"table=kano.BERGER."
        )
    return codes


def coded_columns(
    source: Source,
    columns: Sequence[str],
    coder: Coder,
    unknown: list[Unknown],
) -> tuple[Positions, list[Positions]]:
    """Read positions among the levels, -1 for none, and each column's rows with a missing code.

    Words without a code are added to `unknown`.
    """
    levels = np.empty((source.rows, len(columns)), dtype=np.int64, order="F")
    rows: list[Positions] = []
    for place, name in enumerate(columns):
        levels[:, place], without = coder.column(source, name, unknown)
        rows.append(np.flatnonzero(without))
    return levels, rows


class Coder:
    """Turns one column after another into positions: words by look-up, numbers by a table."""

    def __init__(
        self, codes: AnswerCodes, table: EvaluationTable, codebook: Codebook | None
    ) -> None:
        levels = {code: table.levels.index(level) for code, level in codes.meaning.items()}
        known = levels | dict.fromkeys(codes.missing_codes, NOBODY)
        self.codes = codes
        self.positions = {_stripped(code): place for code, place in known.items()}
        numbers = sorted(code for code in known if not isinstance(code, str))
        self.numbers = np.array(numbers, dtype=np.float64)
        self.numbered = np.array([known[code] for code in numbers], dtype=np.int64)
        self.reader = None if codebook is None else Reader(codebook)

    def column(
        self, source: Source, name: str, unknown: list[Unknown]
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """Return the positions of one column, and which of its answers have a missing code."""
        if source.is_numeric(name):
            return self._of_column(name, source.entries(name))
        found = looked_up(source, name, self._place)
        if len(found.unknown):
            unknown.append(self._unknown(name, found))
        levels = np.where(np.isfinite(found.values), found.values, NOBODY).astype(np.int64)
        return levels, found.values == NO_ANSWER

    def _place(self, entry: Any) -> float:
        """Return the position of an entry, NO_ANSWER, NaN for a blank one, or UNKNOWN."""
        if self.reader is not None:
            entry = self.reader(entry)
            if not np.isfinite(entry):
                return float(entry)
        if isinstance(entry, bool | np.bool_) or not isinstance(entry, int | float | str):
            return UNKNOWN
        place = self.positions.get(_stripped(entry), np.nan if is_blank(entry) else UNKNOWN)
        return NO_ANSWER if place == NOBODY else place

    def _unknown(self, name: str, found: LookedUp) -> Unknown:
        entries = found.entries(found.unknown)
        if not isinstance(entries[0], str) or entries[0].strip().isdigit():
            self._refuse(name, found.unknown, [entries[0]] * len(found.unknown))
        hints = hinted(entries, self._near)
        return Unknown(name, found.unknown, hints, f"one of {self.codes.spelled}", self._remedy)

    def _of_column(
        self, name: str, values: npt.NDArray[Any]
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        if values.dtype.kind in "iu" and self.table is not None:
            place = values.astype(np.int64) - int(self.numbers[0])
            if place.size and place.min() >= 0 and place.max() < len(self.table):
                levels = self.table[place]
                self._refuse(name, np.flatnonzero(levels == NO_CODE), values)
                return levels, levels == NOBODY
        return self._of_numbers(name, values.astype(np.float64))

    @cached_property
    def table(self) -> Positions | None:
        """Positions of the numbers from the lowest code to the highest one, if codes are whole."""
        codes = self.numbers
        if not codes.size or codes[-1] - codes[0] > MOST_CODES or (codes != np.rint(codes)).any():
            return None
        table = np.full(int(codes[-1] - codes[0]) + 1, NO_CODE)
        table[(codes - codes[0]).astype(np.int64)] = self.numbered
        return table

    def _of_numbers(self, name: str, values: FloatArray) -> tuple[Positions, npt.NDArray[np.bool_]]:
        absent = np.isnan(values)
        if not self.numbers.size:
            self._refuse(name, np.flatnonzero(~absent), values)
            return np.full(len(values), NOBODY), np.zeros(len(values), dtype=bool)
        place = np.minimum(np.searchsorted(self.numbers, values), len(self.numbers) - 1)
        known = self.numbers[place] == values
        self._refuse(name, np.flatnonzero(~known & ~absent), values)
        levels = np.where(known, self.numbered[place], NOBODY)
        return levels, (levels == NOBODY) & known

    def _refuse(self, name: str, rows: npt.NDArray[np.intp], values: Any) -> None:
        if not rows.size:
            return
        bad = [values[row] for row in rows] if len(values) > len(rows) else values
        expected = f"one of {self.codes.spelled}"
        raise DataError.at_rows(name, expected, rows, bad, self._hint(plain(bad[0])))

    def _hint(self, value: Any) -> str:
        if isinstance(value, str):
            return "Turn the column into numbers."
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "Code the answers as numbers or as words."
        if not self.numbers.size:
            return "The codes are words; omit codes for the numbers 1, 2, 3, …"
        no_answer = (
            f"If {value!r} means no answer, use kano.AnswerCodes(…, missing_codes=({value!r},))"
        )
        if value == 0 and 1 in self.codes.meaning:  # a code as it was typed, never computed
            return (
                f"{no_answer}; if the codes start at 0, use kano.AnswerCodes(like=0, must_be=1, "
                f"neutral=2, live_with=3, dislike=4)."
            )
        return f"{no_answer}."

    def _near(self, entry: Any) -> str:
        """Say which declared word is close to an entry, within a sentence."""
        if self.reader is not None:
            return self.reader.hint(entry)
        return within_sentence(self.codes.closest(entry))

    def _remedy(self, entries: Sequence[Any]) -> str:
        """Say what to do about words without a code."""
        if not any(isinstance(code, str) for code in self.codes.meaning):
            return (
                f"Declare the words, as in codes=kano.AnswerCodes(like={entries[0]!r}, …), or use "
                f"codes=kano.WORDS for common wordings."
            )
        return "Declare every wording that occurs."
