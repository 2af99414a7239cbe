"""One customer, a few and many go different ways; what they are told must not depend on it."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._histories.grid import Grid, distinct
from custvalue._lifetime.purchasing.calendar_likelihood import probability_alive
from custvalue._lifetime.value.clv import largest_first
from custvalue._lifetime.value.worth import delta_variance
from custvalue.errors import DataError
from custvalue.lifetime import (
    BGCNBD,
    BGNBD,
    MBGNBD,
    NBD,
    CustomerLifetimeValue,
    GammaGamma,
    GammaGompertzNBD,
    ParetoNBD,
    PurchaseHistory,
    customer_lifetime_value,
)

MODELS = [
    BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    BGNBD(r=5, alpha=0.01, a=30, b=0.02, unit="week"),
    MBGNBD(r=3, alpha=0.5, a=2.5, b=0.1, unit="week"),
    BGCNBD(k=2, r=0.8, alpha=2, a=0.8, b=2.4, unit="week"),
    ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week"),
    ParetoNBD(r=0.02, alpha=900, s=20, beta=0.05, unit="week"),
    ParetoNBD(r=10, alpha=0.01, s=1, beta=500, unit="week"),
    GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit="week"),
    GammaGompertzNBD(r=0.55, alpha=10.6, beta=5000, b=0.3, s=0.1, unit="week"),
    NBD(r=0.385, alpha=12.072, unit="week"),
]
ODD = {  # new, just in, silent, at the end, without end, by far the most frequent
    "frequency": [0, 0, 0, 1, 1, 2, 5, 30, 300, 0, 40],
    "recency": [0, 0, 0, 1 / 7, 1, 10, 1 / 7, 59, 400, 0, 60],
    "age": [0, 1 / 7, 520, 1, 1, 10, 10, 60, 500, 9000, 60],
}


def history_of(**columns):
    return PurchaseHistory.from_arrays(**columns, unit="week")


def on_days(seed, customers=1_800):
    """Customers on the grid of days, some of them alike, some with one age."""
    random = np.random.default_rng(seed)
    age = random.integers(30, 60 if seed % 2 else 700, customers)
    x = random.poisson(random.gamma(0.5, 8, customers))
    x[random.integers(0, customers, 3)] = (90, 200, 500)
    recency = np.where(x > 0, random.integers(1, age + 1), 0)
    return history_of(frequency=x, recency=recency / 7, age=age / 7)


ANSWERS = {
    "P(alive)": lambda model, history: model.probability_alive(history),
    "P(alive) later": lambda model, history: model.probability_alive(history, at="1 year"),
    "P(active)": lambda model, history: model.probability_active(history, "52 weeks"),
    "purchases": lambda model, history: model.expected_purchases(history, "52 weeks"),
    "no time": lambda model, history: model.expected_purchases(history, "0 weeks"),
    "discounted": lambda model, history: model.discounted_expected_purchases(
        history, annual_discount_rate=0.1, horizon="3 years"
    ),
    "for ever": lambda model, history: model.discounted_expected_purchases(
        history, annual_discount_rate=0.1
    ),
    "quarterly": lambda model, history: model.discounted_expected_purchases(
        history, annual_discount_rate=0.1, horizon="1 year", discounting="quarterly"
    ),
    "counts": lambda model, history: model.purchase_count_pmf([[0, 1], [7, 40]], "1 year", history),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_one_customer_is_told_what_all_are_told_together(model, answer):
    together = answer(model, history_of(**ODD))
    for row in range(len(ODD["age"])):
        alone = answer(model, history_of(**{name: ODD[name][row] for name in ODD}))
        assert alone.shape == (1, *together.shape[1:])
        np.testing.assert_allclose(alone[0], together[row], rtol=2e-11, atol=1e-290)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_cells_of_one_pair_of_frequency_and_age(model):
    history = history_of(frequency=[2, 2, 2], recency=[1, 3, 3], age=[9, 9, 9])
    for answer in ANSWERS.values():
        together = answer(model, history)
        alone = answer(model, history_of(frequency=2, recency=3, age=9))
        np.testing.assert_allclose(together[1:], np.repeat(alone, 2, axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_many_on_a_calendar_are_told_what_each_is_told_alone(model, seed):
    history = on_days(seed)
    assert len(history.cells) > 600  # enough for sums over the calendar
    some = np.random.default_rng(seed).choice(len(history), 25, replace=False)
    some = np.append(some, np.argsort(history.frequency)[-3:])
    for name in ("P(alive)", "P(active)", "purchases", "counts"):
        together = ANSWERS[name](model, history)
        for row in some:
            alone = ANSWERS[name](model, history.select(np.arange(len(history)) == row))
            np.testing.assert_allclose(together[row], alone[0], rtol=5e-11, atol=1e-13)


def test_where_integrals_underflow_they_say_so():
    # 1e5 purchases are expected before the second one: e falls below doubles
    model = ParetoNBD(r=1e5, alpha=1.0, s=1, beta=10, unit="week")
    history = on_days(0)
    assert np.isnan(probability_alive(history.cells, model._lifetime)).any()
    alive = model.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()
    for row in range(0, len(history), 50):
        alone = model.probability_alive(history.select(np.arange(len(history)) == row))
        np.testing.assert_allclose(alive[row], alone[0], rtol=1e-11, atol=1e-290)


def test_counts_do_not_depend_on_which_others_are_asked():
    history = on_days(1, customers=40)
    n = np.array([0, 60, 1, 59, 3, 2, 20_000, 90_000])
    for model in MODELS[4:9]:
        together = model.purchase_count_pmf(n, "52 weeks", history)
        for place, each in enumerate(n):
            alone = model.purchase_count_pmf(each, "52 weeks", history)
            np.testing.assert_allclose(together[:, place], alone, rtol=1e-11, atol=1e-290)


# --- the grid -------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60))
def test_distinct_numbers(numbers):
    for each in (numbers, [number % 50 for number in numbers]):
        found, places = distinct(np.array(each))
        expected, at = np.unique(each, return_inverse=True)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(places, at)


@pytest.mark.parametrize("per_unit", [1, 7, 365.25 / 12, 365.25])
def test_times_of_days_are_on_a_grid(per_unit):
    days = np.random.default_rng(1).integers(1, 3000, 500)
    grid = Grid.of((days - 1) / per_unit, days / per_unit)
    assert grid is not None
    assert grid.per_unit == per_unit
    np.testing.assert_array_equal(grid.times[grid.recency], (days - 1) / per_unit)
    np.testing.assert_array_equal(grid.times[grid.age], days / per_unit)


@pytest.mark.parametrize("age", [0.3, 1 / 14, np.nextafter(1 / 7, 1), 1e9])
def test_other_times_are_not(age):
    ages = np.append(np.arange(1, 300) / 7, age)
    assert Grid.of(0 * ages, ages) is None
    cells = replace(history_of(frequency=[0, 0], recency=[0, 0], age=[3, 3.1]).cells)
    np.testing.assert_array_equal(cells.by_pair(lambda known: known.age), [3, 3.1])


# --- what is refused --------------------------------------------------------------------------

GOOD = {"frequency": 2.0, "recency": 3.0, "age": 9.0}
BAD = [
    {"frequency": -1},
    {"frequency": 1.5},
    {"frequency": np.nan},
    {"frequency": np.inf},
    {"frequency": 0},
    {"recency": 0},
    {"recency": -1},
    {"recency": np.nan},
    {"recency": 10},
    {"recency": 1e9, "age": 2e9},
    {"age": np.nan},
    {"age": np.inf},
    {"age": -1},
]


@pytest.mark.parametrize("change", BAD, ids=repr)
def test_one_customer_is_checked_as_many_are(change):
    row = {**GOOD, **change}
    with pytest.raises(DataError) as alone:
        history_of(**row)
    with pytest.raises(DataError) as among:
        history_of(**{name: [row[name], GOOD[name], GOOD[name]] for name in GOOD})
    assert str(alone.value) == str(among.value).replace(" anywhere", "")
    assert alone.value.rows == among.value.rows == (0,)


@pytest.mark.parametrize("age", [38.0, 38 * (1 + 5e-13), 38 * (1 - 5e-13)])
def test_rounding_of_one_customer_is_repaired_as_of_many(age):
    alone = history_of(frequency=2, recency=38.0, age=age)
    among = history_of(frequency=[2, 0], recency=[38.0, 0], age=[age, 9.0])
    assert alone.recency[0] == among.recency[0] <= alone.age[0]
    for name in ("frequency", "recency", "age"):
        cell = getattr(alone.cells, name)[0]
        assert cell == getattr(among.cells, name)[1]
    assert not alone.frequency.flags.writeable


# --- values -----------------------------------------------------------------------------------


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30), st.integers(1, 35))
def test_the_largest_come_first_and_of_equals_the_first(values, n):
    values = np.array(values, dtype=float)
    expected = np.argsort(-values, kind="stable")[:n]
    np.testing.assert_array_equal(largest_first(values, n), expected)


@pytest.mark.parametrize("model", [BGNBD, ParetoNBD])
def test_the_error_of_a_total_is_that_of_all_customers_and_computed_when_asked(model):
    truth = {BGNBD: MODELS[0], ParetoNBD: MODELS[4]}[model]
    random = np.random.default_rng(3)
    made = truth.simulate(1_500, age=random.integers(100, 700, 1_500) / 7, rng=1)
    recency = np.minimum(np.ceil(made.recency * 7), np.rint(made.age * 7)) / 7
    history = history_of(frequency=made.frequency, recency=recency, age=np.rint(made.age * 7) / 7)
    history = GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=2)
    purchases, spend = model.fit(history), GammaGamma.fit(history)
    how = {"horizon": "3 years", "annual_discount_rate": 0.1}

    def value():
        return customer_lifetime_value(history, purchases=purchases, spend=spend, margin=0.3, **how)

    found = value()
    assert callable(vars(found)["total_standard_error"])
    repr(found), found.top(3), found.concentration()
    assert callable(vars(found)["total_standard_error"])
    assert len(history.cells) < len(history)
    variances = (
        delta_variance(
            purchases,
            lambda model: (
                0.3 * found.expected_spend @ model.discounted_expected_purchases(history, **how)
            ),
        ),
        delta_variance(
            spend,
            lambda model: 0.3 * found.discounted_expected_purchases @ model.expected_spend(history),
        ),
    )
    assert found.total.standard_error == pytest.approx(np.sqrt(sum(variances)), rel=1e-8)
    assert vars(found)["total_standard_error"] == found.total_standard_error
    assert value() == found
    assert pickle.loads(pickle.dumps(value())) == found  # noqa: S301 - our own
    assert CustomerLifetimeValue.from_json(value().to_json()).total == found.total


@pytest.mark.parametrize("customers", [1, 50])
def test_what_a_model_answered_is_kept_for_that_model_alone(customers):
    models = (
        ParetoNBD(r=1, alpha=5, s=1, beta=20, unit="week"),
        ParetoNBD(r=1, alpha=5, s=2, beta=20, unit="week"),
    )
    history = models[0].simulate(customers, age="52 weeks", rng=1)
    fresh = [
        PurchaseHistory.from_arrays(
            frequency=history.frequency, recency=history.recency, age=history.age, unit="week"
        )
        for _ in models
    ]
    for _ in range(2):
        for model, other in zip(models, fresh, strict=True):
            alive = model.probability_alive(history)
            np.testing.assert_array_equal(alive, model.probability_alive(other))
            ahead = model.expected_purchases(history, "1 year")
            np.testing.assert_array_equal(ahead, model.expected_purchases(other, "1 year"))
            alive[:] = -1  # the caller's own
