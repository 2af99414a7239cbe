"""Suppliers as respondents rate them."""

from __future__ import annotations

from benchmarks.delivered_value import by_hand, by_library, simulate
from benchmarks.speed.timing import Pair, row


@row("value map of 50 suppliers, 20,000 ratings, 2,000 resamples", goal=3)
def value_map() -> Pair:
    """Means, ratios, lines, intervals and probabilities, from a dictionary of columns."""
    frame = simulate(20_000, 50)
    return Pair(lambda: by_library(frame), lambda: by_hand(frame))
