"""Customers who are alike as one row: fits and answers are those of the customers one by one."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given

from custvalue import datasets, lifetime, testing
from custvalue.errors import DataError, DataWarning, ParameterError
from custvalue.lifetime import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGNBD,
    NBD,
    CustomerCells,
    GammaGamma,
    GammaGompertzNBD,
    ParetoNBD,
    PurchaseHistory,
    customer_lifetime_value,
)

CDNOW = PurchaseHistory.from_transactions(
    datasets.cdnow(),
    customer="customer_id",
    date="date",
    spend="spend",
    observation_end="1997-09-30",
    unit="week",
)
WHOLE = PurchaseHistory.from_arrays(
    frequency=CDNOW.frequency, recency=CDNOW.recency, age=CDNOW.age, unit="week"
)
CELLS = CustomerCells.from_history(WHOLE)
SPENDERS = CustomerCells.from_history(CDNOW)
TABLE = {"frequency": [2, 0], "recency": [30, 0], "age": [38, 39], "count": [5, 1200]}
VISITS = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
PAYS = GammaGamma(p=6.25, q=3.744, gamma=15.44)


def test_cdnow_is_a_thousand_rows():
    assert (len(CELLS), CELLS.customers, CELLS.repeat_customers) == (1016, 2357, 946)
    assert len(SPENDERS) > len(CELLS)
    assert SPENDERS.count @ SPENDERS.monetary_value == pytest.approx(CDNOW.monetary_value.sum())


@pytest.mark.filterwarnings("ignore:GammaGompertzNBD")
@pytest.mark.parametrize("model", [BGNBD, MBGNBD, ParetoNBD, NBD, GammaGompertzNBD])
def test_a_fit_is_that_of_the_customers_one_by_one(model):
    one, other = model.fit(CELLS), model.fit(CELLS.to_history())
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)
    for name, value in other.parameters.items():
        digits = 1e-9 if model is GammaGompertzNBD else 1e-12  # which is on a ridge
        assert one.parameters[name] == pytest.approx(value, rel=digits)
    assert (one.customers, one.cells) == (2357, 1016)


def test_rows_may_repeat_and_come_in_any_order():
    order = np.random.default_rng(2).permutation(np.arange(2 * len(CELLS)) % len(CELLS))
    columns = {name: column[order] for name, column in CELLS.columns().items()}
    twice = CustomerCells.from_arrays(**columns, unit="week")
    assert twice.customers == 2 * CELLS.customers
    one, other = BGNBD.fit(twice), BGNBD.fit(CELLS)
    assert one.log_likelihood == pytest.approx(2 * other.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(
        one.expected_purchases(twice, "39 weeks"),
        one.expected_purchases(CELLS, "39 weeks")[order],
        rtol=1e-12,
    )


def test_regular_buyers_too_if_k_is_given():
    with pytest.warns(DataWarning):
        one = BGCNBD.fit(CELLS, k=2)
    with pytest.warns(DataWarning):
        other = BGCNBD.fit(WHOLE, k=2)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)


def test_spend_is_fitted_to_cells():
    one, other = GammaGamma.fit(SPENDERS), GammaGamma.fit(SPENDERS.to_history())
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)
    for name, value in other.parameters.items():
        assert one.parameters[name] == pytest.approx(value, rel=1e-9)
    assert one.customers == other.customers == 946
    assert one.refunded_customers == 0


def test_equal_spenders_count_as_many():
    rows = {"frequency": [1, 2, 4], "recency": [1, 2, 3], "age": [9, 9, 9], "count": [9, 30, 1]}
    cells = CustomerCells.from_arrays(**rows, monetary_value=[10, 14, 18], unit="week")
    one, other = GammaGamma.fit(cells), GammaGamma.fit(cells.to_history())
    assert one.customers == 40
    for name, value in other.parameters.items():
        assert one.parameters[name] == pytest.approx(value, rel=1e-6)


@given(testing.purchase_histories(min_customers=2), testing.purchase_models())
def test_answers_are_those_of_the_customers(history, model):
    cells = CustomerCells.from_history(history)
    every = cells.to_history()
    assert cells.customers == len(history) == len(every)
    asks = ["probability_alive"] if hasattr(model, "k") else ["probability_alive", "log_likelihood"]
    for ask in asks:
        rows, each = getattr(model, ask)(cells), getattr(model, ask)(every)
        np.testing.assert_allclose(np.repeat(rows, cells.count.astype(int)), each, rtol=1e-9)
    rows = model.expected_purchases(cells, "1 year")
    assert cells.count @ rows == pytest.approx(model.expected_purchases(every, "1 year").sum())


def value_of(history, purchases=VISITS, spend=PAYS):
    return customer_lifetime_value(
        history,
        purchases=purchases,
        spend=spend,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )


def test_totals_count_the_customers():
    cells, every = value_of(SPENDERS), value_of(CDNOW)
    assert cells.total.value == pytest.approx(every.total.value, rel=1e-12)
    assert (cells.total.n, every.total.n) == (2357, 2357)
    assert cells.concentration(0.2) == pytest.approx(every.concentration(0.2), rel=1e-12)
    assert cells.alive_by_definition == every.alive_by_definition == 1411
    assert "2,357 customers" in str(cells)
    assert repr(cells).startswith("CustomerLifetimeValue(customers=2,357,")


def test_the_best_customers_may_be_part_of_a_row():
    cells, every = value_of(SPENDERS), value_of(CDNOW)
    for n in (1, 10, 1500, 5000):
        best = cells.top(n)
        assert best.count.sum() == min(n, 2357)
        assert best.total.value == pytest.approx(every.top(n).total.value, rel=1e-12)
    with pytest.warns(UserWarning, match="at_risk never names 1,411 of 2,357 customers"):
        cells.at_risk(10)


def test_the_total_has_the_error_of_the_customers_one_by_one():
    fits = {"purchases": MBGNBD.fit(CDNOW), "spend": GammaGamma.fit(CDNOW)}
    cells, every = value_of(SPENDERS, **fits), value_of(CDNOW, **fits)
    assert cells.total_standard_error == pytest.approx(every.total_standard_error, rel=1e-8)


def test_values_of_cells_go_to_json_and_back_and_are_drawn():
    value = value_of(SPENDERS)
    assert type(value).from_json(value.to_json()) == value
    assert CustomerCells.from_json(SPENDERS.to_json()) == SPENDERS
    assert repr(value.plot()) == "Picture('Value within 1 year of 2,357 customers')"


def test_profile_intervals_of_cells():
    fit = NBD.fit(CELLS)
    one = fit.confidence_interval(method="profile", data=CELLS)
    other = fit.confidence_interval(method="profile", data=WHOLE)
    assert one["r"].low == pytest.approx(other["r"].low, rel=1e-6)


@pytest.mark.parametrize(
    "kind",
    [dict, pd.DataFrame, pl.DataFrame, pa.table, lambda table: pl.DataFrame(table).lazy()],
)
def test_any_kind_of_table(kind):
    found = CustomerCells.from_frame(kind(TABLE), unit="week")
    assert found == CustomerCells.from_arrays(**TABLE, unit="week")


def test_a_group_by_in_an_engine():
    frame = duckdb.from_df(pd.DataFrame(WHOLE.columns()))
    grouped = frame.aggregate("frequency, recency, age, count(*) as n")
    found = CustomerCells.from_frame(grouped, count="n", unit="week")
    one, other = found.cells, WHOLE.cells
    for name in ("frequency", "recency", "age", "count"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


# --- bad input ------------------------------------------------------------------------------


def cells(**changes):
    return CustomerCells.from_arrays(**{**TABLE, "unit": "week", **changes})


COUNT = "It says how many customers a row stands for; leave out rows without any."
BAD = {
    "no customers": (
        lambda: cells(count=[5, 0]),
        f"count must be a whole number >= 1, but row 1 has 0. {COUNT}",
    ),
    "half a customer": (
        lambda: cells(count=[5.5, 1]),
        f"count must be a whole number >= 1, but row 0 has 5.5. {COUNT}",
    ),
    "recency without a purchase": (
        lambda: cells(recency=[30, 2]),
        (
            "recency must be 0 where frequency is 0, but row 1 has 2. recency is the time from the "
            "first purchase to the last; if yours is the time since the last purchase, give age - "
            "recency."
        ),
    ),
    "lengths": (
        lambda: cells(count=[5]),
        (
            "columns must have the same length, but have {'frequency': 2, 'recency': 2, 'age': "
            "2, 'count': 1}."
        ),
    ),
    "empty": (
        lambda: cells(frequency=[], recency=[], age=[], count=[]),
        "there are no cells. Give at least one customer.",
    ),
    "negative money": (
        lambda: cells(monetary_value=[-1, 0]),
        (
            "monetary_value must be >= 0, but row 0 has -1. Returns belong in the transaction log "
            "as negative spend with returns='net'."
        ),
    ),
    "no column": (
        lambda: CustomerCells.from_frame(TABLE, count="n", unit="week"),
        (
            "count='n' is not a column of the data. The columns are 'frequency', 'recency', 'age', "
            "'count'."
        ),
    ),
    "other names": (
        lambda: CustomerCells.from_frame({"x": [1], "t_x": [1], "T": [2]}, unit="week"),
        (
            "frequency='frequency' is not a column of the data, but 'x' is: so other libraries "
            "call what is frequency here. Give frequency='x', recency='t_x', age='T'."
        ),
    ),
    "opportunities": (
        lambda: BGBB(alpha=1, beta=1, gamma=1, delta=1).probability_alive(CELLS),
        (
            "BGBB needs an OpportunityHistory, in which customers take or leave whole "
            "opportunities, but it is a CustomerCells. For purchases at any time use BGNBD."
        ),
    ),
    "cells of cells": (
        lambda: CustomerCells.from_history(CELLS),
        (
            "CustomerCells needs a PurchaseHistory, in which customers buy at any time, but it is: "
            "CustomerCells. Make one with PurchaseHistory.from_transactions; for discrete "
            "opportunities use BGBB. Or use cells.to_history()."
        ),
    ),
    "predictions with intervals": (
        lambda: BGNBD.fit(CELLS).predict(CELLS, "1 year"),
        (
            "BGNBD.predict needs customers one by one, but it is CustomerCells. Use "
            "cells.to_history()."
        ),
    ),
    "simulated spend": (
        lambda: PAYS.simulate(CELLS),
        "GammaGamma needs customers one by one, but it is CustomerCells. Use cells.to_history().",
    ),
    "profits": (
        lambda: lifetime.NormalSpend.fit(SPENDERS),
        "NormalSpend needs customers one by one, but it is CustomerCells. Use cells.to_history().",
    ),
    "no money": (
        lambda: GammaGamma.fit(CELLS),
        (
            "GammaGamma needs monetary values, but the history has none. Give spend= to "
            "PurchaseHistory.from_transactions, or monetary_value= to from_arrays."
        ),
    ),
}


@pytest.mark.parametrize(("ask", "message"), BAD.values(), ids=BAD)
def test_bad_cells_are_refused_word_for_word(ask, message):
    with pytest.raises(DataError) as caught:
        ask()
    assert str(caught.value) == message


def test_segments_need_values_of_customers():
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(CDNOW).segments(value=value_of(SPENDERS))
    assert str(caught.value) == (
        "value must have one row per customer, but it is that of CustomerCells. Compute it from "
        "the history."
    )
