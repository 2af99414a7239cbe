"""What the rows of a table say together: percentages, weights, counts, overall and weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from custvalue._survey.published.findings import Notebook
from custvalue._survey.published.numbers import Printed, Range
from custvalue._survey.published.reading import Facts, PublishedConvention
from custvalue._survey.published.whole_numbers import Lattice, has_mean
from custvalue._words import number


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
