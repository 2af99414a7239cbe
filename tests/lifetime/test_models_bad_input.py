"""What the lifetime models refuse, word for word."""

import datetime as dt

import numpy as np
import pytest

from custvalue._lifetime.model import parameter_names
from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.lifetime import (
    BGBB,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    NBD,
    Contracts,
    CustomerLifetimeValue,
    Fit,
    GammaGamma,
    OpportunityHistory,
    ParetoNBD,
    PurchaseHistory,
    ShiftedBetaGeometric,
    customer_lifetime_value,
)

CONTRACTS = Contracts.from_survivors([1000, 869, 743], period="1 year")

BUYS = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
PAYS = GammaGamma(p=6.25, q=3.744, gamma=15.44)
HOW = {"horizon": "3 years", "annual_discount_rate": 0.10, "margin": 0.30}


def history(frequency=(2, 0, 1), money=(20.0, 0.0, 30.0), unit="week"):
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=[5.0 if x else 0.0 for x in frequency],
        age=[10.0] * len(frequency),
        monetary_value=money,
        unit=unit,
    )


def value(given=None, **changes):
    how = {"purchases": BUYS, "spend": PAYS, **HOW, **changes}
    return customer_lifetime_value(history() if given is None else given, **how)


GIVES = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783, period="1 year")


def opportunities(**changes):
    columns = {"frequency": [0, 2], "recency": [0, 4], "monetary_value": [0.0, 20.0], **changes}
    return OpportunityHistory.from_arrays(**columns, opportunities=6)


RATE = "annual_discount_rate must be >= 0 and < 1, as in 0.10 for 10 % a year, but it is "
MARGIN = "margin must be > 0 and <= 1, as in 0.30 for 30 % of the spend, but it is "
NO_UNIT = (
    "BGNBD has no time unit, and without a history its time unit is unknown. Use BGNBD(..., "
    "unit='week'), or the unit it has."
)
NO_MONEY = (
    "GammaGamma needs monetary values, but the history has none. Give spend= to "
    "PurchaseHistory.from_transactions, or monetary_value= to from_arrays."
)
NO_BUYERS = (
    "{} needs a PurchaseHistory or an OpportunityHistory, in which customers buy, but it is: {}. "
)
FROM_LOG = "Make one with PurchaseHistory.from_transactions(..., spend=...)."
FOR_EVER = (
    "annual_discount_rate must be > 0 where horizon=None, because with {} (<= 1) so many customers "
    "stay for so long that the expected lifetime is infinite. Give a rate or a horizon."
)
SINCE = (
    "is a date, but a length of time is needed. Give it since the end of the observation, "
    "as in at='13 weeks'."
)
WEEKLY = BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
AGES = "Give one number per customer, in weeks, or one age with its unit, as in '52 weeks'."
NO_MEAN = (
    "Check for a few extreme spends first, fit on more customers, or value only "
    "customers with repeat purchases."
)


def row(name, call, error, message):
    return pytest.param(call, error, message, id=name)


ROWS = [
    # parameters
    row(
        "no parameters",
        BGNBD,
        ParameterError,
        "BGNBD needs 'r', 'alpha', 'a', 'b'; other fields: 'unit', 'covariates'. To estimate "
        "them, use BGNBD.fit(history).",
    ),
    row(
        "a history instead of parameters",
        lambda: BGNBD(history()),
        ParameterError,
        "BGNBD takes its fields by name, in any order: BGNBD(r=..., alpha=..., a=..., b=...). To "
        "estimate them, use BGNBD.fit(history).",
    ),
    row(
        "parameter missing",
        lambda: BGNBD(r=1, alpha=4, a=1),
        ParameterError,
        "BGNBD needs 'b'; other fields: 'r', 'alpha', 'a', 'unit', 'covariates'.",
    ),
    row(
        "parameter misspelt",
        lambda: GammaGamma(p=6, q=3.7, gama=15),
        ParameterError,
        "GammaGamma needs 'gamma'; other fields: 'p', 'q', 'refunded', 'covariates'. "
        "GammaGamma has no 'gama', only 'p', 'q', 'gamma', 'refunded', 'covariates'. Did you mean "
        "'gamma'?",
    ),
    row(
        "JSON of another model",
        lambda: BGNBD.from_json(PAYS.to_json()),
        ParameterError,
        "BGNBD: kind must be 'BG/NBD', but it is 'Gamma-Gamma'. lifetime.from_json reads every "
        "kind.",
    ),
    row(
        "fit without its model",
        lambda: Fit.from_json("{}"),
        ParameterError,
        "Fit.from_json does not know which model was fitted. Use lifetime.from_json(text), which "
        "reads any fit.",
    ),
    # questions
    row(
        "discounting unknown",
        lambda: value(discounting="month"),
        ParameterError,
        "discounting must be one of 'continuous', 'daily', 'weekly', 'monthly', 'quarterly', "
        "'yearly', but it is 'month'. Did you mean 'monthly'?",
    ),
    row(
        "purchases for ever without a rate",
        lambda: BUYS.discounted_expected_purchases(history(), annual_discount_rate=0),
        ParameterError,
        "annual_discount_rate must be > 0 where horizon=None, because with a=0.793 (<= 1) so many "
        "customers stay for so long that the expected lifetime is infinite. Give a rate or a "
        "horizon.",
    ),
    # opportunities
    row(
        "opportunities with a model of any time",
        lambda: value(opportunities()),
        ParameterError,
        "purchases must be a model such as BGBB(...), or its fit, but it is a BGNBD.",
    ),
    row(
        "any time with a model of opportunities",
        lambda: value(purchases=GIVES),
        ParameterError,
        "purchases must be a model such as BGNBD(...), or its fit, but it is a BGBB.",
    ),
    row(
        "opportunities discounted by the month",
        lambda: value(opportunities(), purchases=GIVES, discounting="monthly"),
        ParameterError,
        "discounting='monthly' is for purchases at any time; each opportunity is discounted from "
        "its own time. Omit discounting.",
    ),
    row(
        "half a period",
        lambda: value(opportunities(), purchases=GIVES, horizon="18 months"),
        ParameterError,
        "horizon must be a whole number of periods of 1 year, but '18 months' is 1.5. There is one "
        "opportunity a period.",
    ),
    row(
        "opportunities without money",
        lambda: value(opportunities(monetary_value=None), purchases=GIVES),
        DataError,
        "GammaGamma needs monetary values, but the history has none. Give monetary_value= to "
        "OpportunityHistory.from_arrays or from_frame.",
    ),
    row(
        "money of groups",
        lambda: opportunities(customers=[1, 12]),
        DataError,
        "customers must be 1, but row 1 has 12. With monetary_value every row is one customer.",
    ),
    row(
        "money without an opportunity taken",
        lambda: opportunities(monetary_value=[5, 20]),
        DataError,
        "monetary_value must be 0 where frequency is 0, but row 0 has 5. It is a mean spend; give "
        "0 where no opportunity was taken.",
    ),
    row(
        "money missing",
        lambda: opportunities(monetary_value=[0, None]),
        DataError,
        "monetary_value must be a finite number, but row 1 has nan. It is a mean spend; give 0 "
        "where no opportunity was taken.",
    ),
    # estimation
    row(
        "all frequencies zero",
        lambda: BGNBD.fit(history((0, 0, 0), (0, 0, 0))),
        EstimationError,
        "BGNBD.fit needs repeat purchases, but none of the 3 customers came back (frequency is 0 "
        "everywhere). Observe for longer; frequency counts repeat purchases, not all purchases.",
    ),
    row(
        "one customer",
        lambda: BGNBD.fit(history((2,), (20.0,))),
        EstimationError,
        "BGNBD.fit needs at least 2 customers, but the history has 1. For one customer, predict "
        "with known parameters: BGNBD(r=..., alpha=..., a=..., b=...).",
    ),
    row(
        "no repeaters for spend",
        lambda: GammaGamma.fit(history((0, 0), (0, 0))),
        EstimationError,
        "GammaGamma.fit needs at least 2 customers with repeat purchases, but the history has 0. "
        "Observe for longer, or give known parameters: GammaGamma(p=..., q=..., gamma=...).",
    ),
    row(
        "one repeater for spend",
        lambda: GammaGamma.fit(history((0, 3), (0, 20.0))),
        EstimationError,
        "GammaGamma.fit needs at least 2 customers with repeat purchases, but the history has 1. "
        "Observe for longer, or give known parameters: GammaGamma(p=..., q=..., gamma=...).",
    ),
    row(
        "all spends identical",
        lambda: GammaGamma.fit(history((1, 3), (20.0, 20.0))),
        EstimationError,
        "GammaGamma.fit needs spends that differ, but all 2 customers with repeat purchases spend "
        "20, so p is infinite. No model of spend is needed: multiply expected purchases by 20.",
    ),
    row(
        "spend missing for the fit",
        lambda: GammaGamma.fit(history(money=None)),
        DataError,
        NO_MONEY,
    ),
    row(
        "zero spend",
        lambda: GammaGamma.fit(history(money=(20.0, 0.0, 0.0))),
        DataError,
        "monetary_value must be > 0 where frequency > 0, but row 2 has 0. Customer 2 paid "
        "nothing after the first purchase day, and GammaGamma needs positive spend. Give "
        "refunded='unknown', as in GammaGamma.fit(history, refunded='unknown'), to go on without "
        "the spend of such customers, or refunded='zero' to count it as 0.",
    ),
    # prediction
    row(
        "units mixed up",
        lambda: BGNBD(r=1, alpha=5, a=1, b=3, unit="week").probability_alive(history(unit="day")),
        UnitError,
        "BGNBD counts time in weeks, but the history in days. Use history.in_unit('week'), or fit "
        "the model to this history.",
    ),
    row(
        "unknown unit",
        lambda: BGNBD(r=1, alpha=5, a=1, b=3, unit="weeks"),
        ParameterError,
        "BGNBD: unit must be one of 'day', 'week', 'month', 'year', but it is 'weeks'. "
        "Did you mean 'week'?",
    ),
    row(
        "new customer without a unit",
        lambda: BUYS.expected_purchases_new_customer("39 weeks"),
        UnitError,
        NO_UNIT,
    ),
    row("counts without a unit", lambda: BUYS.purchase_count_pmf(1, "1 year"), UnitError, NO_UNIT),
    row("simulation without a unit", lambda: BUYS.simulate(5, age="1 year"), UnitError, NO_UNIT),
    row(
        "discounted purchases for ever without a rate",
        lambda: BUYS.discounted_expected_purchases(history(), annual_discount_rate=0, horizon=None),
        ParameterError,
        "annual_discount_rate must be > 0 where horizon=None, because with a=0.793 (<= 1) so many "
        "customers stay for so long that the expected lifetime is infinite. Give a rate or a "
        "horizon.",
    ),
    row(
        "no mean of spend",
        lambda: GammaGamma(p=6, q=0.9, gamma=15).mean_spend,
        ParameterError,
        f"GammaGamma: with q=0.9 (<= 1) the population mean of spend does not exist. {NO_MEAN}",
    ),
    row(
        "no expected spend",
        lambda: GammaGamma(p=6, q=1, gamma=15).expected_spend(history()),
        ParameterError,
        "GammaGamma: with q=1 (<= 1) the population mean of spend does not exist. That leaves 1 of "
        f"3 customers without an expected spend. {NO_MEAN}",
    ),
    row(
        "spend missing for the prediction",
        lambda: PAYS.expected_spend(history(money=None)),
        DataError,
        NO_MONEY,
    ),
    # other data
    row(
        "spend of contracts",
        lambda: PAYS.expected_spend(CONTRACTS),
        DataError,
        NO_BUYERS.format("GammaGamma", "Contracts") + FROM_LOG,
    ),
    row(
        "spend quantile of contracts",
        lambda: PAYS.spend_quantile(CONTRACTS, 0.5),
        DataError,
        NO_BUYERS.format("GammaGamma", "Contracts") + FROM_LOG,
    ),
    row(
        "simulated spend of contracts",
        lambda: PAYS.simulate(CONTRACTS, rng=1),
        DataError,
        NO_BUYERS.format("GammaGamma", "Contracts") + FROM_LOG,
    ),
    row(
        "value of contracts by purchases",
        lambda: value(CONTRACTS),
        DataError,
        NO_BUYERS.format("customer_lifetime_value", "Contracts")
        + "For customers under contract use contract_lifetime_value.",
    ),
    # for ever
    row(
        "for ever, a = 1",
        lambda: BGNBD(r=1, alpha=4, a=1, b=2).discounted_expected_purchases(
            history(), annual_discount_rate=0
        ),
        ParameterError,
        FOR_EVER.format("a=1"),
    ),
    row(
        "for ever, a = 1, MBG/CNBD-k",
        lambda: MBGCNBD(k=2, r=1, alpha=4, a=1, b=2).discounted_expected_purchases(
            history(), annual_discount_rate=0, discounting="monthly"
        ),
        ParameterError,
        FOR_EVER.format("a=1"),
    ),
    row(
        "for ever, s = 1",
        lambda: ParetoNBD(r=1, alpha=4, s=1, beta=2).discounted_expected_purchases(
            history(), annual_discount_rate=0
        ),
        ParameterError,
        FOR_EVER.format("s=1"),
    ),
    row(
        "value for ever without a rate",
        lambda: value(horizon=None, annual_discount_rate=0),
        ParameterError,
        FOR_EVER.format("a=0.793"),
    ),
    row(
        "value for ever without a rate, and nobody leaves",
        lambda: value(horizon=None, annual_discount_rate=0, purchases=NBD(r=1, alpha=4)),
        ParameterError,
        "annual_discount_rate must be > 0 where horizon=None, because in the NBD no customer "
        "leaves, so the purchases over an infinite horizon have no finite sum. Give a rate or a "
        "horizon.",
    ),
    # horizons
    row(
        "purchases without a horizon",
        lambda: BUYS.expected_purchases(history(), None),
        UnitError,
        "horizon=None has no time unit. Write the number with its unit, as in '39 weeks' or '3 "
        "years'.",
    ),
    row(
        "purchases without a number of opportunities",
        lambda: GIVES.expected_purchases(opportunities(), None),
        ParameterError,
        "opportunities must be whole numbers >= 0, but it has None.",
    ),
    row(
        "alive at a date",
        lambda: BUYS.probability_alive(history(), at=dt.date(1998, 1, 1)),
        UnitError,
        f"at=datetime.date(1998, 1, 1) {SINCE}",
    ),
    row(
        "alive at a date of numpy",
        lambda: BUYS.probability_alive(history(), at=np.datetime64("1998-01-01")),
        UnitError,
        f"at=np.datetime64('1998-01-01') {SINCE}",
    ),
    row(
        "purchases until a date",
        lambda: BUYS.expected_purchases(history(), "1998-01-01"),
        UnitError,
        "horizon='1998-01-01' is a date, but a length of time is needed. Give it, as in "
        "horizon='13 weeks'.",
    ),
    # simulation
    row(
        "age a bare number",
        lambda: BGNBD(r=1, alpha=5, a=1, b=3, unit="week").simulate(5, age=52),
        UnitError,
        "age=52 has no time unit. Write the number with its unit, as in '52 weeks', or give one "
        "number per customer, in weeks.",
    ),
    row(
        "ages of other customers",
        lambda: BGNBD(r=1, alpha=5, a=1, b=3, unit="week").simulate(5, age=[52, 52]),
        ParameterError,
        "age must be one age, as in '52 weeks', or one number per customer, but its shape is (2,) "
        "for 5 customers.",
    ),
    row(
        "age missing",
        lambda: WEEKLY.simulate(2, age=[52, float("nan")]),
        ParameterError,
        f"age must be a number >= 0, but row 1 has nan. {AGES}",
    ),
    row(
        "age infinite",
        lambda: WEEKLY.simulate(2, age=[52, float("inf")]),
        ParameterError,
        f"age must be a number >= 0, but row 1 has inf. {AGES}",
    ),
    row(
        "ages with units",
        lambda: WEEKLY.simulate(2, age=["1 week", "2 weeks"]),
        ParameterError,
        f"age must be a number, but row 0 has '1 week' (and 1 more row). {AGES}",
    ),
    # value
    row(
        "rate in percent",
        lambda: value(annual_discount_rate=10),
        ParameterError,
        f"{RATE}10. Did you mean 0.1?",
    ),
    row(
        "margin in percent",
        lambda: value(margin=30),
        ParameterError,
        f"{MARGIN}30. Did you mean 0.3?",
    ),
    row("value: no money", lambda: value(history(money=None)), DataError, NO_MONEY),
    row(
        "value: units mixed up",
        lambda: value(history(unit="day"), purchases=BUYS.model_copy(update={"unit": "week"})),
        UnitError,
        "BGNBD counts time in weeks, but the history in days. Use history.in_unit('week'), or fit "
        "the model to this history.",
    ),
    row(
        "value: models in each other's place",
        lambda: value(purchases=PAYS, spend=BUYS),
        ParameterError,
        "purchases must be a model such as BGNBD(...), or its fit, but it is a GammaGamma.",
    ),
    row(
        "value: customers under contract",
        lambda: value(purchases=ShiftedBetaGeometric(alpha=1, beta=3)),
        ParameterError,
        "purchases must be a model such as BGNBD(...), or its fit, but it is a "
        "ShiftedBetaGeometric. For customers under contract use contract_lifetime_value.",
    ),
    row(
        "interval without standard errors",
        lambda: value().total.confidence_interval(0.9),
        ParameterError,
        "total value: there is no interval, because purchases is a model, of which no standard "
        "errors are known. Give its fit, as in purchases=fit, not fit.model. spend is a model, of "
        "which no standard errors are known. Give its fit, as in spend=fit, not fit.model.",
    ),
    row(
        "level in percent",
        lambda: value().total.confidence_interval(95),
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
    ),
    row(
        "concentration in percent",
        lambda: value().concentration(20),
        ParameterError,
        "top must be > 0 and < 1, as in 0.2 for the best 20 %, but it is 20. Did you mean 0.2?",
    ),
    row(
        "concentration of nothing",
        lambda: value(horizon="0 weeks").concentration(),
        ParameterError,
        "the total value is 0, so it has no concentration. Give a longer horizon, "
        "or other customers.",
    ),
    row(
        "value from other JSON",
        lambda: CustomerLifetimeValue.from_json("[1"),
        ParameterError,
        "CustomerLifetimeValue: this is not JSON: EOF while parsing a list at line 1 column 2.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ROWS)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
    assert type(caught.value) is error


def test_the_rows_have_different_names():
    assert len({each.id for each in ROWS}) == len(ROWS)


def test_a_data_error_carries_column_row_and_value():
    with pytest.raises(DataError) as caught:
        GammaGamma.fit(history(money=(-5.0, 0.0, 30.0)))
    error = caught.value
    assert (error.column, error.rows, error.value) == ("monetary_value", (0,), -5)


@pytest.mark.parametrize("model", [BGNBD, MBGNBD, NBD, ParetoNBD])
def test_a_history_of_opportunities_is_another_thing(model):
    history = OpportunityHistory.from_arrays(frequency=[2], recency=[3], opportunities=[6])
    with pytest.raises(DataError) as caught:
        model.fit(history)
    assert str(caught.value) == (
        f"{model.__name__} needs a PurchaseHistory, in which customers buy at any time, but it is: "
        f"OpportunityHistory. Make one with PurchaseHistory.from_transactions; for discrete "
        f"opportunities use BGBB."
    )
    known = model(**dict.fromkeys(parameter_names(model), 2.0))
    with pytest.raises(DataError, match=f"^{model.__name__} needs a PurchaseHistory"):
        known.log_likelihood(history)
