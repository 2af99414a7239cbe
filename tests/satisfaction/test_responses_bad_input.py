"""Responses in place of answers: what is refused, word for word."""

import pytest

from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import (
    customer_effort_score,
    disconfirmation,
    hygiene_and_satisfiers,
    map_scale,
    measured_disconfirmation,
    net_promoter_score,
    top_box,
)
from custvalue.survey import Responses, Scale

FIVE, TEN = Scale(1, 5), Scale(0, 10)
SEVERAL = Responses.from_arrays([[5, 4], [3, 2]], scale=FIVE, items=["liked", "fair"])
ONE = Responses.from_arrays([5, 3], scale=FIVE, weights=[1, 2])
OTHER = Responses.from_arrays([5, 3], scale=FIVE)
LEFT_OUT = Responses.from_arrays([5, None, 3], scale=FIVE, missing="drop")

WAY_OUT = (
    "must be the answers to one question, but these responses have 2 items: 'liked', 'fair'. "
    "Use responses.only(['liked']), or responses.item('liked') and weights=responses.weights."
)
OTHER_SCALE = "is Scale(low=0, high=10), but the responses in answers were given on"


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


CASES = [
    case(f"several items, {name}", call, ParameterError, f"answers {WAY_OUT}")
    for name, call in {
        "net promoter score": lambda: net_promoter_score(SEVERAL),
        "top box": lambda: top_box(SEVERAL),
        "effort": lambda: customer_effort_score(SEVERAL, version="1"),
        "map scale": lambda: map_scale(SEVERAL, to=TEN),
        "stated": lambda: measured_disconfirmation(SEVERAL),
    }.items()
] + [
    case(
        "several items expected",
        lambda: disconfirmation([5, 3], SEVERAL),
        ParameterError,
        (
            "expectations must be the answers to one question, but these responses have 2 items: "
            "'liked', 'fair'. Use responses.only(['liked']), or responses.item('liked') and "
            "weights=responses.weights."
        ),
    ),
    case(
        "another scale",
        lambda: top_box(ONE, scale=TEN),
        ParameterError,
        f"scale {OTHER_SCALE} Scale(low=1, high=5). Leave scale out.",
    ),
    case(
        "another scale to map from",
        lambda: map_scale(ONE, from_=TEN, to=FIVE),
        ParameterError,
        f"from_ {OTHER_SCALE} Scale(low=1, high=5). Leave from_ out.",
    ),
    case(
        "no scale of a net promoter score",
        lambda: net_promoter_score(ONE),
        ParameterError,
        "net_promoter_score needs answers on Scale(0, 10), but the scale is Scale(low=1, high=5). "
        "Promoters and detractors are defined on 0 to 10 only: ask that question, or report "
        "top_box(answers, scale=Scale(low=1, high=5), boxes=1) under its own name.",
    ),
    case(
        "no scale at all",
        lambda: top_box([5, 3]),
        ParameterError,
        "scale must be a Scale, as in Scale(1, 10), but it is None.",
    ),
    case(
        "a scale that is none",
        lambda: top_box(ONE, scale=5),
        ParameterError,
        "scale must be a Scale, as in Scale(1, 10), but it is 5.",
    ),
    case(
        "other weights",
        lambda: top_box(ONE, weights=[1, 1]),
        ParameterError,
        "weights are not the weights of the responses in answers. Leave weights out, or put them "
        "into the responses: responses.with_weights(weights).",
    ),
    case(
        "two weights",
        lambda: disconfirmation(ONE, OTHER),
        ParameterError,
        (
            "the responses in perceptions and expectations have different weights. Give both the "
            "same, as in responses.with_weights(weights)."
        ),
    ),
    case(
        "two scales",
        lambda: disconfirmation(OTHER, Responses.from_arrays([5, 3], scale=TEN)),
        ParameterError,
        (
            "the responses in perceptions were given on Scale(low=1, high=5), but those in "
            "expectations on Scale(low=0, high=10). Carry one of them over with map_scale."
        ),
    ),
    case(
        "rows left out",
        lambda: disconfirmation(LEFT_OUT, [4, 4, 4]),
        DataError,
        (
            "perceptions: missing='drop' excludes 1 respondent, so that the rows need not "
            "be those of expectations. Read both with missing='pairwise'."
        ),
    ),
    case(
        "rows left out of an attribute",
        lambda: hygiene_and_satisfiers({"item 1": [4, 4]}, LEFT_OUT, roles={"item 1": "hygiene"}),
        DataError,
        (
            "expectations: missing='drop' excludes 1 respondent, so that the rows need not "
            "be those of perceptions. Read both with missing='pairwise'."
        ),
    ),
    case(
        "effort without its direction",
        lambda: customer_effort_score(ONE, version="2"),
        ParameterError,
        (
            "version='2' is asked on Scale(low=1, high=7), but the scale is Scale(low=1, "
            "high=5). Use direction= without version for a question of your own."
        ),
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_message(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
