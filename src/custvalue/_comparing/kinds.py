"""Estimates of any kind in JSON: written with their kind, read as what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules, walk_packages
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError

import custvalue
from custvalue._inference.estimate import Estimate, ForeignEstimate
from custvalue._values import in_words
from custvalue._words import listed

WITHOUT_ESTIMATES = ("custvalue._testing", "custvalue._report")  # they need more libraries


def _write(estimate: Estimate) -> dict[str, Any]:
    kind = type(estimate)
    if isinstance(estimate, ForeignEstimate):
        raise TypeError(
            f"{estimate.name} has an interval method of its own, which JSON cannot hold. Compare "
            f"estimates of the library, or write columns()."
        )
    return {"kind": kind.__name__, **TypeAdapter(kind).dump_python(estimate, mode="json")}


def _read(value: object) -> Estimate:
    if isinstance(value, Estimate):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"must be an estimate, but it is {value!r}.")  # noqa: TRY004 - pydantic reports it
    kind = _kind(value.get("kind"))
    rest = {name: part for name, part in value.items() if name != "kind"}
    try:
        estimate: Estimate = TypeAdapter(kind).validate_python(rest)
    except ValidationError as error:
        raise in_words(kind.__name__, [its.name for its in fields(kind)], error) from None
    return estimate


def _kind(name: object) -> type[Estimate]:
    """Return the class of this name, imported by now or not."""
    if str(name) not in _kinds():
        _import_every_room()
    known = _kinds()
    if str(name) not in known:
        every = listed(sorted(each for each in known if each[0] != "_"), most=len(known))
        raise ValueError(f"its kind must be one of {every}, but it is {name!r}.")
    return known[str(name)]


def _kinds() -> dict[str, type[Estimate]]:
    kinds: list[type[Estimate]] = [Estimate, *_subclasses(Estimate)]
    return {
        kind.__name__: kind
        for kind in kinds
        if kind is not ForeignEstimate and not kind.__name__.startswith("_")
    }


def _subclasses(kind: type[Estimate]) -> Iterator[type[Estimate]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def _import_every_room() -> None:
    """Import what a subject keeps to itself: its kinds of estimates are known then."""
    for room in iter_modules(custvalue.__path__, "custvalue."):
        if room.ispkg and room.name not in WITHOUT_ESTIMATES:
            within = import_module(room.name).__path__
            for module in walk_packages(within, f"{room.name}."):
                import_module(module.name)


AnyEstimate = Annotated[Estimate, PlainValidator(_read), PlainSerializer(_write)]
