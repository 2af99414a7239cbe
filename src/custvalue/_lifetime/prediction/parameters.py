"""What the uncertainty of a fit's parameters does to what the fit predicts.

Everything is on the scale of logarithms, along directions in which the estimates are independent,
in steps of their standard errors: the columns of a root of the covariance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from custvalue._lifetime.fit import Fit
from custvalue._lifetime.model import parameter_names
from custvalue._numerics.estimates import no_errors
from custvalue._rows import FloatArray

STEP = 0.01  # of a standard error: central differences err by its square
FARTHEST = 5.0  # that a logarithm is moved: what is hardly known is known to be somewhere


def require_errors(fit: Fit[Any]) -> None:
    """Raise unless the standard errors of the parameters are known."""
    if fit.covariance is None:
        name = type(fit.model).__name__
        raise no_errors(
            f"predict(interval=...) needs the standard errors of the parameters, but this fit of "
            f"{name} has none",
            f"{fit.limit} Predictions without intervals: omit interval.".lstrip(),
        )


def directions(fit: Fit[Any]) -> FloatArray:
    """Return a root of the covariance of log parameters, a row for each direction.

    Coefficients of covariates are themselves logarithms of ratios.
    """
    positive = parameter_names(type(fit.model))
    theta = np.array([v if name in positive else 1.0 for name, v in fit.parameters.items()])
    variances, vectors = np.linalg.eigh(np.array(fit.covariance) / np.outer(theta, theta))
    rows: FloatArray = (vectors * np.sqrt(np.maximum(variances, 0.0))).T
    return rows


def moved(fit: Fit[Any], by: FloatArray) -> Any:
    """Return the model with the logarithms of its parameters moved."""
    positive, values = parameter_names(type(fit.model)), fit.parameters.items()
    changed = {
        name: value * math.exp(step) if name in positive else value + step
        for (name, value), step in zip(values, by.tolist(), strict=True)
    }
    return fit.model._with_estimated(changed)  # noqa: SLF001 - of its own room


class Way(NamedTuple):
    """Models moved to either side along one direction, and by how many standard errors apart."""

    up: Any
    down: Any
    apart: float
    shared: bool = True  # by all customers; else each group of them has such a direction for itself


def reach(way: FloatArray) -> float:
    """Return how far to go along a direction, so that no parameter moves by more than a step."""
    return STEP / max(1.0, float(np.abs(way).max(initial=0.0)))


def ways(fit: Fit[Any]) -> Iterator[Way]:
    """Yield the directions in which the estimates are independent."""
    for way in directions(fit):
        step = reach(way)
        yield Way(moved(fit, step * way), moved(fit, -step * way), 2 * step)


def slopes(fit: Fit[Any], answer: Callable[[Any], FloatArray]) -> FloatArray:
    """Return by how much an answer changes in a standard error of each direction, (k, …)."""
    return np.array([(answer(way.up) - answer(way.down)) / way.apart for way in ways(fit)])


def points(fit: Fit[Any]) -> Iterator[Any]:
    """Yield 2 k models, equally likely, that have the covariance of the estimates.

    The cubature of Arasaratnam & Haykin (2009), Cubature Kalman Filters, *IEEE Transactions on
    Automatic Control* 54(6), 1254-1269, equation (30).
    """
    ways = directions(fit)
    for way in ways * math.sqrt(len(ways)):
        short = way / max(1.0, float(np.abs(way).max()) / FARTHEST)
        yield moved(fit, short)
        yield moved(fit, -short)
