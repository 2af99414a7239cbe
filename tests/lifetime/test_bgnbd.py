"""BG/NBD: published numbers, many digits everywhere, and the story itself."""

import math
from itertools import pairwise

import numpy as np
import pytest
import reference_lifetime as reference
from golden_values import golden
from lifetime_places import largest_errors, random_places

from custvalue import datasets
from custvalue._lifetime.purchasing.dropout_at_purchase import purchases_ahead
from custvalue._lifetime.purchasing.dropout_likelihood import Symbols
from custvalue.lifetime import BGNBD, PurchaseHistory

GOLDEN = golden("lifetime")
CDNOW = GOLDEN["cdnow"]
PAPER = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
DIGITS = 1e-9  # relative


def one(x, t_x, T, unit="week"):
    return PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit=unit)


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
    return BGNBD.fit(history)


# --- CDNOW ----------------------------------------------------------------------------------


def test_cdnow_is_the_sample_of_the_paper(history):
    facts = CDNOW["facts"]
    assert history.customers == facts["customers"]
    assert history.repeat_customers == facts["repeat_customers"]
    assert history.frequency.sum() == facts["purchases"]
    assert len(history.cells) == facts["cells"]


@pytest.mark.parametrize("row", CDNOW["bgnbd"], ids=lambda row: row["name"])
def test_estimates(fitted, row):
    assert fitted.parameters[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])


@pytest.mark.parametrize("row", CDNOW["bgnbd_standard_errors"], ids=lambda row: row["name"])
def test_standard_errors(fitted, row):
    assert fitted.standard_errors[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])


def test_log_likelihood_of_the_fit(fitted):
    row = CDNOW["bgnbd_log_likelihood"]
    assert fitted.log_likelihood == pytest.approx(row["value"], abs=row["atol"])
    assert fitted.converged


def test_expected_purchases_of_one_customer(fitted):
    row = CDNOW["expected_purchases_of_one"]
    customer = one(row["x"], row["t_x"], row["T"])
    (expected,) = fitted.model.expected_purchases(customer, f"{row['weeks']} weeks")
    assert expected == pytest.approx(row["value"], abs=row["atol"])


def test_expected_purchases_of_a_new_customer(fitted):
    rows = CDNOW["expected_purchases_new_customer"]
    for weeks, value in zip(rows["weeks"], rows["value"], strict=True):
        expected = fitted.model.expected_purchases_new_customer(f"{weeks} weeks")
        assert expected == pytest.approx(value, abs=rows["atol"])


@pytest.mark.parametrize("row", CDNOW["purchase_count_pmf"], ids=lambda row: f"n={row['n']}")
def test_purchase_count_pmf(row):
    model = BGNBD(**PAPER, unit="week")
    probability = model.purchase_count_pmf(row["n"], f"{row['weeks']} weeks")
    assert probability == pytest.approx(row["value"], rel=row["rtol"])


def test_the_purchases_of_78_weeks_are_forecast_from_39(fitted, history):
    # 1,882 purchases followed on the 2,457; BG/NBD is known to be a little low here
    predicted = fitted.model.expected_purchases(history, "39 weeks").sum()
    assert 0.93 < (2457 + predicted) / (2457 + 1882) < 1


# --- many digits ----------------------------------------------------------------------------


def symbols(row):
    return {name: row[name] for name in ("r", "alpha", "a", "b")}


@pytest.mark.parametrize("row", GOLDEN["bgnbd_log_likelihoods"], ids=lambda row: f"x={row['x']}")
def test_published_log_likelihoods(row):
    (value,) = BGNBD(**symbols(row)).log_likelihood(one(row["x"], row["t_x"], row["T"]))
    assert value == pytest.approx(row["value"], rel=row["rtol"])


@pytest.mark.parametrize(
    "row", GOLDEN["bgnbd_expected_purchases"], ids=lambda row: f"x={row['x']} a={row['a']}"
)
def test_expected_purchases_where_others_fail(row):
    customer = one(row["x"], row["t_x"], row["T"])
    (value,) = BGNBD(**symbols(row)).expected_purchases(customer, f"{row['t']} weeks")
    assert value == pytest.approx(row["value"], rel=row["rtol"])


DANGEROUS = [
    pytest.param(PAPER, (1500, 360, 365), id="huge x, silent"),
    pytest.param(PAPER, (5000, 364, 365), id="huge x, active"),
    pytest.param(PAPER, (5, 10, 10), id="t_x = T"),
    pytest.param(PAPER, (500, 365, 365), id="huge x, t_x = T"),
    pytest.param(PAPER, (0, 0, 0), id="arrived today"),
    pytest.param({**PAPER, "a": 1}, (2, 30.43, 38.86), id="a = 1"),
    pytest.param({**PAPER, "a": 1 + 1e-12}, (2, 30.43, 38.86), id="a near 1"),
    pytest.param({**PAPER, "a": 1, "b": 1}, (0, 0, 10), id="a = b = 1, x = 0"),
    pytest.param({**PAPER, "a": 0.01, "b": 0.01}, (1, 5, 100), id="all or nothing"),
    pytest.param({"r": 0.01, "alpha": 0.01, "a": 30, "b": 0.01}, (1, 0.5, 900), id="corner 1"),
    pytest.param({"r": 30, "alpha": 1000, "a": 0.01, "b": 30}, (5000, 1, 1000), id="corner 2"),
    pytest.param({"r": 10.465, "alpha": 0.00798565181, "a": 3.05, "b": 2.82}, (500, 1, 37), id="α"),
]


@pytest.mark.parametrize(("parameters", "customer"), DANGEROUS)
def test_dangerous_places(parameters, customer):
    model, history = BGNBD(**parameters), one(*customer)
    truth = reference.log_likelihood(*customer, **parameters)
    assert model.log_likelihood(history)[0] == pytest.approx(truth, rel=DIGITS)
    truth = reference.probability_alive(*customer, **parameters)
    assert model.probability_alive(history)[0] == pytest.approx(truth, rel=DIGITS)
    for weeks in (0.01, 39, 5000):
        truth = reference.expected_purchases(weeks, *customer, **parameters)
        value = model.expected_purchases(history, f"{weeks} weeks")[0]
        assert value == pytest.approx(truth, rel=DIGITS)


def pairs(parameters, place, weeks):
    """Return value and truth of log-likelihood, P(alive) now and later, and purchases."""
    model, history = BGNBD(**parameters), one(*place)
    return {
        "log-likelihood": (
            model.log_likelihood(history)[0],
            reference.log_likelihood(*place, **parameters),
        ),
        "P(alive)": (
            model.probability_alive(history)[0],
            reference.probability_alive(*place, **parameters),
        ),
        "expected purchases": (
            model.expected_purchases(history, f"{weeks!r} weeks")[0],
            reference.expected_purchases(weeks, *place, **parameters),
        ),
        "P(alive later)": (
            model.probability_alive(history, at=f"{weeks!r} weeks")[0],
            reference.alive_later(weeks, *place, **parameters),
        ),
    }


def digits_lost(count, seed):
    places = random_places(count, seed, shapes=("r", "a", "b"), rates=("alpha",))
    return largest_errors(pairs, places)


def test_digits_at_random_places():
    assert max(digits_lost(200, seed=1).values()) < DIGITS


@pytest.mark.slow
def test_digits_at_many_random_places():
    assert max(digits_lost(2000, seed=2).values()) < DIGITS


@pytest.mark.parametrize("n", [0, 1, 2, 17, 180, 3000])
@pytest.mark.parametrize("t", [0.5, 39, 5000])
def test_purchase_counts_by_the_printed_formula(n, t):
    model = BGNBD(**PAPER, unit="week")
    truth = reference.purchase_count_probability(n, t, **PAPER, digits=600)
    # scipy's incomplete beta function, of which it is made, has 11 digits far in the tail
    assert model.purchase_count_pmf(n, f"{t} weeks") == pytest.approx(truth, rel=1e-9, abs=1e-300)


DISCOUNTED = [
    (0.0, 39.0, 2, 38.86, PAPER),
    (0.001827, 156.0, 2, 38.86, PAPER),
    (0.001827, math.inf, 0, 38.86, PAPER),
    (0.5, 1000.0, 30, 100.0, PAPER),
    (1e-5, math.inf, 0, 0.0, {"r": 0.05, "alpha": 0.02, "a": 0.3, "b": 8}),
    (3.0, 2000.0, 1, 0.5, {"r": 0.02, "alpha": 0.05, "a": 25, "b": 0.05}),
    (0.01, 900.0, 4000, 800.0, {"r": 5, "alpha": 900, "a": 0.02, "b": 0.1}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "until", "x", "T", "parameters"), DISCOUNTED)
def test_discounted_purchases_against_integration_over_time(rate, until, x, T, parameters):
    if rate == 0:
        truth = reference.expected_purchases(until, x, T, T, **parameters)
        truth /= reference.probability_alive(x, T, T, **parameters)
    else:
        truth = reference.discounted_purchases_if_alive(until, rate, x, T, **parameters)
    x, T = np.array([float(x)]), np.array([T])
    (value,) = purchases_ahead(x, T, until, rate, Symbols(**parameters, first=0))
    assert value == pytest.approx(truth, rel=DIGITS)


def test_many_ages_are_interpolated_without_loss():
    random = np.random.default_rng(3)
    x = np.repeat([0.0, 1.0, 7.0, 400.0], 300)
    T = np.exp(random.uniform(math.log(0.01), math.log(1000), len(x)))
    for parameters in (PAPER, {"r": 5, "alpha": 0.02, "a": 0.05, "b": 9}):
        for until, rate in ((39.0, 0.0), (2000.0, 0.01)):
            symbols = Symbols(**parameters, first=0)
            together = purchases_ahead(x, T, until, rate, symbols)
            alone = [
                purchases_ahead(x[i : i + 1], T[i : i + 1], until, rate, symbols)[0]
                for i in range(0, len(x), 17)
            ]
            np.testing.assert_allclose(together[::17], alone, rtol=1e-11)


# --- the story ------------------------------------------------------------------------------


@pytest.mark.parametrize("customer", [(0, 0, 10), (1, 4, 10), (3, 8, 10), (3, 10, 10)])
def test_likelihood_by_integration_over_customers(customer):
    parameters = {"r": 1.4, "alpha": 5, "a": 1.2, "b": 2.5}
    truth = reference.log_likelihood_from_the_story(*customer, **parameters)
    assert BGNBD(**parameters).log_likelihood(one(*customer))[0] == pytest.approx(truth, rel=1e-9)


def test_predictions_by_playing_customers_out():
    parameters = {"r": 2.0, "alpha": 4.0, "a": 0.8, "b": 2.0}
    played = reference.play(20.0, **parameters, customers=40_000, seed=4)
    model = BGNBD(**parameters, unit="week")
    known = np.array([sum(time <= 10 for time in times) for times in played])
    later = np.array([len(times) for times in played]) - known
    last = np.array([max([t for t in times if t <= 10], default=0.0) for times in played])
    history = one(known, last, np.full(len(played), 10.0))
    expected = model.expected_purchases(history, "10 weeks")
    for x in range(6):
        group = known == x
        error = later[group].std() / math.sqrt(group.sum())
        assert later[group].mean() == pytest.approx(expected[group].mean(), abs=4 * error)
    spread = known.std() / math.sqrt(len(known))
    assert known.mean() == pytest.approx(
        model.expected_purchases_new_customer("10 weeks"), abs=4 * spread
    )
    probabilities = model.purchase_count_pmf(np.arange(8), "10 weeks")
    shares = np.bincount(known, minlength=8)[:8] / len(known)
    errors = np.sqrt(probabilities * (1 - probabilities) / len(known))
    assert (np.abs(shares - probabilities) < 4 * errors).all()


def test_a_customer_without_a_repeat_purchase_is_alive_by_definition():
    assert BGNBD(**PAPER).probability_alive(one(0, 0, 500))[0] == 1


def test_long_silence_of_a_frequent_buyer_means_more():
    model = BGNBD(**PAPER)
    rare, frequent = (model.probability_alive(one(x, 20, 39))[0] for x in (1, 10))
    assert frequent < 0.1 < rare


def test_purchases_for_ever_are_the_limit_of_long_horizons():
    model, customer = BGNBD(**PAPER), one(2, 30.43, 38.86)
    values = [
        model.discounted_expected_purchases(customer, annual_discount_rate=0.1, horizon=horizon)[0]
        for horizon in ("10 years", "50 years", "500 years", None)
    ]
    assert all(low < high for low, high in pairwise(values[:3]))
    assert values[2] == pytest.approx(values[3], rel=1e-12)


def test_a_horizon_of_nothing():
    model, customer = BGNBD(**PAPER, unit="week"), one(2, 30.43, 38.86)
    assert model.expected_purchases(customer, "0 weeks")[0] == 0
    assert model.expected_purchases_new_customer("0 days") == 0
    assert model.purchase_count_pmf([0, 1], "0 days").tolist() == [1, 0]


def test_the_paper_prints_like_this():
    model = BGNBD(**PAPER, unit="week")
    assert repr(model) == "BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit='week')"
    assert "alpha  4.414" in str(model)
    assert "<td>4.414</td>" in model._repr_html_() or "4.414</td>" in model._repr_html_()
