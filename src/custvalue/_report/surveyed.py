"""The answers of a survey, read once: every wave together, or the latest alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from custvalue import kano, satisfaction, servqual
from custvalue._columns import refuse_where
from custvalue._comparing.trend import in_order
from custvalue._frames import Source
from custvalue._inference.contrast import Label
from custvalue._inference.estimate import Estimate, Estimated
from custvalue._report.keys import read_by
from custvalue._report.questions import Servqual
from custvalue._report.study import Survey
from custvalue._results.base import MissingPolicy
from custvalue._words import plain
from custvalue.survey import Codebook, Responses, Scale


@dataclass(frozen=True)
class Surveyed:
    """Answers by the question; None for what was not asked."""

    quality: servqual.Survey | None = None
    recommend: Responses | None = None
    perceived: Responses | None = None
    expected: Responses | None = None
    effort: Responses | None = None
    index: Responses | None = None
    kano: kano.Questionnaire | None = None
    drivers: Responses | None = None
    overall: Responses | None = None
    structural: Responses | None = None
    outcome: Responses | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """All that was asked, by name."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: its for name, its in named.items() if its is not None}

    def waves(self) -> tuple[Label, ...]:
        """Return the waves in the order of time; none where no wave is named."""
        labels = [its.labels["wave"].tolist() for its in self.asked.values() if its.labels]
        found = {label for its in labels for label in its if label is not None}
        if len(found) < 2:
            return tuple(found)
        nothing = Estimate(name="wave", value=0.0, standard_error=1.0, n=2, effective_n=2)
        return tuple(in_order(dict.fromkeys(found, nothing), None)[1])

    def of_wave(self, wave: Label) -> Surveyed:
        """Return the answers of one wave; None for what nobody answered in it."""
        return replace(self, **{name: _of_wave(its, wave) for name, its in self.asked.items()})


def _of_wave(answers: Any, wave: Label) -> Any:
    part = answers.by("wave").get(wave)
    return part if part is not None and answered(part) else None


def answered(answers: Any) -> bool:
    """Say whether anybody answered."""
    if isinstance(answers, Responses):
        return not np.isnan(answers.answers).all()
    if isinstance(answers, servqual.Survey):
        return not np.isnan(answers.perceptions.answers).all()
    return bool((answers.functional >= 0).any())


class Measure(NamedTuple):
    """What groups and waves are compared by."""

    name: str  # as in the catalogue of words
    answers: Any
    compute: Callable[[Any], Estimated]


def measures(study: Survey, found: Surveyed) -> tuple[Measure, ...]:
    """Return what was measured, the most usual one first."""
    made: list[Measure] = []
    if found.recommend is not None:
        made.append(Measure("recommend", found.recommend, satisfaction.net_promoter_score))
    if study.satisfaction is not None and found.perceived is not None:
        boxes = partial(satisfaction.top_box, boxes=study.satisfaction.boxes)
        made.append(Measure("perceived", found.perceived, boxes))
    if study.index is not None and found.index is not None:
        index = partial(satisfaction.customer_satisfaction_index, importance=study.index.importance)
        made.append(Measure("index", found.index, index))
    if found.effort is not None:
        (item,) = found.effort.items
        made.append(Measure("effort", found.effort, partial(Responses.mean, name=item)))
    if found.quality is not None:
        scores = perceived_quality(found.quality)
        made.append(Measure("quality", scores, partial(Responses.mean, name="quality")))
    return tuple(made)


def perceived_quality(asked: servqual.Survey) -> Responses:
    """Return each respondent's mean perception over all items: the overall score of SERVPERF."""
    one = asked.scale
    read = Responses.from_arrays(
        asked.perceptions.answers.mean(axis=1)[:, np.newaxis],
        items=["quality"],
        scale=Scale(one.low, one.high, step=None, direction=one.direction),
        weights=asked.weights,
        missing="pairwise",
    )
    called = {column: asked.labels[name] for column, name in asked.called.items()}
    return read.with_labels({**called, **asked.labels})


def read_surveyed(study: Survey, data: Any) -> Surveyed:
    """Read all answers that the study names."""
    quality = None if study.servqual is None else _quality(study, study.servqual, data)
    recommend = perceived = expected = effort = index = None
    if study.recommend is not None:
        recommend = _answers(data, "recommend", study.recommend, study.recommend_scale, study)
    if study.satisfaction is not None:
        asked = study.satisfaction
        perceived = _answers(data, "perceived", asked.perceived, asked.scale, study)
        if asked.expected is not None:
            expected = _answers(data, "expected", asked.expected, asked.scale, study)
    if study.effort is not None:
        effort = _answers(data, "answers", study.effort.answers, study.effort.read_on, study)
    if study.index is not None:
        index = Responses.from_frame(
            data,
            study.index.items,
            missing=study.missing,
            **read_by(study.index.scale),
            **study.who,
        )
    drivers, overall = _drivers(study, data)
    return Surveyed(
        quality,
        recommend,
        perceived,
        expected,
        effort,
        index,
        _kano(study, data),
        drivers,
        overall,
        _model(study, data),
        _outcome(study, data),
    )


def _outcome(study: Survey, data: Any) -> Responses | None:
    """Read what customers did, which need not be known of everybody."""
    if study.loyalty is None:
        return None
    column = study.loyalty.outcome
    source = Source(data)
    source.require({"outcome": column})
    hint = "Write 1 where it happened, 0 where it did not, and leave out what is not known."
    values = source.numbers(column, hint=hint)
    bad = ~np.isnan(values) & (values != 0) & (values != 1)
    refuse_where(bad, column, "0 or 1", values, hint)
    return Responses.from_frame(data, [column], scale=Scale(0, 1), missing="pairwise", **study.who)


def _model(study: Survey, data: Any) -> Responses | None:
    """Read the answers to the items of the satisfaction model."""
    asked = study.structural
    if asked is None:
        return None
    return Responses.from_frame(
        data, asked.items, missing=study.missing, **read_by(asked.scale), **study.who
    )


def _drivers(study: Survey, data: Any) -> tuple[Responses | None, Responses | None]:
    """Read the answers to drivers, and to the overall question."""
    asked = study.drivers
    if asked is None:
        return None, None
    missing: MissingPolicy = "raise" if study.missing == "raise" else "pairwise"
    items = Responses.from_frame(
        data, asked.items, missing=missing, **read_by(asked.scale), **study.who
    )
    scale = asked.scale if asked.overall_scale is None else asked.overall_scale
    return items, _answers(data, "overall", asked.overall, scale, study)


def _quality(study: Survey, asked: Servqual, data: Any) -> servqual.Survey:
    """Read the answers on service quality."""
    return servqual.Survey.from_frame(
        data,
        perceptions=asked.perceptions,
        expectations=asked.expectations,
        importance=asked.importance,
        importance_total=asked.importance_total,
        normalise_importance=asked.normalise_importance,
        **read_by(asked.scale),
        dimensions=asked.dimensions or servqual.SERVQUAL,
        missing=study.missing,
        **study.who,
    )


def _answers(
    data: Any, argument: str, column: str, scale: Scale | Codebook, study: Survey
) -> Responses:
    """Read the answers to one question, so that what is wrong with them names its column."""
    source = Source(data)
    source.require({argument: column})
    if isinstance(scale, Scale):
        recommend = argument == "recommend"
        key = "recommend_codebook" if recommend else "scale"
        ends = f"low = {plain(scale.low)}, high = {plain(scale.high)}"
        numbers = source.numbers(
            column,
            hint=f"Code the answers as numbers on the scale {scale}; or say what the words mean, "
            f"as in {key} = {{{ends}, words = {{'…' = {plain(scale.high)}}}}}.",
        )
        codes = f"scale = {{{{{ends}, missing_codes = [{{}}]}}}}"
        scale.check_declared(
            column, numbers, "recommend_missing_codes = [{}]" if recommend else codes
        )
    missing: MissingPolicy = "raise" if study.missing == "raise" else "pairwise"
    return Responses.from_frame(data, [column], missing=missing, **read_by(scale), **study.who)


def _kano(study: Survey, data: Any) -> kano.Questionnaire | None:
    if study.kano is None:
        return None
    asked = study.kano
    return kano.Questionnaire.from_frame(
        data,
        functional=_named(asked.functional),
        dysfunctional=_named(asked.dysfunctional),
        codes=asked.codes,
        table=asked.table,
        missing=study.missing,
        **study.who,
    )


def _named(columns: Mapping[str, str] | tuple[str, ...]) -> dict[str, str] | tuple[str, ...]:
    return dict(columns) if isinstance(columns, Mapping) else columns
