"""What is wrong with values, costs and offers is said in words: the exact messages."""

import pandas as pd
import polars as pl
import pytest

from custvalue.delivered_value import (
    MeasuredOffer,
    Offer,
    OfferComparison,
    TotalCost,
    TotalValue,
    compare_offers,
)
from custvalue.errors import DataError, ParameterError, UnitError

VALUE = TotalValue(product=60, service=20, personnel=12, image=8)
COST = TotalCost(monetary=45, time=7, energy=5, psychic=3)
FREE = TotalCost(monetary=0, time=0, energy=0, psychic=0)
FRAME = {name: [1.0, 2.0, 3.0] for name in "abcdefgh"}
PARTS = {
    "value": dict(zip(("product", "service", "personnel", "image"), "abcd", strict=True)),
    "cost": dict(zip(("monetary", "time", "energy", "psychic"), "efgh", strict=True)),
}
NO_RATIO = (
    "offer 'gift': value_to_cost does not exist, because the total cost is 0. Use "
    "delivered_value, or enter the time, energy and psychic costs of the offer."
)


def offer(name, cost=COST, unit=""):
    return Offer(name=name, value=VALUE, cost=cost, unit=unit)


def measured(frame=None, **options):
    data = FRAME if frame is None else frame
    return MeasuredOffer.from_frame(data, **({"name": "us"} | PARTS | options))


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
        lambda: compare_offers([offer("us"), offer("gift", FREE)]),
        DataError,
        NO_RATIO,
    ),
    case(
        "one offer",
        lambda: compare_offers([offer("us")]),
        DataError,
        "a comparison needs at least 2 offers, but has 1. Print a single offer itself.",
    ),
    case(
        "no offer",
        lambda: compare_offers([]),
        DataError,
        "a comparison needs at least 2 offers, but has 0. Print a single offer itself.",
    ),
    case(
        "one name twice",
        lambda: compare_offers([offer("us"), offer("us")]),
        DataError,
        "offers must have different names, but 'us' is used twice.",
    ),
    case(
        "unknown reference",
        lambda: compare_offers([offer("us"), offer("rival")], reference="rivals"),
        ParameterError,
        "reference must be one of 'us', 'rival', but it is 'rivals'. Did you mean 'rival'?",
    ),
    case(
        "two currencies",
        lambda: compare_offers([offer("us", unit="EUR"), offer("rival", unit="USD")]),
        UnitError,
        "offers must be in one money unit, but there are 'EUR', 'USD'. Convert them at a declared "
        "rate.",
    ),
    case(
        "JSON of one offer",
        lambda: OfferComparison.from_json(
            '{"offers": [' + offer("us").to_json() + '], "reference": null}'
        ),
        ParameterError,
        "a comparison needs at least 2 offers, but has 1. Print a single offer itself.",
    ),
    # --- measured by respondents
    case(
        "measured part absent",
        lambda: measured(value={"product": "a"}),
        DataError,
        "value must name a column for 'service', 'personnel', 'image'. If it was not asked, add a "
        "column of zeros and say so.",
    ),
    case(
        "measured part unknown",
        lambda: measured(cost=PARTS["cost"] | {"phsychic": "h"}),
        DataError,
        "cost has the parts 'monetary', 'time', 'energy', 'psychic', not 'phsychic'. Did you mean "
        "'psychic'?",
    ),
    case(
        "measured column absent",
        lambda: measured(value=PARTS["value"] | {"image": "brand"}),
        DataError,
        "value['image']='brand' is not a column of the data. The columns are 'a', 'b', 'c', 'd', "
        "'e', 'f', 'g', 'h'.",
    ),
    case(
        "measured negative",
        lambda: measured(FRAME | {"a": [1, -2, 3]}),
        DataError,
        "a must be a finite number >= 0, but row 1 has -2. A negative value is a cost, and a "
        "rebate a smaller monetary cost.",
    ),
    case(
        "measured in words",
        lambda: measured(FRAME | {"a": [1, "ten", 3]}),
        DataError,
        "a must be a number, but row 1 has 'ten'. Give amounts of money.",
    ),
    case(
        "measured missing in pandas",
        lambda: measured(pd.DataFrame(FRAME | {"e": [1, None, None]})),
        DataError,
        "e must be present, but row 1 has None (and 1 more row). Use missing='drop' to exclude "
        "such respondents.",
    ),
    case(
        "measured missing in polars",
        lambda: measured(pl.DataFrame(FRAME | {"e": [1, None, 3]})),
        DataError,
        "e must be present, but row 1 has None. Use missing='drop' to exclude such respondents.",
    ),
    case(
        "measured by nobody",
        lambda: measured(FRAME | {"a": [None, 1, 1], "b": [1, None, None]}, missing="drop"),
        DataError,
        "none of the 3 respondents gave every amount.",
    ),
    case(
        "measured without rows",
        lambda: measured({name: [] for name in FRAME}),
        DataError,
        "the survey has no rows. Give at least one respondent.",
    ),
    case(
        "measured with an unknown policy",
        lambda: measured(missing="ignore"),
        ParameterError,
        "missing must be one of 'raise', 'drop', but it is 'ignore'.",
    ),
    case(
        "measured with negative weights",
        lambda: measured(FRAME | {"w": [1, 1, -1]}, weights="w"),
        DataError,
        "w must be a finite number >= 0, but row 2 has -1. A sampling weight says how many people "
        "a respondent stands for.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message
