"""A minimal valid call of public functions, by face: what is tried with one bad argument each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from custvalue import comparing, delivered_value, drivers, kano, lifetime, satisfaction, survey
from custvalue.survey import Bootstrap, Responses, Scale

DATA = Path(__file__).parents[1] / "data"

FIVE, TEN = Scale(1, 5), Scale(1, 10)
FRAME = {"a": [5, 4, 2, 3, 5, 1], "b": [4, 4, 3, 2, 5, 2]}
ANSWERS = Responses.from_frame(FRAME, scale=FIVE)
WANTED = Responses.from_frame({"a": [5, 5, 4, 4, 5, 3], "b": [4, 5, 4, 4, 4, 4]}, scale=FIVE)
RNG = np.random.default_rng(1)
MANY = Responses.from_arrays(RNG.integers(1, 6, (90, 2)), scale=FIVE, items=["a", "b"])
OVERALL = Responses.from_arrays(RNG.integers(1, 6, 90), scale=FIVE, items=["overall"])
GROUPED = Responses.from_frame(
    {**FRAME, "site": ["n", "n", "n", "s", "s", "s"]}, ["a", "b"], scale=FIVE, group="site"
)
NETWORK = Responses.from_arrays(
    RNG.integers(1, 6, (48, 1)),
    items=["a"],
    scale=FIVE,
    group=np.repeat(["e", "n", "s", "w"], 12),
    wave=np.tile(["2026Q1", "2026Q2", "2026Q3"], 16),
    labels={"got it": np.repeat([0, 1], 24)},
)
TIERS = [satisfaction.Attribute(name=name, tier="desired") for name in "ab"]
SCORES = {
    wave: satisfaction.net_promoter_score(answers)
    for wave, answers in {"2025Q1": [9, 8, 4], "2025Q2": [10, 9, 7], "2025Q3": [9, 2, 8]}.items()
}
KANO = kano.Questionnaire.from_arrays(
    [[1, 1], [1, 1], [3, 1], [3, 1]],
    [[5, 3]] * 4,
    importance=[[9, 4]] * 4,
    group=["n", "n", "s", "s"],
)
FUZZY = kano.FuzzyQuestionnaire.from_arrays([[[0.6, 0.4, 0, 0, 0]]], [[[0, 0, 0, 0.3, 0.7]]])
OFFERS = [
    delivered_value.Offer(
        name=name,
        value=delivered_value.TotalValue(product=worth, service=0, personnel=0, image=0),
        cost=delivered_value.TotalCost(monetary=5, time=0, energy=0, psychic=0),
    )
    for name, worth in (("us", 9), ("rival", 7))
]


def mean_a(part):
    return part.mean("a")


CALLS = {
    satisfaction: {
        "acsi_index": {"responses": FRAME, "scale": FIVE, "convention": "simple"},
        "customer_effort_score": {
            "answers": [1, 2, 4],
            "scale": FIVE,
            "direction": "lower is better",
        },
        "customer_satisfaction_index": {"responses": FRAME, "scale": FIVE},
        "derived_dissatisfaction": {"perceptions": ANSWERS, "expectations": WANTED},
        "disconfirmation": {"perceptions": [9, 8, 4], "expectations": [7, 8, 7], "scale": TEN},
        "disconfirmation_scores": {"perceptions": [9, 8], "expectations": [7, 8], "scale": TEN},
        "factor_index": {"responses": FRAME, "weights": {"a": 60, "b": 40}, "scale": FIVE},
        "hygiene_and_satisfiers": {
            "perceptions": FRAME,
            "expectations": {"a": 4, "b": 3},
            "roles": {"a": "hygiene", "b": "satisfier"},
            "scale": FIVE,
        },
        "map_scale": {"answers": [1, 5, 3], "from_": FIVE, "to": TEN},
        "measured_disconfirmation": {"answers": [1, 5, 3], "scale": FIVE},
        "net_promoter_score": {"answers": [9, 10, 3], "scale": Scale(0, 10)},
        "problem_analysis": {"problems": {"late": [1, 0, 1], "rude": [0, 0, 1]}},
        "satisfaction_effect": {
            "perceptions": FRAME,
            "expectations": {"a": 4, "b": 3},
            "attributes": TIERS,
            "scale": FIVE,
        },
        "satisfaction_effect_scores": {
            "perceptions": FRAME,
            "expectations": {"a": 4, "b": 3},
            "attributes": TIERS,
            "scale": FIVE,
        },
        "tier_response": {"difference": [-10.0, 20.0], "tier": "desired"},
        "net_score": {"answers": [5, 4, 2], "scale": FIVE},
        "top_box": {"answers": [5, 4, 2], "scale": FIVE},
    },
    comparing: {
        "bootstrap_interval": {
            "answers": ANSWERS,
            "measure": mean_a,
            "method": Bootstrap(20, rng=1),
        },
        "compare": {"results": SCORES},
        "crosstab": {"answers": GROUPED, "item": "a"},
        "groups": {"answers": GROUPED, "measure": mean_a},
        "difference_in_differences": {
            "answers": NETWORK,
            "measure": mean_a,
            "treated": "got it",
            "before": "2026Q2",
            "after": "2026Q3",
        },
        "league": {"answers": NETWORK, "measure": mean_a, "simulations": 100, "rng": 1},
        "net_promoter_deviation": {"promoters": 0.4, "detractors": 0.2},
        "ordered": {"answers": GROUPED, "item": "a"},
        "paired": {
            "first": ANSWERS,
            "second": WANTED,
            "measure": mean_a,
            "method": Bootstrap(20, rng=1),
        },
        "sample_size_for_difference": {"difference": 0.3, "standard_deviation": 1.1},
        "sample_size_for_mean": {"margin": 0.2, "standard_deviation": 1.1},
        "sample_size_for_net_promoter_score": {"margin": 5},
        "sample_size_for_share": {"margin": 0.05},
        "share_deviation": {"share": 0.3},
        "trend": {"waves": SCORES, "unit": "year"},
    },
    drivers: {
        "asymmetric_response": {
            "performance": MANY,
            "overall": OVERALL,
            "low": 2,
            "high": 4,
            "method": Bootstrap(20, rng=1),
        },
        "importance_performance": {
            "performance": ANSWERS,
            "importance": {"a": 60, "b": 40},
            "crosshair": "data mean",
        },
    },
    kano: {
        "classify": {"questionnaire": KANO},
        "classify_fuzzy": {"questionnaire": FUZZY},
        "continuous_analysis": {"questionnaire": KANO},
        "questionable_answers": {"questionnaire": KANO},
        "segments": {"questionnaire": KANO},
        "stated_importance": {"questionnaire": KANO},
    },
    delivered_value: {"compare_offers": {"offers": OFFERS}},
    lifetime: {
        "rfm": {
            "data": {
                "who": ["ann", "ann", "bob"],
                "when": ["2024-01-01", "2024-01-15", "2024-01-03"],
                "paid": [20.0, 30.0, 9.0],
            },
            "customer": "who",
            "date": "when",
            "spend": "paid",
            "observation_end": "2024-02-05",
        },
    },
    survey: {
        "read_parts": {"frame": FRAME, "parts": {"a": (["a"], FIVE), "b": (["b"], FIVE)}},
        "wide": {
            "frame": {"id": [1, 1], "q": ["a", "b"], "x": [5, 4]},
            "respondent": "id",
            "item": "q",
            "answer": "x",
        },
        "read_export": {"path": DATA / "surveymonkey.csv", "header_rows": 2},
        "check_published": {"rows": [{"name": "staff", "mean": "4.1", "sd": "0.9"}], "n": 40},
        "cronbach_alpha": {"responses": ANSWERS},
        "describe": {"responses": ANSWERS},
        "dimensionality": {"responses": MANY, "simulations": 5, "rng": 1},
        "reliability": {"responses": ANSWERS},
        "rake": {"data": {"sex": ["f", "m", "m"]}, "margins": {"sex": {"f": 0.5, "m": 0.5}}},
    },
}
# faces with all of their functions above
COMPLETE = (satisfaction, comparing, drivers, survey, kano, delivered_value)
