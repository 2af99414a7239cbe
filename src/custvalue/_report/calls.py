"""Whom to call: customers with an open complaint, and those who are valuable and unhappy."""

from __future__ import annotations

import numpy as np

from custvalue._report.catalogue import Calls, Numbers
from custvalue._report.content import Block, Contribution, Paragraph, Section, TableBlock
from custvalue._report.customer_base import Customers
from custvalue._report.keys import read_by
from custvalue._report.scores import (
    NOBODY,
    Answered,
    Score,
    places,
    score_of,
    to_call,
    to_call_first,
)
from custvalue._report.study import Study, Survey
from custvalue._report.translation import translated
from custvalue._report.words import in_currency
from custvalue._table import Table
from custvalue._words import plain


def calls(
    whole: Study, answered: Answered, found: Customers, scores_name: str = ""
) -> Contribution:
    """List customers with an open complaint, then the most valuable of the unhappy respondents."""
    study, asked = whole.survey, whole.lifetime
    if study is None or asked is None or found.value is None:
        return Contribution()
    flags = to_call(answered, study)
    where = places(answered, found)
    known = answered.used & (where != NOBODY)
    if flags is None or not known.any():
        return Contribution()
    means = _means(study)
    rows = np.flatnonzero(flags & known)
    complaint = None if answered.complaint is None else answered.complaint[rows]
    listed = to_call_first(rows, where[rows], complaint, found.value)
    if not listed:
        none = Calls.NOBODY if study.complaint is None else Calls.NOBODY_AT_ALL
        blocks: tuple[Block, ...] = (Paragraph(none(means=means)),)
    else:
        shown = [
            score_of(its.row, its.place, answered, found)._replace(complaint=its.complaint)
            for its in listed[: asked.calls_listed]
        ]
        file = Calls.IN_SCORES(file=scores_name) if scores_name else ""
        said = Calls.LINE if study.complaint is None else Calls.WITH_COMPLAINTS
        line = said(n=len(listed), means=means, shown=len(shown), scores=file)
        complain = sum(its.complaint == 1 for its in listed)
        lines = [line, *([Calls.COMPLAIN(n=complain)] if complain else [])]
        text = Paragraph(Numbers.SENTENCES().join(lines))
        blocks = (text, TableBlock(_table(shown, study, found, whole.currency)))
    return Contribution(actions=(Section(Calls.TITLE(), blocks),))


def _means(study: Survey) -> str:
    """Say who is to be called."""
    means = []
    if study.recommend is not None:
        means.append(Calls.DETRACTORS())
    elif study.satisfaction is not None:
        means.append(Calls.LOWER_HALF(scale=str(read_by(study.satisfaction.scale)["scale"])))
    if study.complaint is not None:
        means.append(Calls.OPEN())
    return Calls.OR().join(means)


def _table(shown: list[Score], study: Survey, found: Customers, currency: str) -> Table:
    columns = {
        Calls.CUSTOMER(): [its.customer for its in shown],
        **({} if study.group is None else {study.group: [its.group for its in shown]}),
        **_answers(shown, study),
        Calls.ACTIVE(): [its.probability_alive for its in shown],
        in_currency(Calls.VALUE(), currency): [its.value for its in shown],
    }
    rows = tuple(zip(*columns.values(), strict=True))
    note = Calls.NOTE(horizon=translated(found.horizon))
    title = Calls.TABLE if study.complaint is None else Calls.COMPLAINTS_FIRST
    return Table(title(), tuple(columns), rows, (note,))


def _answers(shown: list[Score], study: Survey) -> dict[str, list[float | None]]:
    """Return the columns of answers that were asked for."""
    asked: dict[str, list[float]] = {}
    if study.complaint is not None:
        asked[Calls.OPEN()] = [its.complaint for its in shown]
    if study.recommend is not None:
        asked[Calls.RECOMMEND()] = [its.recommend for its in shown]
    if study.satisfaction is not None:
        asked[Calls.SATISFACTION()] = [its.satisfaction for its in shown]
    return {
        name: [None if np.isnan(one) else plain(one) for one in answers]
        for name, answers in asked.items()
    }
