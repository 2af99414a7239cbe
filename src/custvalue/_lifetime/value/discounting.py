"""What a later purchase is worth today: the rate, and the moment from which it is discounted.

Continuous discounting takes each purchase at its own time. Discrete discounting, by name, takes the
purchases of each day, week, month, quarter or year together at its end, as accounts do, and as
``lifetimes`` and ``pymc-marketing`` do with months.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Literal

import numpy as np

from custvalue._histories.arguments import checked_number
from custvalue._histories.units import DAYS, TimeUnit
from custvalue._rows import FloatArray, read_only
from custvalue._words import plain
from custvalue.errors import ParameterError

Discounting = Literal["continuous", "daily", "weekly", "monthly", "quarterly", "yearly"]

PERIODS = {
    "daily": DAYS["day"],
    "weekly": DAYS["week"],
    "monthly": DAYS["month"],
    "quarterly": 3 * DAYS["month"],
    "yearly": DAYS["year"],
}  # in days
NODES = 24  # of a sum: exact for polynomials of degree 47
FALL = 8.0  # by which the discount factor may fall within one such sum, as a logarithm
FAINT = 45.0  # e^-45: what is discounted further is ignored


def continuous_rate(annual_discount_rate: float, unit: TimeUnit) -> float:
    """Convert an annual effective rate d to the continuous δ = ln(1 + d) per time unit.

    Examples
    --------
    >>> round(continuous_rate(0.10, "week"), 6)
    0.001827
    """
    expected = ">= 0 and < 1, as in 0.10 for 10 % a year"
    checked_number("annual_discount_rate", annual_discount_rate, lambda d: 0 <= d < 1, expected)
    if annual_discount_rate < 1e-100:  # no double can tell it from 0
        return 0.0
    return math.log1p(annual_discount_rate) * DAYS[unit] / DAYS["year"]


def finite_lifetime(name: str, value: float, until: str = "horizon=None") -> None:
    """Raise unless lifetimes have a mean, so that infinite sums are finite without discounting."""
    if value <= 1:
        raise ParameterError(
            f"annual_discount_rate must be > 0 where {until}, because with {name}="
            f"{plain(value):.4g} (<= 1) so many customers stay for so long that the expected "
            f"lifetime is infinite. Give a rate or a horizon."
        )


def discounted_by_period(
    expected: Callable[[float], FloatArray], rate: float, until: float, period: float
) -> FloatArray:
    """Return Σ e^(-δ t_i) (E(t_i) - E(t_(i-1))) over the ends t_i of periods.

    Summed by parts, so that nothing is subtracted: Σ (e^(-δ t_i) - e^(-δ t_(i+1))) E(t_i). The
    last period ends with the horizon.
    """
    if until == 0:
        return expected(0.0)
    last = min(until, (FAINT + 5) / rate + period)  # what comes later, is below the last bit
    whole = math.ceil(last / period) - 1
    total = 0.0 if last < until else math.exp(-rate * until) * expected(until)
    for ends, weights in _sums(whole, rate * period):
        for end, weight in zip(ends * period, weights, strict=True):
            fall = -math.exp(-rate * end) * math.expm1(-rate * min(period, until - end))
            total = total + weight * fall * expected(end)
    return np.asarray(total)


def _sums(last: int, fall: float) -> list[tuple[FloatArray, FloatArray]]:
    """Cut Σ f(i), i = 1 … last, in blocks of nodes and weights; a few nodes stand for many i.

    The last i has a period of its own length after it, so that it stands for itself.
    """
    blocks = []
    first = 1
    while first < last:
        size = min(max(NODES, min(first, int(FALL / fall) if fall else first)), last - first)
        nodes, weights = gram_rule(min(size, NODES), size)
        blocks.append((first + nodes, weights))
        first += size
    if last:
        blocks.append((np.array([float(last)]), np.ones(1)))
    return blocks


@cache
def gram_rule(nodes: int, size: int) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of the Gaussian rule for a sum over 0, 1, …, size - 1.

    With as many nodes as terms, the rule is the sum itself.

    It belongs to the discrete Chebyshev (Gram) polynomials, and comes from their recurrence
    (Gautschi 2004, *Orthogonal Polynomials*, section 1.5.2; Golub & Welsch 1969).

    Examples
    --------
    >>> places, weights = gram_rule(3, 100)
    >>> float((weights @ places**5).round()), sum(i**5 for i in range(100))
    (161708332500.0, 161708332500)
    """
    if nodes == size:
        return read_only(np.arange(size, dtype=np.float64)), read_only(np.ones(size))
    k = np.arange(1.0, nodes)
    off = np.sqrt(k**2 * (size**2 - k**2) / (4 * (4 * k**2 - 1)))
    places, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    return read_only(places + (size - 1) / 2), read_only(size * vectors[0] ** 2)


def period_in(discounting: str, unit: TimeUnit) -> float:
    """Return the length of a discounting period in a time unit."""
    return PERIODS[discounting] / DAYS[unit]
