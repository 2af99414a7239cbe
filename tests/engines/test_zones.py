"""Times with a zone: days are counted in the zone of the engine, if the user says that it is so."""

from datetime import UTC, datetime

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from lazy_engines import spark

from custvalue import lifetime
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import PurchaseHistory

BERLIN = "Europe/Berlin"
INSTANTS = [
    datetime(2023, 12, 31, 22, 30, tzinfo=UTC),  # still 2023 in Berlin
    datetime(2023, 12, 31, 23, 30, tzinfo=UTC),  # not any more
    datetime(2024, 3, 31, 22, 30, tzinfo=UTC),  # summer there: the next day
    datetime(2024, 3, 31, 21, 30, tzinfo=UTC),
]
LOG = {"who": [1, 1, 1, 2], "when": INSTANTS}
NAMES = {"customer": "who", "date": "when", "observation_end": "2024-04-30"}


def in_polars():
    table = {"who": LOG["who"], "when": pl.Series(INSTANTS).dt.convert_time_zone(BERLIN)}
    return pl.LazyFrame(table)


CONNECTIONS = []  # of tables that outlive the call: older engines close with their connection


def in_duckdb():
    connection = duckdb.connect()
    CONNECTIONS.append(connection)
    connection.execute(f"set TimeZone = '{BERLIN}'")
    connection.register("log", pa.table(LOG))
    return connection.table("log")


def in_spark():
    return spark().createDataFrame(pa.table(LOG))  # whose session is in Berlin


IN = [in_polars, in_duckdb, pytest.param(in_spark, marks=pytest.mark.engines)]


@pytest.mark.parametrize("engine", IN)
def test_days_are_those_in_memory_in_that_zone(engine):
    summary, _ = lifetime.summarise(engine(), **NAMES, time_zone=BERLIN)
    cells = lifetime.CustomerCells.from_summary(summary, unit="day")
    known = PurchaseHistory.from_transactions(LOG, **NAMES, time_zone=BERLIN, unit="day")
    assert sorted(zip(cells.frequency, cells.recency, cells.age, strict=True)) == sorted(
        zip(known.frequency, known.recency, known.age, strict=True)
    )
    assert known.recency.tolist() == [92, 0]
    assert known.age.tolist() == [121, 30]


@pytest.mark.parametrize("engine", IN)
def test_a_zone_must_be_named_and_be_the_one_of_the_engine(engine):
    log = engine()
    with pytest.raises(DataError, match="has the time zone 'Europe/Berlin'"):
        lifetime.summarise(log, **NAMES)
    with pytest.raises(ParameterError) as caught:
        lifetime.summarise(log, **NAMES, time_zone="America/New_York")
    assert str(caught.value) == (
        "time_zone='America/New_York' is not the time zone in which the engine has when, "
        "'Europe/Berlin'. Set the engine to 'America/New_York', give time_zone='Europe/Berlin' if "
        "days are counted there, or turn when into days in its engine."
    )


def test_the_names_of_utc_are_one_zone():
    """DuckDB calls it Etc/UTC."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.register("log", pa.table(LOG))
    for name in ("UTC", "Etc/UTC"):
        summary, _ = lifetime.summarise(connection.table("log"), **NAMES, time_zone=name)
        assert sorted(summary.fetchall()) == [(1, 1, 91, 121), (2, 0, 0, 30)]
    with pytest.raises(ParameterError, match="is not the time zone in which the engine has when"):
        lifetime.summarise(connection.table("log"), **NAMES, time_zone=BERLIN)


def test_a_timestamp_with_a_zone_of_duckdb_itself():
    connection = duckdb.connect()
    connection.execute(f"set TimeZone = '{BERLIN}'")
    connection.execute("create table log (who bigint, seen timestamptz)")
    connection.execute(
        "insert into log values (1, '2023-12-31 22:30:00+00'), (1, '2023-12-31 23:30:00+00')"
    )
    summary, _ = lifetime.summarise(
        connection.table("log"),
        customer="who",
        date="seen",
        observation_end="2024-01-31",
        time_zone=BERLIN,
    )
    assert summary.fetchall() == [(1, 1, 1, 31)]
