"""A banner table: columns of several labels side by side, with letters of what is above what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from custvalue._comparing.comparison import CORRECTIONS, INVARIANCE, SAME_CLUSTERS
from custvalue._comparing.kinds import AnyEstimate
from custvalue._comparing.minimum import NAMED
from custvalue._inference.contrast import Correction, Label
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, left_out_note
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated
from custvalue._results.pictured import Pictured
from custvalue._table import USUAL_WIDTH, Table
from custvalue._values import Count, Frozen, Level, NonNegative
from custvalue._words import listed, number, percent

RowKind = Literal["answer", "top box", "bottom box", "mean"]

MOST_PRINTED = 40  # columns; frames have all


class CrosstabColumn(Frozen):
    """A column of a banner table.

    Parameters
    ----------
    by : str
        The label that it is a value of; empty of the total.
    label : str or int
        The value.
    letter : str
        What other columns of the same label call it; empty of the total.
    n : int
        Answers, whatever their weights.
    effective_n : float
        Kish's effective number of answers.
    dont_know : int
        Respondents who said "don't know".
    small : bool
        Whether it has too few answers, and is in no test.
    """

    by: str
    label: Label
    letter: str
    n: Count
    effective_n: NonNegative
    dont_know: Count
    small: bool

    @property
    def name(self) -> str:
        """The label and its value."""
        return f"{self.by} {self.label}".strip()


class CrosstabRow(Frozen):
    """A row of a banner table: an answer, a box or the mean.

    Parameters
    ----------
    name : str
        What the row is called.
    kind : {"answer", "top box", "bottom box", "mean"}
        What it is.
    estimates : tuple of Estimate or None
        One for each column; None where nobody answered.
    letters : tuple of str
        For each column the letters of those that it is significantly above.
    """

    name: str
    kind: RowKind
    estimates: tuple[AnyEstimate | None, ...]
    letters: tuple[str, ...]


class Crosstab(Pictured, Tabulated, Frozen):
    """One question by several labels side by side.

    Parameters
    ----------
    item : str
        The question.
    scale : Scale
        Of its answers.
    banner : tuple of CrosstabColumn
        The columns: the total, then those of each label.
    rows : tuple of CrosstabRow
        Every answer, the boxes and the mean.
    level : float
        Of tests with a letter in upper case.
    second_level : float or None
        Of tests with a letter in lower case.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of pairs of columns of one label, in each row.
    minimum_n : int
        Answers of a column that is tested.
    same_clusters : bool
        Whether columns have respondents of the same clusters.
    excluded : dict of str to int
        Respondents who are in no column of a label, by reason.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    PICTURE: ClassVar[str] = "answers_diverging"
    REPR: ClassVar[tuple[str, ...]] = ("item", "banner", "rows", "level", "correction")

    item: str
    scale: Scale
    banner: tuple[CrosstabColumn, ...]
    rows: tuple[CrosstabRow, ...]
    level: Level
    second_level: Level | None
    correction: Correction
    minimum_n: Count
    same_clusters: bool = False
    excluded: dict[str, int] = Field(default_factory=dict)
    base: Base

    def __getitem__(self, name: str) -> CrosstabRow:
        """Return one row by its name."""
        return named("row", name, self.rows)

    def _usual_level(self) -> float:
        return self.level

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                row.name,
                {
                    "row": row.name,
                    "kind": row.kind,
                    "by": column.by,
                    "column": str(column.label),
                    "letter": column.letter,
                    "n": column.n,
                    "effective_n": column.effective_n,
                    **({} if estimate is None else _numbers(estimate, level)),
                    "above": above,
                },
            )
            for row in self.rows
            for column, estimate, above in zip(self.banner, row.estimates, row.letters, strict=True)
        ]

    def wide_columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each answer, box and mean, with two columns for each of the banner.

        Returns
        -------
        dict of str to ndarray
            ``row``, then for each column its values under its name, and its letters under
            ``name, above``.
        """
        found: dict[str, npt.NDArray[Any]] = {"row": np.array([row.name for row in self.rows])}
        for place, column in enumerate(self.banner):
            values = [row.estimates[place] for row in self.rows]
            found[column.name] = np.array([np.nan if its is None else its.value for its in values])
            found[f"{column.name}, above"] = np.array([row.letters[place] for row in self.rows])
        return found

    def to_wide_frame(self, like: Any = None) -> Any:
        """Return the columns of :meth:`wide_columns` as a dataframe.

        Parameters
        ----------
        like : dataframe or str, optional
            As in :meth:`to_frame`.

        Raises
        ------
        MissingExtraError, ParameterError
            As in :meth:`to_frame`.
        """
        from custvalue import _frames

        return _frames.to_frame(self.wide_columns(), like=like)

    def _table(self) -> Table:
        shown = range(min(len(self.banner), MOST_PRINTED))
        columns = [self.banner[place] for place in shown]
        body = [
            ("letter", *(its.letter for its in columns)),
            ("n", *(f"{its.n:,}{' *' if its.small else ''}" for its in columns)),
            ("effective n", *(number(round(its.effective_n)) for its in columns)),
            *((row.name, *(_cell(row, place) for place in shown)) for row in self.rows),
        ]
        if any(its.dont_know for its in columns):
            body.append(("don't know, n", *(f"{its.dont_know:,}" for its in columns)))
        header = ("", *map(self._heading, columns))
        notes = tuple(note for note in self._notes() if note)
        return Table(self._title(), header, tuple(body), notes, usual_width=USUAL_WIDTH)

    def _title(self) -> str:
        sides = dict.fromkeys(its.by for its in self.banner if its.by)
        return f"{self.item} by {' and by '.join(sides)}, scale {self.scale}"

    def _heading(self, column: CrosstabColumn) -> str:
        """Name a column, with its label where columns of several labels stand side by side."""
        sides = {its.by for its in self.banner if its.by}
        return column.name if len(sides) > 1 else str(column.label)

    def _notes(self) -> Iterable[str]:
        left = len(self.banner) - MOST_PRINTED
        small = [self._heading(its) for its in self.banner if its.small]
        return (
            f"{left:,} more columns are in to_frame()." if left > 0 else "",
            self._letters_note(),
            f"* Fewer than {self.minimum_n} answers, and in no test: {listed(small, most=NAMED)}."
            if small
            else "",
            SAME_CLUSTERS if self.same_clusters else "",
            left_out_note(self.excluded),
            str(self.base),
            INVARIANCE,
        )

    def _letters_note(self) -> str:
        """Say what a letter means."""
        lower = (
            "" if self.second_level is None else f", in lower case at {percent(self.second_level)}"
        )
        return (
            f"A letter: significantly above that column of the same label, at "
            f"{percent(self.level)}{lower}; shares by Newcombe's intervals, means by Welch's t. "
            f"Pairs of a label in a row: {CORRECTIONS[self.correction]}."
        )


def _numbers(estimate: AnyEstimate, level: float) -> Mapping[str, Any]:
    """Return value, error and interval of a cell; its n is that of the column."""
    row = estimate.row(level)
    return {name: row[name] for name in ("value", "low", "high", "standard_error")}


def _cell(row: CrosstabRow, place: int) -> str:
    """Write one cell: percent or mean, and letters."""
    estimate = row.estimates[place]
    if estimate is None:
        return "–"
    value = number(estimate.value, 3) if row.kind == "mean" else percent(estimate.value)
    return f"{value} {row.letters[place]}".strip()
