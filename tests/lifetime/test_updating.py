"""A history and what came later are the history of the whole log."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import datasets, testing
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import PurchaseHistory

NAMES = {"customer": "customer_id", "date": "date", "spend": "spend"}
START, HALF, END = date(2024, 1, 1), date(2024, 6, 30), date(2024, 12, 30)


def history_of(log, end, **rules):
    return PurchaseHistory.from_transactions(
        log, **{**NAMES, "unit": "week", **rules}, observation_end=end
    )


def parts(log, half):
    early = log["date"] <= np.datetime64(half)
    return ({name: column[rows] for name, column in log.items()} for rows in (early, ~early))


def close(one, other, *, digits=1e-12):
    """Say whether two histories are the same, sums of money but for their last digits."""
    assert one.customer.tolist() == other.customer.tolist()
    for name in ("frequency", "recency", "age"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("monetary_value", "log_intervals"):
        values = (getattr(each, name) for each in (one, other))
        np.testing.assert_allclose(*values, rtol=digits, atol=1e-9)
    assert (one.unit, one.observation_end) == (other.unit, other.observation_end)
    counts = [each.excluded.model_dump(exclude={"customers"}) for each in (one, other)]
    assert counts[0] == counts[1]


RULES = st.fixed_dictionaries(
    {
        "returns": st.sampled_from(["net", "drop", "profit"]),
        "largest_spend": st.sampled_from([None, 250.0]),
        "zero_spend": st.sampled_from(["keep", "drop"]),
        "duplicates": st.sampled_from(["keep", "drop"]),
        "after_end": st.just("ignore"),
    }
)


@st.composite
def logs(draw):
    """Draw logs with returns and zeros."""
    log = draw(testing.transaction_logs(start=START, days=365, max_rows=40))
    rows = len(log["spend"])
    kinds = draw(st.lists(st.sampled_from([1, 1, 1, -1, 0]), min_size=rows, max_size=rows))
    return {**log, "spend": np.round(log["spend"] * kinds, 2) + 0.0}


@given(logs(), RULES, st.integers(0, 362), st.sampled_from(["day", "week", "month"]))
def test_a_history_and_the_rest_are_the_whole(log, rules, days, unit):
    half = START + timedelta(days=days)
    early, late = parts(log, half)
    try:
        before = history_of(early, half, unit=unit, **rules)
        whole = history_of(log, END, unit=unit, **rules)
    except DataError:  # nobody bought before
        return
    after = before.update(late, **NAMES, observation_end=END, **rules)
    lone = lost_returns(early, before, rules)
    assert not lone or rules["returns"] == "net"
    keep = ~np.isin(whole.customer, lone)
    if keep.any():
        close(after.select(keep), whole.select(keep))
    np.testing.assert_array_equal(after.frequency, whole.frequency)


def lost_returns(early, before, rules):
    """List who returned something after the only purchase: what is not known later."""
    if rules["returns"] != "net":
        return []
    back = early["customer_id"][early["spend"] < 0].tolist()
    once = before.customer[before.frequency == 0].tolist()
    return sorted(set(back) & set(once))


@given(logs(), st.lists(st.integers(1, 364), min_size=1, max_size=4, unique=True))
def test_many_updates_are_the_whole(log, ends):
    rules = {"returns": "drop", "zero_spend": "drop", "after_end": "ignore"}
    days = [START + timedelta(days=day) for day in sorted(ends)]
    try:
        history = history_of(log, days[0], **rules)
    except DataError:
        return
    for end in days[1:]:
        history = history.update(log, **NAMES, observation_end=end, overlap="ignore", **rules)
    close(history, history_of(log, days[-1], **rules))


def cdnow():
    log = datasets.cdnow(period="all")
    return {name: np.asarray(log[name]) for name in NAMES.values()}


@pytest.mark.parametrize(
    "kind",
    [dict, pd.DataFrame, pl.DataFrame, pa.table, lambda log: pl.DataFrame(log).lazy(), "duckdb"],
    ids=["mapping", "pandas", "polars", "pyarrow", "polars lazy", "duckdb"],
)
def test_any_kind_of_log_updates(kind):
    log, half, end = cdnow(), date(1997, 9, 30), date(1998, 6, 30)
    early, late = parts(log, half)
    before = history_of(early, half)
    whole = history_of(log, end)
    late = duckdb.from_df(pd.DataFrame(late)) if kind == "duckdb" else kind(late)
    close(before.update(late, **NAMES, observation_end=end), whole)


def test_a_lazy_log_nets_returns_of_those_who_did_not_come_back():
    days = np.array([START, START + timedelta(7), END], dtype="M8[ms]")
    log = {"customer_id": np.ones(3, int), "date": days, "spend": np.array([5.0, 9, -2])}
    early, late = parts(log, HALF)
    before = history_of(early, HALF)
    lazy = pl.DataFrame(pd.DataFrame(late)).lazy()
    for new in (late, lazy):
        after = before.update(new, **NAMES, observation_end=END, returns="net")
        assert after.monetary_value.tolist() == [7]
        close(after, history_of(log, END, returns="net"))


def test_nothing_new_makes_everybody_older():
    before = history_of(cdnow(), date(1998, 6, 30))
    nothing = {"customer_id": [], "date": [], "spend": []}
    after = before.update(nothing, **NAMES, observation_end="1998-07-07")
    np.testing.assert_allclose(after.age, before.age + 1, rtol=1e-15)
    np.testing.assert_array_equal(after.monetary_value, before.monetary_value)
    assert (after.frequency == before.frequency).all()


def test_customers_in_their_own_order_keep_it():
    before = PurchaseHistory.from_arrays(
        customer=["cid", "ann"],
        frequency=[1, 0],
        recency=[3, 0],
        age=[10, 20],
        unit="day",
        observation_end="2024-01-31",
    )
    new = {"who": ["bob", "ann"], "when": ["2024-02-02", "2024-02-10"]}
    after = before.update(new, customer="who", date="when", observation_end="2024-02-10")
    assert after.customer.tolist() == ["cid", "ann", "bob"]
    assert after.frequency.tolist() == [1, 1, 0]
    assert after.recency.tolist() == [3, 30, 0]
    assert after.age.tolist() == [20, 30, 8]


def test_times_that_are_no_whole_days_are_kept():
    before = PurchaseHistory.from_arrays(
        frequency=[2, 0],
        recency=[3.3, 0],
        age=[10.7, 20.1],
        unit="week",
        observation_end="2024-01-31",
    )
    new = {"who": [0], "when": ["2024-02-07"]}
    after = before.update(new, customer="who", date="when", observation_end="2024-02-07")
    np.testing.assert_allclose(after.age, [11.7, 21.1], rtol=1e-12)
    np.testing.assert_allclose(after.recency, [11.7, 0], rtol=1e-12)
    assert after.log_intervals is None


def test_who_lost_everything_is_counted():
    log = {"customer_id": [1], "date": ["2024-01-01"], "spend": [5.0]}
    before = history_of(log, date(2024, 1, 31))
    new = {"customer_id": [1, 2, 3], "date": ["2024-02-01"] * 3, "spend": [-1.0, -2.0, 3.0]}
    after = before.update(new, **NAMES, observation_end="2024-02-28", returns="drop")
    assert after.customer.tolist() == [1, 3]
    assert (after.excluded.returns, after.excluded.customers) == (2, 1)


# --- bad input ------------------------------------------------------------------------------


def small(**changes):
    log = {"customer_id": [1, 1], "date": ["2024-01-01", "2024-01-08"], "spend": [5.0, 6.0]}
    return history_of(log, date(2024, 1, 31), **changes)


NEW = {
    "customer_id": [2, 1, 1],
    "date": ["2024-02-01", "2024-01-31", "2024-01-08"],
    "spend": [1.0] * 3,
}
LATE = {**NEW, "date": ["2024-02-02", "2024-02-01", "2024-01-01"]}


def add(base=None, log=NEW, **changes):
    base = small() if base is None else base
    return base.update(log, **{**NAMES, "observation_end": "2024-02-29", **changes})


BAD = {
    "overlap": (
        add,
        DataError,
        (
            "date must be after 2024-01-31, the end of the history that is updated, but row 1 has "
            "'2024-01-31' (and 1 more row). Use overlap='ignore' if it has these transactions "
            "already; for late ones make it anew."
        ),
    ),
    "overlap, lazy": (
        lambda: add(log=pl.DataFrame(NEW).lazy()),
        DataError,
        (
            "date must be after 2024-01-31, the end of the history that is updated, but 2 rows are "
            "not, such as '2024-01-08' of customer 1. Use overlap='ignore' if it has these "
            "transactions already; for late ones make it anew."
        ),
    ),
    "no end": (
        lambda: add(
            PurchaseHistory.from_arrays(
                frequency=1, recency=2, age=3, monetary_value=4, unit="week"
            )
        ),
        ParameterError,
        (
            "the history has no observation_end, so it is not known after which day the new "
            "transactions begin. Make it with from_transactions, or give observation_end= to "
            "from_frame or from_arrays."
        ),
    ),
    "end before": (
        lambda: add(observation_end="2024-01-31"),
        ParameterError,
        (
            "observation_end must be after 2024-01-31, the end of the history that is updated, but "
            "it is 2024-01-31."
        ),
    ),
    "no spend": (
        lambda: add(spend=None),
        ParameterError,
        (
            "the history has monetary_value, so the spend of the new transactions is needed too. "
            "Name the column of amounts, as in spend='amount'."
        ),
    ),
    "spend of one half": (
        lambda: add(small(spend=None)),
        ParameterError,
        (
            "spend='spend' cannot be added up: the history has no monetary_value. Omit spend, or "
            "make the history with it."
        ),
    ),
    "text and numbers": (
        lambda: add(log={**NEW, "customer_id": ["2", "1", "1"]}, overlap="ignore"),
        DataError,
        (
            "customers must be whole numbers, as in the history (such as 1), but those of the log "
            "are text (such as '2'). Give the column in the other type."
        ),
    ),
    "policy": (
        lambda: add(overlap="skip"),
        ParameterError,
        "overlap must be one of 'raise', 'ignore', but it is 'skip'.",
    ),
    "after the new end": (
        lambda: add(log=LATE, overlap="ignore", observation_end="2024-02-01"),
        DataError,
        (
            "date must be on or before 2024-02-01, the end of observation, but row 0 has "
            "'2024-02-02'. Use after_end='ignore' to exclude later transactions, or move "
            "observation_end."
        ),
    ),
}


@pytest.mark.parametrize(("ask", "error", "message"), BAD.values(), ids=BAD)
def test_bad_updates_are_refused_word_for_word(ask, error, message):
    with pytest.raises(error) as caught:
        ask()
    assert str(caught.value) == message


def test_what_overlaps_can_be_ignored():
    after = add(overlap="ignore")
    assert after.customer.tolist() == [1, 2]
    assert after.frequency.tolist() == [1, 0]
    assert after.excluded.transactions == 0
