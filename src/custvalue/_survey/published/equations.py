"""What the numbers of one row say of each other: gap, standard error, t, interval.

Every printed number stands for a range. What follows from other numbers is a range too, and a
finding is made only where the two have nothing in common, so a table that was computed properly
and rounded at the end never raises one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._survey.published.numbers import NOT_NEGATIVE, Notebook, Printed, Range
from custvalue._survey.published.reading import Divisor, Facts, PublishedConvention, Quantile
from custvalue._survey.published.whole_numbers import Lattice, has_mean
from custvalue._words import number

OTHER_SIGN = "With the other sign it fits."


def check_equations(facts: Facts) -> None:
    """Compare the numbers of one row with each other."""
    estimate = _estimate(facts)
    _check_sd_of_gap(facts)
    error = _standard_error(facts)
    if estimate is not None:
        _interval(facts, estimate, _t_value(facts, estimate, error))


def _estimate(facts: Facts) -> Range | None:
    """Return what sd, t and interval belong to, after comparing the gap with P - E."""
    printed, difference = facts.get(facts.quantity), facts.difference
    if printed is None or difference is None:
        return facts.estimate
    sides = ("perception", "expectation")[:: facts.convention.sign]
    hint = OTHER_SIGN if (-printed.range).meets(difference) else ""
    agrees = facts.notes.compare(" - ".join(sides), "gap", printed, difference, hint=hint)
    return printed.range.within(difference) if agrees else printed.range


def _check_sd_of_gap(facts: Facts) -> None:
    """Compare the spread of differences with the spreads of what they are differences of."""
    sd, own, other = (facts.get(name) for name in ("sd", "perception_sd", "expectation_sd"))
    if sd is None or own is None or other is None:
        return
    least = max(own.range.low - other.range.high, other.range.low - own.range.high, 0.0)
    possible = Range(least, own.range.high + other.range.high)
    facts.notes.compare("what the SDs of both allow", "sd", sd, possible)


def _standard_error(facts: Facts) -> Range:
    """Return what the standard error can be, after comparing it with the SD."""
    printed, sd, n = facts.get("standard_error"), facts.get("sd"), facts.sampled
    for quantity, its in (("standard error", printed), ("sd", sd)):
        if its is not None and its.range.high < 0:
            facts.notes.find("a spread", quantity, its, NOT_NEGATIVE)
            return NOT_NEGATIVE
    if sd is None or n is None or n < 2:
        return NOT_NEGATIVE if printed is None else printed.range.within(NOT_NEGATIVE)
    follows = _error_of(sd, n, facts.convention.sd_divisor)
    if printed is None:
        return follows
    hint = _why_not(printed, sd, n, facts.convention.sd_divisor)
    agrees = facts.notes.compare("sd / √n", "standard error", printed, follows, hint=hint)
    return printed.range.within(follows if agrees else NOT_NEGATIVE)


def _error_of(sd: Printed, n: int, divisor: Divisor) -> Range:
    root = math.sqrt(n if divisor == "n - 1" else n - 1)
    spread = sd.range.within(NOT_NEGATIVE)
    return Range(spread.low / root, spread.high / root)


def _why_not(error: Printed, sd: Printed, n: int, divisor: Divisor) -> str:
    """Say what would explain a standard error that does not follow from the SD."""
    other: Divisor = "n" if divisor == "n - 1" else "n - 1"
    if error.range.meets(_error_of(sd, n, other)):
        return f"It fits if SDs were divided by {other}: use sd_divisor={other!r}."
    exchanged = "It is the SD: √n was forgotten, or the columns are exchanged."
    return exchanged if error.range.meets(sd.range) else ""


def _t_value(facts: Facts, estimate: Range, error: Range) -> Range:
    """Compare t with the standard error; return the error with what t says of it."""
    t = facts.get("t")
    if t is None:
        return error
    difference = estimate.minus(facts.numbers["against"].range)
    if error != NOT_NEGATIVE:
        follows = difference.over(error)
        hint = OTHER_SIGN if (-t.range).meets(follows) else ""
        if not facts.notes.compare("estimate / standard error", "t", t, follows, hint=hint):
            return error
    implied = abs(difference).over(abs(t.range))
    return error.within(implied) if error.meets(implied) else error


def _interval(facts: Facts, estimate: Range, error: Range) -> None:
    """Compare the ends of the interval with the standard error, and with each other."""
    low, high = facts.get("low"), facts.get("high")
    agree = True
    if error != NOT_NEGATIVE:
        for sign, end in ((-1, low), (1, high)):
            agree &= end is None or _end(facts, end, estimate, error, sign)
    printed = facts.get(facts.quantity)
    if low is None or high is None or printed is None or not agree or _clipped(facts, low, high):
        return
    middle = Range((low.range.low + high.range.low) / 2, (low.range.high + high.range.high) / 2)
    if facts.notes.compare("the middle of the interval", facts.quantity, printed, middle):
        least = Range(low.range.low, math.inf)
        facts.notes.compare("what lies above the low end", "high end", high, least)


def _end(facts: Facts, end: Printed, estimate: Range, error: Range, sign: int) -> bool:
    """Compare one end; an interval may have been clipped at the end of the scale, or not."""
    quantile = facts.convention.quantile
    follows = _end_by(facts, quantile, estimate, error, sign)
    if follows is None:
        return True
    other: Quantile = "normal" if quantile == "t" else "t"
    elsewhere = _end_by(facts, other, estimate, error, sign)
    fits = elsewhere is not None and end.range.meets(elsewhere)
    hint = f"It fits the {other} quantile: use quantile={other!r}." if fits else ""
    way = f"estimate {'+' if sign > 0 else '-'} {quantile} quantile x standard error"
    name = "high end" if sign > 0 else "low end"
    return facts.notes.compare(way, name, end, follows, hint=hint)


def _end_by(
    facts: Facts, quantile: Quantile, estimate: Range, error: Range, sign: int
) -> Range | None:
    """Return where an end lies; None where n is not known, or too small for a quantile."""
    level, n = facts.convention.level, facts.n
    if quantile == "t" and (n is None or n < 2):
        return None
    q = normal_quantile(level) if quantile == "normal" else t_quantile(level, (n or 2) - 1)
    reach, bounds = Range(q * error.low, q * error.high), facts.ends(difference=facts.is_gap)
    if sign < 0:
        low = estimate.minus(reach)
        return low if bounds is None else Range(low.low, max(low.high, bounds.low))
    high = Range(estimate.low + reach.low, estimate.high + reach.high)
    return high if bounds is None else Range(min(high.low, bounds.high), high.high)


def _clipped(facts: Facts, low: Printed, high: Printed) -> bool:
    """Say whether an end lies at the end of the scale: the middle then says nothing."""
    bounds = facts.ends(difference=facts.is_gap)
    return bounds is not None and (low.range.low <= bounds.low or high.range.high >= bounds.high)


def check_percentage(facts: Facts) -> None:
    """Compare a row's percentage with its count, or with what n respondents can have."""
    percentage, n, notes = facts.get("percentage"), facts.sampled, facts.notes
    if percentage is None:
        return
    whole = facts.convention.percentages_total or 100.0
    possible = notes.compare("a percentage", "percentage", percentage, Range(0.0, whole))
    if n is None or not possible:
        return
    count = facts.get("count")
    if count is not None:
        share = whole * float(count.value) / n
        notes.compare("count / n", "percentage", percentage, Range(share, share))
        return
    lattice = Lattice(Fraction(0), Fraction(str(whole)), 1, n, n)
    has_mean(facts, "percentage", percentage, lattice, f"share of {n:,} respondents")


def check_sums(table: Sequence[Facts], convention: PublishedConvention, notes: Notebook) -> None:
    """Compare the sums of percentages, of counts and of weights with what they must be."""
    n = convention.n
    totals = {"percentage": convention.percentages_total, "weight": convention.weights_total}
    for name, total in totals.items():
        printed = _printed(table, name)
        if total is not None and len(printed) > 1:
            _check_sum(name, _summed(printed), total, notes)
    counts = _printed(table, "count")
    complete = len(counts) == len(table) > 1 and convention.percentages_total is not None
    if n is not None and complete:
        notes.compare("n", "the sum of the counts", _summed(counts), Range(float(n), float(n)))


def _printed(table: Sequence[Facts], name: str) -> list[Printed]:
    return [its for facts in table if (its := facts.get(name)) is not None]


def _summed(printed: Sequence[Printed]) -> Printed:
    value, low, high = (
        sum(ends, start=Fraction(0)) for ends in zip(*(its[1:] for its in printed), strict=True)
    )
    return Printed(f"{Decimal(value.numerator) / Decimal(value.denominator):f}", value, low, high)


def _check_sum(name: str, found: Printed, total: float, notes: Notebook) -> None:
    what, hint = f"the sum of the {name}s", _other_total(name, found, total)
    agrees = notes.compare("the whole", what, found, Range(total, total), hint=hint)
    if agrees and abs(float(found.value) - total) > 1e-9 * abs(total):
        notes.notes.append(
            f"The {name}s sum to {found.text}, not {number(total)}: rounding explains up to "
            f"{number(found.rounding)}."
        )


def _other_total(name: str, found: Printed, total: float) -> str:
    for other in (1.0, 100.0):
        if other != total and found.range.meets(Range(other, other)):
            return f"They sum to {number(other)}: use {name}s_total={number(other)}."
    return ""


def check_overall(
    table: Sequence[Facts],
    below: Mapping[str, Printed],
    convention: PublishedConvention,
    notes: Notebook,
) -> None:
    """Compare the numbers below a table, ``overall`` and ``weighted``, with its rows."""
    ranges = [its for facts in table if (its := facts.estimate) is not None]
    if not ranges or len(ranges) < len(table):
        return
    overall, weighted = below.get("overall"), below.get("weighted")
    if overall is not None:
        mean = Range(*(sum(ends) / len(table) for ends in zip(*ranges, strict=True)))
        notes.compare("the mean of the rows", "overall", overall, mean)
    weights = [its.range for its in _printed(table, "weight")]
    if weighted is None or len(weights) < len(table):
        return
    total = convention.weights_total or sum((w.low + w.high) / 2 for w in weights)
    products = [w.times(r) for w, r in zip(weights, ranges, strict=True)]
    follows = Range(*(sum(ends) / total for ends in zip(*products, strict=True)))
    notes.compare("the weighted sum of the rows", "weighted", weighted, follows)
