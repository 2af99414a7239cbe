"""Discrete discounting: sums over many periods from a few of them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._lifetime.value.discounting import discounted_by_period, gram_rule


def by_hand(expected, rate, until, period):
    total, before = 0.0, expected(0.0)
    whole = math.ceil(until / period)
    for i in range(1, whole + 1):
        end = min(i * period, until)
        now = expected(end)
        total += (now - before) * math.exp(-rate * end)
        before = now
    return total


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    rate=st.floats(1e-4, 0.5),
    period=st.floats(0.05, 20),
    periods=st.floats(0.1, 3000),
    power=st.floats(0.1, 3),
)
def test_a_sum_over_periods(rate, period, periods, power):
    def expected(time):
        return np.array([math.log1p(time / 3), time / (time + power), 1 - (1 + time) ** -power])

    value = discounted_by_period(expected, rate, periods * period, period)
    np.testing.assert_allclose(value, by_hand(expected, rate, periods * period, period), rtol=1e-9)


def test_of_a_steady_stream_it_is_a_geometric_series():
    value = discounted_by_period(lambda time: np.array([time]), 0.002, math.inf, 4.0)
    factor = math.exp(-0.008)
    assert value[0] == pytest.approx(4 * factor / (1 - factor), rel=1e-13)


def test_few_evaluations_stand_for_many_periods():
    asked = []
    discounted_by_period(lambda t: asked.append(t) or np.array([t]), 1e-4, math.inf, 1.0)
    assert len(asked) < 700  # of 500,000 periods


@pytest.mark.parametrize(("nodes", "size"), [(1, 1), (5, 5), (3, 100), (24, 1000)])
def test_the_rule_is_exact_for_polynomials(nodes, size):
    places, weights = gram_rule(nodes, size)
    for power in range(min(2 * nodes, 8)):
        exact = sum(i**power for i in range(size))
        assert weights @ places**power == pytest.approx(exact, rel=1e-12)
