"""What to do first: the weakest items, in the dimensions that weigh most on the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from custvalue import satisfaction, servqual
from custvalue._inference.interval import Interval
from custvalue._report.catalogue import First, Numbers
from custvalue._report.content import Block, Contribution, Paragraph, Points, Section
from custvalue._report.language import spoken
from custvalue._report.study import Survey
from custvalue._report.surveyed import Surveyed
from custvalue._report.translation import translated
from custvalue._report.words import enumerated, plain_number, probability_of, range_of
from custvalue._rows import FloatArray
from custvalue._servqual.gaps import LOW_RELIABILITY, DimensionGap, Gap, estimate_gaps
from custvalue._servqual.priorities import SIMULATIONS, DimensionPriority
from custvalue.servqual import Gaps, Priorities
from custvalue.survey import Dimension, Instrument, MeanEstimate, Responses, Scale

MOST = 3
SEED = 0  # of the draws: the same input gives the same page


class Standard(NamedTuple):
    """Answers beside what they are measured against, and the name of that."""

    answers: servqual.Survey
    name: str
    by_expectation: bool
    labels: Mapping[str, str] = MappingProxyType({})


def first(study: Survey, found: Surveyed) -> Contribution:
    """Say where to begin."""
    standard = _standard(study, found)
    if standard is None or standard.answers.respondents < 2:
        return Contribution()
    gaps = estimate_gaps(standard.answers)
    left = _unreliable(standard, gaps)
    if len(left) == len(gaps.dimensions):
        standard = _perceptions(standard.answers)
        gaps = estimate_gaps(standard.answers)
    lines = _lines(study, standard, gaps, left if standard.by_expectation else ())
    said = First.CONVENTION(standard=standard.name, draws=SIMULATIONS)
    return Contribution(
        actions=(Section(First.TITLE(), tuple(_blocks(standard, lines, left))),),
        conventions=(said,) if len(gaps.dimensions) > 1 else (),
    )


def _blocks(standard: Standard, lines: tuple[str, ...], left: tuple[str, ...]) -> Iterator[Block]:
    """Say where to begin, and what is not used."""
    instead = bool(left) and not standard.by_expectation
    none = First.NOTHING_ELSE if left and not instead else First.NOTHING
    yield Points(lines) if lines else Paragraph(none(standard=standard.name))
    if instead:
        yield Paragraph(First.INSTEAD())
    elif left:
        yield Paragraph(First.LEFT(names=enumerated([translated(name) for name in left])))


def _standard(study: Survey, found: Surveyed) -> Standard | None:
    """Return what falls short of which standard; answers without expectations of the best one."""
    if found.quality is not None:
        asked = found.quality
        if asked.expectations is not None:
            return Standard(asked, First.EXPECTATION(), True, _labels(asked.instrument))
        return _perceptions(asked)
    if study.index is None or found.index is None:
        return None
    parts = satisfaction.customer_satisfaction_index(
        found.index, importance=study.index.importance
    ).parts
    points = np.array([100 * part.share for part in parts])
    single = {name: (name,) for name in found.index.items}
    against = _against_best(found.index, single, points)
    return Standard(against, First.BEST(), by_expectation=False)


def _perceptions(asked: servqual.Survey) -> Standard:
    """Measure perceptions against the best answer."""
    dimensions = {its.name: _names(its) for its in asked.instrument.dimensions}
    against = _against_best(asked.perceptions, dimensions, asked.importance)
    return Standard(against, First.BEST(), False, _labels(asked.instrument))


def _labels(instrument: Instrument) -> dict[str, str]:
    """Return what the instrument calls its items, in the language that is spoken."""
    chinese = spoken() == "zh"
    return {its.name: its.chinese if chinese else its.label for its in instrument.items}


def _names(dimension: Dimension) -> tuple[str, ...]:
    return tuple(item.name for item in dimension.items)


def _against_best(
    answers: Responses, dimensions: Mapping[str, tuple[str, ...]], importance: FloatArray | None
) -> servqual.Survey:
    """Put the best answer of the scale beside every answer that was given."""
    scale = answers.scale
    best = scale.high if scale.direction == "higher is better" else scale.low
    frame = {"weight": answers.weights}
    for item, given in zip(answers.items, answers.answers.T, strict=True):
        frame |= {item: given, f"best {item}": np.where(np.isnan(given), np.nan, best)}
    points: list[str] | dict[str, float] | None = None
    if importance is not None and importance.ndim == 1:
        points = dict(zip(dimensions, importance.tolist(), strict=True))
    elif importance is not None:
        points = [f"importance of {name}" for name in dimensions]
        frame |= dict(zip(points, importance.T, strict=True))
    return servqual.Survey.from_frame(
        frame,
        perceptions=answers.items,
        expectations=[f"best {item}" for item in answers.items],
        importance=points,
        scale=Scale(scale.low, scale.high, step=scale.step, direction=scale.direction),
        dimensions=dimensions,
        weights="weight",
        missing=answers.missing,
        normalise_importance=True,
    ).with_labels(answers.labels)


def _unreliable(standard: Standard, gaps: Gaps) -> tuple[str, ...]:
    """Name the dimensions whose scores are not reliable."""
    if not standard.by_expectation:
        return ()
    return tuple(
        its.name
        for its in gaps.dimensions
        if its.reliability is not None and its.reliability.value < LOW_RELIABILITY
    )


def _lines(study: Survey, standard: Standard, gaps: Gaps, left: tuple[str, ...]) -> tuple[str, ...]:
    """Say of each dimension that falls short, the heaviest first, which item does most."""
    if len(gaps.dimensions) < 2:
        return _of_one_dimension(study, standard, gaps)
    order = servqual.priorities(standard.answers, rng=SEED)
    named = {its.name: its for its in gaps.dimensions}
    short = [its for its in order.dimensions if its.name not in left and _falls_short(its.gap)]
    return tuple(
        _line(study, standard, _weakest(gaps, named[its.name]), _place(its, named, order))
        for its in short[:MOST]
    )


def _of_one_dimension(study: Survey, standard: Standard, gaps: Gaps) -> tuple[str, ...]:
    """Say which items of a single dimension are the weakest."""
    order = sorted(gaps.items, key=lambda its: round(its.gap.value, 9))
    return tuple(
        _line(study, standard, its, First.ALONE(rank=rank, all=len(order)))
        for rank, its in enumerate(order[:MOST], 1)
        if _falls_short(its.gap)
    )


def _falls_short(gap: MeanEstimate) -> bool:
    """Say whether a gap is below 0 beyond chance."""
    return gap.standard_error is not None and gap.confidence_interval().high < 0


def _weakest(gaps: Gaps, dimension: DimensionGap) -> Gap:
    """Return the item of a dimension with the lowest gap."""
    items = [its for its in gaps.items if its.name in dimension.items]
    return min(items, key=lambda its: round(its.gap.value, 9))


def _place(its: DimensionPriority, named: Mapping[str, DimensionGap], order: Priorities) -> str:
    """Say where a dimension, or an item that is one, stands among the others."""
    one = len(named[its.name].items) == 1
    said = First.RANK if one else First.PLACE
    return said(
        dimension=translated(its.name),
        rank=int(its.rank.value),
        all=len(order.dimensions),
        sure=_sure(its),
    )


def _sure(its: DimensionPriority) -> str:
    """Say how sure the rank is."""
    if its.rank.value == 1:
        return First.MOST(probability=probability_of(its.probability_weakest))
    ends = its.rank.confidence_interval()
    low, high = int(ends.low), int(ends.high)
    return First.AMONG(ranks=str(low) if low == high else First.RANKS(low=low, high=high))


def _line(study: Survey, standard: Standard, item: Gap, place: str) -> str:
    name = study.called(item.name, standard.labels.get(item.name, ""))
    ends = item.gap.confidence_interval()
    opposite = Interval(low=-ends.high, high=-ends.low, level=ends.level, method=ends.method)
    line = First.LINE(
        item=name,
        size=plain_number(-item.gap.value),
        standard=standard.name,
        range=range_of(opposite),
        place=place,
    )
    text = study.items[item.name].text if item.name in study.items else ""
    asked = "" if text in name else text
    return Numbers.SENTENCES().join([line, *([First.ASKED(text=asked)] if asked else [])])
