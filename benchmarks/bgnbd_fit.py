"""BG/NBD of a million customers: seconds, ratio to lifetimes and memory, in one run.

Usage: python benchmarks/bgnbd_fit.py [--customers 1000000] [--repeat 5] [--lifetimes PYTHON]

From arrays to ``PurchaseHistory`` (with all checks) to ``Fit`` with standard errors, against
``BetaGeoFitter.fit`` of lifetimes on the same arrays. lifetimes needs an environment of its own
(``pip install lifetimes==0.11.3 pandas "setuptools<80"``): name its interpreter with --lifetimes.
The customers are simulated: the parameters of CDNOW, first purchases spread over a year, one to
two years of observation, on a day grid, weeks.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from custvalue import lifetime

TRUTH = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}  # weeks
REQUIRED, AIMED = 1 / 30, 0.30  # of lifetimes; CPU seconds
MEGABYTES = 300

LIFETIMES = """
import json, sys, time, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
from lifetimes import BetaGeoFitter
data = pd.DataFrame(dict(np.load(sys.argv[1])))
cpu, wall = time.process_time(), time.perf_counter()
fitter = BetaGeoFitter(penalizer_coef=0.0)
fitter.fit(data["frequency"], data["recency"], data["age"])
seconds = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps([*seconds, dict(fitter.params_)]))
"""


def simulate(customers: int, seed: int = 20240131) -> dict[str, np.ndarray]:
    """Play customers out by the day: several purchases on a day are one."""
    rng = np.random.default_rng(seed)
    age = rng.integers(364, 729, customers).astype(float)  # days
    rate = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers) / 7
    leaving = rng.beta(TRUTH["a"], TRUTH["b"], customers)
    now, frequency, recency = np.zeros((3, customers))
    here = np.flatnonzero(rate > 1e-300)
    while here.size:
        now[here] += rng.exponential(1 / rate[here])
        here = here[now[here] <= age[here]]
        day = np.minimum(np.ceil(now[here]), age[here])
        frequency[here] += day > recency[here]
        recency[here] = day
        here = here[rng.random(here.size) >= leaving[here]]
    return {"frequency": frequency, "recency": recency / 7, "age": age / 7}


def least(run: Callable[[], Any], repeat: int) -> tuple[float, float, Any]:
    """Return the least CPU and wall seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        cpu, wall = time.process_time(), time.perf_counter()
        result = run()
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(t[0] for t in times), min(t[1] for t in times), result


def lifetimes_elsewhere(columns: dict[str, np.ndarray], python: str) -> tuple[float, float, dict]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.npz"
        np.savez(path, **columns)
        run = subprocess.run(
            [python, "-c", LIFETIMES, str(path)], capture_output=True, text=True, check=True
        )
    return tuple(json.loads(run.stdout))


def memory(run: Callable[[], Any]) -> float:
    """Return the peak of memory that arrays and objects take above what there is, in MB."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--lifetimes", metavar="PYTHON", default=sys.executable)
    options = parser.parse_args()
    columns, repeat = simulate(options.customers), options.repeat

    def history() -> lifetime.PurchaseHistory:
        return lifetime.PurchaseHistory.from_arrays(**columns, unit="week")

    def fit() -> lifetime.Fit[lifetime.BGNBD]:
        return lifetime.BGNBD.fit(history())

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall, fitted = least(fit, repeat)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(fitted)
    print(f"\n{'CPU and wall seconds, least of several':<52}{'CPU':>8}{'wall':>8}")
    print(f"{'arrays to history to fit, custvalue':<52}{cpu:>8.3f}{wall:>8.3f}")
    known = history()
    known.cell_of_customer  # noqa: B018 - made once a history, when first asked for
    model = fitted.model
    for name, run in {
        "probability_alive": lambda: model.probability_alive(known),
        "expected_purchases, 1 year": lambda: model.expected_purchases(known, "1 year"),
        "discounted_expected_purchases, 3 years": lambda: model.discounted_expected_purchases(
            known, annual_discount_rate=0.1, horizon="3 years"
        ),
    }.items():
        seconds = least(run, repeat)
        print(f"{name + ', custvalue':<52}{seconds[0]:>8.3f}{seconds[1]:>8.3f}")
    print(
        f"memory of the fit above the data: {memory(fit):.0f} MB of arrays and objects, "
        f"{grown:.0f} MB of the process (at most {MEGABYTES})"
    )
    print(f"CPU aimed at: {AIMED} s")
    try:
        other = lifetimes_elsewhere(columns, options.lifetimes)
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip() or f"exit code {error.returncode}"
        print(f"skipped: lifetimes ({reason.splitlines()[-1]})")
        return
    print(f"{'fit, lifetimes':<52}{other[0]:>8.3f}{other[1]:>8.3f}")
    print(f"ratio of CPU: {cpu / other[0]:.4f} = 1/{other[0] / cpu:.0f} (required: {REQUIRED:.4f})")
    theirs = lifetime.BGNBD(**other[2], unit="week").log_likelihood(known).sum()
    print(f"log-likelihood: custvalue {fitted.log_likelihood:.6f}, lifetimes {theirs:.6f}")


if __name__ == "__main__":
    main()
