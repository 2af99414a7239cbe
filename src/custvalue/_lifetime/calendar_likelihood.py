"""The log-likelihood of a gamma mixture of buyers who leave at any time, over all cells.

While alive, a customer buys at a rate that varies over customers as Gamma(r, α); whatever the
purchases, the customer leaves at a time with the survival function S and the hazard h. The
likelihood is the sum over how a history may have come about: alive at T, or gone at a time τ
between t_x and T,

    L = Γ(r+x)/Γ(r) [ e(T) + ∫ h(τ) e(τ) dτ ],   e(τ) = (1+τ/α)^-r (α+τ)^-x S(τ).

A :class:`Lifetime` says what S is; the rest is the same for all models.

Customers with the same x share e. So for each x the integrals between neighbouring times are
computed once and summed from the right, and that of a customer is the difference of two sums. It
is harmless: e falls, so that what is left of the integral beyond T is at most e(T), which is added,
and what rounding leaves is small against that. The sums of second derivatives over customers become
sums over nodes, weighted by the customers to whom a node belongs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from custvalue._lifetime.gamma_functions import log_rising
from custvalue._lifetime.history import Cells
from custvalue._lifetime.maximum import Derivatives
from custvalue._lifetime.quadrature import Nodes, Rows
from custvalue._rows import FloatArray, IntArray

DEEPEST = 300.0  # how far log e may fall within a segment: e must stay within doubles
HELD = 1 << 15  # points held at a time


class Stage(Protocol):
    """What the lifetime does at some points in time."""

    @property
    def hazard(self) -> FloatArray:
        """The hazard h."""
        ...

    @property
    def hazard_slopes(self) -> Sequence[FloatArray | float]:
        """The derivatives of log h in the parameters of the lifetime."""
        ...

    @property
    def slopes(self) -> Sequence[FloatArray]:
        """The derivatives of log S in the parameters of the lifetime."""
        ...

    def second(self, weight: FloatArray, *, gone: bool) -> FloatArray:
        """Return the weighted sum of the second derivatives of log S, and of log h where gone."""
        ...


class Lifetime(Protocol):
    """How long customers stay, for given parameters; r and α are those of the purchases."""

    @property
    def r(self) -> float:
        """Shape of the gamma distribution of purchase rates."""
        ...

    @property
    def alpha(self) -> float:
        """Rate of that distribution."""
        ...

    def log_survival(self, tau: FloatArray) -> FloatArray:
        """Return log S(τ)."""
        ...

    def log_fall(self, start: FloatArray, passed: FloatArray) -> FloatArray:
        """Return log S(start) - log S(start + passed), without subtracting."""
        ...

    def at(self, tau: FloatArray, log_survival: FloatArray) -> Stage:
        """Return what happens at τ, where log S(τ) is known."""
        ...

    def nodes(self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray) -> Iterator[Nodes]:
        """Yield nodes for ``∫ (α+τ)^-of_alpha h(τ) S(τ) dτ`` from each start to its stop."""
        ...


class CalendarLikelihood:
    """Log-likelihood summed over cells, with exact gradient and Hessian.

    Subclasses say what the lifetime is, made from all parameters: r, α and its own. The cells are
    in ascending order of frequency.
    """

    lifetime: ClassVar[Callable[..., Lifetime]]

    def __init__(self, cells: Cells) -> None:
        self.x, starts = np.unique(cells.frequency, return_index=True)
        self.customers = np.add.reduceat(cells.count, starts)
        self.blocks = list(blocks(cells))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        lifetime = type(self).lifetime(*parameters.tolist())
        # Far from the truth a likelihood may underflow to 0; the search turns back from there.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            parts = [block(lifetime) for block in self.blocks]
        of_r, count = log_rising(lifetime.r, self.x), len(parameters)
        gradient, hessian = np.zeros(count), np.zeros((count, count))
        gradient[0] = self.customers @ of_r.first
        hessian[0, 0] = self.customers @ of_r.second
        parts.append(Derivatives(float(self.customers @ of_r.value), gradient, hessian))
        return Derivatives.total(parts)


class Block(NamedTuple):
    """Some cells, and the times on which their integrals begin and end."""

    tau: FloatArray  # (points,), ascending within a segment
    x: FloatArray  # (points,)
    bounds: IntArray  # (segments + 1,), where they begin in the points
    begin: IntArray  # (cells,), the point of t_x
    end: IntArray  # (cells,), the point of T
    customers: FloatArray  # (cells,)

    def __call__(self, lifetime: Lifetime) -> Derivatives:
        """Return log of the sum in brackets, over cells, with its derivatives."""
        stay, level = self._stay(lifetime)
        parts = list(self._parts(stay.weight, lifetime))
        gone = self._gone(parts, 1 + len(stay.slopes))
        # The likelihood of a cell and its derivatives: alive at T, or gone before.
        ends = np.vstack((stay.weight, stay.weight * stay.slopes)) - gone
        each_cell = np.take(ends, self.end, axis=1)
        each_cell += np.take(gone, self.begin, axis=1)
        likelihood, of_log = each_cell[0], each_cell[1:]
        of_log /= likelihood
        value = self.customers @ (np.log(likelihood) + level[self.begin])
        hessian = -(self.customers * of_log) @ of_log.T
        each = self.customers / likelihood
        ended = np.bincount(self.end, each, len(self.tau))
        belong = np.bincount(self.begin, each, len(self.tau)) - ended
        for first, last in pairwise(self.bounds.tolist()):
            np.cumsum(belong[first:last], out=belong[first:last])
        hessian += stay.times(ended).second(lifetime, gone=False)
        for part in parts:
            hessian += part.times(belong[part.rows, None]).second(lifetime, gone=True)
        return Derivatives(float(value), of_log @ self.customers, hessian)

    def _stay(self, lifetime: Lifetime) -> tuple[Points, FloatArray]:
        """Return e at the points, as a share of e at the first of the segment; and log of that."""
        r, alpha = lifetime.r, lifetime.alpha
        of_alpha, log_survival = np.log1p(self.tau / alpha), lifetime.log_survival(self.tau)
        fall = -(r + self.x) * of_alpha + log_survival
        level = np.repeat(fall[self.bounds[:-1]], np.diff(self.bounds))
        stage = lifetime.at(self.tau, log_survival)
        slopes = np.stack((*purchase_slopes(self.tau, self.x, of_alpha, lifetime), *stage.slopes))
        everywhere = np.arange(len(self.tau))
        points = Points(everywhere, self.tau, self.x, np.exp(fall - level), slopes, stage)
        return points, level - self.x * math.log(alpha)

    def _parts(self, stay: FloatArray, lifetime: Lifetime) -> Iterator[Points]:
        """Yield nodes between neighbouring points, weighted by h e."""
        alpha, start, m = lifetime.alpha, self.tau, lifetime.r + self.x
        stop = np.append(start[1:], 0.0)
        stop[self.bounds[1:] - 1] = start[self.bounds[1:] - 1]
        of_alpha, log_survival = np.log1p(start / alpha), lifetime.log_survival(start)
        for rows, passed, weight in lifetime.nodes(start, stop, m):
            since, x = start[rows, None], self.x[rows, None]
            tau = since + passed
            more_alpha = np.log1p(passed / (alpha + since))
            fall = lifetime.log_fall(since, passed)
            stage = lifetime.at(tau, log_survival[rows, None] - fall)
            density = np.exp(-m[rows, None] * more_alpha - fall)
            density *= stay[rows, None] * weight * stage.hazard
            of_both = of_alpha[rows, None] + more_alpha
            slopes = np.stack((*purchase_slopes(tau, x, of_both, lifetime), *stage.slopes))
            for k, more in enumerate(stage.hazard_slopes, start=2):
                slopes[k] += more
            yield Points(rows, tau, x, density, slopes, stage)

    def _gone(self, parts: list[Points], count: int) -> FloatArray:
        """Return the integrals of h e and its derivatives from each point to the end."""
        gone = np.zeros((count, len(self.tau)))
        for part in parts:
            gone[0, part.rows] += part.weight.sum(axis=1)
            gone[1:, part.rows] += np.einsum("kij,ij->ki", part.slopes, part.weight)
        for first, last in pairwise(self.bounds.tolist()):
            backwards = gone[:, first:last][:, ::-1]
            np.cumsum(backwards, axis=1, out=backwards)
        return gone


class Points(NamedTuple):
    """Points in time with the weight of each, and the slopes of its logarithm."""

    rows: Rows
    tau: FloatArray
    x: FloatArray
    weight: FloatArray
    slopes: FloatArray  # in the k parameters: (k, *shape of the weight)
    stage: Stage

    def times(self, factor: npt.NDArray[Any]) -> Points:
        return self._replace(weight=self.weight * factor)

    def second(self, lifetime: Lifetime, *, gone: bool) -> FloatArray:
        """Return the sum of the second derivatives of the weights, (k, k)."""
        r, alpha = lifetime.r, lifetime.alpha
        slopes, weight = self.slopes.reshape(len(self.slopes), -1), self.weight.ravel()
        total: FloatArray = (slopes * weight) @ slopes.T
        by_alpha = 1 / (alpha + self.tau)
        passed = self.tau * by_alpha / alpha
        mixed = np.sum(self.weight * passed)
        total[0, 1] += mixed
        total[1, 0] += mixed
        curved = self.x * by_alpha**2 - r * passed * (by_alpha + 1 / alpha)
        total[1, 1] += np.sum(self.weight * curved)
        total[2:, 2:] += self.stage.second(self.weight, gone=gone)
        return total


def purchase_slopes(
    tau: FloatArray, x: FloatArray, of_alpha: FloatArray, lifetime: Lifetime
) -> tuple[FloatArray, FloatArray]:
    """Return the derivatives of log e(τ) in r and α.

    Written so that nothing large cancels where both go to infinity together.
    """
    r, alpha = lifetime.r, lifetime.alpha
    return -of_alpha, (r / alpha * tau - x) / (alpha + tau)


def segments(cells: Cells) -> IntArray:
    """Return a number for each cell; cells of one number share x and their sums.

    Where e may fall too far between the first and the last time of an x, each cell is alone.
    """
    x, starts, of_cell = np.unique(cells.frequency, return_index=True, return_inverse=True)
    first = np.minimum.reduceat(cells.recency, starts)
    last = np.maximum.reduceat(cells.age, starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        deep = (x > 0) & ~(x * np.log(last / first) < DEEPEST)
    alone = deep[of_cell]
    number = np.where(alone, len(x) + np.arange(len(cells)), of_cell)
    return np.unique(number, return_inverse=True)[1]


def blocks(cells: Cells) -> Iterator[Block]:
    """Cut the cells into blocks of whole segments that stay in the processor's cache."""
    segment = segments(cells)
    order = np.argsort(segment, kind="stable")
    times, place = np.unique(np.concatenate((cells.recency, cells.age)), return_inverse=True)
    key = np.concatenate((segment, segment)) * len(times) + place
    points, at = np.unique(key, return_inverse=True)
    begin, end = at[: len(cells)][order], at[len(cells) :][order]
    segment = segment[order]
    of_point, tau = points // len(times), times[points % len(times)]
    bounds = np.flatnonzero(np.diff(of_point, prepend=-1, append=-2))  # of segments, in points
    firsts = np.searchsorted(segment, np.arange(len(bounds)))  # of segments, in cells
    x, count = cells.frequency[order], cells.count[order]
    low = 0
    while low < len(bounds) - 1:
        high = int(np.searchsorted(bounds, bounds[low] + HELD, side="right")) - 1
        high = max(high, low + 1)
        here = slice(firsts[low], firsts[high])
        offset = bounds[low]
        yield Block(
            tau=tau[offset : bounds[high]],
            x=x[firsts[of_point[offset : bounds[high]]]],
            bounds=bounds[low : high + 1] - offset,
            begin=begin[here] - offset,
            end=end[here] - offset,
            customers=count[here],
        )
        low = high
