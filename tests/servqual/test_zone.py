"""The zone of tolerance: means, classes, positions, inverted zones, and how they print."""

import numpy as np
import polars as pl
import pytest
import reference_servqual_models as naive
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import servqual
from custvalue.errors import DataError
from custvalue.servqual import ToleranceSurvey, ZoneOfTolerance
from custvalue.survey import Scale

SCALE = Scale(1, 9)  # as LibQUAL+ asks
PLACES = [range(2), range(2, 5)]
DIMENSIONS = {"staff": 2, "premises": 3}

slowly = settings(deadline=None, derandomize=True, max_examples=20)


def drawn(n=60, *, seed=4, inverted=0.0):
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(n, 1))
    adequate = np.clip(np.rint(5 + person + rng.normal(size=(n, 5))), 1, 7)
    desired = np.clip(adequate + rng.integers(0, 4, (n, 5)), 1, 9)
    perceived = np.clip(np.rint(6.2 + person + 1.2 * rng.normal(size=(n, 5))), 1, 9)
    swap = rng.uniform(size=(n, 5)) < inverted
    adequate[swap], desired[swap] = desired[swap], adequate[swap]
    return perceived, adequate, desired, rng.uniform(0.3, 3, n)


def read(perceived, adequate, desired, weights=None, **options):
    usual = {"scale": SCALE, "dimensions": DIMENSIONS}
    return ToleranceSurvey.from_arrays(
        perceived, adequate=adequate, desired=desired, weights=weights, **(usual | options)
    )


def test_an_example_by_hand():
    # adequate 4, 5, 5; desired 7, 6, 6; perceived 6, 5, 4: MSA 2, 0, -1; width 3, 1, 1
    survey = read([[6], [5], [4]], [[4], [5], [5]], [[7], [6], [6]], dimensions={"staff": 1})
    staff = servqual.zone_of_tolerance(survey).dimension("staff")
    assert staff.adequacy.value == pytest.approx(1 / 3)
    assert staff.superiority.value == pytest.approx(-4 / 3)
    assert staff.width.value == pytest.approx(5 / 3)
    assert staff.position.value == pytest.approx(1 / 5)
    shares = [staff.below.value, staff.inside.value, staff.above.value]
    assert shares == pytest.approx([1 / 3, 2 / 3, 0])
    assert (staff.below.n, staff.inverted.value, staff.zero_width.value) == (3, 0, 0)


@pytest.mark.parametrize("exclude", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_items_agree_with_naive_loops(*, weighted, exclude):
    perceived, adequate, desired, weights = drawn(50, inverted=0.15)
    weights = weights if weighted else np.ones(50)
    perceived[3, 0] = desired[7, 1] = np.nan
    found = servqual.zone_of_tolerance(
        read(
            perceived,
            adequate,
            desired,
            weights,
            missing="pairwise",
            inverted="exclude" if exclude else "keep",
        )
    )
    for k, zone in enumerate(found.items):
        expected = naive.zone(
            perceived[:, k], adequate[:, k], desired[:, k], weights, exclude=exclude
        )
        assert expected["inverted"] > 0
        assert zone.adequacy.value == pytest.approx(expected["adequacy"], abs=1e-12)
        assert zone.superiority.value == pytest.approx(expected["superiority"], abs=1e-12)
        assert zone.width.value == pytest.approx(expected["width"], abs=1e-12)
        assert zone.position.value == pytest.approx(expected["position"], rel=1e-12)
        for name in ("below", "inside", "above"):
            assert getattr(zone, name).value == pytest.approx(expected[name], abs=1e-12)
        assert zone.inverted.value == pytest.approx(expected["inverted"], abs=1e-12)
        assert zone.zero_width.value == pytest.approx(expected["zero"], abs=1e-12)


def test_dimensions_are_scored_by_respondents_means():
    perceived, adequate, desired, weights = drawn(50)
    found = servqual.zone_of_tolerance(read(perceived, adequate, desired, weights))
    means = []
    for items, zone in zip(PLACES, found.dimensions, strict=True):
        own = [part[:, list(items)].mean(axis=1) for part in (perceived, adequate, desired)]
        means.append(own)
        expected = naive.zone(*own, weights)
        assert zone.adequacy.value == pytest.approx(expected["adequacy"], abs=1e-12)
        assert zone.inside.value == pytest.approx(expected["inside"], abs=1e-12)
        assert zone.below.value == pytest.approx(expected["below"], abs=1e-12)
    overall = [np.mean(parts, axis=0) for parts in zip(*means, strict=True)]
    expected = naive.zone(*overall, weights)
    assert found.overall.superiority.value == pytest.approx(expected["superiority"], abs=1e-12)
    assert found.overall.above.value == pytest.approx(expected["above"], abs=1e-12)


def test_the_interval_of_the_position_holds_what_a_paired_t_test_does_not_refuse():
    perceived, adequate, desired, _ = drawn(40)
    zone = servqual.zone_of_tolerance(read(perceived, adequate, desired)).items[2]
    x, y = (perceived - adequate)[:, 2], (desired - adequate)[:, 2]
    for level in (0.8, 0.95):
        interval = zone.position.confidence_interval(level)
        assert interval.method == "Fieller"
        assert (interval.low, interval.high) == pytest.approx(naive.fieller(x, y, level), rel=1e-9)
        assert zone.position.value in interval


def test_means_have_paired_t_intervals():
    perceived, adequate, desired, _ = drawn(30)
    zone = servqual.zone_of_tolerance(read(perceived, adequate, desired)).items[0]
    own = (perceived - adequate)[:, 0]
    assert zone.adequacy.standard_error == pytest.approx(own.std(ddof=1) / np.sqrt(30))
    assert zone.adequacy.confidence_interval().method == "t"
    assert zone.inside.confidence_interval().method == "wilson"


def test_there_is_no_position_in_a_zone_without_width():
    survey = read([[4], [6]], [[5], [5]], [[5], [5]], dimensions={"staff": 1})
    zone = servqual.zone_of_tolerance(survey).overall
    assert zone.position is None
    assert (zone.zero_width.value, zone.inside.value) == (1, 0)
    assert (zone.below.value, zone.above.value) == (0.5, 0.5)
    assert "position=none" in repr(servqual.zone_of_tolerance(survey))
    inside = read([[5], [5]], [[5], [5]], [[5], [5]], dimensions={"staff": 1})
    assert servqual.zone_of_tolerance(inside).overall.inside.value == 1


def test_a_width_that_may_be_zero_leaves_the_position_without_an_interval():
    survey = read([[5], [6], [4]], [[5], [5], [5]], [[5], [5], [6]], dimensions={"staff": 1})
    zone = servqual.zone_of_tolerance(survey).overall
    assert zone.position.value == 0
    assert zone.numbers()["position_low"] is None
    with pytest.raises(DataError) as caught:
        zone.position.confidence_interval()
    assert str(caught.value) == (
        "position of overall: the width of the zone does not differ from 0 at this level, so the "
        "position may be anything. Report the position without an interval, or use a lower level."
    )
    assert zone.position.value in zone.position.confidence_interval(0.3)


def test_one_respondent_has_means_and_no_intervals():
    zone = servqual.zone_of_tolerance(read([[5]], [[4]], [[6]], dimensions={"staff": 1})).overall
    assert (zone.adequacy.value, zone.position.value) == (1, 0.5)
    assert zone.adequacy.standard_error is None
    assert zone.position.standard_error is None
    numbers = zone.numbers()
    assert (numbers["adequacy_low"], numbers["adequacy_high"]) == (None, None)
    assert (numbers["position_low"], numbers["position_high"]) == (None, None)


def test_inverted_zones_are_kept_or_left_out_by_name():
    parts = ([[5], [5], [5]], [[4], [6], [4]], [[6], [4], [6]])
    kept, left_out = (
        servqual.zone_of_tolerance(read(*parts, dimensions={"staff": 1}, inverted=policy))
        for policy in ("keep", "exclude")
    )
    assert kept.overall.adequacy.n == 3
    assert kept.overall.width.value == pytest.approx(2 / 3)
    assert left_out.overall.adequacy.n == 2
    assert left_out.overall.width.value == 2
    for result in (kept, left_out):
        assert result.overall.inverted.value == pytest.approx(1 / 3)
        assert result.overall.inverted.n == 3
        assert (result.overall.inside.value, result.overall.inside.n) == (1, 2)
    assert "in the means, without a class, at each level" in kept.convention
    assert "excluded from means and classes" in left_out.convention
    assert "inverted='keep': 33.3 % of the item zones inverted" in str(kept)


def test_where_every_zone_is_inverted_nobody_has_a_class():
    survey = read([[5], [5]], [[6], [6]], [[4], [4]], dimensions={"staff": 1}, inverted="keep")
    zone = servqual.zone_of_tolerance(survey).overall
    assert (zone.below, zone.inside, zone.above) == (None, None, None)
    assert zone.position is None
    assert np.isnan(servqual.zone_of_tolerance(survey).columns()["inside"]).all()


def test_a_scale_where_lower_is_better_turns_everything_round():
    perceived, adequate, desired, weights = drawn(40)
    up = servqual.zone_of_tolerance(read(perceived, adequate, desired, weights)).columns()
    down = servqual.zone_of_tolerance(
        read(
            10 - perceived,
            10 - adequate,
            10 - desired,
            weights,
            scale=Scale(1, 9, direction="lower is better"),
        )
    )
    for name in ("adequacy", "superiority", "width", "position", "below", "above", "adequacy_low"):
        np.testing.assert_allclose(down.columns()[name], up[name], atol=1e-12)
    assert "lower is better" in down.convention


def test_frames_and_arrays_give_the_same():
    perceived, adequate, desired, weights = drawn(12)
    names = [[f"{letter}{i}" for i in range(1, 6)] for letter in "PAD"]
    matrix = np.column_stack([perceived, adequate, desired])
    frame = dict(zip([name for its in names for name in its], matrix.T, strict=True))
    frame["weight"] = weights
    survey = ToleranceSurvey.from_frame(
        pl.DataFrame(frame),
        perceptions=names[0],
        adequate=names[1],
        desired=names[2],
        scale=SCALE,
        dimensions=DIMENSIONS,
        weights="weight",
    )
    assert survey == read(perceived, adequate, desired, weights)
    assert survey.to_frame("polars").shape == (12, 16)
    back = ToleranceSurvey.from_json(survey.to_json())
    assert back == survey
    result = servqual.zone_of_tolerance(survey)
    assert ZoneOfTolerance.from_json(result.to_json()) == result
    assert result.to_frame("polars").shape == (5 + 2 + 1, 21)


def test_dropping_leaves_out_who_misses_any_of_the_three():
    perceived, adequate, desired, _ = drawn(10)
    perceived[1, 0] = adequate[4, 2] = desired[4, 2] = np.nan
    survey = read(perceived, adequate, desired, missing="drop")
    assert (survey.respondents, servqual.zone_of_tolerance(survey).base.respondents) == (8, 10)
    pairwise = servqual.zone_of_tolerance(read(perceived, adequate, desired, missing="pairwise"))
    assert pairwise.items[0].adequacy.n == 9
    assert pairwise.overall.adequacy.n == 8
    prorated = servqual.zone_of_tolerance(read(perceived, adequate, desired, missing="prorate"))
    assert prorated.overall.adequacy.n == 10


def test_how_it_prints():
    survey = read([[6], [5], [4]], [[4], [5], [5]], [[7], [6], [6]], dimensions={"staff": 1})
    result = servqual.zone_of_tolerance(survey)
    assert repr(survey) == (
        "ToleranceSurvey(respondents=3, items=1, dimensions=1, scale='1-9', inverted='raise')"
    )
    assert repr(result) == (
        "ZoneOfTolerance('adapted SERVQUAL', respondents=3, adequacy=0.3333, superiority=-1.333, "
        "position=0.2000)"
    )
    lines = str(result).splitlines()
    assert lines[0] == "adapted SERVQUAL: zone of tolerance"
    assert lines[4].split()[:5] == ["staff", "4.667", "6.333", "5", "0.3333"]
    assert "MSA = perceived - adequate (adequacy gap)" in str(result)
    assert "<caption>adapted SERVQUAL: zone of tolerance</caption>" in result._repr_html_()
    zone = str(result.item("P1"))
    assert "P1, inside the zone: 67 %, 95 % interval, wilson 21 % to 94 %, n 3." in zone
    assert str(survey).startswith("adapted SERVQUAL survey: adequate, desired, perceived")


@given(st.integers(0, 10_000), st.floats(0.01, 100))
@slowly
def test_order_and_scale_of_weights_do_not_matter_and_shares_add_up(seed, factor):
    perceived, adequate, desired, weights = drawn(25, seed=seed, inverted=0.1)
    one = servqual.zone_of_tolerance(read(perceived, adequate, desired, weights, inverted="keep"))
    order = np.random.default_rng(seed).permutation(25)
    other = servqual.zone_of_tolerance(
        read(
            perceived[order],
            adequate[order],
            desired[order],
            factor * weights[order],
            inverted="keep",
        )
    )
    a, b = one.columns(), other.columns()
    for name in ("adequacy", "superiority_low", "position", "inside", "inverted"):
        np.testing.assert_allclose(a[name], b[name], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(a["below"] + a["inside"] + a["above"], 1)
    np.testing.assert_allclose(a["adequacy"] - a["superiority"], a["width"], atol=1e-12)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [30, 300])
def test_intervals_of_the_position_cover_the_truth(n):
    rng = np.random.default_rng(8)
    hits, trials = 0, 800
    for _ in range(trials):
        width = rng.gamma(4, 0.5, n)
        perceived = 0.6 * width + rng.normal(0, 1, n)
        survey = read(
            perceived[:, None],
            np.zeros((n, 1)),
            width[:, None],
            scale=Scale(-20, 30, step=None),
            dimensions={"a": 1},
        )
        hits += 0.6 in servqual.zone_of_tolerance(survey).overall.position.confidence_interval()
    assert abs(hits / trials - 0.95) < 0.031  # four standard errors


def test_the_error_of_the_position_is_that_of_a_ratio():
    perceived, adequate, desired, _ = drawn(40)
    position = servqual.zone_of_tolerance(read(perceived, adequate, desired)).items[2].position
    x, y = (perceived - adequate)[:, 2], (desired - adequate)[:, 2]
    ratio = x.mean() / y.mean()
    influence = (x - x.mean() - ratio * (y - y.mean())) / y.mean()
    assert position.standard_error == pytest.approx(influence.std(ddof=1) / np.sqrt(40), rel=1e-12)
