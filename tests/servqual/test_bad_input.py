"""What is wrong with a SERVQUAL survey is said in words: the exact messages."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from custvalue import servqual, testing
from custvalue._respondents.block import Block
from custvalue.errors import DataError, ParameterError
from custvalue.servqual import SERVQUAL, Survey, difference_score_reliability
from custvalue.survey import Instrument, Scale

P = list(testing.PERCEPTIONS)
E = list(testing.EXPECTATIONS)
POINTS = list(testing.IMPORTANCE)
COLUMNS = (
    "The columns are 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12' "
    "and 38 more."
)
NO_ANSWER = (
    "P1: row 1 has no answer. Use missing='drop' to exclude such respondents, "
    "missing='pairwise' to use the answers that there are, or missing='prorate' to fill it, where "
    "items are combined, by the respondent's answers to others that measure the same."
)
TO_NUMBERS = "Code the answers as numbers on the scale 1-7."
BY_WORDS = (
    "Say what each word means, as in codebook=Codebook(scale=Scale(1, 7), words={'good': …})."
)
WAY_OUT = (
    "Use normalise_importance=True to rescale them, or importance_total=90 if that is the total "
    "that was asked for."
)
DIMENSIONS = "'tangibles', 'reliability', 'responsiveness', 'assurance', 'empathy'"


def frame(n=4, **changes):
    usual = {
        **{name: [5] * n for name in P},
        **{name: [6] * n for name in E},
        **{name: [20] * n for name in POINTS},
        "weight": [1.0] * n,
    }
    return usual | changes


def read(data=None, **options):
    usual = {
        "perceptions": P,
        "expectations": E,
        "importance": POINTS,
        "scale": Scale(1, 7),
        "weights": "weight",
    }
    return Survey.from_frame(frame() if data is None else data, **(usual | options))


def arrays(perceptions=((5, 5, 5), (5, 5, 5)), expectations=None, importance=None, **options):
    usual = {"scale": Scale(1, 7), "dimensions": {"a": 2, "b": 1}}
    return Survey.from_arrays(perceptions, expectations, importance, **(usual | options))


def points(**of):
    return dict.fromkeys(SERVQUAL.dimension_names, 20) | of


CASES = {
    # --- columns
    "column absent": (
        lambda: read(perceptions=[*P[:21], "P222"]),
        f"perceptions[21]='P222' is not a column of the data. Did you mean 'P22'? {COLUMNS}",
    ),
    "expectation absent": (
        lambda: read(expectations=["e-1", *E[1:]]),
        f"expectations[0]='e-1' is not a column of the data. Did you mean 'E1'? {COLUMNS}",
    ),
    "21 perceptions": (
        lambda: read(perceptions=P[:21]),
        (
            "perceptions must name 22 columns, one for each item of SERVQUAL, but it names 21. For "
            "an adapted instrument name the columns of each dimension: "
            "dimensions={'staff': ['polite', 'skilled'], …}."
        ),
    ),
    "21 expectations": (
        lambda: read(expectations=E[:21]),
        (
            "expectations must name 22 columns, one for each perception and in the same order, but "
            "it names 21. Omit it for SERVPERF."
        ),
    ),
    "column twice": (
        lambda: read(perceptions=[*P[:21], "P1"]),
        "perceptions must be different, but 'P1' is named twice.",
    ),
    "perception as expectation": (
        lambda: read(expectations=[*E[:21], "P1"]),
        "a column holds either a perception or an expectation, but 'P1' is named as both.",
    ),
    "one name": (
        lambda: read(perceptions="P1"),
        (
            "perceptions must be a list of column names, but it is the one name 'P1'. "
            "Write ['P1'] for a single column, and list several, as in ['q1', 'q2']."
        ),
    ),
    "no list": (
        lambda: read(perceptions=22),
        "perceptions must be a list of column names, but it is 22.",
    ),
    "no columns": (
        lambda: read(perceptions=[]),
        "perceptions must name at least one column, but it is empty.",
    ),
    "no frame": (
        lambda: read([1, 2]),
        (
            "data must be a dataframe (pandas, polars, pyarrow, DuckDB, …) or a mapping of column "
            "name to values, but it is a list."
        ),
    ),
    "no rows": (
        lambda: read(frame(0)),
        "the survey has no rows. Give at least one respondent.",
    ),
    "no rows in pandas": (
        lambda: read(pd.DataFrame(frame(0))),
        "the survey has no rows. Give at least one respondent.",
    ),
    # --- answers
    "0 on a scale from 1": (
        lambda: read(frame(P1=[5, 0, 5, 0])),
        (
            "P1 must be a whole number from 1 to 7, but row 1 has 0 (and 1 more row). If 0 means "
            "no answer, use missing_codes=(0,); if the scale is another one, give its ends."
        ),
    ),
    "8 on a scale to 7": (
        lambda: read(frame(E5=[5, 6, 5, 8])),
        (
            "E5 must be a whole number from 1 to 7, but row 3 has 8. If 8 means no answer, use "
            "missing_codes=(8,); if the scale is another one, give its ends."
        ),
    ),
    "between the steps": (
        lambda: read(frame(P1=[5, 3.5, 5, 4])),
        (
            "P1 must be a whole number from 1 to 7, but row 1 has 3.5. If it is a total or a mean, "
            "leave that row out; for a continuous scale use step=None."
        ),
    ),
    "infinite": (
        lambda: read(frame(P1=[5, float("inf"), 5, 4])),
        (
            "P1 must be a whole number from 1 to 7, but row 1 has inf. Write a missing answer as "
            "null or NaN."
        ),
    ),
    "a word among numbers": (
        lambda: read(frame(P1=[5, "good", 5, 4])),
        f"P1 must be a number, but row 1 has 'good'. {BY_WORDS}",
    ),
    "text in pandas": (
        lambda: read(pd.DataFrame(frame(P1=["5", "4", "3", 2]))),
        f"P1 must be a number, but row 0 has '5' (and 2 more rows). {TO_NUMBERS}",
    ),
    "text in polars": (
        lambda: read(pl.DataFrame(frame(P1=["5", "4", "3", "2"]))),
        f"P1 must be a number, but row 0 has '5' (and 3 more rows). {TO_NUMBERS}",
    ),
    "text in pyarrow": (
        lambda: read(pa.table(frame(P1=["5", "4", "3", "2"]))),
        f"P1 must be a number, but row 0 has '5' (and 3 more rows). {TO_NUMBERS}",
    ),
    "true and false": (
        lambda: read(frame(P1=[True, False, True, True])),
        f"P1 must be a number, but row 0 has True (and 3 more rows). {TO_NUMBERS}",
    ),
    "off the scale after a gap": (
        lambda: arrays([[5, None, 3], [1, 2, 9]], missing="drop"),
        (
            "P3 must be a whole number from 1 to 7, but row 1 has 9. If 9 means no answer, use "
            "missing_codes=(9,); if the scale is another one, give its ends."
        ),
    ),
    # --- missing answers, by engine
    "None in a dict": (lambda: read(frame(P1=[5, None, 5, 4])), NO_ANSWER),
    "NaN in a dict": (lambda: read(frame(P1=np.array([5, np.nan, 5, 4]))), NO_ANSWER),
    "NaN in pandas": (lambda: read(pd.DataFrame(frame(P1=[5, np.nan, 5, 4]))), NO_ANSWER),
    "NA in pandas": (
        lambda: read(pd.DataFrame(frame(P1=[5, None, 5, 4])).convert_dtypes()),
        NO_ANSWER,
    ),
    "null in polars": (lambda: read(pl.DataFrame(frame(P1=[5, None, 5, 4]))), NO_ANSWER),
    "NaN in polars": (lambda: read(pl.DataFrame(frame(P1=[5.0, np.nan, 5.0, 4.0]))), NO_ANSWER),
    "null in pyarrow": (lambda: read(pa.table(frame(P1=[5, None, 5, 4]))), NO_ANSWER),
    "several missing": (
        lambda: read(frame(P1=[5, 5, None, None], P2=[5, None, 5, 5])),
        (
            "P2: row 1 has no answer, one of 3 missing answers. Use missing='drop' to exclude "
            "such respondents, missing='pairwise' to use the answers that there are, or "
            "missing='prorate' to fill it, where items are combined, by the respondent's answers "
            "to others that measure the same."
        ),
    ),
    "nobody left": (
        lambda: arrays([[5, None, 3], [1, 2, None]], missing="drop"),
        (
            "missing='drop' leaves no respondents: each of the 2 respondents has a missing answer. "
            "Use missing='pairwise', or exclude the item with most missing answers."
        ),
    ),
    "nobody answered enough": (
        lambda: arrays(
            [[5, None, None], [None, None, 2]],
            missing="prorate",
            min_answered=0.6,
            dimensions={"a": 3},
        ),
        (
            "missing='prorate' leaves no respondents: each of the 2 respondents answered less than "
            "60 % of the items of a dimension. Use a smaller min_answered, or exclude the item "
            "with most missing answers."
        ),
    ),
    "unknown policy": (
        lambda: read(missing="pairwise deletion"),
        (
            "missing must be one of 'raise', 'drop', 'pairwise', 'prorate', but it is "
            "'pairwise deletion'. "
            "Did you mean 'pairwise'?"
        ),
    ),
    "nobody answered an item": (
        lambda: servqual.gaps(read(frame(P1=[None] * 4), missing="pairwise")),
        "P1: there are no answers, so there is no mean. Exclude it.",
    ),
    "nobody answered an item of SERVPERF": (
        lambda: servqual.performance(read(frame(P1=[None] * 4), missing="pairwise")),
        "P1: there are no answers, so there is no mean. Exclude it.",
    ),
    # --- importance points
    "points that sum to 90": (
        lambda: read(frame(**{POINTS[0]: [20, 10, 20, 10]})),
        (
            f"importance must sum to 100 points for each respondent, but row 1 sums to 90 (and 1 "
            f"more row). {WAY_OUT}"
        ),
    ),
    "fixed points that sum to 90": (
        lambda: read(importance=points(empathy=10)),
        f"importance must sum to 100 points, but it sums to 90. {WAY_OUT}",
    ),
    "points of another total": (
        lambda: read(importance_total=10),
        (
            "importance must sum to 10 points for each respondent, but row 0 sums to 100 (and 3 "
            "more rows). Use normalise_importance=True to rescale them, or importance_total=100 if "
            "that is the total that was asked for."
        ),
    ),
    "no points at all": (
        lambda: read(frame(**{name: [20, 0, 20, 20] for name in POINTS})),
        (
            "importance must sum to 100 points for each respondent, but row 1 sums to 0. 0 "
            "points cannot be rescaled; write them as missing."
        ),
    ),
    "no points to rescale": (
        lambda: read(
            frame(**{name: [20, 0, 20, 20] for name in POINTS}), normalise_importance=True
        ),
        (
            "importance must sum to 100 points for each respondent, but row 1 sums to 0. 0 "
            "points cannot be rescaled; write them as missing."
        ),
    ),
    "negative points": (
        lambda: read(frame(**{POINTS[0]: [20, -20, 20, 20]})),
        (
            "points tangibles must be a finite number >= 0, but row 1 has -20. Importance points "
            "share out a total; none can be negative."
        ),
    ),
    "negative fixed points": (
        lambda: read(importance=points(assurance=60, empathy=-20)),
        "importance of empathy must be a finite number >= 0, but it is -20.",
    ),
    "missing points": (
        lambda: read(frame(**{POINTS[0]: [20, None, 20, None]})),
        (
            "importance: row 1 has no points, one of 2 such respondents. Use missing='drop' to "
            "exclude such respondents, or missing='pairwise' to use the answers that there are."
        ),
    ),
    "points in words": (
        lambda: read(frame(**{POINTS[0]: [20, "many", 20, 20]})),
        "points tangibles must be a number, but row 1 has 'many'. Give points as numbers.",
    ),
    "4 importance columns": (
        lambda: read(importance=POINTS[:4]),
        (
            "importance must name 5 columns, one for each dimension (tangibles, reliability, "
            "responsiveness, assurance, empathy), but it names 4."
        ),
    ),
    "importance column absent": (
        lambda: read(importance=[*POINTS[:4], "points empaty"]),
        (
            f"importance['empathy']='points empaty' is not a column of the data. Did you mean "
            f"'points empathy'? {COLUMNS}"
        ),
    ),
    "importance of an unknown dimension": (
        lambda: read(importance={"tangible": 100}),
        (
            f"importance names the dimension 'tangible', but the dimensions are {DIMENSIONS}. Did "
            f"you mean 'tangibles'?"
        ),
    ),
    "importance without a dimension": (
        lambda: read(importance={"tangibles": 100}),
        (
            "importance must name every dimension, but lacks 'reliability', 'responsiveness', "
            "'assurance', 'empathy'."
        ),
    ),
    "columns and points mixed": (
        lambda: read(importance=points(empathy=POINTS[4])),
        (
            "importance must map every dimension to a column, or every dimension to its points, "
            "but some are columns and some are points."
        ),
    ),
    "one importance column": (
        lambda: read(importance=POINTS[0]),
        (
            "importance must be a list of column names, but it is the one name 'points tangibles'. "
            "Write ['points tangibles'] for a single column, and list several, as in ['q1', 'q2']."
        ),
    ),
    "total of 0": (
        lambda: read(importance_total=0),
        "importance_total must be > 0, but it is 0.",
    ),
    "nobody gave points": (
        lambda: servqual.gaps(read(frame(**{POINTS[0]: [None] * 4}), missing="pairwise")),
        "importance of tangibles: there are no answers, so there is no mean. Exclude it.",
    ),
    # --- weights
    "weights absent": (
        lambda: read(weights="weigth"),
        f"weights='weigth' is not a column of the data. Did you mean 'weight'? {COLUMNS}",
    ),
    "negative weight": (
        lambda: read(frame(weight=[1, -1, 1, 1])),
        (
            "weight must be a finite number >= 0, but row 1 has -1. A sampling weight says how "
            "many people a respondent stands for."
        ),
    ),
    "missing weight": (
        lambda: read(frame(weight=[1, 1, None, 1])),
        (
            "weight must be a finite number >= 0, but row 2 has nan. A sampling weight says how "
            "many people a respondent stands for."
        ),
    ),
    "weights all zero": (
        lambda: read(frame(weight=[0] * 4)),
        "weight must not all be 0. Omit the argument for equal weights.",
    ),
    "weights all zero after dropping": (
        lambda: arrays([[5, 5, 5], [5, 5, None]], weights=[0, 1], missing="drop"),
        "weights must not all be 0. Omit the argument for equal weights.",
    ),
    # --- dimensions
    "unknown column in a dimension": (
        lambda: read(dimensions={"a": [*P[:21], "P-22"]}),
        "dimensions name 'P-22', which is not among the perceptions. Did you mean 'P22'?",
    ),
    "perceptions in no dimension": (
        lambda: read(dimensions={"a": P[:20]}),
        (
            "every perception must be in a dimension, but these are in none: 'P21', 'P22'. Name "
            "them in dimensions, or exclude them from perceptions."
        ),
    ),
    "perception in two dimensions": (
        lambda: read(dimensions={"a": P, "b": ["P1"]}),
        "'P1' must be in one dimension only, but is in two.",
    ),
    "sizes that do not add up": (
        lambda: read(dimensions={"a": 20, "b": 3}),
        (
            "dimensions take 23 perceptions together, but there are 22. Give every perception to "
            "one dimension."
        ),
    ),
    "empty dimension by size": (
        lambda: read(dimensions={"a": 22, "b": 0}),
        "dimensions['b'] must take at least 1 perception, not 0.",
    ),
    "empty dimension by name": (
        lambda: read(dimensions={"a": P, "b": []}),
        "dimensions['b'] must name at least one column, but it is empty.",
    ),
    "dimension of one name": (
        lambda: read(dimensions={"a": "P1"}),
        (
            "dimensions['a'] must be a list of column names, but it is the one name 'P1'. Write "
            "['P1'] for a single column, and list several, as in ['q1', 'q2']."
        ),
    ),
    "no dimensions": (
        lambda: read(dimensions={}),
        (
            "dimensions must map the name of each dimension to its columns, as in {'staff': "
            "['polite', 'skilled']}, but it is {}."
        ),
    ),
    # --- arrays
    "three dimensions": (
        lambda: arrays(np.ones((2, 3, 1))),
        "perceptions must have the shape (respondents, items), but it is (2, 3, 1).",
    ),
    "rows of different length": (
        lambda: arrays([[1, 2, 3], [1, 2]]),
        (
            "perceptions must have one row per respondent and the same number of items in every "
            "row, "
            "but the rows differ in length. Write a missing answer as None."
        ),
    ),
    "a word in an array": (
        lambda: arrays([[5, "good", 3], [1, 2, 3]]),
        f"P2 must be a number, but row 0 has 'good'. {BY_WORDS}",
    ),
    "fewer expectations than respondents": (
        lambda: arrays(expectations=[[1, 2, 3]]),
        "expectations must have one row for each of the 2 respondents, but there are 1.",
    ),
    "points of two dimensions for three": (
        lambda: arrays(importance=[[50, 40, 10]] * 2),
        "importance must have 2 columns, one for each dimension (a, b), but its shape is (2, 3).",
    ),
    "fixed points of three dimensions for two": (
        lambda: arrays(importance=[50, 40, 10]),
        "importance must have 2 entries, one for each dimension (a, b), but it has 3.",
    ),
    "points of three respondents for two": (
        lambda: arrays(importance=[[50, 50]] * 3),
        (
            "importance must have the shape (2, 2), one row per respondent and one column per "
            "dimension, but it is (3, 2)."
        ),
    ),
    "weights of three respondents for two": (
        lambda: arrays(weights=[1, 2, 3]),
        "weights must have one entry for each of the 2 respondents, but its shape is (3,).",
    ),
    # --- results
    "gaps without expectations": (
        lambda: servqual.gaps(read(expectations=None)),
        (
            "gaps() needs expectations, but this survey has perceptions only. Name the columns of "
            "the expectations, expectations=[…], or use performance() for SERVPERF."
        ),
    ),
    "unknown dimension": (
        lambda: servqual.gaps(read()).dimension("reliabilty"),
        (
            f"there is no dimension 'reliabilty'. Did you mean 'reliability'? The dimensions are "
            f"{DIMENSIONS}."
        ),
    ),
    "unknown dimension of SERVPERF": (
        lambda: servqual.performance(read()).dimension("price"),
        f"there is no dimension 'price'. The dimensions are {DIMENSIONS}.",
    ),
    "unknown item": (
        lambda: servqual.gaps(arrays(expectations=[[6, 6, 6]] * 2)).item("p1"),
        "there is no item 'p1'. Did you mean 'P1'? The items are 'P1', 'P2', 'P3'.",
    ),
    "an interval of one respondent": (
        lambda: servqual.gaps(read(frame(1))).overall.gap.confidence_interval(0.9),
        (
            "overall: an interval needs at least 2 answers, but there is 1. Report the value "
            "without one, or collect more answers."
        ),
    ),
    # --- reliability of a difference
    "reliability above 1": (
        lambda: difference_score_reliability(1.2, 0.5, 0.5),
        "reliability_x must be <= 1, but it is 1.2.",
    ),
    "reliability not a number": (
        lambda: difference_score_reliability(0.5, float("nan"), 0.5),
        "reliability_y must be <= 1, but it is nan.",
    ),
    "correlation above 1": (
        lambda: difference_score_reliability(0.8, 0.8, 1.5),
        "correlation must be from -1 to 1, but it is 1.5.",
    ),
    "no spread": (
        lambda: difference_score_reliability(0.8, 0.8, 0.5, sd_y=0),
        "sd_y must be a finite number > 0, but it is 0.",
    ),
    "no difference": (
        lambda: difference_score_reliability(0.8, 0.8, 1.0),
        (
            "the difference of two scores that are the same but for a constant does not vary, so "
            "it has no reliability."
        ),
    ),
}
PARAMETER = {
    "unknown policy",
    "total of 0",
    "unknown dimension",
    "unknown dimension of SERVPERF",
    "unknown item",
    "reliability above 1",
    "reliability not a number",
    "correlation above 1",
    "no spread",
    "no difference",
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_in_words(case):
    call, message = CASES[case]
    with pytest.raises(ParameterError if case in PARAMETER else DataError) as caught:
        call()
    assert str(caught.value) == message


def test_an_error_carries_column_rows_and_value():
    with pytest.raises(DataError) as caught:
        read(frame(P7=[5, 9, 5, 8]))
    error = caught.value
    assert (error.column, error.rows, error.count, error.value) == ("P7", (1, 3), 2, 9)
    with pytest.raises(DataError) as caught:
        read(frame(**{POINTS[0]: [20, 10, 20, 10]}))
    error = caught.value
    assert (error.column, error.rows, error.count, error.value) == ("importance", (1, 3), 2, 90)


def blocks(respondents=2):
    answers = [np.full((rows, 2), 5.0) for rows in (2, respondents)]
    asked = [Block(("a", "b"), its, Scale(1, 7)) for its in answers]
    return dict(zip(("perceptions", "expectations"), asked, strict=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"instrument": SERVQUAL},
            "instrument must have the items of the perceptions, in their order.",
        ),
        (
            {"blocks": blocks(respondents=3)},
            (
                "expectations must be of the same respondents, on the same scale and for as many "
                "items as the perceptions, but perceptions have the shape (2, 2) and scale 1-7, "
                "expectations (3, 2) and 1-7."
            ),
        ),
        (
            {"importance": np.array([50.0, 40.0])},
            "importance must be points >= 0 that sum to 100.",
        ),
    ],
    ids=["instrument", "respondents", "points"],
)
def test_a_survey_put_together_by_hand_is_checked(changes, message):
    instrument = Instrument.from_json(
        '{"name": "x", "dimensions": [{"name": "d", "items": [{"name": "a"}]}, '
        '{"name": "e", "items": [{"name": "b"}]}]}'
    )
    whole = {"blocks": blocks(), "instrument": instrument, "weights": np.ones(2)}
    assert Survey(**whole).respondents == 2
    with pytest.raises(DataError) as caught:
        Survey(**(whole | changes))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("analyse", "kind"),
    [
        (servqual.gaps, "Survey"),
        (servqual.performance, "Survey"),
        (servqual.priorities, "Survey"),
        (servqual.predictive_validity, "Survey"),
        (servqual.evaluated_performance, "Survey"),
        (servqual.zone_of_tolerance, "ToleranceSurvey"),
    ],
)
def test_analyses_need_a_survey(analyse, kind):
    with pytest.raises(ParameterError) as caught:
        analyse({"P1": [5]})
    assert str(caught.value) == (
        f"survey must be a servqual.{kind}, as of servqual.{kind}.from_frame(…), but it is dict."
    )
