"""Teas' evaluated performance: distances from the ideal, vector attributes, normed quality."""

import numpy as np
import pytest
import reference_servqual_models as naive
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import servqual
from custvalue.servqual import EvaluatedPerformance, Survey
from custvalue.survey import Scale

SCALE = Scale(1, 7)
DIMENSIONS = {"staff": 2, "premises": 3}
ITEMS = tuple(f"P{i}" for i in range(1, 6))

slowly = settings(deadline=None, derandomize=True, max_examples=20)


def drawn(n=40, seed=6):
    rng = np.random.default_rng(seed)
    perceived = rng.integers(1, 8, (n, 5)).astype(float)
    expected = rng.integers(4, 8, (n, 5)).astype(float)
    ideal = rng.integers(3, 8, (n, 5)).astype(float)
    points = rng.multinomial(100, [0.6, 0.4], size=n).astype(float)
    return perceived, expected, ideal, points, rng.uniform(0.3, 3, n)


def read(perceived, expected=None, points=None, **options):
    usual = {"scale": SCALE, "dimensions": DIMENSIONS}
    return Survey.from_arrays(perceived, expected, points, **(usual | options))


def test_an_example_by_hand():
    # ideal 5: perceptions 6, 4, 5 are 1, 1, 0 away; more is better: 7, 5, 6 are 0, 2, 1 from 7
    survey = read([[6, 7], [4, 5], [5, 6]], dimensions={"staff": 2})
    found = servqual.evaluated_performance(survey, ideals={"P1": 5}, vector=["P2"])
    attentive, clean = found.items
    assert (attentive.kind, clean.kind) == ("classic ideal point", "vector")
    assert attentive.value.value == pytest.approx(-2 / 3)
    assert clean.value.value == -1
    assert found.overall.value == pytest.approx(-5 / 6)
    assert attentive.short.value == attentive.beyond.value == pytest.approx(1 / 3)
    assert (clean.ideal.value, clean.beyond.value) == (7, 0)
    assert found.dimension("staff").value.value == pytest.approx(-5 / 6)
    assert found.ideals == "given"
    assert found.normed is None


@pytest.mark.parametrize("weighted", [False, True])
def test_it_agrees_with_naive_loops(*, weighted):
    perceived, expected, ideal, _, weights = drawn()
    weights = weights if weighted else np.ones(40)
    survey = read(perceived, expected, ideals=ideal, weights=weights)
    found = servqual.evaluated_performance(survey)
    assert found.ideals == "asked"
    assert found.overall.value == pytest.approx(naive.evaluated(perceived, ideal, weights))
    for items, dimension in zip((slice(0, 2), slice(2, 5)), found.dimensions, strict=True):
        expect = naive.evaluated(perceived[:, items], ideal[:, items], weights)
        assert dimension.value.value == pytest.approx(expect)
        norm = naive.evaluated(expected[:, items], ideal[:, items], weights)
        assert dimension.normed.value == pytest.approx(expect - norm)
    means = [dimension.value.value for dimension in found.dimensions]
    assert found.mean_of_dimensions.value == pytest.approx(np.mean(means))
    assert found.normed.value == pytest.approx(
        naive.evaluated(perceived, ideal, weights) - naive.evaluated(expected, ideal, weights)
    )


def test_an_item_has_the_textbook_interval():
    perceived, _, ideal, _, _ = drawn()
    item = servqual.evaluated_performance(read(perceived, ideals=ideal)).items[1]
    own = -np.abs(perceived[:, 1] - ideal[:, 1])
    assert item.value.standard_error == pytest.approx(own.std(ddof=1) / np.sqrt(40))
    assert item.value.confidence_interval().method == "beta"


def test_with_vector_attributes_only_normed_quality_is_the_gap():
    perceived, expected, ideal, _, weights = drawn()
    survey = read(perceived, expected, ideals=ideal, weights=weights)
    found = servqual.evaluated_performance(survey, vector=ITEMS)
    gaps = servqual.gaps(survey)
    for item, gap in zip(found.items, gaps.items, strict=True):
        assert item.normed.value == pytest.approx(gap.gap.value, abs=1e-12)
        assert item.normed.standard_error == pytest.approx(gap.gap.standard_error, rel=1e-9)
    performance = servqual.performance(survey)
    assert found.overall.value == pytest.approx(performance.overall.value - 7)


def test_expectations_stand_for_ideals_only_on_request():
    perceived, expected, _, _, _ = drawn()
    found = servqual.evaluated_performance(read(perceived, expected), ideals="expectations")
    assert found.ideals == "expectations"
    assert found.normed is None
    assert found.overall.value == pytest.approx(naive.evaluated(perceived, expected, np.ones(40)))
    assert "the respondent's expectation, taken as ideal on request" in found.convention


def test_importance_weights_the_dimensions():
    perceived, _, ideal, points, weights = drawn()
    survey = read(perceived, None, points, ideals=ideal, weights=weights)
    found = servqual.evaluated_performance(survey)
    own = -np.abs(perceived - ideal)
    means = np.column_stack([own[:, :2].mean(axis=1), own[:, 2:].mean(axis=1)])
    expect = np.average((points / 100 * means).sum(axis=1), weights=weights)
    assert found.weighted.by_respondent.value == pytest.approx(expect)
    assert found.weighted.difference is not None


def test_a_scale_where_lower_is_better_keeps_the_distances():
    perceived, expected, ideal, _, weights = drawn()
    up = read(perceived, expected, ideals=ideal, weights=weights)
    down = read(
        8 - perceived,
        8 - expected,
        ideals=8 - ideal,
        weights=weights,
        scale=Scale(1, 7, direction="lower is better"),
    )
    one, other = (servqual.evaluated_performance(s, vector=["P2"]) for s in (up, down))
    for name in ("value", "low", "normed", "short", "beyond"):
        np.testing.assert_allclose(one.columns()[name], other.columns()[name], atol=1e-12)


def test_missing_ideal_points_follow_the_policy():
    perceived, _, ideal, _, _ = drawn(10)
    ideal[2, 0] = np.nan
    pairwise = servqual.evaluated_performance(read(perceived, ideals=ideal, missing="pairwise"))
    assert pairwise.items[0].value.n == pairwise.items[0].perception.n == 9
    assert pairwise.dimensions[0].value.n == 9
    dropped = servqual.evaluated_performance(read(perceived, ideals=ideal, missing="drop"))
    assert (dropped.base.n, dropped.base.respondents) == (9, 10)
    prorated = servqual.evaluated_performance(read(perceived, ideals=ideal, missing="prorate"))
    assert prorated.items[0].value.n == 9
    assert prorated.dimensions[0].value.n == 10
    vector = servqual.evaluated_performance(
        read(perceived, ideals=ideal, missing="pairwise"), vector=["P1"]
    )
    assert vector.items[0].value.n == 10


def test_columns_json_and_print():
    perceived, expected, ideal, points, _ = drawn(12)
    found = servqual.evaluated_performance(
        read(perceived, expected, points, ideals=ideal), vector=["P2"]
    )
    assert EvaluatedPerformance.from_json(found.to_json()) == found
    table = found.columns()
    assert list(table) == [
        "level", "name", "label", "kind", "value", "low", "high", "standard_error", "n", "normed",
        "perceived", "ideal", "short", "beyond",
    ]  # fmt: skip
    assert table["kind"].tolist()[:3] == ["classic ideal point", "vector", "classic ideal point"]
    assert table["name"].tolist()[-4:] == [
        "mean of items",
        "mean of dimensions",
        "weighted by each respondent's points",
        "weighted by mean points",
    ]
    assert found.to_frame("pandas").shape == (5 + 2 + 4, 14)
    text = str(found)
    assert text.splitlines()[0] == "adapted SERVQUAL: evaluated performance"
    assert "I: as each respondent named it; for vector attributes the good end" in text
    assert "Normed quality, mean of items:" in text
    assert "Most often too much of: P" in text
    assert "<caption>adapted SERVQUAL: evaluated performance</caption>" in found._repr_html_()
    survey = read(perceived, expected, points, ideals=ideal)
    assert Survey.from_json(survey.to_json()) == survey
    assert list(survey.columns())[10:15] == [f"I{i}" for i in range(1, 6)]


def test_ideals_can_be_columns():
    frame = {"p": [5, 6], "q": [4, 4], "ip": [5, 5], "iq": [6, 4]}
    survey = Survey.from_frame(
        frame,
        perceptions=["p", "q"],
        ideals=["ip", "iq"],
        scale=SCALE,
        dimensions={"b": ["q"], "a": ["p"]},
    )
    assert survey.ideals.items == ("iq", "ip")
    found = servqual.evaluated_performance(survey)
    assert (found.item("p").value.value, found.item("q").value.value) == (-0.5, -1)


@given(st.integers(0, 10_000))
@slowly
def test_it_is_never_above_zero_and_the_shares_leave_room(seed):
    perceived, _, ideal, _, weights = drawn(15, seed)
    table = servqual.evaluated_performance(read(perceived, ideals=ideal, weights=weights)).columns()
    assert (table["value"] <= 0).all()
    assert (table["high"] <= 0).all()
    assert (table["short"][:5] + table["beyond"][:5] <= 1 + 1e-12).all()
    same = servqual.evaluated_performance(
        read(perceived, ideals=perceived, weights=weights)
    ).columns()
    assert set(same["value"]) == {0.0}
