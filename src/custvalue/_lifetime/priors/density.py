"""Priors as densities of log parameters, added to the log-likelihood with their derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from custvalue._lifetime.priors.quantities import Measure
from custvalue._numerics.maximum import CellsT, Derivatives, Objective, on_log_scale
from custvalue._rows import FloatArray


def of_quantities(measure: Measure, centre: FloatArray, spread: FloatArray) -> Objective:
    """Return the log density of log parameters where the log quantities are normal.

    Quantities are independent. The density is theirs times the volume of their derivatives, up to
    what a model cannot be, such as a probability to leave above 1.
    """
    constant = -float(np.log(spread).sum()) - len(spread) * math.log(2 * math.pi) / 2

    def density(point: FloatArray) -> Derivatives:
        found = measure.at(point)
        off = (found.logs - centre) / spread
        scaled = found.slopes / spread[:, None]
        value = constant - float(off @ off) / 2 + found.volume.value
        bent = np.tensordot(off / spread, found.curvatures, axes=1)
        hessian: FloatArray = found.volume.hessian - scaled.T @ scaled - bent
        return Derivatives(value, found.volume.gradient - scaled.T @ off, hessian)

    return density


def inverse(matrix: FloatArray) -> FloatArray:
    """Return the inverse of a matrix, or of each of several."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def normal(centre: FloatArray, covariance: FloatArray) -> Objective:
    """Return the log density of log parameters that are normal."""
    precision = inverse(covariance)
    size = float(np.linalg.slogdet(covariance).logabsdet) + len(centre) * math.log(2 * math.pi)

    def density(point: FloatArray) -> Derivatives:
        off = point - centre
        slope: FloatArray = -precision @ off
        return Derivatives((float(off @ slope) - size) / 2, slope, -precision)

    return density


def with_coefficients(
    density: Objective, common: int, count: int, centre: float, spread: float
) -> Objective:
    """Return the log density of `common` log parameters and `count` coefficients after them.

    Coefficients are normal and independent.
    """
    constant = -count * (math.log(spread) + math.log(2 * math.pi) / 2)

    def together(point: FloatArray) -> Derivatives:
        value, slope, bent = density(point[:common])
        off = (point[common:] - centre) / spread
        gradient, hessian = np.append(slope, -off / spread), np.zeros((len(point), len(point)))
        hessian[:common, :common] = bent
        hessian[range(common, len(point)), range(common, len(point))] = -(spread**-2)
        return Derivatives(value + constant - float(off @ off) / 2, gradient, hessian)

    return together


def added(surface: Objective, density: Objective) -> Objective:
    """Return the sum of two log densities of the same point."""

    def both(point: FloatArray) -> Derivatives:
        return Derivatives.total((surface(point), density(point)))

    return both


def with_prior(
    objective: Callable[[CellsT], Objective], prior: Objective
) -> Callable[[CellsT], Objective]:
    """Return the log posterior of the parameters, whose prior is a density of their logarithms."""

    def of_cells(cells: CellsT) -> Objective:
        likelihood = on_log_scale(objective(cells))

        def posterior(parameters: FloatArray) -> Derivatives:
            point = np.log(parameters)
            value, slope, hessian = Derivatives.total((likelihood(point), prior(point)))
            by_parameters = (hessian - np.diag(slope)) / np.outer(parameters, parameters)
            return Derivatives(value, slope / parameters, by_parameters)

        return posterior

    return of_cells
