"""The section on tiers of customers by their value."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from custvalue import loyalty, plotting
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_tiers import Tiers
from custvalue._report.content import Block, Contribution, Paragraph, Section, TableBlock
from custvalue._report.language import Said, spoken
from custvalue._report.pictures import picture
from custvalue._report.study import ValueTiers
from custvalue._report.translation import translated
from custvalue._report.words import money, plain_number, share_of
from custvalue._table import Table
from custvalue.lifetime import CustomerLifetimeValue
from custvalue.loyalty import CustomerPyramid, Tier


def tiers_part(asked: ValueTiers, value: CustomerLifetimeValue, currency: str) -> Contribution:
    """Report how many customers each tier has, and what share of the value they hold."""
    found = loyalty.pyramid(value, thresholds=asked.thresholds, shares=asked.shares)
    blocks: list[Block] = [
        Paragraph(Numbers.SENTENCES().join(_sentences(found))),
        picture(
            "tiers",
            partial(plotting.pyramid_tiers, found),
            caption=Tiers.PICTURE(),
            description=Tiers.SHOWN(described=Numbers.SEMICOLON().join(map(_point, found.tiers))),
        ),
        TableBlock(_table(found, currency)),
    ]
    return Contribution(
        sections=(Section(Tiers.TITLE(), tuple(blocks)),),
        conventions=(Tiers.QUANTILES() if found.cuts_are_quantiles else Tiers.THRESHOLDS(),),
    )


def _sentences(found: CustomerPyramid) -> Iterable[str]:
    """Say what the best and the last tier hold."""
    if any(its.value_share is None for its in found.tiers):
        yield Tiers.NO_VALUE()
        return
    yield _told(Tiers.BEST, found.tiers[0])
    yield _told(Tiers.LAST, found.tiers[-1])


def _told(said: Said, its: Tier) -> str:
    ends = _ends(its)
    level = share_of(0.95)
    within = "" if ends is None else Tiers.WITHIN(range=Numbers.RANGE(level=level, ends=ends))
    return said(
        n=its.customers, share=share_of(its.share), name=_name(its), held=_held(its), range=within
    )


def _name(its: Tier) -> str:
    """Return the name of a tier in the language that is spoken."""
    return its.chinese if spoken() == "zh" and its.chinese else translated(its.name)


def _held(its: Tier, digits: int = 0) -> str:
    return "–" if its.value_share is None else share_of(its.value_share.value, digits)


def _ends(its: Tier, digits: int = 0) -> str | None:
    """Write the interval of the share of the value; None where there is none."""
    if its.value_share is None or not its.value_share.has_interval:
        return None
    interval = its.value_share.confidence_interval()
    low = plain_number(100 * interval.low, digits)
    return Numbers.BETWEEN(low=low, high=share_of(interval.high, digits))


def _point(its: Tier) -> str:
    return Tiers.POINT(name=_name(its), share=share_of(its.share), held=_held(its))


def _table(found: CustomerPyramid, currency: str) -> Table:
    header = (
        Tiers.TIER,
        Tiers.CUSTOMERS,
        Tiers.SHARE,
        Tiers.FROM,
        Tiers.HELD,
        Tiers.INTERVAL,
        Tiers.MEAN,
    )
    rows = tuple(
        (
            _name(its),
            its.customers,
            share_of(its.share, 1),
            None if its.lowest is None else money(its.lowest, currency),
            _held(its, 1),
            _ends(its, 1),
            None if its.mean is None else money(its.mean.value, currency),
        )
        for its in found.tiers
    )
    return Table(Tiers.TABLE(n=found.customers), tuple(said() for said in header), rows, ())
