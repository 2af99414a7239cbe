"""What customers answered last: scores, and the gaps that matter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._crm.card import CardGap, CardScore
from custvalue._crm.part import Part, require_once, spread, spread_words
from custvalue._respondents.respondents import Respondents
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._servqual.scoring import scores_of
from custvalue._servqual.survey import Survey
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

REPEATED = (
    "Name the wave when the answers are read (wave='…'), so that the last one is known, or read "
    "them with repeats='latest', date='…'."
)
ROUNDING = 1e-9  # of a scale point


@dataclass(frozen=True, eq=False, repr=False)
class Opinions(Part):
    """Scores and gaps of all customers, NaN where there are none."""

    scores: dict[str, FloatArray]
    scales: dict[str, Scale]
    waves: dict[str, LabelArray]  # by score; empty text where there is no wave
    gaps: dict[str, FloatArray]
    importance: dict[str, FloatArray]
    smallest_gap: float

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the scores, and all gaps."""
        return {
            **{f"score: {name}": its for name, its in self.scores.items()},
            **{f"gap: {name}": its for name, its in self.gaps.items()},
        }

    def of_row(self, row: int) -> dict[str, Any]:
        """Return what one customer answered last."""
        scores = tuple(
            CardScore(
                name,
                float(its[row]),
                self.scales[name].low,
                self.scales[name].high,
                str(self.waves[name][row]) or None,
            )
            for name, its in self.scores.items()
            if not math.isnan(its[row])
        )
        found: dict[str, Any] = {"scores": scores} if scores else {}
        gaps = {
            name: float(its[row]) for name, its in self.gaps.items() if not math.isnan(its[row])
        }
        if gaps:
            found["gaps"] = tuple(self._that_matter(gaps, row))
        return found

    def _that_matter(self, gaps: dict[str, float], row: int) -> Iterable[CardGap]:
        """Return the shortfalls that are large enough, the greatest times importance first."""
        points = {name: its[row] for name, its in self.importance.items()}

        def size(name: str) -> float:
            weight = points.get(name, math.nan)
            return gaps[name] * (1.0 if math.isnan(weight) else float(weight))

        large = [name for name, gap in gaps.items() if gap <= -self.smallest_gap + ROUNDING]
        for name in sorted(large, key=size):
            weight = points.get(name, math.nan)
            yield CardGap(name, gaps[name], None if math.isnan(weight) else float(weight))


class Asked(NamedTuple):
    """One questionnaire: the last answers of its customers."""

    answers: Respondents
    customer: npt.NDArray[Any]
    wave: npt.NDArray[Any] | None


def checked_surveys(survey: Any) -> list[Asked]:
    """Return the last answers of every customer in each questionnaire."""
    given = list(survey) if isinstance(survey, Sequence) else [survey]
    if not given or not all(isinstance(its, Responses | Survey) for its in given):
        raise ParameterError(
            f"survey must be Responses or a servqual.Survey, or a list of these, but it is "
            f"{type(survey).__name__}."
        )
    return [_last(its) for its in given]


def _last(answers: Respondents) -> Asked:
    """Keep the answers of the last wave of each customer."""
    if "customer" not in answers.labels:
        raise DataError(
            f"survey: the answers do not say whose they are. Name the column when they are read, "
            f"as in {type(answers).__name__}.from_frame(…, customer='id')."
        )
    wave = answers.labels.get("wave")
    if wave is not None:
        answers = answers.labelled("wave")
        names, when = np.unique(answers.labels["wave"], return_inverse=True)
        _, who = np.unique(answers.labels["customer"], return_inverse=True)
        latest = np.full(int(who.max()) + 1, -1)
        np.maximum.at(latest, who, when)
        rows = np.flatnonzero(when == latest[who])
        wave = names.astype(np.str_)[when[rows]]
        answers = answers.of_rows(rows)
    customer = np.asarray(answers.labels["customer"])
    require_once("survey", customer, REPEATED)
    return Asked(answers, customer, wave)


def opinions_of(
    surveys: Sequence[Asked], rows: Sequence[IntArray], n: int, smallest_gap: float
) -> Opinions:
    """Return the last scores and gaps of all customers."""
    scores: dict[str, FloatArray] = {}
    scales: dict[str, Scale] = {}
    waves: dict[str, LabelArray] = {}
    gaps: dict[str, FloatArray] = {}
    importance: dict[str, FloatArray] = {}
    for asked, places in zip(surveys, rows, strict=True):
        own, own_gaps, points = _measured(asked.answers)
        twice = sorted({*own} & {*scores})
        if twice:
            raise DataError(
                f"survey: {listed(twice)} is in two questionnaires. Give their items different "
                f"names."
            )
        when = np.full(n, "") if asked.wave is None else spread_words(asked.wave, places, n)
        for name, (values, scale) in own.items():
            scores[name] = spread(values, places, n)
            scales[name] = scale
            waves[name] = when
        gaps |= {name: spread(its, places, n) for name, its in own_gaps.items()}
        importance |= {name: spread(its, places, n) for name, its in points.items()}
    return Opinions(scores, scales, waves, gaps, importance, smallest_gap)


Scores = dict[str, tuple[FloatArray, Scale]]


def _measured(answers: Respondents) -> tuple[Scores, dict[str, FloatArray], dict[str, FloatArray]]:
    """Return scores, gaps and importance of each respondent, by name."""
    if isinstance(answers, Survey):
        return _of_survey(answers)
    assert isinstance(answers, Responses)  # noqa: S101 - checked when they were given
    if answers.instrument is None:
        columns = dict(zip(answers.items, answers.answers.T, strict=True))
    else:
        names = [
            its.name
            for its in answers.instrument.dimensions
            if any(item.name in answers.items for item in its.items)
        ]
        columns = {name: answers.scores(name) for name in names}
    return {name: (its, answers.scale) for name, its in columns.items()}, {}, {}


def _of_survey(
    survey: Survey,
) -> tuple[Scores, dict[str, FloatArray], dict[str, FloatArray]]:
    """Return perceptions, gaps and importance by dimension."""
    instrument, scale = survey.instrument, survey.scale
    names = instrument.dimension_names
    seen = [scores_of(survey.perceptions, place) for place in instrument.slices()]
    scores: Scores = {name: (its, scale) for name, its in zip(names, seen, strict=True)}
    gaps = {}
    if survey.expectations is not None:
        sign = 1.0 if scale.direction == "higher is better" else -1.0
        wanted = [scores_of(survey.expectations, place) for place in instrument.slices()]
        pairs = zip(names, seen, wanted, strict=True)
        gaps = {name: sign * (its - other) for name, its, other in pairs}
    points = {}
    if survey.importance is not None:
        shape = (survey.respondents, len(names))
        points = dict(zip(names, np.broadcast_to(survey.importance, shape).T, strict=True))
    return scores, gaps, points
