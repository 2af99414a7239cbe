"""The lifetime models on a million customers: seconds to fit and predict, in one run with a peer.

Usage: python benchmarks/lifetime_fit.py [MODEL ...] [--customers 1000000] [--repeat 3]
       [--lifetimes PYTHON] [--scale]

From arrays to ``PurchaseHistory`` (with all checks) to ``Fit`` with standard errors, CPU seconds;
then predictions of every customer. Each model is fitted to customers that it made itself: the
parameters of CDNOW, first purchases spread over a year, one to two years of observation, on a day
grid, weeks. With --scale also the seconds against customers and cells, to ten million.

The peer is lifetimes 0.11.3, of which BG/NBD, MBG/NBD and Gamma-Gamma are timed (Pareto/NBD takes
some ten minutes there). It needs an environment of its own (``pip install lifetimes==0.11.3 pandas
"setuptools<80"``): name its interpreter with --lifetimes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from custvalue import lifetime

TRUTHS: dict[str, Any] = {  # of CDNOW, in weeks
    "NBD": lifetime.NBD(r=0.385, alpha=12.072, unit="week"),
    "ParetoNBD": lifetime.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week"),
    "BGNBD": lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    "MBGNBD": lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week"),
    "BGCNBD": lifetime.BGCNBD(k=2, r=0.5, alpha=4.4, a=0.793, b=2.426, unit="week"),
    "MBGCNBD": lifetime.MBGCNBD(k=2, r=0.5, alpha=4.4, a=0.891, b=1.614, unit="week"),
    "GammaGompertzNBD": lifetime.GammaGompertzNBD(
        r=0.553, alpha=10.578, beta=0.5, b=0.02, s=0.6, unit="week"
    ),
    "GammaGamma": lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44),
}
AIMED = {  # CPU seconds
    "ParetoNBD": 0.9,
    "BGNBD": 0.3,
    "MBGNBD": 0.3,
    "BGCNBD": 3.0,
    "MBGCNBD": 3.0,
    "GammaGompertzNBD": 3.0,
    "GammaGamma": 0.4,
}
PEERS = {
    "BGNBD": "BetaGeoFitter",
    "MBGNBD": "ModifiedBetaGeoFitter",
    "GammaGamma": "GammaGammaFitter",
}
LIFETIMES = """
import json, sys, time, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
import lifetimes
data = pd.DataFrame(dict(np.load(sys.argv[2])))
fitter = getattr(lifetimes, sys.argv[1])(penalizer_coef=0.0)
columns = ["frequency", "recency", "age"]
if sys.argv[1] == "GammaGammaFitter":
    data, columns = data[data["frequency"] > 0], ["frequency", "monetary_value"]
begun = time.process_time()
fitter.fit(*(data[name] for name in columns))
print(json.dumps([time.process_time() - begun, dict(fitter.params_)]))
"""
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)

Arrays = dict[str, np.ndarray]


def customers(truth: Any, count: int, seed: int = 20240131) -> Arrays:
    """Make customers up, and round their times up to days."""
    random = np.random.default_rng(seed)
    age = random.integers(364, 729, count) / 7
    if isinstance(truth, lifetime.GammaGamma):
        made = TRUTHS["BGNBD"].simulate(count, age=age, rng=random)
        made = truth.simulate(made, rng=random)
        return {**on_days(made), "monetary_value": made.monetary_value}
    made = truth.simulate(count, age=age, rng=random)
    columns = on_days(made)
    if made.log_intervals is not None and "k" in type(truth).model_fields:
        once = columns["frequency"] == 1
        last = np.log(np.where(once, columns["recency"], 1.0))
        columns["log_intervals"] = np.where(once, last, made.log_intervals)
    return columns


def on_days(made: lifetime.PurchaseHistory) -> Arrays:
    recency = np.minimum(np.ceil(made.recency * 7), np.rint(made.age * 7)) / 7
    return {"frequency": made.frequency, "recency": recency, "age": made.age}


def least(run: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the least CPU seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        begun = time.process_time()
        result = run()
        times.append(time.process_time() - begun)
    return min(times), result


def fitted(model: Any, columns: Arrays) -> Any:
    return model.fit(lifetime.PurchaseHistory.from_arrays(**columns, unit="week"))


def lifetimes_elsewhere(name: str, columns: Arrays, python: str) -> tuple[float, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.npz"
        np.savez(path, **columns)
        command = [python, "-c", LIFETIMES, PEERS[name], str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, parameters = json.loads(run.stdout)
    return seconds, parameters


def time_model(name: str, options: argparse.Namespace) -> None:
    truth = TRUTHS[name]
    columns = customers(truth, options.customers)
    seconds, fit = least(lambda: fitted(type(truth), columns), options.repeat)
    aimed = f" (aimed at {AIMED[name]})" if name in AIMED else ""
    print(f"{name}: {seconds:.2f} CPU seconds from arrays to fit{aimed}; {fit!r}")
    if options.lifetimes and name in PEERS:
        theirs, _ = lifetimes_elsewhere(name, columns, options.lifetimes)
        print(f"  lifetimes: {theirs:.2f}; ratio 1/{theirs / seconds:.0f}")
    if not isinstance(truth, lifetime.GammaGamma):
        time_predictions(fit.model, columns, options.repeat)
    tracemalloc.start()
    fitted(type(truth), columns)
    print(f"  {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB at most above the arrays")
    tracemalloc.stop()


def time_predictions(model: Any, columns: Arrays, repeat: int) -> None:
    history = lifetime.PurchaseHistory.from_arrays(**columns, unit="week")
    history.cell_of_customer  # noqa: B018 - made once a history, when first asked for
    total = 0.0
    for name, predict in {
        "P(alive)": lambda: model.probability_alive(history),
        "purchases of 52 weeks": lambda: model.expected_purchases(history, "52 weeks"),
        "DERT": lambda: model.discounted_expected_purchases(history, annual_discount_rate=0.10),
        "P(active) in 52 weeks": lambda: model.probability_active(history, "52 weeks"),
    }.items():
        seconds, _ = least(predict, repeat)
        total += seconds if name != "P(active) in 52 weeks" else 0.0
        print(f"  {name}: {seconds:.2f}")
    print(f"  the first three together: {total:.2f}")


def time_sizes(repeat: int) -> None:
    """Print seconds against customers and cells: cost grows with cells."""
    header = ("", "customers", "cells", "to cells", "to fit", "a million cells")
    widths = (12, 12, 10, 10, 8, 17)
    print("".join(f"{word:>{width}}" for word, width in zip(header, widths, strict=True)))
    for name in ("BGNBD", "ParetoNBD"):
        truth = TRUTHS[name]
        for size in SIZES:
            columns = customers(truth, size)
            history, cells = least(lambda: to_cells(columns), repeat)  # noqa: B023 - called at once
            seconds, _ = least(lambda: type(truth).fit(cells), repeat)  # noqa: B023 - likewise
            number = len(cells.cells)
            each = seconds / number * 1e6
            print(f"{name:>12}{size:>12,}{number:>10,}{history:>10.2f}{seconds:>8.2f}{each:>17.2f}")


def to_cells(columns: Arrays) -> lifetime.PurchaseHistory:
    made = lifetime.PurchaseHistory.from_arrays(**columns, unit="week")
    made.cells  # noqa: B018 - computed at first use, and kept
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=list(TRUTHS), metavar="MODEL")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--lifetimes", metavar="PYTHON")
    parser.add_argument("--scale", action="store_true")
    options = parser.parse_args()
    for name in options.models:
        time_model(name, options)
    if options.scale:
        time_sizes(options.repeat)


if __name__ == "__main__":
    main()
