"""One row of a published table, typed as it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

import numpy as np
from annotated_types import Ge, MinLen
from pydantic import BeforeValidator, model_validator

from custvalue import _frames
from custvalue._columns import missing
from custvalue._survey.published.numbers import printed_text
from custvalue._values import Frozen
from custvalue._words import did_you_mean, listed, plain
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
