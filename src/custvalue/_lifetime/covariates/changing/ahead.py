"""What is ahead of customers of the Pareto/NBD who are alive at T, along their paths.

(1) P(alive at T+u) = ((β+D(T))/(β+D(T+u)))^s
(2) E[purchases, discounted by e^(-δu)] = m/(α+A(T)) ∫ e^(-δu) A'(T+u) ((β+D(T))/(β+D(T+u)))^s du
(3) P(a purchase) = m/(α+A(T)) ∫ A'(T+u) ((α+A(T))/(α+A(T+u)))^(m+1) ((β+D(T))/(β+D(T+u)))^s du
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from custvalue._lifetime.covariates.changing.clock import SLOWEST
from custvalue._lifetime.covariates.changing.pieces import Pieces, Speeds, Stretch, nodes
from custvalue._lifetime.covariates.changing.silence import Silence, shown
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._lifetime.purchasing.pareto_likelihood import DARK, STRIP
from custvalue._numerics.quadrature import by_change, legendre
from custvalue._rows import FloatArray, IntArray

NODES = 32  # times of leaving: probabilities of a count err by 0.001 at most, as a rule


class Standing(NamedTuple):
    """Where customers stand at the end of observation, at given parameters."""

    at: Silence

    @property
    def alive(self) -> FloatArray:
        """P(alive)."""
        return self.at.alive

    @property
    def rates(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What is known of purchase rates: r + x, α + A(T) and α + A(t_x)."""
        bought = Ahead(self.at, 0.0).clocks(self.at.cells.ends_in, self.at.stretch.stop)[0]
        r, alpha = self.at.r, self.at.alpha
        return r + self.at.cells.frequency, alpha + bought, alpha + self.at.last[0]

    def some(self, rows: slice | IntArray) -> Standing:
        """Return that of some cells."""
        return Standing(self.at.some(rows))

    def ahead(self, until: float | FloatArray, rate: float = 0.0) -> Ahead:
        """Return what is ahead of those who are alive."""
        return Ahead(self.at, until, rate)

    def passed(self, until: float | FloatArray) -> FloatArray:
        """Return how far the clock of purchases runs until then."""
        first, last, start, stop = (ahead := Ahead(self.at, until)).stretch
        return ahead.clocks(last, stop)[0] - ahead.clocks(first, start)[0]

    def after_a_purchase(self, until: float | FloatArray) -> tuple[FloatArray, Standing]:  # noqa: ARG002 - of models in which they may leave
        """Return that of customers who have bought once more, and the probability to stay then."""
        cells = self.at.cells
        bought = replace(cells, frequency=cells.frequency + 1)
        return np.ones(len(cells)), Standing(self.at._replace(cells=bought))


class Ahead(NamedTuple):
    """Some time after the end of observation, of each cell or of all."""

    at: Silence
    until: float | FloatArray
    rate: float = 0.0  # of discount

    @property
    def stretch(self) -> Stretch:
        """From T to then."""
        cells = self.at.cells
        T = cells.birth + cells.age
        later = T + self.until
        return Stretch(cells.ends_in, self.at.segments.at(cells.path, later), T, later)

    def clocks(self, segment: IntArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return A and D of all cells."""
        inside = time - self.at.segments.start[segment]
        every = np.arange(len(segment))
        A, D = (shown(each, every, segment, inside) for each in self.at.processes)
        return A, D

    @property
    def stays(self) -> FloatArray:
        """Equation (1)."""
        first, last, start, stop = self.stretch
        D, later = (self.clocks(*each)[1] for each in ((first, start), (last, stop)))
        stays: FloatArray = np.exp(-self.at.s * np.log1p((later - D) / (self.at.beta + D)))
        return stays

    @property
    def purchases(self) -> FloatArray:
        """Equation (2)."""
        rate = self.rate
        (A, _), m = self._now, self.at.r + self.at.cells.frequency
        T, times = self.at.cells.birth + self.at.cells.age, np.zeros(len(m))
        for rows, cut, speeds, (_, fallen) in self._blocks():
            begun = self.at.segments.start[cut.segment] + cut.inside - T[cut.cell]
            b = speeds.beta / np.maximum(speeds.leaving, SLOWEST)
            each = speeds.buying * np.exp(-self.at.s * fallen - rate * begun)
            each *= time_alive(b, cut.length, rate, self.at.s)
            times[rows] = np.bincount(cut.cell - rows.start, each)
        return m / (self.at.alpha + A) * times

    @property
    def buys(self) -> FloatArray:
        """Equation (3)."""
        (A, D), m = self._now, self.at.r + self.at.cells.frequency
        a, b, s = self.at.alpha + A, self.at.beta + D, self.at.s
        found = np.zeros(len(m))
        for rows, cut, speeds, _ in self._blocks():
            power = m[cut.cell] + 1
            often = m[cut.cell] * speeds.buying / a[cut.cell]
            ruled = nodes(cut.length, speeds, power, s, often * cut.length)
            for some, passed, weight in ruled:
                cell = cut.cell[some]
                grown = speeds.alpha[some] - a[cell] + speeds.buying[some] * passed
                aged = speeds.beta[some] - b[cell] + speeds.leaving[some] * passed
                fall = power[some] * np.log1p(grown / a[cell]) + s * np.log1p(aged / b[cell])
                each = often[some] * (weight * np.exp(-fall)).sum(axis=0)
                found[rows] += np.bincount(cell - rows.start, each, rows.stop - rows.start)
        return found

    @property
    def count_parts(self) -> CountParts:
        """The distribution of the count: a mean over times of leaving, and over staying."""
        (A, D), cells, s = self._now, self.at.cells, self.at.s
        first, last, start, stop = self.stretch
        until, later = self.clocks(last, stop)
        b = self.at.beta + D
        fall = s * np.log1p((later - D) / b)
        leaves, (places, weights) = -np.expm1(-fall), legendre(NODES)
        aged = b * np.expm1(-np.log1p(-leaves * places[:, None]) / s)
        buying, leaving = self.at.processes
        now = leaving.clock.at(first, start)[0]
        gone = leaving.clock.when(self.at.segments, cells.path, now + aged / leaving.factor)
        left = shown(buying, np.arange(len(A)), *gone)
        odds = np.maximum(np.vstack((left, until)) - A, 0.0) / (self.at.alpha + A)
        weight = np.vstack((weights[:, None] * leaves, np.exp(-fall)))
        return CountParts.without_dropout(weight, (self.at.r + cells.frequency)[None], odds)

    def counts(self, n: FloatArray) -> FloatArray:
        """Return the probability of each count, shape (C, len(n))."""
        return self.count_parts.mass(n)

    def until_each(self, time: FloatArray) -> FloatArray:
        """Return (2) without discount up to times, (k, C), the latest of which is `until`."""
        (A, _), m = self._now, self.at.r + self.at.cells.frequency
        cells, segments = self.at.cells, self.at.segments
        T, reached = cells.birth + cells.age, np.zeros(time.shape)
        for rows, cut, speeds, (_, fallen) in self._blocks():
            b = speeds.beta / np.maximum(speeds.leaving, SLOWEST)
            stays = speeds.buying * np.exp(-self.at.s * fallen)
            whole = stays * time_alive(b, cut.length, 0.0, self.at.s)
            first = np.searchsorted(cut.cell, np.arange(rows.start, rows.stop))
            before = np.cumsum(whole) - whole
            before -= np.repeat(before[first], np.diff(first, append=len(whole)))
            when = (T[rows] + time[:, rows]).ravel()
            path = np.broadcast_to(cells.path[rows], time[:, rows].shape).ravel()
            place = segments.at(path, when) - np.tile(cells.ends_in[rows], len(time))
            last = np.diff(first, append=len(whole)) - 1
            place = np.maximum(np.minimum(place, np.tile(last, len(time))), 0)
            place += np.tile(first, len(time))
            inside = when - segments.start[cut.segment[place]] - cut.inside[place]
            rest = stays[place] * time_alive(b[place], np.maximum(inside, 0.0), 0.0, self.at.s)
            reached[:, rows] = (before[place] + rest).reshape(len(time), -1)
        return m / (self.at.alpha + A) * reached

    @property
    def _now(self) -> tuple[FloatArray, FloatArray]:
        """The clocks at T."""
        first, _, start, _ = self.stretch
        return self.clocks(first, start)

    def _blocks(
        self,
    ) -> Iterator[tuple[slice, Pieces, Speeds, tuple[FloatArray, FloatArray]]]:
        """Yield pieces of some cells, with log of (α+A)/(α+A(T)) and (β+D)/(β+D(T)) at each."""
        (A, D), stretch = self._now, self.stretch
        for rows in stretch.blocks:
            cut = stretch.pieces(self.at.segments, rows)
            speeds, cell = self.at.speeds(cut), cut.cell
            a, b = self.at.alpha + A[cell], self.at.beta + D[cell]
            grown = np.log1p((speeds.alpha - a) / a), np.log1p((speeds.beta - b) / b)
            yield rows, cut, speeds, grown


def time_alive(b: FloatArray, until: FloatArray, rate: float, s: float) -> FloatArray:
    """Return ∫ e^(-δu) (b/(b+u))^s du up to `until`, for each of many, by nodes in log(1 + u/b)."""
    if rate > 0:
        until = np.minimum(until, DARK / rate)
    end = np.log1p(until / b)
    steep = np.abs(rate * b + s - 1), np.abs(rate * (b + until) + s - 1)
    change = end * np.maximum(np.maximum(*steep), STRIP)
    total = np.zeros(len(b))
    for rows, places, weights in by_change(change, end > 0):
        v = end[rows, None] * places
        fall = rate * b[rows, None] * np.expm1(v) + (s - 1) * v
        total[rows] = b[rows] * end[rows] * (np.exp(-fall) @ weights)
    return total
