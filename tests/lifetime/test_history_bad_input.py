"""Bad input to purchase histories: every message, word for word."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from custvalue._histories.history import PurchaseHistory
from custvalue.errors import DataError, ParameterError, UnitError

LOG = {
    "who": [1, 1, 2, 2],
    "when": [date(2024, 1, day) for day in (1, 8, 3, 3)],
    "paid": [20.0, 30.0, 9.0, 5.0],
}
TEXT = {**LOG, "when": ["2024-01-01", "2024-01-08", "2024-01-03", "2024-01-03"]}
NAMES = {"customer": "who", "date": "when", "spend": "paid"}


def log_with(name, row, value):
    """LOG with one entry changed."""
    column = list(TEXT[name])
    column[row] = value
    return {**TEXT, name: column}


def polars_of(columns):
    return pl.DataFrame(columns, strict=False)


def lazy_of(columns):
    return polars_of(columns).lazy()


def duck(query):
    return duckdb.sql(query)


def from_log(log, **options):
    options = {**NAMES, "observation_end": "2024-01-31", "unit": "day", **options}
    return PurchaseHistory.from_transactions(log, **options)


def from_arrays(**changes):
    columns = {"frequency": [2, 0], "recency": [30, 0], "age": [38, 39], "unit": "week"}
    return PurchaseHistory.from_arrays(**{**columns, **changes})


UTC_TIMES = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 8, 3, 3)]

CASES = {
    # --- columns of a log
    "wrong column": (
        lambda: from_log(LOG, customer="whom"),
        DataError,
        (
            "customer='whom' is not a column of the data. Did you mean 'who'? The "
            "columns are 'who', 'when', 'paid'."
        ),
    ),
    "two wrong columns": (
        lambda: from_log(LOG, customer="customer_id", date="wehn"),
        DataError,
        (
            "customer='customer_id' is not a column of the data. date='wehn' is not a"
            " column of the data. Did you mean 'when'? The columns are 'who', 'when',"
            " 'paid'."
        ),
    ),
    "wrong column, lazy": (
        lambda: from_log(lazy_of(LOG), spend="pay"),
        DataError,
        ("spend='pay' is not a column of the data. The columns are 'who', 'when', 'paid'."),
    ),
    "no dataframe": (
        lambda: from_log([1, 2, 3]),
        DataError,
        (
            "data must be a dataframe (pandas, polars, pyarrow, DuckDB, …) or a "
            "mapping of column name to values, but it is a list."
        ),
    ),
    "columns of different lengths": (
        lambda: from_log({**LOG, "paid": [1.0]}),
        DataError,
        ("columns must have the same length, but have {'who': 4, 'when': 4, 'paid': 1}."),
    ),
    "a column that is no sequence": (
        lambda: from_log({**LOG, "paid": 5}),
        DataError,
        "column 'paid' must be a sequence, but it is 5.",
    ),
    "a column with two dimensions": (
        lambda: from_log({**LOG, "paid": np.ones((4, 2))}),
        DataError,
        "column 'paid' must have one dimension, but its shape is (4, 2).",
    ),
    "empty log": (
        lambda: from_log({name: [] for name in LOG}),
        DataError,
        "the log is empty. Give at least one transaction.",
    ),
    "empty pandas log": (
        lambda: from_log(pd.DataFrame({name: [] for name in LOG})),
        DataError,
        "the log is empty. Give at least one transaction.",
    ),
    "empty lazy log": (
        lambda: from_log(lazy_of(LOG).head(0)),
        DataError,
        "the log is empty. Give at least one transaction.",
    ),
    # --- what is missing
    "no customer": (
        lambda: from_log(log_with("who", 2, None)),
        DataError,
        ("who must be present, but row 2 has None. Give every row its value, or remove the row."),
    ),
    "NaN customer, pandas": (
        lambda: from_log(pd.DataFrame(log_with("who", 2, None))),
        DataError,
        ("who must be present, but row 2 has None. Give every row its value, or remove the row."),
    ),
    "null customer, polars": (
        lambda: from_log(polars_of(log_with("who", 2, None))),
        DataError,
        ("who must be present, but row 2 has None. Give every row its value, or remove the row."),
    ),
    "null customer, pyarrow": (
        lambda: from_log(pa.table(log_with("who", 2, None))),
        DataError,
        ("who must be present, but row 2 has None. Give every row its value, or remove the row."),
    ),
    "null customer, lazy": (
        lambda: from_log(lazy_of(log_with("who", 2, None))),
        DataError,
        ("who must be present, but 1 row is not. Give every row its value, or remove the row."),
    ),
    "NA customer": (
        lambda: from_log(log_with("who", 2, pd.NA)),
        DataError,
        ("who must be present, but row 2 has None. Give every row its value, or remove the row."),
    ),
    "no date": (
        lambda: from_log(log_with("when", 1, None)),
        DataError,
        ("when must be present, but row 1 has None. Give every row its value, or remove the row."),
    ),
    "NaT, pandas": (
        lambda: from_log(
            pd.DataFrame({**LOG, "when": pd.to_datetime([None, None, "2024-01-01", "2024-01-01"])})
        ),
        DataError,
        (
            "when must be present, but row 0 has None (and 1 more row). Give every "
            "row its value, or remove the row."
        ),
    ),
    "NaT, numpy": (
        lambda: from_log({**LOG, "when": np.array(["2024-01-01", "NaT"] * 2, "M8[D]")}),
        DataError,
        (
            "when must be present, but row 1 has None (and 1 more row). Give every "
            "row its value, or remove the row."
        ),
    ),
    "null date, polars": (
        lambda: from_log(polars_of(log_with("when", 1, None))),
        DataError,
        ("when must be present, but row 1 has None. Give every row its value, or remove the row."),
    ),
    "null date, lazy": (
        lambda: from_log(lazy_of(log_with("when", 1, None))),
        DataError,
        (
            "when must be present, but 1 row is not: that of customer 1. Give every row its value, "
            "or remove the row."
        ),
    ),
    "no spend": (
        lambda: from_log(log_with("paid", 3, None)),
        DataError,
        (
            "paid must be a finite number, but row 3 has nan. Give every transaction its amount, "
            "or omit spend if amounts are not needed."
        ),
    ),
    "NaN spend, pandas": (
        lambda: from_log(pd.DataFrame(log_with("paid", 3, np.nan))),
        DataError,
        (
            "paid must be a finite number, but row 3 has nan. Give every transaction its amount, "
            "or omit spend if amounts are not needed."
        ),
    ),
    "null spend, polars": (
        lambda: from_log(polars_of(log_with("paid", 3, None))),
        DataError,
        (
            "paid must be a finite number, but row 3 has nan. Give every transaction its amount, "
            "or omit spend if amounts are not needed."
        ),
    ),
    "NaN spend, polars": (
        lambda: from_log(polars_of(log_with("paid", 3, np.nan))),
        DataError,
        (
            "paid must be a finite number, but row 3 has nan. Give every transaction its amount, "
            "or omit spend if amounts are not needed."
        ),
    ),
    "infinite spend": (
        lambda: from_log({**LOG, "paid": [1, np.inf, np.inf, 1]}),
        DataError,
        (
            "paid must be a finite number, but row 1 has inf (and 1 more row). Give every "
            "transaction its amount, or omit spend if amounts are not needed."
        ),
    ),
    "null spend, lazy": (
        lambda: from_log(lazy_of({**LOG, "paid": [None, np.nan, np.inf, 1.0]})),
        DataError,
        (
            "paid must be a finite number, but 3 rows are not, such as that of customer 1. Give "
            "every transaction its amount, or omit spend if amounts are not needed."
        ),
    ),
    "NaN spend, DuckDB": (
        lambda: from_log(duck("select 1 as who, date '2024-01-01' as when, 'nan'::double as paid")),
        DataError,
        (
            "paid must be a finite number, but 1 row is not: nan of customer 1. Give every "
            "transaction its amount, or omit spend if amounts are not needed."
        ),
    ),
    # --- what is of the wrong kind
    "spend in words": (
        lambda: from_log(log_with("paid", 1, "30 dollars")),
        DataError,
        (
            "paid must be a number, but row 1 has '30 dollars'. This is text: turn the column into "
            "numbers first, without 'dollars'."
        ),
    ),
    "spend in words, polars": (
        lambda: from_log(polars_of({**LOG, "paid": ["1", "2", "3", "4"]})),
        DataError,
        (
            "paid must be a number, but row 0 has '1' (and 3 more rows). This is text: turn the "
            "column into numbers first."
        ),
    ),
    "spend in words, lazy": (
        lambda: from_log(lazy_of({**LOG, "paid": ["1", "2", "3", "4"]})),
        DataError,
        "paid must hold numbers, but it is String. Cast it in its engine.",
    ),
    "customers of two kinds": (
        lambda: from_log(log_with("who", 2, "bob")),
        DataError,
        (
            "who must be a whole number like the first, but row 2 has 'bob'. Turn the"
            " column into text, or into whole numbers."
        ),
    ),
    "text customers with a number": (
        lambda: from_log({**LOG, "who": ["ann", "bob", 3, 4]}),
        DataError,
        (
            "who must be text like the first, but row 2 has 3 (and 1 more row). Turn "
            "the column into text, or into whole numbers."
        ),
    ),
    "half a customer": (
        lambda: from_log({**LOG, "who": [1, 1, 2.5, 2.5]}),
        DataError,
        (
            "who must be a whole number or text, but row 2 has 2.5 (and 1 more row). "
            "Turn the column into text, or into whole numbers."
        ),
    ),
    "customers are objects": (
        lambda: from_log({**LOG, "who": [uuid.UUID(int=7)] * 4}),
        DataError,
        (
            "who must be a whole number or text, but row 0 has "
            "UUID('00000000-0000-0000-0000-000000000007') (and 3 more rows). Turn the"
            " column into text, or into whole numbers."
        ),
    ),
    "customers are lists": (
        lambda: from_log(pd.DataFrame({**LOG, "who": [[1], [1], [2], [2]]})),
        DataError,
        "who must hold single values, but it holds lists.",
    ),
    "customers are fractions, lazy": (
        lambda: from_log(lazy_of({**LOG, "who": [1.0, 1, 2, 2]})),
        DataError,
        ("who must hold whole numbers or text, but it is Float64. Cast it in its engine."),
    ),
    "customers are Decimal": (
        lambda: from_log({**LOG, "who": [Decimal(1)] * 4}),
        DataError,
        (
            "who must be a whole number or text, but row 0 has Decimal('1') (and 3 "
            "more rows). Turn the column into text, or into whole numbers."
        ),
    ),
    "customers are true or false": (
        lambda: from_log({**LOG, "who": [True, True, False, False]}),
        DataError,
        (
            "who must be a whole number or text, but row 0 has True (and 3 more rows). "
            "Turn the column into text, or into whole numbers."
        ),
    ),
    "a customer number of 20 digits": (
        lambda: from_log(pd.DataFrame({**LOG, "who": [1, 1, 2, 10**19 + 10**20]})),
        DataError,
        (
            "who must be a whole number like the first, but row 3 has "
            "110000000000000000000. Turn the column into text, or into whole numbers."
        ),
    ),
    # --- dates
    "no such day": (
        lambda: from_log(log_with("when", 1, "2024-02-30")),
        DataError,
        (
            "when must be a date like 2024-01-31, but row 1 has '2024-02-30'. The "
            "calendar has no such day: correct the entry, or remove the row."
        ),
    ),
    "another form": (
        lambda: from_log({**LOG, "when": ["31/01/2024"] * 4}),
        DataError,
        (
            "when must be a date like 2024-01-31, but row 0 has '31/01/2024' (and 3 "
            "more rows). If dates are written in another way, give the format, as in "
            "date_format='%d/%m/%Y'."
        ),
    ),
    "another form, pandas": (
        lambda: from_log(pd.DataFrame({**LOG, "when": ["31/01/2024"] * 4})),
        DataError,
        (
            "when must be a date like 2024-01-31, but row 0 has '31/01/2024' (and 3 "
            "more rows). If dates are written in another way, give the format, as in "
            "date_format='%d/%m/%Y'."
        ),
    ),
    "another form, lazy": (
        lambda: from_log(lazy_of({**LOG, "when": ["31/01/2024"] * 4})),
        DataError,
        (
            "when must be a date like 2024-01-31, but '31/01/2024' is among its "
            "entries. Turn the column into dates in its engine, or collect the log "
            "first and give the format, as in date_format='%d/%m/%Y'."
        ),
    ),
    "not in the form": (
        lambda: from_log(log_with("when", 1, "8.1.2024"), date_format="%Y-%m-%d"),
        DataError,
        (
            "when must be a date of the form '%Y-%m-%d', but row 1 has '8.1.2024'. "
            "Correct the entry, or date_format."
        ),
    ),
    "dates are numbers": (
        lambda: from_log({**LOG, "when": [20240101] * 4}),
        DataError,
        (
            "when must be a date like 2024-01-31, but row 0 has 20240101 (and 3 more "
            "rows). If dates are written in another way, give the format, as in "
            "date_format='%Y%m%d'."
        ),
    ),
    "dates are numbers, polars": (
        lambda: from_log(polars_of({**LOG, "when": [20240101] * 4})),
        DataError,
        (
            "when must be a date like 2024-01-31, but row 0 has 20240101 (and 3 more "
            "rows). If dates are written in another way, give the format, as in "
            "date_format='%Y%m%d'."
        ),
    ),
    "dates are numbers, lazy": (
        lambda: from_log(lazy_of({**LOG, "when": [20240101] * 4})),
        DataError,
        "when must hold dates, but it is Int64. Cast it in its engine.",
    ),
    "dates are fractions": (
        lambda: from_log({**LOG, "when": [45292.0] * 4}),
        DataError,
        (
            "when must be a date like 2024-01-31, but row 0 has 45292 (and 3 more "
            "rows). Turn the column into dates first."
        ),
    ),
    "months instead of days": (
        lambda: from_log({**LOG, "when": np.array(["2024-01"] * 4, "M8[M]")}),
        DataError,
        ("when must hold days, but it is a datetime64[M]. Give the day of each purchase."),
    ),
    "format of a lazy log": (
        lambda: from_log(lazy_of(TEXT), date_format="%Y-%m-%d"),
        ParameterError,
        (
            "date_format is for logs in memory, but this one is lazy. Turn when into "
            "dates in its engine, or collect the log first."
        ),
    ),
    # --- time zones
    "zone": (
        lambda: from_log({**LOG, "when": UTC_TIMES}),
        DataError,
        (
            "when must be local time, but row 0 has '2024-01-01 00:00:00+00:00', with"
            " a time zone. Give the zone in which days are counted, as in "
            "time_zone='Europe/Berlin'."
        ),
    ),
    "zone in text": (
        lambda: from_log(log_with("when", 1, "2024-01-08T23:00:00+01:00")),
        DataError,
        (
            "when must be times that all carry a zone, as row 1 does, or all local times, but row "
            "0 has '2024-01-01' (and 2 more rows). Give these rows the zone in which they were "
            "written, or take it from the others."
        ),
    ),
    "zone, pandas": (
        lambda: from_log(pd.DataFrame({**LOG, "when": UTC_TIMES})),
        DataError,
        (
            "when must be local time, but it has the time zone 'UTC'. Give the zone "
            "in which days are counted, as in time_zone='Europe/Berlin'."
        ),
    ),
    "zone, polars": (
        lambda: from_log(polars_of({**LOG, "when": UTC_TIMES})),
        DataError,
        (
            "when must be local time, but it has the time zone 'UTC'. Give the zone "
            "in which days are counted, as in time_zone='Europe/Berlin'."
        ),
    ),
    "zone, lazy": (
        lambda: from_log(lazy_of({**LOG, "when": UTC_TIMES})),
        DataError,
        (
            "when must be local time, but it has the time zone 'UTC'. Give time_zone='UTC' if days "
            "are counted there, or turn it into days in its engine."
        ),
    ),
    "zone in text, lazy": (
        lambda: from_log(lazy_of(log_with("when", 1, "2024-01-08T23:00Z"))),
        DataError,
        (
            "when must be local time, but some of its entries carry a time zone. Turn"
            " the column into dates in its engine, or collect the log first and give "
            "the zone in which days are counted, as in time_zone='Europe/Berlin'."
        ),
    ),
    "zone named, lazy": (
        lambda: from_log(lazy_of({**LOG, "when": UTC_TIMES}), time_zone="Europe/Berlin"),
        ParameterError,
        (
            "time_zone='Europe/Berlin' is not the time zone in which the engine has when, 'UTC'. "
            "Set the engine to 'Europe/Berlin', give time_zone='UTC' if days are counted there, or "
            "turn when into days in its engine."
        ),
    ),
    "zone named, none there, lazy": (
        lambda: from_log(lazy_of(LOG), time_zone="UTC"),
        ParameterError,
        (
            "time_zone='UTC' is for times with a zone, but when has none in its engine. Omit "
            "time_zone, or turn when into such times there."
        ),
    ),
    "zone named, none there": (
        lambda: from_log(LOG, time_zone="UTC"),
        DataError,
        (
            "time_zone='UTC' needs times that carry a zone, but when has none. Omit "
            "time_zone if these are local times already."
        ),
    ),
    "zone named, none there, polars": (
        lambda: from_log(polars_of(LOG), time_zone="UTC"),
        DataError,
        (
            "time_zone='UTC' needs times that carry a zone, but when has none. Omit "
            "time_zone if these are local times already."
        ),
    ),
    "unknown zone": (
        lambda: from_log({**LOG, "when": UTC_TIMES}, time_zone="Europe/Berln"),
        ParameterError,
        (
            "time_zone must be the name of a time zone, as in 'Europe/Berlin', but it"
            " is 'Europe/Berln'. Did you mean 'Europe/Berlin'?"
        ),
    ),
    "unknown zone, polars": (
        lambda: from_log(polars_of({**LOG, "when": UTC_TIMES}), time_zone="Europe/Berln"),
        ParameterError,
        (
            "time_zone must be the name of a time zone, as in 'Europe/Berlin', but it"
            " is 'Europe/Berln'. Did you mean 'Europe/Berlin'?"
        ),
    ),
    # --- rules
    "after the end": (
        lambda: from_log(LOG, observation_end="2024-01-05"),
        DataError,
        (
            "when must be on or before 2024-01-05, the end of observation, but row 1 "
            "has '2024-01-08'. Use after_end='ignore' to exclude later transactions, or move "
            "observation_end."
        ),
    ),
    "after the end, twice": (
        lambda: from_log(LOG, observation_end="2024-01-02"),
        DataError,
        (
            "when must be on or before 2024-01-02, the end of observation, but row 1 "
            "has '2024-01-08' (and 2 more rows). Use after_end='ignore' to exclude later "
            "transactions, or move observation_end."
        ),
    ),
    "after the end, lazy": (
        lambda: from_log(lazy_of(LOG), observation_end="2024-01-02"),
        DataError,
        (
            "when must be on or before 2024-01-02, the end of observation, but 3 rows "
            "are not, such as '2024-01-08' of customer 1. Use after_end='ignore' to exclude later "
            "transactions, or move observation_end."
        ),
    ),
    "after the end, one, lazy": (
        lambda: from_log(lazy_of(LOG), observation_end="2024-01-07"),
        DataError,
        (
            "when must be on or before 2024-01-07, the end of observation, but 1 row "
            "is not: '2024-01-08' of customer 1. Use after_end='ignore' to exclude later "
            "transactions, or move observation_end."
        ),
    ),
    "returns": (
        lambda: from_log(log_with("paid", 2, -9)),
        DataError,
        (
            "paid must be >= 0, but row 2 has -9. Use returns='net' to subtract returns from what "
            "the customer spent, returns='pair' to undo the purchases that they belong to, or "
            "returns='drop'."
        ),
    ),
    "returns, lazy": (
        lambda: from_log(lazy_of(log_with("paid", 2, -9.0))),
        DataError,
        (
            "paid must be >= 0, but 1 row is not: -9 of customer 2. Use returns='net' to subtract "
            "returns from what the customer spent, returns='pair' to undo the purchases that they "
            "belong to, or returns='drop'."
        ),
    ),
    "returns, row of the whole log": (
        lambda: from_log(log_with("paid", 2, -9), observation_end="2024-01-05", after_end="ignore"),
        DataError,
        (
            "paid must be >= 0, but row 2 has -9. Use returns='net' to subtract returns from what "
            "the customer spent, returns='pair' to undo the purchases that they belong to, or "
            "returns='drop'."
        ),
    ),
    "nothing paid": (
        lambda: from_log(log_with("paid", 2, 0), zero_spend="raise"),
        DataError,
        (
            "paid must be > 0, but row 2 has 0. Use zero_spend='keep' if such rows "
            "are purchases, or zero_spend='drop'."
        ),
    ),
    "nothing paid, row of the whole log": (
        lambda: from_log(
            {**LOG, "paid": [1, 1, -1, 0]},
            observation_end="2024-01-05",
            after_end="ignore",
            returns="drop",
            zero_spend="raise",
        ),
        DataError,
        (
            "paid must be > 0, but row 3 has 0. Use zero_spend='keep' if such rows "
            "are purchases, or zero_spend='drop'."
        ),
    ),
    "nothing paid, lazy": (
        lambda: from_log(lazy_of(log_with("paid", 2, 0.0)), zero_spend="raise"),
        DataError,
        (
            "paid must be > 0, but 1 row is not: 0 of customer 2. Use zero_spend='keep' if such "
            "rows are purchases, or zero_spend='drop'."
        ),
    ),
    "duplicates": (
        lambda: from_log(log_with("paid", 3, 9), duplicates="raise"),
        DataError,
        (
            "who must be different where when and paid are the same, but row 3 has 2."
            " Use duplicates='keep' if these are purchases, or duplicates='drop' to "
            "keep one of each."
        ),
    ),
    "duplicates, lazy": (
        lambda: from_log(lazy_of(log_with("paid", 3, 9.0)), duplicates="raise"),
        DataError,
        (
            "who must be different where when and paid are the same, but 1 row is "
            "not: that of customer 2. Use duplicates='keep' if these are purchases, or "
            "duplicates='drop' to keep one of each."
        ),
    ),
    "nothing left": (
        lambda: from_log(LOG, observation_end="2023-01-01", after_end="ignore"),
        DataError,
        (
            "no purchase is left: 4 transactions are after 2023-01-01, 0 were "
            "dropped, and no other is a purchase. Give a later observation_end, or "
            "drop less."
        ),
    ),
    "nothing left, lazy": (
        lambda: from_log(lazy_of(LOG), observation_end="2023-01-01", after_end="ignore"),
        DataError,
        (
            "no purchase is left: 4 transactions are after 2023-01-01, 0 were "
            "dropped, and no other is a purchase. Give a later observation_end, or "
            "drop less."
        ),
    ),
    "only returns": (
        lambda: from_log({**LOG, "paid": [-1, -2, -3, -4]}, returns="net"),
        DataError,
        (
            "no purchase is left: 0 transactions are after 2024-01-31, 0 were "
            "dropped, and no other is a purchase. Give a later observation_end, or "
            "drop less."
        ),
    ),
    "unknown rule": (
        lambda: from_log(LOG, returns="nett"),
        ParameterError,
        (
            "returns must be one of 'raise', 'net', 'drop', 'pair', 'profit', but it is 'nett'. "
            "Did you mean 'net'?"
        ),
    ),
    "unknown rule after_end": (
        lambda: from_log(LOG, after_end="drop"),
        ParameterError,
        "after_end must be one of 'raise', 'ignore', but it is 'drop'.",
    ),
    "returns without spend": (
        lambda: from_log(LOG, spend=None, returns="net"),
        ParameterError,
        ("returns='net' needs spend: name the column of amounts, as in spend='amount'."),
    ),
    "zero spend without spend": (
        lambda: from_log(LOG, spend=None, zero_spend="drop"),
        ParameterError,
        ("zero_spend='drop' needs spend: name the column of amounts, as in spend='amount'."),
    ),
    "no such end": (
        lambda: from_log(LOG, observation_end="30.9.1997"),
        ParameterError,
        (
            "observation_end must be a day without a time zone, as in '1997-09-30', "
            "but it is '30.9.1997'."
        ),
    ),
    "end is a number": (
        lambda: from_log(LOG, observation_end=1997),
        ParameterError,
        ("observation_end must be a day without a time zone, as in '1997-09-30', but it is 1997."),
    ),
    "end is a placeholder": (
        lambda: from_log(LOG, observation_end="9999-12-31"),
        ParameterError,
        ("observation_end must be a day after 1900-01-01 and before 2200, but it is '9999-12-31'."),
    ),
    "end has a zone": (
        lambda: from_log(LOG, observation_end=UTC_TIMES[0]),
        ParameterError,
        (
            "observation_end must be a day without a time zone, as in '1997-09-30', "
            "but it is datetime.datetime(2024, 1, 1, 0, 0, "
            "tzinfo=datetime.timezone.utc)."
        ),
    ),
    "unknown unit": (
        lambda: from_log(LOG, unit="weeks"),
        UnitError,
        (
            "unit must be one of 'day', 'week', 'month', 'year', but it is 'weeks'. "
            "Did you mean 'week'?"
        ),
    ),
    # --- a table of customers
    "wrong column of a table": (
        lambda: PurchaseHistory.from_frame(
            {"frequency": [1], "recency": [1], "T": [2]}, age="t", unit="week"
        ),
        DataError,
        (
            "age='t' is not a column of the data. Did you mean 'T'? The columns are "
            "'frequency', 'recency', 'T'."
        ),
    ),
    "customer twice": (
        lambda: PurchaseHistory.from_frame(
            {"id": [7, 8, 7, 7], "frequency": [0] * 4, "recency": [0] * 4, "age": [1] * 4},
            customer="id",
            unit="week",
        ),
        DataError,
        (
            "customer must be different in every row, but row 2 has 7 (and 1 more "
            "row). Give one row per customer; use from_transactions for a log with one row per "
            "purchase."
        ),
    ),
    "missing frequency": (
        lambda: PurchaseHistory.from_frame(
            pd.DataFrame({"frequency": [1, None], "recency": [1, 1], "age": [2, 2]}), unit="week"
        ),
        DataError,
        (
            "frequency must be a whole number >= 0, but row 1 has nan. Exclude "
            "customers for whom it is unknown."
        ),
    ),
    "frequency in words": (
        lambda: PurchaseHistory.from_frame(
            {"frequency": ["many"], "recency": [1], "age": [2]}, unit="week"
        ),
        DataError,
        "frequency must be a number, but row 0 has 'many'. Give numbers.",
    ),
    # --- arrays
    "negative frequency": (
        lambda: from_arrays(frequency=[2, -1]),
        DataError,
        (
            "frequency must be a whole number >= 0, but row 1 has -1. Returns belong "
            "in the transaction log as negative spend with returns='net'."
        ),
    ),
    "half a purchase": (
        lambda: from_arrays(frequency=[1.5, 0.5]),
        DataError,
        (
            "frequency must be a whole number >= 0, but row 0 has 1.5 (and 1 more "
            "row). It counts the days with a purchase after the first one."
        ),
    ),
    "NaN frequency": (
        lambda: from_arrays(frequency=[2, np.nan]),
        DataError,
        (
            "frequency must be a whole number >= 0, but row 1 has nan. Exclude "
            "customers for whom it is unknown."
        ),
    ),
    "infinite frequency": (
        lambda: from_arrays(frequency=[np.inf, 0]),
        DataError,
        (
            "frequency must be a whole number >= 0, but row 0 has inf. It counts the "
            "days with a purchase after the first one."
        ),
    ),
    "true frequency": (
        lambda: from_arrays(frequency=[True, False]),
        DataError,
        ("frequency must be a number, but row 0 has True (and 1 more row). Give numbers."),
    ),
    "negative age": (
        lambda: from_arrays(age=[38, -1]),
        DataError,
        (
            "age must be a number >= 0, but row 1 has -1. recency and age are counted"
            " from the first purchase, in the same unit."
        ),
    ),
    "NaN age": (
        lambda: from_arrays(age=[38, None]),
        DataError,
        ("age must be a number >= 0, but row 1 has nan. Exclude customers for whom it is unknown."),
    ),
    "infinite age": (
        lambda: from_arrays(age=[38, np.inf]),
        DataError,
        "age must be at most 200 years, but row 1 has inf. Is unit='week' right?",
    ),
    "age of centuries": (
        lambda: from_arrays(recency=[272, 0], age=[272, 270], unit="year"),
        DataError,
        (
            "age must be at most 200 years, but row 0 has 272 (and 1 more row). Is "
            "unit='year' right?"
        ),
    ),
    "negative recency": (
        lambda: from_arrays(recency=[-30, 0]),
        DataError,
        (
            "recency must be a number >= 0, but row 0 has -30. recency and age are "
            "counted from the first purchase, in the same unit."
        ),
    ),
    "NaN recency": (
        lambda: from_arrays(recency=[np.nan, 0]),
        DataError,
        (
            "recency must be a number >= 0, but row 0 has nan. Exclude "
            "customers for whom it is unknown."
        ),
    ),
    "recency > age": (
        lambda: from_arrays(recency=[38.5, 0]),
        DataError,
        (
            "recency must be <= age (38 there), but row 0 has 38.5. recency and age "
            "are counted from the first purchase, in the same unit."
        ),
    ),
    "frequency 0, recency > 0": (
        lambda: from_arrays(recency=[30, 3]),
        DataError,
        (
            "recency must be 0 where frequency is 0, but row 1 has 3. recency is the "
            "time from the first purchase to the last; if yours is the time since the"
            " last purchase, give age - recency."
        ),
    ),
    "all purchases counted": (
        lambda: from_arrays(frequency=[3, 1], recency=[20, 0]),
        DataError,
        (
            "recency must be > 0 where frequency is > 0, but row 1 has 0. frequency counts the "
            "days with a purchase after the first one: several orders on the first day are 0. "
            "frequency is nowhere 0: if it counts all purchases, give frequency - 1."
        ),
    ),
    "frequency > 0, recency 0": (
        lambda: from_arrays(recency=[0, 0]),
        DataError,
        (
            "recency must be > 0 where frequency is > 0, but row 0 has 0. frequency counts the "
            "days with a purchase after the first one: several orders on the first day are 0. "
            "from_transactions counts so, from a log with one row per purchase."
        ),
    ),
    "NaN money": (
        lambda: from_arrays(monetary_value=[np.nan, 0]),
        DataError,
        (
            "monetary_value must be a finite number, but row 0 has nan. Give every "
            "customer who came back the mean spend of the repeat purchase days."
        ),
    ),
    "infinite money": (
        lambda: from_arrays(monetary_value=[np.inf, 0]),
        DataError,
        (
            "monetary_value must be a finite number, but row 0 has inf. Give every "
            "customer who came back the mean spend of the repeat purchase days."
        ),
    ),
    "negative money": (
        lambda: from_arrays(monetary_value=[-3, 0]),
        DataError,
        (
            "monetary_value must be >= 0, but row 0 has -3. Returns belong in the "
            "transaction log as negative spend with returns='net'."
        ),
    ),
    "money without a repeat purchase": (
        lambda: from_arrays(monetary_value=[3, 9]),
        DataError,
        (
            "monetary_value must be 0 or missing where frequency is 0, but row 1 has "
            "9. It is the mean of the repeat purchases; the first purchase is not "
            "among them."
        ),
    ),
    "lengths differ": (
        lambda: from_arrays(age=[38]),
        DataError,
        (
            "columns must have the same length, but have {'customer': 2, 'frequency':"
            " 2, 'recency': 2, 'age': 1}."
        ),
    ),
    "two dimensions": (
        lambda: from_arrays(age=[[38, 39]]),
        DataError,
        (
            "columns must have one dimension, but have the shapes {'customer': (2,), "
            "'frequency': (2,), 'recency': (2,), 'age': (1, 2)}."
        ),
    ),
    "empty": (
        lambda: from_arrays(frequency=[], recency=[], age=[]),
        DataError,
        "the history is empty. Give at least one customer.",
    ),
    "unit in capitals": (
        lambda: from_arrays(unit="Week"),
        UnitError,
        (
            "unit must be one of 'day', 'week', 'month', 'year', but it is 'Week'. "
            "Did you mean 'week'?"
        ),
    ),
    "names of two kinds": (
        lambda: from_arrays(customer=["ann", 5]),
        DataError,
        (
            "customer must be text like the first, but row 1 has 5. Turn the column "
            "into text, or into whole numbers."
        ),
    ),
    "names too few": (
        lambda: from_arrays(customer=["ann"]),
        DataError,
        (
            "columns must have the same length, but have {'customer': 1, 'frequency':"
            " 2, 'recency': 2, 'age': 2}."
        ),
    ),
    "same name twice": (
        lambda: from_arrays(customer=["ann", "ann"]),
        DataError,
        (
            "customer must be different in every row, but row 1 has 'ann'. Give one row per "
            "customer; use from_transactions for a log with one row per purchase."
        ),
    ),
    # --- methods
    "mask of positions": (
        lambda: from_arrays().select([0]),
        DataError,
        (
            "mask must hold True or False for each of the 2 customers, but it is an "
            "array of int64 with the shape (1,). For identifiers write select(customers=...)."
        ),
    ),
    "mask too short": (
        lambda: from_arrays().select([True]),
        DataError,
        (
            "mask must hold True or False for each of the 2 customers, but it is an "
            "array of bool with the shape (1,)."
        ),
    ),
    "mask keeps nobody": (
        lambda: from_arrays().select([False, False]),
        DataError,
        "the history is empty. Give at least one customer.",
    ),
    "unknown new unit": (
        lambda: from_arrays().in_unit("quarter"),
        UnitError,
        "unit must be one of 'day', 'week', 'month', 'year', but it is 'quarter'.",
    ),
    "no JSON": (
        lambda: PurchaseHistory.from_json("PurchaseHistory()"),
        ParameterError,
        "PurchaseHistory: this is not JSON: expected value at line 1 column 1.",
    ),
    "JSON that contradicts itself": (
        lambda: PurchaseHistory.from_json(
            from_arrays().to_json().replace("[38.0,39.0]", "[8.0,39.0]")
        ),
        ParameterError,
        (
            "recency must be <= age (8 there), but row 0 has 30. recency and age are "
            "counted from the first purchase, in the same unit."
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=CASES)
def test_bad_input_is_refused_word_for_word(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_the_error_carries_what_it_found():
    with pytest.raises(DataError) as caught:
        from_log(LOG, observation_end="2024-01-02")
    error = caught.value
    assert (error.column, error.rows, error.count) == ("when", (1, 2, 3), 3)
    assert error.value == "2024-01-08"


def test_the_error_of_a_lazy_log_carries_a_count():
    with pytest.raises(DataError) as caught:
        from_log(lazy_of(LOG), observation_end="2024-01-02")
    assert (caught.value.column, caught.value.rows, caught.value.count) == ("when", (), 3)


def test_identifiers_that_a_float_cannot_hold():
    log = {"id": [9007199254740992.0, 3.0], "d": ["2024-01-01", "2024-01-02"]}
    with pytest.raises(DataError) as caught:
        PurchaseHistory.from_transactions(
            log, customer="id", date="d", observation_end="2024-02-01", unit="day"
        )
    assert str(caught.value) == (
        "id must be a whole number or text, but row 0 has 9007199254740992.0. A float does not "
        "hold all its digits: read the column as text."
    )
