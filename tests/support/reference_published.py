"""Printed tables the slow and naive way: every set of answers there is, nothing of custvalue."""

import itertools
import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from scipy import stats

WAYS = {"half even": ROUND_HALF_EVEN, "half up": ROUND_HALF_UP, "cut off": ROUND_DOWN}


def printed(value, decimals, way="half even"):
    """Print a number with so many decimals."""
    unit = Decimal(1).scaleb(-decimals)
    return str(Decimal(repr(float(value))).quantize(unit, rounding=WAYS[way]))


def mean(values):
    return sum(values) / len(values)


def sd(values, *, divisor=None):
    centre = mean(values)
    squares = sum((value - centre) ** 2 for value in values)
    return math.sqrt(squares / (len(values) - 1 if divisor is None else divisor))


def one_sample(values, level, *, normal=False):
    """Return mean, sd, standard error, t against 0 and the ends of the interval."""
    n, spread = len(values), sd(values)
    error = spread / math.sqrt(n)
    quantile = stats.norm.ppf(0.5 + level / 2) if normal else stats.t.ppf(0.5 + level / 2, n - 1)
    centre = mean(values)
    t = centre / error if error else None
    return centre, spread, error, t, centre - quantile * error, centre + quantile * error


def possible(n, low, high, decimals):
    """Print the mean and the SD of every set of n answers from low to high."""
    return {
        (printed(mean(answers), decimals), printed(sd(answers), decimals))
        for answers in itertools.combinations_with_replacement(range(low, high + 1), n)
    }
