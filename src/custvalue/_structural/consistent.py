"""Consistent partial least squares: correlations of common factors instead of those of scores.

Dijkstra & Henseler (2015, *MIS Quarterly* 39(2), equations 3 to 8). Scores of reflective constructs
contain measurement error, which weakens their correlations. With w the weights of a construct,
scaled to w'Sw = 1, and S its correlations,

rho_A = (w'w)² · w'(S - diag S)w / w'(ww' - diag ww')w

is the squared correlation of the score with its factor; loadings are w √rho_A / w'w, and
correlations are divided by √(rho_A,i rho_A,j).
"""

from __future__ import annotations

import numpy as np

from custvalue._rows import FloatArray
from custvalue._structural.plan import Plan


def reliabilities(plan: Plan, matrices: FloatArray, weights: FloatArray) -> FloatArray:
    """Return rho_A of every construct, shape (samples, k); 1 of single items and formative ones.

    `weights` make scores of variance 1 of items with these covariances (or correlations), in the
    units in which they were estimated: there they are proportional to the loadings.
    """
    found = np.ones((len(weights), len(plan.names)))
    for at in np.flatnonzero(plan.factors):
        block = plan.blocks[at]
        own = weights[:, block]
        square, fourth = (np.einsum("rp,rp->r", own**k, own**k) for k in (1, 2))
        shared = np.einsum("rp,rpq,rq->r", own, matrices[:, block, block], own)
        shared -= np.einsum("rp,rpp,rp->r", own, matrices[:, block, block], own)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[:, at] = square**2 * shared / (square**2 - fourth)
    return found


def consistent_loadings(plan: Plan, weights: FloatArray, reliability: FloatArray) -> FloatArray:
    """Return √rho_A w / w'w, shape (samples, p), in the units of the weights."""
    starts = [its.start for its in plan.blocks]
    square = np.add.reduceat(weights**2, starts, axis=1)
    with np.errstate(invalid="ignore"):
        factor = np.sqrt(reliability) / square
    return np.asarray(weights * factor[:, plan.owner])


def corrected(correlations: FloatArray, reliability: FloatArray) -> FloatArray:
    """Return correlations of factors, shape (samples, k, k); the diagonal is 1."""
    with np.errstate(invalid="ignore"):
        root = np.sqrt(reliability)
    found: FloatArray = correlations / (root[:, :, np.newaxis] * root[:, np.newaxis, :])
    np.einsum("rkk->rk", found)[:] = 1.0
    return found
