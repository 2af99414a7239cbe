"""SERVQUAL, performance, zones of tolerance, priorities, the gaps model and its kin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ledger_inputs import columns, each, prefixed, varied

from custvalue import servqual
from custvalue.survey import Bootstrap, Responses, Scale

FEW, BCA = Bootstrap(25, rng=1), Bootstrap(25, rng=1, kind="bca")
SEVEN = Scale(1, 7)
DIMENSIONS = {"staff": 2, "premises": 3}
SIZES = {"few": 6, "two rows": 2, "three rows": 3, "one row": 1}
KINDS = (
    "plain",
    "weighted",
    "clustered",
    "strata",
    "pairwise",
    "prorate",
    "drop",
    *SIZES,
    "constant",
    "alike",
    "zero weights",
)
SOURCES = {"management": 9, "specifications": 6, "delivery": 25, "communications": 5}


def drawn(seed: int, mean: float, n: int = 48) -> Any:
    random = np.random.default_rng(seed)
    own = random.normal(0, 0.9, (n, 1))
    return np.clip(np.rint(mean + own + random.normal(size=(n, 5))), 1, 7)


def beside(kind: str, n: int) -> dict[str, Any]:
    known = columns()
    found = {"group": known["group"][:n], "wave": known["wave"][:n]}
    if kind in ("weighted", "strata", "prorate"):
        found["weights"] = known["w"][:n]
    if kind == "zero weights":
        found["weights"] = np.where(np.arange(n) % 5 == 2, 0.0, known["w"][:n])
    if kind in ("clustered", "strata"):
        found["cluster"] = known["dealer"][:n]
    if kind == "strata":
        found["stratum"] = known["region"][:n]
    if kind in ("pairwise", "prorate", "drop"):
        found["missing"] = kind
    return found


def surveyed(kind: str, importance: Any = None) -> servqual.Survey:
    n = SIZES.get(kind, 48)
    perceived, expected = drawn(1, 4.6)[:n], drawn(2, 5.8)[:n]
    if kind == "constant":
        perceived[:], expected[:] = 4, 6
    if kind == "alike":
        expected = perceived.copy()
    if kind in ("pairwise", "prorate", "drop"):
        perceived[np.random.default_rng(5).random(perceived.shape) < 0.08] = np.nan
    options = beside(kind, n) | {"scale": SEVEN, "dimensions": DIMENSIONS}
    if importance == "asked":
        random = np.random.default_rng(9)
        points = np.rint(20 + 60 * random.random(n))
        importance = np.column_stack([points, 100 - points])
    return servqual.Survey.from_arrays(perceived, expected, importance, **options)


GIVEN = {"staff": 60.0, "premises": 40.0}
IDEALS = {f"P{k}": 6.5 - k / 4 for k in range(1, 6)}
WEIGHTS = {"none": None, "asked": "asked", "given": GIVEN}


def tolerated(kind: str, inverted: str = "raise") -> servqual.ToleranceSurvey:
    random = np.random.default_rng(4)
    n = SIZES.get(kind, 48)
    person = random.normal(size=(n, 1))
    adequate = np.clip(np.rint(4 + person + random.normal(size=(n, 5))), 1, 5)
    desired = np.clip(adequate + random.integers(0, 4, (n, 5)), 1, 7)
    perceived = np.clip(np.rint(4.6 + person + 1.2 * random.normal(size=(n, 5))), 1, 7)
    if kind == "constant":
        adequate[:], desired[:], perceived[:] = 3, 5, 5
    if kind == "alike":
        perceived, desired = adequate.copy(), adequate.copy()
    if inverted != "raise":
        swap = random.random((n, 5)) < 0.1
        adequate[swap], desired[swap] = desired[swap], adequate[swap]
    return servqual.ToleranceSurvey.from_arrays(
        perceived,
        adequate=adequate,
        desired=desired,
        scale=SEVEN,
        dimensions=DIMENSIONS,
        **beside(kind, n),
        **({} if inverted == "raise" else {"inverted": inverted}),
    )


def judged(kind: str) -> servqual.Survey:
    """Return a survey with an overall judgement."""
    made = surveyed(kind)
    answers = made.part("perceptions").answers
    score = np.nanmean(answers, axis=1) + np.random.default_rng(3).normal(0, 0.7, len(answers))
    overall = np.clip(np.rint(score), 1, 7)
    return servqual.Survey.from_arrays(
        answers,
        made.part("expectations").answers,
        overall=overall,
        **beside(kind, len(answers)),
        scale=SEVEN,
        dimensions=DIMENSIONS,
    )


def model(kind: str, *, customers: bool = True) -> Any:
    given = {}
    for seed, (name, n) in enumerate(SOURCES.items()):
        options = {"weights": columns()["w"][:n]} if kind == "weighted" else {}
        mean = (5.5, 5.0, 4.5, 6.0)[seed]
        given[name] = Responses.from_arrays(drawn(seed + 20, mean, n), scale=SEVEN, **options)
    if customers:
        return servqual.gap_model(surveyed(kind), **given)
    return servqual.gap_model(**given, dimensions=DIMENSIONS)


def by_group(kind: str) -> Any:
    return {str(key): servqual.gaps(its) for key, its in surveyed(kind).by("group").items()}


def of_gaps() -> dict[str, Callable[[], Any]]:
    """Return gaps, performance and priorities."""
    found: dict[str, Callable[[], Any]] = {}
    for name, importance in WEIGHTS.items():
        for function in (servqual.gaps, servqual.performance):
            calls = each(
                lambda kind, function=function, importance=importance: function(
                    surveyed(kind, importance)
                ),
                KINDS,
            )
            called = {f"{name}, {kind}": its for kind, its in calls.items()}
            found |= prefixed(f"servqual.{function.__name__}", called)
        if importance is None:
            continue
        for kind in ("plain", "weighted", "clustered", "pairwise"):
            for method in ("normal", FEW):
                how = {"method": method, "simulations": 200, "rng": 1}
                known = partial(surveyed, kind, importance)
                key = f"{name}, {kind}, {getattr(method, 'kind', method)}"
                found |= prefixed(
                    "servqual.priorities", varied(key, servqual.priorities, survey=known, **how)
                )
    return found


def of_zones() -> dict[str, Callable[[], Any]]:
    """Return zones and evaluated performance."""
    found: dict[str, Callable[[], Any]] = {}
    found |= prefixed("servqual.gaps", {"by group": partial(by_group, "strata")})
    for kind in KINDS:
        found[f"servqual.zone_of_tolerance: {kind}"] = partial(
            lambda kind: servqual.zone_of_tolerance(tolerated(kind)), kind
        )
        for ideals in ("expectations", IDEALS):
            found[f"servqual.evaluated_performance: {kind}, {type(ideals).__name__}"] = partial(
                lambda kind, ideals: servqual.evaluated_performance(surveyed(kind), ideals=ideals),
                kind,
                ideals,
            )
    for how in ("keep", "exclude"):
        found[f"servqual.zone_of_tolerance: inverted, {how}"] = partial(
            lambda how: servqual.zone_of_tolerance(tolerated("weighted", how)), how
        )
    return found


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found = of_gaps() | of_zones()
    for kind in ("plain", "weighted", "clustered", "pairwise"):
        grouped = varied(kind, servqual.compare_surveys, survey=partial(surveyed, kind))
        grouped |= varied(
            f"{kind}, waves",
            servqual.compare_surveys,
            survey=partial(surveyed, kind),
            by="wave",
            reference="2025Q1",
            level=0.8,
        )
        found |= prefixed("servqual.compare_surveys", grouped)
    for kind in ("plain", "weighted", "clustered", "pairwise"):
        for method in ("linearised", FEW, BCA):
            key = f"servqual.predictive_validity: {kind}, {getattr(method, 'kind', method)}"
            found[key] = partial(
                lambda kind, method: servqual.predictive_validity(judged(kind), method=method),
                kind,
                method,
            )
    for kind in ("plain", "weighted", "few"):
        found[f"servqual.gap_model: {kind}"] = partial(model, kind)
        found[f"servqual.gap_model: {kind}, no customers"] = partial(model, kind, customers=False)
    found["servqual.difference_score_reliability: some"] = lambda: [
        servqual.difference_score_reliability(0.8, 0.7, 0.3),
        servqual.difference_score_reliability(0.9, 0.85, 0.5, sd_x=1.2, sd_y=0.7),
    ]
    return found
