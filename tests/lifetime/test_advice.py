"""Warnings and errors that name the right cause, and a step that works."""

import time
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue import lifetime
from custvalue._lifetime.purchasing.regular_likelihood import regular_objective
from custvalue.errors import DataError, IdentifiabilityWarning, ParameterError
from custvalue.survey import Bootstrap

FEW = [lifetime.BGNBD, lifetime.MBGNBD, lifetime.ParetoNBD, lifetime.GammaGompertzNBD]


@pytest.fixture(scope="module")
def heavy():
    """Make customers who buy often, nearly alike, and never leave: r is 27, not infinite."""
    x = np.arange(200, 401, 5)
    same = np.full(len(x), 1000.0)
    return lifetime.PurchaseHistory.from_arrays(frequency=x, recency=same - 2, age=same, unit="day")


def warned(model, history):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = model.fit(history)
    assert all(each.category is IdentifiabilityWarning for each in caught)
    return fit, " ".join(str(each.message) for each in caught)


@pytest.mark.parametrize("model", FEW, ids=lambda model: model.__name__)
def test_a_large_r_is_called_poisson_only_where_poisson_fits(heavy, model):
    nbd = lifetime.NBD.fit(heavy)
    poisson = lifetime.NBD(r=1e9, alpha=1e9 / 0.3).log_likelihood(heavy).sum()
    assert nbd.log_likelihood - poisson == pytest.approx(170.7, abs=0.1)
    fit, said = warned(model, heavy)
    assert fit.model.r == pytest.approx(27.3, abs=0.1)
    assert "Use NBD, which is this limit." in said
    assert "one purchase rate" not in said


def test_a_fit_keeps_which_limit_it_is(heavy):
    fit, said = warned(lifetime.ParetoNBD, heavy)
    assert fit.limit
    assert said.endswith(fit.limit)
    assert fit.limit in str(fit)
    assert lifetime.from_json(fit.to_json()) == fit
    with pytest.raises(ValueError, match="Use NBD, which is this limit"):
        fit.confidence_interval()
    assert lifetime.NBD.fit(heavy).limit == ""


def test_a_total_without_an_interval_says_whose_standard_errors_are_not_known():
    n = np.arange(2, 22)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=n,
        recency=np.full(20, 99.0),
        age=np.full(20, 100.0),
        monetary_value=10.0 + n % 7,
        unit="week",
    )
    buys, said = warned(lifetime.BGNBD, history)
    pays = lifetime.GammaGamma(p=6, q=4, gamma=15)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=buys,
        spend=pays,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    with pytest.raises(ParameterError) as caught:
        value.total.confidence_interval()
    assert str(caught.value) == (
        "total value: there is no interval, because purchases is a fit of BGNBD without standard "
        "errors: the data cannot tell its parameters apart. It is the limit of no dropout (a to "
        "0), to which the log-likelihood falls by 0.0 only. Use NBD, which is this limit. spend is "
        "a model, of which no standard errors are known. Give its fit, as in spend=fit, not "
        "fit.model."
    )
    assert said.endswith("falls by 0.0 only. Use NBD, which is this limit.")
    with pytest.raises(ParameterError, match="some of the customers only"):
        value.top(3).total.confidence_interval()


@pytest.mark.parametrize(
    ("recency", "age"), [(250 / 7, 35.7142857142857), (30.0, 30.0 * (1 - 1e-13))]
)
def test_recency_may_exceed_age_by_rounding(recency, age):
    one = lifetime.PurchaseHistory.from_arrays(frequency=3, recency=recency, age=age, unit="week")
    assert one.recency[0] == one.age[0] == age
    model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    exact = lifetime.PurchaseHistory.from_arrays(frequency=3, recency=age, age=age, unit="week")
    assert model.probability_alive(one) == model.probability_alive(exact)


LOG = {
    "id": [1, 1, 1, 2],
    "d": ["2024-01-01T09:00", "2024-01-08T10:15", "2024-01-08T10:15", "2024-01-02T08:00"],
    "m": [3.0, 5.0, 5.0, 4.0],
    "product": ["mug", "cup", "bowl", "cup"],
}


def history_of(log, **rules):
    asked = {"spend": "m", "observation_end": "2024-02-01", "unit": "day", **rules}
    return lifetime.PurchaseHistory.from_transactions(log, customer="id", date="d", **asked)


def lazily(log):
    frame = pl.DataFrame(log)
    return frame.with_columns(pl.col("d").str.to_datetime("%Y-%m-%dT%H:%M")).lazy()


def duckdb_of(log):
    duckdb = pytest.importorskip("duckdb")
    frame = lazily(log).collect().to_arrow()
    return duckdb.from_arrow(frame)


KINDS = [dict, pd.DataFrame, pl.DataFrame, lazily, duckdb_of]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_two_products_of_one_price_on_an_invoice_are_no_duplicates(kind):
    drop = {"duplicates": "drop", "duplicate_columns": ["product"]}
    found = history_of(kind(LOG), **drop)
    assert found.monetary_value.tolist() == [10, 0]
    assert found.excluded.duplicates == 0
    again = {**LOG, "product": ["mug", "cup", "cup", "cup"]}
    found = history_of(kind(again), **drop)
    assert found.monetary_value.tolist() == [5, 0]
    assert found.excluded.duplicates == 1
    whole = history_of(kind(LOG), duplicates="drop")  # all columns, "product" too
    assert whole.monetary_value.tolist() == [10, 0]
    bare = history_of(kind(LOG), duplicates="drop", duplicate_columns=())
    assert bare.monetary_value.tolist() == [5, 0]
    with pytest.raises(DataError, match=r"where d and m and product are the same, but "):
        history_of(kind(again), duplicates="raise", duplicate_columns=("product",))


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NaT, pd.NA])
def test_missing_entries_of_a_further_column_are_alike(gap):
    log = {**LOG, "product": ["mug", gap, gap, 7]}
    found = history_of(log, duplicates="drop", duplicate_columns=["product"])
    assert found.excluded.duplicates == 1


def test_further_columns_stay_beside_their_rows_when_others_are_excluded():
    log = {**LOG, "m": [3.0, 5.0, 5.0, 0.0], "d": ["2024-03-01", *LOG["d"][1:]]}
    found = history_of(
        log,
        duplicates="drop",
        duplicate_columns=["product"],
        after_end="ignore",
        zero_spend="drop",
    )
    assert found.excluded.transactions == 2


@pytest.mark.parametrize("kind", [dict, lazily], ids=["memory", "lazy"])
@pytest.mark.parametrize(
    ("rules", "error", "message"),
    [
        (
            {"duplicates": "drop", "duplicate_columns": "product"},
            ParameterError,
            "duplicate_columns must be a list of columns, as in ['product'], but it is 'product'.",
        ),
        (
            {"duplicate_columns": ["product"]},
            ParameterError,
            (
                "duplicate_columns=['product'] says which rows are duplicates, but they are kept. "
                "Add duplicates='drop' or duplicates='raise', or omit it."
            ),
        ),
        (
            {"duplicates": "drop", "duplicate_columns": ["products"]},
            DataError,
            (
                "duplicate_columns[0]='products' is not a column of the data. Did you mean "
                "'product'? The columns are 'id', 'd', 'm', 'product'."
            ),
        ),
    ],
)
def test_further_columns_are_checked(kind, rules, error, message):
    with pytest.raises(error) as caught:
        history_of(kind(LOG), **rules)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("amount", "hint"),
    [
        ("12.5", "."),
        ("12,50", ", with a decimal point for the comma."),
        ("$1,234.00", ", without '$', without separators of thousands."),
        (
            "1.234,00 €",
            ", without '€', without separators of thousands, with a decimal point for the comma.",
        ),
    ],
)
def test_amounts_as_text_are_told_how_to_become_numbers(amount, hint):
    with pytest.raises(DataError) as caught:
        history_of({**LOG, "m": [1.0, amount, 2.0, 3.0]})
    assert str(caught.value) == (
        f"m must be a number, but row 1 has {amount!r}. This is text: turn the column into "
        f"numbers first{hint}"
    )


def test_columns_are_known_by_the_names_that_other_libraries_use():
    table = {"frequency": [1, 0], "recency": [5, 0], "T": [9, 9]}
    with pytest.raises(DataError) as caught:
        lifetime.PurchaseHistory.from_frame(table, unit="week")
    assert str(caught.value) == (
        "age='age' is not a column of the data, but 'T' is: so other libraries call what is age "
        "here. Give age='T'."
    )
    btyd = {"x": [1, 0], "t.x": [5, 0], "T.cal": [9, 9]}
    with pytest.raises(DataError, match=r"Give frequency='x', recency='t\.x', age='T\.cal'\.$"):
        lifetime.PurchaseHistory.from_frame(btyd, unit="week")


@pytest.mark.parametrize("time_zone", [None, "Europe/Berlin"])
def test_the_rows_without_a_zone_are_named(time_zone):
    log = {"id": [1, 1], "d": ["2024-01-01T23:30:00+01:00", "2024-02-01T00:30:00"]}
    with pytest.raises(DataError) as caught:
        history_of(log, spend=None, time_zone=time_zone)
    assert str(caught.value) == (
        "d must be times that all carry a zone, as row 0 does, or all local times, but row 1 has "
        "'2024-02-01T00:30:00'. Give these rows the zone in which they were written, or take it "
        "from the others."
    )


@pytest.mark.parametrize("kind", [dict, lazily, duckdb_of], ids=lambda kind: kind.__name__)
def test_absurd_amounts_are_refused(kind):
    with pytest.raises(DataError) as caught:
        history_of(kind({**LOG, "m": [3.0, -1e160, 5.0, 4.0]}))
    where = "row 1 has -1e+160" if kind is dict else "1 row is not: -1e+160 of customer 1"
    assert str(caught.value) == (
        f"m must be at most 1e+100 in size, but {where}. Give amounts of money in a currency of "
        f"usual size, and correct the entry."
    )


@pytest.mark.parametrize("money", [1e160, 1e300])
def test_absurd_mean_spends_are_refused(money):
    with pytest.raises(DataError, match=r"at most 1e.100 in size, but row 1"):
        lifetime.PurchaseHistory.from_arrays(
            frequency=[1, 1], recency=[1, 1], age=[2, 2], monetary_value=[1, money], unit="week"
        )
    with pytest.raises(DataError, match=r"at most 1e.100 in size, but row 0"):
        lifetime.OpportunityHistory.from_arrays(
            frequency=1, recency=1, opportunities=2, monetary_value=money
        )


@pytest.mark.parametrize("scale", [1e-100, 1e100])
def test_spends_of_any_size_are_fitted(scale):
    truth = lifetime.GammaGamma(p=6, q=4, gamma=15)
    history = truth.simulate(MODELS[4].simulate(500, age="52 weeks", rng=1), rng=2)
    spends, ends = history.monetary_value, []
    for factor in (1.0, scale / spends[spends > 0].max(), scale / spends[spends > 0].min()):
        if (spends * factor).max() <= 1e100 and (spends * factor)[spends > 0].min() >= 1e-100:
            fit = lifetime.GammaGamma.fit(replace(history, monetary_value=spends * factor))
            ends.append([fit.model.p, fit.model.q, fit.model.gamma / factor])
    assert len(ends) == 2
    assert ends[1] == pytest.approx(ends[0], rel=1e-7)


MODELS = [
    lifetime.NBD(r=0.385, alpha=12.07, unit="week"),
    lifetime.ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week"),
    lifetime.GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit="week"),
    lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    lifetime.MBGNBD(r=0.5, alpha=6, a=1.8, b=2.4, unit="week"),
    lifetime.BGCNBD(k=2, r=0.5, alpha=6, a=0.8, b=2.4, unit="week"),
]
THREE = lifetime.PurchaseHistory.from_arrays(
    frequency=[0, 2, 40], recency=[0, 30.43, 70], age=[39, 38.86, 71.2], unit="week"
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize(
    "horizon", ["0 days", "1e-300 days", "1e-90 days", "1e9 years", "1e30 years"]
)
def test_every_answer_is_finite_at_odd_horizons(model, horizon):
    answers = [
        model.probability_alive(THREE, at=horizon),
        model.probability_active(THREE, horizon),
        model.expected_purchases(THREE, horizon),
        model.expected_purchases_new_customer(horizon),
        model.purchase_count_pmf([0, 1, 1000], horizon),
        model.purchase_count_pmf([0, 1, 1000], horizon, THREE),
        model.discounted_expected_purchases(THREE, annual_discount_rate=0.1, horizon=horizon),
    ]
    assert all(np.isfinite(answer).all() for answer in answers)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_absurd_horizons_are_refused(model):
    with pytest.raises(ParameterError) as caught:
        model.expected_purchases(THREE, "1e300 years")
    assert str(caught.value) == (
        "horizon must be at most 1e+30 years, but it is '1e300 years'. Use horizon=None "
        "for an infinite one."
    )
    with pytest.raises(ParameterError, match=r"^at must be at most 1e\+30 years, but it is"):
        model.probability_alive(THREE, at="1e300 years")


@pytest.mark.parametrize("model", MODELS[:5], ids=lambda model: type(model).__name__)
def test_long_horizons_are_discounted_by_the_week_as_fast_as_infinite_ones(model):
    how = {"annual_discount_rate": 0.1, "discounting": "weekly"}
    start = time.process_time()
    endless = model.discounted_expected_purchases(THREE, **how)
    middle = time.process_time()
    for horizon in ("100000 years", "1e9 years"):
        long = model.discounted_expected_purchases(THREE, horizon=horizon, **how)
        assert long == pytest.approx(endless, rel=1e-13)
    assert time.process_time() - middle < 4 * (middle - start) + 0.1


@pytest.mark.parametrize("rate", [1e-99, 1e-20, 1e-15])
def test_with_hardly_any_discount_it_does_not_matter_from_when(rate):
    model = lifetime.BGNBD(r=0.243, alpha=4.414, a=2.793, b=2.426)
    how = {"discounting": "weekly"}
    continuous = model.discounted_expected_purchases(THREE, annual_discount_rate=rate)
    weekly = model.discounted_expected_purchases(THREE, annual_discount_rate=rate, **how)
    assert weekly == pytest.approx(continuous, rel=1e-9)


BGBB = lifetime.BGBB(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
BDW = lifetime.BetaDiscreteWeibull(alpha=0.2, beta=1.4, c=1.7, period="1 month")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: MODELS[0].simulate(10**12, age="1 week"),
            (
                "customers must be at most 10,000,000 in one simulation, but it is "
                "1,000,000,000,000. Simulate them in parts, each with its own rng."
            ),
        ),
        (
            lambda: BGBB.simulate(10**8, opportunities=2),
            (
                "customers must be at most 10,000,000 in one simulation, but it is 100,000,000. "
                "Simulate them in parts, each with its own rng."
            ),
        ),
        (
            lambda: BDW.simulate(10**8, periods=2),
            (
                "customers must be at most 10,000,000 in one simulation, but it is 100,000,000. "
                "Simulate them in parts, each with its own rng."
            ),
        ),
        (
            lambda: BGBB.simulate(2, opportunities=10**6),
            "opportunities must be at most 100,000, but it has 1000000.",
        ),
        (
            lambda: BGBB.purchase_count_pmf(1, 10**9),
            "opportunities must be at most 100,000, but it has 1000000000.",
        ),
        (
            lambda: BGBB.expected_purchases_new_customer(10**300),
            "opportunities must be whole numbers >= 0, but it has 1" + "0" * 300 + ".",
        ),
        (lambda: BDW.survival(10**16), "t must be at most 1,000,000,000,000,000, but it has "),
        (
            lambda: MODELS[3].purchase_count_pmf([1, 10**9], "1 week"),
            "n must be at most 100,000, but it has 1000000000.",
        ),
        (
            lambda: Bootstrap(10**9),
            (
                "resamples must be at most 1,000,000, but it is 1,000,000,000. An interval hardly "
                "changes after some ten thousand."
            ),
        ),
    ],
)
def test_numbers_have_upper_limits(call, message):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value).startswith(message)


def odd(frequency, recency, age):
    return lifetime.PurchaseHistory.from_arrays(
        frequency=frequency, recency=recency, age=age, unit="week"
    )


SOON_OVER = {  # histories that are likeliest where all leave soon after the last purchase
    "one cell": odd(np.full(50, 4), np.full(50, 45.0), np.full(50, 52.0)),
    "two customers": odd([1, 19], [8 / 7, 60 / 7], [226 / 7, 306 / 7]),
}


@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
@pytest.mark.filterwarnings("ignore::custvalue.errors.ForecastWarning")
@pytest.mark.parametrize("name", SOON_OVER)
def test_the_top_where_all_leave_after_the_last_purchase_is_found(name):
    history = SOON_OVER[name]
    last, rate = history.recency.max(), history.frequency.sum() / history.recency.sum()
    fit = lifetime.GammaGompertzNBD.fit(history)
    for b in (50 / last, 200 / last):
        near = lifetime.GammaGompertzNBD(r=1e6, alpha=1e6 / rate, beta=np.exp(b * last), b=b, s=30)
        assert fit.log_likelihood > near.log_likelihood(history).sum() - 0.01


@pytest.mark.parametrize("model", [lifetime.BGNBD, lifetime.MBGNBD, lifetime.BGCNBD])
def test_likelihoods_keep_their_digits_far_out(model):
    history = odd([1.0, 1.0, 3.0], [29.0, 12.0, 40.0], [52.0, 52.0, 51.0])
    k = {"k": 2} if model is lifetime.BGCNBD else {}
    far = model(r=2e16, alpha=3e17, a=0.8, b=2.4, unit="week", **k)
    near = model(r=2e9, alpha=3e10, a=0.8, b=2.4, unit="week", **k)
    objective = model._objective(history.cells) if not k else regular(history)
    values = [objective(np.array([m.r, m.alpha, m.a, m.b])) for m in (far, near)]
    assert values[0].value == pytest.approx(values[1].value, abs=1e-7)
    assert values[0].gradient[2:] == pytest.approx(values[1].gradient[2:], abs=1e-7)


def regular(history):
    return regular_objective(history.cells, k=2, first=0)
