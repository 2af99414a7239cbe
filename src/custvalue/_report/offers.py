"""The section on delivered value: the own offer against its rivals."""

from __future__ import annotations

from functools import partial

from custvalue import delivered_value, plotting
from custvalue._inference.estimate import ROUNDING
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_parts import Offers
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.translation import translated
from custvalue._report.words import enumerated_plainly, price
from custvalue.delivered_value import Offer
from custvalue.survey import Bootstrap

SEED, RESAMPLES = 0, 2_000  # the same input gives the same page


def offers(given: tuple[Offer, ...], currency: str) -> Contribution:
    """Report on delivered value; the first offer is the own one."""
    named = [one if one.unit else one.model_copy(update={"unit": currency}) for one in given]
    comparison = delivered_value.compare(
        named, reference=named[0].name, method=Bootstrap(RESAMPLES, rng=SEED)
    )
    own, *rivals = named
    text = Numbers.SENTENCES().join([_own(own), *(_against(own, rival) for rival in rivals)])
    blocks: list[Block] = [
        Paragraph(text),
        picture(
            "offers",
            partial(plotting.delivered_value_bars, comparison),
            caption=Offers.PICTURE(),
            description=text,
        ),
        TableBlock(comparison),
    ]
    best = [_amount(rival, rival.delivered_value) for rival in rivals]
    basis = Offers.BASIS(rivals=enumerated_plainly(best))
    return Contribution(
        sections=(Section(Offers.TITLE(), tuple(blocks)),),
        figures=(Figure(Offers.LABEL(name=own.name), _amount(own, own.delivered_value), basis),),
        conventions=(Offers.UNSURE() if comparison.draws else Offers.ASSUMED(),),
        warnings=(translated(comparison.verdict),) if comparison.rankings_differ else (),
    )


def _amount(offer: Offer, value: float) -> str:
    return price(value, offer.unit)


def _own(own: Offer) -> str:
    return Offers.OWN(
        amount=_amount(own, own.delivered_value),
        name=own.name,
        value=_amount(own, own.value.total),
        cost=_amount(own, own.cost.total),
    )


def _against(own: Offer, rival: Offer) -> str:
    difference = own.delivered_value - rival.delivered_value
    size = max(part.total for offer in (own, rival) for part in (offer.value, offer.cost))
    said = Offers.LESS if difference > 0 else Offers.MORE
    if abs(difference) <= ROUNDING * size:
        said = Offers.SAME
    return said(
        amount=_amount(rival, rival.delivered_value),
        name=rival.name,
        difference=_amount(own, abs(difference)),
    )
