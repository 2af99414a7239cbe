"""Identifiers and groups in an engine: whole numbers or text."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from custvalue._frames import collected
from custvalue.errors import DataError

LARGEST = 2**63 - 1


def identifier(frame: nw.LazyFrame[Any], name: str, dtype: Any) -> nw.Expr:
    """Return a column of whole numbers or of text as numpy has them."""
    if isinstance(dtype, nw.Categorical | nw.Enum):
        return nw.col(name).cast(nw.String)
    if not (dtype.is_integer() or isinstance(dtype, nw.String)):
        raise DataError(
            f"{name} must hold whole numbers or text, but it is {dtype}. Cast it in its engine.",
            column=name,
        )
    if not isinstance(dtype, nw.Int128 | nw.UInt128):  # DuckDB's sums are
        return nw.col(name)
    _require_narrow(frame, name)
    return nw.col(name).cast(nw.Int64)


def _require_narrow(frame: nw.LazyFrame[Any], name: str) -> None:
    """Raise where a number has more than 64 bits."""
    ends = frame.select(low=nw.col(name).min(), high=nw.col(name).max())
    for value in collected(ends).rows()[0]:
        if value is not None and not -LARGEST - 1 <= int(value) <= LARGEST:
            raise DataError(
                f"{name} must be a number of at most 64 bits, or text, but {int(value)} is among "
                f"its entries. Turn the column into text in its engine.",
                column=name,
                value=int(value),
            )
