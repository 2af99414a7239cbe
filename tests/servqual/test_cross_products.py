"""Gaps from sums and cross products are those from each respondent's scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._servqual.estimation import estimate_gaps
from custvalue.servqual import Survey
from custvalue.survey import Scale

SIZES = {"a": 3, "b": 1, "c": 2}


def both_ways(perceived, expected, **options):
    """Estimate from cross products, and from scores by respondent, as if answers were missing."""
    return [
        estimate_gaps(
            Survey.from_arrays(perceived, expected, dimensions=SIZES, missing=missing, **options)
        )
        for missing in ("raise", "pairwise")
    ]


def assert_same(one, other, rtol=1e-9):
    for name, column in one.columns().items():
        if column.dtype.kind == "f":
            np.testing.assert_allclose(column, other.columns()[name], rtol=rtol, atol=1e-12)
        else:
            assert column.tolist() == other.columns()[name].tolist()
    for its, same in zip(one.dimensions, other.dimensions, strict=True):
        assert its.expectation_ceiling == pytest.approx(same.expectation_ceiling, abs=1e-12)
        for part in ("perception", "expectation", "gap"):
            ours, theirs = getattr(its, part), getattr(same, part)
            assert ours.effective_n == pytest.approx(theirs.effective_n, rel=1e-12)
            if theirs.standard_deviation is not None:
                assert ours.standard_deviation == pytest.approx(
                    theirs.standard_deviation, rel=rtol, abs=1e-12
                )
        assert (its.reliability is None) == (same.reliability is None)
        if its.reliability is not None:
            assert its.reliability.value == pytest.approx(same.reliability.value, rel=1e-7)
    assert one.overall.expectation_ceiling == pytest.approx(
        other.overall.expectation_ceiling, abs=1e-12
    )
    assert one.overall.gap.standard_deviation is None


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.booleans(), st.booleans())
@settings(deadline=None, derandomize=True, max_examples=40)
def test_both_ways_agree(seed, n, weighted, turned):
    rng = np.random.default_rng(seed)
    scale = Scale(1, 5, direction="lower is better" if turned else "higher is better")
    perceived, expected = rng.integers(1, 6, (2, n, 6)).astype(float)
    weights = rng.uniform(0.2, 4, n) if weighted else None
    if weighted and n > 2:
        weights[n // 2] = 0
    assert_same(*both_ways(perceived, expected, scale=scale, weights=weights))


def test_answers_that_are_no_whole_numbers_far_from_zero():
    rng = np.random.default_rng(2)
    perceived, expected = rng.uniform(9999.0, 9999.001, (2, 50, 6))
    scale = Scale(0, 10_000, step=None)
    assert_same(*both_ways(perceived, expected, scale=scale), rtol=1e-6)


def test_many_respondents_in_blocks():
    rng = np.random.default_rng(3)
    perceived, expected = rng.integers(1, 8, (2, 20_001, 6)).astype(float)
    weights = rng.uniform(0.5, 2, 20_001)
    for its in (None, weights):
        assert_same(*both_ways(perceived, expected, scale=Scale(1, 7), weights=its))


def test_gaps_that_are_all_alike_have_exactly_no_variance():
    rng = np.random.default_rng(4)
    expected = rng.integers(3, 8, (9_000, 6)).astype(float)
    for weights in (None, np.full(9_000, 0.3), rng.uniform(0.1, 3, 9_000)):
        gaps = estimate_gaps(
            Survey.from_arrays(
                expected - 2, expected, dimensions=SIZES, scale=Scale(1, 7), weights=weights
            )
        )
        assert {gap.gap.value for gap in (*gaps.items, *gaps.dimensions)} == {-2.0}
        assert {gap.gap.standard_error for gap in (*gaps.items, *gaps.dimensions)} == {0.0}
        assert gaps.overall.gap.value == pytest.approx(-2, abs=1e-14)
        assert all(its.reliability is None for its in gaps.dimensions)
