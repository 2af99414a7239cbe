"""Chains from a survey to money: 100,000 customers, of whom 20,000 answered, each on some day.

Three kinds of fits, the influences of all customers on them, 500 joint draws; then what points of a
dimension are worth in three years, at every draw.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from benchmarks.speed.timing import Pair, row
from custvalue import datasets, profit_chain
from custvalue.survey import Scale

CUSTOMERS, RESPONDENTS, DAYS = 100_000, 20_000, 300


@cache
def linked() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], str]:
    """Return a survey whose answers are spread over time, a log, and its last day."""
    made = datasets.simulate_linked_survey(CUSTOMERS, rng=1)
    survey = {name: column[:RESPONDENTS] for name, column in dict(made.survey).items()}
    later = np.random.default_rng(1).integers(0, DAYS, RESPONDENTS)
    survey["asked"] = survey["asked"] + later.astype("m8[D]")
    return survey, dict(made.transactions), str(made.observation_end)


def chain() -> profit_chain.Chain:
    """Make it with 500 draws."""
    survey, log, end = linked()
    return profit_chain.Chain.from_data(
        survey,
        log,
        link="customer_id",
        asked="asked",
        satisfaction="satisfaction",
        scale=Scale(1, 10),
        drivers=["reliability", "empathy"],
        observation_end=end,
        cluster="dealer",
        horizon="3 years",
        annual_discount_rate=0.1,
        margin=0.3,
        rng=1,
    )


@row("chain of 100,000 customers and 20,000 answers, with 500 joint draws", goal=30)
def from_data() -> Pair:
    """From a log of 1.3 million purchases."""
    linked()
    return Pair(chain)


@row("money of points along that chain, at 500 draws", goal=1)
def money() -> Pair:
    """With its interval."""
    made = chain()
    return Pair(lambda: made.value_of(0.1, "reliability"))


@row("money of points that fade along that chain, at 500 draws", goal=1)
def fading() -> Pair:
    """Half is gone after a year."""
    made = chain()
    return Pair(lambda: made.value_of(0.1, "reliability", decay="1 year"))
