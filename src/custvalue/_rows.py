"""What has rows: read-only arrays that go to JSON, and data classes of them that become frames."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import fields
from typing import Annotated, Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict
from pydantic_core import CoreSchema, core_schema

from custvalue._values import Record, close

A = TypeVar("A", bound=np.generic)


def read_only(array: npt.NDArray[A]) -> npt.NDArray[A]:
    """Return `array` itself, closed for writing; callers hand over an array of their own."""
    array.setflags(write=False)
    return array


def _holds_truth(value: object) -> bool:
    """Say whether lists hold true or false, which numpy takes for 1 and 0 among numbers."""
    if isinstance(value, list | tuple):
        return any(map(_holds_truth, value))
    return isinstance(value, bool)


class _ArrayField:
    """Tells pydantic how an array goes to JSON and back; a missing number is ``null`` there."""

    def __init__(self, dtype: str | None, within: tuple[float, float] | None = None) -> None:
        self.dtype = dtype
        self.within = within

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(self._write),
        )

    def _read(self, value: object) -> npt.NDArray[Any]:
        if not isinstance(value, list | tuple | np.ndarray):
            raise ValueError(f"must be a list, but it is {value!r}.")  # noqa: TRY004 - pydantic reports it
        try:
            array = np.array(value)
        except ValueError:
            raise ValueError("must have rows of the same length.") from None
        if self.dtype is not None and _holds_truth(value):
            raise ValueError("must hold numbers only, and null where one is missing.")
        return read_only(array if self.dtype is None else self._numbers(array))

    def _numbers(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        missing_or_numbers = array.dtype == object and all(
            value is None or (isinstance(value, int | float) and not isinstance(value, bool))
            for value in array.flat
        )
        if array.dtype.kind not in "iuf" and not missing_or_numbers:
            raise ValueError("must hold numbers only, and null where one is missing.")
        numbers = array.astype(np.float64)  # None becomes NaN
        if np.isinf(numbers).any():
            raise ValueError("must hold finite numbers only.")
        if self.within and ((numbers < self.within[0]) | (numbers > self.within[1])).any():
            low, high = self.within
            raise ValueError(f"must hold numbers from {low:g} to {high:g} only.")
        if self.dtype == "f8":
            return numbers
        if (numbers != np.rint(numbers)).any():
            raise ValueError("must hold whole numbers only.")
        return numbers.astype(self.dtype) if array.dtype == object else array.astype(self.dtype)

    @staticmethod
    def _write(array: npt.NDArray[Any]) -> list[Any]:
        entries = array.astype(object)
        if array.dtype.kind == "f":
            entries[~np.isfinite(array)] = None
        listed_entries: list[Any] = entries.tolist()
        return listed_entries


FloatArray = Annotated[npt.NDArray[np.float64], _ArrayField("f8")]


Probabilities = Annotated[npt.NDArray[np.float64], _ArrayField("f8", (0, 1))]


IntArray = Annotated[npt.NDArray[np.int64], _ArrayField("i8")]


StateArray = Annotated[npt.NDArray[np.int8], _ArrayField("i1")]


LabelArray = Annotated[npt.NDArray[Any], _ArrayField(None)]


class Columns(Record):
    """Base of frozen data classes whose rows are customers, respondents, items or offers.

    Subclasses are ``@dataclass(frozen=True, eq=False, repr=False)`` with array fields of type
    ``FloatArray``, ``IntArray`` or ``LabelArray``, are checked in ``__post_init__``, and say in
    :meth:`columns` what a row is; equality, frames and JSON follow from that.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")  # arrays hold NaN

    def __post_init__(self) -> None:
        """Close the arrays; subclasses that check theirs close them there."""
        for value in vars(self).values():
            close(value)

    @abstractmethod
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the rows as a plain dict: column name to array."""

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(
            _same(getattr(self, f.name), getattr(other, f.name))
            for f in fields(self)  # type: ignore[arg-type]
            if f.compare
        )

    __hash__: ClassVar[None] = None  # type: ignore[assignment]


def _same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        numeric = one.dtype.kind == other.dtype.kind == "f"
        return np.array_equal(one, other, equal_nan=numeric)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return False  # one has rows where the other has none
    return bool(one == other)
