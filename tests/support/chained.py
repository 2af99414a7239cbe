"""Retention, brands and projects, for what every result can do."""

from __future__ import annotations

from functools import cache

import numpy as np
from linked_data import simulated

from custvalue import profit_chain
from custvalue.datasets import simulate_brand_choice
from custvalue.survey import Bootstrap, Scale

BRINGS = {name: {"spend": 900, "margin": 0.25} for name in ("ours", "rival", "third")}
RESULTS = (
    "chain",
    "points",
    "sensitivity",
    "pilot",
    "units",
    "retained",
    "choice",
    "market",
    "observed_market",
    "change",
    "drivers_of_equity",
    "portfolio",
    "project",
)


@cache
def chain():
    survey, log, end = simulated(400, purchase=0.1)
    return profit_chain.Chain.from_data(
        survey,
        log,
        link="customer_id",
        asked="asked",
        satisfaction="satisfaction",
        scale=Scale(1, 10),
        outcome=("purchase",),
        observation_end=str(end),
        draws=20,
        rng=1,
    )


def points():
    return chain().value_of(0.1, horizon="1 year", annual_discount_rate=0.1, margin=0.3)


def sensitivity():
    return chain().sensitivity(horizon="1 year", annual_discount_rate=0.1, margin=0.3)


def pilot():
    return profit_chain.pilot(
        0.3,
        standard_deviation=1.6,
        intraclass_correlation=0.1,
        customers_a_month=10,
        months=3,
    )


def units():
    random = np.random.default_rng(1)
    dealer, wave = np.repeat(np.arange(8), 5), np.tile(np.arange(5), 8)
    quality = random.normal(size=40)
    return profit_chain.UnitChain.from_frame(
        {
            "dealer": dealer,
            "wave": wave,
            "quality": quality,
            "satisfaction": 0.5 * quality + random.normal(size=40),
        },
        unit="dealer",
        wave="wave",
        order=["quality", "satisfaction"],
        resamples=50,
        rng=1,
    )


def retained():
    return profit_chain.RetentionEconomics(
        retention=(81, 100), annual_discount_rate=0.12, margin=300
    )


@cache
def choice():
    return profit_chain.BrandChoice.fit(
        simulate_brand_choice(60, rng=1),
        respondent="respondent",
        brand="brand",
        last="last",
        chosen="next",
        drivers=["quality", "price", "convenience"],
        purchases_a_year="purchases_a_year",
    )


@cache
def market():
    return profit_chain.equity(
        choice(),
        brands=BRINGS,
        customers=50_000,
        annual_discount_rate=0.1,
        method=Bootstrap(20, rng=1),
    )


@cache
def observed_market():
    return profit_chain.equity(
        switching=[[80, 20, 5], [15, 85, 3], [9, 8, 60]],
        brands=BRINGS,
        customers=50_000,
        annual_discount_rate=0.1,
        method=Bootstrap(20, rng=1),
    )


def change():
    return market().change({"quality": 0.2}, brand="ours")


def drivers_of_equity():
    return market().by_driver("ours")


def portfolio():
    return profit_chain.rank(
        [
            profit_chain.Project("letters", cost=20_000, gain=(45_000, 15_000)),
            profit_chain.Project("machine", cost=60_000, gain=(70_000, 40_000)),
        ],
        budget=70_000,
        simulations=100,
        rng=1,
    )


def project():
    return portfolio()["letters"]
