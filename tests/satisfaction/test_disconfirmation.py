"""Disconfirmation against hand-made tables, scipy and loops over respondents."""

import math

import polars as pl
import pytest
import reference_satisfaction as reference
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import MINUTES, SEVEN, TEN, careful, columns, same_estimate
from scipy import stats

from custvalue._inference.means import MeanEstimate
from custvalue.satisfaction import (
    disconfirmation,
    disconfirmation_scores,
)
from custvalue.survey import Scale


def test_disconfirmation_by_hand():
    result = disconfirmation([9, 8, 6, 9, 7], [7, 8, 7, 6, 6], scale=TEN)
    # d = 2, 0, -1, 3, 1: mean 1, s² = 10/4, SE = √(2.5/5)
    assert result.estimate.value == 1
    assert result.estimate.standard_error == pytest.approx(math.sqrt(0.5))
    reach = stats.t.ppf(0.975, 4) * math.sqrt(0.5)
    interval = result.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx((1 - reach, 1 + reach))
    shares = (result.dissatisfied.value, result.satisfied.value, result.delighted.value)
    assert shares == pytest.approx((0.2, 0.2, 0.6))
    assert (result.n, result.base.excluded_respondents) == (5, 0)
    assert result.mean_class == "delighted"
    assert result.verdict() == "undecided"


def test_the_interval_is_paired():
    perceived, expected = [9, 8, 6, 9, 7], [7, 8, 7, 6, 6]
    theirs = stats.ttest_rel(perceived, expected).confidence_interval(0.9)
    ours = disconfirmation(perceived, expected, scale=TEN).confidence_interval(0.9)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize(
    ("band", "verdicts"),
    [
        (0, "dissatisfied dissatisfied satisfied delighted delighted"),
        (0.9, "dissatisfied dissatisfied satisfied delighted delighted"),
        (1, "dissatisfied satisfied satisfied satisfied delighted"),
        (2, "satisfied satisfied satisfied satisfied satisfied"),
    ],
)
def test_the_class_of_each_respondent(band, verdicts):
    scores = disconfirmation_scores([3, 4, 5, 6, 7], 5, scale=TEN, band=band)
    assert scores.difference.tolist() == [-2, -1, 0, 1, 2]
    assert scores.verdict.tolist() == verdicts.split()


def test_the_band_forgives_rounding():
    scale = Scale(0, 1, step=0.1)
    assert disconfirmation_scores([0.3], [0.2], scale=scale, band=0.1).verdict[0] == "satisfied"


def group(low, high, band):
    """A group whose 95 % interval is [low, high]."""
    half = (high - low) / 2
    estimate = MeanEstimate(
        name="d",
        value=(low + high) / 2,
        standard_error=half / stats.t.ppf(0.975, 9),
        n=10,
        effective_n=10,
    )
    like = disconfirmation([5] * 10, [5] * 10, scale=TEN, band=band)
    return like.model_copy(update={"estimate": estimate})


@pytest.mark.parametrize(
    ("low", "high", "band", "verdict"),
    [
        (0.1, 0.9, 0.0, "delighted"),
        (-0.9, -0.1, 0.0, "dissatisfied"),
        (-0.1, 0.9, 0.0, "undecided"),
        (0.6, 0.9, 0.5, "delighted"),
        (0.4, 0.9, 0.5, "undecided"),
        (-0.4, 0.4, 0.5, "satisfied"),
        (-0.6, 0.4, 0.5, "undecided"),
        (-0.9, 0.9, 0.5, "undecided"),
        (-0.9, -0.6, 0.5, "dissatisfied"),
    ],
)
def test_the_interval_decides_the_class_of_the_group(low, high, band, verdict):
    assert group(low, high, band).verdict() == verdict


def test_a_lower_level_may_decide_what_a_higher_one_leaves_open():
    result = disconfirmation([9, 8, 6, 9, 7], [7, 8, 7, 6, 6], scale=TEN)
    assert result.verdict(0.5) == "delighted"


def test_a_single_customer():
    result = disconfirmation(9, 7, scale=TEN)
    assert result.mean_class == "delighted"
    assert result.verdict() == "undecided"
    assert result.estimate.standard_error is None
    assert "One respondent, delighted; that decides nothing about a group." in str(result)


def test_few_who_all_say_the_same_decide_nothing():
    for got, own in ((9, "delighted"), (5, "satisfied"), (2, "dissatisfied")):
        few, many = (disconfirmation([got] * n, [5] * n, scale=TEN, band=1) for n in (2, 60))
        assert few.mean_class == own
        assert few.verdict() == "undecided"
        assert many.verdict() == own
    nothing_is_unimportant = disconfirmation([5] * 60, [5] * 60, scale=TEN)
    assert nothing_is_unimportant.verdict() == "undecided"


def test_lower_is_better_turns_the_difference_and_the_ratio_round():
    result = disconfirmation([5, 10, 40], [10, 20, 20], scale=MINUTES)
    assert result.estimate.value == pytest.approx((5 + 10 - 20) / 3)
    assert result.ratio is not None
    assert result.ratio.value == pytest.approx((2 * 2 * 0.5) ** (1 / 3))
    assert result.delighted.value == pytest.approx(2 / 3)
    assert "expectation - perception (lower is better)" in str(result)


def test_ratio_by_hand():
    scale = Scale(0, 10, true_zero=True)
    result = disconfirmation([4, 9], [1, 1], scale=scale)
    assert result.ratio is not None
    assert result.ratio_note is None
    assert result.ratio.value == pytest.approx(6)  # √(4 · 9)
    # s of the logs is (ln 9 - ln 4)/√2, over √2 the standard error; 12.7062 = t(.975, 1)
    assert result.ratio.log.standard_error == pytest.approx(math.log(9 / 4) / 2)
    interval = result.ratio.confidence_interval()
    reach = math.exp(stats.t.ppf(0.975, 1) * math.log(9 / 4) / 2)
    assert (interval.low, interval.high) == pytest.approx((6 / reach, 6 * reach))
    assert interval.method == "t, of the logs"


def test_twice_and_half_as_good_cancel():
    result = disconfirmation([8, 4], [4, 8], scale=Scale(0, 10, true_zero=True))
    assert result.ratio is not None
    assert result.ratio.value == pytest.approx(1)


def test_no_ratio_without_a_true_zero_and_the_reason_is_given():
    for scale in (TEN, Scale(0, 10)):
        result = disconfirmation([9, 8], [7, 8], scale=scale)
        reason = (
            f"No ratio: {scale} has no true zero, so it would depend on where the scale starts."
        )
        assert (result.ratio, result.ratio_note) == (None, reason)
        assert reason in str(result)


def test_zeros_leave_the_ratio_only_on_request_and_are_counted():
    scale = Scale(0, 10, true_zero=True)
    result = disconfirmation([4, 9, 0, 5], [1, 1, 2, 0], scale=scale, zeros="drop")
    assert result.ratio is not None
    assert result.ratio.value == pytest.approx(6)
    assert (result.ratio.base.excluded["answer of 0"], result.ratio.log.n, result.n) == (2, 2, 4)
    assert "The ratio excludes 2 respondents with an answer of 0." in str(result)
    nobody = disconfirmation([0, 0], [1, 2], scale=scale, zeros="drop")
    assert nobody.ratio is None
    assert nobody.ratio_note == "No ratio: every respondent has an answer of 0."


def test_missing_answers_are_left_out_on_request_and_counted():
    for missing in ("drop", "pairwise"):
        result = disconfirmation([9, None, 6], [7, 8, math.nan], scale=TEN, missing=missing)
        assert (result.n, result.base.excluded_respondents, result.estimate.value) == (1, 2, 2)
        assert "2 excluded (missing answer), 2 missing answers." in str(result)


def test_rows_stay_where_they_are():
    scores = disconfirmation_scores([9, None, 6], [7, 8, 9], scale=TEN, missing="drop")
    assert scores.verdict.tolist() == ["delighted", "no answer", "dissatisfied"]
    frame = scores.to_frame(pl.DataFrame())
    assert frame.columns == ["perception", "expectation", "difference", "verdict", "weight"]
    assert frame["verdict"].to_list() == scores.verdict.tolist()
    assert scores.group().base.excluded_respondents == 1


def test_codes_for_dont_know_are_missing_answers():
    scale = Scale(1, 10, missing_codes=(99,))
    result = disconfirmation([9, 99], [7, 7], scale=scale, missing="drop")
    assert (result.n, result.base.excluded_respondents) == (1, 1)


@careful
@given(columns(2, 1, 7), st.sampled_from([0.0, 1.0]))
def test_disconfirmation_against_one_respondent_after_the_other(data, band):
    perceived, expected, weights = data
    result = disconfirmation(perceived, expected, scale=SEVEN, weights=weights, band=band)
    differences = [p - e for p, e in zip(perceived, expected, strict=True)]
    mean, error = reference.mean_and_error(differences, weights)
    assert result.estimate.value == pytest.approx(mean, abs=1e-9)
    assert result.estimate.standard_error == pytest.approx(error, abs=1e-9)
    above = sum(w for d, w in zip(differences, weights, strict=True) if d > band)
    assert result.delighted.value == pytest.approx(above / sum(weights), abs=1e-12)
    total = result.dissatisfied.value + result.satisfied.value + result.delighted.value
    assert total == pytest.approx(1)


@careful
@given(columns(2, 1, 7))
def test_reversing_the_scale_with_its_answers_changes_nothing(data):
    perceived, expected, weights = data
    one = disconfirmation(perceived, expected, scale=SEVEN, weights=weights)
    other = disconfirmation(
        [8 - p for p in perceived],
        [8 - e for e in expected],
        scale=Scale(1, 7, direction="lower is better"),
        weights=weights,
    )
    assert same_estimate(other.estimate, one.estimate)
    assert other.verdict() == one.verdict()
    assert other.delighted.value == pytest.approx(one.delighted.value)


@careful
@given(columns(2, 1, 7), st.floats(0.01, 100))
def test_expectation_and_perception_swapped_change_the_sign(data, factor):
    perceived, expected, weights = data
    one = disconfirmation(perceived, expected, scale=SEVEN, weights=weights)
    other = disconfirmation(expected, perceived, scale=SEVEN, weights=[factor * w for w in weights])
    assert other.estimate.value == pytest.approx(-one.estimate.value, abs=1e-9)
    assert other.dissatisfied.value == pytest.approx(one.delighted.value, abs=1e-9)
