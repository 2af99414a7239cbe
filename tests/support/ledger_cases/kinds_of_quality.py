"""Kano: classes, coefficients, probabilities, fuzzy and continuous answers, segments."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ledger_inputs import columns, prefixed

from custvalue import kano
from custvalue.errors import CustvalueError
from custvalue.kano import Classification, Dirichlet, FuzzyQuestionnaire, KanoResult, Questionnaire
from custvalue.survey import Bootstrap

FEW, BCA = Bootstrap(25, rng=1), Bootstrap(25, rng=1, kind="bca")
ITEMS = ("x", "y", "z", "u")
SIZES = {"few": 6, "one row": 1, "two rows": 2}
KINDS = ("plain", "weighted", "clustered", "strata", "pairwise", "drop", *SIZES, "constant", "tied")
COUNTS = {
    "Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6},
    "App": {"M": 95, "O": 123, "A": 45, "I": 33, "R": 0, "Q": 0},
    "Even": {"M": 10, "O": 10, "A": 10, "I": 10, "R": 10, "Q": 10},
}
PERCENT = {"grip": {"M": 49.3, "O": 32.3, "A": 7, "I": 9.5, "R": 0.3, "Q": 1.6}}


def asked(kind: str) -> Questionnaire:
    random = np.random.default_rng(6)
    n = SIZES.get(kind, 60)
    likely = np.array(
        [
            [0.7, 0.2, 0.05, 0.03, 0.02],
            [0.4, 0.3, 0.2, 0.05, 0.05],
            [0.1, 0.3, 0.4, 0.15, 0.05],
            [0.2, 0.2, 0.2, 0.2, 0.2],
        ]
    )
    levels = np.arange(1.0, 6.0)
    functional = np.column_stack([random.choice(levels, n, p=its) for its in likely])
    dysfunctional = np.column_stack([random.choice(levels, n, p=its[::-1]) for its in likely[::-1]])
    if kind == "constant":
        functional[:], dysfunctional[:] = 1, 5
    if kind == "tied":  # as many of each of two kinds
        functional[:], dysfunctional[:] = 1, np.where(np.arange(n) % 2, 5, 3)[:, None]
    if kind in ("pairwise", "drop"):
        functional[random.random(functional.shape) < 0.06] = np.nan
    known = columns(60)
    more: dict[str, Any] = {"missing": kind} if kind in ("pairwise", "drop") else {}
    if kind in ("weighted", "strata"):
        more["weights"] = known["w"][:n]
    if kind in ("clustered", "strata"):
        more["cluster"] = known["dealer"][:n]
    if kind == "strata":
        more["stratum"] = known["region"][:n]
    importance = random.integers(1, 10, (n, 4)).astype(float)
    options = {"items": ITEMS, "importance": importance, "group": known["wave"][:n]}
    return Questionnaire.from_arrays(functional, dysfunctional, **options, **more)


def classified(kind: str, **how: Any) -> Any:
    return kano.classify(asked(kind), Classification(**how))


def shares(kind: str) -> Any:
    found = classified(kind)
    item = found["x"]
    asked_for = {
        "wilson": "wilson",
        "delta": "delta",
        "prior": Dirichlet(1),
        "jeffreys": "dirichlet",
    }
    asked_for |= {"percentile": FEW, "bca": BCA}
    said: dict[str, Any] = {}
    for share in (item.better, item.worse, item.category_strength, item.total_strength):
        for name, method in asked_for.items():
            try:
                said[f"{share.name}, {name}"] = share.confidence_interval(0.9, method=method)
            except CustvalueError as error:
                said[f"{share.name}, {name}"] = type(error).__name__
    return said


def probabilities(kind: str) -> Any:
    found = classified(kind)
    return {
        "integrated": found.probabilities(),
        "prior": found.probabilities(method=Dirichlet(1)),
        "simulated": found.probabilities(method=Dirichlet(0.5), simulations=400, rng=1),
        "resampled": found.probabilities(method=FEW),
    }


def rules(kind: str) -> Any:
    found = classified(kind)
    names = ("mode", "a-o-m", "category strength", "tie margin")
    asked_for = {}
    for name in names:
        try:
            asked_for[name] = list(found.categories(name))
        except ValueError:
            asked_for[name] = "no such rule"
    return asked_for | {"tiers": [found.tier(name) for name in ITEMS], "all": found.tiered()}


def fuzzy(kind: str) -> FuzzyQuestionnaire:
    random = np.random.default_rng(8)
    n = 6 if kind == "few" else 40
    degrees = random.dirichlet(np.full(5, 0.6), (2, n, 3)).round(2)
    degrees[..., 4] = 0
    degrees /= degrees.sum(axis=-1, keepdims=True)
    known = columns()
    more: dict[str, Any] = {"weights": known["w"][:n]} if kind == "weighted" else {}
    if kind == "clustered":
        more["cluster"] = known["dealer"][:n]
    return FuzzyQuestionnaire.from_arrays(*degrees, **more)


def segmented(kind: str) -> Any:
    found = kano.segments(asked(kind))
    return {"segments": found, "homogeneity": found.homogeneity(simulations=199, rng=1)}


def questionable(kind: str) -> Any:
    found = kano.questionable_answers(asked(kind))
    return {"answers": found, "suspects": [found.suspects(share) for share in (0.1, 0.25, 0.5)]}


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found: dict[str, Callable[[], Any]] = {}
    for kind in KINDS:
        found |= prefixed(
            "kano.classify",
            {
                kind: partial(classified, kind),
                f"{kind}, shares": partial(shares, kind),
                f"{kind}, probabilities": partial(probabilities, kind),
                f"{kind}, rules": partial(rules, kind),
                f"{kind}, margin": partial(
                    classified, kind, tie_margin=0.2, questionable_limit=0.02
                ),
            },
        )
        if kind == "two rows":  # chances that are equal but for rounding
            del found["kano.classify: two rows, probabilities"]
        found[f"kano.segments: {kind}"] = partial(segmented, kind)
        found[f"kano.questionable_answers: {kind}"] = partial(questionable, kind)
        found[f"kano.stated_importance: {kind}"] = partial(
            lambda its: kano.stated_importance(asked(its)), kind
        )
        for by in (False, True):
            found[f"kano.continuous_analysis: {kind}, {by}"] = partial(
                lambda its, by: kano.continuous_analysis(asked(its), by_importance=by, cut=1.5),
                kind,
                by,
            )
    for kind in ("plain", "weighted", "clustered", "few"):
        for cut in (0.25, 0.4):
            found[f"kano.classify_fuzzy: {kind}, {cut}"] = partial(
                lambda its, cut: kano.classify_fuzzy(fuzzy(its), cut=cut), kind, cut
            )
    found["kano.KanoResult: counts"] = partial(KanoResult.from_counts, COUNTS)
    found["kano.KanoResult: percentages"] = partial(KanoResult.from_percentages, PERCENT, n=330)
    found["kano.KanoResult: no n"] = partial(KanoResult.from_percentages, PERCENT)
    found["kano.KanoResult: chances"] = lambda: KanoResult.from_counts(COUNTS).probabilities()
    found["kano.EvaluationTable: tables"] = lambda: {
        its.name: [its.lookup(), kano.KANO.differences(its)]
        for its in (kano.KANO, kano.BERGER, kano.POULIOT, kano.THREE_LEVEL)
    }
    return found
