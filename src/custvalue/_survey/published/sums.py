"""What the rows of a table say together: percentages, weights, counts, overall and weighted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from custvalue._survey.published.equations import Facts, gap_of
from custvalue._survey.published.findings import TABLE, Notebook
from custvalue._survey.published.numbers import Printed, PublishedConvention, Range
from custvalue._words import number

WEIGHTED = "the weighted sum of the rows"


def check_percentage(facts: Facts, notes: Notebook) -> None:
    """Compare a row's percentage with its count, or with what n respondents can have."""
    percentage, n = facts.get("percentage"), facts.sampled
    if percentage is None:
        return
    whole = facts.convention.percentages_total or 100.0
    if not notes.compare(facts.name, "a percentage", "percentage", percentage, Range(0.0, whole)):
        return
    if n is None:
        return
    count = facts.get("count")
    if count is not None:
        share = whole * float(count.value) / n
        notes.compare(facts.name, "count / n", "percentage", percentage, Range(share, share))
        return
    notes.checks += 1
    possible = _counts(percentage, n, whole)
    if not possible:
        below = math.floor(float(percentage.value) * n / whole)
        near = Range(whole * below / n, whole * (below + 1) / n)
        check = f"the nearest share of {n:,} respondents"
        notes.find(facts.name, check, "percentage", percentage, near, neighbours=True)


def _counts(percentage: Printed, n: int, whole: float) -> range:
    first, last = (float(end) * n / whole for end in (percentage.low, percentage.high))
    slack = 1e-9 * max(1, n)
    return range(max(math.ceil(first - slack), 0), min(math.floor(last + slack), n) + 1)


def check_sums(
    table: Sequence[Facts], n: int | None, convention: PublishedConvention, notes: Notebook
) -> None:
    """Compare the sums of percentages, of counts and of weights with what they must be."""
    for name, total in (
        ("percentage", convention.percentages_total),
        ("weight", convention.weights_total),
    ):
        printed = [its for facts in table if (its := facts.get(name)) is not None]
        if total is not None and len(printed) > 1:
            _check_sum(name, printed, total, notes)
    counts = [its for facts in table if (its := facts.get("count")) is not None]
    complete = len(counts) == len(table) > 1 and convention.percentages_total is not None
    if n is not None and complete:
        found = _summed(counts)
        notes.compare(TABLE, "n", "the sum of the counts", found, Range(float(n), float(n)))


def _summed(printed: Sequence[Printed]) -> Printed:
    value = sum((its.value for its in printed), start=printed[0].value * 0)
    low = sum((its.low for its in printed), start=value * 0)
    high = sum((its.high for its in printed), start=value * 0)
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return Printed(text, value, low, high)


def _check_sum(name: str, printed: Sequence[Printed], total: float, notes: Notebook) -> None:
    found = _summed(printed)
    what = f"the sum of the {name}s"
    hint = _other_total(name, found, total)
    agrees = notes.compare(TABLE, "the whole", what, found, Range(total, total), hint=hint)
    if agrees and abs(float(found.value) - total) > 1e-9 * abs(total):
        notes.notes.append(
            f"The {name}s sum to {found.text}, not {number(total)}: rounding explains up to "
            f"{number(found.rounding)}."
        )


def _other_total(name: str, found: Printed, total: float) -> str:
    for other in (1.0, 100.0):
        if other != total and found.range.meets(Range(other, other)):
            return f"They sum to {number(other)}: say {name}s_total={number(other)}."
    return ""


def check_overall(
    table: Sequence[Facts],
    overall: Printed | None,
    weighted: Printed | None,
    convention: PublishedConvention,
    notes: Notebook,
) -> None:
    """Compare the overall numbers below a table with its rows."""
    values = [_value(facts) for facts in table]
    ranges = [its for its in values if its is not None]
    if not ranges or len(ranges) < len(table):
        return
    if overall is not None:
        ends = zip(*ranges, strict=True)
        mean = Range(*(sum(its) / len(table) for its in ends))
        notes.compare(TABLE, "the mean of the rows", "overall", overall, mean)
    weights = [its.range for facts in table if (its := facts.get("weight")) is not None]
    if weighted is None or len(weights) < len(table):
        return
    total = convention.weights_total or sum((w.low + w.high) / 2 for w in weights)
    products = [w.times(r) for w, r in zip(weights, ranges, strict=True)]
    follows = Range(*(sum(its) / total for its in zip(*products, strict=True)))
    notes.compare(TABLE, WEIGHTED, "weighted", weighted, follows)


def _value(facts: Facts) -> Range | None:
    """Return the number of a row that is averaged below the table."""
    for name in ("gap", "mean"):
        if (printed := facts.get(name)) is not None:
            return printed.range
    perception, expectation = facts.get("perception"), facts.get("expectation")
    if perception is None or expectation is None:
        return None
    return gap_of(perception, expectation, facts.convention)
