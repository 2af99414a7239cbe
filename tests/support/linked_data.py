"""Customers who are asked half-way, as a survey, a log and the last day."""

from __future__ import annotations

from custvalue.datasets import simulate_linked_survey


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
