"""What a study is: which column is what, and how money is computed. Read from TOML."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypedDict

from annotated_types import Interval as Within
from annotated_types import MinLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from custvalue._frames.typed import Decimal
from custvalue._lifetime.transactions import AfterEnd, KeepOrNot, Returns
from custvalue._lifetime.units import TimeUnit, horizon_in
from custvalue._respondents.codebooks import SHIPPED
from custvalue._respondents.export import Platform
from custvalue._respondents.reading import QuestionPolicy
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._values import Probability, sentence
from custvalue._words import did_you_mean, listed
from custvalue.delivered_value import Offer
from custvalue.errors import DataError
from custvalue.survey import Codebook, Scale, read_export

NO_TABLE = {"model_type", "model_attributes_type", "dict_type", "dataclass_type"}
Names = Annotated[tuple[str, ...], MinLen(1)]
Count = Annotated[int, Within(ge=1)]
PurchaseModelName = Literal["BGNBD", "MBGNBD", "BGCNBD", "MBGCNBD", "ParetoNBD", "GammaGompertzNBD"]


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


def _horizon(value: object) -> object:
    """Refuse a horizon without a unit before any work is done."""
    horizon_in(value, "day")  # type: ignore[arg-type]  # what is no horizon it refuses
    return value


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


class Who(TypedDict):
    """Columns that say who respondents are."""

    weights: str | None
    cluster: str | None
    stratum: str | None
    customer: str | None
    repeats: RepeatsPolicy
    date: str | None


class Survey(File):
    """``[survey]``: respondents, their weights, what was asked, and how the file is read."""

    customer: str | None = None
    weights: str | None = None
    cluster: str | None = None
    stratum: str | None = None
    repeats: RepeatsPolicy | None = None
    date: str | None = None
    missing: QuestionPolicy = "raise"
    recommend: str | None = None
    recommend_missing_codes: tuple[float, ...] = ()
    recommend_codebook: Recommendation | None = None
    servqual: Servqual | None = None
    satisfaction: Satisfaction | None = None
    index: Index | None = None

    @property
    def who(self) -> Who:
        """The columns that say who respondents are, as arguments of a reader."""
        return {
            "weights": self.weights,
            "cluster": self.cluster,
            "stratum": self.stratum,
            "customer": None if self.repeats is None else self.customer,
            "repeats": self.repeats or "raise",
            "date": self.date,
        }

    @property
    def recommend_scale(self) -> Scale | Codebook:
        """The scale of the question on recommendation, with its codes for no answer."""
        if self.recommend_codebook is not None:
            return self.recommend_codebook.with_words(no_answer=self.recommend_missing_codes)
        return Scale(0, 10, missing_codes=self.recommend_missing_codes)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold answers or weights."""
        named: list[str | None] = [self.weights, self.recommend]
        if self.servqual is not None:
            asked = self.servqual
            named += [*asked.perceptions, *(asked.expectations or ()), *(asked.importance or ())]
        if self.satisfaction is not None:
            named += [self.satisfaction.perceived, self.satisfaction.expected]
        if self.index is not None:
            named += self.index.items
        return tuple(name for name in named if name is not None)


class Transactions(File):
    """``[transactions]``: columns of the log, what is allowed in it, and the model of purchases.

    ``purchase_model`` is a class of :mod:`custvalue.lifetime`. The keys from ``date_format`` on are
    arguments of ``PurchaseHistory.from_transactions``. The file is read as that of a survey.
    """

    customer: str
    date: str
    spend: str | None = None
    observation_end: dt.date
    unit: TimeUnit = "week"
    purchase_model: PurchaseModelName = "BGNBD"
    date_format: str | None = None
    time_zone: str | None = None
    after_end: AfterEnd | None = None
    returns: Returns | None = None
    zero_spend: KeepOrNot | None = None
    duplicates: KeepOrNot | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold amounts."""
        return () if self.spend is None else (self.spend,)


class Lifetime(Part):
    """``[lifetime]``: how the future is valued, and which customers count as at risk.

    At risk are customers whose probability of being active is below ``at_risk_below``.
    """

    horizon: Annotated[str, BeforeValidator(_horizon)]
    annual_discount_rate: Probability
    margin: Annotated[float, Within(gt=0, le=1)]
    customers_listed: Count = 10
    at_risk_below: Annotated[float, Within(gt=0, le=1)] = 0.5


class Study(Part):
    """The whole file: what was studied, and what stands before the decimals in CSV files."""

    title: str = "Customer value report"
    currency: str = ""
    decimal: Decimal = "."
    survey: Survey | None = None
    transactions: Transactions | None = None
    lifetime: Lifetime | None = None
    offers: tuple[Offer, ...] = ()


TABLES: dict[str, type[Part]] = {
    "": Study,
    "survey": Survey,
    "survey.servqual": Servqual,
    "survey.satisfaction": Satisfaction,
    "survey.index": Index,
    "transactions": Transactions,
    "lifetime": Lifetime,
}


def read_study(path: Path) -> Study:
    """Read a study file."""
    if not path.is_file():
        raise DataError(
            f"{path} does not exist. `custvalue demo` writes a study.toml to start from."
        )
    try:
        return parse_study(path.name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not UTF-8. Save it as UTF-8.") from None


def parse_study(name: str, text: str) -> Study:
    """Read the text of a study file called `name`."""
    try:
        content = tomllib.loads(text)
    except ValueError as error:  # also of a number with more digits than Python reads
        raise DataError(f"{name} is not TOML: {str(error).partition(';')[0]}.") from None
    except RecursionError:
        raise DataError(f"{name} is nested too deeply for a study. Use its tables only.") from None
    try:
        return Study.model_validate(content)
    except ValidationError as error:
        raise DataError(f"{name}: {' '.join(_in_words(error))}") from None


def _in_words(error: ValidationError) -> list[str]:
    """Say what is wrong with each key, after the table that it stands in.

    Where a table has a key that it should not have, keys that it lacks are not told: most often
    the one is the other, misspelt.
    """
    found = [({**each}, *_place(each["loc"])) for each in error.errors()]
    misspelt = {table for each, table, _ in found if each["type"] == "extra_forbidden"}
    return [
        _said(each, table, keys)
        for each, table, keys in found
        if each["type"] != "missing" or table not in misspelt
    ]


def _said(error: dict[str, Any], table: str, keys: tuple[Any, ...]) -> str:
    if error["type"] in NO_TABLE:
        return f"{_written(error['loc'])} must be a table, but it is {error['input']!r}."
    if not table and keys[0] == "offers" and len(keys) > 1:
        message = sentence("", (), {**error, "loc": keys[2:]})
        return f"{_written(keys[:2])}: {message.removeprefix('Offer: ')}"
    here = f"[{table}]" if table else "the file"
    part = TABLES[table]
    shared = File.model_fields if issubclass(part, File) else {}
    names = sorted(part.model_fields, key=shared.__contains__)  # its own ones first
    return sentence(here, names, {**error, "loc": keys})


def _written(location: tuple[Any, ...]) -> str:
    """Write a path as in the file: ``survey.servqual``, ``[[offers]] number 2``."""
    if len(location) > 1 and location[0] == "offers":
        return ".".join([f"[[offers]] number {location[1] + 1}", *location[2:]])
    return ".".join(map(str, location))


def _place(location: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Split a path into the table, as TOML writes it, and the keys in it."""
    for end in range(len(location) - 1, -1, -1):
        table = ".".join(map(str, location[:end]))
        if table in TABLES:
            return table, location[end:]
    return "", location
