"""Logs hold every case that is asked for, and the library reads them as it says."""

from datetime import UTC

import numpy as np
import pandas as pd
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from custvalue import testing
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import PurchaseHistory

slowly = settings(deadline=None, derandomize=True, max_examples=50)
LAST = "2024-02-29"  # of 60 days
CASES = [
    "returns",
    "same day",
    "duplicates",
    "zero spend",
    "late first purchases",
    "zones",
    "blank ids",
]


def history(log, **options):
    return PurchaseHistory.from_transactions(
        log,
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end=LAST,
        unit="day",
        **options,
    )


def rows(log):
    columns = (log["customer_id"].tolist(), log["date"].tolist(), log["spend"].tolist())
    return list(zip(*columns, strict=True))


@given(testing.transaction_logs(days=60, cases=["returns"]))
@slowly
def test_returns_undo_a_purchase(log):
    assert (log["spend"] < 0).sum() == 1
    kept = history(log, returns="pair", log_intervals=False)
    assert len(kept) <= len(set(log["customer_id"].tolist()))
    with pytest.raises(DataError, match="returns="):
        history(log)


@given(testing.transaction_logs(days=60, cases=["same day"]))
@slowly
def test_two_purchases_of_a_day_are_one_occasion(log):
    days = [row[:2] for row in rows(log)]
    assert len(set(days)) < len(days)
    assert history(log).frequency.sum() < len(days)


@given(testing.transaction_logs(days=60, cases=["duplicates"]))
@slowly
def test_a_duplicate_is_found(log):
    assert len(set(rows(log))) < len(rows(log))
    assert history(log, duplicates="drop").excluded.duplicates >= 1


@given(testing.transaction_logs(days=60, cases=["zero spend"]))
@slowly
def test_a_purchase_for_nothing_is_found(log):
    assert (log["spend"] == 0).sum() == 1
    with pytest.raises(DataError, match="zero_spend="):
        history(log, zero_spend="raise")


@given(testing.transaction_logs(days=60, cases=["late first purchases"]))
@slowly
def test_somebody_is_first_seen_on_the_last_day(log):
    found = history(log)
    assert (found.age == 0).any()
    assert found.frequency[found.age == 0].max() == 0


@given(testing.transaction_logs(days=60, cases=["zones"]))
@slowly
def test_moments_have_a_zone_and_a_day_that_depends_on_it(log):
    assert all(moment.tzinfo is UTC for moment in log["date"])
    assert len(history(log, time_zone="UTC")) == len(set(log["customer_id"].tolist()))
    there = pd.DataFrame(log)["date"].dt.tz_convert("Asia/Shanghai")
    assert (there.dt.day != pd.DataFrame(log)["date"].dt.day).any()


@given(testing.transaction_logs(days=60, cases=["blank ids"]))
@slowly
def test_a_blank_identifier_is_refused(log):
    blank = [each is None or not each.strip() for each in log["customer_id"]]
    assert sum(blank) == 1
    with pytest.raises(DataError, match="customer_id must be present"):
        history(log)
    if not all(blank):
        keep = ~np.array(blank)
        assert len(history({name: column[keep] for name, column in log.items()})) >= 1


@given(
    st.lists(st.sampled_from(CASES), unique=True).flatmap(
        lambda cases: st.tuples(
            st.just(cases), testing.transaction_logs(days=60, max_rows=9, cases=cases)
        )
    )
)
@settings(slowly, max_examples=100)
def test_cases_go_together(drawn):
    cases, log = drawn
    assert len(cases) - ("zones" in cases) < len(log["date"]) <= 9
    assert ("returns" in cases) == bool((log["spend"] < 0).any())
    assert ("zero spend" in cases) == bool((log["spend"] == 0).any())


def test_the_smallest_log_has_the_case_and_one_purchase():
    found = find(testing.transaction_logs(cases=["returns"]), lambda _: True)
    assert found["spend"].tolist() == [0.01, -0.01, 0.01]
    assert found["customer_id"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"cases": "returns"},
            (
                "cases must be a list of names, as in ['returns'], but it is 'returns'. "
                "Write ['returns']."
            ),
        ),
        (
            {"cases": None},
            "cases must be a list of names, as in ['returns'], but it is None.",
        ),
        (
            {"cases": ["return"]},
            (
                "cases must be one of 'returns', 'same day', 'duplicates', 'zero spend', 'late "
                "first purchases', 'zones', 'blank ids', but it is 'return'. Did you mean "
                "'returns'?"
            ),
        ),
        (
            {"cases": ["same day", "returns"], "max_rows": 3},
            "max_rows must be >= 4 for cases=['returns', 'same day'], but it is 3.",
        ),
        (
            {"cases": ["late first purchases"], "max_customers": 1},
            "max_customers must be >= 2 for cases=['late first purchases'], but it is 1.",
        ),
    ],
)
def test_cases_that_cannot_be_drawn_are_refused(options, message):
    with pytest.raises(ParameterError) as caught:
        testing.transaction_logs(**options)
    assert str(caught.value) == message
