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
from custvalue._delivered_value.mapping import value_equivalence, value_map
from custvalue._delivered_value.measured import MeasuredOffer
from custvalue._delivered_value.offer import Offer, TotalCost, TotalValue
from custvalue._delivered_value.reading import from_survey
from custvalue._delivered_value.sides import Sides
from custvalue._delivered_value.survey import OfferSurvey
from custvalue._delivered_value.value_map import (
    Advantage,
    FairValueLine,
    MappedSupplier,
    ValueMap,
)

__all__ = [
    "Advantage",
    "FairValueLine",
    "LogNormal",
    "MappedSupplier",
    "MeasuredOffer",
    "Offer",
    "OfferComparison",
    "OfferRanks",
    "OfferSurvey",
    "Rivalry",
    "Sides",
    "TotalCost",
    "TotalValue",
    "Triangular",
    "Uniform",
    "ValueMap",
    "compare",
    "from_survey",
    "value_equivalence",
    "value_map",
]
