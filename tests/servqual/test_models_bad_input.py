"""What is wrong with zones, ideal points, provider gaps and overall answers: the exact messages."""

import numpy as np
import pytest

from custvalue import servqual
from custvalue.errors import DataError, ParameterError
from custvalue.servqual import SERVQUAL, Survey, ToleranceSurvey, gap_model
from custvalue.survey import Responses, Scale

SCALE = Scale(1, 7)
STAFF = {"staff": 2}
SPREAD = [[5, 5], [4, 6], [6, 5], [3, 4], [2, 2]]


def tolerance(perceived=((5, 5), (4, 4)), adequate=((3, 3), (3, 3)), desired=((6, 6), (6, 6)), **o):
    usual = {"scale": SCALE, "dimensions": STAFF}
    return ToleranceSurvey.from_arrays(perceived, adequate=adequate, desired=desired, **(usual | o))


def frame(**changes):
    usual = {name: [5, 4, 6] for name in ("p1", "p2")}
    usual |= {name: [3, 3, 4] for name in ("a1", "a2")}
    usual |= {name: [6, 6, 7] for name in ("d1", "d2")}
    return usual | changes


def columns(data=None, **options):
    usual = {
        "perceptions": ["p1", "p2"],
        "adequate": ["a1", "a2"],
        "desired": ["d1", "d2"],
        "scale": SCALE,
        "dimensions": STAFF,
    }
    return ToleranceSurvey.from_frame(frame() if data is None else data, **(usual | options))


def survey(perceived=SPREAD, expected=None, **options):
    usual = {"scale": SCALE, "dimensions": STAFF}
    return Survey.from_arrays(perceived, expected, **(usual | options))


def answers(rows=((5, 5), (4, 4)), **options):
    return Responses.from_arrays(rows, **({"scale": SCALE} | options))


NO_SIDE = (
    "Give customers with expectations, or two neighbours among management, specifications, "
    "delivery and communications."
)
INVERTED = (
    "Use inverted='keep' to count such answers in the means without a class, or "
    "inverted='exclude' to exclude them; check the columns if there are many."
)
THE_COLUMNS = "The columns are 'p1', 'p2', 'a1', 'a2', 'd1', 'd2'."

CASES = {
    # --- zone of tolerance
    "desired below adequate": (
        lambda: tolerance(desired=[[6, 6], [6, 2]]),
        (
            "the desired level must be at least as good as the adequate one, but P2 has desired 2 "
            f"and adequate 3 in row 1. {INVERTED}"
        ),
    ),
    "several desired below adequate": (
        lambda: columns(frame(d1=[6, 2, 3], d2=[6, 2, 7])),
        (
            "the desired level must be at least as good as the adequate one, but p1 has desired 2 "
            f"and adequate 3 in row 1 (and 2 more answers). {INVERTED}"
        ),
    ),
    "desired below adequate after dropping": (
        lambda: tolerance(perceived=[[None, 5], [4, 4]], desired=[[6, 6], [6, 2]], missing="drop"),
        (
            "the desired level must be at least as good as the adequate one, but P2 has desired 2 "
            f"and adequate 3 in respondent kept 0. {INVERTED}"
        ),
    ),
    "desired below adequate where lower is better": (
        lambda: tolerance(scale=Scale(1, 7, direction="lower is better")),
        (
            "the desired level must be at least as good as the adequate one, but P1 has desired 6 "
            f"and adequate 3 in row 0 (and 3 more answers). {INVERTED}"
        ),
    ),
    "excluding leaves no respondents": (
        lambda: servqual.zone_of_tolerance(
            tolerance(adequate=[[6, 3], [6, 3]], desired=[[3, 6], [3, 6]], inverted="exclude")
        ),
        (
            "P1: every respondent wishes for less than would be accepted, so inverted='exclude' "
            "leaves no respondents. Check which columns are adequate and which are desired."
        ),
    ),
    "unknown policy for inverted zones": (
        lambda: tolerance(inverted="exlude"),
        (
            "inverted must be one of 'raise', 'keep', 'exclude', but it is 'exlude'. Did you mean "
            "'exclude'?"
        ),
    ),
    "an item nobody answered": (
        lambda: servqual.zone_of_tolerance(
            tolerance(perceived=[[None, 5], [None, 4]], missing="pairwise")
        ),
        "P1: there are no answers, so there is no mean. Exclude it.",
    ),
    "a missing answer": (
        lambda: tolerance(adequate=[[3, None], [3, 3]]),
        (
            "A2: row 0 has no answer. Use missing='drop' to exclude such respondents, "
            "missing='pairwise' to use the answers that there are, or missing='prorate' to fill "
            "it, where items are combined, by the respondent's answers to others that measure the "
            "same."
        ),
    ),
    "0 on a scale from 1": (
        lambda: tolerance(adequate=[[3, 3], [0, 3]]),
        (
            "A1 must be a whole number from 1 to 7, but row 1 has 0. If 0 means no answer, use "
            "missing_codes=(0,); if the scale is another one, give its ends."
        ),
    ),
    "fewer desired than perceived": (
        lambda: columns(desired=["d1"]),
        (
            "desired must name 2 columns, one for each perception and in the same order, but it "
            "names 1."
        ),
    ),
    "perception as adequate level": (
        lambda: columns(adequate=["a1", "p2"]),
        "a column holds either a perception or an adequate level, but 'p2' is named as both.",
    ),
    "adequate as desired level": (
        lambda: columns(desired=["d1", "a2"]),
        "a column holds either an adequate or a desired level, but 'a2' is named as both.",
    ),
    "unknown column": (
        lambda: columns(desired=["d1", "d22"]),
        f"desired[1]='d22' is not a column of the data. Did you mean 'd2'? {THE_COLUMNS}",
    ),
    "rows of another number": (
        lambda: tolerance(desired=[[6, 6]]),
        "desired must have one row for each of the 2 respondents, but there are 1.",
    ),
    "unknown item of a zone": (
        lambda: servqual.zone_of_tolerance(tolerance()).item("p1"),
        "there is no item 'p1'. Did you mean 'P1'? The items are 'P1', 'P2'.",
    ),
    "unknown dimension of a zone": (
        lambda: servqual.zone_of_tolerance(tolerance()).dimension("staf"),
        "there is no dimension 'staf'. Did you mean 'staff'? The dimensions are 'staff'.",
    ),
    "prorating that leaves nobody": (
        lambda: survey([[5, None], [None, 4]], missing="prorate", min_answered=0.8),
        (
            "missing='prorate' leaves no respondents: each of the 2 respondents answered less than "
            "80 % of the items of a dimension. Use a smaller min_answered, or exclude the item "
            "with most missing answers."
        ),
    ),
    "a share of answers without prorating": (
        lambda: survey(min_answered=0.8),
        (
            "min_answered=0.8 is a rule of missing='prorate', but missing='raise'. Use "
            "missing='prorate', or omit min_answered."
        ),
    ),
    # --- evaluated performance
    "no ideal points": (
        lambda: servqual.evaluated_performance(survey()),
        (
            "evaluated_performance() needs ideal points, but this survey has none. Name their "
            "columns when the survey is read, ideals=[…]; or give one per item, common to all "
            "respondents, ideals={'item': 5, …}; or use ideals='expectations' if respondents were "
            "asked for their ideal there."
        ),
    ),
    "no expectations for ideals": (
        lambda: servqual.evaluated_performance(survey(), ideals="expectations"),
        (
            "ideals='expectations' needs expectations, but this survey has none. Name their "
            "columns, expectations=[…], or give ideal points."
        ),
    ),
    "unknown source of ideals": (
        lambda: servqual.evaluated_performance(survey(), ideals="expectation"),
        (
            "ideals must be one of 'asked', 'expectations', but it is 'expectation'. Did you mean "
            "'expectations'?"
        ),
    ),
    "ideal of an unknown item": (
        lambda: servqual.evaluated_performance(survey(), ideals={"p1": 5}),
        "ideals names the item 'p1', but the items are 'P1', 'P2'. Did you mean 'P1'?",
    ),
    "an item without ideal": (
        lambda: servqual.evaluated_performance(survey(), ideals={"P1": 5}),
        (
            "ideals must name every item, but lacks 'P2'. Name items of which there cannot be too "
            "much in vector=[…]."
        ),
    ),
    "ideal and vector": (
        lambda: servqual.evaluated_performance(survey(), ideals={"P1": 5, "P2": 5}, vector=["P2"]),
        (
            "item 'P2' has an ideal point in ideals, but vector says that more is always better. "
            "Name it in one of them."
        ),
    ),
    "ideal off the scale": (
        lambda: servqual.evaluated_performance(survey(), ideals={"P1": 5, "P2": 8}),
        "the ideal point of P2 must be on the scale 1-7, but it is 8.",
    ),
    "unknown vector item": (
        lambda: servqual.evaluated_performance(survey(ideals=SPREAD), vector=["P1", "P22"]),
        "vector[1] must be one of 'P1', 'P2', but it is 'P22'. Did you mean 'P2'?",
    ),
    "vector of one name": (
        lambda: servqual.evaluated_performance(survey(ideals=SPREAD), vector="P1"),
        "vector must be a list of items, but it is the one name 'P1'. Write ['P1'].",
    ),
    "ideals of another number": (
        lambda: survey(ideals=[[5], [5], [5], [5], [5]]),
        (
            "ideals must name 2 columns, one for each perception and in the same order, but it "
            "names 1."
        ),
    ),
    "unknown item of evaluated performance": (
        lambda: servqual.evaluated_performance(survey(ideals=SPREAD)).item("P3"),
        "there is no item 'P3'. The items are 'P1', 'P2'.",
    ),
    "unknown dimension of evaluated performance": (
        lambda: servqual.evaluated_performance(survey(ideals=SPREAD)).dimension("price"),
        "there is no dimension 'price'. The dimensions are 'staff'.",
    ),
    # --- the gaps model
    "no sources": (
        gap_model,
        (
            "gap_model() needs answers. Give customers=Survey(…), or management, specifications, "
            "delivery, communications."
        ),
    ),
    "one side only": (
        lambda: gap_model(management=answers(), dimensions=STAFF),
        f"a gap needs two sides, but there is only 'management'. {NO_SIDE}",
    ),
    "two sides of no gap": (
        lambda: gap_model(management=answers(), communications=answers(), dimensions=STAFF),
        f"a gap needs two sides, but there is only 'management', 'communications'. {NO_SIDE}",
    ),
    "customers without expectations": (
        lambda: gap_model(survey(), management=answers()),
        f"a gap needs two sides, but there is only 'perceptions', 'management'. {NO_SIDE}",
    ),
    "an array for managers": (
        lambda: gap_model(survey(), management=[[5, 5]]),
        "management must be Responses, as of Responses.from_frame(…), but it is list.",
    ),
    "managers with other items": (
        lambda: gap_model(survey(SPREAD, SPREAD), management=answers([[5], [4]])),
        ("management must have 2 items, those of adapted SERVQUAL in their order, but it has 1."),
    ),
    "two items for SERVQUAL": (
        lambda: gap_model(delivery=answers(), communications=answers()),
        "delivery must have 22 items, those of SERVQUAL in their order, but it has 2.",
    ),
    "another scale": (
        lambda: gap_model(
            survey(SPREAD, SPREAD), management=answers([[5, 5], [4, 4]], scale=Scale(1, 5))
        ),
        (
            "all answers must be on one scale, but perceptions are on 1-7 (higher is better) and "
            "management on 1-5 (higher is better). Ask all of them on the same scale, or rescale "
            "the answers first."
        ),
    ),
    "dimensions twice": (
        lambda: gap_model(survey(SPREAD, SPREAD), dimensions=SERVQUAL),
        "dimensions are those of the customers' survey. Leave the argument out.",
    ),
    "a gap without its sides": (
        lambda: gap_model(survey(SPREAD, SPREAD)).gap(3),
        "gap 3 was not computed: needs delivery and specifications.",
    ),
    "gap 6": (
        lambda: gap_model(survey(SPREAD, SPREAD)).gap(6),
        (
            "number must be one of 5, but it is 6. Gap 1 needs management. Gap 2 needs "
            "specifications and management. Gap 3 needs delivery and specifications. Gap 4 needs "
            "delivery and communications."
        ),
    ),
    "gap of an unknown dimension": (
        lambda: gap_model(survey(SPREAD, SPREAD)).gap(5, "staf"),
        "name must be one of 'staff', 'overall', but it is 'staf'. Did you mean 'staff'?",
    ),
    "an interval of one manager": (
        lambda: (
            gap_model(survey(SPREAD, SPREAD), management=answers([[5, 5]]))
            .gap(1)
            .confidence_interval()
        ),
        (
            "gap 1, overall: an interval needs at least 2 respondents on each side and answers "
            "that differ, but there are 1 and 5. Report the gap without one."
        ),
    ),
    # --- predictive validity
    "no overall satisfaction": (
        lambda: servqual.predictive_validity(survey()),
        (
            "predictive_validity() needs overall satisfaction, but this survey has none. Name its "
            "column when the survey is read, overall='…', and its scale, overall_scale=Scale(…)."
        ),
    ),
    "a scale of nothing": (
        lambda: survey(overall_scale=SCALE),
        "overall_scale is the scale of overall, but there is no overall. Name its column.",
    ),
    "overall of other respondents": (
        lambda: survey(overall=[5, 4]),
        "overall must have one entry for each of the 5 respondents, but its shape is (2,).",
    ),
    "overall column absent": (
        lambda: Survey.from_frame(
            frame(sat=[5, 4, 3]),
            perceptions=["p1", "p2"],
            scale=SCALE,
            dimensions=STAFF,
            overall="satt",
        ),
        (
            "overall='satt' is not a column of the data. Did you mean 'sat'? The columns are 'p1', "
            "'p2', 'a1', 'a2', 'd1', 'd2', 'sat'."
        ),
    ),
    "overall off its scale": (
        lambda: survey(overall=[5, 4, 3, 9, 1]),
        (
            "overall must be a whole number from 1 to 7, but row 3 has 9. If 9 means no answer, "
            "use missing_codes=(9,); if the scale is another one, give its ends."
        ),
    ),
    "too few respondents": (
        lambda: servqual.predictive_validity(survey([[5, 5], [4, 4]], overall=[5, 4])),
        (
            "a regression on dimensions 'staff' needs at least 3 respondents with all answers, but "
            "there are 2. Collect more answers, or use fewer dimensions."
        ),
    ),
    "everybody equally satisfied": (
        lambda: servqual.predictive_validity(survey(overall=[5, 5, 5, 5, 5])),
        ("overall must differ between respondents to be explained, but all 5 answers are equal."),
    ),
    "a dimension that does not differ": (
        lambda: servqual.predictive_validity(survey([[5, 5]] * 4, overall=[5, 4, 3, 2])),
        (
            "the perception of staff is the same for all 4 respondents, so that it can explain "
            "nothing. Exclude the dimension."
        ),
    ),
    "a dimension twice": (
        lambda: servqual.predictive_validity(
            survey(
                np.column_stack([np.arange(1, 7), np.arange(1, 7)]),
                dimensions={"a": 1, "b": 1},
                overall=[1, 3, 2, 5, 4, 6],
            )
        ),
        (
            "one dimension is a combination of the others, so that their slopes are undefined. "
            "Exclude one of them, or combine them."
        ),
    ),
    "gaps that are all alike but for rounding": (
        lambda: servqual.predictive_validity(
            Survey.from_arrays(
                [[6.1, 5.2, 4.3], [4.3, 6.1, 5.2], [5.2, 4.3, 6.1], [6.1, 4.3, 5.2]],
                [[6.9, 6.8, 6.7], [6.7, 6.9, 6.8], [6.8, 6.7, 6.9], [6.9, 6.7, 6.8]],
                scale=Scale(1, 7, step=None),
                dimensions={"staff": 3},
                overall=[1, 3, 2, 5],
            ),
            method="linearised",
        ),
        (
            "the perception of staff is the same for all 4 respondents, so that it can explain "
            "nothing. Exclude the dimension."
        ),
    ),
    "bootstrap by name": (
        lambda: servqual.predictive_validity(survey(overall=[5, 4, 6, 3, 2]), method="bootstrap"),
        (
            "method must be one of 'linearised', but it is 'bootstrap'. Use "
            "method=Bootstrap(2000, rng=1), from custvalue.survey, for resamples."
        ),
    ),
    "unknown dimension of what explains": (
        lambda: servqual.predictive_validity(
            survey(overall=[5, 4, 6, 3, 2]), method="linearised"
        ).perception.dimension("price"),
        "there is no dimension 'price'. The dimensions are 'staff'.",
    ),
}
PARAMETER = {
    "unknown policy for inverted zones",
    "unknown item of a zone",
    "unknown dimension of a zone",
    "a share of answers without prorating",
    "unknown source of ideals",
    "unknown vector item",
    "vector of one name",
    "unknown item of evaluated performance",
    "unknown dimension of evaluated performance",
    "an array for managers",
    "dimensions twice",
    "a gap without its sides",
    "gap 6",
    "gap of an unknown dimension",
    "a scale of nothing",
    "bootstrap by name",
    "unknown dimension of what explains",
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_in_words(case):
    call, message = CASES[case]
    with pytest.raises(ParameterError if case in PARAMETER else DataError) as caught:
        call()
    assert str(caught.value) == message


def test_parts_of_other_respondents_are_refused():
    one, other = survey(), survey(SPREAD[:3])
    ones = one.weights
    with pytest.raises(DataError, match="ideals must be of the same respondents"):
        Survey(one.blocks | {"ideals": other.blocks["perceptions"]}, one.instrument, weights=ones)
    with pytest.raises(DataError, match="overall must be of the same respondents"):
        Survey(one.blocks | {"overall": other.blocks["perceptions"]}, one.instrument, weights=ones)
    with pytest.raises(DataError, match="blocks must be perceptions, and any of expectations, id"):
        Survey(one.blocks | {"ideal": one.blocks["perceptions"]}, one.instrument, weights=ones)
    zone = tolerance()
    with pytest.raises(DataError, match="desired must be of the same respondents"):
        ToleranceSurvey(
            zone.blocks | {"desired": other.blocks["perceptions"]},
            zone.instrument,
            weights=zone.weights,
        )
    with pytest.raises(DataError, match="instrument must have the items of the perceptions"):
        ToleranceSurvey(zone.blocks, weights=zone.weights)


def test_an_inverted_zone_carries_item_rows_and_count():
    with pytest.raises(DataError) as caught:
        columns(frame(d1=[6, 2, 3], d2=[6, 2, 7]))
    error = caught.value
    assert (error.column, error.rows, error.count, error.value) == ("p1", (1, 2), 3, 2)
