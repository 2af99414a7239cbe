"""Scored customers: their segments, their moves between two dates, and others by the same cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._forecasting.holdout import Holdout
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.rows import AMOUNT, CustomerRows, check_lengths, not_whole, refuse
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._results.pictured import Pictured
from custvalue._rfm.customers import in_order_of, places_in
from custvalue._rfm.measures import measures_of
from custvalue._rfm.migration import RFMMigration, counted_moves
from custvalue._rfm.rules import RFM_SEGMENTS, Rules, SegmentGrid, codes, segment_grid
from custvalue._rfm.scores import (
    DIMENSIONS,
    Cuts,
    Dimension,
    checked_cuts,
    checked_weights,
    require_monetary,
    scores_by,
    settled,
)
from custvalue._rfm.segments import Measures, RFMSegments, by_segment
from custvalue._rows import FloatArray, IntArray, LabelArray, read_only
from custvalue._table import Table
from custvalue._words import count, number, one_line
from custvalue.errors import DataError, ParameterError

Monetary = Literal["total", "mean"]
RULE = (
    "Score: 1 + whole part of (number of scores x share of customers who are worse), so that equal "
    "values have equal scores; a value at a cut point has the lower score."
)
FIXED = "A value at a cut point has the lower score."


@dataclass(frozen=True, eq=False, repr=False)
class RFM(Pictured, CustomerRows):
    """Customers with scores of recency, frequency and monetary value; 1 is the lowest.

    :func:`rfm` makes it.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers.
    days_since_last : ndarray of float64, shape (n,)
        Days from the last purchase to the end of observation. (The `recency` of a
        :class:`PurchaseHistory` is the age at the last purchase.)
    purchase_days : ndarray of float64, shape (n,)
        Days with a purchase, the first included.
    spend : ndarray of float64, shape (n,), or None
        Total spend, as far as it is counted; None where it is not known.
    cuts : dict of str to tuple of float
        Cut points of ``recency`` (in days since the last purchase), ``frequency`` (in purchase
        days) and ``monetary``, ascending; a value at a cut point has the lower score.
    monetary : {"total", "mean"}
        Whether the total spend is scored or the mean of the purchase days that are counted.
    first_day_counted : bool
        Whether `spend` holds that of the first purchase day, which a history does not know.
    by_quantiles : bool
        Whether cut points are quantiles of these customers.
    observation_end : date or None
        The last day of observation, where it is known.
    """

    PICTURE: ClassVar[str] = "rfm_heat_map"
    NUMBERS: ClassVar = ("days_since_last", "purchase_days", "spend")

    customer: LabelArray
    days_since_last: FloatArray
    purchase_days: FloatArray
    spend: FloatArray | None
    cuts: Cuts
    monetary: Monetary = "total"
    first_day_counted: bool = True
    by_quantiles: bool = True
    observation_end: date | None = None

    def __post_init__(self) -> None:
        self._take_numbers()
        check_lengths(super().columns(), "there are no customers")
        days, bought = self.days_since_last, self.purchase_days
        refuse("days_since_last", ">= 0", ~(days >= 0), days, "Count the days from the last one.")
        if (spend := self.spend) is not None:
            refuse("spend", AMOUNT, ~np.isfinite(spend), spend, "Give every customer an amount.")
        refuse("purchase_days", "a whole number >= 1", not_whole(bought, 1), bought, "Count days.")
        require_monetary(self.monetary, get_args(Monetary))
        if set(checked_cuts(self.cuts, self.dimensions)) != set(self.dimensions):
            raise ParameterError(f"cuts must name {', '.join(self.dimensions)}.")
        super().__post_init__()

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """``recency``, ``frequency``, and ``monetary`` where spend is known."""
        return DIMENSIONS[: 2 if self.spend is None else 3]

    @property
    def scores(self) -> dict[Dimension, int]:
        """How many scores each dimension has."""
        return {name: len(self.cuts[name]) + 1 for name in self.dimensions}

    @cached_property
    def recency_score(self) -> IntArray:
        """Score of `days_since_last`, 1 for the longest ago, shape (n,)."""
        days = self.days_since_last
        return read_only(scores_by("recency", days, self.cuts["recency"]))

    @cached_property
    def frequency_score(self) -> IntArray:
        """Score of `purchase_days`, 1 for the fewest, shape (n,)."""
        return read_only(scores_by("frequency", self.purchase_days, self.cuts["frequency"]))

    @cached_property
    def monetary_score(self) -> IntArray | None:
        """Score of the spend, 1 for the least, shape (n,); None where it is not known."""
        if (spend := self.scored_spend) is None:
            return None
        return read_only(scores_by("monetary", spend, self.cuts["monetary"]))

    @property
    def scored_spend(self) -> FloatArray | None:
        """The total spend or its mean, as `monetary` says; 0 where no purchase day is counted."""
        return scored_spend(
            self.spend,
            self.purchase_days,
            self.monetary,
            first_day_counted=self.first_day_counted,
        )

    @property
    def total_score(self) -> IntArray:
        """The sum of the scores, shape (n,)."""
        total: IntArray = np.sum(self._scores, axis=0)
        return total

    @property
    def code(self) -> LabelArray:
        """The scores one after the other, ``"543"``; ``"05-10-03"`` where there are 10 or more."""
        most = tuple(self.scores.values())
        every = SegmentGrid((), np.arange(int(np.prod(most))).reshape(most))
        return np.array(codes(most))[every.of(self._scores)]

    @property
    def _scores(self) -> list[IntArray]:
        known = (self.recency_score, self.frequency_score, self.monetary_score)
        return [each for each in known if each is not None]

    def weighted_score(self, weights: Mapping[str, float]) -> FloatArray:
        """Return the weighted mean of the scores, shape (n,).

        Parameters
        ----------
        weights : mapping of str to float
            Of ``recency``, ``frequency`` and ``monetary``; those that are not named count nothing.

        Raises
        ------
        ParameterError
            If a dimension is unknown, or a weight is below 0, or none is above.
        """
        found = checked_weights(weights, self.dimensions)
        mean: FloatArray = np.average(self._scores, axis=0, weights=list(found.values()))
        return mean

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return identifiers, measures and scores of each customer as a plain dict of columns."""
        scores = zip(self.dimensions, self._scores, strict=True)
        return {
            **super().columns(),
            **{f"{name}_score": score for name, score in scores},
            "code": self.code,
            "total_score": self.total_score,
        }

    def score(self, history: PurchaseHistory) -> RFM:
        """Score other customers, or the same at another date, with the same cut points.

        Of a transaction log, ``rfm(log, ..., cuts=result.cuts)`` does it.

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.

        Raises
        ------
        DataError
            If it has no spend while this result has, or is no history.
        ParameterError
            If this result counts the spend of the first purchase day, which a history does not
            know.
        """
        if self.spend is not None and self.first_day_counted:
            raise ParameterError(
                "this result counts the spend of the first purchase day, which a history does not "
                "know. Use rfm(log, ..., cuts=result.cuts) with the transaction log."
            )
        found = measures_of(history)
        if self.spend is not None and found["spend"] is None:
            raise DataError(
                "the history has no monetary values, which this result scores. Give spend when the "
                "history is made."
            )
        if self.spend is None:
            found["spend"] = None
        return replace(self, **found, by_quantiles=False)

    def segment(self, rules: Rules = RFM_SEGMENTS) -> LabelArray:
        """Return the name of the segment of each customer, shape (n,).

        Parameters
        ----------
        rules : mapping of str to rule
            As in :meth:`segments`.

        Raises
        ------
        ParameterError
            If the rules leave gaps or overlap, or do not fit the number of scores.
        """
        grid, place = self._placed(rules)
        return np.array(grid.names)[place]

    def _placed(self, rules: Rules) -> tuple[SegmentGrid, IntArray]:
        """Return the segments, and the place of that of each customer."""
        grid = segment_grid(rules, self.scores)
        return grid, grid.of(self._scores)

    def segments(
        self,
        rules: Rules = RFM_SEGMENTS,
        *,
        value: CustomerLifetimeValue | None = None,
        holdout: Holdout | None = None,
    ) -> RFMSegments:
        """Return the table of named segments: customers, shares, means, spend, value.

        Parameters
        ----------
        rules : mapping of str to rule
            Name of each segment to its scores, a mapping of dimension to a score or to the lowest
            and the highest one, ``{"recency": (4, 5), "frequency": 1}``; dimensions that are not
            named are free. A list of such rules joins them. Every combination of scores must be in
            one segment. By default :data:`RFM_SEGMENTS`, which needs 5 scores of recency and of
            frequency.
        value : CustomerLifetimeValue, optional
            Of these customers: adds the value of each segment, and its share of the total.
        holdout : Holdout, optional
            What these customers did afterwards, as of :func:`split`: adds their purchases by
            segment, and how many times as many they are as those of all customers.

        Raises
        ------
        DataError
            If `value` or `holdout` lacks one of the customers, or the holdout begins before the
            end of observation.
        ParameterError
            If the rules leave gaps or overlap, or do not fit the number of scores.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> history = lifetime.PurchaseHistory.from_arrays(
        ...     frequency=[5, 0, 1, 0], recency=[30, 0, 9, 0], age=[31, 30, 30, 2], unit="week"
        ... )
        >>> active = {"active": {"recency": 2}, "passive": {"recency": 1}}
        >>> table = lifetime.rfm(history, scores=2).segments(active)
        >>> table["active"].customers, table["active"].share.value
        (2, 0.5)
        """
        grid, place = self._placed(rules)
        measures = Measures(
            days_since_last=self.days_since_last,
            purchase_days=self.purchase_days,
            spend=self.spend,
            value=None if value is None else value_of(self.customer, value),
            next_purchases=None if holdout is None else self._bought_in(holdout),
        )
        return RFMSegments(
            segments=by_segment(place, grid.names, measures),
            customers=len(self),
            counted=self._counted(),
            worth="" if value is None else _worth(value),
            afterwards="" if holdout is None else holdout.horizon,
        )

    def _bought_in(self, holdout: object) -> FloatArray:
        if not isinstance(holdout, Holdout):
            raise DataError(
                f"holdout must be a Holdout, as of lifetime.split or Holdout.from_arrays, but it "
                f"is {type(holdout).__name__}."
            )
        end = self.observation_end
        if end is not None and holdout.start is not None and holdout.start <= end:
            raise DataError(
                f"the holdout must begin after {end}, the end of observation, but it begins on "
                f"{holdout.start}. Score the train part of the same lifetime.split."
            )
        return in_order_of(self.customer, holdout.customer, holdout.frequency, "holdout")

    def _counted(self) -> str:
        if self.spend is None:
            return "not known"
        if self.first_day_counted:
            return "all purchase days"
        return "repeat purchase days; that of the first purchase is not in a history"

    def migration(self, later: RFM, *, rules: Rules = RFM_SEGMENTS) -> RFMMigration:
        """Return how customers move between segments from this date to a later one.

        Parameters
        ----------
        later : RFM
            Of a later date: ``self.score(history)`` for the same cut points.
        rules : mapping of str to rule
            As in :meth:`segments`.

        Raises
        ------
        DataError
            If identifiers are text in one and numbers in the other.
        ParameterError
            If `later` is no such result, or is not later, or the rules do not fit.
        """
        if not isinstance(later, RFM):
            raise ParameterError(
                f"later must be the RFM of a later date, but it is {type(later).__name__}."
            )
        dates = (self.observation_end, later.observation_end)
        if dates[0] is not None and dates[1] is not None and dates[0] >= dates[1]:
            raise ParameterError(
                f"later must be observed beyond {dates[0]}, but it is observed to {dates[1]}. Use "
                f"earlier.migration(later)."
            )
        grid, before = self._placed(rules)
        _, after = later._placed(rules)
        found = places_in(self.customer, later.customer)
        return RFMMigration(
            segments=grid.names,
            counts=counted_moves(before, after, found, len(grid.names)),
            same_cuts=dict(self.cuts) == dict(later.cuts),
            earlier=dates[0],
            later=dates[1],
        )

    def __repr__(self) -> str:
        return one_line("RFM", customers=len(self), **self.scores)

    def _table(self) -> Table:
        kinds = {
            "recency": "days since the last purchase",
            "frequency": "purchase days",
            "monetary": f"{self.monetary} spend",
        }
        rows = []
        for name, score in zip(self.dimensions, self._scores, strict=True):
            sizes = np.bincount(score, minlength=self.scores[name] + 1)[1:]
            cuts = ", ".join(map(number, self.cuts[name]))
            rows.append((name, kinds[name], cuts, ", ".join(f"{size:,}" for size in sizes)))
        header = ("", "measured by", "cut points", "customers with score 1, 2, …")
        spent = "" if self.spend is None else f"Spend: {self._counted()}."
        notes = tuple(n for n in (RULE if self.by_quantiles else FIXED, spent) if n)
        return Table(f"RFM of {count(len(self), 'customer')}", header, tuple(rows), notes)


def value_of(customer: npt.NDArray[Any], value: object) -> FloatArray:
    """Return the value of each customer, in their order."""
    if not isinstance(value, CustomerLifetimeValue):
        raise ParameterError(
            f"value must be a CustomerLifetimeValue, as of customer_lifetime_value(history, ...), "
            f"but it is {type(value).__name__}."
        )
    if value.count is not None:
        raise ParameterError(
            "value must have one row per customer, but it is that of CustomerCells. Compute it "
            "from the history."
        )
    return in_order_of(customer, value.customer, value.value, "value")


def scored_spend(
    spend: FloatArray | None, purchase_days: FloatArray, monetary: str, *, first_day_counted: bool
) -> FloatArray | None:
    """Return what is scored of the spend."""
    if spend is None:
        return None
    if monetary == "total":
        return settled(spend)
    counted = purchase_days if first_day_counted else purchase_days - 1
    return settled(np.where(counted > 0, spend / np.maximum(counted, 1), 0.0))


def _worth(value: CustomerLifetimeValue) -> str:
    ahead = "without end" if value.horizon is None else f"within {value.horizon}"
    return f"expected {ahead}; the interval of its share does not hold that of the model"
