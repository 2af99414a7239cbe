"""Importance of drivers, what to improve, asymmetry, agreement and opportunities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ledger_inputs import CORNERS, answers, prefixed, varied

from custvalue import drivers
from custvalue.drivers import Project
from custvalue.survey import Bootstrap, Responses, Scale

FEW, BCA = Bootstrap(25, rng=1), Bootstrap(25, rng=1, kind="bca")
KINDS = (
    "plain",
    "weighted",
    "clustered",
    "strata",
    "pairwise",
    "constant",
    "middle",
    "three rows",
    "zero weights",
)
ITEMS = ["a", "b", "c", "d"]
STATED = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 2.0}
PROJECTS = [
    Project(name="tools", changes={"a": 0.5}, cost=40),
    Project(name="course", changes={"b": 0.4, "c": 0.2}, cost=25),
    Project(name="paint", changes={"d": 1.0}, cost=40),
    Project(name="tools again", changes={"a": 0.5}, cost=40),
]


def both(kind: str, n: int = 96) -> tuple[Responses, Responses]:
    known = answers(kind, n, items=5)
    return known.only(ITEMS), known.only(["overall"])


def bought(kind: str, n: int = 96) -> tuple[Responses, Responses]:
    """Return whether they would come again in place of how satisfied they are."""
    x, overall = both(kind, n)
    again = Responses.from_arrays(
        np.where(np.isnan(overall.answers), np.nan, overall.answers > 3),
        scale=Scale(0, 1),
        items=["again"],
        weights=overall.weights,
        missing=overall.missing,
        **{name: its for name, its in overall.labels.items() if name in ("cluster", "group")},
    )
    return x, again


def important(kind: str, **how: Any) -> Any:
    return drivers.importance(*both(kind), **how)


def binary(kind: str, **how: Any) -> Any:
    return drivers.importance(*bought(kind), **{"explained": "tjur"} | how)


def resampled(kind: str, **how: Any) -> Any:
    found = important(kind, **how)
    first = found.drivers[0]
    return {
        "parts": [first.importance.confidence_interval(0.9, method=way) for way in (FEW, BCA)],
        "ranks": found.rank_probabilities(method=FEW),
        "noise": found.noise_floor(permutations=20, rng=1),
    }


def of_found(kind: str, **how: Any) -> Any:
    found = important(kind, **how)
    said = {}
    for name in ("dominance", "rank_probabilities", "noise_floor", "ranks", "noise"):
        if not hasattr(found, name):
            continue
        thing = getattr(found, name)
        if callable(thing):
            options = {
                "rank_probabilities": {"method": FEW},
                "noise_floor": {"permutations": 20, "rng": 1},
            }
            thing = thing(**options.get(name, {}))
        said[name] = thing
    return said


def by_region(kind: str, **how: Any) -> Any:
    known = answers(kind, 96, items=5)
    return drivers.importance_by_group(known, "overall", by="wave", **{"minimum_n": 20} | how)


def ways(
    function: Any, kinds: tuple[str, ...] = KINDS, pick: Any = both, **more: Any
) -> dict[str, Any]:
    def make(kind: str) -> dict[str, Any]:
        return {
            "answers": partial(lambda kind: pick(kind)[0], kind),
            "overall": partial(lambda kind: pick(kind)[1], kind),
        }

    found = {}
    for kind in kinds:
        found |= varied(kind, function, **make(kind), **more)
    return found


def projects() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for kind in (*KINDS[:4], "middle"):
        changes = {"a": 0.5, "c": -0.2}
        found[f"drivers.what_if: {kind}"] = partial(
            lambda its, changes: drivers.what_if(important(its), changes), kind, changes
        )
        found[f"drivers.what_if: binary, {kind}"] = partial(
            lambda its, changes: drivers.what_if(binary(its), changes), kind, changes
        )
        for one_only in (important, binary):
            found[f"drivers.rank_projects: {one_only.__name__}, {kind}"] = partial(
                lambda its, make: drivers.rank_projects(
                    make(its), PROJECTS, simulations=200, rng=1
                ),
                kind,
                one_only,
            )
    return found


def placed() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for kind in ("plain", "weighted", "clustered", *CORNERS):
        performance = partial(answers, kind)
        for name, importance in {"given": STATED, "asked": partial(answers, kind, seed=2)}.items():
            known = {"performance": performance, "importance": importance}
            for basis in ("mean", "top box"):
                key = f"{name}, {kind}, {basis}"
                if name == "asked":
                    found |= prefixed(
                        "drivers.opportunities",
                        varied(key, drivers.opportunities, **known, basis=basis),
                    )
                    found |= prefixed(
                        "drivers.opportunities",
                        varied(
                            f"{key}, 1 box", drivers.opportunities, **known, basis=basis, boxes=1
                        ),
                    )
            for crosshair in ("data mean", (3.0, 2.5)):
                found |= prefixed(
                    "drivers.importance_performance",
                    varied(
                        f"{name}, {kind}, {crosshair}",
                        drivers.importance_performance,
                        **known,
                        crosshair=crosshair,
                    ),
                )
            if name == "asked":
                found |= prefixed(
                    "drivers.importance_performance",
                    varied(
                        f"{name}, {kind}, middle",
                        drivers.importance_performance,
                        **known,
                        crosshair="scale middle",
                    ),
                )
    return found


def asymmetric() -> dict[str, Callable[[], Any]]:
    def of(kind: str, method: Bootstrap, **how: Any) -> Any:
        performance, overall = both(kind)
        return drivers.asymmetry(
            performance, overall, **{"low": 2, "high": 4, **how}, method=method
        )

    found: dict[str, Callable[[], Any]] = {}
    for kind in ("plain", "weighted", "clustered", "ties", "constant", "middle", "few"):
        for method in (FEW, BCA):
            found[f"drivers.asymmetry: {kind}, {method.kind}"] = partial(of, kind, method)
        found[f"drivers.asymmetry: {kind}, other"] = partial(
            of, kind, FEW, low=1, margin=0.02, level=0.8
        )
        pairs = [(1, 4), (2, 5), (2, 4)]
        found[f"drivers.asymmetry: {kind}, cuts"] = partial(of, kind, FEW, cuts=pairs)
    return found


def agreed() -> dict[str, Callable[[], Any]]:
    rankings = {
        "two": {"staff": [1, 2, 3, 4], "customers": [2, 1, 4, 3]},
        "ties": {
            "staff": [1, 2.5, 2.5, 4, 5],
            "boss": [1, 1, 3, 5, 4],
            "customers": [2, 1, 3, 4, 5],
        },
        "many": {f"r{k}": np.random.default_rng(k).permutation(9) + 1 for k in range(5)},
        "same": {"one": [1, 2, 3], "other": [1, 2, 3], "third": [1, 2, 3]},
    }
    return {
        f"drivers.rank_agreement: {name}": partial(drivers.rank_agreement, its)
        for name, its in rankings.items()
    }


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found = prefixed("drivers.importance", ways(drivers.importance))
    found |= prefixed(
        "drivers.importance",
        {
            f"binary, {k}": v
            for k, v in ways(drivers.importance, KINDS[:3], bought, explained="mcfadden").items()
        },
    )
    found |= prefixed("drivers.compare_methods", ways(drivers.compare_methods))
    for kind in KINDS[:4]:
        found[f"drivers.compare_methods: {kind}, stated"] = partial(
            lambda its: drivers.compare_methods(*both(its), stated=STATED), kind
        )
        for way in ("lmg", "johnson"):
            found[f"drivers.importance: {kind}, {way}, found"] = partial(
                of_found, kind, decomposition=way
            )
        found |= prefixed(
            "drivers.importance_by_group",
            {
                kind: partial(by_region, kind),
                f"{kind}, johnson": partial(by_region, kind, decomposition="johnson"),
                f"{kind}, few": partial(by_region, kind, minimum_n=25),
            },
        )
    found["drivers.importance: orders"] = partial(important, "weighted", orders=30, rng=1)
    found["drivers.importance: few"] = partial(lambda: drivers.importance(*both("plain", 12)))
    return found | projects() | placed() | asymmetric() | agreed()
