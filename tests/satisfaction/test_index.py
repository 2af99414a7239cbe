"""Top box and index against hand-made numbers, loops and the jackknife."""

from collections.abc import Callable

import numpy as np
import pytest
import reference_satisfaction as reference
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import (
    ANSWERS,
    FIVE,
    GOLDEN,
    IMPORTANCE,
    OWN,
    SEVEN,
    TEN,
    careful,
    columns,
    same_estimate,
)
from scipy import stats

from custvalue._satisfaction.index import ImportanceWeighting
from custvalue.satisfaction import (
    customer_satisfaction_index,
    top_box,
)
from custvalue.survey import Bootstrap, Responses, Scale


def test_top_box_by_hand():
    golden = GOLDEN["top_box"]
    answers = np.repeat([1, 2, 3, 4, 5], golden["counts"])
    result = top_box(answers, scale=FIVE, boxes=2)
    near = golden["atol"]
    assert result.value == pytest.approx(golden["share"], abs=near)
    assert result.mean.value == pytest.approx(golden["mean"], abs=near)
    assert result.mean.standard_deviation == pytest.approx(golden["standard_deviation"], abs=near)
    assert result.index.value == pytest.approx(golden["index"], abs=near)
    for method in ("wilson", "clopper-pearson"):
        interval = result.confidence_interval(method=method)
        assert (interval.low, interval.high) == pytest.approx(tuple(golden[method]), abs=near)
    assert [(part.answer, part.count, part.share) for part in result.distribution] == [
        (1, 3, 0.03), (2, 7, 0.07), (3, 20, 0.2), (4, 45, 0.45), (5, 25, 0.25)
    ]  # fmt: skip
    assert result.n == 100
    assert result.estimate.name == "top-2-box share"


def test_a_top_box_is_an_estimate_like_the_others():
    result = top_box([5, 4, 2, 1], scale=FIVE, weights=[1, 1, 2, 1])
    assert result.standard_error == result.estimate.standard_error > 0
    assert result.effective_n == result.estimate.effective_n < 4


def test_intervals_of_the_mean_answer_by_name():
    result = top_box(np.repeat([1, 2, 3, 4, 5], [3, 7, 20, 45, 25]), scale=FIVE)
    beta, t = result.mean.confidence_interval(), result.mean.confidence_interval(method="t")
    assert beta == result.mean.confidence_interval() != t
    assert (beta.method, t.method) == ("beta", "t")
    resampled = result.mean.confidence_interval(method=Bootstrap(rng=1))
    assert resampled.method == "bootstrap percentile"
    assert (resampled.low, resampled.high) == pytest.approx((t.low, t.high), abs=0.02)


def test_the_mean_of_the_best_answers_only_has_an_interval():
    result = top_box([5] * 30, scale=FIVE)
    assert result.mean.confidence_interval().high == 5
    assert result.mean.confidence_interval().low < 4.8
    resampled = result.mean.confidence_interval(method=Bootstrap(rng=1))
    assert resampled.low == 5  # which is why it is not usual, and said
    assert resampled.method == ("bootstrap percentile; zero width: all resamples give one value")


def test_bootstrap_of_a_weighted_mean_varies_as_the_linearised_error_says():
    rng = np.random.default_rng(2)
    answers, weights = rng.integers(1, 6, 400), rng.choice([0.4, 1.0, 3.0], 400)
    result = top_box(answers, scale=FIVE, weights=weights)
    interval = result.mean.confidence_interval(method=Bootstrap(20_000, rng=3))
    assert result.mean.standard_error is not None
    reach = stats.norm.ppf(0.975) * result.mean.standard_error
    assert (interval.high - interval.low) / 2 == pytest.approx(reach, rel=0.03)


def test_the_best_boxes_are_the_low_ones_where_lower_is_better():
    scale = Scale(1, 5, direction="lower is better")
    result = top_box([1, 1, 2, 5], scale=scale, boxes=1)
    assert result.value == 0.5
    assert result.index.value == pytest.approx(68.75)  # 100, 100, 75, 0
    assert result.estimate.name == "top-box share"


def test_scales_with_other_steps():
    result = top_box([0, 50, 75, 100], scale=Scale(0, 100, step=25), boxes=2)
    assert result.value == 0.5
    assert [part.answer for part in result.distribution] == [0, 25, 50, 75, 100]
    assert [part.count for part in result.distribution] == [1, 0, 1, 1, 1]


def test_missing_and_weightless_answers_of_the_top_box():
    result = top_box([5, None, 1, 5], scale=FIVE, weights=[1, 1, 1, 0], missing="drop")
    assert (result.n, result.value) == (2, 0.5)
    assert result.base.excluded == {"missing answer": 1, "weight 0": 1}
    assert sum(part.count for part in result.distribution) == 2


@careful
@given(columns(1, 1, 7), st.integers(1, 6))
def test_top_box_against_one_respondent_after_the_other(data, boxes):
    answers, weights = data
    result = top_box(answers, scale=SEVEN, boxes=boxes, weights=weights)
    best = [1.0 if answer > 7 - boxes else 0.0 for answer in answers]
    assert result.value == pytest.approx(reference.mean_and_error(best, weights)[0], abs=1e-12)
    mean, error = reference.mean_and_error(answers, weights)
    assert result.mean.value == pytest.approx(mean)
    assert result.index.value == pytest.approx(100 * (mean - 1) / 6, abs=1e-9)
    assert result.index.standard_error == pytest.approx(100 * error / 6, abs=1e-9)
    assert sum(part.share for part in result.distribution) == pytest.approx(1)
    mirrored = top_box(
        [8 - answer for answer in answers],
        scale=Scale(1, 7, direction="lower is better"),
        boxes=boxes,
        weights=weights,
    )
    assert same_estimate(mirrored.estimate, result.estimate)
    assert same_estimate(mirrored.index, result.index)


# --- index ----------------------------------------------------------------------------------


def test_index_by_hand():
    # means 4.25 and 3.25 are 81.25 and 56.25 of 100, and 85 and 65 % of the maximum
    cases = [
        (None, "scale", 68.75),
        ({"on time": 60, "friendly": 40}, "scale", 0.4 * 81.25 + 0.6 * 56.25),
        ([40, 60], "scale", 66.25),
        (np.array([0.4, 0.6]), "scale", 66.25),
        ([40, 60], "maximum", 0.4 * 85 + 0.6 * 65),
        ({"friendly": 1, "on time": 0}, "scale", 81.25),
    ]
    for importance, form, expected in cases:
        index = customer_satisfaction_index(ANSWERS, importance=importance, form=form)
        assert index.value == pytest.approx(expected), importance
        assert index.n == 4
    friendly = customer_satisfaction_index(ANSWERS, importance=[1, 0])
    assert friendly.estimate.standard_error == pytest.approx(stats.sem([100, 75, 50, 100]))


def test_the_two_forms_differ_at_the_floor():
    floor = Responses.from_frame({"x": [1, 1, 1]}, scale=FIVE)
    zero = customer_satisfaction_index(floor)
    assert (zero.value, zero.floor, zero.form) == (0, 0, "scale")
    twenty = customer_satisfaction_index(floor, form="maximum")
    assert (twenty.value, twenty.floor, twenty.form) == (20, 20, "maximum")
    assert "percent of the maximum, 20 at the floor of the scale" in str(twenty)


def test_importance_that_does_not_sum_is_normalised_and_reported():
    golden = GOLDEN["importance"]
    frame = {name: [4, 5, 3] for name in "abcde"}
    index = customer_satisfaction_index(frame, scale=FIVE, importance=golden["weights"])
    assert index.weight_sum == golden["sum"]
    assert [part.share for part in index.parts] == pytest.approx(
        [weight / golden["sum"] for weight in golden["weights"]]
    )
    assert "Importance divided by the sum, 101." in str(index)
    whole = customer_satisfaction_index(ANSWERS, importance=[40, 60], importance_total=100)
    assert "added up" not in str(whole)
    rounded = customer_satisfaction_index(
        frame, scale=FIVE, importance=golden["weights"], importance_total=100
    )
    assert rounded == index


def test_importance_of_each_respondent_two_ways():
    mean = customer_satisfaction_index(ANSWERS, importance=IMPORTANCE)
    # mean importance 3.25 and 4
    assert mean.value == pytest.approx((3.25 * 81.25 + 4 * 56.25) / 7.25)
    assert (mean.weighting, mean.weight_sum) == ("mean importance", 7.25)
    own = customer_satisfaction_index(ANSWERS, importance=IMPORTANCE, weighting="per respondent")
    indices = [(3 * 100 + 5 * 75) / 8, (4 * 75 + 5 * 25) / 9, (5 * 50 + 4 * 75) / 9, 200 / 3]
    assert own.value == pytest.approx(np.mean(indices))
    assert own.estimate.standard_error == pytest.approx(stats.sem(indices))
    assert own.weighting == "per respondent"
    assert "Importance: stated by respondents, mean importance. 95 %" in str(mean)
    assert "Importance: stated by respondents, per respondent. 95 %" in str(own)
    shares = [part.share for part in own.parts]
    assert shares == pytest.approx(
        [np.mean([3 / 8, 4 / 9, 5 / 9, 1 / 3]), np.mean([5 / 8, 5 / 9, 4 / 9, 2 / 3])]
    )


def test_importance_points_may_have_an_order_of_their_own():
    swapped = Responses.from_frame(dict(reversed(OWN.items())), scale=FIVE)
    one = customer_satisfaction_index(ANSWERS, importance=IMPORTANCE)
    other = customer_satisfaction_index(ANSWERS, importance=swapped)
    assert other.model_copy(update={"base": one.base}) == one


def test_index_uses_the_answers_that_there_are():
    frame = {"friendly": [5, None, 3, 5], "on time": [4, 2, 4, 3]}
    answers = Responses.from_frame(frame, scale=FIVE, missing="pairwise")
    index = customer_satisfaction_index(answers, importance=[1, 1])
    assert index.value == pytest.approx((100 * (13 / 3 - 1) / 4 + 56.25) / 2)
    assert index.n == 3
    own = customer_satisfaction_index(answers, importance=IMPORTANCE, weighting="per respondent")
    indices = [(3 * 100 + 5 * 75) / 8, 25, (5 * 50 + 4 * 75) / 9, 200 / 3]
    assert own.value == pytest.approx(np.mean(indices))
    dropped = Responses.from_frame(frame, scale=FIVE, missing="drop")
    assert "3 of 4 respondents; missing='drop': 1 excluded (missing answer), 1 missing answer." in (
        str(customer_satisfaction_index(dropped))
    )


def test_a_respondent_who_answered_nothing_has_no_index_of_their_own():
    frame = {"friendly": [5, None, 3], "on time": [4, None, 4]}
    own = {"friendly": [1, 1, 1], "on time": [1, 1, 1]}
    answers = Responses.from_frame(frame, scale=FIVE, missing="pairwise")
    importance = Responses.from_frame(own, scale=FIVE)
    index = customer_satisfaction_index(answers, importance=importance, weighting="per respondent")
    assert (index.n, index.base.excluded_respondents) == (2, 1)


def rows_of(answers, importance):
    scores = answers.scale.rescale(answers.answers).tolist()
    return list(zip(answers.weights.tolist(), scores, importance.answers.tolist(), strict=True))


def random_survey(rng, n):
    """Items far apart in score, and importance on which respondents hardly agree."""
    quality = 0.5 * rng.normal(size=n)
    frame = {
        name: np.clip(np.rint(level + quality + 0.5 * rng.normal(size=n)), 1, 7)
        for name, level in (("a", 4.0), ("b", 6.5), ("c", 1.5))
    }
    own = {name: rng.integers(1, 11, size=n) for name in frame}
    weights = rng.choice([0.5, 1.0, 2.0], size=n)
    answers = Responses.from_frame(frame | {"w": weights}, scale=SEVEN, weights="w")
    return answers, Responses.from_frame(own, scale=TEN)


def test_index_against_loops_and_its_error_against_the_jackknife():
    answers, importance = random_survey(np.random.default_rng(3), 300)
    rows = rows_of(answers, importance)
    ways: list[tuple[ImportanceWeighting, Callable[..., float]]] = [
        ("mean importance", reference.index_of_means),
        ("per respondent", reference.index_of_respondents),
    ]
    for weighting, statistic in ways:
        index = customer_satisfaction_index(answers, importance=importance, weighting=weighting)
        assert index.value == pytest.approx(statistic(rows), rel=1e-12)
        error = reference.jackknife_error(statistic, rows)
        assert index.estimate.standard_error == pytest.approx(error, rel=0.01)
        fixed = customer_satisfaction_index(
            answers, importance=[part.share for part in index.parts]
        )
        assert fixed.estimate.standard_error is not None
        assert fixed.estimate.standard_error < 0.8 * error  # importance is an estimate too


@careful
@given(columns(3, 1, 7), st.lists(st.floats(0.1, 10), min_size=3, max_size=3), st.floats(0.01, 100))
def test_properties_of_the_index(data, importance, factor):
    *answers, weights = data
    frame = dict(zip("abc", answers, strict=True)) | {"w": weights}
    responses = Responses.from_frame(frame, scale=SEVEN, weights="w")
    index = customer_satisfaction_index(responses, importance=importance)
    scaled = customer_satisfaction_index(responses, importance=[factor * w for w in importance])
    assert same_estimate(scaled.estimate, index.estimate)
    scores = [part.score.value for part in index.parts]
    assert min(scores) - 1e-9 <= index.value <= max(scores) + 1e-9
    assert sum(part.share for part in index.parts) == pytest.approx(1)
    maximum = customer_satisfaction_index(responses, importance=importance, form="maximum")
    assert maximum.value == pytest.approx(100 / 7 + 6 / 7 * index.value)
    assert index.estimate.standard_error is not None
    assert maximum.estimate.standard_error == pytest.approx(
        6 / 7 * index.estimate.standard_error, abs=1e-9
    )
    order = list("cab")
    turned = Responses.from_frame(frame, items=order, scale=SEVEN, weights="w")
    by_name = dict(zip("abc", importance, strict=True))
    assert same_estimate(
        customer_satisfaction_index(turned, importance=by_name).estimate, index.estimate
    )


@careful
@given(columns(2, 1, 7), st.integers(1, 10), st.integers(1, 10))
def test_when_all_agree_on_importance_the_two_ways_agree(data, first, second):
    one, two, weights = data
    responses = Responses.from_frame({"a": one, "b": two, "w": weights}, scale=SEVEN, weights="w")
    n = len(one)
    own = Responses.from_frame({"a": [first] * n, "b": [second] * n}, scale=TEN)
    stated = customer_satisfaction_index(responses, importance=[first, second])
    for weighting in ("mean importance", "per respondent"):
        index = customer_satisfaction_index(responses, importance=own, weighting=weighting)
        assert same_estimate(index.estimate, stated.estimate)


def test_an_index_where_lower_is_better():
    scale = Scale(1, 5, direction="lower is better")
    index = customer_satisfaction_index({"effort": [1, 2, 3], "waiting": [1, 1, 5]}, scale=scale)
    assert index.value == pytest.approx((75 + 200 / 3) / 2)
    assert "Form 'scale': 0 at 5 and 100 at 1." in str(index)


def test_the_same_weights_may_stand_on_both_sides():
    frame = {"friendly": [5, 4, 1], "on time": [4, 2, 4], "w": [1, 2, 3]}
    own = {"friendly": [3, 4, 5], "on time": [5, 5, 4]}
    answers = Responses.from_frame(frame, scale=FIVE, weights="w")
    weighted = Responses.from_frame(own | {"w": [1, 2, 3]}, scale=FIVE, weights="w")
    assert customer_satisfaction_index(answers, importance=weighted) == (
        customer_satisfaction_index(answers, importance=Responses.from_frame(own, scale=FIVE))
    )
