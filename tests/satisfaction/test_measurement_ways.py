"""Hygiene factors, stated disconfirmation, derived dissatisfaction, problems."""

import math

import numpy as np
import polars as pl
import pytest
from satisfaction_cases import FIVE, MINUTES, TEN
from scipy import stats

from custvalue._satisfaction.measured import DisconfirmationAgreement
from custvalue.comparing import compare
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import (
    DerivedDissatisfaction,
    MeasuredDisconfirmation,
    ProblemAnalysis,
    Requirements,
    derived_dissatisfaction,
    disconfirmation_scores,
    hygiene_and_satisfiers,
    measured_disconfirmation,
    problem_analysis,
)
from custvalue.survey import Responses, Scale

RNG = np.random.default_rng(3)


# --- hygiene factors and satisfiers --------------------------------------------------------------

# the worked examples: a fault repaired, a car ready in time; a right diagnosis, good work
GOT = {
    "fault repaired": [5, 5, 4, 5, 5, 5, 5, 4],
    "ready in time": [2, 3, 1, 2, 3, 2, 2, 3],
    "right diagnosis": [5, 5, 5, 4, 5, 5, 5, 5],
    "quality of repair": [3, 4, 3, 4, 3, 4, 4, 3],
}
WANTED = {
    "fault repaired": 5,
    "ready in time": 4,
    "right diagnosis": [3, 4, 3, 3, 4, 3, 4, 3],
    "quality of repair": [4, 4, 3, 4, 4, 3, 4, 4],
}
ROLES = {
    "fault repaired": "hygiene",
    "ready in time": "hygiene",
    "right diagnosis": "satisfier",
    "quality of repair": "satisfier",
}


def requirements(**options):
    return hygiene_and_satisfiers(
        GOT, WANTED, **({"roles": ROLES, "scale": FIVE, "band": 0.75} | options)
    )


def test_hygiene_must_meet_and_satisfiers_must_exceed():
    found = requirements()
    verdicts = {a.name: (a.verdict, a.fulfilled) for a in found.attributes}
    assert verdicts == {
        "fault repaired": ("met", True),
        "ready in time": ("not met", False),
        "right diagnosis": ("exceeded", True),
        "quality of repair": ("at most met", False),
    }
    assert found.names("hygiene", fulfilled=True) == ("fault repaired",)
    assert found.names("satisfier", fulfilled=False) == ("quality of repair",)


def test_the_intervals_are_paired_t():
    found = requirements(level=0.9).attribute("quality of repair").difference
    theirs = stats.ttest_rel(GOT["quality of repair"], WANTED["quality of repair"])
    ours, ends = found.confidence_interval(0.9), theirs.confidence_interval(0.9)
    assert (ours.low, ours.high) == pytest.approx((ends.low, ends.high))


def test_shares_count_the_respondents():
    found = requirements(band=0).attribute("quality of repair")
    shares = (found.not_met.value, found.met.value, found.exceeded.value)
    assert shares == pytest.approx((3 / 8, 4 / 8, 1 / 8))
    assert found.demanded == pytest.approx(1 / 8)
    assert requirements(band=0).attribute("fault repaired").demanded == pytest.approx(6 / 8)


@pytest.mark.parametrize(
    ("required", "hygiene", "satisfier"),
    [(0.3, True, True), (0.8, None, None), (0.99, False, False)],
)
def test_the_share_of_respondents_decides_where_it_is_asked(required, hygiene, satisfier):
    got = {"a": [5] * 18 + [3] * 3, "b": [5] * 18 + [3] * 3}
    found = hygiene_and_satisfiers(
        got,
        {"a": 5, "b": 4},
        roles={"a": "hygiene", "b": "satisfier"},
        scale=FIVE,
        required_share=required,
    )
    assert (found.attribute("a").fulfilled, found.attribute("b").fulfilled) == (hygiene, satisfier)
    assert f"{100 * required:.0f} % required" in str(found)


@pytest.mark.parametrize(
    ("differences", "verdict", "hygiene", "satisfier"),
    [
        ([-3, -2, -3, -2], "not met", False, False),
        ([-1, -1, -2, 0, -1, -1], "at most met", None, False),
        ([0, 0, 1, 0, -1, 0, 0, 0], "met", True, False),
        ([1, 1, 2, 0, 1, 1], "at least met", True, None),
        ([3, 2, 3, 2], "exceeded", True, True),
        ([-3, 3, 0, 3, -3], "undecided", None, None),
        ([3], "undecided", None, None),
    ],
)
def test_every_verdict(differences, verdict, hygiene, satisfier):
    got = {"x": [4 + d for d in differences]}
    for role, fulfilled in (("hygiene", hygiene), ("satisfier", satisfier)):
        found = hygiene_and_satisfiers(got, {"x": 4}, roles={"x": role}, scale=Scale(1, 7), band=1)
        assert (found.attribute("x").verdict, found.attribute("x").fulfilled) == (
            verdict,
            fulfilled,
        )


def test_where_lower_is_better_less_is_more():
    found = hygiene_and_satisfiers(
        {"wait": [5, 6, 5, 4]}, {"wait": 15}, roles={"wait": "hygiene"}, scale=MINUTES
    )
    assert found.attribute("wait").verdict == "exceeded"


def test_weights_and_missing_answers():
    got = pl.DataFrame({"x": [5, 3, None, 4], "y": [4, 4, 4, 4]})
    want = pl.DataFrame({"x": [4, 4, 4, 4], "y": [4, None, 3, 5]})
    options = {"roles": {"x": "hygiene", "y": "satisfier"}, "scale": FIVE, "weights": [1, 2, 1, 3]}
    pairwise = hygiene_and_satisfiers(got, want, missing="pairwise", **options)
    assert pairwise.attribute("x").difference.value == pytest.approx((1 - 2 + 0) / 6)
    assert pairwise.attribute("y").difference.n == 3
    drop = hygiene_and_satisfiers(got, want, missing="drop", **options)
    assert drop.attribute("x").difference.value == pytest.approx(1 / 4)
    assert drop.base.excluded_respondents == 2


def test_requirements_print_and_go_to_json():
    found = requirements()
    assert Requirements.from_json(found.to_json()) == found
    assert "保健因子" in str(found)
    assert "Naumann" in found._repr_html_()
    assert found.to_frame("polars").columns == list(found.columns())
    assert found.columns()["fulfilled"].tolist() == ["yes", "no", "yes", "no"]
    assert repr(found) == "Requirements(attributes=4, fulfilled=2)"
    one = hygiene_and_satisfiers({"x": [4]}, {"x": 4}, roles={"x": "hygiene"}, scale=FIVE)
    assert "undecided" in str(one)
    assert np.isnan(one.columns()["low"][0])


# --- stated disconfirmation -----------------------------------------------------------------------

STATED = [3, 4, 5, 2, 4, 4, 5, 3, 1, 4]


def test_stated_disconfirmation_by_hand():
    found = measured_disconfirmation(STATED, scale=FIVE)
    assert found.value == pytest.approx(0.5)
    assert (found.worse.value, found.as_expected.value, found.better.value) == (0.2, 0.2, 0.6)
    theirs = stats.ttest_1samp(STATED, 3).confidence_interval(0.9)
    ours = found.confidence_interval(0.9)
    assert (ours.low, ours.high) == pytest.approx((theirs.low - 3, theirs.high - 3))
    assert found.verdict() == "undecided"


@pytest.mark.parametrize(
    ("answers", "band", "verdict"),
    [
        ([5, 4, 5, 4, 5], 0, "delighted"),
        ([1, 2, 1, 2, 1], 0, "dissatisfied"),
        ([3, 3, 3, 4, 3, 3, 2, 3], 0.5, "satisfied"),
        ([3], 0, "undecided"),
    ],
)
def test_the_verdict_of_stated_disconfirmation(answers, band, verdict):
    assert measured_disconfirmation(answers, scale=FIVE, band=band).verdict() == verdict


def test_another_neutral_answer_and_a_scale_that_runs_down():
    found = measured_disconfirmation([2, 3, 4], scale=FIVE, neutral=2)
    assert found.value == 1
    assert found.estimate.bounds == (-1, 3)
    down = Scale(1, 5, direction="lower is better")
    turned = measured_disconfirmation([6 - a for a in STATED], scale=down)
    assert turned.value == pytest.approx(0.5)
    assert turned.better.value == 0.6


def test_who_has_no_weight_is_in_no_class():
    scores = disconfirmation_scores([9, 2, 5, 6], [5, 5, 5, 9], scale=TEN)
    found = measured_disconfirmation([5, 5, 3, 1], scale=FIVE, scores=scores, weights=[1, 0, 2, 1])
    # better and better, worse and worse, as expected; the second, who disagrees, has no weight
    assert found.agreement.counts == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    assert found.agreement.value == 1


def test_stated_beside_subtracted():
    rng = np.random.default_rng(6)
    expected = rng.integers(4, 10, 200)
    perceived = np.clip(expected + rng.integers(-2, 3, 200), 1, 10)
    noise = rng.integers(-1, 2, 200)
    stated = np.clip(3 + np.sign(perceived - expected) + noise, 1, 5)
    weights = rng.integers(1, 4, 200)
    scores = disconfirmation_scores(perceived, expected, scale=TEN)
    found = measured_disconfirmation(stated, scale=FIVE, scores=scores, weights=weights)
    one, other = np.sign(stated - 3), np.sign(perceived - expected)
    counts = [[int(((one == a) & (other == b)).sum()) for b in (-1, 0, 1)] for a in (-1, 0, 1)]
    agreement = found.agreement
    assert [list(row) for row in agreement.counts] == counts
    assert agreement.value == pytest.approx(np.average(one == other, weights=weights))
    both = np.cov(stated, perceived - expected, aweights=weights)
    assert agreement.correlation == pytest.approx(both[0, 1] / math.sqrt(both[0, 0] * both[1, 1]))
    assert DisconfirmationAgreement.from_json(agreement.to_json()) == agreement
    assert "Same class" in str(agreement)
    assert "Same class" in str(found)
    flat = measured_disconfirmation([3, 3], scale=FIVE, scores=disconfirmation_scores([1, 2], 1, scale=TEN))  # fmt: skip  # noqa: E501 - one call
    assert flat.agreement.correlation is None
    assert "correlation –" in str(flat.agreement)


def test_stated_disconfirmation_prints_goes_to_json_and_compares():
    found = measured_disconfirmation([*STATED, None], scale=FIVE, missing="drop")
    assert found.base.excluded_respondents == 1
    assert MeasuredDisconfirmation.from_json(found.to_json()) == found
    assert "Group: undecided" in str(found)
    assert "10 of 11 respondents; " in found._repr_html_()
    assert repr(found) == ("MeasuredDisconfirmation(scale='1-5', neutral=3, value=0.5000, n=10)")
    compared = compare({"a": found, "b": measured_disconfirmation([3, 4, 5], scale=FIVE)})
    assert compared.method == "welch"
    assert compared.differences[0].value == pytest.approx(0.5)


def test_log_ratios_of_respondents():
    scores = disconfirmation_scores([10, 5, 0, 4], [5, 5, 5, 0], scale=MINUTES)
    assert scores.log_ratio == pytest.approx([-math.log(2), 0, math.nan, math.nan], nan_ok=True)
    up = disconfirmation_scores([8, 2], [4, 4], scale=Scale(0, 10, true_zero=True))
    assert up.log_ratio == pytest.approx([math.log(2), -math.log(2)])


# --- derived dissatisfaction ------------------------------------------------------------------

SEEN = Responses.from_frame({"time": [2, 4, 3, 5], "clean": [5, 5, 4, 3]}, scale=FIVE)
HOPED = Responses.from_frame({"clean": [4, 4, 5, 4], "time": [5, 4, 5, 3]}, scale=FIVE)


def test_derived_dissatisfaction_by_hand():
    found = derived_dissatisfaction(SEEN, HOPED)
    time, clean = found.attributes
    assert (time.name, clean.name) == ("time", "clean")
    assert time.shortfall.value == pytest.approx((3 + 0 + 2 + 0) / 4)
    assert clean.shortfall.value == pytest.approx((0 + 0 + 1 + 1) / 4)
    assert time.disappointed.value == 0.5
    assert (time.depth, clean.depth) == pytest.approx((2.5, 1))
    assert (time.share, clean.share) == pytest.approx((5 / 7, 2 / 7))
    assert found.estimate.value == pytest.approx(7 / 8)
    rows = [(3 + 0) / 2, 0, 1.5, 0.5]
    assert found.estimate.standard_error == pytest.approx(stats.sem(rows))


def test_nobody_lacks_anything():
    found = derived_dissatisfaction(SEEN, SEEN)
    assert [(a.shortfall.value, a.share, a.depth) for a in found.attributes] == [(0, 0, None)] * 2


def test_missing_answers_leave_out_the_attribute():
    gaps = Responses.from_frame(
        {"time": [2, None, 3, 5], "clean": [5, 5, 4, 3]}, scale=FIVE, missing="pairwise"
    )
    found = derived_dissatisfaction(gaps, HOPED)
    assert found.base.missing_answers == 1
    assert found.attributes[0].shortfall.n == 3


def test_derived_dissatisfaction_prints_and_goes_to_json():
    found = derived_dissatisfaction(SEEN, HOPED)
    assert DerivedDissatisfaction.from_json(found.to_json()) == found
    assert "max(expectation - perception, 0)" in str(found)
    assert found.to_frame("polars").columns == list(found.columns())
    assert repr(found) == "DerivedDissatisfaction(attributes=2, worst='time', value=0.8750)"


# --- problems -----------------------------------------------------------------------------------

HAD = {"late": [1, 1, 0, 1, 0, 0, 1, 0], "oil": [0, 1, 0, 0, 0, 0, 0, 0], "rude": [0] * 8}
WORST = {"late": 3, "oil": 5}


def test_problems_by_frequency():
    found = problem_analysis(HAD)
    assert [(p.name, p.count, p.frequency.value) for p in found.problems] == [
        ("late", 4, 0.5),
        ("oil", 1, 0.125),
        ("rude", 0, 0),
    ]
    assert [p.cumulative for p in found.problems] == pytest.approx([0.8, 1, 1])
    assert found.problems[2].severity is None
    assert found.estimate.value == 0.5
    assert found.per_respondent.value == pytest.approx(5 / 8)


def test_problems_by_given_severity():
    found = problem_analysis(HAD, severity={"late": 2, "oil": 9, "rude": 1})
    assert [p.name for p in found.problems] == ["oil", "late", "rude"]
    assert [p.impact.value for p in found.problems] == pytest.approx([9 / 8, 1, 0])
    late = found.problems[1]
    assert late.impact.standard_error == pytest.approx(stats.sem([2 * x for x in HAD["late"]]))
    assert found.vital_few() == ("oil", "late")
    assert found.vital_few(0.5) == ("oil",)
    assert found.vital_few(1.0) == ("oil", "late")


def test_problems_by_the_severity_that_respondents_feel():
    felt = {
        "late": [5, 3, None, 4, 1, None, 2, None],
        "oil": [None, 10] + [None] * 6,
        "rude": [None] * 8,
    }
    weights = [1, 2, 1, 1, 1, 1, 3, 2]
    found = problem_analysis(HAD, severity=pl.DataFrame(felt, strict=False), weights=weights)
    late = next(p for p in found.problems if p.name == "late")
    total = 5 * 1 + 3 * 2 + 4 * 1 + 2 * 3
    assert late.impact.value == pytest.approx(total / 12)
    assert late.severity == pytest.approx(total / 7)
    assert found.severity == "of the respondents"


def test_impacts_stay_between_nothing_and_the_worst():
    found = problem_analysis({"late": [1, 0, 0, 1, 0], "oil": [0, 0, 1, 0, 0]}, severity=WORST)
    late = found.problems[0].impact
    assert late.confidence_interval().low > 0
    assert late.confidence_interval().high < WORST["late"]
    assert late.confidence_interval().method == "beta"
    assert "(given for all), beta;" in str(found)
    nought = problem_analysis({"late": [0, 1, 0]}, severity={"late": 0}).problems[0].impact
    assert (nought.confidence_interval().low, nought.confidence_interval().high) == (0, 0)


def test_impacts_that_respondents_feel_stay_above_nothing():
    found = problem_analysis({"late": [1, 0, 0, 0, 0]}, severity={"late": [4, 0, 0, 0, 0]})
    interval = found.problems[0].impact.confidence_interval()
    assert (interval.low, interval.high < 4) == (0, True)
    assert interval.method == "t, clipped at the end of the scale"
    assert "(of the respondents), t, not below 0;" in str(found)


def test_no_problems_at_all():
    found = problem_analysis({"late": [0, 0, 0]})
    assert found.problems[0].share == 0
    assert found.vital_few() == ()


def test_problems_print_and_go_to_json():
    found = problem_analysis({**HAD, "cold": [None, *[0] * 7]}, severity=None, missing="drop")
    assert found.base.excluded_respondents == 1
    assert (
        "7 of 8 respondents; missing='drop': 1 excluded (missing answer), 1 missing answer."
        in str(found)
    )
    assert "of 3; 1 problem each." in str(problem_analysis({"late": [1, 1, 1]}))
    assert ProblemAnalysis.from_json(found.to_json()) == found
    assert "Pareto" in str(found)
    assert found.to_frame("polars").columns == list(found.columns())
    assert repr(found) == "ProblemAnalysis(problems=4, n=7, severity='none given, 1 for all')"


# --- bad input ----------------------------------------------------------------------------------


def check(**options):
    return lambda: requirements(**options)


def stated(answers=(3, 4), **options):
    return lambda: measured_disconfirmation(answers, **({"scale": FIVE} | options))


def derived(perceived=SEEN, expected=HOPED):
    return lambda: derived_dissatisfaction(perceived, expected)


def frame(**columns):
    return Responses.from_frame(columns, scale=FIVE)


WEIGHTED = Responses.from_frame(
    {"time": [2, 4, 3, 5], "clean": [5, 5, 4, 3], "w": [1, 2, 1, 1]}, scale=FIVE, weights="w"
)
DROPPED = Responses.from_frame(
    {"time": [2, 4, 3, 5, None], "clean": [5, 5, 4, 3, 1]}, scale=FIVE, missing="drop"
)

BAD = [
    pytest.param(
        check(roles={}),
        ParameterError,
        (
            "roles must be a mapping of attribute to role, as in {'repaired': 'hygiene'}, but it "
            "is {}."
        ),
        id="no roles",
    ),
    pytest.param(
        check(roles={"fault repaired": "hygeine"}),
        ParameterError,
        (
            "the role of 'fault repaired' must be 'hygiene' or 'satisfier', but it is 'hygeine'. "
            "Did you mean 'hygiene'?"
        ),
        id="unknown role",
    ),
    pytest.param(
        check(roles=ROLES | {"fault repared": "hygiene"}),
        DataError,
        (
            "roles names 'fault repared', which is not a column of perceptions. Did you mean "
            "'fault "
            "repaired'? The columns are 'fault repaired', 'ready in time', 'right diagnosis', "
            "'quality of repair'."
        ),
        id="a role of nothing",
    ),
    pytest.param(
        check(required_share=90),
        ParameterError,
        "required_share must be > 0 and <= 1, as in 0.9, but it is 90. Did you mean 0.9?",
        id="a share in percent",
    ),
    pytest.param(
        check(required_share=1.5),
        ParameterError,
        "required_share must be > 0 and <= 1, as in 0.9, but it is 1.5. Did you mean 0.015?",
        id="a small share in percent",
    ),
    pytest.param(
        check(required_share=100.5),
        ParameterError,
        "required_share must be > 0 and <= 1, as in 0.9, but it is 100.5.",
        id="no share in percent",
    ),
    pytest.param(
        check(missing="prorate"),
        ParameterError,
        (
            "missing='prorate' fills a gap from answers to other items, but every attribute is "
            "judged by itself here. Use missing='drop' or missing='pairwise'."
        ),
        id="prorate",
    ),
    pytest.param(
        check(band=4),
        ParameterError,
        (
            "band must be a number of scale points >= 0 and < 4, the width of the scale 1-5, but "
            "it is 4. Respondents whose answers differ by no more than the band count as satisfied."
        ),
        id="a band as wide as the scale",
    ),
    pytest.param(
        lambda: requirements().attribute("fault"),
        ParameterError,
        (
            "there is no attribute 'fault'. The attributes are 'fault repaired', 'ready in time', "
            "'right diagnosis', 'quality of repair'."
        ),
        id="unknown attribute",
    ),
    pytest.param(
        lambda: hygiene_and_satisfiers(
            {"x": [1, None]},
            {"x": [None, 1]},
            roles={"x": "hygiene"},
            scale=FIVE,
            missing="drop",
        ),
        DataError,
        (
            "missing='drop' excludes all respondents: each of the 2 respondents misses an "
            "answer. Use missing='pairwise', or exclude the attribute with most gaps."
        ),
        id="nobody left",
    ),
    pytest.param(
        stated(neutral=5),
        ParameterError,
        "neutral must be an answer between the ends of the scale 1-5, but it is 5.",
        id="neutral at the end",
    ),
    pytest.param(
        stated(neutral=2.5),
        ParameterError,
        "the scale 1-5 does not offer 2.5. State which answer means as expected, as in neutral=2.",
        id="neutral between two answers",
    ),
    pytest.param(
        stated(scale=Scale(1, 4)),
        ParameterError,
        (
            "the scale 1-4 has no middle answer. State which answer means as expected, as in "
            "neutral=2."
        ),
        id="no middle answer",
    ),
    pytest.param(
        stated(scores=[1, 2]),
        ParameterError,
        (
            "scores must be DisconfirmationScores, as disconfirmation_scores(perceptions, "
            "expectations, scale=...) returns them, but it is list."
        ),
        id="beside a list",
    ),
    pytest.param(
        stated(scores=disconfirmation_scores([1, 2, 3], 2, scale=FIVE)),
        DataError,
        (
            "scores must be of the same respondents in the same order as answers, but there are "
            "3 and 2."
        ),
        id="beside other people",
    ),
    pytest.param(
        stated(scores=disconfirmation_scores([1, 2], 2, scale=FIVE, weights=[1, 2])),
        DataError,
        (
            "scores must have the sampling weights of answers, but they differ. Give both the "
            "same, or give them to answers alone."
        ),
        id="beside other weights",
    ),
    pytest.param(
        stated(
            (3, None),
            scores=disconfirmation_scores([None, 2], 2, scale=FIVE, missing="pairwise"),
            missing="drop",
        ),
        DataError,
        "no respondent has both measurements, so they cannot be compared.",
        id="nobody gave both",
    ),
    pytest.param(
        lambda: disconfirmation_scores([1, 2], 2, scale=FIVE).log_ratio,
        DataError,
        (
            "1-5 has no true zero, so that perception / expectation would depend on where the "
            "scale starts. Use the difference, or declare true_zero=True if 0 means nothing."
        ),
        id="a ratio without a true zero",
    ),
    pytest.param(
        derived({"time": [1]}),
        ParameterError,
        (
            "perceptions must be Responses, but it is dict. Read answers with "
            "Responses.from_frame(frame, scale=...)."
        ),
        id="derived: a dict",
    ),
    pytest.param(
        derived(expected=frame(time=[1, 2, 3, 4])),
        DataError,
        (
            "expectations must be about the items of perceptions, 'time', 'clean', but they are "
            "about 'time'."
        ),
        id="derived: other items",
    ),
    pytest.param(
        derived(expected=frame(time=[1, 2], clean=[1, 2])),
        DataError,
        (
            "perceptions must be of the same respondents in the same order as expectations, but "
            "there are 4 and 2."
        ),
        id="derived: other people",
    ),
    pytest.param(
        derived(expected=WEIGHTED),
        DataError,
        (
            "expectations must have the sampling weights of perceptions, but they differ. Give "
            "both the same, or give them to perceptions alone."
        ),
        id="derived: other weights",
    ),
    pytest.param(
        derived(expected=DROPPED),
        DataError,
        (
            "missing='drop' excludes 1 respondent of expectations, so that rows may not belong "
            "together. Read both with missing='pairwise'."
        ),
        id="derived: somebody dropped",
    ),
    pytest.param(
        derived(
            expected=Responses.from_arrays(HOPED.answers, scale=Scale(1, 7), items=HOPED.items)
        ),
        DataError,
        (
            "perceptions are on Scale(low=1, high=5), but expectations on Scale(low=1, high=7). "
            "Ask both on one scale."
        ),
        id="derived: another scale",
    ),
    pytest.param(
        lambda: problem_analysis({"late": [0, 1, 2]}),
        DataError,
        (
            "late must be 0 or 1, but row 2 has 2. Use 1 for a respondent who had the problem; "
            "how bad it was goes into severity."
        ),
        id="problems: a count",
    ),
    pytest.param(
        lambda: problem_analysis(HAD, severity={"late": 1, "oil": 2}),
        DataError,
        "severity lacks 'rude'. Give every problem its severity.",
        id="problems: a severity is left out",
    ),
    pytest.param(
        lambda: problem_analysis(HAD, severity={"lat": 1, "oil": 2, "rude": 3}),
        DataError,
        (
            "severity names 'lat', which is not a problem. Did you mean 'late'? The problems are "
            "'late', 'oil', 'rude'."
        ),
        id="problems: a severity of nothing",
    ),
    pytest.param(
        lambda: problem_analysis(HAD, severity={"late": -1, "oil": 2, "rude": 3}),
        DataError,
        "severity of 'late' must be a number >= 0, but it is -1.",
        id="problems: a negative severity",
    ),
    pytest.param(
        lambda: problem_analysis({"late": [1, 0]}, severity={"late": [None, 3]}),
        DataError,
        (
            "severity of 'late' must be a number >= 0, but row 0 has nan. Give the severity for "
            "those who had the problem, 0 for not at all."
        ),
        id="problems: no severity from who had it",
    ),
    pytest.param(
        lambda: problem_analysis({"late": [1, 0]}, severity={"late": [3]}),
        DataError,
        (
            "severity must be of the same respondents in the same order as problems, but there "
            "are 1 and 2 rows."
        ),
        id="problems: severity of other people",
    ),
    pytest.param(
        lambda: problem_analysis({"noise": [1, None, 0]}),
        DataError,
        (
            "noise: row 1 has no entry. Use missing='drop' to exclude such respondents, or 0 "
            "where no entry means no problem."
        ),
        id="problems: no entry",
    ),
    pytest.param(
        lambda: problem_analysis({"a": [0, 1, None], "b": [None, 1, None]}),
        DataError,
        (
            "b: row 0 has no entry, one of 3 missing entries. Use missing='drop' to exclude "
            "such respondents, or 0 where no entry means no problem."
        ),
        id="problems: several without an entry",
    ),
    pytest.param(
        lambda: problem_analysis({"noise": [1, None, 0]}, missing="pairwise"),
        ParameterError,
        (
            "missing='pairwise' would share out the impact of problems that different "
            "respondents were asked about. Use missing='drop' to exclude respondents with a "
            "missing entry."
        ),
        id="problems: pairwise",
    ),
    pytest.param(
        lambda: problem_analysis({"noise": [1, None, 0]}, missing="omit"),
        ParameterError,
        ("missing must be one of 'raise', 'drop', 'pairwise', 'prorate', but it is 'omit'."),
        id="problems: unknown policy",
    ),
    pytest.param(
        lambda: problem_analysis({"a": [None, 1], "b": [0, None]}, missing="drop"),
        DataError,
        "no respondent answered about every problem. Exclude the one with most gaps.",
        id="problems: nobody complete",
    ),
    pytest.param(
        lambda: problem_analysis(HAD).vital_few(80),
        ParameterError,
        "share must be > 0 and <= 1, as in 0.8, but it is 80. Did you mean 0.8?",
        id="problems: Pareto in percent",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_the_share_of_those_with_a_problem_has_one_decimal():
    had = {"late": [1, 0, 0, 0, 0, 0, 0], "oil": [1, 1, 0, 0, 0, 0, 0]}
    assert "Any problem: 28.6 % [0.08222, 0.6411] of 7; 0.4286 problems each." in str(
        problem_analysis(had)
    )
