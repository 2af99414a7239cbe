"""Customer delivered value: what an offer is worth to a customer, minus what it costs.

Kotler (*Marketing Management*, 8th edition on): total customer value is the sum of the values of
product, service, personnel and image; total customer cost is the sum of the monetary, time,
energy and psychic costs; delivered value is their difference. Their ratio is in use as well, and
the two may rank offers differently: :func:`compare_offers` says when.

All eight parts are in one money unit. What was measured in another one is converted first, at a
declared rate: :meth:`TotalCost.from_hours` for time.

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
>>> comparison = compare_offers([us, rival], reference="us")
>>> comparison.rankings_differ, comparison.advantage
(True, {'rival': -10.0})
"""

from custvalue._delivered_value.measured import MeasuredCost, MeasuredOffer, MeasuredValue
from custvalue._delivered_value.offer import (
    Offer,
    OfferComparison,
    TotalCost,
    TotalValue,
    compare_offers,
)

__all__ = [
    "MeasuredCost",
    "MeasuredOffer",
    "MeasuredValue",
    "Offer",
    "OfferComparison",
    "TotalCost",
    "TotalValue",
    "compare_offers",
]
