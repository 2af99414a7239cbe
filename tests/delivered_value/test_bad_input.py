"""What is wrong with values, costs and offers is said in words: the exact messages."""

import pytest

from custvalue.delivered_value import (
    LogNormal,
    Offer,
    TotalCost,
    TotalValue,
    Triangular,
    Uniform,
    compare,
)
from custvalue.errors import DataError, ParameterError, UnitError

VALUE = TotalValue(product=60, service=20, personnel=12, image=8)
COST = TotalCost(monetary=45, time=7, energy=5, psychic=3)
FREE = TotalCost(monetary=0, time=0, energy=0, psychic=0)
NO_RATIO = (
    "offer 'gift': value_to_cost does not exist, because the total cost is 0. Use "
    "delivered_value, or enter the time, energy and psychic costs of the offer."
)


def offer(name, cost=COST, unit=""):
    return Offer(name=name, value=VALUE, cost=cost, unit=unit)


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


CASES = [
    case(
        "part absent",
        lambda: TotalValue(product=1, service=1, personnel=1),
        ParameterError,
        "TotalValue needs 'image'; other fields: 'product', 'service', 'personnel'.",
    ),
    case(
        "unknown part",
        lambda: TotalCost(monetary=1, time=1, energy=1, psychic=1, physical=1),
        ParameterError,
        "TotalCost has no 'physical', only 'monetary', 'time', 'energy', 'psychic'.",
    ),
    case(
        "negative value",
        lambda: TotalValue(product=1, service=1, personnel=1, image=-1),
        ParameterError,
        "TotalValue: image must be >= 0, but it is -1.",
    ),
    case(
        "negative cost",
        lambda: TotalCost(monetary=-5, time=1, energy=1, psychic=1),
        ParameterError,
        "TotalCost: monetary must be >= 0, but it is -5.",
    ),
    case(
        "cost not a number",
        lambda: TotalCost(monetary=float("nan"), time=1, energy=1, psychic=1),
        ParameterError,
        "TotalCost: monetary must be a finite number, but it is nan.",
    ),
    case(
        "value in words",
        lambda: TotalValue(product="much", service=1, personnel=1, image=1),
        ParameterError,
        "TotalValue: product must be a number, but it is 'much'.",
    ),
    case(
        "negative hours",
        lambda: TotalCost.from_hours(monetary=1, hours=-1, hourly_rate=20, energy=0, psychic=0),
        ParameterError,
        "hours must be a finite number >= 0, but it is -1.",
    ),
    case(
        "negative rate",
        lambda: TotalCost.from_hours(monetary=1, hours=1, hourly_rate=-20, energy=0, psychic=0),
        ParameterError,
        "hourly_rate must be a finite number >= 0, but it is -20.",
    ),
    case(
        "no name",
        lambda: offer(""),
        ParameterError,
        "Offer: name must not be empty.",
    ),
    case(
        "cost for value",
        lambda: Offer(name="us", value=COST, cost=COST),
        ParameterError,
        "Offer: value must be TotalValue(…), but it is "
        "TotalCost(monetary=45.0, time=7.0, energy=5.0, psychic=3.0).",
    ),
    case("no cost", lambda: offer("gift", FREE).value_to_cost, DataError, NO_RATIO),
    case(
        "no cost in a comparison",
        lambda: compare([offer("us"), offer("gift", FREE)]),
        DataError,
        NO_RATIO,
    ),
    case(
        "one offer",
        lambda: compare([offer("us")]),
        DataError,
        "a comparison needs at least 2 offers, but has 1. Print a single offer itself.",
    ),
    case(
        "no offer",
        lambda: compare([]),
        DataError,
        "a comparison needs at least 2 offers, but has 0. Print a single offer itself.",
    ),
    case(
        "one name twice",
        lambda: compare([offer("us"), offer("us")]),
        DataError,
        "offers must have different names, but 'us' is used twice.",
    ),
    case(
        "unknown reference",
        lambda: compare([offer("us"), offer("rival")], reference="rivals"),
        ParameterError,
        "reference must be one of 'us', 'rival', but it is 'rivals'. Did you mean 'rival'?",
    ),
    case(
        "two currencies",
        lambda: compare([offer("us", unit="EUR"), offer("rival", unit="USD")]),
        UnitError,
        "offers must be in one money unit, but there are 'EUR', 'USD'. Convert them at a declared "
        "rate.",
    ),
    case(
        "what is no offer",
        lambda: compare([offer("us"), "rival"]),
        ParameterError,
        "offers must be Offers, or the OfferSurvey of from_survey(), but one is str.",
    ),
    case(
        "words for resamples",
        lambda: compare([offer("us"), offer("rival")], method="bootstrap"),
        ParameterError,
        "method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is 'bootstrap'.",
    ),
    case(
        "a rival without a reference",
        lambda: compare([offer("us"), offer("rival")], reference="us").against("us"),
        ParameterError,
        "rival must be one of 'rival', but it is 'us'.",
    ),
    # --- distributions
    case(
        "ends in the wrong order",
        lambda: Uniform(low=5, high=5),
        ParameterError,
        "Uniform: low must be < high, but low=5 and high=5. Give an amount that is known as a "
        "number.",
    ),
    case(
        "mode outside",
        lambda: Triangular(low=5, mode=9, high=8),
        ParameterError,
        "Triangular: low <= mode <= high and low < high must hold, but low=5, mode=9 and high=8. "
        "Give an amount that is known as a number.",
    ),
    case(
        "negative price",
        lambda: Uniform(low=-5, high=5),
        ParameterError,
        "Uniform: low must be >= 0, but it is -5.",
    ),
    case(
        "no spread",
        lambda: LogNormal(mean=5, standard_deviation=0),
        ParameterError,
        "LogNormal: standard_deviation must be > 0, but it is 0.",
    ),
    case(
        "a table of no distribution",
        lambda: TotalValue(product={"shape": "normal"}, service=1, personnel=1, image=1),
        ParameterError,
        "TotalValue: product must be a number, but it is {'shape': 'normal'}.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_an_amount_beyond_all_money_is_refused():
    with pytest.raises(ParameterError) as caught:
        TotalValue(product=1e300, service=1, personnel=1, image=1)
    assert str(caught.value) == "TotalValue: product must be <= 1e+100, but it is 1e+300."
