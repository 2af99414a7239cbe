"""Bootstrap of a net promoter score: seconds for 10,000 resamples of a million answers.

Usage: python benchmarks/bootstrap.py [--answers 1000000] [--resamples 10000] [--repeat 3]

The bound is one second. The comparison is what one writes by hand, resampling rows, and
scipy.stats.bootstrap; both are timed on fewer resamples and scaled up. Answers are simulated.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from custvalue import satisfaction
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import cells, count_resamples
from custvalue.survey import Scale

ODDS = np.array([2, 1, 1, 1, 2, 4, 6, 12, 25, 24, 22]) / 100
FEW = 20  # resamples of rows that are timed


def votes(answers: np.ndarray) -> np.ndarray:
    return np.where(answers >= 9, 100.0, np.where(answers <= 6, -100.0, 0.0))


def measure(run: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the least CPU seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
    return min(times), result


def weighted(answers: np.ndarray, weights: np.ndarray, resamples: int) -> Any:
    """Resample the cells of (answer, weight) of weighted answers."""
    found = cells(answers, weights)
    vote, weight = votes(found.values[:, 0]), found.values[:, 1]
    return count_resamples(
        found.counts, lambda c: c @ (vote * weight) / (c @ weight), Bootstrap(resamples, rng=1)
    ).confidence_interval()


def by_rows(vote: np.ndarray, resamples: int) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    draws = [vote[rng.integers(len(vote), size=len(vote))].mean() for _ in range(resamples)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def by_scipy(vote: np.ndarray, resamples: int) -> Any:
    return stats.bootstrap(
        (vote,), np.mean, n_resamples=resamples, method="percentile", batch=1
    ).confidence_interval


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--resamples", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    rng = np.random.default_rng(20240131)
    answers = rng.choice(11, size=asked.answers, p=ODDS).astype(float)
    weights = rng.choice([0.5, 1.0, 2.0], size=asked.answers)
    vote, most = votes(answers), asked.resamples
    score = satisfaction.net_promoter_score(answers, scale=Scale(0, 10))
    runs = {
        "answers to interval": lambda: satisfaction.net_promoter_score(
            answers, scale=Scale(0, 10)
        ).confidence_interval(method=Bootstrap(most, rng=1)),
        "score to interval": lambda: score.confidence_interval(method=Bootstrap(most, rng=1)),
        "weighted, cells of (answer, weight)": lambda: weighted(answers, weights, most),
    }
    print(f"{asked.answers:,} answers, {most:,} resamples, CPU seconds (least of {asked.repeat})")
    for name, run in runs.items():
        seconds, interval = measure(run, asked.repeat)
        print(f"  {name:<36} {seconds:8.3f}  {interval}")
    for name, slow in {"rows by hand": by_rows, "scipy.stats.bootstrap": by_scipy}.items():
        seconds, _ = measure(lambda slow=slow: slow(vote, FEW), 1)
        print(f"  {name:<36} {seconds * most / FEW:8.1f}  (scaled up from {FEW} resamples)")


if __name__ == "__main__":
    main()
