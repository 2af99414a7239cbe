"""Complaints sorted: each with its kinds and severity, and how many there are of which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from custvalue._inference.shares import Proportion
from custvalue._journey.reading import as_times
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, WithoutIntervals, shown
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._values import Count, Frozen, Record
from custvalue._words import count

ROWS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ComplaintClass(Record):
    """The complaints of one kind, or of one severity.

    Parameters
    ----------
    name : str
        The kind or the severity.
    chinese : str
        Its Chinese name.
    count : int
        Complaints.
    open : int
        Those of them that are not closed.
    share : Proportion
        Share of all complaints.
    """

    name: str
    chinese: str
    count: Count
    open: Count
    share: Proportion


class ComplaintShares(Tabulated, Frozen):
    """Complaints by what they are about and by how far they went.

    Parameters
    ----------
    kinds : tuple of ComplaintClass
        In the order of the rules, those of no kind last. A complaint may be of several kinds, so
        that shares may add up to more than 1.
    severities : tuple of ComplaintClass
        The mildest first, those of no known severity last, if there are any.
    n : int
        Complaints.
    without_text : int
        Those of them that have no text.
    """

    SHOWN: ClassVar = shown("count, open, share, low, high")
    TITLE: ClassVar[str] = "Complaints"
    LABELS: ClassVar[str] = ""
    REPR: ClassVar[tuple[str, ...]] = ("n", "kinds", "severities")

    kinds: tuple[ComplaintClass, ...]
    severities: tuple[ComplaintClass, ...]
    n: Count
    without_text: Count = 0

    def of(self, name: str) -> ComplaintClass:
        """Return the complaints of one kind or severity.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such kind or severity.
        """
        every = (*self.kinds, *self.severities)
        return named("kind or severity", name, every, plural="kinds and severities")

    def _rows(self, level: float) -> Sequence[Row]:
        parts = (("kind", self.kinds), ("severity", self.severities))
        return [
            Row(
                its.name,
                {
                    "level": what,
                    "name": its.name,
                    "chinese": its.chinese,
                    "count": its.count,
                    "open": its.open,
                    **its.share.row(level, value="share"),
                },
            )
            for what, classes in parts
            for its in classes
        ]

    def _notes(self) -> Iterable[str]:
        yield (
            f"{count(self.n, 'complaint')}. First by kind, of which one complaint may have several,"
            f" then by severity. {self.kinds[0].share.confidence_interval().description}."
        )
        if self.without_text:
            yield f"Without a text, and so not classified: {count(self.without_text, 'complaint')}."


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ClassifiedComplaints(WithoutIntervals, Columns):
    """Complaints with their kinds and severity: open ones first, then the severest, the oldest.

    Parameters
    ----------
    row : ndarray of int64, shape (n,)
        The complaint, by its place among all, from 0.
    customer : ndarray of str, shape (n,)
        Who complained; empty where nobody knows.
    opened : ndarray of float64, shape (n,)
        When, in seconds since 1970-01-01.
    open : ndarray of int64, shape (n,)
        1 where it is not closed.
    kinds : ndarray of str, shape (n,)
        Names of the kinds, with semicolons between.
    grade : ndarray of int64, shape (n,)
        Of the severity, 0 where it is not known.
    severity : ndarray of str, shape (n,)
        Its name.
    without_text : int
        Complaints without a text.
    """

    SHOWN: ClassVar = shown("customer, opened, open, kinds, severity")
    LABELS: ClassVar[str] = "complaint"
    TITLE: ClassVar[str] = "Complaints by kind and severity"
    REPR: ClassVar[tuple[str, ...]] = ("complaints=row",)

    row: IntArray
    customer: LabelArray
    opened: FloatArray
    open: IntArray
    kinds: LabelArray
    grade: IntArray
    severity: LabelArray
    without_text: int = 0

    def __len__(self) -> int:
        return len(self.row)

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "row": self.row,
            "customer": self.customer,
            "opened": as_times(self.opened).astype("M8[D]"),
            "open": self.open,
            "kinds": self.kinds,
            "grade": self.grade,
            "severity": self.severity,
        }

    def _printed(self) -> Sequence[Row]:
        return self._rows(0.95)[:ROWS_SHOWN]

    def _notes(self) -> Iterable[str]:
        if len(self) > ROWS_SHOWN:
            yield f"The first {ROWS_SHOWN}; to_frame() has all."
        yield f"{count(len(self), 'complaint')}, {int(self.open.sum()):,} of them open."
        if self.without_text:
            yield f"Without a text, and so not classified: {count(self.without_text, 'complaint')}."
