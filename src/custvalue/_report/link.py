"""The section that links both halves: what respondents answered, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from custvalue import comparing
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_customers import Link
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.customer_base import Customers
from custvalue._report.keys import read_by
from custvalue._report.questions import Satisfaction
from custvalue._report.scores import NOBODY, Answered, places
from custvalue._report.study import Survey
from custvalue._report.translation import translated
from custvalue._report.words import enumerated, in_currency, money
from custvalue._rows import FloatArray, IntArray
from custvalue._table import Table
from custvalue._words import capitalised
from custvalue.errors import DataError
from custvalue.lifetime import CustomerLifetimeValue

FEWEST = 2  # respondents of a group, or there is no interval

Groups = Mapping[str, npt.NDArray[np.bool_]]


def link(study: Survey, answered: Answered, found: Customers, currency: str) -> Contribution:
    """Report on the value of respondents by their answers."""
    groups = None if study.customer is None else _groups(study, answered)
    if found.value is None or groups is None:
        return Contribution()
    rows, used = places(answered, found), answered.used
    known = (rows != NOBODY) & used
    if not known.any():
        raise DataError(
            f"no respondent is a customer of the log: {study.customer!r} of the survey and the "
            f"customers of the log have nothing in common. Leave customer out of [survey] if the "
            f"two are not linked."
        )
    sample = Sample(answered.weights, answered.clusters)
    inside = {name: members & known for name, members in groups.items()}
    kept = {name: members for name, members in inside.items() if members.sum() >= FEWEST}
    if len(kept) < 2:
        return Contribution(sections=(Section(Link.TITLE(), (Paragraph(_too_few(inside)),)),))
    worth, alive = (
        {
            name: mean_estimate(column[rows[members]], sample.of_rows(members), name=name)
            for name, members in kept.items()
        }
        for column in (found.value.value, found.value.probability_alive)
    )
    table = _table(worth, alive, found.value, currency)
    compared = _compared(worth, table, currency, rows[used])
    return compared if study.repeats is None else replace(compared, warnings=())


def _too_few(groups: Groups) -> str:
    """Say why groups are not compared."""
    sizes = [f"{_plain(name)} {int(members.sum())}" for name, members in groups.items()]
    return Link.TOO_FEW(fewest=FEWEST, sizes=enumerated(sizes))


def _groups(study: Survey, answered: Answered) -> Groups | None:
    answers = answered.recommend
    if answers is not None:
        return {
            Link.PROMOTERS(): answers >= 9,
            Link.PASSIVES(): (answers >= 7) & (answers <= 8),
            Link.DETRACTORS(): answers <= 6,
        }
    if study.satisfaction is not None and answered.satisfaction is not None:
        return _satisfied_or_not(study.satisfaction, answered.satisfaction)
    return None


def _satisfied_or_not(asked: Satisfaction, answers: FloatArray) -> Groups:
    scale = read_by(asked.scale)["scale"]
    step = scale.step or 1.0
    reach = (asked.boxes - 0.5) * step
    if scale.direction == "higher is better":
        best = answers > scale.high - reach
    else:
        best = answers < scale.low + reach
    return {Link.SATISFIED(): best, Link.NOT_SATISFIED(): ~best & ~np.isnan(answers)}


def _compared(
    worth: Mapping[str, MeanEstimate],
    table: Table,
    currency: str,
    rows: IntArray,
) -> Contribution:
    known = rows >= 0
    sentences = [_averages(worth, currency), _difference(worth, currency)]
    text = Numbers.SENTENCES().join(sentences)
    blocks: tuple[Block, ...] = (TableBlock(table), Paragraph(Link.NOT_CAUSAL()))
    first, *_, last = worth.values()
    against = money(last.value, currency)
    basis = Link.BASIS(value=against, name=_plain(last.name))
    label = Link.LABEL(name=_plain(first.name))
    base = Link.FOUND(n=int(known.sum()))
    strangers = int((~known).sum())
    return Contribution(
        sections=(Section(Link.TITLE(), blocks),),
        figures=(Figure(label, money(first.value, currency), basis),),
        worth=(text,),
        base=(base + (Link.STRANGERS(n=strangers) if strangers else ""),),
        warnings=_repeats(rows[known]),
    )


def _repeats(rows: IntArray) -> tuple[str, ...]:
    """Warn of customers who answered more than once."""
    twice = int(np.count_nonzero(np.bincount(rows) > 1))
    return (Link.REPEATS(n=twice),) if twice else ()


def _plain(name: str) -> str:
    return name.partition(" (")[0]


def _averages(worth: Mapping[str, MeanEstimate], currency: str) -> str:
    said = [
        Link.AVERAGE(value=money(each.value, currency), name=_plain(each.name), n=each.n)
        for each in worth.values()
    ]
    return Link.AVERAGES(values=enumerated(said))


def _difference(worth: Mapping[str, MeanEstimate], currency: str) -> str:
    first, *_, last = worth
    names = {"first": capitalised(_plain(first)), "last": _plain(last)}
    if not (worth[first].varies or worth[last].varies):
        apart = money(worth[first].value - worth[last].value, currency)
        return Link.FIXED(apart=apart, **names)
    found = comparing.compare(worth, reference=last, correction="none", method="welch")
    difference = found.difference(first, last)
    ends = difference.confidence_interval()
    said = Link.DIFFER if difference.significant else Link.ALIKE
    return said(
        apart=money(difference.value, currency),
        low=money(ends.low, currency),
        high=money(ends.high, ""),
        method=translated(ends.method),
        **names,
    )


def _table(
    worth: Mapping[str, MeanEstimate],
    alive: Mapping[str, MeanEstimate],
    value: CustomerLifetimeValue,
    currency: str,
) -> Table:
    rows = []
    for name, each in worth.items():
        ends = each.confidence_interval()
        rows.append((name, each.n, alive[name].value, each.value, ends.low, ends.high))
    value_heading = in_currency(Link.AVERAGE_VALUE(), currency)
    named = (Link.RESPONDENTS(), "n", Link.ACTIVE(), value_heading, Link.LOW(), Link.HIGH())
    title = Link.TABLE_PLAIN()
    if value.horizon:
        title = Link.TABLE(horizon=translated(str(value.horizon)))
    return Table(title, named, tuple(rows), (Link.NOTE(),))
