"""What a new customer is worth: by hand, by simulation, coverage, payback, bad input."""

import math

import driven
import numpy as np
import pytest

from custvalue._inference.estimate import Estimate
from custvalue.errors import ParameterError, UnitError
from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    NBD,
    GammaGamma,
    NewCustomerValue,
    ParetoNBD,
    PurchaseHistory,
    customer_lifetime_value,
    new_customer_value,
)

VISITS = ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week")
SPEND = GammaGamma(p=6.25, q=3.744, gamma=15.44)
MONEY = {"horizon": "3 years", "annual_discount_rate": 0.1, "margin": 0.3}


def value_of(purchases=VISITS, spend=SPEND, **changes):
    return new_customer_value(purchases=purchases, spend=spend, **{**MONEY, **changes})


@pytest.fixture(scope="module")
def fits():
    history = SPEND.simulate(VISITS.simulate(2_000, age="52 weeks", rng=1), rng=2)
    return ParetoNBD.fit(history), GammaGamma.fit(history)


def test_the_nbd_by_hand():
    """At a constant rate r / α the discounted purchases are r / α (1 - e^(-δt)) / δ."""
    found = value_of(NBD(r=0.4, alpha=12, unit="week"), first_spend=20)
    delta = math.log(1.1) * 7 / 365.25
    weeks = 3 * 365.25 / 7
    mean = 6.25 * 15.44 / 2.744
    repeat = 0.4 / 12 * -math.expm1(-delta * weeks) / delta
    assert found.first_purchase == pytest.approx(6)
    assert found.repeat_purchases == pytest.approx(0.3 * mean * repeat, rel=1e-12)
    assert found.value == pytest.approx(6 + 0.3 * mean * repeat, rel=1e-12)


def test_without_discounting_it_is_what_customers_are_simulated_to_spend():
    """Means of a million simulated customers, within three standard errors."""
    random, n, weeks = np.random.default_rng(5), 1_000_000, 156.0
    rate, leaving = random.gamma(0.55, 1 / 10.6, n), random.gamma(0.6, 1 / 11.7, n)
    bought = random.poisson(rate * np.minimum(random.exponential(size=n) / leaving, weeks))
    amounts = random.gamma(6.25, size=n) / random.gamma(3.744, 1 / 15.44, n)  # of one purchase
    spent = 0.3 * amounts.mean() * (1 + bought)
    found = value_of(horizon="156 weeks", annual_discount_rate=0)
    assert found.value == pytest.approx(spent.mean(), abs=4 * spent.std() / 1000 + 0.06)
    assert found.first_spend_assumed


def test_a_new_customer_is_one_of_whom_nothing_is_known():
    one = PurchaseHistory.from_arrays(
        frequency=0, recency=0, age=0, monetary_value=0, unit="week"
    )  # fmt: skip
    repeat = customer_lifetime_value(one, purchases=VISITS, spend=SPEND, **MONEY)
    found = value_of(first_spend=0)
    assert found.value == pytest.approx(repeat.value[0], rel=1e-12)
    assert found.repeat_purchases == pytest.approx(repeat.value[0], rel=1e-12)


@pytest.mark.parametrize("model", [VISITS, BGNBD(r=0.2, alpha=4, a=0.8, b=2.4, unit="week")])
def test_after_the_payback_time_the_cost_is_earned(model):
    found = value_of(model, first_spend=20, acquisition_cost=15)
    until = value_of(model, first_spend=20, horizon=f"{found.payback:.15g} weeks")
    assert until.value == pytest.approx(15, rel=1e-8)
    assert found.profit == pytest.approx(found.value - 15)
    assert found.ratio == pytest.approx(found.value / 15)


def test_paid_at_once_or_never():
    assert value_of(first_spend=100, acquisition_cost=29).payback == 0
    assert value_of(first_spend=100).payback == 0
    never = value_of(first_spend=1, acquisition_cost=1_000)
    assert never.payback is None
    assert "payback, weeks" in str(never)


def test_errors_by_the_delta_method(fits):
    """Like the standard deviation of the value over draws of the parameters."""
    purchases, spend = fits
    random, values = np.random.default_rng(1), []
    for _ in range(300):
        drawn = []
        for fit in (purchases, spend):
            centre = np.array([*fit.parameters.values()])
            relative = np.array(fit.covariance) / np.outer(centre, centre)
            moved = centre * np.exp(random.multivariate_normal(np.zeros(len(centre)), relative))
            changes = dict(zip(fit.parameters, moved.tolist(), strict=True))
            drawn.append(fit.model.model_copy(update=changes))
        values.append(value_of(*drawn, first_spend=30).value)
    found = value_of(purchases, spend, first_spend=30)
    assert found.estimate.n == 2_000
    assert found.standard_error == pytest.approx(np.std(values), rel=0.2)


def test_an_uncertain_first_purchase_widens_the_interval(fits):
    first = Estimate(name="first", value=30.0, standard_error=4.0, n=100, effective_n=100)
    known = value_of(*fits, first_spend=30)
    wide = value_of(*fits, first_spend=first)
    assert wide.value == known.value
    assert wide.standard_error == pytest.approx(math.hypot(known.standard_error, 0.3 * 4))
    ratio = value_of(*fits, first_spend=30, acquisition_cost=10).ratio_interval(0.9)
    ends = known.confidence_interval(0.9)
    assert (ratio.low, ratio.high) == pytest.approx((ends.low / 10, ends.high / 10))


def test_to_json_and_back_and_shown(fits):
    found = value_of(*fits, acquisition_cost=12)
    assert NewCustomerValue.from_json(found.to_json()) == found
    shown = found.columns()
    assert shown["part"].tolist()[:3] == ["first purchase", "repeat purchases", "value"]
    low, high = shown["low"][2], shown["high"][2]
    assert low < found.value < high
    assert "The first purchase is taken to be like the others." in str(found)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
def test_intervals_cover():
    inside = []
    truth = value_of().value
    for seed in range(60):
        visits = VISITS.simulate(1_000, age="52 weeks", rng=seed)
        history = SPEND.simulate(visits, rng=1_000 + seed)
        fit = ParetoNBD.fit(history)
        if fit.covariance is not None:
            found = value_of(fit, GammaGamma.fit(history))
            inside.append(truth in found.confidence_interval(0.95))
    assert len(inside) >= 50
    assert 0.85 <= np.mean(inside) <= 1


BAD = {
    "no unit": (
        lambda: value_of(MBGNBD(r=1, alpha=1, a=1, b=1)),
        UnitError,
        (
            "MBGNBD has no time unit, and without a history its time unit is unknown. Use "
            "MBGNBD(..., unit='week'), or the unit it has."
        ),
    ),
    "not a model": (
        lambda: value_of(3),
        ParameterError,
        "purchases must be a model such as BGNBD(...), or its fit, but it is a int.",
    ),
    "cost below 0": (
        lambda: value_of(acquisition_cost=-1),
        ParameterError,
        "acquisition_cost must be a number >= 0, but it is -1.",
    ),
    "first spend in words": (
        lambda: value_of(first_spend="20"),
        ParameterError,
        "first_spend must be a number >= 0, but it is '20'.",
    ),
    "margin in percent": (
        lambda: value_of(margin=30),
        ParameterError,
        "margin must be > 0 and <= 1, as in 0.3, but it is 30. Did you mean 0.3?",
    ),
    "rate in percent": (
        lambda: value_of(annual_discount_rate=10),
        ParameterError,
        (
            "annual_discount_rate must be >= 0 and < 1, as in 0.10 for 10 % a year, but it is 10. "
            "Did you mean 0.1?"
        ),
    ),
    "no ratio": (
        lambda: value_of().ratio_interval(),
        ParameterError,
        (
            "acquisition_cost is 0, so there is no ratio to it. Give what winning a customer "
            "costs, as in new_customer_value(..., acquisition_cost=25)."
        ),
    ),
    "no error": (
        lambda: value_of(acquisition_cost=3).ratio_interval(),
        ParameterError,
        (
            "value of a new customer: there is no interval, because purchases is a model, of which "
            "no standard errors are known. Give its fit, as in purchases=fit, not fit.model. spend "
            "is a model, of which no standard errors are known. Give its fit, as in spend=fit, not "
            "fit.model."
        ),
    ),
}


@pytest.mark.parametrize(("wrong", "error", "message"), BAD.values(), ids=BAD)
def test_every_message_word_for_word(wrong, error, message):
    with pytest.raises(error) as raised:
        wrong()
    assert str(raised.value) == message


# --- covariates -------------------------------------------------------------------------------

KINDS = {"region": ["south", "east", "north"], "age": [3.0, 0.0, 9.0]}


def driven_fit():
    history = driven.simulated(MBGNBD, 800)
    spent = SPEND.simulate(history, rng=2)
    visits = MBGNBD.fit(spent, purchase=["region", "age"], dropout=["region"])
    return visits, GammaGamma.fit(spent, spend=["region"])


def test_a_customer_with_covariates_is_one_of_the_plain_model():
    model, kind = driven.truth(MBGNBD), {"region": "south", "age": 3}
    for changes in ({}, {"first_spend": 20, "acquisition_cost": 12}):
        found = value_of(model, covariates=kind, **changes)
        plain = value_of(model.for_covariates(kind), **changes)
        assert found.value == pytest.approx(plain.value, rel=1e-9)
        assert found.payback == plain.payback or found.payback == pytest.approx(plain.payback)


def test_coefficients_of_0_are_no_covariates():
    none = driven.truth(ParetoNBD, dict.fromkeys(driven.WORTH, 0.0))
    plain = ParetoNBD(**driven.PLACES[ParetoNBD], unit="week")
    found = value_of(none, covariates=KINDS)
    assert found.value == pytest.approx(value_of(plain).value, rel=1e-9)


def test_several_new_customers_are_worth_their_mean():
    visits, spend = driven_fit()
    found = value_of(visits, spend, covariates=KINDS, acquisition_cost=2, first_spend=5)
    each = [
        value_of(visits, spend, covariates=dict(zip(KINDS, kind, strict=True)), first_spend=5)
        for kind in zip(*KINDS.values(), strict=True)
    ]
    assert found.value == pytest.approx(np.mean([its.value for its in each]))
    born = PurchaseHistory.from_arrays(
        frequency=[0] * 3, recency=[0] * 3, age=[0] * 3, monetary_value=[0] * 3, unit="week"
    ).with_covariates({"id": [0, 1, 2], **KINDS}, customer="id", covariates=["region", "age"])
    known = customer_lifetime_value(born, purchases=visits, spend=spend, **MONEY).total
    assert found.repeat_purchases == pytest.approx(known.value / 3)
    assert found.standard_error == pytest.approx(known.standard_error / 3, rel=1e-6)
    assert 0 < found.payback < 156


def test_it_must_be_said_who_is_won():
    model = driven.truth(MBGNBD)
    with pytest.raises(ParameterError) as error:
        value_of(model)
    assert str(error.value) == (
        "MBGNBD has covariates, so customers differ by them. Say whom you mean: "
        "covariates={'region': ..., 'age': ...}."
    )
    with pytest.raises(ParameterError) as error:
        value_of(covariates={"region": "south"})
    assert str(error.value) == (
        "these ParetoNBD and GammaGamma have no covariates, so new customers are all alike. Omit "
        "covariates."
    )
