"""Likelihood ratios: which models lie within which, and P where the smaller one is true."""

import numpy as np
import pytest
from scipy import stats

from custvalue import datasets, lifetime
from custvalue.errors import DataError, ParameterError

quietly = pytest.mark.filterwarnings(
    "ignore::custvalue.errors.IdentifiabilityWarning", "ignore::custvalue.errors.ForecastWarning"
)
ENDLESS = lifetime.NBD(r=0.8, alpha=4, unit="week")
LEAVING = lifetime.ParetoNBD(r=1.5, alpha=4, s=1.2, beta=15, unit="week")


def drawn(model, customers, rng, age="39 weeks"):
    return model.simulate(customers, age=age, rng=rng)


def fits(history, *models):
    return [model.fit(history) for model in models]


# --- published numbers --------------------------------------------------------------------------


def test_renewals_of_a_paper():
    # Fader & Hardie (2007), Table 1, high end, four years of 1,000 customers: log-likelihoods
    # -1225.135 of the shifted-beta-geometric, -1222.749 of the beta-discrete-Weibull
    survivors = [1000, 869, 743, 653, 593]
    contracts = lifetime.Contracts.from_survivors(survivors, period="1 year")
    small, large = fits(contracts, lifetime.ShiftedBetaGeometric, lifetime.BetaDiscreteWeibull)
    ratio = lifetime.likelihood_ratio(small, large)
    assert ratio.statistic == pytest.approx(2 * (1225.135 - 1222.749), abs=0.003)
    assert ratio.p_value == pytest.approx(stats.chi2.sf(ratio.statistic, 1))
    assert (ratio.reference, ratio.exact, ratio.degrees_of_freedom) == ("chi2(1)", True, 1)


def test_dropout_of_cdnow():
    small = {"NBD": -9763.658, "ParetoNBD": -9594.976}
    history = lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        observation_end="1997-09-30",
        unit="week",
    )
    ratio = lifetime.likelihood_ratio(
        *fits(history, lifetime.NBD, lifetime.ParetoNBD), data=history
    )
    assert ratio.statistic == pytest.approx(2 * (small["ParetoNBD"] - small["NBD"]), abs=0.003)
    assert ratio.p_value < 1e-70


# --- the right reference ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "statistic", "right"),
    [
        ((0, 1), 3.84, stats.chi2.sf(3.84, 1)),
        ((0.5, 0.5), 2.71, stats.chi2.sf(2.71, 1) / 2),
        ((0.25, 0.5, 0.25), 4.0, stats.chi2.sf(4, 1) / 2 + stats.chi2.sf(4, 2) / 4),
        ((0.5, 0.5), 0.0, 1.0),
    ],
)
def test_mixtures(weights, statistic, right):
    from custvalue._forecasting.nesting import Reference

    assert Reference(weights, exact=True, why="").p_value(statistic) == pytest.approx(right)


@quietly
@pytest.mark.slow
@pytest.mark.simulation
def test_p_of_renewals_is_uniform_where_the_smaller_model_is_true():
    truth = lifetime.ShiftedBetaGeometric(alpha=1.2, beta=4.0, period="1 year")
    random = np.random.default_rng(1)
    p_values = []
    for _ in range(300):
        contracts = truth.simulate(1_500, periods=8, rng=random)
        pair = fits(contracts, lifetime.ShiftedBetaGeometric, lifetime.BetaDiscreteWeibull)
        p_values.append(lifetime.likelihood_ratio(*pair).p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


@quietly
@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("large", [lifetime.BGNBD, lifetime.MBGNBD])
def test_the_upper_bound_rejects_no_more_than_it_says(large):
    """Rejected at 5 % of 400 samples: of 300 customers BGNBD 0.022, MBGNBD 0.038, ParetoNBD 0.040;
    of 1,500 customers 0.038, 0.035 and 0.040. At an edge, 40 % of the ratios are 0.
    """
    random = np.random.default_rng(2)
    pairs = (fits(drawn(ENDLESS, 300, random), lifetime.NBD, large) for _ in range(200))
    p_values = np.array([lifetime.likelihood_ratio(*pair).p_value for pair in pairs])
    assert np.mean(p_values <= 0.05) <= 0.08
    assert 0.25 < np.mean(p_values == 1) < 0.55


@quietly
@pytest.mark.slow
@pytest.mark.simulation
def test_p_of_simulations_is_uniform_where_the_smaller_model_is_true():
    """Of 200 samples of 150 customers, each with 39 simulations, P was at most 0.05 in 0.055, 0.1
    in 0.100, 0.2 in 0.225, 0.3 in 0.335 and 0.5 in 0.485; it is 1 where the ratio is 0.
    """
    random = np.random.default_rng(3)
    p_values = []
    for _ in range(25):
        history = drawn(ENDLESS, 80, random)
        pair = fits(history, lifetime.NBD, lifetime.BGNBD)
        ratio = lifetime.likelihood_ratio(*pair, data=history, simulations=19, rng=random)
        p_values.append(ratio.p_value)
    for level in (0.1, 0.2, 0.3):
        expected = stats.binom.interval(0.998, 25, level)
        assert expected[0] <= np.sum(np.array(p_values) <= level + 1e-9) <= expected[1]


# --- simulation ---------------------------------------------------------------------------------


@quietly
def test_simulations_agree_with_a_loop_by_hand():
    history = drawn(ENDLESS, 120, 5)
    small, large = fits(history, lifetime.NBD, lifetime.BGNBD)
    ratio = lifetime.likelihood_ratio(small, large, data=history, simulations=19, rng=7)
    random, larger = np.random.default_rng(7), 0
    for _ in range(19):
        made = small.model.simulate(120, age=history.age, rng=random)
        low, high = fits(made, lifetime.NBD, lifetime.BGNBD)
        gain = 2 * (high.log_likelihood - low.log_likelihood)
        larger += max(gain, 0) >= ratio.statistic
    assert ratio.p_value == pytest.approx((1 + larger) / 20)
    assert (ratio.reference, ratio.exact) == ("19 simulations", True)


@quietly
def test_k_is_a_further_parameter_and_random_buyers_gain_nothing_by_it():
    truth = lifetime.BGCNBD(k=1, r=0.8, alpha=4, a=1, b=3, unit="week")
    history = drawn(truth, 300, 3)
    pair = fits(history, lifetime.BGNBD, lifetime.BGCNBD)
    ratio = lifetime.likelihood_ratio(*pair, data=history, simulations=19, rng=1)
    assert (ratio.degrees_of_freedom, ratio.statistic, ratio.p_value) == (1, 0, 1)
    regular = drawn(lifetime.BGCNBD(k=3, r=0.8, alpha=2, a=1, b=3, unit="week"), 300, 3)
    assert lifetime.likelihood_ratio(*fits(regular, lifetime.BGNBD, lifetime.BGCNBD)).p_value < 1e-9
    endless = fits(regular, lifetime.NBD, lifetime.MBGCNBD)
    assert lifetime.likelihood_ratio(*endless).degrees_of_freedom == 3


def test_words():
    history = drawn(LEAVING, 400, 1)
    ratio = lifetime.likelihood_ratio(*fits(history, lifetime.NBD, lifetime.ParetoNBD))
    assert str(ratio) == (
        f"ParetoNBD against NBD: likelihood ratio {ratio.statistic:,.0f}, 2 further parameters, at "
        "most P < 1e-15 (0.25 at 0 + 0.5 chi2(1) + 0.25 chi2(2))."
    )
    assert lifetime.LikelihoodRatio.from_json(ratio.to_json()) == ratio


# --- bad input ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history():
    return drawn(LEAVING, 200, 1)


@pytest.fixture(scope="module")
def fitted(history):
    models = (lifetime.NBD, lifetime.BGNBD, lifetime.MBGNBD, lifetime.ParetoNBD)
    return {model.__name__: model.fit(history) for model in models}


def refusal(error, *args, **options):
    with pytest.raises(error) as caught:
        lifetime.likelihood_ratio(*args, **options)
    return str(caught.value)


def test_models_that_are_not_nested_are_refused(fitted):
    assert refusal(ParameterError, fitted["BGNBD"], fitted["MBGNBD"]) == (
        "BGNBD does not lie within MBGNBD, so there is no likelihood-ratio test of these two. "
        "Within MBGNBD lies: NBD. Compare them by their AIC, or by lifetime.compare_models with a "
        "holdout."
    )
    assert refusal(ParameterError, fitted["NBD"], fitted["NBD"]) == (
        "NBD does not lie within NBD, so there is no likelihood-ratio test of these two. Compare "
        "them by their AIC, or by lifetime.compare_models with a holdout."
    )


def test_the_smaller_one_comes_first(fitted):
    assert refusal(ParameterError, fitted["ParetoNBD"], fitted["NBD"]) == (
        "NBD lies within ParetoNBD, not the other way round. Write likelihood_ratio(small, large) "
        "with the fit of NBD first."
    )


def test_models_are_no_fits(fitted):
    assert refusal(ParameterError, fitted["NBD"].model, fitted["BGNBD"]) == (
        "small must be a fit, as of lifetime.NBD.fit(history), but it is NBD."
    )


def test_fits_of_different_data_are_refused(fitted):
    other = drawn(LEAVING, 100, 2)
    assert refusal(DataError, lifetime.NBD.fit(other), fitted["ParetoNBD"]) == (
        "small and large must be fits of the same data, but small has 100 customers in 79 cells "
        "in weeks, and large 200 customers in 156 cells in weeks. Fit both to one history."
    )
    same_size = lifetime.NBD.fit(drawn(lifetime.NBD(r=0.1, alpha=9, unit="week"), 200, 2))
    assert "they are fits of different data, or one has not converged" in refusal(
        DataError, same_size.model_copy(update={"cells": 156}), fitted["ParetoNBD"]
    )


def test_data_that_were_not_fitted_are_refused(fitted):
    said = refusal(
        DataError, fitted["NBD"], fitted["ParetoNBD"], data=drawn(LEAVING, 200, 9), simulations=19
    )
    assert said.startswith("data must be what was fitted, but the log-likelihood of NBD is ")
    assert said.endswith("in the fit. Give the history of both fits.")


def test_simulations_need_data(fitted):
    assert refusal(ParameterError, fitted["NBD"], fitted["ParetoNBD"], simulations=99) == (
        "simulations need the data: give the history of both fits, as in likelihood_ratio(small, "
        "large, data=history, simulations=199)."
    )


@pytest.mark.parametrize("simulations", [18, 0, -1, 99.5, True, "many"])
def test_simulations_are_enough_for_five_percent(fitted, history, simulations):
    said = refusal(
        ParameterError, fitted["NBD"], fitted["ParetoNBD"], data=history, simulations=simulations
    )
    assert said.startswith("simulations must be a whole number >= 19, but it is ")
