"""Immutable values that are checked at birth and go to JSON, with their domains in the types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import fields
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Gt
from annotated_types import Interval as Within
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticKnownError, PydanticSerializationError

from custvalue._json import parsed, with_schema
from custvalue._table import Shown, Table, Tabular
from custvalue._words import did_you_mean, listed, one_line, plain
from custvalue.errors import CustvalueError, FrozenError, ParameterError


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
Count = Annotated[int, Ge(0), WHOLE_NUMBER]


def _in_order(ends: tuple[float, float]) -> tuple[float, float]:
    if not ends[0] < ends[1]:
        raise ValueError(f"must be the lower and the upper end, but they are {ends!r}.")
    return ends


Bounds = Annotated[tuple[float, float], AfterValidator(_in_order)]


T = TypeVar("T", bound="Frozen | Record")


class _Signature:
    """The signature of a model whose schema is built with its first object: built when asked."""

    def __get__(self, instance: object, owner: type[BaseModel]) -> inspect.Signature:
        owner.model_rebuild()
        whole: inspect.Signature = owner.__dict__["__signature__"].__get__(None, owner)
        return whole


class _Signed:
    __signature__: ClassVar[_Signature] = _Signature()


class Frozen(_Signed, Tabular, Shown, BaseModel):
    """Immutable, checked at birth, no unknown fields, no NaN, JSON and back.

    Subclasses declare their domain in the field types, ``r: Positive``; a value outside it raises
    :class:`~custvalue.errors.ParameterError` in words. Those that define ``REPR`` have a repr
    of one line with these attributes.
    """

    REPR: ClassVar[tuple[str, ...]] = ()

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
        defer_build=True,  # an import builds no schemas; the first object does
    )

    def __new__(cls, *unnamed: Any, **_: Any) -> Self:
        """Refuse fields without names here, where signatures do not show it."""
        if unnamed and cls.__init__ is Frozen.__init__:
            raise by_name(cls)
        return super().__new__(cls)

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            kind = type(self)
            hint = "" if _required(kind) & data.keys() else _to_estimate(kind)
            raise in_words(kind.__name__, kind.model_fields, error, hint=hint) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise _unchangeable(self, name)

    def __delattr__(self, name: str) -> None:
        raise _unchangeable(self, name)

    def to_json(self, *, indent: int | None = None) -> str:
        """Write this object as JSON text.

        Parameters
        ----------
        indent : int, optional
            Spaces of indentation; one line without it.

        Raises
        ------
        ParameterError
            If a part cannot be written, such as an estimate of another library.
        """
        try:
            return with_schema(self.model_dump_json(indent=indent))
        except PydanticSerializationError as error:  # one of its parts says why
            raise ParameterError(str(error).partition("Error: ")[2]) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ParameterError
            If the text is not JSON or not such an object.
        """
        content = parsed(cls.__name__, text)
        try:
            return fitting(cls.model_validate(content))
        except ValidationError as error:
            raise in_words(cls.__name__, cls.model_fields, error) from None
        except TypeError as error:  # of a constructor of its own
            raise _incomplete(error) from None

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the numbers and words of this object as one row, a plain dict of columns."""
        return one_row({name: getattr(self, name) for name in type(self).model_fields})

    def __repr__(self) -> str:
        return shown_as(self) if self.REPR else super().__repr__()

    def _table(self) -> Table:
        return _table_of(self, type(self).model_fields)


class Record(Tabular, Shown):
    """Base of frozen dataclasses that are not typed by hand: checked when read, not when made.

    Subclasses are ``@dataclass(frozen=True)``; those that define ``REPR`` are ``repr=False``
    and have a repr of one line with these attributes.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", allow_inf_nan=False)
    REPR: ClassVar[tuple[str, ...]] = ()

    def to_json(self, *, indent: int | None = None) -> str:
        """Write this object as JSON text; missing numbers are ``null``.

        Parameters
        ----------
        indent : int, optional
            Spaces of indentation; one line without it.
        """
        return with_schema(TypeAdapter(type(self)).dump_json(self, indent=indent).decode())

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ParameterError
            If the text is not JSON or not such an object.
        """
        content = parsed(cls.__name__, text)
        try:
            return fitting(TypeAdapter(cls).validate_python(content))
        except ValidationError as error:
            raise in_words(cls.__name__, _field_names(cls), error) from None
        except TypeError as error:  # of a constructor of its own
            raise _incomplete(error) from None

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Close the arrays of a copy or of an unpickled object, as those of the original are."""
        for name, value in state.items():
            close(value)
            object.__setattr__(self, name, value)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the numbers and words of this object as one row, a plain dict of columns."""
        return one_row({name: getattr(self, name) for name in _field_names(type(self))})

    def __repr__(self) -> str:
        return shown_as(self)

    def _table(self) -> Table:
        return _table_of(self, _field_names(type(self)))


def close(value: object) -> None:
    """Close an array for writing, or the arrays of a dict."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif isinstance(value, dict):
        for each in value.values():
            close(each)


def fitting(thing: T) -> T:
    """Return what was read from JSON if its parts fit together, so that it can be shown."""
    name = type(thing).__name__
    try:
        lengths = {column: len(array) for column, array in thing.columns().items()}
        _ = f"{thing}{thing!r}"
    except CustvalueError:
        raise
    except Exception as error:  # whatever fails, the text is at fault
        raise ParameterError(
            f"{name}: the parts of this JSON do not fit together ({error}). Use the text that "
            f"to_json wrote."
        ) from error
    if len(set(lengths.values())) > 1:
        first, *others = lengths
        other = next(column for column in others if lengths[column] != lengths[first])
        raise ParameterError(
            f"{name}: all columns must have one length, but {first} has {lengths[first]:,} "
            f"entries and {other} has {lengths[other]:,}."
        )
    return thing


def _incomplete(error: TypeError) -> ParameterError:
    """Say in words which fields a constructor misses, or cannot read."""
    owner = re.match(r"(\w+)\.__init__\(\) missing", str(error))
    if owner is None:
        return ParameterError(f"this JSON has a field of the wrong kind: {error}.")
    missing = re.findall(r"'(\w+)'", str(error))
    return ParameterError(f"{owner[1]} needs {listed(missing)}.")


def _table_of(thing: Frozen | Record, names: Iterable[str]) -> Table:
    """Build the table of an object that has no other: a row per field."""
    named = {name: getattr(thing, name) for name in names}
    rows = tuple(
        (name, value if isinstance(value, int | float | str) else repr(value))
        for name, value in named.items()
        if value is not None and not (isinstance(value, str) and not value)
    )
    return Table(type(thing).__name__, ("", ""), rows)


def _field_names(record: type[Any]) -> list[str]:
    return [field.name for field in fields(record)]


def one_row(named: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """Return the numbers and words among some values as columns of one entry."""
    return {
        name: np.array([value])
        for name, value in named.items()
        if isinstance(value, int | float | str)
    }


def shown_as(thing: Frozen | Record) -> str:
    """Build the one-line repr of an object from what its class names: attributes, or paths."""
    named = (entry.partition("=") for entry in thing.REPR)  # "items", "items=instrument.items"
    parts = {name: _brief(attrgetter(path or name)(thing)) for name, _, path in named}
    return one_line(type(thing).__name__, **parts)


def _brief(value: Any) -> Any:
    """Return a number or word, that of an estimate, or how many there are of what is listed."""
    value = getattr(value, "value", value)  # of an estimate, or the letter of a category
    if isinstance(value, int | float | str) or value is None:
        return value
    return len(value) if isinstance(value, Sized) else str(value)


def _unchangeable(thing: Frozen, name: str) -> FrozenError:
    kind = type(thing).__name__
    return FrozenError(
        f"{kind} is frozen: {name!r} cannot be set or deleted. Make another {kind} with the values "
        f"that you want."
    )


def by_name(model: type[BaseModel]) -> ParameterError:
    """Build the error for fields that were given without their names."""
    fields, required = model.model_fields, _required(model)
    needed = [name for name in fields if name in required] or list(fields)
    each = ", ".join(f"{name}=..." for name in needed)
    return ParameterError(
        f"{model.__name__} takes its fields by name, in any order: {model.__name__}({each})."
        f"{_to_estimate(model)}"
    )


def _required(model: type[BaseModel]) -> set[str]:
    return {name for name, field in model.model_fields.items() if field.is_required()}


def _to_estimate(model: type[BaseModel]) -> str:
    """Say how parameters that were not given are estimated, where they can be."""
    fit = getattr(model, "fit", None)
    if fit is None:
        return ""
    data = next(iter(inspect.signature(fit).parameters))
    return f" To estimate them, use {model.__name__}.fit({data})."


def in_words(
    name: str, names: Collection[str], error: ValidationError, *, hint: str = ""
) -> ParameterError:
    """Translate pydantic's report into sentences; `hint` is for fields that are absent."""
    found = error.errors()
    deeper = {its["loc"][:depth] for its in found for depth in range(len(its["loc"]))}
    told = [its for its in found if its["type"] != "too_short" or its["loc"] not in deeper]
    absent = [its for its in told if its["type"] == "missing" and len(its["loc"]) == 1]
    sentences = [sentence(name, names, dict(its)) for its in told if its not in absent]
    if absent:
        needed = [str(its["loc"][0]) for its in absent]
        sentences.insert(0, f"{_needs(name, names, needed)}{hint}")
    return ParameterError(" ".join(sentences))


def _needs(name: str, names: Collection[str], absent: Sequence[str]) -> str:
    others = [its for its in names if its not in absent]
    rest = f"; other fields: {listed(others)}" if others else ""
    return f"{name} needs {listed(absent)}{rest}."


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
        return _needs(name, names, [field])
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{name} has no {field!r}, only {listed(names)}.{did_you_mean(field, names)}"
    if kind in _COMPARISONS:
        key, sign = _COMPARISONS[kind]
        bound = plain(context[key])
        percent = key in ("lt", "le") and bound == 1 and 1 < value < 100
        hint = f" Did you mean {value / 100:g}?" if percent else ""
        return f"{name}: {field} must be {sign} {bound}, but it is {value!r}.{hint}"
    if kind == "value_error":
        message = str(context["error"])
        return message if not field else f"{name}: {field}: {message}"
    if kind == "float_type":
        return f"{name}: {field} must be a number, but it is {value!r}."
    wanted = f"{context['class_name']}(…)" if field and kind == "model_type" else _WANTED.get(kind)
    if wanted is not None:
        return f"{name}: {field} must be {wanted}, but it is {value!r}."
    if kind in {"literal_error", "enum"}:
        return f"{name}: {field} {_one_of(context['expected'], value)}"
    if kind in {"too_short", "string_too_short"}:
        return f"{name}: {field} must not be empty."
    where = f"{name}: {field}" if field else name
    return f"{where}{_expected(error['msg'])}, but it is {value!r}."


def _expected(message: str) -> str:
    """Turn pydantic's ``Input should be a valid list`` into ``must be a list``."""
    if message.startswith("Input should be "):
        return f" must be {message.removeprefix('Input should be ').replace('a valid ', 'a ')}"
    word = message.partition(" ")[0]
    return f": {message if word.isupper() else message[0].lower() + message[1:]}"


def _one_of(expected: str, value: Any) -> str:
    """Name the choices that pydantic lists as ``'a', 'b' or 'c'``, and the nearest of them."""
    choices = re.findall(r"'([^']*)'", expected)
    return f"must be one of {listed(choices)}, but it is {value!r}.{did_you_mean(value, choices)}"
