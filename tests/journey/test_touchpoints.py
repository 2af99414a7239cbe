"""Moments of truth: a table by hand, respondents one by one, directions, bad input."""

import numpy as np
import pytest
import visited

from custvalue import journey
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Responses, Scale

ORDER = ["reception", "repair", "handover"]
ANSWERS = [[5, 4, 3], [4, 4, 5], [5, 3, 4], [3, 2, 2], [4, 4, 5], [None, 3, 4]]


def answers(rows=ANSWERS, **scale):
    return Responses.from_arrays(
        np.array(rows, dtype=float), items=ORDER, scale=Scale(1, 5, **scale), missing="pairwise"
    )


def test_by_hand():
    found = journey.touchpoints(answers(), order=ORDER)
    reception, repair, handover = found.touchpoints
    assert reception.mean.value == 4.2
    assert (repair.mean.value, handover.mean.value) == (
        pytest.approx(20 / 6),
        pytest.approx(23 / 6),
    )
    assert (reception.answered.value, repair.answered.value) == (5 / 6, 1.0)
    assert reception.change is None
    assert repair.change.value == pytest.approx((-1 + 0 - 2 - 1 + 0) / 5)
    assert handover.change.value == pytest.approx((-1 + 1 + 1 + 0 + 1 + 1) / 6)
    # the worst of each: handover, both first, repair, both last, both first, repair
    assert [its.worst_for.value * 6 for its in found.touchpoints] == pytest.approx([2, 5, 2])
    means = [4, 13 / 3, 4, 7 / 3, 13 / 3, 3.5]
    assert found.mean.value == pytest.approx(np.mean(means))
    # farthest from 3, the worse of two: 5, 5, 5, 2, 5, 4; with the end
    peak_end = [(5 + 3) / 2, 5, (5 + 4) / 2, 2, 5, 4]
    assert found.peak_end.value == pytest.approx(np.mean(peak_end))
    assert found.difference.value == pytest.approx(np.mean(peak_end) - np.mean(means))
    assert (found.worst, found.best) == ("repair", "reception")


def test_where_lower_is_better_best_and_worst_change_places():
    up = journey.touchpoints(answers(), order=ORDER)
    turned = [[None if its is None else 6 - its for its in row] for row in ANSWERS]
    down = journey.touchpoints(answers(turned, direction="lower is better"), order=ORDER)
    assert (down.worst, down.best) == (up.worst, up.best)
    assert down.peak_end.value == pytest.approx(6 - up.peak_end.value)
    for one, other in zip(down.touchpoints, up.touchpoints, strict=True):
        assert one.worst_for.value == other.worst_for.value


def test_weights_that_are_whole_numbers_repeat_rows():
    whole = [2, 1, 3, 1, 1, 2]
    weighted = Responses.from_arrays(
        np.array(ANSWERS, dtype=float),
        items=ORDER,
        scale=Scale(1, 5),
        missing="pairwise",
        weights=np.array(whole) / 1.5,
    )
    one = journey.touchpoints(weighted, order=ORDER)
    other = journey.touchpoints(
        answers([its for its, n in zip(ANSWERS, whole, strict=True) for _ in range(n)]), order=ORDER
    )
    assert one.columns()["mean"] == pytest.approx(other.columns()["mean"])
    assert one.columns()["worst_for"] == pytest.approx(other.columns()["worst_for"])
    assert one.peak_end.value == pytest.approx(other.peak_end.value)


def test_who_answered_nothing_counts_in_nothing_but_the_share_that_answered():
    found = journey.touchpoints(answers([*ANSWERS, [None] * 3]), order=ORDER)
    alone = journey.touchpoints(answers(), order=ORDER)
    assert found.peak_end.value == alone.peak_end.value
    assert found.touchpoints[1].worst_for.value == alone.touchpoints[1].worst_for.value
    assert found.touchpoints[1].answered.value == pytest.approx(6 / 7)


def test_steps_that_most_visits_lack_are_named():
    rows = [[5, 4, None], [4, 4, None], [3, 3, None], [4, 5, 3], [5, 5, 2]]
    found = journey.touchpoints(answers(rows), order=ORDER)
    assert "Answered by less than half: 'handover'. Their means" in str(found)
    assert "less than half" not in str(journey.touchpoints(answers(), order=ORDER))


def test_frames_and_json():
    found = visited.touchpoints()
    assert journey.Touchpoints.from_json(found.to_json()) == found
    assert found.columns()["touchpoint"].tolist() == list(visited.STEPS)
    assert np.isnan(found.columns()["change"][0])


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: journey.touchpoints(answers(), order=["reception"]),
            ParameterError,
            (
                "order must be a list of at least two items, in the order of the visit, but it is "
                "['reception']."
            ),
        ),
        (
            lambda: journey.touchpoints(answers(), order=["repair", "repair"]),
            ParameterError,
            "order names 'repair' twice. Name every touchpoint once.",
        ),
        (
            lambda: journey.touchpoints({"a": [1]}, order=ORDER),
            ParameterError,
            (
                "answers must be Responses, but it is dict. Read them with "
                "Responses.from_frame(frame, scale=..., missing='pairwise')."
            ),
        ),
        (
            lambda: journey.touchpoints(
                answers([[5, 4, None], [4, 4, None], [3, 3, 3]]), order=ORDER
            ),
            DataError,
            (
                "touchpoint 'handover' has 1 answer, and a mean needs at least 2. Leave it out of "
                "order, or put it together with another."
            ),
        ),
    ],
)
def test_bad_requests(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said
