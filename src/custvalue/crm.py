"""What is known of each customer on one card, for a CRM: made for all customers in one call.

==========================================  =====================================================
:func:`cards`                               the cards of all customers, from predictions, surveys,
                                            visits, complaints and social styles
:class:`CustomerCard`                       one customer: JSON, and what a screen shows
:class:`LoyaltyRule`                        how customers are sorted into types of loyalty
==========================================  =====================================================

What is not known of a customer is absent from the card.

Examples
--------
>>> from custvalue import crm
>>> from custvalue.survey import Responses, Scale
>>> answers = Responses.from_frame(
...     {"id": ["C1", "C2"], "satisfaction": [2, 5]}, scale=Scale(1, 5), customer="id"
... )
>>> crm.cards(survey=answers)["C2"].to_json()
'{"schema":"custvalue/1","customer":"C2","sources":["survey"],"scores":[{"name":"satisfaction","value":5.0,"low":1.0,"high":5.0}]}'
"""

from custvalue._crm.build import cards
from custvalue._crm.card import (
    LABELS,
    CardGap,
    CardScore,
    CustomerCard,
    Known,
    OpenComplaint,
)
from custvalue._crm.cards import Cards
from custvalue._crm.loyalty import LoyaltyRule

__all__ = [
    "LABELS",
    "CardGap",
    "CardScore",
    "Cards",
    "CustomerCard",
    "Known",
    "LoyaltyRule",
    "OpenComplaint",
    "cards",
]
