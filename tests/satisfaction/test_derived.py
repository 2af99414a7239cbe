"""Derived importance against published relative weights, hand-made numbers and simulation."""

import math

import numpy as np
import pytest
import reference_satisfaction as reference
from satisfaction_cases import GOLDEN, SEVEN

from custvalue._drivers.decomposition import relative_weights
from custvalue.satisfaction import SatisfactionIndex, customer_satisfaction_index
from custvalue.survey import Bootstrap, Responses, Scale

TRUTH = np.array([0.6, 0.3, 0.1])


def survey(n, seed, **options):
    """Items that drive overall satisfaction by .6, .3 and .1, on seven points."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    items = np.column_stack([common + rng.normal(size=n) for _ in range(3)])
    overall = items @ TRUTH + 0.5 * rng.normal(size=n)
    frame = {
        name: np.clip(np.rint(center + column), 1, 7)
        for name, center, column in zip("abc", (5.0, 4.0, 3.0), items.T, strict=True)
    }
    frame["overall"] = np.clip(np.rint(4 + overall), 1, 7)
    return Responses.from_frame(frame, scale=SEVEN, **options)


def index_of(responses, **options):
    options = {"overall": "overall", "method": Bootstrap(200, rng=1)} | options
    return customer_satisfaction_index(responses, importance="derived", **options)


def test_relative_weights_of_cars():
    golden = GOLDEN["relative_weights"]
    correlations = np.corrcoef(np.array(golden["data"]).T)
    found = relative_weights(correlations[1:, 1:], correlations[1:, 0])
    assert found == pytest.approx(golden["raw"], abs=golden["atol"])
    assert 100 * found / found.sum() == pytest.approx(golden["rescaled"], abs=100 * golden["atol"])


def test_relative_weights_of_two_predictors_by_hand():
    # Λ = [[c, s], [s, c]] with c² + s² = 1 and 2 c s = ½
    c, s = math.cos(math.pi / 12), math.sin(math.pi / 12)
    beta = np.linalg.solve([[c, s], [s, c]], [0.6, 0.4])
    expected = [
        c**2 * beta[0] ** 2 + s**2 * beta[1] ** 2,
        s**2 * beta[0] ** 2 + c**2 * beta[1] ** 2,
    ]
    found = relative_weights(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.4]))
    assert found == pytest.approx(expected)
    assert found.sum() == pytest.approx(0.28 / 0.75)


@pytest.mark.parametrize("decomposition", ["johnson", "correlation", "regression"])
def test_an_index_of_derived_importance_by_loops(decomposition):
    responses = survey(400, 3)
    index = index_of(responses, decomposition=decomposition)
    rows = responses.answers.tolist()
    importance, r_squared = reference.derived_importance(rows, decomposition)
    shares = [value / sum(importance) for value in importance]
    assert [part.share for part in index.parts] == pytest.approx(shares)
    scores = [100 * (sum(row[j] for row in rows) / 400 - 1) / 6 for j in range(3)]
    assert index.value == pytest.approx(sum(w * s for w, s in zip(shares, scores, strict=True)))
    assert index.derived is not None
    assert index.derived.r_squared == pytest.approx(r_squared)
    assert index.weight_sum == pytest.approx(sum(importance))
    assert index.weighting == "derived"
    assert (index.derived.decomposition, index.derived.overall) == (decomposition, "overall")


@pytest.mark.parametrize("decomposition", ["johnson", "correlation", "regression"])
def test_resamples_are_those_of_the_rows(decomposition):
    responses = survey(60, 8)
    index = index_of(responses, decomposition=decomposition, method=Bootstrap(20, rng=3))
    random, slow = np.random.default_rng(3), []
    for _ in range(20):
        rows = responses.answers[random.integers(60, size=60)]
        importance, _ = reference.derived_importance(rows.tolist(), decomposition)
        shares = np.maximum(importance, 0) / np.maximum(importance, 0).sum()
        slow.append([100 * (rows[:, :3].mean(axis=0) - 1) / 6 @ shares, *shares])
    fast = [index.estimate.draws, *(its.draws for its in index.derived.importance)]
    np.testing.assert_allclose(np.transpose(fast), slow, rtol=1e-11)


def test_a_resample_in_which_an_item_does_not_vary_fails():
    responses = survey(40, 8)
    answers = np.array(responses.answers)
    answers[:, 0] = 3
    answers[7, 0] = 4
    rare = Responses.from_arrays(answers, items=responses.items, scale=SEVEN)
    random = np.random.default_rng(5)
    without = sum(7 not in random.integers(40, size=40) for _ in range(300))
    assert index_of(rare, method=Bootstrap(300, rng=5)).derived.failed == without > 50


def test_importance_may_be_exactly_nothing():
    frame = {"a": [1, 1, 3, 3, 5], "b": [1, 5, 1, 5, 3], "overall": [1, 1, 3, 3, 5]}
    index = index_of(Responses.from_frame(frame, scale=SEVEN), decomposition="correlation")
    assert [part.share for part in index.parts] == [1, 0]
    assert index.value == pytest.approx(100 * (13 / 5 - 1) / 6)


def test_estimated_importance_widens_the_interval():
    index = index_of(survey(60, 4), decomposition="regression", method=Bootstrap(1_000, rng=1))
    assert index.derived is not None
    assert index.derived.fixed_standard_error is not None
    assert index.standard_error is not None
    assert index.standard_error > 1.05 * index.derived.fixed_standard_error
    interval = index.confidence_interval()
    assert interval.method.startswith("bootstrap percentile")
    for part, derived in zip(index.parts, index.derived.importance, strict=True):
        assert derived.value == pytest.approx(part.share)
        assert part.share in derived.confidence_interval()


def test_the_overall_question_may_have_a_scale_of_its_own():
    responses = survey(200, 5)
    items = Responses.from_arrays(responses.answers[:, :3], items=list("abc"), scale=SEVEN)
    turned = Responses.from_frame(
        {"trouble": 8 - responses.item("overall")},
        scale=Scale(1, 7, direction="lower is better"),
    )
    one = index_of(responses)
    other = index_of(items, overall=turned)
    assert other.value == pytest.approx(one.value)
    assert other.derived is not None
    assert other.derived.overall == "trouble"


def test_importance_knows_the_sampling_weights():
    responses = survey(200, 6)
    weights = np.where(np.arange(200) < 100, 2.0, 1.0)
    frame = {name: responses.item(name) for name in responses.items}
    weighted = Responses.from_frame(frame | {"w": weights}, scale=SEVEN, weights="w")
    twice = {name: np.r_[column, column[:100]] for name, column in frame.items()}
    repeated = index_of(Responses.from_frame(twice, scale=SEVEN))
    found = index_of(weighted)
    assert found.value == pytest.approx(repeated.value)
    assert found.effective_n == pytest.approx(300**2 / 500)


def test_who_misses_an_answer_is_left_out_and_counted():
    responses = survey(50, 7)
    frame = {name: responses.item(name).tolist() for name in responses.items}
    frame["a"][3] = None
    frame["overall"][8] = None
    index = index_of(Responses.from_frame(frame, scale=SEVEN, missing="pairwise"))
    assert (index.n, index.base.excluded_respondents) == (48, 2)
    assert "48 of 50 respondents; missing='pairwise': 2 excluded (missing answer)" in str(index)
    dropped = index_of(Responses.from_frame(frame, scale=SEVEN, missing="drop"))
    assert (dropped.n, dropped.base.excluded_respondents) == (48, 2)
    assert dropped.value == pytest.approx(index.value)


def test_the_result_prints_and_goes_to_json_and_back():
    index = index_of(survey(80, 8))
    assert SatisfactionIndex.from_json(index.to_json()) == index
    assert index == index_of(survey(80, 8))
    assert index != index_of(survey(80, 8), method=Bootstrap(200, rng=2))
    assert "Importance: derived from 'overall' by johnson, R² 0." in str(index)
    assert "\n" not in repr(index)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [30, 100])
def test_coverage_with_derived_importance(n):
    target = index_of(survey(400_000, 9), method=Bootstrap(2, rng=1)).value
    held = 0
    for seed in range(300):
        interval = index_of(
            survey(n, 1000 + seed), method=Bootstrap(200, rng=seed)
        ).confidence_interval()
        held += target in interval
    assert 0.91 < held / 300 < 0.98  # 95 % of 300 samples, ± 3 standard errors
