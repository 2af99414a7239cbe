"""What the numbers of one row say of each other: gap, standard error, t, interval.

Every printed number stands for a range. What follows from other numbers is a range too, and a
finding is made only where the two have nothing in common, so that a table that was computed
properly and rounded at the end never raises one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._survey.published.findings import Notebook
from custvalue._survey.published.numbers import (
    NOT_NEGATIVE,
    Divisor,
    Printed,
    PublishedConvention,
    Quantile,
    Range,
)

OTHER_SIGN = "With the other sign it fits."
T_RATIO = "estimate / standard error"


class Facts(NamedTuple):
    """One row, read: its numbers by the name of their field, and how many respondents."""

    name: str
    n: int | None
    items: int
    is_gap: bool
    numbers: dict[str, Printed]
    convention: PublishedConvention

    def get(self, field: str) -> Printed | None:
        """Return a printed number, None where the table has none."""
        return self.numbers.get(field)

    @property
    def sampled(self) -> int | None:
        """Respondents, where the digits of a mean depend on how many they are."""
        return None if self.convention.weighted_answers else self.n


def check_equations(facts: Facts, notes: Notebook) -> None:
    """Compare the numbers of one row with each other."""
    estimate = _estimate(facts, notes)
    _check_sd_of_gap(facts, notes)
    error = _standard_error(facts, notes)
    if estimate is None:
        return
    error = _t_value(facts, notes, estimate, error)
    _interval(facts, notes, estimate, error)


def _estimate(facts: Facts, notes: Notebook) -> Range | None:
    """Return what sd, t and interval belong to, after comparing the gap with P - E."""
    printed = facts.get("gap") if facts.is_gap else facts.get("mean")
    perception, expectation = facts.get("perception"), facts.get("expectation")
    if perception is None or expectation is None:
        return None if printed is None else printed.range
    difference = gap_of(perception, expectation, facts.convention)
    if printed is None:
        return difference
    check = "expectation - perception" if facts.convention.turned else "perception - expectation"
    hint = OTHER_SIGN if _negative(printed.range).meets(difference) else ""
    agrees = notes.compare(facts.name, check, "gap", printed, difference, hint=hint)
    return printed.range.within(difference) if agrees else printed.range


def gap_of(perception: Printed, expectation: Printed, convention: PublishedConvention) -> Range:
    """Return what the gap between two printed means can be, below 0 being a shortfall."""
    difference = perception.range.minus(expectation.range)
    return _negative(difference) if convention.turned else difference


def _negative(its: Range) -> Range:
    return Range(-its.high, -its.low)


def _absolute(its: Range) -> Range:
    ends = sorted(abs(end) for end in its)
    return Range(0.0 if its.low <= 0 <= its.high else ends[0], ends[1])


def _check_sd_of_gap(facts: Facts, notes: Notebook) -> None:
    """Compare the spread of differences with the spreads of what they are differences of."""
    sd, own, other = (facts.get(name) for name in ("sd", "perception_sd", "expectation_sd"))
    if sd is None or own is None or other is None:
        return
    least = max(own.range.low - other.range.high, other.range.low - own.range.high, 0.0)
    possible = Range(least, own.range.high + other.range.high)
    notes.compare(facts.name, "what the SDs of both allow", "sd", sd, possible)


def _standard_error(facts: Facts, notes: Notebook) -> Range:
    """Return what the standard error can be, after comparing it with the SD."""
    printed, sd, n = facts.get("standard_error"), facts.get("sd"), facts.sampled
    for quantity, its in (("standard error", printed), ("sd", sd)):
        if its is not None and its.range.high < 0:
            notes.find(facts.name, "a spread", quantity, its, NOT_NEGATIVE)
            return NOT_NEGATIVE
    if sd is None or n is None or n < 2:
        return NOT_NEGATIVE if printed is None else printed.range.within(NOT_NEGATIVE)
    divisor = facts.convention.sd_divisor
    follows = _error_of(sd, n, divisor)
    if printed is None:
        return follows
    hint = ""
    other: Divisor = "n" if divisor == "n - 1" else "n - 1"
    if printed.range.meets(_error_of(sd, n, other)):
        hint = f"It fits if SDs were divided by {other}: say sd_divisor={other!r}."
    elif printed.range.meets(sd.range):
        hint = "It is the SD: √n was forgotten, or the columns are exchanged."
    if notes.compare(facts.name, "sd / √n", "standard error", printed, follows, hint=hint):
        return printed.range.within(follows)
    return printed.range.within(NOT_NEGATIVE)


def _error_of(sd: Printed, n: int, divisor: Divisor) -> Range:
    root = math.sqrt(n if divisor == "n - 1" else n - 1)
    spread = sd.range.within(NOT_NEGATIVE)
    return Range(spread.low / root, spread.high / root)


def _t_value(facts: Facts, notes: Notebook, estimate: Range, error: Range) -> Range:
    """Compare t with the standard error; return the error with what t says of it."""
    t, against = facts.get("t"), facts.numbers["against"]
    if t is None:
        return error
    difference = estimate.minus(against.range)
    if error != NOT_NEGATIVE:
        follows = difference.over(error)
        hint = OTHER_SIGN if _negative(t.range).meets(follows) else ""
        if not notes.compare(facts.name, T_RATIO, "t", t, follows, hint=hint):
            return error
    implied = _absolute(difference).over(_absolute(t.range))
    return error.within(implied) if error.meets(implied) else error


def _interval(facts: Facts, notes: Notebook, estimate: Range, error: Range) -> None:
    """Compare the ends of the interval with the standard error, and with each other."""
    low, high = facts.get("low"), facts.get("high")
    agree = True
    if error != NOT_NEGATIVE:
        for sign, end in ((-1, low), (1, high)):
            if end is not None:
                agree &= _end(facts, notes, end, estimate, error=error, sign=sign)
    if low is None or high is None or not agree or _clipped(facts, low, high):
        return
    middle = Range((low.range.low + high.range.low) / 2, (low.range.high + high.range.high) / 2)
    printed = facts.get("gap") if facts.is_gap else facts.get("mean")
    if printed is None:
        return
    if notes.compare(facts.name, "the middle of the interval", _what(facts), printed, middle):
        least = Range(low.range.low, math.inf)
        notes.compare(facts.name, "what lies above the low end", "high end", high, least)


def _what(facts: Facts) -> str:
    return "gap" if facts.is_gap else "mean"


def _end(
    facts: Facts, notes: Notebook, end: Printed, estimate: Range, *, error: Range, sign: int
) -> bool:
    """Compare one end; an interval may have been clipped at the end of the scale, or not."""
    quantile = facts.convention.quantile
    follows = _end_by(facts, quantile, estimate, error, sign)
    if follows is None:
        return True
    other: Quantile = "normal" if quantile == "t" else "t"
    elsewhere = _end_by(facts, other, estimate, error, sign)
    hint = ""
    if elsewhere is not None and end.range.meets(elsewhere):
        hint = f"It fits the {other} quantile: say quantile={other!r}."
    way = f"estimate {'+' if sign > 0 else '-'} {quantile} quantile x standard error"
    name = "high end" if sign > 0 else "low end"
    return notes.compare(facts.name, way, name, end, follows, hint=hint)


def _end_by(
    facts: Facts, quantile: Quantile, estimate: Range, error: Range, sign: int
) -> Range | None:
    """Return where an end lies; None where n is not known, or too small for a quantile."""
    level = facts.convention.level
    if quantile == "t" and (facts.n is None or facts.n < 2):
        return None
    q = normal_quantile(level) if quantile == "normal" else t_quantile(level, (facts.n or 2) - 1)
    reach = Range(q * error.low, q * error.high)
    bounds = bounds_of(facts)
    if sign < 0:
        low = estimate.minus(reach)
        return low if bounds is None else Range(low.low, max(low.high, bounds.low))
    high = Range(estimate.low + reach.low, estimate.high + reach.high)
    return high if bounds is None else Range(min(high.low, bounds.high), high.high)


def bounds_of(facts: Facts) -> Range | None:
    """Return the ends that the estimate of a row cannot pass; None without a scale."""
    scale = facts.convention.scale
    if scale is None:
        return None
    return Range(-scale.width, scale.width) if facts.is_gap else Range(scale.low, scale.high)


def _clipped(facts: Facts, low: Printed, high: Printed) -> bool:
    """Say whether an end lies at the end of the scale, so that the middle says nothing."""
    bounds = bounds_of(facts)
    return bounds is not None and (low.range.low <= bounds.low or high.range.high >= bounds.high)
