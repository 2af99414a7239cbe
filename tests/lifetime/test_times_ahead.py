"""When customers buy next and how long they stay: inverted chances, simulation, days, bad input."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import lifetime, testing
from custvalue._lifetime.purchasing.inversion import time_of
from custvalue.errors import ParameterError, UnitError
from custvalue.lifetime import (
    BGCNBD,
    BGNBD,
    MBGNBD,
    NBD,
    GammaGompertzNBD,
    ParetoNBD,
    PurchaseHistory,
)

MODELS = {
    "BG/NBD": BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    "MBG/NBD": MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week"),
    "Pareto/NBD": ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week"),
    "NBD": NBD(r=0.385, alpha=12.072, unit="week"),
    "Gompertz": GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit="week"),
    "BG/CNBD": BGCNBD(k=2, r=1, alpha=2, a=1, b=3, unit="week"),
}
LEAVING = [name for name in MODELS if name not in {"NBD", "BG/CNBD"}]
SHARES = {"low": 0.05, "median": 0.5, "high": 0.95}
HISTORY = PurchaseHistory.from_arrays(
    frequency=[0, 2, 7, 30],
    recency=[0, 20, 38, 39],
    age=[39, 38, 39, 40],
    unit="week",
    observation_end="1997-09-30",
)


def each_of(history):
    return [history.select(customers=[who]) for who in history.customer]


@pytest.mark.parametrize("name", MODELS)
def test_the_chance_of_a_purchase_until_then_is_that_share(name):
    model = MODELS[name]
    found = model.next_purchase(HISTORY)
    for which, share in SHARES.items():
        for one, time, ever in zip(
            each_of(HISTORY), getattr(found, which), found.probability_of_return, strict=True
        ):
            active = model.probability_active(one, f"{time:.17g} weeks")
            assert active == pytest.approx(share * ever, rel=1e-8)


@pytest.mark.parametrize("name", LEAVING)
def test_the_chance_to_have_left_by_then_is_that_share(name):
    model = MODELS[name]
    found = model.remaining_lifetime(HISTORY)
    for which, share in SHARES.items():
        for one, time in zip(each_of(HISTORY), getattr(found, which), strict=True):
            gone = 1 - model.probability_alive(one, at=f"{time:.17g} weeks")[0]
            assert gone == pytest.approx(share, abs=1e-6) if time > 0 else gone >= share


@pytest.mark.parametrize("name", ["Pareto/NBD", "Gompertz"])
def test_customers_from_before_the_log(name):
    model = MODELS[name]
    history = PurchaseHistory.from_arrays(
        frequency=[0, 3, 1], recency=[0, 70, 90], age=[92, 92, 60 + 32.5], entry=[40, 40, 60.5],
        unit="week",
    )  # fmt: skip
    found, stays = model.next_purchase(history), model.remaining_lifetime(history)
    for place, one in enumerate(each_of(history)):
        until = f"{found.median[place]:.17g} weeks"
        half = found.probability_of_return[place] / 2
        assert model.probability_active(one, until) == pytest.approx(half, rel=1e-8)
        later = model.probability_alive(one, at=f"{stays.high[place]:.17g} weeks")
        assert later == pytest.approx(0.05, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(model=testing.purchase_models(), history=testing.purchase_histories())
def test_times_are_in_order_and_one_customer_is_answered_like_many(model, history):
    found = model.next_purchase(history, interval=0.8)
    known = ~np.isnan(found.high)
    assert (found.low <= found.median)[known].all()
    assert (found.median <= found.high)[known].all()
    assert ((found.probability_of_return >= 0) & (found.probability_of_return <= 1)).all()
    one = model.next_purchase(history.select(np.arange(len(history)) == 0), interval=0.8)
    np.testing.assert_allclose(one.median, found.median[:1], rtol=1e-6)
    np.testing.assert_allclose(
        one.probability_of_return, found.probability_of_return[:1], rtol=1e-9
    )


def test_against_the_story_itself():
    """Customers alike in x, t_x and T, picked from very many: what they do next."""
    random, n, T = np.random.default_rng(3), 1_000_000, 26.0
    model = ParetoNBD(r=1, alpha=10, s=1.5, beta=60, unit="week")
    rate, leaving = random.gamma(1, 1 / 10, n), random.gamma(1.5, 1 / 60, n)
    life = random.exponential(size=n) / leaving
    seen = np.minimum(life, T)
    x = random.poisson(rate * seen)
    last = seen * random.random(n) ** (1 / np.maximum(x, 1))
    alike = np.flatnonzero((x == 2) & (np.abs(last - 12) < 0.5))
    wait = random.exponential(size=len(alike)) / rate[alike]
    back = T + wait < life[alike]
    one = PurchaseHistory.from_arrays(frequency=2, recency=12, age=T, unit="week")
    found = model.next_purchase(one)
    error = 4 / np.sqrt(len(alike))
    assert back.mean() == pytest.approx(found.probability_of_return[0], abs=error)
    for which, share in SHARES.items():
        assert (wait[back] <= getattr(found, which)).mean() == pytest.approx(share, abs=error)
    stays = model.remaining_lifetime(one)
    assert ((life[alike] - T) <= stays.median).mean() == pytest.approx(0.5, abs=error)
    assert ((life[alike] - T) <= stays.high).mean() == pytest.approx(0.95, abs=error)


def test_days():
    found = MODELS["Pareto/NBD"].next_purchase(HISTORY)
    days = np.ceil(found.median * 7)
    assert found.dates().tolist() == [
        date.fromordinal(date(1997, 9, 30).toordinal() + int(each)) for each in days
    ]
    assert found.columns()["high_date"].tolist() == found.dates("high").tolist()
    assert "Days after 1997-09-30. 90 % interval. Of those who buy again at all." in str(found)


def test_no_day_after_the_year_9999():
    found = MODELS["BG/NBD"].next_purchase(HISTORY)
    assert np.isnat(found.dates("high")[0])
    assert not np.isnat(found.dates("high")[1:]).any()
    assert found.to_frame("polars").height == 4


def test_to_json_and_back():
    for made in (
        MODELS["Pareto/NBD"].next_purchase(HISTORY),
        MODELS["Pareto/NBD"].remaining_lifetime(HISTORY),
    ):
        assert type(made).from_json(made.to_json()) == made
        assert repr(made) == f"{type(made).__name__}(customers=4, interval=0.9000, unit='week')"


def test_a_chance_that_never_gets_there():
    found = time_of(lambda time: 0.5 * time / (1 + time), np.array([0.25, 0.6]))
    assert found[0] == pytest.approx(1)
    assert np.isnan(found[1])


@given(scale=st.floats(1e-12, 1e12), share=st.floats(0.01, 0.99))
def test_times_of_any_size(scale, share):
    found = time_of(lambda time: -np.expm1(-time / scale), np.array([share]))
    assert found[0] == pytest.approx(-scale * np.log1p(-share), rel=1e-8)


def test_a_fit_answers_as_its_model():
    history = MODELS["Pareto/NBD"].simulate(300, age="52 weeks", rng=1)
    fit = ParetoNBD.fit(history)
    assert fit.next_purchase(history) == fit.model.next_purchase(history)
    assert fit.remaining_lifetime(history) == fit.model.remaining_lifetime(history)
    assert isinstance(fit.next_purchase(history), lifetime.NextPurchase)
    assert isinstance(fit.remaining_lifetime(history), lifetime.RemainingLifetime)


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_the_next_purchase_cover_with_fitted_parameters():
    inside = []
    for seed in range(12):
        random, n = np.random.default_rng(seed), 1_000
        rate, leaving = random.gamma(0.55, 1 / 10.6, n), random.gamma(0.6, 1 / 11.7, n)
        life, T = random.exponential(size=n) / leaving, random.integers(180, 365, n) / 7
        seen = np.minimum(life, T)
        x = random.poisson(rate * seen)
        last = seen * random.random(n) ** (1 / np.maximum(x, 1))
        history = PurchaseHistory.from_arrays(
            frequency=x, recency=np.where(x > 0, last, 0), age=T, unit="week"
        )
        wait = random.exponential(size=n) / np.maximum(rate, 1e-300)
        back = (life > T) & (T + wait < life)
        found = ParetoNBD.fit(history).next_purchase(history)
        inside.append(((wait >= found.low) & (wait <= found.high))[back].mean())
    assert 0.87 <= np.mean(inside) <= 0.93


NO_DAY = PurchaseHistory.from_arrays(frequency=2, recency=12, age=26, unit="week")
# (a, b, relative tolerance): all customers leave with nearly one probability p = a / (a + b)
CERTAIN = [(77_991.0, 802_824.0, 1e-3), (3e71, 2e71, 1e-5), (4e5, 1e12, 1e-4)]


@pytest.mark.parametrize(("a", "b", "near"), CERTAIN)
@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_one_probability_of_leaving_for_all(model, a, b, near):
    # with p known, P(alive after t | alive) = (1 + p t / (alpha + T))^-(r + x)
    r, alpha = 1.4, 2.5
    its = model(r=r, alpha=alpha, a=a, b=b, unit="week")
    one = PurchaseHistory.from_arrays(frequency=3, recency=20, age=24, unit="week")
    alive, p, m, age = its.probability_alive(one).item(), a / (a + b), r + 3, alpha + 24
    stays = its.remaining_lifetime(one)
    left = np.array([stays.low.item(), stays.median.item(), stays.high.item()])
    height = np.minimum(np.array([0.95, 0.5, 0.05]) / alive, 1)
    assert left == pytest.approx((height ** (-1 / m) - 1) * age / p, rel=near)
    purchases = alive * (1 - (1 + p * 52 / age) ** -m) / p  # E of ∫ λ e^(-λpu) du
    assert its.expected_purchases(one, "52 weeks").item() == pytest.approx(purchases, rel=near)


def test_all_leave_at_the_next_purchase():
    """Who has bought once buys once more: P(alive after t) = (1 + t / (alpha + T))^-r."""
    model = BGNBD(r=1.4, alpha=2.5, a=40, b=1e-104, unit="week")
    one = PurchaseHistory.from_arrays(frequency=0, recency=0, age=24, unit="week")
    median = model.remaining_lifetime(one).median.item()
    assert median == pytest.approx(26.5 * (2 ** (1 / 1.4) - 1), rel=1e-5)
    assert model.next_purchase(one).median.item() == pytest.approx(median, rel=1e-5)


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
@pytest.mark.parametrize("a", [2.7e-5, 1e-30])
def test_hardly_anyone_leaves(model, a):
    """Chances that are 1 but for rounding; times are longer than 1e100 or long."""
    its = model(r=0.55, alpha=14.4, a=a, b=81, unit="week")
    stays = its.remaining_lifetime(HISTORY, interval=0.5)
    alive = its.probability_alive(HISTORY)
    assert (np.isnan(stays.median) == (alive > 0.5)).all()
    assert not np.isnan(stays.low[alive < 0.7]).any()


def test_return_of_customers_of_whom_some_left_at_once():
    model = ParetoNBD(r=1191, alpha=5582, s=0.01293, beta=4.8e-105, unit="week")
    found = model.next_purchase(HISTORY)
    chance = found.probability_of_return
    assert ((chance >= 0) & (chance <= model.probability_alive(HISTORY))).all()
    first = model.expected_purchases(HISTORY, "1 day") / chance  # of those who return
    rate = (1191 + HISTORY.frequency) / (5582 + HISTORY.age) / 7
    assert first[1:] == pytest.approx(rate[1:], rel=0.1)


def test_probabilities_of_return_are_at_most_1():
    model = BGCNBD(k=2, r=0.2964, alpha=2.421, a=6.8e-6, b=6606, unit="week")
    many = PurchaseHistory.from_arrays(
        frequency=np.zeros(60), recency=np.zeros(60), age=np.arange(60.0), unit="week"
    )
    found = model.next_purchase(many)
    assert found.probability_of_return.max() <= 1
    assert lifetime.NextPurchase.from_json(found.to_json()).median.tolist() == found.median.tolist()


BAD = {
    "no level": (
        lambda: MODELS["NBD"].next_purchase(HISTORY, interval=90),
        ParameterError,
        "interval must be > 0 and < 1, as in 0.95, but it is 90. Did you mean 0.9?",
    ),
    "never leaves": (
        lambda: MODELS["NBD"].remaining_lifetime(HISTORY),
        ParameterError,
        (
            "in the NBD no customer ever leaves, so there is no remaining lifetime. Use a model "
            "in which customers leave, such as ParetoNBD."
        ),
    ),
    "regular": (
        lambda: MODELS["BG/CNBD"].remaining_lifetime(HISTORY),
        ParameterError,
        (
            "BGCNBD does not tell remaining lifetimes. Use probability_alive(history, at='1 year') "
            "for single times, or fit BGNBD or MBGNBD."
        ),
    ),
    "no end": (
        lambda: MODELS["NBD"].next_purchase(NO_DAY).dates(),
        ParameterError,
        (
            "the history has no observation_end, so times ahead are no dates. Make it with "
            "from_transactions, or give observation_end= to from_frame or from_arrays."
        ),
    ),
    "no such time": (
        lambda: MODELS["NBD"].next_purchase(HISTORY).dates("middle"),
        ParameterError,
        "which must be one of 'median', 'low', 'high', but it is 'middle'.",
    ),
    "another unit": (
        lambda: NBD(r=1, alpha=1, unit="day").next_purchase(HISTORY),
        UnitError,
        (
            "NBD counts time in days, but the history in weeks. Use history.in_unit('day'), or "
            "fit the model to this history."
        ),
    ),
}


@pytest.mark.parametrize(("wrong", "error", "message"), BAD.values(), ids=BAD)
def test_every_message_word_for_word(wrong, error, message):
    with pytest.raises(error) as raised:
        wrong()
    assert str(raised.value) == message
