"""Spend that depends on the purchase rate: moments by quadrature, recovery, and what it repairs."""

import math
from dataclasses import replace

import numpy as np
import pytest
import reference_spend as reference

from custvalue import lifetime
from custvalue._lifetime.spend.dependence_likelihood import LogLikelihood, power_mean
from custvalue._lifetime.spend.dependent_gamma_gamma import rated
from custvalue._lifetime.spend.spend_data import spends
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import DependentGammaGamma, GammaGamma, ParetoNBD, PurchaseHistory

BUYS = ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week")
TRUTH = DependentGammaGamma(p=6, q=4, gamma=15, per_doubling=1.3, purchases=BUYS)


def made_up(customers, seed=1, model=TRUTH):
    return model.simulate(BUYS.simulate(customers, age="39 weeks", rng=seed), rng=seed + 1000)


def drawn_together(customers, seed, delta):
    """Draw customers from the story: rates, lifetimes and means; return what comes afterwards too.

    The mean spend is that of Gamma-Gamma times (λ / λ0)^δ; the last column is the money of the 52
    weeks after the 39 observed.
    """
    random = np.random.default_rng(seed)
    rate = random.gamma(BUYS.r, 1 / BUYS.alpha, customers)
    life = random.exponential(1 / random.gamma(BUYS.s, 1 / BUYS.beta, customers))
    nu = random.gamma(4, 1 / 15, customers) / (rate * BUYS.alpha / BUYS.r) ** delta
    seen = np.minimum(life, 39.0)
    x = random.poisson(rate * seen).astype(float)
    last = np.where(x > 0, seen * random.beta(np.maximum(x, 1), 1), 0.0)
    mean = np.where(x > 0, random.gamma(6 * np.maximum(x, 1)) / (nu * np.maximum(x, 1)), 0.0)
    history = PurchaseHistory.from_arrays(
        frequency=x,
        recency=last,
        age=np.full(customers, 39.0),
        monetary_value=mean,
        unit="week",
    )
    return history, 6 / nu * rate * np.clip(life - 39, 0, 52)


@pytest.mark.parametrize("delta", [-1.2, -0.3, 0.4, 2.0])
@pytest.mark.parametrize("alive", [1.0, 0.3, 0.0])
def test_powers_of_rates_by_quadrature(delta, alive):
    shape, late, early = 1.55, 2.7, 0.9  # of λ / λ0 already
    rates = [math.exp(late), math.exp(early)]
    truth = reference.log_power_mean(delta, shape, alive=alive, rates=rates)
    found = power_mean(delta, *(np.array([value]) for value in (shape, alive, late, early)))
    assert found.value[0] == pytest.approx(truth, rel=1e-8)


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.4])
def test_gradient_and_hessian_are_finite_differences(factor):
    history = made_up(300)
    at = LogLikelihood(rated(history, spends(history, "", "raise"), BUYS))
    point = np.array([5.0, 3.5, 17.0, factor])
    _, gradient, hessian = at(point)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5 * point[i]
        up, down = at(point + step), at(point - step)
        assert gradient[i] == pytest.approx((up.value - down.value) / (2 * step[i]), rel=1e-6)
        slope = (up.gradient - down.gradient) / (2 * step[i])
        np.testing.assert_allclose(hessian[i], slope, rtol=1e-5, atol=1e-5)


def test_without_dependence_it_is_gamma_gamma():
    history = made_up(500)
    model = DependentGammaGamma(p=6, q=4, gamma=15, per_doubling=1, purchases=BUYS)
    plain = GammaGamma(p=6, q=4, gamma=15)
    for name in ("expected_spend", "log_likelihood"):
        answers = getattr(model, name)(history), getattr(plain, name)(history)
        np.testing.assert_allclose(*answers, rtol=1e-12)
    assert model.mean_spend == pytest.approx(plain.mean_spend)
    np.testing.assert_allclose(
        model.spend_quantile(history, 0.9), plain.spend_quantile(history, 0.9), rtol=1e-12
    )


def test_the_likelihood_of_the_fit_is_that_of_the_customers():
    history = made_up(800)
    fit = DependentGammaGamma.fit(history, BUYS)
    assert fit.model.log_likelihood(history).sum() == pytest.approx(fit.log_likelihood)
    assert fit.independent_log_likelihood == pytest.approx(GammaGamma.fit(history).log_likelihood)
    assert lifetime.from_json(fit.to_json()) == fit
    assert DependentGammaGamma.from_json(TRUTH.to_json()) == TRUTH
    assert "Without dependence (per_doubling = 1) the log-likelihood is" in str(fit)


def test_the_likelihood_ratio_is_the_test_of_dependence():
    history = made_up(800, seed=4, model=TRUTH.model_copy(update={"per_doubling": 1.05}))
    small, large = GammaGamma.fit(history), DependentGammaGamma.fit(history, BUYS)
    ratio = lifetime.likelihood_ratio(small, large)
    assert (ratio.degrees_of_freedom, ratio.reference, ratio.exact) == (1, "chi2(1)", True)
    assert ratio.p_value == pytest.approx(large.dependence_p_value, rel=1e-5)
    assert 1e-6 < ratio.p_value < 0.9
    with pytest.raises(ParameterError) as caught:
        lifetime.likelihood_ratio(small, large, data=history, simulations=19)
    assert str(caught.value) == (
        "simulations are for models of purchases, but these are models of spend, whose P is exact "
        "without. Omit simulations."
    )


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.3])
def test_the_factor_is_recovered(factor):
    history, _ = drawn_together(8_000, 5, math.log2(factor))
    fit = DependentGammaGamma.fit(history, ParetoNBD.fit(history))
    assert factor in fit.confidence_interval(0.999)["per_doubling"]
    assert (fit.dependence_p_value < 1e-6) == (factor != 1)


def test_one_time_buyers_are_no_longer_valued_too_high():
    history, later = drawn_together(60_000, 3, 0.4)
    ahead = BUYS.expected_purchases(history, "52 weeks")
    once = history.frequency == 0

    def of_truth(fit, who):
        return (ahead * fit.expected_spend(history))[who].sum() / later[who].sum()

    plain, fit = GammaGamma.fit(history), DependentGammaGamma.fit(history, BUYS)
    assert of_truth(plain, once) > 1.4
    assert of_truth(fit, once) == pytest.approx(1, abs=0.12)
    assert of_truth(fit, ~once) == pytest.approx(1, abs=0.06)
    for x in (1, 2):
        assert of_truth(fit, history.frequency == x) == pytest.approx(1, abs=0.12)


def test_customers_are_valued_with_it():
    history = made_up(3_000)
    buys = ParetoNBD.fit(history)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=buys,
        spend=DependentGammaGamma.fit(history, buys),
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    assert value.total.standard_error > 0
    assert (value.value > 0).all()


def test_refunded_customers_keep_their_purchase_rate():
    history = made_up(600)
    row = int(np.argmax(history.frequency))
    money = history.monetary_value.copy()
    money[row] = -5.0
    refunded = replace(history, monetary_value=money)
    fit = DependentGammaGamma.fit(refunded, BUYS, refunded="unknown")
    assert fit.refunded_customers == 1
    unknown = fit.expected_spend(refunded)[row]
    assert unknown > fit.mean_spend  # buys more often than most


@pytest.mark.slow
@pytest.mark.simulation
def test_the_interval_of_the_factor_covers_and_the_test_keeps_its_level():
    """Customers drawn from the story, purchases fitted too."""
    inside, rejected, samples = 0, 0, 150
    for seed in range(samples):
        history, _ = drawn_together(1_500, seed, math.log2(1.2))
        fit = DependentGammaGamma.fit(history, BUYS)
        inside += 1.2 in fit.confidence_interval(0.95)["per_doubling"]
        history, _ = drawn_together(1_500, seed + 5_000, 0.0)
        rejected += DependentGammaGamma.fit(history, BUYS).dependence_p_value < 0.05
    assert 0.90 <= inside / samples <= 0.99
    assert 0.01 <= rejected / samples <= 0.10


BAD = {
    "no model": (
        lambda: DependentGammaGamma.fit(made_up(50), None),
        ParameterError,
        "purchases must be a model such as BGNBD(...), or its fit, but it is a NoneType.",
    ),
    "a number as model": (
        lambda: DependentGammaGamma(p=1, q=2, gamma=3, per_doubling=1, purchases=2),
        ParameterError,
        (
            "DependentGammaGamma: purchases: it must be a model of purchases at any time such as "
            "BGNBD(...), but it is 2."
        ),
    ),
    "another unit": (
        lambda: TRUTH.expected_spend(made_up(5).in_unit("day")),
        UnitError,
        (
            "ParetoNBD counts time in weeks, but the history in days. Use history.in_unit('week'), "
            "or fit the model to this history."
        ),
    ),
    "gifts": (
        lambda: TRUTH.expected_spend(
            lifetime.OpportunityHistory.from_arrays(
                frequency=[2], recency=[3], opportunities=[6], monetary_value=[5.0]
            )
        ),
        DataError,
        (
            "DependentGammaGamma needs a PurchaseHistory, in which customers buy at any time, but "
            "it is: OpportunityHistory. Make one with PurchaseHistory.from_transactions; for "
            "discrete opportunities use BGBB."
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), BAD.values(), ids=BAD)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
