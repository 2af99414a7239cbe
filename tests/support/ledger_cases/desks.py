"""Loyalty, complaints, tiers, experience; visits, charts, rates and touchpoints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import curved
import numpy as np
import visited
from ledger_inputs import CORNERS, FIVE, answers, columns, one, prefixed, varied

from custvalue import journey, loyalty
from custvalue.errors import CustvalueError
from custvalue.loyalty import ClosingTimes, ClosingTimesByGroup, ComplaintEconomics, Rate
from custvalue.survey import Estimate

LOOSER = {"loyalty.curve": 1e-4}  # places of shapes are searched
UNSURE = {
    "customers": 1_000,
    "dissatisfied": (30, 300),
    "complain": (12, 30),
    "recovered": (7, 12),
    "silent_return": 0.2,
    "told": 9,
    "influence": 0.01,
    "value": 500,
}
TIMES = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 3, 3, 3, 7, 0.5, 12, 13, 60, 61]
CLOSED = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1]
DEALERS = ["north", "south", "west", "north", "south"] * 4


def attempted(calls: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """Return what each call says, or the message of its error."""
    said: dict[str, Any] = {}
    for name, call in calls.items():
        try:
            said[name] = call()
        except CustvalueError as error:
            said[name] = f"{type(error).__name__}: {error}"
    return said


def desk(**changes: Any) -> ComplaintEconomics:
    return ComplaintEconomics(**{**UNSURE, **changes})


def economics(**changes: Any) -> Any:
    its = desk(**changes)
    return attempted(
        {
            "desk": lambda: its,
            "return": lambda: its.return_on(10_000),
            "recovered": lambda: its.return_on(1_000, recovered=0.8),
            "complain": lambda: its.return_on(1_000, complain=(20, 30)),
        }
    )


def complaint_cases() -> dict[str, Callable[[], Any]]:
    value = Estimate(name="value", value=500.0, standard_error=40.0, n=90, effective_n=90.0)
    changes: dict[str, dict[str, Any]] = {
        "counts": {},
        "numbers": {"dissatisfied": 0.1, "complain": 0.4, "recovered": 0.7},
        "beta": {"recovered": Rate.beta(7, 5)},
        "claim": {"complain": loyalty.claims["4 % complain"].acknowledged()},
        "value": {"value": value},
        "no words": {"told": None, "influence": None},
        "none complain": {"complain": (0, 30), "recovered": (12, 12)},
    }
    found = {name: partial(economics, **its) for name, its in changes.items()}
    found["rates"] = lambda: [
        Rate.from_counts(3, 20).quantiles(np.array([0.1, 0.5])),
        Rate.beta(2, 9),
    ]
    found["claims"] = lambda: {name: loyalty.claims[name] for name in loyalty.claims}
    return prefixed("loyalty.ComplaintEconomics", found)


def closing() -> dict[str, Callable[[], Any]]:
    def about(times: Any, closed: Any, unit: str = "day") -> Any:
        its = ClosingTimes.from_arrays(times, closed=closed, unit=unit)
        return attempted(
            {
                "times": lambda: its,
                "within": lambda: [its.share_within(time) for time in (3, 13, 30, 61)],
                "median": lambda: [its.median_interval(level) for level in (0.8, 0.95)],
            }
        )

    def groups() -> Any:
        its = ClosingTimesByGroup.from_arrays(TIMES, closed=CLOSED, by=DEALERS)
        return attempted(
            {"groups": lambda: its, "within": lambda: [its.share_within(t) for t in (10, 30)]}
        )

    opened = np.datetime64("2025-01-01") + (np.arange(20) * 3).astype("m8[D]")
    done = (opened + np.rint(np.array(TIMES)).astype("m8[D]")).astype(str).astype(object)
    done[np.array(CLOSED) == 0] = None
    frame = {"in": opened.astype(str), "out": done, "dealer": DEALERS}
    named = {"opened": "in", "closed": "out", "observation_end": "2025-08-31"}
    return prefixed(
        "loyalty.ClosingTimes",
        {
            "some": partial(about, TIMES, CLOSED),
            "all closed": partial(about, TIMES, [1] * 20, "hour"),
            "none closed": partial(about, TIMES, [0] * 20),
            "one": partial(about, [5], [1]),
            "frame": partial(ClosingTimes.from_frame, frame, **named),
            "groups of a frame": partial(
                ClosingTimesByGroup.from_frame, frame, by="dealer", **named
            ),
            "groups": groups,
        },
    )


def customers() -> dict[str, Callable[[], Any]]:
    worth = np.random.default_rng(2).gamma(0.6, 400, 40).round(2)
    worth[:3] = [0, 80, 80]
    named = dict(zip((f"c{k}" for k in range(40)), worth.tolist(), strict=True))
    later = {
        name: its * (1 + (k % 5 - 2) / 4) for k, (name, its) in enumerate(list(named.items())[5:])
    }
    reasons = {"price": 17, "service": 14, "moved": 8, "car": 6, "rest": 5, "none": 0}

    def tiers(**how: Any) -> Any:
        its = loyalty.pyramid(named, **how)
        return attempted({"tiers": lambda: its, "moved": lambda: its.migration(its.of(later))})

    lost = {"chance": {"price": (9, 80), "service": (12, 40)}, "by": ["price", "service"] * 20}
    found = prefixed(
        "loyalty.pyramid",
        {
            "thresholds": partial(tiers, thresholds=(500, 100, 15)),
            "shares": partial(tiers, shares=(0.2, 0.3)),
            "plain": partial(loyalty.pyramid, worth, thresholds=(80, 10)),
        },
    )
    found |= prefixed(
        "loyalty.win_back",
        {
            "one": partial(loyalty.win_back, named, chance=(12, 90), cost=15),
            "groups": partial(
                loyalty.win_back, named, cost=15, anyway=0.02, value_error=40, **lost
            ),
            "known": partial(
                loyalty.win_back, named, chance=[0.2] * 40, chance_error=0.05, cost=10, offer=30
            ),
        },
    )
    found |= prefixed(
        "loyalty.churn_reasons", varied("counts", loyalty.churn_reasons, counts=reasons)
    )
    found |= prefixed(
        "loyalty.churn_reasons", varied("80 %", loyalty.churn_reasons, counts=reasons, level=0.8)
    )
    share, w = loyalty.share_of_customer, columns()["w"][:40]
    found |= prefixed(
        "loyalty.share_of_customer",
        {
            "plain": partial(share, worth, worth * 2 + 10),
            "weights": partial(share, worth, worth * 1.5 + np.arange(40), weights=w),
        },
    )
    found |= prefixed(
        "loyalty.switching_cost",
        {
            "plain": partial(loyalty.switching_cost, worth // 20),
            "never": partial(
                loyalty.switching_cost, worth // 20, never=np.arange(40) % 7 == 0, weights=w
            ),
        },
    )
    found["loyalty.wallet_allocation: ranks"] = lambda: [
        loyalty.wallet_allocation(its) for its in ([1, 2, 3], [1, 1, 3, 4], [1], [1, 2, 2, 2, 5])
    ]
    found["loyalty.recovery_effect: some"] = lambda: [
        loyalty.recovery_effect((81, 171), (49, 166)),
        loyalty.recovery_effect((3, 12), (12, 14)),
    ]
    found["loyalty.ReferralValue: some"] = lambda: [
        loyalty.ReferralValue(
            referrals=100, anyway=(8, 20), value=300, reward=20, acquisition_saved=50
        ),
        loyalty.ReferralValue(referrals=9, anyway=0.1, value=80, reward=100, acquisition_saved=0),
    ]
    for name, blind, branded in (
        ("three", {"a": 102, "b": 88, "alike": 10}, {"b": 130, "a": 46, "alike": 24}),
        ("few", {"a": 3, "b": 4, "c": 0}, {"a": 6, "b": 1, "c": 0}),
    ):
        found[f"loyalty.blind_and_branded: {name}"] = partial(
            loyalty.blind_and_branded, blind, branded
        )
    return found


def attitudes() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    cuts = {"attitude_cut": 4, "behaviour_cut": 3}
    for kind in ("plain", "weighted", "clustered", "pairwise", *CORNERS):
        known = {"attitude": partial(one, kind), "behaviour": columns()["b"], **cuts}
        found |= prefixed("loyalty.segments", varied(kind, loyalty.segments, **known))
        parts = {
            "emotional": partial(one, kind),
            "intentional": partial(one, kind, item="b"),
            "behavioural": partial(one, kind, item="c"),
        }
        found |= prefixed("loyalty.scores", varied(kind, loyalty.scores, **parts))
        given = {"emotional": 2.0, "intentional": 1.0, "behavioural": 1.0}
        found |= prefixed(
            "loyalty.scores", varied(f"{kind}, given", loyalty.scores, **parts, weighting=given)
        )
    asked = curved.asked(120)
    few = {"resamples": 12, "rng": 1}
    w, dealer = (np.resize(columns()[name], 120) for name in ("w", "dealer"))
    ways: dict[str, dict[str, Any]] = {
        "plain": {},
        "weights": {"weights": w},
        "clusters": {"cluster": dealer, "weights": w},
        "folds": {"folds": 4},
        "amounts": {"outcome": np.round(asked["satisfaction"] ** 1.5 * 10 + np.arange(120) % 9, 1)},
    }

    def curve(**how: Any) -> Any:
        its = loyalty.curve(**{**asked, **few, **how})
        return attempted(
            {
                "curve": its.columns,
                "shapes": its.shapes.columns,
                "zones": lambda: its.zones((2.5, 4.5)),
                "top box": lambda: its.top_box_ratio,
            }
        )

    found |= {f"loyalty.curve: {name}": partial(curve, **how) for name, how in ways.items()}
    region = np.resize(["north", "south", "south"], 120)
    found["loyalty.curves_by_group: two"] = partial(
        loyalty.curves_by_group, **asked, by=region, **few, weights=w
    )
    rows = loyalty.ExperienceTrend.from_arrays
    counts = loyalty.ExperienceTrend.from_counts
    found |= prefixed(
        "loyalty.ExperienceTrend",
        {
            "counts": partial(counts, {0: (14, 100), 1: (21, 100), 2: (24, 90), "3+": (30, 100)}),
            "few": partial(counts, {0: (1, 9), 1: (0, 8), 2: (5, 7)}),
            "rows": lambda: attempted(
                {"rows": lambda: rows(np.arange(60) % 4, np.arange(60) % 3 == 0)}
            ),
        },
    )
    return found


def charts() -> dict[str, Callable[[], Any]]:
    chart = journey.control_chart
    random = np.random.default_rng(4)
    sizes = random.integers(30, 90, 24)
    runs = {
        "cans": (visited.CANS, 50),
        "sizes": (random.binomial(sizes, 0.2), sizes),
        "drift": (np.minimum(np.arange(24) // 2 + 3, 30), np.full(24, 60)),
        "one side": ([3] * 10 + [12] * 10, 40),
        "to and fro": ([4, 9] * 12, 50),
        "rare": ([0, 1, 0, 0, 2, 0, 1, 0, 0, 5], 400),
        "spread": (random.binomial(900, random.beta(20, 80, 20)), 900),
    }
    found: dict[str, Callable[[], Any]] = {}
    for name, (counts, n) in runs.items():
        found |= varied(name, chart, counts=counts, n=n)
        for rules in ("nelson", "limits only"):
            found[f"{name}, {rules}, exact"] = partial(
                chart, counts, n, rules=rules, limits="exact"
            )
        found[f"{name}, laney, nelson"] = partial(
            chart, counts, n, rules="nelson", dispersion="laney"
        )
    found["without"] = lambda: chart(visited.CANS, 50).without(15, 23)
    return prefixed("journey.control_chart", found)


def visits() -> dict[str, Callable[[], Any]]:
    def rates() -> dict[str, Any]:
        its = visited.visits()
        return {
            "on time": its.on_time(),
            "grace": its.on_time(grace="1 day"),
            "fill": its.fill_rate(),
            "fill by visit": its.fill_rate(by="visit"),
            "accuracy": its.estimate_accuracy(),
            "wide": its.estimate_accuracy(within=0.5),
            **{
                f"fix, {days}, {back}": its.first_time_fix(within=days, comeback=back)
                for days in ("7 days", "30 days", "90 days")
                for back in ("any visit", "same cause")
            },
        }

    def of(name: str) -> Any:
        its = rates()[name]
        calls: dict[str, Callable[[], Any]] = {
            "rate": lambda: its,
            "by dealer": lambda: its.by("dealer"),
        }
        for by in ("month", "quarter"):
            calls[by] = lambda by=by: its.control_chart(by=by)
        calls["responses"] = lambda: its.responses().base
        calls["paired"] = lambda: [part.base for part in its.paired_responses("2025-Q1", "2025-Q2")]
        return attempted(calls)

    def edges() -> Any:
        """Return rates of visits that end, come again or cost as much as is still allowed."""
        frame = {
            "vin": ["A", "A", "A", "B", "B", "C", "C", "D", "E", "E"],
            "in": ["2025-01-01", "2025-01-31", "2025-03-02", "2025-01-05", "2025-01-05",
                   "2025-02-01", "2025-02-03", "2025-06-29", "2025-06-30", "2025-06-30"],
            "promised": ["2025-01-01", "2025-01-31", "2025-03-03", "2025-01-06", "2025-01-05",
                         "2025-02-02", "2025-02-03", "2025-06-30", "2025-06-30", "2025-07-01"],
            "out": ["2025-01-01", "2025-02-01", "2025-03-02", "2025-01-06", "2025-01-06",
                    "2025-02-03", "2025-02-03", None, None, "2025-06-30"],
            "estimate": [100, 100, 100, 0, 50, 200, 10, 10, 10, 10],
            "bill": [110, 90, 111, 5, 55.000001, 220, 11, 9, 8.9, None],
            "cause": ["x", "x", "y", "x", "", "z", "z", "x", "y", "y"],
            "dealer": ["north"] * 5 + ["south"] * 5,
        }  # fmt: skip
        known = {name: its for name, its in visited.NAMES.items() if not name.startswith("lines")}
        its = journey.Visits.from_frame(frame, **known, observation_end="2025-06-30")
        calls: dict[str, Callable[[], Any]] = {
            "on time": its.on_time,
            "grace": lambda: its.on_time(grace="1 day"),
            "accuracy": its.estimate_accuracy,
            "wide": lambda: its.estimate_accuracy(within=0.11),
        }
        for days in ("1 day", "30 days", "29 days"):
            for back in ("any visit", "same cause"):
                calls[f"{days}, {back}"] = lambda days=days, back=back: its.first_time_fix(
                    within=days, comeback=back
                )
                calls[f"causes, {days}, {back}"] = lambda days=days, back=back: its.rework_causes(
                    within=days, comeback=back
                )
        return attempted(calls) | {"follow up": its.follow_up()}

    names = ["on time", "grace", "fill", "fill by visit", "accuracy", "wide"]
    names += [
        f"fix, {days}, {back}"
        for days in ("7 days", "30 days", "90 days")
        for back in ("any visit", "same cause")
    ]
    found = {name: partial(of, name) for name in names}
    for back in ("any visit", "same cause"):
        found[f"causes, {back}"] = partial(
            lambda back: visited.visits().rework_causes(within="30 days", comeback=back), back
        )
    for within in ("10 days", "60 days"):
        found[f"follow up, {within}"] = partial(
            lambda its: visited.visits().follow_up(within=its), within
        )
    found |= {"retention": visited.retention, "edges": edges}
    return prefixed("journey.Visits", found)


def asked_of_people() -> dict[str, Callable[[], Any]]:
    def steps(kind: str) -> Any:
        return journey.touchpoints(answers(kind), order=["b", "a", "d", "c"])

    found: dict[str, Callable[[], Any]] = {
        f"journey.touchpoints: {kind}": partial(steps, kind)
        for kind in ("plain", "weighted", "clustered", "strata", "pairwise", *CORNERS)
    }
    for kind, more in {"plain": {}, "weights": {"weights": columns()["w"][:30]}}.items():
        for function, known in (
            (journey.recovery_justice, journey.RECOVERY_JUSTICE),
            (journey.social_styles, journey.SOCIAL_STYLE),
        ):
            found |= prefixed(
                f"journey.{function.__name__}",
                varied(kind, function, answers=partial(answered, known, **more)),
            )
    for name, how in {
        "cuts": {"assertiveness_cut": 3.0, "responsiveness_cut": 2.5},
        "margin": {"margin": 0.6, "level": 0.8},
    }.items():
        found[f"journey.social_styles: {name}"] = partial(
            lambda how: journey.social_styles(answered(journey.SOCIAL_STYLE), **how), how
        )
    found["journey.Complaints: classified"] = lambda: [
        visited.complaints().classify(),
        visited.complaints().shares(),
    ]
    return found


def answered(known: Any, **more: Any) -> Any:
    from custvalue.survey import Responses

    given = np.random.default_rng(3).integers(1, 6, (30, len(known.item_names)))
    return Responses.from_arrays(given, items=known.item_names, scale=FIVE, **more)


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found = complaint_cases() | closing() | customers() | attitudes()
    return found | charts() | visits() | asked_of_people()
