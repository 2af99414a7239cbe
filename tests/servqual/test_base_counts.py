"""Everything that a survey lacks is counted in it, and said by its results."""

import numpy as np
import pytest

from custvalue import servqual
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


def lacking(base):
    """Return missing answers and "don't know" of each block."""
    blocks = dict.fromkeys(item.block for item in base.items)
    return {
        block: tuple(
            sum(getattr(item, what) for item in base.items if item.block == block)
            for what in ("missing", "dont_know")
        )
        for block in blocks
    }


NOTES = {
    "pairwise": "12 respondents; missing='pairwise': 3 missing answers (perceptions 2, "
    "expectations 1), 1 don't know.",
    "prorate": "12 respondents; missing='prorate': 3 missing answers (perceptions 2, "
    "expectations 1), 1 don't know; 4 answers of 3 respondents prorated.",
    "drop": "9 of 12 respondents; missing='drop': 3 excluded (missing answer), 3 missing answers "
    "(perceptions 2, expectations 1), 1 don't know.",
}


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
@pytest.mark.parametrize("missing", NOTES)
def test_gaps_say_what_is_missing(missing):
    gaps = servqual.gaps(survey(missing))
    assert str(gaps).splitlines().count(NOTES[missing]) == 1
    assert lacking(gaps.base) == {"perceptions": (2, 0), "expectations": (1, 1)}
    assert gaps.base.filled == (4 if missing == "prorate" else 0)
    assert Gaps.from_json(gaps.to_json()) == gaps


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
def test_performance_counts_perceptions_alone():
    performance = servqual.performance(survey("prorate"))
    note = (
        "12 respondents; missing='prorate': 2 missing answers; 2 answers of 2 respondents prorated."
    )
    assert note in str(performance).splitlines()
    assert lacking(performance.base) == {"": (2, 0)}
    assert Performance.from_json(performance.to_json()) == performance


def test_the_survey_itself_says_it():
    answers = survey("pairwise")
    assert lacking(answers.base)["perceptions"] == lacking(answers.perceptions.base)[""]
    assert NOTES["pairwise"] in str(answers)
    one = Survey.from_arrays(
        [[5, MISSING]], scale=Scale(1, 7), dimensions={"staff": 2}, missing="prorate"
    )
    lines = str(one).splitlines()
    assert (
        "1 respondent; missing='prorate': 1 missing answer; 1 answer of 1 respondent prorated."
    ) in lines
    assert "Scale 1-7, effective n 1.0." in lines


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
def test_missing_importance_points_are_counted():
    points = np.full((12, 2), 50.0)
    points[3] = MISSING
    answers = survey("pairwise", importance=points)
    assert answers.without_points == 1
    words = "1 respondent without importance points."
    gaps = servqual.gaps(answers)
    assert gaps.without_points == servqual.performance(answers).without_points == 1
    assert words in str(answers)
    assert words in str(gaps)
    assert words in str(servqual.performance(answers))
    assert survey("pairwise").without_points == 0
    assert survey("pairwise", importance=[50, 50]).without_points == 0


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
def test_groups_have_their_own_counts():
    groups = ["a"] * 2 + ["b"] * 10
    parts = survey("prorate", group=groups).by("group")
    assert lacking(parts["a"].base) == {"perceptions": (2, 0), "expectations": (1, 0)}
    assert lacking(parts["b"].base) == {"perceptions": (0, 0), "expectations": (0, 1)}
    assert {name: part.base.filled for name, part in parts.items()} == {"a": 3, "b": 1}


def test_evaluated_performance_counts_the_answers_that_it_uses():
    _, _, ideals = drawn()
    ideals[4, 0] = MISSING
    answers = survey("pairwise", ideals=ideals)
    used = servqual.evaluated_performance(answers)
    words = "4 missing answers (perceptions 2, expectations 1, ideals 1), 1 don't know."
    assert words in str(used)
    assert EvaluatedPerformance.from_json(used.to_json()) == used
    by_expectations = servqual.evaluated_performance(answers, ideals="expectations")
    assert list(lacking(by_expectations.base)) == ["perceptions", "expectations"]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("pairwise", "2 missing answers (perceptions 1, adequate 1, desired 0), 1 don't know."),
        (
            "prorate",
            (
                "2 missing answers (perceptions 1, adequate 1, desired 0), 1 don't know; 3 answers "
                "of 3 respondents prorated."
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
    assert list(lacking(answers.base)) == ["perceptions", "adequate", "desired"]
    zones = servqual.zone_of_tolerance(answers)
    note = f"12 respondents; missing={missing!r}: {words}"
    assert note in str(zones).splitlines()
    assert words in str(answers)
    assert ZoneOfTolerance.from_json(zones.to_json()) == zones
