"""The closest curve that never falls: isotonic regression.

Pooling adjacent violators (Ayer et al. 1955, *Annals of Mathematical Statistics* 26(4); Robertson,
Wright & Dykstra 1988, *Order Restricted Statistical Inference*, section 1.4) gives the maximum of
the quasi-likelihood of shares, counts and amounts alike. Here it is written as
max over a <= j of min over b >= j of the mean of the levels a to b, for many samples at once.
"""

from __future__ import annotations

import numpy as np

from custvalue._rows import FloatArray, IntArray

ALIKE = 1e-12  # of the size of a curve: levels that are one block
ENTRIES_AT_A_TIME = 2**22


def monotone_curves(mean: FloatArray, weight: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return curves and their number of different values; arrays are (samples, levels)."""
    samples, levels = mean.shape
    size = max(1, ENTRIES_AT_A_TIME // levels**2)
    parts = [
        _curves(mean[at : at + size], weight[at : at + size]) for at in range(0, samples, size)
    ]
    curves = np.concatenate(parts)
    large = np.abs(curves).max(axis=-1, keepdims=True)
    return curves, 1 + (np.diff(curves, axis=-1) > ALIKE * large).sum(axis=-1)


def _curves(mean: FloatArray, weight: FloatArray) -> FloatArray:
    total = np.concatenate([np.zeros((len(mean), 1)), weight.cumsum(axis=-1)], axis=-1)
    first = mean[:, :1]  # differences from it: equal means stay exact
    summed = (weight * (mean - first)).cumsum(axis=-1)
    summed = np.concatenate([np.zeros((len(mean), 1)), summed], axis=-1)
    over = summed[:, np.newaxis, 1:] - summed[:, :-1, np.newaxis]
    below = total[:, np.newaxis, 1:] - total[:, :-1, np.newaxis]
    upper = np.triu(np.ones(over.shape[1:], dtype=bool))
    means = np.where(upper, over / np.where(upper, below, 1.0), np.inf)
    least = np.minimum.accumulate(means[:, :, ::-1], axis=2)[:, :, ::-1]  # over ends b >= j
    least = np.where(upper, least, -np.inf)
    return np.asarray(first + least.max(axis=1))
