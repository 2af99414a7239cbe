"""What the weights of many samples come to: loadings, paths, R², total effects, f², shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray, IntArray
from custvalue._structural.algorithm import as_seen, outer_weights
from custvalue._structural.consistent import consistent_loadings, corrected, reliabilities
from custvalue._structural.linear import inverse
from custvalue._structural.plan import Flags, Plan
from custvalue._structural.settings import Settings
from custvalue._values import close


class Regression(NamedTuple):
    """Of one construct on those that lead to it, in every sample."""

    target: int
    sources: IntArray
    coefficients: FloatArray
    r_squared: FloatArray
    f_squared: FloatArray


@dataclass(frozen=True, eq=False)
class Solution:
    """The estimates of samples; the first axis of every array is the sample.

    Parameters
    ----------
    plan : Plan
        The model.
    settings : Settings
        How it was estimated.
    means, spread : ndarray of shape (samples, p)
        Means and standard deviations of the items, on 0-100.
    correlation : ndarray of shape (samples, p, p)
        Of the items.
    weights : ndarray of shape (samples, p)
        Of standardised items in scores of variance 1, with their signs.
    cross : ndarray of shape (samples, p, k)
        Correlations of items with scores.
    proxies : ndarray of shape (samples, k, k)
        Correlations of scores.
    iterations : ndarray of int64, shape (samples,)
        Rounds that were needed.
    converged : ndarray of bool, shape (samples,)
        Whether the weights settled.
    """

    plan: Plan
    settings: Settings
    means: FloatArray
    spread: FloatArray
    correlation: FloatArray
    weights: FloatArray
    cross: FloatArray
    proxies: FloatArray
    iterations: IntArray
    converged: Flags

    def __post_init__(self) -> None:
        """Close the arrays for writing."""
        for value in vars(self).values():
            close(value)

    @property
    def samples(self) -> int:
        """How many there are."""
        return len(self.weights)

    @cached_property
    def unstandardised(self) -> FloatArray:
        """Weights of the items on 0-100, shape (samples, p)."""
        return np.asarray(self.weights / self.spread)

    @cached_property
    def own(self) -> FloatArray:
        """Correlations of items with the score of their own construct, shape (samples, p)."""
        return np.asarray(self.cross[:, np.arange(len(self.plan.owner)), self.plan.owner])

    @cached_property
    def reliability(self) -> FloatArray:
        """The rho_A of reflective constructs of several items, else 1; shape (samples, k)."""
        if self.settings.scaling == "standardised":
            return reliabilities(self.plan, self.correlation, self.weights)
        covariance = self.correlation * self.spread[:, :, np.newaxis] * self.spread[:, np.newaxis]
        return reliabilities(self.plan, covariance, self.unstandardised)

    @cached_property
    def loadings(self) -> FloatArray:
        """Correlations of items with their construct; with its factor where it is consistent."""
        if not self.settings.consistent:
            return self.own
        if self.settings.scaling == "standardised":
            found = consistent_loadings(self.plan, self.weights, self.reliability)
        else:
            found = consistent_loadings(self.plan, self.unstandardised, self.reliability)
            found = found / self.spread
        return np.where(self.plan.factors[self.plan.owner], found, self.own)

    @cached_property
    def constructs(self) -> FloatArray:
        """Correlations of constructs, shape (samples, k, k)."""
        if not self.settings.consistent:
            return self.proxies
        return corrected(self.proxies, self.reliability)

    @cached_property
    def regressions(self) -> tuple[Regression, ...]:
        """The regression of every construct to which a path leads."""
        return tuple(self._regressions())

    def _regressions(self) -> Iterator[Regression]:
        for at in self.plan.endogenous:
            before = self.plan.predecessors[at]
            with_it = self.constructs[:, before, at]
            inverses = inverse(self.constructs[:, before[:, np.newaxis], before])
            slopes = np.einsum("rij,rj->ri", inverses, with_it)
            share = np.einsum("ri,ri->r", slopes, with_it)
            alone = slopes**2 / np.einsum("rii->ri", inverses)  # what R² loses without it
            with np.errstate(invalid="ignore", divide="ignore"):
                effects = alone / (1 - share)[:, np.newaxis]
            yield Regression(at, before, slopes, share, effects)

    @cached_property
    def paths(self) -> FloatArray:
        """Path coefficients, shape (samples, from, to); 0 where there is no path."""
        found = np.zeros_like(self.proxies)
        for its in self.regressions:
            found[:, its.sources, its.target] = its.coefficients
        return found

    @cached_property
    def f_squared(self) -> FloatArray:
        """(R² - R² without it) / (1 - R²), shape (samples, from, to); 0 where there is no path."""
        found = np.zeros_like(self.proxies)
        for its in self.regressions:
            found[:, its.sources, its.target] = its.f_squared
        return found

    @cached_property
    def r_squared(self) -> FloatArray:
        """Of every construct, shape (samples, k); NaN where no path leads to it."""
        found = np.full((self.samples, len(self.plan.names)), np.nan)
        for its in self.regressions:
            found[:, its.target] = its.r_squared
        return found

    @cached_property
    def total(self) -> FloatArray:
        """Total effects, along all ways, shape (samples, from, to)."""
        found = np.zeros_like(self.paths)
        for at in self.plan.order:
            for before in self.plan.predecessors[at]:
                step = self.paths[:, before, at]
                found[:, :, at] += found[:, :, before] * step[:, np.newaxis]
                found[:, before, at] += step
        return found


def solve(
    plan: Plan,
    means: FloatArray,
    covariance: FloatArray,
    settings: Settings,
    *,
    reference: FloatArray | None = None,
    start: FloatArray | None = None,
) -> Solution:
    """Estimate the model in samples with these means, (samples, p), and covariances of items.

    Constructs point as `settings.signs` has it, or, in resamples, as the loadings of `reference`,
    shape (p,). `start` are weights of standardised items to begin with, shape (p,).
    """
    spread = np.sqrt(np.einsum("rii->ri", covariance))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = covariance / spread[:, :, np.newaxis] / spread[:, np.newaxis, :]
    np.einsum("rii->ri", correlation)[:] = np.where(spread > 0, 1.0, np.nan)
    if settings.scaling == "centred":
        begin = None if start is None else start / spread[0]
        outer = outer_weights(plan, covariance, settings, begin)
        weights = outer.values * spread
    else:
        outer = outer_weights(plan, correlation, settings, start)
        weights = outer.values
    seen = as_seen(plan, correlation, weights)
    turned = _signs(plan, seen.cross, settings, reference)
    by_item = turned[:, plan.owner]
    return Solution(
        plan=plan,
        settings=settings,
        means=means,
        spread=spread,
        correlation=correlation,
        weights=seen.weights * by_item,
        cross=seen.cross * turned[:, np.newaxis, :],
        proxies=seen.scores * turned[:, :, np.newaxis] * turned[:, np.newaxis, :],
        iterations=outer.iterations,
        converged=outer.converged,
    )


def _signs(
    plan: Plan, cross: FloatArray, settings: Settings, reference: FloatArray | None
) -> FloatArray:
    """Return 1 or -1 for every construct, shape (samples, k)."""
    own = cross[:, np.arange(len(plan.owner)), plan.owner]
    starts = [its.start for its in plan.blocks]
    if reference is not None:
        side = np.add.reduceat(own * reference, starts, axis=1)
    elif settings.signs == "loadings":
        side = np.add.reduceat(own, starts, axis=1)
    else:
        largest = [np.abs(own[:, block]).argmax(axis=1) + block.start for block in plan.blocks]
        side = np.stack([own[np.arange(len(own)), at] for at in largest], axis=1)
    return np.where(side < 0, -1.0, 1.0)
