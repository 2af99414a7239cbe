"""Integrals of positive functions to full precision: nothing here subtracts.

* :func:`beta_mean`: the mean of a function of p, where p has a beta distribution.
* :func:`jacobi_rule`: a few nodes for such means.
* :func:`legendre`: Gauss-Legendre nodes on [0, 1].
* :func:`log_power_integrals`: of f^n g for many n, wherever their mass may be.
* :func:`from_few_ages`: a smooth function of (x, age) at a million points from a few.
* :func:`by_change`: many short integrals, as many nodes for each as it needs.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from types import EllipsisType
from typing import NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray, IntArray, read_only

DIGITS = 34.0  # e^-34 = 2e-15: what is smaller than this share of an integral is ignored
FEWER_DIGITS = 24.0  # e^-24 = 4e-11, of which a difference of 1e-4 on both sides keeps six
BLOCK = 128  # rows of nodes held at a time: in cache, and alike enough to need as many nodes
KINK = math.pi / 2  # |Im log p| up to which the kernels are analytic and bounded
LARGEST = 690.0  # e^690 is a double still
SHARPEST = 1e12  # a and b both above are as good as certain, and would cancel
HELD = 1 << 16  # nodes held at a time
# Up to which change of the logarithm over an interval how many nodes keep 12 digits: from the
# error of Gauss's rule for an exponential, n!^4 c^2n / ((2n + 1) (2n)!^3).
RULES = ((0.1, 3), (0.45, 4), (2.0, 6), (4.7, 8), (12.0, 12), (36.0, 24), (math.inf, 40))
MOST_CHANGE = [most for most, _ in RULES]

Rows = npt.NDArray[np.intp] | EllipsisType  # some of many, or the only one, a number
Part = slice | EllipsisType  # likewise


_DIGITS: ContextVar[float] = ContextVar("digits", default=DIGITS)


@contextmanager
def for_differences() -> Iterator[None]:
    """Integrate with the nodes that derivatives by differences need, a fourth of all."""
    before = _DIGITS.set(FEWER_DIGITS)
    try:
        yield
    finally:
        _DIGITS.reset(before)


def share_of_digits() -> float:
    """Return which share of the digits of a double is asked for."""
    return _DIGITS.get() / DIGITS


class Nodes(NamedTuple):
    """Nodes of some of many intervals in time, or of one."""

    rows: Rows  # (m,), which intervals, all different
    passed: FloatArray  # (m, k), time since the start of the interval; of one (k,)
    weight: FloatArray  # (m, k), of dτ


def beta_rule(
    a: FloatArray | float,
    b: FloatArray,
    sharpness: FloatArray,
    *,
    steep: bool = False,
    power: FloatArray | float = math.inf,
) -> tuple[FloatArray, FloatArray]:
    """Return nodes p and weights w with ``E[g(p)] = Σ w g(p)`` for p ~ Beta(a, b).

    In z = log(p / (1 - p)) the density is p^a (1 - p)^b, analytic around the whole real line, so
    that the trapezoidal rule converges geometrically (Trefethen & Weideman 2014, *SIAM Review*
    56(3), theorem 5.1). The singular ends p^(a-1) and (1-p)^(b-1) become exponential tails, and
    these are summed in closed form, so that a or b of 0.01 costs no more than others. Nodes are 30
    to 300, the more the smaller a and b; more where g is steep and a is large.

    g must be analytic and bounded for Re p > 0, g(p) must not increase in p, and p g(p) must not
    decrease unless it is steep: then -d log g / dp <= sharpness, so that what is averaged rises on
    the left as steeply as the density of Beta(a, b + sharpness) and is no narrower; where p^power g
    does not decrease, it rises as steeply as that of Beta(a - power, b), too. With the step
    below, the error bound 2 exp(-2πd/h) max|f(z + id)| / ∫f is below 1e-13 for the best d < π/2;
    the tests compare with mpmath.
    """
    digits = _DIGITS.get()
    wide = np.minimum(1, SHARPEST / np.minimum(a, b))
    a, b = a * wide, b * wide
    spread = 1 / a + 1 / b
    narrow = 1 / a + 1 / (b + sharpness) if steep else spread
    first = -(digits + np.log(a + b + sharpness)) - np.log(a / b)
    if steep:  # on the left side it falls as the density of Beta(a, b + sharpness) does
        fallen = -np.log1p(sharpness / b) - digits / a - np.sqrt(2 * digits * narrow)
        first = np.where(a > 1, fallen, first)
    # p^power g(p) rises, or p g(p), so that p^(a - power) bounds the left side
    c = np.maximum(a - (power if steep else 1), 1e-300)
    reach = digits / c + np.sqrt(2 * digits * (1 / c + 1 / b))
    first = np.maximum(np.maximum(first, np.log(c / a) - reach), -LARGEST)
    last = np.minimum(
        digits + np.log1p(a) - np.log(a / b), digits / b + np.sqrt(2 * digits * spread)
    )
    step = DIGITS / digits / np.sqrt(11.1 + 1.62 / narrow)
    count = math.ceil(float(((last - first) / step).max()))
    u = first[:, None] + step[:, None] * np.arange(count + 1)
    few, total = np.minimum(a, b)[:, None], (a + b)[:, None]
    side = np.where(a <= b, 1, -1)[:, None] * u  # from where the density does not cancel
    weights = np.exp(few * side - total * np.log1p(few / total * np.expm1(side)))
    weights[:, 0] /= -np.expm1(-a * step)
    weights[:, -1] /= -np.expm1(-b * step)
    weights /= weights.sum(axis=1, keepdims=True)
    return 1 / (1 + (b / a)[:, None] * np.exp(-u)), weights


def beta_mean(
    kernel: Callable[[FloatArray, Part], FloatArray],
    a: FloatArray | float,
    b: FloatArray,
    sharpness: FloatArray,
    *,
    steep: bool = False,
    power: FloatArray | float = math.inf,
) -> FloatArray:
    """Return E[g(p)] for p ~ Beta(a, b), row by row, as in :func:`beta_rule`.

    `kernel` takes nodes of shape (m, k) and the slice of the m rows they belong to, returns g; of
    one customer, whose b is a number, nodes of shape (k,) and an ellipsis.
    """
    enough = np.ldexp(1.0, np.frexp(sharpness)[1])  # the next power of 2: few different rules
    if np.ndim(b) == 0:
        rule = float(a), float(b), float(enough), _DIGITS.get()
        nodes, weights = one_beta_rule(*rule, steep=steep, power=float(power))
        return np.asarray(weights @ kernel(nodes, ...))
    mean = np.empty(len(b))
    for rows, nodes, weights in beta_blocks(a, b, enough, steep=steep, power=power):
        mean[rows] = np.einsum("ij,ij->i", weights, kernel(nodes, rows))
    return mean


def beta_blocks(
    a: FloatArray | float,
    b: FloatArray,
    sharpness: FloatArray,
    *,
    steep: bool = False,
    power: FloatArray | float = math.inf,
) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
    """Yield some rows at a time, with the nodes and weights of :func:`beta_rule`."""
    for begin in range(0, len(b), BLOCK):
        rows = slice(begin, min(begin + BLOCK, len(b)))
        of_a, of_g = (x[rows] if isinstance(x, np.ndarray) else x for x in (a, power))
        yield rows, *beta_rule(of_a, b[rows], sharpness[rows], steep=steep, power=of_g)


def jacobi_rule(a: float, b: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
    """Return n nodes and weights of the mean over p ~ Beta(a, b), for each b, shape (len(b), n).

    Exact for polynomials up to the degree 2 n - 1: the eigenvalues of the matrix of the recurrence
    of Jacobi's polynomials (Golub & Welsch 1969, *Mathematics of Computation* 23, 221-230).

    Examples
    --------
    >>> p, weight = jacobi_rule(2.0, np.array([3.0]), 4)
    >>> (weight @ p[0] ** 2).round(12)
    array([0.2])
    """
    k, both = np.arange(1.0, n), (a + b)[:, None] - 2
    matrix = np.zeros((len(b), n, n))
    middle = (a - b) * (a + b - 2)
    wide = 2 * k + both
    matrix[:, 0, 0] = (a - b) / (a + b)
    matrix[:, range(1, n), range(1, n)] = middle[:, None] / (wide * (wide + 2))
    over = np.where(k == 1, 1.0, k + both) / np.where(k == 1, 1.0, wide - 1)  # alike at k = 1
    square = 4 * k * (k + b[:, None] - 1) * (k + a - 1) * over / (wide**2 * (wide + 1))
    beside = np.sqrt(square)
    matrix[:, range(n - 1), range(1, n)] = beside
    matrix[:, range(1, n), range(n - 1)] = beside
    values, vectors = np.linalg.eigh(matrix)
    nodes: FloatArray = np.minimum(np.maximum((1 + values) / 2, 0.0), 1.0)
    return nodes, np.square(vectors[:, 0, :])


@lru_cache(maxsize=256)
def one_beta_rule(
    a: float, b: float, sharpness: float, digits: float, *, steep: bool, power: float
) -> tuple[FloatArray, FloatArray]:
    """Return the rule of one customer, which the next with the same x and digits may share."""
    del digits  # which the rule looks up itself
    nodes, weights = beta_rule(a, np.array([b]), np.array([sharpness]), steep=steep, power=power)
    return read_only(nodes[0]), read_only(weights[0])


@cache
def legendre(n: int) -> tuple[FloatArray, FloatArray]:
    """Return the n Gauss-Legendre nodes and weights on [0, 1].

    Examples
    --------
    >>> nodes, weights = legendre(8)
    >>> float((weights @ nodes**15).round(12))
    0.0625
    """
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return read_only((nodes + 1) / 2), read_only(weights / 2)


def by_change(
    change: FloatArray, some: npt.NDArray[np.bool_]
) -> Iterator[tuple[Rows, FloatArray, FloatArray]]:
    """Yield groups of intervals that need as many Gauss-Legendre nodes, a block at a time."""
    if np.ndim(change) == 0:
        if some:
            yield ..., *legendre(RULES[bisect_left(MOST_CHANGE, float(change))][1])
        return
    kind = np.searchsorted(MOST_CHANGE, change)
    for rule in np.flatnonzero(np.bincount(kind, minlength=len(RULES))):
        chosen = np.flatnonzero((kind == rule) & some)
        nodes, weights = legendre(count := RULES[rule][1])
        for first in range(0, len(chosen), HELD // count):
            yield chosen[first : first + HELD // count], nodes, weights


class Powers(Protocol):
    """Functions exp(n power(y) + base(y)) of some rows, each with a concave logarithm."""

    def power(self, y: FloatArray) -> FloatArray:
        """Return the logarithm of what is raised to the n-th power, for y of shape (rows, k)."""
        ...

    def base(self, y: FloatArray) -> FloatArray:
        """Return the rest of the logarithm."""
        ...

    def slope(self, n: float, y: FloatArray) -> FloatArray:
        """Return the derivative of the logarithm."""
        ...

    def low(self, n: float) -> FloatArray:
        """Return left of where nothing is seen of the function, shape (rows, 1)."""
        ...

    def of(self, rows: slice) -> Self:
        """Return some of the rows."""
        ...


def log_power_integrals(powers: Powers, n: FloatArray, rows: int, high: float) -> FloatArray:
    """Return ``log ∫ exp(n power + base) dy`` up to `high`, for each n, shape (rows, len(n)).

    Those n that differ by less than a factor of 2 share their nodes: panels of 24 Gauss-Legendre
    nodes from where the first of them is seen to where the last is, each shorter than a quarter of
    what is seen of one. The logarithms must be analytic for an imaginary part below π.
    """
    result = np.empty((rows, len(n)))
    for some in octaves(n):
        seen = [_seen(powers, float(each), high, rows) for each in (n[some].min(), n[some].max())]
        first, last = seen[0][0], seen[1][1]
        narrow = np.minimum(*(stop - start for start, stop in seen))
        panels = math.ceil(float(((last - first) / np.minimum(narrow / 4, 2)).max()))
        places, weights = panels_of(24, panels)
        for part in slices(rows, HELD // len(places) + 1):
            width, here = (last - first)[part], powers.of(part)
            y = first[part] + width * places
            power, base = here.power(y), here.base(y)
            for k in some:
                log_f = n[k] * power + base
                top = log_f.max(axis=1)
                density = np.exp(log_f - top[:, None])
                result[part, k] = top + np.log((density @ weights) * width[:, 0])
    return result


def octaves(n: FloatArray) -> Iterator[IntArray]:
    """Yield where whole numbers differ by less than a factor of 2.

    Examples
    --------
    >>> [where.tolist() for where in octaves(np.array([0.0, 3.0, 1.0, 2.0]))]
    [[0], [2], [1, 3]]
    """
    digits = np.frexp(n)[1]
    for each in np.unique(digits):
        yield np.flatnonzero(digits == each)


def slices(total: int, size: int) -> Iterator[slice]:
    """Cut a range into slices."""
    for first in range(0, total, size):
        yield slice(first, first + size)


@lru_cache(maxsize=64)
def panels_of(nodes: int, panels: int) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights on [0, 1], cut into panels of as many Gauss-Legendre nodes.

    Examples
    --------
    >>> places, weights = panels_of(1, 2)
    >>> places, weights
    (array([0.25, 0.75]), array([0.5, 0.5]))
    """
    places, weights = legendre(nodes)
    places = ((np.arange(panels)[:, None] + places) / panels).ravel()
    return read_only(places), read_only(np.tile(weights / panels, panels))


FAINT = 40.0  # e^-40: nothing is seen beyond it


def _seen(powers: Powers, n: float, high: float, rows: int) -> tuple[FloatArray, FloatArray]:
    """Return between which places a function is seen, by bisection for its mode and for both."""

    def log_f(y: FloatArray) -> FloatArray:
        return n * powers.power(y) + powers.base(y)

    low, stop = powers.low(n), np.full((rows, 1), high)
    mode = _turn(lambda y: powers.slope(n, y) > 0, low, stop)
    seen = log_f(mode) - FAINT
    return (
        _turn(lambda y: log_f(y) < seen, low, mode),
        _turn(lambda y: log_f(y) > seen, mode, stop),
    )


def _turn(
    left_of_it: Callable[[FloatArray], npt.NDArray[np.bool_]], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Return where a condition ceases to hold, by bisection."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        left = left_of_it(middle)
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return (low + high) / 2


HALVINGS = 40  # of a range of at most some hundreds, for a place that need not be exact


def from_few_ages(
    function: Callable[[FloatArray, FloatArray], FloatArray], x: FloatArray, age: FloatArray
) -> FloatArray:
    """Evaluate a smooth positive function of (x, age), each distinct x at few ages only.

    For each distinct x, log f is interpolated by a polynomial in log(age) at Chebyshev points.
    Where f is analytic without zeros for |arg age| < π/2, the error falls as ρ^-n with a ρ that
    follows from the range of ages (Trefethen 2019, *Approximation Theory and Approximation
    Practice*, theorem 8.2), and n is chosen for full precision. Where that would take more
    evaluations than there are points, f is evaluated at the points.
    """
    if np.ndim(x) == 0 or len(x) <= 2:
        return function(x, age)
    low, high = math.log(age.min()), math.log(age.max())
    half = (high - low) / 2
    slope = 0.9 * KINK / half if half > 0 else math.inf
    points = math.ceil((_DIGITS.get() + 2) / math.asinh(slope)) + 2
    distinct, row = np.unique(x, return_inverse=True)
    if len(distinct) * points >= len(x):
        return function(x, age)
    angle = (np.arange(points) + 0.5) * np.pi / points
    places = np.exp((low + high) / 2 + half * np.cos(angle))
    values = function(np.repeat(distinct, points), np.tile(places, len(distinct)))
    cosines = np.cos(np.arange(points)[:, None] * angle)
    coefficients = 2 / points * cosines @ np.log(values).reshape(len(distinct), points).T
    coefficients[0] /= 2
    scaled = (np.log(age) - (low + high) / 2) / (half or 1.0)
    return np.exp(_clenshaw(coefficients, row, scaled))


def _clenshaw(coefficients: FloatArray, row: IntArray, t: FloatArray) -> FloatArray:
    """Sum Chebyshev series at t, each point by the coefficients of its row (Clenshaw 1955)."""
    here, ahead = np.zeros(len(t)), np.zeros(len(t))
    for order in coefficients[:0:-1]:
        here, ahead = order[row] + 2 * t * here - ahead, here
    total: FloatArray = coefficients[0][row] + t * here - ahead
    return total
