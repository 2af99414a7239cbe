"""Scales, data and strategies that the tests of several satisfaction measures share."""

import pytest
from golden_values import golden
from hypothesis import settings
from hypothesis import strategies as st

from custvalue.satisfaction import (
    Attribute,
    Tier,
)
from custvalue.survey import Responses, Scale

GOLDEN = golden("satisfaction")
TEN, SEVEN, FIVE = Scale(1, 10), Scale(1, 7), Scale(1, 5)
MINUTES = Scale(0, 60, direction="lower is better", true_zero=True)

careful = settings(deadline=None, derandomize=True)


def columns(count, low, high):
    """Columns of whole answers and one of weights, all of one length."""
    answers = st.integers(low, high).map(float)
    return st.integers(2, 25).flatmap(
        lambda n: st.tuples(
            *[st.lists(answers, min_size=n, max_size=n) for _ in range(count)],
            st.lists(st.floats(0.1, 10), min_size=n, max_size=n),
        )
    )


def same_estimate(one, other):
    pair = pytest.approx((other.value, other.standard_error), abs=1e-9)
    return (one.value, one.standard_error) == pair


WORKSHOP = [
    Attribute(name="repaired", tier=Tier.SATISFIED, weight=2),
    Attribute(name="on time", tier=Tier.DESIRED),
    Attribute(name="car washed", tier=Tier.SURPRISED),
]
GOT = {"repaired": [5, 3, 5], "on time": [3, 4, 5], "car washed": [1, 5, 4]}
EXPECTED = {"repaired": 5, "on time": 4, "car washed": 1}

FRAME = {"friendly": [5, 4, 3, 5], "on time": [4, 2, 4, 3]}
OWN = {"friendly": [3, 4, 5, 1], "on time": [5, 5, 4, 2]}
ANSWERS = Responses.from_frame(FRAME, scale=FIVE)
IMPORTANCE = Responses.from_frame(OWN, scale=FIVE)
