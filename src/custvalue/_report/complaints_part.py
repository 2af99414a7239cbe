"""The section on complaints: answered in time, by dealer, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from custvalue import plotting
from custvalue._frames import Source
from custvalue._inference.estimate import Estimate
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_complaints import Complaint
from custvalue._report.complained import Complained
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.translation import translated
from custvalue._report.words import about, money, plain_number, share_of, stated_share
from custvalue._table import Table
from custvalue.loyalty import ClosingTimes, ClosingTimesByGroup, ComplaintEconomics

SURE = 0.05  # P below which dealers differ
SMALLEST = 0.001  # P that is written


class Timed(NamedTuple):
    """Closing times in days, in the unit of the promise, and by dealer."""

    days: ClosingTimes
    every: ClosingTimes
    groups: ClosingTimesByGroup | None


def complaints_part(asked: Complained, data: Any, currency: str) -> Contribution:
    """Report how many complaints are closed in time, and what dissatisfied customers cost."""
    found = _timed(asked, data)
    share = found.every.share_within(asked.time)
    blocks: list[Block] = [
        Paragraph(Numbers.SENTENCES().join(_sentences(asked, found))),
        picture(
            "complaints",
            partial(plotting.closing_times_steps, found.days),
            caption=Complaint.PICTURE(),
            description=Complaint.SHOWN(share=share_of(share.value)),
        ),
        TableBlock(_table(asked, found)),
    ]
    conventions = [Complaint.CONVENTION()]
    if found.groups is not None:
        conventions.append(Complaint.TEST())
    if asked.economics is not None:
        blocks += _economics(asked.economics.desk, currency)
        conventions.append(Complaint.ECONOMICS())
    figure = Figure(Complaint.TABLE(), share_of(share.value), _range(share))
    return Contribution(
        sections=(Section(Complaint.TITLE(), tuple(blocks)),),
        figures=(figure,),
        base=(Complaint.BASE(n=found.every.cases, end=str(asked.observation_end)),),
        conventions=tuple(conventions),
    )


def _timed(asked: Complained, data: Any) -> Timed:
    """Read the cases; by dealer where there are two or more."""
    days = ClosingTimes.from_frame(data, **asked.columns(promised=False))
    how = asked.columns(promised=True)
    groups = None
    if asked.dealer is not None:
        source = Source(data)
        source.require({"dealer": asked.dealer})
        if len(source.codes(asked.dealer)[0]) > 1:
            groups = ClosingTimesByGroup.from_frame(data, by=asked.dealer, **how)
    return Timed(days, ClosingTimes.from_frame(data, **how), groups)


def _sentences(asked: Complained, found: Timed) -> Iterable[str]:
    """Say how many complaints are closed in time, how long they take, whether dealers differ."""
    share = found.every.share_within(asked.time)
    said = Complaint.PROMISED if asked.within is None else Complaint.WITHIN
    window = translated(asked.within or "")
    yield said(share=share_of(share.value), n=found.every.cases, window=window, range=_range(share))
    yield _median(found.days)
    if found.every.still_open:
        yield Complaint.OPEN(open=found.every.still_open)
    if found.groups is not None and found.groups.test.degrees_of_freedom:
        yield _dealers(asked, found.groups)


def _median(times: ClosingTimes) -> str:
    """Say by when half of the complaints are closed."""
    low, high = times.median_interval()
    if times.median is None or low is None:
        return Complaint.NO_MEDIAN()
    ends = {"days": _days(times.median), "level": share_of(0.95), "low": _days(low)}
    if high is None:
        return Complaint.MEDIAN_FROM(**ends)
    return Complaint.MEDIAN(**ends, high=_days(high))


def _days(days: float) -> str:
    return plain_number(days, 0 if days == round(days) else 1)


def _dealers(asked: Complained, groups: ClosingTimesByGroup) -> str:
    """Say whether dealers differ, and which one is the slowest."""
    p = groups.test.p_value
    said = Complaint.SMALL_P() if p < SMALLEST else Complaint.P(p=plain_number(p, 3))
    shares = groups.share_within(asked.time).shares
    known = [
        (its.value, str(label), its)
        for label, its in zip(groups.labels, shares, strict=True)
        if its is not None
    ]
    if p >= SURE or not known:
        return Complaint.ALIKE(dealer=str(asked.dealer), p=said)
    _, name, least = min(known, key=lambda its: its[:2])
    share = share_of(least.value)
    return Complaint.DIFFER(
        dealer=str(asked.dealer), p=said, name=name, share=share, range=_range(least)
    )


def _ends(estimate: Estimate, digits: int = 0) -> str:
    interval = estimate.confidence_interval()
    low = plain_number(100 * interval.low, digits)
    return Numbers.BETWEEN(low=low, high=share_of(interval.high, digits))


def _range(estimate: Estimate) -> str:
    return Numbers.RANGE(level=share_of(0.95), ends=_ends(estimate))


def _table(asked: Complained, found: Timed) -> Table:
    """Return the shares that are closed in time, of every dealer and of all."""
    said = (
        Complaint.GROUP,
        Complaint.SHARE,
        Complaint.INTERVAL,
        Complaint.CASES,
        Complaint.STILL_OPEN,
    )
    groups = found.groups
    named = [] if groups is None else [*zip(map(str, groups.labels), groups.groups, strict=True)]
    rows = tuple(
        (name, *_row(times, asked.time)) for name, times in (*named, (Complaint.ALL(), found.every))
    )
    return Table(Complaint.TABLE(), tuple(one() for one in said), rows, ())


def _row(times: ClosingTimes, time: float) -> tuple[str | int, ...]:
    if not times.reaches(time):
        return Complaint.SHORT(), "", times.cases, times.still_open
    share = times.share_within(time)
    return share_of(share.value, 1), _ends(share, 1), times.cases, times.still_open


def _economics(desk: ComplaintEconomics, currency: str) -> Iterable[Block]:
    """Say how many customers are lost, and what they are worth."""
    lines = [
        Complaint.LOST(
            lost=about(desk.lost.value),
            customers=desk.customers,
            range=_between(desk.lost),
            silent=about(desk.silent.value),
        )
    ]
    counted = [desk.complaints, desk.silent, desk.lost]
    valued: list[Estimate] = []
    if desk.value is not None:
        worth, point = desk.worth_lost, desk.worth_of_one_point_of_recovery
        valued = [worth, desk.worth_of_one_more_complaint_heard, point]
        lines.append(
            Complaint.WORTH(
                amount=money(worth.value, currency),
                range=_between(worth, currency),
                point=money(point.value, currency),
            )
        )
    yield Paragraph(Numbers.SENTENCES().join(lines))
    rows = [_quantity(its, None) for its in counted] + [_quantity(its, currency) for its in valued]
    header = (Complaint.QUANTITY(), Complaint.ESTIMATE(), Complaint.INTERVAL())
    yield TableBlock(Table(Complaint.COSTS(), header, tuple(rows), (_rates(desk),)))


def _written(value: float, currency: str | None) -> str:
    return about(value) if currency is None else money(value, currency)


def _between(estimate: Estimate, currency: str | None = None) -> str:
    interval = estimate.confidence_interval()
    low, high = (_written(end, currency) for end in (interval.low, interval.high))
    return Numbers.RANGE(level=share_of(interval.level), ends=Numbers.BETWEEN(low=low, high=high))


def _quantity(estimate: Estimate, currency: str | None) -> tuple[str, str, str]:
    interval = estimate.confidence_interval()
    low, high = (_written(end, currency) for end in (interval.low, interval.high))
    name = Complaint.QUANTITIES[estimate.name]()
    return name, _written(estimate.value, currency), Numbers.BETWEEN(low=low, high=high)


def _rates(desk: ComplaintEconomics) -> str:
    return Complaint.RATES(
        dissatisfied=stated_share(round(desk.dissatisfied.value, 3)),
        complain=stated_share(round(desk.complain.value, 3)),
        recovered=stated_share(round(desk.recovered.value, 3)),
        silent=stated_share(round(desk.silent_return.value, 3)),
    )
