"""Gaps of complete answers, computed together, are those from each respondent's scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._servqual import gaps as estimation
from custvalue._servqual.gap_means import ByRespondent
from custvalue._servqual.gaps import estimate_gaps
from custvalue.servqual import Survey
from custvalue.survey import Scale

SIZES = {"a": 3, "b": 1, "c": 2}


def both_ways(perceived, expected, **options):
    """Estimate all together, and from scores by respondent, as if answers were missing."""
    survey = Survey.from_arrays(perceived, expected, dimensions=SIZES, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimation, "gap_means", ByRespondent)
        by_respondent = estimate_gaps(survey)
    return estimate_gaps(survey), by_respondent


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


def test_weights_that_are_all_alike_change_nothing():
    perceived, expected = np.random.default_rng(3).integers(1, 6, (2, 12, 6)).astype(float)
    plain, by_respondent = both_ways(perceived, expected, scale=Scale(1, 5))
    assert_same(*both_ways(perceived, expected, scale=Scale(1, 5), weights=[3] * 12))
    found, _ = both_ways(perceived, expected, scale=Scale(1, 5), weights=[3] * 12)
    for one, other, same in zip(
        found.dimensions, by_respondent.dimensions, plain.dimensions, strict=True
    ):
        assert one.gap.standard_error == pytest.approx(other.gap.standard_error)
        assert one.gap.standard_deviation == pytest.approx(same.gap.standard_deviation)


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


THREE = [[6, 5, 4], [4, 6, 5], [5, 4, 6]]


def gaps_of_two(weights, *, missing, perceived=THREE):
    survey = Survey.from_arrays(
        perceived,
        np.full(np.shape(perceived), 7),
        scale=Scale(1, 7),
        dimensions={"staff": 3},
        weights=weights,
        missing=missing,
    )
    gaps = estimate_gaps(survey)
    return gaps.dimension("staff").gap, gaps.overall.gap


@pytest.mark.parametrize("missing", ["raise", "drop", "pairwise", "prorate"])
def test_gaps_that_are_all_alike_have_one_interval_whatever_the_weights(missing):
    rng = np.random.default_rng(5)
    for weights in rng.uniform(0.5, 3, (400, 3)):
        for gap in gaps_of_two(weights, missing=missing):
            assert gap.value == pytest.approx(-2, abs=1e-14)
            assert gap.standard_error == 0
            assert gap.default_method == "beta"


def test_the_interval_of_gaps_that_are_all_alike():
    for factor in (1, 10):
        for missing in ("raise", "pairwise"):
            weights = factor * np.array([1.3, 2.23, 2.16])
            for gap in gaps_of_two(weights, missing=missing):
                interval = gap.confidence_interval()
                assert str(interval) == "[-4.076, 1.480]"
                assert interval.method == "beta, because all answers are equal"


def test_gaps_that_are_all_alike_beside_a_respondent_who_misses_an_answer():
    rng = np.random.default_rng(6)
    perceived = np.array([*THREE, [7, 7, np.nan]])
    for weights in rng.uniform(0.5, 3, (200, 4)):
        for gap in gaps_of_two(weights, missing="pairwise", perceived=perceived):
            assert gap.n == 3
            assert gap.standard_error == 0
            assert gap.confidence_interval().method == "beta, because all answers are equal"


def test_policies_give_the_same_numbers_of_complete_answers():
    rng = np.random.default_rng(7)
    perceived, expected = rng.integers(1, 8, (2, 300, 6)).astype(float)
    weights = rng.uniform(0.5, 2, 300)
    every = [
        estimate_gaps(
            Survey.from_arrays(
                perceived,
                expected,
                dimensions=SIZES,
                scale=Scale(1, 7),
                weights=weights,
                missing=missing,
            )
        ).columns()
        for missing in ("raise", "drop", "pairwise", "prorate")
    ]
    for columns in every[1:]:
        for name, column in columns.items():
            np.testing.assert_array_equal(column, every[0][name])


def test_a_gap_that_hardly_varies_keeps_its_digits():
    rng = np.random.default_rng(8)
    expected = rng.uniform(1, 7, (200, 6))
    small = 1e-9 * rng.normal(size=(200, 1))
    gaps = estimate_gaps(
        Survey.from_arrays(
            expected - 1 + small,
            expected,
            dimensions=SIZES,
            scale=Scale(-5, 12, step=None),
            weights=rng.uniform(0.5, 2, 200),
        )
    )
    errors = [its.gap.standard_error for its in (*gaps.items, gaps.overall)]
    assert errors == pytest.approx([errors[0]] * 7, rel=1e-5)
    assert 1e-11 < errors[0] < 1e-9
