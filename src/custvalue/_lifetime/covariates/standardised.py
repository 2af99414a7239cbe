"""Covariates centred and scaled for the search, and its result on the scale of the data.

At the centre, the best parameters without covariates are a good start. Moving by η₁ + η₂ is moving
by one after the other, so that the common parameters at covariates of 0 follow from those at the
centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from custvalue._histories.covariates.coding import Patterns
from custvalue._histories.covariates.terms import Predictor, linear
from custvalue._lifetime.covariates.links import Links
from custvalue._rows import FloatArray


class Standardised(NamedTuple):
    """Columns of covariates with mean 0; numeric ones with standard deviation 1."""

    design: FloatArray  # (patterns, columns)
    centre: FloatArray
    scale: FloatArray

    @classmethod
    def of(cls, found: Patterns, numeric: Sequence[bool]) -> Standardised:
        """Centre and scale by all customers."""
        weight = found.customers / found.customers.sum()
        centre = weight @ found.design
        spread = np.sqrt(weight @ np.square(found.design - centre))
        scale = np.where(numeric, spread, 1.0)
        return cls((found.design - centre) / scale, centre, scale)

    def uncentred(self) -> Standardised:
        """Return columns that are scaled only, whose coordinates are those of the data."""
        return Standardised(self.design + self.centre / self.scale, 0 * self.centre, self.scale)

    def searched(
        self,
        logs: FloatArray,
        coefficients: FloatArray,
        links: Links,
        predictors: Sequence[Predictor],
    ) -> FloatArray:
        """Return where the search is at parameters of the data: what :meth:`restored` undoes."""
        there = linear(predictors, self.centre[None, :], coefficients)
        factor = self.factor(len(coefficients), predictors)
        return np.append(links(logs, there).logs[0], coefficients / factor)

    def factor(self, total: int, predictors: Sequence[Predictor]) -> FloatArray:
        """Return what each coefficient of the search is multiplied by for the data."""
        factor = np.ones(total)
        for one in predictors:
            factor[one.coefficients] = 1 / self.scale[one.columns]
        return factor

    def restored(
        self, point: FloatArray, common: int, links: Links, predictors: Sequence[Predictor]
    ) -> tuple[FloatArray, FloatArray]:
        """Return common logarithms and coefficients of the data, and their derivatives.

        The derivatives are a square matrix: by what was searched for, in columns.
        """
        k, total = common, len(point)
        factor = self.factor(total - k, predictors)
        coefficients = point[k:] * factor
        back = linear(predictors, -self.centre[None, :], coefficients)
        logs, jacobian, _ = links(point[:k], back)
        turn = np.zeros((total, total))
        turn[:k, :k] = jacobian[0, :, :k]
        for q, one in enumerate(predictors, start=k):
            by = -self.centre[one.columns] * factor[one.coefficients]
            turn[:k, k + one.coefficients] += np.outer(jacobian[0, :, q], by)
        turn[range(k, total), range(k, total)] = factor
        return np.append(logs[0], coefficients), turn
