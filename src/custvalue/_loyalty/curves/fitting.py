"""All shapes fitted to many samples at once, from the means at the levels of satisfaction.

Where a shape has a steepness and an inflexion, these are sought on a grid that closes in around the
best point, and the two ends are fitted exactly at every point of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._loyalty.curves.ends import Ends, between, fitted_ends
from custvalue._loyalty.curves.families import Family
from custvalue._loyalty.curves.logistic_curve import logistic_curves
from custvalue._loyalty.curves.monotone import monotone_curves
from custvalue._loyalty.curves.shapes import (
    LEAST_STEEP,
    ORDER,
    RISES,
    STEEPEST,
    Shape,
    ShapeName,
)
from custvalue._rows import FloatArray


class Search(NamedTuple):
    """How fine a search is.

    Parameters
    ----------
    steepnesses, inflexions : int
        Points of the first grid.
    rounds : int
        How often it closes in around the best point.
    closer : float
        By what.
    close : float
        What a last step of the ends adds to twice the quasi-likelihood.
    """

    steepnesses: int
    inflexions: int
    rounds: int
    closer: float
    close: float


FINE = Search(18, 11, 50, 0.75, 1e-10)  # of the sample
COARSE = Search(11, 6, 15, 0.75, 1e-3)  # of resamples
Rows = npt.NDArray[np.intp]

ENTRIES_AT_A_TIME = 2**21  # samples x points of the grid x levels


class Levels(NamedTuple):
    """The levels of satisfaction from the worst to the best on a scale of 0 to 1, and the family.

    `u` runs the way in which the outcome grows.
    """

    u: FloatArray
    family: Family

    @property
    def steepest(self) -> float:
        return STEEPEST / float(np.diff(self.u).min())

    @property
    def inflexions(self) -> tuple[float, float]:
        """Where an inflexion can be seen: between the second level and the last but one."""
        return float(self.u[1]), float(self.u[-2])


class Fits(NamedTuple):
    """One shape, fitted to samples.

    Parameters
    ----------
    curve : ndarray of shape (samples, levels)
        The curve at the levels.
    likelihood : ndarray of shape (samples,)
        Its quasi-likelihood.
    parameters : ndarray of shape (samples,)
        How many numbers describe the curve.
    values : dict of str to ndarray of shape (samples,)
        What these are.
    """

    curve: FloatArray
    likelihood: FloatArray
    parameters: FloatArray
    values: dict[str, FloatArray]


def fitted_shapes(
    levels: Levels, mean: FloatArray, weight: FloatArray, search: Search = COARSE
) -> dict[ShapeName, Fits]:
    """Fit every shape that has no more parameters than there are levels."""
    some = len(levels.u)
    found: dict[ShapeName, Fits] = {}
    for shape in RISES:
        if shape.parameters <= some:
            found[shape.name] = _by_blocks(_Problem(shape, levels, mean, weight, search))
    if levels.family.kind == "shares":
        found["logistic"] = _logistic(levels, mean, weight)
    found["monotone"] = _monotone(levels, mean, weight)
    return {name: found[name] for name in ORDER if name in found}


def _logistic(levels: Levels, mean: FloatArray, weight: FloatArray) -> Fits:
    its = logistic_curves(levels.u, mean, weight)
    values = {"constant": its.floor, "slope": its.ceiling - its.floor}
    return Fits(its.curve, its.likelihood, np.full(len(mean), 2.0), values)


def _monotone(levels: Levels, mean: FloatArray, weight: FloatArray) -> Fits:
    curve, blocks = monotone_curves(mean, weight)
    likelihood = (weight * levels.family.gain(mean, curve)).sum(axis=-1)
    return Fits(curve, likelihood, blocks.astype(np.float64), {})


def _by_blocks(problem: _Problem) -> Fits:
    """Fit some samples at a time, so that memory stays small."""
    mean, weight, search = problem.mean, problem.weight, problem.search
    points = search.steepnesses * (search.inflexions if problem.shape.inflected else 1)
    size = max(1, ENTRIES_AT_A_TIME // (points * len(problem.levels.u)))
    parts = [
        _closing_in(problem._replace(mean=mean[at : at + size], weight=weight[at : at + size]))
        for at in range(0, len(mean), size)
    ]
    values = {name: np.concatenate([its.values[name] for its in parts]) for name in parts[0].values}
    curve = np.concatenate([its.curve for its in parts])
    likelihood = np.concatenate([its.likelihood for its in parts])
    return Fits(curve, likelihood, np.concatenate([its.parameters for its in parts]), values)


class _Grid(NamedTuple):
    """Points of steepness (as a logarithm) and inflexion, (samples or 1, points)."""

    log_k: FloatArray
    m: FloatArray

    def of(self, rows: Rows, best: Rows) -> tuple[FloatArray, FloatArray]:
        """Return the best point of each sample."""
        k, m = (np.broadcast_to(its, (len(rows), its.shape[1])) for its in self)
        place = (np.arange(len(rows)), best)
        return np.asarray(k[place]), np.asarray(m[place])


class _Problem(NamedTuple):
    """A shape that is fitted to level means."""

    shape: Shape
    levels: Levels
    mean: FloatArray
    weight: FloatArray
    search: Search

    def best(self, grid: _Grid, near: Ends | None = None) -> tuple[Ends, FloatArray, FloatArray]:
        """Return the ends at the best point of the grid for each sample, and the point."""
        start = None if near is None else (near.floor[:, np.newaxis], near.ceiling[:, np.newaxis])
        u = self.levels.u[:, np.newaxis, np.newaxis]
        rise = self.shape.rise(u, np.exp(grid.log_k), grid.m)
        family, close = self.levels.family, self.search.close
        ends = fitted_ends(rise, self.mean, self.weight, family, close=close, start=start)
        place = ends.likelihood.argmax(axis=1)
        rows = np.arange(len(self.mean))
        return Ends(*(its[rows, place] for its in ends)), *grid.of(rows, place)

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where the logarithm of the steepness and the inflexion may be."""
        steep = float(np.log(LEAST_STEEP)), float(np.log(self.levels.steepest))
        return steep, self.levels.inflexions if self.shape.inflected else (0.5, 0.5)

    def first_grid(self) -> _Grid:
        (low, high), (left, right) = self.limits
        steps = np.linspace(low, high, self.search.steepnesses if self.shape.bent else 1)
        places = np.linspace(left, right, self.search.inflexions if self.shape.inflected else 1)
        return _Grid(*(its.ravel()[np.newaxis] for its in np.meshgrid(steps, places)))

    def smaller(self, k: FloatArray, m: FloatArray, size: float) -> _Grid:
        """Return a grid around the best points, which is smaller than the first by `size`."""
        (low, high), (left, right) = self.limits
        one = np.array([0.0, -1.0, 1.0])  # the point itself first: it wins a tie
        aside = np.array([0.0, -1.0, 1.0] if self.shape.inflected else [0.0])
        width, across = (its.ravel() for its in np.meshgrid(one, aside))
        width = width * size * (high - low) / self.search.steepnesses
        across = across * size * (right - left) / self.search.inflexions
        return _Grid(
            np.minimum(np.maximum(k[:, np.newaxis] + width, low), high),
            np.minimum(np.maximum(m[:, np.newaxis] + across, left), right),
        )


def _closing_in(problem: _Problem) -> Fits:
    """Search on a grid, and again on a smaller one around its best point."""
    shape, search = problem.shape, problem.search
    best, k, m = problem.best(problem.first_grid())
    for step in range(search.rounds if shape.bent else 0):
        best, k, m = problem.best(problem.smaller(k, m, search.closer**step), best)
    rise = shape.rise(problem.levels.u[:, np.newaxis], np.exp(k), m)
    curve = between(best.floor, best.ceiling, rise).T
    values = {"floor": best.floor, "ceiling": best.ceiling}
    values |= {"steepness": np.exp(k)} if shape.bent else {}
    values |= {"inflexion": m} if shape.inflected else {}
    return Fits(curve, best.likelihood, np.full(len(k), float(shape.parameters)), values)
