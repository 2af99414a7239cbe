"""Statistics of sums: resampled by how often respondents are drawn, the same as by their rows."""

import numpy as np
import pytest

from custvalue._inference.clusters import Clusters
from custvalue._inference.cross_products import (
    correlations_of,
    products_of,
    squares_of,
    with_constant,
)
from custvalue._inference.resamples import row_resamples, sum_resamples
from custvalue._inference.sample import Sample
from custvalue._inference.sums import OfSums, difference, sum_of_means, sums_of
from custvalue.survey import Bootstrap


def hostile(n, columns, seed):
    """Answers with ties, gaps and large values, and weights among which some are 0."""
    random = np.random.default_rng(seed)
    answers = random.integers(1, 4, (n, columns)) * np.logspace(0, 9, columns)
    answers[random.random((n, columns)) < 0.3] = np.nan
    weights = random.choice([0.0, 1e-3, 1.0, 50.0], n)
    answers[0], weights[0] = 2, 1
    return answers, weights


def mean_by_hand(values, weights):
    known = ~np.isnan(values)
    total = weights[known].sum()
    return weights[known] @ values[known] / total if total > 0 else np.nan


@pytest.mark.parametrize("n", [2, 7, 3_000])
@pytest.mark.parametrize("clusters", [False, True])
@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_means_by_sums_are_means_by_rows(n, clusters, kind):
    answers, weights = hostile(n, 3, seed=n)
    sample = None
    if clusters:
        size = min(n, 40)
        strata = np.arange(size) % (2 if n > 2 else 1)
        own = Clusters(np.arange(n) % size, strata, ("a", "b"))
        sample = Sample(weights, own)
    shares = [0.5, 0.3, 0.2]

    def slow(rows):
        return np.dot(shares, [mean_by_hand(its[rows], weights[rows]) for its in answers.T])

    method = Bootstrap(60, 5, kind)
    ours = sum_of_means(list(answers.T), shares, weights)
    fast = sum_resamples(ours, method, sample=sample)
    by_rows = row_resamples(slow, n, method, sample=sample)
    assert fast.failed == by_rows.failed
    np.testing.assert_allclose(fast.values, by_rows.values, rtol=1e-13)
    np.testing.assert_allclose(fast.draws, by_rows.draws, rtol=1e-13)
    np.testing.assert_allclose(fast.accelerations, by_rows.accelerations, rtol=1e-9)


@pytest.mark.parametrize("n", [9, 40, 2_500])
def test_correlations_by_sums_are_correlations_by_rows(n):
    random = np.random.default_rng(n)
    answers = random.integers(1, 4, (n, 3)) * [1.0, 1e6, 1e-6] + [0, 1e8, 0]
    weights = random.choice([0.0, 0.1, 3.0], n)
    weights[0] = 1
    above = np.triu_indices(3, 1)

    def value(sums):
        found = correlations_of(squares_of(sums, 4))
        return found[:, *above]

    def slow(rows):
        used = weights[rows] > 0
        some = answers[rows][used]
        if not len(some) or (np.ptp(some, axis=0) == 0).any():
            return np.full(3, np.nan)
        covariance = np.cov(some.T, aweights=weights[rows][used], ddof=0)
        deviation = np.sqrt(np.diag(covariance))
        return (covariance / np.outer(deviation, deviation))[above]

    fast = OfSums(n, products_of(with_constant(answers), weights), value)
    method = Bootstrap(50, 3)
    one, other = sum_resamples(fast, method), row_resamples(slow, n, method)
    assert one.failed == other.failed
    np.testing.assert_allclose(one.draws, other.draws, rtol=0, atol=1e-12)


def test_the_difference_of_two_statistics_of_the_same_respondents():
    first, weights = hostile(50, 2, seed=1)
    second = np.roll(first, 1, axis=0)
    one, other = (sum_of_means(list(its.T), [1.0, -2.0], weights) for its in (first, second))
    both = sum_resamples(difference(other, one), Bootstrap(40, 2))
    apart = [sum_resamples(its, Bootstrap(40, 2)).draws for its in (one, other)]
    np.testing.assert_allclose(both.draws, apart[1] - apart[0], rtol=1e-12)


def test_a_failed_resample_says_why():
    rare = np.array([1.0, 0, 0, 0])

    def value(sums):
        return np.where(sums > 0, sums, np.nan)

    statistic = OfSums(4, lambda rows: rare[rows][np.newaxis], value, lambda sums: f"{sums[0]:g}.")
    assert sum_resamples(statistic, Bootstrap(200, 1)).reason == "0."
    assert 0 < sum_resamples(statistic, Bootstrap(200, 1)).failed < 100


def test_a_respondent_for_all_that_are_alike():
    values = np.random.default_rng(4).integers(1, 4, 30).astype(float)
    weights = np.linspace(1, 2, 30).round(1)
    codes = values * 100 + weights
    calls = []

    def mean(rows):
        calls.append(len(rows))
        return np.average(values[rows], weights=weights[rows]) ** 3

    method = Bootstrap(20, 1, "bca")
    every = row_resamples(mean, 30, method)
    calls.clear()
    some = row_resamples(mean, 30, method, alike=codes)
    assert calls.count(29) == len(np.unique(codes)) < 30
    np.testing.assert_allclose(some.accelerations, every.accelerations, rtol=1e-12)


def test_functions_of_the_user_are_not_taken_for_sums():
    class Unhashable:
        __hash__ = None

        def __call__(self, part):
            return part

    for measure in (np.mean, lambda part: part, Unhashable(), dict):
        assert sums_of(measure, None) is None
