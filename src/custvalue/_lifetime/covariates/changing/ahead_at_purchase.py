"""What is ahead of customers who leave at a purchase, along paths of changing covariates.

A customer who is alive has λ ~ Gamma(r+x, α+A(T)) and p ~ Beta(a, b+W). Given both, purchases come
at the rate λ e^(γ'z(t)), and the customer leaves at λ k(t), k(t) = e^(γ'z(t)) (1 - (1-p)^w(t)).
With K the integral of k since T as a share of α+A(T), the mean over λ of staying is (1+K)^-(r+x).
On a piece of time without changes k is constant, and purchases are a difference of such terms over
1 - (1-p)^w. The mean over p is a quadrature.

Purchases at which customers would stay come at λ e^(γ'z) (1-p)^w, independently of those at which
they leave; with G the integral of this rate over λ, likewise as a share, the count is a mixture:
of those who leave at t, 1 + a negative binomial count with r+x+1 and the odds G(t) / (1+K(t)); of
those who stay, one with r+x and the odds G / (1+K).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._lifetime.covariates.changing.clock import Process
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._numerics.quadrature import Part, beta_mean, beta_rule, jacobi_rule, legendre, slices
from custvalue._rows import FloatArray, IntArray

NEARLY_ONE = 1 - 1e-16
STILL = 0.01  # discount within a piece of time: then Simpson's rule is exact to 8 digits


class Piece(NamedTuple):
    """Some time ahead of each cell: how much of A, w in it, and what a purchase is worth."""

    passed: FloatArray
    begun: FloatArray  # since T
    lasts: FloatArray
    weight: FloatArray
    worth: FloatArray  # at its start
    fall: FloatArray  # by which the logarithm of that falls until its end

    def leaving(self, rows: Part | IntArray, stays: FloatArray) -> FloatArray:
        """Return 1 - (1-p)^w, of log(1-p)."""
        return np.asarray(-np.expm1(self.weight[rows][..., None] * stays))

    def discounted(self, rows: Part | IntArray, step: FloatArray, power: FloatArray) -> FloatArray:
        """Return ∫ e^(-δu) d(1 - (1 + step u)^-m) over the piece; Simpson's rule of δ e^(-δu)."""
        worth, fall = self.worth[rows][..., None], self.fall[rows][..., None]
        whole = -np.expm1(-power * np.log1p(step))
        if not np.count_nonzero(fall):
            return np.asarray(worth * whole)
        half = -np.expm1(-power * np.log1p(step / 2))
        inside = fall * (4 * np.exp(-fall / 2) * half + np.exp(-fall) * whole) / 6
        return np.asarray(worth * (np.exp(-fall) * whole + inside))


def pieces_ahead(
    segments: PathSegments,
    cells: PathCells,
    clocks: tuple[Process, Process],
    until: float | FloatArray,
    rate: float,
) -> Iterator[Piece]:
    """Yield the time ahead, piece by piece, in which covariates and discount hardly change."""
    bought, left = clocks
    segment, start = cells.ends_in, cells.birth + cells.age
    time, stop, closing = start, start + until, segments.is_last
    while (time < stop).any():
        last = closing[segment]
        end = np.where(last, stop, np.minimum(segments.end[segment], stop))
        parts = max(1, math.ceil(rate * float((end - time).max()) / STILL))
        speed, weight = bought.rate(segment), left.rate(segment)
        length = (end - time) / parts
        for part in range(parts):
            begun = time - start + part * length
            yield Piece(speed * length, begun, length, weight, np.exp(-rate * begun), rate * length)
        time, segment = end, np.where(last, segment, segment + 1)


class AheadAtPurchase(NamedTuple):
    """Customers who are alive, of each cell, and the pieces of time ahead of them."""

    m: FloatArray  # r + x
    age: FloatArray  # α + A(T)
    a: float
    b: FloatArray  # b + W
    pieces: Sequence[Piece]

    @property
    def passed(self) -> FloatArray:
        """How much of A is ahead, as a share of α + A(T)."""
        total = sum((each.passed for each in self.pieces), np.zeros(len(self.m)))
        return np.asarray(total / self.age)

    @property
    def sharpness(self) -> FloatArray:
        """How steeply what is averaged over p falls."""
        strongest = np.max([each.weight for each in self.pieces], axis=0, initial=1.0)
        return np.asarray((self.m + 1) * self.passed * strongest)

    @property
    def buys(self) -> FloatArray:
        """P(a purchase): nobody leaves before the next one."""
        return np.asarray(-np.expm1(-self.m * np.log1p(self.passed)))

    @property
    def stays(self) -> FloatArray:
        """P(alive at the end)."""

        def kernel(p: FloatArray, rows: Part) -> FloatArray:
            stays, gone = np.log1p(-np.minimum(p, NEARLY_ONE)), np.zeros(p.shape)
            for each in self.pieces:
                passed = (each.passed[rows] / self.age[rows])[..., None]
                gone += passed * each.leaving(rows, stays)
            return np.exp(-np.reshape(self.m[rows], (-1, 1)) * np.log1p(gone))

        return beta_mean(kernel, self.a, self.b, self.sharpness, steep=True, power=self.m)

    @property
    def mean_weight(self) -> FloatArray:
        """The mean of w over purchases ahead."""
        total = sum((each.passed * each.weight for each in self.pieces), np.zeros(len(self.m)))
        passed = self.passed * self.age
        return np.where(passed > 0, total / np.where(passed > 0, passed, 1.0), 1.0)

    @property
    def purchases(self) -> FloatArray:
        """The (discounted) purchases expected until the end."""

        def kernel(p: FloatArray, rows: Part) -> FloatArray:
            stays, gone, total = np.log1p(-np.minimum(p, NEARLY_ONE)), 0 * p, 0 * p
            for each in self.pieces:
                found, step = self._found(each, rows, stays, gone)
                gone, total = gone + step, total + found
            return total

        if not self.pieces:
            return np.zeros(len(self.m))
        return beta_mean(kernel, self.a, self.b, self.sharpness)

    def until_each(self, time: FloatArray) -> FloatArray:
        """Return the purchases expected up to times, (k, C), the latest of which is the end."""
        reached, place = np.zeros(time.shape), np.full(time.shape, -1)
        for each in self.pieces:
            place += each.begun < time
        for rows, p, weights in self._rules():
            stays, gone, total = np.log1p(-np.minimum(p, NEARLY_ONE)), 0 * p, 0 * p
            for number, each in enumerate(self.pieces):
                times, cells = np.nonzero(place[:, rows] == number)
                if times.size:
                    own = rows[cells]
                    lasts = np.maximum(each.lasts[own], SHORTEST)
                    share = np.minimum((time[times, own] - each.begun[own]) / lasts, 1.0)
                    found, _ = self._found(each, own, stays[cells], gone[cells], share[:, None])
                    reached[times, own] = ((total[cells] + found) * weights[cells]).sum(axis=1)
                found, step = self._found(each, rows, stays, gone)
                gone, total = gone + step, total + found
        return reached

    def _rules(self) -> Iterator[tuple[IntArray, FloatArray, FloatArray]]:
        """Yield some cells at a time, and nodes and weights of means over p.

        Few nodes do, but where many are likely to leave at once.
        """
        steep = self.b < STEEP
        for some, size in ((~steep, BLOCK), (steep, BLOCK // 4)):
            places = np.flatnonzero(some)
            for block in slices(len(places), size):
                rows = places[block]
                if steep[rows[0]]:
                    yield rows, *beta_rule(self.a, self.b[rows], self.sharpness[rows])
                else:
                    yield rows, *jacobi_rule(self.a, self.b[rows], OF_MEANS)

    def _found(
        self,
        one: Piece,
        rows: Part | IntArray,
        stays: FloatArray,
        gone: FloatArray,
        share: FloatArray | float = 1.0,
    ) -> tuple[FloatArray, FloatArray]:
        """Return what is bought in the first share of a piece after K, and how much K grows."""
        leaving, power = one.leaving(rows, stays), np.reshape(self.m[rows], (-1, 1))
        step = share * (one.passed[rows] / self.age[rows])[..., None] * leaving
        found = one.discounted(rows, step / (1 + gone), power)
        return np.exp(-power * np.log1p(gone)) * found / leaving, step

    @property
    def count_parts(self) -> CountParts:
        """The distribution of the count: a mean over p, over times of leaving, and over staying."""
        p, share = jacobi_rule(self.a, self.b, CHANCES)  # (C, nodes)
        stays = np.log1p(-np.minimum(p.T, NEARLY_ONE))
        steps, bought = self._growth(stays)
        gone, kept = steps.sum(axis=0), bought.sum(axis=0)
        alive = np.exp(-self.m * np.log1p(gone))
        places, weights = (each[:, None, None] for each in legendre(TIMES))
        leaves = -np.expm1(-self.m * np.log1p(gone))
        when = np.expm1(-np.log1p(-leaves * places) / self.m)  # K, (times, nodes, C)
        then, passed = np.zeros(when.shape), np.zeros(stays.shape)
        for step, kept_then in zip(steps, bought, strict=True):
            inside = (when - passed) / np.maximum(step, SHORTEST)
            then += kept_then * np.minimum(np.maximum(inside, 0.0), 1.0)
            passed = passed + step
        left = len(places) * len(stays)
        whole = np.broadcast_to(self.m, stays.shape)
        return CountParts(
            weight=_stacked(weights * leaves * share.T, alive * share.T),
            m=np.vstack((np.tile(self.m + 1, (left, 1)), whole)),
            odds=_stacked(then / (1 + when), kept / (1 + gone)),
            a=np.zeros((1, 1)),
            b=np.ones((1, 1)),
            phase=np.repeat([1, 0], [left, len(stays)]),
        )

    def _growth(self, stays: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how much K and G grow, over some pieces of time together, (times, nodes, C)."""
        gone, kept = np.zeros((2, len(self.pieces), *stays.shape))
        for place, one in enumerate(self.pieces):
            passed = one.passed / self.age
            gone[place] = -passed * np.expm1(one.weight * stays)
            kept[place] = passed[None] - gone[place]
        if not self.pieces:
            return gone, kept
        starts = np.unique(np.linspace(0, len(gone), STEPS, endpoint=False).astype(int))
        return np.add.reduceat(gone, starts), np.add.reduceat(kept, starts)

    def counts(self, n: FloatArray) -> FloatArray:
        """Return the probability of each count, shape (C, len(n))."""
        return self.count_parts.mass(n)


CHANCES, TIMES = 16, 16  # nodes of p, and of times of leaving
OF_MEANS = 24  # nodes of p for means at many times: errors of 1e-9
STEEP = 1.5  # b + W, below which these are not enough
BLOCK = 512  # cells looked at together
STEPS = 104  # stretches of time, within which leaving and staying keep their proportion
SHORTEST = 1e-300  # of a time


def _stacked(left: FloatArray, alive: FloatArray) -> FloatArray:
    """Put parts that leave, (times, nodes, C), above those that stay, (nodes, C)."""
    return np.vstack((left.reshape(-1, left.shape[-1]), alive))
