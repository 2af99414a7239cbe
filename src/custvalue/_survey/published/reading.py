"""Rows of a published table, typed as printed, and read as they were computed and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from annotated_types import Ge, Le, MinLen
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from custvalue import _frames
from custvalue._columns import missing
from custvalue._respondents.scale import Scale
from custvalue._survey.published.numbers import Notebook, Printed, Range, Rounding, printed_text
from custvalue._values import WHOLE_NUMBER, Frozen, Level, Positive
from custvalue._words import did_you_mean, listed, percent, plain
from custvalue.errors import DataError

Number = Annotated[str, BeforeValidator(printed_text)] | None
Count = Annotated[int, Ge(1)]


class PublishedRow(Frozen):
    """One row of a published table as it is printed; a mapping with these keys serves as well.

    Type numbers as text, ``"-0.50"``, to keep the zeros that say how they were rounded; a minus
    sign, a leading point, thousands commas and a percent sign are read as printed. Omit what the
    table does not have.

    Parameters
    ----------
    name : str
        What the row is about.
    n : int, optional
        Respondents in it, where they differ from the table's.
    items : int
        How many answers of each respondent were averaged; 1 for a single question.
    perception, expectation, gap : str, optional
        Mean perception, mean expectation and mean gap.
    perception_sd, expectation_sd : str, optional
        Standard deviations of the first two.
    mean : str, optional
        Any other mean, instead of a gap.
    sd, standard_error, t, low, high : str, optional
        Standard deviation, standard error, t value and ends of the interval: of the gap in a row
        with perception, expectation or gap, else of the mean.
    against : str
        What the t test compares with.
    count : int, optional
        Respondents who are counted.
    percentage : str, optional
        Their percentage.
    weight : str, optional
        The row's weight, or importance points.

    Raises
    ------
    ParameterError
        If something is not a number, or the row has both a mean and a gap.

    Examples
    --------
    >>> row = PublishedRow(name="reliability", perception="5.80", expectation="6.80", gap="−1.00")
    >>> row.gap
    '-1.00'
    """

    name: Annotated[str, MinLen(1)]
    n: Count | None = None
    items: Count = 1
    perception: Number = None
    perception_sd: Number = None
    expectation: Number = None
    expectation_sd: Number = None
    gap: Number = None
    mean: Number = None
    sd: Number = None
    standard_error: Number = None
    t: Number = None
    against: Annotated[str, BeforeValidator(printed_text)] = "0"
    low: Number = None
    high: Number = None
    count: Annotated[int, Ge(0)] | None = None
    percentage: Number = None
    weight: Number = None

    @model_validator(mode="after")
    def _one_estimate(self) -> Self:
        """Refuse a row whose sd, t and interval could belong to two numbers."""
        if self.mean is not None and self.is_gap:
            raise ValueError(
                f"{self.name}: a row has either a mean, or perception, expectation and gap, "
                f"because sd, t and interval belong to one of them. Write two rows."
            )
        return self

    @property
    def is_gap(self) -> bool:
        """Whether sd, t and interval belong to a gap."""
        return any(part is not None for part in (self.perception, self.expectation, self.gap))


NUMBERS = tuple(name for name in PublishedRow.model_fields if name not in ("name", "n", "items"))


def rows_of(rows: Any) -> tuple[PublishedRow, ...]:
    """Read rows, mappings, or a dataframe whose columns are named as the fields of a row."""
    if _frames.is_frame(rows):
        read = _rows_of_frame(_frames.Source(rows))
    elif isinstance(rows, PublishedRow | str) or not isinstance(rows, Iterable):
        raise DataError(
            f"rows must be a list of mappings, or a dataframe with the columns of a published "
            f"table, but it is {rows!r}."
        )
    else:
        read = tuple(row if isinstance(row, PublishedRow) else _row(row) for row in rows)
    if not read:
        raise DataError("the table has no rows. Type at least one.")
    return read


def _row(row: Any) -> PublishedRow:
    if not isinstance(row, Mapping):
        raise DataError(f"a row must be a mapping, but it is {row!r}.")
    return PublishedRow(**{str(key): value for key, value in row.items()})


def _rows_of_frame(source: _frames.Source) -> tuple[PublishedRow, ...]:
    fields = tuple(PublishedRow.model_fields)
    unknown = [name for name in source.names if name not in fields]
    if unknown:
        raise DataError(
            f"unknown column {unknown[0]!r}; a published table has "
            f"{listed(fields, most=30)}.{did_you_mean(unknown[0], fields)}",
            column=unknown[0],
        )
    source.require({"name": "name"})
    columns = {name: source.entries(name) for name in source.names}
    absent = {name: missing(np.asarray(column)) for name, column in columns.items()}
    return tuple(
        _row({name: plain(its[place]) for name, its in columns.items() if not absent[name][place]})
        for place in range(source.rows)
    )


Quantile = Literal["t", "normal"]
Divisor = Literal["n - 1", "n"]

READABLE = (*NUMBERS, "overall", "weighted")


def _known(name: str) -> str:
    if name not in READABLE:
        raise ValueError(
            f"the columns are {listed(READABLE, most=30)}, not {name!r}."
            f"{did_you_mean(name, READABLE)}"
        )
    return name


Column = Annotated[str, AfterValidator(_known)]
Decimals = Annotated[int, Ge(0), Le(15), WHOLE_NUMBER]


class PublishedConvention(Frozen):
    """How the numbers of a published table are taken to have been computed and printed.

    Parameters
    ----------
    n, scale, level, quantile, sd_divisor, weighted_answers, percentages_total, weights_total
        As in :func:`custvalue.survey.check_published`.
    rounding, decimals, exact
        Likewise; digits after the point by column.
    """

    n: Annotated[int, Ge(1), WHOLE_NUMBER] | None = None
    scale: Scale | None = None
    level: Level = 0.95
    quantile: Quantile = "t"
    sd_divisor: Divisor = "n - 1"
    weighted_answers: bool = False
    percentages_total: Positive | None = 100.0
    weights_total: Positive | None = 100.0
    rounding: Rounding = "nearest"
    decimals: dict[Column, Decimals] = Field(default_factory=dict)
    exact: tuple[Column, ...] = ()

    @property
    def sign(self) -> int:
        """1 where a gap is perception - expectation, -1 where lower answers are better."""
        return 1 if self.scale is None else self.scale.sign

    @property
    def sentence(self) -> str:
        """The convention in words."""
        scale = "unknown" if self.scale is None else str(self.scale)
        weighted = ", weighted answers" if self.weighted_answers else ""
        return (
            f"Scale {scale}; {percent(self.level)} intervals by the {self.quantile} quantile; SD "
            f"with {self.sd_divisor}; last digits {self.rounding}{weighted}."
        )

    def read(self, column: str, text: str) -> Printed:
        """Read a printed number of a column, or of one below the table."""
        if column in ("count", *self.exact) or (column == "against" and text == "0"):
            return Printed.read(text, None)
        return Printed.read(text, self.rounding, self.decimals.get(column))


class Facts(NamedTuple):
    """The numbers of one row by the name of their field, and how many respondents."""

    n: int | None
    items: int
    is_gap: bool
    numbers: dict[str, Printed]
    convention: PublishedConvention
    notes: Notebook

    def get(self, field: str) -> Printed | None:
        """Return a printed number, None where the table has none."""
        return self.numbers.get(field)

    @property
    def sampled(self) -> int | None:
        """Respondents, where the digits of a mean depend on how many they are."""
        return None if self.convention.weighted_answers else self.n

    @property
    def quantity(self) -> str:
        """What sd, t and interval belong to."""
        return "gap" if self.is_gap else "mean"

    @property
    def difference(self) -> Range | None:
        """What the gap between the two printed means can be, below 0 being a shortfall."""
        perception, expectation = self.get("perception"), self.get("expectation")
        if perception is None or expectation is None:
            return None
        difference = perception.range.minus(expectation.range)
        return difference if self.convention.sign > 0 else -difference

    @property
    def estimate(self) -> Range | None:
        """The gap or mean as it is printed, else the difference of the means."""
        printed = self.get(self.quantity)
        return self.difference if printed is None else printed.range

    def ends(self, *, difference: bool) -> Range | None:
        """Return the ends that a mean, or a difference of means, cannot pass; None if unknown."""
        scale = self.convention.scale
        if scale is None:
            return None
        return Range(-scale.width, scale.width) if difference else Range(scale.low, scale.high)


def facts_of(row: PublishedRow, convention: PublishedConvention) -> Facts:
    """Read one row."""
    numbers = {
        name: convention.read(name, str(value))
        for name in NUMBERS
        if (value := getattr(row, name)) is not None
    }
    n = convention.n if row.n is None else row.n
    return Facts(n, row.items, row.is_gap, numbers, convention, Notebook(row.name))
