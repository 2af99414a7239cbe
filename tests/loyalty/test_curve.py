"""Loyalty curves: what is known beforehand, independent fits, invariances, zones and ratios."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_curves import highest, logistic, pooled

from custvalue import drivers, loyalty
from custvalue._loyalty.curves.choosing import chosen
from custvalue._loyalty.curves.families import family_of
from custvalue._loyalty.curves.fitting import FINE, Levels, fitted_shapes
from custvalue._loyalty.curves.logistic_curve import logistic_curves, separated
from custvalue._loyalty.curves.monotone import monotone_curves
from custvalue.satisfaction import top_box
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
CHANCES = np.array([0.1, 0.3, 0.4, 0.5, 0.85])
FAST = {"resamples": 20, "rng": 1, "scale": FIVE}
CHURN = [(1, 922, 922), (2, 518, 518), (3, 429, 2665), (4, 0, 1789), (5, 0, 1149)]


def people(n=600, seed=1):
    random = np.random.default_rng(seed)
    satisfied = np.r_[1:6, random.integers(1, 6, n - 5)]
    return satisfied, (random.random(n) < CHANCES[satisfied - 1]).astype(float)


def of_counts(counts):
    satisfied = np.concatenate([[score] * n for score, _, n in counts])
    outcome = np.concatenate([[1.0] * hits + [0.0] * (n - hits) for _, hits, n in counts])
    return satisfied, outcome


def curve(satisfied, outcome, **how):
    return loyalty.curve(satisfaction=satisfied, outcome=outcome, **{**FAST, **how})


# --- numbers that are known ---------------------------------------------------------------------


def test_the_public_churn_file_has_no_logistic_maximum_and_is_answered_by_name():
    its = curve(*of_counts(CHURN))
    assert (its.direction, its.separation) == ("falling", "quasi-complete")
    assert [each.outcome.value for each in its.levels] == [1, 1, pytest.approx(429 / 2665), 0, 0]
    assert "penalised by Jeffreys' prior (Firth)" in its.shapes["logistic"].method
    slope = its.shapes["logistic"].value("log odds for a point").value
    assert np.isfinite(slope)
    assert slope < -5
    assert "separates the outcomes quasi-completely" in str(its)
    assert its.shapes["monotone"].curve == pytest.approx((1, 1, 429 / 2665, 0, 0))
    assert all(each.fitted.confidence_interval().low >= 0 for each in its.levels)


def test_complete_separation_is_told():
    its = curve([1, 2, 3, 4] * 5, [0, 0, 1, 1] * 5, scale=Scale(1, 4))
    assert its.separation == "complete"
    assert its.level(1).outcome.confidence_interval().high > 0.3


def test_isotonic_regression_of_the_example_of_r():
    # isoreg(c(1, 0, 4, 3, 3, 5, 4, 2, 0)) of R's stats
    found, blocks = monotone_curves(np.array([[1.0, 0, 4, 3, 3, 5, 4, 2, 0]]), np.ones((1, 9)))
    assert found[0] == pytest.approx([0.5, 0.5, 3, 3, 3, 3, 3, 3, 3])
    assert blocks[0] == 2


def test_steps_and_ratio_by_hand():
    its = curve(*of_counts([(1, 5, 50), (2, 10, 50), (3, 20, 50), (4, 10, 40), (5, 30, 40)]))
    assert its.level(4).step.value == pytest.approx(0.5)
    assert its.level(5).step is None
    ratio = its.top_box_ratio
    assert ratio.value == pytest.approx(3.0)
    # Katz: √(1/30 - 1/40 + 1/10 - 1/40) = .288675
    assert ratio.estimate.log_error == pytest.approx(0.2886751346)
    ends = ratio.confidence_interval()
    assert (ends.low, ends.high) == (
        pytest.approx(1.70369, rel=1e-4),
        pytest.approx(5.28265, rel=1e-4),
    )
    assert ratio.odds.value == pytest.approx(9.0)


def test_steps_are_newcombes_intervals():
    its = curve(*of_counts([(1, 5, 50), (2, 10, 50), (3, 20, 50), (4, 56, 70), (5, 48, 80)]))
    # Newcombe (1998): 56/70 - 48/80 = .2, [.0524, .3339]
    ends = its.level(4).step.confidence_interval()
    assert (ends.low, ends.high) == (
        pytest.approx(-0.3339, abs=5e-5),
        pytest.approx(-0.0524, abs=5e-5),
    )


@pytest.mark.parametrize(
    ("top", "next_"), [((3, 40), (0, 40)), ((0, 40), (0, 40)), ((0, 40), (5, 40))]
)
def test_a_ratio_with_a_count_of_zero_has_half_a_customer_added(top, next_):
    counts = [(1, 9, 50), (2, 10, 50), (3, 20, 50), (4, *next_), (5, *top)]
    ratio = curve(*of_counts(counts)).top_box_ratio
    assert ratio.value == pytest.approx((top[0] + 0.5) / (next_[0] + 0.5))
    assert "half a customer added" in ratio.confidence_interval().method


def test_zones_by_hand():
    its = curve(*of_counts([(1, 5, 50), (2, 10, 50), (3, 20, 50), (4, 10, 40), (5, 30, 40)]))
    zones = its.zones((2.5, 4.5))
    assert [(z.name, z.chinese, z.n) for z in zones.zones] == [
        ("defection", "变节区", 100),
        ("indifference", "无差异区", 90),
        ("affection", "情感区", 40),
    ]
    assert [z.outcome.value for z in zones.zones] == pytest.approx([0.15, 1 / 3, 0.75])
    assert zones.zone("defection").share.value == pytest.approx(100 / 230)
    assert its.zones([3]).zones[1].n == 130  # an answer at a cut is in the better zone
    assert its.zones([1.5, 2.5, 3.5]).zones[0].name == "zone 1"
    assert its.zones([3], names=["low", "high"]).zone("high").n == 130
    assert its.zones([4.2, 4.7]).zones[1].outcome is None


def test_observed_outcomes_are_those_of_top_box_for_weights_and_clusters():
    random = np.random.default_rng(3)
    satisfied, outcome = people(300)
    weights, dealer = random.uniform(0.5, 2, 300), random.integers(0, 15, 300)
    its = curve(satisfied, outcome, weights=weights, cluster=dealer)
    for score in (1, 3, 5):
        at = satisfied == score
        answers = Responses.from_arrays(
            outcome[at], scale=Scale(0, 1), items=["y"], weights=weights[at], cluster=dealer[at]
        )
        same = top_box(answers, boxes=1).estimate
        mine = its.level(score).outcome
        for name in ("value", "standard_error", "effective_n", "degrees_of_freedom", "clusters"):
            assert getattr(mine, name) == pytest.approx(getattr(same, name))
        assert mine.confidence_interval().low == pytest.approx(same.confidence_interval().low)


# --- independent fits ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["linear", "convex", "concave", "S", "inverse S"])
def test_shapes_are_as_likely_as_a_general_optimiser_finds(name):
    random = np.random.default_rng(8)
    u, n = np.linspace(0, 1, 6), np.array([40.0, 80, 100, 150, 90, 70])
    for chances in ([0.1, 0.12, 0.2, 0.4, 0.6, 0.9], [0.2, 0.5, 0.55, 0.6, 0.7, 0.95]):
        mean = random.binomial(n.astype(int), chances) / n
        levels = Levels(u, family_of("binary", 0.0))
        found = fitted_shapes(levels, mean[np.newaxis], n[np.newaxis], FINE)[name]
        best = highest(name, u, mean, n)
        assert found.likelihood[0] >= best - 0.05
        assert found.likelihood[0] <= best + 0.02  # a rise that is all but linear counts as steep 0


@pytest.mark.parametrize("firth", [False, True])
def test_logistic_curves_are_those_of_a_general_optimiser(firth):
    u, n = np.linspace(0, 1, 5), np.array([9.0, 12, 30, 11, 8])
    mean = (
        np.array([0, 0, 8 / 30, 1, 1]) if firth else np.array([1 / 9, 3 / 12, 0.5, 9 / 11, 7 / 8])
    )
    found = logistic_curves(u, mean[np.newaxis], n[np.newaxis])
    intercept, slope = logistic(u, mean, n, firth=firth)
    assert found.separated[0] == firth
    assert found.floor[0] == pytest.approx(intercept, abs=2e-4)
    assert found.ceiling[0] - found.floor[0] == pytest.approx(slope, abs=4e-4)


def test_the_logistic_curve_is_that_of_drivers():
    satisfied, outcome = people(500)
    its = curve(satisfied, outcome).shapes["logistic"]
    answers = Responses.from_frame({"s": satisfied, "y": outcome}, scale=Scale(0, 5))
    other = Responses.from_arrays(
        np.random.default_rng(1).integers(0, 6, 500), scale=Scale(0, 5), items=["noise"]
    )
    del other
    found = drivers.importance(
        answers.only(["s"]),
        Responses.from_arrays(outcome, scale=Scale(0, 1), items=["y"]),
        explained="mcfadden",
    )
    null = len(outcome) * ((p := outcome.mean()) * np.log(p) + (1 - p) * np.log(1 - p))
    assert 1 - its.log_likelihood / null == pytest.approx(found.r_squared.value, rel=1e-6)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=8).map(np.array)
)
def test_monotone_curves_are_pooled_by_hand(cells):
    mean, weight = cells[:, 0] / 9, cells[:, 1].astype(float)
    found, blocks = monotone_curves(mean[np.newaxis], weight[np.newaxis])
    assert found[0] == pytest.approx(pooled(mean, weight), abs=1e-9)
    assert blocks[0] == len(np.unique(pooled(mean, weight).round(9)))


def test_what_is_separated():
    means = np.array(
        [[0, 0, 0.3, 1], [0, 1, 1, 1], [0, 0.2, 0.4, 1], [0, 0, 0, 0.5], [0, 1, 0, 1.0]]
    )
    assert separated(means).tolist() == [True, True, False, True, False]


# --- invariances --------------------------------------------------------------------------------


def same(one, other, rel=1e-9):
    for a, b in zip(one.levels, other.levels, strict=True):
        assert a.outcome.value == pytest.approx(b.outcome.value, rel=rel)
        assert a.fitted.value == pytest.approx(b.fitted.value, rel=1e-6)
    for a in one.shapes.shapes:
        assert a.probability == pytest.approx(other.shapes[a.name].probability, rel=1e-5, abs=1e-9)


def test_rows_in_another_order_give_the_same_in_every_digit():
    satisfied, outcome = people()
    order = np.random.default_rng(4).permutation(len(satisfied))
    dealer, weights = satisfied % 7 + order % 11, np.where(order % 2, 1.0, 2.5)
    for how in ({}, {"weights": weights}, {"weights": weights, "cluster": dealer}):
        one = curve(satisfied, outcome, **how)
        shuffled = {name: its[order] for name, its in how.items()}
        other = curve(satisfied[order], outcome[order], **shuffled)
        same(one, other, rel=1e-12)
        for a in one.shapes.shapes:
            assert a.log_score == pytest.approx(other.shapes[a.name].log_score, rel=1e-9)


def test_weights_times_seven_and_weights_as_repeated_rows():
    satisfied, outcome = people(200)
    weights = np.resize([1.0, 2.0, 3.0], 200)
    one, seven = (
        curve(satisfied, outcome, weights=weights),
        curve(satisfied, outcome, weights=7 * weights),
    )
    same(one, seven)
    times = weights.astype(int)
    many = curve(np.repeat(satisfied, times), np.repeat(outcome, times))
    for a, b in zip(one.levels, many.levels, strict=True):
        assert a.outcome.value == pytest.approx(b.outcome.value)


def test_a_weight_of_zero_is_nobody():
    satisfied, outcome = people(100)
    weights = np.r_[np.ones(100), 0.0]
    one = curve(np.r_[satisfied, 5], np.r_[outcome, 0.0], weights=weights)
    same(one, curve(satisfied, outcome))
    assert one.left_out == 1


def test_the_other_direction_is_the_mirror():
    satisfied, outcome = people()
    rises, falls = curve(satisfied, outcome), curve(satisfied, 1 - outcome)
    assert (rises.direction, falls.direction) == ("rising", "falling")
    for a, b in zip(rises.levels, falls.levels, strict=True):
        assert a.fitted.value == pytest.approx(1 - b.fitted.value, abs=2e-3)
    mirrored = curve(6 - satisfied, outcome, scale=Scale(1, 5, direction="lower is better"))
    assert [its.score for its in mirrored.levels] == [5, 4, 3, 2, 1]
    same(rises, mirrored)
    m = rises.shapes["inverse S"].value("inflexion").value
    assert mirrored.shapes["inverse S"].value("inflexion").value == pytest.approx(6 - m)
    assert mirrored.top_box_ratio.value == pytest.approx(rises.top_box_ratio.value)
    assert [z.n for z in mirrored.zones([3.5, 1.5]).zones] == [
        z.n for z in rises.zones([2.5, 4.5]).zones
    ]


def test_kinds_of_outcomes_are_taken_from_the_values():
    satisfied, outcome = people(200)
    assert curve(satisfied, outcome).family == "binary"
    assert curve(satisfied, outcome > 0).family == "binary"
    assert curve(satisfied, outcome / 2 + satisfied / 10).family == "proportion"
    assert curve(satisfied, outcome * 99 + 1.5).family == "amount"
    assert curve(satisfied, 1 + satisfied // 2, outcome_scale=FIVE).family == "scale"


@pytest.mark.parametrize("kind", ["amount", "count", "scale", "below zero"])
def test_the_unit_of_an_outcome_does_not_matter(kind):
    random = np.random.default_rng(6)
    satisfied, outcome = people(400)
    values = outcome * 3 + random.integers(0, 3, 400)
    more = {}
    if kind == "scale":
        one = curve(satisfied, values, outcome_scale=Scale(0, 5))
        other = curve(satisfied, 10 * values, outcome_scale=Scale(0, 50, step=10))
    else:
        more = {"family": "count"} if kind == "count" else {}
        lower = 2.0 if kind == "below zero" else 0.0
        one = curve(satisfied, values - lower, **more)
        other = curve(satisfied, 10 * (values - lower), **more)
    for a, b in zip(one.levels, other.levels, strict=True):
        assert 10 * a.fitted.value == pytest.approx(b.fitted.value, rel=1e-5, abs=1e-6)
        assert 10 * a.outcome.value == pytest.approx(b.outcome.value)
    assert one.best == other.best
    assert ("logistic" in [its.name for its in one.shapes.shapes]) == (kind == "scale")


def test_missing_answers_and_outcomes_are_left_out_and_counted():
    satisfied, outcome = people(60)
    more = curve(np.r_[satisfied, np.nan, 3], np.r_[outcome, 1.0, np.nan])
    assert (more.n, more.left_out) == (60, 2)
    same(more, curve(satisfied, outcome))


def test_few_levels_leave_out_what_they_cannot_tell():
    satisfied, outcome = people(200)
    three = curve((satisfied + 1) // 2, outcome, scale=Scale(1, 3))
    assert three.shapes.left_out == ("S", "inverse S")
    assert "S, inverse S: left out" in str(three.shapes)
    two = curve(np.where(satisfied > 3, 2, 1), outcome, scale=Scale(1, 2))
    assert {its.name for its in two.shapes.shapes} == {"linear", "logistic", "monotone"}


def test_dates_after_the_survey_are_taken_and_gaps_are_no_outcome():
    satisfied, outcome = people(40)
    asked, happened = ["2026-01-31"] * 40, ["2026-01-31", None, "2026-05-01", None] * 10
    assert curve(satisfied, outcome, asked=asked, happened=happened).n == 40
    german = {"asked": ["31.01.2026"] * 40, "happened": ["01.02.2026", None] * 20}
    assert curve(satisfied, outcome, date_format="%d.%m.%Y", **german).n == 40


def test_responses_bring_their_weights_and_clusters():
    satisfied, outcome = people(200)
    weights, dealer = np.resize([1.0, 2.0], 200), np.resize(np.arange(12), 200)
    answers = Responses.from_arrays(
        satisfied, scale=FIVE, items=["q"], weights=weights, cluster=dealer
    )
    one = loyalty.curve(satisfaction=answers, outcome=outcome, resamples=20, rng=1)
    assert one == curve(satisfied, outcome, weights=weights, cluster=dealer)


def test_an_amount_of_one_customer_has_no_interval():
    its = curve([1, 2, 2, 3, 3, 3], [5.0, 4, 8, 9, 12, 7], scale=Scale(1, 3))
    assert not its.level(1).outcome.has_interval
    assert not its.level(1).fitted.has_interval
    assert its.level(1).step is None
    assert its.level(2).fitted.has_interval
    assert np.isnan(its.columns()["low"]).tolist() == [True, False, False]
    assert "–" in str(its)


def test_probabilities_add_up_and_the_best_is_first():
    its = curve(*people()).shapes
    assert sum(each.probability for each in its.shapes) == pytest.approx(1)
    assert sum(each.bootstrap_share for each in its.shapes) == pytest.approx(1)
    assert its.best.bic == 0
    assert its["linear"].parameters == 2
    low, high = its["inverse S"].value("inflexion").resamples.draws.min(), 4.0
    assert 2 <= low <= high


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 60))
def test_curves_never_turn_back_and_intervals_hold_their_values(seed, n):
    random = np.random.default_rng(seed)
    satisfied = np.r_[1, 5, random.integers(1, 6, n)]
    outcome = np.r_[0.0, 1.0, random.integers(0, 2, n)]
    its = curve(satisfied, outcome, resamples=5)
    fitted = np.array([each.fitted.value for each in its.levels])
    steps = np.diff(fitted) * (1 if its.direction == "rising" else -1)
    assert (steps >= -1e-6).all()
    for each in its.levels:
        for estimate in (each.outcome, each.fitted, each.step):
            if estimate is not None:
                ends = estimate.confidence_interval()
                assert ends.low - 1e-9 <= estimate.value <= ends.high + 1e-9


# --- groups -------------------------------------------------------------------------------------


def test_groups_are_the_curves_of_their_customers():
    satisfied, outcome = people(300)
    region = np.resize(["north", "south", "north"], 300)
    both = loyalty.curves_by_group(satisfaction=satisfied, outcome=outcome, by=region, **FAST)
    north = curve(satisfied[region == "north"], outcome[region == "north"])
    same(both["north"], north)
    assert [its.name for its in both.groups] == ["north", "south"]
    few = loyalty.curves_by_group(
        satisfaction=satisfied, outcome=outcome, by=np.r_[["tiny"] * 3, region[3:]], **FAST
    )
    assert few.small == {"tiny": 3}
    assert "tiny 3" in str(few)


def test_a_group_without_a_curve_is_told_with_the_reason():
    satisfied, outcome = people(200)
    region = np.where(np.arange(200) < 40, "all stay", "rest")
    outcome[:40] = 1.0
    found = loyalty.curves_by_group(satisfaction=satisfied, outcome=outcome, by=region, **FAST)
    assert found.unknown["all stay"].startswith("outcome is 1 for all 40 customers")


def test_groups_say_what_clusters_do():
    satisfied, outcome = people(300)
    found = loyalty.curves_by_group(
        satisfaction=satisfied,
        outcome=outcome,
        by=np.resize(["north", "south"], 300),
        cluster=np.resize(np.arange(25), 300),
        **FAST,
    )
    assert "\nnorth: " in str(found)
    assert " clusters: " in str(found)


def test_groups_by_a_label_of_responses():
    satisfied, outcome = people(200)
    answers = Responses.from_arrays(
        satisfied, scale=FIVE, items=["q"], wave=np.resize(["2026Q1", "2026Q2"], 200)
    )
    found = loyalty.curves_by_group(
        satisfaction=answers, outcome=outcome, by="wave", resamples=10, rng=1
    )
    assert [its.name for its in found.groups] == ["2026Q1", "2026Q2"]


# --- simulation ---------------------------------------------------------------------------------

ANSWERED = np.array([0.08, 0.12, 0.2, 0.32, 0.28])


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("name", "chances", "least"),
    [
        ("logistic", [0.05, 0.18, 0.5, 0.82, 0.95], 0.9),
        ("inverse S", [0.1, 0.38, 0.45, 0.52, 0.8], 0.9),
        ("convex", [0.1, 0.12, 0.18, 0.33, 0.8], 0.9),
        ("concave", [0.1, 0.57, 0.72, 0.78, 0.8], 0.9),
        ("S", [0.2, 0.22, 0.45, 0.68, 0.7], 0.6),
        ("linear", [0.2, 0.35, 0.5, 0.65, 0.8], 0.6),
    ],
)
def test_known_shapes_are_found_among_many_customers(name, chances, least):
    random = np.random.default_rng(2)
    n = random.multinomial(10_000, ANSWERED, size=40)
    mean = random.binomial(n, chances) / n
    levels = Levels(np.linspace(0, 1, 5), family_of("binary", 0.0))
    fits = fitted_shapes(levels, mean, n.astype(float))
    best = chosen(fits, 10_000).bic.argmin(axis=1)
    assert (best == list(fits).index(name)).mean() >= least


def dealers(random, chances, n):
    satisfied = 1 + random.choice(5, n, p=ANSWERED)
    dealer = random.integers(0, 20, n)
    p = chances[satisfied - 1]
    p = np.clip(p + 0.5 * random.normal(size=20)[dealer] * p * (1 - p), 0, 1)
    return satisfied, (random.random(n) < p).astype(float), dealer


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("clustered", [False, True])
def test_intervals_hold_the_truth(clustered):
    random = np.random.default_rng(11)
    chances = np.array([0.1, 0.38, 0.45, 0.52, 0.8])
    held = {"outcome": [], "fitted": [], "step": []}
    ratios = []
    for _ in range(30):
        if clustered:
            satisfied, outcome, dealer = dealers(random, chances, 400)
            its = curve(satisfied, outcome, cluster=dealer, resamples=100, folds=2, rng=random)
        else:
            satisfied = np.r_[1:6, 1 + random.choice(5, 395, p=ANSWERED)]
            outcome = (random.random(400) < chances[satisfied - 1]).astype(float)
            its = curve(satisfied, outcome, resamples=100, folds=2, rng=random)
        for place, each in enumerate(its.levels):
            for name in ("outcome", "fitted"):
                ends = getattr(each, name).confidence_interval()
                held[name].append(chances[int(each.score) - 1] in ends)
            if each.step is not None and len(its.levels) == 5:
                step = chances[place + 1] - chances[place]
                held["step"].append(step in each.step.confidence_interval())
        ratios.append(0.8 / 0.52 in its.top_box_ratio.confidence_interval())
    # 150 intervals: 95 % less 3 standard errors
    assert {name: np.mean(its) > 0.89 for name, its in held.items()} == dict.fromkeys(held, True)
    assert np.mean(ratios) > 0.8
