"""How long complaints take, with those that are still open.

Only closed cases are biased: the long ones are still open. The share that is open after a time is
Kaplan and Meier's product (1958, *JASA* 53, 457-481), its variance Greenwood's, and its intervals
are on the scale of log(-log S), which stays between 0 and 1 (Kalbfleisch & Prentice 2002, *The
Statistical Analysis of Failure Time Data*, section 1.4). The interval of the median are the times
at which that band crosses a half (Brookmeyer & Crowley 1982, *Biometrics* 38, 29-41). The clock
starts at the customer's first word, not when the case is entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level
from custvalue._frames import Source
from custvalue._histories.arguments import checked_number
from custvalue._inference.ends import normal_quantile
from custvalue._inference.estimate import Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._loyalty.open_cases import (
    Cases,
    Moments,
    cases_from_arrays,
    cases_from_frame,
    checked_unit,
    in_units,
)
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, IntArray, read_only
from custvalue._values import NonNegative, Probability
from custvalue._words import count, number
from custvalue.errors import ParameterError

HALF = 0.5


def _log_log(estimate: Estimate, level: float) -> Interval:
    """Return the interval of a share that is closed, on the scale of log(-log) of the open one."""
    open_ = 1 - estimate.value
    if not estimate.varies or not 0 < open_ < 1:  # nothing was closed by then, or everything
        reach = ((1 - level) / 2) ** (1 / max(estimate.effective_n, 1.0))
        low, high = (reach, 1.0) if estimate.value > HALF else (0.0, 1 - reach)
        return Interval(low=low, high=high, level=level, method="exact, of the cases known by then")
    scale = np.log(-np.log(open_))
    reach = normal_quantile(level) * (estimate.standard_error or 0.0) / (open_ * abs(np.log(open_)))
    low, high = (float(-np.expm1(-np.exp(scale + side * reach))) for side in (-1, 1))
    return Interval(low=low, high=high, level=level, method="log-log")


@dataclass(frozen=True, kw_only=True, repr=False)
class ClosedShare(Estimate):
    """The share of cases that are closed within a time, with open ones counted.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        1 minus Kaplan and Meier's product.
    standard_error : float
        Greenwood's.
    n : int
        Cases.
    effective_n : float
        Cases of which it is known whether they were closed by then, at least.

    Notes
    -----
    Where some of the cases were closed by then, the interval is that of log(-log S), else the exact
    one of the cases of which it is known. Simulated coverage of 95 % intervals in percent, closing
    times exponential with the mean 10, watched for 4 to 30, 1,500 samples each:

    ======  =========  =========  ==========
    cases   within 3   within 7   within 15
    ======  =========  =========  ==========
    10      97.2       94.7       98.0
    30      97.4       94.4       95.5
    60      96.1       95.7       95.5
    200     94.7       95.3       94.9
    ======  =========  =========  ==========
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = {"log-log": _log_log}
    USUAL: ClassVar[str] = "log-log"

    value: Probability
    standard_error: NonNegative | None


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ClosingTimes(Pictured, WithoutIntervals, Columns):
    """How long cases were open, by the times at which some were closed.

    Parameters
    ----------
    time : ndarray of float64, shape (times,)
        Different times from the customer's first word at which cases were closed.
    at_risk : ndarray of int64, shape (times,)
        Cases that were open until then.
    closed : ndarray of int64, shape (times,)
        Cases closed then.
    cases : int
        All cases.
    still_open : int
        Cases that are still open.
    longest : float
        The longest time that a case was watched.
    unit : str
        Unit of the times.
    """

    PICTURE: ClassVar[str] = "closing_times_steps"
    TITLE: ClassVar[str] = "Closing times"
    LABELS: ClassVar[str] = "time"
    SHOWN: ClassVar = shown("at_risk: open before, closed, still_open: share open, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("cases", "still_open", "median")

    time: FloatArray
    at_risk: IntArray
    closed: IntArray
    cases: int
    still_open: int
    longest: float
    unit: str = "day"

    @classmethod
    def from_arrays(
        cls, duration: npt.ArrayLike, *, closed: npt.ArrayLike, unit: str = "day"
    ) -> Self:
        """Take how long each case was watched, and whether it was closed then.

        Parameters
        ----------
        duration : array_like of shape (cases,)
            Time from the customer's first word to the answer, or until now for cases still open.
        closed : array_like of shape (cases,)
            True for a case that was closed, False for one that is open.
        unit : str
            What one unit of the durations is called, such as "day" or "working day".

        Raises
        ------
        DataError
            If a duration is missing or negative, or `closed` is not True or False.
        ParameterError
            If `unit` is no such word.

        Examples
        --------
        The maintained group of Miller's leukaemia data (1997, *Survival Analysis*, page 49):

        >>> from custvalue import loyalty
        >>> times = loyalty.ClosingTimes.from_arrays(
        ...     [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161],
        ...     closed=[1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0],
        ... )
        >>> times.median, times.median_of_closed
        (31.0, 23.0)
        """
        return cls(**counted(cases_from_arrays(duration, closed), checked_unit(unit)))

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        opened: Moments,
        closed: str,
        observation_end: Any,
        promised: str | None = None,
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> Self:
        """Read cases from a dataframe with the times at which they began and were closed.

        Parameters
        ----------
        frame : dataframe or mapping of str to sequence
            One row per case.
        opened : str or sequence of str
            Column with the customer's first word; of several, such as the first call and the entry
            into the system, the earliest time counts.
        closed : str
            Column with the answer that closed the case, empty where it is open.
        observation_end : str or date
            Last day of the data: cases without an answer were open until its end.
        promised : str, optional
            Column with the time promised to each customer; times are in promises then, so that
            ``share_within(1)`` is the share within the promise. Promises that are all days hold
            until the end of their day.
        date_format, time_zone : str, optional
            How text is read as times.

        Raises
        ------
        DataError
            If a column is absent, a case has no beginning, or was closed before it began or after
            the end of the data.
        """
        cases = cases_from_frame(
            Source(frame),
            opened=opened,
            closed=closed,
            promised=promised,
            observation_end=observation_end,
            date_format=date_format,
            time_zone=time_zone,
        )
        return cls(**counted(cases, "promise" if promised else "day"))

    @property
    def open_share(self) -> FloatArray:
        """Share of the cases that are open after each time, Kaplan and Meier's product."""
        stays = np.asarray(1 - self.closed / self.at_risk, dtype=np.float64)
        shares: FloatArray = np.asarray(np.cumprod(stays), dtype=np.float64)
        return shares

    @property
    def _greenwood(self) -> FloatArray:
        """Return the variance of each share over its square."""
        left = np.maximum(self.at_risk - self.closed, 0)
        with np.errstate(divide="ignore"):
            parts = np.where(left > 0, self.closed / (self.at_risk * np.maximum(left, 1)), 0.0)
        return np.cumsum(parts)

    def share_within(self, time: float) -> ClosedShare:
        """Return the share of cases that are closed within a time, such as the one promised.

        Parameters
        ----------
        time : float
            In the unit of the times.

        Raises
        ------
        ParameterError
            If it is no number >= 0, or longer than any case was watched while some are open.
        """
        time = checked_number("time", time, lambda t: 0 <= t < np.inf, "a number >= 0")
        if not self.reaches(time):
            raise ParameterError(
                f"time must be at most {in_units(self.longest, self.unit)}, because no case was "
                f"watched for longer and some are still open, but it is {time:g}."
            )
        place = int(np.searchsorted(self.time, time, side="right")) - 1
        open_ = float(self.open_share[place]) if place >= 0 else 1.0
        error = open_ * float(np.sqrt(self._greenwood[place])) if place >= 0 else 0.0
        return ClosedShare(
            name=f"closed within {in_units(time, self.unit)}",
            value=1 - open_,
            standard_error=error,
            n=self.cases,
            effective_n=self._known_by(place),
        )

    def reaches(self, time: float) -> bool:
        """Say whether cases were watched for long enough to know their share at a time.

        Parameters
        ----------
        time : float
            In the unit of the times.
        """
        return time <= self.longest or not self.still_open or self._left <= 0

    def _known_by(self, place: int) -> float:
        """Return how many cases were closed by an event, or watched until the next one."""
        later = self.at_risk[place + 1] if place + 1 < len(self.time) else 0
        return float(self.closed[: place + 1].sum() + later)

    @property
    def _left(self) -> float:
        return float(self.open_share[-1]) if len(self.time) else 1.0

    @property
    def median(self) -> float | None:
        """The time by which half of the cases are closed; None where more than half stay open."""
        return self._first_below(self.open_share)

    @property
    def median_of_closed(self) -> float | None:
        """The median of the closed cases alone, which is too short where some are open."""
        if not len(self.time):
            return None
        return float(np.median(np.repeat(self.time, self.closed)))

    def median_interval(self, level: float = 0.95) -> tuple[float | None, float | None]:
        """Return the interval of the median; None for an end that the data do not reach.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        low, high = self._band(checked_level(level))
        return self._first_below(low), self._first_below(high)

    def _first_below(self, shares: FloatArray) -> float | None:
        at = np.flatnonzero(shares <= 0.5 + 1e-12)
        return float(self.time[at[0]]) if at.size else None

    def _band(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the share that is open, on the scale of log(-log)."""
        share = self.open_share
        inside = (share > 0) & (share < 1)
        log = np.log(np.where(inside, share, 0.5))
        reach = normal_quantile(level) * np.sqrt(self._greenwood) / np.abs(log)
        low = np.where(inside, np.exp(log * np.exp(reach)), share)
        exact = 1 - ((1 - level) / 2) ** (1 / np.cumsum(self.closed))  # nothing is open any more
        high = np.where(inside, np.exp(log * np.exp(-reach)), exact)
        return low, high

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        low, high = self._band(0.95)
        return {
            "time": self.time,
            "at_risk": self.at_risk,
            "closed": self.closed,
            "still_open": self.open_share,
            "low": low,
            "high": high,
        }

    def _notes(self) -> Iterable[str]:
        low, high = self.median_interval()
        ends = ", ".join("beyond the data" if its is None else number(its) for its in (low, high))
        median = "beyond the data" if self.median is None else f"{number(self.median)} {self.unit}s"
        yield f"Median {median}, 95 % interval {ends} (log-log)."
        yield f"{self.still_open:,} of {count(self.cases, 'case')} still open."
        alone = self.median_of_closed
        if self.still_open and alone is not None:
            yield f"The closed cases alone would say {number(alone)}, which is biased."


def counted(cases: Cases, unit: str) -> dict[str, Any]:
    """Count cases by the times at which some were closed, by the names of fields."""
    values, done = cases
    time, place = np.unique(values[done], return_inverse=True)
    return {
        "time": read_only(time),
        "at_risk": read_only(len(values) - np.searchsorted(np.sort(values), time)),
        "closed": read_only(np.bincount(place, minlength=len(time)).astype(np.int64)),
        "cases": len(values),
        "still_open": int((~done).sum()),
        "longest": float(values.max()),
        "unit": unit,
    }
