"""Migration: how customers move between segments from one date to a later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

from custvalue._checks import no_such
from custvalue._inference.estimate import ends_of
from custvalue._inference.shares import Proportion, share_among
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import IntArray
from custvalue._values import Count, Frozen
from custvalue._words import count, percent
from custvalue.errors import DataError, ParameterError

NEW, GONE = "new", "gone"
SAME_CUTS = "Both dates are scored with the same cut points"
OTHER_CUTS = (
    "Each date is scored with cut points of its own, so that customers also move because others "
    "did. Use earlier.score(history) for the later date to keep the cut points"
)


class RFMMigration(Pictured, Tabulated, Frozen):
    """Customers by their segments at two dates.

    :meth:`RFM.migration` makes it. :meth:`columns` has one row for each pair of segments.

    Parameters
    ----------
    segments : tuple of str
        In the order of the rules.
    counts : tuple of tuple of int
        Customers from each segment (row) to each segment (column). The last row are customers who
        were not there at the earlier date, ``new``; the last column those who are not there at the
        later one, ``gone``.
    same_cuts : bool
        Whether both dates are scored with the same cut points.
    earlier, later : date or None
        The ends of observation, where they are known.
    """

    PICTURE: ClassVar[str] = "rfm_migration_map"
    LABELS: ClassVar[str] = "from \\ to"
    SHOWN: ClassVar = shown("customers")
    REPR: ClassVar[tuple[str, ...]] = ("segments", "customers", "stayed")

    segments: tuple[str, ...]
    counts: tuple[tuple[Count, ...], ...]
    same_cuts: bool
    earlier: date | None = None
    later: date | None = None

    @model_validator(mode="after")
    def _square(self) -> Self:
        """Raise unless the counts are a square with a row and a column more than segments."""
        size = len(self.segments) + 1
        if len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ParameterError(
                f"RFMMigration: counts must have {size} rows and columns, one for each segment and "
                f"one for customers who were not there."
            )
        return self

    @property
    def customers(self) -> int:
        """Customers who are there at both dates."""
        return sum(sum(row[:-1]) for row in self.counts[:-1])

    @property
    def stayed(self) -> Proportion | None:
        """Share of the customers of both dates who are in the same segment; None of nobody."""
        if not self.customers:
            return None
        same = sum(self.counts[place][place] for place in range(len(self.segments)))
        return share_among(same, self.customers, "same segment")

    def share(self, origin: str, target: str) -> Proportion | None:
        """Return the share of the customers of one segment who are in another one later.

        Parameters
        ----------
        origin : str
            A segment of the earlier date, or ``"new"``.
        target : str
            A segment of the later date, or ``"gone"``.

        Returns
        -------
        Proportion or None
            With Wilson's interval; None where the segment had no customers.

        Raises
        ------
        DataError
            If there is no such segment.
        """
        row = self.counts[_place(origin, (*self.segments, NEW))]
        some = row[_place(target, (*self.segments, GONE))]
        return share_among(some, sum(row), f"{origin} to {target}") if sum(row) else None

    def _rows(self, level: float) -> Sequence[Row]:
        rows = []
        for origin, counts in zip((*self.segments, NEW), self.counts, strict=True):
            for target, some in zip((*self.segments, GONE), counts, strict=True):
                share = self.share(origin, target)
                cells = {"origin": origin, "target": target, "customers": some}
                rows.append(Row(origin, {**cells, **ends_of("share", share, level)}))
        return rows[:-1]  # nobody is new and gone

    def _shown(self) -> Mapping[str, str]:
        return {name: name for name in (*self.segments, GONE)}

    def _printed(self) -> Sequence[Row]:
        named = zip((*self.segments, NEW), self.counts, strict=True)
        rows = [Row(name, dict(zip(self._shown(), row, strict=True))) for name, row in named]
        return [*rows[:-1], Row(NEW, {**rows[-1].values, GONE: None})]

    def _title(self) -> str:
        dates = [str(day) for day in (self.earlier, self.later) if day is not None]
        between = f", {dates[0]} to {dates[1]}" if len(dates) == 2 else ""
        return f"Migration of {count(self.customers, 'customer')}{between}"

    def _notes(self) -> Sequence[str]:
        held = ""
        if (stayed := self.stayed) is not None:
            ends = stayed.confidence_interval()
            low, high = percent(ends.low, 1), percent(ends.high, 1)
            held = (
                f"In the same segment: {percent(stayed.value, 1)} ({low} to {high}, "
                f"{ends.description})."
            )
        return (held, f"{SAME_CUTS if self.same_cuts else OTHER_CUTS}.")


def _place(name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise DataError(no_such("segment", name, names))
    return names.index(name)


def counted_moves(
    before: IntArray, after: IntArray, found: IntArray, segments: int
) -> tuple[tuple[int, ...], ...]:
    """Count customers by both segments; `found` says where a customer of before is in after."""
    size = segments + 1
    there = found >= 0
    target = np.where(there, after[np.maximum(found, 0)], segments)
    counts = np.bincount(before * size + target, minlength=size * size)
    is_new = np.ones(len(after), dtype=bool)
    is_new[found[there]] = False
    counts[segments * size : segments * size + segments] = np.bincount(
        after[is_new], minlength=segments
    )
    return tuple(map(tuple, counts.reshape(size, size).tolist()))
