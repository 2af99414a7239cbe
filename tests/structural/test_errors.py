"""Standard errors: against weights that are moved a little, clusters by hand, and resamples."""

import numpy as np
import pytest
import structured
from reference_clusters import slow
from structured import ITEMS, MODEL, TEN, answers, drawn

from custvalue._structural.groups import GROUPS as NUMBERS
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.structural import Construct, Model, Path
from custvalue.survey import Bootstrap, Responses

STEP = 1e-4
GROUPS = ("paths", "loadings", "weights", "r_squared", "f_squared", "index, unstandardised")


def values(fit):
    return np.concatenate([NUMBERS[group].values(fit.solution)[0] for group in GROUPS])


def found_errors(fit):
    """Standard errors, with 0 where a number is fixed by its definition."""
    return np.array([its.standard_error or 0 for group in GROUPS for its in fit.estimates(group)])


def influences(people, **how):
    """Move the weight of each respondent a little, fit again, and see what that does."""
    rows = []
    for person in range(people.respondents):
        moved = [people.weights.copy() for _ in range(2)]
        for weights, side in zip(moved, (1, -1), strict=True):
            weights[person] *= 1 + side * STEP
        up, down = (
            values(MODEL.fit(people.with_weights(its), tolerance=1e-12, **how)) for its in moved
        )
        rows.append((up - down) / (2 * STEP))
    return np.array(rows)


CASES = {
    "plain": ({}, {}),
    "centred": ({}, {"scaling": "centred", "scheme": "centroid"}),
    "consistent": ({}, {"consistent": True}),
    "weights": ({"weights": np.random.default_rng(3).lognormal(0, 0.6, 60)}, {"scheme": "factor"}),
}


@pytest.mark.parametrize("case", list(CASES))
def test_linearised_errors_are_those_of_weights_moved_a_little(case):
    more, how = CASES[case]
    people = answers(60, **more)
    moved = influences(people, **how)
    expected = np.sqrt(60 / 59 * np.square(moved).sum(axis=0))
    assert found_errors(MODEL.fit(people, **how)) == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_pairwise_answers_have_errors_too():
    rows = drawn(60)
    rows[np.random.default_rng(2).random(rows.shape) < 0.08] = np.nan
    people = Responses.from_arrays(rows, items=ITEMS, scale=TEN, missing="pairwise")
    expected = np.sqrt(60 / 59 * np.square(influences(people)).sum(axis=0))
    assert found_errors(MODEL.fit(people)) == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_clusters_enter_as_what_their_respondents_add():
    dealer = np.random.default_rng(1).integers(0, 12, 60)
    weights = np.random.default_rng(2).lognormal(0, 0.4, 60)
    people = answers(60, cluster=dealer, weights=weights)
    fit = MODEL.fit(people)
    moved = influences(people)
    its = fit.paths["Quality", "Satisfaction"]
    place = GROUPS.index("paths") + list(fit.paths).index(its)
    residual = moved[:, place] / weights * weights.sum()
    variance, degrees = slow(residual, weights, dealer)[:2]
    assert its.standard_error == pytest.approx(np.sqrt(variance), rel=1e-5)
    assert its.degrees_of_freedom == pytest.approx(degrees, rel=1e-6)
    assert its.clusters == 12
    assert its.design_effect > 0


def test_one_item_has_no_error():
    its = structured.fit().loadings["v1"]
    assert (its.value, its.standard_error) == (pytest.approx(1, abs=1e-12), None)
    with pytest.raises(DataError) as refused:
        its.confidence_interval()
    assert str(refused.value) == (
        "v1 is 1 by definition and has no standard error: a construct of one item is this item. "
        "Report it without an interval."
    )
    assert structured.resampled().weights["v1"].standard_error is None
    assert structured.resampled().loadings["v1"].draws.size == 0


def test_resamples_are_fits_of_drawn_rows():
    fit = MODEL.fit(answers(60), method=Bootstrap(3, rng=5))
    random = np.random.default_rng(5)
    for place in range(3):
        rows = drawn(60)[random.integers(60, size=60)]
        again = MODEL.fit(Responses.from_arrays(rows, items=ITEMS, scale=TEN))
        for group in GROUPS:
            for one, other in zip(fit.estimates(group), again.estimates(group), strict=True):
                if one.standard_error is not None:
                    assert one.draws[place] == pytest.approx(other.value, abs=1e-7)


def test_resamples_of_pairwise_answers_too():
    rows = drawn(60)
    rows[np.random.default_rng(2).random(rows.shape) < 0.1] = np.nan
    how = {"items": ITEMS, "scale": TEN, "missing": "pairwise"}
    fit = MODEL.fit(Responses.from_arrays(rows, **how), method=Bootstrap(2, rng=5))
    drawn_rows = rows[np.random.default_rng(5).integers(60, size=60)]
    again = MODEL.fit(Responses.from_arrays(drawn_rows, **how))
    for one, other in zip(fit.paths, again.paths, strict=True):
        assert one.draws[0] == pytest.approx(other.value, abs=1e-7)
    one, other = (its.index("Loyalty").estimate for its in (fit, again))
    assert one.draws[0] == pytest.approx(other.value, abs=1e-5)


@pytest.mark.parametrize("more", [{}, {"cluster": np.arange(300) % 30}], ids=["rows", "clusters"])
def test_resamples_and_linearisation_agree(more):
    people = answers(300, **more)
    drawn_fit = MODEL.fit(people, method=Bootstrap(2000, rng=1))
    ratio = found_errors(drawn_fit)[:4] / found_errors(MODEL.fit(people))[:4]
    assert ratio == pytest.approx(1, abs=0.12)
    assert (
        "bootstrap percentile" in drawn_fit.paths["Quality", "Value"].confidence_interval().method
    )
    clustered = bool(more)
    assert (drawn_fit.paths["Quality", "Value"].clusters == 30) is clustered


def test_bca_and_the_same_seed():
    one, other = (
        MODEL.fit(answers(60), method=Bootstrap(200, rng=3, kind="bca")).paths["Quality", "Value"]
        for _ in range(2)
    )
    assert one.draws.tolist() == other.draws.tolist()
    assert one.confidence_interval().method == "bootstrap BCa"
    assert one.confidence_interval(method="percentile") != one.confidence_interval()
    assert one.confidence_interval(method="linearised").method == "linearised, t"


def rare(*items):
    """Answers to items that hardly vary: many resamples miss the two who differ."""
    rows = drawn(60)
    low, high = rows.sum(axis=1).argmin(), rows.sum(axis=1).argmax()
    for item in items:
        rows[:, ITEMS.index(item)] = 5
    rows[low, ITEMS.index(items[0])] = 1
    rows[high, ITEMS.index(items[-1])] = 9
    return Responses.from_arrays(rows, items=ITEMS, scale=TEN)


def test_failed_resamples_are_counted_by_the_item():
    fit = MODEL.fit(rare("l1"), method=Bootstrap(300, rng=1))
    assert list(fit.failures) == ["all answers to 'l1' are equal."]
    failed = fit.failures["all answers to 'l1' are equal."]
    assert 20 < failed < 70  # (58/60)^60 of 300 is 39
    assert fit.paths["Quality", "Value"].failed == failed
    assert f"{failed} resamples failed: {failed} because all answers to 'l1' are equal." in str(fit)
    interval = fit.paths["Quality", "Value"].confidence_interval()
    assert interval.method.endswith(f", {failed} of 300 resamples failed")


def test_too_many_failed_resamples():
    with pytest.raises(EstimationError) as refused:
        MODEL.fit(rare("q2", "s1"), method=Bootstrap(100, rng=1))
    assert str(refused.value) == (
        "67 of 100 bootstrap resamples failed, the first one because: all answers to 's1' are "
        "equal. Collect more answers, or use an interval that needs no resampling."
    )


def test_a_method_is_a_bootstrap():
    with pytest.raises(ParameterError) as refused:
        MODEL.fit(answers(), method="bootstrap")
    assert str(refused.value) == (
        "method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is 'bootstrap'."
    )


def test_a_method_is_one_that_suits_the_number():
    with pytest.raises(ParameterError) as refused:
        structured.fit().paths["Quality", "Value"].confidence_interval(method="beta")
    assert str(refused.value) == (
        "method must be one of 'fisher', 'linearised', 'percentile', 'bca', but it is 'beta'."
    )
    loading = structured.fit().loadings["q1"]
    interval = loading.confidence_interval(0.9, method="fisher")
    assert interval == loading.confidence_interval(0.9)
    reach = 1.6577 * loading.standard_error / (1 - loading.value**2)  # t, 119 degrees of freedom
    assert np.arctanh(interval.high) == pytest.approx(np.arctanh(loading.value) + reach, rel=1e-4)
    effect = structured.fit().f_squared["Quality", "Value"]
    root = np.sqrt(effect.value)
    ends = effect.confidence_interval(0.9)
    reach = 1.6577 * effect.standard_error / (2 * root)
    assert (ends.low, ends.high) == pytest.approx(((root - reach) ** 2, (root + reach) ** 2), 1e-4)
    share = structured.fit().r_squared["Value"]
    high = share.confidence_interval(0.9).high
    reach = 1.6577 * share.standard_error / (2 * np.sqrt(share.value) * (1 - share.value))
    assert np.arctanh(np.sqrt(high)) == pytest.approx(
        np.arctanh(np.sqrt(share.value)) + reach, rel=1e-4
    )


def test_intervals_keep_to_what_a_number_can_be():
    fit = MODEL.fit(answers(20))
    for its in fit.loadings:
        if its.standard_error is not None:
            interval = its.confidence_interval(0.99)
            assert -1 <= interval.low < its.value < interval.high <= 1
    for its in (*fit.r_squared, *fit.f_squared):
        assert its.confidence_interval(0.99).low >= 0
    for its in fit.estimates("index, unstandardised"):
        interval = its.confidence_interval(0.999)
        assert 0 <= interval.low < its.value < interval.high <= 100


def test_formative_constructs_have_errors():
    model = Model(
        [
            Construct("Quality", ["q1", "q2", "q3"], "B"),
            Construct("Satisfaction", ["s1", "s2", "s3"]),
            Path("Quality", "Satisfaction"),
        ]
    )
    people = answers(400)
    fit = model.fit(people)
    drawn_fit = model.fit(people, method=Bootstrap(1500, rng=2))
    for one, other in zip(fit.weights, drawn_fit.weights, strict=True):
        assert one.standard_error == pytest.approx(other.standard_error, rel=0.15)
