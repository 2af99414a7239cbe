"""Customers known from several sources, and their cards."""

from __future__ import annotations

from functools import cache

import numpy as np
import predicted

from custvalue import crm, journey, lifetime, loyalty, servqual
from custvalue.survey import Responses, Scale

ITEMS = ("satisfaction", "recommend")


@cache
def prediction():
    history, fit, spend = predicted.fitted()
    named = lifetime.PurchaseHistory.from_arrays(
        customer=[f"C{place}" for place in range(len(history))],
        frequency=history.frequency,
        recency=history.recency,
        age=history.age,
        monetary_value=history.monetary_value,
        unit="week",
    )
    return fit.predict(named, "1 year", interval=0.9, spend=spend).top(40)


def of_prediction(rng, n):
    """Draw customers, some of whom nothing was predicted for."""
    known = prediction().customer
    return np.array([*rng.permutation(known)[: n - 5], *(f"S{place}" for place in range(5))])


@cache
def survey():
    """Return two waves of answers; some customers answered twice."""
    rng = np.random.default_rng(2)
    who = of_prediction(rng, 30)
    rows = np.concatenate([who, who[:12]])
    frame = {
        "id": rows,
        "wave": ["2025"] * len(who) + ["2026"] * 12,
        **{name: rng.integers(1, 6, len(rows)) for name in ITEMS},
    }
    return Responses.from_frame(frame, list(ITEMS), scale=Scale(1, 5), customer="id", wave="wave")


@cache
def quality():
    """Return perceptions, expectations and importance by dimension."""
    rng = np.random.default_rng(3)
    who = of_prediction(rng, 20)
    return servqual.Survey.from_frame(
        {
            "id": who,
            **{f"p{item}": rng.integers(2, 7, 20) for item in range(4)},
            **{f"e{item}": rng.integers(4, 8, 20) for item in range(4)},
            "staff points": [60] * 20,
            "place points": [40] * 20,
        },
        perceptions=[f"p{item}" for item in range(4)],
        expectations=[f"e{item}" for item in range(4)],
        importance={"staff": "staff points", "place": "place points"},
        dimensions={"staff": 2, "place": 2},
        scale=Scale(1, 7),
        customer="id",
    )


@cache
def visits():
    rng = np.random.default_rng(4)
    n = 120
    who = of_prediction(rng, 30)[rng.integers(0, 30, n)].astype(object)
    who[:3] = None
    opened = np.datetime64("2025-01-01") + rng.integers(0, 360, n).astype("m8[D]")
    return journey.Visits.from_frame(
        {
            "id": who,
            "in": opened.astype(str),
            "out": (opened + 1).astype(str),
            "cause": rng.choice(["brake noise", "oil service", "recall"], n),
            "bill": rng.lognormal(6, 1, n).round(2),
        },
        customer="id",
        opened="in",
        delivered="out",
        cause="cause",
        bill="bill",
        observation_end="2025-12-31",
    )


@cache
def complaints():
    rng = np.random.default_rng(5)
    n = 25
    closed = np.where(rng.uniform(size=n) < 0.5, "2026-01-15", "")
    return journey.Complaints.from_frame(
        {
            "id": of_prediction(rng, 30)[rng.integers(0, 30, n)],
            "on": ["2025-12-01"] * n,
            "done": closed,
            "said": rng.choice(["engine noise", "waited, will call my lawyer", "缺货"], n),
        },
        customer="id",
        opened="on",
        closed="done",
        text="said",
    )


@cache
def styles():
    rng = np.random.default_rng(6)
    answers = Responses.from_arrays(
        rng.integers(1, 6, (20, 8)),
        items=journey.SOCIAL_STYLE.item_names,
        scale=Scale(1, 5),
        customer=of_prediction(rng, 20),
    )
    return journey.social_styles(answers, margin=0.3)


LOYALTY = crm.LoyaltyRule(
    attitude="satisfaction", attitude_cut=4, behaviour="purchases", behaviour_cut=2
)


def tiers(shares=(0.2, 0.3), names=("gold", "silver", "bronze")):
    found = prediction()
    return loyalty.pyramid(found.value, shares=shares, names=names, customer=found.customer)


def sources():
    return {
        "prediction": prediction(),
        "survey": [survey(), quality()],
        "visits": visits(),
        "complaints": complaints(),
        "styles": styles(),
    }


@cache
def cards():
    return crm.cards(**sources(), tiers=tiers(), loyalty=LOYALTY)


def card():
    """Return the card of somebody whom most sources know."""
    return max(cards().values(), key=lambda its: (len(its.sources), its.customer))


def stranger():
    """Return the card of somebody whom only the survey knows, or as few sources as there are."""
    return min(cards().values(), key=lambda its: (len(its.sources), its.customer))
