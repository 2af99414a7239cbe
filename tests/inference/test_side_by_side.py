"""Sums over complete columns against one respondent after the other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._inference.means import combined_mean, mean_estimate, moments_of
from custvalue._inference.sample import Sample
from custvalue._inference.side_by_side import SideBySide


def slow_moments(values, weights):
    """Mean, Σwr² and Σw²r², added up exactly."""
    total = math.fsum(weights)
    mean = math.fsum(w * x for w, x in zip(weights, values, strict=True)) / total
    spread = math.fsum(w * (x - mean) ** 2 for w, x in zip(weights, values, strict=True))
    error = math.fsum((w * (x - mean)) ** 2 for w, x in zip(weights, values, strict=True))
    return mean, spread, error


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 5), st.booleans())
def test_columns_and_sums_of_them(seed, rows, columns, weighted):
    random = np.random.default_rng(seed)
    entries = random.normal(100, 3, (columns, rows))
    weights = random.choice([0.0, 0.5, 2.0], rows) if weighted else np.ones(rows)
    coefficients = random.normal(0, 1, (2, columns))
    together = SideBySide.of(entries, weights)
    if not weights.any():
        assert together is None
        return
    found = moments_of(together, coefficients)
    assert together.n == np.count_nonzero(weights)
    for its, values in zip(found, [*entries, *(coefficients @ entries)], strict=True):
        assert its[3:] == pytest.approx(slow_moments(values, weights), rel=1e-9, abs=1e-12)
    listed = SideBySide.of(list(entries), weights)
    assert [its[3:] for its in moments_of(listed)] == [its[3:] for its in found[:columns]]


def test_many_rows_are_as_few():
    random = np.random.default_rng(5)
    entries, weights = random.normal(size=(3, 10_001)), random.uniform(0.5, 2, 10_001)
    together = SideBySide.of(entries, weights)
    expected = np.cov(entries, aweights=weights, ddof=0) * 10_001 / 10_000
    assert together.covariance() == pytest.approx(expected, rel=1e-11)


def test_a_missing_entry_is_left_to_the_general_way():
    entries = np.array([[1.0, 2.0, 4.0], [np.nan, 3.0, 5.0]])
    assert SideBySide.of(entries, np.ones(3)) is None
    both = combined_mean(list(entries), [0.5, 0.5], Sample(np.ones(3)), name="x")
    assert both.value == pytest.approx((7 / 3 + 4) / 2)
    assert both.n == 2


def test_equal_entries_have_exactly_their_mean():
    entries = np.full((3, 7), 4.2)
    (_, _, _, mixed) = moments_of(SideBySide.of(entries, np.full(7, 0.3)), np.full((1, 3), 1 / 3))
    assert (mixed.mean, mixed.spread, mixed.error) == (pytest.approx(4.2, rel=1e-15), 0, 0)


@pytest.mark.parametrize("low", [1.0, -3.0])
def test_moments_of_scores_on_another_scale(low):
    values = np.array([1.0, 5.0, 2.0, 2.0])
    weights = np.array([1.0, 2.0, 1.0, 0.5])

    def score(answers):
        return 100 * (1 - (answers - low) / 4)

    (found,) = moments_of(SideBySide.of([values], weights))
    moved = found.rescaled(score).estimate(name="x", bounds=None, method="t")
    expected = mean_estimate(score(values), Sample(weights), name="x")
    assert moved.value == pytest.approx(expected.value, rel=1e-14)
    assert moved.standard_error == pytest.approx(expected.standard_error, rel=1e-14)
    assert moved.standard_deviation == pytest.approx(expected.standard_deviation, rel=1e-14)
