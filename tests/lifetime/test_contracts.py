"""Models of contracts: published numbers, many digits, laws, and what contracts are."""

import itertools
import math
from datetime import timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
import reference_contracts as reference
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from custvalue._lifetime.renewing import beta_discrete_weibull, shifted_beta_geometric
from custvalue._lifetime.renewing.renewals import log_beta_ratio
from custvalue.errors import IdentifiabilityWarning
from custvalue.lifetime import (
    BetaDiscreteWeibull,
    ContractLifetimeValue,
    ContractModel,
    Contracts,
    Fit,
    ShiftedBetaGeometric,
    contract_lifetime_value,
)

GOLDEN = golden("contracts")
SBG = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
BDW = BetaDiscreteWeibull(alpha=0.2593, beta=1.7226, c=1.5844, period="1 year")
OBJECTIVES = {
    ShiftedBetaGeometric: shifted_beta_geometric.LogLikelihood,
    BetaDiscreteWeibull: beta_discrete_weibull.LogLikelihood,
}
both = pytest.mark.parametrize("model", [SBG, BDW], ids=["sBG", "BdW"])


def observed(segment, years):
    shares = [1, *GOLDEN["survival"][segment][:years]]
    return Contracts.from_shares(shares, customers=1000, period="1 year")


def symbols(model):
    return {name: getattr(model, name) for name in ("alpha", "beta", "c") if hasattr(model, name)}


# --- published numbers ----------------------------------------------------------------------


@pytest.mark.parametrize("row", GOLDEN["published"], ids=lambda row: row["segment"])
def test_published_estimates(row):
    fit = ShiftedBetaGeometric.fit(observed(row["segment"], row["years"]))
    for name in ("alpha", "beta"):
        assert fit.parameters[name] == pytest.approx(row[name], abs=row["atol"])


@pytest.mark.parametrize(
    ("model", "row"),
    [(ShiftedBetaGeometric, row) for row in GOLDEN["sbg"]]
    + [(BetaDiscreteWeibull, row) for row in GOLDEN["bdw"]],
    ids=lambda given: given["segment"] + str(given["years"]) if isinstance(given, dict) else None,
)
def test_estimates(model, row):
    contracts = observed(row["segment"], row["years"])
    fit = model.fit(contracts)
    assert fit.converged
    assert fit.parameters == pytest.approx(row["parameters"], abs=6e-5)
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=6e-4)
    assert fit.model.log_likelihood(contracts).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert (fit.customers, fit.cells, fit.model.period) == (1000, row["years"], "1 year")


@pytest.mark.parametrize("row", GOLDEN["survival_after_12_years"], ids=lambda row: row["segment"])
def test_the_projection_of_12_years(row):
    model = ShiftedBetaGeometric.fit(observed(row["segment"], 7)).model
    assert model.survival(12) == pytest.approx(row["value"], abs=5e-4)


# --- many digits ----------------------------------------------------------------------------


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.floats(-3, 8), st.floats(-6, 15), st.floats(-3, 6))
def test_the_ratio_of_beta_functions_by_many_digits(log_x, log_h, log_alpha):
    x, h, alpha = 10**log_x, 10**log_h, 10**log_alpha
    (value,) = log_beta_ratio(np.array([x]), np.array([h]), alpha)
    assert value == pytest.approx(reference.log_beta_ratio(x, h, alpha), rel=1e-12)


@both
@pytest.mark.parametrize("t", [0, 1, 7, 1000, 10**9, 10**15])
def test_survival_by_many_digits(model, t):
    truth = float(reference.survival(t, **symbols(model)))
    assert model.survival(t) == pytest.approx(truth, rel=1e-12)
    assert model.survival([t, t]).shape == (2,)


@pytest.mark.slow
def test_survival_beyond_the_largest_number():
    model = BetaDiscreteWeibull(alpha=0.01, beta=2.0, c=50)
    truth = float(reference.survival(10**9, alpha=0.01, beta=2.0, c=50, digits=1000))
    assert model.survival(10**9) == pytest.approx(truth, rel=1e-12)


@both
def test_retention_and_churn_are_those_of_survival(model):
    t = np.arange(1, 40)
    here, before = model.survival(t), model.survival(t - 1)
    np.testing.assert_allclose(model.retention_rate(t), here / before, rtol=1e-12)
    np.testing.assert_allclose(model.churn_pmf(t), before - here, rtol=1e-10)
    assert model.churn_pmf(t).sum() + model.survival(39) == pytest.approx(1, rel=1e-12)


def test_churn_far_out_does_not_cancel():
    t = 10**7
    truth = reference.survival(t - 1, **symbols(BDW)) - reference.survival(t, **symbols(BDW))
    assert BDW.churn_pmf(t) == pytest.approx(float(truth), rel=1e-10)


@both
def test_log_likelihood_by_the_printed_formula(model):
    contracts = Contracts(
        renewals=[0, 1, 5, 400], left=[30, 10, 2, 1], active=[7, 0, 3.5, 2], period="1 year"
    )
    rows = zip(*(column.tolist() for column in contracts.columns().values()), strict=True)
    truths = [reference.log_likelihood([row], **symbols(model)) for row in rows]
    np.testing.assert_allclose(model.log_likelihood(contracts), truths, rtol=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize(
    "model",
    [
        SBG,
        BDW,
        ShiftedBetaGeometric(alpha=0.01, beta=0.02, period="1 year"),
        ShiftedBetaGeometric(alpha=30, beta=900, period="1 year"),
        BetaDiscreteWeibull(alpha=0.05, beta=100, c=2.5, period="1 year"),
        BetaDiscreteWeibull(alpha=3, beta=1e6, c=1.2, period="1 year"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("age", [0, 3, 200])
def test_residual_lifetime_is_the_sum_over_renewals(model, age):
    for rate, years in ((0.0, 1), (0.0, 600), (0.1, 7), (0.1, 900)):
        truth = reference.residual_lifetime(age, years, rate, **symbols(model))
        value = model.expected_residual_lifetime(
            age, annual_discount_rate=rate, timing="before_renewal", horizon=f"{years} years"
        )
        assert value == pytest.approx(truth, rel=1e-11)


@pytest.mark.parametrize("rate", [1e-9, 0.001, 0.1, 0.9])
@pytest.mark.parametrize(("alpha", "beta"), [(0.668, 3.806), (0.01, 0.02), (30, 900), (4, 1e-2)])
def test_residual_lifetime_for_ever_by_the_formula_with_2f1(rate, alpha, beta):
    model = ShiftedBetaGeometric(alpha=alpha, beta=beta, period="1 year")
    how = {"annual_discount_rate": rate, "timing": "before_renewal"}
    truth = [
        reference.residual_lifetime_for_ever(k, rate, alpha=alpha, beta=beta) for k in (0, 3, 500)
    ]
    np.testing.assert_allclose(model.expected_residual_lifetime([0, 3, 500], **how), truth, 1e-10)


@pytest.mark.parametrize("rate", [1e-9, 0.001, 0.1])
@pytest.mark.parametrize("age", [0, 3, 10_000])
def test_with_c_of_one_it_is_the_shifted_beta_geometric(rate, age):
    one = ShiftedBetaGeometric(alpha=1.3, beta=40, period="1 month")
    other = BetaDiscreteWeibull(alpha=1.3, beta=40, c=1, period="1 month")
    for horizon in (None, "10 years", "100 years"):
        values = [
            model.expected_residual_lifetime(
                age, annual_discount_rate=rate, timing="after_renewal", horizon=horizon
            )
            for model in (one, other)
        ]
        assert values[1] == pytest.approx(values[0], rel=1e-11)
    np.testing.assert_allclose(one.survival([0, 1, 99]), other.survival([0, 1, 99]), rtol=1e-13)


@pytest.mark.parametrize(("alpha", "age"), [(1.01, 5), (1.5, 0), (4.0, 100)])
def test_without_discount_the_mean_lifetime(alpha, age):
    for model in (
        ShiftedBetaGeometric(alpha=alpha, beta=3),
        BetaDiscreteWeibull(alpha=alpha, beta=3, c=1),
    ):
        value = model.expected_residual_lifetime(
            age, annual_discount_rate=0, timing="before_renewal"
        )
        assert value == pytest.approx((3 + age) / (alpha - 1), rel=1e-12)


def test_the_mean_lifetime_of_a_slowly_changing_customer_is_that_of_integration():
    model = BetaDiscreteWeibull(alpha=30, beta=10, c=0.05)
    near = model.model_copy(update={"period": "1 year"})
    value = model.expected_lifetime(annual_discount_rate=0)
    parts = [
        near.expected_lifetime(annual_discount_rate=0, horizon=f"{10**n} years") for n in (15, 30)
    ]
    assert parts[0] < parts[1] < value < math.inf


# --- laws -----------------------------------------------------------------------------------


@both
def test_timing_moves_all_payments_by_a_period(model):
    ages = np.array([0, 2, 9])
    before, after = (
        model.expected_residual_lifetime(ages, annual_discount_rate=0.1, timing=timing)
        for timing in ("before_renewal", "after_renewal")
    )
    np.testing.assert_allclose(after, before / 1.1, rtol=1e-13)
    new = model.expected_lifetime(annual_discount_rate=0.1)
    assert new == pytest.approx(1 + after[0], rel=1e-13)
    assert model.expected_lifetime(annual_discount_rate=0.1, horizon="1 year") == 1
    assert model.expected_lifetime(annual_discount_rate=0.1, horizon="0 years") == 0


@both
def test_residual_lifetimes_follow_from_one_renewal_to_the_next(model):
    ages = np.arange(30)
    lifetime = model.expected_residual_lifetime(
        np.arange(31), annual_discount_rate=0.1, timing="before_renewal"
    )
    renews = model.retention_rate(ages + 1)
    np.testing.assert_allclose(lifetime[:-1], renews * (1 + lifetime[1:] / 1.1), rtol=1e-12)


@both
def test_residual_lifetime_approaches_that_without_discount(model):
    how = {"timing": "before_renewal", "horizon": "20 years"}
    none, little = (
        model.expected_residual_lifetime(2, annual_discount_rate=rate, **how) for rate in (0, 1e-8)
    )
    assert little == pytest.approx(none, rel=1e-6)
    assert little < none


@both
def test_a_year_of_months_is_discounted_as_a_year(model):
    monthly = model.model_copy(update={"period": "1 month"})
    how = {"annual_discount_rate": 0.21, "timing": "before_renewal"}
    by_hand = monthly.survival(np.arange(1, 25)) @ 1.21 ** (-np.arange(24) / 12)
    value = monthly.expected_residual_lifetime(0, horizon="2 years", **how)
    assert value == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("model", OBJECTIVES, ids=lambda model: model.__name__)
@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_gradient_and_hessian_are_finite_differences(model, data):
    at = OBJECTIVES[model](observed("high_end", 12).counts)
    size = 2 if model is ShiftedBetaGeometric else 3
    logs = data.draw(st.lists(st.floats(-2, 2), min_size=size, max_size=size))
    point = np.exp(logs)
    _, gradient, hessian = at(point)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12)
    for i, value in enumerate(point):
        step = np.zeros(size)
        step[i] = 1e-5 * value
        up, down = at(point + step), at(point - step)
        slope = (up.value - down.value) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-5)
        curve = (up.gradient - down.gradient) / (2 * step[i])
        scale = np.abs(hessian).max(axis=0)
        np.testing.assert_allclose(hessian[i] / scale, curve / scale, atol=1e-6)


@pytest.mark.parametrize(
    "truth",
    [
        ShiftedBetaGeometric(alpha=0.9, beta=4, period="1 month"),
        BetaDiscreteWeibull(alpha=0.5, beta=3, c=1.4, period="1 month"),
    ],
    ids=["sBG", "BdW"],
)
def test_the_truth_is_recovered(truth):
    contracts = truth.simulate(
        40_000, periods=np.random.default_rng(2).integers(3, 30, 40_000), rng=1
    )
    fit = type(truth).fit(contracts)
    assert fit.converged
    for name, value in symbols(truth).items():
        error = fit.standard_errors[name] / fit.parameters[name]
        assert abs(math.log(fit.parameters[name] / value)) < 4 * error
        assert error < 0.2


def test_standard_errors_are_the_spread_of_repeated_studies():
    truth = BetaDiscreteWeibull(alpha=0.5, beta=3, c=1.4, period="1 month")
    fits = [
        BetaDiscreteWeibull.fit(truth.simulate(5000, periods=15, rng=seed)) for seed in range(40)
    ]
    for name in symbols(truth):
        logs = np.log([fit.parameters[name] for fit in fits])
        stated = np.mean([fit.standard_errors[name] / fit.parameters[name] for fit in fits])
        assert logs.std(ddof=1) == pytest.approx(stated, rel=0.45)  # 4 / sqrt(2 x 39)


@both
def test_simulation_is_the_story(model):
    played = reference.play(6, customers=4000, seed=3, **{"c": 1.0, **symbols(model)})
    simulated = model.simulate(4000, periods=6, rng=4)
    survival = model.survival(np.arange(1, 7))
    errors = 4 * np.sqrt(survival * (1 - survival) / 4000)
    story = np.array([sum(made >= t for made, _ in played) / 4000 for t in range(1, 7)])
    assert (np.abs(story - survival) < errors).all()
    assert (np.abs(simulated.counts.survival - survival) < errors).all()
    assert simulated == model.simulate(4000, periods=6, rng=np.random.default_rng(4))
    assert simulated != model.simulate(4000, periods=6, rng=5)


RIDGES = [
    pytest.param(
        ShiftedBetaGeometric,
        0.8 ** np.arange(9),
        "ShiftedBetaGeometric: the data cannot tell alpha and beta apart: the log-likelihood "
        "hardly changes along them, so no standard errors are given. It is the limit of one "
        "probability to leave for all customers (alpha and beta to infinity), 0.2: retention does "
        "not rise with age, and a constant rate of 0.8 is the only parameter. Predictions can be "
        "used; alpha and beta themselves cannot be interpreted.",
        id="constant retention",
    ),
    pytest.param(
        ShiftedBetaGeometric,
        [1, 0.7, 0.7, 0.7],
        "ShiftedBetaGeometric: the data cannot tell alpha and beta apart: the log-likelihood "
        "hardly changes along them, so no standard errors are given. It is the limit of customers "
        "who leave at the first renewal or never (alpha and beta to 0): a share of 0.3 leaves. "
        "Predictions can be used; alpha and beta themselves cannot be interpreted.",
        id="leave at once or never",
    ),
    pytest.param(
        BetaDiscreteWeibull,
        0.9 ** (np.arange(9) ** 1.5),
        "BetaDiscreteWeibull: the data cannot tell alpha and beta apart: the log-likelihood hardly "
        "changes along them, so no standard errors are given. It is the limit of customers who are "
        "all alike (alpha and beta to infinity): a discrete Weibull lifetime with c = 1.5, where a "
        "share of 0.1 leaves at the first renewal. Predictions within the renewals observed can "
        "be used; the parameters themselves cannot be interpreted. Observe for longer. "
        "ShiftedBetaGeometric "
        "does not fit as well: its log-likelihood is 813.3 lower.",
        id="all alike",
    ),
    pytest.param(
        BetaDiscreteWeibull,
        0.8 ** np.arange(9),
        "BetaDiscreteWeibull: the data cannot tell alpha and beta apart: the log-likelihood hardly "
        "changes along them, so no standard errors are given. It is the limit of customers who are "
        "all alike (alpha and beta to infinity): a discrete Weibull lifetime with c = 1, where a "
        "share of 0.2 leaves at the first renewal. Predictions within the renewals observed can be "
        "used; the parameters themselves cannot be interpreted. Observe for longer, or use "
        "ShiftedBetaGeometric, whose log-likelihood is only 0.0 lower.",
        id="all alike, and it does not matter for how long",
    ),
    pytest.param(
        BetaDiscreteWeibull,
        np.append(1.0, 0.7 * np.arange(1, 9) ** -0.8),
        "BetaDiscreteWeibull: the data cannot tell alpha, beta and c apart: the log-likelihood "
        "hardly changes along them, so no standard errors are given. It is the limit of a power "
        "law (c to infinity, alpha and beta to 0): a share of 0.3 leaves at the first renewal, and "
        "of the others t^-0.8 remain after renewal t. Predictions within the renewals "
        "observed can be "
        "used; the parameters themselves cannot be interpreted. Observe for longer. "
        "ShiftedBetaGeometric "
        "does not fit as well: its log-likelihood is 388.4 lower.",
        id="a power law",
    ),
    pytest.param(
        ShiftedBetaGeometric,
        [1, 0.95, 0.8, 0.4],
        "ShiftedBetaGeometric: the data cannot tell alpha and beta apart: the log-likelihood "
        "hardly changes along them, so no standard errors are given. It is the limit of one "
        "probability to leave for all customers (alpha and beta to infinity), 0.2182, but "
        "retention falls with age: 0.95, 0.8421, 0.5 (a test for trend gives z = -71.3). This "
        "model cannot follow it: do not use its predictions. Use BetaDiscreteWeibull, in which "
        "customers may get likelier to leave; it needs at least 3 renewals.",
        id="retention falls",
    ),
]


@pytest.mark.parametrize(("model", "shares", "message"), RIDGES)
def test_on_a_ridge_the_limit_is_named_and_no_standard_errors_are_invented(model, shares, message):
    contracts = Contracts.from_shares(shares, customers=10_000, period="1 month")
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = model.fit(contracts)
    assert [str(warning.message) for warning in caught] == [message]
    assert caught[0].filename == __file__
    assert fit.standard_errors is None
    if "do not use its predictions" not in message:
        np.testing.assert_allclose(fit.model.survival(np.arange(len(shares))), shares, rtol=1e-4)


# --- the highest top ------------------------------------------------------------------------


def best_of_many(survivors):
    """Maximise the printed formula of the beta-discrete-Weibull from 12 starts by SciPy alone."""
    t, n = np.arange(len(survivors)), np.asarray(survivors, dtype=float)

    def loss(point):
        alpha, beta, c = np.exp(point)
        log_s = special.betaln(alpha, beta + t**c) - special.betaln(alpha, beta)
        left = np.where(n[:-1] > n[1:], log_s[:-1] + np.log(-np.expm1(np.diff(log_s))), 0.0)
        value = (n[:-1] - n[1:]) @ left + n[-1] * log_s[-1]
        return -value if np.isfinite(value) else 1e10

    with np.errstate(all="ignore"):
        return max(
            -optimize.minimize(
                loss, start, method="L-BFGS-B", bounds=[(-12, 12), (-12, 12), (-5, 4)]
            ).fun
            for start in itertools.product((-4, 0, 4), (-3, 3), (-0.5, 1))
        )


def fitted_and_shifted(survivors):
    contracts = Contracts.from_survivors(survivors, period="1 month")
    return [model.fit(contracts) for model in (BetaDiscreteWeibull, ShiftedBetaGeometric)]


@pytest.mark.parametrize(
    ("survivors", "parameters", "log_likelihood"),
    [
        ([1000, 700, 690, 685, 683], (0.0090326, 0.0210752, 1.61395), -706.816556),
        ([1000, 500, 499, 499, 499], (0.00062893, 0.00062893, 1.90728), -700.953793),
    ],
    ids=["nearly all stay", "one more leaves"],
)
def test_the_top_of_customers_who_stay_once_they_renewed(survivors, parameters, log_likelihood):
    fit, shifted = fitted_and_shifted(survivors)
    assert fit.converged
    assert tuple(fit.parameters.values()) == pytest.approx(parameters, rel=1e-3)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-5)
    assert fit.log_likelihood >= shifted.log_likelihood
    assert fit.log_likelihood == pytest.approx(best_of_many(survivors), abs=1e-4)


def random_survivors(seed):
    """Make up a curve: retention at random, rising, falling, or nearly 1 after the first."""
    random = np.random.default_rng(seed)
    size = int(random.integers(3, 9))
    rates = random.uniform(0.4, 1.0, size)
    shapes = (
        rates,
        np.sort(rates),
        np.sort(rates)[::-1],
        np.append(rates[0], random.uniform(0.97, 1.0, size - 1)),
    )
    survivors = [int(random.choice([50, 300, 1000, 20_000]))]
    for rate in shapes[seed % 4]:
        survivors.append(int(random.binomial(survivors[-1], rate)))
    return survivors


def check_the_highest_top(seed):
    survivors = random_survivors(seed)
    fit, shifted = fitted_and_shifted(survivors)
    assert fit.converged
    assert fit.log_likelihood >= shifted.log_likelihood - 1e-9 * abs(shifted.log_likelihood)
    assert fit.log_likelihood >= best_of_many(survivors) - 2e-3


@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
@pytest.mark.parametrize("seed", range(4))
def test_no_start_leads_higher(seed):
    check_the_highest_top(seed)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
@pytest.mark.parametrize("seed", range(4, 60))
def test_no_start_leads_higher_for_many_curves(seed):
    check_the_highest_top(seed)


@pytest.mark.parametrize("c", [20, 120, 200, 400])
def test_the_likelihood_where_powers_leave_the_doubles(c):
    """From c of 133 on, 8^c is cut off; 400 is beyond all doubles."""
    contracts = observed("regular", 7)
    at = np.array([0.3 / c, 0.9 / c, float(c)])
    likelihood = beta_discrete_weibull.LogLikelihood(contracts.counts)
    truth = [
        float(reference.survival(t, alpha=at[0], beta=at[1], c=c, digits=1000)) for t in range(8)
    ]
    counts = contracts.counts
    rates = np.array(truth[1:]) / np.array(truth[:-1])
    value = counts.renewed @ np.log(rates) + counts.left @ np.log1p(-rates)
    found = likelihood(at)
    assert found.value == pytest.approx(value, rel=1e-11)
    for i, step in enumerate(np.diag(1e-5 * at)):
        up, down = likelihood(at + step), likelihood(at - step)
        width = 2 * step[i]
        assert (up.value - down.value) / width == pytest.approx(found.gradient[i], rel=1e-5)
        np.testing.assert_allclose(
            (up.gradient - down.gradient) / width, found.hessian[i], rtol=1e-4
        )


@pytest.mark.parametrize("c", [50.0, 1e8])
def test_a_power_law_lives_as_long_as_its_sum(c):
    """With c to infinity S(t) is t^-(alpha c) times the share that renews once."""
    model = BetaDiscreteWeibull(alpha=3 / c, beta=7 / c, c=c, period="1 year")
    t = np.arange(1.0, 200_001)
    survives = 0.7 * t**-3.0
    np.testing.assert_allclose(model.survival(t[:50]), survives[:50], rtol=20 / c)
    years = model.expected_residual_lifetime(
        [0, 1], annual_discount_rate=0, timing="before_renewal"
    )
    np.testing.assert_allclose(years, [survives.sum(), (t[1:] ** -3.0).sum()], rtol=20 / c + 1e-8)


# --- what contracts are ---------------------------------------------------------------------

CUSTOMERS = {"renewals": [0, 0, 1, 2, 2, 2], "active": [False, True, False, True, True, False]}


def test_one_row_a_customer_and_a_table_say_the_same():
    by_customer = Contracts.from_frame(CUSTOMERS, period="1 year")
    by_cohort = Contracts.from_cohorts(
        {
            "cohort": ["b", "a", "a", "a", "a", "c"],
            "renewals": [0, 0, 1, 3, 2, 0],
            "customers": [1, 3, 2, 0, 1, 0],
        },
        period="1 year",
    )
    counts = by_customer.counts
    np.testing.assert_array_equal(by_customer.renewals, [0, 1, 2])
    np.testing.assert_array_equal(by_customer.left, [1, 1, 1])
    np.testing.assert_array_equal(by_customer.active, [1, 0, 2])
    np.testing.assert_array_equal(counts.asked, [5, 4, 1])
    np.testing.assert_array_equal(counts.renewed, [4, 3, 0])
    np.testing.assert_array_equal(by_cohort.left, [1, 1, 1, 0])
    np.testing.assert_array_equal(by_cohort.active, [1, 0, 0, 0])


def test_cohorts_of_different_age_are_added_up_by_renewal():
    table = {
        "year": [2021, 2022, 2021, 2022, 2021],
        "made": [0, 0, 1, 1, 2],
        "n": [1000, 800, 869, 690, 743],
    }
    contracts = Contracts.from_cohorts(
        table, cohort="year", renewals="made", customers="n", period="1 year"
    )
    np.testing.assert_array_equal(contracts.counts.asked, [1800, 869])
    np.testing.assert_array_equal(contracts.counts.renewed, [1559, 743])
    assert contracts.customers == 1800


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_dataframes_there_and_back(kind):
    contracts = Contracts.from_frame(kind(CUSTOMERS), period="1 year")
    assert contracts == Contracts.from_frame(CUSTOMERS, period="1 year")
    back = contracts.to_frame(like=kind({"a": [1]}))
    assert isinstance(back, kind)
    assert list(back.columns) == ["renewals", "left", "active"]


def test_counts_weigh_as_many_rows():
    one = Contracts.from_arrays(renewals=[0, 3], active=[0, 1], customers=[5, 2], period="1 year")
    many = Contracts.from_arrays(
        renewals=[0] * 5 + [3] * 2, active=[False] * 5 + [True] * 2, period="1 year"
    )
    assert one == many
    assert one.customers == 7


def test_who_was_never_asked_says_nothing():
    alone = observed("high_end", 7)
    young = Contracts(
        renewals=alone.renewals,
        left=alone.left,
        active=alone.active + np.eye(8)[0] * 50,
        period="1 year",
    )
    assert ShiftedBetaGeometric.fit(young).model == ShiftedBetaGeometric.fit(alone).model
    assert len(Contracts(renewals=[0], left=[0], active=[9], period="1 year").counts) == 0


@both
def test_cells_give_what_customers_give(model):
    contracts = model.simulate(3000, periods=8, rng=1)
    k = np.repeat(contracts.renewals, 2)
    active = np.tile([False, True], len(contracts))
    n = np.stack((contracts.left, contracts.active), axis=1).ravel().astype(int)
    rows = Contracts.from_arrays(
        renewals=np.repeat(k, n), active=np.repeat(active, n), period="1 year"
    )
    assert type(model).fit(rows).model == type(model).fit(contracts).model


def test_printed():
    contracts = observed("high_end", 2)
    assert repr(contracts) == (
        "Contracts(customers=1,000, active=743, renewals_observed=2, period='1 year')"
    )
    assert str(contracts).splitlines()[4].split() == ["1", "1,000", "869", "86.9", "%", "86.9", "%"]
    assert "1,000 customers, 743 under contract. A period is 1 year." in contracts._repr_html_()
    long = SBG.simulate(1000, periods=40, rng=1)
    assert str(long).startswith("Renewals of contracts, the first 12 of 40\n")


@both
def test_json_there_and_back(model):
    contracts = model.simulate(2000, periods=8, rng=1)
    assert Contracts.from_json(contracts.to_json()) == contracts
    assert type(model).from_json(model.to_json()) == model
    fit = type(model).fit(contracts)
    assert Fit[type(model)].from_json(fit.to_json()) == fit
    assert isinstance(model, ContractModel)


# --- value ----------------------------------------------------------------------------------


def value_of(contracts, renewals, **changes):
    how = {
        "margin_per_period": 100,
        "horizon": None,
        "annual_discount_rate": 0.1,
        "timing": "before_renewal",
        **changes,
    }
    return contract_lifetime_value(contracts, renewals=renewals, **how)


def test_value_is_lifetime_times_margin_times_customers():
    contracts = Contracts(renewals=[0, 3, 4], left=[9, 0, 1], active=[10, 20, 0], period="1 year")
    value = value_of(contracts, SBG)
    each = SBG.expected_residual_lifetime([0, 3], annual_discount_rate=0.1, timing="before_renewal")
    np.testing.assert_allclose(value.residual_lifetime, each, rtol=1e-14)
    np.testing.assert_allclose(value.value, 100 * each * [10, 20], rtol=1e-14)
    assert value.total.value == pytest.approx(100 * each @ [10, 20])
    assert value.value_per_customer == pytest.approx(100 * each)
    without_period = SBG.model_copy(update={"period": None})
    assert value_of(contracts, without_period) == value


def test_value_ahead_may_be_a_timedelta():
    contracts = observed("high_end", 3)
    value = value_of(contracts, SBG, horizon=timedelta(days=2 * 365.25))
    assert value.horizon == "730.5 days"
    assert value.total.value == pytest.approx(
        value_of(contracts, SBG, horizon="2 years").total.value
    )
    assert len(value) == 1


def test_value_has_an_interval_that_bootstrap_agrees_with():
    truth = ShiftedBetaGeometric(alpha=0.9, beta=4, period="1 year")
    base = Contracts(renewals=[0, 4], left=[0, 0], active=[100, 100], period="1 year")
    fits = [ShiftedBetaGeometric.fit(truth.simulate(3000, periods=8, rng=s)) for s in range(60)]
    totals = np.log([value_of(base, fit.model).total.value for fit in fits])
    value = value_of(base, fits[0])
    interval = value.total.confidence_interval(0.95)
    stated = math.log(interval.high / interval.low) / (2 * 1.959964)
    assert stated == pytest.approx(totals.std(ddof=1), rel=0.4)
    assert interval.method.startswith("delta method on the log scale")
    assert interval.low < value.total.value < interval.high


def test_value_printed_and_json():
    contracts = observed("high_end", 7)
    value = value_of(contracts, ShiftedBetaGeometric.fit(contracts), horizon="10 years")
    assert ContractLifetimeValue.from_json(value.to_json()) == value
    assert repr(value) == (
        "ContractLifetimeValue(customers=491, total="
        f"{value.total.value:,.0f}, margin_per_period=100, horizon='10 years', "
        "annual_discount_rate=0.1000, timing='before_renewal')"
    )
    text = str(value)
    assert "Horizon: 10 years ahead. Discount rate 10.0 % a year." in text
    assert "95 % interval, delta method on the log scale" in text
    assert "seen just before a renewal." in value._repr_html_()
    assert list(value.to_frame(like="pandas")) == list(value.columns())
