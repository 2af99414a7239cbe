"""Priors and posteriors: densities by differences, brute force, few customers, coverage."""

import math
import warnings

import numpy as np
import pooled
import pytest
import reference_posterior as reference
from scipy import stats

from custvalue import datasets, lifetime
from custvalue._lifetime.priors.density import with_prior
from custvalue._lifetime.priors.importance import Proposal, pareto_tail, sampled, smoothed
from custvalue._numerics.maximum import on_log_scale
from custvalue.errors import (
    CustvalueWarning,
    DataError,
    EstimationError,
    ParameterError,
    PosteriorWarning,
)

KNOWN = pooled.KNOWN
MODELS = {
    "NBD": {"r": 1.5, "alpha": 15},
    "BGNBD": {"r": 1.5, "alpha": 15, "a": 0.8, "b": 4},
    "MBGNBD": {"r": 1.5, "alpha": 15, "a": 0.8, "b": 4},
    "ParetoNBD": {"r": 1.5, "alpha": 15, "s": 1, "beta": 100},
    "GammaGompertzNBD": {"r": 1.5, "alpha": 15, "beta": 1, "b": 0.01, "s": 1},
    "BGCNBD": {"k": 2, "r": 1.5, "alpha": 7, "a": 0.8, "b": 4},
    "MBGCNBD": {"k": 2, "r": 1.5, "alpha": 7, "a": 0.8, "b": 4},
}
every_model = pytest.mark.parametrize("name", MODELS)


def model(name):
    return getattr(lifetime, name)(**MODELS[name], unit="week")


def known_in(name, prior=KNOWN):
    return prior._known_in(getattr(lifetime, name), {"unit": "week", **regular(name)})


def regular(name):
    return {"k": 2} if "k" in MODELS[name] else {}


def point_of(name):
    its = model(name)
    return np.log([getattr(its, each) for each in MODELS[name] if each != "k"])


# --- what the quantities mean -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["ParetoNBD", "NBD", "MBGCNBD", "GammaGompertzNBD"])
def test_rate_and_lifetime_are_those_of_simulated_customers(name):
    its, random = model(name), np.random.default_rng(1)
    logs = type(its)._measure(regular(name)).at(point_of(name)).logs
    rates = random.gamma(its.r, 1 / its.alpha, 200_000) / getattr(its, "k", 1)
    assert math.exp(logs[0]) == pytest.approx(rates.mean(), rel=0.01)
    assert math.exp(logs[1]) == pytest.approx(rates.std() / rates.mean(), rel=0.01)
    if name == "NBD":
        return
    leaving = {
        "ParetoNBD": lambda: random.gamma(its.s, 1 / its.beta, 200_000),
        "GammaGompertzNBD": lambda: its.b * random.gamma(its.s, 1 / its.beta, 200_000),
        "MBGCNBD": lambda: random.beta(its.a, its.b, 200_000),
    }[name]()
    per_time = leaving.mean() * (rates.mean() if name == "MBGCNBD" else 1)
    assert math.exp(logs[2]) == pytest.approx(1 / per_time, rel=0.01)
    assert math.exp(logs[3]) == pytest.approx(leaving.std() / leaving.mean(), rel=0.01)


def test_with_a_spread_of_1_half_have_left_after_the_lifetime_of_a_pareto_nbd():
    its = lifetime.ParetoNBD(r=1, alpha=5, s=1, beta=40, unit="week")
    new = lifetime.PurchaseHistory.from_arrays(frequency=0, recency=0, age=0, unit="week")
    assert its.probability_alive(new, at="40 weeks") == pytest.approx(0.5)


@every_model
def test_quantities_lead_back_to_the_parameters(name):
    measure = getattr(lifetime, name)._measure(regular(name))
    back = measure.back(measure.at(point_of(name)).logs)
    assert back == pytest.approx(point_of(name), abs=1e-12)


@every_model
def test_the_volume_of_quantities_is_the_determinant_of_their_slopes(name):
    measure, point = getattr(lifetime, name)._measure(regular(name)), point_of(name)
    found, step = measure.at(point), 1e-6
    ways = step * np.eye(len(point))
    slopes = [(measure.at(point + way).logs - measure.at(point - way).logs) for way in ways]
    size = np.linalg.slogdet(np.array(slopes) / (2 * step)).logabsdet
    assert found.volume.value == pytest.approx(size, abs=1e-7)


@every_model
def test_the_density_has_the_derivatives_of_its_values(name):
    density, point, step = known_in(name).density, point_of(name) + 0.2, 1e-5
    ways = step * np.eye(len(point))
    ends = [(density(point + way), density(point - way)) for way in ways]
    slope = [(up.value - down.value) / (2 * step) for up, down in ends]
    bent = [(up.gradient - down.gradient) / (2 * step) for up, down in ends]
    assert density(point).gradient == pytest.approx(np.array(slope), abs=1e-7)
    assert density(point).hessian == pytest.approx(np.array(bent), abs=1e-7)


@pytest.mark.parametrize(("name", "words"), [("BGNBD", "bgnbd"), ("ParetoNBD", "pareto")])
def test_the_density_is_that_of_lognormal_quantities(name, words):
    ends = [KNOWN._ends(each, "week") for each in type(model(name))._measure({}).names]
    of = getattr(reference, f"{words}_words")
    places = [point_of(name), point_of(name) + np.array([0.3, -0.2, 0.4, -0.5])]
    ours = [known_in(name).density(place).value for place in places]
    z = stats.norm.ppf(0.95)
    theirs = [reference.log_prior(place, of, ends, z) for place in places]
    assert ours[1] - ours[0] == pytest.approx(theirs[1] - theirs[0], abs=1e-6)


def test_the_density_of_a_pareto_nbd_is_normalised():
    point, prior = point_of("ParetoNBD"), known_in("ParetoNBD")
    measure = lifetime.ParetoNBD._measure({})
    centre, spread = KNOWN._normals(measure.names, "week")
    there = stats.norm.logpdf(measure.at(point).logs, centre, spread).sum()
    volume = math.log(abs(np.linalg.det(np.array(measure.powers))))
    assert prior.density(point).value == pytest.approx(there + volume)


def test_draws_lie_within_the_ends_with_the_probability_of_the_level():
    draws = KNOWN.draw(lifetime.ParetoNBD, 4_000, unit="month", rng=1)
    rate = np.array([each.r / each.alpha for each in draws])
    life = np.array([each.beta / each.s for each in draws])
    assert np.mean((rate > 2 / 12) & (rate < 8 / 12)) == pytest.approx(0.9, abs=0.015)
    assert np.mean((life > 12) & (life < 72)) == pytest.approx(0.9, abs=0.015)
    assert {each.unit for each in draws} == {"month"}


def test_the_unit_of_the_prior_does_not_matter():
    days = lifetime.Prior(
        rate=(2 / 365.25, 8 / 365.25), unit="day", lifetime=("365.25 days", "72 months")
    )
    one, other = known_in("MBGNBD"), known_in("MBGNBD", days)
    assert one.density(point_of("MBGNBD")).value == pytest.approx(
        other.density(point_of("MBGNBD")).value
    )


# --- fits -------------------------------------------------------------------------------------


@every_model
def test_the_mode_is_where_likelihood_times_prior_is_highest(name):
    history = model(name).simulate(50, age="52 weeks", rng=1)
    fit = getattr(lifetime, name).fit(history, prior=KNOWN)
    k = getattr(fit.model, "k", 1)
    density = KNOWN._known_in(type(fit.model), {"unit": "week", "k": k}).density
    likelihood = on_log_scale(fit.model._likelihood_of(history))
    mode = np.log([*fit.parameters.values()])
    slope = likelihood(mode).gradient + density(mode).gradient
    information = -likelihood(mode).hessian - density(mode).hessian
    theta = np.exp(mode)
    assert fit.converged
    assert np.abs(slope).max() < 1e-6
    assert np.array(fit.covariance) == pytest.approx(
        np.linalg.inv(information) * np.outer(theta, theta), rel=1e-6
    )


@every_model
def test_the_log_likelihood_is_that_of_the_data(name):
    history = model(name).simulate(50, age="52 weeks", rng=2)
    fit = getattr(lifetime, name).fit(history, prior=KNOWN)
    assert fit.log_likelihood == pytest.approx(fit.model.log_likelihood(history).sum())


@every_model
def test_a_posterior_goes_to_json_and_back_and_predicts(name):
    history = model(name).simulate(50, age="52 weeks", rng=3)
    fit = getattr(lifetime, name).fit(history, prior=KNOWN)
    assert lifetime.from_json(fit.to_json()) == fit
    total = fit.predict(history, "1 year", interval=0.9).total.purchases
    assert total.value in total.confidence_interval(0.9)


def test_much_data_forget_the_prior():
    truth = lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")
    history = truth.simulate(100_000, age="104 weeks", rng=1)
    own, known = lifetime.MBGNBD.fit(history), lifetime.MBGNBD.fit(history, prior=KNOWN)
    for name, error in own.standard_errors.items():
        assert known.parameters[name] == pytest.approx(own.parameters[name], abs=0.2 * error)
        assert known.standard_errors[name] == pytest.approx(error, rel=0.02)


def test_without_repeat_purchases_the_prior_speaks():
    nobody = lifetime.PurchaseHistory.from_arrays(
        frequency=[0, 0], recency=[0, 0], age=[5, 9], unit="week"
    )
    with pytest.raises(EstimationError, match="needs repeat purchases"):
        lifetime.ParetoNBD.fit(nobody)
    fit = lifetime.ParetoNBD.fit(nobody, prior=KNOWN)
    rate = 52.18 * fit.model.r / fit.model.alpha
    assert fit.converged
    assert 2 < rate < 4  # below the median of the prior


def test_where_the_likelihood_is_a_ridge_the_posterior_has_intervals():
    history = model("MBGNBD").simulate(50, age="52 weeks", rng=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        assert lifetime.MBGNBD.fit(history).covariance is None
    fit = lifetime.MBGNBD.fit(history, prior=KNOWN)
    assert all(each.low < each.high for each in fit.confidence_interval(0.9).values())


def test_a_posterior_says_that_it_is_one():
    text = str(pooled.posterior_fit())
    assert text.splitlines()[0] == "MBGNBD, posterior"
    assert (
        "Log-likelihood -527.2260 of the data, without the prior. Prior: rate 2 to 8 a year, "
        "lifetime 1 year to 6 years (90 %)." in text
    )
    assert "95 % interval, credible, Laplace on the log scale." in text
    intervals = pooled.posterior_fit().confidence_interval(0.9)
    assert {each.method for each in intervals.values()} == {"credible, Laplace on the log scale"}


def test_adding_a_prior_on_the_log_scale_adds_its_derivatives():
    cells = pooled.few().cells
    density = known_in("MBGNBD").density
    likelihood = on_log_scale(lifetime.MBGNBD._objective(cells))
    both = on_log_scale(with_prior(lifetime.MBGNBD._objective, density)(cells))
    point = point_of("MBGNBD")
    for got, one, other in zip(both(point), likelihood(point), density(point), strict=True):
        assert got == pytest.approx(one + other, rel=1e-10)


# --- importance sampling ----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.4, 0.9])
def test_the_tail_is_fitted_by_its_shape_and_scale(shape):
    draws = np.sort(stats.genpareto.rvs(shape, scale=2.5, size=4_000, random_state=3))
    found, scale = pareto_tail(draws)
    assert found == pytest.approx(shape, abs=0.05)
    assert scale == pytest.approx(2.5, rel=0.06)


def test_weights_add_up_and_keep_the_order_of_the_ratios():
    ratios = np.random.default_rng(1).standard_t(3, 1_000)
    weight, k_hat = smoothed(ratios)
    assert weight.sum() == pytest.approx(1)
    assert (np.diff(weight[np.argsort(ratios)]) >= 0).all()
    assert k_hat > 0.7  # e^t has no moments


def test_equal_ratios_have_equal_weights():
    weight, k_hat = smoothed(np.zeros(200))
    assert weight == pytest.approx(np.full(200, 1 / 200))
    assert k_hat == 0


def test_a_normal_target_is_recovered_from_a_poor_proposal():
    target = stats.multivariate_normal([1, -1], [[1, 0.8], [0.8, 2]])
    first = Proposal(np.zeros(2), np.eye(2))
    points, weight, k_hat = sampled(target.logpdf, first, 6_000, np.random.default_rng(2))
    mean = weight @ points
    assert mean == pytest.approx([1, -1], abs=0.06)
    off = points - mean
    assert (weight * off.T) @ off == pytest.approx(np.array([[1, 0.8], [0.8, 2]]), abs=0.12)
    assert k_hat < 0.5


def test_a_sample_answers_as_its_table_says():
    sample = pooled.posterior()
    mean, sd, ends = sample.mean, sample.sd, sample.credible_interval(0.9)
    assert [*mean] == ["r", "alpha", "a", "b"]
    assert mean["r"] == pytest.approx(sample.weight @ sample.draws[:, 0])
    assert all(ends[name].low < mean[name] < ends[name].high for name in mean)
    assert all(value > 0 for value in sd.values())
    assert 0 < sample.effective_draws <= len(sample)
    assert [*sample.columns()] == ["r", "alpha", "a", "b", "weight"]
    drawn = sample.models(3, rng=1)
    assert {type(each) for each in drawn} == {lifetime.MBGNBD}
    assert {each.unit for each in drawn} == {"week"}
    assert lifetime.Posterior.from_json(sample.to_json()) == sample
    assert "k-hat" in str(sample)


# --- bad input --------------------------------------------------------------------------------

IMPOSSIBLE = {
    "rate": (
        {"rate": (8, 2)},
        "Prior: rate: must be the lower and the upper end, but they are (8.0, 2.0).",
    ),
    "negative": (
        {"rate": (-1, 2)},
        "Prior: rate.0 must be > 0, but it is -1.",
    ),
    "spread": (
        {"rate_spread": (0, 1)},
        "Prior: rate_spread.0 must be > 0, but it is 0.",
    ),
    "lifetime": (
        {"lifetime": ("2 years", "6 months")},
        (
            "Prior: lifetime: must be a shorter and a longer time above 0, but they are "
            "('2 years', '6 months')."
        ),
    ),
    "level": ({"level": 1.5}, "Prior: level must be < 1, but it is 1.5. Did you mean 0.015?"),
    "unknown": (
        {"lifetimes": ("1 year", "2 years")},
        (
            "Prior has no 'lifetimes', only 'rate', 'unit', 'rate_spread', 'lifetime', "
            "'lifetime_spread', 'ratio', 'ageing', 'level'. Did you mean 'lifetime'?"
        ),
    ),
}


@pytest.mark.parametrize(("wrong", "message"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_prior_is_refused_by_name(wrong, message):
    with pytest.raises(ParameterError) as error:
        lifetime.Prior(**{"rate": (2, 8), "unit": "year", **wrong})
    assert str(error.value) == message


def test_a_lifetime_without_a_unit_is_refused():
    with pytest.raises(ParameterError, match="lifetime='6' is not a number with a time unit"):
        lifetime.Prior(rate=(2, 8), unit="year", lifetime=("6", "12"))


def test_what_is_no_prior_is_refused():
    with pytest.raises(ParameterError) as error:
        lifetime.MBGNBD.fit(pooled.few(), prior=0.5)
    assert str(error.value) == (
        "prior must be a lifetime.Prior, as in Prior(rate=(2, 12), unit='year'), but it is 0.5."
    )


def test_a_prior_that_a_model_cannot_be_is_refused():
    hasty = lifetime.Prior(rate=(1, 2), unit="year", lifetime=("1 day", "2 days"))
    assert lifetime.ParetoNBD.fit(pooled.few(), prior=hasty).converged
    with pytest.raises(ParameterError) as error:
        hasty.draw(lifetime.MBGNBD, 5, rng=1)
    assert str(error.value) == (
        "MBGNBD cannot be what this prior says: customers who leave at a purchase stay for at "
        "least one on average, and their probabilities to leave spread less, the higher they "
        "are. Give a longer lifetime, a higher rate or a smaller lifetime_spread, or use "
        "ParetoNBD."
    )


def test_models_without_rates_have_no_prior():
    with pytest.raises(ParameterError) as error:
        KNOWN.draw(lifetime.GammaGamma, 5)
    assert str(error.value) == (
        "GammaGamma has no purchase rate and lifetime that a Prior speaks of. Use a model of "
        "purchases at any time, such as MBGNBD or ParetoNBD."
    )


@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_criteria_of_maximum_likelihood_are_refused(criterion):
    with pytest.raises(EstimationError) as error:
        getattr(pooled.posterior_fit(), criterion)
    assert str(error.value) == (
        f"{criterion} compares fits by maximum likelihood, but this fit has a prior: it is not "
        f"where the likelihood is highest. Fit without prior=..., or compare forecasts in a "
        f"holdout."
    )


def test_a_likelihood_ratio_is_refused():
    with pytest.raises(EstimationError, match="likelihood_ratio compares fits by maximum"):
        lifetime.likelihood_ratio(lifetime.NBD.fit(pooled.few()), pooled.posterior_fit())


def test_a_profile_is_refused():
    with pytest.raises(ParameterError, match="and this one has a prior"):
        pooled.posterior_fit().confidence_interval(method="profile", data=pooled.few())


def test_a_sample_needs_a_prior_the_data_and_some_draws():
    fit = pooled.posterior_fit()
    with pytest.raises(ParameterError, match="draws must be a whole number >= 100, but it is 9"):
        fit.posterior(pooled.few(), draws=9)
    with pytest.raises(ParameterError, match="is of fits with a prior, and this one has none"):
        lifetime.NBD.fit(pooled.few()).posterior(pooled.few())
    with pytest.raises(DataError, match="history must be what was fitted"):
        fit.posterior(pooled.few().select(np.arange(50) < 20))


def test_a_poor_approximation_is_warned_of(monkeypatch):
    monkeypatch.setattr("custvalue._lifetime.priors.posterior.USABLE", -5.0)
    with pytest.warns(PosteriorWarning, match="its intervals are not to be trusted"):
        pooled.posterior_fit().posterior(pooled.few(), draws=100, rng=1)


# --- slow -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cdnow():
    return lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        observation_end="1997-09-30",
        unit="week",
    )


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("name", "likelihood", "words", "steps"),
    [
        ("BGNBD", "bgnbd", "bgnbd_words", 20_000),
        ("ParetoNBD", "pareto_nbd", "pareto_words", 12_000),
    ],
)
def test_the_posterior_of_cdnow_is_that_of_a_long_random_walk(
    cdnow, name, likelihood, words, steps
):
    """Log parameters: means of the sample are within 0.04 SD, SDs within 7 % (Pareto/NBD).

    The fit itself, by Laplace, is 0.28 SD off for s and beta, and its SD of s is 21 % too small.
    """
    prior, kind = lifetime.Prior.weak(), getattr(lifetime, name)
    fit = kind.fit(cdnow, prior=prior)
    sample = fit.posterior(cdnow, draws=4_000, rng=1)
    cells = cdnow.cells
    data = (cells.frequency, cells.recency, cells.age, cells.count)
    ends = [prior._ends(each, "week") for each in kind._measure({}).names]
    of, its = getattr(reference, likelihood), getattr(reference, words)

    def target(point):
        return of(data, np.exp(point)) + reference.log_prior(point, its, ends, 1.6448536)

    theta = np.array([*fit.parameters.values()])
    errors = np.diag(np.array(fit.covariance)) / theta**2
    walk = reference.random_walk(
        target, np.log(theta), np.diag(errors) / 4, steps, np.random.default_rng(1)
    )
    mean, sd = walk.mean(axis=0), walk.std(axis=0)
    logs = np.log(sample.draws)
    ours = sample.weight @ logs
    assert sample.k_hat < 0.5
    assert (np.abs(ours - mean) < 0.1 * sd).all()
    assert np.sqrt(sample.weight @ (logs - ours) ** 2) == pytest.approx(sd, rel=0.1)
    assert (np.abs(np.log(theta) - mean) < 0.4 * sd).all()  # the mode, of a skewed density
    assert np.sqrt(errors) == pytest.approx(sd, rel=0.3)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("customers", [50, 200])
def test_credible_intervals_hold_what_the_prior_draws(customers):
    """Truths drawn from the prior, observed for 26 to 104 weeks: 90 % intervals hold, in percent.

    =========  =========  =======================  =======================  =====
    customers  model      Laplace, r alpha a b     sample, r alpha a b      total
    =========  =========  =======================  =======================  =====
    50         MBG/NBD    85.7 85.0 87.0 89.0      87.3 85.0 89.0 89.7      88.0
    50         BG/NBD     88.7 89.0 89.0 87.3      90.0 91.0 90.3 88.3      89.0
    50         Pareto/NBD 87.3 87.3 90.7 92.7      86.7 88.7 91.3 91.3      86.0
    200        MBG/NBD    91.0 90.3 89.7 91.7      91.3 90.3 91.3 93.0      90.0
    200        BG/NBD     90.3 90.0 87.3 86.3      90.7 90.7 89.3 88.7      89.0
    200        Pareto/NBD 90.7 90.7 92.7 93.3      90.7 90.0 94.7 95.3      89.3
    =========  =========  =======================  =======================  =====

    300 samples each, standard error 1.7 (Pareto/NBD 150, 2.4, s and beta in place of a and b).
    The total is of expected purchases within a year, by the delta method. k-hat was below 0.5 in
    91 to 100 %, above 0.7 in 0 to 4 %. Fits by maximum likelihood had no standard errors in 33 to
    53 % of the samples of 50 customers, and in 17 to 37 % of those of 200.
    """
    prior = lifetime.Prior(
        rate=(2, 12),
        unit="year",
        rate_spread=(0.4, 2),
        lifetime=("6 months", "5 years"),
        lifetime_spread=(0.4, 1.5),
    )
    random, held = np.random.default_rng(customers), []
    for truth in prior.draw(lifetime.BGNBD, 50, unit="week", rng=random):
        age = random.integers(26, 105, customers)
        history = truth.simulate(customers, age=age, rng=random)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CustvalueWarning)
            fit = lifetime.BGNBD.fit(history, prior=prior)
            sample = fit.posterior(history, draws=400, rng=random)
        ends = sample.credible_interval(0.9)
        held.append([getattr(truth, each) in ends[each] for each in ends])
    assert (np.mean(held, axis=0) > 0.9 - 4 * math.sqrt(0.9 * 0.1 / 50)).all()
    assert np.mean(held) == pytest.approx(0.9, abs=0.1)
