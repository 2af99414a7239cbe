"""One offer with intervals: its parts, both totals, their difference and their ratio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from annotated_types import MinLen

from custvalue._delivered_value.joint import Joint
from custvalue._inference.estimate import Estimate, rows_by_name
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Frozen


class MeasuredOffer(Tabulated, Frozen):
    """An offer in money, or in points of an index, with intervals.

    :meth:`OfferSurvey.offer` makes it of ratings, and :func:`compare` of offers that are stated;
    numbers that are stated without a distribution have no interval.

    Parameters
    ----------
    name : str
        Whose offer it is.
    values, costs : tuple of Estimate
        The parts.
    total_value, total_cost : Estimate
        Their sums.
    delivered_value : Estimate
        Total value minus total cost.
    value_to_cost : Estimate or None
        Ratio of mean total value to mean total cost (not the mean of the respondents' ratios,
        which a few small costs would dominate). None where all costs are 0.
    unit : str
        The money unit, or that of the index.
    """

    SHOWN: ClassVar = shown("amount: mean, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "delivered_value", "value_to_cost", "unit")

    name: Annotated[str, MinLen(1)]
    values: tuple[Estimate, ...]
    costs: tuple[Estimate, ...]
    total_value: Estimate
    total_cost: Estimate
    delivered_value: Estimate
    value_to_cost: Estimate | None
    unit: str = ""

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """All estimates, in the order of the rows: values, costs, difference and ratio."""
        ratio = () if self.value_to_cost is None else (self.value_to_cost,)
        totals = (*self.values, self.total_value, *self.costs, self.total_cost)
        return (*totals, self.delivered_value, *ratio)

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self.estimates, level, "amount")

    def _title(self) -> str:
        unit = f", in {self.unit}" if self.unit else ""
        return f"Offer as measured: {self.name}{unit}"

    def _notes(self) -> Sequence[str]:
        known = self.delivered_value.has_interval
        return ["95 % intervals, linearised for weights."] if known else []


def totals(means: npt.NDArray[Any], values: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return total value and total cost, each of shape (samples, offers)."""
    return means[..., :values].sum(axis=-1), means[..., values:].sum(axis=-1)


def measured_offers(joint: Joint, unit: str) -> tuple[MeasuredOffer, ...]:
    """Estimate all numbers of all offers."""
    cut, offers = len(joint.values), len(joint.names)
    costs = totals(joint.means, cut)[1] > 0

    def statistic(means: npt.NDArray[Any]) -> npt.NDArray[Any]:
        worth, price = totals(means, cut)
        parts = means.reshape(len(means), -1)
        return np.hstack([parts, worth, price, worth - price, worth[:, costs] / price[:, costs]])

    parts = [*(f"{name} value" for name in joint.values), *(f"{name} cost" for name in joint.costs)]
    main = ("total value", "total cost", "delivered value")
    names = [*parts * offers, *(name for name in main for _ in range(offers))]
    of = [*np.repeat(np.arange(offers), len(parts)).tolist(), *list(range(offers)) * len(main)]
    with_cost = np.flatnonzero(costs).tolist()
    found = joint.estimates(
        [*names, *["value to cost"] * len(with_cost)], statistic, [*of, *with_cost]
    )
    ratios = dict(zip(with_cost, found[len(names) :], strict=True))
    return tuple(
        _offer(joint, place, found, ratios.get(place), unit, parts=len(parts))
        for place in range(offers)
    )


def _offer(
    joint: Joint,
    place: int,
    found: Sequence[Estimate],
    ratio: Estimate | None,
    unit: str,
    *,
    parts: int,
) -> MeasuredOffer:
    """Take the estimates of one offer out of those of all."""
    cut, offers = len(joint.values), len(joint.names)
    own = found[place * parts : (place + 1) * parts]
    worth, price, delivered = found[parts * offers + place :: offers][:3]
    return MeasuredOffer(
        name=joint.names[place],
        values=tuple(own[:cut]),
        costs=tuple(own[cut:]),
        total_value=worth,
        total_cost=price,
        delivered_value=delivered,
        value_to_cost=ratio,
        unit=unit,
    )
