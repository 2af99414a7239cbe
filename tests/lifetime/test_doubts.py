"""Fits whose forecasts cannot be trusted say so, and those that can do not."""

import warnings

import numpy as np
import pytest

from custvalue import datasets, lifetime
from custvalue.errors import (
    AliveByDefinitionWarning,
    ForecastWarning,
    IdentifiabilityWarning,
    SubscriptionWarning,
)

quietly = pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")


def never_leaving(seed):
    """Make 50 customers of a pure NBD and return what they are expected to buy in 26 weeks."""
    random = np.random.default_rng(seed)
    ages = 182 + random.integers(0, 56, 50)
    rates = random.gamma(4, 0.2 / 4, 50)
    days = [
        np.unique(random.integers(1, age + 1, random.poisson(rate * age / 7)))
        for age, rate in zip(ages, rates, strict=True)
    ]
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=[len(each) for each in days],
        recency=[each.max(initial=0) / 7 for each in days],
        age=ages / 7,
        unit="week",
    )
    return history, 26 * rates.sum()


def six_weeks():
    return lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow(period="all"),
        customer="customer_id",
        date="date",
        observation_end="1997-02-14",
        unit="week",
        after_end="ignore",
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


def said_of(caught, category):
    return [str(each.message) for each in caught if each.category is category]


def reasons(fit):
    return [doubt.reason for doubt in fit.doubts]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "seeds", [range(104, 107), pytest.param(range(100, 140), marks=pytest.mark.slow)]
)
def test_who_never_leaves_is_forecast_well_or_doubted(seeds):
    # of 40 cohorts, 21 forecasts are below half of the truth, and just these are doubted
    for seed in seeds:
        history, truth = never_leaving(seed)
        fit = lifetime.GammaGompertzNBD.fit(history)
        low = fit.expected_purchases(history, "26 weeks").sum() < truth / 2
        assert reasons(fit) == ["all leave at the oldest age"] * bool(low)


def test_an_end_of_all_is_said_with_its_remedy():
    history, _ = never_leaving(129)
    with (
        pytest.warns(IdentifiabilityWarning) as flat,
        pytest.warns(ForecastWarning) as caught,
    ):
        fit = lifetime.GammaGompertzNBD.fit(history)
    said = (
        "GammaGompertzNBD: its forecasts cannot be trusted. It expects 100 % of the customers who "
        "are still there to leave within a time of 8.464, beside the oldest age seen, 33.86; "
        "nothing was seen beyond that age, and the log-likelihood of NBD is only 4.2 lower. Use "
        "NBD."
    )
    assert said_of(caught, ForecastWarning) == [said]
    assert {each.filename for each in (*caught, *flat)} == {__file__}
    assert "can be used" not in fit.limit
    assert said in str(fit)
    assert lifetime.from_json(fit.to_json()) == fit


@quietly
@pytest.mark.parametrize(
    ("beta", "b", "s", "ages"), [(1e6, 0.5, 3, (140, 280)), (500, 0.15, 2, (182, 560))]
)
def test_customers_who_do_leave_at_an_age_are_not_doubted(beta, b, s, ages):
    truth = lifetime.GammaGompertzNBD(r=2, alpha=8, beta=beta, b=b, s=s, unit="week")
    age = np.random.default_rng(1).integers(*ages, 300) / 7
    history = truth.simulate(300, age=age, rng=2)
    assert reasons(lifetime.GammaGompertzNBD.fit(history)) == []


@quietly
def test_six_weeks_are_too_short_to_see_customers_leave_later():
    history = six_weeks()
    with pytest.warns(ForecastWarning) as caught:
        fit = lifetime.BGNBD.fit(history)
    assert reasons(fit) == ["leave at once or never", "one-time buyers"]
    said = (
        "BGNBD: its forecasts cannot be trusted. In this fit customers leave at the first chance "
        "or never (a and b near 0), so whoever is still active stays for ever. Such a fit comes of "
        "an observation too short to see customers leave later. Observe for longer than 6.286 "
        "weeks, or read forecasts beyond that time as upper bounds."
    )
    assert said_of(caught, ForecastWarning) == [said]
    assert "can be used" not in fit.limit


def subscribers(months, vary):
    random = np.random.default_rng(1)
    rows = [
        (who, start + round(30.4 * month) + random.integers(-vary, vary + 1))
        for who, start in enumerate(random.integers(5, 60, 40))
        for month in range(random.integers(1, months))
    ]
    who, day = np.array(rows).T
    log = {"who": who, "when": np.datetime64("2024-01-01") + day.astype("timedelta64[D]")}
    return lifetime.PurchaseHistory.from_transactions(
        log, customer="who", date="when", observation_end="2025-12-31", unit="day"
    )


@quietly
@pytest.mark.filterwarnings("ignore::custvalue.errors.ConvergenceWarning")  # k = k_max
@pytest.mark.parametrize("model", [lifetime.ParetoNBD, lifetime.MBGCNBD])
def test_subscribers_are_sent_to_contracts(model):
    with pytest.warns(SubscriptionWarning) as caught:
        fit = model.fit(subscribers(20, 1))
    said = (
        f"{model.__name__}: these customers look like subscribers: 35 of the 35 with at least 3 "
        "intervals between purchases buy at nearly equal ones, usually every 30.41 days. A model "
        "of purchases without a contract must guess from silence who has left. Where there is a "
        "contract, make lifetime.Contracts and fit ShiftedBetaGeometric; where there is none, "
        "compare with MBGCNBD, for regular buyers."
    )
    assert said_of(caught, SubscriptionWarning) == [said]
    assert fit.doubts[-1].reason == "equal intervals"
    assert fit.doubts[-1].against_forecasts


@quietly
def test_others_are_no_subscribers(cdnow):
    assert reasons(lifetime.ParetoNBD.fit(subscribers(20, 14))) == []
    assert reasons(lifetime.ParetoNBD.fit(cdnow)) == []
    assert reasons(lifetime.MBGNBD.fit(cdnow)) == []


def test_what_is_so_by_definition_is_noted_without_a_warning(cdnow):
    bg, nbd = lifetime.BGNBD.fit(cdnow), lifetime.NBD.fit(cdnow)
    assert [reasons(fit) for fit in (bg, nbd)] == [["one-time buyers"], ["nobody leaves"]]
    assert not any(doubt.against_forecasts for fit in (bg, nbd) for doubt in fit.doubts)
    assert "for the 1,411 customers with one purchase" in bg.doubts[0].message
    assert bg.doubts[0].message not in str(bg)


@pytest.mark.parametrize(
    ("model", "never"), [(lifetime.BGNBD, 1411), (lifetime.NBD, 2357), (lifetime.MBGNBD, 0)]
)
def test_one_time_buyers_are_never_at_risk_in_silence(cdnow, model, never):
    value = lifetime.customer_lifetime_value(
        cdnow,
        purchases=model.fit(cdnow),
        spend=lifetime.GammaGamma.fit(cdnow),
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    assert value.alive_by_definition == never
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value.at_risk(10)
    said = (
        f"at_risk never names {never:,} of 2,357 customers: by the definition of the model of "
        "purchases P(alive) is 1 for them, however long they have been silent. Value the customers "
        "with a model in which they can have left, such as MBGNBD or ParetoNBD."
    )
    assert [(each.category, str(each.message)) for each in caught] == (
        [(AliveByDefinitionWarning, said)] if never else []
    )
