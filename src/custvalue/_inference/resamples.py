"""Bootstrap intervals that resample counts where they can, and respondents where they must.

Answers on a scale take few values. A resample of n respondents is then one multinomial draw of
the counts of distinct (answer, weight) cells, whatever n is: :func:`count_resamples`. Statistics
of whole respondents need to know who is drawn: those that are functions of sums, such as an index
or a regression on items, how often, :func:`sum_resamples`; any others their rows,
:func:`row_resamples`.

All are reproducible through ``rng``, count the resamples on which the statistic does not exist
(an item without variance, for example), and give percentile intervals (Efron & Tibshirani 1993, *An
Introduction to the Bootstrap*, chapter 13) or, by name, BCa intervals (chapter 14).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import checked_level, random_generator, require_choice
from custvalue._inference.bootstrap import Bootstrap, BootstrapKind
from custvalue._inference.drawing import Units
from custvalue._inference.ends import t_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.sample import Sample
from custvalue._inference.sums import ROUNDING, OfSums
from custvalue._rows import Columns, FloatArray, IntArray, read_only
from custvalue._table import Table
from custvalue._words import one_line
from custvalue.errors import CustvalueError, EstimationError, ParameterError

CountStatistic = Callable[[FloatArray], npt.ArrayLike]
RowStatistic = Callable[[npt.NDArray[np.intp]], npt.ArrayLike]

FARTHEST = 38.0  # standard deviations that a double can tell from all
MOST_FAILED = 0.5  # of the resamples: beyond that the rest tell little about the statistic
ENTRIES_AT_A_TIME = 2**20  # of a block of resamples x cells: memory stays small
COUNTS_AT_A_TIME = 2**24  # of a block of resamples x respondents


@dataclass(frozen=True, eq=False, repr=False)
class Resamples(Columns):
    """The distribution of some statistics over resamples.

    Parameters
    ----------
    values : ndarray of shape (statistics,)
        The statistics of the data themselves.
    draws : ndarray of shape (resamples, statistics)
        The statistics of the resamples on which they exist.
    accelerations : ndarray of shape (statistics,)
        Skewness of the jackknife over 6, which BCa intervals need; empty where it was not asked
        for.
    n : int
        Answers or respondents in each resample.
    failed : int
        Resamples that gave no finite statistics and are not in `draws`.
    reason : str
        Why the first of them failed; empty where none did.
    reasons : dict of str to int
        Why each of them failed, and how many did for that reason; empty where it was not counted.
    clusters : int or None
        Clusters in each resample; None where respondents were drawn.
    degrees_of_freedom, expansion : float or None
        Of the clusters: those of a standard error, and what it is more than that of the draws.

    Raises
    ------
    EstimationError
        If more than half of the resamples failed.
    """

    values: FloatArray
    draws: FloatArray
    accelerations: FloatArray
    n: int
    failed: int = 0
    reason: str = ""
    reasons: dict[str, int] = field(default_factory=dict)
    clusters: int | None = None
    degrees_of_freedom: float | None = None
    expansion: float | None = None

    def __post_init__(self) -> None:
        total = len(self.draws) + self.failed
        if self.failed > MOST_FAILED * total:
            raise EstimationError(
                f"{self.failed:,} of {total:,} bootstrap resamples failed, the first one because: "
                f"{self.reason} Collect more answers, or use an interval that needs no resampling."
            )
        for array in (self.values, self.draws, self.accelerations):
            read_only(array)

    @property
    def resamples(self) -> int:
        """Resamples drawn, including those that failed."""
        return len(self.draws) + self.failed

    @property
    def standard_errors(self) -> FloatArray:
        """Standard deviation of the draws of each statistic, shape (statistics,).

        It is expanded where clusters were drawn, whose resamples vary too little.
        """
        errors: FloatArray = self.draws.std(axis=0, ddof=1) * (self.expansion or 1.0)
        return errors

    @property
    def standard_error(self) -> float:
        """Standard deviation of the draws of the first statistic."""
        return float(self.standard_errors[0])

    def confidence_intervals(
        self, level: float = 0.95, *, kind: BootstrapKind = "percentile"
    ) -> tuple[Interval, ...]:
        """Return an interval of each statistic.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        kind : {"percentile", "bca"}
            Quantiles of the draws, or bias-corrected and accelerated ones.

        Raises
        ------
        ParameterError
            If `level` or `kind` is unknown, or there is no acceleration for ``bca``.
        """
        return tuple(
            self.confidence_interval(level, statistic=place, kind=kind)
            for place in range(len(self.values))
        )

    def confidence_interval(
        self,
        level: float = 0.95,
        *,
        statistic: int = 0,
        kind: BootstrapKind = "percentile",
        expanded: bool = False,
    ) -> Interval:
        """Return the interval of one statistic.

        Its name tells of failed resamples, and of zero width where all the others agree.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        statistic : int
            Its position.
        kind : {"percentile", "bca"}
            As in :meth:`confidence_intervals`.
        expanded : bool
            Whether the tails are those of t with n - 1 degrees of freedom and a standard error
            with the divisor n - 1, which resamples of few respondents lack (Hesterberg 2015, *The
            American Statistician* 69(4), section 4.5). So they always are where clusters were
            drawn, by their degrees of freedom.

        Raises
        ------
        ParameterError
            As in :meth:`confidence_intervals`.
        """
        level = checked_level(level)
        require_choice("kind", kind, get_args(BootstrapKind))
        tails = np.array([(1 - level) / 2, (1 + level) / 2])
        of_clusters = self.degrees_of_freedom is not None
        if expanded or of_clusters:
            reach = self._stretch * t_quantile(level, self._degrees)
            tails = special.ndtr(np.array([-reach, reach]))
        if kind == "bca":
            tails = self._corrected(tails, statistic)
        # the k-th of B ordered draws stands for the probability k / (B + 1)
        low, high = np.quantile(self.draws[:, statistic], np.sort(tails), method="weibull")
        lost = f", {self.failed} of {self.resamples} resamples failed" if self.failed else ""
        name = "bootstrap BCa" if kind == "bca" else "bootstrap percentile"
        if of_clusters:
            name += " of clusters, expanded"
        elif expanded:
            name += ", expanded for n"
        name += lost + self._no_width(statistic)
        return Interval(low=float(low), high=float(high), level=level, method=name)

    @property
    def _stretch(self) -> float:
        """The standard error of a mean over that of its resamples, √(n / (n - 1))."""
        return self.expansion or math.sqrt(self.n / (self.n - 1))

    @property
    def _degrees(self) -> float:
        """Degrees of freedom of the standard error."""
        return self.degrees_of_freedom or self.n - 1.0

    def p_value(self, null: float = 0.0) -> float:
        """Return the two-sided P value of the first statistic: 1 - the level of the interval there.

        It is that of the expanded percentile interval, with half of the draws at `null` itself on
        either side.

        Parameters
        ----------
        null : float
            What the statistic is compared with.
        """
        draws = self.draws[:, 0] - null
        at = np.abs(draws) <= ROUNDING * np.abs(self.draws).max()
        below = (draws[~at] < 0).sum() + at.sum() / 2
        beyond = (min(below, len(draws) - below) + 1) / (len(draws) + 1)
        tail = special.stdtr(self._degrees, special.ndtri(min(beyond, 0.5)) / self._stretch)
        return min(2 * float(tail), 1.0)

    def _no_width(self, statistic: int) -> str:
        draws = self.draws[:, statistic]
        same = np.ptp(draws) <= ROUNDING * np.abs(draws).max()
        return "; zero width: all resamples give one value" if same else ""

    def _corrected(self, tails: FloatArray, statistic: int) -> FloatArray:
        """Move the tails by bias and acceleration, equation 14.10 of Efron & Tibshirani (1993)."""
        if not self.accelerations.size:
            raise ParameterError(
                "kind='bca' needs the skewness of the statistic, which these resamples were drawn "
                "without. Use Bootstrap(kind='bca') when resampling, or kind='percentile'."
            )
        value, draws = self.values[statistic], self.draws[:, statistic]
        below = ((draws < value).mean() + (draws <= value).mean()) / 2  # draws of counts have ties
        margin = 0.5 / len(draws)
        bias = special.ndtri(np.clip(below, margin, 1 - margin))
        z = bias + np.clip(special.ndtri(tails), -FARTHEST, FARTHEST)
        moved: FloatArray = special.ndtr(bias + z / (1 - self.accelerations[statistic] * z))
        return moved

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the draws, one column per statistic."""
        return {f"statistic {k}": column for k, column in enumerate(self.draws.T)}

    def __repr__(self) -> str:
        return one_line(
            "Resamples",
            statistics=len(self.values),
            resamples=self.resamples,
            failed=self.failed,
            n=self.n,
        )

    def _table(self) -> Table:
        rows = tuple(
            (f"statistic {place}", float(self.values[place]), ends.low, ends.high, float(error))
            for place, (ends, error) in enumerate(
                zip(self.confidence_intervals(), self.standard_errors, strict=True)
            )
        )
        note = f"n {self.n:,}, {self.resamples:,} resamples, {self.failed:,} of them failed."
        header = ("", "value", "low", "high", "standard error")
        return Table("Bootstrap, 95 % percentile intervals", header, rows, (note,))


class Cells(NamedTuple):
    """Distinct rows of some columns with the number of respondents in each.

    Parameters
    ----------
    values : ndarray of shape (cells, columns)
        The distinct rows.
    counts : ndarray of shape (cells,)
        How many respondents have each.
    """

    values: FloatArray
    counts: IntArray


def cells(*columns: FloatArray) -> Cells:
    """Count the distinct rows, as of (answer, weight)."""
    order = np.lexsort(columns[::-1])
    rows = np.column_stack([column[order] for column in columns])
    starts = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)])
    return Cells(rows[starts], np.diff(np.r_[starts, len(rows)]))


def count_resamples(
    counts: npt.ArrayLike,
    statistic: CountStatistic,
    method: Bootstrap,
) -> Resamples:
    """Resample n answers as multinomial counts of their cells.

    The cost is resamples x cells, whatever the number of answers; the jackknife behind BCa
    intervals takes one evaluation for each cell, and is always made.

    Parameters
    ----------
    counts : array_like of shape (cells,)
        Whole numbers >= 0: how often each distinct answer (with its weight) was given.
    statistic : callable
        Takes counts of shape (resamples, cells) and gives the statistic of each, shape
        (resamples,) or (resamples, statistics); NaN where it does not exist.
    method : Bootstrap
        How many resamples to draw, from which source of randomness.

    Examples
    --------
    >>> from custvalue._inference.resamples import count_resamples
    >>> votes = np.array([1.0, 0.0, -1.0])
    >>> resampled = count_resamples(
    ...     [162, 108, 54], lambda c: 100 * (c @ votes) / c.sum(axis=1), Bootstrap(rng=1)
    ... )
    >>> interval = resampled.confidence_interval()
    >>> str(interval), interval.method
    ('[25.62, 41.05]', 'bootstrap percentile')
    """
    observed = np.asarray(counts, dtype=np.int64)
    n = int(observed.sum())
    if n < 1 or (observed < 0).any():
        raise ParameterError(
            f"counts must be whole numbers >= 0 and not all 0, but they are {observed.tolist()}."
        )
    random = random_generator(method.rng)
    draws = [
        _table_of(statistic(random.multinomial(n, observed / n, size=size).astype(np.float64)))
        for size in _sizes(method.resamples, len(observed))
    ]
    value = _table_of(statistic(observed[np.newaxis].astype(np.float64)))[0]
    skewness = _cell_jackknife(observed.astype(np.float64), statistic)
    return _resamples(value, np.concatenate(draws), skewness, n, "")


def share_resamples(
    shares: npt.ArrayLike,
    effective_n: float,
    statistic: CountStatistic,
    method: Bootstrap,
) -> Resamples:
    """Resample weighted answers of which only shares and the effective n are known.

    Each resample has as many answers as the effective n, which is rounded up or down by chance
    where it is not whole: the draws vary as the linearised variance does. For equal
    weights it is :func:`count_resamples`.
    """
    p = np.asarray(shares, dtype=np.float64)
    p = p / p.sum()
    random = random_generator(method.rng)
    whole = math.floor(effective_n)
    draws = []
    for size in _sizes(method.resamples, len(p)):
        n = np.maximum(whole + (random.random(size) < effective_n - whole), 1)
        draws.append(_table_of(statistic(random.multinomial(n, p).astype(np.float64))))
    value = _table_of(statistic(p[np.newaxis]))[0]
    skewness = _cell_jackknife(p * effective_n, statistic)
    return _resamples(value, np.concatenate(draws), skewness, round(effective_n), "")


def row_resamples(
    statistic: RowStatistic,
    n: int,
    method: Bootstrap,
    *,
    sample: Sample | None = None,
    alike: npt.NDArray[Any] | None = None,
) -> Resamples:
    """Resample whole respondents with replacement, or whole clusters where the sample has them.

    The jackknife behind BCa intervals leaves out each unit, or one of the respondents that are
    `alike` by their code.

    Examples
    --------
    >>> from custvalue._inference.resamples import row_resamples
    >>> x, y = np.array([1.0, 2, 3, 4, 5, 5, 3]), np.array([2.0, 2, 3, 5, 4, 5, 2])
    >>> resampled = row_resamples(lambda rows: (y[rows] - x[rows]).mean(), 7, Bootstrap(rng=1))
    >>> resampled
    Resamples(statistics=1, resamples=2,000, failed=0, n=7)
    >>> interval = resampled.confidence_interval(0.9)
    >>> str(interval), interval.description
    ('[-0.4286, 0.4286]', '90 % interval, bootstrap percentile')
    """
    units = Units.of(n, sample)
    value = np.atleast_1d(np.asarray(statistic(np.arange(n)), dtype=np.float64))
    missing = np.full(len(value), np.nan)
    draws, reason = np.empty((method.resamples, len(value))), ""
    for place, drawn in enumerate(units.drawn(method)):
        draws[place], failure = attempt(statistic, units.rows(drawn), missing)
        reason = reason or failure
    kinds = np.arange(units.count) if alike is None or units.design else alike
    left_out, times = np.unique(kinds, return_index=True, return_counts=True)[1:]
    reduced = [
        attempt(statistic, units.without(unit), missing)[0]
        for unit in left_out
        if method.kind == "bca"
    ]
    skewness = _acceleration(np.array(reduced), times) if reduced else np.empty(0)
    return _resamples(value, draws, skewness, n, reason, **units.widening())


def sum_resamples(
    statistic: OfSums,
    method: Bootstrap,
    *,
    sample: Sample | None = None,
) -> Resamples:
    """Resample whole units, the same as by rows, for a function of sums over respondents.

    The jackknife behind BCa intervals leaves out each unit, which sums make cheap.

    Examples
    --------
    >>> from custvalue._inference.resamples import sum_resamples
    >>> from custvalue._inference.sums import sum_of_means
    >>> change = np.array([1.0, 0, 0, 1, -1, 0, -1])
    >>> mean = sum_of_means([change], [1.0], np.ones(7))
    >>> str(sum_resamples(mean, Bootstrap(rng=1)).confidence_interval(0.9))
    '[-0.4286, 0.4286]'
    """
    units = Units.of(statistic.n, sample)
    by_unit, drawn = units.summed(statistic), units.drawn(method)
    found, reasons = [], Counter[str]()
    for size in _sizes(method.resamples, units.count, COUNTS_AT_A_TIME):
        counts = np.zeros((size, units.count), dtype=np.uint16)  # small: they stay in the cache
        for place, some in zip(range(size), drawn, strict=False):
            np.add.at(counts[place], some, np.uint16(1))
        sums = by_unit.sums(counts)
        found.append(by_unit.value(sums))
        failed = np.flatnonzero(~np.isfinite(found[-1]).all(axis=1))
        reasons.update(map(by_unit.why, sums[failed]))
    skewness = np.empty(0)
    if method.kind == "bca":
        skewness = _acceleration(by_unit.without_each(), np.ones(units.count))
    draws, first = np.concatenate(found), next(iter(reasons), "")
    more = {"reasons": dict(reasons.most_common()), **units.widening()}
    return _resamples(by_unit.whole(), draws, skewness, statistic.n, first, **more)


S = TypeVar("S")


def attempt(
    statistic: Callable[[S], npt.ArrayLike], sample: S, missing: FloatArray
) -> tuple[FloatArray, str]:
    """Return the statistics of a resample, or NaN and the reason why there are none."""
    try:
        found = np.atleast_1d(np.asarray(statistic(sample), dtype=np.float64))
    except (CustvalueError, np.linalg.LinAlgError) as error:
        return missing, f"{error}"
    if np.isfinite(found).all():
        return found, ""
    return missing, "the statistic is not finite."


def _sizes(resamples: int, width: int, entries: int = ENTRIES_AT_A_TIME) -> Iterator[int]:
    """Cut the resamples into blocks of a bounded number of entries."""
    most = max(1, entries // width)
    return (min(most, resamples - done) for done in range(0, resamples, most))


def _table_of(found: npt.ArrayLike) -> FloatArray:
    array = np.asarray(found, dtype=np.float64)
    return array[:, np.newaxis] if array.ndim == 1 else array


def _cell_jackknife(counts: FloatArray, statistic: CountStatistic) -> FloatArray:
    """Drop one answer of each cell: n evaluations are as many as there are cells."""
    occupied = np.flatnonzero(counts)
    if counts.sum() < 2:
        return np.empty(0)
    found = []
    done = 0
    for size in _sizes(len(occupied), len(counts)):
        block = np.repeat(counts[np.newaxis], size, axis=0)
        rows = np.arange(size), occupied[done : done + size]
        block[rows] = np.maximum(block[rows] - 1, 0.0)
        found.append(_table_of(statistic(block)))
        done += size
    return _acceleration(np.concatenate(found), counts[occupied])


def _acceleration(reduced: FloatArray, counts: FloatArray | IntArray) -> FloatArray:
    """Return Σ d³ / [6 (Σ d²)^1.5] of the jackknife deviations d, equation 14.15; none of none."""
    usable = np.isfinite(reduced).all(axis=1)
    if not usable.any():
        return np.empty(0)
    found, counts = reduced[usable], counts[usable]
    deviation = counts @ found / counts.sum() - found
    squares = counts @ deviation**2
    with np.errstate(invalid="ignore", divide="ignore"):
        skewness = (counts @ deviation**3) / (6 * squares**1.5)
    return np.where(squares > 0, skewness, 0.0)


def _resamples(
    value: FloatArray,
    draws: FloatArray,
    acceleration: FloatArray,
    n: int,
    reason: str,
    **others: Any,
) -> Resamples:
    usable = np.isfinite(draws).all(axis=1)
    failed = int((~usable).sum())
    return Resamples(
        values=np.array(value, dtype=np.float64),
        draws=draws[usable] if failed else draws,
        accelerations=acceleration,
        n=n,
        failed=failed,
        reason=(reason or "the statistic is not finite.") if failed else "",
        **others,
    )
