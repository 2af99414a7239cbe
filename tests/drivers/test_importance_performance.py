"""Importance against performance: quadrants by hand, by quadrature and by resampling."""

import math

import numpy as np
import pytest
import reference_comparison as reference
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import FIVE, careful
from scipy import stats

from custvalue._drivers.importance_performance import bivariate_normal
from custvalue.drivers import ImportancePerformance, importance_performance
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.survey import Responses, Scale

RNG = np.random.default_rng(3)

NAMES = ("a", "b", "c", "d")
N = 60
PERFORMED = np.clip(RNG.integers(1, 6, (N, 4)) + np.array([-1, 1, -1, 1]), 1, 5).astype(float)
WEIGHED = np.clip(RNG.integers(1, 6, (N, 4)) + np.array([1, 1, 0, -1]), 1, 5).astype(float)
WEIGHTS = RNG.integers(1, 4, N).astype(float)


def placed(crosshair, importance=None, **options):
    performance = Responses.from_array(
        PERFORMED, scale=FIVE, items=NAMES, weights=options.get("weights")
    )
    own = Responses.from_array(WEIGHED, scale=FIVE, items=NAMES)
    return importance_performance(
        performance, own if importance is None else importance, crosshair=crosshair
    )


def test_quadrants_by_hand():
    answers = {"a": [1, 2], "b": [4, 5], "c": [1, 2], "d": [4, 5]}
    found = importance_performance(
        Responses.from_frame(answers, scale=FIVE),
        {"a": 5, "b": 4, "c": 1, "d": 2},
        crosshair=(3, 3),
    )
    assert [a.quadrant for a in found.attributes] == [
        "concentrate here",
        "keep up the good work",
        "low priority",
        "possible overkill",
    ]
    assert found.crosshair == "given"
    assert found["a"].importance == 5
    assert [a.other for a in found.attributes] == [a.quadrant for a in found.attributes]


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("crosshair", ["scale middle", "data mean"])
def test_probabilities_of_the_quadrants(crosshair, weights):
    found = placed(crosshair, weights=weights)
    w = np.ones(N) if weights is None else weights
    means = np.array([np.average(x, axis=0, weights=w) for x in (WEIGHED, PERFORMED)])
    influence = [
        w[:, None] * (x - m) / w.sum() * math.sqrt(N / (N - 1))
        for x, m in zip((WEIGHED, PERFORMED), means, strict=True)
    ]
    cross = np.array([3.0, 3.0])
    if crosshair == "data mean":
        cross = means.mean(axis=1)
        influence = [part - part.mean(axis=1, keepdims=True) for part in influence]
    assert found.cross == pytest.approx(tuple(cross))
    for k, attribute in enumerate(found.attributes):
        pair = np.stack([influence[0][:, k], influence[1][:, k]])
        good = reference.quadrant_probability(means[:, k] - cross, pair @ pair.T)
        assert attribute.probabilities["keep up the good work"] == pytest.approx(good, abs=1e-8)
        assert sum(attribute.probabilities.values()) == pytest.approx(1)
        sure = stats.norm.cdf((means[0, k] - cross[0]) / math.sqrt(pair[0] @ pair[0]))
        important = attribute.probabilities["concentrate here"] + good
        assert important == pytest.approx(sure)


def test_probabilities_are_those_of_resampled_respondents():
    found = placed("data mean")
    rng = np.random.default_rng(0)
    hits = np.zeros((4, 4))
    for _ in range(2000):
        rows = rng.integers(N, size=N)
        first, second = WEIGHED[rows].mean(axis=0), PERFORMED[rows].mean(axis=0)
        high, well = first >= first.mean(), second >= second.mean()
        for k in range(4):
            hits[k, 2 * (not high[k]) + int(well[k])] += 1
    ours = np.array([list(a.probabilities.values()) for a in found.attributes])
    assert ours == pytest.approx(hits / 2000, abs=0.05)


def test_the_other_crosshair_stands_beside():
    middle, mean = placed("scale middle"), placed("data mean")
    assert [a.other for a in middle.attributes] == [a.quadrant for a in mean.attributes]
    assert [a.other for a in mean.attributes] == [a.quadrant for a in middle.attributes]
    assert middle.flips == mean.flips
    assert placed("data mean", {"a": 1, "b": 2, "c": 3, "d": 4})["a"].other is None


def test_performance_where_lower_is_better():
    down = Scale(1, 5, direction="lower is better")
    own = Responses.from_array(WEIGHED, scale=FIVE, items=NAMES)
    turned = importance_performance(
        Responses.from_array(6 - PERFORMED, scale=down, items=NAMES), own, crosshair="scale middle"
    )
    same = placed("scale middle")
    for one, other in zip(turned.attributes, same.attributes, strict=True):
        assert one.quadrant == other.quadrant
        assert one.probabilities == pytest.approx(other.probabilities)


def test_equal_answers_leave_no_doubt():
    scale = Scale(1, 5)
    both = Responses.from_frame({"x": [4, 4, 4]}, scale=scale)
    found = importance_performance(both, both, crosshair="scale middle")
    assert found["x"].probabilities["keep up the good work"] == 1


@careful
@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-0.99, 0.99))
def test_the_bivariate_normal_distribution(h, k, rho):
    theirs = stats.multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf([h, k])
    assert bivariate_normal(h, k, rho) == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize(
    ("h", "k", "rho", "value"),
    [
        (0, 0, 0.5, 1 / 3),
        (0, 1, 0, 0.5 * stats.norm.cdf(1)),
        (-1, 0, 0, 0.5 * stats.norm.cdf(-1)),
        (1, 2, 1, stats.norm.cdf(1)),
        (1, 2, -1, stats.norm.cdf(1) + stats.norm.cdf(2) - 1),
        (math.inf, 1, 0.3, stats.norm.cdf(1)),
        (-math.inf, 1, 0.3, 0),
        (math.inf, math.inf, 0, 1),
    ],
)
def test_edges_of_the_bivariate_normal_distribution(h, k, rho, value):
    assert bivariate_normal(h, k, rho) == pytest.approx(value)
    assert bivariate_normal(k, h, rho) == pytest.approx(value)


def test_quadrants_print_and_go_to_json():
    for found in (placed("data mean"), placed((3, 3), {"a": 1, "b": 2, "c": 3, "d": 4})):
        assert ImportancePerformance.from_json(found.to_json()) == found
        assert "Cross:" in str(found)
        assert found.to_frame("polars").columns == list(found.columns())
    assert repr(placed("data mean")).startswith(
        "ImportancePerformance(attributes=4, crosshair='data mean', flips="
    )


def frame(**columns):
    return Responses.from_frame(columns, scale=FIVE)


BAD = [
    pytest.param(
        lambda: placed("data means"),
        ParameterError,
        (
            "crosshair must be 'scale middle', 'data mean' or a point (importance, performance), "
            "but it is 'data means'. Did you mean 'data mean'?"
        ),
        id="unknown crosshair",
    ),
    pytest.param(
        lambda: placed("scale middle", {"a": 1, "b": 2, "c": 3, "d": 4}),
        ParameterError,
        (
            "crosshair='scale middle' needs importance on a scale, but it is given as numbers. "
            "Use crosshair='data mean', or give the point (importance, performance)."
        ),
        id="the middle of no scale",
    ),
    pytest.param(
        lambda: placed((30, -7)),
        ParameterError,
        (
            "crosshair must be a point (importance, performance) on the scales, importance on "
            "1-5, but it is (30, -7). Use 'scale middle', 'data mean' or answers between the "
            "ends."
        ),
        id="importance off its scale",
    ),
    pytest.param(
        lambda: placed((30, 5.5), {"a": 1, "b": 2, "c": 3, "d": 4}),
        ParameterError,
        (
            "crosshair must be a point (importance, performance) on the scales, performance on "
            "1-5, but it is (30, 5.5). Use 'scale middle', 'data mean' or answers between the "
            "ends."
        ),
        id="performance off its scale",
    ),
    pytest.param(
        lambda: placed((3, math.nan)),
        ParameterError,
        (
            "crosshair must be 'scale middle', 'data mean' or a point (importance, performance), "
            "but it is (3, nan)."
        ),
        id="a point of nothing",
    ),
    pytest.param(
        lambda: placed("data mean", {"a": 1, "b": 2, "c": 3}),
        DataError,
        ("importance has no 'd'. Give every item its importance, 0 for none."),
        id="importance is left out",
    ),
    pytest.param(
        lambda: importance_performance({"a": [1]}, {"a": 1}, crosshair="data mean"),
        ParameterError,
        (
            "performance must be Responses, but it is dict. Read answers with "
            "Responses.from_frame(frame, scale=...)."
        ),
        id="a dict",
    ),
    pytest.param(
        lambda: importance_performance(frame(a=[4]), {"a": 1}, crosshair="data mean"),
        EstimationError,
        (
            "a has 1 answer, which does not show how much answers vary. Exclude it, or collect "
            "more answers."
        ),
        id="one answer",
    ),
    pytest.param(
        lambda: placed(
            "data mean",
            Responses.from_array(
                WEIGHED, scale=Scale(1, 5, direction="lower is better"), items=NAMES
            ),
        ),
        DataError,
        (
            "importance must be on a scale whose high answers mean important, but it is on "
            "Scale(low=1, high=5, direction='lower is better'). Recode the answers first."
        ),
        id="importance that runs down",
    ),
    pytest.param(
        lambda: placed("data mean")["e"],
        DataError,
        "there is no attribute 'e'. The attributes are 'a', 'b', 'c', 'd'.",
        id="unknown attribute",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_attributes_with_the_same_answers_lie_on_the_cross_of_their_means():
    """Sums in another order must not push one of them over the line."""
    rng = np.random.default_rng(12)
    for trial in range(40):
        count = 3 + trial % 9
        column = rng.choice([1.1, 2.3, 3.7, 4.9], size=(37, 1))
        answers = Responses.from_array(
            np.repeat(column, count, axis=1),
            scale=Scale(1, 5, step=None),
            weights=rng.uniform(0.5, 2, 37),
        )
        found = importance_performance(answers, answers, crosshair="data mean")
        assert {its.quadrant for its in found.attributes} == {"keep up the good work"}
        for its in found.attributes:
            assert its.probabilities["keep up the good work"] == 1
