"""Formulas of forecasts and posteriors one by one, by hand and by scipy, on a few numbers."""

import mpmath
import numpy as np
import pytest
from scipy import stats

from custvalue import lifetime
from custvalue._lifetime.prediction.parameters import moved
from custvalue._lifetime.prediction.spend import beta_prime_quantile
from custvalue._lifetime.prediction.totals import OutcomeTotal
from custvalue._lifetime.priors.importance import Proposal, sampled
from custvalue._lifetime.spend.spend_likelihood import left_over

# --- forecasts --------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.4, 2.0, 2.03, 40.0])
@pytest.mark.parametrize("below", [0.01, 0.45, 0.5, 0.55, 0.999])
def test_quantiles_of_beta_prime(p, below):
    q = np.array([0.7, 1.99, 2.0, 39.8])
    expected = stats.betaprime.ppf(below, p, q)
    assert beta_prime_quantile(p, q, below) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("whole", [True, False])
def test_the_ends_of_a_total_have_an_atom_at_0_and_a_gamma_variable_above(whole):
    nothing, mean, error = 0.1, 20.0, 12.0
    total = OutcomeTotal(
        name="total",
        value=mean,
        standard_error=error,
        n=5,
        effective_n=5,
        whole=whole,
        nothing=nothing,
    )
    some = 1 - nothing
    centre = mean / some
    variance = (error**2 + mean**2) / some - centre**2
    above = stats.gamma(centre**2 / variance, scale=variance / centre)
    low, high = above.ppf((0.15 - nothing) / some), above.isf(0.15 / some)
    found = total.confidence_interval(0.7)
    if whole:
        low, high = np.floor(low + 0.5), np.ceil(high - 0.5)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert total.confidence_interval(0.9).low == 0  # 5 % lie in the atom


def test_coefficients_of_covariates_make_a_prediction_as_unsure_as_their_covariance_says():
    plain = lifetime.ParetoNBD(r=1.2, alpha=8, s=1.5, beta=60, unit="week").simulate(
        250, age="40 weeks", rng=1
    )
    table = {"id": plain.customer, "age": np.arange(250) % 7 / 3}
    history = plain.with_covariates(table, customer="id", covariates=["age"])
    fit = lifetime.ParetoNBD.fit(history, purchase=["age"])
    names, at = list(fit.parameters), np.array([*fit.parameters.values()])

    def total(values):
        model = fit.model._with_estimated(dict(zip(names, values.tolist(), strict=True)))
        return float(model.expected_purchases(history, "26 weeks").sum())

    slope = []
    for place in range(len(names)):
        step = 1e-4 * np.eye(len(names))[place] * max(abs(at[place]), 0.1)
        slope.append((total(at + step) - total(at - step)) / (2 * step[place]))
    error = np.sqrt(slope @ np.array(fit.covariance) @ slope)
    found = fit.predict(history, "26 weeks", interval=0.9).total.purchases
    assert len(names) == 5
    assert found.standard_error == pytest.approx(error, rel=1e-3)
    moved_by = np.array([0.1, -0.2, 0, 0, 0.05])
    later = moved(fit, moved_by)
    assert later.r == pytest.approx(fit.model.r * np.exp(0.1))
    assert total(at * np.exp([0.1, -0.2, 0, 0, 0]) + [0, 0, 0, 0, 0.05]) == pytest.approx(
        float(later.expected_purchases(history, "26 weeks").sum())
    )


# --- spend ------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [0.3, 5.0, 19.9, 20.0, 20.1, 33.0, 1e4])
def test_what_stirlings_formula_leaves(a):
    with mpmath.workdps(40):
        x = mpmath.mpf(a)
        value = mpmath.loggamma(x) - (x - 0.5) * mpmath.log(x) + x - mpmath.log(2 * mpmath.pi) / 2
        first = x * (mpmath.psi(0, x) - mpmath.log(x)) + mpmath.mpf(1) / 2
        second = x**2 * mpmath.psi(1, x) - x - mpmath.mpf(1) / 2
    found = left_over(np.array([a]))
    for its, right in zip(found, (value, first, second), strict=True):
        assert its[0] == pytest.approx(float(right), rel=1e-10, abs=0 if a >= 20 else 1e-13)


# --- posteriors -------------------------------------------------------------------------------


def test_a_posterior_of_three_draws():
    found = lifetime.Posterior(
        model="NBD",
        names=("r", "alpha"),
        draws=np.array([[1.0, 10.0], [2.0, 30.0], [4.0, 20.0]]),
        weight=np.array([0.5, 0.25, 0.25]),
        k_hat=0.1,
        customers=9,
        prior="none",
        unit="week",
    )
    assert found.mean == {"r": 2.0, "alpha": 17.5}
    # r: 0.5 (1 - 2)² + 0.25 (4 - 2)²; alpha: 0.5 · 7.5² + 0.25 · 12.5² + 0.25 · 2.5²
    assert found.sd == pytest.approx({"r": 1.5**0.5, "alpha": 68.75**0.5})
    assert found.effective_draws == pytest.approx(1 / 0.375)


def test_the_second_proposal_is_nearer_to_the_target():
    # the first lies 1.5 of its own deviations away, and is twice as wide
    first = Proposal(np.array([1.5]), np.array([[1.0]]))
    points, weight, _ = sampled(
        lambda point: float(-2 * point[0] ** 2), first, 4000, np.random.default_rng(1)
    )
    assert weight @ points[:, 0] == pytest.approx(0, abs=0.03)
    second = points[1333:, 0]
    assert second.mean() == pytest.approx(0, abs=0.1)
    # Student's t with 5 degrees of freedom, its scale that of the target and a twentieth more
    assert second.std() == pytest.approx((5 / 3 * (0.25 + 0.05)) ** 0.5, abs=0.05)
