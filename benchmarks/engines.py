"""From a log in an engine to scored customers: seconds, and the peak memory of the process.

    python -m benchmarks.engines                       # 1 million customers, DuckDB
    python -m benchmarks.engines --customers 10_000_000 --text --parts 4 --memory-limit 2500MB
    python -m benchmarks.engines --engine polars

The log is simulated once for each number of customers, as Parquet in `--folder`. With `--parts`,
the summary is made of parts of the customers, one after the other, so that long identifiers fit.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

DAYS = 728
BLOCK = 250_000  # customers, which are simulated at once
NAMES = {"customer": "customer", "date": "day", "spend": "paid", "observation_end": "2023-12-29"}
WORTH = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3}


def simulated(customers: int, seed: int):
    """Return customer, day and amount of Pareto/NBD customers who came over two years."""
    random = np.random.default_rng(seed)
    born = random.integers(0, DAYS - 91, customers)
    rate = random.gamma(1, 1 / 28, customers)
    leaves = random.exponential(1 / random.gamma(1, 1 / 200, customers))
    seen = np.minimum(DAYS - 1 - born, leaves)
    count = 1 + random.poisson(rate * seen)
    who = np.repeat(np.arange(customers), count)
    first = np.append(True, who[1:] != who[:-1])
    later = np.where(first, 0.0, random.random(len(who)) * seen[who])
    mean = 1 / random.gamma(4, 1 / 15, customers)
    paid = np.round(random.gamma(6, size=len(who)) * mean[who] * 10, 2) + 0.01
    return who, born[who] + np.ceil(later).astype(np.int64), paid


def write_log(path: Path, customers: int) -> None:
    """Write the log block by block, in the order of days within a block."""
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    for block, start in enumerate(range(0, customers, BLOCK)):
        who, day, paid = simulated(min(BLOCK, customers - start), block)
        order = np.argsort(day, kind="stable")
        table = pa.table(
            {
                "customer": who[order] + start,
                "day": np.datetime64("2022-01-01") + day[order],
                "paid": paid[order],
            }
        )
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def with_text(log: Path) -> Path:
    """Write the same log with identifiers of 32 characters."""
    import duckdb

    path = log.with_stem(f"{log.stem}-text")
    if not path.exists():
        numbers = duckdb.read_parquet(str(log))
        numbers.project("md5(customer::varchar) as customer, day, paid").write_parquet(str(path))
    return path


def opened(engine: str, log: Path, memory_limit: str | None):
    """Return the log in its engine, a reader of Parquet there, and a writer."""
    if engine == "polars":
        import polars as pl

        return pl.scan_parquet(log), pl.scan_parquet, lambda its, path: its.sink_parquet(path)
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute("set preserve_insertion_order = false")
    if memory_limit:
        connection.execute(f"set memory_limit = '{memory_limit}'")
        connection.execute(f"set temp_directory = '{log.parent / 'spill'}'")
    read = connection.read_parquet
    return read(str(log)), lambda path: read(str(path)), write_parquet


def write_parquet(frame, path: Path) -> None:
    frame.write_parquet(str(path))


class Clock:
    """Prints what took how long, and the peak memory so far."""

    def __init__(self) -> None:
        self.start = self.last = time.perf_counter()

    def tell(self, what: str, found: object = "") -> None:
        now = time.perf_counter()
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        peak = int(status.partition("VmHWM:")[2].split()[0]) / 2**20  # not that of the parent
        print(f"{what:<28}{now - self.last:8.1f} s   peak {peak:5.2f} GiB   {found}", flush=True)
        self.last = now

    def total(self) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        wall, used = time.perf_counter() - self.start, usage.ru_utime + usage.ru_stime
        print(f"{'total':<28}{wall:8.1f} s   {used:.1f} s of processors")


def parts_of(log, parts: int):
    """Return the log of each part of the customers; of DuckDB, by a hash of the identifier."""
    if parts == 1:
        return [log]
    return [log.filter(f"hash(customer) % {parts} = {part}") for part in range(parts)]


def measure(options: argparse.Namespace, log: Path) -> None:
    """Run what a user would, from the log to scored Parquet."""
    from custvalue import lifetime

    folder, clock = log.parent / "out", Clock()
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.parquet"):
        old.unlink()
    frame, read, write = opened(options.engine, log, options.memory_limit)
    for place, part in enumerate(parts_of(frame, options.parts)):
        summary, _ = lifetime.summarise(part, **NAMES)
        clock.tell(f"audit {place}")
        write(summary, folder / f"summary{place}.parquet")
        clock.tell(f"summary {place}")
    summary = read(folder / "summary*.parquet")
    cells = lifetime.CustomerCells.from_summary(summary, unit="week")
    clock.tell("cells and spends", f"{len(cells):,} cells of {cells.customers:,} customers")
    fit = lifetime.ParetoNBD.fit(cells)
    clock.tell("ParetoNBD", fit.parameters)
    spend = lifetime.GammaGamma.fit(cells)
    clock.tell("GammaGamma", spend.parameters)
    scored = lifetime.score(summary, purchases=fit, spend=spend, **WORTH)
    clock.tell("scores of the cells")
    write(scored, folder / "scored.parquet")
    clock.tell("joined and written", f"{(folder / 'scored.parquet').stat().st_size / 1e6:,.0f} MB")
    clock.total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["duckdb", "polars"], default="duckdb")
    parser.add_argument("--text", action="store_true", help="identifiers of 32 characters")
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--memory-limit")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "custvalue")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    log = options.folder / f"log-{options.customers}.parquet"
    if not log.exists():
        write_log(log, options.customers)
    log = with_text(log) if options.text else log
    if options.here:
        measure(options, log)
        return
    # in a process of its own, whose peak is not that of the simulation
    subprocess.run(
        [sys.executable, "-m", "benchmarks.engines", *sys.argv[1:], "--here"], check=True
    )


if __name__ == "__main__":
    main()
