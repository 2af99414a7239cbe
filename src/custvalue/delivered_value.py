"""Customer delivered value: what an offer is worth to a customer, minus what it costs.

Kotler (*Marketing Management*, 8th edition on): total customer value is the sum of the values of
product, service, personnel and image; total customer cost is the sum of the monetary, time,
energy and psychic costs; delivered value is their difference. Their ratio is in use as well, and
the two may rank offers differently: :func:`compare` says when, and how sure each rank is.

Offers are stated (:class:`Offer`, with a distribution where an amount is not known exactly) or
rated by respondents (:func:`from_survey`). All parts are in one unit: money, where what was
measured in another one is converted at a declared rate, or points of a normalised index.

Examples
--------
>>> us = Offer(
...     name="us",
...     value=TotalValue(product=60, service=20, personnel=12, image=8),
...     cost=TotalCost(monetary=45, time=7, energy=5, psychic=3),
... )
>>> rival = Offer(
...     name="rival",
...     value=TotalValue(product=35, service=8, personnel=4, image=3),
...     cost=TotalCost(monetary=15, time=2, energy=2, psychic=1),
... )
>>> us.delivered_value, rival.delivered_value, rival.value_to_cost
(40.0, 30.0, 2.5)
>>> comparison = compare([us, rival], reference="us")
>>> comparison.rankings_differ, comparison.advantage
(True, {'rival': -10.0})
"""

from custvalue._delivered_value.amounts import LogNormal, Triangular, Uniform
from custvalue._delivered_value.comparing import compare
from custvalue._delivered_value.comparison import OfferComparison, OfferRanks, Rivalry
from custvalue._delivered_value.head_to_head import Duel, HeadToHead, head_to_head
from custvalue._delivered_value.hierarchy import Element, Hierarchy
from custvalue._delivered_value.hierarchy_scores import (
    HierarchyScores,
    LevelScore,
    hierarchy_scores,
)
from custvalue._delivered_value.improvement import Improvement, cheapest_improvement
from custvalue._delivered_value.mapping import value_equivalence, value_map
from custvalue._delivered_value.measured import MeasuredOffer
from custvalue._delivered_value.offer import Offer, TotalCost, TotalValue
from custvalue._delivered_value.profile import Profile, price_profile, quality_profile
from custvalue._delivered_value.questionnaires import (
    INNER_EXPECTATIONS,
    NEEDS,
    PERVAL,
    SATISFACTION_ELEMENTS,
    VISIT_DRIVERS,
)
from custvalue._delivered_value.reading import from_survey
from custvalue._delivered_value.reservation import (
    PricePoint,
    ReservationPrices,
    reservation_price,
)
from custvalue._delivered_value.sides import Sides
from custvalue._delivered_value.survey import OfferSurvey
from custvalue._delivered_value.value_map import (
    Advantage,
    FairValueLine,
    MappedSupplier,
    ValueMap,
)
from custvalue._delivered_value.worth import WorthIt, worth_it

__all__ = [
    "INNER_EXPECTATIONS",
    "NEEDS",
    "PERVAL",
    "SATISFACTION_ELEMENTS",
    "VISIT_DRIVERS",
    "Advantage",
    "Duel",
    "Element",
    "FairValueLine",
    "HeadToHead",
    "Hierarchy",
    "HierarchyScores",
    "Improvement",
    "LevelScore",
    "LogNormal",
    "MappedSupplier",
    "MeasuredOffer",
    "Offer",
    "OfferComparison",
    "OfferRanks",
    "OfferSurvey",
    "PricePoint",
    "Profile",
    "ReservationPrices",
    "Rivalry",
    "Sides",
    "TotalCost",
    "TotalValue",
    "Triangular",
    "Uniform",
    "ValueMap",
    "WorthIt",
    "cheapest_improvement",
    "compare",
    "from_survey",
    "head_to_head",
    "hierarchy_scores",
    "price_profile",
    "quality_profile",
    "reservation_price",
    "value_equivalence",
    "value_map",
    "worth_it",
]
