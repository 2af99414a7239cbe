"""Covariates of customers in an engine, as keys by which it groups and joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import Array, is_blank
from custvalue._frames import Source
from custvalue._words import count, listed
from custvalue.errors import DataError


def key_of(name: str, dtype: Any) -> nw.Expr:
    """Return a covariate as a number or as text, which is what it is in memory."""
    column = nw.col(name)
    if dtype.is_numeric():
        return column.cast(nw.Float64)
    if dtype == nw.Boolean:
        no = nw.when(~column).then(nw.lit("False"))
        return nw.when(column).then(nw.lit("True")).otherwise(no)
    if dtype in {nw.String, nw.Categorical, nw.Enum}:
        return column.cast(nw.String)
    raise DataError(
        f"covariate {name!r} must hold numbers or text, but it is {dtype}. Cast it in its engine.",
        column=name,
    )


def require_there(names: Sequence[str], there: Sequence[str]) -> None:
    """Raise unless a summary has the covariates of the models."""
    absent = [name for name in names if name not in there]
    if absent:
        raise DataError(
            f"the models have the covariates {listed(names)}, but the summary lacks "
            f"{listed(absent)}. Join a table of the customers with it in its engine.",
            column=absent[0],
        )


def known_keys(source: Source, names: Mapping[str, str], customers: Array) -> dict[str, Array]:
    """Return the covariates of counted customers, none missing; `names` by the columns' own."""
    found: dict[str, Array] = {}
    for column, name in names.items():
        numeric = source.is_numeric(column)
        entries = source.numbers(column) if numeric else source.entries(column).astype(object)
        gaps = ~np.isfinite(entries) if numeric else np.array([*map(_is_gap, entries)])
        if gaps.any():
            who = count(int(customers[gaps].sum()), "customer")
            raise DataError(
                f"covariate {name!r} must be known for every customer, but of {who} it is not. "
                f"Fill in a value, or give those who have none a category of their own such as "
                f"'unknown', in the engine.",
                column=name,
                count=int(customers[gaps].sum()),
            )
        found[name] = entries if numeric else entries.astype(str)
    return found


def _is_gap(entry: Any) -> bool:
    return entry is None or is_blank(entry)
