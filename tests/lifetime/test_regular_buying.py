"""BG/CNBD-k and MBG/CNBD-k: many digits everywhere, the story itself, and the choice of k."""

import math
import warnings
from itertools import pairwise

import numpy as np
import pytest
import reference_regular_buying as reference
from golden_values import golden
from lifetime_places import largest_errors

from custvalue import datasets
from custvalue._lifetime.purchasing import regular_buying, regular_choice, regular_likelihood
from custvalue._lifetime.purchasing.regular_choice import Profile
from custvalue.errors import (
    ConvergenceWarning,
    DataWarning,
    ForecastWarning,
    IdentifiabilityWarning,
)
from custvalue.lifetime import (
    BGCNBD,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    GammaGamma,
    PurchaseHistory,
    customer_lifetime_value,
)

GOLDEN = golden("regular_buyers")
USUAL = {"r": 0.85, "alpha": 1.45, "a": 0.79, "b": 2.42}
DIGITS = 1e-9  # relative
MODELS = [pytest.param(BGCNBD, id="BG"), pytest.param(MBGCNBD, id="MBG")]
both_models = pytest.mark.parametrize("model", MODELS)


def one(x, t_x, T, log_intervals=None):
    return PurchaseHistory.from_arrays(
        frequency=x, recency=t_x, age=T, log_intervals=log_intervals, unit="week"
    )


def even(x, t_x):
    """Return the sum of log intervals of a customer who bought at even intervals."""
    return x * math.log(t_x / x) if x else 0.0


# --- many digits ----------------------------------------------------------------------------

DANGEROUS = [
    pytest.param(3, {**USUAL, "r": 1.33, "alpha": 2.8}, (400, 10, 100), id="S1 infinite elsewhere"),
    pytest.param(2, USUAL, (0, 0, 0), id="arrived today"),
    pytest.param(5, USUAL, (0, 0, 365), id="x = 0"),
    pytest.param(4, USUAL, (6, 26, 26), id="t_x = T"),
    pytest.param(12, USUAL, (1, 0.5, 900), id="long silence"),
    pytest.param(3, {**USUAL, "a": 1}, (2, 30.43, 38.86), id="a = 1"),
    pytest.param(2, {**USUAL, "a": 0.01, "b": 0.01}, (1, 5, 100), id="all or nothing"),
    pytest.param(5, {**USUAL, "a": 30, "b": 0.01}, (0, 0, 3), id="all leave"),
    pytest.param(2, {"r": 0.01, "alpha": 0.01, "a": 0.5, "b": 3}, (0, 0, 900), id="rare"),
    pytest.param(3, {"r": 0.1, "alpha": 900, "a": 1, "b": 1}, (0, 0, 5), id="certain silence"),
    pytest.param(2, {"r": 30, "alpha": 1000, "a": 0.01, "b": 30}, (5000, 999, 1000), id="huge x"),
    pytest.param(12, USUAL, (3, 9, 12.5), id="like clockwork"),
]


def given_alive(model, place, weeks):
    """Return what the model says of one customer, as a multiple of P(alive)."""
    history, horizon = one(*place), f"{weeks!r} weeks"
    alive = model.probability_alive(history)[0]
    return {
        "expected": model.expected_purchases(history, horizon)[0] / alive,
        "stays": model.probability_alive(history, at=horizon)[0] / alive,
        "buys": model.probability_active(history, horizon)[0] / alive,
    }


def pairs(model, place, weeks):
    """Return value and truth of log-likelihood, P(alive), expected purchases, P(stays), P(buys)."""
    x, t_x, _ = place
    parameters = symbols(model)
    logs = even(x, t_x)
    found = {
        "log-likelihood": (
            model.log_likelihood(one(*place, logs))[0],
            reference.log_likelihood(*place, logs, **parameters),
        )
    }
    alive = reference.probability_alive(*place, **parameters)
    found["P(alive)"] = (model.probability_alive(one(*place))[0], alive)
    if alive < 1e-250:  # too few doubles left to divide by
        return found
    tau = weeks / (model.alpha + place[2])
    few = tau * (model.r + 40) / model.k + tau * x < 60  # a gamma mean, or its long tail
    summed = reference.by_sum if few else reference.by_quadrature
    expected, stays = summed(weeks, *place, **parameters)
    values = given_alive(model, place, weeks)
    found["expected purchases"] = (values["expected"], expected)
    found["P(stays)"] = (values["stays"], stays)
    found["P(buys)"] = (values["buys"], reference.first_purchase(weeks, *place, **parameters))
    return found


def symbols(model):
    names = ("k", "r", "alpha", "a", "b")
    return {**{name: getattr(model, name) for name in names}, "first": model._first}


@pytest.mark.parametrize(
    ("model", "place", "weeks"),
    [
        (MBGCNBD(k=3, r=1.7, alpha=0.2, a=17.9, b=0.18), (367, 58.9, 59.4), 3200.0),
        (BGCNBD(k=6, r=1.85, alpha=0.06, a=14.4, b=0.03), (11, 33.7, 36.7), 4750.0),
    ],
    ids=["MBG", "BG"],
)
def test_who_stays_where_hardly_anybody_does(model, place, weeks):
    _, stays = reference.by_quadrature(weeks, *place, **symbols(model))
    assert 0 < stays < 1e-25
    assert given_alive(model, place, weeks)["stays"] == pytest.approx(stays, rel=1e-11)


@pytest.mark.slow  # most are not; the truth of a few takes seconds
@both_models
@pytest.mark.parametrize(("k", "parameters", "place"), DANGEROUS)
def test_dangerous_places(model, k, parameters, place):
    asked = model(k=k, **parameters)
    for value, truth in pairs(asked, place, 60.0).values():
        assert value == pytest.approx(truth, rel=DIGITS, abs=1e-250)


def random_places(count, seed):
    random = np.random.default_rng(seed)
    for _ in range(count):
        r, a, b = np.exp(random.uniform(math.log(0.01), math.log(30), 3)).tolist()
        alpha = math.exp(random.uniform(math.log(0.01), math.log(1000)))
        k = int(random.integers(1, 7))
        model = (BGCNBD, MBGCNBD)[int(random.integers(2))](k=k, r=r, alpha=alpha, a=a, b=b)
        x = int(math.exp(random.uniform(0, math.log(5001)))) - 1
        T = random.uniform(0, 1000)
        # a silence of some intervals; longer ones are certain to be the last
        t_x = T * (1 - random.random() * min(1.0, 10 / (k * x))) if x > 0 else 0.0
        yield model, (x, t_x, T), math.exp(random.uniform(math.log(0.01), math.log(5000)))


def digits_lost(count, seed):
    return largest_errors(pairs, random_places(count, seed))


def test_digits_at_random_places():
    assert max(digits_lost(4, seed=3).values()) < DIGITS


@pytest.mark.slow
def test_digits_at_many_random_places():
    assert max(digits_lost(30, seed=2).values()) < DIGITS


def test_the_way_for_long_sums_is_the_sum():
    model = MBGCNBD(k=3, **USUAL)
    for place in ((0, 0, 2), (6, 24, 26)):
        summed = reference.by_sum(15, *place, **symbols(model))
        assert reference.by_quadrature(15, *place, **symbols(model)) == pytest.approx(
            summed, rel=1e-13
        )


@pytest.mark.parametrize(("n", "t"), [(0, 0.5), (1, 39), (2, 5000), (7, 39), (60, 300), (400, 900)])
@pytest.mark.parametrize("place", [(0, 0, 0), (0, 0, 30), (6, 24, 26), (200, 50, 50.3)])
@both_models
def test_purchase_counts(model, place, n, t):
    asked = model(k=3, **USUAL)
    history = one(*place)
    alive = asked.probability_alive(history)[0]
    truth = alive * reference.count_probability(n, t, *place, **symbols(asked))
    (value,) = asked.purchase_count_pmf(n, f"{t} weeks", history)
    assert value == pytest.approx(truth + (1 - alive) * (n == 0), rel=DIGITS, abs=1e-290)
    if place == (0, 0, 0):
        new = model(k=3, **USUAL, unit="week").purchase_count_pmf(n, f"{t} weeks")
        assert float(new) == value


@pytest.mark.slow
@pytest.mark.parametrize("weekly", [0.3, 3.0])
@pytest.mark.parametrize("place", [(0, 0, 0), (6, 24, 26)])
@both_models
def test_purchases_for_ever(model, place, weekly):
    asked, customer = model(k=3, **{**USUAL, "a": 2.0}), one(*place)
    alive = asked.probability_alive(customer)[0]
    value = asked._purchases(customer.cells, math.inf, weekly)[0]
    truth = reference.discounted_for_ever(weekly, *place, **symbols(asked))
    assert value == pytest.approx(truth, rel=DIGITS)
    annual = 0.3
    total = asked.discounted_expected_purchases(customer, annual_discount_rate=annual)[0]
    rate = math.log1p(annual) * 7 / 365.25
    assert total == pytest.approx(alive * asked._purchases(customer.cells, math.inf, rate)[0])


@pytest.mark.parametrize(("weekly", "t"), [(0.002, 20.0), (0.3, 20.0), (5.0, 1.0), (300.0, 3.0)])
@both_models
def test_discounted_purchases_against_integration_over_time(model, weekly, t):
    asked, place = model(k=2, **USUAL), (3, 20, 26)
    value = asked._purchases(one(*place).cells, t, weekly)[0]
    if weekly * t < 50:
        truth = reference.discounted(t, weekly, *place, **symbols(asked))
    else:  # nothing is seen of the end
        truth = reference.discounted_for_ever(weekly, *place, **symbols(asked))
    assert value == pytest.approx(truth, rel=DIGITS)


@pytest.mark.parametrize(("regular", "random"), [(BGCNBD, BGNBD), (MBGCNBD, MBGNBD)])
def test_one_phase_is_a_purchase_at_random(regular, random):
    history = one([0, 0, 1, 6, 40], [0, 0, 3, 24, 50], [0, 30, 30, 26, 52])
    one_phase, other = regular(k=1, **USUAL, unit="week"), random(**USUAL, unit="week")
    for ask in (
        lambda model: model.log_likelihood(history),
        lambda model: model.probability_alive(history),
        lambda model: model.probability_alive(history, at="20 weeks"),
        lambda model: model.probability_active(history, "5 weeks"),
        lambda model: model.expected_purchases(history, "30 weeks"),
        lambda model: model.discounted_expected_purchases(history, annual_discount_rate=0.3),
        lambda model: model.discounted_expected_purchases(
            history, annual_discount_rate=0.3, horizon="2 years", discounting="monthly"
        ),
        lambda model: model.purchase_count_pmf([0, 1, 5, 60], "30 weeks", history),
        lambda model: model.purchase_count_pmf([[0, 1], [5, 60]], "30 weeks"),
        lambda model: model.expected_purchases_new_customer("1 year"),
    ):
        np.testing.assert_allclose(ask(one_phase), ask(other), rtol=1e-11, atol=1e-15)


def test_a_customer_is_predicted_alike_alone_and_among_others():
    random = np.random.default_rng(3)
    x = random.integers(0, 40, 3000)
    age = np.exp(random.uniform(-2, 6, 3000))
    history = one(x, np.where(x > 0, age * random.uniform(0.5, 1, 3000), 0), age)
    model = MBGCNBD(k=5, **USUAL)
    for ask in (
        lambda history: model.expected_purchases(history, "1 year"),
        lambda history: model.probability_alive(history, at="1 year"),
        lambda history: model.discounted_expected_purchases(history, annual_discount_rate=0.1),
    ):
        together = ask(history)
        for row in range(0, 3000, 177):
            alone = ask(history.select(np.arange(3000) == row))[0]
            assert alone == pytest.approx(together[row], rel=1e-11, abs=1e-300)


def test_purchases_for_ever_are_the_limit_of_long_horizons():
    model, customer = BGCNBD(k=4, **USUAL), one(6, 24, 26)
    values = [
        model.discounted_expected_purchases(customer, annual_discount_rate=0.1, horizon=horizon)[0]
        for horizon in ("10 years", "50 years", "500 years", None)
    ]
    assert all(low < high for low, high in pairwise(values[:3]))
    assert values[2] == pytest.approx(values[3], rel=1e-12)


def test_a_horizon_of_nothing():
    model, customer = MBGCNBD(k=3, **USUAL, unit="week"), one(2, 20, 26)
    assert model.expected_purchases(customer, "0 weeks")[0] == 0
    assert model.probability_active(customer, "0 weeks")[0] == 0
    assert model.probability_alive(customer, at="0 weeks") == model.probability_alive(customer)
    assert model.purchase_count_pmf([0, 1], "0 days").tolist() == [1, 0]


# --- the story ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0, 3), (2, 1.5, 3)])
@both_models
def test_likelihood_by_integration_over_customers(model, place):
    asked = model(k=2, r=1.4, alpha=1.0, a=1.2, b=2.5)
    logs = math.log(0.5) + math.log(1.0) if place[0] else 0.0
    truth = reference.log_likelihood_from_the_story(*place, logs, **symbols(asked))
    assert asked.log_likelihood(one(*place, logs))[0] == pytest.approx(truth, rel=1e-9)


@pytest.mark.slow
@pytest.mark.simulation
@both_models
def test_predictions_by_playing_customers_out(model):
    asked = model(k=3, r=2.0, alpha=1.2, a=0.8, b=2.0, unit="week")
    played, left = reference.play(10.0, 8.0, **symbols(asked), customers=30_000, seed=4)
    known = np.array([sum(time <= 10 for time in times) for times in played])
    later = np.array([len(times) for times in played]) - known
    last = np.array([max([t for t in times if t <= 10], default=0.0) for times in played])
    history = one(known, last, np.full(len(played), 10.0))
    expectations = [
        (asked.probability_alive(history), left > 10),
        (asked.probability_alive(history, at="8 weeks"), left > 18),
        (asked.probability_active(history, "8 weeks"), later > 0),
        (asked.expected_purchases(history, "8 weeks"), later),
        (asked.purchase_count_pmf(2, "8 weeks", history), later == 2),
        (
            asked.discounted_expected_purchases(
                history, annual_discount_rate=0.9, horizon="8 weeks"
            ),
            [sum(1.9 ** -((t - 10) * 7 / 365.25) for t in times if t > 10) for times in played],
        ),
    ]
    for expected, happened in expectations:
        for x in range(5):
            group = known == x
            seen = np.asarray(happened, dtype=float)[group]
            error = max(seen.std(), 1e-3) / math.sqrt(group.sum())
            assert seen.mean() == pytest.approx(expected[group].mean(), abs=4 * error)
    spread = known.std() / math.sqrt(len(known))
    new = asked.expected_purchases_new_customer("10 weeks")
    assert known.mean() == pytest.approx(new, abs=4 * spread)
    probabilities = asked.purchase_count_pmf(np.arange(8), "10 weeks")
    shares = np.bincount(known, minlength=8)[:8] / len(known)
    errors = np.sqrt(probabilities * (1 - probabilities) / len(known))
    assert (np.abs(shares - probabilities) < 4 * errors).all()


def test_silence_tells_more_of_regular_buyers():
    customer = one(10, 20, 26)
    alive = [BGCNBD(k=k, r=2.0, alpha=4.0 / k, a=0.8, b=2.4) for k in (1, 2, 4, 8)]
    values = [model.probability_alive(customer)[0] for model in alive]
    assert all(later < 0.7 * earlier for earlier, later in pairwise(values))


def test_only_where_one_can_leave_at_once_may_a_new_customer_be_lost():
    new = one(0, 0, 0)
    assert BGCNBD(k=3, **USUAL).probability_alive(new)[0] == 1
    stays = USUAL["b"] / (USUAL["a"] + USUAL["b"])
    assert MBGCNBD(k=3, **USUAL).probability_alive(new)[0] == pytest.approx(stays, rel=1e-14)


@pytest.mark.parametrize("k", [1, 2, 12, 100])
@both_models
def test_gradient_and_hessian_are_finite_differences(model, k):
    random = np.random.default_rng(k)
    x = np.sort(random.poisson(random.gamma(1.0, 6.0, 200)).astype(float))
    x[-1] = 5000.0  # with k = 100, terms beyond the doubles
    age = random.uniform(5, 60, 200)
    history = one(x, np.where(x > 0, age * random.uniform(0.3, 1, 200), 0), age)
    at = regular_likelihood.LogLikelihood(history.cells, k=k, first=model._first)
    point = np.array([0.7, 1.3, 0.8, 2.4])
    value, gradient, hessian = at(point)
    asked = model(k=k, **dict(zip(("r", "alpha", "a", "b"), point.tolist(), strict=True)))
    assert value == pytest.approx(asked._log_likelihood(history.cells).sum(), rel=1e-12)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5 * point[i]
        up, down = at(point + step), at(point - step)
        slope = (up.value - down.value) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-12 * abs(value) / step[i])
        curve = (up.gradient - down.gradient) / (2 * step[i])
        np.testing.assert_allclose(hessian[i], curve, rtol=1e-6, atol=1e-6 * np.abs(hessian).max())


# --- the choice of k ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cdnow():
    return PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )


def test_cdnow_customers_buy_at_random(cdnow):
    golden = GOLDEN["cdnow"]
    fit = MBGCNBD.fit(cdnow)
    assert fit.model.k == golden["k"]["value"]
    for name, value in golden["mbgcnbd"]["parameters"].items():
        assert fit.parameters[name] == pytest.approx(value, abs=golden["mbgcnbd"]["atol"])
    assert fit.log_likelihood == pytest.approx(MBGNBD.fit(cdnow).log_likelihood, rel=1e-12)


def test_regular_buyers_are_recovered():
    golden = GOLDEN["recovery"]
    truth = MBGCNBD(**golden["parameters"], unit="week")
    random = np.random.default_rng(1)
    age = np.rint(random.uniform(12, 96, golden["customers"]) / 12) * 12
    fit = MBGCNBD.fit(truth.simulate(golden["customers"], age=age, rng=random))
    assert fit.converged
    assert fit.model.k == truth.k
    for name, estimate in fit.parameters.items():
        value = golden["parameters"][name]
        assert abs(estimate - value) < 4 * fit.standard_errors[name]
    assert fit.parameters["r"] == pytest.approx(truth.r, rel=golden["rtol"])


@pytest.mark.parametrize("k", [1, 2, 4, 7])
@both_models
def test_k_is_recovered(model, k):
    truth = model(k=k, r=1.5, alpha=5 / k, a=0.8, b=2.4, unit="week")
    history = truth.simulate(3000, age="52 weeks", rng=k)
    fit = model.fit(history)
    assert fit.model.k == k
    assert fit.model.unit == "week"
    given = model.fit(history, k)
    assert given.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert given.parameters == pytest.approx(fit.parameters, rel=1e-4)


def test_a_profile_shows_every_k():
    truth = BGCNBD(k=3, r=1.0, alpha=2.0, a=1.0, b=3.0, unit="week")
    history = truth.simulate(2000, age="52 weeks", rng=1)
    profile = BGCNBD.profile(history, [1, 2, 3, 4, 6])
    assert profile.best == 3
    assert list(profile.log_likelihoods) == [1, 2, 3, 4, 6]
    for k, value in profile.log_likelihoods.items():
        fit = BGCNBD.fit(history, k)
        assert value == pytest.approx(fit.log_likelihood, abs=1e-5)
        assert value == pytest.approx(fit.model.log_likelihood(history).sum(), rel=1e-11)
    assert profile.log_likelihoods[1] == pytest.approx(BGNBD.fit(history).log_likelihood, abs=1e-5)
    assert Profile.from_json(profile.to_json()) == profile
    assert repr(profile) == "Profile[BGCNBD](best=3, k='1 to 6', customers=2,000)"
    text = str(profile)
    assert text.splitlines()[0] == "BGCNBD, profile over k"
    assert "Best k: 3. 1 is purchases at random; the larger, the more regular." in text
    assert "2,000 customers, time in weeks." in profile._repr_html_()


def test_the_largest_k_can_be_limited():
    truth = BGCNBD(k=6, r=2.0, alpha=1.0, a=1.0, b=3.0, unit="week")
    history = truth.simulate(1000, age="52 weeks", rng=2)
    with pytest.warns(ConvergenceWarning) as caught:
        fit = BGCNBD.fit(history, k_max=4)
    assert fit.model.k == 4
    assert [str(warning.message) for warning in caught] == [
        (
            "BGCNBD: k = 4 fits best of 1 to k_max = 4, so a larger k may fit better. Give a "
            "larger "
            "k_max, as in BGCNBD.fit(history, k_max=8)."
        )
    ]
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert 4 < BGCNBD.fit(history).model.k < 12


def test_a_k_beyond_the_usual_largest_is_not_cut_off_in_silence():
    truth = MBGCNBD(k=20, r=2.0, alpha=0.3, a=1.0, b=6.0, unit="week")
    history = truth.simulate(300, age="52 weeks", rng=1)
    with pytest.warns(ConvergenceWarning, match="k = 12 fits best of 1 to k_max = 12, .* k_max=24"):
        assert MBGCNBD.fit(history).model.k == 12


def test_at_the_largest_k_of_all_nothing_larger_is_advised(monkeypatch):
    monkeypatch.setattr(regular_buying, "MOST_REGULAR", 4)
    truth = BGCNBD(k=6, r=2.0, alpha=1.0, a=1.0, b=3.0, unit="week")
    history = truth.simulate(300, age="52 weeks", rng=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert BGCNBD.fit(history, k_max=4).model.k == 4


def test_large_data_are_searched_on_a_sample_first(monkeypatch):
    truth = MBGCNBD(k=3, r=0.5, alpha=1.0, a=0.8, b=2.4, unit="week")
    history = truth.simulate(3000, age="52 weeks", rng=5)
    whole = MBGCNBD.fit(history)
    monkeypatch.setattr("custvalue._numerics.maximum.THINNED_CELLS", 20)
    thinned = MBGCNBD.fit(history)
    assert thinned.model.k == whole.model.k == 3
    assert thinned.parameters == pytest.approx(whole.parameters, rel=1e-6)


def test_the_climb_leaves_a_wrong_start():
    truth = BGCNBD(k=4, r=1.5, alpha=1.25, a=0.8, b=2.4, unit="week")
    history = truth.simulate(2000, age="52 weeks", rng=6)
    cells = regular_likelihood.RegularCells.of(history, history.log_intervals)
    for start in (1, 7):
        search = regular_choice.Search(cells, BGCNBD._family())
        assert search.best_near(start, 12) == 4


def test_cells_with_their_mean_intervals_say_what_customers_say():
    truth = BGCNBD(k=3, r=1.0, alpha=2.0, a=1.0, b=3.0, unit="week")
    made = truth.simulate(500, age="20 weeks", rng=3)
    x = np.minimum(made.frequency, 2)
    recency = np.where(x > 0, 4.0 * x, 0.0)
    logs = x * math.log(4.0) - np.where(x == 2, np.arange(500) / 500, 0)
    history = one(x, recency, made.age, logs)
    assert len(history.cells) == 3
    cells = regular_likelihood.RegularCells.of(history, history.log_intervals)
    objective = regular_likelihood.regular_objective(cells, k=3, first=0)
    total = objective(np.array([1.0, 2.0, 1.0, 3.0])).value
    assert total == pytest.approx(truth.log_likelihood(history).sum(), rel=1e-12)


def test_without_intervals_a_given_k_can_be_fitted():
    truth = BGCNBD(k=3, r=1.0, alpha=2.0, a=1.0, b=3.0, unit="week")
    history = truth.simulate(1000, age="52 weeks", rng=1)
    bare = one(history.frequency, history.recency, history.age)
    full = BGCNBD.fit(history, k=3)
    with pytest.warns(DataWarning) as caught:
        fit = BGCNBD.fit(bare, k=3)
    assert str(caught[0].message) == (
        "BGCNBD: the history has no log_intervals, so the log-likelihood lacks (k - 1) times their "
        "sum. Estimates, standard errors and predictions do not need it; but do not compare the "
        "log-likelihood, AIC or BIC with those of another k or model. Make the history with "
        "PurchaseHistory.from_transactions(..., log_intervals=True), or give the sums as "
        "log_intervals= to from_arrays or from_frame."
    )
    assert fit.parameters == pytest.approx(full.parameters, rel=1e-6)
    assert fit.standard_errors == pytest.approx(full.standard_errors, rel=1e-6)
    lacking = 2 * history.log_intervals.sum()
    assert fit.log_likelihood + lacking == pytest.approx(full.log_likelihood, rel=1e-12)
    assert BGCNBD.fit(bare, k=1).model.k == 1  # where they do not matter, nobody is warned
    predicted = fit.model.expected_purchases(bare, "1 year")
    np.testing.assert_allclose(
        predicted, full.model.expected_purchases(history, "1 year"), rtol=1e-5
    )


def test_where_nobody_came_back_twice_the_intervals_are_known():
    x = np.array([0, 1, 1, 0, 1, 1] * 40)
    t = np.linspace(3, 5, len(x))
    history = one(x, np.where(x > 0, t, 0), np.full(len(x), 9.0))
    spelt = one(x, history.recency, history.age, np.where(x > 0, np.log(t), 0.0))
    model = BGCNBD(k=2, **USUAL)
    np.testing.assert_array_equal(model.log_likelihood(history), model.log_likelihood(spelt))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdentifiabilityWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)  # k = k_max
        warnings.simplefilter("ignore", ForecastWarning)  # nobody came back twice
        fits = [BGCNBD.fit(each, k_max=3) for each in (history, spelt)]
    assert fits[0] == fits[1]


def test_the_fit_shows_k():
    truth = BGCNBD(k=3, r=1.0, alpha=2.0, a=1.0, b=3.0, unit="week")
    fit = BGCNBD.fit(truth.simulate(1000, age="52 weeks", rng=1), 3)
    assert repr(fit).startswith("Fit[BGCNBD](k=3, r=")
    assert str(fit).splitlines()[0] == "BGCNBD with k = 3, fitted"
    assert repr(truth) == "BGCNBD(k=3, r=1.0, alpha=2.0, a=1.0, b=3.0, unit='week')"
    assert "k" not in fit.parameters


def test_lifetime_value(cdnow):
    value = customer_lifetime_value(
        cdnow,
        purchases=MBGCNBD.fit(cdnow, 2),
        spend=GammaGamma.fit(cdnow),
        horizon=None,
        annual_discount_rate=0.15,
        margin=0.3,
    )
    assert value.total.value in value.total.confidence_interval()


# --- limits ---------------------------------------------------------------------------------

RIDGES = [
    pytest.param(
        BGCNBD(k=2, r=1.0, alpha=2.0, a=1e5, b=4e5, unit="week"),
        1,
        "It is the limit of one dropout probability for all customers (a and b to infinity), "
        "a / (a + b) = {leaving:.4g}. This limit has three parameters: r, alpha and that "
        "probability; predictions can be used, a and b themselves cannot be interpreted.",
        id="one dropout probability",
    ),
    pytest.param(
        MBGCNBD(k=3, r=1e6, alpha=1e6, a=0.8, b=2.4, unit="week"),
        7,
        "It is the limit of one purchase rate for all customers (r and alpha to infinity), "
        "r / (k alpha) = {rate:.4g}. This limit has three parameters: that rate, a and b; "
        "predictions can be used, r and alpha themselves cannot be interpreted.",
        id="one purchase rate",
    ),
    pytest.param(
        BGCNBD(k=2, r=1.0, alpha=2.0, a=1e-9, b=1.0, unit="week"),
        7,
        "It is the limit of no dropout (a to 0), to which the log-likelihood falls by {lost:.1f} "
        "only. Predictions can be used; a and b themselves cannot be interpreted.",
        id="no dropout",
    ),
]


@pytest.mark.parametrize(("truth", "seed", "said"), RIDGES)
def test_limits_are_recognised(truth, seed, said):
    model, k = type(truth), truth.k
    history = truth.simulate(2000, age="52 weeks", rng=seed)
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = model.fit(history, k)
    assert len(caught) == 1
    found = fit.model
    likelihood = regular_likelihood.LogLikelihood(history.cells, k=k, first=model._first)
    top, forever = (
        likelihood(np.array([found.r, found.alpha, *dropout])).value
        for dropout in ((found.a, found.b), (1e-12, 1.0))
    )
    said = said.format(
        leaving=found.a / (found.a + found.b),
        rate=found.r / (k * found.alpha),
        lost=max(top - forever, 0.0),
    )
    assert str(caught[0].message).endswith(said)
    assert fit.converged
    assert fit.standard_errors is None
    assert math.isfinite(fit.log_likelihood)


def test_the_limit_is_where_the_parameters_are_also_if_no_dropout_fits_about_as_well():
    history = one([0, 2, 0, 3], [0, 3, 0, 7], [0, 10, 0, 12], [0, math.log(2), 0, math.log(6)])
    with pytest.warns(IdentifiabilityWarning) as caught:
        found = MBGCNBD.fit(history, 1).model
    leaving = found.a / (found.a + found.b)
    assert leaving == pytest.approx(0.192, abs=1e-3)
    assert str(caught[0].message).endswith(
        f"It is the limit of one dropout probability for all customers (a and b to infinity), "
        f"a / (a + b) = {leaving:.4g}. This limit has three parameters: r, alpha and that "
        f"probability; predictions can be used, a and b themselves cannot be interpreted. No "
        f"dropout (a to "
        f"0) fits about as well: the log-likelihood falls by 0.8 only. Use NBD, which is this "
        f"limit."
    )


def test_a_profile_exports_its_points():
    truth = BGCNBD(k=2, r=1.0, alpha=2.0, a=1.0, b=3.0, unit="week")
    profile = BGCNBD.profile(truth.simulate(300, age="52 weeks", rng=1), [1, 2, 3])
    columns = profile.columns()
    assert columns["k"].tolist() == [1, 2, 3]
    assert columns["log_likelihood"].tolist() == list(profile.log_likelihoods.values())
    assert profile.to_frame("polars").columns == ["k", "log_likelihood", "r", "alpha", "a", "b"]
