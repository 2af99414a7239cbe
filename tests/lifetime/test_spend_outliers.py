"""Spends far outside: who is named, and what the robust model expects of them."""

from dataclasses import replace

import numpy as np
import pytest
import reference_spend as reference

from custvalue import datasets
from custvalue.errors import OutlierWarning, ParameterError
from custvalue.lifetime import BGNBD, GammaGamma, PurchaseHistory, RobustGammaGamma, from_json

MODEL = RobustGammaGamma(p=6.25, q=3.744, gamma=15.44)
BUYS = BGNBD(r=0.5, alpha=5, a=1, b=3, unit="week")
USUAL = GammaGamma(p=6, q=4, gamma=15)


@pytest.fixture(scope="module")
def cdnow():
    return PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )


def with_one_order(history, amount, row=None):
    """Put one order of this amount to the first customer with one repeat purchase."""
    row = np.flatnonzero(history.frequency == 1)[0] if row is None else row
    money = history.monetary_value.copy()
    money[row] = amount
    return replace(history, monetary_value=money), row


def spends(frequency, mean):
    x = np.asarray(frequency)
    return PurchaseHistory.from_arrays(
        frequency=x,
        recency=np.where(x > 0, 5.0, 0.0),
        age=np.full(len(x), 10.0),
        monetary_value=mean,
        unit="week",
    )


# --- the warning -------------------------------------------------------------------------------


def test_one_order_of_ten_thousand_is_named(cdnow):
    history, row = with_one_order(cdnow, 10_000.0)
    with pytest.warns(OutlierWarning) as caught:
        fit = GammaGamma.fit(history)
    assert len(caught) == 1
    expected = fit.expected_spend(history)[row]
    assert 7_000 < expected < 8_000
    assert str(caught[0].message) == (
        f"GammaGamma: customer {history.customer[row]} spends 10,000 a purchase day, more than any "
        "customer of a model fitted to the others would. It expects 7,422 of this customer, and a "
        "mean spend of 35.80 of all customers, without them 35.19. Check the amounts. Where they "
        "are errors or exceptions, largest_spend= of PurchaseHistory.from_transactions caps single "
        "amounts, and RobustGammaGamma sets aside what such customers spent; where they are real, "
        "model these customers apart."
    )


def test_several_are_counted_and_the_largest_is_named(cdnow):
    rows = np.flatnonzero(cdnow.frequency == 1)[:3]
    history = cdnow
    for row, amount in zip(rows, (5_000.0, 20_000.0, 8_000.0), strict=True):
        history, _ = with_one_order(history, amount, row)
    with pytest.warns(OutlierWarning, match=r"^GammaGamma: 3 customers spend more than") as caught:
        GammaGamma.fit(history)
    assert f"would, customer {cdnow.customer[rows[1]]} most, 20,000 a" in str(caught[0].message)


def test_usual_customers_are_not_suspected():
    for seed in range(25):  # a warning is an error
        GammaGamma.fit(USUAL.simulate(BUYS.simulate(500, age="52 weeks", rng=seed), rng=seed + 99))


@pytest.mark.slow
@pytest.mark.simulation
def test_how_often_usual_customers_are_suspected():
    """Expected is one of 1,000 fits; seen were 1 of 600 of 300 customers, 0 of 300 of 2,000."""
    suspected = 0
    for seed in range(500):
        bought = BUYS.simulate(600, age="52 weeks", rng=seed)
        try:
            GammaGamma.fit(USUAL.simulate(bought, rng=seed + 10_000))
        except OutlierWarning:
            suspected += 1
    assert suspected <= 4


# --- the robust model --------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "z"), [(1, 35.0), (2, 250.0), (3, 400.0), (5, 20_000.0), (4, 0.05)])
def test_likelihood_and_spend_by_integration_over_customers(x, z):
    given = {name: getattr(MODEL, name) for name in ("p", "q", "gamma", "outliers")}
    density, aside, expected = reference.robust_gamma_gamma(x, z, **given)
    one = spends([x], [z])
    assert MODEL.log_likelihood(one)[0] == pytest.approx(density, rel=1e-6)
    assert MODEL.outlier_probability(one)[0] == pytest.approx(aside, rel=1e-5, abs=1e-9)
    assert MODEL.expected_spend(one)[0] == pytest.approx(expected, rel=1e-5)


def test_an_order_of_ten_thousand_is_set_aside(cdnow):
    history, row = with_one_order(cdnow, 10_000.0)
    fit, plain = RobustGammaGamma.fit(history), RobustGammaGamma.fit(cdnow)
    assert fit.parameters == pytest.approx(plain.parameters, rel=0.01)
    assert fit.expected_spend(history)[row] == pytest.approx(fit.mean_spend, rel=0.01)
    assert fit.mean_spend == pytest.approx(35, abs=0.5)
    assert fit.outlier_probability(history)[row] > 0.999
    assert "Set aside as outliers: 4.3 customers are expected to be some." in str(fit)
    assert from_json(fit.to_json()) == fit


def test_usual_customers_are_hardly_touched(cdnow):
    own, robust = GammaGamma.fit(cdnow), RobustGammaGamma.fit(cdnow)
    difference = robust.expected_spend(cdnow) / own.expected_spend(cdnow) - 1
    assert np.quantile(np.abs(difference), 0.99) < 0.05
    assert robust.expected_spend(cdnow).sum() / own.expected_spend(cdnow).sum() > 0.985


def test_quantiles_and_probabilities_are_of_one_distribution():
    history = spends([0, 1, 2, 3], [0, 500.0, 22.0, 1e5])
    for probability in (0.001, 0.5, 0.95):
        for row, quantile in enumerate(MODEL.spend_quantile(history, probability)):
            found = MODEL.spend_probability(history, quantile)[row]
            assert found == pytest.approx(probability, rel=1e-9)
    plain = GammaGamma(p=6.25, q=3.744, gamma=15.44)
    np.testing.assert_allclose(
        MODEL.spend_quantile(history, 0.9)[[0, 3]], plain.spend_quantile(history, 0.9)[0], rtol=1e-6
    )


def test_recovery_beside_outliers():
    truth = RobustGammaGamma(p=6, q=4, gamma=15, outliers=0.03)
    history = truth.simulate(BUYS.simulate(4_000, age="52 weeks", rng=1), rng=2)
    fit = RobustGammaGamma.fit(history, outliers=0.03)
    for name, interval in fit.confidence_interval(0.999).items():
        assert getattr(truth, name) in interval
    wild = 0.03 * history.repeat_customers
    assert fit.set_aside == pytest.approx(wild, abs=5 * wild**0.5)


@pytest.mark.parametrize("outliers", [0, 0.5, "1 %", True])
def test_the_share_is_a_small_one(outliers):
    history = spends([1, 2, 3], [5.0, 9.0, 7.0])
    with pytest.raises(ParameterError, match=r"^outliers must be > 0 and < 0\.5, as in 0\.01"):
        RobustGammaGamma.fit(history, outliers=outliers)
    with pytest.raises(ParameterError, match="outliers must be"):
        RobustGammaGamma(p=1, q=2, gamma=3, outliers=outliers)
