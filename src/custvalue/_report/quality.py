"""The section on service quality: SERVQUAL gaps, or SERVPERF where only perceptions were asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from custvalue import plotting, servqual
from custvalue._report.catalogue_parts import Quality, Shared
from custvalue._report.content import (
    Block,
    Contribution,
    Figure,
    Paragraph,
    Section,
    TableBlock,
)
from custvalue._report.language import Said, spoken
from custvalue._report.pictures import picture
from custvalue._report.study import Survey
from custvalue._report.translation import translated
from custvalue._report.words import (
    as_index,
    enumerated_plainly,
    gap_of,
    gap_range,
    plain_number,
    range_of,
    signed,
)
from custvalue._results.layout import Row, laid_out, rows_of
from custvalue._servqual.gaps import DimensionGap, estimate_gaps, unreliable_dimensions
from custvalue._servqual.performance import estimate_performance
from custvalue.servqual import Gaps, Performance
from custvalue.survey import MeanEstimate, Scale

ITEMS_LISTED = 5


def quality(survey: servqual.Survey, study: Survey) -> Contribution:
    """Report on service quality: gaps, or perceptions where expectations were not asked."""
    if survey.expectations is None:
        return _performance(estimate_performance(survey), study)
    return _gaps(estimate_gaps(survey), study)  # the report prints the warnings of both itself


def _gaps(gaps: Gaps, study: Survey) -> Contribution:
    headline = _headline(gaps)
    described = [
        Quality.OF(name=translated(one.name), gap=gap_of(one.gap.value)) for one in gaps.dimensions
    ]
    blocks: list[Block] = [
        Paragraph(headline),
        Paragraph(_extremes(gaps)),
        picture(
            "gaps",
            partial(plotting.gaps_by_dimension, gaps),
            caption=Quality.PICTURE(),
            description=Quality.GAPS(described=enumerated_plainly(described)),
        ),
        *_tables(gaps, study, lambda row: _even(row.values["gap"])),
    ]
    unreliable = bool(unreliable_dimensions(gaps))
    shown = gaps.overall.perception if unreliable else gaps.overall.gap
    ends = _range(shown, sign=not unreliable)
    basis = _basis(shown, ends, gaps.scale)
    perceived = Figure(Quality.PERCEIVED(), plain_number(shown.value), basis)
    gap = Figure(Quality.GAP(), signed(shown.value), basis)
    return Contribution(
        sections=(Section(Quality.TITLE(), tuple(blocks)),),
        figures=(perceived if unreliable else gap,),
        base=(_base(gaps, Quality.BOTH()),),
        conventions=(
            Quality.CONVENTION(convention=translated(gaps.convention)),
            Quality.RELIABILITY(),
        ),
        warnings=tuple(map(translated, gaps.warnings)),
    )


def _basis(shown: MeanEstimate, ends: str, scale: Scale) -> str:
    """Say what a key figure rests on."""
    return Quality.BASIS(
        range=ends,
        respondents=Shared.RESPONDENTS(n=shown.n),
        scale=Shared.SCALE(scale=str(scale)),
    )


def _headline(gaps: Gaps) -> str:
    gap = gaps.overall.gap
    text = _against(gap)(
        gap=gap_of(gap.value),
        scale=str(gaps.scale),
        range=_gap_range(gap),
        respondents=Shared.RESPONDENTS(n=gap.n),
    )
    if gaps.weighted is not None:
        weighted = gaps.weighted.by_respondent
        text += Quality.WEIGHTED(gap=gap_of(weighted.value), range=_gap_range(weighted))
    return text


def _against(gap: MeanEstimate) -> Said:
    if gap.standard_error is None or 0 in gap.confidence_interval():
        return Quality.SAME
    return Quality.SHORT_OF if gap.value < 0 else Quality.EXCEEDS


def _extremes(gaps: Gaps) -> str:
    ordered = sorted(gaps.dimensions, key=lambda one: _even(one.gap.value))
    worst, best = ordered[0], ordered[-1]
    if worst is best:
        return Quality.ONE(dimension=_dimension(worst))
    low, high = _even(worst.gap.value), _even(best.gap.value)
    if low == high:
        return Quality.EVEN(gap=gap_of(low))
    lowest = Quality.LARGEST_SHORTFALL if low < 0 else Quality.SMALLEST_SURPLUS
    highest = Quality.LARGEST_SURPLUS if high > 0 else Quality.SMALLEST_SHORTFALL
    return Quality.EXTREMES(
        lowest=lowest(), worst=_dimension(worst), highest=highest(), best=_dimension(best)
    )


def _even(value: float) -> float:
    """Leave out the last digits, in which equal means differ by the order of their sums."""
    return round(value, 9)


def _dimension(one: DimensionGap) -> str:
    points = "" if one.points is None else Quality.POINTS(points=f"{_points(one):.0f}")
    return Quality.DIMENSION(name=translated(one.name), gap=gap_of(one.gap.value), points=points)


def _points(one: DimensionGap) -> float:
    return one.points.value if isinstance(one.points, MeanEstimate) else float(one.points or 0)


def _range(estimate: MeanEstimate, *, sign: bool = True) -> str:
    if estimate.standard_error is None:
        return Shared.NO_INTERVAL()
    return range_of(estimate.confidence_interval(), sign=sign)


def _gap_range(estimate: MeanEstimate) -> str:
    if estimate.standard_error is None:
        return Shared.NO_INTERVAL()
    return gap_range(estimate.confidence_interval())


def _tables(
    found: Gaps | Performance, study: Survey, weakest: Callable[[Row], float]
) -> tuple[Block, Block]:
    """Tabulate dimensions and overall scores, and the items to begin with."""
    items = [row for row in rows_of(found) if row.values["level"] == "item"]
    scores = [row for row in rows_of(found) if row.values["level"] != "item"]
    first = sorted(items, key=weakest)[:ITEMS_LISTED]
    chinese = spoken() == "zh"
    labels = {its.name: its.chinese if chinese else its.label for its in found.items}
    named = [
        Row(study.called(its.values["name"], labels[its.values["name"]]), its.values)
        for its in first
    ]
    title = Quality.WEAKEST(n=len(named), all=len(items))
    return (
        TableBlock(laid_out(Quality.BY_DIMENSION(), found.SHOWN, scores)),
        TableBlock(laid_out(title, found.SHOWN, named)),
    )


def _base(found: Gaps | Performance, what: str) -> str:
    text = Quality.BASE(
        n=found.base.n,
        what=what,
        items=len(found.items),
        dimensions=len(found.dimensions),
        scale=str(found.scale),
        instrument=translated(found.instrument),
    )
    gone, unknown = found.base.excluded_respondents, found.base.dont_know
    if gone:
        text += Quality.MORE(n=gone)
    if unknown:
        text += Quality.UNKNOWN(n=unknown)
    return text


def _performance(found: Performance, study: Survey) -> Contribution:
    overall = found.overall
    headline = Quality.MEAN(
        mean=plain_number(overall.value),
        scale=str(found.scale),
        range=_range(overall, sign=False),
        respondents=Shared.RESPONDENTS(n=overall.n),
        index=as_index(found.scale, overall.value),
    )
    ordered = sorted(found.dimensions, key=lambda one: _even(one.mean.value) * found.scale.sign)
    worst, best = ordered[0], ordered[-1]
    spread = Quality.SPREAD(
        worst=translated(worst.name),
        low=plain_number(worst.mean.value),
        best=translated(best.name),
        high=plain_number(best.mean.value),
    )
    described = [
        f"{translated(one.name)} {plain_number(one.mean.value)}" for one in found.dimensions
    ]
    blocks: list[Block] = [
        Paragraph(headline),
        Paragraph(spread),
        picture(
            "performance",
            partial(plotting.performance_by_dimension, found),
            caption=Quality.MEANS_PICTURE(),
            description=Quality.MEANS(described=enumerated_plainly(described)),
        ),
        *_tables(found, study, lambda row: _even(row.values["mean"]) * found.scale.sign),
    ]
    basis = _basis(overall, _range(overall, sign=False), found.scale)
    return Contribution(
        sections=(Section(Quality.PERCEIVED_TITLE(), tuple(blocks)),),
        figures=(Figure(Quality.PERCEIVED(), plain_number(overall.value), basis),),
        base=(_base(found, Quality.PERCEPTIONS()),),
        conventions=(Quality.SERVPERF(),),
        warnings=tuple(map(translated, found.warnings)),
    )
