"""Estimates of any kind in JSON: written with their kind, read as what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError

from custvalue._inference.estimate import Estimate, ForeignEstimate
from custvalue._inference.means import MeanEstimate, ScaleMean
from custvalue._inference.resampled import ResampledEstimate
from custvalue._inference.shares import Proportion
from custvalue._values import in_words
from custvalue._words import listed

HERE: tuple[type[Estimate], ...] = (
    Estimate,
    MeanEstimate,
    ScaleMean,
    Proportion,
    ResampledEstimate,
)
HOMES = {  # kinds of rooms that are imported where they are read
    "NetShare": "custvalue._satisfaction.net_promoter",
    "ParameterEstimate": "custvalue._lifetime.estimates",
    "TotalEstimate": "custvalue._lifetime.estimates",
}


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
    kinds: dict[Any, Any] = {its.__name__: its for its in (*HERE, *_subclasses(Estimate))}
    kind = value.get("kind")
    if kind in HOMES and kind not in kinds:
        kinds[kind] = getattr(import_module(HOMES[kind]), kind)
    if kind not in kinds:
        known = listed(sorted({*kinds, *HOMES}), most=len(kinds) + len(HOMES))
        raise ValueError(f"its kind must be one of {known}, but it is {kind!r}.")
    rest = {name: part for name, part in value.items() if name != "kind"}
    its = kinds[kind]
    try:
        estimate: Estimate = TypeAdapter(its).validate_python(rest)
    except ValidationError as error:
        names = [field.name for field in fields(its)]
        raise in_words(its.__name__, names, error) from None
    return estimate


def _subclasses(kind: type[Estimate]) -> Iterator[type[Estimate]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


AnyEstimate = Annotated[Estimate, PlainValidator(_read), PlainSerializer(_write)]
