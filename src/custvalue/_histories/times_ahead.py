"""When each customer buys next, and how long each customer stays: medians and intervals.

The chance of a purchase within t of those alive, and that of staying until t, are formulas of the
model; here they are inverted, with the parameters as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._histories.days import day_number
from custvalue._histories.rows import CustomerRows
from custvalue._histories.units import DAYS, TimeUnit
from custvalue._rows import FloatArray, LabelArray, Probabilities
from custvalue._table import Table
from custvalue._values import Level, Positive
from custvalue._words import count, number, one_line, percent
from custvalue.errors import ParameterError

SHOWN = 10
LIKELY = 0.5  # a probability: less likely customers are shown last
LAST_DAY = 2_932_896.0  # 9999-12-31
ENDS = ("median", "low", "high")


class TimesAhead(CustomerRows):
    """A time ahead of each customer, with an interval, and as a day where the end is known."""

    __slots__ = ()
    TITLE: ClassVar[str]
    CHANCE: ClassVar[str]  # the name of the probability
    MEANING: ClassVar[str]
    WITHIN: ClassVar[str]  # where one looks only so far ahead

    if TYPE_CHECKING:  # declared by each kind
        customer: LabelArray
        median: FloatArray
        low: FloatArray
        high: FloatArray
        interval: float
        unit: TimeUnit
        observation_end: date | None
        within: float | None

    def dates(self, which: str = "median") -> npt.NDArray[np.datetime64]:
        """Return the days on which the times end, shape (n,).

        Parameters
        ----------
        which : {"median", "low", "high"}
            Of which column. A day that has begun counts; NaT where the time is NaN or later than
            the year 9999.

        Raises
        ------
        ParameterError
            If `which` is none of these, or the end of observation is not known.
        """
        require_choice("which", which, ENDS)
        if self.observation_end is None:
            raise ParameterError(
                "the history has no observation_end, so times ahead are no dates. Make it with "
                "from_transactions, or give observation_end= to from_frame or from_arrays."
            )
        days = np.ceil(getattr(self, which) * DAYS[self.unit] - 1e-9)
        days = day_number(self.observation_end) + days
        known = days <= LAST_DAY  # False for NaN
        found = np.full(len(days), "NaT", dtype="datetime64[D]")
        found[known] = days[known].astype(np.int64).astype("datetime64[D]")
        return found

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the rows as a plain dict of columns, with days where the end is known."""
        columns = super().columns()
        if self.observation_end is not None:
            columns |= {f"{which}_date": self.dates(which) for which in ENDS}
        return columns

    def __repr__(self) -> str:
        return one_line(
            type(self).__name__, customers=len(self), interval=self.interval, unit=self.unit
        )

    def _table(self) -> Table:
        unlikely = getattr(self, self.CHANCE) < LIKELY
        soonest = np.lexsort((self.median, unlikely))[:SHOWN]
        columns = {name: column[soonest].tolist() for name, column in self.columns().items()}
        if self.observation_end is not None:
            columns |= {name: columns[f"{name}_date"] for name in ENDS}
        shown = [self.CHANCE, *ENDS]
        cells = zip(*(columns[name] for name in shown), strict=True)
        rows = [
            (str(who), *map(_readable, row))
            for who, row in zip(columns["customer"], cells, strict=True)
        ]
        every = len(rows) == len(self)
        which = "" if every else f", the soonest {len(rows)} of the likely ones,"
        times = f"Times in {self.unit}s after the end of observation"
        if self.observation_end is not None:
            times = f"Days after {self.observation_end}"
        return Table(
            f"{self.TITLE}{which} of {count(len(self), 'customer')}",
            ("customer", self.CHANCE.replace("_", " "), *ENDS),
            tuple(rows),
            (f"{times}. {percent(self.interval)} interval. {self._meaning}",),
        )

    @property
    def _meaning(self) -> str:
        if self.within is None:
            return self.MEANING
        return self.WITHIN.format(within=f"{number(self.within)} {self.unit}s")


def _readable(value: Any) -> Any:
    """Write days as text, and a dash where there is no time."""
    if isinstance(value, date):
        return str(value)
    return None if isinstance(value, float) and math.isnan(value) else value


@dataclass(frozen=True, eq=False, repr=False)
class NextPurchase(TimesAhead):
    """When each customer buys next: ``fit.next_purchase(history)``.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers.
    probability_of_return : ndarray of float64, shape (n,)
        That the customer ever buys again, or within `within`.
    median, low, high : ndarray of float64, shape (n,)
        Of the time from the end of observation to the next purchase, in `unit`, of a customer who
        does buy again; NaN where it is longer than 1e100.
    interval : float
        The probability of the interval from `low` to `high`, cut equally on both sides.
    unit : {"day", "week", "month", "year"}
        Of the times.
    observation_end : date or None
        From where times are counted, if it is known: then :meth:`dates` tells the days.
    within : float or None
        How far ahead it was looked, in `unit`; None if without a limit.
    """

    NUMBERS: ClassVar = ("probability_of_return", *ENDS)
    TITLE: ClassVar = "Next purchase"
    CHANCE: ClassVar = "probability_of_return"
    MEANING: ClassVar = "Of those who buy again at all."
    WITHIN: ClassVar = "Of those who buy again within {within}."

    customer: LabelArray
    probability_of_return: Probabilities
    median: FloatArray
    low: FloatArray
    high: FloatArray
    interval: Level
    unit: TimeUnit
    observation_end: date | None = None
    within: Positive | None = None


@dataclass(frozen=True, eq=False, repr=False)
class RemainingLifetime(TimesAhead):
    """How much longer each customer stays one: ``fit.remaining_lifetime(history)``.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers.
    probability_alive : ndarray of float64, shape (n,)
        At the end of observation.
    median, low, high : ndarray of float64, shape (n,)
        Of the time from the end of observation until the customer leaves, in `unit`; 0 where the
        customer has left already with at least that probability; NaN where it is longer than
        `within`, or than 1e100.
    interval : float
        The probability of the interval from `low` to `high`, cut equally on both sides.
    unit : {"day", "week", "month", "year"}
        Of the times.
    observation_end : date or None
        From where times are counted, if it is known: then :meth:`dates` tells the days.
    within : float or None
        How far ahead it was looked, in `unit`; None if without a limit.
    """

    NUMBERS: ClassVar = ("probability_alive", *ENDS)
    TITLE: ClassVar = "Remaining lifetime"
    CHANCE: ClassVar = "probability_alive"
    MEANING: ClassVar = "0, or the end itself: has probably left."
    WITHIN: ClassVar = "0, or the end itself: has probably left. A dash: more than {within}."

    customer: LabelArray
    probability_alive: Probabilities
    median: FloatArray
    low: FloatArray
    high: FloatArray
    interval: Level
    unit: TimeUnit
    observation_end: date | None = None
    within: Positive | None = None


def shares_of(interval: float) -> tuple[float, float, float]:
    """Return the shares at the median and at both ends of an interval."""
    tail = (1 - interval) / 2
    return 0.5, tail, 1 - tail
