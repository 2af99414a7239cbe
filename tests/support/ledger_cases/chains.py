"""Chains, points, projects, retention, brands and their simulated data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import chained
from linked_data import simulated

from custvalue import datasets, profit_chain
from custvalue.survey import Bootstrap, Scale

LOOSER = {"profit_chain.Chain": 1e-5, "profit_chain.equity": 1e-7}


@cache
def chain(**how: Any) -> profit_chain.Chain:
    survey, log, end = simulated(500, purchase=0.1, dropout=-0.3, spend=0.05, seed=3)
    survey["w"] = 1.0 + survey["customer_id"] % 3
    return profit_chain.Chain.from_data(
        survey,
        log,
        link="customer_id",
        asked="asked",
        satisfaction="satisfaction",
        scale=Scale(1, 10),
        observation_end=end,
        draws=30,
        rng=1,
        **how,
    )


SETTINGS = {"horizon": "2 years", "annual_discount_rate": 0.1, "margin": 0.3}


def worth(its: profit_chain.Chain, dimension: str | None = None) -> list[Any]:
    return [
        its,
        its.value_of(0.1, dimension, **SETTINGS),
        its.value_of(-0.2, dimension, **SETTINGS, decay="1 year"),
    ]


def retained(**how: Any) -> list[Any]:
    its = profit_chain.RetentionEconomics(annual_discount_rate=0.12, margin=300, **how)
    return [its, its.payback(400), its.chance_to_be_worth(700)]


def market(**how: Any) -> list[Any]:
    its = profit_chain.equity(
        chained.choice(),
        brands=chained.BRINGS,
        customers=1_000,
        annual_discount_rate=0.08,
        method=Bootstrap(15, rng=1),
        **how,
    )
    change = its.change({"quality": 0.2, "price": -0.1}, brand="rival")
    return [its, its.switching, change, change.return_on(1_000), its.by_driver("ours")]


def observed() -> list[Any]:
    asked = {"brands": chained.BRINGS, "customers": 1_000, "annual_discount_rate": 0.08}
    counts = [[80, 20, 5], [15, 85, 3], [9, 8, 60]]
    its = profit_chain.equity(
        switching=counts, purchases_a_year=2, method=Bootstrap(15, rng=1), **asked
    )
    shares = [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]]
    last = {"ours": 0.5, "rival": 0.3, "third": 0.2}
    return [its, its.switching, profit_chain.equity(switching=shares, bought_last=last, **asked)]


def projects() -> list[Any]:
    made = [
        profit_chain.Project("letters", cost=20_000, gain=(45_000, 15_000)),
        profit_chain.Project("machine", cost=60_000, gain=(70_000, 40_000)),
        profit_chain.Project("posters", cost=10_000, gain=4_000),
    ]
    return [profit_chain.rank(made, budget=b, simulations=200, rng=1) for b in (None, 70_000)]


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    return {
        "profit_chain.Chain: dimensions": lambda: worth(
            chain(drivers=("reliability", "empathy"), cluster="dealer"), "reliability"
        ),
        "profit_chain.Chain: identified": lambda: worth(
            chain(drivers=("reliability", "empathy")).with_identified(
                {"satisfaction: purchase": (0.05, 0.02), "reliability: satisfaction": (0.5, 0.1)},
                rng=1,
            )
        ),
        "profit_chain.Chain: weights": lambda: worth(
            chain(drivers=("reliability", "empathy"), weights="w", lag="20 days"), "empathy"
        ),
        "profit_chain.Chain: before ignored": lambda: worth(
            chain(before="ignored", outcome=("purchase",))
        ),
        "profit_chain.RetentionEconomics: number": lambda: retained(retention=0.8),
        "profit_chain.RetentionEconomics: counts": lambda: retained(
            retention=(81, 100), margin_growth=0.02, first_margin="at once"
        ),
        "profit_chain.BrandChoice: plain": chained.choice,
        "profit_chain.equity: three years": market,
        "profit_chain.equity: for ever": lambda: market(horizon=None),
        "profit_chain.equity: observed switching": observed,
        "profit_chain.rank: budgets": projects,
        "profit_chain.ChainSensitivity: money": lambda: chain(
            before="ignored", outcome=("purchase",)
        ).sensitivity(0.1, **SETTINGS),
        "profit_chain.UnitChain: usual": chained.units,
        "profit_chain.pilot: analyses": lambda: [
            profit_chain.pilot(
                0.3,
                standard_deviation=1.6,
                intraclass_correlation=rho,
                customers_a_month=10,
                months=3,
                analysis=analysis,
                power=0.9,
                level=0.9,
            )
            for analysis in ("covariate", "differences", "after only")
            for rho in (0.0, 0.15)
        ],
        "datasets.simulate_brand_choice: some": lambda: datasets.simulate_brand_choice(
            20, rng=3
        ).columns(),
        "datasets.simulate_linked_survey: some": lambda: [
            its.columns()
            for made in (datasets.simulate_linked_survey(20, reverse_coefficient=0.3, rng=3),)
            for its in (made.survey, made.transactions)
        ],
    }
