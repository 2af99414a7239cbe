"""What BG/BB and its histories refuse, word for word."""

import pytest

from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.lifetime import BGBB, OpportunityHistory, PurchaseHistory

MODEL = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
YEARLY = MODEL.model_copy(update={"period": "1 year"})


def history(x=(0, 2), t_x=(0, 4), n=6, **more):
    return OpportunityHistory.from_arrays(frequency=x, recency=t_x, opportunities=n, **more)


def dert(model=YEARLY, rate=0.1, opportunities=None, given=None):
    return model.discounted_expected_purchases(
        given or history(), annual_discount_rate=rate, opportunities=opportunities
    )


COUNTS = "It counts opportunities; for purchases at any time use PurchaseHistory."


def row(name, call, error, message):
    return pytest.param(call, error, message, id=name)


ROWS = [
    row(
        "more purchases than opportunities",
        lambda: history([0, 7], [0, 6]),
        DataError,
        "frequency must be <= opportunities (6 there), but row 1 has 7. A customer takes an "
        "opportunity once or not at all.",
    ),
    row(
        "recency after the last opportunity",
        lambda: history([1, 2], [8, 9]),
        DataError,
        "recency must be <= opportunities (6 there), but row 0 has 8 (and 1 more row). It is the "
        "last opportunity taken, counted from 1.",
    ),
    row(
        "recency too early",
        lambda: history([0, 3], [0, 2]),
        DataError,
        "recency must be >= frequency (3 there), but row 1 has 2. So many opportunities cannot "
        "have been taken up to then.",
    ),
    row(
        "recency without a purchase",
        lambda: history([0, 3], [1, 4]),
        DataError,
        "recency must be 0 where frequency is 0, but row 0 has 1. It is the last opportunity "
        "taken, counted from 1.",
    ),
    row(
        "recency a time",
        lambda: history([0, 3], [0, 4.43]),
        DataError,
        f"recency must be a whole number >= 0, but row 1 has 4.43. {COUNTS}",
    ),
    row(
        "frequency negative",
        lambda: history([0, -1], [0, 1]),
        DataError,
        f"frequency must be a whole number >= 0, but row 1 has -1. {COUNTS}",
    ),
    row(
        "no opportunities",
        lambda: history([0, 0], [0, 0], [6, 0]),
        DataError,
        f"opportunities must be a whole number >= 1, but row 1 has 0. {COUNTS}",
    ),
    row(
        "opportunities missing",
        lambda: history([0, 0], [0, 0], [6, None]),
        DataError,
        f"opportunities must be a whole number >= 1, but row 1 has nan. {COUNTS}",
    ),
    row(
        "seconds for opportunities",
        lambda: history([0, 0], [0, 0], [6, 10**6]),
        DataError,
        f"opportunities must be at most 100,000, but row 1 has 1000000. {COUNTS}",
    ),
    row(
        "negative weights",
        lambda: history(customers=[1, -2]),
        DataError,
        "customers must be a number >= 0, but row 1 has -2. It says how many customers a row "
        "stands for.",
    ),
    row(
        "no weight at all",
        lambda: history(customers=[0, 0]),
        DataError,
        "the history is empty. Give at least one customer.",
    ),
    row(
        "no rows",
        lambda: history([], []),
        DataError,
        "the history is empty. Give at least one customer.",
    ),
    row(
        "different lengths",
        lambda: history([0, 2], [0, 4, 5]),
        DataError,
        "columns must have the same length, but have {'frequency': 2, 'recency': 3, "
        "'opportunities': 2, 'customers': 2}.",
    ),
    row(
        "two dimensions",
        lambda: history([[0, 2]], [[0, 4]], [[6, 6]], customers=[[1, 1]]),
        DataError,
        "columns must have one dimension, but have the shapes {'frequency': (1, 2), 'recency': "
        "(1, 2), 'opportunities': (1, 2), 'customers': (1, 2)}.",
    ),
    row(
        "period without unit",
        lambda: history(period=1),
        UnitError,
        "period=1 has no time unit. Write the time from one renewal or opportunity to the next, "
        "as in '1 month' or '1 year'.",
    ),
    row(
        "continuous data",
        lambda: BGBB.fit(
            PurchaseHistory.from_arrays(frequency=2, recency=30.4, age=38.9, unit="week")
        ),
        DataError,
        "BGBB needs an OpportunityHistory, in which customers take or leave whole opportunities, "
        "but it is a PurchaseHistory. For purchases at any time use BGNBD.",
    ),
    row(
        "nobody took one",
        lambda: BGBB.fit(history([0, 0], [0, 0], customers=[1000, 200])),
        EstimationError,
        "BGBB.fit needs purchases, but none of the 1,200 customers took an opportunity (frequency "
        "is 0 everywhere). Observe for longer.",
    ),
    row(
        "one customer",
        lambda: BGBB.fit(history(3, 4)),
        EstimationError,
        "BGBB.fit needs at least 2 customers, but the history has 1. For one customer, predict "
        "with known parameters: BGBB(alpha=..., beta=..., gamma=..., delta=...).",
    ),
    row(
        "one opportunity",
        lambda: BGBB.fit(history([0, 1], [0, 1], 1)),
        EstimationError,
        "BGBB.fit needs customers with at least 2 opportunities, because otherwise leaving cannot "
        "be observed. Observe for longer.",
    ),
    row(
        "a horizon in years",
        lambda: MODEL.expected_purchases(history(), "3 years"),
        ParameterError,
        "opportunities must be whole numbers >= 0, but it has '3 years'.",
    ),
    row(
        "several horizons",
        lambda: MODEL.expected_purchases(history(), [1, 2]),
        ParameterError,
        "opportunities must be one whole number, but it is [1, 2].",
    ),
    row(
        "rate without a period",
        lambda: dert(MODEL),
        UnitError,
        "BGBB has no period, so years cannot be converted to periods. Use "
        "BGBB(..., period='1 month'), or the period it has.",
    ),
    row(
        "for ever without discount",
        lambda: dert(rate=0),
        ParameterError,
        "annual_discount_rate must be > 0 where opportunities=None, because with gamma=0.657 "
        "(<= 1) so many customers stay for so long that the expected lifetime is infinite. Give a "
        "rate or a horizon.",
    ),
    row(
        "another period",
        lambda: dert(given=history(period="1 month")),
        UnitError,
        "BGBB has a period of 1 year, but the data one of 1 month. Fit the model to these data.",
    ),
    row(
        "opportunities of other customers",
        lambda: MODEL.simulate(3, opportunities=[6, 6]),
        ParameterError,
        "opportunities must be one number or one a customer, but its shape is (2,) for 3 "
        "customers.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ROWS)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
