"""Answers counted first are those that are read one by one."""

import numpy as np
import pytest

from custvalue._inference.cells import whole_cells
from custvalue.errors import CustvalueError
from custvalue.satisfaction import customer_effort_score, net_promoter_score, top_box
from custvalue.survey import Responses, Scale

ANSWERS = [3, 0, 10, 9, 7, 7, 8, 10, 2, 6, 10, 9]
KINDS = ["int8", "uint8", "int16", "int64", "uint64", "float32", "float64"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_number_makes_no_difference(kind):
    expected = net_promoter_score(ANSWERS, weights=[1] * len(ANSWERS))  # read one by one
    found = net_promoter_score(np.array(ANSWERS, dtype=kind))
    assert found.to_json() == expected.to_json()
    assert net_promoter_score(ANSWERS).to_json() == expected.to_json()
    one = Responses.from_arrays(ANSWERS, scale=Scale(0, 10))
    assert net_promoter_score(one).to_json() == expected.to_json()


@pytest.mark.parametrize("kind", ["int8", "int64", "float64"])
def test_scales_that_start_below_or_above_0(kind):
    low = np.array([-3, 3, 0, 1, -3, 2, 2], dtype=kind)
    scale = Scale(-3, 3)
    expected = top_box(low, scale=scale, weights=np.ones(7), boxes=2)
    assert top_box(low, scale=scale, boxes=2).to_json() == expected.to_json()
    wide = np.array([-100, 100, 27], dtype=kind)  # the distance leaves the numbers of one byte
    found = top_box(wide, scale=Scale(-100, 100), boxes=1)
    assert (found.value, found.mean.value) == (pytest.approx(1 / 3), pytest.approx(9))


def test_effort_keeps_its_direction():
    answers = np.array([1, 2, 2, 4, 1, 3])
    expected = customer_effort_score(answers, version="1", weights=np.ones(6))
    assert customer_effort_score(answers, version="1").to_json() == expected.to_json()


@pytest.mark.parametrize("answers", [[1.5], [np.nan], [np.inf], [11], [-1], [2**62], []])
def test_other_answers_are_left_to_the_reader(answers):
    assert whole_cells(np.array(answers), [float(its) for its in range(11)]) is None
    with pytest.raises(CustvalueError):
        net_promoter_score(answers)


def test_steps_of_a_half_are_left_to_the_reader():
    assert whole_cells(np.array([1.0, 1.5]), [1.0, 1.5, 2.0]) is None
    found = top_box([1, 1.5, 2, 2], scale=Scale(1, 2, step=0.5), boxes=1)
    assert (found.value, found.mean.value) == (0.5, 1.625)


@pytest.mark.parametrize("missing", ["drop", "pairwise"])
def test_the_policy_is_said(missing):
    assert net_promoter_score([10, 9, 3], missing=missing).base.missing == missing
    with pytest.raises(CustvalueError, match="prorate"):
        net_promoter_score([10, 9, 3], missing="prorate")


def test_responses_that_excluded_somebody_say_so():
    answers = [[5, None], [4, 2], [None, 3], [1, 1]]
    both = Responses.from_arrays(answers, scale=Scale(1, 5), items=["a", "b"], missing="drop")
    found = top_box(both.only(["a"]))
    assert (found.n, found.base.respondents) == (2, 4)
    assert found.base.excluded == {"missing answer": 2}
    pairwise = Responses.from_arrays(answers, scale=Scale(1, 5), missing="pairwise")
    one = top_box(pairwise.only(["item 1"]))
    assert (one.n, one.base.excluded) == (3, {"missing answer": 1})
    assert [its.name for its in one.base.items] == ["answers"]
