"""Estimates of the importance of drivers: linearised, or by resampling respondents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from custvalue._drivers.answered import Answered
from custvalue._drivers.decomposition import (
    OVER_ORDERS,
    SHARING,
    Decomposition,
    Statistics,
    decomposed,
    derivatives,
    with_shares,
)
from custvalue._drivers.subsets import MOST_RESAMPLED, drawn_orders
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import cluster_fields, kish_effective_n
from custvalue._inference.resampled import ResampledEstimate, kept
from custvalue._inference.resamples import Resamples, sum_resamples
from custvalue._rows import FloatArray, IntArray, read_only

ORDERS_OF_ERRORS = 200  # for standard errors and resamples of many drivers
BOUNDS = {"correlation": (-1.0, 1.0), "regression": None}


class Found(NamedTuple):
    """Estimates of the importance of drivers, of their shares where they add up, and of R²."""

    importance: tuple[Any, ...]
    shares: tuple[Any, ...]
    r_squared: Any


def statistics_of(decomposition: Decomposition, orders: IntArray | None) -> Statistics:
    """Return importance, shares where they add up, and R² as a function of correlations."""

    def statistics(correlations: FloatArray) -> FloatArray:
        between, with_overall = correlations[:, 1:, 1:], correlations[:, 0, 1:]
        found = decomposed(decomposition, between, with_overall, orders)
        return with_shares(found) if decomposition in SHARING else found

    return statistics


def orders_of_errors(drivers: int, decomposition: Decomposition) -> IntArray | None:
    """Return the orders behind standard errors and resamples; None for all sets."""
    if decomposition not in OVER_ORDERS or drivers <= MOST_RESAMPLED:
        return None
    return drawn_orders(drivers, ORDERS_OF_ERRORS, np.random.default_rng(0))


def estimated(data: Answered, decomposition: Decomposition, drawn: IntArray | None) -> Found:
    """Return estimates with linearised errors."""
    values = statistics_of(decomposition, drawn)(data.correlations[np.newaxis])[0]
    behind = statistics_of(decomposition, orders_of_errors(len(data.names), decomposition))
    moved = data.influences(derivatives(behind, data.correlations))
    names = named_statistics(data.names, decomposition)
    estimates = [
        _estimate(name, float(value), influence, data, bounds_of(decomposition, place, len(names)))
        for place, (name, value, influence) in enumerate(zip(names, values, moved.T, strict=True))
    ]
    return grouped(estimates, len(data.names))


def named_statistics(names: Sequence[str], decomposition: Decomposition) -> tuple[str, ...]:
    """Return what each statistic is called."""
    shares = [f"{name}: share" for name in names] if decomposition in SHARING else []
    return (*names, *shares, "R²")


def bounds_of(
    decomposition: Decomposition, place: int, statistics: int
) -> tuple[float, float] | None:
    """Return the ends that a statistic cannot pass."""
    last = place == statistics - 1
    return (0.0, 1.0) if last else BOUNDS.get(decomposition, (0.0, 1.0))


def grouped(estimates: Sequence[Any], drivers: int) -> Found:
    """Tell importance, shares and R² apart."""
    return Found(tuple(estimates[:drivers]), tuple(estimates[drivers:-1]), estimates[-1])


def _estimate(
    name: str,
    value: float,
    influence: FloatArray,
    data: Answered,
    bounds: tuple[float, float] | None,
) -> Estimate:
    lost = len(data.names) + 1
    variance = float(influence @ influence) * data.n / (data.n - lost)
    own: dict[str, Any] = {
        "standard_error": math.sqrt(variance),
        "effective_n": kish_effective_n(data.sample.weights),
        "degrees_of_freedom": float(data.n - lost),
    }
    own |= cluster_fields(influence, data.sample, lost=lost)
    return Estimate(name=name, value=value, n=data.n, bounds=bounds, **own)


def resamples_of(data: Answered, decomposition: Decomposition, method: Bootstrap) -> Resamples:
    """Resample respondents, or whole clusters; importance, shares and R² of each resample."""
    method = require_bootstrap(method)
    orders = orders_of_errors(len(data.names), decomposition)
    statistics = data.of_sums(statistics_of(decomposition, orders))
    return sum_resamples(statistics, method, sample=data.sample)


def resampled(
    data: Answered, decomposition: Decomposition, values: FloatArray, method: Bootstrap
) -> Found:
    """Return estimates that keep their resamples, around the values of the sample itself.

    Where resamples rest on drawn orders, they are moved by what these miss in the sample.
    """
    resamples = resamples_of(data, decomposition, method)
    names = named_statistics(data.names, decomposition)
    effective_n = kish_effective_n(data.sample.weights)
    moved = values - resamples.values
    estimates = []
    for place, name in enumerate(names):
        own = kept(resamples, place)
        own["draws"] = read_only(own["draws"] + moved[place])
        estimates.append(
            ResampledEstimate(
                name=name,
                value=float(values[place]),
                standard_error=float(resamples.standard_errors[place]),
                n=resamples.n,
                effective_n=effective_n,
                bounds=bounds_of(decomposition, place, len(names)),
                **own,
            )
        )
    return grouped(estimates, len(data.names))


def ranks_of(values: FloatArray) -> IntArray:
    """Return ranks by size, 1 the largest, (samples, drivers); of equal ones the first is first."""
    order = np.argsort(-np.abs(values), axis=1, kind="stable")
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, values.shape[1] + 1)[np.newaxis], axis=1)
    return ranks
