"""Profile-likelihood intervals: against brute force, where Wald fails, and what is refused."""

import math
import warnings

import driven
import numpy as np
import pytest
from scipy import optimize, stats

from custvalue import lifetime
from custvalue.errors import EstimationError, ParameterError

BUYERS = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week").simulate(400, age="52 weeks", rng=1)
SPENDERS = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(BUYERS, rng=2)
REGULAR = lifetime.BGCNBD(k=2, r=1, alpha=2, a=1, b=3, unit="week")
DONORS = lifetime.BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
RENEWERS = lifetime.ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
FITTED = {
    "NBD": (lifetime.NBD.fit, BUYERS),
    "BG/NBD": (lifetime.BGNBD.fit, BUYERS),
    "MBG/NBD": (lifetime.MBGNBD.fit, BUYERS),
    "Gamma-Gamma": (lifetime.GammaGamma.fit, SPENDERS),
    "BG/CNBD-k": (lifetime.BGCNBD.fit, REGULAR.simulate(400, age="52 weeks", rng=3)),
    "BG/BB": (lifetime.BGBB.fit, DONORS.simulate(4000, opportunities=6, rng=4)),
    "sBG": (lifetime.ShiftedBetaGeometric.fit, RENEWERS.simulate(2000, periods=7, rng=5)),
}


@pytest.mark.parametrize("kind", FITTED)
def test_at_each_end_the_likelihood_has_fallen_by_what_it_may(kind):
    estimate, data = FITTED[kind]
    fit = estimate(data)
    allowed = stats.chi2.ppf(0.9, 1) / 2
    found = fit.confidence_interval(0.9, method="profile", data=data)
    wald = fit.confidence_interval(0.9)
    for name, interval in found.items():
        assert fit.parameters[name] in interval
        assert (interval.level, interval.method) == (0.9, "profile likelihood")
        assert interval.low == pytest.approx(wald[name].low, rel=0.4)
        for end in (interval.low, interval.high):
            fallen = fit.log_likelihood - highest_by_brute_force(fit, data, name, end)
            assert fallen == pytest.approx(allowed, abs=2e-3)


def highest_by_brute_force(fit, data, name, value):
    """Hold a parameter and climb over the others without derivatives."""
    others = [other for other in fit.parameters if other != name]

    def lost(point):
        change = dict(zip(others, np.exp(point).tolist(), strict=True))
        model = fit.model.model_copy(update={name: value, **change})
        return -float(np.sum(model.log_likelihood(data)))

    start = np.log([fit.parameters[other] for other in others])
    options = {"xatol": 1e-5, "fatol": 1e-6, "maxiter": 4000, "maxfev": 4000, "adaptive": True}
    first = optimize.minimize(lost, start, method="Nelder-Mead", options=options)
    return -optimize.minimize(lost, first.x, method="Nelder-Mead", options=options).fun


def test_on_a_ridge_an_end_is_open():
    history = lifetime.NBD(r=1, alpha=5, unit="week").simulate(500, age="52 weeks", rng=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = lifetime.BGNBD.fit(history)
    assert fit.covariance is None
    with pytest.raises(EstimationError, match="there are no standard errors"):
        fit.confidence_interval()
    found = fit.confidence_interval(method="profile", data=history)
    assert (found["a"].low, found["b"].high) == (0, math.inf)
    assert found["a"].method == "profile likelihood, open below and above"
    assert 0.8 < found["r"].low < 1 < found["r"].high < 1.3


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"method": "profile"},
            (
                "method='profile' computes the likelihood anew. Give what was fitted, as in "
                "confidence_interval(method='profile', data=history)."
            ),
        ),
        (
            {"method": "profil"},
            "method must be one of 'wald', 'profile', but it is 'profil'. Did you mean 'profile'?",
        ),
        (
            {"method": "profile", "data": BUYERS.select(BUYERS.frequency > 1)},
            (
                "data must be what was fitted, but at these parameters their likelihood is not at "
                "its highest. Give the same data, or fit the model to these."
            ),
        ),
    ],
    ids=["no data", "unknown method", "other data"],
)
def test_what_is_refused(asked, message):
    with pytest.raises(ParameterError) as caught:
        lifetime.BGNBD.fit(BUYERS).confidence_interval(**asked)
    assert str(caught.value) == message


def test_a_fit_says_where_wald_intervals_are_poor():
    few = lifetime.ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week")
    fit = lifetime.ParetoNBD.fit(few.simulate(500, age="39 weeks", rng=2))
    errors = {name: fit.standard_errors[name] / fit.parameters[name] for name in fit.parameters}
    wide = [name for name, error in errors.items() if error > 0.4]
    assert wide == ["beta"]
    assert (
        "Hardly known: beta (standard error above 40 % of the estimate). Wald intervals then cover "
        "too little, of other parameters too: use confidence_interval(method='profile', data=...)."
    ) in str(fit)
    assert "Hardly known" not in str(lifetime.NBD.fit(BUYERS))


# --- covariates -------------------------------------------------------------------------------


def driven_case(kind):
    history = driven.simulated(lifetime.MBGNBD, 300)
    if kind is lifetime.GammaGamma:
        spent = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=2)
        return lifetime.GammaGamma.fit(spent, spend=["age"]), spent
    return kind.fit(history, purchase=["age"]), history


@pytest.mark.parametrize("kind", [lifetime.NBD, lifetime.MBGNBD, lifetime.GammaGamma])
def test_coefficients_have_profiles_too(kind):
    fit, data = driven_case(kind)
    found = fit.confidence_interval(0.9, method="profile", data=data)
    wald = fit.confidence_interval(0.9)
    allowed = stats.chi2.ppf(0.9, 1) / 2
    assert [*found] == [*fit.parameters]
    coefficient, first = [*fit.parameters][-1], [*fit.parameters][1]
    error = fit.standard_errors[coefficient]
    assert found[coefficient].low == pytest.approx(wald[coefficient].low, abs=0.2 * error)
    for name in (coefficient, first):
        for end in (found[name].low, found[name].high):
            fallen = fit.log_likelihood - highest_with_coefficients(fit, data, name, end)
            assert fallen == pytest.approx(allowed, abs=3e-3)


def highest_with_coefficients(fit, data, name, value):
    """Hold one of the parameters or coefficients and climb over the others."""
    others = [other for other in fit.parameters if other != name]
    positive = [":" not in other for other in others]
    start = np.array([fit.parameters[other] for other in others])
    start = np.where(positive, np.log(np.where(positive, start, 1.0)), start)

    def lost(point):
        values = np.where(positive, np.exp(point), point).tolist()
        moved = {name: value, **dict(zip(others, values, strict=True))}
        return -float(np.sum(fit.model._with_estimated(moved).log_likelihood(data)))

    options = {"xatol": 1e-5, "fatol": 1e-6, "maxiter": 4000, "maxfev": 4000, "adaptive": True}
    first = optimize.minimize(lost, start, method="Nelder-Mead", options=options)
    again = optimize.minimize(lost, first.x, method="Nelder-Mead", options=options)
    return -again.fun
