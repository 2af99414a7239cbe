"""Where to improve first: the dimensions by their part of the overall gap, and how sure that is.

The overall (weighted) gap is a sum of parts, one for each dimension: its share of importance
times its gap. Closing a gap takes its part away, so that the dimension with the lowest part is
the short board of the barrel (Liebig's law of the minimum): the overall gap gains most there.

Which dimension is the weakest in the data is an estimate like any other. The same respondents
answer for all dimensions, so that the parts are correlated, and the probability of being the
weakest is that of their *joint* distribution; separate intervals cannot tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import Generator, checked_whole, random_generator, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import ASK_FOR_BOOTSTRAP, ROUNDING
from custvalue._inference.means import (
    MeanEstimate,
    combined_mean,
    mean_estimate,
    root_of_covariance,
)
from custvalue._inference.resamples import sum_resamples
from custvalue._inference.sample import Sample
from custvalue._inference.sums import OfSums, answered, means_of
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._results.by_level import ByDimension, Entry
from custvalue._results.layout import Row, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._servqual.gap_means import dimension_gaps
from custvalue._servqual.ranks import Rank, ranks, share_lowest
from custvalue._servqual.survey import Survey, require_survey
from custvalue._values import Probability
from custvalue._words import number
from custvalue.errors import DataError, ParameterError

PriorityWeighting = Literal["respondent", "mean points", "equal"]
PriorityMethod = Literal["normal", "bootstrap"]

SIMULATIONS = 20_000
METHODS = {
    "normal": "multivariate normal, linearised covariance",
    "bootstrap": "bootstrap of respondents",
}
SHOWN = shown("gap, points, part, low, high, probability_weakest: P(weakest), rank, n")


class DimensionPriority(Entry):
    """One dimension's part of the overall gap.

    Parameters
    ----------
    name : str
        The dimension.
    label, chinese : str
        A few words for it; empty where there are none.
    gap : MeanEstimate
        Its gap, not weighted.
    points : float
        Its mean importance points of 100; the same for all dimensions where importance does not
        count.
    part : MeanEstimate
        What it puts into the overall gap; the parts sum to it.
    probability_weakest : float
        That no other dimension has a lower part.
    rank : Rank
        1 for the lowest part, with its interval.
    """

    SHOWN: ClassVar = SHOWN

    gap: MeanEstimate
    points: float
    part: MeanEstimate
    probability_weakest: Probability
    rank: Rank

    @property
    def gain(self) -> float:
        """What the overall gap gains when this gap is closed; 0 where there is no shortfall."""
        return max(0.0, -self.part.value)

    def may_be_weakest(self, level: float = 0.95) -> bool:
        """Whether the interval of the rank starts at 1."""
        return self.rank.confidence_interval(level).low <= 1

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return gap, points, part, gain, P(weakest), rank and n."""
        ranks = self.rank.confidence_interval(level)
        return {
            "gap": self.gap.value,
            "points": self.points,
            **self.part.row(level, value="part"),
            "gain": self.gain,
            "probability_weakest": self.probability_weakest,
            "rank": self.rank.value,
            "rank_low": ranks.low,
            "rank_high": ranks.high,
        }

    def printed(self) -> Row:
        """Return the row of the table, the rank with its interval in one cell."""
        ranks = self.rank.confidence_interval()
        words = {
            "probability_weakest": f"{self.probability_weakest:.3f}",
            "rank": f"{self.rank.value:g} {ranks}",
        }
        return Row(self.name, {**self.numbers(), **words})

    def _printed(self) -> Sequence[Row]:
        return (self.printed(),)

    def _title(self) -> str:
        return f"Priority, {self.name}"

    def _notes(self) -> Iterable[str]:
        return (f"95 % interval of the part: t. Closing the gap adds {number(self.gain)}.",)


class Priorities(Pictured, ByDimension[DimensionPriority]):
    """Dimensions by what they put into the overall gap, the weakest first.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    weighting : {"respondent", "mean points", "equal"}
        How dimensions are weighted, as in :func:`priorities`.
    method : {"normal", "bootstrap"}
        Where the joint distribution of the parts comes from.
    draws : int
        Simulations of the normal distribution, or resamples of the respondents.
    failed : int
        Resamples on which a part did not exist (``bootstrap``).
    overall : MeanEstimate
        The overall gap, the sum of the parts.
    dimensions : tuple of DimensionPriority
        The weakest first.
    """

    PICTURE: ClassVar[str] = "priorities_by_dimension"
    SHOWN: ClassVar = SHOWN

    instrument: str
    scale: Scale
    base: Base
    weighting: PriorityWeighting
    method: PriorityMethod
    draws: int
    failed: int
    overall: MeanEstimate

    @property
    def weakest(self) -> DimensionPriority:
        """The dimension with the lowest part."""
        return self.dimensions[0]

    def candidates(self, level: float = 0.95) -> tuple[DimensionPriority, ...]:
        """Return the dimensions that may be the weakest: their rank's interval starts at 1.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.
        """
        return tuple(its for its in self.dimensions if its.may_be_weakest(level))

    @property
    def convention(self) -> str:
        """What a part is, and what its weights are."""
        shares = {
            "respondent": "each respondent's own points / 100",
            "mean points": "mean points / 100",
            "equal": f"1 / {len(self.dimensions)}, all dimensions alike",
        }
        return f"part = share x gap, share = {shares[self.weighting]}; the parts sum to overall."

    def _rows(self, level: float) -> Sequence[Row]:
        overall = self.overall.value
        return [
            Row(
                its.name,
                {
                    "name": its.name,
                    **its.numbers(level),
                    "overall_if_closed": overall + its.gain,
                },
            )
            for its in self.dimensions
        ]

    def _printed(self) -> Sequence[Row]:
        overall = Row("overall", self.overall.row(value="part"))
        return [*(its.printed() for its in self.dimensions), overall]

    def __repr__(self) -> str:
        weakest = self.weakest
        return (
            f"Priorities({self.instrument!r}, respondents={self.base.n:,}, "
            f"weakest={weakest.name!r}, P={weakest.probability_weakest:.2f})"
        )

    def _title(self) -> str:
        return f"{self.instrument} priorities"

    def _notes(self) -> Iterable[str]:
        weakest = self.weakest
        after = self.overall.value + weakest.gain
        lost = f", {self.failed:,} failed" if self.failed else ""
        closing = (
            f"Closing the gap of {weakest.name} would move the overall gap from "
            f"{number(self.overall.value)} to {number(after)}."
        )
        how = (
            f"P(weakest): {METHODS[self.method]}, {self.draws:,} draws{lost}. Ranks with 95 % "
            f"intervals, simultaneous over the differences."
        )
        return (
            self.convention[0].upper() + self.convention[1:],
            closing,
            how,
            f"May be the weakest: {', '.join(its.name for its in self.candidates())}.",
            "95 % intervals of parts: t, linearised for weights.",
        )


def priorities(
    survey: Survey,
    *,
    weighting: PriorityWeighting | None = None,
    method: Literal["normal"] | Bootstrap = "normal",
    simulations: int = SIMULATIONS,
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
    method : "normal" or Bootstrap
        Where the joint distribution of the dimensions' parts comes from: a multivariate normal
        with the linearised covariance, or resampled respondents, ``Bootstrap(2000, rng=1)``.
    simulations : int
        Draws from the normal distribution.
    rng : Generator or int, optional
        Source of randomness of the simulations; the same whole number gives the same draws.

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
    if not isinstance(method, Bootstrap):
        require_choice("method", method, ("normal",), hints={"bootstrap": ASK_FOR_BOOTSTRAP})
    simulations = checked_whole("simulations", simulations, least=2)
    parts = _Parts.of(survey, _checked_weighting(survey, weighting))
    if isinstance(method, Bootstrap):
        joint = _by_rows(parts, method)
    else:
        joint = _by_normal(parts, simulations, rng)
    return Priorities(
        instrument=survey.instrument.name,
        scale=survey.scale,
        base=survey.base_on("perceptions", "expectations"),
        weighting=parts.weighting,
        method="bootstrap" if isinstance(method, Bootstrap) else "normal",
        draws=len(joint.draws) + joint.failed,
        failed=joint.failed,
        overall=parts.overall(),
        dimensions=_dimensions(survey, parts, joint),
    )


def _dimensions(survey: Survey, parts: _Parts, joint: _Joint) -> tuple[DimensionPriority, ...]:
    """Put the numbers of each dimension together, the weakest first."""
    tie = ROUNDING * survey.scale.width
    weakest = share_lowest(joint.draws, tie)
    estimates = [parts.estimate(k) for k in range(parts.size)]
    ranked = ranks(
        joint.values,
        joint.draws,
        parts.names,
        n=min(its.n for its in estimates),
        effective_n=min(its.effective_n for its in estimates),
        failed=joint.failed,
        tie=tie,
    )
    return tuple(
        DimensionPriority(
            name=parts.names[k],
            chinese=survey.instrument.dimensions[k].chinese,
            gap=parts.gap(k),
            points=100 * float(parts.mean_shares[k]),
            part=estimates[k],
            probability_weakest=float(weakest[k]),
            rank=ranked[k],
        )
        for k in sorted(range(parts.size), key=lambda k: ranked[k].value)
    )


def _checked_weighting(survey: Survey, weighting: object) -> PriorityWeighting:
    if survey.respondents < 2:
        raise DataError(
            "priorities() needs at least 2 respondents, but there is 1: a single respondent gives "
            "no estimate of variance. Use gaps() for the gaps themselves."
        )
    if len(survey.instrument.dimensions) < 2:
        raise DataError(
            "priorities() needs at least 2 dimensions to put in order, but there is 1. Name the "
            "items of each dimension, dimensions={…}."
        )
    if weighting is None:
        return "equal" if survey.importance is None else "respondent"
    require_choice("weighting", weighting, get_args(PriorityWeighting))
    if survey.importance is None and weighting != "equal":
        raise ParameterError(
            f"weighting={weighting!r} needs importance points, but this survey has none. Name "
            f"their columns, importance=[…], or use weighting='equal'."
        )
    return weighting  # type: ignore[return-value]  # it is one of the three


def gap_scores(survey: Survey) -> FloatArray:
    """Return each respondent's gap in each dimension, shape (respondents, dimensions)."""
    if survey.expectations is None:
        raise DataError(
            "priorities() needs expectations, but this survey has perceptions only. Name the "
            "columns of the expectations, expectations=[…]."
        )
    return np.column_stack(dimension_gaps(survey))


class _Parts(NamedTuple):
    """What the parts are made of: gaps, and shares of importance, by respondent.

    Gaps have the shape (respondents, dimensions), NaN where an answer is missing; shares too, or
    (dimensions,).
    """

    gaps: FloatArray
    shares: FloatArray
    sample: Sample
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
        return cls(gaps, shares, survey.sample, weighting, names, (-reach, reach))

    @property
    def weights(self) -> FloatArray:
        """Sampling weights."""
        return self.sample.weights

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
            self.gaps[:, k], self.sample, name=f"gap, {self.names[k]}", bounds=self.bounds
        )

    def estimate(self, k: int) -> MeanEstimate:
        """Estimate the part of a dimension."""
        columns, coefficients = self._terms(k)
        name = f"part, {self.names[k]}"
        if len(columns) == 1:
            return mean_estimate(columns[0], self.sample, name=name, bounds=self.bounds)
        return combined_mean(columns, coefficients, self.sample, name=name, bounds=self.bounds)

    def overall(self) -> MeanEstimate:
        """Estimate the sum of the parts."""
        terms = [self._terms(k) for k in range(self.size)]
        return combined_mean(
            [column for columns, _ in terms for column in columns],
            [coefficient for _, coefficients in terms for coefficient in coefficients],
            self.sample,
            name="overall",
            bounds=self.bounds,
        )

    def _terms(self, k: int) -> tuple[list[FloatArray], list[float]]:
        """Return means, with coefficients, that sum to a part and vary as it does."""
        if not self.by_mean:
            return [self.own[:, k]], [1.0]
        share, gap = float(self.mean_shares[k]), float(_means(self.gaps, self.weights)[k])
        return [self.gaps[:, k], self.shares[:, k] - share], [share, gap]

    def of_sums(self) -> OfSums:
        """Return the parts as a function of sums over respondents, NaN where nobody answered."""
        columns = np.hstack([self.gaps, self.shares]) if self.by_mean else self.own

        def value(sums: FloatArray) -> FloatArray:
            means = means_of(sums)
            return means[:, : self.size] * means[:, self.size :] if self.by_mean else means

        added = answered(columns, self.weights, np.zeros(columns.shape[1]))
        return OfSums(len(self.weights), added, value)

    def root_of_covariance(self) -> FloatArray:
        """Return rows whose cross products are the linearised covariance of the parts."""
        if not self.by_mean:
            return _root(self.own, self.sample)
        gaps, shares = _means(self.gaps, self.weights), self.mean_shares
        return shares * _root(self.gaps, self.sample) + gaps * _root(self.shares, self.sample)


def _means(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted means of columns, each of the respondents who answered."""
    present = ~np.isnan(columns)
    total = weights @ present
    with np.errstate(invalid="ignore", divide="ignore"):
        means: FloatArray = weights @ np.where(present, columns, 0.0) / total
    return means


def _root(columns: FloatArray, sample: Sample) -> FloatArray:
    weights = sample.weights
    present = ~np.isnan(columns) & (weights > 0)[:, np.newaxis]
    residuals = np.where(present, columns - _means(columns, weights), 0.0)
    influences = weights[:, np.newaxis] * residuals / (weights @ present)
    return root_of_covariance(influences, present.sum(axis=0).astype(np.float64), sample)


class _Joint(NamedTuple):
    """The joint distribution of the parts: what they are, and draws around that."""

    values: FloatArray
    draws: FloatArray
    failed: int


def _by_normal(parts: _Parts, draws: int, rng: Generator) -> _Joint:
    root = parts.root_of_covariance()
    values = parts.of_sums().whole()
    drawn = random_generator(rng).multivariate_normal(
        values, root.T @ root, size=draws, method="eigh"
    )
    return _Joint(values, drawn, 0)


def _by_rows(parts: _Parts, method: Bootstrap) -> _Joint:
    found = sum_resamples(parts.of_sums(), method, sample=parts.sample)
    return _Joint(found.values, found.draws, found.failed)
