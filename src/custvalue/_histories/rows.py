"""Rows of customers: what histories, contracts and values share, and how their entries are checked.

An entry that cannot be is refused with its column, its row and its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._rows import Columns, FloatArray, IntArray
from custvalue._words import plain
from custvalue.errors import DataError

BoolArray = npt.NDArray[np.bool_]


class CustomerRows(Columns):
    """Base of data classes with a row for each customer, or for customers who are alike.

    Subclasses name in `NUMBERS` their fields with a number in each row; identifiers are `customer`.
    """

    __slots__ = ()
    NUMBERS: ClassVar[tuple[str, ...]]

    def __len__(self) -> int:
        return len(getattr(self, self.NUMBERS[0]))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the identifiers and the numbers of each row, where known, as a plain dict."""
        columns = {name: getattr(self, name, None) for name in ("customer", *self.NUMBERS)}
        return {name: column for name, column in columns.items() if column is not None}

    def _take_numbers(self) -> None:
        """Copy what was given into float64 arrays."""
        for name in self.NUMBERS:
            if (given := getattr(self, name)) is not None:
                values = _frames.to_numbers(name, np.atleast_1d(given))
                object.__setattr__(self, name, values)


@dataclass(frozen=True, eq=False)
class DataPoints:
    """Base of what likelihoods see: read-only arrays with an entry for each distinct point."""

    def __post_init__(self) -> None:
        for column in vars(self).values():
            column.setflags(write=False)

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))


def check_lengths(columns: Mapping[str, npt.NDArray[Any]], empty: str) -> None:
    """Raise unless all columns have one dimension and the same length, at least 1."""
    first = next(iter(columns.values()))
    alike = all(column.shape == first.shape for column in columns.values())
    if alike and first.ndim == 1 and first.size:
        return
    shapes = {name: column.shape for name, column in columns.items()}
    if any(len(shape) != 1 for shape in shapes.values()):
        raise DataError(f"columns must have one dimension, but have the shapes {shapes}.")
    lengths = {name: shape[0] for name, shape in shapes.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"columns must have the same length, but have {lengths}.")
    if 0 in lengths.values():
        raise nobody(empty)


def nobody(empty: str) -> DataError:
    """Build the error for data without customers."""
    return DataError(f"{empty}. Give at least one customer.")


def not_whole(values: FloatArray, least: int = 0) -> BoolArray:
    """Return which values are no whole numbers from `least` on."""
    bad: BoolArray = ~(values >= least) | (values != np.rint(values)) | np.isinf(values)
    return bad


def refuse_unless_amount(name: str, values: FloatArray, hint: str) -> None:
    """Raise for the values that are no number >= 0."""
    refuse(name, "a number >= 0", ~((values >= 0) & (values < np.inf)), values, hint)


AMOUNT = "a finite number"
LARGEST, SMALLEST = 1e100, 1e-100  # amounts whose squares stay within doubles
CURRENCY = "Give amounts of money in a currency of usual size, and correct the entry."


def refuse_absurd_amounts(name: str, amounts: FloatArray) -> None:
    """Raise for amounts with which nothing could be computed."""
    refuse(name, f"at most {LARGEST:g} in size", np.abs(amounts) > LARGEST, amounts, CURRENCY)


def refuse(
    name: str,
    expected: str,
    bad: BoolArray,
    values: FloatArray,
    hint: str,
    *,
    limit: FloatArray | None = None,
) -> None:
    """Raise for the bad entries of a column; `limit` is what the first one is compared with."""
    rows = np.flatnonzero(bad)
    if rows.size:
        there = "" if limit is None else f" ({plain(limit[rows[0]])} there)"
        raise DataError.at_rows(name, expected + there, rows, values[rows], hint)


def largest_first(values: FloatArray, n: int) -> IntArray:
    """Return the places of the n largest values; of equal ones, the first come first."""
    if n >= len(values):
        return np.argsort(-values, kind="stable")
    least = -np.partition(-values, n - 1)[n - 1]
    some = np.flatnonzero(values >= least)
    return some[np.argsort(-values[some], kind="stable")[:n]]
