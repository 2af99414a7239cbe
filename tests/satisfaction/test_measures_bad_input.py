"""What effort scores, indices and mapped scales refuse, and in which words."""

import pytest
from satisfaction_cases import FIVE, SEVEN, TEN

from custvalue.errors import CustvalueError, DataError, ParameterError
from custvalue.satisfaction import (
    CHINA_AFTER_SALES_2006,
    CHINA_AFTER_SALES_2014,
    MappedAnswers,
    acsi_index,
    customer_effort_score,
    customer_satisfaction_index,
    factor_index,
    map_scale,
    net_promoter_score,
    top_box,
)
from custvalue.survey import Bootstrap, Responses, Scale

DRIVERS = {"a": [1, 2, 3, 4, 5, 3], "b": [2, 2, 3, 5, 4, 1], "sat": [1, 2, 3, 5, 5, 2]}
THREE = {"x": [9, 8, 6], "y": [8, 8, 5], "z": [7, 6, 5]}
LOW = Scale(1, 7, direction="lower is better")
VERSIONS = (
    "Say version='1' (own effort, 1-5, lower is better) or version='2' (agreement that it was "
    "easy, 1-7, higher is better); for another question say scale=Scale(...) and direction='lower "
    "is better' or direction='higher is better'."
)


def effort(answers=(1, 2), **options):
    return lambda: customer_effort_score(answers, **options)


def derived(frame=None, **options):
    data = Responses.from_frame(DRIVERS if frame is None else frame, scale=FIVE)
    options = {"overall": "sat", "method": Bootstrap(50, rng=1)} | options
    return lambda: customer_satisfaction_index(data, importance="derived", **options)


def factors(frame=None, **options):
    data = {"a": [9, 8], "b": [7, 6]} if frame is None else frame
    return lambda: factor_index(data, **({"weights": {"a": 1, "b": 1}, "scale": TEN} | options))


def three(frame=None, **options):
    return lambda: acsi_index(THREE if frame is None else frame, **({"scale": TEN} | options))


CASES = {
    # --- effort
    "effort without direction": (
        effort(),
        ParameterError,
        (
            "customer_effort_score must know which answers mean little effort. Use version='1' "
            "(own effort, 1-5, lower is better) or version='2' (agreement that it was easy, 1-7, "
            "higher is better); for another question use scale=Scale(...) and direction='lower "
            "is better' or direction='higher is better'."
        ),
    ),
    "effort on a scale without direction": (
        effort(scale=SEVEN),
        ParameterError,
        (
            "customer_effort_score must know which answers on Scale(low=1, high=7) mean little "
            "effort, because low ones are good in one version and high ones in the other. Use "
            "version='1' (own effort, 1-5, lower is better) or version='2' (agreement that it "
            "was easy, 1-7, higher is better); for another question use scale=Scale(...) and "
            "direction='lower is better' or direction='higher is better'."
        ),
    ),
    "two directions": (
        effort(scale=LOW, direction="higher is better"),
        ParameterError,
        (
            "direction is 'higher is better', but the scale is Scale(low=1, high=7, "
            "direction='lower is better'). Give one of the two."
        ),
    ),
    "version against direction": (
        effort(version="1", direction="higher is better"),
        ParameterError,
        (
            "version='1' means lower is better, but direction is 'higher is better'. Give one of "
            "the two."
        ),
    ),
    "version on another scale": (
        effort(version="1", scale=SEVEN),
        ParameterError,
        (
            "version='1' is asked on Scale(low=1, high=5, direction='lower is better'), but the "
            "scale is Scale(low=1, high=7). Use direction= without version for a question of "
            "your own."
        ),
    ),
    "effort off the scale": (
        effort([1, 6], version="1"),
        DataError,
        (
            "answers must be a whole number from 1 to 5, but row 1 has 6. If 6 means no answer, "
            "use missing_codes=(6,); if the scale is another one, give its ends."
        ),
    ),
    # --- derived importance
    "no overall question": (
        derived(overall=None),
        ParameterError,
        (
            "importance='derived' needs overall=, the name of the overall question among the items "
            "or Responses to it, but it is None."
        ),
    ),
    "derived from prorated answers": (
        lambda: customer_satisfaction_index(
            Responses.from_frame(DRIVERS, scale=FIVE, missing="prorate"),
            importance="derived",
            overall="sat",
        ),
        ParameterError,
        (
            "importance='derived' takes answers as they were given: filled ones go together "
            "because they were filled. Read the responses with missing='pairwise' or 'drop'."
        ),
    ),
    "unknown overall question": (
        derived(overall="satt"),
        ParameterError,
        "item must be one of 'a', 'b', 'sat', but it is 'satt'. Did you mean 'sat'?",
    ),
    "two overall questions": (
        derived(overall=Responses.from_frame({"p": [1] * 6, "q": [2] * 6}, scale=FIVE)),
        ParameterError,
        "overall must hold one question, but holds 2. Name one of them.",
    ),
    "other respondents": (
        derived(overall=Responses.from_frame({"p": [1, 2]}, scale=FIVE)),
        DataError,
        (
            "overall must be answered by the same 6 respondents in the same order, none excluded, "
            "but it has 2. Read both with missing='pairwise'."
        ),
    ),
    "nothing but the overall question": (
        derived({"sat": [1, 2, 3]}),
        DataError,
        "the index needs an item beside the overall question 'sat'.",
    ),
    "too few respondents": (
        derived({"a": [1, 2, 3], "b": [3, 2, 1], "sat": [1, 2, 3]}),
        DataError,
        (
            "importance of 2 items can be derived from 4 complete respondents or more, but "
            "there are 3. Give the importance, or ask more respondents."
        ),
    ),
    "all answers to an item are equal": (
        derived(DRIVERS | {"b": [3] * 6}),
        DataError,
        (
            "importance cannot be derived: all answers to 'b' are equal. Exclude it, or give "
            "the importance."
        ),
    ),
    "all overall answers are equal": (
        derived(DRIVERS | {"sat": [3] * 6}),
        DataError,
        (
            "importance cannot be derived: all answers to 'the overall question' are equal. "
            "Exclude it, or give the importance."
        ),
    ),
    "two items are one": (
        derived(DRIVERS | {"b": DRIVERS["a"]}),
        DataError,
        (
            "importance cannot be derived: the answers to one item follow from those to others."
            " Exclude one of them, or ask more respondents."
        ),
    ),
    "negative importance": (
        derived(DRIVERS | {"b": [5, 4, 3, 2, 1, 5]}, decomposition="correlation"),
        DataError,
        (
            "importance derived by correlation is negative for 'b', whose correlation is "
            "-0.9515. If it is reverse-scored, recode its answers; if not, exclude it or use "
            "decomposition='johnson'."
        ),
    ),
    "interval of known importance": (
        lambda: derived()().confidence_interval(method="t"),
        ParameterError,
        ("method must be one of 'percentile', 'bca', but it is 't'."),
    ),
    "bootstrap of an index": (
        lambda: factors()().confidence_interval(method=Bootstrap()),
        ParameterError,
        (
            "index keeps no answers to resample. Use comparing.bootstrap_interval(answers, "
            "measure, method=Bootstrap(2000)), which computes the measure again."
        ),
    ),
    # --- factor index
    "set without weights": (
        factors(weights=CHINA_AFTER_SALES_2006),
        ParameterError,
        (
            "'China, after-sales service, published factors, 2006' has no published weights, only "
            "the order of the factors. Give weights of your own, as in weights={'problems "
            "experienced': 20, ...}."
        ),
    ),
    "weights that are none": (
        factors(weights=[1, 2]),
        ParameterError,
        (
            "weights must be a FactorSet, as in CHINA_AFTER_SALES_2014, or a mapping of factor to "
            "weight, but it is [1, 2]."
        ),
    ),
    "factor without item": (
        factors(weights={"a": 1, "B": 1}),
        DataError,
        (
            "there is no item 'B'. Did you mean 'b'? The items are 'a', 'b'. Use factors={...} "
            "where items have names of their own."
        ),
    ),
    "preset on items of other names": (
        factors(weights=CHINA_AFTER_SALES_2014, frame={"quality": [9, 8]}),
        DataError,
        (
            "there is no item 'service quality'. Did you mean 'quality'? The items are "
            "'quality'. Use factors={...} where items have names of their own."
        ),
    ),
    "weighted factor without definition": (
        factors(factors={"a": ["a"]}),
        DataError,
        (
            "there is no factor 'b'. The factors are 'a'. Use factors={...} where items have "
            "names of their own."
        ),
    ),
    "factor without a list": (
        factors(factors={"a": ["a"], "b": "b"}),
        DataError,
        "factor 'b' must have a list of items, but has 'b'.",
    ),
    "item in two factors": (
        factors(factors={"a": ["a"], "b": ["a", "b"]}),
        DataError,
        "an item belongs to one factor, but 'a' is in more than one.",
    ),
    "negative weight": (
        factors(weights={"a": 2, "b": -1}),
        DataError,
        "weight of 'b' must be a finite number >= 0, but it is -1.",
    ),
    "weights all nought": (
        factors(weights={"a": 0, "b": 0}),
        DataError,
        "weights must not all be 0.",
    ),
    "no points": (
        factors(points=0),
        ParameterError,
        "points must be a number > 0, as in 1000, but it is 0.",
    ),
    "frame without scale": (
        factors(scale=None),
        ParameterError,
        (
            "a dataframe needs its scale, as in scale=Scale(1, 5). Use Responses.from_frame(frame, "
            "items=[...], scale=...) to choose the columns."
        ),
    ),
    # --- index of three items
    "no weights": (
        three(),
        ParameterError,
        (
            "convention='unstandardised' needs weights: those of a structural model by item, or "
            "weights='principal component'. Use convention='simple' for equal ones."
        ),
    ),
    "weights of a simple index": (
        three(convention="simple", weights=[1, 1, 1]),
        ParameterError,
        (
            "convention='simple' has equal weights. Omit weights, or use "
            "convention='unstandardised' or 'as given'."
        ),
    ),
    "unknown source of weights": (
        three(weights="principal components"),
        ParameterError,
        (
            "weights must be one of 'principal component', but it is 'principal components'. Did "
            "you mean 'principal component'?"
        ),
    ),
    "weights of two items": (
        three(weights=[1, 2]),
        DataError,
        ("weights must be one number for each of the 3 items, 'x', 'y', 'z', but they are [1, 2]."),
    ),
    "weight of another item": (
        three(weights={"x": 1, "y": 1, "w": 1}),
        DataError,
        "weights must be given for the items 'x', 'y', 'z', but 'w' is not an item.",
    ),
    "weight left out": (
        three(weights={"x": 1, "y": 1}),
        DataError,
        "weights must be given for the items 'x', 'y', 'z', but 'z' is missing.",
    ),
    "weights that cancel": (
        three(weights=[1, -1, 0]),
        DataError,
        "weights must be finite and add up to more than 0, but they are [1.0, -1.0, 0.0].",
    ),
    "item without spread": (
        three({"x": [9, 8], "y": [7, 7]}, weights=[1, 1]),
        DataError,
        (
            "all answers to 'y' are equal, so that its weight is unknown. Use "
            "convention='simple', or exclude the item."
        ),
    ),
    # --- mapped scales
    "net promoter score of mapped answers": (
        lambda: net_promoter_score(map_scale([0, 5], from_=Scale(0, 5), to=Scale(0, 10))),
        ParameterError,
        (
            "answers were mapped from the scale 0-5. They give no net promoter score: its groups "
            "are defined by answers that people gave on 0 to 10, not by answers to another "
            "question that were mapped there."
        ),
    ),
    "mapped answers off their scale": (
        lambda: map_scale([1, 0], from_=FIVE, to=TEN),
        DataError,
        (
            "answers must be a whole number from 1 to 5, but row 1 has 0. If 0 means no answer, "
            "use missing_codes=(0,); if the scale is another one, give its ends."
        ),
    ),
    "weights of other rows in JSON": (
        lambda: MappedAnswers.from_json(
            map_scale([1, 2], from_=FIVE, to=TEN).to_json().replace("[1.0,1.0]", "[1.0]")
        ),
        ParameterError,
        (
            "answers and weights must have one entry per respondent, but have the shapes (2,) "
            "and (1,)."
        ),
    ),
    # --- top box
    "mean of one answer": (
        lambda: top_box([5], scale=FIVE).mean.confidence_interval(method=Bootstrap()),
        DataError,
        (
            "mean answer: an interval needs at least 2 answers, but there is 1. Report the value "
            "without one, or collect more answers."
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=CASES)
def test_refused_in_these_words(call, error, message):
    with pytest.raises(CustvalueError) as caught:
        call()
    assert str(caught.value) == message
    assert type(caught.value) is error
