"""Control charts: published limits, exact limits by summing, run rules one by one, bad input."""

import math

import numpy as np
import pytest
import visited
from hypothesis import given
from hypothesis import strategies as st

from custvalue import journey
from custvalue.errors import DataError, ParameterError


def test_the_published_chart_of_orange_juice_cans():
    """Montgomery, Introduction to Statistical Quality Control, the example of 6-oz cans."""
    chart = visited.chart()
    assert chart.centre == pytest.approx(0.2313333, abs=1e-7)
    for its in chart.points:
        assert its.low == pytest.approx(0.05242755, abs=1e-8)
        assert its.high == pytest.approx(0.4102391, abs=1e-7)
    assert chart.outside == ("15", "23")
    again = chart.without("15", "23")
    assert again.centre == pytest.approx(0.215, abs=1e-12)
    assert again.points[0].low == pytest.approx(0.04070284, abs=1e-8)
    assert again.points[0].high == pytest.approx(0.3892972, abs=1e-7)
    assert again.outside == ("15", "21", "23")
    assert [its.name for its in again.points if not its.in_centre] == ["15", "23"]


def binomial(x, n, p):
    return math.comb(n, x) * p**x * (1 - p) ** (n - x)


@given(
    counts=st.lists(st.integers(0, 12), min_size=2, max_size=6).filter(lambda x: sum(x) > 0),
    n=st.integers(13, 40),
)
def test_a_count_is_outside_the_exact_limits_where_its_tail_is_below_one_in_741(counts, n):
    chart = journey.control_chart(counts, n, limits="exact")
    for its in chart.points:
        below = sum(binomial(x, n, chart.centre) for x in range(its.count + 1))
        above = sum(binomial(x, n, chart.centre) for x in range(its.count, n + 1))
        tail = min(below, above)
        if abs(tail - 0.00135) > 1e-9:
            assert ("outside the limits" in its.signals) == (tail <= 0.00135)


def test_limits_follow_the_size_of_a_period():
    chart = journey.control_chart([3, 30, 9], [10, 100, 40])
    for its, n in zip(chart.points, (10, 100, 40), strict=True):
        assert its.high == pytest.approx(0.28 + 3 * math.sqrt(0.28 * 0.72 / n))
    assert chart.points[0].low == 0


def test_laneys_limits():
    hits, n = np.array([480, 530, 440, 600, 470]), 10_000
    chart = journey.control_chart(hits, n, dispersion="laney")
    centre = hits.sum() / (5 * n)
    error = math.sqrt(centre * (1 - centre) / n)
    z = (hits / n - centre) / error
    ratio = np.abs(np.diff(z)).mean() / 1.128
    assert chart.sigma_z == pytest.approx(ratio)
    assert chart.points[2].high == pytest.approx(centre + 3 * ratio * error)
    assert chart.points[2].standardised == pytest.approx(z[2])
    assert chart.outside == ()
    plain = journey.control_chart(hits, n)
    assert plain.outside == ("4",)
    assert plain.heterogeneity_p_value == pytest.approx(
        math.exp(-(x := float(z @ z)) / 2) * (1 + x / 2), rel=1e-12
    )  # of chi square with 4 degrees of freedom
    assert "use dispersion='laney'" in str(plain)
    assert "use dispersion='laney'" not in str(chart)


# Standard errors from the centre of 5,000 in 10,000 are 50 visits.
RUNS = {
    "2 of 3 beyond 2 standard errors": ([0, 2.2, 0.1, 2.3], [3]),
    "4 of 5 beyond 1 standard error": ([1.2, 1.3, -0.2, 1.4, 1.1], [4]),
    "8 in a row on one side": ([0.3] * 8, [7]),
}
NELSON = {
    "9 in a row on one side": ([0.3] * 9, [8]),
    "6 in a row rising or falling": ([-0.6, -0.4, -0.2, 0.1, 0.2, 0.3], [5]),
    "14 in a row up and down": ([0.3, -0.3] * 7, [13]),
    "15 in a row within 1 standard error": ([0.4, 0.5, -0.5, -0.4, 0.5] * 3, [14]),
    "8 in a row beyond 1 standard error": ([1.2, -1.3, -1.1, 1.5, 1.2, -1.2, 1.1, -1.4], [7]),
}


@pytest.mark.parametrize(
    ("rules", "name"),
    [("western electric", name) for name in RUNS] + [("nelson", name) for name in NELSON],
)
def test_each_rule_signals_its_pattern_and_not_a_point_earlier(rules, name):
    z, at = (RUNS | NELSON)[name]
    counts = [round(5000 + 50 * each) for each in z]
    rest = [10_000 * 100 - sum(counts) + 5000 * len(z)]  # brings the centre to a half
    chart = journey.control_chart(
        [*counts, rest[0] // 2], [10_000] * len(z) + [10_000 * 100], rules=rules
    )
    assert chart.centre == pytest.approx(0.5, abs=1e-3)
    found = [place for place in range(len(z)) if name in chart.points[place].signals]
    assert found == at


def test_rules_are_left_out_where_only_limits_are_asked():
    assert journey.control_chart([10] * 9 + [30], 50, rules="limits only").signals == {
        "10": ("outside the limits",)
    }


def test_periods_that_are_all_alike_or_without_any_event():
    nothing = journey.control_chart([0, 0, 0], 20)
    assert (nothing.centre, nothing.outside, nothing.sigma_z) == (0.0, (), 1.0)
    alike = journey.control_chart([5, 5, 5], 20, dispersion="laney")
    assert alike.outside == ()
    assert alike.heterogeneity_p_value == 1.0


def test_its_table_frame_and_json():
    chart = journey.control_chart([4, 6, 5, 19], [50, 50, 40, 50], periods=["a", "b", "c", "d"])
    frame = chart.columns()
    assert frame["period"].tolist() == ["a", "b", "c", "d"]
    assert frame["share"].tolist() == [0.08, 0.12, 0.125, 0.38]
    assert frame["signals"].tolist()[:3] == ["", "", ""]
    assert journey.ControlChart.from_json(chart.to_json()) == chart


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: journey.control_chart([0.1, 0.2], 50),
            (
                "counts must be a whole number >= 0, but row 0 has 0.1 (and 1 more "
                "row). Give counts, "
                "not shares."
            ),
        ),
        (
            lambda: journey.control_chart([60, 2], 50),
            "counts must be at most n, but row 0 has 60. Counts are parts of n.",
        ),
        (
            lambda: journey.control_chart([1, 2], [50, 0]),
            "n must be >= 1, but row 1 has 0. Leave out periods without a visit.",
        ),
        (
            lambda: journey.control_chart([1, 2], [50]),
            "n has 1 entries, but counts has 2. Give one each.",
        ),
        (
            lambda: journey.control_chart([1, 2], 50, periods=["a", "a"]),
            "periods has 'a' more than once. Add up 2 counts by period.",
        ),
        (
            lambda: journey.control_chart([1, 2], 50, periods=["a"]),
            "periods has 1 names for 2 counts. Give one each.",
        ),
    ],
)
def test_bad_counts(call, said):
    with pytest.raises(DataError) as caught:
        call()
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: journey.control_chart([1], 50),
            (
                "a control chart needs at least 2 periods in its centre line, but it "
                "has 1. Keep more "
                "periods, or divide time into shorter ones."
            ),
        ),
        (
            lambda: journey.control_chart([1, 2], 50, limits="exact", dispersion="laney"),
            (
                "limits='exact' are those of the binomial distribution, which "
                "dispersion='laney' says "
                "is too narrow. Use limits='three-sigma' with it."
            ),
        ),
        (
            lambda: visited.chart().without("31"),
            "there is no period '31'. Did you mean '21'?",
        ),
    ],
)
def test_bad_requests(call, said):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value).startswith(said[:24])


@pytest.mark.slow
@pytest.mark.simulation
def test_the_western_electric_rules_give_a_false_alarm_every_92_points_on_average():
    """Champ & Woodall (1987): the average run length in control of the four rules is 91.75."""
    rng, runs = np.random.default_rng(7), []
    for _ in range(600):
        chart = journey.control_chart(rng.binomial(1_000_000, 0.5, 1_000), 1_000_000)
        runs.append(next(place for place, its in enumerate(chart.points, 1) if its.signals))
    assert np.mean(runs) == pytest.approx(91.75, abs=4 * np.std(runs) / len(runs) ** 0.5)
    assert np.std(runs) / len(runs) ** 0.5 < 5
