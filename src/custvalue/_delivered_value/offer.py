"""Offers as a customer sees them: four values, four costs, difference and ratio."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from annotated_types import MinLen

from custvalue._delivered_value.amounts import Amount, Distribution, Uncertain, expected
from custvalue._results.layout import Row, Tabulated
from custvalue._values import Frozen
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

VALUES = ("product", "service", "personnel", "image")
COSTS = ("monetary", "time", "energy", "psychic")


class TotalValue(Frozen):
    """What an offer is worth to a customer, in money.

    None of it is negative: what customers would pay to be spared is a cost (most often a psychic
    one). Otherwise the ratio would depend on which side of it a nuisance is written.

    Parameters
    ----------
    product, service, personnel, image : float or distribution
        Values >= 0 (产品 服务 人员 形象价值), in the unit of the offer; a :class:`Uniform`,
        :class:`Triangular` or :class:`LogNormal` where one is not known exactly.

    Raises
    ------
    ParameterError
        If a value is absent, negative or not finite.
    """

    product: Amount
    service: Amount
    personnel: Amount
    image: Amount

    @property
    def total(self) -> float:
        """Sum of the four, of distributions their means."""
        return _total(self)


class TotalCost(Frozen):
    """What an offer costs a customer, in money.

    Parameters
    ----------
    monetary, time, energy, psychic : float or distribution
        Costs >= 0 (货币 时间 体力 精神成本), in the unit of the offer. A rebate is a smaller
        monetary cost.

    Raises
    ------
    ParameterError
        If a cost is absent, negative or not finite.
    """

    monetary: Amount
    time: Amount
    energy: Amount
    psychic: Amount

    @classmethod
    def from_hours(
        cls, *, monetary: float, hours: float, hourly_rate: float, energy: float, psychic: float
    ) -> Self:
        """Turn the customer's hours into money at a declared rate.

        Parameters
        ----------
        monetary, energy, psychic : float
            As in the class.
        hours : float
            Time that the customer spends, >= 0.
        hourly_rate : float
            What an hour is worth to the customer (a wage, a stated willingness to pay), >= 0.

        Raises
        ------
        ParameterError
            If a number is negative or not finite.

        Examples
        --------
        >>> TotalCost.from_hours(monetary=80, hours=1.5, hourly_rate=20, energy=0, psychic=5).time
        30.0
        """
        for name, value in (("hours", hours), ("hourly_rate", hourly_rate)):
            if not (math.isfinite(value) and value >= 0):
                raise ParameterError(f"{name} must be a finite number >= 0, but it is {value!r}.")
        return cls(monetary=monetary, time=hours * hourly_rate, energy=energy, psychic=psychic)

    @property
    def total(self) -> float:
        """Sum of the four, of distributions their means."""
        return _total(self)


def _total(parts: TotalValue | TotalCost) -> float:
    return math.fsum(expected(getattr(parts, name)) for name in type(parts).model_fields)


class Offer(Tabulated, Frozen):
    """One offer as a customer sees it.

    Parameters
    ----------
    name : str
        Whose offer it is.
    value : TotalValue
        What it is worth.
    cost : TotalCost
        What it costs.
    unit : str
        The money unit of all eight numbers, ``"EUR"``; empty where it need not be stated.

    Raises
    ------
    ParameterError
        If a part is absent or negative.
    """

    name: Annotated[str, MinLen(1)]
    value: TotalValue
    cost: TotalCost
    unit: str = ""

    @property
    def delivered_value(self) -> float:
        """Total value minus total cost; negative where the offer costs more than it is worth."""
        return self.value.total - self.cost.total

    @property
    def value_to_cost(self) -> float:
        """Total value divided by total cost.

        Raises
        ------
        DataError
            If the total cost is 0, so that there is no ratio.
        """
        refuse_no_cost(self.name, self.cost.total)
        return self.value.total / self.cost.total

    def _shown(self) -> Mapping[str, str]:
        return {"amount": self.unit or "money"}

    @property
    def parts(self) -> dict[str, Uncertain]:
        """All eight parts, ``product value`` to ``psychic cost``."""
        return {
            **{f"{name} value": getattr(self.value, name) for name in VALUES},
            **{f"{name} cost": getattr(self.cost, name) for name in COSTS},
        }

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        amounts = {name: expected(amount) for name, amount in self.parts.items()}
        values, costs = list(amounts.items())[:4], list(amounts.items())[4:]
        every = {
            **dict(values),
            "total value": self.value.total,
            **dict(costs),
            "total cost": self.cost.total,
            "delivered value": self.delivered_value,
            "value to cost": self.value_to_cost if self.cost.total else None,
        }
        return [Row(name, {"part": name, "amount": amount}) for name, amount in every.items()]

    def _notes(self) -> Sequence[str]:
        unsure = [name for name, amount in self.parts.items() if isinstance(amount, Distribution)]
        return [f"Expected amounts of distributions: {listed(unsure)}."] if unsure else []

    def _title(self) -> str:
        return f"Offer: {self.name}"


def refuse_no_cost(name: str, cost: float) -> None:
    """Raise a DataError where the total cost is 0, so that there is no ratio."""
    if cost == 0:
        raise DataError(
            f"offer {name!r}: value_to_cost does not exist, because the total cost is 0. Use "
            f"delivered_value, or enter the time, energy and psychic costs of the offer."
        )
