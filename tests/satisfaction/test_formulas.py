"""Formulas of measures one by one, by hand, on a few numbers."""

import numpy as np
import pytest

from custvalue._satisfaction.net_score import _votes_of_sums
from custvalue._satisfaction.net_share import score_ends
from custvalue.satisfaction import factor_index, net_score
from custvalue.survey import Responses, Scale


def test_ends_of_a_net_share_never_leave_what_is_possible():
    n = np.arange(1.0, 400.0)
    level, ones, none = np.full(len(n), 0.95), np.ones(len(n)), np.zeros(len(n))
    high = score_ends(ones, none, n, level, ones)
    low = score_ends(none, ones, n, level, -ones)
    assert high.max() == 1  # without a bound, 1.0000000000000002 at n = 197
    assert low.min() == -1


def test_a_factor_without_weight_has_no_say_even_where_its_answers_are_missing():
    answers = {"a": [5, 4, 3, 1], "b": [5, None, 2, None], "c": [1, 3, 3, 2]}
    factors = {"first": ["a", "c"], "second": ["b"]}

    def index(weights, **columns):
        read = Responses.from_frame(columns, scale=Scale(1, 5), missing="pairwise")
        return factor_index(
            read, factors={name: factors[name] for name in weights}, weights=weights
        )

    found = index({"first": 1, "second": 0}, **answers)
    alone = index({"first": 1}, a=answers["a"], c=answers["c"])
    assert found.n == alone.n == 4
    assert found.value == pytest.approx(alone.value)
    assert found.standard_error == pytest.approx(alone.standard_error)


@pytest.mark.parametrize("boxes", [1, 2])
@pytest.mark.parametrize("direction", ["higher is better", "lower is better"])
def test_a_resampled_net_score_is_that_of_the_answers(boxes, direction):
    scale = Scale(1, 5, direction=direction)
    answers = Responses.from_arrays([1, 2, 2, 3, 4, 5, 5, 5], scale=scale)
    sums = _votes_of_sums(answers, boxes=boxes)
    # 5 three times and 1 once; with 4 and 2: 4 and 3 of eight
    sign = 1 if direction == "higher is better" else -1
    expected = sign * {1: (3 - 1) / 8, 2: (4 - 3) / 8}[boxes]
    assert sums.whole()[0] == pytest.approx(expected)
    assert net_score(answers, boxes=boxes).value == pytest.approx(expected)
