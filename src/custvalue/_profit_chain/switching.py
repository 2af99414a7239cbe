"""How often customers buy each brand, when they switch between brands from purchase to purchase.

With M the probabilities of the next brand given the last one, A those of the next purchase, and f
purchases a year at the times 0, 1/f, 2/f, …, the discounted purchases of brand j within a horizon H
are

    Σ_t (1 + d)^(-t/f) (A M^t)_j,     t = 0, …, ⌊H f⌋                                            (1)

(Rust, Lemon & Zeithaml 2004, *Journal of Marketing* 68(1), 109-127, equations 2 and 3). The sum of
powers is built by doubling, so that its cost grows with the logarithm of the number of purchases;
all its terms are positive.
"""

from __future__ import annotations

import math

import numpy as np

from custvalue._rows import FloatArray, IntArray

WHOLE = 1e-9  # of a purchase: 3 years x 2 a year are 6, whatever rounding says


def discounted_purchases(
    switching: FloatArray, first: FloatArray, a_year: FloatArray, years: float, rate: float
) -> FloatArray:
    """Return the discounted purchases of each brand by each customer, equation (1).

    Shapes (customers, brands, brands), (customers, brands) and (customers,); `years` may be
    infinite where the annual `rate` is above 0.
    """
    kept = np.exp(-math.log1p(rate) / a_year)
    ahead = kept[:, None, None] * switching
    if math.isinf(years):
        left = np.eye(switching.shape[1]) - ahead
        solved = np.linalg.solve(left.transpose(0, 2, 1), first[:, :, None])
        return np.asarray(solved[:, :, 0], dtype=np.float64)
    terms = np.floor(years * a_year + WHOLE).astype(np.int64) + 1
    return np.asarray(np.einsum("ij,ijk->ik", first, sum_of_powers(ahead, terms)))


def sum_of_powers(matrices: FloatArray, terms: IntArray) -> FloatArray:
    """Return I + X + … + X^(n - 1) of each matrix, n >= 1 of its own.

    Examples
    --------
    >>> sum_of_powers(np.array([[[0.5]], [[1.0]]]), np.array([3, 4]))[:, 0, 0]
    array([1.75, 4.  ])
    """
    one = np.broadcast_to(np.eye(matrices.shape[1]), matrices.shape)
    total, power = np.zeros(matrices.shape), one
    for bit in range(int(terms.max()).bit_length() - 1, -1, -1):
        total = total + power @ total
        power = power @ power
        odd = ((terms >> bit) & 1 == 1)[:, None, None]
        total = np.where(odd, total + power, total)
        power = np.where(odd, power @ matrices, power)
    return total
