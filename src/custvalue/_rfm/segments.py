"""Segments of customers: how many, what they spent, what they are worth, what they bought next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from custvalue._checks import no_such
from custvalue._inference.estimate import ends_of
from custvalue._inference.means import MeanEstimate
from custvalue._inference.shares import Proportion, share_among
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rfm.shares import Lift, ShareOfTotal, Sums
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Count, Frozen
from custvalue._words import count, percent
from custvalue.errors import DataError

SPENT = {"spend": "mean spend", "spend_share": "share of spend"}
WORTH = {"value": "value each", "value_share": "share of value"}
AFTERWARDS = {
    "next_purchases": "purchases after",
    "lift": "lift",
    "lift_low": "low",
    "lift_high": "high",
}


class RFMSegment(Frozen):
    """One segment.

    Parameters
    ----------
    name : str
        The segment.
    customers : int
        How many.
    share : Proportion
        Of all customers, with Wilson's interval.
    days_since_last, purchase_days : float or None
        Means; None of nobody.
    spend : MeanEstimate or None
        Mean of what a customer spent, as far as it is counted; None where spend is not known.
    spend_share : ShareOfTotal or None
        What the segment holds of all spend.
    value : MeanEstimate or None
        Mean value of a customer, where values are given.
    value_share : ShareOfTotal or None
        What the segment holds of the total value. The interval is of the customers as a sample; it
        does not hold the uncertainty of the model.
    next_purchases : MeanEstimate or None
        Mean number of purchase days in the holdout, where one is given.
    lift : Lift or None
        That over the mean of all customers.
    """

    name: str
    customers: Count
    share: Proportion
    days_since_last: float | None
    purchase_days: float | None
    spend: MeanEstimate | None = None
    spend_share: ShareOfTotal | None = None
    value: MeanEstimate | None = None
    value_share: ShareOfTotal | None = None
    next_purchases: MeanEstimate | None = None
    lift: Lift | None = None


class RFMSegments(Pictured, Tabulated, Frozen):
    """Customers by segment, in the order of the rules.

    :meth:`RFM.segments` makes it.

    Parameters
    ----------
    segments : tuple of RFMSegment
        One for each name, also where it has no customers.
    customers : int
        In all segments.
    counted : str
        What spend is.
    worth : str
        What value is; empty where none is given.
    afterwards : str
        How long the holdout is; empty where none is given.
    """

    PICTURE: ClassVar[str] = "rfm_segment_bars"
    LABELS: ClassVar[str] = "segment"
    SHOWN: ClassVar = shown(
        "customers, share, share_low, share_high, days_since_last, purchase_days: purchase days"
    )
    REPR: ClassVar[tuple[str, ...]] = ("segments", "customers")

    segments: tuple[RFMSegment, ...]
    customers: Count
    counted: str
    worth: str = ""
    afterwards: str = ""

    def __getitem__(self, name: str) -> RFMSegment:
        for segment in self.segments:
            if segment.name == name:
                return segment
        raise DataError(no_such("segment", name, [its.name for its in self.segments]))

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, self._cells(its, level)) for its in self.segments]

    def _cells(self, its: RFMSegment, level: float) -> dict[str, Any]:
        cells = {"segment": its.name, "customers": its.customers, **its.share.ends(level, "share")}
        cells |= {"days_since_last": its.days_since_last, "purchase_days": its.purchase_days}
        for name in self._measured:
            cells |= ends_of(name, getattr(its, name), level)
        return cells

    @property
    def _measured(self) -> tuple[str, ...]:
        names = ("spend", "spend_share", "value", "value_share", "next_purchases", "lift")
        return tuple(n for n in names if any(getattr(its, n) is not None for its in self.segments))

    def _shown(self) -> Mapping[str, str]:
        known = self._measured
        parts = (("spend", SPENT), ("value", WORTH), ("next_purchases", AFTERWARDS))
        return {
            **self.SHOWN,
            **{k: v for name, its in parts if name in known for k, v in its.items()},
        }

    def _printed(self) -> Sequence[Row]:
        """Write shares in percent."""
        return [
            Row(row.label, {k: _in_print(k, v) for k, v in row.values.items()})
            for row in self._rows(0.95)
        ]

    def _title(self) -> str:
        return f"Segments of {count(self.customers, 'customer')}"

    def _notes(self) -> Sequence[str]:
        known = self._measured
        return (
            "95 % intervals, customers taken as a sample: Wilson for the share of customers.",
            f"Spend: {self.counted}." if "spend" in known else "",
            f"Value: {self.worth}." if self.worth else "",
            f"Purchases after: days with a purchase within {self.afterwards}; lift: over the mean "
            f"of all customers."
            if self.afterwards
            else "",
        )


def _in_print(name: str, value: Any) -> Any:
    return percent(value, 1) if "share" in name and value is not None else value


class Measures(NamedTuple):
    """What is known of each customer, in one order."""

    days_since_last: FloatArray
    purchase_days: FloatArray
    spend: FloatArray | None
    value: FloatArray | None
    next_purchases: FloatArray | None


def by_segment(
    segment: IntArray, names: Sequence[str], measures: Measures
) -> tuple[RFMSegment, ...]:
    """Add up what is known of customers by the place of their segment."""
    n = np.bincount(segment, minlength=len(names))
    sums = {
        name: Sums.of(segment, len(names), values)
        for name, values in measures._asdict().items()
        if values is not None
    }
    return tuple(_segment(place, name, n, sums) for place, name in enumerate(names))


def _segment(place: int, name: str, n: IntArray, sums: Mapping[str, Sums]) -> RFMSegment:
    own, every = int(n[place]), int(n.sum())
    found: dict[str, Any] = {}
    for key in ("days_since_last", "purchase_days"):
        found[key] = float(sums[key].first[place]) / own if own else None
    for key in ("spend", "value"):
        if key in sums and own:
            found[key] = sums[key].mean(place, name)
            found[f"{key}_share"] = sums[key].share(place, name)
    if "next_purchases" in sums:
        found["next_purchases"] = sums["next_purchases"].mean(place, name)
        found["lift"] = sums["next_purchases"].lift(place, name)
    return RFMSegment(name=name, customers=own, share=share_among(own, every, name), **found)
