"""Scores: by quantiles that survive ties, by fixed cut points, alike in any order of the rows."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import reference_rfm
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import datasets, lifetime

UNITS = ("day", "week", "month", "year")


def history_of(days, purchases, spend=None, unit="day"):
    """Make customers with these days since the last purchase and purchase days."""
    purchases, days = np.asarray(purchases), np.asarray(days, dtype=float)
    per_unit = {"day": 1, "week": 7, "month": 365.25 / 12, "year": 365.25}[unit]
    recency = np.where(purchases > 1, 10.0 * purchases, 0)
    return lifetime.PurchaseHistory.from_arrays(
        frequency=purchases - 1,
        recency=recency / per_unit,
        age=(recency + days) / per_unit,
        monetary_value=spend,
        unit=unit,
    )


@pytest.fixture(scope="module")
def cdnow():
    return lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )


CUSTOMERS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), min_size=1, max_size=40)


@settings(deadline=None, derandomize=True)
@given(CUSTOMERS, st.integers(2, 12), st.sampled_from(UNITS))
def test_scores_are_the_share_of_customers_who_are_worse(customers, k, unit):
    days, purchases = zip(*customers, strict=True)
    result = lifetime.rfm(history_of(days, purchases, unit=unit), scores=k)
    assert result.days_since_last.tolist() == list(days)
    assert result.recency_score.tolist() == reference_rfm.scores([-d for d in days], k)
    assert result.frequency_score.tolist() == reference_rfm.scores(purchases, k)


@settings(deadline=None, derandomize=True)
@given(CUSTOMERS, st.integers(2, 7), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(customers, k, random):
    shuffled = customers[:]
    random.shuffle(shuffled)
    one, other = (
        dict(
            zip(
                rows,
                lifetime.rfm(history_of(*zip(*rows, strict=True)), scores=k).code.tolist(),
                strict=True,
            )
        )
        for rows in (customers, shuffled)
    )
    assert one == other


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=40), st.integers(2, 9))
def test_better_values_never_have_lower_scores(days, k):
    result = lifetime.rfm(history_of(days, [1] * len(days)), scores=k)
    order = np.argsort(result.days_since_last)
    assert (np.diff(result.recency_score[order]) <= 0).all()
    assert result.recency_score.min() == 1


def test_equal_groups_where_nobody_is_tied():
    result = lifetime.rfm(history_of(range(100), [1] * 100), scores=5)
    assert np.bincount(result.recency_score)[1:].tolist() == [20] * 5
    assert result.cuts["recency"] == (20, 40, 60, 80)


def test_scores_are_those_of_qcut_where_nobody_is_tied():
    days = np.random.default_rng(3).permutation(1000)[:400]
    result = lifetime.rfm(history_of(days, [1] * 400), scores=4)
    quarters = pd.qcut(days, 4, labels=[4, 3, 2, 1])
    assert result.recency_score.tolist() == quarters.astype(int).tolist()


def test_customers_who_are_all_alike_have_the_lowest_score():
    result = lifetime.rfm(history_of([3] * 4, [2] * 4, [5.0] * 4))
    assert result.code.tolist() == ["111"] * 4


def test_the_frequency_of_cdnow(cdnow):
    """Fader & Hardie count 1,411 customers without a repeat purchase, then 439, 214, 100, …"""
    result = lifetime.rfm(cdnow)
    assert np.bincount(result.frequency_score)[1:].tolist() == [1411, 0, 439, 214, 293]
    assert result.cuts["frequency"] == (1, 1, 2, 3)


def test_rounding_errors_make_no_difference():
    """0.1 + 0.2 is not 0.3 for a computer; sums of the same amounts are equal all the same."""
    log = {
        "who": ["a", "a", "b", "c", "c", "d"],
        "when": ["2024-01-01"] * 6,
        "paid": [0.1, 0.2, 0.3, 0.15, 0.15, 9.0],
    }
    result = lifetime.rfm(
        log, customer="who", date="when", spend="paid", observation_end="2024-02-01", scores=4
    )
    assert result.monetary_score.tolist() == [1, 1, 1, 4]
    assert result.cuts["monetary"] == (0.3, 0.3, 0.3)


@pytest.mark.parametrize("unit", UNITS)
def test_equal_days_are_equal_in_every_unit(unit):
    days = np.repeat([3, 17, 180, 181, 365], 20)
    rng = np.random.default_rng(4)
    first = rng.integers(1, 900, 100)
    per_unit = {"day": 1, "week": 7, "month": 365.25 / 12, "year": 365.25}[unit]
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=np.ones(100),
        recency=first / per_unit,
        age=(first + days) / per_unit,
        unit=unit,
    )
    assert lifetime.rfm(history).days_since_last.tolist() == days.tolist()


def test_dimensions_may_have_different_numbers_of_scores(cdnow):
    result = lifetime.rfm(cdnow, scores={"recency": 10, "frequency": 3, "monetary": 4})
    assert result.scores == {"recency": 10, "frequency": 3, "monetary": 4}
    assert result.code[0] == "-".join(
        f"{score[0]:02}"
        for score in (result.recency_score, result.frequency_score, result.monetary_score)
    )


def test_a_value_at_a_fixed_cut_point_has_the_lower_score():
    result = lifetime.rfm(
        history_of([29, 30, 31, 90], [1, 2, 3, 11], [0, 50.0, 50.0, 1.0]),
        cuts={"recency": [30, 90], "frequency": [1, 3, 10], "monetary": [10, 50]},
    )
    assert result.recency_score.tolist() == [3, 2, 2, 1]
    assert result.frequency_score.tolist() == [1, 2, 2, 4]
    assert result.monetary_score.tolist() == [1, 2, 3, 1]
    assert result.code.tolist() == ["311", "222", "223", "141"]
    assert not result.by_quantiles


def test_cut_points_of_a_result_give_the_same_scores_again(cdnow):
    first = lifetime.rfm(cdnow, monetary="mean")
    again = lifetime.rfm(cdnow, cuts=first.cuts, monetary="mean")
    assert again.code.tolist() == first.code.tolist()
    some = cdnow.select(cdnow.frequency > 1)
    scored = first.score(some)
    assert scored.code.tolist() == first.code[cdnow.frequency > 1].tolist()
    assert scored.cuts == first.cuts


def test_the_mean_is_over_the_days_that_are_counted():
    log = {
        "who": ["a", "a", "b"],
        "when": ["2024-01-01", "2024-01-05", "2024-01-05"],
        "paid": [10.0, 30.0, 25.0],
    }
    columns = {"customer": "who", "date": "when", "spend": "paid", "observation_end": "2024-01-31"}
    history = lifetime.PurchaseHistory.from_transactions(log, unit="day", **columns)
    of_log = lifetime.rfm(log, monetary="mean", scores=2, **columns)
    of_history = lifetime.rfm(history, monetary="mean", scores=2)
    assert of_log.spend.tolist() == [40, 25]
    assert of_log.scored_spend.tolist() == [20, 25]
    assert of_log.monetary_score.tolist() == [1, 2]
    assert of_history.spend.tolist() == [30, 0]
    assert of_history.scored_spend.tolist() == [30, 0]
    assert of_history.monetary_score.tolist() == [2, 1]


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 60), st.integers(0, 99)),
    min_size=1,
    max_size=30,
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(ROWS)
def test_a_log_is_added_up_by_customer(rows):
    end = date(2024, 4, 1)
    rows = [(who, date(2024, 1, 31) + timedelta(day), paid) for who, day, paid in rows]
    who, when, paid = zip(*rows, strict=True)
    log = {"who": list(who), "when": list(when), "paid": list(paid)}
    result = lifetime.rfm(log, customer="who", date="when", spend="paid", observation_end=end)
    expected = reference_rfm.of_log(rows, end)
    assert result.customer.tolist() == sorted(expected)
    found = zip(result.days_since_last, result.purchase_days, result.spend, strict=True)
    assert [tuple(map(float, row)) for row in found] == [
        tuple(map(float, expected[who])) for who in sorted(expected)
    ]
    assert result.observation_end == end


def test_returns_are_paired_and_amounts_capped():
    log = {
        "who": ["a", "a", "a", "b"],
        "when": ["2024-01-01", "2024-01-09", "2024-01-12", "2024-01-03"],
        "what": ["cup", "pot", "pot", "car"],
        "paid": [10.0, 20.0, -20.0, 9_000.0],
    }
    result = lifetime.rfm(
        log,
        customer="who",
        date="when",
        spend="paid",
        observation_end="2024-02-01",
        returns="pair",
        return_columns=["what"],
        largest_spend=100,
    )
    assert result.purchase_days.tolist() == [1, 1]
    assert result.days_since_last.tolist() == [31, 29]
    assert result.spend.tolist() == [10, 100]


@pytest.mark.parametrize("returns", ["net", "drop"])
def test_a_lazy_log_gives_what_one_in_memory_gives(returns):
    polars = pytest.importorskip("polars")
    rng = np.random.default_rng(2)
    log = polars.DataFrame(
        {
            "who": rng.integers(1, 40, 400),
            "when": np.datetime64("2024-01-01") + rng.integers(0, 300, 400).astype("m8[D]"),
            "paid": rng.integers(-5, 60, 400).astype(float),
        }
    )
    arguments = {
        "customer": "who",
        "date": "when",
        "spend": "paid",
        "observation_end": "2024-12-31",
        "returns": returns,
    }
    assert lifetime.rfm(log.lazy(), **arguments) == lifetime.rfm(log, **arguments)


def test_a_history_without_spend_has_two_scores():
    result = lifetime.rfm(history_of([1, 2, 3, 4], [1, 1, 2, 2]), scores=4)
    assert result.dimensions == ("recency", "frequency")
    assert result.monetary_score is None
    assert result.scored_spend is None
    assert result.code.tolist() == ["41", "31", "23", "13"]
    assert "monetary_score" not in result.columns()
    assert "spend" not in result.columns()
    assert "Spend" not in str(result)


def test_sums_and_weighted_means():
    result = lifetime.rfm(history_of([1, 2, 3, 4], [1, 2, 3, 4], [0, 9.0, 9, 1]), scores=4)
    assert result.code.tolist() == ["411", "323", "234", "142"]
    assert result.total_score.tolist() == [6, 8, 9, 7]
    weighted = result.weighted_score({"recency": 3, "monetary": 1})
    assert weighted == pytest.approx([13 / 4, 12 / 4, 10 / 4, 5 / 4])


def test_columns_frames_and_print():
    result = lifetime.rfm(history_of([1, 2, 3], [1, 2, 3], [0, 9.0, 9]), scores=3)
    assert list(result.columns()) == [
        "customer", "days_since_last", "purchase_days", "spend", "recency_score",
        "frequency_score", "monetary_score", "code", "total_score",
    ]  # fmt: skip
    for kind in ("pandas", "polars", "pyarrow"):
        frame = result.to_frame(kind)
        assert list(frame["code"].to_pylist() if kind == "pyarrow" else frame["code"]) == [
            "311", "222", "133",
        ]  # fmt: skip
    assert repr(result) == "RFM(customers=3, recency=3, frequency=3, monetary=3)"
    assert str(result).splitlines()[:7] == [
        "RFM of 3 customers",
        "─" * 81,
        "           measured by                   cut points  customers with score 1, 2, …",
        "─" * 81,
        "recency    days since the last purchase  2, 3        1, 1, 1",
        "frequency  purchase days                 1, 2        1, 1, 1",
        "monetary   total spend                   0, 9        1, 1, 1",
    ]
    assert lifetime.RFM.from_json(result.to_json()) == result
