"""Estimates of the importance of drivers: linearised, or by resampling respondents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from custvalue._drivers.answered import Answered
from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.linear import Linear
from custvalue._drivers.logistic import MOST_EXACT, Explained, Logistic
from custvalue._drivers.subsets import drawn_orders
from custvalue._drivers.tallied import Tallied
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import cluster_fields, kish_effective_n
from custvalue._inference.resampled import ResampledEstimate, kept
from custvalue._inference.resamples import Resamples
from custvalue._rows import FloatArray, IntArray, read_only

Sharing = Linear | Logistic
Ends = tuple[float, float]

ORDERS_OF_SETS = 50  # of a binary answer with many drivers: some hundred sets
BOUNDS: dict[str, Ends | None] = {"correlation": (-1.0, 1.0), "regression": None}


def sharing_of(
    data: Answered,
    decomposition: Decomposition,
    explained: Explained,
    orders: IntArray | None = None,
) -> Sharing:
    """Return what is shared out among drivers; binary answers of many drivers need orders."""
    if explained == "r squared":
        return Linear(data, decomposition, orders)
    if orders is None and len(data.names) > MOST_EXACT:
        orders = drawn_orders(len(data.names), ORDERS_OF_SETS, np.random.default_rng(0))
    return Logistic(data, decomposition, explained, orders)


class Found(NamedTuple):
    """Estimates of the importance of drivers, of their shares where they add up, and of R²."""

    importance: tuple[Any, ...]
    shares: tuple[Any, ...]
    r_squared: Any


def estimated(sharing: Sharing) -> Found:
    """Return estimates with linearised errors."""
    values, names, n = sharing.values(), _names(sharing), sharing.data.n
    estimates = [
        Estimate(name=name, value=float(value), n=n, bounds=_bounds(sharing, at, len(names)), **own)
        for at, (name, value, own) in enumerate(zip(names, values, _errors(sharing), strict=True))
    ]
    return _grouped(estimates, len(sharing.data.names))


def _errors(sharing: Sharing) -> list[dict[str, Any]]:
    """Return the fields that the error of each statistic decides."""
    data = sharing.data
    if isinstance(data, Tallied) and isinstance(sharing, Linear):
        return [data.error(data.form(its)) for its in sharing.derivatives().T]
    return [_error(its, data) for its in sharing.influences().T]


def _names(sharing: Sharing) -> tuple[str, ...]:
    """Return what each statistic is called."""
    names = sharing.data.names
    shares = [f"{name}: share" for name in names] if sharing.shares else []
    return (*names, *shares, "R²")


def _bounds(sharing: Sharing, place: int, statistics: int) -> Ends | None:
    """Return the ends that a statistic cannot pass."""
    last = place == statistics - 1
    return (0.0, 1.0) if last else BOUNDS.get(sharing.decomposition, (0.0, 1.0))


def _grouped(estimates: Sequence[Any], drivers: int) -> Found:
    """Tell importance, shares and R² apart."""
    return Found(tuple(estimates[:drivers]), tuple(estimates[drivers:-1]), estimates[-1])


def _error(influence: FloatArray, data: Answered) -> dict[str, Any]:
    lost = len(data.names) + 1
    variance = float(influence @ influence) * data.n / (data.n - lost)
    own: dict[str, Any] = {
        "standard_error": math.sqrt(variance),
        "effective_n": kish_effective_n(data.sample.weights),
        "degrees_of_freedom": float(data.n - lost),
    }
    return own | cluster_fields(influence, data.sample, lost=lost)


def resamples_of(sharing: Sharing, method: Bootstrap) -> Resamples:
    """Resample respondents, or whole clusters; importance, shares and R² of each resample."""
    return sharing.resamples(require_bootstrap(method))


def resampled(sharing: Sharing, values: FloatArray, method: Bootstrap) -> Found:
    """Return estimates that keep their resamples, around the values of the sample itself."""
    resamples = resamples_of(sharing, method)
    names, moved = _names(sharing), _moved(sharing, resamples, values, method)
    effective_n = kish_effective_n(sharing.data.sample.weights)
    estimates = []
    for place, name in enumerate(names):
        bounds, own = _bounds(sharing, place, len(names)), kept(resamples, place)
        draws = own["draws"] + moved[place]
        if bounds is not None:
            draws = np.minimum(np.maximum(draws, bounds[0]), bounds[1])
        estimates.append(
            ResampledEstimate(
                name=name,
                value=float(values[place]),
                standard_error=float(resamples.standard_errors[place]),
                n=resamples.n,
                effective_n=effective_n,
                bounds=bounds,
                **{**own, "draws": read_only(draws)},
            )
        )
    return _grouped(estimates, len(sharing.data.names))


def _moved(
    sharing: Sharing, resamples: Resamples, values: FloatArray, method: Bootstrap
) -> FloatArray:
    """Return what resamples are moved by: what drawn orders miss, and their bias.

    In a resample drivers explain more by chance than in the sample, as they do in the sample more
    than among all customers. BCa intervals correct for that themselves.
    """
    if sharing.shares and method.kind == "percentile":
        return np.asarray(values - resamples.draws.mean(axis=0))
    return values - resamples.values


def ranks_of(values: FloatArray) -> IntArray:
    """Return ranks by size, 1 the largest, (samples, drivers); of equal ones the first is first."""
    order = np.argsort(-np.abs(values), axis=1, kind="stable")
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, values.shape[1] + 1)[np.newaxis], axis=1)
    return ranks
