import json
import math
import tracemalloc
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import reference_history as reference
from frame_engines import EAGER, ENGINES, LAZY
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import datasets
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.history_table import MEANING
from custvalue._histories.units import DAYS
from custvalue.errors import DataError

# One log, its summary worked out by hand. Observation ends on 31 January 2024.
# ann: days 1, 8, 15 (two purchases on the 15th: one occasion of 50); bob: day 3 only;
# cid: 10 and 31 (the last day counts).
LOG = {
    "who": ["cid", "ann", "bob", "ann", "ann", "cid", "ann"],
    "when": [date(2024, 1, day) for day in (10, 1, 3, 15, 8, 31, 15)],
    "paid": [7.5, 20.0, 9.0, 30.0, 11.0, 12.25, 20.0],
}
BY_HAND = {
    "customer": ["ann", "bob", "cid"],
    "frequency": [2.0, 0.0, 1.0],
    "recency": [14.0, 0.0, 21.0],
    "age": [30.0, 28.0, 21.0],
    "monetary_value": [30.5, 0.0, 12.25],
}


def history_of(log, unit="day", observation_end="2024-01-31", **options):
    return PurchaseHistory.from_transactions(
        log,
        customer="who",
        date="when",
        spend="paid",
        observation_end=observation_end,
        unit=unit,
        **options,
    )


def plain(history):
    """Return the columns, but for the intervals, which have tests of their own."""
    columns = history.columns().items()
    return {name: column.tolist() for name, column in columns if name != "log_intervals"}


# --- from transactions ----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_log_becomes_what_a_hand_makes_of_it(engine):
    history = history_of(ENGINES[engine](LOG))
    assert plain(history) == BY_HAND
    assert history.unit == "day"
    assert history.observation_end == date(2024, 1, 31)
    assert history.excluded == ExcludedTransactions()


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_may_come_in_any_order(engine):
    backwards = {name: values[::-1] for name, values in LOG.items()}
    assert plain(history_of(ENGINES[engine](backwards))) == BY_HAND


@pytest.mark.parametrize("engine", ENGINES)
def test_time_of_day_is_no_occasion_of_its_own(engine):
    late = {
        **LOG,
        "when": [
            datetime.combine(day, time(23 - row, 59, 59)) for row, day in enumerate(LOG["when"])
        ],
    }
    assert plain(history_of(ENGINES[engine](late))) == BY_HAND


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("tail", ["", " 23:59", "T00:00:01"])
def test_iso_text_is_a_date(engine, tail):
    text = {**LOG, "when": [day.isoformat() + tail for day in LOG["when"]]}
    assert plain(history_of(ENGINES[engine](text))) == BY_HAND


@pytest.mark.parametrize("engine", EAGER)
@pytest.mark.parametrize(
    ("date_format", "entry"), [("%d/%m/%Y", str), ("%Y%m%d", str), ("%Y%m%d", int)]
)
def test_other_text_is_read_as_its_format_says(engine, date_format, entry):
    text = {**LOG, "when": [entry(day.strftime(date_format)) for day in LOG["when"]]}
    assert plain(history_of(ENGINES[engine](text), date_format=date_format)) == BY_HAND


@pytest.mark.parametrize("engine", ENGINES)
def test_identifiers_may_be_numbers(engine):
    numbered = {**LOG, "who": [{"ann": 2, "bob": 10, "cid": 30}[who] for who in LOG["who"]]}
    history = history_of(ENGINES[engine](numbered))
    assert plain(history) == {**BY_HAND, "customer": [2, 10, 30]}
    assert history.customer.dtype == np.int64


@pytest.mark.parametrize("engine", ENGINES)
def test_text_sorts_by_code_point_on_every_engine(engine):
    names = {"ann": "Zoë", "bob": "ann", "cid": "Ängel"}
    history = history_of(ENGINES[engine]({**LOG, "who": [names[who] for who in LOG["who"]]}))
    assert history.customer.tolist() == ["Zoë", "ann", "Ängel"]
    assert history.frequency.tolist() == [2, 0, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_spend_may_be_left_out(engine):
    log = ENGINES[engine]({"who": LOG["who"], "when": LOG["when"]})
    history = PurchaseHistory.from_transactions(
        log, customer="who", date="when", observation_end="2024-01-31", unit="day"
    )
    assert plain(history) == {k: v for k, v in BY_HAND.items() if k != "monetary_value"}
    assert history.monetary_value is None


def test_columns_may_be_called_as_they_like():
    # the names that the engine uses inside
    names = {"who": "day", "when": "customer", "paid": "first"}
    renamed = {names[name]: values for name, values in LOG.items()}
    for make in ENGINES.values():
        history = PurchaseHistory.from_transactions(
            make(renamed),
            customer="day",
            date="customer",
            spend="first",
            observation_end="2024-01-31",
            unit="day",
        )
        assert plain(history) == BY_HAND


@pytest.mark.parametrize(
    "end",
    [
        "2024-01-31",
        date(2024, 1, 31),
        datetime.fromisoformat("2024-01-31T05:00"),
        np.datetime64("2024-01-31"),
    ],
)
def test_the_end_of_observation_is_a_day(end):
    assert plain(history_of(LOG, observation_end=end)) == BY_HAND


@pytest.mark.parametrize("unit", DAYS)
def test_times_are_whole_days_divided_by_the_days_of_the_unit(unit):
    history = history_of(LOG, unit=unit)
    assert history.recency.tolist() == [days / DAYS[unit] for days in BY_HAND["recency"]]
    assert history.age.tolist() == [days / DAYS[unit] for days in BY_HAND["age"]]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_comes_after_the_end_is_left_out_when_asked(engine):
    history = history_of(ENGINES[engine](LOG), observation_end="2024-01-09", after_end="ignore")
    assert plain(history) == {
        "customer": ["ann", "bob"],
        "frequency": [1, 0],
        "recency": [7, 0],
        "age": [8, 6],
        "monetary_value": [11, 0],
    }
    assert history.excluded == ExcludedTransactions(after_end=4, customers=1)


RETURNS = {
    # ann buys, returns half on the same day, buys on the 5th, brings all of it back on the 9th;
    # bob buys and brings everything back at once; cid only brings back; dee returns after one buy
    "who": ["ann", "ann", "ann", "ann", "bob", "bob", "bob", "cid", "dee", "dee"],
    "when": [date(2024, 1, day) for day in (1, 1, 5, 9, 2, 6, 6, 3, 4, 8)],
    "paid": [40.0, -20.0, 30.0, -35.0, 10.0, 50.0, -50.0, -8.0, 6.0, -6.0],
}


@pytest.mark.parametrize("engine", ENGINES)
def test_netted_returns_are_no_purchases_but_cost_money(engine):
    history = history_of(ENGINES[engine](RETURNS), returns="net")
    assert plain(history) == {
        "customer": ["ann", "bob", "dee"],
        "frequency": [1, 1, 0],
        "recency": [4, 4, 0],
        "age": [30, 29, 27],
        "monetary_value": [-5, 0, 0],  # ann: 30 - 35 after the first day; dee never came back
    }
    assert history.excluded == ExcludedTransactions(customers=1)
    assert PurchaseHistory.from_json(history.to_json()) == history


@pytest.mark.parametrize("engine", ENGINES)
def test_dropped_returns_are_counted(engine):
    history = history_of(ENGINES[engine](RETURNS), returns="drop")
    assert plain(history)["monetary_value"] == [30, 50, 0]
    assert history.excluded == ExcludedTransactions(returns=5, customers=1)


FREEBIES = {
    "who": [1, 1, 1, 2, 3, 3, 3],
    "when": [date(2024, 1, day) for day in (1, 2, 2, 5, 6, 8, 8)],
    "paid": [5, 0, 0, 0, 4, 2, 2],
}


@pytest.mark.parametrize("engine", ENGINES)
def test_zero_spend_and_duplicates_are_purchases_unless_dropped(engine):
    log = ENGINES[engine](FREEBIES)
    kept = history_of(log)
    assert plain(kept)["frequency"] == [1, 0, 1]
    assert plain(kept)["monetary_value"] == [0, 0, 4]
    without = history_of(log, zero_spend="drop")
    assert plain(without)["frequency"] == [0, 1]
    assert without.excluded == ExcludedTransactions(zero_spend=3, customers=1)
    once = history_of(log, duplicates="drop")
    assert plain(once)["monetary_value"] == [0, 0, 2]
    assert once.excluded == ExcludedTransactions(duplicates=2)
    neither = history_of(log, zero_spend="drop", duplicates="drop")
    assert neither.excluded == ExcludedTransactions(zero_spend=3, duplicates=1, customers=1)
    assert neither.excluded.transactions == 4


@pytest.mark.parametrize("engine", ENGINES)
def test_another_time_of_day_is_no_duplicate(engine):
    log = {
        "who": [1, 1, 1],
        "when": [datetime.combine(date(2024, 1, 2), time(hour)) for hour in (8, 9, 9)],
        "paid": [3.0, 3.0, 3.0],
    }
    history = history_of(ENGINES[engine](log), duplicates="drop")
    assert history.excluded == ExcludedTransactions(duplicates=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_duplicates_without_spend_share_customer_and_date(engine):
    log = ENGINES[engine]({"who": LOG["who"], "when": LOG["when"]})
    history = PurchaseHistory.from_transactions(
        log,
        customer="who",
        date="when",
        observation_end="2024-01-31",
        unit="day",
        duplicates="drop",
    )
    assert history.excluded == ExcludedTransactions(duplicates=1)
    assert history.frequency.tolist() == BY_HAND["frequency"]


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_of_an_invoice_are_told_apart_by_all_columns(engine):
    log = {
        "who": [1, 1, 1, 1],
        "when": ["2024-01-01", "2024-01-08", "2024-01-08", "2024-01-08"],
        "paid": [3.0, 5.0, 5.0, 5.0],
        "product": ["mug", "cup", "bowl", "bowl"],
        "line": [1, 2, 3, 4],
    }
    lines = ENGINES[engine](log)
    spent = {"line": 15, "product": 10, None: 5}
    for column, money in spent.items():
        columns = None if column == "line" else [column] if column else []
        found = history_of(lines, duplicates="drop", duplicate_columns=columns)
        assert found.monetary_value.tolist() == [money]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gift_is_a_purchase_also_where_returns_are_netted(engine):
    log = {
        "who": ["ann", "ann", "bob", "bob"],
        "when": ["2024-01-05", "2024-01-09", "2024-01-11", "2024-01-15"],
        "paid": [0.0, 0.0, 5.0, -1.0],
    }
    history = PurchaseHistory.from_transactions(
        ENGINES[engine](log),
        customer="who",
        date="when",
        spend="paid",
        observation_end="2024-01-31",
        unit="day",
        returns="net",
    )
    assert history.frequency.tolist() == [1, 0]
    assert history.recency.tolist() == [4, 0]
    assert history.age.tolist() == [26, 20]
    assert history.monetary_value.tolist() == [0, 0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("day", ["1900-01-01", "1900-01-02", "2199-12-31", "2200-01-01"])
def test_placeholders_end_at_the_same_day_on_every_engine(engine, day):
    log = ENGINES[engine]({"who": ["ann"], "when": [day]})
    end = "1900-02-01" if day < "2000" else "2199-12-31"
    arguments = {"customer": "who", "date": "when", "observation_end": end, "unit": "day"}
    if day in ("1900-01-02", "2199-12-31"):
        history = PurchaseHistory.from_transactions(log, **arguments)
        assert history.age.tolist() == [30 if day < "2000" else 0]
    else:
        with pytest.raises(DataError, match="after 1900-01-01 and before 2200"):
            PurchaseHistory.from_transactions(log, **arguments)


def test_categories_of_a_lazy_log_are_text():
    category = pl.DataFrame(LOG).with_columns(pl.col("who").cast(pl.Categorical))
    query = "cast(who as enum('cid', 'ann', 'bob')) as who, \"when\", paid"
    enum = ENGINES["duckdb"](LOG).project(query)
    assert plain(history_of(category.lazy())) == BY_HAND
    assert plain(history_of(enum)) == BY_HAND


def test_wide_integers_and_decimals_of_duckdb_are_numbers():
    log = duckdb.sql(
        "select 7::hugeint as who, timestamp '2024-01-01 12:00' as \"when\", "
        "2.50::decimal(9,2) as paid union all select 7, '2024-01-03', 1.25"
    )
    history = history_of(log)
    assert plain(history) == {
        "customer": [7],
        "frequency": [1],
        "recency": [2],
        "age": [30],
        "monetary_value": [1.25],
    }
    assert history.customer.dtype == np.int64


def test_days_are_counted_in_the_zone_that_is_named():
    # 23:30 UTC on the 1st is the 2nd in Berlin; 00:30 UTC on the 2nd is still the 1st in New York
    utc = [
        datetime(2024, 1, 1, 23, 30, tzinfo=UTC),
        datetime(2024, 1, 2, 0, 30, tzinfo=UTC),
    ]
    log = {"who": [1, 1], "when": utc, "paid": [1.0, 2.0]}
    text = {**log, "when": [moment.isoformat() for moment in utc]}
    frames = [log, text, pd.DataFrame(log), pl.DataFrame(log), pl.DataFrame(log).to_arrow()]
    for frame in frames:
        ages = {}
        for zone in ("UTC", "Europe/Berlin", "America/New_York"):
            history = history_of(frame, time_zone=zone)
            ages[zone] = (history.frequency.tolist(), history.age.tolist())
        assert ages == {
            "UTC": ([1], [30]),
            "Europe/Berlin": ([0], [29]),
            "America/New_York": ([0], [30]),
        }


def test_days_before_1970_and_leap_days_count():
    log = {
        "who": [1, 1, 1],
        "when": [date(1900, 1, 2), date(1900, 3, 1), date(2000, 3, 1)],
        "paid": [1.0, 1.0, 1.0],
    }
    first = date(1900, 1, 2)
    for make in ENGINES.values():
        history = history_of(make(log), observation_end="2000-03-02")
        assert history.recency.tolist() == [(date(2000, 3, 1) - first).days]
        assert history.age.tolist() == [(date(2000, 3, 2) - first).days]


def test_cdnow_to_the_end_of_september_is_the_published_sample():
    # 2,357 customers, 946 repeaters, sum of x 2,457, at most 29, 1,016 cells:
    # Fader, Hardie & Lee (2005) for the first two; the others counted independently
    history = PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )
    assert len(history) == history.customers == 2357
    assert history.repeat_customers == 946
    assert history.frequency.sum() == 2457
    assert history.frequency.max() == 29
    assert np.count_nonzero(history.frequency == 0) == 1411
    assert len(history.cells) == 1016
    assert history.cells.count.sum() == 2357
    # the first customer of the sample: 1 and 18 January, 2 August; 30.43 of 38.86 weeks
    assert history.frequency[0] == 2
    assert history.recency[0] == pytest.approx(30.43, abs=0.005)
    assert history.age[0] == pytest.approx(38.86, abs=0.005)
    assert history.monetary_value[0] == pytest.approx((29.73 + 14.96) / 2)
    assert history.monetary_value[history.frequency > 0].mean() == pytest.approx(35.08, abs=0.005)


# --- against a slow way ---------------------------------------------------------------------

DAY = datetime.combine(date(2024, 1, 25), time())
MOMENTS = st.integers(0, 14 * 4).map(lambda quarter: DAY + timedelta(hours=6 * quarter))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "ä", "Z", "客"]),
        MOMENTS,
        st.sampled_from([0.0, 5.25, 10.0, 3.5, -2.0, -10.0]),
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    rows=ROWS,
    returns=st.sampled_from(["net", "drop"]),
    zero_spend=st.sampled_from(["keep", "drop"]),
    duplicates=st.sampled_from(["keep", "drop"]),
    engine=st.sampled_from(list(ENGINES)),
)
def test_every_engine_agrees_with_sets_of_days(rows, returns, zero_spend, duplicates, engine):
    end = date(2024, 2, 4)
    rules = {"returns": returns, "zero_spend": zero_spend, "duplicates": duplicates}
    expected, left_out = reference.summarise(rows, end, **rules)
    who, when, paid = (list(column) for column in zip(*rows, strict=True))
    log = ENGINES[engine]({"who": who, "when": when, "paid": paid})
    if not expected:
        with pytest.raises(DataError, match="no purchase is left"):
            history_of(log, observation_end=end, after_end="ignore", **rules)
        return
    history = history_of(log, observation_end=end, after_end="ignore", log_intervals=True, **rules)
    assert history.customer.tolist() == sorted(expected)
    found = zip(history.frequency, history.recency, history.age, strict=True)
    assert list(found) == [expected[who][:3] for who in sorted(expected)]
    logs = [expected[who].log_intervals for who in sorted(expected)]
    assert history.log_intervals == pytest.approx(logs, abs=1e-12)
    means = [expected[who].mean for who in sorted(expected)]
    assert history.monetary_value == pytest.approx(means, abs=1e-12)
    assert history.excluded == ExcludedTransactions(**left_out)


# --- intervals ------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", DAYS)
@pytest.mark.parametrize("engine", ENGINES)
def test_logarithms_of_intervals_are_added_up(engine, unit):
    history = history_of(ENGINES[engine](LOG), unit=unit, log_intervals=True)
    week, three_weeks = math.log(7 / DAYS[unit]), math.log(21 / DAYS[unit])
    assert history.log_intervals == pytest.approx([2 * week, 0, three_weeks], abs=1e-12)
    assert history.log_intervals[1] == 0
    assert plain(history)["frequency"] == BY_HAND["frequency"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_with_nothing_but_returns_ends_no_interval(engine):
    history = history_of(ENGINES[engine](RETURNS), returns="net", log_intervals=True)
    assert history.log_intervals == pytest.approx([math.log(4), math.log(4), 0], abs=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_intervals_come_by_default_where_they_are_cheap(engine):
    history = history_of(ENGINES[engine](LOG))
    assert (history.log_intervals is None) == (engine in LAZY)
    assert history_of(ENGINES[engine](LOG), log_intervals=False).log_intervals is None


@pytest.mark.parametrize("new", DAYS)
@pytest.mark.parametrize("old", DAYS)
def test_intervals_change_their_unit(old, new):
    converted = history_of(LOG, unit=old).in_unit(new)
    there = history_of(LOG, unit=new).log_intervals
    assert converted.log_intervals == pytest.approx(there, abs=1e-12)


def test_intervals_go_to_a_frame_and_back():
    history = history_of(LOG, unit="week")
    again = PurchaseHistory.from_frame(
        history.to_frame(like="polars"),
        customer="customer",
        monetary_value="monetary_value",
        log_intervals="log_intervals",
        unit="week",
    )
    np.testing.assert_array_equal(again.log_intervals, history.log_intervals)
    kept = history.select(history.frequency > 0)
    assert kept.log_intervals.tolist() == history.log_intervals[[0, 2]].tolist()


def test_no_interval_may_be_missing_or_zero():
    history = PurchaseHistory.from_arrays(
        frequency=[0, 0, 1], recency=[0, 0, 2], age=[3, 3, 3], log_intervals=[None, 0, 0.693147181],
        unit="week",
    )  # fmt: skip
    assert history.log_intervals.tolist() == [0, 0, 0.693147181]
    assert not history.log_intervals.flags.writeable


# --- from a table and from arrays -----------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_table_of_customers_is_a_history(engine):
    table = {"id": [7, 8], "x": [1, 0], "t_x": [2.5, 0.0], "T": [5.0, 4.0], "z": [9.5, None]}
    history = PurchaseHistory.from_frame(
        ENGINES[engine](table),
        customer="id",
        frequency="x",
        recency="t_x",
        age="T",
        monetary_value="z",
        unit="month",
    )
    assert plain(history) == {
        "customer": [7, 8],
        "frequency": [1, 0],
        "recency": [2.5, 0],
        "age": [5, 4],
        "monetary_value": [9.5, 0],
    }
    assert history.observation_end is None


@pytest.mark.parametrize("like", ["pandas", "polars", "pyarrow"])
def test_history_goes_to_a_frame_and_back(like):
    history = history_of(LOG, unit="week")
    frame = history.to_frame(like=like)
    again = PurchaseHistory.from_frame(
        frame, customer="customer", monetary_value="monetary_value", unit="week"
    )
    assert plain(again) == plain(history)


def test_customers_are_numbered_where_they_have_no_name():
    history = PurchaseHistory.from_frame(
        {"frequency": [1, 0], "recency": [2, 0], "age": [3, 3]}, unit="week"
    )
    assert history.customer.tolist() == [0, 1]
    assert history.monetary_value is None


def test_numbers_are_one_customer():
    history = PurchaseHistory.from_arrays(
        frequency=2, recency=30.43, age=38.86, monetary_value=20, customer="ann", unit="week"
    )
    assert plain(history) == {
        "customer": ["ann"],
        "frequency": [2],
        "recency": [30.43],
        "age": [38.86],
        "monetary_value": [20],
    }
    assert len(history.cells) == 1


def test_a_customer_of_the_last_day_has_age_zero():
    history = PurchaseHistory.from_arrays(frequency=[0], recency=[0], age=[0], unit="day")
    assert history.cells.age.tolist() == [0]


def test_arrays_are_copied_and_closed():
    given_arrays = {
        "frequency": np.array([1.0, 0.0]),
        "recency": np.array([2.0, 0.0]),
        "age": np.array([3.0, 3.0]),
        "monetary_value": np.array([4.0, np.nan]),
        "customer": np.array([5, 6]),
    }
    history = PurchaseHistory.from_arrays(**given_arrays, unit="week")
    for name, array in given_arrays.items():
        held = getattr(history, name)
        assert not np.shares_memory(held, array)
        assert array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            held[0] = 1
    assert np.isnan(given_arrays["monetary_value"][1])
    for name in ("frequency", "recency", "age", "count"):
        assert not getattr(history.cells, name).flags.writeable
    assert not history.cell_of_customer.flags.writeable


# --- cells ----------------------------------------------------------------------------------


def simulated(customers, unit="week", seed=1, longest=300):
    rng = np.random.default_rng(seed)
    age = rng.integers(1, longest, customers)
    frequency = np.minimum(rng.geometric(0.5, customers) - 1, age)
    recency = np.where(frequency > 0, rng.integers(1, age + 1), 0)
    return {"frequency": frequency, "recency": recency / DAYS[unit], "age": age / DAYS[unit]}


def counted(columns):
    cells = {}
    for cell in zip(*(column.tolist() for column in columns.values()), strict=True):
        cells[cell] = cells.get(cell, 0) + 1
    return [(*cell, cells[cell]) for cell in sorted(cells)]


def rows_of(cells):
    columns = (cells.frequency, cells.recency, cells.age, cells.count)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("unit", DAYS)
@pytest.mark.parametrize("longest", [20, 300, 60_000])
def test_cells_are_the_distinct_histories_to_the_last_bit(unit, longest):
    columns = simulated(2000, unit, longest=longest)
    history = PurchaseHistory.from_arrays(**columns, unit=unit)
    assert rows_of(history.cells) == counted(columns)


@pytest.mark.parametrize("stretch", [1.0, 1 / 7.1])
def test_customers_find_their_cell(stretch):
    columns = simulated(2000)
    columns = {**columns, "recency": columns["recency"] * stretch, "age": columns["age"] * stretch}
    history = PurchaseHistory.from_arrays(**columns, unit="week")
    assert rows_of(history.cells) == counted(columns)
    for name, column in columns.items():
        of_cells = getattr(history.cells, name)
        np.testing.assert_array_equal(history.per_customer(of_cells), column)


def test_cells_do_not_depend_on_the_order_of_customers():
    columns = simulated(500)
    shuffled = np.random.default_rng(2).permutation(500)
    one = PurchaseHistory.from_arrays(**columns, unit="week")
    other = PurchaseHistory.from_arrays(
        **{name: column[shuffled] for name, column in columns.items()}, unit="week"
    )
    assert rows_of(one.cells) == rows_of(other.cells)


def test_rounding_off_the_grid_by_a_bit_makes_no_new_cell():
    age = np.array([3 / 7, np.nextafter(3 / 7, 1)])
    history = PurchaseHistory.from_arrays(frequency=[0, 0], recency=[0, 0], age=age, unit="week")
    assert rows_of(history.cells) == [(0.0, 0.0, 3 / 7, 2.0)]


def test_times_off_the_grid_stay_as_they_are():
    history = PurchaseHistory.from_arrays(
        frequency=[1, 1, 1], recency=[30.43, 30.43, 30.42], age=[38.86, 38.86, 38.86], unit="week"
    )
    assert rows_of(history.cells) == [(1, 30.42, 38.86, 1), (1, 30.43, 38.86, 2)]


@pytest.mark.parametrize("recency", [1e-10, 30.001, 30 * (1 + 1e-8)])
def test_times_near_the_grid_are_not_moved_onto_it(recency):
    history = PurchaseHistory.from_arrays(frequency=1, recency=recency, age=40, unit="day")
    assert rows_of(history.cells) == [(1, recency, 40, 1)]


def test_frequencies_too_large_to_encode_still_have_cells():
    columns = {
        "frequency": np.array([2.0**53, 2.0**53, 3.0]),
        "recency": np.array([60_000.0, 60_000.0, 1.0]),
        "age": np.array([70_000.0, 70_000.0, 1.0]),
    }
    history = PurchaseHistory.from_arrays(**columns, unit="day")
    assert rows_of(history.cells) == counted(columns)


def test_cells_of_many_customers_need_little_memory():
    customers = 200_000
    columns = simulated(customers, longest=700)
    tracemalloc.start()
    try:
        history = PurchaseHistory.from_arrays(**columns, unit="week")
        assert history.cells.count.sum() == customers
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150 * customers  # 150 MB a million


# --- what a history can do ------------------------------------------------------------------


def test_select_keeps_some_customers():
    history = history_of(LOG)
    came_back = history.select(history.frequency > 0)
    assert came_back.customer.tolist() == ["ann", "cid"]
    assert came_back.observation_end == history.observation_end
    assert len(came_back.cells) == 2


@pytest.mark.parametrize("new", DAYS)
@pytest.mark.parametrize("old", DAYS)
def test_histories_change_their_unit_without_a_rounding_error(old, new):
    converted = history_of(LOG, unit=old).in_unit(new)
    assert converted.unit == new
    assert plain(converted) == plain(history_of(LOG, unit=new))


def test_times_off_the_grid_change_their_unit():
    history = PurchaseHistory.from_arrays(frequency=1, recency=30.43, age=38.86, unit="week")
    assert history.in_unit("day").age == pytest.approx([272.02])


@pytest.mark.parametrize(
    "history",
    [
        history_of(LOG, unit="week"),
        history_of(LOG, observation_end="2024-01-09", after_end="ignore"),
        PurchaseHistory.from_arrays(frequency=[3, 0], recency=[1.5, 0], age=[2, 2], unit="year"),
        PurchaseHistory.from_arrays(frequency=1, recency=1, age=1, monetary_value=0, unit="day"),
    ],
    ids=["text", "left out", "no money", "one"],
)
def test_json_and_back(history):
    again = PurchaseHistory.from_json(history.to_json())
    assert again == history
    assert again.customer.dtype == history.customer.dtype
    assert set(json.loads(history.to_json())) >= {"frequency", "unit", "excluded"}


def test_histories_are_equal_when_they_hold_the_same():
    assert history_of(LOG) == history_of(LOG)
    assert history_of(LOG) != history_of(LOG, unit="week")


def test_a_history_prints_its_facts():
    history = history_of(LOG, observation_end="2024-01-09", after_end="ignore")
    assert repr(history) == (
        "PurchaseHistory(customers=2, repeat_customers=1, purchases=1, unit='day')"
    )
    assert [line for line in str(history).splitlines() if line[0] != "─"] == [
        "Purchase histories",
        "observed to                                 2024-01-09",
        "customers                                   2",
        "came back                                   1 (50.0 %)",
        "repeat purchases                            1",
        "most by one customer                        1",
        "age                                         6 to 8 days",
        "distinct cells (x, t_x, T)                  2",
        "mean monetary value of those who came back  11",
        "excluded: transactions after the end        4",
        "excluded: customers without a purchase      1",
        MEANING,
    ]
    assert "<td>2024-01-09</td>" in history._repr_html_()


def test_a_history_without_money_or_end_says_neither():
    history = PurchaseHistory.from_arrays(frequency=[2, 0], recency=[3, 0], age=[4, 4], unit="week")
    names = [row.split("  ")[0] for row in str(history).splitlines()]
    assert "observed to" not in names
    assert "mean monetary value of those who came back" not in names
    assert "came back" in names


def test_a_history_says_when_nothing_was_left_out():
    assert "excluded                                    nothing" in str(history_of(LOG))
