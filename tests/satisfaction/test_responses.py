"""Responses in place of answers: the measures of one question take weights, scale and policy."""

import numpy as np
import pytest

from custvalue.satisfaction import (
    customer_effort_score,
    disconfirmation,
    disconfirmation_scores,
    hygiene_and_satisfiers,
    map_scale,
    measured_disconfirmation,
    net_promoter_score,
    top_box,
)
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
WEIGHTS = [1.0, 2.0, 1.5, 0.5, 1.0, 3.0]
LIKED = [5, 4, 2, 5, 3, 1]
HOPED = [4, 4, 3, 3, 4, 2]


def one(answers, scale=FIVE, **options):
    return Responses.from_arrays(answers, scale=scale, items=["q"], weights=WEIGHTS, **options)


MEASURES = {
    "top box": lambda answers, **said: top_box(answers, boxes=1, **said),
    "effort": lambda answers, **said: customer_effort_score(
        answers, direction="lower is better", **said
    ),
    "stated": lambda answers, **said: measured_disconfirmation(answers, band=0.5, **said),
    "subtracted": lambda answers, **said: disconfirmation(answers, 3, **said),
    "scores": lambda answers, **said: disconfirmation_scores(answers, HOPED, **said),
}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_responses_are_their_answers_weights_and_scale(measure):
    assert measure(one(LIKED)) == measure(LIKED, scale=FIVE, weights=WEIGHTS)
    assert measure(one(LIKED)) != measure(LIKED, scale=FIVE)  # the weights matter


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_what_the_responses_say_may_be_said_again(measure):
    assert measure(one(LIKED), scale=FIVE, weights=WEIGHTS) == measure(one(LIKED))


@pytest.mark.parametrize("policy", ["drop", "pairwise", "prorate"])
@pytest.mark.parametrize("name", ["top box", "effort", "stated", "subtracted"])
def test_their_policy_for_missing_answers_holds_and_is_counted(name, policy):
    holes = [5, None, 2, 5, None, 1]
    found = MEASURES[name](one(holes, missing=policy))
    said = "drop" if policy == "drop" else "pairwise"
    same = MEASURES[name](holes, scale=FIVE, weights=WEIGHTS, missing=said)
    base = found.base
    reason = "too few answers" if policy == "prorate" else "missing answer"
    assert (base.n, base.excluded) == (4, {reason: 2})
    assert found == same or policy == "prorate"
    assert (found.value, found.confidence_interval()) == (same.value, same.confidence_interval())


@pytest.mark.parametrize("policy", ["drop", "pairwise"])
def test_net_promoter_score_of_responses(policy):
    ten = Scale(0, 10, missing_codes=(99,))
    answers = [10, 9, 99, 7, 3, 10]
    found = net_promoter_score(one(answers, ten, missing=policy))
    assert found == net_promoter_score(answers, scale=ten, weights=WEIGHTS, missing=policy)
    assert found.base.excluded_respondents == 1


def test_responses_state_their_scale_so_that_no_other_is_suspected():
    answers = [5, 6, 7, 4, 5, 6] * 2
    whole = Responses.from_arrays(answers, scale=Scale(0, 10))
    assert net_promoter_score(whole) == net_promoter_score(answers, scale=Scale(0, 10))


def test_map_scale_of_responses():
    mapped = map_scale(one([5, None, 2, 5, None, 1], missing="pairwise"), to=Scale(0, 10))
    assert mapped.source == FIVE
    np.testing.assert_array_equal(mapped.answers, [10, np.nan, 2.5, 10, np.nan, 0])
    assert mapped.weights.tolist() == WEIGHTS


def test_effort_keeps_to_the_version_where_responses_do_not_say_which_end_is_good():
    found = customer_effort_score(one(LIKED), version="1")
    assert found.scale.direction == "lower is better"
    assert found == customer_effort_score(LIKED, version="1", weights=WEIGHTS)


def test_both_sides_may_be_responses():
    frame = {"liked": LIKED, "hoped": [4, None, 3, 3, 4, 2], "weight": WEIGHTS}
    both = Responses.from_frame(frame, scale=FIVE, weights="weight", missing="pairwise")
    found = disconfirmation(both.only(["liked"]), both.only(["hoped"]))
    expected = disconfirmation(
        LIKED, frame["hoped"], scale=FIVE, weights=WEIGHTS, missing="pairwise"
    )
    assert found == expected
    assert found.base.excluded_respondents == 1


GOT = {"repaired": [5, 4, None, 5, 5, 4], "diagnosis": [4, 5, 4, 2, 5, 4]}
ROLES = {"repaired": "hygiene", "diagnosis": "satisfier"}


def requirements(perceived, missing="raise", **said):
    promised = {"repaired": 4, "diagnosis": 4}
    return hygiene_and_satisfiers(perceived, promised, roles=ROLES, missing=missing, **said)


@pytest.mark.parametrize("policy", ["drop", "pairwise"])
def test_requirements_of_responses_have_an_item_for_each_attribute(policy):
    frame = GOT | {"other": [1, 2, 3, 4, 5, 1], "weight": WEIGHTS}
    perceived = Responses.from_frame(
        frame, items=[*GOT, "other"], scale=FIVE, weights="weight", missing=policy
    )
    expected = requirements(GOT, policy, scale=FIVE, weights=WEIGHTS)
    assert requirements(perceived) == expected
    assert expected.base.excluded_respondents == (1 if policy == "drop" else 0)


def test_a_policy_that_is_said_goes_before_that_of_the_responses():
    perceived = Responses.from_frame(GOT, scale=FIVE, missing="pairwise")
    assert requirements(perceived, "drop") == requirements(GOT, "drop", scale=FIVE)


def test_requirements_where_both_sides_are_responses():
    perceived = Responses.from_frame(GOT, scale=FIVE, missing="pairwise")
    hoped = Responses.from_arrays([[4, 5]] * 6, scale=FIVE, items=list(GOT))
    found = hygiene_and_satisfiers(perceived, hoped, roles=ROLES)
    promised = {"repaired": 4, "diagnosis": 5}
    expected = hygiene_and_satisfiers(GOT, promised, roles=ROLES, scale=FIVE, missing="pairwise")
    assert found == expected
