"""Raking a million respondents to three margins."""

from __future__ import annotations

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import survey

SIZES = {"sex": 2, "age": 6, "region": 31}


def respondents(count: int) -> dict[str, np.ndarray]:
    """Three columns of whole numbers and base weights that are all different."""
    random = np.random.default_rng(4)
    columns = {name: random.integers(0, size, count) for name, size in SIZES.items()}
    return {**columns, "weight": random.lognormal(0, 0.5, count)}


def shares() -> dict[str, dict[int, float]]:
    """What the population has."""
    random = np.random.default_rng(5)
    each = {name: random.uniform(0.7, 1.3, size) for name, size in SIZES.items()}
    return {name: dict(enumerate((its / its.sum()).tolist())) for name, its in each.items()}


def by_hand(frame: dict[str, np.ndarray], base: np.ndarray) -> np.ndarray:
    """Rake the table of the margins until nothing moves by a millionth."""
    wanted = [np.array(list(its.values())) for its in shares().values()]
    size = tuple(SIZES.values())
    cell = np.ravel_multi_index(tuple(frame[name] for name in SIZES), size)
    table = before = np.bincount(cell, base, int(np.prod(size))).reshape(size)
    table = table / table.sum()
    for _ in range(100):
        for axis, share in enumerate(wanted):
            others = tuple(place for place in range(len(size)) if place != axis)
            shape = [-1 if place == axis else 1 for place in range(len(size))]
            table = table * (share / table.sum(axis=others)).reshape(shape)
        achieved = [table.sum(axis=(1, 2)), table.sum(axis=(0, 2)), table.sum(axis=(0, 1))]
        if max(np.abs(a - s).max() for a, s in zip(achieved, wanted, strict=True)) < 1e-6:
            break
    return base * (table * before.sum() / before).ravel()[cell]


@row("rake 1,000,000, 3 margins", goal=0.05)
def equal() -> Pair:
    """Equal base weights."""
    frame, margins = respondents(1_000_000), shares()
    ones = np.ones(1_000_000)
    return Pair(lambda: survey.rake(frame, margins), lambda: by_hand(frame, ones))


@row("rake 1,000,000, 3 margins, base weights, trim 3", goal=0.1)
def trimmed() -> Pair:
    """Different base weights, none to be above three times their mean; not trimmed by hand."""
    frame, margins = respondents(1_000_000), shares()
    return Pair(
        lambda: survey.rake(frame, margins, weights="weight", trim=3),
        lambda: by_hand(frame, frame["weight"]),
    )


@growth("rake against respondents", 10_000, 100_000, 1_000_000)
def raking_grows(count: int) -> Work:
    """One pass to find the cells, and one to hand out the weights."""
    frame, margins = respondents(count), shares()
    return lambda: survey.rake(frame, margins, weights="weight", trim=3)
