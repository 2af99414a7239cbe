"""The section on suppliers as respondents rate them: the value map, and delivered value."""

from __future__ import annotations

from functools import partial
from typing import Any

from custvalue import delivered_value, plotting
from custvalue._inference.estimate import Estimate
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_value import Rated
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.ratings import Ratings
from custvalue._report.translation import translated
from custvalue._report.words import plain_number, price, probability_of, range_of
from custvalue.delivered_value import OfferComparison, OfferSurvey, ValueMap
from custvalue.errors import DataError, UnitError
from custvalue.survey import Bootstrap

SEED, RESAMPLES = 0, 2_000  # the same input gives the same page


def ratings_part(asked: Ratings, data: Any, currency: str) -> Contribution:
    """Report how respondents rate the own offer and those of rivals."""
    offers = asked.offers(data, currency)
    if asked.own not in offers.supplier_names:
        raise DataError(
            f"[ratings] says own = {asked.own!r}, which is no supplier in the data. The suppliers "
            f"are {', '.join(map(repr, offers.supplier_names))}."
        )
    method = Bootstrap(RESAMPLES, rng=SEED)
    chart = delivered_value.value_map(offers, price_weight=asked.price_weight, method=method)
    compared = _compared(offers, asked.own, method)
    said = Numbers.SENTENCES().join([*_placed(chart, asked.own), *_delivered(compared, currency)])
    blocks: list[Block] = [
        Paragraph(said),
        picture(
            "value-map",
            partial(plotting.value_map_points, chart),
            caption=Rated.PICTURE(),
            description=said,
        ),
        TableBlock(chart),
    ]
    if compared is not None:
        blocks.append(TableBlock(compared))
    n = offers.respondents
    return Contribution(
        sections=(Section(Rated.TITLE(), tuple(blocks)),),
        figures=_figures(compared, asked.own, currency),
        base=(Rated.BASE(n=n, suppliers=len(offers.supplier_names)),),
        conventions=(Rated.CONVENTION(resamples=RESAMPLES),),
    )


def _compared(offers: OfferSurvey, own: str, method: Bootstrap) -> OfferComparison | None:
    """Compare delivered values, where values and costs are in one unit."""
    try:
        return delivered_value.compare(offers, reference=own, method=method)
    except UnitError:
        return None


def _placed(chart: ValueMap, own: str) -> list[str]:
    """Say where the own supplier lies on the map."""
    its = chart.supplier(own)
    beside = its.advantages[0]
    below = beside.probability >= 0.5
    said = Rated.ADVANTAGED if below else Rated.DISADVANTAGED
    sure = beside.probability if below else 1 - beside.probability
    return [
        Rated.PLACE(
            name=own,
            quality=plain_number(its.quality.value, 1),
            quality_range=range_of(its.quality.confidence_interval(), 1),
            price=plain_number(its.price.value, 1),
            price_range=range_of(its.price.confidence_interval(), 1),
        ),
        said(line=translated(beside.line), sure=probability_of(sure)),
    ]


def _delivered(compared: OfferComparison | None, currency: str) -> list[str]:
    """Say what the own offer delivers, and at which prices it draws level."""
    if compared is None:
        return []
    place = compared.names.index(str(compared.reference))
    own = compared.offers[place].delivered_value
    best = compared.ranks_by_difference.probabilities[place][0]
    lines = [
        Rated.DELIVERED(
            amount=_amount(own.value, compared, currency),
            range=_range(own),
            sure=probability_of(best),
        )
    ]
    for rivalry in compared.rivalries:
        level = rivalry.break_even_by_difference
        if level is not None:
            said = price(round(level.value, 2), currency)
            lines.append(Rated.BREAK_EVEN(price=said, name=rivalry.rival, range=_range(level)))
    return lines


def _figures(compared: OfferComparison | None, own: str, currency: str) -> tuple[Figure, ...]:
    if compared is None:
        return ()
    its = compared.offers[compared.names.index(own)].delivered_value
    basis = Rated.BASIS(range=_range(its), n=its.n)
    return (Figure(Rated.LABEL(name=own), _amount(its.value, compared, currency), basis),)


def _amount(value: float, compared: OfferComparison, currency: str) -> str:
    """Write an amount of money, or points of an index."""
    return price(round(value, 2), currency if compared.unit == currency else "")


def _range(estimate: Estimate) -> str:
    return range_of(estimate.confidence_interval())
