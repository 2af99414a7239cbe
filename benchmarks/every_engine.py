"""The same log of 20,000 customers in every engine: processor seconds of each step.

    python -m benchmarks.every_engine                  # those that are installed

Seconds are those of this process and of all that it started, such as Spark's Java.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent.parent / each) for each in ("tests/support", ".")]
ENGINES = ("duckdb", "polars", "ibis", "sqlframe", "pyspark")  # Spark needs Java 17

CUSTOMERS = 20_000
STEPS = (
    "audit and plan",
    "cells, spends",
    "scores, joined",
    "scores with a covariate",
    "survey of 6 items",
    "the same with drivers",
)


def seconds() -> float:
    """Return the processor time of this process and of those below it, so far."""
    parents, times = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(fields[1])
            times[int(folder.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    own, found = {os.getpid()}, 0
    while len(own) > found:
        found = len(own)
        own |= {child for child, parent in parents.items() if parent in own}
    return sum(times[process] for process in own)


def tables() -> tuple[Any, Any, Any]:
    """Return a log, a table of customers, and answers."""
    import pyarrow as pa

    from benchmarks.engines import simulated

    who, day, paid = simulated(CUSTOMERS, 1)
    days = np.datetime64("2022-01-01") + day
    random = np.random.default_rng(2)
    customers = {
        "customer": np.arange(CUSTOMERS),
        "region": random.choice(["north", "south"], CUSTOMERS),
    }
    level = random.normal(6, 2, (CUSTOMERS, 1))
    answers = np.rint(np.minimum(np.maximum(level + random.normal(0, 1, (CUSTOMERS, 6)), 0), 10))
    items = {f"q{place}": column for place, column in enumerate(answers.T)}
    return (
        pa.table({"customer": who, "day": days, "paid": paid}),
        pa.table(customers),
        pa.table({**items, "dealer": random.integers(0, 40, CUSTOMERS)}),
    )


def measured(name: str) -> list[float]:
    """Return the seconds of each step in an engine."""
    from lazy_engines import engine_of

    from custvalue import drivers, lifetime
    from custvalue.survey import Scale, tally

    engine = engine_of(name)
    log, customers, answers = tables()
    plain = lifetime.ParetoNBD(r=1, alpha=4, s=1, beta=28, unit="week")
    coding = lifetime.CodedCovariate(name="region", levels=("north", "south"))
    effect = lifetime.Coefficient(process="purchase", covariate="region", level="south", value=0.3)
    terms = lifetime.CovariateTerms(coding=[coding], coefficients=[effect])
    driven = plain.model_copy(update={"covariates": terms})
    spend = lifetime.GammaGamma(p=6, q=4, gamma=15)
    worth = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3, "spend": spend}
    names = {"customer": "customer", "date": "day", "spend": "paid"}
    items, kept = [f"q{place}" for place in range(6)], {}

    def summarise() -> None:
        made = lifetime.summarise(engine.lazy(log), **names, observation_end="2023-12-29")[0]
        kept["table"] = engine.collected(made)
        kept["summary"] = engine.lazy(kept["table"])
        with_kinds = kept["table"].join(customers, "customer")
        kept["kinds"] = engine.lazy(with_kinds)

    def counted(**how: Any) -> Any:
        lazy = engine.lazy(answers)
        return tally(lazy, items=items, scale=Scale(0, 10), cluster="dealer", **how)

    steps: list[Callable[[], Any]] = [
        summarise,
        lambda: lifetime.CustomerCells.from_summary(kept["summary"], unit="week"),
        lambda: engine.collected(lifetime.score(kept["summary"], purchases=plain, **worth)),
        lambda: engine.collected(lifetime.score(kept["kinds"], purchases=driven, **worth)),
        counted,
        lambda: drivers.importance(counted(drivers=True), "q0"),
    ]
    found = []
    for step in steps:
        before = seconds()
        step()
        found.append(seconds() - before)
    return found


def main() -> None:
    """Print a table: a row for each engine, a column for each step."""
    print("| engine | " + " | ".join(STEPS) + " |")
    for name in sys.argv[1:] or [each for each in ENGINES if find_spec(each)]:
        taken = " | ".join(f"{each:.1f}" for each in measured(name))
        print(f"| {name} | {taken} |", flush=True)


if __name__ == "__main__":
    main()
