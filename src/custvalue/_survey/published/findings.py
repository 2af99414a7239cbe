"""What a check of a published table found."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._survey.published.numbers import Printed, PublishedConvention, Range
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import count, percent

TABLE = "the table"
HEADER = ("row", "check", "printed", "follows", "off by", "rounding")


class PublishedFinding(Frozen):
    """One number of a published table that does not follow from the others.

    Parameters
    ----------
    row : str
        The row, or ``the table``.
    check : str
        What should hold, ``gap = perception - expectation``.
    quantity : str
        The number that was compared, ``gap``.
    claimed : str
        It, as it is printed.
    low, high : float or None
        What follows from the other numbers lies between these; None where there is no such end.
    off : float
        How far the printed number is from the nearest that follows.
    rounding : float
        How far it may be because it is rounded; the rounding of the other numbers is in `low`
        and `high`.
    neighbours : bool
        Whether only `low` and `high` themselves are possible, and nothing between: so for a number
        that n whole answers cannot have.
    hint : str
        What would explain it; empty where nothing simple does.
    """

    row: str
    check: str
    quantity: str
    claimed: str
    low: float | None
    high: float | None
    off: NonNegative
    rounding: NonNegative
    neighbours: bool = False
    hint: str = ""

    @property
    def sentence(self) -> str:
        """The finding in words."""
        words = (
            f"{self.row}: {self.quantity} is printed as {self.claimed}, but {self.check} is "
            f"{self.follows}: off by {self._figure(self.off)}, where rounding allows "
            f"{self._figure(self.rounding)}."
        )
        return f"{words} {self.hint}" if self.hint else words

    @property
    def follows(self) -> str:
        """What follows from the other numbers, in words."""
        low, high = (None if end is None else self._figure(end) for end in (self.low, self.high))
        if low is None or high is None:
            return f"at most {high}" if low is None else f"at least {low}"
        if low == high:
            return low
        return f"{low} or {high}" if self.neighbours else f"{low} to {high}"

    def _figure(self, value: float) -> str:
        """Format a number with two digits more than were printed."""
        digits = 4 if self.rounding == 0 else max(0, 2 - math.floor(math.log10(2 * self.rounding)))
        text = f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if digits else text

    def cells(self) -> tuple[str, ...]:
        """Return row, check, what is printed, what follows, off and rounding as cells."""
        printed = f"{self.quantity} {self.claimed}"
        off, rounding = self._figure(self.off), self._figure(self.rounding)
        return (self.row, self.check, printed, self.follows, off, rounding)

    def _table(self) -> Table:
        rows = tuple(zip(HEADER[1:], self.cells()[1:], strict=True))
        return Table(f"Finding, {self.row}", ("", ""), rows, (self.hint,) if self.hint else ())


class PublishedCheck(Frozen):
    """The findings in a published table, and what was compared.

    Parameters
    ----------
    rows : int
        Rows of the table.
    checks : int
        Comparisons that were made.
    findings : tuple of PublishedFinding
        Numbers that do not follow from the others; empty where rounding explains everything.
    notes : tuple of str
        What rounding explains, and rows in which nothing could be compared.
    convention : PublishedConvention
        How the numbers were taken to have been computed and printed.
    """

    rows: int
    checks: int
    findings: tuple[PublishedFinding, ...]
    notes: tuple[str, ...] = ()
    convention: PublishedConvention

    @property
    def consistent(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each finding, as a plain dict.

        Returns
        -------
        dict of str to ndarray
            The fields of :class:`PublishedFinding`; NaN where there is no end.
        """
        text = ("row", "check", "quantity", "claimed")
        numbers = ("low", "high", "off", "rounding")
        return {
            **{
                name: np.array([getattr(its, name) for its in self.findings], dtype=np.str_)
                for name in text
            },
            **{
                name: np.array([getattr(its, name) for its in self.findings], dtype=np.float64)
                for name in numbers
            },
            "neighbours": np.array([its.neighbours for its in self.findings], dtype=np.bool_),
            "hint": np.array([its.hint for its in self.findings], dtype=np.str_),
        }

    def __repr__(self) -> str:
        return (
            f"PublishedCheck(rows={self.rows}, checks={self.checks}, findings={len(self.findings)})"
        )

    def _table(self) -> Table:
        rows = tuple(its.cells() for its in self.findings)
        counts = (
            (self.rows, "row"),
            (self.checks, "comparison"),
            (len(self.findings), "finding"),
        )
        notes = (
            f"{', '.join(count(many, noun) for many, noun in counts)}.",
            described(self.convention),
            *[f"{its.row}, {its.quantity}: {its.hint}" for its in self.findings if its.hint],
            *self.notes,
        )
        return Table("Published table, checked", HEADER if rows else (), rows, notes)


def described(convention: PublishedConvention) -> str:
    """Say in words how numbers were taken to have been computed."""
    scale = "unknown" if convention.scale is None else str(convention.scale)
    weighted = ", weighted answers" if convention.weighted_answers else ""
    return (
        f"Scale {scale}; {percent(convention.level)} intervals by the {convention.quantile} "
        f"quantile; SD with {convention.sd_divisor}; last digits {convention.rounding}{weighted}."
    )


class Notebook:
    """Where the checks write down what they compared and what they found."""

    def __init__(self) -> None:
        self.checks = 0
        self.findings: list[PublishedFinding] = []
        self.notes: list[str] = []

    def compare(
        self,
        row: str,
        check: str,
        quantity: str,
        claimed: Printed,
        follows: Range,
        *,
        hint: str = "",
    ) -> bool:
        """Compare a printed number with what follows from the others; say whether they agree."""
        self.checks += 1
        if claimed.range.meets(follows):
            return True
        self.find(row, check, quantity, claimed, follows, hint=hint)
        return False

    def find(
        self,
        row: str,
        check: str,
        quantity: str,
        claimed: Printed,
        follows: Range,
        *,
        neighbours: bool = False,
        hint: str = "",
    ) -> None:
        """Write down a finding; of `neighbours` only the ends themselves are possible."""
        low, high = (None if np.isinf(end) else end for end in follows)
        value = float(claimed.value)
        ends = [abs(value - end) for end in follows]
        self.findings.append(
            PublishedFinding(
                row=row,
                check=check,
                quantity=quantity,
                claimed=claimed.text,
                low=low,
                high=high,
                off=min(ends) if neighbours else follows.distance(value),
                rounding=claimed.rounding,
                neighbours=neighbours,
                hint=hint,
            )
        )
