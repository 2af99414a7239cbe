"""R² of every set of drivers at once, and how it is shared out among them.

What drivers explain alone and what they explain beside others differ where they go together. The
average over all orders of entry of what a driver adds to R² is its part (Lindeman, Merenda & Gold
1980, *Introduction to Bivariate and Multivariate Analysis*, p. 119); it is the Shapley value of
R², and the general dominance weight of Budescu (1993, *Psychological Bulletin* 114(3)).

Sets are found by doubling: with the variances and covariances that are left once a set is known,
each driver splits every set found so far into itself and itself with the driver, by one step of
elimination. 2^p sets cost little more than 2^p divisions, whatever the number of samples, which
lie side by side. Beyond that, orders are drawn: in the Cholesky factor of the correlations in an
order of entry, with the overall answers last, the squares of the last row are what each adds.

Sets are numbered by their members: driver j is in the set k where the binary digit j of k is 1.
"""

from __future__ import annotations

import math

import numpy as np

from custvalue._rows import FloatArray, IntArray

MOST_EXACT = 22  # drivers: 4 million sets
MOST_RESAMPLED = 15  # drivers whose sets are all found again in every resample
ENTRIES_AT_A_TIME = 2**18  # sets x samples of a block: stays in the cache


def explained_by_sets(between: FloatArray, with_overall: FloatArray) -> FloatArray:
    """Return R² of all sets, (2^p, samples), from correlations (samples, p, p) and (samples, p)."""
    size = between.shape[-1]
    joined = np.concatenate([between, with_overall[..., np.newaxis]], axis=2)
    left = {
        (a, b): np.ascontiguousarray(joined[:, a, b])[np.newaxis]
        for a in range(size)
        for b in range(a, size + 1)
    }
    unexplained = np.ones((1, len(between)))
    for driver in range(size):
        ratio = {b: left[driver, b] / left[driver, driver] for b in range(driver + 1, size + 1)}
        entered = unexplained - ratio[size] * left[driver, size]
        unexplained = np.concatenate([unexplained, entered])
        left = {
            (a, b): _doubled(left[a, b], ratio[a], left[driver, b])
            for a in range(driver + 1, size)
            for b in range(a, size + 1)
        }
    return 1.0 - unexplained


def _doubled(old: FloatArray, ratio: FloatArray, other: FloatArray) -> FloatArray:
    """Return covariances without a driver, then with it."""
    both = np.empty((2 * len(old), old.shape[1]))
    both[: len(old)] = old
    np.multiply(ratio, other, out=both[len(old) :])
    np.subtract(old, both[len(old) :], out=both[len(old) :])
    return both


def sizes_of_sets(drivers: int) -> IntArray:
    """Return how many drivers are in each set."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(drivers):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def orders_before(drivers: int) -> FloatArray:
    """Return the share of orders in which a set of some size comes just before a given driver."""
    before = [
        math.factorial(size) * math.factorial(drivers - size - 1) / math.factorial(drivers)
        for size in range(drivers)
    ]
    return np.array([*before, 0.0])  # nothing comes after all of them


def average_additions(explained: FloatArray) -> FloatArray:
    """Return what each driver adds on average over all orders, (drivers, samples).

    Σ_S w(|S|) [f(S + j) - f(S)] is Σ_(S with j) u(S) - Σ_S w(|S|) f(S), u = (w(|S| - 1) + w(|S|))
    f; the sums over the sets with a driver come from folding in half.
    """
    drivers = len(explained).bit_length() - 1
    sizes, before = sizes_of_sets(drivers), orders_before(drivers)
    every = before[sizes] @ explained
    folded = (before + np.concatenate([[0.0], before[:-1]]))[sizes][:, np.newaxis] * explained
    parts = np.empty((drivers, explained.shape[1]))
    for driver in reversed(range(drivers)):
        half = len(folded) // 2
        parts[driver] = folded[half:].sum(axis=0) - every
        folded = folded[:half] + folded[half:]
    return parts


def lmg_of_sets(between: FloatArray, with_overall: FloatArray) -> FloatArray:
    """Return the parts of R² over all orders, (samples, p)."""
    at_once = max(1, ENTRIES_AT_A_TIME >> between.shape[-1])
    parts = [
        average_additions(explained_by_sets(between[rows], with_overall[rows])).T
        for rows in (slice(at, at + at_once) for at in range(0, len(between), at_once))
    ]
    return np.concatenate(parts) if parts else np.empty_like(with_overall)


def drawn_orders(drivers: int, orders: int, random: np.random.Generator) -> IntArray:
    """Return orders of entry in pairs, each with its reverse, (orders, drivers)."""
    half = random.permuted(np.tile(np.arange(drivers), ((orders + 1) // 2, 1)), axis=1)
    return np.stack([half, half[:, ::-1]], axis=1).reshape(-1, drivers)


def additions_in_order(
    between: FloatArray, with_overall: FloatArray, orders: IntArray
) -> FloatArray:
    """Return what each driver adds to R² in each order of entry, (orders, p), in one sample."""
    drivers = len(with_overall)
    whole = np.empty((drivers + 1, drivers + 1))
    whole[:-1, :-1], whole[-1, :-1], whole[:-1, -1] = between, with_overall, with_overall
    whole[-1, -1] = 2.0  # larger than R² can be: the factor exists, and its other entries stay
    last = np.full((len(orders), 1), drivers)
    order = np.concatenate([orders, last], axis=1)
    factors = np.linalg.cholesky(whole[order[:, :, np.newaxis], order[:, np.newaxis, :]])
    added = np.empty(orders.shape)
    np.put_along_axis(added, orders, np.square(factors[:, -1, :-1]), axis=1)
    return added


def lmg_of_orders(between: FloatArray, with_overall: FloatArray, orders: IntArray) -> FloatArray:
    """Return the parts of R² over some orders, (samples, p)."""
    return np.array(
        [
            additions_in_order(one, other, orders).mean(axis=0)
            for one, other in zip(between, with_overall, strict=True)
        ]
    ).reshape(with_overall.shape)


def error_of_orders(added: FloatArray) -> FloatArray:
    """Return the standard errors of means over orders that were drawn in pairs, (p,)."""
    pairs = (added[::2] + added[1::2]) / 2
    errors: FloatArray = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    return errors
