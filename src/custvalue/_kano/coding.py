"""Reading answers that are numbers or declared words into positions among a table's levels."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._base import FloatArray
from custvalue._columns import missing
from custvalue._frames import Source
from custvalue._kano.table import Code, EvaluationTable, Levels
from custvalue.errors import DataError, ParameterError, listed, plain

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
    dont_know : int
        Answers with a missing code.
    """

    levels: Positions
    dont_know: int


def check_levels(codes: Levels | None, table: EvaluationTable) -> Levels:
    """Return the codes of a questionnaire, 1, 2, 3, … where none are declared.

    Raises
    ------
    ParameterError
        If a level of the table has no code, or a code's level is not in the table.
    """
    if codes is None:
        return Levels.numbered(table)
    declared = codes.declared
    absent = [level for level in table.levels if level not in declared]
    if absent:
        raise ParameterError(
            f"codes must say how every level of the table {table.name!r} is written, but there is "
            f"no code for {listed(absent)}. Declare it, as in "
            f"kano.Levels(…, {absent[0].replace('-', '_')}=…)."
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
    source: Source, columns: Sequence[str], codes: Levels, table: EvaluationTable
) -> Coded:
    """Read columns of answers.

    Parameters
    ----------
    source : Source
        The data.
    columns : sequence of str
        Which columns, in the order of the result.
    codes : Levels
        How answers are written.
    table : EvaluationTable
        Whose levels are counted.

    Raises
    ------
    DataError
        If an answer is no declared code: column, row, value, the codes and the next step.
    """
    meaning = {code: table.levels.index(level) for code, level in codes.meaning.items()}
    coder = _Coder(codes, table, meaning | dict.fromkeys(codes.missing_codes, NOBODY))
    levels = np.empty((source.rows, len(columns)), dtype=np.int64, order="F")
    dont_know = 0
    for place, name in enumerate(columns):
        found = coder.column(name, source.entries(name))
        levels[:, place] = found.levels
        dont_know += found.dont_know
    return Coded(levels, dont_know)


class _Coder:
    """Turns one column after another into positions, by a dictionary or by sorted numbers."""

    def __init__(self, codes: Levels, table: EvaluationTable, positions: dict[Code, int]) -> None:
        self.codes = codes
        self.table = table
        self.positions = positions
        numbers = sorted(code for code in positions if not isinstance(code, str))
        self.numbers = np.array(numbers, dtype=np.float64)
        self.numbered = np.array([positions[code] for code in numbers], dtype=np.int64)

    def column(self, name: str, values: npt.NDArray[Any]) -> Coded:
        """Read one column; ``levels`` has the shape (respondents,)."""
        if values.dtype.kind in "iuf":
            return self._of_numbers(name, values.astype(np.float64))
        return self._of_entries(name, values)

    def _of_numbers(self, name: str, values: FloatArray) -> Coded:
        absent = np.isnan(values)
        if not self.numbers.size:
            self._refuse(name, np.flatnonzero(~absent), values)
            return Coded(np.full(len(values), NOBODY), 0)
        place = np.minimum(np.searchsorted(self.numbers, values), len(self.numbers) - 1)
        known = self.numbers[place] == values
        self._refuse(name, np.flatnonzero(~known & ~absent), values)
        levels = np.where(known, self.numbered[place], NOBODY)
        return Coded(levels, int(((levels == NOBODY) & known).sum()))

    def _of_entries(self, name: str, values: npt.NDArray[Any]) -> Coded:
        levels = self._places(values.tolist())
        unknown = np.flatnonzero(levels == UNKNOWN)
        self._refuse(name, unknown[~missing(values[unknown])], values)
        return Coded(np.maximum(levels, NOBODY), int((levels == NOBODY).sum()))

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
        shown = [f"{plain(code)!r} ({level})" for code, level in self.codes.meaning.items()]
        raise DataError.at_rows(
            name, f"one of {_some(shown)}", rows, values[rows], self._hint(plain(values[rows[0]]))
        )

    def _hint(self, value: Any) -> str:
        words = [code for code in self.codes.meaning if isinstance(code, str)]
        if isinstance(value, str):
            near = self.codes.closest(value)
            if near:
                return f"{near[1:]} Declare every wording that occurs."
            if words:
                return "Declare every wording that occurs, as in codes=kano.Levels(like=(…, …), …)."
            return (
                f"Declare the words, as in codes=kano.Levels(like={value!r}, …), or say "
                f"codes=kano.WORDS for common wordings."
            )
        if value == 0 and 1 in self.codes.meaning:
            return (
                "If 0 means no answer, say codes=kano.Levels(missing_codes=(0,)); if the codes "
                "start at 0, say kano.Levels(like=0, must_be=1, neutral=2, live_with=3, dislike=4)."
            )
        return f"If {value!r} means no answer, say codes=kano.Levels(missing_codes=({value!r},))."


def _some(shown: list[str], most: int = 8) -> str:
    kept = ", ".join(shown[:most])
    return f"{kept} and {len(shown) - most} more" if len(shown) > most else kept
