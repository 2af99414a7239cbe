"""Pareto/NBD and NBD: published numbers, many digits everywhere, limits, and the story itself."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import reference_pareto_nbd as reference
from golden_values import golden
from lifetime_places import largest_errors, random_places

from custvalue import datasets
from custvalue._histories.cells import Cells
from custvalue._lifetime.purchasing.pareto_likelihood import LogLikelihood
from custvalue.errors import IdentifiabilityWarning
from custvalue.lifetime import (
    NBD,
    GammaGamma,
    ParetoNBD,
    PurchaseHistory,
    customer_lifetime_value,
)

GOLDEN = golden("pareto_nbd")
CDNOW = GOLDEN["cdnow"]
PAPER = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
DIGITS = 1e-9  # relative


def one(x, t_x, T, unit="week"):
    return PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit=unit)


def symbols(row):
    return {name: row[name] for name in ("r", "alpha", "s", "beta")}


def customer(row):
    return one(row["x"], row["t_x"], row["T"])


def name_of(row):
    return f"x={row['x']} s={row['s']}"


@pytest.fixture(scope="module")
def history():
    return PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )


@pytest.fixture(scope="module")
def fitted(history):
    return ParetoNBD.fit(history)


# --- CDNOW ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", CDNOW["pareto_nbd"], ids=lambda row: f"{row['name']} {row['rtol']}")
def test_estimates(fitted, row):
    assert fitted.parameters[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])


@pytest.mark.parametrize("row", CDNOW["pareto_nbd_standard_errors"], ids=lambda row: row["name"])
def test_standard_errors(fitted, row):
    assert fitted.standard_errors[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])


def test_log_likelihood_of_the_fit(fitted):
    row = CDNOW["pareto_nbd_log_likelihood"]
    assert fitted.log_likelihood == pytest.approx(row["value"], abs=row["atol"])
    assert fitted.converged


@pytest.mark.parametrize("row", CDNOW["nbd"], ids=lambda row: row["name"])
def test_estimates_without_dropout(history, row):
    fit = NBD.fit(history)
    assert fit.parameters[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])
    golden = CDNOW["nbd_log_likelihood_of_exact_days"]
    assert fit.log_likelihood == pytest.approx(golden["value"], abs=golden["atol"])


def test_log_likelihood_without_dropout_of_the_rounded_file(history):
    rounded = one(history.frequency, history.recency.round(2), history.age.round(2))
    golden = CDNOW["nbd_log_likelihood"]
    assert NBD.fit(rounded).log_likelihood == pytest.approx(golden["value"], abs=golden["atol"])


def test_expected_purchases_of_a_new_customer(fitted):
    rows = CDNOW["expected_purchases_new_customer"]
    for weeks, value in zip(rows["weeks"], rows["value"], strict=True):
        expected = fitted.model.expected_purchases_new_customer(f"{weeks} weeks")
        assert expected == pytest.approx(value, abs=rows["atol"])


def test_expected_purchases_of_one_customer(fitted):
    row = CDNOW["expected_purchases_of_one"]
    (expected,) = fitted.model.expected_purchases(customer(row), f"{row['weeks']} weeks")
    assert expected == pytest.approx(row["value"], abs=row["atol"])


def test_the_purchases_of_78_weeks_are_forecast_from_39(fitted, history):
    predicted = fitted.model.expected_purchases(history, "39 weeks").sum()
    assert 0.95 < (2457 + predicted) / (2457 + 1882) < 1


def test_lifetime_value(history, fitted):
    value = customer_lifetime_value(
        history,
        purchases=fitted,
        spend=GammaGamma.fit(history),
        horizon=None,
        annual_discount_rate=0.15,
        margin=0.3,
    )
    assert (value.value > 0).all()
    assert value.total.value in value.total.confidence_interval()
    money = GammaGamma.fit(history).model.expected_spend(history)
    ahead = fitted.model.discounted_expected_purchases(
        history, annual_discount_rate=0.15, horizon=None
    )
    assert value.total.value == pytest.approx(0.3 * float(money @ ahead), rel=1e-12)


# --- many digits ----------------------------------------------------------------------------


@pytest.mark.parametrize("row", GOLDEN["log_likelihood"], ids=name_of)
def test_log_likelihood_where_others_fail(row):
    (value,) = ParetoNBD(**symbols(row)).log_likelihood(customer(row))
    assert value == pytest.approx(row["value"], rel=row["rtol"])


@pytest.mark.parametrize("row", GOLDEN["probability_alive"], ids=name_of)
def test_published_probabilities(row):
    (value,) = ParetoNBD(**symbols(row)).probability_alive(customer(row))
    assert value == pytest.approx(row["value"], rel=row["rtol"])


@pytest.mark.parametrize("row", GOLDEN["expected_purchases"], ids=name_of)
def test_expected_purchases_where_others_fail(row):
    (value,) = ParetoNBD(**symbols(row)).expected_purchases(customer(row), f"{row['weeks']} weeks")
    assert value == pytest.approx(row["value"], rel=row["rtol"])


@pytest.mark.parametrize("row", GOLDEN["discounted_for_ever"], ids=name_of)
def test_purchases_for_ever(row):
    annual = math.expm1(row["weekly"] * 365.25 / 7)
    (value,) = ParetoNBD(**symbols(row)).discounted_expected_purchases(
        customer(row), annual_discount_rate=annual, horizon=None
    )
    assert value == pytest.approx(row["value"], rel=row["rtol"])


DANGEROUS = [
    pytest.param(PAPER, (0, 0, 0), id="arrived today"),
    pytest.param(PAPER, (0, 0, 365), id="x = 0"),
    pytest.param(PAPER, (5000, 364, 365), id="huge x, active"),
    pytest.param(PAPER, (1500, 200, 365), id="huge x, silent"),
    pytest.param(PAPER, (500, 365, 365), id="t_x = T"),
    pytest.param({**PAPER, "beta": 10.578}, (3, 20, 39), id="α = β"),
    pytest.param({**PAPER, "beta": 10.578 + 1e-9}, (3, 20, 39), id="α near β"),
    pytest.param({**PAPER, "s": 1}, (3, 20, 39), id="s = 1"),
    pytest.param({"r": 0.1, "alpha": 900, "s": 9, "beta": 0.01}, (0, 0, 900), id="certain"),
    pytest.param({**PAPER, "s": 1 + 1e-12}, (3, 20, 39), id="s near 1"),
    pytest.param({"r": 0.28, "alpha": 0.026, "s": 0.02, "beta": 8.6}, (0, 0, 732), id="flat"),
    pytest.param({"r": 0.01, "alpha": 0.01, "s": 30, "beta": 1000}, (0, 0, 1000), id="corner 1"),
    pytest.param({"r": 30, "alpha": 1000, "s": 0.01, "beta": 0.01}, (1, 1e-3, 900), id="corner 2"),
    pytest.param({"r": 30, "alpha": 0.01, "s": 30, "beta": 1000}, (5000, 1, 1000), id="corner 3"),
    pytest.param({"r": 0.01, "alpha": 1000, "s": 30, "beta": 0.01}, (5000, 1, 1000), id="corner 4"),
    pytest.param({"r": 0.01, "alpha": 1000, "s": 0.01, "beta": 0.01}, (0, 0, 1000), id="corner 5"),
    pytest.param({**PAPER, "s": 6e5, "beta": 1e7}, (3, 20, 39), id="one dropout rate"),
    pytest.param({**PAPER, "s": 1e-9}, (3, 20, 39), id="nearly no dropout"),
]


def pairs(parameters, place, weeks):
    """Return value and truth of log-likelihood, P(alive), expected purchases and P(active)."""
    x, _, T = place
    model, history = ParetoNBD(**parameters), one(*place)
    alive = reference.probability_alive(*place, **parameters)
    return {
        "log-likelihood": (
            model.log_likelihood(history)[0],
            reference.log_likelihood(*place, **parameters),
        ),
        "P(alive)": (model.probability_alive(history)[0], alive),
        "expected purchases": (
            model.expected_purchases(history, f"{weeks!r} weeks")[0],
            alive * reference.expected_purchases_if_alive(weeks, x, T, **parameters),
        ),
        "P(active)": (
            model.probability_active(history, f"{weeks!r} weeks")[0],
            alive * reference.probability_active_if_alive(weeks, x, T, **parameters),
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("parameters", "place"), DANGEROUS)
@pytest.mark.parametrize("weeks", [0.01, 500.0])
def test_dangerous_places(parameters, place, weeks):
    for value, truth in pairs(parameters, place, weeks).values():
        assert value == pytest.approx(truth, rel=DIGITS, abs=1e-300)


def digits_lost(count, seed):
    places = random_places(count, seed, shapes=("r", "s"), rates=("alpha", "beta"))
    return largest_errors(pairs, places)


def test_digits_at_random_places():
    assert max(digits_lost(6, seed=1).values()) < DIGITS


@pytest.mark.slow
def test_digits_at_many_random_places():
    assert max(digits_lost(150, seed=2).values()) < DIGITS


@pytest.mark.parametrize("place", [(0, 0, 10), (3, 20, 39), (26, 30.86, 31)])
@pytest.mark.parametrize("beta", [3.0, 10.578, 40.0])
def test_the_integral_is_what_is_printed(place, beta):
    parameters = {**PAPER, "beta": beta}
    truth = reference.log_likelihood_as_printed(*place, **parameters)
    assert ParetoNBD(**parameters).log_likelihood(one(*place))[0] == pytest.approx(truth, rel=1e-12)


DISCOUNTED = [
    (0.5, 3, 0.0, PAPER),
    (1e-6, 3, 39.0, PAPER),
    (0.01, 40, 900.0, {"r": 5, "alpha": 900, "s": 0.02, "beta": 0.1}),
    (2.0, 0, 0.5, {"r": 0.02, "alpha": 0.05, "s": 25, "beta": 0.05}),
    (0.003, 7, 100.0, {"r": 2, "alpha": 30, "s": 0.999999, "beta": 0.01}),
    (1e-5, 7, 1.0, {"r": 2, "alpha": 30, "s": 1.0, "beta": 0.01}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "x", "T", "parameters"), DISCOUNTED)
def test_discounted_purchases(rate, x, T, parameters):
    model, one = ParetoNBD(**parameters), np.ones(1)
    cell = Cells(frequency=x * one, recency=0 * one, age=T * one, count=one)
    value = float(model._purchases(cell, math.inf, rate))
    truth = reference.discounted_for_ever_if_alive(rate, x, T, **parameters)
    assert value == pytest.approx(truth, rel=1e-11)
    for until in (0.1, 156.0, 1e5):
        value = float(model._purchases(cell, until, rate))
        truth = reference.discounted_if_alive(until, rate, x, T, **parameters)
        assert value == pytest.approx(truth, rel=DIGITS)


def test_purchases_for_ever_are_the_limit_of_long_horizons():
    model, someone = ParetoNBD(**PAPER), one(2, 30.43, 38.86)
    values = [
        model.discounted_expected_purchases(someone, annual_discount_rate=0.1, horizon=horizon)[0]
        for horizon in ("10 years", "50 years", "500 years", None)
    ]
    assert all(low < high for low, high in pairwise(values[:3]))
    assert values[2] == pytest.approx(values[3], rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("n", [0, 1, 2, 17, 180])
@pytest.mark.parametrize("t", [0.5, 39, 5000])
@pytest.mark.parametrize("other", [{}, {"r": 4, "s": 8}, {"alpha": 0.02, "s": 1}])
def test_purchase_counts_by_integration_over_the_time_of_death(n, t, other):
    parameters = {**PAPER, **other}
    truth = reference.purchase_count_probability(n, t, **parameters)
    value = ParetoNBD(**parameters, unit="week").purchase_count_pmf(n, f"{t} weeks")
    assert value.shape == ()
    assert float(value) == pytest.approx(truth, rel=DIGITS)


def test_purchase_counts_keep_their_shape():
    for model in (ParetoNBD(**PAPER, unit="week"), NBD(r=0.4, alpha=12, unit="week")):
        table = model.purchase_count_pmf([[0, 1], [2, 3]], "39 weeks")
        assert table.shape == (2, 2)
        assert table[1, 0] == pytest.approx(
            float(model.purchase_count_pmf(2, "39 weeks")), rel=1e-14
        )


# --- the calendar grid ----------------------------------------------------------------------


def summed(history, parameters):
    """Return the log-likelihood by way of the grid, and customer by customer."""
    together = LogLikelihood(history.cells)(np.array(list(parameters.values()))).value
    return together, ParetoNBD(**parameters).log_likelihood(history).sum()


GRIDS = [PAPER, {"r": 20, "alpha": 300, "s": 0.05, "beta": 0.5}, {**PAPER, "s": 9, "beta": 900}]


@pytest.mark.parametrize("parameters", GRIDS, ids=["CDNOW", "alike", "late"])
def test_sums_over_the_grid_are_sums_over_customers(history, parameters):
    together, alone = summed(history, parameters)
    assert together == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("parameters", GRIDS, ids=["CDNOW", "alike", "late"])
def test_heavy_buyers_and_long_gaps_do_not_overflow(parameters):
    random = np.random.default_rng(8)
    x = np.concatenate((np.full(300, 4000), np.full(300, 150), np.full(50, 1), np.zeros(50)))
    age = random.integers(1, 5000, len(x)) / 7
    recency = np.where(x > 0, np.ceil(age * 7 * random.random(len(x))) / 7, 0.0)
    together, alone = summed(one(x, recency, age), parameters)
    assert together == pytest.approx(alone, rel=1e-11)


def test_blocks_of_many_points_are_the_same(history, monkeypatch):
    point = np.array(list(PAPER.values()))
    whole = LogLikelihood(history.cells)(point)
    monkeypatch.setattr("custvalue._histories.calendar.HELD", 100)
    parts = LogLikelihood(replace(history.cells))
    assert len(parts.blocks) > 5
    for one_way, other in zip(whole, parts(point), strict=True):
        np.testing.assert_allclose(other, one_way, rtol=1e-11, atol=1e-8)


# --- limits ---------------------------------------------------------------------------------


def with_one_dropout_rate(seed, customers=3000):
    random = np.random.default_rng(seed)
    T = random.integers(200, 400, customers) / 7
    seen = np.minimum(random.exponential(30.0, customers), T)
    x = random.poisson(random.gamma(1.0, 1 / 5.0, customers) * seen)
    recency = np.where(x > 0, seen * random.random(customers) ** (1 / np.maximum(x, 1)), 0.0)
    return one(x, recency, T)


def test_one_dropout_rate_for_all_is_recognised():
    history = with_one_dropout_rate(2)
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = ParetoNBD.fit(history)
    rate = fit.model.s / fit.model.beta
    assert str(caught[0].message) == (
        "ParetoNBD: the data cannot tell s and beta apart: the log-likelihood hardly changes along "
        "them, so no standard errors are given. It is the limit of one dropout rate for all "
        f"customers (s and beta to infinity), s / beta = {rate:.4g}. This limit, exponential "
        "lifetimes, has three parameters: r, alpha and that rate; predictions can be used, s and "
        "beta themselves cannot be interpreted. Where customers leave when they buy, BGNBD may fit "
        "better."
    )
    assert fit.converged
    assert fit.standard_errors is None
    assert rate == pytest.approx(1 / 30, rel=0.15)
    assert math.isfinite(fit.log_likelihood)
    truth = ParetoNBD(r=1, alpha=5, s=1e7, beta=3e8).log_likelihood(history).sum()
    assert truth < fit.log_likelihood < truth + 10


def the_only_warning(model, history):
    """Fit, and return the fit and what is said of the limit."""
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = model.fit(history)
    assert len(caught) == 1
    assert fit.converged
    assert fit.standard_errors is None
    assert math.isfinite(fit.log_likelihood)
    before, said = str(caught[0].message).split("so no standard errors are given. ")
    assert before.startswith(f"{model.__name__}: the data cannot tell ")
    return fit, said


def test_no_dropout_is_recognised():
    history = NBD(r=1, alpha=5, unit="week").simulate(2000, age="52 weeks", rng=1)
    fit, said = the_only_warning(ParetoNBD, history)
    nbd = NBD.fit(history)
    assert 0 <= fit.log_likelihood - nbd.log_likelihood < 2
    assert said == (
        "It is the limit of no dropout (s to 0), to which the log-likelihood falls by 0.1 only. "
        "Use NBD, which is this limit."
    )
    totals = [each.model.expected_purchases(history, "1 year").sum() for each in (fit, nbd)]
    assert totals[0] == pytest.approx(totals[1], rel=0.01)


def test_the_limit_is_where_the_parameters_are_also_if_no_dropout_fits_about_as_well():
    fit, said = the_only_warning(
        ParetoNBD, one([0, 2, 0, 3], [0.0, 3.0, 0.0, 7.0], [0.0, 10.0, 0.0, 12.0])
    )
    dropout, purchase = fit.model.s / fit.model.beta, fit.model.r / fit.model.alpha
    assert dropout == pytest.approx(0.0697, abs=1e-3)
    assert said == (
        "It is the limit of one dropout rate and one purchase rate for all customers (all "
        f"parameters to infinity), s / beta = {dropout:.4g} and r / alpha = {purchase:.4g}. The "
        f"model has no other parameters than these two rates; predictions can be used. No dropout "
        f"(s to 0) fits "
        "about as well: the log-likelihood falls by 0.3 only. Use NBD, which is this limit."
    )


def test_one_purchase_rate_for_all_is_recognised():
    random = np.random.default_rng(2)
    T = random.integers(200, 400, 3000) / 7
    seen = np.minimum(random.exponential(1 / random.gamma(1.5, 1 / 30, 3000)), T)
    x = random.poisson(0.3 * seen)
    recency = np.where(x > 0, seen * random.random(3000) ** (1 / np.maximum(x, 1)), 0.0)
    fit, said = the_only_warning(ParetoNBD, one(x, recency, T))
    rate = fit.model.r / fit.model.alpha
    assert rate == pytest.approx(0.3, rel=0.05)
    assert said == (
        "It is the limit of one purchase rate for all customers (r and alpha to infinity), "
        f"r / alpha = {rate:.4g}. This limit, Poisson purchases, has three parameters: that rate, "
        "s and beta; predictions can be used, r and alpha themselves cannot be interpreted."
    )


def test_one_purchase_rate_that_fits_about_as_well_is_named():
    truth = ParetoNBD(r=0.2742, alpha=30.28, s=1.739, beta=2.115, unit="week")
    fit, said = the_only_warning(ParetoNBD, truth.simulate(1000, age="50 weeks", rng=0))
    assert fit.model.r < 20  # not far out, but nothing tells it from there
    assert said.startswith("It is the limit of one purchase rate for all customers (r and alpha")


def test_customers_who_are_all_alike_are_recognised():
    random = np.random.default_rng(6)
    T = random.integers(200, 400, 3000) / 7
    seen = np.minimum(random.exponential(20.0, 3000), T)
    x = random.poisson(0.3 * seen)
    recency = np.where(x > 0, seen * random.random(3000) ** (1 / np.maximum(x, 1)), 0.0)
    fit, said = the_only_warning(ParetoNBD, one(x, recency, T))
    dropout, purchase = fit.model.s / fit.model.beta, fit.model.r / fit.model.alpha
    assert [dropout, purchase] == pytest.approx([1 / 20, 0.3], rel=0.1)
    assert said == (
        "It is the limit of one dropout rate and one purchase rate for all customers (all "
        f"parameters to infinity), s / beta = {dropout:.4g} and r / alpha = {purchase:.4g}. The "
        f"model has no other parameters than these two rates; predictions can be used."
    )


def at_once_or_never(seed, customers=3000):
    random = np.random.default_rng(seed)
    stay = random.random(customers) < 0.5
    x = np.where(stay, random.poisson(random.gamma(2, 1 / 5, customers) * 52), 0)
    recency = np.where(x > 0, 52 * random.random(customers) ** (1 / np.maximum(x, 1)), 0.0)
    return one(x, recency, np.full(customers, 52.0))


def test_customers_who_leave_at_once_or_never_are_recognised():
    history = at_once_or_never(1)
    fit, said = the_only_warning(ParetoNBD, history)
    assert said == (
        "It is the limit of customers who leave at once or never (s and beta to 0). Predictions "
        "can be used; s and beta themselves cannot be interpreted. Where customers leave when they "
        "buy, "
        "BGNBD may fit better."
    )
    assert fit.log_likelihood > NBD.fit(history).log_likelihood + 500  # the other top
    assert fit.model.r == pytest.approx(2, rel=0.1)
    assert fit.model.probability_alive(one(0, 0, 52))[0] < 0.05


def test_a_poisson_process_is_recognised():
    random = np.random.default_rng(2)
    x = random.poisson(4.0, 2000)
    recency = np.where(x > 0, 40 * random.random(2000) ** (1 / np.maximum(x, 1)), 0.0)
    fit, said = the_only_warning(NBD, one(x, recency, np.full(2000, 40.0)))
    rate = fit.model.r / fit.model.alpha
    assert rate == pytest.approx(x.mean() / 40, rel=1e-6)
    assert said == (
        "It is the limit of one purchase rate for all customers (r and alpha to infinity), "
        f"r / alpha = {rate:.4g}: a Poisson process, and the rate is its only parameter. "
        "Predictions can be used; r and alpha themselves cannot be interpreted."
    )


@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
@pytest.mark.parametrize("seed", range(20))
def test_ordinary_data_are_fitted_at_least_as_well_as_by_the_truth(seed):
    random = np.random.default_rng(seed)
    r, s = np.exp(random.uniform(np.log(0.2), np.log(3), 2))
    alpha, beta = np.exp(random.uniform(np.log(2), np.log(50), 2))
    truth = ParetoNBD(r=r, alpha=alpha, s=s, beta=beta, unit="week")
    history = truth.simulate(1000, age=random.integers(210, 547, 1000) / 7, rng=random)
    fit = ParetoNBD.fit(history)
    assert fit.converged
    gain = fit.log_likelihood - truth.log_likelihood(history).sum()
    assert 0 < gain < 15  # twice the gain is chi-squared with 4 degrees of freedom


# --- the story ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0, 10), (1, 4, 10), (3, 8, 10), (3, 10, 10)])
def test_likelihood_by_integration_over_customers(place):
    parameters = {"r": 2.4, "alpha": 5, "s": 1.7, "beta": 12}
    truth = reference.log_likelihood_from_the_story(*place, **parameters)
    assert ParetoNBD(**parameters).log_likelihood(one(*place))[0] == pytest.approx(truth, rel=1e-6)


def test_predictions_by_playing_customers_out():
    parameters = {"r": 2.0, "alpha": 4.0, "s": 1.3, "beta": 12.0}
    played, deaths = reference.play(20.0, **parameters, customers=40_000, seed=4)
    model = ParetoNBD(**parameters, unit="week")
    known = np.array([sum(time <= 10 for time in times) for times in played])
    later = np.array([len(times) for times in played]) - known
    last = np.array([max([t for t in times if t <= 10], default=0.0) for times in played])
    history = one(known, last, np.full(len(played), 10.0))
    claims = [
        (later, model.expected_purchases(history, "10 weeks")),
        (later > 0, model.probability_active(history, "10 weeks")),
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


def test_a_customer_who_never_came_back_may_have_left():
    alive = ParetoNBD(**PAPER).probability_alive(one([0, 0], [0, 0], [5, 500]))
    assert 0.5 < alive[0] < 0.95
    assert alive[1] < 0.2


def test_alive_at_a_future_time():
    model, someone = ParetoNBD(**PAPER), one(2, 30.43, 38.86)
    now = model.probability_alive(someone)
    np.testing.assert_array_equal(model.probability_alive(someone, at="0 weeks"), now)
    later = model.probability_alive(someone, at="52 weeks")
    assert later == pytest.approx(now * (50.529 / 102.529) ** 0.606, rel=1e-12)


def test_a_horizon_of_nothing():
    model, someone = ParetoNBD(**PAPER, unit="week"), one(2, 30.43, 38.86)
    assert model.expected_purchases(someone, "0 weeks")[0] == 0
    assert model.probability_active(someone, "0 weeks")[0] == 0
    assert model.expected_purchases_new_customer("0 days") == 0
    assert model.purchase_count_pmf([0, 1], "0 days").tolist() == [1, 0]


def test_the_model_prints_like_this():
    model = ParetoNBD(**PAPER, unit="week")
    assert repr(model) == "ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit='week')"
    assert "alpha  10.58" in str(model)
    assert "10.58</td>" in model._repr_html_()
    assert repr(NBD(r=1, alpha=2)) == "NBD(r=1.0, alpha=2.0, unit=None)"


# --- NBD ------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0, 0), (0, 0, 900), (5000, 1, 1000), (3, 20, 39)])
@pytest.mark.parametrize("parameters", [{"r": 0.385, "alpha": 12.072}, {"r": 30, "alpha": 0.01}])
def test_nbd(place, parameters):
    model, history = NBD(**parameters), one(*place)
    truth = reference.nbd_log_likelihood(place[0], place[2], **parameters)
    assert model.log_likelihood(history)[0] == pytest.approx(truth, rel=DIGITS)
    assert model.probability_alive(history)[0] == 1
    assert model.probability_alive(history, at="1 year")[0] == 1
    mean = (parameters["r"] + place[0]) / (parameters["alpha"] + place[2])
    assert model.expected_purchases(history, "39 weeks")[0] == pytest.approx(39 * mean, rel=1e-14)
    for_ever = model.discounted_expected_purchases(history, annual_discount_rate=0.1, horizon=None)
    assert for_ever[0] == pytest.approx(mean / (math.log(1.1) * 7 / 365.25), rel=1e-12)
    silent = (1 + 39 / (parameters["alpha"] + place[2])) ** -(parameters["r"] + place[0])
    assert model.probability_active(history, "39 weeks")[0] == pytest.approx(1 - silent, rel=1e-9)


def test_nbd_is_the_pareto_nbd_without_dropout():
    nbd = NBD(r=0.6, alpha=9, unit="week")
    pareto = ParetoNBD(r=0.6, alpha=9, s=1e-13, beta=50, unit="week")
    history = nbd.simulate(300, age="40 weeks", rng=3)
    for predict in (
        lambda model: model.log_likelihood(history),
        lambda model: model.expected_purchases(history, "1 year"),
        lambda model: model.probability_active(history, "1 year"),
        lambda model: model.probability_alive(history),
        lambda model: model.purchase_count_pmf([0, 1, 30], "1 year"),
        lambda model: model.discounted_expected_purchases(
            history, annual_discount_rate=0.1, horizon="3 years"
        ),
    ):
        np.testing.assert_allclose(predict(nbd), predict(pareto), rtol=1e-9)


@pytest.mark.parametrize("scale", [1e2, 1e5, 1e9])
def test_counts_where_all_leave_at_one_rate(scale):
    # s and beta to infinity: exponential lifetimes, at which fits of some hundred customers end
    history = PurchaseHistory.from_arrays(
        frequency=[0, 3], recency=[0, 20], age=[39, 39], unit="week"
    )
    model = ParetoNBD(r=0.74, alpha=9.1, s=0.028 * scale, beta=scale, unit="week")
    pmf = model.purchase_count_pmf(np.arange(200), "26 weeks", history)
    np.testing.assert_allclose(pmf.sum(axis=1), 1, rtol=1e-12)
    expected = model.expected_purchases(history, "26 weeks")
    np.testing.assert_allclose(pmf @ np.arange(200), expected, rtol=1e-9)
