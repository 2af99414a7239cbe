"""Customer lifetime value: against a sum by hand, in any unit, with its interval and its parts."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue import datasets
from custvalue.lifetime import (
    BGBB,
    BGNBD,
    MBGNBD,
    NBD,
    CustomerLifetimeValue,
    GammaGamma,
    OpportunityHistory,
    ParetoNBD,
    PurchaseHistory,
    customer_lifetime_value,
)

BUYS = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
PAYS = GammaGamma(p=6.25, q=3.744, gamma=15.44)
HOW = {"horizon": "3 years", "annual_discount_rate": 0.10, "margin": 0.30}


@pytest.fixture(scope="module")
def history():
    return PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )


@pytest.fixture(scope="module")
def fits(history):
    return BGNBD.fit(history), GammaGamma.fit(history)


@pytest.fixture(scope="module")
def value(history, fits):
    return customer_lifetime_value(history, purchases=fits[0], spend=fits[1], **HOW)


def test_value_is_margin_times_spend_times_discounted_purchases(history, value, fits):
    purchases, spend = (fit.model for fit in fits)
    np.testing.assert_array_equal(value.customer, history.customer)
    np.testing.assert_array_equal(value.probability_alive, purchases.probability_alive(history))
    np.testing.assert_array_equal(
        value.expected_purchases, purchases.expected_purchases(history, "3 years")
    )
    np.testing.assert_array_equal(value.expected_spend, spend.expected_spend(history))
    np.testing.assert_allclose(
        value.value, 0.3 * value.expected_spend * value.discounted_expected_purchases, rtol=1e-15
    )
    assert value.total.value == value.value.sum()


def test_value_is_a_sum_by_hand_over_weeks(history, value, fits):
    purchases, spend = (fit.model for fit in fits)
    weeks = 3 * 365.25 / 7
    ends = np.linspace(0, weeks, 158)
    expected = np.array([purchases.expected_purchases(history, f"{end} weeks") for end in ends])
    middles = (ends[1:] + ends[:-1]) / 2
    discount = 1.10 ** -(middles * 7 / 365.25)
    by_hand = 0.3 * spend.expected_spend(history) * (discount @ np.diff(expected, axis=0))
    np.testing.assert_allclose(value.value, by_hand, rtol=1e-5)


def test_money_does_not_depend_on_the_unit_of_time(history, value):
    for unit in ("day", "month", "year"):
        other = history.in_unit(unit)
        again = customer_lifetime_value(
            other, purchases=BGNBD.fit(other), spend=GammaGamma.fit(other), **HOW
        )
        np.testing.assert_allclose(again.value, value.value, rtol=1e-6)


def test_the_unit_of_the_horizon_does_not_matter(history):
    def total(horizon):
        return customer_lifetime_value(
            history, purchases=BUYS, spend=PAYS, **{**HOW, "horizon": horizon}
        ).total.value

    totals = [total(h) for h in ("2 years", "24 months", "730.5 days", timedelta(days=730.5))]
    assert totals == pytest.approx([totals[0]] * 4, rel=1e-12)


def test_fits_and_their_models_give_the_same_values(history, value, fits):
    plain = customer_lifetime_value(history, purchases=fits[0].model, spend=fits[1].model, **HOW)
    assert plain.total_standard_error is None
    reason = plain.no_error_because
    assert plain == replace(value, total_standard_error=None, no_error_because=reason)


def test_without_a_horizon(history):
    value = customer_lifetime_value(history, purchases=BUYS, spend=PAYS, **{**HOW, "horizon": None})
    long = customer_lifetime_value(
        history, purchases=BUYS, spend=PAYS, **{**HOW, "horizon": "400 years"}
    )
    np.testing.assert_allclose(value.value, long.value, rtol=1e-12)
    assert np.isnan(value.expected_purchases).all()
    assert "Horizon: infinite." in str(value)
    assert CustomerLifetimeValue.from_json(value.to_json()) == value


def test_for_ever_without_a_rate_the_discounted_purchases_are_the_expected_ones(history):
    buys = ParetoNBD(r=0.55, alpha=10.6, s=1.6, beta=11.7, unit=history.unit)
    pays = GammaGamma(p=6.25, q=3.744, gamma=15.44)
    value = customer_lifetime_value(
        history, purchases=buys, spend=pays, horizon=None, annual_discount_rate=0, margin=0.3
    )
    ahead = buys.discounted_expected_purchases(history, annual_discount_rate=0)
    np.testing.assert_array_equal(value.expected_purchases, ahead)
    np.testing.assert_allclose(value.value, 0.3 * ahead * pays.expected_spend(history), rtol=1e-15)
    by_month = customer_lifetime_value(
        history,
        purchases=buys,
        spend=pays,
        horizon=None,
        annual_discount_rate=0,
        margin=0.3,
        discounting="monthly",
    )
    np.testing.assert_array_equal(by_month.value, value.value)


def test_the_interval_of_the_total_is_that_of_drawn_parameters(history, fits):
    some = PurchaseHistory.from_arrays(
        **{name: column[::40] for name, column in history.columns().items()}, unit="week"
    )
    value = customer_lifetime_value(some, purchases=fits[0], spend=fits[1], **HOW)
    random = np.random.default_rng(1)
    drawn = []
    for fit in fits:
        names, estimate = list(fit.parameters), np.array(list(fit.parameters.values()))
        covariance = np.array(fit.covariance) / np.outer(estimate, estimate)
        logs = random.multivariate_normal(np.log(estimate), covariance, 150)
        drawn.append(
            [fit.model.model_copy(update=dict(zip(names, np.exp(v), strict=True))) for v in logs]
        )
    totals = [
        customer_lifetime_value(some, purchases=purchases, spend=spend, **HOW).total.value
        for purchases, spend in zip(*drawn, strict=True)
    ]
    stated = value.total_standard_error / value.total.value
    assert np.std(np.log(totals)) == pytest.approx(stated, rel=0.24)  # 4 / sqrt(2 x 150)
    interval = value.total.confidence_interval(0.9)
    assert 0.8 < np.mean([total in interval for total in totals]) < 0.98
    assert interval.description == (
        "90 % interval, delta method on the log scale, uncertainty of the parameters"
    )


@pytest.fixture
def four(value):
    """Make four customers worth 10, 20, 30, 40, alive with 0.9, 0.4, 0.6, 0.2."""
    part = value.top(4)
    return replace(
        part,
        customer=np.array(["a", "b", "c", "d"]),
        value=np.array([10.0, 20.0, 30.0, 40.0]),
        probability_alive=np.array([0.9, 0.4, 0.6, 0.2]),
    )


def test_concentration(four):
    assert four.total.value == 100
    assert four.concentration(0.25) == pytest.approx(0.4)
    assert four.concentration(top=0.5) == pytest.approx(0.7)
    assert four.concentration(0.125) == pytest.approx(0.2)  # half of the best
    equal = replace(four, value=np.full(4, 25.0))
    assert equal.concentration(0.2) == pytest.approx(0.2)


def test_top(four):
    assert four.top(2).customer.tolist() == ["d", "c"]
    assert len(four.top(99)) == 4
    assert four.top(2).total.value == 70


def test_at_risk(four):
    assert four.at_risk(5).customer.tolist() == ["d", "b"]
    assert four.at_risk(1).customer.tolist() == ["d"]
    assert four.at_risk(5, alive_below=0.7).customer.tolist() == ["d", "c", "b"]
    assert len(four.at_risk(5, alive_below=0.1)) == 0
    assert "Customer lifetime value of 0 customers" in str(four.at_risk(5, alive_below=0.1))


def test_a_part_has_no_interval_of_the_whole(value):
    assert value.total_standard_error > 0
    assert value.top(5).total_standard_error is None


def test_dataframes_of_the_users_kind(value):
    names = ["customer", "probability_alive", "expected_purchases"]
    names += ["discounted_expected_purchases", "expected_spend", "value"]
    assert list(value.columns()) == names
    for like in (pd.DataFrame({"x": [1]}), pl.DataFrame({"x": [1]})):
        frame = value.to_frame(like=like)
        assert type(frame) is type(like)
        assert list(frame.columns) == names
        assert float(frame["value"].sum()) == pytest.approx(value.total.value)


def test_json(value):
    assert CustomerLifetimeValue.from_json(value.to_json()) == value


def test_display(value):
    assert repr(value) == (
        f"CustomerLifetimeValue(customers=2,357, total={value.total.value:,.0f}, "
        "horizon='3 years', annual_discount_rate=0.1000, margin=0.3000)"
    )
    for text in (str(value), value._repr_html_()):
        assert "Customer lifetime value, the best 10 of 2,357 customers" in text
        assert "Horizon: 3 years ahead. Discount rate 10.0 % a year. Margin 30.0 %." in text
        assert "95 % interval, delta method on the log scale" in text
        assert "repeat purchases after the end of observation; mean spend of repeat" in text


def test_rates_are_shown_as_they_were_given(history):
    shown = str(
        customer_lifetime_value(
            history,
            purchases=BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
            spend=GammaGamma(p=6.25, q=3.74, gamma=15.44),
            horizon="1 year",
            annual_discount_rate=0.1025,
            margin=0.2975,
        )
    )
    assert "Discount rate 10.25 % a year. Margin 29.75 %." in shown


def test_a_model_of_ones_own_will_do(history):
    class TwoAYear:
        unit = "week"

        def probability_alive(self, history):
            return np.ones(len(history))

        def expected_purchases(self, history, horizon):
            assert horizon == "3 years"
            return np.full(len(history), 6.0)

        def discounted_expected_purchases(self, history, *, annual_discount_rate, horizon):
            assert (annual_discount_rate, horizon) == (0.1, "3 years")
            return np.full(len(history), 5.0)

    value = customer_lifetime_value(history, purchases=TwoAYear(), spend=PAYS, **HOW)
    np.testing.assert_allclose(value.value, 0.3 * 5 * PAYS.expected_spend(history))


@pytest.mark.parametrize(
    "buys",
    [
        NBD(r=0.4, alpha=12),
        ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
        MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
    ],
    ids=lambda model: model.kind,
)
def test_any_purchase_model_will_do(history, buys):
    value = customer_lifetime_value(history, purchases=buys, spend=PAYS, **HOW)
    ahead = buys.discounted_expected_purchases(history, annual_discount_rate=0.1, horizon="3 years")
    np.testing.assert_allclose(value.value, 0.3 * PAYS.expected_spend(history) * ahead, rtol=1e-14)


def test_discounting_by_the_month_is_the_sum_of_monthly_purchases(history):
    how = {**HOW, "discounting": "monthly"}
    value = customer_lifetime_value(history, purchases=BUYS, spend=PAYS, **how)
    days = [f"{month * 365.25 / 12!r} days" for month in range(37)]
    purchases = [BUYS.expected_purchases(history, horizon) for horizon in days]
    total = sum(
        (purchases[month] - purchases[month - 1]) / 1.1 ** (month / 12) for month in range(1, 37)
    )
    np.testing.assert_allclose(value.value, 0.3 * PAYS.expected_spend(history) * total, rtol=1e-9)
    assert value.convention.endswith("discounted from the end of each month at ln(1 + rate) a year")
    assert (
        value.total.value
        < customer_lifetime_value(history, purchases=BUYS, spend=PAYS, **HOW).total.value
    )


@pytest.fixture(scope="module")
def donors():
    truth = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8, period="1 year")
    return PAYS.simulate(truth.simulate(3000, opportunities=6, rng=1), rng=2)


def test_value_at_opportunities(donors):
    gives = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
    how = {**HOW, "horizon": "5 years"}
    value = customer_lifetime_value(donors, purchases=gives, spend=PAYS, **how)
    steps = [gives.expected_purchases(donors, year) for year in range(6)]
    total = sum((steps[year] - steps[year - 1]) / 1.1**year for year in range(1, 6))
    np.testing.assert_allclose(value.value, 0.3 * PAYS.expected_spend(donors) * total, rtol=1e-10)
    np.testing.assert_allclose(value.expected_purchases, steps[5], rtol=1e-12)
    assert value.customer.tolist() == list(range(3000))
    assert value.convention.startswith("opportunities taken after the last one observed")


def test_fits_of_opportunities_and_spend_give_an_interval(donors):
    fits = {"purchases": BGBB.fit(donors), "spend": GammaGamma.fit(donors)}
    assert fits["spend"].customers == (donors.frequency > 0).sum()
    value = customer_lifetime_value(donors, **fits, **{**HOW, "horizon": None})
    truth = customer_lifetime_value(
        donors,
        purchases=BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8),
        spend=PAYS,
        **{**HOW, "horizon": None},
    )
    assert truth.total.value in value.total.confidence_interval(0.99)
    assert np.isnan(value.expected_purchases).all()


def test_customers_at_opportunities_keep_their_names():
    history = OpportunityHistory.from_frame(
        {"who": ["ann", "bob"], "x": [0, 3], "t_x": [0, 4], "n": [5, 5], "money": [0, 20.5]},
        frequency="x",
        recency="t_x",
        opportunities="n",
        customer="who",
        monetary_value="money",
        period="1 year",
    )
    gives = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
    value = customer_lifetime_value(history, purchases=gives, spend=PAYS, **HOW)
    assert value.top(1).customer.tolist() == ["bob"]
    assert OpportunityHistory.from_json(history.to_json()) == history
    assert history.to_frame("pandas")["customer"].tolist() == ["ann", "bob"]
