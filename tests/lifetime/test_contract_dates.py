"""Contracts from dates: every renewal that was due, and what became of it."""

import calendar
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._histories.anniversaries import calendar_step
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import Contracts, ShiftedBetaGeometric

START = date(2020, 1, 1)
PERIODS = {"1 day": 1, "10 days": 10, "1 week": 7, "2 weeks": 14}
MONTHS = {"1 month": 1, "3 months": 3, "1 year": 12, "2 years": 24}


def due(start, number, period):
    """Return the day of a renewal, by hand."""
    if period in PERIODS:
        return start + timedelta(days=PERIODS[period] * number)
    years, month = divmod(start.month - 1 + MONTHS[period] * number, 12)
    last = calendar.monthrange(start.year + years, month + 1)[1]
    return date(start.year + years, month + 1, min(start.day, last))


def by_hand(start, end, today, period, grace=0):
    """Return renewals made, and whether the contract runs as far as is known, day by day."""
    made, number = 0, 1
    while due(start, number, period) + timedelta(days=grace) <= today:
        day = due(start, number, period) + timedelta(days=grace)
        if end is not None and end <= day:
            return made, False
        made, number = made + 1, number + 1
    return made, True


def dates(rows, **how):
    starts, ends = zip(*rows, strict=True)
    table = {"start": list(starts), "end": list(ends)}
    return Contracts.from_dates(table, **{"today": "2024-12-31", "period": "1 month", **how})


DAYS = st.integers(0, 2500).map(lambda day: START + timedelta(days=day))


@given(
    st.lists(st.tuples(DAYS, st.none() | st.integers(0, 900)), min_size=1, max_size=6),
    DAYS,
    st.sampled_from([*PERIODS, *MONTHS]),
    st.sampled_from([0, 5]),
)
def test_renewals_are_those_counted_day_by_day(rows, today, period, grace):
    rows = [(start, None if days is None else start + timedelta(days)) for start, days in rows]
    known = [(start, end) for start, end in rows if start <= today]
    if not known:
        return
    found = dates(rows, today=today, period=period, grace=f"{grace} days", after_today="ignore")
    seen = [(start, None if end is None or end > today else end) for start, end in known]
    expected = [by_hand(start, end, today, period, grace) for start, end in seen]
    made, stays = zip(*expected, strict=True)
    assert found == Contracts.from_arrays(renewals=made, active=stays, period=period)


@given(DAYS, st.integers(0, 40), st.sampled_from([*PERIODS, *MONTHS]))
def test_periods_passed_and_days_after_are_each_others_inverse(start, number, period):
    step = calendar_step(period)
    first = np.array([(start - date(1970, 1, 1)).days])
    day = step.after(first, number)
    assert day[0] == (due(start, number, period) - date(1970, 1, 1)).days
    assert step.passed(first, day)[0] == number
    assert step.passed(first, day - 1)[0] == number - 1


ENDS = [("2024-02-14", "the last day"), ("2024-02-15", "the first day without")]


@pytest.mark.parametrize("end", [day for day, _ in ENDS], ids=[name for _, name in ENDS])
def test_an_end_at_the_renewal_is_one_that_was_not_made(end):
    found = dates([("2024-01-15", end)])
    assert (found.renewals.tolist(), found.left.tolist(), found.active.tolist()) == ([0], [1], [0])


def test_what_ends_within_a_period_runs_until_it_is_over():
    rows = [("2024-01-01", "2024-06-01"), ("2024-01-01", None)]
    early = dates(rows, today="2024-12-31", period="1 year")
    assert (early.active.tolist(), early.left.tolist()) == ([2], [0])
    due = dates(rows, today="2025-01-01", period="1 year")
    assert due.counts.renewed.tolist() == [1]
    assert due.counts.left.tolist() == [1]


def test_grace_belongs_to_the_renewal_before():
    row = [("2024-01-15", "2024-02-20"), ("2024-01-15", None)]
    assert dates(row, today="2024-02-25").counts.renewed.tolist() == [2]
    late = dates(row, today="2024-02-25", grace="7 days")
    assert late.counts.renewed.tolist() == [1]
    assert dates(row, today="2024-02-21", grace="7 days").active.tolist() == [2]  # not yet known


LATER = [("2024-01-15", "2025-06-01"), ("2024-01-15", None), ("2025-01-15", None)]


def test_what_is_after_today_can_be_ignored():
    found = dates(LATER, after_today="ignore")
    assert (found.customers, found.active.tolist()) == (2, [2])


def several(again, grace=None):
    table = {
        "id": [7, 8, 7, 7, 8],
        "start": ["2024-03-02", "2024-01-01", "2024-01-01", "2024-06-01", "2024-02-05"],
        "end": ["2024-04-02", "2024-02-01", "2024-03-01", None, None],
    }
    how = {"customer": "id", "again": again, "today": "2024-12-31", "period": "1 month"}
    return Contracts.from_dates(table, **how, grace=grace)


def test_rows_of_a_customer_are_contracts_each_or_one():
    assert several("new").customers == 5
    joined = several("join")  # 7: January to April, June on; 8: January, February on
    assert joined.customers == 4
    assert joined.renewals.tolist() == [0, 3, 6, 10]
    assert several("join", grace="5 days").customers == 3


def test_a_row_within_another_is_joined():
    table = {
        "id": ["a", "a", "a", "b"],
        "start": ["2024-01-01", "2024-02-01", "2024-05-15", "2024-05-16"],
        "end": ["2024-05-31", "2024-02-20", "2024-06-30", "2024-06-20"],
    }
    how = {"customer": "id", "again": "join", "today": "2024-12-31", "period": "1 month"}
    found = Contracts.from_dates(table, **how)
    assert (found.renewals.tolist(), found.left.tolist()) == ([1, 5], [1, 1])


TABLE = {"start": ["2024-01-15", "2024-02-01"], "end": ["2024-03-15", None]}


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(TABLE),
        pd.DataFrame(TABLE).astype("datetime64[ns]"),
        pl.DataFrame(TABLE),
        pl.DataFrame(TABLE).with_columns(pl.all().str.to_date()),
        pl.DataFrame(TABLE).lazy(),
        pa.table(TABLE),
        lambda: duckdb.from_df(pd.DataFrame(TABLE)),
        {**TABLE, "end": ["2024-03-15", ""]},
        {**TABLE, "end": [date(2024, 3, 15), None]},
        {**TABLE, "end": np.array(["2024-03-15", "NaT"], dtype="M8[D]")},
    ],
)
def test_any_kind_of_table(table):
    table = table() if callable(table) else table
    found = Contracts.from_dates(table, today="2024-06-30", period="1 month")
    assert found.renewals.tolist() == [1, 4]
    assert (found.left.tolist(), found.active.tolist()) == ([1, 0], [0, 1])


def simulated(customers, seed):
    """Customers who leave with a chance of their own, on any day of their last period."""
    random = np.random.default_rng(seed)
    chance = random.beta(0.7, 3.8, customers)
    lasts = random.geometric(chance)  # periods
    start = random.integers(0, 1500, customers)
    starts = np.datetime64("2020-01-01") + start.astype("m8[D]")
    step = calendar_step("1 month")
    days = starts.astype(np.int64)
    before, after = step.after(days, lasts - 1), step.after(days, lasts)
    ends = (before + 1 + random.random(customers) * (after - before)).astype(np.int64)
    ended = ends <= (np.datetime64("2024-02-09") - np.datetime64("1970-01-01")).astype(int)
    end = np.where(ended, ends.astype("M8[D]"), np.datetime64("NaT", "D"))
    return {"start": starts, "end": end}, random


def test_simulated_customers_are_found_again():
    table, _ = simulated(40_000, seed=5)
    found = Contracts.from_dates(table, today="2024-02-09", period="1 month")
    fit = ShiftedBetaGeometric.fit(found)
    assert abs(fit.parameters["alpha"] - 0.7) < 3 * fit.standard_errors["alpha"]
    assert abs(fit.parameters["beta"] - 3.8) < 3 * fit.standard_errors["beta"]
    truth = ShiftedBetaGeometric(alpha=0.7, beta=3.8).retention_rate(np.arange(1, 7))
    rates = found.counts.retention_rate[:6]
    errors = np.sqrt(truth * (1 - truth) / found.counts.asked[:6])
    assert (np.abs(rates - truth) < 4 * errors).all()


# --- bad input ------------------------------------------------------------------------------

ROW = ("2024-01-15", None)
BAD = {
    "end before start": (
        lambda: dates([ROW, ("2024-03-01", "2024-02-01")]),
        DataError,
        (
            "end must be on or after start (2024-03-01 there), but row 1 has '2024-02-01'. Correct "
            "one of the two days; a contract that still runs has no end."
        ),
    ),
    "start after today": (
        lambda: dates(LATER[1:]),
        DataError,
        (
            "start must be on or before 2024-12-31, the day of observation, but row 1 has "
            "'2025-01-15'. Use after_today='ignore' to leave out contracts that begin later, or "
            "move today."
        ),
    ),
    "end after today": (
        lambda: dates(LATER[:2]),
        DataError,
        (
            "end must be on or before 2024-12-31, the day of observation, but row 0 has "
            "'2025-06-01'. Use after_today='ignore' if such contracts run on that day and end "
            "later, or move today."
        ),
    ),
    "all start after today": (
        lambda: dates(LATER[2:], after_today="ignore"),
        DataError,
        "no contract begins on or before 2024-12-31. Give at least one customer.",
    ),
    "no start": (
        lambda: dates([ROW, (None, "2024-02-01")]),
        DataError,
        "start must be present, but row 1 has None. Give every row its value, or remove the row.",
    ),
    "placeholder": (
        lambda: dates([("2024-01-15", "9999-12-31")]),
        DataError,
        (
            "end must be a day after 1900-01-01 and before 2200, but row 0 has '9999-12-31'. A "
            "placeholder for an unknown day is no date: give the day, or leave the entry empty."
        ),
    ),
    "twice": (
        lambda: several("raise"),
        DataError,
        (
            "id must be different in every row, but row 2 has 7 (and 2 more rows). Use again='new' "
            "if each row is a contract of its own, or again='join' if a row that follows without a "
            "break goes on with the one before."
        ),
    ),
    "again without customers": (
        lambda: dates([ROW], again="join"),
        ParameterError,
        (
            "again='join' says what several contracts of a customer are. Name the column of "
            "customers, as in customer='id'."
        ),
    ),
    "unknown policy": (
        lambda: dates([ROW], after_today="keep"),
        ParameterError,
        "after_today must be one of 'raise', 'ignore', but it is 'keep'.",
    ),
    "half a month": (
        lambda: dates([ROW], period="1.5 months"),
        UnitError,
        (
            "period must be a whole number of days, weeks, months or years, as in '1 month', where "
            "it is counted by the calendar, but it is '1.5 months'."
        ),
    ),
    "today is no day": (
        lambda: dates([ROW], today="now"),
        ParameterError,
        "today must be a day without a time zone, as in '1997-09-30', but it is 'now'.",
    ),
    "nothing": (
        lambda: Contracts.from_dates({"start": [], "end": []}, today="2024-12-31", period="1 year"),
        DataError,
        "there are no contracts. Give at least one customer.",
    ),
    "no column": (
        lambda: Contracts.from_dates({"begin": []}, today="2024-12-31", period="1 year"),
        DataError,
        (
            "start='start' is not a column of the data. end='end' is not a column of the data. "
            "None of them is there: is it the right table? The columns are 'begin'."
        ),
    ),
}


@pytest.mark.parametrize(("ask", "error", "message"), BAD.values(), ids=BAD)
def test_bad_dates_are_refused_word_for_word(ask, error, message):
    with pytest.raises(error) as caught:
        ask()
    assert str(caught.value) == message
