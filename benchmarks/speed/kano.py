"""A hundred thousand respondents who answered both questions about ten items."""

from __future__ import annotations

import importlib.util

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import kano

WORDS = ("I like it", "I expect it", "I am neutral", "I can tolerate it", "I dislike it")
NAMES = [f"f{k}" for k in range(10)], [f"d{k}" for k in range(10)]


def answered(respondents: int, items: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Answers 1 to 5 to the functional and the dysfunctional question."""
    random = np.random.default_rng(6)
    one, other = (random.integers(1, 6, (respondents, items)) for _ in range(2))
    return one, other


def by_hand(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Count the pairs of every item, and nothing else."""
    pairs = (one - 1) * 5 + other - 1
    return np.array([np.bincount(column, minlength=25) for column in pairs.T])


@row("Kano, 100,000 x 10 from arrays", goal=0.02)
def from_arrays() -> Pair:
    """Answers as numbers."""
    one, other = answered(100_000)
    return Pair(
        lambda: kano.classify(kano.Questionnaire.from_arrays(one, other)),
        lambda: by_hand(one, other),
    )


def worded(library: str) -> Pair:
    """Answers as words in a dataframe; by hand each word is looked up in a dictionary."""
    one, other = answered(100_000)
    words = np.array(WORDS, dtype=object)
    columns = {
        name: words[its - 1].tolist()
        for names, answers in zip(NAMES, (one, other), strict=True)
        for name, its in zip(names, answers.T, strict=True)
    }
    frame = __import__(library).DataFrame(columns)
    places = {word: place + 1 for place, word in enumerate(WORDS)}

    def again() -> np.ndarray:
        found = [
            np.array([[places[word] for word in frame[name].to_list()] for name in names]).T
            for names in NAMES
        ]
        return by_hand(*found)

    def ours() -> kano.KanoResult:
        answers = kano.Questionnaire.from_frame(
            frame, functional=NAMES[0], dysfunctional=NAMES[1], codes=kano.WORDS
        )
        return kano.classify(answers)

    return Pair(ours, again)


for installed in ("pandas", "polars"):
    if importlib.util.find_spec(installed):
        row(f"Kano, 100,000 x 10 from words, {installed}", goal=0.12)(
            lambda installed=installed: worded(installed)
        )


@growth("Kano against respondents", 1_000, 10_000, 100_000)
def kano_grows(respondents: int) -> Work:
    """One pass over the answers."""
    one, other = answered(respondents)
    return lambda: kano.classify(kano.Questionnaire.from_arrays(one, other))


@growth("Kano against items, 100 respondents", 10, 100, 1_000)
def kano_grows_by_items(items: int) -> Work:
    """One row of the result for each item."""
    one, other = answered(100, items)
    return lambda: kano.classify(kano.Questionnaire.from_arrays(one, other))
