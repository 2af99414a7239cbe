"""Gaps between perceptions and expectations (gap 5), paired by respondent.

Parasuraman, Zeithaml & Berry (1988, *Journal of Retailing* 64(1); 1991, 67(4)): the gap of an
item is P - E; the gap of a dimension is the mean of its items' gaps; the overall gap is the mean
of the *dimension* gaps, which have 4, 5, 4, 4 and 5 items, or their mean weighted by importance
points. The perceptions stand beside every gap, because a difference score is less reliable than
what it is made of (Peter, Churchill & Brown 1993, *Journal of Consumer Research* 19(4)).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._respondents.instrument import Dimension
from custvalue._respondents.keying import keying_note, negatively_keyed
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import ByLevel, DimensionEntry, Entry
from custvalue._results.layout import shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._servqual.difference import DifferenceReliability, reliability_of
from custvalue._servqual.gap_means import ByRespondent, Complete, dimension_gaps, gap_means
from custvalue._servqual.scoring import of_dimension, of_item, reverse_scored_note
from custvalue._servqual.survey import Survey, require_survey
from custvalue._servqual.weighting import WeightedGap, points_note, weighted_means
from custvalue._values import Probability
from custvalue._words import number, percent
from custvalue.errors import DataError, DataWarning

LOW_RELIABILITY = 0.70


SHOWN = shown("perception, expectation, gap, low, high, standard_error, n")


class Gap(Entry):
    """One gap with what it is made of.

    Parameters
    ----------
    name : str
        The item, the dimension, or ``overall``.
    label, chinese : str
        A few words for it; empty where there are none.
    perception, expectation : MeanEstimate
        Mean perception (SERVPERF) and mean expectation, of the respondents in `gap`; their
        ``standard_deviation`` beside the gap's tells of restricted variance.
    gap : MeanEstimate
        Mean of the respondents' own gaps; below 0 is a shortfall.
    expectation_ceiling : float
        Share of the expectations at the good end of the scale, where they cannot go higher.
    """

    SHOWN: ClassVar = SHOWN

    perception: MeanEstimate
    expectation: MeanEstimate
    gap: MeanEstimate
    expectation_ceiling: Probability

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return perception, expectation, gap, low, high, standard error and n."""
        sides = {"perception": self.perception.value, "expectation": self.expectation.value}
        return {**sides, **self.gap.row(level, value="gap")}

    def _title(self) -> str:
        return f"Gap, {self._described}"

    def _notes(self) -> Iterable[str]:
        return (f"95 % interval: t. Expectations at the end: {percent(self.expectation_ceiling)}.",)


class DimensionGap(DimensionEntry, Gap):
    """The gap of a dimension: a :class:`Gap` with its items, importance and reliability.

    Parameters
    ----------
    items : tuple of str
        Names of its items.
    points : MeanEstimate or float or None
        Mean importance points of 100; a plain number where all respondents have the same.
    reliability : DifferenceReliability or None
        Of the difference score; None for a single item or respondents who do not differ.
    negatively_keyed_perceptions, negatively_keyed_expectations : tuple of str
        Items whose perceptions, or expectations, correlate negatively with the rest of the
        dimension by more than chance: reverse-scored, and not declared?
    """

    points: MeanEstimate | float | None = None
    reliability: DifferenceReliability | None = None
    negatively_keyed_perceptions: tuple[str, ...] = ()
    negatively_keyed_expectations: tuple[str, ...] = ()

    def _notes(self) -> Iterable[str]:
        return (*super()._notes(), *_quality(self))


class Gaps(Pictured, ByLevel[Gap, DimensionGap]):
    """Gaps by item, by dimension and overall, with intervals.

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
    importance_rescaled : int
        Respondents whose importance points were rescaled.
    without_points : int
        Respondents without importance points, where these were asked.
    items : tuple of Gap
        One for each item.
    dimensions : tuple of DimensionGap
        One for each dimension.
    overall : Gap
        Mean of the dimension gaps, all dimensions alike.
    weighted : WeightedGap or None
        Weighted by importance; None where importance was not asked.
    """

    PICTURE: ClassVar[str] = "gaps_by_dimension"
    SHOWN: ClassVar = SHOWN

    scale: Scale
    importance_rescaled: int
    without_points: int = 0
    overall: Gap
    weighted: WeightedGap | None = None

    @property
    def convention(self) -> str:
        """How a gap and the overall gap are defined here."""
        difference = (
            "perception - expectation" if self.scale.sign > 0 else "expectation - perception"
        )
        turned = "" if self.scale.sign > 0 else " (lower answers are better)"
        return (
            f"gap = {difference}{turned}, below 0 is a shortfall; overall = mean of the "
            f"{len(self.dimensions)} dimension gaps, not of the items."
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the gaps are used, in sentences."""
        return tuple(
            filter(None, (*keying_notes(self), unreliable_dimensions(self), _unknown(self)))
        )

    def _overall(self, level: float) -> Mapping[str, Mapping[str, Any]]:
        weighted = () if self.weighted is None else self.weighted.both
        return {
            "unweighted": self.overall.numbers(level),
            **{its.name: its.row(level, value="gap") for its in weighted},
        }

    def _brief(self) -> Mapping[str, str]:
        overall = {"overall": number(self.overall.gap.value)}
        if self.weighted is None:
            return overall
        return {**overall, "weighted": number(self.weighted.by_respondent.value)}

    def _title(self) -> str:
        return f"{self.instrument} gaps"

    def _notes(self) -> Iterable[str]:
        at_end = percent(self.overall.expectation_ceiling)
        return (
            str(self.base),
            points_note(self.without_points, self.importance_rescaled),
            f"Scale {self.scale}. " + self.convention[0].upper() + self.convention[1:],
            "95 % intervals: t on respondents' own gaps (paired), beta where all are equal.",
            f"Expectations at the end of the scale: {at_end} of the answers.",
            reverse_scored_note(self.reverse_scored_items),
            self.weighted.comparison if self.weighted else "",
            *self.warnings,
        )


def _quality(dimension: DimensionGap) -> tuple[str, ...]:
    """Say how reliable the difference score is, and how much it varies beside the perceptions."""
    its, spread = dimension.reliability, dimension.gap.standard_deviation
    if its is None or spread is None:
        return ()
    reliability = (
        f"Reliability of the difference {its.value:.2f} (perceptions {its.perception_alpha:.2f}, "
        f"expectations {its.expectation_alpha:.2f}, their correlation {its.correlation:.2f})."
    )
    deviations = (
        f"Standard deviations: perceptions {number(its.perception_sd)}, expectations "
        f"{number(its.expectation_sd)}, gap {number(spread)}."
    )
    return reliability, deviations


def keying_notes(gaps: Gaps) -> tuple[str, ...]:
    """Name the items that are negatively keyed within their dimension, in sentences."""
    return tuple(
        keying_note(
            names,
            scale=gaps.scale,
            scope=f" of {dimension.name}, {where}",
            recoded=gaps.reverse_scored_items,
        )
        for dimension in gaps.dimensions
        for where, names in _against(dimension).items()
    )


def _against(dimension: DimensionGap) -> dict[str, tuple[str, ...]]:
    """Say where which items are negatively keyed; once where both answers agree."""
    perceived, expected = (
        dimension.negatively_keyed_perceptions,
        dimension.negatively_keyed_expectations,
    )
    found = {"in perceptions": perceived, "in expectations": expected}
    if perceived == expected:
        found = {"in perceptions and in expectations": perceived}
    return {where: names for where, names in found.items() if names}


def unreliable_dimensions(gaps: Gaps) -> str:
    """Name the dimensions whose difference score is unreliable; nothing where there are none."""
    low = {
        dimension.name: dimension.reliability
        for dimension in gaps.dimensions
        if dimension.reliability is not None and dimension.reliability.value < LOW_RELIABILITY
    }
    if not low:
        return ""
    named = ", ".join(f"{name} {_below(its.value)}" for name, its in low.items())
    what = f"The difference score is unreliable (below {LOW_RELIABILITY:.2f}) for {named}"
    return what + _instead(low)


def _instead(low: Mapping[str, DifferenceReliability]) -> str:
    """Say where perceptions can be relied on in place of an unreliable difference score."""
    weak = {
        name: its.perception_alpha
        for name, its in low.items()
        if its.perception_alpha < LOW_RELIABILITY
    }
    if not weak:
        return ": rely on the perceptions there (Peter, Churchill & Brown 1993)."
    named = ", ".join(f"{name} {_below(alpha)}" for name, alpha in weak.items())
    neither = f". Neither are the perceptions reliable (alpha) for {named}: rely on neither there."
    good = [name for name in low if name not in weak]
    if not good:
        return neither
    return (
        f": rely on the perceptions for {', '.join(good)} (Peter, Churchill & Brown 1993){neither}"
    )


def _below(value: float) -> str:
    """Write a value below the limit so that it does not read as the limit itself."""
    short = f"{value:.2f}"
    return short if float(short) < LOW_RELIABILITY else f"{value:.4f}"


def _unknown(gaps: Gaps) -> str:
    unknown = [dimension.name for dimension in gaps.dimensions if dimension.reliability is None]
    sentence = (
        f"The reliability of the difference score is unknown for {', '.join(unknown)}: it needs "
        f"two items, two respondents, and answers that differ."
    )
    return sentence if unknown else ""


def gaps(survey: Survey) -> Gaps:
    """Estimate the gaps between perceptions and expectations.

    Parameters
    ----------
    survey : Survey
        Answers of the respondents.

    Returns
    -------
    Gaps
        By item, by dimension and overall, unweighted and weighted by importance, each with
        its interval and n, the perceptions (SERVPERF) beside them.

    Raises
    ------
    DataError
        If there are no expectations, or an item has no answers.

    Warns
    -----
    DataWarning
        If the difference score of a dimension has a reliability below .70, or items correlate
        negatively with the rest of their dimension: reverse-scored, and not declared.
    """
    require_survey("survey", survey)
    found = estimate_gaps(survey)
    for message in (*keying_notes(found), unreliable_dimensions(found)):
        if message:
            warnings.warn(message, DataWarning, stacklevel=2)
    return found


def estimate_gaps(survey: Survey) -> Gaps:
    """Estimate all gaps of a survey, without warnings."""
    means = means_of_gaps(survey)
    return Gaps(
        instrument=survey.instrument.name,
        scale=survey.scale,
        base=survey.base_on("perceptions", "expectations"),
        importance_rescaled=survey.importance_rescaled,
        without_points=survey.without_points,
        items=tuple(
            Gap(**of_item(item), **means.item(place, item.name)._asdict())
            for place, item in enumerate(survey.instrument.items)
        ),
        dimensions=tuple(
            _dimension_gap(survey, k, means) for k in range(len(survey.instrument.dimensions))
        ),
        overall=Gap(name="overall", **means.overall()._asdict()),  # dimensions alike
        weighted=weighted_gap(survey),
        reverse_scored_items=survey.reverse_scored_items,
    )


def means_of_gaps(survey: Survey) -> Complete | ByRespondent:
    """Return the means that gaps are made of, which are computed as they are asked for."""
    if survey.expectations is None:
        raise DataError(
            "gaps() needs expectations, but this survey has perceptions only. Name the columns of "
            "the expectations, expectations=[…], or use performance() for SERVPERF."
        )
    return gap_means(survey, (survey.perceptions.answers, survey.expectations.answers))


def _dimension_gap(survey: Survey, k: int, its: Complete | ByRespondent) -> DimensionGap:
    dimension = survey.instrument.dimensions[k]
    means, covariance = its.dimension(k, dimension.name), its.covariance(k)
    perceived, expected = _negatively_keyed(dimension, covariance, means.gap.effective_n)
    return DimensionGap(
        **of_dimension(dimension),
        **means._asdict(),
        points=_points(survey, k),
        reliability=None if covariance is None else reliability_of(covariance),
        negatively_keyed_perceptions=perceived,
        negatively_keyed_expectations=expected,
    )


def _negatively_keyed(
    dimension: Dimension, covariance: FloatArray | None, effective_n: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the negatively keyed items, as perceptions and as expectations."""
    if covariance is None:
        return (), ()
    items = [item.name for item in dimension.items]
    size = len(items)
    return (
        negatively_keyed(items, covariance[:size, :size], effective_n),
        negatively_keyed(items, covariance[size:, size:], effective_n),
    )


def _points(survey: Survey, place: int) -> MeanEstimate | float | None:
    """Return the (mean) importance points of a dimension."""
    if survey.importance is None:
        return None
    if survey.importance.ndim == 1:
        return float(survey.importance[place])
    name = f"importance of {survey.instrument.dimension_names[place]}"
    points = survey.importance[:, place]
    return mean_estimate(points, survey.sample, name=name, bounds=(0, 100), method="beta")


def weighted_gap(survey: Survey) -> WeightedGap | None:
    """Weight the dimensions by importance, respondent by respondent and by mean points."""
    if survey.importance is None:
        return None
    reach, gaps = (-survey.scale.width, survey.scale.width), dimension_gaps(survey)
    return weighted_means(WeightedGap, survey.importance, gaps, survey.sample, bounds=reach)
