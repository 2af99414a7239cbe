"""One set of questions that all respondents were asked, with its scale and instrument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reading import check_items, check_matrix
from custvalue._respondents.scale import Scale
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue.errors import DataError


@dataclass(frozen=True, eq=False, repr=False)
class Block(Columns):
    """Answers of all respondents to some items on one scale.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    answers : ndarray of float64, shape (respondents, items)
        Answers, reverse-scored items recoded; NaN where there is none.
    scale : Scale
        The scale of the items.
    instrument : Instrument or None
        Which items make a dimension, and which were reverse-scored.

    Raises
    ------
    DataError
        If an answer is off the scale, or shapes do not fit.
    """

    items: tuple[str, ...]
    answers: FloatArray
    scale: Scale
    instrument: Instrument | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", checked_answers(self.items, self.answers, self.scale))

    def of_rows(self, rows: npt.NDArray[Any]) -> Block:
        """Return the answers of some respondents."""
        return Block.checked(self.items, taken(self.answers, rows), self.scale, self.instrument)

    @classmethod
    def checked(
        cls,
        items: tuple[str, ...],
        answers: FloatArray,
        scale: Scale,
        instrument: Instrument | None,
    ) -> Block:
        """Make a block of answers that have been checked already."""
        made = object.__new__(cls)
        values = {
            "items": items,
            "answers": read_only(answers),
            "scale": scale,
            "instrument": instrument,
        }
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the answers, one column per item, as a plain dict."""
        return {name: self.answers[:, place] for place, name in enumerate(self.items)}

    def _table(self) -> Table:
        rows = tuple((name, int((~np.isnan(its)).sum())) for name, its in self.columns().items())
        return Table("Answers", ("item", "n"), rows, (f"Scale {self.scale}.",))


def checked_answers(items: tuple[str, ...], answers: npt.ArrayLike, scale: Scale) -> FloatArray:
    """Return answers as a read-only matrix of their own, one column for each item."""
    check_items(items)
    matrix = own(answers)
    if matrix.shape[1:] != (len(items),):
        raise DataError(
            f"answers must have the shape (respondents, {len(items)}), one column for each item, "
            f"but it is {matrix.shape}."
        )
    if len(matrix) == 0:
        raise DataError("the survey has no rows. Give at least one respondent.")
    check_matrix(items, matrix, scale)
    return matrix


def own(array: npt.ArrayLike) -> FloatArray:
    """Return a read-only array that nobody else can write to; a read-only one is taken as it is."""
    numbers = np.asarray(array, dtype=np.float64)
    return read_only(numbers.copy()) if numbers.flags.writeable else numbers


def taken(values: npt.NDArray[Any], rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return some rows, flags or positions; of a matrix column by column, as it lies in memory."""
    if values.ndim != 2:
        return np.asarray(values[rows])
    places = np.flatnonzero(rows) if rows.dtype == bool else rows
    result = np.empty((len(places), values.shape[1]), dtype=values.dtype, order="F")
    for column in range(values.shape[1]):
        np.take(values[:, column], places, out=result[:, column])
    return result
