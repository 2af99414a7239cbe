"""What a point of satisfaction is worth: the chain from answers to purchases to money."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from annotated_types import Gt

from custvalue import plotting
from custvalue._inference.interval import Interval
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_chain import Chained
from custvalue._report.content import Contribution, Paragraph, Section
from custvalue._report.keys import Names, Part, read_by
from custvalue._report.pictures import picture
from custvalue._report.translation import translated
from custvalue._report.words import (
    enumerated,
    enumerated_plainly,
    money,
    probability_of,
    range_of,
    share_of,
    signed,
)
from custvalue.errors import CustvalueError
from custvalue.profit_chain import Chain, PointsValue

SEED, DRAWS = 0, 500  # the same input gives the same page
OF = ": satisfaction"  # the end of the names of links of dimensions


class ChainQuestion(Part):
    """``[survey.chain]``: what a point of satisfaction is worth.

    ``asked`` is the column with the day of the answer. ``dimensions`` names items that make them,
    on the scale of ``[survey.satisfaction]``. ``points`` are those whose worth is told; an answer
    counts after ``lag``.
    """

    asked: str
    dimensions: dict[str, Names] | None = None
    points: Annotated[float, Gt(0)] = 0.1
    lag: str = "0 days"


def chain_part(study: Any, answers: Any, log: Any) -> Contribution:
    """Report what a point is worth, or why nobody can tell."""
    asked = study.survey.chain
    try:
        chain = _chain(study, answers, log)
        worth = chain.value_of(asked.points)
    except CustvalueError as error:
        said = Chained.NOT_FOUND(reason=translated(str(error)))
        return Contribution(sections=(Section("", (Paragraph(said),)),))
    text = Numbers.SENTENCES().join(_sentences(chain, worth, study.currency))
    drawn = picture(
        "chain",
        partial(plotting.chain_links, chain, worth=worth),
        caption=Chained.PICTURE(),
        description=Chained.SHOWN(described=_described(chain)),
    )
    return Contribution(
        sections=(Section("", (Paragraph(text), drawn)),),
        conventions=(Chained.CONVENTION(draws=chain.draws),),
    )


def with_reason(groups: Contribution) -> Contribution:
    """Say below the value of groups of respondents why no point of satisfaction has a worth."""
    (section,) = groups.sections
    *blocks, last = section.blocks
    if not isinstance(last, Paragraph):
        return groups
    text = Numbers.SENTENCES().join((last.text, Chained.NOT_ASKED()))
    return replace(groups, sections=(replace(section, blocks=(*blocks, Paragraph(text))),))


def _chain(study: Any, answers: Any, log: Any) -> Chain:
    survey, bought, ahead = study.survey, study.transactions, study.lifetime
    asked = survey.chain
    return Chain.from_data(
        answers,
        log,
        link=survey.customer,
        asked=asked.asked,
        satisfaction=survey.satisfaction.perceived,
        scale=read_by(survey.satisfaction.scale)["scale"],
        drivers=asked.dimensions,
        customer=bought.customer,
        date=bought.date,
        spend=bought.spend,
        observation_end=bought.observation_end,
        unit=bought.unit,
        weights=survey.weights,
        cluster=survey.cluster,
        lag=asked.lag,
        date_format=bought.date_format,
        time_zone=bought.time_zone,
        horizon=ahead.horizon,
        annual_discount_rate=ahead.annual_discount_rate,
        margin=ahead.margin,
        draws=DRAWS,
        rng=SEED,
    )


def _sentences(chain: Chain, worth: PointsValue, currency: str) -> Iterator[str]:
    done = [its for its in chain.steps if its.name in Chained.DONE]
    yield Chained.POINT(changes=enumerated([_change(its) for its in done]))
    if any(0 in its.confidence_interval() for its in done):
        yield Chained.UNSURE()
    drivers = _of_drivers(chain)
    if drivers:
        first = max(drivers, key=lambda its: its.value)
        yield Chained.STRONGEST(
            name=first.name.removesuffix(OF),
            value=signed(first.value),
            range=range_of(first.confidence_interval(), sign=True),
        )
    total = worth.total
    yield Chained.WORTH(
        n=chain.customers,
        points=f"{worth.points:g}",
        amount=money(total.value, currency),
        horizon=translated(worth.horizon),
        range=_amounts(total.confidence_interval(), currency),
        sure=probability_of(worth.probability_positive),
    )
    yield Chained.ALL_FEEL(n=chain.respondents)
    yield Chained.CAUSE()


def _amounts(ends: Interval, currency: str) -> str:
    said = Numbers.BETWEEN(low=money(ends.low, currency), high=money(ends.high, ""))
    return Numbers.RANGE(level=share_of(ends.level), ends=said)


def _percent(log_ratio: float) -> str:
    return Numbers.PERCENT(number=signed(100 * math.expm1(log_ratio), 1))


def _change(its: Any) -> str:
    """Say how a behaviour changes, and how surely."""
    ends = its.confidence_interval()
    said = Numbers.BETWEEN(low=_percent(ends.low), high=_percent(ends.high))
    return Chained.CHANGE(
        what=Chained.DONE[its.name](),
        change=_percent(its.value),
        range=Numbers.RANGE(level=share_of(ends.level), ends=said),
    )


def _described(chain: Chain) -> str:
    drivers = [(its.name.removesuffix(OF), signed(its.value)) for its in _of_drivers(chain)]
    done = [
        (Chained.DONE[its.name](), _percent(its.value))
        for its in chain.steps
        if its.name in Chained.DONE
    ]
    return enumerated_plainly([Chained.LINK(what=a, change=b) for a, b in (*drivers, *done)])


def _of_drivers(chain: Chain) -> Sequence[Any]:
    return [its for its in chain.steps if its.name.removesuffix(OF) in chain.dimensions]
