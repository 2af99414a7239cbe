"""Columns sent to the engine that holds a lazy frame: all that differs from engine to engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import count
from typing import Any, cast

import narwhals.stable.v2 as nw

from custvalue._columns import Array
from custvalue._words import listed
from custvalue.errors import DataError


def sent(columns: Mapping[str, Array], beside: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return columns as a lazy frame that can be joined with another one."""
    engine = beside.implementation.value
    if engine not in ENGINES:
        raise DataError(
            f"scores can be sent to {listed(tuple(ENGINES))}, but the summary is in {engine}. "
            f"Collect the summary, or write it to a file that one of these reads."
        )
    frame = ENGINES[engine](dict(columns), beside.to_native())
    return cast("nw.LazyFrame[Any]", nw.from_native(frame))


def _to_polars(columns: dict[str, Array], beside: Any) -> Any:  # noqa: ARG001 - every engine has both
    import polars as pl

    return pl.LazyFrame(columns)


def _to_duckdb(columns: dict[str, Array], beside: Any) -> Any:
    """Make a relation of the connection that the other one has."""
    import pyarrow as pa

    sent_columns = pa.table(columns)  # noqa: F841 - the query finds it by its name
    return beside.query("custvalue_relation", "select * from sent_columns")


def _to_ibis(columns: dict[str, Array], beside: Any) -> Any:  # noqa: ARG001 - every engine has both
    import pyarrow as pa

    return import_module("ibis").memtable(pa.table(columns))


def _to_spark(columns: dict[str, Array], beside: Any) -> Any:
    import pyarrow as pa

    return beside.sparkSession.createDataFrame(pa.table(columns))


def _to_sqlframe(columns: dict[str, Array], beside: Any) -> Any:
    """Register a table of the session's DuckDB: rows as text of a query would take minutes."""
    import pyarrow as pa

    session, name = beside.session, f"custvalue_sent_{next(NUMBERS)}"
    connection: Any = getattr(session, "_conn", None)
    if not hasattr(connection, "register"):
        raise DataError(
            f"scores can be sent to SQLFrame on DuckDB, but the session is a "
            f"{type(session).__name__}. Write the summary to a file that DuckDB reads."
        )
    connection.register(name, pa.table(columns))
    types = {name: SQL_TYPES[column.dtype.kind] for name, column in columns.items()}
    session.catalog.add_table(name, column_mapping=types)
    return session.table(name)


NUMBERS = count()
SQL_TYPES = {"i": "BIGINT", "f": "DOUBLE", "U": "VARCHAR"}

ENGINES: dict[str, Callable[[dict[str, Array], Any], Any]] = {
    "polars": _to_polars,
    "duckdb": _to_duckdb,
    "ibis": _to_ibis,
    "pyspark": _to_spark,
    "pyspark[connect]": _to_spark,
    "sqlframe": _to_sqlframe,
}
