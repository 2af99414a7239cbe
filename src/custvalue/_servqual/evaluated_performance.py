"""Evaluated performance: how far perceptions lie from the ideal point (Teas 1993).

Teas (1993, *Journal of Marketing* 57(4), 18-34) objects to P - E that more is not always better: a
waiter may be too attentive. He tells two kinds of attributes apart. A *vector* attribute has its
ideal at infinity, and every step up counts; a *classic ideal point* attribute has a finite ideal
I, and quality falls on both sides of it. Evaluated performance is

    EP = -Σ_j w_j |P_j - I_j|,

0 where everything is ideal, negative otherwise. For a vector attribute the good end of the scale
takes the place of I, so that -|P - I| rises with P all the way. Normed quality sets the provider
against the norm of excellence, as both stand to the ideal: NQ = EP(perceptions) -
EP(expectations). With vector attributes only, NQ is the SERVQUAL gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate, mean_estimate, mean_of_means
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import ByLevel, DimensionEntry, Entry
from custvalue._results.layout import shown
from custvalue._rows import FloatArray
from custvalue._servqual.scoring import (
    of_dimension,
    of_item,
    prorated,
    reverse_scored_note,
    row_means,
)
from custvalue._servqual.survey import Survey, require_survey
from custvalue._servqual.weighting import WeightedMean, weighted_means
from custvalue._words import did_you_mean, listed, number, percent, plain
from custvalue.errors import DataError, ParameterError

AttributeKind = Literal["classic ideal point", "vector"]
IdealSource = Literal["asked", "expectations", "given"]
Ideals = Literal["asked", "expectations"] | Mapping[str, float]

SHOWN = shown("kind, perceived, ideal, value: EP, low, high, standard_error, n, short, beyond")


class Evaluation(Entry):
    """Evaluated performance of an item or a dimension.

    Parameters
    ----------
    name : str
        The item or the dimension.
    label, chinese : str
        A few words for it; empty where there are none.
    value : MeanEstimate
        Mean of ``-|P - I|``; of a dimension, over its items, respondent by respondent.
    normed : MeanEstimate or None
        Mean of ``|E - I| - |P - I|``; None without expectations beside the ideal points.
    """

    SHOWN: ClassVar = SHOWN

    value: MeanEstimate
    normed: MeanEstimate | None = None

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return kind, evaluated performance with its interval, and normed quality."""
        return {"kind": "", **self.value.row(level), "normed": _value(self.normed)}

    def _title(self) -> str:
        return f"Evaluated performance, {self._described}"

    def _notes(self) -> Iterable[str]:
        return (f"95 % interval: {self.value.usual_method}.",)


class ItemEvaluation(Evaluation):
    """Evaluated performance of one item.

    Parameters
    ----------
    name : str
        Its column of perceptions.
    label, chinese : str
        A few words for it; empty where there are none.
    value : MeanEstimate
        Mean of ``-|P - I|``.
    normed : MeanEstimate or None
        Mean of ``|E - I| - |P - I|``; None without expectations beside the ideal points.
    kind : {"classic ideal point", "vector"}
        Whether too much is possible.
    perception : MeanEstimate
        Mean perception.
    ideal : MeanEstimate
        Mean ideal point; the good end of the scale for a vector attribute.
    short, beyond : Proportion
        Shares of respondents who got less, and more, than their ideal.
    """

    kind: AttributeKind
    perception: MeanEstimate
    ideal: MeanEstimate
    short: Proportion
    beyond: Proportion

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return kind, means, evaluated performance with its interval, and shares."""
        return {
            **super().numbers(level),
            "kind": self.kind,
            "perceived": self.perception.value,
            "ideal": self.ideal.value,
            "short": self.short.value,
            "beyond": self.beyond.value,
        }


class DimensionEvaluation(DimensionEntry, Evaluation):
    """Evaluated performance of one dimension: mean over its items, respondent by respondent.

    Parameters
    ----------
    items : tuple of str
        Names of its items.
    """


class EvaluatedPerformance(ByLevel[ItemEvaluation, DimensionEvaluation]):
    """Evaluated performance and normed quality by item, by dimension and overall (Teas 1993).

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
    ideals : {"asked", "expectations", "given"}
        Where the ideal points come from: respondents' answers to a question about them, their
        expectations, or numbers common to all respondents.
    items : tuple of ItemEvaluation
        One for each item.
    dimensions : tuple of DimensionEvaluation
        One for each dimension.
    overall : MeanEstimate
        Mean over all items alike, as published.
    mean_of_dimensions : MeanEstimate
        Mean over the dimensions alike, as SERVQUAL's overall gap is.
    weighted : WeightedMean or None
        Dimensions weighted by importance points, both ways; None where they were not asked.
    normed : MeanEstimate or None
        Normed quality, mean over all items alike; None without expectations beside the ideals.
    """

    SHOWN: ClassVar = SHOWN

    scale: Scale
    ideals: IdealSource
    overall: MeanEstimate
    mean_of_dimensions: MeanEstimate
    weighted: WeightedMean | None = None
    normed: MeanEstimate | None = None

    @property
    def convention(self) -> str:
        """How evaluated performance is defined here."""
        source = {
            "asked": "as each respondent named it",
            "expectations": "the respondent's expectation, taken as ideal on request",
            "given": "common to all respondents",
        }[self.ideals]
        return (
            f"EP = mean of -|P - I|, 0 is ideal; I: {source}; for vector attributes the good end "
            f"of the scale. Normed quality = EP(perceptions) - EP(expectations)."
        )

    def _overall(self, level: float) -> Mapping[str, Mapping[str, Any]]:
        weighted = () if self.weighted is None else self.weighted.both
        every = (self.overall, self.mean_of_dimensions, *weighted)
        rows = {its.name: {"kind": "", **its.row(level)} for its in every}
        rows[self.overall.name]["normed"] = _value(self.normed)
        return rows

    def _brief(self) -> Mapping[str, str]:
        return {"overall": number(self.overall.value), "ideals": repr(self.ideals)}

    def _title(self) -> str:
        return f"{self.instrument}: evaluated performance"

    def _notes(self) -> Iterable[str]:
        return (
            str(self.base),
            f"Scale {self.scale}. {self.convention}",
            reverse_scored_note(self.reverse_scored_items),
            "95 % intervals: beta on respondents' own distances, linearised for weights.",
            _normed_note(self.normed),
            _beyond_note(max(self.items, key=lambda item: item.beyond.value)),
        )


def _value(estimate: MeanEstimate | None) -> float | None:
    return None if estimate is None else estimate.value


def _normed_note(normed: MeanEstimate | None) -> str:
    if normed is None:
        return ""
    ends = f" {normed.confidence_interval()}" if normed.has_interval else ""
    return f"Normed quality, mean of items: {number(normed.value)}{ends}."


def _beyond_note(item: ItemEvaluation) -> str:
    if item.beyond.value <= 0:
        return ""
    most = f"Most often too much of: {item.name} {item.label}".rstrip()
    return f"{most}, {percent(item.beyond.value)} of the respondents."


def evaluated_performance(
    survey: Survey, *, ideals: Ideals = "asked", vector: Sequence[str] = ()
) -> EvaluatedPerformance:
    """Estimate evaluated performance, ``-|P - I|`` (Teas 1993).

    Parameters
    ----------
    survey : Survey
        Answers of the respondents.
    ideals : {"asked", "expectations"} or mapping
        Ideal points: those that were read, the expectations if respondents were asked for
        their ideal there, or item to an ideal point common to all respondents (of
        reverse-scored items, as recoded).
    vector : sequence of str
        Items of which there cannot be too much; the good end of the scale is their ideal.

    Returns
    -------
    EvaluatedPerformance
        By item, by dimension and overall, with intervals and n; normed quality where there
        are expectations beside the ideal points.

    Raises
    ------
    DataError
        If there are no such ideal points, one is off the scale, or an item has no answers.
    ParameterError
        If `ideals` is not one of these sources, or an item of `vector` is unknown.

    Examples
    --------
    >>> from custvalue import servqual
    >>> from custvalue.survey import Scale
    >>> survey = servqual.Survey.from_arrays(
    ...     [[6, 7], [4, 5], [5, 6]], scale=Scale(1, 7), dimensions={"staff": 2}
    ... )
    >>> evaluated = servqual.evaluated_performance(survey, ideals={"P1": 5}, vector=["P2"])
    >>> evaluated
    EvaluatedPerformance('adapted SERVQUAL', respondents=3, overall=-0.8333, ideals='given')
    >>> print(f"{evaluated.item('P1').beyond.value:.3f}")
    0.333
    """
    require_survey("survey", survey)
    _check_vector(survey, vector)
    source, points = _ideal_points(survey, ideals, vector)
    answers = survey.perceptions.answers
    distances = _distances(answers, points)
    normed = None
    if survey.expectations is not None and source != "expectations":
        normed = distances - _distances(survey.expectations.answers, points)
    sample, reach = survey.sample, survey.scale.width
    scores = _scores(survey, distances)
    average = partial(mean_of_means, sample=sample, method="beta")
    return EvaluatedPerformance(
        instrument=survey.instrument.name,
        scale=survey.scale,
        base=survey.base_on(*_used(source)),
        reverse_scored_items=survey.reverse_scored_items,
        ideals=source,
        items=_items(survey, points, distances, normed, vector),
        dimensions=_dimensions(survey, scores, normed),
        overall=average(list(distances.T), name="mean of items", bounds=(-reach, 0.0)),
        mean_of_dimensions=average(scores, name="mean of dimensions", bounds=(-reach, 0.0)),
        weighted=None
        if survey.importance is None
        else weighted_means(
            WeightedMean, survey.importance, scores, sample, bounds=(-reach, 0.0), method="beta"
        ),
        normed=None
        if normed is None
        else average(list(normed.T), name="normed quality", bounds=(-reach, reach)),
    )


def _used(source: IdealSource) -> tuple[str, ...]:
    """Name the answers behind the distances: expectations are ideals or the norm."""
    return ("perceptions", "expectations", *(("ideals",) if source == "asked" else ()))


def _check_vector(survey: Survey, vector: Sequence[str]) -> None:
    if isinstance(vector, str):
        raise ParameterError(
            f"vector must be a list of items, but it is the one name {vector!r}. Write "
            f"[{vector!r}]."
        )
    for place, name in enumerate(vector):
        require_choice(f"vector[{place}]", name, survey.instrument.item_names)


def _ideal_points(
    survey: Survey, ideals: Ideals, vector: Sequence[str]
) -> tuple[IdealSource, FloatArray]:
    """Return ideal points of shape (respondents, items), and where they come from."""
    shape, names = survey.perceptions.answers.shape, survey.instrument.item_names
    source: IdealSource = "given"
    if isinstance(ideals, Mapping):
        points = np.tile(_given(survey, ideals, vector), (shape[0], 1))
    else:
        require_choice("ideals", ideals, ("asked", "expectations"))
        source = ideals
        asked = survey.ideals if ideals == "asked" else survey.expectations
        if asked is None:
            raise DataError(_no_ideals(ideals))
        points = asked.answers.copy()
    points[:, [names.index(name) for name in vector]] = survey.scale.best
    return source, points


def _no_ideals(ideals: str) -> str:
    if ideals == "expectations":
        return (
            "ideals='expectations' needs expectations, but this survey has none. Name their "
            "columns, expectations=[…], or give ideal points."
        )
    return (
        "evaluated_performance() needs ideal points, but this survey has none. Name their columns "
        "when the survey is read, ideals=[…]; or give one per item, common to all respondents, "
        "ideals={'item': 5, …}; or use ideals='expectations' if respondents were asked for their "
        "ideal there."
    )


def _given(survey: Survey, ideals: Mapping[str, float], vector: Sequence[str]) -> FloatArray:
    """Return the common ideal point of each item; NaN for vector attributes."""
    names = survey.instrument.item_names
    unknown = [name for name in ideals if name not in names]
    if unknown:
        raise DataError(
            f"ideals names the item {unknown[0]!r}, but the items are {listed(names)}."
            f"{did_you_mean(unknown[0], names)}"
        )
    both = [name for name in vector if name in ideals]
    if both:
        raise DataError(
            f"item {both[0]!r} has an ideal point in ideals, but vector says that more is always "
            f"better. Name it in one of them."
        )
    absent = [name for name in names if name not in ideals and name not in vector]
    if absent:
        raise DataError(
            f"ideals must name every item, but lacks {listed(absent)}. Name items of which there "
            f"cannot be too much in vector=[…]."
        )
    points = np.array([ideals.get(name, np.nan) for name in names], dtype=np.float64)
    scale = survey.scale
    off = [name for name in ideals if not scale.low <= ideals[name] <= scale.high]
    if off:
        raise DataError(
            f"the ideal point of {off[0]} must be on the scale {scale}, but it is "
            f"{plain(ideals[off[0]])!r}."
        )
    return points


def _distances(answers: FloatArray, points: FloatArray) -> FloatArray:
    """Return -|answer - ideal|, column by column in memory."""
    result = np.empty(answers.shape, order="F")
    for place in range(answers.shape[1]):
        result[:, place] = -np.abs(answers[:, place] - points[:, place])
    return result


def _items(
    survey: Survey,
    points: FloatArray,
    distances: FloatArray,
    normed: FloatArray | None,
    vector: Sequence[str],
) -> tuple[ItemEvaluation, ...]:
    reach, sample = survey.scale.width, survey.sample
    return tuple(
        ItemEvaluation(
            **of_item(item),
            kind="vector" if item.name in vector else "classic ideal point",
            **_levels(survey, survey.perceptions.answers[:, k], points[:, k], item.name),
            value=mean_estimate(
                distances[:, k], sample, name=item.name, bounds=(-reach, 0), method="beta"
            ),
            normed=_normed(survey, None if normed is None else normed[:, k], item.name),
        )
        for k, item in enumerate(survey.instrument.items)
    )


def _levels(survey: Survey, perceived: FloatArray, ideal: FloatArray, name: str) -> dict[str, Any]:
    """Estimate means of perception and ideal, and shares on either side, of the same people."""
    scale, sample = survey.scale, survey.sample
    away = scale.sign * (perceived - ideal)
    absent, slack = np.isnan(away), 1e-9 * scale.width
    ends = (scale.low, scale.high)

    def share(hits: npt.NDArray[np.bool_], what: str) -> Proportion:
        return proportion(np.where(absent, np.nan, hits), sample, name=f"{name}, {what}")

    def mean(values: FloatArray) -> MeanEstimate:
        own = np.where(absent, np.nan, values)
        return mean_estimate(own, sample, name=name, bounds=ends, method="beta")

    return {
        "perception": mean(perceived),
        "ideal": mean(ideal),
        "short": share(away < -slack, "less than ideal"),
        "beyond": share(away > slack, "more than ideal"),
    }


def _dimensions(
    survey: Survey, scores: list[FloatArray], normed: FloatArray | None
) -> tuple[DimensionEvaluation, ...]:
    instrument, reach = survey.instrument, survey.scale.width
    others = [None] * len(scores) if normed is None else _scores(survey, normed)
    return tuple(
        DimensionEvaluation(
            **of_dimension(dimension),
            value=mean_estimate(
                score, survey.sample, name=dimension.name, bounds=(-reach, 0), method="beta"
            ),
            normed=_normed(survey, other, dimension.name),
        )
        for dimension, score, other in zip(instrument.dimensions, scores, others, strict=True)
    )


def _scores(survey: Survey, numbers: FloatArray) -> list[FloatArray]:
    filled = prorated(numbers, survey.instrument, survey.missing)
    return [row_means(filled[:, place]) for place in survey.instrument.slices()]


def _normed(survey: Survey, values: FloatArray | None, name: str) -> MeanEstimate | None:
    if values is None:
        return None
    reach = survey.scale.width
    return mean_estimate(values, survey.sample, name=name, bounds=(-reach, reach))
