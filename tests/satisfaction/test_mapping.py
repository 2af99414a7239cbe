"""Scales mapped to each other, by hand and there and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import FIVE, SEVEN, TEN, careful

from custvalue.satisfaction import MappedAnswers, map_scale
from custvalue.survey import Scale

ELEVEN = Scale(0, 10)


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


def test_a_scale_that_whose_good_end_is_the_other_one_is_reversed():
    scale = Scale(1, 5, direction="lower is better")
    mapped = map_scale([1, 2, 5], from_=scale, to=Scale(0, 100, step=25))
    assert mapped.answers.tolist() == [100, 75, 0]
    assert "The scale was reversed: 0-100 is higher is better." in mapped.lost


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
            "They give no net promoter score: its groups are defined by answers that people gave "
            "on 0 to 10, not by answers to another question that were mapped there."
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
    assert repr(mapped) == "MappedAnswers(respondents=3, source='1-5', target='1-10')"
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


def test_steps_of_two_and_of_a_half():
    twos = map_scale([0, 1, 2], from_=Scale(0, 10), to=Scale(0, 10, step=2))
    assert twos.answers.tolist() == [0, 1, 2]
    assert twos.scale == Scale(0, 10, step=None)  # 1 is between two steps
    halves = map_scale([0, 1, 2], from_=Scale(0, 4), to=Scale(0, 2, step=0.5))
    assert halves.answers.tolist() == [0, 0.5, 1]
    assert halves.scale == Scale(0, 2, step=0.5)
