"""Reservation prices: what customers would pay at most, and who would buy at a price."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import finite, require_choice
from custvalue._columns import one_dimensional, refuse_where
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.sampled import sample_of
from custvalue._results.base import MISSING_ANSWER, Base, ItemBase
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, plain
from custvalue.errors import DataError, ParameterError

MOST_PRICES = 20  # that are tried where none are named


class PricePoint(Tabulated, Frozen):
    """Who would buy at one price.

    Parameters
    ----------
    price : float
        The price.
    share : Proportion
        Of respondents whose reservation price is at least that.
    unit_cost : float
        What a sale costs.
    """

    SHOWN: ClassVar = shown("value: share, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("price", "share")

    price: NonNegative
    share: Proportion
    unit_cost: NonNegative = 0.0

    @property
    def profit(self) -> float:
        """(price - unit cost) x share: what a respondent brings."""
        return (self.price - self.unit_cost) * self.share.value

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(number(self.price), {"price": self.price, **self.share.row(level)})]

    def _title(self) -> str:
        return f"At a price of {number(self.price)}"


class ReservationPrices(Pictured, Tabulated, Frozen):
    """What respondents would pay at most. Use :func:`reservation_price`.

    Parameters
    ----------
    mean : MeanEstimate
        Mean reservation price.
    points : tuple of PricePoint
        Who would buy at which price, in ascending order.
    base : Base
        Who answered.
    unit : str
        The money unit.
    """

    TITLE: ClassVar[str] = "Reservation prices"
    PICTURE: ClassVar[str] = "demand_curve"
    SHOWN: ClassVar = shown("share: would buy, low, high, profit: profit for a respondent")
    REPR: ClassVar[tuple[str, ...]] = ("mean", "points", "best_price")

    mean: MeanEstimate
    points: tuple[PricePoint, ...]
    base: Base
    unit: str = ""

    @property
    def best_price(self) -> float:
        """The price with the highest profit of those that were tried; the lowest of equal ones."""
        return max(self.points, key=lambda its: (its.profit, -its.price)).price

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                number(its.price),
                {"price": its.price, **its.share.row(level, value="share"), "profit": its.profit},
            )
            for its in self.points
        ]

    def _notes(self) -> Sequence[str]:
        row = self.mean.row()
        ends = "" if row["low"] is None else f" [{number(row['low'])}, {number(row['high'] or 0)}]"
        unit = f" In {self.unit}." if self.unit else ""
        best = f"the best of these prices is {number(self.best_price)}.{unit} 95 % intervals."
        return [
            f"Mean reservation price {number(self.mean.value)}{ends}; {best}",
            "Stated prices: what people say that they would pay is often more than they pay.",
            str(self.base),
        ]


def reservation_price(
    highest: Any,
    *,
    prices: Sequence[float] | None = None,
    unit_cost: float = 0.0,
    weights: Any = None,
    cluster: Any = None,
    missing: Literal["raise", "drop"] = "raise",
    unit: str = "",
) -> ReservationPrices:
    """Estimate what customers would pay at most, and who would buy at which price.

    Parameters
    ----------
    highest : array_like of shape (n,)
        The highest price that each respondent would pay, 0 for nothing: a list, an array, a column
        of a dataframe.
    prices : sequence of float, optional
        Prices to try; by default all that were named, or 20 quantiles of many.
    unit_cost : float
        What a sale costs, in the comparison of prices by profit.
    weights : array_like of shape (n,), optional
        Sampling weights.
    cluster : array_like of shape (n,), optional
        The unit that was sampled whole, such as the dealer.
    missing : {"raise", "drop"}
        Refuse missing answers, or exclude these respondents; the base of the result counts them.
    unit : str
        The money unit.

    Returns
    -------
    ReservationPrices
        The mean, and the share that would buy at each price, with intervals.

    Raises
    ------
    DataError
        If an answer is missing or negative, or arguments are of different lengths.
    ParameterError
        If prices are no ascending numbers >= 0, or `missing` is no such policy.

    Examples
    --------
    >>> found = reservation_price([90, 120, 100, 80, 150, 100], prices=[80, 100, 120])
    >>> [round(its.share.value, 3) for its in found.points], found.best_price
    ([1.0, 0.667, 0.333], 80.0)
    """
    require_choice("missing", missing, ("raise", "drop"))
    amounts = _frames.to_numbers("highest", one_dimensional("highest", highest))
    hint = "A customer who would not take it as a gift has the price 0."
    refuse_where((amounts < 0) | np.isinf(amounts), "highest", "a number >= 0", amounts, hint)
    there = ~np.isnan(amounts)
    if missing == "raise":
        hint = "Use missing='drop' to exclude such respondents."
        refuse_where(~there, "highest", "present", np.full(len(amounts), None), hint)
    if not there.any():
        raise DataError("highest holds no answers.")
    sample = sample_of(len(amounts), weights, cluster).of_rows(there)
    tried = _prices(amounts[there], prices)
    if not finite(unit_cost) >= 0:
        raise ParameterError(
            f"unit_cost must be a finite number >= 0, but it is {plain(unit_cost)!r}."
        )
    base = Base(len(amounts), missing=missing, items=(ItemBase("highest", int((~there).sum())),))
    return ReservationPrices(
        mean=mean_estimate(amounts[there], sample, name="mean reservation price"),
        points=tuple(
            PricePoint(
                price=price,
                share=proportion(
                    (amounts[there] >= price).astype(np.float64),
                    sample,
                    name=f"would buy at {number(price)}",
                ),
                unit_cost=finite(unit_cost),
            )
            for price in tried
        ),
        base=base.excluding(MISSING_ANSWER, int((~there).sum())),
        unit=unit,
    )


def _prices(amounts: FloatArray, prices: Sequence[float] | None) -> list[float]:
    """Return the prices to try, in ascending order."""
    if prices is None:
        named = np.unique(amounts)
        if len(named) > MOST_PRICES:
            levels = np.linspace(0, 1, MOST_PRICES)
            named = np.unique(np.quantile(amounts, levels, method="inverted_cdf"))
        return [float(price) for price in named]
    given: npt.NDArray[Any] = one_dimensional("prices", prices)
    found = [finite(price) for price in given.tolist()]
    steps = pairwise(found)
    if not found or not found[0] >= 0 or not all(one < other for one, other in steps):
        raise ParameterError(
            f"prices must be ascending numbers >= 0, as in [80, 100, 120], but they are "
            f"{plain(given.tolist())!r}."
        )
    return found
