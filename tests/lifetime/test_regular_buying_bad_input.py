"""What the models of regular buyers refuse, word for word."""

import pytest

from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.lifetime import BGCNBD, MBGCNBD, PurchaseHistory

MODEL = BGCNBD(k=3, r=0.85, alpha=1.45, a=0.79, b=2.42)
GET = (
    "Make the history with PurchaseHistory.from_transactions(..., log_intervals=True), or give the "
    "sums as log_intervals= to from_arrays or from_frame. Of simulated histories, those of BGCNBD "
    "and MBGCNBD have them."
)
MEANT = (
    "It is the sum of log(interval) over the intervals between successive purchase days, in the "
    "unit of recency."
)


def history(frequency=(3, 0, 1), recency=(9.0, 0.0, 5.0), logs=None):
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=recency,
        age=[12.0] * len(frequency),
        log_intervals=logs,
        unit="week",
    )


def row(name, call, error, message):
    return pytest.param(call, error, message, id=name)


ROWS = [
    row(
        "model: k with a fraction",
        lambda: BGCNBD(k=2.5, r=1, alpha=1, a=1, b=1),
        ParameterError,
        "BGCNBD: k must be a whole number, but it is 2.5.",
    ),
    row(
        "model: k in words",
        lambda: BGCNBD(k="two", r=1, alpha=1, a=1, b=1),
        ParameterError,
        "BGCNBD: k must be a whole number, but it is 'two'.",
    ),
    row(
        "model: k of zero",
        lambda: MBGCNBD(k=0, r=1, alpha=1, a=1, b=1),
        ParameterError,
        "MBGCNBD: k must be >= 1, but it is 0.",
    ),
    row(
        "model: k beyond reason",
        lambda: BGCNBD(k=101, r=1, alpha=1, a=1, b=1),
        ParameterError,
        "BGCNBD: k must be <= 100, but it is 101.",
    ),
    row(
        "model: k forgotten",
        lambda: BGCNBD(r=1, alpha=1, a=1, b=1),
        ParameterError,
        "BGCNBD needs 'k'; other fields: 'r', 'alpha', 'a', 'b', 'unit'.",
    ),
    row(
        "fit: intervals unknown",
        lambda: BGCNBD.fit(history()),
        DataError,
        "BGCNBD.fit needs the intervals between purchases, but the history has no log_intervals. "
        f"{GET} Or give k.",
    ),
    row(
        "profile: intervals unknown",
        lambda: MBGCNBD.profile(history()),
        DataError,
        "MBGCNBD.profile needs the intervals between purchases, but the history has no "
        f"log_intervals. {GET}",
    ),
    row(
        "profile: no k",
        lambda: BGCNBD.profile(history(), []),
        ParameterError,
        "k must hold at least one whole number, as in range(1, 13).",
    ),
    row(
        "profile: not a history",
        lambda: BGCNBD.profile({"frequency": [1]}),
        DataError,
        "BGCNBD needs a PurchaseHistory, in which customers buy at any time, but it is: dict. Make "
        "one with PurchaseHistory.from_transactions; for discrete opportunities use BGBB.",
    ),
    row(
        "log-likelihood: intervals unknown",
        lambda: MODEL.log_likelihood(history()),
        DataError,
        "BGCNBD.log_likelihood needs the intervals between purchases, but the history has no "
        f"log_intervals. {GET}",
    ),
    row(
        "nobody came back",
        lambda: MBGCNBD.fit(history((0, 0), (0.0, 0.0))),
        EstimationError,
        "MBGCNBD.fit needs repeat purchases, but none of the 2 customers came back (frequency is 0 "
        "everywhere). Observe for longer; frequency counts repeat purchases, not all purchases.",
    ),
    row(
        "one customer",
        lambda: BGCNBD.fit(history((2,), (4.0,)), k=2),
        EstimationError,
        "BGCNBD.fit needs at least 2 customers, but the history has 1. For one customer, predict "
        "with known parameters: BGCNBD(k=..., r=..., alpha=..., a=..., b=...).",
    ),
    row(
        "new customer without a unit",
        lambda: MODEL.expected_purchases_new_customer("39 weeks"),
        UnitError,
        "BGCNBD has no time unit, and without a history its time unit is unknown. Use BGCNBD(..., "
        "unit='week'), or the unit it has.",
    ),
    # log_intervals
    row(
        "intervals of a customer who never came back",
        lambda: history(logs=[3.0, 1.0, 1.6]),
        DataError,
        f"log_intervals must be 0 or missing where frequency is 0, but row 1 has 1. {MEANT}",
    ),
    row(
        "intervals missing",
        lambda: history(logs=[float("nan"), 0, 1.6]),
        DataError,
        f"log_intervals must be a finite number, but row 0 has nan. {MEANT}",
    ),
    row(
        "one interval of another length",
        lambda: history(logs=[3.0, 0, 1.7]),
        DataError,
        f"log_intervals must be log(recency) where frequency is 1, but row 2 has 1.7. {MEANT}",
    ),
    row(
        "intervals longer than the recency",
        lambda: history((3, 0, 2), logs=[9.0, 0, 1.0]),
        DataError,
        "log_intervals must be at most frequency * log(recency / frequency), but row 0 has 9. "
        f"{MEANT}",
    ),
    row(
        "intervals in words",
        lambda: history(logs=["a", "b", "c"]),
        DataError,
        "log_intervals must be a number, but row 0 has 'a' (and 2 more rows). Give numbers.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ROWS)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
