"""Customers who buy as regularly as subscribers: a matter of contracts, not of random purchases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from custvalue._lifetime.doubts import Doubt
from custvalue._rows import FloatArray
from custvalue._words import number

if TYPE_CHECKING:
    from custvalue._histories.customer_cells import Purchases

FEWEST_INTERVALS = 3  # of two, one in ten is nearly equal to the other by chance
FEWEST_CUSTOMERS = 10
NEARLY_EQUAL = 0.15  # coefficient of variation; of calendar months it is 0.03
MOST = 0.5  # share of these customers


def like_subscriptions(history: Purchases, model: str) -> Iterator[Doubt]:
    """Yield a doubt where most customers with some intervals buy at nearly equal ones."""
    some = np.flatnonzero(history.frequency >= FEWEST_INTERVALS)
    if history.log_intervals is None or len(some) < FEWEST_CUSTOMERS:
        return
    mean = history.recency[some] / history.frequency[some]
    equal = variation(history.frequency[some], mean, history.log_intervals[some]) < NEARLY_EQUAL
    if np.count_nonzero(equal) >= MOST * len(some):
        yield Doubt(
            reason="equal intervals",
            message=LIKE_SUBSCRIPTIONS.format(
                model=model,
                equal=f"{np.count_nonzero(equal):,}",
                some=f"{len(some):,}",
                usual=f"{number(float(np.median(mean[equal])))} {history.unit}s",
            ),
        )


def variation(x: FloatArray, mean: FloatArray, log_intervals: FloatArray) -> FloatArray:
    """Return the coefficient of variation of x intervals, from their mean and their logarithms.

    log(mean) - mean(log) is half its square where they are nearly equal.
    """
    apart = np.maximum(x * np.log(mean) - log_intervals, 0.0)
    root: FloatArray = np.sqrt(2 * apart / (x - 1))
    return root


LIKE_SUBSCRIPTIONS = (
    "{model}: these customers look like subscribers: {equal} of the {some} with at least "
    f"{FEWEST_INTERVALS} intervals between purchases buy at nearly equal ones, usually every "
    "{usual}. A model of purchases without a contract must guess from silence who has left. Where "
    "there is a contract, make lifetime.Contracts and fit ShiftedBetaGeometric; where there is "
    "none, compare with MBGCNBD, for regular buyers."
)
