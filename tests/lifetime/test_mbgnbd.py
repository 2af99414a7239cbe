"""MBG/NBD: published numbers, many digits, and the story played out."""

import math

import numpy as np
import pytest
import reference_mbgnbd as reference
from golden_values import golden
from lifetime_places import largest_errors, random_places

from custvalue import datasets
from custvalue.errors import IdentifiabilityWarning
from custvalue.lifetime import BGNBD, MBGNBD, PurchaseHistory

GOLDEN = golden("mbgnbd")
CDNOW = GOLDEN["cdnow"]
ROUNDED = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
DIGITS = 1e-9


def one(x, t_x, T):
    return PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit="week")


@pytest.fixture(scope="module")
def fitted():
    history = PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        observation_end="1997-09-30",
        unit="week",
    )
    return MBGNBD.fit(history)


# --- CDNOW ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", CDNOW["estimates"], ids=lambda row: row["name"])
def test_estimates(fitted, row):
    assert fitted.parameters[row["name"]] == pytest.approx(row["value"], rel=row["rtol"])


def test_log_likelihood_of_the_fit(fitted):
    row = CDNOW["log_likelihood"]
    assert fitted.log_likelihood == pytest.approx(row["value"], abs=row["atol"])
    assert fitted.converged


def test_a_customer_who_never_came_back_may_have_left():
    row = CDNOW["alive_without_a_repeat_purchase"]
    (alive,) = MBGNBD(**ROUNDED).probability_alive(one(0, 0, row["T"]))
    assert alive == pytest.approx(row["value"], abs=row["atol"])


@pytest.mark.parametrize("row", GOLDEN["log_likelihoods"], ids=lambda row: f"x={row['x']}")
def test_published_log_likelihoods(row):
    model = MBGNBD(**{name: row[name] for name in ("r", "alpha", "a", "b")})
    (value,) = model.log_likelihood(one(row["x"], row["t_x"], row["T"]))
    assert value == pytest.approx(row["value"], rel=row["rtol"])


# --- many digits ----------------------------------------------------------------------------

DANGEROUS = [
    pytest.param(ROUNDED, (1500, 360, 365), id="huge x, silent"),
    pytest.param(ROUNDED, (5000, 364, 365), id="huge x, active"),
    pytest.param(ROUNDED, (5, 10, 10), id="t_x = T"),
    pytest.param(ROUNDED, (0, 0, 0), id="arrived today"),
    pytest.param(ROUNDED, (0, 0, 500), id="never came back"),
    pytest.param({**ROUNDED, "a": 1}, (2, 30.43, 38.86), id="a = 1"),
    pytest.param({**ROUNDED, "a": 1 + 1e-12}, (2, 30.43, 38.86), id="a near 1"),
    pytest.param({**ROUNDED, "a": 0.01, "b": 0.01}, (0, 0, 100), id="all or nothing"),
    pytest.param({"r": 30, "alpha": 1000, "a": 0.01, "b": 30}, (5000, 1, 1000), id="corner"),
]


@pytest.mark.parametrize(("parameters", "customer"), DANGEROUS)
def test_dangerous_places(parameters, customer):
    model, history = MBGNBD(**parameters), one(*customer)
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
    model, history = MBGNBD(**parameters), one(*place)
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
    assert max(digits_lost(50, seed=1).values()) < DIGITS


@pytest.mark.slow
def test_digits_at_many_random_places():
    assert max(digits_lost(1000, seed=2).values()) < DIGITS


# --- the story ------------------------------------------------------------------------------


def test_predictions_by_playing_customers_out():
    parameters = {"r": 2.0, "alpha": 4.0, "a": 0.8, "b": 2.0}
    played, left = reference.play(20.0, **parameters, customers=40_000, seed=4)
    model = MBGNBD(**parameters, unit="week")
    known = np.array([sum(time <= 10 for time in times) for times in played])
    later = np.array([len(times) for times in played]) - known
    last = np.array([max([t for t in times if t <= 10], default=0.0) for times in played])
    history = one(known, last, np.full(len(played), 10.0))
    for happened, predicted in (
        (left > 10, model.probability_alive(history)),
        (left > 20, model.probability_alive(history, at="10 weeks")),
        (later, model.expected_purchases(history, "10 weeks")),
        (later > 0, model.probability_active(history, "10 weeks")),
        (later == 2, model.purchase_count_pmf(2, "10 weeks", history)),
        (later == 0, model.purchase_count_pmf(0, "10 weeks", history)),
    ):
        for x in range(6):
            group = known == x
            error = happened[group].std() / math.sqrt(group.sum())
            assert happened[group].mean() == pytest.approx(predicted[group].mean(), abs=4 * error)
    spread = known.std() / math.sqrt(len(known))
    new = model.expected_purchases_new_customer("10 weeks")
    assert known.mean() == pytest.approx(new, abs=4 * spread)


def test_right_after_the_first_purchase_a_share_has_left():
    (alive,) = MBGNBD(**ROUNDED).probability_alive(one(0, 0, 0))
    assert alive == pytest.approx(1.614 / (0.891 + 1.614), rel=1e-14)


def test_from_the_first_repeat_purchase_on_it_is_bgnbd_with_one_chance_more():
    # given the first chance was passed by, p ~ Beta(a, b + 1) as in BG/NBD
    history = one([1, 4], [5, 20], [30, 39])
    same = BGNBD(**{**ROUNDED, "b": ROUNDED["b"] + 1})
    for predict in (
        lambda model: model.probability_alive(history),
        lambda model: model.expected_purchases(history, "1 year"),
        lambda model: model.probability_active(history, "1 year"),
    ):
        np.testing.assert_allclose(predict(MBGNBD(**ROUNDED)), predict(same), rtol=1e-12)


# --- limits ---------------------------------------------------------------------------------


def limits(model, truth, seed):
    history = truth.simulate(1500, age="52 weeks", rng=seed)
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = model.fit(history)
    assert fit.converged
    assert fit.standard_errors is None
    assert math.isfinite(fit.log_likelihood)
    return str(caught[0].message)


@pytest.mark.parametrize(("model", "seed"), [(BGNBD, 0), (MBGNBD, 2)])
def test_one_dropout_probability_for_all_is_named(model, seed):
    said = limits(model, model(r=1, alpha=5, a=20_000, b=60_000, unit="week"), seed)
    assert "It is the limit of one dropout probability for all customers (a and b to inf" in said
    assert said.endswith("Where customers can leave at any time, ParetoNBD may fit better.")


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_no_dropout_is_named(model):
    said = limits(model, model(r=1, alpha=5, a=1e-6, b=5, unit="week"), 2)
    assert "It is the limit of no dropout (a to 0), to which the log-likelihood falls by " in said
    assert said.endswith(" only. Use NBD, which is this limit.")


def test_the_limit_is_where_the_parameters_are_also_if_no_dropout_fits_about_as_well():
    history = PurchaseHistory.from_arrays(
        frequency=[0, 2, 0, 3], recency=[0, 3, 0, 7], age=[0, 10, 0, 12], unit="week"
    )
    with pytest.warns(IdentifiabilityWarning) as caught:
        found = MBGNBD.fit(history).model
    leaving = found.a / (found.a + found.b)
    assert leaving == pytest.approx(0.192, abs=1e-3)
    _, said = str(caught[0].message).split("so no standard errors are given. ")
    assert said == (
        f"It is the limit of one dropout probability for all customers (a and b to infinity), "
        f"a / (a + b) = {leaving:.4g}. This limit has three parameters: r, alpha and that "
        f"probability; predictions can be used, a and b themselves cannot be interpreted. Where "
        f"customers "
        f"can leave at any time, ParetoNBD may fit better. No dropout (a to 0) fits about as well: "
        f"the log-likelihood falls by 0.8 only. Use NBD, which is this limit."
    )


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_one_purchase_rate_for_all_is_named(model):
    said = limits(model, model(r=50_000, alpha=200_000, a=1, b=4, unit="week"), 0)
    assert "It is the limit of one purchase rate for all customers (r and alpha to inf" in said


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_all_or_nothing_is_named(model):
    said = limits(model, model(r=1, alpha=5, a=1e-3, b=1e-3, unit="week"), 0)
    assert "It is the limit of customers who leave at the first chance or never (a and b" in said


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_of_two_tops_the_higher_one_is_found(model):
    # from moments alone the search would end where nobody leaves, 90 below
    truth = model(r=1, alpha=5, a=0.05, b=0.05, unit="week")
    history = truth.simulate(1500, age="52 weeks", rng=1)
    fit = model.fit(history)
    assert fit.converged
    assert fit.log_likelihood > truth.log_likelihood(history).sum()
