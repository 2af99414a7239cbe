"""Sample sizes against published tables and simulation; scales mapped to each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import FIVE, GOLDEN, SEVEN, TEN, careful
from scipy import stats

from custvalue.comparing import (
    FieldWork,
    SampleSize,
    net_promoter_deviation,
    sample_size_for_difference,
    sample_size_for_mean,
    sample_size_for_net_promoter_score,
    sample_size_for_share,
    share_deviation,
)
from custvalue.satisfaction import MappedAnswers, map_scale
from custvalue.survey import Scale

ELEVEN = Scale(0, 10)

# --- sample sizes ---------------------------------------------------------------------------


def test_published_sample_sizes():
    golden = GOLDEN["sample_size"]
    assert sample_size_for_share(0.05).answers == golden["large"]
    for population, answers in golden["finite"]:
        plan = sample_size_for_share(0.05, field_work=FieldWork(population=population))
        assert plan.answers == pytest.approx(answers, abs=golden["atol"])


def test_the_design_effect_and_the_response_rate_multiply():
    plan = sample_size_for_share(
        0.03, expected=0.2, field_work=FieldWork(design_effect=1.5, response_rate=0.25)
    )
    z = stats.norm.ppf(0.975)
    assert plan.answers == math.ceil(1.5 * (z / 0.03) ** 2 * 0.16)
    assert plan.invitations == math.ceil(plan.answers / 0.25)
    assert (plan.total_answers, plan.groups, plan.power) == (plan.answers, 1, None)


def test_nobody_needs_more_than_everybody():
    assert (
        sample_size_for_share(0.01, field_work=FieldWork(population=200, design_effect=3)).answers
        == 200
    )


def test_a_mean_takes_t():
    plan = sample_size_for_mean(0.5, standard_deviation=1.0)
    reach = [stats.t.ppf(0.975, n - 1) / math.sqrt(n) for n in (plan.answers - 1, plan.answers)]
    assert reach[0] > 0.5 >= reach[1]
    widest = sample_size_for_mean(0.5, scale=FIVE)
    assert widest.standard_deviations == (2.0,)
    assert widest.answers > plan.answers


def test_a_net_promoter_score_needs_four_times_a_share():
    score = sample_size_for_net_promoter_score(10)
    share = sample_size_for_share(0.1)
    assert score.answers == pytest.approx(4 * share.answers, abs=4)
    assert net_promoter_deviation(0.5, 1 / 6) == pytest.approx(100 * math.sqrt(5 / 9))


def test_a_difference_needs_two_groups():
    plan = sample_size_for_difference(
        0.1, standard_deviation=0.5, field_work=FieldWork(response_rate=0.5)
    )
    assert (plan.groups, plan.total_answers) == (2, 2 * plan.answers)
    assert plan.total_invitations == 4 * plan.answers
    assert plan.standard_deviations == (0.5, 0.5)
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert plan.answers == math.ceil(z**2 * 0.5 / 0.01)


def test_the_text_says_everything_that_was_assumed():
    plan = sample_size_for_difference(
        5,
        standard_deviation=net_promoter_deviation(0.5, 0.2),
        power=0.9,
        field_work=FieldWork(population=50_000),
    )
    assert SampleSize.from_json(plan.to_json()) == plan
    text = str(plan)
    assert "Difference 5 found with power 90 %, two-sided at 5 %" in text
    assert "Population 50,000, design effect 1, response rate 100 %." in text
    assert "± 0.05000 at 95 %" in str(sample_size_for_share(0.05))


@careful
@given(st.floats(0.01, 0.2), st.floats(0.05, 0.95), st.integers(50, 10**6))
def test_a_smaller_margin_or_population_changes_the_size_in_the_right_direction(
    margin, expected, population
):
    plan = sample_size_for_share(margin, expected=expected)
    finite = sample_size_for_share(
        margin, expected=expected, field_work=FieldWork(population=population)
    )
    assert finite.answers <= min(plan.answers, population)
    assert sample_size_for_share(margin / 2, expected=expected).answers > plan.answers
    assert sample_size_for_share(margin, expected=expected, level=0.99).answers > plan.answers


@pytest.mark.slow
def test_planned_shares_and_scores_are_within_the_margin():
    rng = np.random.default_rng(1)
    plan = sample_size_for_share(0.06, expected=0.7)
    shares = rng.binomial(plan.answers, 0.7, 40_000) / plan.answers
    assert np.mean(np.abs(shares - 0.7) <= 0.06) == pytest.approx(0.95, abs=0.01)
    plan = sample_size_for_share(0.06, expected=0.7, field_work=FieldWork(population=600))
    shares = rng.hypergeometric(420, 180, plan.answers, 40_000) / plan.answers
    assert np.mean(np.abs(shares - 0.7) <= 0.06) == pytest.approx(0.95, abs=0.012)
    plan = sample_size_for_net_promoter_score(8, promoters=0.5, detractors=0.2)
    counts = rng.multinomial(plan.answers, [0.5, 0.3, 0.2], 40_000)
    scores = 100 * (counts[:, 0] - counts[:, 2]) / plan.answers
    assert np.mean(np.abs(scores - 30) <= 8) == pytest.approx(0.95, abs=0.01)


@pytest.mark.slow
def test_planned_means_have_intervals_of_that_length():
    rng = np.random.default_rng(2)
    plan = sample_size_for_mean(0.25, standard_deviation=1.0)
    draws = rng.normal(4, 1, (20_000, plan.answers))
    reach = stats.t.ppf(0.975, plan.answers - 1) * stats.sem(draws, axis=1)
    assert reach.mean() == pytest.approx(0.25, rel=0.02)
    assert np.mean(np.abs(draws.mean(axis=1) - 4) <= reach) == pytest.approx(0.95, abs=0.006)


@pytest.mark.slow
def test_planned_differences_are_found_with_that_power():
    rng = np.random.default_rng(3)
    spread = (share_deviation(0.6), share_deviation(0.7))
    plan = sample_size_for_difference(0.1, standard_deviation=spread, power=0.9)
    n = plan.answers
    one, other = rng.binomial(n, 0.6, 40_000) / n, rng.binomial(n, 0.7, 40_000) / n
    error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
    found = np.abs(other - one) / error > stats.norm.ppf(0.975)
    assert found.mean() == pytest.approx(0.9, abs=0.012)


# --- scales mapped to each other ------------------------------------------------------------


def test_the_line_by_hand():
    mapped = map_scale([1, 2, 3, 4, 5], from_=FIVE, to=TEN)
    assert mapped.answers.tolist() == [1, 3.25, 5.5, 7.75, 10]
    assert mapped.scale == Scale(1, 10, step=None)
    nearest = map_scale([1, 2, 3, 4, 5], from_=FIVE, to=TEN, rounding="nearest")
    assert nearest.answers.tolist() == [1, 3, 6, 8, 10]
    assert nearest.scale == TEN


def test_halves_move_towards_the_middle_and_the_middle_itself_up():
    mapped = map_scale(list(range(11)), from_=ELEVEN, to=Scale(0, 5), rounding="nearest")
    assert mapped.answers.tolist() == [0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5]
    odd = map_scale([1, 2, 3, 4, 5], from_=FIVE, to=Scale(0, 2), rounding="nearest")
    assert odd.answers.tolist() == [0, 1, 1, 1, 2]


def test_a_scale_that_runs_the_other_way_is_turned_round():
    scale = Scale(1, 5, direction="lower is better")
    mapped = map_scale([1, 2, 5], from_=scale, to=Scale(0, 100, step=25))
    assert mapped.answers.tolist() == [100, 75, 0]
    assert "The scale was turned round: 0-100 is higher is better." in mapped.lost


def test_what_is_lost_from_five_points_to_eleven():
    mapped = map_scale([1, 3, 5], from_=FIVE, to=ELEVEN)
    assert mapped.lost == (
        "2 of 5 answers of the scale 1-5 fall between the steps of 0-10.",
        "8 of 11 answers of the scale 0-10 cannot occur.",
        (
            "Order and the mean on 0-100 are kept; top-box shares are not comparable, and people "
            "answer differently on scales of different length (Dawes 2008)."
        ),
        (
            "No net promoter score can be made of them: its groups are defined by answers that "
            "people gave on 0 to 10, not by where a line puts answers to another question."
        ),
    )
    assert str(mapped).endswith(mapped.lost[-1])


def test_what_is_lost_from_eleven_points_to_five():
    mapped = map_scale([0, 3, 10], from_=ELEVEN, to=FIVE, rounding="nearest")
    assert mapped.lost[:2] == (
        (
            "8 of 11 answers of the scale 0-10 fall between the steps of 1-5 and were moved to "
            "the nearest."
        ),
        (
            "11 different answers became 5: 0 and 1 are 1; 2 and 3 are 2; 4 and 5 and 6 are 3; 7 "
            "and 8 are 4; 9 and 10 are 5."
        ),
    )
    assert mapped.lost[2].startswith("Order is kept; top-box")


def test_nothing_but_comparability_is_lost_between_scales_of_the_same_length():
    mapped = map_scale([1, 2, 7], from_=SEVEN, to=Scale(0, 6))
    assert mapped.answers.tolist() == [0, 1, 6]
    assert mapped.scale == Scale(0, 6)
    assert len(mapped.lost) == 2


def test_rows_missing_answers_and_weights_are_carried_along():
    mapped = map_scale([1, None, 5], from_=FIVE, to=TEN, weights=[1, 2, 3], missing="pairwise")
    assert np.isnan(mapped.answers[1])
    assert mapped.weights.tolist() == [1, 2, 3]
    assert MappedAnswers.from_json(mapped.to_json()) == mapped
    assert repr(mapped) == "MappedAnswers(n=3, source='1-5', target='1-10')"
    frame = mapped.to_frame("polars")
    assert frame.columns == ["answer", "weight"]
    continuous = map_scale([1.25], from_=Scale(1, 5, step=None), to=TEN, rounding="nearest")
    assert continuous.lost[0] == "Answers of a continuous scale were rounded to the steps of 1-10."


@careful
@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=20),
    st.integers(-5, 5),
    st.integers(1, 12),
    st.sampled_from(["higher is better", "lower is better"]),
)
def test_there_and_back_again(answers, low, steps, direction):
    target = Scale(low, low + steps, direction=direction)
    mapped = map_scale(answers, from_=SEVEN, to=target)
    assert target.rescale(mapped.answers) == pytest.approx(SEVEN.rescale(answers))
    back = map_scale(
        mapped.answers, from_=mapped.target.model_copy(update={"step": None}), to=SEVEN
    )
    assert back.answers == pytest.approx(answers)
    rounded = map_scale(answers, from_=SEVEN, to=target, rounding="nearest").answers
    assert (np.abs(rounded - mapped.answers) <= 0.5 + 1e-9).all()
    assert (rounded == np.rint(rounded)).all()
