"""The table ``[ratings]`` of a study: how respondents rate suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Interval as Within
from annotated_types import MinLen
from pydantic import BeforeValidator

from custvalue._report.keys import File
from custvalue._values import NonNegative, Positive
from custvalue.delivered_value import OfferSurvey, from_survey
from custvalue.survey import Scale


def _scale(value: object) -> object:
    """Read ``[1, 10]``, or ``{repair = [1, 10], worry = {low = 1, high = 5, …}}``."""
    if isinstance(value, Mapping) and not {"low", "high"} <= value.keys():
        return {name: _one_scale(its) for name, its in value.items()}
    return _one_scale(value)


def _one_scale(value: object) -> Scale:
    if isinstance(value, Scale):
        return value
    if isinstance(value, list | tuple) and len(value) == 2:
        return Scale(*value)
    if isinstance(value, Mapping) and {"low", "high"} <= value.keys():
        return Scale(**value)
    raise ValueError(f"a scale is written [1, 10] or {{low = 1, high = 10}}, but it is {value!r}.")


Columns = Annotated[dict[str, str], MinLen(1)]


class Ratings(File):
    """``[ratings]``: one row for each rating of a supplier; ``own`` is yours.

    The other keys are arguments of :func:`custvalue.delivered_value.from_survey`, and
    ``price_weight`` that of :func:`custvalue.delivered_value.value_map`.
    """

    supplier: str
    own: str
    value: Columns
    cost: Columns
    scale: Annotated[Scale | dict[str, Scale] | None, BeforeValidator(_scale)] = None
    rates: dict[str, Positive] | None = None
    importance: dict[str, NonNegative] | None = None
    price_weight: Annotated[float, Within(gt=0, lt=1)] | None = None
    weights: str | None = None
    cluster: str | None = None
    stratum: str | None = None
    missing: str = "raise"
    minimum_n: Annotated[int, Within(ge=2)] | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold answers, amounts or weights."""
        named = (*self.value.values(), *self.cost.values())
        return named if self.weights is None else (*named, self.weights)

    def offers(self, data: Any, currency: str) -> OfferSurvey:
        """Read the ratings."""
        asked = {
            name: getattr(self, name)
            for name in Ratings.model_fields
            if name not in {"own", "price_weight", *File.model_fields}
        }
        return from_survey(data, unit=currency, **asked)
