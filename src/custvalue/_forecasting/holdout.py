"""What customers really did after the calibration: the numbers that forecasts are held to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._aligned import require_one_index
from custvalue._checks import as_whole
from custvalue._columns import as_array
from custvalue._forecasting.later import WEEK
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.history import NOTHING_EXCLUDED, PurchaseHistory
from custvalue._histories.rows import (
    AMOUNT,
    CustomerRows,
    check_lengths,
    not_whole,
    refuse,
    refuse_absurd_amounts,
)
from custvalue._histories.units import DAYS, Horizon, TimeUnit, checked_unit, horizon_in
from custvalue._rows import FloatArray, LabelArray
from custvalue._table import Table
from custvalue._words import count, number, one_line, percent, plain
from custvalue.errors import DataError, ParameterError, UnitError

COUNTED = "It counts the days with a purchase in the holdout."


@dataclass(frozen=True, eq=False, repr=False)
class Holdout(CustomerRows):
    """What the customers of a calibration did after it, one row each, in the same order.

    :func:`split` makes it from a log, :meth:`from_arrays` from numbers.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        The customers of the calibration, in its order.
    frequency : ndarray of float64, shape (n,)
        Days with a purchase in the holdout, whole numbers >= 0.
    spend : ndarray of float64, shape (n,), or None
        What each customer spent in the holdout, all together; negative where more was returned.
    unit : {"day", "week", "month", "year"}
        The unit of `duration`.
    start, end : date or None
        The first and the last day, both included, where they are known.
    duration : float
        How long the holdout is, in `unit`.
    new_customers : int
        Customers whose first purchase lies in the holdout; they have no row.
    new_customer_purchases : int
        Their days with a purchase, the first ones included.
    tracked : ndarray of float64, shape (weeks,), or None
        Repeat purchases of the customers of the calibration in each week of both periods. The
        last day of the calibration is the last day of a week; the last week may be shorter.
    excluded : ExcludedTransactions
        What was excluded on request after the calibration, by reason.

    Raises
    ------
    DataError
        If the columns contradict each other or their own definition: column, row, value.
    ParameterError
        If `duration` is not positive, or a count is negative.
    UnitError
        If `unit` is unknown.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> lifetime.Holdout.from_arrays(frequency=[3, 0, 1], duration="39 weeks", unit="week")
    Holdout(customers=3, active_customers=2, purchases=4, duration=39, unit='week')
    """

    NUMBERS: ClassVar = ("frequency", "spend")

    customer: LabelArray
    frequency: FloatArray
    spend: FloatArray | None
    unit: TimeUnit
    start: date | None
    end: date | None
    duration: float
    new_customers: int = 0
    new_customer_purchases: int = 0
    tracked: FloatArray | None = None
    excluded: ExcludedTransactions = NOTHING_EXCLUDED

    def __post_init__(self) -> None:
        checked_unit(self.unit)
        self._take_numbers()
        labels = np.arange(len(self)) if self.customer is None else self.customer
        object.__setattr__(self, "customer", np.array(as_array(labels)))
        check_lengths(self.columns(), "the holdout is empty")
        refuse(
            "frequency", "a whole number >= 0", not_whole(self.frequency), self.frequency, COUNTED
        )
        if self.spend is not None:
            hint = "Give every customer what they spent in the holdout, 0 for nothing."
            refuse("spend", AMOUNT, ~np.isfinite(self.spend), self.spend, hint)
            refuse_absurd_amounts("spend", self.spend)
            none = (self.frequency == 0) & (self.spend > 0)
            refuse("spend", "0 where frequency is 0", none, self.spend, COUNTED)
        if self.tracked is not None:
            object.__setattr__(self, "tracked", np.array(self.tracked, dtype=np.float64))
        self._check_numbers()
        super().__post_init__()

    def _check_numbers(self) -> None:
        if not 0 < self.duration < math.inf:
            raise ParameterError(
                f"duration must be > 0, as in '39 weeks', but it is {plain(self.duration)!r}."
            )
        for name in ("new_customers", "new_customer_purchases"):
            if as_whole(getattr(self, name)) < 0:
                raise ParameterError(
                    f"{name} must be a whole number >= 0, but it is {getattr(self, name)!r}."
                )
        weeks = 0 if self.tracked is None else len(self.tracked)
        if self.tracked is not None and (self.start is None or weeks < self.weeks):
            raise ParameterError(
                f"tracked must have a number for each week of the calibration and the holdout, "
                f"whose start and end are known, but it has {weeks:,}."
            )

    @classmethod
    def from_arrays(
        cls,
        *,
        frequency: npt.ArrayLike,
        duration: Horizon,
        unit: TimeUnit,
        spend: npt.ArrayLike | None = None,
        customer: npt.ArrayLike | None = None,
    ) -> Holdout:
        """Make it from numbers that you have, one for each customer of the calibration.

        Parameters
        ----------
        frequency : array_like of shape (n,)
            Days with a purchase in the holdout, in the order of the calibration.
        duration : str or timedelta
            How long the holdout is, ``"39 weeks"``.
        unit : {"day", "week", "month", "year"}
            The unit of the calibration.
        spend : array_like of shape (n,), optional
            What each customer spent in the holdout, all together.
        customer : array_like of shape (n,), optional
            Identifiers; 0, 1, 2, … by default.

        Raises
        ------
        DataError, ParameterError, UnitError
            As in the class, or if the duration has no unit.

        Examples
        --------
        >>> Holdout.from_arrays(frequency=[3, 0], duration="1 year", unit="month").duration
        12.0
        """
        length = horizon_in(duration, checked_unit(unit), "duration")
        given: dict[str, object] = {"customer": customer, "frequency": frequency, "spend": spend}
        require_one_index(given)
        return cls(**given, unit=unit, start=None, end=None, duration=length)  # type: ignore[arg-type]  # turned into arrays there

    @property
    def customers(self) -> int:
        """Number of customers of the calibration."""
        return len(self)

    @property
    def active_customers(self) -> int:
        """How many of them bought in the holdout."""
        return int(np.count_nonzero(self.frequency))

    @property
    def purchases(self) -> int:
        """Days with a purchase in the holdout, of all of them."""
        return int(self.frequency.sum())

    @property
    def horizon(self) -> str:
        """The duration with its unit, as methods of models take it: ``"39.0 weeks"``."""
        return f"{self.duration!r} {self.unit}s"

    @property
    def weeks(self) -> int:
        """Weeks of the holdout, the last one perhaps shorter."""
        return math.ceil(round(self.duration * DAYS[self.unit] / WEEK, 9))

    @cached_property
    def week_ends(self) -> LabelArray:
        """The last day of each week of `tracked`, as ``datetime64[D]``.

        Raises
        ------
        DataError
            If nothing was tracked.
        """
        if self.tracked is None or self.start is None or self.end is None:
            raise DataError(
                "the holdout has no calendar, because it was not made from a log. Use "
                "lifetime.split."
            )
        before = len(self.tracked) - self.weeks
        last = np.datetime64(self.start - timedelta(days=1), "D")
        ends = last + WEEK * (np.arange(len(self.tracked)) - before + 1)
        days: LabelArray = np.minimum(ends, np.datetime64(self.end, "D"))
        return days

    def __repr__(self) -> str:
        return one_line(
            "Holdout",
            customers=len(self),
            active_customers=self.active_customers,
            purchases=self.purchases,
            duration=self.duration,
            unit=self.unit,
        )

    def _table(self) -> Table:
        active = self.active_customers
        rows = [
            ("customers of the calibration", number(len(self))),
            ("bought in the holdout", f"{number(active)} ({percent(active / len(self), 1)})"),
            ("purchases", number(float(self.frequency.sum()))),
            ("duration", f"{number(self.duration)} {self.unit}s"),
        ]
        if self.start is not None:
            rows.insert(0, ("holdout", f"{self.start} to {self.end}"))
        if self.spend is not None:
            rows.append(("spent", number(float(self.spend.sum()), 6)))
        new = count(self.new_customer_purchases, "purchase")
        rows.append(("new customers, kept apart", f"{number(self.new_customers)} ({new})"))
        return Table("Holdout", ("", ""), tuple(rows), (MEANING,))


MEANING = "Purchases are days with a purchase after the calibration, of its customers."


def checked_holdout(train: PurchaseHistory, holdout: object) -> Holdout:
    """Return the holdout if it is one of the same customers, right after the calibration."""
    if not isinstance(holdout, Holdout):
        raise DataError(
            f"holdout must be a Holdout, as of lifetime.split or Holdout.from_arrays, but it is: "
            f"{type(holdout).__name__}."
        )
    if holdout.unit != train.unit:
        raise UnitError(
            f"the holdout counts time in {holdout.unit}s, but the history in {train.unit}s. Split "
            f"the log with unit={train.unit!r}, or use history.in_unit({holdout.unit!r})."
        )
    _check_same_customers(train, holdout)
    ends = train.observation_end
    if ends is not None and holdout.start is not None and holdout.start != ends + timedelta(days=1):
        raise DataError(
            f"the holdout must begin on the day after the calibration, which ends on {ends}, but "
            f"it begins on {holdout.start}. Use both parts of one lifetime.split."
        )
    return holdout


def _check_same_customers(train: PurchaseHistory, holdout: Holdout) -> None:
    both = "Use both parts of one lifetime.split, or give one row per customer of the history."
    if len(holdout) != len(train):
        raise DataError(
            f"the holdout must have a row for each of the {len(train):,} customers of the "
            f"history, but it has {len(holdout):,}. {both}"
        )
    differ = holdout.customer != train.customer
    if np.any(differ):
        row = int(np.argmax(differ))
        raise DataError(
            f"the holdout must have the customers of the history in their order, but in row {row} "
            f"it has {plain(holdout.customer[row])!r}, and the history "
            f"{plain(train.customer[row])!r}. {both}"
        )
