"""A minimal valid call of public functions, by face: what is tried with one bad argument each."""

from __future__ import annotations

from pathlib import Path

import chained
import curved
import modelled
import numpy as np
import polars as pl

from custvalue import (
    comparing,
    crm,
    delivered_value,
    drivers,
    journey,
    kano,
    lifetime,
    loyalty,
    profit_chain,
    satisfaction,
    structural,
    survey,
)
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
REGIONS = Responses.from_arrays(
    RNG.integers(1, 6, (90, 3)),
    scale=FIVE,
    items=["a", "b", "c"],
    labels={"region": np.repeat(["n", "s"], 45)},
)
FOUND = drivers.importance(MANY, OVERALL)
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
RATED = {
    "garage": ["us", "us", "us", "a", "a", "a", "b", "b", "b"],
    "repair": [9, 8, 10, 7, 6, 8, 5, 6, 6],
    "advice": [8, 8, 7, 7, 8, 6, 7, 8, 8],
    "bill": [240, 260, 250, 180, 200, 190, 220, 240, 210],
}
GARAGES = delivered_value.from_survey(
    RATED,
    supplier="garage",
    value={"repair": "repair", "advice": "advice"},
    cost={"monetary": "bill"},
    scale=TEN,
    importance={"repair": 70, "advice": 30},
)
PROFILES = {
    "own": {"repair": 9, "advice": 6},
    "others": {"repair": 7, "advice": 6},
    "importance": {"repair": 60, "advice": 40},
}
LOG = {
    "who": ["ann", "ann", "ann", "bob", "bob", "cid"],
    "when": [f"2024-0{day}" for day in ("1-01", "1-15", "3-01", "1-03", "2-20", "2-01")],
    "paid": [20.0, 30.0, 25.0, 9.0, 12.0, 7.0],
}
NAMES = {"customer": "who", "date": "when", "spend": "paid"}
PAYS = lifetime.GammaGamma(p=6, q=4, gamma=15)
BUYERS = PAYS.simulate(
    lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week").simulate(60, age="52 weeks", rng=1), rng=2
)
DATED = lifetime.PurchaseHistory.from_transactions(
    LOG, **NAMES, observation_end="2024-03-31", unit="day"
)
CAME = lifetime.Holdout.from_arrays(
    frequency=np.arange(60) % 3, duration="26 weeks", unit="week", customer=BUYERS.customer
)
STAYS, LEAVES = (model.fit(BUYERS) for model in (lifetime.NBD, lifetime.MBGNBD))
WHERE = ["north", "south", "west"] * 20
POOLED = lifetime.fit_groups(lifetime.NBD, BUYERS, by=WHERE)
SUMMARY = pl.LazyFrame(
    {
        "customer": ["a", "b"],
        "repeat_days": [2, 0],
        "recency_days": [30, 0],
        "age_days": [60, 60],
        "repeat_spend": [40.0, 0.0],
    }
)
WORTH = {"horizon": "1 year", "annual_discount_rate": 0.1}


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
        "asymmetry": {
            "performance": MANY,
            "overall": OVERALL,
            "low": 2,
            "high": 4,
            "method": Bootstrap(20, rng=1),
        },
        "compare_methods": {"answers": MANY, "overall": OVERALL, "stated": {"a": 3, "b": 1}},
        "importance": {"answers": MANY, "overall": OVERALL},
        "importance_by_group": {"answers": REGIONS, "overall": "c", "by": "region"},
        "opportunities": {"performance": ANSWERS, "importance": WANTED, "basis": "mean"},
        "rank_agreement": {"staff": [1, 2, 3], "customers": [2, 1, 3]},
        "rank_projects": {
            "found": FOUND,
            "projects": [drivers.Project(name="tools", changes={"a": 0.5}, cost=40)],
            "rng": 1,
        },
        "what_if": {"found": FOUND, "changes": {"a": 0.5}},
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
    delivered_value: {
        "compare": {"offers": OFFERS},
        "from_survey": {
            "frame": RATED,
            "supplier": "garage",
            "value": {"repair": "repair"},
            "cost": {"monetary": "bill"},
            "scale": TEN,
        },
        "value_map": {"offers": GARAGES, "price_weight": 0.4, "method": Bootstrap(20, rng=1)},
        "head_to_head": {
            "offers": GARAGES,
            "own": "us",
            "rival": "a",
            "method": Bootstrap(20, rng=1),
        },
        "cheapest_improvement": {
            "offers": OFFERS,
            "of": "rival",
            "unit_costs": {"product": 0.5, "monetary": 1},
        },
        "quality_profile": PROFILES,
        "price_profile": PROFILES,
        "reservation_price": {"highest": [90, 120, 100, 80, 150, 100]},
        "worth_it": {"answers": [1, 2, 3, 2], "scale": Scale(1, 3)},
        "hierarchy_scores": {
            "answers": Responses.from_arrays(
                RNG.integers(1, 6, (30, 4)),
                items=delivered_value.INNER_EXPECTATIONS.item_names,
                scale=FIVE,
            ),
            "hierarchy": delivered_value.INNER_EXPECTATIONS,
        },
        "value_equivalence": {
            "offers": GARAGES,
            "money_per_point": 2.0,
            "method": Bootstrap(20, rng=1),
        },
    },
    loyalty: {
        "blind_and_branded": {"blind": {"a": 51, "b": 49}, "branded": {"a": 23, "b": 77}},
        "churn_reasons": {"counts": {"price": 17, "service": 14, "moved": 8}},
        "pyramid": {"values": [900, 120, 80, 0], "thresholds": (500, 50)},
        "curve": {**curved.asked(100), "resamples": 10, "rng": 1},
        "curves_by_group": {
            **curved.asked(100),
            "by": np.resize(["north", "south"], 100),
            "resamples": 10,
            "rng": 1,
        },
        "scores": {"emotional": [5, 4, 2], "intentional": [4, 4, 1], "scale": FIVE},
        "recovery_effect": {"resolved": (81, 171), "otherwise": (49, 166)},
        "share_of_customer": {"own": [80.0, 20.0, 0.0], "category": [100.0, 100.0, 40.0]},
        "segments": {
            "attitude": [5, 5, 2, 4],
            "behaviour": [8, 1, 6, 5],
            "attitude_cut": 4,
            "behaviour_cut": 5,
            "scale": FIVE,
        },
        "switching_cost": {"differences": [0.0, 20.0, 50.0]},
        "wallet_allocation": {"ranks": [1, 2, 3]},
        "win_back": {"values": [900, 300, 60], "chance": (12, 90), "cost": 15},
    },
    crm: {
        "cards": {
            "survey": Responses.from_frame(
                {"id": ["A", "B"], "satisfaction": [5, 2]},
                ["satisfaction"],
                scale=FIVE,
                customer="id",
            )
        }
    },
    profit_chain: {
        "equity": {
            "model": chained.choice(),
            "brands": chained.BRINGS,
            "customers": 50_000,
            "annual_discount_rate": 0.1,
            "method": Bootstrap(5, rng=1),
        },
        "pilot": {
            "difference": 0.3,
            "standard_deviation": 1.6,
            "intraclass_correlation": 0.1,
            "customers_a_month": 10,
            "months": 3,
        },
        "rank": {
            "projects": [profit_chain.Project("letters", cost=5, gain=9)],
            "budget": 7,
            "simulations": 100,
            "rng": 1,
        },
    },
    journey: {
        "control_chart": {"counts": [4, 6, 5, 19], "n": 50},
        "recovery_justice": {
            "answers": Responses.from_arrays(
                RNG.integers(1, 6, (30, 12)),
                items=journey.RECOVERY_JUSTICE.item_names,
                scale=FIVE,
            )
        },
        "social_styles": {
            "answers": Responses.from_arrays(
                RNG.integers(1, 6, (30, 8)), items=journey.SOCIAL_STYLE.item_names, scale=FIVE
            )
        },
        "touchpoints": {"answers": ANSWERS, "order": ["a", "b"]},
    },
    lifetime: {
        "acquisition_cohorts": {"history": DATED},
        "alive_path": {"fit": LEAVES, "purchases": ["2024-01-01"], "until": "2024-03-01"},
        "compare_groups": {"groups": POOLED, "train": BUYERS, "holdout": CAME, "by": WHERE},
        "cohorts": {"log": LOG, **NAMES, "observation_end": "2024-05-05"},
        "compare_models": {
            "train": BUYERS,
            "models": [lifetime.NBD, lifetime.MBGNBD],
            "holdout": CAME,
        },
        "contract_lifetime_value": {
            "contracts": lifetime.Contracts.from_survivors([100, 87, 74], period="1 year"),
            "renewals": lifetime.ShiftedBetaGeometric(alpha=0.7, beta=3.8, period="1 year"),
            "margin_per_period": 100,
            "timing": "before_renewal",
            **WORTH,
        },
        "customer_lifetime_value": {
            "history": BUYERS,
            "purchases": LEAVES,
            "spend": PAYS,
            "margin": 0.3,
            **WORTH,
        },
        "diagnose": {"fit": LEAVES, "train": BUYERS, "holdout": CAME, "rng": 1},
        "fit_groups": {"model": lifetime.NBD, "history": BUYERS, "by": WHERE},
        "frequency_recency": {
            "fit": LEAVES,
            "age": "39 weeks",
            "horizon": "1 year",
            "frequencies": 3,
            "steps": 3,
        },
        "from_json": {"text": LEAVES.to_json()},
        "holdout_forecasts": {"fit": LEAVES, "train": BUYERS, "holdout": CAME},
        "likelihood_ratio": {"small": STAYS, "large": LEAVES},
        "new_customer_value": {"purchases": LEAVES, "spend": PAYS, "margin": 0.3, **WORTH},
        "purchases_by_month": {
            "fit": LEAVES,
            "history": BUYERS,
            "months": 3,
            "spend": PAYS,
            "margin": 0.3,
        },
        "rfm": {"data": LOG, **NAMES, "observation_end": "2024-05-05"},
        "score": {
            "summary": SUMMARY,
            "purchases": LEAVES,
            "spend": PAYS,
            "margin": 0.3,
            **WORTH,
        },
        "summarise": {"log": pl.LazyFrame(LOG), **NAMES, "observation_end": "2024-05-05"},
        "split": {
            "log": LOG,
            **NAMES,
            "unit": "week",
            "calibration_end": "2024-02-15",
            "holdout_end": "2024-05-05",
        },
    },
    structural: {
        "acsi": {"columns": modelled.AMERICAN},
        "compare": {
            "first": modelled.fit(),
            "second": modelled.fit(2),
            "permutations": 20,
            "rng": 1,
        },
        "ecsi": {"columns": modelled.NAMES},
        "items": {"stem": "imag", "first": 1, "last": 5},
        "simulate": {"model": modelled.SMALL, "respondents": 40, "rng": 1},
    },
    survey: {
        "read_parts": {"frame": FRAME, "parts": {"a": (["a"], FIVE), "b": (["b"], FIVE)}},
        "tally": {"answers": pl.LazyFrame(FRAME), "items": ["a", "b"], "scale": FIVE},
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
COMPLETE = (
    crm,
    satisfaction,
    comparing,
    drivers,
    survey,
    kano,
    delivered_value,
    journey,
    loyalty,
    profit_chain,
    lifetime,
    structural,
)
