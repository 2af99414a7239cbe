"""The base of everything that can be JSON, and the base of everything that has rows.

* :class:`Frozen`: parameters, configurations and results are immutable pydantic models.
* :class:`Columns`: data classes of read-only arrays, one entry a row, that become a frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from contextlib import suppress
from dataclasses import fields
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Gt
from annotated_types import Interval as Within
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from custvalue._display import Shown, Table, number, percent
from custvalue.errors import ParameterError, did_you_mean, listed, plain

__all__ = [
    "WHOLE_NUMBER",
    "Columns",
    "FloatArray",
    "Frozen",
    "Generator",
    "IntArray",
    "Interval",
    "LabelArray",
    "Level",
    "NonNegative",
    "Positive",
    "Probability",
    "Tabular",
    "checked_level",
    "random_generator",
    "read_only",
]

Generator = np.random.Generator | int | None


def _no_words(kind: Literal["float_type", "int_type"]) -> BeforeValidator:
    """Refuse text, True and False, which pydantic would read as numbers."""

    def check(value: object) -> object:
        if isinstance(value, str | bytes | bool | np.bool_):
            raise PydanticKnownError(kind)
        return value

    return BeforeValidator(check)


NUMBER, WHOLE_NUMBER = _no_words("float_type"), _no_words("int_type")

Positive = Annotated[float, Gt(0), NUMBER]
NonNegative = Annotated[float, Ge(0), NUMBER]
Probability = Annotated[float, Within(ge=0, le=1), NUMBER]
Level = Annotated[float, Within(gt=0, lt=1), NUMBER]


class Frozen(Shown, BaseModel):
    """Immutable, checked at birth, no unknown fields, no NaN, JSON and back.

    Subclasses say their domain in the field types, ``r: Positive``; a value outside it raises
    :class:`~custvalue.errors.ParameterError` in words.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    def __init__(self, *unnamed: Any, **data: Any) -> None:
        if unnamed:
            raise by_name(type(self))
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise in_words(type(self).__name__, type(self).model_fields, error) from None

    def to_json(self, *, indent: int | None = None) -> str:
        """Write this object as JSON text.

        Parameters
        ----------
        indent : int, optional
            Spaces of indentation; one line without it.
        """
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ParameterError
            If the text is not JSON or not such an object.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise in_words(cls.__name__, cls.model_fields, error) from None

    def _table(self) -> Table:
        named = {name: getattr(self, name) for name in type(self).model_fields}
        rows = tuple(
            (name, value if isinstance(value, int | float | str) else repr(value))
            for name, value in named.items()
            if value is not None and value != ""
        )
        return Table(type(self).__name__, ("", ""), rows)


def by_name(model: type[BaseModel]) -> ParameterError:
    """Build the error for fields that were given without their names."""
    fields = model.model_fields
    needed = [name for name, field in fields.items() if field.is_required()] or list(fields)
    each = ", ".join(f"{name}=..." for name in needed)
    return ParameterError(
        f"{model.__name__} takes its fields by name, so that their order does not matter: "
        f"{model.__name__}({each})."
    )


def in_words(name: str, names: Collection[str], error: ValidationError) -> ParameterError:
    """Translate pydantic's report into sentences, one for each field at fault."""
    found = error.errors()
    deeper = {its["loc"][:depth] for its in found for depth in range(len(its["loc"]))}
    told = [its for its in found if its["type"] != "too_short" or its["loc"] not in deeper]
    return ParameterError(" ".join(sentence(name, names, dict(its)) for its in told))


_COMPARISONS = {
    "greater_than": ("gt", ">"),
    "greater_than_equal": ("ge", ">="),
    "less_than": ("lt", "<"),
    "less_than_equal": ("le", "<="),
}

_WANTED = {
    "finite_number": "a finite number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
}


def sentence(name: str, names: Collection[str], error: dict[str, Any]) -> str:
    """Translate one entry of pydantic's report about `name`, whose fields are `names`."""
    field = ".".join(str(part) for part in error["loc"])
    kind, context, value = error["type"], error.get("ctx", {}), plain(error.get("input"))
    if kind == "missing":
        return f"{name} needs {field!r}: fields are {listed(names)}."
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{name} has no {field!r}, only {listed(names)}.{did_you_mean(field, names)}"
    if kind in _COMPARISONS:
        key, sign = _COMPARISONS[kind]
        return f"{name}: {field} must be {sign} {plain(context[key])}, but it is {value!r}."
    if kind == "value_error":
        message = str(context["error"])
        return message if not field else f"{name}: {field}: {message}"
    if kind == "float_type":
        return f"{name}: {field} must be a number, but it is {value!r}."
    wanted = f"{context['class_name']}(…)" if field and kind == "model_type" else _WANTED.get(kind)
    if wanted is not None:
        return f"{name}: {field} must be {wanted}, but it is {value!r}."
    if kind == "too_short":
        return f"{name}: {field} must not be empty."
    if kind == "json_invalid":
        return f"{name}: this is not JSON: {context['error']}."
    message = error["msg"][0].lower() + error["msg"][1:]
    where = f"{name}: {field}" if field else name
    return f"{where}: {message}, but it is {value!r}."


class Interval(Frozen):
    """A confidence (or credible) interval with its level and the name of its method.

    Parameters
    ----------
    low, high : float
        Its ends, in the unit of the estimate.
    level : float
        Between 0 and 1.
    method : str
        What made it, ``"Wilson"``.
    """

    low: float
    high: float
    level: Level
    method: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"[{number(self.low)}, {number(self.high)}]"

    @property
    def description(self) -> str:
        """Level and method in words: ``95 % interval, Wilson``."""
        whole = round(self.level * 100, 9).is_integer()
        return f"{percent(self.level, 0 if whole else 1)} interval, {self.method}"


def checked_level(level: float) -> float:
    """Return `level` if it is a confidence level.

    Raises
    ------
    ParameterError
        Unless ``0 < level < 1``.
    """
    value = plain(level)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        percentage = isinstance(value, int | float) and 1 < value < 100
        hint = f" Did you mean {value / 100:g}?" if percentage else ""
        raise ParameterError(f"level must be > 0 and < 1, as in 0.95, but it is {value!r}.{hint}")
    return float(value)


def random_generator(rng: Generator) -> np.random.Generator:
    """Return the source of randomness that was asked for.

    Parameters
    ----------
    rng : numpy.random.Generator, int or None
        A source, a seed for one, or None for another one each time.

    Raises
    ------
    ParameterError
        If it is none of these.
    """
    with suppress(TypeError, ValueError):
        if not isinstance(rng, bool | np.bool_):
            return np.random.default_rng(rng)
    raise ParameterError(
        f"rng must be a numpy.random.Generator, a whole number >= 0 as its seed, or None, but it "
        f"is {plain(rng)!r}."
    )


A = TypeVar("A", bound=np.generic)


def read_only(array: npt.NDArray[A]) -> npt.NDArray[A]:
    """Return `array` itself, closed for writing; callers hand over an array of their own."""
    array.setflags(write=False)
    return array


class _ArrayField:
    """Tells pydantic how an array goes to JSON and back; a missing number is ``null`` there."""

    def __init__(self, dtype: str | None) -> None:
        self.dtype = dtype

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
        return read_only(array if self.dtype is None else self._numbers(array))

    def _numbers(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        missing_or_numbers = array.dtype == object and all(
            value is None or (isinstance(value, int | float) and not isinstance(value, bool))
            for value in array.flat
        )
        if array.dtype.kind not in "iuf" and not missing_or_numbers:
            raise ValueError("must hold numbers only, and null where one is missing.")
        numbers = array.astype(np.float64)  # None becomes NaN
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
IntArray = Annotated[npt.NDArray[np.int64], _ArrayField("i8")]
LabelArray = Annotated[npt.NDArray[Any], _ArrayField(None)]


class Tabular(ABC):
    """Base of everything that has rows: columns as a plain dict, and a frame of the user's kind."""

    __slots__ = ()

    @abstractmethod
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the rows as a plain dict: column name to array."""

    def to_frame(self, like: Any) -> Any:
        """Return the rows as a dataframe of the user's own kind.

        Parameters
        ----------
        like : dataframe or str
            A dataframe whose kind is copied (a lazy one gives the eager kind of its engine), or
            ``"pandas"``, ``"polars"``, ``"pyarrow"``.

        Returns
        -------
        dataframe
            One row for each entry, the columns of :meth:`columns`.

        Raises
        ------
        ParameterError
            If `like` is no dataframe.
        """
        from custvalue import _frames

        return _frames.to_frame(self.columns(), like=like)


class Columns(Tabular, Shown):
    """Base of frozen data classes whose rows are customers, respondents, items or offers.

    Subclasses are ``@dataclass(frozen=True, eq=False, repr=False)`` with array fields of type
    ``FloatArray``, ``IntArray`` or ``LabelArray``, are checked in ``__post_init__``, and say in
    :meth:`columns` what a row is; equality, frames and JSON follow from that.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")  # of JSON

    def to_json(self) -> str:
        """Write this object as JSON text; missing numbers are ``null``."""
        return TypeAdapter(type(self)).dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ParameterError
            If the text is not JSON or not such an object.
        """
        try:
            return TypeAdapter(cls).validate_json(text)
        except ValidationError as error:
            raise in_words(cls.__name__, [f.name for f in fields(cls)], error) from None  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(
            _same(getattr(self, f.name), getattr(other, f.name))
            for f in fields(self)  # type: ignore[arg-type]
        )

    __hash__ = None  # type: ignore[assignment]


def _same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        numeric = one.dtype.kind == other.dtype.kind == "f"
        return np.array_equal(one, other, equal_nan=numeric)
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return False  # one has rows where the other has none
    return bool(one == other)
