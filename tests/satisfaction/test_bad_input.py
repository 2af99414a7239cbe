"""What the satisfaction measures refuse, and in which words."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from satisfaction_cases import ANSWERS, EXPECTED, FIVE, GOT, IMPORTANCE, OWN, TEN, WORKSHOP

from custvalue.errors import CustvalueError, DataError, ParameterError
from custvalue.satisfaction import (
    Attribute,
    NetPromoterScore,
    customer_satisfaction_index,
    disconfirmation,
    disconfirmation_scores,
    net_promoter_score,
    satisfaction_effect,
    tier_response,
    top_box,
)
from custvalue.survey import Responses, Scale

TRUE_ZERO = Scale(0, 10, true_zero=True)


def gap(perceived=(9, 8), expected=(7, 8), **options):
    return lambda: disconfirmation(perceived, expected, **({"scale": TEN} | options))


def nps(answers=(10, 3), **options):
    return lambda: net_promoter_score(answers, **options)


def counts(promoters=1, passives=1, detractors=1, **options):
    return lambda: NetPromoterScore.from_counts(
        promoters=promoters, passives=passives, detractors=detractors, **options
    )


def box(answers=(5, 4), **options):
    return lambda: top_box(answers, **({"scale": FIVE} | options))


def index(responses=ANSWERS, **options):
    return lambda: customer_satisfaction_index(responses, **options)


def effect(perceived=None, expected=None, **options):
    return lambda: satisfaction_effect(
        GOT if perceived is None else perceived,
        EXPECTED if expected is None else expected,
        **({"attributes": WORKSHOP, "scale": FIVE} | options),
    )


def importance(points, **options):
    return Responses.from_frame(points, scale=Scale(0, 100, step=None), **options)


CASES = {
    # --- disconfirmation
    "answer off the scale": (
        gap([9, 11]),
        DataError,
        (
            "perceptions must be a whole number from 1 to 10, but row 1 has 11. If 11 means no "
            "answer, use missing_codes=(11,); if the scale is another one, give its ends."
        ),
    ),
    "nought on a scale from 1": (
        gap([9, 8], [0, 0]),
        DataError,
        (
            "expectations must be a whole number from 1 to 10, but row 0 has 0 (and 1 more row). "
            "If 0 means no answer, use missing_codes=(0,); if the scale is another one, give its "
            "ends."
        ),
    ),
    "a float where a whole answer belongs": (
        gap([9, 8.5]),
        DataError,
        (
            "perceptions must be a whole number from 1 to 10, but row 1 has 8.5. If it is a total "
            "or a mean, leave that row out; for a continuous scale use step=None."
        ),
    ),
    "NaN": (
        gap([9, math.nan]),
        DataError,
        (
            "perceptions: row 1 has no answer. Use missing='drop' to exclude such respondents, "
            "or missing='pairwise' to use the answers that there are."
        ),
    ),
    "None": (
        gap([9, 8], [None, None]),
        DataError,
        (
            "expectations: row 0 has no answer, one of 2 missing answers. Use missing='drop' to "
            "exclude such respondents, or missing='pairwise' to use the answers that there "
            "are."
        ),
    ),
    "null in polars": (
        gap(pl.Series([9, None]), pl.Series([7, 8])),
        DataError,
        (
            "perceptions: row 1 has no answer. Use missing='drop' to exclude such respondents, "
            "or missing='pairwise' to use the answers that there are."
        ),
    ),
    "NA in pandas": (
        gap(pd.Series([9, None], dtype="Int64"), pd.Series([7, 8])),
        DataError,
        (
            "perceptions: row 1 has no answer. Use missing='drop' to exclude such respondents, "
            "or missing='pairwise' to use the answers that there are."
        ),
    ),
    "nobody answered both": (
        gap([9, None], [None, 8], missing="drop"),
        DataError,
        (
            "perceptions and expectations: no respondents remain, because each of the 2 "
            "respondents has a missing answer or the weight 0. Check the columns and the scale's "
            "missing_codes."
        ),
    ),
    "a word": (
        gap([9, "good"]),
        DataError,
        (
            "perceptions must be a number, but row 1 has 'good'. Say what each word means, as in "
            "codebook=Codebook(scale=Scale(1, 10), words={'good': …})."
        ),
    ),
    "only words": (
        gap("good", [7]),
        DataError,
        "column 'perceptions' must be a sequence, but it is 'good'.",
    ),
    "nothing": (
        gap(None, [7]),
        DataError,
        "column 'perceptions' must be a sequence, but it is None.",
    ),
    "truth values": (
        gap([True, False]),
        DataError,
        (
            "perceptions must be a number, but row 0 has True (and 1 more row). Code the answers "
            "as numbers on the scale 1-10."
        ),
    ),
    "lengths that differ": (
        gap([9, 8, 7]),
        DataError,
        "columns must have the same length, but have {'perceptions': 3, 'expectations': 2}.",
    ),
    "weights of another length": (
        gap(weights=[1]),
        DataError,
        (
            "columns must have the same length, but have {'perceptions': 2, 'expectations': 2, "
            "'weights': 1}."
        ),
    ),
    "two dimensions": (
        gap(np.ones((2, 2))),
        DataError,
        (
            "perceptions must be one column of answers, not an array of shape (2, 2). Give one of "
            "its columns, as in perceptions=data[:, 0]."
        ),
    ),
    "nobody": (
        gap([], []),
        DataError,
        "the survey has no rows. Give at least one respondent.",
    ),
    "negative weight": (
        gap(weights=[1, -2]),
        DataError,
        (
            "weights must be a finite number >= 0, but row 1 has -2. A sampling weight says how "
            "many people a respondent stands for."
        ),
    ),
    "missing weight": (
        gap(weights=[1, math.nan]),
        DataError,
        (
            "weights must be a finite number >= 0, but row 1 has nan. A sampling weight says how "
            "many people a respondent stands for."
        ),
    ),
    "weights all nought": (
        gap(weights=[0, 0]),
        DataError,
        "weights must not all be 0. Omit the argument for equal weights.",
    ),
    "one respondent has no interval": (
        lambda: disconfirmation(9, 7, scale=TEN).confidence_interval(),
        DataError,
        (
            "mean difference: an interval needs at least 2 answers, but there is 1. Report the "
            "value without one, or collect more answers."
        ),
    ),
    "expectation of nought has no ratio": (
        gap([9, 8, 7], [7, 0, 0], scale=TRUE_ZERO),
        DataError,
        (
            "expectations must be > 0 for the ratio perception / expectation, but row 1 has 0 "
            "(and 1 more row). Use zeros='drop' to exclude such respondents from the ratio, or "
            "declare the scale without true_zero=True to have the difference alone."
        ),
    ),
    "perception of nought has no logarithm": (
        gap([9, 0], [7, 8], scale=TRUE_ZERO),
        DataError,
        (
            "perceptions must be > 0 for the ratio perception / expectation, but row 1 has 0. "
            "Use zeros='drop' to exclude such respondents from the ratio, or declare the scale "
            "without true_zero=True to have the difference alone."
        ),
    ),
    "negative band": (
        gap(band=-1),
        ParameterError,
        (
            "band must be a number of scale points >= 0 and < 9, the width of the scale 1-10, "
            "but it is -1. Respondents whose answers differ by no more than the band count as "
            "satisfied."
        ),
    ),
    "band as wide as the scale": (
        lambda: disconfirmation_scores([9], [8], scale=TEN, band=9),
        ParameterError,
        (
            "band must be a number of scale points >= 0 and < 9, the width of the scale 1-10, "
            "but it is 9. Respondents whose answers differ by no more than the band count as "
            "satisfied."
        ),
    ),
    # --- net promoter score
    "between passive and promoter": (
        nps([10, 8.5, 6.5]),
        DataError,
        (
            "answers must be a whole number from 0 to 10, but row 1 has 8.5 (and 1 more row). An "
            "answer between two groups belongs to neither: give the answers themselves, not "
            "means or rescaled ones."
        ),
    ),
    "eleven": (
        nps([10, 11]),
        DataError,
        (
            "answers must be a whole number from 0 to 10, but row 1 has 11. If 11 means no "
            "answer, use scale=Scale(0, 10, missing_codes=(11,)); on another scale there is no "
            "net promoter score, use top_box."
        ),
    ),
    "infinite": (
        nps([10, math.inf]),
        DataError,
        (
            "answers must be a whole number from 0 to 10, but row 1 has inf. If inf means no "
            "answer, use scale=Scale(0, 10, missing_codes=(inf,)); on another scale there is no "
            "net promoter score, use top_box."
        ),
    ),
    "net promoter score on 1-5": (
        nps([1, 2, 3], scale=FIVE),
        ParameterError,
        (
            "net_promoter_score needs answers on Scale(0, 10), but the scale is Scale(low=1, "
            "high=5). Promoters and detractors are defined on 0 to 10 only: ask that question, "
            "or report top_box(answers, scale=Scale(low=1, high=5), boxes=1) under its own name."
        ),
    ),
    "net promoter score on a turned scale": (
        nps(scale=Scale(0, 10, direction="lower is better")),
        ParameterError,
        (
            "net_promoter_score needs answers on Scale(0, 10), but the scale is Scale(low=0, "
            "high=10, direction='lower is better'). Promoters and detractors are defined on 0 to "
            "10 only: ask that question, or report top_box(answers, scale=Scale(low=0, high=10, "
            "direction='lower is better'), boxes=1) under its own name."
        ),
    ),
    "net promoter score of words": (
        nps([10, "often"]),
        DataError,
        (
            "answers must be a number, but row 1 has 'often'. Say what each word means, as in "
            "codebook=Codebook(scale=Scale(0, 10), words={'often': …})."
        ),
    ),
    "net promoter score with gaps": (
        nps([10, None, None]),
        DataError,
        (
            "answers: row 1 has no answer, one of 2 missing answers. Use missing='drop' to "
            "exclude such respondents, or missing='pairwise' to use the answers that there are."
        ),
    ),
    "net promoter score of nobody": (
        nps([]),
        DataError,
        "the survey has no rows. Give at least one respondent.",
    ),
    "net promoter score of gaps": (
        nps([None, None], missing="drop"),
        DataError,
        (
            "answers: no respondents remain, because each of the 2 respondents has a missing "
            "answer or the weight 0. Check the columns and the scale's missing_codes."
        ),
    ),
    "method": (
        lambda: net_promoter_score([10, 3]).confidence_interval(method="adjusted wald"),
        ParameterError,
        (
            "method must be one of 'score', 'dirichlet', 'adjusted-wald', 'wald', but it is "
            "'adjusted wald'. Did you mean 'adjusted-wald'?"
        ),
    ),
    "method of a share": (
        lambda: net_promoter_score([10, 3]).confidence_interval(method="wilson"),
        ParameterError,
        (
            "method must be one of 'score', 'dirichlet', 'adjusted-wald', 'wald', but it is "
            "'wilson'. Wilson's interval of a share is the 'score' interval of a net "
            "promoter score."
        ),
    ),
    "a frame for the answers": (
        nps({"recommend": [9], "return": [8]}),
        DataError,
        (
            "answers must be one column of answers, not all of 'recommend', 'return'. "
            "Give one of them, as in answers=data['recommend']."
        ),
    ),
    "a dataframe for the answers": (
        box(pl.DataFrame({"clean": [4]})),
        DataError,
        (
            "answers must be one column of answers, not all of 'clean'. Give "
            "one of them, as in answers=data['clean']."
        ),
    ),
    "counts that do not add up": (
        counts(18, 11, 2, n=32),
        DataError,
        (
            "promoters, passives and detractors add up to 18 + 11 + 2 = 31, but n is 32. Count "
            "the answers again, or omit n."
        ),
    ),
    "counts of nobody": (
        counts(0, 0, 0),
        DataError,
        "promoters, passives and detractors are all 0: there is no score.",
    ),
    "negative count": (
        counts(passives=-1),
        DataError,
        (
            "passives must be a whole number of answers >= 0, but it is -1. For weighted answers "
            "use net_promoter_score(answers, weights=...)."
        ),
    ),
    "shares for counts": (
        counts(0.5, 0.3, 0.2),
        DataError,
        (
            "promoters must be a whole number of answers >= 0, but it is 0.5. For weighted "
            "answers use net_promoter_score(answers, weights=...)."
        ),
    ),
    # --- top box
    "more boxes than answers": (
        box(boxes=5),
        ParameterError,
        (
            "boxes must be a whole number from 1 to 4, or from -4 to -1 for the worst answers, "
            "because the scale 1-5 has 5 answers, but it is 5."
        ),
    ),
    "top box of a continuous scale": (
        box(scale=Scale(1, 5, step=None)),
        ParameterError,
        (
            "top_box needs a scale with steps, but Scale(low=1, high=5, step=None) is "
            "continuous. Give its step, or report the mean."
        ),
    ),
    "top box off the scale": (
        box([5, 7]),
        DataError,
        (
            "answers must be a whole number from 1 to 5, but row 1 has 7. If 7 means no answer, "
            "use missing_codes=(7,); if the scale is another one, give its ends."
        ),
    ),
    # --- index
    "an overall question that nothing is derived from": (
        index(overall="on time"),
        ParameterError,
        (
            "overall='on time' is the question that importance is derived from, but importance "
            "is not 'derived'. Use importance='derived', or omit overall."
        ),
    ),
    "per respondent without the respondents' importance": (
        index(importance=[40, 60], weighting="per respondent"),
        ParameterError,
        (
            "weighting='per respondent' needs each respondent's own importance, as "
            "importance=Responses.from_frame(…). Give it, or omit weighting."
        ),
    ),
    "an item that nobody answered": (
        index(
            Responses.from_frame({"a": [None, None], "b": [1, 2]}, scale=FIVE, missing="pairwise")
        ),
        DataError,
        "no respondent answered 'a'. Exclude this item.",
    ),
    "frame without a scale": (
        index({"friendly": [5, 4]}),
        ParameterError,
        (
            "a dataframe needs its scale, as in scale=Scale(1, 5). Use "
            "Responses.from_frame(frame, items=[...], scale=...) to choose the columns."
        ),
    ),
    "two scales": (
        index(scale=TEN),
        ParameterError,
        (
            "scale is Scale(low=1, high=10), but the responses were given on Scale(low=1, "
            "high=5). Leave scale out."
        ),
    ),
    "percent of a maximum that is the bad end": (
        index({"wait": [5, 4]}, scale=Scale(1, 5, direction="lower is better"), form="maximum"),
        ParameterError,
        (
            "form='maximum' divides answers by the highest one, which says nothing on "
            "Scale(low=1, high=5, direction='lower is better'). Use form='scale'."
        ),
    ),
    "unknown item": (
        index(importance={"frendly": 40, "on time": 60}),
        DataError,
        (
            "importance names 'frendly', which is not an item. Did you mean 'friendly'? The "
            "items are 'friendly', 'on time'."
        ),
    ),
    "item without importance": (
        index(importance={"on time": 60}),
        DataError,
        ("importance has no 'friendly'. Give every item its importance, 0 for none."),
    ),
    "importance of another length": (
        index(importance=[40, 50, 10]),
        DataError,
        (
            "importance must have one entry for each of the 2 items, 'friendly', 'on time', but "
            "has 3. A mapping of item to importance is safer."
        ),
    ),
    "negative importance": (
        index(importance=[140, -40]),
        DataError,
        "importance of 'on time' must be a finite number >= 0, but it is -40.",
    ),
    "importance in words": (
        index(importance={"friendly": "high", "on time": 60}),
        DataError,
        "importance of 'friendly' must be a finite number >= 0, but it is 'high'.",
    ),
    "importance of NaN": (
        index(importance=[math.nan, 60]),
        DataError,
        "importance of 'friendly' must be a finite number >= 0, but it is nan.",
    ),
    "importance of each respondent in a mapping": (
        index(importance={"friendly": [3, 4, 5, 1], "on time": 60}),
        DataError,
        (
            "importance of 'friendly' must be a finite number >= 0, but it is [3, 4, 5, 1]. For"
            " one per respondent give Responses."
        ),
    ),
    "importance all nought": (
        index(importance=[0, 0]),
        DataError,
        ("importance must not all be 0. Give none for equal weights."),
    ),
    "one number for importance": (
        index(importance=40),
        DataError,
        (
            "importance must be a mapping of item to number, a sequence of numbers or Responses, "
            "but it is 40."
        ),
    ),
    "importance that does not sum": (
        index(importance={"friendly": 50, "on time": 48}, importance_total=100),
        DataError,
        (
            "importance must add up to 100, but adds up to 98, more than rounding explains. "
            "Look for a missing or mistyped item, or give no importance_total to have it "
            "normalised."
        ),
    ),
    "points of a respondent that do not sum": (
        index(
            importance=importance({"friendly": [40, 40, 50, 60], "on time": [59, 58, 50, 40]}),
            importance_total=100,
        ),
        DataError,
        (
            "importance must be points that add up to 100, but row 1 has 98. Give no "
            "importance_total to have it normalised."
        ),
    ),
    "a respondent to whom nothing matters": (
        index(importance=importance({"friendly": [40, 0, 50, 60], "on time": [60, 0, 50, 40]})),
        DataError,
        (
            "importance must be > 0 for at least one item, but row 1 has 0. A respondent to "
            "whom nothing matters has no index: exclude that row."
        ),
    ),
    "negative importance of a respondent": (
        index(
            importance=Responses.from_frame(
                {"friendly": [1, 2, 1, 1], "on time": [1, 2, -1, 1]}, scale=Scale(-2, 2)
            )
        ),
        DataError,
        (
            "importance of 'on time' must be a number >= 0, but row 2 has -1. Importance is a "
            "weight; give it on a scale that starts at 0 or above."
        ),
    ),
    "ranks for importance": (
        index(importance=Responses.from_frame(OWN, scale=Scale(1, 5, direction="lower is better"))),
        DataError,
        (
            "importance must be on a scale whose high answers mean important, but it is on "
            "Scale(low=1, high=5, direction='lower is better'). Recode the answers first."
        ),
    ),
    "importance of other items": (
        index(importance=Responses.from_frame({"price": [3, 4, 5, 1]}, scale=FIVE)),
        DataError,
        (
            "importance must be about the items of responses, 'friendly', 'on time', but they "
            "are about 'price'."
        ),
    ),
    "importance of other people": (
        index(
            importance=Responses.from_frame(
                {name: points[:3] for name, points in OWN.items()}, scale=FIVE
            )
        ),
        DataError,
        (
            "responses must be of the same respondents in the same order as importance, but "
            "there are 4 and 3."
        ),
    ),
    "rows that may not belong together": (
        index(
            importance=Responses.from_frame(
                OWN | {"friendly": [3, 4, None, 1]}, scale=FIVE, missing="drop"
            )
        ),
        DataError,
        (
            "missing='drop' excludes 1 respondent of importance, so that rows may not belong "
            "together. Read both with missing='pairwise'."
        ),
    ),
    "weights that differ": (
        index(importance=Responses.from_frame(OWN | {"w": [1, 2, 1, 1]}, scale=FIVE, weights="w")),
        DataError,
        (
            "importance must have the sampling weights of responses, but they differ. Give both "
            "the same, or give them to responses alone."
        ),
    ),
    # --- tiers
    "tier misspelt": (
        lambda: tier_response([1], "desird"),
        ParameterError,
        (
            "tier must be one of 'satisfied', 'desired', 'surprised', but it is 'desird'. Did "
            "you mean 'desired'?"
        ),
    ),
    "tier of an attribute": (
        lambda: Attribute.from_json('{"name": "x", "tier": "must-be"}'),
        ParameterError,
        (
            "Attribute: tier must be one of 'satisfied', 'desired', 'surprised', but it is "
            "'must-be'."
        ),
    ),
    "negative weight of an attribute": (
        lambda: Attribute(name="x", tier="desired", weight=-1),  # type: ignore[arg-type]
        ParameterError,
        "Attribute: weight must be >= 0, but it is -1.",
    ),
    "no attributes": (
        effect(attributes=[]),
        ParameterError,
        "attributes must name at least one Attribute, but it is empty.",
    ),
    "an attribute that is a name": (
        effect(attributes=["repaired"]),
        ParameterError,
        (
            "attributes must be a sequence of Attribute, but holds 'repaired'. Use "
            "Attribute(name=..., tier='desired', weight=1)."
        ),
    ),
    "an attribute twice": (
        effect(attributes=[WORKSHOP[0], WORKSHOP[0]]),
        ParameterError,
        "attributes must be different, but 'repaired' comes twice.",
    ),
    "attributes without weight": (
        effect(attributes=[Attribute(name="repaired", tier=WORKSHOP[0].tier, weight=0)]),
        ParameterError,
        "the weights of the attributes must not all be 0.",
    ),
    "slope of nought": (
        effect(unmet_slope=0),
        ParameterError,
        (
            "unmet_slope must be a number > 0, but it is 0. The tier says which attributes have "
            "no effect on one side."
        ),
    ),
    "column absent": (
        effect(expected={"repaired": 5, "in time": 4, "car washed": 1}),
        DataError,
        (
            "attributes names 'on time', which is not a column of expectations. Did you mean 'in "
            "time'? The columns are 'repaired', 'in time', 'car washed'."
        ),
    ),
    "effect off the scale": (
        effect(expected=EXPECTED | {"repaired": 6}),
        DataError,
        (
            "repaired (expectations) must be a whole number from 1 to 5, but row 0 has 6 (and 2 "
            "more rows). If 6 means no answer, use missing_codes=(6,); if the scale is another "
            "one, give its ends."
        ),
    ),
    "effect of a missing answer": (
        effect(GOT | {"on time": [3, None, 5]}),
        DataError,
        (
            "on time (perceptions): row 1 has no answer. Use missing='drop' to exclude such "
            "respondents, or missing='pairwise' to use the answers that there are."
        ),
    ),
    "effect on nobody": (
        effect(GOT | {"on time": [None, None, 5], "repaired": [5, 5, None]}, missing="drop"),
        DataError,
        (
            "missing='drop' excludes all respondents: each of the 3 respondents misses an "
            "answer. Use missing='pairwise', or exclude the attribute with most gaps."
        ),
    ),
    "effect of lengths that differ": (
        effect(GOT | {"on time": [3, 4]}),
        DataError,
        (
            "columns must have the same length, but have {'repaired (perceptions)': 3, 'on time "
            "(perceptions)': 2, 'car washed (perceptions)': 3, 'repaired (expectations)': 3, 'on "
            "time (expectations)': 3, 'car washed (expectations)': 3}."
        ),
    ),
    "attribute asked for": (
        lambda: effect()().attribute("on tine"),
        ParameterError,
        (
            "there is no attribute 'on tine'. Did you mean 'on time'? The attributes are "
            "'repaired', 'on time', 'car washed'."
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=CASES)
def test_refused_in_these_words(call, error, message):
    with pytest.raises(CustvalueError) as caught:
        call()
    assert str(caught.value) == message
    assert type(caught.value) is error


def test_errors_carry_column_rows_and_value():
    with pytest.raises(DataError) as caught:
        net_promoter_score([10, 8.5, 6.5])
    assert caught.value.column == "answers"
    assert (caught.value.rows, caught.value.count, caught.value.value) == ((1, 2), 2, 8.5)
    assert IMPORTANCE.respondents == 4


def test_an_unknown_way_of_weighting_is_refused():
    answers = Responses.from_frame({"a": [5, 4, 3], "b": [4, 2, 4]}, scale=Scale(1, 5))
    with pytest.raises(ParameterError, match="weighting must be one of 'mean importance', 'per re"):
        customer_satisfaction_index(answers, importance=answers, weighting="per customer")
