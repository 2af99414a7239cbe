"""The customer pyramid: tiers of customers by what they are worth, and what each tier holds.

Zeithaml, Rust & Lemon (2001, *California Management Review* 43(4), 118-142) tell four tiers apart,
platinum, gold, iron and lead, because a few customers often hold most of the value. Where a tier
begins is a decision: thresholds in money, or shares of the customers. Customers of equal value are
always in one tier, the better one of the two that a cut would part them into.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_share, no_such
from custvalue._inference.estimate import ends_of
from custvalue._inference.means import MeanEstimate
from custvalue._inference.shares import Proportion, share_among
from custvalue._loyalty.concentration import Holding, added_by_best, gini
from custvalue._loyalty.tier_migration import TierMigration
from custvalue._loyalty.tiers import CHINESE, Cuts, cuts_of, tier_names
from custvalue._loyalty.valued import Valued, valued_customers
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rfm.customers import places_in
from custvalue._rfm.migration import counted_moves
from custvalue._rfm.shares import ShareOfTotal, Sums
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, read_only
from custvalue._values import Count, Probability, Record
from custvalue._words import count, number, percent
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, slots=True)
class Tier(Record):
    """One tier of customers.

    Parameters
    ----------
    name, chinese : str
        The tier, and its Chinese name where it has one.
    customers : int
        Customers in it.
    share : float
        Of all customers.
    counted : Proportion or None
        That share with its interval; None where the tier is a share of the customers by definition.
    lowest : float or None
        The value from which on a customer is in it; None for the last tier.
    value : float
        What its customers are worth together.
    value_share : ShareOfTotal or None
        Of the value of all; None where that is not above 0.
    mean : MeanEstimate or None
        What one of its customers is worth; None of nobody.
    """

    name: str
    chinese: str
    customers: Count
    share: Probability
    counted: Proportion | None
    lowest: float | None
    value: float
    value_share: ShareOfTotal | None
    mean: MeanEstimate | None


@dataclass(frozen=True, eq=False, repr=False)
class CustomerPyramid(Pictured, Tabulated, Columns):
    """Tiers of customers by their value. Use :func:`pyramid`.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers, row numbers where none are given.
    value : ndarray of float64, shape (n,)
        What each is worth.
    place : ndarray of int64, shape (n,)
        The tier of each, 0 for the best.
    names : tuple of str
        The tiers, the best first.
    cuts : tuple of float
        The lowest value of each tier but the last.
    cuts_are_quantiles : bool
        Whether the tiers are shares of these customers, so that the cuts are estimated.
    rows : int
        All customers, with those whose value is not known.
    has_identifiers : bool
        Whether customers have identifiers of their own.

    Notes
    -----
    Simulated coverage of 95 % intervals in percent, of lognormal(1) values, 2,000 samples each.
    Tiers of 20 % and 30 % of the customers, who hold 56 % and 28 % of the value; the same cuts as
    thresholds:

    ==========================  =====  =====  =====
    customers                   100    400    2,000
    ==========================  =====  =====  =====
    share of value, best tier   89.1   92.7   93.9
    share of value, next tier   90.0   93.1   94.4
    mean of the best tier       88.9   92.4   93.9
    mean of the next tier       95.8   95.5   94.6
    by thresholds: share        94.6   94.2   95.4
    by thresholds: mean         88.3   91.9   92.6
    Gini's coefficient          89.2   92.5   93.6
    ==========================  =====  =====  =====

    A long tail needs many customers: few of them tell little of the largest values.
    """

    PICTURE: ClassVar[str] = "pyramid_tiers"
    LABELS: ClassVar[str] = "tier"
    SHOWN: ClassVar = shown(
        "customers, share, lowest: from, value, value_share: share of value, value_share_low: low, "
        "value_share_high: high, mean"
    )
    REPR: ClassVar[tuple[str, ...]] = ("names", "customers")

    customer: LabelArray
    value: FloatArray
    place: IntArray
    names: tuple[str, ...]
    cuts: tuple[float, ...]
    cuts_are_quantiles: bool
    rows: int
    has_identifiers: bool

    @property
    def customers(self) -> int:
        """Customers whose value is known."""
        return len(self.value)

    @property
    def tier(self) -> npt.NDArray[np.str_]:
        """The name of the tier of each customer, in the order of `customer`."""
        found: npt.NDArray[np.str_] = np.array(self.names)[self.place]
        return found

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers, the best first."""
        sums = Sums.of(self.place, len(self.names), self.value)
        return tuple(self._tier(k, name, sums) for k, name in enumerate(self.names))

    def __getitem__(self, name: str) -> Tier:
        """Return one tier."""
        if name not in self.names:
            raise ParameterError(no_such("tier", name, self.names))
        return self.tiers[self.names.index(name)]

    def _tier(self, k: int, name: str, sums: Sums) -> Tier:
        some, by_share = int(sums.n[k]), self.cuts_are_quantiles
        held = self._holding(k, some) if by_share and some else None
        share = share_among(some, self.customers, name)
        return Tier(
            name=name,
            chinese=CHINESE.get(name, ""),
            customers=some,
            share=share.value,
            counted=None if by_share else share,
            lowest=self.cuts[k] if k < len(self.cuts) else None,
            value=float(sums.first[k]),
            value_share=held.share_of(self.value, name) if held else sums.share(k, name),
            mean=held.mean(name) if held else sums.mean(k, name),
        )

    def _holding(self, k: int, some: int) -> Holding:
        """Return what a tier holds whose cuts are quantiles of these customers."""
        below = self.cuts[k] if k < len(self.cuts) else None
        adds = added_by_best(self.value, below)
        if k:
            adds = adds - added_by_best(self.value, self.cuts[k - 1])
        return Holding(adds, some, some / self.customers)

    def top_share(self, top: float = 0.2) -> ShareOfTotal:
        """Return which share of the value the best customers hold, their number being a share.

        Parameters
        ----------
        top : float
            Share of the customers, 0.2 for the best fifth. Of customers of equal value at its end,
            as many count as are needed.

        Raises
        ------
        DataError
            If the value of all is not above 0.
        ParameterError
            If `top` is no share above 0.
        """
        part = checked_share("top", top, example=0.2)
        cut = cuts_of(self.value, None, (part,)).values[0]
        held = Holding(added_by_best(self.value, cut, part), self.customers, part)
        found = held.share_of(self.value, f"best {percent(part)}")
        if found is None:
            raise DataError(
                f"the value of all customers must be above 0 for a share of it, but it is "
                f"{number(float(self.value.sum()))}."
            )
        return found

    @property
    def gini(self) -> ShareOfTotal | None:
        """Gini's coefficient: 0 if all are worth the same, 1 if one customer is worth all.

        None for a single customer, or where values are negative or all 0.
        """
        return gini(self.value)

    def of(self, values: Any, *, customer: npt.ArrayLike | None = None) -> CustomerPyramid:
        """Sort customers of another date into the same tiers, with the same cuts.

        Parameters
        ----------
        values, customer
            As in :func:`pyramid`.

        Raises
        ------
        DataError, ParameterError
            As in :func:`pyramid`.
        """
        return sorted_into(
            valued_customers(values, customer), Cuts(self.cuts, are_quantiles=False), self.names
        )

    def migration(self, later: CustomerPyramid) -> TierMigration:
        """Return how customers move between tiers from this date to a later one.

        Parameters
        ----------
        later : CustomerPyramid
            Of the later date, with tiers of the same names: ``earlier.of(values)`` keeps the cuts.

        Raises
        ------
        DataError
            If identifiers are text in one and numbers in the other, or a date has none.
        ParameterError
            If `later` is no such result, or has other tiers.
        """
        if not isinstance(later, CustomerPyramid):
            raise ParameterError(
                f"later must be the CustomerPyramid of a later date, but it is "
                f"{type(later).__name__}."
            )
        if later.names != self.names:
            raise ParameterError(
                f"later must have the tiers {', '.join(self.names)}, but it has "
                f"{', '.join(later.names)}. Use earlier.of(values)."
            )
        _require_identifiers(self, later)
        found = places_in(self.customer, later.customer)
        return TierMigration(
            segments=self.names,
            counts=counted_moves(self.place, later.place, found, len(self.names)),
            same_cuts=self.cuts == later.cuts,
        )

    def _title(self) -> str:
        return f"Pyramid of {count(self.customers, 'customer')}"

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                f"{its.name} {its.chinese}".strip(),
                {
                    "tier": its.name,
                    "chinese": its.chinese,
                    "customers": its.customers,
                    "share": its.share,
                    "share_low": ends_of("share", its.counted, level)["share_low"],
                    "share_high": ends_of("share", its.counted, level)["share_high"],
                    "lowest": its.lowest,
                    "value": its.value,
                    **ends_of("value_share", its.value_share, level),
                    **ends_of("mean", its.mean, level),
                },
            )
            for its in self.tiers
        ]

    def _notes(self) -> Iterable[str]:
        kind = (
            "shares of the customers, with their cuts estimated" if self.cuts_are_quantiles else ""
        )
        yield f"Tiers are {kind or 'thresholds'}; equal values are in one tier."
        yield "95 % intervals: of customers like these, whose values are taken as known."
        if float(self.value.sum()) > 0:
            best, spread = self.top_share(), self.gini
            ends = f" {best.confidence_interval()}" if best.has_interval else ""
            yield f"The best 20 % hold {percent(best.value)}{ends}."
            if spread is not None:
                yield f"Gini's coefficient {number(spread.value)} {spread.confidence_interval()}."
        if self.rows > self.customers:
            yield f"Without a value, left out: {count(self.rows - self.customers, 'customer')}."


def _require_identifiers(earlier: CustomerPyramid, later: CustomerPyramid) -> None:
    """Raise where customers could only be matched by their rows, which say nothing of who it is."""
    if not (earlier.has_identifiers and later.has_identifiers):
        raise DataError(
            "customers of both dates cannot be matched without identifiers. Give customer= to both "
            "pyramids, or values as a mapping of customer to value."
        )


def pyramid(
    values: Any,
    *,
    thresholds: Any = None,
    shares: Any = None,
    names: Sequence[str] | None = None,
    customer: npt.ArrayLike | None = None,
) -> CustomerPyramid:
    """Sort customers into tiers by what they are worth.

    Parameters
    ----------
    values : array_like of shape (customers,), mapping, or CustomerLifetimeValue
        What each customer is worth: numbers, a mapping of customer to value, or what
        ``lifetime.customer_lifetime_value`` returned. Customers without a value are left out and
        counted.
    thresholds : sequence of float, optional
        The lowest value of each tier but the last, from the best tier down.
    shares : sequence of float, optional
        The share of the customers in each tier but the last, from the best down, rounded up to
        whole customers; customers as good as the last of a tier are in it.
    names : sequence of str, optional
        Of the tiers, the best first; platinum, gold, iron and lead for four tiers by default.
    customer : array_like of shape (customers,), optional
        Identifiers, for values that are numbers.

    Returns
    -------
    CustomerPyramid

    Raises
    ------
    DataError
        If a value is no number, a customer comes twice, or no value is known.
    ParameterError
        If there are no thresholds and no shares, or they are in no order.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> found = loyalty.pyramid(
    ...     {"An": 900, "Bo": 120, "Cy": 80, "Di": 80, "Ed": 20, "Fu": 0}, shares=(0.2, 0.3)
    ... )
    >>> [(its.name, its.customers, its.value) for its in found.tiers]
    [('tier 1', 2, 1020.0), ('tier 2', 2, 160.0), ('tier 3', 2, 20.0)]
    """
    known = valued_customers(values, customer)
    cuts = cuts_of(known.value, thresholds, shares)
    return sorted_into(known, cuts, tier_names(names, len(cuts.values) + 1))


def sorted_into(known: Valued, cuts: Cuts, names: tuple[str, ...]) -> CustomerPyramid:
    """Return the pyramid of customers with these cuts."""
    return CustomerPyramid(
        customer=read_only(known.customer.copy()),
        value=read_only(known.value.copy()),
        place=read_only(cuts.place(known.value)),
        names=names,
        cuts=cuts.values,
        cuts_are_quantiles=cuts.are_quantiles,
        rows=known.rows,
        has_identifiers=known.named,
    )
