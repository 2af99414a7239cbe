"""Gaps, SERVPERF and reliability agree with papers, with naive loops and with themselves."""

import warnings

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_servqual as naive
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import servqual, testing
from custvalue.errors import DataError, DataWarning, ParameterError
from custvalue.servqual import SERVQUAL, Survey
from custvalue.survey import Instrument, ReliabilityCoefficient, Responses, Scale

GOLDEN = golden("servqual")
SCALE = Scale(1, 7)
PLACES = [range(4), range(4, 9), range(9, 13), range(13, 17), range(17, 22)]

slowly = settings(deadline=None, derandomize=True, max_examples=20)


def drawn(n=60, *, seed=5, spread=1.0):
    """Simulate respondents whose perceptions and expectations go together a little."""
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(n, 1))
    perceived = np.clip(np.rint(4.6 + person + spread * rng.normal(size=(n, 22))), 1, 7)
    expected = np.clip(np.rint(6.0 + 0.4 * person + 0.7 * rng.normal(size=(n, 22))), 1, 7)
    points = rng.multinomial(100, [0.12, 0.34, 0.22, 0.18, 0.14], size=n).astype(float)
    return perceived, expected, points, rng.uniform(0.3, 3, n)


def columns(n=12, seed=5):
    perceived, expected, points, weights = drawn(n, seed=seed)
    return {
        **{name: perceived[:, i] for i, name in enumerate(testing.PERCEPTIONS)},
        **{name: expected[:, i] for i, name in enumerate(testing.EXPECTATIONS)},
        **{name: points[:, i] for i, name in enumerate(testing.IMPORTANCE)},
        "weight": weights,
    }


def read(frame, **options):
    usual = {
        "perceptions": testing.PERCEPTIONS,
        "expectations": testing.EXPECTATIONS,
        "importance": testing.IMPORTANCE,
        "scale": SCALE,
        "weights": "weight",
    }
    return Survey.from_frame(frame, **(usual | options))


# --- published and hand-made numbers --------------------------------------------------------


def test_the_instrument_has_the_published_dimensions():
    assert list(SERVQUAL.sizes) == GOLDEN["sizes"]["value"]
    assert [dimension.chinese for dimension in SERVQUAL.dimensions] == [
        "有形性",
        "可靠性",
        "响应性",
        "保证性",
        "移情性",
    ]
    assert SERVQUAL.item_names == tuple(str(i) for i in range(1, 23))
    assert all(item.label and item.chinese for item in SERVQUAL.items)
    assert servqual.SERVQUAL.from_json(SERVQUAL.to_json()) == SERVQUAL


@pytest.mark.parametrize("form", ["list", "mapping", "by respondent"])
def test_weighted_gap_by_hand(form):
    case = GOLDEN["weighted_gap"]
    points = {
        "list": case["points"],
        "mapping": dict(zip(case["dimensions"], case["points"], strict=True)),
        "by respondent": [case["points"]],
    }[form]
    survey = Survey.from_arrays(
        [case["perceptions"]],
        [case["expectations"]],
        points,
        scale=Scale(1, 7, step=None),
        dimensions=dict.fromkeys(case["dimensions"], 1),
    )
    gaps = servqual.gaps(survey)
    tolerance = case["atol"]
    assert [gap.gap.value for gap in gaps.dimensions] == pytest.approx(case["gaps"], abs=tolerance)
    assert gaps.overall.gap.value == pytest.approx(case["unweighted"], abs=tolerance)
    assert gaps.weighted.by_respondent.value == pytest.approx(case["weighted"], abs=tolerance)
    assert gaps.weighted.by_mean_points.value == pytest.approx(case["weighted"], abs=tolerance)


@pytest.mark.parametrize("case", GOLDEN["difference_score_reliability"]["cases"])
def test_reliability_of_a_difference_by_hand(case):
    value = servqual.difference_score_reliability(case["x"], case["y"], case["correlation"])
    assert value == pytest.approx(case["value"], abs=GOLDEN["difference_score_reliability"]["atol"])


def test_reliability_of_a_difference_with_unequal_spread():
    # var(x - y) = 4 + 1 - 2(.5)(2)(1) = 3; error variance 4(.2) + 1(.1) = .9
    value = servqual.difference_score_reliability(0.8, 0.9, 0.5, sd_x=2, sd_y=1)
    assert value == pytest.approx(1 - 0.9 / 3, abs=1e-14)


def test_feldt_interval_as_published():
    case = GOLDEN["feldt_interval"]
    alpha = ReliabilityCoefficient(
        name="alpha",
        convention="raw",
        usual_method="feldt",
        value=case["alpha"],
        standard_error=0.1,
        items=case["items"],
        n=case["n"],
        effective_n=case["n"],
    )
    interval = alpha.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx(
        (case["low"], case["high"]), abs=case["atol"]
    )
    assert interval.method == "Feldt"


def test_kish_effective_n_by_hand():
    case = GOLDEN["kish_effective_n"]
    answers = Responses.from_arrays([1, 2, 3, 4], scale=SCALE, weights=case["weights"])
    assert answers.effective_n == pytest.approx(case["value"], abs=case["atol"])


def test_servperf_averages_items_and_servqual_averages_dimensions():
    # dimensions of 2 and 1 items with means 2 and 5: items (2 + 2 + 5) / 3, dimensions 3.5
    survey = Survey.from_arrays(
        [[1, 3, 5], [3, 1, 5]], scale=Scale(1, 5), dimensions={"two": 2, "one": 1}
    )
    performance = servqual.performance(survey)
    assert performance.overall.value == 3
    assert performance.mean_of_dimensions.value == 3.5


# --- the naive way --------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("holes", [False, True])
def test_gaps_agree_with_naive_loops(*, weighted, holes):
    perceived, expected, points, weights = drawn(25)
    weights = weights if weighted else np.ones(25)
    if holes:
        perceived[3, 0] = perceived[7, 21] = expected[7, 5] = expected[11, 10] = np.nan
        points[2] = np.nan
    survey = Survey.from_arrays(
        perceived,
        expected,
        points,
        scale=SCALE,
        weights=weights,
        missing="pairwise" if holes else "raise",
    )
    gaps = servqual.gaps(survey)
    rows = [
        [[None if np.isnan(x) else float(x) for x in row] for row in array]
        for array in (perceived, expected, points)
    ]
    p, e, w = rows[0], rows[1], weights.tolist()
    for i, gap in enumerate(gaps.items):
        assert gap.gap.value == pytest.approx(naive.mean_gap(p, e, [i], w), abs=1e-12)
    for items, gap in zip(PLACES, gaps.dimensions, strict=True):
        assert gap.gap.value == pytest.approx(naive.mean_gap(p, e, items, w), abs=1e-12)
        assert gap.gap.value == pytest.approx(gap.perception.value - gap.expectation.value)
    overall = naive.overall_gap(p, e, PLACES, w)
    assert gaps.overall.gap.value == pytest.approx(overall, abs=1e-12)
    own = naive.gap_by_own_points(p, e, PLACES, rows[2], w)
    assert gaps.weighted.by_respondent.value == pytest.approx(own, abs=1e-12)
    by_mean = naive.gap_by_mean_points(p, e, PLACES, rows[2], w)
    assert gaps.weighted.by_mean_points.value == pytest.approx(by_mean, abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_standard_errors_agree_with_moved_weights(*, weighted):
    perceived, expected, points, weights = drawn(20)
    w = weights.tolist() if weighted else [1.0] * 20
    gaps = servqual.gaps(Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=w))
    p, e, s = perceived.tolist(), expected.tolist(), points.tolist()
    cases = [
        (gaps.items[3].gap, lambda w: naive.mean_gap(p, e, [3], w)),
        (gaps.dimensions[1].gap, lambda w: naive.mean_gap(p, e, PLACES[1], w)),
        (gaps.overall.gap, lambda w: naive.overall_gap(p, e, PLACES, w)),
        (gaps.weighted.by_respondent, lambda w: naive.gap_by_own_points(p, e, PLACES, s, w)),
        (gaps.weighted.by_mean_points, lambda w: naive.gap_by_mean_points(p, e, PLACES, s, w)),
        (
            gaps.weighted.difference,
            lambda w: (
                naive.gap_by_own_points(p, e, PLACES, s, w)
                - naive.gap_by_mean_points(p, e, PLACES, s, w)
            ),
        ),
    ]
    for estimate, function in cases:
        expected_error = naive.linearised_error(function, w)
        assert estimate.standard_error == pytest.approx(expected_error, rel=1e-7), estimate.name


def test_unweighted_error_is_the_paired_t_of_the_textbook():
    perceived, expected, _, _ = drawn(30)
    gap = servqual.gaps(Survey.from_arrays(perceived, expected, scale=SCALE)).items[0].gap
    own = perceived[:, 0] - expected[:, 0]
    assert gap.standard_error == pytest.approx(own.std(ddof=1) / np.sqrt(30), rel=1e-12)
    assert gap.standard_deviation == pytest.approx(own.std(ddof=1), rel=1e-12)
    interval = gap.confidence_interval(0.95)
    reach = 2.045229642132703 * own.std(ddof=1) / np.sqrt(30)  # t, 29 degrees of freedom
    assert (interval.low, interval.high) == pytest.approx(
        (own.mean() - reach, own.mean() + reach), rel=1e-10
    )


def test_reliability_of_the_difference_agrees_with_naive_alpha():
    perceived, expected, _, weights = drawn(40)
    gaps = servqual.gaps(Survey.from_arrays(perceived, expected, scale=SCALE, weights=weights))
    items, w = PLACES[1], weights.tolist()
    p, e = perceived[:, list(items)], expected[:, list(items)]
    found = gaps.dimension("reliability").reliability
    assert found.perception_alpha == pytest.approx(naive.cronbach_alpha(p.tolist(), w), rel=1e-10)
    assert found.expectation_alpha == pytest.approx(naive.cronbach_alpha(e.tolist(), w), rel=1e-10)
    x, y = p.mean(axis=1).tolist(), e.mean(axis=1).tolist()
    vx, vy, shared = (naive.covariance(*pair, w) for pair in ((x, x), (y, y), (x, y)))
    assert found.perception_sd == pytest.approx(vx**0.5, rel=1e-10)
    assert found.expectation_sd == pytest.approx(vy**0.5, rel=1e-10)
    assert found.correlation == pytest.approx(shared / (vx * vy) ** 0.5, rel=1e-10)
    true = vx * found.perception_alpha + vy * found.expectation_alpha - 2 * shared
    assert found.value == pytest.approx(true / (vx + vy - 2 * shared), rel=1e-10)


def test_the_ceiling_is_the_share_of_expectations_at_the_good_end():
    survey = Survey.from_arrays(
        [[3, 3], [3, 3]],
        [[5, 5], [4, 5]],
        scale=Scale(1, 5),
        dimensions={"all": 2},
        weights=[1, 3],
    )
    gaps = servqual.gaps(survey)
    assert gaps.items[0].expectation_ceiling == 0.25
    assert gaps.items[1].expectation_ceiling == 1
    assert gaps.dimensions[0].expectation_ceiling == 0.625
    assert gaps.overall.expectation_ceiling == 0.625


# --- conventions ----------------------------------------------------------------------------


def test_a_scale_where_lower_is_better_turns_the_gap_round():
    perceived, expected, points, weights = drawn(30)
    up = servqual.gaps(
        Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=weights)
    )
    scale = Scale(1, 7, direction="lower is better")
    down = servqual.gaps(
        Survey.from_arrays(8 - perceived, 8 - expected, points, scale=scale, weights=weights)
    )
    for one, other in zip(
        (*up.items, *up.dimensions, up.overall),
        (*down.items, *down.dimensions, down.overall),
        strict=True,
    ):
        assert other.gap.value == pytest.approx(one.gap.value, abs=1e-12)
        assert other.gap.standard_error == pytest.approx(one.gap.standard_error, rel=1e-9)
        assert other.perception.value == pytest.approx(8 - one.perception.value)
        assert other.expectation_ceiling == pytest.approx(one.expectation_ceiling)
    assert down.weighted.by_respondent.value == pytest.approx(up.weighted.by_respondent.value)
    assert down.convention == (
        "gap = expectation - perception (lower answers are better), below 0 is a shortfall; "
        "overall = mean of the 5 dimension gaps, not of the items."
    )


def test_adapted_instruments_may_name_their_columns_in_any_order():
    frame = {
        "polite": [4, 5], "clean": [3, 3], "skilled": [5, 4],
        "polite wanted": [5, 5], "clean wanted": [4, 5], "skilled wanted": [5, 5],
    }  # fmt: skip
    survey = Survey.from_frame(
        frame,
        perceptions=["polite", "clean", "skilled"],
        expectations=["polite wanted", "clean wanted", "skilled wanted"],
        scale=Scale(1, 5),
        dimensions={"staff": ["skilled", "polite"], "tangibles": ["clean"]},
    )
    assert survey.perceptions.items == ("skilled", "polite", "clean")
    assert survey.expectations.items == ("skilled wanted", "polite wanted", "clean wanted")
    gaps = servqual.gaps(survey)
    assert gaps.dimension("staff").gap.value == -0.5
    assert gaps.dimension("tangibles").gap.value == -1.5
    assert gaps.dimension("tangibles").chinese == "有形性"
    assert gaps.dimension("staff").chinese == ""
    assert gaps.overall.gap.value == -1
    assert gaps.item("clean").gap.value == -1.5


def test_an_instrument_of_ones_own_can_be_given():
    staff = servqual.SERVQUAL.dimensions[3]
    short = Instrument(name="short form", dimensions=(staff,))
    survey = Survey.from_arrays([[1, 2, 3, 4], [2, 3, 4, 5]], scale=SCALE, dimensions=short)
    assert servqual.performance(survey).dimension("assurance").mean.value == 3
    assert survey.instrument.item_names == ("P1", "P2", "P3", "P4")
    assert survey.instrument.items[0].label == "staff can be trusted"


def test_points_of_another_total_are_stored_as_points_of_100():
    frame = columns()
    tenths = frame | {name: frame[name] / 10 for name in testing.IMPORTANCE}
    one, other = read(frame), read(tenths, importance_total=10)
    np.testing.assert_allclose(one.importance, other.importance, rtol=1e-12)
    assert other.importance_rescaled == 0


def test_rescaled_points_are_counted():
    frame = columns()
    frame[testing.IMPORTANCE[0]][[1, 4]] += 20
    survey = read(frame, normalise_importance=True)
    assert survey.importance_rescaled == servqual.gaps(survey).importance_rescaled == 2
    np.testing.assert_allclose(survey.importance.sum(axis=1), 100)
    assert "2 importance answers rescaled." in str(servqual.gaps(survey))


def test_the_two_weighted_gaps_differ_where_importance_follows_disappointment():
    # first respondent: disappointed by a, which matters to him; the second the other way round
    survey = Survey.from_arrays(
        [[1, 5], [5, 1]],
        [[5, 5], [5, 5]],
        [[100, 0], [0, 100]],
        scale=Scale(1, 5),
        dimensions={"a": 1, "b": 1},
    )
    weighted = servqual.gaps(survey).weighted
    assert weighted.by_respondent.value == -4
    assert weighted.by_mean_points.value == -2


def test_whether_the_two_weighted_gaps_differ_is_said():
    perceived, expected, _, weights = drawn(40)
    own = (perceived - expected)[:, :4].mean(axis=1)
    related = np.column_stack([np.where(own < np.median(own), 60.0, 10.0)] * 2)
    related = np.column_stack([related[:, 0], *[(100 - related[:, 0]) / 4] * 4])
    unrelated = np.tile([20.0, 20, 20, 20, 20], (40, 1))
    alike, apart = (
        servqual.gaps(Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=weights))
        for points in (unrelated, related)
    )
    assert alike.weighted.difference.value == pytest.approx(0, abs=1e-14)
    assert alike.weighted.differs() is False
    assert "They do not differ by more than chance." in str(alike)
    both = apart.weighted
    assert both.difference.value == pytest.approx(
        both.by_respondent.value - both.by_mean_points.value, abs=1e-12
    )
    assert both.difference.value < 0
    assert both.differs() is True
    assert "They differ: importance and score go together" in str(apart)
    fixed = servqual.gaps(Survey.from_arrays(perceived, expected, [20] * 5, scale=SCALE)).weighted
    assert (fixed.difference, fixed.differs(), fixed.comparison) == (None, None, "")
    one = servqual.gaps(
        Survey.from_arrays(perceived[:1], expected[:1], related[:1], scale=SCALE)
    ).weighted
    assert one.differs() is None
    assert one.comparison.endswith("too few to compare.")


def test_weighted_servperf_weights_the_dimension_means():
    perceived, expected, points, weights = drawn(30)
    survey = Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=weights)
    found = servqual.performance(survey).weighted
    means = np.column_stack([perceived[:, list(items)].mean(axis=1) for items in PLACES])
    own = np.average((points / 100 * means).sum(axis=1), weights=weights)
    by_mean = np.average(points, axis=0, weights=weights) @ np.average(
        means, axis=0, weights=weights
    )
    assert found.by_respondent.value == pytest.approx(own, rel=1e-12)
    assert found.by_mean_points.value == pytest.approx(by_mean / 100, rel=1e-12)
    assert found.difference.value == pytest.approx(own - by_mean / 100, abs=1e-12)
    assert found.by_respondent.confidence_interval().method == "beta"
    assert found.by_mean_points.confidence_interval().method == "beta"
    assert found.difference.confidence_interval().method == "t"
    assert "95 % intervals: beta, of the difference t, linearised for weights." in str(found)
    assert type(found).from_json(found.to_json()) == found
    assert str(found).startswith("Weighted by importance\n")
    assert servqual.performance(survey).columns()["name"][-1] == "weighted by mean points"
    bare = Survey.from_arrays(perceived, scale=SCALE)
    assert servqual.performance(bare).weighted is None


def test_mean_points_stand_with_the_dimensions():
    gaps = servqual.gaps(read(columns(), weights=None))
    expected = drawn(12)[2].mean(axis=0)
    assert [gap.points.value for gap in gaps.dimensions] == pytest.approx(list(expected))
    assert gaps.dimensions[0].points.n == 12
    fixed = servqual.gaps(read(columns(), importance=dict.fromkeys(SERVQUAL.dimension_names, 20.0)))
    assert [gap.points for gap in fixed.dimensions] == [20.0] * 5
    assert fixed.weighted.by_respondent.value == pytest.approx(fixed.overall.gap.value)
    assert fixed.weighted.by_mean_points.value == pytest.approx(fixed.overall.gap.value)


def test_importance_columns_may_be_named_by_dimension():
    by_name = dict(zip(SERVQUAL.dimension_names, testing.IMPORTANCE, strict=True))
    backwards = dict(reversed(by_name.items()))
    assert read(columns(), importance=backwards) == read(columns())


# --- missing answers ------------------------------------------------------------------------


def test_drop_leaves_out_respondents_in_all_parts_at_once():
    frame = columns()
    frame["P3"][1] = np.nan
    frame["E20"][4] = np.nan
    frame[testing.IMPORTANCE[2]][7] = np.nan
    survey = read(frame, missing="drop")
    kept = [i for i in range(12) if i not in (1, 4, 7)]
    whole = read({name: values[kept] for name, values in frame.items()})
    assert survey.base.excluded == {"missing answer": 3}
    assert servqual.gaps(survey).overall == servqual.gaps(whole).overall
    assert servqual.gaps(survey).weighted == servqual.gaps(whole).weighted
    np.testing.assert_array_equal(survey.importance, whole.importance)


def test_codes_for_no_answer_are_counted_apart():
    frame = columns()
    frame["P3"][1] = frame["E20"][4] = 99
    survey = read(frame, scale=Scale(1, 7, missing_codes=(99,)), missing="pairwise")
    assert survey.base.dont_know == 2
    assert servqual.gaps(survey).item("P3").gap.n == 11
    assert servqual.gaps(survey).dimension("tangibles").gap.n == 11
    assert servqual.gaps(survey).dimension("reliability").gap.n == 12
    assert servqual.gaps(survey).overall.gap.n == 11


def test_pairwise_uses_the_same_respondents_for_all_three_means():
    frame = columns()
    frame["P3"][1] = np.nan
    gap = servqual.gaps(read(frame, missing="pairwise")).item("P3")
    assert gap.perception.n == gap.expectation.n == gap.gap.n == 11
    assert gap.gap.value == pytest.approx(gap.perception.value - gap.expectation.value)


def test_servperf_needs_no_expectations():
    frame = columns()
    survey = Survey.from_frame(frame, perceptions=testing.PERCEPTIONS, scale=SCALE)
    performance = servqual.performance(survey)
    perceived = drawn(12)[0]
    assert performance.overall.value == pytest.approx(perceived.mean())
    means = [perceived[:, list(items)].mean() for items in PLACES]
    assert [its.mean.value for its in performance.dimensions] == pytest.approx(means)
    assert performance.mean_of_dimensions.value == pytest.approx(np.mean(means))
    alphas = [
        naive.cronbach_alpha(perceived[:, list(items)].tolist(), [1.0] * 12) for items in PLACES
    ]
    assert [its.alpha.value for its in performance.dimensions] == pytest.approx(alphas)
    assert performance.items[4].label == "promises kept"
    error = perceived.mean(axis=1).std(ddof=1) / np.sqrt(12)
    assert performance.overall.standard_error == pytest.approx(error)


# --- degenerate samples ---------------------------------------------------------------------


def test_one_respondent_gives_values_without_intervals():
    survey = read(columns(1))
    gaps = servqual.gaps(survey)
    assert gaps.overall.gap.standard_error is None
    assert gaps.overall.gap.n == 1
    assert all(gap.reliability is None for gap in gaps.dimensions)
    assert np.isnan(gaps.columns()["low"]).all()
    assert "unknown for tangibles, reliability, responsiveness, assurance, empathy" in str(gaps)
    with pytest.raises(DataError, match="an interval needs at least 2 answers"):
        gaps.overall.gap.confidence_interval()
    performance = servqual.performance(survey)
    assert performance.overall.standard_error is None
    assert all(its.alpha is None for its in performance.dimensions)
    assert "–" in str(performance)


def test_equal_answers_give_an_error_of_exactly_zero():
    survey = Survey.from_arrays(
        np.full((9, 22), 5.1), np.full((9, 22), 6.3), scale=Scale(1, 7, step=None),
        weights=np.linspace(0.1, 2.3, 9),
    )  # fmt: skip
    gaps = servqual.gaps(survey)
    assert all(gap.gap.standard_error == 0 for gap in gaps.items)
    assert gaps.dimensions[0].gap.standard_error == 0
    assert gaps.overall.gap.standard_error == 0
    assert all(gap.reliability is None for gap in gaps.dimensions)
    assert all(its.alpha is None for its in servqual.performance(survey).dimensions)


def test_a_gap_that_does_not_vary_has_no_reliability():
    perceived = np.clip(drawn(20)[0], 1, 6)
    gaps = servqual.gaps(Survey.from_arrays(perceived, perceived + 1, scale=SCALE))
    assert all(gap.reliability is None for gap in gaps.dimensions)
    assert all(gap.gap.value == -1 for gap in gaps.items)


def test_respondents_of_weight_zero_do_not_count():
    frame = columns()
    frame["weight"][:4] = 0
    rest = {name: values[4:] for name, values in frame.items()}
    some, without = servqual.gaps(read(frame)), servqual.gaps(read(rest))
    a, b = some.columns(), without.columns()
    for name in ("gap", "standard_error", "n"):
        np.testing.assert_allclose(a[name], b[name], rtol=1e-12)
    for one, other in zip(some.dimensions, without.dimensions, strict=True):
        assert one.reliability.value == pytest.approx(other.reliability.value, rel=1e-12)
    assert some.base.n == 12


def test_intervals_stay_on_the_scale():
    survey = Survey.from_arrays(
        [[1], [1], [2]], [[5], [5], [5]], scale=Scale(1, 5), dimensions={"all": 1}
    )
    interval = servqual.gaps(survey).overall.gap.confidence_interval()
    assert interval.low == -4
    assert interval.method == "t, clipped at the end of the scale"


# --- warnings -------------------------------------------------------------------------------


def test_low_reliability_of_the_difference_is_said():
    survey = Survey.from_arrays(*drawn(200, spread=3.0)[:2], scale=SCALE)
    with pytest.warns(DataWarning, match="difference score is unreliable") as caught:
        noisy = servqual.gaps(survey)
    low = [gap for gap in noisy.dimensions if gap.reliability.value < 0.7]
    assert low
    named = ", ".join(f"{gap.name} {gap.reliability.value:.2f}" for gap in low)
    weak = ", ".join(f"{gap.name} {gap.reliability.perception_alpha:.2f}" for gap in low)
    sentence = (
        f"The difference score is unreliable (below 0.70) for {named}. Neither are the "
        f"perceptions reliable (alpha) for {weak}: rely on neither there."
    )
    assert noisy.warnings == (sentence,)
    assert [str(warning.message) for warning in caught] == [sentence]
    assert caught[0].filename == __file__
    assert sentence in str(noisy)


def test_perceptions_are_recommended_only_where_they_are_reliable():
    survey = Survey.from_arrays(*drawn(200, spread=3.0)[:2], scale=SCALE)
    with pytest.warns(DataWarning, match="difference score is unreliable"):
        gaps = servqual.gaps(survey)
    alphas = (0.7, 0.85, 0.6968, 0.2)

    def sentence(*places):
        dimensions = tuple(
            dimension.model_copy(
                update={
                    "reliability": dimension.reliability.model_copy(
                        update={"value": 0.5, "perception_alpha": alphas[place]}
                    )
                }
            )
            for dimension, place in zip(gaps.dimensions, places, strict=False)
        )
        return gaps.model_copy(update={"dimensions": dimensions}).warnings[-1]

    head = "The difference score is unreliable (below 0.70) for tangibles 0.50, reliability 0.50"
    assert sentence(0, 1) == (
        f"{head}: rely on the perceptions there (Peter, Churchill & Brown 1993)."
    )
    assert sentence(0, 2) == (
        f"{head}: rely on the perceptions for tangibles (Peter, Churchill & Brown 1993). Neither "
        f"are the perceptions reliable (alpha) for reliability 0.6968: rely on neither there."
    )
    assert sentence(2, 3) == (
        f"{head}. Neither are the perceptions reliable (alpha) for tangibles 0.6968, reliability "
        f"0.20: rely on neither there."
    )


def test_a_reliability_just_below_the_limit_does_not_read_as_the_limit():
    survey = Survey.from_arrays(*drawn(200, spread=3.0)[:2], scale=SCALE)
    with pytest.warns(DataWarning, match="difference score is unreliable"):
        gaps = servqual.gaps(survey)
    first, *others = gaps.dimensions
    near = first.reliability.model_copy(update={"value": 0.6968})
    first = first.model_copy(update={"reliability": near})
    gaps = gaps.model_copy(update={"dimensions": (first, *others)})
    assert f"{first.name} 0.6968" in gaps.warnings[0]


def test_a_dimension_tells_how_reliable_it_is_and_how_much_it_varies():
    gap = servqual.gaps(Survey.from_arrays(*drawn(60)[:2], scale=SCALE)).dimension("assurance")
    its = gap.reliability
    text = str(gap)
    assert f"Reliability of the difference {its.value:.2f} (perceptions " in text
    assert "Standard deviations: perceptions " in text
    assert f"{gap.gap.standard_deviation:.3f}" in text.splitlines()[-1]
    alone = servqual.gaps(
        Survey.from_arrays([[4, 5]], [[6, 6]], scale=SCALE, dimensions={"staff": 2})
    )
    assert "Reliability" not in str(alone.dimension("staff"))


def test_high_reliability_passes_in_silence():
    rng = np.random.default_rng(3)
    own = rng.normal(size=(300, 1))
    other = rng.normal(size=(300, 1))
    p = np.clip(4 + own + 0.2 * rng.normal(size=(300, 22)), 1, 7)
    e = np.clip(4 + other + 0.2 * rng.normal(size=(300, 22)), 1, 7)
    survey = Survey.from_arrays(p, e, scale=Scale(1, 7, step=None))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gaps = servqual.gaps(survey)
    assert min(gap.reliability.value for gap in gaps.dimensions) > 0.9
    assert gaps.warnings == ()


# --- any frame in, any frame out, JSON and back ----------------------------------------------


def frames():
    data = columns()
    return {
        "dict": data,
        "lists": {name: values.tolist() for name, values in data.items()},
        "pandas": pd.DataFrame(data),
        "pandas nullable": pd.DataFrame(data).convert_dtypes(),
        "polars": pl.DataFrame(data),
        "polars lazy": pl.DataFrame(data).lazy(),
        "pyarrow": pa.table(data),
    }


@pytest.mark.parametrize("kind", frames())
def test_every_kind_of_frame_gives_the_same_survey(kind):
    assert read(frames()[kind]) == read(columns())


def test_duckdb_relations_are_read():
    relation = duckdb.from_arrow(pa.table(columns()))
    assert read(relation) == read(columns())


def test_arrays_give_what_frames_give():
    perceived, expected, points, weights = drawn(12)
    by_arrays = Survey.from_arrays(perceived, expected, points, scale=SCALE, weights=weights)
    assert by_arrays == read(columns())


@pytest.mark.parametrize("like", ["pandas", "polars", "pyarrow"])
def test_results_become_frames(like):
    gaps = servqual.gaps(read(columns()))
    frame = gaps.to_frame(like)
    assert type(frame).__module__.split(".")[0] == like
    assert frame.shape == (22 + 5 + 3, 10)
    assert servqual.performance(read(columns())).to_frame(like).shape == (22 + 5 + 4, 9)
    assert read(columns()).to_frame(like).shape == (12, 22 + 22 + 5 + 1)


def test_columns_of_the_gaps():
    gaps = servqual.gaps(read(columns()))
    table = gaps.columns(level=0.9)
    assert list(table) == [
        "level", "name", "label", "perception", "expectation", "gap", "low", "high",
        "standard_error", "n",
    ]  # fmt: skip
    assert table["name"][-3:].tolist() == [
        "unweighted",
        "weighted by each respondent's points",
        "weighted by mean points",
    ]
    assert table["gap"][22] == gaps.dimensions[0].gap.value
    assert table["low"][22] == gaps.dimensions[0].gap.confidence_interval(0.9).low
    assert np.isnan(table["perception"][-2:]).all()
    assert table["n"].dtype == np.int64
    perceived, expected, _, _ = drawn(4)
    bare = Survey.from_arrays(perceived, expected, scale=SCALE)
    assert servqual.gaps(bare).columns()["name"][-1] == "unweighted"
    assert "weighted" not in repr(servqual.gaps(bare))
    assert list(bare.columns())[-2:] == ["E22", "weight"]


def test_json_and_back():
    survey = read(columns())
    assert Survey.from_json(survey.to_json()) == survey
    gaps = servqual.gaps(survey)
    assert servqual.Gaps.from_json(gaps.to_json()) == gaps
    performance = servqual.performance(survey)
    assert servqual.Performance.from_json(performance.to_json()) == performance
    bare = Survey.from_arrays(drawn(4)[0], scale=SCALE)
    assert Survey.from_json(bare.to_json()) == bare
    holes = drawn(6)[0]
    holes[2, 3] = np.nan
    some = Survey.from_arrays(holes, holes, scale=SCALE, missing="pairwise")
    assert Survey.from_json(some.to_json()) == some


def test_json_is_checked_like_any_other_data():
    text = Survey.from_arrays([[1, 2]], scale=SCALE, dimensions={"a": 2}).to_json()
    with pytest.raises(ParameterError, match="P2 must be a whole number from 1 to 7"):
        Survey.from_json(text.replace("[[1.0,2.0]]", "[[1.0,9.0]]"))


def test_how_results_print():
    gaps = servqual.gaps(
        Survey.from_arrays(
            [[4, 5], [5, 6]],
            [[6, 6], [6, 7]],
            [[40, 60], [30, 70]],
            scale=SCALE,
            dimensions={"staff": 1, "premises": 1},
        )
    )
    assert repr(gaps) == (
        "Gaps('adapted SERVQUAL', respondents=2, overall=-1.250, weighted=-1.200)"
    )
    cells = [line.split() for line in str(gaps).splitlines()]
    assert cells[0] == ["adapted", "SERVQUAL", "gaps"]
    assert cells[2] == ["perception", "expectation", "gap", "low", "high", "SE", "n"]
    assert cells[4] == ["staff", "4.500", "6", "-1.500", "-6", "4.853", "0.5000", "2"]
    assert cells[7] == ["·", "P2", "5.500", "6.500", "-1", "-3.892", "2.796", "0", "2"]
    assert cells[8] == [
        "overall,",
        "unweighted",
        "5",
        "6.250",
        "-1.250",
        "-4.427",
        "1.927",
        "0.2500",
        "2",
    ]
    assert "<caption>adapted SERVQUAL gaps</caption>" in gaps._repr_html_()


def test_how_a_survey_prints():
    survey = read(columns())
    assert repr(survey) == (
        "Survey(respondents=12, items=22, dimensions=5, scale='1-7', expectations='yes', "
        "importance='yes')"
    )
    text = str(survey)
    assert "reliability     可靠性      5  P5" in text
    assert "12 respondents, no missing answers.\nScale 1-7, effective n 9.9." in text
    assert "Perceptions and expectations; importance points: yes." in text
    bare = Survey.from_frame(columns(), perceptions=testing.PERCEPTIONS, scale=SCALE)
    assert "Perceptions only (SERVPERF)." in str(bare)
    assert repr(servqual.performance(bare)).startswith(
        "Performance('SERVQUAL', respondents=12, overall="
    )


# --- laws -----------------------------------------------------------------------------------


@given(testing.survey_frames(min_respondents=2), st.randoms(use_true_random=False))
@slowly
def test_the_order_of_respondents_does_not_matter(frame, random):
    order = list(range(len(frame["weight"])))
    random.shuffle(order)
    one = servqual.gaps(read(frame))
    other = servqual.gaps(read({name: values[order] for name, values in frame.items()}))
    a, b = one.columns(), other.columns()
    for name in ("perception", "expectation", "gap", "standard_error"):
        np.testing.assert_allclose(a[name], b[name], rtol=1e-9, atol=1e-12)


@given(testing.survey_frames(), st.floats(0.01, 100))
@slowly
def test_only_the_proportions_of_weights_matter(frame, factor):
    a = servqual.gaps(read(frame)).columns()
    b = servqual.gaps(read(frame | {"weight": factor * frame["weight"]})).columns()
    for name in ("gap", "standard_error"):
        np.testing.assert_allclose(a[name], b[name], rtol=1e-9, atol=1e-12)


@given(testing.survey_frames())
@slowly
def test_dimension_gaps_average_items_and_the_overall_gap_averages_dimensions(frame):
    gaps = servqual.gaps(read(frame))
    means = [np.mean([gaps.item(name).gap.value for name in d.items]) for d in gaps.dimensions]
    assert [d.gap.value for d in gaps.dimensions] == pytest.approx(means, abs=1e-12)
    assert gaps.overall.gap.value == pytest.approx(np.mean(means), abs=1e-12)
    mean_points = [d.points.value / 100 for d in gaps.dimensions]
    expected = float(np.dot(mean_points, means))
    assert gaps.weighted.by_mean_points.value == pytest.approx(expected, abs=1e-12)


@given(testing.survey_frames(min_respondents=2), st.integers(2, 4))
@slowly
def test_a_weight_of_k_estimates_what_k_copies_estimate(frame, k):
    counts = np.arange(len(frame["weight"])) % k + 1
    weighted = servqual.gaps(read(frame | {"weight": counts}))
    copies = {name: np.repeat(values, counts) for name, values in frame.items()}
    repeated = servqual.gaps(read(copies, weights=None))
    np.testing.assert_allclose(
        weighted.columns()["gap"], repeated.columns()["gap"], rtol=1e-9, atol=1e-12
    )


@given(testing.survey_frames())
@slowly
def test_expecting_what_one_gets_leaves_no_gap(frame):
    same = {e: frame[p] for p, e in zip(testing.PERCEPTIONS, testing.EXPECTATIONS, strict=True)}
    gaps = servqual.gaps(read(frame | same))
    assert set(gaps.columns()["gap"]) == {0.0}


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [30, 300])
def test_intervals_cover_the_truth_as_often_as_they_say(n):
    rng = np.random.default_rng(17)
    truth = -1.2
    hits = np.zeros(4)
    trials = 800
    for _ in range(trials):
        person = rng.normal(size=(n, 1))
        e = 5 + 0.6 * person + rng.normal(size=(n, 3))
        p = e + truth + 0.5 * rng.normal(size=(n, 3)) + 0.5 * rng.normal(size=(n, 1))
        points = rng.dirichlet([4, 4], size=n) * 100
        survey = Survey.from_arrays(
            p, e, points, scale=Scale(-20, 30, step=None), dimensions={"a": 2, "b": 1},
            weights=rng.uniform(0.5, 2, n), normalise_importance=True,
        )  # fmt: skip
        gaps = servqual.gaps(survey)
        estimates = (
            gaps.items[0].gap,
            gaps.overall.gap,
            gaps.weighted.by_respondent,
            gaps.weighted.by_mean_points,
        )
        hits += [truth in estimate.confidence_interval() for estimate in estimates]
    # four standard errors of a share of .95 in 800 trials are .031
    assert (np.abs(hits / trials - 0.95) < 0.031).all(), hits / trials


def test_a_survey_shows_which_columns_were_paired():
    frame = {"p1": [5, 6], "p2": [5, 4], "e1": [6, 7], "e2": [7, 7]}
    survey = Survey.from_frame(
        frame,
        perceptions=["p1", "p2"],
        expectations=["e1", "e2"],
        scale=Scale(1, 7),
        dimensions={"staff": 2},
    )
    assert "staff: p1 and e1, p2 and e2." in str(survey)
