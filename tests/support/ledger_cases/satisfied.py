"""Indices, scores, disconfirmation, requirements and problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from ledger_inputs import (
    CORNERS,
    ELEVEN,
    FIVE,
    ITEMS,
    answers,
    columns,
    each,
    one,
    prefixed,
    varied,
)

from custvalue import satisfaction as its
from custvalue.survey import Bootstrap, Responses, Scale

FEW, BCA = Bootstrap(25, rng=1), Bootstrap(25, rng=1, kind="bca")
DOWN = Scale(1, 5, direction="lower is better")
WORTH = {"a": 40.0, "b": 30.0, "c": 20.0, "d": 10.0}
ATTRIBUTES = [
    its.Attribute(name=name, tier=tier, weight=weight)
    for name, tier, weight in zip(
        ITEMS, ("satisfied", "desired", "surprised", "desired"), (1, 2, 0.5, 3), strict=True
    )
]
ROLES = {"a": "hygiene", "b": "satisfier", "c": "hygiene", "d": "satisfier"}
COUNTS = {1: 4, 2: 6, 3: 12, 4: 20, 5: 8}
SMALL = ("plain", "strata", "pairwise", *CORNERS)


def wanted(kind: str) -> Responses:
    return answers(kind, seed=2)


def resampled(make: Callable[[Any], Any]) -> dict[str, Any]:
    """Return intervals by resampling, of several kinds of respondents."""
    return {
        f"{kind}, {how.kind}": partial(
            lambda kind, how: [
                make(one(kind)).confidence_interval(level, method=how) for level in (0.8, 0.95)
            ],
            kind,
            how,
        )
        for kind in ("plain", "weighted", "clustered", "few")
        for how in (FEW, BCA)
    }


def promoters(kind: str) -> Any:
    spread = one(kind).answers[:, 0] * 2 + np.arange(len(one(kind).answers)) % 2 - 1
    kept = {"weights": one(kind).weights, "missing": one(kind).missing}
    if kind in ("prorate", "pairwise"):
        kept["missing"] = "drop"
    return its.net_promoter_score(spread, **kept)


def scores() -> dict[str, Callable[[], Any]]:
    found = prefixed("satisfaction.top_box", each(lambda kind: its.top_box(one(kind))))
    found |= {
        f"satisfaction.top_box: 1 box, {kind}": partial(
            lambda kind: its.top_box(one(kind), boxes=1), kind
        )
        for kind in SMALL
    }
    found |= prefixed(
        "satisfaction.top_box", {f"resampled, {k}": v for k, v in resampled(its.top_box).items()}
    )
    found |= prefixed("satisfaction.net_score", each(lambda kind: its.net_score(one(kind))))
    found |= prefixed(
        "satisfaction.net_score",
        {f"resampled, {k}": v for k, v in resampled(its.net_score).items()},
    )
    found |= prefixed("satisfaction.net_promoter_score", each(promoters))
    found |= prefixed(
        "satisfaction.net_promoter_score",
        {
            "all promote": lambda: its.net_promoter_score([10, 9, 10, 9]),
            "nobody": lambda: its.net_promoter_score([7, 8, 7, 8, 7]),
            "one": lambda: its.net_promoter_score([9]),
            "resampled": lambda: [
                promoters("plain").confidence_interval(0.9, method=how) for how in (FEW, BCA)
            ],
        },
    )
    effort = its.customer_effort_score
    found |= prefixed(
        "satisfaction.customer_effort_score",
        {
            "lower": partial(effort, [1, 2, 4, 5, 3, 2, 1], scale=DOWN),
            "higher": partial(
                effort, [1, 2, 4, 5, 3, 2, 1], scale=FIVE, direction="higher is better"
            ),
            "version 1": partial(effort, [1, 2, 4, 5, 3, 2, 1], version="1"),
            "version 2": partial(
                effort, [1, 2, 4, 5, 3, 7, 1], version="2", weights=[1, 2, 1, 1, 3, 1, 1]
            ),
            "counts": partial(
                its.CustomerEffortScore.from_counts,
                COUNTS,
                scale=FIVE,
                direction="lower is better",
                boxes=1,
            ),
        },
    )
    counted = {"counts": COUNTS, "scale": FIVE}
    return found | {
        "satisfaction.TopBox: counts": partial(its.TopBox.from_counts, **counted, n=50),
        "satisfaction.TopBox: counts, 1 box": partial(its.TopBox.from_counts, **counted, boxes=1),
        "satisfaction.NetScore: counts": partial(its.NetScore.from_counts, **counted),
        "satisfaction.NetPromoterScore: counts": partial(
            its.NetPromoterScore.from_counts, promoters=20, passives=31, detractors=9
        ),
    }


def indices() -> dict[str, Callable[[], Any]]:
    acsi, index, factor = its.acsi_index, its.customer_satisfaction_index, its.factor_index
    found = {}
    for kind in ("plain", "strata", "prorate", *CORNERS):
        three = partial(lambda kind: answers(kind).only(["a", "b", "c"]), kind)
        found |= prefixed(
            "satisfaction.acsi_index",
            varied(f"equal, {kind}", acsi, responses=three, convention="simple"),
        )
        found |= prefixed(
            "satisfaction.acsi_index",
            varied(f"given, {kind}", acsi, responses=three, weights=[0.5, 0.3, 0.2]),
        )
        found |= prefixed(
            "satisfaction.acsi_index",
            varied(f"component, {kind}", acsi, responses=three, weights="principal component"),
        )
    for kind in ("plain", "weighted", "clustered", "drop", "constant", "three rows", "middle"):
        known, worth = (
            partial(answers, kind),
            partial(wanted, "pairwise" if kind == "drop" else kind),
        )
        name = "satisfaction.customer_satisfaction_index"
        found |= prefixed(name, varied(f"equal, {kind}", index, responses=known, method=FEW))
        found |= prefixed(
            name, varied(f"asked, {kind}", index, responses=known, importance=worth, method=FEW)
        )
        found |= prefixed(
            name,
            varied(
                f"given, {kind}",
                index,
                responses=known,
                importance=WORTH,
                importance_total=100.0,
                method=FEW,
            ),
        )
        derived = {
            "responses": partial(answers, kind, 48, items=5),
            "overall": "overall",
            "importance": "derived",
            "method": BCA,
        }
        found |= prefixed(name, varied(f"derived, {kind}", index, **derived))
        found |= prefixed(
            "satisfaction.factor_index", varied(f"{kind}", factor, responses=known, weights=WORTH)
        )
        parts = {"first": ["a", "b"], "second": ["c", "d"]}
        found |= prefixed(
            "satisfaction.factor_index",
            varied(
                f"factors, {kind}",
                factor,
                responses=known,
                weights={"first": 60.0, "second": 40.0},
                factors=parts,
                points=500.0,
            ),
        )
    return found


def disconfirmed() -> dict[str, Callable[[], Any]]:
    def of(function: Any, kind: str, **how: Any) -> Any:
        return function(one(kind), one(kind, seed=2), **how)

    def ratios(kind: str, **how: Any) -> Any:
        both = (one(kind, seed=seed) for seed in (1, 2))
        zero = [replace(known, scale=Scale(0, 5, true_zero=True)) for known in both]
        return [
            function(*zero, **how) for function in (its.disconfirmation, its.disconfirmation_scores)
        ]

    found = {}
    for kind in SMALL:
        for band in (0.0, 1.0):
            key = f"{kind}, band {band:g}"
            found[f"satisfaction.disconfirmation: {key}"] = partial(
                of, its.disconfirmation, kind, band=band
            )
            found[f"satisfaction.disconfirmation_scores: {key}"] = partial(
                of, its.disconfirmation_scores, kind, band=band
            )
            found[f"satisfaction.measured_disconfirmation: {key}"] = partial(
                lambda kind, band: its.measured_disconfirmation(one(kind), band=band), kind, band
            )
        found[f"satisfaction.derived_dissatisfaction: {kind}"] = partial(
            lambda kind: its.derived_dissatisfaction(answers(kind), wanted(kind)), kind
        )
    found |= {
        f"satisfaction.disconfirmation: ratios, {kind}": partial(ratios, kind, band=0.5)
        for kind in SMALL
    }
    scale = Scale(0, 10, true_zero=True)
    given = {"perceptions": [9, 0, 4, 7, 5, 5], "expectations": [7, 8, 0, 7, 6, 5], "scale": scale}
    found["satisfaction.disconfirmation: zeros"] = partial(
        its.disconfirmation, **given, zeros="drop"
    )
    pairs = {(5, 4): 6, (3, 4): 7, (2, 2): 9, (1, 5): 2, (5, 1): 1}
    found["satisfaction.Disconfirmation: counts"] = partial(
        its.Disconfirmation.from_counts, pairs, scale=FIVE
    )
    found["satisfaction.MeasuredDisconfirmation: counts"] = partial(
        its.MeasuredDisconfirmation.from_counts, COUNTS, scale=FIVE, neutral=3, band=0.5
    )
    found["satisfaction.measured_disconfirmation: both"] = lambda: its.measured_disconfirmation(
        one("plain"),
        neutral=3,
        scores=its.disconfirmation_scores(one("plain"), one("plain", seed=2)),
    )
    return found


def required() -> dict[str, Callable[[], Any]]:
    found = {}
    for kind in SMALL:
        both = {"perceptions": partial(answers, kind), "expectations": partial(wanted, kind)}
        name = "satisfaction.hygiene_and_satisfiers"
        found |= prefixed(name, varied(kind, its.hygiene_and_satisfiers, **both, roles=ROLES))
        more = {"band": 1.0, "required_share": 0.4, "level": 0.8}
        for option, value in more.items():
            found |= prefixed(
                name,
                varied(
                    f"{kind}, {option}",
                    its.hygiene_and_satisfiers,
                    **both,
                    roles=ROLES,
                    **{option: value},
                ),
            )
        for function in (its.satisfaction_effect, its.satisfaction_effect_scores):
            name = f"satisfaction.{function.__name__}"
            found |= prefixed(name, varied(kind, function, **both, attributes=ATTRIBUTES))
            found |= prefixed(
                name,
                varied(
                    f"{kind}, slopes",
                    function,
                    **both,
                    attributes=ATTRIBUTES,
                    unmet_slope=0.8,
                    exceeded_slope=1.3,
                ),
            )
    tiers = ("satisfied", "desired", "surprised")
    found["satisfaction.tier_response: tiers"] = lambda: {
        tier: its.tier_response([-90.0, -20, 0, 30, 80], tier, unmet_slope=0.7, exceeded_slope=1.2)
        for tier in tiers
    }
    return found


def problems() -> dict[str, Callable[[], Any]]:
    rows = columns()
    late, rude, dear, none = (
        (np.asarray(rows[name]) < cut).astype(int)
        for name, cut in zip("abcd", (3, 2, 3, 1), strict=True)
    )
    given = {"late": late, "rude": rude, "dear": dear, "none": none, "same": rude}
    analysis = its.problem_analysis

    def of(**how: Any) -> Any:
        found = analysis(given, **how)
        return {"analysis": found, "few": [found.vital_few(share) for share in (0.5, 0.8, 0.99)]}

    severity = {"late": 3.0, "rude": 5.0, "dear": 1.0, "none": 1.0, "same": 5.0}
    return prefixed(
        "satisfaction.problem_analysis",
        {
            "counted": of,
            "weights": partial(of, weights=rows["w"]),
            "severity": partial(of, severity=severity),
            "both": partial(of, severity=severity, weights=rows["w"]),
        },
    )


def mapped() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {kind: partial(of_scale, kind) for kind in SMALL}
    found |= {
        "down": lambda: its.map_scale([1, 2, 5, 4], from_=DOWN, to=Scale(1, 7), rounding="nearest")
    }
    return prefixed("satisfaction.map_scale", found)


def of_scale(kind: str) -> Any:
    return [its.map_scale(one(kind), to=ELEVEN, rounding=how) for how in ("none", "nearest")]


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    return scores() | indices() | disconfirmed() | required() | problems() | mapped()
