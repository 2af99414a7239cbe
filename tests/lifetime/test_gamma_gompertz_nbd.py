"""Gamma-Gompertz/NBD: published numbers, many digits everywhere, limits, and the story itself."""

import math
from itertools import pairwise

import numpy as np
import pytest
import reference_gamma_gompertz_nbd as reference
from golden_values import golden
from lifetime_places import largest_errors, random_places

from custvalue import datasets, lifetime
from custvalue._lifetime.purchasing.gamma_gompertz_likelihood import LogLikelihood
from custvalue.errors import IdentifiabilityWarning
from custvalue.lifetime import NBD, GammaGompertzNBD, ParetoNBD, PurchaseHistory

GOLDEN = golden("gamma_gompertz_nbd")
CDNOW = GOLDEN["cdnow"]
NAMES = ("r", "alpha", "beta", "b", "s")
USUAL = {"r": 0.55, "alpha": 10.6, "beta": 0.5, "b": 0.01, "s": 0.6}
OLD = {"r": 1.2, "alpha": 2.0, "beta": 100.0, "b": 0.1, "s": 0.8}  # most leave at 40 to 50
DIGITS = 1e-9  # relative


def one(x, t_x, T, unit="week"):
    return PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit=unit)


# --- CDNOW ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history():
    return PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        observation_end="1997-09-30",
        unit="week",
    )


def the_only_warning(history):
    """Fit, and return the fit and what is said of the limit."""
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = GammaGompertzNBD.fit(history)
    assert len(caught) == 1
    assert fit.converged
    assert fit.standard_errors is None
    assert math.isfinite(fit.log_likelihood)
    before, said = str(caught[0].message).split("so no standard errors are given. ")
    assert before.startswith("GammaGompertzNBD: the data cannot tell ")
    return fit, said


def test_cdnow_is_a_pareto_nbd(history):
    fit, said = the_only_warning(history)
    row = CDNOW["log_likelihood"]
    assert fit.log_likelihood == pytest.approx(row["value"], abs=row["atol"])
    found = {**fit.parameters, "beta / b": fit.model.beta / fit.model.b}
    for row in CDNOW["pareto_nbd"]:
        assert found[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])
    assert said == (
        "It is the limit of customers who do not age (b and beta to 0), to which the "
        "log-likelihood falls by 0.0 only. Use ParetoNBD, which is this limit: r, alpha, s and "
        "beta / b as its beta, here ParetoNBD(r=0.5533, alpha=10.58, s=0.6062, beta=11.67)."
    )
    pareto = ParetoNBD.fit(history)
    assert pareto.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-4)
    np.testing.assert_allclose(
        fit.model.expected_purchases(history, "39 weeks"),
        pareto.model.expected_purchases(history, "39 weeks"),
        rtol=1e-3,
    )


# --- many digits ----------------------------------------------------------------------------


@pytest.mark.parametrize("row", GOLDEN["log_likelihood"], ids=lambda row: f"x={row['x']}")
def test_log_likelihood_where_others_fail(row):
    model = GammaGompertzNBD(**{name: row[name] for name in NAMES})
    (value,) = model.log_likelihood(one(row["x"], row["t_x"], row["T"]))
    assert value == pytest.approx(row["value"], rel=row["rtol"])


def test_a_customer_who_is_surely_gone_has_a_finite_forecast():
    parameters = {"r": 0.5, "alpha": 2, "beta": 0.5, "b": 2, "s": 0.5}
    model, history = GammaGompertzNBD(**parameters), one(0, 0, 400)
    (value,) = model.expected_purchases(history, "1 year")  # NaN in CLVTools 0.12.1
    alive = reference.probability_alive(0, 0, 400, **parameters)
    ahead = reference.discounted_if_alive(365.25 / 7, 0, 0, 400, **parameters)
    assert 0 < value == pytest.approx(alive * ahead, rel=DIGITS)


DANGEROUS = [
    pytest.param(USUAL, (0, 0, 0), id="arrived today"),
    pytest.param(USUAL, (0, 0, 365), id="x = 0"),
    pytest.param(USUAL, (5000, 364, 365), id="huge x, active"),
    pytest.param(USUAL, (1500, 200, 365), id="huge x, silent"),
    pytest.param(USUAL, (500, 365, 365), id="t_x = T"),
    pytest.param({**USUAL, "beta": 1}, (3, 20, 39), id="one rate"),
    pytest.param({**USUAL, "beta": 1 + 1e-12}, (3, 20, 39), id="nearly one rate"),
    pytest.param({**USUAL, "b": 1e-9, "beta": 1e-8}, (3, 20, 39), id="Pareto/NBD"),
    pytest.param({**USUAL, "b": 20}, (3, 20, 900), id="e^bT beyond doubles"),
    pytest.param({**USUAL, "b": 1, "beta": 1e30}, (40, 3, 100), id="two tops"),
    pytest.param({**USUAL, "b": 0.5, "beta": 1e12, "s": 0.02}, (20, 2, 200), id="late and slow"),
    pytest.param({**OLD, "s": 8e6, "beta": 1e9}, (3, 20, 39), id="one hazard"),
    pytest.param({**USUAL, "s": 1e-9}, (3, 20, 39), id="nearly no dropout"),
    pytest.param(
        {"r": 0.1, "alpha": 900, "beta": 0.01, "b": 5, "s": 9}, (0, 0, 900), id="nobody buys"
    ),
]


def pairs(parameters, place, weeks):
    """Return value and truth of four functions."""
    x, _, T = place
    model, history = GammaGompertzNBD(**parameters), one(*place)
    alive = reference.probability_alive(*place, **parameters)
    horizon = f"{weeks!r} weeks"
    return {
        "log-likelihood": (
            model.log_likelihood(history)[0],
            reference.log_likelihood(*place, **parameters),
        ),
        "P(alive)": (model.probability_alive(history)[0], alive),
        "expected purchases": (
            model.expected_purchases(history, horizon)[0],
            alive * reference.discounted_if_alive(weeks, 0, x, T, **parameters),
        ),
        "P(active)": (
            model.probability_active(history, horizon)[0],
            alive * reference.probability_active_if_alive(weeks, x, T, **parameters),
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("parameters", "place"), DANGEROUS)
def test_dangerous_places(parameters, place):
    for value, truth in pairs(parameters, place, 30.0).values():
        assert value == pytest.approx(truth, rel=DIGITS, abs=1e-300)


def digits_lost(count, seed):
    places = random_places(count, seed, shapes=("r", "b", "s"), rates=("alpha", "beta"))
    return largest_errors(pairs, places)


def slowly_ageing(count, seed):
    """The same with b from 1e-5 to 0.03 instead of 0.01 to 30."""
    for parameters, place, weeks in random_places(
        count, seed, shapes=("r", "b", "s"), rates=("alpha", "beta")
    ):
        yield {**parameters, "b": parameters["b"] / 1000}, place, weeks


def test_digits_at_random_places():
    assert max(digits_lost(3, seed=1).values()) < DIGITS


@pytest.mark.slow
def test_digits_at_many_random_places():
    assert max(digits_lost(10, seed=2).values()) < DIGITS
    assert max(largest_errors(pairs, slowly_ageing(10, seed=3)).values()) < DIGITS


@pytest.mark.slow
@pytest.mark.parametrize("parameters", [USUAL, OLD], ids=["usual", "old"])
@pytest.mark.parametrize(("until", "rate"), [(math.inf, 0.002), (math.inf, 0), (30, 0.5)])
def test_discounted_purchases(parameters, until, rate):
    annual = math.expm1(rate * 365.25 / 7)
    if annual >= 1:
        rate, annual = math.log1p(0.9) * 7 / 365.25, 0.9
    (value,) = GammaGompertzNBD(**parameters).discounted_expected_purchases(
        one(3, 20, 39),
        annual_discount_rate=annual,
        horizon=None if until == math.inf else f"{until} weeks",
    )
    truth = reference.probability_alive(3, 20, 39, **parameters)
    truth *= reference.discounted_if_alive(until, rate, 3, 39, **parameters)
    assert value == pytest.approx(truth, rel=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "x", "T"), [(0, 0, 0.0), (1, 7, 100.0), (17, 0, 0.0), (180, 90, 80.0)]
)
@pytest.mark.parametrize("other", [{}, {"b": 0.5, "s": 3}, {"beta": 1e6, "b": 0.4}])
def test_purchase_counts_by_integration_over_the_time_of_death(n, x, T, other):
    parameters = {**USUAL, **other}
    model = GammaGompertzNBD(**parameters, unit="week")
    truth = reference.purchase_count_if_alive(n, 39, x, T, **parameters)
    if x == 0:
        value = model.purchase_count_pmf(n, "39 weeks")
    else:
        (value,) = model.purchase_count_pmf(n, "39 weeks", one(x, T, T))
    assert float(value) == pytest.approx(truth, rel=DIGITS)


# --- the calendar grid ----------------------------------------------------------------------


def summed(history, parameters):
    """Return the log-likelihood by way of the grid, and customer by customer."""
    together = LogLikelihood(history.cells)(np.array([parameters[name] for name in NAMES])).value
    return together, GammaGompertzNBD(**parameters).log_likelihood(history).sum()


GRIDS = [USUAL, OLD, {**USUAL, "beta": 1e-3, "b": 3}, {**USUAL, "b": 1e-8, "beta": 1e-7}]


@pytest.mark.parametrize(
    "parameters",
    [
        {"r": 1e6, "alpha": 9e7, "beta": 5.14e13, "b": 0.193, "s": 14_400},
        {"r": 0.218, "alpha": 2.41, "beta": 1.67e110, "b": 7.79, "s": 49.0},
    ],
)
def test_counts_where_all_leave_at_one_age(parameters):
    """Probabilities sum to 1 and have the expected mean, however steep the hazard is."""
    model = lifetime.GammaGompertzNBD(**parameters, unit="week")
    many = np.arange(80)
    train = lifetime.PurchaseHistory.from_arrays(
        frequency=1 + 0 * many, recency=12 + 0 * many, age=20 + 0 * many, unit="week"
    )
    held = lifetime.Holdout.from_arrays(frequency=many, duration="2 years", unit="week")
    rows = lifetime.holdout_forecasts(model, train, held)
    assert rows.probability_of_actual.sum() == pytest.approx(1, rel=1e-8)
    mean = rows.probability_of_actual @ many
    assert mean == pytest.approx(rows.expected_purchases[0], rel=1e-6)


def test_no_purchase_within_twenty_years_of_a_new_customer():
    """Hardly anyone leaves, so that P(no purchase) is that of the NBD."""
    model = lifetime.GammaGompertzNBD(
        r=0.3437, alpha=0.0613, beta=1.2567e105, b=12.22, s=1e-12, unit="week"
    )
    one = lifetime.PurchaseHistory.from_arrays(frequency=0, recency=0, age=0, unit="week")
    none = lifetime.Holdout.from_arrays(frequency=0, duration="20 years", unit="week")
    found = lifetime.holdout_forecasts(model, one, none).probability_of_actual.item()
    stays = lifetime.NBD(r=0.3437, alpha=0.0613, unit="week")
    known = lifetime.holdout_forecasts(stays, one, none).probability_of_actual.item()
    assert found == pytest.approx(known, rel=1e-7)


@pytest.mark.parametrize("parameters", GRIDS, ids=["usual", "old", "at once", "Pareto"])
def test_sums_over_the_grid_are_sums_over_customers(history, parameters):
    together, alone = summed(history, parameters)
    assert together == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("parameters", GRIDS[:2], ids=["usual", "old"])
def test_heavy_buyers_and_long_gaps_do_not_overflow(parameters):
    random = np.random.default_rng(8)
    x = np.concatenate((np.full(300, 4000), np.full(300, 150), np.full(50, 1), np.zeros(50)))
    age = random.integers(1, 5000, len(x)) / 7
    recency = np.where(x > 0, np.ceil(age * 7 * random.random(len(x))) / 7, 0.0)
    together, alone = summed(one(x, recency, age), parameters)
    assert together == pytest.approx(alone, rel=1e-11)


# --- limits ---------------------------------------------------------------------------------


def bought(T, lifetime, rate, seed):
    """Let customers with these lifetimes buy at these rates, observed for T."""
    random = np.random.default_rng(seed)
    seen = np.minimum(lifetime, T)
    x = random.poisson(rate * seen)
    recency = np.where(x > 0, seen * random.random(len(x)) ** (1 / np.maximum(x, 1)), 0.0)
    return one(x, recency, T)


def rates(seed, customers=2000):
    random = np.random.default_rng(seed)
    return random, random.integers(200, 400, customers) / 7, random.gamma(1.0, 1 / 3.0, customers)


def test_no_dropout_is_recognised():
    history = NBD(r=1, alpha=5, unit="week").simulate(2000, age="52 weeks", rng=1)
    fit, said = the_only_warning(history)
    fall = fit.log_likelihood - NBD.fit(history).log_likelihood
    assert -1e-3 < fall < 3
    assert said.startswith("It is the limit of no dropout (s to 0), to which the log-likelihood ")
    assert said.endswith(" only. Use NBD, which is this limit.")


def test_one_growing_hazard_for_all_is_recognised():
    random, T, rate = rates(4)
    lifetime = np.log1p(random.exponential(size=len(T)) / 0.02) / 0.1
    fit, said = the_only_warning(bought(T, lifetime, rate, 5))
    ratio = fit.model.s / fit.model.beta
    assert ratio == pytest.approx(0.02, rel=0.3)
    assert fit.model.b == pytest.approx(0.1, rel=0.1)
    assert said.startswith(
        f"It is the limit of one hazard for all customers (s and beta to infinity), s / beta = "
        f"{ratio:.4g}, to which the log-likelihood falls by "
    )
    assert said.endswith(
        " only. This limit, Gompertz lifetimes, has four parameters: r, alpha, b and that ratio; "
        "predictions can be used, s and beta themselves cannot be interpreted. No simpler model "
        "here fits "
        "as well: the log-likelihood of ParetoNBD is 442.3 lower."
    )


SHORT = (
    "This limit has four parameters; predictions can be used, beta, b and s themselves cannot be "
)
BESIDE = "No simpler model here fits as well: the log-likelihood of ParetoNBD is"
FALL = "the log-likelihood falls by 0.0 only"
ENDS = [  # (beta, b, s), lifetimes that follow them, and what is said
    pytest.param(
        {"beta": 1.0, "b": 0.05, "s": 1.0},
        lambda random: random.exponential(20, 2000),
        "It is the limit of one constant dropout rate for all customers, 0.05, to which "
        f"{FALL}. This limit, exponential lifetimes, has three parameters: r, alpha and that "
        "rate; predictions can be used, beta, b and s themselves cannot be interpreted. Use "
        "ParetoNBD, "
        "which has one parameter fewer and fits about as well: its log-likelihood is "
        "only 0.0 lower.",
        id="one rate",
    ),
    pytest.param(
        {"beta": math.exp(150), "b": 10.0, "s": 0.005},
        lambda random: 15 + random.exponential(20, 2000),
        "It is the limit of a hazard that changes at one age (b to infinity): no customer leaves "
        f"before the age of 15, and then all do at one constant rate, b s = 0.05; to it, {FALL}. "
        f"{SHORT}interpreted. {BESIDE} 423.9 lower.",
        id="from an age on",
    ),
    pytest.param(
        {"beta": 0.6**200, "b": 10.0, "s": 0.005},
        lambda random: np.where(random.random(2000) < 0.4, 1e-9, random.exponential(20, 2000)),
        "It is the limit of a hazard that changes at one age (b to infinity): a share of 0.4 "
        "leaves at once, and the others do at one constant rate, b s = 0.05; to it, "
        f"{FALL}. {SHORT}interpreted. {BESIDE} 32.1 lower.",
        id="at once",
    ),
    pytest.param(
        {"r": 1e4, "alpha": 2e4, "beta": 12.0, "b": 0.2, "s": 0.7},
        lambda random: np.log1p(random.exponential(12, 2000) / random.gamma(0.7, 1, 2000)) / 0.2,
        "It is the limit of one purchase rate for all customers (r and alpha to infinity), r / "
        "alpha = 0.5: Poisson purchases. Predictions can be used; r and alpha themselves cannot be "
        f"interpreted. {BESIDE} 407.8 lower.",
        id="one purchase rate",
    ),
    pytest.param(
        {"beta": 12.0, "b": 0.2, "s": 0.7},
        lambda random: np.log1p(random.exponential(12, 2000) / random.gamma(0.7, 1, 2000)) / 0.2,
        "Use more customers or a longer observation, or a simpler model. Predictions for "
        "customers like those observed can still be used; the parameters themselves cannot be "
        "interpreted.",
        id="none",
    ),
]


@pytest.mark.parametrize(("at", "lifetimes", "said"), ENDS)
def test_limits_are_named(at, lifetimes, said):
    random, T, rate = rates(6)
    rate = np.full(len(T), 0.5) if "r" in at else rate
    made = bought(T, lifetimes(random), rate, 7)
    days = np.minimum(np.ceil(made.recency * 7), np.rint(T * 7)) / 7
    history = one(made.frequency, days, T)
    model = GammaGompertzNBD(**{"r": 1.0, "alpha": 3.0, **at})
    assert model._limit(history.cells) == said


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
@pytest.mark.parametrize("seed", range(4))
def test_ordinary_data_are_fitted_at_least_as_well_as_by_the_truth(seed):
    random = np.random.default_rng(seed)
    r, s = np.exp(random.uniform(np.log(0.2), np.log(3), 2))
    alpha, beta = np.exp(random.uniform(np.log([2, 0.05]), np.log([50, 200])))
    b = np.exp(random.uniform(np.log(0.002), np.log(0.2)))
    truth = GammaGompertzNBD(r=r, alpha=alpha, beta=beta, b=b, s=s, unit="week")
    history = truth.simulate(1000, age=random.integers(210, 547, 1000) / 7, rng=random)
    fit = GammaGompertzNBD.fit(history)
    assert fit.converged
    gain = fit.log_likelihood - truth.log_likelihood(history).sum()
    assert 0 < gain < 17  # twice the gain is chi-squared with 5 degrees of freedom


@pytest.mark.parametrize("seed", [4, 90])
@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
def test_searches_that_run_far_along_a_ridge_come_to_an_end(seed):
    # 4: b to infinity, with strides without number; 90: a last Newton step to where beta is 0
    random = np.random.default_rng(seed)
    ends = {"r": (0.2, 3), "alpha": (2, 50), "s": (0.2, 3), "b": (0.005, 0.1), "beta": (0.1, 5)}
    drawn = {name: float(np.exp(random.uniform(*np.log(end)))) for name, end in ends.items()}
    truth = GammaGompertzNBD(**drawn, unit="week")
    age = random.integers(210, 547, 1000) / 7
    made = truth.simulate(1000, age=age, rng=random)
    recency = np.minimum(np.ceil(made.recency * 7), np.rint(age * 7)) / 7
    history = one(made.frequency, recency, age)
    fit = GammaGompertzNBD.fit(history)
    assert fit.converged
    assert fit.log_likelihood > truth.log_likelihood(history).sum()


# --- the story ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0, 10), (1, 4, 10), (3, 8, 10), (3, 10, 10)])
def test_likelihood_by_integration_over_customers(place):
    parameters = {"r": 2.4, "alpha": 5, "beta": 8, "b": 0.2, "s": 1.7}
    truth = reference.log_likelihood_from_the_story(*place, **parameters)
    model = GammaGompertzNBD(**parameters)
    assert model.log_likelihood(one(*place))[0] == pytest.approx(truth, rel=1e-6)


def test_predictions_by_playing_customers_out():
    # the conditional expectation was printed wrong once, so that it is played out, not looked up
    parameters = {"r": 2.0, "alpha": 4.0, "beta": 6.0, "b": 0.2, "s": 1.3}
    played, deaths = reference.play(20.0, **parameters, customers=40_000, seed=4)
    model = GammaGompertzNBD(**parameters, unit="week")
    known = np.array([sum(time <= 10 for time in times) for times in played])
    later = np.array([len(times) for times in played]) - known
    last = np.array([max([t for t in times if t <= 10], default=0.0) for times in played])
    history = one(known, last, np.full(len(played), 10.0))
    claims = [
        (later, model.expected_purchases(history, "10 weeks")),
        (later > 0, model.probability_active(history, "10 weeks")),
        (later == 2, model.purchase_count_pmf(2, "10 weeks", history)),
        (deaths > 10, model.probability_alive(history)),
        (deaths > 17, model.probability_alive(history, at="7 weeks")),
    ]
    for seen, expected in claims:
        for group in (known == 0, known == 3, last < 2, last > 9):
            error = seen[group].std() / math.sqrt(group.sum())
            assert seen[group].mean() == pytest.approx(expected[group].mean(), abs=4 * error)
    probabilities = model.purchase_count_pmf(np.arange(8), "10 weeks")
    shares = np.bincount(known, minlength=8)[:8] / len(known)
    errors = np.sqrt(probabilities * (1 - probabilities) / len(known))
    assert (np.abs(shares - probabilities) < 4 * errors).all()


def test_pareto_nbd_is_the_limit():
    pareto = ParetoNBD(r=0.6, alpha=9, s=0.7, beta=12, unit="week")
    ageless = GammaGompertzNBD(r=0.6, alpha=9, beta=12e-12, b=1e-12, s=0.7, unit="week")
    history = pareto.simulate(300, age="40 weeks", rng=3)
    for predict in (
        lambda model: model.log_likelihood(history),
        lambda model: model.probability_alive(history),
        lambda model: model.probability_alive(history, at="9 weeks"),
        lambda model: model.expected_purchases(history, "1 year"),
        lambda model: model.probability_active(history, "1 year"),
        lambda model: model.purchase_count_pmf([0, 1, 30], "1 year", history),
        lambda model: model.discounted_expected_purchases(history, annual_discount_rate=0.1),
    ):
        np.testing.assert_allclose(predict(ageless), predict(pareto), rtol=1e-7)


def test_without_discounting_the_purchases_of_all_future_time_are_finite():
    model, someone = GammaGompertzNBD(**OLD), one(12, 38, 39)
    values = [
        model.discounted_expected_purchases(someone, annual_discount_rate=rate)[0]
        for rate in (0.1, 1e-3, 1e-6, 1e-9, 0)
    ]
    assert all(low < high for low, high in pairwise(values))
    assert values[-1] == pytest.approx(values[-2], rel=1e-7)
    assert values[-1] == pytest.approx(model.expected_purchases(someone, "90 years")[0], rel=1e-12)


def test_silence_of_an_old_customer_tells_more():
    young, old = GammaGompertzNBD(**OLD).probability_alive(one([10, 50], [10, 50], [11, 51]))
    assert young > 0.99
    assert old < 0.97


def test_a_horizon_of_nothing():
    model, someone = GammaGompertzNBD(**USUAL, unit="week"), one(2, 30.43, 38.86)
    assert model.expected_purchases(someone, "0 weeks")[0] == 0
    assert model.probability_active(someone, "0 weeks")[0] == 0
    assert model.expected_purchases_new_customer("0 days") == 0
    assert model.purchase_count_pmf([0, 1], "0 days").tolist() == [1, 0]


def test_the_model_prints_like_this():
    model = GammaGompertzNBD(**USUAL, unit="week")
    assert repr(model) == (
        "GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit='week')"
    )
    assert "alpha  10.6" in str(model)
    assert "10.60</td>" in model._repr_html_()
