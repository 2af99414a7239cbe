"""Which means and SDs n whole answers can have: GRIM and GRIMMER.

N. J. L. Brown & J. A. J. Heathers (2017), The GRIM test, *Social Psychological and Personality
Science* 8(4): the sum of n whole answers is whole. J. Anaya (2016), The GRIMMER test, *PeerJ
Preprints* 4; A. Allard (2018), Analytic-GRIMMER: so is the sum of their squares, which is even or
odd as the sum is. Both are computed here in exact fractions, on a scale of any step, with the
further condition that the scale has ends. They are necessary: a number that passes may still be
impossible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from custvalue._survey.published.numbers import Printed, Range
from custvalue._survey.published.reading import Divisor, Facts

TOTALS = 2_000  # sums of answers to look at; a mean that allows more says nothing about its SD

COLUMNS = (
    ("perception", "perception_sd", False),
    ("expectation", "expectation_sd", False),
    ("gap", "sd", True),
    ("mean", "sd", False),
)


def check_whole_numbers(facts: Facts) -> None:
    """Compare each mean and SD of a row with what n answers on the scale can have."""
    items = f" x {facts.items}" if facts.items > 1 else ""
    what = f"mean of {facts.n or 0:,}{items} answers"
    for name, spread, difference in COLUMNS:
        mean, ends, sd = facts.get(name), facts.ends(difference=difference), facts.get(spread)
        if mean is None or ends is None or not facts.notes.compare("the scale", name, mean, ends):
            continue
        lattice = Lattice.of(facts, ends)
        if lattice is not None and not has_mean(facts, name, mean, lattice, what):
            continue
        if sd is not None and sd.range.high >= 0 and facts.n != 1:
            largest = _largest_sd(mean.range, ends, facts.n, facts.convention.sd_divisor)
            check = "an SD possible for its mean"
            possible = facts.notes.compare(check, spread, sd, Range(0.0, largest))
            if possible and lattice is not None and len(lattice.totals(mean)) <= TOTALS:
                _check_sd(facts, spread, sd, lattice, lattice.totals(mean))


class Lattice(NamedTuple):
    """What one respondent's (mean) answer can be: low, low + step, …, low + steps step."""

    low: Fraction
    step: Fraction
    steps: int
    n: int
    divisor: int  # of sums of squares, n or n - 1

    @classmethod
    def of(cls, facts: Facts, ends: Range) -> Lattice | None:
        """Return it for one column of a row; None on a continuous scale, or without n."""
        scale, n = facts.convention.scale, facts.sampled
        if scale is None or scale.step is None or n is None:
            return None
        step, low = _exact(scale.step) / facts.items, _exact(ends.low)
        divisor = n - 1 if facts.convention.sd_divisor == "n - 1" else n
        return cls(low, step, int((_exact(ends.high) - low) / step), n, divisor)

    def totals(self, mean: Printed) -> range:
        """Return the sums of steps that a printed mean can have come from."""
        first, last = ((end - self.low) * self.n / self.step for end in (mean.low, mean.high))
        return range(max(math.ceil(first), 0), min(math.floor(last), self.n * self.steps) + 1)

    def neighbours(self, mean: Printed) -> Range:
        """Return the nearest possible means below and above."""
        below = math.floor((mean.value - self.low) * self.n / self.step)
        ends = (min(max(total, 0), self.n * self.steps) for total in (below, below + 1))
        return Range(*(float(self.low + self.step * Fraction(total, self.n)) for total in ends))

    def squares(self, total: int, sd: Fraction) -> Fraction:
        """Return the sum of squared steps that an SD needs beside a sum of steps."""
        return max(sd, Fraction(0)) ** 2 * self.divisor / self.step**2 + Fraction(total**2, self.n)

    def sd(self, total: int, squares: int) -> float:
        """Return the SD of a sum of steps and one of squared steps."""
        spread = max(squares - Fraction(total**2, self.n), Fraction(0)) / self.divisor
        return float(self.step) * math.sqrt(spread)

    def nearest(self, total: int, value: Fraction, side: int) -> int | None:
        """Return the nearest possible sum of squared steps above (1) or below (-1) a value.

        It lies between that of equal answers and that of answers at both ends, and is even or odd
        as the sum is.
        """
        each, rest = divmod(total, self.n)
        least = (self.n - rest) * each**2 + rest * (each + 1) ** 2
        at_end, left = divmod(total, self.steps)
        most = at_end * self.steps**2 + left**2
        found = max(math.ceil(value), least) if side > 0 else min(math.floor(value), most)
        found += side * ((found - total) % 2)
        return found if least <= found <= most else None


def _exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(float(value))))


def has_mean(facts: Facts, name: str, mean: Printed, its: Lattice, what: str) -> bool:
    """GRIM: whether n whole answers can have a mean."""
    facts.notes.checks += 1
    possible = bool(its.totals(mean))
    if not possible:
        near = its.neighbours(mean)
        facts.notes.find(f"the nearest {what}", name, mean, near, neighbours=True)
    return possible


def _largest_sd(mean: Range, ends: Range, n: int | None, divisor: Divisor) -> float:
    """Return the SD of answers that are all at one end or the other."""
    inside = mean.within(ends)
    at = min(max((ends.low + ends.high) / 2, inside.low), inside.high)
    variance = max((at - ends.low) * (ends.high - at), 0.0)
    if divisor == "n":
        return math.sqrt(variance)
    return math.sqrt(variance * n / (n - 1)) if n is not None else math.sqrt(2 * variance)


def _check_sd(facts: Facts, name: str, sd: Printed, its: Lattice, totals: range) -> None:
    """GRIMMER: whether one of the sums of answers allows the SD."""
    facts.notes.checks += 1
    if any(_has_sd(its, total, sd) for total in totals):
        return
    below, above = (list(_sds(its, totals, sd.value, side)) for side in (-1, 1))
    near = Range(max(below or above), min(above or below))
    check = f"the nearest SD of {facts.n:,} answers with this mean"
    facts.notes.find(check, name, sd, near, neighbours=True)


def _has_sd(its: Lattice, total: int, sd: Printed) -> bool:
    found = its.nearest(total, its.squares(total, sd.low), 1)
    return found is not None and found <= its.squares(total, sd.high)


def _sds(its: Lattice, totals: range, sd: Fraction, side: int) -> Iterator[float]:
    """Yield the nearest SD, above or below, of each sum of answers."""
    for total in totals:
        squares = its.nearest(total, its.squares(total, sd), side)
        if squares is not None:
            yield its.sd(total, squares)
