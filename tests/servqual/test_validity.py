"""What explains overall satisfaction: R² of perceptions and of gaps, with intervals."""

import numpy as np
import pytest
import reference_servqual as linear
import reference_servqual_models as naive

from custvalue import servqual
from custvalue.errors import DataError
from custvalue.servqual import PredictiveValidity, Survey
from custvalue.survey import Bootstrap, Scale

DIMENSIONS = {"staff": 2, "premises": 3}
SCALE = Scale(-20, 30, step=None)
SATISFACTION = Scale(0, 100, step=None)


def drawn(n=80, seed=7):
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(n, 1))
    perceived = 5 + person + rng.normal(size=(n, 5))
    expected = 6 + 0.3 * person + 0.8 * rng.normal(size=(n, 5))
    overall = 50 + 8 * person[:, 0] + 3 * perceived[:, 3] + 6 * rng.normal(size=n)
    return perceived, expected, np.clip(overall, 0, 100), rng.uniform(0.3, 3, n)


def read(perceived, expected, overall, **options):
    usual = {"scale": SCALE, "dimensions": DIMENSIONS, "overall_scale": SATISFACTION}
    return Survey.from_arrays(perceived, expected, overall=overall, **(usual | options))


def scores(answers):
    return np.column_stack([answers[:, :2].mean(axis=1), answers[:, 2:].mean(axis=1)])


@pytest.mark.parametrize("weighted", [False, True])
def test_it_agrees_with_least_squares(*, weighted):
    perceived, expected, overall, weights = drawn()
    weights = weights if weighted else np.ones(80)
    found = servqual.predictive_validity(
        read(perceived, expected, overall, weights=weights), method="linearised"
    )
    for model, answers in ((found.perception, perceived), (found.gap, perceived - expected)):
        r_squared, betas = naive.regression(overall, scores(answers), weights)
        assert model.r_squared.value == pytest.approx(r_squared, rel=1e-10)
        assert [its.beta.value for its in model.dimensions] == pytest.approx(betas, rel=1e-9)
        assert model.adjusted_r_squared == pytest.approx(1 - (1 - r_squared) * 79 / 77)
        for its, score in zip(model.dimensions, scores(answers).T, strict=True):
            alone = naive.regression(overall, score[:, None], weights)[1][0]
            assert its.correlation.value == pytest.approx(alone, rel=1e-9)
    assert found.difference.value == pytest.approx(
        found.perception.r_squared.value - found.gap.r_squared.value
    )


def test_linearised_errors_agree_with_moved_weights():
    perceived, expected, overall, weights = drawn(30)
    found = servqual.predictive_validity(
        read(perceived, expected, overall, weights=weights), method="linearised"
    )

    def explained(answers):
        return lambda w: naive.regression(overall, scores(answers), np.array(w))[0]

    own, gap = explained(perceived), explained(perceived - expected)
    w = weights.tolist()
    assert found.perception.r_squared.standard_error == pytest.approx(
        linear.linearised_error(own, w), rel=1e-6
    )
    assert found.gap.r_squared.standard_error == pytest.approx(
        linear.linearised_error(gap, w), rel=1e-6
    )
    assert found.difference.standard_error == pytest.approx(
        linear.linearised_error(lambda w: own(w) - gap(w), w), rel=1e-6
    )


def test_intervals_are_percentiles_of_resampled_respondents():
    perceived, expected, overall, weights = drawn()
    survey = read(perceived, expected, overall, weights=weights)
    found = servqual.predictive_validity(survey, method=Bootstrap(300, rng=3))
    assert found == servqual.predictive_validity(survey, method=Bootstrap(300, rng=3))
    assert (found.resamples, found.failed) == (300, 0)
    rng, draws = np.random.default_rng(3), []
    for _ in range(300):
        rows = rng.integers(80, size=80)
        parts = [
            naive.regression(overall[rows], scores(answers)[rows], weights[rows])
            for answers in (perceived, perceived - expected)
        ]
        draws.append([parts[0][0], parts[1][0], parts[0][0] - parts[1][0], parts[1][1][0]])
    low, high = np.quantile(np.array(draws), [0.025, 0.975], axis=0, method="weibull")
    estimates = (
        found.perception.r_squared,
        found.gap.r_squared,
        found.difference,
        found.gap.dimension("staff").beta,
    )
    for estimate, a, b in zip(estimates, low, high, strict=True):
        interval = estimate.confidence_interval()
        assert (interval.low, interval.high) == pytest.approx((a, b), rel=1e-9)
        assert interval.method == "bootstrap percentile"


def test_bootstrap_and_linearised_intervals_are_close_for_many_respondents():
    survey = read(*drawn(1500)[:3])
    one = servqual.predictive_validity(survey, method=Bootstrap(400, rng=1))
    other = servqual.predictive_validity(survey, method="linearised")
    resampled, linearised = (its.difference.confidence_interval() for its in (one, other))
    width = linearised.high - linearised.low
    assert resampled.low == pytest.approx(linearised.low, abs=0.15 * width)
    assert resampled.high == pytest.approx(linearised.high, abs=0.15 * width)
    assert linearised.method == "linearised, normal"
    assert one.difference.confidence_interval(method="linearised") == linearised
    assert "400 resamples, 0 failed" in str(one)
    assert "resamples" not in str(other)
    slope = other.perception.dimensions[0].beta
    assert slope.standard_error is None
    with pytest.raises(DataError) as caught:
        slope.confidence_interval()
    assert str(caught.value) == (
        "slope of staff: an interval needs resamples. Use predictive_validity(survey, "
        "method=Bootstrap(2000, rng=1)), with Bootstrap from custvalue.survey."
    )


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_intervals_of_resamples_that_nobody_asked_for(method):
    found = servqual.predictive_validity(read(*drawn()[:3]), method="linearised")
    with pytest.raises(DataError) as caught:
        found.perception.r_squared.confidence_interval(method=method)
    assert str(caught.value) == (
        "R² of perceptions has no resamples. Use method=Bootstrap(2000, rng=1) when it is "
        "estimated."
    )


def test_intervals_at_any_level_and_with_acceleration():
    found = servqual.predictive_validity(
        read(*drawn()[:3]), method=Bootstrap(200, rng=1, kind="bca")
    )
    slope = found.gap.dimension("staff").beta
    wide, narrow = (slope.confidence_interval(level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < slope.value < narrow.high < wide.high
    assert wide.method == "bootstrap BCa"
    assert slope.confidence_interval(method="percentile").method == "bootstrap percentile"
    columns = found.columns(0.5)
    assert columns["beta_low"][2] == narrow.low


def test_the_verdict_follows_the_interval():
    found = servqual.predictive_validity(read(*drawn(400)[:3]), method=Bootstrap(200, rng=1))
    assert found.verdict.startswith("Perceptions explain more: perceptions explain 0.")
    perceived, expected, _, _ = drawn(400)
    gaps = (perceived - expected).mean(axis=1)
    by_gap = read(perceived, expected, np.clip(50 + 10 * gaps, 0, 100))
    other = servqual.predictive_validity(by_gap, method=Bootstrap(200, rng=1))
    assert other.verdict.startswith("Gaps explain more: ")
    noise = np.random.default_rng(1).uniform(0, 100, 400)
    neither = servqual.predictive_validity(
        read(perceived, expected, noise), method=Bootstrap(200, rng=1)
    )
    assert neither.verdict.startswith("No more than chance between the two: ")


def test_without_expectations_there_are_perceptions_only():
    perceived, _, overall, _ = drawn()
    found = servqual.predictive_validity(
        read(perceived, None, overall), method=Bootstrap(50, rng=1)
    )
    assert (found.gap, found.difference) == (None, None)
    assert found.verdict == "No expectations were asked, so there are no gaps to compare with."
    assert PredictiveValidity.from_json(found.to_json()) == found


def test_directions_of_the_scales_make_better_go_with_better():
    perceived, expected, overall, _ = drawn()
    up = servqual.predictive_validity(read(perceived, expected, overall), method="linearised")
    down = servqual.predictive_validity(
        read(
            10 - perceived,
            10 - expected,
            100 - overall,
            scale=Scale(-20, 30, step=None, direction="lower is better"),
            overall_scale=Scale(0, 100, step=None, direction="lower is better"),
        ),
        method="linearised",
    )
    for one, other in zip(
        (*up.perception.dimensions, *up.gap.dimensions),
        (*down.perception.dimensions, *down.gap.dimensions),
        strict=True,
    ):
        assert one.correlation.value > 0
        assert other.correlation.value == pytest.approx(one.correlation.value)
        assert other.beta.value == pytest.approx(one.beta.value)


def test_missing_answers_and_weights_of_zero_leave_respondents_out_of_both():
    perceived, expected, overall, weights = drawn(40)
    perceived[1, 0] = expected[2, 4] = overall[3] = np.nan
    weights[4] = 0
    pairwise = read(perceived, expected, overall, weights=weights, missing="pairwise")
    found = servqual.predictive_validity(pairwise, method="linearised")
    assert (found.base.n, found.base.respondents) == (36, 40)
    assert found.base.excluded == {"missing answer": 3, "weight 0": 1}
    keep = [0, *range(5, 40)]
    alone = read(perceived[keep], expected[keep], overall[keep], weights=weights[keep])
    assert found.perception == servqual.predictive_validity(alone, method="linearised").perception
    dropped = read(perceived, expected, overall, weights=weights, missing="drop")
    assert dropped.base.excluded == {"missing answer": 3}
    prorated = read(perceived, expected, overall, weights=weights, missing="prorate")
    assert servqual.predictive_validity(prorated, method="linearised").base.n == 38


def test_overall_satisfaction_is_read_from_a_column():
    frame = {"a": [5, 4, 3, 2, 1], "b": [3, 4, 2, 5, 1], "sat": [9, 8, 99, 4, 1]}
    survey = Survey.from_frame(
        frame,
        perceptions=["a", "b"],
        scale=Scale(1, 5),
        dimensions={"staff": ["a"], "premises": ["b"]},
        overall="sat",
        overall_scale=Scale(0, 10, missing_codes=(99,)),
        missing="pairwise",
    )
    assert survey.overall.items == ("sat",)
    assert survey.base.dont_know == 1
    assert servqual.predictive_validity(survey, method="linearised").base.n == 4
    assert list(survey.columns()) == ["a", "b", "sat", "weight"]
    assert Survey.from_json(survey.to_json()) == survey


def test_columns_json_and_print():
    found = servqual.predictive_validity(read(*drawn()[:3]), method=Bootstrap(100, rng=1))
    assert PredictiveValidity.from_json(found.to_json()) == found
    table = found.columns()
    assert table["score"].tolist() == ["perception", "perception", "gap", "gap"]
    assert found.to_frame("pandas").shape == (4, 8)
    assert repr(found).startswith("PredictiveValidity(n=80, perception=0.")
    text = str(found)
    assert text.splitlines()[0] == "adapted SERVQUAL: what explains overall"
    assert "no missing answers. Effective n 80.0. Adjusted R²: perceptions 0." in text
    assert "none of this is cause and effect" in text
    assert str(found.gap).startswith("Overall satisfaction by gaps")
    assert "<caption>" in found._repr_html_()
