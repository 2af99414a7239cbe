"""Customers from before the log: likelihood and predictions by brute force, recovery, bad input."""

import numpy as np
import pytest
import reference_entry as reference
from hypothesis import given
from hypothesis import strategies as st

from custvalue import testing
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import (
    BGCNBD,
    BGNBD,
    MBGNBD,
    NBD,
    CustomerCells,
    GammaGompertzNBD,
    ParetoNBD,
    PurchaseHistory,
    rfm,
)

PARETO = {"r": 0.55, "alpha": 10.6, "s": 0.6, "beta": 11.7}
GOMPERTZ = {"r": 0.55, "alpha": 10.6, "beta": 0.5, "b": 0.02, "s": 0.6}
MODELS = {
    "Pareto": (ParetoNBD(**PARETO, unit="week"), reference.pareto(0.6, 11.7)),
    "Gompertz": (GammaGompertzNBD(**GOMPERTZ, unit="week"), reference.gompertz(0.5, 0.02, 0.6)),
}
CUSTOMERS = [  # x, t_x, T, entry
    (0, 0.0, 92.0, 40.0),
    (0, 0.0, 53.0, 1.0),
    (1, 41.0, 92.0, 40.0),
    (7, 90.0, 92.0, 40.0),
    (3, 150.0, 252.0, 100.0),
    (0, 0.0, 30.0, 0.0),
    (2, 20.0, 30.0, 0.0),
]
RATES = {"r": 0.55, "alpha": 10.6}


def history_of(customers, unit="week"):
    frequency, recency, age, entry = np.array(customers).T
    columns = {"frequency": frequency, "recency": recency, "age": age, "entry": entry}
    return PurchaseHistory.from_arrays(**columns, unit=unit)


@pytest.mark.parametrize("name", MODELS)
def test_likelihood_and_probability_alive_by_integration_over_the_time_of_death(name):
    model, lifetime = MODELS[name]
    history = history_of(CUSTOMERS)
    expected = [reference.log_likelihood(*each, **RATES, lifetime=lifetime) for each in CUSTOMERS]
    np.testing.assert_allclose(model.log_likelihood(history), expected, rtol=1e-10)
    alive = [reference.probability_alive(*each, **RATES, lifetime=lifetime) for each in CUSTOMERS]
    np.testing.assert_allclose(model.probability_alive(history), alive, rtol=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_purchases_ahead_by_integration(name):
    model, lifetime = MODELS[name]
    history = history_of(CUSTOMERS)
    expected = [
        reference.expected_purchases(*each, 39.0, **RATES, lifetime=lifetime) for each in CUSTOMERS
    ]
    found = model.expected_purchases(history, "39 weeks")
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    counts = np.arange(60)
    chances = model.purchase_count_pmf(counts, "39 weeks", history)
    np.testing.assert_allclose(chances @ counts, found, rtol=1e-6)
    np.testing.assert_allclose(1 - chances[:, 0], model.probability_active(history, "39 weeks"))


@pytest.mark.parametrize("name", MODELS)
def test_the_sum_over_cells_and_its_derivatives(name):
    model, _ = MODELS[name]
    history = history_of(CUSTOMERS * 2)
    objective = type(model)._objective(history.cells)
    here = np.array(
        [
            getattr(model, each)
            for each in type(model).model_fields
            if each not in ("unit", "covariates")
        ]
    )
    found = objective(here)
    assert found.value == pytest.approx(model.log_likelihood(history).sum(), rel=1e-12)
    for place, value in enumerate(here):
        step = np.zeros(len(here))
        step[place] = 1e-5 * value
        up, down = objective(here + step), objective(here - step)
        slope = (up.value - down.value) / (2 * step[place])
        assert found.gradient[place] == pytest.approx(slope, rel=1e-6)
        curved = (up.gradient - down.gradient) / (2 * step[place])
        np.testing.assert_allclose(found.hessian[place], curved, rtol=1e-6)


def test_the_nbd_knows_no_birth():
    history = history_of(CUSTOMERS)
    model = NBD(r=0.4, alpha=12, unit="week")
    window = history.age - history.entry
    seen = np.where(history.frequency > 0, history.recency - history.entry, 0.0)
    as_new = PurchaseHistory.from_arrays(
        frequency=history.frequency, recency=seen, age=window, unit="week"
    )
    np.testing.assert_allclose(model.log_likelihood(history), model.log_likelihood(as_new))
    np.testing.assert_allclose(
        model.expected_purchases(history, "1 year"), model.expected_purchases(as_new, "1 year")
    )


@given(history=testing.purchase_histories(max_customers=6), model=testing.purchase_models())
def test_without_entries_nothing_changes(history, model):
    zero = PurchaseHistory.from_arrays(
        **{name: getattr(history, name) for name in ("frequency", "recency", "age")},
        entry=np.zeros(len(history)),
        unit=history.unit,
    )
    assert zero.entry is None
    np.testing.assert_array_equal(model.probability_alive(zero), model.probability_alive(history))


@given(history=testing.purchase_histories(from_before=True))
def test_customers_from_before_of_any_kind(history):
    """P(alive) and the likelihood are probabilities; more is expected ahead, the longer."""
    model = ParetoNBD(**PARETO, unit="week")
    alive = model.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert np.isfinite(model.log_likelihood(history)).all()
    silent = history.frequency == 0
    assert (model.log_likelihood(history)[silent] <= 1e-12).all()
    soon, late = (model.expected_purchases(history, f"{years} years") for years in (1, 2))
    assert (soon <= late).all()
    if history.entry is not None:
        cells = model._objective(history.cells)(np.array([*PARETO.values()]))
        assert cells.value == pytest.approx(model.log_likelihood(history).sum(), rel=1e-9, abs=1e-9)
        assert "of them from before the log" in str(history)


@given(days=st.lists(st.tuples(*[st.integers(1, 400)] * 3), min_size=1, max_size=8))
def test_time_units_and_cells_of_customers_with_an_entry(days):
    columns = np.array(days, dtype=float).T
    entry, recency = columns[0], columns[0] + columns[1]
    history = PurchaseHistory.from_arrays(
        frequency=np.ones(len(days)),
        recency=recency,
        age=recency + columns[2],
        entry=entry,
        unit="day",
    )
    weeks = history.in_unit("week")
    daily = ParetoNBD(r=0.5, alpha=70, s=0.6, beta=80, unit="day")
    weekly = ParetoNBD(r=0.5, alpha=10, s=0.6, beta=80 / 7, unit="week")
    np.testing.assert_allclose(
        daily.probability_alive(history), weekly.probability_alive(weeks), rtol=1e-9
    )
    one_each = history.one_of_each_cell()
    spread = one_each.per_customer(daily.probability_alive(one_each))
    np.testing.assert_allclose(history.per_customer(spread), daily.probability_alive(history))
    assert history.cells.count.sum() == len(days)
    assert PurchaseHistory.from_json(history.to_json()) == history


def test_parameters_are_recovered_and_births_at_first_sight_are_not():
    random = np.random.default_rng(7)
    born = -random.integers(1, 150, 8_000).astype(float)
    x, t_x, T, entry = reference.simulated(born, 52.0, **PARETO, random=random)
    history = history_of(np.column_stack([x, t_x, T, entry]))
    fit = ParetoNBD.fit(history)
    assert fit.converged
    for name, interval in fit.confidence_interval(0.99).items():
        assert PARETO[name] in interval
    # Who alive is: compared with the rate at which they really go on, by the story itself.
    assert fit.probability_alive(history).mean() == pytest.approx(
        ((11.7 / (11.7 + T)) ** 0.6).mean(), abs=0.03
    )


# --- from a log and a table of customers ----------------------------------------------------------

LOG = {
    "id": ["ann", "ann", "bob", "cy", "cy"],
    "date": ["2024-01-01", "2024-01-15", "2024-01-20", "2024-01-02", "2024-01-02"],
    "paid": [20.0, 30.0, 9.0, 5.0, 2.0],
}
TABLE = {
    "id": ["ann", "bob", "cy", "dee"],
    "since": ["2023-12-25", "2024-01-20", "2023-12-31", "2023-12-11"],
}


def from_log(log=LOG, **options):
    given_options = {
        "customer": "id",
        "date": "date",
        "spend": "paid",
        "observation_end": "2024-01-31",
        "unit": "day",
        **options,
    }
    return PurchaseHistory.from_transactions(log, **given_options)


def with_table(table=TABLE, **options):
    return from_log(**{"customers": table, "observation_start": "2024-01-01", **options})


def test_a_log_with_a_table_of_customers():
    history = with_table()
    assert history.customer.tolist() == ["ann", "bob", "cy", "dee"]
    assert history.frequency.tolist() == [2, 0, 1, 0]
    assert history.recency.tolist() == [21, 0, 2, 0]  # from 2023-12-25 and 2023-12-31
    assert history.age.tolist() == [37, 11, 31, 51]
    # 2023-12-31 is the last day of which nothing is known: 6 days after 2023-12-25.
    assert history.entry.tolist() == [6, 0, 0, 20]
    assert history.monetary_value.tolist() == [25, 0, 7, 0]


def test_only_those_first_seen_after_a_while():
    history = from_log(new_customers_only="2 days")
    assert history.customer.tolist() == ["bob"]
    assert history.excluded.early_customers == 2
    assert "customers first seen early in the log" in str(history)
    assert history.entry is None
    later = from_log(new_customers_only="2 days", observation_start="2023-12-31")
    assert later.customer.tolist() == ["bob", "cy"]


def without(**changes):
    return {"id": [*TABLE["id"], *changes.get("id", [])], "since": changes["since"]}


BAD = {
    "no start": (
        lambda: from_log(customers=TABLE),
        ParameterError,
        (
            "customers needs observation_start, the first day of the log, as in "
            "observation_start='2024-01-01'."
        ),
    ),
    "start alone": (
        lambda: from_log(observation_start="2024-01-01"),
        ParameterError,
        (
            "observation_start says nothing alone. Add customers=, a table with the day of "
            "everybody's first purchase, or new_customers_only='180 days', or omit it."
        ),
    ),
    "two ways": (
        lambda: with_table(new_customers_only="9 days"),
        ParameterError,
        (
            "customers and new_customers_only are two ways to treat customers from before the log. "
            "Give customers where their first purchases are known, else new_customers_only."
        ),
    ),
    "nobody new": (
        lambda: from_log(new_customers_only="1 year"),
        DataError,
        (
            "nobody is left: all 3 customers were first seen within new_customers_only='1 year'. "
            "Give a shorter period or a longer log."
        ),
    ),
    "earlier rows": (
        lambda: with_table(observation_start="2024-01-02"),
        DataError,
        (
            "date must be on or after 2024-01-02, observation_start, but 1 customer has earlier "
            "purchases. Leave earlier rows out of the log, or give its first day."
        ),
    ),
    "absent from the table": (
        lambda: with_table({"id": ["ann", "cy"], "since": TABLE["since"][:2]}),
        DataError,
        (
            "customers must hold everybody in the log, but 1 of the log is absent, such as 'bob'. "
            "Add the day of the first purchase, or leave them out of the log."
        ),
    ),
    "other identifiers": (
        lambda: with_table({"id": [1, 2], "since": TABLE["since"][:2]}),
        DataError,
        (
            "customer must be of one kind, but it is text in the log and numbers in customers. "
            "Turn one of them into the other."
        ),
    ),
    "twice": (
        lambda: with_table({"id": ["ann", "ann"], "since": TABLE["since"][:2]}),
        DataError,
        (
            "id must be different in every row, but row 1 has 'ann'. Give one row per customer, "
            "with the day of the first purchase."
        ),
    ),
    "empty table": (
        lambda: with_table({"id": [], "since": []}),
        DataError,
        "customers is empty. Give a table with one row per customer.",
    ),
    "since later than the log says": (
        lambda: with_table({**TABLE, "since": ["2024-01-02", *TABLE["since"][1:]]}),
        DataError,
        (
            "since must be on or before the first purchase in the log, but row 0 has '2024-01-02'. "
            "It is the day of the first purchase."
        ),
    ),
    "after the end": (
        lambda: with_table({**TABLE, "since": [*TABLE["since"][:3], "2024-02-02"]}),
        DataError,
        (
            "since must be on or before 2024-01-31, the end of observation, but row 3 has "
            "'2024-02-02'. Use after_end='ignore' to leave out who came later, or move "
            "observation_end."
        ),
    ),
    "came and bought nothing": (
        lambda: with_table({**TABLE, "since": [*TABLE["since"][:3], "2024-01-09"]}),
        DataError,
        (
            "since must be before observation_start where the log has no purchase, but row 3 has "
            "'2024-01-09'. Who came later and never bought is no customer yet: leave them out."
        ),
    ),
    "lazy": (
        lambda: with_table(log=__import__("polars").DataFrame(LOG).lazy()),
        ParameterError,
        "customers is for logs in memory, but this one is lazy. Collect the log first.",
    ),
    "a negative entry": (
        lambda: history_of([(0, 0, 9, -1)]),
        DataError,
        (
            "entry must be a number >= 0, but row 0 has -1. It is the age of the customer when the "
            "history begins, and 0 for those who came later."
        ),
    ),
    "an entry after the end": (
        lambda: history_of([(0, 0, 9, 10)]),
        DataError,
        (
            "entry must be <= age (9 there), but row 0 has 10. It is the age of the customer when "
            "the history begins, and 0 for those who came later."
        ),
    ),
    "purchases before the entry": (
        lambda: history_of([(1, 4, 9, 5)]),
        DataError,
        (
            "entry must be < recency where frequency is > 0 (4 there), but row 0 has 5. frequency "
            "and recency are of purchases after it."
        ),
    ),
    "a model that cannot": (
        lambda: BGNBD.fit(history_of(CUSTOMERS)),
        DataError,
        (
            "BGNBD needs customers who are observed from the first purchase on, but 5 customers "
            "entered the history later (entry > 0). Fits and predictions of ParetoNBD, "
            "GammaGompertzNBD and NBD take them; here keep the others only: "
            "history.select(history.entry == 0)."
        ),
    ),
}


@pytest.mark.parametrize(("wrong", "error", "message"), BAD.values(), ids=BAD)
def test_every_message_word_for_word(wrong, error, message):
    with pytest.raises(error) as raised:
        wrong()
    assert str(raised.value) == message


@pytest.mark.parametrize("model", [BGNBD, MBGNBD, BGCNBD])
def test_models_that_cannot_say_so_of_predictions_too(model):
    history = history_of(CUSTOMERS)
    made = model(r=0.5, alpha=10, a=1, b=2, **({"k": 2} if model is BGCNBD else {}))
    with pytest.raises(DataError, match="observed from the first purchase on"):
        made.probability_alive(history)
    with pytest.raises(DataError, match="observed from the first purchase on"):
        model.fit(history)


@pytest.mark.parametrize(
    ("what", "ask"),
    [
        ("rfm", rfm),
        ("CustomerCells", CustomerCells.from_history),
        (
            "update",
            lambda history: history.update(
                LOG, customer="id", date="date", observation_end="2024-01-31"
            ),
        ),
    ],
)
def test_what_else_cannot_take_them_says_so(what, ask):
    with pytest.raises(DataError, match=f"^{what} needs customers who are observed from the first"):
        ask(history_of(CUSTOMERS))


def test_who_came_after_the_end_is_left_out_on_request():
    table = {**TABLE, "since": [*TABLE["since"][:3], "2024-02-02"]}
    assert with_table(table, after_end="ignore").customer.tolist() == ["ann", "bob", "cy"]
