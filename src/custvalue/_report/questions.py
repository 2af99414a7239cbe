"""What a study asks: the tables below ``[survey]`` of its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from annotated_types import Interval as Within
from annotated_types import MinLen
from pydantic import BeforeValidator, PlainValidator, model_validator

from custvalue._drivers.decomposition import Decomposition
from custvalue._kano.classify import Rule
from custvalue._report.keys import AnswerScale, Count, Names, Part, codebook_named
from custvalue._respondents.scale import Direction
from custvalue._satisfaction.csat import SCALES, EffortVersion
from custvalue._words import did_you_mean, listed
from custvalue.kano import BERGER, KANO, POULIOT, THREE_LEVEL, AnswerCodes, EvaluationTable
from custvalue.survey import Codebook, Scale

TABLES_OF_KANO = {
    "BERGER": BERGER,
    "KANO": KANO,
    "POULIOT": POULIOT,
    "THREE_LEVEL": THREE_LEVEL,
}


def _evaluation_table(value: object) -> object:
    """Return the evaluation table of a name in ``custvalue.kano``."""
    if isinstance(value, EvaluationTable):
        return value
    if not isinstance(value, str) or value not in TABLES_OF_KANO:
        raise ValueError(
            f"evaluation tables are {listed(TABLES_OF_KANO)}, but it is {value!r}."
            f"{did_you_mean(value, TABLES_OF_KANO)}"
        )
    return TABLES_OF_KANO[value]


def _answer_codes(value: object) -> object:
    """Read ``{like = 5, must_be = 4, …}``, or a codebook with an answer for each level."""
    if isinstance(value, Mapping) and not {"low", "high"} <= value.keys():
        return AnswerCodes(**value)
    return codebook_named(value) if isinstance(value, str | Mapping) else value


def _columns(value: object) -> object:
    """Take columns in a list, or the feature that each of them asks for."""
    named = value.values() if isinstance(value, Mapping) else value
    whole = isinstance(value, Mapping | list | tuple) and len(value) > 0
    if not whole or not all(isinstance(each, str) for each in named):  # type: ignore[attr-defined]  # it is whole
        raise ValueError(
            f'columns are written ["a", "b"] or {{"some name" = "a"}}, but it is {value!r}.'
        )
    return dict(value) if isinstance(value, Mapping) else tuple(value)  # type: ignore[arg-type]  # it is whole


def item_text(value: object) -> object:
    """Take a text alone for the name of an item."""
    if isinstance(value, str) and value.strip():
        return {"name": value}
    if isinstance(value, Mapping) and {"name"} <= value.keys() <= {"name", "text"}:
        return value
    raise ValueError(
        f'an item is written "its name" or {{name = "its name", text = "The question?"}}, but it '
        f"is {value!r}."
    )


Columns = Annotated[Mapping[str, str] | tuple[str, ...], PlainValidator(_columns)]


class Servqual(Part):
    """``[survey.servqual]``: columns of the items, dimension by dimension.

    Without ``expectations`` the section is SERVPERF. ``importance`` are columns of points, one a
    dimension, that sum to ``importance_total`` for each respondent unless they may be normalised.
    ``dimensions`` says which columns of an adapted instrument make
    which dimension; by default the five of SERVQUAL with 4, 5, 4, 4 and 5 items.
    """

    scale: AnswerScale
    perceptions: Names
    expectations: Names | None = None
    importance: Names | None = None
    importance_total: Annotated[float, Within(gt=0)] = 100.0
    normalise_importance: bool = False
    dimensions: dict[str, Names] | None = None


class Satisfaction(Part):
    """``[survey.satisfaction]``: satisfaction on the whole, and what was expected.

    ``boxes`` of the best answers count as satisfied; a difference of at most ``band`` points
    between perceived and expected counts as none.
    """

    scale: AnswerScale
    perceived: str
    expected: str | None = None
    boxes: Count = 2
    band: float = 0.0


class Index(Part):
    """``[survey.index]``: items of the satisfaction index, and how important each one is."""

    scale: AnswerScale
    items: Names
    importance: tuple[float, ...] | None = None


class Drivers(Part):
    """``[survey.drivers]``: items, and the overall answer that they may drive.

    ``overall_scale`` is that of the overall answer, by default the one of the items.
    ``decomposition`` is what importance is, as in :func:`custvalue.drivers.importance`.
    """

    scale: AnswerScale
    items: Names
    overall: str
    overall_scale: AnswerScale | None = None
    decomposition: Decomposition = "lmg"

    @model_validator(mode="after")
    def _check_overall(self) -> Self:
        if self.overall in self.items:
            raise ValueError(
                f"[survey.drivers] names {self.overall!r} as an item and as the overall answer. "
                f"Take it out of the items."
            )
        return self


class Loyalty(Part):
    """``[survey.loyalty]``: what customers did, beside satisfaction on the whole.

    ``outcome`` is a column of 0 and 1 (came back, left), empty where it is not known. ``cuts`` are
    answers from which on the next zone begins, as in :meth:`custvalue.loyalty.LoyaltyCurve.zones`.
    """

    outcome: str
    cuts: Annotated[tuple[float, ...], MinLen(1)] | None = None


class Effort(Part):
    """``[survey.effort]``: how much work it was.

    ``version`` is ``"1"`` (own effort, 1-5, lower is better) or ``"2"`` (agreement that it was
    easy, 1-7, higher is better); another question has its own scale, and says its direction.
    """

    answers: str
    version: EffortVersion | None = None
    scale: AnswerScale | None = None
    direction: Direction | None = None
    boxes: Count = 2

    @model_validator(mode="after")
    def _check_scale(self) -> Self:
        if self.version is None and self.scale is None:
            raise ValueError(
                '[survey.effort] needs version = "1" (own effort, 1-5, lower is better), version = '
                '"2" (agreement that it was easy, 1-7, higher is better), or a scale with its '
                "direction."
            )
        return self

    @property
    def read_on(self) -> Scale | Codebook:
        """The scale of the question."""
        if self.scale is None:
            return SCALES[self.version or "1"]  # there is a version where there is no scale
        if isinstance(self.scale, Codebook) or self.direction is None:
            return self.scale
        return self.scale.model_copy(update={"direction": self.direction})


class Kano(Part):
    """``[survey.kano]``: two questions about every feature, with it and without it.

    ``functional`` and ``dysfunctional`` are columns, ``{"spell check" = "f1"}`` or ``["f1"]``.
    """

    functional: Columns
    dysfunctional: Columns
    codes: Annotated[AnswerCodes | Codebook | None, BeforeValidator(_answer_codes)] = None
    table: Annotated[EvaluationTable, BeforeValidator(_evaluation_table)] = BERGER
    rule: Rule = "mode"


class ItemText(Part):
    """What an item is called in the report, and its question as it was asked."""

    name: Annotated[str, MinLen(1)]
    text: str = ""
