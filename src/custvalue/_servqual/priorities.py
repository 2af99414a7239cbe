"""Where to improve first: the dimensions by their part of the overall gap, and how sure that is.

The overall (weighted) gap is a sum of parts, one for each dimension: its share of importance
times its gap. Closing a gap takes its part away, so that the dimension with the lowest part is
the short board of the barrel (Liebig's law of the minimum): the overall gap gains most there.

Which dimension is the weakest in the data is an estimate like any other. The same respondents
answer for all dimensions, so that the parts are correlated, and the probability of being the
weakest is that of their *joint* distribution; separate intervals cannot tell it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, checked_level, random_generator, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.means import MeanEstimate, combined_mean, mean_estimate
from custvalue._inference.resamples import row_resamples
from custvalue._respondents.scale import Scale
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._servqual.gap_means import dimension_gaps
from custvalue._servqual.survey import Survey, require_survey
from custvalue._table import Table
from custvalue._values import Frozen, Level, Probability
from custvalue._words import number, percent
from custvalue.errors import DataError, ParameterError

PriorityWeighting = Literal["respondent", "mean points", "equal"]
PriorityMethod = Literal["normal", "bootstrap"]

DRAWS = {"normal": 20_000, "bootstrap": 2_000}
METHODS = {
    "normal": "multivariate normal, linearised covariance",
    "bootstrap": "bootstrap of respondents",
}
HEADER = ("", "gap", "points", "part", "low", "high", "P(weakest)", "rank", "n")


class DimensionPriority(Frozen):
    """One dimension's part of the overall gap.

    Parameters
    ----------
    name : str
        The dimension.
    chinese : str
        Its Chinese name; empty where there is none.
    gap : MeanEstimate
        Its gap, not weighted.
    points : float
        Its mean importance points of 100; the same for all dimensions where importance does not
        count.
    part : MeanEstimate
        What it puts into the overall gap; the parts sum to it.
    probability_weakest : float
        That no other dimension has a lower part.
    rank : int
        1 for the lowest part.
    rank_low, rank_high : int
        Ends of the rank's interval.
    """

    name: str
    chinese: str = ""
    gap: MeanEstimate
    points: float
    part: MeanEstimate
    probability_weakest: Probability
    rank: int
    rank_low: int
    rank_high: int

    @property
    def gain(self) -> float:
        """What the overall gap gains when this gap is closed; 0 where there is no shortfall."""
        return max(0.0, -self.part.value)

    def cells(self, level: float = 0.95) -> tuple[str | float | None, ...]:
        """Return gap, points, part, low, high, P(weakest), rank and n as cells of a table.

        Parameters
        ----------
        level : float
            Confidence level of the interval of the part.
        """
        value, low, high, _, n = self.part.cells(level)
        ranks = f"{self.rank} [{self.rank_low}, {self.rank_high}]"
        chance = f"{self.probability_weakest:.3f}"
        return (self.gap.value, self.points, value, low, high, chance, ranks, n)

    def _table(self) -> Table:
        note = f"95 % interval of the part: t. Closing the gap adds {number(self.gain)}."
        return Table(f"Priority, {self.name}", HEADER, ((self.name, *self.cells()),), (note,))


class Priorities(Pictured, Frozen):
    """Dimensions by what they put into the overall gap, the weakest first.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    respondents : int
        Respondents in the survey.
    weighting : {"respondent", "mean points", "equal"}
        How dimensions are weighted, as in :func:`priorities`.
    method : {"normal", "bootstrap"}
        Where the joint distribution of the parts comes from.
    replicates : int
        Draws from it, or resamples.
    failed : int
        Resamples on which a part did not exist (``bootstrap``).
    level : float
        Confidence level of the intervals of the ranks.
    overall : MeanEstimate
        The overall gap, the sum of the parts.
    dimensions : tuple of DimensionPriority
        The weakest first.
    """

    PICTURE: ClassVar = "priorities_by_dimension"

    instrument: str
    scale: Scale
    respondents: int
    weighting: PriorityWeighting
    method: PriorityMethod
    replicates: int
    failed: int
    level: Level
    overall: MeanEstimate
    dimensions: tuple[DimensionPriority, ...]

    @property
    def weakest(self) -> DimensionPriority:
        """The dimension with the lowest part."""
        return self.dimensions[0]

    @property
    def candidates(self) -> tuple[DimensionPriority, ...]:
        """The dimensions that may be the weakest: those whose rank's interval starts at 1."""
        return tuple(its for its in self.dimensions if its.rank_low == 1)

    def dimension(self, name: str) -> DimensionPriority:
        """Return the priority of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such dimension.
        """
        names = [its.name for its in self.dimensions]
        require_choice("dimension", name, names)
        return self.dimensions[names.index(name)]

    @property
    def convention(self) -> str:
        """What a part is, and what its weights are."""
        shares = {
            "respondent": "each respondent's own points / 100",
            "mean points": "mean points / 100",
            "equal": f"1 / {len(self.dimensions)}, all dimensions alike",
        }
        return f"part = share x gap, share = {shares[self.weighting]}; the parts sum to overall."

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each dimension, the weakest first, as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals of the parts.

        Returns
        -------
        dict of str to ndarray
            name, gap, points, part, low, high, standard_error, gain, overall_if_closed,
            probability_weakest, rank, rank_low, rank_high and n; NaN where there is none.
        """
        every = self.dimensions
        ends = np.array([its.part.cells(level)[:4] for its in every], dtype=np.float64)
        gains = np.array([its.gain for its in every])
        return {
            "name": np.array([its.name for its in every]),
            "gap": np.array([its.gap.value for its in every]),
            "points": np.array([its.points for its in every]),
            **{name: ends[:, k] for k, name in enumerate(("part", "low", "high"))},
            "standard_error": ends[:, 3],
            "gain": gains,
            "overall_if_closed": self.overall.value + gains,
            "probability_weakest": np.array([its.probability_weakest for its in every]),
            **{
                name: np.array([getattr(its, name) for its in every], dtype=np.int64)
                for name in ("rank", "rank_low", "rank_high")
            },
            "n": np.array([its.part.n for its in every], dtype=np.int64),
        }

    def __repr__(self) -> str:
        weakest = self.weakest
        return (
            f"Priorities({self.instrument!r}, respondents={self.respondents:,}, "
            f"weakest={weakest.name!r}, P={weakest.probability_weakest:.2f})"
        )

    def _table(self) -> Table:
        rows = [(its.name, *its.cells()) for its in self.dimensions]
        value, low, high, _, n = self.overall.cells()
        rows.append(("overall", None, None, value, low, high, None, None, n))
        return Table(f"{self.instrument} priorities", HEADER, tuple(rows), self._notes())

    def _notes(self) -> tuple[str, ...]:
        weakest = self.weakest
        after = self.overall.value + weakest.gain
        lost = f", {self.failed:,} failed" if self.failed else ""
        closing = (
            f"Closing the gap of {weakest.name} would move the overall gap from "
            f"{number(self.overall.value)} to {number(after)}."
        )
        how = (
            f"P(weakest): {METHODS[self.method]}, {self.replicates:,} draws{lost}. Ranks with "
            f"{percent(self.level)} intervals, simultaneous over the differences."
        )
        return (
            self.convention[0].upper() + self.convention[1:],
            closing,
            how,
            f"May be the weakest: {', '.join(its.name for its in self.candidates)}.",
            "95 % intervals of parts: t, linearised for weights.",
        )


def priorities(
    survey: Survey,
    *,
    weighting: PriorityWeighting | None = None,
    method: PriorityMethod = "normal",
    level: float = 0.95,
    replicates: int | None = None,
    rng: Generator = None,
) -> Priorities:
    """Put the dimensions in the order in which their gaps weigh on the overall gap.

    Parameters
    ----------
    survey : Survey
        Answers of the respondents.
    weighting : {"respondent", "mean points", "equal"}, optional
        By each respondent's own points (the default where points were asked), by mean points,
        or all dimensions alike (the default where they were not).
    method : {"normal", "bootstrap"}
        Where the joint distribution of the dimensions' parts comes from: a multivariate
        normal with the linearised covariance, or resampled respondents.
    level : float
        Confidence level of the intervals of the ranks.
    replicates : int, optional
        Draws; 20,000 of the normal distribution or 2,000 resamples by default.
    rng : Generator or int, optional
        Source of randomness; the same whole number gives the same draws.

    Returns
    -------
    Priorities
        The weakest dimension first: its part of the overall gap, the probability that it is
        the weakest, its rank with an interval, and what closing its gap adds.

    Raises
    ------
    DataError
        If there are no expectations, one respondent or one dimension.
    ParameterError
        If an argument is outside its domain, or `weighting` needs points that were not asked.
    """
    require_survey("survey", survey)
    require_choice("method", method, get_args(PriorityMethod))
    level = checked_level(level)
    draws = Bootstrap(DRAWS[method] if replicates is None else replicates).resamples
    parts = _Parts.of(survey, _checked_weighting(survey, weighting))
    estimates = [parts.estimate(k) for k in range(parts.size)]
    joint = _by_normal(parts, draws, rng) if method == "normal" else _by_rows(parts, draws, rng)
    weakest = _share_lowest(joint.draws)
    low, high = rank_intervals(joint.values, joint.draws, level)
    order = np.argsort(joint.values, kind="stable")
    return Priorities(
        instrument=survey.instrument.name,
        scale=survey.scale,
        respondents=survey.respondents,
        weighting=parts.weighting,
        method=method,
        replicates=draws,
        failed=joint.failed,
        level=level,
        overall=parts.overall(),
        dimensions=tuple(
            DimensionPriority(
                name=survey.instrument.dimensions[k].name,
                chinese=survey.instrument.dimensions[k].chinese,
                gap=parts.gap(k),
                points=100 * float(parts.mean_shares[k]),
                part=estimates[k],
                probability_weakest=float(weakest[k]),
                rank=rank,
                rank_low=int(low[k]),
                rank_high=int(high[k]),
            )
            for rank, k in enumerate(order, start=1)
        ),
    )


def _checked_weighting(survey: Survey, weighting: object) -> PriorityWeighting:
    if survey.respondents < 2:
        raise DataError(
            "priorities() needs at least 2 respondents, but there is 1: from one nobody can tell "
            "how sure a rank is. Use gaps() for the gaps themselves."
        )
    if len(survey.instrument.dimensions) < 2:
        raise DataError(
            "priorities() needs at least 2 dimensions to put in order, but there is 1. Say which "
            "items make which dimension, dimensions={…}."
        )
    if weighting is None:
        return "equal" if survey.importance is None else "respondent"
    require_choice("weighting", weighting, get_args(PriorityWeighting))
    if survey.importance is None and weighting != "equal":
        raise ParameterError(
            f"weighting={weighting!r} needs importance points, but this survey has none. Name "
            f"their columns, importance=[…], or say weighting='equal'."
        )
    return weighting  # type: ignore[return-value]  # it is one of the three


def gap_scores(survey: Survey) -> FloatArray:
    """Return each respondent's gap in each dimension, shape (respondents, dimensions).

    Raises
    ------
    DataError
        If there are no expectations.
    """
    if survey.expectations is None:
        raise DataError(
            "priorities() needs expectations, but this survey has perceptions only. Name the "
            "columns of the expectations, expectations=[…]."
        )
    return np.column_stack(dimension_gaps(survey))


class _Parts(NamedTuple):
    """What the parts are made of: gaps, and shares of importance, by respondent.

    Parameters
    ----------
    gaps : ndarray of shape (respondents, dimensions)
        NaN where an answer is missing.
    shares : ndarray of shape (respondents, dimensions) or (dimensions,)
        Importance / 100.
    weights : ndarray of shape (respondents,)
        Sampling weights.
    """

    gaps: FloatArray
    shares: FloatArray
    weights: FloatArray
    weighting: PriorityWeighting
    names: tuple[str, ...]
    bounds: tuple[float, float]

    @classmethod
    def of(cls, survey: Survey, weighting: PriorityWeighting) -> _Parts:
        gaps = gap_scores(survey)
        shares = np.full(gaps.shape[1], 1 / gaps.shape[1])
        if weighting != "equal" and survey.importance is not None:
            shares = survey.importance / 100
        reach = survey.scale.width
        names = survey.instrument.dimension_names
        return cls(gaps, shares, survey.weights, weighting, names, (-reach, reach))

    @property
    def size(self) -> int:
        """Number of dimensions."""
        return len(self.names)

    @property
    def by_mean(self) -> bool:
        """Whether mean points and mean gaps are multiplied, and not each respondent's own."""
        return self.weighting == "mean points" and self.shares.ndim == 2

    @property
    def own(self) -> FloatArray:
        """Each respondent's own share times gap, shape (respondents, dimensions)."""
        return self.shares * self.gaps

    @property
    def mean_shares(self) -> FloatArray:
        """Mean share of each dimension, shape (dimensions,)."""
        return self.shares if self.shares.ndim == 1 else _means(self.shares, self.weights)

    def gap(self, k: int) -> MeanEstimate:
        """Estimate the gap of a dimension."""
        return mean_estimate(
            self.gaps[:, k], self.weights, name=f"gap, {self.names[k]}", bounds=self.bounds
        )

    def estimate(self, k: int) -> MeanEstimate:
        """Estimate the part of a dimension."""
        columns, coefficients = self._terms(k)
        name = f"part, {self.names[k]}"
        if len(columns) == 1:
            return mean_estimate(columns[0], self.weights, name=name, bounds=self.bounds)
        return combined_mean(columns, coefficients, self.weights, name=name, bounds=self.bounds)

    def overall(self) -> MeanEstimate:
        """Estimate the sum of the parts."""
        terms = [self._terms(k) for k in range(self.size)]
        return combined_mean(
            [column for columns, _ in terms for column in columns],
            [coefficient for _, coefficients in terms for coefficient in coefficients],
            self.weights,
            name="overall",
            bounds=self.bounds,
        )

    def _terms(self, k: int) -> tuple[list[FloatArray], list[float]]:
        """Return means, with coefficients, that sum to a part and vary as it does."""
        if not self.by_mean:
            return [self.own[:, k]], [1.0]
        share, gap = float(self.mean_shares[k]), float(_means(self.gaps, self.weights)[k])
        return [self.gaps[:, k], self.shares[:, k] - share], [share, gap]

    def values(self, rows: npt.NDArray[np.intp] | slice) -> FloatArray:
        """Return the parts of some respondents, NaN where nobody among them answered."""
        weights = self.weights[rows]
        if self.by_mean:
            return _means(self.shares[rows], weights) * _means(self.gaps[rows], weights)
        return _means(self.own[rows], weights)

    def influences(self) -> FloatArray:
        """Return each respondent's influence on each part, shape (respondents, dimensions).

        Their cross products are the linearised covariance, as in ``combined_mean``.
        """
        if not self.by_mean:
            return _influence(self.own, self.weights)
        gaps, shares = _means(self.gaps, self.weights), self.mean_shares
        return shares * _influence(self.gaps, self.weights) + gaps * _influence(
            self.shares, self.weights
        )


def _means(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted means of columns, each of the respondents who answered."""
    present = ~np.isnan(columns)
    total = weights @ present
    with np.errstate(invalid="ignore", divide="ignore"):
        means: FloatArray = weights @ np.where(present, columns, 0.0) / total
    return means


def _influence(columns: FloatArray, weights: FloatArray) -> FloatArray:
    present = ~np.isnan(columns) & (weights > 0)[:, np.newaxis]
    n, total = present.sum(axis=0), weights @ present
    scale = np.sqrt(n / np.maximum(n - 1, 1)) / total
    residuals = np.where(present, columns - _means(columns, weights), 0.0)
    influence: FloatArray = weights[:, np.newaxis] * residuals * scale
    return influence


class _Joint(NamedTuple):
    """The joint distribution of the parts: what they are, and draws around that."""

    values: FloatArray
    draws: FloatArray
    failed: int


def _by_normal(parts: _Parts, draws: int, rng: Generator) -> _Joint:
    influences = parts.influences()
    values = parts.values(slice(None))
    drawn = random_generator(rng).multivariate_normal(
        values, influences.T @ influences, size=draws, method="eigh"
    )
    return _Joint(values, drawn, 0)


def _by_rows(parts: _Parts, draws: int, rng: Generator) -> _Joint:
    found = row_resamples(parts.values, len(parts.weights), Bootstrap(draws, rng))
    return _Joint(found.values, found.draws, found.failed)


TIE = 1e-12  # sums in another order: equal parts are equal


def _share_lowest(draws: FloatArray) -> FloatArray:
    """Return how often each column is the lowest; a tie is shared."""
    lowest = draws <= draws.min(axis=1, keepdims=True) + TIE
    share: FloatArray = (lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.minimum(share, 1.0)


def rank_intervals(
    values: FloatArray, draws: FloatArray, level: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return intervals of ranks, 1 for the lowest value.

    A rank starts above 1 only as far as others are lower beyond doubt: for each value the
    differences to all others get simultaneous intervals, by the distribution of the largest
    studentised one among the draws (Mogstad, Romano, Shaikh & Wilhelm 2024, *Review of Economic
    Studies* 91(1)). Percentiles of the ranks among the draws would be too short where values are
    nearly equal.

    Parameters
    ----------
    values : ndarray of shape (dimensions,)
        The estimates.
    draws : ndarray of shape (draws, dimensions)
        From their joint distribution.
    level : float
        Confidence level.
    """
    size = len(values)
    low, high = np.ones(size, dtype=np.int64), np.full(size, size, dtype=np.int64)
    centred = draws - draws.mean(axis=0)
    for k in range(size):
        others = np.delete(np.arange(size), k)
        differences = centred[:, [k]] - centred[:, others]
        errors = differences.std(axis=0)
        observed = values[k] - values[others]
        varies = errors > TIE
        largest = np.zeros(len(draws))
        if varies.any():
            largest = np.abs(differences[:, varies] / errors[varies]).max(axis=1)
        reach = np.quantile(largest, level) * errors + TIE
        low[k] += int((observed > reach).sum())
        high[k] -= int((observed < -reach).sum())
    return low, high
