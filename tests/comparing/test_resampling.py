"""Bootstrap intervals of any measure of a survey."""

from functools import partial

import numpy as np
import pytest

from custvalue._inference.sums import sums_of
from custvalue.comparing import bootstrap_interval, paired
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.satisfaction import (
    acsi_index,
    customer_satisfaction_index,
    factor_index,
    net_promoter_score,
    top_box,
)
from custvalue.survey import Bootstrap, Responses, Scale, cronbach_alpha


def answers(n=60, seed=3):
    random = np.random.default_rng(seed)
    own = random.normal(3.5, 0.8, (n, 1))
    given = np.clip(np.rint(own + random.normal(0, 0.7, (n, 3))), 1, 5)
    return Responses.from_arrays(given, scale=Scale(1, 5), weights=random.uniform(0.5, 2, n))


MEASURES = {
    "CSI": customer_satisfaction_index,
    "ACSI type": lambda part: acsi_index(part, convention="simple"),
    "factor index": lambda part: factor_index(
        part, weights={"item 1": 50, "item 2": 30, "item 3": 20}
    ),
    "alpha": cronbach_alpha,
}


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_it_is_about_as_wide_as_the_interval_of_the_measure_itself(measure, kind):
    survey = answers()
    result = measure(survey)
    own = result.confidence_interval()
    interval = bootstrap_interval(survey, measure, method=Bootstrap(600, rng=1, kind=kind))
    assert result.value in interval
    assert interval.high - interval.low == pytest.approx(own.high - own.low, rel=0.3)
    assert interval.method.startswith("bootstrap ")
    assert interval == bootstrap_interval(survey, measure, method=Bootstrap(600, rng=1, kind=kind))


def test_naive_resampling_of_rows_gives_the_same_quantiles():
    survey = answers(40)
    scores, weights = 25 * (survey.answers.mean(axis=1) - 1), survey.weights
    random = np.random.default_rng(9)
    draws = []
    for _ in range(4000):
        rows = random.integers(0, 40, 40)
        draws.append(weights[rows] @ scores[rows] / weights[rows].sum())
    low, high = np.quantile(draws, [0.05, 0.95])
    interval = bootstrap_interval(
        survey, customer_satisfaction_index, level=0.9, method=Bootstrap(4000, rng=2)
    )
    error = 4 * np.std(draws) * 0.035  # of a 5 % quantile of 4,000 draws, twice
    assert interval.low == pytest.approx(low, abs=error)
    assert interval.high == pytest.approx(high, abs=error)


def with_gaps(n, policy):
    random = np.random.default_rng(n)
    given = random.integers(1, 6, (n, 3)).astype(float)
    given[random.random((n, 3)) < 0.2] = np.nan
    given[0], weights = [1, 5, 2], random.choice([0.0, 1.0, 3.5], n)
    weights[0] = 1
    return Responses.from_arrays(given, scale=Scale(1, 5), weights=weights, missing=policy)


class Undeclared:
    """A measure of which nothing is known."""

    def __init__(self, measure):
        self.measure = measure

    def __call__(self, part):
        return self.measure(part)


DECLARED = {
    "CSI": customer_satisfaction_index,
    "CSI, given importance": partial(
        customer_satisfaction_index, importance=[2, 0, 1], form="maximum"
    ),
    "alpha": cronbach_alpha,
    "alpha of two items": partial(cronbach_alpha, items=["item 3", "item 1"]),
    "mean": partial(Responses.mean, name="item 2"),
}


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")
@pytest.mark.parametrize("measure", DECLARED.values(), ids=DECLARED)
@pytest.mark.parametrize("policy", ["drop", "pairwise", "prorate"])
@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_a_measure_of_sums_has_the_interval_of_its_rows(measure, policy, kind):
    survey = with_gaps(25, policy)
    method = Bootstrap(80, rng=1, kind=kind)
    by_sums = bootstrap_interval(survey, measure, method=method)
    by_rows = bootstrap_interval(survey, Undeclared(measure), method=method)
    assert (by_sums.low, by_sums.high) == pytest.approx((by_rows.low, by_rows.high), rel=1e-12)
    assert by_sums.method == by_rows.method
    declared = sums_of(measure, survey)
    if policy != "pairwise" or "alpha" not in str(measure):
        assert declared.whole() == pytest.approx([measure(survey).value], rel=1e-13)


ONE_QUESTION = {
    "NPS": (net_promoter_score, Scale(0, 10)),
    "top box": (top_box, Scale(0, 10)),
    "one box, lower is better": (
        partial(top_box, boxes=1),
        Scale(-1, 1, step=0.2, direction="lower is better"),
    ),
}


@pytest.mark.parametrize(("measure", "scale"), ONE_QUESTION.values(), ids=ONE_QUESTION)
@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_a_score_of_one_question_has_the_interval_of_its_rows(measure, scale, kind):
    random = np.random.default_rng(3)
    given = scale.low + (scale.step or 1) * random.integers(0, 11, 40)
    given[::9] = np.nan
    weights = random.choice([0.0, 1.0, 3.5], 40)
    survey = Responses.from_arrays(given, scale=scale, weights=weights, missing="pairwise")
    method = Bootstrap(60, rng=1, kind=kind)
    by_sums = bootstrap_interval(survey, measure, method=method)
    by_rows = bootstrap_interval(survey, Undeclared(measure), method=method)
    assert (by_sums.low, by_sums.high) == pytest.approx((by_rows.low, by_rows.high), rel=1e-12)
    assert sums_of(measure, survey).whole() == pytest.approx([measure(survey).value], rel=1e-13)
    assert sums_of(partial(measure, weights=weights), survey) is None


def test_respondents_who_are_alike_have_one_code():
    survey = with_gaps(60, "pairwise")
    rows = [(*given.astype(str), weight) for given, weight in zip(survey.answers, survey.weights)]  # noqa: B905 - one each
    same = [[one == other for one in rows] for other in rows]
    np.testing.assert_array_equal(survey.alike[:, None] == survey.alike, same)


ROWS = [
    pytest.param(
        {"measure": "CSI"},
        ParameterError,
        "measure must be a function of the answers, as in lambda part: part.mean('friendly'), but "
        "it is 'CSI'.",
        id="no function",
    ),
    pytest.param(
        {"method": "BCa"},
        ParameterError,
        "method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is 'BCa'.",
        id="method unknown",
    ),
    pytest.param(
        {"level": 95},
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
        id="level in percent",
    ),
]


@pytest.mark.parametrize(("changes", "error", "message"), ROWS)
def test_bad_input(changes, error, message):
    options = {"measure": customer_satisfaction_index, **changes}
    with pytest.raises(error) as caught:
        bootstrap_interval(answers(), **options)
    assert str(caught.value) == message


def test_where_most_resamples_fail_there_is_no_interval():
    survey = Responses.from_arrays([[1, 1], [1, 1], [1, 1], [1, 1], [5, 5]], scale=Scale(1, 5))
    rare = Responses.from_arrays([[1, 1]] * 60 + [[2, 1]], scale=Scale(1, 5))
    method = bootstrap_interval(survey, cronbach_alpha, method=Bootstrap(rng=1)).method
    assert "resamples failed; zero width" in method  # alpha is 1 in all the others
    with pytest.raises(EstimationError):
        bootstrap_interval(rare, strict, method=Bootstrap(rng=1))


@pytest.mark.parametrize(
    ("kind", "name"), [("percentile", "bootstrap percentile"), ("bca", "bootstrap BCa")]
)
def test_an_interval_without_width_says_so(kind, name):
    equal = Responses.from_arrays([[1, 2]] * 9, scale=Scale(1, 5), weights=np.arange(1.0, 10))
    interval = bootstrap_interval(
        equal, customer_satisfaction_index, method=Bootstrap(rng=1, kind=kind)
    )
    assert interval.low == interval.high == 12.5
    assert interval.method == f"{name}; zero width: all resamples give one value"
    varied = bootstrap_interval(
        answers(), customer_satisfaction_index, method=Bootstrap(rng=1, kind=kind)
    )
    assert varied.method == name


@pytest.mark.parametrize("weights", [[1], [1, 0, 0]])
def test_one_respondent_has_no_interval(weights):
    one = Responses.from_arrays([[1, 2]] * len(weights), scale=Scale(1, 5), weights=weights)
    with pytest.raises(DataError) as caught:
        bootstrap_interval(one, customer_satisfaction_index, method=Bootstrap(rng=1))
    assert str(caught.value) == (
        "answers: an interval needs at least 2 respondents, but there is 1. Report the value "
        "without one, or collect more answers."
    )


def test_two_respondents_have_an_interval():
    two = Responses.from_arrays([[1, 2], [3, 2], [5, 5]], scale=Scale(1, 5), weights=[1, 1, 0])
    interval = bootstrap_interval(two, customer_satisfaction_index, method=Bootstrap(rng=1))
    assert (interval.low, interval.high) == pytest.approx((12.5, 37.5))


def strict(part):
    if len(np.unique(part.answers[:, 0])) < 2 or (part.answers[:, 0] == 2).sum() != 1:
        raise EstimationError("this measure exists in few samples")
    return cronbach_alpha(part)


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_a_change_of_a_measure_of_sums_has_the_resamples_of_its_rows(kind):
    first, second = answers(30, seed=1), answers(30, seed=2).with_weights(np.ones(30))
    first, method = first.with_weights(np.ones(30)), Bootstrap(50, rng=3, kind=kind)
    for measure in (customer_satisfaction_index, partial(Responses.mean, name="item 1")):
        by_sums = paired(first, second, measure, method=method).estimate
        by_rows = paired(first, second, Undeclared(measure), method=method).estimate
        np.testing.assert_allclose(by_sums.draws, by_rows.draws, atol=1e-11)
        if kind == "bca":
            assert by_sums.acceleration == pytest.approx(by_rows.acceleration, rel=1e-9)


def test_where_nothing_changes_in_any_resample_p_is_1():
    answers = Responses.from_arrays([[1], [3], [4], [5]], items=["q"], scale=Scale(1, 5))
    found = paired(answers, answers, lambda part: part.mean("q"), method=Bootstrap(50, rng=1))
    assert found.value == 0
    assert found.p_value == 1
