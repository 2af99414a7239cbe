"""The section that links both halves: what respondents answered, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from custvalue import comparing
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.customer_base import Customers
from custvalue._report.keys import read_by
from custvalue._report.questions import Satisfaction
from custvalue._report.scores import NOBODY, Answered, places
from custvalue._report.study import Survey
from custvalue._report.words import enumerated, money
from custvalue._rows import FloatArray, IntArray
from custvalue._table import Table
from custvalue._words import count
from custvalue.errors import DataError
from custvalue.lifetime import CustomerLifetimeValue

TITLE = "Satisfaction and value together"
FEWEST = 2  # respondents of a group, or there is no interval
NOT_CAUSAL = (
    "These are differences between groups of respondents, not effects: customers who differ in "
    "satisfaction may differ in other ways. The intervals count how the respondents of a group "
    "differ, not the uncertainty of the models."
)

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
        return Contribution(sections=(Section(TITLE, (Paragraph(_too_few(inside)),)),))
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
    return (
        f"Value is not compared by answers: that takes two groups with at least {FEWEST} "
        f"respondents who could be found among the customers of the log, but there are "
        f"{enumerated(sizes)}."
    )


def _groups(study: Survey, answered: Answered) -> Groups | None:
    answers = answered.recommend
    if answers is not None:
        return {
            "promoters (9-10)": answers >= 9,
            "passives (7-8)": (answers >= 7) & (answers <= 8),
            "detractors (0-6)": answers <= 6,
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
    return {"satisfied": best, "not satisfied": ~best & ~np.isnan(answers)}


def _compared(
    worth: Mapping[str, MeanEstimate],
    table: Table,
    currency: str,
    rows: IntArray,
) -> Contribution:
    known = rows >= 0
    text = f"{_averages(worth, currency)} {_difference(worth, currency)}"
    blocks: tuple[Block, ...] = (TableBlock(table), Paragraph(NOT_CAUSAL))
    first, *_, last = worth.values()
    basis = f"against {money(last.value, currency)} for {_plain(last.name)}; average of each group"
    figure = Figure(f"Value of {_plain(first.name)}", money(first.value, currency), basis)
    base = f"{count(int(known.sum()), 'respondent')} could be found among the customers of the log."
    strangers = int((~known).sum())
    return Contribution(
        sections=(Section(TITLE, blocks),),
        figures=(figure,),
        worth=(text,),
        base=(base + (f" {count(strangers, 'other')} could not." if strangers else ""),),
        warnings=_repeats(rows[known]),
    )


def _repeats(rows: IntArray) -> tuple[str, ...]:
    """Warn of customers who answered more than once."""
    twice = int(np.count_nonzero(np.bincount(rows) > 1))
    if not twice:
        return ()
    warning = (
        f"{count(twice, 'customer')} answered more than once, and each answer counts as a "
        f"respondent: intervals are too narrow. Use repeats = 'latest' with date = '…', or repeats "
        f"= 'cluster', in [survey]."
    )
    return (warning,)


def _plain(name: str) -> str:
    return name.partition(" (")[0]


def _averages(worth: Mapping[str, MeanEstimate], currency: str) -> str:
    said = [
        f"{money(each.value, currency)} ({_plain(name)}, {each.n:,})"
        for name, each in worth.items()
    ]
    return f"{enumerated(said)} is what an average respondent of each group is worth."


def _difference(worth: Mapping[str, MeanEstimate], currency: str) -> str:
    first, *_, last = worth
    if not (worth[first].varies or worth[last].varies):
        apart = money(worth[first].value - worth[last].value, currency)
        return (
            f"{_plain(first).capitalize()} and {_plain(last)} differ by {apart} a customer; values "
            f"do not vary within the two groups, so there is no interval."
        )
    found = comparing.compare(worth, reference=last, correction="none", method="welch")
    difference = found.difference(first, last)
    ends = difference.confidence_interval()
    low, high = money(ends.low, currency), money(ends.high, "")
    verdict = "differ by" if difference.significant else "cannot be told apart: they differ by"
    return (
        f"{_plain(first).capitalize()} and {_plain(last)} {verdict} "
        f"{money(difference.value, currency)} a customer (95 % interval {low} to {high}, "
        f"{ends.method})."
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
    unit = f", {currency}" if currency else ""
    header = ("respondents", "n", "still active", f"average value{unit}", "low", "high")
    ahead = f" within {value.horizon}," if value.horizon else ""
    notes = ("Still active: probability. 95 % intervals: t.",)
    return Table(f"Value{ahead} by answer", header, tuple(rows), notes)
