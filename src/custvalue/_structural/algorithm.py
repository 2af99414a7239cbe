"""Partial least squares on covariance matrices, many samples at once.

Wold's basic design as in Lohmöller (1989, *Latent Variable Path Modeling with Partial Least
Squares*, chapter 2) and Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005, *Computational
Statistics & Data Analysis* 48(1), section 4). Rows are never needed: with S the covariances of the
items, w weights and C the covariances of the scores, one round is

1. cov(items, scores) A = S W, scores rescaled to variance 1;
2. inner weights E from C: the score of a construct as its neighbours see it is Σ_i E_ij y_i;
3. outer weights: mode A, w_j = cov(x_j, z_j), a column of A E; mode B, S_jj⁻¹ of that.

Sampling weights enter through S (Becker & Ismail 2016, *European Management Journal* 34(6)). The
first axis of every array is the sample, so that resamples of covariance matrices cost one pass.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._rows import FloatArray, IntArray
from custvalue._structural.linear import solved
from custvalue._structural.plan import Flags, Plan
from custvalue._structural.settings import Settings


class OuterWeights(NamedTuple):
    """Weights of items in scores of variance 1.

    Parameters
    ----------
    values : ndarray of shape (samples, p)
        The last ones where the iteration did not end; NaN where an item does not vary.
    iterations : ndarray of int64, shape (samples,)
        Rounds that were needed.
    converged : ndarray of bool, shape (samples,)
        Whether it ended.
    """

    values: FloatArray
    iterations: IntArray
    converged: Flags


class Seen(NamedTuple):
    """What weights come to: rescaled, (samples, p), with cov(items, scores) and of scores."""

    weights: FloatArray
    cross: FloatArray
    scores: FloatArray


def outer_weights(
    plan: Plan, matrices: FloatArray, settings: Settings, start: FloatArray | None = None
) -> OuterWeights:
    """Iterate until no weight of a standardised item changes by more than the tolerance.

    `matrices` are covariances of the items, or correlations, shape (samples, p, p); samples with
    NaN stay NaN. Iteration starts with equal weights, or from those of `start`, shape (p,).
    """
    samples, size = matrices.shape[:2]
    spread = np.sqrt(np.einsum("rii->ri", matrices))
    found = OuterWeights(
        np.full((samples, size), np.nan),
        np.zeros(samples, dtype=np.int64),
        np.zeros(samples, dtype=bool),
    )
    left = np.flatnonzero(np.isfinite(spread).all(axis=1) & (spread > 0).all(axis=1))
    if len(left) < samples:
        matrices = matrices[left]
    weights = np.ones(size) / spread[left] if start is None else np.tile(start, (len(left), 1))
    seen, open_ = as_seen(plan, matrices, weights), np.ones(len(left), dtype=bool)
    for step in range(1, settings.iterations + 1):
        if not open_.any():
            break
        if 2 * open_.sum() < len(left):  # the others are done: they cost no more
            left, matrices = left[open_], matrices[open_]
            seen = Seen(*(its[open_] for its in seen))
            open_ = np.ones(len(left), dtype=bool)
        before, seen = seen.weights, as_seen(plan, matrices, _outer(plan, matrices, seen, settings))
        change = np.abs(np.abs(seen.weights) - np.abs(before)) * spread[left]
        done = open_ & (change.max(axis=1) < settings.tolerance)
        found.values[left[done]] = seen.weights[done]
        found.converged[left[done]] = True
        found.iterations[left[open_]] = step
        open_ &= ~done
    found.values[left[open_]] = seen.weights[open_]
    return found


def as_seen(plan: Plan, matrices: FloatArray, weights: FloatArray) -> Seen:
    """Rescale weights to scores of variance 1, and see what these are like."""
    spread_out = weights[:, :, np.newaxis] * plan.membership
    cross = matrices @ spread_out
    own = cross[:, np.arange(len(plan.owner)), plan.owner]
    variance = np.add.reduceat(weights * own, [its.start for its in plan.blocks], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = 1 / np.sqrt(variance)
    cross *= scale[:, np.newaxis, :]
    weights = weights * scale[:, plan.owner]
    starts = [its.start for its in plan.blocks]
    scores = np.add.reduceat(weights[:, :, np.newaxis] * cross, starts, axis=1)
    return Seen(weights, cross, scores)


def _outer(plan: Plan, matrices: FloatArray, seen: Seen, settings: Settings) -> FloatArray:
    """Return the next weights, not yet rescaled."""
    inner = inner_weights(plan, seen.scores, settings)
    by_item = np.swapaxes(inner, 1, 2)[:, plan.owner]
    found: FloatArray = np.einsum("rpk,rpk->rp", seen.cross, by_item)
    for at in np.flatnonzero(plan.formative):
        block = plan.blocks[at]
        found[:, block] = solved(matrices[:, block, block], found[:, block])
    return found


def inner_weights(plan: Plan, scores: FloatArray, settings: Settings) -> FloatArray:
    """Return E of correlations of scores: column j holds the weights of the neighbours of j."""
    neighbours = plan.adjacency | plan.adjacency.T
    if settings.scheme == "centroid":
        return np.asarray(np.sign(scores) * neighbours)
    if settings.scheme == "factor":
        return np.asarray(scores * neighbours)
    found: FloatArray = scores * plan.adjacency.T  # what follows a construct
    for at in plan.endogenous:
        before = plan.predecessors[at]
        if len(before) == 1:
            found[:, before, at] = scores[:, before, at]
            continue
        among = scores[:, before[:, np.newaxis], before]
        found[:, before, at] = solved(among, scores[:, before, at])
    return found
