"""Effort scores, weighted factor indices and indices of three items, by hand and by loops."""

import math
import warnings

import numpy as np
import pytest
from satisfaction_cases import FIVE, GOLDEN, SEVEN, TEN
from scipy import stats

from custvalue import satisfaction
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import row_resamples
from custvalue.errors import DataError, DataWarning
from custvalue.satisfaction import (
    CHINA_AFTER_SALES_2006,
    CHINA_AFTER_SALES_2014,
    FACTOR_SETS,
    AcsiIndex,
    CustomerEffortScore,
    Factor,
    FactorIndex,
    FactorSet,
    acsi_index,
    customer_effort_score,
    factor_index,
)
from custvalue.survey import Responses, Scale

THREE = {
    "overall": [9, 8, 6, 10, 7, 8],
    "expected": [8, 8, 5, 9, 7, 7],
    "ideal": [8, 6, 5, 9, 5, 8],
}


def results():
    workshop = {name: [9, 8, 10, 7] for name in CHINA_AFTER_SALES_2014.factor_names}
    return {
        "effort": customer_effort_score([1, 2, 5, 1], version="1"),
        "own effort": customer_effort_score([1, 7], scale=SEVEN, direction="higher is better"),
        "factors": factor_index(workshop, weights=CHINA_AFTER_SALES_2014, scale=TEN),
        "factor set": CHINA_AFTER_SALES_2014,
        "set without weights": CHINA_AFTER_SALES_2006,
        "three items": acsi_index(THREE, weights="principal component", scale=TEN),
        "simple": acsi_index(THREE, convention="simple", scale=TEN),
    }


@pytest.mark.parametrize("result", results().values(), ids=results())
def test_results_print_and_go_to_json_and_back(result):
    assert type(result).from_json(result.to_json()) == result
    assert len(str(result).splitlines()) >= 5
    assert result._repr_html_().startswith("<table>")
    assert "\n" not in repr(result)


# --- effort ---------------------------------------------------------------------------------


def test_low_answers_are_good_in_version_1():
    score = customer_effort_score([1, 2, 2, 4, 1, 3], version="1")
    assert (score.value, score.n) == (pytest.approx(13 / 6), 6)
    assert score.easy.value == pytest.approx(4 / 6)
    assert score.index.value == pytest.approx(100 * (5 - 13 / 6) / 4)
    assert score.standard_error == pytest.approx(stats.sem([1, 2, 2, 4, 1, 3]))
    assert score.scale.direction == "lower is better"
    assert score.confidence_interval(method="t") == score.estimate.confidence_interval(method="t")
    assert score.confidence_interval().method == "beta"


def test_the_bootstrap_of_an_effort_score_is_reproducible():
    score = customer_effort_score([1, 2, 2, 4, 1, 3], version="1")
    one, again = (score.confidence_interval(method=Bootstrap(300, rng=4)) for _ in range(2))
    assert one == again == score.estimate.confidence_interval(method=Bootstrap(300, rng=4))
    assert one != score.confidence_interval(method=Bootstrap(300, rng=5))
    assert one != score.confidence_interval(method=Bootstrap(200, rng=4))


def test_high_answers_are_good_in_version_2():
    score = customer_effort_score([7, 6, 2, 5], version="2", boxes=2)
    assert (score.value, score.easy.value) == (5, 0.5)
    assert score.index.value == pytest.approx(100 * 4 / 6)
    assert score.effective_n == 4
    assert [part.count for part in score.distribution] == [0, 1, 0, 0, 1, 1, 1]


def test_both_versions_of_the_same_experience_have_the_same_index():
    one = customer_effort_score([1, 2, 5], version="1")
    other = customer_effort_score([5, 4, 1], scale=FIVE, direction="higher is better")
    assert other.index == one.index
    assert other.easy == one.easy
    stated = customer_effort_score([1, 2, 5], scale=Scale(1, 5, direction="lower is better"))
    assert stated == one.model_copy(update={"version": None})


def test_codes_for_no_answer_come_with_the_scale_of_a_version():
    scale = Scale(1, 5, missing_codes=(9,))
    score = customer_effort_score([1, 2, 9], version="1", scale=scale, missing="drop")
    assert (score.n, score.value, score.base.excluded_respondents) == (2, 1.5, 1)
    assert score.easy.value == 1


# --- factor index ---------------------------------------------------------------------------


def test_weights_are_the_published_ones():
    golden = GOLDEN["factor_weights"]
    for name in ("CHINA_AFTER_SALES_2014", "US_SALES_BUYERS_2017", "US_SALES_REJECTERS_2017"):
        preset = getattr(satisfaction, name)
        assert [factor.weight for factor in preset.factors] == golden[name]
        assert preset.weight_sum == sum(golden[name])
        assert str(preset.year) in preset.name
        assert name.endswith(str(preset.year))
    assert CHINA_AFTER_SALES_2006.weight_sum is None
    assert "Only the order is published." in str(CHINA_AFTER_SALES_2006)
    assert len({preset.name for preset in FACTOR_SETS}) == len(FACTOR_SETS) == 6
    assert "power" not in " ".join(str(preset) for preset in FACTOR_SETS).casefold()


def test_a_factor_index_by_hand_and_weights_that_add_up_to_101():
    answers = dict(
        zip(CHINA_AFTER_SALES_2014.factor_names, [[10], [1], [5.5], [10], [1]], strict=True)
    )
    scale = Scale(1, 10, step=0.5)
    index = factor_index(answers, weights=CHINA_AFTER_SALES_2014, scale=scale)
    assert index.value == pytest.approx(1000 * (24 + 21 / 2 + 18) / 101)
    assert index.weight_sum == 101
    assert "Weights divided by the sum, 101." in str(index)
    assert sum(factor.share for factor in index.parts) == pytest.approx(1)
    assert (index.standard_error, index.n) == (None, 1)


def test_the_ends_are_those_of_the_form():
    for form, low in (("scale", 0), ("maximum", 100)):
        ends = [
            factor_index({"a": [x, x], "b": [x, x]}, weights={"a": 1, "b": 3}, scale=TEN, form=form)
            for x in (1, 10)
        ]
        assert [end.value for end in ends] == pytest.approx([low, 1000])
        assert ends[0].confidence_interval().low == pytest.approx(low)
    thousandth = factor_index({"a": [7, 4]}, weights={"a": 1}, scale=TEN, points=1)
    assert thousandth.value == pytest.approx(0.5)


def test_factors_of_several_items_and_their_error():
    rng = np.random.default_rng(1)
    quality = rng.normal(size=80)
    frame = {
        name: np.clip(np.rint(7 + quality + rng.normal(size=80)), 1, 10) for name in "abcd"
    } | {"w": rng.choice([0.5, 2.0], 80)}
    answers = Responses.from_frame(frame, scale=TEN, weights="w")
    parts = {"people": ["a", "b", "c"], "place": ["d"]}
    index = factor_index(answers, weights={"people": 3, "place": 1}, factors=parts)
    score = 1000 * (answers.answers - 1) / 9
    own = 0.75 * score[:, :3].mean(axis=1) + 0.25 * score[:, 3]
    weights = frame["w"]
    assert index.value == pytest.approx(np.average(own, weights=weights))
    influence = weights * (own - index.value) / weights.sum()
    assert index.standard_error == pytest.approx(math.sqrt(80 / 79 * influence @ influence))
    assert index.effective_n == pytest.approx(weights.sum() ** 2 / (weights @ weights))
    assert index.parts[0].score.value == pytest.approx(
        np.average(score[:, :3].mean(axis=1), weights=weights)
    )
    assert index.parts[0].items == ("a", "b", "c")
    assert index.confidence_interval(method="t").method == "t"


def test_a_factor_of_no_weight_is_shown_and_does_not_count():
    index = factor_index({"a": [10, 8], "b": [1, 2]}, weights={"a": 2, "b": 0}, scale=TEN)
    assert index.value == index.parts[0].score.value
    assert index.parts[1].score.value > 0


def test_a_set_of_your_own():
    own = FactorSet(
        name="ours, 2024",
        year=2024,
        factors=(Factor(name="a", weight=60), Factor(name="b", weight=40)),
        source="our own study",
    )
    index = factor_index({"a": [10], "b": [1]}, weights=own, scale=TEN)
    assert (index.value, index.weights_name) == (600, "ours, 2024")
    assert "divided" not in str(index)
    assert isinstance(index, FactorIndex)


# --- index of three items -------------------------------------------------------------------


def test_the_simple_index_is_the_published_one():
    index = acsi_index(THREE, convention="simple", scale=TEN)
    means = [np.mean(column) for column in THREE.values()]
    assert index.value == pytest.approx((sum(means) - 3) / 27 * 100)
    own = [(sum(row) - 3) / 27 * 100 for row in zip(*THREE.values(), strict=True)]
    assert index.standard_error == index.fixed_standard_error == pytest.approx(stats.sem(own))


def test_given_weights_by_the_published_formula():
    weights = {"ideal": 0.2, "overall": 0.5, "expected": 0.3}
    index = acsi_index(THREE, weights=weights, convention="as given", scale=TEN)
    means = {name: np.mean(column) for name, column in THREE.items()}
    expected = sum((means[name] - 1) * weight for name, weight in weights.items()) / 9 * 100
    assert index.value == pytest.approx(expected)
    scaled = [50 * weights[name] for name in THREE]
    again = acsi_index(THREE, weights=scaled, convention="as given", scale=TEN)
    assert again.value == pytest.approx(expected)


def test_unstandardised_weights_are_divided_by_standard_deviations():
    index = acsi_index(THREE, weights=[0.39, 0.33, 0.35], scale=TEN)
    raw = np.array([0.39, 0.33, 0.35]) / [np.std(column, ddof=1) for column in THREE.values()]
    assert [part.share for part in index.parts] == pytest.approx(raw / raw.sum())
    assert [item.weight for item in index.parts] == [0.39, 0.33, 0.35]
    as_given = acsi_index(THREE, weights=[0.39, 0.33, 0.35], convention="as given", scale=TEN)
    assert abs(index.value - as_given.value) > 0.05
    assert "divided by the standard deviation" in str(index)


def test_the_principal_component_is_the_first_one():
    correlations = np.corrcoef(np.array(list(THREE.values())))
    values, vectors = np.linalg.eigh(correlations)
    index = acsi_index(THREE, weights="principal component", convention="as given", scale=TEN)
    expected = np.abs(vectors[:, -1])
    assert [item.weight for item in index.parts] == pytest.approx(expected)
    assert values[-1] == max(values)
    assert index.source == "principal component"


@pytest.mark.slow
def test_a_component_that_sets_items_against_each_other_is_no_index():
    rows = np.random.default_rng(0).integers(1, 11, (60, 3))
    answers = Responses.from_arrays(rows, items=["a", "b", "c"], scale=TEN)
    with pytest.raises(DataError) as caught:
        acsi_index(answers, weights="principal component")
    assert str(caught.value) == (
        "the first principal component weights 'b' against the other items: they do not measure "
        "one thing, and the component is no index. Check the direction of these items, exclude "
        "them, or use convention='simple'."
    )


@pytest.mark.parametrize("weights", ["principal component", [0.5, 0.3, 0.2]])
def test_the_error_counts_what_was_estimated(weights):
    rng = np.random.default_rng(2)
    quality = rng.normal(size=120)
    answers = np.column_stack(
        [np.clip(np.rint(c + s * (quality + rng.normal(size=120))), 1, 10)
         for c, s in ((8, 0.6), (6, 1.2), (4, 1.8))]
    )  # fmt: skip
    sampling = rng.choice([0.5, 1.0, 2.0], 120)
    responses = Responses.from_arrays(answers, scale=TEN, weights=sampling)
    index = acsi_index(responses, weights=weights)

    def again(rows):
        part = Responses.from_arrays(answers[rows], scale=TEN, weights=sampling[rows])
        return acsi_index(part, weights=weights).value

    resampled = row_resamples(again, 120, Bootstrap(1_500, 3))
    assert index.standard_error == pytest.approx(resampled.standard_error, rel=0.08)
    assert index.fixed_standard_error != pytest.approx(index.standard_error, rel=0.002)


def test_negative_weights_are_warned_of():
    with pytest.warns(DataWarning) as caught:
        index = acsi_index(THREE, weights=[0.9, 0.4, -0.3], convention="as given", scale=TEN)
    assert str(caught[0].message) == (
        "the weight of 'ideal' is negative: the index can leave 0 to 100, and falls where "
        "customers are more satisfied. Check the direction of the item, or use convention='simple'."
    )
    assert caught[0].filename == __file__
    assert index.estimate.bounds == pytest.approx((-30, 130))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        acsi_index(THREE, weights=[0.9, 0.4, 0], convention="as given", scale=TEN)


def test_one_respondent_has_an_index_without_interval():
    index = acsi_index({"a": [7], "b": [4]}, convention="simple", scale=TEN)
    assert (index.value, index.standard_error, index.n) == (pytest.approx(50), None, 1)
    assert isinstance(index, AcsiIndex)


def test_lower_is_better_turns_the_index_round():
    scale = Scale(1, 10, direction="lower is better")
    turned = {name: [11 - x for x in column] for name, column in THREE.items()}
    one = acsi_index(THREE, weights=[3, 2, 1], scale=TEN)
    other = acsi_index(turned, weights=[3, 2, 1], scale=scale)
    assert other.value == pytest.approx(one.value)
    assert other.standard_error == pytest.approx(one.standard_error)


def test_prorated_answers_count_as_the_mean_of_the_others():
    frame = THREE | {"ideal": [8, None, 5, 9, 5, 8]}
    answers = Responses.from_frame(frame, scale=TEN, missing="prorate")
    filled = {name: answers.filled()[:, place] for place, name in enumerate(THREE)}
    continuous = Scale(1, 10, step=None)
    index = acsi_index(answers, convention="simple")
    expected = acsi_index(filled, convention="simple", scale=continuous)
    assert (index.n, index.base.filled, index.value) == (6, 1, expected.value)
    assert "; 1 answer of 1 respondent prorated." in str(index)
    weights = {"overall": 2, "expected": 1, "ideal": 1}
    factors = factor_index(answers, weights=weights)
    assert (factors.n, factors.base.filled) == (6, 1)
    assert factors.value == factor_index(filled, weights=weights, scale=continuous).value


def test_who_misses_an_item_is_left_out():
    frame = THREE | {"ideal": [8, None, 5, 9, 5, 8]}
    answers = Responses.from_frame(frame, scale=TEN, missing="pairwise")
    index = acsi_index(answers, convention="simple")
    assert (index.n, index.base.excluded_respondents) == (5, 1)
    assert isinstance(customer_effort_score([1], version="1"), CustomerEffortScore)
