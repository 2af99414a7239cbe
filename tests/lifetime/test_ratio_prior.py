"""What is known of covariates of spend and of contracts, and how far the data limit them."""

import math
import warnings

import numpy as np
import pytest
from scipy import optimize, special, stats

from custvalue import lifetime
from custvalue.errors import CustvalueWarning, DataError, ParameterError

TABLE = {"region": ["north", "south"]}
EFFECT = "dropout: region=south"
SHARES = ([1, 0.85, 0.74, 0.65], [1, 0.75, 0.65, 0.55])
CONTRACTS = [
    lifetime.Contracts.from_shares(shares, customers=200, period="1 year") for shares in SHARES
]


def fitted(**how):
    return lifetime.ShiftedBetaGeometric.fit(CONTRACTS, dropout=["region"], covariates=TABLE, **how)


def log_likelihood(alpha, beta, gamma):
    """Of renewals one by one: odds of leaving times e^γ in the south, at a common alpha + beta."""
    total = 0.0
    for shares, moved in zip(SHARES, (0.0, gamma), strict=True):
        share = special.expit(math.log(alpha / beta) + moved)
        a, b = share * (alpha + beta), (1 - share) * (alpha + beta)
        log_survival = [special.betaln(a, b + t) - special.betaln(a, b) for t in range(4)]
        for t in range(1, 4):
            left = 200 * (shares[t - 1] - shares[t])
            total += left * math.log(math.exp(log_survival[t - 1]) - math.exp(log_survival[t]))
        total += 200 * shares[3] * log_survival[3]
    return total


def highest(gamma=None, density=None):
    """Maximise over all parameters, or over those but gamma."""

    def minus(point):
        given = point[2] if gamma is None else gamma
        known = 0.0 if density is None else density(given)
        return -log_likelihood(*np.exp(point[:2]), given) - known

    start = [-0.5, 1.0] if gamma is not None else [-0.5, 1.0, 0.3]
    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4_000}
    return optimize.minimize(minus, start, method="Nelder-Mead", options=options)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_profile_intervals_end_where_the_likelihood_has_fallen_enough(level):
    fit = fitted()
    ends = fit.confidence_interval(level, method="profile", data=CONTRACTS, covariates=TABLE)
    top = -highest().fun
    for end in (ends[EFFECT].low, ends[EFFECT].high):
        fallen = 2 * (top + highest(end).fun)
        assert fallen == pytest.approx(stats.chi2(1).ppf(level), rel=1e-3)
    assert ends["alpha"].low < fit.parameters["alpha"] < ends["alpha"].high


def test_wald_intervals_need_no_data():
    fit = fitted()
    assert fit.confidence_interval(covariates=TABLE) == fit.confidence_interval()


@pytest.mark.parametrize("ratio", [(0.5, 2), (0.9, 1.1), (1.5, 3)])
def test_the_mode_is_that_of_the_likelihood_times_the_prior(ratio):
    low, high = np.log(ratio)
    known = stats.norm((low + high) / 2, (high - low) / 2 / stats.norm.ppf(0.95))
    fit = fitted(prior=lifetime.RatioPrior(ratio=ratio))
    found = highest(density=known.logpdf)
    assert fit.parameters[EFFECT] == pytest.approx(found.x[2], abs=1e-5)
    assert fit.parameters["alpha"] == pytest.approx(math.exp(found.x[0]), rel=1e-4)
    assert fit.log_likelihood == pytest.approx(log_likelihood(*np.exp(found.x[:2]), found.x[2]))
    assert lifetime.from_json(fit.to_json()) == fit
    assert "Prior: ratios" in str(fit)


def test_a_wide_prior_changes_nothing():
    fit, free = fitted(prior=lifetime.RatioPrior(ratio=(1e-9, 1e9))), fitted()
    assert fit.parameters == pytest.approx(free.parameters, rel=1e-3)
    assert fit.standard_errors == pytest.approx(free.standard_errors, rel=1e-2)


@pytest.mark.filterwarnings("ignore::custvalue.errors.CustvalueWarning")
def test_a_kind_of_customers_none_of_whom_left_gets_a_ratio_with_an_error():
    never = lifetime.Contracts.from_shares([1, 1, 1, 1], customers=50, period="1 year")
    how = {"dropout": ["region"], "covariates": TABLE}
    ridge = lifetime.ShiftedBetaGeometric.fit([CONTRACTS[0], never], **how)
    assert ridge.standard_errors is None
    known = lifetime.ShiftedBetaGeometric.fit(
        [CONTRACTS[0], never], prior=lifetime.RatioPrior(ratio=(0.2, 5)), **how
    )
    ratio = known.effects[EFFECT].ratio
    assert 0.01 < ratio.value < 0.5
    assert ratio.confidence_interval(0.9).high < 1


@pytest.fixture(scope="module")
def spending():
    buyers = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
    history = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(
        buyers.simulate(300, age="52 weeks", rng=1), rng=2
    )
    table = {"id": np.arange(300), "kind": np.where(np.arange(300) % 3 > 0, "a", "b")}
    return history.with_covariates(table, customer="id", covariates=["kind"])


def test_spend_is_drawn_towards_the_prior(spending):
    free, drawn, told = (
        lifetime.GammaGamma.fit(spending, spend=["kind"], prior=prior)
        for prior in (
            None,
            lifetime.RatioPrior(ratio=(0.99, 1.01)),
            lifetime.RatioPrior(ratio=(1.99, 2.01)),
        )
    )
    effect = "spend: kind=b"
    assert abs(drawn.parameters[effect]) < 0.2 * abs(free.parameters[effect])
    assert told.parameters[effect] == pytest.approx(math.log(2), abs=0.01)
    assert drawn.log_likelihood < free.log_likelihood
    rows = lifetime.BGNBD.fit(spending).predict(spending, "1 year", spend=drawn, interval=0.9)
    assert (rows.spend_low < rows.spend).all()


@pytest.mark.slow
@pytest.mark.simulation
def test_coverage_of_a_ratio_with_a_prior_that_is_true():
    """Ratios drawn from the prior lie in the credible intervals as often as they say."""
    random, held = np.random.default_rng(7), 0
    prior = lifetime.RatioPrior(ratio=(0.5, 2))
    spread = math.log(2) / stats.norm.ppf(0.95)
    for _ in range(200):
        gamma = spread * random.standard_normal()
        contracts = []
        for moved in (0.0, gamma):
            share = special.expit(math.log(0.3) + moved)
            truth = lifetime.ShiftedBetaGeometric(
                alpha=3 * share, beta=3 * (1 - share), period="1 year"
            )
            contracts.append(truth.simulate(60, periods=4, rng=random))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CustvalueWarning)
            fit = lifetime.ShiftedBetaGeometric.fit(
                contracts, dropout=["region"], covariates=TABLE, prior=prior
            )
        held += fit.covariance is None or gamma in fit.confidence_interval(0.9)[EFFECT]
    assert 165 <= held <= 193


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: lifetime.ShiftedBetaGeometric.fit(CONTRACTS[0], prior=lifetime.RatioPrior()),
            ParameterError,
            (
                "prior is of the ratios of covariates, but none are named. Name some, as in "
                "dropout=['region'], or omit prior."
            ),
        ),
        (
            lambda: fitted(prior=lifetime.Prior.weak()),
            ParameterError,
            (
                "prior must be a lifetime.RatioPrior, as in RatioPrior(ratio=(0.5, 2)), but it is "
                "a Prior."
            ),
        ),
        (
            lambda: fitted(prior=lifetime.RatioPrior()).confidence_interval(
                method="profile", data=CONTRACTS, covariates=TABLE
            ),
            ParameterError,
            (
                "method='profile' is for fits by maximum likelihood, and this one has a prior. Use "
                "method='wald'."
            ),
        ),
        (
            lambda: fitted().confidence_interval(method="profile", data=CONTRACTS),
            ParameterError,
            (
                "ShiftedBetaGeometric with covariates was fitted to a list of contracts with a "
                "table. Give both, as in confidence_interval(method='profile', data=contracts, "
                "covariates=table)."
            ),
        ),
        (
            lambda: fitted().confidence_interval(
                method="profile", data=CONTRACTS[::-1], covariates=TABLE
            ),
            ParameterError,
            (
                "data must be what was fitted, but at these parameters their likelihood is not at "
                "its highest. Give the same data, or fit the model to these."
            ),
        ),
        (
            lambda: fitted().confidence_interval(
                method="profile", data=CONTRACTS[:1], covariates=TABLE
            ),
            DataError,
            "covariates must have one row for each of the 1 contracts, but they have 2.",
        ),
        (
            lambda: lifetime.ShiftedBetaGeometric.fit(CONTRACTS[0]).confidence_interval(
                method="profile", data=CONTRACTS[0], covariates=TABLE
            ),
            ParameterError,
            "this fit has no covariates. Omit covariates.",
        ),
        (
            lambda: lifetime.RatioPrior(ratio=(2, 1)),
            ParameterError,
            "RatioPrior: ratio: must be the lower and the upper end, but they are (2.0, 1.0).",
        ),
        (
            lambda: lifetime.RatioPrior(ratio=(0, 1)),
            ParameterError,
            "RatioPrior: ratio.0 must be > 0, but it is 0.",
        ),
    ],
)
def test_what_cannot_be_asked_of_covariates_is_refused(call, error, message):
    with pytest.raises(error) as found:
        call()
    assert str(found.value) == message
