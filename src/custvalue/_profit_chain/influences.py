"""How much each customer moves the parameters of a fit: one Newton step from the whole.

With s_i the slope of a customer's log-likelihood at the top and C the inverse of the information,
customers who count c_i times move the parameters by C Σ (c_i - 1) s_i (Efron & Tibshirani 1993, *An
Introduction to the Bootstrap*, chapter 21). Slopes are central differences of the exact
log-likelihood of each customer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue._lifetime.model import parameter_names
from custvalue._numerics.maximum import FLAT
from custvalue._rows import FloatArray

STEP = 1e-4  # of log-parameters and of coefficients


def coordinates(model: Any) -> dict[str, float]:
    """Return the logarithms of the parameters, and the coefficients of covariates as they are."""
    own = parameter_names(type(model))
    return {
        name: math.log(value) if name in own else value
        for name, value in model._estimated.items()  # noqa: SLF001 - of lifetime models
    }


def at_coordinates(model: Any, values: dict[str, float]) -> Any:
    """Return the model at other coordinates."""
    own = parameter_names(type(model))
    return model._with_estimated(  # noqa: SLF001 - of lifetime models
        {name: math.exp(its) if name in own else its for name, its in values.items()}
    )


def influences(fit: Any, log_likelihoods: Callable[[Any], FloatArray]) -> FloatArray:
    """Return by how much each customer moves the coordinates of a fit, shape (n, coordinates)."""
    there = coordinates(fit.model)
    slopes = []
    for name, value in there.items():
        up, down = (
            log_likelihoods(at_coordinates(fit.model, {**there, name: value + step}))
            for step in (STEP, -STEP)
        )
        slopes.append((up - down) / (2 * STEP))
    found = np.column_stack(slopes)
    return np.asarray(found @ _covariance(fit, found))


def _covariance(fit: Any, slopes: FloatArray) -> FloatArray:
    """Return that of the coordinates; along a ridge of the log-likelihood, nothing moves.

    There, what customers say of each direction is the sum of squares of their slopes.
    """
    if fit.covariance is None:
        information, directions = np.linalg.eigh(slopes.T @ slopes)
        told = information > FLAT**-2
        inverse = np.where(told, 1 / np.where(told, information, 1.0), 0.0)
        return np.asarray((directions * inverse) @ directions.T)
    own = parameter_names(type(fit.model))
    scale = np.array(
        [value if name in own else 1.0 for name, value in fit.model._estimated.items()]  # noqa: SLF001
    )
    return np.asarray(np.array(fit.covariance) / np.outer(scale, scale))
