"""Customer delivered value: what an offer is worth to a customer, minus what it costs.

Kotler (*Marketing Management*, 8th edition on): total customer value is the sum of the values of
product, service, personnel and image; total customer cost is the sum of the monetary, time,
energy and psychic costs; delivered value is their difference. Their ratio is in use as well, and
the two may rank offers differently: :func:`compare` says when.

All eight parts are in one money unit. What was measured in another one is converted first, at a
declared rate: :meth:`TotalCost.from_hours` for time.

Examples
--------
>>> us = Offer(
...     name="us",
...     value=TotalValue(product=60, service=20, personnel=12, image=8),
...     cost=TotalCost(monetary=45, time=7, energy=5, psychic=3),
... )
>>> rival = Offer(
...     name="rival",
...     value=TotalValue(product=35, service=8, personnel=4, image=3),
...     cost=TotalCost(monetary=15, time=2, energy=2, psychic=1),
... )
>>> us.delivered_value, rival.delivered_value, rival.value_to_cost
(40.0, 30.0, 2.5)
>>> comparison = compare([us, rival], reference="us")
>>> comparison.rankings_differ, comparison.advantage
(True, {'rival': -10.0})
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from annotated_types import MinLen
from pydantic import model_validator

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._respondents.instrument import repeated
from custvalue._respondents.responses import weights_column
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray, IntArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import did_you_mean, listed, number
from custvalue.errors import DataError, ParameterError, UnitError

__all__ = [
    "Comparison",
    "MeasuredCost",
    "MeasuredOffer",
    "MeasuredValue",
    "Offer",
    "TotalCost",
    "TotalValue",
    "compare",
]

TIE = 1e-9  # relative: 0.1 + 0.2 and 0.3 are one number to a customer

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


class Offer(Frozen):
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
        The money unit of all eight numbers, ``"EUR"``; empty where it goes without saying.

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
        _refuse_no_cost(self.name, self.cost.total)
        return self.value.total / self.cost.total

    def _table(self) -> Table:
        rows = (
            *((f"{name} value", getattr(self.value, name)) for name in VALUES),
            ("total value", self.value.total),
            *((f"{name} cost", getattr(self.cost, name)) for name in COSTS),
            ("total cost", self.cost.total),
            ("delivered value", self.delivered_value),
            ("value to cost", self.value_to_cost if self.cost.total else None),
        )
        return Table(f"Offer: {self.name}", ("", self.unit or "money"), rows)


def _refuse_no_cost(name: str, cost: float) -> None:
    if cost == 0:
        raise DataError(
            f"offer {name!r}: value_to_cost does not exist, because the total cost is 0. Use "
            f"delivered_value, or enter the time, energy and psychic costs of the offer."
        )


class Comparison(Pictured, Frozen):
    """Offers side by side, by difference and by ratio. Use :func:`compare`.

    Parameters
    ----------
    offers : tuple of Offer
        At least two, with different names and one unit, in the order given.
    reference : str or None
        The offer that the others are measured against.

    Raises
    ------
    ParameterError
        If :func:`compare` would refuse the offers.
    """

    PICTURE: ClassVar = "delivered_value_bars"

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

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each offer, as a plain dict.

        Returns
        -------
        dict of str to ndarray
            name, total_value, total_cost, delivered_value, rank_by_difference, value_to_cost,
            rank_by_ratio and, with a reference, advantage (0 for the reference itself).
        """
        columns: dict[str, npt.NDArray[Any]] = {
            "name": np.array(self.names),
            "total_value": np.array([offer.value.total for offer in self.offers]),
            "total_cost": np.array([offer.cost.total for offer in self.offers]),
            "delivered_value": self.delivered_values,
            "rank_by_difference": self.rank_by_difference,
            "value_to_cost": self.value_to_cost,
            "rank_by_ratio": self.rank_by_ratio,
        }
        if self.reference is not None:
            others = self.advantage
            columns["advantage"] = np.array([others.get(name, 0.0) for name in self.names])
        return columns

    def __repr__(self) -> str:
        return (
            f"Comparison(offers={list(self.names)}, best_by_difference="
            f"{list(self.best_by_difference)}, best_by_ratio={list(self.best_by_ratio)}, "
            f"rankings_differ={self.rankings_differ})"
        )

    def _table(self) -> Table:
        columns = self.columns()
        header = ["offer", "value", "cost", "value - cost", "rank", "value / cost", "rank"]
        if self.reference is not None:
            header.append(f"against {self.reference}")
        rows = tuple(zip(*(column.tolist() for column in columns.values()), strict=True))
        unit = (f"In {self.unit}.",) if self.unit else ()
        return Table("Delivered value", tuple(header), rows, (self.verdict, *unit))


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
        _refuse_no_cost(offer.name, offer.cost.total)


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


def compare(offers: Iterable[Offer], *, reference: str | None = None) -> Comparison:
    """Compare offers by delivered value and by value-to-cost ratio.

    Parameters
    ----------
    offers : iterable of Offer
        At least two, with different names and one money unit.
    reference : str, optional
        Name of the offer (often your own) that the others are measured against.

    Returns
    -------
    Comparison
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
    return Comparison(offers=every, reference=reference)


class MeasuredValue(Frozen):
    """Mean values over respondents.

    Parameters
    ----------
    product, service, personnel, image : MeanEstimate
        The parts.
    total : MeanEstimate
        Of the respondents' own sums.
    """

    product: MeanEstimate
    service: MeanEstimate
    personnel: MeanEstimate
    image: MeanEstimate
    total: MeanEstimate


class MeasuredCost(Frozen):
    """Mean costs over respondents.

    Parameters
    ----------
    monetary, time, energy, psychic : MeanEstimate
        The parts.
    total : MeanEstimate
        Of the respondents' own sums.
    """

    monetary: MeanEstimate
    time: MeanEstimate
    energy: MeanEstimate
    psychic: MeanEstimate
    total: MeanEstimate


class MeasuredOffer(Frozen):
    """An offer that several respondents put into money, with intervals.

    Use :meth:`from_frame`.

    Parameters
    ----------
    name : str
        Whose offer it is.
    value : MeasuredValue
        What it is worth to them.
    cost : MeasuredCost
        What it costs them.
    delivered_value : MeanEstimate
        Mean of the respondents' own total value minus total cost.
    value_to_cost : MeanEstimate or None
        Ratio of mean total value to mean total cost, its standard error linearised (not the
        mean of the respondents' ratios, which a few small costs would rule). None where nobody
        names a cost.
    dropped : int
        Respondents left out because an amount was missing.
    unit : str
        The money unit.
    """

    name: Annotated[str, MinLen(1)]
    value: MeasuredValue
    cost: MeasuredCost
    delivered_value: MeanEstimate
    value_to_cost: MeanEstimate | None
    dropped: int = 0
    unit: str = ""

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        name: str,
        value: Mapping[str, str],
        cost: Mapping[str, str],
        weights: str | None = None,
        missing: Literal["raise", "drop"] = "raise",
        unit: str = "",
    ) -> MeasuredOffer:
        """Read what respondents find an offer worth, and what it costs them, in money.

        Parameters
        ----------
        frame : dataframe or mapping
            One row a respondent.
        name : str
            Whose offer it is.
        value : mapping of str to str
            ``product``, ``service``, ``personnel`` and ``image`` to their columns.
        cost : mapping of str to str
            ``monetary``, ``time``, ``energy`` and ``psychic`` to their columns.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop"}
            Refuse missing amounts, or leave out the respondents who have any.
        unit : str
            The money unit of all columns.

        Returns
        -------
        MeasuredOffer
            Means with intervals and n; ``.offer`` is the point, for :func:`compare`.

        Raises
        ------
        DataError
            If a part or column is absent, or an amount is missing, negative or no number.
        ParameterError
            If `missing` is no such policy.

        Examples
        --------
        >>> frame = {
        ...     "worth": [60, 50, 70],
        ...     "service": [20, 15, 25],
        ...     "staff": [5, 5, 2],
        ...     "image": [5, 10, 3],
        ...     "price": [40, 40, 40],
        ...     "time": [6, 9, 3],
        ...     "effort": [2, 2, 2],
        ...     "worry": [1, 2, 3],
        ... }
        >>> measured = MeasuredOffer.from_frame(
        ...     frame,
        ...     name="us",
        ...     value={
        ...         "product": "worth",
        ...         "service": "service",
        ...         "personnel": "staff",
        ...         "image": "image",
        ...     },
        ...     cost={"monetary": "price", "time": "time", "energy": "effort", "psychic": "worry"},
        ...     unit="EUR",
        ... )
        >>> print(f"{measured.delivered_value.value:.2f} {measured.value_to_cost.value:.2f}")
        40.00 1.80
        """
        require_choice("missing", missing, ("raise", "drop"))
        source = _frames.Source(frame)
        columns = _part_columns("value", value, VALUES) | _part_columns("cost", cost, COSTS)
        source.require(
            {
                f"{'value' if part in VALUES else 'cost'}[{part!r}]": column
                for part, column in columns.items()
            }
        )
        weighting = weights_column(source, weights)
        amounts = {part: _amounts(source, column) for part, column in columns.items()}
        keep = _complete(amounts, columns, missing)
        return cls(
            name=name,
            unit=unit,
            dropped=int((~keep).sum()),
            **_means({part: amount[keep] for part, amount in amounts.items()}, weighting[keep]),
        )

    @property
    def offer(self) -> Offer:
        """The means as an :class:`Offer`, without their uncertainty."""
        values = {part: getattr(self.value, part).value for part in VALUES}
        costs = {part: getattr(self.cost, part).value for part in COSTS}
        return Offer(
            name=self.name, value=TotalValue(**values), cost=TotalCost(**costs), unit=self.unit
        )

    def _table(self) -> Table:
        rows = (
            *((f"{part} value", *getattr(self.value, part).cells()) for part in VALUES),
            ("total value", *self.value.total.cells()),
            *((f"{part} cost", *getattr(self.cost, part).cells()) for part in COSTS),
            ("total cost", *self.cost.total.cells()),
            ("delivered value", *self.delivered_value.cells()),
            *(
                (("value to cost", *self.value_to_cost.cells()),)
                if self.value_to_cost is not None
                else ()
            ),
        )
        base = f"95 % intervals, t, linearised for weights; {self.dropped:,} respondents left out."
        header = (self.unit or "money", "mean", "low", "high", "SE", "n")
        return Table(f"Offer as measured: {self.name}", header, rows, (base,))


def _part_columns(
    argument: str, given: Mapping[str, str], parts: tuple[str, ...]
) -> dict[str, str]:
    """Return part to column, in the usual order."""
    unknown = [part for part in given if part not in parts]
    if unknown:
        raise DataError(
            f"{argument} has the parts {listed(parts)}, not {unknown[0]!r}."
            f"{did_you_mean(unknown[0], parts)}"
        )
    absent = [part for part in parts if part not in given]
    if absent:
        raise DataError(
            f"{argument} must name a column for {listed(absent)}. Where nobody was asked for it, "
            f"add a column of zeros and say so."
        )
    return {part: given[part] for part in parts}


def _amounts(source: _frames.Source, column: str) -> FloatArray:
    amounts = source.numbers(column, hint="Give amounts of money.")
    bad = np.flatnonzero((amounts < 0) | np.isinf(amounts))
    if bad.size:
        hint = "A negative value is a cost, and a rebate a smaller monetary cost."
        raise DataError.at_rows(column, "a finite number >= 0", bad, amounts[bad], hint)
    return amounts


def _complete(
    amounts: Mapping[str, FloatArray], columns: Mapping[str, str], missing: str
) -> npt.NDArray[np.bool_]:
    """Say which respondents count; under ``missing="raise"`` all of them, or raise."""
    for part, amount in amounts.items():
        rows = np.flatnonzero(np.isnan(amount))
        if missing == "raise" and rows.size:
            hint = "Say missing='drop' to leave such respondents out."
            raise DataError.at_rows(columns[part], "present", rows, [None] * rows.size, hint)
    absent = np.isnan(list(amounts.values())).any(axis=0)
    keep: npt.NDArray[np.bool_] = np.logical_not(absent)
    if not keep.size:
        raise DataError("the survey has no rows. Give at least one respondent.")
    if not keep.any():
        raise DataError(f"nobody of the {len(keep)} respondents gave every amount.")
    return keep


def _means(amounts: Mapping[str, FloatArray], weights: FloatArray) -> dict[str, Any]:
    """Estimate all parts, totals, their difference and their ratio."""

    def mean(values: FloatArray, name: str) -> MeanEstimate:
        return mean_estimate(values, weights, name=name)

    worth = np.sum([amounts[part] for part in VALUES], axis=0)
    price = np.sum([amounts[part] for part in COSTS], axis=0)
    return {
        "value": MeasuredValue(
            **{part: mean(amounts[part], f"{part} value") for part in VALUES},
            total=mean(worth, "total value"),
        ),
        "cost": MeasuredCost(
            **{part: mean(amounts[part], f"{part} cost") for part in COSTS},
            total=mean(price, "total cost"),
        ),
        "delivered_value": mean(worth - price, "delivered value"),
        "value_to_cost": _ratio(worth, price, weights),
    }


def _ratio(worth: FloatArray, price: FloatArray, weights: FloatArray) -> MeanEstimate | None:
    """Estimate Σwv / Σwc; to first order it varies as the mean of (v - R c) / mean c."""
    name = "value to cost"
    cost = mean_estimate(price, weights, name=name).value
    if cost == 0:
        return None
    ratio = mean_estimate(worth, weights, name=name).value / cost
    residual = mean_estimate(worth - ratio * price, weights, name=name)
    error = residual.standard_error
    return MeanEstimate(
        name=name,
        value=ratio,
        standard_error=None if error is None else error / cost,
        n=residual.n,
        effective_n=residual.effective_n,
    )
