"""The section on satisfaction: recommendation, top box, what was expected, and the index."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from custvalue import plotting, satisfaction
from custvalue._inference.interval import Interval
from custvalue._report.catalogue_parts import Indices, Shared
from custvalue._report.content import (
    Block,
    Contribution,
    Figure,
    Paragraph,
    Section,
    TableBlock,
    together,
)
from custvalue._report.pictures import picture
from custvalue._report.questions import Effort, Satisfaction
from custvalue._report.study import Survey
from custvalue._report.surveyed import Surveyed
from custvalue._report.translation import translated
from custvalue._report.words import (
    as_index,
    gap_of,
    gap_range,
    plain_number,
    range_of,
    share_of,
    signed,
)
from custvalue._respondents.questions import taken_apart
from custvalue._results.base import MISSING_ANSWER, Base
from custvalue._rows import FloatArray
from custvalue._satisfaction.net_promoter import net_promoter_of
from custvalue.satisfaction import Disconfirmation, NetPromoterScore, SatisfactionIndex, TopBox
from custvalue.servqual import Survey as QualitySurvey
from custvalue.survey import Responses, Scale


def indices(study: Survey, found: Surveyed) -> Contribution:
    """Report on recommendation, overall satisfaction, effort and the satisfaction index."""
    parts = []
    if found.recommend is not None:
        asked = taken_apart({"answers": found.recommend}, scale=None, weights=None, missing="raise")
        # the file does not state the scale: answers that look like those of another are warned of
        parts.append(_recommendation(net_promoter_of(replace(asked, stated=None))))
    if study.satisfaction is not None and found.perceived is not None:
        parts += _overall(study.satisfaction, found.perceived, found.expected)
    if study.effort is not None and found.effort is not None:
        parts.append(_effort(study.effort, found.effort))
    index = _index(study, found)
    if index is not None:
        parts.append(_index_part(index, study))
    return together(Indices.TITLE(), parts)


def _recommendation(score: NetPromoterScore) -> Contribution:
    interval = score.confidence_interval()
    ends, answers = range_of(interval, 0, sign=True), Shared.ANSWERS(n=score.n)
    shares = (score.promoter_share, score.passive_share, score.detractor_share)
    promoters, passives, detractors = (share_of(share.value) for share in shares)
    text = Indices.NPS(
        score=signed(score.value, 0),
        range=ends,
        answers=answers,
        promoters=promoters,
        detractors=detractors,
    )
    shown = Indices.NPS_SHOWN(detractors=detractors, passives=passives, promoters=promoters)
    blocks: list[Block] = [
        Paragraph(text),
        picture(
            "recommendation",
            partial(plotting.net_promoter_bar, score),
            caption=Indices.NPS_PICTURE(),
            description=shown,
        ),
    ]
    basis = Indices.NPS_BASIS(range=ends, answers=answers)
    return Contribution(
        sections=(Section(Indices.TITLE(), tuple(blocks)),),
        figures=(Figure(Indices.NPS_LABEL(), signed(score.value, 0), basis),),
        conventions=(Indices.NPS_CONVENTION(method=translated(interval.description)),),
        warnings=_excluded(Indices.OF_NPS(), score.base),
    )


def _overall(
    asked: Satisfaction, perceived: Responses, expected: Responses | None
) -> list[Contribution]:
    parts = [_satisfied(satisfaction.top_box(perceived, boxes=asked.boxes))]
    if expected is not None:
        parts.append(_met(satisfaction.disconfirmation(perceived, expected, band=asked.band)))
    return parts


def _satisfied(best: TopBox) -> Contribution:
    interval = best.confidence_interval()
    ends = _percentages(interval)
    gave = _gave(best.boxes)
    text = Indices.CSAT(
        share=share_of(best.value),
        best=gave,
        scale=str(best.scale),
        ends=ends,
        answers=Shared.ANSWERS(n=best.n),
        mean=plain_number(best.mean.value),
        index=as_index(best.scale, best.mean.value),
    )
    basis = Indices.CSAT_BASIS(best=_best(best.boxes), scale=str(best.scale), ends=ends)
    method = translated(interval.description)
    return Contribution(
        sections=(Section(Indices.TITLE(), (Paragraph(text),)),),
        figures=(Figure(Indices.CSAT_LABEL(), share_of(best.value), basis),),
        conventions=(Indices.CSAT_CONVENTION(best=gave, method=method),),
        warnings=_excluded(Indices.OF_CSAT(), best.base),
    )


def _best(boxes: int) -> str:
    """Say how many of the best answers count."""
    return Shared.BEST_ANSWER() if boxes == 1 else Shared.BEST_ANSWERS(n=boxes)


def _gave(boxes: int) -> str:
    """Say which answers count, of which a respondent gives one."""
    return Shared.THE_BEST() if boxes == 1 else Shared.ONE_OF(n=boxes)


def _percentages(ends: Interval) -> str:
    return Indices.CSAT_ENDS(low=f"{100 * ends.low:.0f}", high=f"{100 * ends.high:.0f}")


def _met(met: Disconfirmation) -> Contribution:
    ends = ""
    if met.n >= 2:
        ends = Indices.THEN(range=gap_range(met.confidence_interval()))
    verdict = {
        "dissatisfied": Indices.LESS,
        "satisfied": Indices.AS,
        "delighted": Indices.MORE,
        "undecided": Indices.UNCERTAIN,
    }[met.verdict()]
    text = Indices.MET(
        difference=gap_of(met.estimate.value),
        scale=str(met.scale),
        respondents=Shared.RESPONDENTS(n=met.n),
        ends=ends,
        verdict=verdict(),
    )
    band = Indices.SAME() if met.band == 0 else Indices.APART(band=f"{met.band:g}")
    return Contribution(
        sections=(Section(Indices.TITLE(), (Paragraph(text), TableBlock(met))),),
        conventions=(Indices.MET_CONVENTION(band=band),),
        warnings=_excluded(Indices.OF_MET(), met.base),
    )


def _effort(asked: Effort, answers: Responses) -> Contribution:
    found = satisfaction.customer_effort_score(
        answers, version=asked.version, direction=asked.direction, boxes=asked.boxes
    )
    ends = found.easy.confidence_interval()
    share = share_of(found.easy.value)
    text = Indices.EFFORT(
        share=share,
        ends=_percentages(ends),
        answers=Shared.ANSWERS(n=found.n),
        mean=plain_number(found.value),
        scale=str(found.scale),
        direction=translated(found.direction),
        index=as_index(found.scale, found.value),
    )
    basis = Indices.EFFORT_BASIS(best=_best(found.boxes), scale=str(found.scale))
    return Contribution(
        sections=(Section(Indices.TITLE(), (Paragraph(text), TableBlock(found))),),
        figures=(Figure(Indices.EFFORT_LABEL(), share, basis),),
        conventions=(Indices.EFFORT_CONVENTION(method=translated(ends.description)),),
        warnings=_excluded(Indices.OF_EFFORT(), found.base),
    )


def _index(study: Survey, found: Surveyed) -> SatisfactionIndex | None:
    if study.index is not None and found.index is not None:
        return satisfaction.customer_satisfaction_index(
            found.index, importance=study.index.importance
        )
    asked = found.quality
    if asked is None or asked.importance is None:
        return None
    if asked.missing == "pairwise" or asked.importance.ndim == 1:
        return None
    return _index_of_dimensions(asked)


def _index_of_dimensions(asked: QualitySurvey) -> SatisfactionIndex:
    """Make the index of the respondents' means over the items of each dimension."""
    one = asked.scale
    scale = Scale(one.low, one.high, step=None, direction=one.direction)
    answers = asked.perceptions.answers
    means = [answers[:, items].mean(axis=1) for items in asked.instrument.slices()]
    names = asked.instrument.dimension_names
    columns = dict(zip(names, means, strict=True))
    points = asked.columns()
    importance = {name: points[f"importance of {name}"] for name in names}
    return satisfaction.customer_satisfaction_index(
        _responses(columns, asked, scale),
        importance=_responses(importance, asked, Scale(0, 100, step=None)),
    )


def _responses(columns: dict[str, FloatArray], asked: QualitySurvey, scale: Scale) -> Responses:
    answers = np.column_stack(list(columns.values()))
    read = Responses.from_arrays(answers, items=list(columns), scale=scale, weights=asked.weights)
    return read.with_labels(asked.labels)


def _index_part(found: SatisfactionIndex, study: Survey) -> Contribution:
    one = found.n < 2
    ends = Shared.NO_INTERVAL() if one else range_of(found.confidence_interval(), 1)
    value, respondents = plain_number(found.value, 1), Shared.RESPONDENTS(n=found.n)
    text = Indices.CSI(value=value, ends=ends, respondents=respondents)
    basis = Indices.NPS_BASIS(range=ends, answers=respondents)
    convention = Indices.CSI_CONVENTION(weighting=translated(found.weighting))
    return Contribution(
        sections=(Section(Indices.TITLE(), (Paragraph(text), TableBlock(study.in_names(found)))),),
        figures=(Figure(Indices.CSI_LABEL(), value, basis),),
        conventions=(convention,),
        warnings=_excluded(Indices.OF_INDEX(), found.base),
    )


def _excluded(what: str, base: Base) -> tuple[str, ...]:
    respondents = base.excluded.get(MISSING_ANSWER, 0)
    return (Shared.EXCLUDED(n=respondents, what=what),) if respondents else ()
