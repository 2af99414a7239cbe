"""Alpha, omega, composite reliability and their intervals agree with slow independent ways."""

import math
import warnings

import numpy as np
import pytest
import reference_reliability as naive
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from custvalue import survey
from custvalue._inference.resamples import row_resamples
from custvalue._inference.sample import Sample
from custvalue._respondents.keying import negatively_keyed
from custvalue._survey import one_factor as factor
from custvalue._survey.covariances import Moments, correlation_of, moments_of
from custvalue._survey.resampled_moments import matrix_resamples
from custvalue.errors import ConvergenceWarning, DataError, DataWarning
from custvalue.survey import (
    Bootstrap,
    Dimension,
    Instrument,
    InstrumentReliability,
    Item,
    Reliability,
    ReliabilityCoefficient,
    Responses,
    Scale,
    cronbach_alpha,
    reliability,
)

GOLDEN = golden("reliability")
FIVE = Scale(1, 5)
ANY = Scale(-1e6, 1e6, step=None)
slowly = settings(deadline=None, derandomize=True, max_examples=25)


def drawn(n=60, loadings=(0.8, 0.7, 0.6, 0.75), *, seed=3):
    """Ordinal answers of a one-factor model, and unequal weights."""
    rng = np.random.default_rng(seed)
    own = np.array(loadings)
    noise = rng.normal(size=(n, len(own))) * np.sqrt(1 - own**2)
    answers = 3.3 + 1.1 * (rng.normal(size=(n, 1)) * own + noise)
    return np.clip(np.rint(answers), 1, 5), rng.uniform(0.3, 3, n)


def with_covariance(covariance, n, *, seed=0):
    """Answers whose covariance matrix is exactly the given one."""
    rng = np.random.default_rng(seed)
    draws = rng.normal(size=(n, len(covariance)))
    draws -= draws.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(draws, rowvar=False)), draws.T)
    return (np.linalg.cholesky(covariance) @ white).T


def array(answers, **options):
    return Responses.from_arrays(answers, scale=options.pop("scale", FIVE), **options)


def values(result):
    return [coefficient.value for coefficient in result.coefficients]


# --- published numbers ----------------------------------------------------------------------


def holzinger():
    golden = GOLDEN["holzinger_swineford"]
    size = len(golden["covariance_lower"])
    covariance = np.zeros((size, size))
    for row, entries in enumerate(golden["covariance_lower"]):
        covariance[row, : row + 1] = covariance[: row + 1, row] = entries
    names = [f"x{place + 1}" for place in range(size)]
    return with_covariance(covariance, golden["n"]), names


def test_alpha_of_holzinger_and_swineford():
    answers, names = holzinger()
    golden = GOLDEN["holzinger_swineford"]
    parts = [names[0:3], names[3:6], names[6:9]]
    battery = Instrument(
        name="battery",
        dimensions=tuple(
            Dimension(name=name, items=tuple(Item(name=one) for one in part))
            for name, part in zip(golden["dimensions"], parts, strict=True)
        ),
    )
    result = reliability(array(answers, scale=ANY, items=names), instrument=battery)
    found = [dimension.alpha.value for dimension in result.dimensions]
    assert found == pytest.approx(golden["alpha"], abs=golden["atol"])
    assert [dimension.n for dimension in result.dimensions] == [301] * 3
    # one factor of three items reproduces their correlations exactly
    assert [dimension.factor.srmr for dimension in result.dimensions] == pytest.approx(
        [0] * 3, abs=1e-9
    )


def test_a_reversed_item_is_named():
    answers, names = holzinger()
    answers[:, 0] *= -1
    data = array(answers, scale=ANY, items=names)
    with pytest.warns(DataWarning, match=r"^alpha is -0.5467, .* 'x1' correlates negatively"):
        result = reliability(data, ["x1", "x2", "x3"])
    golden = GOLDEN["holzinger_swineford"]
    assert result.alpha.value == pytest.approx(golden["alpha_with_x1_reversed"], abs=golden["atol"])
    assert result.negatively_keyed == ("x1",)
    assert result.item("x1").item_rest < 0


def test_one_factor_of_six_ability_tests():
    golden = GOLDEN["ability"]
    scales = np.sqrt(np.diag(golden["covariance"]))
    solution = factor.one_factor(np.array(golden["covariance"]) / np.outer(scales, scales))
    assert solution.uniquenesses == pytest.approx(golden["uniquenesses"], abs=golden["atol"])
    assert solution.loadings == pytest.approx(golden["loadings"], abs=golden["atol"])
    size = len(scales)
    bartlett = golden["n"] - 1 - (2 * size + 5) / 6 - 2 / 3
    assert bartlett * solution.discrepancy == pytest.approx(golden["chi_square"], abs=5e-3)
    assert size * (size - 3) // 2 == golden["degrees_of_freedom"]


def test_feldts_interval_as_published():
    golden = GOLDEN["feldt_interval"]
    coefficient = ReliabilityCoefficient(
        name="alpha", convention="raw", value=golden["alpha"], standard_error=0.1,
        items=golden["items"], n=golden["n"], effective_n=golden["n"], usual_method="feldt",
    )  # fmt: skip
    interval = coefficient.confidence_interval()
    assert interval.method == "Feldt"
    assert [interval.low, interval.high] == pytest.approx(
        [golden["low"], golden["high"]], abs=golden["atol"]
    )


@pytest.mark.parametrize(("value", "high"), [(0.7, 0.7 + 0.08 * stats.norm.ppf(0.95)), (0.95, 1)])
def test_the_other_intervals_of_a_coefficient_by_hand(value, high):
    coefficient = ReliabilityCoefficient(
        name="alpha", convention="raw", value=value, standard_error=0.08,
        items=4, n=30, effective_n=25, usual_method="linearised",
    )  # fmt: skip
    normal = coefficient.confidence_interval(0.9, method="normal")
    assert [normal.low, normal.high] == pytest.approx(
        [value - 0.08 * stats.norm.ppf(0.95), high], rel=1e-9
    )
    factor = math.exp(stats.t.ppf(0.95, 24) * 0.08 / (1 - value))
    found = coefficient.confidence_interval(0.9, method="linearised")
    ends = [1 - (1 - value) * factor, 1 - (1 - value) / factor]
    assert [found.low, found.high] == pytest.approx(ends, rel=1e-9)


# --- the slow way ---------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
def test_coefficients_agree_with_a_general_optimiser(*, weighted):
    answers, weights = drawn()
    weights = weights if weighted else np.ones(len(answers))
    result = reliability(array(answers, weights=weights))
    expected = naive.coefficients(answers.tolist(), weights.tolist())
    assert values(result) == pytest.approx(expected, abs=1e-6)
    assert result.alpha.value == pytest.approx(
        cronbach_alpha(array(answers, weights=weights)).value, rel=1e-12
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_standard_errors_agree_with_moved_weights(*, weighted):
    answers, weights = drawn(25)
    weights = weights if weighted else np.ones(len(answers))
    result = reliability(array(answers, weights=weights))
    solution = factor.one_factor(Moments.of("abcd", list(answers.T), Sample(weights)).correlation)
    for place, coefficient in enumerate(result.coefficients):

        def estimate(moved, place=place):
            covariance = naive.covariances(answers.tolist(), moved)
            scales = np.sqrt(np.diag(covariance))
            correlation = covariance / np.outer(scales, scales)
            if place < 2:
                return naive.alpha([covariance, correlation][place])
            found = factor.one_factor(correlation, solution.uniquenesses)
            loadings, rest = found.loadings, found.uniquenesses
            if place == 4:
                return float(np.mean(loadings**2))
            return naive.omega(loadings, rest, [scales, np.ones(4)][place - 2])

        error = naive.linearised_error(estimate, weights.tolist())
        assert coefficient.standard_error == pytest.approx(error, rel=1e-5), coefficient.name


def test_pairwise_covariances_and_their_errors():
    answers, weights = drawn(30)
    rng = np.random.default_rng(8)
    answers[rng.random(answers.shape) < 0.15] = np.nan
    data = array(answers, weights=weights, missing="pairwise")
    result = reliability(data)
    rows = [[None if np.isnan(x) else x for x in row] for row in answers]
    used = [i for i, row in enumerate(rows) if any(x is not None for x in row)]
    rows, kept = [rows[i] for i in used], weights[used]
    covariance = naive.covariances(rows, kept.tolist())
    assert values(result)[:2] == pytest.approx(
        [naive.alpha(covariance), naive.alpha(naive.correlations(covariance))], rel=1e-12
    )
    for coefficient, matrix in (
        (result.alpha, lambda w: naive.covariances(rows, w)),
        (
            result.standardised_alpha,
            lambda w: naive.correlations(naive.covariances(rows, w)),
        ),
    ):
        error = naive.linearised_error(lambda w, m=matrix: naive.alpha(m(w)), kept.tolist())
        assert coefficient.standard_error == pytest.approx(error, rel=1e-6)
    present = ~np.isnan(answers[used])
    together = present.astype(int).T @ present.astype(int)
    assert (result.covariances, result.n) == ("pairwise", len(used))
    assert result.smallest_n == together.min()
    assert [item.n for item in result.items] == np.diag(together).tolist()
    assert result.alpha.usual_method == "linearised"


def test_listwise_by_name_is_what_alpha_alone_is():
    answers, weights = drawn(30)
    answers[3, 1] = answers[7, 0] = np.nan
    data = array(answers, weights=weights, missing="pairwise")
    result = reliability(data, covariances="listwise")
    alone = cronbach_alpha(array(answers, weights=weights, missing="drop"))
    assert (result.n, result.respondents) == (28, 30)
    assert result.alpha.value == pytest.approx(alone.value, rel=1e-12)
    assert result.alpha.standard_error == pytest.approx(alone.standard_error, rel=1e-9)


def test_prorated_answers_are_used_listwise():
    answers, _ = drawn(30)
    answers[3, 1] = np.nan
    result = reliability(array(answers, missing="prorate"))
    assert (result.covariances, result.n) == ("listwise", 29)


def test_item_statistics_by_hand():
    answers, weights = drawn()
    result = reliability(array(answers, weights=weights))
    rows = answers.tolist()
    for place, item in enumerate(result.items):
        expected = naive.item_rest(rows, weights.tolist(), place)
        assert item.item_rest == pytest.approx(expected, rel=1e-10)
        others = np.delete(answers, place, axis=1).tolist()
        dropped = naive.alpha(naive.covariances(others, weights.tolist()))
        assert item.alpha_if_dropped == pytest.approx(dropped, rel=1e-10)
        own = naive.pair_covariance(rows, weights.tolist(), place, place)
        assert item.standard_deviation == pytest.approx(np.sqrt(own), rel=1e-10)
        assert item.loading**2 + item.uniqueness == pytest.approx(1, abs=1e-7)


def test_two_items_have_spearman_brown_and_no_factor():
    answers, _ = drawn()
    result = reliability(array(answers[:, :2]))
    r = np.corrcoef(answers[:, 0], answers[:, 1])[0, 1]
    assert result.standardised_alpha.value == pytest.approx(2 * r / (1 + r), rel=1e-12)
    assert result.omega is result.composite_reliability is result.factor is None
    assert result.no_factor == (
        "two items do not identify a factor; standardised alpha is their Spearman-Brown."
    )
    assert [item.alpha_if_dropped for item in result.items] == [None, None]


def test_parallel_items_have_one_reliability():
    covariance = np.full((5, 5), 0.5) + 0.5 * np.eye(5)
    result = reliability(array(with_covariance(covariance, 50), scale=ANY))
    assert values(result) == pytest.approx([5 / 6] * 4 + [0.5], abs=1e-9)
    assert result.factor.discrepancy == pytest.approx(0, abs=1e-12)


# --- the factor -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_factor_is_the_best_one(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 7))
    scores = rng.normal(size=(40, size)) + rng.uniform(-0.4, 1.5, size) * rng.normal(size=(40, 1))
    correlation = np.corrcoef(scores, rowvar=False)
    solution = factor.one_factor(correlation)
    _, rest, value = naive.one_factor(correlation, starts=8, seed=seed)
    assert solution.discrepancy <= value + 1e-7
    if solution.heywood is None:
        assert solution.discrepancy == pytest.approx(
            naive.discrepancy(correlation, solution.loadings, solution.uniquenesses), abs=1e-10
        )
    else:
        assert rest[solution.heywood] < 1e-4


def heywood_matrix():
    """r12 r13 / r23 = 1.2: the first item would have a uniqueness of -0.2."""
    return np.array([[1, 0.6, 0.6], [0.6, 1, 0.3], [0.6, 0.3, 1]])


def test_a_heywood_case_is_held_at_the_boundary_and_reported():
    data = array(with_covariance(heywood_matrix(), 80), scale=ANY)
    with pytest.warns(DataWarning, match="would explain more than all of 'item 1' \\(a Heywood"):
        result = reliability(data)
    # given ψ_1 = 0 the factor is item 1: the other loadings are its correlations
    assert [item.loading for item in result.items] == pytest.approx([1, 0.6, 0.6])
    assert [item.uniqueness for item in result.items] == pytest.approx([0, 0.64, 0.64])
    assert result.items[0].uniqueness == 0
    assert result.factor.heywood == "item 1"
    assert result.omega.standard_error is None
    assert result.omega.row()["low"] is None
    assert result.alpha.standard_error > 0
    assert "Heywood case: the uniqueness of item 1 is held at 0." in str(result)
    _, rest, value = naive.one_factor(heywood_matrix())
    assert rest[0] < 1e-4
    assert result.factor.discrepancy == pytest.approx(value, abs=1e-5)


def test_a_heywood_case_has_a_bootstrap_interval():
    data = array(with_covariance(heywood_matrix(), 80), scale=ANY)
    with pytest.warns(DataWarning, match="Heywood"):
        result = reliability(data, method=Bootstrap(60, rng=1))
    interval = result.omega.confidence_interval()
    assert interval.method == "bootstrap percentile"
    assert interval.low < result.omega.value < interval.high
    assert 0 < result.heywood_resamples <= 60


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (
            [[1, 1, 2], [2, 2, 4], [4, 4, 1], [5, 5, 3]],
            "'item 1' and 'item 2' say the same in other numbers.",
        ),
        ([[1, 2, 4], [2, 4, 3], [4, 3, 5]], "3 respondents are too few for a factor of 3 items."),
    ],
    ids=["the same twice", "too few respondents"],
)
def test_where_no_factor_can_be_fitted_alpha_stays(answers, reason):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        result = reliability(array(answers))
    assert (result.omega, result.no_factor) == (None, reason)
    assert f"No omega: {reason}" in str(result)
    assert len(result.coefficients) == 2


def test_an_item_that_is_a_sum_of_others_leaves_no_factor():
    answers, _ = drawn(40)
    total = answers[:, 0] + answers[:, 1]
    result = reliability(array(np.column_stack([answers[:, :2], total]), scale=ANY))
    assert result.no_factor == (
        "the correlation matrix is not positive definite: an item is a sum of others."
    )


def test_a_factor_that_does_not_converge_warns(monkeypatch):
    monkeypatch.setattr(factor, "STEPS", 1)
    with pytest.warns(ConvergenceWarning, match="^the one-factor solution did not converge"):
        result = reliability(array(drawn()[0]))
    assert result.factor.converged is False


def test_gradients_of_the_solution_agree_with_differences():
    correlation = np.corrcoef(drawn(50, seed=5)[0], rowvar=False)
    solution = factor.one_factor(correlation)
    by_loading, by_uniqueness = np.arange(1.0, 5), np.array([2.0, -1, 0.5, 3])
    gradient = factor.pulled_back(correlation, solution, by_loading, by_uniqueness)
    for j, k in ((0, 0), (0, 1), (2, 3), (3, 3)):
        ends = []
        for step in (1e-5, -1e-5):
            moved = correlation.copy()
            moved[j, k] += step
            moved[k, j] = moved[j, k]
            found = factor.one_factor(moved)
            ends.append(by_loading @ found.loadings + by_uniqueness @ found.uniquenesses)
        slope = (ends[0] - ends[1]) / 2e-5
        assert gradient[j, k] * (1 if j == k else 2) == pytest.approx(slope, rel=1e-6)


# --- reverse-scored items ---------------------------------------------------------------------


def test_reverse_scored_items_of_an_instrument_are_recoded():
    answers, _ = drawn(80)
    wrong = answers.copy()
    wrong[:, 1] = 6 - wrong[:, 1]
    names = ["a", "b", "c", "d"]
    items = tuple(Item(name=name, reverse_scored=name == "b") for name in names)
    instrument = Instrument(name="desk", dimensions=(Dimension(name="staff", items=items),))
    plain = reliability(array(answers, items=names))
    recoded = reliability(array(wrong, items=names), instrument=instrument).dimension("staff")
    keyed = reliability(array(wrong, items=names).keyed(instrument), instrument=instrument)
    assert values(recoded) == pytest.approx(values(plain), rel=1e-9)
    assert values(keyed.dimension("staff")) == pytest.approx(values(plain), rel=1e-9)
    with pytest.warns(DataWarning, match="'b' correlates negatively with the other items"):
        assert reliability(array(wrong, items=names)).negatively_keyed == ("b",)


def test_several_negatively_keyed_items_are_named_together():
    answers, _ = drawn(80, (0.8,) * 6)
    answers[:, [1, 4]] = 6 - answers[:, [1, 4]]
    with pytest.warns(
        DataWarning, match="'item 2', 'item 5' correlate negatively with the other items"
    ):
        assert reliability(array(answers)).negatively_keyed == ("item 2", "item 5")


def test_items_that_were_recoded_by_mistake_are_told_apart_from_those_that_were_not():
    names = ["a", "b", "c", "d", "e", "f"]
    answers, _ = drawn(80, (0.8,) * 6)
    answers[:, [1, 4]] = 6 - answers[:, [1, 4]]
    items = tuple(Item(name=name, reverse_scored=name == "c") for name in names)
    instrument = Instrument(name="desk", dimensions=(Dimension(name="staff", items=items),))
    with pytest.warns(DataWarning) as caught:
        reliability(array(answers, items=names), instrument=instrument)
    assert str(caught[0].message).endswith(
        "'b', 'c', 'e' correlate negatively with the other items of staff. 'c': The instrument "
        "says reverse_scored=True, which recoded it: remove that if the wording has the direction "
        "of the other items. If not, exclude it. 'b', 'e': If the wording has the opposite "
        "direction, declare them as reverse-scored in the instrument, Item(name='b', "
        "reverse_scored=True), or recode each answer as 6 - answer. If not, exclude them."
    )


def test_an_item_without_relation_is_not_named():
    rng = np.random.default_rng(2)
    named = 0
    for seed in range(40):
        answers, _ = drawn(60, seed=seed)
        answers[:, 3] = rng.integers(1, 6, 60)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            named += bool(reliability(array(answers)).negatively_keyed)
    assert named <= 3  # 2.5 % by chance


# --- intervals ------------------------------------------------------------------------------


def test_bootstrap_is_reproducible_and_close_to_the_linearised_error():
    answers, weights = drawn(150)
    data = array(answers, weights=weights)
    one = reliability(data, method=Bootstrap(300, rng=7))
    same = reliability(data, method=Bootstrap(300, rng=np.random.default_rng(7)))
    other = reliability(data, method=Bootstrap(300, rng=8))
    assert one == same
    assert one != other
    for coefficient in one.coefficients:
        assert len(coefficient.draws) == 300
        assert np.std(coefficient.draws) == pytest.approx(coefficient.standard_error, rel=0.25)
        wide = coefficient.confidence_interval(0.99)
        narrow = coefficient.confidence_interval(0.8)
        assert wide.low < narrow.low < coefficient.value < narrow.high < wide.high
        assert narrow.method == "bootstrap percentile"


def test_resamples_without_an_estimate_are_counted():
    answers, _ = drawn(8, (0.8, 0.7, 0.6))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        result = reliability(array(answers), method=Bootstrap(200, rng=1))
    assert result.omega.failed > 0
    assert len(result.omega.draws) == 200 - result.omega.failed
    assert result.alpha.confidence_interval().method == (
        f"bootstrap percentile, {result.omega.failed} of 200 resamples failed"
    )


def test_the_method_of_an_interval_can_be_chosen():
    answers, weights = drawn()
    plain = reliability(array(answers), method=Bootstrap(20, rng=1))
    assert plain.alpha.confidence_interval(method="feldt").method == "Feldt"
    assert plain.alpha.confidence_interval(method="linearised").method == (
        "linearised, on log(1 - value)"
    )
    alone = cronbach_alpha(array(answers)).confidence_interval(0.9)
    assert plain.alpha.confidence_interval(0.9, method="jackknife") == alone
    weighted = reliability(array(answers, weights=weights))
    assert weighted.alpha.confidence_interval().method == "jackknife, t"
    assert reliability(array(answers)).omega.confidence_interval().high < 1


def test_copies_are_perfectly_reliable():
    result = reliability(array([[1, 1, 1], [4, 4, 4], [5, 5, 5]]))
    interval = result.standardised_alpha.confidence_interval()
    assert result.alpha.value == pytest.approx(1, abs=1e-14)
    assert (interval.low, interval.high) == pytest.approx((1, 1), abs=1e-12)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("weighted", [False, True])
def test_intervals_cover(*, weighted):
    rng = np.random.default_rng(1)
    loadings = np.array([0.8, 0.7, 0.6, 0.75])
    omega = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    rounds, hits = 600, 0
    for _ in range(rounds):
        noise = rng.normal(size=(100, 4)) * np.sqrt(1 - loadings**2)
        answers = rng.normal(size=(100, 1)) * loadings + noise
        weights = np.exp(0.6 * rng.normal(size=100)) if weighted else np.ones(100)
        result = reliability(array(answers, scale=ANY, weights=weights))
        hits += omega in result.omega.confidence_interval()
    assert 0.92 < hits / rounds < 0.975


# --- invariances ----------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0.1, 50))
@slowly
def test_the_scale_of_weights_and_the_order_of_respondents_do_not_matter(seed, factor_of_weights):
    answers, weights = drawn(40, seed=seed)
    order = np.random.default_rng(seed).permutation(40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        one = reliability(array(answers, weights=weights))
        other = reliability(array(answers[order], weights=factor_of_weights * weights[order]))
    assert values(other) == pytest.approx(values(one), rel=1e-6, abs=1e-8)
    for a, b in zip(one.coefficients, other.coefficients, strict=True):
        if a.standard_error is not None:
            assert b.standard_error == pytest.approx(a.standard_error, rel=1e-4)


@given(st.integers(0, 10_000))
@slowly
def test_a_whole_weight_counts_like_so_many_respondents(seed):
    answers, _ = drawn(30, seed=seed)
    counts = np.random.default_rng(seed).integers(1, 4, 30)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        weighted = reliability(array(answers, weights=counts))
        repeated = reliability(array(np.repeat(answers, counts, axis=0)))
    assert values(weighted) == pytest.approx(values(repeated), rel=1e-6, abs=1e-8)


def test_reversing_every_item_and_the_scale_changes_nothing():
    answers, weights = drawn()
    one = reliability(array(answers, weights=weights))
    other = reliability(array(6 - answers, weights=weights))
    assert values(other) == pytest.approx(values(one), rel=1e-9)


def test_raw_coefficients_know_units_and_standardised_ones_do_not():
    answers, _ = drawn()
    stretched = answers * np.array([1, 1, 1, 20])
    one, other = (reliability(array(each, scale=ANY)) for each in (answers, stretched))
    assert values(other)[1] == pytest.approx(values(one)[1], rel=1e-12)
    assert values(other)[3:] == pytest.approx(values(one)[3:], rel=1e-7)
    assert other.alpha.value < one.alpha.value - 0.1
    assert other.omega.value != pytest.approx(one.omega.value, abs=0.01)


def test_many_rows_are_cut_into_blocks():
    rng = np.random.default_rng(0)
    answers = rng.integers(1, 6, size=(20_000, 3)) + rng.integers(0, 3, size=(20_000, 1))
    holes = answers.astype(float)
    holes[5, 0] = np.nan
    whole = reliability(array(answers, scale=Scale(1, 7)))
    pairs = reliability(array(holes, scale=Scale(1, 7), missing="pairwise"))
    assert values(pairs) == pytest.approx(values(whole), abs=1e-3)
    for a, b in zip(pairs.coefficients, whole.coefficients, strict=True):
        assert a.standard_error == pytest.approx(b.standard_error, rel=1e-2)


# --- results --------------------------------------------------------------------------------


def result_of_two_dimensions():
    answers, _ = drawn(50, (0.8, 0.7, 0.6, 0.75, 0.7, 0.5))
    names = [f"q{place}" for place in range(1, 7)]
    instrument = Instrument(
        name="workshop",
        dimensions=(
            Dimension(
                name="staff",
                items=tuple(Item(name=name, label=f"label of {name}") for name in names[:3]),
            ),
            Dimension(name="place", items=tuple(Item(name=name) for name in names[3:5])),
            Dimension(name="price", items=(Item(name="q6"),)),
        ),
    )
    return reliability(array(answers, items=names), instrument=instrument)


def test_each_dimension_has_its_own_result_and_a_single_item_is_said():
    result = result_of_two_dimensions()
    assert [its.name for its in result.dimensions] == ["staff", "place"]
    assert result.single_items == ("price",)
    assert "Single item, no internal consistency: price." in str(result)
    assert result.dimension("staff").item("q2").label == "label of q2"
    columns = result.columns()
    assert columns["dimension"].tolist() == ["staff", "place"]
    assert (columns["alpha_low"] < columns["alpha"]).all()
    assert columns["omega"][0] == result.dimension("staff").omega.value
    assert np.isnan(columns["omega"][1])  # two items
    assert result.to_frame("polars").shape == (2, 23)


def test_results_go_to_json_and_back():
    result = result_of_two_dimensions()
    assert InstrumentReliability.from_json(result.to_json()) == result
    with_draws = reliability(array(drawn()[0]), method=Bootstrap(10, rng=1))
    assert Reliability.from_json(with_draws.to_json()) == with_draws
    assert ReliabilityCoefficient.from_json(with_draws.omega.to_json()) == with_draws.omega


def test_how_results_print():
    result = reliability(array(drawn()[0]))
    assert repr(result) == (
        "Reliability(name='reliability', items=4, n=60, alpha=0.8146, omega=0.8168)"
    )
    assert repr(result.omega) == (
        "ReliabilityCoefficient(name='omega', convention='raw', value=0.8168, items=4, n=60)"
    )
    lines = str(result).splitlines()
    assert lines[0] == "Reliability: 4 items"
    assert lines[4].split()[:3] == ["alpha,", "raw", "0.8146"]
    assert "60 of 60 respondents, listwise; effective n 60.0." in lines
    assert "95 % intervals: jackknife, t; linearised, on log(1 - value)." in lines
    assert "95 % interval, jackknife, t. Effective n 60.0." in str(result.alpha)
    assert "<caption>Reliability: 4 items</caption>" in result._repr_html_()
    both = result_of_two_dimensions()
    assert repr(both) == (
        "InstrumentReliability(instrument='workshop', dimensions=2, single_items=1)"
    )
    assert "workshop: reliability" in str(both)


def test_coefficients_and_item_statistics_become_a_frame():
    result = reliability(array(drawn()[0]))
    frame = result.to_frame("pandas")
    assert list(frame.columns) == [
        "kind", "name", "value", "low", "high", "standard_error", "n", "convention", "items",
        "label", "standard_deviation", "item_rest", "alpha_if_dropped", "loading", "uniqueness",
        "negatively_keyed",
    ]  # fmt: skip
    assert frame["kind"].tolist() == ["coefficient"] * 5 + ["item"] * 4
    items = frame[frame["kind"] == "item"]
    assert items["item_rest"].tolist() == [item.item_rest for item in result.items]
    wide = result.to_frame("pandas", level=0.99)
    assert (wide["low"][:5] < frame["low"][:5]).all()


def test_pairs_and_draws_are_told_below_the_table():
    answers, _ = drawn(30)
    answers[0, 0] = answers[1, 1] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        text = str(reliability(array(answers, missing="pairwise"), method=Bootstrap(20, rng=1)))
    assert "30 of 30 respondents, pairwise, at least 28 per pair" in text
    assert "bootstrap percentile" in text


def test_alpha_alone_stays_at_the_face():
    assert survey.cronbach_alpha is cronbach_alpha
    with pytest.raises(DataError, match="at least 2 items"):
        cronbach_alpha(array([1, 2, 3]))


def test_many_items_are_sorted_as_few_are(monkeypatch):
    rng = np.random.default_rng(6)
    share = rng.normal(size=(80, 1))
    rows = np.clip(np.rint(3 + share + rng.normal(size=(80, 9))), 1, 5)
    rows[:, [2, 5]] = 6 - rows[:, [2, 5]]
    covariance = np.cov(rows.T)
    names = [f"q{k}" for k in range(9)]
    assert negatively_keyed(names, covariance, 80) == ("q2", "q5")
    monkeypatch.setattr("custvalue._respondents.keying.MANY_ITEMS", 3)
    assert negatively_keyed(names, covariance, 80) == ("q2", "q5")
    assert negatively_keyed(names, np.cov(rng.normal(size=(80, 9)).T), 80) == ()


def test_resamples_by_sums_are_those_of_the_rows():
    random = np.random.default_rng(12)
    own = random.normal(size=(70, 1))
    rated = np.clip(np.rint(4 + own + random.normal(size=(70, 4))), 1, 7)
    weights = random.uniform(0.5, 2, 70)
    answers = Responses.from_arrays(rated, scale=Scale(1, 7), weights=weights)
    found = reliability(answers, method=Bootstrap(40, rng=6))
    random, slow = np.random.default_rng(6), []
    for _ in range(40):
        rows = random.integers(70, size=70)
        covariance = np.cov(rated[rows].T, aweights=weights[rows])
        slow.append(4 / 3 * (1 - np.trace(covariance) / covariance.sum()))
    np.testing.assert_allclose(found.alpha.draws, slow, rtol=1e-12)
    moments = moments_of(answers, None, "listwise", recoded=(), what="", alone="")

    def statistic(covariance):
        solution = factor.one_factor(correlation_of(covariance), np.full(4, 0.5))
        return [*covariance[0], solution.loadings[0]]

    by_rows = row_resamples(
        lambda rows: statistic(moments.resampled(rows).covariance), 70, Bootstrap(40, 6)
    )
    by_sums = matrix_resamples(moments, statistic, Bootstrap(40, 6))
    np.testing.assert_allclose(by_sums.draws, by_rows.draws, rtol=1e-9)
