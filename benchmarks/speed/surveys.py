"""A million answers: scores and scales from arrays that are read already."""

from __future__ import annotations

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import satisfaction


def recommendations(count: int) -> np.ndarray:
    """Whole answers from 0 to 10."""
    return np.random.default_rng(1).integers(0, 11, count)


def net_promoters_by_hand(answers: np.ndarray) -> float:
    """Promoters minus detractors by one count of the cells."""
    counts = np.bincount(answers, minlength=11)
    return float((counts[9:].sum() - counts[:7].sum()) / len(answers) * 100)


@row("NPS of 1,000,000 whole answers", goal=0.004)
def net_promoters() -> Pair:
    """A list of a million answers, checked and scored."""
    answers = recommendations(1_000_000)
    return Pair(
        lambda: satisfaction.net_promoter_score(answers), lambda: net_promoters_by_hand(answers)
    )


@growth("NPS against answers", 1_000, 10_000, 100_000, 1_000_000)
def net_promoters_grow(count: int) -> Work:
    """The cost of one answer more."""
    answers = recommendations(count)
    return lambda: satisfaction.net_promoter_score(answers)
