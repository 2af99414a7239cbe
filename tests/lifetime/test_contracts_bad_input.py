"""What contracts and their models refuse, word for word."""

import pytest

from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.lifetime import (
    BGNBD,
    BetaDiscreteWeibull,
    Contracts,
    PurchaseHistory,
    ShiftedBetaGeometric,
    contract_lifetime_value,
)

SBG = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
BARE = ShiftedBetaGeometric(alpha=0.668, beta=3.806)
BDW = BetaDiscreteWeibull(alpha=0.2593, beta=1.7226, c=1.5844, period="1 month")
BUYERS = PurchaseHistory.from_arrays(frequency=2, recency=30, age=38, unit="week")
CONTRACTS = Contracts.from_survivors([1000, 869, 743], period="1 year")


def survivors(*table):
    return Contracts.from_survivors(table, period="1 year")


def shares(*table, customers=1000):
    return Contracts.from_shares(table, customers=customers, period="1 year")


def cohorts(cohort, renewals, customers):
    table = {"cohort": cohort, "renewals": renewals, "customers": customers}
    return Contracts.from_cohorts(table, period="1 year")


def rows(renewals, active, customers=None, period="1 year"):
    return Contracts.from_arrays(
        renewals=renewals, active=active, customers=customers, period=period
    )


def derl(model=SBG, age=0, **changes):
    how = {"annual_discount_rate": 0.1, "timing": "before_renewal", **changes}
    return model.expected_residual_lifetime(age, **how)


def value(contracts=CONTRACTS, **changes):
    how = {
        "renewals": SBG,
        "margin_per_period": 100,
        "horizon": None,
        "annual_discount_rate": 0.1,
        "timing": "before_renewal",
        **changes,
    }
    return contract_lifetime_value(contracts, **how)


TABLE = "It starts with all customers, then says how many are left after each renewal."
BACK = "Customers who left do not come back into their cohort; start a new one for them."
COUNTED = "It counts the renewals that a customer has made, 0 in the first period."
PERIOD = "Write the time from one renewal or opportunity to the next, as in '1 month' or '1 year'."


def row(name, call, error, message):
    return pytest.param(call, error, message, id=name)


NO_CONTRACTS = (
    "{} needs Contracts, in which customers renew or leave, but it is: {}. Make them with "
    "Contracts.from_dates, from_survivors, from_shares, from_triangle, from_cohorts, from_frame or "
    "from_arrays; for customers who buy without a contract use BGNBD."
)

ROWS = [
    # other data
    row(
        "fit to purchases",
        lambda: ShiftedBetaGeometric.fit(BUYERS),
        DataError,
        NO_CONTRACTS.format("ShiftedBetaGeometric", "PurchaseHistory"),
    ),
    row(
        "log-likelihood of purchases",
        lambda: SBG.log_likelihood(BUYERS),
        DataError,
        NO_CONTRACTS.format("ShiftedBetaGeometric", "PurchaseHistory"),
    ),
    row(
        "value of purchases by contracts",
        lambda: value(BUYERS),
        DataError,
        NO_CONTRACTS.format("contract_lifetime_value", "PurchaseHistory"),
    ),
    row(
        "period a date",
        lambda: Contracts.from_survivors([10, 5], period="1998-01-01"),
        UnitError,
        "period='1998-01-01' is a date, but a length of time is needed. Give it, as in "
        "period='13 weeks'.",
    ),
    # survival tables
    row(
        "a table that rises",
        lambda: survivors(1000, 869, 900, 950),
        DataError,
        f"survivors must be <= the entry before it (869 there), but row 2 has 900 (and 1 more row)."
        f" {BACK}",
    ),
    row(
        "more survivors than customers",
        lambda: survivors(1000, 1001),
        DataError,
        f"survivors must be <= the entry before it (1000 there), but row 1 has 1001. {BACK}",
    ),
    row(
        "negative survivors",
        lambda: survivors(1000, -1),
        DataError,
        f"survivors must be a number >= 0, but row 1 has -1. {TABLE}",
    ),
    row(
        "a missing entry",
        lambda: survivors(1000, None),
        DataError,
        f"survivors must be a number >= 0, but row 1 has nan. {TABLE}",
    ),
    row(
        "a table of one entry",
        lambda: survivors(1000),
        DataError,
        "survivors must be a row of at least 2 numbers, the start and one renewal, but its shape "
        "is (1,).",
    ),
    row(
        "nobody at all",
        lambda: survivors(0, 0),
        DataError,
        "there are no contracts. Give at least one customer.",
    ),
    row(
        "percentages for shares",
        lambda: shares(100, 86.9, 74.3),
        DataError,
        "shares must be between 0 and 1, but row 0 has 100 (and 2 more rows). Did you mean 1?",
    ),
    row(
        "a percentage among shares",
        lambda: shares(1, 86.9),
        DataError,
        "shares must be between 0 and 1, but row 1 has 86.9. Did you mean 0.869?",
    ),
    row(
        "a negative share",
        lambda: shares(1, -0.1),
        DataError,
        "shares must be between 0 and 1, but row 1 has -0.1. Give the share of the customers who "
        "are left.",
    ),
    row(
        "shares without their start",
        lambda: shares(0.869, 0.743),
        DataError,
        "shares must begin with 1, all customers at the start, but row 0 has 0.869. Put a 1 before "
        "the share after the first renewal.",
    ),
    row(
        "shares that rise",
        lambda: shares(1, 0.7, 0.8),
        DataError,
        f"shares must be <= the entry before it (0.7 there), but row 2 has 0.8. {BACK}",
    ),
    row(
        "shares of nobody",
        lambda: shares(1, 0.8, customers=0),
        DataError,
        "customers must be > 0, but it is 0. Give the number of customers that the shares refer "
        "to; the "
        "uncertainty of every estimate depends on it.",
    ),
    row(
        "shares of many",
        lambda: shares(1, 0.8, customers="many"),
        DataError,
        "customers must be > 0, but it is 'many'. Give the number of customers that the shares "
        "refer to; the "
        "uncertainty of every estimate depends on it.",
    ),
    # cohorts
    row(
        "more survivors than members",
        lambda: cohorts([2022, 2023, 2022, 2023], [0, 0, 1, 1], [900, 800, 850, 801]),
        DataError,
        f"customers must be <= the members of its cohort, but row 3 has 801. Cohort 2023 has 800 "
        f"members. {BACK}",
    ),
    row(
        "a cohort that rises",
        lambda: cohorts(["a", "a", "a"], [0, 1, 2], [900, 800, 850]),
        DataError,
        f"customers must be <= the renewal before in its cohort, but row 2 has 850. Cohort 'a' has "
        f"900 members. {BACK}",
    ),
    row(
        "a cohort with a gap",
        lambda: cohorts(["a", "a", "b"], [0, 2, 0], [900, 800, 700]),
        DataError,
        "renewals must be 0, 1, 2, … without gaps in each cohort, but row 1 has 2. Cohort 'a' has "
        "900 members. Give a row for each renewal from 0 on, each once.",
    ),
    row(
        "a cohort without its start",
        lambda: cohorts(["a", "a"], [1, 2], [900, 800]),
        DataError,
        "renewals must be 0, 1, 2, … without gaps in each cohort, but row 0 has 1 (and 1 more row)."
        " Cohort 'a' has 900 members. Give a row for each renewal from 0 on, each once.",
    ),
    row(
        "a cohort of missing customers",
        lambda: cohorts(["a", "a"], [0, 1], [900, None]),
        DataError,
        "customers must be a number >= 0, but row 1 has nan. Cohort 'a' has 900 members. It counts "
        "customers.",
    ),
    row(
        "renewals of a cohort not whole",
        lambda: cohorts(["a", "a"], [0, 1.5], [900, 800]),
        DataError,
        f"renewals must be a whole number >= 0, but row 1 has 1.5. {COUNTED}",
    ),
    row(
        "no such column",
        lambda: Contracts.from_cohorts(
            {"cohort": [1], "renewal": [0], "customers": [5]}, period="1 year"
        ),
        DataError,
        "renewals='renewals' is not a column of the data. Did you mean 'renewal'? The columns are "
        "'cohort', 'renewal', 'customers'.",
    ),
    # one row a customer
    row(
        "renewals not whole",
        lambda: rows([1, 0.5], [True, False]),
        DataError,
        f"renewals must be a whole number >= 0, but row 1 has 0.5. {COUNTED}",
    ),
    row(
        "days for renewals",
        lambda: rows([1, 200_000], [True, False]),
        DataError,
        f"renewals must be at most 100,000, but row 1 has 200000. {COUNTED}",
    ),
    row(
        "a word for active",
        lambda: rows([1, 2], [True, "yes"]),
        DataError,
        "active must be True or False, but row 1 has 'yes'. True means: still under contract when "
        "last seen.",
    ),
    row(
        "active not known",
        lambda: rows([1, 2], [True, None]),
        DataError,
        "active must be True or False, but row 1 has None. True means: still under contract when "
        "last seen.",
    ),
    row(
        "a date for active",
        lambda: rows([1, 2], [2023, 0]),
        DataError,
        "active must be True or False, but row 0 has 2023. True means: still under contract when "
        "last seen.",
    ),
    row(
        "negative weight",
        lambda: rows([1, 2], [1, 0], [3, -3]),
        DataError,
        "customers must be a number >= 0, but row 1 has -3. It says how many customers a row "
        "stands for.",
    ),
    row(
        "different lengths",
        lambda: rows([1, 2, 3], [1, 0]),
        DataError,
        "columns must have the same length, but have {'renewals': 3, 'active': 2, 'customers': 3}.",
    ),
    row(
        "no rows",
        lambda: rows([], []),
        DataError,
        "there are no contracts. Give at least one customer.",
    ),
    row(
        "two dimensions",
        lambda: rows([[1, 2]], [[True, False]]),
        DataError,
        "columns must have one dimension, but have the shapes {'renewals': (1, 2), "
        "'active': (1, 2), 'customers': (1,)}.",
    ),
    row(
        "not ascending",
        lambda: Contracts(renewals=[1, 0], left=[1, 1], active=[0, 0], period="1 year"),
        DataError,
        "renewals must be in ascending order, each once, but row 1 has 0. Use "
        "Contracts.from_arrays or from_frame for rows in another order.",
    ),
    row(
        "negative left",
        lambda: Contracts(renewals=[0, 1], left=[1, -1], active=[0, 0], period="1 year"),
        DataError,
        "left must be a number >= 0, but row 1 has -1. It counts customers who left.",
    ),
    # periods
    row(
        "period without unit",
        lambda: rows([1], [True], period=12),
        UnitError,
        f"period=12 has no time unit. {PERIOD}",
    ),
    row(
        "period a bare number in text",
        lambda: rows([1], [True], period="12"),
        UnitError,
        "period='12' is not a number with a time unit. Write the number with its unit, as in "
        "'39 weeks' or '3 years'.",
    ),
    row(
        "period of nothing",
        lambda: rows([1], [True], period="0 months"),
        UnitError,
        "period must be longer than nothing, but it is '0 months'.",
    ),
    row(
        "period of a model without unit",
        lambda: ShiftedBetaGeometric(alpha=1, beta=2, period=12),
        ParameterError,
        f"ShiftedBetaGeometric: period: period=12 has no time unit. {PERIOD}",
    ),
    row(
        "rate without a period",
        lambda: derl(BARE),
        UnitError,
        "ShiftedBetaGeometric has no period, so years cannot be converted to periods. Use "
        "ShiftedBetaGeometric(..., period='1 month'), or the period it has.",
    ),
    row(
        "horizon without a period",
        lambda: derl(BARE, annual_discount_rate=0, horizon="3 years"),
        UnitError,
        "ShiftedBetaGeometric has no period, so years cannot be converted to periods. Use "
        "ShiftedBetaGeometric(..., period='1 month'), or the period it has.",
    ),
    row(
        "simulation without a period",
        lambda: BARE.simulate(10, periods=3),
        UnitError,
        "ShiftedBetaGeometric has no period, so years cannot be converted to periods. Use "
        "ShiftedBetaGeometric(..., period='1 month'), or the period it has.",
    ),
    row(
        "another period",
        lambda: BDW.log_likelihood(CONTRACTS),
        UnitError,
        "BetaDiscreteWeibull has a period of 1 month, but the data one of 1 year. Fit the "
        "model to these data.",
    ),
    # parameters
    row(
        "c missing",
        lambda: BetaDiscreteWeibull(alpha=1, beta=1),
        ParameterError,
        "BetaDiscreteWeibull needs 'c'; other fields: 'alpha', 'beta', 'period', 'covariates'.",
    ),
    # arguments
    row(
        "renewal zero",
        lambda: SBG.retention_rate([0, 1]),
        ParameterError,
        "t must be >= 1, because renewals are counted from 1, but it has 0.",
    ),
    row(
        "churn at renewal zero",
        lambda: BDW.churn_pmf(0),
        ParameterError,
        "t must be >= 1, because renewals are counted from 1, but it has 0.",
    ),
    row(
        "horizon between renewals",
        lambda: derl(horizon="18 months"),
        ParameterError,
        "horizon must be a whole number of periods of 1 year, but '18 months' is 1.5. Contracts "
        "are renewed at whole periods only.",
    ),
    row(
        "for ever without discount",
        lambda: derl(annual_discount_rate=0),
        ParameterError,
        "annual_discount_rate must be > 0 where horizon=None, because with alpha=0.668 (<= 1) so "
        "many customers stay for so long that the expected lifetime is infinite. Give a rate or a "
        "horizon.",
    ),
    row(
        "for ever without discount, BdW",
        lambda: BDW.expected_lifetime(annual_discount_rate=0),
        ParameterError,
        "annual_discount_rate must be > 0 where horizon=None, because with alpha * c=0.4108 (<= 1) "
        "so many customers stay for so long that the expected lifetime is infinite. Give a rate or "
        "a horizon.",
    ),
    row(
        "periods of other customers",
        lambda: SBG.simulate(3, periods=[1, 2]),
        ParameterError,
        "periods must be one number or one a customer, but its shape is (2,) for 3 customers.",
    ),
    # estimation
    row(
        "one renewal",
        lambda: ShiftedBetaGeometric.fit(survivors(1000, 869)),
        EstimationError,
        "ShiftedBetaGeometric.fit needs at least 2 renewals, but the contracts have 1. One "
        "retention rate cannot tell how customers differ: observe for longer, or add an older "
        "cohort.",
    ),
    row(
        "two renewals, BdW",
        lambda: BetaDiscreteWeibull.fit(CONTRACTS),
        EstimationError,
        "BetaDiscreteWeibull.fit needs at least 3 renewals, but the contracts have 2. Observe for "
        "longer, add an older cohort, or use ShiftedBetaGeometric, which needs 2.",
    ),
    row(
        "nobody left",
        lambda: ShiftedBetaGeometric.fit(survivors(1000, 1000, 1000)),
        EstimationError,
        "ShiftedBetaGeometric.fit needs customers who left, but all 2,000 renewals were made. "
        "Observe for longer.",
    ),
    row(
        "nobody left, BdW",
        lambda: BetaDiscreteWeibull.fit(survivors(10, 10, 10, 10)),
        EstimationError,
        "BetaDiscreteWeibull.fit needs customers who left, but all 30 renewals were made. Observe "
        "for longer.",
    ),
    # value
    row(
        "a model of purchases",
        lambda: value(renewals=BGNBD(r=1, alpha=4, a=1, b=2)),
        ParameterError,
        "renewals must be a model such as ShiftedBetaGeometric(...), or its fit, but it is a "
        "BGNBD.",
    ),
    row(
        "value of other periods",
        lambda: value(renewals=BDW),
        UnitError,
        "BetaDiscreteWeibull has a period of 1 month, but the data one of 1 year. Fit the "
        "model to these data.",
    ),
    row(
        "nobody under contract",
        lambda: value(survivors(10, 5, 0)),
        DataError,
        "no customer is under contract (active is 0 everywhere), so there is nothing to value.",
    ),
    row(
        "interval without standard errors",
        lambda: value().total.confidence_interval(0.9),
        ParameterError,
        "total value: there is no interval, because renewals is a model, of which no standard "
        "errors are known. Give its fit, as in renewals=fit, not fit.model.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ROWS)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
