"""A log split at a day: CDNOW, every kind of dataframe, and a slow computation."""

from datetime import date, timedelta

import numpy as np
import pytest
import reference_split
from frame_engines import ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import datasets, lifetime, testing
from custvalue.errors import DataError

NAMES = {"customer": "customer_id", "date": "date", "spend": "spend"}
CDNOW = {**NAMES, "unit": "week", "calibration_end": "1997-09-30", "holdout_end": "1998-06-30"}


def test_cdnow_as_published():
    """Fader, Hardie & Lee (2005): 2,357 customers, 39 weeks after 1997-09-30."""
    train, holdout = lifetime.split(datasets.cdnow("all"), **CDNOW)
    assert train == lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow("all"),
        **NAMES,
        unit="week",
        observation_end="1997-09-30",
        after_end="ignore",
    )
    assert (len(holdout), holdout.purchases, train.frequency.sum()) == (2357, 1882, 2457)
    assert (holdout.start, holdout.end) == (date(1997, 10, 1), date(1998, 6, 30))
    assert (holdout.duration, holdout.horizon, holdout.new_customers) == (39.0, "39.0 weeks", 0)
    spent = datasets.cdnow("holdout")["spend"].sum()
    assert holdout.spend.sum() == pytest.approx(spent, rel=1e-12)
    assert holdout.tracked.shape == holdout.week_ends.shape == (78,)
    assert holdout.tracked[:39].sum() == 2457
    assert holdout.tracked[39:].sum() == 1882
    assert str(holdout.week_ends[38]) == "1997-09-30"
    assert str(holdout.week_ends[0]) == "1997-01-07"  # the log begins on 1997-01-01


def test_39_weeks_after_the_start_are_another_day():
    """CLVTools' estimation.split=39 ends on 1997-10-01: at its own parameters, -9615.246."""
    train, _ = lifetime.split(datasets.cdnow("all"), **{**CDNOW, "calibration_end": "1997-10-01"})
    published = lifetime.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
    assert published.log_likelihood(train).sum() == pytest.approx(-9615.246, abs=2)


LOG = {
    "customer_id": ["ann", "ann", "bob", "cat", "cat", "ann", "bob", "ann", "dan"],
    "date": [
        date(2024, 1, 1),
        date(2024, 1, 15),
        date(2024, 1, 3),
        date(2024, 2, 10),
        date(2024, 2, 12),
        date(2024, 2, 1),
        date(2024, 2, 2),
        date(2024, 2, 1),
        date(2024, 1, 31),
    ],
    "spend": [20.0, 30.0, 9.0, 7.0, 8.0, 5.0, -3.0, 6.0, 4.0],
}
BY_DAY = {**NAMES, "unit": "day", "calibration_end": "2024-01-31", "holdout_end": "2024-02-14"}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_kind_of_dataframe_gives_the_same(engine):
    train, holdout = lifetime.split(ENGINES[engine](LOG), **BY_DAY, returns="net")
    assert train.customer.tolist() == holdout.customer.tolist() == ["ann", "bob", "dan"]
    assert train.frequency.tolist() == [1, 0, 0]
    assert holdout.frequency.tolist() == [1, 0, 0]  # two on one day; a return is no purchase
    assert holdout.spend.tolist() == [11, -3, 0]
    assert (holdout.new_customers, holdout.new_customer_purchases) == (1, 2)
    assert holdout.tracked.tolist() == [0, 0, 1, 0, 0, 1, 0]
    assert [str(day) for day in holdout.week_ends[[0, 4, 6]]] == [
        "2024-01-03",
        "2024-01-31",
        "2024-02-14",
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_spend_every_row_is_a_purchase(engine):
    columns = {name: LOG[name] for name in ("customer_id", "date")}
    asked = {name: value for name, value in BY_DAY.items() if name != "spend"}
    _, holdout = lifetime.split(ENGINES[engine](columns), **asked)
    assert holdout.spend is None
    assert holdout.frequency.tolist() == [1, 1, 0]


def test_what_is_excluded_is_counted_by_part():
    rules = {"returns": "drop", "after_end": "ignore", "holdout_end": "2024-02-11"}
    train, holdout = lifetime.split(LOG, **{**BY_DAY, **rules})
    assert (holdout.excluded.after_end, holdout.excluded.returns) == (1, 1)
    assert train.excluded.returns == 0
    assert holdout.new_customer_purchases == 1


@given(
    log=testing.transaction_logs(days=60, max_customers=5, max_rows=40),
    signs=st.integers(0, 2**40 - 1),
    last=st.integers(0, 58),
    longer=st.integers(1, 40),
    lazy=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_a_slow_computation_agrees(log, signs, last, longer, lazy):
    spend = np.array(log["spend"])
    refunded = np.array([(signs >> row) % 8 == 0 for row in range(len(spend))])
    spend[refunded] *= -1
    log = {**log, "spend": spend}
    start = date(2024, 1, 1)
    last, end = start + timedelta(last), start + timedelta(last + longer)
    days = [start + timedelta(int(day)) for day in (log["date"] - np.datetime64(start)).astype(int)]
    rows = list(zip(log["customer_id"].tolist(), days, spend.tolist(), strict=True))
    expected = reference_split.split(rows, last, end, net=True)
    asked = {
        **NAMES,
        "unit": "day",
        "calibration_end": last,
        "holdout_end": end,
        "returns": "net",
        "after_end": "ignore",
    }
    data = ENGINES["polars-lazy"](log) if lazy else log
    if not any(expected.frequency.values()):
        with pytest.raises(DataError):
            lifetime.split(data, **asked)
        return
    train, holdout = lifetime.split(data, **asked)
    assert dict(zip(holdout.customer.tolist(), holdout.frequency, strict=True)) == (
        expected.frequency
    )
    found = dict(zip(holdout.customer.tolist(), holdout.spend, strict=True))
    assert found == pytest.approx(expected.spend, abs=1e-9)
    assert holdout.new_customers == expected.new_customers
    assert holdout.new_customer_purchases == expected.new_customer_purchases
    weeks = [day.astype("M8[D]").item() for day in holdout.week_ends]
    repeats = dict(zip(weeks, holdout.tracked, strict=True))
    assert {week: n for week, n in repeats.items() if n} == expected.repeats
    assert holdout.tracked.sum() == train.frequency.sum() + holdout.frequency.sum()


def test_a_holdout_from_numbers_has_no_calendar():
    holdout = lifetime.Holdout.from_arrays(
        frequency=[3, 0], spend=[30, 0], customer=["ann", "bob"], duration="1 year", unit="month"
    )
    assert (holdout.duration, holdout.start, holdout.tracked) == (12.0, None, None)
    assert (holdout.active_customers, holdout.purchases) == (1, 3)
    assert list(holdout.columns()) == ["customer", "frequency", "spend"]
    with pytest.raises(DataError, match="the holdout has no calendar"):
        _ = holdout.week_ends


def test_a_holdout_goes_to_json_and_is_shown():
    _, holdout = lifetime.split(LOG, **BY_DAY, returns="net")
    again = lifetime.Holdout.from_json(holdout.to_json())
    assert again == holdout
    assert again.week_ends.tolist() == holdout.week_ends.tolist()
    text = str(holdout)
    assert "2024-02-01 to 2024-02-14" in text
    assert "1 (2 purchases)" in text
