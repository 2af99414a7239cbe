"""Importance of drivers: seconds for exact LMG, for logistic regressions, and for resamples.

Usage: python benchmarks/drivers.py [--respondents 100000] [--resamples 10000] [--repeat 3]

The bounds are 10 ms for the parts of 15 drivers, 1 s of 20, 4 s of 22; 15 s for 10,000 weighted
resamples of LMG with 10 drivers of 100,000 respondents. The comparison is a regression for every
set of drivers, one by one. Answers are simulated.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue import drivers
from custvalue._drivers.subsets import lmg_of_sets
from custvalue.survey import Bootstrap, Responses, Scale

BOUNDS = {10: 0.01, 15: 0.01, 20: 1.0, 22: 4.0}
ONE_BY_ONE = 12  # drivers whose sets are fitted one by one


def measure(run: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the least CPU seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
    return min(times), result


def correlated(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return overall answers and drivers that go together, on five points."""
    x = rng.normal(size=(n, size)) + 0.7 * rng.normal(size=(n, 1))
    y = x @ rng.uniform(0, 0.5, size) + rng.normal(size=n)
    return np.clip(np.rint(3 + 0.8 * np.column_stack([y, x])), 1, 5)


def one_by_one(whole: np.ndarray) -> np.ndarray:
    """Return R² of every set, each by its own solution."""
    size, found = len(whole) - 1, []
    for count in range(1, size + 1):
        for chosen in itertools.combinations(range(1, size + 1), count):
            places = list(chosen)
            r = whole[0, places]
            found.append(r @ np.linalg.solve(whole[np.ix_(places, places)], r))
    return np.array(found)


def sets(repeat: int, rng: np.random.Generator) -> None:
    """Time the parts of R² of all sets."""
    for size, bound in BOUNDS.items():
        whole = np.corrcoef(correlated(2_000, size, rng).T)[np.newaxis]
        seconds, _ = measure(lambda w=whole: lmg_of_sets(w[:, 1:, 1:], w[:, 0, 1:]), repeat)
        print(f"LMG of {size} drivers, {2**size:,} sets: {seconds:.4f} s (bound {bound} s)")
    whole = np.corrcoef(correlated(2_000, ONE_BY_ONE, rng).T)
    slow, _ = measure(lambda: one_by_one(whole), 1)
    single = whole[np.newaxis]
    fast, _ = measure(lambda: lmg_of_sets(single[:, 1:, 1:], single[:, 0, 1:]), repeat)
    print(f"LMG of {ONE_BY_ONE} drivers: {fast / slow:.4f} of regressions one by one")


def whole_results(repeat: int, rng: np.random.Generator) -> None:
    """Time results with their intervals."""
    for size in (10, 15, 20):
        answers = Responses.from_arrays(correlated(2_000, size + 1, rng)[:, 1:], scale=Scale(1, 5))
        seconds, _ = measure(lambda its=answers: drivers.importance(its, "item 1"), repeat)
        print(f"importance with intervals, {size} drivers of 2,000: {seconds:.2f} s")
    columns = correlated(1_000, 10, rng)
    answers = Responses.from_arrays(columns[:, 1:], scale=Scale(1, 5))
    binary = Responses.from_arrays((columns[:, 0] > 3).astype(int), scale=Scale(0, 1))
    for measured in ("mcfadden", "tjur"):
        seconds, _ = measure(
            lambda m=measured: drivers.importance(answers, _named(binary), explained=m), repeat
        )
        print(f"1,024 logistic regressions of 1,000, {measured}: {seconds:.2f} s")


def _named(answers: Responses) -> Responses:
    return Responses.from_arrays(answers.answers, scale=answers.scale, items=["stays"])


def resamples(respondents: int, asked: int, rng: np.random.Generator) -> None:
    """Time weighted resamples, of respondents and of clusters."""
    columns, weights = correlated(respondents, 10, rng), rng.lognormal(0, 0.4, respondents)
    names = ["overall", *(f"d{k}" for k in range(1, 11))]
    for clusters in (None, 200):
        place = None if clusters is None else np.arange(respondents) % clusters
        answers = Responses.from_arrays(
            columns, scale=Scale(1, 5), items=names, weights=weights, cluster=place
        )
        found = drivers.importance(answers, "overall")
        seconds, _ = measure(lambda its=found: its.resampled(Bootstrap(asked, rng=1)), 1)
        kind = "respondents" if clusters is None else f"{clusters} clusters"
        print(
            f"{asked:,} weighted resamples of {kind}, LMG of 10 drivers, {respondents:,} "
            f"respondents: {seconds:.1f} s (bound 15 s)"
        )


def main() -> None:
    """Print all times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--respondents", type=int, default=100_000)
    parser.add_argument("--resamples", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    rng = np.random.default_rng(1)
    sets(given.repeat, rng)
    whole_results(given.repeat, rng)
    resamples(given.respondents, given.resamples, rng)


if __name__ == "__main__":
    main()
