"""What a study is: which column is what, and how money is computed. Read from TOML."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypedDict

from annotated_types import Gt, MinLen
from annotated_types import Interval as Within
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from custvalue._checks import finite
from custvalue._frames.typed import Decimal
from custvalue._histories.transactions import AfterEnd, KeepOrNot, Unmatched
from custvalue._histories.units import TimeUnit, horizon_in
from custvalue._lifetime.spend.spend_data import Refunded
from custvalue._report.chain_part import ChainQuestion
from custvalue._report.complained import Complained, Economics
from custvalue._report.keys import Count, File, Part, Recommendation
from custvalue._report.language import Language
from custvalue._report.model_questions import StructuralModel
from custvalue._report.questions import (
    Columns,
    Drivers,
    Effort,
    Index,
    ItemText,
    Kano,
    Loyalty,
    Satisfaction,
    Servqual,
    item_text,
)
from custvalue._report.ratings import Ratings
from custvalue._report.visited import Visited
from custvalue._respondents.reading import QuestionPolicy
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._table import Shown, Table, as_table
from custvalue._values import Probability, sentence
from custvalue._words import did_you_mean
from custvalue.delivered_value import Offer
from custvalue.errors import DataError
from custvalue.survey import Codebook, Scale

NO_TABLE = {"model_type", "model_attributes_type", "dict_type", "dataclass_type"}
PurchaseModelName = Literal[
    "recommended", "BGNBD", "MBGNBD", "BGCNBD", "MBGCNBD", "ParetoNBD", "GammaGompertzNBD"
]


def _horizon(value: object) -> object:
    """Refuse a horizon without a unit before any work is done."""
    horizon_in(value, "day")  # type: ignore[arg-type]  # what is no horizon it refuses
    return value


def _ascending(points: object) -> object:
    numbers = [finite(each) for each in points] if isinstance(points, list) else []
    if len(numbers) != FOUR or not all(a < b for a, b in pairwise(numbers)):
        raise ValueError(
            f"must be four numbers that ascend, as in [30, 60, 120, 240], but it is {points!r}."
        )
    return tuple(numbers)


FOUR = 4  # cut points of five scores
Cuts = Annotated[tuple[float, ...], BeforeValidator(_ascending)]
ItemTexts = dict[str, Annotated[ItemText, BeforeValidator(item_text)]]
AtLeastTwo = Annotated[int, Within(ge=2)]


class Who(TypedDict):
    """Columns that say who respondents are."""

    weights: str | None
    group: str | None
    wave: str | None
    cluster: str | None
    stratum: str | None
    labels: Columns | None
    customer: str | None
    repeats: RepeatsPolicy
    date: str | None


class Survey(File):
    """``[survey]``: respondents, their weights and labels, and what was asked.

    ``group`` is what is compared, such as the dealer; groups with fewer answers than ``minimum_n``
    are listed and not judged. With ``wave`` the report is on the latest one, and says what changed.
    ``complaint`` says who has an open one: they are called first.
    """

    customer: str | None = None
    weights: str | None = None
    group: str | None = None
    minimum_n: AtLeastTwo = 10
    wave: str | None = None
    cluster: str | None = None
    stratum: str | None = None
    labels: Columns | None = None
    repeats: RepeatsPolicy | None = None
    date: str | None = None
    missing: QuestionPolicy = "raise"
    recommend: str | None = None
    recommend_missing_codes: tuple[float, ...] = ()
    recommend_codebook: Recommendation | None = None
    complaint: str | None = None
    servqual: Servqual | None = None
    satisfaction: Satisfaction | None = None
    effort: Effort | None = None
    index: Index | None = None
    kano: Kano | None = None
    drivers: Drivers | None = None
    loyalty: Loyalty | None = None
    chain: ChainQuestion | None = None
    structural: StructuralModel | None = None
    items: ItemTexts = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_items(self) -> Self:
        asked = self._items
        for name in self.items:
            if name not in asked:
                raise ValueError(
                    f"[survey.items] names {name!r}, which is not an item of [survey.servqual], "
                    f"[survey.index], [survey.drivers] or [survey.structural]."
                    f"{did_you_mean(name, asked)}"
                )
        return self

    @model_validator(mode="after")
    def _check_loyalty(self) -> Self:
        if self.loyalty is not None and self.satisfaction is None:
            raise ValueError(
                "[survey.loyalty] sets what customers did beside how satisfied they were, but "
                "there is no [survey.satisfaction]. Add it, with perceived and scale."
            )
        return self

    @model_validator(mode="after")
    def _check_chain(self) -> Self:
        if self.chain is not None and (self.satisfaction is None or self.customer is None):
            raise ValueError(
                "[survey.chain] links satisfaction with purchases of the same customers. Add "
                "customer to [survey], and [survey.satisfaction] with perceived and scale."
            )
        return self

    @property
    def _items(self) -> tuple[str, ...]:
        quality = () if self.servqual is None else self.servqual.perceptions
        index = () if self.index is None else self.index.items
        asked = self.drivers
        drivers = () if asked is None else (*asked.items, asked.overall)
        model = () if self.structural is None else self.structural.items
        return tuple(dict.fromkeys((*quality, *index, *drivers, *model)))

    def called(self, item: str, label: str = "") -> str:
        """Return what an item is called: by the study, by the instrument, or by its column."""
        return self.items[item].name if item in self.items else label or item

    def in_names(self, found: Shown) -> Table:
        """Return the table of a result with its items as the study calls them."""
        table = as_table(found)
        rows = tuple((self.called(str(first)), *others) for first, *others in table.rows)
        return replace(table, rows=rows)

    @property
    def who(self) -> Who:
        """The columns that say who respondents are, as arguments of a reader."""
        return {
            "weights": self.weights,
            "group": self.group,
            "wave": self.wave,
            "cluster": self.cluster,
            "stratum": self.stratum,
            "labels": self.labels,
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
        named: list[str | None] = [self.weights, self.recommend, *self._items]
        if self.servqual is not None:
            named += [*(self.servqual.expectations or ()), *(self.servqual.importance or ())]
        if self.satisfaction is not None:
            named += [self.satisfaction.perceived, self.satisfaction.expected]
        if self.effort is not None:
            named.append(self.effort.answers)
        if self.loyalty is not None:
            named.append(self.loyalty.outcome)
        if self.chain is not None:
            named += [item for its in (self.chain.dimensions or {}).values() for item in its]
        return tuple(name for name in named if name is not None)


class Transactions(File):
    """``[transactions]``: columns of the log, what is allowed in it, and the model of purchases.

    ``purchase_model`` is a class of :mod:`custvalue.lifetime`, or ``recommended``: the one that
    ``compare_models`` recommends of those in which customers leave. The keys from ``date_format``
    on are arguments of ``PurchaseHistory.from_transactions``. The file is read as that of a survey.
    """

    customer: str
    date: str
    spend: str | None = None
    observation_end: dt.date
    unit: TimeUnit = "week"
    purchase_model: PurchaseModelName = "recommended"
    date_format: str | None = None
    time_zone: str | None = None
    after_end: AfterEnd | None = None
    returns: Literal["raise", "net", "drop", "pair"] | None = None
    return_columns: tuple[str, ...] | None = None
    unmatched_returns: Unmatched | None = None
    largest_spend: Annotated[float, Gt(0)] | None = None
    zero_spend: KeepOrNot | None = None
    duplicates: KeepOrNot | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold amounts."""
        return () if self.spend is None else (self.spend,)


class Lifetime(Part):
    """``[lifetime]``: how the future is valued, and which customers count as at risk.

    ``refunded`` is what :class:`~custvalue.lifetime.GammaGamma` does with customers whose repeat
    spend is not positive.
    At risk are customers whose probability of being active is below ``at_risk_below``.
    """

    horizon: Annotated[str, BeforeValidator(_horizon)]
    annual_discount_rate: Probability
    margin: Annotated[float, Within(gt=0, le=1)]
    refunded: Refunded = "raise"
    customers_listed: Count = 10
    calls_listed: Count = 20
    at_risk_below: Annotated[float, Within(gt=0, le=1)] = 0.5


class Rfm(Part):
    """``[rfm]``: segments by recency and frequency; an empty table asks for them.

    ``recency_cuts`` are four numbers of days since the last purchase, ``frequency_cuts`` four
    numbers of purchase days, both ascending; by default quantiles of the customers.
    """

    recency_cuts: Cuts | None = None
    frequency_cuts: Cuts | None = None

    @property
    def cuts(self) -> dict[str, tuple[float, ...]]:
        """The cut points that are given, by dimension."""
        given = {"recency": self.recency_cuts, "frequency": self.frequency_cuts}
        return {name: points for name, points in given.items() if points is not None}


class ValueTiers(Part):
    """``[tiers]``: tiers of customers by their value, the best first.

    ``thresholds`` are the lowest values of all tiers but the last, ``shares`` the shares of the
    customers in them, as in :func:`custvalue.loyalty.pyramid`.
    """

    thresholds: Annotated[tuple[float, ...], MinLen(1)] | None = None
    shares: Annotated[tuple[float, ...], MinLen(1)] | None = None

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        if (self.thresholds is None) == (self.shares is None):
            raise ValueError(
                "[tiers] needs either shares of the customers, as in shares = [0.01, 0.04, 0.15], "
                "or thresholds of value, as in thresholds = [2000, 500, 100]; the best tier first."
            )
        return self


class Study(Part):
    """The whole file: what was studied, and what stands before the decimals in CSV files."""

    title: str = "Customer value report"
    lang: Language = "en"
    currency: str = ""
    decimal: Decimal = "."
    survey: Survey | None = None
    transactions: Transactions | None = None
    lifetime: Lifetime | None = None
    rfm: Rfm | None = None
    tiers: ValueTiers | None = None
    offers: tuple[Offer, ...] = ()
    ratings: Ratings | None = None
    visits: Visited | None = None
    complaints: Complained | None = None

    @model_validator(mode="after")
    def _check_chain(self) -> Self:
        asked = None if self.survey is None else self.survey.chain
        if asked is not None and (self.transactions is None or self.lifetime is None):
            raise ValueError(
                "[survey.chain] says what a point of satisfaction is worth. Add [transactions] and "
                "[lifetime]."
            )
        return self


TABLES: dict[str, type[Part]] = {
    "": Study,
    "survey": Survey,
    "survey.servqual": Servqual,
    "survey.satisfaction": Satisfaction,
    "survey.effort": Effort,
    "survey.index": Index,
    "survey.kano": Kano,
    "survey.drivers": Drivers,
    "survey.loyalty": Loyalty,
    "survey.chain": ChainQuestion,
    "survey.structural": StructuralModel,
    "transactions": Transactions,
    "lifetime": Lifetime,
    "rfm": Rfm,
    "tiers": ValueTiers,
    "ratings": Ratings,
    "visits": Visited,
    "complaints": Complained,
    "complaints.economics": Economics,
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
    if error["type"] == "value_error" and _written(error["loc"]) in TABLES:
        return str(error["ctx"]["error"])  # of the table as a whole; it names it
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
