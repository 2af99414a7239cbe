"""Win-back: which lost customers are worth a contact.

A lost customer who is contacted returns with the chance p, and would have returned with the chance
a without it. Who returns is worth V again, the second lifetime value (Stauss & Friege 1999,
*Journal of Service Research* 1(4), 347-361), which need not be that of the first relationship, and
takes the offer o; the contact costs k in any case:

    net = (p - a) V - p o - k                                                                   (1)

Customers are ranked by it. That those who were left in anger return less often than others is in
the chances: give one for each reason of leaving, from your own campaigns, or one for each customer
(Thomas, Blattberg & Fox 2004, *Journal of Marketing Research* 41(1), 31-45).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import checked_level, checked_whole
from custvalue._histories.arguments import checked_number
from custvalue._loyalty.chances import Chances, chances_of, column_of
from custvalue._loyalty.propagated import PropagatedEstimate, lattice, propagated
from custvalue._loyalty.rates import Rate, rate_of
from custvalue._loyalty.valued import valued_customers
from custvalue._results.layout import Row, Tabulated, rows_of, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, read_only
from custvalue._words import count, number, percent
from custvalue.errors import DataError

POINTS = 1024  # of the lattice, for each customer
BLOCK = 4_000_000  # numbers at a time
ROWS_SHOWN = 10


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class WinBackList(Pictured, Tabulated, Columns):
    """Lost customers, the one most worth a contact first. Use :func:`win_back`.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers, row numbers where none are given.
    value, value_error : ndarray of float64, shape (n,)
        What each is worth who returns, and its standard error.
    chance, chance_error : ndarray of float64, shape (n,)
        Of return after a contact; the error is 0 where a rate is shared.
    group : ndarray of int64, shape (n,)
        Place of the rate that a customer shares, -1 of those with a chance of their own.
    rates : tuple of Rate
        Rates that customers share.
    anyway : Rate
        Of return without a contact.
    offer, cost : ndarray of float64, shape (n,)
        What a return and a contact cost.
    left_out : int
        Customers whose value or chance is not known.
    """

    PICTURE: ClassVar[str] = "win_back_bars"
    LABELS: ClassVar[str] = "customer"
    SHOWN: ClassVar = shown("value, chance, at_stake, cost, net, low, high, worth_it: P(worth it)")
    REPR: ClassVar[tuple[str, ...]] = ("customers", "worth_contacting")

    customer: LabelArray
    value: FloatArray
    value_error: FloatArray
    chance: FloatArray
    chance_error: FloatArray
    group: IntArray
    rates: tuple[Rate, ...]
    anyway: Rate
    offer: FloatArray
    cost: FloatArray
    left_out: int = 0

    @property
    def customers(self) -> int:
        """Customers in the list."""
        return len(self.value)

    @cached_property
    def net(self) -> FloatArray:
        """What a contact brings on average beyond its cost, equation (1)."""
        gain = (self.chance - self.anyway.value) * self.value - self.chance * self.offer
        return read_only(gain - self.cost)

    @property
    def worth_contacting(self) -> int:
        """Customers whose contact brings more than it costs, on average."""
        return int((self.net > 0).sum())

    @cached_property
    def worth_it(self) -> FloatArray:
        """The probability that a contact brings more than it costs, customer by customer."""
        parts = [((its > 0) + (its == 0) / 2).mean(axis=1) for its in self._blocks()]
        return read_only(np.concatenate(parts))

    def intervals(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the interval of each net gain.

        Parameters
        ----------
        level : float
            Confidence level.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        tail = (1 - checked_level(level)) / 2
        ends = [_ends(np.sort(its, axis=1), tail) for its in self._blocks()]
        low, high = np.concatenate(ends, axis=1)
        return low, high

    def _blocks(self) -> Iterable[FloatArray]:
        """Yield the net gain of some customers at every point, shape (customers, points)."""
        of_chance, of_anyway, of_value = lattice(3)[:POINTS].T
        anyway = self.anyway.quantiles(np.ascontiguousarray(of_anyway))
        spread, at_a_time = special.ndtri(of_value), max(1, BLOCK // POINTS)
        for first in range(0, self.customers, at_a_time):
            rows = np.arange(first, min(first + at_a_time, self.customers))
            chance = self._chances.of(rows).at(np.ascontiguousarray(of_chance))
            value = self.value[rows, None] + self.value_error[rows, None] * spread
            cost = chance * self.offer[rows, None] + self.cost[rows, None]
            yield (chance - anyway) * value - cost

    @property
    def _chances(self) -> Chances:
        return Chances(self.chance, self.chance_error, self.group, self.rates)

    def top(self, n: int = 10) -> WinBackList:
        """Return the first customers of the list.

        Parameters
        ----------
        n : int
            How many at most.

        Raises
        ------
        ParameterError
            If `n` is no whole number >= 1.
        """
        return self._first(checked_whole("n", n, least=1))

    def within(self, budget: float) -> WinBackList:
        """Return the first customers whose contacts, and offers on average, fit a budget.

        Parameters
        ----------
        budget : float
            Of all contacts and offers; only customers worth a contact are taken.

        Raises
        ------
        DataError
            If it does not suffice for the first one, or no customer is worth a contact.
        ParameterError
            If `budget` is no number > 0.
        """
        budget = checked_number("budget", budget, lambda x: 0 < x < np.inf, "a number > 0")
        spent = np.cumsum(self.cost + self.chance * self.offer)[: self.worth_contacting]
        some = int((spent <= budget * (1 + 1e-12)).sum())
        if not some:
            first = (
                f"the first costs {number(float(spent[0]))}" if len(spent) else "none is worth it"
            )
            raise DataError(f"budget must suffice for one contact at least, but {first}.")
        return self._first(some)

    def _first(self, n: int) -> WinBackList:
        return self._of(np.arange(min(n, self.customers)))

    def _of(self, rows: IntArray) -> WinBackList:
        """Return some customers, in this order."""
        columns: dict[str, Any] = {name: vars(self)[name][rows] for name in ROWS}
        return replace(self, **columns)

    @property
    def total(self) -> PropagatedEstimate:
        """What contacts with all customers who are worth one bring together, beyond their cost.

        Rates that customers share move all of them together. The list is chosen by the same
        numbers, so that the total is rather too high where these are unsure.
        """
        best = self._first(max(self.worth_contacting, 1))
        gain = best.value - best.offer
        cube = lattice(len(self.rates) + 2).T
        anyway = np.r_[self.anyway.value, self.anyway.quantiles(np.ascontiguousarray(cube[0]))]
        found = np.full(len(anyway), -float(best.cost.sum())) - anyway * float(best.value.sum())
        for place, rate in enumerate(self.rates):
            chance = np.r_[rate.value, rate.quantiles(np.ascontiguousarray(cube[2 + place]))]
            found += chance * float(gain[best.group == place].sum())
        own = best.group < 0
        found += float(best.chance[own] @ gain[own])
        by_value = (best.chance - self.anyway.value) * best.value_error
        spread = np.sqrt(by_value @ by_value + np.square(best.chance_error * gain).sum())
        found[1:] += float(spread) * special.ndtri(cube[1])
        if not self.worth_contacting:
            found *= 0
        known = [its.n for its in (*self.rates, self.anyway) if its.n]
        return propagated("net gain", found, min(known, default=0))

    def _title(self) -> str:
        some = count(self.worth_contacting, "customer")
        return f"Win back: {some} of {self.customers:,} worth a contact"

    def _rows(self, level: float) -> Sequence[Row]:
        low, high = self.intervals(level)
        columns = {
            "customer": self.customer.tolist(),
            "value": self.value,
            "chance": self.chance,
            "at_stake": self.chance * self.value,
            "cost": self.cost + self.chance * self.offer,
            "net": self.net,
            "low": low,
            "high": high,
            "worth_it": self.worth_it,
        }
        rows = zip(*columns.values(), strict=True)
        return [Row(str(row[0]), dict(zip(columns, row, strict=True))) for row in rows]

    def _printed(self) -> Sequence[Row]:
        return rows_of(self._first(ROWS_SHOWN))

    def _notes(self) -> Iterable[str]:
        if self.customers > ROWS_SHOWN:
            yield f"The first {ROWS_SHOWN} of {self.customers:,}."
        total = self.total
        yield (
            f"All who are worth it: net {number(total.value)} {total.confidence_interval()}. 95 % "
            f"intervals: quantiles over the inputs."
        )
        if self.anyway.value:
            yield f"{percent(self.anyway.value)} would return anyway: they are no gain."
        if self.left_out:
            whose = count(self.left_out, "customer")
            yield f"Left out, because value or chance is not known: {whose}."


def _ends(ordered: FloatArray, tail: float) -> FloatArray:
    """Return quantiles of each row as numpy has them, which sorting finds much faster."""
    last = ordered.shape[1] - 1
    places = np.array([tail, 1 - tail]) * last
    below = np.minimum(places.astype(np.int64), last - 1)
    part = places - below
    found: FloatArray = ordered[:, below] * (1 - part) + ordered[:, below + 1] * part
    return found.T


ROWS = ("customer", "value", "value_error", "chance", "chance_error", "group", "offer", "cost")


def win_back(
    values: Any,
    *,
    chance: Any,
    cost: Any,
    customer: npt.ArrayLike | None = None,
    value_error: Any = 0.0,
    chance_error: Any = None,
    by: npt.ArrayLike | None = None,
    offer: Any = 0.0,
    anyway: Any = 0.0,
) -> WinBackList:
    """Rank lost customers by what a contact with each would bring.

    Parameters
    ----------
    values : array_like of shape (customers,), mapping, or CustomerLifetimeValue
        What each customer is worth from now on if he returns.
    chance : rate, array_like of shape (customers,), or mapping of group to rate
        That a customer returns after a contact: a rate for all (a number, counts as a tuple
        ``(12, 90)``, an estimate), a number for each customer, or a rate for each group of `by`.
    cost : float or array_like of shape (customers,)
        Of a contact.
    customer : array_like of shape (customers,), optional
        Identifiers, for values that are numbers.
    value_error, chance_error : float or array_like of shape (customers,), optional
        Standard errors of values, and of the chances of single customers, whose log-odds they move;
        that of a chance p is at most p (1 - p).
    by : array_like of shape (customers,), optional
        Group of each customer, such as the reason to leave.
    offer : float or array_like of shape (customers,)
        What each customer gets who returns.
    anyway : rate
        Share who return without a contact; what they are worth is no gain.

    Returns
    -------
    WinBackList
        The customer whose contact brings most is first; customers whose value or chance is missing
        are left out and counted.

    Raises
    ------
    DataError
        If columns are not of the same customers, or a number is not one.
    ParameterError
        If a rate is not from 0 to 1, or `by` and `chance` do not belong together.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> found = loyalty.win_back(
    ...     {"An": 900, "Bo": 300, "Cy": 60}, chance=(12, 90), cost=15, anyway=0.02
    ... )
    >>> found.customer.tolist(), found.worth_contacting
    (['An', 'Bo', 'Cy'], 2)
    >>> found.net.round(1).tolist()
    [87.0, 19.0, -8.2]
    """
    known = valued_customers(values, customer)
    rows = known.rows
    chances = chances_of(chance, chance_error, by, rows)
    columns = {
        "value_error": column_of("value_error", value_error, rows, least=0.0),
        "offer": column_of("offer", offer, rows, least=0.0),
        "cost": column_of("cost", cost, rows, least=0.0),
    }
    there = known.at[~np.isnan(chances.value[known.at])]
    if not there.size:
        raise DataError("no customer has both a value and a chance.")
    kept = np.isin(known.at, there)
    chances = chances.of(there)
    found = WinBackList(
        customer=known.customer[kept],
        value=known.value[kept],
        chance=chances.value,
        chance_error=chances.error,
        group=chances.shared,
        rates=chances.rates,
        anyway=rate_of(anyway, "anyway"),
        left_out=rows - len(there),
        **{name: its[there] for name, its in columns.items()},
    )
    ranks = np.unique(found.customer, return_inverse=True)[1]
    order = np.lexsort((ranks, -found.net))
    return found._of(order)  # noqa: SLF001 - of the class above
