"""The section on satisfaction: recommendation, top box, what was expected, and the index."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from custvalue import plotting, satisfaction
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
from custvalue._report.words import are, as_index, plain_number, range_of, signed
from custvalue._respondents.questions import taken_apart
from custvalue._results.base import MISSING_ANSWER, Base
from custvalue._rows import FloatArray
from custvalue._satisfaction.net_promoter import net_promoter_of
from custvalue._words import count, percent
from custvalue.satisfaction import Disconfirmation, NetPromoterScore, SatisfactionIndex, TopBox
from custvalue.servqual import Survey as QualitySurvey
from custvalue.survey import Responses, Scale

TITLE = "Satisfaction and recommendation"


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
    return together(TITLE, parts)


def _recommendation(score: NetPromoterScore) -> Contribution:
    interval = score.confidence_interval()
    shares = (score.promoter_share, score.passive_share, score.detractor_share)
    promoters, passives, detractors = (percent(share.value) for share in shares)
    text = (
        f"{signed(score.value, 0)} is the Net Promoter Score ({range_of(interval, 0, sign=True)}; "
        f"{count(score.n, 'answer')}): {promoters} promoters (9-10) minus {detractors} detractors "
        f"(0-6)."
    )
    blocks: list[Block] = [
        Paragraph(text),
        picture(
            "recommendation",
            partial(plotting.net_promoter_bar, score),
            caption="Would recommend: shares of the respondents.",
            description=f"{detractors} detractors, {passives} passives, {promoters} promoters.",
        ),
    ]
    basis = f"{range_of(interval, 0, sign=True)}; {count(score.n, 'answer')}"
    convention = (
        f"Net Promoter Score: promoters answer 9-10, detractors 0-6; {interval.description}."
    )
    return Contribution(
        sections=(Section(TITLE, tuple(blocks)),),
        figures=(Figure("Net Promoter Score", signed(score.value, 0), basis),),
        conventions=(convention,),
        warnings=_excluded("the Net Promoter Score", score.base),
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
    ends = f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %"
    counted = "answer" if best.boxes == 1 else f"{best.boxes} answers"
    text = (
        f"{percent(best.value)} are satisfied: they gave one of the best {counted} on the scale "
        f"{best.scale} (95 % interval {ends}; {count(best.n, 'answer')}). The mean answer is "
        f"{plain_number(best.mean.value)}{as_index(best.scale, best.mean.value)}."
    )
    basis = f"best {counted} of the scale {best.scale}; 95 % interval {ends}"
    return Contribution(
        sections=(Section(TITLE, (Paragraph(text),)),),
        figures=(Figure("Satisfied customers (CSAT)", percent(best.value), basis),),
        conventions=(f"CSAT: the best {counted} count as satisfied; {interval.description}.",),
        warnings=_excluded("the share of satisfied customers", best.base),
    )


def _met(met: Disconfirmation) -> Contribution:
    difference = met.estimate
    ends = "" if met.n < 2 else f"; {range_of(met.confidence_interval(), sign=True)}"
    verdict = {
        "dissatisfied": "less than customers had expected",
        "satisfied": "what customers had expected",
        "delighted": "more than customers had expected",
        "undecided": "not certainly more or less than customers had expected",
    }[met.verdict()]
    text = (
        f"{signed(difference.value)} points lie between satisfaction and what was expected on the "
        f"scale {met.scale} ({count(met.n, 'respondent')}{ends}): {verdict}."
    )
    blocks = (Paragraph(text), TableBlock(met))
    band = "the same answer" if met.band == 0 else f"at most {met.band:g} points apart"
    convention = (
        f"Expectations met: perceived minus expected; “as expected” means {band}; the group is "
        f"judged by the interval of the mean, not by the mean."
    )
    return Contribution(
        sections=(Section(TITLE, blocks),),
        conventions=(convention,),
        warnings=_excluded("the comparison with expectations", met.base),
    )


def _effort(asked: Effort, answers: Responses) -> Contribution:
    found = satisfaction.customer_effort_score(answers, version=asked.version, boxes=asked.boxes)
    easy, ends = found.easy, found.easy.confidence_interval()
    share = percent(easy.value)
    text = (
        f"{share} found it easy (95 % interval {100 * ends.low:.0f} to {100 * ends.high:.0f} %; "
        f"{count(found.n, 'answer')}). The mean answer is {plain_number(found.value)} on the scale "
        f"{found.scale}, {found.direction}{as_index(found.scale, found.value)}."
    )
    basis = f"best {count(found.boxes, 'answer')} of the scale {found.scale}"
    return Contribution(
        sections=(Section(TITLE, (Paragraph(text), TableBlock(found))),),
        figures=(Figure("Easy for customers (CES)", share, basis),),
        conventions=(f"Customer effort: {ends.description}.",),
        warnings=_excluded("the customer effort score", found.base),
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
    ends = "no interval for one respondent" if one else range_of(found.confidence_interval(), 1)
    text = (
        f"{plain_number(found.value, 1)} of 100 is the customer satisfaction index ({ends}; "
        f"{count(found.n, 'respondent')}): the scores below, weighted by importance."
    )
    basis = f"{ends}; {count(found.n, 'respondent')}"
    convention = (
        f"Satisfaction index: 100 (answer - worst) / (best - worst) with the ends of the scale, "
        f"not of the answers; importance: {found.weighting}."
    )
    return Contribution(
        sections=(Section(TITLE, (Paragraph(text), TableBlock(study.in_names(found)))),),
        figures=(Figure("Satisfaction index (CSI), 0-100", plain_number(found.value, 1), basis),),
        conventions=(convention,),
        warnings=_excluded("the satisfaction index", found.base),
    )


def _excluded(what: str, base: Base) -> tuple[str, ...]:
    respondents = base.excluded.get(MISSING_ANSWER, 0)
    if respondents == 0:
        return ()
    who = count(respondents, "respondent")
    return (f"{who} gave no answer that {what} needs and {are(respondents)} not in it.",)
