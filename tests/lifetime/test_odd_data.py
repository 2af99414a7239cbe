"""Fits of a few odd customers: none ends below a simpler model, or a limit of its own.

On each of these histories a fit once ended below a place that its own likelihood knows; more are
made up by benchmarks/lifetime_odd_data.py.
"""

import numpy as np
import pytest
from scipy import optimize, special, stats

from custvalue import lifetime

pytestmark = pytest.mark.filterwarnings(
    "ignore::custvalue.errors.IdentifiabilityWarning", "ignore::custvalue.errors.ForecastWarning"
)

NOTHING = 0.005  # of log-likelihood


def history(frequency, days, seen):
    return lifetime.PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=np.divide(days, 7),
        age=np.divide(np.broadcast_to(seen, np.shape(days)), 7),
        unit="week",
    )


LOYAL = [3, 1, 3, 3, 1, 1, 7, 2, 1, 5, 7, 3, 2, 12, 1, 5, 2, 8, 12, 2, 5, 13, 1, 2, 1, 3, 4]
ODD = {
    "one buyer": history([11, 0, 0, 0, 0, 0], [364, 0, 0, 0, 0, 0], 364),
    "one buyer of two": history([5, 0], [346, 0], 364),
    "loyal or never back": history(LOYAL + [0] * 23, [364] * 27 + [0] * 23, 364),
    "two who stop together": history([1, 2], [112, 112], 364),
    "all stop together": history([2, 1, 0, 0, 1, 2, 2, 0], [48, 48, 0, 0, 48, 48, 48, 0], 364),
    "early and late": history(
        [1, 0, 1, 0, 0, 1, 1, 0, 1, 0],
        [87, 0, 152, 0, 0, 8, 130, 0, 40, 0],
        [165, 462, 347, 312, 344, 227, 472, 94, 192, 147],
    ),
}


def highest(log_likelihood, *starts):
    """Return the top of a log-likelihood, by a search that needs no derivatives."""
    ends = (
        optimize.minimize(
            lambda place: -log_likelihood(*place),
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-6, "fatol": 1e-7, "maxiter": 3000},
        )
        for start in starts
    )
    best = min(ends, key=lambda end: end.fun)
    return best.x, -best.fun


def left_at_once(data):
    """Return r, α, share of those who left at once, and the top: the others buy as in NBD.

    Negative binomial counts, in which the probability of the observed order of the purchases, of
    which the models say nothing, is divided out.
    """
    x, T = data.frequency, data.age
    orders = special.gammaln(x + 1) - x * np.log(T)

    def log_likelihood(log_r, log_alpha, odds):
        r, alpha = np.exp(log_r), np.exp(log_alpha)
        counts = stats.nbinom.logpmf(x, r, alpha / (alpha + T)) + orders
        stayed = special.log_expit(-odds) + counts
        return np.where(x > 0, stayed, np.logaddexp(stayed, special.log_expit(odds))).sum()

    starts = [(r, r - np.log(x[x > 0].mean() / T.mean()), odds) for r in (0, 5) for odds in (-1, 1)]
    (log_r, log_alpha, odds), top = highest(log_likelihood, *starts)
    return np.exp(log_r), np.exp(log_alpha), special.expit(odds), top


SLOW = pytest.param(lifetime.GammaGompertzNBD, marks=pytest.mark.slow)


@pytest.mark.parametrize("name", ["one buyer", "one buyer of two", "loyal or never back"])
@pytest.mark.parametrize("model", [lifetime.ParetoNBD, SLOW])
def test_the_limit_of_leaving_at_once_is_neared(model, name):
    data = ODD[name]
    r, alpha, share, top = left_at_once(data)
    fit = model.fit(data)
    far = 240.0
    others = {"b": 1e-3} if model is lifetime.GammaGompertzNBD else {}
    near = model(r=r, alpha=alpha, s=-np.log1p(-share) / far, beta=np.exp(-far), **others)
    assert fit.log_likelihood > near.log_likelihood(data).sum() - NOTHING
    # Of β, doubles reach down to where log-likelihoods are as close as this to the limit.
    assert top - 0.07 < fit.log_likelihood < top
    assert fit.converged


@pytest.mark.parametrize(
    "name",
    [
        "two who stop together",
        pytest.param("all stop together", marks=pytest.mark.slow),
        pytest.param("early and late", marks=pytest.mark.slow),
    ],
)
def test_the_limit_of_leaving_suddenly_is_neared(name):
    data = ODD[name]
    fit = lifetime.GammaGompertzNBD.fit(data)
    last, rate = data.recency.max(), data.frequency.sum() / data.recency.sum()
    for far in (100, 200, 245):
        for s in (0.5, 4, 30, 100):
            for age in (last, 1.05 * last):
                near = lifetime.GammaGompertzNBD(
                    r=1e6, alpha=1e6 / rate, beta=np.exp(far), b=far / age, s=s
                )
                assert fit.log_likelihood > near.log_likelihood(data).sum() - NOTHING
    assert fit.converged


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("model", [lifetime.BGNBD, lifetime.MBGNBD, lifetime.ParetoNBD, SLOW])
def test_no_fit_ends_below_no_dropout(model, name):
    simpler = [lifetime.NBD] + [lifetime.ParetoNBD] * (model is lifetime.GammaGompertzNBD)
    tops = [each.fit(ODD[name]).log_likelihood for each in simpler]
    assert model.fit(ODD[name]).log_likelihood > max(tops) - NOTHING


def donors(frequency, recency, opportunities):
    return lifetime.OpportunityHistory.from_arrays(
        frequency=frequency, recency=recency, opportunities=opportunities
    )


def test_donors_who_are_all_alike_but_for_those_who_left_at_once():
    data = donors([2, 1] + [0] * 28, [3, 6] + [0] * 28, 8)

    def log_likelihood(takes, left):
        one = special.log_expit(-takes)
        stayed = special.log_expit(-left) + np.array([2, 1, 0]) * takes + 8 * one
        gone = np.logaddexp(stayed[2], special.log_expit(left))
        return stayed[0] + stayed[1] + 28 * gone

    _, top = highest(log_likelihood, (-1, 1), (-3, -1), (-2, 2))
    assert lifetime.BGBB.fit(data).log_likelihood > top - NOTHING


def test_donors_who_always_give_or_never():
    data = donors([1, 6] + [0] * 6, [1, 6] + [0] * 6, 7)

    def log_likelihood(gives, leaves):
        gave = special.log_expit(gives) + special.log_expit(leaves)
        stays = special.log_expit(-leaves)
        nothing = np.logaddexp(gave, special.log_expit(-gives))
        return 2 * gave + 7 * stays + 6 * nothing

    _, top = highest(log_likelihood, (-1, -1), (0, -2), (2, 0))
    assert lifetime.BGBB.fit(data).log_likelihood > top - NOTHING
