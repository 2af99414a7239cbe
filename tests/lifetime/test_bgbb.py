"""BG/BB: published numbers, many digits, and every history that a customer can have."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
import reference_bgbb as reference
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._lifetime.purchasing.bgbb import LogLikelihood
from custvalue.errors import IdentifiabilityWarning
from custvalue.lifetime import BGBB, Fit, OpportunityHistory

GOLDEN = golden("bgbb")
NAMES = ("alpha", "beta", "gamma", "delta")
DONORS = {"alpha": 1.20352, "beta": 0.74972, "gamma": 0.65672, "delta": 2.78344}
MODEL = BGBB(**DONORS, period="1 year")


def one(x, t_x, n):
    return OpportunityHistory.from_arrays(frequency=x, recency=t_x, opportunities=n)


@pytest.fixture(scope="module")
def donations():
    x, t_x, donors = np.array(GOLDEN["donations"]["rows"]).T
    return OpportunityHistory.from_arrays(
        frequency=x,
        recency=t_x,
        opportunities=GOLDEN["donations"]["opportunities"],
        customers=donors,
        period="1 year",
    )


@pytest.fixture(scope="module")
def fitted(donations):
    return BGBB.fit(donations)


# --- published numbers ----------------------------------------------------------------------


def test_estimates(fitted, donations):
    row = GOLDEN["parameters"]
    assert fitted.parameters == pytest.approx(row["value"], abs=row["atol"])
    row = GOLDEN["log_likelihood"]
    assert fitted.log_likelihood == pytest.approx(row["value"], abs=row["atol"])
    each = fitted.model.log_likelihood(donations)
    assert donations.customers @ each == pytest.approx(fitted.log_likelihood, rel=1e-13)
    assert (fitted.customers, fitted.cells, fitted.converged) == (11_104, 22, True)
    assert fitted.model.period == "1 year"


def test_probability_alive(fitted):
    row = GOLDEN["probability_alive_at_the_next_opportunity"]
    alive = fitted.model.probability_alive(one(row["x"], row["t_x"], 6), at=1)
    np.testing.assert_allclose(alive, row["value"], atol=row["atol"])


def test_purchases_of_all(fitted, donations):
    row = GOLDEN["purchases_of_all_in_5_periods"]
    total = donations.customers @ fitted.model.expected_purchases(donations, 5)
    assert total == pytest.approx(row["value"], abs=row["atol"])


def test_expected_donors(fitted, donations):
    row = GOLDEN["expected_donors"]
    donors = donations.customers.sum() * fitted.model.purchase_count_pmf(row["gifts"], 6)
    np.testing.assert_allclose(donors, row["value"], atol=row["atol"])


def test_expected_purchases_of_a_new_customer():
    row = GOLDEN["expected_purchases_new_customer"]
    model = BGBB(**{name: row[name] for name in NAMES})
    values = [model.expected_purchases_new_customer(n) for n in range(1, 12)]
    np.testing.assert_allclose(values, row["value"], rtol=row["rtol"])
    assert model.expected_purchases_new_customer(0) == 0


# --- many digits ----------------------------------------------------------------------------

parameters = pytest.mark.parametrize(
    "parameters",
    [
        DONORS,
        {"alpha": 0.01, "beta": 0.02, "gamma": 0.03, "delta": 0.01},
        {"alpha": 30, "beta": 900, "gamma": 1, "delta": 500},
        {"alpha": 1e6, "beta": 1e6, "gamma": 8, "delta": 1e5},
    ],
    ids=["donors", "small", "large", "nearly equal customers"],
)
customers = pytest.mark.parametrize(
    "who",
    [
        (0, 0, 6),
        (3, 5, 6),
        (6, 6, 6),
        pytest.param((1, 1, 300), marks=pytest.mark.slow),
        (200, 250, 300),
        pytest.param((0, 0, 700), marks=pytest.mark.slow),
    ],
    ids=str,
)


@parameters
@customers
def test_quantities_by_many_digits(parameters, who):
    model, history = BGBB(**parameters, period="1 year"), one(*who)
    assert model.log_likelihood(history)[0] == pytest.approx(
        reference.log_likelihood(*who, **parameters), rel=1e-11
    )
    for ahead in (0, 1, 50):
        truth = reference.probability_alive(*who, ahead, **parameters)
        value = model.probability_alive(history, at=ahead)[0]
        assert value == pytest.approx(truth, rel=1e-10)
    for ahead, rate in ((1, 0.0), (40, 0.0), (400, 0.1)):
        truth = reference.discounted(*who, ahead, rate, **parameters)
        value = model.discounted_expected_purchases(
            history, annual_discount_rate=rate, opportunities=ahead
        )
        assert value[0] == pytest.approx(truth, rel=1e-10)
    for_ever = model.discounted_expected_purchases(
        history, annual_discount_rate=0.1, opportunities=None
    )
    assert for_ever[0] == pytest.approx(value[0], rel=1e-10)


@pytest.mark.slow
@parameters
@pytest.mark.parametrize("who", [(0, 0, 6), (3, 5, 6), (6, 6, 6)], ids=str)
def test_purchase_counts_by_every_history(parameters, who):
    model, history = BGBB(**parameters), one(*who)
    truth = reference.futures(*who, 7, **parameters)
    known = model.purchase_count_pmf(np.arange(8), 7, history)
    np.testing.assert_allclose(known, [truth], rtol=1e-9)
    assert model.probability_active(history, 7)[0] == pytest.approx(sum(truth[1:]), rel=1e-9)
    new = reference.futures(0, 0, 0, 7, **parameters)
    np.testing.assert_allclose(model.purchase_count_pmf(np.arange(8), 7), new, rtol=1e-9)


# --- laws -----------------------------------------------------------------------------------


@st.composite
def models(draw):
    logs = draw(st.lists(st.floats(-2, 2), min_size=4, max_size=4))
    return BGBB(**dict(zip(NAMES, np.exp(logs), strict=True)))


@st.composite
def histories(draw):
    n = draw(st.integers(1, 30))
    x = draw(st.integers(0, n))
    return one(x, draw(st.integers(x, n)) if x else 0, n)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(models(), histories())
def test_distributions_and_their_means(model, history):
    probability = model.purchase_count_pmf(np.arange(13), 12, history)[0]
    assert (probability >= 0).all()
    assert probability.sum() == pytest.approx(1, rel=1e-10)
    assert probability @ np.arange(13) == pytest.approx(
        model.expected_purchases(history, 12)[0], rel=1e-8
    )
    assert model.purchase_count_pmf(13, 12, history)[0] == 0
    new = model.purchase_count_pmf(np.arange(13), 12)
    assert new @ np.arange(13) == pytest.approx(model.expected_purchases_new_customer(12), rel=1e-9)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(models(), histories())
def test_purchases_add_up_and_discounting_takes_away(model, history):
    alive = [model.probability_alive(history, at=k)[0] for k in range(5)]
    assert all(0 <= later <= earlier <= 1 for earlier, later in pairwise(alive))
    x, n = history.frequency[0], history.opportunities[0]
    takes = (model.alpha + x) / (model.alpha + model.beta + n)
    assert model.expected_purchases(history, 4)[0] == pytest.approx(
        takes * sum(alive[1:]), rel=1e-9
    )
    yearly = model.model_copy(update={"period": "1 year"})
    by_hand = takes * sum(p / 1.1**j for j, p in enumerate(alive[1:], 1))
    value = yearly.discounted_expected_purchases(history, annual_discount_rate=0.1, opportunities=4)
    assert value[0] == pytest.approx(by_hand, rel=1e-9)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_gradient_and_hessian_are_finite_differences(logs):
    n = np.random.default_rng(7).integers(1, 9, 300)
    at = LogLikelihood(MODEL.simulate(300, opportunities=n, rng=1).cells)
    point = np.exp(logs)
    _, gradient, hessian = at(point)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-9)
    for i, value in enumerate(point):
        step = np.zeros(4)
        step[i] = 1e-5 * value
        up, down = at(point + step), at(point - step)
        slope = (up.value - down.value) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-5)
        curve = (up.gradient - down.gradient) / (2 * step[i])
        scale = np.abs(hessian).max(axis=0)
        np.testing.assert_allclose(hessian[i] / scale, curve / scale, atol=1e-6)


def test_the_truth_is_recovered():
    n = np.random.default_rng(2).integers(4, 13, 60_000)
    fit = BGBB.fit(MODEL.simulate(60_000, opportunities=n, rng=1))
    assert fit.converged
    for name in NAMES:
        error = fit.standard_errors[name] / fit.parameters[name]
        assert abs(math.log(fit.parameters[name] / DONORS[name])) < 4 * error
        assert error < 0.2


def test_the_higher_of_two_tops_is_found():
    truth = BGBB(
        alpha=0.10653092972171864,
        beta=0.7375346840483711,
        gamma=3.344986302642011,
        delta=1.6916657147571148,
    )
    history = truth.simulate(500, opportunities=10, rng=124)
    at_truth = history.customers @ truth.log_likelihood(history)
    assert BGBB.fit(history).log_likelihood >= at_truth


def expected_history(model, n, customers):
    """Weigh every (x, t_x) by how many customers are expected to have it."""
    pairs = [(0, 0)] + [(x, t_x) for x in range(1, n + 1) for t_x in range(x, n + 1)]
    ways = [math.comb(t_x - 1, x - 1) if x else 1 for x, t_x in pairs]
    x, t_x = np.array(pairs).T
    weights = customers * np.array(ways) * np.exp(model.log_likelihood(one(x, t_x, n)))
    return OpportunityHistory.from_arrays(
        frequency=x, recency=t_x, opportunities=n, customers=weights
    )


def test_every_history_is_possible_once():
    assert expected_history(MODEL, 8, 1000).customers.sum() == pytest.approx(1000, rel=1e-12)


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        (
            {"alpha": 1, "beta": 2, "gamma": 1e-9, "delta": 5},
            "where no customer leaves: a beta-binomial model (alpha and beta)",
        ),
        (
            {"alpha": 3e8, "beta": 7e8, "gamma": 0.5, "delta": 2},
            (
                "where all take an opportunity with the probability 0.3: a binomial model (that "
                "probability in place of alpha and beta) with beta-geometric lifetimes (gamma and "
                "delta)"
            ),
        ),
        (
            {"alpha": 1, "beta": 2, "gamma": 1e8, "delta": 9e8},
            (
                "where all leave with the probability 0.1: a beta-binomial model (alpha and "
                "beta) with "
                "geometric lifetimes (that probability in place of gamma and delta)"
            ),
        ),
        (
            {"alpha": 1, "beta": 2, "gamma": 3e-5, "delta": 7e-5},
            (
                "where a share of 0.3 leaves at once, and none later: a beta-binomial model "
                "(alpha "
                "and beta) with a share that takes nothing (that share in place of gamma and delta)"
            ),
        ),
    ],
    ids=["no customer leaves", "one probability to take", "one probability to leave", "at once"],
)
def test_on_a_ridge_the_limit_is_named(truth, words):
    history = expected_history(BGBB(**truth), 8, 3000)
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = BGBB.fit(history)
    assert len(caught) == 1
    assert str(caught[0].message).endswith(
        f"It is the limit {words}. Predictions for customers like those observed can be used; the "
        f"parameters themselves cannot be interpreted. Use more opportunities or more customers."
    )
    assert caught[0].filename == __file__
    assert fit.standard_errors is None
    assert np.isfinite(fit.model.expected_purchases(history, 5)).all()


def test_simulation_is_the_story():
    played = np.array(reference.play(6, **DONORS, customers=4000, seed=3))
    simulated = MODEL.simulate(4000, opportunities=6, rng=4)
    chances = MODEL.purchase_count_pmf(np.arange(7), 6)
    errors = 4 * np.sqrt(chances * (1 - chances) / 4000)
    for x in (played[:, 0], simulated.frequency):
        shares = np.bincount(x.astype(int), minlength=7) / 4000
        assert (np.abs(shares - chances) < errors).all()
    assert simulated == MODEL.simulate(4000, opportunities=6, rng=np.random.default_rng(4))
    assert simulated != MODEL.simulate(4000, opportunities=6, rng=5)


def test_expectations_are_means_over_simulated_customers():
    n = 40_000
    long = MODEL.simulate(n, opportunities=12, rng=5)
    mean, error = long.frequency.mean(), long.frequency.std() / math.sqrt(n)
    assert mean == pytest.approx(MODEL.expected_purchases_new_customer(12), abs=4 * error)
    short = MODEL.simulate(n, opportunities=6, rng=6)
    later = MODEL.expected_purchases(short, 6)
    difference = MODEL.expected_purchases_new_customer(12)
    difference -= MODEL.expected_purchases_new_customer(6)
    assert later.mean() == pytest.approx(difference, abs=4 * later.std() / math.sqrt(n))


# --- histories ------------------------------------------------------------------------------


def test_weights_are_many_rows(donations, fitted):
    times = donations.customers.astype(int)
    rows = OpportunityHistory.from_arrays(
        frequency=np.repeat(donations.frequency, times),
        recency=np.repeat(donations.recency, times),
        opportunities=6,
        period="1 year",
    )
    assert len(rows) == 11_104
    assert BGBB.fit(rows) == fitted
    order = np.random.default_rng(1).permutation(11_104)
    shuffled = one(rows.frequency[order], rows.recency[order], np.full(11_104, 6))
    np.testing.assert_array_equal(
        MODEL.probability_alive(shuffled), MODEL.probability_alive(rows)[order]
    )


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_dataframes_there_and_back(kind, donations):
    frame = donations.to_frame(like=kind({"a": [1]}))
    assert isinstance(frame, kind)
    again = OpportunityHistory.from_frame(frame, customers="customers", period="1 year")
    assert again == donations


def test_printed_and_json(donations, fitted):
    assert OpportunityHistory.from_json(donations.to_json()) == donations
    assert BGBB.from_json(MODEL.to_json()) == MODEL
    assert Fit[BGBB].from_json(fitted.to_json()) == fitted
    assert repr(donations) == (
        "OpportunityHistory(customers=11,104, buyers=7,640, purchases=24,615, period='1 year')"
    )
    assert "took at least one            7,640 (68.8 %)" in str(donations)
    assert "distinct cells (x, t_x, n)" in donations._repr_html_()
