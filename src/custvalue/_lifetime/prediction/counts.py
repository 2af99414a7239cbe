"""The exact distribution of the purchases ahead of customers, and its quantiles.

Of a customer who is alive, every model makes the count Y a mixture of negative binomial counts N,
which dropout at a purchase may cut short:

    P(Y >= n) = E[(1-p)^(n-1)] Σ weight P(N >= k n - phase),    p ~ Beta(a, b)

Parts of the mixture are times at which customers leave at any time, or phases of regular buyers.
The parameters are not known either: a few points of them stand for their uncertainty.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from scipy import special

from custvalue._numerics.gamma_functions import log_choices, log_rising_ratio
from custvalue._rows import FloatArray, IntArray

OFTEN = 300.0  # purchases that may come, from which on not every count is looked at
STRIDE = 0.04  # of a count, to the next one that is looked at
TINY = 1e-300  # odds of a part in which nothing comes
FAINT = 1e-4  # probability of more purchases, beyond which none are looked at


class CountParts(NamedTuple):
    """The distribution of Y, given alive; (parts, cells), or with length 1 where all are alike."""

    weight: FloatArray  # adding up to 1 over the parts
    m: FloatArray  # shape of N
    odds: FloatArray  # mean of N, as a multiple of m
    a: FloatArray  # 0 where customers do not leave at a purchase
    b: FloatArray
    phase: IntArray  # of each part
    per: int = 1  # k

    @classmethod
    def without_dropout(cls, weight: FloatArray, m: FloatArray, odds: FloatArray) -> Self:
        """Return the mixture where customers do not leave at a purchase."""
        never = np.zeros(1, dtype=np.int64)
        return cls(weight, m, odds, np.zeros((1, 1)), np.ones((1, 1)), never)

    def mass(self, n: FloatArray) -> FloatArray:
        """Return P(Y = n), (cells, len(n)), where nothing cuts N short: Y = N + phase.

        Parts of a phase must have the same m.
        """
        found = np.zeros((self.weight.shape[1], len(n)))
        for phase in np.unique(self.phase):
            some = np.broadcast_to(self.phase == phase, len(self.weight))
            m = self.m[:1] if len(self.m) == 1 else self.m[some][:1]
            odds, weight = self.odds[some], self.weight[some]
            log_share, none = np.log(odds / (1 + odds) + TINY), -m * np.log1p(odds)
            for place, each in enumerate(n - phase):
                if each >= 0:
                    chance = np.exp(log_choices(m, each) + each * log_share + none)
                    found[:, place] += (weight * chance).sum(axis=0)
        return found


class Counts(NamedTuple):
    """The same at several points of the parameters, (points, parts, cells), and P(alive)."""

    alive: FloatArray  # (points, cells)
    parts: CountParts

    @classmethod
    def of(cls, alive: FloatArray, points: Sequence[CountParts]) -> Self:
        """Put the points together."""
        names = ("weight", "m", "odds", "a", "b")
        stacked: dict[str, Any] = {
            name: np.stack([getattr(each, name) for each in points]) for name in names
        }
        return cls(alive, points[0]._replace(**stacked, phase=points[0].phase[:, None]))

    @property
    def often(self) -> bool:
        """Say whether counts may be so large that some are left out."""
        m, odds = self.parts.m, self.parts.odds
        return bool(((m + 9) * odds).max() > OFTEN * self.parts.per)

    def at_least(self, n: FloatArray) -> FloatArray:
        """Return P(Y >= n) at each point, shape (points, cells), for n >= 1 of each cell."""
        weight, m, odds, a, b, phase, per = self.parts
        needed = per * n - phase
        above = special.betainc(np.maximum(needed, 1.0), m, odds / (1 + odds))
        above = np.where(needed > 0, above, 1.0)
        left = log_rising_ratio(b, n - 1) - log_rising_ratio(a + b, n - 1)
        given_alive: FloatArray = np.exp(left[:, 0]) * np.einsum("pkc,pkc->pc", weight, above)
        return self.alive * given_alive

    def tails(self) -> Iterator[tuple[float, FloatArray]]:
        """Yield n and P(Y >= n), n = 1, 2, … or some of these, for as long as it is asked."""
        if not self.often:
            yield from enumerate(self._one_by_one(), start=1)
            return
        n = 1.0
        while True:
            yield n, self.at_least(np.full(self.alive.shape[1], n))
            n += max(1.0, np.floor(min(n * STRIDE, 0.7 * math.sqrt(n))))  # below one deviation

    def _one_by_one(self) -> Iterator[FloatArray]:
        """Yield P(Y >= n), n = 1, 2, …: from one to the next a product and a difference each."""
        weight, m, odds, a, b, phase, per = self.parts
        share, stays = odds / (1 + odds), self.alive.copy()
        exactly = np.exp(-m * np.log1p(odds)) + np.zeros_like(weight)
        above, passed, n = np.ones_like(exactly), -phase, 0
        while True:
            for _ in range(per):  # subtract P(N = passed), where a part has begun
                if n or not phase.any():
                    above -= exactly
                    exactly *= (m + passed) * (share / (passed + 1.0))
                else:
                    begun = passed >= 0
                    above -= exactly * begun
                    next_share = (m + passed) * share / (np.maximum(passed, 0) + 1)
                    exactly *= np.where(begun, next_share, 1.0)
                passed = passed + 1
            yield stays * np.einsum("pkc,pkc->pc", weight, above)
            stays *= ((b + n) / (a + b + n))[:, 0]
            n += 1


class Tails(Protocol):
    """P(Y >= n) at several points of the parameters, (points, cells)."""

    @property
    def alive(self) -> FloatArray:
        """P(alive)."""
        ...

    def at_least(self, n: FloatArray) -> FloatArray:
        """Return P(Y >= n) for n >= 1 of each cell."""
        ...

    def tails(self) -> Iterator[tuple[float, FloatArray]]:
        """Yield n and P(Y >= n)."""
        ...


class Distribution(NamedTuple):
    """P(Y >= n) of cells, averaged over the points of the parameters."""

    counts: Tails
    n: FloatArray  # (places,), those that were looked at
    at_least: FloatArray  # (places, cells)
    variance: FloatArray  # of Y given the parameters, (cells,)

    @classmethod
    def of(cls, counts: Tails, faint: float) -> Self:
        """Look at counts until more purchases are hardly possible."""
        n, tail = 0.0, np.ones_like(counts.alive)
        places: list[float] = []
        averages: list[FloatArray] = []
        total = rising = np.zeros_like(tail)
        for following, after in counts.tails():
            gap = following - n  # Σ f(n) over it, by the formula of Euler and Maclaurin
            here, there = (gap - 1) / 2, (gap + 1) / 2
            total = total + here * tail + there * after
            rising = rising + here * (n - 1) * tail + there * (following - 1) * after
            rising += (gap**2 - 1) / 12 * (tail - after)
            n, tail = following, after
            places.append(n)
            averages.append(tail.mean(axis=0))
            if averages[-1].max() <= faint:
                break
        variance = (2 * rising + total - np.square(total)).mean(axis=0)
        return cls(counts, np.array(places), np.array(averages), variance)

    def quantile(self, beyond: float) -> FloatArray:
        """Return the smallest n with P(Y > n) <= beyond."""
        place = np.count_nonzero(self.at_least > beyond, axis=0)
        known = np.concatenate(([0.0], self.n))
        low, high = known[place], self._following(place)
        while (wide := high - low > 1).any():  # between counts that were not looked at
            middle = np.where(wide, np.floor((low + high) / 2), np.maximum(low, 1))
            more = self._average(middle) > beyond
            low, high = np.where(wide & more, middle, low), np.where(wide & ~more, middle, high)
        found: FloatArray = low
        return found

    def _following(self, place: IntArray) -> FloatArray:
        after: FloatArray = np.append(self.n, self.n[-1] + 1)
        return after[place]

    def _average(self, n: FloatArray) -> FloatArray:
        """Return P(Y >= n), n >= 1 of each cell."""
        average: FloatArray = self.counts.at_least(n).mean(axis=0)
        return average

    def within(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Return P(low <= Y <= high)."""
        return self._from(low) - self._from(high + 1)

    def _from(self, n: FloatArray) -> FloatArray:
        """Return P(Y >= n), n >= 0 of each cell."""
        if self.n[-1] == len(self.n):  # all were looked at
            known = np.vstack((np.ones(len(n)), self.at_least))
            at = np.minimum(n.astype(np.intp), len(known) - 1)
            found: FloatArray = np.take_along_axis(known, at[None], axis=0)[0]
            return found
        return np.where(n > 0, self._average(np.maximum(n, 1)), 1.0)
