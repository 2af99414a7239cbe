"""Offers as respondents rated them: means of their parts, linearised errors, and resamples."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import random_generator
from custvalue._delivered_value.joint import Statistic, derivatives
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.clusters import Clusters
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import cluster_fields, kish_effective_n, settled
from custvalue._inference.sample import Sample
from custvalue._rows import FloatArray, IntArray

ENTRIES_AT_A_TIME = 2**21  # of a block of resamples x units


@dataclass(frozen=True, eq=False)
class Rated:
    """Offers that respondents rated: a row for each rating of a supplier.

    Parameters
    ----------
    names, values, costs : tuple of str
        Of the suppliers, of the parts of value and of those of cost.
    codes : ndarray of int64, shape (ratings,)
        Place of the supplier.
    amounts : ndarray of float64, shape (ratings, parts)
        Complete; values, then costs.
    sample : Sample
        Weights, all > 0, and clusters.
    """

    names: tuple[str, ...]
    values: tuple[str, ...]
    costs: tuple[str, ...]
    codes: IntArray
    amounts: FloatArray
    sample: Sample

    @cached_property
    def n(self) -> IntArray:
        """Ratings of each supplier."""
        return np.bincount(self.codes, minlength=len(self.names))

    @cached_property
    def _totals(self) -> FloatArray:
        """Sums of weights of each supplier."""
        return np.bincount(self.codes, self.sample.weights, len(self.names)).astype(np.float64)

    @property
    def means(self) -> FloatArray:
        """Weighted, shape (suppliers, parts)."""
        return self._means

    @cached_property
    def _means(self) -> FloatArray:
        start = self.amounts[0]  # sums of differences from it: equal ratings stay exact
        weighted = (self.amounts - start) * self.sample.weights[:, np.newaxis]
        over = [np.bincount(self.codes, column, len(self.names)) for column in weighted.T]
        return np.asarray(np.column_stack(over) / self._totals[:, np.newaxis] + start)

    @property
    def uncertain(self) -> bool:
        """Whether ratings of any supplier differ."""
        return bool((np.abs(self._residuals) > 0).any())

    @cached_property
    def _residuals(self) -> FloatArray:
        """What each rating moves the means of its supplier by, shape (ratings, parts)."""
        share = self.sample.weights / self._totals[self.codes]
        return np.asarray((self.amounts - self.means[self.codes]) * share[:, np.newaxis])

    def estimates(
        self, names: Sequence[str], statistic: Statistic, of: Sequence[int]
    ) -> list[Estimate]:
        """Estimate statistics, linearised for weights and clusters."""
        values = statistic(self.means[np.newaxis])[0].tolist()
        every = zip(names, values, derivatives(statistic, self.means), of, strict=True)
        return [self._estimate(*its) for its in every]

    def _estimate(self, name: str, value: float, gradient: FloatArray, of: int) -> Estimate:
        influences = np.einsum("rp,rp->r", self._residuals, gradient[self.codes])
        degrees = np.maximum(self.n - 1, 1)
        squares = np.bincount(self.codes, np.square(influences), len(self.n))
        parts = squares * self.n / degrees
        concerned = np.asarray(np.any(gradient != 0, axis=1))
        alone = bool((concerned & (self.n < 2)).any())  # how one rating varies nobody knows
        error = None if alone else settled(math.sqrt(parts.sum()), value, None)
        n = int(self.n[of])
        found = Estimate(
            name=name,
            value=value,
            standard_error=error,
            n=n,
            effective_n=kish_effective_n(self.sample.weights[self.codes == of]),
            degrees_of_freedom=_satterthwaite(parts, degrees) if error else float(max(n - 1, 1)),
        )
        if not error or self.sample.clusters is None:
            return found
        rows = concerned[self.codes]
        fields = cluster_fields(influences[rows], self.sample.of_rows(rows))
        return replace(found, **fields)

    def draws(self, method: Bootstrap) -> FloatArray:
        """Return means as they may be, shape (resamples, suppliers, parts).

        Units are drawn by the rescaled bootstrap, n - 1 of n (Rao & Wu 1988, *Journal of the
        American Statistical Association* 83(401)), and each draw's distance from the means is
        multiplied by √(df / χ²): the draws have the tails of t, as means of few ratings have.
        """
        random = random_generator(method.rng)
        blocks = list(self._blocks())
        moved = np.zeros((method.resamples, *self.means.shape))
        weights = np.zeros((method.resamples, len(self.names), 1))
        for block in blocks:
            for rows in block.sizes(method.resamples):
                sums = block.drawn(random, rows.stop - rows.start)
                moved[rows, block.suppliers] += sums[..., :-1]
                weights[rows, block.suppliers] += sums[..., -1:]
        away = np.divide(moved, weights, out=np.full_like(moved, np.nan), where=weights > 0)
        degrees = self._degrees()
        tails = np.sqrt(degrees / random.chisquare(degrees, (method.resamples, len(degrees))))
        return self._never_negative(away * tails[..., np.newaxis])

    def _never_negative(self, away: FloatArray) -> FloatArray:
        """Return means at some distances; amounts that cannot be negative stay above 0.

        A draw that falls by more than half of a mean m becomes -m² / (4 x distance), which is m / 2
        there, as steep, and never 0.
        """
        found = np.asarray(self.means + away)
        positive = (self.amounts >= 0).all(axis=0) & (self.means > 0)
        low = positive & (away < -self.means / 2)
        np.divide(np.square(self.means), -4 * away, out=found, where=low)
        return found

    def _blocks(self) -> Iterator[_Block]:
        """Yield what is drawn by itself: the ratings of a supplier, or a stratum of clusters."""
        units, strata = self._units()
        centred = (self.amounts - self.means[self.codes]) * self.sample.weights[:, np.newaxis]
        table = np.column_stack([centred, self.sample.weights])
        for stratum in range(int(strata.max()) + 1):
            rows = np.flatnonzero(strata == stratum)
            suppliers, supplier = np.unique(self.codes[rows], return_inverse=True)
            unit = np.unique(units[rows], return_inverse=True)[1]
            yield _Block.of(table[rows], unit, supplier, suppliers)

    @property
    def _clusters(self) -> Clusters | None:
        """What is drawn whole; None where there is one cluster, whose ratings are drawn."""
        clusters = self.sample.clusters
        alone = clusters is not None and len(np.unique(clusters.codes)) == 1
        return None if alone else clusters

    def _units(self) -> tuple[IntArray, IntArray]:
        """Return the unit of each rating that is drawn whole, and the stratum it is drawn in."""
        clusters = self._clusters
        if clusters is None:
            return np.arange(len(self.codes)), self.codes
        units, strata = clusters.codes, clusters.strata[clusters.codes]
        if not self._nested:
            return units, np.unique(strata, return_inverse=True)[1]
        return units, np.unique(strata * len(self.names) + self.codes, return_inverse=True)[1]

    @cached_property
    def _nested(self) -> bool:
        """Whether each cluster rated one supplier, and each supplier has several clusters."""
        clusters = self._clusters
        if clusters is None:
            return True
        pairs = np.unique(np.column_stack([clusters.codes, self.codes]), axis=0)
        rated_one = len(np.unique(pairs[:, 0])) == len(pairs)
        return rated_one and int(np.bincount(pairs[:, 1]).min()) > 1

    def _degrees(self) -> FloatArray:
        """Return the degrees of freedom of each supplier's means, or one number of all of them."""
        clusters = self._clusters
        if clusters is None:
            return np.maximum(self.n - 1, 1).astype(np.float64)
        if not self._nested:
            return np.array([clusters.design(self.sample.weights)[0].degrees_of_freedom])
        own = (self.sample.of_rows(self.codes == place) for place in range(len(self.names)))
        return np.array([_degrees_of(its) for its in own])


def _degrees_of(sample: Sample) -> float:
    """Return the degrees of freedom of the clusters of a supplier."""
    if sample.clusters is None:
        return len(sample.weights) - 1.0
    return sample.clusters.design(sample.weights)[0].degrees_of_freedom


class _Block(NamedTuple):
    """Units that are drawn together: what each adds to the sums of each supplier."""

    table: FloatArray  # (units, suppliers x sums)
    suppliers: IntArray

    @classmethod
    def of(
        cls, added: FloatArray, unit: IntArray, supplier: IntArray, suppliers: IntArray
    ) -> _Block:
        """Add up ratings by unit and supplier."""
        units, sums = int(unit.max()) + 1, added.shape[1]
        place = unit * len(suppliers) + supplier
        cells = units * len(suppliers)
        columns = [np.bincount(place, column, cells) for column in added.T]
        table = np.column_stack(columns).astype(np.float64)
        return cls(table.reshape(units, len(suppliers) * sums), suppliers)

    def sizes(self, resamples: int) -> Iterator[slice]:
        """Cut the resamples into blocks of a bounded number of entries."""
        most = max(1, ENTRIES_AT_A_TIME // len(self.table))
        return (slice(at, min(at + most, resamples)) for at in range(0, resamples, most))

    def drawn(self, random: np.random.Generator, resamples: int) -> FloatArray:
        """Return sums of resamples, shape (resamples, suppliers, sums)."""
        units = len(self.table)
        if units == 1:
            sums = np.repeat(self.table, resamples, axis=0)
        else:
            chosen: npt.NDArray[np.int64] = random.integers(units, size=(resamples, units - 1))
            chosen += np.arange(resamples)[:, np.newaxis] * units
            counts = np.bincount(chosen.ravel(), minlength=resamples * units)
            rescaled = counts.reshape(resamples, units) * (units / (units - 1))
            sums = rescaled @ self.table
        return np.asarray(sums.reshape(resamples, len(self.suppliers), -1))


def _satterthwaite(parts: FloatArray, degrees: IntArray) -> float:
    """Return the degrees of freedom of a variance that is a sum of independent ones."""
    there = parts > 0
    return float(parts.sum() ** 2 / (parts[there] ** 2 / degrees[there]).sum())
