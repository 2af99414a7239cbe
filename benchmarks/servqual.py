"""Gaps of a million respondents with intervals: CPU seconds, peak memory, ratios to plain numpy.

Usage: python benchmarks/servqual.py [--respondents 1000000] [--repeat 3] [--weights]

The bounds are 2 s and 1.5 GB from arrays or a dataframe of 44 answers to ``Gaps``. Each case runs
in a process of its own, so that its peak memory is its own and its first run touches memory that
nobody has touched before, which on many machines costs more than the arithmetic. The reference is
what one writes by hand in numpy for the same items, dimensions and overall gap: means and standard
errors, no checks, no reliabilities. It reads the same answers into the same float64 array, in the
same run. Seconds are those of all threads (``time.process_time``); say OPENBLAS_NUM_THREADS=1 to
compare one core with one core.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue import servqual
from custvalue.survey import Scale

ITEMS = 22
PLACES = [slice(0, 4), slice(4, 9), slice(9, 13), slice(13, 17), slice(17, 22)]
CASES = ("by hand", "int8 array", "float64 array", "pandas", "polars")
P, E = ([f"{letter}{i + 1}" for i in range(ITEMS)] for letter in "PE")


def simulate(respondents: int, seed: int = 20240131) -> tuple[np.ndarray, np.ndarray]:
    """Simulate perceptions and expectations, 1 to 7."""
    rng = np.random.default_rng(seed)
    shape = (respondents, ITEMS)
    perceived = rng.integers(1, 8, shape, dtype=np.int8)
    return perceived, rng.integers(3, 8, shape, dtype=np.int8)


def by_hand(perceived: np.ndarray, expected: np.ndarray, weights: np.ndarray) -> list[tuple]:
    """Estimate mean and standard error of every gap as one writes it in numpy."""
    own, other = (np.array(its, dtype=np.float64, order="F") for its in (perceived, expected))
    n, total = len(weights), weights.sum()
    found = []

    def estimate(gap: np.ndarray) -> None:
        mean = weights @ gap / total
        residual = weights * (gap - mean)
        found.append((mean, np.sqrt(n / (n - 1) * (residual @ residual)) / total))

    for item in range(ITEMS):
        estimate(own[:, item] - other[:, item])
    scores = [(own[:, its] - other[:, its]).mean(axis=1) for its in PLACES]
    for score in scores:
        estimate(score)
    estimate(np.mean(scores, axis=0))
    return found


def prepared(case: str, respondents: int, *, weighted: bool) -> Callable[[], Any]:
    """Return what is to be measured, with its data in memory."""
    perceived, expected = simulate(respondents)
    weights = np.random.default_rng(7).lognormal(0, 0.5, respondents) if weighted else None
    if case == "by hand":
        own = np.ones(respondents) if weights is None else weights
        return lambda: by_hand(perceived, expected, own)
    if case.endswith("array"):
        kind = np.dtype(case.split(maxsplit=1)[0])
        halves = [its.astype(kind) for its in (perceived, expected)]
        return lambda: servqual.gaps(
            servqual.Survey.from_arrays(*halves, scale=Scale(1, 7), weights=weights)
        )
    both = np.hstack([perceived, expected]).astype(np.int64)
    columns = {name: both[:, k] for k, name in enumerate([*P, *E])}
    if weights is not None:
        columns["weight"] = weights
    frame = importlib.import_module(case).DataFrame(columns)
    return lambda: servqual.gaps(
        servqual.Survey.from_frame(
            frame,
            perceptions=P,
            expectations=E,
            scale=Scale(1, 7),
            weights=None if weights is None else "weight",
        )
    )


def peak() -> float:
    """Return the largest resident memory so far, in gigabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def child(case: str, respondents: int, repeat: int, *, weighted: bool) -> None:
    """Measure one case and print first seconds, best seconds, memory before and at the peak."""
    warnings.simplefilter("ignore")  # random answers make unreliable difference scores
    run = prepared(case, respondents, weighted=weighted)
    before, times, result = peak(), [], None
    for _ in range(repeat):
        result = None
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
    if case == "by hand":
        numbers = [value for pair in result for value in pair]
    else:
        every = (*result.items, *result.dimensions, result.overall)
        numbers = [x for its in every for x in (its.gap.value, its.gap.standard_error)]
    checksum = float(np.sum(numbers))
    print(times[0], min(times), before, peak(), repr(checksum))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--respondents", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--weights", action="store_true")
    parser.add_argument("--case", choices=CASES)
    options = parser.parse_args()
    if options.case:
        child(options.case, options.respondents, options.repeat, weighted=options.weights)
        return
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "as many as there are cores")
    print(f"{options.respondents:,} respondents x {2 * ITEMS} answers, BLAS threads: {threads}")
    print(f"{'':<16}{'first':>9}{'best':>9}{'of hand':>9}{'data':>9}{'peak':>9}")
    print(f"{'':<16}{'CPU s':>9}{'CPU s':>9}{'(best)':>9}{'GB':>9}{'GB':>9}")
    reference, expected = 0.0, 0.0
    for case in CASES:
        if case in ("pandas", "polars") and importlib.util.find_spec(case) is None:
            print(f"{case} is not installed: skipped")
            continue
        extra = ["--weights"] if options.weights else []
        command = [sys.executable, __file__, "--case", case, *extra]
        command += ["--respondents", str(options.respondents), "--repeat", str(options.repeat)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        first, best, before, most, checksum = map(float, printed.split())
        if case == "by hand":
            reference, expected = best, checksum
        assert abs(checksum - expected) < 1e-9 * abs(expected), (case, checksum, expected)
        print(f"{case:<16}{first:9.2f}{best:9.2f}{best / reference:9.2f}{before:9.2f}{most:9.2f}")


if __name__ == "__main__":
    main()
