"""Special functions of whole numbers that the purchase models share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._rows import FloatArray

LONGEST_SUM = 1_000_000  # beyond it, differences of gamma functions


class Rising(NamedTuple):
    """log Γ(c + x) - log Γ(c) with its first two derivatives in c."""

    value: FloatArray
    first: FloatArray
    second: FloatArray


def log_rising(c: FloatArray | float, x: FloatArray) -> Rising:
    """Return log of the rising factorial c (c + 1) … (c + x - 1) and its derivatives.

    Sums over integers, not differences of gamma functions: for large c the difference would
    cancel, and with it the gradient of a likelihood on a flat ridge. Where c is an array, with an
    entry for each x, they are differences.

    Examples
    --------
    >>> float(np.exp(log_rising(2.0, np.array([3.0])).value[0]).round(12))
    24.0
    """
    largest = int(x.max(initial=0))
    if largest > LONGEST_SUM or np.ndim(c) > 0:
        return Rising(
            log_rising_ratio(np.asarray(c), x),
            special.digamma(c + x) - special.digamma(c),
            special.polygamma(1, c + x) - special.polygamma(1, c),
        )
    terms = c + np.arange(largest, dtype=np.float64)
    index = x.astype(np.intp)

    def summed(values: FloatArray) -> FloatArray:
        return np.concatenate(([0.0], np.cumsum(values)))[index]

    with np.errstate(divide="ignore"):  # a slope of a slope at c near 0
        return Rising(summed(np.log(terms)), summed(1 / terms), summed(-1 / terms**2))


def log_choices(c: FloatArray, n: FloatArray) -> FloatArray:
    """Return log of Γ(c + n) / (Γ(c) n!), the binomial coefficient of a negative binomial.

    Examples
    --------
    >>> float(np.exp(log_choices(np.array(2.0), np.array(3.0))).round(12))
    4.0
    """
    few = log_rising_ratio(c, n) - special.gammaln(n + 1)
    many = log_rising_ratio(n + 1, c - 1) - special.gammaln(c)  # cancels less
    return np.where(n < STIRLING, few, many)


def log_rising_ratio(c: FloatArray, n: FloatArray) -> FloatArray:
    """Return log Γ(c + n) - log Γ(c), for c and n that are broadcast.

    Where c is large the difference would cancel; there it is the difference of Stirling's series
    (Abramowitz & Stegun 6.1.41), term by term.
    """
    small = np.minimum(c, STIRLING)
    difference = special.gammaln(small + n) - special.gammaln(small)
    large = np.maximum(c, STIRLING)
    end = large + n
    series = (large - 0.5) * np.log1p(n / large) + n * (np.log(end) - 1)
    for power, number in ((1, 1 / 12), (3, -1 / 360), (5, 1 / 1260)):
        series += number * (end**-power - large**-power)
    return np.where(c < STIRLING, difference, series)


STIRLING = 50.0  # from here on, three terms of the series give 1e-15
