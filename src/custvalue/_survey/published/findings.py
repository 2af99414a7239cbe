"""What a check of a published table found."""

from __future__ import annotations

import math
from typing import ClassVar

from custvalue._survey.published.numbers import Printed, Range
from custvalue._values import Frozen, NonNegative


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
        Whether only `low` and `high` themselves are possible, and nothing between: the case of a
        number that n whole answers cannot have.
    hint : str
        What would explain it; empty where nothing simple does.
    """

    REPR: ClassVar[tuple[str, ...]] = ("row", "quantity", "claimed", "follows")

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


class Notebook:
    """Where the checks of one row, or of the table, write down what they compared and found."""

    def __init__(self, row: str = "the table") -> None:
        self.row = row
        self.checks = 0
        self.findings: list[PublishedFinding] = []
        self.notes: list[str] = []

    def compare(
        self, check: str, quantity: str, claimed: Printed, follows: Range, *, hint: str = ""
    ) -> bool:
        """Compare a printed number with what follows from the others; say whether they agree."""
        agrees = claimed.range.meets(follows)
        self.checks += 1
        if not agrees:
            self.find(check, quantity, claimed, follows, hint=hint)
        return agrees

    def find(
        self,
        check: str,
        quantity: str,
        claimed: Printed,
        follows: Range,
        *,
        neighbours: bool = False,
        hint: str = "",
    ) -> None:
        """Write down a finding; of `neighbours` only the ends themselves are possible."""
        low, high = (None if math.isinf(end) else end for end in follows)
        value = float(claimed.value)
        nearest = min(abs(value - end) for end in follows)
        self.findings.append(
            PublishedFinding(
                row=self.row,
                check=check,
                quantity=quantity,
                claimed=claimed.text,
                low=low,
                high=high,
                off=nearest if neighbours else follows.distance(value),
                rounding=claimed.rounding,
                neighbours=neighbours,
                hint=hint,
            )
        )
