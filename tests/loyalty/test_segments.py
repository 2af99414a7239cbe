"""Types of loyalty: a table by hand, cuts that are moved, weights and clusters, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import loyalty
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
THINKS, DOES = [5, 5, 2, 4, 1, 3], [8, 1, 6, 5, 0, 1]
CUTS = {"attitude_cut": 4, "behaviour_cut": 5}


def found(thinks=THINKS, does=DOES, **how):
    return loyalty.segments(attitude=thinks, behaviour=does, **{"scale": FIVE, **CUTS, **how})


def test_by_hand_with_a_customer_on_both_cuts():
    its = found()
    assert [each.count for each in its.types] == [2, 1, 1, 2]
    assert its.type("loyalty").attitude == 4.5
    assert its.type("loyalty").behaviour == 6.5
    assert its.type("no loyalty").share.value == pytest.approx(1 / 3)
    assert {(each.moved, each.cut): each.changed for each in its.flips} == {
        ("attitude", 3.0): pytest.approx(1 / 6),
        ("attitude", 5.0): pytest.approx(1 / 6),
        ("behaviour", 4.5): 0.0,
        ("behaviour", 5.5): pytest.approx(1 / 6),
    }


def test_the_names_of_jones_and_sasser():
    its = found(names="jones-sasser")
    assert [each.name for each in its.types] == [
        "apostles",
        "mercenaries",
        "hostages",
        "terrorists",
    ]
    assert [each.chinese for each in its.types] == ["传道者", "图利者", "囚禁者", "恐怖分子"]


@given(
    rows=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), min_size=1, max_size=30),
    cut=st.integers(1, 5),
    limit=st.integers(0, 9),
)
def test_types_are_complete_and_what_a_slow_count_says(rows, cut, limit):
    its = found(*zip(*rows, strict=True), attitude_cut=cut, behaviour_cut=limit)
    slow = [0, 0, 0, 0]
    for thinks, does in rows:
        slow[(0 if thinks >= cut else 2) + (0 if does >= limit else 1)] += 1
    assert [each.count for each in its.types] == slow
    assert sum(each.share.value for each in its.types) == pytest.approx(1)
    turned = found(
        [6 - thinks for thinks, _ in rows],
        [does for _, does in rows],
        scale=Scale(1, 5, direction="lower is better"),
        attitude_cut=6 - cut,
        behaviour_cut=limit,
    )
    assert [each.count for each in turned.types] == slow


def test_weights_and_clusters_of_responses():
    answers = Responses.from_arrays(
        np.array(THINKS * 5, dtype=float),
        scale=FIVE,
        weights=np.tile([1, 2, 1, 1, 1, 2], 5) / 1.0,
        cluster=np.repeat(np.arange(5), 6),
    )
    its = found(answers, DOES * 5, scale=None)
    assert its.type("latent loyalty").share.value == pytest.approx(2 / 8)
    assert its.type("loyalty").share.clusters == 5


def test_missing_ones_are_counted():
    its = found([*THINKS, None], [*DOES, 3])
    assert (its.n, its.left_out) == (6, 1)
    assert "1 are left out, because one is missing" in str(its)


def test_frames_and_json():
    assert loyalty.LoyaltySegments.from_json(found().to_json()) == found()
    assert found().columns()["type"].tolist()[0] == "loyalty"


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: found(does=DOES[:3]), DataError, "behaviour has 3 entries, but attitude has 6."),
        (
            lambda: found(attitude_cut=7),
            ParameterError,
            "attitude_cut must be on the scale 1 to 5, but it is 7.",
        ),
        (
            lambda: found(scale=None),
            ParameterError,
            "scale is needed for an array of answers, as in scale=Scale(1, 5).",
        ),
        (
            lambda: found(does=[np.nan] * 6),
            DataError,
            "no customer has both an attitude and a behaviour.",
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value).startswith(said)
