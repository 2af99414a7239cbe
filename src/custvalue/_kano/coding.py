"""How Kano answers are written in the data, and read into positions among a table's levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain, repeat
from typing import Annotated, Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, model_validator

from custvalue._columns import missing
from custvalue._frames import Source
from custvalue._kano.table import LEVELS, EvaluationTable, LevelName, check_table
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


Codes = Annotated[tuple[Code, ...], BeforeValidator(_codes)]


class AnswerCodes(Frozen):
    """How the answers are written in the data: numbers, or words that are declared here.

    ``AnswerCodes()`` is 1 like, 2 must-be, 3 neutral, 4 live-with, 5 dislike. Name all of the
    levels that the questionnaire offers where the data are written otherwise; several words may
    stand for one level. Words are compared as they are: nothing is guessed.

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
            for code in getattr(self, name):
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
UNKNOWN = -2  # neither a code nor, as far as is known yet, missing
MOST_CODES = 10_000  # between the lowest and the highest one of a table of them
Positions = npt.NDArray[np.int64]


def check_levels(codes: AnswerCodes | None, table: EvaluationTable) -> AnswerCodes:
    """Return the codes of a questionnaire, 1, 2, 3, … where none are declared."""
    check_table(table)
    if codes is None:
        return AnswerCodes.numbered(table)
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
    codes: AnswerCodes,
    table: EvaluationTable,
    *,
    questions: Sequence[str],
) -> tuple[Positions, list[Positions]]:
    """Read positions among the levels, -1 for none, and each column's rows with a missing code.

    Words without a code are named together, from all columns of `questions`.
    """
    meaning = {code: table.levels.index(level) for code, level in codes.meaning.items()}
    answers = chain.from_iterable(source.entries(name) for name in questions)
    coder = _Coder(codes, meaning | dict.fromkeys(codes.missing_codes, NOBODY), answers)
    levels = np.empty((source.rows, len(columns)), dtype=np.int64, order="F")
    rows: list[Positions] = []
    for place, name in enumerate(columns):
        words = source.words(name)
        if words is None:
            levels[:, place], without = coder.column(name, source.entries(name))
        else:
            levels[:, place], without = coder.of_words(name, *words)
        rows.append(np.flatnonzero(without))
    return levels, rows


class _Coder:
    """Turns one column after another into positions, by a dictionary or by sorted numbers."""

    def __init__(
        self, codes: AnswerCodes, positions: dict[Code, int], answers: Iterable[Any]
    ) -> None:
        self.codes = codes
        self.answers = answers  # of all columns, looked at once a word has no code
        self.positions = positions
        numbers = sorted(code for code in positions if not isinstance(code, str))
        self.numbers = np.array(numbers, dtype=np.float64)
        self.numbered = np.array([positions[code] for code in numbers], dtype=np.int64)

    def column(
        self, name: str, values: npt.NDArray[Any]
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """Return the positions of one column, and which of its answers have a missing code."""
        if values.dtype.kind not in "iuf":
            return self._of_entries(name, values)
        if values.dtype.kind in "iu" and self.table is not None:
            place = values.astype(np.int64) - int(self.numbers[0])
            if place.size and place.min() >= 0 and place.max() < len(self.table):
                levels = self.table[place]
                self._refuse(name, np.flatnonzero(levels == UNKNOWN), values)
                return levels, levels == NOBODY
        return self._of_numbers(name, values.astype(np.float64))

    @cached_property
    def table(self) -> Positions | None:
        """Positions of the numbers from the lowest code to the highest one, if codes are whole."""
        codes = self.numbers
        if not codes.size or codes[-1] - codes[0] > MOST_CODES or (codes != np.rint(codes)).any():
            return None
        table = np.full(int(codes[-1] - codes[0]) + 1, UNKNOWN)
        table[(codes - codes[0]).astype(np.int64)] = self.numbered
        return table

    def of_words(
        self, name: str, words: list[str], places: Positions
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """Return the same of a column whose different words are known, -1 where there is none."""
        each = np.array([*(self.positions.get(word, UNKNOWN) for word in words), UNKNOWN])
        levels = each[places]
        unknown = np.flatnonzero((levels == UNKNOWN) & (places >= 0))
        if unknown.size:
            self._refuse(name, unknown, np.array([*words, None], dtype=object)[places])
        return np.maximum(levels, NOBODY), levels == NOBODY

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

    def _of_entries(
        self, name: str, values: npt.NDArray[Any]
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        levels = self._places(values.tolist())
        unknown = np.flatnonzero(levels == UNKNOWN)
        self._refuse(name, unknown[~missing(values[unknown])], values)
        return np.maximum(levels, NOBODY), levels == NOBODY

    def _places(self, entries: list[Any]) -> Positions:
        if not {bool, np.bool_} & set(map(type, entries)):  # True would be found as 1
            with suppress(TypeError):  # a list in a cell
                found = map(self.positions.get, entries, repeat(UNKNOWN))
                return np.fromiter(found, dtype=np.int64, count=len(entries))
        return np.fromiter(map(self._place, entries), dtype=np.int64, count=len(entries))

    def _place(self, entry: Any) -> int:
        known = isinstance(entry, int | float | str) and not isinstance(entry, bool)
        return self.positions.get(entry, UNKNOWN) if known else UNKNOWN

    def _refuse(self, name: str, rows: npt.NDArray[np.intp], values: npt.NDArray[Any]) -> None:
        if not rows.size:
            return
        raise DataError.at_rows(
            name,
            f"one of {self.codes.spelled}",
            rows,
            values[rows],
            self._hint(plain(values[rows[0]])),
        )

    def _hint(self, value: Any) -> str:
        if isinstance(value, str):
            return self._hint_for_word(value)
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

    def _hint_for_word(self, word: str) -> str:
        if word.strip().isdigit():
            return "Turn the column into numbers."
        words = list(dict.fromkeys(one for one in self.answers if self._is_unknown(one))) or [word]
        several = f"The words without a code are {listed(words)}. " if len(words) > 1 else ""
        if not any(isinstance(code, str) for code in self.codes.meaning):
            return (
                f"{several}Declare the words, as in codes=kano.AnswerCodes(like={word!r}, …), or "
                f"use codes=kano.WORDS for common wordings."
            )
        return f"{several}Declare every wording that occurs.{self.codes.closest(word)}"

    def _is_unknown(self, answer: object) -> bool:
        return isinstance(answer, str) and answer not in self.positions
