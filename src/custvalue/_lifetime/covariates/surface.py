"""The log-likelihood of a model with covariates, in common logarithms and coefficients.

Parameters of a pattern are exp(f(λ, η)), where λ are the common logarithms and η = Zγ. What the
likelihoods of the patterns say of their own parameters is carried over by the chain rule, exactly,
second derivatives too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from custvalue._histories.covariates.terms import Predictor, linear
from custvalue._lifetime.covariates.links import Links
from custvalue._numerics.maximum import Derivatives, Objective, on_log_scale
from custvalue._rows import FloatArray


class OfEach(NamedTuple):
    """A log-likelihood by the logarithms of the parameters of each row."""

    value: float
    gradient: FloatArray  # (rows, k)
    hessian: FloatArray  # (rows, k, k)


Likelihood = Callable[[FloatArray], OfEach]  # of logarithms (rows, k)


class ByPattern:
    """The likelihood of each pattern by itself, of any model."""

    def __init__(self, objectives: Sequence[Objective]) -> None:
        self.surfaces = [on_log_scale(each) for each in objectives]

    def __call__(self, logs: FloatArray) -> OfEach:
        found = [surface(point) for surface, point in zip(self.surfaces, logs, strict=True)]
        values, gradients, hessians = zip(*found, strict=True)
        return OfEach(float(sum(values)), np.array(gradients), np.array(hessians))


@dataclass(frozen=True)
class Surface:
    """The log-likelihood as a function of k common logarithms and of the coefficients."""

    likelihood: Likelihood
    links: Links
    predictors: Sequence[Predictor]
    design: FloatArray  # (rows, columns)
    common: int  # k

    def __call__(self, point: FloatArray) -> Derivatives:
        """Return value, gradient and Hessian."""
        k, coefficients = self.common, point[self.common :]
        eta = linear(self.predictors, self.design, coefficients)
        logs, jacobian, curvature = self.links(point[:k], eta)
        value, of_each, bent = self.likelihood(logs)
        first = np.einsum("pk,pkz->pz", of_each, jacobian)
        second = np.einsum("pkz,pkl,plw->pzw", jacobian, bent, jacobian, optimize=True)
        if curvature is not None:
            second = second + curvature(of_each)
        return self._by_coefficients(value, first, second, len(coefficients))

    def _by_coefficients(
        self, value: float, first: FloatArray, second: FloatArray, count: int
    ) -> Derivatives:
        """Carry over from predictors to their coefficients."""
        k, common = self.common, np.arange(self.common)
        gradient, hessian = np.zeros(k + count), np.zeros((k + count, k + count))
        gradient[:k] = first[:, :k].sum(axis=0)
        hessian[:k, :k] = second[:, :k, :k].sum(axis=0)
        for q, one in enumerate(self.predictors, start=k):
            z, at = self.design[:, one.columns], k + one.coefficients
            gradient[at] += first[:, q] @ z
            across = second[:, :k, q].T @ z
            hessian[np.ix_(common, at)] += across
            hessian[np.ix_(at, common)] += across.T
            for other, two in enumerate(self.predictors, start=k):
                block = (z * second[:, q, other, None]).T @ self.design[:, two.columns]
                hessian[np.ix_(at, k + two.coefficients)] += block
        return Derivatives(value, gradient, hessian)
