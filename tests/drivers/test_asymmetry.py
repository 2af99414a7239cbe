"""Tiers by asymmetric response: against a regression row by row, and on data with known truth."""

import re

import numpy as np
import pytest
import reference_comparison as reference
from scipy import stats

from custvalue.drivers import Asymmetry, asymmetry
from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError
from custvalue.satisfaction import Tier, satisfaction_effect
from custvalue.survey import Bootstrap, Responses, Scale

FIVE, TEN = Scale(1, 5), Scale(0, 10)


def survey(n=500, seed=1):
    """Repaired only penalises, on time does both, washed only rewards, colour does nothing."""
    rng = np.random.default_rng(seed)
    names = ("repaired", "on time", "washed", "colour")
    answers = dict(zip(names, rng.integers(1, 6, (4, n)), strict=True))
    mean = 6 - 2 * (answers["repaired"] <= 2) + 1.5 * (answers["washed"] >= 4)
    mean = mean - (answers["on time"] <= 2) + (answers["on time"] >= 4)
    overall = np.clip(np.rint(mean + rng.normal(0, 1, n)), 0, 10)
    weights = rng.integers(1, 5, n)
    performance = Responses.from_frame({**answers, "w": weights}, scale=FIVE, weights="w")
    return performance, Responses.from_frame({"overall": overall}, scale=TEN)


PERFORMANCE, OVERALL = survey()
RESULT = asymmetry(PERFORMANCE, OVERALL, low=2, high=4, method=Bootstrap(300, rng=1))


def test_the_coefficients_are_a_weighted_regression_with_robust_errors():
    columns = [np.ones(500)]
    for answers in PERFORMANCE.answers.T:
        columns += [answers <= 2, answers >= 4]
    design = np.column_stack(columns).astype(float)
    y = OVERALL.answers[:, 0]
    coefficients, covariance = reference.weighted_regression(design, y, PERFORMANCE.weights)
    errors = np.sqrt(np.diag(covariance))
    assert RESULT.intercept == pytest.approx(coefficients[0])
    for place, attribute in enumerate(RESULT.attributes):
        for offset, found in ((1, attribute.penalty), (2, attribute.reward)):
            column = 2 * place + offset
            assert found.value == pytest.approx(coefficients[column])
            assert found.standard_error == pytest.approx(errors[column])
            reach = stats.t.ppf(0.975, 491) * errors[column]
            assert found.confidence_interval().low == pytest.approx(coefficients[column] - reach)
            assert found.n == design[:, column].sum()
    residual = y - design @ coefficients
    w = PERFORMANCE.weights
    spread = y - np.average(y, weights=w)
    assert RESULT.r_squared == pytest.approx(1 - (w @ residual**2) / (w @ spread**2))


def test_the_error_of_ia_is_the_deviation_of_its_draws():
    few = asymmetry(PERFORMANCE, OVERALL, low=2, high=4, method=Bootstrap(20, rng=1))
    for attribute in few.attributes:
        found = attribute.asymmetry
        off = found.draws - found.draws.mean()
        assert found.standard_error == pytest.approx(np.sqrt((off**2).sum() / (len(off) - 1)))


def test_the_tiers_are_the_ones_that_made_the_data():
    tiers = {attribute.name: attribute.tier for attribute in RESULT.attributes}
    assert tiers == {
        "repaired": Tier.SATISFIED,
        "on time": Tier.DESIRED,
        "washed": Tier.SURPRISED,
        "colour": None,
    }
    assert RESULT["colour"].reason == "neither its penalty nor its reward can be told from 0"
    assert RESULT["repaired"].role == "hygiene"
    assert RESULT["washed"].role == RESULT["on time"].role == "satisfier"
    assert RESULT["colour"].role is None


def test_asymmetry_by_hand():
    time = RESULT["on time"]
    down, up = -time.penalty.value, time.reward.value
    assert time.asymmetry.value == pytest.approx((up - down) / (up + down))
    assert time.impact == pytest.approx(up + down)
    washed = RESULT["washed"]
    assert washed.asymmetry.value <= 1
    assert washed.asymmetry.confidence_interval().high <= 1
    assert washed.asymmetry.confidence_interval().method == "bootstrap percentile"


def test_probabilities_of_the_tiers_are_shares_of_the_resamples():
    for attribute in RESULT.attributes[:3]:
        assert sum(attribute.probabilities.values()) == pytest.approx(1)
    assert RESULT["repaired"].probabilities[Tier.SATISFIED] > 0.95
    assert RESULT["washed"].probabilities[Tier.SURPRISED] > 0.95
    colour = RESULT["colour"].probabilities
    assert sum(colour.values()) <= 1


def test_the_bootstrap_gives_the_errors_of_the_linearised_covariance():
    result = asymmetry(PERFORMANCE, OVERALL, low=2, high=4, method=Bootstrap(2000, rng=3))
    again = asymmetry(PERFORMANCE, OVERALL, low=2, high=4, method=Bootstrap(2000, rng=3))
    assert result == again
    assert result.failed == 0
    interval = result["on time"].asymmetry.confidence_interval()
    # delta method: dIA = 2 (down dup - up ddown) / (up + down)²
    time = result["on time"]
    down, up, total = -time.penalty.value, time.reward.value, time.impact
    gradient = np.array([2 * up, 2 * down]) / total**2  # by the penalty and by the reward
    design = [np.ones(500)]
    for answers in PERFORMANCE.answers.T:
        design += [answers <= 2, answers >= 4]
    _, covariance = reference.weighted_regression(
        np.column_stack(design).astype(float), OVERALL.answers[:, 0], PERFORMANCE.weights
    )
    error = np.sqrt(gradient @ covariance[3:5, 3:5] @ gradient)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.12)


def test_resamples_are_those_of_the_rows():
    result = asymmetry(PERFORMANCE, OVERALL, low=2, high=4, method=Bootstrap(25, rng=4))
    cells = [side for its in PERFORMANCE.answers.T for side in (its <= 2, its >= 4)]
    design = np.column_stack([np.ones(500), *cells])
    y, roots = OVERALL.answers[:, 0], np.sqrt(PERFORMANCE.weights)
    random, slow = np.random.default_rng(4), []
    for _ in range(25):
        rows = random.integers(500, size=500)
        weighted = design[rows] * roots[rows, None]
        slopes = np.linalg.lstsq(weighted, y[rows] * roots[rows])[0]
        down, up = np.maximum(-slopes[1::2], 0), np.maximum(slopes[2::2], 0)
        slow.append((up - down) / (up + down))
    for place, attribute in enumerate(result.attributes[:3]):
        by_hand = [each[place] for each in slow]
        np.testing.assert_allclose(attribute.asymmetry.draws, by_hand, rtol=1e-9, atol=1e-9)


def test_sensitivity_to_the_cuts():
    pairs = [(result.low, result.high) for result in RESULT.sensitivity]
    assert pairs == [(1, 3), (1, 4), (1, 5), (2, 4), (2, 5), (3, 5)]
    same = RESULT.sensitivity[3]
    assert same.tiers == {a.name: a.tier for a in RESULT.attributes}
    other = asymmetry(PERFORMANCE, OVERALL, low=1, high=5, method=Bootstrap(50, rng=1))
    assert RESULT.sensitivity[2].asymmetry["washed"] == pytest.approx(
        other["washed"].asymmetry.value
    )
    assert all(name in PERFORMANCE.items for name in RESULT.flips)
    none = asymmetry(PERFORMANCE, OVERALL, low=2, high=4, cuts=(), method=Bootstrap(50, rng=1))
    assert none.sensitivity == ()
    assert "No other cuts were tried" in str(none)
    assert "flips=None" in repr(none)
    assert "No other cuts" not in str(RESULT)
    assert none.flips == {}


def test_a_result_is_exported_at_any_level():
    usual, wide = RESULT.columns(), RESULT.columns(level=0.99)
    time = RESULT["on time"]
    assert usual["penalty_low"][1] == time.penalty.confidence_interval().low
    assert wide["reward_high"][1] == time.reward.confidence_interval(0.99).high
    assert (wide["asymmetry_low"][1], wide["asymmetry_high"][1]) == (
        time.asymmetry.confidence_interval(0.99).low,
        time.asymmetry.confidence_interval(0.99).high,
    )
    assert RESULT.roles == {"repaired": "hygiene", "on time": "satisfier", "washed": "satisfier"}


def test_equal_satisfaction_has_no_penalty_and_no_reward():
    equal = Responses.from_arrays(np.full((500, 1), 7.0), scale=TEN)
    method = Bootstrap(20, rng=1)
    result = asymmetry(PERFORMANCE, equal, low=2, high=4, cuts=(), method=method)
    for attribute in result.attributes:
        assert (attribute.penalty.value, attribute.reward.value, attribute.impact) == (0, 0, 0)
        assert (attribute.asymmetry, attribute.tier, attribute.role) == (None, None, None)
    assert result.r_squared == 0


def test_a_continuous_scale_has_no_other_cuts_by_itself():
    continuous = Responses.from_arrays(PERFORMANCE.answers, scale=Scale(1, 5, step=None))
    method = Bootstrap(20, rng=1)
    result = asymmetry(continuous, OVERALL, low=2, high=4, method=method)
    assert result.sensitivity == ()


def test_cuts_by_attribute():
    low = {"repaired": 1, "on time": 2, "washed": 2, "colour": 2}
    result = asymmetry(
        PERFORMANCE, OVERALL, low=low, high=4, cuts=[(1, 5)], method=Bootstrap(50, rng=1)
    )
    assert result["repaired"].low == 1
    assert result["repaired"].penalty.n == int((PERFORMANCE.item("repaired") <= 1).sum())
    assert "Cuts: by attribute" in str(result)


def test_scales_where_lower_is_better():
    marks = Scale(1, 5, direction="lower is better")
    effort = Scale(0, 10, direction="lower is better")
    turned = Responses.from_arrays(
        6 - PERFORMANCE.answers,
        scale=marks,
        items=PERFORMANCE.items,
        weights=PERFORMANCE.weights,
    )
    result = asymmetry(
        turned,
        Responses.from_arrays(10 - OVERALL.answers, scale=effort),
        low=4,
        high=2,
        method=Bootstrap(300, rng=1),
    )
    for one, other in zip(result.attributes, RESULT.attributes, strict=True):
        assert one.penalty.value == pytest.approx(other.penalty.value)
        assert one.tier is other.tier
        assert one.asymmetry.value == pytest.approx(other.asymmetry.value)
    assert result.intercept == pytest.approx(10 - RESULT.intercept)
    assert [(r.low, r.high) for r in result.sensitivity][:2] == [(5, 3), (5, 2)]


def test_weights_scale_out_and_order_does_not_matter():
    rows = np.random.default_rng(0).permutation(500)
    other = asymmetry(
        Responses.from_arrays(
            PERFORMANCE.answers[rows],
            scale=FIVE,
            items=PERFORMANCE.items,
            weights=7 * PERFORMANCE.weights[rows],
        ),
        Responses.from_arrays(OVERALL.answers[rows], scale=TEN),
        low=2,
        high=4,
        method=Bootstrap(20, rng=1),
    )
    for one, two in zip(other.attributes, RESULT.attributes, strict=True):
        assert one.reward.value == pytest.approx(two.reward.value)
        assert one.reward.standard_error == pytest.approx(two.reward.standard_error)


def test_missing_answers_leave_the_respondent_out():
    frame = {name: PERFORMANCE.item(name).tolist() for name in PERFORMANCE.items}
    frame["repaired"][3] = None
    gaps = Responses.from_frame(frame, scale=FIVE, missing="pairwise")
    overall = OVERALL.answers[:, 0].tolist()
    overall[5] = None
    result = asymmetry(
        gaps,
        Responses.from_frame({"o": overall}, scale=TEN, missing="pairwise"),
        low=2,
        high=4,
        method=Bootstrap(20, rng=1),
    )
    assert (result.n, result.base.excluded_respondents) == (498, 2)


def test_a_result_prints_goes_to_json_and_into_the_effect_on_satisfaction():
    assert Asymmetry.from_json(RESULT.to_json()) == RESULT
    text = str(RESULT)
    assert "Cuts: low 2, high 4, scale 1-5; IA within ±0.1000 is desired." in text
    assert "Mikulić &amp; Prebežac 2011" in RESULT._repr_html_()
    assert "满足" in text
    assert RESULT.to_frame("polars").columns == list(RESULT.columns())
    assert re.fullmatch(r"Asymmetry\(attributes=4, n=500, flips=\d\)", repr(RESULT))
    tiered = RESULT.tiered()
    assert [attribute.name for attribute in tiered] == ["repaired", "on time", "washed"]
    assert tiered[0].weight == RESULT["repaired"].impact
    effect = satisfaction_effect(
        {"repaired": [1, 5], "on time": [3, 3], "washed": [5, 3]},
        {"repaired": 4, "on time": 3, "washed": 3},
        attributes=tiered,
        scale=FIVE,
    )
    assert effect.dissatisfaction.value < 0 < effect.delight.value


# --- bad input ---------------------------------------------------------------------------------

X = Responses.from_frame({"a": [1, 2, 3, 4, 5, 3, 1, 5] * 3, "b": [3, 1, 5, 3, 2, 4, 3, 1] * 3}, scale=FIVE)  # fmt: skip  # noqa: E501 - data
Y = Responses.from_frame({"o": [2, 3, 5, 7, 9, 6, 1, 10] * 3}, scale=TEN)


def run(performance=X, overall=Y, low=2, high=4, **options):
    return lambda: asymmetry(
        performance, overall, low=low, high=high, method=Bootstrap(20, rng=1), **options
    )


def test_few_answers_at_a_cut_are_told():
    expected = (
        "fewer than 10 respondents answered at the cut or beyond: a low 6, a high 6, b low 3, b "
        "high 3. With 0 there is no penalty or reward, with a few it says little: choose other "
        "cuts, or remove the attribute."
    )
    frame = {"a": [1, 3, 3, 5, 3] * 6, "b": [3, 3, 2, 3, 3, 5, 3, 3, 3, 3] * 3}
    overall = (np.arange(30) * 7 % 11).tolist()
    with pytest.warns(DataWarning, match=f"^{re.escape(expected)}$"):
        run(
            Responses.from_frame(frame, scale=FIVE), Responses.from_frame({"o": overall}, scale=TEN)
        )()


def test_an_attribute_that_nobody_found_bad_has_no_penalty_and_no_tier():
    rng = np.random.default_rng(2)
    answers = {"fine": rng.integers(3, 6, 200), "mixed": rng.integers(1, 6, 200)}
    overall = np.clip(4 + answers["fine"] - 3 + (answers["mixed"] - 3), 0, 10)
    with pytest.warns(DataWarning, match="fine low 0"):
        result = asymmetry(
            Responses.from_frame(answers, scale=FIVE),
            Responses.from_frame({"o": overall}, scale=TEN),
            low=2,
            high=4,
            method=Bootstrap(50, rng=1),
        )
    fine = result["fine"]
    assert (fine.penalty, fine.tier, fine.asymmetry, fine.impact) == (None, None, None, None)
    assert fine.reason == "there are no low answers"
    assert fine.reward.value > 0
    assert np.isnan(result.columns()["penalty"][0])
    assert "fine: there are no low answers." in str(result)
    assert Asymmetry.from_json(result.to_json()) == result


@pytest.mark.filterwarnings("ignore:fewer than 10 respondents:custvalue.errors.DataWarning")
def test_an_attribute_of_the_wrong_sign_has_no_tier():
    performance, overall = survey(300)
    turned = Responses.from_arrays(10 - overall.answers, scale=TEN)
    result = asymmetry(performance, turned, low=2, high=4, method=Bootstrap(50, rng=1))
    time = result["on time"]
    assert (time.tier, time.asymmetry) == (None, None)
    assert time.reason == "low answers do not cost and high answers do not earn satisfaction"
    assert time.impact == 0


BAD = [
    pytest.param(
        run({"a": [1]}),
        ParameterError,
        (
            "performance must be Responses, but it is dict. Read answers with "
            "Responses.from_frame(frame, scale=...)."
        ),
        id="a dict",
    ),
    pytest.param(
        run(overall=X),
        DataError,
        "overall must be one item, but it has 2: 'a', 'b'.",
        id="two overall items",
    ),
    pytest.param(
        run(overall=Responses.from_frame({"o": [1, 2]}, scale=TEN)),
        DataError,
        (
            "performance has 24 respondents, but overall has 2. Both must be of the same "
            "respondents in the same order."
        ),
        id="other people",
    ),
    pytest.param(
        run(overall=Responses.from_frame({"o": [1] * 24 + [None]}, scale=TEN, missing="drop")),
        DataError,
        (
            "missing='drop' excludes 1 respondent of overall, so that rows may not belong "
            "together. Read both with missing='pairwise'."
        ),
        id="somebody dropped",
    ),
    pytest.param(
        run(
            overall=Responses.from_frame({"o": [1] * 24, "w": [1, 2] * 12}, scale=TEN, weights="w")
        ),
        DataError,
        "overall has other sampling weights than performance. Give them to performance alone.",
        id="other weights",
    ),
    pytest.param(
        run(
            Responses.from_frame({"a": [1, None]}, scale=FIVE, missing="pairwise"),
            Responses.from_frame({"o": [None, 1]}, scale=TEN, missing="pairwise"),
        ),
        DataError,
        (
            "no respondent answered every attribute and overall satisfaction, so there is no "
            "regression. Remove the attribute with most missing answers."
        ),
        id="nobody complete",
    ),
    pytest.param(
        run(low=0),
        ParameterError,
        "low must be an answer on the scale 1-5, but it is 0.",
        id="a cut off the scale",
    ),
    pytest.param(
        run(high="4"),
        ParameterError,
        "high must be an answer on the scale 1-5, but it is '4'.",
        id="a cut in words",
    ),
    pytest.param(
        run(low=4, high=2),
        ParameterError,
        (
            "low must be a worse answer than high, but for 'a' low=4 and high=2 on the scale 1-5, "
            "higher is better."
        ),
        id="cuts the wrong way round",
    ),
    pytest.param(
        run(low=3, high=3),
        ParameterError,
        (
            "low must be a worse answer than high, but for 'a' low=3 and high=3 on the scale 1-5, "
            "higher is better."
        ),
        id="one cut for both",
    ),
    pytest.param(
        run(low={"a": 2, "bb": 2}),
        ParameterError,
        "low names 'bb', which is no attribute. Did you mean 'b'? The attributes are 'a', 'b'.",
        id="a cut for no attribute",
    ),
    pytest.param(
        run(low={"a": 2}),
        ParameterError,
        "low has no cut for 'b'. Give one for every attribute.",
        id="no cut for an attribute",
    ),
    pytest.param(
        run(low=2, high=3),
        DataError,
        (
            "a: no answer is between the cuts 2 and 3, so that there is nothing to compare low "
            "and high answers with. Choose other cuts."
        ),
        id="nobody between the cuts",
    ),
    pytest.param(
        run(margin=10),
        ParameterError,
        ("margin must be a number >= 0 and < 1, a distance of the asymmetry from 0, but it is 10."),
        id="a margin in percent",
    ),
    pytest.param(
        lambda: RESULT["wahsed"],
        DataError,
        (
            "there is no attribute 'wahsed'. Did you mean 'washed'? The attributes are 'repaired', "
            "'on time', 'washed', 'colour'."
        ),
        id="unknown attribute",
    ),
]


@pytest.mark.filterwarnings("ignore:fewer than 10 respondents:custvalue.errors.DataWarning")
@pytest.mark.parametrize(("call", "kind", "message"), BAD)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.filterwarnings("ignore:fewer than 10 respondents:custvalue.errors.DataWarning")
def test_two_attributes_with_the_same_answers_cannot_be_told_apart():
    answers = X.item("a").tolist()
    twins = Responses.from_frame({"a": answers, "twin": answers}, scale=FIVE)
    with pytest.raises(EstimationError) as caught:
        run(twins)()
    assert str(caught.value) == (
        "'a (low)', 'a (high)', 'twin (low)', 'twin (high)' cannot be told apart: one follows from "
        "the others in every answer. Remove one of these attributes, or choose other cuts."
    )


@pytest.mark.filterwarnings("ignore:fewer than 10 respondents:custvalue.errors.DataWarning")
def test_a_regression_needs_more_respondents_than_coefficients():
    few = Responses.from_frame({"a": [1, 3, 5]}, scale=FIVE)
    with pytest.raises(DataError) as caught:
        run(few, Responses.from_frame({"o": [1, 5, 9]}, scale=TEN))()
    assert str(caught.value) == (
        "a regression with 3 coefficients needs more than 3 respondents, but there are 3. Remove "
        "attributes, or collect more answers."
    )


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_penalties_cover_where_variances_differ():
    held = np.zeros(2)
    for seed in range(300):
        rng = np.random.default_rng(seed)
        x = rng.integers(1, 6, 150)
        y = 50 - 10 * (x <= 2) + 5 * (x >= 4) + rng.normal(0, np.where(x <= 2, 12, 4))
        result = asymmetry(
            Responses.from_arrays(x, scale=FIVE),
            Responses.from_arrays(np.clip(y, 0, 100), scale=Scale(0, 100, step=None)),
            low=2,
            high=4,
            cuts=(),
            method=Bootstrap(2, rng=1),
        ).attributes[0]
        held += [
            -10 in result.penalty.confidence_interval(),
            5 in result.reward.confidence_interval(),
        ]
    assert ((held / 300 > 0.92) & (held / 300 < 0.98)).all()
