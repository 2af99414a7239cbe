"""Resampling of counts and of respondents against closed forms, scipy and each other."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.clusters import Clusters
from custvalue._inference.resamples import (
    Resamples,
    cells,
    count_resamples,
    row_resamples,
    share_resamples,
)
from custvalue._inference.sample import Sample
from custvalue.errors import DataError, EstimationError, ParameterError

VOTES = np.array([1.0, 0.0, -1.0])
COUNTS = np.array([162, 108, 54])


def net(counts):
    return 100 * (counts @ VOTES) / counts.sum(axis=1)


def test_counts_have_the_closed_form_error_and_normal_percentiles():
    resampled = count_resamples(COUNTS, net, Bootstrap(40_000, 1))
    error = 100 * math.sqrt(5 / 9 / 324)
    assert resampled.values.tolist() == pytest.approx([100 / 3])
    assert resampled.standard_error == pytest.approx(error, rel=0.02)
    interval = resampled.confidence_interval(0.9)
    z = stats.norm.ppf(0.95)
    assert (interval.low, interval.high) == pytest.approx(
        (100 / 3 - z * error, 100 / 3 + z * error), abs=0.4
    )
    assert (interval.level, interval.method) == (0.9, "bootstrap percentile")
    assert (resampled.n, resampled.resamples, resampled.failed) == (324, 40_000, 0)


def test_rows_and_counts_have_the_same_distribution():
    answers = np.repeat(VOTES, COUNTS)
    by_rows = row_resamples(
        lambda rows: 100 * answers[rows].mean(), 324, Bootstrap(8_000, 2, kind="bca")
    )
    by_counts = count_resamples(COUNTS, net, Bootstrap(8_000, 3))
    assert (
        stats.ks_2samp(by_rows.draws[:, 0].round(6), by_counts.draws[:, 0].round(6)).pvalue > 0.01
    )
    assert by_rows.accelerations == pytest.approx(by_counts.accelerations, rel=1e-9)


def test_bca_is_that_of_scipy():
    values = np.random.default_rng(4).exponential(size=40)
    ours = row_resamples(lambda rows: values[rows].mean(), 40, Bootstrap(20_000, 5, kind="bca"))
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, rng=5).confidence_interval
    interval = ours.confidence_interval(kind="bca")
    assert (interval.low, interval.high) == pytest.approx(tuple(theirs), abs=0.001)
    assert interval.method == "bootstrap BCa"
    assert interval.high > ours.confidence_interval().high + 0.02  # skewed to the right


def test_percentiles_are_those_of_the_ordered_draws():
    draws = np.arange(1.0, 100.0)[:, np.newaxis]  # 99 draws: the k-th stands for k %
    resampled = Resamples(values=np.array([50.0]), draws=draws, accelerations=np.empty(0), n=7)
    interval = resampled.confidence_interval(0.9)
    assert (interval.low, interval.high) == pytest.approx((5, 95))


def test_draws_that_are_all_one_value_are_named():
    ten = 0.1 * np.arange(10)
    equal = row_resamples(
        lambda rows: [0.1 + 0.0 * rows[0], ten[rows].mean()], 10, Bootstrap(rng=1)
    )
    first, second = equal.confidence_intervals()
    assert first.low == first.high
    assert first.method == "bootstrap percentile; zero width: all resamples give one value"
    assert second.method == "bootstrap percentile"


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_p_does_not_depend_on_the_unit(unit):
    draws = np.array([-2.0, -1, 1e-15, -1e-15, 0, 1, 1, 2, 2, 3])[:, np.newaxis]
    resampled = Resamples(
        values=np.array([unit]), draws=unit * draws, accelerations=np.empty(0), n=10
    )
    beyond = (2 + 3 / 2 + 1) / 11  # half of the draws at 0 lie on either side
    z = stats.norm.ppf(beyond) / math.sqrt(10 / 9)
    assert resampled.p_value() == pytest.approx(2 * stats.t.cdf(z, 9))


def test_several_statistics_at_once():
    answers = np.array([[1.0, 5.0], [2.0, 4.0], [4.0, 4.0], [5.0, 1.0]])
    resampled = row_resamples(lambda rows: answers[rows].mean(axis=0), 4, Bootstrap(rng=7))
    assert resampled.values.tolist() == [3.0, 3.5]
    one, other = resampled.confidence_intervals()
    assert one == resampled.confidence_interval()
    assert other == resampled.confidence_interval(statistic=1)
    assert resampled.standard_errors == pytest.approx(answers.std(axis=0) / 2, rel=0.05)
    assert list(resampled.columns()) == ["statistic 0", "statistic 1"]


def test_clusters_are_drawn_whole_within_their_strata():
    dealers = np.array([4, 0, 1, 3, 2, 0, 4, 4, 5])  # the last one has no weight
    clusters = Clusters(dealers, np.array([0, 0, 0, 1, 1, 1]), ("a", "b"))
    weights = np.array([1.0, 1, 1, 1, 1, 0, 1, 1, 0])
    seen = []
    found = row_resamples(
        lambda rows: seen.append(dealers[rows]) or float(len(rows)),
        9,
        Bootstrap(200, 8),
        sample=Sample(weights, clusters),
    )
    assert (found.clusters, found.n) == (5, 9)
    every, *drawn = seen
    assert every.tolist() == dealers.tolist()
    customers = {0: 1, 1: 1, 2: 1, 3: 1, 4: 3}  # with a weight
    for dealer in drawn:
        times = {its: int((dealer == its).sum()) for its in range(6)}
        assert times.pop(5) == 0
        assert all(count % customers[its] == 0 for its, count in times.items())
        assert sum(times[its] / customers[its] for its in (0, 1, 2)) == 3
        assert sum(times[its] / customers[its] for its in (3, 4)) == 2
    assert len({len(dealer) for dealer in drawn}) == 3


def test_shares_with_an_effective_n_that_is_not_whole():
    shares = COUNTS / 324
    whole = share_resamples(shares, 324, net, Bootstrap(2_000, 16))
    assert whole.values == pytest.approx([100 / 3])
    assert whole.standard_error == pytest.approx(100 * math.sqrt(5 / 9 / 324), rel=0.05)
    odd = share_resamples(shares, 2.5, net, Bootstrap(40_000, 17))
    # half of the resamples have 2 answers, half have 3
    variance = 5 / 9 * (1 / 2 + 1 / 3) / 2
    assert odd.standard_error == pytest.approx(100 * math.sqrt(variance), rel=0.02)
    assert share_resamples(shares, 0.4, net, Bootstrap(rng=18)).failed == 0


def test_failed_resamples_are_counted_and_named():
    answers = np.array([1.0, 1.0, 1.0, 5.0])

    def spread(rows):
        if answers[rows].std() == 0:
            raise DataError("friendly: all answers are equal.")
        return answers[rows].std()

    resampled = row_resamples(spread, 4, Bootstrap(1_000, 9))
    expected = 0.75**4 + 0.25**4
    assert resampled.failed / 1_000 == pytest.approx(expected, abs=0.05)
    assert len(resampled.draws) == 1_000 - resampled.failed
    assert resampled.reason == "friendly: all answers are equal."
    assert resampled.confidence_interval().method == (
        f"bootstrap percentile, {resampled.failed} of 1000 resamples failed"
    )

    def share(counts):
        return np.where(counts[:, 1] > 0, counts[:, 0] / np.maximum(counts[:, 1], 1), np.nan)

    counted = count_resamples([3, 1], share, Bootstrap(1_000, 10))
    assert counted.failed / 1_000 == pytest.approx(0.75**4, abs=0.05)
    assert counted.reason == "the statistic is not finite."


def test_linear_algebra_that_fails_is_a_failed_resample():
    x = np.array([1.0, 1.0, 2.0, 3.0])

    def slope(rows):
        design = np.column_stack([np.ones(4), x[rows]])
        return np.linalg.solve(design.T @ design, design.T @ x[rows])[1]

    assert row_resamples(slope, 4, Bootstrap(500, 11)).failed > 0


def test_the_same_seed_gives_the_same_draws():
    for one, other in ((1, 1), (np.random.default_rng(1), np.random.default_rng(1))):
        assert count_resamples(COUNTS, net, Bootstrap(rng=one)) == count_resamples(
            COUNTS, net, Bootstrap(rng=other)
        )
    assert count_resamples(COUNTS, net, Bootstrap(rng=1)) != count_resamples(
        COUNTS, net, Bootstrap(rng=2)
    )


def test_blocks_change_nothing_but_the_memory(monkeypatch):
    whole = count_resamples(COUNTS, net, Bootstrap(50, 12))
    monkeypatch.setattr("custvalue._inference.resamples.ENTRIES_AT_A_TIME", 7)
    assert count_resamples(COUNTS, net, Bootstrap(50, 12)) == whole


def test_cells_are_the_distinct_rows():
    found = cells(np.array([9.0, 3, 9, 9, 3]), np.array([1.0, 2, 1, 2, 2]))
    assert found.values.tolist() == [[3, 2], [9, 1], [9, 2]]
    assert found.counts.tolist() == [2, 2, 1]


def test_a_million_weighted_answers_cost_what_their_cells_cost():
    rng = np.random.default_rng(13)
    answers, weights = rng.integers(0, 11, 10**6).astype(float), rng.choice([0.5, 1.0, 2.0], 10**6)
    found = cells(answers, weights)
    assert len(found.counts) == 33
    vote = np.sign(np.searchsorted([6.5, 8.5], found.values[:, 0]) - 1.0)
    weight = found.values[:, 1]
    resampled = count_resamples(
        found.counts, lambda c: c @ (vote * weight) / (c @ weight), Bootstrap(4_000, 14)
    )
    votes = np.sign(np.searchsorted([6.5, 8.5], answers) - 1.0)
    influence = weights * (votes - resampled.values[0]) / weights.sum()
    assert resampled.standard_error == pytest.approx(math.sqrt(influence @ influence), rel=0.05)


def test_it_prints_and_goes_to_json_and_back():
    resampled = count_resamples(COUNTS, net, Bootstrap(50, 15))
    assert Resamples.from_json(resampled.to_json()) == resampled
    json.loads(resampled.to_json())
    assert repr(resampled) == "Resamples(statistics=1, resamples=50, failed=0, n=324)"
    assert "n 324, 50 resamples, 0 of them failed." in str(resampled)


CASES = {
    "one resample": (
        lambda: count_resamples(COUNTS, net, Bootstrap(1)),
        ParameterError,
        "resamples must be a whole number >= 2, as in Bootstrap(2000), but it is 1.",
    ),
    "half a resample": (
        lambda: row_resamples(np.mean, 3, Bootstrap(2.5)),  # pyright: ignore[reportArgumentType]  # the point
        ParameterError,
        "resamples must be a whole number >= 2, as in Bootstrap(2000), but it is 2.5.",
    ),
    "nobody": (
        lambda: count_resamples([0, 0], net, Bootstrap()),
        ParameterError,
        "counts must be whole numbers >= 0 and not all 0, but they are [0, 0].",
    ),
    "most resamples fail": (
        lambda: count_resamples(
            COUNTS, lambda c: np.where(len(c) > 1, np.nan, net(c)), Bootstrap(20)
        ),
        EstimationError,
        (
            "20 of 20 bootstrap resamples failed, the first one because: the statistic is not "
            "finite. Collect more answers, or use an interval that needs no resampling."
        ),
    ),
    "BCa without jackknife": (
        lambda: row_resamples(lambda rows: rows.mean(), 3, Bootstrap(rng=1)).confidence_interval(
            kind="bca"
        ),
        ParameterError,
        (
            "kind='bca' needs the skewness of the statistic, which these resamples were drawn "
            "without. Use Bootstrap(kind='bca') when resampling, or kind='percentile'."
        ),
    ),
    "unknown kind": (
        lambda: count_resamples(COUNTS, net, Bootstrap(rng=1)).confidence_interval(
            kind="percentiles"
        ),
        ParameterError,
        (
            "kind must be one of 'percentile', 'bca', but it is 'percentiles'. Did you mean "
            "'percentile'?"
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=CASES)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
