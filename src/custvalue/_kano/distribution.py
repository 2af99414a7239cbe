"""What is known of the answers in each category, and shares of them with standard errors.

All the weighted data that any share needs are three sums for each category of an item: the
answers, the weights Σ w, and the squared weights Σ w². For a share p = W_in / W_base the Taylor
linearised variance is [V_in (1 - p)² + V_out p²] / W_base² with V the sums of squared weights: the
variance of a ratio, since the base itself is random (Särndal, Swensson & Wretman 1992, section
5.6), and p (1 - p) / n for equal weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import no_such
from custvalue._inference.ends import normal_quantile, normal_sizes
from custvalue._inference.sample import Sample
from custvalue._kano.by_cluster import ByCluster
from custvalue._kano.classify import Indices, at, fong_critical, one_sample_critical, top_two
from custvalue._kano.table import CATEGORIES, A, I, M, O, Q, R
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._rows import Columns, FloatArray, IntArray, read_only
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, slots=True)
class Dirichlet:
    """A request for the posterior under a Dirichlet prior on the six categories.

    Parameters
    ----------
    prior : float
        Parameter of each category: 0.5 is Jeffreys' prior, 1 the uniform prior.

    Raises
    ------
    ParameterError
        If `prior` is no number > 0.

    Examples
    --------
    >>> from custvalue import kano
    >>> counts = {"Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}}
    >>> better = kano.KanoResult.from_counts(counts)["Hotline"].better
    >>> str(better.confidence_interval(method=kano.Dirichlet(prior=1)))
    '[0.4528, 0.5679]'
    """

    prior: float = 0.5

    def __post_init__(self) -> None:
        number = isinstance(self.prior, int | float) and not isinstance(self.prior, bool)
        if not (number and 0 < self.prior < np.inf):
            raise ParameterError(
                f"prior must be a number > 0, the Dirichlet parameter of each category, but it is "
                f"{self.prior!r}. Jeffreys' prior is 0.5, the uniform prior is 1."
            )


Places = Sequence[int]

LETTERS = tuple(category.value for category in CATEGORIES)
EVERY = tuple(range(len(CATEGORIES)))
COUNTED = (M, O, A, I)  # what better and worse rest on


@dataclass(frozen=True, eq=False, repr=False)
class Distribution(WithoutIntervals, Columns):
    """What is known of the answers to some items, one row per item, one column per category.

    Parameters
    ----------
    counts : ndarray of shape (items, 6)
        Answers in M, O, A, I, R, Q, whatever their weight; NaN where their number is not known.
    weights : ndarray of shape (items, 6)
        Sums of their sampling weights.
    squares : ndarray of shape (items, 6)
        Sums of their squared weights, for the variances; NaN where n is not known.
    by_cluster : ByCluster or None
        The same by cluster, where respondents come in clusters.

    Raises
    ------
    DataError
        If shapes do not fit, or an entry is negative.
    """

    SHOWN: ClassVar = shown(f"{', '.join(LETTERS)}, n, effective_n")
    REPR: ClassVar[tuple[str, ...]] = ("items",)

    counts: FloatArray
    weights: FloatArray
    squares: FloatArray
    by_cluster: ByCluster | None = None

    def __post_init__(self) -> None:
        for name in ("counts", "weights", "squares"):
            array = np.array(getattr(self, name), dtype=np.float64)
            _check(name, array, len(self.counts))
            object.__setattr__(self, name, read_only(array))

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.counts)

    @property
    def shares(self) -> FloatArray:
        """Weighted shares of M, O, A, I, R, Q, shape (items, 6)."""
        return np.asarray(self.weights / self.weights.sum(axis=1, keepdims=True))

    @property
    def n(self) -> FloatArray:
        """Answers to each item, shape (items,); NaN where their number is not known."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def effective_n(self) -> FloatArray:
        """Effective number of answers to each item, shape (items,).

        Kish's; or with clusters n over the mean design effect of the shares (Rao & Scott 1981,
        *Journal of the American Statistical Association* 76).
        """
        kish = self.weights.sum(axis=1) ** 2 / self.squares.sum(axis=1)
        if self.by_cluster is None:
            return np.asarray(kish)
        errors = np.array([self.share((place,)).error for place in EVERY])
        p = self.shares.T
        ratio = np.divide(errors**2, p, out=np.zeros_like(p), where=p > 0).sum(axis=0)
        given = (p > 0).sum(axis=0) - 1.0
        return np.asarray(np.divide(given, ratio, out=kish, where=ratio > 0))

    @property
    def scaled(self) -> FloatArray:
        """Shares times the effective number of answers: the counts, for equal weights."""
        if self.by_cluster is not None:
            return np.asarray(self.shares * self.effective_n[:, np.newaxis])
        size = self.weights.sum(axis=1) / self.squares.sum(axis=1)
        return np.asarray(self.weights * size[:, np.newaxis])

    @property
    def better(self) -> Shares:
        """Timko's better, (A + O) / (A + O + M + I)."""
        return self.share((O, A), COUNTED)

    @property
    def worse(self) -> Shares:
        """Timko's worse without its sign, (O + M) / (A + O + M + I)."""
        return self.share((M, O), COUNTED)

    @property
    def total_strength(self) -> Shares:
        """Share of the answers that are M, O or A."""
        return self.share((M, O, A))

    @property
    def reverse_or_questionable(self) -> Shares:
        """Share of the answers that are R or Q, which better and worse do not count."""
        return self.share((R, Q))

    @property
    def top_two(self) -> TopTwo:
        """The two largest categories of each item, and how far they are apart."""
        return TopTwo.of(self)

    def row(self, place: int) -> Distribution:
        """Return what is known of one item, by its position."""
        here = slice(place, place + 1)
        clusters = None if self.by_cluster is None else self.by_cluster.row(place)
        return Distribution(self.counts[here], self.weights[here], self.squares[here], clusters)

    def share(self, inside: Places, base: Places = EVERY) -> Shares:
        """Estimate the share of some categories in a base of categories, both by position."""
        outside = [place for place in base if place not in inside]
        within, without = list(inside), list(base)
        total = self.weights[:, without].sum(axis=1)
        hit, miss = self.squares[:, within].sum(axis=1), self.squares[:, outside].sum(axis=1)
        n = self.counts[:, without].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.minimum(self.weights[:, within].sum(axis=1) / total, 1.0)
            error = np.sqrt(hit * (1 - share) ** 2 + miss * share**2) / total
            kish = total**2 / (hit + miss)
            matched = np.minimum(share * (1 - share) / error**2, n)
        inner = (share > 0) & (share < 1)
        effective = np.where(inner, matched, kish)
        found = Shares(share, error, n, effective, len(within), len(outside))
        if self.by_cluster is None:
            return found
        hits = np.isin(without, within).astype(np.float64)
        return found.of_clusters([self._fields(k, without, hits) for k in range(self.items)])

    def _fields(self, item: int, base: Places, points: FloatArray) -> Mapping[str, Any]:
        """Return what clusters decide of the mean of points, one for each category of a base."""
        weights, n = self.weights[item, list(base)], self.counts[item, list(base)].sum()
        if self.by_cluster is None or not n:
            return {}
        residual = points - weights @ points / weights.sum()
        return self.by_cluster.fields(item, list(base), residual, n)

    def of_gaps(self, first: Indices, second: Indices) -> list[Mapping[str, Any]]:
        """Return what clusters decide of the difference of two categories of each item."""
        points = np.zeros((self.items, len(EVERY)))
        np.put_along_axis(points, first[:, np.newaxis], 1.0, axis=1)
        np.put_along_axis(points, second[:, np.newaxis], -1.0, axis=1)
        return [self._fields(k, EVERY, its) for k, its in enumerate(points)]

    def _columns(self) -> Mapping[str, FloatArray | IntArray]:
        shares = {letter: self.shares[:, place] for place, letter in enumerate(LETTERS)}
        rows = np.arange(self.items)
        return {"row": rows, **shares, "n": self.n, "effective_n": self.effective_n}


def _check(name: str, array: FloatArray, items: int) -> None:
    """Raise a DataError unless an array has one row per item and no negative entry."""
    shape = (items, len(LETTERS))
    if array.shape != shape:
        raise DataError(
            f"{name} must have the shape {shape}, one row per item and one column per category, "
            f"but it is {array.shape}."
        )
    if (array < 0).any():
        raise DataError(f"{name} must be >= 0, but it holds {plain(array.min())!r}.")


def tallied(categories: npt.NDArray[np.int64], sample: Sample) -> Distribution:
    """Count the answers in every category of every item; not those of respondents of weight 0.

    The positions of the categories are of the shape (respondents, items), -1 where there is none.
    """
    used = sample.weights > 0
    if not used.all():
        categories, sample = categories[used], sample.of_rows(used)
    weights, by_cluster = sample.weights, ByCluster.of(categories, sample)

    def per_cell(each: FloatArray | None) -> FloatArray:
        found = [np.bincount(its + 1, each, len(CATEGORIES) + 1)[1:] for its in categories.T]
        return np.array(found, dtype=np.float64)

    counts = per_cell(None)
    if (weights == 1).all():
        return Distribution(counts, counts, counts, by_cluster)
    return Distribution(counts, per_cell(weights), per_cell(np.square(weights)), by_cluster)


@dataclass(frozen=True)
class Shares:
    """One share for each item, with what its interval needs; every array has shape (items,).

    Values are NaN where the base is empty; `effective_n` is that of a simple random sample with the
    same variance, at most `n`, and Kish's where the share is 0 or 1. `inside` categories are
    counted, `outside` more are in the base. `design` is what clusters decide of each, if there are
    any.
    """

    value: FloatArray
    error: FloatArray
    n: FloatArray
    effective_n: FloatArray
    inside: int
    outside: int
    design: Sequence[Mapping[str, Any]] = ()

    def of_clusters(self, design: Sequence[Mapping[str, Any]]) -> Shares:
        """Return the shares with the errors of clusters."""
        error, effective_n = (
            np.array([its.get(name, own) for its, own in zip(design, every, strict=True)])
            for name, every in (("standard_error", self.error), ("effective_n", self.effective_n))
        )
        return replace(self, error=error, effective_n=effective_n, design=design)

    @property
    def degrees(self) -> FloatArray:
        """Degrees of freedom, infinite where the normal distribution serves."""
        known = [its.get("degrees_of_freedom", np.inf) for its in self.design]
        return np.array(known) if known else np.full(len(self.value), np.inf)

    def ends(
        self, level: float, method: Literal["wilson", "delta"] | Dirichlet
    ) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the intervals, both of shape (items,)."""
        if isinstance(method, Dirichlet):
            return self._posterior(level, method.prior)
        z, levels = normal_quantile(level), np.full(len(self.value), level)
        if method == "delta":
            size = normal_sizes(levels, np.ones(len(self.value)), self.degrees)
            reach = z / np.sqrt(size) * self.error  # NaN stays NaN
            return np.maximum(self.value - reach, 0.0), np.minimum(self.value + reach, 1.0)
        return _wilson(self.value, normal_sizes(levels, self.effective_n, self.degrees), z)

    def _posterior(self, level: float, prior: float) -> tuple[FloatArray, FloatArray]:
        """Quantiles of the beta distribution that a sum of Dirichlet shares in a base has."""
        n = normal_sizes(np.full(len(self.value), level), self.effective_n, self.degrees)
        hits = self.value * n + prior * self.inside
        rest = (1 - self.value) * n + prior * self.outside
        tail = (1 - level) / 2
        ends = (special.betaincinv(hits, rest, end) for end in (tail, 1 - tail))
        low, high = (np.asarray(end, dtype=np.float64) for end in ends)
        return low, high


def _wilson(share: FloatArray, n: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Wilson (1927) score interval, as of one share."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = np.where(share == 0, 0.0, np.maximum(centre - reach, 0.0))
    high = np.where(share == 1, 1.0, np.minimum(centre + reach, 1.0))
    unknown = np.isnan(share) | np.isnan(n)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


@dataclass(frozen=True)
class TopTwo:
    """The two largest categories of each item; every array has shape (items,).

    Their positions, the gap of their shares with its linearised error, and their difference in
    answers (weighted data are scaled to the effective n) with Fong's bound and that for one sample;
    `design` is what clusters decide of each gap, if there are any.
    """

    first: Indices
    second: Indices
    gap: FloatArray
    error: FloatArray
    difference: FloatArray
    critical: FloatArray
    critical_one_sample: FloatArray
    design: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, answers: Distribution) -> TopTwo:
        """Find them."""
        first, second = top_two(answers.shares)
        a, b = at(answers.scaled, first), at(answers.scaled, second)
        error, design = _gap_error(answers, first, second), answers.of_gaps(first, second)
        for place, its in enumerate(design):
            error[place] = its.get("standard_error", error[place])
        return cls(
            first=first,
            second=second,
            gap=at(answers.shares, first) - at(answers.shares, second),
            error=error,
            difference=a - b,
            critical=fong_critical(a, b, answers.effective_n),
            critical_one_sample=one_sample_critical(a, b),
            design=design,
        )


def _gap_error(answers: Distribution, first: Indices, second: Indices) -> FloatArray:
    """Linearised standard error of the difference of two shares of the same answers."""
    gap = at(answers.shares, first) - at(answers.shares, second)
    one, two = at(answers.squares, first), at(answers.squares, second)
    rest = answers.squares.sum(axis=1) - one - two
    variance = one * (1 - gap) ** 2 + two * (1 + gap) ** 2 + rest * gap**2
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)) / answers.weights.sum(axis=1))


def position(name: str, items: Sequence[str]) -> int:
    """Return the position of an item, or raise a DataError with the nearest name."""
    if name not in items:
        raise DataError(no_such("item", name, items))
    return items.index(name)
