"""The section on delivered value: the own offer against its rivals."""

from __future__ import annotations

from functools import partial

from custvalue import delivered_value, plotting
from custvalue._inference.estimate import ROUNDING
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.words import price
from custvalue.delivered_value import Offer

NOT_MEASURED = (
    "Delivered value: the offers are entered in the study file as they are judged, without a "
    "sample, so they have no interval."
)


def offers(given: tuple[Offer, ...], currency: str) -> Contribution:
    """Report on delivered value; the first offer is the own one."""
    named = [one if one.unit else one.model_copy(update={"unit": currency}) for one in given]
    comparison = delivered_value.compare_offers(named, reference=named[0].name)
    own = comparison.offers[0]
    text = " ".join([_own(own), *(_against(own, rival) for rival in comparison.offers[1:])])
    blocks: list[Block] = [
        Paragraph(text),
        picture(
            "offers",
            partial(plotting.delivered_value_bars, comparison),
            caption="What each offer is worth to a customer, and what it costs, by its parts.",
            description=text,
        ),
        TableBlock(comparison),
    ]
    best = [_amount(rival, rival.delivered_value) for rival in comparison.offers[1:]]
    basis = f"value minus cost to the customer; rivals: {', '.join(best)}"
    return Contribution(
        sections=(Section("Delivered value against rivals", tuple(blocks)),),
        figures=(
            Figure(f"Delivered value of {own.name}", _amount(own, own.delivered_value), basis),
        ),
        conventions=(NOT_MEASURED,),
        warnings=(comparison.verdict,) if comparison.rankings_differ else (),
    )


def _amount(offer: Offer, value: float) -> str:
    return price(value, offer.unit)


def _own(own: Offer) -> str:
    return (
        f"{_amount(own, own.delivered_value)} is what {own.name} delivers: worth "
        f"{_amount(own, own.value.total)} to a customer, at a total cost of "
        f"{_amount(own, own.cost.total)}."
    )


def _against(own: Offer, rival: Offer) -> str:
    difference = own.delivered_value - rival.delivered_value
    delivers = f"{_amount(rival, rival.delivered_value)} is what {rival.name} delivers"
    size = max(abs(part.total) for offer in (own, rival) for part in (offer.value, offer.cost))
    if abs(difference) <= ROUNDING * size:
        return f"{delivers}, just as much."
    return f"{delivers}, {_amount(own, abs(difference))} {'less' if difference > 0 else 'more'}."
