"""Reading answers that are numbers or declared words into positions among a table's levels."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._columns import missing
from custvalue._frames import Source
from custvalue._kano.codes import AnswerCodes, Code
from custvalue._kano.table import EvaluationTable, check_table
from custvalue._rows import FloatArray
from custvalue._words import listed, plain
from custvalue.errors import DataError, ParameterError

NOBODY = -1  # no answer, in arrays of levels and of categories
UNKNOWN = -2  # neither a code nor, as far as is known yet, missing
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """Answers as positions among the levels of a table.

    Parameters
    ----------
    levels : ndarray of int64, shape (respondents, columns)
        -1 where there is no answer.
    codes : list of ndarray of int64
        For each column the rows with a missing code.
    """

    levels: Positions
    codes: list[Positions]


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
    source: Source, columns: Sequence[str], codes: AnswerCodes, table: EvaluationTable
) -> Coded:
    """Read columns of answers."""
    meaning = {code: table.levels.index(level) for code, level in codes.meaning.items()}
    coder = _Coder(codes, meaning | dict.fromkeys(codes.missing_codes, NOBODY))
    levels = np.empty((source.rows, len(columns)), dtype=np.int64, order="F")
    rows: list[Positions] = []
    for place, name in enumerate(columns):
        levels[:, place], without = coder.column(name, source.entries(name))
        rows.append(np.flatnonzero(without))
    return Coded(levels, rows)


class _Coder:
    """Turns one column after another into positions, by a dictionary or by sorted numbers."""

    def __init__(self, codes: AnswerCodes, positions: dict[Code, int]) -> None:
        self.codes = codes
        self.positions = positions
        numbers = sorted(code for code in positions if not isinstance(code, str))
        self.numbers = np.array(numbers, dtype=np.float64)
        self.numbered = np.array([positions[code] for code in numbers], dtype=np.int64)

    def column(
        self, name: str, values: npt.NDArray[Any]
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """Return the positions of one column, and which of its answers have a missing code."""
        if values.dtype.kind in "iuf":
            return self._of_numbers(name, values.astype(np.float64))
        return self._of_entries(name, values)

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
        if value == 0 and 1 in self.codes.meaning:
            return (
                f"{no_answer}; if the codes start at 0, use kano.AnswerCodes(like=0, must_be=1, "
                f"neutral=2, live_with=3, dislike=4)."
            )
        return f"{no_answer}."

    def _hint_for_word(self, word: str) -> str:
        if word.strip().isdigit():
            return "Turn the column into numbers."
        if not any(isinstance(code, str) for code in self.codes.meaning):
            return (
                f"Declare the words, as in codes=kano.AnswerCodes(like={word!r}, …), or use "
                f"codes=kano.WORDS for common wordings."
            )
        return f"Declare every wording that occurs.{self.codes.closest(word)}"
