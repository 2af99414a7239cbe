"""The section on key drivers: which items move with satisfaction on the whole."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from custvalue import drivers, plotting
from custvalue._inference.estimate import Estimate
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_parts import KeyDrivers, Shared
from custvalue._report.content import Block, Contribution, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.questions import Drivers
from custvalue._report.study import Survey
from custvalue._report.translation import translated
from custvalue._report.words import (
    enumerated,
    plain_number,
    probability_of,
    range_of,
    share_of,
)
from custvalue.drivers import DriverImportance
from custvalue.errors import CustvalueError
from custvalue.survey import Bootstrap, Responses

SEED = 0  # of resamples and permutations: the same input gives the same page
RESAMPLES, PERMUTATIONS = 1_000, 400


def drivers_part(
    study: Survey, asked: Drivers, items: Responses, overall: Responses
) -> Contribution:
    """Report which items move with the overall answer, or why nobody can tell."""
    try:
        found = drivers.importance(
            items,
            overall,
            decomposition=asked.decomposition,
            covariances="listwise",
            explained="r squared",
        )
    except CustvalueError as error:
        said = KeyDrivers.NOT_FOUND(reason=translated(str(error)))
        return Contribution(sections=(Section(KeyDrivers.TITLE(), (Paragraph(said),)),))
    said = Numbers.SENTENCES().join(_sentences(study, found))
    shown = _named(study, found)
    blocks: list[Block] = [
        Paragraph(said),
        picture(
            "drivers",
            partial(plotting.driver_importance_bars, shown),
            caption=KeyDrivers.PICTURE(),
            description=KeyDrivers.SHOWN(described=_described(shown)),
        ),
        TableBlock(shown),
    ]
    base = KeyDrivers.BASE(n=found.n, items=len(found.drivers), overall=_overall(study, found))
    return Contribution(
        sections=(Section(KeyDrivers.TITLE(), tuple(blocks)),),
        base=(base,),
        conventions=(KeyDrivers.CONVENTION(resamples=RESAMPLES, permutations=PERMUTATIONS),),
    )


def _sentences(study: Survey, found: DriverImportance) -> list[str]:
    """Say which item moves with the whole most, how sure that is, and what chance explains."""
    first = found[found.ranked[0]]
    chances = found.rank_probabilities(Bootstrap(RESAMPLES, rng=SEED))
    named = {its.name: study.called(its.name) for its in found.drivers}
    shared = first.importance if first.share is None else first.share
    said = KeyDrivers.FIRST if first.share is not None else KeyDrivers.FIRST_BY_SIZE
    lines = [
        said(
            share=share_of(shared.value) if first.share else plain_number(shared.value),
            range=_range(shared, percent=first.share is not None),
            item=named[first.name],
            overall=_overall(study, found),
            probability=probability_of(chances[first.name].first),
        ),
        KeyDrivers.WHOLE(
            share=share_of(found.r_squared.value),
            range=_range(found.r_squared, percent=True),
            respondents=Shared.RESPONDENTS(n=found.n),
        ),
    ]
    floor = found.noise_floor(PERMUTATIONS, rng=SEED)
    if floor.below:
        lines.append(KeyDrivers.CHANCE(names=enumerated([named[name] for name in floor.below])))
    if found.suppressed:
        lines.append(
            KeyDrivers.SUPPRESSED(names=enumerated([named[name] for name in found.suppressed]))
        )
    return lines


def _range(estimate: Estimate, *, percent: bool) -> str:
    """Write level and interval, of shares in percent."""
    interval = estimate.confidence_interval()
    if not percent:
        return range_of(interval)
    ends = Numbers.BETWEEN(low=plain_number(100 * interval.low, 0), high=share_of(interval.high))
    return Numbers.RANGE(level=share_of(interval.level), ends=ends)


def _overall(study: Survey, found: DriverImportance) -> str:
    return study.called(found.overall_name)


def _named(study: Survey, found: DriverImportance) -> DriverImportance:
    """Return the result with its items as the study calls them, for table and picture."""
    named = tuple(its.model_copy(update={"name": study.called(its.name)}) for its in found.drivers)
    overall = replace(found.overall_answers, items=(_overall(study, found),))
    return found.model_copy(update={"drivers": named, "overall": overall})


def _described(found: DriverImportance) -> str:
    return Numbers.COMMA().join(
        f"{name} {plain_number(found[name].importance.value)}" for name in found.ranked
    )
