"""How a published table was computed and printed, and its rows read that way."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from annotated_types import Ge, Le
from pydantic import AfterValidator, Field

from custvalue._respondents.scale import Scale
from custvalue._survey.published.findings import Notebook
from custvalue._survey.published.numbers import Printed, Range, Rounding
from custvalue._survey.published.rows import NUMBERS, PublishedRow
from custvalue._values import WHOLE_NUMBER, Frozen, Level, Positive
from custvalue._words import did_you_mean, listed, percent

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
