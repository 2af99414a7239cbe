"""Worlds whose truth is known: intervals of money, and probabilities of being the best."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from linked_data import linked_chain

from custvalue import profit_chain
from custvalue._profit_chain.influences import at_coordinates, coordinates
from custvalue.datasets import simulate_linked_survey

pytestmark = pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")

WORLDS, CUSTOMERS = 24, 400
SLOPE = 0.9127  # of satisfaction on reliability, of 400,000 simulated answers
PURCHASING = {"r": 1.5, "alpha": 8.0, "s": 1.2, "beta": 120.0}
SPENDING = (6.0, 4.0, 50.0)
SURE = 2.6  # deviations


class _Fit:
    def __init__(self, model):
        self.model = model


def true_chain(chain, purchase, dropout, spend):
    """Return the chain with the parameters that its data were simulated with."""
    model, spending = chain.purchases.model, chain.spend.model
    there = {name: np.log(PURCHASING[name]) for name in PURCHASING}
    for name in coordinates(model):
        if ":" in name:
            effect = purchase if name.startswith("purchase") else dropout
            there[name] = 0.0 if "all along" in name else effect
    of_spend = dict(zip(coordinates(spending), np.log(SPENDING), strict=True))
    place, _ = chain.links.drivers["reliability"]
    links = replace(chain.links, spend_ratio=spend, drivers={"reliability": (place, SLOPE)})
    return replace(
        chain,
        purchases=_Fit(at_coordinates(model, there)),
        spend=_Fit(at_coordinates(spending, of_spend)),
        links=links,
    )


@cache
def worlds():
    """Return for each world whether the interval holds the truth, and P(best), said and true.

    Effects are drawn anew in each. One project moves reliability, the other one brings an amount
    that is about as good, by the estimate and its error.
    """
    random = np.random.default_rng(20)
    found = []
    for seed in range(WORLDS):
        effects = random.uniform(0, 0.2), random.uniform(-0.4, 0), random.uniform(0, 0.1)
        names = ("purchase_coefficient", "dropout_coefficient", "spend_coefficient")
        made = simulate_linked_survey(
            CUSTOMERS, dealers=40, rng=seed, **dict(zip(names, effects, strict=True))
        )
        chain = linked_chain(
            (made.survey, made.transactions, made.observation_end),
            drivers=["reliability"],
            cluster="dealer",
            draws=300,
            rng=seed,
        )
        worth = chain.value_of(0.1, "reliability").total
        ends = worth.confidence_interval()
        truth = float(true_chain(chain, *effects).value_of(0.1, "reliability").total.value)
        other = max(worth.value + random.uniform(-1.5, 1.5) * worth.standard_error, 1.0)
        ranked = profit_chain.rank(
            [
                profit_chain.Project("better", cost=1, moves={"reliability": 0.1}),
                profit_chain.Project("other", cost=1, gain=other),
            ],
            chain,
            rng=seed,
        )
        found.append(
            (
                ends.low <= truth <= ends.high,
                ranked["better"].probability_best,
                truth > other,
                worth.standard_error,
                truth - worth.value,
            )
        )
    return np.array(found, dtype=float).T


@pytest.mark.slow
def test_intervals_of_money_hold_the_truth():
    holds, _, _, error, off = worlds()
    assert holds.sum() > WORLDS * 0.95 - SURE * np.sqrt(WORLDS * 0.95 * 0.05)
    score = off / error
    assert abs(score.mean()) < SURE / np.sqrt(WORLDS)
    assert 0.6 < score.std() < 1.5


@pytest.mark.slow
def test_the_probability_of_being_the_best_is_that():
    """As many are the best as was said, also among those of which it was said with confidence."""
    _, said, best, _, _ = worlds()
    for some in (said >= 0, np.abs(said - 0.5) > 0.25):
        sure, right = np.maximum(said, 1 - said)[some], (best == (said > 0.5))[some]
        spread = np.sqrt((sure * (1 - sure)).sum())
        assert abs((right - sure).sum()) < SURE * spread
    assert abs((best - said).sum()) < SURE * np.sqrt((said * (1 - said)).sum())
