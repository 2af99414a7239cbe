"""What changed since the last wave, beyond chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from custvalue import comparing
from custvalue._comparing.difference import Difference
from custvalue._inference.contrast import Label
from custvalue._inference.interval import Interval
from custvalue._report.catalogue import MEASURES, Changes, Numbers
from custvalue._report.content import Block, Contribution, Paragraph, Points, Section, TableBlock
from custvalue._report.surveyed import Measure, answered
from custvalue._report.translation import translated
from custvalue._report.words import DIGITS, amount, enumerated, range_of, size
from custvalue.comparing import Trend
from custvalue.errors import DataError


class Compared(NamedTuple):
    """A measure over waves, or why there is no comparison: "" where it was not asked twice."""

    measure: Measure
    trend: Trend | None
    reason: str = ""

    @property
    def name(self) -> str:
        """What was measured."""
        return MEASURES[self.measure.name]()

    @property
    def last(self) -> Difference | None:
        """The latest wave minus the one before."""
        return None if self.trend is None else self.trend.changes[-1]


def changes(asked: Sequence[Measure], waves: Sequence[Label]) -> Contribution:
    """Say what changed; nothing where no wave is named."""
    if not waves:
        return Contribution()
    now = str(waves[-1])
    if len(waves) < 2:
        only = Paragraph(Changes.ONE(now=now))
        return Contribution(actions=(Section(Changes.TITLE(), (only,)),))
    compared = [_compared(its, waves[-1]) for its in asked]
    tables = tuple(TableBlock(its.trend) for its in compared if its.trend is not None)
    methods = dict.fromkeys(_method(its.last) for its in compared if its.last is not None)
    return Contribution(
        actions=(Section(Changes.TITLE(), tuple(_blocks(compared, now))),),
        sections=(Section(Changes.TABLES(), tables),) if tables else (),
        base=(Changes.LATEST(now=now),),
        conventions=(
            Changes.CONVENTION(methods=Numbers.SEMICOLON().join(map(translated, methods))),
        )
        if methods
        else (),
    )


def _method(change: Difference) -> str:
    return change.confidence_interval().description


def _compared(measure: Measure, latest: Label) -> Compared:
    """Follow a measure over the waves in which it was asked, if the latest is one of them."""
    answers = measure.answers
    asked = [label for label, part in answers.by("wave").items() if answered(part)]
    if latest not in asked or len(asked) < 2:
        return Compared(measure, None)
    waves = answers.labels["wave"]
    kept = answers.of_rows(np.isin(waves, np.array(asked, dtype=waves.dtype)))
    try:
        return Compared(measure, comparing.trend(kept, measure.compute))
    except DataError as error:  # a wave whose answers are all equal, or too few of them
        return Compared(measure, None, str(error))


def _blocks(compared: Sequence[Compared], now: str) -> Iterator[Block]:
    """Say what moved, what did not, and what nobody can tell."""
    moved = [(its, its.last) for its in compared if its.last is not None and its.last.significant]
    still = [its for its in compared if its.last is not None and not its.last.significant]
    if moved:
        yield Points(tuple(_moved(*each) for each in moved))
    for before in dict.fromkeys(_before(its) for its in still):
        names = enumerated([its.name for its in still if _before(its) == before])
        said = Changes.SAME if moved else Changes.NOTHING
        yield Paragraph(said(before=before, names=names))
    for its in compared:
        if its.trend is None and its.reason:
            yield Paragraph(Changes.NOT_COMPARED(name=its.name, reason=translated(its.reason)))
        elif its.trend is None:
            yield Paragraph(Changes.NOT_ASKED(name=its.name, now=now))


def _before(its: Compared) -> str:
    return "" if its.last is None else str(its.last.against)


def _moved(its: Compared, change: Difference) -> str:
    """Say how much a measure rose or fell."""
    new, old = change.of
    sign = 1 if change.value > 0 else -1
    ends = change.confidence_interval()
    low, high = sorted((sign * ends.low, sign * ends.high))
    said = Changes.ROSE if sign > 0 else Changes.FELL
    unit = 100.0 if its.measure.name == "perceived" else 1.0
    ends = Interval(low=unit * low, high=unit * high, level=ends.level, method=ends.method)
    return said(
        name=its.name,
        old=amount(its.measure.name, old.value),
        before=str(change.against),
        new=amount(its.measure.name, new.value),
        now=str(change.group),
        size=size(its.measure.name, change.value),
        range=range_of(ends, DIGITS[its.measure.name]),
    )
