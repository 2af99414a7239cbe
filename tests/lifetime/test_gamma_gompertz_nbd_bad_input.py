"""What Gamma-Gompertz/NBD refuses, word for word."""

import pytest

from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.lifetime import GammaGompertzNBD, OpportunityHistory, PurchaseHistory

PARAMETERS = {"r": 0.55, "alpha": 10.6, "beta": 0.5, "b": 0.01, "s": 0.6}
MODEL = GammaGompertzNBD(**PARAMETERS)
IN_WEEKS = GammaGompertzNBD(**PARAMETERS, unit="week")


def history(frequency=(2, 0, 1), unit="week"):
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=[5.0 if x else 0.0 for x in frequency],
        age=[10.0] * len(frequency),
        unit=unit,
    )


def donors():
    return OpportunityHistory.from_arrays(frequency=[1], recency=[2], opportunities=[6])


def row(name, call, error, message):
    return pytest.param(call, error, message, id=name)


NO_UNIT = (
    "GammaGompertzNBD has no time unit, and without a history its time unit is unknown. Use "
    "GammaGompertzNBD(..., unit='week'), or the unit it has."
)

ROWS = [
    row(
        "parameter of another model",
        lambda: GammaGompertzNBD(**PARAMETERS, a=1),
        ParameterError,
        "GammaGompertzNBD has no 'a', only 'r', 'alpha', 'beta', 'b', 's', 'unit', 'covariates'.",
    ),
    row(
        "fit of one",
        lambda: GammaGompertzNBD.fit(history((2,))),
        EstimationError,
        "GammaGompertzNBD.fit needs at least 2 customers, but the history has 1. For one customer, "
        "predict with known parameters: GammaGompertzNBD(r=..., alpha=..., beta=..., b=..., "
        "s=...).",
    ),
    row(
        "fit of nobody who came back",
        lambda: GammaGompertzNBD.fit(history((0, 0, 0))),
        EstimationError,
        "GammaGompertzNBD.fit needs repeat purchases, but none of the 3 customers came back "
        "(frequency is 0 everywhere). Observe for longer; frequency counts repeat purchases, not "
        "all purchases.",
    ),
    row(
        "opportunities",
        lambda: MODEL.probability_alive(donors()),
        DataError,
        "GammaGompertzNBD needs a PurchaseHistory, in which customers buy at any time, but it is: "
        "OpportunityHistory. Make one with PurchaseHistory.from_transactions; for discrete "
        "opportunities use BGBB.",
    ),
    row(
        "other unit",
        lambda: IN_WEEKS.log_likelihood(history(unit="day")),
        UnitError,
        "GammaGompertzNBD counts time in weeks, but the history in days. Use "
        "history.in_unit('week'), or fit the model to this history.",
    ),
    row(
        "new customer without unit",
        lambda: MODEL.expected_purchases_new_customer("1 year"),
        UnitError,
        NO_UNIT,
    ),
    row(
        "simulation without unit",
        lambda: MODEL.simulate(10, age="1 year", rng=1),
        UnitError,
        NO_UNIT,
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ROWS)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
