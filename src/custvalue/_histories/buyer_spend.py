"""What customers who came back spend, without who they are: all that a model of spend is fitted to.

In an engine, customers with the same times of purchases have spent different sums: cells of both
would be as many as customers. So spends are counted on their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from custvalue._histories.history_checks import check_money
from custvalue._histories.rows import CustomerRows, check_lengths, not_whole, refuse
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._words import number, one_line

ALIKE = "It says how many customers a row stands for; leave out rows without any."


@dataclass(frozen=True, eq=False, repr=False)
class BuyerSpend(CustomerRows):
    """Repeat purchases and mean spend of customers who came back, with the number of customers.

    :meth:`CustomerCells.from_summary` makes it. :class:`GammaGamma` and :class:`RobustGammaGamma`
    are fitted to it; fitting them to the cells does the same.

    Parameters
    ----------
    frequency : ndarray of float64, shape (n,)
        Repeat purchase days x, whole numbers >= 1.
    monetary_value : ndarray of float64, shape (n,)
        Mean spend of these days, of each of these customers.
    count : ndarray of float64, shape (n,)
        How many customers a row stands for: whole numbers >= 1.

    Raises
    ------
    DataError
        If an entry cannot be: column, row, value.

    Examples
    --------
    >>> BuyerSpend(frequency=[2, 1], monetary_value=[22.35, 9.0], count=[1, 40])
    BuyerSpend(rows=2, customers=41)
    """

    NUMBERS: ClassVar = ("frequency", "monetary_value", "count")
    customer: ClassVar[None] = None

    frequency: FloatArray
    monetary_value: FloatArray
    count: FloatArray

    def __post_init__(self) -> None:
        self._take_numbers()
        check_lengths(self.columns(), "nobody came back")
        hint = "It counts the days with a purchase after the first one."
        bad = not_whole(self.frequency, 1)
        refuse("frequency", "a whole number >= 1", bad, self.frequency, hint)
        check_money(self.monetary_value, self.frequency)
        refuse("count", "a whole number >= 1", not_whole(self.count, 1), self.count, ALIKE)
        super().__post_init__()

    @property
    def customers(self) -> int:
        """Number of customers, all of whom came back."""
        return int(self.count.sum())

    def __repr__(self) -> str:
        return one_line("BuyerSpend", rows=len(self), customers=self.customers)

    def _table(self) -> Table:
        purchases = float(self.count @ self.frequency)
        spent = float((self.count * self.frequency) @ self.monetary_value)
        rows = (
            ("customers who came back", number(self.customers)),
            ("repeat purchase days", number(purchases)),
            ("mean spend of such a day", number(spent / purchases)),
            ("rows", number(len(self))),
        )
        return Table("Spend of customers who came back", ("", ""), rows)
