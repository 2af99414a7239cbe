"""Logistic regressions of a binary answer on many sets of drivers at once.

All sets are fitted together by Newton's method: with the coefficients of all sets as rows, B, their
linear predictors are B X', and all their Hessians are one product of the weights of respondents in
each set, (sets, n), with the products of the columns, (n, pairs). Rows and columns of drivers that
are not in a set are those of the unit matrix. The start is the linear discriminant, or the
coefficients of the whole sample for a resample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._drivers.subsets import orders_before, sizes_of_sets
from custvalue._rows import FloatArray, IntArray
from custvalue._words import listed
from custvalue.errors import EstimationError

ENTRIES_AT_A_TIME = 2**21  # sets x respondents
STEPS = 50
CLOSE = 1e-9  # Newton decrement for each unit of weight; half of it is what the last step adds
ROUNDING = 1e-12  # of log-likelihood for each unit of weight
LARGE = 20.0  # linear predictors that have no end
LONGEST = 4.0  # step of a coefficient
FLAT, TINY = 1e-12, 1e-300  # what is added where the likelihood is flat

Sets = npt.NDArray[np.bool_]


class Fitted(NamedTuple):
    """Regressions on sets of drivers.

    Parameters
    ----------
    coefficients : ndarray of shape (sets, drivers + 1)
        The constant first; 0 for drivers that are not in the set.
    log_likelihood : ndarray of shape (sets,)
        At the maximum.
    converged : ndarray of bool, shape (sets,)
        Whether there is a maximum.
    """

    coefficients: FloatArray
    log_likelihood: FloatArray
    converged: npt.NDArray[np.bool_]


class Binary(NamedTuple):
    """A binary answer with its drivers.

    Parameters
    ----------
    design : ndarray of shape (n, drivers + 1)
        1 and the drivers, standardised.
    answers : ndarray of shape (n,)
        0 or 1.
    """

    design: FloatArray
    answers: FloatArray

    @classmethod
    def of(cls, columns: FloatArray, weights: FloatArray) -> Binary:
        """Standardise drivers, which stand behind the overall answers of two values."""
        overall, drivers = columns[:, 0], columns[:, 1:]
        mean = weights @ drivers / weights.sum()
        spread = np.sqrt(weights @ np.square(drivers - mean) / weights.sum())
        design = np.column_stack([np.ones(len(columns)), (drivers - mean) / spread])
        return cls(design, (overall > overall.min()).astype(np.float64))

    def blocks(self, sets: int) -> Iterator[slice]:
        """Yield rows of which all sets fit into memory."""
        size = max(64, ENTRIES_AT_A_TIME // max(sets, 1))
        return (slice(at, at + size) for at in range(0, len(self.answers), size))


def all_sets(drivers: int) -> Sets:
    """Return which drivers are in each set; driver j is in k where binary digit j of k is 1."""
    members = (np.arange(2**drivers)[:, np.newaxis] >> np.arange(drivers)) & 1
    return np.asarray(members == 1)


def fitted(data: Binary, weights: FloatArray, sets: Sets, start: FloatArray | None) -> Fitted:
    """Fit the regression on every set of drivers."""
    inside = np.column_stack([np.ones(len(sets), dtype=bool), sets])
    found = _start(data, weights, inside) if start is None else start.copy()
    likelihood, before = np.full(len(sets), -np.inf), found.copy()
    converged, going = np.zeros(len(sets), dtype=bool), np.arange(len(sets))
    largest = np.zeros(len(sets))
    for _ in range(STEPS):
        now, score, hessian, largest[going] = _moments(data, weights, found[going])
        worse = now < likelihood[going] - ROUNDING * weights.sum()
        back = going[worse]
        found[back] = (found[back] + before[back]) / 2
        better = going[~worse]
        likelihood[better], before[better] = now[~worse], found[better]
        step, decrement = _step(score[~worse], hessian[~worse], inside[better])
        done = decrement <= CLOSE * weights.sum()
        converged[better[done]] = True
        likelihood[better[done]] += decrement[done] / 2
        found[better] += step
        going = np.concatenate([back, better[~done]])
        if not going.size:
            break
    return Fitted(found, likelihood, converged & (largest < LARGE))


def _start(data: Binary, weights: FloatArray, inside: Sets) -> FloatArray:
    """Return the linear discriminant of each set."""
    share = float(weights @ data.answers / weights.sum())
    scaled = data.design * weights[:, np.newaxis] / weights.sum()
    centred = data.design - scaled.sum(axis=0)
    centred[:, 0] = 1.0
    between = (centred * weights[:, np.newaxis]).T @ centred / weights.sum()
    towards = scaled.T @ (data.answers - share)
    towards[0] = 0.0
    slopes = _solved(np.broadcast_to(between, (len(inside), *between.shape)), inside, towards)
    explained = np.minimum(slopes @ towards / (share * (1 - share)), 0.9)
    found = slopes / (share * (1 - share) * (1 - explained))[:, np.newaxis]
    found[:, 0] = np.log(share / (1 - share))
    return np.asarray(np.minimum(np.maximum(found, -3.0), 3.0))


def _solved(matrices: FloatArray, inside: Sets, vectors: FloatArray) -> FloatArray:
    """Solve systems of the columns that are in each set, 0 for the others."""
    both = inside[:, :, np.newaxis] & inside[:, np.newaxis, :]
    kept = np.where(both, matrices, np.eye(inside.shape[1]))
    wanted = np.where(inside, vectors, 0.0)
    return np.asarray(np.linalg.solve(kept, wanted[..., np.newaxis])[..., 0])


def _moments(
    data: Binary, weights: FloatArray, coefficients: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return log-likelihoods, scores, Hessians, and the largest linear predictors of all sets."""
    sets, size = coefficients.shape
    above = np.triu_indices(size)
    likelihood, score = np.zeros(sets), np.zeros((sets, size))
    upper, largest = np.zeros((sets, len(above[0]))), np.zeros(sets)
    for rows in data.blocks(sets):
        design, y, w = data.design[rows], data.answers[rows], weights[rows]
        predictor = coefficients @ design.T
        size_of = np.abs(predictor)
        largest = np.maximum(largest, size_of.max(axis=1))
        small = np.exp(-size_of)  # at most 1: nothing overflows
        chance = np.where(predictor > 0, 1.0, small) / (1.0 + small)
        likelihood += (y * predictor - np.maximum(predictor, 0.0) - np.log1p(small)) @ w
        score += ((y - chance) * w) @ design
        upper += (chance * (1 - chance) * w) @ (design[:, above[0]] * design[:, above[1]])
    hessian = np.empty((sets, size, size))
    hessian[:, above[0], above[1]] = hessian[:, above[1], above[0]] = upper
    return likelihood, score, hessian, largest


def _step(score: FloatArray, hessian: FloatArray, inside: Sets) -> tuple[FloatArray, FloatArray]:
    """Return Newton's steps, none too long, and how much log-likelihood they promise."""
    own = np.einsum("mkk->mk", hessian)
    own += FLAT * own.max(axis=1, keepdims=True, initial=0.0) + TINY
    step = np.minimum(np.maximum(_solved(hessian, inside, score), -LONGEST), LONGEST)
    return step, np.einsum("mk,mk->m", step, np.where(inside, score, 0.0))


def refuse_separated(data: Binary, names: Sequence[str], fits: Fitted) -> None:
    """Raise an EstimationError where drivers tell the answers apart without an error."""
    if fits.converged.all():
        return
    for place, name in enumerate(names):
        column = data.design[:, place + 1]
        ones, zeros = column[data.answers > 0], column[data.answers == 0]
        if ones.min() >= zeros.max() or ones.max() <= zeros.min():
            raise EstimationError(_separated(repr(name), "separates"))
    worst = np.abs(fits.coefficients[~fits.converged][-1][1:])
    most = [name for name, size in zip(names, worst, strict=True) if size > 0.05 * worst.max()]
    raise EstimationError(_separated(listed(most), "together separate"))


def _separated(names: str, what: str) -> str:
    return (
        f"{names} {what} the two overall answers completely, so that a logistic regression has no "
        f"end: its coefficient grows without bound. Leave it out, or use explained='r squared'."
    )


def weights_of_sets(drivers: int) -> FloatArray:
    """Return what the value of each set adds to the part of each driver, (sets, drivers)."""
    sizes, before, sets = sizes_of_sets(drivers), orders_before(drivers), all_sets(drivers)
    after = np.concatenate([[0.0], before[:-1]])[sizes]
    return np.where(sets, after[:, np.newaxis], -before[sizes][:, np.newaxis])


def sets_of_orders(orders: IntArray) -> tuple[Sets, FloatArray]:
    """Return the sets that come first in some orders, and their weights as above."""
    drivers = orders.shape[1]
    place = np.argsort(orders, axis=1)  # of each driver
    first = place[:, np.newaxis, :] < np.arange(drivers + 1)[np.newaxis, :, np.newaxis]
    sets, which = np.unique(first.reshape(-1, drivers), axis=0, return_inverse=True)
    which = which.reshape(len(orders), drivers + 1)
    weights = np.zeros(sets.shape)
    for k in range(drivers):
        np.add.at(weights, (which[:, k + 1], orders[:, k]), 1 / len(orders))
        np.add.at(weights, (which[:, k], orders[:, k]), -1 / len(orders))
    return sets, weights
