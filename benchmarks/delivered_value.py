"""A value map of 50 suppliers with 2,000 resamples: CPU seconds, and the ratio to plain numpy.

Usage: python benchmarks/delivered_value.py [--ratings 20000] [--suppliers 50] [--repeat 3]

The bound is 3 s from a dictionary of columns (eight attributes and a price) to ``ValueMap``. The
reference is what one writes by hand in numpy: draw ratings within suppliers, means of the drawn
rows, quality and price as ratios to the other suppliers, distances from one line; no checks, no
standard errors, no clusters. Seconds are those of all threads (``time.process_time``).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue import delivered_value
from custvalue.survey import Bootstrap, Scale

ATTRIBUTES = tuple(f"attribute {k}" for k in range(8))
RESAMPLES = 2_000


def simulate(ratings: int, suppliers: int, seed: int = 1) -> dict[str, Any]:
    """Simulate ratings of suppliers, and who gave them."""
    rng = np.random.default_rng(seed)
    code = np.arange(ratings) % suppliers
    quality = rng.normal(7, 0.7, suppliers)[code]
    answers = {
        name: np.clip(np.rint(quality + rng.normal(0, 1.5, ratings)), 1, 10) for name in ATTRIBUTES
    }
    return answers | {
        "supplier": np.array([f"supplier {k:02d}" for k in code]),
        "price": 150 * rng.lognormal(0, 0.1, suppliers)[code] * rng.lognormal(0, 0.2, ratings),
        "customer": np.arange(ratings) // 5,
    }


def by_library(frame: dict[str, Any], cluster: str | None = None) -> object:
    """Read the ratings and make the map."""
    offers = delivered_value.from_survey(
        frame,
        supplier="supplier",
        value={name: name for name in ATTRIBUTES},
        cost={"monetary": "price"},
        scale=Scale(1, 10),
        cluster=cluster,
    )
    return delivered_value.value_map(offers, price_weight=0.4, method=Bootstrap(RESAMPLES, rng=1))


def by_hand(frame: dict[str, Any]) -> np.ndarray:
    """Resample rows within suppliers, one resample after the other."""
    rng = np.random.default_rng(1)
    names, code = np.unique(frame["supplier"], return_inverse=True)
    table = np.column_stack([*(frame[name] for name in ATTRIBUTES), frame["price"]])
    rows = [np.flatnonzero(code == place) for place in range(len(names))]
    ahead = np.zeros(len(names))
    for _ in range(RESAMPLES):
        means = np.array(
            [table[its[rng.integers(len(its), size=len(its))]].mean(axis=0) for its in rows]
        )
        others = (means.sum(axis=0) - means) / (len(names) - 1)
        ratios = 100 * means / others
        quality, price = ratios[:, :-1].mean(axis=1), ratios[:, -1]
        ahead += 100 + 1.5 * (quality - 100) > price
    return ahead / RESAMPLES


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Return the least CPU time of some runs."""
    found = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=20_000)
    parser.add_argument("--suppliers", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    frame = simulate(asked.ratings, asked.suppliers)
    hand = seconds(lambda: by_hand(frame), asked.repeat)
    print(f"{'by hand':<32}{hand:8.2f} s")
    for name, cluster in (("value map", None), ("value map, within customers", "customer")):
        own = seconds(lambda cluster=cluster: by_library(frame, cluster), asked.repeat)
        print(f"{name:<32}{own:8.2f} s   {own / hand:5.2f} x by hand")


if __name__ == "__main__":
    main()
