"""Which means, SDs and percentages n whole answers can have: GRIM and GRIMMER.

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

from custvalue._respondents.scale import Scale
from custvalue._survey.published.equations import Facts
from custvalue._survey.published.findings import Notebook
from custvalue._survey.published.numbers import Divisor, Printed, Range

TOTALS = 2_000  # sums of answers to look at; a mean that allows more says nothing about its SD


class Lattice(NamedTuple):
    """What one respondent's (mean) answer can be: low, low + step, …, low + steps step."""

    low: Fraction
    step: Fraction
    steps: int
    n: int

    @classmethod
    def of(cls, scale: Scale, facts: Facts, *, difference: bool) -> Lattice | None:
        """Return it for one column of a row; None on a continuous scale, or without n."""
        if scale.step is None or facts.sampled is None:
            return None
        step = _exact(scale.step) / facts.items
        width = _exact(scale.high) - _exact(scale.low)
        if difference:
            return cls(-width, step, int(2 * width / step), facts.sampled)
        return cls(_exact(scale.low), step, int(width / step), facts.sampled)

    def mean(self, total: int) -> Fraction:
        """Return the mean of answers that are together `total` steps above the low end."""
        return self.low + self.step * Fraction(total, self.n)

    def totals(self, mean: Printed) -> range:
        """Return the sums of steps that a printed mean can have come from."""
        first, last = ((end - self.low) * self.n / self.step for end in (mean.low, mean.high))
        return range(max(math.ceil(first), 0), min(math.floor(last), self.n * self.steps) + 1)

    def neighbours(self, mean: Printed) -> Range:
        """Return the nearest possible means below and above."""
        below = math.floor((mean.value - self.low) * self.n / self.step)
        ends = (min(max(total, 0), self.n * self.steps) for total in (below, below + 1))
        return Range(*(float(self.mean(total)) for total in ends))


def _exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(float(value))))


COLUMNS = (
    ("perception", "perception_sd", False),
    ("expectation", "expectation_sd", False),
    ("gap", "sd", True),
    ("mean", "sd", False),
)


def check_whole_numbers(facts: Facts, notes: Notebook) -> None:
    """Compare each mean and SD of a row with what n answers on the scale can have."""
    scale = facts.convention.scale
    if scale is None:
        return
    for name, spread, difference in COLUMNS:
        mean = facts.get(name)
        if mean is None:
            continue
        ends = Range(-scale.width, scale.width) if difference else Range(scale.low, scale.high)
        if not notes.compare(facts.name, "the scale", name, mean, ends):
            continue
        lattice = Lattice.of(scale, facts, difference=difference)
        if lattice is not None and not _check_mean(facts, notes, name, mean, lattice):
            continue
        if (sd := facts.get(spread)) is not None and sd.range.high >= 0 and facts.n != 1:
            column = _Column(spread, sd, mean, ends)
            _check_sd(facts, notes, column, lattice)


def _check_mean(facts: Facts, notes: Notebook, name: str, mean: Printed, its: Lattice) -> bool:
    """GRIM."""
    notes.checks += 1
    if its.totals(mean):
        return True
    answers = f"{facts.n:,} x {facts.items}" if facts.items > 1 else f"{facts.n:,}"
    check = f"the nearest mean of {answers} answers"
    notes.find(facts.name, check, name, mean, its.neighbours(mean), neighbours=True)
    return False


class _Column(NamedTuple):
    """An SD with the mean that it belongs to."""

    name: str
    sd: Printed
    mean: Printed
    ends: Range


def _check_sd(facts: Facts, notes: Notebook, its: _Column, lattice: Lattice | None) -> None:
    """Compare an SD with the largest that the mean leaves room for, then with whole sums."""
    divisor = facts.convention.sd_divisor
    possible = Range(0.0, _largest_sd(its.mean.range, its.ends, facts.n, divisor))
    check = "an SD possible for its mean"
    if not notes.compare(facts.name, check, its.name, its.sd, possible):
        return
    if lattice is None or len(lattice.totals(its.mean)) > TOTALS:
        return
    notes.checks += 1
    if any(_has_sd(lattice, total, its.sd, divisor) for total in lattice.totals(its.mean)):
        return
    near = _nearest_sds(lattice, its.mean, its.sd, divisor)
    check = f"the nearest SD of {facts.n:,} answers with this mean"
    notes.find(facts.name, check, its.name, its.sd, near, neighbours=True)


def _largest_sd(mean: Range, ends: Range, n: int | None, divisor: Divisor) -> float:
    """Return the SD of answers that are all at one end or the other."""
    inside = mean.within(ends)
    middle = (ends.low + ends.high) / 2
    at = min(max(middle, inside.low), inside.high)
    variance = max((at - ends.low) * (ends.high - at), 0.0)
    if divisor == "n":
        return math.sqrt(variance)
    return math.sqrt(variance * n / (n - 1)) if n is not None else math.sqrt(2 * variance)


class _Squares(NamedTuple):
    """Which sums of squared steps a sum of steps allows."""

    least: int
    most: int
    parity: int

    @classmethod
    def of(cls, its: Lattice, total: int) -> _Squares:
        each, rest = divmod(total, its.n)
        least = (its.n - rest) * each**2 + rest * (each + 1) ** 2
        at_end, left = divmod(total, its.steps)
        return cls(least, at_end * its.steps**2 + left**2, total % 2)

    def up(self, value: Fraction) -> int | None:
        """Return the smallest allowed sum at or above a value."""
        found = max(math.ceil(value), self.least)
        found += (found - self.parity) % 2
        return found if found <= self.most else None

    def down(self, value: Fraction) -> int | None:
        """Return the largest allowed sum at or below a value."""
        found = min(math.floor(value), self.most)
        found -= (found - self.parity) % 2
        return found if found >= self.least else None


def _sums(its: Lattice, total: int, sd: Fraction, divisor: Divisor) -> Fraction:
    """Return the sum of squared steps that an SD needs."""
    count = its.n - 1 if divisor == "n - 1" else its.n
    return max(sd, Fraction(0)) ** 2 * count / its.step**2 + Fraction(total**2, its.n)


def _has_sd(its: Lattice, total: int, sd: Printed, divisor: Divisor) -> bool:
    """GRIMMER, for one sum of answers."""
    found = _Squares.of(its, total).up(_sums(its, total, sd.low, divisor))
    return found is not None and found <= _sums(its, total, sd.high, divisor)


def _nearest_sds(its: Lattice, mean: Printed, sd: Printed, divisor: Divisor) -> Range:
    """Return the nearest SDs below and above that the mean allows."""
    below = [found for total in its.totals(mean) for found in _sd(its, total, sd, divisor, -1)]
    above = [found for total in its.totals(mean) for found in _sd(its, total, sd, divisor, 1)]
    return Range(max(below or above), min(above or below))


def _sd(its: Lattice, total: int, sd: Printed, divisor: Divisor, side: int) -> Iterator[float]:
    squares, sums = _Squares.of(its, total), _sums(its, total, sd.value, divisor)
    found = squares.up(sums) if side > 0 else squares.down(sums)
    if found is not None:
        count = its.n - 1 if divisor == "n - 1" else its.n
        spread = max(found - Fraction(total**2, its.n), Fraction(0)) / count
        yield float(its.step) * math.sqrt(spread)
