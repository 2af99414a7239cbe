"""The section on visits: key figures, the months that stand out, and whom to follow up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from custvalue import plotting
from custvalue._journey.key_figures import window_in_days
from custvalue._journey.reading import DAY, as_times, day_of
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_visits import Visit
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.language import Said
from custvalue._report.pictures import picture
from custvalue._report.translation import translated
from custvalue._report.visited import Visited
from custvalue._report.words import (
    enumerated,
    enumerated_plainly,
    plain_number,
    share_of,
    stated_share,
)
from custvalue._table import Table
from custvalue.errors import DataError
from custvalue.journey import FOLLOW_UP_RULES, ControlChart, VisitRate, Visits

CALLS = {rule.name: Said(rule.name, rule.chinese) for rule in FOLLOW_UP_RULES}
MOST = 0.05  # P above which months may have one share


def visits_part(asked: Visited, data: Any) -> Contribution:
    """Report how many visits were right, on time and as estimated, month by month."""
    visits = asked.visits(data)
    rates, missed = _measured(asked, visits)
    chart = _chart(rates[0])
    lines = [_said(rate, asked) for rate in rates]
    lines += [Visit.NO_CHART()] if chart is None else [*_months(chart)]
    blocks: list[Block] = [Paragraph(Numbers.SENTENCES().join(lines))]
    if chart is not None:
        measure = _label(rates[0])
        blocks.append(
            picture(
                "visits",
                partial(plotting.control_chart_lines, chart),
                caption=Visit.PICTURE(measure=measure),
                description=Visit.SHOWN(described=_described(chart)),
            )
        )
    blocks.append(TableBlock(_figures(rates, len(visits))))
    if asked.dealer is not None:
        blocks.append(TableBlock(_by_dealer(rates[0], asked.dealer)))
    blocks += _follow_up(asked, visits)
    return Contribution(
        sections=(Section(Visit.TITLE(), tuple(blocks)),),
        figures=tuple(_figure(rate) for rate in rates),
        base=(Visit.BASE(n=len(visits), end=str(visits.observation_end)),),
        conventions=tuple(_conventions(asked, rates, chart)),
        warnings=tuple(missed),
    )


def _measured(asked: Visited, visits: Visits) -> tuple[list[VisitRate], list[str]]:
    """Return the key figures that can be computed, and why others cannot."""
    rates, missed = [], []
    for compute in asked.figures:
        try:
            rates.append(compute(visits))
        except DataError as error:
            missed.append(str(error))
    if not rates:
        raise DataError(missed[0])
    return rates, [translated(reason) for reason in missed]


def _chart(rate: VisitRate) -> ControlChart | None:
    """Return the control chart by month, if there are two months."""
    if len(rate.by("month").rates) < 2:
        return None
    return rate.control_chart(limits="exact", rules="limits only")


def _label(rate: VisitRate) -> str:
    return Visit.LABELS[rate.measure]()


def _said(rate: VisitRate, asked: Visited) -> str:
    """Say what share of visits is as it should be."""
    return Visit.FIRST[rate.measure](
        share=share_of(rate.value),
        n=rate.n,
        range=_range(rate),
        window=translated(asked.within),
        tolerance=stated_share(asked.tolerance),
    )


def _ends(rate: VisitRate, digits: int = 0) -> str:
    interval = rate.estimate.confidence_interval()
    low = plain_number(100 * interval.low, digits)
    return Numbers.BETWEEN(low=low, high=share_of(interval.high, digits))


def _range(rate: VisitRate) -> str:
    return Numbers.RANGE(level=share_of(0.95), ends=_ends(rate))


def _figure(rate: VisitRate) -> Figure:
    return Figure(_label(rate), share_of(rate.value), Visit.BASIS(range=_range(rate), n=rate.n))


def _months(chart: ControlChart) -> Iterable[str]:
    """Say which months lie outside their limits."""
    measure = Visit.LABELS[chart.measure]()
    outside = [its for its in chart.points if its.name in chart.outside]
    for said, some in (
        (Visit.WORSE, [its.name for its in outside if its.share < chart.centre]),
        (Visit.BETTER, [its.name for its in outside if its.share > chart.centre]),
    ):
        if some:
            names = enumerated(some)
            yield said(n=len(some), months=chart.periods, names=names, measure=measure)
    if not outside:
        yield Visit.STEADY(months=chart.periods, measure=measure, centre=share_of(chart.centre))
    if chart.heterogeneity_p_value < MOST and chart.sigma_z > 1:
        yield Visit.VARIES(ratio=plain_number(chart.sigma_z, 1))


def _described(chart: ControlChart) -> str:
    return enumerated_plainly([f"{its.name} {share_of(its.share)}" for its in chart.points])


def _figures(rates: list[VisitRate], n: int) -> Table:
    """Return the key figures with their intervals, and what is not counted."""
    header = (Visit.FIGURE, Visit.SHARE, Visit.INTERVAL, Visit.COUNTED, Visit.LEFT_OUT)
    rows = tuple((_label(rate), *_row(rate)) for rate in rates)
    notes = tuple(
        Visit.NOT_COUNTED(measure=_label(rate), reasons=_left_out(rate))
        for rate in rates
        if rate.left_out
    )
    return Table(Visit.TABLE(n=n), tuple(said() for said in header), rows, notes)


def _row(rate: VisitRate) -> tuple[str | int, ...]:
    left_out = sum(rate.left_out.values())
    return share_of(rate.value, 1), _ends(rate, 1), rate.n, left_out


def _left_out(rate: VisitRate) -> str:
    return _counted({translated(reason): n for reason, n in rate.left_out.items()})


def _counted(counted: dict[str, int]) -> str:
    """Write reasons with how many visits have each."""
    return enumerated_plainly([Visit.REASON(name=name, n=n) for name, n in counted.items()])


def _by_dealer(rate: VisitRate, dealer: str) -> Table:
    header = (Visit.SHARE, Visit.INTERVAL, Visit.COUNTED, Visit.LEFT_OUT)
    title = Visit.BY_DEALER(measure=_label(rate), dealer=dealer)
    rows = tuple((its.label, *_row(its.rate)) for its in rate.by(dealer).rates)
    return Table(title, (dealer, *(said() for said in header)), rows, ())


def _follow_up(asked: Visited, visits: Visits) -> Iterable[Block]:
    """Say which of the latest visits are to be followed up, and list them."""
    found = visits.follow_up(within=asked.within)
    if not found.by_rule:
        return  # the columns allow no rule
    end = np.datetime64(visits.observation_end, "D").astype(np.int64)
    first = float(end) - window_in_days(asked.within)
    n = int((day_of(visits.opened) > first).sum())
    rows = np.flatnonzero(day_of(found.opened) > first)
    window = translated(asked.within)
    if not len(rows):
        yield Paragraph(Visit.NO_FOLLOW_UP(visits=n, window=window))
        return
    reasons = [str(its).split("; ") for its in found.reasons[rows]]
    counted = {
        name: sum(name in its for its in reasons)
        for name in found.by_rule
        if any(name in its for its in reasons)
    }
    said = _counted({CALLS[name](): n for name, n in counted.items()})
    yield Paragraph(Visit.FOLLOW_UP(n=len(rows), visits=n, window=window, reasons=said))
    shown = rows[: asked.visits_listed]
    days = as_times(DAY * day_of(found.opened[shown])).astype("M8[D]").astype(str)
    listed = tuple(
        (str(who), str(day), enumerated_plainly([CALLS[one]() for one in why]))
        for who, day, why in zip(found.who[shown], days, reasons, strict=False)
    )
    notes = [Visit.RULES()] if "high bill" in counted else []
    if found.skipped:
        names = enumerated_plainly([CALLS[name]() for name in found.skipped])
        notes.append(Visit.SKIPPED(names=names))
    header = (Visit.WHO() if asked.customer else Visit.VEHICLE(), Visit.WHEN(), Visit.REASONS())
    yield TableBlock(
        Table(Visit.CALLED(shown=len(shown), n=len(rows)), header, listed, tuple(notes))
    )


def _conventions(
    asked: Visited, rates: list[VisitRate], chart: ControlChart | None
) -> Iterable[str]:
    """Name what every key figure counts, and how intervals and limits are found."""
    for rate in rates:
        yield Visit.CONVENTION(measure=_label(rate), definition=translated(rate.definition))
    yield Visit.INDEPENDENT() if not asked.cluster else Visit.CLUSTERED(cluster=asked.cluster)
    if chart is not None:
        yield Visit.LIMITS()
