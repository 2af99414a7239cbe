"""The section on service quality: SERVQUAL gaps, or SERVPERF where only perceptions were asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from custvalue import plotting, servqual
from custvalue._report.content import (
    Block,
    Contribution,
    Figure,
    Paragraph,
    Section,
    TableBlock,
)
from custvalue._report.pictures import picture
from custvalue._report.study import Survey
from custvalue._report.words import are, as_index, plain_number, range_of, signed
from custvalue._results.layout import Row, laid_out, rows_of
from custvalue._servqual.gaps import DimensionGap, estimate_gaps, unreliable_dimensions
from custvalue._servqual.performance import estimate_performance
from custvalue._words import count
from custvalue.servqual import Gaps, Performance
from custvalue.survey import MeanEstimate

ITEMS_LISTED = 5


def quality(survey: servqual.Survey, study: Survey) -> Contribution:
    """Report on service quality: gaps, or perceptions where expectations were not asked."""
    if survey.expectations is None:
        return _performance(estimate_performance(survey), study)
    return _gaps(estimate_gaps(survey), study)  # the report prints the warnings of both itself


def _gaps(gaps: Gaps, study: Survey) -> Contribution:
    headline = _headline(gaps)
    described = [f"{one.name} {signed(one.gap.value)}" for one in gaps.dimensions]
    blocks: list[Block] = [
        Paragraph(headline),
        Paragraph(_extremes(gaps)),
        picture(
            "gaps",
            partial(plotting.gaps_by_dimension, gaps),
            caption="Gap of each dimension: what customers perceived minus what they expected.",
            description=f"Gaps: {', '.join(described)}.",
        ),
        *_tables(gaps, study, lambda row: _even(row.values["gap"])),
    ]
    unreliable = bool(unreliable_dimensions(gaps))
    shown = gaps.overall.perception if unreliable else gaps.overall.gap
    ends = _range(shown, sign=not unreliable)
    basis = f"{ends}; {count(shown.n, 'respondent')}; scale {gaps.scale}"
    perceived = Figure("Perceived quality (SERVPERF)", plain_number(shown.value), basis)
    gap = Figure("Service quality gap (SERVQUAL)", signed(shown.value), basis)
    return Contribution(
        sections=(
            Section("Service quality: what was expected, what was perceived", tuple(blocks)),
        ),
        figures=(perceived if unreliable else gap,),
        base=(_base(gaps, "perceptions and expectations of"),),
        conventions=(f"SERVQUAL: {gaps.convention}", _RELIABILITY),
        warnings=gaps.warnings,
    )


_RELIABILITY = (
    "SERVQUAL: perceptions alone (SERVPERF, the column “perceived”) are more reliable than gaps "
    "and predict satisfaction better (Cronin & Taylor 1992); read both."
)
_SERVPERF = (
    "SERVPERF: the overall score is the mean over all items alike; expectations were not asked, "
    "so there are no gaps."
)


def _headline(gaps: Gaps) -> str:
    gap = gaps.overall.gap
    text = (
        f"{signed(gap.value)} points on the scale {gaps.scale}: the service as perceived "
        f"{_against(gap)} what customers expect ({_range(gap)}; {count(gap.n, 'respondent')})."
    )
    if gaps.weighted is not None:
        weighted = gaps.weighted.by_respondent
        text += (
            f" Weighted by what customers call important it is {signed(weighted.value)} "
            f"({_range(weighted)})."
        )
    return text


def _against(gap: MeanEstimate) -> str:
    if gap.standard_error is None or 0 in gap.confidence_interval():
        return "cannot be told apart from"
    return "falls short of" if gap.value < 0 else "exceeds"


def _extremes(gaps: Gaps) -> str:
    ordered = sorted(gaps.dimensions, key=lambda one: _even(one.gap.value))
    worst, best = ordered[0], ordered[-1]
    if worst is best:
        return f"One dimension was asked: {_dimension(worst)}."
    low, high = _even(worst.gap.value), _even(best.gap.value)
    if low == high:
        return f"The gap of every dimension is {signed(low)}."
    lowest = "largest shortfall" if low < 0 else "smallest surplus"
    highest = "largest surplus" if high > 0 else "smallest shortfall"
    return f"The {lowest} is in {_dimension(worst)}, the {highest} in {_dimension(best)}."


def _even(value: float) -> float:
    """Leave out the last digits, in which equal means differ by the order of their sums."""
    return round(value, 9)


def _dimension(one: DimensionGap) -> str:
    points = "" if one.points is None else f", {_points(one):.0f} of 100 importance points"
    return f"{one.name} ({signed(one.gap.value)}{points})"


def _points(one: DimensionGap) -> float:
    return one.points.value if isinstance(one.points, MeanEstimate) else float(one.points or 0)


def _range(estimate: MeanEstimate, *, sign: bool = True) -> str:
    if estimate.standard_error is None:
        return "no interval for one respondent"
    return range_of(estimate.confidence_interval(), sign=sign)


def _tables(
    found: Gaps | Performance, study: Survey, weakest: Callable[[Row], float]
) -> tuple[Block, Block]:
    """Tabulate dimensions and overall scores, and the items to begin with."""
    items = [row for row in rows_of(found) if row.values["level"] == "item"]
    scores = [row for row in rows_of(found) if row.values["level"] != "item"]
    first = sorted(items, key=weakest)[:ITEMS_LISTED]
    named = [
        Row(study.called(row.values["name"], row.values["label"]), row.values) for row in first
    ]
    title = f"Where to begin: the {len(named)} weakest items, of {len(items)}"
    return (
        TableBlock(laid_out("By dimension, with 95 % intervals", found.SHOWN, scores)),
        TableBlock(laid_out(title, found.SHOWN, named)),
    )


def _base(found: Gaps | Performance, what: str) -> str:
    text = (
        f"{count(found.base.n, 'respondent')} gave {what} {count(len(found.items), 'item')} "
        f"in {count(len(found.dimensions), 'dimension')} on the scale {found.scale} "
        f"({found.instrument})."
    )
    gone, unknown = found.base.excluded_respondents, found.base.dont_know
    if gone:
        text += f" {count(gone, 'more respondent')} missed an answer and {are(gone)} excluded."
    if unknown:
        said = count(unknown, "“don't know”", "“don't know”")
        text += f" {said} {are(unknown)} not counted as answers."
    return text


def _performance(found: Performance, study: Survey) -> Contribution:
    overall = found.overall
    index = as_index(found.scale, overall.value)
    headline = (
        f"{plain_number(overall.value)} on the scale {found.scale} is the mean quality as "
        f"perceived ({_range(overall, sign=False)}; {count(overall.n, 'respondent')}){index}."
    )
    ordered = sorted(found.dimensions, key=lambda one: _even(one.mean.value) * found.scale.sign)
    worst, best = ordered[0], ordered[-1]
    spread = (
        f"The weakest dimension is {worst.name} ({plain_number(worst.mean.value)}), the strongest "
        f"{best.name} ({plain_number(best.mean.value)})."
    )
    described = [f"{one.name} {plain_number(one.mean.value)}" for one in found.dimensions]
    blocks: list[Block] = [
        Paragraph(headline),
        Paragraph(spread),
        picture(
            "performance",
            partial(plotting.performance_by_dimension, found),
            caption="Mean perception of each dimension, over the whole scale.",
            description=f"Means: {', '.join(described)}.",
        ),
        *_tables(found, study, lambda row: _even(row.values["mean"]) * found.scale.sign),
    ]
    basis = f"{_range(overall, sign=False)}; {count(overall.n, 'respondent')}; scale {found.scale}"
    return Contribution(
        sections=(Section("Service quality as perceived", tuple(blocks)),),
        figures=(Figure("Perceived quality (SERVPERF)", plain_number(overall.value), basis),),
        base=(_base(found, "perceptions of"),),
        conventions=(_SERVPERF,),
        warnings=found.warnings,
    )
