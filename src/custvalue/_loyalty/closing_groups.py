"""Closing times of several dealers, side by side: shares within the promise, and a test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from custvalue._checks import no_such
from custvalue._columns import one_dimensional
from custvalue._frames import Source
from custvalue._inference.contrast import Label
from custvalue._inference.estimate import ends_of
from custvalue._loyalty.closing_times import ClosedShare, ClosingTimes, counted
from custvalue._loyalty.log_rank import LogRank, log_rank
from custvalue._loyalty.open_cases import (
    Cases,
    Moments,
    cases_from_arrays,
    cases_from_frame,
    in_units,
)
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import IntArray
from custvalue._values import Frozen, NonNegative
from custvalue._words import count, listed, plain
from custvalue.errors import DataError


class ClosedShares(Pictured, Tabulated, Frozen):
    """Which share of the cases each group closes within a time.

    Parameters
    ----------
    labels : tuple of str or int
        The groups, in ascending order.
    shares : tuple of ClosedShare or None
        One for each; None where no case was watched for so long, and some are still open.
    every : ClosedShare
        That of all cases together.
    time : float
        Within which they are closed.
    unit : str
        Unit of the time.
    test : LogRank
        That all groups close their cases equally fast.
    """

    PICTURE: ClassVar[str] = "closed_share_dots"
    LABELS: ClassVar[str] = "group"
    SHOWN: ClassVar = shown("share, share_low: low, share_high: high, n: cases")
    REPR: ClassVar[tuple[str, ...]] = ("time", "unit")

    labels: tuple[Label, ...]
    shares: tuple[ClosedShare | None, ...]
    every: ClosedShare
    time: NonNegative
    unit: str
    test: LogRank

    def _title(self) -> str:
        return f"Closed within {in_units(self.time, self.unit)}"

    def _rows(self, level: float) -> Sequence[Row]:
        named = zip((*self.labels, "all"), (*self.shares, self.every), strict=True)
        return [
            Row(
                str(label),
                {
                    "group": str(label),
                    **ends_of("share", share, level),
                    "n": None if share is None else share.n,
                },
            )
            for label, share in named
        ]

    def _notes(self) -> Iterable[str]:
        yield "Open cases are counted as long as they were watched. 95 % intervals: log-log."
        short = [label for label, its in zip(self.labels, self.shares, strict=True) if its is None]
        if short:
            yield f"Not watched for so long: {listed(short)}."
        yield f"All groups alike (log-rank): {self.test}."


class ClosingTimesByGroup(Tabulated, Frozen):
    """How long cases take, dealer by dealer.

    Parameters
    ----------
    labels : tuple of str or int
        The groups, in ascending order.
    groups : tuple of ClosingTimes
        One for each.
    every : ClosingTimes
        Of all cases together.
    expected : tuple of float
        Cases that each group would have closed by now if all were equally fast.
    test : LogRank
        That all are equally fast.
    """

    TITLE: ClassVar[str] = "Closing times by group"
    LABELS: ClassVar[str] = "group"
    SHOWN: ClassVar = shown(
        "cases, still_open, median, median_low: low, median_high: high, closed, expected"
    )
    REPR: ClassVar[tuple[str, ...]] = ("labels", "test")

    labels: tuple[Label, ...]
    groups: tuple[ClosingTimes, ...]
    every: ClosingTimes
    expected: tuple[NonNegative, ...]
    test: LogRank

    @classmethod
    def from_arrays(
        cls,
        duration: npt.ArrayLike,
        *,
        closed: npt.ArrayLike,
        by: npt.ArrayLike,
        unit: str = "day",
    ) -> Self:
        """Take how long each case was watched, whether it was closed then, and whose it is.

        Parameters
        ----------
        duration : array_like of shape (cases,)
            Time from the customer's first word to the answer, or until now for cases still open.
        closed : array_like of shape (cases,)
            True for a case that was closed, False for one that is open.
        by : array_like of shape (cases,)
            Dealer of each case, or another label.
        unit : str
            Unit of the times.

        Raises
        ------
        DataError
            If a duration is negative, labels are missing, or all cases are of one group.

        Examples
        --------
        >>> from custvalue import loyalty
        >>> found = loyalty.ClosingTimesByGroup.from_arrays(
        ...     [1, 2, 2, 4, 9, 5, 7, 8, 9, 9],
        ...     closed=[1, 1, 1, 1, 0, 1, 1, 0, 1, 0],
        ...     by=["north"] * 5 + ["south"] * 5,
        ... )
        >>> found["north"].median, found["south"].median
        (2.0, 9.0)
        """
        cases = cases_from_arrays(duration, closed)
        labels = one_dimensional("by", by)
        if len(labels) != len(cases.duration):
            raise DataError(f"by has {len(labels)} entries for {len(cases.duration)} durations.")
        return cls._of(cases, *Source({"by": labels}).codes("by"), unit)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        by: str,
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
        by : str
            Column with the dealer, or another label.
        opened : str or sequence of str
            Column with the customer's first word; of several the earliest time counts.
        closed : str
            Column with the answer that closed the case, empty where it is open.
        observation_end : str or date
            Last day of the data.
        promised : str, optional
            Column with the time promised to each customer; times are in promises then, so that
            ``share_within(1)`` is the share within the promise. Promises that are all days hold
            until the end of their day.
        date_format, time_zone : str, optional
            How text is read as times.

        Raises
        ------
        DataError
            As :meth:`ClosingTimes.from_frame`; also if labels are missing, or all cases are of one
            group.
        """
        source = Source(frame)
        source.require({"by": by})
        cases = cases_from_frame(
            source,
            opened=opened,
            closed=closed,
            promised=promised,
            observation_end=observation_end,
            date_format=date_format,
            time_zone=time_zone,
        )
        return cls._of(cases, *source.codes(by), "promise" if promised else "day")

    @classmethod
    def _of(cls, cases: Cases, labels: npt.NDArray[Any], codes: IntArray, unit: str) -> Self:
        if len(labels) < 2:
            raise DataError(
                f"by must tell at least two groups apart, but all {count(len(codes), 'case')} are "
                f"of {plain(labels[0])!r}. Use ClosingTimes for one group."
            )
        ends = np.cumsum(np.bincount(codes))[:-1]
        parts = [cases.of(rows) for rows in np.split(np.argsort(codes, kind="stable"), ends)]
        ranked = log_rank(cases, codes, len(labels))
        return cls(
            labels=tuple(labels.tolist()),
            groups=tuple(ClosingTimes(**counted(part, unit)) for part in parts),
            every=ClosingTimes(**counted(cases, unit)),
            expected=tuple(ranked.expected.tolist()),
            test=ranked.test,
        )

    def __getitem__(self, label: Label) -> ClosingTimes:
        """Return the closing times of one group."""
        if label not in self.labels:
            raise DataError(no_such("group", label, self.labels))
        return self.groups[self.labels.index(label)]

    def share_within(self, time: float) -> ClosedShares:
        """Return which share of the cases each group closes within the time promised.

        Parameters
        ----------
        time : float
            In the unit of the times.

        Raises
        ------
        ParameterError
            If it is no number >= 0, or longer than the cases of any group were watched.
        """
        every = self.every.share_within(time)
        shares = (its.share_within(time) if its.reaches(time) else None for its in self.groups)
        return ClosedShares(
            labels=self.labels,
            shares=tuple(shares),
            every=every,
            time=float(time),
            unit=self.every.unit,
            test=self.test,
        )

    def _rows(self, level: float) -> Sequence[Row]:
        rows = []
        expected = (*self.expected, float(sum(self.expected)))
        named = zip((*self.labels, "all"), (*self.groups, self.every), expected, strict=True)
        for label, its, due in named:
            low, high = its.median_interval(level)
            ends = {"median": its.median, "median_low": low, "median_high": high}
            counts = {"cases": its.cases, "still_open": its.still_open}
            done = {"closed": int(np.sum(its.closed)), "expected": due}
            rows.append(Row(str(label), {"group": str(label), **counts, **ends, **done}))
        return rows

    def _notes(self) -> Iterable[str]:
        yield (
            f"Times in {self.every.unit}s from the first word; a median without a number is "
            f"beyond the data. 95 % intervals: log-log."
        )
        yield "Expected: closed by now if all groups were equally fast."
        yield f"All groups alike (log-rank): {self.test}."
