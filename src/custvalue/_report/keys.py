"""What tables of a study file have in common: scales, codebooks, and how a file is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypedDict

from annotated_types import Interval as Within
from annotated_types import MinLen
from pydantic import BaseModel, BeforeValidator, ConfigDict

from custvalue._frames.typed import Decimal
from custvalue._respondents.codebooks import SHIPPED
from custvalue._respondents.export import Platform
from custvalue._words import did_you_mean, listed
from custvalue.survey import Codebook, Scale, read_export

Names = Annotated[tuple[str, ...], MinLen(1)]
Count = Annotated[int, Within(ge=1)]


def _scale(value: object) -> object:
    """Read ``[1, 7]`` and ``{low = 1, high = 7, missing_codes = [9], step = "continuous"}``.

    Or a codebook: ``"SATISFACTION_5"``, ``{low = 1, high = 2, words = {bad = 1, good = 2}}``.
    """
    if isinstance(value, list | tuple) and len(value) == 2:
        return Scale(*value)
    if isinstance(value, Mapping) and {"low", "high"} <= value.keys():
        said = {name: value[name] for name in ("words", "no_answer") if name in value}
        ends = {name: its for name, its in value.items() if name not in said}
        continuous = ends.get("step") == "continuous"
        scale = Scale(**{**ends, "step": None} if continuous else ends)
        return Codebook(scale=scale, **said) if said else scale
    if isinstance(value, str):
        return _shipped(value)
    if isinstance(value, Scale | Codebook):
        return value
    raise ValueError(f"a scale is written [1, 7] or {{low = 1, high = 7}}, but it is {value!r}.")


def codebook_named(value: object) -> object:
    """Read a codebook, by the name of one that ships or as a table of words."""
    found = _scale(value)
    if not isinstance(found, Codebook):
        raise ValueError(  # noqa: TRY004 - pydantic takes a ValueError
            f"a codebook is {listed(SHIPPED)}, or a table with words, but it is {value!r}."
        )
    return found


def _shipped(name: str) -> Codebook:
    """Return a codebook that ships, by its name in ``custvalue.survey``."""
    if name not in SHIPPED:
        raise ValueError(
            f"codebooks that ship are {listed(SHIPPED)}, but it is {name!r}."
            f"{did_you_mean(name, SHIPPED)}"
        )
    return SHIPPED[name]


def _recommendation(value: object) -> object:
    """Read a codebook of answers from 0 to 10, whose ends need not be written."""
    found = _scale({"low": 0, "high": 10, **value} if isinstance(value, Mapping) else value)
    if not isinstance(found, Codebook) or found.scale != Scale(0, 10):
        raise ValueError(
            f'a codebook of answers from 0 to 10 is written "RECOMMENDATION" or {{words = {{never '
            f"= 0, always = 10}}}}, but it is {value!r}."
        )
    return found


AnswerScale = Annotated[Scale | Codebook, BeforeValidator(_scale)]
Recommendation = Annotated[Codebook, BeforeValidator(_recommendation)]


class ReadBy(TypedDict):
    """How answers are read, as arguments of a reader."""

    scale: Scale
    codebook: Codebook | None


def read_by(scale: Scale | Codebook) -> ReadBy:
    """Take a scale, or a codebook with its scale, as arguments of a reader."""
    if isinstance(scale, Codebook):
        return {"scale": scale.scale, "codebook": scale}
    return {"scale": scale, "codebook": None}


class Part(BaseModel):
    """A table of the study file: immutable, no unknown keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False
    )


class File(Part):
    """How a file is read: arguments of :func:`custvalue.survey.read_export`."""

    platform: Platform | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_rows: Count | None = None
    question_row: Count | None = None
    sheet: str | Count | None = None
    decimal: Decimal | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold numbers."""
        return ()

    def read(self, path: Path, decimal: Decimal) -> Any:
        """Read the file into a frame; `decimal` is the sign of the study."""
        asked = {name: getattr(self, name) for name in File.model_fields}
        asked["decimal"] = self.decimal or decimal
        numbers = tuple(dict.fromkeys(self.numbers))
        return read_export(path, **asked, numbers=numbers).frame
