"""Offers as a customer sees them: four values, four costs, difference and ratio; side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from annotated_types import MinLen
from pydantic import model_validator

from custvalue._checks import require_choice
from custvalue._respondents.instrument import repeated
from custvalue._results.layout import Row, Tabulated, WithoutIntervals, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Frozen, NonNegative
from custvalue._words import listed, number
from custvalue.errors import DataError, ParameterError, UnitError

VALUES = ("product", "service", "personnel", "image")
COSTS = ("monetary", "time", "energy", "psychic")


class TotalValue(Frozen):
    """What an offer is worth to a customer, in money.

    None of it is negative: what customers would pay to be spared is a cost (most often a psychic
    one). Otherwise the ratio would depend on which side of it a nuisance is written.

    Parameters
    ----------
    product, service, personnel, image : float
        Values >= 0 (产品 服务 人员 形象价值), in the unit of the offer.

    Raises
    ------
    ParameterError
        If a value is absent, negative or not finite.
    """

    product: NonNegative
    service: NonNegative
    personnel: NonNegative
    image: NonNegative

    @property
    def total(self) -> float:
        """Sum of the four."""
        return math.fsum((self.product, self.service, self.personnel, self.image))


class TotalCost(Frozen):
    """What an offer costs a customer, in money.

    Parameters
    ----------
    monetary, time, energy, psychic : float
        Costs >= 0 (货币 时间 体力 精神成本), in the unit of the offer. A rebate is a smaller
        monetary cost.

    Raises
    ------
    ParameterError
        If a cost is absent, negative or not finite.
    """

    monetary: NonNegative
    time: NonNegative
    energy: NonNegative
    psychic: NonNegative

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
        """Sum of the four."""
        return math.fsum((self.monetary, self.time, self.energy, self.psychic))


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

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        amounts = {
            **{f"{name} value": getattr(self.value, name) for name in VALUES},
            "total value": self.value.total,
            **{f"{name} cost": getattr(self.cost, name) for name in COSTS},
            "total cost": self.cost.total,
            "delivered value": self.delivered_value,
            "value to cost": self.value_to_cost if self.cost.total else None,
        }
        return [Row(name, {"part": name, "amount": amount}) for name, amount in amounts.items()]

    def _title(self) -> str:
        return f"Offer: {self.name}"


def refuse_no_cost(name: str, cost: float) -> None:
    """Raise a DataError where the total cost is 0, so that there is no ratio."""
    if cost == 0:
        raise DataError(
            f"offer {name!r}: value_to_cost does not exist, because the total cost is 0. Use "
            f"delivered_value, or enter the time, energy and psychic costs of the offer."
        )


TIE = 1e-9  # relative: 0.1 + 0.2 and 0.3 are one number to a customer


class OfferComparison(Pictured, WithoutIntervals, Frozen):
    """Offers side by side, by difference and by ratio. Use :func:`compare_offers`.

    Parameters
    ----------
    offers : tuple of Offer
        At least two, with different names and one unit, in the order given.
    reference : str or None
        The offer that the others are measured against.

    Raises
    ------
    ParameterError
        If :func:`compare_offers` would refuse the offers.
    """

    TITLE: ClassVar[str] = "Delivered value"
    PICTURE: ClassVar = "delivered_value_bars"
    SHOWN: ClassVar = shown(
        "total_value: value, total_cost: cost, delivered_value: value - cost, "
        "rank_by_difference: rank, value_to_cost: value / cost, rank_by_ratio: rank"
    )
    REPR: ClassVar[tuple[str, ...]] = ("offers", "rankings_differ", "verdict")

    offers: tuple[Offer, ...]
    reference: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_offers(self.offers, self.reference)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the offers."""
        return tuple(offer.name for offer in self.offers)

    @property
    def unit(self) -> str:
        """The money unit."""
        return self.offers[0].unit

    @property
    def delivered_values(self) -> FloatArray:
        """Total value minus total cost, shape (offers,)."""
        return np.array([offer.delivered_value for offer in self.offers])

    @property
    def value_to_cost(self) -> FloatArray:
        """Total value over total cost, shape (offers,)."""
        return np.array([offer.value_to_cost for offer in self.offers])

    @property
    def rank_by_difference(self) -> IntArray:
        """Ranks by delivered value, 1 the best; equal values share the better rank."""
        return _ranks(self.delivered_values, self._rounding)

    @property
    def rank_by_ratio(self) -> IntArray:
        """Ranks by value-to-cost ratio, 1 the best; equal ratios share the better rank."""
        return _ranks(self.value_to_cost, TIE * np.abs(self.value_to_cost).max())

    @property
    def _rounding(self) -> float:
        """Differences between delivered values below which they are equal."""
        return TIE * max(max(offer.value.total, offer.cost.total) for offer in self.offers)

    @property
    def best_by_difference(self) -> tuple[str, ...]:
        """The offer (or offers) with the highest delivered value."""
        return self._first(self.rank_by_difference)

    @property
    def best_by_ratio(self) -> tuple[str, ...]:
        """The offer (or offers) with the highest value-to-cost ratio."""
        return self._first(self.rank_by_ratio)

    def _first(self, ranks: IntArray) -> tuple[str, ...]:
        return tuple(self.names[int(k)] for k in np.flatnonzero(ranks == 1))

    @property
    def rankings_differ(self) -> bool:
        """Whether difference and ratio rank any two offers differently."""
        return not np.array_equal(self.rank_by_difference, self.rank_by_ratio)

    @property
    def advantage(self) -> dict[str, float]:
        """Delivered value of each offer minus that of the reference; empty without one.

        Negative for `reference="us"` means that customers get less from that offer than from us.
        """
        if self.reference is None:
            return {}
        values = dict(zip(self.names, self.delivered_values.tolist(), strict=True))
        return {
            name: value - values[self.reference]
            for name, value in values.items()
            if name != self.reference
        }

    @property
    def verdict(self) -> str:
        """Which offer is best by which measure, in words."""
        if not self.rankings_differ:
            best = " and ".join(self.best_by_difference)
            return f"Difference and ratio rank the offers alike; best: {best}."
        by_difference, by_ratio = self.rank_by_difference, self.rank_by_ratio
        pairs = combinations(np.argsort(by_difference, kind="stable").tolist(), 2)
        reversed_pair = next(
            ((i, j) for i, j in pairs if _reversal(by_difference, by_ratio, i, j)), None
        )
        if reversed_pair is None:
            return "Difference and ratio disagree: offers that tie by one differ by the other."
        return self._reversed(*reversed_pair)

    def _reversed(self, better: int, worse: int) -> str:
        values, ratios = self.delivered_values, self.value_to_cost
        return (
            f"Difference and ratio disagree: {self.names[better]} has the higher delivered value "
            f"({number(values[better])} against {number(values[worse])}), {self.names[worse]} the "
            f"higher value-to-cost ratio ({number(ratios[worse])} against "
            f"{number(ratios[better])})."
        )

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        others = self.advantage
        advantage = np.array([others.get(name, 0.0) for name in self.names])
        return {
            "name": np.array(self.names),
            "total_value": np.array([offer.value.total for offer in self.offers]),
            "total_cost": np.array([offer.cost.total for offer in self.offers]),
            "delivered_value": self.delivered_values,
            "rank_by_difference": self.rank_by_difference,
            "value_to_cost": self.value_to_cost,
            "rank_by_ratio": self.rank_by_ratio,
            **({} if self.reference is None else {"advantage": advantage}),
        }

    def _shown(self) -> Mapping[str, str]:
        against = {} if self.reference is None else {"advantage": f"against {self.reference}"}
        return {**self.SHOWN, **against}

    def _notes(self) -> Sequence[str]:
        return [self.verdict, f"In {self.unit}." if self.unit else ""]


def _check_offers(offers: tuple[Offer, ...], reference: str | None) -> None:
    names = [offer.name for offer in offers]
    if len(names) < 2:
        raise DataError(
            f"a comparison needs at least 2 offers, but has {len(names)}. Print a single offer "
            f"itself."
        )
    twice = repeated(names)
    if twice:
        raise DataError(f"offers must have different names, but {listed(twice)} is used twice.")
    if reference is not None:
        require_choice("reference", reference, names)
    units = sorted({offer.unit for offer in offers})
    if len(units) > 1:
        raise UnitError(
            f"offers must be in one money unit, but there are {listed(units)}. Convert them at a "
            f"declared rate."
        )
    for offer in offers:
        refuse_no_cost(offer.name, offer.cost.total)


def _ranks(values: FloatArray, rounding: float) -> IntArray:
    """Rank the highest value 1; values within `rounding` of each other share a rank."""
    order = np.argsort(-values, kind="stable")
    falls = np.flatnonzero(np.diff(-values[order]) > rounding) + 1
    ranks = np.empty(len(values), dtype=np.int64)
    for first, last in zip([0, *falls], [*falls, len(values)], strict=True):
        ranks[order[first:last]] = first + 1
    return ranks


def _reversal(one: IntArray, other: IntArray, i: int, j: int) -> bool:
    return bool(one[i] < one[j] and other[i] > other[j])


def compare_offers(offers: Iterable[Offer], *, reference: str | None = None) -> OfferComparison:
    """Compare offers by delivered value and by value-to-cost ratio.

    Parameters
    ----------
    offers : iterable of Offer
        At least two, with different names and one money unit.
    reference : str, optional
        Name of the offer (often your own) that the others are measured against.

    Returns
    -------
    OfferComparison
        Both rankings, whether they differ and in what, and the advantages over the reference.

    Raises
    ------
    DataError
        If there are fewer than two offers, names are not different, or an offer costs nothing.
    UnitError
        If units are mixed.
    ParameterError
        If the reference is none of the offers.
    """
    every = tuple(offers)
    _check_offers(every, reference)
    return OfferComparison(offers=every, reference=reference)
