"""Opportunities taken, from a log of purchases or a table of 0 and 1."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import testing
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import BGBB, GammaGamma, OpportunityHistory

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "bgbb.json").read_text("utf-8"))
NAMES = {"customer": "who", "date": "when"}


def from_log(log, **how):
    given = {
        **NAMES,
        "period": "1 year",
        "observation_start": "1995-01-01",
        "observation_end": "2001-12-31",
    }
    return OpportunityHistory.from_transactions(log, **{**given, **how})


# --- published ------------------------------------------------------------------------------


def donors(share=4):
    """Gifts of one of so many of the 11,104 donors of Fader, Hardie & Shang (2010), one by one."""
    rows = np.array(GOLDEN["donations"]["rows"])
    random = np.random.default_rng(1)
    who, when, table = [], [], []
    for x, last, many in rows:
        for _ in range(many // share + 1):
            between = random.permutation(np.arange(1, last))[: max(x - 1, 0)]
            years = sorted([*between, last]) if x else []
            table.append([int(year in years) for year in range(1, 7)])
            for year in [0, *years]:  # the first gift was in 1995
                first = date(1995 + int(year), 1, 1)
                for day in random.integers(0, 365, random.integers(1, 3)):
                    who.append(len(table))
                    when.append(first + timedelta(days=int(day)))
    order = random.permutation(len(who))
    counts = rows[:, 2] // share + 1
    log = {"who": np.array(who)[order], "when": np.array(when)[order]}
    return log, table, (rows[:, 0], rows[:, 1], counts)


def test_the_gifts_of_donors_are_the_published_table():
    log, table, (x, last, counts) = donors()
    wanted = OpportunityHistory.from_arrays(
        frequency=x, recency=last, opportunities=6, customers=counts
    )
    for history in (from_log(log), OpportunityHistory.from_indicators(table, period="1 year")):
        for name in ("frequency", "recency", "opportunities", "count"):
            cells, others = getattr(history.cells, name), getattr(wanted.cells, name)
            np.testing.assert_array_equal(cells, others)
    assert BGBB.fit(from_log(log)).parameters == BGBB.fit(wanted).parameters


# --- by hand --------------------------------------------------------------------------------


def by_hand(log, start, number, count_from):
    """Return x, t_x, n of each customer, purchase by purchase; months have their calendar."""
    found = {}
    for customer, day in zip(log["customer_id"].tolist(), log["date"].tolist(), strict=True):
        place = (day.year - start.year) * 12 + day.month - start.month
        found.setdefault(customer, set()).add(place)
    rows = {}
    for customer, places in sorted(found.items()):
        begin = min(places) + 1 if count_from == "first_purchase" else 0
        taken = sorted(place for place in places if place >= begin)
        if number > begin:
            rows[customer] = (len(taken), taken[-1] - begin + 1 if taken else 0, number - begin)
    return rows


@given(testing.transaction_logs(days=366), st.sampled_from(["first_purchase", "start"]))
def test_months_are_those_counted_by_hand(log, count_from):
    how = {
        "customer": "customer_id",
        "date": "date",
        "period": "1 month",
        "observation_start": "2024-01-01",
        "observation_end": "2024-12-31",
        "count_from": count_from,
        "newborn": "drop",
    }
    wanted = by_hand(log, date(2024, 1, 1), 12, count_from)
    if not wanted:
        with pytest.raises(DataError, match="no customer is left"):
            from_log(log, **how)
        return
    found = from_log(log, **how)
    assert found.customer.tolist() == list(wanted)
    columns = zip(found.frequency, found.recency, found.opportunities, strict=True)
    assert list(columns) == list(wanted.values())


LOG = {
    "who": ["ann", "ann", "ann", "bob", "bob", "ann"],
    "when": ["1995-05-01", "1996-02-01", "1996-11-30", "1996-06-01", "2001-01-01", "1998-01-01"],
    "paid": [9.0, 4.0, 6.0, 1.0, 7.0, 5.0],
}


def test_spend_is_the_mean_of_the_opportunities_that_count():
    later = from_log(LOG, spend="paid")
    assert later.frequency.tolist() == [2, 1]
    assert later.monetary_value.tolist() == [7.5, 7]
    every = from_log(LOG, spend="paid", count_from="start")
    assert every.opportunities.tolist() == [7, 7]
    assert every.recency.tolist() == [4, 7]
    assert every.monetary_value.tolist() == [8, 4]
    assert GammaGamma(p=6, q=4, gamma=15).expected_spend(later).shape == (2,)


def test_returns_are_netted():
    log = {**LOG, "paid": [9.0, 4.0, -1.0, 1.0, 7.0, 5.0]}
    assert from_log(log, spend="paid", returns="net").monetary_value.tolist() == [4, 7]


@pytest.mark.parametrize(
    "kind", [dict, pd.DataFrame, pl.DataFrame, pa.table, lambda log: pl.DataFrame(log).lazy()]
)
def test_any_kind_of_log(kind):
    assert from_log(kind(LOG), spend="paid") == from_log(LOG, spend="paid")


def test_earlier_purchases_can_be_left_out_where_all_opportunities_count():
    how = {"observation_start": "1996-01-01", "count_from": "start", "before_start": "ignore"}
    found = from_log(LOG, **how)
    assert found.frequency.tolist() == [2, 2]
    assert found.opportunities.tolist() == [6, 6]


# --- tables ---------------------------------------------------------------------------------

TABLE = {"id": ["ann", "bob", "cid"], "y1": [1, 0, None], "y2": [0, 1, 1], "y3": [1, 0, None]}


@pytest.mark.parametrize(
    ("table", "customer"),
    [
        (TABLE, "id"),
        (pd.DataFrame(TABLE), "id"),
        (pl.DataFrame(TABLE), "id"),
        (pa.table(TABLE), "id"),
        (pd.DataFrame(TABLE).drop(columns="id"), None),
        ([[1, 0, 1], [0, 1, 0], [None, 1]], None),
        (np.array([[1, 0, 1], [0, 1, 0], [np.nan, 1, np.nan]]), None),
        ([[True, False, True], [False, True, False], [None, True, None]], None),
    ],
)
def test_any_kind_of_table(table, customer):
    found = OpportunityHistory.from_indicators(table, customer=customer)
    assert found.frequency.tolist() == [2, 1, 1]
    assert found.recency.tolist() == [3, 2, 1]
    assert found.opportunities.tolist() == [3, 3, 1]
    assert (found.customer is None) == (customer is None)


def test_the_first_one_taken_may_be_the_first_purchase():
    found = OpportunityHistory.from_indicators(
        pl.DataFrame(TABLE), customer="id", count_from="first_purchase", newborn="drop"
    )
    assert found.customer.tolist() == ["ann", "bob"]
    assert found.frequency.tolist() == [1, 0]
    assert found.recency.tolist() == [2, 0]
    assert found.opportunities.tolist() == [2, 1]


@given(testing.transaction_logs(days=366))
def test_a_log_and_its_table_agree(log):
    months = log["date"].astype("M8[M]").astype(int) - (2024 - 1970) * 12
    customers, row = np.unique(log["customer_id"], return_inverse=True)
    table = np.zeros((len(customers), 12), dtype=bool)
    table[row, months] = True
    how = {"period": "1 month", "count_from": "start"}
    days = {"observation_start": "2024-01-01", "observation_end": "2024-12-31"}
    one = from_log(log, customer="customer_id", date="date", **how, **days)
    other = OpportunityHistory.from_indicators(table, **how)
    for name in ("frequency", "recency", "opportunities"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


# --- bad input ------------------------------------------------------------------------------


def table(rows, **how):
    return OpportunityHistory.from_indicators(rows, **how)


BAD = {
    "an opportunity that is not over": (
        lambda: from_log(LOG, observation_end="2001-06-30"),
        ParameterError,
        (
            "observation_end must be the last day of an opportunity, as 2000-12-31 or 2001-12-31, "
            "but it is 2001-06-30: what is taken of an opportunity that is not over is not known "
            "yet."
        ),
    ),
    "no opportunity at all": (
        lambda: from_log(LOG, observation_end="1995-06-30"),
        ParameterError,
        (
            "observation_end must be the last day of an opportunity, as 1995-12-31 or later, but "
            "it is 1995-06-30: what is taken of an opportunity that is not over is not known yet."
        ),
    ),
    "end before start": (
        lambda: from_log(LOG, observation_end="1994-12-31"),
        ParameterError,
        "observation_end must be after observation_start=1995-01-01, but it is 1994-12-31.",
    ),
    "before the start": (
        lambda: from_log(LOG, observation_start="1996-01-01"),
        DataError,
        (
            "when must be on or after 1996-01-01, the start of observation, but row 0 has "
            "'1995-05-01'. Move observation_start."
        ),
    ),
    "before the start, of all": (
        lambda: from_log(LOG, observation_start="1996-01-01", count_from="start"),
        DataError,
        (
            "when must be on or after 1996-01-01, the start of observation, but row 0 has "
            "'1995-05-01'. Move observation_start, or use before_start='ignore' to leave out "
            "earlier transactions."
        ),
    ),
    "first purchases hidden": (
        lambda: from_log(LOG, before_start="ignore"),
        ParameterError,
        (
            "before_start='ignore' hides first purchases, from which opportunities count. Move "
            "observation_start to the first purchase in the log, or give count_from='start'."
        ),
    ),
    "newborn": (
        lambda: from_log({"who": ["ann", "cid"], "when": ["1995-05-01", "2001-05-05"]}),
        DataError,
        (
            "the first purchase must be before the last opportunity, but that of 'cid' is not: "
            "none of their opportunities was seen yet. Use newborn='drop' to leave such customers "
            "out."
        ),
    ),
    "all newborn": (
        lambda: from_log({"who": ["cid"], "when": ["2001-05-05"]}, newborn="drop"),
        DataError,
        "no customer is left: all are new at the last opportunity. Give at least one customer.",
    ),
    "after the end": (
        lambda: from_log(LOG, observation_end="2000-12-31"),
        DataError,
        (
            "when must be on or before 2000-12-31, the end of observation, but row 4 has "
            "'2001-01-01'. Use after_end='ignore' to exclude later transactions, or move "
            "observation_end."
        ),
    ),
    "unknown choice": (
        lambda: from_log(LOG, count_from="birth"),
        ParameterError,
        "count_from must be one of 'first_purchase', 'start', but it is 'birth'.",
    ),
    "period": (
        lambda: from_log(LOG, period="0.5 years"),
        UnitError,
        (
            "period must be a whole number of days, weeks, months or years, as in '1 month', "
            "where it is counted by the calendar, but it is '0.5 years'."
        ),
    ),
    "neither 0 nor 1": (
        lambda: table({"y1": [1, 0], "y2": [1, 2]}),
        DataError,
        (
            "y2 must be 0 or 1, but row 1 has 2. 1 is an opportunity that was taken, 0 one that "
            "was not; leave it empty where there was none."
        ),
    ),
    "a gap": (
        lambda: table([[1, 0, 1], [1, None, 1]]),
        DataError,
        (
            "every row must have opportunities without gaps, but row 1 has an empty one between "
            "others."
        ),
    ),
    "an empty row": (
        lambda: table({**TABLE, "y2": [0, 1, None]}, customer="id"),
        DataError,
        "every row must have at least one opportunity, but row 2, that of 'cid', has none.",
    ),
    "no first purchase": (
        lambda: table([[0, 0, 0], [1, 0, 1], [0, 0, 0]], count_from="first_purchase"),
        DataError,
        "every row must have a first purchase, but row 0 has none (and 1 more row).",
    ),
    "empty": (lambda: table([]), DataError, "the table is empty. Give at least one customer."),
    "newborn in a table": (
        lambda: table([[1, 0], [0, 1]], count_from="first_purchase"),
        DataError,
        (
            "the first purchase must be before the last opportunity, but that of row 1 is not: "
            "none of their opportunities was seen yet. Use newborn='drop' to leave such customers "
            "out."
        ),
    ),
}


@pytest.mark.parametrize(("ask", "error", "message"), BAD.values(), ids=BAD)
def test_bad_logs_and_tables_are_refused_word_for_word(ask, error, message):
    with pytest.raises(error) as caught:
        ask()
    assert str(caught.value) == message
