"""Numbers as they are printed, and the ranges that they stand for."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from custvalue._respondents.scale import Scale
from custvalue._values import Frozen, Level
from custvalue._words import plain

Rounding = Literal["nearest", "truncated"]
Quantile = Literal["t", "normal"]
Divisor = Literal["n - 1", "n"]

SLACK = 1e-9  # relative: what floating point may do to a number before it is printed


class PublishedConvention(Frozen):
    """How the numbers of a table are taken to have been computed and printed.

    Parameters
    ----------
    scale : Scale or None
        The scale of the answers; None where it is not known.
    level : float
        Confidence level of the intervals.
    quantile : {"t", "normal"}
        By which the intervals were made: of Student's t with n - 1 degrees of freedom, or normal.
    rounding : {"nearest", "truncated"}
        Whether the last digit was rounded (halves up, down or to even), or the others cut off.
    sd_divisor : {"n - 1", "n"}
        What the standard deviations were divided by.
    weighted_answers : bool
        Whether respondents have sampling weights, so that n says nothing about the digits of a
        mean, nor about the step from a standard deviation to a standard error.
    percentages_total, weights_total : float or None
        What percentages and weights have to sum to; None where they do not.
    """

    scale: Scale | None = None
    level: Level = 0.95
    quantile: Quantile = "t"
    rounding: Rounding = "nearest"
    sd_divisor: Divisor = "n - 1"
    weighted_answers: bool = False
    percentages_total: float | None = 100.0
    weights_total: float | None = 100.0

    @property
    def turned(self) -> bool:
        """Whether lower answers are better, so that a gap is expectation - perception."""
        return self.scale is not None and self.scale.sign < 0


def printed_text(value: Any) -> str:
    """Return a number as it is printed: text stays, but for typography.

    Raises
    ------
    ValueError
        If it is no finite number.
    """
    text = str(plain(value)) if not isinstance(value, str) else value
    tidy = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    tidy = tidy.removesuffix("%").replace(",", "").strip()
    try:
        number = Decimal(tidy)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError(
            f"a printed number is needed, as in '-0.50', but it is {value!r}. Leave out what the "
            f"table does not print."
        )
    return tidy


class Range(NamedTuple):
    """All numbers from `low` to `high`, both among them."""

    low: float
    high: float

    def minus(self, other: Range) -> Range:
        """Return what a difference of two such numbers can be."""
        return Range(self.low - other.high, self.high - other.low)

    def times(self, other: Range) -> Range:
        """Return what their product can be."""
        ends = [_product(a, b) for a in self for b in other]
        return Range(min(ends), max(ends))

    def over(self, other: Range) -> Range:
        """Return what their ratio can be, `other` being nowhere below 0."""
        inverse = Range(1 / other.high if other.high else math.inf, _inverse(other.low))
        return self.times(inverse)

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


def _product(one: float, other: float) -> float:
    return 0.0 if 0 in (one, other) else one * other  # also of 0 and infinity


def _inverse(value: float) -> float:
    return 1 / value if value > 0 else math.inf


NOT_NEGATIVE = Range(0.0, math.inf)


class Printed(NamedTuple):
    """A number as it is printed, and the ends of what it may stand for."""

    text: str
    value: Fraction
    low: Fraction
    high: Fraction

    @property
    def range(self) -> Range:
        """What it may stand for."""
        return Range(float(self.low), float(self.high))

    @property
    def rounding(self) -> float:
        """How far the number that was printed may lie from it."""
        return float(max(self.high - self.value, self.value - self.low))

    @classmethod
    def read(
        cls, text: str, *, decimals: int | None = None, rounding: Rounding = "nearest"
    ) -> Printed:
        """Read a printed number.

        Parameters
        ----------
        text : str
            What :func:`printed_text` returned.
        decimals : int, optional
            Digits after the point that the table prints, where the text may have lost zeros.
        rounding : {"nearest", "truncated"}
            How the last digit came about.
        """
        number = Decimal(text)
        exponent = int(number.as_tuple().exponent)
        unit = Fraction(10) ** min(exponent, exponent if decimals is None else -decimals)
        value = Fraction(number)
        if rounding == "nearest":
            return cls(text, value, value - unit / 2, value + unit / 2)
        below, above = (unit if value <= 0 else 0), (unit if value >= 0 else 0)
        return cls(text, value, value - below, value + above)

    @classmethod
    def exactly(cls, text: str) -> Printed:
        """Read a number that was not rounded."""
        value = Fraction(Decimal(text))
        return cls(text, value, value, value)
