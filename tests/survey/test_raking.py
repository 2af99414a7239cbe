"""Raking: margins are met, base weights and trimming are used, trouble is said."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import reference_survey as naive
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._survey.raking import MarginFit
from custvalue.errors import ConvergenceWarning, DataError
from custvalue.survey import Raking, Responses, Scale, rake

GOLDEN = golden("raking")
SEX = {"f": 0.52, "m": 0.48}
AGE = {"old": 0.3, "middle": 0.3, "young": 0.4}


def people(n=300, *, seed=1):
    rng = np.random.default_rng(seed)
    return {
        "sex": rng.choice(["f", "m"], n, p=[0.65, 0.35]),
        "age": rng.choice(["old", "middle", "young"], n, p=[0.45, 0.3, 0.25]),
        "w": rng.uniform(0.5, 2, n),
    }


def share(frame, weights, column, category):
    return weights[np.asarray(frame[column]) == category].sum() / weights.sum()


# --- published and naive --------------------------------------------------------------------


def test_a_published_table():
    case = GOLDEN["four_by_four"]
    counts = np.array(case["counts"], dtype=float)
    row, column = np.indices(counts.shape)
    raking = rake(
        {"row": row.ravel(), "column": column.ravel(), "count": counts.ravel()},
        {
            "row": {i: total / 1000 for i, total in enumerate(case["rows"])},
            "column": {i: total / 1000 for i, total in enumerate(case["columns"])},
        },
        weights="count",
        tolerance=1e-12,
    )
    fitted = raking.weights.reshape(4, 4) * 1000 / counts.sum()
    np.testing.assert_allclose(fitted, case["fitted"], atol=case["tolerance"])


def test_a_published_margin():
    case = GOLDEN["one_margin"]
    frame = {"a": case["a"], "b": case["b"]}
    raking = rake(frame, {"a": {"1": 10 / 12, "2": 2 / 12}, "b": {"a": 50, "b": 50}})
    expected = case["weights"] * 6
    np.testing.assert_allclose(raking.weights, expected, atol=case["tolerance"])
    assert raking.iterations == 1


def rows_of(frame):
    return list(zip(frame["sex"].tolist(), frame["age"].tolist(), strict=True))


@pytest.mark.parametrize("base", [None, "w"])
@pytest.mark.parametrize("trim", [None, (0.4, 2.5)])
def test_weights_agree_with_naive_loops(base, trim):
    frame = people(120)
    raking = rake(frame, {"sex": SEX, "age": AGE}, weights=base, trim=trim, tolerance=1e-12)
    start = [1.0] * 120 if base is None else frame["w"].tolist()
    low, high = trim or (0, np.inf)
    expected = naive.raked(
        rows_of(frame), start, [SEX, AGE], rounds=raking.iterations, low=low, high=high
    )
    np.testing.assert_allclose(raking.weights, expected, rtol=1e-9)
    assert raking.weights.sum() == pytest.approx(sum(start))
    assert raking.converged
    for its in raking.margins.categories:
        place = ["sex", "age"].index(its.column)
        found = naive.achieved(rows_of(frame), raking.weights.tolist(), place, its.category)
        assert its.achieved == pytest.approx(found)
        assert its.achieved == pytest.approx(its.target, abs=1e-11)
        assert its.before == pytest.approx(
            naive.achieved(rows_of(frame), start, place, its.category)
        )


def test_raked_weights_are_the_base_weights_times_one_factor_a_category():
    # the answer of iterative proportional fitting: log (w / base) = a + b(sex) + c(age)
    frame = people()
    raking = rake(frame, {"sex": SEX, "age": AGE}, weights="w", tolerance=1e-13)
    ratio = np.log(raking.weights / frame["w"])
    dummies = np.column_stack(
        [frame["sex"] == "f", *(frame["age"] == category for category in AGE)]
    ).astype(float)
    _, residual, *_ = np.linalg.lstsq(dummies, ratio, rcond=None)
    assert residual[0] < 1e-18


# --- properties -----------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0.2, 0.8), st.floats(0.1, 0.6))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_margins_are_met_whatever_they_are(seed, sex, old):
    frame = people(200, seed=seed)
    margins = {
        "sex": {"f": sex, "m": 1 - sex},
        "age": {"old": old, "middle": (1 - old) / 2, "young": (1 - old) / 2},
    }
    raking = rake(frame, margins, weights="w")
    assert raking.converged
    assert raking.largest_error <= 1e-6
    for column, targets in margins.items():
        for category, target in targets.items():
            assert share(frame, raking.weights, column, category) == pytest.approx(target, abs=1e-6)


skewed = st.tuples(*[st.integers(1, 9)] * 3).map(lambda parts: np.array(parts) / sum(parts))


@given(
    st.integers(0, 10_000),
    st.lists(skewed, min_size=3, max_size=3),
    st.sampled_from([1.1, 3, (0.3, 2), (0.6, None)]),
)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_trimmed_weights_stay_between_their_ends_whether_margins_can_be_met_or_not(
    seed, shares, trim
):
    rng = np.random.default_rng(seed)
    frame = {name: rng.choice(["a", "b", "c"], 60, p=[0.6, 0.3, 0.1]) for name in "xyz"}
    frame["w"] = rng.choice([0.5, 1, 2], 60)
    for name in "xyz":
        frame[name][:3] = ["a", "b", "c"]
    margins = {
        name: dict(zip("abc", its.tolist(), strict=True))
        for name, its in zip("xyz", shares, strict=True)
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        raking = rake(frame, margins, weights="w", trim=trim)
        free = rake(frame, margins, weights="w")
    multiples = raking.weights / raking.weights.mean()
    low, high = raking.trim
    assert raking.weights.sum() == pytest.approx(frame["w"].sum(), rel=1e-9)
    assert multiples.min() >= low * (1 - 1e-9)
    assert multiples.max() <= (high or np.inf) * (1 + 1e-9)
    if free.converged and not raking.converged:
        assert raking.weights.min() >= free.weights.min() * (1 - 1e-9)
        assert free.weights.max() > raking.weights.max() or free.weights.min() < multiples.min()


@pytest.mark.parametrize("n", [300, 3000])
def test_trimmed_weights_are_the_nearest_to_the_base_weights(n):
    # Deville & Saerndal: one factor a category, and beyond the ends only who would go further
    frame = people(n, seed=8)
    raking = rake(frame, {"sex": SEX, "age": AGE}, weights="w", trim=(0.35, 3.5), tolerance=1e-13)
    low, high = (end * frame["w"].mean() for end in raking.trim)
    at_low, at_high = (np.isclose(raking.weights, end, rtol=1e-10) for end in (low, high))
    assert at_low.any()
    assert at_high.any()
    dummies = np.column_stack(
        [frame["sex"] == "f", *(frame["age"] == category for category in AGE)]
    ).astype(float)
    between = ~(at_low | at_high)
    ratio = np.log(raking.weights / frame["w"])
    slopes, residual, *_ = np.linalg.lstsq(dummies[between], ratio[between], rcond=None)
    assert residual[0] < 1e-17 * n
    uncut = frame["w"] * np.exp(dummies @ slopes)
    assert (uncut[at_low] <= low * (1 + 1e-6)).all()
    assert (uncut[at_high] >= high * (1 - 1e-6)).all()


def test_order_of_respondents_and_scale_of_weights_do_not_matter():
    frame = people()
    order = np.random.default_rng(3).permutation(300)
    margins = {"sex": SEX, "age": AGE}
    one = rake(frame, margins, weights="w", trim=(0.3, 3))
    other = rake(
        {name: values[order] for name, values in frame.items()} | {"w": 5 * frame["w"][order]},
        margins,
        weights="w",
        trim=(0.3, 3),
    )
    np.testing.assert_allclose(other.weights, 5 * one.weights[order], rtol=1e-9)
    assert other.trimmed == one.trimmed


def test_percent_and_shares_are_the_same():
    frame = people()
    percent = {"sex": {"f": 52, "m": 48}, "age": {"old": 30, "middle": 30, "young": 40}}
    assert rake(frame, percent) == rake(frame, {"sex": SEX, "age": AGE})


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_every_kind_of_frame(kind):
    frame = people(60)
    assert rake(kind(frame), {"sex": SEX}, weights="w") == rake(frame, {"sex": SEX}, weights="w")


def test_who_stands_for_nobody_stays_so():
    frame = people(60)
    frame["w"][:5] = 0
    raking = rake(frame, {"sex": SEX}, weights="w", trim=(0.1, 5))
    assert (raking.weights[:5] == 0).all()
    assert (raking.weights[5:] > 0).all()
    assert raking.trimmed_low == 0
    assert sum(its.n for its in raking.margins.categories) == 55


# --- what the result says -------------------------------------------------------------------


def test_trimming_keeps_its_ends_and_counts_who_stands_there():
    frame = people(seed=8)
    free = rake(frame, {"sex": SEX, "age": AGE}, weights="w")
    mean = frame["w"].mean()
    assert free.weights.max() > 3.5 * mean
    trimmed = rake(frame, {"sex": SEX, "age": AGE}, weights="w", trim=(0.35, 3.5))
    assert trimmed.converged
    assert trimmed.weights.min() == pytest.approx(0.35 * mean, rel=1e-12)
    assert trimmed.weights.max() == pytest.approx(3.5 * mean, rel=1e-12)
    at_low = np.isclose(trimmed.weights, 0.35 * mean, rtol=1e-12).sum()
    at_high = np.isclose(trimmed.weights, 3.5 * mean, rtol=1e-12).sum()
    assert (trimmed.trimmed_low, trimmed.trimmed_high) == (at_low, at_high)
    assert at_low > 0
    assert at_high > 0
    assert trimmed.effective_n > free.effective_n
    assert "Trimmed to 0.3500 to 3.500 times the mean weight: " in str(trimmed)


def test_one_number_trims_the_highest_weights():
    frame = people(seed=8)
    one = rake(frame, {"age": AGE}, trim=2.9)
    assert one.trim == (0, 2.9)
    assert one == rake(frame, {"age": AGE}, trim=(None, 2.9))
    low = rake(frame, {"age": AGE}, trim=(0.1, None))
    assert low.trim == (0.1, None)
    assert "Trimmed to 0.1000 to no end: 0 respondents" in str(low)
    assert Raking.from_json(low.to_json()) == low


def test_design_effects_by_hand():
    frame = {"sex": ["f", "f", "f", "m"], "w": [1, 2, 3, 4]}
    raking = rake(frame, {"sex": {"f": 0.5, "m": 0.5}})
    assert raking.weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    assert raking.effective_n == pytest.approx(16 / (4 / 3 + 4))
    assert (raking.effective_n_before, raking.design_effect_before) == (4, 1)
    assert raking.design_effect == pytest.approx(4 / 3)
    weighted = rake(frame, {"sex": {"f": 0.5, "m": 0.5}}, weights="w")
    assert weighted.effective_n_before == pytest.approx(10**2 / 30)  # 3.3333


def test_targets_off_by_rounding_are_divided_by_their_sum_and_it_says_so():
    frame = {"site": ["a", "b", "c"]}
    thirds = rake(frame, {"site": {"a": 0.333, "b": 0.333, "c": 0.333}})
    assert thirds.weights.tolist() == pytest.approx([1, 1, 1])
    assert thirds.normalised == {"site": pytest.approx(0.999)}
    assert "Targets of site added up to 0.999000 and were divided by that." in str(thirds)
    segments = dict(zip("abcde", [24, 21, 21, 18, 17], strict=True))  # 101 by rounding
    assert rake({"x": list("abcde")}, {"x": segments}).normalised == {"x": 101}


def test_how_raking_prints_and_goes_to_json_and_frames():
    raking = rake(people(), {"sex": SEX, "age": AGE}, weights="w")
    assert Raking.from_json(raking.to_json()) == raking
    assert MarginFit.from_json(raking.margins.to_json()) == raking.margins
    assert repr(raking).startswith("Raking(respondents=300, converged=yes, iterations=")
    lines = str(raking).splitlines()
    assert lines[2].split() == ["category", "n", "before", "target", "achieved"]
    assert lines[4].split()[:2] == ["sex", "f"]
    assert lines[4].split()[-4:] == ["52.00", "%", "52.00", "%"]
    assert "Not trimmed." in lines
    frame = raking.to_frame("polars")
    assert frame.columns == ["weight", "base_weight"]
    margins = raking.margins.to_frame("pandas")
    assert margins["category"].tolist() == ["f", "m", "middle", "old", "young"]
    np.testing.assert_allclose(margins["achieved"], margins["target"], atol=1e-6)
    assert str(raking.margins).splitlines()[0] == "Margins"
    with pytest.raises(ValueError, match="read-only"):
        raking.weights[0] = 1


def test_raked_weights_of_responses_are_put_to_use():
    answers = Responses.from_arrays(
        [1, 2, 3, 4], scale=Scale(1, 5), group=["x", "x", "x", "y"], weights=[2, 1, 1, 1]
    )
    raking = rake(answers, {"group": {"x": 0.5, "y": 0.5}})
    assert raking.base_weights.tolist() == [2, 1, 1, 1]
    weighted = answers.with_weights(raking.weights)
    # x keeps 2 : 1 : 1 within its half
    assert weighted.mean("item 1").value == pytest.approx(0.5 * (2 * 1 + 2 + 3) / 4 + 0.5 * 4)


# --- means ----------------------------------------------------------------------------------


@pytest.mark.parametrize("gaps", [False, True])
def test_the_error_of_a_raked_mean_agrees_with_a_regression_on_dummies(*, gaps):
    frame = people(80)
    frame["w"][3] = 0
    answers = np.random.default_rng(2).integers(1, 6, 80) + 2.0 * (frame["sex"] == "f")
    if gaps:
        answers[[1, 40, 41]] = np.nan
    raking = rake(frame, {"sex": SEX, "age": AGE}, weights="w")
    mean = raking.mean(answers, name="score", bounds=(1, 7))
    column = [None if np.isnan(x) else x for x in answers.tolist()]
    weights = raking.weights.tolist()
    assert mean.value == pytest.approx(naive.moments(column, weights)["mean"])
    error, degrees = naive.raked_error(column, weights, rows_of(frame))
    assert mean.standard_error == pytest.approx(error, rel=1e-9)
    assert mean.degrees_of_freedom == pytest.approx(degrees, rel=1e-9)
    assert mean.standard_error < naive.moments(column, weights)["standard_error"]
    assert (mean.name, mean.n, mean.bounds) == ("score", 76 if gaps else 79, (1, 7))


def test_one_margin_is_the_textbook_of_poststratification():
    # Σ W² s² / n over the strata: .25 (1/3) / 3 + .25 (1/2) / 2
    raking = rake({"sex": ["f", "f", "f", "m", "m"]}, {"sex": {"f": 0.5, "m": 0.5}})
    mean = raking.mean([5, 4, 5, 2, 3])
    assert mean.standard_error == pytest.approx(np.sqrt(0.25 / 9 + 0.25 / 4))
    # Satterthwaite: (a + b)² / (a² / 2 + b² / 1) with a = 1/3 and b = 1/2 of equal variances
    assert mean.degrees_of_freedom == pytest.approx((1 / 3 + 1 / 2) ** 2 / (1 / 18 + 1 / 4))


def test_margins_that_explain_nothing_leave_the_usual_error():
    answers = Responses.from_arrays([1, 2, 2, 5], scale=Scale(1, 5), group=["x"] * 4)
    raking = rake(answers, {"group": {"x": 1}})
    usual = answers.mean("item 1")
    assert raking.mean(answers.item("item 1"), name="item 1").standard_error == pytest.approx(
        usual.standard_error
    )


def test_margins_that_explain_everything_leave_no_error():
    frame = people(60)
    raking = rake(frame, {"sex": SEX})
    female = raking.mean((frame["sex"] == "f").astype(float))
    assert female.value == pytest.approx(0.52)
    assert female.standard_error == pytest.approx(0, abs=1e-12)


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_raked_means_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(7)
    size, n, trials = 100_000, 200, 1000
    sex, age = (rng.random(size) < 0.52).astype(int), rng.choice(3, size, p=[0.3, 0.3, 0.4])
    answers = np.clip(np.rint(2.5 + sex + 0.5 * (age - 1) + rng.normal(size=size)), 1, 5)
    margins = {
        "sex": {k: float((sex == k).mean()) for k in range(2)},
        "age": {k: float((age == k).mean()) for k in range(3)},
    }
    chance = np.where(sex, 2, 1) * np.array([1.5, 1, 0.7])[age]
    hits = known = 0
    for _ in range(trials):
        drawn = rng.choice(size, n, p=chance / chance.sum())
        raking = rake({"sex": sex[drawn], "age": age[drawn]}, margins)
        hits += answers.mean() in raking.mean(answers[drawn]).confidence_interval()
        responses = Responses.from_arrays(answers[drawn], scale=Scale(1, 5), weights=raking.weights)
        known += answers.mean() in responses.mean("item 1").confidence_interval()
    # three standard errors of a share of .95 in 1000 trials are .021
    assert abs(hits / trials - 0.95) < 0.021
    assert known / trials > 0.96


SEXES = ["f", "f", "m", "m", "m", "m", "f", "m", "m", "m"]


@pytest.mark.parametrize(
    "margin",
    [
        {"f": 5_200, "m": 4_800},
        pd.Series({"f": 5_200, "m": 4_800}),
        pd.Series(["f"] * 520 + ["m"] * 480).value_counts(),
        pd.Series(["f"] * 520 + ["m"] * 480).value_counts(normalize=True),
        pl.Series("sex", ["f"] * 520 + ["m"] * 480).value_counts(),
        pl.DataFrame({"sex": ["f", "m"], "share": [0.52, 0.48]}),
    ],
    ids=["counts", "series", "value_counts", "normalised", "polars", "polars shares"],
)
def test_margins_of_every_kind(margin):
    raking = rake({"sex": SEXES}, {"sex": margin})
    expected = rake({"sex": SEXES}, {"sex": SEX})
    np.testing.assert_allclose(raking.weights, expected.weights, rtol=1e-12)


def test_counts_of_a_census_are_divided_and_it_says_so():
    raking = rake({"sex": SEXES}, {"sex": {"f": 1_234_567, "m": 1_139_601}})
    assert raking.counted == {"sex": 2_374_168}
    assert raking.normalised == {}
    assert "Targets of sex are counts of 2,374,168 and were divided by that." in str(raking)
    assert Raking.from_json(raking.to_json()) == raking


GAPS = {
    "sex": ["f", None, "m", "m", "m", "m", "f", "m", " ", "m"],
    "age": ["old", "old", "old", "young", "young", "young", "young", "old", "old", "young"],
    "w": [1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0],
}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
def test_who_has_no_category_keeps_the_own_share(kind):
    frame = kind(GAPS)
    margins = {"sex": SEX, "age": {"old": 0.4, "young": 0.6}}
    raking = rake(frame, margins, weights="w", missing="own share", tolerance=1e-12)
    gone, weights = np.isin(np.arange(10), [1, 8]), raking.weights
    assert raking.missing == {"sex": 2}
    assert weights[gone].sum() / weights.sum() == pytest.approx(4 / 12)
    female = np.array([sex == "f" for sex in GAPS["sex"]])
    assert weights[female].sum() / weights[~gone].sum() == pytest.approx(0.52)
    assert weights[np.array(GAPS["age"]) == "old"].sum() / weights.sum() == pytest.approx(0.4)
    assert "sex is missing for 2 respondents: their own share is kept." in str(raking)
    assert Raking.from_json(raking.to_json()) == raking


def test_a_missing_number_is_a_missing_category():
    frame = {"region": [1, 2, None, 2, 1, 1]}
    raking = rake(frame, {"region": {1: 0.3, 2: 0.7}}, missing="own share")
    np.testing.assert_allclose(raking.weights, [0.5, 1.75, 1, 1.75, 0.5, 0.5])


def test_clusters_that_are_a_margin_are_no_sample():
    dealer = np.repeat(["a", "b", "c", "d"], 5)
    raking = rake(
        {"dealer": dealer, "c": dealer}, {"dealer": dict.fromkeys("abcd", 0.25)}, cluster="c"
    )
    with pytest.raises(DataError) as caught:
        raking.mean(np.arange(20.0))
    assert str(caught.value) == (
        "mean: a margin has one category for each cluster, so that the clusters are known and no "
        "sample. Rake without that margin, or read the answers without cluster=."
    )
    region = np.repeat(["n", "s"], 10)
    coarse = rake({"r": region, "c": dealer}, {"r": {"n": 0.5, "s": 0.5}}, cluster="c")
    assert coarse.mean(np.arange(20.0) % 7).standard_error > 0


def test_a_category_of_nobody_with_a_weight_changes_no_mean():
    frame = {"sex": ["f", "f", "m", "m", None], "w": [1.0, 1.0, 1.0, 1.0, 0.0]}
    found = rake(frame, {"sex": SEX}, weights="w", missing="own share").mean([1, 2, 4, 5, 3])
    known = rake({"sex": ["f", "f", "m", "m"]}, {"sex": SEX}).mean([1, 2, 4, 5])
    assert found.value == pytest.approx(known.value)
    assert found.standard_error == pytest.approx(known.standard_error)


def test_a_share_of_the_sample_is_no_margin_that_is_known():
    # with one margin the mean is π m(missing) + (1 - π) Σ T_k m_k: its delta variance, by hand
    rng = np.random.default_rng(3)
    sex = np.array(["f"] * 500 + ["m"] * 300 + [None] * 200, dtype=object)
    y = rng.normal(size=1000) + 3.0 * (sex == None)  # noqa: E711 -- entry by entry
    mean = rake({"sex": sex}, {"sex": SEX}, missing="own share").mean(y)
    parts = {key: y[[its == key for its in sex]] for key in ("f", "m", None)}
    m, v = (
        {key: f(its) for key, its in parts.items()}
        for f in (np.mean, lambda x: x.var(ddof=1) / len(x))
    )
    known = 0.52 * m["f"] + 0.48 * m["m"]
    assert mean.value == pytest.approx(0.2 * m[None] + 0.8 * known)
    within = 0.04 * v[None] + 0.64 * (0.52**2 * v["f"] + 0.48**2 * v["m"])
    expected = within + 0.16 / 1000 * (m[None] - known) ** 2
    assert mean.standard_error == pytest.approx(np.sqrt(expected), rel=0.01)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("design", [True, False])
@pytest.mark.parametrize("n", [60, 100])
def test_intervals_of_few_respondents_with_design_weights_cover(n, design):
    rng = np.random.default_rng(n)
    size, trials = 60_000, 1000
    sex, age, w = (
        rng.random(size) < 0.5,
        rng.choice(3, size, p=[0.3, 0.3, 0.4]),
        rng.uniform(0.5, 3, size),
    )
    latent = 3.3 + 0.5 * (age == 2) - 0.4 * (age == 0) * sex + rng.normal(0, 1.1, size)
    answers = np.clip(np.rint(latent), 1, 5)
    chance = np.where(sex, 0.4, 1) * np.array([1.6, 1, 0.5])[age] / (w if design else 1)
    margins = {
        "sex": {k: float((sex == k).mean()) for k in range(2)},
        "age": {k: float((age == k).mean()) for k in range(3)},
    }
    hits = 0
    for _ in range(trials):
        drawn = rng.choice(size, n, p=chance / chance.sum())
        frame = {"sex": sex[drawn].astype(int), "age": age[drawn], "w": w[drawn]}
        raking = rake(frame, margins, weights="w" if design else None)
        hits += answers.mean() in raking.mean(answers[drawn]).confidence_interval()
    # without the correction it is .90 and .92; three standard errors of .95 are .021
    assert 0.935 < hits / trials < 0.971


# --- trouble --------------------------------------------------------------------------------


def test_what_cannot_be_met_is_said_with_a_checklist():
    # every old person is a woman: 60 % old and 50 % men cannot be
    frame = {"sex": ["f", "f", "m", "m"], "age": ["old", "old", "young", "young"]}
    with pytest.warns(ConvergenceWarning) as caught:
        raking = rake(frame, {"sex": {"f": 0.5, "m": 0.5}, "age": {"old": 0.6, "young": 0.4}})
    assert not raking.converged
    assert raking.largest_error == pytest.approx(0.1)
    assert raking.iterations == 51
    assert "NOT converged after 51 rounds; largest error 10 percentage points" in str(raking)
    assert str(caught[0].message) == (
        "raking stopped after 51 rounds: sex 'f' has 60.00 % and should have 50.00 %. Check: (1) "
        "categories with few respondents ('f' has 2): join them with others; (2) margins that "
        "contradict each other, because some combinations of categories have no respondents; (3) "
        "max_iterations and tolerance=1e-06."
    )
    assert caught[0].filename == __file__


def test_trimming_that_leaves_no_room_is_said():
    frame = {"sex": ["f", "f", "f", "m", "m"]}
    with pytest.warns(ConvergenceWarning) as caught:
        raking = rake(frame, {"sex": {"f": 10, "m": 90}}, trim=1.1)
    assert not raking.converged
    # the men stand at 1.1, the women share the rest: 5 - 2.2
    np.testing.assert_allclose(raking.weights, [2.8 / 3] * 3 + [1.1] * 2, rtol=1e-12)
    assert (raking.trimmed_low, raking.trimmed_high) == (0, 2)
    assert "weights 0.933 to 1.10 times their mean." in str(raking)
    assert str(caught[0].message) == (
        "raking stopped after 51 rounds: sex 'f' has 56.00 % and should have 10.00 %. trim leaves "
        "no room: without it all shares are met, with weights of 0.1667 to 2.250 times their mean. "
        "Move the highest weight, 1.100 times the mean, to 2.250. Or look for categories with few "
        "respondents ('f' has 3): join them with others."
    )


def test_the_end_that_leaves_no_room_is_named():
    frame = {"sex": ["f"] * 9 + ["m"]}
    with pytest.warns(
        ConvergenceWarning, match=r"Move the lowest weight, 0\.9000 times the mean, t"
    ):
        raking = rake(frame, {"sex": {"f": 0.5, "m": 0.5}}, trim=(0.9, None))
    assert raking.weights.tolist() == pytest.approx([0.9] * 9 + [1.9])
    both = r"to 0\.5556 and the highest weight, 3 times the mean, to 5\. Or look for "
    for weight in (1, 40):
        weighted = frame | {"w": [weight] * 10}
        with pytest.warns(ConvergenceWarning, match=both):
            rake(weighted, {"sex": {"f": 0.5, "m": 0.5}}, weights="w", trim=(0.9, 3))


def test_margins_that_contradict_each_other_are_no_fault_of_trim():
    frame = {"sex": ["f", "f", "m", "m"], "age": ["old", "old", "young", "young"]}
    margins = {"sex": {"f": 0.5, "m": 0.5}, "age": {"old": 0.6, "young": 0.4}}
    with pytest.warns(ConvergenceWarning, match=r"\(3\) max_iterations and tolerance=1e-06\.$"):
        raking = rake(frame, margins, trim=3)
    assert raking.weights.sum() == pytest.approx(4)


def test_too_few_rounds_are_said():
    with pytest.warns(ConvergenceWarning, match="raking stopped after 1 round: "):
        raking = rake(people(), {"sex": SEX, "age": AGE}, max_iterations=1)
    assert raking.iterations == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rake(people(), {"sex": SEX, "age": AGE}, tolerance=0.1).converged


@pytest.mark.slow
def test_a_million_respondents():
    rng = np.random.default_rng(1)
    n = 1_000_000
    frame = {"sex": rng.integers(0, 2, n), "age": rng.integers(0, 6, n), "w": rng.uniform(1, 2, n)}
    margins = {"sex": {0: 0.6, 1: 0.4}, "age": dict.fromkeys(range(5), 0.1) | {5: 0.5}}
    raking = rake(frame, margins, weights="w", trim=(0.2, 5))
    assert raking.converged


def test_more_combinations_than_can_be_numbered():
    rng = np.random.default_rng(3)
    names = [f"x{i}" for i in range(25)]  # 6 to the power of 25 is beyond 64 bits
    frame = {name: np.concatenate([np.arange(6), rng.integers(0, 6, 1994)]) for name in names}
    margins = {name: dict.fromkeys(range(6), 1 / 6) for name in names}
    raking = rake(frame, margins)
    assert raking.converged
    for name in names:
        sums = np.bincount(frame[name], raking.weights)
        assert sums / sums.sum() == pytest.approx(np.full(6, 1 / 6), abs=1e-6)
