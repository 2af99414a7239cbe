"""Importance for a binary answer: all sets against logistic regressions one by one."""

import numpy as np
import pytest
import reference_drivers as reference

from custvalue._drivers.logistic_sets import sets_of_orders, weights_of_sets
from custvalue._drivers.subsets import drawn_orders
from custvalue.drivers import DriverImportance, importance, what_if
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.survey import Bootstrap, Responses, Scale

SLIDER, YES = Scale(0, 100, step=None), Scale(0, 1)


def stays(n=300, seed=1, **options):
    """Return drivers that go together, whether customers stay, and both as arrays with weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)) + 0.7 * rng.normal(size=(n, 1))
    y = (rng.random(n) < 1 / (1 + np.exp(0.5 - x @ [1.0, 0.5, 0.0]))).astype(float)
    weights = rng.uniform(0.5, 2, n)
    answers = Responses.from_arrays(
        np.clip(50 + 8 * x, 0, 100), scale=SLIDER, items=list("abc"), weights=weights, **options
    )
    return answers, Responses.from_arrays(y, scale=YES, items=["stays"]), (x, y, weights)


@pytest.mark.parametrize("measure", ["mcfadden", "tjur"])
def test_parts_of_logistic_regressions_over_all_orders(measure):
    answers, asked, (x, y, w) = stays()
    found = importance(answers, asked, explained=measure)
    worth = getattr(reference, measure)
    slow = reference.over_orders(lambda chosen: worth(x[:, chosen].T, y, w), 3)
    assert [its.importance.value for its in found.drivers] == pytest.approx(slow, rel=1e-6)
    assert found.r_squared.value == pytest.approx(worth(x.T, y, w), rel=1e-6)
    assert sum(its.share.value for its in found.drivers) == pytest.approx(1)
    spread = np.sqrt(np.cov(x.T, aweights=w, ddof=0).diagonal())
    slopes = reference.logistic(x.T, y, w)[0][1:]
    assert [its.coefficient for its in found.drivers] == pytest.approx(slopes * spread, rel=1e-4)
    assert DriverImportance.from_json(found.to_json()) == found
    name = {"mcfadden": "McFadden", "tjur": "Tjur"}[measure]
    assert f"{name}'s R² 0." in str(found)


@pytest.mark.parametrize("measure", ["mcfadden", "tjur"])
def test_errors_are_those_of_derivatives_by_the_weight_of_each_respondent(measure):
    answers, asked, (x, y, w) = stays(60)
    worth, moves = getattr(reference, measure), []
    for row in range(60):
        step = 1e-4 * w[row] * (np.arange(60) == row)
        ends = (worth(x.T, y, w + step), worth(x.T, y, w - step))
        moves.append(w[row] * (ends[0] - ends[1]) / (2 * step[row]))
    error = np.sqrt(60 / (60 - 4) * np.square(moves).sum())  # of four coefficients
    found = importance(answers, asked, explained=measure)
    assert found.r_squared.standard_error == pytest.approx(error, rel=1e-4)


@pytest.mark.parametrize("measure", ["mcfadden", "tjur"])
def test_linearised_errors_are_those_of_the_bootstrap(measure):
    answers, asked, _ = stays(400)
    found = importance(answers, asked, explained=measure)
    drawn = found.resampled(Bootstrap(300, rng=1))
    for one, other in zip(found.drivers[:2], drawn.drivers[:2], strict=True):
        assert one.importance.standard_error == pytest.approx(
            other.importance.standard_error, rel=0.2
        )
    clustered, asked, _ = stays(400, cluster=np.repeat(np.arange(20), 20))
    found = importance(clustered, asked, explained=measure)
    drawn = found.resampled(Bootstrap(200, rng=1))
    assert found["a"].importance.clusters == drawn["a"].importance.clusters == 20
    assert found["a"].importance.standard_error == pytest.approx(
        drawn["a"].importance.standard_error, rel=0.3
    )


def test_a_resample_is_the_regression_of_its_rows():
    answers, asked, (x, y, w) = stays(120)
    drawn = importance(answers, asked, explained="mcfadden").resampled(
        Bootstrap(3, rng=5, kind="bca")
    )
    random = np.random.default_rng(5)
    for resample in range(3):
        rows = random.integers(120, size=120)
        slow = reference.over_orders(
            lambda chosen, rows=rows: reference.mcfadden(x[rows][:, chosen].T, y[rows], w[rows]), 3
        )
        values = [its.importance.draws[resample] for its in drawn.drivers]
        assert values == pytest.approx(slow, rel=1e-5)


def test_who_missed_an_answer_is_left_out_of_logistic_regressions():
    answers, asked, _ = stays()
    columns = answers.answers.copy()
    columns[3, 1] = np.nan
    gaps = Responses.from_arrays(columns, scale=SLIDER, items=list("abc"), missing="pairwise")
    found = importance(gaps, asked, explained="tjur")
    assert (found.n, found.covariances) == (299, "listwise")


def test_drawn_orders_weigh_the_sets_that_come_first():
    sets, weights = sets_of_orders(drawn_orders(5, 4_000, np.random.default_rng(1)))
    whole = weights_of_sets(5)
    places = sets @ (1 << np.arange(5))
    np.testing.assert_allclose(weights, whole[places], atol=0.03)
    answers, asked, _ = stays()
    exact = importance(answers, asked, explained="tjur")
    drawn = importance(answers, asked, explained="tjur", orders=200, rng=1)
    for one, other in zip(exact.drivers, drawn.drivers, strict=True):
        error = 4 * other.order_error + 1e-12
        assert other.importance.value == pytest.approx(one.importance.value, abs=error)


def test_more_than_10_drivers_are_sampled():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 12))
    y = (rng.random(400) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    answers = Responses.from_arrays(np.clip(50 + 8 * x, 0, 100), scale=SLIDER)
    asked = Responses.from_arrays(y, scale=YES, items=["stays"])
    found = importance(answers, asked, explained="mcfadden", rng=1)
    assert found.orders == 50
    assert found.ranked[0] == "item 1"
    assert all(its.order_error is not None for its in found.drivers)


def test_ranks_noise_and_dominance_of_a_binary_answer():
    answers, asked, _ = stays()
    found = importance(answers, asked, explained="tjur")
    assert found.rank_probabilities(Bootstrap(50, rng=1))["a"].first > 0.9
    floor = found.noise_floor(60, rng=1)
    assert floor["a"].p_value == pytest.approx(1 / 61)
    pair = next(its for its in found.dominance().pairs if {its.driver, its.over} == {"a", "c"})
    assert (pair.driver, pair.kind) == ("a", "complete")


# --- bad input ----------------------------------------------------------------------------------


def refused(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def test_a_driver_that_separates_is_named():
    answers, _, (x, _, _) = stays()
    asked = Responses.from_arrays((x[:, 1] > 0.3).astype(float), scale=YES, items=["stays"])
    message = refused(EstimationError, lambda: importance(answers, asked, explained="mcfadden"))
    assert message == (
        "'b' separates the two overall answers completely, so that a logistic regression has no "
        "end: its coefficient grows without bound. Leave it out, or use explained='r squared'."
    )
    linear = importance(answers, asked, explained="r squared")
    assert linear.ranked[0] == "b"


def test_drivers_that_separate_together_are_named():
    answers, _, (x, _, _) = stays()
    apart = (x[:, 0] + 2 * x[:, 1] > 0.3).astype(float)
    asked = Responses.from_arrays(apart, scale=YES, items=["stays"])
    message = refused(EstimationError, lambda: importance(answers, asked, explained="tjur"))
    assert message.startswith("'a', 'b' together separate the two overall answers completely")


def test_a_binary_answer_needs_its_measure_by_name():
    answers, asked, _ = stays()
    assert refused(ParameterError, lambda: importance(answers, asked)) == (
        "'stays' has two answers, so that explained must be named: 'mcfadden' or 'tjur' of a "
        "logistic regression, or 'r squared' of a linear one."
    )
    assert refused(
        ParameterError,
        lambda: importance(answers, asked, explained="tjur", decomposition="johnson"),
    ) == (
        "explained='tjur' goes with decomposition='lmg' or 'general dominance' and "
        "covariances='listwise', but they are 'johnson' and 'listwise'."
    )
    several = answers.only(["c"])
    assert refused(
        DataError, lambda: importance(answers.only(["a", "b"]), several, explained="tjur")
    ) == (
        "explained='tjur' needs an overall question with two answers, but 'c' has 300. Use "
        "explained='r squared'."
    )
    found = importance(answers, asked, explained="tjur")
    assert refused(ParameterError, lambda: what_if(found, {"a": 1})) == (
        "an expected change is in points, of a linear regression. Use importance(…, "
        "explained='r squared'), for a binary answer too."
    )
    clustered, asked, _ = stays(cluster=np.repeat(np.arange(20), 15))
    found = importance(clustered, asked, explained="tjur")
    assert refused(ParameterError, lambda: found.noise_floor(20)) == (
        "noise_floor of a logistic regression deals out single answers, which are not alike in "
        "clusters. Use importance(…, explained='r squared'), which knows them."
    )
