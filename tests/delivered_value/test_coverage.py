"""Intervals hold the truth, and suppliers are the best as often as is said: by simulation."""

import numpy as np
import pytest
from simulated_market import market

from custvalue.delivered_value import compare, from_survey, value_map
from custvalue.survey import Bootstrap, Scale

pytestmark = [pytest.mark.slow, pytest.mark.simulation]

RATE, SHARES = 20, np.array([0.5, 0.3, 0.2])
SETTINGS = [
    {"n": 8, "spread": 3},
    {"n": 30, "spread": 1, "weighted": True},
    {"n": 40, "spread": 1, "weighted": True, "dealers": 20},
]


def surveyed(frame, setting, **options):
    return from_survey(
        frame,
        supplier="supplier",
        value={name: name for name in "abc"},
        cost={"monetary": "bill"},
        weights="w" if setting.get("weighted") else None,
        cluster="dealer" if setting.get("dealers") else None,
        **options,
    )


def holds(estimate, truth):
    interval = estimate.confidence_interval()
    return interval.low <= truth <= interval.high


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_intervals_hold_what_is_true_and_ranks_are_calibrated(setting):
    rng = np.random.default_rng(7)
    held, said = [], []
    for _ in range(250):
        frame, quality, price = market(rng, **setting)
        money = surveyed(frame, setting, rates=dict.fromkeys("abc", RATE))
        found = compare(money, reference="s0", method=Bootstrap(200, rng=rng))
        worth = RATE * quality.sum(axis=1)
        delivered = worth - price
        against = found.against("s1")
        held.append(
            [
                holds(found.offers[0].delivered_value, delivered[0]),
                holds(found.offers[0].value_to_cost, worth[0] / price[0]),
                holds(against.advantage, delivered[1] - delivered[0]),
                holds(against.break_even_by_ratio, worth[0] * price[1] / worth[1]),
            ]
        )
        best = int(delivered.argmax())
        first = [row[0] for row in found.ranks_by_difference.probabilities]
        said += [(its, place == best) for place, its in enumerate(first)]
    coverage = np.mean(held, axis=0)
    assert (coverage > 0.90).all(), coverage
    assert (coverage < 0.985).all(), coverage
    probability, true = np.array(said).T
    for low, high in ((0.3, 0.6), (0.6, 0.9), (0.9, 1.01)):
        here = (probability >= low) & (probability < high)
        error = np.sqrt(0.25 / here.sum())
        assert abs(true[here].mean() - probability[here].mean()) < 3.5 * error


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_intervals_of_a_map_hold_what_is_true(setting):
    rng = np.random.default_rng(8)
    held = []
    for _ in range(250):
        frame, quality, price = market(rng, **setting)
        rated = surveyed(
            frame,
            setting,
            scale=Scale(0, 1000, step=None),
            importance=dict(zip("abc", SHARES, strict=True)),
        )
        found = value_map(rated, price_weight=0.4, method=Bootstrap(50, rng=rng)).supplier("s0")
        others = [(its.sum(axis=0) - its) / (len(its) - 1) for its in (quality, price)]
        place = 100 * quality / others[0] @ SHARES, 100 * price / others[1]
        slope, intercept = np.polyfit(*place, 1)
        distances = [
            100 + 1.5 * (place[0] - 100) - place[1],
            intercept + slope * place[0] - place[1],
        ]
        held.append(
            [
                holds(found.quality, place[0][0]),
                holds(found.price, place[1][0]),
                holds(found.advantage("weight-based").distance, distances[0][0]),
                holds(found.advantage("regression").distance, distances[1][0]),
            ]
        )
    coverage = np.mean(held, axis=0)
    assert (coverage > 0.90).all(), coverage
    assert (coverage < 0.985).all(), coverage
