"""Populations in which a structural model holds: correlations that follow from paths, and items.

Constructs have mean 0 and variance 1. Those without predecessors correlate as given; the variance
of every other one is made up of R² = b' R b and of a disturbance of its own. In a *factor*
population an item is x = λ f + √(1 - λ²) e with errors that are independent. In a *composite*
population the construct is a weighted sum of its items, f = w'x, and items of different blocks
correlate by their constructs alone: cov(x, f) = Σ w, with the covariance Σ of the block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._inference.estimate import ROUNDING
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import ParameterError

BoolArray = npt.NDArray[np.bool_]

SMALLEST = float(np.finfo(np.float64).tiny)


class Implied(NamedTuple):
    """What paths imply, of many models: correlations (m, k, k), and R² (m, k), 0 where no path."""

    correlations: FloatArray
    r_squared: FloatArray


def implied(paths: FloatArray, leads: BoolArray, outside: FloatArray) -> Implied:
    """Return the correlations that follow from standardised paths, of many models at once.

    Parameters
    ----------
    paths : ndarray of shape (models, constructs, constructs)
        Coefficient of the path from the row to the column.
    leads : ndarray of bool, shape (constructs, constructs)
        Which paths there are.
    outside : ndarray of shape (models, constructs, constructs)
        Correlations, of which those among constructs without predecessors are used.
    """
    size = len(leads)
    found = np.zeros(paths.shape) + np.eye(size)
    explained = np.zeros(paths.shape[:2])
    done = [place for place in range(size) if not leads[:, place].any()]
    found[:, np.array(done)[:, np.newaxis], done] = outside[:, np.array(done)[:, np.newaxis], done]
    for place in in_order(leads):
        before = np.flatnonzero(leads[:, place])
        if not before.size:
            continue
        slopes = paths[:, before, place]
        shared = np.einsum("mdb,mb->md", found[:, :, before], slopes)
        explained[:, place] = np.einsum("mb,mb->m", shared[:, before], slopes)
        found[:, done, place] = found[:, place, done] = shared[:, done]
        done.append(place)
    return Implied(found, explained)


def in_order(leads: BoolArray) -> list[int]:
    """Return the constructs of paths without cycles, each after those that lead to it."""
    left, found = leads.copy(), []
    waiting = list(range(len(leads)))
    while waiting:
        free = [place for place in waiting if not left[:, place].any()]
        found += free
        left[free] = False
        waiting = [place for place in waiting if place not in free]
    return found


def require_below_one(names: Sequence[str], explained: FloatArray) -> None:
    """Raise unless paths explain less than all of the variance of every construct."""
    for name, share in zip(names, explained, strict=True):
        if share >= 1:
            raise ParameterError(
                f"paths to {name!r} would explain {100 * share:.1f} % of its variance, but it must "
                f"be less than all of it. Give smaller paths, or smaller correlations."
            )


def root_of(matrix: FloatArray, what: str) -> FloatArray:
    """Return L with L L' = matrix, which may be singular; `what` is for the message."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e6 * ROUNDING * values[-1]:
        raise ParameterError(
            f"{what} are not possible together: no answers have these correlations. Give smaller "
            f"ones."
        )
    found: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return found


class Measured(NamedTuple):
    """One block: correlations of the items with the construct, weights, root of the errors."""

    loadings: FloatArray
    weights: FloatArray
    errors: FloatArray


def factor_block(loadings: FloatArray) -> Measured:
    """Return a block of items that reflect a factor; weights are those of regression scores."""
    unique = 1 - loadings**2
    safe = np.where(unique > 0, unique, 1.0)
    weights = loadings / safe if (unique > 0).all() else (unique <= 0).astype(np.float64)
    return Measured(loadings, weights / float(weights @ loadings), np.diag(np.sqrt(unique)))


def composite_block(weights: FloatArray, within: float, name: str) -> Measured:
    """Return a block whose construct is a weighted sum of items that correlate by `within`."""
    own = np.full((len(weights), len(weights)), within)
    np.fill_diagonal(own, 1.0)
    root_of(own, f"items of {name!r} that correlate by {within:g}")
    weights = weights / max(float(np.abs(weights).max()), SMALLEST)  # large ones do not overflow
    variance = float(weights @ own @ weights)
    if variance <= ROUNDING:
        raise ParameterError(f"weights of {name!r} make a sum without variance. Give other ones.")
    scaled = weights / np.sqrt(variance)
    loadings = own @ scaled
    return Measured(
        loadings, scaled, root_of(own - np.outer(loadings, loadings), f"items of {name!r}")
    )


def drawn_constructs(
    root: FloatArray,
    clusters: IntArray | None,
    within_clusters: float,
    respondents: int,
    random: np.random.Generator,
) -> FloatArray:
    """Draw normal scores, (respondents, constructs), of which a share is common to a cluster."""
    size = len(root)
    own = random.standard_normal((respondents, size)) @ root.T
    if clusters is None:
        return own
    common = random.standard_normal((int(clusters.max()) + 1, size)) @ root.T
    found: FloatArray = np.sqrt(1 - within_clusters) * own
    found += np.sqrt(within_clusters) * common[clusters]
    return found


def drawn_items(
    scores: FloatArray, blocks: Sequence[Measured], random: np.random.Generator
) -> FloatArray:
    """Draw standard normal items, (respondents, items), of given construct scores."""
    columns = []
    for place, block in enumerate(blocks):
        noise = random.standard_normal((len(scores), len(block.loadings))) @ block.errors.T
        columns.append(np.outer(scores[:, place], block.loadings) + noise)
    return np.concatenate(columns, axis=1)
