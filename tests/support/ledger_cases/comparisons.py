"""Differences between groups, waves and rows; leagues, trends, programmes, sample sizes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from ledger_inputs import CORNERS, FIVE, KINDS, answers, each, one, prefixed, varied

from custvalue import comparing, datasets, satisfaction, survey
from custvalue.survey import Bootstrap, Responses, Scale

FEW, BCA = Bootstrap(30, rng=1), Bootstrap(30, rng=1, kind="bca")
mean = partial(Responses.mean, name="a")
SMALL = ("plain", "strata", "pairwise", *CORNERS)


def box(answers: Responses) -> Any:
    return satisfaction.top_box(answers.only(["a"]))


def alpha(answers: Responses) -> Any:
    return survey.cronbach_alpha(answers)


def net(answers: Responses) -> Any:
    return satisfaction.net_score(answers.only(["a"]))


MEASURES = {"mean": mean, "top box": box, "net score": net, "alpha": alpha}


def recommended(n: int, seed: int) -> Any:
    random = np.random.default_rng(seed)
    return satisfaction.net_promoter_score(random.integers(0, 11, n), weights=np.arange(n) % 3 + 1)


def of_waves(n: int = 30) -> dict[str, Any]:
    return {f"{2024 + k // 4}Q{k % 4 + 1}": recommended(n + 5 * k, k) for k in range(6)}


def in_groups(measure: str, kind: str, **how: Any) -> Any:
    return comparing.groups(answers(kind, 96), MEASURES[measure], **how)


def differences(kind: str) -> Any:
    found = in_groups("mean", kind)
    return {"against": found.difference("y", "x"), "other": found.difference("z", "x")}


def network(dealers: int = 14, **how: Any) -> Responses:
    made = datasets.simulate_network(dealers, 3, answers=9, regions=3, rng=2, **how)
    got = dict(
        zip(made.dealers["dealer"].tolist(), made.dealers["programme"].tolist(), strict=True)
    )
    frame = dict(made.survey)
    frame["got it"] = np.array([got[dealer] for dealer in frame["dealer"].tolist()])
    roles = {"cluster": "dealer", "wave": "wave", "group": "dealer", "labels": ["got it"]}
    return Responses.from_frame(frame, ["satisfaction"], scale=Scale(1, 10), **roles)


def satisfied(answers: Responses) -> Any:
    return answers.mean("satisfaction")


def leagues() -> dict[str, Callable[[], Any]]:
    league = comparing.league
    few = {"simulations": 100, "rng": 1}
    found = varied(
        "network", league, answers=partial(network), measure=satisfied, by="dealer", **few
    )
    asked = {"minimum_n": 25, "tail": 0.3, "level": 0.8}
    for option, value in asked.items():
        how = {**few, "by": "dealer", option: value}
        found[f"network, {option}"] = partial(lambda how: league(network(), satisfied, **how), how)
    for name, measure in MEASURES.items():
        how = {"by": ["group", "wave"], "minimum_n": 2, **few}
        for kind in ("plain", "weighted", "ties", "constant", "middle"):
            found[f"{name}, {kind}"] = partial(
                lambda kind, measure, how: league(answers(kind, 96), measure, **how),
                kind,
                measure,
                how,
            )
    return found


def trends() -> dict[str, Callable[[], Any]]:
    found = varied("waves", comparing.trend, waves=partial(of_waves))
    found |= {
        f"answers, {kind}, {name}": partial(
            lambda kind, measure: comparing.trend(answers(kind, 96), measure), kind, measure
        )
        for kind in ("plain", "weighted", "clustered", *CORNERS)
        for name, measure in MEASURES.items()
    }
    dated = {f"2025-0{k + 1}-15": recommended(20 + 9 * k, k + 7) for k in range(5)}
    found["days"] = partial(comparing.trend, dated, unit="day")
    found["two"] = partial(comparing.trend, dict(list(dated.items())[:2]), unit="month")
    found["level"] = partial(comparing.trend, dated, unit="day", level=0.8, weighting="n")
    return found


def programmes() -> dict[str, Callable[[], Any]]:
    def of(**how: Any) -> Any:
        part = {"treated": "got it", "before": "2022-Q1", "after": "2022-Q3"}
        return comparing.difference_in_differences(network(), satisfied, **part, **how)

    def without_clusters(kind: str) -> Any:
        known = answers(kind, 96)
        known = known.with_labels({**known.labels, "got it": np.arange(96) // 6 % 2})
        where = {"treated": "got it", "before": "2025Q1", "after": "2025Q4"}
        return comparing.difference_in_differences(known, mean, **where)

    found = {"network": of, "network, level": partial(of, level=0.8)}
    return found | each(without_clusters, ("plain", "weighted", "ties", "constant", "middle"))


def sizes() -> dict[str, Callable[[], Any]]:
    field = comparing.FieldWork(population=3000, design_effect=1.4, response_rate=0.3)
    found: dict[str, Callable[[], Any]] = {}
    calls = {
        "share": [{"margin": 0.05}, {"margin": 0.03, "expected": 0.2}],
        "mean": [{"margin": 0.2, "standard_deviation": 1.1}, {"margin": 0.25, "scale": FIVE}],
        "net_promoter_score": [{"margin": 5}, {"margin": 8, "promoters": 0.6, "detractors": 0.1}],
        "difference": [
            {"difference": 0.3, "standard_deviation": 1.1},
            {"difference": 1.5, "standard_deviation": (1, 2), "power": 0.9},
            {"difference": 2, "standard_deviation": 1},
        ],
    }
    for name, each_call in calls.items():
        function = getattr(comparing, f"sample_size_for_{name}")
        for place, arguments in enumerate(each_call):
            for how, more in {
                "plain": {},
                "field": {"field_work": field},
                "level": {"level": 0.9},
            }.items():
                key = f"comparing.sample_size_for_{name}: {place}, {how}"
                found[key] = partial(function, **arguments, **more)
    found["comparing.share_deviation: some"] = lambda: [
        comparing.share_deviation(its) for its in (0.01, 0.1, 0.5, 0.9)
    ]
    found["comparing.net_promoter_deviation: some"] = lambda: [
        comparing.net_promoter_deviation(*its) for its in ((0.4, 0.2), (0.5, 0.5), (0, 0.3))
    ]
    return found


def tables() -> dict[str, Callable[[], Any]]:
    crosstab, ordered = comparing.crosstab, comparing.ordered
    found = {}
    for kind in SMALL:
        known = partial(answers, kind, 96)
        found[f"comparing.crosstab: {kind}"] = partial(_called, crosstab, known, item="a")
        found[f"comparing.ordered: {kind}"] = partial(_called, ordered, known, item="a")
    known = partial(answers, "weighted", 96)
    plain = partial(answers, "plain", 96)
    both = ("group", "wave")
    for second in (0.3, 0.6, 0.79):
        found[f"comparing.crosstab: letters, {second}"] = partial(
            _called,
            crosstab,
            plain,
            item="b",
            by=both,
            level=0.8,
            second_level=second,
            correction="none",
            minimum_n=2,
        )
    more = {"second_level": 0.9, "level": 0.8, "minimum_n": 20, "boxes": 1}
    for option, value in more.items():
        found[f"comparing.crosstab: {option}"] = partial(
            _called, crosstab, plain, item="a", by=both, **{option: value}
        )
    found |= prefixed("comparing.crosstab", varied("ways", crosstab, answers=known, item="b"))
    ways = varied("ways", ordered, answers=plain, item="b")
    ways |= varied("weighted", ordered, answers=known, item="b")
    ways |= varied("clusters", ordered, answers=partial(answers, "clustered", 96), item="b")
    ways |= {"reference": partial(_called, ordered, plain, item="a", reference="y", level=0.8)}
    ways |= {"boxes": partial(_called, ordered, plain, item="a", boxes=1, by="wave")}
    found |= prefixed("comparing.ordered", ways)
    counts = {"x": [3, 5, 9, 4, 2], "y": [1, 2, 8, 9, 6], "z": [0, 0, 1, 4, 4]}
    make = comparing.OrderedComparison.from_counts
    return found | prefixed(
        "comparing.OrderedComparison", varied("counts", make, counts=counts, scale=FIVE)
    )


def _called(function: Any, made: Any, **how: Any) -> Any:
    return function(made(), **how)


def pairs() -> dict[str, Callable[[], Any]]:
    def pair(kind: str, measure: str, how: Bootstrap) -> Any:
        first = answers(kind)
        second = answers(kind, seed=2).with_weights(first.weights)
        found = comparing.paired(first, second, MEASURES[measure], method=how)
        return {"difference": found, "at 80 %": found.confidence_interval(0.8)}

    found = {
        f"{kind}, {measure}, {how.kind}": partial(pair, kind, measure, how)
        for kind in ("plain", "weighted", "clustered", "strata", *CORNERS)
        for measure, how in (("mean", FEW), ("top box", BCA), ("alpha", FEW))
    }
    interval = {
        f"{kind}, {measure}, {how.kind}": partial(
            lambda kind, measure, how: comparing.bootstrap_interval(
                answers(kind), MEASURES[measure], method=how, level=0.9
            ),
            kind,
            measure,
            how,
        )
        for kind in KINDS
        for measure, how in (("mean", FEW), ("mean", BCA), ("alpha", BCA))
    }
    return prefixed("comparing.paired", found) | prefixed("comparing.bootstrap_interval", interval)


def compared() -> dict[str, Callable[[], Any]]:
    compare = comparing.compare
    few = {f"w{k}": recommended(6 + 3 * k, k) for k in range(4)}
    equal = {
        "one": satisfaction.net_promoter_score([10, 10, 3, 3, 7, 7, 10, 7, 3, 10]),
        "two": satisfaction.net_promoter_score([7, 7, 7, 10, 7, 10, 10, 3, 7, 3]),
        "all": satisfaction.net_promoter_score([10, 10, 10]),
    }
    means = {k: one("plain", 20 + k, seed=k).mean("a") for k in range(3)}
    shares = {k: satisfaction.top_box(one("weighted", 20 + k, seed=k)) for k in range(3)}
    found = {}
    for name, results in {"few": few, "equal": equal, "means": means, "shares": shares}.items():
        found |= varied(name, compare, results=results)
        first = next(iter(results))
        found[f"{name}, reference"] = partial(compare, results, reference=first, level=0.8)
    return prefixed("comparing.compare", found)


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    grouped = {
        f"{measure}, {kind}": partial(in_groups, measure, kind)
        for measure in MEASURES
        for kind in ("plain", "weighted", "clustered", "strata", "prorate", *CORNERS)
    }
    more = {"reference": "y", "minimum_n": 25, "level": 0.8, "by": ["group", "wave"]}
    grouped |= {
        option: partial(in_groups, "mean", "plain", **{option: value})
        for option, value in more.items()
    }
    grouped |= varied(
        "shares", comparing.groups, answers=partial(answers, "plain", 96), measure=box
    )
    grouped |= {
        f"differences, {kind}": partial(differences, kind) for kind in ("plain", "weighted")
    }
    found = prefixed("comparing.groups", grouped) | compared() | tables() | pairs() | sizes()
    found |= prefixed("comparing.league", leagues()) | prefixed("comparing.trend", trends())
    return found | prefixed("comparing.difference_in_differences", programmes())
