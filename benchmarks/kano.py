"""Kano studies from answers to categories with intervals: seconds and ratios in one run.

Usage: python benchmarks/kano.py [--items 1000] [--respondents 1000] [--repeat 3]

The bound is one second for 1,000 items x 1,000 respondents. There is no peer to install, so the
comparison is what one writes by hand: a dictionary look-up for each pair of answers, counted by
``collections.Counter``, which gives the counts and nothing else. The answers are simulated.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue import kano

WORDS = ("I like it", "I expect it", "I am neutral", "I can tolerate it", "I dislike it")
ODDS = np.array([0.3, 0.2, 0.2, 0.15, 0.15])


def simulate(respondents: int, items: int, seed: int = 20240131) -> tuple[np.ndarray, ...]:
    """Simulate answers 1 to 5 to both questions, and sampling weights."""
    rng = np.random.default_rng(seed)
    shape = (respondents, items)
    functional = rng.choice(5, size=shape, p=ODDS) + 1
    dysfunctional = rng.choice(5, size=shape, p=ODDS[::-1]) + 1
    return functional, dysfunctional, rng.lognormal(0, 0.5, respondents)


def measure(run: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the least CPU seconds of some runs, and the last result."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
    return min(times), result


def by_hand(functional: np.ndarray, dysfunctional: np.ndarray) -> list[Counter[str]]:
    """Count the categories of every item as one writes it in plain Python."""
    levels = kano.BERGER.levels
    table = {
        (f + 1, d + 1): kano.BERGER.category(levels[f], levels[d])
        for f in range(5)
        for d in range(5)
    }
    return [
        Counter(
            table[pair]
            for pair in zip(functional[:, k].tolist(), dysfunctional[:, k].tolist(), strict=True)
        )
        for k in range(functional.shape[1])
    ]


def frames(
    functional: np.ndarray, dysfunctional: np.ndarray, *, words: bool
) -> dict[str, tuple[Any, list[str], list[str]]]:
    """Return the answers as the dataframes that are installed."""
    names = [f"f{k}" for k in range(functional.shape[1])]
    others = [f"d{k}" for k in range(functional.shape[1])]
    spelled = np.array(WORDS, dtype=object)
    columns = {
        name: spelled[answers[:, k] - 1] if words else answers[:, k]
        for of, answers in ((names, functional), (others, dysfunctional))
        for k, name in enumerate(of)
    }
    found: dict[str, tuple[Any, list[str], list[str]]] = {}
    for library in ("pandas", "polars"):
        if importlib.util.find_spec(library) is None:
            print(f"{library} is not installed: skipped")
            continue
        found[library] = (__import__(library).DataFrame(columns), names, others)
    return found


def report(label: str, seconds: float, reference: float) -> None:
    print(f"{label:<58}{seconds:8.3f} s{reference / seconds:9.1f} x")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--respondents", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    functional, dysfunctional, weights = simulate(options.respondents, options.items)
    print(f"{options.items:,} items x {options.respondents:,} respondents, CPU seconds")
    reference, counted = measure(lambda: by_hand(functional, dysfunctional), options.repeat)
    report("by hand: dictionary and Counter, counts only", reference, reference)

    def whole(**extra: Any) -> kano.KanoResult:
        answers = kano.Questionnaire.from_arrays(functional, dysfunctional, **extra)
        result = kano.classify(answers)
        result.columns()
        return result

    seconds, result = measure(whole, options.repeat)
    for row, each in enumerate(counted):
        assert [each[letter] for letter in kano.Category] == result.distribution.counts[
            row
        ].tolist()
    report("arrays: every rule, strength, Fong, better and worse", seconds, reference)
    seconds, result = measure(lambda: whole(weights=weights), options.repeat)
    report("the same with sampling weights", seconds, reference)
    seconds, _ = measure(result.probabilities, options.repeat)
    report("P(category), integrated", seconds, reference)
    for words in (False, True):
        for library, (frame, names, others) in frames(
            functional, dysfunctional, words=words
        ).items():
            codes = kano.WORDS if words else None
            seconds, _ = measure(
                lambda frame=frame, names=names, others=others, codes=codes: kano.classify(
                    kano.Questionnaire.from_frame(
                        frame, functional=names, dysfunctional=others, codes=codes
                    )
                ).columns(),
                options.repeat,
            )
            kind = "words" if words else "numbers"
            report(f"{library} frame of {kind}: every rule, better and worse", seconds, reference)


if __name__ == "__main__":
    main()
