"""Cohorts: counted by hand and by the simplest loops, a model beside, bad input."""

from datetime import date, timedelta

import driven
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import datasets, plotting, testing
from custvalue._lifetime.value import cohorts as printed
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import BGNBD, NBD, Cohorts, ParetoNBD, cohorts

LOG = {
    "id": ["ann", "ann", "ann", "bob", "bob", "cy", "cy", "dee"],
    "date": [
        "2024-01-05", "2024-01-20", "2024-03-01", "2024-01-31", "2024-02-01",
        "2024-02-10", "2024-02-10", "2024-04-15",
    ],
    "paid": [10.0, 5.0, 6.0, 20.0, 1.0, 7.0, 2.0, 3.0],
}  # fmt: skip


def of(log=LOG, **changes):
    options = {"customer": "id", "date": "date", "observation_end": "2024-04-10", **changes}
    return cohorts(log, **{"after_end": "ignore", **options})


def test_by_hand():
    found = of(spend="paid")
    assert found.labels == ("2024-01", "2024-02")
    assert found.cohort.tolist() == ["2024-01"] * 3 + ["2024-02"] * 2
    assert found.period.tolist() == [0, 1, 2, 0, 1]  # April has not ended
    assert found.customers.tolist() == [2, 2, 2, 1, 1]
    assert found.active.tolist() == [2, 1, 1, 1, 0]
    assert found.share.tolist() == [1, 0.5, 0.5, 1, 0]
    assert found.repeat_purchases.tolist() == [0.5, 1, 1.5, 0, 0]
    assert found.spend.tolist() == [17.5, 18, 21, 9, 9]
    triangle = found.matrix("active")
    assert triangle[0].tolist() == [2, 1, 1]
    assert triangle[1, :2].tolist() == [1, 0]
    assert np.isnan(triangle[1, 2])


def test_rows_are_repeated_if_the_columns_that_tell_them_apart_are_alike():
    log = {**LOG, "paid": [10.0, 5, 6, 20, 1, 7, 7, 3], "line": [1, 1, 1, 1, 1, 1, 2, 1]}
    for columns, spend in ((None, 14), (["line"], 14), ([], 7)):
        found = of(log, spend="paid", duplicates="drop", duplicate_columns=columns)
        assert found.spend.tolist() == [17.5, 18, 21, spend, spend]


def test_quarters_and_years():
    assert of(by="quarter").labels == ("2024-Q1",)
    whole = of(by="year", observation_end="2024-12-31")
    assert whole.labels == ("2024",)
    assert whole.customers.tolist() == [4]
    assert whole.repeat_purchases.tolist() == [3 / 4]


def month_of(day, months):
    return (day.year * 12 + day.month - 1) // months


def naive(log, end, months):
    """Return customers, active and repeat purchases by cohort and period, customer by customer."""
    days = {}
    for who, day in zip(log["customer_id"].tolist(), log["date"].tolist(), strict=True):
        days.setdefault(who, set()).add(day)
    last = month_of(end + timedelta(days=1), months) - 1
    found = {}
    for its in days.values():
        start = month_of(min(its), months)
        for period in range(start, last + 1):
            row = found.setdefault((start, period - start), [0, 0, 0])
            row[0] += 1
            row[1] += any(month_of(day, months) == period for day in its)
            row[2] += sum(day > min(its) and month_of(day, months) <= period for day in its)
    return [found[key] for key in sorted(found)]


@given(
    log=testing.transaction_logs(days=200, max_customers=8, max_rows=40),
    by=st.sampled_from(["month", "quarter", "year"]),
    more=st.integers(0, 400),
)
def test_like_the_simplest_loops(log, by, more):
    end = log["date"].max().item() + timedelta(days=more)
    expected = naive(log, end, {"month": 1, "quarter": 3, "year": 12}[by])
    columns = {"customer": "customer_id", "date": "date", "spend": "spend"}
    if not expected:
        with pytest.raises(DataError, match="has ended"):
            cohorts(log, **columns, by=by, observation_end=end)
        return
    found = cohorts(log, **columns, by=by, observation_end=end)
    rows = zip(found.customers, found.active, found.repeat_purchases, strict=True)
    assert [[n, some, round(each * n)] for n, some, each in rows] == expected
    if more > 366:
        last = found.period == found.period.max()
        assert last.any()
        totals = found.matrix("spend")
        sizes = np.array([found.customers[found.cohort == each][0] for each in found.labels])
        final = [row[~np.isnan(row)][-1] for row in totals]
        assert final @ sizes == pytest.approx(log["spend"].sum())


def test_every_kind_of_dataframe():
    expected = of()
    assert of(pd.DataFrame(LOG)) == expected
    assert of(pl.DataFrame(LOG)) == expected
    assert isinstance(of().triangle(like="pandas"), pd.DataFrame)
    shares = of().triangle(like="polars")
    assert shares.columns == ["cohort", "customers", "0", "1", "2"]


def test_wilson_of_a_share():
    found = of().retained("2024-01", 1)
    assert (found.value, found.n) == (0.5, 2)
    row = of().columns(0.9)
    ends = found.confidence_interval(0.9)
    assert (row["low"][1], row["high"][1]) == (ends.low, ends.high)


def test_old_customers_are_left_out():
    found = of(new_customers_only="20 days")
    assert found.early_customers == 1
    assert found.customers.tolist() == [1, 1, 1, 1, 1]
    assert "Left out: 1 customer first seen early in the log." in str(found)


def test_a_model_beside():
    """What is expected of a cohort: the mean over the days on which its customers came."""
    model = ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week")
    found = of(purchases=model)
    ages = [(date(2024, 2, 29) - day).days for day in (date(2024, 1, 5), date(2024, 1, 31))]
    expected = np.mean([model.expected_purchases_new_customer(f"{age} days") for age in ages])
    assert found.matrix("expected_purchases")[0, 1] == pytest.approx(expected, rel=1e-12)


def test_cdnow_is_expected_as_it_was():
    """Of 2,357 customers, 39 weeks ahead of the fit: within 12 % of what they really bought."""
    model = ParetoNBD(r=0.55315, alpha=10.57633, s=0.60625, beta=11.6715, unit="week")
    log = datasets.cdnow("all")
    names = {"customer": "customer_id", "date": "date"}
    found = cohorts(log, **names, observation_end="1998-06-30", purchases=model)
    assert found.labels == ("1997-01", "1997-02", "1997-03")
    real, expected = found.matrix("repeat_purchases"), found.matrix("expected_purchases")
    np.testing.assert_allclose(real[:, 15], expected[:, 15], rtol=0.12)


def test_shown_and_to_json():
    found = of(spend="paid", purchases=NBD(r=1, alpha=10, unit="week"))
    assert Cohorts.from_json(found.to_json()) == found
    assert repr(found) == "Cohorts(by='month', cohorts=2, customers=3)"
    assert "Only months that had ended by 2024-04-10." in str(found)
    assert set(found.columns()) >= {"spend", "expected_purchases", "low", "high"}


def test_more_than_a_year_is_shortened_in_print_only():
    found = of(observation_end="2025-12-31")
    assert found.matrix().shape == (3, 24)
    assert "The first 12 months; triangle() has all of them." in str(found)


def test_the_picture_holds_the_percentages():
    picture = plotting.cohort_heat_map(of())
    assert repr(picture) == (
        "Picture('Customers who bought, %, by month since the first purchase, 2 cohorts')"
    )
    words = [text.get_text() for text in picture.figure.axes[0].texts]
    assert words == ["50", "50", "0"]


def test_the_first_periods_are_printed(monkeypatch):
    assert of()._table().header == ("cohort", "customers", "0", "1", "2")
    monkeypatch.setattr(printed, "PRINTED", 1)
    assert of()._table().header == ("cohort", "customers", "0", "1")


BAD = {
    "another period": (
        lambda: of(by="week"),
        ParameterError,
        "by must be one of 'month', 'quarter', 'year', but it is 'week'.",
    ),
    "lazy": (
        lambda: of(pl.DataFrame(LOG).lazy()),
        DataError,
        "cohorts needs a log in memory, but this one is lazy. Collect it first.",
    ),
    "nothing has ended": (
        lambda: of(by="year"),
        DataError,
        (
            "no year with a purchase has ended by 2024-04-10. Give a later observation_end, or "
            "shorter periods."
        ),
    ),
    "after the end": (
        lambda: of(after_end="raise"),
        DataError,
        (
            "date must be on or before 2024-04-10, the end of observation, but row 7 has "
            "'2024-04-15'. Use after_end='ignore' to exclude later transactions, or move "
            "observation_end."
        ),
    ),
    "no such cohort": (
        lambda: of().retained("2024-02", 2),
        DataError,
        (
            "there is no cohort '2024-02' of which period 2 has ended. The cohorts are 2024-01, "
            "2024-02."
        ),
    ),
    "no spend": (
        lambda: of().matrix("spend"),
        ParameterError,
        "measure='spend' is not known. Give spend='amount' to lifetime.cohorts.",
    ),
    "no model": (
        lambda: of().triangle("expected_purchases"),
        ParameterError,
        "measure='expected_purchases' is not known. Give purchases=fit to lifetime.cohorts.",
    ),
    "a model without a unit": (
        lambda: of(purchases=BGNBD(r=1, alpha=1, a=1, b=1)),
        UnitError,
        (
            "BGNBD has no time unit, and without a history its time unit is unknown. Use "
            "BGNBD(..., unit='week'), or the unit it has."
        ),
    ),
    "a picture of one period": (
        lambda: plotting.cohort_heat_map(of(observation_end="2024-01-31")),
        ParameterError,
        (
            "no month after that of the first purchases has ended, so there is nothing to draw. "
            "Use a later observation_end."
        ),
    ),
    "too many periods": (
        lambda: plotting.cohort_heat_map(of(), periods=25),
        ParameterError,
        "periods must be a whole number from 1 to 24, but it is 25.",
    ),
}


@pytest.mark.parametrize(("wrong", "error", "message"), BAD.values(), ids=BAD)
def test_every_message_word_for_word(wrong, error, message):
    with pytest.raises(error) as raised:
        wrong()
    assert str(raised.value) == message


# --- covariates -------------------------------------------------------------------------------

WHO = {"id": ["ann", "bob", "cy", "dee"], "region": ["south", "east", "north", "east"]}
WHO["age"] = [3.0, 0.0, 9.0, 1.0]


def kind_of(who):
    return {name: WHO[name][WHO["id"].index(who)] for name in ("region", "age")}


def test_customers_with_covariates_are_expected_one_by_one():
    model = driven.truth(BGNBD)
    found = of(purchases=model, customers=WHO)
    days = {"2024-01": {"ann": 5, "bob": 31}, "2024-02": {"cy": 41}}  # since the end of 2023
    ends = {"2024-01": [31, 60, 91], "2024-02": [60, 91]}
    by_hand = []
    for cohort, members in days.items():
        for end in ends[cohort]:
            each = [
                model.expected_purchases_new_customer(
                    f"{end - day} days",
                    covariates={
                        name: WHO[name][WHO["id"].index(who)] for name in ("region", "age")
                    },
                )
                for who, day in members.items()
            ]
            by_hand.append(np.mean(each))
    assert found.expected_purchases == pytest.approx(by_hand, rel=1e-9)


def test_coefficients_of_0_expect_what_the_plain_model_does():
    none = driven.truth(BGNBD, dict.fromkeys(driven.WORTH, 0.0))
    plain = BGNBD(**driven.PLACES[BGNBD], unit="week")
    found = of(purchases=none, customers=WHO)
    assert found.expected_purchases == pytest.approx(
        of(purchases=plain).expected_purchases, rel=1e-9
    )


def test_a_table_of_customers_is_for_models_with_covariates():
    with pytest.raises(ParameterError) as error:
        of(purchases=driven.truth(BGNBD))
    assert str(error.value) == (
        "BGNBD has covariates, so customers differ by them. Give customers=, a table with one row "
        "per customer: 'id', 'region', 'age'."
    )
    with pytest.raises(ParameterError) as error:
        of(customers=WHO)
    assert str(error.value) == (
        "customers is a table for purchases=, a model with covariates, but there is none. Omit "
        "customers."
    )
