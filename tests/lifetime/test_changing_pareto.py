"""The Pareto/NBD on paths of changing covariates, against slow integrals and without covariates."""

import math
import tracemalloc
import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from on_paths import cells_of, segments_of
from reference_changing_pareto import Customer, draw

from custvalue._lifetime.covariates.changing import pieces
from custvalue._lifetime.covariates.changing.ahead import Ahead
from custvalue._lifetime.covariates.changing.clock import Clock
from custvalue._lifetime.covariates.changing.pareto import ParetoPaths
from custvalue._lifetime.prediction.counts import Counts
from custvalue.lifetime import ParetoNBD, PurchaseHistory

MODEL = (1.4, 5.0, 1.2, 9.0)  # r, alpha, s, beta
BUYING, LEAVING = np.array([0.5, -0.3]), np.array([-0.4])
OWN = np.array([0.3, -0.2]), np.array([0.2, 0.4])  # of static covariates
POINT = np.concatenate((np.log(MODEL), BUYING, OWN[0], LEAVING, OWN[1]))
WEEKS, END = 40, 27.3


@pytest.fixture(scope="module")
def seen():
    """120 customers on three paths of weeks, beside two static covariates."""
    random = np.random.default_rng(5)
    paths = [
        [(k, k + 1.0, random.normal(size=2) * 0.6, random.normal(size=1)) for k in range(WEEKS)]
        for _ in range(3)
    ]
    path, birth = np.repeat([0, 1, 2], 40), np.floor(random.random(120) * 180) / 7
    birth = np.minimum(birth, END - 0.5)
    purchases = [
        times
        for place in range(3)
        for times in draw(
            random, paths[place], birth[path == place], END, MODEL, buying=BUYING, leaving=LEAVING
        )
    ]
    static = random.integers(0, 2, (120, 2)).astype(float)
    segments = segments_of(paths)
    cells = cells_of(segments, path, birth, purchases, END, static=static)
    return paths, purchases, ParetoPaths(segments, cells)


def customer(seen, one):
    paths, purchases, likelihood = seen
    cells = likelihood.cells
    own = cells.purchase_static[one]
    path = [(start, stop, [*z, *own], [*w, *own]) for start, stop, z, w in paths[cells.path[one]]]
    of_purchases, of_dropout = (
        np.append(a, b) for a, b in zip((BUYING, LEAVING), OWN, strict=True)
    )
    return Customer(
        path, cells.birth[one], purchases[one], END, MODEL, buying=of_purchases, leaving=of_dropout
    )


def test_likelihood_and_answers_are_those_of_slow_integrals(seen):
    likelihood = seen[2]
    x = likelihood.cells.frequency
    some = [0, 1, 45, 90, int(np.argmax(x)), int(np.argmin(x))]
    alone = likelihood.log_likelihood(POINT)
    answers = np.array(
        (
            likelihood.standing(POINT).alive,
            likelihood.standing(POINT).ahead(8.5).stays,
            likelihood.standing(POINT).ahead(8.5).buys,
            likelihood.standing(POINT).ahead(8.5).purchases,
            likelihood.standing(POINT).ahead(8.5, 0.05).purchases,
        )
    )
    for one in some:
        slow = customer(seen, one)
        assert alone[one] == pytest.approx(slow.log_likelihood() - slow.driven, abs=1e-9)
        expected = (
            slow.alive(),
            slow.stays(8.5),
            slow.buys(8.5),
            slow.purchases_ahead(8.5),
            slow.purchases_ahead(8.5, 0.05),
        )
        np.testing.assert_allclose(answers[:, one], expected, rtol=1e-9)


def test_distribution_of_the_count_has_its_mean_and_its_zero(seen):
    likelihood = seen[2]
    at = likelihood.at(POINT)
    parts = Ahead(at, 12.0).count_parts
    counts = Counts.of(np.ones((1, 120)), [parts])
    tails = np.array([counts.at_least(np.full(120, n))[0] for n in np.arange(1.0, 200.0)])
    ahead = likelihood.standing(POINT).ahead(12.0)
    np.testing.assert_allclose(tails[0], ahead.buys, atol=1e-3)
    np.testing.assert_allclose(tails.sum(axis=0), ahead.purchases, rtol=2e-3)
    chances = likelihood.standing(POINT).ahead(12.0).counts(np.arange(4.0))
    np.testing.assert_allclose(chances[:, 0], 1 - tails[0], atol=1e-12)
    np.testing.assert_allclose(chances[:, 1:], (tails[:-1] - tails[1:])[:3].T, atol=1e-12)
    some = Ahead(at.some(slice(7, 9)), 12.0).count_parts
    np.testing.assert_array_equal(some.odds, parts.odds[:, 7:9])
    np.testing.assert_allclose(at.some(np.array([9, 3])).alive, at.alive[[9, 3]], rtol=1e-9)


def test_likelihood_is_that_of_rates_that_are_integrated_out(seen):
    alone = seen[2].log_likelihood(POINT)
    for one in (3, 50, 101):
        slow = customer(seen, one)
        assert alone[one] + slow.driven == pytest.approx(slow.log_likelihood_by_rates(), abs=1e-6)


def test_total_counts_cells_and_the_covariates_of_purchases(seen):
    likelihood = seen[2]
    count = np.arange(1.0, 121.0)
    counted = ParetoPaths(likelihood.segments, replace(likelihood.cells, count=count))
    driven = likelihood.cells.purchase_sum @ POINT[4:8]
    expected = count @ likelihood.log_likelihood(POINT) + driven
    assert counted(POINT).value == pytest.approx(expected, rel=1e-13)
    driven = sum(customer(seen, one).driven for one in range(120))
    assert likelihood.cells.purchase_sum @ POINT[4:8] == pytest.approx(driven, rel=1e-12)


def test_gradient_and_hessian_are_those_of_differences(seen):
    likelihood = seen[2]
    found = likelihood(POINT)
    steps = 1e-5 * np.eye(len(POINT))
    around = [(likelihood(POINT + step), likelihood(POINT - step)) for step in steps]
    slope = np.array([(up.value - down.value) / 2e-5 for up, down in around])
    bent = np.array([(up.gradient - down.gradient) / 2e-5 for up, down in around])
    np.testing.assert_allclose(found.gradient, slope, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.hessian, bent, rtol=1e-6, atol=1e-6)


def test_blocks_of_any_size_say_the_same(seen, monkeypatch):
    likelihood = seen[2]
    whole, ahead = likelihood(POINT), likelihood.standing(POINT).ahead(10.0).purchases
    monkeypatch.setattr(pieces, "HELD", 7)
    parts = likelihood(POINT)
    assert parts.value == pytest.approx(whole.value, rel=1e-13)
    np.testing.assert_allclose(parts.gradient, whole.gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(parts.hessian, whole.hessian, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(likelihood.standing(POINT).ahead(10.0).purchases, ahead, rtol=1e-13)


def test_memory_does_not_grow_with_the_pieces():
    """Half a million of them would take 250 MB at once."""
    path = [(k, k + 1.0, [k % 2 - 0.5], [k % 3 - 1.0]) for k in range(300)]
    segments = segments_of([path])
    random = np.random.default_rng(1)
    birth = random.random(3_000) * 100
    purchases = [[time] for time in birth + random.random(3_000) * 50]
    paths = ParetoPaths(segments, cells_of(segments, [0] * 3_000, birth, purchases, 300.0))
    assert (paths.cells.ends_in - paths.cells.last_in).sum() > 400_000
    point = np.append(np.log(MODEL), (0.4, -0.3))
    tracemalloc.start()
    paths(point)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6


# Without change --------------------------------------------------------------------------------


@pytest.mark.parametrize("cuts", [[0, 160], list(range(161)), [0, 3, 4.5, 90, 160]])
@pytest.mark.parametrize(
    "model", [(0.55, 10.6, 0.6, 11.7), (0.05, 0.2, 0.1, 0.01), (30, 900, 8, 60), (2, 1, 3, 200)]
)
def test_path_without_change_is_a_static_covariate(cuts, model):
    """To 1e-9, whether it is one long segment or many."""
    z = 0.7
    path = [(start, stop, [z], [z]) for start, stop in pairwise(cuts)]
    segments = segments_of([path])
    x = np.array([0, 0, 1, 2, 8, 40, 300])
    last = np.array([0, 0, 1 / 7, 30, 104, 60, 103.9])
    purchases = [[time] * n for n, time in zip(x, last, strict=True)]
    cells = cells_of(segments, np.zeros(7, dtype=int), np.zeros(7), purchases, 104.0)
    paths = ParetoPaths(segments, cells)
    gamma = (0.4, -0.3)
    point = np.append(np.log(model), gamma)
    r, alpha, s, beta = model
    static = ParetoNBD(
        r=r, alpha=alpha * math.exp(-0.4 * z), s=s, beta=beta * math.exp(0.3 * z), unit="week"
    )
    history = PurchaseHistory.from_arrays(
        frequency=x, recency=last, age=np.full(7, 104.0), unit="week"
    )
    found = paths.log_likelihood(point) + x * 0.4 * z
    np.testing.assert_allclose(found, static.log_likelihood(history), atol=1e-9, rtol=0)
    alive = static.probability_alive(history)
    np.testing.assert_allclose(paths.standing(point).alive, alive, atol=1e-9, rtol=1e-9)
    ahead = alive * paths.standing(point).ahead(52.0).purchases
    np.testing.assert_allclose(ahead, static.expected_purchases(history, "52 weeks"), rtol=1e-9)
    ahead = alive * paths.standing(point).ahead(52.0).buys
    np.testing.assert_allclose(ahead, static.probability_active(history, "52 weeks"), rtol=1e-9)
    later = alive * paths.standing(point).ahead(52.0).stays
    np.testing.assert_allclose(later, static.probability_alive(history, at="52 weeks"), rtol=1e-9)


def test_discount_on_a_long_segment_is_that_without_covariates():
    segments = segments_of([[(0, 3_000, [], [])]])
    cells = cells_of(segments, [0, 0], [0, 0], [[], [50.0]], 104.0)
    point = np.log((0.55, 10.6, 0.6, 11.7))
    model = ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week")
    history = PurchaseHistory.from_arrays(
        frequency=[0, 1], recency=[0, 50], age=[104.0, 104.0], unit="week"
    )
    expected = model.discounted_expected_purchases(
        history, annual_discount_rate=0.9, horizon="2800 weeks"
    )
    paths, rate = ParetoPaths(segments, cells), math.log(1.9) / (365.25 / 7)
    found = paths.standing(point).alive * paths.standing(point).ahead(2_800.0, rate).purchases
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_coefficients_of_zero_are_no_covariates(seen):
    likelihood = seen[2]
    x, t_x, T = (getattr(likelihood.cells, name) for name in ("frequency", "recency", "age"))
    r, alpha, s, beta = MODEL
    history = PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=T, unit="week")
    plain = ParetoNBD(r=r, alpha=alpha, s=s, beta=beta, unit="week")
    point = np.append(np.log(MODEL), np.zeros(len(POINT) - 4))
    found = likelihood.log_likelihood(point)
    np.testing.assert_allclose(found, plain.log_likelihood(history), atol=1e-9, rtol=0)


def test_paths_do_not_disturb_each_other():
    """However many there are, the sums along one of them are rounded as if it were alone."""
    random = np.random.default_rng(1)
    rows = [(k, k + 1.0, [z], [0.0]) for k, z in enumerate(random.normal(size=50))]
    others = [(float(k), k + 1.0, [3.0], [0.0]) for k in range(50)]
    alone = Clock.of(segments_of([rows]), *_price(segments_of([rows])))
    many = segments_of([others] * 2_000 + [rows])
    among = Clock.of(many, *_price(many))
    np.testing.assert_allclose(among.before[-50:], alone.before, rtol=1e-13)
    np.testing.assert_allclose(among.slope[-50:], alone.slope, rtol=1e-12, atol=1e-12)


def _price(segments):
    return segments.purchase, np.array([2.0])


# Properties ------------------------------------------------------------------------------------


@given(
    logs=st.tuples(*[st.floats(-3, 4)] * 4),
    gamma=st.tuples(*[st.floats(-2, 2)] * 2),
    cut=st.floats(1, 29),
    z=st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
def test_cutting_a_segment_changes_nothing(logs, gamma, cut, z):
    whole = [(10.0 * k, 10.0 * (k + 1), [each], [-each]) for k, each in enumerate(z)]
    pieces_of = [
        part
        for start, stop, *rest in whole
        for part in (
            [(start, cut, *rest), (cut, stop, *rest)]
            if start < cut < stop
            else [(start, stop, *rest)]
        )
    ]
    point = np.array([*logs, *gamma])
    found = []
    for path in (whole, pieces_of):
        segments = segments_of([path])
        cells = cells_of(segments, [0, 0, 0], [0, 4, 12], [[], [5, 6.0], [15]], 25.0)
        paths = ParetoPaths(segments, cells)
        found.append((paths.log_likelihood(point), paths.standing(point).ahead(4.0).purchases))
    np.testing.assert_allclose(found[0][0], found[1][0], atol=2e-9, rtol=1e-12)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-9)


@given(factor=st.floats(0.01, 400))
def test_unit_of_time_shifts_the_log_likelihood(factor):
    logs = []
    for scale in (1.0, factor):
        path = [(scale * k, scale * (k + 1), [k % 3 - 1.0], [k % 2 - 0.5]) for k in range(12)]
        segments = segments_of([path])
        times = [[], [2.5 * scale, 7 * scale]]
        cells = cells_of(segments, [0, 0], [0, scale], times, 11.5 * scale)
        point = np.array([0.2, math.log(4 * scale), -0.3, math.log(6 * scale), 0.5, -0.8])
        logs.append(ParetoPaths(segments, cells).log_likelihood(point))
    x = np.array([0, 2])
    # where rounding moves a piece to another number of nodes, it moves by 1e-10
    np.testing.assert_allclose(logs[1], logs[0] - x * math.log(factor), atol=3e-9)


@example(logs=(0.0, 0.0, 17.0, 0.0), gamma=(0.0, 0.0))
@example(logs=(0.0, 0.0, 4.0, -23.0), gamma=(0.0, 60.0))
@settings(max_examples=60)
@given(
    logs=st.tuples(*[st.floats(-25, 25)] * 4),
    gamma=st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
)
def test_nothing_overflows(logs, gamma):
    """Nor is there any warning, wherever a search may look."""
    path = [(10.0 * k, 10.0 * (k + 1), [(-1.0) ** k], [k % 3 - 1.0]) for k in range(6)]
    segments = segments_of([path])
    cells = cells_of(segments, [0, 0, 0], [0, 3, 25], [[], [20.0] * 90, [55.0]], 58.0)
    paths = ParetoPaths(segments, cells)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = paths(np.array([*logs, *gamma]))
        alive = paths.standing(np.array([*logs, *gamma])).alive
    assert all(np.isfinite(part).all() for part in found)
    assert ((alive >= 0) & (alive <= 1)).all()


def test_coefficients_beyond_all_numbers_are_turned_back_from(seen):
    point = POINT.copy()
    point[4] = 1e4
    with np.errstate(over="ignore", invalid="ignore"):
        assert seen[2](point).value == -math.inf


@pytest.mark.parametrize("weeks", [1, 4, 20, 90])
def test_nodes_are_as_good_as_they_claim(monkeypatch, weeks):
    """Against as many nodes as whole silences take, for all segments."""
    random = np.random.default_rng(weeks)
    path = [
        (k, k + weeks, random.normal(size=1), random.normal(size=1)) for k in range(0, 270, weeks)
    ]
    segments = segments_of([path])
    birth = random.random(300) * 100
    times = draw(random, path, birth, 260.0, (0.6, 5, 0.7, 30), buying=[0.4], leaving=[0.5])
    paths = ParetoPaths(segments, cells_of(segments, np.zeros(300, dtype=int), birth, times, 260.0))
    point = np.append(np.log((0.6, 5, 0.7, 30)), (0.4, 0.5))
    quick = paths.log_likelihood(point)
    monkeypatch.setattr(pieces, "SHORT", ())
    np.testing.assert_allclose(quick, paths.log_likelihood(point), rtol=0, atol=3e-10)
