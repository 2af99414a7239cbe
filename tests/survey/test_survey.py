"""Scales, answers, instruments and alpha do what the questionnaire says."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_servqual as naive
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from custvalue import testing
from custvalue._inference.means import combined_mean, mean_estimate, weighted_covariance
from custvalue._inference.sample import Sample
from custvalue.errors import DataError, DataWarning
from custvalue.survey import (
    Dimension,
    Instrument,
    Item,
    ReliabilityCoefficient,
    Responses,
    Scale,
    cronbach_alpha,
    reliability,
)

slowly = settings(deadline=None, derandomize=True, max_examples=30)


def drawn(n=40, items=4, *, seed=3):
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(n, 1))
    answers = np.clip(np.rint(3 + person + 0.8 * rng.normal(size=(n, items))), 1, 5)
    return answers, rng.uniform(0.3, 3, n)


# --- Scale ----------------------------------------------------------------------------------


def test_rescaling_uses_the_ends_of_the_scale_not_of_the_answers():
    assert Scale(1, 5).rescale([2, 3, 4]).tolist() == [25, 50, 75]
    assert Scale(0, 10).rescale([0, 10]).tolist() == [0, 100]
    assert Scale(-3, 3).rescale([-3, 0, 3]).tolist() == [0, 50, 100]


def test_where_lower_is_better_the_low_end_is_100():
    scale = Scale(1, 6, direction="lower is better")
    assert scale.rescale([1, 6]).tolist() == [100, 0]
    assert (scale.best, scale.sign) == (1, -1)
    assert (Scale(1, 6).best, Scale(1, 6).sign) == (6, 1)


def test_rescaling_keeps_missing_answers_and_shapes():
    assert np.isnan(Scale(1, 5).rescale([np.nan])).all()
    assert Scale(1, 5).rescale(np.ones((2, 3))).shape == (2, 3)


def test_a_scale_knows_its_width_and_middle():
    assert (Scale(1, 7).width, Scale(1, 7).middle) == (6, 4)


@pytest.mark.parametrize(
    ("scale", "text", "shown"),
    [
        (Scale(1, 7), "1-7", "Scale(low=1, high=7)"),
        (Scale(0, 100, step=20), "0-100", "Scale(low=0, high=100, step=20)"),
        (Scale(-3, 3), "-3 to 3", "Scale(low=-3, high=3)"),
        (Scale(0.5, 5, step=0.5), "0.5-5", "Scale(low=0.5, high=5, step=0.5)"),
        (
            Scale(1, 5, step=None, direction="lower is better", missing_codes=(9,)),
            "1-5",
            "Scale(low=1, high=5, step=None, direction='lower is better', missing_codes=(9.0,))",
        ),
    ],
)
def test_how_a_scale_prints(scale, text, shown):
    assert str(scale) == text
    assert repr(scale) == shown
    assert eval(repr(scale)) == scale  # noqa: S307 - its own repr


@pytest.mark.parametrize(
    ("scale", "description"),
    [
        (Scale(1, 7), "a whole number from 1 to 7"),
        (Scale(0, 100, step=20), "a step of 20 from 0 to 100"),
        (Scale(0.5, 5.5), "a step of 1 from 0.5 to 5.5"),
        (Scale(0, 1, step=None), "a number from 0 to 1"),
    ],
)
def test_a_scale_says_what_an_answer_is(scale, description):
    assert scale.description == description


def test_answers_in_tenths_are_on_a_scale_in_tenths():
    scale = Scale(0, 1, step=0.1)
    answers = np.array([0.1 + 0.2, 0.7, 1.0])
    assert scale.check("x", answers) is answers


def test_codes_become_missing_in_a_copy():
    answers = np.array([1.0, 9.0, 5.0])
    checked = Scale(1, 5, missing_codes=(9,)).check("x", answers)
    np.testing.assert_array_equal(checked, [1, np.nan, 5])
    assert answers[1] == 9


def test_a_bad_answer_after_many_good_ones_is_found():
    answers = np.full(100_000, 3.0)
    answers[99_999] = 6
    with pytest.raises(DataError, match="row 99999 has 6"):
        Scale(1, 5).check("x", answers)


@given(testing.scales())
@slowly
def test_scales_go_to_json_and_back(scale):
    assert Scale.from_json(scale.to_json()) == scale
    assert scale.rescale(scale.best) == 100


# --- Responses ------------------------------------------------------------------------------

FRAME = {"friendly": [5, 4, 3], "on time": [4, 2, 5], "weight": [1.0, 2.0, 1.0]}


@pytest.mark.parametrize(
    "data",
    [
        FRAME,
        {name: np.array(values) for name, values in FRAME.items()},
        pd.DataFrame(FRAME),
        pd.DataFrame(FRAME).convert_dtypes(),
        pl.DataFrame(FRAME),
        pl.LazyFrame(FRAME),
        pa.table(FRAME),
    ],
    ids=["lists", "arrays", "pandas", "pandas nullable", "polars", "polars lazy", "pyarrow"],
)
def test_every_kind_of_frame_gives_the_same_answers(data):
    answers = Responses.from_frame(data, scale=Scale(1, 5), weights="weight")
    assert answers.items == ("friendly", "on time")
    assert answers.answers.tolist() == [[5, 4], [4, 2], [3, 5]]
    assert answers.weights.tolist() == [1, 2, 1]
    assert answers.mean("friendly").value == 4
    assert answers.mean("on time").value == pytest.approx(13 / 4)


@pytest.mark.parametrize(
    "column",
    [
        [5, None, 3],
        [5, float("nan"), 3],
        pd.Series([5, None, 3]),
        pd.Series([5, None, 3], dtype="Int64"),
        pl.Series([5, None, 3]),
        pl.Series([5.0, float("nan"), 3.0]),
        pa.chunked_array([[5, None, 3]]),
    ],
    ids=[
        "None", "NaN", "pandas NaN", "pandas NA", "polars null", "polars NaN", "pyarrow null",
    ],
)  # fmt: skip
def test_every_kind_of_nothing_is_a_missing_answer(column):
    if isinstance(column, pd.Series):
        data = pd.DataFrame({"x": column})
    elif isinstance(column, pl.Series):
        data = pl.DataFrame({"x": column})
    elif isinstance(column, pa.ChunkedArray):
        data = pa.table({"x": column})
    else:
        data = {"x": column}
    answers = Responses.from_frame(data, scale=Scale(1, 5), missing="pairwise")
    np.testing.assert_array_equal(answers.item("x"), [5, np.nan, 3])
    assert answers.missing_answers == 1
    assert answers.mean("x").n == 2


def test_items_can_be_chosen_and_ordered():
    answers = Responses.from_frame(FRAME, ["on time", "friendly"], scale=Scale(1, 5))
    assert answers.items == ("on time", "friendly")
    assert answers.item("friendly").tolist() == [5, 4, 3]
    assert answers.weights.tolist() == [1, 1, 1]


def test_one_item_may_be_a_plain_list():
    answers = Responses.from_arrays([3, 4, None], scale=Scale(1, 5), missing="drop")
    assert answers.items == ("item 1",)
    assert answers.answers.tolist() == [[3], [4]]
    assert answers.base.excluded == {"missing answer": 1}


def test_policies_for_missing_answers():
    data = [[5, None], [4, 3], [None, 2], [3, 3]]
    drop = Responses.from_arrays(data, scale=Scale(1, 5), missing="drop", weights=[1, 2, 3, 4])
    assert drop.answers.tolist() == [[4, 3], [3, 3]]
    assert drop.weights.tolist() == [2, 4]
    assert (drop.base.excluded_respondents, drop.missing_answers) == (2, 0)
    pair = Responses.from_arrays(data, scale=Scale(1, 5), missing="pairwise")
    assert (pair.base.excluded_respondents, pair.missing_answers) == (0, 2)
    assert (pair.mean("item 1").n, pair.mean("item 1").value) == (3, 4)


def test_codes_are_counted_before_anybody_is_dropped():
    data = [[5, 9], [4, 3], [None, 9]]
    scale = Scale(1, 5, missing_codes=(9,))
    answers = Responses.from_arrays(data, scale=scale, missing="drop")
    assert (answers.base.dont_know, answers.base.respondents, answers.base.n) == (2, 3, 1)


def test_arrays_are_copied_and_closed():
    mine = np.array([[1.0, 2.0]])
    weights = np.array([2.0])
    direct = Responses(items=("a", "b"), answers=mine, weights=weights, scale=Scale(1, 5))
    read = Responses.from_arrays(mine, scale=Scale(1, 5), weights=weights)
    mine[0, 0] = 5
    weights[0] = 7
    for answers in (direct, read):
        assert answers.answers[0, 0] == 1
        assert answers.weights[0] == 2
        with pytest.raises(ValueError, match="read-only"):
            answers.answers[0, 0] = 3


def test_answers_become_frames():
    answers = Responses.from_frame(FRAME, scale=Scale(1, 5), weights="weight")
    frame = answers.to_frame("polars")
    assert frame.columns == ["friendly", "on time", "weight"]
    assert frame["on time"].to_list() == [4, 2, 5]


def test_how_answers_print():
    data = {"a": [5, 4, None], "b": [None, None, None]}
    answers = Responses.from_frame(data, scale=Scale(1, 5), missing="pairwise")
    assert repr(answers) == "Responses(respondents=3, items=2, scale='1-5', missing=4)"
    lines = str(answers).splitlines()
    # of the moments .75 and 13/384 on 0 to 1 that (2 m + 1/2) / 3 and its like give
    assert lines[4].split() == ["a", "4.500", "2.272", "4.952", "0.5000", "2"]
    assert lines[5].split() == ["b", "–", "–", "–", "–", "0"]
    assert lines[7:9] == [
        "3 respondents; missing='pairwise': 4 missing answers.",
        "Scale 1-5, effective n 3.0.",
    ]
    assert "<td style=text-align:right>4.500</td>" in answers._repr_html_()


@given(testing.responses(missing=True))
@slowly
def test_answers_go_to_json_and_back(answers):
    assert Responses.from_json(answers.to_json()) == answers


@given(testing.responses(min_respondents=2), st.randoms(use_true_random=False))
@slowly
def test_the_order_of_respondents_does_not_matter(answers, random):
    order = list(range(answers.respondents))
    random.shuffle(order)
    other = Responses.from_arrays(
        answers.answers[order], scale=answers.scale, weights=answers.weights[order]
    )
    for name in answers.items:
        one, two = answers.mean(name), other.mean(name)
        assert two.value == pytest.approx(one.value, rel=1e-9, abs=1e-9)
        assert two.standard_error == pytest.approx(one.standard_error, rel=1e-6, abs=1e-9)


# --- means ----------------------------------------------------------------------------------


def test_weighted_mean_and_error_by_hand():
    # weights 1, 1, 2 of 1, 3, 4: mean 3; residuals -2, 0, 1; Σ(w r / W)² = (4 + 0 + 4) / 16
    answers = Responses.from_arrays([1, 3, 4], scale=Scale(1, 5), weights=[1, 1, 2])
    mean = answers.mean("item 1")
    assert mean.value == 3
    assert mean.standard_error == pytest.approx(np.sqrt(3 / 2 * 0.5))
    assert mean.standard_deviation == pytest.approx(np.sqrt(3 / 2 * (4 + 2) / 4))
    assert mean.effective_n == pytest.approx(16 / 6)


def test_mean_error_agrees_with_moved_weights():
    answers, weights = drawn()
    own = answers[:, 0].tolist()
    mean = mean_estimate(answers[:, 0], Sample(weights), name="x")
    error = naive.linearised_error(
        lambda w: naive.weighted_mean(list(zip(own, w, strict=True))), weights.tolist()
    )
    assert mean.standard_error == pytest.approx(error, rel=1e-8)


def test_more_respondents_than_a_block_make_no_difference():
    rng = np.random.default_rng(1)
    values, weights = rng.normal(size=20_001), rng.uniform(1, 2, 20_001)
    values[[3, 17_000]] = np.nan
    mean = mean_estimate(values, Sample(weights), name="x")
    kept = ~np.isnan(values)
    share = weights[kept] / weights[kept].sum()
    centre = share @ values[kept]
    error = np.sqrt(np.sum((share * (values[kept] - centre)) ** 2) * 19_999 / 19_998)
    assert mean.n == 19_999
    assert mean.value == pytest.approx(centre, rel=1e-12)
    assert mean.standard_error == pytest.approx(error, rel=1e-12)
    both = combined_mean([values, values], [0.25, 0.75], Sample(weights), name="x")
    assert both.value == pytest.approx(mean.value, rel=1e-12)
    assert both.standard_error == pytest.approx(mean.standard_error, rel=1e-12)


def test_covariance_is_the_textbook_one_for_equal_weights():
    answers, weights = drawn(20_000)
    np.testing.assert_allclose(
        weighted_covariance(answers[:, :1], answers[:, 1:], weights=np.ones(20_000)),
        np.cov(answers, rowvar=False),
        rtol=1e-10,
    )
    found = weighted_covariance(answers[:50], weights=weights[:50])
    expected = naive.covariance(
        answers[:50, 0].tolist(), answers[:50, 2].tolist(), weights[:50].tolist()
    )
    assert found[0, 2] == pytest.approx(expected, rel=1e-12)


# --- instruments ----------------------------------------------------------------------------


def instrument():
    return Instrument(
        name="workshop",
        dimensions=(
            Dimension(name="staff", chinese="人员", items=(Item(name="polite"), Item(name="able"))),
            Dimension(name="place", items=(Item(name="clean", label="clean rooms"),)),
        ),
    )


def test_an_instrument_knows_its_items():
    assert instrument().item_names == ("polite", "able", "clean")
    assert instrument().dimension_names == ("staff", "place")
    assert instrument().sizes == (2, 1)
    assert instrument().slices() == (slice(0, 2), slice(2, 3))
    assert Instrument.from_json(instrument().to_json()) == instrument()
    assert repr(instrument()) == "Instrument('workshop', {'staff': 2, 'place': 1})"


def test_an_instrument_takes_the_names_of_columns():
    renamed = instrument().renamed(["q1", "q2", "q3"])
    assert renamed.item_names == ("q1", "q2", "q3")
    assert renamed.items[2].label == "clean rooms"
    assert renamed.dimensions[0].chinese == "人员"


def test_how_an_instrument_prints():
    lines = str(instrument()).splitlines()
    assert lines[0] == "workshop"
    assert lines[4].split() == ["staff", "人员", "polite"]
    assert lines[6].split() == ["place", "clean", "clean", "rooms"]


# --- alpha ----------------------------------------------------------------------------------


def test_alpha_by_hand():
    # variances 35/12 and 11/12, of the total 7: 2 (1 - (46/12) / 7) = 19/21
    answers = Responses.from_arrays([[5, 4], [3, 3], [4, 4], [1, 2]], scale=Scale(1, 5))
    alpha = cronbach_alpha(answers)
    assert alpha.value == pytest.approx(19 / 21, rel=1e-14)
    assert (alpha.items, alpha.n, alpha.convention) == (2, 4, "raw")


@pytest.mark.parametrize("weighted", [False, True])
def test_alpha_and_its_error_agree_with_naive_loops(*, weighted):
    answers, weights = drawn()
    weights = weights if weighted else np.ones(40)
    alpha = cronbach_alpha(Responses.from_arrays(answers, scale=Scale(1, 5), weights=weights))
    rows, w = answers.tolist(), weights.tolist()
    assert alpha.value == pytest.approx(naive.cronbach_alpha(rows, w), rel=1e-12)
    error = naive.linearised_error(lambda w: naive.cronbach_alpha(rows, w), w)
    assert alpha.standard_error == pytest.approx(error, rel=1e-6)
    assert alpha.jackknife_error == pytest.approx(naive_jackknife(rows, w), rel=1e-10)
    interval = alpha.confidence_interval()
    reach = stats.t.ppf(0.975, alpha.effective_n - 1) * alpha.jackknife_error
    assert (interval.low, interval.high) == pytest.approx(
        (alpha.value - reach, alpha.value + reach)
    )
    assert interval.method == "jackknife, t"


def naive_jackknife(rows, weights):
    """Compute alpha without each respondent in turn."""
    n = len(rows)
    each = [
        naive.cronbach_alpha(rows[:i] + rows[i + 1 :], weights[:i] + weights[i + 1 :])
        for i in range(n)
    ]
    return np.sqrt((n - 1) / n * np.sum((np.array(each) - np.mean(each)) ** 2))


def test_one_alpha_has_one_interval_whichever_function_is_asked():
    rows = [[4, 5, 4], [2, 1, 2], [5, 5, 4], [3, 3, 4], [1, 2, 1], [4, 3, 5], [2, 3, 2], [5, 4, 5]]
    for weights in (None, [1.6, 0.4] * 4):
        answers = Responses.from_arrays(rows, scale=Scale(1, 5), weights=weights)
        one = cronbach_alpha(answers)
        with pytest.warns(DataWarning, match="Heywood"):
            other = reliability(answers).alpha
        for method in (None, "jackknife", "linearised", "normal"):
            ends = one.confidence_interval(method=method)
            assert ends.method == other.confidence_interval(method=method).method
            assert ends.low == pytest.approx(other.confidence_interval(method=method).low)
            assert ends.high == pytest.approx(other.confidence_interval(method=method).high)


def ceiling(n, rng):
    """Draw four items with about 74 % of the answers at 5."""
    cuts = stats.norm.ppf([0.02, 0.05, 0.11, 0.26])
    share, own = rng.normal(size=(n, 1)), rng.normal(size=(n, 4))
    return np.searchsorted(cuts, 0.7 * share + np.sqrt(0.51) * own) + 1


def test_few_answers_at_the_ceiling_are_warned_of():
    answers = Responses.from_arrays(ceiling(40, np.random.default_rng(3)), scale=Scale(1, 5))
    alpha = cronbach_alpha(answers)
    assert alpha.at_the_ceiling
    for shown in (alpha, reliability(answers)):
        assert "of the answers are at one end of the scale: with 40 respondents" in str(shown)
    many = Responses.from_arrays(ceiling(400, np.random.default_rng(3)), scale=Scale(1, 5))
    assert not cronbach_alpha(many).at_the_ceiling


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.filterwarnings("ignore:alpha is")
@pytest.mark.parametrize(("n", "least"), [(30, 0.87), (200, 0.915)])
def test_the_interval_of_alpha_holds_at_the_ceiling(n, least):
    rng = np.random.default_rng(n)
    covariance = np.cov(ceiling(400_000, rng).T)
    truth = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
    runs = 600
    inside = sum(
        truth
        in cronbach_alpha(
            Responses.from_arrays(ceiling(n, rng), scale=Scale(1, 5))
        ).confidence_interval()
        for _ in range(runs)
    )
    assert least <= inside / runs <= 0.975


def test_alpha_of_some_items():
    answers, _ = drawn()
    every = Responses.from_arrays(answers, scale=Scale(1, 5))
    two = Responses.from_arrays(answers[:, 1:3], scale=Scale(1, 5))
    assert cronbach_alpha(every, ["item 2", "item 3"]).value == cronbach_alpha(two).value


def test_alpha_uses_respondents_who_answered_all_of_the_items():
    answers, weights = drawn()
    holes = answers.copy()
    holes[2, 0] = holes[5, 3] = np.nan
    kept = [i for i in range(40) if i not in (2, 5, 9)]
    weights[9] = 0
    some = Responses.from_arrays(holes, scale=Scale(1, 5), weights=weights, missing="drop")
    rest = Responses.from_arrays(answers[kept], scale=Scale(1, 5), weights=weights[kept])
    assert cronbach_alpha(some).n == 37
    assert cronbach_alpha(some).value == pytest.approx(cronbach_alpha(rest).value, rel=1e-12)
    assert cronbach_alpha(some).standard_error == pytest.approx(
        cronbach_alpha(rest).standard_error, rel=1e-12
    )


@pytest.mark.parametrize("missing", ["drop", "pairwise", "prorate"])
def test_a_missing_policy_gives_one_alpha_whichever_function_is_asked(missing):
    answers, weights = drawn()
    answers[2, 0] = answers[5, 3] = np.nan
    read = Responses.from_arrays(answers, scale=Scale(1, 5), weights=weights, missing=missing)
    one, other = cronbach_alpha(read), reliability(read).alpha
    assert (one.n, one.items, one.default_method) == (other.n, other.items, other.default_method)
    assert one.value == pytest.approx(other.value, rel=1e-12)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-9)
    assert one.confidence_interval().low == pytest.approx(other.confidence_interval().low)


def test_alpha_is_negative_where_an_item_is_keyed_the_wrong_way():
    answers, _ = drawn(200)
    answers[:, :2] = 6 - answers[:, :2]
    with pytest.warns(
        DataWarning, match=r"^alpha is -1.5010, .* 'item 3', 'item 4' correlate negatively"
    ):
        alpha = cronbach_alpha(Responses.from_arrays(answers, scale=Scale(1, 5)))
    assert alpha.value < 0
    assert alpha.confidence_interval().low < alpha.value


def test_alpha_stays_when_all_items_and_the_scale_are_reversed():
    answers, weights = drawn()
    one = cronbach_alpha(Responses.from_arrays(answers, scale=Scale(1, 5), weights=weights))
    other = cronbach_alpha(Responses.from_arrays(6 - answers, scale=Scale(1, 5), weights=weights))
    assert other.value == pytest.approx(one.value, rel=1e-10)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-8)


def test_alpha_of_copies_is_1():
    answers = Responses.from_arrays([[1, 1, 1], [4, 4, 4], [5, 5, 5]], scale=Scale(1, 5))
    alpha = cronbach_alpha(answers)
    assert alpha.value == pytest.approx(1, abs=1e-14)
    assert alpha.standard_error == pytest.approx(0, abs=1e-14)


def test_alpha_prints_and_goes_to_json():
    alpha = cronbach_alpha(Responses.from_arrays(drawn()[0], scale=Scale(1, 5)))
    assert ReliabilityCoefficient.from_json(alpha.to_json()) == alpha
    assert "95 % interval, jackknife, t. Effective n 40.0." in str(alpha)
    assert alpha.confidence_interval(0.5).low > alpha.confidence_interval(0.95).low


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("n", "weighted"), [(40, False), (400, False), (400, True)])
def test_intervals_of_alpha_cover_the_truth_as_often_as_they_say(n, weighted):
    # four parallel items: reliability 1 / (1 + 0.64) each, alpha = 4 ρ / (1 + 3 ρ)
    rng = np.random.default_rng(11)
    rho = 1 / 1.64
    truth = 4 * rho / (1 + 3 * rho)
    trials, hits = 1500, 0
    for _ in range(trials):
        answers = rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, 4))
        weights = rng.uniform(0.5, 2, n) if weighted else None
        responses = Responses.from_arrays(answers, scale=Scale(-20, 20, step=None), weights=weights)
        hits += truth in cronbach_alpha(responses).confidence_interval()
    # four standard errors of a share of .95 in 1500 trials are .0225
    assert abs(hits / trials - 0.95) < 0.0225


def test_numpy_numbers_make_the_same_scale_which_json_brings_back():
    scale = Scale(np.int64(1), np.float32(5), step=np.int32(2), missing_codes=np.array([9]))
    assert scale == Scale(1, 5, step=2, missing_codes=(9,))
    assert Scale.from_json(scale.to_json()) == scale
