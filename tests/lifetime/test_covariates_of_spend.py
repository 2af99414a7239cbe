"""Covariates of the mean spend: a factor of all that a customer spends."""

import numpy as np
import pytest

from custvalue import lifetime
from custvalue._lifetime.covariates.fitting import checked_asked, coded
from custvalue._lifetime.covariates.spend import SpendLikelihood
from custvalue._lifetime.covariates.surface import Surface
from custvalue._lifetime.prediction.spend import spend_quantile
from custvalue.errors import ParameterError
from custvalue.lifetime import (
    BGNBD,
    CodedCovariate,
    Coefficient,
    CovariateTerms,
    GammaGamma,
    PurchaseHistory,
)

CODING = (CodedCovariate(name="region", levels=("north", "south")), CodedCovariate(name="age"))
TERMS = CovariateTerms(
    coding=CODING,
    coefficients=(
        Coefficient(process="spend", covariate="region", level="south", value=0.4),
        Coefficient(process="spend", covariate="age", value=-0.05),
    ),
)
PLAIN = GammaGamma(p=6, q=4, gamma=15)
TRUTH = GammaGamma(p=6, q=4, gamma=15, covariates=TERMS)


def history(customers, seed=1):
    random = np.random.default_rng(seed)
    buyers = BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
    table = {
        "id": np.arange(customers),
        "region": random.choice(["north", "south"], customers),
        "age": random.integers(0, 12, customers).astype(float),
    }
    known = buyers.simulate(customers, age="52 weeks", rng=seed).with_covariates(
        table, customer="id", covariates=["region", "age"]
    )
    return TRUTH.simulate(known, rng=seed)


def factors(known):
    return np.exp(0.4 * (known["region"] == "south") - 0.05 * known["age"])


def rescaled(made):
    """Return the same customers, whose money is counted in their own currency."""
    return PurchaseHistory(
        customer=made.customer,
        frequency=made.frequency,
        recency=made.recency,
        age=made.age,
        monetary_value=made.monetary_value / factors(made.covariates),
        unit="week",
    )


def test_spends_are_those_of_another_currency():
    made = history(300)
    factor, plain = factors(made.covariates), rescaled(made)
    back = (made.frequency > 0) * np.log(factor)
    assert TRUTH.log_likelihood(made) == pytest.approx(PLAIN.log_likelihood(plain) - back, rel=1e-9)
    assert TRUTH.expected_spend(made) == pytest.approx(factor * PLAIN.expected_spend(plain))
    quantiles = factor * PLAIN.spend_quantile(plain, 0.9)
    assert TRUTH.spend_quantile(made, 0.9) == pytest.approx(quantiles)
    each = [TRUTH.spend_probability(made.of(one), 30)[0] for one in range(20)]
    assert TRUTH.spend_probability(made, 30)[:20] == pytest.approx(each)


def test_derivatives_are_those_of_differences():
    made = history(80)
    known = made.select(made.frequency > 0)
    of = coded(
        GammaGamma, known, checked_asked(GammaGamma, {"spend": ["region", "age"]}, "mean"), "mean"
    )
    likelihood = SpendLikelihood(TRUTH._spends(known).cells(known))
    design = of.found.design[of.found.of_customer]
    surface = Surface(likelihood, of.links, of.predictors, design, 3)
    point = np.array([1.7, 1.3, 2.8, 0.3, -0.04])
    found, step = surface(point), 1e-5
    assert found.value == pytest.approx(
        GammaGamma(
            p=np.exp(1.7),
            q=np.exp(1.3),
            gamma=np.exp(2.8),
            covariates=CovariateTerms(
                coding=CODING,
                coefficients=(
                    Coefficient(process="spend", covariate="region", level="south", value=0.3),
                    Coefficient(process="spend", covariate="age", value=-0.04),
                ),
            ),
        )
        .log_likelihood(known)
        .sum()
    )
    for place in range(5):
        move = step * (np.arange(5) == place)
        up, down = surface(point + move), surface(point - move)
        assert found.gradient[place] == pytest.approx(
            (up.value - down.value) / (2 * step), rel=1e-5, abs=1e-4
        )
        bent = (up.gradient - down.gradient) / (2 * step)
        assert found.hessian[place] == pytest.approx(bent, rel=1e-5, abs=1e-4)


def test_a_fit_finds_what_the_data_were_made_with():
    made = history(4_000)
    fit = GammaGamma.fit(made, spend=["region", "age"])
    assert fit.converged
    for name, value in TERMS.values.items():
        estimate = fit.estimates[name]
        assert abs(estimate.value - value) < 4 * estimate.standard_error
    assert fit.log_likelihood == pytest.approx(fit.model.log_likelihood(made).sum())
    assert fit.effects["spend: region=south"].of == "spend"
    plain = GammaGamma.fit(made)
    ratio = lifetime.likelihood_ratio(plain, fit)
    assert ratio.degrees_of_freedom == 2
    assert ratio.p_value < 1e-6
    assert lifetime.from_json(fit.to_json()) == fit


def test_value_and_predictions_take_both_fits():
    made = history(1_500)
    purchases = BGNBD.fit(made, purchase=["region"])
    spend = GammaGamma.fit(made, spend=["region", "age"])
    value = lifetime.customer_lifetime_value(
        made,
        purchases=purchases,
        spend=spend,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    assert value.total.standard_error > 0
    assert value.expected_spend == pytest.approx(spend.expected_spend(made))
    rows = purchases.predict(made, "1 year", interval=0.9, spend=spend)
    assert (rows.spend_low < rows.spend).all()
    with pytest.raises(ParameterError) as caught:
        _ = spend.mean_spend
    assert str(caught.value) == (
        "GammaGamma has covariates, so mean spends differ by them. Ask about one kind of "
        "customers: for_covariates({'region': 'south'}).mean_spend."
    )
    kinds = [{"region": region, "age": 0} for region in ("north", "south")]
    north, south = (spend.for_covariates(each).mean_spend for each in kinds)
    assert south / north == pytest.approx(spend.effects["spend: region=south"].ratio.value)


def test_a_purchase_day_has_the_quantiles_of_the_own_kind():
    made = history(200)
    region, age = made.covariates["region"], made.covariates["age"]
    for upper in (True, False):
        found = spend_quantile(TRUTH, [TRUTH], made, 0.05, upper=upper)
        for kind in [("south", 3.0), ("north", 8.0)]:
            own = (region == kind[0]) & (age == kind[1])
            alone = TRUTH.for_covariates({"region": kind[0], "age": kind[1]})
            plain = spend_quantile(alone, [alone], made.select(own), 0.05, upper=upper)
            assert own.any()
            assert found[own] == pytest.approx(plain, rel=1e-7)


def test_outcomes_without_effects_are_those_without_covariates():
    made = history(300)
    purchases = BGNBD.fit(made)
    plain = GammaGamma.fit(made)
    zero = [each.model_copy(update={"value": 0.0}) for each in TERMS.coefficients]
    none = TERMS.model_copy(update={"coefficients": tuple(zero)})
    covariance = np.zeros((5, 5))
    covariance[:3, :3] = plain.covariance
    driven = GammaGamma.fit(made, spend=["region", "age"]).model_copy(
        update={
            "model": plain.model.model_copy(update={"covariates": none}),
            "covariance": tuple(map(tuple, covariance.tolist())),
        }
    )
    one, other = (
        purchases.predict(made, "1 year", interval=0.9, of="outcome", spend=each)
        for each in (plain, driven)
    )
    for name in ("value", "value_low", "value_high", "value_variance"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9)
    ends = [(each.spend_high / each.spend_low).mean() for each in (one, other)]
    assert ends[0] == pytest.approx(ends[1], rel=0.01)  # cubature with two more directions


def test_intervals_of_outcomes_hold_what_customers_spend():
    made, random = TRUTH.simulate(history(3_000), rng=8), np.random.default_rng(5)
    spend = GammaGamma.fit(made, spend=["region", "age"])
    rows = BGNBD.fit(made).predict(made, "1 year", interval=0.9, of="outcome", spend=spend)
    factor, x, money = factors(made.covariates), made.frequency, made.monetary_value
    rate = random.gamma(4 + 6 * x, 1 / (15 * factor + np.where(x > 0, x * money, 0.0)))
    came = random.gamma(6, 1 / rate)
    held = np.mean((rows.spend_low <= came) & (came <= rows.spend_high))
    assert held == pytest.approx(0.9, abs=0.02)
