"""Pareto/NBD of a million customers: seconds to fit and to predict, and memory, in one run.

Usage: python benchmarks/pareto_nbd_fit.py [--customers 1000000] [--repeat 3]

From arrays to ``PurchaseHistory`` (with all checks) to ``Fit`` with standard errors; then P(alive),
purchases of 52 weeks, and DERT of every customer. The customers are simulated: the parameters of
CDNOW, first purchases spread over a year, one to two years of observation, on a day grid, weeks.
Peers, measured elsewhere on like data, CPU seconds: lifetimes 578, CLVTools 46 (predictions 2.0),
pymc-marketing 74.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue import lifetime

TRUTH = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}  # weeks


def simulate(customers: int, seed: int = 20240131) -> dict[str, np.ndarray]:
    """Make customers up and round their times up to days."""
    random = np.random.default_rng(seed)
    age = random.integers(364, 729, customers) / 7
    truth = lifetime.ParetoNBD(**TRUTH, unit="week")
    made = truth.simulate(customers, age=age, rng=random)
    recency = np.minimum(np.ceil(made.recency * 7), np.rint(age * 7)) / 7
    return {"frequency": made.frequency, "recency": recency, "age": age}


def least(run: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the least CPU seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        begun = time.process_time()
        result = run()
        times.append(time.process_time() - begun)
    return min(times), result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    columns = simulate(options.customers)

    def history() -> lifetime.PurchaseHistory:
        return lifetime.PurchaseHistory.from_arrays(**columns, unit="week")

    def cells() -> lifetime.PurchaseHistory:
        made = history()
        made.cells  # noqa: B018 (computed at first use, and kept)
        return made

    lifetime.ParetoNBD.fit(cells())  # imports, outside the clock
    seconds, made = least(cells, options.repeat)
    print(f"history to {len(made.cells):,} cells: {seconds:.2f} s")
    seconds, fit = least(lambda: lifetime.ParetoNBD.fit(made), options.repeat)
    print(f"cells to fit, {fit.steps} steps: {seconds:.2f} s")
    seconds, fit = least(lambda: lifetime.ParetoNBD.fit(history()), options.repeat)
    print(f"history to fit: {seconds:.2f} s; {fit!r}")
    made.cell_of_customer  # noqa: B018 (likewise)
    model = fit.model
    for name, predict in {
        "P(alive)": lambda: model.probability_alive(made),
        "purchases of 52 weeks": lambda: model.expected_purchases(made, "52 weeks"),
        "DERT": lambda: model.discounted_expected_purchases(
            made, annual_discount_rate=0.10, horizon=None
        ),
        "P(active)": lambda: model.probability_active(made, "52 weeks"),
    }.items():
        print(f"{name}: {least(predict, options.repeat)[0]:.2f} s")
    tracemalloc.start()
    lifetime.ParetoNBD.fit(made)
    print(f"fit: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB at most beyond the history")


if __name__ == "__main__":
    main()
