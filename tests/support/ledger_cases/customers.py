"""Logs, histories, values of customers, new customers, cohorts and RFM."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import polars as pl
from ledger_inputs import prefixed, varied

from custvalue import datasets, lifetime
from custvalue.errors import CustvalueError
from custvalue.lifetime import (
    MBGNBD,
    Contracts,
    CustomerCells,
    GammaGamma,
    OpportunityHistory,
    ParetoNBD,
    PurchaseHistory,
)

LOOSER = {"lifetime.": 2e-5}
NAMES = {"customer": "who", "date": "when", "spend": "paid"}
END = {"observation_end": "2024-06-30"}
BUYS = MBGNBD(r=0.6, alpha=6, a=0.9, b=1.6, unit="week")
PAYS = GammaGamma(p=6.25, q=3.74, gamma=15.44)
LEAVES = ParetoNBD(r=0.9, alpha=5.0, s=0.8, beta=12.0, unit="week")
WAYS = ("continuous", "daily", "weekly", "monthly", "quarterly", "yearly")
WORTH = {"horizon": "2 years", "annual_discount_rate": 0.12, "margin": 0.35}


@cache
def log() -> dict[str, Any]:
    """Return half a year of purchases, with returns, nothing paid, and what is twice there."""
    random = np.random.default_rng(4)
    n = 260
    who = random.integers(0, 40, n)
    days = np.datetime64("2024-01-03") + np.sort(random.integers(0, 200, n)).astype("m8[D]")
    paid = random.gamma(3, 9, n).round(2)
    paid[random.random(n) < 0.04] = 0.0
    back = np.flatnonzero(paid > 0)[::21]
    rows = {
        "who": np.char.add("c", who.astype(str)),
        "when": np.datetime_as_string(days),
        "paid": paid,
        "item": random.integers(0, 5, n),
    }
    refunds = {name: column[back].copy() for name, column in rows.items()}
    refunds["paid"] = -refunds["paid"]
    refunds["when"] = np.datetime_as_string(days[back] + np.timedelta64(6, "D"))
    again = {name: column[5:20] for name, column in rows.items()}
    return {name: np.concatenate([rows[name], refunds[name], again[name]]) for name in rows}


def attempted(make: Callable[..., Any], **options: Any) -> Any:
    try:
        return make(**options)
    except CustvalueError as error:
        return f"{type(error).__name__}: {error}"


EASY = {"after_end": "ignore", "returns": "net", "zero_spend": "drop", "duplicates": "drop"}
LINES = {"after_end": "ignore", "returns": "net"}


def logs() -> dict[str, Callable[[], Any]]:
    make = PurchaseHistory.from_transactions
    known = {"log": log(), **NAMES, **END, "unit": "week"}
    found = varied("as it is", make, **known)
    found |= varied("easy", make, **(known | EASY))
    for unit in ("day", "month", "year"):
        found[f"in {unit}s"] = partial(make, **(known | EASY | {"unit": unit}))
    more = {
        "largest_spend": 60.0,
        "log_intervals": True,
        "return_columns": ["item"],
        "duplicate_columns": ["item"],
    }
    for option, value in more.items():
        found[f"easy, {option}"] = partial(attempted, make, **(known | EASY | {option: value}))
    pairs = known | EASY | {"returns": "pair"}
    found |= {
        f"paired, {how}": partial(attempted, make, **pairs, unmatched_returns=how)
        for how in ("raise", "net", "drop")
    }
    found["paired by item"] = partial(
        attempted, make, **pairs, return_columns=["item"], unmatched_returns="net"
    )
    found["profits"] = partial(attempted, make, **(known | EASY | {"returns": "profit"}))
    found["in other units"] = lambda: [
        make(**known | EASY).in_unit(unit) for unit in ("day", "year")
    ]
    found["selected"] = lambda: make(**known | EASY).select(customers=["c1", "c7"])
    found["cells"] = lambda: CustomerCells.from_history(make(**known | EASY))
    found["updated"] = updated
    split = {
        "log": log(),
        **NAMES,
        **EASY,
        "unit": "week",
        "calibration_end": "2024-03-31",
        "holdout_end": "2024-06-30",
    }
    found |= {
        f"split, {unit}": partial(lifetime.split, **split | {"unit": unit})
        for unit in ("day", "week", "month")
    }
    return prefixed("lifetime.split", found)


def updated() -> Any:
    rows = {
        name: column[np.argsort(log()["when"], kind="stable")] for name, column in log().items()
    }
    early = rows["when"] <= "2024-04-15"
    first, then = (
        {name: its[mask] for name, its in rows.items()}
        for mask in (early, ~early & (rows["when"] <= "2024-06-30"))
    )
    how = {**NAMES, "returns": "net", "zero_spend": "drop"}
    history = PurchaseHistory.from_transactions(
        first, **how, unit="week", observation_end="2024-04-15"
    )
    return attempted(history.update, log=then, **how, **END)


def summaries() -> dict[str, Callable[[], Any]]:
    frame = pl.DataFrame(log()).with_columns(pl.col("when").str.to_datetime()).lazy()
    known = {"log": frame, **NAMES, **END}

    def made(**how: Any) -> Any:
        summary, excluded = lifetime.summarise(**known, **LINES, **how)
        cells = CustomerCells.from_summary(summary, unit="week")
        return {
            "summary": summary.collect().sort("who").to_dict(as_series=False),
            "excluded": excluded,
            "cells": cells,
        }

    found = {"plain": made, "dropped": partial(made, zero_spend="drop", duplicates="drop")}
    found["largest"] = partial(attempted, made, largest_spend=50.0)

    def scored(discounting: str, horizon: Any) -> Any:
        summary, _ = lifetime.summarise(
            **known, **LINES | {"returns": "drop"}, zero_spend="drop", duplicates="drop"
        )
        how = WORTH | {"horizon": horizon, "discounting": discounting}
        rows = lifetime.score(summary, purchases=BUYS, spend=PAYS, **how)
        return rows.collect().sort("who").to_dict(as_series=False)

    more = {
        f"{way}, {horizon}": partial(attempted, scored, discounting=way, horizon=horizon)
        for way in WAYS
        for horizon in ("2 years", None)
    }
    return prefixed("lifetime.summarise", found) | prefixed("lifetime.score", more)


@cache
def buyers(customers: int = 120) -> PurchaseHistory:
    return PAYS.simulate(BUYS.simulate(customers, age="52 weeks", rng=1), rng=2)


@cache
def fits() -> tuple[Any, Any]:
    return MBGNBD.fit(buyers()), GammaGamma.fit(buyers())


def values() -> dict[str, Callable[[], Any]]:
    value = lifetime.customer_lifetime_value
    found: dict[str, Callable[[], Any]] = {}
    for horizon in ("2 years", "30 days", None):
        how = WORTH | {"horizon": horizon}
        found |= varied(
            f"models, {horizon}", value, history=buyers(), purchases=BUYS, spend=PAYS, **how
        )
        found[f"fits, {horizon}"] = lambda how=how: valued(buyers(), **how)
        found[f"Pareto/NBD, {horizon}"] = partial(
            value, buyers(), purchases=LEAVES, spend=PAYS, **how
        )
    found["no discount"] = partial(
        value, buyers(), purchases=BUYS, spend=PAYS, **WORTH | {"annual_discount_rate": 0.0}
    )
    found["cells"] = lambda: valued(CustomerCells.from_history(buyers()), **WORTH)
    found["log"] = lambda: value(
        PurchaseHistory.from_transactions(
            log(), **NAMES, **END, **EASY | {"returns": "drop"}, unit="week"
        ),
        purchases=BUYS,
        spend=PAYS,
        **WORTH,
    )
    return prefixed("lifetime.customer_lifetime_value", found)


def valued(history: Any, **how: Any) -> Any:
    fit, spend = fits()
    found = lifetime.customer_lifetime_value(history, purchases=fit, spend=spend, **how)
    return {
        "value": found,
        "total": [found.total.confidence_interval(level) for level in (0.8, 0.95)],
        "best": found.top(3).value,
        "at risk": found.at_risk(4, alive_below=0.7).value,
        "concentration": [found.concentration(share) for share in (0.1, 0.2, 0.5)],
    }


def new_customers() -> dict[str, Callable[[], Any]]:
    new = lifetime.new_customer_value

    def of(*, fitted: bool, **how: Any) -> Any:
        fit, spend = fits() if fitted else (BUYS, PAYS)
        return new(purchases=fit, spend=spend, **WORTH | how)

    found: dict[str, Callable[[], Any]] = {}
    for fitted in (True, False):
        for name, how in {
            "plain": {},
            "for ever": {"horizon": None},
            "cost": {"acquisition_cost": 12.0},
            "first": {"first_spend": 25.0},
            "first estimated": {"first_spend": estimate()},
            "no discount": {"annual_discount_rate": 0.0},
        }.items():
            found[f"{'fit' if fitted else 'model'}, {name}"] = partial(of, fitted=fitted, **how)
    return prefixed("lifetime.new_customer_value", found)


def estimate() -> Any:
    from custvalue.survey import Estimate

    return Estimate(name="first", value=25.0, standard_error=2.0, n=40, effective_n=40.0)


def grouped() -> dict[str, Callable[[], Any]]:
    cohorts = lifetime.cohorts
    known = {"log": log(), **NAMES, **END, **EASY}
    found = varied("plain", cohorts, **known)
    found["forecast"] = partial(cohorts, **known, purchases=BUYS)
    found["quarters, forecast"] = partial(cohorts, **known, purchases=BUYS, by="quarter")

    def matrices() -> Any:
        made = cohorts(**known, purchases=BUYS)
        measures = ("share", "active", "repeat_purchases", "spend", "expected_purchases")
        return {
            **{measure: made.matrix(measure) for measure in measures},
            "retained": [made.retained("2024-01", period) for period in (1, 2)],
        }

    found["matrices"] = matrices
    return prefixed("lifetime.cohorts", found)


def scores() -> dict[str, Callable[[], Any]]:
    rfm = lifetime.rfm
    known = {"data": buyers()}
    found = varied("history", rfm, **known)
    found |= varied("log", rfm, data=log(), **NAMES, **END, **EASY)
    found["three"] = partial(rfm, buyers(), scores={"recency": 3, "frequency": 2, "monetary": 4})
    found["cuts"] = partial(
        rfm, buyers(), cuts={"recency": [30, 90], "frequency": [1, 3], "monetary": [20, 60]}
    )

    def segmented() -> Any:
        made = rfm(buyers())
        later = made.score(PAYS.simulate(BUYS.simulate(120, age="60 weeks", rng=5), rng=6))
        moved = made.migration(later)
        worth = lifetime.customer_lifetime_value(buyers(), purchases=BUYS, spend=PAYS, **WORTH)
        return {
            "segments": made.segments(),
            "valued": made.segments(value=worth),
            "labels": made.segment(),
            "migration": moved,
            "weighted": made.weighted_score({"recency": 0.5, "frequency": 0.3, "monetary": 0.2}),
        }

    found["segments"] = segmented
    return prefixed("lifetime.rfm", found)


def contracts() -> dict[str, Callable[[], Any]]:
    random = np.random.default_rng(2)
    start = np.datetime64("2019-03-31") + random.integers(0, 1500, 60).astype("m8[D]")
    lasted = random.integers(20, 1300, 60).astype("m8[D]")
    end = np.datetime_as_string(start + lasted).astype(object)
    end[random.random(60) < 0.4] = None
    frame = {"start": np.datetime_as_string(start), "end": end, "who": np.arange(60) % 45}
    make = partial(Contracts.from_dates, frame, today="2024-02-29")
    found: dict[str, Callable[[], Any]] = {
        f"dates, {period}": partial(attempted, make, period=period, after_today="ignore")
        for period in ("1 month", "1 year", "2 weeks", "10 days")
    }
    found["grace"] = partial(
        attempted, make, period="1 month", grace="10 days", after_today="ignore"
    )
    for again in ("new", "join"):
        found[f"again, {again}"] = partial(
            attempted, make, period="1 year", customer="who", again=again, after_today="ignore"
        )
    found["shares"] = partial(
        Contracts.from_shares, [1.0, 0.87, 0.74, 0.65], customers=500, period="1 year"
    )
    found["rows"] = partial(
        Contracts.from_arrays,
        renewals=[0, 1, 2, 2],
        active=[False, True, False, True],
        customers=[5, 3, 2, 9],
        period="1 year",
    )
    return prefixed("lifetime.Contracts", found)


def opportunities() -> dict[str, Callable[[], Any]]:
    known = {
        "log": log(),
        **NAMES,
        **EASY,
        "period": "1 month",
        "observation_start": "2024-01-01",
        "observation_end": "2024-06-30",
    }
    make = OpportunityHistory.from_transactions
    found = varied("log", partial_of(make), **known)
    found |= {
        f"newborn, {how}": partial(attempted, make, **known, newborn="drop", count_from=how)
        for how in ("first_purchase", "start")
    }
    table = np.random.default_rng(3).integers(0, 2, (12, 5))
    frame = {f"p{k}": table[:, k] for k in range(5)}
    for count_from in ("start", "first_purchase"):
        found[f"table, {count_from}"] = partial(
            attempted,
            OpportunityHistory.from_indicators,
            table=frame,
            count_from=count_from,
            newborn="drop",
        )
    return prefixed("lifetime.OpportunityHistory", found)


def partial_of(make: Any) -> Any:
    return make


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found = (
        logs()
        | summaries()
        | values()
        | new_customers()
        | grouped()
        | scores()
        | contracts()
        | opportunities()
    )
    found["lifetime.acquisition_cohorts: log"] = lambda: [
        lifetime.acquisition_cohorts(
            PurchaseHistory.from_transactions(log(), **NAMES, **END, **EASY, unit="week"), by=by
        )
        for by in ("month", "quarter", "year")
    ]
    found["datasets.cdnow: all"] = lambda: {
        period: datasets.cdnow(period).columns() for period in ("calibration", "holdout", "all")
    }
    found["datasets.simulate_dealership: some"] = lambda: made_up(
        datasets.simulate_dealership(60, rng=3)
    )
    found["datasets.simulate_network: some"] = lambda: made_up(
        datasets.simulate_network(5, 3, answers=4, regions=2, rng=3)
    )
    return found


def made_up(market: Any) -> Any:
    names = ("survey", "transactions", "dealers", "covariates", "truth")
    return {
        name: dict(its) if hasattr(its, "keys") else its
        for name in names
        if (its := getattr(market, name, None)) is not None
    }
