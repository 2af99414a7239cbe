"""What is wrong with ratings of suppliers is said in words: the exact messages."""

import pandas as pd
import polars as pl
import pytest

from custvalue.delivered_value import (
    OfferSurvey,
    compare,
    from_survey,
    head_to_head,
    value_equivalence,
    value_map,
)
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.survey import Scale

FRAME = {
    "whose": ["us", "us", "us", "rival", "rival", "rival"],
    "repair": [9, 8, 10, 7, 6, 8],
    "advice": [8, 8, 7, 7, 8, 6],
    "bill": [240, 260, 250, 180, 200, 190],
    "hours": [2.0, 1.0, 1.5, 3.0, 2.0, 2.5],
    "w": [1, 1, 1, 1, 1, 1],
}
TEN = Scale(1, 10)


def read(frame=None, **options):
    default = {
        "supplier": "whose",
        "value": {"repair": "repair", "advice": "advice"},
        "cost": {"monetary": "bill"},
        "scale": TEN,
    }
    return from_survey(FRAME if frame is None else frame, **(default | options))


def case(name, call, error, *message):
    return pytest.param(call, error, "".join(message), id=name)


ONE = {name: values[:4] for name, values in FRAME.items()}
CASES = [
    case(
        "column absent",
        lambda: read(value={"repair": "repairs"}),
        DataError,
        "value['repair']='repairs' is not a column of the data. Did you mean 'repair'? The columns "
        "are 'whose', 'repair', 'advice', 'bill', 'hours', 'w'.",
    ),
    case(
        "no mapping",
        lambda: read(cost="bill"),
        ParameterError,
        "cost must be a mapping of part to column, as in cost={'monetary': 'column'}, but it is "
        "'bill'.",
    ),
    case(
        "no part",
        lambda: read(value={}),
        ParameterError,
        "value must be a mapping of part to column, as in value={'product': 'column'}, but it is "
        "{}.",
    ),
    case(
        "negative price",
        lambda: read(FRAME | {"bill": [240, -260, 250, 180, 200, 190]}),
        DataError,
        "bill must be a finite number >= 0, but row 1 has -260. A negative value is a cost, and a "
        "rebate a smaller monetary cost.",
    ),
    case(
        "price in words",
        lambda: read(FRAME | {"bill": [240, "much", 250, 180, 200, 190]}),
        DataError,
        "bill must be a number, but row 1 has 'much'. Give amounts of money, or declare a scale.",
    ),
    case(
        "off the scale",
        lambda: read(FRAME | {"repair": [9, 8, 11, 7, 6, 8]}),
        DataError,
        "repair must be a whole number from 1 to 10, but row 2 has 11. If 11 means no answer, use "
        "missing_codes=(11,); if the scale is another one, give its ends.",
    ),
    case(
        "missing in pandas",
        lambda: read(pd.DataFrame(FRAME | {"bill": [240, None, 250, 180, None, 190]})),
        DataError,
        "bill must be present, but row 1 has None (and 1 more row). Use missing='drop' to exclude "
        "such ratings.",
    ),
    case(
        "missing in polars",
        lambda: read(pl.DataFrame(FRAME | {"repair": [9, None, 10, 7, 6, 8]})),
        DataError,
        "repair must be present, but row 1 has None. Use missing='drop' to exclude such ratings.",
    ),
    case(
        "nothing complete",
        lambda: read(
            FRAME | {"bill": [None] * 3 + [1] * 3, "repair": [1] * 3 + [None] * 3}, missing="drop"
        ),
        DataError,
        "none of the 6 ratings is complete.",
    ),
    case(
        "no rows",
        lambda: read({name: [] for name in FRAME}),
        DataError,
        "the survey has no rows. Give at least one rating.",
    ),
    case(
        "unknown policy",
        lambda: read(missing="pairwise"),
        ParameterError,
        "missing must be one of 'raise', 'drop', but it is 'pairwise'. Did you mean 'raise'?",
    ),
    case(
        "one name on both sides",
        lambda: read(value={"monetary": "repair"}),
        ParameterError,
        "parts of value and cost must have different names, but 'monetary' is used twice.",
    ),
    case(
        "values in mixed units",
        lambda: read(scale={"repair": TEN}),
        UnitError,
        "value mixes ratings on a scale, 'repair', with amounts of money, 'advice'. Declare what a "
        "point is worth, as in rates={'repair': 5.0}, or give every part of value a scale.",
    ),
    case(
        "costs in mixed units",
        lambda: read(
            cost={"monetary": "bill", "energy": "advice"},
            value={"repair": "repair"},
            scale={"repair": TEN, "energy": TEN},
        ),
        UnitError,
        "cost mixes ratings on a scale, 'energy', with amounts of money, 'monetary'. Declare what "
        "a point is worth, as in rates={'energy': 5.0}, or give every part of cost a scale.",
    ),
    case(
        "rate of no part",
        lambda: read(rates={"tim": 20}),
        ParameterError,
        "rates names 'tim', which is no part of value or cost. The parts are 'repair', 'advice', "
        "'monetary'.",
    ),
    case(
        "negative rate",
        lambda: read(rates={"repair": -20, "advice": 1}),
        ParameterError,
        "Sides: rates.repair must be > 0, but it is -20.",
    ),
    case(
        "importance that does not add up",
        lambda: read(importance={"repair": 70, "advice": 20}, importance_total=100),
        DataError,
        "importance must add up to 100, but adds up to 90, more than rounding explains. Look for a "
        "missing or mistyped item, or give no importance_total to have it normalised.",
    ),
    case(
        "importance of some",
        lambda: read(importance={"repair": 70}),
        DataError,
        "importance has no 'advice'. Give every item its importance, 0 for none.",
    ),
    case(
        "importance in a list",
        lambda: read(importance=[70, 30]),
        DataError,
        "importance must be a mapping of part to number, but it is [70, 30].",
    ),
    case(
        "two roles",
        lambda: read(weights="repair"),
        DataError,
        "column 'repair' is named as weights and as an item. A column has one role.",
    ),
    case(
        "few suppliers",
        lambda: read(minimum_n=7),
        DataError,
        "no supplier has 7 ratings; rival has the most, 3. Use a smaller minimum_n.",
    ),
    case(
        "one rater in a comparison",
        lambda: compare(read(ONE, rates={"repair": 30, "advice": 5})),
        DataError,
        "'rival' has one rating, which says nothing about how ratings vary. Collect more, or leave "
        "out suppliers with fewer than 2: from_survey(…, minimum_n=2).",
    ),
    case(
        "one rater on a map",
        lambda: value_map(read(ONE)),
        DataError,
        "'rival' has one rating, which says nothing about how ratings vary. Collect more, or leave "
        "out suppliers with fewer than 2: from_survey(…, minimum_n=2).",
    ),
    case(
        "one supplier on a map",
        lambda: value_map(read({name: values[:3] for name, values in FRAME.items()})),
        DataError,
        "a map needs at least 2 suppliers, but there is 'us' alone. Add ratings of rivals.",
    ),
    case(
        "points against money",
        lambda: compare(read()),
        UnitError,
        "value is rated on a scale and cost is in money, so that there is no difference. Declare "
        "what a point is worth (rates=), or give cost a scale too for a normalised index; "
        "value_map() needs neither.",
    ),
    case(
        "no survey",
        lambda: value_map(FRAME),
        ParameterError,
        "offers must be the OfferSurvey of from_survey(), but it is dict.",
    ),
    case(
        "weight of the price in percent",
        lambda: value_map(read(), price_weight=40),
        ParameterError,
        "price_weight must be > 0 and < 1, as in 0.4, but it is 40. Did you mean 0.4?",
    ),
    case(
        "shares of others",
        lambda: value_map(read(), shares={"us": 60, "them": 40}),
        DataError,
        "shares names 'them', which is no supplier. The suppliers are 'rival', 'us'.",
    ),
    case(
        "no share",
        lambda: value_map(read(), shares={"us": 60, "rival": 0}),
        DataError,
        "shares of 'rival' must be a number > 0, but it is 0.",
    ),
    case(
        "nothing to divide by",
        lambda: value_map(read(FRAME | {"bill": [0, 0, 0, 1, 2, 3]})),
        DataError,
        "'total cost': a supplier has a mean of 0, so that there is no ratio to it. Use a scale "
        "that starts above 0, or leave the part out.",
    ),
    case(
        "a point in one unit",
        lambda: value_equivalence(read(rates={"repair": 30, "advice": 5}), money_per_point=2),
        UnitError,
        "values and costs are in one unit, so that a point is worth a point. Leave "
        "money_per_point out.",
    ),
    case(
        "a point without its worth",
        lambda: value_equivalence(read()),
        UnitError,
        "value is rated on a scale and cost is in money, so that there is no difference. Declare "
        "what a point is worth (rates=), or give cost a scale too for a normalised index; "
        "value_map() needs neither.",
    ),
    case(
        "unknown supplier",
        lambda: head_to_head(read(), "us", "rivals"),
        ParameterError,
        "rival must be one of 'rival', 'us', but it is 'rivals'. Did you mean 'rival'?",
    ),
    case(
        "unknown offer",
        lambda: read(rates={"repair": 30, "advice": 5}).offer("them"),
        ParameterError,
        "name must be one of 'rival', 'us', but it is 'them'.",
    ),
    case(
        "by hand without suppliers",
        lambda: OfferSurvey(
            sides=read().sides, ratings=[[1, 2, 3]], weights=[1.0], labels={"group": ["us"]}
        ),
        DataError,
        "labels must hold 'supplier', which says whom each rating is about.",
    ),
    case(
        "by hand with other parts",
        lambda: OfferSurvey(
            sides=read().sides, ratings=[[1, 2]], weights=[1.0], labels={"supplier": ["us"]}
        ),
        DataError,
        "ratings must have the shape (ratings, 3), one column for each part, but it is (1, 2).",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message
