"""Customers who are asked half-way, as a survey, a log and the last day."""

from __future__ import annotations

from custvalue import profit_chain
from custvalue.datasets import simulate_linked_survey
from custvalue.survey import Scale


def simulated(n=1_500, *, purchase=0.0, dropout=0.0, spend=0.0, reverse=0.0, seed=1, dealers=20):
    """Return plain dicts, which tests change, and the last day."""
    made = simulate_linked_survey(
        n,
        purchase_coefficient=purchase,
        dropout_coefficient=dropout,
        spend_coefficient=spend,
        reverse_coefficient=reverse,
        dealers=dealers,
        rng=seed,
    )
    return dict(made.survey), dict(made.transactions), made.observation_end


def linked_chain(made, **more):
    """Return the chain of a survey, a log and its last day, with settings of money."""
    survey, log, end = made
    asked = {
        "link": "customer_id",
        "asked": "asked",
        "satisfaction": "satisfaction",
        "scale": Scale(1, 10),
        "observation_end": end,
        "horizon": "3 years",
        "annual_discount_rate": 0.1,
        "margin": 0.3,
    }
    return profit_chain.Chain.from_data(survey, log, **{**asked, **more})
