"""Priorities: parts of the overall gap, the probability of being the weakest, ranks."""

import numpy as np
import pytest
import reference_servqual as naive
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from custvalue import servqual
from custvalue._inference.resamples import row_resamples, sum_resamples
from custvalue._servqual.priorities import _Parts
from custvalue._servqual.ranks import ranks
from custvalue.errors import DataError, ParameterError
from custvalue.servqual import Priorities, Survey
from custvalue.survey import Bootstrap, Scale

SCALE = Scale(1, 7)


def ends(its, level=0.95):
    """Return the ends of the interval of a rank."""
    interval = its.rank.confidence_interval(level)
    return interval.low, interval.high


PLACES = [range(4), range(4, 9), range(9, 13), range(13, 17), range(17, 22)]


def drawn(n=60, *, seed=5):
    """Simulate respondents who answer for all dimensions with a mood of their own."""
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(n, 1))
    perceived = np.clip(np.rint(4.6 + person + rng.normal(size=(n, 22))), 1, 7)
    expected = np.clip(np.rint(6.0 + 0.4 * person + 0.7 * rng.normal(size=(n, 22))), 1, 7)
    points = rng.multinomial(100, [0.12, 0.34, 0.22, 0.18, 0.14], size=n).astype(float)
    return perceived, expected, points, rng.uniform(0.3, 3, n)


def simulated(n=60, *, seed=5, points=True, **options):
    perceived, expected, its, weights = drawn(n, seed=seed)
    usual = {"scale": SCALE, "weights": weights}
    return Survey.from_arrays(perceived, expected, its if points else None, **(usual | options))


def small(gaps, **options):
    """Make a survey of single items with these gaps, respondents x dimensions."""
    gaps = np.asarray(gaps, dtype=float)
    usual = {
        "scale": Scale(0, 10, step=None),
        "dimensions": {f"d{k}": 1 for k in range(gaps.shape[1])},
    }
    return Survey.from_arrays(8 + gaps, np.full(gaps.shape, 8.0), **(usual | options))


# --- parts ----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:The difference score is unreliable")
@pytest.mark.parametrize("weighting", ["respondent", "mean points", "equal"])
def test_the_parts_sum_to_the_overall_gap(weighting):
    survey = simulated()
    gaps = servqual.gaps(survey)
    whole = {
        "respondent": gaps.weighted.by_respondent,
        "mean points": gaps.weighted.by_mean_points,
        "equal": gaps.overall.gap,
    }[weighting]
    priorities = servqual.priorities(survey, weighting=weighting, rng=1)
    assert priorities.overall.value == pytest.approx(whole.value, abs=1e-14)
    assert priorities.overall.standard_error == pytest.approx(whole.standard_error, abs=1e-14)
    parts = [its.part.value for its in priorities.dimensions]
    assert sum(parts) == pytest.approx(whole.value, abs=1e-14)
    assert parts == sorted(parts)
    assert [its.rank.value for its in priorities.dimensions] == [1, 2, 3, 4, 5]
    for its in priorities.dimensions:
        assert its.gap.value == pytest.approx(gaps.dimension(its.name).gap.value, abs=1e-14)


def test_parts_by_hand():
    # gaps -1 and -3 of the first, -2 and 0 of the second; points 30:70 and 10:90
    survey = small([[-1, -2], [-3, 0]], importance=[[30, 70], [10, 90]])
    own = servqual.priorities(survey, rng=1)
    assert own.weighting == "respondent"
    assert own.dimension("d0").part.value == pytest.approx((-0.3 - 0.3) / 2)
    assert own.dimension("d1").part.value == pytest.approx((-1.4 + 0.0) / 2)
    assert own.weakest.name == "d1"
    assert own.dimension("d0").points == pytest.approx(20)
    mean = servqual.priorities(survey, weighting="mean points", rng=1)
    assert mean.dimension("d0").part.value == pytest.approx(0.2 * -2)
    assert mean.dimension("d1").part.value == pytest.approx(0.8 * -1)
    equal = servqual.priorities(survey, weighting="equal", rng=1)
    assert equal.weakest.name == "d0"
    assert equal.dimension("d0").points == 50
    assert equal.weakest.gain == pytest.approx(1)


def test_closing_a_gap_that_is_no_shortfall_gains_nothing():
    survey = small([[-1, 1], [-2, 0.5]])
    priorities = servqual.priorities(survey, rng=1)
    assert priorities.dimension("d1").gain == 0
    columns = priorities.columns()
    assert columns["gain"].tolist() == [0.75, 0]
    assert columns["overall_if_closed"] == pytest.approx([0.375, -0.375])


def test_standard_errors_of_parts_by_moving_weights():
    perceived, expected, points, weights = drawn(20)
    survey = Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=weights)
    rows = [array.tolist() for array in (perceived, expected, points)]

    def product(its):
        gap = naive.mean_gap(rows[0], rows[1], PLACES[1], its)
        share = naive.weighted_mean(list(zip(points[:, 1] / 100, its, strict=True)))
        return share * gap

    part = servqual.priorities(survey, weighting="mean points", rng=1).dimension("reliability").part
    error = naive.linearised_error(product, weights.tolist())
    assert part.value == pytest.approx(product(weights.tolist()), abs=1e-13)
    assert part.standard_error == pytest.approx(error, rel=1e-6)


# --- the probability of being the weakest ---------------------------------------------------


def linearised_difference(survey, weighting):
    """Estimate the difference of two parts and its error by moving weights."""
    gaps = survey.perceptions.answers - survey.expectations.answers
    shares = survey.importance / 100

    def difference(weights):
        if weighting == "equal":
            parts = [np.average(gaps[:, k], weights=weights) / 2 for k in (0, 1)]
        elif weighting == "respondent":
            parts = [np.average(shares[:, k] * gaps[:, k], weights=weights) for k in (0, 1)]
        else:
            parts = [
                np.average(shares[:, k], weights=weights) * np.average(gaps[:, k], weights=weights)
                for k in (0, 1)
            ]
        return parts[0] - parts[1]

    weights = survey.weights.tolist()
    return difference(weights), naive.linearised_error(difference, weights)


@pytest.mark.parametrize("weighting", ["respondent", "mean points", "equal"])
def test_two_dimensions_are_a_normal_probability(weighting):
    rng = np.random.default_rng(8)
    mood = rng.normal(0, 2, (40, 1))
    gaps = np.clip(-1.5 + mood + rng.normal([-0.2, 0], 0.8, (40, 2)), -8, 2)
    share = rng.uniform(40, 60, 40)
    survey = small(
        gaps, importance=np.column_stack([share, 100 - share]), weights=rng.uniform(0.5, 2, 40)
    )
    value, error = linearised_difference(survey, weighting)
    priorities = servqual.priorities(survey, weighting=weighting, simulations=200_000, rng=3)
    expected = stats.norm.cdf(-value / error)
    assert 0.02 < expected < 0.98
    assert priorities.dimension("d0").probability_weakest == pytest.approx(expected, abs=0.005)
    assert priorities.dimension("d1").probability_weakest == pytest.approx(1 - expected, abs=0.005)


def test_what_respondents_share_makes_the_order_surer():
    rng = np.random.default_rng(1)
    mood = rng.normal(0, 2, (100, 1))
    together = np.clip(-2 + mood + rng.normal([-0.15, 0.0], 0.3, (100, 2)), -8, 2)
    apart = together.copy()
    apart[:, 1] = rng.permutation(apart[:, 1])  # the same means and spreads, no covariance
    sure, unsure = (servqual.priorities(small(gaps), rng=1).weakest for gaps in (together, apart))
    assert sure.name == unsure.name == "d0"
    assert sure.part.value == unsure.part.value
    assert sure.probability_weakest > 0.99
    assert unsure.probability_weakest < 0.9


@pytest.mark.parametrize("weighting", ["respondent", "mean points", "equal"])
def test_the_bootstrap_agrees(weighting):
    survey = simulated(300, seed=2)
    normal, resampled = (
        servqual.priorities(survey, weighting=weighting, method=method, rng=4)
        for method in ("normal", Bootstrap(rng=4))
    )
    assert (normal.method, resampled.method) == ("normal", "bootstrap")
    assert (normal.draws, resampled.draws, resampled.failed) == (20_000, 2_000, 0)
    for its in normal.dimensions:
        other = resampled.dimension(its.name)
        assert its.part == other.part
        assert other.probability_weakest == pytest.approx(its.probability_weakest, abs=0.04)
        for one, same in zip(ends(other), ends(its), strict=True):
            assert abs(one - same) <= 1


@pytest.mark.parametrize("weighting", ["respondent", "mean points", "equal"])
def test_resampled_parts_are_those_of_the_rows(weighting):
    perceived, expected, points, weights = drawn(40)
    perceived[::7, 2:9] = np.nan
    weights[::5] = 0
    survey = Survey.from_arrays(
        perceived, expected, points, scale=SCALE, weights=weights, missing="pairwise"
    )
    gaps = np.stack([(perceived - expected)[:, place].mean(axis=1) for place in PLACES], axis=1)
    shares = points / 100 if weighting != "equal" else np.full((40, 5), 0.2)

    def means(columns, rows):
        masked = np.ma.masked_invalid(columns[rows])
        return np.ma.average(masked, axis=0, weights=weights[rows]).filled(np.nan)

    def slow(rows):
        if weighting == "mean points":
            return means(shares, rows) * means(gaps, rows)
        return means(shares * gaps, rows)

    fast = sum_resamples(_Parts.of(survey, weighting).of_sums(), Bootstrap(50, 6))
    by_rows = row_resamples(slow, 40, Bootstrap(50, 6))
    np.testing.assert_allclose(fast.values, by_rows.values, rtol=1e-13)
    np.testing.assert_allclose(fast.draws, by_rows.draws, rtol=1e-12)


def test_the_same_number_gives_the_same_draws():
    survey = simulated()
    sources = (1, np.random.default_rng(1), 2)
    for every in (
        [servqual.priorities(survey, simulations=500, rng=rng) for rng in sources],
        [servqual.priorities(survey, method=Bootstrap(500, rng=rng)) for rng in (1, 1, 2)],
    ):
        one, two, other = every
        assert one == two
        assert one != other


def test_equal_dimensions_share_the_probability():
    gaps = np.random.default_rng(4).normal(-1, 0.5, (30, 1))
    priorities = servqual.priorities(small(np.hstack([gaps, gaps])), rng=1)
    assert [its.probability_weakest for its in priorities.dimensions] == pytest.approx([0.5, 0.5])
    assert [ends(its) for its in priorities.dimensions] == [(1, 2), (1, 2)]


def test_answers_that_do_not_vary_leave_no_doubt():
    priorities = servqual.priorities(small([[-2, -1, 0]] * 3), rng=1)
    assert [its.probability_weakest for its in priorities.dimensions] == [1, 0, 0]
    assert [ends(its) for its in priorities.dimensions] == [(1, 1), (2, 2), (3, 3)]
    assert priorities.candidates() == (priorities.weakest,)


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, derandomize=True, max_examples=15)
def test_probabilities_and_ranks_are_consistent(seed):
    priorities = servqual.priorities(simulated(25, seed=seed), rng=seed)
    chances = [its.probability_weakest for its in priorities.dimensions]
    assert sum(chances) == pytest.approx(1, abs=1e-12)
    for its in priorities.dimensions:
        low, high = ends(its)
        assert 1 <= low <= its.rank.value <= high <= 5
        if its.probability_weakest > 0.5:
            assert low == 1
    assert priorities.weakest in priorities.candidates()


def test_respondents_in_another_order_and_weights_in_another_unit():
    perceived, expected, points, weights = drawn()
    order = np.random.default_rng(1).permutation(len(weights))
    one = Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=weights)
    other = Survey.from_arrays(
        perceived[order], expected[order], points[order], scale=SCALE, weights=9 * weights[order]
    )
    first, second = (servqual.priorities(its, rng=1) for its in (one, other))
    assert [its.name for its in first.dimensions] == [its.name for its in second.dimensions]
    for its, same in zip(first.dimensions, second.dimensions, strict=True):
        assert same.part.value == pytest.approx(its.part.value, abs=1e-13)
        assert same.part.standard_error == pytest.approx(its.part.standard_error, abs=1e-13)
        assert same.probability_weakest == pytest.approx(its.probability_weakest, abs=0.02)


def test_lower_answers_are_better():
    perceived, expected, points, _ = drawn()
    marks = Scale(1, 7, direction="lower is better")
    turned = Survey.from_arrays(8 - perceived, 8 - expected, points, scale=marks)
    same = Survey.from_arrays(perceived, expected, points, scale=SCALE)
    assert servqual.priorities(turned, rng=1).columns()["part"] == pytest.approx(
        servqual.priorities(same, rng=1).columns()["part"], abs=1e-14
    )


def test_missing_answers_pairwise():
    perceived, expected, points, _ = drawn(40)
    perceived[3, 0] = perceived[5, 20] = np.nan
    points[7] = np.nan
    survey = Survey.from_arrays(perceived, expected, points, scale=SCALE, missing="pairwise")
    for weighting in ("respondent", "mean points", "equal"):
        priorities = servqual.priorities(survey, weighting=weighting, rng=1)
        lost = 0 if weighting == "equal" else 1
        sizes = {its.name: its.part.n for its in priorities.dimensions}
        if weighting == "respondent":
            assert (sizes["tangibles"], sizes["reliability"]) == (39 - lost, 40 - lost)
        assert sum(its.part.value for its in priorities.dimensions) == pytest.approx(
            priorities.overall.value, abs=1e-13
        )
        resampled = servqual.priorities(survey, weighting=weighting, method=Bootstrap(200, rng=1))
        assert resampled.overall == priorities.overall


def test_resamples_in_which_nobody_answered_are_counted():
    gaps = np.column_stack([np.linspace(-2, 0, 8), np.r_[-1.0, -2.0, [np.nan] * 6]])
    survey = small(gaps, missing="pairwise")
    priorities = servqual.priorities(survey, method=Bootstrap(400, rng=1))
    assert 10 < priorities.failed < 100  # (6/8)^8 of 400 is 40
    assert f"400 draws, {priorities.failed} failed" in str(priorities)


# --- ranks ----------------------------------------------------------------------------------


def test_rank_intervals_cover_the_true_ranks():
    # two dimensions nearly equal, where percentiles of drawn ranks are too short
    truth, rng, hits, repeats = (
        np.array([-1.0, -0.98, -0.3, 0.2]),
        np.random.default_rng(7),
        np.zeros(4),
        600,
    )
    root = np.linalg.cholesky(0.01 * (0.5 * np.eye(4) + 0.5))
    true = np.argsort(np.argsort(truth)) + 1
    for _ in range(repeats):
        values = truth + root @ rng.normal(size=4)
        draws = values + rng.normal(size=(1000, 4)) @ root.T
        found = ranks(values, draws, tuple("abcd"), n=9, effective_n=9, failed=0, tie=1e-12)
        intervals = [its.confidence_interval(0.9) for its in found]
        hits += [rank in interval for rank, interval in zip(true, intervals, strict=True)]
    assert (hits / repeats >= 0.9 - 0.03).all()
    assert intervals[3].high - intervals[3].low <= 1  # and are not simply everything


def test_a_higher_level_gives_wider_rank_intervals():
    survey = simulated(25, seed=1)
    priorities = servqual.priorities(survey, rng=1)
    widths = [
        sum(high - low for low, high in (ends(its, level) for its in priorities.dimensions))
        for level in (0.3, 0.999)
    ]
    assert widths[0] < widths[1]
    columns = priorities.columns(0.999)
    assert (columns["rank_high"] - columns["rank_low"]).sum() == widths[1]
    assert len(priorities.candidates(0.3)) <= len(priorities.candidates(0.999))


def test_ties_are_judged_by_the_size_of_the_scale():
    """On a scale to a million, sums in another order differ by more than 1e-12."""
    values = np.array([-1e6, -1e6 + 1e-10])
    draws = np.tile(values, (50, 1))
    for tie, expected in ((1e-12, [(1, 1), (2, 2)]), (1e-6, [(1, 2), (1, 2)])):
        found = ranks(values, draws, ("a", "b"), n=9, effective_n=9, failed=0, tie=tie)
        intervals = [its.confidence_interval() for its in found]
        assert [(its.low, its.high) for its in intervals] == expected


# --- the result -----------------------------------------------------------------------------


def test_the_result_prints_and_travels():
    priorities = servqual.priorities(simulated(), rng=1)
    assert repr(priorities).startswith(
        "Priorities('SERVQUAL', respondents=60, weakest='reliability', P="
    )
    text = str(priorities)
    assert "Part = share x gap, share = each respondent's own points / 100" in text
    assert "P(weakest): multivariate normal, linearised covariance, 20,000 draws." in text
    assert "May be the weakest: reliability" in text
    assert "<table>" in priorities._repr_html_()
    assert Priorities.from_json(priorities.to_json()) == priorities
    frame = priorities.to_frame("pandas")
    assert frame["name"].iloc[0] == "reliability"
    assert list(frame.columns) == [
        "name",
        "gap",
        "points",
        "part",
        "low",
        "high",
        "standard_error",
        "n",
        "gain",
        "probability_weakest",
        "rank",
        "rank_low",
        "rank_high",
        "overall_if_closed",
    ]
    weakest = priorities.weakest
    assert "Priority, reliability" in str(weakest)
    assert type(weakest).from_json(weakest.to_json()) == weakest
    assert weakest.chinese == "可靠性"


# --- bad input ------------------------------------------------------------------------------

CASES = {
    "one respondent": (
        lambda: servqual.priorities(small([[-1, -2]])),
        DataError,
        (
            "priorities() needs at least 2 respondents, but there is 1: a single respondent gives "
            "no estimate of variance. Use gaps() for the gaps themselves."
        ),
    ),
    "one dimension": (
        lambda: servqual.priorities(small([[-1], [-2]])),
        DataError,
        (
            "priorities() needs at least 2 dimensions to put in order, but there is 1. Name the "
            "items of each dimension, dimensions={…}."
        ),
    ),
    "no expectations": (
        lambda: servqual.priorities(
            Survey.from_arrays([[1, 2], [3, 4]], scale=SCALE, dimensions={"a": 1, "b": 1})
        ),
        DataError,
        (
            "priorities() needs expectations, but this survey has perceptions only. Name the "
            "columns of the expectations, expectations=[…]."
        ),
    ),
    "no points": (
        lambda: servqual.priorities(simulated(points=False), weighting="respondent"),
        ParameterError,
        (
            "weighting='respondent' needs importance points, but this survey has none. Name their "
            "columns, importance=[…], or use weighting='equal'."
        ),
    ),
    "unknown weighting": (
        lambda: servqual.priorities(simulated(), weighting="respondents"),
        ParameterError,
        (
            "weighting must be one of 'respondent', 'mean points', 'equal', but it is "
            "'respondents'. Did you mean 'respondent'?"
        ),
    ),
    "unknown method": (
        lambda: servqual.priorities(simulated(), method="bayes"),
        ParameterError,
        "method must be one of 'normal', but it is 'bayes'.",
    ),
    "bootstrap by name": (
        lambda: servqual.priorities(simulated(), method="bootstrap"),
        ParameterError,
        (
            "method must be one of 'normal', but it is 'bootstrap'. Use "
            "method=Bootstrap(2000, rng=1), from custvalue.survey, for resamples."
        ),
    ),
    "one draw": (
        lambda: servqual.priorities(simulated(), simulations=1),
        ParameterError,
        "simulations must be a whole number >= 2, but it is 1.",
    ),
    "unknown dimension": (
        lambda: servqual.priorities(simulated(), rng=1).dimension("tangible"),
        ParameterError,
        (
            "there is no dimension 'tangible'. Did you mean 'tangibles'? The dimensions are "
            "'reliability', 'responsiveness', 'assurance', 'empathy', 'tangibles'."
        ),
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_messages(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_ranks_read_from_json_are_those_written():
    found = servqual.priorities(simulated(), rng=1)
    read = servqual.Priorities.from_json(found.to_json())
    assert str(read) == str(found)
    columns, again = found.columns(), read.columns()
    assert columns["rank"].dtype == again["rank"].dtype == np.float64
    assert columns["rank"].tolist() == again["rank"].tolist() == [1, 2, 3, 4, 5]
