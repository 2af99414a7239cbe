"""Missing answers and "don't know" in results and tables: counted, told apart, in right words."""

import pytest

from custvalue.drivers import importance_performance
from custvalue.satisfaction import (
    Attribute,
    acsi_index,
    customer_effort_score,
    customer_satisfaction_index,
    derived_dissatisfaction,
    disconfirmation,
    disconfirmation_scores,
    factor_index,
    hygiene_and_satisfiers,
    measured_disconfirmation,
    net_promoter_score,
    satisfaction_effect,
    top_box,
)
from custvalue.survey import Bootstrap, Responses, Scale

SCALE = Scale(1, 5, missing_codes=(9,))
HOLES = [5, 9, None, 4, 2, 9]  # one answer is missing, two are "don't know"
FRAME = {"a": HOLES, "b": [4, 3, 5, 4, 1, 2]}
WHOLE = {"a": [4, 4, 4, 4, 4, 4], "b": [3, 3, 3, 3, 3, 4]}
ROLES = {"a": "hygiene", "b": "satisfier"}
ATTRIBUTES = [Attribute(name="a", tier="desired"), Attribute(name="b", tier="desired")]
NOTE = "3 excluded (missing answer), 1 missing answer, 2 don't know."


def survey(frame=None, missing="drop", scale=SCALE):
    return Responses.from_frame(FRAME if frame is None else frame, scale=scale, missing=missing)


def one():
    return Responses.from_arrays(HOLES, scale=SCALE, items=["a"], missing="drop")


DROPPED = {
    "net promoter score": lambda: net_promoter_score(
        [10, 99, None, 7, 3, 99], scale=Scale(0, 10, missing_codes=(99,)), missing="drop"
    ),
    "top box": lambda: top_box(HOLES, scale=SCALE, missing="drop"),
    "top box of responses": lambda: top_box(one()),
    "effort": lambda: customer_effort_score(
        HOLES, scale=SCALE, direction="higher is better", missing="drop"
    ),
    "stated disconfirmation": lambda: measured_disconfirmation(HOLES, scale=SCALE, missing="drop"),
    "stated disconfirmation of responses": lambda: measured_disconfirmation(one()),
    "disconfirmation": lambda: disconfirmation(HOLES, 4, scale=SCALE, missing="drop"),
    "disconfirmation of responses": lambda: disconfirmation(one(), 4),
    "group of scores": lambda: disconfirmation_scores(
        HOLES, 4, scale=SCALE, missing="pairwise"
    ).group(),
    "hygiene": lambda: hygiene_and_satisfiers(
        FRAME, {"a": 4, "b": 3}, roles=ROLES, scale=SCALE, missing="drop"
    ),
    "hygiene of responses": lambda: hygiene_and_satisfiers(survey(), {"a": 4, "b": 3}, roles=ROLES),
    "tiers": lambda: satisfaction_effect(
        FRAME, {"a": 4, "b": 3}, attributes=ATTRIBUTES, scale=SCALE, missing="drop"
    ),
    "index": lambda: customer_satisfaction_index(survey()),
    "ACSI type": lambda: acsi_index(survey(), convention="simple"),
    "factor index": lambda: factor_index(survey(), weights={"a": 60, "b": 40}),
}


@pytest.mark.parametrize("measure", DROPPED.values(), ids=DROPPED)
def test_missing_and_dont_know_are_told_apart(measure):
    found = measure()
    assert (found.base.excluded_respondents, found.base.dont_know) == (3, 2)
    assert NOTE in str(found)
    assert str(found.base).startswith("3 of 6 respondents; missing=")


def test_nobody_is_said_to_know_nothing_where_answers_are_only_missing():
    found = top_box([5, None, 4, 2], scale=SCALE, missing="drop")
    assert (found.base.excluded_respondents, found.base.dont_know) == (1, 0)
    assert "3 of 4 respondents; missing='drop': 1 excluded (missing answer), 1 missing ans" in str(
        found
    )
    assert "don't know" not in str(found)


def test_dont_know_of_people_who_stay():
    found = customer_satisfaction_index(survey(missing="pairwise"))
    assert (found.base.excluded_respondents, found.base.dont_know) == (0, 2)
    assert "\n6 respondents; missing='pairwise': 1 missing answer, 2 don't know." in str(found)


def test_dont_know_about_importance_counts_too():
    importance = survey({"a": [5, 4, 9, 4, 2, 1], "b": [1, 2, 3, 4, 5, 4]}, missing="pairwise")
    for weighting in ("mean importance", "per respondent"):
        found = customer_satisfaction_index(
            survey(missing="pairwise"), importance=importance, weighting=weighting
        )
        assert found.base.dont_know == 3


@pytest.mark.parametrize("apart", [False, True])
def test_dont_know_where_importance_is_derived(apart):
    overall = [5, 4, 4, 9, 2, 3, 1, 5, 2]
    drivers = {"a": [5, 9, 4, 4, 2, 3, 1, 4, 3], "b": [4, 3, 5, 4, 1, 2, 1, 5, 2]}
    if apart:
        of = survey({"all": overall}, missing="pairwise")
        answers = survey(drivers, missing="pairwise")
    else:
        of, answers = "all", survey({**drivers, "all": overall}, missing="pairwise")
    found = customer_satisfaction_index(
        answers, importance="derived", overall=of, method=Bootstrap(50, rng=1)
    )
    assert (found.base.excluded_respondents, found.base.dont_know) == (2, 2)


def test_answers_that_single_attributes_lack_are_said():
    placed = importance_performance(
        survey(missing="pairwise"), survey(WHOLE, missing="pairwise"), crosshair="data mean"
    )
    assert (placed.base.excluded, placed.base.missing_answers, placed.base.dont_know) == ({}, 1, 2)
    said = "6 respondents; missing='pairwise': 1 missing answer ({}), 2 don't know."
    assert said.format("performance 1, importance 0") in str(placed)
    lacking = derived_dissatisfaction(survey(missing="pairwise"), survey(WHOLE, missing="pairwise"))
    assert (lacking.base.missing_answers, lacking.base.dont_know) == (1, 2)
    assert said.format("perceptions 1, expectations 0") in str(lacking)
    assert "max(expectation - perception, 0), beta;" in str(lacking)


def test_one_respondent_is_no_respondents():
    scores = disconfirmation_scores([4], [3], scale=SCALE)
    assert str(scores).startswith("Disconfirmation of 1 respondent, scale 1-5")
    with pytest.raises(
        ValueError, match="no respondents remain, because the only respondent has a"
    ):
        top_box([None], scale=SCALE, missing="drop")
