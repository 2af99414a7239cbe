"""Numbers as they are printed, the ranges that they stand for, and what was found about them."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, ClassVar, Literal, NamedTuple

from custvalue._values import Frozen, NonNegative
from custvalue._words import plain

Rounding = Literal["nearest", "truncated"]

SLACK = 1e-9  # relative: what floating point may do to a number before it is printed


def printed_text(value: Any) -> str:
    """Return a number as it is printed, without typography; ValueError if it is not finite."""
    text = value if isinstance(value, str) else str(plain(value))
    tidy = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    tidy = tidy.removesuffix("%").replace(",", "").strip()
    try:
        number = Decimal(tidy)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError(
            f"a printed number is needed, as in '-0.50', but it is {value!r}. Omit what the table "
            f"does not print."
        )
    return tidy


class Range(NamedTuple):
    """All numbers from `low` to `high`, both among them."""

    low: float
    high: float

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def __abs__(self) -> Range:
        ends = sorted(abs(end) for end in self)
        return Range(0.0 if self.low <= 0 <= self.high else ends[0], ends[1])

    def minus(self, other: Range) -> Range:
        """Return what a difference of two such numbers can be."""
        return Range(self.low - other.high, self.high - other.low)

    def times(self, other: Range) -> Range:
        """Return what their product can be; 0 times infinity is 0."""
        ends = [0.0 if 0 in (a, b) else a * b for a in self for b in other]
        return Range(min(ends), max(ends))

    def over(self, other: Range) -> Range:
        """Return what their ratio can be, `other` being nowhere below 0."""
        low, high = (1 / end if end > 0 else math.inf for end in (other.high, other.low))
        return self.times(Range(low, high))

    def within(self, other: Range) -> Range:
        """Return the part that lies in both."""
        return Range(max(self.low, other.low), min(self.high, other.high))

    def meets(self, other: Range) -> bool:
        """Say whether the two have a number in common, but for floating point."""
        ends = [abs(end) for end in (*self, *other) if math.isfinite(end)]
        slack = SLACK * max([1.0, *ends])
        return self.low <= other.high + slack and other.low <= self.high + slack

    def distance(self, value: float) -> float:
        """Return how far a number is from the nearest of these."""
        return max(self.low - value, value - self.high, 0.0)


NOT_NEGATIVE = Range(0.0, math.inf)


class Printed(NamedTuple):
    """A number as it is printed, and the ends of what it may stand for."""

    text: str
    value: Fraction
    low: Fraction
    high: Fraction

    @classmethod
    def read(cls, text: str, rounding: Rounding | None, decimals: int | None = None) -> Printed:
        """Read a printed number; without `rounding` it is exact, `decimals` restore lost zeros."""
        number = Decimal(text)
        value = Fraction(number)
        if rounding is None:
            return cls(text, value, value, value)
        exponent = int(number.as_tuple().exponent)
        unit = Fraction(10) ** min(exponent, exponent if decimals is None else -decimals)
        if rounding == "nearest":
            return cls(text, value, value - unit / 2, value + unit / 2)
        below, above = (unit if value <= 0 else 0), (unit if value >= 0 else 0)
        return cls(text, value, value - below, value + above)

    @property
    def range(self) -> Range:
        """What it may stand for."""
        return Range(float(self.low), float(self.high))

    @property
    def rounding(self) -> float:
        """How far the number that was printed may lie from it."""
        return float(max(self.high - self.value, self.value - self.low))


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
