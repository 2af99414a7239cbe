"""The three tiers against hand-made tables and loops over cases."""

import math

import numpy as np
import pytest
import reference_satisfaction as reference
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import EXPECTED, FIVE, GOT, WORKSHOP, careful, columns, same_estimate
from scipy import stats

from custvalue.satisfaction import (
    Attribute,
    SatisfactionEffectScores,
    Tier,
    satisfaction_effect,
    satisfaction_effect_scores,
    tier_response,
)
from custvalue.survey import Responses, Scale

RESPONSES = [
    # D, tier, dissatisfaction and delight with unmet slope 2 and exceeded slope 1/2
    (-50, "satisfied", -100, 0),
    (0, "satisfied", 0, 0),
    (40, "satisfied", 0, 0),
    (-50, "desired", -100, 0),
    (0, "desired", 0, 0),
    (40, "desired", 0, 20),
    (-50, "surprised", 0, 0),
    (0, "surprised", 0, 0),
    (40, "surprised", 0, 20),
]


@pytest.mark.parametrize(("difference", "tier", "dissatisfaction", "delight"), RESPONSES)
def test_the_response_of_each_tier(difference, tier, dissatisfaction, delight):
    below, above = tier_response(difference, tier, unmet_slope=2, exceeded_slope=0.5)
    assert (float(below), float(above)) == (dissatisfaction, delight)


def test_a_missing_difference_has_no_response():
    for tier in Tier:
        below, above = tier_response([math.nan], tier)
        assert math.isnan(below[0])
        assert math.isnan(above[0])


def test_the_tiers_by_their_names():
    assert [tier.value for tier in Tier] == ["satisfied", "desired", "surprised"]
    assert [tier.chinese for tier in Tier] == ["满足", "渴望", "惊喜"]
    assert [tier.kano for tier in Tier] == ["must-be", "one-dimensional", "attractive"]
    assert [Tier(word) for word in ("满足", "渴望", "惊喜")] == list(Tier)
    assert Attribute.model_validate({"name": "x", "tier": "惊喜"}).tier is Tier.SURPRISED


def test_effect_by_hand():
    effect = satisfaction_effect(GOT, EXPECTED, attributes=WORKSHOP, scale=FIVE)
    # a point of five is 25 of 100; weights 1/2, 1/4, 1/4
    table = {
        # mean D, dissatisfaction, delight
        "repaired": (-50 / 3, 0.5 * (0 - 50 + 0) / 3, None),
        "on time": (0, 0.25 * (-25 + 0 + 0) / 3, 0.25 * (0 + 0 + 25) / 3),
        "car washed": (175 / 3, None, 0.25 * (0 + 100 + 75) / 3),
    }
    for name, (difference, dissatisfaction, delight) in table.items():
        found = effect.attribute(name)
        assert found.difference.value == pytest.approx(difference)
        for estimate, value in ((found.dissatisfaction, dissatisfaction), (found.delight, delight)):
            assert (estimate is None) == (value is None)
            if estimate is not None:
                assert estimate.value == pytest.approx(value)
    assert effect.attribute("repaired").unmet.value == pytest.approx(1 / 3)
    assert effect.attribute("car washed").exceeded.value == pytest.approx(2 / 3)
    # respondents: -6.25, -25, 0 and 0, 25, 25
    assert effect.dissatisfaction is not None
    assert effect.delight is not None
    assert effect.dissatisfaction.value == pytest.approx(-31.25 / 3)
    assert effect.dissatisfaction.standard_error == pytest.approx(stats.sem([-6.25, -25, 0]))
    assert effect.delight.value == pytest.approx(50 / 3)
    assert effect.delight.standard_error == pytest.approx(stats.sem([0, 25, 25]))
    assert effect.estimate.value == pytest.approx(18.75 / 3)
    assert effect.estimate.standard_error == pytest.approx(stats.sem([-6.25, 0, 25]))
    assert (effect.base.n, effect.base.excluded_respondents) == (3, 0)


def test_effect_on_each_respondent_by_hand():
    scores = satisfaction_effect_scores(GOT, EXPECTED, attributes=WORKSHOP, scale=FIVE)
    assert scores.dissatisfaction.tolist() == [-6.25, -25, 0]
    assert scores.delight.tolist() == [0, 25, 25]
    assert scores.net.tolist() == [-6.25, 0, 25]
    assert list(scores.columns()) == ["dissatisfaction", "delight", "net", "weight"]


def test_a_mean_that_is_met_may_hide_disappointment_and_delight():
    effect = satisfaction_effect(
        {"on time": [1, 5]}, {"on time": 3}, attributes=WORKSHOP[1:2], scale=FIVE
    )
    assert effect.attribute("on time").difference.value == 0
    assert effect.dissatisfaction is not None
    assert effect.delight is not None
    assert (effect.dissatisfaction.value, effect.delight.value) == (-25, 25)


def test_totals_of_tiers_that_cannot_have_them_are_absent():
    only = satisfaction_effect(GOT, EXPECTED, attributes=WORKSHOP[:1], scale=FIVE)
    assert only.delight is None
    other = satisfaction_effect(GOT, EXPECTED, attributes=WORKSHOP[2:], scale=FIVE)
    assert other.dissatisfaction is None
    assert other.delight is not None
    assert same_estimate(other.estimate, other.delight)


def test_missing_answers_in_effects():
    got = GOT | {"on time": [3, None, 5]}
    pairwise = satisfaction_effect(
        got, EXPECTED, attributes=WORKSHOP, scale=FIVE, missing="pairwise"
    )
    assert (pairwise.base.n, pairwise.base.excluded_respondents) == (3, 0)
    assert pairwise.attribute("on time").difference.n == 2
    assert pairwise.attribute("repaired").difference.n == 3
    parts = [effect.dissatisfaction for effect in pairwise.attributes]
    assert pairwise.dissatisfaction is not None
    total = sum(part.value for part in parts if part is not None)
    assert pairwise.dissatisfaction.value == pytest.approx(total)
    drop = satisfaction_effect(got, EXPECTED, attributes=WORKSHOP, scale=FIVE, missing="drop")
    assert (drop.base.n, drop.base.excluded_respondents) == (2, 1)
    assert drop.attribute("repaired").difference.n == 2
    scores = satisfaction_effect_scores(
        got, EXPECTED, attributes=WORKSHOP, scale=FIVE, missing="drop"
    )
    assert np.isnan(scores.net).tolist() == [False, True, False]
    assert SatisfactionEffectScores.from_json(scores.to_json()) == scores


@careful
@given(
    columns(6, 1, 5),
    st.lists(st.floats(0.1, 5), min_size=3, max_size=3),
    st.floats(0.1, 3),
    st.floats(0.1, 3),
)
def test_effects_against_one_case_after_the_other(data, importance, unmet, exceeded):
    *answers, weights = data
    names = ["a", "b", "c"]
    tiers = ["satisfied", "desired", "surprised"]
    effect = satisfaction_effect(
        dict(zip(names, answers[:3], strict=True)),
        dict(zip(names, answers[3:], strict=True)),
        attributes=[
            Attribute(name=name, tier=Tier(tier), weight=weight)
            for name, tier, weight in zip(names, tiers, importance, strict=True)
        ],
        scale=FIVE,
        unmet_slope=unmet,
        exceeded_slope=exceeded,
        weights=weights,
    )
    sides = [[], []]
    for i in range(len(weights)):
        parts = [
            reference.effect(tier, 25 * (answers[j][i] - answers[j + 3][i]), unmet, exceeded)
            for j, tier in enumerate(tiers)
        ]
        for side in (0, 1):
            own = sum(w * part[side] for w, part in zip(importance, parts, strict=True))
            sides[side].append(own / sum(importance))
    for estimate, values in ((effect.dissatisfaction, sides[0]), (effect.delight, sides[1])):
        mean, error = reference.mean_and_error(values, weights)
        assert estimate is not None
        assert estimate.value == pytest.approx(mean, abs=1e-9)
        assert estimate.standard_error == pytest.approx(error, abs=1e-7)
    both = [low + high for low, high in zip(*sides, strict=True)]
    assert effect.estimate.standard_error == pytest.approx(
        reference.mean_and_error(both, weights)[1], abs=1e-7
    )


@careful
@given(st.floats(-100, 100), st.floats(0, 100), st.sampled_from(list(Tier)))
def test_doing_better_never_satisfies_less(difference, more, tier):
    one = tier_response(difference, tier)
    other = tier_response(difference + more, tier)
    assert sum(other) >= sum(one)
    assert one[0] <= 0 <= one[1]


def test_clusters_of_answers_are_known_to_effects():
    random = np.random.default_rng(5)
    dealer = np.repeat(np.arange(12), 10)
    felt = random.normal(0, 1, 12)[dealer]
    got, hoped = (
        np.clip(np.rint(base + felt + random.normal(0, 1, 120)), 1, 7) for base in (4.5, 5)
    )
    read = {"items": ["speed"], "scale": Scale(1, 7), "cluster": "dealer"}
    perceived, expected = (
        Responses.from_frame({"speed": its, "dealer": dealer}, **read) for its in (got, hoped)
    )
    speed = [Attribute(name="speed", tier="desired")]
    found = satisfaction_effect(perceived, expected, attributes=speed)
    alone = satisfaction_effect(
        {"speed": got}, {"speed": hoped}, attributes=speed, scale=Scale(1, 7)
    )
    assert found.value == pytest.approx(alone.value)
    difference = Responses.from_frame(
        {"d": 50 + (got - hoped) / 6 * 50, "dealer": dealer},
        ["d"],
        scale=Scale(0, 100, step=None),
        cluster="dealer",
    ).mean("d")
    assert found.estimate.clusters == 12
    assert found.standard_error == pytest.approx(2 * difference.standard_error)
