"""Numbers as they are printed, and the ranges that they stand for."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal, NamedTuple

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
