"""The same columns in every kind of dataframe that the tests know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

Columns = Mapping[str, Sequence[Any]]


def as_pandas(columns: Columns) -> Any:
    return pd.DataFrame(dict(columns))


def as_pandas_pyarrow(columns: Columns) -> Any:
    return pa.table(dict(columns)).to_pandas(types_mapper=pd.ArrowDtype)


def as_polars_lazy(columns: Columns) -> Any:
    return pl.DataFrame(dict(columns)).lazy()


def as_duckdb(columns: Columns) -> Any:
    return duckdb.from_arrow(pa.table(dict(columns)))  # of the connection that stays open


EAGER: dict[str, Callable[[Columns], Any]] = {
    "dict": dict,
    "pandas": as_pandas,
    "pandas-pyarrow": as_pandas_pyarrow,
    "polars": lambda columns: pl.DataFrame(dict(columns)),
    "pyarrow": lambda columns: pa.table(dict(columns)),
}
LAZY: dict[str, Callable[[Columns], Any]] = {"polars-lazy": as_polars_lazy, "duckdb": as_duckdb}
ENGINES = EAGER | LAZY
