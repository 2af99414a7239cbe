"""Offers side by side, by difference and ratio: ranks, their probabilities, break-even prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._delivered_value.joint import ranks
from custvalue._delivered_value.measured import MeasuredOffer
from custvalue._inference.estimate import Estimate
from custvalue._results.layout import Row, Tabulated, WithoutIntervals, rows_from, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Count, Frozen, Probability
from custvalue._words import number, percent

Measure = Literal["difference", "ratio"]
RankRow = tuple[Probability, ...]

TIE = 1e-9  # relative: 0.1 + 0.2 and 0.3 are one number to a customer


class Rivalry(Tabulated, Frozen):
    """The reference against one other offer.

    Parameters
    ----------
    rival : str
        The other offer.
    advantage : Estimate
        Its delivered value minus that of the reference.
    probability_ahead : float
        That the reference has the higher delivered value.
    break_even_by_difference, break_even_by_ratio : Estimate or None
        The price of the reference at which it draws level with the rival: above it, the rival is
        better. A negative one says that no price would do. None where no part of the cost is a
        price in money, or the rival is worth nothing.
    """

    SHOWN: ClassVar = shown("value: estimate, low, high, standard_error")
    REPR: ClassVar[tuple[str, ...]] = ("rival", "advantage", "probability_ahead")

    rival: str
    advantage: Estimate
    probability_ahead: Probability
    break_even_by_difference: Estimate | None
    break_even_by_ratio: Estimate | None

    def _rows(self, level: float) -> Sequence[Row]:
        prices = (self.break_even_by_difference, self.break_even_by_ratio)
        every = [self.advantage, *(its for its in prices if its is not None)]
        return [Row(its.name, {"name": its.name, **its.row(level)}) for its in every]

    def _title(self) -> str:
        return f"Against {self.rival}"


class OfferRanks(WithoutIntervals, Frozen):
    """With which probability each offer has each rank.

    Parameters
    ----------
    by : {"difference", "ratio"}
        What is ranked.
    names : tuple of str
        The offers.
    probabilities : tuple of tuple of float
        Of each offer, its probabilities of the ranks 1, 2, …; equal offers share the better rank.
    """

    REPR: ClassVar[tuple[str, ...]] = ("by", "names")

    by: Measure
    names: tuple[str, ...]
    probabilities: tuple[RankRow, ...]

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        table = np.array(self.probabilities)
        named = {f"rank_{place + 1}": table[:, place] for place in range(len(self.names))}
        return {"name": np.array(self.names), **named}

    def _shown(self) -> Mapping[str, str]:
        return {f"rank_{place + 1}": f"P({place + 1})" for place in range(len(self.names))}

    def _title(self) -> str:
        return f"Ranks by {self.by}"


class OfferComparison(Pictured, Tabulated, Frozen):
    """Offers side by side, by difference and by ratio. Use :func:`compare`.

    Parameters
    ----------
    offers : tuple of MeasuredOffer
        At least two, with different names and one unit, in the order given.
    reference : str or None
        The offer that the others are measured against.
    rivalries : tuple of Rivalry
        The reference against each other offer; empty without a reference.
    ranks_by_difference, ranks_by_ratio : OfferRanks
        Probabilities of the ranks.
    probability_differ : float
        That difference and ratio rank any two offers differently.
    draws : int
        Resamples of the ratings, or draws from distributions, behind the probabilities; 0 where
        all numbers are stated: then they are 0 or 1.
    convention : str
        How totals were made.
    """

    TITLE: ClassVar[str] = "Delivered value"
    PICTURE: ClassVar[str] = "delivered_value_bars"
    SHOWN: ClassVar = shown(
        "total_value: value, total_cost: cost, delivered_value: value - cost, "
        "rank_by_difference: rank, value_to_cost: value / cost, rank_by_ratio: rank"
    )
    UNCERTAIN: ClassVar = shown(
        "total_value: value, total_cost: cost, delivered_value: value - cost, low, high, "
        "rank_by_difference: rank, probability_best_by_difference: P(best), "
        "value_to_cost: value / cost, rank_by_ratio: rank, probability_best_by_ratio: P(best)"
    )
    REPR: ClassVar[tuple[str, ...]] = ("offers", "rankings_differ", "verdict")

    offers: tuple[MeasuredOffer, ...]
    reference: str | None = None
    rivalries: tuple[Rivalry, ...] = ()
    ranks_by_difference: OfferRanks
    ranks_by_ratio: OfferRanks
    probability_differ: Probability
    draws: Count = 0
    convention: str = ""

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
        return np.array([offer.delivered_value.value for offer in self.offers])

    @property
    def value_to_cost(self) -> FloatArray:
        """Total value over total cost, shape (offers,)."""
        ratios = (offer.value_to_cost for offer in self.offers)
        return np.array([np.nan if its is None else its.value for its in ratios])

    @property
    def rank_by_difference(self) -> IntArray:
        """Ranks by delivered value, 1 the best; equal values share the better rank."""
        largest = max(max(its.total_value.value, its.total_cost.value) for its in self.offers)
        return ranks(self.delivered_values, TIE * largest)

    @property
    def rank_by_ratio(self) -> IntArray:
        """Ranks by value-to-cost ratio, 1 the best; equal ratios share the better rank."""
        return ranks(self.value_to_cost, TIE * float(np.abs(self.value_to_cost).max()))

    @property
    def best_by_difference(self) -> tuple[str, ...]:
        """The offer (or offers) with the highest delivered value."""
        return self._first(self.rank_by_difference)

    @property
    def best_by_ratio(self) -> tuple[str, ...]:
        """The offer (or offers) with the highest value-to-cost ratio."""
        return self._first(self.rank_by_ratio)

    def _first(self, places: IntArray) -> tuple[str, ...]:
        return tuple(self.names[int(k)] for k in np.flatnonzero(places == 1))

    @property
    def rankings_differ(self) -> bool:
        """Whether difference and ratio rank any two offers differently."""
        return not np.array_equal(self.rank_by_difference, self.rank_by_ratio)

    @property
    def advantage(self) -> dict[str, float]:
        """Delivered value of each offer minus that of the reference; empty without one.

        Negative for `reference="us"` means that customers get less from that offer than from us.
        """
        return {its.rival: its.advantage.value for its in self.rivalries}

    def against(self, rival: str) -> Rivalry:
        """Return the reference against one other offer, with break-even prices.

        Parameters
        ----------
        rival : str
            The other offer.

        Raises
        ------
        ParameterError
            If there is no such rival, or no reference.
        """
        require_choice("rival", rival, [its.rival for its in self.rivalries])
        return next(its for its in self.rivalries if its.rival == rival)

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

    def _rows(self, level: float) -> Sequence[Row]:
        known = [its.delivered_value.row(level) for its in self.offers]
        ends = {
            end: np.array([its[end] for its in known], dtype=np.float64) for end in ("low", "high")
        }
        best = {
            f"probability_best_by_{ranked.by}": np.array(ranked.probabilities)[:, 0]
            for ranked in (self.ranks_by_difference, self.ranks_by_ratio)
        }
        more = {**ends, **best} if self.draws else {}
        return rows_from({**self._plain(), **more, **self._against()})

    def _plain(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "name": np.array(self.names),
            "total_value": np.array([offer.total_value.value for offer in self.offers]),
            "total_cost": np.array([offer.total_cost.value for offer in self.offers]),
            "delivered_value": self.delivered_values,
            "rank_by_difference": self.rank_by_difference,
            "value_to_cost": self.value_to_cost,
            "rank_by_ratio": self.rank_by_ratio,
        }

    def _against(self) -> dict[str, npt.NDArray[Any]]:
        """Return advantages over the reference, and its break-even prices."""
        if self.reference is None:
            return {}
        found = {its.rival: its for its in self.rivalries}
        prices = {
            name: np.array([_price(found.get(offer), name) for offer in self.names])
            for name in ("break_even_by_difference", "break_even_by_ratio")
        }
        advantage = np.array([self.advantage.get(name, 0.0) for name in self.names])
        known = {name: its for name, its in prices.items() if not np.isnan(its).all()}
        return {"advantage": advantage, **known}

    def _shown(self) -> Mapping[str, str]:
        shown_always = self.UNCERTAIN if self.draws else self.SHOWN
        if self.reference is None:
            return shown_always
        return {**shown_always, "advantage": f"against {self.reference}"}

    def _notes(self) -> Sequence[str]:
        notes = [self.verdict, *map(self._break_even, self.rivalries), self.convention]
        if self.draws:
            notes.append(
                f"95 % intervals of value - cost. Probabilities by {self.draws:,} draws; in "
                f"{percent(self.probability_differ)} of them difference and ratio rank differently."
            )
        return notes

    def _break_even(self, its: Rivalry) -> str:
        """Say at which price the reference draws level with a rival."""
        one, other = its.break_even_by_difference, its.break_even_by_ratio
        if one is None:
            return ""
        ratio = "" if other is None else f", by ratio at {number(other.value)}"
        return (
            f"{self.reference} draws level with {its.rival} at a price of {number(one.value)} by "
            f"difference{ratio}."
        )


def _price(its: Rivalry | None, name: str) -> float:
    price: Estimate | None = None if its is None else getattr(its, name)
    return np.nan if price is None else price.value


def _reversal(one: IntArray, other: IntArray, i: int, j: int) -> bool:
    return bool(one[i] < one[j] and other[i] > other[j])
