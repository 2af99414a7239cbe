"""The section on segments of customers by recency and frequency."""

from __future__ import annotations

from functools import partial

from custvalue import lifetime, plotting
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_customers import Segments
from custvalue._report.content import Block, Contribution, Paragraph, Section, TableBlock
from custvalue._report.customer_base import Customers
from custvalue._report.language import Said
from custvalue._report.pictures import picture
from custvalue._report.study import Rfm
from custvalue._report.translation import translated
from custvalue._report.words import plain_number, share_of
from custvalue._table import Table
from custvalue.lifetime import RFMSegment, RFMSegments

BEST = ("champions",)
LEAVING = ("at risk", "cannot lose them")


def segments_part(asked: Rfm, found: Customers) -> Contribution:
    """Report on the ten segments: how many customers, and what they hold."""
    result = lifetime.rfm(found.history, cuts=asked.cuts).segments(value=found.value)
    held = Segments.OF_VALUE if found.value is not None else Segments.OF_SPEND
    blocks: list[Block] = [
        Paragraph(
            Numbers.SENTENCES().join(
                _told(result, names, said, held())
                for names, said in ((BEST, Segments.BEST), (LEAVING, Segments.LEAVING))
            )
        ),
        picture(
            "segments",
            partial(plotting.rfm_segment_bars, result),
            caption=Segments.PICTURE(),
            description=_described(result),
        ),
        TableBlock(_table(result, held())),
    ]
    return Contribution(
        sections=(Section(Segments.TITLE(), tuple(blocks)),), conventions=(Segments.CONVENTION(),)
    )


def _told(result: RFMSegments, names: tuple[str, ...], said: Said, held: str) -> str:
    some = [result[name] for name in names]
    customers = sum(its.customers for its in some)
    shares = [share for its in some if (share := _held(its)) is not None]
    return said(
        n=customers,
        share=share_of(customers / result.customers),
        held=Segments.HOLD(share=share_of(sum(shares)), what=held) if shares else "",
    )


def _held(its: RFMSegment) -> float | None:
    share = its.value_share or its.spend_share
    return None if share is None else share.value


def _described(result: RFMSegments) -> str:
    described = Numbers.COMMA().join(
        f"{translated(its.name)} {share_of(its.share.value)}" for its in result.segments
    )
    return Segments.SHOWN(described=described)


def _table(result: RFMSegments, held: str) -> Table:
    header = (
        Segments.SEGMENT(),
        Segments.CUSTOMERS(),
        Segments.SHARE(),
        Segments.INTERVAL(),
        Segments.SILENT(),
        Segments.DAYS(),
        Segments.SHARE_OF(what=held),
    )
    known = any(_held(its) is not None for its in result.segments)
    columns = len(header) if known else len(header) - 1
    rows = tuple(_row(its)[:columns] for its in result.segments)
    return Table(Segments.TABLE(n=result.customers), header[:columns], rows, (Segments.NOTE(),))


def _row(its: RFMSegment) -> tuple[str | int | None, ...]:
    interval = its.share.confidence_interval()
    means = (its.days_since_last, its.purchase_days)
    share = _held(its)
    return (
        translated(its.name),
        its.customers,
        share_of(its.share.value, 1),
        Numbers.BETWEEN(low=share_of(interval.low, 1), high=share_of(interval.high, 1)),
        *(None if mean is None else plain_number(mean, 1) for mean in means),
        None if share is None else share_of(share, 1),
    )
