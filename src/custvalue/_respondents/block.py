"""A set of questions that all were asked, with scale and instrument; reverse-scored recoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._respondents.instrument import Instrument, some_items
from custvalue._respondents.reading import check_items, check_matrix
from custvalue._respondents.scale import Scale
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError, ParameterError

Some = npt.NDArray[Any] | slice  # rows: flags, positions, or from one to another


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

    def of_rows(self, rows: Some) -> Block:
        """Return the answers of some respondents."""
        return Block.checked(self.items, taken(self.answers, rows), self.scale, self.instrument)

    def of_items(self, places: Sequence[int]) -> Block:
        """Return the answers to some items."""
        items = tuple(self.items[place] for place in places)
        answers = np.asfortranarray(self.answers[:, places])
        instrument = None if self.instrument is None else some_items(self.instrument, items)
        return Block.checked(items, answers, self.scale, instrument)

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
        values = (items, read_only(answers), scale, instrument)
        for name, value in zip(("items", "answers", "scale", "instrument"), values, strict=True):
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


def own(array: npt.ArrayLike, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Return a read-only array that nobody else can write to; a read-only one is taken as it is."""
    numbers = np.asarray(array, dtype=dtype)
    return read_only(numbers.copy()) if numbers.flags.writeable else numbers


def taken(values: npt.NDArray[Any], rows: Some) -> npt.NDArray[Any]:
    """Return some rows, of a matrix column by column, as it lies; a slice copies nothing."""
    if isinstance(rows, slice) or values.ndim != 2:
        return np.asarray(values[rows])
    places = np.flatnonzero(rows) if rows.dtype == bool else rows
    result = np.empty((len(places), values.shape[1]), dtype=values.dtype, order="F")
    for column in range(values.shape[1]):
        np.take(values[:, column], places, out=result[:, column])
    return result


def require_instrument(instrument: object) -> None:
    """Raise a ParameterError unless it is an Instrument."""
    if not isinstance(instrument, Instrument):
        raise ParameterError(f"instrument must be an Instrument, but it is {instrument!r}.")


def check_belong(items: Sequence[str], instrument: Instrument) -> None:
    """Raise a DataError unless every item is one of the instrument's."""
    require_instrument(instrument)
    known = instrument.item_names
    for name in items:
        if name not in known:
            raise DataError(
                f"unknown item {name!r}.{did_you_mean(name, known)} The items of "
                f"{instrument.name!r} are {listed(known)}. Where columns have other names, use "
                f"instrument.renamed([…]).",
                column=name,
            )


def recoded(
    items: Sequence[str], answers: FloatArray, scale: Scale, turn: Sequence[str]
) -> FloatArray:
    """Return answers with some items recoded by the theoretical ends of the scale."""
    places = [place for place, name in enumerate(items) if name in turn]
    if not places:
        return answers
    result = np.array(answers, order="F")
    for place in places:
        result[:, place] = scale.low + scale.high - result[:, place]
    return result
