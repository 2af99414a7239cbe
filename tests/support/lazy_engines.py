"""The same table in every engine that computes when asked: two always, others in their own lane.

``engine_of(name)`` returns how a table of pyarrow gets there, and how a frame comes back as one; it
skips the test, with the reason, where the engine is not installed.
"""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

NUMBERS = count()


class Engine(NamedTuple):
    lazy: Callable[[pa.Table], Any]
    collected: Callable[[Any], pa.Table]


def arrow_of(frame: Any) -> pa.Table:
    found = nw.from_native(frame).collect()
    return found.to_arrow() if hasattr(found, "to_arrow") else pa.table(found.to_native())


def polars() -> Engine:
    return Engine(lambda table: pl.DataFrame(pl.from_arrow(table)).lazy(), arrow_of)


def in_duckdb() -> Engine:
    connection = duckdb.connect()  # one of its own, as users have

    def lazy(table: pa.Table) -> Any:
        name = f"log_{next(NUMBERS)}"
        connection.register(name, table)
        return connection.table(name)

    return Engine(lazy, arrow_of)


def in_ibis() -> Engine:
    ibis = pytest.importorskip("ibis", reason="Ibis is not installed; make engines has it")
    return Engine(ibis.memtable, arrow_of)


def in_sqlframe() -> Engine:
    pytest.importorskip("sqlframe", reason="SQLFrame is not installed; make engines has it")
    from sqlframe.duckdb import DuckDBSession

    session, folder = DuckDBSession(), tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)

    def lazy(table: pa.Table) -> Any:
        path = Path(folder.name) / f"{next(NUMBERS)}.parquet"
        parquet.write_table(table, path)
        return session.read.parquet(str(path))

    return Engine(lazy, arrow_of)


@cache
def spark() -> Any:
    """Return the one session of all tests; its zone is not that of the machine."""
    pytest.importorskip("pyspark", reason="PySpark is not installed; make engines has it")
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else workers take the python3 of the path
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "Europe/Berlin",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.driver.maxResultSize": "64m",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # of arrow's times without a zone
    }
    build = SparkSession.builder.master("local[1]").appName("custvalue")
    for name, value in settings.items():
        build = build.config(name, value)
    session = build.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    atexit.register(session.stop)
    return session


def in_spark() -> Engine:
    session = spark()
    return Engine(session.createDataFrame, arrow_of)


ALWAYS = {"polars": polars, "duckdb": in_duckdb}
LANE = {"ibis": in_ibis, "pyspark": in_spark}
SMOKE = {"sqlframe": in_sqlframe}  # of which a query takes a second


@cache
def engine_of(name: str) -> Engine:
    return {**ALWAYS, **LANE, **SMOKE}[name]()


SQLFRAME = pytest.param("sqlframe", marks=pytest.mark.engines)
EVERY = [*ALWAYS, *(pytest.param(name, marks=pytest.mark.engines) for name in LANE)]
