"""Ends of intervals for one share and for a mean on a scale with ends.

Every function of a share takes the share, the number of answers (weighted data bring their
effective number, which need not be whole) and the level, and returns the two ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._rows import FloatArray

Ends = tuple[float, float]

HALVINGS = 60  # of an interval of 1: down to the last digit of a float


def normal_quantile(level: float) -> float:
    """Return z such that ``P(|Z| <= z) = level``."""
    return float(normal_quantiles(level))


def normal_quantiles(levels: npt.ArrayLike) -> FloatArray:
    """Return that of several levels; the lower tail keeps its digits."""
    quantiles: FloatArray = np.maximum(-special.ndtri(0.5 - np.asarray(levels) / 2), 0.0)
    return quantiles


def t_quantile(level: float, degrees_of_freedom: float) -> float:
    """Return t such that ``P(|T| <= t) = level``."""
    return max(-float(special.stdtrit(degrees_of_freedom, 0.5 - level / 2)), 0.0)


def normal_size(level: float, n: float, degrees_of_freedom: float | None) -> float:
    """Return n (z / t)², whose normal interval is that of n by t (Korn & Graubard 1998)."""
    if degrees_of_freedom is None:
        return n
    return float(normal_sizes(np.array([level]), np.array([n]), np.array([degrees_of_freedom]))[0])


def normal_sizes(levels: FloatArray, n: FloatArray, degrees_of_freedom: FloatArray) -> FloatArray:
    """Return that of several, of infinite degrees of freedom n itself."""
    by_t = special.stdtrit(degrees_of_freedom, 0.5 - levels / 2)
    factor = np.square(normal_quantiles(levels) / by_t)
    return np.where(np.isinf(degrees_of_freedom), n, n * factor)


def wilson(share: float, n: float, level: float) -> Ends:
    """Wilson (1927) score interval, equation in Brown, Cai & DasGupta (2001), section 3.1.1."""
    both = np.array([-1.0, 1.0])
    low, high = wilson_ends(np.array([share]), np.array([n]), np.array([level]), both).tolist()
    return low, high


def wilson_ends(
    share: FloatArray, n: FloatArray, level: FloatArray, side: FloatArray
) -> FloatArray:
    """Return one end of each of many intervals: the low one where `side` is -1, else the high."""
    z = normal_quantiles(level)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    extreme = (side + 1) / 2
    return np.where(share == extreme, extreme, np.clip(centre + side * reach, 0.0, 1.0))


def clopper_pearson(share: float, n: float, level: float) -> Ends:
    """Clopper & Pearson (1934), by beta quantiles."""
    tail = (1 - level) / 2
    hits = share * n
    low = 0.0 if share == 0 else float(special.betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if share == 1 else float(special.betaincinv(hits + 1, n - hits, 1 - tail))
    return low, high


def mid_p(share: float, n: float, level: float) -> Ends:
    """Clopper & Pearson with half the probability of the observed count (Lancaster 1961)."""
    return _mid_p_low(share, n, level), 1 - _mid_p_low(1 - share, n, level)


def _mid_p_low(share: float, n: float, level: float) -> float:
    """Find p with P(more hits) + P(as many) / 2 = (1 - level) / 2."""
    if share == 0:
        return 0.0
    hits, misses = share * n, n - share * n

    def mid_tail(p: float) -> float:
        as_many_or_more = float(special.betainc(hits, misses + 1, p))
        more = float(special.betainc(hits + 1, misses, p)) if misses > 0 else 0.0
        return (as_many_or_more + more) / 2

    return _root(mid_tail, (1 - level) / 2)


def _root(increasing: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if increasing(middle) < wanted else (low, middle)
    return (low + high) / 2


def agresti_coull(share: float, n: float, level: float) -> Ends:
    """Agresti & Coull (1998): Wald after z²/2 added successes and failures; may leave 0 to 1."""
    z = normal_quantile(level)
    centre = (share * n + z * z / 2) / (n + z * z)
    reach = z * math.sqrt(centre * (1 - centre) / (n + z * z))
    return centre - reach, centre + reach


def jeffreys(share: float, n: float, level: float) -> Ends:
    """Equal-tailed posterior under the prior Beta(½, ½), to 0 or 1 where the share is that.

    Brown, Cai & DasGupta (2001), section 3.1.3.
    """
    tail = (1 - level) / 2
    hits, misses = share * n + 0.5, n - share * n + 0.5
    low = 0.0 if share == 0 else float(special.betaincinv(hits, misses, tail))
    high = 1.0 if share == 1 else float(special.betaincinv(hits, misses, 1 - tail))
    return low, high


def bounded_mean(
    mean: float, variance: float, n: float, bounds: tuple[float, float], level: float
) -> Ends:
    """Posterior of a mean on a scale with ends, after one imagined answer, half at each end.

    Under a Dirichlet prior with ½ at each end of the scale, n answers with this mean and
    variance make a posterior of the mean with

    E = (n m + ½) / (n + 1),  Var = [(n (m² + s²) + ½) / (n + 1) - E²] / (n + 2)

    on a scale of 0 to 1, whatever the answers between the ends are. A beta distribution with
    these two moments is taken for it: on a scale of two points it is Jeffreys' interval of
    a share, were the divisor of the variance n. The imagined answer stands for the answers far
    away that a small sample has not seen; without it intervals are too short where answers pile
    up.
    """
    low, width = bounds[0], bounds[1] - bounds[0]
    m, s2 = (mean - low) / width, variance / width**2
    centre = (n * m + 0.5) / (n + 1)
    spread = ((n * (m * m + s2) + 0.5) / (n + 1) - centre**2) / (n + 2)
    # few very unequal weights can make the variance larger than any distribution on 0-1 has
    strength = max(centre * (1 - centre) / spread - 1, 1.0)
    a, b = strength * centre, strength * (1 - centre)
    tail = (1 - level) / 2
    first, last = float(special.betaincinv(a, b, tail)), float(special.betaincinv(a, b, 1 - tail))
    return low + width * min(first, m), low + width * max(last, m)
