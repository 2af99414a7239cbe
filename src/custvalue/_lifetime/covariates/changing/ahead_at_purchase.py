"""What is ahead of customers who leave at a purchase, along paths of changing covariates.

A customer who is alive has λ ~ Gamma(r+x, α+A(T)) and p ~ Beta(a, b+W). Given both, purchases come
at the rate λ e^(γ'z(t)), and the customer leaves at λ k(t), k(t) = e^(γ'z(t)) (1 - (1-p)^w(t)).
With K the integral of k since T as a share of α+A(T), the mean over λ of staying is (1+K)^-(r+x).
On a piece of time without changes k is constant, and purchases are a difference of such terms over
1 - (1-p)^w. The mean over p is a quadrature.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._lifetime.covariates.changing.clock import Process
from custvalue._numerics.quadrature import Part, beta_mean
from custvalue._rows import FloatArray

NEARLY_ONE = 1 - 1e-16
STILL = 0.01  # discount within a piece of time: then Simpson's rule is exact to 8 digits


class Piece(NamedTuple):
    """Some time ahead of each cell: how much of A, w in it, and what a purchase is worth."""

    passed: FloatArray
    weight: FloatArray
    worth: FloatArray  # at its start
    fall: FloatArray  # by which the logarithm of that falls until its end

    def leaving(self, rows: Part, stays: FloatArray) -> FloatArray:
        """Return 1 - (1-p)^w, of log(1-p)."""
        return np.asarray(-np.expm1(self.weight[rows][..., None] * stays))

    def discounted(self, rows: Part, step: FloatArray, power: FloatArray) -> FloatArray:
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
    until: float,
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
            worth = np.exp(-rate * (time - start + part * length))
            yield Piece(speed * length, weight, worth, rate * length)
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
    def purchases(self) -> FloatArray:
        """The (discounted) purchases expected until the end."""

        def kernel(p: FloatArray, rows: Part) -> FloatArray:
            stays, power = np.log1p(-np.minimum(p, NEARLY_ONE)), np.reshape(self.m[rows], (-1, 1))
            gone, total = np.zeros(p.shape), np.zeros(p.shape)
            for each in self.pieces:
                leaving = each.leaving(rows, stays)
                step = (each.passed[rows] / self.age[rows])[..., None] * leaving
                found = each.discounted(rows, step / (1 + gone), power)
                total += np.exp(-power * np.log1p(gone)) * found / leaving
                gone += step
            return total

        if not self.pieces:
            return np.zeros(len(self.m))
        return beta_mean(kernel, self.a, self.b, self.sharpness)
