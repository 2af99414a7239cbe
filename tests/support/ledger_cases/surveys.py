"""Reliability, descriptions, dimensionality, raking, tallies and published tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np
import polars as pl
from ledger_inputs import CORNERS, FIVE, ITEMS, answers, columns, each, prefixed, varied

from custvalue import survey
from custvalue.survey import Bootstrap, Codebook, Instrument, Responses

FEW = Bootstrap(25, rng=1)
BCA = Bootstrap(25, rng=1, kind="bca")
TWO = Instrument(
    name="short",
    dimensions=[
        survey.Dimension(name=name, items=[survey.Item(name=its) for its in items])
        for name, items in {"first": "ab", "second": "cd"}.items()
    ],
)
MARGINS = {
    "region": {"north": 0.5, "south": 0.3, "west": 0.2},
    "group": {"x": 0.4, "y": 0.4, "z": 0.2},
}
MULTIPLES = {"region": {"north": 500, "south": 300, "west": 200}}
TABLE = [
    {"name": "staff", "n": 40, "mean": "4.1", "sd": "0.90", "standard_error": "0.14"},
    {"name": "speed", "n": 38, "mean": "3.72", "sd": "1.1", "standard_error": "0.2", "t": "20.8"},
    {"name": "price", "mean": "3.30", "sd": "1.25", "low": "2.90", "high": "3.70", "n": 40},
    {"name": "all", "mean": "6.2", "sd": ".4", "n": 9, "t": "1.9", "against": "6"},
]
SPLIT = [
    {"name": "poor", "count": 4, "percentage": "10", "mean": "2.45", "weight": "30"},
    {"name": "fair", "count": 15, "percentage": "37.6", "mean": "3.55", "weight": "20"},
    {"name": "good", "count": 21, "percentage": "52.5", "mean": "4.10", "weight": "51"},
]
GAPS = [
    {"name": "tangibles", "perception": "5.80", "expectation": "6.80", "gap": "-1.00", "sd": "1.3"},
    {
        "name": "empathy",
        "perception": "4.13",
        "perception_sd": "1.2",
        "expectation": "5.0",
        "expectation_sd": "0.9",
        "gap": "-.86",
        "sd": "2.4",
        "t": "-2.27",
        "items": 4,
        "n": 40,
    },
]


def in_dimensions(kind: str, **how: Any) -> Any:
    return survey.reliability(answers(kind).keyed(TWO), **how)


def of_dimensions(kind: str, **how: Any) -> Any:
    few = {"simulations": 8, "rng": 1} | how
    return survey.dimensionality(answers(kind), TWO, **few)


def pairs(kind: str) -> Any:
    found = of_dimensions(kind, method=FEW).htmt
    return {"all": found, "matrix": found.matrix(), "high": found.not_below(0.5)}


def raked(**how: Any) -> Any:
    known = {name: columns()[name] for name in ("region", "group", "w", "dealer")}
    found = survey.rake(known, how.pop("margins", MARGINS), **how)
    return {"raking": found, "mean": found.mean(columns()["a"], bounds=(1, 5))}


def tallied(**how: Any) -> Any:
    frame = {name: columns()[name] for name in (*ITEMS, "region", "w", "dealer")}
    found = survey.tally(pl.DataFrame(frame).lazy(), items=list(ITEMS), scale=FIVE, **how)
    group = {"group": "north"} if "by" in how else {}
    return {
        "tally": found,
        "alpha": found.alpha(**group),
        "difference": found.difference("a", "b", **group),
        "mean": found.mean(**group),
        "weighted mean": found.mean({"a": 2, "c": 1}, **group),
        "question": found.question("a", **group),
    }


def read(kind: str) -> Any:
    found = answers(kind)
    return {
        "responses": found,
        "filled": found.filled() if kind == "prorate" else None,
        "scores": found.scores() if kind == "prorate" else found.answers,
        "mean": found.mean("a"),
        "by": {name: part.mean("b") for name, part in found.by("group").items()},
        "only": found.only(["a", "c"]).base,
        "rows": found.of_rows(np.arange(0, len(found.answers), 2)).mean("c"),
    }


def repeated(policy: str) -> Any:
    frame = dict(columns()) | {
        "who": np.arange(48) // 3,
        "day": np.datetime64("2025-01-01") + (np.arange(48) * 5 % 31).astype("m8[D]"),
    }
    named = {"customer": "who", "weights": "w", "repeats": policy}
    named |= {"date": "day"} if policy == "latest" else {}
    return Responses.from_frame(frame, list(ITEMS), scale=FIVE, **named).mean("a")


def labelled() -> Any:
    words = ["never", "seldom", "often", "always"]
    book = Codebook.from_order(words, name="how often")
    given_words = np.array(words)[columns()["a"].astype(int) % 4]
    found = Responses.from_arrays(given_words, codebook=book, items=["q"])
    return {"book": book, "closest": book.closest("allways"), "mean": found.mean("q")}


def published() -> dict[str, Callable[[], Any]]:
    check, found = survey.check_published, {}
    for name, rows in {"means": TABLE, "split": SPLIT, "gaps": GAPS}.items():
        known = {"rows": rows, "n": 40, "overall": "3.7", "weighted": "3.6"}
        found |= varied(name, check, **known, scale=survey.Scale(1, 7))
        more = {"level": 0.8, "weighted_answers": True, "decimals": 1, "exact": ["mean", "sd"]}
        more |= {"percentages_total": 99.0, "weights_total": 120.0}
        found |= {
            f"{name}, {option}=": partial(check, **known, **{option: value})
            for option, value in more.items()
        }
    return found


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    kinds = ("plain", "strata", "pairwise", *CORNERS)
    found = prefixed("survey.cronbach_alpha", each(lambda its: survey.cronbach_alpha(answers(its))))
    found |= prefixed("survey.reliability", each(lambda its: survey.reliability(answers(its))))
    two = {kind: partial(in_dimensions, kind) for kind in kinds}
    drawn = {
        f"{kind}, {how.kind}": partial(in_dimensions, kind, method=how)
        for kind in ("weighted", "clustered")
        for how in (FEW, BCA)
    }
    drawn |= {"listwise": partial(in_dimensions, "pairwise", covariances="listwise")}
    found |= prefixed("survey.reliability", {f"dimensions, {k}": its for k, its in two.items()})
    found |= prefixed("survey.reliability", {f"dimensions, {k}": its for k, its in drawn.items()})
    found |= prefixed("survey.describe", each(lambda its: survey.describe(answers(its))))
    by_group = each(lambda its: survey.describe(answers(its), by="group", high_share=0.3), kinds)
    found |= prefixed("survey.describe", {f"by group, {k}": its for k, its in by_group.items()})
    found |= prefixed("survey.dimensionality", each(of_dimensions, kinds[:3]))
    ways = varied("ways", of_dimensions_of_all)
    found |= prefixed("survey.dimensionality", ways | {"pairs": partial(pairs, "plain")})
    found |= prefixed("survey.rake", raking())
    found |= prefixed(
        "survey.tally",
        {
            "plain": tallied,
            "by": partial(tallied, by="region"),
            "weighted": partial(tallied, weights="w"),
            "clustered": partial(tallied, weights="w", cluster="dealer"),
        },
    )
    found |= prefixed("survey.check_published", published())
    found |= prefixed("survey.Responses", each(read))
    found |= prefixed(
        "survey.Responses",
        {
            f"repeats, {policy}": partial(repeated, policy)
            for policy in ("latest", "cluster", "raise")
        },
    )
    return found | {"survey.Codebook: in order": labelled}


def of_dimensions_of_all(
    random_data: Literal["normal", "permutation"] = "normal",
    htmt: Literal["absolute", "original"] = "absolute",
) -> Any:
    return of_dimensions("plain", random_data=random_data, htmt=htmt, percentile=80)


def raking() -> dict[str, Callable[[], Any]]:
    return {
        "plain": raked,
        "weights": partial(raked, weights="w"),
        "clusters": partial(raked, weights="w", cluster="dealer"),
        "trimmed": partial(raked, weights="w", trim=(0.6, 1.6)),
        "trimmed above": partial(raked, trim=1.3),
        "counts": partial(raked, margins=MULTIPLES),
        "few steps": partial(raked, weights="w", max_iterations=2),
    }
