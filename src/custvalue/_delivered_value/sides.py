"""What the parts of value and of cost are called, and how ratings of them become one unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from annotated_types import MinLen
from pydantic import Field, model_validator

from custvalue._respondents.importance import check_importance_total, given_importance
from custvalue._respondents.instrument import repeated
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Positive
from custvalue._words import did_you_mean, listed, number, plain
from custvalue.errors import DataError, ParameterError, UnitError

Kind = Literal["money", "index"]
Parts = Annotated[tuple[Annotated[str, MinLen(1)], ...], MinLen(1)]
PRICES = ("monetary", "price")  # the cost that is a price
INDEX = "points of a normalised index, 0 to 100"


class Sides(WithoutIntervals, Frozen):
    """The parts of value and of cost, and how they were measured.

    Parameters
    ----------
    value, cost : tuple of str
        Names of the parts, all different.
    scales : dict of str to Scale
        The scale of each part that was rated; the others are amounts.
    rates : dict of str to float
        Money for each unit of a part: for an hour, or for each point on its scale. A part without
        a rate and without a scale is an amount of money already.
    importance : dict of str to float
        Of each part of value, and of each part of cost or of none; empty where none was given.
    unit : str
        The money unit.

    Raises
    ------
    ParameterError
        If a name is used twice, or a scale, rate or importance is of no part.
    UnitError
        If one side mixes ratings with amounts of money.
    """

    TITLE: ClassVar[str] = "Parts of value and of cost"
    SHOWN: ClassVar = shown("side, scale, rate: money a unit, importance")
    REPR: ClassVar[tuple[str, ...]] = ("value", "cost", "unit")

    value: Parts
    cost: Parts
    scales: dict[str, Scale] = Field(default_factory=dict)
    rates: dict[str, Positive] = Field(default_factory=dict)
    importance: dict[str, NonNegative] = Field(default_factory=dict)
    unit: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        twice = repeated(self.parts)
        if twice:
            raise ParameterError(
                f"parts of value and cost must have different names, but {listed(twice)} is used "
                f"twice."
            )
        for argument in ("scales", "rates", "importance"):
            for name in getattr(self, argument):
                if name not in self.parts:
                    raise ParameterError(
                        f"{argument} names {name!r}, which is no part of value or cost."
                        f"{did_you_mean(name, self.parts)} The parts are {listed(self.parts)}."
                    )
        for side in ("value", "cost"):
            refuse_mixed(side, getattr(self, side), self.scales, self.rates)
        return self

    def _is_rated(self, name: str) -> bool:
        return name in self.scales and name not in self.rates

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts, values first."""
        return (*self.value, *self.cost)

    @property
    def value_kind(self) -> Kind:
        """What the total value is in."""
        return "index" if self._is_rated(self.value[0]) else "money"

    @property
    def cost_kind(self) -> Kind:
        """What the total cost is in."""
        return "index" if self._is_rated(self.cost[0]) else "money"

    def compared_by(self, side: str) -> Kind:
        """Say how a side is compared with others: by its ratings, or by its sum in money.

        Parameters
        ----------
        side : {"value", "cost"}
            Which one; by ratings where all its parts have a scale, whatever a point is worth.
        """
        rated = all(name in self.scales for name in getattr(self, side))
        return "index" if rated else "money"

    @property
    def total_unit(self) -> str:
        """The unit of totals."""
        return INDEX if self.value_kind == "index" else self.unit

    @property
    def price(self) -> str | None:
        """The part of cost that is a price in money; None where there is none."""
        if self.cost_kind == "index":
            return None
        return next((name for name in PRICES if name in self.cost), None)

    def weights_of(self, side: str) -> FloatArray:
        """Return the importance of the parts of a side, which add up to 1; equal where none is.

        Parameters
        ----------
        side : {"value", "cost"}
            Which one.
        """
        names = getattr(self, side)
        given = np.array([self.importance.get(name, 0.0) for name in names])
        total = float(given.sum())
        return given / total if total > 0 else np.full(len(names), 1 / len(names))

    def require_one_unit(self) -> None:
        """Raise a UnitError unless total value and total cost are in one unit."""
        if self.value_kind != self.cost_kind:
            rated, paid = ("value", "cost")[:: 1 if self.value_kind == "index" else -1]
            raise UnitError(
                f"{rated} is rated on a scale and {paid} is in money, so that there is no "
                f"difference. Declare what a point is worth (rates=), or give {paid} a scale too "
                f"for a normalised index; value_map() needs neither."
            )

    def amounts(self, ratings: FloatArray) -> FloatArray:
        """Turn ratings into money, or into points of an index that add up to the total.

        Parameters
        ----------
        ratings : ndarray of shape (ratings, parts)
            As they were given.
        """
        weights = np.concatenate([self.weights_of("value"), self.weights_of("cost")])
        columns = [
            self._amount(name, ratings[:, place], float(weights[place]))
            for place, name in enumerate(self.parts)
        ]
        return np.column_stack(columns)

    def _amount(self, name: str, answers: FloatArray, weight: float) -> FloatArray:
        scale, rate = self.scales.get(name), self.rates.get(name)
        if scale is None:
            return answers * (rate or 1.0)
        good = scale.rescale(answers)  # 100 at the good end
        points = good if name in self.value else 100 - good
        return points * (weight if rate is None else rate * scale.width / 100)

    def perceived(self, ratings: FloatArray) -> FloatArray:
        """Return ratings as they are, high values being good; other sides as amounts of money.

        Parameters
        ----------
        ratings : ndarray of shape (ratings, parts)
            As they were given.
        """
        every = self.amounts(ratings)
        for place, name in enumerate(self.parts):
            side = "value" if name in self.value else "cost"
            if self.compared_by(side) == "index":
                scale, answers = self.scales[name], ratings[:, place]
                turned = name in self.value and scale.direction == "lower is better"
                every[:, place] = scale.low + scale.high - answers if turned else answers
        return every

    @property
    def cost_is_satisfaction(self) -> bool:
        """Whether high ratings of cost are good: satisfaction with the price."""
        if self.compared_by("cost") == "money":
            return False
        turns = {self.scales[name].direction for name in self.cost}
        if len(turns) > 1:
            raise ParameterError(
                f"all costs must be rated in one direction, but {listed(self.cost)} are on scales "
                f"with both. Recode the answers first."
            )
        return turns == {"higher is better"}

    @property
    def convention(self) -> str:
        """How totals are made, in words."""
        if self.value_kind == self.cost_kind == "index":
            by = "by importance" if self.importance else "equally"
            return f"In {INDEX}: ratings between the ends of their scales, weighted {by}."
        stated = [f"{name} {number(rate)}" for name, rate in self.rates.items()]
        unit = f"In {self.unit}. " if self.unit else ""
        rates = f"Declared rates, money a unit: {', '.join(stated)}." if stated else ""
        return f"{unit}{rates}".strip()

    def _columns(self) -> Mapping[str, Any]:
        return {
            "part": np.array(self.parts),
            "side": np.array([*["value"] * len(self.value), *["cost"] * len(self.cost)]),
            "scale": np.array([str(self.scales.get(name, "")) for name in self.parts]),
            "rate": np.array([self.rates.get(name, np.nan) for name in self.parts]),
            "importance": np.array([self.importance.get(name, np.nan) for name in self.parts]),
        }


def refuse_mixed(
    side: str, names: Sequence[str], scales: Collection[str], rates: Collection[str]
) -> None:
    """Raise a UnitError where one side mixes ratings with amounts of money."""
    rated = [name for name in names if name in scales and name not in rates]
    amounts = [name for name in names if name not in rated]
    if rated and amounts:
        raise UnitError(
            f"{side} mixes ratings on a scale, {listed(rated)}, with amounts of money, "
            f"{listed(amounts)}. Declare what a point is worth, as in rates={{{rated[0]!r}: 5.0}}, "
            f"or give every part of {side} a scale."
        )


def checked_sides(
    value: Sequence[str],
    cost: Sequence[str],
    *,
    scale: Mapping[str, Any],
    rates: Mapping[str, float] | None,
    importance: Mapping[str, float] | None,
    importance_total: float | None,
    unit: str,
) -> Sides:
    """Return the sides that arguments describe."""
    scales, known = _scales(scale), _rates(rates)
    for side, names in (("value", value), ("cost", cost)):
        refuse_mixed(side, names, scales, known)
    return Sides(
        value=tuple(value),
        cost=tuple(cost),
        scales=scales,
        rates=known,
        importance=_importance(value, cost, importance, importance_total),
        unit=unit,
    )


def _scales(scale: Mapping[str, Any]) -> dict[str, Scale]:
    """Return the scale of each part that has one."""
    return {name: check_scale(its) for name, its in scale.items() if its is not None}


def _rates(rates: object) -> dict[str, float]:
    if rates is not None and not isinstance(rates, Mapping):
        raise ParameterError(
            f"rates must be a mapping of part to money, as in rates={{'time': 20}}, but it is "
            f"{plain(rates)!r}."
        )
    return dict(rates or {})


def _importance(
    value: Sequence[str],
    cost: Sequence[str],
    importance: Mapping[str, float] | None,
    total: float | None,
) -> dict[str, float]:
    """Return the importance of all parts of value, and of all of cost where one is named."""
    check_importance_total(total)
    if importance is None:
        return {}
    if not isinstance(importance, Mapping):
        raise DataError(
            f"importance must be a mapping of part to number, but it is {importance!r}."
        )
    both = any(name in cost for name in importance)
    names = (*value, *cost) if both else tuple(value)
    found = given_importance(importance, names, total)
    return dict(zip(names, found.tolist(), strict=True))
