"""Gamma-Gamma: published numbers, many digits, and the story itself."""

import math

import numpy as np
import pytest
import reference_lifetime as reference
from golden_values import golden

from custvalue import datasets
from custvalue.errors import EstimationError, IdentifiabilityWarning, ParameterError
from custvalue.lifetime import BGNBD, Fit, GammaGamma, PurchaseHistory

CDNOW = golden("lifetime")["cdnow"]


def spends(frequency, mean):
    """Make histories of which only the spend matters."""
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=np.where(np.asarray(frequency) > 0, 5.0, 0.0),
        age=np.full(len(frequency), 10.0),
        monetary_value=mean,
        unit="week",
    )


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
def fitted(history):
    return GammaGamma.fit(history)


@pytest.mark.parametrize("row", CDNOW["gamma_gamma"], ids=lambda row: row["name"])
def test_estimates(fitted, row):
    assert fitted.parameters[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])


def test_log_likelihood_of_the_fit(fitted, history):
    row = CDNOW["gamma_gamma_log_likelihood"]
    assert fitted.log_likelihood == pytest.approx(row["value"], abs=row["atol"])
    assert fitted.model.log_likelihood(history).sum() == pytest.approx(fitted.log_likelihood)
    assert (fitted.customers, fitted.unit, fitted.converged) == (946, None, True)


def test_mean_spend(fitted):
    row = CDNOW["mean_spend"]
    assert fitted.model.mean_spend == pytest.approx(row["value"], abs=row["atol"])


def test_expected_spend_of_the_first_customers(fitted, history):
    row = CDNOW["expected_spend_of_the_first_10"]
    expected = fitted.model.expected_spend(history)[:10]
    np.testing.assert_allclose(expected, row["value"], atol=row["atol"])


@pytest.mark.parametrize("x", [1, 3, 40, 5000])
@pytest.mark.parametrize("z", [0.01, 35.0, 1e6])
@pytest.mark.parametrize(
    "parameters",
    [
        {"p": 6.25, "q": 3.744, "gamma": 15.44},
        {"p": 0.02, "q": 0.5, "gamma": 900},
        {"p": 80, "q": 30, "gamma": 0.01},
    ],
    ids=["CDNOW", "small shapes", "large shapes"],
)
def test_log_likelihood_by_the_printed_formula(parameters, x, z):
    truth = reference.gamma_gamma_log_likelihood(x, z, **parameters)
    (value,) = GammaGamma(**parameters).log_likelihood(spends([x], [z]))
    assert value == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize(("x", "z"), [(1, 20.0), (4, 60.0)])
def test_likelihood_and_spend_by_integration_over_customers(x, z):
    parameters = {"p": 2.5, "q": 3.5, "gamma": 30.0}
    model, one = GammaGamma(**parameters), spends([x], [z])
    log_density, spend = reference.gamma_gamma_from_the_story(x, z, **parameters)
    assert model.log_likelihood(one)[0] == pytest.approx(log_density, rel=1e-9)
    assert model.expected_spend(one)[0] == pytest.approx(spend, rel=1e-9)


def test_who_never_came_back_says_nothing_and_gets_the_mean_of_all():
    model = GammaGamma(p=6.25, q=3.744, gamma=15.44)
    history = spends([0, 2], [0, 22.0])
    assert model.log_likelihood(history)[0] == 0
    assert model.expected_spend(history)[0] == model.mean_spend


def test_many_purchases_weigh_more_than_the_mean_of_all():
    model = GammaGamma(p=6.25, q=3.744, gamma=15.44)
    few, many = model.expected_spend(spends([1, 500], [100, 100]))
    assert model.mean_spend < few < many
    assert many == pytest.approx(100, rel=0.01)


def test_money_has_no_unit():
    base = BGNBD(r=1, alpha=5, a=1, b=3, unit="week").simulate(1500, age="52 weeks", rng=1)
    euros = GammaGamma(p=6, q=4, gamma=15).simulate(base, rng=2)
    cents = spends(euros.frequency, 100 * euros.monetary_value)
    one, other = GammaGamma.fit(euros), GammaGamma.fit(cents)
    assert other.model.gamma == pytest.approx(100 * one.model.gamma, rel=1e-7)
    assert other.model.q == pytest.approx(one.model.q, rel=1e-7)
    np.testing.assert_allclose(
        other.model.expected_spend(cents), 100 * one.model.expected_spend(euros), rtol=1e-7
    )


def test_without_a_mean_frequent_buyers_still_have_one():
    model = GammaGamma(p=2, q=0.9, gamma=15)
    assert model.expected_spend(spends([3], [20.0]))[0] == pytest.approx(
        2 * (15 + 60) / (2 * 3 + 0.9 - 1)
    )
    with pytest.raises(ParameterError, match=r"leaves 1 of 2 customers without an expected spend"):
        model.expected_spend(spends([3, 0], [20.0, 0]))


def test_simulated_spend_has_the_mean_of_the_model():
    model = GammaGamma(p=6, q=8, gamma=15)
    history = model.simulate(spends(np.full(20_000, 3), np.ones(20_000)), rng=3)
    money = history.monetary_value
    assert money.mean() == pytest.approx(
        model.mean_spend, abs=4 * money.std() / math.sqrt(len(money))
    )
    assert (model.simulate(spends([0, 1], [0, 5]), rng=1).monetary_value > 0).tolist() == [0, 1]


@pytest.mark.parametrize("x", [0, 1, 30])
def test_predictive_spend_by_drawing_customers(x):
    model = GammaGamma(p=6.25, q=3.744, gamma=15.44)
    history = spender(x, 22.35 if x else 0.0)
    random = np.random.default_rng(4)
    nu = random.gamma(3.744 + 6.25 * x, 1 / (15.44 + 22.35 * x), 200_000)
    spend = random.gamma(6.25, 1 / nu)
    for probability in (0.01, 0.5, 0.95):
        (quantile,) = model.spend_quantile(history, probability)
        error = np.sqrt(probability * (1 - probability) / len(spend))
        assert (spend <= quantile).mean() == pytest.approx(probability, abs=4 * error)
        assert model.spend_probability(history, quantile)[0] == pytest.approx(probability)
    assert spend.mean() == pytest.approx(model.expected_spend(history)[0], rel=0.01)


def test_far_quantiles_of_spend_keep_their_digits():
    model, history = GammaGamma(p=0.2, q=1.5, gamma=10), spender(0, 0.0)
    for probability in (1e-12, 1e-3, 0.999, 1 - 1e-12):
        (quantile,) = model.spend_quantile(history, probability)
        back = model.spend_probability(history, quantile)[0]
        assert back == pytest.approx(probability, rel=1e-9)
        assert 1 - back == pytest.approx(1 - probability, rel=1e-3)


def spender(x, money):
    return PurchaseHistory.from_arrays(
        frequency=x, recency=5.0 if x else 0.0, age=10, monetary_value=money, unit="week"
    )


def test_json(fitted):
    assert GammaGamma.from_json(fitted.model.to_json()) == fitted.model
    assert Fit[GammaGamma].from_json(fitted.to_json()) == fitted


def the_only_warning(history):
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = GammaGamma.fit(history)
    assert fit.converged
    assert fit.standard_errors is None
    assert len(caught) == 1
    return fit.model, str(caught[0].message)


def test_customers_who_always_spend_the_same_are_recognised():
    random = np.random.default_rng(5)
    own = 30 / random.gamma(3.0, size=800)  # inverse gamma(3, 30)
    model, said = the_only_warning(spends(random.integers(1, 6, 800), own))
    assert (model.q, model.p * model.gamma) == pytest.approx((3, 30), rel=0.15)
    assert said == (
        "GammaGamma: the data cannot tell p and gamma apart: the log-likelihood hardly changes "
        "along them, so no standard errors are given. It is the limit of customers who always "
        "spend the same (p to infinity, gamma to 0), with the spends of all as inverse "
        f"gamma({model.q:.4g}, p gamma = {model.p * model.gamma:.4g}). Predictions can be used; p "
        "and gamma themselves cannot be interpreted."
    )


def test_one_mean_spend_of_all_is_recognised():
    random = np.random.default_rng(2)
    x = random.integers(1, 6, 800)
    model, said = the_only_warning(spends(x, random.gamma(4.0 * x) / (4.0 * x) * 25))
    mean = model.p * model.gamma / model.q
    assert mean == pytest.approx(25, rel=0.05)
    assert said == (
        "GammaGamma: the data cannot tell q and gamma apart: the log-likelihood hardly changes "
        "along them, so no standard errors are given. It is the limit of one mean spend for all "
        f"customers (q and gamma to infinity), p gamma / q = {mean:.4g}. No model of spend is "
        "needed: multiply expected purchases by this mean."
    )


@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
@pytest.mark.parametrize(
    ("spread", "customers"), [(1e-2, 3), (1e-4, 3), (1e-2, 10), (1e-4, 10), (1e-6, 10)]
)
def test_digits_where_spends_are_nearly_equal(spread, customers):
    random = np.random.default_rng(customers)
    x = random.integers(1, 6, customers)
    z = 20 * (1 + spread * random.normal(size=customers))
    history = spends(x, z)
    fit = GammaGamma.fit(history)
    each = [
        reference.gamma_gamma_log_likelihood(one, mean, **fit.parameters, digits=60)
        for one, mean in zip(x.tolist(), z.tolist(), strict=True)
    ]
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(sum(each), rel=1e-10)
    assert fit.model.log_likelihood(history) == pytest.approx(
        [float(one) for one in each], abs=1e-7
    )
    wide = GammaGamma.fit(spends(x, 20 + (z - 20) * 1e-3 / spread))
    shift = customers * math.log(1e-3 / spread)  # the density scales with the spread
    assert fit.log_likelihood == pytest.approx(wide.log_likelihood + shift, abs=200 * spread + 0.2)


@pytest.mark.parametrize("apart", [1e-9, 1e-8])
def test_spends_that_hardly_differ_at_all_are_refused(apart):
    with pytest.raises(EstimationError, match="needs spends that differ, but all 2 customers"):
        GammaGamma.fit(spends([1, 2], [20.0, 20.0 * (1 + apart)]))
