"""The log-likelihood of the Pareto/NBD over all cells, with exact gradient and Hessian.

The likelihood of a customer is the sum over how it may have come about: alive at T, or gone at a
time τ between t_x and T,

    L = Γ(r+x)/Γ(r) [ e(T) + ∫ h(τ) e(τ) dτ ],   h(τ) = s / (β+τ),
    e(τ) = (1+τ/α)^-r (α+τ)^-x (1+τ/β)^-s.

Customers with the same x share e. So for each x the integrals between neighbouring times are
computed once and summed from the right, and that of a customer is the difference of two sums. It
is harmless: e falls, so that what rounding leaves is small against e(T), which is added. The sums
of second derivatives over customers become sums over nodes, weighted by the customers to whom a
node belongs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._base import FloatArray, IntArray
from custvalue._lifetime.data import Cells
from custvalue._lifetime.fit import Derivatives
from custvalue._lifetime.pareto_integral import Rows, between
from custvalue._lifetime.special import log_rising

DEEPEST = 300.0  # how far log e may fall within a segment: e must stay within doubles
HELD = 1 << 15  # points held at a time


class LogLikelihood:
    """Log-likelihood summed over cells, with exact gradient and Hessian in (r, α, s, β).

    Parameters
    ----------
    cells : Cells
        In ascending order of frequency.
    """

    def __init__(self, cells: Cells) -> None:
        self.x, starts = np.unique(cells.frequency, return_index=True)
        self.customers = np.add.reduceat(cells.count, starts)
        self.blocks = list(blocks(cells))

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, s, beta = parameters.tolist()
        parts = [block(r=r, alpha=alpha, s=s, beta=beta) for block in self.blocks]
        of_r = log_rising(r, self.x)
        gradient, hessian = np.zeros(4), np.zeros((4, 4))
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

    def __call__(self, *, r: float, alpha: float, s: float, beta: float) -> Derivatives:
        """Return log of the sum in brackets, over cells, with its derivatives."""
        symbols = {"r": r, "alpha": alpha, "s": s, "beta": beta}
        stay, level = self._stay(**symbols)
        parts = list(self._parts(stay.weight, **symbols))
        gone = self._gone(parts)
        # The likelihood of a cell and its four derivatives: alive at T, or gone before.
        ends = np.vstack((stay.weight, stay.weight * stay.slopes)) - gone
        likelihood, *derivatives = ends[:, self.end] + gone[:, self.begin]
        of_log = np.array(derivatives) / likelihood
        value = self.customers @ (np.log(likelihood) + level[self.begin])
        hessian = -(self.customers * of_log) @ of_log.T
        each = self.customers / likelihood
        ended = np.bincount(self.end, each, len(self.tau))
        belong = np.bincount(self.begin, each, len(self.tau)) - ended
        for first, last in pairwise(self.bounds.tolist()):
            np.cumsum(belong[first:last], out=belong[first:last])
        hessian += stay.times(ended).second(**symbols, gone=False)
        for part in parts:
            hessian += part.times(belong[part.rows, None]).second(**symbols, gone=True)
        return Derivatives(float(value), of_log @ self.customers, hessian)

    def _stay(self, *, r: float, alpha: float, s: float, beta: float) -> tuple[Points, FloatArray]:
        """Return e at the points, as a share of e at the first of the segment; and log of that."""
        of_alpha, of_beta = np.log1p(self.tau / alpha), np.log1p(self.tau / beta)
        fall = -(r + self.x) * of_alpha - s * of_beta
        level = np.repeat(fall[self.bounds[:-1]], np.diff(self.bounds))
        slopes = slopes_of(self.tau, self.x, of_alpha, of_beta, r=r, alpha=alpha, s=s, beta=beta)
        everywhere = np.arange(len(self.tau))
        points = Points(everywhere, self.tau, self.x, np.exp(fall - level), slopes)
        return points, level - self.x * math.log(alpha)

    def _parts(
        self, stay: FloatArray, *, r: float, alpha: float, s: float, beta: float
    ) -> Iterator[Points]:
        """Yield nodes between neighbouring points, weighted by h e."""
        start, m = self.tau, r + self.x
        stop = np.append(start[1:], 0.0)
        stop[self.bounds[1:] - 1] = start[self.bounds[1:] - 1]
        of_alpha, of_beta = np.log1p(start / alpha), np.log1p(start / beta)
        for rows, passed, weight in between(start, stop, m, s + 1, alpha=alpha, beta=beta):
            tau, x = start[rows, None] + passed, self.x[rows, None]
            more_alpha = np.log1p(passed / (alpha + start[rows, None]))
            more_beta = np.log1p(passed / (beta + start[rows, None]))
            density = np.exp(-m[rows, None] * more_alpha - s * more_beta)
            density *= stay[rows, None] * weight * (s / (beta + tau))
            slopes = slopes_of(
                tau,
                x,
                of_alpha[rows, None] + more_alpha,
                of_beta[rows, None] + more_beta,
                r=r,
                alpha=alpha,
                s=s,
                beta=beta,
            )
            slopes[2] += 1 / s
            slopes[3] -= 1 / (beta + tau)
            yield Points(rows, tau, x, density, slopes)

    def _gone(self, parts: list[Points]) -> FloatArray:
        """Return the integrals of h e and its derivatives from each point to the end, (5, n)."""
        gone = np.zeros((5, len(self.tau)))
        for part in parts:
            gone[0, part.rows] = part.weight.sum(axis=1)
            gone[1:, part.rows] = np.einsum("kij,ij->ki", part.slopes, part.weight)
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
    slopes: FloatArray  # in r, α, s, β: (4, *shape of the weight)

    def times(self, factor: npt.NDArray[Any]) -> Points:
        return self._replace(weight=self.weight * factor)

    def second(self, *, r: float, alpha: float, s: float, beta: float, gone: bool) -> FloatArray:
        """Return the sum of the second derivatives of the weights, (4, 4)."""
        slopes, weight = self.slopes.reshape(4, -1), self.weight.ravel()
        total = (slopes * weight) @ slopes.T
        by_alpha, by_beta = 1 / (alpha + self.tau), 1 / (beta + self.tau)
        passed_alpha, passed_beta = self.tau * by_alpha / alpha, self.tau * by_beta / beta
        curved_alpha = self.x * by_alpha**2 - r * passed_alpha * (by_alpha + 1 / alpha)
        curved_beta = gone * by_beta**2 - s * passed_beta * (by_beta + 1 / beta)
        mixed = np.sum(self.weight * passed_alpha), np.sum(self.weight * passed_beta)
        total[[0, 1], [1, 0]] += mixed[0]
        total[[2, 3], [3, 2]] += mixed[1]
        total[1, 1] += np.sum(self.weight * curved_alpha)
        total[2, 2] -= gone * weight.sum() / s**2
        total[3, 3] += np.sum(self.weight * curved_beta)
        return total


def slopes_of(
    tau: FloatArray,
    x: FloatArray,
    of_alpha: FloatArray,
    of_beta: FloatArray,
    *,
    r: float,
    alpha: float,
    s: float,
    beta: float,
) -> FloatArray:
    """Return the derivatives of log e(τ) in r, α, s and β.

    Written so that nothing large cancels where r, α or s, β go to infinity together.
    """
    by_alpha, by_beta = 1 / (alpha + tau), 1 / (beta + tau)
    of_r = -of_alpha
    of_alpha = (r / alpha * tau - x) * by_alpha
    return np.stack((of_r, of_alpha, -of_beta, s / beta * tau * by_beta))


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
