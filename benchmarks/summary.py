"""Summary of a log to (x, t_x, T, spend), and of customers to cells: seconds and ratios in one run.

Usage: python benchmarks/summary.py [--rows 5000000] [--customers 500000] [--repeat 3]
                                    [--lifetimes PYTHON]

custvalue is set against the query that one writes by hand in the engine that holds the data
(polars eager and lazy, DuckDB, pandas, pyarrow) and against lifetimes on pandas. lifetimes needs
an environment of its own (``pip install lifetimes==0.11.3 pandas "setuptools<80"``): name its
interpreter with --lifetimes. What is not installed is skipped, and said. The log is simulated.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.history import PurchaseHistory

FIRST, LAST = np.datetime64("2022-01-01"), np.datetime64("2023-12-31")
COLUMNS = {"customer": "customer", "date": "date", "spend": "spend"}

LIFETIMES = """
import json, sys, time, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
from lifetimes.utils import summary_data_from_transaction_data
log = pd.DataFrame(dict(np.load(sys.argv[1])))
cpu, wall = time.process_time(), time.perf_counter()
summary = summary_data_from_transaction_data(
    log, "customer", "date", "spend",
    observation_period_end=sys.argv[2], freq="D", freq_multiplier=7,
)
seconds = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps([*seconds, len(summary), float(summary["frequency"].sum()),
                  float(summary["monetary_value"].sum())]))
"""


class Measured(NamedTuple):
    cpu: float
    wall: float


def simulate(rows: int, customers: int, seed: int = 20240131) -> dict[str, np.ndarray]:
    """Simulate a log: gamma purchase rates, so that most customers buy seldom and a few often."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(0.6, 1.0, customers)
    customer = rng.choice(customers, size=rows, p=rates / rates.sum()) + 1_000_000
    date = FIRST + rng.integers(0, int((LAST - FIRST).astype(int)) + 1, rows)
    return {
        "customer": customer,
        "date": date.astype("M8[us]"),
        "spend": np.round(rng.gamma(2.0, 20.0, rows), 2),
    }


def measure(run: Callable[[], Any], repeat: int) -> tuple[Measured, Any]:
    """Return the least CPU and wall seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        cpu, wall = time.process_time(), time.perf_counter()
        result = run()
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    return Measured(min(t[0] for t in times), min(t[1] for t in times)), result


def simulate_customers(customers: int, seed: int = 20240131) -> dict[str, np.ndarray]:
    """Simulate customers of a 90-day cohort over two years, on a day grid, as weeks."""
    rng = np.random.default_rng(seed)
    age = rng.integers(640, 730, customers)
    bought = rng.poisson(rng.gamma(0.25, 1 / 4.5, customers) * age / 7)
    frequency = np.minimum(np.minimum(bought, rng.geometric(0.2, customers) - 1), age)
    last = np.ceil(rng.random(customers) ** (1 / np.maximum(frequency, 1)) * age)
    recency = np.where(frequency > 0, np.maximum(last, frequency), 0)
    return {"frequency": frequency.astype(float), "recency": recency / 7, "age": age / 7}


def compress(customers: int, repeat: int) -> None:
    """Measure arrays to cells with all checks, and the peak of memory above the arrays given."""
    columns = simulate_customers(customers)

    def run() -> int:
        return len(PurchaseHistory.from_arrays(**columns, unit="week").cells)

    seconds, cells = measure(run, repeat)
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(
        f"\n{customers:,} customers, checked, to {cells:,} cells: CPU {seconds.cpu:.3f} s, "
        f"wall {seconds.wall:.3f} s, memory at most {peak:.0f} MB above the data"
    )


def ours(log: Any) -> PurchaseHistory:
    return PurchaseHistory.from_transactions(
        log, **COLUMNS, observation_end=str(LAST), unit="week", after_end="ignore"
    )


# --- by hand: each returns (customers, sum of x, sum of the mean repeat spend) ----------------


def polars_by_hand(log: Any) -> tuple[int, float, float]:
    import polars as pl

    end = pl.lit(LAST.item())
    summary = (
        log.with_columns(day=pl.col("date").cast(pl.Date))
        .filter(pl.col("day") <= end)
        .group_by("customer", "day")
        .agg(pl.col("spend").sum())
        .with_columns(first=pl.col("day").min().over("customer"))
        .with_columns(later=pl.when(pl.col("day") > pl.col("first")).then("spend").otherwise(0.0))
        .group_by("customer")
        .agg(
            frequency=pl.len().cast(pl.Int64) - 1,
            first=pl.col("first").min(),
            last=pl.col("day").max(),
            spent=pl.col("later").sum(),
        )
        .with_columns(
            recency=(pl.col("last") - pl.col("first")).dt.total_days() / 7,
            age=(end - pl.col("first")).dt.total_days() / 7,
            money=pl.when(pl.col("frequency") > 0)
            .then(pl.col("spent") / pl.col("frequency"))
            .otherwise(0.0),
        )
        .sort("customer")
    )
    if isinstance(summary, pl.LazyFrame):
        summary = summary.collect()
    return len(summary), summary["frequency"].sum(), summary["money"].sum()


DUCKDB = """
with days as (
    select customer, cast(date as date) as day, sum(spend) as spend from log
    where cast(date as date) <= date '{end}' group by all
), marked as (
    select *, min(day) over (partition by customer) as first from days
), grouped as (
    select customer, count(*) - 1 as frequency, min(first) as first, max(day) as last,
           sum(case when day > first then spend else 0 end) as spent
    from marked group by customer
)
select customer, frequency, (last - first) / 7 as recency, (date '{end}' - first) / 7 as age,
       case when frequency > 0 then spent / frequency else 0 end as money
from grouped order by customer
"""


def duckdb_by_hand(connection: Any) -> tuple[int, float, float]:
    table = connection.sql(DUCKDB.format(end=LAST)).fetchnumpy()
    return len(table["customer"]), float(table["frequency"].sum()), float(table["money"].sum())


def pandas_by_hand(log: Any) -> tuple[int, float, float]:
    log = log.assign(day=log["date"].dt.normalize())
    log = log[log["day"] <= str(LAST)]
    days = log.groupby(["customer", "day"], as_index=False)["spend"].sum()
    days["first"] = days.groupby("customer")["day"].transform("min")
    days["later"] = days["spend"].where(days["day"] > days["first"], 0.0)
    summary = days.groupby("customer").agg(
        frequency=("day", "size"),
        first=("first", "min"),
        last=("day", "max"),
        spent=("later", "sum"),
    )
    summary["frequency"] -= 1
    summary["recency"] = (summary["last"] - summary["first"]).dt.days / 7
    money = (summary["spent"] / summary["frequency"]).where(summary["frequency"] > 0, 0.0)
    return len(summary), float(summary["frequency"].sum()), float(money.sum())


def lifetimes_elsewhere(log: dict[str, np.ndarray], python: str) -> tuple[Measured, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.npz"
        np.savez(path, **log)
        run = subprocess.run(
            [python, "-c", LIFETIMES, str(path), str(LAST)],
            capture_output=True,
            text=True,
            check=True,
        )
    cpu, wall, *facts = json.loads(run.stdout)
    return Measured(cpu, wall), tuple(facts)


# --- the table --------------------------------------------------------------------------------


def installed(*names: str) -> bool:
    lacking = [name for name in names if importlib.util.find_spec(name) is None]
    if lacking:
        print(f"skipped: {', '.join(lacking)} not installed")
    return not lacking


def line(name: str, mine: Measured, other: Measured | None = None) -> None:
    if other is None:
        print(f"{name:<28}{mine.cpu:>8.2f}{mine.wall:>8.2f}")
        return
    print(
        f"{name:<28}{mine.cpu:>8.2f}{mine.wall:>8.2f}{other.cpu:>12.2f}{other.wall:>8.2f}"
        f"{mine.cpu / other.cpu:>12.2f}{mine.wall / other.wall:>8.2f}"
    )


def agree(history: PurchaseHistory, facts: tuple[int, float, float]) -> None:
    money = history.monetary_value
    assert money is not None
    found = (len(history), history.frequency.sum(), money.sum())
    assert np.allclose(found, facts, rtol=1e-9), (found, facts)


def compare(name: str, log: Any, by_hand: Callable[[], Any], repeat: int) -> None:
    mine, history = measure(lambda: ours(log), repeat)
    other, facts = measure(by_hand, repeat)
    agree(history, facts)
    line(name, mine, other)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--customers", type=int, default=500_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--lifetimes", metavar="PYTHON", default=sys.executable)
    options = parser.parse_args()
    log, repeat = simulate(options.rows, options.customers), options.repeat
    print(f"{options.rows:,} transactions of at most {options.customers:,} customers, two years\n")
    print(f"{'':<28}{'custvalue':>16}{'by hand':>20}{'ratio':>20}")
    print(f"{'':<28}{'CPU':>8}{'wall':>8}{'CPU':>12}{'wall':>8}{'CPU':>12}{'wall':>8}")
    history = ours(log)
    line("dict of numpy", measure(lambda: ours(log), repeat)[0])
    if installed("polars"):
        import polars as pl

        frame = pl.DataFrame(log)
        compare("polars", frame, lambda: polars_by_hand(frame), repeat)
        compare("polars lazy", frame.lazy(), lambda: polars_by_hand(frame.lazy()), repeat)
    if installed("duckdb", "pyarrow"):
        import duckdb
        import pyarrow as pa

        table = pa.table(log)
        line("pyarrow", measure(lambda: ours(table), repeat)[0])
        connection = duckdb.connect()
        connection.register("arrow_log", table)
        connection.execute("create table log as select * from arrow_log")
        relation = connection.table("log")
        compare("DuckDB", relation, lambda: duckdb_by_hand(connection), repeat)
    if installed("pandas"):
        import pandas as pd

        data = pd.DataFrame(log)
        compare("pandas", data, lambda: pandas_by_hand(data), repeat)
        mine = measure(lambda: ours(data), repeat)[0]
        try:
            other, facts = lifetimes_elsewhere(log, options.lifetimes)
        except subprocess.CalledProcessError as error:
            print(f"skipped: lifetimes ({error.stderr.strip().splitlines()[-1]})")
        else:
            agree(history, facts)
            line("pandas, lifetimes", mine, other)
    compress(1_000_000, repeat)


if __name__ == "__main__":
    main()
