"""Delivered value: offers, suppliers, maps, duels, profiles, prices and hierarchies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ledger_inputs import FIVE, columns, prefixed, varied

from custvalue import delivered_value as its
from custvalue.survey import Bootstrap, Responses, Scale

FEW, BCA = Bootstrap(25, rng=1), Bootstrap(25, rng=1, kind="bca")
TEN = Scale(1, 10)
KINDS = ("plain", "weighted", "clustered", "strata", "drop", "few", "alike")
EQUAL = (4, 4)
MONEY = {
    "value": {"product": "worth", "service": "help"},
    "cost": {"monetary": "price", "time": "hours"},
}


def rows(kind: str) -> dict[str, Any]:
    random = np.random.default_rng(3)
    n = 9 if kind == "few" else 60
    known = columns(60)
    level = np.array([0.0, 1.0, -0.6])[np.arange(n) % 3][:, None]
    ratings = np.clip(np.rint(6 + level + random.normal(0, 1.5, (n, 3))), 1, 10)
    if kind == "drop":
        ratings[random.random(ratings.shape) < 0.05] = np.nan
    if kind == "alike":  # what every supplier has
        ratings, level = np.repeat(np.rint(ratings[: n // 3]), 3, axis=0), 0 * level
        random = np.random.default_rng(9)
    amounts = random.normal(size=(2, n // 3 if kind == "alike" else n))
    if kind == "alike":
        amounts = np.repeat(amounts, 3, axis=1)
    return {
        "garage": np.array(["us", "rival", "third"])[np.arange(n) % 3],
        "repair": ratings[:, 0],
        "advice": ratings[:, 1],
        "effort": 11 - ratings[:, 2],
        "bill": (200 + 40 * level[:, 0] + 30 * amounts[0]).round(),
        "worth": (300 + 60 * level[:, 0] + 50 * amounts[1]).round(),
        "help": random.gamma(4, 10, n).round(1),
        "price": random.gamma(9, 20, n).round(1),
        "hours": random.gamma(3, 1, n).round(1),
        "w": known["w"][:n],
        "dealer": known["dealer"][:n],
        "region": known["region"][:n],
    }


def beside(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if kind in ("weighted", "strata"):
        found["weights"] = "w"
    if kind in ("clustered", "strata"):
        found["cluster"] = "dealer"
    if kind == "strata":
        found["stratum"] = "region"
    return found | ({"missing": "drop"} if kind == "drop" else {})


def rated(kind: str, **how: Any) -> its.OfferSurvey:
    usual = {
        "value": {"repair": "repair", "advice": "advice"},
        "cost": {"monetary": "bill"},
        "scale": TEN,
        "importance": {"repair": 70, "advice": 30},
    }
    return its.from_survey(rows(kind), supplier="garage", **usual | beside(kind) | how)


def indexed(kind: str, **how: Any) -> its.OfferSurvey:
    """Return what is rated on scales on both sides."""
    return rated(
        kind,
        cost={"energy": "effort", "psychic": "advice"},
        value={"repair": "repair"},
        scale=dict.fromkeys(("repair", "energy", "psychic"), TEN),
        importance=None,
        **how,
    )


def priced(kind: str, **how: Any) -> its.OfferSurvey:
    more = {"rates": {"time": 20.0}} | beside(kind) | how
    return its.from_survey(rows(kind), supplier="garage", **MONEY, **more)


def offers(*worths: float) -> list[its.Offer]:
    return [
        its.Offer(
            name=f"o{place}",
            value=its.TotalValue(product=worth, service=3 + place, personnel=1, image=0.5),
            cost=its.TotalCost(monetary=5 + place % 2, time=1, energy=0.5, psychic=0.25 * place),
            unit="EUR",
        )
        for place, worth in enumerate(worths)
    ]


def twins() -> list[its.Offer]:
    """Return three offers of which two are equal."""
    first, other = offers(9, 7)
    return [first, other, first.model_copy(update={"name": "twin"})]


def uncertain() -> list[its.Offer]:
    amounts = {
        "a": its.Uniform(low=4, high=9),
        "b": its.Triangular(low=3, mode=6, high=12),
        "c": its.LogNormal(mean=7, standard_deviation=2),
    }
    return [
        its.Offer(
            name=name,
            value=its.TotalValue(product=amount, service=2, personnel=1, image=0),
            cost=its.TotalCost(monetary=its.Uniform(low=3, high=4), time=1, energy=0, psychic=0),
        )
        for name, amount in amounts.items()
    ]


def compared() -> dict[str, Callable[[], Any]]:
    sets = {
        "three": (9, 7, 8),
        "ties": (9, 9, 9),
        "equal": EQUAL,
        "nothing": (0, 0),
        "huge": (9e9, 1),
    }
    found: dict[str, Callable[[], Any]] = {}
    for name, worths in sets.items():
        found[name] = partial(its.compare, twins() if worths is EQUAL else offers(*worths))
        if len(worths) > 1:
            found[f"{name}, against"] = partial(its.compare, offers(*worths), reference="o0")
    for method in (FEW, Bootstrap(300, rng=2)):
        found[f"uncertain, {method.resamples}"] = partial(its.compare, uncertain(), method=method)
        found[f"uncertain, against, {method.resamples}"] = partial(
            its.compare, uncertain(), reference="b", method=method
        )
    for kind in KINDS:
        for make in (indexed, priced):
            name = f"{make.__name__}, {kind}"
            found[name] = partial(
                lambda make, kind: its.compare(make(kind), method=FEW), make, kind
            )
            found[f"{name}, against"] = partial(
                lambda make, kind: its.compare(make(kind), reference="us", method=FEW), make, kind
            )
    return prefixed("delivered_value.compare", found)


def surveys() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for kind in KINDS:
        for make in (indexed, priced):
            found[f"{make.__name__}, {kind}"] = partial(
                lambda make, kind: {"survey": make(kind).sides, "offers": make(kind).offers()},
                make,
                kind,
            )
    found["minimum"] = lambda: priced("few", minimum_n=3).offers()
    return prefixed("delivered_value.from_survey", found)


def maps() -> dict[str, Callable[[], Any]]:
    shares = {"us": 5.0, "rival": 3.0, "third": 4.0}
    found: dict[str, Callable[[], Any]] = {}
    for kind in KINDS:
        known = partial(rated, kind)
        weights = [0.4, None] if kind == "plain" else [0.4]
        for weight in weights:
            how = {"offers": known, "method": FEW} | ({"price_weight": weight} if weight else {})
            found |= prefixed(
                "delivered_value.value_map", varied(f"{kind}, {weight}", its.value_map, **how)
            )
            found |= prefixed(
                "delivered_value.value_map",
                varied(f"{kind}, {weight}, shares", its.value_map, **how, shares=shares),
            )
        for money in (2.0, None):
            known = known if money else partial(priced, kind)
            how = {"offers": known, "method": FEW} | ({"money_per_point": money} if money else {})
            found |= prefixed(
                "delivered_value.value_equivalence",
                varied(f"{kind}, {money}", its.value_equivalence, **how, shares=shares),
            )
        found[f"delivered_value.head_to_head: {kind}"] = partial(
            lambda kind: its.head_to_head(rated(kind), "us", "rival", method=FEW), kind
        )
        found[f"delivered_value.head_to_head: priced, {kind}"] = partial(
            lambda kind: its.head_to_head(priced(kind), "third", "us", method=FEW), kind
        )
    found["delivered_value.ValueMap: lines"] = lambda: [
        line.price(6.5)
        for line in its.value_map(rated("plain"), price_weight=0.4, method=FEW).lines
    ]
    return found


def improved() -> dict[str, Callable[[], Any]]:
    costs = {"product": 0.5, "service": 0.2, "monetary": 1, "time": 2.0}
    found: dict[str, Callable[[], Any]] = {}
    for name, worths in {"behind": (9, 7, 8), "ahead": (3, 9), "far": (40, 1)}.items():
        for most in (None, {"product": 1.0, "service": 0.5, "monetary": 2.0}):
            how = {"offers": offers(*worths), "of": "o1", "unit_costs": costs, "most": most}
            found |= varied(f"{name}, {bool(most)}", its.cheapest_improvement, **how)
    found["over"] = partial(
        its.cheapest_improvement, offers(9, 7, 8), of="o1", over="o2", unit_costs=costs
    )
    rated_costs = {"repair": 2.0, "advice": 1.0, "monetary": 0.1}
    for kind in ("plain", "weighted"):
        found[f"survey, {kind}"] = partial(
            lambda kind: its.cheapest_improvement(
                priced(kind),
                of="third",
                unit_costs={"product": 1, "service": 0.5, "monetary": 1},
                probability=0.8,
                method=FEW,
            ),
            kind,
        )
    found["rated"] = lambda: its.cheapest_improvement(
        rated("plain"), of="third", unit_costs=rated_costs
    )
    found["uncertain"] = lambda: its.cheapest_improvement(
        uncertain(),
        of="a",
        unit_costs={"product": 1, "monetary": 2},
        probability=0.7,
        method=Bootstrap(200, rng=1),
    )
    return prefixed("delivered_value.cheapest_improvement", found)


def asked() -> dict[str, Callable[[], Any]]:
    random = np.random.default_rng(1)
    highest, worth = random.integers(60, 160, 40) // 5 * 5.0, random.integers(1, 4, 40)
    w, dealer = columns()["w"][:40], columns()["dealer"][:40]
    own = {"repair": 9, "advice": 6, "speed": 7}
    others = {"repair": 7, "advice": 6, "speed": 8}
    importance = {"repair": 60, "advice": 40, "speed": 20}
    found: dict[str, Callable[[], Any]] = {}
    for name, how in {
        "plain": {},
        "weights": {"weights": w},
        "clusters": {"weights": w, "cluster": dealer},
        "costs": {"unit_cost": 45.0, "unit": "EUR"},
        "prices": {"prices": [80, 100, 120], "unit_cost": 50.0},
    }.items():
        found[f"delivered_value.reservation_price: {name}"] = partial(
            its.reservation_price, highest, **how
        )
    for name, how in {"plain": {}, "weights": {"weights": w}}.items():
        found[f"delivered_value.worth_it: {name}"] = partial(
            its.worth_it, worth, scale=Scale(1, 3), **how
        )
    found["delivered_value.quality_profile: three"] = partial(
        its.quality_profile, own, others, importance
    )
    for satisfied in (True, False):
        found[f"delivered_value.price_profile: {satisfied}"] = partial(
            its.price_profile, own, others, importance, satisfaction=satisfied
        )
    for known in (
        its.INNER_EXPECTATIONS,
        its.NEEDS,
        its.PERVAL,
        its.SATISFACTION_ELEMENTS,
        its.VISIT_DRIVERS,
    ):
        found[f"delivered_value.hierarchy_scores: {known.name}"] = partial(scored, known)
        found[f"delivered_value.hierarchy_scores: {known.name}, weights"] = partial(
            scored, known, weights=columns()["w"][:30]
        )
    for amount in (
        its.Uniform(low=4, high=9),
        its.Triangular(low=3, mode=6, high=12),
        its.LogNormal(mean=7, standard_deviation=2),
    ):
        found[f"delivered_value.{type(amount).__name__}: drawn"] = partial(
            lambda amount: [amount, amount.draw(np.random.default_rng(1), 6)], amount
        )
    found["delivered_value.TotalCost: hours"] = lambda: its.TotalCost.from_hours(
        monetary=10, hours=3, hourly_rate=12.5, energy=1, psychic=2
    )
    return found


def scored(known: its.Hierarchy, **how: Any) -> Any:
    names = known.item_names
    random = np.random.default_rng(len(names))
    answers = random.integers(1, 6, (30, len(names)))
    return its.hierarchy_scores(
        Responses.from_arrays(answers, items=names, scale=FIVE, **how), known
    )


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    return compared() | surveys() | maps() | improved() | asked()
