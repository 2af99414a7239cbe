"""SERVPERF: service quality as perceived, without expectations."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from custvalue._inference.means import MeanEstimate, mean_estimate, mean_of_means, moments_of
from custvalue._inference.side_by_side import SideBySide
from custvalue._respondents.instrument import Dimension
from custvalue._respondents.keying import keying_note, negatively_keyed
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import ByLevel, DimensionEntry, Entry
from custvalue._results.layout import shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._servqual.scoring import (
    averages,
    of_dimension,
    of_item,
    reverse_scored_note,
    scores_of,
)
from custvalue._servqual.survey import Survey, require_survey
from custvalue._servqual.weighting import WeightedMean, points_note, weighted_means
from custvalue._survey.coefficient import ReliabilityCoefficient, estimated_alpha
from custvalue._words import number
from custvalue.errors import DataError, DataWarning

SHOWN = shown("mean, low, high, standard_error, n, alpha")


class ItemPerformance(Entry):
    """Mean perception of one item.

    Parameters
    ----------
    name : str
        Its column.
    label, chinese : str
        A few words for it; empty where there are none.
    mean : MeanEstimate
        With interval and n.
    """

    SHOWN: ClassVar = SHOWN

    mean: MeanEstimate

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return mean, low, high, standard error and n."""
        return self.mean.row(level, value="mean")

    def _title(self) -> str:
        return f"Mean perception, {self._described}"

    def _notes(self) -> Iterable[str]:
        return (f"95 % interval: {self.mean.usual_method}.",)


class DimensionPerformance(DimensionEntry, ItemPerformance):
    """Mean perception of one dimension.

    Parameters
    ----------
    name : str
        Its name.
    label, chinese : str
        A few words for it; empty where there are none.
    items : tuple of str
        Names of its items.
    mean : MeanEstimate
        Mean of the respondents' own means over its items.
    alpha : ReliabilityCoefficient or None
        Raw; None for a single item, or where respondents do not differ.
    negatively_keyed : tuple of str
        Items that correlate negatively with the rest of the dimension by more than chance:
        reverse-scored, and not declared?
    """

    alpha: ReliabilityCoefficient | None = None
    negatively_keyed: tuple[str, ...] = ()

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return mean, low, high, standard error, n and alpha."""
        alpha = None if self.alpha is None else self.alpha.value
        return {**super().numbers(level), "alpha": alpha}


class Performance(Pictured, ByLevel[ItemPerformance, DimensionPerformance]):
    """SERVPERF means by item, by dimension and overall (Cronin & Taylor 1992, JM 56(3)).

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    reverse_scored_items : tuple of str
        Reverse-scored items, whose answers were recoded on reading.
    without_points : int
        Respondents without importance points, where these were asked.
    items : tuple of ItemPerformance
        One for each item.
    dimensions : tuple of DimensionPerformance
        One for each dimension.
    overall : MeanEstimate
        Mean over all *items* alike: SERVPERF as published is a sum over 22 items.
    mean_of_dimensions : MeanEstimate
        Mean over the *dimensions* alike, as SERVQUAL's overall gap is; another number where
        dimensions differ in size.
    weighted : WeightedMean or None
        Weighted SERVPERF: dimension means weighted by importance points, both ways; None where
        importance was not asked. Cronin & Taylor weight by the importance of each item, on a
        rating scale; here points of 100 weight the dimensions, as in weighted SERVQUAL.
    """

    PICTURE: ClassVar[str] = "performance_by_dimension"
    SHOWN: ClassVar = SHOWN

    scale: Scale
    without_points: int = 0
    overall: MeanEstimate
    mean_of_dimensions: MeanEstimate
    weighted: WeightedMean | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the means are used, in sentences."""
        return tuple(
            keying_note(
                its.negatively_keyed,
                scale=self.scale,
                scope=f" of {its.name}",
                recoded=self.reverse_scored_items,
            )
            for its in self.dimensions
            if its.negatively_keyed
        )

    def _overall(self, level: float) -> Mapping[str, Mapping[str, Any]]:
        weighted = () if self.weighted is None else self.weighted.both
        every = (self.overall, self.mean_of_dimensions, *weighted)
        return {its.name: its.row(level, value="mean") for its in every}

    def _brief(self) -> Mapping[str, str]:
        return {"overall": number(self.overall.value)}

    def _title(self) -> str:
        return f"{self.instrument}: perceptions (SERVPERF)"

    def _notes(self) -> Iterable[str]:
        scale = f"Scale {self.scale}, {self.scale.direction}."
        return (
            str(self.base),
            points_note(self.without_points),
            reverse_scored_note(self.reverse_scored_items),
            f"{scale} 95 % intervals: beta, linearised for weights. Alpha: Cronbach's, raw.",
            self.weighted.comparison if self.weighted else "",
            *self.warnings,
        )


def performance(survey: Survey) -> Performance:
    """Estimate SERVPERF: the means of the perceptions (Cronin & Taylor 1992).

    Parameters
    ----------
    survey : Survey
        Answers of the respondents.

    Returns
    -------
    Performance
        By item, by dimension with Cronbach's alpha, and overall, with intervals and n.

    Raises
    ------
    DataError
        If an item has no answers.

    Warns
    -----
    DataWarning
        If items correlate negatively with the rest of their dimension: reverse-scored, and not
        declared.
    """
    require_survey("survey", survey)
    found = estimate_performance(survey)
    for message in found.warnings:
        warnings.warn(message, DataWarning, stacklevel=2)
    return found


def estimate_performance(survey: Survey) -> Performance:
    """Estimate the means of the perceptions, without warnings."""
    instrument, ends = survey.instrument, (survey.scale.low, survey.scale.high)
    means = iter(_complete(survey) or _of_those_present(survey))
    return Performance(
        instrument=instrument.name,
        scale=survey.scale,
        base=survey.perceptions.base,
        without_points=survey.without_points,
        items=tuple(
            ItemPerformance(**of_item(item), mean=next(means)) for item in instrument.items
        ),
        dimensions=tuple(
            DimensionPerformance(
                **of_dimension(dimension), mean=next(means), **_consistency(survey, dimension)
            )
            for dimension in instrument.dimensions
        ),
        overall=next(means),
        mean_of_dimensions=next(means),
        weighted=None
        if survey.importance is None
        else weighted_means(
            WeightedMean,
            survey.importance,
            _scores(survey),
            survey.sample,
            bounds=ends,
            method="beta",
        ),
        reverse_scored_items=survey.reverse_scored_items,
    )


def _names(survey: Survey) -> tuple[list[str], list[str]]:
    """Return what has a mean of its own, and what is a mean of means."""
    levels = (survey.instrument.items, survey.instrument.dimensions)
    return [its.name for level in levels for its in level], ["mean of items", "mean of dimensions"]


def _complete(survey: Survey) -> list[MeanEstimate] | None:
    """Estimate all means at once; None where an answer is missing, or there are clusters."""
    if survey.clusters is not None:
        return None
    together = SideBySide.of(survey.perceptions.answers.T, survey.weights)
    if together is None:
        return None
    own, overall = _names(survey)
    ends = (survey.scale.low, survey.scale.high)
    moments = moments_of(together, averages(survey.instrument))
    return [
        its.estimate(name=name, bounds=ends, method="beta", deviation=place < len(own))
        for place, (name, its) in enumerate(zip(own + overall, moments, strict=True))
    ]


def _of_those_present(survey: Survey) -> list[MeanEstimate]:
    """Estimate each mean from the respondents who gave all the answers that it needs."""
    sample, ends = survey.sample, (survey.scale.low, survey.scale.high)
    items, scores = list(survey.perceptions.answers.T), _scores(survey)
    own, overall = _names(survey)
    mean = partial(mean_estimate, sample=sample, bounds=ends, method="beta")
    average = partial(mean_of_means, sample=sample, bounds=ends, method="beta")
    return [
        *(mean(its, name=name) for its, name in zip(items + scores, own, strict=True)),
        *(average(its, name=name) for its, name in zip((items, scores), overall, strict=True)),
    ]


def _scores(survey: Survey) -> list[FloatArray]:
    """Return each respondent's mean perception in each dimension."""
    return [scores_of(survey.perceptions, place) for place in survey.instrument.slices()]


def _consistency(survey: Survey, dimension: Dimension) -> dict[str, Any]:
    """Return alpha of a dimension, where there is one, and its negatively keyed items."""
    items = [item.name for item in dimension.items]
    try:
        alpha, covariance = estimated_alpha(survey.perceptions, items)
    except DataError:  # one item, one respondent, or no difference
        return {}
    against = negatively_keyed(items, covariance, alpha.effective_n)
    return {"alpha": alpha, "negatively_keyed": against}
