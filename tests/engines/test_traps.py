"""What engines do with NaN, names, keys and connections, where a plain program would go wrong."""

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from custvalue import lifetime
from custvalue.errors import DataError
from custvalue.lifetime import CustomerCells

VISITS = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
PAYS = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
WORTH = {"horizon": "1 year", "annual_discount_rate": 0.1}
ROWS = {"repeat_days": [2, 0, 1], "recency_days": [30, 0, 7], "age_days": [60, 60, 50]}


def test_nan_in_a_file_whose_statistics_do_not_count_it_is_found(tmp_path):
    path = tmp_path / "log.parquet"
    columns = {"who": [1, 1, 2], "when": ["2024-01-01"] * 3, "paid": [20, float("nan"), 5.5]}
    parquet.write_table(pa.table(columns), path)
    log = duckdb.read_parquet(str(path))
    # isnan(paid) is false in each row there, in DuckDB 2.0
    names = {"customer": "who", "date": "when", "spend": "paid", "observation_end": "2024-02-01"}
    with pytest.raises(DataError, match="paid must be a finite number, but 1 row is not: nan of"):
        lifetime.summarise(log, **names)
    parquet.write_table(pa.table({**ROWS, "repeat_spend": [40, 0, float("nan")]}), path)
    summary = duckdb.read_parquet(str(path))
    with pytest.raises(DataError, match="repeat_spend must be a finite number, but of 1 customer"):
        lifetime.score(summary, purchases=VISITS, spend=PAYS, margin=0.3, **WORTH)


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.int32(), pa.uint16(), pa.uint64()])
def test_days_of_any_whole_kind_are_matched_and_kept(kind):
    table = pa.table({name: pa.array(values, kind) for name, values in ROWS.items()})
    for summary in (pl.DataFrame(pl.from_arrow(table)).lazy(), duckdb.from_arrow(table)):
        scored = lifetime.score(summary, purchases=VISITS, **WORTH)
        found = scored.collect() if isinstance(scored, pl.LazyFrame) else scored.pl()
        assert found["clv_probability_alive"].null_count() == 0
        assert found["repeat_days"].dtype == pl.DataFrame(pl.from_arrow(table))["repeat_days"].dtype


def test_the_table_goes_to_the_connection_of_the_summary():
    connections = [duckdb.connect(), duckdb.connect()]
    for connection in connections:
        connection.register("rows", pa.table(ROWS))
    summaries = [connection.table("rows") for connection in connections]
    scored = [lifetime.score(each, purchases=VISITS, **WORTH) for each in summaries]
    assert [len(each.fetchall()) for each in scored] == [3, 3]


def test_a_scored_frame_outlives_what_made_it():
    def scored():
        return lifetime.score(duckdb.from_arrow(pa.table(ROWS)), purchases=VISITS, **WORTH)

    first = scored()
    for _ in range(3):
        scored()
    assert len(first.fetchall()) == 3


def test_columns_of_the_user_are_kept():
    summary = pl.LazyFrame({"x": [9, 8, 7], "Customer": ["a", "b", "c"], **ROWS, "n": [1, 1, 1]})
    scored = lifetime.score(summary, purchases=VISITS, **WORTH, prefix="p_").collect()
    assert scored.columns == [
        *["x", "Customer", *ROWS, "n"],
        *["p_probability_alive", "p_expected_purchases", "p_discounted_expected_purchases"],
    ]
    assert scored.sort("x")["Customer"].to_list() == ["c", "b", "a"]  # rows have no order


def test_nothing_of_the_summary_is_computed_by_summarise():
    queries = []

    def seen(frame):
        queries.append(frame.columns)
        return frame

    log = pl.LazyFrame({"who": [1, 1, 2], "when": ["2024-01-01", "2024-01-09", "2024-01-05"]})
    log = log.map_batches(seen)
    summary, _ = lifetime.summarise(log, customer="who", date="when", observation_end="2024-02-01")
    asked = len(queries)
    assert asked == 2  # the days in text, and the faults
    summary.collect()
    assert len(queries) > asked


def test_a_million_like_customers_are_one_row():
    rows = 200_000
    summary = pl.LazyFrame({name: np.repeat(its, rows) for name, its in ROWS.items()})
    cells = CustomerCells.from_summary(summary, unit="week")
    assert (len(cells), cells.customers) == (3, 3 * rows)
    assert cells.spend is None


def test_spend_in_bins_keeps_what_was_spent():
    random = np.random.default_rng(2)
    x = random.integers(0, 6, 5_000)
    spent = np.where(x > 0, random.gamma(6, 5, 5_000) * x, 0.0)
    spent[x > 0][:7] = -3.0
    summary = pl.LazyFrame(
        {"repeat_days": x, "recency_days": x * 9, "age_days": x * 9 + 4, "repeat_spend": spent}
    )
    exact = CustomerCells.from_summary(summary, unit="day").spend
    near = CustomerCells.from_summary(summary, unit="day", exact_spends=10).spend
    assert len(near) < len(exact) == np.count_nonzero(x)
    for spend in (exact, near):
        total = (spend.count * spend.frequency) @ spend.monetary_value
        assert total == pytest.approx(spent.sum(), rel=1e-12)
