"""Everything that a survey lacks is counted in it, and said by its results."""

import numpy as np
import pytest

from custvalue.servqual import (
    EvaluatedPerformance,
    Gaps,
    Performance,
    Survey,
    ToleranceSurvey,
    ZoneOfTolerance,
)
from custvalue.survey import Scale

SCALE = Scale(1, 7, missing_codes=(9,))
SIZES = {"staff": 3, "premises": 3}
MISSING = np.nan


def drawn(n=12, items=6):
    rng = np.random.default_rng(5)
    person = rng.integers(-1, 2, (n, 1))
    return [
        np.clip(middle + person + rng.integers(-1, 2, (n, items)), 1, 7).astype(float)
        for middle in (4, 5, 5)
    ]


def survey(missing, **options):
    """Perceptions lack an answer of two respondents, expectations one; one says "don't know"."""
    perceived, expected, _ = drawn()
    perceived[0, 0] = perceived[1, 4] = expected[1, 2] = MISSING
    expected[2, 5] = 9
    usual = {"scale": SCALE, "dimensions": SIZES}
    return Survey.from_arrays(perceived, expected, missing=missing, **(usual | options))


NOTES = {
    "pairwise": "12 respondents, scale 1-7; missing='pairwise': 0 left out, 3 answers missing "
    "(perceptions 2, expectations 1), 1 don't know.",
    "prorate": "12 respondents, scale 1-7; missing='prorate': 0 left out, 3 answers missing "
    "(perceptions 2, expectations 1), 1 don't know. Prorated: perceptions 2 answers of 2 "
    "respondents, expectations 2 answers of 2 respondents.",
    "drop": "9 respondents, scale 1-7; missing='drop': 3 left out, 3 answers missing "
    "(perceptions 2, expectations 1), 1 don't know.",
}


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
@pytest.mark.parametrize("missing", NOTES)
def test_gaps_say_what_is_missing(missing):
    gaps = survey(missing).gaps()
    assert str(gaps).splitlines().count(NOTES[missing]) == 1
    assert {name: its.missing_answers for name, its in gaps.left_out.items()} == {
        "perceptions": 2,
        "expectations": 1,
    }
    filled = [its.filled for its in gaps.left_out.values()]
    assert filled == ([2, 2] if missing == "prorate" else [0, 0])
    assert Gaps.from_json(gaps.to_json()) == gaps


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
def test_performance_counts_perceptions_alone():
    performance = survey("prorate").performance()
    note = (
        "12 respondents, scale 1-7, higher is better; missing='prorate': 0 left out, 2 answers "
        "missing, 0 don't know. Prorated: perceptions 2 answers of 2 respondents."
    )
    assert note in str(performance).splitlines()
    assert list(performance.left_out) == ["perceptions"]
    assert Performance.from_json(performance.to_json()) == performance


def test_the_survey_itself_says_it():
    answers = survey("pairwise")
    assert answers.left_out["perceptions"] == answers.perceptions.left_out
    assert "0 left out, 3 answers missing (perceptions 2, expectations 1), 1 don't know." in str(
        answers
    )
    one = Survey.from_arrays(
        [[5, MISSING]], scale=Scale(1, 7), dimensions={"staff": 2}, missing="prorate"
    )
    assert (
        "1 respondent, scale 1-7, effective n 1.0; missing='prorate': 0 left out, 1 answer "
        "missing, 0 don't know. Prorated: perceptions 1 answer of 1 respondent."
    ) in str(one).splitlines()


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
def test_missing_importance_points_are_counted():
    points = np.full((12, 2), 50.0)
    points[3] = MISSING
    answers = survey("pairwise", importance=points)
    assert answers.without_points == 1
    words = "(perceptions 2, expectations 1), 1 without importance points, 1 don't know."
    gaps = answers.gaps()
    assert gaps.without_points == answers.performance().without_points == 1
    assert words in str(answers)
    assert words in str(gaps)
    assert "2 answers missing, 1 without importance points" in str(answers.performance())
    assert survey("pairwise").without_points == 0
    assert survey("pairwise", importance=[50, 50]).without_points == 0


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
def test_groups_have_their_own_counts():
    groups = ["a"] * 2 + ["b"] * 10
    parts = survey("prorate", group=groups).by("group")
    counted = {
        label: [(its.missing_answers, its.dont_know, its.filled) for its in part.left_out.values()]
        for label, part in parts.items()
    }
    assert counted == {"a": [(2, 0, 2), (1, 0, 1)], "b": [(0, 0, 0), (0, 1, 1)]}


def test_evaluated_performance_counts_the_answers_that_it_uses():
    _, _, ideals = drawn()
    ideals[4, 0] = MISSING
    answers = survey("pairwise", ideals=ideals)
    used = answers.evaluated_performance()
    assert "4 answers missing (perceptions 2, ideals 1, expectations 1), 1 don't know." in str(used)
    assert EvaluatedPerformance.from_json(used.to_json()) == used
    by_expectations = answers.evaluated_performance(ideals="expectations")
    assert list(by_expectations.left_out) == ["perceptions", "expectations"]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("pairwise", "2 answers missing (perceptions 1, adequate 1, desired 0), 1 don't know."),
        (
            "prorate",
            (
                "2 answers missing (perceptions 1, adequate 1, desired 0), 1 don't know. Prorated: "
                "perceptions 1 answer of 1 respondent, adequate 1 answer of 1 respondent, "
                "desired 1 answer of 1 respondent."
            ),
        ),
    ],
)
def test_zones_say_what_is_missing(missing, words):
    perceived, adequate, desired = drawn()
    perceived[0, 0] = adequate[1, 1] = MISSING
    desired[2, 2] = 9
    answers = ToleranceSurvey.from_arrays(
        perceived,
        adequate=adequate,
        desired=desired,
        scale=SCALE,
        dimensions=SIZES,
        missing=missing,
        inverted="keep",
    )
    assert list(answers.left_out) == ["perceptions", "adequate", "desired"]
    zones = answers.zone_of_tolerance()
    note = f"12 respondents, scale 1-7; missing={missing!r}: 0 left out, {words}"
    assert note in str(zones).splitlines()
    assert words in str(answers)
    assert ZoneOfTolerance.from_json(zones.to_json()) == zones
