"""What effort scores, indices, sample sizes and mapped scales refuse, and in which words."""

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
    net_promoter_deviation,
    net_promoter_score,
    sample_size_for_difference,
    sample_size_for_mean,
    sample_size_for_net_promoter_score,
    sample_size_for_share,
    share_deviation,
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


def share(margin=0.05, **options):
    return lambda: sample_size_for_share(margin, **options)


def difference(value=0.1, **options):
    return lambda: sample_size_for_difference(value, **({"standard_deviation": 0.5} | options))


CASES = {
    # --- effort
    "effort without direction": (
        effort(),
        ParameterError,
        f"customer_effort_score must know which answers mean little effort. {VERSIONS}",
    ),
    "effort on a scale without direction": (
        effort(scale=SEVEN),
        ParameterError,
        (
            "customer_effort_score must know which answers on Scale(low=1, high=7) mean little "
            "effort, because low ones are good in one version and high ones in the other. "
            f"{VERSIONS}"
        ),
    ),
    "two directions": (
        effort(scale=LOW, direction="higher is better"),
        ParameterError,
        (
            "direction is 'higher is better', but the scale is Scale(low=1, high=7, "
            "direction='lower is better'). Leave one of the two out."
        ),
    ),
    "version against direction": (
        effort(version="1", direction="higher is better"),
        ParameterError,
        (
            "version='1' means lower is better, but direction is 'higher is better'. Leave one of "
            "the two out."
        ),
    ),
    "version on another scale": (
        effort(version="1", scale=SEVEN),
        ParameterError,
        (
            "version='1' is asked on Scale(low=1, high=5, direction='lower is better'), but the "
            "scale is Scale(low=1, high=7). Leave version out and say direction= for a question "
            "of your own."
        ),
    ),
    "unknown version": (
        effort(version="3"),
        ParameterError,
        "version must be one of '1', '2', but it is '3'.",
    ),
    "unknown direction": (
        effort(scale=SEVEN, direction="lower"),
        ParameterError,
        ("direction must be one of 'higher is better', 'lower is better', but it is 'lower'."),
    ),
    "effort off the scale": (
        effort([1, 6], version="1"),
        DataError,
        (
            "answers must be a whole number from 1 to 5, but row 1 has 6. If 6 means no answer, "
            "say missing_codes=(6,); if the scale is another one, give its ends."
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
    "unknown derivation": (
        derived(derivation="johnson"),
        ParameterError,
        (
            "derivation must be one of 'relative weights', 'correlation', 'regression', but it is "
            "'johnson'."
        ),
    ),
    "too few respondents": (
        derived({"a": [1, 2, 3], "b": [3, 2, 1], "sat": [1, 2, 3]}),
        DataError,
        (
            "importance of 2 items can be derived from 4 complete respondents or more, but there "
            "are 3. State the importance, or ask more."
        ),
    ),
    "all answers to an item are equal": (
        derived(DRIVERS | {"b": [3] * 6}),
        DataError,
        (
            "importance cannot be derived: all answers to 'b' are equal. Leave it out, or state "
            "the importance."
        ),
    ),
    "all overall answers are equal": (
        derived(DRIVERS | {"sat": [3] * 6}),
        DataError,
        (
            "importance cannot be derived: all answers to 'the overall question' are equal. Leave "
            "it out, or state the importance."
        ),
    ),
    "two items are one": (
        derived(DRIVERS | {"b": DRIVERS["a"]}),
        DataError,
        (
            "importance cannot be derived: the answers to one item follow from those to others. "
            "Leave one of them out, or ask more respondents."
        ),
    ),
    "negative importance": (
        derived(DRIVERS | {"b": [5, 4, 3, 2, 1, 5]}, derivation="correlation"),
        DataError,
        (
            "importance derived by correlation is negative for 'b', whose correlation is -0.9515. "
            "If its answers run the other way, turn them round; if not, leave it out or say "
            "derivation='relative weights'."
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
            "there is no item 'B'. Did you mean 'b'? The items are 'a', 'b'. Say factors={...} "
            "where items have names of their own."
        ),
    ),
    "preset on items of other names": (
        factors(weights=CHINA_AFTER_SALES_2014, frame={"quality": [9, 8]}),
        DataError,
        (
            "there is no item 'service quality'. Did you mean 'quality'? The items are 'quality'. "
            "Say factors={...} where items have names of their own."
        ),
    ),
    "weighted factor without definition": (
        factors(factors={"a": ["a"]}),
        DataError,
        (
            "there is no factor 'b'. The factors are 'a'. Say factors={...} where items have names "
            "of their own."
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
            "weights='principal component'. Say convention='simple' for equal ones."
        ),
    ),
    "weights of a simple index": (
        three(convention="simple", weights=[1, 1, 1]),
        ParameterError,
        (
            "convention='simple' has equal weights. Leave weights out, or say "
            "convention='unstandardised' or 'as given'."
        ),
    ),
    "unknown convention": (
        three(convention="standardised"),
        ParameterError,
        (
            "convention must be one of 'unstandardised', 'as given', 'simple', but it is "
            "'standardised'. Did you mean 'unstandardised'?"
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
        "weights must be given for the items 'x', 'y', 'z', but 'w' is no item.",
    ),
    "weight left out": (
        three(weights={"x": 1, "y": 1}),
        DataError,
        "weights must be given for the items 'x', 'y', 'z', but 'z' is left out.",
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
            "all answers to 'y' are equal, so that its weight is unknown. Say convention='simple', "
            "or leave the item out."
        ),
    ),
    # --- sample sizes
    "margin in percent": (
        share(5),
        ParameterError,
        (
            "margin must be a number > 0 and < 0.5000, as in 0.05 for ± 5 percentage points, but "
            "it is 5."
        ),
    ),
    "margin in words": (
        share("small"),
        ParameterError,
        (
            "margin must be a number > 0 and < 0.5000, as in 0.05 for ± 5 percentage points, but "
            "it is 'small'."
        ),
    ),
    "expected share in percent": (
        share(expected=70),
        ParameterError,
        "expected must be a number > 0 and < 1, as in 0.5, but it is 70.",
    ),
    "response rate in percent": (
        share(response_rate=20),
        ParameterError,
        "response_rate must be a share > 0 and <= 1, but it is 20. Did you mean 0.2?",
    ),
    "nobody answers": (
        share(response_rate=0),
        ParameterError,
        "response_rate must be a share > 0 and <= 1, but it is 0.",
    ),
    "design effect below 1": (
        share(design_effect=0.5),
        ParameterError,
        (
            "design_effect must be a number >= 1, as in 1.5, but it is 0.5. It is n / effective n "
            "of an earlier study."
        ),
    ),
    "population of half a person": (
        share(population=0.5),
        ParameterError,
        (
            "population must be a whole number of people >= 2, or left out for a large one, but it "
            "is 0.5."
        ),
    ),
    "more invitations than people": (
        share(population=1000, response_rate=0.2),
        ParameterError,
        (
            "278 answers at a response rate of 20.0 % need 1,390 invitations, but the population "
            "is 1,000. Accept a larger margin, or raise the response rate."
        ),
    ),
    "margin of nothing": (
        share(1e-9),
        ParameterError,
        "a margin of 1e-09 needs more than 10^12 answers. Is it in the right unit?",
    ),
    "level in percent": (
        share(level=95),
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
    ),
    "mean without spread": (
        lambda: sample_size_for_mean(0.2),
        ParameterError,
        (
            "sample_size_for_mean needs the standard deviation of the answers, or their scale for "
            "the largest possible one: say either standard_deviation= or scale=, and not both."
        ),
    ),
    "power below a half": (
        difference(power=0.3),
        ParameterError,
        "power must be a number > 0.5000 and < 1, as in 0.8, but it is 0.3.",
    ),
    "no difference": (
        difference(0),
        ParameterError,
        "difference must be a number > 0, in the unit of the measure, but it is 0.",
    ),
    "three groups": (
        difference(standard_deviation=(1, 2, 3)),
        ParameterError,
        ("standard_deviation must be one number or two, one for each group, but it is (1, 2, 3)."),
    ),
    "shares above 1": (
        lambda: sample_size_for_net_promoter_score(5, promoters=0.8, detractors=0.4),
        ParameterError,
        ("promoters and detractors must add up to more than 0 and at most 1, but add up to 1.200."),
    ),
    "margin of a score as a share": (
        lambda: sample_size_for_net_promoter_score(0.05),
        ParameterError,
        (
            "margin must be 0.5 points or more, as in 5, but it is 0.05. Points are hundredths, "
            "from -100 to 100: did you mean 5?"
        ),
    ),
    "promoters in percent": (
        lambda: net_promoter_deviation(50, 20),
        ParameterError,
        "promoters must be a share from 0 to 1, but it is 50.",
    ),
    "only promoters": (
        lambda: net_promoter_deviation(1, 0),
        ParameterError,
        ("promoters or detractors alone leave nothing to estimate. Expect some of the others."),
    ),
    "share of everybody": (
        lambda: share_deviation(1),
        ParameterError,
        "share must be a number > 0 and < 1, as in 0.7, but it is 1.",
    ),
    # --- mapped scales
    "net promoter score of mapped answers": (
        lambda: net_promoter_score(map_scale([0, 5], from_=Scale(0, 5), to=Scale(0, 10))),
        ParameterError,
        (
            "answers were mapped from the scale 0-5. No net promoter score can be made of them: "
            "its groups are defined by answers that people gave on 0 to 10, not by where a line "
            "puts answers to another question."
        ),
    ),
    "mapped to no scale": (
        lambda: map_scale([1], from_=FIVE, to=10),  # pyright: ignore[reportArgumentType]  # the point
        ParameterError,
        "to must be a Scale, as in Scale(1, 10), but it is 10.",
    ),
    "mapped from no scale": (
        lambda: map_scale([1], to=TEN),
        ParameterError,
        "from_ must be a Scale, as in Scale(1, 10), but it is None.",
    ),
    "mapped answers off their scale": (
        lambda: map_scale([1, 0], from_=FIVE, to=TEN),
        DataError,
        (
            "answers must be a whole number from 1 to 5, but row 1 has 0. If 0 means no answer, "
            "say missing_codes=(0,); if the scale is another one, give its ends."
        ),
    ),
    "unknown rounding": (
        lambda: map_scale([1], from_=FIVE, to=TEN, rounding="up"),  # pyright: ignore[reportArgumentType]  # the point
        ParameterError,
        "rounding must be one of 'none', 'nearest', but it is 'up'.",
    ),
    "weights of other rows in JSON": (
        lambda: MappedAnswers.from_json(
            map_scale([1, 2], from_=FIVE, to=TEN).to_json().replace("[1.0,1.0]", "[1.0]")
        ),
        ParameterError,
        (
            "answers and weights must have one entry a respondent, but have the shapes (2,) and "
            "(1,)."
        ),
    ),
    # --- top box
    "unknown method of a mean": (
        lambda: top_box([5, 4], scale=FIVE).mean.confidence_interval(method="wilson"),  # pyright: ignore[reportArgumentType]  # the point
        ParameterError,
        "method must be one of 't', 'beta', but it is 'wilson'.",
    ),
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
