"""Priors of the coefficients of covariates: limits, what data cannot tell, and a grid."""

import warnings

import numpy as np
import pooled
import pytest
import reference_coefficients as reference
from driven import BOTH, PLACES, simulated

from custvalue import lifetime
from custvalue.errors import CustvalueWarning, DataError, ParameterError
from custvalue.lifetime import MBGNBD, NBD, ParetoNBD, Prior

KNOWN = {"rate": (2, 20), "unit": "year", "lifetime": ("1 year", "6 years")}
MODELS = pytest.mark.parametrize("kind", PLACES, ids=lambda kind: kind.__name__)


def with_table(history, **columns):
    plain = lifetime.PurchaseHistory.from_arrays(
        frequency=history.frequency, recency=history.recency, age=history.age, unit="week"
    )
    table = {"id": plain.customer, **columns}
    return plain.with_covariates(table, customer="id", covariates=[*columns])


@MODELS
def test_a_prior_that_excludes_effects_gives_the_fit_without_covariates(kind):
    history, none = simulated(kind, 150), Prior(**KNOWN, ratio=(1 / 1.000001, 1.000001))
    fit, plain = kind.fit(history, prior=none, **BOTH), kind.fit(history, prior=none)
    coefficients = [*fit.parameters.values()][len(plain.parameters) :]
    assert np.abs(coefficients).max() < 1e-6
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-3)
    expected = [each.expected_purchases(history, "1 year") for each in (fit, plain)]
    assert expected[0] == pytest.approx(expected[1], rel=1e-4)


def test_a_prior_that_says_nothing_gives_the_maximum_likelihood():
    history = simulated(MBGNBD, 3_000)
    wide = Prior(
        rate=(1e-4, 1e4),
        unit="year",
        rate_spread=(1e-3, 1e3),
        lifetime=("1 day", "2000 years"),
        lifetime_spread=(1e-3, 1e3),
        ratio=(1e-5, 1e5),
    )
    fit, best = MBGNBD.fit(history, prior=wide, **BOTH), MBGNBD.fit(history, **BOTH)
    for name, estimate in best.estimates.items():
        off = fit.parameters[name] - estimate.value
        assert abs(off) < 0.1 * estimate.standard_error, name
    assert fit.standard_errors == pytest.approx(best.standard_errors, rel=0.05)
    assert fit.log_likelihood == pytest.approx(best.log_likelihood, abs=0.05)
    assert fit.log_likelihood == pytest.approx(fit.model.log_likelihood(history).sum(), rel=1e-9)


def test_the_posterior_is_the_one_of_a_grid():
    """Of an NBD with one covariate: three dimensions, added up on a grid by other formulas."""
    random = np.random.default_rng(5)
    app = np.arange(60) % 2
    rate = random.gamma(0.8, 1 / 20, 60) * np.exp(0.7 * app)
    age = random.integers(20, 60, 60).astype(float)
    x = random.poisson(rate * age).astype(float)
    recency = np.where(x > 0, age / 2, 0.0)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=x, recency=recency, age=age, unit="week"
    )
    history = with_table(history, app=np.where(app > 0, "yes", "no"))
    prior = Prior(rate=(1, 10), rate_spread=(0.5, 2), unit="year", ratio=(0.5, 3.0))
    sample = NBD.fit(history, prior=prior, purchase=["app"]).posterior(history, rng=1)
    assert sample.k_hat < 0.5
    mean, sd = reference.posterior_of_nbd(
        x, age, app, rate=(1, 10), rate_spread=(0.5, 2), ratio=(0.5, 3.0), level=0.9
    )
    for name in ("r", "alpha", "purchase: app=yes"):
        assert abs(sample.mean[name] - mean[name]) < 0.1 * sd[name], name
        assert sample.sd[name] == pytest.approx(sd[name], rel=0.1), name


def test_columns_that_follow_from_each_other_share_the_effect():
    history, known = simulated(ParetoNBD, 300), Prior(**KNOWN, ratio=(0.2, 5.0))
    age = history.covariates["age"]
    twice = with_table(history, age=age, months=12 * age)
    with pytest.raises(DataError, match="collinear"):
        ParetoNBD.fit(twice, purchase=["age", "months"])
    fit = ParetoNBD.fit(twice, purchase=["age", "months"], prior=known)
    years, months = (fit.estimates[f"purchase: {name}"] for name in ("age", "months"))
    assert years.value == pytest.approx(12 * months.value, rel=1e-6)
    assert years.standard_error == pytest.approx(12 * months.standard_error, rel=1e-6)
    assert fit.converged


def test_a_level_of_which_nobody_buys_has_an_effect():
    history, known = simulated(MBGNBD, 300), Prior(**KNOWN, ratio=(0.2, 5.0))
    kind = np.where(np.arange(300) < 280, "usual", "none")
    x = np.where(kind == "none", 0.0, history.frequency)
    some = lifetime.PurchaseHistory.from_arrays(
        frequency=x, recency=np.where(x > 0, history.recency, 0.0), age=history.age, unit="week"
    )
    some = with_table(some, kind=kind, alone=np.where(np.arange(300) == 7, "one", "many"))
    with pytest.raises(DataError, match="for one customer only"):
        MBGNBD.fit(some, purchase=["alone"])
    fit = MBGNBD.fit(some, purchase=["kind", "alone"], prior=known)
    effect = fit.effects["purchase: kind=usual"]
    assert 1 < effect.ratio.value < 50
    assert effect.coefficient.standard_error < 2
    assert effect.coefficient.confidence_interval().method == "credible, Laplace"
    assert effect.p_value is effect.z is None
    assert "(credible, Laplace)" in str(fit.effects)


def test_few_customers_without_repeat_purchases_can_be_fitted():
    region = np.where(np.arange(40) % 2, "north", "south")
    none = np.zeros(40)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=none, recency=none, age=np.linspace(10, 50, 40), unit="week"
    )
    history = with_table(history, region=region)
    fit = MBGNBD.fit(history, purchase=["region"], prior=Prior(**KNOWN))
    assert abs(fit.parameters["purchase: region=south"]) < 0.5
    assert fit.standard_errors is not None


def test_the_unit_of_a_numeric_covariate_means_nothing():
    history, known = simulated(MBGNBD, 300), Prior(**KNOWN, ratio=(0.5, 2.0))
    years = history.covariates["age"]
    fits = [
        MBGNBD.fit(with_table(history, age=each), purchase=["age"], dropout=["age"], prior=known)
        for each in (years, 1e3 + 12 * years)
    ]
    for name in ("purchase: age", "dropout: age"):
        one, other = (fit.estimates[name] for fit in fits)
        assert one.value == pytest.approx(12 * other.value, rel=1e-5)
        assert one.standard_error == pytest.approx(12 * other.standard_error, rel=1e-5)


@MODELS
def test_draws_are_models_that_answer(kind):
    history = simulated(kind, 60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        fit = kind.fit(history, prior=Prior(**KNOWN), purchase=["region"], dropout=["region"])
        sample = fit.posterior(history, draws=100, rng=1)
    each = [model.expected_purchases(history, "1 year").sum() for model in sample.models(5, rng=1)]
    expected = fit.expected_purchases(history, "1 year").sum()
    assert 0.3 * expected < np.mean(each) < 3 * expected
    assert lifetime.from_json(fit.to_json()) == fit
    assert lifetime.Posterior.from_json(sample.to_json()) == sample


def test_what_groups_have_in_common_is_no_prior_of_coefficients():
    history = with_table(pooled.network(), dealer=pooled.dealers())
    with pytest.raises(ParameterError) as error:
        lifetime.BGNBD.fit(history, purchase=["dealer"], prior=pooled.groups().prior)
    assert str(error.value) == (
        "what groups have in common says nothing of the coefficients of covariates. Give a "
        "lifetime.Prior, or omit the covariates."
    )
