"""The index of a construct with its items, and of groups by the weights of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from custvalue._inference.estimate import Headline
from custvalue._results.base import Base
from custvalue._results.layout import Row, shown
from custvalue._structural.estimates import StructuralEstimate
from custvalue._structural.index import CONVENTIONS, WeightConvention
from custvalue._values import Record
from custvalue._words import Percent, number


@dataclass(frozen=True, slots=True)
class IndexShare(Record):
    """One item of the index of a construct.

    Parameters
    ----------
    name : str
        The item.
    weight : float
        Its weight for standardised items.
    share : float
        Its share in the index; the shares add up to 1.
    score : float
        Its mean on 0-100.
    """

    name: str
    weight: float
    share: float
    score: float


class ConstructIndex(Headline):
    """The index of a construct on 0-100, by theoretical ends of the scales.

    Parameters
    ----------
    estimate : StructuralEstimate
        The index; the uncertainty of the weights is in its standard error.
    name : str
        Its name.
    convention : {"unstandardised", "standardised", "equal"}
        What was done to the weights.
    parts : tuple of IndexShare
        Its items.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    LABELS: ClassVar[str] = "item"
    SHOWN: ClassVar[Mapping[str, str]] = shown("weight, share, value: score, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "value", "convention", "n")

    estimate: StructuralEstimate
    name: str
    convention: WeightConvention
    parts: tuple[IndexShare, ...]
    base: Base

    def _rows(self, level: float) -> Sequence[Row]:
        rows = [
            Row(
                its.name,
                {
                    "item": its.name,
                    "weight": its.weight,
                    "share": Percent(its.share, 1),
                    "value": its.score,
                },
            )
            for its in self.parts
        ]
        whole = {"item": "index", "share": Percent(1.0, 1), **self.estimate.row(level)}
        return [*rows, Row("index", whole)]

    def _title(self) -> str:
        return f"{self.name}, index {number(self.value)}"

    def _notes(self) -> Iterable[str]:
        yield f"Weights {self.convention}: {CONVENTIONS[self.convention]}."
        if self.estimate.has_interval:
            yield f"{self.estimate.confidence_interval().description}."
        yield str(self.base)
