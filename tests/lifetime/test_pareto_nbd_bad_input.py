"""What Pareto/NBD and NBD refuse, word for word."""

import pytest

from custvalue.errors import EstimationError, ParameterError, UnitError
from custvalue.lifetime import NBD, ParetoNBD, PurchaseHistory

MODEL = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
IN_WEEKS = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
FOREVER = NBD(r=0.385, alpha=12.072)
FOREVER_IN_WEEKS = NBD(r=0.385, alpha=12.072, unit="week")


def history(frequency=(2, 0, 1), unit="week"):
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=[5.0 if x else 0.0 for x in frequency],
        age=[10.0] * len(frequency),
        unit=unit,
    )


def discounted(model, rate, horizon="1 year"):
    return model.discounted_expected_purchases(
        history(), annual_discount_rate=rate, horizon=horizon
    )


def row(name, call, error, message):
    return pytest.param(call, error, message, id=name)


NO_TOTAL = (
    "annual_discount_rate must be > 0 where horizon=None, because with s=0.606 (<= 1) so many "
    "customers stay for so long that the expected lifetime is infinite. Give a rate or a horizon."
)
NO_END = (
    "annual_discount_rate must be > 0 where horizon=None, because in the NBD no customer leaves, "
    "so the purchases over an infinite horizon have no finite sum. Give a rate or a horizon."
)


def no_unit(name):
    return (
        f"{name} has no time unit, and without a history its time unit is unknown. Use {name}(..., "
        f"unit='week'), or the unit it has."
    )


def other_unit(name):
    return (
        f"{name} counts time in weeks, but the history in days. Use history.in_unit('week'), or "
        f"fit the model to this history."
    )


ROWS = [
    row(
        "parameter of another model",
        lambda: NBD(r=1, alpha=4, s=1),
        ParameterError,
        "NBD has no 's', only 'r', 'alpha', 'unit', 'covariates'.",
    ),
    row(
        "JSON of another model",
        lambda: NBD.from_json('{"kind":"Pareto/NBD","r":1,"alpha":4}'),
        ParameterError,
        "NBD: kind must be 'NBD', but it is 'Pareto/NBD'. lifetime.from_json reads every kind.",
    ),
    row(
        "fit of one",
        lambda: ParetoNBD.fit(history((2,))),
        EstimationError,
        "ParetoNBD.fit needs at least 2 customers, but the history has 1. For one customer, "
        "predict with known parameters: ParetoNBD(r=..., alpha=..., s=..., beta=...).",
    ),
    row(
        "fit of one without dropout",
        lambda: NBD.fit(history((2,))),
        EstimationError,
        "NBD.fit needs at least 2 customers, but the history has 1. For one customer, predict "
        "with known parameters: NBD(r=..., alpha=...).",
    ),
    row(
        "fit of nobody who came back",
        lambda: ParetoNBD.fit(history((0, 0, 0))),
        EstimationError,
        "ParetoNBD.fit needs repeat purchases, but none of the 3 customers came back (frequency "
        "is 0 everywhere). Observe for longer; frequency counts repeat purchases, not all "
        "purchases.",
    ),
    row(
        "fit of nobody who came back, without dropout",
        lambda: NBD.fit(history((0, 0, 0))),
        EstimationError,
        "NBD.fit needs repeat purchases, but none of the 3 customers came back (frequency is 0 "
        "everywhere). Observe for longer; frequency counts repeat purchases, not all purchases.",
    ),
    row("for ever", lambda: discounted(MODEL, 0, None), ParameterError, NO_TOTAL),
    row("for ever, no dropout", lambda: discounted(FOREVER, 0, None), ParameterError, NO_END),
    row(
        "other unit",
        lambda: IN_WEEKS.probability_active(history(unit="day"), "1 year"),
        UnitError,
        other_unit("ParetoNBD"),
    ),
    row(
        "other unit, no dropout",
        lambda: FOREVER_IN_WEEKS.probability_alive(history(unit="day")),
        UnitError,
        other_unit("NBD"),
    ),
    row(
        "new customer without unit",
        lambda: MODEL.expected_purchases_new_customer("1 year"),
        UnitError,
        no_unit("ParetoNBD"),
    ),
    row(
        "counts without unit",
        lambda: FOREVER.purchase_count_pmf(1, "1 year"),
        UnitError,
        no_unit("NBD"),
    ),
    row(
        "simulation without unit",
        lambda: MODEL.simulate(10, age="1 year", rng=1),
        UnitError,
        no_unit("ParetoNBD"),
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ROWS)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
