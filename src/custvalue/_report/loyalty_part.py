"""The section on loyalty: what customers did, at each level of satisfaction."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from custvalue import loyalty, plotting
from custvalue._inference.estimate import Estimate
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_loyalty import Loyal
from custvalue._report.content import Block, Contribution, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.questions import Loyalty
from custvalue._report.translation import translated
from custvalue._report.words import (
    enumerated,
    enumerated_plainly,
    plain_number,
    probability_of,
    range_of,
    share_of,
)
from custvalue.errors import CustvalueError, DataError
from custvalue.loyalty import LoyaltyCurve, LoyaltyZone, LoyaltyZones
from custvalue.survey import Responses

SEED, RESAMPLES = 0, 400  # the same input gives the same page
TURNED = {"convex": "concave", "concave": "convex"}
LIKELY = 0.8  # probability from which on a shape is named


def loyalty_part(asked: Loyalty, satisfied: Responses, outcome: Responses) -> Contribution:
    """Report what customers did at each level of satisfaction, or why nobody can tell."""
    title = Loyal.TITLE(outcome=asked.outcome)
    try:
        curve = loyalty.curve(
            satisfaction=satisfied,
            outcome=outcome.answers[:, 0],
            family="binary",
            resamples=RESAMPLES,
            rng=SEED,
        )
    except CustvalueError as error:
        said = Loyal.NOT_FOUND(outcome=asked.outcome, reason=translated(str(error)))
        return Contribution(sections=(Section(title, (Paragraph(said),)),))
    zones = None if asked.cuts is None else curve.zones(asked.cuts)
    said = Numbers.SENTENCES().join(_sentences(asked, curve, zones))
    blocks: list[Block] = [
        Paragraph(said),
        picture(
            "loyalty",
            partial(plotting.loyalty_curve_line, curve, cuts=asked.cuts),
            caption=Loyal.PICTURE(outcome=asked.outcome),
            description=Loyal.SHOWN(described=_described(curve)),
        ),
        TableBlock(curve),
    ]
    if zones is not None:
        blocks.append(TableBlock(zones))
    return Contribution(
        sections=(Section(title, tuple(blocks)),),
        base=(Loyal.BASE(n=curve.n, outcome=asked.outcome, left=curve.left_out),),
        conventions=(Loyal.CONVENTION(resamples=RESAMPLES),),
    )


def _sentences(asked: Loyalty, curve: LoyaltyCurve, zones: LoyaltyZones | None) -> Iterable[str]:
    """Say what the best answer goes with, what shape the curve has, and who is in which zone."""
    yield from _ends(asked, curve)
    best = curve.shapes.best
    if best.probability >= LIKELY:
        said = Loyal.SHAPES[_shape(curve)]()
        yield Loyal.SHAPE(said=said, probability=probability_of(best.probability))
    else:
        yield Loyal.NO_SHAPE()
    if zones is not None:
        cuts = enumerated([f"{cut:g}" for cut in zones.cuts])
        found = [_zone(its, place, asked) for place, its in enumerate(zones.zones, 1)]
        yield Loyal.ZONES(cuts=cuts, described=enumerated(found))


def _shape(curve: LoyaltyCurve) -> str:
    """Return the shape as seen from the worst answer on; of falling outcomes it is turned round."""
    best = curve.best
    return TURNED.get(best, best) if curve.direction == "falling" else best


def _ends(asked: Loyalty, curve: LoyaltyCurve) -> Iterable[str]:
    worst, top = curve.levels[0], curve.levels[-1]
    yield Loyal.ENDS(
        share=share_of(top.outcome.value),
        n=top.n,
        score=f"{top.score:g}",
        outcome=asked.outcome,
        range=_range(top.outcome),
        m=worst.n,
        worst=f"{worst.score:g}",
        other=share_of(worst.outcome.value),
        other_range=_range(worst.outcome),
    )
    try:
        ratio = curve.top_box_ratio
    except DataError:
        return  # nobody gave the best answer
    its = ratio.estimate
    if not its.corrected:
        said = range_of(its.confidence_interval())
        yield Loyal.RATIO(ratio=plain_number(its.value), next=f"{ratio.next:g}", range=said)


def _zone(its: LoyaltyZone, place: int, asked: Loyalty) -> str:
    """Say who is in a zone, and what share of them has the outcome."""
    name = Loyal.NAMES[its.name]() if its.name in Loyal.NAMES else Loyal.OWN(number=place)
    found = Loyal.NOBODY() if its.outcome is None else share_of(its.outcome.value)
    return Loyal.ZONE(
        share=share_of(its.share.value), name=name, outcome=found, column=asked.outcome
    )


def _range(estimate: Estimate) -> str:
    """Write level and interval of a share."""
    interval = estimate.confidence_interval()
    low = plain_number(100 * interval.low, 0)
    ends = Numbers.BETWEEN(low=low, high=share_of(interval.high))
    return Numbers.RANGE(level=share_of(interval.level), ends=ends)


def _described(curve: LoyaltyCurve) -> str:
    return enumerated_plainly(
        [
            Loyal.POINT(score=f"{its.score:g}", share=share_of(its.outcome.value))
            for its in curve.levels
        ]
    )
