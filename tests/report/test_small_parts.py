"""Small parts of the report at the edges where they turn, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from custvalue import kano, servqual
from custvalue._report.group_part import _p_value
from custvalue._report.language import speaking
from custvalue._report.link import _satisfied_or_not
from custvalue._report.study import Satisfaction
from custvalue._report.surveyed import answered, perceived_quality
from custvalue._report.translation import drawn
from custvalue.survey import Scale


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.001, "adjusted P 0.0010"), (0.00099, "adjusted P < 0.001"), (0.0421, "adjusted P 0.042")],
)
def test_p_is_written_down_to_a_thousandth(value, said):
    assert _p_value(value) == said


def test_words_of_a_picture_are_translated_in_their_place():
    svg = "<svg><text x='1'> 3 years </text><path d='M0'/><text>NPS</text></svg>"
    assert drawn(svg) == svg
    with speaking("zh"):
        assert drawn(svg) == "<svg><text x='1'>3 年</text><path d='M0'/><text>NPS</text></svg>"


@pytest.mark.parametrize(
    ("direction", "best"),
    [("higher is better", [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]), ("lower is better", [0, 0.1, 0.2, 0.3])],
)
def test_satisfied_customers_gave_one_of_the_best_answers(direction, best):
    # the sixth answer from above is 0.5, though 1 - 6 * 0.1 is a little below 0.4 in doubles
    scale = Scale(0, 1, step=0.1, direction=direction)
    asked = Satisfaction(perceived="q", scale=scale, boxes=len(best))
    answers = np.array([*np.arange(11) / 10, np.nan])
    satisfied, others = _satisfied_or_not(asked, answers).values()
    assert answers[satisfied].tolist() == pytest.approx(best)
    assert others.tolist() == [not one for one in satisfied[:11]] + [False]


def test_perceived_quality_of_groups_is_weighted():
    perceived = [[7, 5], [4, 2], [6, 6]]
    read = servqual.Survey.from_arrays(
        perceived,
        [[7, 7]] * 3,
        scale=Scale(1, 7),
        dimensions={"staff": 2},
        weights=[1, 2, 5],
        group=["a", "b", "b"],
    )
    quality = perceived_quality(read)
    # 6, 3 and 6 with the weights 1, 2 and 5
    assert quality.mean("quality").value == pytest.approx((6 + 2 * 3 + 5 * 6) / 8)
    assert quality.by("group")["b"].mean("quality").value == pytest.approx((2 * 3 + 5 * 6) / 7)


def test_who_only_likes_has_answered():
    assert answered(kano.Questionnaire.from_arrays([[1], [1]], [[1], [1]]))
    grouped = kano.Questionnaire.from_arrays([[1], [1]], [[1], [1]], group=["a", "b"])
    assert answered(grouped.by("group")["a"])
