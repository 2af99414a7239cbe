"""Means, shares and their intervals against scipy.stats, mpmath and hand-made numbers."""

import math

import numpy as np
import pytest
import reference_satisfaction as reference
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from custvalue import servqual
from custvalue._inference.ends import bounded_mean, jeffreys, normal_quantile, t_quantile
from custvalue._inference.means import (
    MeanEstimate,
    combined_mean,
    kish_effective_n,
    mean_estimate,
    weighted_covariance,
)
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, counted, matched_n, proportion
from custvalue._inference.shares import share_of as found_share
from custvalue.drivers import importance_performance
from custvalue.errors import DataError, ParameterError
from custvalue.servqual import Survey, ToleranceSurvey, gap_model
from custvalue.survey import Bootstrap, Responses, Scale, describe, rake

GOLDEN = golden("satisfaction")
METHODS = ("wilson", "clopper-pearson", "mid-p", "agresti-coull", "jeffreys")

careful = settings(deadline=None, derandomize=True)
answer_lists = st.lists(st.integers(1, 7).map(float), min_size=2, max_size=30)


@st.composite
def weighted_answers(draw, low=1, high=7):
    n = draw(st.integers(2, 30))
    values = draw(st.lists(st.integers(low, high), min_size=n, max_size=n))
    weights = draw(st.lists(st.floats(0.1, 10), min_size=n, max_size=n))
    return np.array(values, dtype=float), np.array(weights)


def share_of(hits, n):
    p = hits / n
    error = math.sqrt(p * (1 - p) / n)
    return Proportion(name="x", value=p, standard_error=error, n=n, effective_n=n)


# --- quantiles ------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.001, 0.5, 0.8, 0.95, 0.99, 0.999999])
def test_normal_quantile(level):
    assert normal_quantile(level) == pytest.approx(
        float(reference.normal_quantile(level)), rel=1e-12
    )


@pytest.mark.parametrize("degrees_of_freedom", [1, 2, 4, 29, 999])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_t_quantile(level, degrees_of_freedom):
    expected = float(reference.t_quantile(level, degrees_of_freedom))
    assert t_quantile(level, degrees_of_freedom) == pytest.approx(expected, rel=1e-9)


def test_kish_effective_n():
    golden = GOLDEN["kish"]
    found = kish_effective_n(np.array(golden["weights"], dtype=float))
    assert found == pytest.approx(golden["value"], abs=golden["atol"])


# --- means ----------------------------------------------------------------------------------


def test_mean_by_hand():
    estimate = mean_estimate(np.array([1.0, 2.0, 4.0]), Sample(np.array([1.0, 1.0, 2.0])), name="x")
    assert estimate.value == 2.75
    # w r / Σw = -.4375, -.1875, .625; 3/2 of the sum of their squares is .92578125
    assert estimate.standard_error == pytest.approx(math.sqrt(0.92578125), rel=1e-15)
    assert estimate.effective_n == pytest.approx(16 / 6)
    assert estimate.n == 3


def test_mean_of_equal_weights_is_the_textbook_t_interval():
    values = np.array([3, 4, 4, 5, 2, 5, 5, 1, 4], dtype=float)
    estimate = mean_estimate(values, Sample(np.ones(9)), name="x")
    interval = estimate.confidence_interval(0.9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert estimate.standard_error == pytest.approx(stats.sem(values))
    assert estimate.standard_deviation == pytest.approx(np.std(values, ddof=1))
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))
    assert interval.method == "t"


@careful
@given(weighted_answers())
def test_mean_and_error_respondent_by_respondent(data):
    values, weights = data
    estimate = mean_estimate(values, Sample(weights), name="x")
    mean, error = reference.mean_and_error(values.tolist(), weights.tolist())
    assert estimate.value == pytest.approx(mean, rel=1e-12)
    assert estimate.standard_error == pytest.approx(error, rel=1e-9, abs=1e-12)


@careful
@given(weighted_answers(), st.floats(1e-3, 1e3))
def test_only_relative_weights_matter(data, factor):
    values, weights = data
    one = mean_estimate(values, Sample(weights), name="x")
    other = mean_estimate(values, Sample(factor * weights), name="x")
    assert other.value == pytest.approx(one.value, rel=1e-12)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-9, abs=1e-12)
    assert other.effective_n == pytest.approx(one.effective_n, rel=1e-12)


@careful
@given(weighted_answers(), st.randoms(use_true_random=False))
def test_the_order_of_respondents_does_not_matter(data, random):
    values, weights = data
    order = list(range(len(values)))
    random.shuffle(order)
    one = mean_estimate(values, Sample(weights), name="x")
    other = mean_estimate(values[order], Sample(weights[order]), name="x")
    assert other.value == pytest.approx(one.value, rel=1e-12)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-9, abs=1e-12)


@careful
@given(answer_lists, st.integers(2, 5))
def test_a_weight_of_two_is_a_mean_over_two(values, times):
    weights = np.ones(len(values))
    weights[0] = times
    repeated = np.array([values[0]] * (times - 1) + values)
    weighted = mean_estimate(np.array(values), Sample(weights), name="x")
    counted = mean_estimate(repeated, Sample(np.ones(len(repeated))), name="x")
    assert weighted.value == pytest.approx(counted.value, rel=1e-12)
    assert weighted.n == len(values)  # a weight is not a second respondent


def test_missing_answers_and_zero_weights_leave_the_mean():
    values, weights = np.array([1.0, np.nan, 3.0, 9.0]), np.array([1.0, 1.0, 1.0, 0.0])
    assert mean_estimate(values, Sample(weights), name="x") == mean_estimate(
        np.array([1.0, 3.0]), Sample(np.ones(2)), name="x"
    )


@pytest.mark.parametrize("value", [0.1, 1 / 3, 3.7])
def test_equal_answers_have_no_error_whatever_the_weights(value):
    weights = np.array([0.1, 0.7, 1.3, 2.9])
    estimate = mean_estimate(np.full(4, value), Sample(weights), name="x")
    assert estimate.value == value
    assert estimate.standard_error == 0
    interval = estimate.confidence_interval()
    assert (interval.low, interval.high) == (value, value)
    assert interval.method == "t; zero width: all answers are equal"


def test_equal_answers_on_a_scale_leave_room_for_what_few_people_have_not_said():
    few, many = (
        mean_estimate(np.ones(n), Sample(np.ones(n)), name="x", bounds=(-4, 4)) for n in (2, 400)
    )
    assert few.confidence_interval().method == "beta, because all answers are equal"
    assert few.confidence_interval().low < 0  # two people decide nothing
    assert 0.9 < many.confidence_interval().low < 1 < many.confidence_interval().high < 1.1
    by_t = few.confidence_interval(method="t")
    assert (by_t.low, by_t.high) == (1, 1)
    assert by_t.method == "t; zero width: all answers are equal"


def test_the_interval_is_clipped_at_the_end_of_the_scale_and_says_so():
    estimate = mean_estimate(np.array([5.0, 5.0, 4.0]), Sample(np.ones(3)), name="x", bounds=(1, 5))
    interval = estimate.confidence_interval()
    assert interval.high == 5
    assert interval.method == "t, clipped at the end of the scale"


def test_one_answer_has_no_interval():
    estimate = mean_estimate(np.array([4.0]), Sample(np.ones(1)), name="friendly")
    assert estimate.standard_error is None
    assert tuple(estimate.row().values()) == (4.0, None, None, None, 1)
    with pytest.raises(DataError) as caught:
        estimate.confidence_interval()
    assert str(caught.value) == (
        "friendly: an interval needs at least 2 answers, but there is 1. Report the value "
        "without one, or collect more answers."
    )


def test_a_mean_of_nobody_is_refused():
    with pytest.raises(DataError) as caught:
        mean_estimate(np.array([np.nan, 4.0]), Sample(np.array([1.0, 0.0])), name="friendly")
    assert str(caught.value) == "friendly: there are no answers, so there is no mean. Exclude it."


@careful
@given(weighted_answers(), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_a_combination_of_complete_items_is_a_mean_of_respondents(data, coefficients):
    values, weights = data
    items = [values, values[::-1], np.sqrt(values)]
    combined = combined_mean(items, coefficients, Sample(weights), name="x")
    each = np.column_stack(items) @ np.array(coefficients)
    expected = mean_estimate(each, Sample(weights), name="x")
    assert combined.value == pytest.approx(expected.value, abs=1e-9)
    assert combined.standard_error == pytest.approx(expected.standard_error, abs=1e-9)


def test_a_combination_uses_the_answers_that_there_are():
    first, second = np.array([1.0, 2.0, 3.0, np.nan]), np.array([np.nan, 5.0, 6.0, 4.0])
    combined = combined_mean([first, second], [1.0, -1.0], Sample(np.ones(4)), name="x")
    assert combined.value == 2.0 - 5.0
    assert combined.n == 3
    # influences 1/3 √(3/2) (-1, 0, 1, 0) - 1/3 √(3/2) (0, 0, 1, -1); 1/6 (1 + 0 + 0 + 1)
    assert combined.standard_error == pytest.approx(math.sqrt(2 / 6))


def test_covariance_of_equal_weights_is_numpys():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(40, 3))
    assert weighted_covariance(values, weights=np.ones(40)) == pytest.approx(np.cov(values.T))


# --- shares ---------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (0, 12), (3, 12), (12, 12), (70, 100)])
def test_share_intervals_against_root_search(hits, n, level):
    for method, expected in (
        ("wilson", reference.wilson),
        ("clopper-pearson", reference.clopper_pearson),
        ("mid-p", reference.mid_p),
        ("agresti-coull", reference.agresti_coull),
        ("jeffreys", reference.jeffreys),
    ):
        interval = share_of(hits, n).confidence_interval(level, method=method)
        ends, outside = expected(hits, n, level)
        assert (interval.low, interval.high) == pytest.approx(ends, abs=1e-12)
        assert (interval.level, interval.method) == (level, method + outside)


@pytest.mark.parametrize(("hits", "n"), [(0, 30), (1, 30), (29, 30), (500, 1000), (999, 1000)])
def test_share_intervals_against_scipy(hits, n):
    test = stats.binomtest(hits, n)
    for ours, theirs in (("wilson", "wilson"), ("clopper-pearson", "exact")):
        expected = test.proportion_ci(0.95, method=theirs)
        interval = share_of(hits, n).confidence_interval(method=ours)
        assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


@careful
@given(weighted_answers(0, 1), st.sampled_from(METHODS), st.floats(0.5, 0.999))
def test_share_intervals_stay_inside_and_hold_the_share(data, method, level):
    hits, weights = data
    share = proportion(hits, Sample(weights), name="x")
    interval = share.confidence_interval(level, method=method)
    assert 0 <= interval.low <= share.value <= interval.high <= 1
    assert interval.low < interval.high
    wider = share.confidence_interval(level + (1 - level) / 2, method=method)
    assert wider.low <= interval.low
    assert wider.high >= interval.high


@careful
@given(weighted_answers(0, 1), st.sampled_from(METHODS))
def test_the_share_of_the_others_has_the_mirrored_interval(data, method):
    hits, weights = data
    one = proportion(hits, Sample(weights), name="x").confidence_interval(method=method)
    other = proportion(1 - hits, Sample(weights), name="x").confidence_interval(method=method)
    assert (other.low, other.high) == pytest.approx((1 - one.high, 1 - one.low), abs=1e-7)


@careful
@given(weighted_answers(0, 1), st.floats(1e-3, 1e3), st.randoms(use_true_random=False))
def test_shares_know_neither_order_nor_unit_of_weights(data, factor, random):
    hits, weights = data
    order = list(range(len(hits)))
    random.shuffle(order)
    one = proportion(hits, Sample(weights), name="x")
    other = proportion(hits[order], Sample(factor * weights[order]), name="x")
    assert other.value == pytest.approx(one.value, abs=1e-12)
    assert other.standard_error == pytest.approx(one.standard_error, abs=1e-12)
    assert other.effective_n == pytest.approx(one.effective_n, rel=1e-6)


@careful
@given(weighted_answers(0, 1))
def test_effective_n_is_at_most_n(data):
    hits, weights = data
    share = proportion(hits, Sample(weights), name="x")
    assert 0 < share.effective_n <= share.n


@careful
@given(st.integers(0, 20), st.integers(1, 20), st.integers(2, 4))
def test_a_share_with_weights_counts_like_a_share_with_copies(hits, misses, times):
    n = hits + misses
    answers = np.r_[np.ones(hits), np.zeros(misses)]
    copies = proportion(np.repeat(answers, times), Sample(np.ones(n * times)), name="x")
    weighted = proportion(answers, Sample(np.full(n, float(times))), name="x")
    assert weighted.value == pytest.approx(copies.value, rel=1e-12)
    assert weighted.effective_n == pytest.approx(n)  # and not n * times: weights are no answers


def test_weights_widen_the_interval_by_their_linearised_variance():
    hits, weights = np.array([1.0, 0, 1, 0, 0, 0]), np.array([3.0, 1, 1, 1, 2, 1])
    share = proportion(hits, Sample(weights), name="x")
    residual = hits - 4 / 9
    error = math.sqrt(float(np.square(weights * residual / 9).sum()))
    assert share.value == pytest.approx(4 / 9)
    assert share.standard_error == pytest.approx(error)
    assert share.effective_n == pytest.approx(4 / 9 * 5 / 9 / error**2)
    expected = stats.norm.ppf(0.975)
    assert share.confidence_interval().high > share_of(4, 9).value + expected * 0.1


def test_everybody_with_odd_weights_is_exactly_one():
    weights = np.array([0.1, 0.2, 0.3, 0.7])
    share = proportion(np.ones(4), Sample(weights), name="x")
    assert share.value == 1
    assert share.effective_n == pytest.approx(kish_effective_n(weights))
    assert share.confidence_interval().high == 1


def test_a_small_weight_on_the_hits_does_not_pretend_more_answers_than_there_are():
    share = proportion(np.array([1.0, 0.0]), Sample(np.array([1.0, 9.0])), name="x")
    assert share.value * (1 - share.value) / share.standard_error**2 > 5
    assert share.effective_n == 2


def test_matched_n_and_the_error_of_a_share_of_equal_weights():
    five, twenty = counted(np.ones(5)), counted(np.ones(20))
    found = found_share(five, twenty, name="five of 25")
    assert (found.value, found.n) == (0.2, 25)
    assert found.standard_error == pytest.approx(math.sqrt(0.2 * 0.8 / 25))
    assert matched_n(0.16, found.standard_error, five + twenty) == pytest.approx(25)
    assert matched_n(0.0, 0.0, five + twenty) == 25


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: share_of(3, 9).confidence_interval(method="wald"),
            (
                "method must be one of 'wilson', 'clopper-pearson', 'mid-p', 'agresti-coull', "
                "'jeffreys', but it is 'wald'."
            ),
        ),
        (
            lambda: share_of(3, 9).confidence_interval(method="Wilsn"),
            (
                "method must be one of 'wilson', 'clopper-pearson', 'mid-p', 'agresti-coull', "
                "'jeffreys', but it is 'Wilsn'. Did you mean 'wilson'?"
            ),
        ),
        (
            lambda: share_of(3, 9).confidence_interval(95),
            "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
        ),
        (
            lambda: share_of(3, 9).confidence_interval("high"),
            "level must be > 0 and < 1, as in 0.95, but it is 'high'.",
        ),
    ],
    ids=["method", "method misspelt", "level in percent", "level in words"],
)
def test_unknown_methods_and_levels(call, message):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("method", "hint"),
    [
        ("score", "The score interval of a share is 'wilson'."),
        ("dirichlet", "Bayes' interval of one share under Jeffreys' prior is 'jeffreys'."),
        ("adjusted-wald", "The adjusted Wald interval of a share is 'agresti-coull'."),
    ],
)
def test_methods_of_other_names_are_sent_to_theirs(method, hint):
    with pytest.raises(ParameterError) as caught:
        share_of(3, 9).confidence_interval(method=method)
    assert str(caught.value) == (
        f"method must be one of 'wilson', 'clopper-pearson', 'mid-p', 'agresti-coull', "
        f"'jeffreys', but it is {method!r}. {hint}"
    )


def test_a_share_can_be_resampled():
    share = share_of(30, 100)
    interval = share.confidence_interval(method=Bootstrap(20_000, rng=3))
    assert interval.method == "bootstrap percentile"
    low, high = stats.binom.ppf([0.025, 0.975], 100, 0.3) / 100
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.0101)
    assert interval == share.confidence_interval(method=Bootstrap(20_000, rng=3))
    everybody = share_of(9, 9).confidence_interval(method=Bootstrap(rng=1))
    assert (everybody.low, everybody.high) == (1, 1)
    assert everybody.method == ("bootstrap percentile; zero width: all resamples give one value")


def test_the_table_of_a_share_says_which_effective_n_it_has():
    assert "wilson; effective n 9.0 by the variance of the share." in str(share_of(3, 9))
    assert "wilson; effective n 9.0 by the weights (Kish)." in str(share_of(9, 9))


def test_a_share_without_answers_is_refused():
    with pytest.raises(DataError, match=r"^x: there are no answers"):
        proportion(np.array([np.nan]), Sample(np.ones(1)), name="x")


@pytest.mark.parametrize(
    "estimate",
    [
        mean_estimate(
            np.array([1.0, 2, 5]), Sample(np.array([1.0, 2, 1])), name="x", bounds=(1, 7)
        ),
        mean_estimate(np.array([4.0]), Sample(np.ones(1)), name="x"),
        proportion(np.array([1.0, 0, 0]), Sample(np.array([1.0, 2, 1])), name="x"),
    ],
    ids=["mean", "one answer", "share"],
)
def test_estimates_go_to_json_and_back_and_print(estimate: MeanEstimate | Proportion):
    assert type(estimate).from_json(estimate.to_json()) == estimate
    assert "effective n" in str(estimate).casefold()
    assert "<table>" in estimate._repr_html_()


# --- means on a scale with ends -------------------------------------------------------------


SKEWED = np.r_[np.full(27, 5.0), 4.0, 3.0, 1.0]
MEANS_ON_A_SCALE = {
    "Responses.mean": lambda answers, _: answers.mean("a"),
    "describe": lambda answers, _: describe(answers).items[0].mean,
    "importance_performance": lambda answers, _: (
        importance_performance(answers, [1.0, 2.0], crosshair="data mean").attributes[0].performance
    ),
    "Raking.mean": lambda answers, _: rake(
        {"sex": ["f", "m"] * 15}, {"sex": {"f": 0.5, "m": 0.5}}
    ).mean(answers.item("a"), bounds=(1, 5)),
    "performance, item": lambda _, survey: servqual.performance(survey).items[0].mean,
    "performance, dimension": lambda _, survey: servqual.performance(survey).dimensions[0].mean,
    "performance, overall": lambda _, survey: servqual.performance(survey).overall,
    "performance, of dimensions": lambda _, survey: servqual.performance(survey).mean_of_dimensions,
    "gaps, perception": lambda _, survey: servqual.gaps(survey).dimensions[0].perception,
    "gaps, expectation": lambda _, survey: servqual.gaps(survey).overall.expectation,
    "gap model": lambda answers, survey: gap_model(survey, management=answers).gap(1).delivered,
    "zone of tolerance": lambda _, survey: (
        servqual.zone_of_tolerance(
            ToleranceSurvey.from_arrays(
                survey.perceptions.answers,
                adequate=np.minimum(survey.perceptions.answers, 3),
                desired=np.full((30, 2), 5.0),
                scale=Scale(1, 5),
                dimensions={"staff": 1, "premises": 1},
            )
        )
        .dimensions[0]
        .perception
    ),
}


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")  # few, equal expectations
@pytest.mark.parametrize("name", MEANS_ON_A_SCALE)
def test_means_of_answers_on_a_scale_have_beta_intervals(name):
    answers = Responses.from_frame({"a": SKEWED, "b": SKEWED[::-1]}, scale=Scale(1, 5))
    both = np.column_stack([SKEWED, SKEWED[::-1]])
    dimensions = {"staff": 1, "premises": 1}
    survey = Survey.from_arrays(both, both[::-1], scale=Scale(1, 5), dimensions=dimensions)
    found = MEANS_ON_A_SCALE[name](answers, survey)
    interval = found.confidence_interval()
    assert interval.method == "beta"
    assert 1 < interval.low < found.value < interval.high < 5
    assert found.confidence_interval(method="t").method.startswith("t")


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")  # few, unreliable differences
def test_differences_of_answers_have_t_intervals():
    both = np.column_stack([SKEWED, SKEWED[::-1]])
    expected = np.roll(both, 1, axis=0)
    dimensions = {"staff": 1, "premises": 1}
    gaps = servqual.gaps(
        Survey.from_arrays(both, expected, scale=Scale(1, 5), dimensions=dimensions)
    )
    for gap in (gaps.overall.gap, gaps.dimensions[0].gap, gaps.items[0].gap):
        assert gap.confidence_interval().method == "t"
    missing = both.copy()
    missing[0, 0] = np.nan
    some = servqual.gaps(
        Survey.from_arrays(
            missing, expected, scale=Scale(1, 5), dimensions=dimensions, missing="pairwise"
        )
    )
    assert some.overall.gap.usual_method == some.dimensions[0].gap.usual_method == "t"
    assert some.overall.perception.usual_method == "beta"
    assert some.dimensions[0].expectation.usual_method == "beta"


def test_the_beta_interval_is_near_the_posterior_of_the_dirichlet_itself():
    counts, points = np.array([1, 0, 2, 6, 21]), np.array([0, 0.25, 0.5, 0.75, 1])
    mean = counts @ points / 30
    variance = counts @ (points - mean) ** 2 / 30
    prior = np.array([0.5, 0, 0, 0, 0.5])
    draws = np.random.default_rng(9).dirichlet((counts + prior)[[0, 2, 3, 4]], 400_000)
    posterior = draws @ points[[0, 2, 3, 4]]
    low, high = bounded_mean(mean, variance, 30, (0, 1), 0.9)
    assert np.mean(posterior < low) == pytest.approx(0.05, abs=0.003)
    assert np.mean(posterior > high) == pytest.approx(0.04, abs=0.003)  # a beta is not quite it


def test_on_two_points_it_is_the_interval_of_jeffreys():
    for hits in (1, 7, 19):
        share = hits / 20
        ends = bounded_mean(share, share * (1 - share), 20, (0, 1), 0.95)
        assert ends == pytest.approx(jeffreys(share, 20, 0.95), abs=1e-12)


def test_thirty_best_answers_leave_room_below_and_none_above():
    estimate = mean_estimate(
        np.full(30, 5.0), Sample(np.ones(30)), name="x", bounds=(1, 5), method="beta"
    )
    interval = estimate.confidence_interval()
    assert interval.high == 5
    low = stats.beta.ppf(0.025, 30.5, 0.5)  # as if each answer were 1 or 5
    assert interval.low == pytest.approx(1 + 4 * low)
    assert interval.method == "beta"
    assert estimate.confidence_interval(method="t").low == 5


@careful
@given(weighted_answers(), st.floats(0.5, 0.999))
def test_the_beta_interval_stays_inside_and_holds_the_mean(data, level):
    values, weights = data
    estimate = mean_estimate(values, Sample(weights), name="x", bounds=(1, 7), method="beta")
    interval = estimate.confidence_interval(level)
    assert 1 <= interval.low <= estimate.value <= interval.high <= 7
    wider = estimate.confidence_interval(level + (1 - level) / 2)
    assert wider.low <= interval.low
    assert wider.high >= interval.high
    mirrored = mean_estimate(8 - values, Sample(weights), name="x", bounds=(1, 7), method="beta")
    turned = mirrored.confidence_interval(level)
    assert (turned.low, turned.high) == pytest.approx((8 - interval.high, 8 - interval.low))


def test_the_beta_interval_of_many_answers_is_the_normal_one():
    rng = np.random.default_rng(10)
    values = rng.integers(1, 8, 20_000).astype(float)
    estimate = mean_estimate(values, Sample(np.ones(20_000)), name="x", bounds=(1, 7))
    one, other = estimate.confidence_interval(method="beta"), estimate.confidence_interval()
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=2e-3)


def test_unknown_methods_of_a_mean():
    estimate = mean_estimate(np.array([4.0, 5.0]), Sample(np.ones(2)), name="friendly")
    with pytest.raises(ParameterError) as caught:
        estimate.confidence_interval(method="beta")
    assert str(caught.value) == (
        "method='beta' needs the ends of the scale, but friendly has no bounds. Use method='t'."
    )
    with pytest.raises(ParameterError) as caught:
        estimate.confidence_interval(method="wilson")  # pyright: ignore[reportArgumentType]  # the point
    assert str(caught.value) == "method must be one of 't', 'beta', but it is 'wilson'."


# --- coverage -------------------------------------------------------------------------------


def coverage_of_means(points, n, method, samples=4_000):
    """Simulate the share of samples whose interval holds the mean, for many distributions."""
    rng = np.random.default_rng(22)
    answers = np.arange(1.0, points + 1)
    found = {}
    for name, shares in reference.scale_answers(points).items():
        drawn, times = np.unique(rng.multinomial(n, shares, samples), axis=0, return_counts=True)
        held = 0
        for counts, copies in zip(drawn, times, strict=True):
            mean = counts @ answers / n
            error = math.sqrt(counts @ (answers - mean) ** 2 / (n - 1) / n)
            if method == "t":
                reach = stats.t.ppf(0.975, n - 1) * error if error else 0.0
                ends = (mean - reach, mean + reach)
            else:
                ends = bounded_mean(mean, error**2 * n, n, (1.0, float(points)), 0.95)
            truth = answers @ np.array(shares)
            held += copies * (ends[0] - 1e-9 <= truth <= ends[1] + 1e-9)
        found[name] = held / samples
    return found


@pytest.mark.slow
@pytest.mark.parametrize("points", [5, 11])
@pytest.mark.parametrize(
    ("n", "low", "high"), [(30, 0.929, 0.998), (100, 0.931, 0.995), (1000, 0.947, 0.988)]
)
def test_coverage_of_the_beta_interval_as_documented(points, n, low, high):
    found = coverage_of_means(points, n, "beta")
    chance = 0.012  # 3 standard errors of a simulated share
    assert min(found.values()) > low - chance, min(found, key=found.__getitem__)
    assert max(found.values()) < high + chance, max(found, key=found.__getitem__)
    assert all(0.95 - chance < found[name] < 0.972 + chance for name in ("uniform", "binomial"))


@pytest.mark.slow
def test_coverage_of_t_falls_at_the_end_of_the_scale_as_documented():
    found = coverage_of_means(11, 30, "t", samples=1_000)
    assert found["0.9, both"] < 0.65
    assert all(share < 0.5 for name, share in found.items() if name.startswith("0.98"))


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 100, 1000])
@pytest.mark.parametrize(
    ("method", "worst"),
    [("wilson", 0.837), ("mid-p", 0.917), ("jeffreys", 0.879), ("agresti-coull", 0.939)],
)
def test_coverage_of_shares_near_the_ends_as_documented(n, method, worst):
    ends = share_ends(n, method)
    grid = np.r_[np.linspace(0.01, 2, 160), np.linspace(2, 5, 80)] / n
    found = np.array([reference.binomial_coverage(ends, n, p) for p in grid])
    assert worst - 0.001 <= found.min() < worst + 0.03
    assert 0.94 < found.mean() < 0.99


def share_ends(n, method):
    intervals = [share_of(k, n).confidence_interval(method=method) for k in range(n + 1)]
    return [(interval.low, interval.high) for interval in intervals]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "low", "high"), [(30, 0.920, 0.975), (100, 0.932, 0.966), (1000, 0.944, 0.956)]
)
def test_coverage_of_wilson_as_documented(n, low, high):
    ends = share_ends(n, "wilson")
    middle = [reference.binomial_coverage(ends, n, p) for p in np.linspace(0.1, 0.9, 161)]
    assert low <= min(middle)
    assert max(middle) <= high
    assert abs(np.mean(middle) - 0.95) < 0.003
    dips = [reference.binomial_coverage(ends, n, p) for p in np.linspace(0.1, 1, 46) / n]
    assert 0.83 < min(dips) < 0.86


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 100])
def test_clopper_pearson_never_covers_less_than_it_says(n):
    ends = share_ends(n, "clopper-pearson")
    shares = np.r_[np.linspace(0.0005, 0.1, 80), np.linspace(0.1, 0.9, 161)]
    assert min(reference.binomial_coverage(ends, n, p) for p in shares) >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "n", "expected"),
    [
        ((0.03, 0.07, 0.2, 0.45, 0.25), 30, 0.945),
        ((0.03, 0.07, 0.2, 0.45, 0.25), 100, 0.95),
        ((0.03, 0.07, 0.2, 0.45, 0.25), 1000, 0.95),
        ((0.01, 0.02, 0.07, 0.3, 0.6), 30, 0.928),
        ((0.01, 0.02, 0.07, 0.3, 0.6), 100, 0.942),
        ((0.01, 0.01, 0.02, 0.06, 0.9), 30, 0.79),
        ((0.01, 0.01, 0.02, 0.06, 0.9), 100, 0.91),
        ((0.01, 0.01, 0.02, 0.06, 0.9), 1000, 0.946),
    ],
)
def test_coverage_of_the_mean_as_documented(answers, n, expected):
    rng = np.random.default_rng(20)
    points = np.arange(1.0, 6.0)
    truth = float(points @ np.array(answers))
    held = 0
    for counts in rng.multinomial(n, answers, 6000):
        estimate = mean_estimate(np.repeat(points, counts), Sample(np.ones(n)), name="x")
        held += truth in estimate.confidence_interval()
    assert held / 6000 == pytest.approx(expected, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 100, 1000])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_coverage_of_weighted_shares_as_documented(n, share):
    rng = np.random.default_rng(21)
    held = 0
    for _ in range(4000):
        weights = np.exp(0.7 * rng.standard_normal(n))
        hits = (rng.random(n) < share).astype(float)
        held += share in proportion(hits, Sample(weights), name="x").confidence_interval()
    assert 0.925 < held / 4000 < 0.975
